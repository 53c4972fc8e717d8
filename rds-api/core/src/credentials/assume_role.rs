//! Credentials of a role that those of another source may take on.

use std::sync::Arc;

use super::http::HttpOptions;
use super::role_session::StsRequest;
use super::{AnyProvider, BoxFuture, Credentials, Identity, ProvideCredentials, RoleSession};
use crate::clock::{Clock, Reading};
use crate::error::{ErrorClass, Result};
use crate::signature::v1;

/// Takes on a RAM role with the credentials of another provider (STS operation `AssumeRole`).
///
/// ```
/// use rds_api::credentials::{AssumeRole, EnvironmentVariables};
///
/// let role = AssumeRole::new(EnvironmentVariables::new(), "acs:ram::123456789012****:role/backup-reader");
/// # let _ = role;
/// ```
#[derive(Debug)]
pub struct AssumeRole {
    source: AnyProvider,
    session: RoleSession,
    external_id: Option<String>,
    http_options: HttpOptions,
    /// That of the security token service.
    clock: Clock,
}

impl AssumeRole {
    /// Takes on a role, given by its ARN or as a [`RoleSession`], with the credentials of `source`.
    pub fn new(source: impl ProvideCredentials + 'static, session: impl Into<RoleSession>) -> Self {
        let source = Arc::new(source);
        Self {
            source,
            session: session.into(),
            external_id: None,
            http_options: HttpOptions::for_service(),
            clock: Clock::default(),
        }
    }

    /// The id that the owner of the role requires of others who take it on. An empty id counts as none.
    pub fn external_id(mut self, id: impl Into<String>) -> Self {
        self.external_id = Some(id.into()).filter(|id| !id.is_empty());
        self
    }

    async fn request(&self) -> Result<Credentials> {
        let source = self.source.provide().await?;
        source.check()?;
        let reading = self.clock.read();
        let refused = match self.ask(&source, reading).await {
            Ok(credentials) => return Ok(credentials.with_source(by(&source))),
            Err(error) => error,
        };
        // A clock that is off is learnt here as it is in a call, once.
        let service = refused.service_error().filter(|service| service.class() == Some(ErrorClass::Clock));
        let Some(correction) =
            service.and_then(|service| self.clock.correct(reading, service.clock_offset()))
        else {
            return Err(refused);
        };
        let result = self.ask(&source, self.clock.read()).await;
        if result.as_ref().is_err_and(|error| error.class() == Some(ErrorClass::Clock)) {
            self.clock.undo(correction);
        }
        result.map(|credentials| credentials.with_source(by(&source)))
    }

    async fn ask(&self, source: &Credentials, reading: Reading) -> Result<Credentials> {
        let nonce = uuid::Uuid::new_v4().simple().to_string();
        let mut query = vec![
            ("AccessKeyId", source.access_key_id()),
            ("SignatureMethod", "HMAC-SHA1"),
            ("SignatureVersion", "1.0"),
            ("SignatureNonce", &nonce),
        ];
        query.extend(source.security_token().map(|token| ("SecurityToken", token)));
        let form: Vec<_> = self.external_id.iter().map(|id| ("ExternalId", id.as_str())).collect();
        let sign = |pairs: &[(&str, &str)]| {
            Some(v1::sign("POST", pairs.iter().copied(), source.access_key_secret()).signature)
        };
        let secret = source.security_token().unwrap_or_default();
        let now = reading.time;
        let request = StsRequest { action: "AssumeRole", now, query: &query, form: &form, secret };
        self.session.request(&self.http_options, request, sign).await
    }
}

/// The source of a role: that of the credentials that took it on.
fn by(source: &Credentials) -> String {
    format!("AssumeRole by {}", Identity::of(source).source())
}

impl ProvideCredentials for AssumeRole {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
        Box::pin(self.request())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::super::loopback::{Loopback, ROLE};
    use super::*;

    #[tokio::test]
    async fn asks_with_a_signature_of_version_1() {
        let server = Loopback::start(|_| (200, ROLE.into())).await;
        let session = RoleSession::new("acs:ram::1:role/x")
            .sts_endpoint(&server.address)
            .session_name("report")
            .duration(Duration::from_secs(1000))
            .policy("{\"Version\": \"1\"}");
        let source = Credentials::new("id", "secret").with_security_token("source/token+");
        let role = AssumeRole::new(source, session).external_id("partner 7");
        let credentials = role.provide().await.unwrap();
        assert_eq!(credentials.access_key_id(), "STS.id");
        assert_eq!(credentials.security_token(), Some("token"));
        assert!(credentials.expiration().is_some());

        let request = &server.requests()[0];
        let parameter = |name| request.parameter(name).unwrap();
        assert_eq!(request.method, "POST");
        assert_eq!(parameter("Action"), "AssumeRole");
        assert_eq!(parameter("RoleArn"), "acs:ram::1:role/x");
        assert_eq!(parameter("RoleSessionName"), "report");
        assert_eq!(parameter("DurationSeconds"), "1000");
        assert_eq!(parameter("Policy"), "{\"Version\": \"1\"}");
        assert_eq!(parameter("ExternalId"), "partner 7");
        assert_eq!(parameter("SecurityToken"), "source/token+");
        assert_eq!(parameter("Signature"), v1::sign("POST", request.pairs(), "secret").signature);
        assert!(request.body.contains("RoleArn="), "the parameters of the operation are in the form");
    }

