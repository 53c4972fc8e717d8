//! A scan of everything that a test made visible, for the secrets that it used.

#![allow(clippy::unwrap_used)]

use std::error::Error as _;
use std::fmt;
use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tracing::subscriber::DefaultGuard;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::Error;

/// Stands in every secret, at both ends, and nowhere else, so that a part of one is found as well.
const MARK: &str = "zqx";

/// Makes secrets, and collects what becomes visible.
#[derive(Clone, Default)]
pub(crate) struct Scan {
    shown: Arc<Mutex<Vec<u8>>>,
    count: Arc<AtomicUsize>,
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
    pub(crate) fn error(&self, error: &Error) {
        self.debug(error);
        self.debug(&error.service_error());
        self.text(&format!("{error} {:?} {:?}", error.service_message(), error.recommendation()));
        let mut cause = error.source();
        while let Some(error) = cause {
            self.text(&format!("{error} {error:?} {error:#?}"));
            cause = error.source();
        }
    }

    /// Looks at a result as a program that prints it whatever it is.
    pub(crate) fn result<T: fmt::Debug>(&self, result: &Result<T, Error>) {
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
        shown.match_indices(MARK).map(around).collect()
    }

    /// Fails if anything was shown of a secret, or if hardly anything was looked at.
    pub(crate) fn finish(&self, least_secrets: usize, least_bytes: usize) {
        let leaks = self.leaks();
        assert!(leaks.is_empty(), "{} leaks, the first: {}", leaks.len(), leaks[0]);
        let bytes = self.shown.lock().unwrap().len();
        assert!(self.count() >= least_secrets, "only {} secrets were used", self.count());
        assert!(bytes >= least_bytes, "only {bytes} bytes were looked at");
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

/// What a leak would look like: the scan must find it.
#[test]
fn a_secret_that_is_shown_is_found() {
    let scan = Scan::default();
    assert!(scan.leaks().is_empty());
    let (secret, token) = (scan.secret(), scan.token());
    scan.debug(&secret);
    scan.text(&token[token.len() / 2..]);
    scan.error(&Error::input(format!("no such thing: {secret}")));
    scan.error(&Error::input("failed").with_source(io::Error::other(secret.clone())));
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
