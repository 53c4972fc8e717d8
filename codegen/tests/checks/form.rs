//! Texts that are no file of a specification, and specifications that lack a file.

use super::*;

#[test]
fn what_is_no_document_is_told_at_its_place() {
    let field = "request:\n  Known: {type: string, doc: Says which.}\n";
    for (text, line, words) in [
        (
            format!("{OPERATION}request:\n\tKnown: {{type: string, doc: Says which.}}\n"),
            4,
            &["tab", "spaces"][..],
        ),
        (
            format!("{OPERATION}request:\n  Known:\n    type: string\n\t  doc: Says which.\n"),
            6,
            &["tab", "spaces"],
        ),
        (format!("{OPERATION}access: read\n"), 3, &["`access`", "twice", "line 2"]),
        (
            format!("{OPERATION}{field}  \"Known\": {{type: string, doc: Says which.}}\n"),
            5,
            &["`Known`", "twice"],
        ),
        (
            format!("{OPERATION}request:\n  Known: {{type: string, doc: Says which., type: int32}}\n"),
            4,
            &["`type`", "twice"],
        ),
        (format!("{OPERATION}errors:\n  404: [A]\n  \"404\": [B]\n"), 5, &["`404`", "twice"]),
        (format!("{OPERATION}request:\n  <<: {{}}\n"), 4, &["merge key"]),
        (format!("{OPERATION}request:\n  Known: &it {{type: string, doc: Says which.}}\n"), 4, &["anchors"]),
        (format!("{OPERATION}request:\n  Known: *it\n"), 4, &["anchor"]),
        (format!("{OPERATION}request: !map\n  Known: {{type: string, doc: Says which.}}\n"), 3, &["tags"]),
        (format!("{OPERATION}description: !text Tells more.\n"), 3, &["tags", "quotes"]),
        (format!("{OPERATION}description: !!str Tells more.\n"), 3, &["tags"]),
        (format!("{OPERATION}---\n{OPERATION}"), 3, &["second document", "`---`"]),
        (format!("\u{feff}{OPERATION}"), 1, &["byte order mark", "UTF-8"]),
        (format!("\u{feff}{OPERATION}nonsense: [\n"), 1, &["byte order mark"]),
        (format!("{OPERATION}description: A caf\u{fffd}.\n"), 3, &["not UTF-8"]),
        ("\u{fffd}\u{fffd}s\0u\0m\0m\0a\0r\0y\0".to_owned(), 1, &["UTF-16"]),
        (format!("{OPERATION}description: The color #1 of C # of all colors.\n"), 3, &["` #`", "quotes"]),
        (
            format!("{OPERATION}request:\n  Known: {{type: string, doc: Says which. # of them\n    }}\n"),
            4,
            &["` #`"],
        ),
        (format!("{OPERATION}request:\n  Known: {{type: string\n"), 4, &["not valid YAML"]),
        (format!("{OPERATION}request: {}", "[".repeat(100_000)), 3, &["nested more than"]),
        (format!("{OPERATION}request: {}", "{a: ".repeat(100_000)), 3, &["nested more than"]),
        (format!("{OPERATION}request:\n  {}a\n", "- ".repeat(100_000)), 4, &["nested more than"]),
        ("[]".to_owned(), 1, &["expected a mapping, found a list"]),
        (String::new(), 1, &["expected a mapping, found nothing"]),
    ] {
        assert_told(&[(PATH, &text)], PATH, line, words);
    }
}

