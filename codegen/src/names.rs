//! Rust names for wire names: one table, no exceptions elsewhere.

use heck::{ToSnakeCase, ToUpperCamelCase};

/// Words that the wire writes with capitals inside, and how they read as one word.
///
/// Longer words stand before the words they begin with.
const WORDS: &[(&str, &str)] = &[
    ("vSwitch", "Vswitch"),
    ("VSwitch", "Vswitch"),
    ("vSwtich", "Vswtich"),
    ("PostgreSQL", "Postgresql"),
    ("MySQL", "Mysql"),
    ("MariaDB", "Mariadb"),
    ("DuckDB", "Duckdb"),
    ("GaussDB", "Gaussdb"),
    ("PolarDB", "Polardb"),
    ("IPv4", "Ipv4"),
    ("IPv6", "Ipv6"),
    ("IPs", "Ips"),
    ("DBs", "Dbs"),
    ("IOPS", "Iops"),
    ("TDEs", "Tdes"),
    ("CPUs", "Cpus"),
    ("URLs", "Urls"),
    ("IDs", "Ids"),
    ("APIs", "Apis"),
    ("OpenAPI", "Openapi"),
];

/// The Rust name of a field, a function or a module: `VSwitchId` becomes `vswitch_id`.
pub fn snake_case(wire: &str) -> String {
    WORDS.iter().fold(wire.to_owned(), |name, (word, one)| name.replace(word, one)).to_snake_case()
}

/// The name of the method, and of the module, of an operation: `ResizeWare` becomes `resize_ware`, and what Rust or the
/// client has already gets an underscore, as `Move` becomes `move_`.
pub fn method(operation: &str) -> String {
    let name = snake_case(operation);
    let is_taken = is_keyword(&name) || CLIENT_METHODS.contains(&name.as_str());
    if is_taken { format!("{name}_") } else { name }
}

/// Whether a wire name is that of an id: `TaskId`, `NotifyIds`, `AliUid`.
pub fn is_id(wire: &str) -> bool {
    let one = wire.strip_suffix('s').unwrap_or(wire);
    ["Id", "ID", "Uid", "UID"].iter().any(|end| one.ends_with(end)) || matches!(one, "id" | "uid")
}

/// The Rust name of a variant: a wire text that already is one stays as it is.
///
/// Returns `None` for a text that yields no identifier, such as `15` or `+`.
pub fn variant(wire: &str) -> Option<String> {
    let is_name = wire.starts_with(|first: char| first.is_ascii_uppercase())
        && wire.chars().all(|character| character.is_ascii_alphanumeric())
        && wire.chars().any(|character| character.is_ascii_lowercase());
    let name = if is_name { wire.to_owned() } else { wire.to_upper_camel_case() };
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphabetic());
    (starts_well && name.is_ascii() && name != "Self").then_some(name)
}

/// The Rust name of a type that a field declares: the wire name, beginning with a capital.
pub fn type_name(wire: &str) -> String {
    let mut characters = wire.chars();
    match characters.next() {
        Some(first) if wire.chars().all(|character| character.is_ascii_alphanumeric()) => {
            first.to_uppercase().chain(characters).collect()
        }
        _ => wire.to_upper_camel_case(),
    }
}

/// The name of the module that holds a shared type: `BackupMode` becomes `backup_mode`.
pub fn type_module(type_name: &str) -> String {
    let name = snake_case(type_name);
    if is_keyword(&name) { format!("{name}_") } else { name }
}

/// The name of one of what a plural names: `Items` becomes `Item`.
pub fn singular(plural: &str) -> String {
    let endings = [("ies", "y"), ("sses", "ss"), ("uses", "us"), ("xes", "x"), ("ches", "ch"), ("s", "")];
    if plural.ends_with("ss") || plural.ends_with("us") {
        return plural.to_owned();
    }
    for (ending, replacement) in endings {
        if let Some(stem) = plural.strip_suffix(ending)
            && !stem.is_empty()
        {
            return format!("{stem}{replacement}");
        }
    }
    plural.to_owned()
}

/// Whether `name` cannot be an identifier because Rust uses it.
pub fn is_keyword(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_err()
}

/// Whether `name` is one that an operation can have: a capital, then letters and digits.
pub fn is_operation(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.chars().all(|character| character.is_ascii_alphanumeric())
}

/// Names that no family may have, because a generated module beside the families has them.
pub const RESERVED_FAMILIES: &[&str] = &["each_request"];

/// Functions of the client beside those that operations become.
pub const CLIENT_METHODS: &[&str] = &[
    "block_on",
    "builder",
    "call",
    "call_raw",
    "caller_identity",
    "clone",
    "download",
    "endpoint",
    "from_env",
    "from_shared",
    "identity",
    "in_region",
    "region",
    "shared",
];

