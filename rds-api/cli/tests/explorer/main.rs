//! `rds explore` in a real browser: what a person does with it, and what nobody else can.
//!
//! Pictures of what was seen are in `target/explorer`.
#![allow(clippy::unwrap_used, clippy::panic)]

mod accessibility;
mod address;
mod answers;
mod browser;
mod guidance;
mod identifiers;
mod pictures;
mod requests;
mod shapes;

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use browser::Browser;
use rds_api::Credentials;
use rds_api_testing::FakeService;
use serde_json::{Value as Json, json};

/// The explorer, and the address that it printed.
struct Explorer {
    process: Child,
    address: String,
}

impl Explorer {
    fn start(arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_rds"))
            .arg("explore")
            .args(arguments)
            .env("ALIBABA_CLOUD_ACCESS_KEY_ID", KEY_ID)
            .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", KEY_SECRET)
            .env_remove("ALIBABA_CLOUD_ENDPOINT")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { process, address: address.trim().to_owned() }
    }

    /// The host and the port of the address.
    fn authority(&self) -> &str {
        self.address.split('/').nth(2).unwrap()
    }

    /// The path of the address, which is the token between two slashes.
    fn path(&self) -> String {
        self.address.split_once(self.authority()).unwrap().1.to_owned()
    }
}

impl Drop for Explorer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

const KEY_ID: &str = "LTAI5tExampleKeyId9Z";
const KEY_SECRET: &str = "kept-in-the-process";
const PASSWORD: &str = "Correct&Horse-9";

/// A browser; `None` where there is none, which in CI is a failure.
fn browser() -> Option<Browser> {
    match browser::program() {
        Some(program) => Some(Browser::start(program)),
        None if std::env::var_os("CI").is_some() => panic!("CI must have Chromium"),
        None => {
            eprintln!("skipped: there is no Chromium on this machine");
            None
        }
    }
}

/// A wide window with the explorer of an embedded service in it; `None` where there is no browser.
fn opened() -> Option<(Browser, Explorer)> {
    let mut browser = browser()?;
    let explorer = Explorer::start(&[]);
    browser.look(1440, 900, false);
    browser.open(&explorer.address);
    Some((browser, explorer))
}

fn picture(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/explorer");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(format!("{name}.png"))
}

/// The rows of the table that is shown.
fn rows(browser: &mut Browser) -> usize {
    let count = browser.eval("document.querySelectorAll('#pane-response tbody tr').length");
    usize::try_from(count.as_u64().unwrap()).unwrap()
}

/// Runs the form, and waits for its response.
fn run(browser: &mut Browser) {
    browser.eval("document.querySelector('#pane-response .facts')?.remove()");
    browser.click(".actions .primary");
    browser.wait("document.querySelector('#pane-response .facts')");
}

fn go_to(browser: &mut Browser, operation: &str) {
    browser.eval(&format!("location.hash = '#/{operation}'"));
    browser.wait(&format!("document.querySelector('h1')?.innerText === '{operation}' && document.querySelector('.code').innerText"));
}

/// Everything that can be read on the page, in its fields, and in what the server tells the page.
fn everything(browser: &mut Browser) -> String {
    let text = browser.eval(
        "(async () => { const history = await (await fetch('history')).json(); \
         const calls = await Promise.all(history.map(async (call) => (await fetch(`history/${call.number}`)).text())); \
         return document.documentElement.outerHTML + JSON.stringify(history) + calls.join(''); })()",
    );
    text.as_str().unwrap().to_owned()
}

