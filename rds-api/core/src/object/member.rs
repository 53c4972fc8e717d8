//! One member of an object, as generated code tells of it.

use rds_api_schema::Precision;

use super::Field;
use super::value::{Kind, Style, Value};

/// The wire name of a member, the field that holds its value, and what the specification says of its way over
/// the wire. The value is read only when it is asked for, so that a look for a name costs no more than that.
#[derive(Clone, Copy)]
pub struct Member<'a> {
    pub(crate) name: &'static str,
    field: &'a dyn Field,
    pub(crate) wrapper: Option<&'static str>,
    style: Style,
    in_form: bool,
    sensitive: bool,
    time: Option<Precision>,
    /// A list that must be there. Of other fields the type tells.
    pub(crate) required: bool,
}

impl<'a> Member<'a> {
    /// What is beyond the last member.
    pub const NONE: Self = Self::of(("", &None::<bool>));

    /// A wire name, and the field with the value.
    #[inline]
    pub const fn of((name, field): (&'static str, &'a dyn Field)) -> Self {
        let style = Style::Flatten;
        Self {
            name,
            field,
            wrapper: None,
            style,
            in_form: false,
            sensitive: false,
            time: None,
            required: false,
        }
    }

    /// The wire wraps the list in an object with the one member `wrapper`.
    #[inline]
    pub fn wrapped(self, wrapper: &'static str) -> Self {
        Self { wrapper: Some(wrapper), ..self }
    }

    /// Writes the value as one JSON text when it becomes a parameter.
    #[inline]
    pub fn as_json(self) -> Self {
        Self { style: Style::Json, ..self }
    }

    /// Writes the elements joined with commas when the value becomes a parameter.
    #[inline]
    pub fn as_simple(self) -> Self {
        Self { style: Style::Simple, ..self }
    }

    /// Sends the parameter in the form body instead of the query.
    #[inline]
    pub fn in_form(self) -> Self {
        Self { in_form: true, ..self }
    }

    /// Keeps the value out of `Debug` and every log.
    #[inline]
    pub fn sensitive(self) -> Self {
        Self { sensitive: true, ..self }
    }

    /// Writes times without seconds when they become a parameter.
    #[inline]
    pub fn to_the_minute(self) -> Self {
        Self { time: Some(Precision::Minute), ..self }
    }

    /// It takes times without seconds, those of the next minute for a time within one.
    #[inline]
    pub fn to_the_next_minute(self) -> Self {
        Self { time: Some(Precision::NextMinute), ..self }
    }

    /// The list must be there when the object is read from a document of the program's, be it empty.
    #[inline]
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The value.
    #[inline]
    pub(crate) fn value(self) -> Value<'a> {
        let Self { field, wrapper: inner, style, in_form, sensitive, time, .. } = self;
        let shown = field.shown();
        let kind = match shown.kind {
            Kind::List { list, .. } => Kind::List { list, inner },
            kind => kind,
        };
        Value { kind, style, in_form, sensitive, time: time.or(shown.time) }
    }

    #[inline]
    pub(crate) fn is_none(self) -> bool {
        self.name.is_empty()
    }
}
