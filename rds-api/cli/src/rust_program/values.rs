//! From the values of parameters to the expressions that make them.

use proc_macro2::TokenStream;
use quote::quote;
use rds_api::schema::{Field, FieldExt as _, Kind, Operation, Shape};
use serde_json::{Map, Value as Json};

use super::needs::Needs;
use super::tokens::{inside, literal, name};
use crate::masking::is_secret;

/// How near an expression must come to the type of the place where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Typing {
    /// It has that very type.
    Exact,
    /// It converts into that type.
    Convertible,
    /// It converts, and is of one type with the other elements of an array.
    Element,
}

/// Makes expressions, and gathers what the program needs besides them.
pub(super) struct Values<'o, 'n> {
    operation: &'o Operation,
    pub(super) needs: &'n mut Needs,
}

impl<'o, 'n> Values<'o, 'n> {
    pub(super) fn new(operation: &'o Operation, needs: &'n mut Needs) -> Self {
        Self { operation, needs }
    }

    /// Makes an expression; one that does not come about needs nothing.
    pub(super) fn attempt(
        &mut self,
        expression: impl FnOnce(&mut Self) -> Option<TokenStream>,
    ) -> Option<TokenStream> {
        let before = self.needs.clone();
        let made = expression(self);
        if made.is_none() {
            *self.needs = before;
        }
        made
    }

    /// The value of a field; `None` if it does not fit the field's type. `path` has the names that lead to it.
    pub(super) fn field(
        &mut self,
        field: &Field,
        value: &Json,
        path: &str,
        typing: Typing,
    ) -> Option<TokenStream> {
        if field.sensitive {
            return (field.shape.kind == Kind::String).then(|| converted(self.needs.secret(path), typing));
        }
        self.shape(&field.shape, value, path, typing)
    }

