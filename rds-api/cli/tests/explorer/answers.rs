//! Responses as tables, things and charts.

use std::time::Duration;

use rds_api::{Credentials, Timestamp};
use rds_api_testing::FakeService;
use serde_json::{Value as Json, json};

use super::browser::Browser;
use super::{Explorer, KEY_ID, KEY_SECRET, browser, go_to, opened, picture, rows, run};

/// The texts of a column of the table that is shown, from the top.
fn column(browser: &mut Browser, number: usize) -> Vec<String> {
    let cells = format!(
        "[...document.querySelectorAll('#pane-response tbody tr')].map((row) => row.children[{number}].innerText)"
    );
    serde_json::from_value(browser.eval(&cells)).unwrap()
}

fn headings(browser: &mut Browser) -> Vec<String> {
    let names = "[...document.querySelectorAll('#pane-response thead .sort')].map((it) => it.dataset.name)";
    serde_json::from_value(browser.eval(names)).unwrap()
}

/// What the page gives to be kept as a file, when something is clicked.
fn saved(browser: &mut Browser, selector: &str) -> String {
    browser.eval("window.saved = null; URL.createObjectURL = (blob) => { blob.text().then((text) => { window.saved = text; }); return 'blob:nothing'; }");
    browser.eval("HTMLAnchorElement.prototype.click = function () { window.file = this.download; }");
    browser.click(selector);
    browser.wait("window.saved !== null");
    browser.eval("window.saved").as_str().unwrap().to_owned()
}

#[test]
fn the_page_of_every_operation_opens() {
    let Some(mut browser) = browser() else { return };
    let explorer = Explorer::start(&[]);
    browser.open(&explorer.address);
    browser.wait("document.querySelector('.cards')");
    let outcome = browser.eval(
        r##"(async () => {
            const [{ makeOperation }, { ask }] = await Promise.all(["operation.js", "dom.js"].map((name) => import(new URL(name, location.href))));
            const wrong = [];
            const names = [...document.querySelectorAll("#families a .name")].map((it) => it.textContent);
            for (const name of names) {
                try {
                    const described = await ask(`operation/${name}`);
                    const page = makeOperation(described, "", (error) => wrong.push(`${name}: ${error.stack}`));
                    document.body.append(page.element);
                    page.begin();
                    page.form.set(described.values);
                    page.stop();
                    for (const details of page.element.querySelectorAll("details")) details.open = true;
                    page.element.remove();
                } catch (error) { wrong.push(`${name}: ${error.stack}`); }
            }
            return { wrong, count: names.length };
        })()"##,
    );
    assert_eq!(outcome["wrong"], json!([]));
    assert_eq!(outcome["count"], rds_api::schema::names().len());
}

