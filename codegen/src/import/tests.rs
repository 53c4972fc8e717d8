mod comparing;
mod completing;
mod correcting;
mod creating;
mod living;

use super::*;

fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

/// A document with one operation.
fn metadata(name: &str, api: &str) -> String {
    format!(r#"{{"version": "1.0", "info": {{"style": "RPC"}}, "apis": {{"{name}": {api}}}}}"#)
}

fn parameters(parameters: &str) -> String {
    metadata("DescribeThings", &format!(r#"{{"methods": ["post"], "parameters": [{parameters}]}}"#))
}

fn answer(properties: &str) -> String {
    let schema = format!(r#"{{"type": "object", "properties": {{{properties}}}}}"#);
    metadata("DescribeThings", &format!(r#"{{"responses": {{"200": {{"schema": {schema}}}}}}}"#))
}

fn created(metadata: &str) -> String {
    created_beside(&[], metadata)
}

fn created_beside(sources: &[Source], metadata: &str) -> String {
    let options = Options { family: Some("things"), ..Options::default() };
    without_inferences(&import(sources, metadata, options).unwrap().created.remove(0).text)
}

/// A file without what is inferred from the name of the operation.
fn without_inferences(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with(['#']) && !line.starts_with("search: "));
    lines.map(|line| format!("{line}\n")).collect()
}

fn completed(text: &str, metadata: &str) -> Option<String> {
    completed_with(text, metadata, Options::default())
}

fn completed_with(text: &str, metadata: &str, options: Options<'_>) -> Option<String> {
    let sources = [source("spec/things/DescribeThings.yaml", text)];
    import(&sources, metadata, options).unwrap().completed.pop().map(|output| output.text)
}

fn failure<T: fmt::Debug>(result: Result<T, Failure>) -> String {
    result.unwrap_err().to_string()
}
