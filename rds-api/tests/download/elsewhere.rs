//! Storages, and a security token service, elsewhere than an endpoint on this machine, such as that of a tunnel or a
//! recorder.

use std::net::TcpStream;
use std::process::Command;
use std::thread;

use rds_api::{Client, Credentials, ErrorKind};

use super::raw_server::tls::Authority;
use super::raw_server::{RawServer, response, send};
use super::{INSTANCE, backup, content, service_with};

/// A proxy that makes every tunnel end at `storage`, wherever it is to lead.
fn proxy(storage: &str) -> RawServer {
    let storage = storage.to_owned();
    RawServer::start(move |_, request, connection| {
        if !request.starts_with("CONNECT ") {
            return send(connection, &response("403 Forbidden", "", "in the clear"));
        }
        let mut there = TcpStream::connect(&storage).unwrap();
        send(connection, b"HTTP/1.1 200 Connected\r\n\r\n");
        let (mut from, mut to) = (connection.try_clone().unwrap(), there.try_clone().unwrap());
        thread::spawn(move || std::io::copy(&mut from, &mut to));
        let _ = std::io::copy(&mut there, connection);
    })
}

/// What the system trusts and which proxies there are is told by variables, so this is a process of its own.
#[test]
fn a_storage_elsewhere_is_called_as_by_any_client() {
    let content = content(5_000);
    let Some(storage) = std::env::var_os("STORAGE") else {
        let authority = Authority::vouching_for(&["127.0.0.1", "storage.example"]);
        let server = authority.server(response("200 OK", "", &content));
        let storage = server.endpoint.trim_start_matches("https://");
        let proxy = proxy(storage);
        let directory = tempfile::tempdir().unwrap();
        let certificate = directory.path().join("authority.pem");
        std::fs::write(&certificate, &authority.certificate).unwrap();
        let mut alone = Command::new(std::env::current_exe().unwrap());
        alone.args(["--exact", "elsewhere::a_storage_elsewhere_is_called_as_by_any_client"]);
        let alone =
            alone.env("STORAGE", storage).env("SSL_CERT_FILE", certificate).env_remove("SSL_CERT_DIR");
        let alone = alone.env("HTTPS_PROXY", &proxy.endpoint).env("HTTP_PROXY", &proxy.endpoint);
        let alone = alone.env("NO_PROXY", "").env("ALIBABA_CLOUD_STS_ENDPOINT", "storage.example");
        let output = alone.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        let asked = proxy.requests();
        assert_eq!(asked.len(), 3, "{asked:?}");
        assert!(asked.iter().all(|it| it.starts_with("CONNECT storage.example:443 ")), "{asked:?}");
        return;
    };
    let storage = storage.into_string().unwrap();
    let plain = RawServer::responding("200 OK", "", &content);
    for address in [
        &plain.endpoint,
        &format!("https://{storage}"),
        "https://storage.example",
        // Nobody has allowed to ask for a backup in the clear beyond this machine.
        "http://storage.example",
    ] {
        let backup = backup(address, &content);
        let (service, _) = service_with(&backup);
        let client = Client::builder().endpoint(service.endpoint()).allow_plain_http();
        let client = client.credentials(service.credentials().clone()).build().unwrap();
        let directory = tempfile::tempdir().unwrap();
        let download = client.download(INSTANCE, &backup).save_in(directory.path());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let saved = runtime.block_on(download).unwrap_or_else(|error| panic!("{address}: {error}"));
        assert_eq!(std::fs::read(saved.path).unwrap(), content, "{address}");
    }
    // The service that knows the account is elsewhere, too. It is reached, though it is none.
    let client = Client::builder().endpoint(&plain.endpoint).allow_plain_http();
    let client = client.credentials(Credentials::new("key-id", "s3cr3t-key")).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let error = runtime.block_on(client.caller_identity()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response, "{error}");
}
