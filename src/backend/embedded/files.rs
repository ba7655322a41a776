//! The files that messages carry. They lie in a folder beside the service file, named by their content, and all users of the
//! service share them: what was sent before is not copied again.
//!
//! The worker brings them there, a part at a time, before it sends their message. The service's database is not locked meanwhile; file_use.rs says when a file goes.

use super::error::{ServiceError, ServiceResult};
use super::file_use;
use super::service::Service;
use crate::backend::Sink;
use crate::model::blob::{BlobFolder, Incoming};
use crate::model::file::io_error;
use crate::model::path::shown;
use crate::model::{Error, Message, Outbound, Result, Status};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How much is copied before others have a turn.
const PART: u64 = 4 << 20;
/// How old the rest of a copy is that nobody completes any more.
const ABANDONED: Duration = Duration::from_secs(24 * 3600);

/// The folder of a service's files.
pub(super) fn folder(service: &Path) -> BlobFolder {
    // Of a service that is reached over links there is one folder.
    let service = std::fs::canonicalize(service).unwrap_or_else(|_| service.to_owned());
    let mut path = service.into_os_string();
    path.push(".files");
    BlobFolder::new(PathBuf::from(path))
}

/// The files of the service, and the one that is being brought there.
pub(super) struct Files {
    service: PathBuf,
    folder: BlobFolder,
    upload: Option<Upload>,
    /// The message whose files the service knows to be under way.
    announced: String,
}

struct Upload {
    name: String,
    path: PathBuf,
    source: File,
    incoming: Incoming,
}

impl Files {
    /// Those of the service at a path.
    pub(super) fn beside(service: &Path) -> Self {
        let folder = folder(service);
        let before = SystemTime::now()
            .checked_sub(ABANDONED)
            .unwrap_or(SystemTime::UNIX_EPOCH);
        if let Err(error) = folder.clean(before) {
            log::warn!("{}", error.desc);
        }
        Self {
            service: service.to_owned(),
            folder,
            upload: None,
            announced: String::new(),
        }
    }

    /// Brings a part of the files of the message that a command sends. True when all of them are there; a refusal when one
    /// cannot be brought.
    pub(super) fn bring(&mut self, command: &Outbound, service: &mut Service, sink: &dyn Sink) -> ServiceResult<bool> {
        match command {
            Outbound::Send(message) => self.bring_of(message, service, sink),
            _ => Ok(true),
        }
    }

    /// Nothing is being brought any more: what is not complete goes.
    pub(super) fn give_up(&mut self) {
        self.upload = None;
    }

    fn bring_of(&mut self, message: &Message, service: &mut Service, sink: &dyn Sink) -> ServiceResult<bool> {
        let names = message.body.elem.uploads();
        if names.is_empty() {
            return Ok(true);
        }
        // The folder of a service that is gone, perhaps with its disk, is not made anew.
        if !self.service.exists() {
            let desc = format!("there is no service at {}", shown(&self.service));
            return Err(ServiceError::Unreachable(desc));
        }
        if self.announced != message.msg_id {
            // Before anything is there: what a crash leaves is known, and goes some time.
            service.write(|tx| file_use::announce(tx, &names))?;
            self.announced.clone_from(&message.msg_id);
        }
        self.bring_part(&message.msg_id, &names, sink)
            .map_err(ServiceError::Refused)
    }

    /// What was announced may be forgotten by now: when its files are brought again, they are announced again.
    pub(super) fn forget_announced(&mut self) {
        self.announced.clear();
    }

    /// Whether the files of a message that is to be sent are there.
    pub(super) fn are_there(&self, command: &Outbound) -> bool {
        match command {
            Outbound::Send(message) => {
                let names = message.body.elem.uploads();
                names.iter().all(|name| self.folder.find(name).is_some())
            }
            _ => true,
        }
    }

    /// Removes some of the files that no message has.
    pub(super) fn remove_unused(&self, service: &mut Service) -> ServiceResult<()> {
        file_use::remove_unused(service, &self.service, &self.folder)
    }

