//! Lists that the service cuts into pages.
//!
//! A list may have thousands of entries, and a response has thirty. Asking for the next page is a loop that is
//! easily got wrong: the total changes on the way, a page is short in the middle, the last one is repeated for
//! ever. So each call of a [`Paginated`] request has two methods, `items` for the entries of all
//! pages and `pages` for the responses with all that is in them besides:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> rds_api::Result<()> {
//! # let service = rds_api_testing::FakeService::start()?;
//! # let client = service.client()?;
//! let mut instances = client.describe_db_instances().page_size(100).items();
//! while let Some(instance) = instances.next().await {
//!     println!("{:?}", instance?.db_instance_id);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Pages begin where the call says, at the first unless it does. Each is a call of its own: timeouts, retries
//! and all other settings of the call hold for each of them. An error is given once and ends the list.
//!
//! # When a list ends
//!
//! | pages | end |
//! | --- | --- |
//! | numbered | when as many entries came as the response's total says, unless that page was full as asked, so that a total that is too small loses nothing; when a page is empty, at the third in a row where the total promises more |
//! | by token | when a response names no next page, or one that was there before |
//! | both | when a page comes again: it is not given twice |
//!
//! An empty page is given only if it is the first. The total is that of the newest response. What is created or
//! deleted while the pages are asked for moves the entries behind it, so an entry may be seen twice or be
//! missed: the service has no snapshot of a list.
//!
//! # Operations that this crate does not know
//!
//! [`RawCall`] has the same methods, and is told how the list is cut, which `rds_api::schema` has for each known
//! operation:
//!
//! ```
//! use rds_api::Access;
//! use rds_api::pagination::Pagination;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> rds_api::Result<()> {
//! # let service = rds_api_testing::FakeService::start()?;
//! # let client = service.client()?;
//! let cut = Pagination::by_page_number("PageNumber", "Items").total("TotalRecordCount");
//! let call = client.call_raw("DescribeDBInstances", [("RegionId", "cn-hangzhou")]);
//! let instances = call.with_access(Access::Read).items(cut).into_vec().await?;
//! assert_eq!(instances[0]["DBInstanceStatus"], "Running");
//! # Ok(())
//! # }
//! ```

pub use rds_api_schema::{Pagination, PaginationStyle};
use serde_json::Value as Json;

use crate::object::{Value, find};
use crate::operation::Request;
use crate::sequence::cursor::Cursor;
use crate::sequence::raw::RawCall;
use crate::sequence::stream::ResultStream;

/// A request whose response is one page of a list.
pub trait Paginated: Request {
    /// An entry of the list.
    type Item: Send + 'static;

    /// The way in which the list is cut.
    fn pagination() -> Pagination;

    /// The entries of one page.
    fn items(page: Self::Response) -> Vec<Self::Item>;
}

impl RawCall {
    /// The responses with each page of a list, as a stream. The call must be known to be a
    /// [read](RawCall::with_access).
    pub fn pages(self, pagination: Pagination) -> ResultStream<Json> {
        ResultStream::new(self.sequence(Cursor::new(pagination)), || Json::Null)
    }

    /// The entries of all pages, as a stream. The call must be known to be a [read](RawCall::with_access).
    pub fn items(self, pagination: Pagination) -> ResultStream<Json> {
        let items = pagination.items.clone();
        self.pages(pagination).flat_map(move |page| {
            let mut entries = Vec::new();
            find::find(Value::json(&page), &items, &mut |list| {
                entries.extend(
                    find::elements(list).iter().map(|entry| serde_json::to_value(entry).unwrap_or_default()),
                );
            });
            entries
        })
    }
}
