//! How exactly a parameter takes a time: its key, its documentation and its example say the same.

use super::*;

/// A request with one field of these attributes.
fn field(attributes: &str) -> String {
    format!("request:\n  Known: {{{attributes}}}\n")
}

#[test]
fn what_the_documentation_and_the_example_do_not_say_is_told() {
    for (attributes, words) in [
        ("type: timestamp, doc: 'When, `yyyy-MM-ddTHH:mmZ`.'", &["precision: minute"] as &[&str]),
        ("type: timestamp, doc: 'When, such as `2018-01-01T12:05Z`.'", &["yyyy-MM-ddTHH:mmZ"]),
        ("type: timestamp, precision: second, doc: 'When, `yyyy-MM-ddTHH:mmZ`.'", &["precision: minute"]),
        (
            "type: timestamp, precision: minute, doc: 'When, `yyyy-MM-ddTHH:mm:ssZ`.'",
            &["remove `precision: minute`"],
        ),
        ("type: timestamp, precision: minute, doc: 'When, such as `2018-01-01T12:05:00Z`.'", &["remove"]),
        (
            "type: timestamp, precision: minute, doc: When., example: 2018-01-01T12:05:00Z",
            &["2024-03-15T08:30Z"],
        ),
        ("type: timestamp, doc: When., example: 2018-01-01T12:05Z", &["2024-03-15T08:30:00Z"]),
        ("type: list, doc: 'When, `yyyy-MM-ddTHH:mmZ`.', items: {type: timestamp}", &["precision: minute"]),
        ("type: list, doc: When., items: {type: timestamp, example: 2018-01-01T12:05Z}", &["08:30:00Z"]),
        (
            "type: map, doc: 'When, `HH:mm:ssZ`.', items: {type: timestamp, precision: minute}",
            &["remove `precision: minute`"],
        ),
        (
            "type: object, doc: What., fields: {At: {type: timestamp, doc: 'When, `yyyy-MM-ddTHH:mmZ`.'}}",
            &["`At`", "precision: minute"],
        ),
    ] {
        assert_told_in_operation(&field(attributes), 2, words);
    }
}

#[test]
fn times_that_are_as_documented_pass() {
    for attributes in [
        "type: timestamp, doc: 'When, `yyyy-MM-ddTHH:mm:ssZ`.', example: 2018-01-01T12:05:00Z",
        "type: timestamp, precision: second, doc: 'When, `yyyy-MM-ddTHH:mm:ssZ`.'",
        "type: timestamp, precision: minute, doc: 'When, `yyyy-MM-ddTHH:mmZ`.', example: 2018-01-01T12:05Z",
        "type: timestamp, precision: minute, doc: 'When, at `08:30Z` or `08:30:00Z`.'",
        "type: timestamp, doc: When it happens., example: 2018-01-01",
        "type: list, doc: 'When, `yyyy-MM-ddTHH:mmZ`.', items: {type: timestamp, precision: minute}",
    ] {
        assert_operation_passes(&field(attributes));
    }
    assert_operation_passes("response:\n  Known: {type: timestamp, doc: 'When, `yyyy-MM-ddTHH:mmZ`.'}\n");
}

#[test]
fn what_is_rounded_up_is_the_end_of_a_range() {
    let field = |name: &str, precision: &str| {
        format!("request:\n  {name}: {{type: timestamp, precision: {precision}, doc: When.}}\n")
    };
    for name in ["EndTime", "End", "To", "ToStartTime"] {
        assert_told_in_operation(
            &field(name, "minute"),
            2,
            &["ends a range", "say `precision: next_minute`"],
        );
        assert_operation_passes(&field(name, "next_minute"));
        assert_operation_passes(&field(name, "second"));
    }
    for name in ["StartTime", "Token", "BackupTime"] {
        assert_told_in_operation(
            &field(name, "next_minute"),
            2,
            &["ends no range", "say `precision: minute`"],
        );
        assert_operation_passes(&field(name, "minute"));
    }
}

#[test]
fn a_precision_stands_only_at_times_of_requests() {
    for attributes in [
        "type: string, precision: minute",
        "type: int64, precision: second",
        "type: list, items: {type: timestamp}, precision: minute",
        "type: list, items: {type: string, precision: minute}",
        "type: object, precision: minute, fields: {At: {type: timestamp, doc: When.}}",
    ] {
        let words: &[&str] = &["`precision` has no meaning here", "a time that a request takes"];
        assert_told_in_operation(&field(&format!("doc: Says which., {attributes}")), 2, words);
    }
    let response = "response:\n  Known: {type: timestamp, precision: minute, doc: When.}\n";
    assert_told_in_operation(response, 2, &["`precision` has no meaning here"]);
}
