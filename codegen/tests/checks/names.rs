//! Names: those that generated code has already, those that are not written as Rust's are, and how to choose one.

use std::collections::BTreeSet;

use codegen::names::RESERVED_TYPES;
use proc_macro2::{TokenStream, TokenTree};

use super::*;

/// The words of generated code that begin with a capital and that neither the code nor a path before them declares.
fn words(tokens: TokenStream, words: &mut BTreeSet<String>, declared: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |index: Option<usize>, text: &str| {
        index.and_then(|index| tokens.get(index)).is_some_and(|token| token.to_string() == text)
    };
    for (index, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => self::words(group.stream(), words, declared),
            TokenTree::Ident(ident)
                if ident.to_string().starts_with(|first: char| first.is_ascii_uppercase()) =>
            {
                let before = index.checked_sub(1);
                if ["struct", "enum", "type"].iter().any(|word| is(before, word)) {
                    declared.insert(ident.to_string());
                } else if !is(before, ":") {
                    words.insert(ident.to_string());
                }
            }
            _ => {}
        }
    }
}

/// Whatever generated code mentions, no type of the specification may take away.
#[test]
fn no_type_takes_a_name_that_generated_code_uses() {
    let sources = crate::features();
    let outputs = generate(&sources, "test-api").unwrap().outputs;
    let (mut used, mut declared) = (BTreeSet::new(), BTreeSet::new());
    for output in
        outputs.iter().filter(|output| output.path.contains("/features/") && output.path.ends_with(".rs"))
    {
        let file = syn::parse_file(&output.text).unwrap();
        for item in &file.items {
            if let syn::Item::Enum(item) = item {
                declared.extend(item.variants.iter().map(|variant| variant.ident.to_string()));
            }
        }
        words(output.text.parse().unwrap(), &mut used, &mut declared);
    }
    // Those of types.yaml, and what stands only before `=` in `IntoIterator<Item = …>`.
    declared.extend(
        ["Acknowledgement", "Color", "Label", "Item", "Next", "OPERATION", "NONE"].map(str::to_owned),
    );
    // A macro that visits all requests names them, and what declares nothing but aliases does so, too.
    let is_of_operation = |name: &String| {
        ["Request", "Response", "Call", "Required"]
            .iter()
            .any(|end| name.len() > end.len() && name.ends_with(end))
    };
    let missing: Vec<_> = used
        .iter()
        .filter(|name| {
            !declared.contains(*name) && !is_of_operation(name) && !RESERVED_TYPES.contains(&name.as_str())
        })
        .collect();
    assert!(used.contains("IntoIterator") && used.contains("Access"), "{used:?}");
    assert!(missing.is_empty(), "add {missing:?} to RESERVED_TYPES in codegen/src/names.rs");
}

#[test]
fn no_type_can_have_a_reserved_name_however_it_gets_it() {
    for name in RESERVED_TYPES.iter().filter(|name| **name != "Self") {
        let object = format!(
            "response:\n  Known: {{type: object, name: {name}, doc: Says which., fields: {{Inner: {{type: string, doc: In it.}}}}}}\n"
        );
        assert_told_in_operation(&object, 2, &["generated code uses it", "`name: …`"]);
        let value =
            format!("request:\n  {name}: {{type: enum, doc: Says which., values: {{Red: Like a rose.}}}}\n");
        let told = told(&[(PATH, &format!("{OPERATION}{value}"))]);
        assert!(shown(&told).contains("generated code uses it"), "{name}: {}", shown(&told));
        let types = format!("{name}:\n  doc: What it is painted in.\n  values: {{Red: Like a rose.}}\n");
        let operation = format!("{OPERATION}request:\n  Known: {{type: {name}, doc: Says which.}}\n");
        assert_told(
            &[("spec/types.yaml", &types), (PATH, &operation)],
            "spec/types.yaml",
            1,
            &["generated code uses it"],
        );
    }
    for suffix in ["Request", "Response", "Required", "Call"] {
        let name = format!("ListWidgets{suffix}");
        let object = format!(
            "response:\n  Known: {{type: object, name: {name}, doc: Says which., fields: {{Inner: {{type: string, doc: In it.}}}}}}\n"
        );
        assert_told_in_operation(&object, 2, &["taken by the operation itself"]);
        let types = format!("{name}:\n  doc: What it is painted in.\n  values: {{Red: Like a rose.}}\n");
        let operation = format!("{OPERATION}request:\n  Known: {{type: {name}, doc: Says which.}}\n");
        assert_told(
            &[("spec/types.yaml", &types), (PATH, &operation)],
            PATH,
            1,
            &["taken by a type of types.yaml"],
        );
    }
}

