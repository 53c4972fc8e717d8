//! Recognising a response: what a body is, whatever its status says.
//!
//! A proxy, a portal or a load balancer sends its pages under any status, and every member of a response may be missing.
//! So a status of success proves nothing, and a body is the service's only if it says so itself: by its form, by a
//! request id, and by not being an error.

use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use serde::de::IgnoredAny;
use serde_json::{Map, Value as Json};

use super::document::{Document, Form};
use crate::error::class::failed;
use crate::error::{ErrorCodes, ServiceError};
use crate::object::find::member;
use crate::object::scalar::scalar;
use crate::object::value::Kind;
use crate::object::{Field, Member, Object, Value};
use crate::secrecy::Redactor;

/// What the head of a response says of its body.
pub(super) struct BodyHeaders {
    is_html: bool,
    /// The coding, if there is one. The client asks for none.
    coding: Option<String>,
}

impl BodyHeaders {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let is_html = text(CONTENT_TYPE).is_some_and(|value| value.to_ascii_lowercase().contains("html"));
        let coding = text(CONTENT_ENCODING).map(|value| value.trim().to_owned());
        let coding = coding.filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity"));
        Self { is_html, coding }
    }
}

/// What a body under a status of success seems to be, before it is decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Recognition {
    /// Nothing.
    Empty,
    /// What the service may have sent.
    Response,
    /// The service's error, or else another's.
    Error,
    /// Another's.
    Foreign,
}

/// What a body under a status of success seems to be. `is_signed` says that its head has the service's request id.
pub(super) fn recognize(
    document: &Document<'_>,
    headers: &BodyHeaders,
    operation: &str,
    is_signed: bool,
) -> Recognition {
    match document.form() {
        Form::Empty => Recognition::Empty,
        Form::Json => Recognition::Response,
        Form::Other => Recognition::Foreign,
        Form::Xml => {
            let root = document.root().unwrap_or_default();
            match root.strip_suffix("Response") {
                Some(name) if name == operation => Recognition::Response,
                _ if root == "Error" => Recognition::Error,
                _ if is_html(document, headers) => Recognition::Foreign,
                // The response to something else is none to this.
                Some(_) => Recognition::Error,
                _ if names_an_error(root) => Recognition::Error,
                // Any other root must prove itself by a request id inside.
                _ if is_signed => Recognition::Foreign,
                _ => Recognition::Response,
            }
        }
    }
}

/// Whether the root of a document is that of an error, by whatever name gateways have for one.
fn names_an_error(root: &str) -> bool {
    let root = root.rsplit(':').next().unwrap_or(root).to_ascii_lowercase();
    let root = root.strip_suffix("response").unwrap_or(&root);
    ["error", "errors", "fault", "exception", "problem", "denied", "blocked", "failure"]
        .iter()
        .any(|name| root.ends_with(name))
}

fn is_html(document: &Document<'_>, headers: &BodyHeaders) -> bool {
    let is_root = |root: &str| ["html", "head", "body"].iter().any(|name| root.eq_ignore_ascii_case(name));
    document.form() == Form::Xml && (headers.is_html || document.root().is_some_and(is_root))
}

/// What a body is that is not the service's, in words, if it is known.
pub(super) fn description(
    document: &Document<'_>,
    headers: &BodyHeaders,
    secrets: &Redactor,
) -> Option<String> {
    if let Some(coding) = &headers.coding {
        let coding = secrets.excerpt(coding.as_bytes(), 0);
        return Some(format!("it is encoded as `{coding}`, which was not asked for"));
    }
    if is_html(document, headers) {
        return Some(match title(document.text()).map(|title| secrets.excerpt(title.as_bytes(), 0)) {
            Some(title) if !title.is_empty() => format!("it is HTML with the title `{title}`"),
            _ => "it is HTML".to_owned(),
        });
    }
    match document.form() {
        Form::Empty | Form::Json => None,
        Form::Other if serde_json::from_str::<IgnoredAny>(document.text()).is_ok() => {
            Some("it is JSON, but no object".to_owned())
        }
        Form::Other => Some("it is neither JSON nor XML".to_owned()),
        Form::Xml => {
            let root = secrets.excerpt(document.root()?.as_bytes(), 0);
            Some(format!("it is XML with the root `{root}`"))
        }
    }
}

