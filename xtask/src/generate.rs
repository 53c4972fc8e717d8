//! `cargo xtask codegen`: the generated files follow the specification.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;
use codegen::{Diagnostic, GENERATED, Generated, Output, SCHEMA, Severity, Source};
use similar::TextDiff;

use crate::package::Package;
use crate::repository::Repository;

/// The arguments of `cargo xtask codegen`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Change nothing; fail with a diff if anything is stale.
    #[arg(long)]
    check: bool,
    /// Take a specification whose documentation is not written yet: say "Undocumented." where there is none, and warn of
    /// each file. To try a product, not to publish it.
    #[arg(long)]
    drafts: bool,
    /// The folder of the crate that is made of another product's specification. What it has besides generated files, such
    /// as its manifest, is written only where there is nothing yet.
    #[arg(long, value_name = "FOLDER", requires = "package")]
    out: Option<PathBuf>,
    /// The name of that crate.
    #[arg(long, value_name = "NAME", requires = "out", value_parser = package_name)]
    package: Option<String>,
}

/// How far the files on disk are from what the specification says.
struct Changes<'r> {
    stale: Vec<Stale<'r>>,
    /// Files that nothing generates any more.
    orphans: Vec<(&'r Repository, String, String)>,
    /// What is odd in the specification.
    warnings: Vec<Diagnostic>,
    total: usize,
}

/// A file that is to be written.
struct Stale<'r> {
    folder: &'r Repository,
    path: String,
    /// The text on disk, if there is one.
    old: Option<String>,
    new: String,
}

/// Writes what the specification says, or tells whether it is there.
pub(crate) fn run(repository: &Repository, arguments: &Arguments) -> Result<String, String> {
    let other = arguments.out.as_deref().zip(arguments.package.as_deref());
    let package = match (other, repository.specification_folder()) {
        (Some((out, name)), Some(_)) => Package::other(name, out),
        (None, None) => Package::own(repository),
        (None, Some(_)) => {
            return Err(
                "say where the crate of that specification is: --out FOLDER --package NAME".to_owned()
            );
        }
        (Some(_), None) => {
            return Err("say which specification that crate is made of: --spec FOLDER".to_owned());
        }
    };
    match arguments.check {
        true => check(repository, &package, arguments.drafts),
        false => write(repository, &package, arguments.drafts),
    }
}

/// Writes what has changed, and nothing else.
fn write(repository: &Repository, package: &Package, drafts: bool) -> Result<String, String> {
    let sources = repository.specification()?;
    let changes = changes(repository, package, &sources, drafts)?;
    if !changes.warnings.is_empty() {
        eprintln!("{}", rendered(repository, &changes.warnings));
    }
    let begun = if package.is_other { begin(repository, package, &sources)? } else { 0 };
    for stale in &changes.stale {
        stale.folder.write(&stale.path, &stale.new)?;
    }
    for (folder, path, _) in &changes.orphans {
        folder.remove(path)?;
    }
    let (written, removed) = (changes.stale.len(), changes.orphans.len());
    let begun = if begun == 0 { String::new() } else { format!("; {begun} to begin with, which are yours") };
    Ok(format!("{} generated files: {written} written, {removed} removed{begun}", changes.total))
}

/// Writes the files that a crate begins with, where there is nothing yet, and tells how many.
fn begin(repository: &Repository, package: &Package, sources: &[Source]) -> Result<usize, String> {
    let begun = codegen::begin(sources, &package.name, &package.dependencies(repository)?);
    let mut count = 0;
    for output in begun.map_err(|diagnostics| report(repository, &diagnostics))? {
        if !package.folder.path(&output.path).exists() {
            package.folder.write(&output.path, &output.text)?;
            count += 1;
        }
    }
    Ok(count)
}

