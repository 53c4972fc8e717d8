//! What a response is worth that has a status of success, and says of itself that the operation failed.

use crate::error::{Error, Result};
use crate::object::success::is_success_in;
use crate::response::Response;

impl<T> Response<T> {
    /// Whether the response does not say of itself that the operation failed, by `Success: false`, be that a member of its
    /// type or not.
    pub fn is_success(&self) -> bool {
        is_success_in(&self.body)
    }

    /// The value, unless the response says of itself that the operation failed.
    ///
    /// # Errors
    ///
    /// [`Response`](crate::ErrorKind::Response), of which
    /// [`is_denied_by_response`](crate::Error::is_denied_by_response) holds.
    pub fn into_success(self) -> Result<T> {
        if self.is_success() {
            return Ok(self.value);
        }
        let message = "the response says `Success: false`: what was asked was not done";
        Err(Error::denied_by_response(message).at_status(self.status, self.request_id.as_deref()))
    }
}
