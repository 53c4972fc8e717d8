//! `new` of a type with required fields.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::documentation;
use super::tokens::{argument, doc, ident, inline, ty};
use crate::model::{Field, Type, TypeItem, Types};

/// The constructor of a type with required fields: they are arguments up to three, and from four on one struct
/// with named fields, so that no two of them can be swapped.
pub(super) struct Constructor<'m> {
    pub(super) fields: Vec<&'m Field>,
    type_name: String,
}

impl<'m> Constructor<'m> {
    /// The constructor of a type, if anything is required.
    pub(super) fn of(type_name: &str, fields: &'m [Field]) -> Option<Self> {
        let fields: Vec<&Field> = fields.iter().filter(|field| field.is_argument()).collect();
        let type_name = type_name.strip_suffix("Request").unwrap_or(type_name).to_owned();
        (!fields.is_empty()).then_some(Self { fields, type_name })
    }

    /// Whether the required fields are one struct.
    pub(super) fn is_struct(&self) -> bool {
        self.fields.len() > 3
    }

    /// The name of the struct of the required fields.
    pub(super) fn struct_name(&self) -> Ident {
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

    /// Arguments for `new` that stand for nothing, to decode into.
    pub(super) fn empty_arguments(&self, types: Types<'_>) -> TokenStream {
        let values = self.fields.iter().map(|field| self.empty_argument(&field.ty, types));
        if self.is_struct() {
            let name = self.struct_name();
            let names = self.fields.iter().map(|field| ident(&field.name));
            return quote!(#name { #(#names: #values),* });
        }
        quote!(#(#values),*)
    }

    fn empty_argument(&self, ty: &Type, types: Types<'_>) -> TokenStream {
        match ty {
            Type::Local(_) | Type::Shared(_) if matches!(types.find(ty), Some(TypeItem::Object(_))) => {
                let ty = self::ty(ty);
                quote!(<#ty as Empty>::empty())
            }
            // A struct holds the type itself, where a function takes what becomes it.
            Type::Local(_) | Type::Shared(_) | Type::Timestamp(_) if self.is_struct() => quote!("".into()),
            Type::Local(_) | Type::Shared(_) | Type::Timestamp(_) => quote!(""),
            Type::String => quote!(String::new()),
            Type::Json => quote!(Json::Null),
            Type::List(item, _) => {
                let item = self::ty(item);
                quote!(Vec::<#item>::new())
            }
            Type::Map(item) => {
                let item = self::ty(item);
                quote!(BTreeMap::<String, #item>::new())
            }
            _ => quote!(Default::default()),
        }
    }

    /// `new` itself, and the struct of four and more required fields. `others` are the initialisers of the
    /// fields that are not required.
    pub(super) fn declaration(&self, name: &Ident, others: &TokenStream) -> TokenStream {
        let parameters = self.parameters();
        let inline = inline(&parameters);
        let initialisers = self.initialisers();
        let required = self.is_struct().then(|| self.required_struct());
        quote! {
            #required
            impl #name {
                /// Creates it with its required members; all others are unset.
                #inline
                pub fn new(#parameters) -> Self {
                    Self { #initialisers, #others }
                }
            }
        }
    }

    /// Initialisers of the required fields in a struct expression.
    fn initialisers(&self) -> TokenStream {
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

    fn required_struct(&self) -> TokenStream {
        let about = doc(&format!("The required parameters of `{}`.", self.type_name));
        let name = self.struct_name();
        let fields = self.fields.iter().map(|field| {
            let about = doc(&documentation::field(field));
            let (name, ty) = (ident(&field.name), ty(&field.ty));
            quote!(#about pub #name: #ty)
        });
        quote!(#about #[derive(Clone)] pub struct #name { #(#fields),* })
    }
}
