//! `rds` shows no secret, wherever a server repeats one: on the terminal, in the program that `--rust` writes, in
//! the explorer, to agents.
#![allow(clippy::unwrap_used, clippy::panic)]

#[cfg(feature = "mcp")]
mod agents;
#[path = "../../../core/tests/support/secret_scan.rs"]
mod secret_scan;

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use rds_api::schema::{self, Field, Operation, Shape};
use secret_scan::{Scan, spellings};
use serde_json::{Map, Value as Json, json};

/// A server that responds to everything with what it was told last.
struct Echo {
    endpoint: String,
    response: Arc<Mutex<(u16, String)>>,
}

impl Echo {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let response = Arc::new(Mutex::new((200, String::new())));
        let told = response.clone();
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let (status, body) = told.lock().unwrap().clone();
                let length = body.len();
                exchange(
                    connection,
                    &format!(
                        "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
                    ),
                );
            }
        });
        Self { endpoint, response }
    }

    fn tell(&self, status: u16, body: impl Into<String>) {
        *self.response.lock().unwrap() = (status, body.into());
    }
}

/// Reads a whole request, then responds.
fn exchange(mut connection: TcpStream, response: &str) {
    if read_message(&mut connection, false).is_some() {
        let _ = connection.write_all(response.as_bytes());
    }
}

/// Reads a message of HTTP; `None` if it breaks off. A response may end with the connection.
fn read_message(connection: &mut TcpStream, is_response: bool) -> Option<String> {
    let mut message = Vec::new();
    let mut buffer = [0; 16384];
    loop {
        if let Some(end) = message.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&message[..end]).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length = length.map(|length| length.parse::<usize>().unwrap());
            if length.is_some_and(|length| message.len() >= end + 4 + length)
                || (length.is_none() && !is_response)
            {
                return Some(String::from_utf8_lossy(&message).into_owned());
            }
        }
        match connection.read(&mut buffer) {
            Ok(length) if length > 0 => message.extend_from_slice(&buffer[..length]),
            _ => return None,
        }
    }
}

/// The secrets of one run, and all that repeats them.
struct Secrets {
    scan: Scan,
    values: Vec<String>,
    key: String,
    token: String,
}

impl Secrets {
    fn new(scan: &Scan) -> Self {
        Self { scan: scan.clone(), values: Vec::new(), key: scan.token(), token: scan.token() }
    }

    fn make(&mut self) -> String {
        self.values.push(self.scan.secret());
        self.values.last().unwrap().clone()
    }

    /// All values in all spellings.
    fn echoes(&self) -> String {
        let values = self.values.iter().chain([&self.token]);
        let echoes = values.flat_map(|value| spellings(value)).map(|(_, echo)| echo);
        echoes.collect::<Vec<_>>().join(" and ")
    }

    /// Bodies that repeat the secrets, each with its status. The first three are successes.
    fn bodies(&self) -> Vec<(u16, String)> {
        let echoes = self.echoes();
        let xml = quick_xml::escape::escape(&echoes).into_owned();
        let success = json!({ "RequestId": "R", "Note": echoes, "Items": [{ "A": echoes, "B": [echoes] }] });
        let refusal = |code: &str, message: String| {
            json!({ "Code": code, "Message": message, "Recommend": echoes, "RequestId": "R" }).to_string()
        };
        vec![
            (200, success.to_string()),
            (
                200,
                format!("<R><RequestId>R</RequestId><Note>{xml}</Note><Raw><![CDATA[{echoes}]]></Raw></R>"),
            ),
            (400, refusal("InvalidParameter", echoes.clone())),
            (400, refusal("SignatureDoesNotMatch", format!("No. server string to sign is:{echoes}"))),
            (400, format!("<html><pre>{echoes}</pre>{xml}</html>")),
            (200, format!("{{\"Note\":{}", json!(echoes))),
        ]
    }

    fn rds(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rds"));
        command
            .args(arguments)
            .env("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI5tExampleKeyId9Z")
            .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", &self.key)
            .env("ALIBABA_CLOUD_SECURITY_TOKEN", &self.token)
            .env("ALIBABA_CLOUD_REGION_ID", "cn-hangzhou");
        command
    }

