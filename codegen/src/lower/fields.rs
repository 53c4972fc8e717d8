//! Lowering of fields and of the types that they declare.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::Lowering;
use crate::diagnostic::{Part, Path, Source, nearest};
use crate::model::{Enum, EnumValue, Field, Limits, Object, Type, TypeItem};
use crate::names;
use crate::spec::{self, Style};

/// The types that `type:` may name without declaring them.
const PLAIN: &[&str] = &["string", "bool", "int32", "int64", "float", "double", "timestamp", "json"];
const COMPOUND: &[&str] = &["enum", "object", "list", "map"];

/// Where fields stand, and the types that they have declared so far.
pub(super) struct Scope {
    place: Place,
    depth: usize,
    pub(super) types: Vec<TypeItem>,
    /// Names taken before any field: those of the request and the response.
    taken: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Request,
    Response,
    Shared,
}

impl Scope {
    pub(super) fn request(operation: &str) -> Self {
        let taken = ["Request", "Response", "Required"].map(|suffix| format!("{operation}{suffix}"));
        Self { place: Place::Request, depth: 0, types: Vec::new(), taken: taken.into() }
    }

    /// The same scope, for the fields of the answer.
    pub(super) fn response(self) -> Self {
        Self { place: Place::Response, ..self }
    }

    pub(super) fn shared() -> Self {
        Self { place: Place::Shared, depth: 1, types: Vec::new(), taken: Vec::new() }
    }
}

