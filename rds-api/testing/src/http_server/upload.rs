//! The body of a request: of bounded length, within a bounded time.

use std::pin::pin;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use hyper::body::Body;
use tokio::time::timeout;

use super::Limits;

/// So many times the limit is read of a body that is too large, so that a client that first sends all of it then gets to
/// see the response. One that closes the connection instead is seen as a failure of the network.
const PATIENCE: usize = 4;

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// It is too large. The client can be told.
    TooLarge,
    /// It broke off, or took too long.
    Incomplete,
}

/// The body of the request that has these headers.
pub async fn read<B: Body<Data = Bytes>>(
    headers: &HeaderMap,
    body: B,
    limits: &Limits,
) -> Result<Bytes, Unread> {
    let limit = limits.body_bytes;
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    // A client that asks whether to send it is told at once.
    let is_asked = headers.contains_key(header::EXPECT) && announced > limit;
    if is_asked || announced > limit.saturating_mul(PATIENCE) {
        return Err(Unread::TooLarge);
    }
    timeout(limits.body, read_all(body, limit)).await.unwrap_or(Err(Unread::Incomplete))
}

async fn read_all<B: Body<Data = Bytes>>(body: B, limit: usize) -> Result<Bytes, Unread> {
    let mut body = pin!(body);
    let mut kept = BytesMut::new();
    let mut length: usize = 0;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return Err(Unread::Incomplete) };
        let data = frame.into_data().unwrap_or_default();
        length = length.saturating_add(data.len());
        if length <= limit {
            kept.extend_from_slice(&data);
        } else if length <= limit.saturating_mul(PATIENCE) {
            kept = BytesMut::new();
        } else {
            return Err(Unread::TooLarge);
        }
    }
    if length > limit { Err(Unread::TooLarge) } else { Ok(kept.freeze()) }
}
