//! What keeps a conversation that was taken out of the list (`unlist.rs`) out of it, and what brings it back: a message from
//! after the place up to which it is out.

use super::transaction::{LoadedConversation, Transaction};
use crate::model::{Micros, Place};
use crate::store::history::{self, Range};
use crate::store::message::{self, MessageRow, PENDING_POSITION};
use crate::store::{StoreResult, conversation};

/// Takes a conversation out of the list. A later message makes a new one.
pub(super) fn unlist(loaded: &mut LoadedConversation) {
    // The receive option and the read position stay: they belong to the user or group.
    loaded.row.is_listed = false;
    loaded.row.is_deleted = true;
    loaded.row.is_listed_by_message = false;
    loaded.row.is_pinned = false;
    loaded.row.draft_text.clear();
    loaded.row.draft_timestamp = 0;
    loaded.row.activation = 0;
    loaded.candidate = None;
}

impl Transaction<'_> {
    /// What brought the conversation back into the list is shown no more: it goes again, unless something else keeps it.
    pub(super) fn unlist_again(&self, loaded: &mut LoadedConversation, last: &MessageRow) -> StoreResult<()> {
        let out = &loaded.row.out;
        let is_kept = *out == Place::default()
            || is_beyond(last, self.bound(loaded, out)?.as_ref(), out)
            || loaded.row.is_pinned
            || !loaded.row.draft_text.is_empty()
            || self.has_unsent(loaded)?;
        if !is_kept {
            unlist(loaded);
        }
        Ok(())
    }

    pub(super) fn has_unsent(&self, loaded: &LoadedConversation) -> StoreResult<bool> {
        let last = history::page(self.db, loaded.row.id, &Range::whole(), true, 1)?;
        Ok(last.iter().any(|last| last.position == PENDING_POSITION))
    }

    /// Whether a message that has just come brings its conversation into the list.
    pub(super) fn lists(&mut self, loaded: &mut LoadedConversation, row: &MessageRow) -> StoreResult<bool> {
        if row.msg_id == loaded.row.out.id {
            // This device may know another time of it than the one that took the conversation out.
            loaded.row.out.time = self.believed(loaded.row.out.time.max(row.time));
            return self.lists_since(loaded, row);
        }
        self.lists_as(loaded, row, self.live)
    }

    /// The message up to which the conversation is out has come. An archive that is read backwards has told before of what was
    /// said after it, which could not be known then: its times are no help where they are whole seconds.
    fn lists_since(&mut self, loaded: &mut LoadedConversation, bound: &MessageRow) -> StoreResult<bool> {
        let was_listed = loaded.row.is_listed;
        if !was_listed
            && let Some(newest) = self.newest_but(loaded.row.id, &loaded.row.out.apart)?
            && newest.position > bound.position
        {
            self.list_at(loaded, newest.time);
        }
        Ok(was_listed)
    }

    /// The newest message that is shown, without some of them.
    pub(super) fn newest_but(&self, conversation: i64, apart: &[String]) -> StoreResult<Option<MessageRow>> {
        Ok(if apart.is_empty() {
            history::newest(self.db, conversation)?
        } else {
            history::newest_but(self.db, conversation, &conversation::as_list(apart))?
        })
    }

    /// Whether a message that has its place among the others brings its conversation into the list.
    pub(super) fn lists_as(&self, loaded: &LoadedConversation, row: &MessageRow, is_live: bool) -> StoreResult<bool> {
        if loaded.row.out.apart.contains(&row.msg_id) {
            return Ok(loaded.row.is_listed);
        }
        if loaded.lists_at(is_live, row.time) {
            return Ok(true);
        }
        // An archive with times in whole seconds says of a later message an earlier time than the one it was seen live with. And
        // one of ours has the time at which it went out, when the server may not have read it yet.
        Ok(match self.bound(loaded, &loaded.row.out)? {
            Some(bound) => row.position > bound.position,
            None => false,
        })
    }

    /// The message up to which the conversation is out of the list, if it is here.
    pub(super) fn bound(&self, loaded: &LoadedConversation, out: &Place) -> StoreResult<Option<MessageRow>> {
        let bound = message::by_msg_id(self.db, &out.id)?;
        Ok(bound.filter(|row| row.conversation == loaded.row.id && row.seq > 0))
    }
}

/// Whether a message lies after the place up to which a conversation is out of the list: after the message that names it,
/// if that is here, or else after its time.
pub(super) fn is_beyond(row: &MessageRow, bound: Option<&MessageRow>, out: &Place) -> bool {
    !out.apart.contains(&row.msg_id) && bound.map_or(row.time > out.time, |bound| row.position > bound.position)
}

impl LoadedConversation {
    /// Whether something at this time brings the conversation into the list.
    pub(super) fn lists_at(&self, is_live: bool, time: Micros) -> bool {
        // What happens now is newer, whatever its sender's clock says. And a group may have been entered nobody knows when.
        is_live || self.row.is_listed || self.row.out == Place::default() || time > self.row.out.time
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, START, bob, set_at, unnumbered};
    use crate::model::{
        Change, IdKind, MessageId, Micros, Outbound, Outcome, Place, Setting, Span, Stamp, StampedSetting, Target,
    };

    fn place(id: &str, seconds: i64) -> Place {
        Place {
            time: Micros((START + seconds) * 1_000_000),
            id: id.to_owned(),
            ..Place::default()
        }
    }

