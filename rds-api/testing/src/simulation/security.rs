//! What guards instances besides their whitelists: templates of whitelists, rules of security groups, masking of data,
//! secrets, and roles.

use serde_json::{Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use super::records::{Record, record, text};
use super::whitelists::Whitelist;
use crate::refusal::Refusal;

mod rules;
mod secrets;

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("AttachWhitelistTemplateToInstance", AccountState::attach_template),
    ("CheckCloudResourceAuthorized", AccountState::check_authorization),
    ("CheckServiceLinkedRole", AccountState::check_role),
    ("CreateDBInstanceSecurityGroupRule", AccountState::create_group_rule),
    ("CreateMaskingRules", AccountState::create_masking_rule),
    ("CreateSecret", AccountState::create_secret),
    ("CreateServiceLinkedRole", AccountState::create_role),
    ("DeleteDBInstanceSecurityGroupRule", AccountState::delete_group_rule),
    ("DeleteMaskingRules", AccountState::delete_masking_rule),
    ("DeleteSecret", AccountState::delete_secret),
    ("DescribeAccountMaskingPrivilege", AccountState::list_masking_privileges),
    ("DescribeAllWhitelistTemplate", AccountState::list_templates),
    ("DescribeDBInstanceSecurityGroupRule", AccountState::list_group_rules),
    ("DescribeDTCSecurityIpHostsForSQLServer", AccountState::list_transaction_hosts),
    ("DescribeInstanceLinkedWhitelistTemplate", AccountState::list_templates_of_instance),
    ("DescribeMaskingRules", AccountState::list_masking_rules),
    ("DescribeModifyPGHbaConfigLog", AccountState::list_host_rule_changes),
    ("DescribePGHbaConfig", AccountState::list_host_rules),
    ("DescribeSecrets", AccountState::list_secrets),
    ("DescribeWhitelistTemplate", AccountState::describe_template),
    ("DescribeWhitelistTemplateLinkedInstance", AccountState::list_instances_of_template),
    ("DetachWhitelistTemplateToInstance", AccountState::detach_template),
    ("ModifyAccountMaskingPrivilege", AccountState::modify_masking_privilege),
    ("ModifyDBInstanceSecurityGroupRule", AccountState::modify_group_rule),
    ("ModifyDTCSecurityIpHostsForSQLServer", AccountState::modify_transaction_hosts),
    ("ModifyMaskingRules", AccountState::modify_masking_rule),
    ("ModifyPGHbaConfig", AccountState::modify_host_rules),
    ("ModifyWhitelistTemplate", AccountState::modify_template),
];

const TEMPLATE: &str = "whitelist template";

fn no_template(id: &str) -> Refusal {
    Refusal::new(404, "WhitelistTemplateId.NotFound", format!("There is no whitelist template {id}."))
}

impl AccountState {
    /// Changes a template, or creates one if the call names none.
    fn modify_template(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let addresses = call.owned("IpWhitelist");
        Whitelist::parse(&addresses).map_err(|why| Refusal::new(400, "SecurityIPList.Format", why))?;
        let name = call.owned("TemplateName");
        let given = call.integer("TemplateId").filter(|id| *id > 0).map(|id| id.to_string());
        let has_name = |(id, it): (&String, &Record)| {
            !name.is_empty() && text(it, "TemplateName") == name && given.as_ref() != Some(id)
        };
        if self.records.of(TEMPLATE).any(has_name) {
            let message = "There is a template of this name.";
            return Err(Refusal::new(400, "InvalidWhitelistTemplateName.Duplicated", message));
        }
        match given {
            Some(id) => {
                let template = self.records.get_mut(TEMPLATE, &id).ok_or_else(|| no_template(&id))?;
                template.insert("Ips".to_owned(), addresses.into());
                if !name.is_empty() {
                    template.insert("TemplateName".to_owned(), name.into());
                }
            }
            None => {
                let id = 400 + self.next(TEMPLATE);
                let template = json!({
                    "Id": id, "TemplateId": id, "TemplateName": name, "Ips": addresses, "UserId": crate::simulation::ACCOUNT_ID,
                    "Region": self.region(call),
                });
                self.records.insert(TEMPLATE, &id.to_string(), record(template))?;
            }
        }
        Ok(json!({ "Data": { "Status": "ok" } }))
    }

