//! Calls in several regions, or for several things, at the same time.

use std::str::FromStr;

use indicatif::ProgressBar;
use rds_api::schema::{Field, FieldExt as _, Kind, Operation, OperationExt as _};
use rds_api::{Access, Client, FanOut, Region};
use rds_api_core::file;
use rds_api_core::text::short_line;
use serde_json::{Map, Value as Json};

use super::listing::Listing;
use super::pages::Pages;
use super::source;
use crate::connection::SeveralRegions;
use crate::failure::Failure;
use crate::masking::Masking;
use crate::names::folded;

/// The parameter that each call has another value of, and where the values come from.
#[derive(Debug, Clone)]
pub(super) struct Each {
    parameter: String,
    values: Values,
}

#[derive(Debug, Clone)]
enum Values {
    /// From the operation that lists them.
    Listed,
    /// From standard input, one a line.
    StandardInput,
    Given(Vec<String>),
}

impl FromStr for Each {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (parameter, values) = match text.split_once('=') {
            None => (text, Values::Listed),
            Some((parameter, "-")) => (parameter, Values::StandardInput),
            Some((parameter, values)) => {
                let values = values.split(',').map(str::trim).filter(|value| !value.is_empty());
                (parameter, Values::Given(values.map(str::to_owned).collect()))
            }
        };
        match parameter.is_empty() {
            true => Err("it is not NAME, NAME=- or NAME=VALUE,VALUE"),
            false => Ok(Self { parameter: parameter.to_owned(), values }),
        }
    }
}

impl Each {
    /// These values, or all that there are.
    pub(super) fn of(parameter: &str, values: Vec<String>) -> Self {
        let values = if values.is_empty() { Values::Listed } else { Values::Given(values) };
        Self { parameter: parameter.to_owned(), values }
    }

    /// The parameter of the operation that it names.
    pub(super) fn field(&self, operation: &'static Operation) -> Result<&'static Field, Failure> {
        let is_meant = |field: &&Field| folded(&field.name) == folded(&self.parameter);
        operation.parameters.iter().find(is_meant).ok_or_else(|| {
            Failure::usage(format!("--each: {} has no parameter {}", operation.name, self.parameter))
        })
    }
}

/// Whose a call is: the names and values in which it differs from the others.
pub(super) type Whose = Vec<(String, String)>;

/// What came of one of several calls.
pub(super) struct Outcome {
    pub(super) whose: Whose,
    pub(super) result: Result<Json, Failure>,
}

impl Outcome {
    /// Whose it is, in words.
    pub(super) fn name(&self) -> String {
        in_words(&self.whose)
    }
}

/// Whose a call is, on a line: the ids of a list are of the service's making.
fn in_words(whose: &Whose) -> String {
    whose.iter().map(|(_, value)| short_line(value, 100)).collect::<Vec<_>>().join(" ")
}

/// One of several calls.
#[derive(Clone)]
struct Target {
    whose: Whose,
    client: Client,
    parameters: Map<String, Json>,
}

/// Several calls of an operation.
pub(super) struct SeveralCalls {
    operation: &'static Operation,
    targets: Vec<Target>,
    /// Regions where nobody could tell what there is.
    unknown: Vec<(Whose, Failure)>,
    parallel: usize,
}

impl SeveralCalls {
    /// Finds out what there is to be called.
    pub(super) async fn new(
        client: &Client,
        operation: &'static Operation,
        parameters: &Map<String, Json>,
        (regions, each): (Option<&SeveralRegions>, Option<&Each>),
        parallel: usize,
    ) -> Result<Self, Failure> {
        let mut places = vec![(Whose::new(), client.clone())];
        if let Some(regions) = regions {
            let place = |region: &Region| {
                (vec![("Region".to_owned(), region.id().to_owned())], region.client().clone())
            };
            places = regions.reached(client).await?.iter().map(place).collect();
        }
        let mut several = Self { operation, targets: Vec::new(), unknown: Vec::new(), parallel };
        let Some(each) = each else {
            let target = |(whose, client)| Target { whose, client, parameters: parameters.clone() };
            several.targets = places.into_iter().map(target).collect();
            return Ok(several);
        };
        let field = each.field(operation)?;
        for ((whose, client), values) in several.values(places, field, each, parameters).await? {
            match values {
                Ok(values) => {
                    for value in values {
                        let target = Target {
                            whose: whose.clone(),
                            client: client.clone(),
                            parameters: parameters.clone(),
                        };
                        several.targets.push(target.with(field, value)?);
                    }
                }
                Err(failure) => several.unknown.push((whose, failure)),
            }
        }
        Ok(several)
    }