impl Lowering<'_> {
    /// Lowers the fields of a request, an answer or an object.
    pub(super) fn fields(
        &mut self,
        source: &Source,
        path: &Path,
        fields: &IndexMap<String, spec::Field>,
        scope: &mut Scope,
    ) -> Vec<Field> {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        let mut lowered = Vec::new();
        for (wire, field) in fields {
            let path = path.key(wire);
            let name = self.field_name(source, &path, wire);
            if let Some(other) = seen.insert(name.clone(), wire) {
                let message = format!("`{other}` and `{wire}` both become the Rust field `{name}`");
                self.report(source, &path, Part::Key, message).help =
                    "correct the spelling, or add a word to the table in codegen/src/names.rs that tells them apart"
                        .to_owned();
            }
            self.misplaced(source, &path, field, scope);
            lowered.push(Field {
                wire: wire.clone(),
                name,
                doc: self.field_documentation(source, &path, wire, field.doc.as_ref()),
                ty: self.field_type(source, &path, wire, field, scope),
                required: field.required,
                sensitive: field.sensitive,
                role: field.role,
                part: field.part,
                style: field.style,
                number: field.number,
                example: field.example.clone(),
                default: field.default.clone(),
                limits: limits(field),
                deprecated: field.deprecated.clone(),
            });
        }
        lowered
    }

    pub(super) fn field_name(&mut self, source: &Source, path: &Path, wire: &str) -> String {
        let name = names::snake_case(wire);
        let name = if names::is_keyword(&name) { format!("{name}_") } else { name };
        if names::is_keyword(&name) {
            self.report(source, path, Part::Key, format!("`{wire}` yields no Rust name")).help =
                "the name of a field begins with a letter and holds letters and digits".to_owned();
        }
        name
    }

    /// Reports keys that have no meaning for this field.
    fn misplaced(&mut self, source: &Source, path: &Path, field: &spec::Field, scope: &Scope) {
        let kind = field.kind.as_str();
        let is_text = matches!(kind, "string" | "timestamp");
        let is_number = matches!(kind, "int32" | "int64" | "float" | "double");
        let is_parameter = scope.place == Place::Request && scope.depth == 0;
        let is_deep = COMPOUND[1..].contains(&kind) || kind == "json" || self.is_shared_object(kind);
        let rules = [
            ("items", field.items.is_some(), matches!(kind, "list" | "map"), "a list or a map"),
            ("wrapper", field.wrapper.is_some(), kind == "list", "a list"),
            ("fields", !field.fields.is_empty(), kind == "object", "an object"),
            ("values", !field.values.is_empty(), kind == "enum", "an enum"),
            ("name", field.name.is_some(), matches!(kind, "enum" | "object"), "an enum or an object"),
            ("number", field.number.is_some(), kind == "string", "a string"),
            ("minimum", field.minimum.is_some(), is_number, "a number"),
            ("maximum", field.maximum.is_some(), is_number, "a number"),
            ("min_length", field.min_length.is_some(), is_text, "a string"),
            ("max_length", field.max_length.is_some(), is_text, "a string"),
            ("pattern", field.pattern.is_some(), is_text, "a string"),
            ("min_items", field.min_items.is_some(), kind == "list", "a list"),
            ("max_items", field.max_items.is_some(), kind == "list", "a list"),
            ("role", field.role.is_some(), is_parameter && kind == "string", "a string parameter"),
            ("in", field.part == spec::Part::Form, is_parameter, "a parameter"),
            (
                "style",
                field.style != Style::Flatten,
                is_parameter && is_deep,
                "a list, map or object parameter",
            ),
            (
                "required",
                field.required,
                scope.place != Place::Response,
                "a parameter, not a member of an answer",
            ),
        ];
        for (key, given, allowed, on) in rules {
            if given && !allowed {
                self.report(source, &path.key(key), Part::Key, format!("`{key}` has no meaning here")).help =
                    format!("`{key}` goes with {on}; remove it");
            }
        }
        if field.style == Style::Simple && kind != "list" {
            self.report(source, &path.key("style"), Part::Value, "only a list can be `simple`").help =
                "use `json` or `flatten`".to_owned();
        }
        let is_nested_list = matches!(&field.items, Some(items) if items.kind == "list");
        if scope.place == Place::Response && is_nested_list && field.wrapper.is_some() {
            self.report(
                source,
                &path.key("wrapper"),
                Part::Key,
                "a wrapped list of lists is not supported",
            )
            .help = "make the inner list a member of an object".to_owned();
        }
    }

    pub(super) fn is_shared_object(&self, kind: &str) -> bool {
        self.types.get(kind).map_or(self.may_be_unread(kind), |shared| !shared.fields.is_empty())
    }

    /// Whether a type may stand in a `types.yaml` that could not be read: only shared ones begin with a capital.
    fn may_be_unread(&self, name: &str) -> bool {
        self.types_unread && name.starts_with(|first: char| first.is_ascii_uppercase())
    }

    fn field_type(
        &mut self,
        source: &Source,
        path: &Path,
        wire: &str,
        field: &spec::Field,
        scope: &mut Scope,
    ) -> Type {
        match field.kind.as_str() {
            "string" => Type::String,
            "bool" => Type::Bool,
            "int32" => Type::Int32,
            "int64" => Type::Int64,
            "float" => Type::Float,
            "double" => Type::Double,
            "timestamp" => Type::Timestamp,
            "json" => Type::Json,
            "list" => {
                let item = self.item_type(source, path, wire, field, scope);
                Type::List(Box::new(item), field.wrapper.clone())
            }
            "map" => Type::Map(Box::new(self.item_type(source, path, wire, field, scope))),
            "enum" => self.local_enum(source, path, wire, field, scope),
            "object" => self.local_object(source, path, wire, field, scope),
            other => self.shared_type(source, path, other),
        }
    }

    fn item_type(
        &mut self,
        source: &Source,
        path: &Path,
        wire: &str,
        field: &spec::Field,
        scope: &mut Scope,
    ) -> Type {
        let Some(items) = &field.items else {
            self.report(source, path, Part::Key, format!("`{wire}` has no `items`")).help =
                "say what it holds, such as `items: {type: string}`".to_owned();
            return Type::Json;
        };
        let path = path.key("items");
        let name = field.wrapper.clone().unwrap_or_else(|| names::singular(wire));
        if items.kind == "object" {
            self.field_documentation(source, &path, &name, items.doc.as_ref());
        }
        scope.depth += 1;
        self.misplaced(source, &path, items, scope);
        let item = self.field_type(source, &path, &name, items, scope);
        scope.depth -= 1;
        item
    }

    fn shared_type(&mut self, source: &Source, path: &Path, name: &str) -> Type {
        if self.types.contains_key(name) {
            self.used.insert(name.to_owned());
            return Type::Shared(name.to_owned());
        }
        if self.may_be_unread(name) {
            return Type::String;
        }
        let known = PLAIN.iter().chain(COMPOUND).copied().chain(self.types.keys().map(String::as_str));
        let help = match nearest(name, known) {
            Some(known) => format!("did you mean `{known}`?"),
            None => format!(
                "use one of `{}`, `{}`, or declare `{name}` in spec/types.yaml",
                PLAIN.join("`, `"),
                COMPOUND.join("`, `"),
            ),
        };
        self.report(source, &path.key("type"), Part::Value, format!("unknown type `{name}`")).help = help;
        Type::String
    }

    fn local_enum(
        &mut self,
        source: &Source,
        path: &Path,
        wire: &str,
        field: &spec::Field,
        scope: &mut Scope,
    ) -> Type {
        let name = self.local_name(source, path, wire, field);
        if field.values.is_empty() {
            self.report(source, path, Part::Key, format!("the enum `{wire}` has no `values`")).help =
                "list its known values, or make it a `string`".to_owned();
        }
        let doc = format!("Known values of `{wire}`.");
        let item = self.enumeration(source, path, name, doc, &field.values);
        self.declare(source, path, TypeItem::Enum(item), scope)
    }

    fn local_object(
        &mut self,
        source: &Source,
        path: &Path,
        wire: &str,
        field: &spec::Field,
        scope: &mut Scope,
    ) -> Type {
        let name = self.local_name(source, path, wire, field);
        // Whoever holds the object has checked its documentation.
        let doc = field.doc.as_ref().or_else(|| self.glossary.get(wire)).cloned().unwrap_or_default();
        scope.depth += 1;
        let fields = self.fields(source, &path.key("fields"), &field.fields, scope);
        scope.depth -= 1;
        self.declare(source, path, TypeItem::Object(Object { name, doc, fields }), scope)
    }

    fn local_name(&mut self, source: &Source, path: &Path, wire: &str, field: &spec::Field) -> String {
        match &field.name {
            Some(name) => {
                self.type_name(source, &path.key("name"), Part::Value, name);
                name.clone()
            }
            None => {
                let name = names::type_name(wire);
                self.type_name(source, path, Part::Key, &name);
                name
            }
        }
    }

    /// Checks the Rust name of a type.
    pub(super) fn type_name(&mut self, source: &Source, path: &Path, part: Part, name: &str) {
        if names::RESERVED_TYPES.contains(&name) {
            self.report(
                source,
                path,
                part,
                format!("no type can be named `{name}`: generated code uses it"),
            )
            .help = "give it another name with `name: …`".to_owned();
        } else if !name.starts_with(|first: char| first.is_ascii_uppercase()) {
            self.report(source, path, part, format!("`{name}` is no name of a type")).help =
                "begin it with a capital letter".to_owned();
        } else {
            self.rust_name(source, path, part, name);
        }
    }

    /// Adds a type to the scope; the same type may be declared more than once.
    fn declare(&mut self, source: &Source, path: &Path, item: TypeItem, scope: &mut Scope) -> Type {
        let name = item.name().to_owned();
        let is_shared = self.types.contains_key(&name);
        if is_shared || scope.taken.contains(&name) {
            let by = if is_shared { "a type of types.yaml" } else { "the operation itself" };
            let message = format!("the name `{name}` is taken by {by}");
            self.report(source, path, Part::Key, message).help = if is_shared {
                format!(
                    "write `type: {name}` if it is the same thing, or give this one another name with `name: …`"
                )
            } else {
                "give it another name with `name: …`".to_owned()
            };
        } else if let Some(other) = scope.types.iter().find(|other| other.name() == name) {
            if !same(other, &item) {
                let message = format!("two different types of this operation are named `{name}`");
                self.report(source, path, Part::Key, message).help =
                    "give one of them another name with `name: …`".to_owned();
            }
        } else {
            scope.types.push(item);
        }
        Type::Local(name)
    }

    /// Lowers the values of an enum.
    pub(super) fn enumeration(
        &mut self,
        source: &Source,
        path: &Path,
        name: String,
        doc: String,
        values: &IndexMap<String, spec::EnumValue>,
    ) -> Enum {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        let mut lowered = Vec::new();
        for (wire, value) in values {
            let path = path.keys(&["values", wire]);
            let (variant, doc) = match value {
                spec::EnumValue::Doc(doc) => (names::variant(wire), doc),
                spec::EnumValue::Named(named) => {
                    self.rust_name(source, &path.key("name"), Part::Value, &named.name);
                    (Some(named.name.clone()), &named.doc)
                }
            };
            self.documentation(source, &path, wire, doc);
            let Some(variant) = variant else {
                self.report(source, &path, Part::Key, format!("the value `{wire}` yields no Rust name"))
                    .help = format!("name the variant: `\"{wire}\": {{name: …, doc: …}}`");
                continue;
            };
            if variant == "Unrecognized" {
                self.report(
                    source,
                    &path,
                    Part::Key,
                    "`Unrecognized` is the variant for values of the future",
                )
                .help = format!("name the variant: `{wire}: {{name: …, doc: …}}`");
            }
            if let Some(other) = seen.insert(variant.clone(), wire) {
                let message = format!("the values `{other}` and `{wire}` both become `{variant}`");
                self.report(source, &path, Part::Key, message).help =
                    format!("name one of the variants: `{wire}: {{name: …, doc: …}}`");
            }
            lowered.push(EnumValue { wire: wire.clone(), name: variant, doc: doc.clone() });
        }
        Enum { name, doc, values: lowered }
    }
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

fn limits(field: &spec::Field) -> Limits {
    Limits {
        minimum: field.minimum,
        maximum: field.maximum,
        min_length: field.min_length,
        max_length: field.max_length,
        pattern: field.pattern.clone(),
        min_items: field.min_items,
        max_items: field.max_items,
    }
}
