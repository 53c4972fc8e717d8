//! Lowering of what can be waited for.

use std::str::FromStr;
use std::time::Duration;

use rds_api_schema::{NamedWaiter, Waiter};

use super::Lowering;
use super::operation::Members;
use crate::mistake::nearest;
use crate::model::{Field, Type, TypeItem};
use crate::site::Site;
use crate::{names, spec};

/// The seconds of a week, for which no program waits.
const LONGEST: u64 = 7 * 24 * 3600;

impl Lowering<'_> {
    /// Checks that the waiter's method can have its name.
    pub(super) fn waiter_name(&mut self, site: &Site<'_>, name: &str, request: &[Field]) {
        self.rust_name(site, name);
        let snake_case = names::snake_case(name);
        if snake_case != name {
            let bad = site.error(format!("`{name}` is not a valid waiter name"));
            self.report(bad.help(format!("write `{snake_case}`")));
        }
        if let Some(rest) = name.strip_prefix("until_") {
            let twice = site.error(format!("the method would be `until_{name}`"));
            self.report(twice.help(format!("write `{rest}`")));
        }
        let method = format!("until_{name}");
        if let Some(field) = request.iter().find(|field| field.name == method) {
            let taken = format!("the waiter `{name}` becomes `{method}`, and so does `{}`", field.wire);
            self.report(site.error(taken).help("choose another name"));
        }
    }

    pub(super) fn waiter(
        &mut self,
        site: &Site<'_>,
        name: &str,
        spec: &spec::Waiter,
        members: Members<'_>,
    ) -> NamedWaiter {
        self.documentation(&site.key("doc"), name, &spec.doc);
        let first = spec.doc.trim().split("\n\n").next().unwrap_or_default().trim();
        if !first.is_empty() && (!first.starts_with("Waits ") || !first.ends_with('.')) {
            let other = site
                .key("doc")
                .value()
                .error("the first paragraph is no sentence that begins with \"Waits\"");
            self.report(other.help("write `Waits until …`, up to a period; more lines may follow"));
        }
        if let Some(way) = self.path_to(&site.key("field"), &spec.field, members)
            && let Some(field) = way.last()
        {
            self.waiter_values(site, spec, field, members.types);
            self.waiter_shows(&site.key("field"), &spec.field, field);
        }
        for (key, path) in [("percent", &spec.percent), ("phase", &spec.phase)] {
            if let Some(path) = path {
                self.waiter_progress(&site.key(key), path, key == "percent", members);
            }
        }
        if let Some(name) = &spec.needs {
            self.waiter_needs(&site.key("needs"), name, members);
        }
        if spec.done.is_empty() && !spec.done_when_absent {
            let endless = site.error(format!("the waiter `{name}` never ends well"));
            self.report(
                endless.help("list the values that mean done: `done: […]`, or say `done_when_absent: true`"),
            );
        }
        if spec.done_when_absent && spec.not_found_grace.is_some() {
            let misplaced = site.key("not_found_grace").error("`not_found_grace` has no meaning here");
            self.report(misplaced.help("what is absent is done at once; remove it"));
        }
        let until = condition(spec);
        self.waiter_times(site, spec, &until);
        let (delay, max_delay) = (until.delay.as_secs(), until.max_delay.as_secs());
        if delay > max_delay && max_delay > 0 {
            let longer = format!("`delay`, {delay} s, is longer than `max_delay`, {max_delay} s");
            let default = Waiter::new("").max_delay.as_secs();
            self.report(
                site.error(longer)
                    .help(format!("`max_delay` is at least `delay`, and {default} unless given")),
            );
        }
        NamedWaiter::new(name, format!("until_{name}"), spec.doc.trim(), until)
    }

    /// Reports times in which nothing can be waited for.
    fn waiter_times(&mut self, site: &Site<'_>, spec: &spec::Waiter, until: &Waiter) {
        for (key, given) in [("delay", spec.delay), ("max_delay", spec.max_delay), ("timeout", spec.timeout)]
        {
            if given == Some(0) {
                let none = site.key(key).value().error(format!("`{key}: 0` leaves no time"));
                self.report(none.help("give the seconds, from 1"));
                return;
            }
        }
        let timeout = until.timeout.as_secs();
        if timeout > LONGEST {
            let long =
                site.key("timeout").value().error(format!("`timeout` is {timeout} s, more than a week"));
            self.report(long.help("these are seconds: give the time after which it has surely gone wrong"));
        }
        for (key, time) in [
            ("initial_delay", until.initial_delay),
            ("delay", until.delay),
            ("not_found_grace", until.not_found_grace),
        ] {
            let time = time.as_secs();
            // What may be absent for longer than it is waited for is no mistake where nobody has said so.
            let is_said = key != "not_found_grace" || spec.not_found_grace.is_some();
            if is_said && time >= timeout {
                let over = site.error(format!("`timeout`, {timeout} s, is over before `{key}`, {time} s"));
                self.report(over.help("give more time, or a shorter one to that"));
                return;
            }
        }
    }

    /// Checks that a call can have the parameter, and can be without it.
    fn waiter_needs(&mut self, site: &Site<'_>, name: &str, members: Members<'_>) {
        let parameter = self.names_parameter(site, name, members);
        if parameter.is_some_and(|field| field.role.is_some()) {
            let filled = site.value().error(format!("the client fills in `{name}`"));
            self.report(filled.help("name a parameter that the program gives"));
        } else if parameter.is_some_and(|field| field.required) {
            self.report(site.value().error(format!("every call has `{name}`")).help("remove it"));
        }
    }

    /// Checks that a member can tell how far it is: by a number, or by words.
    fn waiter_progress(&mut self, site: &Site<'_>, path: &str, is_percent: bool, members: Members<'_>) {
        let Some(way) = self.path_to(site, path, members) else { return };
        let Some(field) = way.last() else { return };
        self.waiter_shows(site, path, field);
        let ty = field.ty.innermost();
        let is_number = matches!(ty, Type::Int32 | Type::Int64 | Type::Float | Type::Double);
        let (fits, what, help) = match is_percent {
            true => (
                is_number || ty == &Type::String,
                "number",
                "name a member with a number, or a text with one, from 0 to 100",
            ),
            false => (
                ty == &Type::String || self.is_enum(ty, members.types),
                "words",
                "name a member with a text or an enum",
            ),
        };
        if !fits {
            self.report(site.value().error(format!("`{path}` has no {what}")).help(help));
        }
    }

    /// Reports a secret among what progress and errors tell.
    fn waiter_shows(&mut self, site: &Site<'_>, path: &str, field: &Field) {
        if field.sensitive {
            let secret = site.value().error(format!("`{path}` is sensitive, and waiting tells what it is"));
            self.report(secret.help("name a member that is no secret"));
        }
    }

    /// Whether a type is an enum, of those of an operation or of all.
    pub(super) fn is_enum(&self, ty: &Type, types: &[TypeItem]) -> bool {
        let item = match ty {
            Type::Local(name) => types.iter().find(|item| item.name() == name),
            Type::Shared(name) => self.shared.iter().find(|item| item.name() == name),
            _ => None,
        };
        matches!(item, Some(TypeItem::Enum(_)))
    }

    /// Checks that the field can have the values that end the waiting.
    fn waiter_values(&mut self, site: &Site<'_>, spec: &spec::Waiter, field: &Field, types: &[TypeItem]) {
        let item = match field.ty.innermost() {
            Type::Local(name) => types.iter().find(|item| item.name() == name),
            Type::Shared(name) => self.shared.iter().find(|item| item.name() == name),
            _ => None,
        };
        let known: Option<Vec<String>> = match item {
            Some(TypeItem::Object(_)) => {
                let object = site.key("field").value().error(format!("`{}` is an object", spec.field));
                self.report(object.help(format!("name the member of it that tells: `{}.…`", spec.field)));
                return;
            }
            Some(TypeItem::Enum(item)) => Some(item.values.iter().map(|value| value.wire.clone()).collect()),
            None => None,
        };
        if field.ty.innermost() == &Type::Json {
            let json = site.key("field").value().error(format!("`{}` is any JSON", spec.field));
            self.report(json.help("name a member with a type, so that its values are known"));
            return;
        }
        if matches!(field.ty.innermost(), Type::Timestamp(_))
            && !(spec.done.is_empty() && spec.failed.is_empty())
        {
            let time = site
                .key("field")
                .value()
                .error(format!("`{}` is a time, which nobody knows before", spec.field));
            self.report(
                time.help("name a member that tells how far it is, or say `done_when_absent: true` alone"),
            );
            return;
        }
        for (key, values) in [("done", &spec.done), ("failed", &spec.failed)] {
            for (index, value) in values.iter().enumerate() {
                let site = site.key(key).key(index).value();
                if let Some(known) = known.as_ref().filter(|known| !known.contains(value)) {
                    let help = match nearest(value, known.iter().map(String::as_str)) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("it can be `{}`", known.join("`, `")),
                    };
                    self.report(site.error(format!("`{}` cannot be `{value}`", spec.field)).help(help));
                }
                if let Some(what) = what_it_is_not(field.ty.innermost(), value) {
                    let never =
                        site.error(format!("`{}` cannot be `{value}`, which is no {what}", spec.field));
                    self.report(never.help(format!("name values that are a {what}")));
                }
                self.is_repeated(&site, values, index);
                if key == "failed" && spec.done.contains(value) {
                    let both = site.error(format!("`{value}` means done and failed"));
                    self.report(both.help("remove it from one of the lists"));
                }
            }
        }
    }
}

