/// Whether the service takes `text` as an idempotency token: ASCII characters, one at least. Its documentation says 64
/// at most, but it takes more, and programs rely on it.
pub fn is_idempotency_token(text: &str) -> bool {
    text.is_ascii() && !text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::is_idempotency_token;

    #[test]
    fn a_token_has_ascii_characters_and_may_be_long() {
        for (text, expected) in [
            (String::new(), false),
            ("a".to_owned(), true),
            ("a".repeat(66), true),
            ("a".repeat(1000), true),
            ("é".to_owned(), false),
        ] {
            assert_eq!(is_idempotency_token(&text), expected, "{text}");
        }
    }
}
