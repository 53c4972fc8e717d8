//! Enums and objects.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use rds_api_schema::Metric;

use super::file::file;
use super::imports::Imports;
use super::output;
use super::setters::setters;
use super::structure::structure;
use super::tokens::{doc, ident, inner_doc};
use crate::model::{Api, Enum, EnumValue, Object, TypeItem, Types, UsedByRequests};
use crate::{Output, names};

/// The files of the shared types, one for each, and the module that shows them all.
pub(super) fn shared(api: &Api) -> Vec<Output> {
    let types = Types { own: &[], shared: &api.types };
    let used = UsedByRequests::of_api(api);
    let mut outputs: Vec<Output> = api
        .types
        .iter()
        .map(|item| {
            let mut imports = Imports::of_shared_type(item.name());
            let items = items(std::slice::from_ref(item), &used, types, &mut imports);
            let imports = imports.tokens();
            let path = format!("types/{}.rs", names::type_module(item.name()));
            output(&path, file("spec/types.yaml", quote!(#imports #items)))
        })
        .collect();
    let about = inner_doc("Enums and objects that several operations share.");
    let modules: Vec<Ident> = api.types.iter().map(|item| ident(&names::type_module(item.name()))).collect();
    let names = api.types.iter().map(|item| ident(item.name()));
    let all = quote!(#about #(mod #modules;)* #(pub use #modules::#names;)*);
    outputs.push(output("types/mod.rs", file("spec/types.yaml", all)));
    outputs
}

/// The items of enums and objects. Those that requests hold get setters, since a caller builds them.
pub(super) fn items(
    items: &[TypeItem],
    used: &UsedByRequests,
    types: Types<'_>,
    imports: &mut Imports,
) -> TokenStream {
    let mut objects = Vec::new();
    let mut enums = Vec::new();
    let mut tokens = TokenStream::new();
    for item in items {
        let name = ident(item.name());
        match item {
            TypeItem::Enum(item) => {
                tokens.extend(enumeration(item, imports));
                enums.push(name);
            }
            TypeItem::Object(item) => {
                tokens.extend(structure(&item.name, &item.doc, &item.fields, types, imports));
                if used.contains(&item.name) {
                    tokens.extend(object_setters(item));
                }
                objects.push(name);
            }
        }
    }
    if !objects.is_empty() {
        tokens.extend(quote!(impl_object!(#(#objects)*);));
    }
    if !enums.is_empty() {
        tokens.extend(quote!(impl_enum!(#(#enums)*);));
    }
    tokens
}

fn enumeration(item: &Enum, imports: &mut Imports) -> TokenStream {
    imports.add(&["UnrecognizedValue", "impl_enum"]);
    let about = doc(&item.doc);
    let name = ident(&item.name);
    let variants: Vec<_> = item.values.iter().map(|value| ident(&value.name)).collect();
    let wires: Vec<_> = item.values.iter().map(|value| &value.wire).collect();
    let docs = item.values.iter().map(|value| doc(&value_documentation(value)));
    let is_of_a_text = item.values.iter().any(|value| value.metric.is_some());
    let into_text = is_of_a_text.then(|| {
        quote! {
            impl From<#name> for String {
                #[inline]
                fn from(value: #name) -> Self {
                    value.as_str().to_owned()
                }
            }
        }
    });
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
        #into_text
    }
}

/// What a value means, and of the name of a metric what its numbers are.
fn value_documentation(value: &EnumValue) -> String {
    let Some(Metric { engines, unit, parts }) = &value.metric else { return value.doc.clone() };
    let unit = unit.as_ref().map(|unit| format!(" In {unit}.")).unwrap_or_default();
    let parts = match parts.as_slice() {
        [] => String::new(),
        parts => format!(" Its numbers: `{}`.", parts.join("`, `")),
    };
    format!("{}{unit}{parts} Of {}.", value.doc.trim(), engines.join(", "))
}

fn object_setters(item: &Object) -> Option<TokenStream> {
    let name = ident(&item.name);
    let setters = setters(&item.fields, &quote!());
    (!setters.is_empty()).then(|| quote!(impl #name { #setters }))
}
