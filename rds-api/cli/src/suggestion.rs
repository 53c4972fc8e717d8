//! The name that was meant by one that does not exist.

/// The name nearest to `word`, case aside, if it is near enough to be meant: one edit away, and one more for every
/// six characters. An edit adds, drops or replaces a character, or swaps two that are neighbours.
///
/// The generator suggests the keys and names of the specification by the same rule, in `codegen/src/diagnostic.rs`;
/// neither crate depends on the other.
pub(crate) fn nearest<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    // Longer than any name. To compare it with all of them could take minutes.
    const MAX_BYTES: usize = 200;
    let word = Some(word).filter(|word| word.len() <= MAX_BYTES)?.to_lowercase();
    names
        .into_iter()
        .map(|name| (strsim::osa_distance(&word, &name.to_lowercase()), name))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= 1 + word.chars().count() / 6)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_is_suggested_if_it_is_near() {
        let names = ["Engine", "EngineVersion", "DBInstanceId", "Tag"];
        for (word, expected) in [
            ("engine", Some("Engine")),
            ("Egnine", Some("Engine")),
            ("Engnie Version", Some("EngineVersion")),
            ("Engine of Version", None),
            ("EngineVersoin", Some("EngineVersion")),
            ("DbInstancId", Some("DBInstanceId")),
            ("Tags", Some("Tag")),
            ("Bag", Some("Tag")),
            ("Bags", None),
            ("Zone", None),
            ("", None),
            (&"DBInstanceId".repeat(1_000_000), None),
        ] {
            assert_eq!(super::nearest(word, names), expected, "{word}");
        }
    }
}
