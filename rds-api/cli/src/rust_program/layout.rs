//! Expressions, laid out as rustfmt would: what is pasted into a project stays as it is when that is formatted.

/// The widest line.
const WIDTH: usize = 100;
/// The widest list of arguments, list of elements, and chain of calls that stays on a line.
const NARROW: usize = 60;
/// The widest struct that stays on a line.
const STRUCT: usize = 18;
const INDENT: usize = 4;

/// An expression of a program.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    /// A literal, a path, a variable: never broken into lines, unless it is a macro that has some already.
    Text(String),
    /// `path(arguments)`.
    Call(String, Vec<Expression>),
    /// `root.link(arguments).link(arguments)`.
    Chain(Box<Expression>, Vec<Link>),
    /// `path { field: value }`.
    Struct(String, Vec<(String, Expression)>),
    /// `[elements]`, or `vec![elements]`.
    List(&'static str, Vec<Expression>),
    /// `(elements)`.
    Tuple(Vec<Expression>),
}

/// One link of a chain.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Link {
    pub(super) name: String,
    /// `None` for `await`.
    pub(super) arguments: Option<Vec<Expression>>,
    pub(super) ends_with_question_mark: bool,
}

impl Link {
    pub(super) fn call(name: impl Into<String>, arguments: Vec<Expression>) -> Self {
        Self { name: name.into(), arguments: Some(arguments), ends_with_question_mark: false }
    }
}

impl Expression {
    /// A literal of this text.
    pub(super) fn literal(text: &str) -> Self {
        let is_plain = |character: char| {
            !character.is_control() && !matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        };
        if !text.contains(['"', '\\']) || !text.chars().all(is_plain) {
            return Self::Text(format!("{text:?}"));
        }
        let hashes =
            (0..).map(|count| "#".repeat(count)).find(|hashes| !text.contains(&format!("\"{hashes}")));
        let hashes = hashes.unwrap_or_default();
        Self::Text(format!("r{hashes}\"{text}\"{hashes}"))
    }

    /// This expression with one more call behind it.
    pub(super) fn then(self, link: Link) -> Self {
        match self {
            Self::Chain(root, mut links) => {
                links.push(link);
                Self::Chain(root, links)
            }
            root => Self::Chain(Box::new(root), vec![link]),
        }
    }

    /// The statement that gives a variable this value.
    pub(super) fn assigned_to(&self, variable: &str) -> String {
        let before = format!("{}let {variable} =", " ".repeat(INDENT));
        let beside = self.layout(INDENT, before.len() + 1, 1);
        let below = self.in_one_line(WIDTH - 2 * INDENT - 1);
        match below.filter(|_| beside.contains('\n')) {
            Some(below) => format!("{before}\n{}{below};\n", " ".repeat(2 * INDENT)),
            None => format!("{before} {beside};\n"),
        }
    }

    /// The lines of this expression when it begins at a column of a line with an indentation, and `after` more
    /// characters follow it on its last line.
    fn layout(&self, indent: usize, column: usize, after: usize) -> String {
        self.in_one_line(WIDTH.saturating_sub(column + after))
            .unwrap_or_else(|| self.in_lines(indent, column, after))
    }

    /// The expression without a line break, if it may stand so in `width` characters.
    fn in_one_line(&self, width: usize) -> Option<String> {
        let text = match self {
            Self::Text(text) => {
                return (!text.contains('\n') && text.chars().count() <= width).then(|| text.clone());
            }
            Self::Call(path, arguments) => format!("{path}({})", joined(arguments, NARROW)?),
            Self::Tuple(elements) => format!("({})", joined(elements, NARROW)?),
            Self::List(name, elements) => format!("{name}[{}]", joined(elements, NARROW)?),
            Self::Struct(path, fields) => {
                let fields: Option<Vec<_>> = fields
                    .iter()
                    .map(|(name, value)| Some(format!("{name}: {}", value.in_one_line(STRUCT)?)))
                    .collect();
                let fields = fields?.join(", ");
                (fields.len() <= STRUCT).then(|| format!("{path} {{ {fields} }}"))?
            }
            Self::Chain(root, links) => {
                let mut text = root.in_one_line(WIDTH)?;
                for link in links {
                    text += &link.in_one_line()?;
                }
                (links.len() == 1 || text.chars().count() <= narrow(links)).then_some(text)?
            }
        };
        (text.chars().count() <= width).then_some(text)
    }

