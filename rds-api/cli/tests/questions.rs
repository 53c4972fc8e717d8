//! What `rds` asks a person at a terminal: before something is taken away, and for secrets, which are not shown.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod program;
mod served;

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use nix::pty::{OpenptyResult, Winsize, openpty};
use serde_json::Value as Json;

use served::Served;

/// `rds` with these arguments at a terminal, as the account's owner.
fn at_terminal(served: &Served, arguments: &[&str]) -> Command {
    let mut command = served.rds_in_region(arguments);
    command.env("TERM", "xterm");
    command
}

/// The names of the databases that are there.
fn databases(served: &Served) -> String {
    let call = ["DescribeDatabases", "--DBInstanceId", INSTANCE, "--path", "$..DBName"];
    String::from_utf8(served.rds_in_region(&call).output().unwrap().stdout).unwrap()
}

const INSTANCE: &str = "rm-fake0000000000001";
const DELETE: [&str; 5] = ["DeleteDatabase", "--DBInstanceId", INSTANCE, "--DBName", "orders"];

/// A person at a terminal.
struct Terminal {
    keyboard: File,
    screen: Arc<Mutex<String>>,
    child: Child,
}

impl Terminal {
    fn run(mut command: Command) -> Self {
        let size = Winsize { ws_row: 50, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0 };
        let OpenptyResult { master, slave } = openpty(&size, None).unwrap();
        let (input, errors) = (slave.try_clone().unwrap(), slave.try_clone().unwrap());
        command.stdin(input).stdout(slave).stderr(errors);
        let child = command.spawn().unwrap();
        drop(command);
        let screen = Arc::new(Mutex::new(String::new()));
        let (shown, mut master) = (screen.clone(), File::from(master));
        let keyboard = master.try_clone().unwrap();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = master.read(&mut buffer) {
                shown.lock().unwrap().push_str(&String::from_utf8_lossy(&buffer[..length]));
            }
        });
        Self { keyboard, screen, child }
    }

    /// Waits for a text on the screen, and types something then.
    fn answer(&mut self, question: &str, text: &str) {
        let started = Instant::now();
        while !self.shown().contains(question) {
            assert!(started.elapsed() < Duration::from_secs(20), "{question} is not asked: {}", self.shown());
            thread::sleep(Duration::from_millis(10));
        }
        // The echo is switched off after the question is written.
        thread::sleep(Duration::from_millis(100));
        self.keyboard.write_all(format!("{text}\n").as_bytes()).unwrap();
    }

    fn shown(&self) -> String {
        self.screen.lock().unwrap().clone()
    }

    /// The exit code, and all that was shown.
    fn end(mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        thread::sleep(Duration::from_millis(50));
        (code, self.shown())
    }
}

#[test]
fn what_takes_something_away_is_confirmed_at_a_terminal() {
    let served = Served::start("1");
    for answer in ["", "n", "no", "x"] {
        let mut terminal = Terminal::run(at_terminal(&served, &DELETE));
        terminal.answer("Go ahead? [y/N]", answer);
        let (code, shown) = terminal.end();
        assert_eq!(code, Some(2), "{shown}");
        for told in ["DeleteDatabase: ", "DBName  orders", INSTANCE, "region cn-hangzhou", "nothing was sent"]
        {
            assert!(shown.contains(told), "{told}: {shown}");
        }
        assert_eq!(databases(&served), "orders\n");
    }
    let mut terminal = Terminal::run(at_terminal(&served, &DELETE));
    terminal.answer("Go ahead? [y/N]", "yes");
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(0), "{shown}");
    assert_eq!(databases(&served), "");
}

#[test]
fn who_says_yes_is_not_asked_and_neither_is_a_script_nor_a_read() {
    let create =
        ["CreateDatabase", "--DBInstanceId", INSTANCE, "--DBName", "orders", "--CharacterSetName", "utf8"];
    let served = Served::start("1");
    let (code, shown) = Terminal::run(at_terminal(&served, &[&DELETE[..], &["--yes"]].concat())).end();
    assert!(code == Some(0) && !shown.contains("Go ahead"), "{shown}");
    let (code, shown) = Terminal::run(at_terminal(&served, &create)).end();
    assert!(code == Some(0) && !shown.contains("Go ahead"), "{shown}");
    let output = served.rds_in_region(&DELETE).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    assert_eq!(databases(&served), "");
    for harmless in [&["--dry-run"][..], &["--rust"]] {
        let (code, shown) = Terminal::run(at_terminal(&served, &[&DELETE[..], harmless].concat())).end();
        assert!(code == Some(0) && !shown.contains("Go ahead"), "{shown}");
    }
}