/// The compiler refuses some of them in comments, and nobody finds a name or a code that has one.
#[test]
fn characters_that_nobody_sees_are_told_wherever_they_stand() {
    for character in [
        '\u{7}', '\r', '\u{85}', '\u{ad}', '\u{200b}', '\u{200f}', '\u{2028}', '\u{202e}', '\u{2066}',
        '\u{feff}',
    ] {
        let code = u32::from(character);
        let (escape, words) = (format!("\\u{code:04x}"), format!("U+{code:04X}"));
        for (rest, line) in [
            (format!("description: \"Tells {escape} more.\"\n"), 3),
            (format!("request:\n  Known: {{type: string, doc: \"Says {escape}which.\"}}\n"), 4),
            (format!("request:\n  \"Kno{escape}wn\": {{type: string, doc: Says which.}}\n"), 4),
            (format!("request:\n  Known: {{type: string, doc: Says which., example: \"a{escape}\"}}\n"), 4),
            (
                format!(
                    "request:\n  Known: {{type: enum, doc: Says which., values: {{\"Red{escape}\": Like a rose.}}}}\n"
                ),
                4,
            ),
            (format!("errors:\n  404: [\"Gone{escape}\"]\n"), 4),
            (format!("search: [\"gadgets{escape}\"]\n"), 3),
        ] {
            assert_told(&[(PATH, &format!("{OPERATION}{rest}"))], PATH, line, &[&words, "nobody sees"]);
        }
    }
    let itself = format!("{OPERATION}description: |\n  Turns.\n\n  It \u{202e} turns.\n");
    assert_told(&[(PATH, &itself)], PATH, 6, &["U+202E"]);
    let windows = format!("{OPERATION}description: |\n  One.\n\n  Two.\n").replace('\n', "\r\n");
    assert_passes(&[(PATH, &windows)]);
    assert_operation_passes("description: \"One — two … “three” é 中文.\\n\\nFour.\"\n");
}

#[test]
fn numbers_that_are_no_status_or_too_large_are_told() {
    for status in ["+404", "0404", " 404", "4_04", "404.0"] {
        assert_told_in_operation(
            &format!("errors:\n  \"{status}\": [Gone]\n"),
            2,
            &["is not an HTTP status"],
        );
    }
    let field = |more: &str| format!("request:\n  Known: {{type: string, doc: Says which., {more}}}\n");
    assert_told_in_operation(&field("example: 18446744073709551615"), 2, &["64 bits", "put it in quotes"]);
    let waiter =
        "waiters:\n  ready: {doc: Waits for it., field: A, done: ['1'], timeout: 18446744073709551615}\n";
    assert_told_in_operation(waiter, 2, &["64 bits", "give a number"]);
}

#[test]
fn a_comment_behind_a_word_and_a_document_that_is_marked_are_as_good_as_any() {
    assert_passes(&[(PATH, &format!("---\n{OPERATION}# A remark.\n"))]);
    assert_operation_passes("request:\n  Known: {type: string, doc: 'Color #1 or # 2.'} # A remark.\n");
    assert_operation_passes("request:\n  Known:\n    type: string # A remark.\n    doc: Says C#.\n");
    assert_passes(&[(PATH, &OPERATION.replace('\n', "\r\n"))]);
}

#[test]
fn what_has_no_value_or_one_of_another_type_is_told() {
    for (rest, line, words) in [
        ("deprecated:\n", 1, &["`deprecated` has no value"][..]),
        ("description: ~\n", 1, &["`description` has no value"]),
        ("request:\n", 1, &["`request` has no value"]),
        ("request:\n  Known: {type: string, doc: null}\n", 2, &["`doc` has no value"]),
        ("request:\n  Known: {type: int32, doc: Says which., minimum: }\n", 2, &["`minimum` has no value"]),
        (
            "request:\n  Known: {type: list, items: {type: string}, doc: All of them., min_items: -1}\n",
            2,
            &["from 0", "-1"],
        ),
        ("request:\n  Known: {type: string, doc: Says which., max_length: -5}\n", 2, &["from 0", "-5"]),
        ("request:\n  Known: {type: int32, doc: Says which., minimum: .nan}\n", 2, &["no number"]),
        ("request:\n  Known: {type: int32, doc: Says which., maximum: .inf}\n", 2, &["no number"]),
        (
            "request:\n  Known: {type: list, items: {type: string}, doc: All of them., example: [a, b]}\n",
            2,
            &["text", "found a list", "JSON"],
        ),
        (
            "request:\n  Known: {type: string, doc: Says which., default: {a: b}}\n",
            2,
            &["found a mapping", "JSON"],
        ),
        (
            "request:\n  Known: {type: int, doc: Says which.}\n",
            2,
            &["unknown type `int`", "did you mean `int32`?"],
        ),
        ("request:\n  Known: {type: integer, doc: Says which.}\n", 2, &["did you mean `int32`?"]),
        ("request:\n  Known: {type: long, doc: Says which.}\n", 2, &["did you mean `int64`?"]),
        ("request:\n  Known: {type: String, doc: Says which.}\n", 2, &["did you mean `string`?"]),
        ("request:\n  Known: {type: boolean, doc: Says which.}\n", 2, &["did you mean `bool`?"]),
        ("request:\n  Known: {type: number, doc: Says which.}\n", 2, &["did you mean `double`?"]),
        ("request:\n  Known: {type: array, doc: Says which., style: json}\n", 2, &["did you mean `list`?"]),
        ("request:\n  Known: {type: datetime, doc: Says which.}\n", 2, &["did you mean `timestamp`?"]),
        ("request:\n  Known: {type: text, doc: Says which.}\n", 2, &["did you mean `string`?"]),
    ] {
        assert_told_in_operation(rest, line, words);
    }
}

