//! No call shows a secret, of any operation that has one, whatever becomes of it.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::pin::Pin;

use quick_xml::events::BytesText;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::*;
use crate::secret_scan::Scan;
use rds_api::schema::{self, Field, Shape};
use rds_api::transport::{BoxFuture, Transport};
use rds_api::{Client, Request};

/// Answers one call after another as it is told, whatever is asked.
struct Told {
    answer: Reaction,
    response: Json,
}

/// What becomes of a call.
#[derive(Clone, Debug)]
enum Reaction {
    /// The body ends after this share of it.
    Part(f64),
    /// One of the members has a value that fits nothing.
    Misfit(usize),
    Xml,
    BrokenXml,
    /// The service refuses, and repeats every value that it was sent.
    Refusal,
    RefusedSignature,
    /// A gateway shows the request that it could not pass on.
    Page,
    Redirect,
    Interrupted,
}

impl Debug for Told {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.answer.fmt(formatter)
    }
}

impl Transport for Told {
    fn send(
        &self,
        request: http::Request<bytes::Bytes>,
    ) -> BoxFuture<'_, rds_api::Result<http::Response<bytes::Bytes>>> {
        let echo = echo(&request);
        let body = self.response.to_string();
        let (status, body) = match self.answer {
            Reaction::Part(share) => {
                let end = body.floor_char_boundary((body.len() as f64 * share) as usize);
                (200, body[..end].to_owned())
            }
            Reaction::Misfit(member) => (200, misfit(&self.response, member)),
            Reaction::Xml => (200, to_xml("R", &self.response)),
            Reaction::BrokenXml => (200, to_xml("R", &self.response).replacen("</", "<", 40)),
            Reaction::Refusal => {
                (400, serde_json::json!({"Code": "InvalidParameter", "Message": echo}).to_string())
            }
            Reaction::RefusedSignature => {
                let message = format!("No match. server string to sign is:{echo}");
                (400, serde_json::json!({"Code": "SignatureDoesNotMatch", "Message": message}).to_string())
            }
            Reaction::Page => (502, format!("<html>{echo}</html>")),
            Reaction::Redirect => (301, echo.clone()),
            Reaction::Interrupted => {
                return Box::pin(std::future::ready(Err(rds_api::Error::interrupted("the cable is out"))));
            }
        };
        let mut answer = http::Response::new(bytes::Bytes::from(body));
        *answer.status_mut() = http::StatusCode::from_u16(status).unwrap();
        answer.headers_mut().insert("x-acs-request-id", http::HeaderValue::from_static("R-1"));
        Box::pin(std::future::ready(Ok(answer)))
    }
}

/// Everything of a request, as it was sent and decoded.
fn echo(request: &http::Request<bytes::Bytes>) -> String {
    let sent = format!("{} {}", request.uri(), String::from_utf8_lossy(request.body()));
    let decoded = percent_encoding::percent_decode_str(&sent).decode_utf8_lossy();
    let token = request.headers().get("x-acs-security-token").map(|token| token.to_str().unwrap());
    format!("{decoded} {sent} {}", token.unwrap_or_default())
}

/// The answer with one of its members replaced by what it cannot be, beside all that it is.
fn misfit(response: &Json, member: usize) -> String {
    let mut response = response.clone();
    let members = response.as_object_mut().unwrap();
    let count = members.len();
    if let Some((_, value)) = members.iter_mut().nth(member % count) {
        *value = serde_json::json!([[{"x": value.clone()}], 7]);
    }
    response.to_string()
}

/// Puts secrets where the specification says that something is sensitive.
fn fill(fields: &[Field], value: &mut Json, scan: &Scan) {
    for field in fields {
        let Some(value) = value.get_mut(&field.name) else { continue };
        match field.sensitive {
            true => fill_all(value, scan),
            false => fill_shape(&field.shape, value, scan),
        }
    }
}

fn fill_shape(shape: &Shape, value: &mut Json, scan: &Scan) {
    fill(&shape.fields, value, scan);
    let value = match &shape.wrapper {
        Some(wrapper) => &mut value[wrapper],
        None => value,
    };
    if let (Some(items), Json::Array(elements)) = (&shape.items, value) {
        elements.iter_mut().for_each(|element| fill_shape(items, element, scan));
    }
}

fn fill_all(value: &mut Json, scan: &Scan) {
    match value {
        Json::Array(elements) => elements.iter_mut().for_each(|element| fill_all(element, scan)),
        Json::Object(members) => members.values_mut().for_each(|member| fill_all(member, scan)),
        _ => *value = scan.secret().into(),
    }
}

