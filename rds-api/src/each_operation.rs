//! How tests meet the types of every operation.

use crate::object::Empty;
use crate::operation::Request;

/// Is shown the request type of every operation, by
/// [`each_operation`](crate::generated::each_operation::each_operation).
pub(crate) trait EachOperation {
    /// One operation.
    fn operation<R: Request<Response: Structure> + Structure>(&mut self);
}

/// What every request and every answer can do, besides what [`Object`](crate::object::Object) says.
pub(crate) trait Structure:
    Empty + serde::Serialize + serde::de::DeserializeOwned + Clone + PartialEq + std::fmt::Debug + 'static
{
}

impl<T> Structure for T where
    T: Empty + serde::Serialize + serde::de::DeserializeOwned + Clone + PartialEq + std::fmt::Debug + 'static
{
}
