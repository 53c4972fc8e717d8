//! Who the service takes a client for.

use std::sync::Arc;

use tokio::time::timeout;

use crate::client::format::Format;
use crate::client::limits::Limits;
use crate::client::retry_budget::RetryBudget;
use crate::client::shared::Shared;
use crate::credentials::{Environment, Identity, ProvideCredentials as _, RoleSession};
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorCodes, ErrorKind, Result};
use crate::operation::Access;
use crate::runtime::guarded;
use crate::sequence::raw::RawCall;
use crate::service::{Endpoints, Service};

/// The security token service, which knows the owner of every key.
static STS: Service = Service {
    product: "Sts",
    version: "2015-04-01",
    user_agent: "",
    endpoints: Endpoints {
        rule: "sts.{region}.aliyuncs.com",
        network_rule: "sts-{network}.{region}.aliyuncs.com",
        regions: &[],
    },
    sensitive_names: &[],
    error_codes: ErrorCodes::NONE,
};

/// Who the service takes a client for: the response of the operation `GetCallerIdentity`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallerIdentity {
    /// The id of the account.
    pub account_id: String,
    /// The name of the user or of the role in use, such as `acs:ram::123456789012****:user/reporter`.
    pub arn: String,
    /// The kind of identity: `Account`, `RAMUser` or `AssumedRoleUser`.
    pub identity_type: Option<String>,
    /// The id of the user, or that of the role with the name of the session.
    pub principal_id: Option<String>,
    /// The id of the request.
    pub request_id: Option<String>,
}

/// Whose credentials the client uses.
pub async fn identity(client: &Shared) -> Result<Identity> {
    let provide = async { timeout(client.timeouts.call, client.credentials.provide()).await };
    let credentials = guarded(provide).await?.map_err(|_| {
        Error::new(ErrorKind::CallTimeout, "the credentials took longer than the timeout of a call")
    })??;
    credentials.check()?;
    Ok(Identity::of(&credentials))
}

/// Asks the service who the client is.
pub async fn caller_identity(client: &Shared) -> Result<CallerIdentity> {
    let call = RawCall::new(Arc::new(of_sts(client)?), "GetCallerIdentity".to_owned(), Vec::new());
    let response = call.with_access(Access::Read).send_full().await?;
    let text = |name: &str| response.value[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let required = |name: &str| {
        text(name).ok_or_else(|| {
            let message = format!("the response to GetCallerIdentity has no `{name}`");
            Error::new(ErrorKind::Response, message)
                .at_status(response.status, response.request_id.as_deref())
        })
    };
    Ok(CallerIdentity {
        account_id: required("AccountId")?,
        arn: required("Arn")?,
        identity_type: text("IdentityType"),
        principal_id: text("PrincipalId"),
        request_id: response.request_id.clone().or_else(|| text("RequestId")),
    })
}

/// The same client of the security token service.
fn of_sts(client: &Shared) -> Result<Shared> {
    let address = RoleSession::new("").in_environment(&Environment::default())?.address()?;
    Ok(Shared {
        service: &STS,
        endpoint: Endpoint::parse(&address)?,
        format: Format::Json,
        budget: Arc::new(RetryBudget::new()),
        limits: Arc::new(Limits::new(None, None)?),
        ..client.clone()
    })
}
