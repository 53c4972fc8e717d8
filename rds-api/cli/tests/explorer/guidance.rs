//! What stands around a call: what it will return, how it is made elsewhere, how it is followed.

use std::time::Duration;

use rds_api::Credentials;
use rds_api::operations::backup::DescribeBackupTasksRequest;
use rds_api_testing::FakeService;
use serde_json::json;

use super::{Explorer, KEY_ID, KEY_SECRET, browser, go_to, opened, picture, rows, run};

#[test]
fn what_a_call_returns_is_documented_before_it_is_made() {
    let Some((mut browser, _explorer)) = opened() else { return };
    go_to(&mut browser, "DescribeBackupTasks");
    browser.click("#tab-response");
    let documented = browser.text(".documented");
    for part in
        ["BackupProgressStatus", "Phase the task has reached", "finished", "Waits until the backup task"]
    {
        assert!(documented.contains(part), "{part}: {documented}");
    }
    browser.picture(&picture("documented-light"));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_call_is_taken_along_as_program_command_or_script() {
    let Some(mut browser) = browser() else { return };
    let explorer = Explorer::start(&[]);
    browser.look(1440, 900, true);
    browser.open(&explorer.address);
    go_to(&mut browser, "CreateAccount");
    browser.fill("#field-AccountName", "reader");
    browser.fill("#field-AccountPassword", super::PASSWORD);
    for (way, part) in [
        ("rust", "FakeService::start"),
        ("other", "Client::from_env"),
        ("rds", "--AccountPassword @env:ACCOUNT_PASSWORD"),
        ("curl", "AccountPassword=$(encode \"$ACCOUNT_PASSWORD\")"),
    ] {
        browser.click(&format!("input[name=code][value={way}]"));
        browser.wait(&format!("document.querySelector('.code').textContent.includes({part:?})"));
        browser.wait("document.querySelector('.code').textContent.includes('reader')");
        assert!(!browser.text(".code").contains(super::PASSWORD));
    }
    browser.picture(&picture("curl-dark"));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn following_ends_when_it_is_done() {
    let builder = FakeService::builder().credentials(Credentials::new(KEY_ID, KEY_SECRET));
    let service = builder.backup_duration(Duration::from_secs(3600)).start().unwrap();
    let Some(mut browser) = browser() else { return };
    let client = service.client().unwrap();
    let job = client.create_backup(FakeService::INSTANCE).await.unwrap().backup_job_id.unwrap();
    let explorer =
        Explorer::start(&["--account", "--region", "cn-hangzhou", "--endpoint", service.endpoint()]);
    browser.look(1440, 900, false);
    browser.open(&format!(
        "{}#/DescribeBackupTasks?DBInstanceId={}",
        explorer.address,
        FakeService::INSTANCE
    ));
    browser.wait("document.querySelector('.code')?.innerText");
    run(&mut browser);
    // Without the task nothing can be said of it.
    browser.click(".repeat button:nth-of-type(2)");
    browser.wait("document.activeElement.id === 'field-BackupJobId'");
    browser.type_text(&job.to_string());
    browser.eval("document.querySelector('.repeat button:nth-of-type(2)').focus()");
    browser.press("Enter", 13, 0);
    browser.wait("document.querySelector('.repeat [aria-pressed=true]')");
    browser.wait("document.querySelector('.repeat progress').value === 0");
    browser.wait("document.querySelector('.now-at').innerText.startsWith('0 %')");
    // The response below is that of the look, and who works with keys has lost nothing.
    assert_eq!(rows(&mut browser), 1);
    assert_eq!(browser.eval("document.activeElement.innerText"), "Stop following");
    browser.press("Enter", 13, 0);
    browser.wait("!document.querySelector('.repeat [aria-pressed=true]')");
    service.clock().advance(Duration::from_secs(24 * 3600));
    browser.press("Enter", 13, 0);
    browser.wait("document.querySelector('.repeat').innerText.includes('Done after')");
    assert_eq!(browser.eval("document.querySelectorAll('.repeat [aria-pressed=true]').length"), 0);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_write_is_followed_to_its_end() {
    let Some((mut browser, _explorer)) = opened() else { return };
    go_to(&mut browser, "CreateBackup");
    browser.click("#tab-response");
    assert!(browser.text(".documented").contains("What follows"));
    run(&mut browser);
    assert_eq!(browser.text(".followed button"), "Follow until finished");
    browser.click(".followed button");
    browser.wait("document.querySelector('.followed progress').value > 0");
    browser.wait("/^\\d+ % · /.test(document.querySelector('.now-at').innerText)");
    browser.picture(&picture("follow-light"));
    browser.look(390, 844, true);
    browser.eval("document.querySelector('.followed').scrollIntoView({ block: 'center' })");
    browser.picture(&picture("follow-phone-dark"));
    browser.look(1440, 900, false);
    browser.click(".followed button");
    browser.wait("document.querySelector('.followed progress').hidden");
    // The operation that tells, with the ids in its form.
    browser.click(".followed a");
    browser.wait("document.querySelector('h1').innerText === 'DescribeBackupTasks' && document.querySelector('#field-BackupJobId').value");

    go_to(&mut browser, "RestartDBInstance");
    run(&mut browser);
    browser.click(".followed button");
    browser.wait("document.querySelector('.now-at').innerText.startsWith('Rebooting')");
    browser.wait("document.querySelector('.followed [role=status]').innerText.startsWith('Done after')");
    assert_eq!(browser.eval("document.querySelectorAll('[aria-pressed=true]').length"), 0);
    browser.picture(&picture("followed-light"));
    // Nothing follows what only reads.
    go_to(&mut browser, "DescribeRegions");
    run(&mut browser);
    assert_eq!(browser.eval("document.querySelectorAll('.followed').length"), 0);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_fails_later_says_so() {
    let service = FakeService::builder().credentials(Credentials::new(KEY_ID, KEY_SECRET)).start().unwrap();
    let failed = json!({ "Items": { "BackupJob": [{ "BackupStatus": "Failed", "Process": "40" }] } });
    let failed = serde_json::from_value(failed).unwrap();
    service.on::<DescribeBackupTasksRequest>().respond(failed).always();
    let Some(mut browser) = browser() else { return };
    let explorer =
        Explorer::start(&["--account", "--region", "cn-hangzhou", "--endpoint", service.endpoint()]);
    browser.look(1440, 900, true);
    browser.open(&format!("{}#/CreateBackup?DBInstanceId={}", explorer.address, FakeService::INSTANCE));
    browser.click(".actions .primary");
    browser.click("#confirm[open] .primary");
    browser.wait("document.querySelector('#pane-response .facts')");
    browser.click(".followed button");
    browser.wait("document.querySelector('.followed .bad')?.innerText.includes('became Failed')");
    assert_eq!(browser.eval("document.querySelectorAll('[aria-pressed=true]').length"), 0);
    browser.picture(&picture("follow-failed-dark"));
    // What is put off is not followed, and it is said why.
    browser.eval("location.hash = '#/ModifyParameter?SwitchTimeMode=MaintainTime'");
    browser.wait("document.querySelector('h1').innerText === 'ModifyParameter'");
    browser.fill("#field-DBInstanceId", FakeService::INSTANCE);
    browser.fill("#field-Parameters", r#"{"wait_timeout":"600"}"#);
    browser.click(".actions .primary");
    browser.click("#confirm[open] .primary");
    browser.wait("document.querySelector('#pane-response .facts')");
    let reason = browser.text("#pane-response");
    assert!(reason.contains("with SwitchTimeMode set to MaintainTime nothing is done at once"), "{reason}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_response_that_is_made_of_examples_says_so() {
    let Some(mut browser) = browser() else { return };
    let explorer = Explorer::start(&[]);
    browser.open(&explorer.address);
    browser.wait("document.querySelector('.cards')");
    // Some operation that is not simulated, and needs nothing.
    let name = browser.eval(
        r##"(async () => {
            const { ask } = await import(new URL("dom.js", location.href));
            for (const link of document.querySelectorAll("#families a.read .name")) {
                const { call } = await ask("run", { operation: link.textContent, unrecorded: true });
                if (call?.ok && call.is_example) return link.textContent;
            }
        })()"##,
    );
    go_to(&mut browser, name.as_str().unwrap());
    run(&mut browser);
    assert!(browser.text(".example").contains("made of the examples"));
    go_to(&mut browser, "DescribeDBInstances");
    run(&mut browser);
    assert_eq!(browser.eval("document.querySelectorAll('.example').length"), 0);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
