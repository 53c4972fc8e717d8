//! From the values of parameters to the expressions that make them.

use std::collections::BTreeSet;

use rds_api::schema::{Field, FieldExt as _, Kind, Operation, Shape, Style};
use serde_json::{Map, Value as Json};

use super::layout::{Expression, Link};

/// Whether an expression must have the very type, or one that converts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Typing {
    Exact,
    Convertible,
}

/// Makes expressions, and gathers what the program needs besides them.
#[derive(Clone)]
pub(super) struct Values<'o> {
    operation: &'o Operation,
    /// The types to import from the operation's module.
    pub(super) own_types: BTreeSet<String>,
    /// The types to import from the module of shared ones.
    pub(super) shared_types: BTreeSet<String>,
    /// Variables that are read from the environment, with the names they have there.
    pub(super) secrets: Vec<(String, String)>,
    /// What has the value of the documentation because none was given.
    pub(super) examples: Vec<String>,
    pub(super) needs_json: bool,
    pub(super) needs_map: bool,
}

impl<'o> Values<'o> {
    pub(super) fn new(operation: &'o Operation) -> Self {
        Self {
            operation,
            own_types: BTreeSet::new(),
            shared_types: BTreeSet::new(),
            secrets: Vec::new(),
            examples: Vec::new(),
            needs_json: false,
            needs_map: false,
        }
    }

    /// The value of a field; `None` if it does not fit the field's type. `path` has the names that lead to it.
    pub(super) fn field(
        &mut self,
        field: &Field,
        value: &Json,
        path: &str,
        typing: Typing,
    ) -> Option<Expression> {
        if field.sensitive {
            return (field.shape.kind == Kind::String).then(|| converted(self.secret(path), typing));
        }
        self.shape(&field.shape, value, path, typing)
    }

    /// A variable that is read from the environment.
    pub(super) fn secret(&mut self, path: &str) -> Expression {
        let name = path.to_owned();
        self.secrets.push((name.clone(), name.to_uppercase()));
        Expression::Text(name)
    }

    /// The values of required fields, and the setters of others. `None` if a value does not fit its type.
    pub(super) fn object(
        &mut self,
        type_name: &str,
        shape: &Shape,
        value: &Json,
        path: &str,
    ) -> Option<Expression> {
        let members = value.as_object()?;
        if members.keys().any(|name| shape.fields.iter().all(|field| field.name != *name)) {
            return None;
        }
        let required: Vec<&Field> = shape.fields.iter().filter(|field| is_argument(field)).collect();
        let mut object = if required.is_empty() {
            Expression::Call(format!("{type_name}::default"), Vec::new())
        } else {
            let arguments = self.arguments(type_name, &required, members, path, shape.shared);
            Expression::Call(format!("{type_name}::new"), arguments)
        };
        for field in shape.fields.iter().filter(|field| !is_argument(field)) {
            let Some(value) = given(members, field) else { continue };
            let value = self.field(field, value, &inside(path, &field.rust), Typing::Convertible)?;
            object = object.then(Link::call(setter(field), vec![value]));
        }
        Some(object)
    }

    /// The arguments of a constructor: one for each of up to three fields, and one struct for more.
    pub(super) fn arguments(
        &mut self,
        type_name: &str,
        required: &[&Field],
        values: &Map<String, Json>,
        path: &str,
        shared: bool,
    ) -> Vec<Expression> {
        let is_struct = required.len() > 3;
        let typing = if is_struct { Typing::Exact } else { Typing::Convertible };
        let arguments = required.iter().map(|field| {
            let path = inside(path, &field.rust);
            let Some(given) = given(values, field) else {
                self.examples.push(field.name.clone());
                return self.example(field, &path, typing);
            };
            self.field(field, given, &path, typing).unwrap_or_else(|| self.example(field, &path, typing))
        });
        let arguments: Vec<Expression> = arguments.collect();
        if !is_struct {
            return arguments;
        }
        let name = format!("{type_name}Required");
        self.import(&name, shared);
        let names = required.iter().map(|field| field.rust.clone());
        vec![Expression::Struct(name, names.zip(arguments).collect())]
    }

    /// A value of the documentation in the place of one that was not given.
    fn example(&mut self, field: &Field, path: &str, typing: Typing) -> Expression {
        let given = field.sample();
        match self.field(field, &given, path, typing) {
            Some(value) => value,
            None => converted(Expression::literal(""), typing),
        }
    }

    fn shape(&mut self, shape: &Shape, value: &Json, path: &str, typing: Typing) -> Option<Expression> {
        let text = match value {
            Json::String(text) => Some(text.clone()),
            Json::Number(number) => Some(number.to_string()),
            Json::Bool(value) => Some(value.to_string()),
            _ => None,
        };
        match shape.kind {
            Kind::String | Kind::Timestamp => Some(converted(Expression::literal(&text?), typing)),
            Kind::Bool => match text?.to_ascii_lowercase().as_str() {
                value @ ("true" | "false") => Some(Expression::Text(value.to_owned())),
                _ => None,
            },
            Kind::Int32 => text?.parse::<i32>().ok().map(|value| Expression::Text(value.to_string())),
            Kind::Int64 => text?.parse::<i64>().ok().map(|value| Expression::Text(value.to_string())),
            Kind::Float | Kind::Double => {
                let value = text?.parse::<f64>().ok().filter(|value| value.is_finite())?;
                Some(Expression::Text(format!("{value:?}")))
            }
            Kind::Enum => {
                let text = text?;
                match (shape.values.iter().find(|known| known.value == text), &shape.type_name) {
                    (Some(known), Some(type_name)) => {
                        self.import(type_name, shape.shared);
                        Some(Expression::Text(format!("{type_name}::{}", known.rust)))
                    }
                    _ => Some(converted(Expression::literal(&text), typing)),
                }
            }
            Kind::Object => {
                let type_name = shape.type_name.as_deref()?;
                let object = self.object(type_name, shape, value, path)?;
                self.import(type_name, shape.shared);
                Some(object)
            }
            Kind::List => self.list(shape.items.as_deref()?, value.as_array()?, path, typing),
            Kind::Map => self.map(shape.items.as_deref()?, value.as_object()?, path, typing),
            Kind::Json => {
                self.needs_json = true;
                let text =
                    if value.is_array() || value.is_object() { indented(value) } else { value.to_string() };
                Some(Expression::Text(format!("json!({text})")))
            }
        }
    }

