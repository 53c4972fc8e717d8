//! The extensions of databases on PostgreSQL.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use super::instance::Instance;
use crate::refusal::Refusal;
use catalog::{EXTENSIONS, Extension};

mod catalog;

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("CreatePostgresExtensions", AccountState::install_extensions),
    ("DeletePostgresExtensions", AccountState::remove_extensions),
    ("DescribePostgresExtensions", AccountState::list_extensions),
    ("UpdatePostgresExtensions", AccountState::update_extensions),
];

/// The extensions that were installed in a database, by name.
pub(super) type Installed = BTreeMap<String, Installation>;

/// An extension in a database.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Installation {
    version: String,
    owner: String,
}

/// The account that owns what is in every database.
const SYSTEM_ACCOUNT: &str = "postgres";

fn refused(status: u16, code: &str, message: String) -> Refusal {
    Refusal::new(status, code, message)
}

impl Instance {
    /// The number of the major version, such as 16.
    fn major_version(&self) -> u32 {
        self.engine_version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or_default()
    }

    /// The extensions that a call names, all of which the version of the instance has.
    fn extensions_of(&self, call: &Call<'_>) -> Result<Vec<&'static Extension>, Refusal> {
        let named = call.texts("Extensions").into_iter().map(|name| {
            let known =
                EXTENSIONS.iter().find(|it| it.name == name && it.version(self.major_version()).is_some());
            known.ok_or_else(|| {
                let message = format!("PostgreSQL {} has no extension `{name}`.", self.engine_version);
                refused(400, "InvalidParameters.Format", message)
            })
        });
        named.collect()
    }

    /// The extensions in a database, also those that every database has.
    fn extensions_in(&self, database: &str) -> Result<Installed, Refusal> {
        let found = self.databases.get(database).ok_or_else(|| {
            refused(
                400,
                "InvalidDBName.Format",
                format!("There is no database `{database}` on the instance."),
            )
        })?;
        let mut installed = found.extensions.clone();
        for extension in EXTENSIONS.iter().filter(|it| it.is_built_in) {
            let version = extension.version(self.major_version()).unwrap_or_default().to_owned();
            let built_in = || Installation { version, owner: SYSTEM_ACCOUNT.to_owned() };
            installed.entry(extension.name.to_owned()).or_insert_with(built_in);
        }
        Ok(installed)
    }

    /// Puts extensions into a database in the place of those that are there.
    fn keep_extensions(&mut self, database: &str, installed: Installed) {
        if let Some(database) = self.databases.get_mut(database) {
            database.extensions = installed;
        }
    }
}

impl AccountState {
    /// The instance of PostgreSQL that a call is to change, if it runs. The code is for one of another engine.
    fn postgres(&mut self, call: &Call<'_>, (status, code): (u16, &str)) -> Result<&mut Instance, Refusal> {
        let instance = self.instance(call)?;
        if instance.engine != "PostgreSQL" {
            return Err(refused(status, code, format!("{} has no extensions.", instance.engine)));
        }
        if call.operation.access == rds_api::Access::Write && instance.status(call.now) != "Running" {
            let message = format!("The instance is {}, not Running.", instance.status(call.now));
            return Err(refused(403, "IncorrectDBInstanceState", message));
        }
        Ok(instance)
    }

