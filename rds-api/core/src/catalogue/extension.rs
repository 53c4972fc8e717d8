//! What the client does with descriptions, which are types of a crate below it.

use serde_json::{Map, Value as Json};

use super::problem::Problem;
use super::{Field, Operation, call, check, parse, sample};
use crate::client::handle::Handle;
use crate::operation::Access;
use crate::sequence::raw::RawCall;

/// Calls and checks by the description of an operation.
pub trait OperationExt: sealed::Sealed {
    /// A call of this operation, with parameters as JSON. It is sent as a typed call would be: lists and objects in the
    /// style of each parameter, times as exactly as it takes them, region and idempotency token filled in, repeated where
    /// that is safe, and with sensitive values hidden.
    ///
    /// Nothing is checked: see [`check`](Self::check). A parameter that is not in the specification is sent
    /// too, flattened.
    ///
    /// ```no_run
    /// # async fn example(client: rds_api::Client) -> rds_api::Result<()> {
    /// use rds_api::schema::{self, OperationExt};
    /// use serde_json::json;
    ///
    /// let operation = schema::operation("DescribeBackupTasks").expect("a known operation");
    /// let parameters = json!({ "DBInstanceId": "rm-uf6wjk5****", "BackupMode": "Manual" });
    /// let response = operation.call(&client, parameters.as_object().expect("an object")).await?;
    /// println!("{}", response["Items"]);
    /// # Ok(())
    /// # }
    /// ```
    fn call(&'static self, client: &impl Handle, parameters: &Map<String, Json>) -> RawCall;

    /// Whether a call with these parameters changes anything: the [`access`](Operation::access) of the operation, except
    /// where [`writes_when`](Operation::writes_when) has one of them.
    ///
    /// ```
    /// use rds_api::Access;
    /// use rds_api::schema::{self, OperationExt};
    /// use serde_json::json;
    ///
    /// let operation = schema::operation("DescribeSQLLogRecords").expect("a known operation");
    /// let access = |form| operation.access_with(json!({ "Form": form }).as_object().expect("an object"));
    /// assert_eq!(access("Stream"), Access::Read);
    /// assert_eq!(access("File"), Access::Write);
    /// ```
    fn access_with(&self, parameters: &Map<String, Json>) -> Access;

    /// Everything that is wrong with these parameters, before the service is asked. Parameters with a
    /// [`role`](Field::role) may be left out: the client fills them in.
    ///
    /// ```
    /// use rds_api::schema::{self, OperationExt};
    /// use serde_json::json;
    ///
    /// let operation = schema::operation("DescribeBackupTasks").expect("a known operation");
    /// let parameters = json!({ "BackupMode": "Sometimes", "Mode": "?" });
    /// let problems = operation.check(parameters.as_object().expect("an object"));
    /// let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    /// assert_eq!(
    ///     problems,
    ///     [
    ///         "`DBInstanceId` is required",
    ///         "`BackupMode` is not valid: `Sometimes` is not one of Automated, Manual",
    ///         "`Mode` is not in the specification",
    ///     ],
    /// );
    /// ```
    fn check(&self, parameters: &Map<String, Json>) -> Vec<Problem>;
}

impl OperationExt for Operation {
    fn call(&'static self, client: &impl Handle, parameters: &Map<String, Json>) -> RawCall {
        call::call(self, client, parameters)
    }

    fn access_with(&self, parameters: &Map<String, Json>) -> Access {
        call::access(self, parameters)
    }

    fn check(&self, parameters: &Map<String, Json>) -> Vec<Problem> {
        check::parameters(self, parameters)
    }
}

/// Reads and checks values by the description of a field.
pub trait FieldExt: sealed::Sealed {
    /// Reads what someone typed for this parameter.
    ///
    /// Numbers, booleans and text stand for themselves. Lists, objects and maps are JSON. A text that is not
    /// JSON is a list of one element, or of those between commas where that is how the list travels or what its elements
    /// have none in, such as ids; or, as `Key=a,Value=b`, an object. A time may be a date, `now`, `today`, `yesterday`, or how long ago it was, such as `-7d`
    /// or `-1h30m`; days are those of UTC. Limits are for [`check`](Self::check) to see to.
    ///
    /// ```
    /// use rds_api::schema::{self, FieldExt};
    /// use serde_json::json;
    ///
    /// let operation = schema::operation("TagResources").expect("a known operation");
    /// let tag = operation.parameter("Tag").expect("a known parameter");
    /// assert_eq!(tag.parse("Key=env,Value=test")?, json!([{ "Key": "env", "Value": "test" }]));
    /// assert_eq!(tag.parse(r#"[{"Key": "env"}]"#)?, json!([{ "Key": "env" }]));
    /// # Ok::<(), schema::Problem>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the text is not of the parameter's type.
    fn parse(&self, text: &str) -> Result<Json, Problem>;

    /// Everything that is wrong with this value, and with the values in it.
    fn check(&self, value: &Json) -> Vec<Problem>;

    /// A value of the field's type, for a form, a program or a test to begin with: the example of the
    /// specification where there is one that fits. Every member of an object has one, and a list has one element,
    /// in its wrapper if the field is a response's.
    ///
    /// ```
    /// use rds_api::schema::{self, FieldExt};
    /// use serde_json::json;
    ///
    /// let operation = schema::operation("DescribeBackups").expect("a known operation");
    /// let size = operation.parameter("PageSize").expect("a known parameter");
    /// assert_eq!(size.sample(), json!(30));
    /// ```
    fn sample(&self) -> Json;
}

impl FieldExt for Field {
    fn parse(&self, text: &str) -> Result<Json, Problem> {
        parse::parameter(self, text)
    }

    fn check(&self, value: &Json) -> Vec<Problem> {
        check::value(self, value)
    }

    fn sample(&self) -> Json {
        sample::value(self)
    }
}

/// Keeps other types out, so that a further method breaks nobody.
mod sealed {
    use super::{Field, Operation};

    pub trait Sealed {}

    impl Sealed for Operation {}

    impl Sealed for Field {}
}
