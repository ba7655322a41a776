//! Which messages have which files, and what becomes of a file that none has any more.
//!
//! A file is removed inside a write transaction that has looked whether a message has it, and a message is stored inside one
//! that has looked whether its files are there: so neither misses the other. What is to be removed is stored with what made
//! it so; whoever dies in between leaves it to the next one.

use super::change::Tx;
use super::error::ServiceResult;
use super::place;
use super::service::Service;
use crate::model::blob::BlobFolder;
use crate::model::{Elem, Micros};
use std::path::Path;

/// How long a file may wait for its message, in microseconds.
const WAITING: i64 = 24 * 3600 * 1_000_000;
/// How many files a transaction removes: other clients of the service wait meanwhile.
const PORTION: i64 = 50;

/// The names of the service's files that an element has, also inside of a merger.
fn names(elem: &Elem) -> Vec<String> {
    match elem {
        Elem::Merger(merger) => merger.messages.iter().flat_map(|merged| names(&merged.elem)).collect(),
        elem => elem.uploads(),
    }
}

/// Files are about to be brought for a message that comes after them.
pub(super) fn announce(tx: &Tx<'_>, files: &[String]) -> ServiceResult<()> {
    for name in files {
        tx.execute(
            "INSERT INTO unused_file (name, due) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET due = max(due, ?2)",
            (name, tx.now.0.saturating_add(WAITING)),
        )?;
    }
    Ok(())
}

/// A message has what its element names.
pub(super) fn hold(tx: &Tx<'_>, message: i64, elem: &Elem) -> ServiceResult<()> {
    for name in names(elem) {
        tx.execute(
            "INSERT OR IGNORE INTO message_file (name, message) VALUES (?1, ?2)",
            (&name, message),
        )?;
        tx.execute("DELETE FROM unused_file WHERE name = ?1", [&name])?;
    }
    Ok(())
}

/// A message has no files any more.
pub(super) fn release(tx: &Tx<'_>, message: i64) -> ServiceResult<()> {
    tx.execute(
        "INSERT INTO unused_file (name, due) SELECT name, ?2 FROM message_file WHERE message = ?1 \
         ON CONFLICT (name) DO NOTHING",
        (message, tx.now.0),
    )?;
    tx.execute("DELETE FROM message_file WHERE message = ?1", [message])?;
    Ok(())
}

/// Whether a message has a file.
fn is_used(tx: &Tx<'_>, name: &str) -> ServiceResult<bool> {
    Ok(tx
        .prepare("SELECT 1 FROM message_file WHERE name = ?1")?
        .exists([name])?)
}

