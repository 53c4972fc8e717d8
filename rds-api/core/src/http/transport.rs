//! The transport carries a signed request over the network: below signing, retries and decoding.
//!
//! The default is HTTP by `reqwest`, set up by the client's builder. Behind a proxy that opens TLS, with a
//! certificate authority of the company's own:
//!
//! ```no_run
//! use rds_api::Client;
//! use rds_api::transport::reqwest::Proxy;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder()
//!     .region("cn-hangzhou")
//!     .proxy(Proxy::all("http://proxy.example.com:3128")?)
//!     .root_certificates(std::fs::read("/etc/ssl/company.pem")?)
//!     .build()?;
//! # Ok(())
//! # }
//! ```
//!
//! Without a word about it the proxies of the environment are used: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`. One of them
//! that names no proxy of http or https is an error when the client is built. `NO_PROXY` lists what is called directly:
//! `example.com` with all below it, `*.example.com` for what is below it, addresses and networks (`10.0.0.0/8`), each
//! also with a port, and `*`. This machine (`localhost`, `127.0.0.0/8`, `::1`) is never behind a proxy of the environment.
//! Providers of credentials always use those proxies, except for the metadata of the instance, which uses none.
//!
//! # Your own HTTP client or transport
//!
//! What the builder has no setting for, your own HTTP client can have. It brings its own timeouts:
//!
//! ```
//! use std::time::Duration;
//! use rds_api::{Client, Credentials, transport};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let http = transport::http_client()?
//!     .connect_timeout(Duration::from_secs(2))
//!     .read_timeout(Duration::from_secs(10))
//!     .local_address(std::net::IpAddr::from([127, 0, 0, 1]))
//!     .build()?;
//! let client = Client::builder()
//!     .region("cn-hangzhou")
//!     .credentials(Credentials::new("my-key-id", "my-key-secret"))
//!     .http_client(http)
//!     .build()?;
//! # Ok(())
//! # }
//! ```
//!
//! A program that has its own HTTP stack, or a test that wants to see the very bytes, gives the client another
//! transport, and everything above it stays alive:
//!
//! ```
//! use bytes::Bytes;
//! use rds_api::transport::{BoxFuture, Transport};
//! use rds_api::{Client, Credentials, Result};
//!
//! #[derive(Debug)]
//! struct Canned;
//!
//! impl Transport for Canned {
//!     fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>>> {
//!         assert!(request.headers().contains_key("authorization"));
//!         Box::pin(async { Ok(http::Response::new(Bytes::from_static(br#"{"RequestId":"1"}"#))) })
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<()> {
//! let client = Client::builder()
//!     .region("cn-hangzhou")
//!     .credentials(Credentials::new("id", "secret"))
//!     .transport(Canned)
//!     .build()?;
//! let response = client.describe_backup_tasks("rm-1").await?;
//! assert_eq!(response.request_id.as_deref(), Some("1"));
//! # Ok(())
//! # }
//! ```

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tokio::runtime;

use super::client as http_client;
use super::connections::Connections;
use crate::error::{Error, ErrorKind, Result};
pub use crate::future::BoxFuture;
use crate::runtime::{Lack, current, guarded};
/// The HTTP client whose types the settings take, so that a program need not depend on the same version of it.
#[doc(no_inline)]
pub use reqwest;
/// The crates of the types that [`Transport`] takes.
#[doc(no_inline)]
pub use {bytes, http};

/// A builder of HTTP clients with what the default one has too: TLS by the backend that the features of this crate
/// choose, no redirects, and connections that are not used after they have rested for five seconds. Proxies are left to
/// `reqwest`, as in any client of it. Made without it, a client of `reqwest` under the feature `rustls-ring` panics unless
/// a provider of cryptography was installed for the process.
///
/// # Errors
///
/// [`Input`](ErrorKind::Input) if TLS cannot be set up.
pub fn http_client() -> Result<reqwest::ClientBuilder> {
    http_client::builder(&[])
}

/// Sends one signed request and gives back the response, whatever its status.
///
/// An implementation must not follow redirects, must not repeat the request, and says how an attempt failed
/// by the kind of error: [`Error::connect`] when nothing was sent, [`Error::interrupted`] otherwise.
pub trait Transport: fmt::Debug + Send + Sync {
    /// One exchange.
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>>>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>>> {
        (**self).send(request)
    }
}

/// The default transport.
#[doc(hidden)]
pub struct Http {
    settings: http_client::Settings,
    connections: Connections,
    pools: Mutex<Pools>,
}

/// Connections, kept by the HTTP client that made them. They are driven by the runtime that they were made in and
/// stand still while it rests, so each runtime has a client of its own.
struct Pools {
    /// The first one, made together with the transport to show that the settings are good.
    spare: Option<reqwest::Client>,
    /// The newest runtimes. Programs have one or two; their tests have many, one after another.
    of_runtimes: VecDeque<(runtime::Id, reqwest::Client)>,
}

impl Http {
    #[doc(hidden)]
    pub fn new(settings: http_client::Settings) -> Result<Self> {
        let pools = Pools { spare: Some(settings.client()?), of_runtimes: VecDeque::new() };
        Ok(Self { settings, connections: Connections::default(), pools: Mutex::new(pools) })
    }

    /// The client of the current runtime.
    fn client(&self) -> Result<reqwest::Client> {
        // As many as the tests of a program have at once on a large machine; those of runtimes that are gone are cheap.
        const MAX_CLIENTS: usize = 64;
        let runtime = current()?.id();
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        let Pools { spare, of_runtimes } = &mut *pools;
        if let Some((_, client)) = of_runtimes.iter().find(|(own, _)| *own == runtime) {
            return Ok(client.clone());
        }
        let client = spare.take().map_or_else(|| self.settings.client(), Ok)?;
        of_runtimes.push_front((runtime, client.clone()));
        of_runtimes.truncate(MAX_CLIENTS);
        Ok(client)
    }
}

/// Does not show the client: the address of a proxy may hold a password.
impl fmt::Debug for Http {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Http").finish_non_exhaustive()
    }
}

