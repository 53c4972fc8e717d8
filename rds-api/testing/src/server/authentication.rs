//! Authentication: who sent a request, whether the signature is right, and whether it comes for the first time.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use crate::expiring::Expiring;
use crate::refusal::Refusal;
use crate::server::http_request::HttpRequest;
use rds_api_core::signature::{v1, v3};
use rds_api_core::{Credentials, Timestamp};

/// The operation of the security token service that tells whose a key is. It is here so that a program that asks it
/// needs no other service.
pub(super) const GET_CALLER_IDENTITY: &str = "GetCallerIdentity";

/// How many of the latest nonces are remembered at least, and half of how many at most.
const MIN_NONCES: usize = 50_000;

/// The credentials that are known, and the nonces that were used.
pub(crate) struct Authenticator {
    /// The version of the API.
    version: &'static str,
    credentials: Vec<Credentials>,
    tolerance: Duration,
    nonces: Mutex<Expiring<String, ()>>,
}

/// The common parts of a request, whichever signature it has.
struct Claim<'r> {
    action: &'r str,
    version: &'r str,
    key_id: &'r str,
    token: Option<&'r str>,
    timestamp: &'r str,
    nonce: &'r str,
    signature: &'r str,
}

impl Authenticator {
    pub(crate) fn new(version: &'static str, credentials: Vec<Credentials>, tolerance: Duration) -> Self {
        // A nonce need not be remembered for longer than its timestamp is accepted, and is not for ever where
        // every timestamp is.
        let lifetime = tolerance.saturating_mul(2).min(Duration::from_secs(24 * 3600));
        let nonces = Mutex::new(Expiring::new(lifetime, MIN_NONCES));
        Self { version, credentials, tolerance, nonces }
    }

    /// The name of the operation, if the request is authentic.
    pub(crate) fn authenticate(&self, request: &HttpRequest, now: SystemTime) -> Result<String, Refusal> {
        if request.method != "GET" && request.method != "POST" {
            let message = format!("The method {} is not supported.", request.method);
            return Err(Refusal::new(400, "UnsupportedHTTPMethod", message));
        }
        let claim = if request.is_v3() { claim_v3(request)? } else { claim_v1(request)? };
        let version = match claim.action {
            GET_CALLER_IDENTITY => "2015-04-01",
            _ => self.version,
        };
        if claim.version != version {
            return Err(Refusal::new(400, "InvalidVersion", format!("the version of this API is {version}")));
        }
        let Some(known) = self.credentials.iter().find(|known| known.access_key_id() == claim.key_id) else {
            return Err(Refusal::new(
                404,
                "InvalidAccessKeyId.NotFound",
                "Specified access key is not found.",
            ));
        };
        self.check_time(&claim, now)?;
        check_token(known, &claim, now)?;
        check_signature(request, known, &claim)?;
        self.check_nonce(&claim, now)?;
        Ok(claim.action.to_owned())
    }

    fn check_time(&self, claim: &Claim<'_>, now: SystemTime) -> Result<(), Refusal> {
        let Some(time) = Timestamp::from(claim.timestamp).to_system_time() else {
            return Err(Refusal::new(
                400,
                "InvalidTimeStamp.Format",
                "Specified time stamp is not well formatted.",
            ));
        };
        let apart = now.duration_since(time).unwrap_or_else(|error| error.duration());
        if apart > self.tolerance {
            return Err(Refusal::new(
                400,
                "InvalidTimeStamp.Expired",
                "Specified time stamp or date value is expired.",
            ));
        }
        Ok(())
    }

    fn check_nonce(&self, claim: &Claim<'_>, now: SystemTime) -> Result<(), Refusal> {
        let mut nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
        match nonces.insert(claim.nonce.to_owned(), (), now) {
            None => Ok(()),
            Some(_) => {
                Err(Refusal::new(400, "SignatureNonceUsed", "Specified signature nonce was used already."))
            }
        }
    }
}

fn required<'r>(value: Option<&'r str>, name: &str) -> Result<&'r str, Refusal> {
    value.filter(|value| !value.is_empty()).ok_or_else(|| {
        Refusal::new(
            400,
            "MissingParameter",
            format!("`{name}` is required to sign a request, but it is missing."),
        )
    })
}

