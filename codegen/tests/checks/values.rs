//! Limits, defaults and examples: against each other, against the type, and where they mean anything.

use super::*;

/// A request with one field of these attributes.
fn field(attributes: &str) -> String {
    format!("request:\n  Known: {{doc: Says which., {attributes}}}\n")
}

#[track_caller]
fn assert_all(cases: &[(&str, &[&str])]) {
    for (attributes, words) in cases {
        assert_told_in_operation(&field(attributes), 2, words);
    }
}

#[test]
fn limits_that_no_value_keeps_are_told() {
    assert_all(&[
        ("type: int32, minimum: 10, maximum: 5", &["`minimum`, 10, is more than `maximum`, 5"]),
        ("type: double, minimum: 0.5, maximum: 0.25", &["`minimum`, 0.5"]),
        ("type: string, min_length: 9, max_length: 8", &["`min_length`, 9"]),
        ("type: timestamp, min_length: 9, max_length: 8", &["`min_length`, 9"]),
        ("type: list, items: {type: string}, min_items: 3, max_items: 2", &["`min_items`, 3"]),
        ("type: list, items: {type: string, min_length: 3, max_length: 2}", &["`min_length`, 3"]),
        ("type: map, items: {type: int64, minimum: 3, maximum: 2}", &["`minimum`, 3"]),
        ("type: string, max_length: 0", &["`max_length: 0` leaves nothing"]),
        ("type: list, items: {type: string}, max_items: 0", &["`max_items: 0` leaves nothing"]),
        ("type: string, min_length: 0", &["`min_length: 0` refuses nothing"]),
        ("type: int32, minimum: 0.5", &["0.5, is no whole number"]),
        ("type: int64, maximum: 7.25", &["7.25, is no whole number"]),
        ("type: int32, maximum: 2147483648", &["beyond what an int32 holds", "`int64`"]),
        ("type: int32, minimum: -3e9", &["beyond what an int32 holds"]),
        ("type: int64, maximum: 1e19", &["beyond what an int64 holds"]),
        ("type: string, number: int32, maximum: 2147483648", &["beyond what an int32 holds"]),
        ("type: string, number: int64, minimum: 0.5", &["0.5, is no whole number"]),
    ]);
}

/// The engine of the client knows less than others do, and would not apply what it does not know.
#[test]
fn patterns_that_the_client_cannot_read_are_told() {
    for pattern in [
        "[a-",
        "(",
        "a{2,1}",
        "*",
        "(?=a)b",
        "(?!a)b",
        "(?<=a)b",
        "(a)\\\\1",
        "\\\\p{Han}+",
        "[[:nothing:]]",
        "a{9999999}",
    ] {
        let words: &[&str] = &["cannot read this pattern", "regex-lite"];
        assert_told_in_operation(&field(&format!("type: string, pattern: \"{pattern}\"")), 2, words);
        assert_told_in_operation(
            &field(&format!("type: list, items: {{type: string, pattern: \"{pattern}\"}}")),
            2,
            words,
        );
    }
    assert_operation_passes(&field("type: string, pattern: '[a-z][-a-z0-9]{2,63}', example: rm-1"));
}

#[test]
fn a_pattern_is_that_of_the_whole_text_and_has_no_anchors() {
    for pattern in ["^[a-z]+$", "^a", "a$", "^a|b"] {
        let attributes = format!("type: string, pattern: '{pattern}'");
        assert_told_in_operation(&field(&attributes), 2, &["is anchored", "`.*`"]);
    }
    for pattern in [r"a\$", "[^a]", "a|b"] {
        assert_operation_passes(&field(&format!("type: string, pattern: '{pattern}'")));
    }
    for text in ["ab", "ba", "aa"] {
        let attributes = format!("type: string, pattern: a|b, example: {text}");
        assert_told_in_operation(&field(&attributes), 2, &["does not match `a|b`"]);
    }
}

