/// The most characters of an idempotency token.
pub const MAX_TOKEN_LENGTH: usize = 64;

/// Whether the service takes `text` as an idempotency token: 1 to [`MAX_TOKEN_LENGTH`] ASCII characters.
pub fn is_idempotency_token(text: &str) -> bool {
    text.is_ascii() && (1..=MAX_TOKEN_LENGTH).contains(&text.len())
}

#[cfg(test)]
mod tests {
    use super::{MAX_TOKEN_LENGTH, is_idempotency_token};

    #[test]
    fn a_token_is_1_to_64_ascii_characters() {
        for (text, expected) in [
            (String::new(), false),
            ("a".to_owned(), true),
            ("a".repeat(MAX_TOKEN_LENGTH), true),
            ("a".repeat(MAX_TOKEN_LENGTH + 1), false),
            ("é".to_owned(), false),
        ] {
            assert_eq!(is_idempotency_token(&text), expected, "{text}");
        }
    }
}
