//! `downloadMessage`: a file of a message, from the backend into the account's folder. Runs on the thread of the call.
//!
//! A download that has begun ends with exactly one `onMessageDownloadProgressCallback` that says so. It ends at once when its
//! message loses the file.

use super::core::Engine;
use super::wanted_file::{Download, WantedFile, key};
use crate::model::blob::Incoming;
use crate::model::data_url::picture_in;
use crate::model::id::quoted;
use crate::model::lock::lock;
use crate::model::sync::Arc;
use crate::model::sync::atomic::{AtomicBool, Ordering};
use crate::model::{Error, FilePart, MessageFile, Result, Status};
use std::collections::hash_map::Entry;

/// While it lasts the same is not downloaded again; at its end others may begin.
struct UnderWay<'a>(&'a Engine, String);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        lock(&self.0.downloads).remove(&self.1);
    }
}

impl Engine {
    /// The file of a message that is meant. 6017 when there is none.
    pub(crate) fn wanted_file(&self, msg_id: &str, part: FilePart) -> Result<WantedFile> {
        let found = self.store.snapshot(|db| self.with_content(db, msg_id))?;
        if let Some((elem, _)) = &found
            && let Some(why) = elem.foreign_to(part)
            && !elem.files().is_empty()
        {
            let elem_type = elem.elem_type() as i64;
            let sentence = format!("{why}, and msgID {} has elemType {elem_type}", quoted(msg_id));
            return Err(Error::invalid(sentence));
        }
        let file = found.and_then(|(elem, _)| elem.file(part));
        let none = || Error::invalid(format!("msgID {} has no such file", quoted(msg_id)));
        Ok(WantedFile::new(msg_id, file.ok_or_else(none)?))
    }

    /// The message, if its file is here already, or in the message itself.
    pub(crate) fn downloaded(&self, wanted: &WantedFile) -> Result<Option<String>> {
        let mut is_here = self.is_here(wanted)?;
        if !is_here && let Some(bytes) = picture_in(&wanted.file.url) {
            let mut incoming = self.files.incoming()?;
            incoming.write(&bytes)?;
            self.keep_download(wanted, incoming)?;
            is_here = true;
        }
        let Some((path, size)) = self.files.find(&wanted.file.uuid).filter(|_| is_here) else {
            return Ok(None);
        };
        self.files.touch(&wanted.file.uuid);
        // Another message may have brought it.
        self.file_arrived(&wanted.msg_id, wanted.file.uuid.clone())?;
        self.tell_end(wanted, Ok((&path, size)))?;
        self.with_file(wanted).map(Some)
    }

    /// Whether the file is here as it was. One that was damaged since goes, and is fetched again.
    fn is_here(&self, wanted: &WantedFile) -> Result<bool> {
        let name = &wanted.file.uuid;
        let Some((_, size)) = self.files.find(name) else {
            return Ok(false);
        };
        if !wanted.is_content() {
            return Ok(wanted.file.size <= 0 || u64::try_from(wanted.file.size) == Ok(size));
        }
        let is_intact = self.files.is_intact(name)?;
        if !is_intact {
            log::warn!("a file of a message was damaged on this device, and is fetched again");
            self.files.remove(name)?;
        }
        Ok(is_intact)
    }

    /// Ends a download that is under way. 8020 when there is none.
    pub fn cancel_download(&self, msg_id: &str, part: FilePart) -> Result<()> {
        // The message may be recalled or deleted by now: then the part is what the app says.
        let wanted = self.wanted_file(msg_id, part);
        let key = match &wanted {
            Ok(wanted) => wanted.key(),
            Err(_) => key(msg_id, part),
        };
        match lock(&self.downloads).get(&key) {
            Some(download) => download.is_cancelled.store(true, Ordering::Release),
            None => {
                wanted?;
                let desc = format!("this file of msgID {} is not being downloaded", quoted(msg_id));
                return Err(Error::new(Status::NothingToCancel, desc));
            }
        }
        Ok(())
    }

    /// Ends the downloads of files that their messages have lost, of these names.
    pub(super) fn end_lost_downloads(&self, lost: &[String]) {
        let of_these = |download: &&Download| lost.iter().any(|name| download.wanted.name() == name);
        let parts = |download: &Download| (download.wanted.clone(), Arc::clone(&download.is_cancelled));
        let under_way: Vec<_> = lock(&self.downloads).values().filter(of_these).map(parts).collect();
        for (wanted, is_cancelled) in under_way {
            if self.lost(&wanted).is_some() {
                is_cancelled.store(true, Ordering::Release);
            }
        }
    }

