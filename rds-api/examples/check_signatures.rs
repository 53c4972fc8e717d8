//! Sends requests of every kind to a server that checks their signatures: a gateway of your own, or the
//! official signing code of `cargo xtask interop`.
//!
//! ```sh
//! cargo run -p rds-api --example check_signatures -- http://127.0.0.1:8080
//! ```

use rds_api::operations::tags::tag_resources::NewTag;
use rds_api::signature::SignatureVersion;
use rds_api::{Client, Credentials, Error, Format, Result};

/// Everything that encoders of addresses, forms and JSON are known to differ in.
const AWKWARD: &str = "a b+c*d~e/f%20&g=h?i#j!'()[]{}\"<>\\|^`\n 数据库 é 🦀";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let endpoint = std::env::args().nth(1).unwrap_or_default();
    let mut checked = 0;
    for signature in [SignatureVersion::V3, SignatureVersion::V1] {
        for format in [Format::Json, Format::Xml] {
            for token in [None, Some("to+ken/=")] {
                let client = |secret: &str| {
                    let mut credentials = Credentials::new("fake-key-id", secret);
                    if let Some(token) = token {
                        credentials = credentials.with_security_token(token);
                    }
                    let client = Client::builder().region("cn-hangzhou").credentials(credentials);
                    client.signature(signature).format(format).endpoint(&*endpoint).allow_plain_http().build()
                };
                checked += every_kind(&client("fake-key-secret")?).await?;
                refused(&client("another-secret")?).await?;
            }
        }
    }
    println!("{checked} requests were signed as the server would have signed them");
    Ok(())
}

/// Makes a call of each kind, and tells how many.
async fn every_kind(client: &Client) -> Result<usize> {
    let id = "rm-uf6wjk5****";
    // No parameters but the region, and none at all.
    client.describe_backup_tasks(id).await?;
    client.describe_regions().await?;
    // By GET.
    client.describe_rc_disks().disk_ids(AWKWARD).await?;
    // An empty text is sent, and signed.
    client.modify_db_instance_description(id, "").await?;
    client.modify_db_instance_description(id, AWKWARD).await?;
    // Lists: flattened, as JSON, and with commas between.
    let tags = [NewTag::new(AWKWARD).value(""), NewTag::new("b")];
    client.tag_resources([id, AWKWARD], "INSTANCE").tag(tags).await?;
    client.stop_rc_instances().instance_ids(["i-1", AWKWARD]).force_stop(true).await?;
    client.describe_rc_instance_types().instance_type(["a", AWKWARD]).await?;
    // Parameters in the form body, alone and beside others, and there because an address would be too long.
    client.query_notify("2024-03-15T08:00:00Z", "2024-03-16T08:00:00Z", true).page_number(2).await?;
    client.delete_db_instance_endpoint_address(id, AWKWARD, "ep-1").await?;
    client.modify_db_instance_description(id, AWKWARD.repeat(200)).await?;
    Ok(11)
}

/// A server that takes anything would prove nothing.
async fn refused(client: &Client) -> Result<()> {
    match client.describe_regions().await {
        Err(error) if error.code() == Some("SignatureDoesNotMatch") => Ok(()),
        Err(error) => Err(error),
        Ok(_) => Err(Error::input("the server took a request that was signed with a wrong secret")),
    }
}
