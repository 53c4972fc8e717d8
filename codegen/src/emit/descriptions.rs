//! The descriptions of operations, as JSON that costs nothing to compile.

use quote::quote;
use rayon::prelude::*;
use rds_api_schema::{self as schema, EnumValue, Kind, Shape};
use serde::Serialize;

use super::file::file;
use super::output;
use super::tokens::inner_doc;
use crate::model::{self, Api, Field, Operation, Type, TypeItem, Types};
use crate::output::Output;

/// The files that describe operations, and the index of them.
pub(super) fn all(api: &Api) -> Vec<Output> {
    let operations: Vec<_> = api.families.iter().flat_map(|family| &family.operations).collect();
    let mut outputs = vec![output("schema/operations.rs", index(api))];
    outputs.par_extend(operations.into_par_iter().map(|operation| {
        let path = format!("schema/operations/{}/{}.json", operation.family, operation.rust_name);
        output(&path, description(api, operation))
    }));
    outputs
}

/// `schema/operations.rs`: the name and the text of every operation's description, sorted by name.
fn index(api: &Api) -> String {
    let about = inner_doc("The descriptions of all operations, sorted by the name of the operation.");
    let mut operations: Vec<&Operation> = api.families.iter().flat_map(|family| &family.operations).collect();
    operations.sort_by(|one, other| one.name.cmp(&other.name));
    let entries = operations.iter().map(|operation| {
        let (name, path) =
            (&operation.name, format!("operations/{}/{}.json", operation.family, operation.rust_name));
        quote!((#name, include_str!(#path)))
    });
    let families = api.families.iter().map(|family| {
        let (name, title, doc) = (&family.name, &family.title, &family.doc);
        quote!((#name, #title, #doc))
    });
    let synonyms = api.synonyms.iter().map(|group| quote!(&[#(#group),*]));
    file(
        "spec/",
        quote! {
            #about
            pub(crate) static ENTRIES: &[(&str, &str)] = &[#(#entries),*];
            /// Name, title and description of the families.
            pub(crate) static FAMILIES: &[(&str, &str, &str)] = &[#(#families),*];
            /// Words that mean the same to those who look for an operation.
            pub(crate) static SYNONYMS: &[&[&str]] = &[#(#synonyms),*];
        },
    )
}

/// The file that describes one operation.
#[derive(Serialize)]
struct File {
    generated: String,
    #[serde(flatten)]
    operation: schema::Operation,
}

/// The description of one operation, as the text of its file.
fn description(api: &Api, operation: &Operation) -> String {
    let generated = format!("by `{}` from {}; do not edit", super::COMMAND, operation.source);
    let file = File { generated, operation: describe(api, operation) };
    match serde_json::to_string_pretty(&file) {
        Ok(text) => text + "\n",
        // Every key is text, and there is no other reason.
        Err(error) => unreachable!("a description cannot be written: {error}"),
    }
}

pub(crate) fn describe(api: &Api, operation: &Operation) -> schema::Operation {
    let describer = Describer(Types::of(api, operation));
    let Operation { name, rust_name, family, access, method, .. } = operation;
    let mut described = schema::Operation::new(name, rust_name, family, *access, *method);
    described.writes_when = operation.writes_when.iter().cloned().map(Into::into).collect();
    described.summary = operation.summary.trim().to_owned();
    described.search.clone_from(&operation.search);
    described.description = operation.description.as_deref().unwrap_or_default().trim().to_owned();
    described.documentation_url.clone_from(&operation.documentation_url);
    described.deprecated.clone_from(&operation.deprecated);
    described.parameters = describer.parameters(operation);
    described.response = describer.fields(&operation.response);
    described.errors = operation.errors.iter().cloned().collect();
    described.pagination = operation.pagination.as_ref().map(|pagination| pagination.cut.clone());
    described.waiters.clone_from(&operation.waiters);
    described.follows = operation.follows.as_ref().map(|follows| follows.names.clone());
    described
}

/// Describes fields, with the types they refer to in place.
struct Describer<'m>(Types<'m>);

impl Describer<'_> {
    fn parameters(&self, operation: &Operation) -> Vec<schema::Field> {
        let mut parameters = self.fields(&operation.request);
        for field in &operation.call_parameters {
            let mut described = self.field(field);
            described.is_common = true;
            parameters.push(described);
        }
        parameters
    }

    fn fields(&self, fields: &[Field]) -> Vec<schema::Field> {
        fields.iter().map(|field| self.field(field)).collect()
    }

    fn field(&self, field: &Field) -> schema::Field {
        let mut shape = self.shape(&field.ty);
        if let Some(known) = &field.known_values {
            shape.values = self.named(&Type::Shared(known.clone())).values;
            shape.type_name = Some(known.clone());
            shape.shared = true;
        }
        narrow(&mut shape, &field.only);
        let mut described = schema::Field::new(&field.wire, &field.name, field.doc.trim(), shape);
        described.required = field.required;
        described.sensitive = field.sensitive;
        described.role = field.role;
        described.location = field.location;
        described.style = field.style;
        described.number = field.number;
        // As text, whatever the type: the service's own examples are often cut or masked.
        described.example = field.example.as_ref().map(ToString::to_string);
        described.default = field.default.as_ref().map(ToString::to_string);
        described.limits = field.limits.clone();
        described.deprecated.clone_from(&field.deprecated);
        described
    }

    fn shape(&self, ty: &Type) -> Shape {
        match ty {
            Type::String => Shape::new(Kind::String),
            Type::Bool => Shape::new(Kind::Bool),
            Type::Int32 => Shape::new(Kind::Int32),
            Type::Int64 => Shape::new(Kind::Int64),
            Type::Float => Shape::new(Kind::Float),
            Type::Double => Shape::new(Kind::Double),
            Type::Timestamp(precision) => {
                let mut shape = Shape::new(Kind::Timestamp);
                shape.precision = *precision;
                shape
            }
            Type::Json => Shape::new(Kind::Json),
            Type::List(item, wrapper) => {
                let mut shape = self.holder(Kind::List, item);
                shape.wrapper.clone_from(wrapper);
                shape
            }
            Type::Map(item) => self.holder(Kind::Map, item),
            Type::Local(name) | Type::Shared(name) => {
                let mut shape = self.named(ty);
                shape.type_name = Some(name.clone());
                shape.shared = matches!(ty, Type::Shared(_));
                shape
            }
        }
    }

    fn holder(&self, kind: Kind, item: &Type) -> Shape {
        let mut shape = Shape::new(kind);
        shape.items = Some(Box::new(self.shape(item)));
        shape
    }

    fn named(&self, ty: &Type) -> Shape {
        match self.0.find(ty) {
            Some(TypeItem::Enum(item)) => {
                let mut shape = Shape::new(Kind::Enum);
                let values = item.values.iter();
                let described = |value: &model::EnumValue| {
                    let mut described = EnumValue::new(&value.wire, &value.name, value.doc.trim());
                    described.metric.clone_from(&value.metric);
                    described
                };
                shape.values = values.map(described).collect();
                shape
            }
            Some(TypeItem::Object(item)) => {
                let mut shape = Shape::new(Kind::Object);
                shape.fields = self.fields(&item.fields);
                shape
            }
            None => Shape::new(Kind::Json),
        }
    }
}

/// Leaves of the values that the shape has in the end only those that fit.
fn narrow(shape: &mut Shape, only: &[String]) {
    if only.is_empty() {
        return;
    }
    shape.values.retain(|value| only.contains(&value.value));
    if let Some(items) = &mut shape.items {
        narrow(items, only);
    }
}
