//! `--pages`: one response with the entries of many.

use std::str::FromStr;

use indicatif::ProgressBar;
use rds_api::RawCall;
use rds_api::pagination::Pagination;
use serde_json::Value as Json;

use crate::failure::Failure;

/// A service, or what stands in its place, may name pages for ever. The longest list of an account has some thousands.
const LIMITS: Limits = Limits { pages: 10_000, bytes: 256 << 20 };

/// How much is gathered at the most.
struct Limits {
    /// Pages, unless a number was given.
    pages: usize,
    /// Bytes of JSON, without blanks.
    bytes: usize,
}

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
    pub(super) async fn gather(
        self,
        call: RawCall,
        pagination: &Pagination,
        progress: ProgressBar,
    ) -> Result<Json, Failure> {
        self.gather_within(&LIMITS, call, pagination, progress).await
    }

    async fn gather_within(
        self,
        limits: &Limits,
        call: RawCall,
        pagination: &Pagination,
        progress: ProgressBar,
    ) -> Result<Json, Failure> {
        let most = match self {
            Self::All => usize::MAX,
            Self::AtMost(number) => number,
        };
        let mut pages = call.pages(pagination.clone());
        let (mut whole, mut asked, mut bytes) = (Json::Null, 0, 0);
        while asked < most
            && let Some(page) = pages.next().await
        {
            let mut page = page?;
            if matches!(self, Self::All) && asked == limits.pages {
                return Err(Failure::endless(format!(
                    "the list goes on after {asked} pages: narrow it down, or say how many pages with --pages NUMBER"
                )));
            }
            asked += 1;
            bytes += page.to_string().len();
            if bytes > limits.bytes {
                return Err(Failure::endless(format!(
                    "the first {asked} pages are more than {} MiB: narrow the list down, or ask for fewer with --pages \
                     NUMBER, and for the rest after them",
                    limits.bytes >> 20
                )));
            }
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
pub(super) fn list<'a>(response: &'a mut Json, place: &str) -> Option<&'a mut Vec<Json>> {
    let mut value = place.split('.').try_fold(response, |value, name| value.get_mut(name))?;
    if let Json::Object(wrapper) = value {
        value = wrapper.values_mut().next()?;
    }
    value.as_array_mut()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rds_api::operations::backup::describe_backups::{Backup, DescribeBackupsRequest};
    use rds_api::schema::{self, OperationExt as _};
    use rds_api_testing::{FakeService, build};
    use serde_json::json;

    use super::*;

    /// What comes of a list that never ends: each page has an entry of its own, and the total is always more.
    async fn gathered(pages: Pages, limits: &Limits) -> (Result<Json, Failure>, usize) {
        let service = FakeService::start().unwrap();
        service
            .on::<DescribeBackupsRequest>()
            .respond_with(|request, response| {
                let number = request.page_number.unwrap();
                let id = format!("{number}{}", "x".repeat(1 << 16));
                response.items = vec![build(|backup: &mut Backup| backup.backup_id = Some(id))];
                response.total_record_count = Some((number + 1).to_string());
            })
            .always();
        let operation = schema::operation("DescribeBackups").unwrap();
        let parameters = json!({ "DBInstanceId": FakeService::INSTANCE });
        let call = operation.call(&service.client().unwrap(), parameters.as_object().unwrap());
        let whole = {
            let pagination = operation.pagination.as_ref().unwrap();
            pages.gather_within(limits, call, pagination, ProgressBar::hidden()).await
        };
        (whole, service.requests::<DescribeBackupsRequest>().len())
    }

    #[tokio::test]
    async fn a_list_that_never_ends_is_given_up() {
        let few = Limits { pages: 5, bytes: usize::MAX };
        let (whole, asked) = gathered(Pages::All, &few).await;
        assert_eq!(asked, 6, "one more shows that it goes on");
        assert!(format!("{:?}", whole.unwrap_err()).contains("goes on after 5 pages"));
        let (whole, asked) = gathered(Pages::AtMost(7), &few).await;
        assert_eq!(whole.unwrap()["Items"]["Backup"].as_array().unwrap().len(), 7);
        assert_eq!(asked, 7, "who says how many gets so many");

        let small = Limits { pages: usize::MAX, bytes: 1 << 20 };
        for pages in [Pages::All, Pages::AtMost(1000)] {
            let (whole, asked) = gathered(pages, &small).await;
            assert_eq!(asked, 16);
            assert!(format!("{:?}", whole.unwrap_err()).contains("the first 16 pages are more than 1 MiB"));
        }
    }
}