    /// The values of required fields, and the setters of others. `None` if a value does not fit its type.
    fn object(&mut self, type_name: &str, shape: &Shape, value: &Json, path: &str) -> Option<TokenStream> {
        let members = value.as_object()?;
        if members.keys().any(|name| shape.fields.iter().all(|field| field.name != *name)) {
            return None;
        }
        let required: Vec<&Field> = shape.fields.iter().filter(|field| field.is_argument()).collect();
        let constructor = name(type_name);
        let mut object = if required.is_empty() {
            quote!(#constructor::default())
        } else {
            let arguments = self.arguments(type_name, &required, members, path, shape.shared);
            quote!(#constructor::new(#(#arguments),*))
        };
        for field in shape.fields.iter().filter(|field| !field.is_argument()) {
            let Some(value) = given(members, field) else { continue };
            let value = self.field(field, value, &inside(path, &field.rust_name), Typing::Convertible)?;
            let setter = setter(field);
            object = quote!(#object.#setter(#value));
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
    ) -> Vec<TokenStream> {
        let is_struct = required.len() > 3;
        let typing = if is_struct { Typing::Exact } else { Typing::Convertible };
        let arguments = required.iter().map(|field| {
            let path = inside(path, &field.rust_name);
            let Some(given) = given(values, field) else {
                self.needs.examples.push(field.name.clone());
                return self.example(field, &path, typing);
            };
            self.field(field, given, &path, typing).unwrap_or_else(|| self.example(field, &path, typing))
        });
        let arguments: Vec<TokenStream> = arguments.collect();
        if !is_struct {
            return arguments;
        }
        let type_name = format!("{type_name}Required");
        self.import(&type_name, shared);
        let (type_name, names) = (name(&type_name), required.iter().map(|field| name(&field.rust_name)));
        vec![quote!(#type_name { #(#names: #arguments),* })]
    }

    /// A value of the documentation in the place of one that was not given.
    fn example(&mut self, field: &Field, path: &str, typing: Typing) -> TokenStream {
        let given = field.sample();
        match self.field(field, &given, path, typing) {
            Some(value) => value,
            None => converted(literal(""), typing),
        }
    }

    fn shape(&mut self, shape: &Shape, value: &Json, path: &str, typing: Typing) -> Option<TokenStream> {
        let text = match value {
            Json::String(text) => Some(text.clone()),
            Json::Number(number) => Some(number.to_string()),
            Json::Bool(value) => Some(value.to_string()),
            _ => None,
        };
        match shape.kind {
            Kind::String | Kind::Timestamp => Some(converted(self.needs.text(path, &text?), typing)),
            Kind::Bool => match text?.to_ascii_lowercase().as_str() {
                value @ ("true" | "false") => Some(name(value)),
                _ => None,
            },
            Kind::Int32 => text?.parse::<i32>().ok().map(|value| name(&value.to_string())),
            Kind::Int64 => {
                // A literal without a type would be of 32 bits.
                let suffix = if typing == Typing::Element { "_i64" } else { "" };
                text?.parse::<i64>().ok().map(|value| name(&format!("{value}{suffix}")))
            }
            Kind::Float | Kind::Double => {
                let value = text?.parse::<f64>().ok().filter(|value| value.is_finite())?;
                Some(name(&format!("{value:?}")))
            }
            Kind::Enum => self.variant(shape, &text?, typing),
            Kind::Object => {
                let type_name = shape.type_name.as_deref()?;
                let object = self.object(type_name, shape, value, path)?;
                self.import(type_name, shape.shared);
                Some(object)
            }
            Kind::List => self.list(shape.items.as_deref()?, value.as_array()?, path, typing),
            Kind::Map => self.map(shape.items.as_deref()?, value.as_object()?, path, typing),
            Kind::Json => {
                self.needs.serde_json = true;
                self.needs.import("serde_json", "json");
                let value = self.needs.json(path, value);
                Some(quote!(json!(#value)))
            }
        }
    }

    fn variant(&mut self, shape: &Shape, text: &str, typing: Typing) -> Option<TokenStream> {
        let known = shape.values.iter().find(|known| known.value == text);
        let Some(type_name) = shape.type_name.as_deref() else {
            return Some(converted(literal(text), typing));
        };
        if known.is_none() && typing != Typing::Element {
            return Some(converted(literal(text), typing));
        }
        self.import(type_name, shape.shared);
        let type_name = name(type_name);
        Some(match known {
            Some(known) => {
                let variant = name(&known.rust_name);
                quote!(#type_name::#variant)
            }
            None => {
                let text = literal(text);
                quote!(#type_name::from(#text))
            }
        })
    }

    fn list(&mut self, items: &Shape, elements: &[Json], path: &str, typing: Typing) -> Option<TokenStream> {
        let is_exact = typing == Typing::Exact;
        if elements.is_empty() && !is_exact {
            let item = self.type_of(items)?;
            return Some(quote!(Vec::<#item>::new()));
        }
        let of_elements = if is_exact { Typing::Exact } else { Typing::Element };
        let mut list = Vec::new();
        for (index, element) in elements.iter().enumerate() {
            let path = inside(path, &(index + 1).to_string());
            list.push(self.shape(items, element, &path, of_elements)?);
        }
        Some(if is_exact { quote!(vec![#(#list),*]) } else { quote!([#(#list),*]) })
    }

    fn map(
        &mut self,
        items: &Shape,
        entries: &Map<String, Json>,
        path: &str,
        typing: Typing,
    ) -> Option<TokenStream> {
        let is_exact = typing == Typing::Exact;
        let of_entries = if is_exact { Typing::Exact } else { Typing::Element };
        let mut list = Vec::new();
        for (key, value) in entries {
            let path = inside(path, key);
            let value = match is_secret(None, key) && items.kind == Kind::String {
                true => converted(self.needs.secret(&path), of_entries),
                false => self.shape(items, value, &path, of_entries)?,
            };
            let key = converted(literal(key), of_entries);
            list.push(quote!((#key, #value)));
        }
        if !is_exact && !list.is_empty() {
            return Some(quote!([#(#list),*]));
        }
        self.needs.import("std::collections", "BTreeMap");
        if !is_exact {
            let item = self.type_of(items)?;
            return Some(quote!(BTreeMap::<String, #item>::new()));
        }
        Some(quote!(BTreeMap::from([#(#list),*])))
    }

    fn type_of(&mut self, shape: &Shape) -> Option<TokenStream> {
        Some(match shape.kind {
            Kind::String => quote!(String),
            Kind::Int32 => quote!(i32),
            Kind::Int64 => quote!(i64),
            Kind::Json => {
                self.needs.serde_json = true;
                quote!(serde_json::Value)
            }
            Kind::Enum | Kind::Object => {
                let type_name = shape.type_name.as_deref()?;
                self.import(type_name, shape.shared);
                name(type_name)
            }
            _ => return None,
        })
    }

    fn import(&mut self, type_name: &str, shared: bool) {
        let module = if shared {
            "rds_api::types".to_owned()
        } else {
            format!("rds_api::operations::{}::{}", self.operation.family, self.operation.rust_name)
        };
        self.needs.import(&module, type_name);
    }
}

/// The value that a field was given.
pub(super) fn given<'v>(values: &'v Map<String, Json>, field: &Field) -> Option<&'v Json> {
    values.get(&field.name).filter(|value| !value.is_null())
}

/// The name of a field's setter.
pub(super) fn setter(field: &Field) -> TokenStream {
    name(&field.rust_name)
}

fn converted(expression: TokenStream, typing: Typing) -> TokenStream {
    match typing {
        Typing::Exact => quote!(#expression.into()),
        Typing::Convertible | Typing::Element => expression,
    }
}
