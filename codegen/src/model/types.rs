//! The types of fields.

use rds_api_schema::{Metric, Precision};

use super::{Api, Field, Operation};

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of the specification, which documents them")]
pub enum Type {
    String,
    Bool,
    Int32,
    Int64,
    Float,
    Double,
    Timestamp(Precision),
    Json,
    /// A list, and the name of the one member of the object that wraps it on the wire.
    List(Box<Type>, Option<String>),
    Map(Box<Type>),
    /// An enum or an object of the operation.
    Local(String),
    /// An enum or an object of `types.yaml`.
    Shared(String),
}

impl Type {
    /// What lists and maps of it hold in the end; any other type itself.
    pub fn innermost(&self) -> &Self {
        match self {
            Self::List(item, _) | Self::Map(item) => item.innermost(),
            other => other,
        }
    }
}

/// A type with a name.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeItem {
    /// An enum.
    Enum(Enum),
    /// An object.
    Object(Object),
}

impl TypeItem {
    /// The Rust name.
    pub fn name(&self) -> &str {
        match self {
            Self::Enum(item) => &item.name,
            Self::Object(item) => &item.name,
        }
    }

    /// The members, if it is an object.
    pub fn fields(&self) -> Option<&[Field]> {
        match self {
            Self::Enum(_) => None,
            Self::Object(item) => Some(&item.fields),
        }
    }
}

/// An enum with the values known today.
#[derive(Debug, Clone, PartialEq)]
pub struct Enum {
    /// The Rust name.
    pub name: String,
    /// One line about it.
    pub doc: String,
    /// The values.
    pub values: Vec<EnumValue>,
}

/// One value of an enum.
#[derive(Debug, Clone, PartialEq)]
pub struct EnumValue {
    /// The text on the wire.
    pub wire: String,
    /// The Rust name of the variant.
    pub name: String,
    /// What it means.
    pub doc: String,
    /// Of the name of a metric: the engines that have it, its unit, and the names of its numbers.
    pub metric: Option<Metric>,
}

/// An object.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// The Rust name.
    pub name: String,
    /// One line about it.
    pub doc: String,
    /// The members.
    pub fields: Vec<Field>,
}

/// The types that the fields of an operation refer to.
#[derive(Clone, Copy)]
pub(crate) struct Types<'m> {
    pub(crate) own: &'m [TypeItem],
    pub(crate) shared: &'m [TypeItem],
}

impl<'m> Types<'m> {
    pub(crate) fn of(api: &'m Api, operation: &'m Operation) -> Self {
        Self { own: &operation.types, shared: &api.types }
    }

    /// The enum or object that `ty` is.
    pub(crate) fn find(self, ty: &Type) -> Option<&'m TypeItem> {
        let (name, items) = match ty {
            Type::Local(name) => (name, self.own),
            Type::Shared(name) => (name, self.shared),
            _ => return None,
        };
        items.iter().find(|item| item.name() == name)
    }
}
