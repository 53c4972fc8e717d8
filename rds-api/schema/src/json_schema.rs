//! JSON Schema of what an operation takes and gives, for tools, forms and agents.

use serde_json::{Map, Value as Json, json};

use crate::{Field, Kind, Limits, Operation, Precision, Shape};

/// The dialect.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The pattern of a time as a parameter takes it.
fn time(precision: Precision) -> &'static str {
    match precision {
        Precision::Minute | Precision::NextMinute => r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z$",
        Precision::Second => r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$",
    }
}

/// What an operation takes and gives, as JSON Schema (draft 2020-12).
///
/// What is sent is closed, and within the limits of the specification; the service may send more than the specification
/// knows. What is sensitive is `writeOnly` where it is sent, and `readOnly` where it comes.
#[derive(Debug, Clone)]
pub struct JsonSchemas {
    /// The name of the operation.
    pub operation: String,
    /// The schema of its parameters.
    pub parameters: Json,
    /// The schema of its response.
    pub response: Json,
}

impl JsonSchemas {
    /// The schemas of an operation.
    pub fn of(operation: &Operation) -> Self {
        Self {
            operation: operation.name.clone(),
            parameters: parameters(operation),
            response: response(operation),
        }
    }
}

/// The schema of the parameters of an operation, as `OperationExt::call` of the client takes them.
fn parameters(operation: &Operation) -> Json {
    let fields: Vec<&Field> = operation.parameters.iter().filter(|field| !field.is_common).collect();
    document(operation, "The parameters", Side::Request, &fields)
}

/// The schema of the response of an operation, as it comes.
fn response(operation: &Operation) -> Json {
    document(operation, "The response", Side::Response, &operation.response.iter().collect::<Vec<_>>())
}

/// The side of an operation. What is sent is closed; the service may send more than the specification knows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Request,
    Response,
}

fn document(operation: &Operation, what: &str, side: Side, fields: &[&Field]) -> Json {
    let Operation { name, summary, documentation_url, deprecated, .. } = operation;
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), DIALECT.into());
    schema.insert("title".to_owned(), name.as_str().into());
    let follows = match &operation.follows {
        Some(follows) => {
            format!(" It is done when `{}` says so, waiter `{}`.", follows.operation, follows.waiter)
        }
        None => String::new(),
    };
    let description = format!("{what} of `{name}`: {summary}{follows}\n\nSee <{documentation_url}>.");
    schema.insert("description".to_owned(), description.into());
    if deprecated.is_some() {
        schema.insert("deprecated".to_owned(), true.into());
    }
    schema.extend(object(side, fields));
    Json::Object(schema)
}

fn object(side: Side, fields: &[&Field]) -> Map<String, Json> {
    let properties: Map<String, Json> =
        fields.iter().map(|field| (field.name.clone(), member(side, field))).collect();
    let mut schema = Map::new();
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), properties.into());
    if side == Side::Request {
        // What the client fills in may be left out.
        let required: Vec<Json> = fields
            .iter()
            .filter(|field| field.is_argument())
            .map(|field| field.name.as_str().into())
            .collect();
        schema.insert("required".to_owned(), required.into());
        schema.insert("additionalProperties".to_owned(), false.into());
    }
    schema
}

fn member(side: Side, field: &Field) -> Json {
    let mut schema = shape(side, &field.shape);
    if side == Side::Request {
        limit(&mut schema, &field.limits);
        limit_elements(&mut schema, &field.shape, &field.limits);
    }
    let mut insert = |key: &str, value: Json| drop(schema.insert(key.to_owned(), value));
    if !field.doc.is_empty() {
        insert("description", field.doc.as_str().into());
    }
    if let Some(default) = field.default.as_deref().and_then(|text| typed(&field.shape, text)) {
        insert("default", default);
    }
    if let Some(example) = field.example.as_deref().and_then(|text| typed(&field.shape, text)) {
        let example = match (side, &field.shape.wrapper) {
            (Side::Response, Some(wrapper)) => json!({ wrapper: example }),
            _ => example,
        };
        insert("examples", json!([example]));
    }
    if field.deprecated.is_some() {
        insert("deprecated", true.into());
    }
    if field.sensitive {
        match side {
            Side::Request => insert("writeOnly", true.into()),
            Side::Response => insert("readOnly", true.into()),
        }
    }
    Json::Object(schema)
}

