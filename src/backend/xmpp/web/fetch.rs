//! Fetching a file. Nothing that its server says is believed: not its size, and not that it goes on.

use super::redirect::leads_to;
use super::{CHUNK, Pace, Web, reason, start};
use crate::backend::Deadline;
use crate::model::blob::MAX_FILE_BYTES;
use crate::model::{Error, Result, Status};
use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use std::io::{self, Read};
use std::sync::Arc;
use std::time::{Duration, Instant};
use ureq::Body;
use ureq::http::Response;

/// How often one address may lead to another.
const REDIRECTS: usize = 3;
/// How often a waiting call looks whether its client was closed.
const LOOK: Duration = Duration::from_millis(50);
/// How many parts may wait to be taken.
const WAITING: usize = 4;

/// How often a file is begun or gone on with.
const MAX_ATTEMPTS: usize = 20;
/// How much an attempt has to bring, so that the next one follows at once.
const MIN_PROGRESS: u64 = 16 << 10;
/// How long it is waited where it brings less, and how often.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

enum Part {
    /// Some of the file, and how much all of it is; 0 when nobody says.
    Bytes(Vec<u8>, u64),
    End(Result<()>),
}

/// How far a file has been read.
#[derive(Default)]
struct Reading {
    /// How much of it there is.
    size: u64,
    /// How much there is in all; `None` where its server does not say.
    total: Option<u64>,
    /// What its server calls this version of it; `None` where it does not say, and nothing can be read later.
    version: Option<String>,
}

/// Why reading has stopped.
enum Cut {
    /// The connection broke.
    Connection(Error),
    /// Anything that another attempt does not change.
    Final(Error),
}

fn failed(reason: &str) -> Error {
    Error::new(Status::FileDownloadFailed, format!("the file's address: {reason}"))
}

impl Web {
    /// Fetches a file from its address; `take` gets its parts in their order.
    pub(crate) fn fetch(
        self: &Arc<Self>,
        url: &str,
        deadline: &Deadline,
        take: &mut dyn FnMut(&[u8], u64) -> Result<()>,
    ) -> Result<()> {
        self.fetch_in_step(url, deadline, Pace::new(Instant::now()), take)
    }

    pub(super) fn fetch_in_step(
        self: &Arc<Self>,
        url: &str,
        deadline: &Deadline,
        mut pace: Pace,
        take: &mut dyn FnMut(&[u8], u64) -> Result<()>,
    ) -> Result<()> {
        let (sender, parts) = bounded(WAITING);
        let (web, url, left) = (Arc::clone(self), url.to_owned(), deadline.left()?);
        start("libim-fetch", move || {
            let end = web.read(&url, left, &sender);
            // Nobody may wait for it any more.
            let _ = sender.send(Part::End(end));
        })?;
        let mut done = 0;
        loop {
            match parts.recv_timeout(deadline.left()?.min(LOOK)) {
                Ok(Part::Bytes(bytes, total)) => {
                    done += bytes.len() as u64;
                    take(&bytes, total)?;
                }
                Ok(Part::End(end)) => return end,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(Error::internal("the thread of a download is gone")),
            }
            if !pace.goes_on(done, Instant::now()) {
                return Err(failed("it comes too slowly"));
            }
        }
    }

    /// Reads all of it. Where the connection breaks, it goes on from there.
    fn read(&self, url: &str, left: Duration, parts: &Sender<Part>) -> Result<()> {
        let end = Instant::now() + left;
        let mut reading = Reading::default();
        let (mut attempts, mut pauses) = (MAX_ATTEMPTS, PAUSES.iter());
        loop {
            let before = reading.size;
            let left = end.saturating_duration_since(Instant::now());
            let error = match self.read_on(url, left, parts, &mut reading) {
                Ok(()) => return Ok(()),
                Err(Cut::Final(error)) => return Err(error),
                Err(Cut::Connection(error)) => error,
            };
            attempts -= 1;
            if reading.version.is_none() || attempts == 0 {
                return Err(error);
            }
            if reading.size < before + MIN_PROGRESS {
                // A server that is away for a moment, or one that wants to keep us busy.
                let pause = pauses.next().ok_or(error)?;
                std::thread::sleep((*pause).min(left));
            }
            log::debug!("a download goes on after {} bytes", reading.size);
        }
    }

