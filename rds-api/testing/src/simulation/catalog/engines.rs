//! The database engines: versions, classes, storage and character sets.

/// One engine, and what it can be had with.
pub(in crate::simulation) struct Engine {
    pub(in crate::simulation) name: &'static str,
    /// What the ids of its instances begin with.
    pub(in crate::simulation) prefix: &'static str,
    /// The part of an address that names the engine.
    pub(in crate::simulation) domain: &'static str,
    pub(in crate::simulation) port: u16,
    pub(in crate::simulation) versions: &'static [&'static str],
    pub(in crate::simulation) categories: &'static [&'static str],
    pub(in crate::simulation) storage_types: &'static [&'static str],
    pub(in crate::simulation) character_sets: &'static [&'static str],
    pub(in crate::simulation) least_storage: i64,
    /// What the names of its classes begin with.
    class_prefixes: &'static [&'static str],
    classes: &'static [&'static str],
    kernel_prefix: &'static str,
}

/// A class of instances.
pub(in crate::simulation) struct Class {
    pub(in crate::simulation) code: String,
    /// `x`: the resources are its own; `s`: they are shared.
    pub(in crate::simulation) group: &'static str,
    pub(in crate::simulation) category: &'static str,
    pub(in crate::simulation) cpu: u32,
    pub(in crate::simulation) memory_mb: u32,
    pub(in crate::simulation) connections: u32,
    pub(in crate::simulation) iops: u32,
}

pub(in crate::simulation) const CATEGORIES: [&str; 5] =
    ["Basic", "HighAvailability", "cluster", "AlwaysOn", "serverless_basic"];

pub(in crate::simulation) const ENGINES: &[Engine] = &[
    Engine {
        name: "MySQL",
        prefix: "rm",
        domain: "mysql",
        port: 3306,
        versions: &["5.5", "5.6", "5.7", "8.0", "8.4"],
        categories: &["Basic", "HighAvailability", "cluster", "serverless_basic"],
        storage_types: &["cloud_essd", "cloud_essd2", "cloud_essd3", "general_essd", "local_ssd"],
        character_sets: &["utf8mb4", "utf8", "gbk", "latin1"],
        least_storage: 20,
        class_prefixes: &["mysql.", "mysqlro.", "rds.mysql.", "rds.mys"],
        classes: &[
            "mysql.n2.small.1",
            "mysql.n2.medium.1",
            "mysql.n2.small.2c",
            "mysql.n2.medium.2c",
            "mysql.n4.medium.2c",
            "mysql.n4.large.2c",
            "mysql.x2.medium.2c",
            "mysql.x2.large.2c",
            "mysql.x4.large.2c",
            "mysql.x4.xlarge.2c",
            "mysql.x8.xlarge.2c",
            "mysql.n2.medium.xc",
            "mysql.n4.large.xc",
            "mysql.x4.xlarge.xc",
        ],
        kernel_prefix: "rds_",
    },
    Engine {
        name: "PostgreSQL",
        prefix: "pgm",
        domain: "pg",
        port: 5432,
        versions: &["10.0", "11.0", "12.0", "13.0", "14.0", "15.0", "16.0", "17.0"],
        categories: &["Basic", "HighAvailability", "cluster", "serverless_basic"],
        storage_types: &["cloud_essd", "cloud_essd2", "cloud_essd3", "general_essd", "local_ssd"],
        character_sets: &["UTF8", "SQL_ASCII", "EUC_CN", "EUC_TW", "LATIN1", "GBK"],
        least_storage: 20,
        class_prefixes: &["pg.", "pgro.", "rds.pg."],
        classes: &[
            "pg.n2.1c.1m",
            "pg.n2.2c.1m",
            "pg.n2.small.2c",
            "pg.n2.medium.2c",
            "pg.n4.medium.2c",
            "pg.n4.large.2c",
            "pg.x2.large.2c",
            "pg.x4.large.2c",
            "pg.x8.xlarge.2c",
            "pg.n4.large.xc",
        ],
        kernel_prefix: "rds_postgres_",
    },
    Engine {
        name: "SQLServer",
        prefix: "rm",
        domain: "sqlserver",
        port: 1433,
        versions: &[
            "2008r2",
            "08r2_ent_ha",
            "2012",
            "2012_ent_ha",
            "2012_std_ha",
            "2012_web",
            "2014_ent_ha",
            "2014_std_ha",
            "2016_ent_ha",
            "2016_std_ha",
            "2016_web",
            "2017_ent",
            "2017_ent_ha",
            "2017_std_ha",
            "2017_web",
            "2019_ent",
            "2019_ent_ha",
            "2019_std_ha",
            "2019_web",
            "2022_ent",
            "2022_ent_ha",
            "2022_std_ha",
            "2022_web",
        ],
        categories: &["Basic", "HighAvailability", "AlwaysOn", "serverless_basic"],
        storage_types: &["cloud_essd", "cloud_essd2", "cloud_essd3", "general_essd"],
        character_sets: &["Chinese_PRC_CI_AS", "Chinese_PRC_CS_AS", "SQL_Latin1_General_CP1_CI_AS"],
        least_storage: 20,
        class_prefixes: &["mssql.", "mssqlro.", "rds.mssql."],
        classes: &[
            "mssql.x2.medium.s1",
            "mssql.x4.medium.s1",
            "mssql.x2.medium.s2",
            "mssql.x4.medium.s2",
            "mssql.x4.large.s2",
            "mssql.x4.medium.e2",
            "mssql.x4.large.e2",
            "mssql.x8.xlarge.e2",
        ],
        kernel_prefix: "rds_mssql_",
    },
    Engine {
        name: "MariaDB",
        prefix: "rm",
        domain: "mariadb",
        port: 3306,
        versions: &["10.3", "10.6"],
        categories: &["Basic", "HighAvailability"],
        storage_types: &["cloud_essd", "cloud_essd2", "cloud_essd3"],
        character_sets: &["utf8mb4", "utf8", "gbk", "latin1"],
        least_storage: 20,
        class_prefixes: &["mariadb.", "rds.mariadb."],
        classes: &[
            "mariadb.n2.small.2c",
            "mariadb.n2.medium.2c",
            "mariadb.n4.medium.2c",
            "mariadb.x4.large.2c",
        ],
        kernel_prefix: "rds_",
    },
];

