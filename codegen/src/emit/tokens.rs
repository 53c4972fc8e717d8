//! Small pieces of Rust that several emitters share.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote;
use rds_api_schema::Style;

use super::markdown;
use crate::model::{Field, Type};

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
    let lines = markdown::wrap(text).into_iter();
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
        Type::Timestamp(_) => quote!(Timestamp),
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

/// The way a struct stores the value of a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Storage {
    /// `T`.
    Plain,
    /// `Option<T>`.
    Optional,
    /// `Vec<T>` or `BTreeMap<String, T>`, empty when absent.
    Collection,
}

impl Storage {
    pub(super) fn of(field: &Field) -> Self {
        match &field.ty {
            _ if field.is_argument() => Self::Plain,
            // An empty list that travels as JSON is sent as `[]`, so it must differ from an absent one.
            Type::List(..) | Type::Map(_) if field.style != Style::Json => Self::Collection,
            _ => Self::Optional,
        }
    }
}

/// The parameter of a function that takes a value for `field`, named `name`, and the expression that makes
/// the value of it.
pub(super) fn argument(field: &Field, name: &Ident) -> (TokenStream, TokenStream) {
    let inner = ty(&field.ty);
    match &field.ty {
        Type::String | Type::Timestamp(_) | Type::Json => (quote!(impl Into<#inner>), quote!(#name.into())),
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

/// The attribute that leaves a function with these parameters to the crates that call it. Generic functions are left to
/// them anyway.
pub(super) fn inline(parameters: &TokenStream) -> Option<TokenStream> {
    let is_generic = |token: TokenTree| matches!(token, TokenTree::Ident(word) if word == "impl");
    (!parameters.clone().into_iter().any(is_generic)).then(|| quote!(#[inline]))
}
