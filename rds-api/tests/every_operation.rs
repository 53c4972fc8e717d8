//! Every operation there and back, held against what its description says: requests become the parameters
//! that the specification describes, and responses lose nothing, in JSON and in XML.
#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::{Value as Json, json};

use rds_api::schema::{self, Field, Kind as Type, Location, Precision, Role, Shape, Style};
use rds_api::{Operation, Request, SERVICE};
use rds_api_core::http::response::{Exchange, interpret};
use rds_api_core::object::value::{Kind, Value};
use rds_api_core::object::{Empty as _, Object, decode, serialize};
use rds_api_core::request::parameters::Parameters;
use rds_api_core::secrecy::Redactor;

/// One operation: its entry in the schema, and an empty request and response of its own types.
struct Subject {
    entry: &'static schema::Operation,
    operation: &'static Operation,
    request: Box<dyn Object>,
    response: Box<dyn Object>,
    /// What the body of a response becomes.
    received: fn(&str) -> Json,
}

fn subjects() -> Vec<Subject> {
    struct Subjects(Vec<Subject>);
    impl Subjects {
        fn request<R: Request<Response: 'static> + 'static>(&mut self) {
            self.0.push(Subject {
                entry: schema::operation(&R::OPERATION.name).unwrap(),
                operation: R::OPERATION,
                request: Box::new(R::empty()),
                response: Box::new(R::Response::empty()),
                received: received::<R>,
            });
        }
    }
    let mut subjects = Subjects(Vec::new());
    rds_api::__each_request!(subjects);
    assert_eq!(subjects.0.len(), schema::names().len());
    subjects.0
}

fn received<R: Request<Response: 'static>>(body: &str) -> Json {
    let exchange = Exchange {
        operation: R::OPERATION,
        secrets: Redactor::new(SERVICE.sensitive()),
        signed: &[],
        codes: &SERVICE.error_codes,
        attempts: 1,
        max_response_bytes: 1 << 20,
    };
    let mut raw = interpret(http::Response::new(body.to_owned().into()), exchange).unwrap();
    let mut response = None::<R::Response>;
    raw.decode(&mut response).unwrap();
    serialize::object(&response.unwrap(), serde_json::value::Serializer).unwrap()
}

/// Makes values for fields, no two the same but for booleans, examples and choices.
struct Filler {
    made: u32,
    /// Whether the specification's examples are used where they fit the type.
    by_example: bool,
    /// Whether members that may hold any JSON get more than a text.
    deep_json: bool,
}

impl Filler {
    fn members<'f>(&mut self, fields: impl IntoIterator<Item = &'f Field>) -> Json {
        let members = fields.into_iter().map(|field| {
            let example = field.example.as_deref().filter(|_| self.by_example);
            (field.name.clone(), self.value(&field.shape, example))
        });
        Json::Object(members.collect())
    }

    fn value(&mut self, shape: &Shape, example: Option<&str>) -> Json {
        self.made += 1;
        let number = self.made;
        let parsed = |text: &str| text.parse::<i32>().ok();
        match shape.kind {
            Type::String => example.map_or_else(|| format!("text {number} <&> ü"), str::to_owned).into(),
            Type::Bool => number.is_multiple_of(2).into(),
            Type::Int32 => example.and_then(parsed).map_or(json!(number), Json::from),
            Type::Int64 => json!((1_i64 << 53) + i64::from(number)),
            Type::Float | Type::Double => json!(f64::from(number) + 0.25),
            Type::Timestamp => {
                let (hour, minute) = (number / 60 % 24, number % 60);
                let rest = ["Z", ":30Z", ":30.75Z", ":59+08:00"][number as usize % 4];
                example
                    .map_or_else(|| format!("2024-03-15T{hour:02}:{minute:02}{rest}"), str::to_owned)
                    .into()
            }
            Type::Json if self.deep_json => json!({ "a": [number, { "b": "text" }] }),
            Type::Json => format!("text {number}").into(),
            Type::Enum => {
                let values = &shape.values;
                values[number as usize % values.len()].value.as_str().into()
            }
            Type::Object => self.members(&shape.fields),
            Type::Map => {
                let items = shape.items.as_deref().unwrap();
                let entries = [format!("Key{number}"), format!("Other{number}")];
                Json::Object(entries.map(|key| (key, self.value(items, None))).into_iter().collect())
            }
            Type::List => {
                let items = shape.items.as_deref().unwrap();
                let elements = json!([self.value(items, None), self.value(items, None)]);
                match &shape.wrapper {
                    Some(wrapper) => json!({ wrapper: elements }),
                    None => elements,
                }
            }
        }
    }
}

