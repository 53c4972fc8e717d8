//! Text as it may be shown.

/// `text` on one line, with no character that moves a terminal's cursor or changes its colours.
pub fn one_line(text: &str) -> String {
    let words = text.split(|character: char| character.is_whitespace() || character.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
