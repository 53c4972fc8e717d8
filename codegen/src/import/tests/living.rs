//! Documents as the vendor publishes them, one after another.

use super::*;

const FILE: &str = "spec/things/DescribeThings.yaml";

fn told(text: &str, api: &str) -> Vec<String> {
    let general = "product: Things\nversion: '1'\ndocumentation: ''\ncall_parameters: [OwnerId, ResourceOwnerId]\n\
        families: {things: {title: Things, doc: All about things.}}\n\
        endpoints: {rule: '', network_rule: '', shared: {}}\n";
    let types = "Color:\n  doc: A color.\n  values: {Red: Like a rose.}\n";
    let sources = [source("spec/api.yaml", general), source("spec/types.yaml", types), source(FILE, text)];
    let found = diff(&sources, &metadata("DescribeThings", api), &[]).unwrap();
    let lines = found.operations.values().flatten();
    lines.map(|it| format!("{}{} {}", if it.is_breaking { "!" } else { "" }, it.kind, it.message)).collect()
}

#[test]
fn what_a_document_does_not_speak_of_does_not_differ() {
    let text = "summary: Lists things.\naccess: read\nrequest:\n  Id: {type: string}\n  OwnerId: {type: int64}\n\
                response:\n  Size: {type: int32}\nerrors:\n  404: [NotFound]\n";
    for api in [
        "{}",
        r#"{"parameters": null, "responses": null}"#,
        r#"{"responses": {}}"#,
        r#"{"responses": {"200": {}}}"#,
        r#"{"responses": {"200": {"schema": {"type": "object"}}}}"#,
        r#"{"parameters": [{"name": "Id", "schema": {"type": "string"}}], "errorCodes": {}}"#,
        r#"{"parameters": [{"name": "Id", "schema": {"type": "string"}}, {"name": "ResourceOwnerId", "schema": {"type":
            "integer"}}, {"name": "SecurityToken", "schema": {"type": "string"}}]}"#,
    ] {
        assert_eq!(told(text, api), Vec::<String>::new(), "{api}");
    }
}

