//! What calls of the page go to: an embedded service, or the account that the client is set up for.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use rds_api::credentials::{self, CliProfile, ProvideCredentials, Refreshing};
use rds_api::signature::SignatureVersion;
use rds_api::testing::FakeService;
use rds_api::{Client, ClientBuilder, Format};
use serde_json::{Map, Value as Json, json};

use super::exchange::Watched;
use crate::failure::Failure;
use crate::rust_program::Service;
use crate::seed;

/// How long a backup takes in the embedded service: long enough to be seen on its way.
const BACKUP: Duration = Duration::from_secs(20);
/// How long other changes take.
const CHANGE: Duration = Duration::from_secs(5);
/// How many instances it has.
const INSTANCES: u16 = 3;

/// What calls go to.
pub(crate) struct Target {
    clients: HashMap<(Format, SignatureVersion), Client>,
    service: Service,
    /// Kept running.
    embedded: Option<FakeService>,
}

/// Which account.
pub(crate) struct Account {
    pub(crate) region: String,
    pub(crate) endpoint: Option<String>,
    pub(crate) profile: Option<String>,
}

impl Target {
    /// An embedded service with some instances in it.
    pub(crate) async fn embedded() -> Result<Self, Failure> {
        let service = FakeService::builder().backup_duration(BACKUP).change_duration(CHANGE).start().await?;
        seed::fill(&service, INSTANCES, BACKUP + CHANGE).await?;
        let clients = clients(|| service.client_builder())?;
        Ok(Self { clients, service: Service::Embedded, embedded: Some(service) })
    }

    /// The service itself.
    pub(crate) fn account(account: Account) -> Result<Self, Failure> {
        let Account { region, endpoint, profile } = account;
        let credentials: Arc<dyn ProvideCredentials> = match &profile {
            Some(profile) => Arc::new(Refreshing::new(CliProfile::new().profile(profile))),
            None => Arc::new(credentials::default_chain()),
        };
        let clients = clients(|| {
            let builder = Client::builder().region(&region).credentials(credentials.clone());
            match &endpoint {
                // Plain HTTP stays on this machine, where a test has its service.
                Some(endpoint) if is_loopback(endpoint) => builder.endpoint(endpoint).allow_plain_http().no_proxy(),
                Some(endpoint) => builder.endpoint(endpoint),
                None => builder,
            }
        })?;
        Ok(Self { clients, service: Service::Account { region, endpoint, profile }, embedded: None })
    }

    /// The client that signs and asks for answers in these ways.
    pub(crate) fn client(&self, format: Format, signature: SignatureVersion) -> &Client {
        &self.clients[&(format, signature)]
    }

    /// What a program needs to do the same.
    pub(crate) fn service(&self) -> &Service {
        &self.service
    }

    /// Whether what is written here stays written somewhere that matters.
    pub(crate) fn is_real(&self) -> bool {
        self.embedded.is_none()
    }

    /// What the page says of it.
    pub(crate) fn describe(&self) -> Json {
        let client = self.client(Format::Json, SignatureVersion::V3);
        let profile = match &self.service {
            Service::Account { profile, .. } => profile.as_deref(),
            Service::Embedded => None,
        };
        json!({
            "real": self.is_real(),
            "endpoint": client.endpoint().to_string(),
            "region": client.region(),
            "profile": profile,
        })
    }

    /// Values to begin a form with: of the embedded service it is known what there is.
    pub(crate) fn first_values(&self) -> Map<String, Json> {
        let known = self.embedded.is_some().then(|| ("DBInstanceId".to_owned(), FakeService::INSTANCE.into()));
        known.into_iter().collect()
    }
}

/// A client for each form of answers and each signature; all watched.
fn clients(
    builder: impl Fn() -> ClientBuilder,
) -> Result<HashMap<(Format, SignatureVersion), Client>, Failure> {
    let mut clients = HashMap::new();
    for format in [Format::Json, Format::Xml] {
        for signature in [SignatureVersion::V3, SignatureVersion::V1] {
            let builder = builder().format(format).signature(signature).around_transport(Watched);
            clients.insert((format, signature), builder.user_agent("rds-explorer").build()?);
        }
    }
    Ok(clients)
}

fn is_loopback(endpoint: &str) -> bool {
    let Some(host) = endpoint.strip_prefix("http://") else { return false };
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|local| {
        host.strip_prefix(local).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    })
}
