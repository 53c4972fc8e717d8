//! Whose credentials `rds` uses: real processes in an environment of their own, with real files and addresses.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]

mod program;
mod served;

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};

use program::said;
use served::Served;

/// A home of its own, and nothing of the environment that these tests run in.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    fn with_profiles(profiles: &Json) -> Self {
        let home = Self::new();
        home.write(".aliyun/config.json", json!({"current": "test", "profiles": profiles}).to_string());
        home
    }

    fn rds(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rds"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.0.path())
            .env("PATH", std::env::var_os("PATH").unwrap());
        command.env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true").stdin(Stdio::null());
        command
    }

    fn whoami(&self) -> Command {
        self.rds(&["whoami", "--offline", "--json"])
    }
}

fn told(command: &mut Command) -> Json {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The exit code and the error of a command that fails.
fn failure(command: &mut Command) -> (i32, String) {
    let output = command.output().unwrap();
    (output.status.code().unwrap(), said(&output))
}

/// A server on loopback that says the same to everyone, and remembers the first lines of what it was asked.
struct Server {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn saying(response: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (response, all) = (response.to_owned(), asked.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let _ = serve(&stream, &response, &all);
            }
        });
        Self { address, asked }
    }

    fn with_body(body: &Json) -> Self {
        let body = body.to_string();
        Self::saying(&format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        ))
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(mut stream: &TcpStream, response: &str, asked: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    asked.lock().unwrap().push(lines.next().unwrap_or(Ok(String::new()))?);
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    stream.write_all(response.as_bytes())
}

const KEYS: [(&str, &str); 2] =
    [("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAIexample"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "hidden")];

#[test]
fn a_value_that_cannot_be_one_is_told_with_its_variable_and_ends_with_3() {
    let home = Home::new();
    let [(id, _), (secret, _)] = KEYS;
    let token = "ALIBABA_CLOUD_SECURITY_TOKEN";
    for (name, value, says) in [
        (id, b"LT\nAI".to_vec(), "ALIBABA_CLOUD_ACCESS_KEY_ID has a line break in it"),
        (id, b"LT AI".to_vec(), "ALIBABA_CLOUD_ACCESS_KEY_ID has a blank in it"),
        (id, b" \t".to_vec(), "ALIBABA_CLOUD_ACCESS_KEY_ID is blank"),
        (id, b"LT\xff".to_vec(), "ALIBABA_CLOUD_ACCESS_KEY_ID is not UTF-8"),
        (id, "LTÄI".into(), "ALIBABA_CLOUD_ACCESS_KEY_ID has a character that is not ASCII in it"),
        (id, Vec::new(), "ALIBABA_CLOUD_ACCESS_KEY_ID is not set, but ALIBABA_CLOUD_ACCESS_KEY_SECRET is"),
        (secret, b"hid\nden".to_vec(), "ALIBABA_CLOUD_ACCESS_KEY_SECRET has a line break in it"),
        (secret, b"hid\xffden".to_vec(), "ALIBABA_CLOUD_ACCESS_KEY_SECRET is not UTF-8"),
        (secret, b"\r\n".to_vec(), "ALIBABA_CLOUD_ACCESS_KEY_SECRET is blank"),
        (token, b"hid den".to_vec(), "ALIBABA_CLOUD_SECURITY_TOKEN has a blank in it"),
    ] {
        for command in [&["whoami", "--offline"][..], &["call", "DescribeRegions", "--region", "cn-hangzhou"]]
        {
            let mut command = home.rds(command);
            let (code, said) = failure(command.envs(KEYS).env(name, OsString::from_vec(value.clone())));
            assert_eq!(code, 3, "{said}");
            assert!(said.contains(says) && !said.contains("hid"), "{said}");
        }
    }
    for (name, value) in [(id, "\u{feff}LTAIexample\r\n"), (id, "  LTAIexample\t"), (secret, "hidden\n")] {
        assert_eq!(told(home.whoami().envs(KEYS).env(name, value))["access_key_id"], "LTAIexample");
    }
}

