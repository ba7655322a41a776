//! What happens in groups, as V2TIM's group listener tells it. Only what happens now: of what a sync brings, the messages and
//! the list say what is left of it.

use super::json::shown_json;
use super::transaction::Transaction;
use crate::events::Event;
use crate::model::tips::{GroupChangeInfo, GroupMemberInfo, GroupTipsElem, GroupTipsType, MemberChangeInfo};
use crate::model::{ConversationId, Error, GroupEnd, GroupId, GroupRole, UserId};
use crate::store::{StoreResult, directory};
use serde::Serialize;

/// Members came into a group.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "GroupMembersEntered")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MembersEntered<'a> {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: &'a str,
    /// The new members.
    member_list: &'a [GroupMemberInfo],
}

/// A member has left a group.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "GroupMemberLeft")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemberLeft<'a> {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: &'a str,
    /// The former member.
    member: &'a GroupMemberInfo,
}

/// Somebody has done something to members of a group.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "GroupMembersChanged")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MembersChanged<'a> {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: &'a str,
    /// Who did it; its `userID` is empty when the server does not say.
    op_user: &'a GroupMemberInfo,
    /// The members that it was done to.
    member_list: &'a [GroupMemberInfo],
}

/// A group was changed.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "GroupInfoChange")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InfoChanged<'a> {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: &'a str,
    /// The changes.
    group_change_info_list: &'a [GroupChangeInfo],
}

/// Members of a group have changed.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "GroupMemberInfoChange")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemberInfoChanged<'a> {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: &'a str,
    /// The changes.
    member_change_info_list: &'a [MemberChangeInfo],
}

/// A group does not let the current user in.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "GroupEntryFailure")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EntryFailure<'a> {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: &'a str,
    /// A status code: 10007, or 8501 when the group is gone. Any other: the group cannot be reached for now, and libim goes on
    /// trying.
    code: i32,
    /// One sentence that says why.
    desc: &'a str,
}

/// A group was dismissed.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "GroupDismissal")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Dismissed<'a> {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: &'a str,
    /// Who dismissed it; its `userID` is empty when the server does not say.
    op_user: &'a GroupMemberInfo,
}