impl Transport for Http {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>>> {
        let exchange = async move {
            let request = request.try_into().map_err(|error: reqwest::Error| {
                Error::input("the request cannot be sent").with_source(error.without_url())
            })?;
            let client = self.client()?;
            // A runtime of one thread looks at its sockets only between tasks. Given a turn, it sees which
            // connections the service has closed meanwhile, so that the request is not sent on one of them.
            tokio::task::yield_now().await;
            let mut incoming = client.execute(request).await.map_err(|error| {
                let is_stale = self.connections.broke_after_a_response(&error);
                failed(error).on_stale_connection(is_stale)
            })?;
            self.connections.responded(&incoming);
            let limit = self.settings.max_response_bytes;
            let body = http_client::bounded_body(&mut incoming, limit).await;
            let body = body.map_err(failed)?.ok_or_else(|| too_large(limit))?;
            let mut response = http::Response::new(body.freeze());
            *response.status_mut() = incoming.status();
            *response.headers_mut() = std::mem::take(incoming.headers_mut());
            Ok(response)
        };
        Box::pin(async {
            // Without timers or I/O nothing can have been sent.
            let failed = |lack| Err(Error::from(lack).maybe_executed(lack == Lack::Life));
            guarded(exchange).await.unwrap_or_else(failed)
        })
    }
}

pub(crate) fn too_large(limit: usize) -> Error {
    Error::new(ErrorKind::Response, format!("the response is larger than the limit of {limit} bytes"))
        .maybe_executed(true)
}

/// Says in our own kinds how an exchange failed. The address is left out: it may hold a signature.
fn failed(error: reqwest::Error) -> Error {
    let error = error.without_url();
    let causes = || std::iter::successors(Some(&error as &dyn std::error::Error), |cause| cause.source());
    let root = causes().last().map(ToString::to_string).unwrap_or_default();
    let http = causes().find_map(|cause| cause.downcast_ref::<hyper::Error>());

    let unsent = |kind, message| Error::new(kind, message).retryable(!is_refused_by_tls(&root));
    let sent = |kind, message| Error::new(kind, message).maybe_executed(true);
    let failure = if error.is_connect() && error.is_timeout() {
        unsent(ErrorKind::ConnectTimeout, "no connection within the connect timeout".to_owned())
    } else if error.is_connect() {
        unsent(ErrorKind::Connect, format!("no connection: {root}"))
    } else if http.is_some_and(hyper::Error::is_canceled) {
        // The request had not begun to be sent.
        unsent(ErrorKind::Connect, format!("the connection was closed before it was used: {root}"))
    } else if error.is_timeout() {
        sent(ErrorKind::ReadTimeout, "nothing came within the read timeout".to_owned()).retryable(true)
    } else if http.is_some_and(hyper::Error::is_parse) {
        sent(ErrorKind::Response, format!("the response is not HTTP: {root}"))
    } else {
        sent(ErrorKind::Interrupted, format!("the exchange broke off: {root}")).retryable(true)
    };
    failure.with_source(error)
}

/// Whether the two sides of a TLS connection did not come to terms, which they will not the next time either: a
/// certificate or a version is refused. The libraries for TLS have nothing in common but what their errors say.
fn is_refused_by_tls(root: &str) -> bool {
    let root = root.to_ascii_lowercase();
    let is_refused = ["certificate", " alert", "incompatible"].iter().any(|word| root.contains(word));
    is_refused && !root.contains("internal")
}
