//! Responses in the shape that the specification gives them: every member is there, from state or empty, of the type
//! that it has on the wire, and nothing else.
//!
//! A program of another language reads a member without asking whether it is there, and the real service hardly ever
//! leaves one out. So what the simulation does not speak of is empty: a text `""`, a number 0, an object `{}`. What it
//! gives as null is left out, which it does where the service does.

use serde_json::{Map, Value as Json, json};

use rds_api_core::catalogue::{Field, FieldExt as _, Kind, Operation, ProblemKind, Shape, scalar};

/// What members of this name say in a response that is a success, at the top of it.
const OF_A_SUCCESS: [(&str, &str); 4] =
    [("Code", "200"), ("HttpStatusCode", "200"), ("Message", "success"), ("Success", "true")];

/// The response of an operation, of what the simulation knows and of the call's own parameters. `on_the_wire` has the kind
/// of a member, by its path, that is not of the kind that the contract says.
pub(crate) fn complete(
    operation: &Operation,
    parameters: &Map<String, Json>,
    known: &Json,
    on_the_wire: impl Fn(&str) -> Option<Kind>,
) -> Json {
    let writer = Writer { on_the_wire: &on_the_wire };
    let mut response = Map::new();
    for field in &operation.response {
        let of_success = || {
            let (_, value) = OF_A_SUCCESS.iter().find(|(name, _)| *name == field.name)?;
            Some(Json::from(*value))
        };
        let echoed = || {
            let is_scalar = !matches!(field.shape.kind, Kind::List | Kind::Object | Kind::Map);
            let same = parameters.iter().find(|(name, _)| name.eq_ignore_ascii_case(&field.name));
            same.map(|(_, value)| value.clone()).filter(|it| is_scalar && !it.is_array() && !it.is_object())
        };
        let value = known.get(&field.name).cloned().or_else(echoed).or_else(of_success);
        if let Some(value) = writer.member(&field.name, field, value) {
            response.insert(field.name.clone(), value);
        }
    }
    Json::Object(response)
}

/// Refuses a response of a test's own with members that the operation does not have, or not of that type. It need not have
/// all of them.
pub(crate) fn check(operation: &Operation, response: &Map<String, Json>) -> Result<(), String> {
    for (name, value) in response.iter().filter(|(name, _)| *name != "RequestId") {
        let field = operation.response.iter().find(|field| field.name == *name);
        let field = field.ok_or_else(|| format!("the response of {} has no `{name}`", operation.name))?;
        let unwrapped = unwrapped(name, &field.shape, value)?;
        let is_wrong = |kind| matches!(kind, ProblemKind::Unknown | ProblemKind::WrongType);
        if let Some(problem) = field.check(&unwrapped).iter().find(|problem| is_wrong(problem.kind)) {
            return Err(format!("the response of {}: {problem}", operation.name));
        }
    }
    Ok(())
}

/// A value without the objects that wrap its lists on the wire.
fn unwrapped(path: &str, shape: &Shape, value: &Json) -> Result<Json, String> {
    Ok(match (shape.kind, value) {
        (Kind::List, value) => {
            let list = match &shape.wrapper {
                Some(wrapper) => {
                    value.get(wrapper).filter(|_| value.as_object().is_some_and(|it| it.len() == 1))
                }
                None => Some(value),
            };
            let form = shape
                .wrapper
                .as_ref()
                .map_or("[…]".to_owned(), |wrapper| format!("{{\"{wrapper}\": […]}}"));
            let list = list.and_then(Json::as_array).ok_or_else(|| format!("`{path}` is to be as {form}"))?;
            let Some(items) = &shape.items else { return Ok(value.clone()) };
            let elements = list.iter().zip(1..);
            elements
                .map(|(element, index)| unwrapped(&format!("{path}.{index}"), items, element))
                .collect::<Result<_, _>>()?
        }
        (Kind::Object, Json::Object(members)) => {
            let members = members.iter().map(|(name, value)| {
                let field = shape.fields.iter().find(|field| field.name == *name);
                let value = match field {
                    Some(field) => unwrapped(&format!("{path}.{name}"), &field.shape, value)?,
                    None => value.clone(),
                };
                Ok((name.clone(), value))
            });
            Json::Object(members.collect::<Result<_, String>>()?)
        }
        (_, value) => value.clone(),
    })
}

struct Writer<'w> {
    on_the_wire: &'w dyn Fn(&str) -> Option<Kind>,
}

