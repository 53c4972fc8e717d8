//! Database accounts, and their privileges.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use super::catalog::engines::RESERVED_ACCOUNTS;
use super::instance::Instance;
use crate::refusal::Refusal;

/// More accounts than this on an instance are refused.
pub(super) const QUOTA: usize = 50;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Account {
    description: String,
    kind: String,
    is_locked: bool,
    checks_policy: bool,
    /// The privilege in each database.
    pub(super) privileges: BTreeMap<String, String>,
}

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("CheckAccountNameAvailable", AccountState::check_account_name),
    ("CreateAccount", AccountState::create_account),
    ("DeleteAccount", AccountState::delete_account),
    ("DescribeAccounts", AccountState::list_accounts),
    ("GrantAccountPrivilege", AccountState::grant_privilege),
    ("GrantOperatorPermission", AccountState::grant_operator_permission),
    ("LockAccount", AccountState::lock_account),
    ("ModifyAccountCheckPolicy", AccountState::modify_account_policy),
    ("ModifyAccountDescription", AccountState::modify_account_description),
    ("ResetAccount", AccountState::reset_account),
    ("ResetAccountPassword", AccountState::reset_password),
    ("RevokeAccountPrivilege", AccountState::revoke_privilege),
    ("RevokeOperatorPermission", AccountState::revoke_operator_permission),
    ("UnlockAccount", AccountState::unlock_account),
];

pub(super) fn not_found() -> Refusal {
    Refusal::new(404, "InvalidAccountName.NotFound", "The specified account is not found.")
}

impl Account {
    /// An account without privileges.
    pub(super) fn new(kind: &str) -> Self {
        let (description, privileges) = (String::new(), BTreeMap::new());
        Self { description, kind: kind.to_owned(), is_locked: false, checks_policy: false, privileges }
    }
}

impl Account {
    /// True if it may do what the service allows to the account of an administrator.
    pub(super) fn is_privileged(&self) -> bool {
        self.kind == "Super"
    }
}

impl AccountState {
    fn check_account_name(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.instance(call)?.check_new_account(call.text("AccountName").unwrap_or_default())?;
        Ok(json!({}))
    }

    fn create_account(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        let name = call.owned("AccountName");
        instance.check_new_account(&name)?;
        let accounts = &mut instance.accounts;
        if accounts.len() >= QUOTA {
            let message = format!("The instance has {QUOTA} accounts, which is its quota.");
            return Err(Refusal::new(403, "AccountLimitExceeded", message));
        }
        let account = Account {
            description: call.owned("AccountDescription"),
            kind: call.text("AccountType").unwrap_or("Normal").to_owned(),
            is_locked: false,
            checks_policy: call.is_true("CheckPolicy"),
            privileges: BTreeMap::new(),
        };
        accounts.insert(name, account);
        Ok(json!({}))
    }

    fn list_accounts(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let is_postgres = instance.engine == "PostgreSQL";
        let flag = |is_set: bool| match (is_postgres, is_set) {
            (false, _) => "",
            (true, true) => "t",
            (true, false) => "f",
        };
        let accounts = instance.accounts.iter().filter(|(name, _)| call.admits("AccountName", name));
        let accounts = accounts.map(|(name, account)| {
            let privileges = account.privileges.iter().map(|(database, privilege)| {
                json!({
                    "DBName": database, "AccountPrivilege": privilege,
                    "AccountPrivilegeDetail": privilege_detail(privilege),
                })
            });
            let is_super = account.kind == "Super";
            json!({
                "DBInstanceId": instance.id, "AccountName": name, "AccountDescription": account.description,
                "AccountStatus": if account.is_locked { "Lock" } else { "Available" },
                "AccountType": account.kind, "PrivExceeded": "0", "CheckPolicy": account.checks_policy,
                "DatabasePrivileges": privileges.collect::<Vec<_>>(), "CreateDB": flag(is_super),
                "CreateRole": flag(is_super), "BypassRLS": flag(false), "Replication": flag(is_super),
            })
        });
        let has_admin = instance.accounts.values().any(|account| account.kind == "Sysadmin");
        let mut response = call.listed(accounts.collect())?;
        response["SystemAdminAccountStatus"] = has_admin.into();
        response["ResourceGroupId"] = instance.text("ResourceGroupId").into();
        Ok(response)
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

    fn modify_account_policy(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.account(call)?.checks_policy = call.is_true("CheckPolicy");
        Ok(json!({}))
    }

    fn lock_account(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.account(call)?.is_locked = true;
        Ok(json!({}))
    }

    fn unlock_account(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.account(call)?.is_locked = false;
        Ok(json!({}))
    }

    /// Gives an account of the kind `Super` its privileges back.
    fn reset_account(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let account = self.account(call)?;
        if account.kind == "Normal" {
            let message = "Only a privileged account can be reset.";
            return Err(Refusal::new(400, "IncorrectAccountType", message));
        }
        account.is_locked = false;
        Ok(json!({}))
    }

    fn grant_operator_permission(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let until = call.owned("ExpiredTime");
        if call.time("ExpiredTime").is_none_or(|until| until <= call.now) {
            return Err(Refusal::new(400, "InvalidExpiredTime.Format", "The time is over already."));
        }
        let instance = self.running(call)?;
        let permission = json!({ "ExpiredTime": until, "Privileges": call.owned("Privileges") });
        instance.settings.insert("GrantOperatorPermission".to_owned(), super::records::record(permission));
        Ok(json!({}))
    }

    fn revoke_operator_permission(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.running(call)?.settings.remove("GrantOperatorPermission");
        Ok(json!({}))
    }

    fn reset_password(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.account(call)?;
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
        accounts.get_mut(call.text("AccountName").unwrap_or_default()).ok_or_else(not_found)
    }
}

impl Instance {
    /// Refuses a name that no new account may have.
    fn check_new_account(&self, name: &str) -> Result<(), Refusal> {
        let is_valid = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_' || it == '-';
        if name.is_empty() || !name.chars().all(is_valid) {
            let message = "An account name has lower-case letters, digits and underscores only.";
            return Err(Refusal::new(400, "InvalidAccountName.Format", message));
        }
        if RESERVED_ACCOUNTS.contains(&name) {
            return Err(Refusal::new(400, "InvalidAccountName.Forbid", format!("`{name}` is reserved.")));
        }
        if self.accounts.contains_key(name) {
            let message = "There is an account of this name.";
            return Err(Refusal::new(400, "InvalidAccountName.Duplicate", message));
        }
        Ok(())
    }
}

/// What a privilege allows.
fn privilege_detail(privilege: &str) -> &'static str {
    match privilege {
        "ReadOnly" => "SELECT,LOCK TABLES,SHOW VIEW",
        "DDLOnly" => "CREATE,DROP,INDEX,ALTER,CREATE TEMPORARY TABLES,LOCK TABLES,CREATE VIEW,SHOW VIEW",
        "DMLOnly" => {
            "SELECT,INSERT,UPDATE,DELETE,CREATE TEMPORARY TABLES,LOCK TABLES,EXECUTE,SHOW VIEW,EVENT,TRIGGER"
        }
        "ReadWrite" | "DBOwner" => "ALL",
        _ => "",
    }
}
