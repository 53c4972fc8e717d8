//! What the head of a storage's response means for a download.

use std::time::Duration;

use http::response::Parts;
use http::{HeaderMap, StatusCode, header};

use super::address::Address;
use super::record::Found;
use crate::error::{Error, ErrorKind};
use crate::http::hints;
use crate::http::transport::ResponseBody;

/// The header in which the storage has the checksum of the whole file.
const CHECKSUM: &str = "x-oss-hash-crc64ecma";

/// The use of a response.
#[derive(Debug)]
pub(super) enum Verdict {
    /// Its body has the bytes of the file from this one on.
    Body { from: u64, found: Found },
    /// There are no bytes beyond those that are there.
    Complete,
}

/// An attempt that failed, and what is to be done before the next.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) error: Error,
    pub(super) next: Next,
}

/// What comes before the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// There is no next one.
    Nothing,
    /// Going on from where it broke off.
    GoOn,
    /// Throwing away what is there.
    BeginAnew,
    /// Asking the service for a new address.
    Renew,
}

impl Failed {
    pub(super) fn new(next: Next, why: impl Into<String>) -> Self {
        let error = Error::new(ErrorKind::Response, why.into()).retryable(next != Next::Nothing);
        Self { error, next }
    }
}

/// What failed on the way is gone on with, where that is worth it.
impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        let next = if error.is_retryable() { Next::GoOn } else { Next::Nothing };
        // Nothing is executed at the storage, so there is nothing to look after.
        Self { error: error.maybe_executed(false), next }
    }
}

/// Judges the response to a request for all bytes from `asked` on. `told` is the size by the service.
pub(super) fn judge(
    head: &Parts,
    asked: u64,
    known: Option<&Found>,
    told: Option<u64>,
) -> Result<Verdict, Failed> {
    if !head.status.is_success() && head.status != StatusCode::RANGE_NOT_SATISFIABLE {
        return Err(refused(head));
    }
    let is_plain = |encoding: &str| encoding.is_empty() || encoding.eq_ignore_ascii_case("identity");
    if !text(&head.headers, header::CONTENT_ENCODING).is_none_or(is_plain) {
        return Err(Failed::new(Next::Nothing, "the response is compressed, which was not asked for"));
    }
    let verdict = match head.status {
        StatusCode::OK => {
            let length = text(&head.headers, header::CONTENT_LENGTH).and_then(number);
            let total = length.or(told).ok_or_else(|| {
                let why = "neither the service nor the storage says how many bytes it has";
                Failed::new(Next::Nothing, why)
            })?;
            Verdict::Body { from: 0, found: found(&head.headers, total) }
        }
        StatusCode::PARTIAL_CONTENT if asked > 0 => {
            let range = text(&head.headers, header::CONTENT_RANGE).and_then(range);
            let Some(Range { first, total }) = range.filter(|range| range.first == asked) else {
                return Err(Failed::new(
                    Next::BeginAnew,
                    "the response has another range than was asked for",
                ));
            };
            let total = total.or(known.map(|known| known.total)).or(told).filter(|total| *total > first);
            let total = total.ok_or_else(|| {
                Failed::new(Next::BeginAnew, "the response does not say how many bytes the file has")
            })?;
            Verdict::Body { from: first, found: found(&head.headers, total) }
        }
        StatusCode::RANGE_NOT_SATISFIABLE if asked > 0 => {
            let total = text(&head.headers, header::CONTENT_RANGE)
                .and_then(|it| number(it.strip_prefix("bytes */")?));
            return match known.is_some_and(|known| known.total == asked) && total == Some(asked) {
                true => Ok(Verdict::Complete),
                false => Err(Failed::new(Next::BeginAnew, "the file is shorter than what is there of it")),
            };
        }
        _ => return Err(refused(head)),
    };
    if let Verdict::Body { from, found } = &verdict {
        if let Some(told) = told.filter(|told| *told != found.total) {
            let why = format!("the service says that it has {told} bytes, and the storage {}", found.total);
            return Err(Failed::new(Next::Renew, why));
        }
        if *from > 0 && known.is_some_and(|known| !known.agrees_with(found)) {
            return Err(Failed::new(Next::BeginAnew, "the file has changed since the download began"));
        }
    }
    Ok(verdict)
}

