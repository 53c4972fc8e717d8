//! Whether something may be done: what it does is shown to the agent's user, who agrees or does not.

use std::collections::BTreeMap;
use std::time::Duration;

use rmcp::RoleServer;
use rmcp::model::{
    BooleanSchema, CallToolRequestParams, ElicitRequest, ElicitRequestParams, ElicitResult,
    ElicitationAction, ElicitationSchema, InputRequest, InputRequiredResult, JsonObject,
    PrimitiveSchemaDefinition, ProtocolVersion,
};
use rmcp::service::{RequestContext, ServiceError};
use serde_json::{Map, Value as Json, json};

use super::account::CheckedCall;
use super::announcement::Announcement;
use super::outcome::{self, Failed};
use crate::questions::Questions;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(600);
/// What is longer cannot be read by whoever is to agree with it.
const MAX_ANNOUNCED_BYTES: usize = 20_000;
/// The name of the question and of the field in which it is answered.
const CONFIRM: &str = "confirm";

/// The rules by which things are done, and the questions that are open.
pub(super) struct Consent {
    allows_writes: bool,
    /// Where nobody can be asked, nobody has to be.
    needs_nobody: bool,
    questions: Questions<Asked>,
}

/// What the agent asked for, and what the user was shown of it: a time that was given as `-1h` is another one by the time of
/// the answer.
struct Asked {
    given: JsonObject,
    parameters: Map<String, Json>,
}

/// Something that is done only if the user agrees.
pub(super) struct Proposal {
    pub(super) announcement: Announcement,
    /// What it is done with.
    pub(super) parameters: Map<String, Json>,
    /// Where nobody can be asked it is done all the same, whatever the rules for writes say.
    pub(super) is_agreed_to_already: bool,
}

/// What is to become of a proposal.
pub(super) enum Decision {
    /// It is done, with these parameters, which the user was shown.
    Make(Map<String, Json>),
    /// It is not, and this says why.
    Refuse(Failed),
    /// The client asks its user, and comes again with the answer.
    Ask(InputRequiredResult),
}

impl Consent {
    pub(super) fn new(allows_writes: bool, needs_nobody: bool) -> Self {
        Self { allows_writes, needs_nobody, questions: Questions::default() }
    }

    pub(super) fn allows_writes(&self) -> bool {
        self.allows_writes
    }

    /// Why a write is not made by a server that only reads, and what it would have done.
    pub(super) fn read_only(&self, call: &CheckedCall, target: &str) -> Failed {
        let announcement = Announcement::of(call, target);
        outcome::refused(
            "ReadOnly",
            &format!(
                "{} may change something, and this server only reads; nothing was sent",
                call.operation.name
            ),
            "Tell the user what you would change and why. They can make the change with `rds call`, or start `rds mcp` \
             with --allow-writes.",
            json!({ "change": announcement.json() }),
        )
    }

    /// Decides about a proposal, and asks if somebody has to be asked.
    pub(super) async fn decide(
        &self,
        proposal: Proposal,
        request: &CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Decision {
        let Proposal { announcement, parameters, is_agreed_to_already } = proposal;
        let refuse = |why: &str, next: &str| Decision::Refuse(announcement.not_confirmed(why, next));
        let text = announcement.text();
        if text.len() > MAX_ANNOUNCED_BYTES {
            return refuse(
                "the parameters are too long to be read by whoever has to agree",
                "Make several changes of it, or have a person make it with `rds call`.",
            );
        }
        if !can_ask(context) {
            return match self.needs_nobody || is_agreed_to_already {
                true => Decision::Make(parameters),
                false => refuse(
                    "this client cannot ask its user (it has no elicitation), and this is done only if the user agrees",
                    "Tell the user what is to be done. They can do it with `rds`, or start `rds mcp` with --yes as well.",
                ),
            };
        }
        let given = request.arguments.clone().unwrap_or_default();
        let form = form(&text);
        if is_stateless(context) {
            let asked = request.request_state.as_deref().and_then(|token| self.questions.answered(token));
            let Some(asked) = asked.filter(|asked| asked.given == given) else {
                let token = self.questions.put(Asked { given, parameters });
                let ask = InputRequest::Elicitation(ElicitRequest::new(form));
                let asks = BTreeMap::from([(CONFIRM.to_owned(), ask)]);
                return Decision::Ask(InputRequiredResult::new(Some(asks), Some(token)));
            };
            let answers = request.input_responses.as_ref();
            let answer =
                answers.and_then(|answers| serde_json::from_value(answers.get(CONFIRM)?.clone()).ok());
            return decided(asked.parameters, answer, &announcement);
        }
        match context.peer.create_elicitation_with_timeout(form, Some(PATIENCE)).await {
            Ok(answer) => decided(parameters, Some(answer), &announcement),
            Err(ServiceError::Timeout { .. }) => {
                refuse("the user has not answered in time", "Ask again once the user is there.")
            }
            Err(_) => refuse("the client could not ask its user", "Tell the user what is to be done."),
        }
    }
}

fn decided(
    parameters: Map<String, Json>,
    answer: Option<ElicitResult>,
    announcement: &Announcement,
) -> Decision {
    let refuse = |why: &str| {
        let next = "Do not ask for it again unless the user wants you to.";
        Decision::Refuse(announcement.not_confirmed(why, next))
    };
    match answer {
        Some(ElicitResult { action: ElicitationAction::Accept, content, .. }) => {
            let is_confirmed = content.is_some_and(|content| content.get(CONFIRM) == Some(&Json::Bool(true)));
            if is_confirmed { Decision::Make(parameters) } else { refuse("the user has not ticked the box") }
        }
        Some(ElicitResult { action: ElicitationAction::Decline, .. }) => refuse("the user has declined"),
        _ => refuse("the user has not answered"),
    }
}

/// Whether the client can show a form to its user. One that says nothing of forms means them.
fn can_ask(context: &RequestContext<RoleServer>) -> bool {
    let elicitation = context.client_capabilities().and_then(|capabilities| capabilities.elicitation);
    elicitation.is_some_and(|elicitation| elicitation.form.is_some() || elicitation.url.is_none())
}

/// Whether the protocol has no requests of the server: then the result of the call is the question.
fn is_stateless(context: &RequestContext<RoleServer>) -> bool {
    context.protocol_version().is_some_and(|version| version >= ProtocolVersion::V_2026_07_28)
}

fn form(text: &str) -> ElicitRequestParams {
    let confirm = BooleanSchema::new()
        .title("Do this")
        .description("Whether what is described is to be done.")
        .with_default(false);
    let fields = BTreeMap::from([(CONFIRM.to_owned(), PrimitiveSchemaDefinition::Boolean(confirm))]);
    let requested_schema = ElicitationSchema::new(fields).with_required(vec![CONFIRM.to_owned()]);
    ElicitRequestParams::FormElicitationParams { meta: None, message: text.to_owned(), requested_schema }
}
