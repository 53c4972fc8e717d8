/// Whether an operation changes anything at the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Access {
    /// It changes nothing, so it may always be repeated.
    Read,
    /// It may change something.
    Write,
}
