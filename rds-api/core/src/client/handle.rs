//! What the core knows of the client of a product.

use std::sync::Arc;

use crate::client::shared::Shared;
use crate::service::Service;

/// The client of a product: a handle to what its clones share. Only generated code implements it, for a type of its own,
/// which has the methods of the operations.
pub trait Handle: Sized {
    /// The product that it calls.
    const SERVICE: &'static Service;

    /// The first client of those that share this.
    fn from_shared(shared: Arc<Shared>) -> Self;

    /// What its clones share.
    fn shared(&self) -> &Arc<Shared>;
}