/// The title of a page.
fn title(page: &str) -> Option<&str> {
    let begins = |at: &usize, name: &str| {
        page.get(*at..*at + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
    };
    let tags = || page.match_indices('<').map(|(at, _)| at);
    let start = tags().find(|at| begins(at, "<title"))?;
    let start = start + page[start..].find('>')? + 1;
    let end = tags().find(|at| *at >= start && begins(at, "</title"))?;
    Some(&page[start..end])
}

/// The names of the members that tell what a response is.
const SIGNS: [&str; 4] = ["Code", "Message", "RequestId", "HostId"];

/// The members that tell what a response is. A type may have them, or not.
#[derive(Default)]
pub(super) struct Signs {
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
    host_id: Option<String>,
}

impl Signs {
    /// Those of JSON of any shape.
    pub(super) fn of_json(object: &Map<String, Json>) -> Self {
        let text = |name: &str| {
            let value = member(object, name).map(|value| scalar(Value::json(value)));
            value.filter(|text| !text.is_empty())
        };
        Self {
            code: text("Code"),
            message: text("Message"),
            request_id: text("RequestId"),
            host_id: text("HostId"),
        }
    }

    pub(super) fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref().filter(|id| is_one(id))
    }

    /// Whether they are those of an error.
    ///
    /// Some operations have a code of their own in each success, with a message beside it. But only errors have the
    /// id of a host. Of a type that is not known no more can be said. Where the type has no code, one of those that the
    /// service is known for is enough.
    pub(super) fn are_of_an_error(&self, type_has_code: Option<bool>, codes: &ErrorCodes) -> bool {
        let is_given = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
        let (has_message, has_host) = (is_given(&self.message), is_given(&self.host_id));
        let says_more = match type_has_code {
            Some(false) => {
                has_message || has_host || self.code.as_deref().is_some_and(|code| codes.know(code))
            }
            Some(true) => has_host,
            None => has_message && has_host,
        };
        says_more && self.code.as_deref().is_some_and(is_code_of_an_error)
    }
}

/// Whether a code is one, and not that of a success.
pub(crate) fn is_code_of_an_error(code: &str) -> bool {
    const OF_SUCCESS: [&str; 7] = ["200", "0", "OK", "Success", "Successful", "Succeed", "None"];
    is_one(code) && OF_SUCCESS.iter().all(|success| !code.trim().eq_ignore_ascii_case(success))
}

/// Whether an error is the service's, and not that of a gateway that has codes as well.
///
/// The service signs its errors by a request id or the id of a host. Without either, one says no more than its status
/// where that is a failure, or a refusal for the rate; anything else it must say by a code that the service is known
/// for, since a caller would take it for granted that nothing was done, or that a thing is not there.
pub(super) fn is_the_services(
    error: &ServiceError,
    http_status: u16,
    request_id: Option<&str>,
    codes: &ErrorCodes,
) -> bool {
    let is_given = |text: &Option<String>| text.as_deref().is_some_and(is_one);
    let is_signed = request_id.is_some() || is_given(&error.request_id) || is_given(&error.host_id);
    let is_no_claim = failed(http_status) || http_status == 429;
    is_signed || is_no_claim || (codes.know(error.code()) && !is_reason(error.code()))
}

/// Whether a code is only the reason phrase of a status, such as `NotFound`, or its number, which is what gateways say.
fn is_reason(code: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let code = letters(code);
    let mut reasons = (400..600).filter_map(|status| StatusCode::from_u16(status).ok()?.canonical_reason());
    code.is_empty() || reasons.any(|reason| letters(reason) == code)
}

