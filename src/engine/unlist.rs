//! `deleteConversationList`. With `clearMessage` false a conversation leaves the list and keeps its messages: the next message
//! brings it back, with its history. Up to where it is out of the list is a setting, which the user's devices share: a message
//! and its time, since a device may have to decide before it has the message.

use super::batch::Results;
use super::core::Engine;
use super::history_end::HistoryEnd;
use super::out_of_list::{is_beyond, unlist};
use super::transaction::{LoadedConversation, Transaction};
use crate::model::{ConversationId, Micros, Place, Result, Setting, SettingKind, Stamp};
use crate::store::{StoreResult, history, message};

impl Engine {
    /// `deleteConversationList`: with the messages, or without.
    pub fn delete_conversations(&self, ids: &[ConversationId], with_messages: bool) -> Result<Results> {
        self.each_listed(ids, |tx, loaded| {
            if with_messages {
                tx.delete(loaded)
            } else {
                tx.take_out(loaded)
            }
        })
    }
}

impl Transaction<'_> {
    fn take_out(&mut self, loaded: &mut LoadedConversation) -> StoreResult<()> {
        let id = loaded.row.conversation_id.clone();
        let newest = message::newest(self.db, loaded.row.id)?;
        // Not now: a message that is on its way to this device, which will list the conversation here, may be from before.
        let known = self
            .account
            .newest_known
            .max(Micros(loaded.row.activation))
            .min(self.now);
        let end = HistoryEnd::of(self.db, loaded.row.id)?;
        let mut up_to = Place {
            time: newest.as_ref().map_or(known, |newest| self.believed(newest.time)),
            id: newest.map_or_else(String::new, |newest| newest.msg_id),
            ..Place::default()
        };
        if !end.apart.is_empty() {
            // What was sent just now may lie elsewhere for other devices, so it is no place.
            let last = end.last.unwrap_or_default();
            up_to = Place {
                time: self.believed(up_to.time.max(last.time)),
                id: last.id,
                apart: end.apart,
                ..up_to
            };
        }
        let lost = self.about_to_lose(loaded)?;
        let before = std::mem::replace(&mut loaded.row.out, up_to.clone());
        self.share_with(&id, Setting::OutOfList(up_to), Setting::OutOfList(before), Some(&lost))?;
        let stamp = self.stamp_of(&id, SettingKind::OutOfList)?;
        self.deleted_at(loaded, &stamp)?;
        unlist(loaded);
        Ok(())
    }

    /// Stores what the server has, because another device did this or our own act was refused, or what was saved of our own.
    pub(super) fn place_out_of_list(&mut self, id: &ConversationId, up_to: &Place, stamp: &Stamp) -> StoreResult<()> {
        self.edit(id, |tx, loaded| {
            let bound = tx.bound(loaded, up_to)?;
            if bound.is_none() && tx.believed(up_to.time) != up_to.time {
                // A place that nobody was at. All that is still to come would lie before it.
                return Ok(());
            }
            // What the receive option hides lists nothing.
            let newest = tx.newest_but(loaded.row.id, &up_to.apart)?;
            let has_newer = newest
                .as_ref()
                .is_some_and(|newest| is_beyond(newest, bound.as_ref(), up_to));
            let reach = match &bound {
                Some(bound) => bound.position,
                None => history::reach(tx.db, loaded.row.id, up_to.time)?,
            };
            let mut up_to = up_to.clone();
            up_to.time = tx.believed(up_to.time.max(bound.map_or(Micros::default(), |bound| bound.time)));
            let comes_back = has_newer && up_to.time < loaded.row.out.time;
            loaded.row.out = up_to;
            tx.deleted_at(loaded, stamp)?;
            if comes_back {
                // Refused; or a device that had not all of the messages did it again.
                tx.list_at(loaded, newest.map_or(Micros::default(), |newest| newest.time));
            } else if has_newer {
                let gone = loaded.row.out.time;
                tx.raise_to_first_after(loaded, reach, gone)?;
            } else if !tx.has_unsent(loaded)? && !loaded.row.is_pinned {
                unlist(loaded);
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, START, at, bob, from_bob, message, refused, set_at, team_with};
    use crate::model::{Change, GroupRole, Marks};

    fn fixture() -> Fixture {
        let fixture = Fixture::new();
        fixture.set_clock(START + 100);
        fixture.live(from_bob(1));
        fixture.live(from_bob(2));
        fixture
    }

    #[test]
    fn a_place_from_a_time_that_has_not_come_keeps_out_nothing_that_follows() {
        let fixture = Fixture::new();
        fixture.set_clock(1_800_000_000);
        let up_to = Place {
            time: Micros(i64::MAX),
            id: String::new(),
            ..Place::default()
        };
        fixture.live(set_at(Setting::OutOfList(up_to), 7, "other"));
        let Change::Message(mut later) = from_bob(1) else {
            panic!()
        };
        later.time = Micros((1_800_000_000 - 60) * 1_000_000);
        fixture.history(Change::Message(later));
        assert_eq!(fixture.list(), ["c2c_bob"]);
    }

    /// Taken out when the newest message was of that second.
    fn out_at(second: i64) -> Setting {
        Setting::OutOfList(Place {
            time: Micros((START + second) * 1_000_000),
            id: String::new(),
            ..Place::default()
        })
    }

    fn out(fixture: &Fixture) {
        let results = fixture.engine.delete_conversations(&[bob()], false).unwrap();
        assert_eq!(results, [None]);
        assert!(fixture.list().is_empty());
    }

    #[test]
    fn it_leaves_the_list_with_its_marks_and_the_next_message_brings_its_history_back() {
        let fixture = fixture();
        fixture.engine.set_custom_data(&[bob()], "data").unwrap();
        out(&fixture);
        assert_eq!(fixture.messages(&bob()).len(), 2);
        assert_eq!(fixture.engine.total_unread().unwrap(), 0);
        let fixture = fixture.reopen();
        fixture.live(from_bob(3));
        assert_eq!(fixture.messages(&bob()).len(), 3);
        assert_eq!(fixture.row(&bob())["unreadCount"], 3);
        assert_eq!(fixture.row(&bob())["customData"], "");
    }

    #[test]
    fn what_a_sync_brings_of_before_does_not_bring_it_back_and_what_is_newer_does() {
        let fixture = fixture();
        let gone = set_at(out_at(2), 9, "other");
        let new = Fixture::new();
        new.set_clock(START + 100);
        for change in [gone.clone(), from_bob(1), from_bob(2)] {
            new.history(change);
        }
        assert!(new.list().is_empty());
        new.history(from_bob(3));
        assert_eq!(new.list(), ["c2c_bob"]);
        // The messages may also come first.
        fixture.live(gone);
        assert!(fixture.list().is_empty());
    }

    #[test]
    fn the_message_up_to_which_it_is_out_may_have_another_time_here() {
        let gone = |msg_id: &str, time: i64| {
            let place = Place {
                time: Micros((START - 5) * 1_000_000),
                id: msg_id.to_owned(),
                ..Place::default()
            };
            set_at(Setting::OutOfList(place), time, "other")
        };
        let fixture = fixture();
        let messages = fixture.messages(&bob());
        fixture.live(gone(&messages[0].0, 9));
        assert_eq!(fixture.list(), ["c2c_bob"], "one is newer");
        fixture.live(gone(&messages[1].0, 10));
        assert!(fixture.list().is_empty());
        // Also when the message comes after that.
        let new = Fixture::new();
        new.live(gone(&messages[1].0, 10));
        new.history(from_bob(2));
        assert!(new.list().is_empty());
    }

    #[test]
    fn a_group_that_was_entered_nobody_knows_when_is_listed() {
        let fixture = fixture();
        let mut member = team_with(GroupRole::Member);
        if let Change::Group { time, .. } = &mut member {
            *time = Micros::default();
        }
        fixture.history(member);
        assert_eq!(fixture.list(), ["c2c_bob", "group_team"]);
    }

    #[test]
    fn a_device_with_a_newer_message_keeps_it() {
        let fixture = fixture();
        fixture.live(set_at(out_at(1), 9, "other"));
        assert_eq!(fixture.list(), ["c2c_bob"]);
    }

    #[test]
    fn what_was_sent_before_an_empty_conversation_was_taken_out_and_comes_after_that_lists_it_on_all_devices() {
        let fixture = fixture();
        fixture.engine.clear_history(&bob()).unwrap();
        out(&fixture);
        let value = std::iter::from_fn(|| {
            let command = fixture.command()?;
            fixture.complete(crate::model::Outcome::Done);
            Some(command)
        })
        .find_map(|command| match command {
            crate::model::Outbound::Set { setting, .. } => Some(setting),
            _ => None,
        });
        let Some(setting) = value else {
            panic!("the others are to hear of it")
        };
        // From before this device's clock.
        fixture.live(from_bob(3));
        assert_eq!(fixture.list(), ["c2c_bob"]);
        let other = Fixture::new();
        other.set_clock(START + 100);
        other.live(from_bob(3));
        other.live(Change::Settings {
            conversation: bob(),
            settings: vec![setting],
        });
        assert_eq!(other.list(), ["c2c_bob"]);
    }

    #[test]
    fn kept_by_a_message_that_moves_nothing_it_has_the_place_of_that_message_as_on_a_new_device() {
        let mut silent = message(&bob(), "bob", 3);
        silent.body.is_excluded_from_last_message = true;
        let silent = Change::Message(silent);
        let deleted = |fixture: &Fixture| {
            fixture.live(Change::ConversationDeleted {
                conversation: bob(),
                up_to: at(2),
                stamp: Stamp {
                    time: Micros(9),
                    device: "other".to_owned(),
                },
            });
        };
        let taken_out = |fixture: &Fixture| fixture.live(set_at(out_at(2), 9, "other"));
        for act in [&deleted as &dyn Fn(&Fixture), &taken_out] {
            let fixture = fixture();
            fixture.live(silent.clone());
            act(&fixture);
            let new = Fixture::new();
            new.set_clock(START + 100);
            act(&new);
            new.history(from_bob(2));
            new.history(silent.clone());
            assert_eq!(fixture.row(&bob())["orderkey"], new.row(&bob())["orderkey"]);
        }
    }

    #[test]
    fn what_has_listed_it_since_gives_the_place_and_no_message_that_moves_nothing() {
        let mut silent = message(&bob(), "bob", 3);
        silent.body.is_excluded_from_last_message = true;
        let silent = Change::Message(silent);
        let listed = Change::Listed {
            conversation: bob(),
            time: Micros((START + 50) * 1_000_000),
        };
        let out = set_at(out_at(2), 9, "other");
        let fixture = fixture();
        for change in [&listed, &silent, &out] {
            fixture.live(change.clone());
        }
        let new = Fixture::new();
        new.set_clock(START + 100);
        for change in [&out, &listed, &from_bob(2), &silent] {
            new.history(change.clone());
        }
        assert_eq!(fixture.row(&bob())["orderkey"], new.row(&bob())["orderkey"]);
    }

    #[test]
    fn told_again_it_does_not_take_out_what_has_listed_the_conversation_since() {
        let fixture = fixture();
        let gone = set_at(out_at(2), 9, "other");
        fixture.live(gone.clone());
        assert!(fixture.list().is_empty());
        // By a message that this device never got, and that is deleted by now.
        fixture.live(Change::Listed {
            conversation: bob(),
            time: Micros((START + 3) * 1_000_000),
        });
        fixture.live(gone);
        assert_eq!(fixture.list(), ["c2c_bob"]);
    }

    #[test]
    fn when_the_server_refuses_it_is_in_the_list_again() {
        let fixture = fixture();
        let star = Marks::parse("markType", 1).unwrap();
        fixture.engine.mark(&[bob()], star, true).unwrap();
        fixture.engine.set_custom_data(&[bob()], "data").unwrap();
        fixture.engine.create_conversation_group("Work", &[bob()]).unwrap();
        fixture.engine.set_pinned(&bob(), true).unwrap();
        fixture.engine.set_draft(&bob(), "typed").unwrap();
        fixture.complete_all();
        let before = fixture.row(&bob());
        out(&fixture);
        let fixture = fixture.reopen();
        fixture.complete(refused());
        let mut after = fixture.row(&bob());
        // It was the newest of all, and still is.
        after["orderkey"] = before["orderkey"].clone();
        assert_eq!(after, before);
        // What another device sets later counts, as it would have.
        fixture.live(set_at(Setting::Pinned(false), i64::from(u32::MAX) * 1_000_000, "other"));
        assert_eq!(fixture.row(&bob())["isPinned"], false);
    }

    #[test]
    fn what_was_changed_since_it_was_taken_out_outlives_the_refusal() {
        let fixture = fixture();
        fixture.engine.set_custom_data(&[bob()], "before").unwrap();
        fixture.engine.set_pinned(&bob(), true).unwrap();
        fixture.complete_all();
        out(&fixture);
        fixture.live(from_bob(3));
        fixture.engine.set_custom_data(&[bob()], "since").unwrap();
        fixture.complete(refused());
        let row = fixture.row(&bob());
        assert_eq!((&row["customData"], &row["isPinned"]), (&"since".into(), &true.into()));
    }

    #[test]
    fn with_its_messages_it_is_deleted_as_by_itself() {
        let fixture = fixture();
        fixture.engine.delete_conversations(&[bob()], true).unwrap();
        assert!(fixture.list().is_empty() && fixture.messages(&bob()).is_empty());
    }
}
