//! What holds for the API as a whole: its name, its addresses, its families, and what it names.

use super::*;

#[track_caller]
fn assert_api(old: &str, new: &str, line: usize, words: &[&str]) {
    assert!(API.contains(old), "{old}");
    assert_told(&[("spec/api.yaml", &API.replacen(old, new, 1))], "spec/api.yaml", line, words);
}

#[test]
fn names_versions_and_addresses_that_are_none_are_told() {
    for product in ["''", "R d s", "'Rds\"'", "\"R\\nds\"", "Größe", "rds/x"] {
        assert_api("product: Rds", &format!("product: {product}"), 1, &["no name of a product"]);
    }
    for version in ["latest", "2014-13-15", "2014-08-32", "14-08-15", "2014-8-15", "2014-08-15-1", "''"] {
        assert_api("\"2014-08-15\"", &format!("\"{version}\""), 2, &["no version", "2014-08-15"]);
    }
    for address in ["{operation}", "ftp://example.com/{operation}", "https://example.com/my {operation}"] {
        assert_api(
            "https://example.com/{operation}",
            &format!("'{address}'"),
            3,
            &["no address", "`https://`"],
        );
    }
    for host in [
        "https://rds.{region}.example.com",
        "rds.{region}.example.com/x",
        "r ds.{region}",
        "rds..{region}",
        "RDS.{region}.example.com",
        "rds.{region}.example.com:80",
        "rds_{region}.example.com",
    ] {
        assert_api("rds.{region}.example.com", host, 6, &["no name of a host", "small letters"]);
    }
    for host in ["https://rds.example.com", "''", "rds.example.com."] {
        assert_api(
            "shared: {}",
            &format!("shared: {{\"{host}\": [eu-central-1]}}"),
            6,
            &["no name of a host"],
        );
    }
    assert_api(
        "shared: {}",
        "shared: {'rds.{region}.example.com': [eu-1]}",
        6,
        &["nothing takes the place", "the host itself"],
    );
    for region in ["''", "cn hangzhou", "CN-Hangzhou", "'{region}'"] {
        assert_api(
            "shared: {}",
            &format!("shared: {{rds.example.com: [{region}]}}"),
            6,
            &["no id of a region"],
        );
    }
}

#[test]
fn titles_are_lines_of_words() {
    for (title, words) in [
        ("''", "empty"),
        ("' '", "empty"),
        ("\"Widgets\\nand more\"", "one line"),
        ("<b>Widgets", "taken for HTML"),
        ("'[Widgets]'", "taken for a link"),
    ] {
        assert_api("title: Widgets", &format!("title: {title}"), 5, &[words]);
    }
    assert_api("doc: All about widgets.", "doc: \"All about widgets.\\n\\nAnd more.\"", 5, &["one line"]);
}

#[test]
fn lists_of_parameters_name_each_once_and_only_what_there_is() {
    let field = format!("{OPERATION}request:\n  OwnerId: {{type: string, doc: Who asks.}}\n");
    let uses = format!("{field}  WidgetId: {{type: string, doc: Which of them.}}\n");
    let glossary = ("spec/glossary.yaml", "OwnerId: Who asks.\n");
    for (more, words) in [
        ("call_parameters: [OwnerId, OwnerId]\n", &["`OwnerId` stands here twice"][..]),
        ("subjects: [WidgetId, WidgetId]\n", &["`WidgetId` stands here twice"]),
        (
            "subjects: [WidgetIds]\n",
            &["no operation has a parameter `WidgetIds`", "did you mean `WidgetId`?"],
        ),
    ] {
        let api = format!("{API}{more}");
        let files: &[_] = match more.starts_with("call") {
            true => &[("spec/api.yaml", &*api), (PATH, &*field), glossary],
            false => &[("spec/api.yaml", &*api), (PATH, &*uses)],
        };
        assert_told(files, "spec/api.yaml", 7, words);
    }
}

/// An operation whose file has a mistake of form is there all the same.
#[test]
fn what_an_unread_operation_may_have_is_no_mistake() {
    let api = format!("{API}call_parameters: [OwnerId]\nsubjects: [WidgetId]\nexample: ListWidgets\n");
    let broken = format!("{OPERATION}request:\n  OwnerId: {{typ: string}}\n");
    let told = told(&[("spec/api.yaml", &api), (PATH, &broken)]);
    assert!(told.iter().all(|it| it.place().0 == PATH), "{}", shown(&told));
}
