//! A Rust program that makes a given call: complete, typed, and formatted, to be pasted into a new project.

use rds_api::schema::{Field, Operation, Style};
use serde_json::{Map, Value as Json};

use crate::masking::looks_secret;
use layout::{Expression, Link};
use values::{Typing, Values, flat, given, inside, is_argument, setter};

mod layout;
#[cfg(test)]
mod tests;
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

/// The program that calls `operation`. `parameters` have the shapes of the schema; values that do not fit
/// them, and names that it does not have, are sent all the same, as the raw text that they are.
///
/// Sensitive values are not written into the program: it reads them from environment variables. Required ones
/// that are missing get the example of the documentation, and a comment says so.
pub(crate) fn program(operation: &Operation, parameters: &Map<String, Json>, service: &Service) -> String {
    let mut values = Values::new(operation);
    let call = call(operation, parameters, &mut values);
    let client = client(service);
    let mut body = String::new();
    for (variable, environment) in &values.secrets {
        let read = Expression::Call("std::env::var".to_owned(), vec![Expression::literal(environment)]);
        let reason = Expression::literal(&format!("{environment} is not set"));
        body += &read.then(Link::call("expect", vec![reason])).assigned_to(variable);
    }
    for (variable, value) in &client {
        body += &value.assigned_to(variable);
    }
    body += &call.assigned_to("answer");
    let imports = imports(&values, service);
    let allow = if operation.deprecated.is_some() { "#[allow(deprecated)]\n" } else { "" };
    format!(
        "{}\n{imports}\n#[tokio::main(flavor = \"current_thread\")]\n{allow}async fn main() -> rds_api::Result<()> {{\n\
         {body}    println!(\"{{answer:#?}}\");\n    Ok(())\n}}\n",
        comment(operation, &values, service),
    )
}

/// What the reader should know, and what to put into `Cargo.toml`.
fn comment(operation: &Operation, values: &Values<'_>, service: &Service) -> String {
    let mut text = comment_lines(&format!("{}: {}", operation.name, operation.summary));
    if let Some(reason) = &operation.deprecated {
        text += &comment_lines(&format!("Deprecated: {reason}"));
    }
    if !values.examples.is_empty() {
        let names = values.examples.join(", ");
        text += &comment_lines(&format!(
            "Required and not given, so that examples stand in their places: {names}."
        ));
    }
    let version = env!("CARGO_PKG_VERSION");
    text += &format!("//\n// Cargo.toml:\n// [dependencies]\n// rds-api = \"{version}\"\n");
    if *service == Service::Embedded {
        text += &format!("// rds-api-testing = \"{version}\"\n");
    }
    if values.needs_json {
        text += "// serde_json = \"1\"\n";
    }
    text + "// tokio = { version = \"1\", features = [\"macros\", \"rt\"] }\n"
}

/// A text as lines of a comment.
fn comment_lines(text: &str) -> String {
    let mut lines = vec![String::from("//")];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= 72 => *line += &format!(" {word}"),
            _ => lines.push(format!("// {word}")),
        }
    }
    lines.join("\n") + "\n"
}

/// The `use` items, sorted as rustfmt does.
fn imports(values: &Values<'_>, service: &Service) -> String {
    let mut lines = Vec::new();
    let own = values.own_types.iter().map(String::as_str);
    let shared = values.shared_types.iter().map(String::as_str);
    lines.extend(import(&values.module(), own));
    lines.extend(import("rds_api::types", shared));
    match service {
        Service::Embedded => lines.push("use rds_api_testing::FakeService;\n".to_owned()),
        Service::Account { profile, vpc, .. } => {
            lines.push(
                if *vpc { "use rds_api::{Client, Network};\n" } else { "use rds_api::Client;\n" }.to_owned(),
            );
            lines.extend(profile.is_some().then(|| "use rds_api::credentials::CliProfile;\n".to_owned()));
        }
    }
    if values.needs_json {
        lines.push("use serde_json::json;\n".to_owned());
    }
    lines.sort();
    let lines = lines.concat();
    if values.needs_map { format!("use std::collections::BTreeMap;\n\n{lines}") } else { lines }
}

