//! The file of one operation: its request, its answer, its types, and its method of the client.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::documentation;
use super::tokens::{Constructor, doc, ident, imports, inline, inner_doc, setters, ty};
use super::types::{self, Reach, Types};
use crate::model::{Api, Operation, Pagination, Type, TypeItem};
use crate::names::CALL_METHODS;
use crate::spec::{Access, PaginationStyle, Role, Verb};

pub(super) fn module(api: &Api, operation: &Operation) -> String {
    let types = Types::of(api, operation);
    let about = inner_doc(&documentation::operation(operation, types));
    let items = items(operation, types);
    let imports = imports(&items, &shared_names(operation));
    super::file(&operation.source, quote!(#about #imports #items))
}

fn items(operation: &Operation, types: Types<'_>) -> TokenStream {
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
    let inline = inline(&parameters);
    let about = doc(&method_documentation(operation));
    let deprecated = operation.deprecated.as_ref().map(|note| quote!(#[deprecated(note = #note)]));
    let setters = setters(operation.request.iter(), &quote!(.request), CALL_METHODS);
    let setters = if setters.is_empty() { quote!() } else { quote!(impl Call<'_, #request> { #setters }) };
    let request_about = format!("The parameters of `{}`.", operation.name);
    let request_struct =
        types::structure(&operation.request_type(), &request_about, &operation.request, types);
    let answer = answer(operation, types);
    let own = types::items(&operation.types, &Reach::of_operation(operation), types);
    let facts = facts(operation);
    let waiters = waiters(operation);
    let pages = operation.pagination.as_ref().map(|pagination| paginated(&request, pagination));
    quote! {
        impl Client {
            #about
            #deprecated
            #inline
            pub fn #method(&self, #parameters) -> Call<'_, #request> {
                self.call(#made)
            }
        }
        #request_struct
        #setters
        #waiters
        impl Request for #request {
            type Response = #response;
            const OPERATION: &'static Operation = &#facts;
        }
        #pages
        #answer
        #own
    }
}

/// The type of the answer, and the standard traits of what is declared here.
fn answer(operation: &Operation, types: Types<'_>) -> TokenStream {
    let (request, name) = (ident(&operation.request_type()), operation.response_type());
    let response = ident(&name);
    let about = format!("The answer of `{}`.", operation.name);
    if let Some(shared) = &operation.shared_response {
        let (about, shared) = (doc(&about), ident(shared));
        return quote!(#about pub type #response = #shared; impl_object!(#request););
    }
    let structure = types::structure(&name, &about, &operation.response, types);
    quote!(#structure impl_object!(#request #response);)
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

/// The methods that wait.
fn waiters(operation: &Operation) -> TokenStream {
    if operation.waiters.is_empty() {
        return quote!();
    }
    let (request, response) = (ident(&operation.request_type()), ident(&operation.response_type()));
    let methods = operation.waiters.iter().map(|waiter| {
        let about = doc(&documentation::waiter(waiter));
        let (method, field) = (ident(&waiter.method()), &waiter.field);
        let values =
            |method: Ident, values: &[String]| (!values.is_empty()).then(|| quote!(.#method([#(#values),*])));
        let (done, failed) = (values(ident("done"), &waiter.done), values(ident("failed"), &waiter.failed));
        let needs = waiter.needs.as_ref().map(|name| quote!(.needs(#name)));
        let when_absent = waiter.done_when_absent.then(|| quote!(.done_when_absent()));
        let seconds = |seconds: u64| {
            let seconds = Literal::u64_unsuffixed(seconds);
            quote!(Duration::from_secs(#seconds))
        };
        let other_than = |default: u64, value: u64, method: &str| {
            let (method, value) = (ident(method), (value != default).then(|| seconds(value))?);
            Some(quote!(.#method(#value)))
        };
        let absence = other_than(120, waiter.absence, "absence");
        let first_delay = other_than(0, waiter.first_delay, "first_delay");
        let delays = ((waiter.delay, waiter.max_delay) != (5, 30)).then(|| {
            let (delay, max_delay) = (seconds(waiter.delay), seconds(waiter.max_delay));
            quote!(.delays(#delay, #max_delay))
        });
        let timeout = other_than(3600, waiter.timeout, "timeout");
        quote! {
            #about
            #[inline]
            pub fn #method(self) -> Wait<'c, #response> {
                self.until(
                    Waiter::new(#field) #needs #done #failed #when_absent #absence #first_delay #delays #timeout
                )
            }
        }
    });
    quote!(impl<'c> Call<'c, #request> { #(#methods)* })
}

/// How the list of the answer is cut into pages, and how its entries are had.
fn paginated(request: &Ident, pagination: &Pagination) -> TokenStream {
    let Pagination { position, items, end, unless, .. } = pagination;
    let unless = (!unless.is_empty()).then(|| quote!(.unless([#(#unless),*])));
    let total = end.as_ref().map(|end| quote!(.total(#end)));
    let cut = match pagination.by {
        PaginationStyle::PageNumber => quote!(Pagination::by_page_number(#position, #items) #total),
        PaginationStyle::Token => quote!(Pagination::by_token(#position, #end, #items)),
    };
    let size = pagination.size.as_ref().map(|size| quote!(.size(#size)));
    let default_size = pagination.default_size.map(|size| {
        let size = Literal::u64_unsuffixed(size);
        quote!(.default_size(#size))
    });
    let item = ty(&pagination.item);
    let members: Vec<Ident> = pagination.members.iter().map(|name| ident(name)).collect();
    let entries = match members.as_slice() {
        [first, between @ .., last] => {
            let between = between.iter().map(|name| quote!(.and_then(|it| it.#name)));
            quote!(page.#first #(#between)*.map(|it| it.#last).unwrap_or_default())
        }
        members => quote!(page #(.#members)*),
    };
    quote! {
        impl Paginated for #request {
            type Item = #item;
            #[inline]
            fn pagination() -> Pagination {
                #cut #size #default_size #unless
            }
            #[inline]
            fn items(page: Self::Response) -> Vec<Self::Item> {
                #entries
            }
        }
    }
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
    shared.chain(operation.shared_response.clone()).collect()
}
