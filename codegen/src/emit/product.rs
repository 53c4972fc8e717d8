//! What the crate of a product has besides what is generated: its manifest, its front page, a test and a program to call
//! it with. They are a beginning, and written only where there is nothing yet.

use quote::quote;

use super::file::laid_out;
use super::tokens::inner_doc;
use crate::model::Api;
use crate::output::Output;

/// What the manifest of the crate says of what the crate stands on, each as TOML.
#[derive(Debug, Clone)]
pub struct Dependencies {
    /// The edition of the language.
    pub edition: String,
    /// The oldest compiler.
    pub rust_version: String,
    /// The core, such as `{ version = "=0.1.0", path = "../rds-api/core" }`.
    pub core: String,
    /// The embedded service.
    pub testing: String,
    /// `serde_json`, such as `{ version = "1", features = ["preserve_order"] }`.
    pub serde_json: String,
    /// The version of `tokio`.
    pub tokio: String,
}

/// All of it.
pub(crate) fn begin(api: &Api, package: &str, dependencies: &Dependencies) -> Vec<Output> {
    let output = |path: &str, text: String| Output { path: path.to_owned(), text };
    vec![
        output("Cargo.toml", manifest(api, package, dependencies)),
        output("src/lib.rs", root(api)),
        output("examples/call.rs", program(api)),
        output("tests/embedded_service.rs", test(api)),
    ]
}

fn title(api: &Api) -> String {
    format!("Alibaba Cloud {} (OpenAPI {})", api.product, api.version)
}

fn manifest(api: &Api, package: &str, dependencies: &Dependencies) -> String {
    let Dependencies { edition, rust_version, core, testing, serde_json, tokio } = dependencies;
    let title = title(api);
    format!(
        r#"[package]
name = {package:?}
version = "0.1.0"
edition = {edition:?}
rust-version = {rust_version:?}
description = "Typed client of {title}"

[features]
default = ["rustls-ring"]
# TLS by rustls with the ring provider: the quickest to build without system libraries.
rustls-ring = ["rds-api-core/rustls-ring"]
# TLS by rustls with the aws-lc provider.
rustls-aws-lc = ["rds-api-core/rustls-aws-lc"]
# TLS by the system's library.
native-tls = ["rds-api-core/native-tls"]
# `Serialize` and `Deserialize` of requests, responses and what is in them.
serde = ["rds-api-core/serde"]
# `Hash` of enums and timestamps, to use them as keys of a `HashMap`.
hash = ["rds-api-core/hash"]
# Calls that wait on the thread that makes them.
blocking = ["rds-api-core/blocking"]
# The description of each operation, for code to walk.
schema = ["rds-api-core/schema"]

[dependencies]
rds-api-core = {core}
serde_json = {serde_json}

[dev-dependencies]
rds-api-testing = {testing}
tokio = {{ version = {tokio:?}, features = ["macros", "rt"] }}

[[example]]
name = "call"
required-features = ["schema"]

[[test]]
name = "embedded_service"
required-features = ["schema", "serde"]

[package.metadata.docs.rs]
all-features = true

# A workspace of its own, wherever it lies. Remove this to make it a member of another.
[workspace]
"#
    )
}

/// `lib.rs`, with the front page.
fn root(api: &Api) -> String {
    let title = title(api);
    let package = &api.package;
    let about = inner_doc(&format!(
        "Typed client of {title}: all its operations as async methods.\n\n\
         - [`Client`] has a method for each operation, listed [below](#operations-by-family); the page of an operation's \
         module says what it needs and how it fails. [`Client::builder`] has all settings.\n\
         - Required parameters are arguments, optional ones are methods. [`Error`] says what failed, whether the call may \
         have been executed, and what to do.\n\
         - A failed call is repeated where repeating cannot do anything twice: [`RetryPolicy`].\n\
         - Lists that come in pages are streams, see [`pagination`]. What goes on after its call is waited for, see \
         [`waiter`].\n\
         - Programs without an async runtime say `send_blocking()` instead of `await` (feature `blocking`).\n\
         - [`Client::call_raw`] reaches operations and parameters that this version does not know.\n\n\
         ```no_run\n\
         # async fn example() -> {package}::Result<()> {{\n\
         let client = {package}::Client::from_env(\"cn-hangzhou\")?;\n\
         # let _ = client;\n# Ok(())\n# }}\n\
         ```\n"
    ));
    laid_out(quote! {
        #about
        #![doc = include_str!("operations/index.md")]
        #![forbid(unsafe_code)]

        mod call;
        mod client;
        #[rustfmt::skip]
        pub mod operations;
        #[cfg(feature = "schema")]
        pub mod schema;
        #[rustfmt::skip]
        mod service;
        #[rustfmt::skip]
        pub mod types;

        pub use call::Call;
        pub use client::{Client, ClientBuilder};
        #[doc(inline)]
        pub use rds_api_core::{
            Access, CallerIdentity, Credentials, Endpoint, Error, ErrorClass, ErrorKind, Format, Method, Network,
            Operation, RawCall, Request, Response, Result, ResultStream, RetryPolicy, Service, Timestamp,
            client::metrics, credentials, error, http::transport,
            object::UnrecognizedValue, sequence::follow, sequence::pagination, sequence::waiter, signature,
        };
        pub use service::SERVICE;

        /// The items that generated code needs.
        #[doc(hidden)]
        pub mod __private {
            pub use rds_api_core::object::*;
            pub use rds_api_core::request::parameters::parameters;
            pub use rds_api_core::sequence::follow::{Follow, Followed, Given};
            pub use rds_api_core::sequence::pagination::{Paginated, Pagination};
            pub use rds_api_core::sequence::waiter::{Wait, Waiter};
            pub use rds_api_core::{Access, Method, Operation, ParameterValue, Request, Timestamp};
            pub use serde_json::Value as Json;

            pub use crate::{Call, Client};
        }
    })
}

