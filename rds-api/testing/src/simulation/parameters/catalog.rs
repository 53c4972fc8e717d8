//! The parameters that engines have, with their defaults and ranges.

/// A parameter of an engine.
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) default: &'static str,
    /// The values that it may have, as the service writes it: `[1-100]`, `[ON|OFF]`, or a pattern that is not checked.
    pub(super) range: &'static str,
    pub(super) needs_restart: bool,
    pub(super) description: &'static str,
}

/// One that takes effect at once.
const fn live(
    name: &'static str,
    default: &'static str,
    range: &'static str,
    description: &'static str,
) -> Parameter {
    Parameter { name, default, range, needs_restart: false, description }
}

/// One that takes effect with a restart.
const fn fixed(
    name: &'static str,
    default: &'static str,
    range: &'static str,
    description: &'static str,
) -> Parameter {
    Parameter { name, default, range, needs_restart: true, description }
}

const MYSQL: &[Parameter] = &[
    live(
        "auto_increment_increment",
        "1",
        "[1-65535]",
        "The interval between successive AUTO_INCREMENT values.",
    ),
    live("auto_increment_offset", "1", "[1-65535]", "The first AUTO_INCREMENT value."),
    fixed("back_log", "3000", "[0-65535]", "The number of outstanding connection requests."),
    live(
        "binlog_cache_size",
        "2097152",
        "[4096-16777216]",
        "The size of the cache of a transaction's binary log.",
    ),
    live("binlog_row_image", "full", "[full|minimal]", "How row images are written to the binary log."),
    live("character_set_server", "utf8mb4", "[utf8|latin1|gbk|utf8mb4]", "The default character set."),
    live("concurrent_insert", "1", "[0|1|2]", "Whether INSERT and SELECT run at once on a MyISAM table."),
    live("connect_timeout", "10", "[1-3600]", "Seconds that the server waits for a connect packet."),
    live("default_week_format", "0", "[0-7]", "The mode of WEEK()."),
    live(
        "delayed_insert_limit",
        "100",
        "[1-4294967295]",
        "After how many delayed rows pending SELECTs are looked for.",
    ),
    live(
        "delayed_insert_timeout",
        "300",
        "[1-3600]",
        "Seconds that a handler of delayed INSERTs waits for more.",
    ),
    live("delayed_queue_size", "1000", "[1-4294967295]", "The rows that a handler of delayed INSERTs keeps."),
    live("div_precision_increment", "4", "[0-30]", "The digits by which division extends a result."),
    live("event_scheduler", "ON", "[ON|OFF]", "Whether the event scheduler runs."),
    fixed(
        "explicit_defaults_for_timestamp",
        "OFF",
        "[ON|OFF]",
        "Whether TIMESTAMP columns have no default of their own.",
    ),
    live(
        "group_concat_max_len",
        "1024",
        "[4-1844674407370954752]",
        "The maximum length of a GROUP_CONCAT() result.",
    ),
    live("init_connect", "", ".*", "Statements that each connection begins with."),
    live(
        "innodb_buffer_pool_size",
        "{DBInstanceClassMemory*3/4}",
        "^[0-9{}*/a-zA-Z]+$",
        "The size of the buffer pool.",
    ),
    live("innodb_flush_log_at_trx_commit", "1", "[0|1|2]", "When the log is written and flushed."),
    fixed("innodb_ft_min_token_size", "3", "[0-16]", "The minimum length of words in a full-text index."),
    live(
        "innodb_io_capacity",
        "20000",
        "[100-18446744073709551615]",
        "The operations a second of background work.",
    ),
    live(
        "innodb_lock_wait_timeout",
        "50",
        "[1-1073741824]",
        "Seconds that a transaction waits for a row lock.",
    ),
    live("innodb_max_dirty_pages_pct", "75", "[0-99]", "From which percentage dirty pages are flushed."),
    live("innodb_old_blocks_pct", "37", "[5-95]", "The percentage of the buffer pool for old blocks."),
    fixed("innodb_open_files", "3000", "[1-8000]", "The maximum number of open .ibd files."),
    live("innodb_print_all_deadlocks", "OFF", "[ON|OFF]", "Whether all deadlocks are logged."),
    live("innodb_thread_concurrency", "0", "[0-1000]", "The maximum number of threads in InnoDB."),
    live("interactive_timeout", "7200", "[10-86400]", "Seconds that an interactive connection may rest."),
    live("join_buffer_size", "442368", "[128-4294967295]", "The size of the buffer of joins without index."),
    live("local_infile", "ON", "[ON|OFF]", "Whether LOAD DATA LOCAL is allowed."),
    live("log_queries_not_using_indexes", "OFF", "[ON|OFF]", "Whether queries without index are logged."),
    live("long_query_time", "1", "[0.1-31536000]", "Seconds from which a query counts as slow."),
    fixed("lower_case_table_names", "1", "[0|1]", "Whether table names are compared without case."),
    live("max_allowed_packet", "1073741824", "[16384-1073741824]", "The maximum size of a packet."),
    live("max_connect_errors", "100", "[0-4294967295]", "After how many errors a host is blocked."),
    live("max_connections", "{MaxConnections}", "[1-100000]", "The maximum number of connections."),
    live(
        "max_length_for_sort_data",
        "1024",
        "[0-838860]",
        "The length of values that a sort keeps beside its keys.",
    ),
    live("max_prepared_stmt_count", "16382", "[0-1048576]", "The maximum number of prepared statements."),
    live(
        "net_read_timeout",
        "30",
        "[1-18446744073709551615]",
        "Seconds to wait for more data of a connection.",
    ),
    live("net_write_timeout", "60", "[1-18446744073709551615]", "Seconds to wait for a block to be written."),
    fixed("open_files_limit", "655350", "[4000-655350]", "The maximum number of open files."),
    fixed("performance_schema", "OFF", "[ON|OFF]", "Whether the performance schema is enabled."),
    live("query_prealloc_size", "8192", "[8192-1048576]", "The size of the buffer of parsing and execution."),
    live("read_buffer_size", "868352", "[200-4294967295]", "The size of the buffer of sequential scans."),
    live("slow_launch_time", "2", "[1-1024]", "Seconds from which the start of a thread counts as slow."),
    live("slow_query_log", "ON", "[ON|OFF]", "Whether slow queries are logged."),
    live("sort_buffer_size", "868352", "[16384-4294967295]", "The size of the buffer of sorts."),
    live("sql_mode", "", ".*", "The SQL mode."),
    live("sync_binlog", "1000", "[0-4294967295]", "After how many commits the binary log is synchronized."),
    live("table_definition_cache", "512", "[400-524288]", "The number of table definitions that are kept."),
    live("table_open_cache", "2000", "[1-524288]", "The number of open tables."),
    live("thread_cache_size", "100", "[0-16384]", "The threads that are kept for new connections."),
    fixed("thread_stack", "262144", "[131072-18446744073709551615]", "The size of the stack of a thread."),
    live("time_zone", "SYSTEM", ".*", "The time zone of the server."),
    live("tmp_table_size", "2097152", "[262144-67108864]", "The maximum size of internal in-memory tables."),
    live(
        "transaction_isolation",
        "READ-COMMITTED",
        "[READ-UNCOMMITTED|READ-COMMITTED|REPEATABLE-READ|SERIALIZABLE]",
        "The default isolation level.",
    ),
    live("wait_timeout", "86400", "[1-31536000]", "Seconds that a connection may rest."),
];

