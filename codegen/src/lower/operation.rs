//! Lowering of one operation.

use indexmap::IndexMap;

use super::Lowering;
use super::fields::Fields;
use crate::mistake::nearest;
use crate::model::{self, Field, Type, TypeItem};
use crate::names;
use crate::read::OperationFile;
use crate::site::Site;
use crate::spec::{self, Access};

/// The fields of an operation, for what refers to them by name.
#[derive(Clone, Copy)]
pub(super) struct Members<'m> {
    pub(super) request: &'m [Field],
    pub(super) response: &'m [Field],
    pub(super) types: &'m [TypeItem],
}

impl Lowering<'_> {
    pub(super) fn operation(&mut self, file: &OperationFile<'_>, api: &spec::Api) -> model::Operation {
        let (spec, site) = (&file.spec, Site::file(file.source));
        self.operation_name(file);
        self.summary(&site.key("summary"), file.name, &spec.summary);
        let description = spec.description.as_deref().unwrap_or_default();
        self.skeleton(&site, file.name, [("summary", &spec.summary), ("description", description)]);
        if let Some(reason) = &spec.deprecated {
            self.documentation(&site.key("deprecated"), file.name, reason);
        }
        self.search_words(&site.key("search"), file.name, &spec.search);
        if let Some(description) = &spec.description {
            self.documentation(&site.key("description"), file.name, description);
        }
        let mut fields = Fields::of_operation(self, file.name);
        let parameters = fields.fields(&site.key("request"), &spec.request);
        let mut fields = fields.response();
        let response = fields.fields(&site.key("response"), &spec.response);
        let types = fields.into_types();
        let is_of_every_call = |field: &Field| !field.required && api.call_parameters.contains(&field.wire);
        let (call_parameters, request) = parameters.into_iter().partition::<Vec<_>, _>(is_of_every_call);
        let shared_response =
            api.acknowledgement.clone().filter(|name| self.has_members_of(name, &spec.response));
        self.used.extend(shared_response.clone());
        let members = Members { request: &request, response: &response, types: &types };
        self.taken_types(&site, file.name);
        self.roles(&site.key("request"), &request);
        self.filled_in(&site.key("request"), &spec.request);
        self.travels(&site, spec);
        self.reads(&site, file.name, spec);
        self.wrapped_parameters(&site.key("request"), &request, &types);
        self.error_statuses(&site.key("errors"), &spec.errors);
        if spec.access == Access::Write {
            self.repeats_a_write(&site, spec);
        }
        let pagination =
            spec.pagination.as_ref().and_then(|spec| self.pagination(&site.key("pagination"), spec, members));
        let waiters = spec.waiters.iter().map(|(name, waiter)| {
            let site = site.key("waiters").key(name);
            self.waiter_name(&site, name, &request);
            self.waiter(&site, name, waiter, members)
        });
        let waiters = waiters.collect();
        let writes_when = self.writes_when(&site.key("writes_when"), spec, members);
        model::Operation {
            name: file.name.to_owned(),
            rust_name: names::method(file.name),
            family: file.family.to_owned(),
            source: file.source.path.clone(),
            summary: spec.summary.clone(),
            search: spec.search.clone(),
            description: spec.description.clone(),
            documentation_url: api.documentation.replace("{operation}", file.name),
            access: spec.access,
            writes_when,
            method: spec.method.into(),
            deprecated: spec.deprecated.clone(),
            request,
            call_parameters,
            response,
            shared_response,
            types,
            errors: spec.errors.iter().map(|(status, codes)| (*status, codes.clone())).collect(),
            pagination,
            waiters,
            follows: None,
        }
    }

    /// Reports shared types with the names that the operation's own types have.
    fn taken_types(&mut self, site: &Site<'_>, operation: &str) {
        for suffix in ["Request", "Response", "Required", "Call"] {
            let name = format!("{operation}{suffix}");
            if self.types.contains_key(&name) {
                let taken = site.error(format!("the name `{name}` is taken by a type of types.yaml"));
                self.report(taken.help("a type of the operation has it: give the shared one another name"));
            }
        }
    }

    /// Reports shared objects that a request holds and whose lists the wire would wrap: in a request nothing is wrapped.
    fn wrapped_parameters(&mut self, site: &Site<'_>, request: &[Field], types: &[TypeItem]) {
        for field in request {
            let mut seen = Vec::new();
            if let Some(wrapped) = self.wrapped(&field.ty, types, &mut seen) {
                let never = format!("`{}` holds `{wrapped}`, a list with a `wrapper`", field.wire);
                self.report(
                    site.key(&field.wire)
                        .key("type")
                        .error(never)
                        .help("in a request nothing is wrapped: declare an object of its own for it"),
                );
            }
        }
    }

    /// The first wrapped list that a shared type holds.
    fn wrapped(&self, ty: &Type, types: &[TypeItem], seen: &mut Vec<String>) -> Option<String> {
        let (Type::Local(name) | Type::Shared(name)) = ty.innermost() else { return None };
        if seen.contains(name) {
            return None;
        }
        seen.push(name.clone());
        let is_shared = matches!(ty.innermost(), Type::Shared(_));
        let fields = if is_shared { object_fields(&self.shared, name) } else { object_fields(types, name) };
        fields.iter().find_map(|field| match &field.ty {
            Type::List(_, Some(_)) if is_shared => Some(format!("{name}.{}", field.wire)),
            other => self.wrapped(other, types, seen),
        })
    }

    /// Reports pages and waiters of a write: the client repeats none to page or to wait.
    fn repeats_a_write(&mut self, site: &Site<'_>, spec: &spec::Operation) {
        for (key, is_given) in
            [("pagination", spec.pagination.is_some()), ("waiters", !spec.waiters.is_empty())]
        {
            if is_given {
                let repeated =
                    site.key(key).error(format!("`{key}` repeat the operation, and it changes something"));
                self.report(repeated.help("say `access: read` if it changes nothing, or remove them"));
            }
        }
    }

    /// Whether a response has just the members of a shared object; their examples may differ.
    fn has_members_of(&self, object: &str, response: &IndexMap<String, spec::Field>) -> bool {
        let Some(object) = self.types.get(object) else { return false };
        let same = |(one, field): (&String, &spec::Field), (other, shared): (&String, &spec::Field)| {
            one == other && *field == spec::Field { example: field.example.clone(), ..shared.clone() }
        };
        response.len() == object.fields.len()
            && response.iter().zip(&object.fields).all(|(one, other)| same(one, other))
    }

    /// Finds the fields on a path of wire names in the response, through lists, and reports a name that is not
    /// there. `site` is the value that holds the path.
    pub(super) fn path_to(
        &mut self,
        site: &Site<'_>,
        path: &str,
        members: Members<'_>,
    ) -> Option<Vec<Field>> {
        if self.types_unread {
            return None;
        }
        let mut fields = members.response.to_vec();
        let mut found = Vec::new();
        for name in path.split('.') {
            let field = self.names_field(site, name, &fields, "member of the response")?.clone();
            let element = match &field.ty {
                Type::List(item, _) | Type::Map(item) => item,
                other => other,
            };
            fields = match element {
                Type::Local(name) => object_fields(members.types, name),
                Type::Shared(name) => object_fields(&self.shared, name),
                _ => Vec::new(),
            };
            found.push(field);
        }
        Some(found)
    }

    /// Finds the parameter of this wire name, and reports one that is not there.
    pub(super) fn names_parameter<'m>(
        &mut self,
        site: &Site<'_>,
        name: &str,
        members: Members<'m>,
    ) -> Option<&'m Field> {
        self.names_field(site, name, members.request, "parameter")
    }

    pub(super) fn names_field<'f>(
        &mut self,
        site: &Site<'_>,
        name: &str,
        fields: &'f [Field],
        what: &str,
    ) -> Option<&'f Field> {
        let found = fields.iter().find(|field| field.wire == name);
        if found.is_none() {
            let known = nearest(name, fields.iter().map(|field| field.wire.as_str()));
            let help = match known {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("name a {what} that the operation has"),
            };
            self.report(site.value().error(format!("there is no {what} `{name}`")).help(help));
        }
        found
    }
}

fn object_fields(types: &[TypeItem], name: &str) -> Vec<Field> {
    let item = types.iter().find(|item| item.name() == name);
    item.and_then(TypeItem::fields).map(<[Field]>::to_vec).unwrap_or_default()
}