/// Whether the text of a sign is one, and not that of a list, an object or a truth value.
fn is_one(text: &str) -> bool {
    let text = text.trim();
    !["", "true", "false", "null"].contains(&text) && !text.starts_with(['{', '['])
}

impl Object for Signs {
    fn field(&mut self, index: usize) -> Option<&mut dyn Field> {
        Some(match index {
            0 => &mut self.code,
            1 => &mut self.message,
            2 => &mut self.request_id,
            3 => &mut self.host_id,
            _ => return None,
        })
    }

    fn member(&self, index: usize) -> Member<'_> {
        let fields = [&self.code, &self.message, &self.request_id, &self.host_id];
        let named = SIGNS.get(index).zip(fields.get(index));
        named.map_or(Member::NONE, |(name, field)| Member::of((name, *field)))
    }
}

/// Whether a type has a code of its own.
pub(super) fn has_code(object: &dyn Object) -> bool {
    object.position("Code").is_some()
}

/// Puts the request id into an object, if there is a place for it and none in it.
pub(super) fn complete(object: &mut dyn Object, request_id: &str) {
    let is_empty = |value: Value<'_>| matches!(value.kind, Kind::Absent | Kind::Text(""));
    let place = object.members().position(|(name, value)| name == "RequestId" && is_empty(value));
    if let Some(field) = place.and_then(|index| object.field(index)) {
        field.set_text(request_id);
    }
}

impl From<Signs> for ServiceError {
    fn from(signs: Signs) -> Self {
        let mut service = Self::default();
        let Signs { code, message, request_id, host_id } = signs;
        (service.code, service.message) = (code, message);
        (service.request_id, service.host_id) = (request_id, host_id);
        service
    }
}

/// A typed response together with the signs that its type does not have.
pub(super) struct SignedObject<'o> {
    object: &'o mut dyn Object,
    /// How many members the type has.
    members: usize,
    /// The numbers of the signs that are none of them, and beyond those numbers of none.
    lacking: [usize; SIGNS.len()],
    signs: Signs,
}

impl<'o> SignedObject<'o> {
    pub(super) fn new(object: &'o mut dyn Object) -> Self {
        let (mut members, mut has) = (0, [false; SIGNS.len()]);
        for (name, _) in object.members() {
            members += 1;
            has.iter_mut().zip(SIGNS).for_each(|(has, sign)| *has |= name == sign);
        }
        let mut lacking = [SIGNS.len(); SIGNS.len()];
        let absent = has.iter().enumerate().filter(|(_, has)| !**has);
        lacking.iter_mut().zip(absent).for_each(|(place, (sign, _))| *place = sign);
        Self { object, members, lacking, signs: Signs::default() }
    }

    /// The signs, wherever they are.
    pub(super) fn signs(&self) -> Signs {
        let text = |name: &str, rest: &Option<String>| {
            let own = self.object.members().find(|(own, _)| *own == name);
            own.map(|(_, value)| scalar(value)).filter(|text| !text.is_empty()).or_else(|| rest.clone())
        };
        let Signs { code, message, request_id, host_id } = &self.signs;
        Signs {
            code: text("Code", code),
            message: text("Message", message),
            request_id: text("RequestId", request_id),
            host_id: text("HostId", host_id),
        }
    }
}

impl Object for SignedObject<'_> {
    fn field(&mut self, index: usize) -> Option<&mut dyn Field> {
        match index.checked_sub(self.members) {
            Some(index) => self.signs.field(*self.lacking.get(index)?),
            None => self.object.field(index),
        }
    }

    fn member(&self, index: usize) -> Member<'_> {
        match index.checked_sub(self.members) {
            Some(index) => self.lacking.get(index).map_or(Member::NONE, |sign| self.signs.member(*sign)),
            None => self.object.member(index),
        }
    }
}
