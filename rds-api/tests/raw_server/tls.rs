//! TLS for a raw server, with a certificate authority of its own.
#![allow(dead_code, clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::RawServer;

/// The certificate of an authority that nobody knows, and what a server needs that it vouches for.
pub(crate) struct Authority {
    /// The certificate of the authority, in PEM.
    pub(crate) certificate: String,
    config: Arc<ServerConfig>,
}

impl Authority {
    /// An authority that vouches for a server on loopback.
    pub(crate) fn new() -> Self {
        Self::vouching_for(&["127.0.0.1", "localhost"])
    }

    /// An authority that vouches for a server of these names.
    pub(crate) fn vouching_for(names: &[&str]) -> Self {
        let (authority_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // OpenSSL takes a certificate for self-signed if it and its issuer have one name.
        params.distinguished_name.push(DnType::CommonName, "the authority of the tests");
        let certificate = params.self_signed(&authority_key).unwrap();
        let issuer = Issuer::new(params, authority_key);
        let names = names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let leaf = CertificateParams::new(names).unwrap();
        let leaf = leaf.signed_by(&key, &issuer).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
            .unwrap();
        Self { certificate: certificate.pem(), config: Arc::new(config) }
    }

    /// A server that takes TLS only, and gives every request the same response.
    pub(crate) fn server(&self, response: Vec<u8>) -> RawServer {
        let config = self.config.clone();
        let server = RawServer::accepting(move |connection| serve(config.clone(), connection, &response));
        RawServer { endpoint: server.endpoint.replace("http://", "https://"), ..server }
    }
}

fn serve(config: Arc<ServerConfig>, connection: TcpStream, response: &[u8]) {
    let mut stream = StreamOwned::new(ServerConnection::new(config).unwrap(), connection);
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    // What is no TLS ends here, after the alert has been sent.
    while let Ok(length @ 1..) = stream.read(&mut buffer) {
        request.extend_from_slice(&buffer[..length]);
        if request.windows(4).any(|end| end == b"\r\n\r\n") {
            request.clear();
            let _ = stream.write_all(response).and_then(|()| stream.flush());
        }
    }
}
