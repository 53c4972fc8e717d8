//! Checks on addresses: of the documentation, and of the service in its regions.

use std::collections::BTreeMap;

use super::Lowering;
use crate::site::Site;
use crate::spec;

impl Lowering<'_> {
    /// Reports addresses that lack a place for what differs, and regions with two hosts.
    pub(super) fn endpoints(&mut self, api_file: &Site<'_>, api: &spec::Api) {
        let endpoints = api_file.key("endpoints");
        self.places(&api_file.key("documentation").value(), &api.documentation, &["{operation}"]);
        self.places(&endpoints.key("rule").value(), &api.endpoints.rule, &["{region}"]);
        let both = ["{region}", "{network}"];
        self.places(&endpoints.key("network_rule").value(), &api.endpoints.network_rule, &both);
        let mut hosts: BTreeMap<&str, &str> = BTreeMap::new();
        for (host, regions) in &api.endpoints.shared {
            let site = endpoints.key("shared").key(host);
            if regions.is_empty() {
                self.report(
                    site.error(format!("no region has the host `{host}`")).help("list them, or remove it"),
                );
            }
            for (index, region) in regions.iter().enumerate() {
                let site = site.key(index).value();
                match hosts.insert(region, host) {
                    Some(other) if other == host => {
                        self.report(
                            site.error(format!("the region `{region}` stands here twice")).help("remove one"),
                        );
                    }
                    Some(other) => {
                        let two = site.error(format!("the region `{region}` has two hosts"));
                        self.report(
                            two.help(format!("it is listed under `{other}` too: keep one of the two")),
                        );
                    }
                    None => {}
                }
            }
        }
    }

    /// Reports places of a text that are missing, and those that mean nothing.
    fn places(&mut self, site: &Site<'_>, text: &str, places: &[&str]) {
        for place in places.iter().filter(|place| !text.contains(**place)) {
            self.report(
                site.error(format!("there is no `{place}`")).help(format!("write `{place}` where it goes")),
            );
        }
        for rest in text.split('{').skip(1) {
            let place = match rest.split_once('}') {
                Some((name, _)) => format!("{{{name}}}"),
                None => "{".to_owned(),
            };
            if !places.contains(&place.as_str()) {
                let unknown = site.error(format!("nothing takes the place of `{place}`"));
                self.report(unknown.help(format!("what is replaced here: `{}`", places.join("`, `"))));
            }
        }
    }
}
