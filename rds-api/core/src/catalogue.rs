//! What the specification says of every operation of a product, for code to walk: the command line, the embedded
//! service, a form in a browser.

use std::fmt;
use std::sync::OnceLock;

#[doc(hidden)]
pub use rds_api_schema::ends_a_range;
#[doc(inline)]
pub use rds_api_schema::{
    EnumValue, Field, Follows, Given, JsonSchemas, Kind, Limits, Location, Metric, NamedWaiter, Operation,
    ParameterValue, Precision, Role, Shape, Source, Style, Takes,
};

use crate::service::Service;

pub use call::flattened;
pub use extension::{FieldExt, OperationExt};
pub use parse::{are_separated, scalar};
pub use problem::{Problem, ProblemKind};
pub use ranges::reversed_ranges;
pub use sample::values as samples;
pub use times::{are_times_as_taken, times_as_taken};

mod call;
mod check;
mod extension;
mod follow;
mod parse;
mod problem;
mod ranges;
mod sample;
pub mod secrecy;
mod times;
mod typed_time;

/// The descriptions of all operations of a product. One is read when it is first asked for, so a program pays only for
/// what it looks at.
pub struct Catalogue {
    service: &'static Service,
    entries: &'static [(&'static str, &'static str)],
    families: &'static [(&'static str, &'static str, &'static str)],
    synonyms: &'static [&'static [&'static str]],
    read: OnceLock<Box<[OnceLock<Operation>]>>,
}

/// A family of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Family {
    /// The name of its module.
    pub name: &'static str,
    /// Its name in headings.
    pub title: &'static str,
    /// One line about it.
    pub doc: &'static str,
}

impl Catalogue {
    /// The catalogue of generated descriptions, as JSON by the name of the operation and sorted by it; of name, title
    /// and description of the families; and of groups of words that mean the same.
    #[doc(hidden)]
    pub const fn new(
        service: &'static Service,
        entries: &'static [(&'static str, &'static str)],
        families: &'static [(&'static str, &'static str, &'static str)],
        synonyms: &'static [&'static [&'static str]],
    ) -> Self {
        Self { service, entries, families, synonyms, read: OnceLock::new() }
    }

    /// The product that has these operations.
    pub fn service(&self) -> &'static Service {
        self.service
    }

    /// The names of all operations, sorted.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &'static str> + use<> {
        self.entries.iter().map(|(name, _)| *name)
    }

    /// All operations, sorted by name.
    pub fn operations(&'static self) -> impl ExactSizeIterator<Item = &'static Operation> {
        self.read().iter().zip(self.entries).map(|(read, entry)| described(read, *entry))
    }

    /// The operation of this name.
    pub fn operation(&'static self, name: &str) -> Option<&'static Operation> {
        let index = self.entries.binary_search_by_key(&name, |(name, _)| name).ok()?;
        Some(described(self.read().get(index)?, *self.entries.get(index)?))
    }

    /// The families, in the order of the documentation.
    pub fn families(&self) -> impl ExactSizeIterator<Item = Family> + use<> {
        self.families.iter().map(|&(name, title, doc)| Family { name, title, doc })
    }

    /// Groups of words that mean the same to those who look for an operation, in lower case, such as `disk` and `storage`.
    pub fn synonyms(&self) -> &'static [&'static [&'static str]] {
        self.synonyms
    }

    fn read(&self) -> &[OnceLock<Operation>] {
        self.read.get_or_init(|| self.entries.iter().map(|_| OnceLock::new()).collect())
    }
}

fn described(read: &'static OnceLock<Operation>, (name, text): (&str, &str)) -> &'static Operation {
    read.get_or_init(|| match serde_json::from_str(text) {
        Ok(operation) => operation,
        // Generated and tested together with the code that reads it, so this is a bug of this project.
        Err(error) => unreachable!("the entry of {name} cannot be read: {error}"),
    })
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Service { product, version, .. } = self.service;
        formatter
            .debug_struct("Catalogue")
            .field("product", product)
            .field("version", version)
            .finish_non_exhaustive()
    }
}
