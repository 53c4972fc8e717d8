//! The catalogue: what the specification says of an operation, as JSON that costs nothing to compile.

use quote::quote;
use serde_json::{Map, Value, json};

use super::setters::setter_name;
use super::tokens::inner_doc;
use crate::model::{Api, Field, Limits, Operation, Type, TypeItem, Types};
use crate::names::{CALL_METHODS, OBJECT_METHODS};
use crate::spec::{Access, Number, PaginationStyle, Part, Role, Style, Verb};

/// `schema/operations.rs`: the name and the text of every operation's entry, sorted by name.
pub(super) fn index(api: &Api) -> String {
    let about = inner_doc("The descriptions of all operations, sorted by the name of the operation.");
    let mut operations: Vec<&Operation> = api.families.iter().flat_map(|family| &family.operations).collect();
    operations.sort_by(|one, other| one.name.cmp(&other.name));
    let entries = operations.iter().map(|operation| {
        let (name, path) =
            (&operation.name, format!("operations/{}/{}.json", operation.family, operation.method));
        quote!((#name, include_str!(#path)))
    });
    let families = api.families.iter().map(|family| {
        let (name, title, doc) = (&family.name, &family.title, &family.doc);
        quote!((#name, #title, #doc))
    });
    super::file(
        "spec/",
        quote! {
            #about
            pub(crate) static ENTRIES: &[(&str, &str)] = &[#(#entries),*];
            /// Name, title and description of the families.
            pub(crate) static FAMILIES: &[(&str, &str, &str)] = &[#(#families),*];
        },
    )
}

/// The entry of one operation.
pub(super) fn entry(api: &Api, operation: &Operation) -> String {
    let lookup = Lookup(Types::of(api, operation));
    let mut entry = json!({
        "generated": format!("by `{}` from {}; do not edit", super::COMMAND, operation.source),
        "name": operation.name,
        "method": operation.method,
        "family": operation.family,
        "summary": operation.summary.trim(),
        "documentation": operation.documentation,
        "access": match operation.access { Access::Read => "read", Access::Write => "write" },
        "verb": match operation.verb { Verb::Post => "POST", Verb::Get => "GET" },
        "parameters": lookup.parameters(operation),
        "response": lookup.fields(&operation.response, OBJECT_METHODS),
    });
    let mut set = |key: &str, value: Value| entry[key] = value;
    if !operation.search.is_empty() {
        set("search", json!(operation.search));
    }
    if let Some(description) = &operation.description {
        set("description", description.trim().into());
    }
    if let Some(reason) = &operation.deprecated {
        set("deprecated", reason.as_str().into());
    }
    if !operation.errors.is_empty() {
        let errors = operation.errors.iter().map(|(status, codes)| (status.to_string(), json!(codes)));
        set("errors", Value::Object(errors.collect()));
    }
    if let Some(pagination) = &operation.pagination {
        let by = match pagination.by {
            PaginationStyle::PageNumber => "page_number",
            PaginationStyle::Token => "token",
        };
        let mut value = json!({ "by": by, "position": pagination.position, "items": pagination.items });
        if let Some(size) = &pagination.size {
            value["size"] = size.as_str().into();
        }
        if let Some(size) = pagination.default_size {
            value["default_size"] = size.into();
        }
        if let Some(end) = &pagination.end {
            value["end"] = end.as_str().into();
        }
        if !pagination.unless.is_empty() {
            value["unless"] = json!(pagination.unless);
        }
        set("pagination", value);
    }
    if !operation.waiters.is_empty() {
        let waiters = operation.waiters.iter().map(|waiter| {
            let mut waiting = json!({
                "name": waiter.name,
                "method": waiter.method(),
                "doc": waiter.doc,
                "until": {
                    "field": waiter.field,
                    "done": waiter.done,
                    "failed": waiter.failed,
                    "done_when_absent": waiter.done_when_absent,
                    "absence": waiter.absence,
                    "first_delay": waiter.first_delay,
                    "delay": waiter.delay,
                    "max_delay": waiter.max_delay,
                    "timeout": waiter.timeout,
                },
            });
            if let Some(needs) = &waiter.needs {
                waiting["until"]["needs"] = needs.as_str().into();
            }
            waiting
        });
        set("waiters", waiters.collect());
    }
    format!("{entry:#}\n")
}

/// The types that fields refer to: entries hold them in place.
struct Lookup<'m>(Types<'m>);

impl Lookup<'_> {
    fn parameters(&self, operation: &Operation) -> Value {
        let own = operation.request.iter().map(|field| self.field(field, CALL_METHODS));
        let of_every_call = operation.call_parameters.iter().map(|field| {
            let mut entry = self.field(field, CALL_METHODS);
            entry.insert("every_call".to_owned(), true.into());
            entry
        });
        own.chain(of_every_call).collect()
    }

    /// `reserved` are names that no setter of these fields has.
    fn fields(&self, fields: &[Field], reserved: &[&str]) -> Value {
        fields.iter().map(|field| self.field(field, reserved)).collect()
    }

    fn field(&self, field: &Field, reserved: &[&str]) -> Map<String, Value> {
        let mut entry = Map::new();
        entry.insert("name".to_owned(), field.wire.as_str().into());
        entry.insert("rust".to_owned(), field.name.as_str().into());
        if reserved.contains(&field.name.as_str()) {
            entry.insert("setter".to_owned(), setter_name(field, reserved).to_string().into());
        }
        entry.insert("doc".to_owned(), field.doc.trim().into());
        self.shape(&field.ty, &mut entry);
        for (key, flag) in [("required", field.required), ("sensitive", field.sensitive)] {
            if flag {
                entry.insert(key.to_owned(), true.into());
            }
        }
        if let Some(role) = field.role {
            let role = match role {
                Role::IdempotencyToken => "idempotency_token",
                Role::Region => "region",
            };
            entry.insert("role".to_owned(), role.into());
        }
        if field.part == Part::Form {
            entry.insert("in".to_owned(), "form".into());
        }
        match field.style {
            Style::Flatten => {}
            Style::Json => drop(entry.insert("style".to_owned(), "json".into())),
            Style::Simple => drop(entry.insert("style".to_owned(), "simple".into())),
        }
        if let Some(number) = field.number {
            let number = match number {
                Number::Int32 => "int32",
                Number::Int64 => "int64",
                Number::Double => "double",
            };
            entry.insert("number".to_owned(), number.into());
        }
        // As text, whatever the type: the service's own examples are often cut or masked.
        for (key, value) in [("example", &field.example), ("default", &field.default)] {
            if let Some(value) = value {
                entry.insert(key.to_owned(), value.to_string().into());
            }
        }
        limits(&field.limits, &mut entry);
        if let Some(reason) = &field.deprecated {
            entry.insert("deprecated".to_owned(), reason.as_str().into());
        }
        entry
    }

    fn shape(&self, ty: &Type, entry: &mut Map<String, Value>) {
        let mut set = |key: &str, value: Value| drop(entry.insert(key.to_owned(), value));
        match ty {
            Type::String => set("type", "string".into()),
            Type::Bool => set("type", "bool".into()),
            Type::Int32 => set("type", "int32".into()),
            Type::Int64 => set("type", "int64".into()),
            Type::Float => set("type", "float".into()),
            Type::Double => set("type", "double".into()),
            Type::Timestamp => set("type", "timestamp".into()),
            Type::Json => set("type", "json".into()),
            Type::List(item, wrapper) => {
                set("type", "list".into());
                if let Some(wrapper) = wrapper {
                    set("wrapper", wrapper.as_str().into());
                }
                set("items", self.item(item));
            }
            Type::Map(item) => {
                set("type", "map".into());
                set("items", self.item(item));
            }
            Type::Local(name) | Type::Shared(name) => {
                set("type_name", name.as_str().into());
                if matches!(ty, Type::Shared(_)) {
                    set("shared", true.into());
                }
                match self.0.find(ty) {
                    Some(TypeItem::Enum(item)) => {
                        set("type", "enum".into());
                        let values = item.values.iter().map(|value| {
                            json!({ "value": value.wire, "rust": value.name, "doc": value.doc.trim() })
                        });
                        set("values", values.collect());
                    }
                    Some(TypeItem::Object(item)) => {
                        set("type", "object".into());
                        set("fields", self.fields(&item.fields, OBJECT_METHODS));
                    }
                    None => set("type", "json".into()),
                }
            }
        }
    }

    fn item(&self, ty: &Type) -> Value {
        let mut entry = Map::new();
        self.shape(ty, &mut entry);
        Value::Object(entry)
    }
}

fn limits(limits: &Limits, entry: &mut Map<String, Value>) {
    let number = |value: f64| if value.fract() == 0.0 { json!(value as i64) } else { json!(value) };
    let values = [
        ("minimum", limits.minimum.map(number)),
        ("maximum", limits.maximum.map(number)),
        ("min_length", limits.min_length.map(Into::into)),
        ("max_length", limits.max_length.map(Into::into)),
        ("pattern", limits.pattern.as_deref().map(Into::into)),
        ("min_items", limits.min_items.map(Into::into)),
        ("max_items", limits.max_items.map(Into::into)),
    ];
    for (key, value) in values {
        if let Some(value) = value {
            entry.insert(key.to_owned(), value);
        }
    }
}
