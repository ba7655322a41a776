//! The files of messages on this device: taking in what the app sends, and letting go what was used longest ago. Runs on the
//! thread of the call.

use super::core::Engine;
use super::json::{parse_body, shown_json, to_json};
use super::render;
use super::transaction::Transaction;
use super::view::Message;
use crate::events::{ChangeSet, Event, Progress};
use crate::model::blob::Incoming;
use crate::model::image_size::image_size;
use crate::model::lock::lock;
use crate::model::path::shown;
use crate::model::source::open_source;
use crate::model::{Elem, Error, MessageBody, MessageStatus, Result, Status};
use crate::store::{StoreResult, conversation, media, message};
use rusqlite::Connection;
use serde::Serialize;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// A file of the app's that was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedFile {
    /// Names its content.
    pub uuid: String,
    /// Its size in bytes.
    pub size: i64,
}

/// The payload of `onSendMessageProgress`.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimMessageSendProgress")
)]
pub(crate) struct SendMessageProgress<'a> {
    /// The message.
    message: Message<'a>,
    /// How much of its files the server has, in percent. 100 does not mean that the message is sent.
    progress: i64,
    /// The same in bytes.
    #[serde(rename = "currentSize")]
    current_size: u64,
    /// How many bytes its files have.
    #[serde(rename = "totalSize")]
    total_size: u64,
}

impl Engine {
    /// Copies a file of the app's into the account's folder: what becomes of the original does not matter any more. 7004 to
    /// 7007 when it cannot be sent, 6022 when it cannot be read or copied.
    pub fn import_file(&self, path: &Path) -> Result<ImportedFile> {
        let (mut file, _) = open_source(path)?;
        let mut incoming = self.files.incoming()?;
        while incoming.copy(&mut file, path, u64::MAX)? {}
        self.keep_file(incoming, || format!("{} is empty", shown(path)))
    }

    /// The same for bytes; `field` says where the app gave them.
    pub fn import_bytes(&self, field: &str, bytes: &[u8]) -> Result<ImportedFile> {
        let mut incoming = self.files.incoming()?;
        incoming.write(bytes)?;
        self.keep_file(incoming, || format!("{field} is empty"))
    }

    fn keep_file(&self, incoming: Incoming, empty: impl Fn() -> String) -> Result<ImportedFile> {
        let size = incoming.size();
        if size == 0 {
            return Err(Error::new(Status::FileEmpty, empty()));
        }
        // Held before it is there: it must not go while nothing names it.
        lock(&self.imported).hold(incoming.name());
        Ok(ImportedFile {
            uuid: self.files.keep(incoming)?,
            size: i64::try_from(size).unwrap_or(i64::MAX),
        })
    }

    /// Width and height of a picture that was taken in; zeros when they cannot be read.
    pub fn imported_image_size(&self, uuid: &str) -> (i64, i64) {
        let file = self
            .files
            .find(uuid)
            .and_then(|(path, _)| std::fs::File::open(path).ok());
        file.map(image_size).unwrap_or_default()
    }

    /// A file of a message, for the backend that uploads it.
    pub fn local_file(&self, uuid: &str) -> Option<PathBuf> {
        self.files.find(uuid).map(|(path, _)| path)
    }

    /// How much of a message's files the server has. Of one that is not being sent any more nothing is told.
    pub fn upload_progress(&self, msg_id: &str, done: u64, total: u64) {
        // Held until it is told: what ends the message meanwhile would be told before it.
        let mut guard = self.store.writer();
        let payload = guard.get().and_then(|writer| {
            let payload = sending_progress(writer.db(), msg_id, done, total);
            payload.map_err(|error| self.store.failed(error))
        });
        match payload {
            Ok(Some(payload)) => self.tell_progress(Progress {
                event: Event::SendMessageProgress,
                key: msg_id.to_owned(),
                is_end: false,
                payload,
            }),
            // It was deleted, recalled or cancelled meanwhile.
            Ok(None) => {}
            Err(error) => log::warn!("the progress of a message cannot be told: {}", error.desc),
        }
    }

    pub(super) fn tell_progress(&self, progress: Progress) {
        self.queue.push_changes(ChangeSet {
            progress: vec![progress],
            ..ChangeSet::default()
        });
    }

