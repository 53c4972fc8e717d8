//! The imports, variables and crates that a program needs besides its expressions.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use super::tokens::{literal, name, variable};

/// Gathered while the expressions are made.
#[derive(Clone, Default)]
pub(super) struct Needs {
    /// The names to import, by module.
    imports: BTreeMap<String, BTreeSet<String>>,
    /// The variables whose values come from the environment.
    secrets: BTreeSet<String>,
    /// The parameters that have the value of the documentation because none was given.
    pub(super) examples: Vec<String>,
    /// Whether the crate `serde_json` is used.
    pub(super) serde_json: bool,
}

impl Needs {
    pub(super) fn import(&mut self, module: &str, name: &str) {
        self.imports.entry(module.to_owned()).or_default().insert(name.to_owned());
    }

    /// A variable that has a secret, which the program reads from the environment.
    pub(super) fn secret(&mut self, path: &str) -> TokenStream {
        let variable = variable(path);
        let tokens = name(&variable);
        self.secrets.insert(variable);
        tokens
    }

    /// The `use` items of the standard library, and all others.
    pub(super) fn imports(&self) -> (TokenStream, TokenStream) {
        let item = |(module, names): (&String, &BTreeSet<String>)| {
            let (module, names) = (name(module), names.iter().map(|it| name(it)));
            if names.len() == 1 {
                quote!(use #module::#(#names)*;)
            } else {
                quote!(use #module::{#(#names),*};)
            }
        };
        let is_std = |(module, _): &(&String, _)| module.starts_with("std::");
        let std = self.imports.iter().filter(is_std).map(item).collect();
        let others = self.imports.iter().filter(|entry| !is_std(entry)).map(item).collect();
        (std, others)
    }

    /// The statements that read the secrets.
    pub(super) fn secrets(&self) -> TokenStream {
        let read = |variable: &String| {
            let environment = variable.to_uppercase();
            let (variable, reason) = (name(variable), literal(&format!("{environment} is not set")));
            let environment = literal(&environment);
            quote!(let #variable = std::env::var(#environment).expect(#reason);)
        };
        self.secrets.iter().map(read).collect()
    }
}
