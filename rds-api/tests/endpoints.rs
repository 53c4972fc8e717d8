//! Where calls go: the hosts of all regions, as the official client resolves them.
#![allow(clippy::unwrap_used)]

use rds_api::{Client, ClientBuilder, Credentials, Network, SERVICE};
use rds_api_core::http::client::HAS_TLS;
use serde::Deserialize;

/// A region, its host as the official client resolves it, and its host inside a VPC where a published table
/// or the official client knows one.
#[derive(Deserialize)]
struct Vector {
    region: String,
    public: String,
    vpc: Option<String>,
}

#[test]
fn every_known_region_has_the_host_that_the_official_client_takes() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("vectors/endpoints.json")).unwrap();
    assert_eq!(vectors.len(), 75);
    for Vector { region, public, vpc } in vectors {
        let host = |network: Network| SERVICE.endpoint(&region, &network).host().to_owned();
        let named = |name: &str| host(Network::Named(name.to_owned()));
        assert_eq!(host(Network::Public), public, "{region}");
        assert_eq!((named(""), named("public")), (public.clone(), public), "{region}");
        // Where neither knows a host, all others follow one rule.
        let vpc = vpc.unwrap_or_else(|| format!("rds-vpc.{region}.aliyuncs.com"));
        assert_eq!((host(Network::Vpc), named("vpc")), (vpc.clone(), vpc), "{region}");
        assert_eq!(named("internal"), format!("rds-internal.{region}.aliyuncs.com"));
    }
    let tomorrow = SERVICE.endpoint("xx-tomorrow-1", &Network::Public);
    assert_eq!(tomorrow.to_string(), "https://rds.xx-tomorrow-1.aliyuncs.com");
}

#[test]
fn an_endpoint_of_ones_own_goes_before_region_and_network() {
    let vectors: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("vectors/endpoints.json")).unwrap();
    assert_eq!(vectors.len(), 75);
    for vector in &vectors {
        let region = vector["region"].as_str().unwrap();
        let endpoint =
            |builder: ClientBuilder| builder.region(region).build().unwrap().endpoint().to_string();
        let own = Client::builder()
            .credentials(Credentials::new("id", "secret"))
            .network(Network::Vpc)
            .endpoint("rds.example.com:8443");
        assert_eq!(endpoint(own), "https://rds.example.com:8443", "{region}");
        assert!(
            endpoint(Client::builder().credentials(Credentials::new("id", "secret")))
                .starts_with("https://rds"),
            "{region}"
        );
        let resolved = SERVICE.endpoint(region, &Network::Vpc).to_string();
        assert_eq!(
            endpoint(Client::builder().credentials(Credentials::new("id", "secret")).network(Network::Vpc)),
            resolved,
            "{region}"
        );
    }
}

fn builder() -> ClientBuilder {
    Client::builder().credentials(Credentials::new("id", "secret"))
}

#[test]
fn a_client_needs_a_region_or_an_endpoint() {
    let error = builder().build().unwrap_err();
    assert!(error.to_string().starts_with("no region or endpoint"), "{error}");
    for region in ["", "cn hangzhou", "evil.example/", "cn_hangzhou"] {
        let error = builder().region(region).build().unwrap_err();
        assert!(error.to_string().ends_with("is not a region id, such as `cn-hangzhou`"));
    }
    let plain = builder().endpoint("http://127.0.0.1").allow_plain_http().build().unwrap();
    assert_eq!(plain.region(), None);
}

#[test]
fn without_tls_an_encrypted_endpoint_is_refused() {
    if HAS_TLS {
        return;
    }
    let error = builder().region("cn-hangzhou").build().unwrap_err();
    assert!(error.to_string().starts_with("there is no TLS for https://rds.aliyuncs.com: enable"));
    builder().endpoint("http://127.0.0.1:1").allow_plain_http().build().unwrap();
}