/// A status that is no success. What refuses an address is asked for another one.
fn refused(head: &Parts) -> Failed {
    let (next, what) = match head.status.as_u16() {
        401 | 403 | 404 | 410 => (Next::Renew, "the storage refuses the address"),
        408 | 429 | 500..=599 => (Next::GoOn, "the storage cannot give it now"),
        300..=399 => (Next::Nothing, "the storage leads to another address, which is not followed"),
        _ => (Next::Nothing, "the response is none to a request for a file"),
    };
    let Failed { error, next } = Failed::new(next, what);
    Failed {
        error: error.at_status(head.status.as_u16(), None).after(hints::retry_after(&head.headers)),
        next,
    }
}

/// Adds the code that the storage gives its refusal, unless it is a piece of the address. All else that it writes may
/// repeat what signs the address.
pub(super) async fn with_code(error: Error, body: &mut ResponseBody, address: &Address) -> Error {
    const MAX_BYTES: usize = 16 << 10;
    const TIMEOUT: Duration = Duration::from_secs(5);
    let mut text = Vec::new();
    let read = async {
        while let Some(Ok(piece)) = body.chunk().await {
            text.extend_from_slice(&piece[..piece.len().min(MAX_BYTES - text.len())]);
            if text.len() >= MAX_BYTES {
                break;
            }
        }
    };
    // What has come until then will do.
    let _ = tokio::time::timeout(TIMEOUT, read).await;
    let text = String::from_utf8_lossy(&text);
    let code =
        text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map(|(code, _)| code);
    let is_code = |code: &&str| {
        (1..=100).contains(&code.len())
            && code.bytes().all(|it| it.is_ascii_alphanumeric())
            && !address.expose().contains(*code)
    };
    match code.filter(is_code) {
        Some(code) => error.with_note(format_args!("it says {code}")),
        None => error,
    }
}

fn found(headers: &HeaderMap, total: u64) -> Found {
    // A weak one does not vouch for each byte.
    let etag = text(headers, header::ETAG).filter(|etag| etag.starts_with('"')).map(str::to_owned);
    Found { total, etag, checksum: headers.get(CHECKSUM).and_then(|it| it.to_str().ok()).and_then(number) }
}

/// A range of bytes, and how many there are in all, unless that is not known.
struct Range {
    first: u64,
    total: Option<u64>,
}

fn range(header: &str) -> Option<Range> {
    let (range, total) = header.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last) = (number(first)?, number(last)?);
    let total = match total {
        "*" => None,
        total => Some(number(total)?),
    };
    let is_one = first <= last && total.is_none_or(|total| last < total);
    is_one.then_some(Range { first, total })
}

