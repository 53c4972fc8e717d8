//! What some responses say of themselves: whether the operation did what was asked.

use serde_json::Value as Json;

use super::decode::{self, Context};
use super::find::{member, texts};
use super::scalar::scalar;
use super::{Field, Member, Object, Value};

/// The member that says it.
const NAME: &str = "Success";

/// Whether a member does not say that the operation failed.
pub fn is_success(field: &dyn Field) -> bool {
    !is_no(&scalar(field.shown()))
}

/// The same of a raw response, JSON or the text of XML, whatever its type.
pub fn is_raw_success(response: &Json) -> bool {
    let mut says = Says::default();
    match response {
        Json::Object(members) => {
            says.success = member(members, NAME).map(|value| scalar(Value::json(value)));
        }
        Json::String(xml) => {
            // A success that was shown has been read already.
            let context = Context::in_xml();
            let _ = decode::object(&mut says, &context, &mut decode::Xml::new(xml, &context));
        }
        _ => {}
    }
    !says.success.as_deref().is_some_and(is_no)
}

/// The same of a response of any type.
pub(crate) fn is_success_of(response: Value<'_>) -> bool {
    !texts(response, NAME).iter().any(|text| is_no(text))
}

/// Whether a text is a no.
pub(crate) fn is_no(text: &str) -> bool {
    ["false", "0", "no", "off"].iter().any(|no| text.trim().eq_ignore_ascii_case(no))
}

/// What a response says of itself, and nothing else of it.
#[derive(Default)]
struct Says {
    success: Option<String>,
}

impl Object for Says {
    fn field(&mut self, index: usize) -> Option<&mut dyn Field> {
        (index == 0).then_some(&mut self.success as &mut dyn Field)
    }

    fn member(&self, index: usize) -> Member<'_> {
        if index == 0 { Member::of((NAME, &self.success)) } else { Member::NONE }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::object::all_kinds::Color;

    #[test]
    fn only_a_no_says_that_it_failed() {
        for (field, expected) in [
            (&Some(true) as &dyn Field, true),
            (&Some(false), false),
            (&None::<bool>, true),
            (&Some(Color::from("False")), false),
            (&Some(Color::from("red")), true),
            (&Some("false".to_owned()), false),
            (&Some("0".to_owned()), false),
            (&Some(String::new()), true),
        ] {
            assert_eq!(is_success(field), expected);
        }
    }

    #[test]
    fn a_raw_response_says_the_same_in_every_form() {
        for (response, expected) in [
            (json!({"Success": false}), false),
            (json!({"success": "False"}), false),
            (json!({"Success": 0, "success": true}), false),
            (json!({"Success": true}), true),
            (json!({"Success": null}), true),
            (json!({"Data": {"Success": false}}), true),
            (json!("<R><RequestId>1</RequestId><Success>false</Success></R>"), false),
            (json!("<?xml version='1.0'?><R><success> FALSE </success></R>"), false),
            (json!("<R><Success>true</Success></R>"), true),
            (json!("<R><Success/><Data><Success>false</Success></Data></R>"), true),
            (json!("false"), true),
            (json!(null), true),
        ] {
            assert_eq!(is_raw_success(&response), expected, "{response}");
        }
    }
}
