//! Corrects the metadata before anything is made of it.

use serde_json::{Map, Value, json};

use super::metadata::Api;
use crate::mistake::{Mistake, nearest};
use crate::site::Site;
use crate::source::Source;
use crate::spec::{Attributes, Correction};

/// Applies all corrections, and reports those that no longer apply.
///
/// `is_specified` tells whether the specification has an operation: one that it has and this document has not
/// may be in another document, so that its corrections have nothing to say here.
pub(super) fn apply(
    source: &Source,
    corrections: &[Correction],
    document: &mut Value,
    is_specified: &dyn Fn(&str) -> bool,
) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (index, correction) in corrections.iter().enumerate() {
        let Some(apis) = document["apis"].as_object_mut() else { continue };
        let site = Site::file(source).key(index);
        if correction.reason.trim().is_empty() {
            let unfounded = site.key("reason").value().error("this correction has no reason");
            mistakes.push(unfounded.help("say how it is known that the metadata is wrong"));
        }
        let Some(api) = apis.get_mut(&correction.operation) else {
            if !is_specified(&correction.operation) {
                let known = nearest(&correction.operation, apis.keys().map(String::as_str));
                let unknown = site.key("operation").value();
                let unknown = unknown.error(format!("there is no operation `{}`", correction.operation));
                mistakes.push(unknown.help(guess(known)));
            }
            continue;
        };
        if !api.is_object() || lacks_side(api, correction) {
            continue;
        }
        let before = api.clone();
        let place = site.key(if correction.at.is_some() { "at" } else { "operation" }).value();
        match correct(&place, api, correction) {
            Err(mistake) => mistakes.push(mistake),
            Ok(Outcome::RemoveOperation) => {
                apis.shift_remove(&correction.operation);
            }
            Ok(Outcome::Corrected) if same(api, &before) => {
                let idle = place.error("this correction changes nothing: the metadata says the same by now");
                mistakes.push(idle.help("remove the correction"));
            }
            Ok(Outcome::Corrected) => {}
        }
    }
    mistakes
}

/// Whether the document says nothing about the part of the operation that the correction is about: one that has no
/// responses has none to correct.
fn lacks_side(api: &Value, correction: &Correction) -> bool {
    match correction.at.as_deref().and_then(|at| at.split('.').next()) {
        Some("request") => api["parameters"].is_null(),
        Some("response") => api.pointer(&response(api)).is_none(),
        _ => false,
    }
}

