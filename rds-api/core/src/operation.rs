//! The descriptor of an operation, and the trait of requests, which names the one they belong to.

use std::borrow::Cow;

pub use rds_api_schema::{Access, Method, ParameterValue};

use crate::object::Empty;

/// The descriptor of an operation: what decides how it is sent, and whether it may be repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The wire name, such as `DescribeBackupTasks`.
    pub name: Cow<'static, str>,
    /// The family it belongs to: the module that holds it.
    pub family: &'static str,
    /// Reads only, or changes something at the service, unless one of `writes_when` is given.
    pub access: Access,
    /// The values of parameters with which it changes something although it only reads otherwise.
    pub writes_when: &'static [ParameterValue],
    /// The HTTP method.
    pub method: Method,
    /// The parameter that makes a write safe to repeat.
    pub idempotency_token: Option<&'static str>,
    /// The parameter that takes the client's region.
    pub region: Option<&'static str>,
    /// Whether its response has a `Code` of its own, where that is known only when the program runs.
    pub(crate) response_has_code: Option<bool>,
}

impl Operation {
    /// An operation without an idempotency token and a region.
    #[doc(hidden)]
    pub const fn new(family: &'static str, name: &'static str, access: Access, method: Method) -> Self {
        Self {
            name: Cow::Borrowed(name),
            family,
            access,
            writes_when: &[],
            method,
            idempotency_token: None,
            region: None,
            response_has_code: None,
        }
    }

    #[doc(hidden)]
    pub const fn with_idempotency_token(mut self, parameter: &'static str) -> Self {
        self.idempotency_token = Some(parameter);
        self
    }

    #[doc(hidden)]
    pub const fn with_writes_when(mut self, parameters: &'static [ParameterValue]) -> Self {
        self.writes_when = parameters;
        self
    }

    #[doc(hidden)]
    pub const fn with_region(mut self, parameter: &'static str) -> Self {
        self.region = Some(parameter);
        self
    }

    /// Whether a call with these parameters changes anything.
    pub(crate) fn access_with(&self, parameters: &[&[(String, String)]]) -> Access {
        let pairs = parameters.iter().copied().flatten();
        self.access.of_call(self.writes_when, pairs.map(|(name, value)| (name.as_str(), value.as_str())))
    }
}

/// The parameters of one operation, as plain data.
///
/// Every operation has a type of its own that implements this trait, such as
/// `DescribeBackupTasksRequest`. It can be made without a client, compared, printed and (with the feature `serde`)
/// serialised, and is sent with `Client::call`. Only generated code implements it.
pub trait Request: Empty + 'static {
    /// The response.
    type Response: Empty + 'static;

    /// The operation.
    const OPERATION: &'static Operation;
}
