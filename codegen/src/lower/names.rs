//! Checks on the names that people chose, and on those that follow from the wire.

use super::Lowering;
use crate::model::Field;
use crate::names;
use crate::read::OperationFile;
use crate::site::Site;

impl Lowering<'_> {
    /// Checks a name that a person chose for something of Rust's.
    pub(super) fn rust_name(&mut self, site: &Site<'_>, name: &str) {
        if !names::is_keyword(name) {
            return;
        }
        let would_do = syn::parse_str::<syn::Ident>(&format!("{name}_")).is_ok();
        self.report(if would_do {
            site.error(format!("`{name}` is a keyword of Rust")).help("choose another name")
        } else {
            site.error(format!("`{name}` is not a Rust name"))
                .help("use letters, digits and underscores, not a digit first")
        });
    }

    /// Checks the name of a family, which becomes a module.
    pub(super) fn family_name(&mut self, site: &Site<'_>, name: &str) {
        self.rust_name(site, name);
        if names::RESERVED_FAMILIES.contains(&name) {
            let taken = format!("no family can be named `{name}`: a module of the client has that name");
            self.report(site.error(taken).help("choose another name, and rename its folder"));
        }
    }

    /// Checks the name of an operation's file, which becomes a method, a module and types.
    pub(super) fn operation_name(&mut self, file: &OperationFile<'_>) {
        let (site, name) = (Site::file(file.source), file.name);
        let method = names::snake_case(name);
        if !names::is_operation(name) {
            let bad = site.error(format!("`{name}` is not a valid operation name"));
            self.report(bad.help("name the file after the operation: a capital, then letters and digits"));
            return;
        }
        let taken = if names::is_keyword(&method) {
            format!("`{name}` becomes the module `{method}`, which is a keyword of Rust")
        } else if names::CLIENT_METHODS.contains(&method.as_str()) {
            format!("`{name}` becomes `Client::{method}`, which the client has already")
        } else {
            return;
        };
        self.report(site.error(taken).help("such an operation cannot be generated: remove the file"));
    }

    /// The Rust name of a field, checked.
    pub(super) fn field_name(&mut self, site: &Site<'_>, wire: &str) -> String {
        let name = names::snake_case(wire);
        let name = if names::is_keyword(&name) { format!("{name}_") } else { name };
        if names::is_keyword(&name) {
            let bad = site.error(format!("`{wire}` yields no Rust name"));
            self.report(bad.help("the name of a field begins with a letter and holds letters and digits"));
        }
        name
    }

    /// Checks that the setter of a parameter, or of a member of an object, can have its name.
    pub(super) fn setter_name(&mut self, site: &Site<'_>, field: &Field, is_parameter: bool) {
        let Field { wire, name, .. } = field;
        let error = match is_parameter {
            _ if field.is_argument() => return,
            true if names::CALL_METHODS.contains(&name.as_str()) => {
                site.error(format!("the setter of `{wire}` would be `{name}`, which every call has already"))
            }
            true if name.starts_with(names::OPTION) => {
                let message = format!(
                    "the setter of `{wire}` would be `{name}`, and only options of a call are named so"
                );
                site.error(message)
            }
            false if names::OBJECT_METHODS.contains(&name.as_str()) => site
                .error(format!("the setter of `{wire}` would be `{name}`, which every object has already")),
            _ => return,
        };
        self.report(error.help(match is_parameter {
            true => format!("leave it out: a program gives it by `.with_parameter(\"{wire}\", …)`"),
            false => "declare the object as `json`".to_owned(),
        }));
    }

    /// Checks the Rust name of a type.
    pub(super) fn type_name(&mut self, site: &Site<'_>, name: &str) {
        if names::RESERVED_TYPES.contains(&name) {
            let taken = site.error(format!("no type can be named `{name}`: generated code uses it"));
            self.report(taken.help("give it another name with `name: …`"));
        } else if !name.starts_with(|first: char| first.is_ascii_uppercase()) {
            let bad = site.error(format!("`{name}` is not a valid type name"));
            self.report(bad.help("begin it with a capital letter"));
        } else {
            self.rust_name(site, name);
        }
    }
}
