//! Faults that programs in other languages ask for.

use serde_json::{Value as Json, json};

use super::control::send;
use super::*;
use rds_api::Client;

fn impatient(service: &FakeService) -> Client {
    service.client_builder().retry(RetryPolicy::none()).build().unwrap()
}

#[tokio::test]
async fn a_fault_hits_what_it_is_aimed_at_and_counts_what_it_has_hit() {
    let service = service();
    let client = impatient(&service);
    let refuse = "faults?fault=Refuse&code=Forbidden.RAM&status=403&message=No+way&operation=createbackup&skip=1&times=1";
    assert_eq!(send(&service, "POST", refuse, "").await, (200, json!({ "id": 1 })));
    let slow = json!({ "fault": "Delay", "seconds": 0.001, "share": 1, "operation": "DescribeRegions" });
    assert_eq!(send(&service, "POST", "faults", slow).await, (200, json!({ "id": 2 })));
    for expected in [None, Some("Forbidden.RAM"), None] {
        let made = client.create_backup(FakeService::INSTANCE).await;
        assert_eq!(made.as_ref().err().and_then(|error| error.code()), expected, "{made:?}");
        service.clock().advance(Duration::from_secs(60));
    }
    client.describe_regions().await.unwrap();
    let (_, listed) = send(&service, "GET", "faults", "").await;
    let refusal = json!({
        "id": 1, "count": 1, "fault": "Refuse", "code": "Forbidden.RAM", "status": 403, "message": "No way",
        "retry_after": null, "operation": "CreateBackup", "share": 1.0, "skip": 0, "times": 0,
    });
    assert_eq!(
        (&listed[0], &listed[1]["count"], &listed[1]["seconds"]),
        (&refusal, &json!(1), &json!(0.001))
    );
    assert_eq!(send(&service, "DELETE", "faults?id=1", "").await.0, 200);
    assert_eq!(send(&service, "GET", "faults", "").await.1[0]["id"], 2);
    assert_eq!(send(&service, "DELETE", "faults", "").await.0, 200);
    assert_eq!(send(&service, "GET", "faults", "").await.1, json!([]));
}

/// Every fault as Rust has it, and as another program gives it.
#[tokio::test]
async fn every_fault_of_a_program_in_rust_can_be_asked_for() {
    let (time, seconds) = (Duration::from_millis(500), json!({ "seconds": 0.5 }));
    let refusal = || Refusal::new(403, "Forbidden.RAM", "No.").retry_after(Duration::from_secs(2));
    let of_refusal = json!({ "code": "Forbidden.RAM", "message": "No.", "status": "403", "retry_after": 2 });
    let service = service();
    for (fault, members) in [
        (Fault::BlockedPage, json!({})),
        (Fault::ClockSkew(time), seconds.clone()),
        (Fault::Delay(time), seconds.clone()),
        (Fault::DisguisedRefusal(refusal()), of_refusal.clone()),
        (Fault::EmptyBody, json!({})),
        (Fault::GarbledBody, json!({})),
        (Fault::Refuse(refusal()), of_refusal.clone()),
        (Fault::RefuseAfterExecution(refusal()), of_refusal),
        (Fault::ResetAfterExecution, json!({})),
        (Fault::ResetBeforeExecution, json!({})),
        (Fault::SlowBody(time), seconds),
        (Fault::TruncatedBody, json!({})),
        (Fault::UnrequestedXml, json!({})),
        (Fault::WrongContentType, json!({})),
    ] {
        let mut given = members;
        given["fault"] = format!("{fault:?}").split('(').next().unwrap().into();
        let (status, body) = send(&service, "POST", "faults", &given).await;
        assert_eq!(status, 200, "{given}: {body}");
        service.inject(fault);
        let (_, listed) = send(&service, "GET", "faults", "").await;
        let mut both: Vec<Json> = listed.as_array().unwrap().clone();
        both.iter_mut().for_each(|fault| fault["id"] = Json::Null);
        assert_eq!(both[0], both[1], "{given}");
        send(&service, "DELETE", "faults", "").await;
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_its_name_and_injects_nothing() {
    let service = service();
    for (wrong, named) in [
        ("", "fault"),
        ("fault", "fault"),
        ("fault=", "fault"),
        ("fault=Nothing", "Nothing"),
        ("fault=EmptyBody&fault=EmptyBody", "fault"),
        ("fault=Delay", "seconds"),
        ("fault=Delay&seconds=-1", "seconds"),
        ("fault=Delay&seconds=NaN", "seconds"),
        ("fault=Delay&seconds=inf", "seconds"),
        ("fault=Delay&seconds=1e300", "seconds"),
        ("fault=Delay&seconds=soon", "seconds"),
        ("fault=Delay&seconds=1&code=X", "code"),
        ("fault=EmptyBody&seconds=1", "seconds"),
        ("fault=EmptyBody&status=500", "status"),
        ("fault=Refuse", "code"),
        ("fault=Refuse&code=", "code"),
        ("fault=Refuse&code=X&status=200", "status"),
        ("fault=Refuse&code=X&status=-400", "status"),
        ("fault=Refuse&code=X&status=70000", "status"),
        ("fault=Refuse&code=%FF", "code"),
        ("fault=Refuse&code=X&retry_after=-1", "retry_after"),
        ("fault=EmptyBody&share=NaN", "share"),
        ("fault=EmptyBody&share=-0.1", "share"),
        ("fault=EmptyBody&share=1.01", "share"),
        ("fault=EmptyBody&share=inf", "share"),
        ("fault=EmptyBody&share=half", "share"),
        ("fault=EmptyBody&skip=-1", "skip"),
        ("fault=EmptyBody&skip=0.5", "skip"),
        ("fault=EmptyBody&times=-1", "times"),
        ("fault=EmptyBody&times=NaN", "times"),
        ("fault=EmptyBody&times=18446744073709551616", "times"),
        ("fault=EmptyBody&operation=CreateBackups", "CreateBackups"),
        ("fault=EmptyBody&operation=", "operation"),
        ("fault=EmptyBody&time=1", "time"),
    ] {
        let (status, body) = send(&service, "POST", &format!("faults?{wrong}"), "").await;
        let why = body["Message"].as_str().unwrap_or_default();
        assert!(status == 400 && why.contains(&format!("`{named}`")), "{wrong}: {status} {body}");
    }
    for (wrong, named) in [
        (r#"{"fault": "EmptyBody""#, "JSON"),
        (r#"["EmptyBody"]"#, "object"),
        (r#"{"fault": 7}"#, "fault"),
        (r#"{"fault": "EmptyBody", "share": 2}"#, "share"),
        (r#"{"fault": "EmptyBody", "share": null}"#, "share"),
        (r#"{"fault": "EmptyBody", "times": [1]}"#, "times"),
        (r#"{"fault": "Refuse", "code": ""}"#, "code"),
    ] {
        let (status, body) = send(&service, "POST", "faults", wrong).await;
        let why = body["Message"].as_str().unwrap_or_default();
        assert!(status == 400 && why.contains(named), "{wrong}: {status} {body}");
    }
    assert_eq!(send(&service, "GET", "faults", "").await.1, json!([]));
}
