//! The expression that makes the call.

use proc_macro2::TokenStream;
use quote::quote;
use rds_api::schema::{self, Field, Operation};
use serde_json::{Map, Value as Json};

use super::needs::Needs;
use super::tokens::{inside, literal, name};
use super::values::{Typing, Values, given, setter};
use crate::masking::is_secret;

/// The call of an operation with these parameters, not awaited.
pub(super) fn expression(
    operation: &'static Operation,
    parameters: &Map<String, Json>,
    needs: &mut Needs,
) -> TokenStream {
    let mut values = Values::new(operation, needs);
    let required: Vec<&Field> = operation.required().collect();
    let arguments = values.arguments(&operation.name, &required, parameters, "", false);
    let method = name(&operation.rust_name);
    let mut call = quote!(client.#method(#(#arguments),*));
    for field in operation.parameters.iter().filter(|field| !field.is_argument()) {
        let Some(value) = given(parameters, field) else { continue };
        let typed = if field.is_common {
            None
        } else {
            values.attempt(|values| values.field(field, value, &field.rust_name, Typing::Convertible))
        };
        call = match typed {
            Some(value) => {
                let setter = setter(field);
                quote!(#call.#setter(#value))
            }
            None => with_raw(call, values.needs, operation, field, value),
        };
    }
    for field in required {
        let Some(value) = given(parameters, field) else { continue };
        let mut unused = Needs::default();
        if Values::new(operation, &mut unused).field(field, value, "", Typing::Exact).is_none() {
            call = with_raw(call, values.needs, operation, field, value);
        }
    }
    for (name, value) in parameters.iter().filter(|(name, _)| operation.parameter(name).is_none()) {
        for (name, value) in schema::flattened(operation, name, value) {
            let value = if is_secret(None, &name) { needs.secret(&name) } else { needs.text(&name, &value) };
            call = with_parameter(call, &name, value);
        }
    }
    call
}

/// The call with a value that does not fit its type, as the text that it is on the wire.
fn with_raw(
    call: TokenStream,
    needs: &mut Needs,
    operation: &'static Operation,
    field: &Field,
    value: &Json,
) -> TokenStream {
    if field.sensitive {
        return with_parameter(call, &field.name, needs.secret(&inside("", &field.rust_name)));
    }
    let flat = schema::flattened(operation, &field.name, value).into_iter();
    flat.fold(call, |call, (name, value)| {
        let value =
            if is_secret(Some(operation), &name) { needs.secret(&name) } else { needs.text(&name, &value) };
        with_parameter(call, &name, value)
    })
}

fn with_parameter(call: TokenStream, name: &str, value: TokenStream) -> TokenStream {
    let name = literal(name);
    quote!(#call.with_parameter(#name, #value))
}