/// Says what [`write()`] would change, and what is odd in the specification: neither may be.
fn check(repository: &Repository, package: &Package, drafts: bool) -> Result<String, String> {
    let changes = changes(repository, package, &repository.specification()?, drafts)?;
    let warnings = rendered(repository, &changes.warnings);
    let count = changes.stale.len() + changes.orphans.len();
    match (changes.warnings.len(), count) {
        (0, 0) => return Ok(format!("{} generated files are up to date", changes.total)),
        (1, 0) => return Err(format!("{warnings}one warning in the specification")),
        (count, 0) => return Err(format!("{warnings}{count} warnings in the specification")),
        _ => {}
    }
    let mut message = warnings;
    for Stale { folder, path, old, new } in &changes.stale {
        let path = shown(repository, folder, path);
        let from = old.as_ref().map_or("/dev/null".to_owned(), |_| format!("a/{path}"));
        message += &diff(&from, &format!("b/{path}"), old.as_deref().unwrap_or_default(), new);
    }
    for (folder, path, old) in &changes.orphans {
        message += &diff(&format!("a/{}", shown(repository, folder, path)), "/dev/null", old, "");
    }
    let stale = match count {
        1 => "1 generated file is stale; mend it with".to_owned(),
        _ => format!("{count} generated files are stale; mend them with"),
    };
    let drafts = if drafts { "--drafts " } else { "" };
    let (out, name) = (package.folder.path(""), &package.name);
    let codegen = repository.codegen(&format!("{drafts}--out {} --package {name}", out.display()));
    Err(format!("{message}\n{stale}: {codegen}"))
}

/// A path from the root of the repository, or of wherever else it is.
fn shown(repository: &Repository, folder: &Repository, path: &str) -> String {
    let path = folder.path(path);
    path.strip_prefix(repository.path("")).unwrap_or(&path).display().to_string()
}

fn diff(from: &str, to: &str, old: &str, new: &str) -> String {
    TextDiff::from_lines(old, new).unified_diff().context_radius(3).header(from, to).to_string()
}

fn changes<'r>(
    repository: &'r Repository,
    package: &'r Package,
    sources: &[Source],
    drafts: bool,
) -> Result<Changes<'r>, String> {
    let generated = match drafts {
        true => codegen::generate_drafts(sources, &package.name),
        false => codegen::generate(sources, &package.name).map(|generated| (generated, Vec::new())),
    };
    let (Generated { outputs, warnings }, undocumented) =
        generated.map_err(|diagnostics| report(repository, &diagnostics))?;
    for line in undocumented {
        eprintln!("warning: {}", repository.shown(&line));
    }
    let mut changes = compare(&package.folder, &GENERATED, outputs)?;
    changes.warnings = warnings;
    if !package.is_other {
        let schema = Output { path: SCHEMA.to_owned(), text: codegen::schema::text() };
        let Changes { stale, orphans, total, .. } = compare(repository, &[SCHEMA], vec![schema])?;
        changes.stale.extend(stale);
        changes.orphans.extend(orphans);
        changes.total += total;
    }
    Ok(changes)
}

/// Compares what is generated into these places of a folder with what is there.
fn compare<'r>(folder: &'r Repository, places: &[&str], outputs: Vec<Output>) -> Result<Changes<'r>, String> {
    let mut on_disk: BTreeMap<String, String> = BTreeMap::new();
    for place in places {
        on_disk.extend(folder.files(place)?);
    }
    let total = outputs.len();
    let mut stale = Vec::new();
    for Output { path, text: new } in outputs {
        let old = on_disk.remove(&path);
        if old.as_ref() != Some(&new) {
            stale.push(Stale { folder, path, old, new });
        }
    }
    let orphans = on_disk.into_iter().map(|(path, text)| (folder, path, text)).collect();
    Ok(Changes { stale, orphans, warnings: Vec::new(), total })
}

/// The name of a crate: what cargo allows, and Rust can import.
fn package_name(name: &str) -> Result<String, String> {
    let is_word = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
    let is_name = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|character| is_word(character) || matches!(character, '-' | '_'))
        && !codegen::names::is_keyword(&name.replace('-', "_"));
    match is_name {
        true => Ok(name.to_owned()),
        false => Err("it is not the name of a crate, such as polardb-api".to_owned()),
    }
}

/// All mistakes, as the terminal shows them.
pub(crate) fn report(repository: &Repository, diagnostics: &[Diagnostic]) -> String {
    let mut message = rendered(repository, diagnostics);
    let count = diagnostics.iter().filter(|diagnostic| diagnostic.severity() == Severity::Error).count();
    let mistakes = if count == 1 { "one mistake" } else { "mistakes" };
    let count = if count == 1 { String::new() } else { format!("{count} ") };
    message += &format!("{count}{mistakes} in the specification; nothing was written");
    message
}

fn rendered(repository: &Repository, diagnostics: &[Diagnostic]) -> String {
    let styled = std::io::stderr().is_terminal();
    let folder = repository.specification_folder().map(|folder| folder.display().to_string());
    let shown = diagnostics.iter().map(|diagnostic| match &folder {
        Some(folder) => diagnostic.clone().below(folder).render(styled),
        None => diagnostic.render(styled),
    });
    shown.map(|shown| shown + "\n\n").collect()
}
