//! Pins. Pinning sets the pin bit of the order key and leaves the activation alone, so that pinned conversations keep
//! their order among themselves.

use super::core::Engine;
use super::transaction::Transaction;
use crate::model::{ConversationId, Result, Setting, Stamp};
use crate::store::{StoreResult, directory, message, setting_stamp};

impl Engine {
    /// `pinConversation`. Pinning a conversation that is not in the list lists it; unpinning it changes nothing.
    pub fn set_pinned(&self, id: &ConversationId, pinned: bool) -> Result<()> {
        self.write(true, |tx| {
            tx.edit(id, |tx, loaded| {
                if loaded.row.is_pinned == pinned {
                    return Ok(());
                }
                loaded.row.is_pinned = pinned;
                if !loaded.row.is_listed {
                    // For the user's other devices too, it comes after all that the server had by then.
                    tx.account.newest_known = tx.account.newest_known.max(tx.now);
                }
                // For unpinning too: only a listed conversation can be pinned, so there is nothing to list.
                tx.ensure_listed(loaded, tx.now);
                tx.share(id, Setting::Pinned(pinned), Setting::Pinned(!pinned))?;
                tx.subscribe_profile(loaded)
            })
        })
    }
}

impl Transaction<'_> {
    /// Stores what the server has, or what was saved of our own. Whoever pins lists the conversation, and it stays in the list
    /// when it is unpinned, until it is deleted.
    pub(super) fn place_pin(&mut self, id: &ConversationId, pinned: bool, stamp: &Stamp) -> StoreResult<()> {
        let was_pinned_since = *stamp > setting_stamp::of(self.db, id, setting_stamp::DELETED)?;
        self.edit(id, |tx, loaded| {
            loaded.row.is_pinned = pinned;
            if pinned || was_pinned_since {
                tx.list_at(loaded, stamp.time);
            }
            Ok(())
        })
    }

    /// The server refused our own change: `pinned` is what it has.
    pub(super) fn pin_refused(&mut self, id: &ConversationId, pinned: bool) -> StoreResult<()> {
        let is_stranger = match id.group_id() {
            Some(group) => directory::group(self.db, &group)?.is_none(),
            None => false,
        };
        self.edit(id, |tx, loaded| {
            // One that was deleted meanwhile stays so.
            loaded.row.is_pinned = pinned && loaded.row.is_listed;
            // Of a group that we never were in only the pin has made a conversation.
            if is_stranger && loaded.row.draft_text.is_empty() && !message::any(tx.db, loaded.row.id)? {
                loaded.row.is_listed = loaded.row.is_pinned;
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, bob, c2c, from_bob, message, pinned_at, refused};
    use crate::model::{Change, Outbound};

    #[test]
    fn a_pinned_conversation_is_above_the_others_and_goes_back_to_its_place() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.live(Change::Message(message(&c2c("carol"), "carol", 2)));
        fixture.engine.set_pinned(&bob(), true).unwrap();
        assert_eq!(fixture.list(), ["c2c_bob", "c2c_carol"]);
        fixture.engine.set_pinned(&bob(), false).unwrap();
        assert_eq!(fixture.list(), ["c2c_carol", "c2c_bob"]);
    }

    #[test]
    fn a_refused_pin_goes_back_to_what_the_server_has() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.engine.set_pinned(&bob(), true).unwrap();
        fixture.complete(refused());
        assert_eq!(fixture.row(&bob())["isPinned"], false);
    }

    #[test]
    fn what_another_device_pinned_waits_for_our_own_newer_pin() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.engine.set_pinned(&bob(), true).unwrap();
        fixture.live(pinned_at(false, 1, "other"));
        assert_eq!(fixture.row(&bob())["isPinned"], true);
        let Some(Outbound::Set { setting, .. }) = fixture.command() else {
            panic!("our own pin is on its way");
        };
        assert_eq!(setting.setting, Setting::Pinned(true));
        fixture.complete_all();
        fixture.live(pinned_at(false, setting.stamp.time.0 + 1, "other"));
        assert_eq!(fixture.row(&bob())["isPinned"], false);
    }

    #[test]
    fn a_pin_of_before_our_delete_does_not_bring_the_conversation_back() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.engine.delete_conversation(&bob()).unwrap();
        fixture.live(pinned_at(true, 1, "other"));
        assert!(fixture.list().is_empty());
    }

    #[test]
    fn a_pin_of_after_our_delete_brings_the_conversation_back_and_unpinning_it_keeps_it() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.engine.delete_conversation(&bob()).unwrap();
        let later = i64::from(u32::MAX) * 1_000_000;
        fixture.live(pinned_at(true, later, "other"));
        fixture.live(pinned_at(false, later + 1, "other"));
        assert_eq!(fixture.list(), ["c2c_bob"]);
    }
}
