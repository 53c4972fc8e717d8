//! The pictures of the README: as the explorer looks, made anew by a command that CONTRIBUTING.md names.

use std::path::PathBuf;

use super::accessibility::chart;
use super::browser::Browser;
use super::{Explorer, browser, go_to, picture, run};

/// If this variable is set, the pictures are those of the repository.
const RENEW: &str = "RDS_PICTURES";
/// The bytes that all of them may have together.
const MOST: usize = 200_000;

fn folder() -> PathBuf {
    match std::env::var_os(RENEW) {
        Some(_) => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../pictures"),
        None => picture("").parent().unwrap().to_owned(),
    }
}

/// Keeps a picture of what is shown, or of an element alone, and says how many bytes it has.
fn keep(browser: &mut Browser, name: &str, element: Option<&str>) -> usize {
    // Nothing is pointed at.
    browser.eval("document.activeElement.blur()");
    let bytes = browser.webp(element);
    std::fs::create_dir_all(folder()).unwrap();
    std::fs::write(folder().join(format!("{name}.webp")), &bytes).unwrap();
    browser.picture(&picture(&format!("readme-{name}")));
    bytes.len()
}

#[test]
fn the_readme_has_pictures_of_the_explorer() {
    let Some(mut browser) = browser() else { return };
    let explorer = Explorer::start(&[]);
    let mut bytes = 0;
    browser.open(&explorer.address);
    browser.look(1280, 760, false);
    go_to(&mut browser, "CreateBackup");
    browser.eval(
        "document.querySelectorAll('.family').forEach((it) => { it.open = it.dataset.family === 'backup'; })",
    );
    browser.eval("document.querySelector('[aria-current]').scrollIntoView({ block: 'center' })");
    run(&mut browser);
    browser.click(".followed button");
    browser.wait("document.querySelector('.followed progress').value > 30");
    browser.eval("document.querySelector('main').scrollTop = 0");
    for (name, dark) in [("explorer-light", false), ("explorer-dark", true)] {
        browser.look(1280, 760, dark);
        bytes += keep(&mut browser, name, None);
    }
    browser.look(1280, 1200, false);
    go_to(&mut browser, "DescribeDBInstances");
    run(&mut browser);
    browser.click(".widen");
    bytes += keep(&mut browser, "table", Some(".results"));
    chart(&mut browser);
    browser.click(".widen");
    bytes += keep(&mut browser, "chart", Some(".results"));
    assert!(bytes < MOST, "{bytes} bytes");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
