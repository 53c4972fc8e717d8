//! Lowering of fields and of the types that they declare.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use rds_api_schema::{Kind, Limits};

use super::Lowering;
use super::keys::{Standing, leaf, sensitive_keys};
use crate::mistake::nearest;
use crate::model::{Enum, Field, Object, Type, TypeItem};
use crate::names;
use crate::site::Site;
use crate::spec;

/// The types that `type:` may name without declaring them.
const PLAIN: &[&str] = &["string", "bool", "int32", "int64", "float", "double", "timestamp", "json"];
pub(super) const COMPOUND: &[&str] = &["enum", "object", "list", "map"];

/// The lowering of the fields of one operation, or of one shared object.
pub(super) struct Fields<'l, 's> {
    lowering: &'l mut Lowering<'s>,
    side: Side,
    /// The objects, lists and maps around the fields at hand.
    depth: usize,
    /// The types that the fields have declared so far.
    types: Vec<TypeItem>,
    /// Names taken before any field: those of the request and the response.
    taken: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Request,
    Response,
    Shared,
}

impl<'l, 's> Fields<'l, 's> {
    /// The fields of an operation, those of its request first.
    pub(super) fn of_operation(lowering: &'l mut Lowering<'s>, operation: &str) -> Self {
        let taken = ["Request", "Response", "Required", "Call"].map(|suffix| format!("{operation}{suffix}"));
        Self { lowering, side: Side::Request, depth: 0, types: Vec::new(), taken: taken.into() }
    }

    /// The fields of an object of `types.yaml`.
    pub(super) fn of_shared_type(lowering: &'l mut Lowering<'s>) -> Self {
        Self { lowering, side: Side::Shared, depth: 1, types: Vec::new(), taken: Vec::new() }
    }

    /// The same operation, whose fields are from here on those of the response.
    pub(super) fn response(self) -> Self {
        Self { side: Side::Response, ..self }
    }

    /// The types that the fields have declared.
    pub(super) fn into_types(self) -> Vec<TypeItem> {
        self.types
    }

    /// Lowers the fields of a request, a response or an object.
    pub(super) fn fields(&mut self, site: &Site<'_>, fields: &IndexMap<String, spec::Field>) -> Vec<Field> {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        let mut lowered = Vec::new();
        for (wire, field) in fields {
            let site = site.key(wire);
            if !self.lowering.wire_name(&site, wire) {
                continue;
            }
            let name = self.lowering.field_name(&site, wire, field.rust.as_deref());
            if let Some(other) = seen.insert(name.clone(), wire) {
                let same = site.error(format!("`{other}` and `{wire}` both become the Rust field `{name}`"));
                self.lowering.report(same.help("correct the spelling, or name one of them with `rust: …`"));
            }
            self.lowering.misplaced(&site, field, self.standing());
            self.lowering.limits(&site, field);
            self.lowering.literals(&site, field);
            self.lowering.only(&site, field);
            self.lowering.contradictions(&site, wire, field);
            if let Some(reason) = &field.deprecated {
                self.lowering.documentation(&site.key("deprecated"), wire, reason);
            }
            if field.number == Some(Kind::Int32) {
                self.narrow_id(&site.key("number"), wire);
            }
            let doc = self.lowering.field_documentation(&site, wire, field.doc.as_ref());
            if self.side != Side::Response {
                self.lowering.precision(&site, wire, field, &doc);
                self.lowering.lengths(&site, wire, field, &doc);
            }
            let field = Field {
                wire: wire.clone(),
                name,
                doc,
                ty: self.field_type(&site, wire, field),
                required: field.required,
                sensitive: sensitive_keys(field).contains(&true),
                role: field.role,
                location: field.location,
                style: field.style,
                known_values: self.known_values(&site, field),
                only: leaf(field).only.clone(),
                number: field.number,
                // That of an element will do for the list: it is made of one.
                example: field.example.as_ref().or(leaf(field).example.as_ref()).cloned(),
                default: field.default.clone(),
                limits: limits(field),
                deprecated: field.deprecated.clone(),
            };
            if self.side != Side::Response {
                let is_parameter = self.side == Side::Request && self.depth == 0;
                self.lowering.setter_name(&site, &field, is_parameter);
            }
            lowered.push(field);
        }
        lowered
    }

    fn standing(&self) -> Standing {
        Standing { side: self.side, is_parameter: self.side == Side::Request && self.depth == 0 }
    }