    /// Why a file is not wanted any more, if its message has it no longer.
    fn lost(&self, wanted: &WantedFile) -> Option<Error> {
        let has_it = self.store.snapshot(|db| {
            let found = self.with_content(db, &wanted.msg_id);
            let file = found.map(|found| found.and_then(|(elem, _)| elem.file(wanted.file.part)));
            Ok(match file {
                Ok(file) => file.is_some_and(|file| file.uuid == wanted.file.uuid),
                Err(error) => error.into_error().status != Status::InvalidParameters,
            })
        });
        let desc = "the message has this file no longer: it was recalled, deleted or changed meanwhile";
        // What cannot be read is not gone.
        (!has_it.unwrap_or(true)).then(|| Error::new(Status::TransferCancelled, desc))
    }

    /// Fetches a file; the message as it is shown then. 6015 when the same is being fetched already. `fetch` ends soon after it
    /// was cancelled.
    pub(crate) fn download(
        &self,
        wanted: &WantedFile,
        fetch: impl FnOnce(&MessageFile, &Arc<AtomicBool>, &mut dyn FnMut(&[u8], u64) -> Result<()>) -> Result<()>,
    ) -> Result<String> {
        let is_cancelled = Arc::default();
        match lock(&self.downloads).entry(wanted.key()) {
            Entry::Vacant(free) => free.insert(Download {
                wanted: wanted.clone(),
                is_cancelled: Arc::clone(&is_cancelled),
            }),
            Entry::Occupied(_) => {
                let desc = "this file of the message is being downloaded already";
                return Err(Error::new(Status::InProgress, desc));
            }
        };
        let _under_way = UnderWay(self, wanted.key());
        let fetched = self.fetch(wanted, |file, take| fetch(file, &is_cancelled, take));
        let found = fetched.and_then(|()| {
            let gone = || Error::internal("a file that was downloaded is gone");
            self.files.find(&wanted.file.uuid).ok_or_else(gone)
        });
        // Whatever has ended it: that there is no such file any more is what the app should hear.
        let found = found.map_err(|error| self.lost(wanted).unwrap_or(error));
        match &found {
            Ok((path, size)) => self.tell_end(wanted, Ok((path, *size)))?,
            Err(error) => self.tell_end(wanted, Err(error))?,
        }
        found?;
        self.with_file(wanted)
    }

    fn fetch(
        &self,
        wanted: &WantedFile,
        fetch: impl FnOnce(&MessageFile, &mut dyn FnMut(&[u8], u64) -> Result<()>) -> Result<()>,
    ) -> Result<()> {
        let mut incoming = self.files.incoming()?;
        let mut told = None;
        // Lost before it was noted that it is fetched.
        self.lost(wanted).map_or(Ok(()), Err)?;
        fetch(&wanted.file, &mut |bytes, total| {
            incoming.write(bytes)?;
            let percent = incoming.size().saturating_mul(100).checked_div(total);
            if told != percent {
                told = percent;
                self.tell_part(wanted, incoming.size(), total)?;
            }
            Ok(())
        })?;
        self.keep_download(wanted, incoming)
    }

    fn keep_download(&self, wanted: &WantedFile, incoming: Incoming) -> Result<()> {
        let name = wanted.file.uuid.clone();
        if wanted.is_content() && name != incoming.name() {
            let desc = "the server has another file than the one that was sent";
            return Err(Error::new(Status::FileDownloadFailed, desc));
        }
        // It is not the first to go, although the limit may be smaller than it is.
        lock(&self.imported).hold(name.clone());
        self.files.keep_as(incoming, name.clone())?;
        // Looked at when it is there: a message that loses it from now on takes it along itself.
        if let Some(lost) = self.lost(wanted) {
            self.remove_lost_files(&[name]);
            return Err(lost);
        }
        self.file_arrived(&wanted.msg_id, name)?;
        self.trim_files();
        Ok(())
    }

    fn with_file(&self, wanted: &WantedFile) -> Result<String> {
        self.store.snapshot(|db| self.shown_with_content(db, &wanted.msg_id))
    }
}

#[cfg(test)]
mod tests;
