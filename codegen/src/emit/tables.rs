//! Tables over all operations: hosts, names of what is secret, parameters of every call, types of requests.

use std::collections::BTreeSet;

use quote::quote;

use super::imports::Imports;
use super::tokens::{doc, ident, inner_doc};
use crate::model::{Api, Operation, TypeItem};

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

/// `sensitive.rs`: the names of what must not be shown. Text that others wrote, such as a response that does not
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
    let mut imports = Imports::default();
    imports.add("crate::call", &["Call"]);
    imports.add("crate::operation", &["Request"]);
    let imports = imports.tokens();
    super::file("spec/api.yaml", quote!(#about #imports #items))
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
