//! The parameters of a request: nested values become flat names and texts.
//!
//! Lists and objects travel in one of three styles, which the specification gives for each parameter:
//! flattened (`Tag.1.Key=a`), as one JSON text (`DBNode=[{…}]`), or joined with commas
//! (`InstanceIds=a,b`). Absent values send nothing; neither does an empty list, unless it travels as JSON.

use serde_json::Value as Json;

use crate::instant;
use crate::object::scalar::{json, scalar};
use crate::object::value::{Kind, Style, Value};
use crate::object::{Member, Object};
use crate::secrecy::MASK;
use crate::secrecy::{Redactor, SensitiveNames};
use crate::signature::is_reserved;
use crate::text::short_line;

/// The parameters of one call, before signing, by where they travel.
#[derive(Clone)]
pub struct Parameters {
    /// Those of the query.
    pub query: Vec<(String, String)>,
    /// Those of the form body.
    pub form: Vec<(String, String)>,
    /// The names that belong into the form body, whether they are there or not.
    pub(crate) form_names: Vec<&'static str>,
    /// The sensitive values among them.
    pub secrets: Redactor,
    /// What the program gave and the client does not send.
    pub(crate) mistake: Option<Mistake>,
}

/// A parameter that is not sent.
#[derive(Clone)]
pub(crate) struct Mistake {
    /// The name of the parameter.
    name: String,
    /// What is wrong, and what to do.
    pub(crate) reason: String,
}

impl Parameters {
    /// No parameters yet, of a service that keeps the values of these names secret.
    pub fn new(names: SensitiveNames) -> Self {
        Self {
            query: Vec::new(),
            form: Vec::new(),
            form_names: Vec::new(),
            secrets: Redactor::new(names),
            mistake: None,
        }
    }

    /// The parameters of a request object.
    pub fn of(request: &dyn Object, names: SensitiveNames) -> Self {
        let mut parameters = Self::new(names);
        for (name, value) in request.members() {
            parameters.put(name, value);
            refuse_no_times(name, name, value, &mut parameters.mistake);
            hide(value, &mut parameters.secrets);
        }
        parameters
    }

    /// Adds a parameter of the specification, present or not.
    pub fn add(&mut self, member: Member<'_>) {
        self.put(member.name, member.value());
    }

    fn put(&mut self, name: &'static str, value: Value<'_>) {
        let to = if value.in_form {
            self.form_names.push(name);
            &mut self.form
        } else {
            &mut self.query
        };
        write(name, value, to);
    }

    /// Parameters without a type.
    pub(crate) fn untyped(query: Vec<(String, String)>, names: SensitiveNames) -> Self {
        let mut parameters = Self::new(names);
        for (name, value) in query {
            parameters.note(&name, &value);
            parameters.query.push((name, value));
        }
        parameters
    }

    /// Adds a parameter of any shape that the specification does not have. Whether it is secret is the caller's to know.
    pub fn add_unknown(&mut self, name: &str, value: Value<'_>) {
        self.refuse_reserved(name);
        write(name, value, &mut self.query);
    }

    /// Adds a parameter without a type to the form body.
    pub(crate) fn add_to_form(&mut self, name: String, value: String) {
        self.note(&name, &value);
        self.form.push((name, value));
    }

    /// Every parameter, wherever it travels.
    pub fn iter(&self) -> impl Iterator<Item = &(String, String)> {
        self.query.iter().chain(&self.form)
    }

    /// Puts a parameter where it travels, in the place of an earlier one of the same name.
    pub(crate) fn set(&mut self, name: &str, value: String) {
        self.mistake.take_if(|mistake| mistake.name == name);
        self.note(name, &value);
        let mut all = self.query.iter_mut().chain(&mut self.form);
        match all.find(|(existing, _)| existing == name) {
            Some((_, existing)) => *existing = value,
            None if self.form_names.contains(&name) => self.form.push((name.to_owned(), value)),
            None => self.query.push((name.to_owned(), value)),
        }
    }