/// `examples/call.rs`: any operation from the command line.
fn program(api: &Api) -> String {
    let package = quote::format_ident!("{}", api.package);
    let about = inner_doc(
        "Calls any operation: `cargo run --example call --features schema -- REGION OPERATION [NAME=VALUE …]`. The region \
         `fake` is an embedded service.",
    );
    laid_out(quote! {
        #about
        use std::error::Error;

        use #package::schema::{self, FieldExt as _, OperationExt as _, secrecy};
        use #package::{Client, SERVICE};
        use rds_api_testing::FakeService;
        use serde_json::{Map, Value};

        #[tokio::main(flavor = "current_thread")]
        async fn main() -> Result<(), Box<dyn Error>> {
            let mut arguments = std::env::args().skip(1);
            let (Some(region), Some(name)) = (arguments.next(), arguments.next()) else {
                let names: Vec<&str> = schema::names().collect();
                return Err(format!("say REGION OPERATION [NAME=VALUE …]; the operations: {}", names.join(" ")).into());
            };
            let operation = schema::operation(&name).ok_or_else(|| format!("there is no operation {name}"))?;
            let mut parameters = Map::new();
            for argument in arguments {
                let (name, text) = argument.split_once('=').ok_or("a parameter is NAME=VALUE")?;
                let value = match operation.parameter(name) {
                    Some(field) => field.parse(text)?,
                    None => Value::from(text),
                };
                parameters.insert(name.to_owned(), value);
            }
            let problems: Vec<String> = operation.check(&parameters).iter().map(ToString::to_string).collect();
            if !problems.is_empty() {
                return Err(problems.join("; ").into());
            }
            let fake = FakeService::builder_of(&schema::CATALOGUE);
            let (client, _service) = if region == "fake" {
                let service = fake.start()?;
                (service.client_of::<Client>()?, Some(service))
            } else {
                (Client::from_env(region)?, None)
            };
            let mut response = operation.call(&client, &parameters).await?;
            secrecy::mask(SERVICE.sensitive(), &operation.response, &mut response);
            println!("{response:#}");
            Ok(())
        }
    })
}

/// `tests/embedded_service.rs`: every operation, over HTTP.
fn test(api: &Api) -> String {
    let package = quote::format_ident!("{}", api.package);
    let about = inner_doc("Every operation, called over HTTP on the embedded service.");
    laid_out(quote! {
        #about
        use #package::Client;
        use #package::schema::{self, Field, OperationExt as _};
        use rds_api_testing::FakeService;

        #[tokio::test]
        async fn every_operation_has_a_response() -> #package::Result<()> {
            let service = FakeService::builder_of(&schema::CATALOGUE).start()?;
            let client: Client = service.client_of()?;
            let mut called = 0;
            for operation in schema::operations() {
                // The examples of what is optional are often at odds with one another.
                let required: Vec<Field> = operation.required().cloned().collect();
                let parameters = schema::samples(&required);
                if !operation.check(&parameters).is_empty() {
                    println!("no example for {}", operation.name);
                    continue;
                }
                let response = operation.call(&client, &parameters).await?;
                assert!(response["RequestId"].is_string(), "{}", operation.name);
                called += 1;
            }
            assert!(called > 0, "no operation has examples for all that it requires");
            Ok(())
        }
    })
}
