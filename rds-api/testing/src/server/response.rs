//! A response of the service, and how it is written as HTTP: in JSON or XML, whole or broken.

use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde_json::Value as Json;

use crate::fault::Fault;
use crate::server::body::Body;
use crate::server::xml::to_xml;
use rds_api_core::Format;

/// The page of a gateway.
const BLOCKED: &str = "<!DOCTYPE html>\n<html><head><title>Blocked</title></head><body><h1>Access denied</h1><p>Your company has \
                       blocked this page.</p></body></html>\n";

/// The response of a gateway in the place of the service's.
pub(super) fn blocked_page() -> Response<Body> {
    let mut page = Response::new(Body::whole(BLOCKED.to_owned()));
    page.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    page
}

/// A response before it is written.
pub(super) struct ServiceResponse {
    pub(super) status: u16,
    /// The name of the element that XML begins with.
    pub(super) root: String,
    pub(super) body: Json,
    pub(super) headers: HeaderMap,
}

impl ServiceResponse {
    pub(super) fn set_header(&mut self, name: &'static str, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
    }

    /// The response as HTTP, corrupted as the fault demands.
    pub(super) fn into_http(self, mut format: Format, fault: Option<&Fault>) -> Response<Body> {
        if matches!(fault, Some(Fault::BlockedPage)) {
            return blocked_page();
        }
        if matches!(fault, Some(Fault::UnrequestedXml)) {
            format = Format::Xml;
        }
        let (mut content_type, mut text) = if format == Format::Xml {
            ("text/xml;charset=utf-8", to_xml(&self.root, &self.body))
        } else {
            ("application/json;charset=utf-8", self.body.to_string())
        };
        if matches!(fault, Some(Fault::WrongContentType)) {
            content_type = "text/html";
        }
        if matches!(fault, Some(Fault::GarbledBody)) {
            // No lenient reader can make sense of half of it, wherever that ends.
            let middle = (0..=text.len() / 2).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
            text.truncate(middle);
            text.push_str("\0<<&");
        }
        if matches!(fault, Some(Fault::EmptyBody)) {
            text.clear();
        }
        let mut response = Response::new(Body::whole(text));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = self.headers;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        if matches!(fault, Some(Fault::TruncatedBody)) {
            let length = response.body().len();
            response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
            response.body_mut().truncate();
        }
        if let Some(Fault::SlowBody(pause)) = fault {
            response.body_mut().slow_down(*pause);
        }
        response
    }
}
