//! The state of an account as a text, from which another service can go on.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::account_state::{AccountState, Settings};

/// The form of the text. Another form has another number.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Written<'s> {
    version: u32,
    time: SystemTime,
    account: &'s AccountState,
}

#[derive(Deserialize)]
struct Read {
    version: u32,
    time: SystemTime,
    account: AccountState,
}

impl AccountState {
    /// The state as JSON, with the time by the service's clock.
    pub(crate) fn to_snapshot(&self, now: SystemTime) -> String {
        let written = Written { version: VERSION, time: now, account: self };
        serde_json::to_string(&written).unwrap_or_default()
    }

    /// Reads a state, and the time at which it was written; or says why it cannot be read.
    pub(crate) fn from_snapshot(text: &str, settings: Settings) -> Result<(Self, SystemTime), String> {
        let read: Read =
            serde_json::from_str(text).map_err(|error| format!("the state cannot be read: {error}"))?;
        if read.version != VERSION {
            return Err(format!("the state is of version {}, and this service has {VERSION}", read.version));
        }
        Ok((Self { settings, ..read.account }, read.time))
    }
}
