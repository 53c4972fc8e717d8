//! Keeping secrets out of everything that is shown: the only list of sensitive names, the only redactor, the only
//! mask.
//!
//! A typed value knows which of its members are sensitive. The text of a response that does not decode, or that a
//! gateway wrote, has no types, so two nets are drawn through it: the values that the request kept secret, in
//! every spelling, and whatever stands after a name that says that it is secret.
//!
//! The names that only a product has, such as the upload addresses of a service, are a value of its own that is handed in
//! ([`SensitiveNames`]); the specification writes it. What the name of a secret looks like anywhere stands in
//! `rds-api-schema`, since the generator asks too.
//!
//! Errors, traces, `Debug`, recordings, the program `rds` and its explorer ask here, and have no list and no mask of
//! their own. What a caller asked for, the members of a response among it, is shown to that caller; the secrets of
//! the request and of the key are not, wherever the response repeats them.

mod document;
mod encoded;
mod entities;
mod names;
mod redactor;
mod sent;
mod spelling;
mod unescaped;
mod written;

pub(crate) use document::string_to_sign;
pub use document::without_string_to_sign;
pub use names::SensitiveNames;
pub use redactor::Redactor;

/// Stands in the place of a secret. It needs no escape in JSON, XML, an address or a terminal, so that a text is as
/// well formed with it as it was.
pub const MASK: &str = "****";
