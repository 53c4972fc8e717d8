//! What a person is told who made a mistake in the specification.

#![allow(clippy::expect_used)]

mod specifications;

use codegen::generate;
use specifications::{API, PATH, with_files};

/// An operation with a list, and a place for more.
const OPERATION: &str = "\
summary: Tells what there is.
access: read
";

/// Everything that is said about the files, as a terminal without colors shows it.
fn mistakes(files: &[(&str, &str)]) -> String {
    let glossary = ("spec/glossary.yaml", "Known: A name that is known.\n");
    let sources = with_files(&[&[glossary], files].concat());
    let mistakes = generate(&sources, "test-api").expect_err("a mistake");
    mistakes.iter().map(|mistake| mistake.render(false)).collect::<Vec<_>>().join("\n\n")
}

/// What is said about an operation that goes on as given.
fn in_operation(rest: &str) -> String {
    mistakes(&[(PATH, &format!("{OPERATION}{rest}"))])
}

#[test]
fn form() {
    insta::assert_snapshot!(
        "unknown_key",
        in_operation("request:\n  Known: {type: string, requird: true}\n")
    );
    insta::assert_snapshot!("unknown_choice", in_operation("method: fetch\n"));
    insta::assert_snapshot!(
        "wrong_type",
        in_operation("request:\n  Known: {type: string, required: maybe}\n")
    );
    insta::assert_snapshot!("bad_yaml", in_operation("request:\n  Known: {type: string\n"));
    insta::assert_snapshot!("missing_key", mistakes(&[(PATH, "access: read\n")]));
}

#[test]
fn what_holds_for_all_operations() {
    let api = |more: &str| mistakes(&[("spec/api.yaml", &format!("{API}{more}"))]);
    insta::assert_snapshot!("call_parameter_of_no_operation", api("call_parameters: [OwnerId]\n"));
    insta::assert_snapshot!("acknowledgement_of_no_object", api("acknowledgement: Accepted\n"));
    let synonyms = "synonyms: [[disk, storage], [alone], [Tag, hard disk, ''], [volume, disk]]\n";
    insta::assert_snapshot!("synonyms", api(synonyms));
}

#[test]
fn setters() {
    let request = |fields: &str| in_operation(&format!("request:\n{fields}"));
    insta::assert_snapshot!(
        "setter_of_a_call",
        request("  Items: {type: string, doc: Narrows what comes.}\n")
    );
    insta::assert_snapshot!(
        "setter_like_an_option",
        request("  WithTags: {type: string, doc: Narrows what comes.}\n")
    );
    let object =
        "  Known: {type: object, name: Thing, fields: {New: {type: string, doc: Narrows what comes.}}}\n";
    insta::assert_snapshot!("setter_of_an_object", request(object));
}

#[test]
fn names() {
    let fields =
        "request:\n  DBId: {type: string, doc: One spelling.}\n  DbId: {type: string, doc: Another one.}\n";
    insta::assert_snapshot!("one_rust_name_for_two", in_operation(fields));
    insta::assert_snapshot!(
        "keyword",
        in_operation("request:\n  Known: {type: enum, values: {\"1\": {name: Self, doc: First one.}}}\n")
    );
    let values = "request:\n  Known:\n    type: enum\n    values:\n      \"15\": Every quarter of an hour.\n";
    insta::assert_snapshot!("value_without_identifier", in_operation(values));
    insta::assert_snapshot!(
        "duplicate_operation",
        mistakes(&[
            (
                "spec/api.yaml",
                &API.replace(
                    "endpoints:",
                    "  gadgets: {title: Gadgets, doc: All about gadgets.}\nendpoints:"
                )
            ),
            (PATH, OPERATION),
            ("spec/gadgets/ListWidgets.yaml", OPERATION),
        ])
    );
    insta::assert_snapshot!(
        "family_keyword",
        mistakes(&[("spec/api.yaml", &API.replace("  widgets:", "  type:"))])
    );
    insta::assert_snapshot!(
        "family_of_a_taken_name",
        mistakes(&[("spec/api.yaml", &API.replace("  widgets:", "  each_request:"))])
    );
    insta::assert_snapshot!(
        "no_name_of_an_operation",
        mistakes(&[("spec/widgets/List-Widgets.yaml", OPERATION), ("spec/widgets/2Lists.yaml", OPERATION)])
    );
    insta::assert_snapshot!("undeclared_family", mistakes(&[("spec/wigets/ListWidgets.yaml", OPERATION)]));
}

#[test]
fn documentation() {
    insta::assert_snapshot!("undocumented", in_operation("request:\n  Unknown: {type: string}\n"));
    insta::assert_snapshot!(
        "repeats_the_name",
        in_operation("request:\n  WidgetId: {type: string, doc: The id of the widget.}\n")
    );
    let objects = "response:\n  One:\n    type: object\n    fields:\n      Known: {type: string}\n  Many:\n    type: list\n    wrapper: Widget\n    doc: What there is.\n    items:\n      type: object\n      fields:\n        Known: {type: string}\n";
    insta::assert_snapshot!("undocumented_objects", in_operation(objects));
}