    fn field_type(&mut self, site: &Site<'_>, wire: &str, field: &spec::Field) -> Type {
        match field.kind.as_str() {
            "string" => Type::String,
            "bool" => Type::Bool,
            "int32" => {
                self.narrow_id(&site.key("type"), wire);
                Type::Int32
            }
            "int64" => Type::Int64,
            "float" => Type::Float,
            "double" => Type::Double,
            "timestamp" => Type::Timestamp(field.precision.unwrap_or_default()),
            "json" => Type::Json,
            "list" => Type::List(Box::new(self.item_type(site, wire, field)), field.wrapper.clone()),
            "map" => Type::Map(Box::new(self.item_type(site, wire, field))),
            "enum" => self.local_enum(site, wire, field),
            "object" => self.local_object(site, wire, field),
            other => self.lowering.shared_type(site, other),
        }
    }

    /// The enum with the values known of a text, which must be one.
    fn known_values(&mut self, site: &Site<'_>, field: &spec::Field) -> Option<String> {
        let name = field.known_values.clone()?;
        let is_enum = self.lowering.types.get(&name).is_some_and(|shared| !shared.values.is_empty());
        if !is_enum && !self.lowering.types_unread {
            let other = site.key("known_values").value().error(format!("`{name}` is no enum of types.yaml"));
            self.lowering.report(other.help("declare it there, with `values`"));
        }
        self.lowering.used.insert(name.clone());
        is_enum.then_some(name)
    }

    /// Reports an id of 32 bits. Ids count up for as long as the service runs, and some are beyond that already.
    fn narrow_id(&mut self, site: &Site<'_>, wire: &str) {
        if names::is_id(wire) {
            let narrow = site.value().error(format!("`{wire}` is an id, and ids have 64 bits"));
            self.lowering.report(narrow.help("make it an `int64`"));
        }
    }

    fn item_type(&mut self, site: &Site<'_>, wire: &str, field: &spec::Field) -> Type {
        let Some(items) = &field.items else {
            let missing = site.error(format!("`{wire}` has no `items`"));
            self.lowering.report(missing.help("say what it holds, such as `items: {type: string}`"));
            return Type::Json;
        };
        let name = field.wrapper.clone().unwrap_or_else(|| names::singular(wire));
        if field.wrapper.is_some() && !self.lowering.wire_name(&site.key("wrapper").value(), &name) {
            return Type::Json;
        }
        let site = site.key("items");
        if items.kind == "object" {
            self.lowering.field_documentation(&site, &name, items.doc.as_ref());
        }
        self.depth += 1;
        self.lowering.misplaced(&site, items, self.standing());
        self.lowering.misplaced_on_items(&site, items);
        self.lowering.limits(&site, items);
        self.lowering.literals_of_elements(&site, items);
        self.lowering.only(&site, items);
        let item = self.field_type(&site, &name, items);
        self.depth -= 1;
        item
    }

    fn local_enum(&mut self, site: &Site<'_>, wire: &str, field: &spec::Field) -> Type {
        let name = self.local_name(site, wire, field);
        if field.values.is_empty() {
            let empty = site.error(format!("the enum `{wire}` has no `values`"));
            self.lowering.report(empty.help("list its known values, or make it a `string`"));
        }
        let doc = format!("Known values of `{wire}`.");
        let item = self.lowering.enumeration(site, name, doc, &field.values);
        self.declare(site, TypeItem::Enum(item))
    }

    fn local_object(&mut self, site: &Site<'_>, wire: &str, field: &spec::Field) -> Type {
        let name = self.local_name(site, wire, field);
        // Whoever holds the object has checked its documentation.
        let doc = field.doc.as_ref().or_else(|| self.lowering.glossary.get(wire));
        let doc = doc.cloned().unwrap_or_default();
        self.depth += 1;
        let fields = self.fields(&site.key("fields"), &field.fields);
        self.depth -= 1;
        self.declare(site, TypeItem::Object(Object { name, doc, fields }))
    }

    fn local_name(&mut self, site: &Site<'_>, wire: &str, field: &spec::Field) -> String {
        match &field.name {
            Some(name) => {
                self.lowering.type_name(&site.key("name").value(), name);
                name.clone()
            }
            None => {
                let name = names::type_name(wire);
                self.lowering.type_name(site, &name);
                name
            }
        }
    }

