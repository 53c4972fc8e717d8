//! An agent, as far as `rds mcp` can tell: a process that writes lines of JSON, and reads some.
#![allow(dead_code)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::{Value as Json, json};

/// The server that an agent has started, and what was heard of it.
pub(crate) struct Agent {
    process: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    stderr: Option<JoinHandle<String>>,
    next: u64,
    /// The notifications that came while something else was waited for.
    pub(crate) heard: Vec<Json>,
    /// Answers to the questions of the server, the next one first, and the questions.
    pub(crate) answers: Vec<Json>,
    pub(crate) questions: Vec<Json>,
}

/// What is waited for comes within this time, on a machine that has other things to do as well.
const PATIENCE: Duration = Duration::from_secs(60);

/// A yes to a question that was a result, by the state that came with it.
pub(crate) fn yes(state: &Json) -> Json {
    let answer = json!({ "action": "accept", "content": { "confirm": true } });
    json!({ "requestState": state, "inputResponses": { "confirm": answer } })
}

impl Agent {
    /// Starts a server, and says nothing to it yet.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut process =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut errors = process.stderr.take().unwrap();
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let stderr = thread::spawn(move || {
            let mut text = Vec::new();
            let _ = errors.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        Self {
            input: process.stdin.take(),
            process,
            lines,
            stderr: Some(stderr),
            next: 0,
            heard: Vec::new(),
            answers: Vec::new(),
            questions: Vec::new(),
        }
    }

    /// Starts `rds mcp` with these arguments, and begins as the protocol says.
    pub(crate) fn start(arguments: &[&str], capabilities: Json) -> Self {
        let mut agent = Self::spawn(rds().args(arguments));
        agent.begin(capabilities);
        agent
    }

    pub(crate) fn begin(&mut self, capabilities: Json) -> Json {
        let hello = json!({
            "protocolVersion": "2025-11-25",
            "capabilities": capabilities,
            "clientInfo": { "name": "test", "version": "1" },
        });
        let said = self.ask("initialize", hello);
        self.tell("notifications/initialized", json!({}));
        said["result"].clone()
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    pub(crate) fn write(&mut self, line: &str) {
        let input = self.input.as_mut().unwrap();
        input.write_all(line.as_bytes()).and_then(|()| input.write_all(b"\n")).unwrap();
    }

    /// Sends a notification.
    pub(crate) fn tell(&mut self, method: &str, params: Json) {
        self.write(&json!({ "jsonrpc": "2.0", "method": method, "params": params }).to_string());
    }

    /// Sends a request, and returns its number.
    pub(crate) fn send(&mut self, method: &str, params: Json) -> u64 {
        self.next += 1;
        let id = self.next;
        self.write(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string());
        id
    }

    /// The next message of the server; nothing else may stand on its output.
    pub(crate) fn receive(&mut self) -> Json {
        let line = self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("the server says nothing"));
        let message: Json =
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("it is no message: {error}: {line}"));
        assert_eq!(message["jsonrpc"], "2.0", "{message}");
        message
    }

    /// The response to a request, with what comes before it answered or kept.
    pub(crate) fn response(&mut self, id: u64) -> Json {
        loop {
            let message = self.receive();
            if message["method"].is_null() {
                assert_eq!(message["id"], id, "{message}");
                return message;
            }
            if message["id"].is_null() {
                self.heard.push(message);
                continue;
            }
            let answer = self.answers.remove(0);
            self.write(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": answer }).to_string());
            self.questions.push(message);
        }
    }

    pub(crate) fn ask(&mut self, method: &str, params: Json) -> Json {
        let id = self.send(method, params);
        self.response(id)
    }

    /// Calls a tool, and returns what it says if it has done it.
    pub(crate) fn call(&mut self, tool: &str, arguments: Json) -> Json {
        let (is_error, said) = self.outcome(tool, arguments);
        assert!(!is_error, "{said:#}");
        said
    }

    /// Calls a tool that has to fail, and returns what it says.
    pub(crate) fn fail(&mut self, tool: &str, arguments: Json) -> Json {
        let (is_error, said) = self.outcome(tool, arguments);
        assert!(is_error, "{said:#}");
        said
    }

    fn outcome(&mut self, tool: &str, arguments: Json) -> (bool, Json) {
        let response = self.ask("tools/call", json!({ "name": tool, "arguments": arguments }));
        outcome(&response["result"])
    }

    /// Calls a tool by the protocol without requests of the server, whose question is the result of a call: `more` has the
    /// answer to the last one.
    pub(crate) fn ask_by_result(&mut self, tool: &str, arguments: &Json, more: &Json) -> Json {
        let mut params = json!({
            "name": tool,
            "arguments": arguments,
            "_meta": {
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
                "io.modelcontextprotocol/clientCapabilities": { "elicitation": { "form": {} } },
            },
        });
        params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.ask("tools/call", params)["result"].clone()
    }

    /// Closes its input, and returns how it has ended and what stands on stderr.
    pub(crate) fn finish(mut self) -> (ExitStatus, String) {
        drop(self.input.take());
        self.ended()
    }

    /// Waits for its end.
    pub(crate) fn ended(&mut self) -> (ExitStatus, String) {
        let stderr = self.stderr.take().unwrap().join().unwrap();
        (self.process.wait().unwrap(), stderr)
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Whether the result of a tool is an error, and what it says, which its text says as well.
pub(crate) fn outcome(result: &Json) -> (bool, Json) {
    let said = result["structuredContent"].clone();
    let text: Json =
        serde_json::from_str(result["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{result}")))
            .unwrap();
    assert_eq!(text, said);
    (result["isError"] == true, said)
}

/// `rds mcp`, with no credentials but those of a test.
pub(crate) fn rds() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rds"));
    command
        .arg("mcp")
        .env("ALIBABA_CLOUD_ACCESS_KEY_ID", "fake-key-id")
        .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "fake-key-secret")
        .env_remove("ALIBABA_CLOUD_SECURITY_TOKEN")
        .env_remove("ALIBABA_CLOUD_ENDPOINT")
        .env_remove("RDS_MCP_TOKEN")
        .env("ALIBABA_CLOUD_REGION_ID", "cn-hangzhou");
    command
}
