//! Markdown for documentation comments.

/// The width that documentation is wrapped to.
const WIDTH: usize = 96;

/// Cuts a text into lines. Paragraphs and list entries are filled; tables, headings and code stay as they are.
pub(super) fn wrap(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut paragraph = String::new();
    let mut in_code = false;
    for line in text.trim().lines().map(str::trim_end) {
        let is_fence = line.trim_start().starts_with("```");
        let stands_alone = line.is_empty() || line.starts_with(['|', '#']);
        let begins = line.starts_with("- ");
        if in_code || is_fence || stands_alone {
            fill(&mut paragraph, &mut lines);
            lines.push(line.to_owned());
            in_code ^= is_fence;
            continue;
        }
        if begins {
            fill(&mut paragraph, &mut lines);
        }
        if !paragraph.is_empty() {
            paragraph.push(' ');
        }
        paragraph.push_str(line.trim_start());
    }
    fill(&mut paragraph, &mut lines);
    lines
}

/// Breaks a paragraph into lines, and leaves it empty.
fn fill(paragraph: &mut String, lines: &mut Vec<String>) {
    let indent = if paragraph.starts_with("- ") { "  " } else { "" };
    let mut current = String::new();
    for word in std::mem::take(paragraph).split(' ').filter(|word| !word.is_empty()) {
        if !current.is_empty() && current.len() + 1 + word.len() > WIDTH {
            lines.push(std::mem::replace(&mut current, indent.to_owned()));
        }
        if !current.trim().is_empty() {
            current.push(' ');
        }
        current.push_str(word);
    }
    if !current.is_empty() {
        lines.push(current);
    }
}

/// The text up to the first empty line.
pub(super) fn first_paragraph(text: &str) -> &str {
    text.split("\n\n").next().unwrap_or_default().trim()
}
