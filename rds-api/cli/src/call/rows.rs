//! The rows of a response: the entries of the list that it is about, or its members where it is about one thing.

use rds_api::pagination::{Pagination, PaginationStyle};
use rds_api::schema::Operation;
use serde_json::{Map, Value as Json};

use super::schema_lists;
use crate::failure::Failure;
use crate::suggestion::nearest;

/// A response without pages that has more members of its own than so many is about one thing, whatever lists it has.
const FEW_MEMBERS: usize = 6;

/// The members of a thing, each by its name, or by the names that lead to it with points between. An object is there as
/// itself and by its members.
pub(super) type Row<'r> = Vec<(String, &'r Json)>;

/// The member of this name.
pub(super) fn member<'r>(row: &Row<'r>, name: &str) -> Option<&'r Json> {
    row.iter().find(|(own, _)| own == name).map(|(_, value)| *value)
}

/// Whether a value is shown where nobody asked for it: an object is by its members, and a list of objects has no place in
/// a cell.
pub(super) fn is_plain(value: &Json) -> bool {
    match value {
        Json::Object(_) => false,
        Json::Array(list) => !list.is_empty() && !list.iter().any(Json::is_object),
        _ => true,
    }
}

/// What a response is about.
pub(super) enum Rows<'r> {
    Thing(Row<'r>),
    List(List<'r>),
}

/// The entries of a list.
#[derive(Default)]
pub(super) struct List<'r> {
    /// The names that lead to the list.
    pub(super) path: String,
    /// The name of the list, the last of them.
    pub(super) name: String,
    /// The entries as they came.
    pub(super) entries: &'r [Json],
    /// What the response lacks of the list, in words.
    pub(super) rest: Option<String>,
    /// Other lists with entries, by the names that lead to them.
    pub(super) others: Vec<String>,
    /// The members that say whose an entry is.
    pub(super) whose: Vec<String>,
}

impl<'r> Rows<'r> {
    /// What a response of an operation is about. Where the operation lists something, a response without a list has one
    /// without entries, and not what it says of itself, such as its id.
    pub(super) fn of_operation(
        response: &'r Json,
        operation: Option<&Operation>,
        wanted: Option<&str>,
    ) -> Result<Self, Failure> {
        let expected = operation.filter(|_| lists(response).is_empty());
        match expected.and_then(|operation| schema_lists::lacking(response, operation, wanted)) {
            Some(path) => {
                let name = path.rsplit('.').next().unwrap_or(&path).to_owned();
                Ok(Self::List(List { path, name, ..List::default() }))
            }
            None => Self::of(response, operation.and_then(|operation| operation.pagination.as_ref()), wanted),
        }
    }

    /// What a response is about: the list of the name that is wanted, or else the one that is cut into pages, or else
    /// the first with entries that is nearest to the top, unless the response itself says more.
    pub(super) fn of(
        response: &'r Json,
        pagination: Option<&Pagination>,
        wanted: Option<&str>,
    ) -> Result<Self, Failure> {
        let lists = lists(response);
        let is_paged =
            |path: &str| pagination.is_some_and(|pagination| is_within_wrapper(path, &pagination.items));
        let chosen = match wanted {
            Some(wanted) => Some(place(&lists, wanted)?),
            None => lists.iter().position(|(path, _)| is_paged(path)).or_else(|| first(&lists)),
        };
        let Some((path, entries)) = chosen.and_then(|chosen| lists.get(chosen)) else {
            return Ok(match response {
                // What a query finds may be a value of its own, or none.
                Json::Null => Self::List(List::default()),
                Json::Object(_) => Self::Thing(members(response)),
                value => Self::List(List { entries: std::slice::from_ref(value), ..List::default() }),
            });
        };
        if wanted.is_none() && !is_paged(path) {
            let only = if let [entry] = entries { entry } else { &Json::Null };
            let is_thing = |value: &&Json| {
                let own = value.as_object().into_iter().flatten();
                own.filter(|(_, value)| !value.is_object() && !value.is_array()).count() > FEW_MEMBERS
            };
            if let Some(thing) = [response, only].into_iter().find(is_thing) {
                return Ok(Self::Thing(members(thing)));
            }
        }
        let is_other = |(other, list): &&(String, &[Json])| other != path && !list.is_empty();
        let paged = pagination.filter(|_| is_paged(path));
        Ok(Self::List(List {
            path: path.clone(),
            name: path.rsplit('.').next().unwrap_or(path).to_owned(),
            entries,
            rest: paged.and_then(|pagination| rest(response, pagination, entries.len())),
            others: lists.iter().filter(is_other).map(|(path, _)| path.clone()).collect(),
            whose: Vec::new(),
        }))
    }
}

impl<'r> List<'r> {
    /// The columns that are asked for, behind those that say whose an entry is.
    pub(super) fn columns(&self, asked: &[String]) -> Vec<String> {
        let whose = self.whose.iter().filter(|whose| !asked.contains(whose));
        whose.chain(asked).cloned().collect()
    }