const POSTGRES: &[Parameter] = &[
    live(
        "autovacuum_analyze_scale_factor",
        "0.05",
        "[0-100]",
        "The changed part of a table that triggers an analyze.",
    ),
    live("autovacuum_max_workers", "5", "[1-262143]", "The maximum number of autovacuum processes."),
    live(
        "autovacuum_vacuum_scale_factor",
        "0.02",
        "[0-100]",
        "The changed part of a table that triggers a vacuum.",
    ),
    live(
        "deadlock_timeout",
        "1000",
        "[1-2147483647]",
        "Milliseconds to wait on a lock before a deadlock is looked for.",
    ),
    live("default_statistics_target", "100", "[1-10000]", "How much statistics are collected of a column."),
    live(
        "effective_cache_size",
        "{DBInstanceClassMemory/10240}",
        "^[0-9{}*/a-zA-Z]+$",
        "The assumed size of the cache, in 8 kB.",
    ),
    live(
        "idle_in_transaction_session_timeout",
        "3600000",
        "[0-2147483647]",
        "Milliseconds that a transaction may rest.",
    ),
    live("idle_session_timeout", "0", "[0-2147483647]", "Milliseconds that a session may rest."),
    live("lock_timeout", "0", "[0-2147483647]", "Milliseconds that a statement may wait for a lock."),
    live(
        "log_autovacuum_min_duration",
        "600000",
        "[-1-2147483647]",
        "Milliseconds from which an autovacuum is logged.",
    ),
    live("log_checkpoints", "on", "[on|off]", "Whether checkpoints are logged."),
    live("log_connections", "off", "[on|off]", "Whether each connection is logged."),
    live("log_disconnections", "off", "[on|off]", "Whether the end of each session is logged."),
    live("log_duration", "off", "[on|off]", "Whether the duration of each statement is logged."),
    live("log_error_verbosity", "default", "[terse|default|verbose]", "How much is logged of a message."),
    live("log_lock_waits", "off", "[on|off]", "Whether long waits for locks are logged."),
    live(
        "log_min_duration_statement",
        "1000",
        "[-1-2147483647]",
        "Milliseconds from which a statement is logged.",
    ),
    live(
        "log_min_error_statement",
        "error",
        "[debug5|debug4|debug3|debug2|debug1|info|notice|warning|error|log|fatal|panic]",
        "From which severity the statement is logged.",
    ),
    live(
        "log_min_messages",
        "warning",
        "[debug5|debug4|debug3|debug2|debug1|info|notice|warning|error|log|fatal|panic]",
        "From which severity messages are logged.",
    ),
    live("log_statement", "ddl", "[none|ddl|mod|all]", "Which statements are logged."),
    live("log_temp_files", "100000", "[-1-2147483647]", "From which size temporary files are logged, in kB."),
    live("maintenance_work_mem", "65536", "[1024-2147483647]", "Memory of maintenance operations, in kB."),
    fixed("max_connections", "{MaxConnections}", "[1-262143]", "The maximum number of connections."),
    fixed("max_locks_per_transaction", "64", "[10-2147483647]", "The number of locks of a transaction."),
    fixed("max_prepared_transactions", "800", "[0-262143]", "The maximum number of prepared transactions."),
    fixed("max_replication_slots", "64", "[0-262143]", "The maximum number of replication slots."),
    fixed("max_wal_senders", "64", "[0-262143]", "The maximum number of WAL senders."),
    live("max_wal_size", "8192", "[2-2147483647]", "The size of WAL that triggers a checkpoint, in MB."),
    fixed("max_worker_processes", "8", "[0-262143]", "The maximum number of background processes."),
    live("min_wal_size", "1024", "[2-2147483647]", "The size to which WAL is shrunk, in MB."),
    live("password_encryption", "md5", "[md5|scram-sha-256]", "How passwords are hashed."),
    live("random_page_cost", "1.1", "[0-1000000]", "The cost of a page that is not fetched in sequence."),
    fixed(
        "shared_buffers",
        "{DBInstanceClassMemory/32768}",
        "^[0-9{}*/a-zA-Z]+$",
        "Shared memory buffers, in 8 kB.",
    ),
    fixed(
        "shared_preload_libraries",
        "pg_stat_statements,auth_delay",
        ".*",
        "Libraries that are loaded at the start.",
    ),
    live("statement_timeout", "0", "[0-2147483647]", "Milliseconds that a statement may take."),
    live("synchronous_commit", "on", "[on|off|local|remote_write|remote_apply]", "How far a commit waits."),
    live("timezone", "'Asia/Shanghai'", ".*", "The time zone of times that are shown."),
    live(
        "track_activity_query_size",
        "1024",
        "[100-1048576]",
        "The bytes of a running statement that are shown.",
    ),
    fixed("wal_level", "replica", "[replica|logical]", "How much is written to the WAL."),
    live("work_mem", "4096", "[64-2147483647]", "Memory of a sort or a hash table, in kB."),
];

