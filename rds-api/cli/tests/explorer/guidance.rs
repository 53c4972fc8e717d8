//! What stands around a call: what it will return, how it is made elsewhere, how it is followed.

use std::time::Duration;

use rds_api::Credentials;
use rds_api_testing::FakeService;

use super::{Explorer, KEY_ID, KEY_SECRET, browser, go_to, picture, run};

#[test]
fn what_a_call_returns_is_documented_before_it_is_made() {
    let Some(mut browser) = browser() else { return };
    let explorer = Explorer::start(&[]);
    browser.look(1440, 900, false);
    browser.open(&explorer.address);
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
    let service = FakeService::builder().credentials(Credentials::new(KEY_ID, KEY_SECRET)).start().unwrap();
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
    browser.click(".repeat button:nth-child(2)");
    browser.wait("document.activeElement.id === 'field-BackupJobId'");
    browser.type_text(&job.to_string());
    browser.click(".repeat button:nth-child(2)");
    browser.wait("document.querySelector('.repeat [aria-pressed=true]')");
    service.clock().advance(Duration::from_secs(24 * 3600));
    browser.wait("document.querySelector('.repeat').innerText.includes('Done after')");
    assert_eq!(browser.eval("document.querySelectorAll('.repeat [aria-pressed=true]').length"), 0);
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
