//! Deleting for one user: messages, a history, a conversation. The others keep theirs; a message that no user keeps loses
//! its content. All of it can be repeated without harm.

use super::change::{Kind, Tx};
use super::conversations;
use super::error::ServiceResult;
use super::file_use;
use super::last_place;
use super::listing::{self, Delete, Gone};
use super::reactions;
use super::row::Time;
use super::settings;
use super::stamps;
use super::users::Me;
use crate::model::seq::to_stored;
use crate::model::{ConversationId, Micros, SettingKind, Stamp};
use rusqlite::OptionalExtension;

/// Whether a message `m` moves no conversation up. A body that cannot be read says nothing.
const IS_EXCLUDED: &str =
    "iif(json_valid(m.body), coalesce(json_extract(m.body, '$.isExcludedFromLastMessage'), 0), 0)";

/// How many messages a transaction takes out of a history: other clients of the service wait meanwhile.
const PORTION: usize = if cfg!(test) { 4 } else { 5_000 };

/// Deletes messages. Those that are not there are skipped.
pub(super) fn delete_messages(tx: &mut Tx<'_>, me: &Me, id: &ConversationId, msg_ids: &[String]) -> ServiceResult<()> {
    let Some(conversation) = conversations::find_own(tx.db, me, id)? else {
        return Ok(());
    };
    let mut deleted = Vec::new();
    let mut gone = Gone::default();
    for msg_id in msg_ids {
        let message: Option<(i64, i64, Micros, bool)> = tx
            .prepare(&format!(
                "SELECT m.id, m.seq, m.time, {IS_EXCLUDED} FROM message m WHERE m.msg_id = ?1 AND m.conversation = ?2"
            ))?
            .query_row((msg_id, conversation), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get::<_, Time>(2)?.0, row.get(3)?))
            })
            .optional()?;
        if let Some((message, seq, time, is_excluded)) = message {
            let was_there = tx.execute(
                // A device made later never gets it.
                "DELETE FROM inbox WHERE kind IN (1, 2, 13, 14) AND ref = ?1 AND user = ?2",
                (message, me.id),
            )? > 0;
            if was_there {
                gone.add(seq, time, is_excluded);
            }
            forget(tx, message)?;
            deleted.push(message);
        }
    }
    listing::keep_after(tx, me.id, conversation, gone)?;
    for message in deleted {
        tx.tell(me.id, Kind::MessageDeleted, message)?;
    }
    Ok(())
}

/// Whether a command is over, or has done a part of its work and comes again for the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    Part,
    Over,
}

/// Deletes the history up to a sequence, or the oldest part of it.
pub(super) fn clear_history(tx: &mut Tx<'_>, me: &Me, id: &ConversationId, up_to: u64) -> ServiceResult<Progress> {
    let Some(conversation) = conversations::find_own(tx.db, me, id)? else {
        return Ok(Progress::Over);
    };
    let cleared = clear(tx, me, conversation, up_to)?;
    is_cleared(tx, me, conversation, cleared)
}

/// Stores how far a history was cleared, and tells it.
fn is_cleared(tx: &mut Tx<'_>, me: &Me, conversation: i64, cleared: Cleared) -> ServiceResult<Progress> {
    listing::keep_after(tx, me.id, conversation, cleared.gone)?;
    tx.execute(
        // Forward only, but one that was never given gives way.
        "UPDATE setting SET cleared_seq = ?3 WHERE user = ?1 AND conversation = ?2 AND cleared_seq NOT BETWEEN ?3 AND ?4",
        (me.id, conversation, cleared.up_to, cleared.last),
    )?;
    tx.tell(me.id, Kind::HistoryCleared, conversation)?;
    Ok(cleared.progress)
}

