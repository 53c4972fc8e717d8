//! A request as HTTP: parameters, headers, and what a signature covers.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderValue, Method, Uri};

use rds_api_core::Format;
use rds_api_core::signature::v3;

/// A request as it came, with its query, form and headers taken apart.
pub(crate) struct HttpRequest {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    form: Vec<(String, String)>,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body_sha256: String,
}

impl HttpRequest {
    pub(crate) fn parse(method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Self {
        let pairs = |text: &str| -> Vec<(String, String)> {
            let pairs = text.split('&').filter(|pair| !pair.is_empty());
            pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(n, v)| (decode(n), decode(v)))
                .collect()
        };
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers: BTreeMap<String, String> =
            headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
        let is_form =
            headers.get("content-type").is_some_and(|it| it.starts_with("application/x-www-form-urlencoded"));
        Self {
            method: method.to_string(),
            path: uri.path().to_owned(),
            query: pairs(uri.query().unwrap_or_default()),
            form: if is_form { pairs(&String::from_utf8_lossy(body)) } else { Vec::new() },
            headers,
            body_sha256: v3::body_sha256(body),
        }
    }

    /// Every parameter, wherever it came; the form wins over the query.
    pub(crate) fn parameters(&self) -> BTreeMap<&str, &str> {
        self.query.iter().chain(&self.form).map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// The operation that is called, authentic or not.
    pub(crate) fn action(&self) -> Option<&str> {
        if self.is_v3() { self.header("x-acs-action") } else { self.parameter("Action") }
    }

    pub(crate) fn host(&self) -> &str {
        self.header("host").unwrap_or_default()
    }

    /// The format of the response: unless the request says otherwise, version 1 gives XML and version 3 JSON.
    pub(crate) fn format(&self) -> Format {
        let wants_xml = match self.parameter("Format") {
            Some(format) => format.eq_ignore_ascii_case("xml"),
            None if self.is_v3() => self.header("accept").is_some_and(|accept| accept.contains("xml")),
            None => true,
        };
        if wants_xml { Format::Xml } else { Format::Json }
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let mut pairs = self.form.iter().chain(&self.query);
        pairs.find(|(existing, _)| existing == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    pub(super) fn is_v3(&self) -> bool {
        self.headers.contains_key("x-acs-action") && self.parameter("Signature").is_none()
    }
}

fn decode(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned()
}
