//! Every operation of the specification, written anew, reads back as the same operation.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use codegen::spec::Operation;
use codegen::yaml;

#[test]
fn operations_read_back_as_they_were_written() {
    let specification = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let mut count = 0;
    for family in fs::read_dir(specification).unwrap().map(|entry| entry.unwrap().path()) {
        for file in fs::read_dir(family).into_iter().flatten().map(|entry| entry.unwrap().path()) {
            let read: Operation = serde_yaml::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
            let text = yaml::operation(&read).unwrap();
            let mut again: Operation = serde_yaml::from_str(&text).unwrap();
            // The lines of a description may be cut anew; nothing else may change.
            again.description.clone_from(&read.description);
            assert_eq!(again, read, "{}", file.display());
            assert_eq!(yaml::operation(&serde_yaml::from_str(&text).unwrap()).unwrap(), text);
            count += 1;
        }
    }
    assert!(count > 0, "there is no operation below spec/");
}
