//! The extensions of databases on PostgreSQL.

use serde_json::{Value, json};

use super::network::call;
use super::*;
use rds_api::Client;

const ID: &str = "pgm-1";

async fn service_with(version: &str) -> (FakeService, Client) {
    let postgres = FakeInstance::new("PostgreSQL").id(ID).version(version);
    let postgres = postgres.database("shop").database("books").account("app", "ReadWrite");
    let service = FakeService::builder().instance(postgres).change_duration(Duration::ZERO).start().unwrap();
    let client = service.client().unwrap();
    let boss = json!({
        "DBInstanceId": ID, "AccountName": "boss", "AccountPassword": "Passw0rd!", "AccountType": "Super",
    });
    call(&client, "CreateAccount", boss).await.unwrap();
    (service, client)
}

async fn change(
    client: &Client,
    operation: &str,
    databases: &str,
    more: Value,
) -> Result<Value, rds_api::Error> {
    let mut asked = json!({ "DBInstanceId": ID, "DBNames": databases });
    asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    call(client, operation, asked).await
}

/// The name, version and owner of each extension in a database, and how many others there are.
async fn installed(client: &Client, database: &str) -> (Vec<[String; 3]>, usize) {
    let listed =
        call(client, "DescribePostgresExtensions", json!({ "DBInstanceId": ID, "DBName": database }));
    let listed = listed.await.unwrap();
    let text = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
    let there = listed["InstalledExtensions"].as_array().unwrap();
    let there = there.iter().map(|it| ["Name", "InstalledVersion", "Owner"].map(|name| text(it, name)));
    (there.collect(), listed["UninstalledExtensions"].as_array().unwrap().len())
}

#[tokio::test]
async fn extensions_are_installed_taken_over_updated_and_removed() {
    let (service, client) = service_with("15.0").await;
    let (built_in, others) = installed(&client, "shop").await;
    assert_eq!(built_in, [["plpgsql", "1.0", "postgres"]]);
    let given = json!({ "AccountName": "boss", "Extensions": "citext,pg_stat_statements" });
    change(&client, "CreatePostgresExtensions", "shop", given).await.unwrap();
    let expected =
        [["plpgsql", "1.0", "postgres"], ["pg_stat_statements", "1.10", "boss"], ["citext", "1.6", "boss"]];
    assert_eq!(
        installed(&client, "shop").await,
        (expected.map(|it| it.map(str::to_owned)).to_vec(), others - 2)
    );
    let taken_over = json!({ "AccountName": "boss", "SourceDatabase": "shop" });
    change(&client, "CreatePostgresExtensions", "books", taken_over).await.unwrap();
    assert_eq!(installed(&client, "books").await, installed(&client, "shop").await);

    // A later version of the engine brings later ones, once they are updated.
    let check = json!({ "DBInstanceId": ID, "TargetMajorVersion": "17.0" });
    call(&client, "UpgradeDBInstanceMajorVersionPrecheck", check).await.unwrap();
    let upgrade = json!({
        "DBInstanceId": ID, "TargetMajorVersion": "17.0", "PayType": "Postpaid", "UpgradeMode": "inPlaceUpgrade",
        "SwitchOver": "true", "SwitchTimeMode": "Immediate", "CollectStatMode": "After",
    });
    call(&client, "UpgradeDBInstanceMajorVersion", upgrade).await.unwrap();
    let version = async || installed(&client, "shop").await.0[1][1].clone();
    assert_eq!(version().await, "1.10");
    let named = json!({ "Extensions": "pg_stat_statements" });
    change(&client, "UpdatePostgresExtensions", "shop", named.clone()).await.unwrap();
    assert_eq!(version().await, "1.11");

    let next = FakeService::builder().state(service.snapshot()).start().unwrap();
    assert_eq!(installed(&next.client().unwrap(), "shop").await, installed(&client, "shop").await);
    change(&client, "DeletePostgresExtensions", "shop,books", named).await.unwrap();
    for database in ["shop", "books"] {
        assert_eq!(installed(&client, database).await.0.len(), 2);
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_the_codes_of_the_service_and_changes_nothing() {
    let (_service, client) = service_with("11.0").await;
    let (create, update, delete) =
        ("CreatePostgresExtensions", "UpdatePostgresExtensions", "DeletePostgresExtensions");
    let by = |account: &str, extensions: &str| json!({ "AccountName": account, "Extensions": extensions });
    let named = |extensions: &str| json!({ "Extensions": extensions });
    let before = installed(&client, "shop").await;
    for (operation, databases, parameters, code) in [
        (create, "nothing", by("boss", "citext"), "InvalidDBName.Format"),
        (create, "shop,nothing", by("boss", "citext"), "InvalidDBName.Format"),
        (create, "shop", by("nobody", "citext"), "InvalidAccountName.NotFound"),
        (create, "shop", by("app", "citext"), "IncorrectAccountPrivilegeType"),
        (create, "shop", by("boss", "nothing"), "InvalidParameters.Format"),
        (create, "shop", by("boss", "vector"), "InvalidParameters.Format"),
        (create, "shop", by("boss", "earthdistance"), "InvalidParameters.Format"),
        (create, "shop", json!({ "AccountName": "boss" }), "InvalidParam"),
        (update, "nothing", named("citext"), "InvalidDBName.Format"),
        (update, "shop", named("citext"), "InvalidParameters.Format"),
        (delete, "shop", named("citext"), "InvalidParameters.Format"),
        (delete, "shop", named("plpgsql"), "InvalidParameters.Format"),
    ] {
        let refused = change(&client, operation, databases, parameters.clone()).await.unwrap_err();
        assert_eq!(refused.code(), Some(code), "{operation} {databases} {parameters}: {refused}");
        assert_eq!(installed(&client, "shop").await, before, "{operation}");
    }
    change(&client, create, "shop", by("boss", "cube,earthdistance")).await.unwrap();
    for (operation, code) in [
        (create, "InvalidDBInstanceEngineType.Format"),
        (update, "IncorrectDBInstanceType"),
        (delete, "IncorrectDBInstanceType"),
    ] {
        let mut asked = if operation == create { by("boss", "citext") } else { named("citext") };
        asked["DBInstanceId"] = FakeService::INSTANCE.into();
        let other = change(&client, operation, "shop", asked.clone()).await.unwrap_err();
        assert_eq!(other.code(), Some(code), "{operation}");
        asked["DBInstanceId"] = "pgm-nothing".into();
        let missing = change(&client, operation, "shop", asked).await.unwrap_err();
        assert_eq!(
            (missing.code(), missing.is_not_found()),
            (Some("InvalidDBInstance.NotFound"), true),
            "{operation}"
        );
    }
    client.stop_db_instance(ID).await.unwrap();
    let stopped = change(&client, create, "shop", by("boss", "citext")).await.unwrap_err();
    assert_eq!(stopped.code(), Some("IncorrectDBInstanceState"));
}