    /// Runs a command and looks at all that it writes.
    fn run(&self, arguments: &[&str], place: &str) -> Result<String, String> {
        let output = self.rds(arguments).output().unwrap();
        let text =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        self.scan.text(&text);
        match self.scan.take_leaks().into_iter().next() {
            Some(leak) => Err(format!("{place}: {leak}")),
            None => Ok(text),
        }
    }
}

/// Whether anything in fields is sensitive, however deep.
fn is_sensitive(fields: &[Field]) -> bool {
    let inside = |shape: &Shape| is_sensitive(&shape.fields);
    fields.iter().any(|it| it.sensitive || inside(&it.shape) || it.shape.items.as_deref().is_some_and(inside))
}

/// Puts secrets where the specification says that something is sensitive.
fn fill(fields: &[Field], value: &mut Json, secrets: &mut Secrets) {
    for field in fields {
        let Some(value) = value.get_mut(&field.name) else { continue };
        if field.sensitive {
            fill_all(value, secrets);
            continue;
        }
        let shape = field.shape.items.as_deref().unwrap_or(&field.shape);
        let value = match &field.shape.wrapper {
            Some(wrapper) if value.get(wrapper).is_some() => &mut value[wrapper],
            _ => value,
        };
        match value {
            Json::Array(elements) => elements.iter_mut().for_each(|it| fill(&shape.fields, it, secrets)),
            value => fill(&shape.fields, value, secrets),
        }
    }
}

fn fill_all(value: &mut Json, secrets: &mut Secrets) {
    match value {
        Json::Array(elements) => elements.iter_mut().for_each(|it| fill_all(it, secrets)),
        Json::Object(members) => members.values_mut().for_each(|it| fill_all(it, secrets)),
        _ => *value = secrets.make().into(),
    }
}

/// The parameters of an operation, with secrets wherever the specification says so.
fn parameters(operation: &Operation, secrets: &mut Secrets) -> Map<String, Json> {
    let wanted: Vec<Field> = operation
        .parameters
        .iter()
        .filter(|field| field.required || is_sensitive(std::slice::from_ref(field)))
        .cloned()
        .collect();
    let mut parameters = Json::from(schema::samples(&wanted));
    fill(&wanted, &mut parameters, secrets);
    parameters.as_object().unwrap().clone()
}

/// Operations in whose parameters every sensitive name of the specification stands at least once.
fn operations() -> impl Iterator<Item = &'static Operation> {
    fn collect<'f>(fields: &'f [Field], names: &mut Vec<&'f str>) {
        for field in fields {
            names.extend(field.sensitive.then_some(field.name.as_str()));
            collect(&field.shape.fields, names);
            collect(field.shape.items.as_deref().map_or(&[], |items| &items.fields), names);
        }
    }
    let mut seen = BTreeSet::new();
    schema::operations().filter(move |operation| {
        let mut names = Vec::new();
        collect(&operation.parameters, &mut names);
        names.into_iter().fold(false, |is_new, name| seen.insert(name) | is_new)
    })
}

#[test]
fn the_terminal_shows_no_secret_of_any_operation() {
    let scan = Scan::default();
    let server = Echo::start();
    let mut leaks = Vec::new();
    let mut count = 0;
    for operation in operations() {
        let mut secrets = Secrets::new(&scan);
        let parameters = parameters(operation, &mut secrets);
        let mut given: Vec<String> =
            vec!["call".into(), operation.name.to_string(), "--endpoint".into(), server.endpoint.clone()];
        for (name, value) in &parameters {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            given.push(format!("--{name}={text}"));
        }
        // A name that the specification does not have, but that says what it is.
        given.push(format!("--param=NewPasswd={}", secrets.make()));
        // A text that is not secret as a whole.
        let outer = json!({ "Outer": [{ "AccountPassword": secrets.make(), "In": json!({ "Secret": secrets.make() }).to_string() }] });
        given.push(format!("--param=Outer={outer}"));
        let mut run = |more: &[&str]| {
            let arguments: Vec<&str> = given.iter().map(String::as_str).chain(more.iter().copied()).collect();
            let place = format!("{} {}", operation.name, more.join(" "));
            let outcome = secrets.run(&arguments, &place).map_err(|leak| leaks.push(leak));
            count += 1;
            outcome.unwrap_or_default()
        };
        for (status, body) in secrets.bodies() {
            server.tell(status, body.as_str());
            let format = if body.starts_with("<R>") { "--format=xml" } else { "--format=json" };
            let told = run(&["-vvv", format]);
            assert!(
                told.is_empty() || told.contains("http.response.status_code="),
                "it was not sent: {told}"
            );
        }
        server.tell(200, secrets.bodies()[0].1.as_str());
        run(&["--table"]);
        run(&["--path", "$..B"]);
        for signature in ["v1", "v3"] {
            let shown = run(&["--dry-run", "--signature", signature, "-vv"]);
            // With V1, a token of the operation's would stand beside that of the credentials.
            let is_refused =
                signature == "v1" && shown.contains("`SecurityToken` is that of the credentials");
            assert!(shown.is_empty() || shown.contains("****") || is_refused, "{shown}");
        }
        let program = run(&["--rust"]);
        assert!(program.is_empty() || program.contains("std::env::var"), "{program}");
    }
    assert!(leaks.is_empty(), "{} of {count} runs leak, such as {}", leaks.len(), leaks[0]);
    assert!(count > 150, "only {count} runs");
    scan.finish(30, 100_000);
}

