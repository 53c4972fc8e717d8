//! Literals and names as tokens.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::ToTokens as _;
use serde_json::Number;

/// A literal of this text, raw where it would have to be escaped and can be read without.
pub(super) fn literal(text: &str) -> TokenStream {
    let is_plain = |character: char| {
        !character.is_control() && !matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
    };
    let raw = || {
        let mut hashes = (0..).map(|count| "#".repeat(count));
        let hashes = hashes.find(|hashes| !text.contains(&format!("\"{hashes}")))?;
        format!("r{hashes}\"{text}\"{hashes}").parse::<Literal>().ok()
    };
    let escaped = || Literal::string(text);
    let literal = match text.contains(['"', '\\']) && text.chars().all(is_plain) {
        true => raw().unwrap_or_else(escaped),
        false => escaped(),
    };
    literal.into_token_stream()
}

/// A name of the schema, a path, or a number: what is written in Rust as it stands.
pub(super) fn name(text: &str) -> TokenStream {
    text.parse().unwrap_or_default()
}

/// The name of a variable for what `path` leads to.
pub(super) fn variable(path: &str) -> String {
    let name: String = path
        .chars()
        .map(|it| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { '_' })
        .collect();
    match syn::parse_str::<Ident>(&name) {
        Ok(_) => name,
        // A keyword, or what begins with a digit.
        Err(_) => format!("value_{name}"),
    }
}

/// A path with one more name.
pub(super) fn inside(path: &str, name: &str) -> String {
    let name = name.trim_start_matches("r#");
    if path.is_empty() { name.to_owned() } else { format!("{path}_{name}") }
}

/// A number of the type that holds it; without a suffix it would be of 32 bits.
pub(super) fn json_number(number: &Number) -> TokenStream {
    let suffix = match (number.as_i64(), number.as_u64()) {
        (Some(small), _) if i32::try_from(small).is_ok() => "",
        (Some(_), _) => "_i64",
        (None, Some(_)) => "_u64",
        (None, None) => "",
    };
    name(&format!("{number}{suffix}"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn texts_are_read_back_as_they_were() {
        for (text, expected) in [
            ("plain", r#""plain""#),
            (r#"say "hello" \ goodbye"#, r##"r#"say "hello" \ goodbye"#"##),
            (r##"a "# b"##, r###"r##"a "# b"##"###),
            ("a \"tab\"\t", r#""a \"tab\"\t""#),
            ("\u{202e}\"", r#""\u{202e}\"""#),
        ] {
            assert_eq!(super::literal(text).to_string(), expected);
        }
    }

    #[test]
    fn variables_can_be_names() {
        for (path, expected) in [
            ("AccountPassword", "accountpassword"),
            ("hba_item_1_option", "hba_item_1_option"),
            ("Shade.Hue", "shade_hue"),
            ("type", "value_type"),
            ("1Secret", "value_1secret"),
            ("", "value_"),
        ] {
            assert_eq!(super::variable(path), expected);
        }
    }
}
