//! From the metadata of an operation to its specification, without any documentation.

use indexmap::IndexMap;
use rds_api_schema::{ends_a_range, is_sensitive_name};

use super::access::access;
use super::literal::{set_default, set_example};
use super::metadata::{Api, Parameter, Schema};
use super::{field_names, limits, literal};
use crate::lower::{ERROR_STATUSES, is_code};
use crate::names;
use crate::spec::{
    EnumValue, Field, HttpMethod, Location, NamedValue, Operation, Precision, Role, SharedType, Style, Types,
};

/// What stands where a person has to say why something should not be used any more.
const DEPRECATED: &str = "The service lists it as deprecated.";

/// What stands in the place of a value's documentation where the metadata declares all values, and that is asked for.
pub(super) const CLOSED: &str = "declared";

/// Converts operations in the light of what the specification has already.
pub(super) struct Converter<'s> {
    /// Types that a new field may turn out to have.
    pub(super) types: &'s Types,
    /// What an operation is about: where required, the first argument of its method.
    pub(super) subjects: &'s [String],
    /// Parameters that are options of every call, which go last.
    pub(super) call_parameters: &'s [String],
    /// Whether a wire name has a line of documentation.
    pub(super) is_documented: &'s dyn Fn(&str) -> bool,
    /// Whether to mark values that the metadata declares to be all, for a comparison.
    pub(super) marks_closed: bool,
}

/// The side of an operation: only parameters are ever required, only responses wrap their lists.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Request,
    Response,
}

