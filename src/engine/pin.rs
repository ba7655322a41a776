//! Pins. Pinning sets the pin bit of the order key and leaves the activation alone, so that pinned conversations keep
//! their order among themselves.

use super::core::Engine;
use super::transaction::Transaction;
use crate::model::{ConversationId, Micros, Result, Setting};
use crate::store::StoreResult;
use crate::store::outbox::CommandKind;

impl Engine {
    /// `pinConversation`. Pinning a conversation that is not in the list lists it; unpinning it changes nothing.
    pub fn set_pinned(&self, id: &ConversationId, pinned: bool) -> Result<()> {
        self.write(true, |tx| {
            tx.edit(id, |tx, loaded| {
                if loaded.row.is_pinned == pinned {
                    return Ok(());
                }
                loaded.row.is_pinned = pinned;
                // For unpinning too: only a listed conversation can be pinned, so there is nothing to list.
                tx.ensure_listed(loaded, tx.now);
                tx.share(id, &Setting::Pinned(pinned), &Setting::Pinned(!pinned))?;
                tx.subscribe_profile(loaded)
            })
        })
    }
}

impl Transaction<'_> {
    /// Another device pinned or unpinned.
    pub(super) fn pinned_elsewhere(&mut self, id: &ConversationId, pinned: bool, time: Micros) -> StoreResult<()> {
        // The server's pin from before our delete must not bring the conversation back.
        if self.is_pending(CommandKind::DeleteConversation, id)? {
            return Ok(());
        }
        self.place_pin(id, pinned, time)
    }

    /// Stores what the server has, or what was saved of our own; a pin lists the conversation.
    pub(super) fn place_pin(&mut self, id: &ConversationId, pinned: bool, time: Micros) -> StoreResult<()> {
        self.edit(id, |tx, loaded| {
            if loaded.row.is_pinned != pinned {
                loaded.row.is_pinned = pinned;
                if pinned {
                    tx.ensure_listed(loaded, time);
                }
            }
            Ok(())
        })
    }

    /// The server refused our own change: `pinned` is what it has.
    pub(super) fn pin_refused(&mut self, id: &ConversationId, pinned: bool) -> StoreResult<()> {
        self.edit(id, |_, loaded| {
            // One that was deleted meanwhile stays so.
            loaded.row.is_pinned = pinned && loaded.row.is_listed;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, bob, c2c, from_bob, message, refused};
    use crate::model::{Change, Outbound};

    fn pinned(pinned: bool) -> Change {
        Change::Settings {
            conversation: bob(),
            settings: vec![Setting::Pinned(pinned)],
            time: Micros(1),
        }
    }

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
        fixture.live(pinned(false));
        assert_eq!(fixture.row(&bob())["isPinned"], true);
        assert_eq!(
            fixture.command(),
            Some(Outbound::Set {
                conversation: bob(),
                setting: Setting::Pinned(true)
            })
        );
        fixture.complete_all();
        fixture.live(pinned(false));
        assert_eq!(fixture.row(&bob())["isPinned"], false);
    }

    #[test]
    fn a_pin_of_before_our_delete_does_not_bring_the_conversation_back() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.engine.delete_conversation(&bob()).unwrap();
        fixture.live(pinned(true));
        assert!(fixture.list().is_empty());
    }
}
