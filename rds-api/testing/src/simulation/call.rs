//! A call in the simulation: its parameters, and the part of a list that it asks for.

use std::time::SystemTime;

use serde_json::{Map, Value as Json, json};

use crate::refusal::Refusal;
use rds_api::Timestamp;
use rds_api::pagination::PaginationStyle;
use rds_api::schema::{Field, Kind, Operation, Role};

/// The validated parameters of a call, and the time of its arrival.
pub(super) struct Call<'c> {
    pub(super) operation: &'c Operation,
    pub(super) parameters: &'c Map<String, Json>,
    pub(super) now: SystemTime,
}

/// A page of a list, by its number.
struct Page {
    number: u64,
    total: usize,
    elements: Vec<Json>,
}

/// A page of a list, by a token.
pub(super) struct TokenPage {
    pub(super) elements: Vec<Json>,
    /// The token of the next page; `None` at the end.
    pub(super) next_token: Option<String>,
}

/// The length of a page unless the call or the specification says otherwise.
const DEFAULT_PAGE_SIZE: u64 = 30;

/// The names under which operations take the id of an instance.
const INSTANCE_IDS: [&str; 6] =
    ["DBInstanceId", "DbInstanceId", "DBInstanceID", "DBInstanceName", "DbInstanceName", "InsName"];

/// Parameters that say who calls, and nothing of the thing that the call is about.
const OF_THE_CALLER: [&str; 7] = [
    "OwnerId",
    "OwnerAccount",
    "ResourceOwnerId",
    "ResourceOwnerAccount",
    "SecurityToken",
    "AutoPay",
    "AutoUseCoupon",
];