fn number(text: &str) -> Option<u64> {
    super::checksum::parse(text)
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const KNOWN_ETAG: &str = "\"1\"";

    /// The verdict on a response to a request for the bytes from `asked` on, of a file of 100 bytes.
    fn verdict(asked: u64, status: u16, headers: &[(&'static str, &str)]) -> Result<u64, (Next, String)> {
        let mut builder = http::Response::builder().status(status);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        let (head, ()) = builder.body(()).unwrap().into_parts();
        let known = Found { total: 100, etag: Some(KNOWN_ETAG.to_owned()), checksum: Some(7) };
        match judge(&head, asked, Some(&known).filter(|_| asked > 0), Some(100)) {
            Ok(Verdict::Body { from, found }) => {
                assert_eq!(found.total, 100);
                Ok(from)
            }
            Ok(Verdict::Complete) => Ok(100),
            Err(Failed { error, next }) => {
                assert_eq!(error.is_retryable(), next != Next::Nothing);
                Err((next, error.to_string()))
            }
        }
    }

    #[test]
    fn a_response_is_taken_for_what_its_head_says() {
        use Next::{BeginAnew, GoOn, Nothing, Renew};
        const RANGE: (&str, &str) = ("content-range", "bytes 40-99/100");
        type Headers = &'static [(&'static str, &'static str)];
        let cases: &[(u64, u16, Headers, Result<u64, Next>)] = &[
            (0, 200, &[("content-length", "100")], Ok(0)),
            (0, 200, &[], Ok(0)),
            (0, 200, &[("content-length", "99")], Err(Renew)),
            (0, 200, &[("content-length", "100"), ("content-encoding", "gzip")], Err(Nothing)),
            (0, 200, &[("content-length", "100"), ("content-encoding", "identity")], Ok(0)),
            (0, 200, &[("content-length", "100"), ("content-encoding", "Identity")], Ok(0)),
            (0, 200, &[("content-length", "100"), ("content-encoding", "")], Ok(0)),
            (0, 200, &[("content-length", "100"), ("content-encoding", "identity, br")], Err(Nothing)),
            (0, 206, &[("content-range", "bytes 0-99/100")], Err(Nothing)),
            (0, 204, &[], Err(Nothing)),
            (0, 416, &[("content-range", "bytes */100")], Err(Nothing)),
            (40, 206, &[RANGE], Ok(40)),
            (40, 206, &[("content-range", "bytes 40-99/*")], Ok(40)),
            (40, 206, &[("content-range", "bytes 40-50/100")], Ok(40)),
            (40, 206, &[RANGE, ("etag", KNOWN_ETAG), ("x-oss-hash-crc64ecma", "7")], Ok(40)),
            (40, 206, &[RANGE, ("etag", "\"2\"")], Err(BeginAnew)),
            (40, 206, &[RANGE, ("x-oss-hash-crc64ecma", "8")], Err(BeginAnew)),
            (40, 206, &[], Err(BeginAnew)),
            (40, 206, &[("content-range", "bytes 0-99/100")], Err(BeginAnew)),
            (40, 206, &[("content-range", "bytes 41-99/100")], Err(BeginAnew)),
            (40, 206, &[("content-range", "bytes 40-100/100")], Err(BeginAnew)),
            (40, 206, &[("content-range", "bytes 40-39/100")], Err(BeginAnew)),
            (40, 206, &[("content-range", "bytes 40-99/101")], Err(Renew)),
            (40, 206, &[("content-range", "bytes 40-99/18446744073709551616")], Err(BeginAnew)),
            (40, 206, &[("content-range", "lines 40-99/100")], Err(BeginAnew)),
            (40, 206, &[("content-type", "multipart/byteranges; boundary=x")], Err(BeginAnew)),
            (40, 200, &[("content-length", "100"), ("etag", "\"2\"")], Ok(0)),
            (100, 416, &[("content-range", "bytes */100")], Ok(100)),
            (100, 416, &[("content-range", "bytes */99")], Err(BeginAnew)),
            (100, 416, &[], Err(BeginAnew)),
            (40, 416, &[("content-range", "bytes */40")], Err(BeginAnew)),
            (0, 401, &[], Err(Renew)),
            (0, 403, &[], Err(Renew)),
            (40, 404, &[], Err(Renew)),
            (0, 410, &[], Err(Renew)),
            (0, 408, &[], Err(GoOn)),
            (0, 429, &[("retry-after", "7")], Err(GoOn)),
            (40, 503, &[], Err(GoOn)),
            (0, 302, &[("location", "https://evil.example/s3cr3t")], Err(Nothing)),
            (0, 400, &[], Err(Nothing)),
        ];
        for (asked, status, headers, expected) in cases {
            let verdict = verdict(*asked, *status, headers);
            assert_eq!(
                verdict.as_ref().map_err(|(next, _)| *next).copied(),
                *expected,
                "{asked} {status} {headers:?}"
            );
            assert!(!format!("{verdict:?}").contains("s3cr3t"));
        }
    }

    #[test]
    fn a_size_must_be_said_by_somebody() {
        let (head, ()) = http::Response::new(()).into_parts();
        assert_eq!(judge(&head, 0, None, None).unwrap_err().next, Next::Nothing);
    }
}
