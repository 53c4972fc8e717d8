//! `PartialEq` by way of the members: two objects of one type are equal when all their members are.

use super::Object;
use super::value::{Kind, Value};
use crate::instant;

/// Whether `one` and `other` have equal members.
pub fn equal<T: Object>(one: &T, other: &T) -> bool {
    objects(one, other)
}

fn objects(one: &dyn Object, other: &dyn Object) -> bool {
    one.members().zip(other.members()).all(|((_, one), (_, other))| values(one, other))
}

fn values(one: Value<'_>, other: Value<'_>) -> bool {
    match (one.kind, other.kind) {
        (Kind::Absent, Kind::Absent) => true,
        (Kind::Text(one_text), Kind::Text(other_text)) if one.time.is_some() => {
            instant::equal(one_text, other_text)
        }
        (Kind::Text(one), Kind::Text(other)) => one == other,
        (Kind::Bool(one), Kind::Bool(other)) => one == other,
        (Kind::Integer(one), Kind::Integer(other)) => one == other,
        (Kind::Double(one), Kind::Double(other)) => one == other,
        (Kind::Json(one), Kind::Json(other)) => one == other,
        (Kind::Object { object: one, .. }, Kind::Object { object: other, .. }) => objects(one, other),
        (Kind::List { list: one, .. }, Kind::List { list: other, .. }) => {
            let pairs = one.iter().zip(other.iter());
            one.count() == other.count() && pairs.into_iter().all(|(one, other)| values(one, other))
        }
        (Kind::Map(one), Kind::Map(other)) => {
            let (one, other) = (one.entries(), other.entries());
            let same = |((key, one), (other_key, other)): (&(&str, Value<'_>), &(&str, Value<'_>))| {
                key == other_key && values(*one, *other)
            };
            one.len() == other.len() && one.iter().zip(&other).all(same)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::object::all_kinds::{AllKinds, Part};

    #[test]
    fn every_member_counts() {
        let changes: [fn(&mut AllKinds); 20] = [
            |it| it.string = None,
            |it| it.string = Some("t".into()),
            |it| it.bool = Some(false),
            |it| it.int32 = Some(2),
            |it| it.int64 = Some(1),
            |it| it.float = Some(0.2),
            |it| it.double = Some(0.1),
            |it| it.color = Some("blue".into()),
            |it| it.time = Some("2024-03-15T08:31Z".into()),
            |it| it.json = Some(json!({"a": [2]})),
            |it| it.password = Some("q".into()),
            |it| it.part = Some(Part { id: 1, name: Some("n".into()) }),
            |it| it.parts[0].id = 1,
            |it| it.wrapped.clear(),
            |it| drop(it.texts.pop()),
            |it| it.texts.reverse(),
            |it| it.jsons[0] = json!("a"),
            |it| it.numbers.extend([("k".to_owned(), 2)]),
            |it| it.numbers.extend([("l".to_owned(), 1)]),
            |it| it.numbers = [("l".to_owned(), 1)].into(),
        ];
        assert_eq!(AllKinds::full(), AllKinds::full());
        assert_eq!(AllKinds::default(), AllKinds::default());
        for (index, change) in changes.into_iter().enumerate() {
            let mut changed = AllKinds::full();
            change(&mut changed);
            assert_ne!(changed, AllKinds::full(), "change {index}");
            assert_eq!(changed, changed.clone(), "change {index}");
        }
    }

    #[test]
    fn times_are_equal_however_they_are_written() {
        let seconds = AllKinds { time: Some("2024-03-15T16:30:00+08:00".into()), ..AllKinds::full() };
        assert_eq!(seconds, AllKinds::full());
    }

    #[test]
    fn what_is_not_a_number_equals_nothing() {
        let object = AllKinds { double: Some(f64::NAN), ..AllKinds::default() };
        assert_ne!(object, object.clone());
    }
}
