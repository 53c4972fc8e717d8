//! Lowering of what can be waited for.

use super::Lowering;
use crate::diagnostic::{Part, Path, nearest};
use crate::model::{self, Field, Type, TypeItem};
use crate::{names, read, spec};

impl Lowering<'_> {
    /// Checks that the waiter's method can have its name.
    pub(super) fn waiter_method(&mut self, read: &read::Operation<'_>, name: &str, request: &[Field]) {
        let path = Path::default().keys(&["waiters", name]);
        self.rust_name(read.source, &path, Part::Key, name);
        let snake_case = names::snake_case(name);
        if snake_case != name {
            let message = format!("`{name}` is no name of a waiter");
            self.report(read.source, &path, Part::Key, message).help = format!("write `{snake_case}`");
        }
        let method = format!("until_{name}");
        if let Some(field) = request.iter().find(|field| field.name == method) {
            let message = format!("the waiter `{name}` becomes `{method}`, and so does `{}`", field.wire);
            self.report(read.source, &path, Part::Key, message).help = "choose another name".to_owned();
        }
    }

    pub(super) fn waiter(
        &mut self,
        read: &read::Operation<'_>,
        name: &str,
        spec: &spec::Waiter,
        request: &[Field],
        response: &[Field],
        types: &[TypeItem],
    ) -> model::Waiter {
        let path = Path::default().keys(&["waiters", name]);
        self.documentation(read.source, &path.key("doc"), name, &spec.doc);
        if let Some(way) = self.path_to(read, &path.key("field"), &spec.field, response, types)
            && let Some(field) = way.last()
        {
            self.waiter_values(read, &path, spec, field, types);
        }
        if let Some(name) = &spec.needs {
            self.waiter_needs(read, &path.key("needs"), name, request);
        }
        if spec.done.is_empty() && !spec.done_when_absent {
            self.report(read.source, &path, Part::Key, format!("the waiter `{name}` never ends well")).help =
                "list the values that mean done: `done: […]`, or say `done_when_absent: true`".to_owned();
        }
        if spec.done_when_absent && spec.absence.is_some() {
            self.report(read.source, &path.key("absence"), Part::Key, "`absence` has no meaning here").help =
                "what is absent is done at once; remove it".to_owned();
        }
        let (delay, max_delay) = (spec.delay.unwrap_or(5), spec.max_delay.unwrap_or(30));
        if delay > max_delay {
            let message = format!("the first pause, {delay} s, is longer than the longest, {max_delay} s");
            self.report(read.source, &path, Part::Key, message).help =
                "`max_delay` is at least `delay`, and 30 unless given".to_owned();
        }
        model::Waiter {
            name: name.to_owned(),
            doc: spec.doc.trim().to_owned(),
            field: spec.field.clone(),
            needs: spec.needs.clone(),
            done: spec.done.clone(),
            failed: spec.failed.clone(),
            done_when_absent: spec.done_when_absent,
            absence: spec.absence.unwrap_or(120),
            first_delay: spec.first_delay.unwrap_or(0),
            delay,
            max_delay,
            timeout: spec.timeout.unwrap_or(3600),
        }
    }

    /// Checks that a call can have the parameter, and can be without it.
    fn waiter_needs(&mut self, read: &read::Operation<'_>, path: &Path, name: &str, request: &[Field]) {
        let parameter = self.names_field(read, path, name, request, "parameter");
        if parameter.is_some_and(|field| field.required) {
            let message = format!("every call has `{name}`");
            self.report(read.source, path, Part::Value, message).help = "remove it".to_owned();
        }
    }

    /// Checks that the field can have the values that end the waiting.
    fn waiter_values(
        &mut self,
        read: &read::Operation<'_>,
        path: &Path,
        spec: &spec::Waiter,
        field: &Field,
        types: &[TypeItem],
    ) {
        let item = match field.ty.innermost() {
            Type::Local(name) => types.iter().find(|item| item.name() == name),
            Type::Shared(name) => self.shared.iter().find(|item| item.name() == name),
            _ => None,
        };
        let known: Option<Vec<String>> = match item {
            Some(TypeItem::Object(_)) => {
                let message = format!("`{}` is an object", spec.field);
                self.report(read.source, &path.key("field"), Part::Value, message).help =
                    format!("name the member of it that tells: `{}.…`", spec.field);
                return;
            }
            Some(TypeItem::Enum(item)) => Some(item.values.iter().map(|value| value.wire.clone()).collect()),
            None => None,
        };
        for (key, values) in [("done", &spec.done), ("failed", &spec.failed)] {
            for (index, value) in values.iter().enumerate() {
                let place = path.key(key).key(index.to_string());
                if let Some(known) = known.as_ref().filter(|known| !known.contains(value)) {
                    let help = match nearest(value, known.iter().map(String::as_str)) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("it can be `{}`", known.join("`, `")),
                    };
                    let message = format!("`{}` cannot be `{value}`", spec.field);
                    self.report(read.source, &place, Part::Value, message).help = help;
                }
                if key == "failed" && spec.done.contains(value) {
                    let message = format!("`{value}` means done and failed");
                    self.report(read.source, &place, Part::Value, message).help =
                        "remove it from one of the lists".to_owned();
                }
            }
        }
    }
}