impl<'c> Call<'c> {
    /// A parameter that is text and not empty.
    pub(super) fn text(&self, name: &str) -> Option<&'c str> {
        self.parameters.get(name).and_then(Json::as_str).filter(|text| !text.is_empty())
    }

    /// A parameter that is a number, or a text that is one.
    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        let value = self.parameters.get(name)?;
        value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
    }

    /// A parameter that is a time, also as `2024-08-06 10:15:00`, which some operations take, and which is in UTC here.
    pub(super) fn time(&self, name: &str) -> Option<SystemTime> {
        let text = self.text(name)?;
        let with_zone = || Timestamp::from(format!("{}Z", text.replacen(' ', "T", 1)));
        Timestamp::from(text).to_system_time().or_else(|| with_zone().to_system_time())
    }

    /// A parameter as text, copied; empty if it is absent.
    pub(super) fn owned(&self, name: &str) -> String {
        self.text(name).unwrap_or_default().to_owned()
    }

    /// True if a filter lets a value through, as it does when it is absent.
    pub(super) fn admits(&self, filter: &str, value: &str) -> bool {
        self.text(filter).is_none_or(|wanted| wanted == value)
    }

    /// True if a time lies between `StartTime` and `EndTime`, as far as they are given.
    pub(super) fn spans(&self, time: SystemTime) -> bool {
        self.time("StartTime").is_none_or(|from| time >= from)
            && self.time("EndTime").is_none_or(|to| time <= to)
    }

    /// Refuses an end, in the words of an operation that has times of its own form, that is not later than the start.
    pub(super) fn require_span(&self) -> Result<(), Refusal> {
        match self.time("StartTime").zip(self.time("EndTime")) {
            Some((from, to)) if from >= to => {
                Err(Refusal::new(400, "InvalidEndTime.Format", "The end is not later than the start."))
            }
            _ => Ok(()),
        }
    }

    /// The elements of a list of texts, or of a text with commas or of a JSON list.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        match self.parameters.get(name) {
            Some(Json::Array(elements)) => {
                elements.iter().filter_map(Json::as_str).map(str::to_owned).collect()
            }
            Some(Json::String(text)) => match serde_json::from_str(text) {
                Ok(elements @ Vec::<String> { .. }) => elements,
                Err(_) => {
                    text.split(',').map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect()
                }
            },
            _ => Vec::new(),
        }
    }

    /// True if a parameter is there and true.
    pub(super) fn is_true(&self, name: &str) -> bool {
        match self.parameters.get(name) {
            Some(Json::Bool(is_true)) => *is_true,
            Some(Json::String(text)) => text.eq_ignore_ascii_case("true"),
            _ => false,
        }
    }

    /// The id of the instance that the call is about, under whichever name.
    pub(super) fn instance_id(&self) -> Option<&'c str> {
        INSTANCE_IDS.iter().find_map(|name| self.text(name))
    }

    /// What a call says of the thing that it creates or changes, by wire name.
    pub(super) fn given(&self) -> Map<String, Json> {
        let is_of_the_thing = |name: &str| {
            let field = self.operation.parameter(name);
            // What is secret is nowhere shown, so it is not kept.
            field.is_none_or(|field| !field.sensitive && field.role != Some(Role::IdempotencyToken))
                && !OF_THE_CALLER.contains(&name)
                && !INSTANCE_IDS.contains(&name)
                && !["DryRun", "PageNumber", "PageSize", "MaxResults", "NextToken"].contains(&name)
        };
        let given = self.parameters.iter().filter(|(name, _)| is_of_the_thing(name));
        given.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// A parameter that is a number above zero.
    pub(super) fn count(&self, name: &str) -> Option<u64> {
        self.integer(name).and_then(|count| u64::try_from(count).ok()).filter(|count| *count > 0)
    }

    /// The response of an operation that lists these, cut as the specification says.
    pub(super) fn listed(&self, elements: Vec<Json>) -> Result<Json, Refusal> {
        let Some(pagination) = &self.operation.pagination else {
            return Ok(list_in_first_place(self.operation, elements));
        };
        let end = pagination.end.as_deref();
        let mut response = Json::Object(Map::new());
        if pagination.by == PaginationStyle::Token {
            let total = elements.len();
            let page = self.token_page(elements)?;
            let next = Json::from(page.next_token);
            put(&mut response, end.unwrap_or("NextToken"), next);
            put(&mut response, &pagination.items, page.elements.into());
            response["TotalCount"] = total.into();
            return Ok(response);
        }
        let size = pagination.size.as_deref().unwrap_or("PageSize");
        let size = self.count(size).or(pagination.default_size).unwrap_or(DEFAULT_PAGE_SIZE);
        let page = self.cut(elements, &pagination.position, size);
        for (name, value) in [
            (pagination.position.as_str(), page.number),
            ("PageNumber", page.number),
            ("PageSize", size),
            ("PageRecordCount", page.elements.len() as u64),
            ("TotalPageCount", (page.total as u64).div_ceil(size)),
            ("TotalRecordCount", page.total as u64),
        ] {
            put(&mut response, name, value.into());
        }
        if let Some(end) = end {
            put(&mut response, end, page.total.into());
        }
        put(&mut response, &pagination.items, page.elements.into());
        Ok(response)
    }

    /// The page of a list that the parameter with its number asks for.
    fn cut(&self, elements: Vec<Json>, number: &str, size: u64) -> Page {
        let page = self.count(number).unwrap_or(1);
        let first = usize::try_from((page - 1).saturating_mul(size)).unwrap_or(usize::MAX);
        let length = usize::try_from(size).unwrap_or(usize::MAX);
        let total = elements.len();
        let elements = elements.into_iter().skip(first).take(length).collect();
        Page { number: page, total, elements }
    }

    /// The page of a list that `NextToken` and `MaxResults` ask for.
    pub(super) fn token_page(&self, elements: Vec<Json>) -> Result<TokenPage, Refusal> {
        self.token_page_of(elements, self.count("MaxResults").unwrap_or(DEFAULT_PAGE_SIZE))
    }

    /// The page of this size that `NextToken` asks for. The token is the number of elements before it.
    pub(super) fn token_page_of(&self, elements: Vec<Json>, size: u64) -> Result<TokenPage, Refusal> {
        let first = match self.text("NextToken") {
            Some(token) => token.parse::<usize>().map_err(|_| {
                Refusal::new(400, "Invalid.NextToken", "The token was not given by this service.")
            })?,
            None => 0,
        };
        let length = usize::try_from(size).unwrap_or(usize::MAX);
        let end = first.saturating_add(length);
        let next_token = (end < elements.len()).then(|| end.to_string());
        let elements = elements.into_iter().skip(first).take(length).collect();
        Ok(TokenPage { elements, next_token })
    }
}

/// Puts a value at a place with dots in it.
fn put(response: &mut Json, path: &str, value: Json) {
    let place = path.split('.').fold(response, |place, name| &mut place[name]);
    *place = value;
}

/// A response with one list, wherever it has its first.
fn list_in_first_place(operation: &Operation, elements: Vec<Json>) -> Json {
    let is_list = |field: &&Field| field.shape.kind == Kind::List;
    let mut response = json!({
        "TotalRecordCount": elements.len(),
        "TotalCount": elements.len(),
        "PageRecordCount": elements.len(),
    });
    if let Some(field) = operation.response.iter().find(is_list) {
        response[&field.name] = elements.into();
    }
    response
}