/// The explorer of an account, asked as its page asks.
struct Explorer {
    process: Child,
    host: String,
    path: String,
}

impl Explorer {
    fn start(secrets: &Secrets, endpoint: &str) -> Self {
        let mut command = secrets.rds(&["explore", "--account", "--endpoint", endpoint]);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let (host, path) = address.trim().strip_prefix("http://").unwrap().split_once('/').unwrap();
        Self { process, host: host.to_owned(), path: format!("/{path}") }
    }

    fn ask(&self, method: &str, name: &str, body: &str) -> String {
        let mut connection = TcpStream::connect(&self.host).unwrap();
        let head = format!(
            "{method} {}{name} HTTP/1.1\r\nhost: {2}\r\norigin: http://{2}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            self.path,
            body.len(),
            self.host
        );
        connection.write_all(head.as_bytes()).unwrap();
        connection.write_all(body.as_bytes()).unwrap();
        let response = read_message(&mut connection, true).unwrap();
        response.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    /// Runs a form, and confirms it where the page would ask.
    fn run(&self, mut form: Json) -> String {
        let first = self.ask("POST", "run", &form.to_string());
        let asked: Json = serde_json::from_str(&first).unwrap();
        if asked["question"].is_null() {
            return first;
        }
        form["confirmation"] = asked["question"]["token"].clone();
        first + &self.ask("POST", "run", &form.to_string())
    }
}

impl Drop for Explorer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_explorer_shows_no_secret_of_any_operation() {
    let scan = Scan::default();
    let server = Echo::start();
    let mut keys = Secrets::new(&scan);
    let explorer = Explorer::start(&keys, &server.endpoint);
    let mut leaks = Vec::new();
    let mut calls = 0;
    for operation in operations() {
        keys.values.clear();
        let mut parameters = parameters(operation, &mut keys);
        parameters.insert("NewPasswd".to_owned(), keys.make().into());
        for (index, (status, body)) in keys.bodies().into_iter().enumerate() {
            server.tell(status, body.as_str());
            let format = if body.starts_with("<R>") { "xml" } else { "json" };
            let signature = if index % 2 == 0 { "v3" } else { "v1" };
            let form = json!({ "operation": operation.name, "parameters": parameters, "format": format,
                "signature": signature, "unchecked": true });
            let preview = explorer.ask("POST", "preview", &form.to_string());
            let shown = explorer.run(form);
            assert!(shown.contains("\"call\":{"), "{shown}");
            calls += 1;
            scan.text(&preview);
            scan.text(&shown);
            leaks.extend(
                scan.take_leaks()
                    .into_iter()
                    .take(1)
                    .map(|leak| format!("{} {status}: {leak}", operation.name)),
            );
        }
    }
    let history: Json = serde_json::from_str(&explorer.ask("GET", "history", "")).unwrap();
    scan.text(&history.to_string());
    for call in history.as_array().unwrap() {
        scan.text(&explorer.ask("GET", &format!("history/{}", call["number"]), ""));
    }
    leaks.extend(scan.take_leaks().into_iter().take(1).map(|leak| format!("history: {leak}")));
    assert!(leaks.is_empty(), "{} leaks in {calls} calls, such as {}", leaks.len(), leaks[0]);
    assert!(calls > 60, "only {calls} calls");
    scan.finish(30, 100_000);
}
