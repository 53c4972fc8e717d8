//! The secrets of a request as it was sent: what it proves itself with, and parameters whose names say so.

use bytes::Bytes;
use percent_encoding::percent_decode_str;

use super::{MASK, Redactor};

impl Redactor {
    /// Hides what a request that was sent has of secrets in its headers, its query and its form.
    pub fn hide_sent(&mut self, request: &http::Request<Bytes>) {
        for (name, value) in request.headers() {
            if let Ok(text) = value.to_str()
                && (value.is_sensitive() || self.names().contain(name.as_str()))
            {
                self.hide(text);
            }
        }
        let form = std::str::from_utf8(request.body()).unwrap_or_default();
        for pair in request.uri().query().unwrap_or_default().split('&').chain(form.split('&')) {
            let decoded = |text| percent_decode_str(text).decode_utf8_lossy();
            if let Some((name, value)) = pair.split_once('=')
                && self.names().contain(&decoded(name))
            {
                self.hide(&decoded(value));
            }
        }
    }

    /// What may be shown of a header: of `Authorization` all but the signature.
    pub fn header(&self, name: &http::HeaderName, value: &http::HeaderValue) -> String {
        let text = value.to_str().unwrap_or(MASK);
        match text.split_once("Signature=") {
            Some((before, _)) if *name == http::header::AUTHORIZATION => format!("{before}Signature={MASK}"),
            _ if value.is_sensitive() || self.names().contain(name.as_str()) => MASK.to_owned(),
            _ => self.redact(text),
        }
    }
}
