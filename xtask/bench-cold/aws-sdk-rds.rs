//! A program that finds its credentials and calls one operation: the snapshots of an instance.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = aws_config::load_from_env().await;
    let client = aws_sdk_rds::Client::new(&config);
    let response = client.describe_db_snapshots().db_instance_identifier("mysql-1").send().await?;
    println!("{response:?}");
    Ok(())
}
