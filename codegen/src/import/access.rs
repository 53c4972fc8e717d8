//! Whether an operation changes anything.

use crate::spec::Access;

/// Beginnings of the names of operations that change nothing.
const READING_VERBS: &[&str] =
    &["Describe", "Get", "List", "Check", "Query", "Precheck", "PreCheck", "Evaluate", "Calculate"];

/// Beginnings of the names of operations that change something, whatever the metadata says: it calls
/// `StopDBInstance` and 17 others reads, and what is taken for a read is repeated without a thought.
pub(crate) const CHANGING_VERBS: &[&str] = &[
    "Add",
    "Allocate",
    "Attach",
    "Cancel",
    "Clone",
    "Copy",
    "Create",
    "Delete",
    "Destroy",
    "Detach",
    "Disable",
    "Enable",
    "Grant",
    "Import",
    "Install",
    "Migrate",
    "Modify",
    "Purge",
    "Reboot",
    "Rebuild",
    "Release",
    "Remove",
    "Renew",
    "Replace",
    "Reset",
    "Resize",
    "Restart",
    "Restore",
    "Revoke",
    "Run",
    "Start",
    "Stop",
    "Switch",
    "Tag",
    "Terminate",
    "Transform",
    "Unlock",
    "Untag",
    "Update",
    "Upgrade",
];

/// What an operation of this name does, which the metadata calls a read, a write, or nothing.
pub(super) fn access(name: &str, operation_type: Option<&str>) -> Access {
    let begins = |verbs: &[&str]| verbs.iter().any(|verb| name.starts_with(verb));
    let reads = match operation_type {
        Some(kind) => kind.eq_ignore_ascii_case("read") && !begins(CHANGING_VERBS),
        None => begins(READING_VERBS),
    };
    if reads { Access::Read } else { Access::Write }
}
