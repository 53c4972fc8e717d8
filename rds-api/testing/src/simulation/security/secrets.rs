//! Passwords that are kept for programs which reach an instance over HTTP.

use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::call::Call;
use super::super::records::{Record, record, text};
use crate::refusal::Refusal;

const KIND: &str = "kept password";

impl AccountState {
    pub(super) fn create_secret(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let (id, region) = {
            let instance = self.running(call)?;
            (instance.id.clone(), instance.region.clone())
        };
        let number = self.next(KIND);
        let name = call.text("SecretName").map_or_else(|| format!("rds-secret-{number}"), str::to_owned);
        let arn = format!("acs:rds:{region}:{}:secret/{name}", crate::simulation::ACCOUNT_ID);
        if self.records.get(KIND, &arn).is_some() {
            let message = format!("There is a secret `{name}` already.");
            return Err(Refusal::new(400, "InvalidParameter", message));
        }
        // The password is nowhere shown, so it is not kept.
        let secret = json!({
            "AccountId": crate::simulation::ACCOUNT_ID, "Description": call.owned("Description"), "RegionId": region,
            "SecretArn": arn, "SecretName": name, "Username": call.owned("Username"), "Instance": id,
        });
        self.records.insert(KIND, &arn, record(secret))?;
        Ok(json!({ "SecretArn": arn, "SecretName": name }))
    }

    pub(super) fn list_secrets(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let region = self.region(call);
        let is_wanted = |secret: &&Record| {
            text(secret, "RegionId") == region && call.admits("DbInstanceId", text(secret, "Instance"))
        };
        let secrets = self.records.of(KIND).map(|(_, secret)| secret).filter(is_wanted);
        call.listed(secrets.cloned().map(Json::Object).collect())
    }

    pub(super) fn delete_secret(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let region = self.region(call);
        let is_wanted = |secret: &Record| {
            text(secret, "RegionId") == region
                && match call.text("SecretArn") {
                    Some(arn) => text(secret, "SecretArn") == arn,
                    None => call.text("SecretName") == Some(text(secret, "SecretName")),
                }
        };
        let found = self.records.of(KIND).find(|(_, secret)| is_wanted(secret));
        let arn = found.map(|(arn, _)| arn.clone());
        let secret = arn.and_then(|arn| self.records.remove(KIND, &arn));
        let secret = secret
            .ok_or_else(|| Refusal::new(404, "InvalidResourceId.NotFound", "There is no such secret."))?;
        Ok(json!({ "SecretArn": text(&secret, "SecretArn"), "SecretName": text(&secret, "SecretName") }))
    }
}
