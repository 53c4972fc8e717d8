//! Whether an operation changes anything.

use crate::spec::Access;
use crate::verbs::{CHANGING_VERBS, READING_VERBS};

/// What an operation of this name does, which the metadata calls a read, a write, or nothing.
pub(super) fn access(name: &str, operation_type: Option<&str>) -> Access {
    let begins = |verbs: &[&str]| verbs.iter().any(|verb| name.starts_with(verb));
    let reads = match operation_type {
        Some(kind) => kind.eq_ignore_ascii_case("read") && !begins(CHANGING_VERBS),
        None => begins(READING_VERBS),
    };
    if reads { Access::Read } else { Access::Write }
}
