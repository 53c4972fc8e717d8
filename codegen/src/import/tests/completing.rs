use super::*;

const WRITTEN: &str = "\
# About this file.
summary: Lists things.
description: |
  # A heading, no comment

  Text.
access: write
request:
  # Why it is here.
  Name: {type: Name, doc: \"The name, if any.\"} # trailing
  Mode: {type: string, example: mine}
response:
    Items:
        type: list
        items:
            # One of them.
            type: object
            name: Entry
            fields:
                Id:   {type: string}
                # The end.
";

fn newer() -> String {
    let api = r#"{"operationType": "read", "methods": ["get"], "parameters": [
                {"name": "Flag", "schema": {"type": "boolean", "required": true}},
                {"name": "Name", "schema": {"type": "string", "required": true, "example": "x", "minLength": 2}},
                {"name": "Mode", "schema": {"type": "string", "enum": ["a", "b"], "example": "a", "default": "b"}}],
            "responses": {"200": {"schema": {"type": "object", "properties": {
                "Count": {"type": "integer", "format": "int32"},
                "Items": {"type": "object", "properties": {"Thing": {"type": "array", "items": {"type": "object",
                    "properties": {"Id": {"type": "integer"}, "Size": {"type": "integer"}}}}}}}}}},
            "errorCodes": {"400": ["Bad"]}}"#;
    metadata("DescribeThings", api)
}

#[test]
fn only_what_is_missing_is_added() {
    insta::assert_snapshot!(completed(WRITTEN, &newer()).unwrap(), @r#"
        # About this file.
        summary: Lists things.
        description: |
          # A heading, no comment

          Text.
        access: write
        request:
          # Why it is here.
          # trailing
          Name: {type: Name, doc: "The name, if any.", example: x}
          Mode: {type: string, example: mine, default: b}
        response:
            Count: {type: int32}
            Items:
                type: list
                wrapper: Thing
                items:
                    # One of them.
                    type: object
                    name: Entry
                    doc: ""
                    fields:
                        Id:   {type: string}
                        # The end.
                        Size: {type: int64}
        errors:
          400: [Bad]
        "#);
}

#[test]
fn a_second_import_changes_nothing() {
    for options in [Options::default(), Options { drafts: true, ..Options::default() }] {
        let once = completed_with(WRITTEN, &newer(), options).unwrap();
        assert_eq!(completed_with(&once, &newer(), options), None);
    }
    let text = created(&newer());
    assert_eq!(completed(&text, &newer()), None);
}

#[test]
fn decisions_made_by_hand_stay() {
    let text = "\
summary: Lists things.
access: write
method: post
request:
  Name: {type: timestamp, required: false, min_length: 1, example: y}
  Mode: {type: json}
  Flag: {type: string}
response:
  Items: {type: json}
  Count: {type: string, number: int32}
errors: {}
";
    assert_eq!(completed(text, &newer()), None);
}

#[test]
fn a_draft_is_filled_in_and_put_in_order() {
    let draft = "\
access: read
summary: Lists things.
description: Things are listed, one after the other, until there are no more of them to be listed in the list that lists them.
request:
  Mode: {doc: How., type: Mode}
  # Kept.
  Name:
    type: string
    sensitive: true
response:
  Items:
    type: list
    items:
      type: object
      name: Entry
      doc: One thing.
      fields:
        Size:
          type: int64
          doc: How big.
search:
  - stuff
  # As SQL has it.
  - show things
";
    let options = Options { drafts: true, ..Options::default() };
    insta::assert_snapshot!(completed_with(draft, &newer(), options).unwrap(), @r#"
        summary: Lists things.
        search:
          - stuff
          # As SQL has it.
          - show things
        description: |
          Things are listed, one after the other, until there are no more of them to be listed in the list
          that lists them.
        access: read
        method: get
        request:
          Flag: {type: bool, required: true}
          # Kept.
          Name: {type: string, required: true, sensitive: true, example: x, min_length: 2}
          Mode: {type: Mode, doc: How., example: a, default: b}
        response:
          Count: {type: int32}
          Items:
            type: list
            wrapper: Thing
            items:
              type: object
              name: Entry
              doc: One thing.
              fields:
                Id: {type: int64}
                Size: {type: int64, doc: How big.}
        errors:
          400: [Bad]
        "#);
}

#[test]
fn types_that_were_there_keep_their_names() {
    let text = "\
summary: Lists things.
access: read
response:
  B:
    type: object
    name: A
    fields:
      X: {type: string}
";
    let members = r#""A": {"type": "object", "properties": {"Y": {"type": "string"}}},
                         "B": {"type": "object", "properties": {"X": {"type": "string"}}}"#;
    let text = completed(text, &answer(members)).unwrap();
    assert!(text.contains("  A:\n    type: object\n    name: ResponseA\n"), "{text}");
    assert!(text.contains("  B:\n    type: object\n    name: A\n"), "{text}");
}

#[test]
fn a_file_that_cannot_be_followed_is_left_alone() {
    let sources = [source("spec/things/DescribeThings.yaml", "{summary: Lists things., access: read}")];
    let message = failure(import(&sources, &newer(), Options::default()));
    assert!(message.contains("cannot be completed without losing how it is written"), "{message}");
}

#[test]
fn an_example_that_the_field_cannot_have_is_left_out() {
    let examples = r#"
        {"name": "Flag", "schema": {"type": "boolean", "example": "API", "default": "API"}},
        {"name": "Text", "schema": {"type": "string", "example": "None"}},
        {"name": "Keep", "schema": {"type": "string", "enum": ["None", "All"], "example": "None"}},
        {"name": "Size", "schema": {"type": "integer", "example": "many"}},
        {"name": "Form", "schema": {"type": "object", "example": "in words"}},
        {"name": "Mode", "schema": {"type": "string", "example": "fast", "default": "slow"}},
        {"name": "Rule", "schema": {"type": "string", "example": "{\\\"a\\\": \\\"b\\\"}"}},
        {"name": "Ids", "schema": {"type": "array", "example": "a-1", "items": {"type": "string", "example": "a-2"}}}"#;
    let text = created(&parameters(examples));
    let request = text.split_once("request:\n").unwrap().1;
    insta::assert_snapshot!(request, @r#"
    Flag: {type: bool}
    Text: {type: string}
    Keep:
      type: enum
      example: None
      values:
        None: ""
        All: ""
    Size: {type: int64}
    Form: {type: json}
    Mode: {type: string, example: fast, default: slow}
    Rule: {type: string, example: '{"a": "b"}'}
    Ids: {type: list, example: a-1, items: {type: string}}
    "#);
    let written = "\
summary: Lists things.
access: read
method: post
request:
  Flag: {type: bool}
  Text: {type: string}
  Keep: {type: string, example: All}
  Size: {type: int64}
  Form: {type: map, items: {type: string}}
  Mode: {type: enum, values: {eager: At once., lazy: Later.}}
  Rule: {type: string, example: a}
  Ids: {type: list, example: a-3, items: {type: string}}
";
    assert_eq!(completed(written, &parameters(examples)), None);
}

#[test]
fn a_role_that_a_person_has_left_out_stays_out() {
    let token = parameters(r#"{"name": "ClientToken", "schema": {"type": "string"}}"#);
    let written = "\
summary: Lists things.
access: read
method: post
request:
  ClientToken: {type: string, doc: Not relied on., max_length: 64}
";
    assert_eq!(completed(written, &token), None);
}
