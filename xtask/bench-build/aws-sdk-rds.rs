//! A program that calls one operation: the snapshots of an instance.

use std::env::var;

use aws_sdk_rds::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_rds::{Client, Config};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let credentials =
        Credentials::new(var("ACCESS_KEY_ID")?, var("ACCESS_KEY_SECRET")?, None, None, "environment");
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(credentials)
        .build();
    let client = Client::from_conf(config);
    let response = client.describe_db_snapshots().db_instance_identifier("mysql-1").send().await?;
    println!("{response:?}");
    Ok(())
}
