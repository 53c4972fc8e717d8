//! Answers of the embedded service: bodies in JSON and XML, and refusals.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value as Json, json};

use crate::Format;

/// A refusal, in the service's own terms.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: String,
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into() }
    }

    /// The body, under the request's id.
    pub(super) fn body(&self, request_id: &str, host: &str) -> Json {
        json!({
            "RequestId": request_id,
            "HostId": host,
            "Code": self.code,
            "Message": self.message,
            "Recommend": format!("https://api.aliyun.com/troubleshoot?q={}", self.code),
        })
    }
}

/// An HTTP answer; `root` names the element that XML begins with.
pub(super) fn respond(
    status: u16,
    format: Format,
    root: &str,
    body: &Json,
    request_id: &str,
) -> Response<Body> {
    let (content_type, text) = match format {
        Format::Json => ("application/json;charset=utf-8", body.to_string()),
        Format::Xml => ("text/xml;charset=utf-8", xml(root, body)),
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert("x-acs-request-id", id);
    }
    response
}

/// A body as XML: members become elements, a list becomes its element as often as it has entries.
fn xml(root: &str, body: &Json) -> String {
    let mut text = "<?xml version='1.0' encoding='UTF-8'?>".to_owned();
    element(root, body, &mut text);
    text
}

fn element(name: &str, value: &Json, text: &mut String) {
    if let Json::Array(elements) = value {
        return elements.iter().for_each(|value| element(name, value, text));
    }
    *text += &format!("<{name}>");
    match value {
        Json::Object(members) => members.iter().for_each(|(name, value)| element(name, value, text)),
        Json::String(value) => *text += &quick_xml::escape::escape(value.as_str()),
        Json::Null => {}
        other => *text += &other.to_string(),
    }
    *text += &format!("</{name}>");
}