fn decoded(json: &Json, mut object: Box<dyn Object>) -> Result<Box<dyn Object>, String> {
    let path = decode::Context::default();
    let text = json.to_string();
    let result = decode::object(&mut *object, &path, &mut serde_json::Deserializer::from_str(&text));
    result.map(|()| object).map_err(|error| format!("{path}: {error}"))
}

fn encoded(object: &dyn Object) -> Json {
    serialize::object(object, serde_json::value::Serializer).unwrap()
}

/// The paths of the members that hold nothing.
fn unfilled(object: &dyn Object) -> Vec<String> {
    fn look(value: Value<'_>, path: &str, paths: &mut Vec<String>) {
        match value.kind {
            Kind::Absent => paths.push(path.to_owned()),
            Kind::Object { object, .. } => {
                object.members().for_each(|(name, value)| look(value, &format!("{path}.{name}"), paths));
            }
            Kind::List { list, .. } if list.count() == 0 => paths.push(path.to_owned()),
            Kind::List { list, .. } => list.iter().for_each(|element| look(element, path, paths)),
            Kind::Map(map) if map.count() == 0 => paths.push(path.to_owned()),
            Kind::Map(map) => map.for_each(&mut |_, value| look(value, path, paths)),
            _ => {}
        }
    }
    let mut paths = Vec::new();
    object.members().for_each(|(name, value)| look(value, &format!(".{name}"), &mut paths));
    paths
}

/// The parameters that by its description a request becomes: the query, and the form.
fn described(entry: &schema::Operation, values: &Json) -> [Vec<(String, String)>; 2] {
    let (mut query, mut form) = (Vec::new(), Vec::new());
    for field in entry.parameters.iter().filter(|field| !field.is_common) {
        let to = if field.location == Location::Form { &mut form } else { &mut query };
        describe(&field.name, field.style, &field.shape, &values[&field.name], to);
    }
    query.sort();
    form.sort();
    [query, form]
}

fn describe(name: &str, style: Style, shape: &Shape, value: &Json, to: &mut Vec<(String, String)>) {
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match (style, value) {
        (Style::Json, Json::Array(_) | Json::Object(_)) => to.push((name.to_owned(), value.to_string())),
        (Style::Simple, Json::Array(elements)) => {
            let texts: Vec<String> = elements.iter().map(text).collect();
            to.push((name.to_owned(), texts.join(",")));
        }
        (_, Json::Array(elements)) => {
            for (index, element) in elements.iter().enumerate() {
                let items = shape.items.as_deref().unwrap_or(shape);
                describe(&format!("{name}.{}", index + 1), Style::Flatten, items, element, to);
            }
        }
        (_, Json::Object(members)) => {
            for (key, member) in members {
                let field = shape.fields.iter().find(|field| field.name == *key);
                let (style, shape) = match (field, shape.items.as_deref()) {
                    (Some(field), _) => (field.style, &field.shape),
                    (None, items) => (Style::Flatten, items.unwrap_or(shape)),
                };
                describe(&format!("{name}.{key}"), style, shape, member, to);
            }
        }
        (_, Json::String(text)) if shape.kind == Type::Timestamp => {
            to.push((name.to_owned(), taken(text, shape.precision)));
        }
        _ => to.push((name.to_owned(), text(value))),
    }
}

/// A time as a parameter of this precision takes it; one to the minute stays as it is. None is a whole minute otherwise.
fn taken(text: &str, precision: Precision) -> String {
    if text.matches(':').count() == 1 {
        return text.to_owned();
    }
    let mut time = text.parse::<jiff::Timestamp>().unwrap();
    if precision == Precision::NextMinute {
        time += jiff::SignedDuration::from_mins(1);
    }
    let seconds = if precision == Precision::Second { ":%S" } else { "" };
    time.strftime(&format!("%Y-%m-%dT%H:%M{seconds}Z")).to_string()
}

/// A response as XML: a list is its element repeated, which a wrapper only names.
fn xml(name: &str, value: &Json, to: &mut String) {
    match value {
        Json::Array(elements) => elements.iter().for_each(|element| xml(name, element, to)),
        Json::Object(members) => {
            *to += &format!("<{name}>");
            members.iter().for_each(|(name, member)| xml(name, member, to));
            *to += &format!("</{name}>");
        }
        scalar => {
            let text = scalar.as_str().map_or_else(|| scalar.to_string(), str::to_owned);
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            *to += &format!("<{name}>{text}</{name}>");
        }
    }
}

/// Collects what is wrong with any operation, so that one run tells all of it.
fn all_pass(check: impl Fn(Subject) -> Result<(), String>) {
    let failures: Vec<String> = subjects()
        .into_iter()
        .filter_map(|subject| {
            let name = &subject.entry.name;
            check(subject).err().map(|wrong| format!("{name}: {wrong}"))
        })
        .collect();
    assert!(failures.is_empty(), "{} operations fail:\n{}", failures.len(), failures.join("\n"));
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, expected: &T) -> Result<(), String> {
    if found == expected {
        Ok(())
    } else {
        Err(format!("{what}\n  found    {found:?}\n  expected {expected:?}"))
    }
}

