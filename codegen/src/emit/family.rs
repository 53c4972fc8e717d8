//! The modules that hold the operations, the index of them all, the hosts, and the names of what is secret.

use std::collections::BTreeSet;

use quote::quote;

use super::tokens::{doc, ident, imports, inner_doc};
use crate::model::{Api, Family, Operation, TypeItem};

/// `mod.rs` of all generated code.
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
            #(#families)*
            #[cfg(feature = "catalogue")]
            pub(crate) mod catalogue;
            #[cfg(all(test, feature = "testing"))]
            pub(crate) mod each_operation;
            mod call_parameters;
            pub mod types;
        },
    )
}

/// `each_operation.rs`: a walk over the types of all requests, for tests.
pub(super) fn each_operation(api: &Api) -> String {
    let about = inner_doc("The types of all requests, for tests that hold for every operation.");
    let operations = api.families.iter().flat_map(|family| &family.operations).map(|operation| {
        let (family, request) = (ident(&operation.family), ident(&operation.request_type()));
        quote!(visit.operation::<crate::#family::#request>();)
    });
    super::file(
        "spec/",
        quote! {
            #about
            use crate::each_operation::EachOperation;
            /// Shows every operation, by families.
            pub(crate) fn each_operation(visit: &mut impl EachOperation) {
                #(#operations)*
            }
        },
    )
}

/// `index.md`: the operations by family, for the front page of the documentation.
pub(super) fn index(api: &Api) -> String {
    let count: usize = api.families.iter().map(|family| family.operations.len()).sum();
    let mut text = format!("# The {count} operations, by family\n");
    for family in &api.families {
        let (name, title, doc) = (&family.name, &family.title, &family.doc);
        text += &format!("\n**[{title}](crate::{name})** {doc}\n");
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

/// `endpoints.rs`: which host a region has.
pub(super) fn endpoints(api: &Api) -> String {
    let about = inner_doc("The hosts of the service.");
    let version = &api.version;
    let (rule, network_rule) = (&api.endpoints.rule, &api.endpoints.network_rule);
    let regions = api.endpoints.regions.iter().map(|(region, host)| quote!((#region, #host)));
    super::file(
        "spec/api.yaml",
        quote! {
            #about
            /// The version of the API.
            pub const VERSION: &str = #version;
            /// The host of a region that is not in [`REGIONS`].
            pub const RULE: &str = #rule;
            /// The host of any region on another network.
            pub const NETWORK_RULE: &str = #network_rule;
            /// Regions with a host of their own, sorted.
            pub static REGIONS: &[(&str, &str)] = &[#(#regions),*];
        },
    )
}

/// `call_parameters.rs`: the parameters that are options of every call.
pub(super) fn call_parameters(api: &Api) -> String {
    let about =
        inner_doc("Parameters that many operations take: options of every call, not fields of requests.");
    let setters = api.call_parameters.iter().map(|parameter| {
        let (about, wire, name) = (doc(&parameter.doc), &parameter.wire, ident(&parameter.name));
        quote! {
            #about
            pub fn #name(self, #name: impl ToString) -> Self {
                self.parameter(#wire, #name.to_string())
            }
        }
    });
    let items = quote!(impl<R: Request> Call<'_, R> { #(#setters)* });
    let imports = imports(&items, &BTreeSet::new());
    super::file("spec/api.yaml", quote!(#about #imports #items))
}

/// `sensitive.rs`: the names of what must not be shown. Text that others wrote, such as an answer that does not
/// decode, has no types to tell what is secret, only names.
pub(super) fn sensitive(api: &Api) -> String {
    let about = inner_doc("What must not be shown.");
    let operations = api.families.iter().flat_map(|family| &family.operations);
    let shared = api.types.iter().filter_map(TypeItem::fields).flatten();
    let fields = operations.flat_map(Operation::all_fields).chain(shared);
    let names: BTreeSet<&str> = fields.filter(|field| field.sensitive).map(|field| &*field.wire).collect();
    let names = names.iter();
    super::file(
        "spec/",
        quote! {
            #about
            /// The wire names of all parameters and members that are sensitive in any operation, sorted.
            pub static NAMES: &[&str] = &[#(#names),*];
        },
    )
}