fn import<'n>(module: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
    let names: Vec<&str> = names.collect();
    match names.as_slice() {
        [] => None,
        [name] => Some(format!("use {module}::{name};\n")),
        names => {
            let line = format!("use {module}::{{{}}};\n", names.join(", "));
            if line.len() <= 99 {
                return Some(line);
            }
            let mut lines = vec![String::from("   ")];
            for (index, name) in names.iter().enumerate() {
                // The comma at the end may stand in the last column.
                let width = if index + 1 == names.len() { 100 } else { 99 };
                match lines.last_mut() {
                    Some(line) if line.len() + name.len() + 2 <= width => *line += &format!(" {name},"),
                    _ => lines.push(format!("    {name},")),
                }
            }
            Some(format!("use {module}::{{\n{}\n}};\n", lines.join("\n")))
        }
    }
}

/// The variables that lead to the client.
fn client(service: &Service) -> Vec<(&'static str, Expression)> {
    let call = |path: &str, arguments: Vec<Expression>| Expression::Call(path.to_owned(), arguments);
    let question_mark = |mut link: Link| {
        link.ends_with_question_mark = true;
        link
    };
    match service {
        Service::Embedded => vec![
            ("service", Expression::Text("FakeService::start()?".to_owned())),
            (
                "client",
                Expression::Text("service".to_owned()).then(question_mark(Link::call("client", Vec::new()))),
            ),
        ],
        Service::Account { region: Some(region), endpoint: None, profile: None, vpc: false } => {
            vec![("client", Expression::Text(format!("Client::from_env({region:?})?")))]
        }
        Service::Account { region, endpoint, profile, vpc } => {
            let with = |name: &str, value: &str| Link::call(name, vec![Expression::literal(value)]);
            let mut client = call("Client::builder", Vec::new());
            if let Some(region) = region {
                client = client.then(with("region", region));
            }
            if *vpc {
                let network = Expression::Text("Network::Vpc".to_owned());
                client = client.then(Link::call("network", vec![network]));
            }
            if let Some(endpoint) = endpoint {
                client = client.then(with("endpoint", endpoint));
                if endpoint.starts_with("http://") {
                    client = client.then(Link::call("allow_plain_http", Vec::new()));
                }
            }
            if let Some(profile) = profile {
                let provider = call("CliProfile::new", Vec::new()).then(with("profile", profile));
                client = client.then(Link::call("credentials", vec![provider]));
            }
            vec![("client", client.then(question_mark(Link::call("build", Vec::new()))))]
        }
    }
}

/// The call itself, awaited.
fn call(operation: &Operation, parameters: &Map<String, Json>, values: &mut Values<'_>) -> Expression {
    let required: Vec<&Field> = operation.parameters.iter().filter(|field| is_argument(field)).collect();
    let arguments = values.arguments(&operation.name, &required, parameters, "", false);
    let mut call =
        Expression::Text("client".to_owned()).then(Link::call(operation.method.as_str(), arguments));
    for field in operation.parameters.iter().filter(|field| !is_argument(field)) {
        let Some(value) = given(parameters, field) else { continue };
        if field.every_call {
            call = raws(call, values, field, value);
            continue;
        }
        let before = values.clone();
        if let Some(value) = values.field(field, value, &field.rust, Typing::Convertible) {
            call = call.then(Link::call(setter(field), vec![value]));
            continue;
        }
        // What was gathered for a value that does not fit is of no use.
        *values = before;
        call = raws(call, values, field, value);
    }
    for field in required {
        let Some(value) = given(parameters, field) else { continue };
        if Values::new(operation).field(field, value, "", Typing::Exact).is_none() {
            call = raws(call, values, field, value);
        }
    }
    for (name, value) in parameters.iter().filter(|(name, _)| operation.parameter(name).is_none()) {
        for (name, value) in flat(name, value, Style::Flatten) {
            let value = if looks_secret(&name) {
                values.secret(&inside("", &name))
            } else {
                Expression::literal(&value)
            };
            call = call.then(raw(&name, value));
        }
    }
    call.then(Link { name: "await".to_owned(), arguments: None, ends_with_question_mark: true })
}

/// A value that does not fit its type, as the text that it is on the wire.
fn raws(call: Expression, values: &mut Values<'_>, field: &Field, value: &Json) -> Expression {
    if field.sensitive {
        let value = values.secret(&field.rust);
        return call.then(raw(&field.name, value));
    }
    let flat = flat(&field.name, value, field.style).into_iter();
    flat.fold(call, |call, (name, value)| call.then(raw(&name, Expression::literal(&value))))
}

fn raw(name: &str, value: Expression) -> Link {
    Link::call("parameter", vec![Expression::literal(name), value])
}
