//! The comment at the top of a program: what it does, and what to put into `Cargo.toml`.

use std::path::Path;

use rds_api::schema::Operation;

use super::Service;
use super::needs::Needs;

/// The longest line of prose.
const WIDTH: usize = 72;

/// The comment, with a line end.
pub(super) fn text(operation: &Operation, service: &Service, needs: &Needs) -> String {
    let mut text = paragraph(&format!("{}: {}", operation.name, operation.summary));
    if let Some(reason) = &operation.deprecated {
        text += &paragraph(&format!("Deprecated: {reason}"));
    }
    if !needs.examples.is_empty() {
        let names = needs.examples.join(", ");
        text += &paragraph(&format!("Required and not given: put your own values in the place of {names}."));
    }
    text += "//\n// Cargo.toml:\n// [dependencies]\n";
    for dependency in dependencies(service, needs) {
        text += &format!("// {dependency}\n");
    }
    text
}

/// The lines below `[dependencies]` that the program compiles with.
pub(super) fn dependencies(service: &Service, needs: &Needs) -> Vec<String> {
    let mut lines = vec![own_crate("rds-api", "")];
    if *service == Service::Embedded {
        lines.push(own_crate("rds-api-testing", "testing"));
    }
    if needs.serde_json {
        lines.push("serde_json = \"1\"".to_owned());
    }
    lines.push("tokio = { version = \"1\", features = [\"macros\", \"rt\"] }".to_owned());
    lines
}

/// A crate of this repository: from the folder that `rds` was built from, as long as that is there, since the
/// registry may not have the version yet.
fn own_crate(name: &str, below_client: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    match client.map(|client| client.join(below_client)).filter(|it| it.join("Cargo.toml").is_file()) {
        // Its components again, without the slash that an empty one leaves behind.
        Some(folder) => {
            let folder: std::path::PathBuf = folder.components().collect();
            format!(
                "{name} = {{ path = {:?} }} # or \"{version}\", once published",
                folder.display().to_string()
            )
        }
        None => format!("{name} = \"{version}\""),
    }
}

/// A text as lines of a comment.
fn paragraph(text: &str) -> String {
    let options = textwrap::Options::new(WIDTH)
        .initial_indent("// ")
        .subsequent_indent("// ")
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    textwrap::wrap(&text, options).join("\n") + "\n"
}
