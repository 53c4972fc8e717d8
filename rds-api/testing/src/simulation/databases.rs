//! Databases on an instance.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use super::catalog::engines::RESERVED_DATABASES;
use super::extensions::Installed;
use super::instance::Instance;
use crate::refusal::Refusal;

/// More databases than this on an instance are refused.
pub(super) const QUOTA: usize = 200;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Database {
    description: String,
    character_set: String,
    collation: String,
    /// How PostgreSQL classifies characters, if not by the collation.
    #[serde(default)]
    character_type: Option<String>,
    /// The database's own settings, by name.
    properties: BTreeMap<String, String>,
    /// The extensions that were installed in it.
    #[serde(default)]
    pub(super) extensions: Installed,
}

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("CheckDBNameAvailable", AccountState::check_database_name),
    ("CopyDatabase", AccountState::copy_database),
    ("CopyDatabaseBetweenInstances", AccountState::copy_databases_elsewhere),
    ("CreateDatabase", AccountState::create_database),
    ("DeleteDatabase", AccountState::delete_database),
    ("DescribeDatabases", AccountState::list_databases),
    ("ModifyCollationTimeZone", AccountState::change_collation),
    ("ModifyDBDescription", AccountState::modify_database_description),
    ("ModifyDatabaseConfig", AccountState::configure_database),
];

pub(super) fn not_found(name: &str) -> Refusal {
    Refusal::new(404, "InvalidDBName.NotFound", format!("There is no database `{name}` on the instance."))
}

/// The databases that a call names in `DbNames`, and their new names: `a,b`, or as JSON `{"a":"b"}`.
pub(super) fn named(call: &Call<'_>) -> BTreeMap<String, String> {
    match call.text("DbNames").map(serde_json::from_str) {
        Some(Ok(named)) => named,
        _ => call.texts("DbNames").into_iter().map(|name| (name.clone(), name)).collect(),
    }
}

impl AccountState {
    fn check_database_name(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.instance(call)?.check_new_database(call.text("DBName").unwrap_or_default())?;
        Ok(json!({}))
    }

    fn create_database(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        let name = call.owned("DBName");
        instance.check_new_database(&name)?;
        // For PostgreSQL the collation and the type of characters follow: `UTF8,C,en_US.utf8`.
        let set = call.text("CharacterSetName").unwrap_or_default();
        let mut parts = set.split(',');
        let database = Database {
            description: call.owned("DBDescription"),
            character_set: parts.next().unwrap_or_default().to_owned(),
            collation: parts.next().or_else(|| call.text("CollationName")).unwrap_or_default().to_owned(),
            character_type: parts.next().map(str::to_owned),
            properties: BTreeMap::new(),
            extensions: Installed::new(),
        };
        let privilege = call.text("AccountPrivilege").unwrap_or("ReadWrite").to_owned();
        if let Some(account) = call.text("AccountName") {
            let account = instance.accounts.get_mut(account).ok_or_else(super::accounts::not_found)?;
            account.privileges.insert(name.clone(), privilege);
        }
        instance.databases.insert(name, database);
        Ok(json!({}))
    }

    fn list_databases(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let is_wanted = |name: &str| call.admits("DBName", name) && call.admits("DBStatus", "Running");
        let is_postgres = instance.engine == "PostgreSQL";
        let of_postgres = |value: &str| if is_postgres { value.to_owned() } else { String::new() };
        let total = instance.databases.keys().filter(|name| is_wanted(name)).count();
        let databases = instance.databases.iter().filter(|(name, _)| is_wanted(name));
        let databases = databases.map(|(name, database)| {
            let accounts = instance.accounts.iter().filter_map(|(account, it)| {
                let privilege = it.privileges.get(name)?;
                Some(json!({ "Account": account, "AccountPrivilege": privilege }))
            });
            let properties = database
                .properties
                .iter()
                .map(|(name, value)| json!({ "AdvancedPropertyName": name, "AdvancedPropertyValue": value }));
            json!({
                "DBInstanceId": instance.id, "DBName": name, "DBDescription": database.description,
                "DBStatus": "Running", "CharacterSetName": database.character_set, "Engine": instance.engine,
                "Accounts": accounts.collect::<Vec<_>>(), "Collate": database.collation,
                "AdvancedInfo": properties.collect::<Vec<_>>(), "ConnLimit": of_postgres("-1"),
                "Ctype": of_postgres(database.character_type.as_ref().unwrap_or(&database.collation)), "Tablespace": of_postgres("pg_default"),
                "TotalCount": total, "PageNumber": call.integer("PageNumber").unwrap_or(1),
                "PageSize": call.integer("PageSize").unwrap_or(30),
            })
        });
        call.listed(databases.collect())
    }

