//! A response of the service, and how it is written as HTTP: in JSON or XML, whole or broken.

use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde_json::Value as Json;

use crate::fault::Fault;
use crate::server::body::Body;
use crate::server::xml::to_xml;
use rds_api::Format;

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
            // A null byte is allowed nowhere in JSON, and what follows it nowhere in XML.
            let middle = (0..=text.len() / 2).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
            text.insert_str(middle, "\0<<&");
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
        response
    }
}
