//! The first content of an embedded service, so that there is something to call.

use std::time::Duration;

use rds_api::Result;
use rds_api::operations::instance::create_db_instance::CreateDBInstanceRequired;
use rds_api::types::{DBInstanceNetType, Engine, PayType};
use rds_api_testing::FakeService;
use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::NoSubscriber;

/// An account of the first instance, and the database that it uses.
pub(crate) const ACCOUNT: &str = "app";
pub(crate) const DATABASE: &str = "orders";

/// Engines of the instances after the first.
const ENGINES: [(&str, &str, &str); 4] = [
    ("PostgreSQL", "16.0", "pg.n2.2c.1m"),
    ("SQLServer", "2022_ent", "mssql.x4.medium.e2"),
    ("MariaDB", "10.6", "mariadb.n2.medium.2c"),
    ("MySQL", "8.0", "mysql.n2.medium.2c"),
];

/// Fills a service: `instances` in all, and in the first a database, an account that uses it and a finished backup. The
/// service's clock is advanced by `elapsed`, which the changes take to complete.
pub(crate) async fn fill(service: &FakeService, instances: u16, elapsed: Duration) -> Result<()> {
    // Nobody asked for these calls, so `--verbose` is silent of them.
    put(service, instances).with_subscriber(NoSubscriber::new()).await?;
    service.clock().advance(elapsed);
    // What was called for this is nobody's request.
    service.clear_history();
    Ok(())
}

async fn put(service: &FakeService, instances: u16) -> Result<()> {
    let client = service.client()?;
    for (_, (engine, version, class)) in (1..instances).zip(ENGINES.into_iter().cycle()) {
        let required = CreateDBInstanceRequired {
            db_instance_class: class.to_owned(),
            db_instance_net_type: DBInstanceNetType::Intranet,
            db_instance_storage: 100,
            engine: Engine::from(engine),
            engine_version: version.to_owned(),
            pay_type: PayType::Postpaid,
            security_ip_list: "127.0.0.1".to_owned(),
        };
        client.create_db_instance(required).await?;
    }
    client.create_account(FakeService::INSTANCE, ACCOUNT, "Passw0rd!").await?;
    client.create_database(FakeService::INSTANCE, "utf8mb4", DATABASE).account_name(ACCOUNT).await?;
    client.create_backup(FakeService::INSTANCE).await?;
    Ok(())
}

/// The ids of all instances.
pub(crate) async fn instances(service: &FakeService) -> Result<Vec<String>> {
    let listed = service.client()?.describe_db_instances().page_size(100).await?;
    Ok(listed.items.into_iter().filter_map(|instance| instance.db_instance_id).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_account_may_read_and_write_the_database() {
        let service = FakeService::start().unwrap();
        fill(&service, 1, Duration::from_secs(60)).await.unwrap();
        let accounts =
            service.client().unwrap().describe_accounts(FakeService::INSTANCE).await.unwrap().accounts;
        let privilege = &accounts[0].database_privileges[0];
        assert_eq!(privilege.db_name.as_deref(), Some("orders"));
        assert_eq!(privilege.account_privilege.as_ref().map(|it| it.as_str()), Some("ReadWrite"));
    }
}
