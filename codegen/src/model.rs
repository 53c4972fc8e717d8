//! The specification once it is checked: names made, documentation found, shared types resolved. Nothing
//! is left to decide here, and nothing can be wrong.

mod types;
mod usage;

use rds_api_schema::{Access, Kind, Limits, Location, Method, NamedWaiter, Role, Style};

use crate::spec::{Errors, Scalar};

pub(crate) use types::Types;
pub use types::{Enum, EnumValue, Object, Type, TypeItem};
pub(crate) use usage::UsedByRequests;

/// The whole API.
#[derive(Debug, Clone, Default)]
pub struct Api {
    /// The crate that is made of it, as Rust names it.
    pub package: String,
    /// The operation that stands for all of them in the documentation.
    pub example: Option<String>,
    /// The product's name in the protocol.
    pub product: String,
    /// The version of the API.
    pub version: String,
    /// Hosts that regions share, then the rules for all other regions.
    pub endpoints: Endpoints,
    /// The families that have operations, in the order of `api.yaml`.
    pub families: Vec<Family>,
    /// Types that several operations share, by name.
    pub types: Vec<TypeItem>,
    /// Words that mean the same to those who look for an operation, in groups.
    pub synonyms: Vec<Vec<String>>,
    /// What its error codes mean.
    pub errors: Errors,
}

impl Api {
    /// The operation that stands for all of them in the documentation: the one that `api.yaml` names, or else one that
    /// only reads.
    pub fn example(&self) -> Option<&Operation> {
        let mut all: Vec<&Operation> = self.families.iter().flat_map(|family| &family.operations).collect();
        all.sort_by_key(|operation| {
            let is_named = self.example.as_ref() == Some(&operation.name);
            (!is_named, operation.access == Access::Write, operation.deprecated.is_some())
        });
        all.first().copied()
    }
}

/// The hosts of the service.
#[derive(Debug, Clone, Default)]
pub struct Endpoints {
    /// The host of a region that is not listed.
    pub rule: String,
    /// The host of any region on another network.
    pub network_rule: String,
    /// Region and host, sorted by region.
    pub regions: Vec<(String, String)>,
}

/// A family of operations.
#[derive(Debug, Clone)]
pub struct Family {
    /// The name of the module and the folder.
    pub name: String,
    /// The name in headings.
    pub title: String,
    /// One line about it.
    pub doc: String,
    /// Its operations, by name.
    pub operations: Vec<Operation>,
}

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The wire name.
    pub name: String,
    /// The name of the method of the client and of the module.
    pub rust_name: String,
    /// The family's name.
    pub family: String,
    /// The path of the file it comes from.
    pub source: String,
    /// One line.
    pub summary: String,
    /// Words and phrases that people look for it by, in lower case.
    pub search: Vec<String>,
    /// Markdown.
    pub description: Option<String>,
    /// The address of the official page.
    pub documentation_url: String,
    /// Whether it changes anything, unless one of `writes_when` is given.
    pub access: Access,
    /// The parameters and their values with which it changes something although it only reads otherwise.
    pub writes_when: Vec<(String, String)>,
    /// The HTTP method.
    pub method: Method,
    /// Why not to use it any more.
    pub deprecated: Option<String>,
    /// The parameters, except for those of every call.
    pub request: Vec<Field>,
    /// The parameters that are left out of requests.
    pub call_parameters: Vec<Field>,
    /// The members of the response.
    pub response: Vec<Field>,
    /// The shared type that the response is, if it has none of its own.
    pub shared_response: Option<String>,
    /// Types of this operation only.
    pub types: Vec<TypeItem>,
    /// Error codes by status.
    pub errors: Vec<(u16, Vec<String>)>,
    /// How its list is cut into pages.
    pub pagination: Option<Pagination>,
    /// What can be waited for with it.
    pub waiters: Vec<NamedWaiter>,
    /// What follows it, if its end can be waited for.
    pub follows: Option<Follows>,
}

impl Operation {
    /// The parameters that a caller must give, in the order of the specification.
    pub fn required(&self) -> impl Iterator<Item = &Field> {
        self.request.iter().filter(|field| field.is_argument())
    }

    /// The parameters that a caller may leave out, those that the client fills in among them.
    pub fn optional(&self) -> impl Iterator<Item = &Field> {
        self.request.iter().filter(|field| !field.is_argument())
    }

    /// The parameter that the client fills in in this way.
    pub fn parameter_of(&self, role: Role) -> Option<&Field> {
        self.request.iter().find(|field| field.role == Some(role))
    }

    /// The member by which the response says whether the operation did what was asked.
    pub fn success(&self) -> Option<&Field> {
        let is_scalar = |ty: &Type| !matches!(ty, Type::List(..) | Type::Map(_) | Type::Json);
        let own = self.response.iter().filter(|_| self.shared_response.is_none());
        own.filter(|field| is_scalar(&field.ty)).find(|field| field.wire == "Success")
    }

    /// Every field of the request, the response and the objects in them, except for objects of shared types.
    pub fn all_fields(&self) -> impl Iterator<Item = &Field> {
        let objects = self.types.iter().filter_map(TypeItem::fields).flatten();
        self.request.iter().chain(&self.call_parameters).chain(&self.response).chain(objects)
    }

    /// The name of the type of the request.
    pub fn request_type(&self) -> String {
        format!("{}Request", self.name)
    }

    /// The name of the type of a call.
    pub fn call_type(&self) -> String {
        format!("{}Call", self.name)
    }

    /// The name of the type of the response.
    pub fn response_type(&self) -> String {
        format!("{}Response", self.name)
    }
}

/// What follows a write, every name of it checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Follows {
    /// The names, as the description has them.
    pub names: rds_api_schema::Follows,
    /// The path of the module of the operation that follows.
    pub module: [String; 2],
    /// The waiter of that operation.
    pub waiter: NamedWaiter,
}

/// A parameter, or a member of a response or an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The name on the wire.
    pub wire: String,
    /// The name in Rust.
    pub name: String,
    /// Documentation, from the specification or the glossary.
    pub doc: String,
    /// What it holds.
    pub ty: Type,
    /// The request is refused without it.
    pub required: bool,
    /// Never printed.
    pub sensitive: bool,
    /// What the client does with it.
    pub role: Option<Role>,
    /// Where it travels.
    pub location: Location,
    /// How a list or an object travels.
    pub style: Style,
    /// The shared enum that has the values known of a text.
    pub known_values: Option<String>,
    /// The values of a shared enum that fit; all of them if there are none.
    pub only: Vec<String>,
    /// Text that is offered as a number too.
    pub number: Option<Kind>,
    /// A value as the service might have it.
    pub example: Option<Scalar>,
    /// What the service takes for an absent parameter.
    pub default: Option<Scalar>,
    /// What values are allowed.
    pub limits: Limits,
    /// Why not to use it any more.
    pub deprecated: Option<String>,
}

impl Field {
    /// Whether a caller must give this parameter; the client fills in parameters with a role.
    pub fn is_argument(&self) -> bool {
        self.required && self.role.is_none()
    }
}

/// How a list is cut into pages, every name of it checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pagination {
    /// How the client asks for pages.
    pub cut: rds_api_schema::Pagination,
    /// The names in Rust that lead to the list.
    pub members: Vec<String>,
    /// The type of the list's elements.
    pub item: Type,
}