#[test]
fn a_list_is_sorted_filtered_and_kept() {
    let Some((mut browser, _explorer)) = opened() else { return };
    go_to(&mut browser, "DescribeDBInstances");
    run(&mut browser);
    // The same order as on the command line.
    let names = headings(&mut browser);
    assert_eq!(names[..2], ["DBInstanceId", "DBInstanceStatus"], "{names:?}");
    browser.picture(&picture("list-light"));

    let ids = column(&mut browser, 0);
    let sorted = |descending: bool| {
        let mut ids = ids.clone();
        ids.sort();
        if descending {
            ids.reverse();
        }
        ids
    };
    for descending in [false, true] {
        browser.click(".sort[data-name=DBInstanceId]");
        assert_eq!(column(&mut browser, 0), sorted(descending));
    }
    assert_eq!(
        browser.eval("document.querySelector('th[aria-sort]').getAttribute('aria-sort')"),
        "descending"
    );

    let csv = saved(&mut browser, "figcaption > .tools > button:nth-last-child(2)");
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!((lines.len(), lines[0]), (ids.len() + 1, names.join(",").as_str()));
    assert!(lines[1].starts_with(&sorted(true)[0]), "{csv}");
    assert_eq!(browser.eval("window.file"), "DescribeDBInstances.csv");

    // What is left out on the page is left out of the file.
    browser.click(".chooser summary");
    browser.click(".chooser .tools .link:nth-child(2)");
    assert_eq!(headings(&mut browser), ["DBInstanceId"]);
    browser.picture(&picture("columns-light"));
    let entries: Json =
        serde_json::from_str(&saved(&mut browser, "figcaption > .tools > button:last-child")).unwrap();
    assert_eq!(entries[0], json!({ "DBInstanceId": sorted(true)[0] }));

    go_to(&mut browser, "DescribeRegions");
    run(&mut browser);
    let all = rows(&mut browser);
    browser.fill(".filter", "cn-hangzhou");
    browser.wait(&format!("document.querySelectorAll('#pane-response tbody tr').length < {all}"));
    assert!(browser.text("#pane-response figcaption").contains(&format!("of these {all}")));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_list_goes_on_to_the_next_page() {
    let Some(mut browser) = browser() else { return };
    let explorer = Explorer::start(&[]);
    browser.look(1440, 900, false);
    browser.open(&format!("{}#/DescribeDBInstances?PageSize=2", explorer.address));
    browser.wait("document.querySelector('.code')?.innerText");
    run(&mut browser);
    assert!(browser.text(".pages").contains("1 to 2 of 3"));
    browser.click(".pages button:last-child");
    browser.wait("document.querySelector('.pages')?.innerText.includes('3 to 3 of 3')");
    assert_eq!(rows(&mut browser), 1);
    browser.wait("location.hash.includes('PageNumber=2')");
    browser.click(".pages button:nth-of-type(1)");
    browser.wait("document.querySelector('.pages')?.innerText.includes('1 to 2 of 3')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn one_thing_is_a_row_for_each_member() {
    let Some((mut browser, _explorer)) = opened() else { return };
    go_to(&mut browser, "DescribeDBInstanceAttribute");
    run(&mut browser);
    assert!(rows(&mut browser) > 20);
    let first = browser.text("#pane-response tbody tr");
    assert!(first.contains("Id"), "{first}");
    browser.picture(&picture("thing-light"));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn what_is_inside_of_a_cell_is_shown_below_its_row() {
    let Some((mut browser, _explorer)) = opened() else { return };
    go_to(&mut browser, "DescribeAccounts");
    run(&mut browser);
    browser.click("#pane-response .inner");
    browser.wait("document.querySelector('.inside .entries')?.innerText.includes('orders')");
    assert_eq!(browser.eval("document.querySelector('.inner').getAttribute('aria-expanded')"), "true");
    browser.picture(&picture("inside-light"));
    browser.click("#pane-response .inner");
    browser.wait("!document.querySelector('.inside')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn metrics_of_the_embedded_service_have_a_past() {
    let Some((mut browser, _explorer)) = opened() else { return };
    go_to(&mut browser, "DescribeDBInstances");
    run(&mut browser);
    for instance in column(&mut browser, 0) {
        for (range, least) in [("-1h", 11), ("-1d", 280), ("-7d", 2000)] {
            let call = json!({ "operation": "DescribeDBInstancePerformance", "parameters": {
                "DBInstanceId": instance, "StartTime": range, "EndTime": "now", "Key": "MySQL_MemCpuUsage,CpuUsage,SQLServer_InstanceCPUUsage" } });
            let samples = browser.eval(&format!(
                "fetch('run', {{ method: 'POST', body: JSON.stringify({call}) }}).then((it) => it.json()).then(({{ call }}) => \
                 JSON.parse(call.body).PerformanceKeys.PerformanceKey.map((key) => key.Values.PerformanceValue.length))"
            ));
            assert!(samples[0].as_u64().unwrap() >= least, "{instance} {range}: {samples}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_lines() {
    let service = FakeService::builder().credentials(Credentials::new(KEY_ID, KEY_SECRET)).start().unwrap();
    let Some(mut browser) = browser() else { return };
    let began = service.clock().now();
    service.clock().advance(Duration::from_secs(2 * 3600));
    let explorer =
        Explorer::start(&["--account", "--region", "cn-hangzhou", "--endpoint", service.endpoint()]);
    browser.look(1440, 900, false);
    browser.open(&explorer.address);
    go_to(&mut browser, "DescribeDBInstancePerformance");
    browser.fill("#field-DBInstanceId", FakeService::INSTANCE);
    browser.fill("#field-Key", "MySQL_NetworkTraffic,MySQL_MemCpuUsage");
    for (button, range) in [(":last-child", "-7d"), ("", "-1h")] {
        browser.click(&format!(".ranges button{button}"));
        let values = "['StartTime', 'EndTime'].map((name) => document.getElementById(`field-${name}`).value)";
        assert_eq!(browser.eval(values), json!([range, "now"]));
    }
    // The samples of the two hours that the service has lived through.
    for (name, time) in [("StartTime", began), ("EndTime", service.clock().now())] {
        browser.fill(&format!("#field-{name}"), Timestamp::from(time).as_str());
    }
    run(&mut browser);
    browser.wait("document.querySelectorAll('.chart').length === 2");
    let captions = browser
        .eval("[...document.querySelectorAll('#pane-response figcaption')].map((it) => it.innerText).join()");
    let captions = captions.as_str().unwrap();
    assert!(captions.contains("MySQL_NetworkTraffic") && captions.contains("in KB"), "{captions}");
    assert!(captions.contains("MySQL_MemCpuUsage") && captions.contains("in %"), "{captions}");
    assert_eq!(browser.eval("document.querySelectorAll('.chart path').length"), 4);
    // Values by keys, of all charts at once.
    browser.eval("document.querySelector('.chart').focus()");
    browser.press("Home", 36, 0);
    let told = browser
        .eval("[...document.querySelectorAll('.chart')].map((it) => it.getAttribute('aria-valuetext'))");
    let same = |index: usize| told[index].as_str().unwrap().split(": ").next().unwrap().to_owned();
    assert!(same(0).ends_with("UTC") && same(0) == same(1), "{told}");
    assert!(told[0].as_str().unwrap().contains("recv_k"), "{told}");
    browser.click(".legend");
    assert_eq!(browser.eval("document.querySelectorAll('.chart path').length"), 3);
    browser.picture(&picture("chart-light"));
    let csv = saved(&mut browser, ".charts .tools button");
    assert!(csv.starts_with("Date,recv_k,sent_k\r\n2"), "{csv}");

    browser.look(390, 844, true);
    browser.eval("document.querySelector('.charts').scrollIntoView()");
    browser.picture(&picture("chart-phone-dark"));
    let wide = browser.eval("document.querySelector('.chart').getBoundingClientRect().width / innerWidth");
    assert!(wide.as_f64().unwrap() > 0.8, "the chart takes {wide} of the phone");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// A gap is not 0, and what is no number takes nothing down.
#[test]
fn samples_of_any_kind_are_read() {
    let Some(mut browser) = browser() else { return };
    let explorer = Explorer::start(&[]);
    browser.open(&explorer.address);
    browser.wait("document.querySelector('.cards')");
    let read = browser.eval(
        r#"(async () => {
            const [{ readSeries }, { makeCharts }, { ask }] = await Promise.all(["series.js", "chart.js", "dom.js"].map((name) => import(new URL(name, location.href))));
            const { operation } = await ask("operation/DescribeDBInstancePerformance");
            const of = (values) => readSeries({ PerformanceKeys: { PerformanceKey: values } }, operation.response);
            const time = (minute) => `2026-01-01T00:0${minute}:00Z`;
            const some = of([{ Key: "K", Unit: "%", ValueFormat: "a&b", Values: { PerformanceValue: [
                { Date: time(2), Value: "3 KB/s&4&5" }, { Date: time(0), Value: "1&" }, { Date: time(1), Value: "x&NaN" }, { Date: "x", Value: "1" }, { Date: time(3) }, null, 5 ] } }]);
            document.body.append(makeCharts("x", some));
            const odd = [null, 5, "", [], {}, { PerformanceKey: 5 }, { PerformanceKey: [null, {}, { Values: 5 }, { Values: { PerformanceValue: [[]] } }] }];
            const none = odd.map((value) => readSeries({ PerformanceKeys: value }, operation.response).length);
            return [some[0].lines.map((line) => [line.name, ...line.points.map((point) => point.number)]), document.querySelector(".chart path").getAttribute("d").match(/M/g).length, none];
        })()"#,
    );
    let expected = json!([["a", 1, null, 3, null], ["b", null, null, 4, null], ["3", null, null, 5, null]]);
    assert_eq!(read, json!([expected, 2, [0, 0, 0, 0, 0, 0, 0]]));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
