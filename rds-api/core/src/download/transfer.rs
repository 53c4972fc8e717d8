//! A download under way: attempt after attempt, until the file is there as a whole.

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, header};

use super::address::Address;
use super::head::{Failed, Next, Verdict, judge, with_code};
use super::part::{Part, expect_free};
use super::record::{Found, Record};
use super::{Download, Progress, Saved};
use crate::error::{Error, ErrorKind, Remedy, Result};
use crate::http::transport::ResponseBody;
use crate::runtime::Lack;

/// What is written at once.
const BATCH_BYTES: usize = 1 << 20;

/// An attempt that brings so much is none of those that count.
const WORTHWHILE_BYTES: u64 = 1 << 20;

/// How often a download may begin anew, whatever it brings.
const MAX_RESTARTS: u32 = 2;

/// A download is not worth a longer pause than this: it has no deadline that would end it.
const MAX_PAUSE: Duration = Duration::from_secs(300);

/// The time that a response has to begin.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);

/// The operation that the storage is asked for, by its name.
const OPERATION: &str = "GetObject";

/// A download under way.
pub(super) struct Transfer {
    download: Download,
    target: PathBuf,
    /// The part, unless a blocking thread has it.
    part: Option<Part>,
    found: Option<Found>,
    resumed_bytes: u64,
    attempts: u32,
    restarts: u32,
    host: String,
}

impl Transfer {
    pub(super) fn new(download: Download, target: PathBuf) -> Self {
        Self {
            download,
            target,
            part: None,
            found: None,
            resumed_bytes: 0,
            attempts: 0,
            restarts: 0,
            host: String::new(),
        }
    }

    pub(super) async fn save(mut self) -> Result<Saved> {
        match self.try_to_save().await {
            Ok(saved) => Ok(saved),
            Err(error) => Err(self.explain(error).await),
        }
    }

    async fn try_to_save(&mut self) -> Result<Saved> {
        self.address()?;
        let (target, overwrites) = (self.target.clone(), self.download.options.overwrites);
        let opened = blocking(move || {
            expect_free(&target, overwrites)?;
            let part = Part::open(&target)?;
            // Another download may have held the part until the file was there.
            match expect_free(&target, overwrites) {
                Ok(()) => Ok(part),
                Err(error) => {
                    part.remove();
                    Err(error)
                }
            }
        });
        self.part = Some(opened.await??);
        let expected = self.download.file.expected();
        let resumed = self.on_part(move |part| part.resume(&expected)).await?;
        self.found = resumed.map(|record| record.found);
        self.resumed_bytes = self.len();
        self.tell();
        self.transfer().await?;

        let target = self.target.clone();
        self.on_part(move |part| part.install(&target, overwrites)).await?;
        let expected = self.download.file.expected();
        let has_known_checksum = self.record().is_some_and(|record| record.checksum().is_some());
        let is_held_against = !self.download.options.skips_verification;
        Ok(Saved {
            path: self.target.clone(),
            bytes: self.len(),
            resumed_bytes: self.resumed_bytes,
            checksum: self.part.as_ref().map(Part::checksum).unwrap_or_default(),
            has_size_of_service: is_held_against && expected.size.is_some(),
            has_known_checksum: is_held_against && has_known_checksum,
        })
    }

    /// Tries until all bytes are there, and are the right ones.
    async fn transfer(&mut self) -> Result<()> {
        let retry = &self.download.options.retry;
        let policy = retry.clone().unwrap_or_else(|| self.download.client.retry.clone());
        let mut tries = 0;
        loop {
            let before = self.len();
            let result = self.attempt().await.and_then(|()| self.verify());
            let Err(Failed { error, next }) = result else { return Ok(()) };
            tries = if self.len().saturating_sub(before) >= WORTHWHILE_BYTES { 1 } else { tries + 1 };
            if next == Next::BeginAnew {
                self.begin_anew().await?;
                self.restarts += 1;
            }
            if next == Next::Nothing || tries >= policy.attempts() || self.restarts > MAX_RESTARTS {
                return Err(error);
            }
            let backoff = policy.backoff(tries, &error);
            if backoff > MAX_PAUSE {
                return Err(error.with_note(format_args!("it is to be asked again in {backoff:.0?} only")));
            }
            tracing::debug!(file = %self.download.file, bytes = self.len(), reason = %error, "the download goes on");
            tokio::time::sleep(backoff).await;
            if next == Next::Renew {
                self.renew(error).await?;
            }
        }
    }

