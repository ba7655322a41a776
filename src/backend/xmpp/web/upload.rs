//! Bringing a file to the address that the account's server has given for it (XEP-0363).

use super::{Pace, Web, reason, start};
use crate::backend::xmpp::stanza::slot::Slot;
use crate::model::{Error, Result, Status};
use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;
use tokio::sync::oneshot;
use ureq::SendBody;

/// An upload that is under way. Dropped, it is given up.
pub(crate) struct Upload {
    size: u64,
    done: Arc<AtomicU64>,
    is_given_up: Arc<AtomicBool>,
    pace: Pace,
    /// How it ends; with a reason: perhaps later.
    pub(crate) end: oneshot::Receiver<Result<Option<String>>>,
}

impl Upload {
    /// How much of the file has gone out.
    pub(crate) fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Whether it goes on. When all has gone out, only the answer is waited for, and that not for long.
    pub(crate) fn goes_on(&mut self) -> bool {
        let done = self.done();
        done >= self.size || self.pace.goes_on(done, Instant::now())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.is_given_up.store(true, Ordering::Relaxed);
    }
}

/// A file that notes how much of it was read, and ends when it is given up.
struct Source {
    file: File,
    done: Arc<AtomicU64>,
    is_given_up: Arc<AtomicBool>,
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_given_up.load(Ordering::Relaxed) {
            return Err(io::Error::other("the upload was given up"));
        }
        let read = self.file.read(buffer)?;
        self.done.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl Web {
    /// Brings a file of some size to its place.
    pub(crate) fn put(self: &Arc<Self>, slot: Slot, file: File, size: u64, media_type: &str) -> Result<Upload> {
        let (sender, end) = oneshot::channel();
        let upload = Upload {
            size,
            pace: Pace::new(Instant::now()),
            done: Arc::default(),
            is_given_up: Arc::default(),
            end,
        };
        let source = Source {
            file,
            done: Arc::clone(&upload.done),
            is_given_up: Arc::clone(&upload.is_given_up),
        };
        let (web, media_type) = (Arc::clone(self), media_type.to_owned());
        start("libim-upload", move || {
            // Nobody may wait for it any more.
            let _ = sender.send(web.write(&slot, source, size, &media_type));
        })?;
        Ok(upload)
    }

    fn write(&self, slot: &Slot, source: Source, size: u64, media_type: &str) -> Result<Option<String>> {
        // What is brought is not brought again to another place.
        let agent = self.agent(self.places(true));
        let mut request = agent
            .put(&slot.put)
            .header("content-length", size.to_string())
            .content_type(media_type);
        for (name, value) in &slot.headers {
            request = request.header(name, value);
        }
        let status = match request.send(SendBody::from_owned_reader(source)) {
            Ok(response) => response.status(),
            Err(error) => return Ok(Some(reason(&error))),
        };
        match status.as_u16() {
            200..=299 => Ok(None),
            408 | 425 | 429 | 500..=599 if status.as_u16() != 507 => Ok(Some(format!("the server answers {status}"))),
            413 => Err(Error::new(
                Status::FileTooLarge,
                "the server takes no file of that size",
            )),
            code => Err(Error::new(
                Status::FileUploadFailed,
                format!("the server does not take the file: it answers {code}"),
            )),
        }
    }
}
