//! `Debug` by way of the members: only what is present, and nothing sensitive.

use std::fmt;

use super::Object;
use super::value::{Kind, Value};
use crate::secrecy::MASK;
use crate::text::visible;

/// `Debug` of an object.
pub fn debug<T: Object>(shown: &T, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    object(std::any::type_name::<T>(), shown, formatter)
}

/// `type_name` is a whole path, of which the last name is shown.
fn object(type_name: &str, object: &dyn Object, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let name = type_name.rsplit("::").next().unwrap_or_default();
    let mut present = formatter.debug_struct(name);
    for (name, value) in object.members() {
        match value.kind {
            Kind::Absent => {}
            Kind::List { list, .. } if list.count() == 0 => {}
            Kind::Map(map) if map.count() == 0 => {}
            _ => drop(present.field(name, &value)),
        }
    }
    present.finish()
}

/// `Debug` of an enum.
pub fn text(name: &str, text: &str, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(formatter, "{name}({text:?})")
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.sensitive {
            return formatter.write_str(MASK);
        }
        match self.kind {
            Kind::Absent => formatter.write_str("None"),
            Kind::Text(text) => text.fmt(formatter),
            Kind::Bool(value) => value.fmt(formatter),
            Kind::Integer(value) => value.fmt(formatter),
            Kind::Double(value) => value.fmt(formatter),
            Kind::Json(value) => formatter.write_str(&visible(&value.to_string(), &[])),
            Kind::Object { type_name, object: value } => object(type_name, value, formatter),
            Kind::List { list, .. } => formatter.debug_list().entries(list.iter()).finish(),
            Kind::Map(map) => formatter.debug_map().entries(map.entries()).finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::object::all_kinds::{AllKinds, Color, Part};

    #[test]
    fn it_shows_what_is_there_and_hides_what_is_sensitive() {
        let object = AllKinds {
            int32: Some(3),
            color: Some(Color::Red),
            password: Some("correct horse".into()),
            part: Some(Part { id: 1, name: None }),
            texts: vec!["a".into()],
            ..AllKinds::default()
        };
        let shown = format!("{object:?}");
        assert_eq!(
            shown,
            r#"AllKinds { Int32: 3, Color: "red", Password: ****, Part: Part { Id: 1 }, Texts: ["a"] }"#
        );
    }
}
