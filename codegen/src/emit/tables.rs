//! Tables over all operations: the service that they belong to, and the types of their requests.

use std::collections::BTreeSet;

use quote::quote;

use super::file::file;
use super::tokens::{ident, inner_doc};
use crate::model::{Api, Field, Operation, TypeItem, Types};
use crate::names;

/// `service.rs`: what the core has to know of the product.
pub(super) fn service(api: &Api) -> String {
    let about = inner_doc("The service that the client calls.");
    let (product, version) = (&api.product, &api.version);
    let (rule, network_rule) = (&api.endpoints.rule, &api.endpoints.network_rule);
    let regions = api.endpoints.regions.iter().map(|(region, host)| quote!((#region, #host)));
    let names = sensitive(api);
    let names = names.iter();
    let classes = api.errors.classes().into_iter().filter(|(_, codes)| !codes.is_empty());
    let classes = classes.map(|(key, codes)| {
        let class = ident(&names::type_name(key));
        quote!((error::ErrorClass::#class, &[#(#codes),*]))
    });
    let may_have_been_executed = &api.errors.may_have_been_executed;
    file(
        "spec/",
        quote! {
            #about
            use rds_api_core::error;
            use rds_api_core::service::{Endpoints, Service};
            /// The product, its version, its endpoints, the names of what it keeps secret, and what its error codes mean.
            pub static SERVICE: Service = Service {
                product: #product,
                version: #version,
                user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")),
                endpoints: Endpoints {
                    rule: #rule,
                    network_rule: #network_rule,
                    regions: &[#(#regions),*],
                },
                sensitive_names: &[#(#names),*],
                error_codes: error::ErrorCodes {
                    classes: &[#(#classes),*],
                    may_have_been_executed: &[#(#may_have_been_executed),*],
                },
            };
        },
    )
}

/// The wire names of all parameters and members that are sensitive in any operation, sorted. Text that others wrote,
/// such as a response that does not decode, has no types to tell what is secret, only names.
fn sensitive(api: &Api) -> BTreeSet<&str> {
    let operations = api.families.iter().flat_map(|family| &family.operations);
    let shared = api.types.iter().filter_map(TypeItem::fields).flatten();
    let fields = operations.flat_map(Operation::all_fields).chain(shared);
    fields.filter(|field| field.sensitive).map(|field| &*field.wire).collect()
}

/// `each_request.rs`: a walk over the types of all requests, for tests.
pub(super) fn each_request(api: &Api) -> String {
    let about = inner_doc("The types of all requests, for tests that hold for every operation.");
    let visit = |operation: &Operation| {
        let (family, request) = (ident(&operation.family), ident(&operation.request_type()));
        quote!($visit.request::<$crate::operations::#family::#request>();)
    };
    let all = || api.families.iter().flat_map(|family| &family.operations);
    let operations = all().map(visit);
    let followed = all().filter(|operation| operation.follows.is_some()).map(|operation| {
        let (family, request) = (ident(&operation.family), ident(&operation.request_type()));
        quote!($visit.followed::<$crate::operations::#family::#request>();)
    });
    let sensitive = all().filter(|operation| has_secret(Types::of(api, operation), operation)).map(visit);
    file(
        "spec/",
        quote! {
            #about
            /// Calls `request::<R>()` of a value with the request type of every operation, by families.
            #[doc(hidden)]
            #[macro_export]
            macro_rules! __each_request {
                ($visit:expr) => { #(#operations)* };
            }
            /// Calls `followed::<R>()` of a value with the request type of every write that something follows.
            #[doc(hidden)]
            #[macro_export]
            macro_rules! __each_followed_request {
                ($visit:expr) => { #(#followed)* };
            }
            /// Does the same as the first with the operations that have anything sensitive, in the request or the response.
            #[doc(hidden)]
            #[macro_export]
            macro_rules! __each_sensitive_request {
                ($visit:expr) => { #(#sensitive)* };
            }
        },
    )
}

/// Whether anything of an operation is sensitive, however deep.
fn has_secret(types: Types<'_>, operation: &Operation) -> bool {
    fn within(types: Types<'_>, fields: &[Field]) -> bool {
        fields.iter().any(|field| {
            let members = types.find(field.ty.innermost()).and_then(TypeItem::fields);
            field.sensitive || members.is_some_and(|members| within(types, members))
        })
    }
    [&operation.request, &operation.call_parameters, &operation.response]
        .iter()
        .any(|fields| within(types, fields))
}
