//! Pages, waiters and roles: by type, access and the values that a field can have.

use super::*;

#[test]
fn pages_are_of_numbers_and_tokens() {
    let request = "request:\n  Number: {type: int32, doc: Which page.}\n  Size: {type: int32, doc: How many on it.}\n  \
                   Text: {type: string, doc: A word.}\n  Flag: {type: bool, doc: Whether so.}\n  \
                   Many: {type: list, items: {type: int32}, doc: Some of them.}\n  Half: {type: double, doc: A share.}\n  \
                   Digits: {type: string, doc: A number., example: '30'}\n";
    let response = "response:\n  Items: {type: list, items: {type: string}, doc: What there is.}\n  \
                    Total: {type: int64, doc: How many.}\n  Next: {type: string, doc: Where to go on.}\n  \
                    Names: {type: list, items: {type: string}, doc: All names.}\n  Open: {type: bool, doc: Whether so.}\n  \
                    Groups: {type: list, doc: Some at a time., items: {type: object, doc: One., fields: {Count: {type: int32, doc: In it.}}}}\n";
    let operation = |pages: &str| format!("pagination: {{{pages}}}\n{request}{response}");
    for pages in [
        "by: page_number, page: Number, size: Size, items: Items, total: Total",
        "by: page_number, page: Digits, items: Items",
        "by: token, token: Text, size: Digits, next: Next, items: Items",
    ] {
        assert_operation_passes(&operation(pages));
    }
    for (pages, words) in [
        ("by: page_number, page: Text, items: Items", "`Text` is no whole number"),
        ("by: page_number, page: Flag, items: Items", "`Flag` is no whole number"),
        ("by: page_number, page: Many, items: Items", "`Many` is no whole number"),
        ("by: page_number, page: Half, items: Items", "`Half` is no whole number"),
        ("by: page_number, page: Number, size: Flag, items: Items", "`Flag` is no whole number"),
        ("by: page_number, page: Number, size: Text, items: Items", "`Text` is no whole number"),
        ("by: page_number, page: Number, size: Number, items: Items", "`Number` is the `page` already"),
        ("by: page_number, page: Number, items: Items, total: Names", "`Names` is no whole number"),
        ("by: page_number, page: Number, items: Items, total: Open", "`Open` is no whole number"),
        ("by: page_number, page: Number, items: Items, total: Next", "`Next` is no whole number"),
        ("by: page_number, page: Number, items: Items, total: Groups.Count", "one for each element"),
        ("by: page_number, page: Number, items: Items, disabled_by: [Number]", "of the pages themselves"),
        ("by: token, token: Number, next: Next, items: Items", "`Number` is no text"),
        ("by: token, token: Flag, next: Next, items: Items", "`Flag` is no text"),
        ("by: token, token: Text, next: Names, items: Items", "`Names` is no text"),
        ("by: token, token: Text, next: Total, items: Items", "`Total` is no text"),
        ("by: token, token: Text, size: Open, next: Next, items: Items", "no parameter `Open`"),
    ] {
        assert_told_in_operation(&operation(pages), 1, &[words]);
    }
}

#[test]
fn nothing_repeats_a_write() {
    let rest = "request:\n  Number: {type: int32, doc: Which page.}\nresponse:\n  State: {type: string, doc: How far it is.}\n  \
                Items: {type: list, items: {type: string}, doc: What there is.}\n";
    for (key, what) in [
        ("pagination", "pagination: {by: page_number, page: Number, items: Items}\n"),
        ("waiters", "waiters: {ready: {doc: Waits for it., field: State, done: [Ready]}}\n"),
    ] {
        let write = OPERATION.replace("read", "write");
        assert_told(
            &[(PATH, &format!("{write}{what}{rest}"))],
            PATH,
            3,
            &[&format!("`{key}` repeat the operation")],
        );
        assert_operation_passes(&format!("{what}{rest}"));
    }
}

