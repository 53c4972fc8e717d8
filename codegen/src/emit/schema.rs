//! `schema.rs`: the descriptions of the operations, as a program finds them.

use quote::quote;

use super::file::file;
use super::tokens::inner_doc;
use crate::model::Api;

/// `schema.rs`.
pub(super) fn module(api: &Api) -> String {
    let package = &api.package;
    let example = api.example().map_or_else(String::new, |operation| {
        format!(
            "\n\n```\nuse {package}::schema;\n\n\
             let operation = schema::operation({:?}).expect(\"a known operation\");\n\
             assert_eq!(operation.family, {:?});\n```\n",
            operation.name, operation.family
        )
    });
    let about = inner_doc(&format!(
        "What the specification says of every operation, for code to walk: the command line, the embedded service, a form \
         in a browser.\n\nAn entry is read when it is first asked for, so a program pays only for what it looks at.{example}"
    ));
    file(
        "spec/api.yaml",
        quote! {
            #about
            #[doc(hidden)]
            pub use rds_api_core::catalogue::{flattened, scalar, secrecy};
            #[doc(inline)]
            pub use rds_api_core::catalogue::{
                Catalogue, EnumValue, Family, Field, FieldExt, Follows, Given, JsonSchemas, Kind, Limits, Location, Metric,
                NamedWaiter, Operation, OperationExt, ParameterValue, Precision, Problem, ProblemKind, Role, Shape, Source,
                Style, Takes, samples,
            };
            use crate::service::SERVICE;

            mod operations;

            /// All of it as one value, for what serves any product.
            pub static CATALOGUE: Catalogue =
                Catalogue::new(&SERVICE, operations::ENTRIES, operations::FAMILIES, operations::SYNONYMS);

            /// The names of all operations, sorted.
            pub fn names() -> impl ExactSizeIterator<Item = &'static str> {
                CATALOGUE.names()
            }

            /// All operations, sorted by name.
            pub fn operations() -> impl ExactSizeIterator<Item = &'static Operation> {
                CATALOGUE.operations()
            }

            /// The operation of this name.
            pub fn operation(name: &str) -> Option<&'static Operation> {
                CATALOGUE.operation(name)
            }

            /// The families, in the order of the documentation.
            pub fn families() -> impl ExactSizeIterator<Item = Family> {
                CATALOGUE.families()
            }
        },
    )
}
