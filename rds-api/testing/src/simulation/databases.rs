//! Databases on an instance.

use serde_json::{Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use crate::refusal::Refusal;

/// More databases than this on an instance are refused.
pub(super) const QUOTA: usize = 200;

#[derive(Debug)]
pub(super) struct Database {
    description: String,
    character_set: String,
}

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("CreateDatabase", AccountState::create_database),
    ("DeleteDatabase", AccountState::delete_database),
    ("DescribeDatabases", AccountState::list_databases),
    ("ModifyDBDescription", AccountState::modify_database_description),
];

pub(super) fn not_found(name: &str) -> Refusal {
    Refusal::new(404, "InvalidDBName.NotFound", format!("There is no database `{name}` on the instance."))
}

impl AccountState {
    fn create_database(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let databases = &mut self.running(call)?.databases;
        let name = call.owned("DBName");
        if databases.contains_key(&name) {
            return Err(Refusal::new(400, "InvalidDBName.Duplicate", "There is a database of this name."));
        }
        if databases.len() >= QUOTA {
            let message = format!("The instance has {QUOTA} databases, which is its quota.");
            return Err(Refusal::new(400, "InsufficientAvailableQuota", message));
        }
        let database = Database {
            description: call.owned("DBDescription"),
            character_set: call.owned("CharacterSetName"),
        };
        databases.insert(name, database);
        Ok(json!({}))
    }

    fn list_databases(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let is_wanted = |name: &str| call.admits("DBName", name) && call.admits("DBStatus", "Running");
        let databases = instance.databases.iter().filter(|(name, _)| is_wanted(name));
        let databases = databases.map(|(name, database)| {
            let accounts = instance.accounts.iter().filter_map(|(account, it)| {
                let privilege = it.privileges.get(name)?;
                Some(json!({ "Account": account, "AccountPrivilege": privilege }))
            });
            json!({
                "DBInstanceId": instance.id,
                "DBName": name,
                "DBDescription": database.description,
                "DBStatus": "Running",
                "CharacterSetName": database.character_set,
                "Engine": instance.engine,
                "Accounts": { "AccountPrivilegeInfo": accounts.collect::<Vec<_>>() },
            })
        });
        let page = call.page(databases.collect());
        Ok(json!({ "Databases": { "Database": page.elements } }))
    }

    fn modify_database_description(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.database(call)?.description = call.owned("DBDescription");
        Ok(json!({}))
    }

    fn delete_database(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.database(call)?;
        let name = call.text("DBName").unwrap_or_default();
        let instance = self.running(call)?;
        instance.databases.remove(name);
        instance.accounts.values_mut().for_each(|account| drop(account.privileges.remove(name)));
        Ok(json!({}))
    }

    fn database(&mut self, call: &Call<'_>) -> Result<&mut Database, Refusal> {
        let name = call.text("DBName").unwrap_or_default();
        self.running(call)?.databases.get_mut(name).ok_or_else(|| not_found(name))
    }
}
