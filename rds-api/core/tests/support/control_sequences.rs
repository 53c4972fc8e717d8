//! What a service may write to act on a terminal, a log or the eye of its reader, and a look for it in what was shown.
//!
//! It knows no type of the crates under test, so that tests of several crates share it, and has its own idea of what is
//! dangerous, so that it does not repeat a mistake of theirs.

#![allow(dead_code)]

/// Each does something to a terminal or to how text looks.
pub(crate) const SEQUENCES: &[(&str, &str)] = &[
    ("set the clipboard", "\u{1b}]52;c;ZXZpbA==\u{7}"),
    ("set the title", "\u{1b}]0;title\u{1b}\\"),
    ("link", "\u{1b}]8;;https://evil.example\u{1b}\\here\u{1b}]8;;\u{1b}\\"),
    ("notify", "\u{1b}]777;notify;a;b\u{7}"),
    ("clear", "\u{1b}[2J"),
    ("home", "\u{1b}[H"),
    ("overwrite the line above", "\u{1b}[1A\u{1b}[2K"),
    ("color", "\u{1b}[31m"),
    ("conceal", "\u{1b}[8m"),
    ("other screen", "\u{1b}[?1049h"),
    ("hide the cursor", "\u{1b}[?25l"),
    ("ask for the cursor", "\u{1b}[6n"),
    ("ask for attributes", "\u{1b}[c"),
    ("reset", "\u{1b}c"),
    ("other letters", "\u{1b}(0"),
    ("device control", "\u{1b}P$q\"p\u{1b}\\"),
    ("application command", "\u{1b}_Gf=24;AAAA\u{1b}\\"),
    ("privacy message", "\u{1b}^x\u{1b}\\"),
    ("escape alone", "\u{1b}"),
    ("C1 color", "\u{9b}31m"),
    ("C1 clear", "\u{9b}2J"),
    ("C1 clipboard", "\u{9d}52;c;ZXZpbA==\u{9c}"),
    ("C1 device control", "\u{90}q\u{9c}"),
    ("C1 next line", "\u{85}"),
    ("carriage return", "\rerror: none"),
    ("another line", "\n2026-01-01T00:00:00Z  INFO all is well"),
    ("another message", "\r\nerror: no such thing\r\n"),
    ("backspace", "\u{8}\u{8}\u{8}"),
    ("delete", "\u{7f}\u{7f}"),
    ("bell", "\u{7}"),
    ("answerback", "\u{5}"),
    ("null", "\0"),
    ("tab", "\t"),
    ("vertical tab", "\u{b}"),
    ("form feed", "\u{c}"),
    ("shift", "\u{e}x\u{f}"),
    ("stop", "\u{13}"),
    ("end of file", "\u{1a}"),
    ("right to left", "\u{202e}gpj.exe\u{202c}"),
    ("left to right", "\u{202d}x\u{202c}"),
    ("embeddings", "\u{202a}x\u{202b}y\u{202c}"),
    ("isolates", "\u{2066}x\u{2067}y\u{2068}z\u{2069}"),
    ("marks of direction", "\u{200e}\u{200f}\u{61c}"),
    ("end of a line", "\u{2028}"),
    ("end of a paragraph", "\u{2029}"),
    ("no width", "\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}"),
    ("soft hyphen", "\u{ad}"),
    ("tags", "\u{e0001}\u{e0065}\u{e0076}\u{e007f}"),
];

/// All of them, each between two letters.
pub(crate) fn all() -> String {
    SEQUENCES.iter().map(|(_, sequence)| format!("a{sequence}z ")).collect()
}

/// The first character in what was shown that must not be there, with what is around it.
pub(crate) fn find(shown: &str, allowed: &[char]) -> Option<String> {
    let is_dangerous = |character: char| {
        !allowed.contains(&character)
            && (matches!(character, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}')
                || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
                || "\u{ad}\u{61c}\u{feff}".contains(character)
                || matches!(character, '\u{e0000}'..='\u{e007f}'))
    };
    let at = shown.find(is_dangerous)?;
    let start = shown.floor_char_boundary(at.saturating_sub(80));
    let end = shown.ceil_char_boundary((at + 20).min(shown.len()));
    Some(format!("{:?}", &shown[start..end]))
}