    fn bring_part(&mut self, msg_id: &str, names: &[String], sink: &dyn Sink) -> Result<bool> {
        let (mut done, mut total, mut next) = (0, 0, None);
        for name in names {
            if let Some((_, size)) = self.folder.find(name) {
                (done, total) = (done + size, total + size);
                continue;
            }
            let path = sink.local_file(name).ok_or_else(gone)?;
            let found = std::fs::metadata(&path).map_err(|error| io_error("look at", &path, &error))?;
            total += found.len();
            next = next.or(Some((name, path)));
        }
        let Some((name, path)) = next else {
            return Ok(true);
        };
        let result = self.part(name, path);
        if result.is_err() {
            self.upload = None;
        }
        done += result?;
        // The end is told when the message goes out.
        if done < total {
            sink.upload_progress(msg_id, done, total);
        }
        Ok(false)
    }

    /// Copies a part of a file; how much of it there is.
    fn part(&mut self, name: &str, path: PathBuf) -> Result<u64> {
        let mut upload = match self.upload.take().filter(|upload| upload.name == name) {
            Some(upload) => upload,
            None => Upload {
                name: name.to_owned(),
                source: File::open(&path).map_err(|error| io_error("open the file", &path, &error))?,
                path,
                incoming: self.folder.incoming()?,
            },
        };
        let is_more = upload.incoming.copy(&mut upload.source, &upload.path, PART)?;
        let size = upload.incoming.size();
        if is_more {
            self.upload = Some(upload);
        } else if upload.incoming.name() == name {
            upload.incoming.finish()?;
        } else {
            let desc = format!("{} has changed since it was taken in", shown(&upload.path));
            return Err(Error::new(Status::IoFailed, desc));
        }
        Ok(size)
    }
}