    fn refuse_reserved(&mut self, name: &str) {
        if is_reserved(name) {
            let reason = format!("`{name}` is no parameter of an operation: the client sets it, to sign");
            self.mistake = Some(Mistake { name: name.to_owned(), reason });
        }
    }

    /// Notes what is to be known of a parameter without a type, of which only the name tells what the value is.
    fn note(&mut self, name: &str, value: &str) {
        self.refuse_reserved(name);
        match self.secrets.names().contain(name) {
            true => self.secrets.hide(value),
            false => self.secrets.hide_members_of(value),
        }
    }

    /// Whether a parameter of this name is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.iter().any(|(existing, _)| existing == name)
    }
}

/// Collects the sensitive values of a request, however deep.
fn hide(value: Value<'_>, redactor: &mut Redactor) {
    match value.kind {
        Kind::Absent => {}
        Kind::Object { object, .. } if !value.sensitive => {
            object.members().for_each(|(_, value)| hide(value, redactor));
        }
        Kind::List { list, .. } => {
            for element in list.iter() {
                hide(Value { sensitive: value.sensitive, ..element }, redactor);
            }
        }
        _ if value.sensitive => {
            redactor.hide(&scalar(value));
            redactor.hide_json(&json(value));
        }
        Kind::Text(text) => redactor.hide_members_of(text),
        Kind::Json(json) => redactor.hide_members_of(&json.to_string()),
        _ => {}
    }
}

/// Notes a text that is no time where one belongs, however deep: at this path, in the parameter of this name.
fn refuse_no_times(name: &str, path: &str, value: Value<'_>, mistake: &mut Option<Mistake>) {
    match value.kind {
        Kind::Text(text) => {
            let Some(precision) = value.time.filter(|_| instant::read(text).is_none()) else { return };
            let given = match value.sensitive {
                true => MASK.to_owned(),
                false => format!("`{}`", short_line(text, 64)),
            };
            let (format, example) = (precision.format(), precision.example());
            let reason = format!(
                "`{path}` is no time: {given}; give a time, or a text such as {example} ({format} in UTC)"
            );
            *mistake = Some(Mistake { name: name.to_owned(), reason });
        }
        Kind::Object { object, .. } => {
            for (member, inner) in object.members() {
                refuse_no_times(name, &format!("{path}.{member}"), inner, mistake);
            }
        }
        Kind::List { list, .. } => {
            for (index, element) in list.iter().enumerate() {
                refuse_no_times(name, &format!("{path}.{}", index + 1), element.within(value), mistake);
            }
        }
        Kind::Map(map) => {
            for (key, entry) in map.entries() {
                refuse_no_times(name, &format!("{path}.{key}"), entry.within(value), mistake);
            }
        }
        _ => {}
    }
}

/// Writes one parameter, whatever its style, as the name and value pairs it becomes.
pub fn write(name: &str, value: Value<'_>, to: &mut Vec<(String, String)>) {
    match (value.kind, value.style) {
        (Kind::Absent, _) => {}
        (Kind::List { .. } | Kind::Object { .. } | Kind::Map(_) | Kind::Json(_), Style::Json) => {
            to.push((name.to_owned(), json(value).to_string()));
        }
        (Kind::Json(Json::Array(elements)), Style::Simple) => {
            let elements: Vec<_> = elements.iter().map(|element| scalar(Value::json(element))).collect();
            to.push((name.to_owned(), elements.join(",")));
        }
        (Kind::List { list, .. }, Style::Simple) => {
            if list.count() > 0 {
                let elements: Vec<_> = list.iter().map(|element| scalar(element.within(value))).collect();
                to.push((name.to_owned(), elements.join(",")));
            }
        }
        (Kind::Object { object, .. }, _) => {
            for (member, value) in object.members() {
                write(&format!("{name}.{member}"), value, to);
            }
        }
        (Kind::List { list, .. }, _) => {
            for (index, element) in list.iter().enumerate() {
                write(&format!("{name}.{}", index + 1), element.within(value), to);
            }
        }
        (Kind::Map(map), _) => {
            map.for_each(&mut |key, entry| write(&format!("{name}.{key}"), entry.within(value), to));
        }
        (Kind::Json(Json::Array(elements)), _) => {
            for (index, element) in elements.iter().enumerate() {
                write(&format!("{name}.{}", index + 1), Value::json(element), to);
            }
        }
        (Kind::Json(Json::Object(members)), _) => {
            for (key, member) in members {
                write(&format!("{name}.{key}"), Value::json(member), to);
            }
        }
        _ => to.push((name.to_owned(), scalar(value))),
    }
}

