//! From the model to the texts of the generated files, one function for each kind of file.

mod call;
mod client;
mod constructor;
mod descriptions;
mod documentation;
mod example;
mod families;
mod file;
mod imports;
mod links;
mod markdown;
mod operation;
mod page;
mod product;
mod schema;
mod setters;
mod structure;
mod tables;
mod tokens;
mod types;

use rayon::prelude::*;

use crate::model::Api;
use crate::output::Output;

pub(crate) use descriptions::describe;
pub use product::Dependencies;
pub(crate) use product::begin;

/// The command that regenerates, as generated files and messages name it.
pub const COMMAND: &str = "cargo xtask codegen";

/// Emits every file of the client that is made from the specification.
pub(crate) fn all(api: &Api) -> Vec<Output> {
    let mut outputs = descriptions::all(api);
    let api = links::linked(api);
    outputs.extend([
        output("operations/mod.rs", families::root(&api)),
        output("operations/index.md", families::index(&api)),
        output("operations/each_request.rs", tables::each_request(&api)),
        output("service.rs", tables::service(&api)),
        output("call.rs", call::module(&api)),
        output("client.rs", client::module(&api)),
        output("schema.rs", schema::module(&api)),
    ]);
    outputs.extend(types::shared(&api));
    for family in &api.families {
        outputs.push(output(&format!("operations/{}/mod.rs", family.name), families::module(family)));
    }
    let operations: Vec<_> = api.families.iter().flat_map(|family| &family.operations).collect();
    outputs.par_extend(operations.into_par_iter().map(|operation| {
        let path = format!("operations/{}/{}.rs", operation.family, operation.rust_name);
        output(&path, operation::module(&api, operation))
    }));
    outputs
}

fn output(path: &str, text: String) -> Output {
    Output { path: format!("src/{path}"), text }
}