/// What a text would have to be to be a value of the type, if it is none.
fn what_it_is_not(ty: &Type, text: &str) -> Option<&'static str> {
    let (what, is_one) = match ty {
        Type::Bool => ("`true` or `false`", text.parse::<bool>().is_ok()),
        Type::Int32 => ("whole number", is_written::<i32>(text)),
        Type::Int64 => ("whole number", is_written::<i64>(text)),
        Type::Float | Type::Double => ("number", text.parse::<f64>().is_ok()),
        _ => return None,
    };
    (!is_one).then_some(what)
}

/// Whether a text is a number as responses write it: `7`, neither `+7` nor `07`.
fn is_written<T: FromStr + ToString>(text: &str) -> bool {
    text.parse::<T>().is_ok_and(|number| number.to_string() == text)
}

/// What ends the waiting, with the defaults of whoever waits for what is not said.
fn condition(spec: &spec::Waiter) -> Waiter {
    let mut until = Waiter::new(&spec.field).done(&spec.done).failed(&spec.failed);
    until.needs.clone_from(&spec.needs);
    until.percent.clone_from(&spec.percent);
    until.phase.clone_from(&spec.phase);
    until.done_when_absent = spec.done_when_absent;
    for (time, given) in [
        (&mut until.not_found_grace, spec.not_found_grace),
        (&mut until.initial_delay, spec.initial_delay),
        (&mut until.delay, spec.delay),
        (&mut until.max_delay, spec.max_delay),
        (&mut until.timeout, spec.timeout),
    ] {
        *time = given.map_or(*time, Duration::from_secs);
    }
    until
}