#[test]
fn waiters_wait_for_what_can_be_and_for_as_long_as_it_takes() {
    let response = "response:\n  State: {type: enum, doc: How far it is., values: {Ready: Can be used., Broken: Cannot be.}}\n  \
                    Flag: {type: bool, doc: Whether so.}\n  Count: {type: int32, doc: How many.}\n  \
                    Share: {type: double, doc: How much.}\n  Text: {type: string, doc: A word.}\n  Any: {type: json, doc: Whatever.}\n";
    let waiter =
        |name: &str, rest: &str| format!("waiters:\n  {name}: {{doc: Waits for it., {rest}}}\n{response}");
    for rest in [
        "field: State, done: [Ready], failed: [Broken], delay: 1, max_delay: 1, timeout: 10",
        "field: Flag, done: ['true']",
        "field: Count, done: ['0'], failed: ['-1']",
        "field: Share, done: ['1.0']",
        "field: Text, done: [Anything]",
        "field: Any, done_when_absent: true",
        "field: State, done: [Ready], timeout: 60",
    ] {
        if !rest.contains("Any,") {
            assert_operation_passes(&waiter("ready", rest));
        }
    }
    for (rest, words) in [
        ("field: State, done: [Ready], delay: 0", "`delay: 0` leaves no time"),
        ("field: State, done: [Ready], max_delay: 0", "`max_delay: 0` leaves no time"),
        ("field: State, done: [Ready], timeout: 0", "`timeout: 0` leaves no time"),
        (
            "field: State, done: [Ready], timeout: 5, initial_delay: 10",
            "is over before `initial_delay`, 10 s",
        ),
        ("field: State, done: [Ready], timeout: 5", "is over before `delay`, 5 s"),
        ("field: State, done: [Ready], timeout: 60, not_found_grace: 60", "is over before `not_found_grace`"),
        ("field: State, done: [Ready, Ready]", "`Ready` stands here twice"),
        ("field: State, done: [Reddy]", "`State` cannot be `Reddy`"),
        ("field: Flag, done: ['yes']", "which is no `true` or `false`"),
        ("field: Count, done: [abc]", "which is no whole number"),
        ("field: Count, done: ['1'], failed: ['1.5']", "which is no whole number"),
        ("field: Share, done: [half]", "which is no number"),
        ("field: Any, done: [Ready]", "`Any` is any JSON"),
    ] {
        assert_told_in_operation(&waiter("ready", rest), 2, &[words]);
    }
    assert_told_in_operation(
        &waiter("until_ready", "field: State, done: [Ready]"),
        2,
        &["`until_until_ready`", "write `ready`"],
    );
    let doc =
        |doc: &str| format!("waiters:\n  ready: {{field: State, done: [Ready], doc: {doc}}}\n{response}");
    assert_told_in_operation(&doc("Is over at the end."), 2, &["begins with \"Waits\""]);
}

#[test]
fn the_client_fills_in_each_thing_once() {
    let field =
        |wire: &str, role: &str| format!("  {wire}: {{type: string, role: {role}, doc: Filled in.}}\n");
    let write = OPERATION.replace("read", "write");
    let two = |role: &str| format!("{write}request:\n{}{}", field("One", role), field("Other", role));
    for role in ["region", "idempotency_token"] {
        assert_told(&[(PATH, &two(role))], PATH, 5, &["`One` has this role already"]);
    }
}

#[test]
fn errors_have_statuses_of_errors_and_codes_that_are_ones() {
    for (errors, line, words) in [
        ("  20: [Busy]\n", 2, "20 is not the HTTP status of an error"),
        ("  200: [Busy]\n", 2, "200 is not"),
        ("  302: [Busy]\n", 2, "302 is not"),
        ("  600: [Busy]\n", 2, "600 is not"),
        ("  400: []\n", 2, "no code is listed"),
        ("  400: [\"\"]\n", 2, "is no error code"),
        ("  400: [\" Busy\"]\n", 2, "is no error code"),
        ("  400: [\"Too Busy\"]\n", 2, "is no error code"),
        ("  400: [Busy, Gone, Busy]\n", 2, "`Busy` stands here twice"),
    ] {
        assert_told_in_operation(&format!("errors:\n{errors}"), line, &[words]);
    }
    // One code may come with several statuses.
    assert_operation_passes("errors:\n  400: [Busy]\n  409: [Busy]\n");
}

#[test]
fn a_correction_is_of_an_operation_that_is_there() {
    let correction = |name: &str| {
        format!("- operation: {name}\n  at: request.Known\n  set: {{type: boolean}}\n  reason: Seen so.\n")
    };
    let path = "spec/corrections.yaml";
    assert_told(
        &[(path, &correction("ListWigets"))],
        path,
        1,
        &["no operation `ListWigets`", "did you mean `ListWidgets`?"],
    );
    assert_told(&[(path, &correction("DropEverything"))], path, 1, &["remove the correction"]);
    assert_passes(&[(path, &correction("ListWidgets"))]);
    // One with a mistake of form is there all the same.
    assert_told(
        &[(path, &correction("ListWidgets")), (PATH, &format!("{OPERATION}nothing: 1\n"))],
        PATH,
        3,
        &["unknown key"],
    );
}
