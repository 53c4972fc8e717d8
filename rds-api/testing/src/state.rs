//! The state of a running service: what its server, its control addresses and the test share.

use std::sync::{Arc, Mutex, PoisonError};

use super::clock::Clock;
use super::fault::Faults;
use super::gateway::Gateway;
use super::history::History;
use super::idempotency::Tokens;
use super::rule::Rules;
use super::world::World;

/// Everything that a service knows and remembers.
pub(super) struct State {
    pub(super) gateway: Gateway,
    pub(super) simulation: Mutex<Simulation>,
    pub(super) clock: Clock,
    pub(super) rules: Rules,
    pub(super) faults: Faults,
    pub(super) history: History,
    /// What the ids of requests are made of.
    pub(super) random: Mutex<fastrand::Rng>,
    /// Held by every connection, so that its holders can be counted.
    pub(super) connections: Arc<()>,
}

/// What is changed by writes, all under one lock, so that each is done wholly or not at all.
pub(super) struct Simulation {
    pub(super) world: World,
    pub(super) tokens: Tokens,
}

impl State {
    /// An id for a new request.
    pub(super) fn request_id(&self) -> String {
        let random = self.random.lock().unwrap_or_else(PoisonError::into_inner).u128(..);
        uuid::Builder::from_random_bytes(random.to_le_bytes()).into_uuid().to_string().to_uppercase()
    }
}