#[test]
fn quotation_marks_that_no_reader_has_taken_away_are_no_part_of_a_variable() {
    let profile = |name: &str| json!({"name": name, "mode": "AK", "access_key_id": name, "access_key_secret": "hidden", "region_id": name});
    let home = Home::with_profiles(&json!([profile("test"), profile("prod")]));
    let ini = home
        .write("ini", "[default]\ntype = access_key\naccess_key_id = of-ini\naccess_key_secret = hidden\n");
    let ini = ini.to_str().unwrap();
    let config = home.0.path().join(".aliyun/config.json");
    let config = config.to_str().unwrap();
    let (id, secret) = ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET");
    for mark in ["\"", "'"] {
        let quoted = |value: &str| format!("{mark}{value}{mark}");
        for (variables, member, expected) in [
            (vec![(id, "LTAI"), (secret, "hidden")], "access_key_id", json!("LTAI")),
            (
                vec![(id, "LTAI"), (secret, "hidden"), ("ALIBABA_CLOUD_SECURITY_TOKEN", "")],
                "temporary",
                json!(false),
            ),
            (
                vec![(id, "LTAI"), (secret, "hidden"), ("ALIBABA_CLOUD_SECURITY_TOKEN", "t")],
                "temporary",
                json!(true),
            ),
            (vec![(id, ""), (secret, "")], "access_key_id", json!("test")),
            (vec![("ALIBABA_CLOUD_PROFILE", "prod")], "access_key_id", json!("prod")),
            (vec![("ALIBABACLOUD_PROFILE", "prod")], "access_key_id", json!("prod")),
            (vec![("ALIBABA_CLOUD_REGION_ID", "cn-beijing")], "region", json!("cn-beijing")),
            (
                vec![("ALIBABA_CLOUD_ENDPOINT", "rds.example.com")],
                "endpoint",
                json!("https://rds.example.com"),
            ),
            (vec![("ALIBABA_CLOUD_CONFIG_FILE", config)], "access_key_id", json!("test")),
            (
                vec![("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true"), ("ALIBABA_CLOUD_CREDENTIALS_FILE", ini)],
                "access_key_id",
                json!("of-ini"),
            ),
        ] {
            let quoted: Vec<_> = variables.iter().map(|(name, value)| (*name, quoted(value))).collect();
            assert_eq!(told(home.whoami().envs(quoted))[member], expected, "{variables:?}");
        }
        let signed = Server::with_body(&json!({"RequestId": "R"}));
        let endpoint = format!("http://{}", signed.address);
        let mut call =
            home.rds(&["call", "DescribeRegions", "--dry-run", "--signature=v1", "--endpoint", &endpoint]);
        let output = call.env(id, quoted("LTAIexample")).env(secret, quoted("hidden")).output().unwrap();
        let sent = String::from_utf8(output.stdout).unwrap();
        assert!(
            sent.contains("AccessKeyId=LTAIexample&") || sent.contains("AccessKeyId=LTAIexample\n"),
            "{sent}"
        );
        for name in [id, secret, "ALIBABA_CLOUD_SECURITY_TOKEN"] {
            for value in [format!("{mark}LTAIhidden"), format!("LTAIhidden{mark}"), mark.to_owned()] {
                let (code, said) = failure(home.whoami().envs(KEYS).env(name, value));
                let says = format!("{name} has quotation marks that do not enclose all of it");
                assert!(code == 3 && said.contains(&says) && !said.contains("LTAIhidden"), "{code} {said}");
            }
        }
        for name in ["ALIBABA_CLOUD_REGION_ID", "ALIBABA_CLOUD_ENDPOINT"] {
            let (code, said) = failure(home.whoami().envs(KEYS).env(name, format!("{mark}cn-hangzhou")));
            assert!(code == 2 && said.contains("do not enclose all of it"), "{code} {said}");
        }
    }
}

