//! No source of credentials shows a secret, whatever its server responds.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use serde_json::{Value, json};

use super::default_chain::DefaultChain;
use super::loopback::{Loopback, Request};
use super::*;
use crate::error::ErrorKind;
use crate::secret_scan::Scan;

/// The ways in which a server may respond. All but the first two are failures.
#[derive(Clone, Copy, Debug)]
enum Outcome {
    Credentials,
    Marked,
    WithoutToken,
    WithoutTime,
    Refusal,
    RefusedSignature,
    Page,
    Nonsense,
    Redirect,
    PageAtOnce,
    Empty,
    BrokenOff,
}

const OUTCOMES: [Outcome; 12] = [
    Outcome::Credentials,
    Outcome::Marked,
    Outcome::WithoutToken,
    Outcome::WithoutTime,
    Outcome::Refusal,
    Outcome::RefusedSignature,
    Outcome::Page,
    Outcome::Nonsense,
    Outcome::Redirect,
    Outcome::PageAtOnce,
    Outcome::Empty,
    Outcome::BrokenOff,
];

impl Outcome {
    fn response(self, request: &Request, scan: &Scan) -> (u16, String) {
        let echo = format!("{request:?} {:?}", request.pairs());
        let refusal =
            |code: &str, message: String| (403, json!({"Code": code, "Message": message}).to_string());
        match self {
            Self::Refusal => {
                refusal("NoPermission", format!("you said: {}", secrets_of(request).join(" and ")))
            }
            Self::RefusedSignature => {
                refusal("SignatureDoesNotMatch", format!("No match. server string to sign is:{echo}"))
            }
            Self::Page => (500, format!("<html>{echo} {}</html>", scan.secret())),
            Self::Nonsense => (200, format!("{{\"AccessKeySecret\": \"{}\", {echo}", scan.token())),
            Self::Redirect => (302, echo),
            Self::PageAtOnce => (200, format!("<html>{echo}{}</html>", scan.token())),
            Self::Empty => (200, String::new()),
            Self::BrokenOff => (200, format!("{{\"AccessKeySecret\": \"{}", scan.token())),
            // Programs of Windows write it before what they write.
            Self::Marked => {
                let (status, body) = Self::Credentials.response(request, scan);
                (status, format!("\u{feff}{body}\r\n"))
            }
            _ if request.path.ends_with("/security-credentials/") => (200, "role".to_owned()),
            _ if request.path.ends_with("/api/token") => (200, scan.token()),
            _ if request.path == "/v1/token" => {
                let (access, refresh) = (scan.token(), scan.token());
                let tokens = json!({"access_token": access, "refresh_token": refresh, "expires_in": 100});
                (200, tokens.to_string())
            }
            _ => (200, self.credentials(&request.path, scan).to_string()),
        }
    }

    fn credentials(self, path: &str, scan: &Scan) -> Value {
        let time = match self {
            Self::WithoutTime => scan.secret(),
            _ => "2098-01-02T03:04:05Z".to_owned(),
        };
        let token = match self {
            Self::WithoutToken => String::new(),
            _ => scan.token(),
        };
        if path == "/v1/exchange" {
            return json!({"accessKeyId": "id", "accessKeySecret": scan.token(), "securityToken": token,
                "expiration": time});
        }
        let plain = json!({"Code": "Success", "AccessKeyId": "id", "AccessKeySecret": scan.token(),
            "SecurityToken": token, "Expiration": time});
        let mut response = plain.clone();
        response["Credentials"] = plain.clone();
        response["CloudCredential"] = plain;
        response
    }
}

/// The secrets that a request proves itself with.
fn secrets_of(request: &Request) -> Vec<String> {
    let mut secrets: Vec<String> = ["SecurityToken", "OIDCToken", "refresh_token"]
        .iter()
        .filter_map(|name| request.parameter(name))
        .collect();
    secrets.extend(request.header("x-aliyun-ecs-metadata-token").map(str::to_owned));
    secrets.extend(request.header("authorization").map(|it| it.trim_start_matches("Bearer ").to_owned()));
    secrets
}

