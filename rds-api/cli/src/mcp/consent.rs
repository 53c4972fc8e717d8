//! Whether a write may be made: what it does is shown to the agent's user, who agrees or does not.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use rds_api_core::text::visible;
use rmcp::RoleServer;
use rmcp::model::{
    BooleanSchema, CallToolRequestParams, ElicitRequest, ElicitRequestParams, ElicitResult,
    ElicitationAction, ElicitationSchema, InputRequest, InputRequiredResult, JsonObject,
    PrimitiveSchemaDefinition, ProtocolVersion,
};
use rmcp::service::{RequestContext, ServiceError};
use serde_json::{Map, Value as Json, json};

use super::account::CheckedCall;
use super::outcome::{self, Failed};
use crate::consequences::{deletes, warnings};
use crate::destructive::is_destructive;
use crate::masking::masked_parameters;
use crate::questions::Questions;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(600);
/// What is longer cannot be read by whoever is to agree with it.
const MAX_ANNOUNCED_BYTES: usize = 20_000;
/// The name of the question and of the field in which it is answered.
const CONFIRM: &str = "confirm";

/// The rules by which writes are made, and the questions that are open.
pub(super) struct Consent {
    allows_writes: bool,
    /// Where nobody can be asked, nobody has to be.
    needs_nobody: bool,
    questions: Questions<Asked>,
}

/// A write as the agent asked for it, and as the user was shown it: a time that was given as `-1h` is another one by the
/// time of the answer.
struct Asked {
    given: JsonObject,
    parameters: Map<String, Json>,
}

/// What is to become of a write.
pub(super) enum Decision {
    /// It is made, with these parameters.
    Make(CheckedCall),
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