#[test]
fn the_profile_and_its_gaps_are_filled_by_the_variables_of_the_tool_in_its_order() {
    let profile = |name: &str| json!({"name": name, "mode": "AK", "access_key_id": name, "access_key_secret": "hidden", "region_id": name});
    let home = Home::with_profiles(
        &json!([profile("test"), profile("prod"), profile("old"), {"name": "gaps", "mode": "AK"}]),
    );
    let who = |variables: &[(&str, &str)]| {
        let identity = told(home.whoami().envs(variables.iter().copied()));
        let text = |name: &str| identity[name].as_str().unwrap_or("none").to_owned();
        (text("profile"), text("access_key_id"), text("region"))
    };
    let is = |name: &str| (name.to_owned(), name.to_owned(), name.to_owned());
    let [first, second, third] = ["ALIBABACLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE", "ALICLOUD_PROFILE"];
    assert_eq!(who(&[]), is("test"));
    for name in [first, second, third] {
        assert_eq!(who(&[(name, "prod")]), is("prod"), "{name}");
    }
    assert_eq!(who(&[(first, "prod"), (second, "old"), (third, "test")]), is("prod"));
    assert_eq!(who(&[(second, "old"), (third, "prod")]), is("old"));
    assert_eq!(who(&[(first, ""), (second, "prod\n")]), is("prod"));
    // Variables that the SDKs do not know fill gaps, and do no more.
    assert_eq!(who(&[("ALICLOUD_ACCESS_KEY_ID", "x"), ("ALICLOUD_ACCESS_KEY_SECRET", "x")]), is("test"));

    for prefix in ["ALIBABACLOUD_", "ALICLOUD_", ""] {
        let [id, secret, region] =
            ["ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "REGION_ID"].map(|name| format!("{prefix}{name}"));
        let keys = [(&*id, "filled"), (&*secret, "hidden"), (&*region, "cn-beijing")];
        let filled = |profile: &str| (profile.to_owned(), "filled".to_owned(), "cn-beijing".to_owned());
        assert_eq!(who(&[&keys[..], &[(first, "gaps")]].concat()), filled("gaps"), "{prefix}");
        let bare = Home::new();
        let identity = told(bare.whoami().envs(keys));
        assert_eq!(identity["access_key_id"], "filled", "{prefix}");
        assert_eq!(identity["region"], "cn-beijing", "{prefix}");
    }
    let ignored = [
        ("ALIBABA_CLOUD_IGNORE_PROFILE", "TRUE"),
        ("ALICLOUD_ACCESS_KEY_ID", "filled"),
        ("ALICLOUD_ACCESS_KEY_SECRET", "hidden"),
    ];
    assert_eq!(who(&ignored), ("default".to_owned(), "filled".to_owned(), "cn-hangzhou".to_owned()));

    let (code, said) = failure(home.whoami().env(second, "absent"));
    assert!(
        code == 3 && said.contains("there is no profile `absent`, which ALIBABA_CLOUD_PROFILE names"),
        "{said}"
    );
    let (code, said) = failure(home.whoami().env(first, "absent"));
    assert!(code == 3 && said.contains("has no profile `absent`; there is `test`, `prod`"), "{said}");
}

#[test]
fn files_are_read_as_they_are_written_and_nothing_else_is_waited_for() {
    let keys = "type = access_key\naccess_key_id = LTAIexample\naccess_key_secret = hidden\n";
    for ini in [
        format!("\u{feff}[default]\n{keys}"),
        format!("[default]      # default setting\n{}", keys.replace('\n', "   # comment\r\n")),
        format!("[ default ]\n{}", keys.replace("= LTAIexample", ": \"LTAIexample\"")),
    ] {
        let home = Home::new();
        home.write(".alibabacloud/credentials.ini", &ini);
        let identity = told(&mut home.whoami());
        assert_eq!(
            (&identity["source"], &identity["profile"]),
            (&json!("ini file"), &json!("default")),
            "{ini}"
        );
        assert_eq!(identity["access_key_id"], "LTAIexample");
    }
    let home = Home::new();
    let profile = json!({"name": "default", "mode": "AK", "access_key_id": "LTAIexample\n", "access_key_secret": "hidden"});
    home.write(".aliyun/config.json", format!("\u{feff}{}", json!({"profiles": [profile]})));
    assert_eq!(told(&mut home.whoami())["access_key_id"], "LTAIexample");

    let home = Home::new();
    let pipe = home.0.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let zero = home.0.path().join("zero");
    std::os::unix::fs::symlink("/dev/zero", &zero).unwrap();
    let large = home.write("large", vec![b' '; 1 << 21]);
    let wide = home.write("wide", "[default]".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
    let odd = home
        .write("odd", "[default]\ntype = access_key\naccess_key_id = LT AI\naccess_key_secret = hidden\n");
    let open = home.write("open", "[default]\ntype = \"access_key\naccess_key_secret = hidden\n");
    for name in ["ALIBABA_CLOUD_CREDENTIALS_FILE", "ALIBABA_CLOUD_CONFIG_FILE"] {
        let check = |path: &Path, says: &str| {
            let (code, said) =
                failure(home.whoami().env(name, path).env("ALIBABA_CLOUD_REGION_ID", "cn-hangzhou"));
            assert!(code == 3 && said.contains(says) && !said.contains("hidden"), "{name} {code} {said}");
        };
        check(&pipe, "pipe is a pipe, not a file");
        check(&zero, "zero is a device, not a file");
        check(home.0.path(), "is a directory, not a file");
        check(&large, "large has more than 1048576 bytes");
        check(&wide, "wide is not UTF-8 but, it seems, UTF-16");
        check(&home.0.path().join("absent"), "absent cannot be read");
        if name == "ALIBABA_CLOUD_CREDENTIALS_FILE" {
            check(&odd, "odd: `access_key_id` (line 3) has a blank in it");
            check(&open, "open, line 2: the quotation mark is not closed");
        } else {
            check(&odd, "odd is not JSON: expected value at line 1 column 2");
        }
    }
}

#[test]
fn this_machine_is_never_asked_through_a_proxy() {
    let proxy = Server::with_body(&json!({"AccessKeyId": "of the proxy"}));
    let credentials =
        json!({"AccessKeyId": "sidecar", "AccessKeySecret": "hidden", "SecurityToken": "hidden"});
    let sidecar = Server::with_body(&credentials);
    let home = Home::new();
    let port = sidecar.address.rsplit(':').next().unwrap();
    let proxies = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"]
        .map(|name| (name, format!("http://{}", proxy.address)));
    for host in ["127.0.0.1", "localhost", "127.0.0.1"] {
        let uri = format!("http://{host}:{port}/path?key=hidden");
        let mut command = home.whoami();
        let identity = told(command.envs(proxies.clone()).env("ALIBABA_CLOUD_CREDENTIALS_URI", uri));
        assert_eq!(
            (&identity["source"], &identity["access_key_id"]),
            (&json!("credentials URI"), &json!("sidecar"))
        );
        assert_eq!(identity["expires"], Json::Null);
    }
    assert_eq!((sidecar.asked().len(), proxy.asked().len()), (3, 0));

    let endpoint = format!("http://{}", sidecar.address);
    let mut call = home.rds(&["call", "DescribeRegions", "--endpoint", &endpoint]);
    let _ = call.envs(KEYS).envs(proxies).output().unwrap();
    assert!(sidecar.asked().len() > 3 && proxy.asked().is_empty());

    let mut elsewhere = home.whoami();
    let (code, said) =
        failure(elsewhere.env("ALIBABA_CLOUD_CREDENTIALS_URI", "http://sidecar.example/?key=hidden"));
    assert!(
        code == 3 && said.contains("not asked for at http://sidecar.example/: it must be https"),
        "{said}"
    );
    assert!(!said.contains("hidden"), "{said}");
}

#[test]
fn proxies_are_used_but_where_the_environment_says_not_to() {
    let proxy = Server::saying("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
    let home = Home::new();
    let call = |variables: &[(&str, &str)]| {
        let mut call = home.rds(&[
            "call",
            "CreateBackup",
            "--DBInstanceId",
            "rm-1",
            "--endpoint",
            "https://rds.invalid",
        ]);
        let before = proxy.asked().len();
        let end = failure(call.envs(KEYS).envs(variables.iter().copied()));
        (proxy.asked()[before..].to_vec(), end)
    };
    let address = format!("http://{}", proxy.address);
    let https = ("HTTPS_PROXY", address.as_str());
    for exceptions in ["", "invalid.example", "rds.invalid:8443", "*.rds.invalid", "10.0.0.0/8"] {
        let (asked, _) = call(&[https, ("NO_PROXY", exceptions)]);
        assert!(asked[0].starts_with("CONNECT rds.invalid:443 "), "{exceptions} {asked:?}");
    }
    for exceptions in ["*", "invalid", ".invalid", "*.invalid", "RDS.invalid:443", "x.example,rds.invalid"] {
        assert!(call(&[https, ("no_proxy", exceptions)]).0.is_empty(), "{exceptions}");
    }
    for (name, value) in [
        ("HTTPS_PROXY", "http://u:hidden@[bad"),
        ("https_proxy", "ftp://u:hidden@proxy.example"),
        ("ALL_PROXY", "socks5://u:hidden@proxy.example"),
    ] {
        let (_, (code, said)) = call(&[(name, value)]);
        assert!(code == 2 && said.contains(&format!("{name} does not name a proxy")), "{said}");
        assert!(!said.contains("hidden"), "{said}");
    }
}

#[test]
fn a_program_may_ask_for_a_code() {
    let script = r#"sh -c 'read -r code || exit 9; echo "{\"mode\": \"AK\", \"access_key_id\": \"of-$code\", \"access_key_secret\": \"hidden\"}"'"#;
    let home = Home::with_profiles(&json!([{"name": "test", "mode": "External", "process_command": script}]));
    for arguments in
        [&["whoami", "--offline", "--json"][..], &["whoami", "--offline", "--json", "--profile", "test"]]
    {
        let mut command = home.rds(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"123456\n").unwrap();
        let output = child.wait_with_output().unwrap();
        let identity: Json = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            (&identity["access_key_id"], &identity["source"]),
            (&json!("of-123456"), &json!("aliyun CLI profile"))
        );
    }
    let (code, said) = failure(&mut home.whoami());
    assert!(code == 3 && said.contains("failed with exit status: 9"), "{said}");
}

/// `rds serve` is the service and the one that knows the account.
#[test]
fn the_service_tells_the_account() {
    let served = Served::start("1");
    let text = |name: &str| served.text(name).to_owned();
    let home = Home::new();
    let with_keys = |arguments: &[&str], secret: &str| {
        let mut command = home.rds(arguments);
        command
            .env("ALIBABA_CLOUD_ACCESS_KEY_ID", text("access_key_id"))
            .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", secret)
            .env("ALIBABA_CLOUD_STS_ENDPOINT", text("endpoint"));
        command
    };
    let secret = text("access_key_secret");
    for version in ["v1", "v3"] {
        let identity = told(&mut with_keys(&["whoami", "--json", "--signature", version], &secret));
        assert_eq!(identity["source"], "environment variables");
        assert_eq!(identity["account_id"], "1234567890123456");
        assert_eq!(identity["arn"], "acs:ram::1234567890123456:user/fake");
        assert_eq!((&identity["region"], &identity["endpoint"]), (&Json::Null, &Json::Null));
    }
    let output = with_keys(&["whoami", "--region", "cn-beijing"], &secret).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    for line in [
        "source          environment variables\n",
        "region          cn-beijing\n",
        "account id      1234567890123456\n",
    ] {
        assert!(printed.contains(line), "{printed}");
    }
    let (code, said) = failure(&mut with_keys(&["whoami"], "hidden"));
    assert!(code == 1 && said.contains("SignatureDoesNotMatch") && !said.contains("hidden"), "{said}");
    let (code, said) = failure(&mut home.rds(&["whoami"]));
    assert!(code == 3 && said.contains("no source gives credentials\n  - environment variables: "), "{said}");
    let (code, said) =
        failure(home.rds(&["whoami"]).envs(KEYS).env("ALIBABA_CLOUD_STS_ENDPOINT", "http://sts.example"));
    assert!(code == 3 && said.contains("keys are not sent to `http://sts.example`"), "{said}");
    let fake = told(&mut home.rds(&["whoami", "--fake", "--json"]));
    assert_eq!((&fake["source"], &fake["region"]), (&json!("the program"), &json!("cn-hangzhou")));
}
