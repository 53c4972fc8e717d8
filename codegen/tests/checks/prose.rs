//! Documentation, by what rustdoc makes of it and by what it tells a person.

use super::*;

#[test]
fn what_rustdoc_would_misread_is_told_wherever_it_stands() {
    for (text, words) in [
        ("See [Foo::bar].", "taken for a link"),
        ("See [`Foo`].", "taken for a link"),
        ("See [the other](Foo::bar).", "taken for a link"),
        ("See [the other][Foo].", "taken for a link"),
        ("Takes #[x].", "taken for a link"),
        ("Takes a[0].", "taken for a link"),
        ("Is <b>bold</b>.", "taken for HTML"),
        ("Is a Vec<T>.", "taken for HTML"),
        ("Is <!-- nothing -->.", "taken for HTML"),
        ("Is </b>.", "taken for HTML"),
        ("Look at https://example.com/ first.", "`<https://…>`"),
        ("Look at (http://example.com).", "`<https://…>`"),
        ("Is `open.", "backtick"),
        ("Is TODO.", "not finished"),
        ("FIXME: say more.", "not finished"),
        ("See [it](https://example.com/ and more.", "does not end"),
        ("See [it](https://example.com/a b).", "does not end"),
        ("See <https://example.com/a b>.", "has a blank"),
        ("See ![it](https://example.com/a.png).", "a picture"),
    ] {
        let quoted = format!("'{text}'");
        let glossary = format!("Known: {quoted}\n");
        let uses = format!("{OPERATION}request:\n  Known: {{type: string}}\n");
        assert_told(&[("spec/glossary.yaml", &glossary), (PATH, &uses)], "spec/glossary.yaml", 1, &[words]);
        for (rest, line) in [
            (format!("description: {quoted}\n"), 1),
            (format!("deprecated: {quoted}\n"), 1),
            (format!("request:\n  Known: {{type: string, doc: {quoted}}}\n"), 2),
            (format!("request:\n  Known: {{type: string, doc: Says which., deprecated: {quoted}}}\n"), 2),
            (format!("request:\n  Known: {{type: enum, doc: Says which., values: {{Red: {quoted}}}}}\n"), 2),
            (
                format!(
                    "response:\n  Known: {{type: list, doc: All., items: {{type: object, doc: {quoted}, fields: {{A: {{type: string, doc: In it.}}}}}}}}\n"
                ),
                2,
            ),
        ] {
            assert_told_in_operation(&rest, line, &[words]);
        }
    }
    for (block, words) in [
        ("Before.\n\n  ```\n  let it = 1;\n  ```\n", "taken for Rust"),
        ("Before.\n\n  ```rust\n  let it = 1;\n  ```\n", "taken for Rust"),
        ("Before.\n\n  ```no_run\n  let it = 1;\n  ```\n", "taken for Rust"),
        ("Before.\n\n  ~~~\n  let it = 1;\n  ~~~\n", "taken for Rust"),
        ("Before.\n\n  > ```\n  > let it = 1;\n  > ```\n", "taken for Rust"),
        ("Before.\n\n  - ```\n    let it = 1;\n    ```\n", "taken for Rust"),
        ("Before.\n\n  ```ignore-windows\n  let it = 1;\n  ```\n", "taken for Rust"),
        ("Before.\n\n  ```edition2018\n  let it = 1;\n  ```\n", "taken for Rust"),
        ("Before.\n\n  ```E0308\n  let it = 1;\n  ```\n", "taken for Rust"),
        ("Before.\n\n  ```standalone_crate\n  let it = 1;\n  ```\n", "taken for Rust"),
        ("Before.\n\n  ```{.rust}\n  let it = 1;\n  ```\n", "taken for Rust"),
        ("Before.\n\n  ```text,rust\n  let it = 1;\n  ```\n", "taken for Rust"),
        ("Before.\n\n  ````text\n  ```\n  let it = 1;\n", "does not end"),
        ("Before.\n\n  ```text\n  let it = 1;\n  ~~~\n", "does not end"),
        ("Before.\n\n  ```text\n  let it = 1;\n", "does not end"),
        ("Before.\n\n      SELECT 1;\n\n  After.\n", "indented block"),
    ] {
        let text = format!("description: |\n  {block}");
        let told = told(&[(PATH, &format!("{OPERATION}{text}"))]);
        assert!(shown(&told).contains(words), "{words}: {}", shown(&told));
    }
}

#[test]
fn what_rustdoc_reads_well_passes() {
    for text in [
        "Is `a[0]`, `Vec<T>`, `https://example.com/` or `<b>`.",
        "See <https://example.com/>.",
        "See [the page](https://example.com/).",
        "Is less < than 5 and more > than 3.",
        r"Is \[not a link\].",
        "Takes 5 # of them.",
    ] {
        assert_operation_passes(&format!("description: '{text}'\n"));
    }
    assert_operation_passes(
        "description: |\n  Before.\n\n  ```sql\n  SELECT a[0] FROM <b>\n      WHERE 1;\n  ```\n\n  - One.\n    More of it, by two.\n".replace("    More", "    more").replace("\n    more", "\n   more").as_str(),
    );
}

#[test]
fn a_summary_is_one_line_that_says_what_is_done() {
    let long = format!("Lists {}.", "what there is and ".repeat(6));
    for (summary, words) in [
        ("'The list of all things.'", "verb in the third person"),
        ("'List all things.'", "verb in the third person"),
        ("'This lists all things.'", "verb in the third person"),
        ("'lists all things.'", "verb in the third person"),
        ("\"Lists all things.\\nAnd more of them.\"", "more than one line"),
        (long.as_str(), "characters; at most 110 may"),
        ("'Lists all TODO.'", "not finished"),
        ("Lists widgets.", "only repeats its name"),
        ("Lists all things", "period"),
    ] {
        assert_told(&[(PATH, &format!("summary: {summary}\naccess: read\n"))], PATH, 1, &[words]);
    }
    for summary in ["Creates, changes or deletes a thing.", "Adds what is missing."] {
        assert_passes(&[(PATH, &format!("summary: {summary}\naccess: read\n"))]);
    }
}

/// It generates, so that it can be tried; and it cannot be released.
#[test]
fn what_nobody_has_written_yet_is_a_warning() {
    let told = told(&[(PATH, &codegen::skeleton::operation("ListWidgets", None))]);
    assert_eq!(told.len(), 2, "{}", shown(&told));
    assert!(
        told.iter().all(|it| it.severity() == Severity::Warning && it.message().contains("every new file"))
    );
}

#[test]
fn the_glossary_is_checked_line_by_line() {
    let path = "spec/glossary.yaml";
    let uses = format!("{OPERATION}request:\n  Known: {{type: string}}\n");
    for (text, line, words) in [
        ("Known: \"\"\n", 1, "is empty"),
        ("Known: Says which\n", 1, "period"),
        ("Known: The known.\n", 1, "only repeats its name"),
        ("Known: Says which.\nOther: Says more.\n", 2, "warning: nothing is documented by"),
        ("Known: Says which.\nKnown: Says more.\n", 2, "twice"),
    ] {
        assert_told(&[(path, text), (PATH, &uses)], path, line, &[words]);
    }
}
