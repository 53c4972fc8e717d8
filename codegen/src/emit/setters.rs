//! Setters of calls and of objects.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::tokens::{Storage, argument, doc, ident, inline};
use super::{documentation, markdown};
use crate::model::Field;

/// The name of a field's setter: its own, with an underscore where a method has that name already.
pub(super) fn setter_name(field: &Field, reserved: &[&str]) -> Ident {
    let underscore = if reserved.contains(&field.name.as_str()) { "_" } else { "" };
    format_ident!("{}{underscore}", field.name)
}

/// A setter for each field that is not an argument. `target` leads from `self` to the struct.
pub(super) fn setters(fields: &[Field], target: &TokenStream, reserved: &[&str]) -> TokenStream {
    let setters = fields.iter().filter(|field| !field.is_argument()).map(|field| {
        let (name, setter) = (ident(&field.name), setter_name(field, reserved));
        let about = doc(markdown::first_paragraph(&documentation::field(field)));
        let (ty, value) = argument(field, &name);
        let value = match Storage::of(field) {
            Storage::Optional => quote!(Some(#value)),
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
