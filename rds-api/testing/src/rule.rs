//! Typed rules for the requests of one operation, below signing and retries.

use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value as Json, json};

use crate::fault::Fault;
use crate::numbered::Numbered;
use crate::refusal::Refusal;
use rds_api_core::Request;
use rds_api_core::object::{Empty as _, decode, serialize};

/// A rule for the requests of one operation: a sequence of steps.
///
/// Made by [`FakeService::on`](crate::FakeService::on). Each step is for one request, unless
/// [`times`](Rule::times) or [`always`](Rule::always) say otherwise; when the steps are used up, the service
/// simulates again. A rule without steps changes nothing and counts. Of several rules for a request the first
/// that has a step left decides.
///
/// ```
/// use rds_api::operations::backup::{DeleteBackupRequest, DescribeBackupsRequest};
/// use rds_api_testing::{FakeService, Refusal};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> rds_api::Result<()> {
/// let service = FakeService::start()?;
/// let deletions = service.on::<DeleteBackupRequest>();
/// service
///     .on::<DescribeBackupsRequest>()
///     .matching(|request| request.page_number == Some(2))
///     .refuse(Refusal::new(403, "Forbidden.RAM", "No permission."))
///     .always();
///
/// let client = service.client()?;
/// assert!(client.describe_backups(FakeService::INSTANCE).await.is_ok());
/// assert!(client.describe_backups(FakeService::INSTANCE).page_number(2).await.is_err());
/// assert_eq!(deletions.count(), 0, "nobody may delete here");
/// # Ok(())
/// # }
/// ```
pub struct Rule<R> {
    shared: Arc<Shared>,
    request: PhantomData<fn() -> R>,
}

/// A rule, shared by the test and the service.
struct Shared {
    operation: &'static str,
    state: Mutex<RuleState>,
}

#[derive(Default)]
struct RuleState {
    conditions: Vec<Condition>,
    steps: Steps,
    count: u64,
}

/// The steps that are left, and for how many requests each is; for all of them unless it says so.
pub(crate) type Steps = VecDeque<(Step, Option<u64>)>;

/// A condition on the parameters of a request.
pub(crate) type Condition = Box<dyn Fn(&Json) -> bool + Send>;

/// The step of a rule: what happens to one request.
#[derive(Clone)]
pub(crate) enum Step {
    Simulate,
    Fault(Fault),
    Respond(Responder),
}

/// The response to a request with these parameters.
type Responder = Arc<dyn Fn(&Json) -> Json + Send + Sync>;

impl<R: Request> Rule<R> {
    /// Only requests of which this is true; a request must meet all conditions.
    pub fn matching(self, condition: impl Fn(&R) -> bool + Send + 'static) -> Self {
        self.state().conditions.push(Box::new(move |parameters| condition(&from_json(parameters))));
        self
    }

    /// Then responds with this. To make one, see [`build`](crate::build).
    pub fn respond(self, response: R::Response) -> Self {
        let json = to_json(&response);
        self.then(Step::Respond(Arc::new(move |_| json.clone())))
    }

    /// Then responds as the closure fills the response, which has no members at first.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> rds_api::Result<()> {
    /// # use rds_api::operations::backup::CreateBackupRequest;
    /// # use rds_api_testing::FakeService;
    /// let service = FakeService::start()?;
    /// service.on::<CreateBackupRequest>().respond_with(|request, response| {
    ///     response.backup_job_id = Some(format!("job-of-{}", request.db_instance_id));
    /// });
    /// let backup = service.client()?.create_backup("rm-1").await?;
    /// assert_eq!(backup.backup_job_id.as_deref(), Some("job-of-rm-1"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn respond_with(self, fill: impl Fn(&R, &mut R::Response) + Send + Sync + 'static) -> Self {
        self.then(Step::Respond(Arc::new(move |parameters| {
            let mut response = R::Response::empty();
            fill(&from_json(parameters), &mut response);
            to_json(&response)
        })))
    }

    /// Then refuses, without doing anything.
    pub fn refuse(self, refusal: Refusal) -> Self {
        self.fault(Fault::Refuse(refusal))
    }

    /// Then something goes wrong.
    pub fn fault(self, fault: Fault) -> Self {
        self.then(Step::Fault(fault))
    }

    /// Then does what it would do without the rule.
    pub fn simulate(self) -> Self {
        self.then(Step::Simulate)
    }

    /// The last step is for this many requests instead of one.
    pub fn times(self, times: u64) -> Self {
        if let Some((_, left)) = self.state().steps.back_mut() {
            *left = Some(times);
        }
        self
    }

    /// The last step is for all further requests.
    pub fn always(self) -> Self {
        if let Some((_, left)) = self.state().steps.back_mut() {
            *left = None;
        }
        self
    }

    /// The number of requests that have met the conditions. A call that was retried counts once for each attempt that
    /// the service let in.
    pub fn count(&self) -> u64 {
        self.state().count
    }

    fn then(self, step: Step) -> Self {
        self.state().steps.push_back((step, Some(1)));
        self
    }
}