    /// When there are more files than there may be, lets go those that were used longest ago. A failure is logged: what the
    /// caller does has been done.
    pub(super) fn trim_files(&self) {
        if !self.files.is_over() {
            return;
        }
        let gone = self.needed_files().and_then(|needed| self.files.trim(&needed));
        if let Err(error) = gone.and_then(|gone| self.files_changed(&gone)) {
            log::warn!("the files of messages could not be made fewer: {}", error.desc);
        }
    }

    /// The files that nobody else has: of messages that are on their way, were refused, or were created only.
    pub(super) fn needed_files(&self) -> Result<HashSet<String>> {
        let bodies = self.store.read(media::unsent_bodies)?;
        let bodies = bodies
            .iter()
            .filter_map(|body| serde_json::from_str::<MessageBody>(body).ok());
        let mut needed: HashSet<String> = bodies.flat_map(|body| body.elem.uploads()).collect();
        needed.extend(lock(&self.created).bodies().flat_map(|body| body.elem.uploads()));
        needed.extend(lock(&self.imported).held().cloned());
        Ok(needed)
    }

    /// Says what the files of an element are that are here, whatever its sender said; whether anything is different now.
    pub(super) fn measure(&self, elem: &mut Elem) -> bool {
        let mut is_different = false;
        for file in elem.files() {
            if let Some((_, size)) = self.files.find(&file.uuid) {
                let size = i64::try_from(size).unwrap_or_default();
                is_different |= elem.measured(&file.uuid, size, self.imported_image_size(&file.uuid));
            }
        }
        is_different
    }

    /// A file of a message is here: the conversations that show it say so, and the message says what it is.
    pub(super) fn file_arrived(&self, msg_id: &str, name: String) -> Result<()> {
        self.write(true, |tx| {
            let row = message::by_msg_id(tx.db, msg_id)?;
            if let Some(mut row) = row.filter(|row| row.status != MessageStatus::Revoked)
                && let Ok(mut body) = parse_body(&row)
                && self.measure(&mut body.elem)
            {
                row.body = to_json(&body)?;
                message::update(tx.db, &row)?;
            }
            show_files(tx, &[name])
        })
    }

    /// Files have gone: the conversations that show them say so.
    fn files_changed(&self, names: &[String]) -> Result<()> {
        if names.is_empty() {
            return Ok(());
        }
        self.write(true, |tx| show_files(tx, names))
    }
}

fn sending_progress(db: &Connection, msg_id: &str, done: u64, total: u64) -> StoreResult<Option<String>> {
    let row = message::by_msg_id(db, msg_id)?.filter(|row| row.status == MessageStatus::Sending);
    let Some(row) = row else { return Ok(None) };
    let Some(conversation) = conversation::by_number(db, row.conversation)? else {
        return Ok(None);
    };
    let percent = done.saturating_mul(100).checked_div(total).unwrap_or_default();
    let payload = shown_json(&SendMessageProgress {
        message: render::view(db, &row, &conversation)?,
        progress: i64::try_from(percent.min(100)).unwrap_or_default(),
        current_size: done.min(total),
        total_size: total,
    })?;
    Ok(Some(payload))
}

