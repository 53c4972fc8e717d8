//! Whatever stands in a document of metadata, it is imported and compared, or refused with a reason; and what is made of
//! it stays below `spec/`, is read again, and is a draft that code can be made of.
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

/// What the generator says of a draft, if it does not take it.
fn refused(sources: &[Source]) -> Option<String> {
    // Whether any operation has such a parameter is for whoever writes that file.
    let without = |source: &Source| {
        let text = source.text.replace("call_parameters: [OwnerId]\n", "");
        Source { path: source.path.clone(), text }
    };
    let sources: Vec<Source> = sources.iter().map(without).collect();
    let told = codegen::generate_drafts(&sources, "kiln-api").err()?;
    Some(told.iter().map(|diagnostic| diagnostic.render(false) + "\n\n").collect())
}

/// A document with one operation.
fn document(name: &str, api: &Value) -> String {
    let info = json!({ "style": "RPC", "product": "Kiln", "version": "2023-05-01" });
    json!({ "info": info, "apis": { name: api } }).to_string()
}

fn parameter(name: &str, schema: &Value) -> String {
    document("DescribeWares", &json!({ "parameters": [{ "name": name, "in": "query", "schema": schema }] }))
}

fn member(name: &str, schema: &Value) -> String {
    let response = json!({ "type": "object", "properties": { name: schema } });
    document("DescribeWares", &json!({ "responses": { "200": { "schema": response } } }))
}

fn errors(status: &str) -> String {
    let codes = json!({ status: ["NoSuchWare"] });
    document("DescribeWares", &json!({ "errorCodes": codes }))
}

/// Pages of an operation of which the document says what it does.
fn pages(does: &str) -> String {
    let number = json!({ "type": "integer", "format": "int32" });
    let parameters =
        ["PageNumber", "PageSize"].map(|name| json!({ "name": name, "in": "query", "schema": number }));
    let wares = json!({ "type": "array", "items": { "type": "string" } });
    let response = json!({ "type": "object", "properties": { "Wares": wares } });
    let responses = json!({ "200": { "schema": response } });
    document(
        "DescribeWares",
        &json!({ "operationType": does, "parameters": parameters, "responses": responses }),
    )
}

