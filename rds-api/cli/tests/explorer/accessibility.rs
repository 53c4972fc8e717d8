//! Every page and state of the explorer by axe, which is installed by `cargo xtask interop`; without it nothing is scanned.

use std::collections::BTreeMap;
use std::thread;

use rds_api::Credentials;
use rds_api_testing::FakeService;

use super::browser::Browser;
use super::{Explorer, KEY_ID, KEY_SECRET, browser, go_to, picture, run};

/// The variable with the path of `axe.min.js`.
const AXE: &str = "RDS_AXE";

/// A state of the page, and the way to it.
type State = (&'static str, fn(&mut Browser));

const STATES: &[State] = &[
    ("home", |browser| home(browser)),
    ("search", |browser| {
        home(browser);
        search(browser, "backup", "document.querySelector('#results a')");
    }),
    ("search-nothing", |browser| {
        home(browser);
        search(browser, "qqqqqq", "document.getElementById('found').innerText.includes('No operation')");
    }),
    ("not-found", |browser| {
        browser.eval("location.hash = '#/Nope'");
        browser.wait("document.querySelector('h1').innerText === 'There is no such operation'");
    }),
    ("form", |browser| {
        go_to(browser, "CreateDBInstance");
        browser.eval("document.querySelectorAll('main details').forEach((it) => { it.open = true; })");
    }),
    ("problems", |browser| {
        go_to(browser, "CreateDBInstance");
        browser.click(".actions .primary");
        browser.wait("document.querySelector('.problems li')");
    }),
    ("lists", |browser| {
        go_to(browser, "TagResources");
        browser.click("[data-name=ResourceId] .add");
        browser.click("[data-name=Tag] .add");
    }),
    ("json", |browser| {
        go_to(browser, "TagResources");
        browser.click("[data-name=Tag] .type button");
        browser.click(".actions .quiet");
    }),
    ("code", |browser| {
        go_to(browser, "CreateAccount");
        browser.click("input[name=code][value=curl]");
    }),
    ("documented", |browser| {
        go_to(browser, "DescribeBackupTasks");
        browser.click("#tab-response");
    }),
    ("table", |browser| {
        go_to(browser, "DescribeDBInstances");
        run(browser);
        browser.click(".chooser summary");
        browser.eval("document.querySelector('.sort').focus()");
    }),
    ("empty", |browser| {
        go_to(browser, "DescribeTags");
        run(browser);
    }),
    ("thing", |browser| {
        go_to(browser, "DescribeDBInstanceAttribute");
        run(browser);
    }),
    ("tree", |browser| {
        go_to(browser, "DescribeDBInstances");
        run(browser);
        browser.click("input[value=tree]");
    }),
    ("raw", |browser| {
        go_to(browser, "DescribeDBInstances");
        run(browser);
        browser.click("input[value=raw]");
    }),
    ("signature", |browser| {
        go_to(browser, "DescribeDBInstances");
        run(browser);
        browser.click("#tab-signing");
    }),
    ("chart", |browser| {
        chart(browser);
        browser.eval("document.querySelector('.chart').focus()");
        browser.press("Home", 36, 0);
    }),
    ("failure", |browser| {
        go_to(browser, "DescribeBackups");
        browser.fill("#field-DBInstanceId", "rm-nothing");
        run(browser);
    }),
    ("following", |browser| {
        go_to(browser, "CreateBackup");
        run(browser);
        browser.click(".followed button");
        browser.wait("document.querySelector('.now-at').innerText.includes('%')");
    }),
    ("history", |browser| {
        go_to(browser, "DescribeRegions");
        run(browser);
        browser.click("#open-history");
        browser.wait("document.querySelector('#history[open] .calls')");
    }),
    ("uses", |browser| {
        go_to(browser, "DescribeDBInstances");
        run(browser);
        browser.click(".identifier");
        browser.wait("document.querySelector('#uses[open] .uses li')");
    }),
];

/// States that there are only where the service itself is called.
const WITH_ACCOUNT: &[State] = &[("confirm", |browser| {
    go_to(browser, "DeleteDBInstance");
    browser.fill("#field-DBInstanceId", FakeService::INSTANCE);
    browser.click(".actions .primary");
    browser.wait("document.querySelector('#confirm[open]')");
})];

/// Metrics of an instance.
pub(crate) fn chart(browser: &mut Browser) {
    go_to(browser, "DescribeDBInstancePerformance");
    browser.fill("#field-DBInstanceId", FakeService::INSTANCE);
    browser.fill("#field-Key", "MySQL_NetworkTraffic,MySQL_MemCpuUsage");
    browser.click(".ranges button:nth-of-type(2)");
    run(browser);
    browser.wait("document.querySelectorAll('.chart path').length === 4");
}

fn home(browser: &mut Browser) {
    browser.eval("location.hash = '#/'");
    browser.wait("document.querySelector('.cards')");
}

fn search(browser: &mut Browser, question: &str, until: &str) {
    browser.eval("document.body.classList.contains('menu-open') || document.getElementById('menu').click()");
    browser.eval(&format!(
        "(() => {{ const it = document.getElementById('search'); it.value = {question:?}; it.dispatchEvent(new Event('input')); }})()"
    ));
    browser.wait(until);
}

/// What is wrong with what is shown, by the rules of axe.
fn violations(browser: &mut Browser) -> Vec<String> {
    let found = browser.eval(
        "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => \
         violations.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map((node) => `${node.target} ${node.html.slice(0, 160)} ${node.failureSummary}`)].join('\\n    ')))",
    );
    serde_json::from_value(found).unwrap()
}

const LOOKS: [(&str, u32, u32, bool); 4] = [
    ("phone-light", 390, 844, false),
    ("phone-dark", 390, 844, true),
    ("wide-light", 1440, 900, false),
    ("wide-dark", 1440, 900, true),
];

/// Scans a state in every look, and keeps a picture of each.
fn scan(browser: &mut Browser, axe: &str, name: &str, found: &mut BTreeMap<String, Vec<String>>) {
    for (look, width, height, dark) in LOOKS {
        browser.look(width, height, dark);
        // A look changes sizes, for which the page needs a frame or two.
        browser.eval("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
        browser.picture(&picture(&format!("axe-{name}-{look}")));
        if browser.eval("typeof axe") == "undefined" {
            browser.eval(&format!("{axe}; 0"));
        }
        for violation in violations(browser) {
            found.entry(violation).or_default().push(format!("{name} {look}"));
        }
    }
}

/// Scans states one after the other, each from a new page.
fn scan_states<'s>(
    states: impl Iterator<Item = &'s State>,
    explorer: &Explorer,
    axe: &str,
) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    let Some(mut browser) = browser() else { return found };
    for (name, reach) in states {
        browser.look(1440, 900, false);
        browser.open("about:blank");
        browser.open(&explorer.address);
        reach(&mut browser);
        scan(&mut browser, axe, name, &mut found);
    }
    found
}

#[test]
fn axe_finds_nothing() {
    let Some(path) = std::env::var_os(AXE) else {
        eprintln!("skipped: {AXE} does not say where axe.min.js is; `cargo xtask interop` installs it");
        return;
    };
    let axe = &std::fs::read_to_string(path).unwrap();
    let embedded = &Explorer::start(&[]);
    let service = FakeService::builder().credentials(Credentials::new(KEY_ID, KEY_SECRET)).start().unwrap();
    let account =
        &Explorer::start(&["--account", "--region", "cn-hangzhou", "--endpoint", service.endpoint()]);
    // A browser for each half, because each uses one core alone.
    let found = thread::scope(|scope| {
        let halves = [0, 1].map(|half| {
            scope.spawn(move || {
                let states = STATES.iter().skip(half).step_by(2);
                let mut found = scan_states(states, embedded, axe);
                if half == 1 {
                    found.append(&mut scan_states(WITH_ACCOUNT.iter(), account, axe));
                }
                found
            })
        });
        halves.map(|half| half.join().unwrap())
    });
    let told: Vec<String> = found
        .iter()
        .flatten()
        .map(|(violation, states)| format!("{violation}\n    in {}", states.join(", ")))
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n\n"));
}