/// Deletes the conversation with its history up to a sequence. The receive option and the read position survive. The oldest
/// parts of a long history are cleared first, and the conversation is deleted with the last one.
pub(super) fn delete_conversation(
    tx: &mut Tx<'_>,
    me: &Me,
    id: &ConversationId,
    up_to: u64,
    stamp: &Stamp,
) -> ServiceResult<Progress> {
    let Some(conversation) = conversations::find_own(tx.db, me, id)? else {
        return Ok(Progress::Over);
    };
    let cleared = clear(tx, me, conversation, up_to)?;
    if cleared.progress == Progress::Part {
        return is_cleared(tx, me, conversation, cleared);
    }
    let Cleared { up_to, last, .. } = cleared;
    stamps::advance(tx, me.id, conversation, stamps::DELETED, stamp)?;
    settings::reset(tx, me.id, conversation, stamp)?;
    // A delete is a change of the pin too, unless that was changed later: then the conversation stays in the list.
    let pin = &SettingKind::Pinned.name();
    let is_unpinned = stamps::advance(tx, me.id, conversation, pin, stamp)?;
    if is_unpinned {
        tx.execute(
            "UPDATE setting SET is_pinned = 0 WHERE user = ?1 AND conversation = ?2",
            (me.id, conversation),
        )?;
    }
    let pinned = stamps::of(tx.db, me.id, conversation, pin)?;
    let delete = Delete {
        up_to,
        last,
        time: stamp.time,
        pinned: pinned.time,
    };
    let is_kept = listing::forget(tx, me.id, conversation, delete)?;
    tx.execute(
        "UPDATE setting SET deleted_seq = ?3 WHERE user = ?1 AND conversation = ?2 AND deleted_seq NOT BETWEEN ?3 AND ?4",
        (me.id, conversation, up_to, last),
    )?;
    tx.execute(
        // A clearing that the deletion covers need not be told any more.
        "DELETE FROM inbox WHERE user = ?1 AND kind = 4 AND ref = ?2 AND \
         EXISTS (SELECT 1 FROM setting WHERE user = ?1 AND conversation = ?2 AND cleared_seq <= deleted_seq)",
        (me.id, conversation),
    )?;
    tx.tell(me.id, Kind::ConversationDeleted, conversation)?;
    // A device that has got newer messages keeps the conversation, and must hear of the pin. One that has taken it out of the
    // list hears that it is kept.
    if is_unpinned || is_kept {
        tx.tell(me.id, Kind::Settings, conversation)?;
    }
    Ok(Progress::Over)
}

/// What a transaction took away.
struct Cleared {
    up_to: i64,
    /// The conversation's last message.
    last: i64,
    gone: Gone,
    progress: Progress,
}