fn gone() -> Error {
    Error::new(
        Status::FileNotFound,
        "a file of the message is neither on this device nor at the service",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::embedded::testing::text;
    use crate::backend::embedded::users::Me;
    use crate::backend::{Deadline, LinkState};
    use crate::model::media::{FileElem, VideoElem};
    use crate::model::{Elem, Inbound, MessageFile, OutboxEntry, Outcome, UserId};
    use std::sync::Mutex;

    /// An account with some files, which remembers what it was told.
    struct Sender {
        user: UserId,
        own: BlobFolder,
        told: Mutex<Vec<(u64, u64)>>,
    }

    impl Sink for Sender {
        fn user_id(&self) -> &UserId {
            &self.user
        }
        fn cursor(&self) -> Result<Option<String>> {
            Ok(None)
        }
        fn apply(&self, _: Inbound) -> Result<()> {
            Ok(())
        }
        fn next_outbound(&self) -> Result<Option<OutboxEntry>> {
            Ok(None)
        }
        fn complete_outbound(&self, _: i64, _: Outcome) -> Result<()> {
            Ok(())
        }
        fn report(&self, _: LinkState) {}
        fn local_file(&self, uuid: &str) -> Option<PathBuf> {
            self.own.find(uuid).map(|(path, _)| path)
        }
        fn upload_progress(&self, _: &str, done: u64, total: u64) {
            self.told.lock().unwrap().push((done, total));
        }
    }

    struct Place {
        dir: tempfile::TempDir,
        sender: Sender,
    }

    impl Place {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let own = BlobFolder::new(dir.path().join("own"));
            let sender = Sender {
                user: UserId::trusted("alice"),
                own,
                told: Mutex::default(),
            };
            Self { dir, sender }
        }

        fn service(&self) -> PathBuf {
            self.dir.path().join("service.db")
        }

        fn own(&self, byte: u8, size: usize) -> String {
            let mut incoming = self.sender.own.incoming().unwrap();
            incoming.write(&vec![byte; size]).unwrap();
            incoming.finish().unwrap()
        }

        fn open(&self) -> Service {
            Service::open(&self.service(), true, false).unwrap()
        }

        fn bring(&self, files: &mut Files, message: &Message) -> Result<usize> {
            let mut service = self.open();
            let mut parts = 0;
            while !files
                .bring_of(message, &mut service, &self.sender)
                .map_err(ServiceError::into_error)?
            {
                parts += 1;
            }
            Ok(parts)
        }

        fn told(&self) -> Vec<(u64, u64)> {
            std::mem::take(&mut *self.sender.told.lock().unwrap())
        }

        fn fetched(&self, uuid: &str) -> Result<Vec<u8>> {
            let deadline = Deadline::new(Duration::from_secs(60), Default::default());
            let file = MessageFile {
                part: crate::model::FilePart {
                    image_type: 0,
                    is_snapshot: false,
                },
                uuid: uuid.to_owned(),
                url: String::new(),
                size: 0,
            };
            let mut all = Vec::new();
            super::super::file_fetch::fetch(&self.service(), &file, &deadline, &mut |bytes, _| {
                all.extend_from_slice(bytes);
                Ok(())
            })?;
            Ok(all)
        }
    }

    fn new_message() -> Message {
        let alice = Me {
            id: 1,
            user_id: UserId::trusted("alice"),
        };
        text(&alice, "bob", "m1")
    }

    fn video(uuid: String, snapshot_uuid: String) -> Message {
        let mut message = new_message();
        message.body.elem = Elem::Video(Box::new(VideoElem {
            uuid,
            snapshot_uuid,
            ..VideoElem::default()
        }));
        message
    }

    #[test]
    fn files_are_brought_in_parts_and_each_part_is_told() {
        let place = Place::new();
        let (size, small) = (PART + 1000, 10);
        let (film, still) = (place.own(1, size as usize), place.own(2, small as usize));
        let message = video(film.clone(), still.clone());
        let mut files = Files::beside(&place.service());
        assert_eq!(place.bring(&mut files, &message).unwrap(), 3);
        assert!(
            files.bring_of(&message, &mut place.open(), &place.sender).unwrap(),
            "as when the service was busy"
        );
        let total = size + small;
        assert_eq!(place.told(), [(PART, total), (size, total)]);
        assert_eq!(place.fetched(&film).unwrap().len() as u64, size);
        assert_eq!(place.fetched(&still).unwrap(), [2; 10]);
        // Somebody else who sends the same, or who forwards what only the service has.
        std::fs::remove_dir_all(place.dir.path().join("own")).unwrap();
        let mut again = Files::beside(&place.service());
        assert_eq!(place.bring(&mut again, &message).unwrap(), 0);
        assert!(place.told().is_empty());
    }

    #[test]
    fn a_copy_that_was_cut_off_begins_again_and_leaves_nothing() {
        let place = Place::new();
        let film = place.own(1, PART as usize + 1000);
        let message = video(film.clone(), String::new());
        let mut files = Files::beside(&place.service());
        let mut service = place.open();
        std::fs::rename(place.service(), place.dir.path().join("elsewhere")).unwrap();
        let gone = files.bring_of(&message, &mut service, &place.sender);
        assert!(matches!(gone, Err(ServiceError::Unreachable(_))));
        assert!(!place.dir.path().join("service.db.files").exists());
        std::fs::rename(place.dir.path().join("elsewhere"), place.service()).unwrap();
        assert!(!files.bring_of(&message, &mut service, &place.sender).unwrap());
        drop(files);
        let mut files = Files::beside(&place.service());
        place.bring(&mut files, &message).unwrap();
        assert_eq!(place.fetched(&film).unwrap().len(), PART as usize + 1000);
        let names = std::fs::read_dir(place.dir.path().join("service.db.files")).unwrap();
        assert_eq!(names.count(), 1);
    }

    #[test]
    fn a_file_that_is_gone_or_has_changed_is_not_sent() {
        let place = Place::new();
        let name = place.own(1, 10);
        let mut message = new_message();
        message.body.elem = Elem::File(FileElem {
            uuid: name.clone(),
            ..FileElem::default()
        });
        let (path, _) = place.sender.own.find(&name).unwrap();
        std::fs::write(&path, "other").unwrap();
        let mut files = Files::beside(&place.service());
        let error = place.bring(&mut files, &message).unwrap_err();
        assert_eq!(error.status, Status::IoFailed);
        std::fs::remove_file(&path).unwrap();
        let error = place.bring(&mut files, &message).unwrap_err();
        assert_eq!(error.status, Status::FileNotFound);
        assert_eq!(place.fetched(&name).unwrap_err().status, Status::FileDownloadFailed);
        assert_eq!(
            place.fetched("../service.db").unwrap_err().status,
            Status::FileDownloadFailed
        );
    }
}
