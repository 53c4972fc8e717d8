//! What no specification can be made of.

use super::metadata::{Api, Document, Parameter};
use crate::names;

/// Where a parameter may travel.
const PARTS: &[&str] = &["query", "formData"];

/// How an operation that goes by its name may be called.
const METHODS: &[&str] = &["get", "post"];

/// Why nothing can be made of the document.
pub(super) fn of(document: &Document) -> Result<(), String> {
    match document.info.style.as_deref().filter(|style| !style.eq_ignore_ascii_case("RPC")) {
        None => Ok(()),
        Some(style) => Err(format!(
            "this product is of the style {style:?}: its operations are called by paths; only those of the style RPC, which \
             are called by name, can be specified"
        )),
    }
}

/// Why nothing can be made of an operation.
pub(super) fn of_operation(name: &str, api: &Api) -> Result<(), String> {
    if !names::is_operation(name) {
        return Err(format!(
            "{name:?} is no name of an operation: it begins with a capital and holds letters and digits"
        ));
    }
    if let Some(path) = api.path.as_deref().filter(|path| !matches!(*path, "" | "/")) {
        return Err(format!("`{name}` is called by the path {path:?}, and not by its name"));
    }
    let is_known = |method: &String| METHODS.iter().any(|known| method.eq_ignore_ascii_case(known));
    if !api.methods.is_empty() && !api.methods.iter().any(is_known) {
        let (methods, known) = (api.methods.join(" or "), METHODS.join(" and "));
        return Err(format!("`{name}` is called by {methods:?}; only {known} can be specified"));
    }
    let odd = |parameter: &&Parameter| parameter.part.as_deref().is_some_and(|part| !PARTS.contains(&part));
    api.parameters().iter().find(odd).map_or(Ok(()), |parameter| {
        let part = parameter.part.as_deref().unwrap_or_default();
        let (wire, known) = (&parameter.name, PARTS.join(" and "));
        Err(format!("`{name}` has the parameter {wire:?} in {part:?}; only {known} can be specified"))
    })
}

/// Why no folder may be called like this family.
pub(super) fn of_family(name: &str) -> Result<(), String> {
    let is_word =
        |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_';
    let is_name = name.starts_with(|first: char| first.is_ascii_lowercase()) && name.chars().all(is_word);
    match is_name {
        true => Ok(()),
        false => Err(format!(
            "{name:?} is no name of a family: it has small letters, digits and `_`, such as `backup`"
        )),
    }
}