impl<R> Rule<R> {
    fn state(&self) -> MutexGuard<'_, RuleState> {
        self.shared.state()
    }
}

impl<R> fmt::Debug for Rule<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.state().count;
        formatter
            .debug_struct("Rule")
            .field("operation", &self.shared.operation)
            .field("count", &count)
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, RuleState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All rules of a service, in the order they were made.
#[derive(Default)]
pub(crate) struct Rules(Mutex<Numbered<Arc<Shared>>>);

impl Rules {
    pub(crate) fn on<R: Request>(&self) -> Rule<R> {
        let shared = Arc::new(Shared { operation: &R::OPERATION.name, state: Mutex::default() });
        self.lock().add(shared.clone());
        Rule { shared, request: PhantomData }
    }

    /// Adds a rule for an operation without its type, and tells its number.
    pub(crate) fn add(&self, operation: &'static str, condition: Condition, steps: Steps) -> u64 {
        let state = RuleState { conditions: vec![condition], steps, count: 0 };
        self.lock().add(Arc::new(Shared { operation, state: Mutex::new(state) }))
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().len()
    }

    /// All rules as JSON: their operation, the steps that are left, and how many requests have met the conditions.
    pub(crate) fn to_json(&self) -> Vec<Json> {
        let rules = self.lock();
        let rules = rules.iter().map(|(number, rule)| {
            let mut state = rule.state();
            state.steps.retain(|(_, left)| *left != Some(0));
            let (count, left) = (state.count, state.steps.len());
            json!({ "id": number, "operation": rule.operation, "count": count, "steps_left": left })
        });
        rules.collect()
    }

    /// Forgets the rule of a number, or all; false if there is none.
    pub(crate) fn remove(&self, number: Option<u64>) -> bool {
        self.lock().remove(number)
    }

    /// The decision of the rules on a request: every one that it meets counts it, the first with a step decides.
    pub(crate) fn decide(&self, operation: &str, parameters: &Json) -> Step {
        // Conditions are the test's own code, which may well make another rule.
        let rules: Vec<Arc<Shared>> = self.lock().iter().map(|(_, rule)| rule.clone()).collect();
        let mut decision = None;
        for rule in rules.iter().filter(|rule| rule.operation == operation) {
            let mut state = rule.state();
            if state.conditions.iter().all(|condition| condition(parameters)) {
                state.count += 1;
                if decision.is_none() {
                    decision = state.step();
                }
            }
        }
        decision.unwrap_or(Step::Simulate)
    }

    fn lock(&self) -> MutexGuard<'_, Numbered<Arc<Shared>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RuleState {
    fn step(&mut self) -> Option<Step> {
        self.steps.retain(|(_, left)| *left != Some(0));
        let (step, left) = self.steps.front_mut()?;
        *left = left.map(|left| left - 1);
        Some(step.clone())
    }
}

/// The request behind parameters that have been validated, and so fit it.
pub(crate) fn from_json<R: Request>(parameters: &Json) -> R {
    let mut request = R::empty();
    let decoded = decode::object(&mut request, &decode::Context::default(), parameters);
    debug_assert!(decoded.is_ok(), "{decoded:?}");
    request
}

fn to_json<R: rds_api_core::object::Object>(response: &R) -> Json {
    serialize::object(response, serde_json::value::Serializer).unwrap_or_default()
}
