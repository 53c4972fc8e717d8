//! Interpreting a response: a success to decode, the service's own error, or something in between.

use bytes::Bytes;
use http::StatusCode;

use crate::error::class::failed;
use crate::error::{Error, ErrorCodes, ErrorKind, Result, ServiceError};
use crate::http::hints::{clock_offset, retry_after};
use crate::object::{Object, decode};
use crate::response::Response;
use crate::secrecy::Redactor;

/// A success, not decoded yet.
pub struct RawResponse {
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) attempts: u32,
    /// Milliseconds that the service's clock is ahead of ours, if the response has a date.
    pub(crate) clock_offset: Option<i64>,
    body: Bytes,
    secrets: Redactor,
}

/// Sorts a response. `signed` has the texts that the service should have signed too, and `codes` what its error codes
/// mean.
pub fn interpret(
    response: http::Response<Bytes>,
    secrets: Redactor,
    signed: &[String],
    codes: &ErrorCodes,
    attempts: u32,
) -> Result<RawResponse> {
    let (head, body) = response.into_parts();
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    let request_id = header("x-acs-request-id");
    let status = head.status.as_u16();
    if head.status.is_success() {
        return Ok(RawResponse {
            status,
            request_id: request_id.map(str::to_owned),
            attempts,
            clock_offset: clock_offset(&head.headers),
            body,
            secrets,
        });
    }
    if head.status.is_redirection() {
        return Err(redirect(header("location")).at_status(status, request_id));
    }
    let hint = retry_after(&head.headers);
    let Some(service) = service_error(&body) else {
        return Err(unknown_failure(head.status, &body, &secrets).after(hint).at_status(status, request_id));
    };
    let explanation = explain_signature(&service, signed);
    let service = service.received(status, request_id, clock_offset(&head.headers), codes, &secrets);
    let error = Error::service(service).after(hint);
    Err(match explanation {
        Some(explanation) => error.explain(explanation),
        None => error,
    })
}

impl RawResponse {
    /// Decodes the body into `object`.
    pub fn decode(&self, object: &mut dyn Object) -> Result<()> {
        let path = if is_xml(&self.body) { decode::Path::in_xml() } else { decode::Path::default() };
        let decoded = decode_body(&self.body, object, &path);
        decoded.map_err(|failure| self.undecodable(&path.to_string(), failure))
    }

    /// Decodes the body as JSON of any shape; XML becomes its text.
    pub(crate) fn decode_json(&self, value: &mut serde_json::Value) -> Result<()> {
        *value = if is_xml(&self.body) {
            String::from_utf8_lossy(&self.body).into()
        } else {
            serde_json::from_slice(&self.body)
                .map_err(|error| self.undecodable("", Undecodable::json(&self.body, &error)))?
        };
        Ok(())
    }

    /// The response, with what it was decoded to.
    pub fn into_response<T>(self, value: T) -> Response<T> {
        let Self { status, request_id, attempts, body, .. } = self;
        Response { value, status, request_id, attempts, body }
    }

    /// A success that does not fit its type. The call was executed.
    fn undecodable(&self, path: &str, Undecodable { reason, at }: Undecodable) -> Error {
        let place = if path.is_empty() { String::new() } else { format!(" at `{path}`") };
        // The reason shows the value that does not fit, and that may be of any length.
        let reason = if path.split('[').any(|part| self.secrets.names().contain(part)) {
            "its value has another form than it should".to_owned()
        } else {
            self.secrets.excerpt(reason.as_bytes(), 0)
        };
        let near = match self.secrets.excerpt(&self.body, at) {
            empty if empty.is_empty() => "the body is empty".to_owned(),
            excerpt => format!("near: {excerpt}"),
        };
        Error::new(ErrorKind::Decode, format!("the response cannot be decoded{place}: {reason}; {near}"))
            .maybe_executed(true)
            .at_status(self.status, self.request_id.as_deref())
    }
}

/// Why a body does not decode, and at which of its bytes that was noticed.
struct Undecodable {
    reason: String,
    at: usize,
}

impl Undecodable {
    fn json(body: &[u8], error: &serde_json::Error) -> Self {
        let lines = body.split_inclusive(|byte| *byte == b'\n');
        let before: usize = lines.take(error.line().saturating_sub(1)).map(<[u8]>::len).sum();
        Self { reason: error.to_string(), at: before + error.column() }
    }
}

/// Decodes a body in the form that it has.
fn decode_body(body: &[u8], object: &mut dyn Object, path: &decode::Path) -> Result<(), Undecodable> {
    if is_xml(body) {
        let text = std::str::from_utf8(body)
            .map_err(|error| Undecodable { reason: error.to_string(), at: error.valid_up_to() })?;
        let mut deserializer = quick_xml::de::Deserializer::from_str(text);
        return decode::object(object, path, &mut deserializer).map_err(|error| {
            let at = deserializer.get_ref().get_ref().buffer_position();
            Undecodable { reason: error.to_string(), at: at as usize }
        });
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let decoded = decode::object(object, path, &mut deserializer).and_then(|()| deserializer.end());
    decoded.map_err(|error| Undecodable::json(body, &error))
}

fn is_xml(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<") || body.starts_with(b"\xef\xbb\xbf<")
}

/// The service's error in a body, whichever of the two forms it has.
pub(crate) fn service_error(body: &[u8]) -> Option<ServiceError> {
    let mut service = ServiceError::default();
    // Where the rest does not decode, the code that came before still says more than the status.
    let _ = decode_body(body, &mut service, &decode::Path::default());
    Some(service).filter(ServiceError::has_code)
}

/// A failure without the service's word: from a gateway, a proxy, or a server that is none of the service's.
fn unknown_failure(status: StatusCode, body: &[u8], secrets: &Redactor) -> Error {
    let is_transient = matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504);
    let excerpt = match secrets.excerpt(body, 0) {
        excerpt if excerpt.is_empty() => "the body is empty".to_owned(),
        excerpt => format!("the body begins: {excerpt}"),
    };
    if status == StatusCode::TOO_MANY_REQUESTS {
        let message = format!("the call was refused for its rate; {excerpt}");
        return Error::new(ErrorKind::Throttled, message).retryable(true);
    }
    let message = format!("the response is not the service's; {excerpt}");
    Error::new(ErrorKind::Response, message).retryable(is_transient).maybe_executed(failed(status.as_u16()))
}

/// A redirect, which the service never responds with.
fn redirect(location: Option<&str>) -> Error {
    let to = location.and_then(|location| reqwest::Url::parse(location).ok());
    let to = to.and_then(|url| url.host_str().map(|host| format!(" to {host}"))).unwrap_or_default();
    let message =
        format!("the response is a redirect{to}, which is not followed: the request is signed for one host");
    Error::new(ErrorKind::Response, message)
}

/// Why a signature was refused: the echoed string tells whether both sides signed the same.
fn explain_signature(service: &ServiceError, signed: &[String]) -> Option<&'static str> {
    match service.code() {
        "SignatureDoesNotMatch" => {}
        "IncompleteSignature" if service.echoed_string_to_sign().is_some() => {}
        _ => return None,
    }
    let Some(echoed) = service.echoed_string_to_sign() else {
        return Some("the access key secret is wrong, or something on the way changed the request");
    };
    // Words of the service may follow.
    Some(if signed.iter().any(|ours| echoed.starts_with(ours.trim())) {
        "both sides signed the same text, so the access key secret is wrong"
    } else {
        "the service signed another text than the client, so something on the way changed the request"
    })
}
