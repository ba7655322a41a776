//! The receive option. It belongs to the user or group rather than to the list, so it is remembered for conversations
//! that are not listed.

use super::core::Engine;
use super::transaction::Transaction;
use crate::model::{AllRecvOpt, ConversationId, RecvOpt, Result, Setting};
use crate::store::{StoreResult, account, conversation};

impl Engine {
    /// `setC2CReceiveMessageOpt`, `setGroupReceiveMessageOpt`.
    pub fn set_recv_opt(&self, ids: &[ConversationId], opt: RecvOpt) -> Result<()> {
        self.write(true, |tx| {
            for id in ids {
                tx.edit(id, |tx, loaded| {
                    let before = loaded.row.recv_opt;
                    if before == opt {
                        return Ok(());
                    }
                    loaded.row.recv_opt = opt;
                    tx.share(id, Setting::RecvOpt(opt), Setting::RecvOpt(before))
                })?;
            }
            Ok(())
        })
    }
}

impl Engine {
    /// `getC2CReceiveMessageOpt`: the option of each, and that of all conversations together.
    pub fn recv_opts(&self, ids: &[ConversationId]) -> Result<(Vec<RecvOpt>, AllRecvOpt)> {
        self.store.snapshot(|db| {
            let opt = |id| Ok(conversation::load(db, id)?.map_or(RecvOpt::Receive, |row| row.recv_opt));
            let opts: StoreResult<Vec<RecvOpt>> = ids.iter().map(opt).collect();
            Ok((opts?, account::all_recv_opt(db)?))
        })
    }
}

impl Transaction<'_> {
    /// Stores what the server has, because another device set it or our own change was refused, or what was saved of
    /// our own.
    pub(super) fn place_recv_opt(&mut self, id: &ConversationId, opt: RecvOpt) -> StoreResult<()> {
        self.edit(id, |_, loaded| {
            loaded.row.recv_opt = opt;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, bob, c2c, from_bob, refused, set_at};
    use crate::events::Event;

    #[test]
    fn a_conversation_that_does_not_notify_counts_its_unread_messages_but_not_in_the_total() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.engine.set_recv_opt(&[bob()], RecvOpt::NotNotify).unwrap();
        assert_eq!(fixture.row(&bob())["unreadCount"], 1);
        assert_eq!(fixture.engine.total_unread().unwrap(), 0);
        fixture.engine.set_recv_opt(&[bob()], RecvOpt::Receive).unwrap();
        assert_eq!(fixture.engine.total_unread().unwrap(), 1);
    }

    #[test]
    fn the_option_of_a_user_without_a_conversation_is_read_too() {
        let fixture = Fixture::new();
        fixture.engine.set_recv_opt(&[bob()], RecvOpt::NotNotify).unwrap();
        let ids = [c2c("nobody"), bob()];
        let (opts, _) = fixture.engine.recv_opts(&ids).unwrap();
        assert_eq!(opts, [RecvOpt::Receive, RecvOpt::NotNotify]);
        assert!(fixture.list().is_empty());
    }

    #[test]
    fn a_refused_option_goes_back_to_what_the_server_told_meanwhile() {
        let fixture = Fixture::new();
        fixture.engine.set_recv_opt(&[bob()], RecvOpt::NotNotify).unwrap();
        fixture.live(set_at(Setting::RecvOpt(RecvOpt::NotNotifyExceptAt), 1, "other"));
        assert_eq!(fixture.row(&bob())["recvOpt"], 2, "our own newer option stays");
        fixture.complete(refused());
        assert_eq!(fixture.row(&bob())["recvOpt"], 3);
    }

    #[test]
    fn what_arrives_before_the_server_has_option_1_is_shown() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.engine.set_recv_opt(&[bob()], RecvOpt::NotReceive).unwrap();
        fixture.live(from_bob(2));
        assert_eq!(fixture.messages(&bob()).len(), 2);
        assert_eq!(fixture.row(&bob())["recvOpt"], 1);
    }

    #[test]
    fn a_refused_setting_is_reported() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.told();
        let shown = |key: &str| fixture.told_of(Event::ConversationChanged)[0][key].clone();
        fixture.engine.set_recv_opt(&[bob()], RecvOpt::NotNotify).unwrap();
        assert_eq!(shown("recvOpt"), 2);
        fixture.complete(refused());
        assert_eq!(shown("recvOpt"), 0);
        fixture.engine.set_pinned(&bob(), true).unwrap();
        assert_eq!(shown("isPinned"), true);
        fixture.complete(refused());
        assert_eq!(shown("isPinned"), false);
    }
}
