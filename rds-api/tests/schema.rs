//! The descriptions of all operations, as a program finds them.
#![allow(clippy::unwrap_used)]

use rds_api::schema::{self, FieldExt as _, Problem, ProblemKind};

#[test]
fn operations_are_found_by_the_words_of_other_databases_and_clouds() {
    let questions = [
        ("add user", "CreateAccount"),
        ("change password", "ResetAccountPassword"),
        ("cost", "DescribePrice"),
        ("cpu usage", "DescribeDBInstancePerformance"),
        ("disk usage", "DescribeResourceUsage"),
        ("download backup", "DescribeBackups"),
        ("failover", "SwitchDBInstanceHA"),
        ("list instances", "DescribeDBInstances"),
        ("maintenance window", "ModifyDBInstanceMaintainTime"),
        ("point in time", "CloneDBInstance"),
        ("public endpoint", "AllocateInstancePublicConnection"),
        ("read replica", "CreateReadOnlyDBInstance"),
        ("reboot", "RestartDBInstance"),
        ("rename instance", "ModifyDBInstanceDescription"),
        ("resize disk", "ModifyDBInstanceSpec"),
        ("slow query", "DescribeSlowLogRecords"),
        ("tls", "ModifyDBInstanceSSL"),
        ("whitelist ip", "ModifySecurityIps"),
    ];
    for (question, name) in questions {
        let phrases = &schema::operation(name).unwrap().search;
        assert!(phrases.iter().any(|phrase| phrase.contains(question)), "{question}: {phrases:?}");
    }
}

#[test]
fn the_sample_of_every_parameter_is_of_its_type() {
    let fields = schema::operations().flat_map(|operation| &operation.parameters);
    let problems: Vec<Problem> = fields.flat_map(|field| field.check(&field.sample())).collect();
    // The examples of some texts are masked or longer than the limit; but no type is wrong.
    let wrong: Vec<_> = problems.iter().filter(|it| it.kind != ProblemKind::OutOfLimits).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
