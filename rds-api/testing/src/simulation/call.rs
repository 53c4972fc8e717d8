//! A call in the simulation, with its parameters and the part of a list that it asks for.

use std::time::SystemTime;

use serde_json::{Map, Value as Json};

use crate::refusal::Refusal;

/// The validated parameters of a call, and the time of its arrival.
pub(super) struct Call<'c> {
    pub(super) parameters: &'c Map<String, Json>,
    pub(super) now: SystemTime,
}

/// A page of a list, by its number.
pub(super) struct Page {
    pub(super) number: u64,
    pub(super) total: usize,
    pub(super) elements: Vec<Json>,
}

/// A page of a list, by a token.
pub(super) struct TokenPage {
    pub(super) elements: Vec<Json>,
    /// The token of the next page; `None` at the end.
    pub(super) next_token: Option<String>,
}

/// The length of a page unless the call says otherwise.
const DEFAULT_PAGE_SIZE: u64 = 30;

impl<'c> Call<'c> {
    /// A parameter that is text and not empty.
    pub(super) fn text(&self, name: &str) -> Option<&'c str> {
        self.parameters.get(name).and_then(Json::as_str).filter(|text| !text.is_empty())
    }

    /// A parameter that is a number.
    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        self.parameters.get(name).and_then(Json::as_i64)
    }

    /// A parameter as text, copied; empty if it is absent.
    pub(super) fn owned(&self, name: &str) -> String {
        self.text(name).unwrap_or_default().to_owned()
    }

    /// True if a filter lets a value through, as it does when it is absent.
    pub(super) fn admits(&self, filter: &str, value: &str) -> bool {
        self.text(filter).is_none_or(|wanted| wanted == value)
    }

    /// The elements of a list of texts.
    pub(super) fn texts(&self, name: &str) -> Vec<&'c str> {
        let list = self.parameters.get(name).and_then(Json::as_array);
        list.into_iter().flatten().filter_map(Json::as_str).collect()
    }

    /// True if a parameter is there and true.
    pub(super) fn is_true(&self, name: &str) -> bool {
        self.parameters.get(name) == Some(&Json::Bool(true))
    }

    /// A parameter that is a number above zero.
    fn count(&self, name: &str) -> Option<u64> {
        self.parameters.get(name).and_then(Json::as_u64).filter(|it| *it > 0)
    }

    /// The page of a list that `PageNumber` and `PageSize` ask for.
    pub(super) fn page(&self, elements: Vec<Json>) -> Page {
        let (page, size) =
            (self.count("PageNumber").unwrap_or(1), self.count("PageSize").unwrap_or(DEFAULT_PAGE_SIZE));
        let first = usize::try_from((page - 1).saturating_mul(size)).unwrap_or(usize::MAX);
        let length = usize::try_from(size).unwrap_or(usize::MAX);
        let total = elements.len();
        let elements = elements.into_iter().skip(first).take(length).collect();
        Page { number: page, total, elements }
    }

    /// The page of a list that `NextToken` and `MaxResults` ask for. The token is the number of elements
    /// before it.
    pub(super) fn token_page(&self, elements: Vec<Json>) -> Result<TokenPage, Refusal> {
        let first = match self.text("NextToken") {
            Some(token) => token.parse::<usize>().map_err(|_| {
                Refusal::new(400, "Invalid.NextToken", "The token was not given by this service.")
            })?,
            None => 0,
        };
        let length =
            usize::try_from(self.count("MaxResults").unwrap_or(DEFAULT_PAGE_SIZE)).unwrap_or(usize::MAX);
        let end = first.saturating_add(length);
        let next_token = (end < elements.len()).then(|| end.to_string());
        let elements = elements.into_iter().skip(first).take(length).collect();
        Ok(TokenPage { elements, next_token })
    }
}
