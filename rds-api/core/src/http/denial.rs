//! What a response is worth that has a status of success, and says of itself that the operation failed.

use serde_json::Value as Json;

use super::document::members;
use crate::error::{Error, Result};
use crate::object::decode::Context;
use crate::object::success::is_raw_success;
use crate::response::Response;

impl<T> Response<T> {
    /// Whether the response does not say of itself that the operation failed, by `Success: false`, be that a member of its
    /// type or not.
    pub fn is_success(&self) -> bool {
        is_raw_success(&Json::Object(members(&self.body, Context::default)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_of_any_form_says_whether_it_failed() {
        for (body, expected) in [
            (r#"{"Success":false}"#, false),
            ("\u{feff}{\"success\":\"No\"}", false),
            // Half a pair of surrogates is read past.
            (r#"{"Message":"\ud800","Success":false}"#, false),
            ("<R><Success>false</Success></R>", false),
            ("<R><Note>&</Note><success>0</success></R>", false),
            (r#"{"Success":true}"#, true),
            (r#"{"Items":[{"Success":false}]}"#, true),
            ("<R><Items><Success>false</Success></Items></R>", true),
            ("", true),
        ] {
            let body = body.as_bytes().to_vec().into();
            let response = Response { value: (), status: 200, request_id: None, attempts: 1, body };
            assert_eq!(response.is_success(), expected, "{:?}", response.body);
            assert_eq!(response.into_success().is_ok(), expected);
        }
    }
}
