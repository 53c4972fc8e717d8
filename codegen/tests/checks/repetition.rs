//! What is repeated: pages that cannot be turned, waiting that never ends or tells a secret, and what is excepted.

use super::*;

const LIST: &str = "response:\n  Widgets: {type: list, doc: All of them., items: {type: string}}\n  \
                    Next: {type: string, doc: Where it goes on.}\n";

#[test]
fn parameters_that_no_page_is_turned_or_sized_by_are_told() {
    let pages = |page: &str, size: &str| {
        format!(
            "pagination: {{by: page_number, page: Page, size: Size, items: Widgets}}\nrequest:\n  \
             Page: {{doc: From one on., {page}}}\n  Size: {{doc: How many there are., {size}}}\n{LIST}"
        )
    };
    for (page, words) in [
        ("type: int32, minimum: 2", "is 2 at least"),
        ("type: int32, maximum: 1", "is 1 at most"),
        ("type: int32, minimum: 1, default: 5", "is 5 unless given"),
        ("type: string, number: int32, minimum: 3", "is 3 at least"),
        ("type: string, number: int32, default: '2'", "is 2 unless given"),
    ] {
        let told = told(&[(PATH, &format!("{OPERATION}{}", pages(page, "type: int32")))]);
        assert!(shown(&told).contains(words), "{}", shown(&told));
    }
    for size in ["type: int32, maximum: 0", "type: int32, default: 0", "type: int32, default: -1"] {
        assert_told_in_operation(&pages("type: int32", size), 1, &["a page would be empty"]);
    }
    assert_operation_passes(&pages(
        "type: int32, minimum: 0, default: 1",
        "type: int32, minimum: 0, default: 30",
    ));
    let token = |role: &str| {
        format!(
            "pagination: {{by: token, token: Cursor, next: Next, items: Widgets}}\nrequest:\n  \
             Cursor: {{type: string, doc: Where to go on.{role}}}\n{LIST}"
        )
    };
    assert_told_in_operation(&token(", role: idempotency_token"), 1, &["the client fills in `Cursor`"]);
    assert_operation_passes(&token(""));
}

#[test]
fn what_disables_pages_can_be_left_out_and_stands_there_once() {
    let disabled = |by: &str| {
        format!(
            "pagination: {{by: page_number, page: Page, items: Widgets, disabled_by: [{by}]}}\nrequest:\n  \
             Group: {{type: string, required: true, doc: Which of them.}}\n  \
             Page: {{type: int32, doc: From one on.}}\n  After: {{type: string, doc: Where to begin.}}\n{LIST}"
        )
    };
    assert_told_in_operation(&disabled("Group"), 1, &["every call has `Group`"]);
    assert_told_in_operation(&disabled("After, After"), 1, &["`After` stands here twice"]);
    assert_operation_passes(&disabled("After"));
}

/// Neither a list nor a map can lie on the way to the one list of a page.
#[test]
fn a_list_in_each_value_of_a_map_is_not_one_list() {
    let around = |kind: &str| {
        format!(
            "pagination: {{by: page_number, page: Page, items: Groups.Names}}\nrequest:\n  \
             Page: {{type: int32, doc: From one on.}}\nresponse:\n  Groups:\n    type: {kind}\n    doc: All of them.\n    \
             items: {{type: object, doc: One of them., fields: {{Names: {{type: list, doc: In it., items: {{type: string}}}}}}}}\n"
        )
    };
    for kind in ["list", "map"] {
        assert_told_in_operation(&around(kind), 1, &["`Groups.Names` is not one list"]);
    }
}

#[test]
fn waiters_that_never_end_or_tell_a_secret_are_told() {
    let waiter = |rest: &str| {
        format!(
            "waiters:\n  ready:\n    doc: Waits for the end.\n    {}\nrequest:\n  \
             RegionId: {{type: string, role: region, doc: Where it is.}}\nresponse:\n  \
             State: {{type: enum, doc: How far it is., values: {{Ready: Can be used., Broken: Cannot be used.}}}}\n  \
             Count: {{type: int32, doc: How many there are.}}\n  Ends: {{type: timestamp, doc: When it ends.}}\n  \
             Pin: {{type: string, sensitive: true, doc: What opens it.}}\n",
            rest.replace("; ", "\n    ")
        )
    };
    for (rest, line, words) in [
        ("field: Count; done: ['+1']", 5, "`Count` cannot be `+1`"),
        ("field: Count; done: ['007']", 5, "`Count` cannot be `007`"),
        ("field: Count; done: ['1.0']", 5, "`Count` cannot be `1.0`"),
        ("field: Ends; done: [later]", 4, "is a time"),
        ("field: Pin; done: ['1']", 4, "waiting tells what it is"),
        ("field: State; done: [Ready]; phase: Pin", 6, "waiting tells what it is"),
        ("field: State; done: [Ready]; percent: Pin", 6, "waiting tells what it is"),
        ("field: State; done: [Ready]; needs: RegionId", 6, "the client fills in `RegionId`"),
        ("field: State; done: [Ready]; timeout: 604801", 6, "more than a week"),
    ] {
        assert_told_in_operation(&waiter(rest), line, &[words]);
    }
    for rest in ["field: Ends; done_when_absent: true", "field: Count; done: ['-1', '0']; timeout: 604800"] {
        assert_operation_passes(&waiter(rest));
    }
}

/// Values of a shared enum that do not fit a parameter are none of its values, wherever values are named.
#[test]
fn values_that_only_leaves_out_are_none_of_the_parameter() {
    let types = (
        "spec/types.yaml",
        "Color:\n  doc: What it is painted in.\n  values: {Red: Like a rose., Blue: Like the sea.}\n",
    );
    let rest = "request:\n  Shade: {type: Color, only: [Red], doc: How dark it is.}\n";
    let operation = |value: &str| format!("{OPERATION}writes_when: {{Shade: {value}}}\n{rest}");
    assert_told(
        &[types, (PATH, &operation("Blue"))],
        PATH,
        3,
        &["`Shade` cannot be `Blue`", "it can be `Red`"],
    );
    assert_passes(&[types, (PATH, &operation("Red"))]);
}

#[test]
fn a_secret_does_not_make_a_write_of_a_read() {
    let operation =
        "writes_when: {Deep: true}\nrequest: {Deep: {type: bool, sensitive: true, doc: How far down.}}\n";
    assert_told_in_operation(operation, 1, &["`Deep` is sensitive"]);
}