    fn copy_database(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        let (from, to) = (call.owned("SrcDBName"), call.owned("DstDBName"));
        let copy = instance.databases.get(&from).cloned().ok_or_else(|| not_found(&from))?;
        instance.check_new_database(&to)?;
        instance.databases.insert(to.clone(), copy);
        if call.integer("ReserveAccount") == Some(1) {
            for account in instance.accounts.values_mut() {
                if let Some(privilege) = account.privileges.get(&from).cloned() {
                    account.privileges.insert(to.clone(), privilege);
                }
            }
        }
        Ok(json!({ "DBName": to, "DBStatus": "Running" }))
    }

    fn copy_databases_elsewhere(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let source = self.running(call)?;
        let mut copies = Vec::new();
        for (from, to) in named(call) {
            copies.push((to, source.databases.get(&from).cloned().ok_or_else(|| not_found(&from))?));
        }
        let target = self.instance_by_id(call.text("TargetDBInstanceId").unwrap_or_default(), call)?;
        target.require_status("Running", call.now)?;
        copies.iter().try_for_each(|(name, _)| target.check_new_database(name))?;
        target.databases.extend(copies);
        Ok(json!({}))
    }

    fn configure_database(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let (name, value) = (call.owned("DatabasePropertyName"), call.owned("DatabasePropertyValue"));
        self.database(call)?.properties.insert(name, value);
        Ok(json!({ "Code": "200", "Message": "successful" }))
    }

    fn change_collation(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let instance = self.running(call)?;
        instance.require_engine(&["SQLServer"])?;
        for (parameter, property) in [("Collation", "Collation"), ("Timezone", "TimeZone")] {
            if let Some(value) = call.text(parameter) {
                instance.set(property, value);
            }
        }
        instance.change("CONFIG_MODIFYING", "Running", call.now, takes);
        Ok(json!({ "Collation": instance.text("Collation"), "Timezone": instance.text("TimeZone") }))
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

impl Instance {
    /// Refuses a name that no new database may have, and one database more than there may be.
    fn check_new_database(&self, name: &str) -> Result<(), Refusal> {
        if RESERVED_DATABASES.contains(&name) {
            return Err(Refusal::new(400, "InvalidDBName.Forbid", format!("`{name}` is reserved.")));
        }
        if self.databases.contains_key(name) {
            return Err(Refusal::new(400, "InvalidDBName.Duplicate", "There is a database of this name."));
        }
        if self.databases.len() >= QUOTA {
            let message = format!("The instance has {QUOTA} databases, which is its quota.");
            return Err(Refusal::new(400, "InsufficientAvailableQuota", message));
        }
        Ok(())
    }
}

impl Database {
    /// A database of which only the character set is known.
    pub(super) fn new(character_set: &str) -> Self {
        let (description, collation) = (String::new(), String::new());
        Self {
            description,
            character_set: character_set.to_owned(),
            collation,
            character_type: None,
            properties: BTreeMap::new(),
            extensions: Installed::new(),
        }
    }

    /// The number of its own settings.
    pub(super) fn size(&self) -> usize {
        self.properties.len()
    }
}
