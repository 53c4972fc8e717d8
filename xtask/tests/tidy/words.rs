//! The core knows no product, and neither do the generator and what of the embedded service is for any.

use super::source::Source;
use super::{Fault, assert_none};

/// Whether a word of code names the product rather than a crate of this project.
fn names_the_product(word: &str) -> bool {
    let is_a_crate = word.starts_with("rds_api") || word.starts_with("rds-api");
    !is_a_crate
        && (word.contains("DBInstance")
            || word.split(['_', '-']).any(|part| ["rds", "Rds", "RDS"].contains(&part)))
}

/// What serves any product.
const GENERAL: [&str; 3] = ["rds-api/core/src", "rds-api/testing/src", "codegen/src"];

/// What of it is RDS all the same: the simulation of its account.
const PARTICULAR: &str = "rds-api/testing/src/simulation";

#[test]
fn what_serves_any_product_names_none() {
    let mut faults = Vec::new();
    let sources = GENERAL.iter().flat_map(|folder| Source::all(folder));
    for source in sources.filter(|source| !source.path.starts_with(PARTICULAR)) {
        for (line, code) in &source.lines {
            let mut words = code.split(|end: char| !(end.is_alphanumeric() || matches!(end, '_' | '-')));
            if let Some(word) = words.find(|word| names_the_product(word)) {
                let message = format!(
                    "`{word}` names the product: take it from the specification (spec/api.yaml), or from the `Service` and \
                     the `Catalogue` that the client hands in"
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
