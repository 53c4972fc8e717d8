//! Specifications for tests: small ones that are written there, and those in folders of the repository.
#![allow(dead_code, clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use codegen::Source;

/// A product with one family.
pub(crate) const API: &str = "\
product: Rds
version: \"2014-08-15\"
documentation: https://example.com/{operation}
families:
  widgets: {title: Widgets, doc: All about widgets.}
endpoints: {rule: 'rds.{region}.example.com', network_rule: 'rds-{network}.{region}.example.com', shared: {}}
";

/// Where the operation of a small specification stands.
pub(crate) const PATH: &str = "spec/widgets/ListWidgets.yaml";

/// A small specification: the API, and these files, of which the last of a path counts.
pub(crate) fn with_files(files: &[(&str, &str)]) -> Vec<Source> {
    let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let mut sources = vec![source("spec/api.yaml", API)];
    for (path, text) in files {
        sources.retain(|source| source.path != *path);
        sources.push(source(path, text));
    }
    sources
}

/// The specification in a folder, by its paths in a repository and in their order.
pub(crate) fn in_folder(folder: &Path) -> Vec<Source> {
    let mut sources = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for path in fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                let below = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                let text = fs::read_to_string(&path).unwrap();
                sources.push(Source { path: format!("spec/{below}"), text });
            }
        }
    }
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    sources
}

/// The specification with an operation for each feature.
pub(crate) fn features() -> Vec<Source> {
    in_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/features/spec"))
}
