//! The keys of performance that engines have.

/// A key of performance: what its values are made of.
pub(super) struct PerformanceKey {
    /// The key, which for some is followed by the name of a disk or a database.
    pub(super) prefix: &'static str,
    pub(super) unit: &'static str,
    /// The parts of a value, with `&` between.
    pub(super) format: &'static str,
    /// The most that a part is; 0 stands for the connections that the instance can have.
    pub(super) most: f64,
}

const fn key(prefix: &'static str, unit: &'static str, format: &'static str, most: f64) -> PerformanceKey {
    PerformanceKey { prefix, unit, format, most }
}

const MYSQL: &[PerformanceKey] = &[
    key("MySQL_NetworkTraffic", "KB", "recv_k&sent_k", 5000.0),
    key("MySQL_QPSTPS", "", "QPS&TPS", 2000.0),
    key("MySQL_Sessions", "", "active_session&total_session", 0.0),
    key("MySQL_ActiveSessions", "", "active_session", 0.0),
    key("MySQL_InnoDBBufferRatio", "%", "ibuf_read_hit&ibuf_use_ratio&ibuf_dirty_ratio", 100.0),
    key("MySQL_InnoDBDataReadWriten", "KB", "inno_data_read&inno_data_written", 4000.0),
    key("MySQL_InnoDBLogRequests", "", "ibuf_request_r&ibuf_request_w", 4000.0),
    key(
        "MySQL_InnoDBLogWrites",
        "",
        "Innodb_log_write_requests&Innodb_log_writes&Innodb_os_log_fsyncs",
        800.0,
    ),
    key("MySQL_TempDiskTableCreates", "", "tb_tmp_disk", 50.0),
    key("MySQL_MyISAMKeyBufferRatio", "%", "Key_usage_ratio&Key_read_hit_ratio&Key_write_hit_ratio", 100.0),
    key("MySQL_MyISAMKeyReadWrites", "", "myisam_keyr_r&myisam_keyr_w&myisam_keyr&myisam_keyw", 20.0),
    key(
        "MySQL_COMDML",
        "",
        "com_delete&com_insert&com_insert_select&com_replace&com_replace_select&com_select&com_update",
        1000.0,
    ),
    key(
        "MySQL_RowDML",
        "",
        "inno_row_readed&inno_row_update&inno_row_delete&inno_row_insert&Inno_log_writes",
        3000.0,
    ),
    key("MySQL_MemCpuUsage", "%", "cpuusage&memusage", 100.0),
    key("MySQL_IOPS", "int", "io", 2000.0),
    key("MySQL_MBPS", "MB", "mbps", 128.0),
    key("MySQL_DetailedSpaceUsage", "MB", "ins_size&data_size&log_size&tmp_size&other_size", 8000.0),
    key("MySQL_SpaceUsage", "MB", "ins_size&data_size&log_size&tmp_size&other_size", 8000.0),
    key("MySQL_ThreadStatus", "", "threads_running&threads_connected", 0.0),
    key("MySQL_ReplicationDelay", "s", "replication_delay", 2.0),
    key("MySQL_ReplicationThread", "", "Slave_IO_Running&Slave_SQL_Running", 1.0),
    key("MySQL_ROMemCpuUsage", "%", "cpuusage&memusage", 100.0),
    key("slavestat", "", "iothread&sqlthread&slave-lag", 1.0),
];

const POSTGRES: &[PerformanceKey] = &[
    key("MemoryUsage", "%", "mem_usage", 100.0),
    key("CpuUsage", "%", "cpu_usage", 100.0),
    key("PgSQL_SpaceUsage", "MB", "data_size&wal_size&log_size", 8000.0),
    key("PgSQL_IOPS", "int", "data_iops&wal_iops", 2000.0),
    key("PgSQL_Session", "", "active_connection&total_connection&idle_connection", 0.0),
    key("PolarDBConnections", "", "mean_active_session&mean_idle_connection&mean_total_session", 0.0),
    key("PolarDBQPSTPS", "", "TPS", 2000.0),
    key("PolarDBRowDML", "", "inserted_rows&deleted_rows&updated_rows", 2000.0),
    key("PolarDBMemory", "MB", "mem_usage", 4000.0),
    key("PolarDBCPU", "%", "cpu_ratio", 100.0),
    key("PolarDBLocalIOSTAT", "", "local_pls_iops&local_pls_iops_read&local_pls_iops_write", 2000.0),
    key("PolarDBReplicationLag", "s", "streaming_delay", 2.0),
    key("PolarDBLongSQL", "", "one_second&three_seconds&five_seconds", 10.0),
    key("PolarDBSwellTime", "s", "max_sent_delay&max_replay_delay", 2.0),
];

