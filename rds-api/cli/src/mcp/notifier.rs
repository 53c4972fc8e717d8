//! Notifications of how far a tool is, for a client that wants them.

use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::{Peer, RequestContext};

pub(super) struct Notifier {
    token: Option<ProgressToken>,
    peer: Peer<RoleServer>,
    /// What was told last: it has to grow with each notification.
    told: f64,
}

impl Notifier {
    pub(super) fn new(context: &RequestContext<RoleServer>) -> Self {
        Self { token: context.meta.get_progress_token(), peer: context.peer.clone(), told: -1.0 }
    }

    /// Tells how much is done, of how much in all where that is known, unless it was told that much before.
    pub(super) async fn tell(&mut self, done: f64, total: Option<f64>, message: String) {
        let Some(token) = self.token.clone().filter(|_| done > self.told) else { return };
        self.told = done;
        let mut notification = ProgressNotificationParam::new(token, done).with_message(message);
        if let Some(total) = total {
            notification = notification.with_total(total);
        }
        // Who is gone is told nothing.
        let _ = self.peer.notify_progress(notification).await;
    }
}
