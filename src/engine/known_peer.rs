//! Who is no stranger: what would tell a stranger that somebody is there, or where, is not done for them.

use super::core::Engine;
use super::transaction::Transaction;
use crate::model::{ConversationId, Outbound, ReadPosition, Result, UserId};
use crate::store::conversation::{self, ConversationRow};
use crate::store::{StoreResult, directory, read_receipt};
use rusqlite::Connection;

/// Whether a conversation is a group, or one with a friend or with somebody to whom the current user has written.
pub(super) fn is_known(db: &Connection, of: &ConversationRow) -> StoreResult<bool> {
    let Some(peer) = of.conversation_id.user_id() else {
        return Ok(true);
    };
    Ok(is_friend(db, &peer)? || read_receipt::has_written(db, of.id)?)
}

pub(super) fn is_friend(db: &Connection, peer: &UserId) -> StoreResult<bool> {
    Ok(directory::user(db, peer)?.is_some_and(|user| user.remark.is_some()))
}

impl Engine {
    /// Whether a user is a friend, or somebody to whom the current user has written.
    pub fn is_known_peer(&self, peer: &UserId) -> Result<bool> {
        self.store
            .snapshot(|db| match conversation::load(db, &ConversationId::c2c(peer))? {
                Some(row) => is_known(db, &row),
                None => is_friend(db, peer),
            })
    }
}

impl Transaction<'_> {
    /// The server says that the current user has written to somebody, in what is not stored here.
    pub(super) fn written_to(&mut self, conversation: &ConversationId) -> StoreResult<()> {
        let id = self.edit(conversation, |tx, loaded| tx.ensure_row(loaded))?;
        Ok(read_receipt::note_written(self.db, id)?)
    }

    /// A read position as it goes out. Who the peer is counts now, not when it was read: a conversation that was begun
    /// offline is answered first.
    pub(super) fn reading_to_send(
        &self,
        conversation: ConversationId,
        position: ReadPosition,
    ) -> StoreResult<Outbound> {
        let row = conversation::load(self.db, &conversation)?;
        let tells_peer = row.map(|row| is_known(self.db, &row)).transpose()?;
        Ok(Outbound::Read {
            tells_peer: tells_peer.unwrap_or_default(),
            conversation,
            position,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::UnreadScope;
    use crate::engine::fixture::{Fixture, bob, from_bob, message};
    use crate::model::{Change, Outbound, Target, UserId};

    /// Whether a peer may know of the read position that waits, or `None` when none does.
    fn tells_peer(fixture: &Fixture) -> Option<bool> {
        match fixture.command() {
            Some(Outbound::Read { tells_peer, .. }) => Some(tells_peer),
            _ => None,
        }
    }

    #[test]
    fn whoever_was_written_to_is_no_stranger_when_that_is_deleted() {
        type Delete = fn(&Fixture);
        let deletes: [Delete; 5] = [
            |fixture| fixture.engine.clear_history(&bob()).unwrap(),
            |fixture| fixture.engine.delete_conversation(&bob()).unwrap(),
            |fixture| {
                let ids: Vec<String> = fixture.messages(&bob()).into_iter().map(|(id, _)| id).collect();
                fixture.engine.delete_messages(&ids).unwrap();
            },
            // On another device, before this one has it and after that.
            |fixture| {
                fixture.live(Change::HistoryCleared {
                    conversation: bob(),
                    up_to: Target::seq(2),
                });
            },
            |_| {
                let of_bob = Fixture::new();
                of_bob.history(Change::HistoryCleared {
                    conversation: bob(),
                    up_to: Target::seq(2),
                });
                assert!(!is_known_to(&of_bob));
                of_bob.history(Change::Message(message(&bob(), "alice", 2)));
                assert!(is_known_to(&of_bob));
            },
        ];
        for delete in deletes {
            let fixture = Fixture::new();
            fixture.live(from_bob(1));
            assert!(!is_known_to(&fixture));
            fixture.live(Change::Message(message(&bob(), "alice", 2)));
            delete(&fixture);
            assert!(is_known_to(&fixture));
            let fixture = fixture.reopen();
            assert!(is_known_to(&fixture));
        }
        // What only the server has of it.
        let fixture = Fixture::new();
        fixture.history(Change::WrittenTo(bob()));
        assert!(is_known_to(&fixture) && fixture.list().is_empty());
    }

    fn is_known_to(fixture: &Fixture) -> bool {
        fixture.engine.is_known_peer(&UserId::trusted("bob")).unwrap()
    }

    #[test]
    fn the_peer_is_told_how_far_was_read_unless_a_stranger() {
        let fixture = Fixture::new();
        let read = |seq| {
            fixture.live(from_bob(seq));
            fixture.complete_all();
            fixture.engine.clean_unread(&UnreadScope::One(bob()), 0, 0).unwrap();
        };
        read(1);
        assert_eq!(tells_peer(&fixture), Some(false));
        fixture.live(Change::Friend {
            user_id: UserId::trusted("bob"),
            remark: Some(String::new()),
        });
        assert_eq!(
            tells_peer(&fixture),
            Some(true),
            "what counts is who it is when it goes out"
        );
    }
}
