//! The typed client of the product, on its embedded service.

use kiln_api::operations::firing::BeginFiringRequest;
use kiln_api::operations::firing::begin_firing::{BeginFiringRequired, Draft};
use kiln_api::types::{Glaze, Shelf, Tag};
use kiln_api::{Client, ErrorKind, Network, SERVICE, schema};
use rds_api_testing::{FakeService, Refusal};

fn required() -> BeginFiringRequired {
    BeginFiringRequired {
        kiln_id: "k-17".into(),
        heat: 1280,
        pieces: vec!["p-1".into()],
        glaze: Glaze::Shino,
    }
}

#[tokio::test]
async fn a_firing_is_begun_once_and_followed() -> kiln_api::Result<()> {
    let service = FakeService::builder_of(&schema::CATALOGUE).start()?;
    let client: Client = service.client_of()?;
    let rule = service.on::<BeginFiringRequest>().refuse(Refusal::throttled());
    let begun = client
        .begin_firing(required())
        .shelves([Shelf::default().height(12).labels([Tag::new("owner").value("ada")])])
        .tag([Tag::new("owner")])
        .vents([1, 2])
        .draft(Draft::default().speed(0.5))
        .extra([("smoke", "little")])
        .pin("s3cret-pin")
        .await?;
    assert_eq!(begun.firing_id.as_deref(), Some("f-1"));
    assert!(begun.is_success());
    assert!(!format!("{begun:?}").contains("0000"));
    assert_eq!((rule.count(), service.journal().len()), (2, 1));
    let sent = &service.requests::<BeginFiringRequest>()[0];
    assert_eq!(sent.region_id.as_deref(), Some("cn-hangzhou"));
    assert_eq!(sent.shelves.as_ref().map(|shelves| shelves[0].labels.len()), Some(1));
    assert!(!format!("{:?}", service.journal()).contains("s3cret-pin"));

    let firings = client.describe_firings("k-17").items().into_vec().await?;
    assert_eq!(firings[0].percent_number(), Some(100));
    client.list_ware().glazes([Glaze::Celadon]).items().into_vec().await?;

    let error = client.begin_firing(BeginFiringRequired { heat: 20, ..required() }).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Service, Some("InvalidHeat")));
    let none = Refusal::new(404, "InvalidKilnId.NotFound", "No such kiln.");
    service.on::<BeginFiringRequest>().refuse(none).always();
    assert!(client.begin_firing(required()).await.unwrap_err().is_not_found());
    Ok(())
}

#[test]
fn a_blocking_call_works_and_hosts_are_those_of_the_product() -> kiln_api::Result<()> {
    let service = FakeService::builder_of(&schema::CATALOGUE).start()?;
    let client: Client = service.client_of()?;
    #[allow(deprecated)]
    let ended = client.end_firing("k-17", "f-1").send_blocking()?;
    assert!(ended.request_id.is_some());
    let moved = client.move_(serde_json::json!({"p-1": "shelf"})).send_blocking()?;
    assert!(moved.request_id.is_some());
    assert_eq!(SERVICE.endpoint("eu-central-1", &Network::Public).host(), "kiln.example.com");
    assert_eq!(SERVICE.endpoint("cn-beijing", &Network::Vpc).host(), "kiln-vpc.cn-beijing.example.com");
    Ok(())
}
