//! Responses of any shape, whatever the specification says: each is shown, and none takes the page down.

use serde_json::{Value as Json, json};

use super::{Explorer, browser};

/// Values that a service, or what stands between, may put anywhere.
fn values() -> Vec<Json> {
    let mut values = vec![
        json!(null),
        json!(5),
        json!(-0.5),
        json!(18_446_744_073_709_551_615_u64),
        json!(true),
        json!(""),
        json!("text"),
        json!("<img src=x onerror=alert(1)>"),
        json!("\u{202e}\u{1b}[2J\u{0}"),
        json!([]),
        json!({}),
        json!({ "a": null }),
        json!({ "": "" }),
        json!({ "constructor": "x", "toString": "y", "hasOwnProperty": 1, "length": 3, "valueOf": null }),
        serde_json::from_str(r#"{ "__proto__": { "polluted": true } }"#).unwrap(),
    ];
    let inside: Vec<Json> = values.iter().map(|value| json!([value])).collect();
    values.extend(inside);
    values.push(json!([null, 5, "text", [], {}, [[]], [{ "a": 1 }]]));
    values.push((0..60).fold(json!(1), |value, _| json!([value])));
    values.push((0..60).fold(json!(1), |value, _| json!({ "a": value })));
    values
}

/// Bodies with a value in every place that the page looks at.
fn bodies() -> Vec<String> {
    let mut bodies = Vec::new();
    for value in values() {
        for body in [
            value.clone(),
            json!({ "RequestId": value, "PageNumber": value }),
            json!({ "Items": value }),
            json!({ "Items": { "DBInstance": value } }),
            json!({ "Items": { "DBInstance": [value] } }),
            json!({ "Items": { "DBInstance": [{ "DBInstanceId": "a" }, value, value, { "DBInstanceId": "b" }] } }),
            json!({ "Items": { "DBInstance": [{ "DBInstanceId": value, "ReadOnlyDBInstanceIds": value, "New": value }] } }),
        ] {
            bodies.push(body.to_string());
        }
    }
    for inside in [
        "",
        "<a/>",
        "<constructor>x</constructor><toString/>",
        "<__proto__><polluted>true</polluted></__proto__><__proto__/>",
        "<Items/>",
        "<Items>text</Items>",
        "<Items><DBInstance/><DBInstance>5</DBInstance><Other><DBInstanceId>a</DBInstanceId></Other></Items>",
        "<Items><DBInstance><DBInstanceId><a/></DBInstanceId></DBInstance></Items>",
        "<RequestId>a</RequestId><RequestId>b</RequestId><RequestId><c/></RequestId>",
    ] {
        bodies.push(format!("<R>{inside}</R>"));
    }
    bodies.extend(
        ["", " ", "<", "<R>", "<!doctype html><p>page", "{", "\u{feff}{}", "null", "NaN"].map(str::to_owned),
    );
    bodies
}

/// Shows each body as table, tree and text, and says what went wrong.
const SHOW: &str = r#"
    const [{ makeResponse }, { ask }] = await Promise.all(["response.js", "dom.js"].map((name) => import(new URL(name, location.href))));
    const { operation } = await ask("operation/DescribeDBInstances");
    const wrong = [];
    let shown = 0;
    for (const body of bodies) for (const ok of [true, false]) {
        const error = { kind: "Service", code: body, message: body, meaning: body, todo: body, executed: body, recommendation_text: body };
        const call = { ok, body, error, status: 200, elapsed_ms: 1, at: "2026-01-01T00:00:00Z", attempts: [], request_id: body };
        const pane = makeResponse(operation, {});
        document.body.append(pane.element);
        try {
            pane.set(call);
            for (const view of pane.element.querySelectorAll("input[name=view]")) {
                view.click();
                for (const details of pane.element.querySelectorAll("details")) details.open = true;
                if (!pane.element.querySelector(".view").firstElementChild) throw new Error(`nothing is shown as ${view.value}`);
                shown += 1;
            }
            if (pane.element.querySelector("img, script, a")) throw new Error("markup");
            if ({}.polluted) throw new Error("polluted");
        } catch (error) { wrong.push(`${body}: ${error.stack}`); }
        pane.element.remove();
    }
    return { wrong, shown };
"#;

#[test]
fn a_response_of_any_shape_is_shown() {
    let Some(mut browser) = browser() else { return };
    let explorer = Explorer::start(&[]);
    browser.open(&explorer.address);
    browser.wait("document.querySelector('.cards')");
    let bodies = bodies();
    let outcome = browser.eval(&format!("(async () => {{ const bodies = {}; {SHOW} }})()", json!(bodies)));
    assert_eq!(outcome["wrong"], json!([]));
    assert!(outcome["shown"].as_u64().unwrap() as usize > 2 * bodies.len(), "{}", outcome["shown"]);
    // Where XML is broken, the browser puts an element with a style into what it has read, which is never shown.
    let mut complaints = browser.complaints();
    complaints.retain(|complaint| !complaint.contains("Applying inline style"));
    assert_eq!(complaints, Vec::<String>::new());
}

#[test]
fn a_call_that_was_not_done_is_shown_as_that() {
    let Some(mut browser) = browser() else { return };
    let explorer = Explorer::start(&[]);
    browser.open(&explorer.address);
    browser.wait("document.querySelector('.cards')");
    let shown = browser.eval(
        r#"(async () => {
            const [{ makeResponse }, { ask }] = await Promise.all(["response.js", "dom.js"].map((name) => import(new URL(name, location.href))));
            const { operation } = await ask("operation/DescribeRegions");
            const pane = makeResponse(operation, {});
            pane.set({ ok: true, not_done: "the words of `rds`", body: "{}", error: null, status: 200, elapsed_ms: 1, at: "2026-01-01T00:00:00Z", attempts: [] });
            return [pane.element.querySelector("[role=status]").textContent, pane.element.querySelector(".failure").textContent, pane.element.querySelectorAll(".bad").length];
        })()"#,
    );
    assert_eq!(shown, json!(["Not done: the words of `rds`", "Not donethe words of rds", 1]));
}

#[test]
fn only_a_server_that_does_not_respond_is_said_to_be_gone() {
    let Some(mut browser) = browser() else { return };
    let explorer = Explorer::start(&[]);
    browser.open(&format!("{}#/DescribeRegions", explorer.address));
    browser.wait("document.querySelector('.actions .primary')");
    // The page itself fails.
    browser.eval("JSON.stringify = () => { throw new TypeError('a fault of the page'); }");
    browser.click(".actions .primary");
    browser.wait("document.querySelector('.trouble')");
    assert_eq!(browser.text(".trouble"), "a fault of the page");
    browser.open("about:blank");
    browser.open(&format!("{}#/DescribeTags", explorer.address));
    browser.wait("document.querySelector('.actions .primary')");
    drop(explorer);
    browser.click(".actions .primary");
    browser.wait("document.querySelector('.trouble')");
    let trouble = browser.text(".trouble");
    assert!(trouble.contains("start it again"), "{trouble}");
}