#[test]
fn values_limits_defaults_codes_and_access_are_seen() {
    let text = "summary: Lists things.\naccess: read\nrequest:\n  \
                Mode: {type: enum, values: {Automated: By itself., Manual: By hand.}}\n  Color: {type: Color}\n  \
                Size: {type: int32, minimum: 10, maximum: 100, default: 30}\n  Name: {type: string}\n  \
                Tags: {type: list, max_items: 20, items: {type: string}}\nerrors:\n  404: [NotFound]\n";
    let parameter = |name: &str, schema: &str| {
        format!(
            r#"{{"parameters": [
            {{"name": "Mode", "schema": {{"type": "string"}}}}, {{"name": "Color", "schema": {{"type": "string"}}}},
            {{"name": "Size", "schema": {{"type": "integer", "format": "int32"}}}},
            {{"name": "Name", "schema": {{"type": "string"}}}},
            {{"name": "Tags", "schema": {{"type": "array", "items": {{"type": "string"}}}}}}, {{"name": "{name}", "schema": {schema}}}]}}"#
        )
    };
    let replaced = |name: &str, schema: &str| {
        let kind = match name {
            "Size" => r#"{"type": "integer", "format": "int32"}"#,
            "Tags" => r#"{"type": "array", "items": {"type": "string"}}"#,
            _ => r#"{"type": "string"}"#,
        };
        parameter("Mode2", "{}").replace(r#", {"name": "Mode2", "schema": {}}"#, "").replace(
            &format!(r#"{{"name": "{name}", "schema": {kind}}}"#),
            &format!(r#"{{"name": "{name}", "schema": {schema}}}"#),
        )
    };
    for (api, expected) in [
        (
            replaced("Mode", r#"{"type": "string", "enum": ["Automated", "Scheduled"]}"#),
            &["added request.Mode: the value `Scheduled`", "!gone request.Mode: the value `Manual`"][..],
        ),
        (
            replaced("Mode", r#"{"type": "string", "values": ["automated", "Scheduled"]}"#),
            &["added request.Mode: the value `Scheduled`"],
        ),
        (
            replaced("Color", r#"{"type": "string", "enumValueTitles": {"Red": "", "Blue": ""}}"#),
            &["added request.Color: the value `Blue`"],
        ),
        (replaced("Name", r#"{"type": "string", "enum": ["a", "b"]}"#), &[]),
        (
            replaced("Size", r#"{"type": "integer", "format": "int32", "minimum": "20", "maximum": "200"}"#),
            &["!limit request.Size: minimum 10, now 20", "limit request.Size: maximum 100, now 200"],
        ),
        (
            replaced("Size", r#"{"type": "integer", "format": "int32", "default": "50"}"#),
            &["default request.Size: `30`, now `50`"],
        ),
        (
            replaced("Name", r#"{"type": "string", "maxLength": 8, "pattern": "^a"}"#),
            &[
                "!limit request.Name: max_length none, now 8",
                "!limit request.Name: pattern none, now `a(?s:.*)`",
            ],
        ),
        (
            replaced("Tags", r#"{"type": "array", "maxItems": 5, "items": {"type": "string"}}"#),
            &["!limit request.Tags: max_items 20, now 5"],
        ),
        (
            r#"{"errorCodes": {"403": ["Forbidden"], "404": ["NotFound"]}}"#.to_owned(),
            &["added the error code `Forbidden` of 403"],
        ),
        (r#"{"operationType": "write"}"#.to_owned(), &["!access read, now write"]),
        (r#"{"operationType": "read"}"#.to_owned(), &[]),
    ] {
        assert_eq!(told(text, &api), expected, "{api}");
    }
}

#[test]
fn a_list_that_is_written_out_is_the_same_list() {
    let text = "summary: Lists things.\naccess: read\nrequest:\n  Tag: {type: list, items: {type: object, doc: A., \
                fields: {Key: {type: string}}}}\n";
    let api = r#"{"parameters": [{"name": "Tag.1.Key", "schema": {"type": "string"}}]}"#;
    assert_eq!(told(text, api), Vec::<String>::new());
}

#[test]
fn differences_are_chosen_and_told_to_programs() {
    let sources = [source(FILE, "summary: Lists things.\naccess: read\nrequest: {Gone: {type: string}}\n")];
    let earlier = parameters("");
    let later = parameters(r#"{"name": "New", "schema": {"type": "string"}}"#);
    let found = |document: &str| diff(&sources, document, &[]).unwrap();
    assert_eq!(found(&later).operations["DescribeThings"].len(), 2);
    assert_eq!(found(&later).added().operations["DescribeThings"][0].message, "request.New: string");
    assert_eq!(found(&later).breaking().operations["DescribeThings"][0].message, "request.Gone: string");
    let since = found(&later).since(&found(&earlier));
    insta::assert_snapshot!(since.to_json(), @r#"
    [
      {
        "operation": "DescribeThings",
        "kind": "added",
        "breaking": false,
        "message": "request.New: string"
      }
    ]
    "#);
    assert!(found(&later).since(&found(&later)).is_empty());
    // What is not asked for differs all the same.
    let none = "no difference that is asked for, of 2 in all";
    assert_eq!(found(&later).since(&found(&later)).to_string(), none);
    assert_eq!(found(&later).added().breaking().to_string(), none);
    assert_eq!(found(&earlier).added().to_string(), none.replace('2', "1"));
    assert_eq!(found(&later).since(&found(&later)).to_json(), "[]");
}

#[test]
fn a_comparison_needs_no_place_for_corrections() {
    for correction in [
        "{operation: DescribeThings, at: response.Items.Size, set: {type: integer}, reason: Seen.}",
        "{operation: DescribeThings, at: request.Nmae, rename: Name, reason: Seen.}",
        "{operation: DescribeThings, set: {operationType: write}, reason: Seen.}",
    ] {
        let sources = [
            source("spec/corrections.yaml", &format!("- {correction}\n")),
            source(FILE, "summary: Lists things.\naccess: write\n"),
        ];
        diff(&sources, &metadata("DescribeThings", r#"{"operationType": "write"}"#), &[]).unwrap();
    }
    // An import takes what it corrects for granted, except where the document has nothing of the kind.
    let absent = "- {operation: DescribeThings, at: response.Items, set: {type: integer}, reason: Seen.}\n";
    let sources =
        [source("spec/corrections.yaml", absent), source(FILE, "summary: Lists things.\naccess: read\n")];
    import(&sources, &metadata("DescribeThings", "{}"), Options::default()).unwrap();
}

#[test]
fn what_cannot_be_specified_is_refused() {
    let document =
        |info: &str, name: &str, api: &str| format!(r#"{{"info": {info}, "apis": {{"{name}": {api}}}}}"#);
    for (document, expected) in [
        (document(r#"{"style": "ROA"}"#, "ListThings", "{}"), "style \"ROA\""),
        (document("{}", "ListThings", r#"{"path": "/things/{id}"}"#), "called by the path \"/things/{id}\""),
        (document("{}", "ListThings", r#"{"parameters": [{"name": "Id", "in": "path"}]}"#), "in \"path\""),
        (
            document("{}", "ListThings", r#"{"parameters": [{"name": "Id", "in": "header"}]}"#),
            "in \"header\"",
        ),
        (document("{}", "ListThings", r#"{"parameters": [{"name": "Id", "in": "body"}]}"#), "in \"body\""),
        (document("{}", "../../evil", "{}"), "\"../../evil\" is no name of an operation"),
        (document("{}", "foo bar", "{}"), "no name of an operation"),
        (document("{}", "listThings", "{}"), "no name of an operation"),
        (document("{}", "", "{}"), "no name of an operation"),
    ] {
        let options = Options { family: Some("things"), ..Options::default() };
        let message = failure(import(&[], &document, options));
        assert!(message.contains(expected), "{document}: {message}");
        let message = failure(diff(&[], &document, &[]));
        assert!(message.contains(expected), "{document}: {message}");
    }
    for family in ["../evil", "a/b", "", "Things", "a b", ".", "7"] {
        let options = Options { family: Some(family), ..Options::default() };
        let message = failure(import(&[], &metadata("ListThings", "{}"), options));
        assert!(message.contains("no name of a family"), "{family}: {message}");
    }
}

#[test]
fn what_breaks_callers_is_left_out_unless_it_is_asked_for() {
    let text = "summary: Lists things.\naccess: read\nrequest:\n  Id: {type: string}\n  \
                Tag: {type: list, items: {type: string}}\n";
    let api = r#"{"methods": ["get"], "parameters": [
        {"name": "Id", "in": "formData", "schema": {"type": "string", "maxLength": 8}},
        {"name": "Tag", "style": "json", "schema": {"type": "array", "items": {"type": "string"}}},
        {"name": "Zone", "schema": {"type": "string", "required": true}},
        {"name": "Note", "schema": {"type": "string"}}]}"#;
    let sources = [source(FILE, text)];
    let document = metadata("DescribeThings", api);
    let mut imported = import(&sources, &document, Options::default()).unwrap();
    let completed = imported.completed.remove(0).text;
    assert_eq!(completed, format!("{text}  Note: {{type: string}}\n"), "{completed}");
    let left_out = imported.left_out.to_string();
    for expected in [
        "method: post, now get",
        "request.Id: in the query",
        "max_length none, now 8",
        "style flatten",
        "request.Zone",
    ] {
        assert!(left_out.contains(expected), "{left_out}");
    }
    let options = Options { accept_breaking: true, ..Options::default() };
    let imported = import(&sources, &document, options).unwrap();
    assert!(imported.left_out.is_empty());
    let text = &imported.completed[0].text;
    for expected in
        ["method: get", "in: form", "max_length: 8", "style: json", "Zone: {type: string, required: true}"]
    {
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn new_values_and_codes_join_what_is_there() {
    let text = "summary: Lists things.\naccess: read\nrequest:\n  Mode:\n    type: enum\n    values:\n      \
                # By far the commonest.\n      Automated: By itself.\nerrors:\n  404: [NotFound]\n";
    let api = r#"{"parameters": [{"name": "Mode", "schema": {"type": "string", "enum": ["automated", "Manual"]}}],
                  "errorCodes": {"403": ["Forbidden"], "404": ["NotFound", "Thing.NotFound"]}}"#;
    let completed = completed(text, &metadata("DescribeThings", api)).unwrap();
    insta::assert_snapshot!(completed, @r#"
    summary: Lists things.
    access: read
    request:
      Mode:
        type: enum
        values:
          # By far the commonest.
          Automated: By itself.
          Manual: ""
    errors:
      404: [NotFound, Thing.NotFound]
      403: [Forbidden]
    "#);
}

#[test]
fn names_that_differ_in_capitals_only_are_told_apart() {
    let text = created(&parameters(
        r#"{"name": "Key", "schema": {"type": "string"}}, {"name": "key", "schema": {"type": "string"}}"#,
    ));
    assert!(text.contains("  Key: {type: string}\n  key: {type: string, rust: key_2}\n"), "{text}");
}

#[test]
fn what_names_suggest_is_a_draft() {
    let api = r#"{"parameters": [
        {"name": "PageNumber", "schema": {"type": "integer", "format": "int32"}},
        {"name": "PageSize", "schema": {"type": "integer", "format": "int32"}},
        {"name": "AccountPassword", "schema": {"type": "string", "example": "无"}}],
        "responses": {"200": {"schema": {"type": "object", "properties": {
            "Items": {"type": "array", "items": {"type": "object", "properties": {"SecretKey": {"type": "string"},
                "PrivateKey": {"type": "string", "example": "-"}}}},
            "TotalRecordCount": {"type": "integer", "format": "int32"}}}}}}"#;
    let sources = [
        source("spec/backup/DescribeBackups.yaml", "summary: Lists."),
        source("spec/log/DescribeLogs.yaml", "summary: Lists."),
    ];
    let created = import(&sources, &metadata("DescribeBackupForecasts", api), Options::default())
        .unwrap()
        .created
        .remove(0);
    assert_eq!(created.path, "spec/backup/DescribeBackupForecasts.yaml");
    insta::assert_snapshot!(created.text, @r#"
    # yaml-language-server: $schema=../schema.json#/definitions/Operation
    # A draft: inferred from names are pagination, sensitive, search. Check them, and remove this line.
    summary: ""
    search: [show backup forecasts]
    access: read
    pagination: {by: page_number, page: PageNumber, size: PageSize, items: Items, total: TotalRecordCount}
    request:
      PageNumber: {type: int32}
      PageSize: {type: int32}
      AccountPassword: {type: string, sensitive: true}
    response:
      Items:
        type: list
        items:
          type: object
          doc: ""
          fields:
            SecretKey: {type: string, sensitive: true}
            PrivateKey: {type: string, sensitive: true}
      TotalRecordCount: {type: int32}
    "#);
    // As many neighbours here as there, or none.
    for name in ["DescribeThings", "ListBackupsAndLogs2"] {
        let tie = [
            source("spec/backup/DescribeBackups.yaml", "summary: Lists."),
            source("spec/log/CreateBackupLog.yaml", "summary: Lists."),
        ];
        let message = failure(import(&tie, &metadata(name, "{}"), Options::default()));
        assert!(message.contains("no family is known"), "{message}");
    }
}
