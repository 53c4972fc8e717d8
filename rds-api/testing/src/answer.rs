//! Answers of the embedded service as HTTP: bodies in JSON and XML, whole and broken.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use hyper::body::{Body, Frame, SizeHint};
use serde_json::Value as Json;

use super::fault::Fault;
use rds_api::Format;

/// An answer before it is written: `root` names the element that XML begins with.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) root: String,
    pub(super) body: Json,
    pub(super) headers: HeaderMap,
}

impl Answer {
    pub(super) fn header(&mut self, name: &'static str, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
    }

    /// The answer as HTTP, spoilt as the fault wants it.
    pub(super) fn into_response(self, mut format: Format, fault: Option<&Fault>) -> Response<Content> {
        if matches!(fault, Some(Fault::UnaskedXml)) {
            format = Format::Xml;
        }
        let (mut content_type, mut text) = if format == Format::Xml {
            ("text/xml;charset=utf-8", xml(&self.root, &self.body))
        } else {
            ("application/json;charset=utf-8", self.body.to_string())
        };
        if matches!(fault, Some(Fault::WrongContentType)) {
            content_type = "text/html";
        }
        if matches!(fault, Some(Fault::GarbledBody)) {
            // A null byte is allowed nowhere in JSON, and what follows it nowhere in XML.
            let middle = (0..=text.len() / 2).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
            text.insert_str(middle, "\0<<&");
        }
        let mut response = Response::new(Content::whole(text));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = self.headers;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        if matches!(fault, Some(Fault::TruncatedBody)) {
            let length = response.body().bytes.len();
            response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
            response.body_mut().break_off();
        }
        response
    }
}

/// The bytes of an answer, which may end too soon.
pub(super) struct Content {
    bytes: Bytes,
    rest: Rest,
}

/// What is still to be sent.
enum Rest {
    Everything { breaks_off: bool },
    Pause,
    Break,
    Nothing,
}

impl Content {
    pub(super) fn whole(text: String) -> Self {
        Self { bytes: text.into(), rest: Rest::Everything { breaks_off: false } }
    }

    fn break_off(&mut self) {
        self.bytes.truncate(self.bytes.len() / 2);
        self.rest = Rest::Everything { breaks_off: true };
    }
}

/// The error that makes the server drop a connection.
#[derive(Debug)]
pub(super) struct BrokenOff;

impl std::fmt::Display for BrokenOff {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the exchange is broken off, as a fault demands")
    }
}

impl std::error::Error for BrokenOff {}

impl Body for Content {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        match self.rest {
            Rest::Everything { breaks_off } => {
                self.rest = if breaks_off { Rest::Pause } else { Rest::Nothing };
                let bytes = std::mem::take(&mut self.bytes);
                Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
            }
            // Gives the server a turn in which it sends what it has.
            Rest::Pause => {
                self.rest = Rest::Break;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Rest::Break => Poll::Ready(Some(Err(BrokenOff))),
            Rest::Nothing => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.rest, Rest::Nothing)
    }

    fn size_hint(&self) -> SizeHint {
        match self.rest {
            Rest::Everything { breaks_off: false } => SizeHint::with_exact(self.bytes.len() as u64),
            Rest::Nothing => SizeHint::with_exact(0),
            _ => SizeHint::default(),
        }
    }
}

/// A body as XML: members become elements, a list becomes its element as often as it has entries. A null is
/// no element, because an empty one is an empty text.
pub fn xml(root: &str, body: &Json) -> String {
    let mut text = "<?xml version='1.0' encoding='UTF-8'?>".to_owned();
    element(root, body, &mut text);
    text
}

fn element(name: &str, value: &Json, text: &mut String) {
    if let Json::Array(elements) = value {
        return elements.iter().for_each(|value| element(name, value, text));
    }
    if value.is_null() {
        return;
    }
    *text += &format!("<{name}>");
    match value {
        Json::Object(members) => members.iter().for_each(|(name, value)| element(name, value, text)),
        Json::String(value) => *text += &quick_xml::escape::escape(value.as_str()),
        other => *text += &other.to_string(),
    }
    *text += &format!("</{name}>");
}
