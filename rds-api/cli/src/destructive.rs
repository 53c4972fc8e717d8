//! Which writes take away or interrupt what somebody may be using.

use rds_api::Access;
use rds_api::schema::Operation;

/// The first words of the names of operations that remove or overwrite something, lock somebody out of it, or cut its
/// connections.
const VERBS: [&str; 24] = [
    "Cancel",
    "Delete",
    "Destroy",
    "Detach",
    "Lock",
    "Migrate",
    "Purge",
    "Reboot",
    "Rebuild",
    "Recovery",
    "Redeploy",
    "Release",
    "Remove",
    "Replace",
    "Reset",
    "Restart",
    "Restore",
    "Revoke",
    "Stop",
    "Switch",
    "Terminate",
    "Unassociate",
    "Untag",
    "Upgrade",
];

/// Whether a call of this operation may take away or interrupt what somebody is using.
pub(crate) fn is_destructive(operation: &Operation) -> bool {
    operation.access == Access::Write && VERBS.iter().any(|verb| operation.name.starts_with(verb))
}

#[cfg(test)]
mod tests {
    use rds_api::schema;

    use super::*;

    /// What the specification itself calls so is found by the name.
    #[test]
    fn what_removes_or_interrupts_is_destructive() {
        let words =
            ["Deletes", "Releases", "Removes", "Destroys", "Restarts", "Stops", "Overwrites", "Revokes"];
        let writes = schema::operations().filter(|operation| operation.access == Access::Write);
        let missed = writes.filter(|operation| {
            words.iter().any(|word| operation.summary.starts_with(word)) && !is_destructive(operation)
        });
        let missed: Vec<&str> = missed.map(|operation| operation.name.as_str()).collect();
        assert_eq!(missed, [""; 0]);
        for (name, expected) in [
            ("DeleteDBInstance", true),
            ("SwitchDBInstanceHA", true),
            ("ResetAccountPassword", true),
            ("CreateBackup", false),
            ("ModifyDBInstanceDescription", false),
            ("DescribeDBInstances", false),
        ] {
            assert_eq!(schema::operation(name).map(is_destructive), Some(expected), "{name}");
        }
    }
}
