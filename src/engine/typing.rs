//! Typing: who may know that the user types, and of whom the app is told. Nothing of it is stored.

use super::core::Engine;
use super::known_peer::{is_friend, is_known};
use crate::model::{ConversationId, RecvOpt, Result};
use crate::store::conversation;

impl Engine {
    /// Whether the peer of a C2C conversation may know that the user types: no stranger may.
    pub(crate) fn may_tell_typing(&self, id: &ConversationId) -> Result<bool> {
        self.store.snapshot(|db| {
            let Some(peer) = id.user_id().filter(|peer| *peer != self.options.user_id) else {
                return Ok(false);
            };
            match conversation::load(db, id)? {
                Some(row) => is_known(db, &row),
                None => is_friend(db, &peer),
            }
        })
    }

    /// Whether the app is told that the peer of a conversation types: it is in the list, and what the peer says arrives.
    pub(crate) fn shows_typing(&self, id: &ConversationId) -> Result<bool> {
        self.store.read(|db| {
            let row = conversation::load(db, id)?;
            Ok(row.is_some_and(|row| row.is_listed && row.recv_opt != RecvOpt::NotReceive))
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, bob, c2c, from_bob, set_at};
    use crate::model::{Change, RecvOpt, Setting, UserId};

    #[test]
    fn friends_and_those_to_whom_the_user_has_written_may_know_it() {
        let fixture = Fixture::new();
        let may = |user: &str| fixture.engine.may_tell_typing(&c2c(user)).unwrap();
        fixture.live(from_bob(1));
        fixture.send(&c2c("alice"), "a note");
        assert!(
            !may("bob") && !may("carol") && !may("alice"),
            "whoever writes is a stranger still"
        );
        fixture.send(&bob(), "hello");
        fixture.live(Change::Friend {
            user_id: UserId::trusted("carol"),
            remark: Some(String::new()),
        });
        assert!(may("bob") && may("carol") && !may("alice"));
    }

    #[test]
    fn it_is_told_of_those_in_the_list_whose_messages_arrive() {
        let fixture = Fixture::new();
        let shows = || fixture.engine.shows_typing(&bob()).unwrap();
        assert!(!shows());
        fixture.live(from_bob(1));
        assert!(shows());
        fixture.live(set_at(Setting::RecvOpt(RecvOpt::NotReceive), 1, "other"));
        assert!(!shows());
        fixture.live(set_at(Setting::RecvOpt(RecvOpt::NotNotify), 2, "other"));
        assert!(shows());
        fixture.engine.delete_conversation(&bob()).unwrap();
        assert!(!shows());
    }
}
