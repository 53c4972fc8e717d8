//! Lowering of the values with which an operation that otherwise reads changes something.

use super::Lowering;
use super::operation::Members;
use crate::mistake::nearest;
use crate::model::{Field, Type, TypeItem};
use crate::site::Site;
use crate::spec::{self, Access};

impl Lowering<'_> {
    /// Checks that the operation reads otherwise, and that the parameters can have these values and can be without them.
    pub(super) fn writes_when(
        &mut self,
        site: &Site<'_>,
        spec: &spec::Operation,
        members: Members<'_>,
    ) -> Vec<(String, String)> {
        if spec.access == Access::Write && !spec.writes_when.is_empty() {
            let always = site.error("an operation with `access: write` writes always");
            self.report(always.help("remove it, or say `access: read`"));
        }
        let mut found = Vec::new();
        for (name, value) in &spec.writes_when {
            let (site, value) = (site.key(name), value.to_string());
            if let Some(field) = self.names_parameter(&site, name, members) {
                self.writing_value(&site.value(), field, &value, members.types);
                if field.sensitive {
                    let secret = site.error(format!(
                        "`{name}` is sensitive, and everybody reads what makes a write of it"
                    ));
                    self.report(secret.help("name a parameter that is no secret"));
                }
            }
            found.push((name.clone(), value));
        }
        found
    }

    fn writing_value(&mut self, site: &Site<'_>, field: &Field, value: &str, types: &[TypeItem]) {
        if self.is_known_value(site, field, value, types)
            && field.default.as_ref().is_some_and(|default| default.to_string() == value)
        {
            let always =
                site.error(format!("`{}` is `{value}` unless given, so the operation writes", field.wire));
            self.report(always.help("say `access: write`"));
        }
    }

    /// Reports a value that a parameter cannot have, and a parameter of which the values are not known.
    pub(super) fn is_known_value(
        &mut self,
        site: &Site<'_>,
        field: &Field,
        value: &str,
        types: &[TypeItem],
    ) -> bool {
        let known = self.known_of(field, types);
        let name = &field.wire;
        let mistake = if known.is_empty() {
            site.error(format!("`{name}` is neither an enum nor a boolean"))
                .help("name a parameter of which the values are known")
        } else if !known.contains(&value) {
            let help = match nearest(value, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it can be `{}`", known.join("`, `")),
            };
            site.error(format!("`{name}` cannot be `{value}`")).help(help)
        } else {
            return true;
        };
        self.report(mistake);
        false
    }

    /// The values that a parameter is known to have.
    pub(super) fn known_of<'f>(&'f self, field: &'f Field, types: &'f [TypeItem]) -> Vec<&'f str> {
        let item = match &field.ty {
            Type::Local(name) => types.iter().find(|item| item.name() == name),
            Type::Shared(name) => self.shared.iter().find(|item| item.name() == name),
            _ => None,
        };
        match (item, &field.ty) {
            (Some(TypeItem::Enum(_)), _) if !field.only.is_empty() => {
                field.only.iter().map(String::as_str).collect()
            }
            (Some(TypeItem::Enum(item)), _) => item.values.iter().map(|value| value.wire.as_str()).collect(),
            (_, Type::Bool) => vec!["true", "false"],
            _ => Vec::new(),
        }
    }
}
