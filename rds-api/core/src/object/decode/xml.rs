//! XML as the visitor of all responses gets it: an element that has nothing but a text is that text, and any other one is
//! an object of the elements in it.
//!
//! Attributes are read past, since no response of the service has any. A text between elements is a member that is named
//! [`ELEMENT_TEXT`], which nothing else can be.

use std::borrow::Cow;

use serde::de::value::{BorrowedStrDeserializer, CowStrDeserializer, Error};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::coerce::ELEMENT_TEXT;
use super::context::Context;
use super::markup::{self, Markup, Tag};

/// The most elements that may be open at once, as many as objects of JSON.
const DEPTH: usize = 128;

/// An XML document.
pub struct Xml<'c, 'x> {
    context: &'c Context,
    markup: Markup<'x>,
    /// What was read to know where a text ends.
    ahead: Option<Piece<'x>>,
    depth: usize,
}

/// What an element is made of.
enum Piece<'x> {
    Begin(Tag<'x>),
    End,
    /// A text that is not blank.
    Text(Cow<'x, str>),
}

impl<'c, 'x> Xml<'c, 'x> {
    /// The document that a text is, to be decoded in a context.
    pub fn new(document: &'x str, context: &'c Context) -> Self {
        Self { context, markup: Markup::new(document), ahead: None, depth: 0 }
    }

    /// How many bytes of the document have been read.
    pub fn position(&self) -> usize {
        self.markup.position()
    }

    /// The next piece; `None` at the end of the document.
    fn next(&mut self) -> Result<Option<Piece<'x>>, Error> {
        if let Some(piece) = self.ahead.take() {
            return Ok(Some(piece));
        }
        let mut text = Cow::Borrowed("");
        loop {
            let piece = match self.markup.next().map_err(Error::custom)? {
                Some(markup::Piece::Plain(more)) => {
                    append(&mut text, Cow::Borrowed(more));
                    continue;
                }
                Some(markup::Piece::Text(more)) => {
                    append(&mut text, Cow::Owned(markup::text(more)));
                    continue;
                }
                Some(markup::Piece::Verbatim(more)) => {
                    append(&mut text, markup::verbatim(more));
                    continue;
                }
                Some(markup::Piece::Begin(tag)) => Some(Piece::Begin(tag)),
                Some(markup::Piece::End) => Some(Piece::End),
                None => None,
            };
            // Blanks between elements are there to be looked at.
            if text.trim_ascii().is_empty() {
                return Ok(piece);
            }
            self.ahead = piece;
            return Ok(Some(Piece::Text(text)));
        }
    }

    /// The beginning of the element that the context expects, if that comes next.
    #[inline]
    fn expected(&mut self) -> Option<Tag<'x>> {
        let name = Some(self.context.expected()).filter(|name| !name.is_empty() && self.ahead.is_none());
        self.markup.begin_as(name?)
    }

    /// The next piece of an element.
    fn inside(&mut self, element: Tag<'x>) -> Result<Piece<'x>, Error> {
        let unfinished = || Error::custom(format_args!("the document ends within `{}`", element.name));
        self.next()?.ok_or_else(unfinished)
    }
}

fn append<'x>(text: &mut Cow<'x, str>, more: Cow<'x, str>) {
    if text.is_empty() { *text = more } else { text.to_mut().push_str(&more) }
}

/// Gives what the root has in it, whether that is elements or a text.
impl<'x> Deserializer<'x> for &mut Xml<'_, 'x> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'x>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.next()? {
            Some(Piece::Begin(tag)) => visitor.visit_map(Elements::new(self, tag, None)),
            Some(Piece::Text(text)) => visitor.visit_str(&text),
            Some(Piece::End) | None => Err(Error::custom("there is no element")),
        }
    }

    forward_to_deserialize_any! {
        <V: Visitor<'x>>
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// What an element has in it, one after the other.
struct Elements<'d, 'c, 'x> {
    xml: &'d mut Xml<'c, 'x>,
    parent: Tag<'x>,
    /// What was read of it already.
    first: Option<Piece<'x>>,
    /// What the last key has announced.
    value: Option<Piece<'x>>,
}

impl<'d, 'c, 'x> Elements<'d, 'c, 'x> {
    fn new(xml: &'d mut Xml<'c, 'x>, parent: Tag<'x>, first: Option<Piece<'x>>) -> Self {
        Self { xml, parent, first, value: None }
    }
}

impl<'x> MapAccess<'x> for Elements<'_, '_, 'x> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'x>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        if self.parent.is_empty {
            return Ok(None);
        }
        let first = self.first.take();
        if first.is_none()
            && let Some(tag) = self.xml.expected()
        {
            self.value = Some(Piece::Begin(tag));
            let name = self.xml.context.expected();
            return seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some);
        }
        let piece = first.map_or_else(|| self.xml.inside(self.parent), Ok)?;
        let key = match &piece {
            Piece::End => return Ok(None),
            Piece::Text(_) => seed.deserialize(BorrowedStrDeserializer::new(ELEMENT_TEXT)),
            Piece::Begin(tag) => seed.deserialize(BorrowedStrDeserializer::new(tag.name)),
        };
        self.value = Some(piece);
        key.map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'x>>(&mut self, seed: S) -> Result<S::Value, Error> {
        match self.value.take() {
            Some(Piece::Begin(tag)) => seed.deserialize(Element { xml: self.xml, tag }),
            Some(Piece::Text(text)) => seed.deserialize(CowStrDeserializer::new(text)),
            Some(Piece::End) | None => Err(Error::custom("a value is asked for before its name")),
        }
    }
}

/// An element, whose beginning was read.
struct Element<'d, 'c, 'x> {
    xml: &'d mut Xml<'c, 'x>,
    tag: Tag<'x>,
}

impl<'x> Element<'_, '_, 'x> {
    fn visit<V: Visitor<'x>>(self, visitor: V) -> Result<V::Value, Error> {
        let Self { xml, tag } = self;
        if tag.is_empty {
            return visitor.visit_map(Elements::new(xml, tag, None));
        }
        if xml.ahead.is_none()
            && let Some(text) = xml.markup.plain()
        {
            return match text.trim_ascii() {
                "" => visitor.visit_map(Elements::new(xml, tag, Some(Piece::End))),
                _ => visitor.visit_borrowed_str(text),
            };
        }
        let first = xml.inside(tag)?;
        if let Piece::Text(text) = first {
            return match (xml.inside(tag)?, text) {
                (Piece::End, Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
                (Piece::End, Cow::Owned(text)) => visitor.visit_string(text),
                (other, text) => {
                    xml.ahead = Some(other);
                    visitor.visit_map(Elements::new(xml, tag, Some(Piece::Text(text))))
                }
            };
        }
        visitor.visit_map(Elements::new(xml, tag, Some(first)))
    }
}

impl<'x> Deserializer<'x> for Element<'_, '_, 'x> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'x>>(self, visitor: V) -> Result<V::Value, Error> {
        let Self { xml, tag } = self;
        if xml.depth == DEPTH {
            return Err(Error::custom(format_args!("more than {DEPTH} elements lie within each other")));
        }
        xml.depth += 1;
        let visited = Element { xml: &mut *xml, tag }.visit(visitor);
        xml.depth -= 1;
        visited
    }

    fn deserialize_ignored_any<V: Visitor<'x>>(self, visitor: V) -> Result<V::Value, Error> {
        if !self.tag.is_empty {
            self.xml.markup.skip().map_err(Error::custom)?;
        }
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        <V: Visitor<'x>>
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq
        tuple tuple_struct map struct enum identifier
    }
}
