//! The file of one operation: its request, its response, its types, and its method of the client.

use std::time::Duration;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use rds_api_schema::{Access, Method, PaginationStyle, Role, Source, Takes, Waiter};

use super::constructor::Constructor;
use super::file::file;
use super::imports::Imports;
use super::setters::setters;
use super::structure::structure;
use super::tokens::{doc, ident, inline, inner_doc, ty};
use super::{page, types};
use crate::model::{Api, Follows, Operation, Pagination, Types, UsedByRequests};

pub(super) fn module(api: &Api, operation: &Operation) -> String {
    let types = Types::of(api, operation);
    let about = inner_doc(&page::operation(&api.package, operation, types));
    let mut imports = Imports::default();
    let items = items(operation, types, &mut imports);
    let imports = imports.tokens();
    file(&operation.source, quote!(#about #imports #items))
}

fn items(operation: &Operation, types: Types<'_>, imports: &mut Imports) -> TokenStream {
    imports.add(&["Call"]);
    imports.add(&["Access", "Method", "Operation", "Request"]);
    let request = ident(&operation.request_type());
    let response = ident(&operation.response_type());
    let method = method(operation, imports);
    let request_struct = structure(
        &operation.request_type(),
        &format!("The parameters of `{}`.", operation.name),
        &operation.request,
        types,
        imports,
    );
    let setters = setters(&operation.request, &quote!(.request));
    let waiters = waiters(operation, imports);
    let call = match (setters.is_empty(), &waiters) {
        (true, None) => quote!(),
        _ => quote!(impl Call<#request> { #setters #waiters }),
    };
    let descriptor = descriptor(operation, imports);
    let functions = waiter_functions(operation, imports);
    let follows = operation.follows.as_ref().map(|follows| followed(&request, follows, imports));
    let pages = operation.pagination.as_ref().map(|pagination| paginated(&request, pagination, imports));
    let response_type = response_type(operation, types, imports);
    let own = types::items(&operation.types, &UsedByRequests::of_operation(operation), types, imports);
    quote! {
        #method
        #request_struct
        #call
        impl Request for #request {
            type Response = #response;
            const OPERATION: &'static Operation = &#descriptor;
        }
        #functions
        #follows
        #pages
        #response_type
        #own
    }
}

/// The method of the client.
fn method(operation: &Operation, imports: &mut Imports) -> TokenStream {
    imports.add(&["Client"]);
    let request = ident(&operation.request_type());
    let method = ident(&operation.rust_name);
    let (parameters, made) = match Constructor::of(&operation.request_type(), &operation.request) {
        Some(constructor) => {
            let arguments = constructor.arguments();
            (constructor.parameters(), quote!(#request::new(#arguments)))
        }
        None => (quote!(), quote!(#request::default())),
    };
    let call = ident(&operation.call_type());
    let about_call = doc(&format!("A call of `{}`: its optional parameters are methods.", operation.name));
    let inline = inline(&parameters);
    let about = doc(&method_documentation(operation));
    let search = (!operation.search.is_empty()).then(|| {
        let words = &operation.search;
        quote!(#[doc(alias(#(#words),*))])
    });
    let deprecated = operation.deprecated.as_ref().map(|note| quote!(#[deprecated(note = #note)]));
    quote! {
        #about_call
        pub type #call = Call<#request>;
        impl Client {
            #about
            #search
            #deprecated
            #inline
            pub fn #method(&self, #parameters) -> #call {
                self.call(#made)
            }
        }
    }
}

fn method_documentation(operation: &Operation) -> String {
    let module = format!("crate::operations::{}::{}", operation.family, operation.rust_name);
    let outcome = match page::outcome(operation) {
        Some(outcome) => format!(" {}{}.", outcome[..1].to_uppercase(), &outcome[1..]),
        None => String::new(),
    };
    format!(
        "{}{outcome}\n\nParameters, errors and an example: [`{}`]({module}).",
        operation.summary.trim(),
        operation.name,
    )
}

/// The type of the response, and the standard traits of what is declared here.
fn response_type(operation: &Operation, types: Types<'_>, imports: &mut Imports) -> TokenStream {
    let (request, name) = (ident(&operation.request_type()), operation.response_type());
    let response = ident(&name);
    let about = format!("The response of `{}`.", operation.name);
    if let Some(shared) = &operation.shared_response {
        imports.add_shared(shared);
        let (about, shared) = (doc(&about), ident(shared));
        return quote!(#about pub type #response = #shared; impl_object!(#request););
    }
    let structure = structure(&name, &about, &operation.response, types, imports);
    let is_success = operation.success().map(|success| {
        imports.add(&["is_success"]);
        let about = doc(
            "Whether the operation did what was asked: `false` if `Success` says that it did not, which is no error of \
             the call.",
        );
        let field = ident(&success.name);
        quote! {
            impl #response {
                #about
                #[inline]
                pub fn is_success(&self) -> bool {
                    is_success(&self.#field)
                }
            }
        }
    });
    quote!(#structure #is_success impl_object!(#request #response);)
}

/// What the client knows of the operation at run time.
fn descriptor(operation: &Operation, imports: &mut Imports) -> TokenStream {
    let (name, family) = (&operation.name, &operation.family);
    let access = match operation.access {
        Access::Read => quote!(Access::Read),
        Access::Write => quote!(Access::Write),
    };
    let method = match operation.method {
        Method::Post => quote!(Method::Post),
        Method::Get => quote!(Method::Get),
    };
    let writes_when = operation.writes_when.iter().map(|(name, value)| {
        imports.add(&["ParameterValue"]);
        quote!(ParameterValue::new(#name, #value))
    });
    let writes_when: Vec<TokenStream> = writes_when.collect();
    let writes_when =
        (!writes_when.is_empty()).then(|| quote!(.with_writes_when(const { &[#(#writes_when),*] })));
    let wire = |role: Role| operation.parameter_of(role).map(|field| &field.wire);
    let token = wire(Role::IdempotencyToken).map(|wire| quote!(.with_idempotency_token(#wire)));
    let region = wire(Role::Region).map(|wire| quote!(.with_region(#wire)));
    quote!(Operation::new(#family, #name, #access, #method) #writes_when #token #region)
}

/// The methods that wait.
fn waiters(operation: &Operation, imports: &mut Imports) -> Option<TokenStream> {
    if operation.waiters.is_empty() {
        return None;
    }
    imports.add(&["Wait", "Waiter"]);
    let response = ident(&operation.response_type());
    let methods: Vec<TokenStream> = operation
        .waiters
        .iter()
        .map(|waiter| {
            let about = doc(&page::waiter(waiter));
            let method = ident(&waiter.rust_name);
            quote! {
                #about
                #[inline]
                pub fn #method(self) -> Wait<#response> {
                    self.until(#method())
                }
            }
        })
        .collect();
    Some(quote!(#(#methods)*))
}

/// The waiters, for the methods that wait, and for the writes that are followed by them.
fn waiter_functions(operation: &Operation, imports: &mut Imports) -> TokenStream {
    let functions = operation.waiters.iter().map(|waiter| {
        let (name, condition) = (ident(&waiter.rust_name), condition(&waiter.until, imports));
        quote!(#[inline] pub(crate) fn #name() -> Waiter { #condition })
    });
    let functions: Vec<TokenStream> = functions.collect();
    quote!(#(#functions)*)
}

/// What follows a write.
fn followed(request: &Ident, follows: &Follows, imports: &mut Imports) -> TokenStream {
    imports.add(&["Follow", "Followed", "Given"]);
    let Follows { names, module: [family, module], waiter } = follows;
    let (family, module) = (ident(family), ident(module));
    let module = quote!(crate::operations::#family::#module);
    let (next, waiter) = (ident(&format!("{}Request", names.operation)), ident(&waiter.rust_name));
    let delay = names.initial_delay.map(|delay| {
        imports.add_from("std::time", &["Duration"]);
        let seconds = Literal::u64_unsuffixed(delay.as_secs());
        quote!(.initial_delay(Duration::from_secs(#seconds)))
    });
    let with = names.with.iter().map(|given| {
        let parameter = &given.parameter;
        let source = match &given.source {
            Source::Request(name) => quote!(Given::request(#parameter, #name)),
            Source::Response(path) => quote!(Given::response(#parameter, #path)),
            Source::Value(value) => quote!(Given::value(#parameter, #value)),
        };
        match given.takes {
            Takes::Text => source,
            Takes::Number => quote!(#source.number()),
            Takes::Flattened => quote!(#source.flattened()),
            Takes::Json => quote!(#source.json()),
            Takes::Joined => quote!(#source.joined()),
        }
    });
    let unless = names.unless.iter().map(|when| {
        imports.add(&["ParameterValue"]);
        let (name, value) = (&*when.name, &*when.value);
        quote!(ParameterValue::new(#name, #value))
    });
    let unless: Vec<TokenStream> = unless.collect();
    let unless = (!unless.is_empty()).then(|| quote!(.unless(const { &[#(#unless),*] })));
    quote! {
        impl Followed for #request {
            type Next = #module::#next;
            #[inline]
            fn follow() -> Follow {
                Follow::new(#module::#waiter() #delay, const { &[#(#with),*] }) #unless
            }
        }
    }
}

/// What ends the waiting, and how patient it is.
fn condition(waiter: &Waiter, imports: &mut Imports) -> TokenStream {
    let values =
        |method: Ident, values: &[String]| (!values.is_empty()).then(|| quote!(.#method([#(#values),*])));
    let field = &waiter.field;
    let (done, failed) = (values(ident("done"), &waiter.done), values(ident("failed"), &waiter.failed));
    let needs = waiter.needs.as_ref().map(|name| quote!(.needs(#name)));
    let percent = waiter.percent.as_ref().map(|path| quote!(.percent(#path)));
    let phase = waiter.phase.as_ref().map(|path| quote!(.phase(#path)));
    let when_absent = waiter.done_when_absent.then(|| quote!(.done_when_absent()));
    let mut seconds = |time: Duration| {
        imports.add_from("std::time", &["Duration"]);
        let seconds = Literal::u64_unsuffixed(time.as_secs());
        quote!(Duration::from_secs(#seconds))
    };
    let default = Waiter::new(field);
    let times = [
        ("not_found_grace", waiter.not_found_grace, default.not_found_grace),
        ("initial_delay", waiter.initial_delay, default.initial_delay),
        ("delay", waiter.delay, default.delay),
        ("max_delay", waiter.max_delay, default.max_delay),
        ("timeout", waiter.timeout, default.timeout),
    ];
    let times = times.into_iter().filter(|(_, time, default)| time != default).map(|(method, time, _)| {
        let (method, time) = (ident(method), seconds(time));
        quote!(.#method(#time))
    });
    quote!(Waiter::new(#field) #needs #percent #phase #done #failed #when_absent #(#times)*)
}

/// How the list of the response is cut into pages, and how its entries are had.
fn paginated(request: &Ident, pagination: &Pagination, imports: &mut Imports) -> TokenStream {
    imports.add(&["Paginated", "Pagination"]);
    imports.add_type(&pagination.item);
    let Pagination { cut, members, item } = pagination;
    let rds_api_schema::Pagination { position, items, end, .. } = cut;
    let disabled_by = &cut.disabled_by;
    let disabled_by = (!disabled_by.is_empty()).then(|| quote!(.disabled_by([#(#disabled_by),*])));
    let total = end.as_ref().map(|end| quote!(.total(#end)));
    let place = match cut.by {
        PaginationStyle::PageNumber => quote!(Pagination::by_page_number(#position, #items) #total),
        PaginationStyle::Token => quote!(Pagination::by_token(#position, #end, #items)),
    };
    let size = cut.size.as_ref().map(|size| quote!(.size(#size)));
    let default_size = cut.default_size.map(|size| {
        let size = Literal::u64_unsuffixed(size);
        quote!(.default_size(#size))
    });
    let item = ty(item);
    let members: Vec<Ident> = members.iter().map(|name| ident(name)).collect();
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
                #place #size #default_size #disabled_by
            }
            #[inline]
            fn items(page: Self::Response) -> Vec<Self::Item> {
                #entries
            }
        }
    }
}
