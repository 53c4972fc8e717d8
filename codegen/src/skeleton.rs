//! The file that a new operation starts from.

/// A specification of `operation` that already passes, to be filled in.
pub fn operation(operation: &str) -> String {
    format!(
        "\
# What an operation may say: spec/README.md. Your editor knows it too:
# yaml-language-server: $schema=../schema.json#/definitions/Operation
summary: Says in one line what {operation} does.
description: |
  Says when to use it, what must be true before, and what follows.
access: write
request:
  DBInstanceId: {{type: string, required: true, example: rm-uf6wjk5****}}
response:
  RequestId: {{type: string}}
errors:
  404: [InvalidDBInstanceId.NotFound]
"
    )
}
