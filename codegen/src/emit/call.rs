//! `call.rs`: a request with a client to send it.

use quote::quote;

use super::example::Sample;
use super::file::file;
use super::tokens::{doc, inner_doc};
use crate::model::Api;

/// `call.rs`. What it does is in the core; it is a type of the crate that has the operations, because Rust has no other
/// place for their setters.
pub(super) fn module(api: &Api) -> String {
    let about = inner_doc("A call: a request with a client to send it, and the options of this one call.");
    let package = &api.package;
    let Sample { hidden, imports, method, arguments, .. } = Sample::of(api);
    let about_call = doc(&format!(
        "A request with a client to send it: what the methods of [`Client`](crate::Client) return.\n\n\
         Optional parameters of the request are methods named after them in snake case. The options of this one call are \
         methods whose names begin with `with_`. Await it to send it. It owns a clone of its client, so it may be stored, \
         returned, or given to `tokio::spawn`.\n\n\
         ```no_run\n{hidden}# async fn example(client: {package}::Client) -> {package}::Result<()> {{\n\
         use std::time::Duration;\n{imports}\nlet response = client\n    .{method}({arguments})\n    \
         .with_timeout(Duration::from_secs(10))\n    .await?;\n# Ok(())\n# }}\n```\n",
    ));
    let about_blocking = doc(&format!(
        "Sends the request and waits for the response on this thread, for programs without an async runtime.\n\n\
         ```no_run\n{hidden}fn main() -> {package}::Result<()> {{\n{imports}    \
         let client = {package}::Client::from_env(\"cn-hangzhou\")?;\n    \
         let response = client.{method}({arguments}).send_blocking()?;\n    println!(\"{{response:#?}}\");\n    \
         Ok(())\n}}\n```\n\n\
         # Errors\n\nBesides those of every call, [`Runtime`](crate::ErrorKind::Runtime) if this thread is running an async \
         task of tokio. See [`Client::block_on`](crate::Client::block_on).",
    ));
    let about_timeout = doc(
        "Sets how long the whole call may take, attempts and backoff together; the client's \
         [`call_timeout`](crate::ClientBuilder::call_timeout) unless set, 180 s. Of a list or a waiter it bounds each call.",
    );
    let about_attempt_timeout = doc(
        "Sets how long one attempt may take, connection and response included; the client's \
         [`attempt_timeout`](crate::ClientBuilder::attempt_timeout) unless set, 60 s. What is left of the call's timeout \
         bounds it, too.",
    );
    let about_token = doc(
        "Sets the idempotency token, of ASCII characters; unless set, a write has a fresh one for each call, and a read \
         has none. Use it to repeat a call of an earlier run of the program without doing anything twice. An operation that \
         takes none refuses it, which is an error of kind [`Input`](crate::ErrorKind::Input).",
    );
    let about_parameter = doc(
        "Sets a parameter that the specification does not know, or one of another form than it knows. It takes the place of \
         a parameter of the same name. One that the protocol has, such as `Action` or `Signature`, is refused as \
         [`Input`](crate::ErrorKind::Input) when the call is sent.",
    );
    let about_until = doc(
        "Repeats the call until what is waited for is done. Timeouts, retries and all other settings of the call hold for \
         each poll. An operation that changes something is not repeated: it is an error of kind \
         [`Input`](crate::ErrorKind::Input).",
    );
    let about_pages = doc(
        "The responses with each page of the list, as a stream. See [`pagination`](crate::pagination) for where it ends.",
    );
    let about_until_done = doc(
        "Sends the request and waits until what it begins is done, with the waiter that the page of the operation names. \
         Await it for both responses, or start it and wait later: see [`follow`](crate::follow). Timeouts and retries of \
         the call hold for each poll, too.",
    );
    file(
        "spec/api.yaml",
        quote! {
            #about
            use std::fmt;
            use std::future::{Future, IntoFuture};
            use std::sync::Arc;
            use std::time::Duration;
            use rds_api_core::client::shared::Shared;
            use rds_api_core::credentials::BoxFuture;
            use rds_api_core::execute::{self, Options};
            use rds_api_core::object::Empty as _;
            use rds_api_core::request::parameters::Parameters;
            use rds_api_core::sequence::cursor::Cursor;
            use rds_api_core::sequence::follow::{Followed, UntilDone};
            use rds_api_core::sequence::pagination::Paginated;
            use rds_api_core::sequence::waiter::{Wait, Waiter};
            use rds_api_core::sequence::{PreparedCall, Sequence, Strategy};
            use rds_api_core::{Request, Response, Result, ResultStream, RetryPolicy};

            #about_call
            #[must_use = "a call is sent only when it is awaited"]
            pub struct Call<R> {
                client: Arc<Shared>,
                pub(crate) request: R,
                pub(crate) options: Options,
            }

            impl<R: Request> Call<R> {
                pub(crate) fn new(client: Arc<Shared>, request: R) -> Self {
                    Self { client, request, options: Options::default() }
                }

                /// The request as it stands.
                pub fn request(&self) -> &R {
                    &self.request
                }

                /// The request alone, to keep or to send with another client.
                pub fn into_request(self) -> R {
                    self.request
                }

                #about_timeout
                pub fn with_timeout(mut self, timeout: Duration) -> Self {
                    self.options.timeout = Some(timeout);
                    self
                }

                #about_attempt_timeout
                pub fn with_attempt_timeout(mut self, timeout: Duration) -> Self {
                    self.options.attempt_timeout = Some(timeout);
                    self
                }

                /// Sets how failed attempts of this call are repeated; as the client's settings say unless set.
                pub fn with_retry(mut self, policy: RetryPolicy) -> Self {
                    self.options.retry = Some(policy);
                    self
                }

                #about_token
                pub fn with_idempotency_token(mut self, token: impl Into<String>) -> Self {
                    self.options.idempotency_token = Some(token.into());
                    self
                }

                #about_parameter
                pub fn with_parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
                    self.options.parameters.push((name.into(), value.into()));
                    self
                }

                /// The call as the first of many.
                pub(crate) fn sequence(self, strategy: Box<dyn Strategy>) -> Sequence {
                    let Self { client, request, options } = self;
                    let (operation, parameters) =
                        (R::OPERATION.clone(), Parameters::of(&request, client.service.sensitive()));
                    Sequence::new(client, PreparedCall { operation, parameters, options }, strategy)
                }

                /// Sends the request; the same as awaiting the call.
                #[allow(clippy::manual_async_fn, reason = "the future of an async function holds its arguments twice")]
                pub fn send(self) -> impl Future<Output = Result<R::Response>> + Send + use<R> {
                    async move { self.send_full().await.map(|response| response.value) }
                }

                #about_blocking
                #[cfg(feature = "blocking")]
                pub fn send_blocking(self) -> Result<R::Response> {
                    let client = self.client.clone();
                    client.block_on(self.send())
                }

                /// Sends the request, and gives the response with its status, request id, number of attempts and body.
                pub fn send_full(self) -> impl Future<Output = Result<Response<R::Response>>> + Send + use<R> {
                    execute::send(self.client, &self.request, self.options)
                }
            }

            impl<R: Paginated> Call<R> {
                #about_pages
                pub fn pages(self) -> ResultStream<R::Response> {
                    ResultStream::new(self.sequence(Cursor::new(R::pagination())), R::Response::empty)
                }

                /// The entries of all pages, as a stream.
                pub fn items(self) -> ResultStream<R::Item> {
                    self.pages().flat_map(R::items)
                }
            }

            impl<R: Request> Call<R> {
                #about_until
                pub fn until(self, waiter: Waiter) -> Wait<R::Response> {
                    Wait::new(waiter, |strategy| ResultStream::new(self.sequence(strategy), R::Response::empty))
                }
            }

            impl<R: Followed> Call<R> {
                #about_until_done
                pub fn until_done(self) -> UntilDone<R::Response, <R::Next as Request>::Response> {
                    UntilDone::of(self.client, &self.request, self.options)
                }
            }

            impl<R: Request> IntoFuture for Call<R> {
                type Output = Result<R::Response>;
                type IntoFuture = BoxFuture<'static, Self::Output>;

                fn into_future(self) -> Self::IntoFuture {
                    Box::pin(self.send())
                }
            }

            impl<R: Clone> Clone for Call<R> {
                fn clone(&self) -> Self {
                    Self { client: self.client.clone(), request: self.request.clone(), options: self.options.clone() }
                }
            }

            impl<R: fmt::Debug> fmt::Debug for Call<R> {
                fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                    formatter.debug_struct("Call").field("request", &self.request).finish_non_exhaustive()
                }
            }
        },
    )
}