impl Writer<'_> {
    /// The value of a member, or `None` if it is to be left out.
    fn member(&self, path: &str, field: &Field, value: Option<Json>) -> Option<Json> {
        match value {
            // An empty token would be one to go on with, for programs that ask whether there is one.
            None if field.name == "NextToken" => None,
            None => Some(self.empty(path, field)),
            Some(Json::Null) => None,
            Some(value) => Some(self.value(path, &field.shape, value)),
        }
    }

    fn object(&self, path: &str, fields: &[Field], members: &Map<String, Json>) -> Json {
        let members = fields.iter().filter_map(|field| {
            let value =
                self.member(&format!("{path}.{}", field.name), field, members.get(&field.name).cloned());
            Some((field.name.clone(), value?))
        });
        Json::Object(members.collect())
    }

    fn value(&self, path: &str, shape: &Shape, value: Json) -> Json {
        let kind = (self.on_the_wire)(path).unwrap_or(shape.kind);
        match (kind, value) {
            (Kind::List, Json::Object(mut wrapped)) => {
                let inner = shape.wrapper.as_ref().and_then(|wrapper| wrapped.remove(wrapper));
                self.value(path, shape, inner.unwrap_or_else(|| json!([])))
            }
            (Kind::List, Json::Array(elements)) => {
                let elements: Vec<Json> = match &shape.items {
                    Some(items) => elements.into_iter().map(|it| self.element(path, items, it)).collect(),
                    None => elements,
                };
                match &shape.wrapper {
                    Some(wrapper) => json!({ wrapper: elements }),
                    None => elements.into(),
                }
            }
            // A thing that the instance does not have is an object without members.
            (Kind::Object, Json::Object(members)) if members.is_empty() => json!({}),
            (Kind::Object, Json::Object(members)) => self.object(path, &shape.fields, &members),
            (Kind::Int32 | Kind::Int64 | Kind::Float | Kind::Double, Json::Bool(flag)) => {
                i32::from(flag).into()
            }
            (Kind::Int32 | Kind::Int64 | Kind::Float | Kind::Double | Kind::Bool, Json::String(text)) => {
                scalar(path, kind, text.trim()).unwrap_or_else(|_| nothing(kind))
            }
            (Kind::Enum, Json::Bool(flag)) => spelled(shape, if flag { YES } else { NO }),
            (Kind::Enum, Json::String(text)) => spelled(shape, &[text.as_str()]),
            (Kind::String | Kind::Timestamp | Kind::Enum, Json::Number(number)) => number.to_string().into(),
            (Kind::String, Json::Bool(flag)) => flag.to_string().into(),
            (Kind::String, value @ (Json::Array(_) | Json::Object(_))) => value.to_string().into(),
            (_, value) => value,
        }
    }

    /// Unlike a member, an element that is an object has all of its members.
    fn element(&self, path: &str, shape: &Shape, value: Json) -> Json {
        match (shape.kind, value) {
            (Kind::Object, Json::Object(members)) => self.object(path, &shape.fields, &members),
            (_, value) => self.value(path, shape, value),
        }
    }

    fn empty(&self, path: &str, field: &Field) -> Json {
        let kind = (self.on_the_wire)(path).unwrap_or(field.shape.kind);
        match (kind, &field.shape.wrapper) {
            (Kind::List, Some(wrapper)) => json!({ wrapper: [] }),
            (Kind::String, _) if field.number.is_some() => "0".into(),
            (kind, _) => nothing(kind),
        }
    }
}

const YES: &[&str] = &["true", "1", "Yes", "on", "Enable", "Enabled"];
const NO: &[&str] = &["false", "0", "No", "off", "Disable", "Disabled"];

/// A value as the specification spells it.
fn spelled(shape: &Shape, texts: &[&str]) -> Json {
    let known = texts.iter().find_map(|text| {
        let exact = shape.values.iter().find(|known| known.value == *text);
        exact.or_else(|| shape.values.iter().find(|known| known.value.eq_ignore_ascii_case(text)))
    });
    known.map_or(texts[0], |known| &known.value).into()
}

fn nothing(kind: Kind) -> Json {
    match kind {
        Kind::Bool => false.into(),
        Kind::Int32 | Kind::Int64 => 0.into(),
        Kind::Float | Kind::Double => 0.0.into(),
        Kind::List => json!([]),
        Kind::Object | Kind::Map | Kind::Json => json!({}),
        Kind::String | Kind::Timestamp | Kind::Enum => "".into(),
    }
}
