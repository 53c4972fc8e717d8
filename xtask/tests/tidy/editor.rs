//! The editor settings of the repository match it.

use super::{Fault, assert_none, paths, read};

#[test]
fn each_kind_of_specification_has_a_definition_for_editors() {
    let definitions = read(codegen::SCHEMA);
    let settings = read(".vscode/settings.json");
    let mut faults = Vec::new();
    for path in paths(".vscode/schemas", ".json") {
        let text = read(&path);
        let definition = text.split_once("schema.json#/definitions/").map_or("", |(_, rest)| rest);
        let definition = definition.split('"').next().unwrap();
        if !definitions.contains(&format!("\n    \"{definition}\": {{")) {
            faults.push(Fault::new(
                &path,
                1,
                format!("{} has no definition `{definition}`", codegen::SCHEMA),
            ));
        }
        if !settings.contains(&format!("\"./{path}\": \"spec/")) {
            faults.push(Fault::new(".vscode/settings.json", 1, format!("say which files {path} is for")));
        }
    }
    let kinds = settings.matches("\"spec/").count();
    assert!(
        kinds == 5 && paths(".vscode/schemas", ".json").len() == kinds,
        "one schema for each kind of file"
    );
    assert_none(&faults);
}
