//! Signatures, times, nonces and keys: requests by hand that the client would never send, and some that it does.

use std::collections::BTreeMap;

use super::*;
use rds_api::Timestamp;
use rds_api::signature::percent::append_pair;
use rds_api::signature::{v1, v3};
use rds_api_core::http::client as http_client;

type Pairs = Vec<(String, String)>;

/// What is put in the place of another value, or taken away.
type Changes<'c> = &'c [(&'c str, Option<&'c str>)];

/// A response, as far as these tests look at it.
struct RawResponse {
    status: u16,
    headers: http::HeaderMap,
    body: String,
}

impl RawResponse {
    fn code(&self) -> String {
        let body: serde_json::Value = serde_json::from_str(&self.body).unwrap_or_default();
        body["Code"].as_str().unwrap_or_default().to_owned()
    }
}

async fn send(
    service: &FakeService,
    method: &str,
    query: &Pairs,
    form: &Pairs,
    headers: &Pairs,
) -> RawResponse {
    let client = http_client::builder(&[]).unwrap().no_proxy().build().unwrap();
    let url = format!("{}/?{}", service.endpoint(), encode(query));
    let mut request = client.request(method.parse().unwrap(), url);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    if !form.is_empty() {
        request = request.header("content-type", FORM).body(encode(form));
    }
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    RawResponse { status, headers, body: response.text().await.unwrap() }
}

/// The status of the response to an operation, and a header of it.
pub(super) async fn header(service: &FakeService, operation: &str, name: &str) -> (u16, Option<String>) {
    let query = version_1("GET", &format!("header of {operation}"), &[("Action", Some(operation))]);
    let response = send(service, "GET", &query, &vec![], &vec![]).await;
    (response.status, response.headers.get(name).map(|value| value.to_str().unwrap().to_owned()))
}

const FORM: &str = "application/x-www-form-urlencoded";

fn encode(pairs: &Pairs) -> String {
    let mut text = String::new();
    pairs.iter().for_each(|(name, value)| append_pair(&mut text, name, value));
    text
}

