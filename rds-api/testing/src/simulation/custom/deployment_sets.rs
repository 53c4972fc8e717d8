//! Deployment sets: custom instances that are kept apart from one another.

use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::call::Call;
use super::super::catalog::regions;
use super::super::records::{Record, record, text};
use super::{DEPLOYMENT_SET, INSTANCE, merge, tags};
use crate::refusal::Refusal;
use rds_api::Timestamp;

impl AccountState {
    pub(super) fn create_deployment_set(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = self.next_id("ds");
        let mut set = call.given();
        let strategy = call.text("Strategy").unwrap_or("Availability");
        merge(
            &mut set,
            record(json!({
                "DeploymentSetId": id, "RegionId": self.region(call), "AccountId": crate::simulation::ACCOUNT_ID,
                "CreateTime": Timestamp::from_system_time_secs(call.now).to_string(), "Domain": "default",
                "Granularity": "host", "DeploymentSetDescription": call.owned("Description"), "Strategy": strategy,
                "DeploymentStrategy": strategy, "GroupCount": call.integer("GroupCount").unwrap_or(3),
            })),
        );
        self.records.insert(DEPLOYMENT_SET, &id, set)?;
        Ok(json!({ "DeploymentSetId": id }))
    }

    /// The instances in a set.
    fn instances_in(&self, set: &str) -> Vec<String> {
        let instances = self.records.of(INSTANCE);
        let instances = instances.filter(|(_, instance)| text(instance, "DeploymentSetId") == set);
        instances.map(|(id, _)| id.clone()).collect()
    }

    pub(super) fn list_deployment_sets(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let filters = ["DeploymentSetName", "Strategy"];
        let sets = self.customs(DEPLOYMENT_SET, "DeploymentSetIds", "DeploymentSetId", &filters, call);
        let region = self.region(call);
        let sets = sets.into_iter().map(|mut set| {
            let instances = self.instances_in(text(&set, "DeploymentSetId"));
            let capacity = json!({
                "ZoneId": regions::first_zone(&region), "UsedAmount": instances.len(),
                "AvailableAmount": 20_usize.saturating_sub(instances.len()),
            });
            set.insert("Tags".to_owned(), tags(&set).into());
            set.insert("InstanceAmount".to_owned(), instances.len().into());
            set.insert("InstanceIds".to_owned(), instances.into());
            set.insert("Capacities".to_owned(), json!([capacity]));
            Json::Object(set)
        });
        let mut response = call.listed(sets.collect())?;
        response["RegionId"] = region.into();
        Ok(response)
    }

    fn deployment_set(&mut self, call: &Call<'_>) -> Result<&mut Record, Refusal> {
        self.custom(DEPLOYMENT_SET, call.text("DeploymentSetId").unwrap_or_default(), call)
    }

    pub(super) fn modify_deployment_set(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let set = self.deployment_set(call)?;
        for (parameter, member) in
            [("DeploymentSetName", "DeploymentSetName"), ("Description", "DeploymentSetDescription")]
        {
            if let Some(text) = call.text(parameter) {
                set.insert(member.to_owned(), text.into());
            }
        }
        Ok(json!({}))
    }

    pub(super) fn delete_deployment_set(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.deployment_set(call)?;
        let id = call.owned("DeploymentSetId");
        if !self.instances_in(&id).is_empty() {
            let message = "There are instances in the deployment set.";
            return Err(Refusal::new(403, "OperationDenied.DBInstanceStatus", message));
        }
        self.records.remove(DEPLOYMENT_SET, &id);
        Ok(json!({}))
    }

    pub(super) fn join_deployment_set(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.place_in_set(call, &call.owned("DeploymentSetId"))
    }

    pub(super) fn leave_deployment_set(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.place_in_set(call, "")
    }

    fn place_in_set(&mut self, call: &Call<'_>, set: &str) -> Result<Json, Refusal> {
        self.deployment_set(call)?;
        let results =
            call.texts("RCInstanceIds").into_iter().map(|id| match self.custom(INSTANCE, &id, call) {
                Ok(instance) => {
                    instance.insert("DeploymentSetId".to_owned(), set.into());
                    json!({ "RCInstanceId": id, "Status": "Success", "ErrorMessage": "" })
                }
                Err(refusal) => {
                    json!({ "RCInstanceId": id, "Status": "Failed", "ErrorMessage": refusal.message })
                }
            });
        let results: Vec<Json> = results.collect();
        Ok(json!({ "Results": results }))
    }
}
