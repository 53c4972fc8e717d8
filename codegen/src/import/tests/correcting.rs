use super::*;

const METADATA: &str = r#"{"apis": {"DescribeThings": {"methods": ["get", "post"], "parameters": [
            {"name": "Id", "in": "query", "schema": {"type": "integer", "format": "int64", "values": ["1"]}},
            {"name": "Nmae", "in": "query", "schema": {"type": "string"}}],
        "responses": {"200": {"schema": {"type": "object", "properties": {
            "Items": {"type": "object", "properties": {"Thing": {"type": "array", "items": {"type": "object",
                "properties": {"Size": {"type": "string"}, "Odd": {"type": "string"}}}}}}}}}}}}}"#;

fn corrected(corrections: &str) -> Result<String, String> {
    let sources = [source("spec/corrections.yaml", corrections)];
    let options = Options { family: Some("things"), ..Options::default() };
    match import(&sources, METADATA, options) {
        Ok(mut result) => Ok(without_inferences(&result.created.remove(0).text)),
        Err(failure) => Err(failure.to_string()),
    }
}

#[test]
fn faults_are_mended_before_anything_else() {
    let text = corrected(
            "\
- {operation: DescribeThings, set: {methods: [get], operationType: write}, reason: Seen.}
- {operation: DescribeThings, at: request.Id, set: {type: string, enum: [], required: true, in: formData}, reason: Seen.}
- {operation: DescribeThings, at: request.Nmae, rename: Name, reason: Seen.}
- {operation: DescribeThings, at: request.Force, add: {type: boolean}, reason: Seen.}
- {operation: DescribeThings, at: response.Items.Thing.Size, set: {type: integer, format: int32}, reason: Seen.}
- {operation: DescribeThings, at: response.Items.Thing.Odd, remove: true, reason: Seen.}
- {operation: DescribeThings, at: response.Total, add: {type: integer}, reason: Seen.}
",
        );
    insta::assert_snapshot!(text.unwrap(), @r#"
        summary: ""
        access: write
        method: get
        request:
          Id: {type: string, required: true, in: form}
          Name: {type: string}
          Force: {type: bool}
        response:
          Items:
            type: list
            wrapper: Thing
            items:
              type: object
              doc: ""
              fields:
                Size: {type: int32}
          Total: {type: int64}
        "#);
}

#[test]
fn a_correction_without_effect_is_a_mistake() {
    for (correction, expected) in [
        ("at: request.Id, set: {type: integer, format: int64}", "changes nothing"),
        ("at: request.Nmae, set: {required: false}", "changes nothing"),
        ("at: request.Idd, set: {type: string}", "there is no parameter `Idd`"),
        ("at: response.Items.Thing.Sise, set: {type: string}", "did you mean `Size`?"),
        ("at: answer.Items, remove: true", "not part of an operation"),
        ("at: request.Id, add: {type: string}", "has this field by now"),
        ("at: request.Nmae, rename: Id", "there is a parameter `Id` too"),
        ("at: request.Id", "does one thing"),
        ("at: response.Items, set: {style: json}", "only a parameter has"),
        ("set: {type: string}", "an operation has only"),
    ] {
        let text = format!("- {{operation: DescribeThings, {correction}, reason: Seen.}}\n");
        let message = corrected(&text).unwrap_err();
        assert!(message.contains(expected), "{correction}: {message}");
        assert!(message.contains("spec/corrections.yaml:1:"), "{message}");
    }
    let message = corrected("- {operation: DescribeThing, remove: true, reason: Seen.}").unwrap_err();
    assert!(message.contains("did you mean `DescribeThings`?"), "{message}");
    let message =
        corrected("- {operation: DescribeThings, at: request.Id, remove: true, reason: ''}").unwrap_err();
    assert!(message.contains("has no reason"), "{message}");
    let message = corrected("- {operation: DescribeThings, at: request.Id, remove: true}").unwrap_err();
    assert!(message.contains("the key `reason` is missing"), "{message}");
}

#[test]
fn an_operation_of_another_document_is_not_missed() {
    let sources = [
        source("spec/corrections.yaml", "- {operation: GetOther, remove: true, reason: Seen.}"),
        source("spec/things/GetOther.yaml", "summary: Other."),
    ];
    let options = Options { family: Some("things"), ..Options::default() };
    assert_eq!(import(&sources, METADATA, options).unwrap().created.len(), 1);
}

#[test]
fn no_corrections_are_fine() {
    assert!(corrected("# None yet.\n").is_ok());
    assert!(corrected("[]").is_ok());
}
