//! The order of the list: when a conversation's activation rises, and to what.
//!
//! Live events raise it above every earlier activation of the account. History is placed by its own time, so that an
//! old conversation found by a sync does not jump to the top. (V2TIM: orderKey "increases with activation".)

use super::clock::LATEST;
use super::out_of_list::unlist;
use super::transaction::{LoadedConversation, Transaction};
use crate::model::{ConversationId, Micros, SettingKind};
use crate::store::outbox::CommandKind;
use crate::store::{StoreResult, history, message, setting_stamp};

/// The activation of a live event: its own time, not after the local clock, and above every earlier one.
fn live_activation(event: Micros, now: Micros, last: i64) -> i64 {
    // A sender or server whose clock is ahead must not keep a conversation on top for as long as it is ahead. Two events
    // of one microsecond, or a clock that was put back, still have an order.
    event.min(now).0.min(LATEST).max(last + 1)
}

impl Transaction<'_> {
    /// A message or a draft activates the conversation, and lists it if it was not.
    pub(super) fn activate(&mut self, loaded: &mut LoadedConversation, event: Micros) {
        if self.live {
            loaded.row.is_listed = true;
            loaded.row.is_deleted = false;
            let activation = live_activation(event, self.now, self.account.last_activation);
            self.account.last_activation = activation;
            loaded.row.activation = activation;
        } else {
            self.activate_then(loaded, event);
        }
    }

    /// The same for something that is not new.
    pub(super) fn activate_then(&mut self, loaded: &mut LoadedConversation, event: Micros) {
        loaded.row.is_listed = true;
        loaded.row.is_deleted = false;
        self.activate_at(loaded, event);
    }

    /// Something at this time activates the conversation, if nothing later has. Only the end of the batch knows the newest of
    /// its messages: `place_history` gives the place.
    pub(super) fn activate_at(&mut self, loaded: &mut LoadedConversation, event: Micros) {
        // Keys are positive: 0 stands for no place yet.
        let time = event.0.clamp(1, LATEST);
        let activation = time.min(self.now.0);
        if self.live && activation >= self.account.last_activation.max(loaded.row.activation) {
            // It is the newest of all: what follows in this transaction must get another place.
            let activation = live_activation(event, self.now, self.account.last_activation);
            self.account.last_activation = activation;
            loaded.row.activation = activation;
            return;
        }
        // Not capped yet: what differs by its own time must not become one time by a clock that is behind.
        self.propose(loaded, time);
    }

    /// Lists the conversation if it was not; its place among the listed does not change.
    pub(super) fn ensure_listed(&mut self, loaded: &mut LoadedConversation, event: Micros) {
        if !loaded.row.is_listed {
            // Its place from before it was deleted is none in today's list.
            loaded.row.activation = 0;
            self.activate(loaded, event);
        }
    }

    /// Another device has the conversation in its list, perhaps without a message.
    pub(super) fn listed_elsewhere(&mut self, id: &ConversationId, time: Micros) -> StoreResult<()> {
        // What the server has from before our delete must not bring the conversation back.
        let taken_out = CommandKind::Setting(SettingKind::OutOfList);
        if self.is_pending(CommandKind::DeleteConversation, id)? || self.is_pending(taken_out, id)? {
            return Ok(());
        }
        self.edit(id, |tx, loaded| {
            if loaded.row.is_listed {
                // Messages that this device has never got may have given it the place.
                tx.activate_at(loaded, time);
            } else {
                tx.list_at(loaded, time);
            }
            tx.subscribe_profile(loaded)
        })
    }

    /// The messages up to a position, the last of them from this time, do not keep the conversation in the list any longer. If
    /// nothing since has given it its place, a device that comes later lists it by the first one after them, although that may
    /// be excluded from the last message and has moved nothing here.
    pub(super) fn raise_to_first_after(
        &mut self,
        loaded: &mut LoadedConversation,
        position: i64,
        gone: Micros,
    ) -> StoreResult<()> {
        if loaded.row.is_listed
            && loaded.row.activation <= gone.0
            && let Some(first) = history::first_after(self.db, loaded.row.id, position)?
        {
            self.activate_at(loaded, first.time);
        }
        Ok(())
    }

    /// Lists the conversation, if it was not, at the place of the time at which it was listed elsewhere: a device that comes
    /// later can know no other.
    pub(super) fn list_at(&mut self, loaded: &mut LoadedConversation, time: Micros) {
        if !loaded.row.is_listed {
            loaded.row.activation = 0;
            loaded.row.is_listed = true;
            loaded.row.is_deleted = false;
            self.activate_at(loaded, time);
        }
    }

    /// A conversation that was deleted elsewhere stays in the list with messages that came after that device last looked,
    /// and when it was pinned later.
    pub(super) fn unlist_if_empty(&mut self, loaded: &mut LoadedConversation) -> StoreResult<()> {
        let id = &loaded.row.conversation_id;
        let deleted = setting_stamp::of(self.db, id, setting_stamp::DELETED)?;
        let is_pinned_since = self.stamp_of(id, SettingKind::Pinned)? > deleted;
        // Unsent messages count as well: they were written after that device looked.
        if !is_pinned_since && !message::any(self.db, loaded.row.id)? {
            unlist(loaded);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, START, bob, c2c, message, pinned_at, refused, team, team_with};
    use crate::model::{AllowType, Change, GroupRole, Outcome, Profile, RecvOpt, Target, UserId};

    #[test]
    fn a_live_activation_follows_the_clock_but_never_falls_and_never_believes_the_future() {
        let now = Micros(1000);
        assert_eq!(live_activation(Micros(900), now, 100), 900);
        assert_eq!(
            live_activation(Micros(5000), now, 100),
            1000,
            "the future is not believed"
        );
        assert_eq!(
            live_activation(Micros(900), Micros(10), 950),
            951,
            "a clock that went back changes nothing"
        );
        assert_eq!(live_activation(Micros(900), now, 900), 901, "two events of one moment");
    }

    #[test]
    fn history_takes_its_place_by_its_own_time_and_no_two_conversations_share_a_place() {
        let fixture = Fixture::new();
        fixture.set_clock(START + 10);
        fixture.live(Change::Message(message(&c2c("now"), "now", 5)));
        for user in ["old", "same"] {
            let mut old = message(&c2c(user), user, 1);
            old.msg_id = user.to_owned();
            fixture.history(Change::Message(old));
        }
        assert_eq!(fixture.list()[0], "c2c_now", "a sync moves nothing to the top");
        let keys = ["old", "same"].map(|user| fixture.row(&c2c(user))["orderkey"].clone());
        assert_ne!(keys[0], keys[1]);
    }

    #[test]
    fn what_another_device_lists_comes_into_the_list_at_its_place_unless_it_is_being_deleted_here() {
        let fixture = Fixture::new();
        let listed = |user: &str, seconds| Change::Listed {
            conversation: c2c(user),
            time: Micros((START + seconds) * 1_000_000),
        };
        fixture.set_clock(START + 10);
        fixture.live(Change::Message(message(&c2c("bob"), "bob", 5)));
        fixture.history(listed("before", 1));
        fixture.history(listed("after", 9));
        assert_eq!(fixture.list(), ["c2c_after", "c2c_bob", "c2c_before"]);
        fixture.engine.delete_conversation(&c2c("before")).unwrap();
        fixture.live(listed("before", 1));
        assert_eq!(fixture.list(), ["c2c_after", "c2c_bob"]);
        fixture.told();
        fixture.live(listed("bob", 4));
        assert!(fixture.told().is_empty(), "it has a later place");
        fixture.set_clock(START + 20);
        fixture.live(listed("bob", 15));
        assert_eq!(fixture.list(), ["c2c_bob", "c2c_after"], "by a message that is gone");
    }

    #[test]
    fn a_pin_of_another_device_lists_at_its_own_time_however_late_it_comes() {
        let fixture = Fixture::new();
        fixture.set_clock(START + 10);
        fixture.live(Change::Message(message(&c2c("carol"), "carol", 5)));
        fixture.live(pinned_at(true, (START + 1) * 1_000_000, "other"));
        fixture.live(pinned_at(false, (START + 9) * 1_000_000, "other"));
        assert_eq!(fixture.list(), ["c2c_carol", "c2c_bob"]);
    }

    #[test]
    fn a_clock_that_is_put_back_does_not_put_new_activity_below_old() {
        let fixture = Fixture::new();
        fixture.set_clock(START + 100);
        fixture.engine.set_draft(&c2c("first"), "hi").unwrap();
        fixture.set_clock(START);
        fixture.engine.set_draft(&c2c("second"), "hi").unwrap();
        assert_eq!(fixture.list(), ["c2c_second", "c2c_first"]);
    }

    #[test]
    fn a_clock_that_is_behind_does_not_mix_up_what_a_sync_brings() {
        const TODAY: i64 = 1_800_000_000;
        for behind in [60, TODAY] {
            let fixture = Fixture::new();
            fixture.set_clock(TODAY - behind);
            let said = |user: &str, seconds: i64| {
                let mut said = message(&c2c(user), user, 1);
                (said.msg_id, said.time) = (user.to_owned(), Micros((TODAY + seconds) * 1_000_000));
                fixture.history(Change::Message(said));
            };
            // In batches of their own, the later ones first.
            said("third", 3);
            said("second", 2);
            said("first", 1);
            assert_eq!(
                fixture.list(),
                ["c2c_third", "c2c_second", "c2c_first"],
                "{behind} s behind"
            );
            fixture.engine.set_draft(&c2c("now"), "above all").unwrap();
            assert_eq!(fixture.list()[0], "c2c_now");
        }
    }

    #[test]
    fn what_is_no_activity_moves_nothing() {
        let fixture = Fixture::new();
        let carol = c2c("carol");
        fixture.live(team_with(GroupRole::Member));
        for (seq, id, sender) in [
            (1, bob(), "bob"),
            (2, bob(), "alice"),
            (3, team(), "bob"),
            (4, bob(), "bob"),
        ] {
            fixture.live(Change::Message(message(&id, sender, seq)));
        }
        fixture.engine.set_draft(&bob(), "hello").unwrap();
        fixture.live(Change::Message(message(&carol, "carol", 5)));
        let order = ["c2c_carol", "c2c_bob", "group_team"];
        assert_eq!(fixture.list(), order);
        let keys = || [&carol, &bob(), &team()].map(|id| fixture.row(id)["orderkey"].clone());
        let before = keys();
        let profile = |name: &str| {
            Change::Profile(Profile {
                user_id: UserId::trusted("bob"),
                nick_name: name.to_owned(),
                face_url: "face".to_owned(),
                allow_type: AllowType::AllowAny,
            })
        };
        let acts: [(&str, &dyn Fn()); 10] = [
            ("the same draft", &|| fixture.engine.set_draft(&bob(), "hello").unwrap()),
            ("a cancelled draft", &|| fixture.engine.set_draft(&bob(), "").unwrap()),
            ("reading", &|| {
                let everything = crate::engine::UnreadScope::All;
                fixture.engine.clean_unread(&everything, 0, 0).unwrap();
            }),
            ("a recall here", &|| fixture.engine.revoke("m2").unwrap()),
            ("a recall elsewhere", &|| {
                let message = Target::MsgId("m4".to_owned());
                fixture.live(Change::Revoked {
                    conversation: bob(),
                    message,
                    recall: crate::model::Recall::default(),
                });
            }),
            ("a name and a picture", &|| fixture.live(profile("Bob"))),
            ("a receive option", &|| {
                fixture.engine.set_recv_opt(&[bob()], RecvOpt::NotNotify).unwrap()
            }),
            ("the group's new name", &|| {
                let Change::Group { mut group, time } = team_with(GroupRole::Member) else {
                    return;
                };
                group.group_name = "The team".to_owned();
                fixture.live(Change::Group { group, time });
            }),
            ("deleting the last message", &|| {
                fixture.engine.delete_messages(&["m4".to_owned()]).unwrap()
            }),
            ("clearing", &|| fixture.engine.clear_history(&team()).unwrap()),
        ];
        for (what, act) in acts {
            act();
            assert_eq!(
                (fixture.list(), keys()),
                (order.map(str::to_owned).to_vec(), before.clone()),
                "{what}"
            );
        }
    }

    #[test]
    fn a_message_written_offline_takes_the_place_of_the_servers_time() {
        let fixture = Fixture::new();
        fixture.send(&bob(), "written offline");
        fixture.set_clock(START + 10);
        fixture.live(Change::Message(message(&c2c("carol"), "carol", 10)));
        assert_eq!(fixture.list(), ["c2c_carol", "c2c_bob"]);
        fixture.set_clock(START + 20);
        let time = Micros((START + 15) * 1_000_000);
        fixture.complete(Outcome::Sent { seq: 1, time });
        assert_eq!(fixture.list(), ["c2c_bob", "c2c_carol"]);
    }

    #[test]
    fn the_place_of_what_only_this_device_knows_stays() {
        let fixture = Fixture::new();
        let told = |user: &str, seq| fixture.live(Change::Message(message(&c2c(user), user, seq)));
        told("bob", 1);
        told("carol", 2);
        let refused_one = fixture.send(&bob(), "refused");
        fixture.complete(refused());
        assert_eq!(fixture.list(), ["c2c_bob", "c2c_carol"]);
        let unsent = fixture.send(&c2c("dave"), "deleted before it was sent");
        fixture.engine.delete_messages(&[refused_one, unsent]).unwrap();
        let fixture = fixture.reopen();
        assert_eq!(fixture.list(), ["c2c_dave", "c2c_bob", "c2c_carol"]);
        // Until something later moves it, or it is deleted.
        fixture.set_clock(START + 9);
        fixture.live(Change::Message(message(&c2c("carol"), "carol", 9)));
        fixture.engine.delete_conversation(&c2c("dave")).unwrap();
        assert_eq!(fixture.list(), ["c2c_carol", "c2c_bob"]);
    }
}
