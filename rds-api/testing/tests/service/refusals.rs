//! The codes that the embedded service refuses with mean to the client what they mean at the real one.

use std::fs;
use std::path::Path;

use rds_api::SERVICE;

/// The codes in the texts of a folder: the second argument of each refusal, where it is written out.
fn codes(folder: &Path, found: &mut Vec<(String, u16)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            codes(&path, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for call in text.split("Refusal::new(").skip(1) {
            let mut arguments = call.split(',').map(str::trim);
            let (status, code) = (arguments.next().unwrap(), arguments.next().unwrap());
            let code = code.strip_prefix('"').and_then(|code| code.strip_suffix('"'));
            if let (Ok(status), Some(code)) = (status.parse(), code) {
                found.push((code.to_owned(), status));
            }
        }
    }
}

#[test]
fn every_code_is_one_of_the_table() {
    let mut found = Vec::new();
    codes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 40, "{found:?}");
    let known = |code: &str| SERVICE.error_codes.classes.iter().any(|(_, codes)| codes.contains(&code));
    let unknown: Vec<_> = found.iter().filter(|(code, _)| !known(code)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
