//! `client.rs`: the type that has a method for each operation.

use quote::quote;

use super::example::Sample;
use super::file::file;
use super::tokens::{doc, ident, inner_doc};
use crate::model::Api;

/// `client.rs`. What it does is in the core; it is a type of the crate that has the operations, because Rust has no other
/// place for their methods.
pub(super) fn module(api: &Api) -> String {
    let about =
        inner_doc("The client: one for an account and a region, cheap to clone, made once and shared.");
    let package = ident(&api.package);
    let sample = Sample::of(api);
    let in_async = |body: &str| in_async(&api.package, body);
    let about_client = doc(&format!(
        "A client of the service.\n\nIt has a method for each operation, listed on the [front page](crate). Connections, \
         credentials, the budget of retries and the limits are shared by its clones, so make one and clone it.\n\n\
         ```no_run\n{hidden}# async fn example() -> {package}::Result<()> {{\nuse {package}::Client;\n{imports}\n\
         let client = Client::from_env(\"cn-hangzhou\")?;\n\
         let response = client.{method}({arguments}).await?;\nprintln!(\"{{response:#?}}\");\n# Ok(())\n# }}\n```\n",
        hidden = sample.hidden,
        imports = sample.imports,
        method = sample.method,
        arguments = sample.arguments,
    ));
    let about_call = doc(&format!(
        "A call with a request built elsewhere.\n\n{}",
        in_async(&format!(
            "{}let request = {};\nlet response = client.call(request).await?;\n",
            sample.request_imports, sample.request
        ))
    ));
    let about_raw = doc(&format!(
        "A call of an operation that this crate does not know, by its name. Signing, retries and errors are those of every \
         call.\n\n{}",
        in_async(&format!(
            "use {package}::Access;\n\nlet response = client\n    \
             .call_raw(\"DescribeSomethingNew\", [(\"Name\", \"value\")])\n    \
             .with_access(Access::Read)\n    .await?;\nprintln!(\"{{}}\", response[\"RequestId\"]);\n"
        ))
    ));
    let about_block_on = doc(&format!(
        "Waits for a future on this thread, without an async runtime in the program: for what has no blocking form of its \
         own, such as several calls at once. A single call has `send_blocking()`.\n\n\
         ```no_run\n{hidden}fn main() -> {package}::Result<()> {{\n{imports}    \
         let client = {package}::Client::from_env(\"cn-hangzhou\")?;\n    \
         let call = client.{method}({arguments});\n    let response = client.block_on(call.send_full())?;\n    \
         println!(\"{{:?}} after {{}} attempts\", response.request_id, response.attempts);\n    Ok(())\n}}\n```\n\n\
         # Errors\n\nThose of the future, and [`Runtime`](crate::ErrorKind::Runtime) if this thread is running a task of \
         tokio: to wait there would stop the tasks that share the thread. Inside `tokio::task::spawn_blocking` it may be \
         called.",
        hidden = sample.hidden,
        imports = sample.imports,
        method = sample.method,
        arguments = sample.arguments,
    ));
    let about_identity = doc(&format!(
        "Whose credentials the client uses: which source gave them, and the id of the key. Where they come from the \
         network, this asks for them, unless it has some that are still valid.\n\n{}\n\
         # Errors\n\n[`Credentials`](crate::ErrorKind::Credentials) if there are none.",
        in_async(
            "let identity = client.identity().await?;\n\
             println!(\"{} of {}\", identity.access_key_id(), identity.source());\n"
        )
    ));
    let about_caller = doc(&format!(
        "Asks the security token service who the client is: the account, and the user or role in it. Anybody may ask that. \
         It is asked at `sts.aliyuncs.com`, unless `ALIBABA_CLOUD_STS_ENDPOINT` or `ALIBABA_CLOUD_STS_REGION` says \
         otherwise, with the transport, timeouts and retries of the client.\n\n{}\n\
         # Errors\n\nThose of every call.",
        in_async(
            "let caller = client.caller_identity().await?;\n\
             println!(\"{} in account {}\", caller.arn, caller.account_id);\n"
        )
    ));
    let about_in_region = doc(&format!(
        "A client for another region of the same account. It shares connections, credentials, limits and the budget of \
         retries with this one. An endpoint that was given to the builder stays, so that a program with several regions can \
         be tested on the embedded service.\n\n{}\n\
         # Errors\n\n[`Input`](crate::ErrorKind::Input) if the region is not valid.",
        in_async(
            "let frankfurt = client.in_region(\"eu-central-1\")?;\nassert_eq!(frankfurt.region(), Some(\"eu-central-1\"));\n"
        )
    ));
    let about_from_env =
        doc("A client for a region, with credentials from where the official tools look for them and \
         everything else at its default. The environment variables are listed at \
         [`credentials::DefaultChain`](crate::credentials::DefaultChain).\n\n\
         Nothing is looked up yet: missing credentials are an error of the first call.\n\n\
         # Errors\n\n[`Input`](crate::ErrorKind::Input) if the region is not valid or TLS cannot be set up.");
    file(
        "spec/api.yaml",
        quote! {
            #about
            use std::fmt;
            use std::sync::Arc;
            use rds_api_core::client::builder;
            use rds_api_core::client::handle::Handle;
            use rds_api_core::client::shared::Shared;
            use rds_api_core::credentials::Identity;
            use rds_api_core::sequence::caller_identity;
            use rds_api_core::{CallerIdentity, Endpoint, RawCall, Request, Result, Service};
            use crate::call::Call;
            use crate::service::SERVICE;

            /// Makes a [`Client`]: its settings, all of which have a default but the region.
            pub type ClientBuilder = builder::ClientBuilder<Client>;

            #about_client
            #[derive(Clone)]
            pub struct Client(Arc<Shared>);

            impl Client {
                #about_from_env
                pub fn from_env(region: impl Into<String>) -> Result<Self> {
                    Self::builder().region(region).build()
                }

                /// A builder of a client, with all settings.
                pub fn builder() -> ClientBuilder {
                    ClientBuilder::default()
                }

                #about_call
                pub fn call<R: Request>(&self, request: R) -> Call<R> {
                    Call::new(self.0.clone(), request)
                }

                #about_raw
                pub fn call_raw<N: Into<String>, V: Into<String>>(
                    &self,
                    operation: impl Into<String>,
                    parameters: impl IntoIterator<Item = (N, V)>,
                ) -> RawCall {
                    let parameters =
                        parameters.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
                    RawCall::new(self.0.clone(), operation.into(), parameters)
                }

                #about_block_on
                #[cfg(feature = "blocking")]
                pub fn block_on<T>(&self, future: impl Future<Output = Result<T>>) -> Result<T> {
                    self.0.block_on(future)
                }

                #about_identity
                pub async fn identity(&self) -> Result<Identity> {
                    caller_identity::identity(&self.0).await
                }

                #about_caller
                pub async fn caller_identity(&self) -> Result<CallerIdentity> {
                    caller_identity::caller_identity(&self.0).await
                }

                #about_in_region
                pub fn in_region(&self, region: impl Into<String>) -> Result<Self> {
                    self.0.in_region(region.into()).map(|shared| Self(Arc::new(shared)))
                }

                /// The region of the client, if it has one.
                pub fn region(&self) -> Option<&str> {
                    self.0.region.as_deref()
                }

                /// The endpoint that calls go to.
                pub fn endpoint(&self) -> &Endpoint {
                    &self.0.endpoint
                }
            }

            impl Handle for Client {
                const SERVICE: &'static Service = &SERVICE;

                fn from_shared(shared: Arc<Shared>) -> Self {
                    Self(shared)
                }

                fn shared(&self) -> &Arc<Shared> {
                    &self.0
                }
            }

            impl fmt::Debug for Client {
                fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                    formatter
                        .debug_struct("Client")
                        .field("region", &self.0.region)
                        .field("endpoint", &self.0.endpoint)
                        .field("credentials", &self.0.credentials)
                        .field("signature", &self.0.signature)
                        .finish_non_exhaustive()
                }
            }
        },
    )
}

/// A code block that runs in a function with a client.
fn in_async(package: &str, body: &str) -> String {
    format!(
        "```no_run\n# async fn example(client: &{package}::Client) -> {package}::Result<()> {{\n{body}# Ok(())\n# }}\n```\n"
    )
}
