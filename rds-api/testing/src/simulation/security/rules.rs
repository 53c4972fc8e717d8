//! Rules of an instance: of its security group, of masking, of the hosts that may connect.

use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::call::Call;
use super::super::instance::Instance;
use super::super::records::Record;
use crate::refusal::Refusal;
use rds_api::Timestamp;

impl Instance {
    /// A list that is kept among the settings.
    fn list(&mut self, of: &str) -> &mut Vec<Json> {
        let kept = self.settings.entry(of.to_owned()).or_default();
        let list = kept.entry("List").or_insert_with(|| json!([]));
        if !list.is_array() {
            *list = json!([]);
        }
        match list {
            Json::Array(elements) => elements,
            _ => unreachable!("it was made a list above"),
        }
    }
}

fn no_rule(name: &str) -> Refusal {
    Refusal::new(404, "InvalidResourceId.NotFound", format!("There is no rule `{name}`."))
}

const GROUP: &str = "DescribeDBInstanceSecurityGroupRule";
const MASKING: &str = "DescribeMaskingRules";
const PRIVILEGES: &str = "DescribeAccountMaskingPrivilege";
const HOSTS: &str = "DescribePGHbaConfig";
const HOST_CHANGES: &str = "DescribeModifyPGHbaConfigLog";
const TRANSACTION_HOSTS: &str = "DescribeDTCSecurityIpHostsForSQLServer";

impl AccountState {
    pub(super) fn create_group_rule(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = self.next_id("sgr");
        let mut rule = call.given();
        rule.insert("SecurityGroupRuleId".to_owned(), id.into());
        self.running(call)?.list(GROUP).push(Json::Object(rule));
        Ok(json!({}))
    }

    pub(super) fn modify_group_rule(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = call.owned("SecurityGroupRuleId");
        let rules = self.running(call)?.list(GROUP);
        let rule = rules.iter_mut().find(|rule| rule["SecurityGroupRuleId"] == id.as_str());
        *rule.ok_or_else(|| no_rule(&id))? = Json::Object(call.given());
        Ok(json!({}))
    }

    pub(super) fn delete_group_rule(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let ids = call.texts("SecurityGroupRuleIds");
        let rules = self.running(call)?.list(GROUP);
        let is_known = |id: &&String| rules.iter().any(|rule| rule["SecurityGroupRuleId"] == id.as_str());
        if let Some(missing) = ids.iter().find(|id| !is_known(id)) {
            return Err(no_rule(missing));
        }
        rules.retain(|rule| !ids.iter().any(|id| rule["SecurityGroupRuleId"] == id.as_str()));
        Ok(json!({}))
    }

    pub(super) fn list_group_rules(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let rules = Json::Array(self.instance(call)?.list(GROUP).clone());
        // The list is a text.
        Ok(json!({ "Data": rules.to_string() }))
    }

    pub(super) fn create_masking_rule(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let name = call.owned("RuleName");
        let mut rule = call.given();
        rule.insert("Enabled".to_owned(), "true".into());
        let rules = self.running(call)?.list(MASKING);
        if rules.iter().any(|rule| rule["RuleName"] == name.as_str()) {
            let message = format!("There is a rule `{name}` already.");
            return Err(Refusal::new(400, "InvalidParameter", message));
        }
        rules.push(Json::Object(rule));
        Ok(json!({}))
    }

    pub(super) fn modify_masking_rule(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let name = call.owned("RuleName");
        let rules = self.running(call)?.list(MASKING);
        let rule = rules.iter_mut().find(|rule| rule["RuleName"] == name.as_str());
        let rule = rule.and_then(Json::as_object_mut).ok_or_else(|| no_rule(&name))?;
        rule.extend(call.given());
        Ok(json!({}))
    }

    pub(super) fn delete_masking_rule(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let name = call.owned("RuleName");
        let rules = self.running(call)?.list(MASKING);
        let before = rules.len();
        rules.retain(|rule| rule["RuleName"] != name.as_str());
        if rules.len() == before { Err(no_rule(&name)) } else { Ok(json!({})) }
    }

    pub(super) fn list_masking_rules(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let rules = self.instance(call)?.list(MASKING).iter();
        let rules =
            rules.filter(|rule| call.admits("RuleName", rule["RuleName"].as_str().unwrap_or_default()));
        Ok(json!({ "Data": rules.cloned().collect::<Vec<_>>() }))
    }

