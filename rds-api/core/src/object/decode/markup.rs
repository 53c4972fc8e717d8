//! An XML document, piece by piece.
//!
//! Responses are made of elements and texts. All else, attributes among it, is read past. What XML does not allow in a text
//! is the text that it looks like: logs have `&` in them now and then, and references to characters that are none.

use std::borrow::Cow;

use super::scan;

/// A document that is read from its beginning to its end.
pub(crate) struct Markup<'x> {
    document: &'x str,
    at: usize,
    /// The names of the elements that have begun and not ended.
    open: Vec<&'x str>,
}

/// What a document is made of, besides what is read past.
pub(crate) enum Piece<'x> {
    Begin(Tag<'x>),
    End,
    /// A text that says what stands in the document.
    Plain(&'x str),
    /// A text with what stands for something else, to be read by [`text`].
    Text(&'x str),
    /// A text in which only line ends stand for something else, to be read by [`verbatim`].
    Verbatim(&'x str),
}

/// The beginning of an element.
#[derive(Clone, Copy)]
pub(crate) struct Tag<'x> {
    /// The name without its prefix.
    pub(crate) name: &'x str,
    /// It is the end as well.
    pub(crate) is_empty: bool,
}

impl<'x> Markup<'x> {
    pub(crate) fn new(document: &'x str) -> Self {
        Self { document, at: 0, open: Vec::new() }
    }

    /// How many bytes of the document have been read.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// The next piece; `None` at the end of the document.
    #[allow(
        clippy::should_implement_trait,
        reason = "a mistake does not end the document, and nobody iterates"
    )]
    pub(crate) fn next(&mut self) -> Result<Option<Piece<'x>>, String> {
        loop {
            let rest = self.rest();
            let Some(tag) = rest.strip_prefix('<') else {
                let end = end_of_plain(rest);
                if matches!(rest.as_bytes().get(end), None | Some(b'<')) {
                    self.at += end;
                    return Ok((end > 0).then_some(Piece::Plain(&rest[..end])));
                }
                let text = &rest[..rest.find('<').unwrap_or(rest.len())];
                self.at += text.len();
                return Ok(Some(Piece::Text(text)));
            };
            match tag.as_bytes().first() {
                Some(b'/') => return self.end().map(Some),
                Some(b'?') => drop(self.until("<?", "?>")?),
                Some(b'!') if tag.starts_with("!--") => drop(self.until("<!--", "-->")?),
                Some(b'!') if tag.starts_with("![CDATA[") => {
                    return Ok(Some(Piece::Verbatim(self.until("<![CDATA[", "]]>")?)));
                }
                Some(b'!') => self.declaration()?,
                _ => return self.begin().map(|tag| Some(Piece::Begin(tag))),
            }
        }
    }

    /// Reads the beginning of an element of this name, if that comes next and has nothing in it but the name.
    #[inline]
    pub(crate) fn begin_as(&mut self, name: &str) -> Option<Tag<'x>> {
        let tag = self.rest().strip_prefix('<')?;
        tag.strip_prefix(name)?.strip_prefix('>')?;
        let name = &tag[..name.len()];
        self.open.push(name);
        self.at += name.len() + 2;
        Some(Tag { name, is_empty: false })
    }

    /// Reads what is left of the element that began last, if that is nothing but a text that says what stands there.
    #[inline]
    pub(crate) fn plain(&mut self) -> Option<&'x str> {
        let (rest, open) = (self.rest(), self.open.last()?);
        let (text, end) = rest.split_at(end_of_plain(rest));
        let after = end.strip_prefix("</")?.strip_prefix(open)?.strip_prefix('>')?;
        self.at = self.document.len() - after.len();
        self.open.pop();
        Some(text)
    }

    /// Reads past what is left of the element that began last.
    pub(crate) fn skip(&mut self) -> Result<(), String> {
        let outside = self.open.len().saturating_sub(1);
        while self.open.len() > outside {
            if self.next()?.is_none() {
                return Err(format!("the document ends within `{}`", self.open[outside]));
            }
        }
        Ok(())
    }

    fn rest(&self) -> &'x str {
        &self.document[self.at..]
    }

    /// What stands between the words that begin something and those that end it.
    fn until(&mut self, begin: &str, end: &str) -> Result<&'x str, String> {
        let inside = &self.rest()[begin.len()..];
        let length = inside.find(end).ok_or_else(|| format!("`{begin}` has no `{end}` after it"))?;
        self.at += begin.len() + length + end.len();
        Ok(&inside[..length])
    }

    /// Reads past a declaration, with those in it.
    fn declaration(&mut self) -> Result<(), String> {
        let (mut depth, mut quote) = (0_usize, None);
        for (at, next) in self.rest().bytes().enumerate() {
            match next {
                _ if quote == Some(next) => quote = None,
                _ if quote.is_some() => {}
                b'"' | b'\'' => quote = Some(next),
                b'<' => depth += 1,
                b'>' if depth == 1 => {
                    self.at += at + 1;
                    return Ok(());
                }
                b'>' => depth -= 1,
                _ => {}
            }
        }
        Err("`<!` has no `>` after it".to_owned())
    }

    fn begin(&mut self) -> Result<Tag<'x>, String> {
        let tag = &self.rest()[1..];
        let name = name(tag);
        if name.is_empty() {
            return Err("an element has no name".to_owned());
        }
        let length = match tag.as_bytes().get(name.len()) {
            Some(b'>') => name.len(),
            _ => end_of_tag(tag, name.len()).ok_or_else(|| format!("`<{name}` has no `>` after it"))?,
        };
        let is_empty = tag[..length].ends_with('/');
        if !is_empty {
            self.open.push(name);
        }
        self.at += 1 + length + 1;
        Ok(Tag { name: name.split_once(':').map_or(name, |(_, local)| local), is_empty })
    }

    fn end(&mut self) -> Result<Piece<'x>, String> {
        let tag = &self.rest()[2..];
        let Some(open) = self.open.last().copied() else {
            return Err(format!("`{}` ends and has not begun", name(tag)));
        };
        match tag.strip_prefix(open).map(str::trim_start).filter(|after| after.starts_with('>')) {
            Some(after) => {
                self.open.pop();
                self.at += 2 + tag.len() - after.len() + 1;
                Ok(Piece::End)
            }
            None if name(tag) == open => Err(format!("`</{open}` has no `>` after it")),
            None => Err(format!("`{open}` ends as `{}`", name(tag))),
        }
    }
}

