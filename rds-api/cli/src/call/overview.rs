//! What a response is about, in the order in which a table has it, for a page to show.

use rds_api::pagination::{Pagination, PaginationStyle};
use rds_api::schema::Operation;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::rows::{List, Rows, end, is_plain};
use super::table::{by_importance, cell, thing_order};

/// What a response is about: a thing, or lists.
#[derive(Serialize)]
pub(crate) struct Overview<'r> {
    /// The members of the thing, those first that say which it is; none where it is about lists.
    thing: Vec<(String, &'r Json)>,
    /// The lists with entries, that first which it is about.
    lists: Vec<ListOverview>,
    /// Where the list stands among its pages, if it is cut into them.
    paging: Option<Paging>,
}

#[derive(Serialize)]
struct ListOverview {
    /// The names that lead to it.
    path: String,
    /// The columns from the left, by the names that lead to them.
    columns: Vec<String>,
}

/// A page of a list, and those beside it.
#[derive(Debug, PartialEq, Serialize)]
struct Paging {
    /// The parameter that says which page it is.
    position: String,
    previous: Option<String>,
    next: Option<String>,
    /// Which entries of how many there are.
    shown: String,
}

/// What a response to a call with these parameters is about.
pub(crate) fn overview<'r>(
    response: &'r Json,
    operation: &Operation,
    parameters: &Map<String, Json>,
) -> Overview<'r> {
    let pagination = operation.pagination.as_ref();
    match Rows::of(response, pagination, None) {
        Ok(Rows::List(list)) => {
            let others = list.others.iter().filter_map(|path| match Rows::of(response, None, Some(path)) {
                Ok(Rows::List(other)) => Some(ListOverview::of(&other)),
                _ => None,
            });
            Overview {
                thing: Vec::new(),
                lists: [ListOverview::of(&list)].into_iter().chain(others).collect(),
                paging: pagination.and_then(|it| Paging::of(it, response, parameters, list.entries.len())),
            }
        }
        Ok(Rows::Thing(mut thing)) => {
            thing.retain(|(_, value)| {
                is_plain(value) || value.as_array().is_some_and(|list| !list.is_empty())
            });
            thing.sort_by_key(|(name, _)| thing_order(name));
            Overview { thing, lists: Vec::new(), paging: None }
        }
        Err(_) => Overview { thing: Vec::new(), lists: Vec::new(), paging: None },
    }
}

impl ListOverview {
    fn of(list: &List<'_>) -> Self {
        let entries = list.own_rows();
        let columns = by_importance(list, &entries).into_iter().map(str::to_owned).collect();
        Self { path: list.path.clone(), columns }
    }
}

impl Paging {
    fn of(
        pagination: &Pagination,
        response: &Json,
        parameters: &Map<String, Json>,
        count: usize,
    ) -> Option<Self> {
        if pagination.disabled_by.iter().any(|name| parameters.contains_key(name)) {
            return None;
        }
        let end = end(response, pagination);
        let given = |name: &str| parameters.get(name).map(cell);
        let number = |name: &str| given(name)?.parse::<u64>().ok();
        let position = pagination.position.clone();
        let count = count as u64;
        let (previous, next, shown) = match pagination.by {
            PaginationStyle::Token => {
                let next = end.filter(|token| !token.is_empty());
                let shown = next.is_some().then(|| format!("{count}, and there are more"));
                (None, next, shown.unwrap_or_else(|| format!("{count}, and no more after them")))
            }
            PaginationStyle::PageNumber => {
                let page = number(&position).unwrap_or(1).max(1);
                let size = pagination.size.as_deref().and_then(number).or(pagination.default_size);
                let before = (page - 1).saturating_mul(size.unwrap_or(count));
                let until = before.saturating_add(count);
                let total =
                    end.and_then(|end| end.trim().parse::<u64>().ok()).filter(|total| *total >= count);
                let goes_on = count > 0 && total.map_or(size == Some(count), |total| until < total);
                let shown = match (total, count) {
                    (Some(total), 0) => format!("none of {total}"),
                    (Some(total), _) if before == 0 && !goes_on => format!("all {total}"),
                    (Some(total), _) => format!("{} to {until} of {total}", before.saturating_add(1)),
                    (None, _) => format!("{count}"),
                };
                let previous = (page > 1).then(|| (page - 1).to_string());
                (previous, goes_on.then(|| (page + 1).to_string()), shown)
            }
        };
        Some(Self { position, previous, next, shown })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(response: &Json, operation: &str, parameters: &Json) -> Json {
        let operation = rds_api::schema::operation(operation).unwrap();
        serde_json::to_value(overview(response, operation, parameters.as_object().unwrap())).unwrap()
    }

    #[test]
    fn columns_that_matter_come_first() {
        let instance = json!({ "Category": "x", "DBInstanceId": "rm-1", "Engine": "MySQL", "DBInstanceStatus": "Running" });
        let instances = json!({ "Items": { "DBInstance": [instance] }, "Other": [{ "B": 1, "OtherId": 2 }] });
        let told = told(&instances, "DescribeDBInstances", &json!({}));
        let lists = json!([
            { "path": "Items.DBInstance", "columns": ["DBInstanceId", "DBInstanceStatus", "Engine", "Category"] },
            { "path": "Other", "columns": ["OtherId", "B"] },
        ]);
        assert_eq!(told["lists"], lists);
        assert_eq!(told["thing"], json!([]));
    }

    #[test]
    fn a_thing_has_its_members() {
        let mut attribute: Map<_, _> = (0..9).map(|at| (format!("Member{at}"), json!(at))).collect();
        attribute.insert("DBInstanceId".to_owned(), json!("rm-1"));
        attribute.insert("Extra".to_owned(), json!({ "Inner": "x", "List": [{ "A": 1 }], "None": [] }));
        let response = json!({ "Items": { "DBInstanceAttribute": [attribute] }, "RequestId": "1" });
        let told = told(&response, "DescribeDBInstanceAttribute", &json!({}));
        let names: Vec<_> =
            told["thing"].as_array().unwrap().iter().map(|it| it[0].as_str().unwrap()).collect();
        assert_eq!((names[0], names.len(), told["lists"].clone()), ("DBInstanceId", 12, json!([])));
        assert!(names.contains(&"Extra.Inner") && names.contains(&"Extra.List"), "{names:?}");
    }

    #[test]
    fn pages_say_where_they_stand() {
        let page = |total: Json, entries: usize, parameters: Json| {
            let response = json!({ "TotalRecordCount": total, "Items": { "DBInstance": vec![json!({ "A": 1 }); entries] } });
            let paging = told(&response, "DescribeDBInstances", &parameters)["paging"].take();
            format!("{} {} {}", paging["previous"], paging["shown"], paging["next"]).replace('"', "")
        };
        assert_eq!(page(json!(100), 30, json!({})), "null 1 to 30 of 100 2");
        assert_eq!(
            page(json!("100"), 30, json!({ "PageNumber": 2, "PageSize": "30" })),
            "1 31 to 60 of 100 3"
        );
        assert_eq!(
            page(json!(100), 10, json!({ "PageNumber": "4", "PageSize": 30 })),
            "3 91 to 100 of 100 null"
        );
        assert_eq!(page(json!(2), 2, json!({})), "null all 2 null");
        assert_eq!(page(json!(100), 0, json!({ "PageNumber": 9 })), "8 none of 100 null");
        assert_eq!(page(json!(null), 30, json!({ "PageSize": 30 })), "null 30 2");
        assert_eq!(page(json!(null), 3, json!({})), "null 3 null");
    }
}