impl Converter<'_> {
    pub(super) fn operation(&self, name: &str, api: &Api) -> Operation {
        let mut parameters: Vec<(String, Field)> = api
            .parameters()
            .iter()
            .map(|parameter| (parameter.name.clone(), self.parameter(parameter)))
            .collect();
        parameters.sort_by_key(|(name, field)| self.rank(name, field));
        let response = api.response().map(|schema| &schema.properties);
        let post =
            api.methods.is_empty() || api.methods.iter().any(|method| method.eq_ignore_ascii_case("post"));
        Operation {
            access: access(name, api.operation_type.as_deref()),
            method: if post { HttpMethod::Post } else { HttpMethod::Get },
            deprecated: api.deprecated.then(|| DEPRECATED.to_owned()),
            request: field_names::assign(parameters, &is_taken_by_calls),
            response: response.map(|members| self.members(members, Side::Response)).unwrap_or_default(),
            errors: errors(api),
            ..Operation::default()
        }
    }

    fn parameter(&self, parameter: &Parameter) -> Field {
        let mut field = self.field(&parameter.name, &parameter.schema, Side::Request);
        field.required |= parameter.required;
        if field.required {
            field.default = None;
        }
        if parameter.deprecated {
            field.deprecated = Some(DEPRECATED.to_owned());
        }
        if parameter.part.as_deref() == Some("formData") {
            field.location = Location::Form;
        }
        let is_deep = matches!(field.kind.as_str(), "list" | "map" | "object" | "json")
            || self.types.get(&field.kind).is_some_and(|shared| !shared.fields.is_empty());
        field.style = match parameter.style.as_deref() {
            Some("json") if is_deep => Style::Json,
            Some("simple") if field.kind == "list" => Style::Simple,
            _ => Style::Flatten,
        };
        match (parameter.name.as_str(), field.kind.as_str()) {
            ("ClientToken", "string") => {
                field.role = Some(Role::IdempotencyToken);
                (field.min_length, field.max_length, field.default) = (None, Some(64), None);
            }
            ("RegionId", "string") => field.role = Some(Role::Region),
            _ => {}
        }
        if field.role.is_some() {
            // The client fills it in, whatever the metadata says of its form.
            field.pattern = None;
        }
        field
    }

    fn members(&self, members: &IndexMap<String, Schema>, side: Side) -> IndexMap<String, Field> {
        let mut fields: Vec<(String, Field)> =
            members.iter().map(|(name, schema)| (name.clone(), self.field(name, schema, side))).collect();
        if side == Side::Request {
            fields.sort_by_key(|(name, field)| self.rank(name, field));
        }
        field_names::assign(fields, &|name, _| side == Side::Request && names::OBJECT_METHODS.contains(&name))
    }

    /// Required fields first, of these the subject at the beginning and the end of a period behind its start;
    /// parameters of every call last; and the order of the metadata within.
    fn rank(&self, name: &str, field: &Field) -> u8 {
        match () {
            () if field.required && self.subjects.iter().any(|subject| subject == name) => 0,
            // The metadata sorts by name, and nobody names the end of a range before its start.
            () if field.required && ends_a_range(name) => 2,
            () if field.required => 1,
            () if self.call_parameters.iter().any(|parameter| parameter == name) => 4,
            () => 3,
        }
    }

    /// Converts what goes by `name`: a wire name, or what an element of a list is called.
    fn field(&self, name: &str, schema: &Schema, side: Side) -> Field {
        match wrapped(schema) {
            Some((wrapper, list)) if side == Side::Response => {
                Field { wrapper: Some(wrapper.to_owned()), ..self.bare_field(name, wrapper, list, side) }
            }
            _ => self.bare_field(name, &names::singular(name), schema, side),
        }
    }

    fn bare_field(&self, name: &str, element: &str, schema: &Schema, side: Side) -> Field {
        let mut field = self.kind(name, element, schema, side);
        field.required = side == Side::Request && schema.required;
        field.deprecated = schema.deprecated.then(|| DEPRECATED.to_owned());
        let is_text = matches!(leaf(&field).kind.as_str(), "string" | "json");
        field.sensitive = (is_text && is_sensitive_name(name)).then_some(true);
        // Before the limits: where the two contradict each other, a person decides.
        set_example(self.types, &mut field, &schema.example);
        if side == Side::Request && !field.required {
            set_default(self.types, &mut field, &schema.default);
        }
        limits::set(&mut field, schema);
        field.precision = precision(&field.kind, name, &schema.example, side);
        field
    }

    fn kind(&self, name: &str, element: &str, schema: &Schema, side: Side) -> Field {
        let plain = |kind: &str| Field { kind: kind.to_owned(), ..Field::default() };
        match (schema.kind.as_deref(), schema.format.as_deref()) {
            (Some("boolean"), _) => plain("bool"),
            (Some("integer"), Some("int32")) if !names::is_id(name) => plain("int32"),
            (Some("integer" | "long"), _) => plain("int64"),
            (Some("number"), Some("float")) => plain("float"),
            (Some("number"), _) => plain("double"),
            (Some("array"), _) => self.list(element, schema, side),
            (Some("object" | "any") | None, _) => self.compound(name, element, schema, side),
            (Some(_), Some("date-time")) => plain("timestamp"),
            (Some(_), _) => {
                let values = values(schema);
                if !values.is_empty() {
                    self.enumeration(name, values, !schema.declared_values.is_empty())
                } else if is_time(&schema.example) {
                    plain("timestamp")
                } else {
                    plain("string")
                }
            }
        }
    }

    fn compound(&self, name: &str, element: &str, schema: &Schema, side: Side) -> Field {
        if !schema.properties.is_empty() {
            let fields = self.members(&schema.properties, side);
            if self.shared(name).is_some_and(|shared| same_shape(&shared.fields, &fields)) {
                return Field { kind: names::type_name(name), ..Field::default() };
            }
            return Field { kind: "object".to_owned(), fields, ..Field::default() };
        }
        match &schema.additional_properties {
            Some(values) => {
                let items = self.item(element, values, side);
                Field { kind: "map".to_owned(), items: Some(Box::new(items)), ..Field::default() }
            }
            None => Field { kind: "json".to_owned(), ..Field::default() },
        }
    }

    fn list(&self, element: &str, schema: &Schema, side: Side) -> Field {
        let any = Schema::default();
        let mut items = self.item(element, schema.items.as_deref().unwrap_or(&any), side);
        // Where the service wraps nothing, a list of lists cannot be told from one list in XML.
        if side == Side::Response && items.kind == "list" {
            items = Field { kind: "json".to_owned(), ..Field::default() };
        }
        Field { kind: "list".to_owned(), items: Some(Box::new(items)), ..Field::default() }
    }

    fn item(&self, name: &str, schema: &Schema, side: Side) -> Field {
        let field = self.field(name, schema, side);
        let example = literal::of_element(self.types, &field, &schema.example);
        let mut item = Field {
            required: false,
            sensitive: None,
            default: None,
            deprecated: None,
            min_items: None,
            max_items: None,
            example,
            ..field
        };
        // One of many rarely is what the glossary says of them all, but a line there will do. Where there is
        // none, the empty text holds the place, and the generator asks for it.
        if item.kind == "object" && !(self.is_documented)(name) {
            item.doc = Some(String::new());
        }
        item
    }

    fn enumeration(&self, name: &str, values: Vec<String>, is_closed: bool) -> Field {
        if self.shared(name).is_some_and(|shared| same_values(shared, &values)) {
            return Field { kind: names::type_name(name), ..Field::default() };
        }
        let mut taken: Vec<String> = Vec::new();
        let values = values.into_iter().map(|wire| {
            let own = names::variant(&wire);
            let good = own.clone().filter(|own| own != "Unrecognized" && !taken.contains(own));
            let variant = good.clone().unwrap_or_else(|| numbered(&wire, &taken));
            taken.push(variant.clone());
            let value = match good {
                _ if self.marks_closed => EnumValue::Doc(if is_closed { CLOSED } else { "" }.to_owned()),
                Some(_) => EnumValue::Doc(String::new()),
                None => EnumValue::Named(NamedValue { name: Some(variant), ..NamedValue::default() }),
            };
            (wire, value)
        });
        Field { kind: "enum".to_owned(), values: values.collect(), ..Field::default() }
    }

    fn shared(&self, name: &str) -> Option<&SharedType> {
        self.types.get(&names::type_name(name))
    }
}

