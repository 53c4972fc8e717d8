//! Lowering of the values of enums.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use rds_api_schema::Metric;

use super::{Lowering, repeated};
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
            let (variant, doc, metric) = match value {
                spec::EnumValue::Doc(doc) => (names::variant(wire), doc, None),
                spec::EnumValue::Named(named) => {
                    if let Some(name) = &named.name {
                        self.variant_name(&site.key("name").value(), name);
                    }
                    (
                        named.name.clone().or_else(|| names::variant(wire)),
                        &named.doc,
                        self.metric(&site, wire, named),
                    )
                }
            };
            self.documentation(&site, wire, doc);
            if wire.is_empty() || wire.trim() != wire || wire.contains('\n') {
                let blank = site.error(format!("{wire:?} is no value that the wire has"));
                self.report(blank.help("write it as the service does, without blanks around it"));
                continue;
            }
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
            lowered.push(EnumValue { wire: wire.clone(), name: variant, doc: doc.clone(), metric });
        }
        Enum { name, doc, values: lowered }
    }

    /// What is said of the name of a metric, if it is one.
    fn metric(&mut self, site: &Site<'_>, wire: &str, value: &spec::NamedValue) -> Option<Metric> {
        let spec::NamedValue { engines, unit, parts, .. } = value;
        if engines.is_empty() {
            if unit.is_some() || !parts.is_empty() {
                let nobody = site.error(format!("no engine has the metric `{wire}`"));
                self.report(nobody.help("say which do, such as `engines: [MySQL]`"));
            }
            return None;
        }
        if let Some(engine) = repeated(engines) {
            let twice = site.key("engines").value().error(format!("the engine `{engine}` stands here twice"));
            self.report(twice.help("remove one"));
        }
        if unit.as_ref().is_some_and(|unit| unit.trim().is_empty()) {
            let none = site.key("unit").value().error(format!("the unit of `{wire}` is empty"));
            self.report(none.help("say what is counted, or remove it"));
        }
        for engine in engines {
            let known = self.types.get("Engine").map(|engines| engines.values.contains_key(engine));
            if known == Some(false) {
                let unknown = site.key("engines").value().error(format!("there is no engine `{engine}`"));
                self.report(unknown.help("write it as the type `Engine` of types.yaml has it"));
            }
        }
        let is_name = |part: &String| !part.is_empty() && !part.contains(['&', ' ']);
        let mut seen = std::collections::BTreeSet::new();
        if let Some(part) = parts.iter().find(|part| !is_name(part) || !seen.insert(part.as_str())) {
            let odd = site.key("parts").value().error(format!("`{part}` names no number of its own"));
            self.report(odd.help("write each name once, as `ValueFormat` has it between the `&`"));
        }
        Some(Metric { engines: engines.clone(), unit: unit.clone(), parts: parts.clone() })
    }
}
