//! A document of YAML or JSON with the line of everything in it.
//!
//! Scalars keep their text as it is written: only the specification says whether `8.0` is a number.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

/// Deeper than any parameter.
const MAX_DEPTH: usize = 64;

/// A value and the line, counted from 1, where it begins.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) value: Value,
}

#[derive(Debug)]
pub(super) enum Value {
    Scalar {
        text: String,
        /// It is written without quotation marks, so that it may be a number, a truth value or nothing.
        is_plain: bool,
    },
    Sequence(Vec<Node>),
    Mapping(Vec<Member>),
}

/// A key, the line where it stands, and its value.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) key: String,
    pub(super) line: usize,
    pub(super) value: Node,
}

/// What keeps a text from being a document, and the line where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) line: usize,
    pub(super) message: String,
}

impl Node {
    /// Whether it says that there is no value.
    pub(super) fn is_null(&self) -> bool {
        let Value::Scalar { text, is_plain } = &self.value else { return false };
        *is_plain && ["", "~", "null", "Null", "NULL"].contains(&text.as_str())
    }

    /// The document of a text; `None` if there is nothing in it.
    pub(super) fn parse(text: &str) -> Result<Option<Self>, Fault> {
        let mut open: Vec<Open> = Vec::new();
        let mut root = None;
        let mut documents = 0;
        for event in Parser::new_from_str(text.trim_start_matches('\u{feff}')) {
            let (event, span) = event.map_err(|error| {
                let message = format!("this is neither YAML nor JSON: {}", error.info());
                Fault { line: error.marker().line(), message }
            })?;
            let line = span.start.line();
            let fault = |message: &str| Fault { line, message: message.to_owned() };
            let node = match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    match documents {
                        1 => continue,
                        _ => return Err(fault("a second document begins here; an input is one")),
                    }
                }
                Event::Alias(_) => return Err(fault("an alias has no meaning here: write its value out")),
                Event::MappingStart(..) => {
                    open.push(Open::at(span, Value::Mapping(Vec::new())));
                    None
                }
                Event::SequenceStart(..) => {
                    open.push(Open::at(span, Value::Sequence(Vec::new())));
                    None
                }
                Event::MappingEnd | Event::SequenceEnd => open.pop().map(|open| open.node),
                Event::Scalar(text, style, ..) => {
                    let value =
                        Value::Scalar { text: text.into_owned(), is_plain: style == ScalarStyle::Plain };
                    Some(Node { line, value })
                }
                _ => continue,
            };
            if open.len() > MAX_DEPTH {
                return Err(fault("this is nested too deep"));
            }
            match (node, open.last_mut()) {
                (Some(node), Some(open)) => open.add(node)?,
                (Some(node), None) => root = Some(node),
                (None, _) => {}
            }
        }
        Ok(root)
    }
}

/// A mapping or a sequence that has begun.
struct Open {
    node: Node,
    /// The key whose value comes next.
    key: Option<(String, usize)>,
    /// The lines of all keys.
    keys: HashMap<String, usize>,
}

impl Open {
    fn at(span: Span, value: Value) -> Self {
        Self { node: Node { line: span.start.line(), value }, key: None, keys: HashMap::new() }
    }

    fn add(&mut self, node: Node) -> Result<(), Fault> {
        match &mut self.node.value {
            Value::Sequence(elements) => elements.push(node),
            Value::Mapping(members) => match self.key.take() {
                Some((key, line)) => members.push(Member { key, line, value: node }),
                None => {
                    let line = node.line;
                    let Value::Scalar { text, .. } = node.value else {
                        return Err(Fault { line, message: "a key is a text".to_owned() });
                    };
                    if let Some(first) = self.keys.insert(text.clone(), line) {
                        let message = format!("`{text}` stands here twice, first in line {first}");
                        return Err(Fault { line, message });
                    }
                    self.key = Some((text, line));
                }
            },
            // A scalar holds nothing.
            Value::Scalar { .. } => {}
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A document in one line, with the lines where things stand.
    fn shown(node: &Node) -> String {
        let line = node.line;
        match &node.value {
            Value::Scalar { text, is_plain: true } => format!("{line}:{text}"),
            Value::Scalar { text, .. } => format!("{line}:{text:?}"),
            Value::Sequence(elements) => {
                format!("{line}:[{}]", elements.iter().map(shown).collect::<Vec<_>>().join(" "))
            }
            Value::Mapping(members) => {
                let members = members.iter().map(|it| format!("{}:{}={}", it.line, it.key, shown(&it.value)));
                format!("{line}:{{{}}}", members.collect::<Vec<_>>().join(" "))
            }
        }
    }

    #[test]
    fn yaml_and_json_are_read_alike_and_keep_their_lines() {
        let json = "{\n\t\"A\": \"x\",\r\n\t\"B\": [1,\n\t\t{\"C\": null, \"D\": true}],\n\t\"E\": {}\n}\n";
        let yaml = "# comment\nA: 'x'\nB:\n  - 1\n  - C:\n    D: true\nE: {}\n";
        let read = |text: &str| Node::parse(text).unwrap().map(|node| shown(&node));
        assert_eq!(read(json).unwrap(), "1:{2:A=2:\"x\" 3:B=3:[3:1 4:{4:C=4:null 4:D=4:true}] 5:E=5:{}}");
        assert_eq!(read(yaml).unwrap(), "2:{2:A=2:\"x\" 3:B=4:[4:1 5:{5:C=5: 6:D=6:true}] 7:E=7:{}}");
        assert_eq!(read(r#"{"escaped": "a\n\"\u00e9"}"#).unwrap(), "1:{1:escaped=1:\"a\\n\\\"é\"}");
        assert_eq!(read("\u{feff}A: 1"), Some("1:{1:A=1:1}".to_owned()));
        assert_eq!((read(""), read("# nothing\n")), (None, None));
    }

    #[test]
    fn what_is_no_document_is_told_with_its_line() {
        for (text, line, says) in [
            ("A: 1\nB: [1", 2, "neither YAML nor JSON"),
            ("{\"A\": 1,\n\"A\": 2}", 2, "`A` stands here twice, first in line 1"),
            ("A: &x 1\nB: *x", 2, "an alias"),
            ("A: 1\n---\nB: 2", 2, "a second document"),
            ("A: 1\n? [x]\n: 1", 2, "a key is a text"),
        ] {
            let fault = Node::parse(text).unwrap_err();
            assert!(fault.message.contains(says), "{text}: {fault:?}");
            assert!(fault.line.abs_diff(line) <= 1, "{text}: {fault:?}");
        }
        let deep = Node::parse(&"[".repeat(1000)).unwrap_err();
        assert!(deep.message.contains("deep") || deep.message.contains("recursion"), "{deep:?}");
    }
}