    /// One request, and what comes of it.
    async fn attempt(&mut self) -> Result<(), Failed> {
        let asked = self.len();
        if self.found.as_ref().is_some_and(|found| found.total == asked) {
            return Ok(());
        }
        let asked = match self.record() {
            Some(record) if asked > 0 && record.can_go_on() => asked,
            _ => 0,
        };
        self.attempts += 1;
        let address = self.address()?;
        let request = self.request(&address, asked)?;
        let response = self.download.client.transport.stream(request);
        let response = match tokio::time::timeout(HEAD_TIMEOUT, response).await {
            Ok(response) => response?,
            Err(_) => {
                let late = Error::new(ErrorKind::ReadTimeout, "the response did not begin in time");
                return Err(late.retryable(true).into());
            }
        };
        let (head, mut body) = response.into_parts();
        let told = self.download.file.expected().size.filter(|_| !self.download.options.skips_verification);
        match judge(&head, asked, self.found.as_ref(), told) {
            Ok(Verdict::Complete) => Ok(()),
            Ok(Verdict::Body { from, found }) => {
                self.accept(from, found).await?;
                self.receive(&mut body).await
            }
            Err(failed) => {
                Err(Failed { error: with_code(failed.error, &mut body, &address).await, ..failed })
            }
        }
    }

    fn request(&self, address: &Address, asked: u64) -> Result<Request<Bytes>> {
        let mut request = Request::get(address.expose())
            .header(header::USER_AGENT, &self.download.client.user_agent)
            // What is compressed on the way has other ranges, and another length.
            .header(header::ACCEPT_ENCODING, "identity");
        if asked > 0 {
            request = request.header(header::RANGE, format!("bytes={asked}-"));
            if let Some(etag) = self.found.as_ref().and_then(|found| found.etag.as_deref()) {
                request = request.header(header::IF_RANGE, etag);
            }
        }
        // The cause could show the address.
        request.body(Bytes::new()).map_err(|_| Error::new(ErrorKind::Response, "the address cannot be sent"))
    }

    /// Makes ready for a body that begins at a byte.
    async fn accept(&mut self, from: u64, found: Found) -> Result<(), Failed> {
        if from == 0 {
            if self.len() > 0 {
                self.restarts += 1;
                if self.restarts > MAX_RESTARTS {
                    let why = "the storage gives all of the file again and again, and not the rest of it";
                    return Err(Failed::new(Next::Nothing, why));
                }
            }
            let expected = self.download.file.expected();
            let is_vouched_for = expected.size.is_some() || expected.checksum.or(found.checksum).is_some();
            if !is_vouched_for && !self.download.options.skips_verification {
                let why = "neither the service nor the storage says what it should be";
                let Failed { next, error } = Failed::new(Next::Nothing, why);
                return Err(Failed { next, error: error.with_remedy(Remedy::SkipVerification) });
            }
            let record = Record { expected, found: found.clone() };
            self.on_part(move |part| part.begin(&record)).await?;
            self.resumed_bytes = 0;
        }
        self.found = Some(match self.found.take().filter(|_| from > 0) {
            // The response to a range may say less than the first did.
            Some(known) => Found {
                etag: known.etag.or(found.etag),
                checksum: known.checksum.or(found.checksum),
                ..known
            },
            None => found,
        });
        self.tell();
        Ok(())
    }

    /// Writes what comes, and no more than is due.
    async fn receive(&mut self, body: &mut ResponseBody) -> Result<(), Failed> {
        let total = self.found.as_ref().map(|found| found.total).unwrap_or_default();
        let mut batch = Vec::new();
        let mut batch_bytes = 0;
        let ended = loop {
            // What has come is written before anything is waited for, so that little is lost when nobody waits any more.
            let piece = match body.arrived().await {
                None if batch.is_empty() => body.chunk().await,
                None => {
                    self.write(std::mem::take(&mut batch)).await?;
                    batch_bytes = 0;
                    continue;
                }
                Some(piece) => piece,
            };
            match piece {
                Some(Ok(piece)) => {
                    if self.len() + (batch_bytes + piece.len()) as u64 > total {
                        let why = format!("more bytes came than the {total} that the file has");
                        return Err(Failed::new(Next::BeginAnew, why));
                    }
                    batch_bytes += piece.len();
                    batch.push(piece);
                    self.tell_of(self.len() + batch_bytes as u64);
                    if batch_bytes >= BATCH_BYTES {
                        self.write(std::mem::take(&mut batch)).await?;
                        batch_bytes = 0;
                    }
                }
                Some(Err(error)) => break Err(Failed::from(error)),
                None => break Ok(()),
            }
        };
        // What came before the break need not come again.
        self.write(batch).await?;
        ended?;
        match self.len() == total {
            true => Ok(()),
            false => Err(Error::interrupted("the response ended too soon").into()),
        }
    }

