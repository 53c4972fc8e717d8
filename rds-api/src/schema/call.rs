//! Calling an operation of the catalogue with values that are known only when the program runs.

use rds_api_core::redact::Redactor;
use serde_json::{Map, Value as Json};

use super::{Kind, Operation, Part, Role, Shape, Style};

use crate::object::query::{Parameters, scalar, write};
use crate::object::{Member, Value};
use crate::{Client, RawCall, operation};

impl Operation {
    /// A call of this operation, with parameters as JSON. It is sent as a typed call would be: lists and
    /// objects in the style of each parameter, region and idempotency token filled in, repeated where that is
    /// safe, and with sensitive values hidden.
    ///
    /// Nothing is checked: see [`check`](Self::check). A parameter that is not in the specification is sent
    /// too, flattened.
    ///
    /// ```no_run
    /// # async fn example(client: rds_api::Client) -> rds_api::Result<()> {
    /// use rds_api::schema;
    /// use serde_json::json;
    ///
    /// let operation = schema::operation("DescribeBackupTasks").expect("a known operation");
    /// let parameters = json!({ "DBInstanceId": "rm-uf6wjk5****", "BackupMode": "Manual" });
    /// let answer = operation.call(&client, parameters.as_object().expect("an object")).await?;
    /// println!("{}", answer["Items"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn call<'c>(&'static self, client: &'c Client, parameters: &Map<String, Json>) -> RawCall<'c> {
        let mut flat = Parameters::new(client.handle().service.sensitive());
        for field in &self.parameters {
            // An absent one is shown too: the client may set it later.
            let value = parameters.get(&field.name).unwrap_or(&Json::Null);
            let mut member = Member::of((&field.name, value));
            member = match field.style {
                Style::Flatten => member,
                Style::Json => member.as_json(),
                Style::Simple => member.as_simple(),
            };
            if field.part == Part::Form {
                member = member.in_form();
            }
            flat.add(member);
            hide(&field.shape, field.sensitive, value, &mut flat.secrets);
        }
        for (name, value) in parameters.iter().filter(|(name, _)| self.parameter(name).is_none()) {
            write(name, Value::json(value), &mut flat.query);
        }
        RawCall::of(client.handle(), self.facts(), flat)
    }

    /// What decides how the operation is sent and whether it may be repeated.
    fn facts(&'static self) -> operation::Operation {
        let with_role = |role| {
            let mut fields = self.parameters.iter();
            fields.find(|field| field.role == Some(role)).map(|field| field.name.as_str())
        };
        let mut facts = operation::Operation::new(&self.family, &self.name, self.access, self.verb);
        facts.idempotency_token = with_role(Role::IdempotencyToken);
        facts.region = with_role(Role::Region);
        facts
    }
}

/// Notes the sensitive values in a value.
fn hide(shape: &Shape, sensitive: bool, value: &Json, secrets: &mut Redactor) {
    match value {
        Json::Array(elements) => {
            let items = shape.items.as_deref().unwrap_or(shape);
            elements.iter().for_each(|element| hide(items, sensitive, element, secrets));
        }
        Json::Object(members) if shape.kind == Kind::Object && !sensitive => {
            for field in &shape.fields {
                if let Some(value) = members.get(&field.name) {
                    hide(&field.shape, field.sensitive, value, secrets);
                }
            }
        }
        Json::Null => {}
        _ if sensitive => secrets.hide(&scalar(Value::json(value))),
        _ => {}
    }
}
