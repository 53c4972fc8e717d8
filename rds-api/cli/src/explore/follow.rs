//! Following for the page: looking again and again until something is done, told look by look.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use futures_util::stream::unfold;
use rds_api::schema::{CATALOGUE, Operation, OperationExt as _};
use rds_api::waiter::{Progress, Wait};
use rds_api::{Access, Client, Format, ResultStream};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::Explorer;
use super::form::{Form, Parsed};
use super::record::{Timing, record};
use super::run::shown;
use crate::advice::advice;
use crate::exchange::{self, Exchange};
use crate::followable::Followable;
use crate::masking::Masking;

/// The delay between looks at an embedded service, where nothing takes long.
const EMBEDDED_DELAY: Duration = Duration::from_secs(1);

/// What is followed, as the page asks for it: a form of an operation that reads, with what is waited for; or what the page
/// was offered of a write.
#[derive(Deserialize)]
pub(super) struct Follow {
    #[serde(flatten)]
    form: Form,
    /// The name of the waiter of an operation that reads.
    #[serde(default)]
    waiter: String,
    /// The response of a write that has been made.
    response: Option<Json>,
}

/// What the page asks with to follow a write that has had this response; with the reason where that cannot be done.
pub(super) fn offer(
    client: &Client,
    operation: &'static Operation,
    parameters: &Map<String, Json>,
    response: &Json,
) -> Option<Json> {
    let follows = operation.follows.as_ref()?;
    let (next, waiter) = CATALOGUE.follower(operation)?;
    let offer = match Followable::of(client, operation, parameters, response) {
        Ok(kept) => json!({
            "operation": operation.name,
            "parameters": kept.parameters,
            "response": kept.response,
            "waiter": waiter.name,
            "by": next.name,
            "form": CATALOGUE.next_parameters(operation, parameters, response),
            "initial_delay": follows.initial_delay.unwrap_or(waiter.until.initial_delay).as_secs(),
        }),
        Err(error) => json!({ "problem": error.to_string() }),
    };
    Some(Masking::new(Some(operation), parameters).json(offer))
}

impl Explorer {
    /// Lines of JSON, each with one of `problems`, `progress` with the `call` that tells it, and `end`. Nothing is sent any
    /// more once they are not read.
    pub(crate) fn follow(
        &self,
        follow: &Follow,
    ) -> Result<impl Stream<Item = Result<Bytes, Infallible>> + Send + use<>, String> {
        let Parsed { operation, parameters, problems } = follow.form.parse()?;
        let client = self.target.client(Format::Json, follow.form.signature());
        let state = if let Some(response) = &follow.response {
            let wait = CATALOGUE.follow(client, operation, &parameters, response);
            let (next, _) = CATALOGUE.follower(operation).ok_or("nothing is known to follow it")?;
            let wait = wait.map_err(|error| error.to_string())?;
            let form = CATALOGUE.next_parameters(operation, &parameters, response);
            State::Looking(self.looks(wait), next, form)
        } else if operation.access_with(&parameters) == Access::Write {
            return Err(format!("{} changes something, and is not repeated", operation.name));
        } else if problems.is_empty() {
            let waiter = operation.waiters.iter().find(|waiter| waiter.name == follow.waiter);
            let waiter =
                waiter.ok_or_else(|| format!("{} has no waiter `{}`", operation.name, follow.waiter))?;
            let wait = operation.call(client, &parameters).until(waiter.until.clone());
            State::Looking(self.looks(wait), operation, parameters)
        } else {
            State::Ended(json!({ "problems": shown(&problems) }))
        };
        Ok(unfold(state, |state| async {
            let (line, state) = state.next().await?;
            Some((Ok(Bytes::from(format!("{line}\n"))), state))
        }))
    }

    fn looks(&self, wait: Wait<Json>) -> ResultStream<Progress<Json>> {
        match self.target.is_real() {
            true => wait.progress(),
            false => wait.with_initial_delay(Duration::ZERO).with_max_delay(EMBEDDED_DELAY).progress(),
        }
    }
}

/// Following under way.
enum State {
    Looking(ResultStream<Progress<Json>>, &'static Operation, Map<String, Json>),
    /// There is one more thing to tell.
    Ended(Json),
    Told,
}

impl State {
    async fn next(self) -> Option<(Json, Self)> {
        match self {
            Self::Looking(mut looks, operation, parameters) => {
                let (look, exchanges) = exchange::record(looks.next()).await;
                Some(match look {
                    Some(Ok(look)) => {
                        let line = told(&look, operation, &parameters, &exchanges);
                        (line, Self::Looking(looks, operation, parameters))
                    }
                    Some(Err(error)) => {
                        let masking = Masking::new(Some(operation), &parameters);
                        let error = masking.json(advice(operation, Access::Read, &error));
                        (json!({ "end": "failed", "error": error }), Self::Told)
                    }
                    None => (json!({ "end": "done" }), Self::Told),
                })
            }
            Self::Ended(line) => Some((line, Self::Told)),
            Self::Told => None,
        }
    }
}

fn told(
    look: &Progress<Json>,
    operation: &'static Operation,
    parameters: &Map<String, Json>,
    exchanges: &[Exchange],
) -> Json {
    let progress =
        json!({ "of": look.of, "percent": look.percent, "phase": look.phase, "state": look.state });
    // Where it is not there, there is nothing to show of it.
    let is_there = !look.response.is_null();
    json!({
        "call": is_there.then(|| record(operation, parameters, Ok(&look.response), exchanges, &Timing::of(exchanges))),
        "progress": Masking::new(Some(operation), parameters).json(progress),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rds_api::Credentials;
    use rds_api::schema::{self, Source};

    use super::*;
    use crate::values;

    /// What is offered can be given back, and has the form of what tells how far it is, of every write that something
    /// follows.
    #[test]
    fn what_is_offered_can_be_asked_for() {
        let builder = Client::builder().credentials(Credentials::new("id", "key")).region("cn-hangzhou");
        let client = builder.build().unwrap();
        let mut offered = 0;
        for write in schema::operations().filter(|operation| operation.follows.is_some()) {
            let mut parameters = Map::from_iter([("Password".to_owned(), json!("secret"))]);
            let mut response = json!({});
            for given in &write.follows.as_ref().unwrap().with {
                match &given.source {
                    Source::Request(name) => drop(parameters.insert(name.clone(), "1".into())),
                    Source::Response(path) => {
                        *path.split('.').fold(&mut response, |value, name| &mut value[name]) = "1".into();
                    }
                    Source::Value(_) => {}
                }
            }
            let offer = offer(&client, write, &parameters, &response).unwrap();
            assert!(
                offer.get("problem").is_none() && offer["parameters"].get("Password").is_none(),
                "{offer}"
            );
            let follow: Follow = serde_json::from_value(offer.clone()).unwrap();
            let given = follow.form.parse().unwrap();
            let wait =
                CATALOGUE.follow(&client, given.operation, &given.parameters, &follow.response.unwrap());
            assert!(wait.is_ok(), "{}: {offer}", write.name);
            let next = schema::operation(offer["by"].as_str().unwrap()).unwrap();
            let (_, problems) = values::read(next, offer["form"].as_object().unwrap());
            assert_eq!(shown(&problems), json!([]), "{}: {offer}", write.name);
            offered += 1;
        }
        assert!(offered > 80, "{offered}");
    }
}
