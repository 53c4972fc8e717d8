//! Following a write by the description of its operation.

use serde_json::{Map, Value as Json};

use super::{Catalogue, Follows, Given, NamedWaiter, Operation, OperationExt as _, Source};
use crate::client::format::Format;
use crate::client::handle::Handle;
use crate::error::{Error, Result};
use crate::object::Value;
use crate::sequence::filling::Filling;
use crate::sequence::follow::{Empty, Follow, UntilDone};
use crate::sequence::waiter::Wait;

impl Catalogue {
    /// The operation that tells how far a write is, and what is waited for with it; `None` if nothing is known to follow
    /// it.
    pub fn follower(&'static self, write: &Operation) -> Option<(&'static Operation, &'static NamedWaiter)> {
        let follows = write.follows.as_ref()?;
        let next = self.operation(&follows.operation)?;
        Some((next, next.waiters.iter().find(|waiter| waiter.name == follows.waiter)?))
    }

    /// A call of a write, with parameters as JSON, that is followed until what it began is done. It is sent as by
    /// [`OperationExt::call`](super::OperationExt::call), and followed as by the method `until_done` of the typed call.
    ///
    /// ```
    /// use rds_api::schema::CATALOGUE;
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> rds_api::Result<()> {
    /// # use std::time::Duration;
    /// # let service = rds_api_testing::FakeService::builder().backup_duration(Duration::ZERO).start()?;
    /// # let client = service.client()?;
    /// let operation = CATALOGUE.operation("CreateBackup").expect("a known operation");
    /// let parameters = json!({ "DBInstanceId": "rm-fake0000000000001" });
    /// let parameters = parameters.as_object().expect("an object");
    ///
    /// let backup = CATALOGUE.until_done(&client, operation, parameters)?.await?;
    /// assert_eq!(backup.last["Items"]["BackupJob"][0]["BackupStatus"], "Finished");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Input`](crate::ErrorKind::Input) if nothing is known to follow the operation, or if the client asks for XML, in
    /// which raw responses are not read.
    pub fn until_done(
        &'static self,
        client: &impl Handle,
        operation: &'static Operation,
        parameters: &Map<String, Json>,
    ) -> Result<UntilDone<Json, Json>> {
        let follows = operation.follows.as_ref().zip(self.follower(operation));
        let Some((follows, (next, waiter))) = follows else {
            return Err(Error::input(format!("nothing is known to follow {}", operation.name)));
        };
        if client.shared().format == Format::Xml {
            return Err(Error::input("following by a description needs `Format::Json`"));
        }
        let mut until = waiter.until.clone();
        until.initial_delay = follows.initial_delay.unwrap_or(until.initial_delay);
        let follow = Follow::described(until, given(follows).collect(), &follows.unless);
        let request = Json::Object(parameters.clone());
        let (shared, write) = operation.call(client, parameters).into_parts();
        let (_, next) = next.call(client, &Map::new()).into_parts();
        let empty = Empty { response: || Json::Null, last: || Json::Null };
        Ok(UntilDone::new(shared, write, Value::json(&request), next, follow, empty))
    }

    /// The parameters of the operation that tells how far a write is, by the parameters and the response of the write; of
    /// several things that are asked about one after another those of the first. There are none if nothing is known to
    /// follow it.
    pub fn next_parameters(
        &'static self,
        write: &'static Operation,
        parameters: &Map<String, Json>,
        response: &Json,
    ) -> Map<String, Json> {
        let request = Json::Object(parameters.clone());
        let filled = write.follows.iter().flat_map(given).map(|given| {
            let mut filling = Filling::of(&given, Value::json(&request), &[]);
            filling.take(Value::json(response));
            (given.parameter.to_owned(), filling.json())
        });
        filled.collect()
    }

    /// The wait for what a write began that was sent before, by its parameters and its response, of which only those matter that
    /// [`Follows`] names.
    ///
    /// ```
    /// use rds_api::schema::CATALOGUE;
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> rds_api::Result<()> {
    /// # use std::time::Duration;
    /// # let service = rds_api_testing::FakeService::builder().backup_duration(Duration::ZERO).start()?;
    /// # let client = service.client()?;
    /// let started = client.create_backup("rm-fake0000000000001").await?;
    ///
    /// let operation = CATALOGUE.operation("CreateBackup").expect("a known operation");
    /// let parameters = json!({ "DBInstanceId": "rm-fake0000000000001" });
    /// let parameters = parameters.as_object().expect("an object");
    /// let response = json!({ "BackupJobId": started.backup_job_id });
    /// let last = CATALOGUE.follow(&client, operation, parameters, &response)?.await?;
    /// assert_eq!(last["Items"]["BackupJob"][0]["BackupStatus"], "Finished");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`until_done`](Self::until_done), and [`Input`](crate::ErrorKind::Input) if what the write is followed by is
    /// missing.
    pub fn follow(
        &'static self,
        client: &impl Handle,
        operation: &'static Operation,
        parameters: &Map<String, Json>,
        response: &Json,
    ) -> Result<Wait<Json>> {
        self.until_done(client, operation, parameters)?.after(Value::json(response))
    }
}

/// Where the parameters of what follows a write come from.
fn given(follows: &'static Follows) -> impl Iterator<Item = Given> {
    follows.with.iter().map(|Given { parameter, source, takes, .. }| {
        let source = match source {
            Source::Request(name) => Source::Request(name.as_str()),
            Source::Response(path) => Source::Response(path.as_str()),
            Source::Value(value) => Source::Value(value.as_str()),
        };
        let mut given = Given::new(parameter.as_str(), source);
        given.takes = *takes;
        given
    })
}
