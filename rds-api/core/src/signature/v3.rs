//! Signature version 3: ACS3-HMAC-SHA256 over method, query, headers and body.
//!
//! A request is refused with `SignatureDoesNotMatch`, and the service's response repeats the canonical request
//! as it understood it. [`Request`] holds what is signed; [`Request::canonical`] gives ours to compare.
//!
//! ```
//! use rds_api::signature::v3;
//!
//! let request = v3::Request {
//!     method: "POST",
//!     path: "/",
//!     query: [
//!         ("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"),
//!         ("RegionId", "cn-shanghai"),
//!     ]
//!     .into(),
//!     headers: [
//!         ("host", "ecs.cn-shanghai.aliyuncs.com"),
//!         ("x-acs-action", "RunInstances"),
//!         ("x-acs-content-sha256", v3::EMPTY_BODY_SHA256),
//!         ("x-acs-date", "2023-10-26T10:22:32Z"),
//!         ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
//!         ("x-acs-version", "2014-05-26"),
//!     ]
//!     .into(),
//!     body_sha256: v3::EMPTY_BODY_SHA256,
//! };
//! let signed = request.sign("YourAccessKeyId", "YourAccessKeySecret");
//! assert_eq!(signed.signature, "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");
//! assert_eq!(
//!     signed.string_to_sign,
//!     "ACS3-HMAC-SHA256\n7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259",
//! );
//! ```

use std::collections::BTreeMap;
use std::fmt;

use hmac::Hmac;
use sha2::{Digest as _, Sha256};

use super::mac;
use super::percent::encode;

const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// The hash of a body of no bytes.
pub const EMPTY_BODY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// The parts of a request that are signed.
///
/// `Debug` shows neither query nor header values, because they may hold a password or a token.
#[derive(Clone)]
pub struct Request<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The path of the URL, as it is sent. The services of this kind have only `/`.
    pub path: &'a str,
    /// The parameters of the URL, not encoded. Those of a form body are not among them: the hash covers them.
    pub query: BTreeMap<&'a str, &'a str>,
    /// The headers to sign, by lower-case name: `host`, `content-type` if there is one, every `x-acs-*`.
    pub headers: BTreeMap<&'a str, &'a str>,
    /// The [hash](body_sha256) of the body, the same as in the header `x-acs-content-sha256`.
    pub body_sha256: &'a str,
}

/// A signature, the texts it was made from, and the header it is sent in.
///
/// `Debug` shows only the header, because the canonical request holds every parameter of the query.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signed {
    /// The request in the form that both sides must agree on.
    pub canonical_request: String,
    /// The text that the signature was computed over: the algorithm and the hash of the canonical request.
    pub string_to_sign: String,
    /// The signature, in hexadecimal.
    pub signature: String,
    /// The value of the header `Authorization`.
    pub authorization: String,
}

impl Request<'_> {
    /// Signs the request.
    pub fn sign(&self, access_key_id: &str, access_key_secret: &str) -> Signed {
        let signed_headers = self.signed_headers();
        let canonical_request = self.canonical_with(&signed_headers);
        let string_to_sign = string_to_sign(&canonical_request);
        let signature = signature(&string_to_sign, access_key_secret);
        let parts = [
            ALGORITHM,
            " Credential=",
            access_key_id,
            ",SignedHeaders=",
            &signed_headers,
            ",Signature=",
            &signature,
        ];
        let authorization = parts.concat();
        Signed { canonical_request, string_to_sign, signature, authorization }
    }

    /// The canonical request: method, path, query, headers, their names, and the hash of the body, a line
    /// each.
    pub fn canonical(&self) -> String {
        self.canonical_with(&self.signed_headers())
    }

    fn canonical_with(&self, signed_headers: &str) -> String {
        let mut text = String::with_capacity(512);
        text.extend(self.method.chars().map(|letter| letter.to_ascii_uppercase()));
        for part in ["\n", self.path, "\n"] {
            text.push_str(part);
        }
        // Most official clients encode only the values here, against the words of the documentation. No name
        // of the service has a character to encode, so nothing depends on who is right.
        for (index, (name, value)) in self.query.iter().enumerate() {
            text.push_str(if index > 0 { "&" } else { "" });
            text.push_str(name);
            text.push('=');
            text.extend(encode(value));
        }
        text.push('\n');
        for (name, value) in &self.headers {
            for part in [name, ":", value.trim(), "\n"] {
                text.push_str(part);
            }
        }
        for part in ["\n", signed_headers, "\n", self.body_sha256] {
            text.push_str(part);
        }
        text
    }

    fn signed_headers(&self) -> String {
        let mut names = String::with_capacity(128);
        for name in self.headers.keys() {
            names.push_str(if names.is_empty() { "" } else { ";" });
            names.push_str(name);
        }
        names
    }
}

/// The hash of a body, in hexadecimal, for the header `x-acs-content-sha256`.
///
/// ```
/// use rds_api::signature::v3;
///
/// assert_eq!(v3::body_sha256(b""), v3::EMPTY_BODY_SHA256);
/// ```
pub fn body_sha256(body: &[u8]) -> String {
    hexadecimal(&Sha256::digest(body))
}

/// The string that is signed of a canonical request.
///
/// ```
/// use rds_api::signature::v3;
///
/// assert_eq!(v3::string_to_sign(""), format!("ACS3-HMAC-SHA256\n{}", v3::EMPTY_BODY_SHA256));
/// ```
pub fn string_to_sign(canonical_request: &str) -> String {
    [ALGORITHM, "\n", &body_sha256(canonical_request.as_bytes())].concat()
}

/// The signature of a string to sign, in hexadecimal.
///
/// ```
/// use rds_api::signature::v3;
///
/// let string = "ACS3-HMAC-SHA256\n7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259";
/// assert!(v3::signature(string, "YourAccessKeySecret").starts_with("06563a9e1b43"));
/// ```
pub fn signature(string_to_sign: &str, access_key_secret: &str) -> String {
    hexadecimal(mac::<Hmac<Sha256>>(access_key_secret, string_to_sign).as_ref())
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| DIGITS[usize::from(value & 0xf)];
    let mut text = vec![0; bytes.len() * 2];
    let (pairs, _) = text.as_chunks_mut();
    pairs.iter_mut().zip(bytes).for_each(|(pair, byte)| *pair = [digit(byte >> 4), digit(*byte)]);
    // Digits are text.
    String::from_utf8(text).unwrap_or_default()
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Request")
            .field("method", &self.method)
            .field("query", &self.query.keys())
            .field("headers", &self.headers.keys())
            .field("body_sha256", &self.body_sha256)
            .finish()
    }
}

impl fmt::Debug for Signed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Signed").field("authorization", &self.authorization).finish_non_exhaustive()
    }
}
