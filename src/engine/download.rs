//! `downloadMessage`: a file of a message, from the backend into the account's folder. Runs on the thread of the call.
//!
//! A download that has begun ends with exactly one `onMessageDownloadProgressCallback` that says so.

use super::core::Engine;
use crate::model::blob::Incoming;
use crate::model::data_url::picture_in;
use crate::model::id::quoted;
use crate::model::lock::lock;
use crate::model::sync::Arc;
use crate::model::sync::atomic::{AtomicBool, Ordering};
use crate::model::web::name_of_address;
use crate::model::{Error, FilePart, MessageFile, Result, Status};
use std::collections::hash_map::Entry;

/// A file that the app wants.
pub(crate) struct WantedFile {
    pub(super) msg_id: String,
    pub(super) file: MessageFile,
}

impl WantedFile {
    pub(super) fn new(msg_id: &str, file: MessageFile) -> Self {
        Self {
            msg_id: msg_id.to_owned(),
            file,
        }
    }

    /// Its message.
    pub(super) fn msg_id(&self) -> &str {
        &self.msg_id
    }

    /// Its name in the account's folder.
    pub(super) fn name(&self) -> &str {
        &self.file.uuid
    }

    /// Whether the name says what the file contains. Of some only the address is known: their name is that of the address.
    fn is_content(&self) -> bool {
        let file = &self.file;
        file.url.is_empty() || file.uuid != name_of_address(&file.url)
    }

    /// What the app tells downloads apart by.
    pub(super) fn key(&self) -> String {
        key(&self.msg_id, self.file.part)
    }
}

fn key(msg_id: &str, part: FilePart) -> String {
    let FilePart {
        image_type,
        is_snapshot,
    } = part;
    format!("{msg_id} {image_type} {is_snapshot}")
}

