//! Prompts: what is asked every day, as instructions that lead through the operations.

use rds_api_core::text::short_line;
use rmcp::ErrorData;
use rmcp::model::{GetPromptResult, JsonObject, Prompt, PromptArgument, PromptMessage, Role};
use serde_json::Value as Json;

/// A prompt with places for its arguments, `{instance}` and the like.
struct Template {
    name: &'static str,
    title: &'static str,
    about: &'static str,
    arguments: &'static [Argument],
    text: &'static str,
}

struct Argument {
    name: &'static str,
    about: &'static str,
    /// What stands in its place unless it is given. Without it, it is required.
    default: Option<&'static str>,
}

const INSTANCE: Argument =
    Argument { name: "instance", about: "The id of the instance, such as rm-uf6wjk5****.", default: None };

const TEMPLATES: [Template; 3] = [
    Template {
        name: "investigate_slow_instance",
        title: "Investigate a slow instance",
        about: "Finds out why an instance is slow: load, slow statements, space, locks and limits.",
        arguments: &[
            INSTANCE,
            Argument {
                name: "since",
                about: "How far to look back, such as -1h or -1d.",
                default: Some("-1h"),
            },
        ],
        text: "The instance {instance} is slow. Find out why, from {since} until now, without changing anything.\n\
1. DescribeDBInstanceAttribute: its engine, class, storage and state. Whether it is being changed or locked answers much.\n\
2. DescribeDBInstancePerformance with StartTime {since} and EndTime now: describe_operation lists the keys that fit the \
engine. Look at CPU and memory, connections and sessions, operations per second, and I/O, each beside what the class allows.\n\
3. DescribeResourceUsage: whether the disk is nearly full.\n\
4. DescribeSlowLogRecords with the same times, and DescribeSlowLogs for the last days: which statements take the time, \
how many rows they read, and since when.\n\
5. DescribeErrorLogs with the same times, and DescribeParameters where a limit of the engine is suspected.\n\
6. DescribeBackupTasks: whether a backup runs at the same time.\n\
Use query to keep results small. Then tell the most likely cause, what shows it, with figures and times, what you have \
ruled out, and what could be done, with the operation that does it, its cost and its risk. Change nothing.",
    },
    Template {
        name: "check_backups",
        title: "Check the backups of an instance",
        about: "Tells whether an instance could be restored: policy, latest backups, logs, and from when to when.",
        arguments: &[INSTANCE],
        text: "Could the instance {instance} be restored today, and to which points in time? Find out without changing \
anything.\n\
1. DescribeBackupPolicy: when it is backed up, how long backups and logs are kept.\n\
2. DescribeBackups with StartTime -7d and EndTime now: the latest backup that has succeeded, its age, its size, and \
backups that have failed.\n\
3. DescribeBackupTasks: what runs now.\n\
4. DescribeLocalAvailableRecoveryTime: the points in time between which it can be restored.\n\
Then say in a sentence whether it could be restored and how much would be lost at most, and list what is wrong or risky, \
with the operation that mends it. Change nothing.",
    },
    Template {
        name: "review_security",
        title: "Review who can reach an instance",
        about: "Lists who can reach an instance and how: addresses, whitelists, accounts, encryption.",
        arguments: &[INSTANCE],
        text: "Who can reach the instance {instance}, and how well is it protected? Find out without changing anything.\n\
1. DescribeDBInstanceNetInfo: its addresses; a public one is worth a word.\n\
2. DescribeDBInstanceIPArrayList: the whitelists. 0.0.0.0/0 lets everybody in.\n\
3. DescribeAccounts: accounts, their kinds and privileges.\n\
4. DescribeDBInstanceSSL and DescribeDBInstanceTDE: encryption of connections and of the disk.\n\
5. DescribeSQLCollectorPolicy: whether statements are recorded.\n\
Then list what is open wider than it need be, the worst first, with the operation that closes it. Change nothing.",
    },
];

pub(super) fn list() -> Vec<Prompt> {
    let argument = |argument: &Argument| {
        let about = match argument.default {
            Some(default) => format!("{} {default} unless given.", argument.about),
            None => argument.about.to_owned(),
        };
        PromptArgument::new(argument.name).with_description(about).with_required(argument.default.is_none())
    };
    let prompt = |template: &Template| {
        let arguments = template.arguments.iter().map(argument).collect();
        Prompt::new(template.name, Some(template.about), Some(arguments)).with_title(template.title)
    };
    TEMPLATES.iter().map(prompt).collect()
}

pub(super) fn get(name: &str, given: &JsonObject) -> Result<GetPromptResult, ErrorData> {
    let Some(template) = TEMPLATES.iter().find(|template| template.name == name) else {
        return Err(ErrorData::invalid_params("there is no such prompt", None));
    };
    let mut text = template.text.to_owned();
    for Argument { name, default, .. } in template.arguments {
        let value = match (given.get(*name).and_then(Json::as_str), default) {
            (Some(value), _) if !value.trim().is_empty() => short_line(value, 200),
            (_, Some(default)) => (*default).to_owned(),
            (_, None) => {
                return Err(ErrorData::invalid_params(format!("the argument `{name}` is required"), None));
            }
        };
        text = text.replace(&format!("{{{name}}}"), &value);
    }
    let message = PromptMessage::new_text(Role::User, text);
    Ok(GetPromptResult::new(vec![message]).with_description(template.about))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rds_api::Access;
    use rds_api::schema;

    use super::*;

    #[test]
    fn what_prompts_name_is_there_and_only_reads() {
        let mut count = 0;
        for template in &TEMPLATES {
            let words = template.text.split(|it: char| !it.is_ascii_alphanumeric());
            for name in words.filter(|word| word.starts_with("Describe")) {
                let operation = schema::operation(name).unwrap_or_else(|| unreachable!("there is no {name}"));
                assert_eq!(operation.access, Access::Read, "{name}");
                assert!(operation.required().all(|it| ["DBInstanceId", "StartTime", "EndTime", "Key"].contains(&it.name.as_str())), "{name}");
                count += 1;
            }
            for Argument { name, .. } in template.arguments {
                assert!(
                    template.text.contains(&format!("{{{name}}}")),
                    "{} does not use {name}",
                    template.name
                );
            }
        }
        assert!(count > 12, "{count}");
    }
}
