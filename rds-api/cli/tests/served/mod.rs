//! An account that `rds serve` serves, for tests of commands that call it.
#![allow(clippy::unwrap_used, dead_code, reason = "each test binary has a copy, and uses a part of it")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value as Json;

use super::program::rds;

/// A served account, gone with the test.
pub(crate) struct Served {
    pub(crate) child: Child,
    /// What the first line says.
    pub(crate) description: Json,
}

impl Served {
    /// An account with so many instances.
    pub(crate) fn start(instances: &str) -> Self {
        Self::with(&["--instances", instances])
    }

    /// An account that is served with these arguments.
    pub(crate) fn with(arguments: &[&str]) -> Self {
        let mut child = rds(&[&["serve"], arguments].concat()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, description: serde_json::from_str(&line).unwrap() }
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.description[name].as_str().unwrap()
    }

    pub(crate) fn instances(&self) -> Vec<&str> {
        self.description["instances"].as_array().unwrap().iter().filter_map(Json::as_str).collect()
    }

    /// Asks the service for what only tests ask for, such as a fault or another time.
    pub(crate) fn post(&self, path: &str) {
        let address = self.text("address");
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
        let mut command = rds(&[arguments, &["--endpoint", self.text("endpoint")]].concat());
        command
            .env("ALIBABA_CLOUD_ACCESS_KEY_ID", self.text("access_key_id"))
            .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", self.text("access_key_secret"));
        if let Some(token) = self.description["security_token"].as_str() {
            command.env("ALIBABA_CLOUD_SECURITY_TOKEN", token);
        }
        command
    }

    /// The same with the region that is served.
    pub(crate) fn rds_in_region(&self, arguments: &[&str]) -> Command {
        let mut command = self.rds(arguments);
        command.env("ALIBABA_CLOUD_REGION_ID", self.text("region"));
        command
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
