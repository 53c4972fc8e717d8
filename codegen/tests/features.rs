//! What the generator makes of each feature of the specification language.
//!
//! `features/spec/` is a whole specification with one small operation for each feature. That what is made of it
//! compiles too is tested in `xtask/tests/compiles.rs`.

#![allow(clippy::unwrap_used, clippy::panic)]

mod specifications;

use codegen::{Source, generate as generate_for};
use specifications::features;

fn generate(sources: &[Source]) -> Result<codegen::Generated, Vec<codegen::Diagnostic>> {
    generate_for(sources, "rds-api")
}

#[test]
fn each_feature_becomes_readable_rust() {
    let outputs = generate(&features()).map(|generated| generated.outputs).unwrap_or_else(|mistakes| {
        panic!("{}", mistakes.iter().map(|mistake| mistake.render(false)).collect::<Vec<_>>().join("\n"))
    });
    let wanted = |path: &str| {
        let is_shared = path.contains("src/types/") || path.ends_with("src/service.rs");
        path.contains("/features/") && path.ends_with(".rs") || is_shared
    };
    let mut count = 0;
    for output in outputs.iter().filter(|output| wanted(&output.path)) {
        let name =
            output.path.trim_start_matches("src/").trim_start_matches("operations/").trim_end_matches(".rs");
        insta::assert_snapshot!(name.replace('/', "__"), output.text);
        count += 1;
    }
    assert_eq!(count, 23);
}

#[test]
fn the_same_specification_always_gives_the_same_code() {
    let mut shuffled = features();
    shuffled.reverse();
    assert_eq!(generate(&features()).unwrap().outputs, generate(&shuffled).unwrap().outputs);
}

#[test]
fn a_description_says_all_there_is() {
    let outputs = generate(&features()).unwrap().outputs;
    let entry = |path: &str| &outputs.iter().find(|output| output.path.ends_with(path)).unwrap().text;
    insta::assert_snapshot!("description", entry("features/roles.json"));
    insta::assert_snapshot!("description_of_a_read_that_may_write", entry("features/exports.json"));
    insta::assert_snapshot!("description_of_waiters", entry("features/waiters.json"));
    insta::assert_snapshot!("description_of_a_followed_write", entry("features/followed.json"));
}

/// So that what compiles with these operations compiles with any: `xtask/tests/compiles.rs` compiles them.
#[test]
fn each_key_of_the_language_is_used() {
    let schema: serde_json::Value = serde_json::from_str(&codegen::schema::text()).unwrap();
    let texts: String = features().iter().map(|source| source.text.as_str()).collect();
    let is_used = |key: &str| {
        let opens = |before: char| before.is_whitespace() || matches!(before, '{' | ',');
        texts
            .match_indices(&format!("{key}:"))
            .any(|(index, _)| index == 0 || texts[..index].ends_with(opens))
    };
    for definition in [
        "Api",
        "Endpoints",
        "Family",
        "Operation",
        "Field",
        "Pagination",
        "Waiter",
        "Follows",
        "GivenValue",
        "SharedType",
    ] {
        let keys = schema["definitions"][definition]["properties"].as_object().unwrap();
        let unused: Vec<_> = keys.keys().filter(|key| !is_used(key)).collect();
        assert!(unused.is_empty(), "no operation of codegen/tests/features uses {unused:?} of {definition}");
    }
}

#[test]
fn the_skeleton_of_a_new_operation_passes() {
    let mut sources = features();
    let text = codegen::skeleton::operation("DescribeWidgets", None);
    sources.push(Source { path: "spec/features/DescribeWidgets.yaml".to_owned(), text });
    let outputs = generate(&sources).unwrap().outputs;
    assert!(outputs.iter().any(|output| output.path.ends_with("/describe_widgets.rs")));
}
