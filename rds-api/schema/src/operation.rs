use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::access::{Access, ParameterValue};
use crate::field::{Field, Role};
use crate::follows::Follows;
use crate::method::Method;
use crate::pagination::Pagination;
use crate::waiter::Waiter;

/// The description of one operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Operation {
    /// The wire name.
    pub name: String,
    /// The name of the client's method.
    pub rust_name: String,
    /// The family's name.
    pub family: String,
    /// One line.
    #[serde(default)]
    pub summary: String,
    /// Words people look for it by, besides those of its name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub search: Vec<String>,
    /// When to use it and what follows, in Markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The address of its official page.
    #[serde(default)]
    pub documentation_url: String,
    /// Whether it changes anything, unless one of `writes_when` is given.
    pub access: Access,
    /// The values of parameters with which it changes something although it only reads otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub writes_when: Vec<ParameterValue>,
    /// The HTTP method.
    pub method: Method,
    /// Why not to use it any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
    /// The parameters of the request.
    pub parameters: Vec<Field>,
    /// The members of the response.
    pub response: Vec<Field>,
    /// Error codes it is known to return, by HTTP status.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub errors: BTreeMap<u16, Vec<String>>,
    /// How its list is cut into pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pagination: Option<Pagination>,
    /// What can be waited for with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waiters: Vec<NamedWaiter>,
    /// What follows it, if it is a write whose end can be waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<Follows>,
}

impl Operation {
    /// An operation without parameters, of which nothing more is said.
    pub fn new(
        name: impl Into<String>,
        rust_name: impl Into<String>,
        family: impl Into<String>,
        access: Access,
        method: Method,
    ) -> Self {
        Self {
            name: name.into(),
            rust_name: rust_name.into(),
            family: family.into(),
            summary: String::new(),
            search: Vec::new(),
            description: String::new(),
            documentation_url: String::new(),
            access,
            writes_when: Vec::new(),
            method,
            deprecated: None,
            parameters: Vec::new(),
            response: Vec::new(),
            errors: BTreeMap::new(),
            pagination: None,
            waiters: Vec::new(),
            follows: None,
        }
    }

    /// The parameter of this wire name.
    pub fn parameter(&self, name: &str) -> Option<&Field> {
        self.parameters.iter().find(|field| field.name == name)
    }

    /// The parameter that the client fills in in this way.
    pub fn parameter_of(&self, role: Role) -> Option<&Field> {
        self.parameters.iter().find(|field| field.role == Some(role))
    }

    /// The parameters that a caller must give.
    pub fn required(&self) -> impl Iterator<Item = &Field> {
        self.parameters.iter().filter(|field| field.is_argument())
    }
}

/// Something that can be waited for by a method of the operation's call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NamedWaiter {
    /// Its name.
    pub name: String,
    /// The name of the call's method.
    pub rust_name: String,
    /// What is waited for, in Markdown.
    pub doc: String,
    /// What ends the waiting.
    pub until: Waiter,
}

impl NamedWaiter {
    /// A waiter under a name, and the method that waits.
    pub fn new(
        name: impl Into<String>,
        rust_name: impl Into<String>,
        doc: impl Into<String>,
        until: Waiter,
    ) -> Self {
        Self { name: name.into(), rust_name: rust_name.into(), doc: doc.into(), until }
    }
}
