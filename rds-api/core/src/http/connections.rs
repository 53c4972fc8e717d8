//! Which connections have carried a response.
//!
//! The service and what stands before it drop connections that rest, and do not always say so. Who sends a request on
//! such a connection is told by its reset, before any response: then the connection is at fault, and not the service.

use std::collections::HashSet;
use std::error::Error as StdError;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hyper_util::client::legacy::{self, connect::HttpInfo};

/// The connections that have carried a response, by their addresses on this machine.
#[derive(Debug, Default)]
pub(super) struct Connections(Mutex<HashSet<SocketAddr>>);

impl Connections {
    /// More than a client has open. What is closed in peace stays noted, and at most is forgiven a break too many.
    const MAX_NOTED: usize = 4096;

    /// Notes the connection that a response came on.
    pub(super) fn responded(&self, response: &reqwest::Response) {
        let Some(connection) = response.extensions().get::<HttpInfo>() else { return };
        let mut noted = self.lock();
        if noted.len() >= Self::MAX_NOTED {
            noted.clear();
        }
        noted.insert(connection.local_addr());
    }

    /// Whether the connection that broke had carried a response before, and forgets it.
    pub(super) fn broke_after_a_response(&self, error: &reqwest::Error) -> bool {
        let causes = std::iter::successors(error.source(), |cause| (*cause).source());
        let mut broken = causes.filter_map(|cause| cause.downcast_ref::<legacy::Error>()?.connect_info());
        let Some(connected) = broken.next() else { return false };
        let mut extensions = http::Extensions::new();
        connected.get_extras(&mut extensions);
        let address = extensions.get::<HttpInfo>().map(HttpInfo::local_addr);
        address.is_some_and(|address| self.lock().remove(&address))
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<SocketAddr>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
