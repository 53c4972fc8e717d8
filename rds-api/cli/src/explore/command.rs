//! The call of a form as commands of a shell: of `rds`, and of curl with a signature by openssl.

use std::fmt::Write as _;

use rds_api::schema::{Field, Kind, Operation, OperationExt as _, Role};
use rds_api::{Client, Credentials};
use serde_json::{Map, Value as Json};

use crate::captured_request::CapturedRequest;
use crate::masking::{is_secret, masked_parameters};
use crate::rust_program::Service;

/// The command that makes the call with `rds`. Secrets are read from variables, or from files where they stand among other
/// things.
pub(super) fn rds(operation: &Operation, parameters: &Map<String, Json>, service: &Service) -> String {
    let mut parts = vec![format!("rds call {}", operation.name)];
    match service {
        Service::Embedded => parts.push("--fake".to_owned()),
        Service::Account { region, endpoint, profile, vpc } => {
            let options = [("profile", profile), ("region", region), ("endpoint", endpoint)];
            let given = options.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
            parts.extend(given.map(|(name, value)| format!("--{name} {}", quoted(value))));
            parts.extend(vpc.then(|| "--vpc".to_owned()));
        }
    }
    let shown = masked_parameters(operation, parameters);
    for (name, value) in parameters {
        let value = match (operation.parameter(name), value) {
            (Some(field), _) if is_secret(Some(operation), name) && is_whole_secret(field) => {
                format!("@env:{}", variable(field))
            }
            // Among them those whose names alone say so.
            (_, value) if shown.get(name) != Some(value) => format!("@{name}.json"),
            (_, Json::String(text)) if text.starts_with('@') => format!("@{text}"),
            (_, Json::String(text)) => text.clone(),
            (_, value) => value.to_string(),
        };
        parts.push(format!("--{name} {}", quoted(&value)));
    }
    parts.join(" \\\n    ")
}

/// The script that makes the call with curl, and signs it by openssl when it runs: the secret of the key never stands in
/// it. `None` if no request can be made of the parameters.
pub(super) async fn curl(
    operation: &'static Operation,
    parameters: &Map<String, Json>,
    client: &Client,
) -> Option<String> {
    let mut sent = masked_parameters(operation, parameters);
    let mut secrets = Vec::new();
    for (name, value) in &mut sent {
        if let Some(field) = operation.parameter(name).filter(|field| is_whole_secret(field)) {
            secrets.push((name.clone(), variable(field)));
            *value = Json::from("");
        }
    }
    let desk = CapturedRequest::default();
    let endpoint = client.endpoint().to_string();
    let builder =
        Client::builder().credentials(Credentials::new("id", "key")).endpoint(&endpoint).allow_plain_http();
    let builder = client.region().iter().fold(builder, |builder, region| builder.region(region.to_string()));
    // It fails, since nothing is sent.
    let _ = operation.call(&builder.transport(desk.clone()).build().ok()?, &sent).send().await;
    let request = desk.take()?;
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());

    let is_token = |name: &str| {
        let field = operation.parameter(name);
        field.is_some_and(|field| field.role == Some(Role::IdempotencyToken))
            && !parameters.contains_key(name)
    };
    let form = std::str::from_utf8(request.body()).unwrap_or_default();
    let pairs = request.uri().query().into_iter().chain([form]).flat_map(|pairs| pairs.split('&'));
    let pairs = pairs.filter(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        !name.is_empty() && !is_token(name) && secrets.iter().all(|(secret, _)| secret != name)
    });
    let mut body = pairs.collect::<Vec<_>>().join("&");
    for (name, variable) in &secrets {
        let _ = write!(body, "{}{name}=$(encode \"${variable}\")", if body.is_empty() { "" } else { "&" });
    }
    let needed = secrets.iter().map(|(_, variable)| variable.as_str());
    let needed = ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"].into_iter().chain(needed);
    let needed = needed.map(|name| format!("\"${{{name}:?}}\"")).collect::<Vec<_>>().join(" ");
    let script = include_str!("curl.sh")
        .replace("{{operation}}", &operation.name)
        .replace("{{version}}", header("x-acs-version")?)
        .replace("{{endpoint}}", endpoint.trim_end_matches('/'))
        .replace("{{host}}", header("host").unwrap_or(request.uri().authority()?.as_str()))
        .replace("{{needed}}", &needed)
        .replace("{{body}}", &body);
    Some(script)
}

