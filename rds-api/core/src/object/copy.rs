//! `Clone` by way of the members: the value of each goes into the slot of the same number in the copy.

use super::slot::Slot;
use super::value::{Kind, Value};
use super::{Empty, Object};

/// A copy of `original`.
pub fn copy<T: Empty>(original: &T) -> T {
    let mut copy = T::empty();
    members(original, &mut copy);
    copy
}

fn members(original: &dyn Object, copy: &mut dyn Object) {
    for (index, (_, value)) in original.members().enumerate() {
        if !matches!(value.kind, Kind::Absent)
            && let Some(field) = copy.field(index)
        {
            fill(field.place(), value);
        }
    }
}

/// Puts `value` into the slot of the same field.
fn fill(slot: Slot<'_>, value: Value<'_>) {
    match (slot, value.kind) {
        (Slot::Required(place), _) => drop(place.fill(&mut |slot| fill(slot, value))),
        (Slot::Json(place), _) => *place = serde_json::to_value(value).ok(),
        (Slot::String(place), Kind::Text(text)) => *place = Some(text.to_owned()),
        (Slot::Text(place), Kind::Text(text)) => place.set(text),
        (Slot::Bool(place), Kind::Bool(value)) => *place = Some(value),
        (Slot::Int32(place), Kind::Integer(value)) => *place = value.try_into().ok(),
        (Slot::Int64(place), Kind::Integer(value)) => *place = Some(value),
        (Slot::Float(place), Kind::Double(value)) => *place = Some(value as f32),
        (Slot::Double(place), Kind::Double(value)) => *place = Some(value),
        (Slot::Object(place), Kind::Object { object, .. }) => members(object, place.object()),
        (Slot::List(place, _), Kind::List { list, .. }) => {
            list.iter().for_each(|element| place.element(&mut |slot| fill(slot, element)));
        }
        (Slot::Map(place), Kind::Map(map)) => map.for_each(&mut |key, value| {
            place.entry(key.to_owned(), &mut |slot| fill(slot, value));
        }),
        // A slot and a value of the same field are of the same kind.
        _ => debug_assert!(false, "a value for a slot of another kind"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::object::all_kinds::AllKinds;

    #[test]
    fn a_copy_has_every_member_and_no_other() {
        for object in [AllKinds::full(), AllKinds::default()] {
            let copy = object.clone();
            assert_eq!(copy, object);
            assert_eq!(serde_json::to_value(&copy).unwrap(), serde_json::to_value(&object).unwrap());
            assert_eq!(copy.float, object.float);
        }
    }

    #[test]
    fn what_is_not_finite_is_copied_too() {
        let copy = AllKinds { float: Some(f32::NEG_INFINITY), double: Some(f64::NAN), ..AllKinds::default() }
            .clone();
        assert_eq!(copy.float, Some(f32::NEG_INFINITY));
        assert!(copy.double.is_some_and(f64::is_nan));
    }
}