/// A response as XML: a list is its element, repeated.
pub(super) fn to_xml(name: &str, value: &Json) -> String {
    fn write(name: &str, value: &Json, writer: &mut quick_xml::Writer<Vec<u8>>) {
        match value {
            Json::Array(elements) => elements.iter().for_each(|value| write(name, value, writer)),
            Json::Object(members) => {
                let inside = |writer: &mut quick_xml::Writer<Vec<u8>>| {
                    members.iter().for_each(|(name, value)| write(name, value, writer));
                    Ok(())
                };
                writer.create_element(name).write_inner_content(inside).unwrap();
            }
            scalar => {
                let text = scalar.as_str().map_or_else(|| scalar.to_string(), str::to_owned);
                writer.create_element(name).write_text_content(BytesText::new(&text)).unwrap();
            }
        }
    }
    let mut writer = quick_xml::Writer::new(Vec::new());
    write(name, value, &mut writer);
    String::from_utf8(writer.into_inner()).unwrap()
}

/// Whether anything is sensitive in fields, however deep.
fn is_sensitive(fields: &[Field]) -> bool {
    fields.iter().any(|field| {
        let inside = |shape: &Shape| is_sensitive(&shape.fields);
        field.sensitive || inside(&field.shape) || field.shape.items.as_deref().is_some_and(inside)
    })
}

/// Prints what a program has in its hands before, during and after calls of one operation.
async fn print_all<R>(scan: &Scan)
where
    R: Request + Clone + Debug + DeserializeOwned,
    R::Response: Clone + Debug + DeserializeOwned,
{
    let operation = schema::operation(&R::OPERATION.name).unwrap();
    let mut request = Json::Object(schema::samples(&operation.parameters));
    fill(&operation.parameters, &mut request, scan);
    let request: R = serde_json::from_value(request).unwrap();
    scan.debug(&request);
    let mut response = Json::Object(schema::samples(&operation.response));
    fill(&operation.response, &mut response, scan);
    let typed: R::Response = serde_json::from_value(response.clone()).unwrap();
    scan.debug(&typed);

    let key = Credentials::new("key-id", scan.token()).with_security_token(scan.token());
    let parts = (1..=9).map(|tenth| Reaction::Part(f64::from(tenth) / 10.0));
    let misfits = (0..operation.response.len().min(6)).map(Reaction::Misfit);
    let others = [
        Reaction::Part(1.0),
        Reaction::Xml,
        Reaction::BrokenXml,
        Reaction::Refusal,
        Reaction::RefusedSignature,
        Reaction::Page,
        Reaction::Redirect,
        Reaction::Interrupted,
    ];
    for (index, answer) in parts.chain(misfits).chain(others).enumerate() {
        let told = Told { answer, response: response.clone() };
        let builder = Client::builder().region("cn-hangzhou").credentials(key.clone()).transport(told);
        let builder = builder.retry(RetryPolicy::none());
        let builder = if index % 2 == 0 { builder.trace_parameters() } else { builder };
        let version = if index % 3 == 0 { SignatureVersion::V1 } else { SignatureVersion::V3 };
        let client = builder.signature(version).build().unwrap();
        let call = client.call(request.clone()).with_parameter("NewPassword", scan.secret());
        scan.debug(&call);
        scan.result(&call.send_full().await);
        let raw: BTreeMap<_, _> =
            rds_api_core::request::parameters::parameters(&request).into_iter().collect();
        let raw = client.call_raw(operation.name.as_str(), raw);
        scan.debug(&raw);
        // The value of a raw answer is the program's own JSON, of which nothing is known.
        scan.result(&raw.send_full().await.map(drop));
        scan.debug(&client);
    }

    let service = FakeService::builder().credentials(key).start().unwrap();
    let rule = service.on::<R>().respond(typed).always();
    scan.result(&service.client().unwrap().call(request).send_full().await);
    scan.debug(&rule);
    scan.debug(&(service.all_requests(), service.journal(), service.requests::<R>(), &service));
}

/// The calls of operations, to be made one after the other.
struct Printing<'s> {
    scan: &'s Scan,
    names: Vec<String>,
    calls: Vec<Pin<Box<dyn Future<Output = ()> + 's>>>,
}

impl Printing<'_> {
    fn request<R>(&mut self)
    where
        R: Request + Clone + Debug + DeserializeOwned,
        R::Response: Clone + Debug + DeserializeOwned,
    {
        self.names.push(R::OPERATION.name.to_string());
        self.calls.push(Box::pin(print_all::<R>(self.scan)));
    }
}

#[tokio::test]
async fn no_call_shows_a_secret_of_any_operation_that_has_one() {
    let scan = Scan::default();
    let listening = scan.listen();
    let mut printing = Printing { scan: &scan, names: Vec::new(), calls: Vec::new() };
    rds_api::__each_sensitive_request!(printing);
    let Printing { names: mut printed, calls, .. } = printing;
    printed.sort();
    for call in calls {
        call.await;
    }
    drop(listening);
    let sensitive =
        schema::operations().filter(|it| is_sensitive(&it.parameters) || is_sensitive(&it.response));
    let sensitive: Vec<_> = sensitive.map(|operation| operation.name.clone()).collect();
    assert_eq!(printed, sensitive);
    scan.finish(300, 1_000_000);
}