#[test]
fn examples_and_defaults_that_the_field_cannot_have_are_told() {
    let kinds = [
        ("type: int32", "abc"),
        ("type: int32", "1.5"),
        ("type: int32", "2147483648"),
        ("type: int32, minimum: 10", "9"),
        ("type: int32, maximum: 10", "11"),
        ("type: int64", "12****"),
        ("type: int64", "99999999999999999999999.0"),
        ("type: float", "much"),
        ("type: double", "'1,5'"),
        ("type: double, maximum: 0.5", "0.75"),
        ("type: bool", "17"),
        ("type: bool", "'yes'"),
        ("type: bool", "True story"),
        ("type: timestamp", "yesterday"),
        ("type: timestamp", "'12:30'"),
        ("type: enum, values: {Red: Like a rose., Blue: Like the sea.}", "Reed"),
        ("type: enum, values: {Red: Like a rose., Blue: Like the sea.}", "red"),
        ("type: Color", "Green"),
        ("type: Box2, style: json", "no object"),
        ("type: string, max_length: 3", "abcd"),
        ("type: string, min_length: 3", "ab"),
        ("type: string, pattern: '[0-9]+'", "12a"),
        ("type: string, number: int32", "many"),
        ("type: string, number: int32, minimum: 1", "'0'"),
        ("type: string, number: double, maximum: 0.5", "'0.75'"),
        ("type: Color, only: [Red]", "Blue"),
        ("type: list, items: {type: Color, only: [Red]}", "Blue"),
        ("type: json", "'{open'"),
        ("type: map, items: {type: string}", "'[1]'"),
        ("type: object, fields: {Inner: {type: string, doc: What is in it.}}", "text"),
        ("type: list, items: {type: int32}", "a"),
        ("type: list, items: {type: int32}", "'[1, \"b\"]'"),
        ("type: list, items: {type: string}, max_items: 1", "'[\"a\", \"b\"]'"),
        ("type: list, items: {type: Color}", "Green"),
        ("type: list, style: simple, items: {type: int32}", "'1,b'"),
    ];
    let types = "Color:\n  doc: What it is painted in.\n  values: {Red: Like a rose., Blue: Like the sea.}\n\
                 Box2:\n  doc: What it is kept in.\n  fields: {Inner: {type: string, doc: What is in it.}}\n";
    for (kind, value) in kinds {
        for key in ["example", "default"] {
            let uses =
                "  Shade: {type: Color, doc: How dark it is.}\n  Case: {type: Box2, doc: Where it lies.}\n";
            let operation = format!("{OPERATION}{}{uses}", field(&format!("{kind}, {key}: {value}")));
            assert_told(
                &[("spec/types.yaml", types), (PATH, &operation)],
                PATH,
                4,
                &[&format!("the {key} `")],
            );
        }
    }
}