const SQL_SERVER: &[PerformanceKey] = &[
    key("SQLServer_CPUUsage", "%", "cpuusage", 100.0),
    key("SQLServer_MemoryUsage", "%", "memusage", 100.0),
    key("SQLServer_IOPS", "int", "iops", 2000.0),
    key("SQLServer_QPS", "", "qps", 1500.0),
    key("SQLServer_Transactions", "", "transactions", 800.0),
    key("SQLServer_Sessions", "", "total_session&active_session", 0.0),
    key("SQLServer_BufferHit", "%", "buffer_hit_ratio", 100.0),
    key("SQLServer_PageLifeExpectancy", "s", "ple", 5000.0),
    key("SQLServer_FullScans", "", "fullscans", 50.0),
    key("SQLServer_SQLCompilations", "", "compilations", 100.0),
    key("SQLServer_CheckPoint", "", "checkpoint", 100.0),
    key("SQLServer_Logins", "", "logins", 20.0),
    key("SQLServer_LockTimeout", "", "lock_timeout", 5.0),
    key("SQLServer_Deadlock", "", "deadlock", 2.0),
    key("SQLServer_LockWaits", "", "lock_waits", 20.0),
    key("SQLServer_DetailedSpaceUsage", "MB", "ins_size&data_size&log_size&tmp_size&other_size", 8000.0),
    key("SQLServer_NetworkTraffic", "KB", "network_in&network_out", 5000.0),
    key("SQLServer_", "", "value", 100.0),
];

/// Those that any engine has.
const COMMON: &[PerformanceKey] = &[
    key("MemCpuUsage", "%", "cpuusage&memusage", 100.0),
    key("QPSTPS", "", "QPS&TPS", 2000.0),
    key("Sessions", "", "active_session&total_session", 0.0),
    key("ThreadStatus", "", "threads_running&threads_connected", 0.0),
    key("MBPS", "MB", "mbps", 128.0),
    key("SpaceUsage", "MB", "ins_size&data_size&log_size&tmp_size&other_size", 8000.0),
    key("IOPS", "int", "io", 2000.0),
    key("NetworkTraffic", "KB", "recv_k&sent_k", 5000.0),
];

/// What a key of an engine means; `None` if the engine does not have it.
pub(super) fn performance_key(engine: &str, name: &str) -> Option<&'static PerformanceKey> {
    let own = match engine {
        "PostgreSQL" => POSTGRES,
        "SQLServer" => SQL_SERVER,
        _ => MYSQL,
    };
    let mut keys = own.iter().chain(COMMON);
    let is_same = |key: &&PerformanceKey| name.eq_ignore_ascii_case(key.prefix);
    let is_family = |key: &&PerformanceKey| key.prefix.ends_with('_') && name.starts_with(key.prefix);
    keys.clone().find(is_same).or_else(|| keys.find(is_family))
}

/// A metric: key, alias, group and its name, unit, dimension and description.
pub(super) type Metric =
    (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

pub(super) const METRICS: &[Metric] = &[
    ("os.cpu_usage.sys.avg", "cpu_sys_per_core", "os.cpu_usage", "CPU", "%", "os", "CPU time of the system."),
    (
        "os.cpu_usage.user.avg",
        "cpu_user_per_core",
        "os.cpu_usage",
        "CPU",
        "%",
        "os",
        "CPU time of processes.",
    ),
    ("os.mem_usage.total.avg", "mem_total", "os.mem_usage", "Memory", "MB", "os", "Memory that is in use."),
    ("os.iops_usage.data.avg", "data_iops", "os.iops_usage", "IOPS", "int", "os", "I/O of the data disk."),
    ("db.tps.commits.avg", "commits", "db.tps", "TPS", "tps", "db", "Transactions that were committed."),
    (
        "db.connections.active.avg",
        "active",
        "db.connections",
        "Connections",
        "int",
        "db",
        "Active connections.",
    ),
];
