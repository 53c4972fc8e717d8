use super::*;

fn differences(text: &str, metadata: &str) -> String {
    let types = "Tag:\n  doc: A label.\n  fields: {Key: {type: string}, Value: {type: string}}\n";
    let sources = [source("spec/types.yaml", types), source("spec/things/DescribeThings.yaml", text)];
    diff(&sources, metadata, &[]).unwrap().to_string()
}

#[test]
fn what_was_imported_does_not_differ() {
    let metadata = answer(r#""Mode": {"type": "string", "enum": ["a"]}, "Any": {"type": "any"}"#);
    assert_eq!(differences(&created(&metadata), &metadata), "the specification and the metadata agree");
}

#[test]
fn each_difference_has_its_line() {
    let text = "\
summary: Lists things.
access: read
request:
  Gone: {type: string}
  Same: {type: timestamp}
  Free: {type: json}
  Size: {type: int32}
  Needed: {type: string}
  Optional: {type: string, required: true}
  Old: {type: string}
  Ids: {type: list, style: json, items: {type: string}}
  Tag: {type: list, items: {type: Tag}}
response:
  Items: {type: list, wrapper: Thing, items: {type: object, fields: {Id: {type: string}}}}
  Labels: {type: list, items: {type: string}}
";
    let api = r#"{"methods": ["get"], "deprecated": true, "parameters": [
                {"name": "Same", "schema": {"type": "string"}},
                {"name": "Free", "schema": {"type": "integer"}},
                {"name": "Size", "schema": {"type": "string"}},
                {"name": "Needed", "in": "formData", "schema": {"type": "string", "required": true}},
                {"name": "Optional", "schema": {"type": "string"}},
                {"name": "Old", "schema": {"type": "string", "deprecated": true}},
                {"name": "Ids", "style": "simple", "schema": {"type": "array", "items": {"type": "string"}}},
                {"name": "Tag", "schema": {"type": "array", "items": {"type": "object", "properties": {
                    "Key": {"type": "string"}, "Value": {"type": "integer"}}}}},
                {"name": "New", "schema": {"type": "string", "enum": ["a", "b"]}},
                {"name": "Must", "schema": {"type": "string", "required": true}}],
            "responses": {"200": {"schema": {"type": "object", "properties": {
                "Items": {"type": "object", "properties": {"Entry": {"type": "array", "items": {"type": "object",
                    "properties": {"Id": {"type": "integer"}, "Size": {"type": "integer"}}}}}},
                "Labels": {"type": "array", "items": {"type": "integer"}}}}}}}"#;
    let document = format!(r#"{{"apis": {{"DescribeThings": {api}, "GetNew": {{}}}}}}"#);
    insta::assert_snapshot!(differences(text, &document), @r"
        DescribeThings
          BREAKING  changed     method: post is no longer allowed, only get
                    deprecated  the operation
          BREAKING  gone        request.Gone: string
          BREAKING  retyped     request.Size: int32, now string
          BREAKING  required    request.Needed
          BREAKING  changed     request.Needed: in the query, now the form
                    optional    request.Optional is no longer required
                    deprecated  request.Old
          BREAKING  changed     request.Ids: style json, now simple
          BREAKING  retyped     request.Tag[].Value: string, now int64
          BREAKING  added       request.Must: string, required
                    added       request.New: string
          BREAKING  retyped     response.Items: a list wrapped in Thing, now in Entry
          BREAKING  retyped     response.Items[].Id: string, now int64
                    added       response.Items[].Size: int64
          BREAKING  retyped     response.Labels[]: string, now int64
        GetNew
                    added       the operation
        17 differences in 2 operations, 11 breaking
        ");
}

#[test]
fn an_operation_may_be_gone() {
    let found = differences("summary: Lists things.\naccess: read\n", r#"{"apis": {}}"#);
    insta::assert_snapshot!(found, @r"
        DescribeThings
          BREAKING  gone        the operation
        1 difference in 1 operation, 1 breaking
        ");
}

#[test]
fn one_operation_may_be_asked_for() {
    let sources = [source("spec/things/DescribeThings.yaml", "summary: Lists things.\naccess: read\n")];
    let only = ["GetNew".to_owned()];
    let found = diff(&sources, &metadata("GetNew", "{}"), &only).unwrap().to_string();
    insta::assert_snapshot!(found, @r"
        GetNew
                    added       the operation
        1 difference in 1 operation, 0 breaking
        ");
    let message = failure(diff(&sources, &metadata("GetNew", "{}"), &["GetNow".to_owned()]));
    assert!(message.contains("did you mean `GetNew`?"), "{message}");
}
