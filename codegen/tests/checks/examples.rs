//! Examples, defaults and limits, down to what an object holds, and up to what a number can be.

use super::*;

fn field(attributes: &str) -> String {
    format!("request:\n  Known: {{doc: Says which., {attributes}}}\n")
}

#[test]
fn members_of_examples_are_held_against_what_holds_them() {
    let object = "type: object, fields: {Speed: {type: int32, maximum: 9, doc: How fast.}, Note: {type: json, doc: Any.}}";
    for (attributes, words) in [
        (format!("{object}, example: '{{\"Sped\": 1}}'"), "has `Sped`, which is no member of it"),
        (format!("{object}, example: '{{\"Speed\": \"fast\"}}'"), "has `Speed`, which is no int32"),
        (format!("{object}, example: '{{\"Speed\": 10}}'"), "has `Speed`, which is more than 9"),
        (
            format!(
                "type: list, style: json, items: {{{object}, doc: One.}}, example: '[{{\"Speed\": 10}}]'"
            ),
            "more than 9",
        ),
        (
            "type: map, items: {type: int32}, example: '{\"a\": \"b\"}'".to_owned(),
            "has `a`, which is no int32",
        ),
        (
            "type: map, items: {type: string, max_length: 2}, example: '{\"a\": \"bcd\"}'".to_owned(),
            "2 at most",
        ),
    ] {
        assert_told_in_operation(&field(&attributes), 2, &["the example `", words]);
    }
    for attributes in [
        format!("{object}, example: '{{\"Speed\": 9, \"Note\": \"any\"}}'"),
        "type: map, items: {type: json}, example: '{\"a\": \"b\"}'".to_owned(),
        "type: list, style: json, items: {type: json}, example: '[\"b\"]'".to_owned(),
    ] {
        assert_operation_passes(&field(&attributes));
    }
}

#[test]
fn times_that_no_calendar_has_are_told() {
    for time in ["2024-13-01", "2024-00-01", "2024-01-32", "2024-01-01T25:00:00Z", "2024-01-01T00:60:00Z"] {
        assert_told_in_operation(&field(&format!("type: timestamp, example: '{time}'")), 2, &["is no time"]);
    }
    for key in ["example", "default"] {
        let other = field(&format!("type: timestamp, {key}: 2024-01-01T00:00Z"));
        assert_told_in_operation(&other, 2, &[&format!("the {key} of `Known` is not as it takes times")]);
    }
    for limits in ["max_length: 3", "min_length: 40", "pattern: '[a-z]+'"] {
        assert_told_in_operation(
            &field(&format!("type: timestamp, {limits}")),
            2,
            &["no time keeps these limits"],
        );
    }
    assert_operation_passes(&field("type: timestamp, max_length: 20, pattern: '[0-9TZ:-]+'"));
}

#[test]
fn limits_beyond_what_a_number_holds_exactly_are_told() {
    for (attributes, words) in [
        ("type: float, maximum: 1e300", "beyond what a float holds"),
        ("type: float, example: 1e300", "is no number"),
        ("type: int64, maximum: 9007199254740993", "would be rounded to 9007199254740992"),
        ("type: int64, maximum: 9223372036854775808", "beyond what an int64 holds"),
        ("type: string, number: int64, minimum: -9007199254740993", "would be rounded"),
    ] {
        assert_told_in_operation(&field(attributes), 2, &[words]);
    }
    assert_operation_passes(&field("type: int64, maximum: 9007199254740991"));
    assert_operation_passes(&field("type: double, maximum: 1e300"));
}

#[test]
fn patterns_that_say_nothing_or_come_from_another_language_are_told() {
    for (pattern, words) in
        [("", "nothing but the empty text"), (".*", "every text matches"), ("/[a-z]+/", "between slashes")]
    {
        assert_told_in_operation(&field(&format!("type: string, pattern: '{pattern}'")), 2, &[words]);
    }
    assert_operation_passes(&field("type: string, pattern: '[/].+[/]'"));
}

#[test]
fn known_values_keep_the_limits_of_their_text() {
    let types = (
        "spec/types.yaml",
        "Color:\n  doc: What it is painted in.\n  values: {Red: Like a rose., Blue: Like the sea.}\n",
    );
    let of =
        |more: &str| format!("{OPERATION}{}", field(&format!("type: string, known_values: Color, {more}")));
    for (more, words) in [
        ("max_length: 3", "`Blue` has 4 characters"),
        ("pattern: 'R.+'", "`Blue` does not match"),
        ("number: int32", "is not the number"),
    ] {
        assert_told(&[types, (PATH, &of(more))], PATH, 4, &["the known value", words]);
    }
    assert_passes(&[types, (PATH, &of("only: [Red], max_length: 3"))]);
}

#[test]
fn what_is_secret_has_no_default_and_says_so_once() {
    assert_told_in_operation(
        &field("type: string, sensitive: true, default: abc"),
        2,
        &["everybody may read its default"],
    );
    let both = "request:\n  Password: {type: list, doc: What opens it., sensitive: false, items: {type: string, sensitive: true}}\n";
    assert_told_in_operation(both, 2, &["is sensitive, and says that it is not"]);
}
