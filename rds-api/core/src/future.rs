//! Futures that are boxed, so that traits with one are object safe.

use std::pin::Pin;

/// A future that is boxed, so that traits with one are object safe.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
