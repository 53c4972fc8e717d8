//! The way through the pages of a list: by each page it is decided whether another follows.

use std::collections::HashSet;
use std::time::Duration;

use rds_api_schema::{Pagination, PaginationStyle};

use crate::error::{Error, ErrorKind, Result};
use crate::object::{Value, find};
use crate::sequence::{Next, Outcome, PreparedCall, Seen, Strategy};
use crate::text::one_line;

/// The position in a list.
pub struct Cursor {
    pagination: Pagination,
    /// The number of the page asked for.
    page: u64,
    /// The number of entries on a page, as far as the request says.
    size: Option<u64>,
    /// The number of entries on this page and before it, those of pages before the first one asked for included.
    behind: u64,
    first: bool,
    /// The entries of the last page that was not empty.
    fingerprint: Option<u64>,
    /// Empty pages in a row.
    empty: u32,
    tokens: HashSet<String>,
}

/// So many empty pages in a row end a list whose total promises more.
const MAX_EMPTY_PAGES: u32 = 3;
/// So many empty pages in a row, each with another token of the next, are an error.
const MAX_EMPTY_PAGES_BY_TOKEN: u32 = 100;

impl Cursor {
    /// At the first page that the call asks for.
    pub fn new(pagination: Pagination) -> Box<Self> {
        Box::new(Self {
            pagination,
            page: 1,
            size: None,
            behind: 0,
            first: true,
            fingerprint: None,
            empty: 0,
            tokens: HashSet::new(),
        })
    }

    /// The position of the page after one of so many entries, if the list goes on.
    fn next(&mut self, response: Value<'_>, count: u64, first: bool) -> Result<Option<String>> {
        let end = self.pagination.end.as_deref().and_then(|end| find::text(response, end));
        match self.pagination.by {
            PaginationStyle::Token => match end.filter(|token| self.tokens.insert(token.clone())) {
                Some(_) if self.empty >= MAX_EMPTY_PAGES_BY_TOKEN => {
                    let message = format!(
                        "{MAX_EMPTY_PAGES_BY_TOKEN} pages in a row were empty, and the next is named"
                    );
                    Err(Error::new(ErrorKind::Response, message))
                }
                token => Ok(token),
            },
            PaginationStyle::PageNumber => {
                // A total below what this very response has is not one.
                let total = end.and_then(|text| text.trim().parse().ok()).filter(|total| *total >= count);
                if first {
                    self.behind = self.before(count, total);
                }
                self.behind = self.behind.saturating_add(count);
                let goes_on = match total {
                    _ if self.empty >= MAX_EMPTY_PAGES => false,
                    Some(total) if self.behind < total => true,
                    Some(_) => count > 0 && self.size.is_some_and(|size| count >= size),
                    None => count > 0,
                };
                self.page += 1;
                Ok(goes_on.then(|| self.page.to_string()))
            }
        }
    }

    /// The number of entries on the pages before the first one asked for. They are taken to be as long as that
    /// one, which the service may have made shorter than asked, unless it is the last page and the rest of it.
    fn before(&self, count: u64, total: Option<u64>) -> u64 {
        let pages = self.page.saturating_sub(1);
        let asked = self.size.map(|size| pages.saturating_mul(size));
        let is_rest = |asked: &u64| Some(asked.saturating_add(count)) == total;
        asked.filter(is_rest).unwrap_or_else(|| pages.saturating_mul(count))
    }
}

impl Strategy for Cursor {
    fn begin(&mut self, call: &mut PreparedCall) -> Result<Duration> {
        let Pagination { by, position, size, default_size, disabled_by, .. } = &self.pagination;
        let given = |name: &str| {
            let given = call.parameters.iter().find(|(existing, _)| existing == name);
            given.map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
        };
        if let Some(other) = disabled_by.iter().find(|name| given(name).is_some()) {
            let message = format!(
                "with `{other}` the service does not cut the list by `{position}`: leave `{other}` out, or ask for \
                 each page by a call of its own"
            );
            return Err(Error::input(message));
        }
        self.size = size.as_deref().and_then(given).and_then(|size| size.parse().ok()).or(*default_size);
        match (by, given(position)) {
            (PaginationStyle::Token, given) => self.tokens.extend(given),
            (PaginationStyle::PageNumber, None) => call.parameters.set(position, "1".to_owned()),
            (PaginationStyle::PageNumber, Some(given)) => {
                self.page = given.trim().parse().map_err(|_| {
                    Error::input(format!("`{position}` is `{given}`, which is not the number of a page"))
                })?;
            }
        }
        Ok(Duration::ZERO)
    }

    fn evaluate(&mut self, response: Result<Seen<'_>>, call: &mut PreparedCall) -> Outcome {
        let seen = match response {
            Ok(seen) => seen,
            Err(error) => return Outcome::Skip(Next::Fail(error)),
        };
        let response = seen.value;
        let mut entries = Vec::new();
        find::find(response, &self.pagination.items, &mut |list| entries.extend(find::elements(list)));
        let count = entries.len() as u64;
        let first = std::mem::replace(&mut self.first, false);
        if count == 0 && !seen.shows_no_entry_at(&self.pagination.items) {
            let error = match seen.says_that_it_failed() {
                true => Error::denied_by_response(
                    "a page says that it failed, and so its list is not one that is empty",
                ),
                false => Error::new(
                    ErrorKind::Response,
                    "a page has no list of entries, and does not show that there are none",
                ),
            };
            return Outcome::Skip(Next::Fail(error));
        }
        if count == 0 {
            self.empty += 1;
        } else {
            self.empty = 0;
            let fingerprint = find::fingerprint(&entries);
            if self.fingerprint.replace(fingerprint) == Some(fingerprint) {
                tracing::debug!(operation = %one_line(&call.operation.name), "a page came again, so the list ends");
                return Outcome::Skip(Next::End);
            }
        }
        let next = match self.next(response, count, first) {
            Ok(None) => Next::End,
            Ok(Some(position)) => {
                call.parameters.set(&self.pagination.position, position);
                Next::Call(Duration::ZERO)
            }
            Err(error) => Next::Fail(error),
        };
        if first || count > 0 { Outcome::Show(next) } else { Outcome::Skip(next) }
    }
}
