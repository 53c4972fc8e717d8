//! The modules that hold the operations, and the index of them all.

use quote::quote;

use super::tokens::{ident, inner_doc};
use crate::model::{Api, Family};

/// `mod.rs` of the operations.
pub(super) fn root(api: &Api) -> String {
    let about = inner_doc(&format!("The operations of {} {}, by family.", api.product, api.version));
    let families = api.families.iter().map(|family| {
        let name = ident(&family.name);
        quote!(pub mod #name;)
    });
    super::file(
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
        text += &format!("\n**[{title}](crate::operations::{name})** {doc}\n");
        let links: Vec<String> = family
            .operations
            .iter()
            .map(|operation| format!("[`{0}`](crate::Client::{0})", operation.method))
            .collect();
        text += &format!("{}\n", links.join(" · "));
    }
    text
}

/// `mod.rs` of a family.
pub(super) fn module(family: &Family) -> String {
    let mut about =
        format!("{}: {}\n\n| operation | what it does |\n| --- | --- |\n", family.title, family.doc);
    for operation in &family.operations {
        let (method, summary) = (&operation.method, operation.summary.trim().replace('|', "\\|"));
        about += &format!("| [`{method}`] | {summary} |\n");
    }
    let about = inner_doc(&about);
    let modules = family.operations.iter().map(|operation| {
        let module = ident(&operation.method);
        quote!(pub mod #module;)
    });
    let names = family.operations.iter().map(|operation| {
        let module = ident(&operation.method);
        let (request, response) = (ident(&operation.request_type()), ident(&operation.response_type()));
        quote!(pub use #module::{#request, #response};)
    });
    super::file(&format!("spec/{}/", family.name), quote!(#about #(#modules)* #(#names)*))
}