    /// The columns of entries that have no names, if this is a list of those: values, or lists of values.
    pub(super) fn unnamed_columns(&self) -> Option<Vec<String>> {
        let is_unnamed = self.path.is_empty() && self.entries.iter().all(|entry| !entry.is_object());
        let width = |entry: &Json| entry.as_array().map_or(1, Vec::len);
        let widest = self.entries.iter().map(width).max().filter(|_| is_unnamed)?;
        Some((1..=widest).map(|column| column.to_string()).collect())
    }

    /// The entries, each with its members.
    pub(super) fn own_rows(&self) -> Vec<Row<'r>> {
        let row = |entry: &'r Json| match entry {
            Json::Object(_) => members(entry),
            // What has no names goes by its place.
            Json::Array(values) if self.path.is_empty() => {
                values.iter().enumerate().map(|(index, value)| ((index + 1).to_string(), value)).collect()
            }
            value if self.path.is_empty() => vec![("1".to_owned(), value)],
            value => vec![(self.name.clone(), value)],
        };
        self.entries.iter().map(row).collect()
    }

    /// The entries, each with its members. Where entries say little and have lists with more of them, such as samples,
    /// each of these is a row that begins with the members of its entry.
    pub(super) fn rows(&self) -> Vec<Row<'r>> {
        if self.unnamed_columns().is_some() {
            return self.own_rows();
        }
        let within: Vec<_> = self.own_rows().into_iter().zip(self.entries.iter().map(samples)).collect();
        let plain = |row: &Row<'_>| row.iter().filter(|(_, value)| is_plain(value)).count();
        let says_little = within.iter().all(|(row, _)| plain(row) <= FEW_MEMBERS);
        let samples: usize = within.iter().map(|(_, samples)| samples.len()).sum();
        if !says_little || samples < self.entries.len().max(1) {
            return within.into_iter().map(|(row, _)| row).collect();
        }
        let with_entry = |(row, samples): (Row<'r>, &'r [Json])| {
            samples.iter().map(move |sample| row.iter().cloned().chain(members(sample)).collect())
        };
        within.into_iter().flat_map(with_entry).collect()
    }
}

/// The members of an object, and those of objects within it.
fn members(value: &Json) -> Row<'_> {
    let mut row = Vec::new();
    add_members(&mut row, "", value);
    row
}

fn add_members<'r>(row: &mut Row<'r>, before: &str, value: &'r Json) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let name = format!("{before}{name}");
        let inside = format!("{name}.");
        row.push((name, value));
        add_members(row, &inside, value);
    }
}

/// All lists that are in no other, those nearest to the top first, by the names that lead to them.
fn lists(response: &Json) -> Vec<(String, &[Json])> {
    let mut found: Vec<_> =
        response.as_array().map(|list| (String::new(), list.as_slice())).into_iter().collect();
    let mut level: Vec<(String, &Map<String, Json>)> =
        response.as_object().map(|object| (String::new(), object)).into_iter().collect();
    while !level.is_empty() {
        let mut next = Vec::new();
        for (before, object) in level {
            for (name, value) in object {
                match value {
                    Json::Array(list) => found.push((format!("{before}{name}"), list.as_slice())),
                    Json::Object(object) => next.push((format!("{before}{name}."), object)),
                    _ => {}
                }
            }
        }
        level = next;
    }
    found
}

/// The one list of objects within an entry.
fn samples(entry: &Json) -> &[Json] {
    let of_objects = |list: &[Json]| list.first().is_some_and(Json::is_object);
    let mut lists = lists(entry).into_iter().map(|(_, list)| list).filter(|list| of_objects(list));
    match (lists.next(), lists.next()) {
        (Some(list), None) => list,
        _ => &[],
    }
}

/// The first list of objects with entries, or else the first with entries, or else the first.
fn first(lists: &[(String, &[Json])]) -> Option<usize> {
    let of_objects = lists.iter().position(|(_, list)| list.first().is_some_and(Json::is_object));
    let with_entries = || lists.iter().position(|(_, list)| !list.is_empty());
    of_objects.or_else(with_entries).or((!lists.is_empty()).then_some(0))
}

/// The list that a name, or the end of the names that lead to it, stands for.
fn place(lists: &[(String, &[Json])], wanted: &str) -> Result<usize, Failure> {
    let end = format!(".{wanted}");
    let is_meant = |(path, _): &(String, &[Json])| {
        format!(".{path}").to_lowercase().ends_with(&end.to_lowercase()) || is_within_wrapper(path, wanted)
    };
    lists.iter().position(is_meant).ok_or_else(|| {
        let names = || lists.iter().map(|(path, _)| path.as_str());
        let hint = match nearest(wanted, names()) {
            Some(name) => format!("did you mean {name}?"),
            None if lists.is_empty() => "it has none".to_owned(),
            None => format!("it has {}", names().collect::<Vec<_>>().join(", ")),
        };
        Failure::usage(format!("the response has no list `{wanted}`; {hint}"))
    })
}