#[test]
fn a_specification_without_an_api_is_none() {
    let sources: Vec<_> =
        specification(&[]).into_iter().filter(|source| source.path != "spec/api.yaml").collect();
    for sources in [&sources[..], &[]] {
        let told = generate(sources, "test-api").expect_err("a mistake");
        assert_eq!(told.len(), 1);
        assert!(shown(&told).contains("spec/api.yaml is missing"), "{}", shown(&told));
    }
}

#[test]
fn files_that_nobody_reads_are_told() {
    for (path, words) in [
        ("spec/widgets/ListGadgets.yml", "name it spec/widgets/ListGadgets.yaml"),
        ("spec/widgets/ListGadgets.YAML", "name it spec/widgets/ListGadgets.yaml"),
        ("spec/glossary.yml", "name it spec/glossary.yaml"),
        ("spec/widgets/ListGadgets.yaml.txt", "no place here"),
        ("spec/widgets/ListGadgets.json", "no place here"),
        ("spec/widgets/deeper/ListGadgets.yaml", "nothing deeper"),
        ("spec/ListGadgets.yaml", "FAMILY/OPERATION.yaml"),
    ] {
        assert_told(&[(path, OPERATION)], path, 1, &[words]);
    }
}

/// The time that this takes is in proportion to the text: each place was looked for in the whole text once, which took
/// minutes for these.
#[test]
fn thousands_of_mistakes_are_told_like_one() {
    let fields =
        |count: usize| (0..count).map(|index| format!("  Known{index}: {{type: int}}\n")).collect::<String>();
    let told = told(&[(PATH, &format!("{OPERATION}request:\n{}", fields(2_000)))]);
    assert_eq!(told.len(), 4_000);
    assert!(told.windows(2).all(|pair| pair[0].place() <= pair[1].place()));
    let shown = shown(&told);
    assert!(shown.contains("ListWidgets.yaml:2003:"), "the last line");
}

#[test]
fn rings_of_types_are_refused_wherever_they_close() {
    let node = |kind: &str| {
        format!("Tree:\n  doc: A node.\n  fields:\n    Children: {{doc: What is below., {kind}}}\n")
    };
    let list = "type: list, items: {type: Tree}";
    let two = "Tree:\n  doc: A node.\n  fields:\n    Children: {doc: What is below., type: list, items: {type: Leaf}}\n\
               Leaf:\n  doc: An end.\n  fields:\n    Back: {doc: What is above., type: map, items: {type: Tree}}\n";
    for (types, rings) in [
        (node("type: Tree"), 1),
        (node(list), 1),
        (node("type: map, items: {type: Tree}"), 1),
        (node("type: list, items: {type: map, items: {type: Tree}}"), 1),
        (two.to_owned(), 2),
    ] {
        for side in ["request", "response"] {
            let operation = format!("{OPERATION}{side}:\n  Top: {{type: Tree, doc: The first.}}\n");
            let told = told(&[("spec/types.yaml", &types), (PATH, &operation)]);
            assert_eq!(told.len(), rings, "{}", shown(&told));
            assert!(told.iter().all(|it| it.message().ends_with("holds itself")), "{}", shown(&told));
            // What the message recommends works.
            let mended = types.replace("type: Leaf", "type: json").replace("type: Tree", "type: json");
            let mended = mended.split("Leaf:").next().unwrap();
            assert_passes(&[("spec/types.yaml", mended), (PATH, &operation)]);
        }
    }
}