    #[tokio::test]
    async fn failures_are_explained_without_secrets() {
        let server =
            Loopback::start(|_| (403, r#"{"Code": "NoPermission", "Message": "Not you."}"#.into())).await;
        let session = RoleSession::new("arn").sts_endpoint(&server.address);
        let role = AssumeRole::new(Credentials::new("id", "hidden"), session.clone());
        let error = role.provide().await.unwrap_err();
        assert!(error.to_string().starts_with("AssumeRole of `arn` at http://127.0.0.1:"), "{error}");
        assert!(error.to_string().ends_with(" was refused: NoPermission (403): Not you."), "{error}");
        assert!(!format!("{error:?} {role:?}").contains("hidden"));

        let role = AssumeRole::new(Credentials::new("id", "x"), session.duration(Duration::from_secs(60)));
        assert!(role.provide().await.unwrap_err().to_string().contains("60 s is too short"));
    }

    #[tokio::test]
    async fn a_clock_that_is_off_is_learnt_once() {
        for code in
            ["InvalidTimeStamp.Expired", "IllegalTimestamp", "InvalidTimeStamp", "RequestTimeTooSkewed"]
        {
            let server =
                Loopback::start(move |request| match request.parameter("Timestamp").unwrap().as_str() {
                    time if time.starts_with("2001-") => (200, ROLE.into()),
                    _ => (400, json!({"Code": code, "Message": "Too late."}).to_string()),
                });
            let server = server.await.dated("Mon, 01 Jan 2001 00:00:00 GMT");
            let session = RoleSession::new("arn").sts_endpoint(&server.address);
            let role = AssumeRole::new(Credentials::new("id", "secret"), session);
            assert_eq!(role.provide().await.unwrap().access_key_id(), "STS.id");
            let requests = server.requests();
            assert_eq!(requests.len(), 2);
            let nonce = |index: usize| requests[index].parameter("SignatureNonce");
            assert_ne!(nonce(0), nonce(1));
            let signature = v1::sign("POST", requests[1].pairs(), "secret").signature;
            assert_eq!(requests[1].parameter("Signature"), Some(signature));
            // The next renewal knows it already.
            role.provide().await.unwrap();
            assert_eq!(server.requests().len(), 3);
        }
    }

    #[tokio::test]
    async fn a_date_that_does_not_help_is_forgotten_and_the_error_tells_the_difference() {
        let stubborn = r#"{"Code": "IllegalTimestamp", "Message": "Too late."}"#;
        let server = Loopback::start(move |_| (400, stubborn.into())).await;
        let server = server.dated("Mon, 01 Jan 2001 00:00:00 GMT");
        let session = RoleSession::new("arn").sts_endpoint(&server.address);
        let role = AssumeRole::new(Credentials::new("id", "secret"), session);
        for _ in 0..2 {
            let error = role.provide().await.unwrap_err();
            assert_eq!((error.class(), error.is_retryable()), (Some(ErrorClass::Clock), false));
            let shown = error.to_string();
            assert!(
                shown.contains(" was refused: the service's clock is ") && shown.contains(" behind"),
                "{shown}"
            );
        }
        let years: Vec<_> =
            server.requests().iter().map(|it| it.parameter("Timestamp").unwrap()[..4].to_owned()).collect();
        assert_eq!((&*years[1], &*years[3]), ("2001", "2001"));
        assert_eq!(years[0], years[2], "what did not help is not kept");
    }

    #[tokio::test]
    async fn a_response_without_credentials_is_an_error() {
        let server = Loopback::start(|_| (200, r#"{"RequestId": "1"}"#.into())).await;
        let session = RoleSession::new("arn").sts_endpoint(&server.address);
        let error = AssumeRole::new(Credentials::new("id", "x"), session).provide().await.unwrap_err();
        assert!(error.to_string().ends_with("the response has no `AccessKeyId`"), "{error}");
    }
}