fn show_files(tx: &mut Transaction<'_>, names: &[String]) -> StoreResult<()> {
    for id in media::conversations_with(tx.db, names)? {
        tx.refresh(&id)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, c2c};
    use crate::model::media::FileElem;
    use crate::model::{Micros, Outbound, Outcome};
    use serde_json::Value;

    fn source(fixture: &Fixture, name: &str, size: usize) -> PathBuf {
        let path = fixture.path(name);
        std::fs::write(&path, name.repeat(size).as_bytes().get(..size).unwrap()).unwrap();
        path
    }

    fn body(fixture: &Fixture, path: &Path) -> MessageBody {
        let file = fixture.engine.import_file(path).unwrap();
        MessageBody::of(Elem::File(FileElem {
            path: path.to_str().unwrap().to_owned(),
            file_name: "n".to_owned(),
            uuid: file.uuid,
            file_size: file.size,
            ..FileElem::default()
        }))
    }

    fn send(fixture: &Fixture, to: &str, path: &Path) -> Value {
        let sent = fixture.engine.send(&c2c(to), body(fixture, path)).unwrap();
        serde_json::from_str(&sent).unwrap()
    }

    fn local(fixture: &Fixture, of: &str) -> String {
        let shown = &fixture.row(&c2c(of))["lastMessage"]["fileElem"]["localUrl"];
        shown.as_str().unwrap().to_owned()
    }

    #[test]
    fn what_is_sent_is_a_copy_and_the_others_get_neither_path_nor_place() {
        let fixture = Fixture::new();
        let path = source(&fixture, "a", 9);
        let sent = send(&fixture, "bob", &path);
        std::fs::remove_file(&path).unwrap();
        let file = &sent["fileElem"];
        assert_eq!(
            (&file["path"], &file["fileSize"]),
            (&path.to_str().unwrap().into(), &9.into())
        );
        assert_eq!(std::fs::read(file["localUrl"].as_str().unwrap()).unwrap(), b"aaaaaaaaa");
        assert_eq!(local(&fixture, "bob"), file["localUrl"].as_str().unwrap());
        let Some(Outbound::Send(message)) = fixture.command() else {
            panic!("nothing is sent");
        };
        let Elem::File(file) = &message.body.elem else {
            panic!("not a file");
        };
        assert_eq!(
            (file.path.as_str(), file.local_url.as_str(), file.file_size),
            ("", "", 9)
        );
    }

    #[test]
    fn a_file_that_cannot_be_sent_leaves_nothing() {
        let fixture = Fixture::new();
        let error = fixture.engine.import_file(&fixture.path("none")).unwrap_err();
        assert_eq!(error.status, Status::FileNotFound);
        let error = fixture.engine.import_bytes("imageElem.dataBase64", b"").unwrap_err();
        assert_eq!(error.status, Status::FileEmpty);
        let left = std::fs::read_dir(fixture.path("media")).map_or(0, Iterator::count);
        assert_eq!(left, 0);
    }

    #[test]
    fn what_is_not_sent_stays_and_what_has_gone_is_shown_nowhere() {
        let fixture = Fixture::with(|options| options.media_cache_bytes = 100);
        send(&fixture, "bob", &source(&fixture, "a", 60));
        send(&fixture, "carol", &source(&fixture, "b", 60));
        assert!(!local(&fixture, "bob").is_empty() && !local(&fixture, "carol").is_empty());
        fixture.complete(Outcome::Sent {
            seq: 1,
            time: Micros(1),
        });
        // Those that were imported last are held for a while whatever happens; a restart forgets that.
        let fixture = fixture.reopen();
        fixture.told();
        send(&fixture, "dave", &source(&fixture, "c", 30));
        assert_eq!(local(&fixture, "bob"), "", "the one that was used longest ago");
        assert!(!local(&fixture, "carol").is_empty() && !local(&fixture, "dave").is_empty());
        let changed = fixture.told_of(Event::ConversationChanged).to_string();
        assert!(changed.contains("c2c_bob"), "{changed}");
    }

    #[test]
    fn a_file_of_a_message_that_was_inserted_here_stays() {
        let fixture = Fixture::with(|options| options.media_cache_bytes = 100);
        let noted = body(&fixture, &source(&fixture, "a", 60));
        let sender = crate::model::UserId::trusted("bob");
        fixture.engine.insert_local(&c2c("bob"), &sender, &noted).unwrap();
        let fixture = fixture.reopen();
        send(&fixture, "carol", &source(&fixture, "b", 90));
        assert!(!local(&fixture, "bob").is_empty(), "nobody else has it");
    }

    #[test]
    fn the_progress_names_the_message_and_ends_at_100() {
        let fixture = Fixture::new();
        let sent = send(&fixture, "bob", &source(&fixture, "a", 9));
        let msg_id = sent["msgID"].as_str().unwrap();
        fixture.told();
        for done in [0, 5, 9] {
            fixture.engine.upload_progress(msg_id, done, 9);
        }
        fixture.engine.upload_progress("unknown", 1, 9);
        let told = fixture.told();
        let (event, last) = told.last().unwrap();
        assert_eq!(*event, Event::SendMessageProgress);
        assert_eq!(
            (&last["message"]["msgID"], &last["progress"]),
            (&sent["msgID"], &100.into())
        );
        assert_eq!((&last["currentSize"], &last["totalSize"]), (&9.into(), &9.into()));
    }
}
