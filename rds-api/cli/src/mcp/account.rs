//! Whom the tools call, and what may be shown of the responses.

use rds_api::schema::{Operation, OperationExt as _, secrecy};
use rds_api::{Access, Client, Error, Result, SERVICE};
use rds_api_testing::FakeService;
use serde_json::{Map, Value as Json};

use crate::connection::Connection;
use crate::exchange::{self, Recording};
use crate::failure::Failure;
use crate::masking::Masking;

/// The account of the client, or the embedded service.
pub(super) struct Account {
    client: Client,
    profile: Option<String>,
    /// Kept running.
    embedded: Option<FakeService>,
}

impl Account {
    pub(super) async fn open(connection: &Connection) -> Result<Self, Failure> {
        let (builder, embedded) = connection.open().await?;
        let client = builder.wrap_transport(Recording).user_agent_suffix("rds-mcp").build()?;
        Ok(Self { client, profile: connection.profile.clone(), embedded })
    }

    /// The client for a region; that of the account unless one is named.
    pub(super) fn client(&self, region: Option<&str>) -> Result<Client> {
        match region {
            // An agent that takes it for all of them would take one that does not exist for one without instances.
            Some("all") => Err(Error::input(
                "`all` is no region here: DescribeRegions lists them, and each is asked by a call of its own",
            )),
            Some(region) => self.client.in_region(region),
            None => Ok(self.client.clone()),
        }
    }

    /// Whom a client of this account calls, in words.
    pub(super) fn target(&self, client: &Client) -> String {
        let whom = match (&self.embedded, &self.profile) {
            (Some(_), _) => "an embedded service".to_owned(),
            (None, Some(profile)) => format!("the account of the profile {profile}"),
            (None, None) => "the account of these credentials".to_owned(),
        };
        let region = client.region().map(|region| format!(", region {region}")).unwrap_or_default();
        format!("{whom}{region}, {}", client.endpoint())
    }

    /// Whether the embedded service, if that is called, knows of an operation only the examples of the specification.
    pub(super) fn has_examples_only(&self, operation: &Operation) -> bool {
        let simulated = FakeService::simulated_operations();
        self.embedded.is_some() && simulated.binary_search(&operation.name.as_str()).is_err()
    }
}

/// A call that has been checked, and may be made.
pub(super) struct CheckedCall {
    pub(super) operation: &'static Operation,
    pub(super) parameters: Map<String, Json>,
}

impl CheckedCall {
    pub(super) fn access(&self) -> Access {
        self.operation.access_with(&self.parameters)
    }

    /// Runs something that makes this call, and returns what must not be shown of what comes of it.
    pub(super) async fn watched<F: Future>(&self, work: F) -> (F::Output, Shown<'_>) {
        let (output, exchanges) = exchange::record(work).await;
        let masking = Masking::new(Some(self.operation), &self.parameters);
        for exchange in &exchanges {
            masking.redactor().hide_sent(&exchange.request);
        }
        (output, Shown { operation: self.operation, masking })
    }
}

/// What may be shown of a call.
pub(super) struct Shown<'c> {
    operation: &'c Operation,
    masking: Masking,
}

impl Shown<'_> {
    /// A response without what is sensitive in it, and without the secrets of the request.
    pub(super) fn response(&self, mut response: Json) -> Json {
        secrecy::mask(SERVICE.sensitive(), &self.operation.response, &mut response);
        self.masking.json(response)
    }

    /// What is said of the call without the secrets of the request.
    pub(super) fn words(&self, words: Json) -> Json {
        self.masking.json(words)
    }

    /// The text of a response that could not be read.
    pub(super) fn body(&self, body: &[u8]) -> String {
        let redactor = self.masking.redactor();
        redactor.document(&redactor.body(&String::from_utf8_lossy(body)))
    }
}
