//! Interpreting a response: a success to decode, the service's own error, or something in between.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value as Json};

use super::document::{self, Document, Form, Undecodable};
use super::recognition::{self, BodyHeaders, Recognition, SignedObject, Signs, is_the_services, recognize};
use crate::error::class::failed;
use crate::error::{Error, ErrorCodes, ErrorKind, Result, ServiceError};
use crate::http::hints::{clock_offset, retry_after};
use crate::object::decode::Context;
use crate::object::slot::ObjectPlace;
use crate::operation::{Access, Operation};
use crate::response::Response;
use crate::secrecy::Redactor;

/// A response with a status of success.
pub struct RawResponse {
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) attempts: u32,
    operation: Operation,
    /// The head, of which most is asked for only where something is wrong.
    head: HeaderMap,
    headers: BodyHeaders,
    codes: ErrorCodes,
    pub(crate) body: Bytes,
    /// How many bytes of memory its values may take.
    memory: usize,
    secrets: Redactor,
}

/// What a response belongs to.
pub struct Exchange<'e> {
    /// The operation that was called.
    pub operation: &'e Operation,
    /// What must not be shown.
    pub secrets: Redactor,
    /// The texts that the service should have signed too.
    pub signed: &'e [String],
    /// What error codes mean.
    pub codes: &'e ErrorCodes,
    /// The number of the attempt.
    pub attempts: u32,
    /// The largest body that is accepted.
    pub max_response_bytes: usize,
}

/// Sorts a response.
pub fn interpret(response: http::Response<Bytes>, exchange: Exchange<'_>) -> Result<RawResponse> {
    let (head, body) = response.into_parts();
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    let request_id = header("x-acs-request-id").map(str::trim).filter(|id| !id.is_empty());
    let status = head.status.as_u16();
    let headers = BodyHeaders::of(&head.headers);
    let Exchange { operation, secrets, signed, codes, attempts, max_response_bytes } = exchange;
    if head.status.is_success() {
        return Ok(RawResponse {
            status,
            request_id: request_id.map(str::to_owned),
            attempts,
            operation: operation.clone(),
            headers,
            memory: memory(body.len(), max_response_bytes),
            codes: *codes,
            body,
            secrets,
            head: head.headers,
        });
    }
    if head.status.is_redirection() {
        return Err(redirect(header("location")).at_status(status, request_id).with_body(body));
    }
    let hint = retry_after(&head.headers);
    let found = service_error(&body);
    let has_code = found.is_some();
    let Some(service) = found.filter(|error| is_the_services(error, status, request_id, codes)) else {
        let error = unknown_failure(head.status, &body, &headers, has_code, &secrets).after(hint);
        return Err(error.at_status(status, request_id).with_body(body));
    };
    let explanation = explain_signature(&service, signed);
    let service = service.received(status, request_id, clock_offset(&head.headers), codes, &secrets);
    let error = Error::service(service).after(hint).with_body(body);
    Err(match explanation {
        Some(explanation) => error.explain(explanation),
        None => error,
    })
}

/// How much memory the values of a body may take. Three bytes are enough for an object that takes a thousand, and no
/// response of the service takes more than some thirty times its length.
fn memory(length: usize, max_response_bytes: usize) -> usize {
    const ALWAYS: usize = 16 << 20;
    length.saturating_mul(32).min(max_response_bytes.saturating_mul(16)).saturating_add(ALWAYS)
}

impl RawResponse {
    /// Milliseconds that the service's clock is ahead of ours, if the response has a date.
    pub(crate) fn clock_offset(&self) -> Option<i64> {
        clock_offset(&self.head)
    }

    /// Decodes the body into the object that `place` makes. What is not recognised as the service's success is an error.
    pub fn decode(&mut self, place: &mut dyn ObjectPlace) -> Result<()> {
        let body = self.body.clone();
        let document = Document::of(&body);
        place.clear();
        if !self.is_acknowledgement(&document)? {
            let type_has_code = recognition::has_code(place.object());
            self.read(&document, Some(type_has_code), &mut |document, context| {
                place.clear();
                let mut object = SignedObject::new(place.object());
                document.read(&mut object, context).map(|()| object.signs())
            })?;
        }
        recognition::complete(place.object(), self.request_id.as_deref().unwrap_or_default());
        Ok(())
    }

