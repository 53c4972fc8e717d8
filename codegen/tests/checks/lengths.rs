//! How long a text may be: its documentation and its keys say the same.

use super::*;

/// A request with one field of these attributes.
fn field(attributes: &str) -> String {
    format!("request:\n  Known: {{{attributes}}}\n")
}

#[test]
fn a_length_that_only_the_documentation_tells_is_told() {
    for (attributes, words) in [
        (
            "type: string, doc: 'A name, 2 to 64 characters.'",
            &["`min_length: 2` and `max_length: 64`"] as &[&str],
        ),
        ("type: string, doc: 'Begins with a letter: 8 to 64 letters, digits.'", &["`max_length: 64`"]),
        ("type: string, doc: 'A name, 2 to 64 lowercase letters.'", &["`min_length: 2`"]),
        ("type: string, doc: A remark of at most 200 characters.", &["say `max_length: 200`, or"]),
        ("type: string, doc: Up to 200 characters.", &["say `max_length: 200`, or"]),
        ("type: string, doc: Up to 20 characters., max_length: 30", &["say `max_length: 20`, or"]),
        ("type: string, doc: 2 to 20 characters., max_length: 20", &["say `min_length: 2`, or"]),
        ("type: string, sensitive: true, doc: 8 to 32 characters.", &["`min_length: 8`"]),
        ("type: list, doc: Names of up to 20 characters., items: {type: string}", &["`max_length: 20`"]),
        ("type: object, doc: What., fields: {A: {type: string, doc: Up to 9 characters.}}", &["`A`"]),
    ] {
        assert_told_in_operation(&field(attributes), 2, words);
    }
}

#[test]
fn lengths_that_are_as_documented_or_no_limits_pass() {
    for attributes in [
        "type: string, doc: 'A name, 2 to 64 characters.', min_length: 2, max_length: 64",
        "type: string, doc: 0 to 20 characters., max_length: 20",
        "type: string, doc: Its first 128 characters.",
        "type: string, doc: 'Keys of up to 64 characters, values of up to 128 characters.'",
        "type: string, role: idempotency_token, doc: At most 64 characters.",
        "type: int64, doc: 'How many, at most 64 characters each.'",
        "type: list, doc: Names of up to 20 characters., items: {type: string, max_length: 20}",
    ] {
        assert_operation_passes(&field(attributes));
    }
    assert_operation_passes("response:\n  Known: {type: string, doc: At most 64 characters.}\n");
}
