//! `rds whoami`: whose credentials a call would use.

use std::fmt::Write as _;

use rds_api::{CallerIdentity, Client, Timestamp};
use rds_api_core::text::one_line;
use serde_json::{Value as Json, json};

use crate::connection::Connection;
use crate::failure::Failure;
use crate::output;
use crate::terminal::{NAME, styled};

/// Tell whose credentials a call would use: their source, the id of the key, and the account behind it.
///
/// The account is asked of the security token service (GetCallerIdentity), which anybody may ask. Nothing that is secret
/// is shown.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Do not ask for the account. Where credentials come from the network, they are still asked for.
    #[arg(long)]
    offline: bool,
    /// Print a JSON object, for scripts.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    connection: Connection,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { offline, json, connection } = arguments;
    let (builder, service) = connection.open_anywhere().await?;
    let client = builder.build()?;
    let own = own(&client, &connection).await?;
    // The embedded service of this command knows no account but its own.
    let caller = match offline || service.is_some() {
        true => None,
        false => Some(client.caller_identity().await?),
    };
    let lines: Vec<_> = own.into_iter().chain(of_caller(caller)).collect();
    if json {
        let object: serde_json::Map<_, _> =
            lines.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        return output::print_data(&format!("{:#}\n", Json::Object(object)));
    }
    output::print(&text(&lines))
}

/// What is known without asking anybody for it.
async fn own(client: &Client, connection: &Connection) -> Result<Vec<(&'static str, Json)>, Failure> {
    let identity = client.identity().await?;
    let region = client.region();
    let has_place = region.is_some() || connection.endpoint.is_some();
    let expires = identity.expiration().map(|time| Timestamp::from(time).to_string());
    Ok(vec![
        ("source", json!(identity.source())),
        ("profile", json!(identity.profile())),
        ("access_key_id", json!(identity.access_key_id())),
        ("temporary", json!(identity.is_temporary())),
        ("expires", json!(expires)),
        ("region", json!(region)),
        ("endpoint", json!(has_place.then(|| client.endpoint().to_string()))),
    ])
}

fn of_caller(caller: Option<CallerIdentity>) -> Vec<(&'static str, Json)> {
    let Some(caller) = caller else { return Vec::new() };
    vec![
        ("account_id", json!(caller.account_id)),
        ("arn", json!(caller.arn)),
        ("identity_type", json!(caller.identity_type)),
        ("principal_id", json!(caller.principal_id)),
    ]
}

/// The values that there are, below each other.
fn text(lines: &[(&str, Json)]) -> String {
    let mut text = String::new();
    for (name, value) in lines {
        let value = match value {
            Json::Null | Json::Bool(false) => continue,
            Json::String(value) => one_line(value),
            other => other.to_string(),
        };
        let padding = " ".repeat(16_usize.saturating_sub(name.len()));
        let _ = writeln!(text, "{}{padding}{value}", styled(NAME, &name.replace('_', " ")));
    }
    text
}
