//! The settings that a user's devices share: what all of them do alike, and which rule each follows.
//!
//! Each change carries a stamp, and of two changes the newer counts, whichever is told last (docs/decisions/settings-that-converge.md).
//! So a device that was offline for long does not undo with an old change what another has set since, and no order of arrival
//! makes two devices differ.

use super::json::to_json;
use super::lost::Lost;
use super::transaction::Transaction;
use crate::model::{ConversationId, Setting, SettingKind, Stamp, StampedSetting};
use crate::store::outbox::{self, CommandKind};
use crate::store::{StoreResult, setting_stamp};
use serde::Serialize;

/// What a refusal goes back to, in the outbox.
#[derive(Serialize)]
struct Undo<'a> {
    #[serde(flatten)]
    before: &'a StampedSetting,
    #[serde(skip_serializing_if = "Option::is_none")]
    lost: Option<&'a Lost>,
}

impl Transaction<'_> {
    /// The stamp of a change that is made here and now.
    pub(super) fn next_stamp(&mut self) -> Stamp {
        let stamp = Stamp::next(self.now, self.account.last_stamp, &self.account.device_id);
        self.account.last_stamp = stamp.time;
        stamp
    }

    /// A stamp of another device: own ones are later from now on.
    pub(super) fn saw(&mut self, stamp: &Stamp) {
        self.account.last_stamp = self.account.last_stamp.max(stamp.time);
    }

    /// The stamp of the value that a setting has here. Deleting the conversation was a change of what goes with it.
    pub(super) fn stamp_of(&self, id: &ConversationId, kind: SettingKind) -> StoreResult<Stamp> {
        let stamp = setting_stamp::of(self.db, id, &kind.name())?;
        Ok(if kind.goes_with_conversation() {
            stamp.max(setting_stamp::of(self.db, id, setting_stamp::DELETED)?)
        } else {
            stamp
        })
    }

    fn save_stamp(&self, id: &ConversationId, kind: SettingKind, stamp: &Stamp) -> StoreResult<()> {
        Ok(setting_stamp::save(self.db, id, &kind.name(), stamp)?)
    }

    /// We changed a setting here: `before` is what a refusal goes back to.
    pub(super) fn share(&mut self, id: &ConversationId, setting: Setting, before: Setting) -> StoreResult<()> {
        self.share_with(id, setting, before, None)
    }

    /// The same of a change that takes more with it, which a refusal gives back.
    pub(super) fn share_with(
        &mut self,
        id: &ConversationId,
        setting: Setting,
        before: Setting,
        lost: Option<&Lost>,
    ) -> StoreResult<()> {
        let kind = setting.kind();
        let before = StampedSetting {
            setting: before,
            stamp: self.stamp_of(id, kind)?,
        };
        let stamp = self.next_stamp();
        self.save_stamp(id, kind, &stamp)?;
        let setting = StampedSetting { setting, stamp };
        let undo = Undo { before: &before, lost };
        self.append(CommandKind::Setting(kind), id, "", &setting, &undo)
    }

    /// Another device changed a setting, or the server tells of it again.
    pub(super) fn set_elsewhere(&mut self, id: &ConversationId, change: &StampedSetting) -> StoreResult<()> {
        self.saw(&change.stamp);
        let kind = change.setting.kind();
        let own = self.stamp_of(id, kind)?;
        if change.stamp < own {
            // Ours is newer and on its way. What the server has is then what a refusal goes back to.
            return self.share_again(id, change, own);
        }
        if change.stamp == own && kind == SettingKind::OutOfList {
            // Told again: what has listed the conversation since stays, a message that is gone by now perhaps.
            return Ok(());
        }
        self.save_stamp(id, kind, &change.stamp)?;
        self.place_setting(id, change)
    }

    /// What the server has is older than what is known here. When nothing newer is on its way, the server has lost it: it
    /// was put back from a copy, say.
    fn share_again(&mut self, id: &ConversationId, has: &StampedSetting, own: Stamp) -> StoreResult<()> {
        let kind = has.setting.kind();
        if self.is_pending(CommandKind::Setting(kind), id)? {
            return self.hand_on_undo(id, has);
        }
        let setting = self.setting_now(id, kind)?;
        let own = StampedSetting { setting, stamp: own };
        self.append(CommandKind::Setting(kind), id, "", &own, has)
    }

    /// The server refused our own change.
    pub(super) fn setting_refused(
        &mut self,
        id: &ConversationId,
        refused: &StampedSetting,
        before: &StampedSetting,
    ) -> StoreResult<()> {
        let kind = refused.setting.kind();
        if refused.stamp != self.stamp_of(id, kind)? {
            // It has been changed since, here or elsewhere.
            return self.hand_on_undo(id, before);
        }
        self.save_stamp(id, kind, &before.stamp)?;
        match &before.setting {
            Setting::Pinned(pinned) => self.pin_refused(id, *pinned),
            _ => self.place_setting(id, before),
        }
    }

    /// Our own change was saved from a damaged cache.
    pub(super) fn setting_restored(&mut self, id: &ConversationId, change: &StampedSetting) -> StoreResult<()> {
        self.saw(&change.stamp);
        self.save_stamp(id, change.setting.kind(), &change.stamp)?;
        self.place_setting(id, change)
    }

    /// Gives a setting a value that is not an act of ours.
    fn place_setting(&mut self, id: &ConversationId, change: &StampedSetting) -> StoreResult<()> {
        match &change.setting {
            Setting::Pinned(pinned) => self.place_pin(id, *pinned, &change.stamp),
            Setting::RecvOpt(opt) => self.place_recv_opt(id, *opt),
            Setting::Marked(mark, is_set) => self.place_mark(id, *mark, *is_set),
            Setting::CustomData(data) => self.place_custom_data(id, data),
            Setting::InGroup(key, is_in) => self.place_in_group(id, *key, *is_in),
            Setting::GroupName(key, name) => self.place_group_name(*key, name.as_deref()),
            Setting::OutOfList(up_to) => self.place_out_of_list(id, up_to, &change.stamp),
            Setting::AllRecvOpt(opt) => self.place_all_recv_opt(*opt),
        }
    }

    /// The value that a setting has here.
    fn setting_now(&mut self, id: &ConversationId, kind: SettingKind) -> StoreResult<Setting> {
        if let SettingKind::GroupName(key) = kind {
            return Ok(Setting::GroupName(key, self.groups()?.name(key).map(str::to_owned)));
        }
        let all_recv_opt = self.account.all_recv_opt;
        self.edit(id, |_, loaded| {
            let row = &loaded.row;
            Ok(match kind {
                SettingKind::Pinned => Setting::Pinned(row.is_pinned),
                SettingKind::RecvOpt => Setting::RecvOpt(row.recv_opt),
                SettingKind::Marked(mark) => Setting::Marked(mark, row.marks.has(mark)),
                SettingKind::CustomData => Setting::CustomData(row.custom_data.clone()),
                SettingKind::InGroup(key) => Setting::InGroup(key, row.group_keys.has(key)),
                SettingKind::OutOfList => Setting::OutOfList(row.out.clone()),
                SettingKind::AllRecvOpt => Setting::AllRecvOpt(all_recv_opt),
                // Above: it is no conversation's.
                SettingKind::GroupName(key) => Setting::GroupName(key, None),
            })
        })
    }

    /// What the server has while changes of ours wait. The oldest goes back to it when it is refused, and hands it on to the
    /// next that waits. When it is carried out, the undo that the next one has already is right.
    fn hand_on_undo(&mut self, id: &ConversationId, before: &StampedSetting) -> StoreResult<()> {
        let pending = outbox::of_kind(self.db, id, CommandKind::Setting(before.setting.kind()))?;
        let Some(oldest) = pending.first() else {
            return self.lost_before(id, &before.setting);
        };
        let lost = Lost::of_undo(&oldest.undo);
        let lost = lost.as_ref();
        Ok(outbox::set_undo(self.db, oldest.id, &to_json(&Undo { before, lost })?)?)
    }

    /// What was refused may be among what the conversation has lost since, by being taken out of the list. If that is refused
    /// too, it gets back what was before.
    fn lost_before(&mut self, id: &ConversationId, was: &Setting) -> StoreResult<()> {
        let kind = SettingKind::OutOfList;
        let pending = outbox::of_kind(self.db, id, CommandKind::Setting(kind))?;
        if let Some(oldest) = pending.first()
            && let Some(mut lost) = Lost::of_undo(&oldest.undo)
        {
            lost.had(was);
            let before = &super::outbox::setting(oldest, kind, "undo", &oldest.undo)?;
            let lost = Some(&lost);
            outbox::set_undo(self.db, oldest.id, &to_json(&Undo { before, lost })?)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, bob, from_bob, pinned_at, refused};
    use crate::model::{Marks, Micros, Outbound, Setting};
    use serde_json::json;

    fn is_pinned(fixture: &Fixture) -> bool {
        fixture.row(&bob())["isPinned"] == true
    }

    #[test]
    fn of_two_changes_the_newer_counts_whichever_is_told_last() {
        for first in [0, 1] {
            let fixture = Fixture::new();
            fixture.live(from_bob(1));
            let changes = [pinned_at(true, 7, "b"), pinned_at(false, 7, "a")];
            fixture.live(changes[first].clone());
            fixture.live(changes[1 - first].clone());
            assert!(is_pinned(&fixture));
        }
    }

    #[test]
    fn a_change_made_here_is_newer_than_all_that_was_seen_whatever_the_clock_says() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.live(pinned_at(true, i64::from(u32::MAX) * 1_000_000, "other"));
        fixture.engine.set_pinned(&bob(), false).unwrap();
        let Some(Outbound::Set { setting, .. }) = fixture.command() else {
            panic!("the change is on its way");
        };
        assert!(setting.stamp.time > Micros(i64::from(u32::MAX) * 1_000_000));
        assert_eq!(setting.setting, Setting::Pinned(false));
        let fixture = fixture.reopen();
        fixture.live(pinned_at(true, i64::from(u32::MAX) * 1_000_000, "other"));
        assert!(!is_pinned(&fixture), "told again, and still older");
    }

    #[test]
    fn a_change_that_the_server_has_lost_is_shared_again() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.live(pinned_at(true, 7, "other"));
        fixture.live(pinned_at(false, 5, "older"));
        assert!(is_pinned(&fixture));
        let Some(Outbound::Set { setting, .. }) = fixture.command() else {
            panic!("it goes out again");
        };
        assert_eq!(
            (setting.setting, setting.stamp.time),
            (Setting::Pinned(true), Micros(7))
        );
        fixture.complete(refused());
        assert!(!is_pinned(&fixture), "refused: as the server has it");
    }

    #[test]
    fn what_was_refused_before_the_conversation_was_taken_out_does_not_come_back_with_it() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.engine.set_custom_data(&[bob()], "kept").unwrap();
        fixture.complete_all();
        let star = Marks::parse("markType", 1).unwrap();
        fixture.engine.mark(&[bob()], star, true).unwrap();
        fixture.engine.set_custom_data(&[bob()], "refused").unwrap();
        fixture.engine.set_pinned(&bob(), true).unwrap();
        fixture.engine.create_conversation_group("Work", &[bob()]).unwrap();
        fixture.engine.delete_conversations(&[bob()], false).unwrap();
        while let Some(entry) = fixture.engine.next_outbound().unwrap() {
            fixture.engine.complete_outbound(entry.id, refused()).unwrap();
        }
        let row = fixture.row(&bob());
        assert_eq!(fixture.list(), ["c2c_bob"]);
        assert_eq!((&row["markList"], &row["customData"]), (&json!([]), &json!("kept")));
        assert_eq!(
            (&row["isPinned"], &row["conversationGroupList"]),
            (&json!(false), &json!([]))
        );
    }

    #[test]
    fn a_newer_change_from_elsewhere_outlives_our_own_that_still_waits_and_its_refusal() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.engine.set_pinned(&bob(), true).unwrap();
        fixture.live(pinned_at(false, i64::from(u32::MAX) * 1_000_000, "other"));
        assert!(!is_pinned(&fixture));
        fixture.complete(refused());
        assert!(!is_pinned(&fixture));
    }
}
