//! Lowering of one operation.

use indexmap::IndexMap;

use super::Lowering;
use super::fields::Scope;
use crate::diagnostic::{Part, Path, nearest};
use crate::model::{self, Field, Type, TypeItem};
use crate::names;
use crate::read;
use crate::spec::{self, PaginationStyle, Scalar};

impl Lowering<'_> {
    pub(super) fn operation(&mut self, read: &read::Operation<'_>, api: &spec::Api) -> model::Operation {
        let spec = &read.spec;
        let root = Path::default();
        self.operation_name(read);
        self.documentation(read.source, &root.key("summary"), read.name, &spec.summary);
        self.search_words(read);
        if let Some(description) = &spec.description {
            self.documentation(read.source, &root.key("description"), read.name, description);
        }
        let mut scope = Scope::request(read.name);
        let parameters = self.fields(read.source, &root.key("request"), &spec.request, &mut scope);
        let is_of_every_call = |field: &Field| !field.required && api.call_parameters.contains(&field.wire);
        let (call_parameters, request) = parameters.into_iter().partition::<Vec<_>, _>(is_of_every_call);
        let mut scope = scope.response();
        let response = self.fields(read.source, &root.key("response"), &spec.response, &mut scope);
        let shared_response =
            api.acknowledgement.clone().filter(|name| self.has_members_of(name, &spec.response));
        self.used.extend(shared_response.clone());
        let pagination = spec.pagination.as_ref();
        let pagination =
            pagination.and_then(|spec| self.pagination(read, spec, &request, &response, &scope.types));
        let waiters = spec.waiters.iter();
        let waiters = waiters.map(|(name, waiter)| {
            self.waiter_method(read, name, &request);
            self.waiter(read, name, waiter, &request, &response, &scope.types)
        });
        let waiters = waiters.collect();
        model::Operation {
            name: read.name.to_owned(),
            method: names::snake_case(read.name),
            family: read.family.to_owned(),
            source: read.source.path.clone(),
            summary: spec.summary.clone(),
            search: spec.search.clone(),
            description: spec.description.clone(),
            documentation: api.documentation.replace("{operation}", read.name),
            access: spec.access,
            verb: spec.verb,
            deprecated: spec.deprecated.clone(),
            request,
            call_parameters,
            response,
            shared_response,
            types: scope.types,
            errors: spec.errors.iter().map(|(status, codes)| (*status, codes.clone())).collect(),
            pagination,
            waiters,
        }
    }

    /// Whether an answer has just the members of a shared object; their examples may differ.
    fn has_members_of(&self, object: &str, response: &IndexMap<String, spec::Field>) -> bool {
        let Some(object) = self.types.get(object) else { return false };
        let same = |(one, field): (&String, &spec::Field), (other, shared): (&String, &spec::Field)| {
            one == other && *field == spec::Field { example: field.example.clone(), ..shared.clone() }
        };
        response.len() == object.fields.len()
            && response.iter().zip(&object.fields).all(|(one, other)| same(one, other))
    }

    /// Checks the name of the file, which becomes a method, a module and types.
    fn operation_name(&mut self, read: &read::Operation<'_>) {
        let method = names::snake_case(read.name);
        if !names::is_operation(read.name) {
            let message = format!("`{}` is no name of an operation", read.name);
            self.report(read.source, &Path::default(), Part::Key, message).help =
                "name the file after the operation: a capital, then letters and digits".to_owned();
        } else if names::is_keyword(&method) {
            let message =
                format!("`{}` becomes the module `{method}`, which is a keyword of Rust", read.name);
            self.report(read.source, &Path::default(), Part::Key, message).help =
                "such an operation cannot be generated: remove the file".to_owned();
        } else if names::CLIENT_METHODS.contains(&method.as_str()) {
            let message = format!("`{}` becomes `Client::{method}`, which the client has already", read.name);
            self.report(read.source, &Path::default(), Part::Key, message).help =
                "such an operation cannot be generated: remove the file".to_owned();
        }
    }

    fn pagination(
        &mut self,
        read: &read::Operation<'_>,
        spec: &spec::Pagination,
        request: &[Field],
        response: &[Field],
        types: &[TypeItem],
    ) -> Option<model::Pagination> {
        let path = Path::default().key("pagination");
        let (position_key, position, end_key, end, other_keys) = match spec.by {
            PaginationStyle::PageNumber => {
                ("page", &spec.page, "total", &spec.total, [("token", &spec.token), ("next", &spec.next)])
            }
            PaginationStyle::Token => {
                ("token", &spec.token, "next", &spec.next, [("page", &spec.page), ("total", &spec.total)])
            }
        };
        for (key, value) in other_keys {
            if value.is_some() {
                let message = format!("`{key}` belongs to the other kind of pagination");
                self.report(read.source, &path.key(key), Part::Key, message).help = "remove it".to_owned();
            }
        }
        let Some(position) = position else {
            let message = format!("the key `{position_key}` is missing");
            self.report(read.source, &path, Part::Key, message).help =
                format!("name the parameter: `{position_key}: …`");
            return None;
        };
        self.names_field(read, &path.key(position_key), position, request, "parameter");
        if let Some(size) = &spec.size {
            self.names_field(read, &path.key("size"), size, request, "parameter");
        }
        for name in &spec.unless {
            self.names_field(read, &path.key("unless"), name, request, "parameter");
        }
        if let Some(end) = end {
            self.path_to(read, &path.key(end_key), end, response, types);
        } else if spec.by == PaginationStyle::Token {
            self.report(read.source, &path, Part::Key, "the key `next` is missing").help =
                "name the member of the answer with the next token: `next: …`".to_owned();
        }
        let way = self.path_to(read, &path.key("items"), &spec.items, response, types)?;
        let (list, before) = way.split_last()?;
        let item = match &list.ty {
            Type::List(item, _) if !before.iter().any(|field| matches!(field.ty, Type::List(..))) => item,
            _ => {
                let message = format!("`{}` is not one list", spec.items);
                self.report(read.source, &path.key("items"), Part::Value, message).help =
                    "name the list of the answer that the pages are cut from".to_owned();
                return None;
            }
        };
        let size = spec.size.as_ref().and_then(|size| request.iter().find(|field| field.wire == *size));
        Some(model::Pagination {
            by: spec.by,
            position: position.clone(),
            size: spec.size.clone(),
            default_size: size.and_then(|field| whole_number(field.default.as_ref()?)),
            items: spec.items.clone(),
            members: way.iter().map(|field| field.name.clone()).collect(),
            item: (**item).clone(),
            end: end.clone(),
            unless: spec.unless.clone(),
        })
    }

    /// Finds the fields on a path of wire names, through lists, and reports a name that is not there.
    pub(super) fn path_to(
        &mut self,
        read: &read::Operation<'_>,
        path: &Path,
        names: &str,
        fields: &[Field],
        types: &[TypeItem],
    ) -> Option<Vec<Field>> {
        if self.types_unread {
            return None;
        }
        let mut fields = fields.to_vec();
        let mut found = Vec::new();
        for name in names.split('.') {
            let field = self.names_field(read, path, name, &fields, "member of the answer")?.clone();
            let element = match &field.ty {
                Type::List(item, _) | Type::Map(item) => item,
                other => other,
            };
            fields = match element {
                Type::Local(name) => object_fields(types, name),
                Type::Shared(name) => object_fields(&self.shared, name),
                _ => Vec::new(),
            };
            found.push(field);
        }
        Some(found)
    }

    /// Finds the field of this wire name, and reports one that is not there.
    pub(super) fn names_field<'f>(
        &mut self,
        read: &read::Operation<'_>,
        path: &Path,
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
            let message = format!("there is no {what} `{name}`");
            self.report(read.source, path, Part::Value, message).help = help;
        }
        found
    }
}

/// A positive whole number, as a number or as text.
fn whole_number(value: &Scalar) -> Option<u64> {
    let number = match value {
        Scalar::Integer(number) => u64::try_from(*number).ok(),
        Scalar::Text(text) => text.parse().ok(),
        _ => None,
    };
    number.filter(|number| *number > 0)
}

fn object_fields(types: &[TypeItem], name: &str) -> Vec<Field> {
    let item = types.iter().find(|item| item.name() == name);
    item.and_then(TypeItem::fields).map(<[Field]>::to_vec).unwrap_or_default()
}
