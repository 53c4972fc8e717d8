use super::*;
use crate::spec::{EnumValue, Field, Scalar};

/// Texts that YAML would read as something else, or cannot have without quotes somewhere.
const TEXTS: &[&str] = &[
    "",
    " ",
    " leading",
    "trailing ",
    "two  blanks",
    "~",
    "null",
    "true",
    "False",
    "yes",
    "25",
    "-1",
    "0x1f",
    "1e3",
    "1.0",
    ".inf",
    "8.0",
    "2024-05-31T16:00Z",
    "476****",
    "****",
    "*alias",
    "&anchor",
    "!tag",
    "%s",
    "@at",
    "`tick`",
    "# no comment",
    "a # no comment",
    "a#b",
    "key: value",
    "key:",
    ": value",
    "12:30",
    "a, b",
    "[a]",
    "{a}",
    "}",
    "a]b",
    "- item",
    "-",
    "?",
    "? key",
    "<<",
    "=",
    "|",
    "> folded",
    "it's",
    "'quoted'",
    "\"quoted\"",
    r#"{"a": "b"}"#,
    r"^\d+$",
    r#"\"it's\""#,
    "two\nlines",
    "two\nlines\n",
    "\nfirst line empty",
    "  indented\nfirst line",
    "last line empty\n\n",
    "blanks\n   \nbetween",
    "tab\there",
    "\ttab",
    "carriage\r\nreturn",
    "bell\u{7}",
    "line\u{2028}separator",
    "next\u{85}line",
    "\u{feff}mark",
    "中文",
    "中文，「括号」",
    "---",
    "--- text",
    "...",
];

fn texts() -> impl Iterator<Item = String> {
    let long = TEXTS.iter().map(|text| format!("{text} {}", "and so on ".repeat(20).trim()));
    let unbroken = TEXTS.iter().map(|text| format!("{text}{}", "x".repeat(120)));
    TEXTS.iter().map(|text| (*text).to_owned()).chain(long).chain(unbroken)
}

#[track_caller]
fn reads_back(written: &Operation) {
    let text = operation(written).unwrap();
    let read: Operation = serde_yaml::from_str(&text).unwrap();
    assert_eq!(read, *written, "{text}");
    // The reader that keeps positions has to follow too.
    let documents = <saphyr::MarkedYaml as saphyr::LoadableYamlNode>::load_from_str(&text);
    assert!(documents.is_ok(), "{text}");
}

#[test]
fn any_text_reads_back_wherever_it_stands() {
    for text in texts() {
        let short = Field {
            kind: "string".to_owned(),
            example: Some(Scalar::Text(text.clone())),
            ..Field::default()
        };
        let long = Field { doc: Some(text.clone()), pattern: Some("x".repeat(100)), ..short.clone() };
        let mut choice = Field { kind: "enum".to_owned(), doc: Some(text.clone()), ..Field::default() };
        choice.values.insert(text.clone(), EnumValue::Doc(text.clone()));
        let mut object = Field { kind: "object".to_owned(), ..Field::default() };
        object.fields.insert(text.clone(), short.clone());
        let search = vec![text.clone(), "word".to_owned()];
        let mut written = Operation { summary: text.clone(), search, ..Operation::default() };
        written.request.insert("Short".to_owned(), short);
        written.request.insert("Long".to_owned(), long);
        written.request.insert("Choice".to_owned(), choice);
        written.response.insert(text.clone(), object);
        written.errors.insert(404, vec![text.clone(), "Code".to_owned()]);
        reads_back(&written);
    }
}

#[test]
fn any_number_reads_back() {
    let numbers = [
        Scalar::Integer(i64::MIN),
        Scalar::Integer(i64::MAX),
        Scalar::Number(0.5),
        Scalar::Number(1.0),
        Scalar::Number(1e300),
        Scalar::Number(-1e-7),
        Scalar::Bool(true),
    ];
    for number in numbers {
        let field = Field { kind: "double".to_owned(), default: Some(number), ..Field::default() };
        let field = Field { minimum: Some(-0.5), maximum: Some(1e6), ..field };
        let mut written = Operation::default();
        written.request.insert("Field".to_owned(), field);
        reads_back(&written);
    }
}

#[test]
fn short_things_are_short_and_long_things_are_blocks() {
    let mut written = Operation { summary: "Does it.".to_owned(), ..Operation::default() };
    let items = Field { kind: "string".to_owned(), ..Field::default() };
    let list = Field {
        kind: "list".to_owned(),
        items: Some(Box::new(items)),
        max_items: Some(5),
        ..Field::default()
    };
    let limits =
        Field { kind: "int32".to_owned(), minimum: Some(1.0), maximum: Some(0.5), ..Field::default() };
    let long = "A sentence that goes on for so long that it cannot stand on one line of a file, whatever \
                happens around it.";
    let wordy = Field { kind: "string".to_owned(), doc: Some(long.to_owned()), ..Field::default() };
    written.request.insert("List".to_owned(), list);
    written.request.insert("Limits".to_owned(), limits);
    written.request.insert("Wordy".to_owned(), wordy);
    written.errors.insert(400, vec!["Code".to_owned()]);
    written.errors.insert(404, vec!["A".repeat(60), "B".repeat(60)]);
    insta::assert_snapshot!(operation(&written).unwrap(), @r#"
    summary: Does it.
    access: read
    request:
      List: {type: list, max_items: 5, items: {type: string}}
      Limits: {type: int32, minimum: 1, maximum: 0.5}
      Wordy:
        type: string
        doc: >-
          A sentence that goes on for so long that it cannot stand on one line of a file, whatever
          happens around it.
    errors:
      400: [Code]
      404:
        - AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
        - BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB
    "#);
}

#[test]
fn descriptions_are_cut_between_words() {
    let description = "\
A paragraph that is longer than a hundred columns, so that it has to be cut somewhere between two of its words.

- An item that is longer than a hundred columns, so that it has to be cut somewhere between two of its words.

| a table that is longer than a hundred columns | so that it would have to be cut somewhere | but is not |

```text
code that is longer than a hundred columns, so that it would have to be cut somewhere, but it is not, as it is code
```
";
    let written = Operation { description: Some(description.to_owned()), ..Operation::default() };
    let text = operation(&written).unwrap();
    insta::assert_snapshot!(text, @r#"
    summary: ""
    description: |
      A paragraph that is longer than a hundred columns, so that it has to be cut somewhere between two of
      its words.

      - An item that is longer than a hundred columns, so that it has to be cut somewhere between two of
        its words.

      | a table that is longer than a hundred columns | so that it would have to be cut somewhere | but is not |

      ```text
      code that is longer than a hundred columns, so that it would have to be cut somewhere, but it is not, as it is code
      ```
    access: read
    "#);
    let read: Operation = serde_yaml::from_str(&text).unwrap();
    assert_eq!(operation(&read).unwrap(), text, "what is cut stays as it is");
}
