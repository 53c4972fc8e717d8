//! Tags of instances.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::call::Call;
use super::{Simulate, World};
use crate::testing::Refusal;

/// More tags than this on an instance are refused.
const QUOTA: usize = 20;

pub(super) fn find(operation: &str) -> Option<Simulate> {
    Some(match operation {
        "ListTagResources" => World::list_tags,
        "TagResources" => World::tag,
        "UntagResources" => World::untag,
        _ => return None,
    })
}

/// Adds the tags of a call to those of an instance.
pub(super) fn put(tags: &mut BTreeMap<String, String>, call: &Call<'_>) {
    tags.extend(given(call).map(|(key, value)| (key.to_owned(), value.unwrap_or_default().to_owned())));
}

/// The parameter `Tag`: keys, and values where there are some.
fn given<'c>(call: &Call<'c>) -> impl Iterator<Item = (&'c str, Option<&'c str>)> {
    let list = call.parameters.get("Tag").and_then(Json::as_array);
    list.into_iter().flatten().filter_map(|tag| Some((tag["Key"].as_str()?, tag["Value"].as_str())))
}

impl World {
    fn tag(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.check_resources(call)?;
        for id in call.texts("ResourceId") {
            let Some(instance) = self.instances.get_mut(id) else { continue };
            let mut tags = instance.tags.clone();
            put(&mut tags, call);
            if tags.len() > QUOTA {
                let message = format!("{id} would have more than {QUOTA} tags.");
                return Err(Refusal::new(400, "NumberExceed.Tags", message));
            }
            instance.tags = tags;
        }
        Ok(json!({}))
    }

    fn untag(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.check_resources(call)?;
        let removes_all = call.parameters.get("All") == Some(&Json::Bool(true));
        let keys = call.texts("TagKey");
        for id in call.texts("ResourceId") {
            if let Some(instance) = self.instances.get_mut(id) {
                instance.tags.retain(|key, _| !removes_all && !keys.contains(&key.as_str()));
            }
        }
        Ok(json!({}))
    }

    fn list_tags(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let ids = call.texts("ResourceId");
        let wanted: Vec<(&str, Option<&str>)> = given(call).collect();
        if ids.is_empty() && wanted.is_empty() {
            let message = "The request names neither resources nor tags.";
            return Err(Refusal::new(400, "BothEmpty.TagsAndResources", message));
        }
        let has = |tags: &BTreeMap<String, String>, key: &str, value: Option<&str>| {
            tags.get(key).is_some_and(|own| value.is_none_or(|value| value == own))
        };
        let instances = self.instances.values().filter(|instance| {
            (ids.is_empty() || ids.contains(&instance.id.as_str()))
                && wanted.iter().all(|(key, value)| has(&instance.tags, key, *value))
        });
        let tags = instances.flat_map(|instance| {
            instance.tags.iter().map(|(key, value)| {
                json!({
                    "ResourceId": instance.id,
                    "ResourceType": "ALIYUN::RDS::INSTANCE",
                    "TagKey": key,
                    "TagValue": value,
                })
            })
        });
        Ok(json!({ "TagResources": { "TagResource": tags.collect::<Vec<_>>() } }))
    }

    /// Refuses a call about an instance that does not exist, before anything is changed.
    fn check_resources(&self, call: &Call<'_>) -> Result<(), Refusal> {
        match call.texts("ResourceId").into_iter().find(|id| !self.instances.contains_key(*id)) {
            Some(missing) => Err(Refusal::new(
                400,
                "InvalidResourceId.NotFound",
                format!("There is no instance {missing}."),
            )),
            None => Ok(()),
        }
    }
}
