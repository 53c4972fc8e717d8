//! What the names of operations begin with, and what that says of them.

/// Beginnings of the names of operations that change nothing.
pub(crate) const READING_VERBS: &[&str] =
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
