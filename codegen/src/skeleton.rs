//! The file that a new operation starts from.

/// A specification of `operation` that already passes, to be filled in. `subject` is the parameter that it is about.
pub fn operation(operation: &str, subject: Option<&str>) -> String {
    let subject = subject.unwrap_or("Id");
    format!(
        "\
# What an operation may say: spec/README.md. Your editor knows it too:
# yaml-language-server: $schema=../schema.json#/definitions/Operation
summary: Says in one line what {operation} does.
description: |
  Says when to use it, what must be true before, and what follows.
access: write
request:
  {subject}: {{type: string, required: true, doc: Says which one the call is about.}}
response:
  RequestId: {{type: string, doc: \"Says what the request is known by, for the support of the service.\"}}
"
    )
}