    /// The values in each place.
    #[allow(clippy::type_complexity, reason = "a name would say less than the type")]
    async fn values(
        &self,
        places: Vec<(Whose, Client)>,
        field: &'static Field,
        each: &Each,
        parameters: &Map<String, Json>,
    ) -> Result<Vec<((Whose, Client), Result<Vec<String>, Failure>)>, Failure> {
        let same = match &each.values {
            Values::Given(values) => values.clone(),
            Values::StandardInput => lines()?,
            Values::Listed => {
                let listing = Listing::of(&field.name, parameters)?;
                let values = FanOut::each(places, |(_, client)| listing.values(client));
                return Ok(values.with_concurrency(self.parallel).in_order().into_vec().await);
            }
        };
        Ok(places.into_iter().map(|place| (place, Ok(same.clone()))).collect())
    }

    /// How many calls it makes, and for whom.
    pub(super) fn in_words(&self) -> String {
        let names = self.targets.iter().take(10).map(|target| in_words(&target.whose));
        let more = if self.targets.len() > 10 { ", …" } else { "" };
        format!("{} times: {}{more}", self.targets.len(), names.collect::<Vec<_>>().join(", "))
    }

    /// Makes all calls, and gives what came of them in their order.
    pub(super) async fn send(&self, pages: Option<Pages>, masking: &Masking) -> Vec<Outcome> {
        let progress = ProgressBar::new_spinner();
        let (operation, all) = (self.operation, self.targets.len());
        let call = |target: &Target| {
            let call = operation.call(&target.client, &target.parameters);
            let (masking, progress) = (masking.clone(), progress.clone());
            async move {
                let response = match pages.zip(operation.pagination.as_ref()) {
                    Some((pages, pagination)) => pages.gather(call, pagination, ProgressBar::hidden()).await,
                    None => call.send().await.map_err(Failure::from),
                };
                progress.inc(1);
                progress.set_message(format!("{} of {all}", progress.position()));
                progress.tick();
                response.map(|response| masking.json(response))
            }
        };
        let calls = FanOut::each(self.targets.iter().cloned(), call).with_concurrency(self.parallel);
        let results = calls.in_order().into_vec().await.into_iter();
        let mut outcomes: Vec<Outcome> =
            results.map(|(target, result)| Outcome { whose: target.whose, result }).collect();
        progress.finish_and_clear();
        let unknown = self.unknown.iter();
        outcomes.extend(
            unknown.map(|(whose, failure)| Outcome { whose: whose.clone(), result: Err(failure.clone()) }),
        );
        outcomes
    }

    /// Whether it may change anything.
    pub(super) fn is_write(&self) -> bool {
        self.targets.iter().any(|target| self.operation.access_with(&target.parameters) == Access::Write)
    }
}

impl Target {
    /// The same with a value of a parameter, which is told wherever its outcome is.
    fn with(mut self, field: &Field, text: String) -> Result<Self, Failure> {
        let value = field.parse(&text).map_err(|problem| Failure::usage(format!("--each: {problem}")))?;
        if let Some(problem) =
            field.check(&value).into_iter().next().filter(|_| field.shape.kind != Kind::List)
        {
            return Err(Failure::usage(format!("--each: {problem}")));
        }
        self.parameters.insert(field.name.clone(), value);
        self.whose.push((field.name.clone(), text));
        Ok(self)
    }
}

/// The lines of standard input.
fn lines() -> Result<Vec<String>, Failure> {
    source::take_standard_input("--each").map_err(Failure::usage)?;
    let text = source::read_stream(std::io::stdin());
    let text = text.map_err(|error| Failure::usage(format!("standard input {}", file::why(&error))))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(lines.map(str::to_owned).collect())
}
