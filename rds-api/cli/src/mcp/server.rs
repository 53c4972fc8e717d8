//! What the server says to each request of the protocol.

use std::sync::Arc;
use std::time::Duration;

use rds_api::Access;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, CompleteRequestParams, CompleteResult,
    CompletionInfo, GetPromptRequestParams, GetPromptResponse, Implementation, ListPromptsResult,
    ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
    ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult, Reference, ServerCapabilities,
    ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::{Value as Json, json};
use tokio_util::task::TaskTracker;

use super::account::{Account, CheckedCall};
use super::announcement::Announcement;
use super::arguments::{self, CallArguments, DescribeArguments};
use super::call::{self, View};
use super::consent::{Consent, Decision, Proposal};
use super::folder::Folder;
use super::outcome::{self, Failed};
use super::tools::Offered;
use super::{describe, download, find, prompts, resources, tools, wait};
use crate::terminal;

/// How long the end of the server waits for changes that are under way.
const GRACE: Duration = Duration::from_secs(10);

/// The server, of which every connection has a clone.
#[derive(Clone)]
pub(super) struct RdsServer(Arc<Inner>);

struct Inner {
    account: Account,
    consent: Consent,
    folder: Option<Folder>,
    /// The changes that are under way. Whoever asked may cancel, and be gone: what has been sent is done or not done
    /// all the same, and is repeated where that is safe.
    writes: TaskTracker,
}

impl RdsServer {
    pub(super) fn new(account: Account, consent: Consent, folder: Option<Folder>) -> Self {
        Self(Arc::new(Inner { account, consent, folder, writes: TaskTracker::new() }))
    }

    fn offered(&self) -> Offered {
        Offered { writes: self.0.consent.allows_writes(), downloads: self.0.folder.is_some() }
    }

    /// Waits for the changes that are under way, as long as that is bearable.
    pub(super) async fn finish(&self) {
        self.0.writes.close();
        if tokio::time::timeout(GRACE, self.0.writes.wait()).await.is_err() {
            terminal::warn("a change is still under way: look whether it was made");
        }
    }

    async fn call(
        &self,
        request: &CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, Failed> {
        let account = &self.0.account;
        let given = request.arguments.clone();
        let said = match &*request.name {
            tools::SEARCH => find::operations(&arguments::read(given)?)?,
            tools::DESCRIBE => {
                let DescribeArguments { operation, max_bytes } = arguments::read(given)?;
                let max_bytes = arguments::max_bytes(max_bytes)?;
                let operation = describe::operation(&operation)?;
                describe::description(operation, account.has_examples_only(operation), max_bytes)
            }
            tools::WAIT => wait::wait(account, arguments::read(given)?, context).await?,
            tools::CALL => self.read(arguments::read(given)?).await?,
            tools::DOWNLOAD => {
                let Some(folder) = &self.0.folder else {
                    return Err(outcome::wrong_arguments(
                        "this server writes no files: the user can start `rds mcp` with --download-folder, or run `rds download`",
                    ));
                };
                let parts = (account, &self.0.consent, folder);
                return download::download(parts, arguments::read(given)?, request, context).await;
            }
            _ => return self.write(arguments::read(given)?, request, context).await,
        };
        Ok(CallToolResult::structured(said).into())
    }

    async fn read(&self, arguments: CallArguments) -> Result<Json, Failed> {
        let Inner { account, consent, .. } = &*self.0;
        let view = View::of(&arguments)?;
        let call = call::checked(&arguments.operation, &arguments.parameters)?;
        let client =
            account.client(arguments.region.as_deref()).map_err(|error| outcome::client_failed(&error))?;
        if call.access() == Access::Read {
            return call::send(account, &client, &call, &view).await;
        }
        Err(match consent.allows_writes() {
            true => outcome::refused(
                "Arguments",
                &format!(
                    "{} may change something with these parameters; nothing was sent",
                    call.operation.name
                ),
                "Call it with write_operation, which asks the user.",
                Json::Null,
            ),
            false => consent.read_only(&call, &account.target(&client)),
        })
    }

    async fn write(
        &self,
        arguments: CallArguments,
        request: &CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, Failed> {
        let Inner { account, consent, writes, .. } = &*self.0;
        let view = View::of(&arguments)?;
        let call = call::checked(&arguments.operation, &arguments.parameters)?;
        let client =
            account.client(arguments.region.as_deref()).map_err(|error| outcome::client_failed(&error))?;
        if call.access() == Access::Read {
            let said = call::send(account, &client, &call, &view).await?;
            return Ok(CallToolResult::structured(said).into());
        }
        if !consent.allows_writes() {
            return Err(consent.read_only(&call, &account.target(&client)));
        }
        let proposal = Proposal {
            announcement: Announcement::of(&call, &account.target(&client)),
            parameters: call.parameters,
            is_agreed_to_already: false,
        };
        let operation = call.operation;
        let call = match consent.decide(proposal, request, context).await {
            Decision::Make(parameters) => CheckedCall { operation, parameters },
            Decision::Refuse(why) => return Err(why),
            Decision::Ask(question) => return Ok(question.into()),
        };
        terminal::note(&format!("an agent calls {}, which may change something", call.operation.name));
        let server = self.clone();
        let sent = writes.spawn(async move { call::send(&server.0.account, &client, &call, &view).await });
        let said = sent.await.unwrap_or_else(|_| {
            let next = "Look whether the change was made before you ask for it again.";
            let failure =
                json!({ "error": "the call broke off", "may_have_been_executed": true, "next": next });
            Err(outcome::failed(failure))
        })?;
        Ok(CallToolResult::structured(said).into())
    }
}

impl ServerHandler for RdsServer {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_completions()
            .enable_prompts()
            .enable_resources()
            .enable_tools()
            .build();
        ServerConfig::new(capabilities)
            .with_server_info(
                Implementation::new("rds", env!("CARGO_PKG_VERSION")).with_title("Alibaba Cloud RDS"),
            )
            .with_instructions(tools::instructions(self.offered()))
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(tools::tools(self.offered())))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        tools::tools(self.offered()).into_iter().find(|tool| tool.name == name)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if !tools::NAMES.contains(&&*request.name) {
            return Err(ErrorData::invalid_params("there is no such tool; tools/list lists them", None));
        }
        tokio::select! {
            result = self.call(&request, &context) => {
                Ok(result.unwrap_or_else(|Failed(said)| CallToolResult::structured_error(said).into()))
            }
            () = context.ct.cancelled() => Err(ErrorData::internal_error("the request was cancelled", None)),
        }
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(resources::list()))
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(ListResourceTemplatesResult::with_all_items(resources::templates()))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let contents = resources::read(&self.0.account, &request.uri)?;
        Ok(ReadResourceResult::new(vec![contents]).into())
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::with_all_items(prompts::list()))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        Ok(prompts::get(&request.name, &request.arguments.unwrap_or_default())?.into())
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        let mut names = match &request.r#ref {
            Reference::Resource(template) => resources::completions(&template.uri, &request.argument.value),
            _ => Vec::new(),
        };
        let total = u32::try_from(names.len()).ok();
        let has_more = names.len() > CompletionInfo::MAX_VALUES;
        names.truncate(CompletionInfo::MAX_VALUES);
        let completion = CompletionInfo::with_pagination(names, total, has_more);
        completion.map(CompleteResult::new).map_err(|why| ErrorData::internal_error(why, None))
    }
}