/// Whether a list stands at a place, or in the object there that wraps it.
fn is_within_wrapper(path: &str, place: &str) -> bool {
    path == place
        || path.strip_prefix(place).is_some_and(|rest| rest.starts_with('.') && !rest[1..].contains('.'))
}

/// The total of a list that is cut into pages, or the token of the next page, as far as the response says.
pub(super) fn end(response: &Json, pagination: &Pagination) -> Option<String> {
    let end = pagination.end.as_deref()?.split('.').try_fold(response, |value, name| value.get(name))?;
    Some(end.as_str().map_or_else(|| end.to_string(), str::to_owned))
}

/// What a response lacks of its list.
fn rest(response: &Json, pagination: &Pagination, count: usize) -> Option<String> {
    let end = end(response, pagination)?;
    match pagination.by {
        PaginationStyle::PageNumber => {
            let total = end.trim().parse::<usize>().ok().filter(|total| *total > count)?;
            Some(format!("{count} of {total}"))
        }
        PaginationStyle::Token if !end.is_empty() => Some(format!("{count}, and there are more")),
        PaginationStyle::Token => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What a response is about, in words: names of columns and the number of rows.
    fn told(response: &Json, operation: &str, wanted: Option<&str>) -> String {
        let operation = rds_api::schema::operation(operation).unwrap();
        match Rows::of(response, operation.pagination.as_ref(), wanted) {
            Err(_) => "refused".to_owned(),
            Ok(Rows::Thing(row)) => {
                format!("thing of {}", row.iter().filter(|(_, value)| is_plain(value)).count())
            }
            Ok(Rows::List(list)) => {
                let rows = list.rows();
                let plain = rows.first().into_iter().flatten().filter(|(_, value)| is_plain(value));
                let columns: Vec<_> = plain.map(|(name, _)| name.as_str()).collect();
                let rest = list.rest.map(|rest| format!(", {rest}")).unwrap_or_default();
                let others = list.others.iter().map(|other| format!(", also {other}")).collect::<String>();
                format!("{} {}: {}{rest}{others}", rows.len(), list.name, columns.join(" "))
            }
        }
    }

    #[test]
    fn a_response_is_about_its_list_or_about_itself() {
        let parameter = json!({ "ParameterName": "a", "ParameterValue": "1" });
        let parameters = json!({
            "Engine": "mysql",
            "ConfigParameters": { "DBInstanceParameter": [] },
            "RunningParameters": { "DBInstanceParameter": [parameter, parameter] },
        });
        let expected = "2 DBInstanceParameter: ParameterName ParameterValue";
        assert_eq!(told(&parameters, "DescribeParameters", None), expected);
        let empty = "0 DBInstanceParameter: , also RunningParameters.DBInstanceParameter";
        assert_eq!(told(&parameters, "DescribeParameters", Some("ConfigParameters")), empty);
        assert_eq!(told(&parameters, "DescribeParameters", Some("Nothing")), "refused");

        let instances = json!({
            "TotalRecordCount": 40,
            "Items": { "DBInstance": [{ "DBInstanceId": "rm-1", "ReadOnlyDBInstanceIds": { "ReadOnlyDBInstanceId": [] } }] },
        });
        assert_eq!(told(&instances, "DescribeDBInstances", None), "1 DBInstance: DBInstanceId, 1 of 40");

        let members: Map<_, _> = (0..9).map(|number| (format!("Member{number}"), json!(number))).collect();
        let mut usage = Json::Object(members.clone());
        usage["Extra"] = json!({ "Note": "x", "List": [parameter] });
        assert_eq!(told(&usage, "DescribeResourceUsage", None), "thing of 10");
        let attribute = json!({ "Items": { "DBInstanceAttribute": [members] }, "RequestId": "1" });
        assert_eq!(told(&attribute, "DescribeDBInstanceAttribute", None), "thing of 9");

        let sample = json!({ "Value": "1&2", "Date": "2026-11-01T00:00:00Z" });
        let performance = json!({ "PerformanceKeys": { "PerformanceKey": [
            { "Key": "A", "Values": { "PerformanceValue": [sample, sample] } },
            { "Key": "B", "Values": { "PerformanceValue": [sample] } },
        ] } });
        let told_samples = told(&performance, "DescribeDBInstancePerformance", None);
        assert_eq!(told_samples, "3 PerformanceKey: Key Value Date");

        assert_eq!(told(&json!({ "Names": ["a", "b"] }), "DescribeVpcs", None), "2 Names: Names");
        assert_eq!(told(&json!({}), "DescribeVpcs", None), "thing of 0");
        assert_eq!(told(&json!([{ "A": 1 }]), "DescribeVpcs", None), "1 : A");
    }
}
