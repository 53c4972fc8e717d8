//! The form is in the address, and what is secret is not.

use rds_api_testing::FakeService;
use serde_json::json;

use super::{Explorer, PASSWORD, browser, go_to, opened, run};

#[test]
fn the_address_keeps_the_form() {
    let Some((mut browser, _explorer)) = opened() else { return };
    go_to(&mut browser, "CreateDBInstance");
    browser.fill("#field-DBInstanceStorage", "250");
    browser.fill("#field-EngineVersion", "8.0");
    // The link in the documentation of the form leads away from it at once.
    browser.click(".doc a[href='#/DescribeAvailableClasses']");
    browser.wait("document.querySelector('h1').innerText === 'DescribeAvailableClasses'");
    browser.wait("document.activeElement.tagName === 'H1'");
    let kept = "['DBInstanceStorage', 'EngineVersion'].map((name) => document.getElementById(`field-${name}`)?.value)";
    let is_kept = format!(
        "document.querySelector('h1')?.innerText === 'CreateDBInstance' && {kept}.join() === '250,8.0'"
    );
    browser.eval("history.back()");
    browser.wait(&is_kept);
    browser.call("Page.reload", json!({}));
    browser.wait(&is_kept);
    let address = browser.eval("location.href");
    browser.open("about:blank");
    browser.open(address.as_str().unwrap());
    browser.wait(&is_kept);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn the_address_has_values_of_every_shape_and_how_they_are_sent() {
    let Some(mut browser) = browser() else { return };
    let explorer = Explorer::start(&[]);
    browser.open(&explorer.address);
    go_to(&mut browser, "TagResources");
    browser.choose("#field-ResourceType", "INSTANCE");
    browser.click("[data-name=ResourceId] .add");
    browser.type_text(FakeService::INSTANCE);
    browser.click("[data-name=Tag] .add");
    browser.type_text("a&b=c#d");
    browser.fill("#field-Tag-1-1", "ü %2F");
    browser.eval("document.querySelector('.settings').open = true");
    browser.click("input[value=v1]");
    browser.click("input[value=xml]");
    browser.wait("location.hash.includes('xml') && location.hash.includes('v1')");
    browser.call("Page.reload", json!({}));
    let shown = "['field-ResourceType', 'field-Tag-1-0', 'field-Tag-1-1'].map((id) => document.getElementById(id)?.value)";
    browser.wait(&format!("{shown}[2] && document.querySelector('.code').innerText.includes('a&b=c#d')"));
    assert_eq!(browser.eval(shown), json!(["INSTANCE", "a&b=c#d", "ü %2F"]));
    run(&mut browser);
    browser.click("input[value=raw]");
    assert!(browser.text("#pane-response .raw").contains("<TagResourcesResponse"));
    browser.click("#tab-signing");
    assert!(browser.text("#pane-signing").contains("HMAC-SHA1"));
    // An address that was made by hand takes nothing down.
    for form in ["?Tag=%5B&ResourceId=x&~format=yaml&Nothing=1", "?%E0%A4%A", "?__proto__=1&Tag=%7B%7D"] {
        browser.eval(&format!("location.hash = '#/TagResources{form}'"));
        browser.wait("document.querySelector('.code')?.innerText.includes('tag_resources')");
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn no_secret_is_in_the_address() {
    let Some(mut browser) = browser() else { return };
    let explorer = Explorer::start(&[]);
    browser.open(&explorer.address);
    go_to(&mut browser, "CreateAccount");
    browser.fill("#field-AccountName", "reader");
    browser.fill("#field-AccountPassword", PASSWORD);
    browser.wait("location.hash.includes('reader')");
    run(&mut browser);
    assert_eq!(
        browser.eval("new URLSearchParams(location.hash.split('?')[1]).has('AccountPassword')"),
        false
    );
    // Nor is one that stands inside of something else, whether it can be read or not.
    go_to(&mut browser, "ModifyPGHbaConfig");
    for text in [r#"[{ "Address": "::1", "Option": "ldapbindpasswd=geheim" }]"#, "[{ geheim"] {
        browser.eval("document.querySelector('[data-name=HbaItem] textarea').hidden && document.querySelector('[data-name=HbaItem] .type button').click()");
        browser.fill("[data-name=HbaItem] textarea", text);
        browser.choose("#field-OpsType", "add");
        browser.fill("#field-DBInstanceId", "rm-1");
        browser.wait("location.hash.includes('rm-1')");
        browser.fill("#field-DBInstanceId", "rm-2");
        browser.wait("location.hash.includes('rm-2')");
        assert_eq!(browser.eval("location.hash.includes('geheim')"), false);
        browser.fill("#field-DBInstanceId", "");
        browser.wait("!location.hash.includes('rm-2')");
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn an_address_of_nothing_says_so() {
    let Some(mut browser) = browser() else { return };
    let explorer = Explorer::start(&[]);
    browser.open(&format!("{}#/DescribeRegions", explorer.address));
    browser.wait("document.querySelector('.actions')");
    for address in ["#/Nope", "#/constructor?a=1", "#/Describe/Regions"] {
        browser.eval(&format!("location.hash = {address:?}"));
        browser.wait("document.querySelector('h1').innerText === 'There is no such operation'");
        assert_eq!(browser.eval("document.querySelectorAll('.actions, [aria-current]').length"), 0);
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn it_runs_by_keys_from_wherever_one_is() {
    let Some((mut browser, _explorer)) = opened() else { return };
    browser.wait("document.querySelector('.cards')");
    browser.press("/", 191, 0);
    browser.type_text("DescribeRegions");
    browser.wait("document.querySelector('#results a .name')?.innerText === 'DescribeRegions'");
    browser.press("ArrowDown", 40, 0);
    browser.press("Enter", 13, 0);
    browser.wait("document.querySelector('h1').innerText === 'DescribeRegions' && document.activeElement.tagName === 'H1'");
    browser.press("Enter", 13, 2);
    browser.wait("document.querySelector('#pane-response .facts')");
    // On a link in the list, too, where a browser would open another page.
    browser.eval("document.querySelector('#operations a[aria-current]').focus()");
    browser.eval("document.querySelector('#pane-response .facts').remove()");
    browser.press("Enter", 13, 2);
    browser.wait("document.querySelector('#pane-response .facts')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
