//! The files of backups and logs, at the addresses that the operations tell: whole or a range of their bytes.
//!
//! No request is signed, since the addresses carry their signature, as those of the real storage. Faults for the operation
//! `GetObject` hit it, as far as they make sense for a file.

use std::ops::Range;
use std::sync::PoisonError;

use bytes::Bytes;
use crc::{CRC_64_XZ, Crc};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};

use crate::execution::download_address::{self, DOWNLOADS};
use crate::fault::Fault;
use crate::server::body::{Body, ConnectionAborted};
use crate::server::response::blocked_page;
use crate::server::state::State;

/// The name by which faults for downloads are injected, which is that of the storage where the files really lie.
pub(super) const OPERATION: &str = "GetObject";

/// The response to a request for a file; `None` for all others.
pub(super) async fn respond(
    state: &State,
    head: &Parts,
) -> Option<Result<Response<Body>, ConnectionAborted>> {
    let path = head.uri.path().strip_prefix(DOWNLOADS)?;
    let is_readable = matches!(head.method, Method::GET | Method::HEAD);
    let fault = state.faults.draw(OPERATION);
    match &fault {
        Some(Fault::Delay(delay)) => tokio::time::sleep(*delay).await,
        Some(Fault::ResetBeforeExecution | Fault::ResetAfterExecution) => {
            return Some(Err(ConnectionAborted));
        }
        Some(Fault::Refuse(refusal)) => return Some(Ok(refused(refusal.status, &refusal.code))),
        Some(Fault::BlockedPage) => return Some(Ok(blocked_page())),
        _ => {}
    }
    let now = state.clock.now();
    if let Some(code) = download_address::refusal(path, head.uri.query().unwrap_or_default(), now) {
        return Some(Ok(refused(403, code)));
    }
    let content = {
        let execution = state.execution.lock().unwrap_or_else(PoisonError::into_inner);
        execution.download(path, now)
    };
    let mut response = match content.filter(|_| is_readable) {
        Some(content) => file(&content, head, matches!(fault, Some(Fault::GarbledBody))),
        None => refused(404, "NoSuchKey"),
    };
    match fault {
        Some(Fault::TruncatedBody) => response.body_mut().truncate(),
        Some(Fault::SlowBody(pause)) => response.body_mut().slow_down(pause),
        Some(Fault::EmptyBody) => response = Response::new(Body::bytes(Bytes::new())),
        _ => {}
    }
    Some(Ok(response))
}

fn refused(status: u16, code: &str) -> Response<Body> {
    let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code></Error>");
    let mut response = Response::new(Body::whole(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::NOT_FOUND);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    response
}

/// The file, or the range of it that is asked for. The head is right, also where bytes are garbled.
fn file(content: &Bytes, head: &Parts, is_garbled: bool) -> Response<Body> {
    const CHECKSUM: HeaderName = HeaderName::from_static("x-oss-hash-crc64ecma");
    static CRC: Crc<u64> = Crc::<u64>::new(&CRC_64_XZ);
    let length = content.len();
    let checksum = CRC.checksum(content);
    let etag = format!("\"{checksum:016X}\"");
    let text = |name: HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok());
    // A range of what was another file then is of no use.
    let wanted = text(header::RANGE).filter(|_| text(header::IF_RANGE).is_none_or(|then| then == etag));
    let (status, range) = match wanted.map(|range| part(range, length)) {
        None | Some(Wanted::Everything) => (StatusCode::OK, 0..length),
        Some(Wanted::Part(range)) => (StatusCode::PARTIAL_CONTENT, range),
        Some(Wanted::Nothing) => {
            let mut response = refused(416, "InvalidRange");
            set(&mut response, header::CONTENT_RANGE, &format!("bytes */{length}"));
            return response;
        }
    };
    let bytes = match head.method {
        Method::HEAD => Bytes::new(),
        _ if is_garbled => content.slice(range.clone()).iter().map(|byte| byte ^ 0x20).collect(),
        _ => content.slice(range.clone()),
    };
    let mut response = Response::new(Body::bytes(bytes));
    *response.status_mut() = status;
    set(&mut response, header::CONTENT_LENGTH, &range.len().to_string());
    set(&mut response, header::CONTENT_TYPE, "application/octet-stream");
    set(&mut response, header::ACCEPT_RANGES, "bytes");
    set(&mut response, header::ETAG, &etag);
    set(&mut response, CHECKSUM, &checksum.to_string());
    if status == StatusCode::PARTIAL_CONTENT {
        let last = range.end.saturating_sub(1);
        set(&mut response, header::CONTENT_RANGE, &format!("bytes {}-{last}/{length}", range.start));
    }
    response
}

fn set(response: &mut Response<Body>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// The bytes that a header `Range` asks for.
#[derive(Debug, PartialEq)]
enum Wanted {
    /// What is no range, or several, is passed over.
    Everything,
    Part(Range<usize>),
    Nothing,
}

fn part(header: &str, length: usize) -> Wanted {
    let Some((from, to)) = header.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Wanted::Everything;
    };
    let range = match (from.trim().parse::<usize>(), to.trim().parse::<usize>()) {
        (Ok(from), Ok(to)) if from <= to => from..to.saturating_add(1).min(length),
        (Ok(from), Err(_)) if to.trim().is_empty() => from..length,
        (Err(_), Ok(last)) if from.trim().is_empty() => length.saturating_sub(last)..length,
        _ => return Wanted::Everything,
    };
    if range.start < range.end { Wanted::Part(range) } else { Wanted::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_http() {
        for (header, expected) in [
            ("bytes=0-9", Wanted::Part(0..10)),
            ("bytes=90-", Wanted::Part(90..100)),
            ("bytes=90-1000", Wanted::Part(90..100)),
            ("bytes=-5", Wanted::Part(95..100)),
            ("bytes=-500", Wanted::Part(0..100)),
            ("bytes=100-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=9-0", Wanted::Everything),
            ("bytes=0-1,5-6", Wanted::Everything),
            ("pages=1-2", Wanted::Everything),
            ("bytes=", Wanted::Everything),
        ] {
            assert_eq!(part(header, 100), expected, "{header}");
        }
        assert_eq!(part("bytes=0-18446744073709551615", 10), Wanted::Part(0..10));
    }
}