fn claim_v1(request: &HttpRequest) -> Result<Claim<'_>, Refusal> {
    let get = |name: &str| required(request.parameter(name), name);
    if get("SignatureMethod")? != "HMAC-SHA1" {
        return Err(Refusal::new(400, "InvalidSignatureMethod", "The signature method is HMAC-SHA1."));
    }
    Ok(Claim {
        action: get("Action")?,
        version: get("Version")?,
        key_id: get("AccessKeyId")?,
        token: request.parameter("SecurityToken"),
        timestamp: get("Timestamp")?,
        nonce: get("SignatureNonce")?,
        signature: get("Signature")?,
    })
}

fn claim_v3(request: &HttpRequest) -> Result<Claim<'_>, Refusal> {
    let get = |name: &str| required(request.header(name), name);
    let authorization = get("authorization")?.strip_prefix("ACS3-HMAC-SHA256 ");
    let authorization = authorization.ok_or_else(|| {
        Refusal::new(400, "IncompleteSignature", "The authorization begins with ACS3-HMAC-SHA256.")
    })?;
    let part = |name: &str| required(authorization_part(authorization, name), name);
    Ok(Claim {
        action: get("x-acs-action")?,
        version: get("x-acs-version")?,
        key_id: part("Credential")?,
        token: request.header("x-acs-security-token"),
        timestamp: get("x-acs-date")?,
        nonce: get("x-acs-signature-nonce")?,
        signature: part("Signature")?,
    })
}

fn authorization_part<'a>(authorization: &'a str, name: &str) -> Option<&'a str> {
    let part = |part: &'a str| part.trim().strip_prefix(name)?.strip_prefix('=');
    authorization.split(',').find_map(part)
}

fn check_token(known: &Credentials, claim: &Claim<'_>, now: SystemTime) -> Result<(), Refusal> {
    let given = claim.token.filter(|token| !token.is_empty());
    if known.security_token().is_some() && given.is_none() {
        let message = "The access key is a temporary one, which a security token must come with.";
        return Err(Refusal::new(400, "MissingSecurityToken", message));
    }
    if known.security_token() != given {
        let message = "Specified security token does not belong to the access key.";
        return Err(Refusal::new(400, "InvalidSecurityToken.MismatchWithAccessKey", message));
    }
    if known.expiration().is_some_and(|expiration| expiration <= now) {
        return Err(Refusal::new(
            400,
            "InvalidSecurityToken.Expired",
            "Specified security token is expired.",
        ));
    }
    Ok(())
}

/// Computes the signature again. A refusal repeats what was signed, as the real service does.
fn check_signature(request: &HttpRequest, known: &Credentials, claim: &Claim<'_>) -> Result<(), Refusal> {
    let secret = known.access_key_secret();
    let (signature, text) = if request.is_v3() {
        let authorization = request.header("authorization").unwrap_or_default();
        let names = authorization_part(authorization, "SignedHeaders").unwrap_or_default();
        check_coverage(request, names)?;
        let headers = names.split(';').filter_map(|name| request.headers.get_key_value(name));
        let signed = v3::Request {
            method: &request.method,
            path: &request.path,
            query: request.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
            headers: headers.map(|(name, value)| (name.as_str(), value.as_str())).collect(),
            body_sha256: &request.body_sha256,
        };
        let signed = signed.sign(claim.key_id, secret);
        (signed.signature, signed.canonical_request)
    } else {
        let signed = v1::sign(&request.method, request.parameters(), secret);
        (signed.signature, signed.string_to_sign)
    };
    if signature == claim.signature {
        return Ok(());
    }
    let message =
        format!("Specified signature is not matched with our calculation. server string to sign is:{text}");
    Err(Refusal::new(400, "SignatureDoesNotMatch", message))
}

/// Refuses a signature that leaves out a header that says what to do: it could be changed on the way.
fn check_coverage(request: &HttpRequest, signed: &str) -> Result<(), Refusal> {
    let must_be_signed = |name: &str| name == "host" || name.starts_with("x-acs-");
    let mut names = request.headers.keys().filter(|name| must_be_signed(name));
    match names.find(|name| !signed.split(';').any(|signed| signed == name.as_str())) {
        Some(name) => {
            let message = format!("The header `{name}` is not among the signed headers.");
            Err(Refusal::new(400, "IncompleteSignature", message))
        }
        None => Ok(()),
    }
}
