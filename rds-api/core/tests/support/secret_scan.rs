//! A scan of everything that a test made visible, for the secrets that it used.
//!
//! It knows no type of the crates under test, so that unit tests and tests of other crates share it.

#![allow(dead_code, clippy::unwrap_used)]

use std::error::Error;
use std::fmt;
use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tracing::subscriber::DefaultGuard;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Stands in every secret, at both ends, and nowhere else, so that a part of one is found as well.
const MARK: &str = "zqx";

/// [`MARK`] as text looks that spells it otherwise.
const MARKS: [&str; 7] = [
    MARK,
    r"\u007a\u0071\u0078",
    "&#122;&#113;&#120;",
    "&#x7a;&#x71;&#x78;",
    "%7A%71%78",
    "%7a%71%78",
    "%257A%2571%2578",
];

/// Makes secrets, and collects what becomes visible.
#[derive(Clone, Default)]
pub(crate) struct Scan {
    shown: Arc<Mutex<Vec<u8>>>,
    count: Arc<AtomicUsize>,
    /// How many bytes were shown before [`take_leaks`](Self::take_leaks).
    looked_at: Arc<AtomicUsize>,
}

impl Scan {
    /// A secret of any characters, unlike all others.
    pub(crate) fn secret(&self) -> String {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        format!("{MARK}{number}\"<&\\ 数{number}{MARK}")
    }

    /// A secret that may stand in a header.
    pub(crate) fn token(&self) -> String {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        format!("{MARK}.{number}+{number}/{MARK}")
    }

    /// How many secrets were made.
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Looks at a value as programs print it.
    pub(crate) fn debug(&self, value: &dyn fmt::Debug) {
        self.text(&format!("{value:?} {value:#?}"));
    }

    /// Looks at an error and what caused it.
    pub(crate) fn error(&self, error: &dyn Error) {
        self.text(&format!("{error} {error:?} {error:#?}"));
        if let Some(cause) = error.source() {
            self.error(cause);
        }
    }

    /// Looks at a result as a program that prints it whatever it is.
    pub(crate) fn result<T: fmt::Debug>(&self, result: &Result<T, impl Error>) {
        match result {
            Ok(value) => self.debug(value),
            Err(error) => self.error(error),
        }
    }

    pub(crate) fn text(&self, text: &str) {
        self.shown.lock().unwrap().extend_from_slice(text.as_bytes());
    }

    /// Listens to everything that this thread traces or logs, dependencies included, until the guard is dropped.
    pub(crate) fn listen(&self) -> DefaultGuard {
        let scan = self.clone();
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(move || scan.clone())
            .finish()
            .set_default()
    }

    /// What was shown of secrets, each with what stands around it.
    pub(crate) fn leaks(&self) -> Vec<String> {
        let shown = String::from_utf8_lossy(&self.shown.lock().unwrap()).into_owned();
        let around = |(at, _): (usize, &str)| {
            let start = shown.floor_char_boundary(at.saturating_sub(150));
            let end = shown.floor_char_boundary((at + 50).min(shown.len()));
            shown[start..end].to_owned()
        };
        MARKS.iter().flat_map(|mark| shown.match_indices(mark)).map(around).collect()
    }

    /// What was shown of secrets since the last time.
    pub(crate) fn take_leaks(&self) -> Vec<String> {
        let leaks = self.leaks();
        let mut shown = self.shown.lock().unwrap();
        self.looked_at.fetch_add(shown.len(), Ordering::Relaxed);
        shown.clear();
        leaks
    }

    /// Fails if anything was shown of a secret, or if hardly anything was looked at.
    pub(crate) fn finish(&self, least_secrets: usize, least_bytes: usize) {
        let leaks = self.leaks();
        assert!(leaks.is_empty(), "{} leaks, the first: {}", leaks.len(), leaks[0]);
        let bytes = self.looked_at.load(Ordering::Relaxed) + self.shown.lock().unwrap().len();
        assert!(self.count() >= least_secrets, "only {} secrets were used", self.count());
        assert!(bytes >= least_bytes, "only {bytes} bytes were looked at");
    }
}

impl fmt::Debug for Scan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Scan").finish_non_exhaustive()
    }
}

impl Write for Scan {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.shown.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A value as documents spell it, each spelling with its name.
pub(crate) fn spellings(value: &str) -> Vec<(&'static str, String)> {
    let json = |text: &str| {
        let quoted = serde_json::Value::from(text).to_string();
        quoted[1..quoted.len() - 1].to_owned()
    };
    let each = |escape: &dyn Fn(char) -> String| value.chars().map(escape).collect::<String>();
    let utf16 = |character: char| {
        let mut units = [0; 2];
        let units = character.encode_utf16(&mut units).iter();
        units.map(|unit| format!("\\u{unit:04x}")).collect::<String>()
    };
    let is_plain = |character: char| character.is_ascii_alphanumeric();
    let xml = |text: &str| quick_xml::escape::escape(text).into_owned();
    let percent = |text: &str| {
        let encoded = text.bytes().map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        });
        encoded.collect::<String>()
    };
    vec![
        ("plain", value.to_owned()),
        ("JSON", json(value)),
        ("JSON in JSON", json(&json(value))),
        ("JSON, slashes escaped", json(value).replace('/', "\\/")),
        (
            "JSON that is safe in HTML",
            json(value).replace('<', "\\u003c").replace('>', "\\u003E").replace('&', "\\u0026"),
        ),
        ("JSON in ASCII", each(&|it| if is_plain(it) { it.to_string() } else { utf16(it) })),
        ("JSON, all escaped", each(&utf16)),
        ("XML", xml(value)),
        ("XML, partly escaped", quick_xml::escape::partial_escape(value).into_owned()),
        ("XML, barely escaped", quick_xml::escape::minimal_escape(value).into_owned()),
        ("XML, decimal", each(&|it| format!("&#{};", u32::from(it)))),
        ("XML, hexadecimal", each(&|it| format!("&#x{:x};", u32::from(it)))),
        ("JSON in XML", xml(&json(value))),
        ("percent", percent(value)),
        (
            "percent, lower case",
            percent(value).replace("%3C", "%3c").replace("%5C", "%5c").replace("%2F", "%2f"),
        ),
        ("form", percent(value).replace("%20", "+")),
        ("percent twice", percent(&percent(value))),
        ("form, percent", percent(&percent(value).replace("%20", "+"))),
        ("JSON, percent", percent(&json(value))),
        ("JSON, percent twice", percent(&percent(&json(value)))),
        ("JSON in JSON, percent", percent(&json(&json(value)))),
        ("percent, XML", xml(&percent(value))),
        ("Debug of Rust", format!("{value:?}")[1..format!("{value:?}").len() - 1].to_owned()),
    ]
}

/// What a leak would look like: the scan must find it.
#[test]
fn a_secret_that_is_shown_is_found() {
    let scan = Scan::default();
    assert!(scan.leaks().is_empty());
    let (secret, token) = (scan.secret(), scan.token());
    scan.debug(&secret);
    scan.text(&token[token.len() / 2..]);
    scan.error(&io::Error::other(format!("no such thing: {secret}")));
    scan.error(&io::Error::other(io::Error::other(secret.clone())));
    let before = scan.leaks().len();
    assert!(before >= 8, "{before}");
    {
        let _listening = scan.listen();
        tracing::trace!(secret, "traced");
        let span = tracing::info_span!("span", token);
        drop(span.entered());
    }
    assert!(scan.leaks().len() > before + 3);
    tracing::info!(secret, "nobody listens any more");
}