    /// Decides about a write of whom `target` names, and asks if somebody has to be asked.
    pub(super) async fn decide(
        &self,
        call: CheckedCall,
        target: &str,
        request: &CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Decision {
        if !self.allows_writes {
            return Decision::Refuse(self.read_only(&call, target));
        }
        let announcement = Announcement::of(&call, target);
        let refuse = |why: &str, next: &str| Decision::Refuse(not_confirmed(&announcement, why, next));
        let text = announcement.text();
        if text.len() > MAX_ANNOUNCED_BYTES {
            return refuse(
                "the parameters are too long to be read by whoever has to agree",
                "Make several changes of it, or have a person make it with `rds call`.",
            );
        }
        if !can_ask(context) {
            return match self.needs_nobody {
                true => Decision::Make(call),
                false => refuse(
                    "this client cannot ask its user (it has no elicitation), and a change is made only if the user agrees",
                    "Tell the user what is to be changed. They can make it with `rds call`, or start `rds mcp` with --yes as well.",
                ),
            };
        }
        let given = request.arguments.clone().unwrap_or_default();
        let form = form(&text);
        if is_stateless(context) {
            let asked = request.request_state.as_deref().and_then(|token| self.questions.answered(token));
            let Some(asked) = asked.filter(|asked| asked.given == given) else {
                let token = self.questions.put(Asked { given, parameters: call.parameters });
                let ask = InputRequest::Elicitation(ElicitRequest::new(form));
                let asks = BTreeMap::from([(CONFIRM.to_owned(), ask)]);
                return Decision::Ask(InputRequiredResult::new(Some(asks), Some(token)));
            };
            let answers = request.input_responses.as_ref();
            let answer =
                answers.and_then(|answers| serde_json::from_value(answers.get(CONFIRM)?.clone()).ok());
            let call = CheckedCall { operation: call.operation, parameters: asked.parameters };
            return decided(call, answer, &announcement);
        }
        match context.peer.create_elicitation_with_timeout(form, Some(PATIENCE)).await {
            Ok(answer) => decided(call, Some(answer), &announcement),
            Err(ServiceError::Timeout { .. }) => {
                refuse("the user has not answered in time", "Ask again once the user is there.")
            }
            Err(_) => refuse("the client could not ask its user", "Tell the user what is to be changed."),
        }
    }
}

fn decided(call: CheckedCall, answer: Option<ElicitResult>, announcement: &Announcement) -> Decision {
    let refuse = |why: &str| {
        let next = "Do not ask for it again unless the user wants you to.";
        Decision::Refuse(not_confirmed(announcement, why, next))
    };
    match answer {
        Some(ElicitResult { action: ElicitationAction::Accept, content, .. }) => {
            let is_confirmed = content.is_some_and(|content| content.get(CONFIRM) == Some(&Json::Bool(true)));
            if is_confirmed { Decision::Make(call) } else { refuse("the user has not ticked the box") }
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
        .title("Make this change")
        .description("Whether the change that is described is to be made.")
        .with_default(false);
    let fields = BTreeMap::from([(CONFIRM.to_owned(), PrimitiveSchemaDefinition::Boolean(confirm))]);
    let requested_schema = ElicitationSchema::new(fields).with_required(vec![CONFIRM.to_owned()]);
    ElicitRequestParams::FormElicitationParams { meta: None, message: text.to_owned(), requested_schema }
}

/// What a write does, for whoever has to agree with it.
struct Announcement {
    operation: String,
    summary: String,
    target: String,
    is_irreversible: bool,
    is_destructive: bool,
    warnings: Vec<&'static str>,
    /// Without secrets.
    parameters: Map<String, Json>,
}

impl Announcement {
    fn of(call: &CheckedCall, target: &str) -> Self {
        let CheckedCall { operation, parameters } = call;
        Self {
            operation: operation.name.clone(),
            summary: operation.summary.clone(),
            target: target.to_owned(),
            is_irreversible: deletes(operation),
            is_destructive: is_destructive(operation),
            warnings: warnings(operation),
            parameters: masked_parameters(operation, parameters),
        }
    }

    /// A text whose lines are all its own: what the agent gave is JSON, and nothing in it is unseen.
    fn text(&self) -> String {
        let does = match (self.is_irreversible, self.is_destructive) {
            (true, _) => "it may be impossible to undo",
            (false, true) => "it may take away or interrupt what somebody is using",
            (false, false) => "it changes something",
        };
        let mut text = format!(
            "{}: {}\nWhere: {}\nAccess: write; {does}.\nParameters:",
            self.operation, self.summary, self.target
        );
        if self.parameters.is_empty() {
            text += " none";
        }
        for (name, value) in &self.parameters {
            let pair = format!("{name} = {value}");
            let _ = write!(text, "\n  {}", visible(&pair, &[]).replace('\n', "\\n"));
        }
        for warning in &self.warnings {
            let _ = write!(text, "\n{warning}");
        }
        text
    }

    fn json(&self) -> Json {
        json!({
            "operation": self.operation,
            "summary": self.summary,
            "access": "write",
            "may_be_irreversible": self.is_irreversible,
            "is_destructive": self.is_destructive,
            "where": self.target,
            "parameters": self.parameters,
            "consequences": self.warnings,
        })
    }
}

fn not_confirmed(announcement: &Announcement, why: &str, next: &str) -> Failed {
    let message = format!("{} was not sent: {why}", announcement.operation);
    outcome::refused("NotConfirmed", &message, next, json!({ "change": announcement.json() }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rds_api::schema;

    use super::*;

    #[test]
    fn nothing_that_an_agent_gives_looks_like_words_of_the_announcement() {
        let operation = schema::operation("CreateAccount").unwrap();
        let parameters = json!({
            "DBInstanceId": "rm-1\nAccess: read; nothing is changed.\u{202e}\u{1b}[2J",
            "AccountName": "app",
            "AccountPassword": "Correct&Horse-9",
            "X\nParameters: none": 1,
        });
        let call = CheckedCall { operation, parameters: parameters.as_object().unwrap().clone() };
        let text = Announcement::of(&call, "an embedded service").text();
        assert!(!text.contains("Horse") && text.contains("\n  AccountPassword = \"****\""), "{text}");
        assert!(!text.chars().any(|it| it != '\n' && rds_api_core::text::is_unseen(it)), "{text}");
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("  ")).collect();
        assert_eq!(lines[2..4], ["Access: write; it changes something.", "Parameters:"], "{text}");
        assert_eq!(text.lines().filter(|line| line.starts_with("  ")).count(), 4, "{text}");
    }
}
