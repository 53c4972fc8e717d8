//! Secrecy has one home.

use super::source::Source;
use super::{Fault, assert_none, is_generated, paths, read};

const HOME: &str = "rds-api/core/src/secrecy";

/// What may stand in the place of a secret.
const MASKS: [&str; 3] = ["\"***\"", "\"****\"", "\"<hidden>\""];

/// Texts that only a list of names that are secret has.
const NAMES: [&str; 6] = [
    "\"password\"",
    "\"passwd\"",
    "\"secret\"",
    "\"securitytoken\"",
    "\"privatekey\"",
    "\"accesskeysecret\"",
];

#[test]
fn only_secrecy_knows_what_is_secret_and_how_it_is_masked() {
    let mut faults = Vec::new();
    let mut found_at_home = 0;
    for folder in ["rds-api/core/src", "rds-api/src", "rds-api/testing/src", "rds-api/cli/src"] {
        for source in Source::all(folder).into_iter().filter(|source| !is_generated(&source.path)) {
            for (line, code) in &source.lines {
                let Some(mark) = MASKS.iter().chain(&NAMES).find(|mark| code.contains(**mark)) else {
                    continue;
                };
                if source.path.starts_with(HOME) {
                    found_at_home += 1;
                    continue;
                }
                let message = format!("{mark} belongs to {HOME}: ask its names, its redactor or its mask");
                faults.push(Fault::new(&source.path, *line, message));
            }
        }
    }
    // There a field of a form may well be of the type "password".
    for path in paths("rds-api/cli/src/explore/page", ".js") {
        for (index, line) in read(&path).lines().enumerate() {
            if let Some(mask) = MASKS.iter().find(|mask| line.contains(**mask)) {
                faults.push(Fault::new(
                    &path,
                    index + 1,
                    format!("{mask} belongs to {HOME}: let the server mask"),
                ));
            }
        }
    }
    assert_none(&faults);
    assert!(found_at_home > 0, "{HOME} has neither a list nor a mask");
}
