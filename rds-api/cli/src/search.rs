//! Operations by the words that people look for.

use rds_api::schema::Operation;

/// The operations that all words are found in: in the name, the family, the summary or the search words of the
/// specification, or else, if there is no such operation, in the description. Parts of words count, and case does
/// not.
pub(crate) fn search(operations: &[&'static Operation], words: &[String]) -> Vec<&'static Operation> {
    let words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let with_words = |text: fn(&Operation) -> String| {
        let has_all = |operation: &&Operation| {
            let text = text(operation).to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        operations.iter().copied().filter(has_all).collect::<Vec<_>>()
    };
    let found = with_words(|it| format!("{} {} {} {}", it.name, it.family, it.summary, it.search.join(" ")));
    if found.is_empty() { with_words(|it| it.description.clone()) } else { found }
}

#[cfg(test)]
mod tests {
    use rds_api::schema;

    /// The operations that an everyday question finds, by name.
    fn found(question: &str) -> Vec<&'static str> {
        let words: Vec<String> = question.split(' ').map(str::to_owned).collect();
        let operations: Vec<_> = schema::operations().collect();
        super::search(&operations, &words).iter().map(|operation| operation.name.as_str()).collect()
    }

    #[test]
    fn everyday_words_find_operations_that_have_other_names() {
        for (question, operation) in [
            ("reboot", "RestartDBInstance"),
            ("Backup TASKS", "DescribeBackupTasks"),
            ("slow query", "DescribeSlowLogRecords"),
            ("describedbinstances", "DescribeDBInstances"),
        ] {
            assert!(found(question).contains(&operation), "{question}: {:?}", found(question));
        }
    }

    #[test]
    fn descriptions_are_searched_only_if_nothing_else_has_the_words() {
        let in_description = found("cut reached");
        assert!(in_description.contains(&"StopDBInstance"), "{in_description:?}");
        assert!(!found("stop").contains(&"DescribeRegions"));
        assert!(found("nothing of the kind").is_empty());
    }
}
