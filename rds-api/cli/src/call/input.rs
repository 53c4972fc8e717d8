//! `--input`: parameters from a file of YAML or JSON, or from standard input.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rds_api::schema::{Field, FieldExt as _, Kind, Operation, Shape};
use rds_api_core::file;
use serde_json::{Map, Number, Value as Json};

use super::document::{Fault, Member, Node, Value};
use super::source::{self, Source};
use super::usage::is_sensitive;
use crate::failure::Failure;
use crate::names::folded;
use crate::suggestion::nearest;

/// Longer than any request.
const MAX_BYTES: u64 = 16 << 20;

/// More than anybody mends at once.
const MAX_FAULTS: usize = 20;

/// Parameters that a file gives, and where each stands there.
pub(super) struct Input {
    parameters: Map<String, Json>,
    name: String,
    /// The line of each value, by its path.
    lines: BTreeMap<String, usize>,
}

impl Input {
    /// Reads the parameters of an operation from a file, or from standard input for `-`.
    pub(super) fn read(path: &Path, operation: &Operation) -> Result<Self, Failure> {
        let (name, text) = text(path).map_err(Failure::usage)?;
        let mut input = Self { parameters: Map::new(), name, lines: BTreeMap::new() };
        let mut faults = Vec::new();
        let members = match Node::parse(&text) {
            Ok(None) => Vec::new(),
            Ok(Some(Node { value: Value::Mapping(members), .. })) => members,
            Ok(Some(node)) => {
                let message = "an input is an object of parameters by name".to_owned();
                faults.push(Fault { line: node.line, message });
                Vec::new()
            }
            Err(fault) => {
                faults.push(fault);
                Vec::new()
            }
        };
        for member in members {
            if faults.len() >= MAX_FAULTS {
                faults.push(Fault {
                    line: member.line,
                    message: "from here on nothing was looked at".to_owned(),
                });
                break;
            }
            match input.add(&member, operation) {
                Ok(()) => {}
                Err(fault) => faults.push(fault),
            }
        }
        match faults.is_empty() {
            true => Ok(input),
            false => Err(input.failure(&faults)),
        }
    }

    /// Gives what it has to parameters of which some are given already, and keeps the places of those that it gave.
    pub(super) fn given_to(mut self, parameters: &mut Map<String, Json>) -> Self {
        self.lines.retain(|path, _| !parameters.contains_key(path.split('.').next().unwrap_or(path)));
        for (name, value) in std::mem::take(&mut self.parameters) {
            parameters.entry(name).or_insert(value);
        }
        self
    }

    fn add(&mut self, member: &Member, operation: &Operation) -> Result<(), Fault> {
        let Member { key, line, value } = member;
        let field = known(&operation.parameters, key).ok_or_else(|| {
            let hint = match nearest(key, operation.parameters.iter().map(|it| it.name.as_str())) {
                Some(name) => format!("did you mean {name}?"),
                None => format!("`rds skeleton {}` has those that there are", operation.name),
            };
            Fault { line: *line, message: format!("`{key}` is no parameter of {}; {hint}", operation.name) }
        })?;
        if self.parameters.contains_key(&field.name) {
            return Err(Fault { line: *line, message: format!("`{}` stands here twice", field.name) });
        }
        self.note(&field.name, *line, value);
        let value = typed(field, value)?;
        if !value.is_null() {
            self.parameters.insert(field.name.clone(), value);
        }
        Ok(())
    }

    /// Notes the lines of a value and of all in it, by their paths as problems have them.
    fn note(&mut self, path: &str, line: usize, node: &Node) {
        self.lines.insert(path.to_owned(), line);
        match &node.value {
            Value::Scalar { .. } => {}
            Value::Sequence(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    self.note(&format!("{path}.{}", index + 1), element.line, element);
                }
            }
            Value::Mapping(members) => {
                for member in members {
                    self.note(&format!("{path}.{}", member.key), member.line, &member.value);
                }
            }
        }
    }

    /// Where a parameter, or what is in it, stands in the file: the place of what holds it if it is not there itself.
    pub(super) fn place(&self, path: &str) -> Option<String> {
        let mut path = path;
        loop {
            if let Some(line) = self.lines.get(path) {
                return Some(format!("{}:{line}", self.name));
            }
            path = path.rsplit_once('.')?.0;
        }
    }

    fn failure(&self, faults: &[Fault]) -> Failure {
        let words = faults.iter().map(|fault| format!("{}:{}: {}", self.name, fault.line, fault.message));
        Failure::usage(words.collect::<Vec<_>>().join("\n       "))
    }
}

/// The name of what is read, for messages, and its text.
fn text(path: &Path) -> Result<(String, String), String> {
    if path == Path::new("-") {
        source::take_standard_input("--input")?;
        let read = source::read_stream(std::io::stdin());
        let text = read.map_err(|error| format!("standard input {}", file::why(&error)))?;
        return Ok(("standard input".to_owned(), text));
    }
    let name = path.display().to_string();
    match file::read_text(path, MAX_BYTES) {
        Ok(text) => Ok((name, text)),
        Err(error) => Err(format!("{name} {}", file::why(&error))),
    }
}

