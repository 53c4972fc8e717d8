//! A Rust program that makes a given call: complete and typed, to be pasted into a new project.
//!
//! The program is made of tokens and printed by prettyplease, like the generated client. That is close to what
//! rustfmt makes of it, but not the same: a project that is formatted may break some of its lines elsewhere.
//! Tokens have no comments, so all comments stand in front of the program.

use proc_macro2::TokenStream;
use quote::quote;
use rds_api::schema::Operation;
use serde_json::{Map, Value as Json};

pub(crate) use ending::{Ending, Patience};
use needs::Needs;

mod call;
mod client;
mod comment;
mod ending;
mod needs;
#[cfg(test)]
mod tests;
mod tokens;
mod values;

/// Where the program's client comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Service {
    /// An embedded service that the program starts for itself, so that it needs no account.
    Embedded,
    /// The service, with the credentials that the client finds by itself.
    Account {
        /// The region of the client.
        region: Option<String>,
        /// The endpoint, where it is not the region's.
        endpoint: Option<String>,
        /// The profile of the official command line, where it is not the current one.
        profile: Option<String>,
        /// Whether the region's endpoint is that inside of a VPC.
        vpc: bool,
    },
}

impl Service {
    /// The service that the program is not for: an account where it is for the embedded one, and the other way round.
    pub(crate) fn other(&self, region: Option<&str>) -> Self {
        match self {
            Self::Embedded => {
                Self::Account { region: region.map(str::to_owned), endpoint: None, profile: None, vpc: false }
            }
            Self::Account { .. } => Self::Embedded,
        }
    }
}

/// The program that calls `operation` and prints its response. See [`program_with`].
pub(crate) fn program(
    operation: &'static Operation,
    parameters: &Map<String, Json>,
    service: &Service,
) -> String {
    program_with(operation, parameters, service, &Ending::Response)
}

/// The program that calls `operation`, and prints what the ending says. `parameters` have the shapes of the schema; values that do not fit
/// them, and names that it does not have, are sent nevertheless, as the raw text that they are.
///
/// Sensitive values are not written into the program: it reads them from environment variables. Required ones
/// that are missing get the example of the documentation, and a comment says so.
pub(crate) fn program_with(
    operation: &'static Operation,
    parameters: &Map<String, Json>,
    service: &Service,
    ending: &Ending,
) -> String {
    let mut needs = Needs::default();
    let client = client::statements(service, &mut needs);
    let call = call::expression(operation, parameters, &mut needs);
    let ending = ending::statements(&call, ending, &mut needs);
    let secrets = needs.secrets();
    let allow = operation.deprecated.as_ref().map(|_| quote!(#[allow(deprecated)]));
    let main = quote! {
        #[tokio::main(flavor = "current_thread")]
        #allow
        async fn main() -> rds_api::Result<()> {
            #secrets
            #client
            #ending
            Ok(())
        }
    };
    let mut parts = vec![comment::text(operation, service, &needs)];
    let (std, others) = needs.imports();
    parts.extend([std, others, main].into_iter().filter(|items| !items.is_empty()).map(printed));
    parts.join("\n")
}

fn printed(items: TokenStream) -> String {
    match syn::parse2(items.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        // What cannot be parsed does not compile; the compiler says why better than a message could here.
        Err(_) => items.to_string(),
    }
}