/// Whether a parameter is a text that is secret as a whole.
fn is_whole_secret(field: &Field) -> bool {
    field.sensitive && field.shape.kind == Kind::String
}

/// The environment variable for a secret, the same as in the program in Rust.
fn variable(field: &Field) -> String {
    field.rust_name.trim_start_matches("r#").to_uppercase()
}

/// A word of a shell.
fn quoted(text: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "_./:,@%+=-".contains(it);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use std::process::Command;

    use rds_api::operations::account::create_account::CreateAccountRequest;
    use rds_api::schema;
    use rds_api_testing::FakeService;
    use serde_json::json;

    use super::*;

    /// Everything that a shell might take for its own.
    const HOSTILE: &str = "a'b\"c $HOME `id` \\ \n& ü @x";

    fn forms() -> Vec<(&'static str, Json)> {
        vec![
            ("DescribeDBInstances", json!({})),
            ("DescribeDBInstances", json!({ "PageSize": 30, "PageNumber": 1 })),
            (
                "CreateAccount",
                json!({ "DBInstanceId": FakeService::INSTANCE, "AccountName": "reader", "AccountPassword": "Corr&ct'Horse-9", "AccountDescription": HOSTILE }),
            ),
            (
                "TagResources",
                json!({ "ResourceType": "INSTANCE", "ResourceId": [FakeService::INSTANCE], "Tag": [{ "Key": "team", "Value": HOSTILE }] }),
            ),
            (
                "ModifyDBInstanceDescription",
                json!({ "DBInstanceId": FakeService::INSTANCE, "DBInstanceDescription": "@five" }),
            ),
        ]
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_script_for_curl_makes_the_call() {
        let service =
            FakeService::builder().credentials(Credentials::new("LTAIkey", "the-secret")).start().unwrap();
        let client = service.client().unwrap();
        for (name, parameters) in forms() {
            let operation = schema::operation(name).unwrap();
            let parameters = parameters.as_object().unwrap();
            let script = curl(operation, parameters, &client).await.unwrap();
            assert!(!script.contains("Horse") && !script.contains("the-secret"), "{script}");
            let mut shell = Command::new("sh");
            shell.args(["-c", &script]).env("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAIkey");
            shell
                .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "the-secret")
                .env("ACCOUNT_PASSWORD", "Corr&ct'Horse-9");
            let output = shell.output().unwrap();
            let response = String::from_utf8_lossy(&output.stdout).into_owned();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let response: Json =
                serde_json::from_str(&response).unwrap_or_else(|_| panic!("{response} {said}\n{script}"));
            assert!(output.status.success() && response.get("Code").is_none(), "{response} {said}\n{script}");
        }
        let sent: Vec<CreateAccountRequest> = service.requests();
        assert_eq!(sent[0].account_description.as_deref(), Some(HOSTILE));
        assert_eq!(sent[0].account_password, "Corr&ct'Horse-9");
    }

    #[test]
    fn the_command_has_no_secret_and_is_one_for_the_shell() {
        for (name, parameters) in forms() {
            let operation = schema::operation(name).unwrap();
            let text = rds(operation, parameters.as_object().unwrap(), &Service::Embedded);
            assert!(!text.contains("Horse"), "{text}");
            // The shell reads it as the words that were meant.
            let echo = text.replacen("rds call", "printf '%s\\n' call", 1);
            let output = Command::new("sh").args(["-c", &echo]).output().unwrap();
            let words = String::from_utf8(output.stdout).unwrap();
            assert!(words.starts_with(&format!("call\n{name}\n--fake\n")), "{words}");
            for (parameter, value) in parameters.as_object().unwrap() {
                let expected = match value {
                    _ if parameter == "AccountPassword" => "@env:ACCOUNT_PASSWORD".to_owned(),
                    Json::String(text) if text.starts_with('@') => format!("@{text}"),
                    Json::String(text) => text.clone(),
                    value => value.to_string(),
                };
                assert!(words.contains(&format!("--{parameter}\n{expected}\n")), "{words}");
            }
        }
    }
}
