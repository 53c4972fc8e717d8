//! Values known of a text, and what is said of the names of metrics.

use super::*;

const ENGINE: &str = "Engine: {doc: What runs., values: {MySQL: One., MariaDB: Another.}}\n";

#[test]
fn known_values_are_those_of_an_enum_and_stand_at_texts_of_requests() {
    let types = "Gauge: {doc: What is measured., values: {Heat: In the kiln.}}\nPart: {doc: What is cut off., fields: {Known: {type: Gauge, doc: Says which.}}}\n";
    for (field, words) in [
        ("type: string, known_values: Nothing", "`Nothing` is no enum"),
        ("type: string, known_values: Part", "`Part` is no enum"),
        ("type: int64, known_values: Gauge", "`known_values` has no meaning here"),
        ("type: list, items: {type: string}, known_values: Gauge", "`known_values` has no meaning here"),
    ] {
        let operation = format!(
            "{OPERATION}request:\n  Known: {{doc: Says which., {field}}}\n  Other: {{type: Part, doc: What else.}}\n"
        );
        assert_told(&[("spec/types.yaml", types), (PATH, &operation)], PATH, 4, &[words]);
    }
}

#[test]
fn what_is_said_of_a_metric_is_held_against_the_rest() {
    for (value, words) in [
        ("{doc: How hot it is., engines: [Oracle]}", "there is no engine `Oracle`"),
        ("{doc: How hot it is., unit: K}", "no engine has the metric"),
        ("{doc: How hot it is., parts: [a]}", "no engine has the metric"),
        ("{doc: How hot it is., engines: [MySQL], parts: [a, a]}", "`a` names no number of its own"),
        ("{doc: How hot it is., engines: [MySQL], parts: [a&b]}", "`a&b` names no number"),
    ] {
        let types = format!("{ENGINE}Gauge:\n  doc: What is measured.\n  values:\n    Heat: {value}\n");
        let operation = format!(
            "{OPERATION}request:\n  Known: {{type: string, doc: Says which., known_values: Gauge}}\n  Engine: {{type: Engine, doc: What runs.}}\n"
        );
        assert_told(&[("spec/types.yaml", &types), (PATH, &operation)], "spec/types.yaml", 5, &[words]);
    }
}

#[test]
fn metrics_become_values_that_the_text_takes() {
    let types = format!(
        "{ENGINE}Gauge:\n  doc: What is measured.\n  values:\n    Heat_In: {{doc: How hot it is., engines: [MySQL, MariaDB], unit: K, parts: [low, high]}}\n"
    );
    let operation = format!(
        "{OPERATION}request:\n  Known: {{type: string, doc: Says which., known_values: Gauge}}\n  Engine: {{type: Engine, doc: What runs.}}\n"
    );
    let files = [("spec/types.yaml", types.as_str()), (PATH, operation.as_str())];
    assert_passes(&files);
    let generated = generate(&specification(&files), "test-api").unwrap();
    let text = |path: &str| {
        let output = generated.outputs.iter().find(|output| output.path.ends_with(path));
        output.unwrap_or_else(|| panic!("{path}")).text.clone()
    };
    let gauge = text("types/gauge.rs");
    for word in
        ["How hot it is. In K. Its numbers: `low`, `high`. Of MySQL, MariaDB.", "impl From<Gauge> for String"]
    {
        assert!(gauge.contains(word), "{word} is not in\n{gauge}");
    }
    let described = text("list_widgets.json");
    for word in ["\"Heat_In\"", "\"unit\": \"K\"", "\"low\""] {
        assert!(described.contains(word), "{word} is not in\n{described}");
    }
}
