//! Names and pictures: a change of what a user or a group shows changes the conversations that show it.

use super::transaction::Transaction;
use crate::model::{ConversationId, Group, GroupId, GroupRole, Micros, Profile, UserId};
use crate::store::{StoreResult, conversation, directory};

impl Transaction<'_> {
    /// A user's profile.
    pub(super) fn profile_changed(&mut self, profile: &Profile) -> StoreResult<()> {
        directory::save_profile(self.db, profile)?;
        self.refresh(&ConversationId::c2c(&profile.user_id))
    }

    /// A user became, or is no longer, a friend, or has another remark.
    pub(super) fn friend_changed(&mut self, user: &UserId, remark: Option<&str>) -> StoreResult<()> {
        directory::save_friend(self.db, user, remark)?;
        self.refresh(&ConversationId::c2c(user))?;
        // Groups show the remark with the last message.
        for id in conversation::with_last_sender(self.db, user)? {
            self.refresh(&id)?;
        }
        Ok(())
    }

    /// A group's data, and our role in it. Becoming a member lists the conversation; only hearing for the first time of a
    /// group whose conversation was deleted before does not, because that was our own doing on another device.
    pub(super) fn group_changed(&mut self, group: &Group, time: Micros) -> StoreResult<()> {
        let known = directory::group(self.db, &group.group_id)?;
        let is_return = known.is_some();
        let was_member = known.as_ref().is_some_and(|known| known.role > GroupRole::None);
        directory::save_group(self.db, group)?;
        let id = ConversationId::group(&group.group_id);
        if group.role > GroupRole::None && !was_member {
            self.edit(&id, |tx, loaded| {
                if is_return || !loaded.row.is_deleted {
                    tx.ensure_listed(loaded, time);
                }
                loaded.recount = true;
                Ok(())
            })
        } else {
            if known.is_some_and(|known| known.group_type != group.group_type) {
                self.edit(&id, |_, loaded| {
                    loaded.recount = true;
                    Ok(())
                })?;
            }
            self.refresh(&id)
        }
    }

    /// We are not a member any more. The conversation stays; coming back lists it again.
    pub(super) fn group_left(&mut self, group: &GroupId) -> StoreResult<()> {
        directory::leave_group(self.db, group)?;
        self.refresh(&ConversationId::group(group))
    }
}
