//! `cargo xtask codegen`: the generated files follow the specification.

use std::collections::BTreeMap;
use std::io::IsTerminal;

use codegen::{Diagnostic, GENERATED, Generated, Severity};
use similar::TextDiff;

use crate::repository::Repository;

/// How far the files on disk are from what the specification says.
struct Changes {
    /// Path, text on disk if there is one, and the text it should have.
    stale: Vec<(String, Option<String>, String)>,
    /// Files that nothing generates any more.
    orphans: Vec<(String, String)>,
    /// What is odd in the specification.
    warnings: Vec<Diagnostic>,
    total: usize,
}

/// Writes what has changed, and nothing else.
pub(crate) fn write(repository: &Repository) -> Result<String, String> {
    let changes = changes(repository)?;
    if !changes.warnings.is_empty() {
        eprintln!("{}", rendered(&changes.warnings));
    }
    for (path, _, text) in &changes.stale {
        repository.write(path, text)?;
    }
    for (path, _) in &changes.orphans {
        repository.remove(path)?;
    }
    let (written, removed) = (changes.stale.len(), changes.orphans.len());
    Ok(format!("{} generated files: {written} written, {removed} removed", changes.total))
}

/// Says what [`write()`] would change, and what is odd in the specification: neither may be.
pub(crate) fn check(repository: &Repository) -> Result<String, String> {
    let changes = changes(repository)?;
    let warnings = rendered(&changes.warnings);
    let count = changes.stale.len() + changes.orphans.len();
    match (changes.warnings.len(), count) {
        (0, 0) => return Ok(format!("{} generated files are up to date", changes.total)),
        (1, 0) => return Err(format!("{warnings}one warning in the specification")),
        (count, 0) => return Err(format!("{warnings}{count} warnings in the specification")),
        _ => {}
    }
    let mut message = warnings;
    for (path, old, new) in &changes.stale {
        let from = old.as_ref().map_or("/dev/null".to_owned(), |_| format!("a/{path}"));
        message += &diff(&from, &format!("b/{path}"), old.as_deref().unwrap_or_default(), new);
    }
    for (path, old) in &changes.orphans {
        message += &diff(&format!("a/{path}"), "/dev/null", old, "");
    }
    Err(format!("{message}\n{count} generated files are stale; mend them with: {}", codegen::emit::COMMAND))
}

fn diff(from: &str, to: &str, old: &str, new: &str) -> String {
    TextDiff::from_lines(old, new).unified_diff().context_radius(3).header(from, to).to_string()
}

fn changes(repository: &Repository) -> Result<Changes, String> {
    let sources = repository.specification()?;
    let Generated { outputs, warnings } =
        codegen::generate(&sources).map_err(|diagnostics| report(&diagnostics))?;
    let mut on_disk: BTreeMap<String, String> = BTreeMap::new();
    for generated in GENERATED {
        on_disk.extend(repository.files(generated)?);
    }
    let total = outputs.len();
    let mut stale = Vec::new();
    for output in outputs {
        let old = on_disk.remove(&output.path);
        if old.as_ref() != Some(&output.text) {
            stale.push((output.path, old, output.text));
        }
    }
    Ok(Changes { stale, orphans: on_disk.into_iter().collect(), warnings, total })
}

/// All mistakes, as the terminal shows them.
pub(crate) fn report(diagnostics: &[Diagnostic]) -> String {
    let mut message = rendered(diagnostics);
    let count = diagnostics.iter().filter(|diagnostic| diagnostic.severity() == Severity::Error).count();
    let mistakes = if count == 1 { "one mistake" } else { "mistakes" };
    let count = if count == 1 { String::new() } else { format!("{count} ") };
    message += &format!("{count}{mistakes} in the specification; nothing was written");
    message
}

fn rendered(diagnostics: &[Diagnostic]) -> String {
    let styled = std::io::stderr().is_terminal();
    diagnostics.iter().map(|diagnostic| diagnostic.render(styled) + "\n\n").collect()
}
