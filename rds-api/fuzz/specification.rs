//! The reader of the specification, as fuzzers and the tests of `codegen` feed it.

use codegen::Source;

const API: &str = include_str!("corpus/specification/api.yaml");

/// Reads a text in the place of each kind of file: it is accepted, or each mistake in it can be shown.
pub(crate) fn read(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for path in ["spec/backup/DescribeBackups.yaml", "spec/types.yaml", "spec/glossary.yaml", "spec/api.yaml"]
    {
        let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let mut sources = vec![source(path, text)];
        if path != "spec/api.yaml" {
            sources.push(source("spec/api.yaml", API));
        }
        match codegen::generate(&sources, "test-api") {
            Ok(generated) => assert!(!generated.outputs.is_empty()),
            Err(diagnostics) => {
                assert!(!diagnostics.is_empty());
                diagnostics.iter().for_each(|diagnostic| assert!(!diagnostic.render(false).is_empty()));
            }
        }
    }
}
