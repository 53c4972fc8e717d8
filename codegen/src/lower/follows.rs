//! Lowering of what follows a write, which is held against the operation that follows.

use std::time::Duration;

use rds_api_schema::{Access, Follows, Given, NamedWaiter, Source, Style, Takes};

use super::Lowering;
use super::literals::unfit;
use super::operation::Members;
use crate::mistake::nearest;
use crate::model::{self, Family, Field, Operation, Type, TypeItem};
use crate::read::{OperationFile, Specification};
use crate::site::Site;
use crate::spec;

/// Why something cannot be as it is written, and what to do.
type Refusal = (String, String);

/// The operations on both sides of a `follows`.
#[derive(Clone, Copy)]
struct Sides<'m> {
    write: &'m Operation,
    next: &'m Operation,
    /// The parameters of the operation that follows, as they are written.
    written: &'m spec::Operation,
}

impl Lowering<'_> {
    /// Lowers what follows each write, once all operations are known.
    pub(super) fn follows(&mut self, spec: &Specification<'_>, families: &mut [Family]) {
        for file in &spec.operations {
            let Some(follows) = &file.spec.follows else { continue };
            let lowered = self.what_follows(file, follows, spec, families);
            let operations = families.iter_mut().flat_map(|family| &mut family.operations);
            for operation in operations.filter(|operation| operation.source == file.source.path) {
                operation.follows.clone_from(&lowered);
            }
        }
    }

    fn what_follows(
        &mut self,
        file: &OperationFile<'_>,
        follows: &spec::Follows,
        spec: &Specification<'_>,
        families: &[Family],
    ) -> Option<model::Follows> {
        let site = Site::file(file.source).key("follows");
        if file.spec.access == Access::Read {
            let read = site.error("nothing follows an operation that reads");
            self.report(read.help("say `access: write` if it changes something, or remove `follows`"));
        }
        let all = || families.iter().flat_map(|family| &family.operations);
        let write = all().find(|operation| operation.source == file.source.path)?;
        let name = &follows.operation;
        let Some(next) = all().find(|operation| operation.name == *name) else {
            if !self.unread.contains(name) {
                let known = nearest(name, all().map(|operation| operation.name.as_str()));
                let absent = site.key("operation").value().error(format!("there is no operation `{name}`"));
                self.report(absent.help(did_you_mean(known, "name an operation that reads")));
            }
            return None;
        };
        if next.access == Access::Write {
            let repeated = site.key("operation").value().error(format!("`{name}` changes something"));
            self.report(repeated.help("it would do so at each poll: name an operation that reads"));
            return None;
        }
        let written = &spec.operations.iter().find(|file| file.name == *name)?.spec;
        let sides = Sides { write, next, written };
        let waiter = self.followed_waiter(&site, follows, next)?;
        let with = follows
            .with
            .iter()
            .filter_map(|(name, given)| self.given(&site.key("with").key(name), name, given, sides));
        let with = with.collect();
        self.all_given(&site.key("with"), follows, next, waiter);
        let unless = self.unless(&site.key("unless"), follows, write);
        if let Some(delay) = follows.initial_delay.filter(|delay| *delay >= waiter.until.timeout.as_secs()) {
            let timeout = waiter.until.timeout.as_secs();
            let over = site.key("initial_delay").value().error(format!(
                "the waiter `{}` gives up after {timeout} s, before the first poll after {delay} s",
                waiter.name
            ));
            self.report(over.help("give a shorter time"));
        }
        let mut names = Follows::new(name, &waiter.name, with);
        names.unless = unless.into_iter().map(Into::into).collect();
        names.initial_delay = follows.initial_delay.map(Duration::from_secs);
        let module = [next.family.clone(), next.rust_name.clone()];
        Some(model::Follows { names, module, waiter: waiter.clone() })
    }

    /// The waiter that ends it.
    fn followed_waiter<'m>(
        &mut self,
        site: &Site<'_>,
        follows: &spec::Follows,
        next: &'m Operation,
    ) -> Option<&'m NamedWaiter> {
        let name = &follows.waiter;
        let found = next.waiters.iter().find(|waiter| waiter.name == *name);
        if found.is_none() {
            let names: Vec<&str> = next.waiters.iter().map(|waiter| waiter.name.as_str()).collect();
            let absent = site.key("waiter").value().error(format!("`{}` has no waiter `{name}`", next.name));
            let others = match names.is_empty() {
                true => format!("add it to `{}`", next.source),
                false => format!("it has `{}`", names.join("`, `")),
            };
            self.report(absent.help(did_you_mean(nearest(name, names), &others)));
        }
        found
    }

    /// Checks that the operation has the parameter, and that it can take what the source has.
    fn given(
        &mut self,
        site: &Site<'_>,
        name: &str,
        given: &spec::Given,
        sides: Sides<'_>,
    ) -> Option<Given<String>> {
        let Sides { next, .. } = sides;
        let parameter = next.request.iter().find(|field| field.wire == name);
        let Some(parameter) = parameter else {
            let known = nearest(name, next.request.iter().map(|field| field.wire.as_str()));
            let absent = site.error(format!("`{}` has no parameter `{name}`", next.name));
            self.report(absent.help(did_you_mean(known, "name a parameter that it has")));
            return None;
        };
        if parameter.role.is_some() {
            let filled = site.error(format!("the client fills in `{name}`"));
            self.report(filled.help("remove it"));
            return None;
        }
        if parameter.sensitive {
            let secret =
                site.error(format!("`{name}` is sensitive, and errors name what a write is followed by"));
            self.report(secret.help("follow it by an id that is no secret"));
        }
        let site = site.value();
        let (text, is_list) = match given {
            spec::Given::Value(given) => return self.value(&site, parameter, &given.value, sides),
            spec::Given::Member(text) => (text, false),
            spec::Given::List(texts) => match &texts[..] {
                [text] => (text, true),
                _ => {
                    let several = site.error("a list has one source");
                    self.report(several.help("write `[response.NAME]`"));
                    return None;
                }
            },
        };
        let (source, field) = self.source(&site, text, is_list, sides)?;
        if field.sensitive {
            let secret =
                site.error(format!("`{text}` is sensitive, and errors name what a write is followed by"));
            self.report(secret.help("follow it by an id that is no secret"));
        }
        let taken = self.takes(parameter, is_list, &next.types);
        let fits = taken.and_then(|takes| {
            match self.cannot_give(&field, text, takes, parameter, &sides.write.types) {
                Some(refusal) => Err(refusal),
                None => Ok(takes),
            }
        });
        match fits {
            Ok(takes) => {
                let mut given = Given::new(name.to_owned(), source);
                given.takes = takes;
                Some(given)
            }
            Err((message, help)) => {
                self.report(site.error(message).help(help));
                None
            }
        }
    }

    /// A value that is always the same.
    fn value(
        &mut self,
        site: &Site<'_>,
        parameter: &Field,
        value: &spec::Scalar,
        Sides { next: Operation { types, .. }, written, .. }: Sides<'_>,
    ) -> Option<Given<String>> {
        let text = value.to_string();
        let field = written.request.get(&parameter.wire)?;
        if let Some(why) = unfit(self.types, field, &text) {
            let unfit = site.key("value").value().error(format!("`{text}` {why}"));
            self.report(unfit.help(format!("give a value that `{}` can have", parameter.wire)));
            return None;
        }
        let ty = &parameter.ty;
        let is_named = matches!(ty, Type::Local(_) | Type::Shared(_));
        if matches!(ty, Type::List(..) | Type::Map(_) | Type::Json) || is_named && !self.is_enum(ty, types) {
            let no_scalar = site.error(format!("`{}` takes more than one value", parameter.wire));
            self.report(no_scalar.help("give it a list of the request or the response: `[response.NAME]`"));
            return None;
        }
        Some(Given::new(parameter.wire.clone(), Source::Value(text)))
    }

    /// The parameter or the member that a source names.
    fn source(
        &mut self,
        site: &Site<'_>,
        text: &str,
        is_list: bool,
        sides: Sides<'_>,
    ) -> Option<(Source<String>, Field)> {
        let Operation { request, response, types, .. } = sides.write;
        let members = Members { request, response, types };
        let (side, path) = text.split_once('.').unwrap_or((text, ""));
        match side {
            "request" if !path.is_empty() => {
                let field = self.names_field(site, path, request, "parameter")?.clone();
                if field.role.is_some() {
                    let filled = site.error(format!("the client fills in `{path}` when the write is sent"));
                    self.report(filled.help("follow it by what the program gives, or by the response"));
                    return None;
                }
                Some((Source::Request(path.to_owned()), field))
            }
            "response" if !path.is_empty() => {
                let way = self.path_to(site, path, members)?;
                let is_many = way.iter().any(|field| matches!(field.ty, Type::List(..) | Type::Map(_)));
                if is_many && !is_list {
                    let many = site.error(format!("`{text}` is one for each element of a list"));
                    self.report(many.help(format!(
                        "write `[{text}]` where all of them are taken, or name a member that the response has once"
                    )));
                    return None;
                }
                Some((Source::Response(path.to_owned()), way.last()?.clone()))
            }
            _ => {
                let neither = site.error(format!("`{text}` is neither of the request nor of the response"));
                self.report(neither.help("write `request.NAME`, `response.NAME` or `{value: …}`"));
                None
            }
        }
    }

    /// What a parameter takes.
    fn takes(&self, parameter: &Field, is_list: bool, types: &[TypeItem]) -> Result<Takes, Refusal> {
        let name = &parameter.wire;
        let is_text = |ty: &Type| ty == &Type::String || self.is_enum(ty, types);
        match (&parameter.ty, is_list) {
            (ty, false) if is_text(ty) => Ok(Takes::Text),
            (Type::Int32 | Type::Int64, false) => Ok(Takes::Number),
            (Type::String, true) => Ok(Takes::Json),
            (Type::List(item, _), true) if is_text(item) => Ok(match parameter.style {
                Style::Flatten => Takes::Flattened,
                Style::Json => Takes::Json,
                Style::Simple => Takes::Joined,
            }),
            (Type::List(..), false) => {
                Err((format!("`{name}` takes a list"), "put what it takes into brackets: `[…]`".to_owned()))
            }
            (_, true) => Err((format!("`{name}` takes no list of texts"), "remove the brackets".to_owned())),
            _ => Err((
                format!("`{name}` is neither a text nor a whole number"),
                "follow it by an id".to_owned(),
            )),
        }
    }

    /// Why a parameter cannot take what the source has.
    fn cannot_give(
        &self,
        source: &Field,
        text: &str,
        takes: Takes,
        parameter: &Field,
        types: &[TypeItem],
    ) -> Option<Refusal> {
        let name = &parameter.wire;
        let ty = if takes.is_list() { source.ty.innermost() } else { &source.ty };
        let is_number = matches!(ty, Type::Int32 | Type::Int64);
        let is_text = ty == &Type::String || self.is_enum(ty, types);
        if !is_number && !is_text {
            return Some((
                format!("`{text}` is neither a text nor a whole number"),
                "name a member that has an id".to_owned(),
            ));
        }
        if takes == Takes::Number && !is_number && ty != &Type::String {
            let message = format!("`{name}` is a number, and `{text}` never is one");
            return Some((message, "name a member with a number, or a text with one".to_owned()));
        }
        (takes == Takes::Number && parameter.ty == Type::Int32 && ty == &Type::Int64).then(|| {
            (format!("`{name}` is an int32, and `{text}` may be larger"), format!("make `{name}` an int64"))
        })
    }

    /// Checks that a call of the operation has all that it requires, and what its waiter needs.
    fn all_given(
        &mut self,
        site: &Site<'_>,
        follows: &spec::Follows,
        next: &Operation,
        waiter: &NamedWaiter,
    ) {
        let required = next.required().map(|field| (&field.wire, format!("`{}` requires it", next.name)));
        let needs = waiter.until.needs.iter();
        let needed = needs.map(|name| (name, format!("the waiter `{}` needs it", waiter.name)));
        for (name, why) in required.chain(needed).collect::<Vec<_>>() {
            if !follows.with.contains_key(name) {
                let missing = site.error(format!("nothing gives `{name}`"));
                self.report(missing.help(format!("{why}: `{name}: request.…` or `{name}: response.…`")));
            }
        }
    }

    /// Checks the values of the write with which nothing follows it.
    fn unless(
        &mut self,
        site: &Site<'_>,
        follows: &spec::Follows,
        write: &Operation,
    ) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for (name, values) in &follows.unless {
            let site = site.key(name);
            let Some(field) = self.names_field(&site, name, &write.request, "parameter") else { continue };
            if values.is_empty() {
                let none = site.error(format!("no value of `{name}` is listed here"));
                self.report(none.help("list those with which nothing follows, or remove it"));
            }
            for (index, value) in values.iter().enumerate() {
                let (site, value) = (site.key(index).value(), value.to_string());
                if self.is_repeated(&site, values, index) {
                    continue;
                }
                if self.is_known_value(&site, field, &value, &write.types)
                    && field.default.as_ref().is_some_and(|default| default.to_string() == value)
                {
                    let never = site.error(format!("`{name}` is `{value}` unless given, so nothing follows"));
                    self.report(never.help("remove `follows`, or name another value"));
                }
                found.push((name.clone(), value));
            }
            let known = self.known_of(field, &write.types);
            let excepts = |value: &&str| values.iter().any(|except| except.to_string() == **value);
            if !known.is_empty() && known.iter().all(excepts) {
                let never = site.error(format!("with every value of `{name}` nothing follows"));
                self.report(never.help("leave out the values with which it does, or remove `follows`"));
            }
        }
        found
    }
}

fn did_you_mean(known: Option<&str>, or: &str) -> String {
    match known {
        Some(known) => format!("did you mean `{known}`?"),
        None => or.to_owned(),
    }
}