#[test]
fn a_secret_is_asked_for_and_not_shown() {
    let served = Served::start("1");
    let create = ["CreateAccount", "--DBInstanceId", INSTANCE, "--AccountName", "reader"];
    for (more, second, expected) in [
        (&[][..], "Passw0rd!", 0),
        (&["--AccountPassword", "@prompt", "--AccountName=writer"], "Passw0rd!", 0),
        (&[], "Passw0rd?", 2),
    ] {
        let arguments = match more.last() {
            Some(name) => [&create[..3], &more[..2], &[name]].concat(),
            None => create.to_vec(),
        };
        let mut terminal = Terminal::run(at_terminal(&served, &arguments));
        terminal.answer("AccountPassword (is not shown): ", "Passw0rd!");
        terminal.answer("AccountPassword again (is not shown): ", second);
        let (code, shown) = terminal.end();
        assert_eq!(code, Some(expected), "{shown}");
        assert!(!shown.contains("assw0rd"), "{shown}");
        assert!(!shown.contains("on the command line"), "{shown}");
    }
    let missing = served.rds_in_region(&create).output().unwrap();
    assert_eq!(missing.status.code(), Some(2), "nobody can be asked");
    assert!(String::from_utf8_lossy(&missing.stderr).contains("--AccountPassword"));
}

#[test]
fn a_profile_is_asked_for_item_by_item() {
    let home = tempfile::tempdir().unwrap();
    let rds = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rds"));
        command.args(arguments).env_clear().env("HOME", home.path()).env("TERM", "xterm");
        command
    };
    let profile = || {
        let content = std::fs::read(home.path().join(".aliyun/config.json")).unwrap();
        serde_json::from_slice::<Json>(&content).unwrap()["profiles"][0].clone()
    };
    let mut terminal = Terminal::run(rds(&["configure"]));
    terminal.answer("Access key id: ", "LTAI5tExampleKey");
    terminal.answer("Access key secret (is not shown): ", "hidden");
    terminal.answer("Region, such as cn-hangzhou: ", "cn-beijing");
    let (code, shown) = terminal.end();
    assert!(code == Some(0) && !shown.contains("hidden"), "{shown}");
    assert_eq!(
        (&profile()["access_key_secret"], &profile()["region_id"]),
        (&"hidden".into(), &"cn-beijing".into())
    );
    // An empty line keeps what is there, of which a key is shown in part.
    let mut terminal = Terminal::run(rds(&["configure"]));
    terminal.answer("Access key id [LTAI****ey]: ", "");
    terminal.answer("Region, such as cn-hangzhou [cn-beijing]: ", "cn-shanghai");
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(0), "{shown}");
    assert_eq!(
        (&profile()["access_key_secret"], &profile()["region_id"]),
        (&"hidden".into(), &"cn-shanghai".into())
    );
}

#[test]
fn long_help_goes_through_a_pager() {
    let shown = |pager: &str, no_pager: &str, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rds"));
        command
            .args(arguments)
            .env_clear()
            .env("TERM", "xterm")
            .env("PATH", std::env::var_os("PATH").unwrap());
        let (code, shown) = Terminal::run({
            command.env("PAGER", pager).env("NO_PAGER", no_pager);
            command
        })
        .end();
        assert_eq!(code, Some(0), "{shown}");
        shown
    };
    for long in
        [&["explain", "CreateDBInstance"][..], &["call", "CreateDBInstance", "--help"], &["operations"]]
    {
        let paged = shown("echo through a pager; cat", "", long);
        assert!(paged.starts_with("through a pager") && paged.lines().count() > 50, "{long:?}: {paged}");
        for (pager, no_pager) in
            [("echo paged; cat", "1"), ("cat", ""), ("", ""), ("no-such-command 2>/dev/null", "")]
        {
            let plain = shown(pager, no_pager, long);
            assert!(!plain.contains("paged\r") && plain.lines().count() > 50, "{pager}: {long:?}");
        }
    }
    let short = shown("echo through a pager; cat", "", &["completions", "-h"]);
    assert!(!short.contains("through a pager"), "{short}");
}
