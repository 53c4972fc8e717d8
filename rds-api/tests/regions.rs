//! A client for several regions: what they share, and what is each region's own.
#![allow(clippy::unwrap_used)]

mod raw_server;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use raw_server::RawServer;
use rds_api::credentials::{BoxFuture, Credentials, ProvideCredentials};
use rds_api::{Client, ErrorKind, Network, Result, RetryPolicy};

#[derive(Debug, Clone, Default)]
struct Counted(Arc<AtomicUsize>);

impl ProvideCredentials for Counted {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        let soon = SystemTime::now() + Duration::from_secs(3600);
        Box::pin(async move { Ok(Credentials::new("id", "secret").with_expiration(soon)) })
    }
}

#[test]
fn each_region_has_its_endpoint_on_the_network_of_the_client() {
    let client = |network| {
        Client::builder().region("cn-hangzhou").network(network).credentials(Credentials::new("id", "secret"))
    };
    for (network, region, host) in [
        (Network::Public, "cn-beijing", "rds.aliyuncs.com"),
        (Network::Public, "eu-central-1", "rds.eu-central-1.aliyuncs.com"),
        (Network::Vpc, "cn-beijing", "rds-vpc.cn-beijing.aliyuncs.com"),
        (Network::Named("internal".to_owned()), "eu-central-1", "rds-internal.eu-central-1.aliyuncs.com"),
    ] {
        let other = client(network.clone()).build().unwrap().in_region(region).unwrap();
        assert_eq!((other.region(), other.endpoint().host()), (Some(region), host));
        let back = other.in_region("cn-hangzhou").unwrap();
        assert_eq!(back.endpoint(), client(network).build().unwrap().endpoint());
    }
    for region in ["", "cn hangzhou", "evil.example/", "cn_hangzhou", "cn-hangzhou.evil.example"] {
        let error = client(Network::Public).build().unwrap().in_region(region).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input);
        assert!(error.to_string().ends_with("is not a region id, such as `cn-hangzhou`"), "{error}");
    }
}

#[tokio::test]
async fn an_endpoint_that_was_given_is_that_of_every_region() {
    let server = RawServer::responding("200 OK", "", r#"{"RequestId":"R"}"#);
    let client = server.client_builder().region("cn-hangzhou").build().unwrap();
    client.in_region("cn-beijing").unwrap().describe_db_instances().await.unwrap();
    client.describe_db_instances().await.unwrap();
    let requests = server.requests();
    assert!(requests[0].contains("RegionId=cn-beijing") && requests[1].contains("RegionId=cn-hangzhou"));
}

#[tokio::test]
async fn regions_share_credentials_and_the_budget_of_retries() {
    let server = RawServer::responding("503 Busy", "", "");
    let credentials = Counted::default();
    let retry = RetryPolicy::default().initial_backoff(Duration::ZERO).max_attempts(11);
    let client = server.client_builder().credentials(credentials.clone()).retry(retry).build().unwrap();
    for region in 0..20 {
        let region = client.in_region(format!("region-{region}")).unwrap();
        region.describe_regions().await.unwrap_err();
    }
    assert_eq!(server.requests().len(), 20 + 100, "all regions have a hundred retries together");
    assert_eq!(credentials.0.load(Ordering::Relaxed), 1);
}
