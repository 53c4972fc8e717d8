//! The document that a body is: which form it has, and its text.

use std::borrow::Cow;

use crate::object::Object;
use crate::object::decode::{self, AnyJson, Context, Markup, Piece, mending};
use serde::de::DeserializeSeed as _;
use serde_json::{Map, Value as Json};

/// A body as text, without a byte order mark and blanks before it. Bytes that are no text are U+FFFD in it.
pub(super) struct Document<'b> {
    text: Cow<'b, str>,
    form: Form,
    reader: Reader,
}

/// What reads JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// The one that takes little effort, and does not tell what is wrong.
    Own,
    SerdeJson,
}

/// The form of a document, by the way it begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// There is nothing.
    Empty,
    /// An object in JSON.
    Json,
    /// XML, or HTML.
    Xml,
    /// Neither.
    Other,
}

/// Why a document does not decode, and at which of its bytes that was noticed.
pub(super) struct Undecodable {
    pub(super) reason: String,
    pub(super) at: usize,
}

impl Undecodable {
    /// Of what is to be read again before anything is said of it.
    fn unread() -> Self {
        Self { reason: String::new(), at: 0 }
    }
}

impl<'b> Document<'b> {
    pub(super) fn of(body: &'b [u8]) -> Self {
        let text = match std::str::from_utf8(body) {
            Ok(text) => Cow::Borrowed(start(text)),
            Err(_) => Cow::Owned(start(&String::from_utf8_lossy(body)).to_owned()),
        };
        let form = match text.as_bytes().first() {
            None => Form::Empty,
            Some(b'{') => Form::Json,
            Some(b'<') => Form::Xml,
            Some(_) => Form::Other,
        };
        Self { text, form, reader: Reader::Own }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn form(&self) -> Form {
        self.form
    }

    /// The document to be read again, where that may help: with what cannot be read in it replaced, and so that what is
    /// wrong with it is told. In XML every text can be read.
    pub(super) fn to_reread(&self) -> Option<Document<'_>> {
        let text = || mending::json(&self.text).map_or(Cow::Borrowed(&*self.text), Cow::Owned);
        let is_read = self.form == Form::Xml || self.reader == Reader::SerdeJson;
        (!is_read).then(|| Document { text: text(), form: self.form, reader: Reader::SerdeJson })
    }

    /// Decodes the members of an object.
    pub(super) fn read(&self, object: &mut dyn Object, context: &Context) -> Result<(), Undecodable> {
        if self.form == Form::Xml {
            let mut xml = decode::Xml::new(&self.text, context);
            return decode::object(object, context, &mut xml)
                .map_err(|error| Undecodable { reason: error.to_string(), at: xml.position() });
        }
        if self.reader == Reader::Own {
            let mut json = decode::JsonReader::new(&self.text, context);
            let decoded = decode::object(object, context, &mut json);
            return decoded.ok().filter(|()| json.is_at_end()).ok_or_else(Undecodable::unread);
        }
        let mut deserializer = serde_json::Deserializer::from_str(&self.text);
        let decoded = decode::object(object, context, &mut deserializer).and_then(|()| deserializer.end());
        decoded.map_err(|error| self.not_json(&error))
    }

    /// Decodes JSON of any shape.
    pub(super) fn read_json(&self, context: &Context) -> Result<Json, Undecodable> {
        if self.reader == Reader::Own {
            let mut json = decode::JsonReader::new(&self.text, context);
            let decoded = AnyJson(context).deserialize(&mut json);
            return decoded.ok().filter(|_| json.is_at_end()).ok_or_else(Undecodable::unread);
        }
        let mut deserializer = serde_json::Deserializer::from_str(&self.text);
        let decoded = AnyJson(context).deserialize(&mut deserializer);
        let decoded = decoded.and_then(|json| deserializer.end().map(|()| json));
        decoded.map_err(|error| self.not_json(&error))
    }

    /// The members of a document of any shape, and those in them; `None` if it has none, or is to be read again. What is
    /// deeper is left out of XML, where it might be so deep that reading it has no end.
    fn outline(&self, context: &Context) -> Option<Map<String, Json>> {
        match self.form {
            Form::Xml => Some(xml_outline(&self.text)),
            _ => match self.read_json(context) {
                Ok(Json::Object(members)) => Some(members),
                _ => None,
            },
        }
    }

    fn not_json(&self, error: &serde_json::Error) -> Undecodable {
        let lines = self.text.split_inclusive('\n');
        let before: usize = lines.take(error.line().saturating_sub(1)).map(str::len).sum();
        Undecodable { reason: error.to_string(), at: before + error.column() }
    }

    /// The name of the element that is all of an XML document, without its prefix; `html` for whatever says that it is
    /// that.
    pub(super) fn root(&self) -> Option<&str> {
        let mut rest = &*self.text;
        loop {
            rest = start(rest).strip_prefix('<')?;
            let end = match rest.as_bytes().first()? {
                b'?' => "?>",
                b'!' if rest.starts_with("!--") => "-->",
                b'!' => {
                    let kind = rest.get(1..8).filter(|kind| kind.eq_ignore_ascii_case("doctype"))?;
                    let name = rest[1 + kind.len()..].trim_start();
                    if name.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("html")) {
                        return Some("html");
                    }
                    // What is declared inside ends before the declaration itself does.
                    let declared =
                        rest.find('[').filter(|open| rest.find('>').is_some_and(|end| *open < end));
                    rest =
                        declared.map_or(Some(rest), |open| Some(&rest[open + rest[open..].find(']')?..]))?;
                    ">"
                }
                _ => break,
            };
            rest = &rest[rest.find(end)? + end.len()..];
        }
        let end = rest.find(|next: char| next.is_whitespace() || matches!(next, '/' | '>' | '<'))?;
        let name = &rest[..end];
        Some(name.rsplit(':').next().unwrap_or(name)).filter(|name| !name.is_empty())
    }
}

