//! The token of a server on loopback: whoever has it may ask.

use subtle::ConstantTimeEq as _;

/// A text that nobody guesses.
pub(crate) struct Token(String);

impl Token {
    /// A new one, of 122 random bits.
    pub(crate) fn random() -> Self {
        Self(uuid::Uuid::new_v4().simple().to_string())
    }

    /// One that was agreed on.
    #[cfg(feature = "mcp")]
    pub(crate) fn known(text: String) -> Self {
        Self(text)
    }

    /// Whether a text is the token, in a time that does not tell where the difference is.
    pub(crate) fn is(&self, text: &str) -> bool {
        bool::from(text.as_bytes().ct_eq(self.0.as_bytes()))
    }

    /// The token itself, for whoever started the server.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}
