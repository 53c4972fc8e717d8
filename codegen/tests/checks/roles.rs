//! What the client decides by itself: what it fills in, where a parameter travels, and what it repeats.

use super::*;

#[test]
fn what_the_client_fills_in_is_as_the_client_makes_it() {
    let field = |role: &str, more: &str| {
        format!("request:\n  Known: {{type: string, doc: Fills a place., role: {role}, {more}}}\n")
    };
    for (more, words) in [
        ("max_length: 20", "36 characters"),
        ("min_length: 37", "36 characters"),
        ("pattern: '[0-9]+'", "`pattern` contradicts"),
        ("number: int64", "`number` contradicts"),
        ("default: abc", "`default` contradicts"),
    ] {
        assert_told_in_operation(&field("idempotency_token", more), 2, &[words]);
    }
    for (more, words) in
        [("pattern: '[a-z]+'", "`pattern` contradicts"), ("number: int32", "`number` contradicts")]
    {
        assert_told_in_operation(&field("region", more), 2, &[words, "the client fills it in"]);
    }
    for more in ["max_length: 64", "min_length: 36", "sensitive: true", "example: a"] {
        assert_operation_passes(&field("idempotency_token", more));
    }
    assert_operation_passes(&field("region", "default: eu-central-1"));
}

#[test]
fn a_get_has_no_form() {
    let of = |method: &str| {
        format!("method: {method}\nrequest:\n  Known: {{type: string, in: form, doc: Says which.}}\n")
    };
    assert_told_in_operation(&of("get"), 3, &["warning: ", "no form body", "`method: post`"]);
    assert_operation_passes(&of("post"));
}

/// What is taken for a read is repeated without a thought.
#[test]
fn a_read_that_is_called_like_a_write_is_odd() {
    let of = |name: &str, access: &str| {
        let path = format!("spec/widgets/{name}.yaml");
        told(&[(&path, &format!("summary: Does what has to be done.\naccess: {access}\n"))])
    };
    for name in ["DeleteWidget", "CreateWidget", "ModifyWidgets", "RestartWidget", "UpgradeWidget"] {
        let told = of(name, "read");
        let shown = shown(&told);
        assert_eq!((told.len(), told[0].severity()), (1, Severity::Warning), "{shown}");
        assert!(shown.contains("called like what changes something") && shown.contains(":2:9"), "{shown}");
        assert!(of(name, "write").is_empty());
    }
    for name in ["AddressesOf", "RunningWidgets", "TagsOf", "ListDeletedWidgets"] {
        assert!(of(name, "read").is_empty(), "{name}");
    }
}