/// Each is of a shape that the vendor's documents have, of one product or another.
#[test]
fn what_is_imported_is_a_draft_that_code_can_be_made_of() {
    let text = |more: Value| {
        let mut schema = json!({ "type": "string" });
        schema.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        schema
    };
    let number = |more: Value| {
        let mut schema = json!({ "type": "integer", "format": "int32" });
        schema.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        schema
    };
    let list = |items: &Value| json!({ "type": "array", "items": items });
    let cases = [
        // Examples of elements.
        parameter("Wares", &list(&text(json!({ "example": "[\"w-1\", \"w-2\"]" })))),
        parameter("Wares", &list(&text(json!({ "example": "\"w-1\"" })))),
        parameter("Wares", &list(&text(json!({ "example": "[[\"w-1\"]]" })))),
        parameter("Wares", &list(&number(json!({ "example": "[1, 2]" })))),
        member("Wares", &list(&text(json!({ "example": "[]" })))),
        member("Wares", &list(&text(json!({ "example": "\"a\",\"b\"" })))),
        parameter("Wares", &list(&text(json!({ "default": "w-1", "required": true, "deprecated": true })))),
        parameter("Wares", &list(&list(&text(json!({ "example": "[\"w-1\"]" }))))),
        // Defaults.
        member("Ware", &text(json!({ "default": "Shino" }))),
        member(
            "Wares",
            &list(&json!({ "type": "object", "properties": { "Age": number(json!({ "default": 1 })) } })),
        ),
        parameter("Ware", &text(json!({ "default": "Shino", "required": true }))),
        parameter("Is", &json!({ "type": "boolean", "default": "fasle" })),
        parameter("Ware", &text(json!({ "default": "Raku", "enum": ["Shino", "Oribe"] }))),
        parameter(
            "Wares",
            &json!({ "type": "object", "additionalProperties": { "type": "string" }, "default": "none yet" }),
        ),
        // Examples and defaults beside the limits.
        parameter("Ware", &text(json!({ "example": "xxx", "minLength": 6 }))),
        parameter("Age", &number(json!({ "example": -1, "default": 0, "minimum": 1 }))),
        parameter("Ware", &text(json!({ "example": "Shino", "pattern": "^[a-z]+$" }))),
        parameter("Wares", &list(&text(json!({ "example": "xxx", "maxLength": 2 })))),
        // Limits.
        parameter("Age", &number(json!({ "maximum": 4_294_967_296_u64 }))),
        parameter("Age", &number(json!({ "minimum": 0.5 }))),
        parameter("Age", &number(json!({ "minimum": 9, "maximum": 1 }))),
        parameter("Ware", &text(json!({ "minLength": 9, "maxLength": 1 }))),
        parameter("Ware", &text(json!({ "maxLength": 0 }))),
        parameter("Ware", &text(json!({ "maxLength": 9_223_372_036_854_776_000_u64 }))),
        parameter("Ware", &text(json!({ "pattern": "(?=x)\\p{Han}" }))),
        parameter(
            "Wares",
            &json!({ "type": "array", "items": { "type": "string" }, "minItems": 3, "maxItems": 0 }),
        ),
        parameter("Wares", &list(&list(&text(json!({}))))),
        parameter("Wares", &list(&json!({ "type": "array", "items": { "type": "string" }, "maxItems": 3 }))),
        // Values.
        member("Glaze", &text(json!({ "enum": ["青瓷", "志野", "織部"] }))),
        member("Glaze", &text(json!({ "enum": ["self", "1", "1.", "Unrecognized"] }))),
        member("glaze", &text(json!({ "enum": ["Self", "+"] }))),
        // Lists of lists.
        member("Wares", &list(&list(&text(json!({}))))),
        member(
            "Wares",
            &list(&list(&list(&json!({ "type": "object", "properties": { "Age": number(json!({})) } })))),
        ),
        // Names.
        parameter("WithGlaze", &json!({ "type": "boolean" })),
        parameter("Items", &text(json!({}))),
        parameter("New", &text(json!({}))),
        parameter("until", &text(json!({}))),
        parameter("Shelf", &json!({ "type": "object", "properties": { "New": { "type": "string" } } })),
        parameter("Type", &text(json!({}))),
        parameter("5xx", &text(json!({}))),
        parameter("", &text(json!({}))),
        parameter("self", &text(json!({}))),
        member("405Count", &number(json!({}))),
        member(
            "404",
            &json!({ "type": "object", "properties": { "5": { "type": "string", "enum": ["a", "b"] } } }),
        ),
        member("青瓷", &json!({ "type": "object", "properties": { "青": { "type": "string" } } })),
        member(
            "",
            &json!({ "type": "object", "properties": { "A": { "type": "string" }, "a": { "type": "string" } } }),
        ),
        member("-", &text(json!({}))),
        member("\u{fffd}", &text(json!({}))),
        parameter("Ware\u{fffd}", &text(json!({ "enum": ["a", "\u{fffd}"], "example": "\u{fffd}" }))),
        parameter("Ware", &text(json!({}))).replace("Ware\"", r#"Ware\ufffd""#),
        member("Ware-Age", &text(json!({}))),
        // Codes.
        errors("200"),
        errors("101"),
        errors("600"),
        errors("2014"),
        // Pages of what may change something.
        pages("read"),
        pages("write"),
        pages("readAndWrite"),
        // Operations.
        document("Pub", &json!({})),
        document("Self", &json!({})),
        document("Region", &json!({})),
        document("Clone", &json!({})),
    ];
    let mut failed = Vec::new();
    for text in &cases {
        let Some(sources) = import_into(&general(), text) else {
            failed.push(format!("not imported: {text}"));
            continue;
        };
        failed.extend(refused(&sources).map(|told| format!("{text}\n{told}")));
        assert_eq!(import_into(&sources, text).unwrap(), sources, "{text}");
        let differences = import::diff(&sources, text, &[]).unwrap();
        assert!(differences.is_empty(), "{text}\n{differences}");
    }
    assert!(failed.is_empty(), "{} of {}\n{}", failed.len(), cases.len(), failed.join("\n"));
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
            prop_assert_eq!(refused(&sources), None);
        }
    }
}