    /// Decodes the body as JSON of any shape; XML becomes its text.
    pub(crate) fn decode_json(&mut self, value: &mut Json) -> Result<()> {
        let body = self.body.clone();
        let document = Document::of(&body);
        if self.is_acknowledgement(&document)? {
            *value = serde_json::json!({ "RequestId": self.request_id });
            return Ok(());
        }
        let has_code = self.operation.response_has_code;
        if document.form() == Form::Xml {
            *value = document.text().into();
            return self.read(&document, has_code, &mut |document, context| {
                let mut signs = Signs::default();
                document.read(&mut signs, context).map(|()| signs)
            });
        }
        self.read(&document, has_code, &mut |document, context| {
            *value = document.read_json(context)?;
            Ok(value.as_object().map(Signs::of_json).unwrap_or_default())
        })
    }

    /// The members of the body, whatever its type, as far as they tell what it is.
    pub(crate) fn members(&self) -> Map<String, Json> {
        document::members(&self.body, || Context::of_response(self.memory))
    }

    /// The response, with what it was decoded to.
    pub fn into_response<T>(self, value: T) -> Response<T> {
        let Self { status, request_id, attempts, body, .. } = self;
        Response { value, status, request_id, attempts, body }
    }

    /// Whether the body is empty and says so no more than that the operation was executed. What is there and cannot be
    /// the service's is an error, whatever is in it.
    fn is_acknowledgement(&self, document: &Document<'_>) -> Result<bool> {
        let is_signed = self.request_id.is_some();
        match recognize(document, &self.headers, &self.operation.name, is_signed) {
            Recognition::Response => Ok(false),
            Recognition::Foreign => Err(self.foreign(document)),
            Recognition::Error => Err(self.error_in_disguise(document)),
            Recognition::Empty if !is_signed => Err(self.foreign(document)),
            // What is read is not nothing: a list is not empty because its response is.
            Recognition::Empty if self.operation.access == Access::Read => {
                let reason = "a response of this operation has values".to_owned();
                Err(self.undecodable(document, "", Undecodable { reason, at: 0 }))
            }
            Recognition::Empty => Ok(true),
        }
    }

    /// Decodes the body by `decode`, which gives the signs that are in it, and recognises it by those. What cannot be
    /// decoded with little effort is decoded again.
    fn read(
        &mut self,
        document: &Document<'_>,
        type_has_code: Option<bool>,
        decode: &mut dyn FnMut(&Document<'_>, &Context) -> Result<Signs, Undecodable>,
    ) -> Result<()> {
        let context = |document: &Document<'_>| {
            let context = Context::of_response(self.memory);
            if document.form() == Form::Xml { context.of_xml() } else { context }
        };
        let mut state = context(document);
        let mut decoded = decode(document, &state);
        let again = if decoded.is_err() { document.to_reread() } else { None };
        if let Some(again) = &again {
            state = context(again);
            decoded = decode(again, &state);
        }
        let document = again.as_ref().unwrap_or(document);
        let (signs, failure) = match decoded {
            Ok(signs) => (signs, None),
            Err(failure) => {
                // Those in front of the failure at least, and all of them where the body is only of another shape.
                let mut signs = Signs::default();
                let _ = document.read(&mut signs, &context(document));
                (signs, Some(failure))
            }
        };
        if signs.are_of_an_error(type_has_code, &self.codes) {
            return Err(self.error_in_disguise(document));
        }
        if self.request_id.is_none() {
            self.request_id = signs.request_id().map(|id| self.secrets.id(id));
        }
        match failure {
            _ if self.request_id.is_none() => Err(self.foreign(document)),
            Some(failure) => Err(self.undecodable(document, &state.to_string(), failure)),
            None => Ok(()),
        }
    }

    /// A response that is not the service's, or does not say so. The call may have reached the service nevertheless.
    fn foreign(&self, document: &Document<'_>) -> Error {
        let description = recognition::description(document, &self.headers, &self.secrets);
        let description = description.unwrap_or_else(|| "it has no request id".to_owned());
        let message = not_the_services(Some(description), document, &self.secrets);
        self.after_execution(Error::new(ErrorKind::Response, message))
    }

