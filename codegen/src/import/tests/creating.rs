use super::*;

#[test]
fn an_operation_with_prose_becomes_a_file_without() {
    let api = r#"{
            "summary": "Prose.", "methods": ["post", "get"], "operationType": "read", "deprecated": true,
            "parameters": [
                {"name": "OwnerId", "in": "query", "schema": {"type": "integer", "format": "int64"}},
                {"name": "Size", "in": "query", "schema": {
                    "title": "Prose", "description": "Prose.", "type": "integer", "format": "int32",
                    "minimum": "1", "maximum": "2147483647", "default": "30", "example": "30"}},
                {"name": "Name", "in": "query", "schema": {
                    "description": "Prose.", "type": "string", "required": true, "example": "rm-1****",
                    "maxLength": 64, "pattern": "^\\w+$", "deprecated": true}}
            ],
            "responses": {"200": {"headers": {}, "schema": {"title": "Schema of Response", "type": "object",
                "properties": {"RequestId": {"description": "Prose.", "type": "string", "example": ""}}}}},
            "errorCodes": {
                "404": [{"errorCode": "Thing.NotFound", "errorMessage": "Prose."}],
                "400": ["InvalidSize", "%s"]
            },
            "responseDemo": "[{\"type\":\"json\"}]"
        }"#;
    let general = "product: Rds\nversion: '1'\ndocumentation: ''\ncall_parameters: [OwnerId]\n\
        families: {things: {title: Things, doc: All about things.}}\n\
        endpoints: {rule: 'rds.{region}.example.com', network_rule: 'rds-{network}.{region}.example.com', shared: {}}\n";
    let general = [source("spec/api.yaml", general)];
    insta::assert_snapshot!(created_beside(&general, &metadata("DescribeThings", api)), @r#"
        summary: ""
        access: read
        deprecated: The service lists it as deprecated.
        request:
          Name:
            type: string
            required: true
            example: rm-1****
            max_length: 64
            pattern: \w+
            deprecated: The service lists it as deprecated.
          Size: {type: int32, example: 30, default: 30, minimum: 1}
          OwnerId: {type: int64}
        response:
          RequestId: {type: string}
        errors:
          400: [InvalidSize]
          404: [Thing.NotFound]
        "#);
}

#[test]
fn parameters_keep_how_they_travel() {
    let parameters = parameters(
        r#"{"name": "Flat", "schema": {"type": "array", "items": {"type": "string"}}, "style": "repeatList"},
               {"name": "Nodes", "style": "json", "schema": {"type": "array", "maxItems": 5, "items": {
                   "type": "object", "properties": {"zoneId": {"type": "string", "required": true}}}}},
               {"name": "Ids", "schema": {"type": "array", "items": {"type": "string"}}, "style": "simple"},
               {"name": "Map", "style": "json", "schema": {"type": "object", "additionalProperties": {"type": "any"}}},
               {"name": "Any", "in": "formData", "style": "json", "schema": {"type": "any"}},
               {"name": "Text", "style": "json", "schema": {"type": "string", "example": "[\"a\"]"}},
               {"name": "RegionId", "schema": {"type": "string", "required": true}},
               {"name": "ClientToken", "schema": {"type": "string"}}"#,
    );
    insta::assert_snapshot!(created(&parameters), @r#"
        summary: ""
        access: read
        request:
          RegionId: {type: string, required: true, role: region}
          Flat: {type: list, items: {type: string}}
          Nodes:
            type: list
            style: json
            max_items: 5
            items:
              type: object
              doc: ""
              fields:
                zoneId: {type: string, required: true}
          Ids: {type: list, style: simple, items: {type: string}}
          Map: {type: map, style: json, items: {type: json}}
          Any: {type: json, in: form, style: json}
          Text: {type: string, example: '["a"]'}
          ClientToken: {type: string, role: idempotency_token, max_length: 64}
        "#);
}

#[test]
fn lists_of_answers_are_unwrapped_and_types_named_apart() {
    let glossary = source("spec/glossary.yaml", "Tag: A label.\n");
    let answer = answer(
        r#""Items": {"type": "object", "properties": {"Thing": {"type": "array", "items": {
                   "type": "object", "properties": {
                       "Time": {"type": "string", "example": "2024-05-31T16:00Z"},
                       "Tag": {"type": "array", "items": {"type": "object", "properties": {"A": {"type": "number"}}}}
                   }}}}},
               "Tag": {"type": "object", "properties": {"A": {"type": "number", "format": "float"}, "B": {"type": "boolean"}}},
               "Result": {"type": "object", "properties": {"Count": {"type": "integer"}}}"#,
    );
    insta::assert_snapshot!(created_beside(&[glossary], &answer), @r#"
        summary: ""
        access: read
        response:
          Items:
            type: list
            wrapper: Thing
            items:
              type: object
              doc: ""
              fields:
                Time: {type: timestamp, example: 2024-05-31T16:00Z}
                Tag:
                  type: list
                  items:
                    type: object
                    fields:
                      A: {type: double}
          Tag:
            type: object
            name: ResponseTag
            fields:
              A: {type: float}
              B: {type: bool}
          Result:
            type: object
            name: ResponseResult
            fields:
              Count: {type: int64}
        "#);
}