/// Names that no generated type may have, because generated code uses them for something else.
pub const RESERVED_TYPES: &[&str] = &[
    "Access",
    "BTreeMap",
    "Box",
    "Call",
    "Client",
    "Clone",
    "Default",
    "Duration",
    "Empty",
    "Eq",
    "Err",
    "Field",
    "Follow",
    "Followed",
    "From",
    "Given",
    "Hash",
    "Into",
    "IntoIterator",
    "Json",
    "Member",
    "Method",
    "None",
    "Object",
    "Ok",
    "Operation",
    "Option",
    "Ord",
    "Paginated",
    "Pagination",
    "ParameterValue",
    "PartialEq",
    "PartialOrd",
    "Request",
    "Result",
    "Self",
    "Some",
    "String",
    "Timestamp",
    "UnrecognizedValue",
    "Vec",
    "Wait",
    "Waiter",
];

/// Methods of `Call` that are there for every request, so that no parameter can have a setter of the same name.
/// Options of a call are not among them: see [`OPTION`].
pub const CALL_METHODS: &[&str] = &[
    "clone",
    "into_future",
    "into_request",
    "items",
    "new",
    "pages",
    "request",
    "send",
    "send_blocking",
    "send_full",
    "until",
    "until_done",
];

/// How the names of all options of a call begin, those of later versions too.
pub const OPTION: &str = "with_";

/// Functions of objects that requests hold, as [`CALL_METHODS`] are of `Call`.
pub const OBJECT_METHODS: &[&str] = &["new"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_a_method() {
        for (operation, expected) in
            [("ResizeWare", "resize_ware"), ("Move", "move_"), ("Self", "self_"), ("CallRaw", "call_raw_")]
        {
            assert_eq!(method(operation), expected);
            assert!(!is_keyword(expected), "{operation}");
        }
    }

    #[test]
    fn ids_are_known_by_their_names() {
        for wire in ["Id", "id", "TaskId", "TaskID", "NotifyIds", "VPCId", "AliUid", "uid"] {
            assert!(is_id(wire), "{wire}");
        }
        for wire in ["Valid", "Paid", "Grid", "IdCount", "Idle", "Identity", "Uids2", "Bid"] {
            assert!(!is_id(wire), "{wire}");
        }
    }

    #[test]
    fn fields_read_as_a_person_would_write_them() {
        for (wire, expected) in [
            ("DBInstanceId", "db_instance_id"),
            ("VSwitchId", "vswitch_id"),
            ("vSwitchId", "vswitch_id"),
            ("VPCId", "vpc_id"),
            ("VpcId", "vpc_id"),
            ("SSLEnabled", "ssl_enabled"),
            ("DBInstanceIPArrayName", "db_instance_ip_array_name"),
            ("SecurityIPList", "security_ip_list"),
            ("MaxIOPS", "max_iops"),
            ("BackupDownloadURL", "backup_download_url"),
            ("BackupDownloadLinkByDB", "backup_download_link_by_db"),
            ("DescribeDBInstancesAsCsv", "describe_db_instances_as_csv"),
            ("PrecheckDuckDBDependency", "precheck_duckdb_dependency"),
            ("DescribeSQLServerUpgradeVersions", "describe_sql_server_upgrade_versions"),
            ("EnableIPv6", "enable_ipv6"),
            ("DBIds", "db_ids"),
            ("proxyId", "proxy_id"),
            ("ModifyDTCSecurityIpHostsForSQLServer", "modify_dtc_security_ip_hosts_for_sql_server"),
        ] {
            assert_eq!(snake_case(wire), expected, "{wire}");
        }
    }

    #[test]
    fn variants_keep_the_spelling_of_the_wire_where_it_is_a_name() {
        for (wire, expected) in [
            ("FullBackup", "FullBackup"),
            ("MySQL", "MySQL"),
            ("cloud_essd", "CloudEssd"),
            ("TRANSING", "Transing"),
            ("INS_CLONING", "InsCloning"),
            ("zh-CN", "ZhCn"),
            ("true", "True"),
        ] {
            assert_eq!(variant(wire).as_deref(), Some(expected), "{wire}");
        }
        for wire in ["15", "", "+", "5.7", "self"] {
            assert_eq!(variant(wire), None, "{wire}");
        }
    }

    #[test]
    fn an_element_is_named_after_its_list() {
        for (plural, expected) in [
            ("Items", "Item"),
            ("Policies", "Policy"),
            ("Addresses", "Address"),
            ("Classes", "Class"),
            ("Status", "Status"),
        ] {
            assert_eq!(singular(plural), expected, "{plural}");
        }
    }
}