const SQL_SERVER: &[Parameter] = &[
    live("clr enabled", "1", "[0|1]", "Whether user assemblies can be run."),
    live("cost threshold for parallelism", "50", "[0-32767]", "The cost from which a plan is parallel."),
    fixed("fill factor (%)", "0", "[0-100]", "How full pages of a new index are."),
    live("max degree of parallelism", "2", "[0-64]", "The number of processors of a parallel plan."),
    live("max server memory (MB)", "2147483647", "[16-2147483647]", "The maximum memory of the buffer pool."),
    live("optimize for ad hoc workloads", "0", "[0|1]", "Whether a plan is kept only at its second use."),
    live(
        "query governor cost limit",
        "0",
        "[0-2147483647]",
        "Seconds that a query may be estimated to take.",
    ),
    live("remote access", "1", "[0|1]", "Whether stored procedures run from remote servers."),
];

const MARIADB: &[Parameter] = &[
    live("connect_timeout", "10", "[1-3600]", "Seconds that the server waits for a connect packet."),
    live("event_scheduler", "OFF", "[ON|OFF]", "Whether the event scheduler runs."),
    live("innodb_flush_log_at_trx_commit", "1", "[0|1|2]", "When the log is written and flushed."),
    live(
        "innodb_lock_wait_timeout",
        "50",
        "[1-1073741824]",
        "Seconds that a transaction waits for a row lock.",
    ),
    live("long_query_time", "1", "[0.1-31536000]", "Seconds from which a query counts as slow."),
    fixed("lower_case_table_names", "1", "[0|1]", "Whether table names are compared without case."),
    live("max_allowed_packet", "1073741824", "[16384-1073741824]", "The maximum size of a packet."),
    live("max_connections", "{MaxConnections}", "[1-100000]", "The maximum number of connections."),
    live("sync_binlog", "1", "[0-4294967295]", "After how many commits the binary log is synchronized."),
    live("wait_timeout", "86400", "[1-31536000]", "Seconds that a connection may rest."),
];

