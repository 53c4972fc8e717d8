//! Other clients of `reqwest` in a program with this crate: what the documentation of the feature `rustls-ring` says of them
//! is true, and what it advises helps. The provider of cryptography is that of a process, so this is a process of its own.
#![cfg(feature = "rustls-ring")]
#![allow(clippy::unwrap_used)]

mod raw_server;

use std::panic::catch_unwind;

use raw_server::RawServer;
use raw_server::tls::Authority;
use rds_api::transport::{http_client, reqwest};
use rustls::crypto::CryptoProvider;

#[tokio::test]
async fn other_clients_of_reqwest_need_one_line_and_those_of_this_crate_none() {
    let body = r#"{"RequestId":"R"}"#;
    let plain = RawServer::responding("200 OK", "", body);
    let authority = Authority::new();
    let secure = authority.server(raw_server::response("200 OK", "", body));
    let calls = || async {
        plain.client().describe_regions().await.unwrap();
        let trusting =
            raw_server::client_builder(&secure.endpoint).root_certificates(&*authority.certificate);
        trusting.build().unwrap().describe_regions().await.unwrap();
        let own = http_client().unwrap().no_proxy().build().unwrap();
        assert_eq!(own.get(&plain.endpoint).send().await.unwrap().text().await.unwrap(), body);
    };
    calls().await;
    assert!(CryptoProvider::get_default().is_none(), "the provider of the process is left to the program");
    // Where the program has another feature of reqwest, there is nothing to mend.
    #[cfg(not(any(feature = "rustls-aws-lc", feature = "native-tls")))]
    assert!(catch_unwind(reqwest::Client::new).is_err());

    rustls::crypto::ring::default_provider().install_default().unwrap();
    let other = catch_unwind(|| {
        let certificate = reqwest::Certificate::from_pem(authority.certificate.as_bytes()).unwrap();
        reqwest::Client::builder().no_proxy().add_root_certificate(certificate).build().unwrap()
    });
    let other = other.unwrap();
    for address in [&plain.endpoint, &secure.endpoint] {
        assert_eq!(other.get(address).send().await.unwrap().text().await.unwrap(), body);
    }
    calls().await;
}