fn known<'f>(fields: &'f [Field], name: &str) -> Option<&'f Field> {
    let by_name = |field: &&Field| folded(&field.name) == folded(name);
    fields.iter().find(|field| field.name == name).or_else(|| fields.iter().find(by_name))
}

/// The value of a field, which a text gives as its option does: also from a file or a variable.
fn typed(field: &Field, node: &Node) -> Result<Json, Fault> {
    let wrong = |message: String| Fault { line: node.line, message: format!("`{}`: {message}", field.name) };
    let is_secret = is_sensitive(field);
    let kind = field.shape.kind;
    match &node.value {
        _ if node.is_null() => Ok(Json::Null),
        Value::Scalar { text, is_plain } => {
            let from_elsewhere = Source::of(field, text).map(|source| source.read(field)).transpose();
            let from_elsewhere = from_elsewhere.map_err(wrong)?;
            let text = from_elsewhere.as_deref().unwrap_or_else(|| source::literal(field, text));
            match kind {
                Kind::Enum => Ok(of_enum(&field.shape, text)),
                // What has no quotation marks may be a number there.
                Kind::Json if *is_plain => Ok(untyped(node)),
                _ => field.parse(text).map_err(|problem| match is_secret {
                    true => wrong("it is not of its type".to_owned()),
                    false => wrong(problem.reason),
                }),
            }
        }
        Value::Sequence(elements) => match field.shape.items.as_deref().filter(|_| kind == Kind::List) {
            Some(items) => {
                let element = |(index, node): (usize, &Node)| {
                    typed(&inner(field, format!("{}.{}", field.name, index + 1), items), node)
                };
                elements.iter().enumerate().map(element).collect()
            }
            None if matches!(kind, Kind::String | Kind::Json) => Ok(untyped(node)),
            None => Err(wrong("it is no list".to_owned())),
        },
        Value::Mapping(members) => match (kind, field.shape.items.as_deref()) {
            (Kind::Object, _) => of_object(field, members),
            (Kind::Map, Some(items)) => {
                let entry = |member: &Member| {
                    let inner = inner(field, format!("{}.{}", field.name, member.key), items);
                    Ok((member.key.clone(), typed(&inner, &member.value)?))
                };
                members.iter().map(entry).collect::<Result<_, _>>().map(Json::Object)
            }
            (Kind::String | Kind::Json | Kind::Map, _) => Ok(untyped(node)),
            // As on the command line, a list of one may be written without being one.
            (Kind::List, Some(items)) if items.kind == Kind::Object => {
                Ok(Json::Array(vec![typed(&inner(field, format!("{}.1", field.name), items), node)?]))
            }
            _ => Err(wrong("it is no object".to_owned())),
        },
    }
}

fn of_object(field: &Field, members: &[Member]) -> Result<Json, Fault> {
    let mut object = Map::new();
    for Member { key, value, .. } in members {
        // What is not known is told with the other problems.
        let (name, value) = match known(&field.shape.fields, key) {
            Some(inside) => {
                let mut inside = inside.clone();
                let name = std::mem::replace(&mut inside.name, format!("{}.{}", field.name, key));
                inside.sensitive |= field.sensitive;
                (name, typed(&inside, value)?)
            }
            None => (key.clone(), untyped(value)),
        };
        if !value.is_null() {
            object.insert(name, value);
        }
    }
    Ok(Json::Object(object))
}

/// What is inside of a field, as a field.
fn inner(field: &Field, name: String, shape: &Shape) -> Field {
    let mut inner = field.clone();
    (inner.name, inner.shape) = (name, shape.clone());
    inner
}

/// A value of an enum in its own case.
fn of_enum(shape: &Shape, text: &str) -> Json {
    let exact = shape.values.iter().find(|value| value.value == text);
    let value = exact.or_else(|| shape.values.iter().find(|value| value.value.eq_ignore_ascii_case(text)));
    value.map_or(text, |value| &value.value).into()
}

/// A value of which nothing is known but how it is written.
fn untyped(node: &Node) -> Json {
    match &node.value {
        _ if node.is_null() => Json::Null,
        Value::Scalar { text, is_plain: false } => text.as_str().into(),
        Value::Scalar { text, .. } => match text.as_str() {
            "true" | "True" | "TRUE" => true.into(),
            "false" | "False" | "FALSE" => false.into(),
            _ => text.parse::<Number>().map_or_else(|_| text.as_str().into(), Json::Number),
        },
        Value::Sequence(elements) => elements.iter().map(untyped).collect(),
        Value::Mapping(members) => {
            Json::Object(members.iter().map(|it| (it.key.clone(), untyped(&it.value))).collect())
        }
    }
}

/// How the option names its file.
pub(super) fn path(text: &str) -> Result<PathBuf, String> {
    match text.is_empty() {
        true => Err("there is no name of a file".to_owned()),
        false => Ok(text.into()),
    }
}