    /// Holds all that is there against what is known of it.
    fn verify(&self) -> Result<(), Failed> {
        let (Some(record), Some(part)) = (self.record(), &self.part) else { return Ok(()) };
        match record.checksum().filter(|_| !self.download.options.skips_verification) {
            Some(known) if known != part.checksum() => {
                let who = if record.expected.checksum.is_some() { "service" } else { "storage" };
                let why = format!(
                    "what came is not the file: its CRC-64 is {}, and {known} by the {who}",
                    part.checksum()
                );
                Err(Failed::new(Next::BeginAnew, why))
            }
            _ => Ok(()),
        }
    }

    /// Asks the service for a new address, after the old one was refused with this error.
    async fn renew(&mut self, refused: Error) -> Result<()> {
        match (self.download.renew)().await? {
            Some(file) => {
                let is_another = file.expected() != self.download.file.expected();
                self.download.file = file;
                if is_another {
                    self.restarts += 1;
                    self.begin_anew().await?;
                }
                Ok(())
            }
            None => Err(refused.retryable(false).with_note("the service does not list it any more")),
        }
    }

    async fn begin_anew(&mut self) -> Result<()> {
        self.found = None;
        self.resumed_bytes = 0;
        self.on_part(Part::clear).await?;
        self.tell();
        Ok(())
    }

    fn address(&mut self) -> Result<Address> {
        let address = self.download.address()?;
        self.host = address.host();
        Ok(address)
    }

    /// What is known of the file, once the storage has said something.
    fn record(&self) -> Option<Record> {
        let found = self.found.clone()?;
        Some(Record { expected: self.download.file.expected(), found })
    }

    fn len(&self) -> u64 {
        self.part.as_ref().map_or(0, |part| part.len)
    }

    async fn write(&mut self, batch: Vec<Bytes>) -> Result<()> {
        match batch.is_empty() {
            true => Ok(()),
            false => self.on_part(move |part| part.append(&batch)).await,
        }
    }

    /// Does something with the part where waiting for the disk holds nobody up.
    async fn on_part<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Part) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let Some(mut part) = self.part.take() else { return Err(Lack::Life.into()) };
        let (part, result) = blocking(move || {
            let result = work(&mut part);
            (part, result)
        })
        .await?;
        self.part = Some(part);
        result
    }

    fn tell(&mut self) {
        self.tell_of(self.len());
    }

    fn tell_of(&mut self, bytes: u64) {
        let total = self.found.as_ref().map(|found| found.total);
        (self.download.progress)(&Progress { bytes, total });
    }

    /// Says of an error where it happened, and what is left.
    async fn explain(&mut self, error: Error) -> Error {
        let kept = match (self.record(), &self.part) {
            (Some(record), Some(part)) if part.len > 0 && record.outlives_its_process() => {
                let (len, total, path) = (part.len, record.found.total, part.path().display());
                Some(format!(
                    "{len} of {total} bytes are kept in {path}, and the next download goes on from there"
                ))
            }
            _ => None,
        };
        let error = error.of(format_args!("{} to {}", self.download.file, self.target.display()));
        let error = match kept {
            Some(kept) => error.with_note(kept),
            None => {
                // One that cannot be removed either is not worth another error.
                let remove = |part: &mut Part| {
                    part.remove();
                    Ok(())
                };
                let _ = self.on_part(remove).await;
                error
            }
        };
        match self.host.is_empty() {
            true => error,
            false => error.in_call(OPERATION, &self.host, self.attempts),
        }
    }
}

/// Does what waits for the disk on a thread that may wait.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Lack::Life.into()),
        },
    }
}