/// Whether two descriptions of an operation mean the same: `required: false` says no more than nothing.
fn same(one: &Value, other: &Value) -> bool {
    match (serde_json::from_value::<Api>(one.clone()), serde_json::from_value::<Api>(other.clone())) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

enum Outcome {
    Corrected,
    RemoveOperation,
}

fn guess(known: Option<&str>) -> String {
    match known {
        Some(known) => {
            format!("did you mean `{known}`? if the metadata has dropped it, remove the correction")
        }
        None => "if the metadata has dropped it, remove the correction".to_owned(),
    }
}

/// Applies one correction, whose place in the metadata is said at `site`.
fn correct(site: &Site<'_>, api: &mut Value, correction: &Correction) -> Result<Outcome, Mistake> {
    match (&correction.set, &correction.add, &correction.rename, correction.remove, &correction.at) {
        (Some(set), None, None, false, None) => set_on_operation(site, api, set),
        (Some(set), None, None, false, Some(at)) => set_on_field(site, api, &find(site, api, at)?, set),
        (None, Some(add), None, false, Some(at)) => add_field(site, api, at, add),
        (None, None, Some(name), false, Some(at)) => rename(site, api, &find(site, api, at)?, name),
        (None, None, None, true, Some(at)) => remove(site, api, &find(site, api, at)?),
        (None, None, None, true, None) => Ok(Outcome::RemoveOperation),
        _ => Err(site
            .error("a correction does one thing")
            .help("give it one of `set`, `add`, `rename` and `remove: true`, the middle two with `at`")),
    }
}

/// Where something is in the metadata of an operation, as JSON pointers.
struct Found {
    schema: String,
    /// The pointer to the parameter that the schema belongs to.
    parameter: Option<String>,
    /// The pointer to the mapping or list that holds it, and its name there; elements have none.
    member: Option<(String, String)>,
}

fn find(site: &Site<'_>, api: &Value, at: &str) -> Result<Found, Mistake> {
    let (path, wants_elements) = at.strip_suffix("[]").map_or((at, false), |path| (path, true));
    let mut names = path.split('.');
    let side = names.next().unwrap_or_default();
    let mut found = match side {
        "request" => {
            let name = names.next().unwrap_or_default();
            let parameters = api["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
            let index =
                parameters.iter().position(|parameter| parameter["name"] == name).ok_or_else(|| {
                    let known =
                        nearest(name, parameters.iter().filter_map(|parameter| parameter["name"].as_str()));
                    site.error(format!("there is no parameter `{name}`")).help(guess(known))
                })?;
            let parameter = format!("/parameters/{index}");
            let schema = format!("{parameter}/schema");
            let member = Some(("/parameters".to_owned(), name.to_owned()));
            Found { schema, parameter: Some(parameter), member }
        }
        "response" => Found { schema: response(api), parameter: None, member: None },
        other => {
            let message = format!("`{other}` is not part of an operation");
            return Err(site.error(message).help("begin with `request.` or `response.`"));
        }
    };
    for name in names {
        let schema = holder(api, &found.schema);
        let members = api.pointer(&format!("{schema}/properties")).and_then(Value::as_object);
        if !members.is_some_and(|members| members.contains_key(name)) {
            let known = nearest(name, members.into_iter().flat_map(Map::keys).map(String::as_str));
            return Err(site.error(format!("there is no `{name}` in `{at}`")).help(guess(known)));
        }
        let properties = format!("{schema}/properties");
        found = Found {
            schema: format!("{properties}/{}", escape(name)),
            parameter: None,
            member: Some((properties, name.to_owned())),
        };
    }
    if wants_elements {
        let elements = step(api, &found.schema)
            .ok_or_else(|| site.error(format!("`{path}` has no elements")).help("remove the `[]`"))?;
        found = Found { schema: elements, parameter: None, member: None };
    }
    Ok(found)
}

/// The pointer to the response when all goes well.
fn response(api: &Value) -> String {
    let statuses = api["responses"].as_object().into_iter().flat_map(Map::keys);
    let good = statuses.into_iter().find(|status| status.starts_with('2'));
    format!("/responses/{}/schema", good.map_or("200", String::as_str))
}

/// Goes through lists and maps to the object that has members.
fn holder(api: &Value, schema: &str) -> String {
    let mut schema = schema.to_owned();
    while api.pointer(&format!("{schema}/properties")).is_none() {
        match step(api, &schema) {
            Some(elements) => schema = elements,
            None => break,
        }
    }
    schema
}

fn step(api: &Value, schema: &str) -> Option<String> {
    ["items", "additionalProperties"]
        .map(|key| format!("{schema}/{key}"))
        .into_iter()
        .find(|pointer| api.pointer(pointer).is_some_and(Value::is_object))
}

fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn set_on_operation(site: &Site<'_>, api: &mut Value, set: &Attributes) -> Result<Outcome, Mistake> {
    let allowed = Attributes {
        operation_type: set.operation_type.clone(),
        methods: set.methods.clone(),
        deprecated: set.deprecated,
        ..Attributes::default()
    };
    if allowed != *set {
        let message = "an operation has only `operationType`, `methods` and `deprecated`";
        return Err(site.error(message).help("say with `at` which field is meant"));
    }
    if let (Value::Object(api), Value::Object(set)) = (api, json!(set)) {
        api.extend(set);
    }
    Ok(Outcome::Corrected)
}

fn set_on_field(
    site: &Site<'_>,
    api: &mut Value,
    found: &Found,
    set: &Attributes,
) -> Result<Outcome, Mistake> {
    if set.operation_type.is_some() || set.methods.is_some() {
        return Err(site.error("a field has no `operationType` and no `methods`").help("remove `at`"));
    }
    let schema = Attributes { part: None, style: None, ..set.clone() };
    let parameter = Attributes { part: set.part.clone(), style: set.style.clone(), ..Attributes::default() };
    if parameter != Attributes::default() {
        let place = found.parameter.as_ref().and_then(|pointer| api.pointer_mut(pointer));
        let Some(place) = place else {
            return Err(site.error("only a parameter has `in` and `style`").help("remove them"));
        };
        extend(place, &parameter);
    }
    if let Some(place) = api.pointer_mut(&found.schema) {
        extend(place, &schema);
    }
    Ok(Outcome::Corrected)
}

/// Replaces attributes, and takes away what only made sense beside the ones they replace.
fn extend(place: &mut Value, attributes: &Attributes) {
    let (Value::Object(place), Value::Object(attributes_json)) = (place, json!(attributes)) else { return };
    if attributes.kind.is_some() {
        place.shift_remove("format");
    }
    if attributes.values.is_some() {
        place.shift_remove("values");
        place.shift_remove("enumValueTitles");
    }
    place.extend(attributes_json);
}

fn add_field(site: &Site<'_>, api: &mut Value, at: &str, add: &Attributes) -> Result<Outcome, Mistake> {
    if find(site, api, at).is_ok() {
        return Err(site.error("the metadata has this field by now").help("remove the correction"));
    }
    let Some((parent, name)) = at.rsplit_once('.') else {
        return Err(site
            .error(format!("`{at}` names no field"))
            .help("begin with `request.` or `response.`"));
    };
    if parent == "request" {
        let mut parameter = json!({ "name": name, "in": "query", "schema": {} });
        if let Some(parameters) = api["parameters"].as_array_mut() {
            extend(&mut parameter["schema"], &Attributes { part: None, style: None, ..add.clone() });
            let own =
                Attributes { part: add.part.clone(), style: add.style.clone(), ..Attributes::default() };
            extend(&mut parameter, &own);
            parameters.push(parameter);
        }
        return Ok(Outcome::Corrected);
    }
    let schema = holder(api, &find(site, api, parent)?.schema);
    let Some(schema) = api.pointer_mut(&schema) else {
        return Err(site.error(format!("`{parent}` is not an object")).help("correct its type first"));
    };
    let mut member = json!({});
    extend(&mut member, add);
    let properties = schema.as_object_mut().map(|schema| schema.entry("properties").or_insert(json!({})));
    match properties.and_then(Value::as_object_mut) {
        Some(properties) => drop(properties.insert(name.to_owned(), member)),
        None => {
            return Err(site.error(format!("`{parent}` is not an object")).help("correct its type first"));
        }
    }
    Ok(Outcome::Corrected)
}

fn rename(site: &Site<'_>, api: &mut Value, found: &Found, name: &str) -> Result<Outcome, Mistake> {
    let Some((holder, old)) = &found.member else {
        return Err(site.error("elements have no name").help("remove the `[]`"));
    };
    match api.pointer_mut(holder) {
        Some(Value::Array(parameters)) => {
            if parameters.iter().any(|parameter| parameter["name"] == name) {
                return Err(site
                    .error(format!("there is a parameter `{name}` too"))
                    .help("remove one of the two instead"));
            }
            for parameter in parameters.iter_mut().filter(|parameter| parameter["name"] == *old) {
                parameter["name"] = Value::from(name);
            }
        }
        Some(Value::Object(members)) => {
            if members.contains_key(name) {
                return Err(site
                    .error(format!("there is a member `{name}` too"))
                    .help("remove one of the two instead"));
            }
            let renamed = std::mem::take(members).into_iter();
            *members = renamed
                .map(|(key, value)| (if key == *old { name.to_owned() } else { key }, value))
                .collect();
        }
        _ => {}
    }
    Ok(Outcome::Corrected)
}

fn remove(site: &Site<'_>, api: &mut Value, found: &Found) -> Result<Outcome, Mistake> {
    let Some((holder, name)) = &found.member else {
        return Err(site.error("elements cannot be removed").help("remove the list instead"));
    };
    match api.pointer_mut(holder) {
        Some(Value::Array(parameters)) => parameters.retain(|parameter| parameter["name"] != *name),
        Some(Value::Object(members)) => {
            members.shift_remove(name);
        }
        _ => {}
    }
    Ok(Outcome::Corrected)
}
