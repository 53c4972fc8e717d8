//! What no specification can be made of.

use super::metadata::{Document, Parameter};
use crate::names;

/// Where a parameter may travel.
const PARTS: &[&str] = &["query", "formData"];

/// Why nothing can be made of the document, or of these operations of it.
pub(super) fn of<'d>(document: &'d Document, is_chosen: &dyn Fn(&str) -> bool) -> Result<(), String> {
    let style = document.info.style.as_deref().filter(|style| !style.eq_ignore_ascii_case("RPC"));
    if let Some(style) = style {
        return Err(format!(
            "this product is of the style {style:?}: its operations are called by paths; only those of the style RPC, which \
             are called by name, can be specified"
        ));
    }
    for (name, api) in document.apis.iter().filter(|(name, _)| is_chosen(name)) {
        if !names::is_operation(name) {
            return Err(format!(
                "{name:?} is no name of an operation: it begins with a capital and holds letters and digits"
            ));
        }
        if let Some(path) = api.path.as_deref().filter(|path| !matches!(*path, "" | "/")) {
            return Err(format!("`{name}` is called by the path {path:?}, and not by its name"));
        }
        let odd =
            |parameter: &&'d Parameter| parameter.part.as_deref().is_some_and(|part| !PARTS.contains(&part));
        if let Some(parameter) = api.parameters().iter().find(odd) {
            let part = parameter.part.as_deref().unwrap_or_default();
            return Err(format!(
                "`{name}` has the parameter {:?} in {part:?}; only {} can be specified",
                parameter.name,
                PARTS.join(" and ")
            ));
        }
    }
    Ok(())
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
