//! Fetching a file. Nothing that its server says is believed: not its size, and not that it goes on.

use super::{CHUNK, Web, reason, start};
use crate::backend::Deadline;
use crate::model::blob::MAX_FILE_BYTES;
use crate::model::{Error, Result, Status};
use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

/// How often one address may lead to another.
const REDIRECTS: u32 = 3;
/// How often a waiting call looks whether its client was closed.
const LOOK: Duration = Duration::from_millis(50);
/// How many parts may wait to be taken.
const WAITING: usize = 4;

enum Part {
    /// Some of the file, and how much all of it is; 0 when nobody says.
    Bytes(Vec<u8>, u64),
    End(Result<()>),
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
        let (sender, parts) = bounded(WAITING);
        let (web, url, left) = (Arc::clone(self), url.to_owned(), deadline.left()?);
        start("libim-fetch", move || {
            let end = web.read(&url, left, &sender);
            // Nobody may wait for it any more.
            let _ = sender.send(Part::End(end));
        })?;
        loop {
            match parts.recv_timeout(deadline.left()?.min(LOOK)) {
                Ok(Part::Bytes(bytes, total)) => take(&bytes, total)?,
                Ok(Part::End(end)) => return end,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(Error::internal("the thread of a download is gone")),
            }
        }
    }

    fn read(&self, url: &str, left: Duration, parts: &Sender<Part>) -> Result<()> {
        let agent = self.agent(self.places(false), REDIRECTS);
        let request = agent.get(url).config().timeout_global(Some(left)).build();
        let response = request.call().map_err(|error| failed(&reason(&error)))?;
        let status = response.status();
        if !status.is_success() {
            return Err(failed(&format!("it answers {}", status.as_u16())));
        }
        let mut body = response.into_body();
        let announced = body.content_length();
        let too_large = || failed(&format!("it has more than {MAX_FILE_BYTES} bytes"));
        if announced.is_some_and(|size| size > MAX_FILE_BYTES) {
            return Err(too_large());
        }
        let (mut reader, mut size) = (body.as_reader(), 0);
        loop {
            let mut bytes = vec![0; CHUNK];
            let read = match reader.read(&mut bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read.map_err(|error| failed(&error.to_string()))?,
            };
            if read == 0 {
                break;
            }
            size += read as u64;
            if size > MAX_FILE_BYTES {
                return Err(too_large());
            }
            bytes.truncate(read);
            if parts.send(Part::Bytes(bytes, announced.unwrap_or_default())).is_err() {
                // Given up.
                return Ok(());
            }
        }
        match announced {
            Some(announced) if announced != size => Err(failed("it ends early")),
            _ => Ok(()),
        }
    }
}
