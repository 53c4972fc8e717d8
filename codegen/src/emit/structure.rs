//! Structs: their fields, how they are made, and their members by number.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use rds_api_schema::{Kind, Location, Precision, Style};

use super::constructor::Constructor;
use super::documentation;
use super::imports::Imports;
use super::tokens::{Storage, doc, ident, ty};
use crate::model::{Field, Type, Types};

/// A struct with its constructor, the numbers its texts hold, and its members by number.
pub(super) fn structure(
    name: &str,
    about: &str,
    fields: &[Field],
    types: Types<'_>,
    imports: &mut Imports,
) -> TokenStream {
    imports.add(&["Field", "Member", "Object", "impl_object"]);
    imports.add_fields(fields);
    let about = doc(about);
    let constructor = Constructor::of(name, fields);
    let name = ident(name);
    let declarations = fields.iter().map(|field| {
        let about = doc(&documentation::field(field));
        let (name, ty) = (ident(&field.name), field_ty(field));
        quote!(#about pub #name: #ty)
    });
    let empty_values = fields.iter().filter(|field| !field.is_argument()).map(empty_value);
    let empty_values = quote!(#(#empty_values),*);
    let new = constructor.as_ref().map(|constructor| constructor.declaration(&name, &empty_values));
    let numbers: Vec<TokenStream> = fields.iter().filter_map(number_accessor).collect();
    let numbers = (!numbers.is_empty()).then(|| {
        imports.add(&["number"]);
        quote!(impl #name { #(#numbers)* })
    });
    let empty = match &constructor {
        // Written out, because a derive costs every check of the client more.
        None => quote! {
            impl Default for #name {
                #[inline]
                fn default() -> Self {
                    Self { #empty_values }
                }
            }
        },
        Some(constructor) => {
            imports.add(&["Empty"]);
            let arguments = constructor.empty_arguments(types);
            quote! {
                impl Empty for #name {
                    #[inline]
                    fn empty() -> Self {
                        Self::new(#arguments)
                    }
                }
            }
        }
    };
    // An object without members has no use for their numbers.
    let (index, field, member) = if fields.is_empty() {
        (format_ident!("_index"), quote!(None), quote!(Member::NONE))
    } else {
        (format_ident!("index"), field_match(fields), member_match(fields))
    };
    quote! {
        #about
        #[non_exhaustive]
        pub struct #name { #(#declarations),* }
        #new
        #numbers
        #empty
        impl Object for #name {
            #[inline]
            fn field(&mut self, #index: usize) -> Option<&mut dyn Field> {
                #field
            }
            #[inline]
            fn member(&self, #index: usize) -> Member<'_> {
                #member
            }
        }
    }
}

/// The type of a field in its struct.
fn field_ty(field: &Field) -> TokenStream {
    let ty = ty(&field.ty);
    match Storage::of(field) {
        Storage::Plain | Storage::Collection => ty,
        Storage::Optional => quote!(Option<#ty>),
    }
}

/// The field without a value, in a struct expression.
fn empty_value(field: &Field) -> TokenStream {
    let name = ident(&field.name);
    match (&field.ty, Storage::of(field)) {
        (Type::Map(_), Storage::Collection) => quote!(#name: BTreeMap::new()),
        (_, Storage::Collection) => quote!(#name: Vec::new()),
        _ => quote!(#name: None),
    }
}

/// The accessor that offers a text as the number it holds.
fn number_accessor(field: &Field) -> Option<TokenStream> {
    let ty = match field.number? {
        Kind::Int32 => quote!(i32),
        Kind::Int64 => quote!(i64),
        _ => quote!(f64),
    };
    let about = doc(&format!("[`{0}`](Self::{0}) as a number, if it is one.", field.name));
    let name = ident(&field.name);
    let accessor = format_ident!("{}_number", field.name);
    let text =
        if field.is_argument() { quote!(Some(self.#name.as_str())) } else { quote!(self.#name.as_deref()) };
    Some(quote! {
        #about
        #[inline]
        pub fn #accessor(&self) -> Option<#ty> {
            number(#text)
        }
    })
}

/// The body of `field`.
fn field_match(fields: &[Field]) -> TokenStream {
    let arms = fields.iter().enumerate().map(|(index, field)| {
        let (index, name) = (Literal::usize_unsuffixed(index), ident(&field.name));
        quote!(#index => &mut self.#name,)
    });
    quote! {
        let field: &mut dyn Field = match index { #(#arms)* _ => return None };
        Some(field)
    }
}

/// The body of `member`: fields without anything special are shown in one place.
fn member_match(fields: &[Field]) -> TokenStream {
    let is_plain = |field: &Field| {
        let is_wrapped = matches!(field.ty, Type::List(_, Some(_)));
        let is_special =
            is_wrapped || field.sensitive || precision(field).is_some() || is_required_collection(field);
        !is_special && field.style == Style::Flatten && field.location == Location::Query
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
        quote! {
            let (name, value): (&'static str, &dyn Field) = match index {
                #(#arms)*
                _ => return Member::NONE,
            };
            Member::of((name, value))
        }
    } else {
        quote!(match index { #(#arms)* _ => Member::NONE })
    }
}

/// A field of which there is something to say.
fn special_member(field: &Field) -> TokenStream {
    let (name, wire) = (ident(&field.name), &field.wire);
    let wrapper = match (&field.ty, Storage::of(field)) {
        (Type::List(_, Some(inner)), Storage::Collection) => quote!(.wrapped(#inner)),
        _ => quote!(),
    };
    let style = match field.style {
        Style::Flatten => quote!(),
        Style::Json => quote!(.as_json()),
        Style::Simple => quote!(.as_simple()),
    };
    let location = if field.location == Location::Form { quote!(.in_form()) } else { quote!() };
    let sensitive = if field.sensitive { quote!(.sensitive()) } else { quote!() };
    let required = if is_required_collection(field) { quote!(.required()) } else { quote!() };
    let precision = precision(field);
    quote!(Member::of((#wire, &self.#name)) #precision #wrapper #style #location #sensitive #required)
}

/// What says that a field takes times without seconds.
fn precision(field: &Field) -> Option<TokenStream> {
    match field.ty.innermost() {
        Type::Timestamp(Precision::Minute) => Some(quote!(.to_the_minute())),
        Type::Timestamp(Precision::NextMinute) => Some(quote!(.to_the_next_minute())),
        _ => None,
    }
}

/// Whether a field must be given though its type is that of an optional one.
fn is_required_collection(field: &Field) -> bool {
    field.is_argument() && matches!(field.ty, Type::List(..) | Type::Map(_))
}
