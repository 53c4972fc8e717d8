//! The file of one operation: its request, its answer, its types, and its method of the client.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::documentation;
use super::tokens::{Constructor, doc, ident, imports, inner_doc, setters};
use super::types::{self, Reach};
use crate::model::{Operation, Type, TypeItem};
use crate::names::CALL_METHODS;
use crate::spec::{Access, Role, Verb};

pub(super) fn module(operation: &Operation) -> String {
    let about = inner_doc(&documentation::operation(operation));
    let items = items(operation);
    let imports = imports(&items, &shared_names(operation));
    super::file(&operation.source, quote!(#about #imports #items))
}

fn items(operation: &Operation) -> TokenStream {
    let request = ident(&operation.request_type());
    let response = ident(&operation.response_type());
    let method = ident(&operation.method);
    let constructor = Constructor::of(&operation.request_type(), &operation.request);
    let (parameters, made) = match &constructor {
        Some(constructor) => {
            let arguments = constructor.arguments();
            (constructor.parameters(), quote!(#request::new(#arguments)))
        }
        None => (quote!(), quote!(#request::default())),
    };
    let about = doc(&method_documentation(operation));
    let deprecated = operation.deprecated.as_ref().map(|note| quote!(#[deprecated(note = #note)]));
    let setters = setters(operation.request.iter(), &quote!(.request), CALL_METHODS);
    let setters = if setters.is_empty() { quote!() } else { quote!(impl Call<'_, #request> { #setters }) };
    let request_about = format!("The parameters of `{}`.", operation.name);
    let response_about = format!("The answer of `{}`.", operation.name);
    let request_struct = types::structure(&operation.request_type(), &request_about, &operation.request);
    let response_struct = types::structure(&operation.response_type(), &response_about, &operation.response);
    let own = types::items(&operation.types, &Reach::of_operation(operation));
    let facts = facts(operation);
    quote! {
        impl Client {
            #about
            #deprecated
            pub fn #method(&self, #parameters) -> Call<'_, #request> {
                self.call(#made)
            }
        }
        #request_struct
        #setters
        impl Request for #request {
            type Response = #response;
            const OPERATION: &'static Operation = &#facts;
        }
        #response_struct
        impl_object!(#request #response);
        #own
    }
}

/// What the client knows of the operation at run time.
fn facts(operation: &Operation) -> TokenStream {
    let (name, family) = (&operation.name, &operation.family);
    let access = match operation.access {
        Access::Read => quote!(Access::Read),
        Access::Write => quote!(Access::Write),
    };
    let verb = match operation.verb {
        Verb::Post => quote!(Method::Post),
        Verb::Get => quote!(Method::Get),
    };
    let role = |role: Role| {
        let field = operation.request.iter().find(|field| field.role == Some(role));
        field.map(|field| &field.wire)
    };
    let token = role(Role::IdempotencyToken).map(|wire| quote!(.with_idempotency_token(#wire)));
    let region = role(Role::Region).map(|wire| quote!(.with_region(#wire)));
    quote!(Operation::new(#family, #name, #access, #verb) #token #region)
}

fn method_documentation(operation: &Operation) -> String {
    let module = format!("crate::{}::{}", operation.family, operation.method);
    format!(
        "{}\n\nParameters, errors and an example: [`{}`]({module}).",
        operation.summary.trim(),
        operation.name,
    )
}

/// The shared types that the operation's own fields mention.
fn shared_names(operation: &Operation) -> BTreeSet<String> {
    let objects = operation.types.iter().filter_map(TypeItem::fields);
    let all = [operation.request.as_slice(), operation.response.as_slice()].into_iter().chain(objects);
    let types = all.flatten().map(|field| field.ty.innermost());
    let shared = types.filter_map(|ty| match ty {
        Type::Shared(name) => Some(name.clone()),
        _ => None,
    });
    shared.collect()
}