impl Transaction<'_> {
    /// A group tip came as news.
    pub(super) fn tell_tips(&mut self, id: &ConversationId, tips: &GroupTipsElem) -> StoreResult<()> {
        let Some(group) = id.group_id() else { return Ok(()) };
        let (group_id, op_user) = (group.as_str(), &tips.op_member);
        let of_members = |event, member_list: &[GroupMemberInfo]| {
            let payload = shown_json(&MembersChanged {
                group_id,
                op_user,
                member_list,
            })?;
            Ok(Some((event, payload)))
        };
        let told = match GroupTipsType::numbered(tips.r#type) {
            Some(GroupTipsType::Join) => {
                let member_list = tips.member_list.as_slice();
                let payload = shown_json(&MembersEntered { group_id, member_list })?;
                Ok(Some((Event::MemberEnter, payload)))
            }
            Some(GroupTipsType::Quit) => {
                let payload = shown_json(&MemberLeft {
                    group_id,
                    member: op_user,
                })?;
                Ok(Some((Event::MemberLeave, payload)))
            }
            Some(GroupTipsType::Invite) => of_members(Event::MemberInvited, &tips.member_list),
            // The end of the current user's own membership follows by itself.
            Some(GroupTipsType::Kicked) => {
                let is_other = |member: &&GroupMemberInfo| member.user_id != self.account.user_id.as_str();
                let others: Vec<_> = tips.member_list.iter().filter(is_other).cloned().collect();
                if others.is_empty() {
                    return Ok(());
                }
                of_members(Event::MemberKicked, &others)
            }
            Some(GroupTipsType::SetAdmin) => of_members(Event::GrantAdministrator, &tips.member_list),
            Some(GroupTipsType::CancelAdmin) => of_members(Event::RevokeAdministrator, &tips.member_list),
            Some(GroupTipsType::GroupInfoChange) => {
                let group_change_info_list = tips.group_change_info_list.as_slice();
                let payload = shown_json(&InfoChanged {
                    group_id,
                    group_change_info_list,
                })?;
                Ok(Some((Event::GroupInfoChanged, payload)))
            }
            Some(GroupTipsType::MemberInfoChange) => {
                let member_change_info_list = tips.member_change_info_list.as_slice();
                let payload = shown_json(&MemberInfoChanged {
                    group_id,
                    member_change_info_list,
                })?;
                Ok(Some((Event::MemberInfoChanged, payload)))
            }
            _ => Ok(None),
        };
        let told: StoreResult<_> = told;
        if let Some((event, payload)) = told? {
            self.tell(event, id.clone(), payload);
        }
        Ok(())
    }

    /// A group that counts as ours does not let us in. That is told whenever it is tried: it may be a sync that does.
    pub(super) fn tell_not_entered(&mut self, group: &GroupId, reason: &Error) -> StoreResult<()> {
        let payload = shown_json(&EntryFailure {
            group_id: group.as_str(),
            code: reason.status.code(),
            desc: &reason.desc,
        })?;
        self.tell(Event::GroupEntryFailed, ConversationId::group(group), payload);
        Ok(())
    }

    /// A member has another name in a group. No message says so.
    pub(super) fn member_renamed(
        &mut self,
        group: &GroupId,
        user: &UserId,
        name_card: &str,
        mute_time: i64,
    ) -> StoreResult<()> {
        let is_member = directory::group(self.db, group)?.is_some_and(|known| known.role > GroupRole::None);
        if self.live && is_member {
            let change = MemberChangeInfo {
                user_id: user.to_string(),
                name_card: name_card.to_owned(),
                mute_time,
            };
            let payload = shown_json(&MemberInfoChanged {
                group_id: group.as_str(),
                member_change_info_list: &[change],
            })?;
            self.tell(Event::MemberInfoChanged, ConversationId::group(group), payload);
        }
        Ok(())
    }

    /// The current user has made a group, here or on another device.
    pub(super) fn tell_created(&mut self, group: &GroupId) -> StoreResult<()> {
        if self.live {
            self.tell(
                Event::GroupCreated,
                ConversationId::group(group),
                shown_json(&group.as_str())?,
            );
        }
        Ok(())
    }

    /// The current user's membership ends.
    pub(super) fn group_ended(&mut self, group: &GroupId, end: &GroupEnd) -> StoreResult<()> {
        let known = directory::group(self.db, group)?;
        if !self.live || known.is_none_or(|known| known.role == GroupRole::None) {
            return Ok(());
        }
        let (id, group_id) = (ConversationId::group(group), group.as_str());
        let (event, payload) = match end {
            GroupEnd::Quit => (Event::QuitFromGroup, shown_json(&group_id)?),
            GroupEnd::Dismissed(by) => {
                let op_user = &self.member_info(by.as_ref())?;
                (Event::GroupDismissed, shown_json(&Dismissed { group_id, op_user })?)
            }
            GroupEnd::Removed(by) => {
                let me = self.me();
                let payload = shown_json(&MembersChanged {
                    group_id,
                    op_user: &self.member_info(by.as_ref())?,
                    member_list: &[self.member_info(Some(&me))?],
                })?;
                (Event::MemberKicked, payload)
            }
        };
        self.tell(event, id, payload);
        Ok(())
    }

    /// A member as far as it is known here.
    pub(super) fn member_info(&self, user: Option<&UserId>) -> StoreResult<GroupMemberInfo> {
        let Some(user) = user else {
            return Ok(GroupMemberInfo::default());
        };
        let known = directory::user(self.db, user)?.unwrap_or_default();
        Ok(GroupMemberInfo {
            user_id: user.to_string(),
            nick_name: known.nick_name,
            face_url: known.face_url,
            ..GroupMemberInfo::default()
        })
    }

    /// A tip with the names and pictures of its members, as far as they are known here.
    pub(super) fn with_names(&self, tips: &GroupTipsElem) -> StoreResult<GroupTipsElem> {
        let mut tips = tips.clone();
        for member in std::iter::once(&mut tips.op_member).chain(&mut tips.member_list) {
            if !member.user_id.is_empty() {
                *member = self.member_info(Some(&UserId::trusted(member.user_id.as_str())))?;
            }
        }
        Ok(tips)
    }
}

#[cfg(test)]
mod tests;