/// The members of a body, whatever its type, as far as they tell what it is.
pub(super) fn members(body: &[u8], context: impl Fn() -> Context) -> Map<String, Json> {
    let document = Document::of(body);
    let again = || document.to_reread()?.outline(&context());
    document.outline(&context()).or_else(again).unwrap_or_default()
}

/// The elements in the root of an XML document, and those in them: texts, or objects of texts.
fn xml_outline(text: &str) -> Map<String, Json> {
    let mut markup = Markup::new(text);
    let mut members = Map::new();
    let mut depth = 0_usize;
    // The names of the outermost elements that are open, the root among them.
    let mut open: Vec<&str> = Vec::new();
    loop {
        let (begins, ends, text) = match markup.next() {
            Ok(Some(Piece::Begin(tag))) => (Some(tag.name), tag.is_empty, None),
            Ok(Some(Piece::End)) => (None, true, None),
            Ok(Some(Piece::Text(text))) => (None, false, Some(Cow::Owned(decode::text(text)))),
            Ok(Some(Piece::Plain(text) | Piece::Verbatim(text))) => (None, false, Some(Cow::Borrowed(text))),
            Ok(None) | Err(_) => return members,
        };
        if let Some(name) = begins {
            depth += 1;
            if depth <= 3 {
                open.push(name);
                put(&mut members, &open[1..], "");
            }
        }
        if let Some(text) = text.filter(|_| depth == open.len() && depth > 0) {
            put(&mut members, &open[1..], &text);
        }
        if ends {
            depth = depth.saturating_sub(1);
            open.truncate(depth);
        }
    }
}

/// Puts a text where these names lead to.
fn put(members: &mut Map<String, Json>, names: &[&str], text: &str) {
    let Some((name, inside)) = names.split_first() else { return };
    let member = members.entry(*name).or_insert_with(|| "".into());
    match member {
        Json::Object(members) => put(members, inside, text),
        Json::String(known) if inside.is_empty() => known.push_str(text),
        _ => {
            let mut members = Map::new();
            put(&mut members, inside, text);
            *member = Json::Object(members);
        }
    }
}

/// A text from where it begins.
fn start(text: &str) -> &str {
    text.trim_start_matches(|next: char| next.is_whitespace() || next == '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_seen_by_the_way_it_begins() {
        for (body, form) in [
            ("", Form::Empty),
            (" \r\n\u{feff}", Form::Empty),
            ("{}", Form::Json),
            ("\u{feff}{\"a\":1}", Form::Json),
            ("\n \u{feff} {", Form::Json),
            ("<a/>", Form::Xml),
            ("\u{feff}\n<a/>", Form::Xml),
            ("[]", Form::Other),
            ("null", Form::Other),
            ("OK", Form::Other),
        ] {
            assert_eq!(Document::of(body.as_bytes()).form(), form, "{body:?}");
        }
        assert_eq!(Document::of(b"\xff{").form(), Form::Other);
    }

    #[test]
    fn the_outline_of_xml_has_two_levels_whatever_its_depth() {
        let outline = |text: &str| Json::Object(members(text.as_bytes(), Context::default));
        let xml = "<?xml version='1.0'?><n:R><n:A>1</n:A><B><C> x </C><C/><D><E>deep</E></D></B><F/><G><![CDATA[y]]></G></n:R>";
        let expected = serde_json::json!({ "A": "1", "B": { "C": " x ", "D": "" }, "F": "", "G": "y" });
        assert_eq!(outline(xml), expected);
        let deep = format!("<R><A>1</A>{}", "<x>".repeat(300_000));
        assert_eq!(outline(&deep), serde_json::json!({ "A": "1", "x": { "x": "" } }));
        assert_eq!(outline("<R><A>1</A><"), serde_json::json!({ "A": "1" }));
    }

    #[test]
    fn the_root_is_found_behind_all_that_may_stand_before_it() {
        for (body, root) in [
            ("<Error>", Some("Error")),
            ("<?xml version='1.0' encoding='UTF-8'?>\n<R><html/></R>", Some("R")),
            ("\u{feff}<?xml version=\"1.0\"?><!-- <html> --> <ns:R a='1'/>", Some("R")),
            ("<!DOCTYPE R [<!ENTITY a '>'> ]><R/>", Some("R")),
            ("<!doctype R SYSTEM \"a.dtd\"><R/>", Some("R")),
            ("<!DOCTYPE html><R/>", Some("html")),
            ("<!-- a --><!doctype  HTML PUBLIC '-//W3C//DTD XHTML 1.0//EN'>", Some("html")),
            ("\n<HTML lang=en>", Some("HTML")),
            ("<R", None),
            ("< R>", None),
            ("<", None),
            ("<>", None),
            ("<!>", None),
            ("<!-- never ends <html>", None),
            ("<?xml never ends", None),
            ("<!DOCTYPE R [", None),
            ("<!doctypé html>", None),
        ] {
            assert_eq!(Document::of(body.as_bytes()).root(), root, "{body}");
        }
    }
}
