//! The extensions that the versions of PostgreSQL have.

/// An extension.
pub(super) struct Extension {
    pub(super) name: &'static str,
    pub(super) category: &'static str,
    pub(super) comment: &'static str,
    /// The extensions without which it cannot be installed.
    pub(super) requires: &'static [&'static str],
    /// The first major version that brings each version of the extension, the earliest first.
    versions: &'static [(u32, &'static str)],
    /// Every database has it, and keeps it.
    pub(super) is_built_in: bool,
    /// It is listed ahead of the others.
    pub(super) is_preferred: bool,
}

impl Extension {
    /// The version that a major version of the engine brings, if it has the extension.
    pub(super) fn version(&self, major: u32) -> Option<&'static str> {
        self.versions.iter().rev().find(|(since, _)| *since <= major).map(|(_, version)| *version)
    }
}

const fn extension(
    name: &'static str,
    category: &'static str,
    comment: &'static str,
    requires: &'static [&'static str],
    versions: &'static [(u32, &'static str)],
) -> Extension {
    Extension { name, category, comment, requires, versions, is_built_in: false, is_preferred: false }
}

const fn preferred(extension: Extension) -> Extension {
    Extension { is_preferred: true, ..extension }
}

pub(super) const EXTENSIONS: &[Extension] = &[
    Extension {
        is_built_in: true,
        ..extension("plpgsql", "operation_maintenance", "PL/pgSQL procedural language", &[], &[(10, "1.0")])
    },
    preferred(extension(
        "pg_stat_statements",
        "information_stat",
        "statistics of the statements that were executed",
        &[],
        &[(10, "1.6"), (12, "1.7"), (13, "1.8"), (14, "1.9"), (15, "1.10"), (17, "1.11")],
    )),
    preferred(extension(
        "postgis",
        "geography_space",
        "geometries and geographies",
        &[],
        &[(10, "2.5.4"), (13, "3.1.4"), (15, "3.3.2"), (16, "3.4.0")],
    )),
    preferred(extension(
        "vector",
        "vector_engine",
        "vectors, and indexes to search them",
        &[],
        &[(12, "0.5.1"), (14, "0.7.2"), (16, "0.8.0")],
    )),
    extension("btree_gin", "index_support", "indexing common types in GIN", &[], &[(10, "1.2"), (11, "1.3")]),
    extension(
        "btree_gist",
        "index_support",
        "indexing common types in GiST",
        &[],
        &[(10, "1.5"), (16, "1.7")],
    ),
    extension(
        "citext",
        "data_type",
        "texts that are compared without case",
        &[],
        &[(10, "1.4"), (11, "1.5"), (12, "1.6")],
    ),
    extension(
        "cube",
        "data_type",
        "cubes of several dimensions",
        &[],
        &[(10, "1.2"), (11, "1.4"), (14, "1.5")],
    ),
    extension("dblink", "external_access", "connections to other databases", &[], &[(10, "1.2")]),
    extension(
        "earthdistance",
        "geography_space",
        "distances on the earth",
        &["cube"],
        &[(10, "1.1"), (16, "1.2")],
    ),
    extension("fuzzystrmatch", "text_process", "similarities of texts", &[], &[(10, "1.1"), (16, "1.2")]),
    extension(
        "hstore",
        "data_type",
        "sets of keys and values",
        &[],
        &[(10, "1.4"), (11, "1.5"), (12, "1.6"), (13, "1.7"), (14, "1.8")],
    ),
    extension("ltree", "data_type", "labels in a tree", &[], &[(10, "1.1"), (13, "1.2"), (17, "1.3")]),
    extension(
        "pg_profile",
        "information_stat",
        "reports of the load",
        &["dblink", "plpgsql"],
        &[(12, "0.3.6"), (14, "4.1")],
    ),
    extension(
        "pg_trgm",
        "text_process",
        "similarities of texts by trigrams",
        &[],
        &[(10, "1.3"), (11, "1.4"), (13, "1.5"), (14, "1.6")],
    ),
    extension("pgcrypto", "encrypt_secure", "cryptographic functions", &[], &[(10, "1.3")]),
    extension("postgres_fdw", "external_access", "tables of other servers", &[], &[(10, "1.0"), (15, "1.1")]),
    extension("tablefunc", "operation_maintenance", "functions that return tables", &[], &[(10, "1.0")]),
    extension("unaccent", "text_process", "texts without accents", &[], &[(10, "1.1")]),
    extension("uuid-ossp", "data_type", "universally unique identifiers", &[], &[(10, "1.1")]),
];
