//! Setters of calls and of objects.

use proc_macro2::TokenStream;
use quote::quote;

use super::documentation;
use super::tokens::{Storage, argument, doc, ident, inline};
use crate::model::Field;

/// A setter for each field that is not an argument. `target` leads from `self` to the struct.
pub(super) fn setters(fields: &[Field], target: &TokenStream) -> TokenStream {
    let setters = fields.iter().filter(|field| !field.is_argument()).map(|field| {
        let name = ident(&field.name);
        let about = doc(&documentation::field(field));
        let (ty, value) = argument(field, &name);
        let value = match Storage::of(field) {
            Storage::Optional => quote!(Some(#value)),
            _ => value,
        };
        let inline = inline(&ty);
        quote! {
            #about
            #inline
            pub fn #name(mut self, #name: #ty) -> Self {
                self #target.#name = #value;
                self
            }
        }
    });
    quote!(#(#setters)*)
}
