//! From the specification of a product to the Rust code of its client.
//!
//! The specification is YAML, written by people ([`spec`]). This library checks it as a whole, reporting
//! every mistake with its place ([`diagnostic`]), makes a [`model`] of it in which nothing is left to
//! decide, and writes the model out as Rust ([`emit`]). What the vendor publishes about the API is taken into
//! the specification by [`mod@import`]. It neither reads nor writes files: texts go in,
//! texts come out, so that all of it can be tested with a few lines of YAML.

#![forbid(unsafe_code)]
#![cfg_attr(clippy, deny(missing_docs, unreachable_pub))]

mod characters;
pub mod diagnostic;
mod document;
mod drafts;
pub mod emit;
pub mod import;
pub mod model;
pub mod names;
pub mod schema;
pub mod skeleton;
mod source;
pub mod spec;
pub mod yaml;

mod generate;
mod lower;
mod mistake;
mod output;
mod position;
mod read;
mod site;
mod verbs;

pub use diagnostic::{Diagnostic, Severity};
pub use emit::Dependencies;
pub use generate::{
    Checked, GENERATED, Generated, SCHEMA, begin, check, generate, generate_drafts, json_schemas, subject,
};
pub use output::Output;
pub use rds_api_schema::JsonSchemas;
pub use source::Source;