fn pairs(pairs: &[(&str, &str)]) -> Pairs {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn now() -> String {
    Timestamp::from_system_time_secs(SystemTime::now()).to_string()
}

/// Puts `value` in the place of what has this name, or takes it away.
fn change(pairs: &mut Pairs, name: &str, value: Option<&str>) {
    pairs.retain(|(existing, _)| existing != name);
    pairs.extend(value.map(|value| (name.to_owned(), value.to_owned())));
}

/// The parameters of a signed request in version 1, after a change to them.
fn version_1(method: &str, nonce: &str, changes: Changes<'_>) -> Pairs {
    let mut parameters = pairs(&[
        ("AccessKeyId", "fake-key-id"),
        ("Action", "DescribeRegions"),
        ("Format", "JSON"),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureNonce", nonce),
        ("SignatureVersion", "1.0"),
        ("Timestamp", &now()),
        ("Version", "2014-08-15"),
    ]);
    changes.iter().for_each(|(name, value)| change(&mut parameters, name, *value));
    let signed = v1::sign(method, parameters.iter().map(|(name, value)| (name, value)), "fake-key-secret");
    parameters.push(("Signature".to_owned(), signed.signature));
    parameters
}

/// The headers of a signed request in version 3, after a change to them; those in `unsigned` are not signed.
fn version_3(service: &FakeService, nonce: &str, changes: Changes<'_>, unsigned: &[&str]) -> Pairs {
    version_3_at(service, "/", nonce, changes, unsigned)
}

/// The same, with the signature for a path.
fn version_3_at(
    service: &FakeService,
    path: &str,
    nonce: &str,
    changes: Changes<'_>,
    unsigned: &[&str],
) -> Pairs {
    let mut headers = pairs(&[
        ("x-acs-action", "DescribeRegions"),
        ("x-acs-content-sha256", v3::EMPTY_BODY_SHA256),
        ("x-acs-date", &now()),
        ("x-acs-signature-nonce", nonce),
        ("x-acs-version", "2014-08-15"),
    ]);
    changes.iter().for_each(|(name, value)| change(&mut headers, name, *value));
    let host = service.endpoint().strip_prefix("http://").unwrap();
    let mut signed: BTreeMap<&str, &str> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    signed.insert("host", host);
    signed.retain(|name, _| !unsigned.contains(name));
    let request = v3::Request {
        method: "GET",
        path,
        query: BTreeMap::new(),
        headers: signed,
        body_sha256: v3::EMPTY_BODY_SHA256,
    };
    let authorization = request.sign("fake-key-id", "fake-key-secret").authorization;
    headers.push(("authorization".to_owned(), authorization));
    headers
}

#[tokio::test]
async fn version_1_is_refused_for_each_thing_that_is_wrong_with_it() {
    let service = service();
    let soon = Timestamp::from_system_time_secs(SystemTime::now() + Duration::from_secs(1000)).to_string();
    let cases: [(Changes<'_>, u16, &str); 10] = [
        (&[("Action", Some("DescribeNothing"))], 404, "InvalidAction.NotFound"),
        (&[("Action", None)], 400, "MissingParameter"),
        (&[("Version", Some("2015-01-01"))], 400, "InvalidVersion"),
        (&[("AccessKeyId", Some("nobody"))], 404, "InvalidAccessKeyId.NotFound"),
        (&[("Timestamp", None)], 400, "MissingParameter"),
        (&[("Timestamp", Some("yesterday"))], 400, "InvalidTimeStamp.Format"),
        (&[("Timestamp", Some(&soon))], 400, "InvalidTimeStamp.Expired"),
        (&[("SignatureNonce", None)], 400, "MissingParameter"),
        (&[("SignatureMethod", Some("HMAC-MD5"))], 400, "InvalidSignatureMethod"),
        (&[("SecurityToken", Some("made-up"))], 400, "InvalidSecurityToken.MismatchWithAccessKey"),
    ];
    for (changes, status, code) in cases {
        let response = send(&service, "GET", &version_1("GET", code, changes), &vec![], &vec![]).await;
        assert_eq!(
            (response.status, response.code().as_str()),
            (status, code),
            "{changes:?}: {}",
            response.body
        );
        assert!(response.headers.contains_key("x-acs-request-id") && response.headers.contains_key("date"));
    }
    let response = send(&service, "PUT", &version_1("PUT", "put", &[]), &vec![], &vec![]).await;
    assert_eq!(response.code(), "UnsupportedHTTPMethod");
    assert!(service.all_requests().is_empty(), "nothing of this came in");
}

#[tokio::test]
async fn version_3_is_refused_for_each_thing_that_is_wrong_with_it() {
    let service = service();
    let cases: [(Changes<'_>, &[&str], &str); 7] = [
        (&[("x-acs-date", None)], &[], "MissingParameter"),
        (&[("x-acs-date", Some("2024-03-15T08:30:00Z"))], &[], "InvalidTimeStamp.Expired"),
        (&[("x-acs-signature-nonce", None)], &[], "MissingParameter"),
        (&[("x-acs-version", Some("2015-01-01"))], &[], "InvalidVersion"),
        (&[], &["x-acs-action"], "IncompleteSignature"),
        (&[], &["host"], "IncompleteSignature"),
        (&[("x-acs-security-token", Some("made-up"))], &[], "InvalidSecurityToken.MismatchWithAccessKey"),
    ];
    for (index, (changes, unsigned, code)) in cases.into_iter().enumerate() {
        let headers = version_3(&service, &index.to_string(), changes, unsigned);
        let response = send(&service, "GET", &vec![], &vec![], &headers).await;
        assert_eq!(
            (response.status, response.code().as_str()),
            (400, code),
            "{changes:?}: {}",
            response.body
        );
    }
    let mut headers = version_3(&service, "basic", &[], &[]);
    change(&mut headers, "authorization", Some("Basic Zm9v"));
    assert_eq!(send(&service, "GET", &vec![], &vec![], &headers).await.code(), "IncompleteSignature");

    let headers = version_3(&service, "twice", &[], &[]);
    assert_eq!(send(&service, "GET", &vec![], &vec![], &headers).await.status, 200);
    assert_eq!(send(&service, "GET", &vec![], &vec![], &headers).await.code(), "SignatureNonceUsed");
}

#[tokio::test]
async fn a_refused_signature_repeats_what_was_signed() {
    let service = service();
    let mut parameters = version_1("GET", "echo", &[]);
    let signed = v1::sign("GET", parameters.iter().map(|(name, value)| (name, value)), "any").string_to_sign;
    change(&mut parameters, "Signature", Some("wrong"));
    let response = send(&service, "GET", &parameters, &vec![], &vec![]).await;
    let body: serde_json::Value = serde_json::from_str(&response.body).unwrap();
    let expected =
        format!("Specified signature is not matched with our calculation. server string to sign is:{signed}");
    assert_eq!(
        (body["Code"].as_str(), body["Message"].as_str()),
        (Some("SignatureDoesNotMatch"), Some(&*expected))
    );
    // A signature that did not count has not used up its nonce.
    let response = send(&service, "GET", &version_1("GET", "echo", &[]), &vec![], &vec![]).await;
    assert_eq!(response.status, 200);

    // A body that was changed on the way is another body than the signed one.
    let headers = version_3(&service, "body", &[], &[]);
    let response = send(&service, "GET", &vec![], &pairs(&[("A", "b")]), &headers).await;
    assert_eq!(response.code(), "SignatureDoesNotMatch");
    assert!(response.body.contains(r"server string to sign is:GET\n/\n"), "{}", response.body);
}

#[tokio::test]
async fn version_1_may_come_in_the_body_and_gets_xml_unless_it_says_otherwise() {
    let service = service();
    let parameters = version_1("POST", "form", &[]);
    let response = send(&service, "POST", &vec![], &parameters, &vec![]).await;
    assert_eq!(response.status, 200, "{}", response.body);
    assert_eq!(response.headers["content-type"], "application/json;charset=utf-8");

    let response =
        send(&service, "GET", &version_1("GET", "xml", &[("Format", None)]), &vec![], &vec![]).await;
    assert_eq!(response.headers["content-type"], "text/xml;charset=utf-8");
    assert!(response.body.contains("<DescribeRegionsResponse><"), "{}", response.body);

    let changes = [("Format", None), ("Version", Some("0"))];
    let response = send(&service, "GET", &version_1("GET", "error", &changes), &vec![], &vec![]).await;
    for part in ["<Error><RequestId>", "<HostId>127.0.0.1:", "<Code>InvalidVersion</Code>", "<Recommend>"] {
        assert!(response.body.contains(part), "{}", response.body);
    }
}

#[tokio::test]
async fn version_3_gets_json_unless_it_says_otherwise() {
    let service = service();
    for (index, (accept, content_type)) in [
        (None, "application/json;charset=utf-8"),
        (Some("*/*"), "application/json;charset=utf-8"),
        (Some("application/xml"), "text/xml;charset=utf-8"),
        (Some("text/xml"), "text/xml;charset=utf-8"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut headers = version_3(&service, &index.to_string(), &[], &[]);
        change(&mut headers, "accept", accept);
        let response = send(&service, "GET", &vec![], &vec![], &headers).await;
        assert_eq!(
            (response.status, &response.headers["content-type"]),
            (200, &http::HeaderValue::from_static(content_type))
        );
    }
}

#[tokio::test]
async fn the_date_of_a_response_is_that_of_the_simulated_clock() {
    let service = service();
    service.clock().advance(Duration::from_secs(10 * 24 * 3600));
    let response = send(&service, "GET", &version_1("GET", "date", &[]), &vec![], &vec![]).await;
    let date = jiff::fmt::rfc2822::parse(response.headers["date"].to_str().unwrap()).unwrap();
    let ahead = date.timestamp().as_second() - jiff::Timestamp::now().as_second();
    assert!((863_900..864_100).contains(&ahead), "{ahead}");
    assert_eq!(response.code(), "InvalidTimeStamp.Expired");
}

#[tokio::test]
async fn many_services_run_beside_one_another() {
    let mut services = tokio::task::JoinSet::new();
    for _ in 0..16 {
        services.spawn(async {
            let service = FakeService::start().unwrap();
            service.client().unwrap().create_backup(FakeService::INSTANCE).await.unwrap();
            service.journal().len()
        });
    }
    assert_eq!(services.join_all().await, [1; 16]);
}

#[tokio::test]
async fn a_wrong_secret_is_refused_and_named_as_the_fault() {
    let service = service();
    for signature in [SignatureVersion::V1, SignatureVersion::V3] {
        let wrong = Credentials::new("fake-key-id", "a-wrong-secret");
        let client = service.client_builder().signature(signature).credentials(wrong).build().unwrap();
        let error = client.create_account("rm-1", "app", "correct-horse").await.unwrap_err();
        assert_eq!(error.code(), Some("SignatureDoesNotMatch"));
        let shown = format!("{error} {error:?} {:?}", error.service_error());
        assert!(shown.contains("the access key secret is wrong"), "{shown}");
        assert!(!shown.contains("correct-horse") && !shown.contains("a-wrong-secret"), "{shown}");
        assert!(!shown.contains("string to sign"), "{shown}");
    }
    let unknown = Credentials::new("nobody", "secret");
    let client = service.client_builder().credentials(unknown).build().unwrap();
    let error = client.describe_regions().await.unwrap_err();
    assert_eq!((error.code(), error.is_not_found()), (Some("InvalidAccessKeyId.NotFound"), false));
}

#[tokio::test]
async fn a_clock_that_is_off_is_learnt_once() {
    let service = service();
    service.clock().advance(Duration::from_secs(3600));
    let client = service.client_builder().retry(RetryPolicy::none()).build().unwrap();
    let response = client.describe_backup_tasks(FakeService::INSTANCE).send_full().await.unwrap();
    assert_eq!(response.attempts, 2);
    let response = client.describe_backup_tasks(FakeService::INSTANCE).send_full().await.unwrap();
    assert_eq!(response.attempts, 1);
}

#[tokio::test]
async fn a_replayed_request_and_an_old_one_are_refused() {
    let service = service();
    let signed = |timestamp: SystemTime| {
        let timestamp = rds_api::Timestamp::from_system_time_secs(timestamp).to_string();
        let mut parameters = vec![
            ("AccessKeyId", "fake-key-id"),
            ("Action", "DescribeRegions"),
            ("Format", "JSON"),
            ("SignatureMethod", "HMAC-SHA1"),
            ("SignatureNonce", "once"),
            ("SignatureVersion", "1.0"),
            ("Timestamp", &timestamp),
            ("Version", "2014-08-15"),
        ];
        let signed = rds_api::signature::v1::sign("GET", parameters.clone(), "fake-key-secret");
        parameters.push(("Signature", &signed.signature));
        let query: Vec<String> = parameters
            .iter()
            .map(|(name, value)| format!("{name}={}", rds_api::signature::percent::encode(value)))
            .collect();
        format!("{}/?{}", service.endpoint(), query.join("&"))
    };
    let get = async |url: String| {
        let response = rds_api_core::http::client::builder(&[])
            .unwrap()
            .no_proxy()
            .build()
            .unwrap()
            .get(url)
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let url = signed(SystemTime::now());
    assert_eq!(get(url.clone()).await.0, 200);
    let (status, body) = get(url).await;
    assert_eq!((status, body.contains("SignatureNonceUsed")), (400, true), "{body}");
    let (status, body) = get(signed(SystemTime::now() - Duration::from_secs(1000))).await;
    assert_eq!((status, body.contains("InvalidTimeStamp.Expired")), (400, true), "{body}");
}

#[tokio::test]
async fn temporary_credentials_are_good_until_they_expire() {
    let expiration = SystemTime::now() + Duration::from_secs(600);
    let temporary =
        Credentials::new("tmp-id", "tmp-secret").with_security_token("tmp-token").with_expiration(expiration);
    let service = FakeService::builder().credentials(temporary).start().unwrap();
    for signature in [SignatureVersion::V1, SignatureVersion::V3] {
        let client = service.client_builder().signature(signature).build().unwrap();
        client.describe_regions().await.unwrap();
        let mismatch = Credentials::new("tmp-id", "tmp-secret").with_security_token("another");
        let client = service.client_builder().signature(signature).credentials(mismatch).build().unwrap();
        let error = client.describe_regions().await.unwrap_err();
        assert_eq!(error.code(), Some("InvalidSecurityToken.MismatchWithAccessKey"));
        let missing = Credentials::new("tmp-id", "tmp-secret");
        let client = service.client_builder().signature(signature).credentials(missing).build().unwrap();
        let error = client.describe_regions().await.unwrap_err();
        assert_eq!(error.code(), Some("MissingSecurityToken"));
    }
    service.clock().advance(Duration::from_secs(700));
    let client = service.client().unwrap();
    let error = client.describe_regions().await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidSecurityToken.Expired"));
}

/// The operation is not named by the path, so a path that is not signed would pass unseen.
#[tokio::test]
async fn version_3_signs_the_path_that_comes() {
    let service = service();
    let client = rds_api_core::http::client::builder(&[]).unwrap().no_proxy().build().unwrap();
    let paths = ["/", "/a", "/a/", "/a%20b", "//"];
    for signed in paths {
        for sent in paths {
            let headers = version_3_at(&service, signed, &format!("{signed} {sent}"), &[], &[]);
            let mut request = client.get(format!("{}{sent}", service.endpoint()));
            for (name, value) in &headers {
                request = request.header(name, value);
            }
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            let body = String::from_utf8(response.bytes().await.unwrap().to_vec()).unwrap();
            assert_eq!(status == 200, signed == sent, "{signed} {sent}: {body}");
            assert!(status == 200 || body.contains("SignatureDoesNotMatch"), "{body}");
        }
    }
}
