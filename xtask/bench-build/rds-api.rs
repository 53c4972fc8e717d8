//! A program that calls one operation: the backup tasks of an instance.

use std::env::var;

use rds_api::{Client, Credentials};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let credentials = Credentials::new(var("ACCESS_KEY_ID")?, var("ACCESS_KEY_SECRET")?);
    let client = Client::builder().region("cn-hangzhou").credentials(credentials).build()?;
    let response = client.describe_backup_tasks("rm-uf6wjk5****").await?;
    println!("{response:?}");
    Ok(())
}
