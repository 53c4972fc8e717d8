//! Requests of temporary credentials from the security token service.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::http::{self, FieldNames, HttpOptions};
use super::{Credentials, Environment};
use crate::endpoint::is_region;
use crate::error::{Error, Result};
use crate::signature::percent;

/// The shortest session that the service grants.
const MIN_DURATION: Duration = Duration::from_secs(900);

/// A session in a RAM role: which role, for how long, and with which rights.
///
/// ```
/// use std::time::Duration;
/// use rds_api::credentials::RoleSession;
///
/// let session = RoleSession::new("acs:ram::123456789012****:role/backup-reader")
///     .session_name("nightly-report")
///     .duration(Duration::from_secs(900))
///     .sts_region("cn-beijing");
/// # let _ = session;
/// ```
#[derive(Clone, Debug)]
pub struct RoleSession {
    pub(super) role_arn: String,
    session_name: Option<String>,
    duration: Duration,
    policy: Option<String>,
    region: Option<String>,
    in_vpc: bool,
    endpoint: Option<String>,
}

/// The part of a request that depends on the operation.
pub(super) struct StsRequest<'q> {
    pub(super) action: &'q str,
    pub(super) now: SystemTime,
    pub(super) query: &'q [(&'q str, &'q str)],
    pub(super) form: &'q [(&'q str, &'q str)],
    /// The token among these, if there is one.
    pub(super) secret: &'q str,
}

impl RoleSession {
    /// A session of an hour, with all rights of the role.
    pub fn new(role_arn: impl Into<String>) -> Self {
        Self {
            role_arn: role_arn.into(),
            session_name: None,
            duration: Duration::from_secs(3600),
            policy: None,
            region: None,
            in_vpc: false,
            endpoint: None,
        }
    }

    /// The name that the service's audit logs show. By default, and if it is empty, one with the time in it.
    pub fn session_name(mut self, name: impl Into<String>) -> Self {
        self.session_name = unless_empty(name);
        self
    }

    /// How long a set of credentials is to last: at least 15 minutes, at most what the role allows.
    pub fn duration(mut self, duration: Duration) -> Self {
        self.duration = duration;
        self
    }

    /// A policy, in JSON, that limits the rights further. An empty policy counts as none.
    pub fn policy(mut self, policy: impl Into<String>) -> Self {
        self.policy = unless_empty(policy);
        self
    }

    /// Asks the security token service of this region, instead of the central one, which an empty region
    /// stands for.
    pub fn sts_region(mut self, region: impl Into<String>) -> Self {
        self.region = unless_empty(region);
        self
    }

    /// Asks the service at the address that is reached from inside a VPC. Needs a region.
    pub fn sts_in_vpc(mut self, in_vpc: bool) -> Self {
        self.in_vpc = in_vpc;
        self
    }

    /// Asks the service at this host, unless it is empty.
    pub fn sts_endpoint(mut self, host: impl Into<String>) -> Self {
        self.endpoint = unless_empty(host);
        self
    }

    /// Takes from the environment where to ask, unless it was set.
    pub(crate) fn in_environment(mut self, environment: &Environment) -> Result<Self> {
        if self.region.is_none() {
            self.region = environment.variable("ALIBABA_CLOUD_STS_REGION")?;
        }
        if self.endpoint.is_none() {
            self.endpoint = environment.variable("ALIBABA_CLOUD_STS_ENDPOINT")?;
        }
        self.in_vpc |= environment.is_on("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED");
        Ok(self)
    }

    /// Asks for credentials. `sign` gives the signature of all pairs, if there is one.
    pub(super) async fn request(
        &self,
        http_options: &HttpOptions,
        StsRequest { action, now, query, form, secret }: StsRequest<'_>,
        sign: impl Fn(&[(&str, &str)]) -> Option<String>,
    ) -> Result<Credentials> {
        let address = self.address()?;
        let what = format!("{action} of `{}` at {address}", self.role_arn);
        if self.duration < MIN_DURATION {
            let seconds = self.duration.as_secs();
            return Err(Error::credentials(format!(
                "{what}: a duration of {seconds} s is too short; give 900 s or more"
            )));
        }
        let timestamp = crate::timestamp::Timestamp::from_system_time_secs(now);
        let common = [
            ("Action", action),
            ("Version", "2015-04-01"),
            ("Format", "JSON"),
            ("Timestamp", timestamp.as_str()),
        ];
        let mut query = [&common, query].concat();

        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let session_name =
            self.session_name.clone().unwrap_or_else(|| format!("rds-api-{}", since_1970.as_millis()));
        let duration = self.duration.as_secs().to_string();
        let role = [
            ("RoleArn", self.role_arn.as_str()),
            ("RoleSessionName", &session_name),
            ("DurationSeconds", &duration),
        ];
        let mut form = [&role, form].concat();
        form.extend(self.policy.as_deref().map(|policy| ("Policy", policy)));

        let signature = sign(&[query.as_slice(), &form].concat());
        query.extend(signature.as_deref().map(|signature| ("Signature", signature)));
        let request =
            http_options.client(&address)?.post(format!("{address}/?{}", percent::encode_pairs(query)));
        let response: Value = http::json(http::with_form(request, &form), &what, secret).await?;
        FieldNames::USUAL.temporary(&response["Credentials"], &what)
    }

    pub(crate) fn address(&self) -> Result<String> {
        if let Some(endpoint) = &self.endpoint {
            return http::secure(endpoint);
        }
        let Some(region) = &self.region else { return Ok("https://sts.aliyuncs.com".to_owned()) };
        if !is_region(region) {
            return Err(Error::credentials(format!(
                "`{region}` is not a valid region id, such as cn-beijing"
            )));
        }
        let service = if self.in_vpc { "sts-vpc" } else { "sts" };
        Ok(format!("https://{service}.{region}.aliyuncs.com"))
    }
}

fn unless_empty(text: impl Into<String>) -> Option<String> {
    Some(text.into()).filter(|text| !text.is_empty())
}

impl From<&str> for RoleSession {
    fn from(role_arn: &str) -> Self {
        Self::new(role_arn)
    }
}

impl From<String> for RoleSession {
    fn from(role_arn: String) -> Self {
        Self::new(role_arn)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn asks_in_the_region_if_there_is_one() {
        let role = RoleSession::new("arn");
        assert_eq!(role.address().unwrap(), "https://sts.aliyuncs.com");
        let role = role.sts_region("cn-beijing");
        assert_eq!(role.address().unwrap(), "https://sts.cn-beijing.aliyuncs.com");
        let role = role.sts_in_vpc(true);
        assert_eq!(role.address().unwrap(), "https://sts-vpc.cn-beijing.aliyuncs.com");
        assert_eq!(role.clone().sts_endpoint("sts.example").address().unwrap(), "https://sts.example");
        assert!(role.clone().sts_endpoint("http://sts.example").address().is_err());
        assert!(
            role.sts_region("evil.example/")
                .address()
                .unwrap_err()
                .to_string()
                .contains("not a valid region")
        );
    }
}