/// How many bytes come before what ends a text, or stands for something else in it.
#[inline]
fn end_of_plain(text: &str) -> usize {
    scan::before(text.as_bytes(), [b'<', b'&', b'\r'], 0)
}

/// The name that a tag begins with.
fn name(tag: &str) -> &str {
    let is_of_name = |next: &u8| !matches!(next, b'>' | b'/' | b' ' | b'\t' | b'\r' | b'\n');
    // What ends a name is no part of a character.
    &tag[..tag.as_bytes().iter().take_while(|next| is_of_name(next)).count()]
}

/// How long a tag is, with `>` after it, which stands in the values of attributes, too.
fn end_of_tag(tag: &str, from: usize) -> Option<usize> {
    let mut quote = None;
    tag.bytes().enumerate().skip(from).find_map(|(at, next)| {
        match next {
            _ if quote == Some(next) => quote = None,
            _ if quote.is_some() => {}
            b'"' | b'\'' => quote = Some(next),
            b'>' => return Some(at),
            _ => {}
        }
        None
    })
}

/// What a text of the document says: with the characters that its references stand for, and the line ends of XML.
pub(crate) fn text(text: &str) -> String {
    let (mut read, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(next) = rest.chars().next() {
        let length = match next {
            '&' => reference(rest, &mut read),
            '\r' => {
                read.push('\n');
                if rest.starts_with("\r\n") { 2 } else { 1 }
            }
            _ => {
                let length = rest.find(['&', '\r']).unwrap_or(rest.len());
                read.push_str(&rest[..length]);
                length
            }
        };
        rest = &rest[length..];
    }
    read
}

/// What a text says in which only line ends stand for something else.
pub(super) fn verbatim(text: &str) -> Cow<'_, str> {
    match text.contains('\r') {
        true => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
        false => Cow::Borrowed(text),
    }
}

/// Writes what the `&` that `rest` begins with stands for, and gives how much of `rest` that was.
fn reference(rest: &str, read: &mut String) -> usize {
    let name = &rest[1..];
    let end = name.bytes().position(|next| !next.is_ascii_alphanumeric() && next != b'#');
    let name = match end.map(|end| name.split_at(end)) {
        Some((name, after)) if after.starts_with(';') => name,
        _ => "",
    };
    let character = match (name, name.strip_prefix('#')) {
        ("amp", _) => '&',
        ("lt", _) => '<',
        ("gt", _) => '>',
        ("quot", _) => '"',
        ("apos", _) => '\'',
        (_, Some(number)) => character(number).unwrap_or(char::REPLACEMENT_CHARACTER),
        (_, None) => {
            read.push('&');
            return 1;
        }
    };
    read.push(character);
    name.len() + 2
}

