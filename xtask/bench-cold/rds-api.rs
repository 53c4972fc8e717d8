//! A program that finds its credentials and calls one operation: the backup tasks of an instance.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = rds_api::Client::from_env("cn-hangzhou")?;
    let response = client.describe_backup_tasks("rm-uf6wjk5****").await?;
    println!("{response:?}");
    Ok(())
}