    fn list_extensions(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.postgres(call, (403, "IncorrectDBInstanceType"))?;
        let installed = instance.extensions_in(call.text("DBName").unwrap_or_default())?;
        let major = instance.major_version();
        let available = EXTENSIONS.iter().filter(|it| it.version(major).is_some());
        let shown = |extension: &Extension, installation: Option<&Installation>| {
            json!({
                "Name": extension.name, "Category": extension.category, "Comment": extension.comment,
                "DefaultVersion": extension.version(major), "Priority": if extension.is_preferred { "1" } else { "0" },
                "InstalledVersion": installation.map(|it| it.version.as_str()).unwrap_or_default(),
                "Owner": installation.map(|it| it.owner.as_str()).unwrap_or_default(),
                "Requires": if extension.requires.is_empty() { String::new() } else { format!("{{{}}}", extension.requires.join(",")) },
            })
        };
        let (mut there, mut absent) = (Vec::new(), Vec::new());
        for extension in available {
            match installed.get(extension.name) {
                Some(installation) => there.push(shown(extension, Some(installation))),
                None => absent.push(shown(extension, None)),
            }
        }
        let overview = json!({ "installed": there.len(), "uninstalled": absent.len() });
        Ok(json!({ "InstalledExtensions": there, "UninstalledExtensions": absent, "Overview": overview }))
    }

    fn install_extensions(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.postgres(call, (400, "InvalidDBInstanceEngineType.Format"))?;
        let owner = call.owned("AccountName");
        let account = instance.accounts.get(&owner);
        let account = account.ok_or_else(|| {
            refused(400, "InvalidAccountName.NotFound", format!("There is no account `{owner}`."))
        })?;
        if !account.is_privileged() {
            let message = format!("The account `{owner}` is not privileged.");
            return Err(refused(403, "IncorrectAccountPrivilegeType", message));
        }
        let mut wanted = instance.extensions_of(call)?;
        if let Some(source) = call.text("SourceDatabase") {
            let there = instance.extensions_in(source)?;
            wanted.extend(EXTENSIONS.iter().filter(|it| there.contains_key(it.name)));
        }
        if wanted.is_empty() {
            let message = "Neither `Extensions` nor `SourceDatabase` names an extension.";
            return Err(refused(400, "InvalidParam", message.to_owned()));
        }
        let major = instance.major_version();
        for database in call.texts("DBNames") {
            let mut installed = instance.extensions_in(&database)?;
            for extension in &wanted {
                let version = extension.version(major).unwrap_or_default().to_owned();
                let installation = Installation { version, owner: owner.clone() };
                installed.entry(extension.name.to_owned()).or_insert(installation);
            }
            let lacks =
                |extension: &&&Extension| !extension.requires.iter().all(|it| installed.contains_key(*it));
            if let Some(extension) = wanted.iter().find(lacks) {
                let message = format!("`{}` requires {}.", extension.name, extension.requires.join(", "));
                return Err(refused(400, "InvalidParameters.Format", message));
            }
            instance.keep_extensions(&database, installed);
        }
        Ok(json!({}))
    }

    fn update_extensions(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.postgres(call, (403, "IncorrectDBInstanceType"))?;
        let wanted = instance.extensions_of(call)?;
        let major = instance.major_version();
        for database in call.texts("DBNames") {
            let mut installed = instance.extensions_in(&database)?;
            for extension in &wanted {
                let found =
                    installed.get_mut(extension.name).ok_or_else(|| not_installed(extension, &database))?;
                extension.version(major).unwrap_or_default().clone_into(&mut found.version);
            }
            instance.keep_extensions(&database, installed);
        }
        Ok(json!({}))
    }

    fn remove_extensions(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.postgres(call, (403, "IncorrectDBInstanceType"))?;
        let wanted = instance.extensions_of(call)?;
        for database in call.texts("DBNames") {
            let mut installed = instance.extensions_in(&database)?;
            for extension in &wanted {
                if extension.is_built_in {
                    let message = format!("Every database has `{}`.", extension.name);
                    return Err(refused(400, "InvalidParameters.Format", message));
                }
                installed.remove(extension.name).ok_or_else(|| not_installed(extension, &database))?;
            }
            instance.keep_extensions(&database, installed);
        }
        Ok(json!({}))
    }
}

fn not_installed(extension: &Extension, database: &str) -> Refusal {
    let message = format!("`{}` is not installed in `{database}`.", extension.name);
    refused(400, "InvalidParameters.Format", message)
}
