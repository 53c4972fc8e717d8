//! Characters that nobody sees, and that change what a text is, or how it looks.

/// Whether a character is one of those: a control character, one that turns the direction of writing, or one without
/// a width. The compiler refuses some of them, and a name or a code that holds one is never found.
pub(crate) fn is_invisible(character: char) -> bool {
    let breaks_a_line = matches!(character, '\n' | '\t');
    character.is_control() && !breaks_a_line
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
        )
}
