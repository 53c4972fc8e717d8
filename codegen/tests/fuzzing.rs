//! Whatever stands in a file of the specification, it is accepted or its mistakes are shown. The fuzz target
//! of `rds-api/fuzz/` does the same with more time.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

#[path = "../../rds-api/fuzz/mutations.rs"]
mod mutations;
#[path = "../../rds-api/fuzz/specification.rs"]
mod specification;

#[test]
fn no_text_breaks_the_reader_of_the_specification() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rds-api/fuzz/corpus/specification");
    mutations::feed(&corpus, 50, specification::read);
}
