//! Every sensitive name, in every place that shows something: a server on loopback repeats what it was sent, in
//! every spelling, in every form of body.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use rds_api::metrics::{Measurement, Metrics};
use rds_api::{Client, SERVICE};
use rds_api_core::http::client as http_client;
use rds_api_core::http::default_transport::Http;
use serde_json::json;

use super::*;
use crate::secret_scan::{Scan, spellings};

/// Names that no version of the service has, but that say what they are.
const CONVENTIONAL: [&str; 22] = [
    "NewPassword",
    "new_password",
    "ldapBindPasswd",
    "RootPwd",
    "KeyPassphrase",
    "ClientSecret",
    "AccessKeySecret",
    "access_key_secret",
    "SecretKey",
    "SecurityToken",
    "security_token",
    "StsToken",
    "BearerToken",
    "refresh_token",
    "OIDCToken",
    "PrivateKey",
    "private_key",
    "ApiKey",
    "Signature",
    "Authorization",
    "x-acs-security-token",
    "Settings.1.DBPassword",
];

/// Forms of body that repeat secrets, each with a status.
#[derive(Clone, Copy, Debug)]
enum Body {
    Json,
    Xml,
    SignatureRefused,
    Page,
    Form,
    EscapedJson,
    EscapedXml,
    CutJson,
    CutXml,
    OtherTypes,
    Redirect,
}

const BODIES: [Body; 11] = [
    Body::Json,
    Body::Xml,
    Body::SignatureRefused,
    Body::Page,
    Body::Form,
    Body::EscapedJson,
    Body::EscapedXml,
    Body::CutJson,
    Body::CutXml,
    Body::OtherTypes,
    Body::Redirect,
];

impl Body {
    /// The response to a request that sent `known`. It also has `unknown` as the value of `name`, which only the name
    /// gives away.
    fn response(self, name: &str, known: &[String], unknown: &str) -> (u16, String, String) {
        let name = name.rsplit('.').next().unwrap();
        let echoes = known.iter().flat_map(|secret| spellings(secret)).map(|(_, echo)| echo);
        let echoes = echoes.collect::<Vec<_>>().join(" and ");
        let xml = |text: &str| quick_xml::escape::escape(text).into_owned();
        let echo = known.join(" and ");
        let refusal = |code: &str, message: &str| {
            json!({ "Code": code, "Message": message, "HostId": echo, "Recommend": echo, "RequestId": echo,
                "AccessDeniedDetail": { "AuthAction": echo, "PolicyType": echo } })
        };
        let member = json!({ name: unknown, "Last": "shown" }).to_string();
        let element = format!("<D><{name}>{}</{name}><Last>shown</Last></D>", xml(unknown));
        let no_headers = String::new();
        let recognized = "x-acs-request-id: R-1\r\n".to_owned();
        match self {
            Self::Json => (400, no_headers, refusal(&format!("No {echo}"), &echoes).to_string()),
            Self::Xml => {
                let body = refusal("InvalidParameter", &echoes);
                (400, no_headers, super::secrecy::to_xml("Error", &body))
            }
            Self::SignatureRefused => {
                let message = format!("It does not match. server string to sign is:{unknown}&{echoes}");
                (400, no_headers, refusal("SignatureDoesNotMatch", &message).to_string())
            }
            Self::Page => (404, no_headers, format!("<html><pre>{name}: {unknown}\n</pre>{echoes}</html>")),
            Self::Form => {
                let form = format!("a=1&{name}={}&b=2", percent(unknown));
                (404, no_headers, format!("{form} {} {} {echoes}", percent(&form), percent(&percent(&form))))
            }
            Self::EscapedJson => {
                let inner = serde_json::Value::from(member.as_str());
                (404, no_headers, format!("<pre>{} {}</pre>{echoes}", xml(&member), xml(&inner.to_string())))
            }
            Self::EscapedXml => {
                let inner = serde_json::Value::from(element.as_str()).to_string();
                let inner = inner.replace('<', "\\u003c").replace('>', "\\u003e");
                (404, no_headers, format!("<pre>{}</pre>{inner} {echoes}", xml(&element)))
            }
            Self::CutJson => (200, recognized, format!("{{\"D\":{member},\"Echo\":{}", json!(echoes))),
            Self::CutXml => (200, recognized, format!("<R>{element}<Echo>{}</Ech", xml(&echoes))),
            Self::OtherTypes => {
                let body = json!({ "Regions": echoes, "RequestId": [member], name: unknown });
                (200, recognized, body.to_string())
            }
            Self::Redirect => {
                (302, format!("location: https://other.example/?{name}={}\r\n", percent(unknown)), echoes)
            }
        }
    }
}

