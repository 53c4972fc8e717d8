//! Lowering of the values of enums.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::Lowering;
use crate::model::{Enum, EnumValue};
use crate::names;
use crate::site::Site;
use crate::spec;

impl Lowering<'_> {
    /// Lowers an enum, whose declaration is at `site`.
    pub(super) fn enumeration(
        &mut self,
        site: &Site<'_>,
        name: String,
        doc: String,
        values: &IndexMap<String, spec::EnumValue>,
    ) -> Enum {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        let mut lowered = Vec::new();
        for (wire, value) in values {
            let site = site.key("values").key(wire);
            let (variant, doc) = match value {
                spec::EnumValue::Doc(doc) => (names::variant(wire), doc),
                spec::EnumValue::Named(named) => {
                    self.variant_name(&site.key("name").value(), &named.name);
                    (Some(named.name.clone()), &named.doc)
                }
            };
            self.documentation(&site, wire, doc);
            let Some(variant) = variant else {
                let nameless = site.error(format!("the value `{wire}` yields no Rust name"));
                self.report(nameless.help(format!("name the variant: `\"{wire}\": {{name: …, doc: …}}`")));
                continue;
            };
            if variant == "Unrecognized" {
                let taken = site.error("`Unrecognized` is the variant for values of the future");
                self.report(taken.help(format!("name the variant: `{wire}: {{name: …, doc: …}}`")));
            }
            if let Some(other) = seen.insert(variant.clone(), wire) {
                let same = site.error(format!("the values `{other}` and `{wire}` both become `{variant}`"));
                self.report(same.help(format!("name one of the variants: `{wire}: {{name: …, doc: …}}`")));
            }
            lowered.push(EnumValue { wire: wire.clone(), name: variant, doc: doc.clone() });
        }
        Enum { name, doc, values: lowered }
    }
}
