//! Which connections have carried a response.
//!
//! The service and what stands before it drop connections that rest, and do not always say so. Who sends a request on
//! such a connection is told by its reset, before any response: then the connection is at fault, and not the service.

use std::error::Error as StdError;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use hyper_util::client::legacy::{self, connect::HttpInfo};

const WORDS: usize = (u16::MAX as usize + 1) / 64;

/// The connections that have carried a response, by their ports on this machine: a bit for each. What is closed in peace
/// stays noted, and at most is forgiven a break too many.
pub(super) struct Connections(Box<[AtomicU64; WORDS]>);

impl Default for Connections {
    fn default() -> Self {
        Self(Box::new([const { AtomicU64::new(0) }; WORDS]))
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Connections").finish_non_exhaustive()
    }
}

impl Connections {
    /// Notes the connection that a response came on.
    pub(super) fn responded(&self, response: &reqwest::Response) {
        if let Some((word, bit)) = response.extensions().get::<HttpInfo>().and_then(|info| self.bit(info))
            && word.load(Ordering::Relaxed) & bit == 0
        {
            word.fetch_or(bit, Ordering::Relaxed);
        }
    }

    /// Whether the connection that broke had carried a response before, and forgets it.
    pub(super) fn broke_after_a_response(&self, error: &reqwest::Error) -> bool {
        let causes = std::iter::successors(error.source(), |cause| (*cause).source());
        let mut broken = causes.filter_map(|cause| cause.downcast_ref::<legacy::Error>()?.connect_info());
        let Some(connected) = broken.next() else { return false };
        let mut extensions = http::Extensions::new();
        connected.get_extras(&mut extensions);
        let noted = extensions.get::<HttpInfo>().and_then(|info| self.bit(info));
        noted.is_some_and(|(word, bit)| word.fetch_and(!bit, Ordering::Relaxed) & bit != 0)
    }

    fn bit(&self, connection: &HttpInfo) -> Option<(&AtomicU64, u64)> {
        let port = usize::from(connection.local_addr().port());
        Some((self.0.get(port / 64)?, 1 << (port % 64)))
    }
}