/// The character of a number, in decimal, or in hexadecimal behind an `x`.
fn character(number: &str) -> Option<char> {
    let number = match number.strip_prefix('x') {
        Some(number) => u32::from_str_radix(number, 16),
        None => number.parse(),
    };
    number.ok().filter(|number| *number != 0).and_then(char::from_u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(document: &str) -> Result<String, String> {
        let mut markup = Markup::new(document);
        let mut pieces = String::new();
        while let Some(piece) = markup.next()? {
            pieces += &match piece {
                Piece::Begin(Tag { name, is_empty: false }) => format!("({name} "),
                Piece::Begin(Tag { name, is_empty: true }) => format!("({name})"),
                Piece::End => ")".to_owned(),
                Piece::Plain(it) => format!("[{it}]"),
                Piece::Text(it) => format!("[{}]", text(it)),
                Piece::Verbatim(it) => format!("{{{}}}", verbatim(it)),
            };
        }
        assert_eq!(markup.position(), document.len());
        Ok(pieces)
    }

    #[test]
    fn a_document_is_elements_and_texts() {
        for (document, expected) in [
            ("", ""),
            ("text", "[text]"),
            ("<a></a>", "(a )"),
            ("<a>b</a >\n", "(a [b])[\n]"),
            ("<a/><b />", "(a)(b)"),
            ("<n:a n:b='>' c=\"/>\">d</n:a>", "(a [d])"),
            ("<a\n\tb='c'\r\n/>", "(a)"),
            ("<数据>é</数据>", "(数据 [é])"),
            ("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b '>'> <!-- c -->]><!-- <c> --><a/>", "(a)"),
            ("<a><![CDATA[<b> &amp; ]]]]>c\r\nd\re</a>", "(a {<b> &amp; ]]}[c\nd\ne])"),
            ("<a><![CDATA[b\r\n\rc]]></a>", "(a {b\n\nc})"),
        ] {
            assert_eq!(pieces(document).as_deref(), Ok(expected), "{document}");
        }
    }

    #[test]
    fn what_is_no_document_says_so() {
        for (document, words) in [
            ("<", "an element has no name"),
            ("<>", "an element has no name"),
            ("< a>", "an element has no name"),
            ("<a", "`<a` has no `>`"),
            ("<a b='>", "`<a` has no `>`"),
            ("</a>", "`a` ends and has not begun"),
            ("<a></b>", "`a` ends as `b`"),
            ("<n:a></m:a>", "`n:a` ends as `m:a`"),
            ("<a></a", "`</a` has no `>`"),
            ("<a></a b>", "`</a` has no `>`"),
            ("<!-- a", "`<!--` has no `-->`"),
            ("<![CDATA[ a", "`<![CDATA[` has no `]]>`"),
            ("<?xml", "`<?` has no `?>`"),
            ("<!DOCTYPE a [", "`<!` has no `>`"),
        ] {
            let error = pieces(document).err().unwrap_or_default();
            assert!(error.starts_with(words), "{document}: {error}");
        }
    }

    #[test]
    fn every_text_can_be_read() {
        for (raw, expected) in [
            ("&amp;&lt;&gt;&quot;&apos;&#65;&#x41;", "&<>\"'AA"),
            ("a&#0;b", "a\u{fffd}b"),
            ("&#xD800;&#x110000;&#99999999999;&#;", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
            ("a & b &nbsp; &&amp; &lt;é&", "a & b &nbsp; && <é&"),
            ("&amp", "&amp"),
            ("&é;", "&é;"),
            ("\r\na\rb\n", "\na\nb\n"),
        ] {
            assert_eq!(text(raw), expected, "{raw}");
        }
    }

    #[test]
    fn what_is_skipped_is_one_element() {
        let mut markup = Markup::new("<a><b><c>&</c><b/></b><d/></a>");
        assert!(matches!(markup.next(), Ok(Some(Piece::Begin(_)))));
        assert!(matches!(markup.next(), Ok(Some(Piece::Begin(Tag { name: "b", .. })))));
        assert_eq!(markup.skip(), Ok(()));
        assert!(matches!(markup.next(), Ok(Some(Piece::Begin(Tag { name: "d", .. })))));
        let mut markup = Markup::new("<a><b>");
        assert!(matches!(markup.next(), Ok(Some(Piece::Begin(_)))));
        assert_eq!(markup.skip(), Err("the document ends within `a`".to_owned()));
    }
}
