//! The texts that a value may have become before it was spelled: composed otherwise, or read as another encoding.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

/// A value as it is, and as others may have written it.
pub(super) fn forms(value: &str) -> Vec<String> {
    let mut forms = vec![value.to_owned()];
    if value.is_ascii() {
        return forms;
    }
    let mut add = |form: String| {
        if !forms.contains(&form) {
            forms.push(form);
        }
    };
    add(ComposingNormalizerBorrowed::new_nfc().normalize(value).into_owned());
    add(DecomposingNormalizerBorrowed::new_nfd().normalize(value).into_owned());
    for index in 0..forms.len() {
        for character_of in [char::from as fn(u8) -> char, windows_1252] {
            let form = forms[index].bytes().map(character_of).collect();
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
    }
    forms
}

/// What browsers and Windows take for Latin-1: where that has control characters, this has letters.
fn windows_1252(byte: u8) -> char {
    const FROM_80: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..0xa0 => FROM_80[usize::from(byte - 0x80)],
        byte => char::from(byte),
    }
}