/// A download that is under way; at its end others may begin.
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
            Some(is_cancelled) => is_cancelled.store(true, Ordering::Release),
            None => {
                wanted?;
                let desc = format!("this file of msgID {} is not being downloaded", quoted(msg_id));
                return Err(Error::new(Status::NothingToCancel, desc));
            }
        }
        Ok(())
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
            Entry::Vacant(free) => free.insert(Arc::clone(&is_cancelled)),
            Entry::Occupied(_) => {
                let desc = "this file of the message is being downloaded already";
                return Err(Error::new(Status::InProgress, desc));
            }
        };
        let _under_way = UnderWay(self, wanted.key());
        let outcome = self.fetch(wanted, |file, take| fetch(file, &is_cancelled, take));
        let found = self.files.find(&wanted.file.uuid);
        match (&outcome, &found) {
            (Ok(()), Some((path, size))) => self.tell_end(wanted, Ok((path, *size)))?,
            (Ok(()), None) => {
                let error = Error::internal("a file that was downloaded is gone");
                self.tell_end(wanted, Err(&error))?;
                return Err(error);
            }
            (Err(error), _) => self.tell_end(wanted, Err(error))?,
        }
        outcome?;
        self.with_file(wanted)
    }

    fn fetch(
        &self,
        wanted: &WantedFile,
        fetch: impl FnOnce(&MessageFile, &mut dyn FnMut(&[u8], u64) -> Result<()>) -> Result<()>,
    ) -> Result<()> {
        let mut incoming = self.files.incoming()?;
        let mut told = None;
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
        self.file_arrived(&wanted.msg_id, name)?;
        self.trim_files();
        Ok(())
    }

    fn with_file(&self, wanted: &WantedFile) -> Result<String> {
        self.store.snapshot(|db| self.shown_with_content(db, &wanted.msg_id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, bob, message};
    use crate::events::Event;
    use crate::model::media::FileElem;
    use crate::model::web::hex;
    use crate::model::{Change, Elem, MessageBody};
    use serde_json::Value;
    use sha2::{Digest, Sha256};

    const CONTENT: &[u8] = b"what bob has sent";

    const PART: FilePart = FilePart {
        image_type: 0,
        is_snapshot: false,
    };

    fn with_file() -> Fixture {
        let fixture = Fixture::new();
        let mut file = message(&bob(), "bob", 1);
        file.body = MessageBody::of(Elem::File(FileElem {
            path: "/home/bob/secret".to_owned(),
            uuid: hex(&Sha256::digest(CONTENT)),
            local_url: "/home/bob/secret".to_owned(),
            ..FileElem::default()
        }));
        fixture.live(Change::Message(file));
        fixture.told();
        fixture
    }

    fn ends(fixture: &Fixture) -> Vec<Value> {
        let told = fixture.told().into_iter();
        let told = told.filter(|(event, _)| *event == Event::MessageDownloadProgress);
        told.map(|(_, payload)| payload)
            .filter(|payload| payload["isFinish"] == true || payload["isError"] == true)
            .collect()
    }

    fn shown(fixture: &Fixture) -> String {
        let file = &fixture.row(&bob())["lastMessage"]["fileElem"];
        assert_eq!(file["path"], "");
        file["localUrl"].as_str().unwrap().to_owned()
    }

    #[test]
    fn a_download_ends_once_and_the_file_is_shown_wherever_the_message_is() {
        let fixture = with_file();
        assert_eq!(shown(&fixture), "");
        let wanted = fixture.engine.wanted_file("m1", PART).unwrap();
        assert!(fixture.engine.downloaded(&wanted).unwrap().is_none());
        let message = fixture.engine.download(&wanted, |_, _, take| {
            let again = fixture.engine.download(&wanted, |_, _, _| Ok(()));
            assert_eq!(again.unwrap_err().status, Status::InProgress);
            CONTENT.chunks(5).try_for_each(|part| take(part, CONTENT.len() as u64))
        });
        let message: Value = serde_json::from_str(&message.unwrap()).unwrap();
        let path = message["fileElem"]["localUrl"].as_str().unwrap();
        assert_eq!(std::fs::read(path).unwrap(), CONTENT);
        assert_eq!(shown(&fixture), path);
        let size = &fixture.row(&bob())["lastMessage"]["fileElem"]["fileSize"];
        assert_eq!(*size, CONTENT.len(), "bob did not say");
        let told = ends(&fixture);
        assert_eq!(told.len(), 1);
        assert_eq!(
            (&told[0]["path"], &told[0]["currentSize"]),
            (&path.into(), &CONTENT.len().into())
        );
        // Again: it is there. Gone: it is not shown any more.
        assert!(fixture.engine.downloaded(&wanted).unwrap().is_some());
        assert_eq!(ends(&fixture).len(), 1);
        std::fs::remove_file(path).unwrap();
        let url: Value = serde_json::from_str(&fixture.engine.online_url("m1").unwrap()).unwrap();
        assert_eq!(url["fileElem"]["localUrl"], "");
    }

    #[test]
    fn one_that_fails_ends_with_its_error_and_can_be_tried_again() {
        let fixture = with_file();
        let wanted = fixture.engine.wanted_file("m1", PART).unwrap();
        let cut = fixture.engine.download(&wanted, |_, _, take| {
            take(b"what", 17)?;
            Err(Error::disconnected("gone"))
        });
        assert_eq!(cut.unwrap_err().status, Status::Disconnected);
        let other = fixture
            .engine
            .download(&wanted, |_, _, take| take(b"something else", 14));
        assert_eq!(other.unwrap_err().status, Status::FileDownloadFailed);
        let told = ends(&fixture);
        let codes: Vec<&Value> = told.iter().map(|end| &end["errorCode"]).collect();
        assert_eq!(codes, [9508, 6009]);
        assert_eq!(shown(&fixture), "");
        assert_eq!(std::fs::read_dir(fixture.path("media")).unwrap().count(), 0);
        assert!(fixture.engine.download(&wanted, |_, _, take| take(CONTENT, 17)).is_ok());
    }

    #[test]
    fn a_download_that_is_cancelled_ends_with_8021_also_when_its_message_was_recalled_and_only_while_it_lasts() {
        let fixture = with_file();
        let cancel = || fixture.engine.cancel_download("m1", PART);
        let wanted = fixture.engine.wanted_file("m1", PART).unwrap();
        assert_eq!(cancel().unwrap_err().status, Status::NothingToCancel);
        let cancelled = fixture.engine.download(&wanted, |_, is_cancelled, take| {
            take(b"what", 17)?;
            fixture.live(Change::Revoked {
                conversation: bob(),
                message: crate::model::Target::MsgId("m1".to_owned()),
                recall: crate::model::Recall::default(),
            });
            cancel()?;
            assert!(is_cancelled.load(Ordering::Acquire), "and its deadline with it");
            Err(Error::new(Status::TransferCancelled, "cancelled"))
        });
        assert_eq!(cancelled.unwrap_err().status, Status::TransferCancelled);
        assert_eq!(ends(&fixture)[0]["errorCode"], 8021);
        assert_eq!(std::fs::read_dir(fixture.path("media")).unwrap().count(), 0);
        assert_eq!(
            cancel().unwrap_err().status,
            Status::InvalidParameters,
            "it was recalled"
        );
    }

    #[test]
    fn a_file_that_was_damaged_here_is_fetched_again() {
        let fixture = with_file();
        let fetch = || {
            let wanted = fixture.engine.wanted_file("m1", PART).unwrap();
            if fixture.engine.downloaded(&wanted).unwrap().is_some() {
                return false;
            }
            fixture.engine.download(&wanted, |_, _, take| take(CONTENT, 0)).unwrap();
            true
        };
        let local = || {
            let found = fixture.engine.find_messages(&["m1".to_owned()]).unwrap();
            let found: Value = serde_json::from_str(&found).unwrap();
            found[0]["fileElem"]["localUrl"].as_str().unwrap().to_owned()
        };
        assert!(fetch() && !fetch());
        let path = local();
        // Cut short, as by a full disk: that is seen wherever it is shown. Other bytes are seen when it is asked for.
        std::fs::write(&path, b"what").unwrap();
        assert_eq!(local(), "");
        assert!(fetch() && !fetch());
        std::fs::write(&path, vec![b'x'; CONTENT.len()]).unwrap();
        assert!(fetch() && !fetch());
        assert_eq!(std::fs::read(local()).unwrap(), CONTENT);
    }

    #[test]
    fn of_a_file_there_is_no_thumbnail_and_no_snapshot() {
        let fixture = with_file();
        for (image_type, is_snapshot, field) in [(1, false, "imageType 1"), (0, true, "isSnapshot true")] {
            let part = FilePart {
                image_type,
                is_snapshot,
            };
            let error = fixture.engine.wanted_file("m1", part).err().unwrap();
            assert_eq!(error.status, Status::InvalidParameters);
            assert!(error.desc.starts_with(field), "{error}");
        }
    }

    #[test]
    fn what_has_no_file_or_was_recalled_cannot_be_downloaded() {
        let fixture = with_file();
        fixture.live(crate::engine::fixture::from_bob(2));
        for msg_id in ["m2", "unknown"] {
            let error = fixture.engine.wanted_file(msg_id, PART).err().unwrap();
            assert_eq!(error.status, Status::InvalidParameters);
        }
        fixture.live(Change::Revoked {
            conversation: bob(),
            message: crate::model::Target::MsgId("m1".to_owned()),
            recall: crate::model::Recall::default(),
        });
        assert!(fixture.engine.wanted_file("m1", PART).is_err());
    }
}
