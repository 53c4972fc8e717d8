//! Patterns, which the vendor means otherwise than the specification: a match anywhere in the text will do.

/// The pattern that the whole text matches where the vendor's matches any part of it.
pub(super) fn whole(pattern: &str) -> String {
    let is_one = !pattern.contains('|');
    let begins = pattern.strip_prefix('^').filter(|_| is_one);
    let inner = begins.unwrap_or(pattern);
    let ends = inner.strip_suffix('$').filter(|rest| is_one && !rest.ends_with('\\'));
    let inner = ends.unwrap_or(inner);
    let any = |is_anchored: bool| if is_anchored { "" } else { "(?s:.*)" };
    // Anchors that are left hold still.
    let inner = if is_one { inner.to_owned() } else { format!("(?:{inner})") };
    format!("{}{inner}{}", any(begins.is_some()), any(ends.is_some()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rds_api_schema::anchored;
    use regex_lite::Regex;

    use super::*;

    #[test]
    fn the_whole_text_matches_where_the_vendor_finds_a_match() {
        for (vendors, own) in [
            (r"^\d+$", r"\d+"),
            ("^rm-", "rm-(?s:.*)"),
            ("x$", "(?s:.*)x"),
            ("x", "(?s:.*)x(?s:.*)"),
            (r"^x\$", r"x\$(?s:.*)"),
            ("^a|b$", "(?s:.*)(?:^a|b$)(?s:.*)"),
        ] {
            assert_eq!(whole(vendors), own);
            let (found, matched) = (Regex::new(vendors).unwrap(), Regex::new(&anchored(own)).unwrap());
            for text in
                ["", "17", "rm-1", "my rm-1", "x", "ax", "xa", "x$", "a", "ab", "ba", "cc", "a\n", "\nx"]
            {
                assert_eq!(matched.is_match(text), found.is_match(text), "{vendors} {text:?}");
            }
        }
    }
}
