//! The editor settings of the repository match it.

use super::{Fault, assert_none, paths, read};

#[test]
fn each_kind_of_specification_has_a_definition_for_editors() {
    let schema = read(codegen::SCHEMA);
    // Before the definitions stand references to those that a whole file may be.
    let kinds = schema.split("\"definitions\": {").next().unwrap();
    let references = kinds.split("\"#/definitions/").skip(1).map(|rest| rest.split('"').next().unwrap());
    let (settings, files) = (read(".vscode/settings.json"), paths(".vscode/schemas", ".json"));
    let mut faults = Vec::new();
    let mut count = 0;
    for kind in references {
        count += 1;
        let path = format!(".vscode/schemas/{}.json", kind.to_lowercase());
        let text = format!("{{ \"$ref\": \"../../{}#/definitions/{kind}\" }}\n", codegen::SCHEMA);
        if !files.contains(&path) || read(&path) != text {
            faults.push(Fault::new(&path, 1, format!("write {}", text.trim())));
        }
        if !settings.contains(&format!("\"./{path}\": \"spec/")) {
            faults.push(Fault::new(".vscode/settings.json", 1, format!("say which files {path} is for")));
        }
    }
    assert_none(&faults);
    assert!(count == files.len() && count >= 5, "{count} kinds of files have {} schemas", files.len());
}
