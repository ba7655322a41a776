//! The receive option of all conversations together. It is a setting of the account, so it is shared as one of the user's
//! conversation with themselves. Notifying is up to the app: it changes no conversation, no order and no count.

use super::core::Engine;
use super::transaction::Transaction;
use crate::model::{AllRecvOpt, ConversationId, Result, Setting};
use crate::store::{StoreResult, account};

impl Engine {
    /// `setAllReceiveMessageOpt`, `setAllReceiveMessageOptWithTimestamp`.
    pub fn set_all_recv_opt(&self, opt: AllRecvOpt) -> Result<()> {
        self.write(true, |tx| {
            let before = std::mem::replace(&mut tx.account.all_recv_opt, opt);
            if before == opt {
                return Ok(());
            }
            let me = ConversationId::c2c(&tx.me());
            tx.share(&me, Setting::AllRecvOpt(opt), Setting::AllRecvOpt(before))
        })
    }

    /// `getAllReceiveMessageOpt`.
    pub fn all_recv_opt(&self) -> Result<AllRecvOpt> {
        self.store.read(|db| Ok(account::all_recv_opt(db)?))
    }
}

impl Transaction<'_> {
    /// Stores what the server has, because another device set it or our own change was refused, or what was saved of our own.
    pub(super) fn place_all_recv_opt(&mut self, opt: AllRecvOpt) -> StoreResult<()> {
        self.account.all_recv_opt = opt;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, START, bob, c2c, from_bob, refused};
    use crate::events::Event;
    use crate::model::{Change, Micros, RecvOpt, Stamp, StampedSetting};

    fn night() -> AllRecvOpt {
        AllRecvOpt::daily(RecvOpt::NotNotify, [22, 0, 0], 8 * 3600).unwrap()
    }

    fn elsewhere(opt: AllRecvOpt, time: i64) -> Change {
        Change::Settings {
            conversation: c2c("alice"),
            settings: vec![StampedSetting {
                setting: Setting::AllRecvOpt(opt),
                stamp: Stamp {
                    time: Micros(time * 1_000_000),
                    device: "other".to_owned(),
                },
            }],
        }
    }

    #[test]
    fn it_is_told_once_survives_a_restart_and_touches_no_count_and_no_conversation() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        let (row, list) = (fixture.row(&bob()), fixture.list());
        fixture.told();
        fixture.engine.set_all_recv_opt(night()).unwrap();
        let told = fixture.told();
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].0, Event::AllReceiveMessageOptChanged);
        assert_eq!(told[0].1["allReceiveMessageOpt"], 2);
        assert_eq!(
            (&told[0].1["userID"], &told[0].1["startHour"]),
            (&"alice".into(), &22.into())
        );
        fixture.engine.set_all_recv_opt(night()).unwrap();
        assert!(fixture.told().is_empty(), "the same again");
        let fixture = fixture.reopen();
        assert_eq!(fixture.engine.all_recv_opt().unwrap(), night());
        assert_eq!((fixture.row(&bob()), fixture.list()), (row, list));
        assert_eq!(fixture.engine.total_unread().unwrap(), 1);
    }

    #[test]
    fn the_newer_of_two_devices_counts_and_a_refusal_goes_back() {
        let fixture = Fixture::new();
        let moment = AllRecvOpt::from_moment(RecvOpt::NotNotify, START, 60).unwrap();
        fixture.live(elsewhere(moment, START - 9));
        assert_eq!(fixture.engine.all_recv_opt().unwrap(), moment);
        fixture.told();
        fixture.engine.set_all_recv_opt(night()).unwrap();
        fixture.live(elsewhere(AllRecvOpt::default(), START - 8));
        assert_eq!(
            fixture.engine.all_recv_opt().unwrap(),
            night(),
            "the older one changes nothing"
        );
        fixture.told();
        fixture.complete(refused());
        assert_eq!(fixture.engine.all_recv_opt().unwrap(), AllRecvOpt::default());
        assert_eq!(
            fixture.told_of(Event::AllReceiveMessageOptChanged)["allReceiveMessageOpt"],
            0
        );
    }
}
