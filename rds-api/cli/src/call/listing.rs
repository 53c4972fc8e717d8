//! The operation that lists the values of a parameter, such as `DescribeDBInstances` those of `DBInstanceId`.

use indicatif::ProgressBar;
use rds_api::pagination::Pagination;
use rds_api::schema::{self, Field, Operation, OperationExt as _};
use rds_api::{Access, Client};
use serde_json::{Map, Value as Json};

use super::pages::{Pages, list};
use crate::failure::Failure;

/// An operation that lists values, and the parameters that it needs for it.
pub(super) struct Listing {
    operation: &'static Operation,
    pagination: &'static Pagination,
    parameters: Map<String, Json>,
    /// The member of each entry that has the value.
    member: String,
}

impl Listing {
    /// The operation that lists the values of a parameter, as far as it can be called with the others that are given.
    pub(super) fn of(parameter: &str, given: &Map<String, Json>) -> Result<Self, Failure> {
        let is_given = |field: &Field| given.contains_key(&field.name);
        let fitting = schema::operations().filter(|operation| {
            operation.access == Access::Read
                && operation.deprecated.is_none()
                && operation.required().all(is_given)
                && entries(operation).is_some_and(|fields| fields.iter().any(|field| field.name == parameter))
        });
        let fitting: Vec<&Operation> = fitting.collect();
        // Many lists name what they are about; the list of the things themselves is called like them.
        let things = format!("Describe{}s", parameter.trim_end_matches("Id").trim_end_matches("Name"));
        let own = fitting.iter().find(|operation| operation.name == things);
        let operation = match (own, fitting.as_slice()) {
            (Some(own), _) => *own,
            (None, [only]) => *only,
            (None, others) => {
                let names = others.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", ");
                let why = match others.is_empty() {
                    true => format!("no operation lists {parameter} with these parameters"),
                    false => format!("several operations list {parameter}: {names}"),
                };
                return Err(Failure::usage(format!(
                    "--each: {why}; --each {parameter}=- reads the values from standard input"
                )));
            }
        };
        let Some(pagination) = operation.pagination.as_ref() else {
            return Err(Failure::usage(format!("--each: {} has no pages", operation.name)));
        };
        let needed = given.iter().filter(|(name, _)| operation.required().any(|field| field.name == **name));
        let parameters = needed.map(|(name, value)| (name.clone(), value.clone())).collect();
        Ok(Self { operation, pagination, parameters, member: parameter.to_owned() })
    }

    /// The values that there are.
    pub(super) fn values(
        &self,
        client: &Client,
    ) -> impl Future<Output = Result<Vec<String>, Failure>> + Send + use<> {
        let call = self.operation.call(client, &self.parameters);
        let (pagination, member) = (self.pagination, self.member.clone());
        async move {
            let mut all = Pages::All.gather(call, pagination, ProgressBar::hidden()).await?;
            let entries = list(&mut all, &pagination.items).map(std::mem::take).unwrap_or_default();
            let text = |value: &Json| match value {
                Json::String(text) => Some(text.clone()),
                Json::Number(number) => Some(number.to_string()),
                _ => None,
            };
            Ok(entries.iter().filter_map(|entry| text(entry.get(&member)?)).collect())
        }
    }
}

/// The members of the entries of the list that comes in pages.
fn entries(operation: &Operation) -> Option<&[Field]> {
    let mut fields = operation.response.as_slice();
    let mut entries = None;
    for name in operation.pagination.as_ref()?.items.split('.') {
        let field = fields.iter().find(|field| field.name == name)?;
        entries = field.shape.items.as_deref();
        fields = &entries.unwrap_or(&field.shape).fields;
    }
    entries.map(|entries| entries.fields.as_slice())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_lists_the_values_of_a_parameter_is_found() {
        let listing = |parameter: &str, given: Json| {
            let listing = Listing::of(parameter, given.as_object().unwrap_or(&Map::new()));
            listing.map_or_else(|failure| format!("{failure:?}"), |listing| listing.operation.name.clone())
        };
        assert_eq!(listing("DBInstanceId", json!({})), "DescribeDBInstances");
        assert_eq!(listing("BackupId", json!({ "DBInstanceId": "rm-1" })), "DescribeBackups");
        assert!(listing("BackupId", json!({})).contains("=- reads the values from standard input"));
        assert!(listing("Nothing", json!({})).contains("no operation lists Nothing"));
    }
}