    /// It went out before the message up to which the conversation is out came, and the server read it after that.
    #[test]
    fn what_was_on_its_way_when_a_later_message_came_and_the_conversation_was_taken_out_lists_it_as_on_other_devices() {
        let fixture = Fixture::new();
        fixture.set_clock(START + 100);
        fixture.live(unnumbered("m1", "bob", 1, false));
        fixture.send(&bob(), "on its way");
        fixture.live(unnumbered("m2", "bob", 5, false));
        fixture.engine.delete_conversations(&[bob()], false).unwrap();
        assert!(fixture.list().is_empty());
        let time = Micros((START + 3) * 1_000_000);
        fixture.complete(Outcome::Accepted { time });
        let other = Fixture::new();
        other.set_clock(START + 100);
        for (id, sender) in [("m1", "bob"), ("m2", "bob"), ("own", "alice")] {
            other.live(unnumbered(id, sender, 5, false));
        }
        other.live(set_at(Setting::OutOfList(place("m2", 5)), 9, "first"));
        assert_eq!(
            (fixture.list(), other.list()),
            (vec!["c2c_bob".to_owned()], vec!["c2c_bob".to_owned()])
        );
    }

    /// The account sends while a message of bob's is on its way, which this device puts before its own, as the server does not;
    /// and takes the conversation out. Gives the msgID, and what the other devices are told.
    fn taken_out_after_both() -> (String, StampedSetting) {
        let fixture = Fixture::new();
        fixture.set_clock(START + 100);
        let own = fixture.send(&bob(), "crossing");
        fixture.live(unnumbered("m1", "bob", 5, false));
        let time = Micros((START + 4) * 1_000_000);
        fixture.complete(Outcome::Accepted { time });
        fixture.engine.delete_conversations(&[bob()], false).unwrap();
        assert!(fixture.list().is_empty());
        // What the archive says of it changes nothing.
        fixture.history(unnumbered(&own, "alice", 4, false));
        assert!(fixture.list().is_empty());
        while let Some(command) = fixture.command() {
            if let Outbound::Set { setting, .. } = command {
                return (own, setting);
            }
            fixture.complete(Outcome::Done);
        }
        panic!("the others are to hear of it")
    }

    #[test]
    fn what_the_account_had_just_sent_keeps_the_conversation_on_no_device_in_whichever_order_it_has_both() {
        let (own, setting) = taken_out_after_both();
        let out = Change::Settings {
            conversation: bob(),
            settings: vec![setting],
        };
        for is_own_first in [true, false] {
            let mut both = [unnumbered(&own, "alice", 5, false), unnumbered("m1", "bob", 5, false)];
            if !is_own_first {
                both.reverse();
            }
            // One that has them, and one that comes later.
            for comes_later in [false, true] {
                let other = Fixture::new();
                other.set_clock(START + 100);
                if comes_later {
                    other.history(out.clone());
                }
                both.iter().for_each(|said| other.history(said.clone()));
                if !comes_later {
                    other.live(out.clone());
                }
                let reopened = other.reopen();
                assert!(reopened.list().is_empty(), "{is_own_first} {comes_later}");
                reopened.live(unnumbered("m2", "bob", 9, false));
                assert_eq!(reopened.list(), ["c2c_bob"]);
            }
        }
    }

    #[test]
    fn an_archive_that_is_read_backwards_lists_it_by_what_lies_after_that_place_whatever_time_it_says() {
        for (place_of, is_listed) in [("m1", true), ("m2", false)] {
            let fixture = Fixture::new();
            fixture.set_clock(START + 100);
            fixture.history(set_at(Setting::OutOfList(place(place_of, 9)), 9, "other"));
            fixture.history(unnumbered("m2", "bob", 5, false));
            fixture.history(unnumbered("m1", "bob", 5, true));
            assert_eq!(!fixture.list().is_empty(), is_listed, "{place_of}");
        }
    }

    #[test]
    fn what_is_shown_again_and_lies_after_that_place_lists_it_whatever_time_the_archive_says() {
        let fixture = Fixture::new();
        fixture.set_clock(START + 100);
        let hidden = |to: Option<Place>| Change::Hidden {
            conversation: bob(),
            spans: vec![Span {
                from: place("m1", 5),
                to,
            }],
        };
        fixture.live(unnumbered("m1", "bob", 5, false));
        fixture.live(hidden(None));
        fixture.live(set_at(Setting::OutOfList(place("m1", 9)), 9, "other"));
        fixture.history(unnumbered("m2", "bob", 5, false));
        assert!(fixture.list().is_empty());
        fixture.live(hidden(Some(place("m1", 5))));
        assert_eq!(fixture.list(), ["c2c_bob"]);
    }

    /// A device that is set up later hears of both before it reads the messages.
    #[test]
    fn a_conversation_that_was_cleared_and_then_deleted_is_not_listed() {
        let fixture = Fixture::new();
        let conversation = bob();
        let up_to = || {
            Target::Id(MessageId {
                kind: IdKind::MsgId,
                id: "p".to_owned(),
                sender: None,
                not_after: None,
            })
        };
        fixture.history(Change::HistoryCleared {
            conversation: conversation.clone(),
            up_to: up_to(),
        });
        fixture.history(Change::ConversationDeleted {
            conversation,
            up_to: up_to(),
            stamp: Stamp::default(),
        });
        fixture.history(unnumbered("p", "bob", 5, false));
        assert!(fixture.list().is_empty());
    }
}