/// Removes files that no message has.
pub(super) fn remove_unused(service: &mut Service, path: &Path, folder: &BlobFolder) -> ServiceResult<()> {
    // As bytes: others write to the service too, and one name that is no text must not keep everybody offline.
    let due: Vec<Vec<u8>> = service.read(|db| {
        let mut due = db.prepare_cached("SELECT name FROM unused_file WHERE due <= ?1 LIMIT ?2")?;
        let names = due.query_map((Micros::now().0, PORTION), |row| {
            Ok(row.get_ref(0)?.as_bytes()?.to_vec())
        })?;
        Ok(names.collect::<rusqlite::Result<_>>()?)
    })?;
    if due.is_empty() {
        return Ok(());
    }
    // A power cut must not bring a message back whose file is gone.
    place::sync_log(path)?;
    service.write(|tx| {
        for bytes in &due {
            if let Ok(name) = std::str::from_utf8(bytes)
                && !is_used(tx, name)?
                && let Err(error) = folder.remove(name)
            {
                log::warn!("a file of the service that nobody needs stays for now: {}", error.desc);
                let later = tx.now.0.saturating_add(WAITING);
                tx.execute("UPDATE unused_file SET due = ?2 WHERE name = ?1", (name, later))?;
                continue;
            }
            tx.execute("DELETE FROM unused_file WHERE name = CAST(?1 AS TEXT)", [bytes])?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::embedded::testing::{TestService, text};
    use crate::backend::embedded::users::Me;
    use crate::backend::embedded::{messages, modify, removal};
    use crate::model::elem::{Merged, Merger};
    use crate::model::media::FileElem;
    use crate::model::{ConversationId, Message, Stamp, UserId};

    struct Place {
        service: TestService,
        folder: BlobFolder,
        alice: Me,
        bob: Me,
    }

    impl Place {
        fn new() -> Self {
            let mut service = TestService::new();
            let folder = BlobFolder::new(service.path.with_extension("files"));
            let (alice, bob) = (service.user("alice"), service.user("bob"));
            Self {
                service,
                folder,
                alice,
                bob,
            }
        }

        fn put(&mut self, content: &str) -> String {
            let mut incoming = self.folder.incoming().unwrap();
            incoming.write(content.as_bytes()).unwrap();
            let name = incoming.name();
            self.service.write(|tx| announce(tx, std::slice::from_ref(&name)));
            incoming.finish().unwrap()
        }

        fn send(&mut self, msg_id: &str, elem: Elem) -> Message {
            let mut message = text(&self.alice, "bob", msg_id);
            message.body.elem = elem;
            self.service.write(|tx| messages::send(tx, &self.alice, &message));
            message
        }

        fn has(&mut self, name: &str) -> bool {
            let path = self.service.path.clone();
            self.service.with(|service| remove_unused(service, &path, &self.folder));
            self.folder.find(name).is_some()
        }

        fn due_now(&mut self) {
            self.service
                .write(|tx| tx.execute("UPDATE unused_file SET due = 0", ()));
        }
    }

    fn file(name: &str) -> Elem {
        Elem::File(FileElem {
            uuid: name.to_owned(),
            ..FileElem::default()
        })
    }

    fn chat(with: &str) -> ConversationId {
        ConversationId::c2c(&UserId::trusted(with))
    }

    #[test]
    fn a_name_that_is_no_text_keeps_nobody_offline_and_goes() {
        let mut place = Place::new();
        let name = place.put("nobody's");
        place.due_now();
        place.service.write(|tx| {
            tx.execute(
                "INSERT INTO unused_file (name, due) VALUES (CAST(x'ff' AS TEXT), 0)",
                (),
            )
        });
        assert!(!place.has(&name));
        let is_left = place
            .service
            .write(|tx| Ok(tx.prepare("SELECT 1 FROM unused_file")?.exists(())?));
        assert!(!is_left);
    }

    #[test]
    fn a_file_goes_with_the_last_message_that_has_it() {
        let mut place = Place::new();
        let name = place.put("shared");
        place.send("m1", file(&name));
        place.send("m2", file(&name));
        let (alice, bob) = (place.alice.clone(), place.bob.clone());
        place
            .service
            .write(|tx| messages::revoke(tx, &alice, &chat("bob"), "m1"));
        assert!(place.has(&name), "the second has it");
        place
            .service
            .write(|tx| removal::delete_messages(tx, &alice, &chat("bob"), &["m2".to_owned()]));
        assert!(place.has(&name), "bob has the second");
        place
            .service
            .write(|tx| removal::clear_history(tx, &bob, &chat("alice"), 9));
        assert!(!place.has(&name));
        // Sent again, it is brought again.
        let name = place.put("shared");
        place.send("m3", file(&name));
        place.due_now();
        assert!(place.has(&name));
    }

    #[test]
    fn files_of_messages_from_before_the_migration_stay_with_them() {
        let mut place = Place::new();
        let name = place.put("old");
        place.send("m1", file(&name));
        place.service.write(|tx| {
            tx.db.execute_batch(&format!(
                "DROP TABLE message_file; DROP TABLE unused_file; {}",
                include_str!("migrations/0013_files.sql")
            ))?;
            Ok(())
        });
        let alice = place.alice.clone();
        assert!(place.has(&name));
        place
            .service
            .write(|tx| messages::revoke(tx, &alice, &chat("bob"), "m1"));
        assert!(!place.has(&name));
    }

    #[test]
    fn a_file_waits_for_its_message_and_not_for_ever() {
        let mut place = Place::new();
        let (late, never) = (place.put("late"), place.put("never"));
        assert!(place.has(&late) && place.has(&never));
        place.send("m1", file(&late));
        place.due_now();
        assert!(!place.has(&never) && place.has(&late));
    }

    #[test]
    fn a_merger_holds_the_files_of_its_messages_and_an_edit_lets_go_of_those_before() {
        let mut place = Place::new();
        let (inner, before, after) = (place.put("inner"), place.put("before"), place.put("after"));
        let merged = Merged {
            msg_id: "m1".to_owned(),
            sender: "alice".to_owned(),
            nick_name: String::new(),
            face_url: String::new(),
            time: Micros(1),
            cloud_custom_data: String::new(),
            elem: file(&inner),
        };
        place.send(
            "merger",
            Elem::Merger(Merger {
                messages: vec![merged],
                ..Merger::default()
            }),
        );
        let mut message = place.send("edited", file(&before));
        message.body.elem = file(&after);
        message.body.modified = Some(Stamp {
            time: Micros(9),
            device: "phone".to_owned(),
        });
        let alice = place.alice.clone();
        place.service.write(|tx| modify::modify(tx, &alice, &message));
        place.due_now();
        assert!(!place.has(&before) && place.has(&after) && place.has(&inner));
        place
            .service
            .write(|tx| messages::revoke(tx, &alice, &chat("bob"), "merger"));
        assert!(!place.has(&inner));
    }
}
