//! Signature version 1.0: HMAC-SHA1 over every parameter.
//!
//! A request is refused with `SignatureDoesNotMatch`. The service's response repeats the string it signed, and
//! [`string_to_sign`] gives ours to compare it with: if they are equal the secret is wrong, otherwise the
//! first difference shows what went wrong on the way.
//!
//! ```
//! use rds_api::signature::v1;
//!
//! let signed = v1::sign(
//!     "GET",
//!     [
//!         ("Action", "DescribeDedicatedHosts"),
//!         ("Version", "2014-05-26"),
//!         ("Format", "JSON"),
//!         ("RegionId", "cn-beijing"),
//!         ("AccessKeyId", "testid"),
//!         ("SignatureMethod", "HMAC-SHA1"),
//!         ("SignatureVersion", "1.0"),
//!         ("SignatureNonce", "edb2b34af0af9a6d14deaf7c1a5315eb"),
//!         ("Timestamp", "2023-03-13T08:34:30Z"),
//!     ],
//!     "testsecret",
//! );
//! assert_eq!(signed.signature, "9NaGiOspFP5UPcwX8Iwt2YJXXuk=");
//! assert!(signed.string_to_sign.starts_with("GET&%2F&AccessKeyId%3Dtestid%26Action%3DDescribe"));
//! ```

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::Hmac;
use sha1::Sha1;

use super::mac;
use super::percent::{append_pair, encode};

/// A signature, and the two texts it was made from.
///
/// `Debug` shows only the signature, because the texts hold every parameter of the call, passwords included.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signed {
    /// The parameters, encoded and sorted: also what to send as the query.
    pub canonical_query: String,
    /// The text that the signature was computed over.
    pub string_to_sign: String,
    /// The value of the parameter `Signature`, not yet percent-encoded.
    pub signature: String,
}

/// Signs a request.
///
/// `parameters` are those of the query and of the form body, the common ones included. The order does not
/// matter, except that of two values of one name the last is signed. `Signature` is left out, so that the
/// parameters of a received request can be given as they are.
pub fn sign<N: AsRef<str>, V: AsRef<str>>(
    method: &str,
    parameters: impl IntoIterator<Item = (N, V)>,
    access_key_secret: &str,
) -> Signed {
    let canonical_query = canonical_query(parameters);
    let string_to_sign = string_to_sign(method, &canonical_query);
    let signature = signature(&string_to_sign, access_key_secret);
    Signed { canonical_query, string_to_sign, signature }
}

/// The parameters but `Signature`, encoded, sorted by name, and joined.
///
/// ```
/// use rds_api::signature::v1::canonical_query;
///
/// assert_eq!(canonical_query([("B", "1 *"), ("A", ""), ("Signature", "x")]), "A=&B=1%20%2A");
/// ```
pub fn canonical_query<N: AsRef<str>, V: AsRef<str>>(parameters: impl IntoIterator<Item = (N, V)>) -> String {
    let parameters: Vec<_> = parameters.into_iter().collect();
    // The order is that of the names before they are encoded.
    let mut sorted: BTreeMap<&str, &str> = BTreeMap::new();
    sorted.extend(parameters.iter().map(|(name, value)| (name.as_ref(), value.as_ref())));
    let mut query = String::new();
    for (name, value) in sorted {
        if name != "Signature" {
            append_pair(&mut query, name, value);
        }
    }
    query
}

/// The string that is signed: the method, the path, which is always `/`, and the query encoded once more.
///
/// ```
/// use rds_api::signature::v1::string_to_sign;
///
/// assert_eq!(string_to_sign("POST", "A=&B=1%20%2A"), "POST&%2F&A%3D%26B%3D1%2520%252A");
/// ```
pub fn string_to_sign(method: &str, canonical_query: &str) -> String {
    format!("{}&%2F&{}", method.to_ascii_uppercase(), encode(canonical_query))
}

/// The signature of a string to sign.
///
/// ```
/// use rds_api::signature::v1::signature;
///
/// assert_eq!(signature("GET&%2F&", "testsecret").len(), 28);
/// ```
pub fn signature(string_to_sign: &str, access_key_secret: &str) -> String {
    STANDARD.encode(mac::<Hmac<Sha1>>(&format!("{access_key_secret}&"), string_to_sign))
}

impl fmt::Debug for Signed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Signed").field("signature", &self.signature).finish_non_exhaustive()
    }
}
