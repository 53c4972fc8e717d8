//! Database accounts, and their privileges.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use crate::refusal::Refusal;

/// More accounts than this on an instance are refused.
pub(super) const QUOTA: usize = 50;

#[derive(Debug)]
pub(super) struct Account {
    description: String,
    kind: String,
    /// The privilege in each database.
    pub(super) privileges: BTreeMap<String, String>,
}

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("CreateAccount", AccountState::create_account),
    ("DeleteAccount", AccountState::delete_account),
    ("DescribeAccounts", AccountState::list_accounts),
    ("GrantAccountPrivilege", AccountState::grant_privilege),
    ("ModifyAccountDescription", AccountState::modify_account_description),
    ("ResetAccountPassword", AccountState::reset_password),
    ("RevokeAccountPrivilege", AccountState::revoke_privilege),
];

impl AccountState {
    fn create_account(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let accounts = &mut self.running(call)?.accounts;
        let name = call.owned("AccountName");
        let is_valid = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_' || it == '-';
        if name.is_empty() || !name.chars().all(is_valid) {
            let message = "An account name has lower-case letters, digits and underscores only.";
            return Err(Refusal::new(400, "InvalidAccountName.Format", message));
        }
        if accounts.contains_key(&name) {
            return Err(Refusal::new(
                400,
                "InvalidAccountName.Duplicate",
                "There is an account of this name.",
            ));
        }
        if accounts.len() >= QUOTA {
            let message = format!("The instance has {QUOTA} accounts, which is its quota.");
            return Err(Refusal::new(403, "AccountLimitExceeded", message));
        }
        check_password(call)?;
        let kind = call.text("AccountType").unwrap_or("Normal").to_owned();
        let account =
            Account { description: call.owned("AccountDescription"), kind, privileges: BTreeMap::new() };
        accounts.insert(name, account);
        Ok(json!({}))
    }

    fn list_accounts(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let accounts = instance.accounts.iter().filter(|(name, _)| call.admits("AccountName", name));
        let accounts = accounts.map(|(name, account)| {
            let privileges = account
                .privileges
                .iter()
                .map(|(database, privilege)| json!({ "DBName": database, "AccountPrivilege": privilege }));
            json!({
                "DBInstanceId": instance.id,
                "AccountName": name,
                "AccountDescription": account.description,
                "AccountStatus": "Available",
                "AccountType": account.kind,
                "PrivExceeded": "0",
                "DatabasePrivileges": { "DatabasePrivilege": privileges.collect::<Vec<_>>() },
            })
        });
        let page = call.page(accounts.collect());
        Ok(json!({
            "PageNumber": page.number,
            "TotalRecordCount": page.total,
            "Accounts": { "DBInstanceAccount": page.elements },
        }))
    }

    fn delete_account(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.account(call)?;
        let name = call.text("AccountName").unwrap_or_default();
        self.running(call)?.accounts.remove(name);
        Ok(json!({}))
    }

    fn modify_account_description(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.account(call)?.description = call.owned("AccountDescription");
        Ok(json!({}))
    }

    fn reset_password(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.account(call)?;
        check_password(call)?;
        Ok(json!({}))
    }

    fn grant_privilege(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let (databases, privileges) = (call.owned("DBName"), call.owned("AccountPrivilege"));
        self.account(call)?;
        let instance = self.running(call)?;
        let wanted: Vec<&str> = databases.split(',').collect();
        // One privilege for all of them, or as many as there are databases.
        let given: Vec<&str> = privileges.split(',').collect();
        if given.len() != 1 && given.len() != wanted.len() {
            let message = "There is not one privilege for each database.";
            return Err(Refusal::new(400, "InvalidAccountPrivilege.Malformed", message));
        }
        if let Some(missing) = wanted.iter().find(|name| !instance.databases.contains_key(**name)) {
            return Err(super::databases::not_found(missing));
        }
        if let Some(account) = instance.accounts.get_mut(call.text("AccountName").unwrap_or_default()) {
            for (database, privilege) in wanted.iter().zip(given.iter().cycle()) {
                account.privileges.insert((*database).to_owned(), (*privilege).to_owned());
            }
        }
        Ok(json!({}))
    }

    fn revoke_privilege(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let databases = call.owned("DBName");
        let account = self.account(call)?;
        account.privileges.retain(|database, _| !databases.split(',').any(|name| name == database));
        Ok(json!({}))
    }

    fn account(&mut self, call: &Call<'_>) -> Result<&mut Account, Refusal> {
        let accounts = &mut self.running(call)?.accounts;
        accounts.get_mut(call.text("AccountName").unwrap_or_default()).ok_or_else(|| {
            Refusal::new(404, "InvalidAccountName.NotFound", "The specified account is not found.")
        })
    }
}

fn check_password(call: &Call<'_>) -> Result<(), Refusal> {
    let length = call.text("AccountPassword").unwrap_or_default().chars().count();
    if (8..=32).contains(&length) {
        return Ok(());
    }
    Err(Refusal::new(400, "InvalidAccountPassword.Format", "A password has 8 to 32 characters."))
}