    fn list_templates(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let region = self.region(call);
        let wanted = call.text("TemplateName");
        let is_wanted = |template: &&Record| {
            text(template, "Region") == region
                && wanted.is_none_or(|name| match call.is_true("FuzzySearch") {
                    true => text(template, "TemplateName").contains(name),
                    false => text(template, "TemplateName") == name,
                })
        };
        let templates = self.records.of(TEMPLATE).map(|(_, template)| template).filter(is_wanted).cloned();
        let templates: Vec<Json> = templates.map(Json::Object).collect();
        let total = templates.len() as u64;
        let number = |name: &str, or: u64| {
            call.integer(name).and_then(|it| u64::try_from(it).ok()).filter(|it| *it > 0).unwrap_or(or)
        };
        let (page, size) = (number("PageNumbers", 1), number("MaxRecordsPerPage", 10));
        let mut response = call.listed(templates)?;
        let data = &mut response["Data"];
        for (name, value) in [
            ("CurrPageNumbers", json!(page)),
            ("MaxRecordsPerPage", json!(size)),
            ("TotalPageNumbers", json!(total.div_ceil(size))),
            ("HasNext", json!(page.saturating_mul(size) < total)),
            ("HasPrev", json!(page > 1)),
        ] {
            data[name] = value;
        }
        Ok(response)
    }

    /// The template that a call names.
    fn template(&self, call: &Call<'_>) -> Result<Json, Refusal> {
        let id = call.integer("TemplateId").unwrap_or_default().to_string();
        let template = self.records.get(TEMPLATE, &id).ok_or_else(|| no_template(&id))?;
        Ok(Json::Object(template.clone()))
    }

    fn describe_template(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        Ok(json!({ "Data": { "Template": self.template(call)? } }))
    }

    /// The name of the whitelist that an instance has of a template.
    fn whitelist_of(template: &Json) -> String {
        format!("template_{}", template["TemplateId"])
    }

    fn attach_template(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let template = self.template(call)?;
        let addresses = Whitelist::parse(template["Ips"].as_str().unwrap_or_default());
        let addresses = addresses.map_err(|why| Refusal::new(400, "SecurityIPList.Format", why))?;
        let whitelists = &mut self.running(call)?.whitelists;
        if whitelists.insert(Self::whitelist_of(&template), addresses).is_some() {
            let message = "The instance has the template already.";
            return Err(Refusal::new(400, "WhitelistTemplateRelationToCustinsId.EXISTS", message));
        }
        Ok(json!({ "Data": { "Status": "ok" } }))
    }

    fn detach_template(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let template = self.template(call)?;
        if self.running(call)?.whitelists.remove(&Self::whitelist_of(&template)).is_none() {
            let message = "The instance does not have the template.";
            return Err(Refusal::new(404, "WhitelistTemplateRelationToCustinsId.NotFound", message));
        }
        Ok(json!({ "Data": { "Status": "ok" } }))
    }

    fn list_templates_of_instance(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let (id, names) = (instance.id.clone(), instance.whitelists.keys().cloned().collect::<Vec<_>>());
        let templates = self.records.of(TEMPLATE).map(|(_, template)| Json::Object(template.clone()));
        let templates = templates.filter(|template| names.contains(&Self::whitelist_of(template)));
        Ok(json!({ "Data": { "InsName": id, "Templates": templates.collect::<Vec<_>>() } }))
    }

    fn list_instances_of_template(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let template = self.template(call)?;
        let name = Self::whitelist_of(&template);
        let instances = self.instances.values().filter(|it| it.whitelists.contains_key(&name));
        let ids: Vec<&str> = instances.map(|instance| instance.id.as_str()).collect();
        Ok(json!({ "Data": { "InsName": ids, "TemplateId": template["TemplateId"] } }))
    }

    fn create_role(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.account_settings.insert(format!("role {}", call.owned("ServiceLinkedRole")), true.into());
        Ok(json!({}))
    }

    fn check_role(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let key = format!("role {}", call.owned("ServiceLinkedRole"));
        let has_role = self.account_settings.contains_key(&key);
        Ok(json!({ "HasServiceLinkedRole": has_role, "RequireServiceLinkedRole": true }))
    }

    fn check_authorization(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        if call.instance_id().is_some() {
            self.instance(call)?;
        }
        Ok(json!({ "AuthorizationState": 1, "RoleArn": self.encryption_role() }))
    }
}
