//! Small pieces of Rust that several emitters share.

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use std::collections::BTreeSet;

use super::types::Types;
use crate::model::{Field, Type, TypeItem};
use crate::spec::{Part, Style};

pub(super) fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// `///` lines, wrapped; a line of its own for each line break of the text.
pub(super) fn doc(text: &str) -> TokenStream {
    let lines = doc_lines(text);
    quote!(#(#[doc = #lines])*)
}

/// `//!` lines.
pub(super) fn inner_doc(text: &str) -> TokenStream {
    let lines = doc_lines(text);
    quote!(#(#![doc = #lines])*)
}

/// The lines of a documentation comment, with the space that stands after the slashes.
fn doc_lines(text: &str) -> Vec<String> {
    let lines = super::documentation::wrap(text).into_iter();
    lines.map(|line| if line.is_empty() { line } else { format!(" {line}") }).collect()
}

/// The type of a value that is there.
pub(super) fn ty(ty: &Type) -> TokenStream {
    match ty {
        Type::String => quote!(String),
        Type::Bool => quote!(bool),
        Type::Int32 => quote!(i32),
        Type::Int64 => quote!(i64),
        Type::Float => quote!(f32),
        Type::Double => quote!(f64),
        Type::Timestamp => quote!(Timestamp),
        Type::Json => quote!(Json),
        Type::List(item, _) => {
            let item = self::ty(item);
            quote!(Vec<#item>)
        }
        Type::Map(item) => {
            let item = self::ty(item);
            quote!(BTreeMap<String, #item>)
        }
        Type::Local(name) | Type::Shared(name) => {
            let name = ident(name);
            quote!(#name)
        }
    }
}

/// How a field holds its value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holding {
    /// `T`.
    Plain,
    /// `Option<T>`.
    Optional,
    /// `Vec<T>` or `BTreeMap<String, T>`, empty when absent.
    Collection,
}

impl Holding {
    pub(super) fn of(field: &Field) -> Self {
        match &field.ty {
            _ if field.is_argument() => Self::Plain,
            // An empty list that travels as JSON is sent as `[]`, so it must differ from an absent one.
            Type::List(..) | Type::Map(_) if field.style != Style::Json => Self::Collection,
            _ => Self::Optional,
        }
    }
}

/// The type of a field in its struct.
pub(super) fn field_ty(field: &Field) -> TokenStream {
    let ty = ty(&field.ty);
    match Holding::of(field) {
        Holding::Plain | Holding::Collection => ty,
        Holding::Optional => quote!(Option<#ty>),
    }
}

/// The parameter of a function that takes a value for `field`, named `name`, and the expression that makes
/// the value of it.
pub(super) fn argument(field: &Field, name: &Ident) -> (TokenStream, TokenStream) {
    let inner = ty(&field.ty);
    match &field.ty {
        Type::String | Type::Timestamp | Type::Json => (quote!(impl Into<#inner>), quote!(#name.into())),
        Type::Local(_) | Type::Shared(_) => (quote!(impl Into<#inner>), quote!(#name.into())),
        Type::List(item, _) => {
            let item = ty(item);
            (
                quote!(impl IntoIterator<Item = impl Into<#item>>),
                quote!(#name.into_iter().map(Into::into).collect()),
            )
        }
        Type::Map(item) => {
            let item = ty(item);
            (
                quote!(impl IntoIterator<Item = (impl Into<String>, impl Into<#item>)>),
                quote!(#name.into_iter().map(|(key, value)| (key.into(), value.into())).collect()),
            )
        }
        _ => (quote!(#inner), quote!(#name)),
    }
}

/// The body of `field`.
pub(super) fn field_match(fields: &[Field]) -> TokenStream {
    let arms = fields.iter().enumerate().map(|(index, field)| {
        let (index, name) = (Literal::usize_unsuffixed(index), ident(&field.name));
        quote!(#index => &mut self.#name,)
    });
    quote!(Some(match index { #(#arms)* _ => return None }))
}

/// The body of `member`: fields without anything special are shown in one place.
pub(super) fn member_match(fields: &[Field]) -> TokenStream {
    let is_plain = |field: &Field| {
        let is_wrapped = matches!(field.ty, Type::List(_, Some(_)));
        !is_wrapped && !field.sensitive && field.style == Style::Flatten && field.part == Part::Query
    };
    let any_plain = fields.iter().any(is_plain);
    let arms = fields.iter().enumerate().map(|(index, field)| {
        let index = Literal::usize_unsuffixed(index);
        if is_plain(field) {
            let (name, wire) = (ident(&field.name), &field.wire);
            return quote!(#index => (#wire, &self.#name),);
        }
        let (leave, member) = (any_plain.then(|| quote!(return)), special_member(field));
        quote!(#index => #leave #member,)
    });
    if any_plain {
        quote!(Member::of(match index { #(#arms)* _ => return Member::NONE }))
    } else {
        quote!(match index { #(#arms)* _ => Member::NONE })
    }
}

/// A field of which there is something to say.
fn special_member(field: &Field) -> TokenStream {
    let (name, wire) = (ident(&field.name), &field.wire);
    let wrapper = match (&field.ty, Holding::of(field)) {
        (Type::List(_, Some(inner)), Holding::Collection) => quote!(.wrapped(#inner)),
        _ => quote!(),
    };
    let style = match field.style {
        Style::Flatten => quote!(),
        Style::Json => quote!(.as_json()),
        Style::Simple => quote!(.as_simple()),
    };
    let part = if field.part == Part::Form { quote!(.in_form()) } else { quote!() };
    let sensitive = if field.sensitive { quote!(.sensitive()) } else { quote!() };
    quote!(Member::of((#wire, &self.#name)) #wrapper #style #part #sensitive)
}

/// The field without a value, in a struct expression.
pub(super) fn absent(field: &Field) -> TokenStream {
    let name = ident(&field.name);
    match (&field.ty, Holding::of(field)) {
        (Type::Map(_), Holding::Collection) => quote!(#name: BTreeMap::new()),
        (_, Holding::Collection) => quote!(#name: Vec::new()),
        _ => quote!(#name: None),
    }
}

/// The `use` items for the names that `items` mention, out of what generated code may import.
pub(super) fn imports(items: &TokenStream, shared: &BTreeSet<String>) -> TokenStream {
    let mut mentioned = BTreeSet::new();
    collect(items.clone(), &mut mentioned);
    let group = |path: TokenStream, names: &[&str]| {
        let names: Vec<Ident> =
            names.iter().filter(|name| mentioned.contains(**name)).map(|name| ident(name)).collect();
        if names.is_empty() { quote!() } else { quote!(use #path::{#(#names),*};) }
    };
    let std = group(quote!(std::collections), &["BTreeMap"]);
    let runtime = group(quote!(crate::call), &["Call"]);
    let client = group(quote!(crate::client), &["Client"]);
    let object = group(
        quote!(crate::object),
        &["Field", "Member", "Object", "UnrecognizedValue", "impl_object", "impl_text"],
    );
    let operation = group(quote!(crate::operation), &["Access", "Method", "Operation", "Request"]);
    let pagination = group(quote!(crate::pagination), &["Paginated", "Pagination"]);
    let timestamp = group(quote!(crate::timestamp), &["Timestamp"]);
    let waiter = group(quote!(crate::waiter), &["Wait", "Waiter"]);
    let time = group(quote!(std::time), &["Duration"]);
    let shared: Vec<&str> = shared.iter().map(String::as_str).collect();
    let shared = group(quote!(crate::types), &shared);
    let json = if mentioned.contains("Json") {
        quote!(
            use serde_json::Value as Json;
        )
    } else {
        quote!()
    };
    quote!(#std #time #runtime #client #object #operation #pagination #timestamp #shared #waiter #json)
}

fn collect(tokens: TokenStream, names: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(name) => drop(names.insert(name.to_string())),
            TokenTree::Group(group) => collect(group.stream(), names),
            _ => {}
        }
    }
}

/// `new` of a type with required fields: they are arguments up to three, and from four on one struct with
/// named fields, so that no two of them can be swapped.
pub(super) struct Constructor<'m> {
    fields: Vec<&'m Field>,
    type_name: String,
}

impl<'m> Constructor<'m> {
    pub(super) fn of(type_name: &str, fields: &'m [Field]) -> Option<Self> {
        let fields: Vec<&Field> = fields.iter().filter(|field| field.is_argument()).collect();
        let type_name = type_name.strip_suffix("Request").unwrap_or(type_name).to_owned();
        (!fields.is_empty()).then_some(Self { fields, type_name })
    }

    fn is_struct(&self) -> bool {
        self.fields.len() > 3
    }

    fn struct_name(&self) -> Ident {
        format_ident!("{}Required", self.type_name)
    }

    /// The parameters of a function that passes them on to `new`.
    pub(super) fn parameters(&self) -> TokenStream {
        if self.is_struct() {
            let name = self.struct_name();
            return quote!(required: #name);
        }
        let parameters = self.fields.iter().map(|field| {
            let name = ident(&field.name);
            let (ty, _) = argument(field, &name);
            quote!(#name: #ty)
        });
        quote!(#(#parameters),*)
    }

    /// The arguments for `new`, under the names of [`parameters`](Self::parameters).
    pub(super) fn arguments(&self) -> TokenStream {
        if self.is_struct() {
            return quote!(required);
        }
        let names = self.fields.iter().map(|field| ident(&field.name));
        quote!(#(#names),*)
    }

    /// Initialisers of the required fields in a struct expression.
    pub(super) fn initialisers(&self) -> TokenStream {
        let is_struct = self.is_struct();
        let initialisers = self.fields.iter().map(|field| {
            let name = ident(&field.name);
            if is_struct {
                return quote!(#name: required.#name);
            }
            let (_, value) = argument(field, &name);
            if name == value.to_string() { quote!(#name) } else { quote!(#name: #value) }
        });
        quote!(#(#initialisers),*)
    }

    /// Arguments for `new` that stand for nothing, to decode into.
    pub(super) fn blanks(&self, types: Types<'_>) -> TokenStream {
        // A struct holds the type itself, where a function takes what becomes it.
        let text = if self.is_struct() { quote!("".into()) } else { quote!("") };
        let blank = |ty: &Type| match ty {
            Type::Local(_) | Type::Shared(_) if matches!(types.find(ty), Some(TypeItem::Object(_))) => {
                let ty = self::ty(ty);
                quote!(<#ty as crate::object::Empty>::empty())
            }
            Type::Local(_) | Type::Shared(_) | Type::Timestamp => text.clone(),
            Type::String => quote!(String::new()),
            Type::List(item, _) => {
                let item = self::ty(item);
                quote!(Vec::<#item>::new())
            }
            Type::Map(item) => {
                let item = self::ty(item);
                quote!(BTreeMap::<String, #item>::new())
            }
            _ => quote!(Default::default()),
        };
        let values = self.fields.iter().map(|field| blank(&field.ty));
        if self.is_struct() {
            let name = self.struct_name();
            let names = self.fields.iter().map(|field| ident(&field.name));
            return quote!(#name { #(#names: #values),* });
        }
        quote!(#(#values),*)
    }

    /// The struct of four and more required fields.
    pub(super) fn declaration(&self) -> TokenStream {
        if !self.is_struct() {
            return quote!();
        }
        let about = doc(&format!("What every `{}` needs.", self.type_name));
        let name = self.struct_name();
        let fields = self.fields.iter().map(|field| {
            let about = doc(&super::documentation::field(field));
            let (name, ty) = (ident(&field.name), ty(&field.ty));
            quote!(#about pub #name: #ty)
        });
        quote!(#about #[derive(Clone)] pub struct #name { #(#fields),* })
    }

    /// Example arguments, for documentation.
    pub(super) fn example(&self, types: Types<'_>) -> String {
        let values: Vec<String> = self
            .fields
            .iter()
            .map(|field| super::documentation::example(field, self.is_struct(), types))
            .collect();
        if !self.is_struct() {
            return values.join(", ");
        }
        let fields =
            self.fields.iter().zip(values).map(|(field, value)| format!("    {}: {value},\n", field.name));
        format!("{} {{\n{}}}", self.struct_name(), fields.collect::<String>())
    }
}

/// The attribute that leaves a function with these parameters to the crates that call it, so that it costs this one
/// no machine code. Generic functions are left to them anyway.
pub(super) fn inline(parameters: &TokenStream) -> Option<TokenStream> {
    let is_generic = |token: TokenTree| matches!(token, TokenTree::Ident(word) if word == "impl");
    (!parameters.clone().into_iter().any(is_generic)).then(|| quote!(#[inline]))
}

/// The name of a field's setter: its own, with an underscore where a method has that name already.
pub(super) fn setter_name(field: &Field, reserved: &[&str]) -> Ident {
    let underscore = if reserved.contains(&field.name.as_str()) { "_" } else { "" };
    format_ident!("{}{underscore}", field.name)
}

/// A setter for each field that is not an argument. `target` leads from `self` to the struct.
pub(super) fn setters<'f>(
    fields: impl Iterator<Item = &'f Field>,
    target: &TokenStream,
    reserved: &[&str],
) -> TokenStream {
    let setters = fields.filter(|field| !field.is_argument()).map(|field| {
        let (name, setter) = (ident(&field.name), setter_name(field, reserved));
        let about = doc(&super::documentation::first_paragraph(&super::documentation::field(field)));
        let (ty, value) = argument(field, &name);
        let value = match Holding::of(field) {
            Holding::Optional => quote!(Some(#value)),
            _ => value,
        };
        let inline = inline(&ty);
        quote! {
            #about
            #inline
            pub fn #setter(mut self, #name: #ty) -> Self {
                self #target.#name = #value;
                self
            }
        }
    });
    quote!(#(#setters)*)
}