pub(in crate::simulation) const TIME_ZONES: &[(&str, &str, &str)] = &[
    ("China Standard Time", "(UTC+08:00)", "Beijing, Chongqing, Hong Kong, Urumqi"),
    ("Singapore Standard Time", "(UTC+08:00)", "Kuala Lumpur, Singapore"),
    ("Tokyo Standard Time", "(UTC+09:00)", "Osaka, Sapporo, Tokyo"),
    ("W. Europe Standard Time", "(UTC+01:00)", "Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"),
    ("GMT Standard Time", "(UTC)", "Dublin, Edinburgh, Lisbon, London"),
    ("UTC", "(UTC)", "Coordinated Universal Time"),
    ("Eastern Standard Time", "(UTC-05:00)", "Eastern Time (US & Canada)"),
    ("Central Standard Time", "(UTC-06:00)", "Central Time (US & Canada)"),
    ("Pacific Standard Time", "(UTC-08:00)", "Pacific Time (US & Canada)"),
];

/// Names that accounts of instances may not have.
pub(in crate::simulation) const RESERVED_ACCOUNTS: &[&str] =
    &["root", "admin", "aliyun_root", "replicator", "mysql", "postgres", "sa", "guest", "aurora"];

/// Names that databases may not have.
pub(in crate::simulation) const RESERVED_DATABASES: &[&str] = &[
    "information_schema",
    "mysql",
    "performance_schema",
    "sys",
    "postgres",
    "template0",
    "template1",
    "master",
    "tempdb",
    "msdb",
    "model",
];

impl Engine {
    /// The engine of this name, in any case, or by the name that some operations have for it.
    pub(in crate::simulation) fn named(name: &str) -> Option<&'static Self> {
        let name = if name.eq_ignore_ascii_case("mssql") { "SQLServer" } else { name };
        ENGINES.iter().find(|engine| engine.name.eq_ignore_ascii_case(name))
    }

    /// True if there is this version. That of PostgreSQL may be written without its `.0`.
    pub(in crate::simulation) fn has_version(&self, version: &str) -> bool {
        self.versions.iter().any(|known| *known == version || known.strip_suffix(".0") == Some(version))
    }

    /// The classes that are listed.
    pub(in crate::simulation) fn classes(&self) -> impl Iterator<Item = Class> {
        self.classes.iter().filter_map(|code| self.class(code))
    }

    /// The class of this name. There are more than are listed; what one has follows from its name.
    pub(in crate::simulation) fn class(&self, code: &str) -> Option<Class> {
        let prefix = self.class_prefixes.iter().find(|prefix| code.starts_with(**prefix))?;
        let parts: Vec<&str> = code[prefix.len()..].split('.').collect();
        let of = |sizes: &[(&str, u32)]| {
            sizes.iter().find_map(|(size, value)| parts.contains(size).then_some(*value))
        };
        let cpu = of(&[("micro", 1), ("small", 1), ("medium", 2), ("large", 4), ("xlarge", 8)]);
        let cpu = cpu.or_else(|| of(&[("2xlarge", 16), ("4xlarge", 32), ("8xlarge", 64), ("13large", 52)]));
        let cpu = cpu.or_else(|| of(&[("1c", 1), ("2c", 2), ("4c", 4), ("8c", 8), ("16c", 16)])).unwrap_or(2);
        let is_shared = !parts.iter().any(|part| ["x1", "x2", "x4", "x8"].contains(part));
        let memory = of(&[("n1", 1), ("n2", 2), ("n4", 4), ("n8", 8), ("x2", 2), ("x4", 4), ("x8", 8)]);
        let category = match *parts.last().unwrap_or(&"") {
            "1" | "1c" | "1m" | "s1" => "Basic",
            "xc" => "cluster",
            "e2" => "AlwaysOn",
            "serverless" => "serverless_basic",
            _ => "HighAvailability",
        };
        Some(Class {
            code: code.to_owned(),
            group: if is_shared { "s" } else { "x" },
            category,
            cpu,
            memory_mb: cpu * memory.unwrap_or(2) * 1024,
            connections: cpu * 1000,
            iops: cpu * 2500,
        })
    }

    /// The minor versions of the kernel, the latest last.
    pub(in crate::simulation) fn kernel_versions(&self) -> [String; 3] {
        ["20230930", "20240331", "20241031"].map(|date| format!("{}{date}", self.kernel_prefix))
    }
}

impl Class {
    /// The throughput of its storage, in MB/s.
    pub(in crate::simulation) fn bandwidth(&self) -> u32 {
        self.cpu * 128
    }

    /// What it costs in a month, in CNY.
    pub(in crate::simulation) fn monthly_price(&self) -> f64 {
        let own = if self.group == "x" { 1.4 } else { 1.0 };
        let nodes = if self.category == "Basic" { 1.0 } else { 2.0 };
        (f64::from(self.cpu) * 80.0 + f64::from(self.memory_mb) / 1024.0 * 25.0) * own * nodes
    }
}
