//! `--pages`: one response with the entries of many.

use std::str::FromStr;

use indicatif::ProgressBar;
use rds_api::RawCall;
use rds_api::pagination::Pagination;
use serde_json::Value as Json;

use crate::failure::Failure;

/// How many pages to ask for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pages {
    /// Until the list ends.
    All,
    /// So many, if there are.
    AtMost(usize),
}

impl FromStr for Pages {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            _ if text == "all" => Ok(Self::All),
            Ok(number) if number > 0 => Ok(Self::AtMost(number)),
            _ => Err("it is neither `all` nor a number of pages"),
        }
    }
}

impl Pages {
    /// The response with the first page, and in it the entries of the others.
    pub(super) async fn gather(self, call: RawCall, pagination: &Pagination) -> Result<Json, Failure> {
        let most = match self {
            Self::All => usize::MAX,
            Self::AtMost(number) => number,
        };
        // Where nobody looks, nothing is drawn.
        let progress = ProgressBar::new_spinner();
        let mut pages = call.pages(pagination.clone());
        let (mut whole, mut asked) = (Json::Null, 0);
        while asked < most
            && let Some(page) = pages.next().await
        {
            let mut page = page?;
            asked += 1;
            match (list(&mut whole, &pagination.items), list(&mut page, &pagination.items)) {
                (Some(entries), Some(more)) => entries.append(more),
                // There is no list yet to add to.
                (None, _) => whole = page,
                (Some(_), None) => {}
            }
            progress.set_message(format!("{asked} pages"));
            progress.tick();
        }
        progress.finish_and_clear();
        Ok(whole)
    }
}

/// The list at a place of the response, which an object with nothing else in it may wrap.
fn list<'a>(response: &'a mut Json, place: &str) -> Option<&'a mut Vec<Json>> {
    let mut value = place.split('.').try_fold(response, |value, name| value.get_mut(name))?;
    if let Json::Object(wrapper) = value {
        value = wrapper.values_mut().next()?;
    }
    value.as_array_mut()
}