    /// Adds a type to those of the operation; the same type may be declared more than once.
    fn declare(&mut self, site: &Site<'_>, item: TypeItem) -> Type {
        let name = item.name().to_owned();
        if self.lowering.types.contains_key(&name) {
            let taken = site.error(format!("the name `{name}` is taken by a type of types.yaml"));
            self.lowering.report(taken.help(format!(
                "write `type: {name}` if it is the same thing, or give this one another name with `name: …`"
            )));
        } else if self.taken.contains(&name) {
            let taken = site.error(format!("the name `{name}` is taken by the operation itself"));
            self.lowering.report(taken.help("give it another name with `name: …`"));
        } else if let Some(other) = self.types.iter().find(|other| other.name() == name) {
            if !same(other, &item) {
                let different =
                    site.error(format!("two different types of this operation are named `{name}`"));
                self.lowering.report(different.help("give one of them another name with `name: …`"));
            }
        } else {
            self.types.push(item);
        }
        Type::Local(name)
    }
}

impl Lowering<'_> {
    /// Whether there is a type of this name, as far as that is known.
    pub(super) fn is_type(&self, kind: &str) -> bool {
        PLAIN.contains(&kind)
            || COMPOUND.contains(&kind)
            || self.types.contains_key(kind)
            || self.may_be_unread(kind)
    }

    /// Whether `kind` is an object of `types.yaml`, as far as that is known.
    pub(super) fn is_shared_object(&self, kind: &str) -> bool {
        self.types.get(kind).map_or(self.may_be_unread(kind), |shared| !shared.fields.is_empty())
    }

    /// Whether a type may stand in a `types.yaml` that could not be read: only shared ones begin with a capital.
    fn may_be_unread(&self, name: &str) -> bool {
        self.types_unread && name.starts_with(|first: char| first.is_ascii_uppercase())
    }

    fn shared_type(&mut self, site: &Site<'_>, name: &str) -> Type {
        if self.types.contains_key(name) {
            self.used.insert(name.to_owned());
            return Type::Shared(name.to_owned());
        }
        if self.may_be_unread(name) {
            return Type::String;
        }
        let known = PLAIN.iter().chain(COMPOUND).copied().chain(self.types.keys().map(String::as_str));
        let help = match called_elsewhere(name).or_else(|| nearest(name, known)) {
            Some(known) => format!("did you mean `{known}`?"),
            None => format!(
                "use one of `{}`, `{}`, or declare `{name}` in spec/types.yaml",
                PLAIN.join("`, `"),
                COMPOUND.join("`, `"),
            ),
        };
        self.report(site.key("type").value().error(format!("unknown type `{name}`")).help(help));
        Type::String
    }
}

/// The type that other languages have under this name.
fn called_elsewhere(name: &str) -> Option<&'static str> {
    Some(match name.to_lowercase().as_str() {
        "int" | "integer" | "i32" | "short" => "int32",
        "long" | "i64" | "bigint" => "int64",
        "str" | "text" | "char" | "varchar" => "string",
        "boolean" => "bool",
        "number" | "decimal" | "real" | "f64" => "double",
        "f32" => "float",
        "array" | "vec" | "vector" | "sequence" => "list",
        "dict" | "dictionary" | "hash" | "hashmap" => "map",
        "struct" | "record" | "class" => "object",
        "date" | "datetime" | "date-time" | "time" => "timestamp",
        "any" => "json",
        _ => return None,
    })
}

/// Whether two declarations are one type: documentation may differ, the wire may not.
fn same(one: &TypeItem, other: &TypeItem) -> bool {
    match (one, other) {
        (TypeItem::Enum(one), TypeItem::Enum(other)) => {
            let values = |item: &Enum| {
                item.values.iter().map(|value| (value.wire.clone(), value.name.clone())).collect::<Vec<_>>()
            };
            values(one) == values(other)
        }
        (TypeItem::Object(one), TypeItem::Object(other)) => {
            let shape = |item: &Object| {
                let shape =
                    item.fields.iter().map(|field| (field.wire.clone(), field.ty.clone(), field.required));
                shape.collect::<Vec<_>>()
            };
            shape(one) == shape(other)
        }
        _ => false,
    }
}

/// The limits of a field. Those of the elements of a list stand beside how many there may be.
fn limits(field: &spec::Field) -> Limits {
    let value = leaf(field);
    let mut limits = Limits::default();
    limits.minimum = value.minimum;
    limits.maximum = value.maximum;
    limits.min_length = value.min_length;
    limits.max_length = value.max_length;
    limits.pattern.clone_from(&value.pattern);
    limits.min_items = field.min_items;
    limits.max_items = field.max_items;
    limits
}
