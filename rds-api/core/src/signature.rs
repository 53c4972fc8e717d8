//! How a request proves who sent it.
//!
//! Every request carries a signature: an HMAC over a canonical text of the request, keyed with the secret of
//! the access key. Client and service build the same text and must agree on every byte, so when a request is
//! refused with `SignatureDoesNotMatch` the question is which byte differs. The functions of this module are
//! the ones that the client signs with and the embedded service verifies with. They are public so that any
//! step can be looked at alone; they read no clock, no environment and no network.
//!
//! | version | keyed hash | what is signed | where it travels |
//! | --- | --- | --- | --- |
//! | [`V3`](SignatureVersion::V3), module [`v3`] | HMAC-SHA256 | method, query, headers, hash of the body | header `Authorization` |
//! | [`V1`](SignatureVersion::V1), module [`v1`] | HMAC-SHA1 | method and all parameters, those of the protocol among them | parameter `Signature` |
//!
//! The service accepts both. Prefer V3: its hash is not a broken one, and key id and token stay out of the
//! URL, which proxies log. V1 is for gateways that know nothing else.
//!
//! ```
//! use rds_api::signature::v1;
//!
//! // The service refused a request and said what it had signed; this is what we signed.
//! let query = v1::canonical_query([("Action", "DescribeRegions"), ("Format", "JSON")]);
//! assert_eq!(v1::string_to_sign("GET", &query), "GET&%2F&Action%3DDescribeRegions%26Format%3DJSON");
//! ```

use hmac::{KeyInit, Mac};

#[doc(hidden)]
pub mod percent;
#[cfg(test)]
mod properties;
pub mod v1;
pub mod v3;

/// The version of the signature that a client puts on its requests. See the [module documentation](self).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub enum SignatureVersion {
    /// ACS3-HMAC-SHA256, in headers.
    #[default]
    V3,
    /// HMAC-SHA1, in parameters; called V2 on some pages of the service.
    V1,
}

/// Whether the protocol has a parameter of this name, so that one given by a program would stand beside that of the
/// client: in either version, since the service reads those of V1 from the query of V3 too, and in any case.
pub(crate) fn is_reserved(parameter: &str) -> bool {
    const NAMES: [&str; 7] =
        ["AccessKeyId", "Action", "BearerToken", "Format", "SecurityToken", "Timestamp", "Version"];
    const PREFIX: &str = "Signature";
    NAMES.iter().any(|name| name.eq_ignore_ascii_case(parameter))
        || parameter.get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}

fn mac<M: Mac + KeyInit>(key: &str, text: &str) -> impl AsRef<[u8]> + use<M> {
    // HMAC takes keys of any length; the error is for other algorithms of the same trait.
    let Ok(mut mac) = M::new_from_slice(key.as_bytes()) else { unreachable!("HMAC refused a key") };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// What the official clients sign, and the examples that the service's pages publish.
    fn vectors(version: &str) -> Vec<Value> {
        let mut all: Value = serde_json::from_str(include_str!("../tests/vectors/signature.json")).unwrap();
        serde_json::from_value(all[version].take()).unwrap()
    }

    fn text<'a>(vector: &'a Value, key: &str) -> &'a str {
        vector[key].as_str().unwrap()
    }

    fn pairs<'a>(vector: &'a Value, key: &str) -> Vec<(&'a str, &'a str)> {
        let pair = |pair: &'a Value| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
        vector[key].as_array().unwrap().iter().map(pair).collect()
    }

    /// Compares what the vector gives: published examples lack the steps in between.
    fn check(vector: &Value, key: &str, ours: &str) {
        if let Some(theirs) = vector.get(key) {
            assert_eq!(ours, theirs.as_str().unwrap(), "{key} of {}: {}", vector["id"], vector["about"]);
        }
    }

    #[test]
    fn v1_signs_as_the_official_clients_do() {
        let vectors = vectors("v1");
        assert_eq!(vectors.len(), 44);
        for vector in vectors {
            let signed =
                v1::sign(text(&vector, "method"), pairs(&vector, "parameters"), text(&vector, "secret"));
            check(&vector, "canonical_query", &signed.canonical_query);
            check(&vector, "string_to_sign", &signed.string_to_sign);
            check(&vector, "signature", &signed.signature);
        }
    }

    #[test]
    fn v3_signs_as_the_official_clients_do() {
        let vectors = vectors("v3");
        assert_eq!(vectors.len(), 17);
        for vector in vectors {
            let body_sha256 = v3::body_sha256(vector["body"].as_str().unwrap().as_bytes());
            let headers = vector["headers"].as_object().unwrap();
            let request = v3::Request {
                method: text(&vector, "method"),
                path: "/",
                query: pairs(&vector, "query").into_iter().collect(),
                headers: headers
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
                    .collect(),
                body_sha256: &body_sha256,
            };
            let signed = request.sign(text(&vector, "access_key_id"), text(&vector, "secret"));
            check(&vector, "canonical_request", &signed.canonical_request);
            check(&vector, "string_to_sign", &signed.string_to_sign);
            check(&vector, "signature", &signed.signature);
            check(&vector, "authorization", &signed.authorization);
        }
    }

    #[test]
    fn a_signature_in_the_parameters_is_not_signed() {
        let parameters = [("Action", "DescribeRegions"), ("Signature", "anything")];
        assert_eq!(v1::sign("get", parameters, "secret"), v1::sign("GET", [parameters[0]], "secret"));
    }

    #[test]
    fn debug_shows_no_parameter() {
        let signed = v1::sign("GET", [("AccountPassword", "hunter2")], "secret");
        assert!(!format!("{signed:?}").contains("hunter2"));
        let request = v3::Request {
            method: "POST",
            path: "/",
            query: [("AccountPassword", "hunter2")].into(),
            headers: [("x-acs-security-token", "hunter2")].into(),
            body_sha256: v3::EMPTY_BODY_SHA256,
        };
        assert!(!format!("{request:?} {:?}", request.sign("id", "secret")).contains("hunter2"));
    }
}