fn shape(side: Side, shape: &Shape) -> Map<String, Json> {
    let of = |schema: Json| match schema {
        Json::Object(schema) => schema,
        _ => Map::new(),
    };
    let items = || shape.items.as_deref().map_or_else(Map::new, |items| self::shape(side, items));
    let schema = match shape.kind {
        Kind::Bool => scalar(side, "boolean"),
        Kind::Int32 => {
            let mut schema = scalar(side, "integer");
            schema["format"] = "int32".into();
            if side == Side::Request {
                schema["minimum"] = i32::MIN.into();
                schema["maximum"] = i32::MAX.into();
            }
            schema
        }
        Kind::Int64 => {
            let mut schema = scalar(side, "integer");
            schema["format"] = "int64".into();
            schema
        }
        Kind::Float | Kind::Double => scalar(side, "number"),
        Kind::String if shape.values.is_empty() => json!({ "type": "string" }),
        Kind::Timestamp if side == Side::Request => {
            json!({ "type": "string", "pattern": time(shape.precision) })
        }
        Kind::Timestamp => json!({ "type": "string" }),
        Kind::String | Kind::Enum => {
            let values: Vec<Json> = shape.values.iter().map(|value| value.value.as_str().into()).collect();
            match (side, shape.kind) {
                (Side::Request, Kind::Enum) => json!({ "type": "string", "enum": values }),
                // A text takes others too, and the service may have got others since.
                _ => json!({ "type": "string", "examples": values }),
            }
        }
        Kind::Json => json!({}),
        Kind::Map => json!({ "type": "object", "additionalProperties": items() }),
        Kind::Object => {
            return object(side, &shape.fields.iter().collect::<Vec<_>>());
        }
        Kind::List => {
            let list = json!({ "type": "array", "items": items() });
            match shape.wrapper.as_ref().filter(|_| side == Side::Response) {
                Some(wrapper) => json!({ "type": "object", "properties": { wrapper: list } }),
                None => list,
            }
        }
    };
    of(schema)
}

/// A number or a boolean; the service sends some of them as texts.
fn scalar(side: Side, kind: &str) -> Json {
    match side {
        Side::Request => json!({ "type": kind }),
        Side::Response => json!({ "type": [kind, "string"] }),
    }
}

/// Limits a value itself: of a list, how many elements it has.
fn limit(schema: &mut Map<String, Json>, limits: &Limits) {
    let number = |limit: f64| {
        let is_whole = limit.fract() == 0.0 && limit.abs() < 9e15;
        if is_whole { Json::from(limit as i64) } else { Json::from(limit) }
    };
    let of_items =
        [("minItems", limits.min_items.map(Json::from)), ("maxItems", limits.max_items.map(Json::from))];
    let of_numbers = [("minimum", limits.minimum.map(number)), ("maximum", limits.maximum.map(number))];
    let of_texts = [
        ("minLength", limits.min_length.map(Json::from)),
        ("maxLength", limits.max_length.map(Json::from)),
        ("pattern", limits.anchored_pattern().map(Json::from)),
    ];
    let limits = match schema.get("type").and_then(Json::as_str) {
        Some("array") => of_items.to_vec(),
        Some("object") => return,
        // A text that holds a number has none of its limits: the language has no words for them.
        Some("string") => of_texts.to_vec(),
        _ => of_numbers.to_vec(),
    };
    for (key, limit) in limits {
        if let Some(limit) = limit {
            schema.insert(key.to_owned(), limit);
        }
    }
}

/// The limits of a list or a map, besides how many elements it has, are those of what it holds in the end.
fn limit_elements(schema: &mut Map<String, Json>, shape: &Shape, limits: &Limits) {
    let (key, items) = match (shape.kind, shape.items.as_deref()) {
        (Kind::List, Some(items)) => ("items", items),
        (Kind::Map, Some(items)) => ("additionalProperties", items),
        _ => return,
    };
    let Some(elements) = schema.get_mut(key).and_then(Json::as_object_mut) else { return };
    if !matches!(items.kind, Kind::List | Kind::Map | Kind::Object | Kind::Json) {
        limit(elements, limits);
    }
    limit_elements(elements, items, limits);
}

/// A text of the specification as a value of its type, if it is one: examples are often cut or masked.
fn typed(shape: &Shape, text: &str) -> Option<Json> {
    match shape.kind {
        Kind::Bool => text.to_lowercase().parse::<bool>().ok().map(Json::from),
        Kind::Int32 => text.parse::<i32>().ok().map(Json::from),
        Kind::Int64 => text.parse::<i64>().ok().map(Json::from),
        Kind::Float | Kind::Double => text.parse::<f64>().ok().filter(|it| it.is_finite()).map(Json::from),
        Kind::String | Kind::Timestamp => Some(text.into()),
        Kind::Enum => shape.values.iter().any(|value| value.value == text).then(|| text.into()),
        Kind::Json | Kind::Map | Kind::Object => serde_json::from_str(text)
            .ok()
            .filter(|value: &Json| shape.kind == Kind::Json || value.is_object()),
        Kind::List => {
            let items = shape.items.as_deref()?;
            match serde_json::from_str(text) {
                Ok(list @ Json::Array(_)) => Some(list),
                _ => typed(items, text).map(|element| json!([element])),
            }
        }
    }
}
