//! The meaning of a failure for the operation that met it, and what to do about it, for pages and agents.

use rds_api::schema::{Field, Operation};
use rds_api::{Access, Error, ErrorClass, ErrorKind};
use serde_json::{Value as Json, json};

use crate::vendor_page::vendor_page;

/// The explanation of a failed call.
pub(crate) fn advice(operation: &Operation, access: Access, error: &Error) -> Json {
    let code = error.code().unwrap_or_default();
    let field = parameter(operation, code);
    let documented = operation.errors.iter().find(|(_, codes)| codes.iter().any(|known| known == code));
    let (meaning, todo) = match error.service_error() {
        Some(_) => explain_code(operation, error, code, field),
        None => explain_kind(error.kind()),
    };
    let executed = match access {
        Access::Read => "The call only reads, so nothing was changed.",
        Access::Write if error.may_have_been_executed() => {
            "The call may have been executed anyway: check before you repeat it."
        }
        Access::Write => "The call was not executed.",
    };
    let page = error.recommendation().and_then(vendor_page);
    json!({
        "kind": format!("{:?}", error.kind()),
        "code": error.code(),
        "message": error.service_message().map_or_else(|| error.to_string(), str::to_owned),
        "documented": documented.is_some(),
        "meaning": meaning,
        "todo": todo,
        "executed": executed,
        "retryable": error.is_retryable(),
        "parameter": field.map(|field| &field.name),
        "parameter_doc": field.map(|field| &field.doc),
        "recommendation": page,
        // An address that is not the vendor's is text, and nothing to click at.
        "recommendation_text": error.recommendation().filter(|text| page.is_none() && !text.is_empty()),
    })
}

/// The parameter that a code is about: it is named after it, as `InvalidDBName.Format` is.
fn parameter<'o>(operation: &'o Operation, code: &str) -> Option<&'o Field> {
    let words = code.split('.').map(|part| part.trim_start_matches("Invalid").trim_start_matches("Missing"));
    let words: Vec<String> = words.map(str::to_ascii_lowercase).filter(|word| word.len() > 2).collect();
    let same = |word: &str, name: &str| {
        // The service calls the id of an instance by several names.
        let instance = ["dbinstance", "dbinstancename", "dbinstanceid"];
        word == name || (instance.contains(&word) && instance.contains(&name))
    };
    operation.parameters.iter().find(|field| {
        let name = field.name.to_ascii_lowercase();
        words.iter().any(|word| same(word, &name))
    })
}

/// The meaning of a failure that the service did not report, and what to do.
fn explain_kind(kind: ErrorKind) -> (String, String) {
    let (meaning, todo) = match kind {
        ErrorKind::Input => {
            ("The request or the settings are wrong; nothing was sent.", "Fix what the message names.")
        }
        ErrorKind::Credentials => (
            "There are no credentials to sign with; nothing was sent.",
            "Run `aliyun configure`, set the environment variables, or go on with the embedded service.",
        ),
        ErrorKind::Connect | ErrorKind::ConnectTimeout => (
            "There is no connection to the service; nothing was sent.",
            "Check the endpoint, the network and the proxy.",
        ),
        ErrorKind::Interrupted => {
            ("The connection broke during the exchange.", "Check the network, and check what was done.")
        }
        ErrorKind::ReadTimeout | ErrorKind::AttemptTimeout | ErrorKind::CallTimeout => {
            ("The response did not come in time.", "Try again later.")
        }
        ErrorKind::Throttled => {
            ("There were too many calls in a short time.", "Wait a little, then call less often.")
        }
        ErrorKind::Decode => (
            "The call was executed, but its response is not what the specification says.",
            "Look at the raw response, and report it.",
        ),
        ErrorKind::WaitFailed => (
            "What was waited for has failed, or has not been there for too long.",
            "Look at the state that was seen last, and at the thing itself.",
        ),
        ErrorKind::WaitTimeout => (
            "What was waited for did not come in time; it may still.",
            "Wait again, for longer; if no response had it at all, check the ids first.",
        ),
        _ => (
            "The response is not the service's: something in between has replied.",
            "Check the endpoint and the proxies.",
        ),
    };
    (meaning.to_owned(), todo.to_owned())
}