    fn in_lines(&self, indent: usize, column: usize, after: usize) -> String {
        match self {
            Self::Text(text) => text.replace('\n', &format!("\n{}", " ".repeat(indent))),
            Self::Call(path, arguments) => bracketed(path, ['(', ')'], arguments, indent, column, after),
            Self::Tuple(elements) => bracketed("", ['(', ')'], elements, indent, column, after),
            Self::List(name, elements) => bracketed(name, ['[', ']'], elements, indent, column, after),
            Self::Struct(path, fields) => {
                let inner = indent + INDENT;
                let lines = fields.iter().map(|(name, value)| {
                    let value = value.layout(inner, inner + name.len() + 2, 1);
                    format!("\n{}{name}: {value},", " ".repeat(inner))
                });
                format!("{path} {{{}\n{}}}", lines.collect::<String>(), " ".repeat(indent))
            }
            Self::Chain(root, links) => chain_in_lines(root, links, indent, column, after),
        }
    }
}

impl Link {
    fn in_one_line(&self) -> Option<String> {
        let mut text = format!(".{}", self.name);
        if let Some(arguments) = &self.arguments {
            text += &format!("({})", joined(arguments, NARROW)?);
        }
        Some(text + self.end())
    }

    fn layout(&self, indent: usize, column: usize, after: usize) -> String {
        if let Some(text) = self.in_one_line().filter(|text| column + text.chars().count() + after <= WIDTH) {
            return text;
        }
        let arguments = self.arguments.as_deref().unwrap_or_default();
        let text = bracketed(&self.name, ['(', ')'], arguments, indent, column + 1, after);
        format!(".{text}{}", self.end())
    }

    fn end(&self) -> &'static str {
        if self.ends_with_question_mark { "?" } else { "" }
    }
}

/// The widest chain of several links that stays on a line; a question mark at its end counts twice.
fn narrow(links: &[Link]) -> usize {
    NARROW - links.last().map_or(0, |link| link.end().len())
}

/// The elements in one line, if they are narrow enough together; one alone may be as wide as it likes.
fn joined(elements: &[Expression], width: usize) -> Option<String> {
    if let [element] = elements {
        return element.in_one_line(WIDTH);
    }
    let elements: Option<Vec<_>> = elements.iter().map(|element| element.in_one_line(width)).collect();
    let text = elements?.join(", ");
    (text.chars().count() <= width).then_some(text)
}

/// Arguments or elements that do not fit a line. One alone with brackets of its own stays on the line of the
/// outer ones.
fn bracketed(
    name: &str,
    [open, close]: [char; 2],
    elements: &[Expression],
    indent: usize,
    column: usize,
    after: usize,
) -> String {
    if let [element] = elements {
        let column = column + name.len() + 1;
        let may_stay = match element {
            Expression::Text(text) => text.contains('\n'),
            Expression::Chain(..) => name.len() < INDENT,
            _ => true,
        };
        let text = if may_stay { element.layout(indent, column, after + 1) } else { String::new() };
        let fits = text.lines().next().is_some_and(|line| column + line.chars().count() <= WIDTH);
        if text.contains('\n') && fits {
            return format!("{name}{open}{text}{close}");
        }
    }
    let inner = indent + INDENT;
    let lines =
        elements.iter().map(|element| format!("\n{}{},", " ".repeat(inner), element.layout(inner, inner, 1)));
    format!("{name}{open}{}\n{}{close}", lines.collect::<String>(), " ".repeat(indent))
}

fn chain_in_lines(root: &Expression, links: &[Link], indent: usize, column: usize, after: usize) -> String {
    let inner = indent + INDENT;
    let (Some((last, others)), Some(start)) = (links.split_last(), root.in_one_line(WIDTH)) else {
        return vertical(root, links, indent, column, after);
    };
    let others: Option<String> = others.iter().map(Link::in_one_line).collect();
    let Some(start) = others.map(|others| start + &others) else {
        return vertical(root, links, indent, column, after);
    };
    // The last call may break while all before it stays on one line, if that is not the longer way.
    let start_width = start.chars().count();
    let width = if links.len() == 1 { WIDTH.saturating_sub(column) } else { narrow(links) };
    let overflowing = last.layout(indent, column + start_width, after);
    let first_line = overflowing.lines().next().unwrap_or_default().chars().count();
    let lines = overflowing.lines().count();
    let alone = last.layout(inner, inner, after).lines().count();
    if lines > 1 && start_width + first_line <= width && (lines >= 5 || alone >= lines) {
        return start + &overflowing;
    }
    vertical(root, links, indent, column, after)
}

/// Each call on a line of its own, below the bracket that closes the root or else indented.
fn vertical(root: &Expression, links: &[Link], indent: usize, column: usize, after: usize) -> String {
    let mut text = root.layout(indent, column, 0);
    let inner = if text.contains('\n') { indent } else { indent + INDENT };
    for (index, link) in links.iter().enumerate() {
        let after = if index + 1 == links.len() { after } else { 0 };
        text += &format!("\n{}{}", " ".repeat(inner), link.layout(inner, inner, after));
    }
    text
}
