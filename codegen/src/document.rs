//! A YAML document with the place of everything in it, and what YAML allows that a specification does not.
//!
//! `serde_yaml` keeps no places, takes one of two equal keys for an error at the end of them both, and follows aliases
//! however many there are. So each text is walked once, event by event, before it is decoded: depth and aliases are
//! bounded by that, and every place is known in one pass, however many mistakes there are.

use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use serde::de::DeserializeOwned;

use crate::characters::is_invisible;
use crate::mistake::Mistake;
use crate::position::Position;
use crate::source::Source;

/// Deeper than any specification, and less than what exhausts the stack of whoever decodes it.
const MAX_DEPTH: usize = 64;

/// A document, as places.
#[derive(Debug, Default)]
pub(crate) struct Document {
    root: Node,
}

/// A value, the key that it has or the element that it is, and what it holds.
#[derive(Debug, Default)]
struct Node {
    key: Range<usize>,
    value: Range<usize>,
    children: HashMap<String, Node>,
}

/// The value of a file, or all that keeps it from being one. There is one mistake at least.
pub(crate) fn parse<T: DeserializeOwned>(source: &Source) -> Result<T, Vec<Mistake>> {
    let text = &source.text;
    let faults = Document::read(text).1;
    if !faults.is_empty() {
        return Err(faults.into_iter().map(|fault| fault.in_file(&source.path)).collect());
    }
    serde_yaml::from_str(text).map_err(|error| {
        let at = error.location().map_or(0, |location| location.index()).min(text.trim_end().len());
        vec![syntax(text, at, &error.to_string()).in_file(&source.path)]
    })
}

/// What is wrong with a text before anything is known of what it means.
struct Fault {
    at: usize,
    message: String,
    help: &'static str,
}

impl Fault {
    fn new(at: usize, message: impl Into<String>, help: &'static str) -> Self {
        Self { at, message: message.into(), help }
    }
}

impl Document {
    /// The places of a text, as far as it is a document.
    pub(crate) fn of(text: &str) -> Self {
        Self::read(text).0
    }

    /// The places of a text, and all that keeps it from being a document of the specification.
    fn read(text: &str) -> (Self, Vec<Fault>) {
        if let Some(fault) = encoding(text) {
            return (Self::default(), vec![fault]);
        }
        let mut walk = Walk {
            text,
            bytes: Bytes::of(text),
            open: Vec::new(),
            root: Node::default(),
            faults: Vec::new(),
        };
        walk.events();
        (Self { root: walk.root }, walk.faults)
    }

    /// The bytes of `text` that are at a position, or the deepest of what leads there that the text has.
    pub(crate) fn locate(&self, text: &str, position: &Position) -> Range<usize> {
        let mut node = &self.root;
        let mut found = node.value.start..node.value.start;
        for key in position.path() {
            let Some(child) = node.children.get(key) else { return found };
            node = child;
            found = first_line(text, &node.key);
        }
        if position.is_value() && !node.value.is_empty() { first_line(text, &node.value) } else { found }
    }
}

fn first_line(text: &str, range: &Range<usize>) -> Range<usize> {
    let line = text.get(range.clone()).unwrap_or_default();
    range.start..line.find('\n').map_or(range.end, |length| range.start + length)
}

/// A text that no editor should have written.
fn encoding(text: &str) -> Option<Fault> {
    const HELP: &str = "save the file as UTF-8, without a byte order mark";
    if text.starts_with('\u{feff}') {
        return Some(Fault::new(0, "the file begins with a byte order mark", HELP));
    }
    if let Some(at) = text.find('\0') {
        return Some(Fault::new(at, "this is no text, or text in UTF-16", HELP));
    }
    let at = text.find('\u{fffd}')?;
    Some(Fault::new(at, "this is not UTF-8: the text has another encoding, or is none", HELP))
}

/// From characters, which the parser counts, to bytes.
enum Bytes {
    Ascii(usize),
    Other(Vec<usize>),
}

impl Bytes {
    fn of(text: &str) -> Self {
        if text.is_ascii() {
            return Self::Ascii(text.len());
        }
        let ends = text.char_indices().map(|(index, _)| index).chain([text.len()]);
        Self::Other(ends.collect())
    }

    fn at(&self, character: usize) -> usize {
        match self {
            Self::Ascii(length) => character.min(*length),
            Self::Other(bytes) => bytes.get(character).or(bytes.last()).copied().unwrap_or_default(),
        }
    }
}

/// The walk over the events of a text.
struct Walk<'t> {
    text: &'t str,
    bytes: Bytes,
    open: Vec<Open>,
    root: Node,
    faults: Vec<Fault>,
}

/// A mapping or a sequence that has begun.
struct Open {
    node: Node,
    /// Where it began.
    start: usize,
    is_mapping: bool,
    /// The key whose value comes next.
    key: Option<(String, Range<usize>)>,
    elements: usize,
}

