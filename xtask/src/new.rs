//! `cargo xtask new FAMILY OPERATION`: a specification to start from.

use crate::repository::Repository;

pub(crate) fn run(repository: &Repository, family: &str, operation: &str) -> Result<String, String> {
    if !codegen::names::is_operation(operation) {
        return Err(format!(
            "`{operation}` is not a valid operation name: it begins with a capital and holds letters and digits, \
             such as DescribeBackupTasks"
        ));
    }
    let file = format!("/{operation}.yaml");
    let sources = repository.specification()?;
    if let Some(existing) = sources.iter().find(|source| source.path.ends_with(&file)) {
        return Err(format!("{} specifies `{operation}` already", existing.path));
    }
    let path = format!("spec/{family}{file}");
    let subject = codegen::subject(&sources);
    let text = codegen::skeleton::operation(operation, subject.as_deref());
    let mut with_new = sources;
    with_new.push(codegen::Source { path: path.clone(), text: text.clone() });
    // Checked before it is written: a family that is not declared is a mistake like any other.
    codegen::check(&with_new).map_err(|diagnostics| crate::generate::report(repository, &diagnostics))?;
    repository.write(&path, &text)?;
    let (path, codegen) = (repository.shown(&path), repository.codegen("--out FOLDER --package NAME"));
    Ok(format!("{path} is written: fill it in, then run {codegen}"))
}
