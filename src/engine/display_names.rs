//! Names and pictures: a change of what a user or a group shows changes the conversations that show it.

use super::transaction::Transaction;
use crate::model::{ConversationId, Group, GroupId, GroupRole, Micros, Profile, UserId};
use crate::store::directory::UserRow;
use crate::store::outbox::CommandKind;
use crate::store::{StoreResult, conversation, directory, setting_stamp};

impl Transaction<'_> {
    /// A user's profile.
    pub(super) fn profile_changed(&mut self, profile: &Profile) -> StoreResult<()> {
        let before = directory::user(self.db, &profile.user_id)?;
        directory::save_profile(self.db, profile, self.now)?;
        let now = UserRow {
            nick_name: profile.nick_name.clone(),
            face_url: profile.face_url.clone(),
            allow_type: profile.allow_type,
            remark: before.as_ref().and_then(|before| before.remark.clone()),
        };
        self.tell_friend(&profile.user_id, before.as_ref(), &now)?;
        // A message shows its sender's name and picture as they were when it was sent, but of who has recalled it the newest.
        self.refresh_recalled_by(&profile.user_id)?;
        self.refresh(&ConversationId::c2c(&profile.user_id))
    }

    /// A user became, or is no longer, a friend, or has another remark.
    pub(super) fn friend_changed(&mut self, user: &UserId, remark: Option<&str>) -> StoreResult<()> {
        let before = directory::user(self.db, user)?;
        directory::save_friend(self.db, user, remark)?;
        let now = UserRow {
            remark: remark.map(str::to_owned),
            ..before.clone().unwrap_or_default()
        };
        self.tell_friend(user, before.as_ref(), &now)?;
        self.refresh(&ConversationId::c2c(user))?;
        // Groups show the remark with the last message.
        for id in conversation::with_last_sender(self.db, user)? {
            self.refresh(&id)?;
        }
        Ok(())
    }

    /// A group's data, and our role in it. Becoming a member lists the conversation, unless it was deleted since: then that
    /// was our own doing, here or on another device.
    pub(super) fn group_changed(&mut self, group: &Group, time: Micros) -> StoreResult<()> {
        let known = directory::group(self.db, &group.group_id)?;
        let is_return = known.is_some();
        let was_member = known.as_ref().is_some_and(|known| known.role > GroupRole::None);
        directory::save_group(self.db, group)?;
        let id = ConversationId::group(&group.group_id);
        if group.role > GroupRole::None && !was_member {
            if group.role == GroupRole::Owner {
                self.tell_created(&group.group_id)?;
            }
            // A device that was slow to hear of the membership must not take it for one after the delete, nor one that hears
            // of the delete first miss one after it.
            let deleted = setting_stamp::of(self.db, &id, setting_stamp::DELETED)?.time;
            let is_after_delete = match time {
                // Nobody knows when: the server tells of what was before our delete as long as it does not have the delete.
                Micros(0) => is_return && !self.is_pending(CommandKind::DeleteConversation, &id)?,
                time => time > deleted,
            };
            self.edit(&id, |tx, loaded| {
                let is_back = is_after_delete || !loaded.row.is_deleted;
                if is_back && loaded.lists_at(tx.live, time) {
                    tx.ensure_listed(loaded, time);
                }
                loaded.recount = true;
                Ok(())
            })
        } else {
            // In an AVChatRoom nothing is unread, so the type may change the count.
            if known.is_some_and(|known| known.group_type != group.group_type) {
                self.edit(&id, |_, loaded| {
                    loaded.recount = true;
                    Ok(())
                })?;
            }
            self.refresh(&id)
        }
    }

    /// A group that counts as ours does not let us in. A device that has never seen it lists it all the same.
    pub(super) fn group_outside(&mut self, group: &Group, time: Micros) -> StoreResult<()> {
        // Whoever has deleted the conversation of a group that is known does not get it back.
        if directory::group(self.db, &group.group_id)?.is_some() {
            return self.group_left(&group.group_id);
        }
        let outside = Group {
            role: GroupRole::None,
            ..group.clone()
        };
        directory::save_group(self.db, &outside)?;
        self.edit(&ConversationId::group(&group.group_id), |tx, loaded| {
            if loaded.lists_at(tx.live, time) {
                tx.ensure_listed(loaded, time);
            }
            Ok(())
        })
    }

    /// We are not a member any more. The conversation stays; coming back lists it again.
    pub(super) fn group_left(&mut self, group: &GroupId) -> StoreResult<()> {
        directory::leave_group(self.db, group)?;
        self.refresh(&ConversationId::group(group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, START, bob, from_bob, message, team, team_with};
    use crate::events::Event;
    use crate::model::{AllowType, Change, Stamp, Target};

    fn profile(name: &str) -> Change {
        Change::Profile(Profile {
            user_id: UserId::trusted("bob"),
            nick_name: name.to_owned(),
            face_url: String::new(),
            allow_type: AllowType::AllowAny,
        })
    }

    fn remark(remark: Option<&str>) -> Change {
        Change::Friend {
            user_id: UserId::trusted("bob"),
            remark: remark.map(str::to_owned),
        }
    }

    fn member_since(seconds: i64) -> Change {
        match team_with(GroupRole::Member) {
            Change::Group { group, .. } => Change::Group {
                group,
                time: Micros((START + seconds) * 1_000_000),
            },
            other => other,
        }
    }

    #[test]
    fn a_c2c_conversation_shows_the_remark_else_the_nickname_else_the_user_id() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        assert_eq!(fixture.row(&bob())["showName"], "bob");
        for (change, name) in [
            (profile("Bob"), "Bob"),
            (remark(Some("Bobby")), "Bobby"),
            (remark(Some("")), "Bob"),
            (remark(None), "Bob"),
        ] {
            fixture.live(change);
            assert_eq!(fixture.row(&bob())["showName"], name);
        }
    }

    #[test]
    fn a_remark_changes_the_groups_whose_last_message_the_friend_sent() {
        let fixture = Fixture::new();
        fixture.live(Change::Message(message(&team(), "bob", 1)));
        fixture.told();
        fixture.live(remark(Some("Bobby")));
        let changed = fixture.told_of(Event::ConversationChanged);
        assert_eq!(changed[0]["lastMessage"]["friendRemark"], "Bobby");
    }

    #[test]
    fn a_return_into_the_group_lists_what_was_deleted_unless_it_was_before_the_delete() {
        for has_been_sent in [false, true] {
            let fixture = Fixture::new();
            fixture.live(member_since(0));
            fixture.set_clock(START + 10);
            fixture.engine.delete_conversation(&team()).unwrap();
            if has_been_sent {
                fixture.complete_all();
            }
            for (since, listed) in [(5, 0), (15, 1)] {
                fixture.history(team_with(GroupRole::None));
                fixture.history(member_since(since));
                assert_eq!(fixture.list().len(), listed, "since {since}, sent {has_been_sent}");
            }
        }
    }

    #[test]
    fn a_device_that_hears_of_a_delete_before_the_group_lists_it_for_a_membership_after_the_delete() {
        for (since, listed) in [(5, 0), (15, 1)] {
            let fixture = Fixture::new();
            fixture.set_clock(START + 20);
            fixture.history(Change::ConversationDeleted {
                conversation: team(),
                up_to: Target::seq(0),
                stamp: Stamp {
                    time: Micros((START + 10) * 1_000_000),
                    device: "other".to_owned(),
                },
            });
            fixture.history(member_since(since));
            assert_eq!(fixture.list().len(), listed, "since {since}");
        }
    }

    #[test]
    fn becoming_a_member_lists_the_conversation_and_leaving_keeps_it() {
        let fixture = Fixture::new();
        fixture.live(team_with(GroupRole::None));
        assert!(fixture.list().is_empty());
        fixture.live(team_with(GroupRole::Member));
        assert_eq!(fixture.row(&team())["showName"], "Team");
        fixture.live(Change::GroupLeft {
            group_id: GroupId::trusted("team"),
        });
        assert_eq!(fixture.list(), ["group_team"]);
    }

    #[test]
    fn hearing_for_the_first_time_of_a_group_does_not_bring_its_deleted_conversation_back() {
        let fixture = Fixture::new();
        fixture.live(Change::Message(message(&team(), "bob", 1)));
        fixture.engine.delete_conversation(&team()).unwrap();
        fixture.live(team_with(GroupRole::Member));
        assert!(fixture.list().is_empty());
    }

    #[test]
    fn hearing_again_of_a_group_does_not_bring_its_deleted_conversation_back_and_joining_again_does() {
        let fixture = Fixture::new();
        fixture.live(team_with(GroupRole::Member));
        fixture.engine.delete_conversation(&team()).unwrap();
        fixture.live(team_with(GroupRole::Member));
        assert!(fixture.list().is_empty());
        fixture.live(Change::GroupLeft {
            group_id: GroupId::trusted("team"),
        });
        fixture.complete_all();
        fixture.live(member_since(1));
        assert_eq!(fixture.list(), ["group_team"]);
    }
}
