//! Messages that an archive has more than once: a sender whose connection broke sends again what the server may have already.
//!
//! It is one message, and lies where the archive has it first: whoever clears, reads or hides up to it means that place. A
//! device that reads an archive backwards, or whose newest messages came ahead, meets the last copy first.

use super::json::parse_body;
use super::transaction::Transaction;
use crate::model::{ConversationId, MessageBody, MessageStatus, UnnumberedMessage};
use crate::store::message::{self, MessageRow};
use crate::store::{StoreResult, deleted, gap, hidden, message_ids};

/// How many of the messages that are cleared are remembered, so that a copy of one does not come for new.
const REMEMBERED: u32 = 200;

impl Transaction<'_> {
    /// Whether what comes is an earlier copy of a message that is stored.
    pub(super) fn is_earlier_copy(&self, row: &MessageRow, unnumbered: &UnnumberedMessage) -> StoreResult<bool> {
        let (server_id, _) = message_ids::of(self.db, row.id)?.unwrap_or_default();
        let is_copy = !server_id.is_empty() && !unnumbered.server_id.is_empty() && server_id != unnumbered.server_id;
        if row.seq == 0 || !is_copy || unnumbered.is_ahead {
            return Ok(false);
        }
        let is_in_gap =
            || gap::above(self.db, row.conversation).map(|above| above.is_some_and(|above| row.seq >= above));
        Ok(unnumbered.older || is_in_gap()?)
    }

    /// Whether a sender has used an id again for another message: the archive has both, and so has every device.
    pub(super) fn is_broken_promise(&self, unnumbered: &UnnumberedMessage, known: &str) -> StoreResult<bool> {
        let Some(row) = message::by_msg_id(self.db, known)? else {
            return Ok(false);
        };
        let archived = message_ids::of(self.db, row.id)?.is_some_and(|(server_id, _)| !server_id.is_empty());
        if row.is_self || !archived || unnumbered.server_id.is_empty() {
            return Ok(false);
        }
        let body = parse_body(&row);
        if row.status == MessageStatus::Revoked || body.as_ref().is_ok_and(|body| body.modified.is_some()) {
            // The first text is gone, so only this says something: a copy is promised whenever the first one was.
            return Ok(unnumbered.is_origin_unique && row.msg_id != unnumbered.origin_id);
        }
        // How it names what it answers may differ: the sender may know more of that by the second time.
        let plain = |body: MessageBody| MessageBody {
            reply: None,
            name_card: String::new(),
            ..body
        };
        Ok(body.map_or(true, |body| plain(body) != plain(unnumbered.message.body.clone())))
    }

    /// Gives a message the place of its earlier copy.
    pub(super) fn move_back(
        &mut self,
        id: &ConversationId,
        mut row: MessageRow,
        unnumbered: &UnnumberedMessage,
    ) -> StoreResult<()> {
        let time = unnumbered.message.time;
        self.edit(id, |tx, loaded| {
            let seq = tx.number(loaded, unnumbered, time)?.max(1);
            (row.seq, row.position, row.time) = (seq, seq, time);
            loaded.recount = true;
            if seq <= loaded.row.cleared_seq {
                tx.removes_text = true;
                tx.lose_files(&row);
                deleted::mark(tx.db, row.conversation, &row.msg_id)?;
                deleted::save_place(
                    tx.db,
                    (row.conversation, &row.msg_id),
                    (seq, time),
                    &unnumbered.server_id,
                )?;
                return Ok(message::delete(tx.db, row.id)?);
            }
            message::update(tx.db, &row)?;
            message_ids::set_server_id(tx.db, row.id, &unnumbered.server_id)?;
            let is_hidden = !row.is_self && tx.hides(loaded, seq, time);
            Ok(hidden::set(tx.db, row.id, is_hidden)?)
        })
    }

    /// Remembers the messages up to a position, which are about to be cleared.
    pub(super) fn remember_cleared(&mut self, conversation: i64, up_to: i64) -> StoreResult<()> {
        for named in message_ids::newest_named(self.db, conversation, up_to, REMEMBERED)? {
            deleted::mark(self.db, conversation, &named.msg_id)?;
            let place = (named.position, named.time);
            deleted::save_place(self.db, (conversation, &named.msg_id), place, &named.server_id)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, START, bob, unnumbered};
    use crate::model::{Change, IdKind, MessageId, Micros, Place, Span, Target};

    /// A copy of bob's message, with another id in the archive.
    fn copy(id: &str, server_id: &str, seconds: i64, (older, is_ahead): (bool, bool)) -> Change {
        match unnumbered(id, "bob", seconds, older) {
            Change::UnnumberedMessage(mut message) => {
                server_id.clone_into(&mut message.server_id);
                message.is_ahead = is_ahead;
                Change::UnnumberedMessage(message)
            }
            other => other,
        }
    }

    fn ids(fixture: &Fixture) -> Vec<String> {
        fixture.messages(&bob()).into_iter().map(|(id, _)| id).collect()
    }

    fn cleared_up_to(id: &str, seconds: i64) -> Change {
        Change::HistoryCleared {
            conversation: bob(),
            up_to: Target::Id(MessageId {
                kind: IdKind::MsgId,
                id: id.to_owned(),
                sender: None,
                not_after: Some(Micros((START + seconds) * 1_000_000)),
            }),
        }
    }

    /// As a device tells it that has read the archive's first copy of it.
    fn cleared_up_to_copy(server_id: &str) -> Change {
        Change::HistoryCleared {
            conversation: bob(),
            up_to: Target::Id(MessageId {
                kind: IdKind::Server,
                id: server_id.to_owned(),
                sender: None,
                not_after: None,
            }),
        }
    }

    const FORWARDS: (bool, bool) = (false, false);
    const BACKWARDS: (bool, bool) = (true, false);
    const AHEAD: (bool, bool) = (false, true);

    /// What the archive has: m1, m2, m3, and m1 once more.
    const ARCHIVE: [(&str, &str, i64); 4] = [("m1", "1", 1), ("m2", "2", 20), ("m3", "3", 30), ("m1", "4", 40)];

    #[test]
    fn a_deleted_message_lies_where_its_first_copy_did() {
        let fixture = Fixture::new();
        fixture.history(Change::MessagesDeleted {
            conversation: bob(),
            msg_ids: vec!["m1".to_owned()],
        });
        let from = Place {
            time: Micros((START + 9) * 1_000_000),
            id: "m1".to_owned(),
            ..Place::default()
        };
        fixture.history(Change::Hidden {
            conversation: bob(),
            spans: vec![Span { from, to: None }],
        });
        // An archive that is read backwards.
        for (id, server_id, seconds) in [("m1", "s4", 4), ("m3", "s3", 3), ("m1", "s2", 2), ("m0", "s1", 1)] {
            fixture.history(copy(id, server_id, seconds, (true, false)));
        }
        assert_eq!(ids(&fixture), ["m0"], "what follows the first copy is hidden");
    }

    #[test]
    fn a_message_that_was_sent_twice_lies_where_it_was_first_whichever_way_the_archive_is_read() {
        for backwards in [false, true] {
            for cleared in ["", "m1", "m2"] {
                let fixture = Fixture::new();
                if !cleared.is_empty() {
                    fixture.history(cleared_up_to(cleared, if cleared == "m1" { 1 } else { 20 }));
                }
                let mut archive = ARCHIVE;
                if backwards {
                    archive.reverse();
                }
                for (id, server_id, seconds) in archive {
                    let way = if backwards { BACKWARDS } else { FORWARDS };
                    fixture.history(copy(id, server_id, seconds, way));
                }
                let wanted: &[&str] = match cleared {
                    "" => &["m1", "m2", "m3"],
                    "m1" => &["m2", "m3"],
                    _ => &["m3"],
                };
                assert_eq!(
                    ids(&fixture),
                    wanted,
                    "backwards: {backwards}, cleared up to {cleared:?}"
                );
            }
        }
    }

    #[test]
    fn what_was_cleared_up_to_a_message_ends_at_its_first_copy_however_soon_it_was_sent_again() {
        // m1 twice within a second, and m2 between.
        let archive = [
            ("m0", "1", 1),
            ("m1", "2", 2),
            ("m2", "3", 2),
            ("m1", "4", 2),
            ("m3", "5", 3),
        ];
        for backwards in [false, true] {
            for is_late in [false, true] {
                let fixture = Fixture::new();
                let tell = || fixture.history(cleared_up_to_copy("2"));
                if !is_late {
                    tell();
                }
                let mut archive = archive;
                if backwards {
                    archive.reverse();
                }
                for (id, server_id, seconds) in archive {
                    let way = if backwards { BACKWARDS } else { FORWARDS };
                    fixture.history(copy(id, server_id, seconds, way));
                }
                if is_late {
                    tell();
                }
                assert_eq!(
                    ids(&fixture),
                    ["m2", "m3"],
                    "backwards: {backwards}, told after: {is_late}"
                );
            }
        }
    }

    #[test]
    fn an_archive_that_has_only_another_copy_clears_up_to_that() {
        let fixture = Fixture::new();
        fixture.history(cleared_up_to_copy("2"));
        for (id, server_id, seconds) in [("m1", "4", 2), ("m2", "5", 30)] {
            fixture.history(copy(id, server_id, seconds, FORWARDS));
        }
        assert_eq!(ids(&fixture), ["m1", "m2"]);
        // The sync ends.
        let place = Place {
            time: Micros((START + 1) * 1_000_000),
            id: "m1".to_owned(),
            archive_id: "2".to_owned(),
            ..Place::default()
        };
        for _ in 0..2 {
            fixture.history(Change::HistoryCleared {
                conversation: bob(),
                up_to: Target::Place(place.clone()),
            });
            assert_eq!(ids(&fixture), ["m2"]);
        }
    }

    #[test]
    fn a_recalled_message_whose_id_was_no_promise_is_not_repeated_by_one_whose_id_is() {
        let fixture = Fixture::new();
        let unpromised = |change| match change {
            Change::UnnumberedMessage(mut message) => {
                message.is_origin_unique = false;
                message.message.msg_id.clone_from(&message.own_id);
                Change::UnnumberedMessage(message)
            }
            other => other,
        };
        fixture.live(unpromised(copy("m1", "1", 1, FORWARDS)));
        let recalled = Target::MsgId(ids(&fixture).remove(0));
        fixture.live(Change::Revoked {
            conversation: bob(),
            message: recalled,
            recall: crate::model::Recall::default(),
        });
        fixture.live(copy("m1", "2", 2, FORWARDS));
        assert_eq!(ids(&fixture).len(), 2);
        fixture.live(copy("m1", "3", 3, FORWARDS));
        assert_eq!(ids(&fixture).len(), 2, "that is the same once more");
    }

    #[test]
    fn the_last_copy_that_came_ahead_closes_no_gap() {
        let fixture = Fixture::new();
        fixture.live(copy("m0", "0", 0, FORWARDS));
        fixture.history(copy("m1", "4", 40, AHEAD));
        for (id, server_id, seconds) in ARCHIVE {
            fixture.history(copy(id, server_id, seconds, FORWARDS));
        }
        fixture.history(Change::CaughtUp { group_id: None });
        fixture.live(copy("m4", "5", 50, FORWARDS));
        assert_eq!(ids(&fixture), ["m0", "m1", "m2", "m3", "m4"]);
    }

    #[test]
    fn a_copy_of_what_was_cleared_is_not_new() {
        let fixture = Fixture::new();
        fixture.live(copy("m1", "1", 1, FORWARDS));
        fixture.live(copy("m2", "2", 2, FORWARDS));
        fixture.engine.clear_history(&bob()).unwrap();
        fixture.live(copy("m3", "3", 3, FORWARDS));
        fixture.live(copy("m1", "4", 40, FORWARDS));
        assert_eq!(ids(&fixture), ["m3"]);
        assert_eq!(fixture.row(&bob())["unreadCount"], 1);
        // Another device tells how far it has cleared: up to the first copy.
        fixture.live(cleared_up_to("m1", 1));
        assert_eq!(ids(&fixture), ["m3"]);
    }
}