/// One file of the CLI and one ini file with something in every mode and type, and all sources that read none.
fn sources(scan: &Scan, server: &Loopback, home: &std::path::Path) -> Vec<AnyProvider> {
    let key = || json!({"access_key_id": "id", "access_key_secret": scan.token(), "sts_token": scan.token()});
    let token_file = home.join("token");
    std::fs::write(&token_file, scan.token()).unwrap();
    let uri = format!("{}/uri?key={}", server.address, scan.token().replace(['+', '/'], "-"));
    let program = json!({"access_key_id": "id", "access_key_secret": scan.token(), "mode": "AK"});
    let expire = 4_000_000_000_u64;
    let modes = [
        ("AK", key()),
        ("StsToken", key()),
        ("RamRoleArn", json!({"ram_role_arn": "arn", "expired_seconds": 900})),
        ("ChainableRamRoleArn", json!({"source_profile": "RamRoleArn", "ram_role_arn": "arn"})),
        ("RamRoleArnWithRoleName", json!({"ram_role_name": "role", "ram_role_arn": "arn"})),
        ("EcsRamRole", json!({})),
        ("OIDC", json!({"oidc_provider_arn": "p", "oidc_token_file": token_file, "ram_role_arn": "arn"})),
        ("CredentialsURI", json!({"credentials_uri": uri})),
        ("External", json!({"process_command": format!("echo '{program}'")})),
        (
            "CloudSSO",
            json!({"access_token": scan.token(), "cloud_sso_sign_in_url": server.address,
            "cloud_sso_account_id": "a", "cloud_sso_access_config": "c", "cloud_sso_access_token_expire": expire}),
        ),
        (
            "OAuth",
            json!({"oauth_site_type": "CN", "oauth_access_token": scan.token(),
            "oauth_refresh_token": scan.token(), "oauth_access_token_expire": 1}),
        ),
        ("BearerToken", json!({"bearer_token": scan.token()})),
    ];
    let profiles = modes.iter().map(|(mode, keys)| {
        let mut profile = key();
        profile["name"] = json!(mode);
        profile["mode"] = json!(mode);
        profile.as_object_mut().unwrap().extend(keys.as_object().cloned().unwrap());
        profile
    });
    let config = home.join("config.json");
    std::fs::write(&config, json!({"profiles": profiles.collect::<Vec<_>>()}).to_string()).unwrap();
    let ini_key = || format!("access_key_id = id\naccess_key_secret = {}", scan.token());
    let oidc = format!("oidc_provider_arn = p\noidc_token_file_path = {}", token_file.display());
    let ini = home.join("credentials.ini");
    let sections = [
        format!("[access_key]\ntype = access_key\n{}", ini_key()),
        "[ecs_ram_role]\ntype = ecs_ram_role".to_owned(),
        format!("[ram_role_arn]\ntype = ram_role_arn\nrole_arn = arn\n{}", ini_key()),
        format!("[oidc_role_arn]\ntype = oidc_role_arn\nrole_arn = arn\n{oidc}"),
        format!("[broken]\ntype = {}\naccess_key_secret = {}", "access_key", scan.token()),
    ];
    std::fs::write(&ini, sections.join("\n")).unwrap();

    let (secret, token) = (scan.token(), scan.token());
    let uri = format!("{}/uri?key={}", server.address, scan.token().replace(['+', '/'], "-"));
    let variables = [
        ("ALIBABA_CLOUD_STS_ENDPOINT", server.address.as_str()),
        ("http://100.100.100.200", &server.address),
        ("https://oauth.aliyun.com", &server.address),
        ("ALIBABA_CLOUD_CREDENTIALS_URI", &uri),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", &secret),
        ("ALIBABA_CLOUD_SECURITY_TOKEN", &token),
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"),
    ];
    let environment = Environment::fake(home, &variables);
    let without_key = Environment::fake(home, &variables[..variables.len() - 1]);

    let mut sources: Vec<AnyProvider> = vec![
        Arc::new(Credentials::new("id", &secret).with_security_token(&token)),
        Arc::new(EnvironmentVariables::of(&environment)),
        Arc::new(EnvironmentVariables::of(&without_key)),
        Arc::new(DefaultChain::of(environment.clone())),
        Arc::new(DefaultChain::of(without_key)),
        Arc::new(DefaultChain::of(Environment::fake(home, &variables[..4]))),
        Arc::new(ExternalProcess::new(format!("sh -c 'echo {secret}; exit 1'"))),
        Arc::new(ExternalProcess::new(format!("no-such-program {secret}"))),
        Arc::new(CredentialsUri::new(format!("http://user:{}@127.0.0.1:1/", scan.token().replace('/', "-")))),
    ];
    for (mode, _) in modes {
        sources.push(Arc::new(CliProfile::of(&environment).unwrap().path(&config).profile(mode)));
    }
    for section in ["access_key", "ecs_ram_role", "ram_role_arn", "oidc_role_arn", "broken"] {
        sources.push(Arc::new(IniFile::of(&environment).path(&ini).section(section)));
    }
    sources
}

#[tokio::test]
async fn no_source_shows_a_secret_whatever_its_server_responds() {
    let scan = Scan::default();
    let listening = scan.listen();
    for outcome in OUTCOMES {
        let home = tempfile::tempdir().unwrap();
        let minting = scan.clone();
        let server = Loopback::start(move |request| outcome.response(request, &minting)).await;
        let mut given = 0;
        for source in sources(&scan, &server, home.path()) {
            scan.debug(&source);
            let kept = Refreshing::new(source);
            let provided = kept.provide().await;
            given += usize::from(provided.is_ok());
            let kind = provided.as_ref().err().map(Error::kind);
            assert!(kind.is_none_or(|kind| kind == ErrorKind::Credentials), "{outcome:?}: {kind:?}");
            scan.result(&provided);
            if let Ok(credentials) = provided {
                assert!(scan.count() > 0 && !credentials.access_key_secret().is_empty());
                kept.invalidate(&credentials);
                scan.result(&kept.provide().await);
            }
            scan.debug(&kept);
        }
        assert!(given >= 6, "{given} sources give credentials when their server says {outcome:?}");
        if matches!(outcome, Outcome::Credentials | Outcome::Marked) {
            assert_eq!(given, 19, "of the sources only those that are meant to be broken give none");
        }
    }
    drop(listening);
    scan.finish(200, 100_000);
}