/// The parameters that a request becomes, by name and value, before signing.
///
/// ```
/// use rds_api::operations::backup::DescribeBackupTasksRequest;
///
/// let request = DescribeBackupTasksRequest::new("rm-1");
/// assert_eq!(rds_api::__private::parameters(&request), [("DBInstanceId".to_owned(), "rm-1".to_owned())]);
/// ```
pub fn parameters(request: &dyn Object) -> Vec<(String, String)> {
    let Parameters { mut query, form, .. } = Parameters::of(request, SensitiveNames::default());
    query.extend(form);
    query
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::collection;
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::object::all_kinds::{AllKinds, Part};

    const VECTORS: &str = include_str!("../../tests/vectors/flatten.json");

    /// A request with parameters of any shape.
    struct Any(Vec<(&'static str, Json, Style)>);

    impl Object for Any {
        fn field(&mut self, _: usize) -> Option<&mut dyn crate::object::Field> {
            None
        }
        fn member(&self, index: usize) -> Member<'_> {
            let Some((name, value, style)) = self.0.get(index) else { return Member::NONE };
            let member = Member::of((name, value));
            match style {
                Style::Flatten => member,
                Style::Json => member.as_json(),
                Style::Simple => member.as_simple(),
            }
        }
    }

    #[test]
    fn nested_values_become_what_the_official_clients_make_of_them() {
        let vectors: Json = serde_json::from_str(VECTORS).unwrap();
        let vectors = vectors.as_array().unwrap();
        assert_eq!(vectors.len(), 30);
        for vector in vectors {
            let expected = &vector["expected"];
            if vector["style"] == "flatten" {
                let members = vector["input"].as_object().unwrap();
                let members = members.iter().map(|(name, value)| {
                    let name: &'static str = Box::leak(name.clone().into_boxed_str());
                    (name, value.clone(), Style::Flatten)
                });
                let parameters = Parameters::of(&Any(members.collect()), SensitiveNames::default());
                let made: BTreeMap<String, String> = parameters.query.into_iter().collect();
                assert_eq!(json!(made), *expected, "{}", vector["id"]);
                continue;
            }
            let style = if vector["style"] == "json" { Style::Json } else { Style::Simple };
            let parameters =
                Parameters::of(&Any(vec![("P", vector["input"].clone(), style)]), SensitiveNames::default());
            let made = &parameters.query[0].1;
            if style == Style::Json {
                // The order of keys and the way an exponent is written do not matter.
                let expected: Json = serde_json::from_str(expected.as_str().unwrap()).unwrap();
                assert_eq!(serde_json::from_str::<Json>(made).unwrap(), expected, "{}", vector["id"]);
            } else {
                assert_eq!(json!(made), *expected, "{}", vector["id"]);
            }
        }
    }

    #[test]
    fn absent_values_send_nothing() {
        assert!(Parameters::of(&AllKinds::default(), SensitiveNames::default()).query.is_empty());
        let object = AllKinds { part: Some(Part { id: 0, name: None }), ..AllKinds::default() };
        assert_eq!(
            Parameters::of(&object, SensitiveNames::default()).query,
            [("Part.Id".to_owned(), "0".to_owned())]
        );
    }

    #[test]
    fn a_parameter_is_set_where_it_travels() {
        // Absent so far, but known to travel in the form.
        let mut parameters = Parameters::new(SensitiveNames::default());
        parameters.add(Member::of(("PageNumber", &None::<i32>)).in_form());
        assert!(parameters.form.is_empty());
        for (name, value) in [("PageNumber", "2"), ("PageNumber", "3"), ("New", "a"), ("New", "b")] {
            parameters.set(name, value.to_owned());
        }
        let has = |list: &[(String, String)], name: &str, value: &str| {
            list.iter().filter(|it| it.0 == name).all(|it| it.1 == value)
                && list.iter().any(|it| it.0 == name)
        };
        assert!(has(&parameters.form, "PageNumber", "3") && has(&parameters.query, "New", "b"));
        assert!(!has(&parameters.query, "PageNumber", "3") && !has(&parameters.form, "New", "b"));
    }

    #[test]
    fn a_float_keeps_its_shortest_text() {
        let object = AllKinds { float: Some(0.1), double: Some(2.0), ..AllKinds::default() };
        let query = Parameters::of(&object, SensitiveNames::default()).query;
        assert_eq!(query, [("Float".into(), "0.1".into()), ("Double".into(), "2".to_owned())]);
    }

    #[test]
    fn sensitive_values_are_known_however_deep() {
        let object = AllKinds { password: Some("correct horse".into()), ..AllKinds::default() };
        let secrets = Parameters::of(&object, SensitiveNames::default()).secrets;
        assert_eq!(secrets.redact("no correct horse here"), "no **** here");
        assert_eq!(secrets.redact("p=correct%20horse"), "p=****");
    }

    /// What the protocol says of flattening, in as few words as can be.
    fn flattened(name: &str, value: &Json, to: &mut Vec<(String, String)>) {
        match value {
            Json::Null => {}
            Json::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    flattened(&format!("{name}.{}", index + 1), element, to);
                }
            }
            Json::Object(members) => {
                for (key, member) in members {
                    flattened(&format!("{name}.{key}"), member, to);
                }
            }
            scalar => to.push((name.to_owned(), text(scalar))),
        }
    }

    fn text(scalar: &Json) -> String {
        scalar.as_str().map_or_else(|| scalar.to_string(), str::to_owned)
    }

    fn scalars() -> impl Strategy<Value = Json> {
        prop_oneof![
            any::<String>().prop_map(Json::from),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            // Not whole: whole ones are written without a fraction, which JSON does not do.
            any::<i32>().prop_map(|it| Json::from(f64::from(it) + 0.5)),
        ]
    }

    fn nested() -> impl Strategy<Value = Json> {
        prop_oneof![9 => scalars(), 1 => Just(Json::Null)].prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                collection::vec(inner.clone(), 0..4).prop_map(Json::from),
                collection::btree_map("[A-Za-z]{1,4}", inner, 0..4)
                    .prop_map(|members| Json::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_value_is_flattened_as_the_protocol_says(value in nested()) {
            let mut expected = Vec::new();
            flattened("P", &value, &mut expected);
            let made = Parameters::of(&Any(vec![("P", value, Style::Flatten)]), SensitiveNames::default()).query;
            prop_assert_eq!(made, expected);
        }

        #[test]
        fn any_list_or_object_is_one_text_that_is_read_back(value in nested()) {
            let made = Parameters::of(&Any(vec![("P", value.clone(), Style::Json)]), SensitiveNames::default()).query;
            if value.is_array() || value.is_object() {
                prop_assert_eq!(&serde_json::from_str::<Json>(&made[0].1).unwrap(), &value);
            }
        }

        #[test]
        fn any_list_of_scalars_is_joined(elements in collection::vec(scalars(), 1..5)) {
            let expected: Vec<String> = elements.iter().map(text).collect();
            let made = Parameters::of(&Any(vec![("P", elements.into(), Style::Simple)]), SensitiveNames::default()).query;
            prop_assert_eq!(made, [("P".to_owned(), expected.join(","))]);
        }
    }
}
