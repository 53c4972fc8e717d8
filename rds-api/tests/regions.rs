//! A client for several regions: what they share, and what is each region's own.
#![allow(clippy::unwrap_used)]

mod raw_server;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use raw_server::RawServer;
use rds_api::credentials::{BoxFuture, Credentials, ProvideCredentials};
use rds_api::transport::{Transport, bytes::Bytes, http};
use rds_api::{Client, Error, ErrorKind, FanOut, Network, Region, Regions, Result, RetryPolicy};
use rds_api_testing::{FakeInstance, FakeService, Fault, Refusal};

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

/// Leads to some hosts, and to no other.
#[derive(Debug, Clone)]
struct Roads(Arc<Mutex<Vec<String>>>);

impl Transport for Roads {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>>> {
        let host = request.uri().host().unwrap().to_owned();
        self.0.lock().unwrap().push(host.clone());
        Box::pin(async move {
            match host.as_str() {
                "rds.eu-central-1.aliyuncs.com" => Err(Error::connect("no such host")),
                "rds.me-east-1.aliyuncs.com" => Ok(http::Response::builder()
                    .status(403)
                    .body(Bytes::from_static(br#"{"RequestId":"1","HostId":"h","Code":"Forbidden.RAM"}"#))
                    .unwrap()),
                _ => {
                    let regions =
                        ["cn-hangzhou", "eu-central-1", "cn-hangzhou", "me-east-1", "", "cn-beijing"];
                    let regions = regions.map(|id| format!(r#"{{"RegionId":"{id}"}}"#)).join(",");
                    let body = format!(r#"{{"RequestId":"1","Regions":{{"RDSRegion":[{regions}]}}}}"#);
                    Ok(http::Response::new(body.into()))
                }
            }
        })
    }
}

#[tokio::test]
async fn all_regions_are_those_that_can_be_reached_each_once() {
    let roads = Roads(Arc::default());
    let client = Client::builder().region("cn-hangzhou").credentials(Credentials::new("id", "secret"));
    let client = client.transport(roads.clone()).build().unwrap();
    let regions = Regions::all(&client).await.unwrap();
    assert_eq!(
        regions.iter().map(Region::id).collect::<Vec<_>>(),
        ["cn-hangzhou", "me-east-1", "cn-beijing"]
    );
    let unreachable: Vec<_> =
        regions.unreachable().map(|(region, error)| (region.id(), error.kind())).collect();
    assert_eq!(unreachable, [("eu-central-1", ErrorKind::Connect)]);
    let mut hosts = roads.0.lock().unwrap().clone();
    hosts.sort();
    let expected = ["rds.aliyuncs.com", "rds.eu-central-1.aliyuncs.com", "rds.me-east-1.aliyuncs.com"];
    assert_eq!(hosts, expected, "each host is asked once");
    assert_eq!(Regions::of(&client, ["x y"]).unwrap_err().kind(), ErrorKind::Input);
}

/// An account with an instance in each of these regions.
fn account(regions: &[&str]) -> FakeService {
    let mut builder = FakeService::builder();
    for region in regions {
        builder = builder.instance(FakeInstance::new("MySQL").id(format!("rm-{region}")).region(*region));
    }
    builder.start().unwrap()
}

#[tokio::test]
async fn lists_of_all_regions_keep_the_region_with_each_entry() {
    let service = account(&["cn-beijing", "cn-shanghai"]);
    let client = service.client().unwrap();
    let regions = Regions::of(&client, ["cn-shanghai", "cn-beijing", "cn-shanghai"]).unwrap();
    let instances =
        regions.lists(|client| client.describe_db_instances().items()).in_order().into_vec().await;
    let found: Vec<_> = instances
        .into_iter()
        .map(|(region, instance)| (region.to_string(), instance.unwrap().db_instance_id.unwrap()))
        .collect();
    let pair = |region: &str| (region.to_owned(), format!("rm-{region}"));
    assert_eq!(found, [pair("cn-shanghai"), pair("cn-beijing")]);
}

#[tokio::test]
async fn a_failure_stands_beside_the_results_of_the_others() {
    let service = account(&["cn-beijing", "cn-shanghai"]);
    let client = service.client().unwrap();
    let refusal = Refusal::new(403, "Forbidden.RAM", "No.");
    service.inject(refusal).on_operation("DescribeDBInstances").skip(1).times(1);
    let regions = Regions::of(&client, ["cn-hangzhou", "cn-beijing", "cn-shanghai"]).unwrap();
    let counts = regions.each(|client| client.describe_db_instances()).with_concurrency(1);
    let (counted, failed) = counts.partition().await;
    let ids = |(region, _): &(Region, _)| region.to_string();
    assert_eq!(counted.iter().map(ids).collect::<Vec<_>>(), ["cn-hangzhou", "cn-shanghai"]);
    assert_eq!((failed[0].0.id(), failed[0].1.code()), ("cn-beijing", Some("Forbidden.RAM")));
}

/// A server that notes how many requests it had at once.
fn counting(highest: Arc<AtomicUsize>) -> RawServer {
    let now = AtomicUsize::new(0);
    RawServer::start(move |_, _, connection| {
        highest.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(20));
        now.fetch_sub(1, Ordering::SeqCst);
        raw_server::send(connection, &raw_server::response("200 OK", "", r#"{"RequestId":"R"}"#));
    })
}

#[tokio::test]
async fn no_more_calls_are_under_way_than_are_allowed_and_as_many() {
    for (allowed, expected) in [(0, 1), (1, 1), (3, 3), (8, 8), (100, 12)] {
        for in_order in [false, true] {
            let highest = Arc::new(AtomicUsize::new(0));
            let client = counting(highest.clone()).client();
            let mut calls = FanOut::each(0..12, |_| client.describe_regions()).with_concurrency(allowed);
            if in_order {
                calls = calls.in_order();
            }
            let results = calls.into_vec().await;
            assert!(results.len() == 12 && results.iter().all(|(_, result)| result.is_ok()));
            let highest = highest.load(Ordering::SeqCst);
            assert!(highest <= expected && highest * 2 >= expected, "{allowed}: {highest}");
        }
    }
}

#[tokio::test]
async fn results_come_as_they_are_there_or_in_the_order_that_was_asked_for() {
    let sleep = |number: &u64| {
        let number = *number;
        async move {
            tokio::time::sleep(Duration::from_millis(60 - 20 * number)).await;
            if number == 1 { Err(Error::input("one")) } else { Ok(number) }
        }
    };
    let keys = |results: Vec<(u64, Result<u64>)>| results.into_iter().map(|(key, _)| key).collect::<Vec<_>>();
    assert_eq!(keys(FanOut::each(0..3, sleep).into_vec().await), [2, 1, 0]);
    assert_eq!(keys(FanOut::each(0..3, sleep).in_order().into_vec().await), [0, 1, 2]);
}

#[tokio::test]
async fn dropping_the_stream_stops_the_calls() {
    let service = account(&[]);
    let client = service.client().unwrap();
    service.inject(Fault::Delay(Duration::from_millis(200))).skip(1);
    let mut calls = FanOut::each(0..50, |_| client.describe_regions()).with_concurrency(4);
    assert!(calls.next().await.unwrap().1.is_ok());
    drop(calls);
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert!(service.all_requests().len() <= 5, "{}", service.all_requests().len());
}

/// Whoever goes over all regions would take none for nothing to do.
#[tokio::test]
async fn no_regions_are_an_error_and_so_is_a_response_that_denies_itself() {
    for (body, denies) in [
        (r#"{"RequestId":"R"}"#, false),
        (r#"{"RequestId":"R","Regions":{"RDSRegion":[]}}"#, false),
        (r#"{"RequestId":"R","Success":false}"#, true),
        (r#"{"RequestId":"R","Success":"False","Regions":{"RDSRegion":[{"RegionId":"cn-beijing"}]}}"#, true),
    ] {
        let server = RawServer::responding("200 OK", "", body);
        let client = server.client_builder().region("cn-hangzhou").build().unwrap();
        let error = Regions::all(&client).await.unwrap_err();
        assert_eq!((error.kind(), error.is_denied_by_response()), (ErrorKind::Response, denies), "{error}");
        let full = client.describe_regions().send_full().await.unwrap();
        assert_eq!(full.is_success(), !denies, "{body}");
    }
}