    pub(super) fn modify_masking_privilege(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        for user in call.texts("UserName") {
            if !instance.accounts.contains_key(&user) {
                return Err(super::super::accounts::not_found());
            }
            let privileges = instance.list(PRIVILEGES);
            privileges.retain(|it| it["UserName"] != user.as_str());
            privileges.push(json!({
                "UserName": user, "Privilege": call.owned("Privilege"), "ExpireTime": call.owned("ExpireTime"),
            }));
        }
        Ok(json!({}))
    }

    pub(super) fn list_masking_privileges(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let privileges = self.instance(call)?.list(PRIVILEGES).iter();
        let privileges =
            privileges.filter(|it| call.admits("UserName", it["UserName"].as_str().unwrap_or_default()));
        Ok(json!({ "Data": privileges.cloned().collect::<Vec<_>>() }))
    }

    pub(super) fn modify_host_rules(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        instance.require_engine(&["PostgreSQL"])?;
        let before = host_rules(instance);
        let given = call.parameters.get("HbaItem").and_then(Json::as_array).cloned().unwrap_or_default();
        let is_given = |rule: &Json| given.iter().any(|it| it["PriorityId"] == rule["PriorityId"]);
        let mut after = before.clone();
        match call.text("OpsType") {
            Some("update") => after = given,
            Some("add") if before.iter().any(is_given) => {
                let message = "A record has a `PriorityId` that is in use.";
                return Err(Refusal::new(400, "InvalidParameter", message));
            }
            Some("delete") => after.retain(|rule| !is_given(rule)),
            _ => {
                after.retain(|rule| !is_given(rule));
                after.extend(given);
            }
        }
        after.sort_by_key(|rule| rule["PriorityId"].as_i64());
        let now = Timestamp::from_system_time_secs(call.now).to_string();
        let change = json!({
            "BeforeHbaItems": before, "AfterHbaItems": after, "ModifyStatus": "success", "ModifyTime": now,
        });
        *instance.list(HOSTS) = after;
        let changes = instance.list(HOST_CHANGES);
        changes.push(change);
        if changes.len() > 100 {
            changes.remove(0);
        }
        Ok(json!({}))
    }

    pub(super) fn list_host_rules(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        instance.require_engine(&["PostgreSQL"])?;
        let modified = instance.list(HOST_CHANGES).last().map(|it| it["ModifyTime"].clone());
        Ok(json!({
            "DefaultHbaItems": [default_host_rule()], "RunningHbaItems": host_rules(instance),
            "HbaModifyTime": modified.unwrap_or_else(|| "".into()), "LastModifyStatus": "success",
        }))
    }

    pub(super) fn list_host_rule_changes(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let changes = instance.list(HOST_CHANGES).iter().rev().filter(|change| {
            let time = Timestamp::from(change["ModifyTime"].as_str().unwrap_or_default()).to_system_time();
            time.is_some_and(|time| call.spans(time))
        });
        let changes: Vec<Json> = changes.cloned().collect();
        Ok(json!({ "LogItemCount": changes.len(), "HbaLogItems": changes }))
    }

    pub(super) fn modify_transaction_hosts(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        instance.require_engine(&["SQLServer"])?;
        let name = call.owned("WhiteListGroupName");
        let groups = instance.list(TRANSACTION_HOSTS);
        groups.retain(|group| group["WhitelistGroupName"] != name.as_str());
        groups.push(json!({ "WhitelistGroupName": name, "SecurityIpHosts": call.owned("SecurityIpHosts") }));
        Ok(json!({ "DTCSetResult": "Success" }))
    }

    pub(super) fn list_transaction_hosts(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let groups = self.instance(call)?.list(TRANSACTION_HOSTS).clone();
        let pairs = groups.iter().filter_map(|group| group["SecurityIpHosts"].as_str());
        let pairs: usize = pairs.map(|hosts| hosts.split(';').count()).sum();
        Ok(json!({ "IpHostPairNum": pairs, "Items": groups }))
    }
}

fn default_host_rule() -> Json {
    json!({
        "PriorityId": 0, "Type": "host", "Database": "all", "User": "all", "Address": "0.0.0.0/0", "Mask": "",
        "Method": "md5", "Option": "",
    })
}

fn host_rules(instance: &Instance) -> Vec<Json> {
    let kept: Option<&Record> = instance.settings.get(HOSTS);
    let kept = kept.and_then(|kept| kept.get("List")).and_then(Json::as_array);
    kept.cloned().unwrap_or_else(|| vec![default_host_rule()])
}
