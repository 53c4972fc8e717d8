//! The default transport: `reqwest`, with a pool of connections for each runtime.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::Uri;
use reqwest::Url;
use tokio::runtime;

use super::client::{Reach, Settings, bounded_body};
use super::connections::Connections;
use super::roots;
use super::transport::{BoxFuture, ResponseBody, Transport};
use crate::error::{Error, ErrorKind, Result};
use crate::runtime::{Lack, current, guarded};

/// The default transport.
pub struct Http {
    settings: Settings,
    connections: Connections,
    /// The address of the last request, without its query.
    address: Mutex<Option<(Uri, Url)>>,
    pools: Mutex<Pools>,
}

/// Connections, kept by the HTTP client that made them. They are driven by the runtime that they were made in and
/// stand still while it rests, so each runtime has a client of its own. Nor is one that was made for this machine fit for
/// a storage beyond it: it may trust nobody, and use no proxy.
struct Pools {
    /// The first one, made together with the transport to show that the settings are good.
    spare: Option<reqwest::Client>,
    /// The newest runtimes. Programs have one or two; their tests have many, one after another.
    of_runtimes: VecDeque<((runtime::Id, Reach), reqwest::Client)>,
}

impl Http {
    /// Fails where the settings make no HTTP client.
    pub fn new(settings: Settings) -> Result<Self> {
        let pools = Pools { spare: Some(settings.client()?), of_runtimes: VecDeque::new() };
        Ok(Self {
            settings,
            connections: Connections::default(),
            address: Mutex::new(None),
            pools: Mutex::new(pools),
        })
    }

    /// The request in the terms of the HTTP client. All requests of a client go to the same host, so that only the query is
    /// new in their addresses.
    fn outgoing(&self, request: http::Request<Bytes>) -> Result<reqwest::Request> {
        let (head, body) = request.into_parts();
        let mut last = self.address.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |(uri, _): &&(Uri, Url)| {
            (uri.scheme(), uri.authority(), uri.path())
                == (head.uri.scheme(), head.uri.authority(), head.uri.path())
        };
        let url = match last.as_ref().filter(is_same) {
            Some((_, url)) => {
                let mut url = url.clone();
                url.set_query(head.uri.query());
                url
            }
            None => {
                let url = Url::parse(&head.uri.to_string());
                let url =
                    url.map_err(|error| Error::input("the request cannot be sent").with_source(error))?;
                *last = Some((head.uri.clone(), url.clone()));
                url
            }
        };
        drop(last);
        let mut request = reqwest::Request::new(head.method, url);
        *request.headers_mut() = head.headers;
        *request.body_mut() = Some(body.into());
        Ok(request)
    }

    /// The client of the current runtime for an address.
    fn client(&self, reach: Reach) -> Result<reqwest::Client> {
        // As many as the tests of a program have at once on a large machine; those of runtimes that are gone are cheap.
        const MAX_CLIENTS: usize = 64;
        let user = (current()?.id(), reach);
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        let Pools { spare, of_runtimes } = &mut *pools;
        if let Some((_, client)) = of_runtimes.iter().find(|(own, _)| *own == user) {
            return Ok(client.clone());
        }
        let client = match spare.take_if(|_| reach == self.settings.reach) {
            Some(client) => client,
            None => Settings { reach, ..self.settings.clone() }.client()?,
        };
        of_runtimes.push_front((user, client.clone()));
        of_runtimes.truncate(MAX_CLIENTS);
        Ok(client)
    }

    /// Sends a request, and gives the response when its head has come.
    async fn execute(&self, request: http::Request<Bytes>) -> Result<reqwest::Response> {
        let request = self.outgoing(request)?;
        let client = self.client(Reach::of(request.url()))?;
        // A runtime of one thread looks at its sockets only between tasks. Given a turn, it sees which
        // connections the service has closed meanwhile, so that the request is not sent on one of them.
        tokio::task::yield_now().await;
        let incoming = client.execute(request).await.map_err(|error| {
            let is_stale = self.connections.broke_after_a_response(&error);
            failed(error).on_stale_connection(is_stale)
        })?;
        self.connections.responded(&incoming);
        Ok(incoming)
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
            let mut incoming = self.execute(request).await?;
            let limit = self.settings.max_response_bytes;
            let body = bounded_body(&mut incoming, limit).await;
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

    fn stream(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<ResponseBody>>> {
        let exchange = async move {
            let incoming = http::Response::<reqwest::Body>::from(self.execute(request).await?);
            Ok(incoming.map(|body| ResponseBody::of_http(body, failed)))
        };
        Box::pin(async { guarded(exchange).await.unwrap_or_else(|lack| Err(lack.into())) })
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
        unsent(ErrorKind::Connect, format!("no connection: {root}{}", roots::note(&error)))
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
