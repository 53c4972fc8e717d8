//! An account that `rds serve` serves, for tests of commands that call it.
#![allow(clippy::unwrap_used, dead_code, reason = "each test binary has a copy, and uses a part of it")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value as Json;

/// A served account with instances, gone with the test.
pub(crate) struct Served(Child, Json);

impl Served {
    pub(crate) fn start(instances: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rds"));
        let mut child =
            command.args(["serve", "--instances", instances]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self(child, serde_json::from_str(&line).unwrap())
    }

    pub(crate) fn instances(&self) -> Vec<&str> {
        self.1["instances"].as_array().unwrap().iter().filter_map(Json::as_str).collect()
    }

    /// Asks the service for what only tests ask for, such as a fault or another time.
    pub(crate) fn post(&self, path: &str) {
        let address = self.1["address"].as_str().unwrap();
        let mut connection = TcpStream::connect(address).unwrap();
        let request = format!(
            "POST /testing/{path} HTTP/1.1\r\nhost: {address}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        );
        connection.write_all(request.as_bytes()).unwrap();
        let mut response = String::new();
        connection.read_to_string(&mut response).unwrap();
        assert!(response.starts_with("HTTP/1.1 2"), "{response}");
    }

    /// `rds` with these arguments, as the account's owner.
    pub(crate) fn rds(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rds"));
        command
            .args(arguments)
            .args(["--endpoint", self.1["endpoint"].as_str().unwrap()])
            .stdin(Stdio::null());
        command.env_clear().env("HOME", "/nowhere").env("ALIBABA_CLOUD_ACCESS_KEY_ID", "fake-key-id");
        command.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "fake-key-secret");
        command
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a command said on stderr.
pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