    fn list(&mut self, items: &Shape, elements: &[Json], path: &str, typing: Typing) -> Option<Expression> {
        let mut list = Vec::new();
        for (index, element) in elements.iter().enumerate() {
            let path = inside(path, &(index + 1).to_string());
            let value = self.shape(items, element, &path, typing)?;
            list.push(match (value, items.kind) {
                (Expression::Text(number), Kind::Int64) => Expression::Text(format!("{number}_i64")),
                (value, _) => value,
            });
        }
        match typing {
            Typing::Exact => Some(Expression::List("vec!", list)),
            Typing::Convertible if list.is_empty() => {
                let item = self.type_of(items)?;
                Some(Expression::Text(format!("Vec::<{item}>::new()")))
            }
            Typing::Convertible => {
                // The elements of an array are of one type, so a text beside a variant must become one.
                if items.kind == Kind::Enum {
                    let name = self.type_of(items)?;
                    list.iter_mut().for_each(|element| into_enum(element, &name));
                }
                Some(Expression::List("", list))
            }
        }
    }

    fn map(
        &mut self,
        items: &Shape,
        entries: &Map<String, Json>,
        path: &str,
        typing: Typing,
    ) -> Option<Expression> {
        let mut list = Vec::new();
        for (key, value) in entries {
            let value = self.shape(items, value, &inside(path, key), typing)?;
            list.push(Expression::Tuple(vec![converted(Expression::literal(key), typing), value]));
        }
        if typing == Typing::Convertible && !list.is_empty() {
            return Some(Expression::List("", list));
        }
        self.needs_map = true;
        if typing == Typing::Convertible {
            let item = self.type_of(items)?;
            return Some(Expression::Text(format!("BTreeMap::<String, {item}>::new()")));
        }
        Some(Expression::Call("BTreeMap::from".to_owned(), vec![Expression::List("", list)]))
    }

    fn type_of(&mut self, shape: &Shape) -> Option<String> {
        Some(match shape.kind {
            Kind::String => "String".to_owned(),
            Kind::Int32 => "i32".to_owned(),
            Kind::Int64 => "i64".to_owned(),
            Kind::Json => "serde_json::Value".to_owned(),
            Kind::Enum | Kind::Object => {
                let name = shape.type_name.clone()?;
                self.import(&name, shape.shared);
                name
            }
            _ => return None,
        })
    }

    fn import(&mut self, name: &str, shared: bool) {
        let types = if shared { &mut self.shared_types } else { &mut self.own_types };
        types.insert(name.to_owned());
    }

    /// The module of the operation.
    pub(super) fn module(&self) -> String {
        format!("rds_api::operations::{}::{}", self.operation.family, self.operation.method)
    }
}

/// Whether a caller must give it: the client fills in what has a role.
pub(super) fn is_argument(field: &Field) -> bool {
    field.required && field.role.is_none()
}

/// The value that a field was given.
pub(super) fn given<'v>(values: &'v Map<String, Json>, field: &Field) -> Option<&'v Json> {
    values.get(&field.name).filter(|value| !value.is_null())
}

pub(super) fn setter(field: &Field) -> &str {
    field.setter.as_deref().unwrap_or(&field.rust)
}

/// The parameters that a value of any shape becomes on the wire.
pub(super) fn flat(name: &str, value: &Json, style: Style) -> Vec<(String, String)> {
    let scalar = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match (value, style) {
        (Json::Null, _) => Vec::new(),
        (Json::Array(elements), Style::Simple) => {
            vec![(name.to_owned(), elements.iter().map(scalar).collect::<Vec<_>>().join(","))]
        }
        (Json::Array(elements), Style::Flatten) => {
            let numbered = elements.iter().enumerate();
            numbered
                .flat_map(|(index, element)| flat(&format!("{name}.{}", index + 1), element, style))
                .collect()
        }
        (Json::Object(members), Style::Flatten) => {
            members.iter().flat_map(|(key, member)| flat(&format!("{name}.{key}"), member, style)).collect()
        }
        _ => vec![(name.to_owned(), scalar(value))],
    }
}

fn converted(expression: Expression, typing: Typing) -> Expression {
    match typing {
        Typing::Exact => expression.then(Link::call("into", Vec::new())),
        Typing::Convertible => expression,
    }
}

fn into_enum(element: &mut Expression, name: &str) {
    if let Expression::Text(text) = element
        && !text.starts_with(&format!("{name}::"))
    {
        *element = Expression::Call(format!("{name}::from"), vec![element.clone()]);
    }
}

/// A path to a value as a variable could be named.
pub(super) fn inside(path: &str, name: &str) -> String {
    let name: String = name
        .chars()
        .map(|it| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { '_' })
        .collect();
    if path.is_empty() { name } else { format!("{path}_{name}") }
}

fn indented(value: &Json) -> String {
    use serde::Serialize as _;
    let mut text = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, formatter);
    match value.serialize(&mut serializer) {
        Ok(()) => String::from_utf8_lossy(&text).into_owned(),
        Err(_) => value.to_string(),
    }
}
