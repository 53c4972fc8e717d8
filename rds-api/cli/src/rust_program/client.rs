//! The statements that make a program's client.

use proc_macro2::TokenStream;
use quote::quote;

use super::Service;
use super::needs::Needs;
use super::tokens::literal;

/// The statements that lead to the variable `client`.
pub(super) fn statements(service: &Service, needs: &mut Needs) -> TokenStream {
    match service {
        Service::Embedded => {
            needs.import("rds_api_testing", "FakeService");
            quote! {
                let service = FakeService::start()?;
                let client = service.client()?;
            }
        }
        Service::Account { region: Some(region), endpoint: None, profile: None, vpc: false } => {
            needs.import("rds_api", "Client");
            let region = literal(region);
            quote!(let client = Client::from_env(#region)?;)
        }
        Service::Account { region, endpoint, profile, vpc } => {
            needs.import("rds_api", "Client");
            let mut client = quote!(Client::builder());
            if let Some(region) = region {
                let region = literal(region);
                client = quote!(#client.region(#region));
            }
            if *vpc {
                needs.import("rds_api", "Network");
                client = quote!(#client.network(Network::Vpc));
            }
            if let Some(endpoint) = endpoint {
                let address = literal(endpoint);
                client = quote!(#client.endpoint(#address));
                if endpoint.starts_with("http://") {
                    client = quote!(#client.allow_plain_http());
                }
            }
            if let Some(profile) = profile {
                needs.import("rds_api::credentials", "CliProfile");
                let profile = literal(profile);
                client = quote!(#client.credentials(CliProfile::new().profile(#profile)));
            }
            quote!(let client = #client.build()?;)
        }
    }
}