#[test]
fn examples_that_are_written_for_another_place_are_told() {
    assert_all(&[
        (r#"type: string, example: '{\"a\": 1}'"#, &["is escaped, as it would be within another JSON text"]),
        (r#"type: string, example: '[{\"a\": 1}]'"#, &["is escaped"]),
        ("type: string, example: '{“a”: 1}'", &["typographic quotation marks"]),
        (r#"type: list, items: {type: string, example: '["a", "b"]'}"#, &["not of an element"]),
        (r#"type: list, items: {type: string, example: '"a", "b"'}"#, &["not of an element"]),
    ]);
    assert_operation_passes(&field(r#"type: string, example: '{"a": "{\"b\": 1}"}'"#));
}

#[test]
fn examples_that_are_values_pass_and_so_do_those_that_the_vendor_has_masked() {
    for attributes in [
        "type: int32, minimum: 1, maximum: 5, example: 5, default: '1'",
        "type: int64, example: 99999999999",
        "type: bool, example: true, default: 'false'",
        "type: timestamp, precision: minute, example: 2024-03-15T08:30Z",
        "type: timestamp, example: '2024-03-15'",
        "type: timestamp, example: 2024-03-15T08:30:00.123Z",
        "type: string, max_length: 5, pattern: '[a-z]+', example: rm-uf6wjk5****",
        "type: enum, values: {Red: Like a rose., \"1\": {name: One, doc: Like the sea.}}, example: 1, default: Red",
        "type: list, items: {type: int32}, example: '[1, 2]'",
        "type: list, items: {type: int32}, example: 7",
        "type: list, style: simple, items: {type: string}, example: 'a,b'",
        "type: map, items: {type: string}, example: '{\"a\": \"b\"}'",
        "type: json, example: '{\"a\": []}'",
        "type: list, items: {type: string, example: a}",
    ] {
        assert_operation_passes(&field(attributes));
    }
}

#[test]
fn keys_that_mean_nothing_where_they_stand_are_told() {
    assert_all(&[
        ("type: list, items: {type: string, doc: One of them.}", &["`doc` has no meaning here"]),
        (
            "type: list, items: {type: enum, doc: One of them., values: {Red: Like a rose.}}",
            &["`doc` has no meaning"],
        ),
        (
            "type: list, items: {type: string, required: true}",
            &["`required` has no meaning here", "min_items"],
        ),
        ("type: list, items: {type: string, default: a}", &["`default` has no meaning here"]),
        ("type: list, items: {type: string, deprecated: No more.}", &["`deprecated` has no meaning here"]),
        ("type: list, items: {type: string, rust: name}", &["`rust` has no meaning here"]),
        ("type: list, items: {type: string, role: region}", &["`role` has no meaning here"]),
        ("type: list, items: {type: string, in: form}", &["`in` has no meaning here"]),
        (
            "type: list, items: {type: list, items: {type: string}, style: json}",
            &["`style` has no meaning here"],
        ),
        (
            "type: list, items: {type: list, items: {type: string}, max_items: 2}",
            &["`max_items` has no meaning here"],
        ),
        ("type: list, items: {type: int32, max_length: 2}", &["`max_length` has no meaning here"]),
        ("type: list, example: a, items: {type: string, example: b}", &["`example` has no meaning here"]),
        ("type: list, maximum: 4, items: {type: int32}", &["`maximum` has no meaning here"]),
        (
            "type: list, wrapper: Item, items: {type: string}",
            &["`wrapper` has no meaning here", "nothing is wrapped"],
        ),
        ("type: bool, minimum: 1", &["`minimum` has no meaning here"]),
        ("type: enum, values: {Red: Like a rose.}, pattern: R", &["`pattern` has no meaning here"]),
        ("type: object, fields: {}", &["no `fields`", "`json`"]),
        ("type: object", &["no `fields`"]),
        ("type: list, items: {type: object, doc: One of them.}", &["no `fields`"]),
        (
            "type: list, style: simple, items: {type: object, doc: One., fields: {Inner: {type: string, doc: In it.}}}",
            &["can be `simple`", "commas"],
        ),
        ("type: list, style: simple, items: {type: list, items: {type: string}}", &["can be `simple`"]),
        ("type: list, style: simple, items: {type: json}", &["can be `simple`"]),
        ("type: map, style: simple, items: {type: string}", &["only a list can be `simple`"]),
        ("type: string, required: true, default: a", &["its default never holds"]),
        (
            "type: string, required: true, deprecated: Nobody needs it.",
            &["warning: ", "required and deprecated"],
        ),
        ("type: string, sensitive: false", &["`sensitive: false` has no meaning here"]),
    ]);
    for (member, words) in [
        ("type: string, default: a", "`default` has no meaning here"),
        ("type: string, required: true", "`required` has no meaning here"),
        ("type: string, role: region", "`role` has no meaning here"),
        ("type: list, items: {type: list, items: {type: string}}", "in XML"),
        ("type: list, wrapper: Item, items: {type: list, items: {type: string}}", "in XML"),
        ("type: object, fields: {}", "no `fields`"),
    ] {
        assert_told_in_operation(
            &format!("response:\n  Known: {{doc: Says which., {member}}}\n"),
            2,
            &[words],
        );
    }
}

#[test]
fn a_shared_object_with_a_wrapped_list_is_none_of_a_request() {
    let types = "Group:\n  doc: Some of them.\n  fields:\n    Members: {type: list, wrapper: Member, doc: All., items: {type: string}}\n\
                 Outer:\n  doc: What they are in.\n  fields: {Inner: {type: Group, doc: The group.}}\n";
    for kind in ["type: Outer", "type: list, items: {type: Outer}"] {
        let operation = format!("{OPERATION}request:\n  Known: {{{kind}, doc: Says which.}}\n");
        assert_told(
            &[("spec/types.yaml", types), (PATH, &operation)],
            PATH,
            4,
            &["Group.Members", "nothing is wrapped"],
        );
    }
    let operation = format!("{OPERATION}response:\n  Known: {{type: Outer, doc: Says which.}}\n");
    assert_passes(&[("spec/types.yaml", types), (PATH, &operation)]);
}

#[test]
fn values_that_fit_are_some_of_those_that_the_enum_has() {
    let types = "Color:\n  doc: What it is painted in.\n  values: {Red: Like a rose., Blue: Like the sea., Green: Like grass.}\n\
                 Chest:\n  doc: What it is kept in.\n  fields: {Inner: {type: string, doc: What is in it.}}\n";
    let operation = |attributes: &str| {
        let uses =
            "  Shade: {type: Color, doc: How dark it is.}\n  Case: {type: Chest, doc: Where it lies.}\n";
        format!("{OPERATION}{}{uses}", field(attributes))
    };
    for (attributes, words) in [
        ("type: Color, only: [Rad]", &["`Color` has no value `Rad`", "did you mean `Red`?"][..]),
        ("type: Color, only: [Red, Red]", &["`Red` stands here twice"]),
        ("type: Color, only: [Green, Red, Blue]", &["these are all values of `Color`", "remove `only`"]),
        ("type: list, items: {type: Color, only: [Rad]}", &["no value `Rad`"]),
        ("type: map, items: {type: Color, only: [Red, Red]}", &["twice"]),
        ("type: string, known_values: Color, only: [Rad]", &["no value `Rad`"]),
        ("type: string, only: [Red]", &["`only` has no meaning here", "a shared enum"]),
        ("type: enum, values: {Red: Like a rose.}, only: [Red]", &["`only` has no meaning here"]),
        ("type: Chest, style: json, only: [Red]", &["`only` has no meaning here"]),
        ("type: list, only: [Red], items: {type: Color}", &["`only` has no meaning here"]),
    ] {
        assert_told(&[("spec/types.yaml", types), (PATH, &operation(attributes))], PATH, 4, words);
    }
    for attributes in [
        "type: Color, only: [Red, Blue], example: Blue, default: Red",
        "type: list, items: {type: Color, only: [Green]}, example: Green",
        "type: string, known_values: Color, only: [Green], example: Grey",
    ] {
        assert_passes(&[("spec/types.yaml", types), (PATH, &operation(attributes))]);
    }
    let response = format!(
        "{}response:\n  Seen: {{type: Color, only: [Red], doc: What it was.}}\n",
        operation("type: int32")
    );
    assert_told(&[("spec/types.yaml", types), (PATH, &response)], PATH, 8, &["`only` has no meaning here"]);
}

/// What holds for an element holds wherever the client looks for it.
#[test]
fn what_is_said_of_elements_is_said_of_the_list() {
    let request = "request:\n  Pins: {type: list, doc: All of them., max_items: 3, items: {type: string, sensitive: true, \
                   min_length: 4, pattern: '[0-9]+', example: '1234'}}\n";
    let sources = specification(&[(PATH, &format!("{OPERATION}{request}"))]);
    let outputs = generate(&sources, "test-api").unwrap().outputs;
    let text = |path: &str| &outputs.iter().find(|output| output.path.ends_with(path)).unwrap().text;
    let description: serde_json::Value = serde_json::from_str(text("widgets/list_widgets.json")).unwrap();
    let pins = &description["parameters"][0];
    for (key, value) in [
        ("sensitive", serde_json::json!(true)),
        ("max_items", serde_json::json!(3)),
        ("min_length", serde_json::json!(4)),
        ("pattern", serde_json::json!("[0-9]+")),
        ("example", serde_json::json!("1234")),
    ] {
        assert_eq!(pins[key], value, "{key} of {pins:#}");
    }
    assert!(text("widgets/list_widgets.rs").contains(".sensitive()"));
}

#[test]
fn texts_with_the_name_of_a_secret_say_whether_they_are_one() {
    for (wire, kind) in [
        ("AccountPassword", "type: string"),
        ("NewPasswd", "type: string"),
        ("RootPwd", "type: string"),
        ("KeyPassphrase", "type: json"),
        ("SecurityToken", "type: string"),
        ("PrivateKey", "type: string"),
        ("ApiKey", "type: string"),
        ("ClientSecret", "type: list, items: {type: string}"),
        ("OldPassword", "type: map, items: {type: string}"),
        ("Authorization", "type: string"),
    ] {
        for side in ["request", "response"] {
            let of = |more: &str| format!("{side}:\n  {wire}: {{doc: Lets somebody in., {kind}{more}}}\n");
            assert_told_in_operation(
                &of(""),
                2,
                &["has the name of a secret", "`sensitive: true`", "`sensitive: false`"],
            );
            assert_operation_passes(&of(", sensitive: true"));
            assert_operation_passes(&of(", sensitive: false"));
            let inner = format!(
                "{side}:\n  Known:\n    type: object\n    doc: Where it is.\n    fields:\n      {wire}: {{doc: Lets somebody in., {kind}}}\n"
            );
            assert_told_in_operation(&inner, 6, &["has the name of a secret"]);
        }
    }
    for wire in ["NextToken", "ClientToken", "PasswordExpireTime", "SecretArn", "TagKey"] {
        assert_operation_passes(&format!("request:\n  {wire}: {{doc: Lets nobody in., type: string}}\n"));
    }
    assert_operation_passes("request:\n  HasPassword: {doc: Whether one is set., type: bool}\n");
}
