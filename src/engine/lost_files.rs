//! The files of messages that were recalled or deleted: whoever recalls or deletes a picture expects it gone from the folder,
//! too. A file that another message has, also one inside of a merger, stays.

use super::core::Engine;
use super::transaction::Transaction;
use crate::model::blob;
use crate::model::lock::lock;
use crate::store::message::MessageRow;
use crate::store::{StoreResult, media};
use std::collections::HashSet;

impl Transaction<'_> {
    /// A message loses its content.
    pub(super) fn lose_files(&mut self, row: &MessageRow) {
        self.lose_files_of(&row.body);
    }

    /// All messages of a conversation up to a position do.
    pub(super) fn lose_files_up_to(&mut self, conversation: i64, position: i64) -> StoreResult<()> {
        let bodies = media::bodies_with_files_up_to(self.db, conversation, position)?;
        bodies.iter().for_each(|body| self.lose_files_of(body));
        Ok(())
    }

    fn lose_files_of(&mut self, body: &str) {
        // Several forms of a picture may be one file.
        let names: HashSet<&str> = blob::names_in(body).collect();
        self.lost_files.extend(names.into_iter().map(str::to_owned));
    }
}

impl Engine {
    /// Removes files that messages have lost, unless something still has them. A failure is logged: what the caller does has
    /// been done, and the files go when there are too many.
    pub(super) fn remove_lost_files(&self, lost: &[String]) {
        if lost.is_empty() {
            return;
        }
        self.end_lost_downloads(lost);
        let mut imported = lock(&self.imported);
        lost.iter().for_each(|name| imported.release(name));
        drop(imported);
        let here = lost.iter().filter(|name| self.files.find(name).is_some());
        let mut names: HashSet<&str> = here.map(String::as_str).collect();
        if names.is_empty() {
            return;
        }
        let needed = self.needed_files().and_then(|needed| {
            let bodies = self.store.read(media::bodies_with_files)?;
            Ok((needed, bodies))
        });
        let removed = needed.and_then(|(needed, bodies)| {
            names.retain(|name| !needed.contains(*name));
            for name in bodies.iter().flat_map(|body| blob::names_in(body)) {
                names.remove(name);
            }
            names.iter().try_for_each(|name| self.files.remove(name))
        });
        if let Err(error) = removed {
            log::warn!("files of messages that are gone could not be removed: {}", error.desc);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, bob, c2c, message};
    use crate::model::media::FileElem;
    use crate::model::{Change, ConversationId, Elem, Message, MessageBody, Micros, Outcome, Recall, Target};

    fn file(fixture: &Fixture, bytes: &[u8]) -> MessageBody {
        let file = fixture.engine.import_bytes("dataBase64", bytes).unwrap();
        MessageBody::of(Elem::File(FileElem {
            file_name: "a".to_owned(),
            uuid: file.uuid,
            file_size: file.size,
            ..FileElem::default()
        }))
    }

    fn got(fixture: &Fixture, from: &ConversationId, seq: u64, bytes: &[u8]) {
        fixture.live(Change::Message(Message {
            body: file(fixture, bytes),
            ..message(from, "bob", seq)
        }));
    }

    fn recall(fixture: &Fixture, seq: u64) {
        fixture.live(Change::Revoked {
            conversation: bob(),
            message: Target::MsgId(format!("m{seq}")),
            recall: Recall::default(),
        });
    }

    fn files(fixture: &Fixture) -> usize {
        std::fs::read_dir(fixture.path("media")).map_or(0, Iterator::count)
    }

    #[test]
    fn the_file_of_a_recalled_or_deleted_message_goes() {
        let fixture = Fixture::new();
        for seq in 1..5 {
            got(&fixture, &bob(), seq, &[u8::try_from(seq).unwrap(); 9]);
        }
        assert_eq!(files(&fixture), 4);
        recall(&fixture, 1);
        assert_eq!(files(&fixture), 3);
        fixture.engine.delete_messages(&["m2".to_owned()]).unwrap();
        assert_eq!(files(&fixture), 2);
        fixture.engine.clear_history(&bob()).unwrap();
        assert_eq!(files(&fixture), 0);
        got(&fixture, &bob(), 9, b"more");
        fixture.engine.delete_conversation(&bob()).unwrap();
        assert_eq!(files(&fixture), 0);
    }

    #[test]
    fn a_file_that_something_else_has_stays() {
        let fixture = Fixture::new();
        got(&fixture, &bob(), 1, b"twice");
        got(&fixture, &bob(), 2, b"twice");
        recall(&fixture, 1);
        assert_eq!(files(&fixture), 1, "another message has it");
        // Taken in for a message that is still to be written.
        let later = file(&fixture, b"twice");
        recall(&fixture, 2);
        assert_eq!(files(&fixture), 1, "it was taken in again");
        fixture.engine.send(&c2c("carol"), later).unwrap();
        got(&fixture, &bob(), 3, b"twice");
        recall(&fixture, 3);
        assert_eq!(files(&fixture), 1, "it waits to be sent");
    }

    #[test]
    fn an_own_message_keeps_its_file_until_the_server_has_agreed_to_the_recall() {
        let fixture = Fixture::new();
        let body = file(&fixture, b"mine");
        fixture.engine.send(&bob(), body).unwrap();
        fixture.complete(Outcome::Sent {
            seq: 1,
            time: Micros(1),
        });
        let id = fixture.messages(&bob())[0].0.clone();
        assert_eq!(fixture.messages(&bob()), [(id.clone(), 2)]);
        fixture.try_revoke(&id).unwrap();
        assert_eq!(files(&fixture), 1);
        fixture.complete_all();
        assert_eq!(files(&fixture), 0);
    }
}