    /// Asks for the file, or for the rest of it, wherever its address leads to; on an error why there is no answer.
    fn ask(&self, url: &str, left: Duration, reading: &Reading) -> std::result::Result<Response<Body>, String> {
        let end = Instant::now() + left;
        let agent = self.agent(self.places(false));
        let mut url = url.to_owned();
        for _ in 0..=REDIRECTS {
            let mut request = agent.get(&url);
            if let Some(version) = reading.version.as_ref().filter(|_| reading.size > 0) {
                // As long as it is the same: else the answer is the whole of another file.
                let range = format!("bytes={}-", reading.size);
                request = request.header("Range", range).header("If-Range", version);
            }
            let left = end.saturating_duration_since(Instant::now());
            let request = request.config().timeout_global(Some(left)).build();
            let response = request.call().map_err(|error| reason(&error))?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok(response);
            }
            let location = response.headers().get("location");
            let next = location.and_then(|location| leads_to(&url, location.to_str().ok()?));
            url = next.ok_or("it leads to none on the web")?;
        }
        Err("it leads to too many others".to_owned())
    }

    fn read_on(
        &self,
        url: &str,
        left: Duration,
        parts: &Sender<Part>,
        reading: &mut Reading,
    ) -> std::result::Result<(), Cut> {
        let ends = |text: &str| Cut::Final(failed(text));
        let breaks = |text: &str| Cut::Connection(failed(text));
        // At the beginning the app is told at once.
        let is_begun = reading.size > 0;
        let of_server = |text: &str| if is_begun { breaks(text) } else { ends(text) };
        let response = self.ask(url, left, reading).map_err(|text| of_server(&text))?;
        let status = response.status();
        if !status.is_success() {
            let sentence = format!("it answers {}", status.as_u16());
            return Err(if status.is_server_error() {
                of_server(&sentence)
            } else {
                ends(&sentence)
            });
        }
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        // A weak tag does not promise the same bytes (RFC 9110, 13.1.5).
        let version = header("etag").filter(|tag| !tag.starts_with("W/")).map(str::to_owned);
        if is_begun {
            let goes_on = format!("bytes {}-", reading.size);
            let is_rest =
                status.as_u16() == 206 && header("content-range").is_some_and(|range| range.starts_with(&goes_on));
            // Some give the rest of whatever they have by now.
            if !is_rest || version.is_some() && version != reading.version {
                return Err(ends("it ends early"));
            }
        } else {
            reading.version = version;
        }
        let mut body = response.into_body();
        let announced = body.content_length().map(|rest| rest.saturating_add(reading.size));
        if is_begun && announced != reading.total {
            return Err(ends("it ends early"));
        }
        reading.total = announced;
        let too_large = || ends(&format!("it has more than {MAX_FILE_BYTES} bytes"));
        if announced.is_some_and(|size| size > MAX_FILE_BYTES) {
            return Err(too_large());
        }
        let mut reader = body.as_reader();
        loop {
            let mut bytes = vec![0; CHUNK];
            let read = match reader.read(&mut bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read.map_err(|error| breaks(&error.to_string()))?,
            };
            if read == 0 {
                break;
            }
            reading.size += read as u64;
            if reading.size > MAX_FILE_BYTES {
                return Err(too_large());
            }
            bytes.truncate(read);
            if parts.send(Part::Bytes(bytes, announced.unwrap_or_default())).is_err() {
                // Given up.
                return Ok(());
            }
        }
        match announced {
            Some(announced) if announced != reading.size => Err(breaks("it ends early")),
            _ => Ok(()),
        }
    }
}
