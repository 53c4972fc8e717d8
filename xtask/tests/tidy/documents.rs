//! What the documents name is there.

use std::fs;

use super::{Fault, assert_none, read, root};

const DOCUMENTS: [&str; 5] =
    ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "SECURITY.md", "spec/README.md"];
const TOP: [&str; 6] = ["codegen/", "rds-api/", "spec/", "xtask/", ".ci/", ".github/"];

/// The spans of code in a line of Markdown.
fn code(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Says what is wrong with a span that names a file or a test of the repository.
fn fault(span: &str) -> Option<String> {
    // Names in capitals stand for any.
    let is_placeholder = |part: &str| part.len() > 2 && part.chars().all(|it| it.is_ascii_uppercase());
    if !TOP.iter().any(|top| span.starts_with(top)) || span.contains(['*', '…', ' ']) {
        return None;
    }
    let (path, test) = span.split_once("::").map_or((span, None), |(path, test)| (path, Some(test)));
    if path.split(['/', '.']).any(is_placeholder) {
        return None;
    }
    if !root().join(path).exists() {
        return Some(format!("there is no {path}: name what has taken its place"));
    }
    let test = test?;
    (!read(path).contains(&format!("fn {test}("))).then(|| format!("{path} has no function {test}"))
}

#[test]
fn documents_name_what_is_there() {
    let mut faults = Vec::new();
    let mut spans = 0;
    for document in DOCUMENTS {
        for (index, line) in read(document).lines().enumerate() {
            for span in code(line) {
                spans += usize::from(span.contains('/'));
                faults.extend(fault(span).map(|message| Fault::new(document, index + 1, message)));
            }
        }
    }
    assert_none(&faults);
    assert!(spans > 50, "only {spans} paths were found");
    assert!(fault("xtask/tests/tidy/documents.rs::documents_name_what_is_there").is_none());
    assert!(fault("xtask/tests/tidy/documents.rs::nothing").is_some() && fault("xtask/gone.rs").is_some());
}

/// The steps of `.ci/run`, and those that it runs only by name.
fn steps() -> Vec<String> {
    let script = read(".ci/run");
    let lists = script.lines().filter_map(|line| {
        line.strip_prefix("steps=(").or_else(|| line.strip_prefix("others=("))?.strip_suffix(')')
    });
    let steps: Vec<String> = lists.flat_map(str::split_whitespace).map(str::to_owned).collect();
    assert!(steps.len() > 10, "{steps:?}");
    steps
}

#[test]
fn every_step_runs_in_the_workflow_and_is_explained() {
    let (steps, workflow, contributing) =
        (steps(), read(".github/workflows/ci.yml"), read("CONTRIBUTING.md"));
    let mut faults = Vec::new();
    for step in &steps {
        // In the workflow every job ends with it.
        if step != "clean"
            && !workflow.contains(&format!("- {step}\n"))
            && !workflow.contains(&format!("run {step}\n"))
        {
            faults.push(Fault::new(
                ".github/workflows/ci.yml",
                1,
                format!("add a job for the step {step} of .ci/run"),
            ));
        }
        if !contributing.contains(&format!("`{step}`")) {
            faults.push(Fault::new("CONTRIBUTING.md", 1, format!("say what the step {step} of .ci/run is")));
        }
    }
    for (index, line) in workflow.lines().enumerate() {
        let named = line.trim().strip_prefix("- ").filter(|_| line.starts_with("          - "));
        if let Some(step) = named.filter(|step| !steps.iter().any(|known| known == step)) {
            faults.push(Fault::new(
                ".github/workflows/ci.yml",
                index + 1,
                format!(".ci/run has no step {step}"),
            ));
        }
    }
    assert_none(&faults);
}

#[test]
fn links_of_the_documents_lead_somewhere() {
    let mut faults = Vec::new();
    for document in DOCUMENTS.into_iter().chain(["CHANGELOG.md"]) {
        let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (index, line) in read(document).lines().enumerate() {
            let targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
            for target in targets.map(|target| target.split('#').next().unwrap_or_default()) {
                let is_local = !target.is_empty() && !target.contains("://");
                if is_local && !fs::exists(root().join(folder).join(target)).unwrap_or(false) {
                    faults.push(Fault::new(
                        document,
                        index + 1,
                        format!("the link to {target} leads nowhere"),
                    ));
                }
            }
        }
    }
    assert_none(&faults);
}

/// The keys of a definition in the schema of the specification.
fn keys(definition: &str) -> Vec<String> {
    let schema = read(codegen::SCHEMA);
    let (_, definition) = schema.split_once(&format!("\n    \"{definition}\": {{\n")).unwrap();
    let lines = definition.lines().take_while(|line| *line != "    }," && *line != "    }");
    let names = lines.filter_map(|line| line.strip_prefix("        \"")?.strip_suffix("\": {"));
    names.map(str::to_owned).collect()
}

#[test]
fn every_key_of_the_specification_is_explained() {
    let text = read("spec/README.md");
    let mut faults = Vec::new();
    for definition in ["Operation", "Field", "Pagination", "Waiter"] {
        let keys = keys(definition);
        assert!(keys.len() > 5, "{definition} has the keys {keys:?}");
        for key in keys
            .iter()
            .filter(|key| !text.contains(&format!("`{key}`")) && !text.contains(&format!("{key}: ")))
        {
            let message = format!("say what `{key}` of {definition} in codegen/src/spec.rs means");
            faults.push(Fault::new("spec/README.md", 1, message));
        }
    }
    assert_none(&faults);
}
