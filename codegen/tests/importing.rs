//! Whatever stands in a document of metadata, it is imported and compared, or refused with a reason; and what is made of
//! it stays below `spec/` and is read again.
#![allow(clippy::unwrap_used)]

use codegen::Source;
use codegen::import::{self, Options};
use proptest::prelude::*;
use serde_json::{Value, json};

const METADATA: &str = include_str!("../../xtask/tests/product/metadata.json");

/// Odd things in the place of anything.
fn odd() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        Just(json!([])),
        Just(json!({})),
        Just(json!([null, {}, [], "x"])),
        Just(json!({ "$ref": "#/components/schemas/Shelf" })),
        Just(json!({ "type": "array" })),
        Just(json!({ "type": "object", "properties": { "../x": { "type": "string" }, "": {} } })),
        "\\PC{0,12}".prop_map(Value::from),
        Just(json!("../../evil")),
        Just(json!("\u{202e}# not a comment: {[")),
        Just(json!("无")),
    ]
}

/// A change at a place that the numbers lead to.
#[derive(Debug, Clone)]
struct Change {
    way: Vec<usize>,
    value: Value,
    renames: bool,
}

fn change() -> impl Strategy<Value = Change> {
    let parts = (proptest::collection::vec(0_usize..40, 1..9), odd(), any::<bool>());
    parts.prop_map(|(way, value, renames)| Change { way, value, renames })
}

fn apply(place: &mut Value, change: &Change, way: &[usize]) {
    let is_empty = match &*place {
        Value::Object(members) => members.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        _ => true,
    };
    let Some((index, rest)) = way.split_first().filter(|_| !is_empty) else {
        *place = change.value.clone();
        return;
    };
    match place {
        Value::Object(members) => {
            let key = members.keys().nth(index % members.len()).unwrap().clone();
            if let (true, true, Value::String(name)) = (rest.is_empty(), change.renames, &change.value) {
                let old = members.shift_remove(&key).unwrap();
                members.insert(name.clone(), old);
            } else {
                apply(&mut members[&key], change, rest);
            }
        }
        Value::Array(elements) => {
            let index = index % elements.len();
            apply(&mut elements[index], change, rest);
        }
        _ => {}
    }
}

fn general() -> Vec<Source> {
    let api = "product: Kiln\nversion: '2023-05-01'\ndocumentation: 'https://example.com/{operation}'\n\
               families: {firing: {title: Firings, doc: All about firings.}}\ncall_parameters: [OwnerId]\n\
               endpoints: {rule: 'kiln.{region}.example.com', network_rule: 'kiln-{network}.{region}.example.com', shared: {}}\n";
    vec![Source { path: "spec/api.yaml".to_owned(), text: api.to_owned() }]
}

fn import_into(sources: &[Source], text: &str) -> Option<Vec<Source>> {
    let options = Options { family: Some("firing"), ..Options::default() };
    let imported = match import::import(sources, text, options) {
        Ok(imported) => imported,
        Err(failure) => {
            assert!(!failure.to_string().is_empty());
            return None;
        }
    };
    let mut all = sources.to_vec();
    for output in imported.created.into_iter().chain(imported.completed) {
        let name = output.path.strip_prefix("spec/firing/").and_then(|path| path.strip_suffix(".yaml"));
        let name = name.unwrap_or_else(|| unreachable!("{}", output.path));
        assert!(codegen::names::is_operation(name), "{}", output.path);
        all.retain(|source| source.path != output.path);
        all.push(Source { path: output.path, text: output.text });
    }
    Some(all)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_document_breaks_the_importer(changes in proptest::collection::vec(change(), 0..6)) {
        let mut document: Value = serde_json::from_str(METADATA).unwrap();
        changes.iter().for_each(|change| apply(&mut document, change, &change.way));
        let text = document.to_string();
        let whole = import_into(&general(), METADATA).unwrap();
        // Compared with what the unchanged document became, and imported beside it.
        let _ = import::diff(&whole, &text, &[]).map(|differences| (differences.to_string(), differences.to_json()));
        import_into(&whole, &text);
        if let Some(sources) = import_into(&general(), &text) {
            // What was made of it is read again, and no second import changes anything.
            let again = import_into(&sources, &text).unwrap();
            prop_assert_eq!(&sources, &again);
            let differences = import::diff(&sources, &text, &[]);
            prop_assert!(differences.is_ok(), "{}", differences.unwrap_err());
        }
    }
}