/// Whether the setter of a parameter cannot have this name.
fn is_taken_by_calls(name: &str, parameter: &Field) -> bool {
    !parameter.required && (names::CALL_METHODS.contains(&name) || name.starts_with(names::OPTION))
}

/// What lists and maps hold in the end; any other field itself.
fn leaf(field: &Field) -> &Field {
    field.items.as_deref().map_or(field, leaf)
}

fn errors(api: &Api) -> IndexMap<u16, Vec<String>> {
    let mut errors: IndexMap<u16, Vec<String>> = IndexMap::new();
    for (status, codes) in &api.error_codes {
        // Documents list also codes that come with a success, and put numbers of their own in the place of a status.
        let status = status.parse().ok().filter(|status| ERROR_STATUSES.contains(status));
        let Some(status) = status else { continue };
        let known = errors.entry(status).or_default();
        for code in codes.iter().map(|code| code.text().trim()) {
            // Now and then the metadata has the template of a code, such as `%s`.
            let is_template = code.contains('%');
            if is_code(code) && !is_template && !known.iter().any(|other| other == code) {
                known.push(code.to_owned());
            }
        }
    }
    errors.retain(|_, codes| !codes.is_empty());
    errors.sort_unstable_keys();
    errors
}

/// The name and the list of an object that only wraps a list.
fn wrapped(schema: &Schema) -> Option<(&str, &Schema)> {
    let (name, only) = schema.properties.first().filter(|_| schema.properties.len() == 1)?;
    let is_object = matches!(schema.kind.as_deref(), Some("object") | None);
    // The runtime knows no wrapped list of lists.
    let holds_lists = only.items.as_ref().is_some_and(|items| items.kind.as_deref() == Some("array"));
    (is_object && only.kind.as_deref() == Some("array") && !holds_lists).then_some((name, only))
}

/// The values of an enum, each once whatever its case.
fn values(schema: &Schema) -> Vec<String> {
    let documented =
        if schema.documented_values.is_empty() { &schema.titled_values } else { &schema.documented_values };
    let has = |value: &String| value.eq_ignore_ascii_case(schema.example.trim());
    let values = if !schema.declared_values.is_empty() {
        &schema.declared_values
    } else if schema.example.trim().is_empty() || documented.iter().any(has) {
        documented
    } else {
        // What the documentation lists is no set of values if not even its own example is one of them.
        return Vec::new();
    };
    let mut kept: Vec<String> = Vec::new();
    for value in values.iter().map(|value| value.trim()).filter(|value| !value.is_empty()) {
        if !kept.iter().any(|other| other.eq_ignore_ascii_case(value)) {
            kept.push(value.to_owned());
        }
    }
    kept
}

/// How exactly a parameter takes times, of which its example tells.
fn precision(kind: &str, name: &str, example: &str, side: Side) -> Option<Precision> {
    let (is_parameter, example) = (kind == "timestamp" && side == Side::Request, example.trim());
    let is_to_the_minute = is_parameter && example.ends_with('Z') && example.matches(':').count() == 1;
    let precision = if ends_a_range(name) { Precision::NextMinute } else { Precision::Minute };
    is_to_the_minute.then_some(precision)
}

/// A variant for a text that gives no name of its own: `Value15` for `15`, `Value8_0` for `8.0`.
fn numbered(wire: &str, taken: &[String]) -> String {
    let mut name = String::from("Value");
    for part in
        wire.split(|character: char| !character.is_ascii_alphanumeric()).filter(|part| !part.is_empty())
    {
        let between_digits = name.ends_with(|last: char| last.is_ascii_digit())
            && part.starts_with(|first: char| first.is_ascii_digit());
        name += if between_digits { "_" } else { "" };
        name += &names::type_name(part);
    }
    let mut variant = name.clone();
    let mut count = 2;
    let between = if name.ends_with(|last: char| last.is_ascii_digit()) { "_" } else { "" };
    while taken.contains(&variant) {
        variant = format!("{name}{between}{count}");
        count += 1;
    }
    variant
}

fn same_values(shared: &SharedType, values: &[String]) -> bool {
    shared.values.len() == values.len() && values.iter().all(|value| shared.values.contains_key(value))
}

/// Whether a new object is the shared one: the same members of the same types.
fn same_shape(shared: &IndexMap<String, Field>, fields: &IndexMap<String, Field>) -> bool {
    shared.len() == fields.len()
        && fields.iter().all(|(name, field)| {
            shared.get(name).is_some_and(|other| {
                let is_flat = field.items.is_none() && field.fields.is_empty() && field.values.is_empty();
                is_flat && other.required == field.required && other.kind == field.kind
            })
        })
}

/// Whether the text is a time such as `2024-05-31T16:00Z` or `2024-05-31T16:00:00Z`.
fn is_time(text: &str) -> bool {
    let fits = |pattern: &str| {
        text.len() == pattern.len()
            && text.bytes().zip(pattern.bytes()).all(|(byte, expected)| match expected {
                b'0' => byte.is_ascii_digit(),
                literal => byte == literal,
            })
    };
    fits("0000-00-00T00:00Z") || fits("0000-00-00T00:00:00Z")
}
