//! The servers of `rds` end when they are asked to, and say that all is well.
//!
//! The kernel ignores signals to process 1 of a container unless that process handles them, so `docker stop` would
//! wait for ten seconds and kill it. A process that is not the first one dies of the same signal without a
//! handler, too, but then it has no exit code: an exit code of 0 shows that there is a handler.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

#[test]
fn servers_end_well_when_they_are_interrupted_or_terminated() {
    for command in ["serve", "explore"] {
        for signal in ["-INT", "-TERM"] {
            let mut server = Command::new(env!("CARGO_BIN_EXE_rds"))
                .arg(command)
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            // A signal may come as soon as the server has said where it is.
            BufReader::new(server.stdout.take().unwrap()).read_line(&mut String::new()).unwrap();
            let sent = Command::new("kill").args([signal, &server.id().to_string()]).status().unwrap();
            assert!(sent.success());
            assert_eq!(server.wait().unwrap().code(), Some(0), "{command} {signal}");
        }
    }
}
