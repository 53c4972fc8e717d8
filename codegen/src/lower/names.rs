//! Checks on the names that people chose, and on those that follow from the wire.

use super::Lowering;
use crate::model::Field;
use crate::names;
use crate::read::OperationFile;
use crate::site::Site;

impl Lowering<'_> {
    /// Checks a name that a person chose for something of Rust's.
    pub(super) fn rust_name(&mut self, site: &Site<'_>, name: &str) {
        if name.is_ascii() && !names::is_keyword(name) {
            return;
        }
        let would_do = name.is_ascii() && syn::parse_str::<syn::Ident>(&format!("{name}_")).is_ok();
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
        let snake_case = names::snake_case(name);
        if snake_case != name && !names::is_keyword(name) {
            let other = site.error(format!("the family `{name}` is not in snake case, as modules are"));
            self.report(other.help(format!("write `{snake_case}`, and name its folder so")));
        }
        if names::RESERVED_FAMILIES.contains(&name) {
            let taken = format!("no family can be named `{name}`: a module of the client has that name");
            self.report(site.error(taken).help("choose another name, and rename its folder"));
        }
    }

    /// Checks the name of an operation's file, which becomes a method, a module and types.
    pub(super) fn operation_name(&mut self, file: &OperationFile<'_>) {
        let (site, name) = (Site::file(file.source), file.name);
        if !names::is_operation(name) {
            let bad = site.error(format!("`{name}` is not a valid operation name"));
            self.report(bad.help("name the file after the operation: a capital, then letters and digits"));
        }
    }

    /// Checks a name of the wire. It may be of any letters, but none has a blank around it.
    pub(super) fn wire_name(&mut self, site: &Site<'_>, wire: &str) -> bool {
        let is_name = wire.trim() == wire && !wire.contains('\n');
        if !is_name {
            let none = site.error(format!("{wire:?} is no name that the wire has"));
            self.report(none.help("write it as the service does, without blanks around it"));
        }
        is_name
    }

    /// The Rust name of a field, checked: the one that a person gave, or the one that follows from the wire.
    pub(super) fn field_name(&mut self, site: &Site<'_>, wire: &str, own: Option<&str>) -> String {
        let follows = names::snake_case(wire);
        if let Some(own) = own {
            let site = site.key("rust").value();
            self.rust_name(&site, own);
            let snake_case = names::snake_case(own);
            if snake_case != own && !names::is_keyword(own) {
                self.report(
                    site.error(format!("`{own}` is not in snake case")).help(format!("write `{snake_case}`")),
                );
            } else if own == follows {
                self.report(site.error(format!("`{wire}` becomes `{own}` anyway")).help("remove it"));
            }
            return own.to_owned();
        }
        let name = follows;
        let name = if names::is_keyword(&name) { format!("{name}_") } else { name };
        if names::is_keyword(&name) {
            let bad = site.error(format!("`{wire}` yields no Rust name"));
            self.report(bad.help("name the field with `rust: …`"));
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
            _ if !names::is_keyword(name) => "give it another name with `rust: …`".to_owned(),
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
        } else if name.chars().any(|character| !character.is_ascii_alphanumeric()) {
            let bad = site.error(format!("`{name}` is not a valid type name"));
            self.report(bad.help("use letters and digits, such as `BackupMode`"));
        } else {
            self.rust_name(site, name);
        }
    }

    /// Checks the name that a person chose for a variant.
    pub(super) fn variant_name(&mut self, site: &Site<'_>, name: &str) {
        self.rust_name(site, name);
        // As the compiler sees it: an underscore may stand between two digits.
        let bytes = name.as_bytes();
        let is_between_digits = |index: usize| {
            let around = [index.checked_sub(1), Some(index + 1)];
            around.iter().all(|at| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit))
        };
        let is_camel = name.starts_with(|first: char| first.is_ascii_uppercase())
            && (0..bytes.len())
                .all(|at| bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_' && is_between_digits(at));
        if !is_camel && !names::is_keyword(name) {
            let bad = site.error(format!("`{name}` is not written as variants are"));
            self.report(bad.help(match names::variant(name) {
                Some(camel) => format!("write `{camel}`"),
                None => "begin it with a capital letter".to_owned(),
            }));
        }
    }
}