#[test]
fn names_are_written_as_those_of_rust_are() {
    for (rest, words) in [
        (
            "request:\n  Known: {type: enum, doc: Says which., values: {\"15\": {name: fifteen, doc: After 14.}}}\n",
            "write `Fifteen`",
        ),
        (
            "request:\n  Known: {type: enum, doc: Says which., values: {\"15\": {name: The_Fifteenth, doc: After 14.}}}\n",
            "write `TheFifteenth`",
        ),
        (
            "request:\n  Known: {type: enum, doc: Says which., values: {\"15\": {name: 15th, doc: After 14.}}}\n",
            "not a Rust name",
        ),
        (
            "request:\n  Known: {type: enum, name: known_kind, doc: Says which., values: {Red: Like a rose.}}\n",
            "capital",
        ),
        (
            "request:\n  Known: {type: enum, name: Known_Kind, doc: Says which., values: {Red: Like a rose.}}\n",
            "letters and digits",
        ),
        ("request:\n  New: {type: string, doc: Says which.}\n", "every call has already"),
        ("request:\n  Known: {type: string, rust: Other, doc: Says which.}\n", "write `other`"),
        ("request:\n  Known: {type: string, rust: other-name, doc: Says which.}\n", "not a Rust name"),
        ("request:\n  Known: {type: string, rust: type, doc: Says which.}\n", "keyword"),
        ("request:\n  Known: {type: string, rust: known, doc: Says which.}\n", "anyway"),
        ("request:\n  Known: {type: string, rust: items, doc: Says which.}\n", "every call has already"),
        ("request:\n  Known: {type: string, rust: with_it, doc: Says which.}\n", "only options"),
        ("response:\n  1st: {type: string, doc: Says which.}\n", "`rust: …`"),
    ] {
        let told = told(&[(PATH, &format!("{OPERATION}{rest}"))]);
        assert_eq!(told.len(), 1, "{rest}{}", shown(&told));
        assert!(shown(&told).contains(words), "{words}: {}", shown(&told));
    }
    assert_operation_passes(
        "request:\n  Known: {type: enum, doc: Says which., values: {x86_64: {name: X86_64, doc: Of Intel.}}}\n",
    );
}

/// What two wire names would become, a person can tell apart without a line of Rust.
#[test]
fn a_field_can_be_named() {
    let fields = |more: &str| {
        format!(
            "request:\n  Key: {{type: string, doc: One.}}\n  key: {{type: string, doc: Another., {more}}}\n"
        )
    };
    assert_told_in_operation(&fields("example: a"), 3, &["both become the Rust field `key`", "`rust: …`"]);
    let sources = specification(&[(PATH, &format!("{OPERATION}{}", fields("rust: lower_key")))]);
    let outputs = generate(&sources, "test-api").unwrap().outputs;
    let code = &outputs.iter().find(|output| output.path.ends_with("widgets/list_widgets.rs")).unwrap().text;
    assert!(code.contains("pub fn lower_key(") && code.contains("(\"key\", &self.lower_key)"), "{code}");
    assert!(code.contains("(\"Key\", &self.key)"), "{code}");
}

#[test]
fn families_and_addresses_are_told_where_they_cannot_work() {
    let api = |from: &str, to: &str| {
        assert!(API.contains(from), "{from}");
        API.replace(from, to)
    };
    let path = "spec/api.yaml";
    for (text, line, words) in [
        (api("{operation}", "it"), 3, "no `{operation}`"),
        (api("rds.{region}", "rds"), 6, "no `{region}`"),
        (api("rds.{region}", "rds.{region}.{regoin}"), 6, "takes the place of `{regoin}`"),
        (api("'rds.{region}", "'rds.{region}.{network}"), 6, "takes the place of `{network}`"),
        (api("-{network}", ""), 6, "no `{network}`"),
        (api("-{network}.{region}", "-{network}"), 6, "no `{region}`"),
        (api("shared: {}", "shared: {one.example.com: [a, b], other.example.com: [b]}"), 6, "two hosts"),
        (api("shared: {}", "shared: {one.example.com: [a, a]}"), 6, "twice"),
        (api("shared: {}", "shared: {one.example.com: []}"), 6, "no region has the host"),
        (api("All about widgets.", "All about widgets"), 5, "period"),
        (
            api("endpoints", "  gadgets: {title: Gadgets, doc: All about gadgets.}\nendpoints"),
            6,
            "warning: no operation is in the family",
        ),
    ] {
        assert_told(&[(path, &text)], path, line, &[words]);
    }
    let capital = api("  widgets:", "  Widgets:");
    let sources = [(path, capital.as_str()), ("spec/Widgets/ListGadgets.yaml", OPERATION)];
    let sources: Vec<_> = specification(&sources).into_iter().filter(|source| source.path != PATH).collect();
    let told = generate(&sources, "test-api").unwrap_err();
    assert!(told.len() == 1 && shown(&told).contains("write `widgets`"), "{}", shown(&told));
}

