//! The imports, variables and crates that a program needs besides its expressions.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use serde_json::Value as Json;

use super::tokens::{inside, json_number, literal, name, variable};
use crate::masking::{holds_secret_text, is_secret};

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

    /// A text, unless it holds a secret: then a variable that has all of it.
    pub(super) fn text(&mut self, path: &str, text: &str) -> TokenStream {
        if holds_secret_text(text) { self.secret(path) } else { literal(text) }
    }

    /// A value as the macro `json!` takes it, with variables in the places of secrets.
    pub(super) fn json(&mut self, path: &str, value: &Json) -> TokenStream {
        match value {
            Json::Null => quote!(null),
            Json::Bool(value) => quote!(#value),
            Json::Number(number) => json_number(number),
            Json::String(text) => self.text(path, text),
            Json::Array(elements) => {
                let elements = elements.iter().enumerate();
                let elements: Vec<_> = elements
                    .map(|(index, element)| self.json(&inside(path, &(index + 1).to_string()), element))
                    .collect();
                quote!([#(#elements),*])
            }
            Json::Object(members) => {
                let members = members.iter().map(|(name, value)| {
                    let path = inside(path, name);
                    let is_secret = !value.is_null() && is_secret(None, name);
                    let value = if is_secret { self.secret(&path) } else { self.json(&path, value) };
                    let name = literal(name);
                    quote!(#name: #value)
                });
                let members: Vec<_> = members.collect();
                quote!({ #(#members),* })
            }
        }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_of_json_have_a_type_that_holds_them() {
        let value = json!({ "a": [1, -1, 20_000_000_000_i64, u64::MAX, 1.5, null, true, "\u{7}"], "b": {} });
        let expected = r#"{ "a" : [1 , - 1 , 20000000000_i64 , 18446744073709551615_u64 , 1.5 , null , true , "\u{7}"] , "b" : { } }"#;
        assert_eq!(Needs::default().json("x", &value).to_string(), expected);
    }

    #[test]
    fn secrets_of_json_are_variables() {
        let value = json!({ "AccountPassword": "hunter2", "Name": "a", "In": ["{\"Secret\":\"hunter2\"}", { "Pwd": [1] }] });
        let mut needs = Needs::default();
        let expected = r#"{ "AccountPassword" : x_accountpassword , "Name" : "a" , "In" : [x_in_1 , { "Pwd" : x_in_2_pwd }] }"#;
        assert_eq!(needs.json("x", &value).to_string(), expected);
        assert_eq!(needs.secrets.len(), 3);
    }
}