    /// The service's error, under a status of success.
    fn error_in_disguise(&self, document: &Document<'_>) -> Error {
        let request_id = self.request_id.as_deref();
        let is_own = |error: &ServiceError| is_the_services(error, self.status, request_id, &self.codes);
        let Some(service) = error_in(document).filter(is_own) else { return self.foreign(document) };
        let service =
            service.received(self.status, request_id, self.clock_offset(), &self.codes, &self.secrets);
        self.after_execution(Error::service(service).after(retry_after(&self.head)))
    }

    /// A success that does not fit its type.
    fn undecodable(&self, document: &Document<'_>, path: &str, failure: Undecodable) -> Error {
        let Undecodable { reason, at } = failure;
        // Names in it may be of any length, and anything else that the service has sent.
        let place = match self.secrets.excerpt(path.as_bytes(), 0) {
            empty if empty.is_empty() => String::new(),
            path => format!(" at `{path}`"),
        };
        // The reason shows the value that does not fit, and that may be of any length.
        let reason = if path.split('[').any(|part| self.secrets.names().contain(part)) {
            "its value has another form than it should".to_owned()
        } else {
            self.secrets.excerpt(reason.as_bytes(), 0)
        };
        let near = match self.secrets.excerpt(document.text().as_bytes(), at) {
            empty if empty.is_empty() => "the body is empty".to_owned(),
            excerpt => format!("near: {excerpt}"),
        };
        let message = format!("the response cannot be decoded{place}: {reason}; {near}");
        self.after_execution(Error::new(ErrorKind::Decode, message))
    }

    /// An error of which the status says that the call was executed.
    fn after_execution(&self, error: Error) -> Error {
        error
            .maybe_executed(true)
            .at_status(self.status, self.request_id.as_deref())
            .with_body(self.body.clone())
    }
}

/// The service's error in a body, whichever of the two forms it has.
pub(crate) fn service_error(body: &[u8]) -> Option<ServiceError> {
    error_in(&Document::of(body))
}

fn error_in(document: &Document<'_>) -> Option<ServiceError> {
    // Pages have elements that are called `code`, too.
    if document.root().is_some_and(|root| root.eq_ignore_ascii_case("html")) {
        return None;
    }
    let again = document.to_reread();
    let document = again.as_ref().unwrap_or(document);
    let mut service = ServiceError::default();
    // Where the rest does not decode, the code still says more than the status.
    if document.read(&mut service, &Context::default()).is_err() && !service.has_code() {
        let mut signs = Signs::default();
        let _ = document.read(&mut signs, &Context::default());
        service = signs.into();
    }
    Some(service).filter(ServiceError::has_code)
}

/// A failure without the service's word: from a gateway, a proxy, or a server that is none of the service's.
fn unknown_failure(
    status: StatusCode,
    body: &[u8],
    headers: &BodyHeaders,
    has_code: bool,
    secrets: &Redactor,
) -> Error {
    let is_transient = matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504);
    let document = Document::of(body);
    if status == StatusCode::TOO_MANY_REQUESTS {
        let message = format!("the call was refused for its rate; {}", beginning(&document, secrets));
        return Error::new(ErrorKind::Throttled, message).retryable(true);
    }
    let description = recognition::description(&document, headers, secrets);
    let description = description.or_else(|| {
        has_code.then(|| "it has no request id, and a code that the service is not known for".to_owned())
    });
    let message = not_the_services(description, &document, secrets);
    Error::new(ErrorKind::Response, message).retryable(is_transient).maybe_executed(failed(status.as_u16()))
}

/// Says that a response is not the service's, what it is instead, and how it begins.
fn not_the_services(description: Option<String>, document: &Document<'_>, secrets: &Redactor) -> String {
    let description = description.map(|description| format!(": {description}")).unwrap_or_default();
    format!("the response is not the service's{description}; {}", beginning(document, secrets))
}

fn beginning(document: &Document<'_>, secrets: &Redactor) -> String {
    match secrets.excerpt(document.text().as_bytes(), 0) {
        excerpt if excerpt.is_empty() => "the body is empty".to_owned(),
        excerpt => format!("the body begins: {excerpt}"),
    }
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
