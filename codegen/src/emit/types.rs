//! Enums and objects.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::documentation;
use super::tokens::{
    Constructor, absent, doc, field_match, field_ty, ident, imports, inline, member_match, setters,
};
use crate::model::{Api, Enum, Field, Object, Operation, Type, TypeItem};
use crate::names::OBJECT_METHODS;
use crate::spec::Number;

/// The types that the fields of an operation refer to.
#[derive(Clone, Copy)]
pub(super) struct Types<'m> {
    pub(super) own: &'m [TypeItem],
    pub(super) shared: &'m [TypeItem],
}

impl<'m> Types<'m> {
    pub(super) fn of(api: &'m Api, operation: &'m Operation) -> Self {
        Self { own: &operation.types, shared: &api.types }
    }

    /// The enum or object that `ty` is.
    pub(super) fn find(self, ty: &Type) -> Option<&'m TypeItem> {
        let (name, items) = match ty {
            Type::Local(name) => (name, self.own),
            Type::Shared(name) => (name, self.shared),
            _ => return None,
        };
        items.iter().find(|item| item.name() == name)
    }
}

/// The types that requests hold: those get setters, since a caller builds them.
pub(super) struct Reach(BTreeSet<String>);

impl Reach {
    /// The shared types that any request holds.
    pub(super) fn of(api: &Api) -> Self {
        let mut reach = Self(BTreeSet::new());
        for operation in api.families.iter().flat_map(|family| &family.operations) {
            reach.follow(&operation.request, &[&operation.types, &api.types]);
        }
        reach
    }

    /// The types of its own that an operation's request holds.
    pub(super) fn of_operation(operation: &Operation) -> Self {
        let mut reach = Self(BTreeSet::new());
        reach.follow(&operation.request, &[&operation.types]);
        reach
    }

    fn follow(&mut self, fields: &[Field], types: &[&[TypeItem]]) {
        for field in fields {
            let (Type::Local(name) | Type::Shared(name)) = field.ty.innermost() else { continue };
            if !self.0.insert(name.clone()) {
                continue;
            }
            let item = types.iter().flat_map(|items| items.iter()).find(|item| item.name() == name);
            if let Some(TypeItem::Object(object)) = item {
                self.follow(&object.fields, types);
            }
        }
    }
}

/// `types.rs`: the shared types.
pub(super) fn shared(api: &Api, reach: &Reach) -> String {
    let about = super::tokens::inner_doc("Enums and objects that several operations share.");
    let names: BTreeSet<String> = BTreeSet::new();
    let items = self::items(&api.types, reach, Types { own: &[], shared: &api.types });
    let imports = imports(&items, &names);
    super::file("spec/types.yaml", quote!(#about #imports #items))
}

/// The items of enums and objects.
pub(super) fn items(items: &[TypeItem], reach: &Reach, types: Types<'_>) -> TokenStream {
    let mut objects = Vec::new();
    let mut enums = Vec::new();
    let mut tokens = TokenStream::new();
    for item in items {
        let name = ident(item.name());
        match item {
            TypeItem::Enum(item) => {
                tokens.extend(enumeration(item));
                enums.push(name);
            }
            TypeItem::Object(item) => {
                tokens.extend(object(item, reach, types));
                objects.push(name);
            }
        }
    }
    if !objects.is_empty() {
        tokens.extend(quote!(impl_object!(#(#objects)*);));
    }
    if !enums.is_empty() {
        tokens.extend(quote!(impl_text!(#(#enums)*);));
    }
    tokens
}

fn enumeration(item: &Enum) -> TokenStream {
    let about = doc(&item.doc);
    let name = ident(&item.name);
    let variants: Vec<_> = item.values.iter().map(|value| ident(&value.name)).collect();
    let wires: Vec<_> = item.values.iter().map(|value| &value.wire).collect();
    let docs = item.values.iter().map(|value| doc(&value.doc));
    quote! {
        #about
        #[non_exhaustive]
        pub enum #name {
            #(#docs #variants,)*
            /// A value that this version of the crate does not know.
            Unrecognized(UnrecognizedValue),
        }
        impl #name {
            /// The text that the wire carries for this value.
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#variants => #wires,)*
                    Self::Unrecognized(value) => value.as_str(),
                }
            }
        }
        impl From<&str> for #name {
            #[inline]
            fn from(text: &str) -> Self {
                match text {
                    #(#wires => Self::#variants,)*
                    other => Self::Unrecognized(UnrecognizedValue::new(other)),
                }
            }
        }
    }
}

fn object(item: &Object, reach: &Reach, types: Types<'_>) -> TokenStream {
    let structure = structure(&item.name, &item.doc, &item.fields, types);
    if !reach.0.contains(&item.name) {
        return structure;
    }
    let name = ident(&item.name);
    let setters = setters(item.fields.iter(), &quote!(), OBJECT_METHODS);
    if setters.is_empty() { structure } else { quote!(#structure impl #name { #setters }) }
}

/// A struct with its fields, its constructor where it has required fields, and its members by number.
pub(super) fn structure(name: &str, about: &str, fields: &[Field], types: Types<'_>) -> TokenStream {
    let about = doc(about);
    let constructor = Constructor::of(name, fields);
    let name = ident(name);
    let members = fields.iter().map(|field| {
        let about = doc(&documentation::field(field));
        let (name, ty) = (ident(&field.name), field_ty(field));
        quote!(#about pub #name: #ty)
    });
    let numbers: Vec<TokenStream> = fields.iter().filter_map(number).collect();
    let numbers = if numbers.is_empty() { quote!() } else { quote!(impl #name { #(#numbers)* }) };
    let absent = fields.iter().filter(|field| !field.is_argument()).map(absent);
    let (new, empty, declaration) = match &constructor {
        None => {
            // Written out: derived, it makes a check of the client 0.8 % longer.
            let empty = quote! {
                impl Default for #name {
                    #[inline]
                    fn default() -> Self {
                        Self { #(#absent),* }
                    }
                }
            };
            (quote!(), empty, quote!())
        }
        Some(constructor) => {
            let parameters = constructor.parameters();
            let inline = inline(&parameters);
            let initialisers = constructor.initialisers();
            let new = quote! {
                impl #name {
                    /// With what is required; all else is left to the service.
                    #inline
                    pub fn new(#parameters) -> Self {
                        Self { #initialisers, #(#absent),* }
                    }
                }
            };
            let blanks = constructor.blanks(types);
            let empty = quote! {
                impl crate::object::Empty for #name {
                    #[inline]
                    fn empty() -> Self {
                        Self::new(#blanks)
                    }
                }
            };
            (new, empty, constructor.declaration())
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
        pub struct #name { #(#members),* }
        #declaration
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

/// The accessor that offers a text as the number it holds.
fn number(field: &Field) -> Option<TokenStream> {
    let ty = match field.number? {
        Number::Int32 => quote!(i32),
        Number::Int64 => quote!(i64),
        Number::Double => quote!(f64),
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
            crate::object::number(#text)
        }
    })
}
