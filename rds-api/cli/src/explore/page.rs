//! The page: its frame, with the list of all operations in it, and the modules that it loads.

use rds_api::Access;
use rds_api::schema::{self, Operation};

/// The files of the page, by name, with their content types.
const ASSETS: &[(&str, &str, &str)] = &[
    ("style.css", "text/css", include_str!("page/style.css")),
    ("address.js", SCRIPT, include_str!("page/address.js")),
    ("app.js", SCRIPT, include_str!("page/app.js")),
    ("body.js", SCRIPT, include_str!("page/body.js")),
    ("cell.js", SCRIPT, include_str!("page/cell.js")),
    ("chart.js", SCRIPT, include_str!("page/chart.js")),
    ("code.js", SCRIPT, include_str!("page/code.js")),
    ("columns.js", SCRIPT, include_str!("page/columns.js")),
    ("confirm.js", SCRIPT, include_str!("page/confirm.js")),
    ("documented.js", SCRIPT, include_str!("page/documented.js")),
    ("dom.js", SCRIPT, include_str!("page/dom.js")),
    ("download.js", SCRIPT, include_str!("page/download.js")),
    ("follow.js", SCRIPT, include_str!("page/follow.js")),
    ("followed.js", SCRIPT, include_str!("page/followed.js")),
    ("form.js", SCRIPT, include_str!("page/form.js")),
    ("head.js", SCRIPT, include_str!("page/head.js")),
    ("history.js", SCRIPT, include_str!("page/history.js")),
    ("identifiers.js", SCRIPT, include_str!("page/identifiers.js")),
    ("members.js", SCRIPT, include_str!("page/members.js")),
    ("operation.js", SCRIPT, include_str!("page/operation.js")),
    ("operations.js", SCRIPT, include_str!("page/operations.js")),
    ("overview.js", SCRIPT, include_str!("page/overview.js")),
    ("ranges.js", SCRIPT, include_str!("page/ranges.js")),
    ("repeat.js", SCRIPT, include_str!("page/repeat.js")),
    ("response.js", SCRIPT, include_str!("page/response.js")),
    ("rows.js", SCRIPT, include_str!("page/rows.js")),
    ("scale.js", SCRIPT, include_str!("page/scale.js")),
    ("series.js", SCRIPT, include_str!("page/series.js")),
    ("signing.js", SCRIPT, include_str!("page/signing.js")),
    ("table.js", SCRIPT, include_str!("page/table.js")),
    ("tabs.js", SCRIPT, include_str!("page/tabs.js")),
    ("target.js", SCRIPT, include_str!("page/target.js")),
    ("thing.js", SCRIPT, include_str!("page/thing.js")),
    ("tree.js", SCRIPT, include_str!("page/tree.js")),
    ("welcome.js", SCRIPT, include_str!("page/welcome.js")),
    ("xml.js", SCRIPT, include_str!("page/xml.js")),
    ("icon.svg", "image/svg+xml", include_str!("page/icon.svg")),
];

const SCRIPT: &str = "text/javascript";

/// The content type and the text of a part of the page.
pub(super) fn asset(name: &str) -> Option<(&'static str, &'static str)> {
    ASSETS.iter().find(|(known, ..)| *known == name).map(|(_, content_type, text)| (*content_type, *text))
}

/// The page itself.
pub(super) fn index() -> String {
    let count = schema::names().len().to_string();
    include_str!("page/index.html").replace("{{count}}", &count).replace("{{families}}", &families())
}

fn families() -> String {
    let mut operations: Vec<&Operation> = schema::operations().collect();
    operations.sort_by_key(|operation| &operation.name);
    let family = |family: schema::Family| {
        let own = operations.iter().filter(|operation| operation.family == family.name);
        let own: Vec<String> = own.map(|operation| entry(operation)).collect();
        format!(
            "<details class=\"family\" data-family=\"{}\"><summary><span>{}</span><span class=\"count\">{}</span></summary>\
             <ul>{}</ul></details>\n",
            family.name,
            escaped(family.title),
            own.len(),
            own.concat(),
        )
    };
    schema::families().map(family).collect()
}

fn entry(operation: &Operation) -> String {
    let access = match operation.access {
        Access::Read => "read",
        Access::Write => "write",
    };
    let deprecated = if operation.deprecated.is_some() { " deprecated" } else { "" };
    format!(
        "<li><a class=\"{access}{deprecated}\" href=\"#/{name}\"><span class=\"name\">{}</span>\
         <span class=\"summary\">{}</span></a></li>",
        breakable(&operation.name),
        escaped(&operation.summary.trim().replace('`', "")),
        name = operation.name,
    )
}

/// A name that may be broken between its words.
fn breakable(name: &str) -> String {
    let mut text = String::new();
    let mut before = 'A';
    for character in name.chars() {
        if before.is_ascii_lowercase() && character.is_ascii_uppercase() {
            text += "<wbr>";
        }
        text.push(character);
        before = character;
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
