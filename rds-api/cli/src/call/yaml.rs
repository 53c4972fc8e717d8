//! A response as YAML.

use saphyr::{Mapping, Scalar, ScalarStyle, Yaml, YamlEmitter};
use serde_json::Value as Json;

/// The document of a value, which ends with a line.
pub(crate) fn text(value: &Json) -> String {
    let mut text = String::new();
    // Writing to a text cannot fail, and every key is a text.
    let _ = YamlEmitter::new(&mut text).dump(&yaml(value));
    let text = text.strip_prefix("---\n").unwrap_or(&text);
    format!("{}\n", text.trim_end_matches('\n'))
}

fn yaml(value: &Json) -> Yaml<'_> {
    match value {
        Json::Null => Yaml::Value(Scalar::Null),
        Json::Bool(value) => Yaml::Value(Scalar::Boolean(*value)),
        // As it is written: a number may be larger than any type of Rust.
        Json::Number(number) => as_written(number.to_string()),
        Json::String(text) => text_node(text),
        Json::Array(list) => Yaml::Sequence(list.iter().map(yaml).collect()),
        Json::Object(members) => Yaml::Mapping(
            members.iter().map(|(name, value)| (text_node(name), yaml(value))).collect::<Mapping<'_>>(),
        ),
    }
}

fn as_written<'a>(text: String) -> Yaml<'a> {
    Yaml::Representation(text.into(), ScalarStyle::Plain, None)
}

/// A text, between quotation marks unless every reader takes it for one without: the text of JSON is one of YAML.
fn text_node(text: &str) -> Yaml<'_> {
    let is_word = |character: char| character.is_alphanumeric() || "_-./".contains(character);
    let is_plain = text.starts_with(char::is_alphabetic) && text.chars().all(is_word);
    let is_something_else =
        ["y", "n", "yes", "no", "on", "off", "true", "false", "null"].contains(&text.to_lowercase().as_str());
    if is_plain && !is_something_else {
        return Yaml::Value(Scalar::String(text.into()));
    }
    let mut quoted = String::new();
    for character in Json::from(text).to_string().chars() {
        match character {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                quoted += &format!("\\u{:04x}", u32::from(character));
            }
            _ => quoted.push(character),
        }
    }
    as_written(quoted)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_read_as_the_same() {
        let texts = [
            "",
            "plain",
            "yes",
            "null",
            "~",
            "1",
            "1.5e3",
            "0x10",
            "- a",
            "a: b",
            "# no",
            "\"",
            "'",
            "a\nb\n",
            " a",
            "%",
            "@",
            "2026-11-01",
            "=",
            "<<",
            "{}",
            "[",
            "\t",
            "\u{1b}[31m",
            "\u{85}",
            "\u{feff}",
            "日本",
            "\u{1f600}",
        ];
        let mut members: serde_json::Map<_, _> =
            texts.iter().map(|text| (format!("k{text}"), json!(text))).collect();
        members.insert("list".into(), json!([[], {}, [1, [2, { "a": null }]], true, -1, 1.5]));
        members.insert("large".into(), json!(u64::MAX));
        let value = Json::Object(members);
        let text = text(&value);
        let read: Json = serde_yaml::from_str(&text).unwrap();
        assert_eq!(read, value, "{text}");
    }
}
