//! The target of calls: an embedded service, or the account that the client is set up for.

use std::collections::HashMap;
use std::time::Duration;

use rds_api::schema::{Field, Operation};
use rds_api::signature::SignatureVersion;
use rds_api::{Client, ClientBuilder, Format};
use rds_api_core::text::short_line;
use rds_api_testing::FakeService;
use serde_json::{Map, Value as Json, json};

use super::examples::example;
use super::identifiers::thing;
use crate::connection::Connection;
use crate::exchange::Recording;
use crate::failure::Failure;
use crate::masking::key_id;
use crate::rust_program::Service;
use crate::seed;

/// How long a backup takes in the embedded service: long enough to be seen on its way.
const BACKUP_DURATION: Duration = Duration::from_secs(20);
/// How long other changes take.
const CHANGE_DURATION: Duration = Duration::from_secs(5);
/// How long its instances have been there.
const AGE: Duration = Duration::from_secs(7 * 24 * 3600);
/// How many instances it has.
const INSTANCES: u16 = 3;

/// The format of the response, and the version of the signature.
type Protocol = (Format, SignatureVersion);

/// The target of calls.
pub(crate) struct Target {
    clients: HashMap<Protocol, Client>,
    service: Service,
    /// Kept running.
    embedded: Option<FakeService>,
}

impl Target {
    /// An embedded service with some instances in it.
    pub(crate) async fn embedded() -> Result<Self, Failure> {
        let service = FakeService::builder()
            .backup_duration(BACKUP_DURATION)
            .change_duration(CHANGE_DURATION)
            .clock_behind(AGE)
            .start()?;
        seed::fill(&service, INSTANCES, AGE).await?;
        let mut clients = HashMap::new();
        for protocol in PROTOCOLS {
            clients.insert(protocol, client(service.client_builder(), protocol)?);
        }
        Ok(Self { clients, service: Service::Embedded, embedded: Some(service) })
    }

    /// The service itself.
    pub(crate) async fn account(connection: &Connection) -> Result<Self, Failure> {
        let mut clients = HashMap::new();
        for protocol in PROTOCOLS {
            let (builder, _) = connection.open().await?;
            clients.insert(protocol, client(builder, protocol)?);
        }
        Ok(Self { clients, service: connection.service(), embedded: None })
    }

    /// The client that asks for this format and signs by this version.
    pub(crate) fn client(&self, format: Format, signature: SignatureVersion) -> &Client {
        &self.clients[&(format, signature)]
    }

    /// Where the client of a program that does the same comes from.
    pub(crate) fn service(&self) -> &Service {
        &self.service
    }

    /// Whether writes change a real account.
    pub(crate) fn is_real(&self) -> bool {
        self.embedded.is_none()
    }

    /// The description that the page shows.
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

    /// Whose credentials calls are made with, as far as that can be shown.
    pub(crate) async fn identity(&self) -> Json {
        match self.client(Format::Json, SignatureVersion::V3).identity().await {
            Ok(identity) => json!({
                "source": identity.source(),
                "profile": identity.profile(),
                "key_id": key_id(identity.access_key_id()),
            }),
            Err(error) => json!({ "unknown": short_line(&error.to_string(), 300) }),
        }
    }

    /// Values to begin a form with: of the embedded service it is known what there is.
    pub(crate) fn first_values(&self, operation: &Operation) -> Map<String, Json> {
        let names_instance = |field: &&Field| thing(&field.name) == Some("DBInstanceId");
        let instance = operation.required().filter(names_instance).find(|_| self.embedded.is_some());
        let value = |field: &Field| Some((field.name.clone(), example(field, true)?));
        instance.and_then(value).into_iter().collect()
    }
}

/// Every format of the response with every version of the signature.
const PROTOCOLS: [Protocol; 4] = [
    (Format::Json, SignatureVersion::V3),
    (Format::Json, SignatureVersion::V1),
    (Format::Xml, SignatureVersion::V3),
    (Format::Xml, SignatureVersion::V1),
];

/// A client whose exchanges are recorded.
fn client(builder: ClientBuilder, (format, signature): Protocol) -> Result<Client, Failure> {
    let builder = builder.format(format).signature(signature).wrap_transport(Recording);
    Ok(builder.user_agent_suffix("rds-explorer").build()?)
}
