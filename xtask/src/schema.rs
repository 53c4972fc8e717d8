//! `cargo xtask schema [OPERATION…]`: JSON Schema of what operations take and give.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use clap::Args;
use codegen::JsonSchemas;
use serde_json::{Value, json};

use crate::generate::report;
use crate::repository::Repository;

/// The arguments of `cargo xtask schema`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The operations; all unless given.
    operations: Vec<String>,
    /// Write a file for the parameters and one for the response of each operation into this folder, instead of printing
    /// all as one JSON object.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

pub(crate) fn run(repository: &Repository, arguments: &Arguments) -> Result<String, String> {
    let schemas = codegen::json_schemas(&repository.specification()?)
        .map_err(|diagnostics| report(repository, &diagnostics))?;
    let known: Vec<&str> = schemas.iter().map(|schema| schema.operation.as_str()).collect();
    if let Some(unknown) = arguments.operations.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(format!("there is no operation `{unknown}`"));
    }
    let is_chosen = |name: &String| arguments.operations.is_empty() || arguments.operations.contains(name);
    let chosen = schemas.iter().filter(|schema| is_chosen(&schema.operation));
    let Some(folder) = &arguments.out else {
        let all: BTreeMap<&str, Value> = chosen
            .map(|schema| {
                let JsonSchemas { operation, parameters, response } = schema;
                (operation.as_str(), json!({ "parameters": parameters, "response": response }))
            })
            .collect();
        return text(&json!(all));
    };
    let written = |path: &PathBuf, text: String| {
        fs::write(path, text + "\n").map_err(|error| format!("cannot write {}: {error}", path.display()))
    };
    fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    let mut count = 0;
    for JsonSchemas { operation, parameters, response } in chosen {
        for (what, schema) in [("parameters", parameters), ("response", response)] {
            written(&folder.join(format!("{operation}.{what}.json")), text(schema)?)?;
            count += 1;
        }
    }
    Ok(format!("{count} files written to {}", folder.display()))
}

fn text(schema: &Value) -> Result<String, String> {
    serde_json::to_string_pretty(schema).map_err(|error| format!("cannot write a schema: {error}"))
}
