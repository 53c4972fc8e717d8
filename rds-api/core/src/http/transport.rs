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

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

pub use super::body::ResponseBody;
use super::client as http_client;
use crate::error::Result;
pub use crate::future::BoxFuture;
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
/// [`Input`](crate::ErrorKind::Input) if TLS cannot be set up.
pub fn http_client() -> Result<reqwest::ClientBuilder> {
    http_client::builder(&[])
}

/// Sends one signed request and gives back the response, whatever its status.
///
/// An implementation must not follow redirects, must not repeat the request, and says how an attempt failed
/// by the kind of error: [`Error::connect`](crate::Error::connect) when nothing was sent,
/// [`Error::interrupted`](crate::Error::interrupted) otherwise.
pub trait Transport: fmt::Debug + Send + Sync {
    /// One exchange.
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>>>;

    /// One exchange whose response may be of any length: its head at once, and its body as it comes. Only downloads need
    /// it. Unless implemented it is [`send`](Self::send), with the whole body in memory, so a transport around another one
    /// hands it on.
    fn stream(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<ResponseBody>>> {
        let exchange = self.send(request);
        Box::pin(async { Ok(exchange.await?.map(ResponseBody::from)) })
    }
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>>> {
        (**self).send(request)
    }

    fn stream(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<ResponseBody>>> {
        (**self).stream(request)
    }
}