#[test]
fn value_sets_become_enums_that_await_words() {
    let types = "Mode:\n  doc: How.\n  values: {Automated: On its own., Manual: By hand.}\n";
    let parameters = parameters(
        r#"{"name": "Mode", "schema": {"type": "string", "enum": ["Manual", "Automated"]}},
               {"name": "Kind", "schema": {"type": "string", "values": ["IPv4", "IPV4", "15", "8.0", "+"]}},
               {"name": "Config", "schema": {"type": "string", "values": ["a", "b"], "example": "{\"a\": 1}"}},
               {"name": "Titled", "schema": {"type": "string", "enumValueTitles": {"On": "Prose"}}},
               {"name": "Number", "schema": {"type": "integer", "format": "int32", "enum": ["1", "2"]}}"#,
    );
    insta::assert_snapshot!(created_beside(&[source("spec/types.yaml", types)], &parameters), @r#"
        summary: ""
        access: read
        request:
          Mode: {type: Mode}
          Kind:
            type: enum
            values:
              IPv4: ""
              "15": {name: Value15, doc: ""}
              "8.0": {name: Value8_0, doc: ""}
              +: {name: Value, doc: ""}
          Config: {type: string, example: '{"a": 1}'}
          Titled:
            type: enum
            values:
              "On": ""
          Number: {type: int32}
        "#);
}

#[test]
fn what_changes_something_is_a_write() {
    let access = |name: &str, api: &str| {
        let text = created(&metadata(name, api));
        text.lines().find(|line| line.starts_with("access")).unwrap().to_owned()
    };
    assert_eq!(access("PrecheckThing", "{}"), "access: read");
    assert_eq!(access("DropThing", "{}"), "access: write");
    assert_eq!(access("DropThing", r#"{"operationType": "read"}"#), "access: read");
    assert_eq!(access("QueryThing", r#"{"operationType": "readAndWrite"}"#), "access: write");
    assert_eq!(access("StopThing", r#"{"operationType": "read"}"#), "access: write");
}

#[test]
fn get_is_said_only_where_post_is_refused() {
    assert!(created(&metadata("GetThing", r#"{"methods": ["get"]}"#)).contains("method: get\n"));
    assert!(!created(&metadata("GetThing", r#"{"methods": ["get", "post"]}"#)).contains("method"));
}

#[test]
fn references_to_shared_schemas_are_followed() {
    let document = r##"{"apis": {"GetTree": {"responses": {"200": {"schema": {"type": "object", "properties": {
                "Root": {"$ref": "#/components/schemas/Node"}}}}}}},
            "components": {"schemas": {"Node": {"type": "object", "properties": {
                "Name": {"type": "string"}, "Left": {"$ref": "#/components/schemas/Node"}}}}}}"##;
    insta::assert_snapshot!(created(document), @r#"
        summary: ""
        access: read
        response:
          Root:
            type: object
            fields:
              Name: {type: string}
              Left: {type: json}
        "#);
}

#[test]
fn a_new_operation_joins_its_neighbours() {
    let document = r#"{
            "directories": [{"id": 1, "children": [{"id": 2, "children": ["GetNew", "GetOld"]}, "GetOther", "GetThird"]}],
            "apis": {"GetNew": {}}
        }"#;
    let others = [
        source("spec/near/GetOld.yaml", "summary: Old."),
        source("spec/far/GetOther.yaml", "summary: Other."),
        source("spec/far/GetThird.yaml", "summary: Third."),
    ];
    let result = import(&others, document, Options::default()).unwrap();
    assert_eq!(result.created[0].path, "spec/near/GetNew.yaml");
    let result = import(&others[1..], document, Options::default()).unwrap();
    assert_eq!(result.created[0].path, "spec/far/GetNew.yaml");
    let message = failure(import(&[], document, Options::default()));
    assert!(message.contains("`GetNew`") && message.contains("--family"), "{message}");
}

#[test]
fn what_is_no_metadata_is_told_apart() {
    let message = |text: &str| failure(import(&[], text, Options::default()));
    assert!(message("{").contains("not JSON"));
    assert!(message("{}").contains("no `apis`"));
    let options = Options { operations: &["DescribeThing".to_owned()], ..Options::default() };
    let message = failure(import(&[], &metadata("DescribeThings", "{}"), options));
    assert!(message.contains("did you mean `DescribeThings`?"), "{message}");
}

#[test]
fn a_text_with_the_name_of_a_secret_is_marked() {
    let api = r#"{
            "methods": ["post"], "operationType": "write",
            "parameters": [
                {"name": "AccountPassword", "in": "query", "schema": {"type": "string"}},
                {"name": "TargetDBPasswd", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                {"name": "HasPassword", "in": "query", "schema": {"type": "boolean"}},
                {"name": "ClientToken", "in": "query", "schema": {"type": "string"}}
            ]
        }"#;
    let text = created(&metadata("CreateThing", api));
    for field in [
        "AccountPassword: {type: string, sensitive: true}",
        "TargetDBPasswd: {type: list, sensitive: true, items: {type: string}}",
    ] {
        assert!(text.contains(field), "{field} is missing in\n{text}");
    }
    assert_eq!(text.matches("sensitive").count(), 2, "{text}");
}
