//! The imports of a generated file.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use super::tokens::ident;
use crate::model::{Field, Type};

/// What the items of a file use: each builder of items adds the names that it mentions.
#[derive(Default)]
pub(super) struct Imports {
    names: BTreeMap<&'static str, BTreeSet<String>>,
    /// The shared type that the file declares itself.
    own: Option<String>,
}

impl Imports {
    /// The imports of the file that declares a shared type.
    pub(super) fn of_shared_type(name: &str) -> Self {
        Self { own: Some(name.to_owned()), ..Self::default() }
    }

    /// Adds names of what the client keeps for generated code.
    pub(super) fn add(&mut self, names: &[&str]) {
        self.add_from("crate::__private", names);
    }

    /// Adds names of a module.
    pub(super) fn add_from(&mut self, module: &'static str, names: &[&str]) {
        self.names.entry(module).or_default().extend(names.iter().map(|name| (*name).to_owned()));
    }

    /// Adds what the declarations of fields mention.
    pub(super) fn add_fields(&mut self, fields: &[Field]) {
        for field in fields {
            self.add_type(&field.ty);
        }
    }

    pub(super) fn add_type(&mut self, ty: &Type) {
        match ty {
            Type::List(item, _) => self.add_type(item),
            Type::Map(item) => {
                self.add_from("std::collections", &["BTreeMap"]);
                self.add_type(item);
            }
            Type::Timestamp(_) => self.add(&["Timestamp"]),
            Type::Json => self.add(&["Json"]),
            Type::Shared(name) => self.add_shared(name),
            _ => {}
        }
    }

    /// Adds a type of `types.yaml`.
    pub(super) fn add_shared(&mut self, name: &str) {
        if self.own.as_deref() != Some(name) {
            self.add_from("crate::types", &[name]);
        }
    }

    /// The `use` items, those of the standard library first.
    pub(super) fn tokens(&self) -> TokenStream {
        let is_std = |module: &str| module.starts_with("std::");
        let std = self.names.iter().filter(|(module, _)| is_std(module));
        let others = self.names.iter().filter(|(module, _)| !is_std(module));
        let uses = std.chain(others).map(|(module, names)| {
            let path = module.split("::").map(ident);
            let names = names.iter().map(|name| ident(name));
            quote!(use #(#path)::*::{#(#names),*};)
        });
        quote!(#(#uses)*)
    }
}
