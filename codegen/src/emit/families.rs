//! The modules that hold the operations, and the index of them all.

use quote::quote;

use super::file::file;
use super::tokens::{ident, inner_doc};
use crate::model::{Api, Family};

const TABLE_HEAD: &str = "| operation | what it does |\n| --- | --- |\n";

/// A text in a table.
fn cell(text: &str) -> String {
    text.trim().replace('|', "\\|")
}

/// `mod.rs` of the operations.
pub(super) fn root(api: &Api) -> String {
    let about = inner_doc(&format!("The operations of {} {}, by family.", api.product, api.version));
    let families = api.families.iter().map(|family| {
        let name = ident(&family.name);
        quote!(pub mod #name;)
    });
    file(
        "spec/api.yaml",
        quote! {
            #about
            #[cfg(feature = "schema")]
            mod each_request;
            #(#families)*
        },
    )
}

/// `index.md`: the operations by family, for the front page of the documentation.
pub(super) fn index(api: &Api) -> String {
    let count: usize = api.families.iter().map(|family| family.operations.len()).sum();
    let mut text = format!("# The {count} operations, by family\n");
    for family in &api.families {
        let (name, title, doc) = (&family.name, &family.title, &family.doc);
        text += &format!("\n## {title}\n\n{doc} In [`operations::{name}`](crate::operations::{name}).\n\n");
        text += TABLE_HEAD;
        for operation in &family.operations {
            let (method, summary) = (&operation.method, cell(&operation.summary));
            text += &format!("| [`{method}`](crate::Client::{method}) | {summary} |\n");
        }
    }
    text
}

/// `mod.rs` of a family.
pub(super) fn module(family: &Family) -> String {
    let mut about = format!("{}: {}\n\n{TABLE_HEAD}", family.title, family.doc);
    for operation in &family.operations {
        let (method, summary) = (&operation.method, cell(&operation.summary));
        about += &format!("| [`{method}`] | {summary} |\n");
    }
    let about = inner_doc(&about);
    let modules = family.operations.iter().map(|operation| {
        let module = ident(&operation.method);
        quote!(pub mod #module;)
    });
    let names = family.operations.iter().map(|operation| {
        let module = ident(&operation.method);
        let names = [operation.call_type(), operation.request_type(), operation.response_type()];
        let names = names.iter().map(|name| ident(name));
        quote!(pub use #module::{#(#names),*};)
    });
    file(&format!("spec/{}/", family.name), quote!(#about #(#modules)* #(#names)*))
}