impl Walk<'_> {
    fn events(&mut self) {
        let text = self.text;
        let mut documents = 0;
        for event in Parser::new_from_str(text) {
            let (event, span) = match event {
                Ok(event) => event,
                Err(error) => {
                    let at = self.bytes.at(error.marker().index()).min(text.trim_end().len());
                    // The parser looks ahead, and so it may be the first to see how deep it goes.
                    let is_deep = error.info().contains("recursion limit");
                    self.faults.push(if is_deep { too_deep(at) } else { syntax(text, at, error.info()) });
                    return;
                }
            };
            match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        let at = self.bytes.at(span.start.index());
                        let help = "a file is one document: remove the line `---`, or make two files";
                        self.faults.push(Fault::new(at, "a second document begins here", help));
                        return;
                    }
                }
                Event::MappingStart(anchor, tag) => {
                    self.dress(span, anchor, tag.is_some());
                    self.begin(span, true);
                }
                Event::SequenceStart(anchor, tag) => {
                    self.dress(span, anchor, tag.is_some());
                    self.begin(span, false);
                }
                Event::MappingEnd | Event::SequenceEnd => self.end(span),
                Event::Alias(_) => {
                    self.alias(span);
                    let value = self.range(span);
                    self.add(None, value, HashMap::new());
                }
                Event::Scalar(content, style, anchor, tag) => {
                    self.dress(span, anchor, tag.is_some());
                    let value = self.range(span);
                    if style == ScalarStyle::Plain {
                        self.comment(&content, &value);
                    }
                    self.invisible(&content, &value);
                    self.add(Some(&content), value, HashMap::new());
                }
                _ => {}
            }
            if self.open.len() > MAX_DEPTH {
                self.faults.push(too_deep(self.bytes.at(span.start.index())));
                return;
            }
        }
    }

    fn range(&self, span: Span) -> Range<usize> {
        let range = self.bytes.at(span.start.index())..self.bytes.at(span.end.index());
        let length = self.text.get(range.clone()).map_or(0, |text| text.trim_end().len());
        range.start..range.start + length
    }

    fn begin(&mut self, span: Span, is_mapping: bool) {
        let start = self.bytes.at(span.start.index());
        self.open.push(Open { node: Node::default(), start, is_mapping, key: None, elements: 0 });
    }

    fn end(&mut self, span: Span) {
        let Some(open) = self.open.pop() else { return };
        let end = self.bytes.at(span.end.index()).max(open.start);
        self.add(None, open.start..end, open.node.children);
    }

    /// Adds a value that is complete to what holds it; of a scalar, `content` is the text.
    fn add(&mut self, content: Option<&str>, value: Range<usize>, children: HashMap<String, Node>) {
        let Some(open) = self.open.last_mut() else {
            self.root = Node { key: value.clone(), value, children };
            return;
        };
        if !open.is_mapping {
            let key = open.elements.to_string();
            open.elements += 1;
            open.node.children.insert(key, Node { key: value.clone(), value, children });
            return;
        }
        let Some((name, key)) = open.key.take() else {
            open.key = Some((content.unwrap_or_default().to_owned(), value));
            return;
        };
        if let Some(first) = open.node.children.get(&name) {
            let line = self.text[..first.key.start].matches('\n').count() + 1;
            let message = format!("the key `{name}` stands here twice, first in line {line}");
            self.faults.push(Fault::new(key.start, message, "keep one of the two"));
            return;
        }
        if name == "<<" {
            let help = "write the keys out, or give what they share a name in spec/types.yaml";
            self.faults.push(Fault::new(key.start, "merge keys are not supported", help));
        }
        open.node.children.insert(name, Node { key, value, children });
    }

    /// Reports an anchor or a tag.
    fn dress(&mut self, span: Span, anchor: usize, is_tagged: bool) {
        let at = self.bytes.at(span.start.index());
        if is_tagged {
            let help = "remove it; quotes make a text of what begins with `!`";
            self.faults.push(Fault::new(at, "tags have no meaning here", help));
        } else if anchor > 0 {
            self.alias(span);
        }
    }

    fn alias(&mut self, span: Span) {
        let help = "write it out, or give it a name in spec/types.yaml; quotes make a text of what begins with `&` or `*`";
        let at = self.bytes.at(span.start.index());
        self.faults.push(Fault::new(at, "anchors and aliases are not supported", help));
    }

    /// Reports a character that nobody sees.
    fn invisible(&mut self, content: &str, value: &Range<usize>) {
        let Some(character) = content.chars().find(|character| is_invisible(*character)) else { return };
        // It may be written as itself, or as an escape.
        let at = self.text[value.clone()].find(character).map_or(value.start, |found| value.start + found);
        let message =
            format!("this text has the character U+{:04X}, which nobody sees", u32::from(character));
        self.faults.push(Fault::new(at, message, "remove it, or begin a new line where it would"));
    }

    /// Reports a sentence that YAML ends at ` #`. Behind a word a comment may stand.
    fn comment(&mut self, content: &str, value: &Range<usize>) {
        let rest = self.text[value.end..].lines().next().unwrap_or_default();
        let is_comment = rest.starts_with([' ', '\t']) && rest.trim_start().starts_with('#');
        if is_comment && content.trim().contains(' ') {
            let at = value.end + rest.len() - rest.trim_start().len();
            let help = "put the text in quotes; a comment goes on a line of its own";
            self.faults.push(Fault::new(at, "the text ends before ` #`, which begins a comment", help));
        }
    }
}

fn too_deep(at: usize) -> Fault {
    let help = "no specification needs so many levels: give what is inside a name in spec/types.yaml";
    Fault::new(at, format!("this is nested more than {MAX_DEPTH} deep"), help)
}

/// A text that is not YAML, in the words of a parser.
fn syntax(text: &str, at: usize, words: &str) -> Fault {
    // A parser stumbles over the line itself, the one before it or the one behind it.
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let mut line_start = text[..start.saturating_sub(1)].rfind('\n').map_or(0, |newline| newline + 1);
    for line in text[line_start..].split_inclusive('\n').take(3) {
        let indentation = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        if let Some(tab) = indentation.find('\t') {
            return Fault::new(line_start + tab, "a tab cannot indent a line", "indent with spaces");
        }
        line_start += line.len();
    }
    let help = "check indentation, and quote texts that hold `: ` or begin with one of `*&!|>%@`";
    Fault::new(at, format!("this is not valid YAML: {words}"), help)
}

impl Fault {
    /// The fault as a mistake in the file of this path.
    fn in_file(self, path: &str) -> Mistake {
        Mistake::at_byte(path, self.at, self.message).help(self.help)
    }
}
