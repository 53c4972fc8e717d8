//! What is not as the specification has it, but can be understood: names in another case, lists in other
//! wrappers, JSON inside of texts. None of it is met by a well-behaved response, so it may take its time.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, Error, MapAccess};
use serde_json::{Map, Value as Json};

use super::any_json::AnyJson;
use super::context::Context;
use super::seed::{Element, Seed};
use crate::object::slot::{ListPlace, Membership};
use crate::object::value::Kind;
use crate::object::{Object, Slot};

/// The number of the member of `object` that `key` names, if not of the one that was due.
#[cold]
pub(super) fn position(object: &dyn Object, key: &str) -> Option<usize> {
    object.position(key).or_else(|| in_other_case(object, key))
}

/// The number of the member of `object` that is called `key` but for the case of its letters, unless it has a
/// value already: the name as it should be wins.
fn in_other_case(object: &dyn Object, key: &str) -> Option<usize> {
    object.members().position(|(name, value)| {
        // A required member is never absent: it has what it was made with.
        let is_empty = match value.kind {
            Kind::Absent | Kind::Text("") | Kind::Bool(false) | Kind::Integer(0) | Kind::Double(0.0) => true,
            Kind::List { list, .. } => list.count() == 0,
            Kind::Map(map) => map.count() == 0,
            _ => false,
        };
        is_empty && name.eq_ignore_ascii_case(key)
    })
}

/// The name of a required member that was not given. One that is optional and was not given has no value.
#[cold]
pub(super) fn missing(object: &dyn Object, given: &[usize]) -> Option<&'static str> {
    let mut members = (0..).map(|index| object.member(index)).take_while(|it| !it.is_none()).enumerate();
    let missing = members.find(|(index, member)| {
        let is_optional = matches!(member.value().kind, Kind::Absent | Kind::List { .. } | Kind::Map(_));
        (member.required || !is_optional) && !given.contains(index)
    });
    missing.map(|(_, member)| member.name)
}

/// Whether a text is that of a number. Rust also reads words, such as `inf`.
pub(super) fn is_number(text: &str) -> bool {
    let text = text.trim();
    text.ends_with(|last: char| last.is_ascii_digit()) && text.parse::<f64>().is_ok()
}

/// The list or object that a text holds as JSON, if that is not beyond all measure.
#[cold]
pub(super) fn json_in_text(text: &str, context: &Context) -> Option<Json> {
    if !text.trim_start().starts_with(['[', '{']) {
        return None;
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let json = AnyJson(context).deserialize(&mut deserializer).ok()?;
    deserializer.end().is_ok().then_some(json)
}

/// Decodes JSON that was looked at already from its text, as all JSON is. A failure tells no place: one in this text would be taken for one in
/// the whole document.
pub(super) fn reread<E: Error>(
    seed: impl for<'de> DeserializeSeed<'de, Value = ()>,
    json: &str,
) -> Result<(), E> {
    seed.deserialize(&mut serde_json::Deserializer::from_str(json)).map_err(|error| {
        let place = format!(" at line {} column {}", error.line(), error.column());
        let reason = error.to_string();
        E::custom(reason.strip_suffix(&place).unwrap_or(&reason))
    })
}

/// Decodes an object where a list was due, which begins neither like the wrapper of the list nor like one of its
/// elements: it may still be either, and only the whole of it tells.
#[cold]
pub(super) fn object_for_list<'de, A: MapAccess<'de>>(
    list: &mut dyn ListPlace,
    wrapper: Option<&str>,
    context: &Context,
    first: Cow<'de, str>,
    mut members: A,
) -> Result<(), A::Error> {
    let mut object = Map::from_iter([(first.into_owned(), members.next_value_seed(AnyJson(context))?)]);
    while let Some(key) = members.next_key()? {
        object.insert(key, members.next_value_seed(AnyJson(context))?);
    }
    let decode = |list: &mut dyn ListPlace, key: &str, value: &Json| {
        let seed = Seed { slot: &mut Slot::List(list, None), context };
        context.member(key, reread(seed, &value.to_string()))
    };
    if let Some((key, value)) = wrapper.and_then(|wrapper| object.get_key_value(wrapper)) {
        return decode(list, key, value);
    }
    let has_members = |object: &Map<String, Json>, list: &dyn ListPlace| {
        object.keys().any(|key| list.membership(key) == Membership::Member)
    };
    let is_element = match list.membership("") {
        Membership::Possible => object.len() > 1 || !object.values().all(Json::is_array),
        _ => has_members(&object, list),
    };
    if is_element {
        return reread(Element { list, context }, &Json::Object(object).to_string());
    }
    // A wrapper, then, whatever its name; what stands beside the list in it is not of the list.
    let holds_lists = object.values().any(Json::is_array);
    object.iter().try_for_each(|(key, value)| match value {
        Json::Array(_) => decode(list, key, value),
        _ if holds_lists => Ok(()),
        Json::Object(lone) if has_members(lone, list) => decode(list, key, value),
        _ if list.membership("") == Membership::Impossible => decode(list, key, value),
        _ => Ok(()),
    })
}