/// The parameters of an engine, by name.
pub(super) fn parameters_of(engine: &str) -> &'static [Parameter] {
    match engine {
        "PostgreSQL" => POSTGRES,
        "SQLServer" => SQL_SERVER,
        "MariaDB" => MARIADB,
        _ => MYSQL,
    }
}

impl Parameter {
    /// True if the range has this value.
    pub(super) fn allows(&self, value: &str) -> bool {
        let Some(inner) = self.range.strip_prefix('[').and_then(|range| range.strip_suffix(']')) else {
            return true;
        };
        // The dash that parts two numbers is not the sign of the first.
        let dash = inner.get(1..).and_then(|rest| rest.find('-')).map(|at| at + 1);
        let bounds =
            dash.and_then(|dash| Some((inner[..dash].parse().ok()?, inner[dash + 1..].parse().ok()?)));
        match bounds {
            Some((least, most)) => value.parse::<f64>().is_ok_and(|it| (least..=most).contains(&it)),
            None => inner.split('|').any(|known| known.eq_ignore_ascii_case(value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_lies_in_its_range_and_names_are_sorted() {
        for engine in ["MySQL", "PostgreSQL", "SQLServer", "MariaDB"] {
            let known = parameters_of(engine);
            assert!(known.is_sorted_by_key(|it| it.name), "{engine}");
            for it in known.iter().filter(|it| !it.default.contains('{')) {
                assert!(it.allows(it.default), "{} {}", it.name, it.default);
            }
        }
        for (range, value, expected) in [
            ("[1-10]", "10", true),
            ("[1-10]", "11", false),
            ("[1-10]", "banana", false),
            ("[-1-5]", "-1", true),
            ("[-1-5]", "-2", false),
            ("[0.1-2]", "0.5", true),
            ("[ON|OFF]", "on", true),
            ("[ON|OFF]", "1", false),
            ("[0|1|2]", "2", true),
            (".*", "anything", true),
        ] {
            assert_eq!(live("it", "", range, "").allows(value), expected, "{range} {value}");
        }
    }
}