/// The meaning of an error code of the service for the operation, and what to do.
fn explain_code(operation: &Operation, error: &Error, code: &str, field: Option<&Field>) -> (String, String) {
    let name = field.map(|field| format!("`{}`", field.name));
    let value = name.clone().unwrap_or_else(|| "a parameter".to_owned());
    let lists = field.and_then(listing_operation);
    let (meaning, todo): (String, String) = match error.class() {
        Some(ErrorClass::Throttled) => explain_kind(ErrorKind::Throttled),
        Some(ErrorClass::InProgress) => (
            "An earlier request with the same idempotency token is still being executed.".into(),
            "Call again with the same token, and never with another one, until the outcome is known.".into(),
        ),
        Some(ErrorClass::Transient) => (
            "The service, or something behind it, failed while it had the call.".into(),
            "Try again later; its support wants the request id.".into(),
        ),
        Some(ErrorClass::Clock) => (
            "The service does not accept the time in the request.".into(),
            "Set the clock of this machine; the message says by how much the clocks differ.".into(),
        ),
        Some(ErrorClass::Credentials) if code == "SignatureDoesNotMatch" || code == "IncompleteSignature" => {
            let meaning = if error.to_string().contains("secret is wrong") {
                "The secret does not belong to the access key."
            } else {
                "The service computed another signature."
            };
            (meaning.into(), "Check the secret of the access key, and that nothing in between changes requests.".into())
        }
        Some(ErrorClass::Credentials) => (
            "The service does not know the access key or its token.".into(),
            "Check the profile or the environment variables.".into(),
        ),
        Some(ErrorClass::Permission) => (
            format!("These credentials are not allowed to call `{}`.", operation.name),
            format!("Have the action `rds:{}` allowed to the RAM user or role.", operation.name),
        ),
        Some(ErrorClass::Busy) => (
            "The instance is in a state that does not allow this now: it is being changed, is stopped, or another task runs on it.".into(),
            "Look at `DBInstanceStatus` with `DescribeDBInstanceAttribute`, and try again once it is `Running`.".into(),
        ),
        Some(ErrorClass::NotFound) => {
            let todo = match lists {
                Some(listing) => {
                    format!("Look the value up with `{listing}`; it must be of this region and this account.")
                }
                None => "Check the value: it must be of this region and this account.".to_owned(),
            };
            (format!("What {value} names does not exist for this account in this region."), todo)
        }
        Some(ErrorClass::AlreadyExists) => (
            format!("What {value} names is there already, or is so already."),
            "Choose another name, or use the one that exists.".into(),
        ),
        Some(ErrorClass::Payment) => (
            "The account cannot place this order: balance, payment method, an unpaid order, or its details.".into(),
            "The message says why; open orders and the account's details are in the console.".into(),
        ),
        Some(ErrorClass::Quota) => (
            "A quota or the stock is used up.".into(),
            "Ask for less, free something, or try another zone or class.".into(),
        ),
        Some(ErrorClass::Precondition) => (
            "Something has to be done first: a lock, a setting, or what else uses the instance stands in the way.".into(),
            "The message says what; waiting does not help.".into(),
        ),
        Some(ErrorClass::Unsupported) => (
            "The instance is of a kind that this operation is not for: its engine, version, edition, class or storage.".into(),
            "The description of the operation says what it is for; `DescribeDBInstanceAttribute` says what the instance is.".into(),
        ),
        Some(ErrorClass::Invalid) if is_missing(code) => (
            "A parameter that is required in this case is missing.".into(),
            format!("Give {value}; the message names what is missing."),
        ),
        Some(ErrorClass::Invalid) => {
            let todo = match lists {
                Some(listing) => format!("Look the value up with `{listing}`, or correct it as its documentation says."),
                None => "Correct it as its documentation says.".to_owned(),
            };
            (format!("The service does not accept the value of {value}."), todo)
        }
        _ => ("The service refused the call.".into(), "The message says why.".into()),
    };
    (meaning, todo)
}

/// A code that complains of what the request does not have.
fn is_missing(code: &str) -> bool {
    ["Missing", "RequiredParam", "ParameterAbsence"].iter().any(|start| code.starts_with(start))
}

/// The operation that lists what a parameter names, by its documentation.
fn listing_operation(field: &Field) -> Option<String> {
    let words = field.doc.split(|character: char| !character.is_ascii_alphanumeric());
    words.filter(|word| word.starts_with("Describe")).map(str::to_owned).next()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use rds_api::schema::{self, OperationExt as _};
    use rds_api::{RetryPolicy, SERVICE};
    use rds_api_testing::{FakeService, Refusal};
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn a_code_is_explained_for_its_operation() {
        let service = FakeService::start().unwrap();
        let client = service.client().unwrap();
        let fail = async |name: &str, parameters: Json| {
            let operation = schema::operation(name).unwrap();
            let error = operation.call(&client, parameters.as_object().unwrap()).await.unwrap_err();
            advice(operation, operation.access, &error)
        };
        let missing = fail("DescribeBackupTasks", json!({ "DBInstanceId": "rm-nothing" })).await;
        assert_eq!(missing["parameter"], "DBInstanceId");
        assert_eq!(missing["documented"], true);
        assert!(missing["todo"].as_str().unwrap().contains("`DescribeDBInstances`"), "{missing}");
        assert_eq!(missing["executed"], "The call only reads, so nothing was changed.");

        client.stop_db_instance(FakeService::INSTANCE).await.unwrap();
        let busy = fail("CreateBackup", json!({ "DBInstanceId": FakeService::INSTANCE })).await;
        assert!(busy["todo"].as_str().unwrap().contains("`Running`"), "{busy}");
        assert_eq!(busy["executed"], "The call was not executed.");
    }

    #[tokio::test]
    async fn each_class_of_codes_has_a_meaning_of_its_own() {
        let service = FakeService::start().unwrap();
        let client = service.client_builder().retry(RetryPolicy::none()).build().unwrap();
        let operation = schema::operation("DescribeBackupTasks").unwrap();
        let mut meanings = BTreeSet::new();
        for (class, codes) in SERVICE.error_codes.classes {
            service.inject(Refusal::new(403, codes[0], "m")).times(1);
            let call = operation.call(&client, json!({ "DBInstanceId": "rm-1" }).as_object().unwrap());
            let advice = advice(operation, operation.access, &call.await.unwrap_err());
            let meaning = advice["meaning"].as_str().unwrap().to_owned();
            assert_ne!(meaning, "The service refused the call.", "{class:?}");
            assert!(meanings.insert(meaning), "{class:?}: {advice}");
        }
    }
}
