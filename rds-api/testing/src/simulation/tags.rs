//! Tags of instances, by the present operations and by the older ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use super::instance::Instance;
use crate::refusal::Refusal;

/// More tags than this on an instance are refused.
pub(super) const QUOTA: usize = 20;

/// The tags of an instance, by key.
pub(super) type Tags = BTreeMap<String, String>;

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("AddTagsToResource", AccountState::add_tags),
    ("DescribeDBInstanceByTags", AccountState::list_tagged_instances),
    ("DescribeTags", AccountState::list_tags_with_instances),
    ("ListTagResources", AccountState::list_tags),
    ("RemoveTagsFromResource", AccountState::remove_tags),
    ("TagResources", AccountState::tag),
    ("UntagResources", AccountState::untag),
];

/// A tag of a request; without a value it stands for all tags of its key.
pub(super) struct Tag {
    key: String,
    value: Option<String>,
}

impl Tag {
    pub(super) fn is_among(&self, tags: &Tags) -> bool {
        tags.get(&self.key).is_some_and(|own| self.value.as_ref().is_none_or(|value| value == own))
    }
}

/// The tags of the parameters `Tag` and `Tags`.
pub(super) fn requested(call: &Call<'_>) -> Result<Vec<Tag>, Refusal> {
    let list = call.parameters.get("Tag").and_then(Json::as_array).into_iter().flatten();
    let tags = list.filter_map(|tag| {
        // The older operations write the names in lower case.
        let member = |name: &str, old: &str| tag.get(name).or_else(|| tag.get(old)).and_then(Json::as_str);
        let value = member("Value", "value").map(str::to_owned);
        Some(Tag { key: member("Key", "key")?.to_owned(), value })
    });
    let mut tags: Vec<Tag> = tags.collect();
    let mut keys: Vec<&str> = tags.iter().map(|tag| tag.key.as_str()).collect();
    keys.sort_unstable();
    if let Some(twice) = keys.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Refusal::new(400, "Duplicate.TagKey", format!("The key `{}` comes twice.", twice[0])));
    }
    tags.extend(requested_as_object(call)?);
    Ok(tags)
}

/// The parameter `Tags`: a JSON object of keys and values.
pub(super) fn requested_as_object(call: &Call<'_>) -> Result<Vec<Tag>, Refusal> {
    // Some programs write no tags as a list.
    let tags: Map<String, Json> = match call.text("Tags").filter(|text| text.trim() != "[]") {
        Some(text) => serde_json::from_str(text).map_err(|error| {
            Refusal::new(400, "Tag.InvalidTagsParameter", format!("`Tags` is not a JSON object: {error}"))
        })?,
        None => Map::new(),
    };
    let value = |value: &Json| value.as_str().filter(|value| !value.is_empty()).map(str::to_owned);
    Ok(tags.iter().map(|(key, it)| Tag { key: key.clone(), value: value(it) }).collect())
}

/// Adds tags to an instance, or none of them if one is refused.
pub(super) fn add(on: &mut Tags, tags: Vec<Tag>) -> Result<(), Refusal> {
    let is_reserved = |key: &str| {
        let key = key.to_ascii_lowercase();
        key.is_empty() || ["aliyun", "acs:", "http://", "https://"].iter().any(|it| key.starts_with(it))
    };
    if let Some(tag) = tags.iter().find(|tag| is_reserved(&tag.key)) {
        let message = format!("`{}` is not a valid tag key: it is empty or reserved.", tag.key);
        return Err(Refusal::new(400, "InvalidTagKey.Malformed", message));
    }
    let mut all = on.clone();
    all.extend(tags.into_iter().map(|tag| (tag.key, tag.value.unwrap_or_default())));
    if all.len() > QUOTA {
        let message = format!("An instance has {QUOTA} tags at most, and this would make {}.", all.len());
        return Err(Refusal::new(400, "OperationDenied.QuotaExceed", message));
    }
    *on = all;
    Ok(())
}

impl AccountState {
    fn tag(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.tag_each(&call.texts("ResourceId"), call)
    }

    fn add_tags(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.tag_each(&call.texts("DBInstanceId"), call)
    }

