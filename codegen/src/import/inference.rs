//! What the metadata does not say and names suggest: pages, secrets and search words. A person checks it.

use crate::lower::{cannot_size, cannot_turn};
use crate::names;
use crate::spec::{Access, Field, Operation, Pagination, PaginationStyle};

/// What the file of an operation says above all where something in it is inferred.
pub(super) const MARK: &str = "# A draft:";

/// Names of the number of a page, of the size of a page, of the number of all entries, and of the token of a page.
const PAGES: &[&str] = &["PageNumber", "PageNo", "CurrentPage"];
const SIZES: &[&str] = &["PageSize", "MaxResults", "MaxRecordsPerPage"];
const TOTALS: &[&str] =
    &["TotalRecordCount", "TotalCount", "TotalRecords", "TotalItems", "TotalNum", "Total"];
const TOKENS: &[&str] = &["NextToken"];

/// Verbs of names, and what people type instead.
const VERBS: &[(&str, &str)] = &[
    ("add", "attach"),
    ("allocate", "create"),
    ("cancel", "abort"),
    ("check", "verify"),
    ("clone", "copy"),
    ("create", "add"),
    ("delete", "remove"),
    ("describe", "show"),
    ("disable", "turn off"),
    ("enable", "turn on"),
    ("get", "show"),
    ("grant", "allow"),
    ("list", "show"),
    ("modify", "change"),
    ("query", "show"),
    ("release", "delete"),
    ("remove", "delete"),
    ("reset", "change"),
    ("restart", "reboot"),
    ("revoke", "deny"),
    ("start", "resume"),
    ("stop", "pause"),
    ("switch", "change"),
    ("update", "change"),
    ("upgrade", "update"),
];

/// The longest search word that is allowed.
const MAX_SEARCH: usize = 40;

/// Adds what the names of a new operation suggest, and tells what that was.
pub(super) fn infer(name: &str, operation: &mut Operation) -> Vec<&'static str> {
    let mut inferred = Vec::new();
    // What changes something is not repeated for its pages.
    operation.pagination = pagination(operation).filter(|_| operation.access == Access::Read);
    if operation.pagination.is_some() {
        inferred.push("pagination");
    }
    if operation.request.values().chain(operation.response.values()).any(has_secret) {
        inferred.push("sensitive");
    }
    operation.search = search(name).into_iter().collect();
    if !operation.search.is_empty() {
        inferred.push("search");
    }
    inferred
}

/// The comment above a file of which something is inferred.
pub(super) fn marked(inferred: &[&str], text: &str) -> String {
    let schema = "# yaml-language-server: $schema=../schema.json#/definitions/Operation\n";
    match inferred {
        [] => format!("{schema}{text}"),
        _ => format!(
            "{schema}{MARK} inferred from names are {}. Check them, and remove this line.\n{text}",
            inferred.join(", ")
        ),
    }
}

/// Whether a field, or anything in it, is taken for a secret by its name.
fn has_secret(field: &Field) -> bool {
    let items = field.items.as_deref();
    field.sensitive == Some(true) || field.fields.values().any(has_secret) || items.is_some_and(has_secret)
}

fn pagination(operation: &Operation) -> Option<Pagination> {
    let is_number = |field: &Field| matches!(field.kind.as_str(), "int32" | "int64");
    let parameter = |names: &[&str], is_right: &dyn Fn(&Field) -> bool| {
        let found = names.iter().find(|name| operation.request.get(**name).is_some_and(is_right));
        found.map(|name| (*name).to_owned())
    };
    let items = only_list(operation)?;
    let has_size = |field: &Field| is_number(field) && !cannot_size(field.maximum, field.default.as_ref());
    let turns = |field: &Field| {
        is_number(field) && cannot_turn(field.minimum, field.maximum, field.default.as_ref()).is_none()
    };
    let size = parameter(SIZES, &has_size);
    let token = parameter(TOKENS, &|field| field.kind == "string" && !field.required);
    if let Some(token) =
        token.filter(|token| operation.response.get(token).is_some_and(|it| it.kind == "string"))
    {
        let next = Some(token.clone());
        return Some(Pagination {
            by: PaginationStyle::Token,
            page: None,
            token: Some(token),
            size,
            items,
            total: None,
            next,
            disabled_by: Vec::new(),
        });
    }
    let page = parameter(PAGES, &turns)?;
    let total = TOTALS.iter().find(|name| operation.response.get(**name).is_some_and(is_number));
    Some(Pagination {
        by: PaginationStyle::PageNumber,
        page: Some(page),
        token: None,
        size,
        items,
        total: total.map(|name| (*name).to_owned()),
        next: None,
        disabled_by: Vec::new(),
    })
}

/// The path of the list of a response, if there is one that its pages can be of.
fn only_list(operation: &Operation) -> Option<String> {
    let mut lists = Vec::new();
    for (name, field) in &operation.response {
        match field.kind.as_str() {
            "list" => lists.push(name.clone()),
            "object" => {
                let inside = field.fields.iter().filter(|(_, member)| member.kind == "list");
                lists.extend(inside.map(|(member, _)| format!("{name}.{member}")));
            }
            _ => {}
        }
    }
    match <[String; 1]>::try_from(lists) {
        Ok([only]) => Some(only),
        Err(_) => None,
    }
}

/// What people may type who do not know the name.
fn search(name: &str) -> Option<String> {
    let words = names::snake_case(name).replace('_', " ");
    let (verb, things) = words.split_once(' ')?;
    let (_, other) = VERBS.iter().find(|(known, _)| *known == verb)?;
    let phrase = format!("{other} {things}");
    (phrase.chars().count() <= MAX_SEARCH).then_some(phrase)
}