fn percent(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// A server that responds with what it was told last.
struct Echo {
    endpoint: String,
    response: Arc<Mutex<(u16, String, String)>>,
}

impl Echo {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let response = Arc::new(Mutex::new((200, String::new(), String::new())));
        let told = response.clone();
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let (status, headers, body) = told.lock().unwrap().clone();
                respond(
                    connection,
                    &format!(
                        "HTTP/1.1 {status} X\r\n{headers}connection: close\r\ncontent-length: {}\r\n\r\n{body}",
                        body.len()
                    ),
                );
            }
        });
        Self { endpoint, response }
    }
}

/// Reads a whole request, then responds.
fn respond(mut connection: TcpStream, response: &str) {
    let mut request = Vec::new();
    let mut buffer = [0; 16384];
    loop {
        let text = String::from_utf8_lossy(&request);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                break;
            }
        }
        match connection.read(&mut buffer) {
            Ok(length) if length > 0 => request.extend_from_slice(&buffer[..length]),
            _ => return,
        }
    }
    let _ = connection.write_all(response.as_bytes());
}

/// Metrics that print all they are told.
#[derive(Debug)]
struct Printing(Scan);

impl Metrics for Printing {
    fn attempt_ended(&self, measurement: &Measurement<'_>) {
        self.0.debug(measurement);
        if let Some(error) = measurement.error {
            self.0.error(error);
        }
    }
    fn call_ended(&self, measurement: &Measurement<'_>) {
        self.attempt_ended(measurement);
    }
}

#[tokio::test]
async fn no_place_shows_the_value_of_a_sensitive_name_in_any_spelling() {
    let scan = Scan::default();
    let server = Echo::start();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("exchanges.jsonl");
    let transport = Http::new(http_client::Settings { uses_no_proxy: true, ..Default::default() }).unwrap();
    let recorder = Recorder::wrap(transport, &file).unwrap();
    let listening = scan.listen();
    let mut leaks = std::collections::BTreeMap::new();
    for name in SERVICE.sensitive_names.iter().chain(&CONVENTIONAL) {
        for (index, body) in BODIES.into_iter().enumerate() {
            let token = scan.token();
            let key = Credentials::new("key-id", scan.token()).with_security_token(&token);
            let (first, second, unknown) = (scan.secret(), scan.secret(), scan.secret());
            *server.response.lock().unwrap() =
                body.response(name, &[first.clone(), second.clone(), token], &unknown);
            let version = if index % 2 == 0 { SignatureVersion::V1 } else { SignatureVersion::V3 };
            let client = Client::builder()
                .endpoint(&server.endpoint)
                .allow_plain_http()
                .credentials(key)
                .retry(RetryPolicy::none())
                .signature(version)
                .trace_parameters()
                .metrics(Printing(scan.clone()))
                .transport(recorder.clone())
                .build()
                .unwrap();
            let call = client
                .describe_regions()
                .with_parameter(*name, &first)
                .with_parameter("Outer", json!({ "AccountPassword": second }).to_string());
            let call = call.with_parameter("OtherPasswd", &second);
            scan.debug(&call);
            let result = call.send_full().await;
            assert!(result.is_err(), "{body:?}");
            scan.result(&result);
            if let Some(service) = result.as_ref().err().and_then(rds_api::Error::service_error) {
                scan.error(service);
                scan.debug(&(
                    service.access_denied(),
                    service.message(),
                    service.recommendation(),
                    service.request_id(),
                ));
            }
            let call = client
                .call_raw("SomethingNew", [(*name, first.as_str())])
                .with_form_parameter("Password", &second);
            scan.debug(&call);
            // What a raw call gives is the program's own JSON.
            scan.result(&call.send_full().await.map(drop));
            scan.debug(&client);
            for leak in scan.take_leaks() {
                leaks.entry(format!("{body:?} {name}")).or_insert(leak);
            }
        }
    }
    drop(listening);
    for line in std::fs::read_to_string(&file).unwrap().lines() {
        scan.text(line);
        for leak in scan.take_leaks() {
            leaks.entry("recording".to_owned()).or_insert(leak);
        }
    }
    assert!(leaks.is_empty(), "{} places leak, such as {:?}", leaks.len(), leaks.first_key_value());
    scan.finish(1_000, 1_000_000);
}
