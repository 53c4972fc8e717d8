//! The core knows no product.

use super::source::Source;
use super::{Fault, assert_none};

/// Whether a word of code names the product rather than a crate of this project.
fn names_the_product(word: &str) -> bool {
    let is_a_crate = word.starts_with("rds_api") || word.starts_with("rds-api");
    !is_a_crate
        && (word.contains("DBInstance")
            || word.split(['_', '-']).any(|part| ["rds", "Rds", "RDS"].contains(&part)))
}

#[test]
fn the_core_names_no_product() {
    let mut faults = Vec::new();
    for source in Source::all("rds-api/core/src") {
        for (line, code) in &source.lines {
            let mut words = code.split(|end: char| !(end.is_alphanumeric() || matches!(end, '_' | '-')));
            if let Some(word) = words.find(|word| names_the_product(word)) {
                let message = format!(
                    "`{word}` names the product: take it from the `Service` that the client hands in, and generate it in \
                     rds-api/src/service.rs"
                );
                faults.push(Fault::new(&source.path, *line, message));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn a_crate_of_this_project_is_no_product() {
    for (word, expected) in [
        ("rds_call", true),
        ("RDS", true),
        ("ReadDBInstanceStatus", true),
        ("rds-api-blocking", false),
        ("rds_api_schema", false),
        ("words", false),
    ] {
        assert_eq!(names_the_product(word), expected, "{word}");
    }
}
