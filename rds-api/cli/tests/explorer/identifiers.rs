//! Identifiers of a response lead to the operations that take them.

use rds_api_testing::FakeService;
use serde_json::json;

use super::browser::Browser;
use super::{Explorer, browser, go_to, opened, picture, run};

/// Chooses an operation for an identifier of the response.
fn choose(browser: &mut Browser, identifier: &str, operation: &str) {
    browser.click(&format!("#pane-response .identifier[data-name={identifier}]"));
    browser.wait("document.querySelector('#uses[open] .uses li')");
    browser.type_text(operation);
    browser.click(&format!(".uses a[href^='#/{operation}?']"));
    browser.wait(&format!("document.querySelector('h1')?.innerText === '{operation}' && document.querySelector('.code').innerText"));
    browser.wait("!document.querySelector('dialog[open]')");
}

fn values(browser: &mut Browser, names: &[&str]) -> Vec<String> {
    let values = format!("{names:?}.map((name) => document.getElementById(`field-${{name}}`)?.value)");
    serde_json::from_value(browser.eval(&values)).unwrap()
}

#[test]
fn an_identifier_is_used_with_the_next_operation() {
    let Some((mut browser, _explorer)) = opened() else { return };
    go_to(&mut browser, "DescribeDBInstances");
    run(&mut browser);
    // By keys, too; what needs nothing else comes first.
    browser.eval("document.querySelector('#pane-response .identifier').focus()");
    browser.press("Enter", 13, 0);
    browser.wait("document.querySelector('#uses[open] .uses li')");
    assert_eq!(browser.eval("document.activeElement.getAttribute('aria-label')"), "Find an operation");
    assert_eq!(browser.eval("document.querySelector('.uses li').innerText.includes('Needs')"), false);
    browser.picture(&picture("uses-light"));
    browser.press("Escape", 27, 0);
    browser.wait("!document.querySelector('#uses[open]')");

    // Of a backup both ids: that of the row, and that which was given.
    go_to(&mut browser, "DescribeBackups");
    run(&mut browser);
    choose(&mut browser, "BackupId", "DeleteBackup");
    let filled = values(&mut browser, &["DBInstanceId", "BackupId"]);
    assert!(filled[0] == FakeService::INSTANCE && !filled[1].is_empty(), "{filled:?}");

    // Of a task the number, of an account its name, in every way to show a response.
    go_to(&mut browser, "CreateBackup");
    run(&mut browser);
    choose(&mut browser, "BackupJobId", "DescribeBackupTasks");
    let filled = values(&mut browser, &["DBInstanceId", "BackupJobId"]);
    assert!(filled.iter().all(|value| !value.is_empty()), "{filled:?}");
    for view in ["table", "tree"] {
        go_to(&mut browser, "DescribeAccounts");
        run(&mut browser);
        browser.click(&format!("input[value={view}]"));
        choose(&mut browser, "AccountName", "ResetAccountPassword");
        assert_eq!(values(&mut browser, &["DBInstanceId", "AccountName"]), [FakeService::INSTANCE, "app"]);
    }
    // What was seen is offered where such a thing is asked for.
    browser.eval("document.getElementById('field-AccountName').focus()");
    let offered =
        browser.eval("[...document.getElementById('field-AccountName').list.options].map((it) => it.value)");
    assert_eq!(offered, json!(["app"]));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn examples_are_of_use_or_said_to_be_missing() {
    let Some((mut browser, _explorer)) = opened() else { return };
    let fill = ".actions button:nth-of-type(2)";
    go_to(&mut browser, "DescribeSlowLogRecords");
    browser.click(fill);
    browser.wait(
        "document.querySelector('.actions [role=status]').innerText === 'All that is required is filled in.'",
    );
    run(&mut browser);
    assert_eq!(browser.text("#pane-response .facts .good"), "200");
    go_to(&mut browser, "RunRCInstances");
    browser.click(fill);
    browser.wait(
        "document.querySelector('.actions [role=status]').innerText.startsWith('There is no example of')",
    );
    browser.picture(&picture("no-example-light"));
    let code = browser.text(".code");
    assert!(code.contains("Required and not given: put your own values in the place of"), "{code}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_parameter_that_is_not_there_is_said_to_be_missing() {
    let Some(mut browser) = browser() else { return };
    let explorer = Explorer::start(&[]);
    browser.open(&explorer.address);
    go_to(&mut browser, "CreateDBInstance");
    browser.eval("document.querySelectorAll('.group').forEach((it) => { it.open = true; })");
    browser.fill(".narrow", "qqqq");
    browser.wait("document.querySelector('.narrow + .nothing').innerText === 'No parameter fits.'");
    browser.fill(".narrow", "vswitch");
    browser.wait("document.querySelector('.narrow + .nothing').innerText === ''");
}

#[test]
fn a_call_of_the_history_runs_again() {
    let Some((mut browser, _explorer)) = opened() else { return };
    for operation in ["DescribeRegions", "DescribeAccounts"] {
        go_to(&mut browser, operation);
        run(&mut browser);
    }
    browser.click("#open-history");
    browser.click("[aria-label='Run again: DescribeRegions']");
    browser.wait("document.querySelector('h1').innerText === 'DescribeRegions'");
    browser.eval("(async () => { while ((await (await fetch('history')).json()).length < 3) await new Promise((done) => setTimeout(done, 20)); })()");
    let latest = browser.eval("fetch('history').then((it) => it.json()).then((calls) => calls[0].operation)");
    assert_eq!(latest, "DescribeRegions");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
