//! A request that is read from a document lacks nothing that the compiler would have asked for.
#![cfg(all(feature = "serde", feature = "schema"))]
#![allow(clippy::unwrap_used)]

use rds_api::Request;
use rds_api::operations::tags::TagResourcesRequest;
use rds_api::schema::{self, Field, Kind};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, json};

/// Reads the request of every operation from documents that lack something, and keeps what went wrong.
#[derive(Default)]
struct Reading {
    faults: Vec<String>,
    /// How many parameters, and how many members inside of parameters, were left out.
    left_out: [usize; 2],
}

impl Reading {
    fn request<R: Request + DeserializeOwned + Serialize>(&mut self) {
        let operation = schema::operation(&R::OPERATION.name).unwrap();
        let required = || operation.parameters.iter().filter(|field| field.is_argument());
        let all = schema::samples(&operation.parameters);
        let least: Map<String, Json> =
            required().map(|field| (field.name.clone(), all[&field.name].clone())).collect();
        for document in [&all, &least] {
            self.reads::<R>(&operation.name, document);
        }
        for field in required() {
            self.left_out[0] += 1;
            for document in [&all, &least] {
                let mut lacking = document.clone();
                lacking.shift_remove(&field.name);
                self.refuses::<R>(&operation.name, &field.name, &lacking);
                for nothing in nothings(field) {
                    lacking.insert(field.name.clone(), nothing);
                    self.refuses::<R>(&operation.name, &field.name, &lacking);
                }
            }
        }
        for field in &operation.parameters {
            let Some(element) = field.shape.items.as_deref().filter(|it| it.kind == Kind::Object) else {
                continue;
            };
            let whole = schema::samples(&element.fields);
            for member in element.fields.iter().filter(|member| member.required) {
                self.left_out[1] += 1;
                let mut lacking = whole.clone();
                lacking.shift_remove(&member.name);
                let mut document = all.clone();
                for list in [json!([whole, lacking]), json!([lacking]), json!(json!([lacking]).to_string())] {
                    document.insert(field.name.clone(), list);
                    self.refuses::<R>(&operation.name, &member.name, &document);
                }
            }
        }
    }

    fn reads<R: DeserializeOwned + Serialize>(&mut self, operation: &str, document: &Map<String, Json>) {
        if let Err(error) = serde_json::from_value::<R>(document.clone().into()) {
            self.faults.push(format!("{operation}: {error}: {}", Json::from(document.clone())));
        }
    }

    fn refuses<R: DeserializeOwned>(&mut self, operation: &str, name: &str, document: &Map<String, Json>) {
        let document = Json::from(document.clone());
        match serde_json::from_value::<R>(document.clone()) {
            Err(error) if error.to_string().contains(name) => {}
            Err(error) => self.faults.push(format!("{operation} without {name}: {error}")),
            Ok(_) => self.faults.push(format!("{operation} without {name} is read: {document}")),
        }
    }
}

/// What stands for no value of a parameter.
fn nothings(field: &Field) -> Vec<Json> {
    match field.shape.kind {
        // An empty text is a text.
        Kind::String | Kind::List | Kind::Map => vec![Json::Null],
        _ => vec![Json::Null, json!("")],
    }
}

#[test]
fn a_request_without_a_required_parameter_is_an_error_that_names_it() {
    let mut reading = Reading::default();
    rds_api::__each_request!(reading);
    let Reading { faults, left_out } = reading;
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    let arguments = schema::operations().map(|operation| operation.required().count()).sum::<usize>();
    assert_eq!((left_out[0], left_out[1] > 15), (arguments, true));
}

#[test]
fn the_place_is_told_and_names_are_read_as_they_are_in_responses() {
    let error =
        |document: &str| serde_json::from_str::<TagResourcesRequest>(document).unwrap_err().to_string();
    assert_eq!(
        error(r#"{"ResourceType": "INSTANCE", "Tag": [{"Key": "a"}]}"#),
        "missing field `ResourceId` at line 1 column 51"
    );
    assert_eq!(
        error(
            r#"{"ResourceId": ["rm-1"], "ResourceType": "INSTANCE", "Tag": [{"Key": "a"}, {"Value": "b"}]}"#
        ),
        "Tag[1]: missing field `Key` at line 1 column 89"
    );
    assert!(
        error(r#"{"ResourceId": null, "ResourceType": "INSTANCE"}"#)
            .starts_with("ResourceId: there is no value")
    );
    let request: TagResourcesRequest =
        serde_json::from_str(r#"{"resourceid": ["rm-1"], "RESOURCETYPE": "INSTANCE", "Tag": {"Key": ""}}"#)
            .unwrap();
    assert_eq!((request.resource_id.len(), request.tag.len()), (1, 1));
}
