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
        self.address(&api_file.key("documentation").value(), &api.documentation);
        self.host(&endpoints.key("rule").value(), &api.endpoints.rule);
        self.host(&endpoints.key("network_rule").value(), &api.endpoints.network_rule);
        let both = ["{region}", "{network}"];
        self.places(&endpoints.key("network_rule").value(), &api.endpoints.network_rule, &both);
        let mut hosts: BTreeMap<&str, &str> = BTreeMap::new();
        for (host, regions) in &api.endpoints.shared {
            let site = endpoints.key("shared").key(host);
            self.host(&site, host);
            self.places(&site, host, &[]);
            if regions.is_empty() {
                self.report(
                    site.error(format!("no region has the host `{host}`")).help("list them, or remove it"),
                );
            }
            for (index, region) in regions.iter().enumerate() {
                let site = site.key(index).value();
                let is_part = |part: char| part.is_ascii_lowercase() || part.is_ascii_digit() || part == '-';
                if region.is_empty() || !region.chars().all(is_part) {
                    let none = site.error(format!("{region:?} is no id of a region"));
                    self.report(none.help("write it as the service does, such as `eu-central-1`"));
                }
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

    /// Reports what a browser could not open.
    fn address(&mut self, site: &Site<'_>, text: &str) {
        let is_address = text.starts_with("https://") && text.chars().all(|part| part.is_ascii_graphic());
        if !is_address {
            let none = site.error(format!("{text:?} is no address"));
            self.report(none.help("write it with `https://` and without blanks"));
        }
    }

    /// Reports what is no name of a host, its places aside.
    fn host(&mut self, site: &Site<'_>, text: &str) {
        let without_places: String =
            text.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest)).collect();
        let is_part =
            |part: char| part.is_ascii_lowercase() || part.is_ascii_digit() || matches!(part, '-' | '.');
        let has_gap = text.split('.').any(str::is_empty);
        if has_gap || !without_places.chars().all(is_part) {
            let none = site.error(format!("{text:?} is no name of a host"));
            self.report(none.help("write it in small letters, without `https://`, a port or a path"));
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
                self.report(unknown.help(match places {
                    [] => "write the host itself: nothing is replaced here".to_owned(),
                    _ => format!("what is replaced here: `{}`", places.join("`, `")),
                }));
            }
        }
    }
}