#[test]
fn every_operation_is_sent_as_its_entry_says() {
    all_pass(|Subject { entry, operation, request, .. }| {
        let with = |role: Role| {
            let field = entry.parameters.iter().find(|field| field.role == Some(role));
            field.map(|field| field.name.as_str())
        };
        same("name", &&*operation.name, &entry.name.as_str())?;
        same("family", &operation.family, &entry.family.as_str())?;
        same("access", &operation.access, &entry.access)?;
        same("method", &operation.method, &entry.method)?;
        same("region", &operation.region, &with(Role::Region))?;
        same("token", &operation.idempotency_token, &with(Role::IdempotencyToken))?;
        let is_required = |name: &str| {
            let name = name.split('.').next().unwrap_or_default();
            entry.required().any(|field| field.name == name)
        };
        let parameters = Parameters::of(&*request, SERVICE.sensitive());
        let needless: Vec<_> = parameters.iter().filter(|(name, _)| !is_required(name)).collect();
        same("parameters nobody set", &needless, &Vec::new())
    });
}

#[test]
fn every_parameter_is_encoded_as_its_entry_says() {
    for by_example in [false, true] {
        all_pass(|Subject { entry, request, .. }| {
            // Parameters of every call are not the request's.
            let own = entry.parameters.iter().filter(|field| !field.is_common);
            let values = Filler { made: 0, by_example, deep_json: true }.members(own);
            let request = decoded(&values, request)?;
            same("unfilled", &unfilled(&*request), &Vec::new())?;
            same("serialised", &encoded(&*request).to_string(), &values.to_string())?;
            let Parameters { mut query, mut form, .. } = Parameters::of(&*request, SERVICE.sensitive());
            query.sort();
            form.sort();
            let [expected_query, expected_form] = described(entry, &values);
            same("query", &query, &expected_query)?;
            same("form", &form, &expected_form)
        });
    }
}

#[test]
fn every_response_keeps_every_field() {
    for by_example in [false, true] {
        all_pass(|Subject { entry, response, .. }| {
            let json = Filler { made: 0, by_example, deep_json: true }.members(&entry.response);
            let response = decoded(&json, response)?;
            same("unfilled", &unfilled(&*response), &Vec::new())?;
            same("encoded", &encoded(&*response).to_string(), &json.to_string())
        });
    }
}

#[test]
fn every_response_in_xml_is_the_same() {
    all_pass(|Subject { entry, mut response, .. }| {
        let json = Filler { made: 0, by_example: true, deep_json: false }.members(&entry.response);
        let mut document = "<?xml version='1.0' encoding='UTF-8'?>".to_owned();
        xml(&format!("{}Response", entry.name), &json, &mut document);
        let path = decode::Context::in_xml();
        let mut xml = decode::Xml::new(&document, &path);
        decode::object(&mut *response, &path, &mut xml).map_err(|error| format!("{path}: {error}"))?;
        same("unfilled", &unfilled(&*response), &Vec::new())?;
        same("encoded", &encoded(&*response).to_string(), &json.to_string())
    });
}

/// Signs of an error are looked for in all responses, also in those whose type has members that are called so.
#[test]
fn every_response_keeps_what_tells_of_errors_in_any_order() {
    let mut checked = 0;
    for Subject { entry, received, .. } in subjects() {
        let signs = ["Code", "Message", "RequestId"];
        let is_sign = |field: &&Field| field.shape.kind == Type::String && signs.contains(&&*field.name);
        let mut names: Vec<&str> = entry.response.iter().filter(is_sign).map(|field| &*field.name).collect();
        for _ in 1..names.len() {
            names.rotate_left(1);
            let body: Vec<String> = names.iter().map(|name| format!(r#""{name}":"200""#)).collect();
            let body = format!("{{{}}}", body.join(","));
            let kept = received(&body);
            assert!(names.iter().all(|name| kept[name] == "200"), "{}: {body} became {kept}", entry.name);
            checked += 1;
        }
    }
    assert!(checked > 20, "{checked}");
}

#[test]
fn a_wrapped_list_of_numbers_is_found_inside_a_text() {
    let numbers = json!({"DeletedBaksetIds": r#"{"DeletedBaksetIds": [7, 8]}"#});
    let decoded: rds_api::operations::backup::DeleteBackupFileResponse =
        serde_json::from_value(numbers).unwrap();
    assert_eq!(decoded.deleted_bakset_ids, [7, 8]);
}