#[test]
fn someone_who_knows_nothing_finds_runs_and_takes_the_code() {
    let Some((mut browser, _explorer)) = opened() else { return };
    browser.wait("document.querySelector('.cards')");
    browser.picture(&picture("home-light"));

    // Search by keys alone, and by words that stand in no name.
    browser.fill("#search", "reboot");
    browser.wait("document.querySelector('#results a[href$=RestartDBInstance]')");
    browser.fill("#search", "");
    browser.press("Escape", 27, 0);
    browser.eval("document.activeElement.blur()");
    browser.press("/", 191, 0);
    browser.type_text("backup tasks");
    browser.wait("document.querySelector('#results a .name')?.innerText === 'DescribeBackupTasks'");
    browser.picture(&picture("search-light"));
    browser.press("Enter", 13, 0);
    browser.wait("document.querySelector('h1').innerText === 'DescribeBackupTasks'");
    assert_eq!(browser.eval("document.getElementById('field-DBInstanceId').value"), FakeService::INSTANCE);

    // The backups of its past, as a table.
    run(&mut browser);
    assert!(rows(&mut browser) > 0);

    go_to(&mut browser, "CreateBackup");
    run(&mut browser);
    let created = browser.text("#pane-response");
    assert!(created.contains("BackupJobId"), "{created}");

    go_to(&mut browser, "DescribeBackupTasks");
    browser.choose("#field-BackupMode", "Manual");
    run(&mut browser);
    assert_eq!(rows(&mut browser), 1);
    let table = browser.text("#pane-response table");
    assert!(table.contains("BackupProgressStatus") && table.contains("TempBackupTask"), "{table}");
    browser.picture(&picture("response-light"));

    // It is on its way, and can be followed.
    let progress = "document.querySelector('#pane-response tbody tr:last-child').innerText";
    let first = browser.eval(progress);
    browser.click(".repeat [aria-pressed]");
    browser.wait(&format!("{progress} !== {first}"));
    browser.click(".repeat [aria-pressed=true]");

    // The code follows the form, and is what the clipboard gets.
    browser.click("#tab-code");
    browser.wait("document.querySelector('.code').innerText.includes('.backup_mode(BackupMode::Manual)')");
    browser.allow(&["clipboardReadWrite", "clipboardSanitizedWrite"]);
    browser.click("#pane-code .copy");
    browser.wait("document.querySelector('#pane-code .copy').innerText === 'Copied'");
    let copied = browser.eval("navigator.clipboard.readText()");
    let copied = copied.as_str().unwrap();
    assert!(copied.starts_with("// DescribeBackupTasks: ") && copied.contains("rds-api = "), "{copied}");
    assert!(copied.contains(&format!(".describe_backup_tasks(\"{}\")", FakeService::INSTANCE)), "{copied}");
    browser.picture(&picture("code-light"));

    // The session is remembered, and opens again.
    browser.click("#open-history");
    browser.wait("document.querySelectorAll('#history .calls li').length === 3");
    browser.picture(&picture("history-light"));
    browser.click("#history .calls li:nth-child(2) button");
    browser.wait("document.querySelector('h1').innerText === 'CreateBackup'");
    browser.wait("document.querySelector('#pane-response .facts')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn mistakes_are_shown_where_they_are_and_failures_explained() {
    let Some(mut browser) = browser() else { return };
    let explorer = Explorer::start(&[]);
    browser.look(1440, 900, true);
    browser.open(&explorer.address);
    go_to(&mut browser, "DescribeBackups");

    // As one types.
    browser.fill("#field-PageSize", "many");
    browser.wait("document.querySelector('[data-name=PageSize] .problem').innerText.includes('is not a 32-bit integer')");
    browser.fill("#field-DBInstanceId", "");
    browser.click(".actions .primary");
    browser.wait("document.querySelector('.problems li')");
    let problems = browser.text(".problems");
    assert!(problems.contains("DBInstanceId it is required") && problems.contains("PageSize"), "{problems}");
    browser.picture(&picture("problems-dark"));

    browser.fill("#field-PageSize", "30");
    browser.fill("#field-DBInstanceId", "rm-nothing");
    run(&mut browser);
    let failure = browser.text(".failure");
    assert!(failure.contains("InvalidDBInstanceName.NotFound"), "{failure}");
    assert!(failure.contains("DescribeDBInstances"), "{failure}");
    assert!(failure.contains("nothing was changed"), "{failure}");
    browser.picture(&picture("failure-dark"));
    browser.click(".failure button");
    browser.wait("document.activeElement.id === 'field-DBInstanceId'");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn every_shape_can_be_edited_and_signing_is_explained() {
    let Some(mut browser) = browser() else { return };
    let explorer = Explorer::start(&[]);
    browser.look(1440, 1000, true);
    browser.open(&explorer.address);
    go_to(&mut browser, "TagResources");
    browser.choose("#field-ResourceType", "INSTANCE");
    browser.click("[data-name=ResourceId] .add");
    browser.type_text(FakeService::INSTANCE);
    browser.click("[data-name=Tag] .add");
    browser.type_text("team");
    browser.fill("#field-Tag-1-1", "blue");
    browser
        .wait("document.querySelector('.code').innerText.includes('NewTag::new(\"team\").value(\"blue\")')");
    browser.click("[data-name=Tag] .type button");
    let json = browser.eval("JSON.parse(document.querySelector('[data-name=Tag] textarea').value)");
    assert_eq!(json, json!([{ "Key": "team", "Value": "blue" }]));
    browser.eval("document.querySelector('.settings').open = true");
    browser.click("input[value=v1]");
    browser.click("input[value=xml]");
    run(&mut browser);
    browser.click("input[value=raw]");
    assert!(browser.text("#pane-response .raw").contains("<TagResourcesResponse"));
    browser.click("#tab-signing");
    let steps = browser.text("#pane-signing");
    assert!(steps.contains("POST&%2F&AccessKeyId%3Dfake****id"), "{steps}");
    browser.picture(&picture("signing-dark"));

    // A secret goes to the service and nowhere else.
    go_to(&mut browser, "CreateAccount");
    assert_eq!(browser.eval("document.getElementById('field-AccountPassword').type"), "password");
    browser.fill("#field-AccountName", "reader");
    browser.fill("#field-AccountPassword", PASSWORD);
    run(&mut browser);
    assert_eq!(browser.text("#pane-response .facts .good"), "200");
    browser.click("#tab-signing");
    assert!(browser.text("#pane-signing").contains("AccountPassword = ****"));
    browser
        .wait("document.querySelector('.code').textContent.includes('std::env::var(\"ACCOUNT_PASSWORD\")')");
    let page = everything(&mut browser);
    for secret in [PASSWORD, "Correct%26Horse", "Correct%2526Horse", "fake-key-secret"] {
        assert!(!page.contains(secret), "{secret} is on the page");
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_to_the_account_is_asked_about_first() {
    let service = FakeService::builder().credentials(Credentials::new(KEY_ID, KEY_SECRET)).start().unwrap();
    let Some(mut browser) = browser() else { return };
    let explorer =
        Explorer::start(&["--account", "--region", "cn-hangzhou", "--endpoint", service.endpoint()]);
    browser.look(1440, 900, false);
    browser.open(&explorer.address);
    browser.wait("document.getElementById('target').innerText.includes('Account')");
    go_to(&mut browser, "CreateBackup");
    browser.fill("#field-DBInstanceId", FakeService::INSTANCE);
    browser.click(".actions .primary");
    browser.wait("document.querySelector('#confirm[open]')");
    let question = browser.text("#confirm");
    assert!(question.contains("CreateBackup") && question.contains(FakeService::INSTANCE), "{question}");
    assert!(question.contains(service.endpoint()), "{question}");
    assert!(question.contains("key LTAI****9Z, from environment variables"), "{question}");
    assert_eq!(browser.eval("document.activeElement.innerText"), "Cancel");
    browser.picture(&picture("confirm-light"));
    browser.press("Enter", 13, 0);
    browser.wait("!document.querySelector('#confirm[open]') && document.querySelector('.actions .primary').innerText === 'Run'");
    assert!(service.journal().is_empty());

    // Whoever skips the question is refused, too.
    let skipped = browser.eval(
        "(async () => { const ask = (confirmation) => fetch('run', { method: 'POST', body: JSON.stringify({ \
         operation: 'CreateBackup', parameters: { DBInstanceId: 'rm-fake0000000000001' }, confirmation }) }).then((it) => it.json()); \
         const { question } = await ask(); \
         const other = await fetch('run', { method: 'POST', body: JSON.stringify({ operation: 'DeleteDBInstance', \
         parameters: { DBInstanceId: 'rm-fake0000000000001' }, confirmation: question.token }) }).then((it) => it.json()); \
         const used = await ask(question.token); \
         return [Boolean(other.call), Boolean(used.call)]; })()",
    );
    assert_eq!(skipped, json!([false, false]), "a confirmation is for one call, once");
    assert!(service.journal().is_empty());

    browser.click(".actions .primary");
    browser.wait("document.querySelector('#confirm[open]')");
    browser.click("#confirm .primary");
    browser.wait("document.querySelector('#pane-response .facts')");
    assert_eq!(service.journal().len(), 1);

    browser.click("#tab-signing");
    let steps = browser.text("#pane-signing");
    assert!(steps.contains("Credential=LTAI****9Z"), "{steps}");
    let page = everything(&mut browser);
    assert!(!page.contains(KEY_ID) && !page.contains(KEY_SECRET));

    // A read needs no question.
    go_to(&mut browser, "DescribeDBInstances");
    run(&mut browser);
    assert!(rows(&mut browser) > 0);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn other_pages_are_refused() {
    let Some(mut browser) = browser() else { return };
    let explorer = Explorer::start(&[]);
    // Another server on this machine is another origin, and its page may ask whom it likes.
    let foreign = FakeService::start().unwrap();
    browser.open(foreign.endpoint());
    assert_eq!(browser.eval("location.origin"), *foreign.endpoint());
    let form = json!({ "operation": "DescribeRegions", "parameters": {} }).to_string();
    let sent = browser.eval(&format!(
        "Promise.all([fetch('{0}run', {{ method: 'POST', mode: 'no-cors', body: {form:?} }}).then(() => 'readable', () => 'unreadable'), \
         fetch('{0}history').then((it) => it.text(), () => 'unreadable')])",
        explorer.address
    ));
    assert_eq!(sent, json!(["unreadable", "unreadable"]));

    browser.open(&explorer.address);
    assert_eq!(browser.eval("fetch('history').then((it) => it.json())"), json!([]), "nothing was run");
    let without_token = browser.eval("fetch('/').then((it) => it.status)");
    assert_eq!(without_token, 404);
    let headers = browser.eval("fetch('').then((it) => [it.headers.get('content-security-policy'), it.headers.get('cache-control')])");
    assert!(headers[0].as_str().is_some_and(|policy| policy.starts_with("default-src 'none'")), "{headers}");
    assert_eq!(headers[1], "no-store");
}

#[test]
fn it_is_usable_on_a_phone_and_readable_in_both_lights() {
    let Some(mut browser) = browser() else { return };
    let explorer = Explorer::start(&[]);
    browser.look(390, 844, false);
    browser.open(&explorer.address);
    browser.wait("document.querySelector('.cards')");
    browser.picture(&picture("home-phone"));
    browser.click("#menu");
    browser.fill("#search", "backup");
    browser.wait("document.querySelector('#results a')");
    browser.picture(&picture("search-phone"));
    browser.fill("#search", "DescribeBackupTasks");
    browser.wait("document.querySelector('#results a .name')?.innerText === 'DescribeBackupTasks'");
    browser.click("#results a");
    browser.wait("document.querySelector('h1')?.innerText === 'DescribeBackupTasks'");
    browser.picture(&picture("form-phone"));
    run(&mut browser);
    browser.picture(&picture("response-phone"));
    assert_eq!(
        browser.eval("document.querySelector('.bar').getBoundingClientRect().top"),
        0,
        "the bar stays"
    );
    let sideways = browser.eval("document.documentElement.scrollWidth > innerWidth || document.querySelector('main').scrollWidth > innerWidth");
    assert_eq!(sideways, false, "the page must not scroll sideways");

    browser.look(1440, 900, false);
    for dark in [false, true] {
        browser.look(1440, 900, dark);
        for operation in ["DescribeBackupTasks", "CreateDBInstance"] {
            go_to(&mut browser, operation);
            let faint = browser.eval(CONTRAST);
            assert_eq!(faint, Json::Array(Vec::new()), "texts with too little contrast, dark: {dark}");
        }
        browser.picture(&picture(if dark { "create-dark" } else { "create-light" }));
        go_to(&mut browser, "DescribeDBInstances");
        run(&mut browser);
        browser.click("input[value=tree]");
        let faint = browser.eval(CONTRAST);
        assert_eq!(faint, Json::Array(Vec::new()), "texts with too little contrast, dark: {dark}");
        browser.picture(&picture(if dark { "tree-dark" } else { "tree-light" }));
    }
}

/// The visible texts whose contrast with what is behind them is below that of WCAG AA.
const CONTRAST: &str = r"(() => {
    const numbers = (color) => color.match(/[\d.]+/g).map(Number);
    const light = (color) => {
        const [r, g, b] = numbers(color).map((part) => part / 255).map((part) => part <= .03928 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
        return .2126 * r + .7152 * g + .0722 * b;
    };
    const behind = (element) => {
        for (let it = element; it; it = it.parentElement) {
            const color = getComputedStyle(it).backgroundColor;
            if (numbers(color)[3] !== 0) return color;
        }
        return 'rgb(255, 255, 255)';
    };
    const faint = new Set();
    for (const element of document.querySelectorAll('body *')) {
        const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
        if (!own || !element.checkVisibility() || element.disabled) continue;
        const [one, other] = [light(getComputedStyle(element).color), light(behind(element))].sort((a, b) => b - a);
        if ((one + .05) / (other + .05) < 4.5) faint.add(`${element.tagName}.${element.className}: ${element.innerText.slice(0, 40)}`);
    }
    return [...faint];
})()";
