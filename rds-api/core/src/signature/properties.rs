//! The signatures against a plain reading of the protocol's pages: slow, obvious, and sharing nothing with the
//! code that it checks but the hashes themselves.

use proptest::collection::btree_map;
use proptest::prelude::*;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::*;

/// HMAC as RFC 2104 defines it; both hashes have blocks of 64 bytes.
fn hmac<H: Digest>(key: &[u8], text: &str) -> Vec<u8> {
    let key = if key.len() > 64 { H::digest(key).to_vec() } else { key.to_vec() };
    let padded = |with: u8| (0..64).map(|at| key.get(at).unwrap_or(&0) ^ with).collect::<Vec<u8>>();
    let inner = H::new().chain_update(padded(0x36)).chain_update(text).finalize();
    H::new().chain_update(padded(0x5c)).chain_update(inner).finalize().to_vec()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// `name=value` for each, sorted by name, `&` between.
fn joined(pairs: &[(String, String)], name: fn(&str) -> String) -> String {
    let mut pairs: Vec<_> = pairs.to_vec();
    pairs.sort();
    pairs.iter().map(|(key, value)| format!("{}={}", name(key), encoded(value))).collect::<Vec<_>>().join("&")
}

/// Parameters, in no order.
fn parameters() -> impl Strategy<Value = Vec<(String, String)>> {
    btree_map("[A-Za-z][A-Za-z0-9.]{0,8}", any::<String>(), 0..8)
        .prop_map(|parameters| parameters.into_iter().collect::<Vec<_>>())
        .prop_shuffle()
}

proptest! {
    #[test]
    fn version_1_is_what_its_page_says(
        parameters in parameters(),
        method in prop::sample::select(vec!["GET", "POST"]),
        secret in any::<String>(),
    ) {
        let text = format!("{method}&%2F&{}", encoded(&joined(&parameters, encoded)));
        let signed = v1::sign(method, parameters.iter().map(|(name, value)| (name, value)), &secret);
        prop_assert_eq!(&signed.string_to_sign, &text);
        use base64::Engine as _;
        let expected = hmac::<Sha1>(format!("{secret}&").as_bytes(), &text);
        let expected = base64::engine::general_purpose::STANDARD.encode(expected);
        prop_assert_eq!(signed.signature, expected);
    }

    #[test]
    fn version_3_is_what_its_page_says(
        parameters in parameters(),
        headers in btree_map("x-acs-[a-z]{1,6}", " ?[ -~]{0,12} ?", 1..6),
        body in any::<Vec<u8>>(),
        secret in any::<String>(),
    ) {
        let body = hexadecimal(&Sha256::digest(&body));
        let lines: String = headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
        let names = headers.keys().map(String::as_str).collect::<Vec<_>>().join(";");
        let query = joined(&parameters, str::to_owned);
        let canonical = format!("POST\n/\n{query}\n{lines}\n{names}\n{body}");
        let text = format!("ACS3-HMAC-SHA256\n{}", hexadecimal(&Sha256::digest(&canonical)));
        let signature = hexadecimal(&hmac::<Sha256>(secret.as_bytes(), &text));

        let request = v3::Request {
            method: "POST",
            path: "/",
            query: parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
            headers: headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
            body_sha256: &body,
        };
        let signed = request.sign("id", &secret);
        prop_assert_eq!(signed.canonical_request, canonical);
        prop_assert_eq!(
            signed.authorization,
            format!("ACS3-HMAC-SHA256 Credential=id,SignedHeaders={names},Signature={signature}")
        );
    }
}
