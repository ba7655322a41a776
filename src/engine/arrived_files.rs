//! The files that libim fetches before the app asks (`autoDownloadBytes`): which they are.

use super::core::Engine;
use super::known_peer::is_known;
use super::wanted_file::WantedFile;
use crate::model::{MessageBody, Result};
use crate::store::{conversation, media};
use std::collections::HashSet;

/// Of so many messages, the newest, files are fetched at most.
const MOST_MESSAGES: i64 = 100;

/// Files of messages that have arrived.
pub(crate) struct ArrivedFiles {
    /// Those to fetch, of the newest message first.
    pub(crate) files: Vec<WantedFile>,
    /// The message up to which these are all.
    last: i64,
}

impl Engine {
    /// The files of at most `most` bytes that have arrived since [`Engine::took_arrived_files`] and are not here. A size that
    /// is not known may be small.
    pub(crate) fn arrived_files(&self, most: u64) -> Result<ArrivedFiles> {
        self.store.snapshot(|db| {
            let (messages, last) = media::arrived_with_files(db, MOST_MESSAGES)?;
            let mut files = Vec::new();
            let mut named = HashSet::new();
            for message in messages {
                let Some(of) = conversation::by_number(db, message.conversation)? else {
                    continue;
                };
                // Whoever has the file learns where this device is: no stranger is to find that out by sending one.
                if !is_known(db, &of)? {
                    continue;
                }
                let Ok(body) = serde_json::from_str(&message.body) else {
                    continue;
                };
                files.extend(self.to_fetch(&message.msg_id, &body, most, &mut named));
            }
            Ok(ArrivedFiles { files, last })
        })
    }

    fn to_fetch(&self, msg_id: &str, body: &MessageBody, most: u64, named: &mut HashSet<String>) -> Vec<WantedFile> {
        let mut files = body.elem.files();
        files.retain(|file| {
            u64::try_from(file.size).is_ok_and(|size| size <= most)
                && self.files.find(&file.uuid).is_none()
                // Several forms of a picture may be one file.
                && named.insert(file.uuid.clone())
        });
        files.into_iter().map(|file| WantedFile::new(msg_id, file)).collect()
    }

    /// They were fetched, or cannot be: they are not tried again.
    pub(crate) fn took_arrived_files(&self, taken: &ArrivedFiles) -> Result<()> {
        self.write(false, |tx| media::set_looked_at(tx.db, taken.last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, bob, c2c, message};
    use crate::model::media::FileElem;
    use crate::model::{Change, ConversationId, Elem, GroupId, Message, Target};

    fn with_file(conversation: &ConversationId, seq: u64, size: i64) -> Message {
        let mut file = message(conversation, "bob", seq);
        file.body = MessageBody::of(Elem::File(FileElem {
            uuid: format!("{seq:064x}"),
            file_size: size,
            ..FileElem::default()
        }));
        file
    }

    fn wanted(fixture: &Fixture) -> (Vec<String>, ArrivedFiles) {
        let found = fixture.engine.arrived_files(100).unwrap();
        let ids = found.files.iter().map(|file| file.msg_id.clone()).collect();
        (ids, found)
    }

    #[test]
    fn small_files_of_known_people_are_wanted_once_newest_first() {
        let fixture = Fixture::new();
        let team = ConversationId::group(&GroupId::trusted("team"));
        for change in [
            with_file(&bob(), 1, 100),
            with_file(&bob(), 2, 101),
            with_file(&bob(), 3, 0),
            with_file(&c2c("mallory"), 4, 1),
            with_file(&team, 5, 1),
            with_file(&bob(), 6, -1),
            message(&bob(), "bob", 7),
        ] {
            fixture.live(Change::Message(change));
        }
        assert_eq!(wanted(&fixture).0, ["m5"], "strangers so far");
        fixture.send(&bob(), "hello");
        let (ids, found) = wanted(&fixture);
        assert_eq!(ids, ["m5", "m3", "m1"]);
        // What comes meanwhile is wanted next.
        fixture.live(Change::Message(with_file(&bob(), 8, 1)));
        fixture.engine.took_arrived_files(&found).unwrap();
        let (ids, found) = wanted(&fixture);
        assert_eq!(ids, ["m8"]);
        fixture.engine.took_arrived_files(&found).unwrap();
        assert!(wanted(&fixture).0.is_empty());
    }

    #[test]
    fn what_is_recalled_or_here_is_not_wanted() {
        let fixture = Fixture::new();
        fixture.send(&bob(), "hello");
        for seq in 1..=2 {
            fixture.live(Change::Message(with_file(&bob(), seq, 1)));
        }
        let (_, found) = wanted(&fixture);
        let recall = |msg_id: &str| Change::Revoked {
            conversation: bob(),
            message: Target::MsgId(msg_id.to_owned()),
            recall: crate::model::Recall::default(),
        };
        fixture.live(recall("m1"));
        assert_eq!(wanted(&fixture).0, ["m2"]);
        let file = found.files.iter().find(|file| file.msg_id == "m2").unwrap();
        let mut incoming = fixture.engine.files.incoming().unwrap();
        incoming.write(b"x").unwrap();
        fixture.engine.files.keep_as(incoming, file.name().to_owned()).unwrap();
        assert!(wanted(&fixture).0.is_empty());
    }

    #[test]
    fn of_very_many_only_the_newest_are_wanted() {
        let fixture = Fixture::new();
        fixture.send(&bob(), "hello");
        for seq in 1..=103 {
            fixture.live(Change::Message(with_file(&bob(), seq, 1)));
        }
        let (ids, found) = wanted(&fixture);
        assert_eq!((ids.len(), ids.first().unwrap().as_str()), (100, "m103"));
        fixture.engine.took_arrived_files(&found).unwrap();
        assert!(wanted(&fixture).0.is_empty());
    }
}