/// Takes the messages up to a sequence, and all that was told about them, out of the user's inbox: at most [`PORTION`].
fn clear(tx: &mut Tx<'_>, me: &Me, conversation: i64, up_to: u64) -> ServiceResult<Cleared> {
    let up_to = to_stored(up_to);
    let (last, _) = last_place::of(tx.db, conversation)?;
    // A message that gets its sequence later was not deleted.
    let up_to = up_to.min(last);
    // From the last clearing on, so that clearing a long history day by day looks at each message once.
    let mut since = 0;
    for column in ["cleared_seq", "deleted_seq"] {
        let sql = format!("SELECT {column} FROM setting WHERE user = ?1 AND conversation = ?2");
        let seq: Option<i64> = tx.find(&sql, (me.id, conversation))?;
        since = since.max(to_stored(last_place::real(seq.unwrap_or_default(), last)));
    }
    let messages: Vec<(i64, i64, Micros, bool)> = tx
        .prepare(&format!(
            "SELECT m.id, m.seq, m.time, {IS_EXCLUDED} FROM message m \
             WHERE m.conversation = ?1 AND m.seq > ?2 AND m.seq <= ?3 ORDER BY m.seq LIMIT {PORTION}"
        ))?
        .query_map((conversation, since, up_to), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, Time>(2)?.0, row.get(3)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let (up_to, progress) = match messages.last() {
        Some((_, last, ..)) if messages.len() >= PORTION && *last < up_to => (*last, Progress::Part),
        _ => (up_to, Progress::Over),
    };
    let mut gone = Gone::default();
    for (message, seq, time, is_excluded) in messages {
        let deleted = tx.execute(
            "DELETE FROM inbox WHERE kind IN (1, 2, 3, 13, 14) AND ref = ?1 AND user = ?2",
            (message, me.id),
        )?;
        if deleted > 0 {
            gone.add(seq, time, is_excluded);
            forget(tx, message)?;
        }
    }
    Ok(Cleared {
        up_to,
        last,
        gone,
        progress,
    })
}

/// Empties a message that is in no inbox any more. The row stays, so that a repeated send is still recognised.
fn forget(tx: &mut Tx<'_>, message: i64) -> ServiceResult<()> {
    let holder: Option<i64> = tx
        .prepare("SELECT user FROM inbox WHERE kind = 1 AND ref = ?1 LIMIT 1")?
        .query_row([message], |row| row.get(0))
        .optional()?;
    if holder.is_none() {
        tx.execute("UPDATE message SET body = '' WHERE id = ?1", [message])?;
        file_use::release(tx, message)?;
        reactions::forget(tx, message)?;
        tx.wiped();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::embedded::messages;
    use crate::backend::embedded::testing::{TestService, text};
    use crate::model::{Change, UserId};

    fn chat(with: &str) -> ConversationId {
        ConversationId::c2c(&UserId::trusted(with))
    }

    /// Whether the only message still has its text.
    fn has_text(service: &TestService) -> bool {
        service.read(|db| Ok(db.query_row("SELECT body <> '' FROM message", (), |row| row.get(0))?))
    }

    #[test]
    fn the_text_goes_with_the_last_of_those_who_have_it() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        service.write(|tx| messages::send(tx, &alice, &text(&alice, "bob", "m1")));
        service.write(|tx| delete_messages(tx, &alice, &chat("bob"), &["m1".to_owned()]));
        assert!(has_text(&service), "bob still has it");
        service.write(|tx| clear_history(tx, &bob, &chat("alice"), 1));
        assert!(!has_text(&service));
    }

    #[test]
    fn a_long_history_is_cleared_in_parts_that_end_where_the_command_does() {
        for deletes in [false, true] {
            let mut service = TestService::new();
            let (alice, bob) = (service.user("alice"), service.user("bob"));
            let send = |service: &mut TestService, number: usize| {
                service.write(|tx| messages::send(tx, &alice, &text(&alice, "bob", &format!("m{number}"))));
            };
            let history = 2 * PORTION + 1;
            (0..history).for_each(|number| send(&mut service, number));
            let part = |service: &mut TestService| {
                let up_to = history as u64;
                service.write(|tx| match deletes {
                    false => clear_history(tx, &bob, &chat("alice"), up_to),
                    true => delete_conversation(tx, &bob, &chat("alice"), up_to, &Stamp::default()),
                })
            };
            assert_eq!(part(&mut service), Progress::Part);
            // Others write in between.
            send(&mut service, history);
            assert_eq!(
                [part(&mut service), part(&mut service)],
                [Progress::Part, Progress::Over]
            );
            let told = service.told(&bob, 0);
            let messages: Vec<&str> = told
                .iter()
                .filter_map(|change| match change {
                    Change::Message(message) => Some(message.msg_id.as_str()),
                    _ => None,
                })
                .collect();
            assert_eq!(messages, [format!("m{history}")], "{told:?}");
            let is_told = |change: &Change| match change {
                Change::ConversationDeleted { .. } => deletes,
                Change::HistoryCleared { .. } => !deletes,
                _ => false,
            };
            assert!(told.iter().any(is_told), "{told:?}");
        }
    }

    #[test]
    fn a_message_that_is_not_there_yet_is_not_deleted_in_advance() {
        let mut service = TestService::new();
        let (alice, bob) = (service.user("alice"), service.user("bob"));
        service.write(|tx| messages::send(tx, &alice, &text(&alice, "bob", "m1")));
        service.write(|tx| delete_conversation(tx, &bob, &chat("alice"), u64::MAX, &Stamp::default()));
        let head = service.head();
        service.write(|tx| messages::send(tx, &alice, &text(&alice, "bob", "m2")));
        let told = service.told(&bob, head);
        assert!(
            matches!(told.as_slice(), [Change::Message(message)] if message.msg_id == "m2"),
            "{told:?}"
        );
    }
}