    fn tag_each(&mut self, ids: &[String], call: &Call<'_>) -> Result<Json, Refusal> {
        self.check_resources(ids)?;
        let mut tagged = Vec::new();
        for id in ids {
            let mut tags = self.instances[id].tags.clone();
            add(&mut tags, requested(call)?)?;
            tagged.push((id, tags));
        }
        for (id, tags) in tagged {
            self.instances.entry(id.clone()).and_modify(|instance| Arc::make_mut(instance).tags = tags);
        }
        Ok(json!({}))
    }

    fn untag(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let (ids, keys) = (call.texts("ResourceId"), call.texts("TagKey"));
        let removes_all = keys.is_empty() && call.is_true("All");
        self.untag_each(&ids, |key, _| removes_all || keys.iter().any(|it| it == key))
    }

    fn remove_tags(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let tags = requested(call)?;
        let is_affected = |key: &str, value: &str| {
            tags.iter().any(|tag| tag.key == key && tag.value.as_ref().is_none_or(|it| it == value))
        };
        self.untag_each(&call.texts("DBInstanceId"), is_affected)
    }

    fn untag_each(
        &mut self,
        ids: &[String],
        is_affected: impl Fn(&str, &str) -> bool,
    ) -> Result<Json, Refusal> {
        self.check_resources(ids)?;
        for instance in self.instances.values_mut().filter(|it| ids.contains(&it.id)).map(Arc::make_mut) {
            instance.tags.retain(|key, value| !is_affected(key, value));
        }
        Ok(json!({}))
    }

    fn list_tags(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let (ids, filter) = (call.texts("ResourceId"), requested(call)?);
        if ids.is_empty() && filter.is_empty() {
            let message = "The request names neither resources nor tags.";
            return Err(Refusal::new(400, "BothEmpty.TagsAndResources", message));
        }
        let is_affected = |instance: &&Arc<Instance>| {
            (ids.is_empty() || ids.contains(&instance.id))
                && filter.iter().all(|tag| tag.is_among(&instance.tags))
        };
        let tags = self.instances.values().filter(is_affected).flat_map(|instance| {
            instance.tags.iter().map(|(key, value)| {
                json!({
                    "ResourceId": instance.id,
                    "ResourceType": "ALIYUN::RDS::INSTANCE",
                    "TagKey": key,
                    "TagValue": value,
                })
            })
        });
        let page = call.token_page(tags.collect())?;
        Ok(json!({ "NextToken": page.next_token, "TagResources": page.elements }))
    }

    /// Each tag, with the instances that have it.
    fn list_tags_with_instances(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        // Of one instance all tags are listed, whatever the other filters say.
        let filter =
            if call.text("DBInstanceId").is_some() { Vec::new() } else { requested_as_object(call)? };
        let mut tags: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        for instance in self.instances.values().filter(|it| call.admits("DBInstanceId", &it.id)) {
            for (key, value) in &instance.tags {
                let is_wanted =
                    |tag: &Tag| tag.key == *key && tag.value.as_ref().is_none_or(|it| it == value);
                if filter.is_empty() || filter.iter().any(is_wanted) {
                    tags.entry((key, value)).or_default().push(&instance.id);
                }
            }
        }
        let tags = tags.into_iter().map(|((key, value), ids)| {
            json!({ "TagKey": key, "TagValue": value, "DBInstanceIds": { "DBInstanceIds": ids } })
        });
        Ok(json!({ "Items": { "TagInfos": tags.collect::<Vec<_>>() } }))
    }

    /// Each instance that has tags, with them.
    fn list_tagged_instances(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        if call.text("DBInstanceId").is_some() {
            self.instance(call)?;
        }
        let instances = self.instances.values().filter(|it| call.admits("DBInstanceId", &it.id));
        let instances = instances.filter(|it| !it.tags.is_empty()).map(|instance| {
            let tags = instance.tags.iter().map(|(key, value)| json!({ "TagKey": key, "TagValue": value }));
            json!({ "DBInstanceId": instance.id, "Tags": { "Tag": tags.collect::<Vec<_>>() } })
        });
        call.listed(instances.collect())
    }

    /// Refuses a call about an instance that does not exist, before anything is changed.
    fn check_resources(&self, ids: &[String]) -> Result<(), Refusal> {
        match ids.iter().find(|id| !self.instances.contains_key(*id)) {
            Some(missing) => Err(Refusal::new(
                400,
                "InvalidResourceId.NotFound",
                format!("There is no instance {missing}."),
            )),
            None => Ok(()),
        }
    }
}