#[test]
fn names_that_the_wire_cannot_have_are_told() {
    for wire in [" A", "A ", "A\nB", " "] {
        let quoted = serde_json::to_string(wire).unwrap();
        let words: &[&str] = &["no name that the wire has", "as the service does"];
        for (rest, line) in [
            (format!("request:\n  {quoted}: {{type: string, doc: Says which.}}\n"), 2),
            (format!("response:\n  {quoted}: {{type: string, doc: Says which.}}\n"), 2),
            (
                format!(
                    "response:\n  Known: {{type: list, wrapper: {quoted}, doc: All of them., items: {{type: string}}}}\n"
                ),
                2,
            ),
            (
                format!(
                    "request:\n  Known:\n    type: object\n    doc: What is in it.\n    fields:\n      {quoted}: {{type: string, doc: Says which.}}\n      B: {{type: string, doc: Says more.}}\n"
                ),
                6,
            ),
        ] {
            assert_told_in_operation(&rest, line, words);
        }
    }
    assert_operation_passes(
        "request:\n  Disk.1.Size: {type: string, doc: In GB.}\n  x-acs-id: {type: string, doc: Says which.}\n",
    );
}

#[test]
fn values_that_the_wire_cannot_have_are_told() {
    let of = |values: &str| {
        format!(
            "request:\n  Known: {{type: enum, doc: Says which., values: {{{values}, Blue: Like the sea.}}}}\n"
        )
    };
    for value in ["''", "' Red'", "'Red '", "\"Re\\nd\""] {
        assert_told_in_operation(
            &of(&format!("{value}: {{name: Rose, doc: Like a rose.}}")),
            2,
            &["no value that the wire has"],
        );
    }
    assert_operation_passes(&of("Dark Red: {name: Dark, doc: Like wine.}"));
    let simple = "request:\n  Known: {type: list, style: simple, doc: Says which., items: {type: enum, name: Shade, values: {'A,B': Both.}}}\n";
    assert_told_in_operation(simple, 2, &["`A,B` has a comma", "`json`"]);
}

#[test]
fn names_of_rust_are_ascii() {
    let field = "request:\n  Known: {type: string, rust: größe, doc: Says which.}\n";
    assert_told_in_operation(field, 2, &["`größe` is not a Rust name", "letters, digits"]);
    let waiter = "waiters:\n  vorüber: {doc: Waits for the end., field: Known, done: ['1']}\nresponse: {Known: {type: string, doc: Says which.}}\n";
    assert_told_in_operation(waiter, 2, &["`vorüber` is not a Rust name"]);
}

#[test]
fn codes_are_as_the_service_sends_them() {
    for code in ["''", "' Gone'", "'Gone,Busy'", "'Go\"ne'", "Gøne", "'...'"] {
        let operation = format!("{OPERATION}errors:\n  404: [{code}]\n");
        assert_told(&[(PATH, &operation)], PATH, 4, &["is no error code"]);
        let judged = format!("busy: [{code}]\n");
        assert_told(&[("spec/errors.yaml", &judged)], "spec/errors.yaml", 1, &["is no error code"]);
    }
    for judged in ["busy: [Gone, Gone]\n", "busy: [Gone]\nmay_have_been_executed: [Gone, Gone]\n"] {
        assert_told(
            &[("spec/errors.yaml", judged)],
            "spec/errors.yaml",
            judged.matches('\n').count(),
            &["`Gone` stands here twice"],
        );
    }
}