#[test]
fn error_codes() {
    let operation = format!("{OPERATION}errors:\n  400: [Busy, Odd]\n  404: [Gone]\n");
    let judged = |errors: &str| mistakes(&[(PATH, &operation), ("spec/errors.yaml", errors)]);
    insta::assert_snapshot!("error_codes_not_judged", judged("busy: [Busy]\n"));
    insta::assert_snapshot!(
        "error_codes_judged_badly",
        judged("busy: [Odd, Busy]\ninvalid: [Gone, Odd]\nmay_have_been_executed: [Lost]\n")
    );
    insta::assert_snapshot!("error_class_unknown", judged("bussy: [Busy, Odd]\n"));
}

#[test]
fn search_words() {
    let search = |words: &str| in_operation(&format!("search: {words}\n"));
    insta::assert_snapshot!("search_word_without_a_word", search(r#"["", " ", "'"]"#));
    insta::assert_snapshot!(
        "search_words_not_plain",
        search(r#"[Gadgets, " gizmos", "spare  parts", " List A"]"#)
    );
    insta::assert_snapshot!(
        "search_words_with_quotation_marks",
        search(r#"["'gadgets'", "spare\tparts", "what’s there"]"#)
    );
    insta::assert_snapshot!("search_word_too_long", search("[everything that somebody might want to know]"));
    insta::assert_snapshot!("search_word_twice", search("[gadgets, parts, Gadgets]"));
    insta::assert_snapshot!(
        "search_words_of_the_name",
        search("[list, list-widgets, Widgets, list gadgets]")
    );
    insta::assert_snapshot!("search_not_a_list", search("gadgets"));
}

#[test]
fn references() {
    insta::assert_snapshot!("unknown_type", in_operation("request:\n  Known: {type: strnig}\n"));
    let pagination = "pagination: {by: page_number, page: PageNum, items: Widgets, disabled_by: [PageNumbers]}\nrequest:\n  PageNumber: {type: int32, doc: Which of them.}\n";
    insta::assert_snapshot!("pagination_names_an_absent_field", in_operation(pagination));
    let response = "request:\n  Known: {type: string}\nresponse:\n  Known: {type: string}\n  Groups:\n    type: list\n    doc: Some at a time.\n    items:\n      type: object\n      doc: One of them.\n      fields:\n        Names: {type: list, doc: In no order., items: {type: string}}\n";
    let pages = |items: &str| {
        in_operation(&format!(
            "pagination: {{by: token, token: Known, next: Known, items: {items}}}\n{response}"
        ))
    };
    insta::assert_snapshot!("pagination_of_no_list", pages("Known"));
    insta::assert_snapshot!("pagination_of_many_lists", pages("Groups.Names"));
    insta::assert_snapshot!(
        "unused_type",
        mistakes(&[
            ("spec/types.yaml", "Color:\n  doc: What it is painted in.\n  values: {Red: Like a rose.}\n"),
            (PATH, OPERATION),
        ])
    );
    insta::assert_snapshot!(
        "misplaced_key",
        in_operation("response:\n  Known: {type: string, wrapper: Item}\n")
    );
    insta::assert_snapshot!(
        "narrow_ids",
        in_operation(
            "request:\n  TaskId: {type: int32, doc: The task.}\nresponse:\n  \
             ImportIDs: {type: list, items: {type: int32}, doc: In no order.}\n  \
             OrderId: {type: string, number: int32, doc: The order.}\n  Valid: {type: int32, doc: How long.}\n"
        )
    );
    insta::assert_snapshot!(
        "list_of_nothing",
        in_operation("response:\n  Names: {type: list, doc: In no order.}\n")
    );
}

#[test]
fn waiters() {
    let waiter = |name: &str, rest: &str| {
        in_operation(&format!(
            "waiters:\n  {name}: {{doc: Waits for the end., {rest}}}\n\
             request:\n  UntilGone: {{type: string, doc: When to stop.}}\n\
             response:\n  Known: {{type: enum, values: {{Ready: Can be used., Broken: Cannot be used.}}}}\n  \
             Case:\n    type: object\n    doc: Which of them.\n    fields:\n      Known: {{type: string}}\n"
        ))
    };
    insta::assert_snapshot!("waiter_without_an_end", waiter("ready", "field: Known"));
    insta::assert_snapshot!(
        "waiter_of_unknown_values",
        waiter("ready", "field: Known, done: [Redy], failed: [Lost]")
    );
    insta::assert_snapshot!(
        "waiter_that_contradicts_itself",
        waiter(
            "ready",
            "field: Known, done: [Ready], failed: [Ready], done_when_absent: true, not_found_grace: 5, delay: 60"
        )
    );
    insta::assert_snapshot!(
        "waiter_on_an_absent_field",
        waiter("ready", "field: Case.Status, done: [Ready]")
    );
    insta::assert_snapshot!(
        "waiter_that_needs_an_unknown_parameter",
        waiter("ready", "field: Known, needs: UntilGo, done: [Ready]")
    );
    insta::assert_snapshot!("waiter_on_an_object", waiter("ready", "field: Case, done: [Ready]"));
    insta::assert_snapshot!("waiter_of_a_bad_name", waiter("AllReady", "field: Case.Known, done: [Ready]"));
    insta::assert_snapshot!("waiter_of_a_taken_name", waiter("gone", "field: Known, done: [Ready]"));
}

#[test]
fn reads_that_may_write() {
    let reads = |rest: &str| {
        let types =
            "Size: {type: int32, doc: How much.}\n  Kept: {type: bool, default: true, doc: For later.}\n";
        in_operation(&format!(
            "{rest}request:\n  Known: {{type: enum, values: {{File: To be fetched., Stream: At once.}}}}\n  {types}"
        ))
    };
    insta::assert_snapshot!("writes_when_an_unknown_parameter", reads("writes_when: {Knwn: File}\n"));
    insta::assert_snapshot!("writes_when_an_unknown_value", reads("writes_when: {Known: Fil}\n"));
    insta::assert_snapshot!("writes_when_of_another_type", reads("writes_when: {Size: 5}\n"));
    insta::assert_snapshot!("writes_when_not_said_otherwise", reads("writes_when: {Kept: true}\n"));
    let write = "summary: Makes what there is not.\naccess: write\nwrites_when: {Known: true}\n\
                 request: {Known: {type: bool}}\n";
    insta::assert_snapshot!("writes_always", mistakes(&[("spec/widgets/MakeWidgets.yaml", write)]));
}

/// A file with mistakes of form is unknown to the others, which is no mistake of theirs.
#[test]
fn a_mistake_is_told_without_those_that_would_follow_from_it() {
    let types = "Color:\n  doc: What it is painted in.\n  values: {Red: Like a rose.}\n\
                 Box2:\n  doc: What it is kept in.\n  fields: {Known: {type: string}}\n";
    let operation = format!(
        "{OPERATION}pagination: {{by: token, token: Known, next: Known, items: Case.Known}}\n\
         request:\n  Known: {{type: Color}}\n  Case: {{type: Box2, style: json, doc: Which of them.}}\n\
         response:\n  Known: {{type: string}}\n  Case: {{type: Box2, doc: Which of them.}}\n",
    );
    let places = |files: &[(&str, &str)]| {
        let told = mistakes(files);
        let places = told.lines().filter_map(|line| line.trim().strip_prefix("--> ").map(str::to_owned));
        places.collect::<Vec<_>>()
    };
    let path = "spec/widgets/ListWidgets.yaml";
    let broken = types.replacen("doc:", "docs:", 1);
    assert_eq!(
        places(&[("spec/types.yaml", &broken), (path, &operation)]),
        ["spec/types.yaml:1:1", "spec/types.yaml:2:3"]
    );
    let broken = operation.replace("type: Color", "kind: Color");
    assert_eq!(
        places(&[("spec/types.yaml", types), (path, &broken)]),
        ["spec/widgets/ListWidgets.yaml:5:3", "spec/widgets/ListWidgets.yaml:5:11"]
    );
    let glossary = ("spec/glossary.yaml", "Known: [a]\n");
    let operation = format!("{OPERATION}request:\n  Known: {{type: string}}\n");
    assert_eq!(places(&[glossary, (path, &operation)]), ["spec/glossary.yaml:1:8"]);
    // What is surely a mistake is told all the same.
    let operation = format!("{OPERATION}request:\n  Other: {{type: strnig, doc: Which of them.}}\n");
    assert_eq!(
        places(&[("spec/types.yaml", "Color: 1\n"), (path, &operation)]),
        ["spec/types.yaml:1:8", "spec/widgets/ListWidgets.yaml:4:17"]
    );
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_the_files() {
    let told = mistakes(&[
        (
            "spec/widgets/B.yaml",
            "summary: Does a thing.\naccess: red\nrequest:\n  Known: {type: string, a: 1, b: 2}\n",
        ),
        (
            "spec/widgets/A.yaml",
            "summary: Does a thing.\naccess: read\nrequest:\n  Unknown: {type: strnig}\n",
        ),
    ]);
    let places: Vec<&str> = told.lines().filter_map(|line| line.trim().strip_prefix("--> ")).collect();
    assert_eq!(
        places,
        [
            "spec/widgets/A.yaml:4:3",
            "spec/widgets/A.yaml:4:19",
            "spec/widgets/B.yaml:2:9",
            "spec/widgets/B.yaml:4:25",
            "spec/widgets/B.yaml:4:31",
        ]
    );
}
