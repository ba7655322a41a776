//! What happens in groups, as V2TIM's group listener tells it. Only what happens now: of what a sync brings, the messages and
//! the list say what is left of it.

use super::json::{shown_body, to_json};
use super::transaction::{LoadedConversation, Transaction};
use crate::events::Event;
use crate::model::tips::{GroupChangeInfo, GroupMemberInfo, GroupTipsElem, GroupTipsType};
use crate::model::{ConversationId, Elem, GroupEnd, GroupId, GroupRole, UserId};
use crate::store::message::MessageRow;
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
    pub(super) fn tell_tips(&mut self, loaded: &LoadedConversation, row: &MessageRow) -> StoreResult<()> {
        let id = &loaded.row.conversation_id;
        let (Some(group), Elem::GroupTips(tips)) = (id.group_id(), shown_body(row).elem) else {
            return Ok(());
        };
        let (group_id, op_user) = (group.as_str(), &tips.op_member);
        let of_members = |event, member_list: &[GroupMemberInfo]| {
            let payload = to_json(&MembersChanged {
                group_id,
                op_user,
                member_list,
            })?;
            Ok(Some((event, payload)))
        };
        let told = match GroupTipsType::numbered(tips.r#type) {
            Some(GroupTipsType::Join) => {
                let member_list = tips.member_list.as_slice();
                let payload = to_json(&MembersEntered { group_id, member_list })?;
                Ok(Some((Event::MemberEnter, payload)))
            }
            Some(GroupTipsType::Quit) => {
                let payload = to_json(&MemberLeft {
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
                let payload = to_json(&InfoChanged {
                    group_id,
                    group_change_info_list,
                })?;
                Ok(Some((Event::GroupInfoChanged, payload)))
            }
            _ => Ok(None),
        };
        let told: StoreResult<_> = told;
        if let Some((event, payload)) = told? {
            self.tell(event, id.clone(), payload);
        }
        Ok(())
    }

    /// The current user has made a group, here or on another device.
    pub(super) fn tell_created(&mut self, group: &GroupId) -> StoreResult<()> {
        if self.live {
            self.tell(
                Event::GroupCreated,
                ConversationId::group(group),
                to_json(&group.as_str())?,
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
            GroupEnd::Quit => (Event::QuitFromGroup, to_json(&group_id)?),
            GroupEnd::Dismissed(by) => {
                let op_user = &self.member_info(by.as_ref())?;
                (Event::GroupDismissed, to_json(&Dismissed { group_id, op_user })?)
            }
            GroupEnd::Removed(by) => {
                let me = self.me();
                let payload = to_json(&MembersChanged {
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
    fn member_info(&self, user: Option<&UserId>) -> StoreResult<GroupMemberInfo> {
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

    /// Something that this device saw in a group and the server does not keep: a message of this device's alone. It changes
    /// nothing in the list, which is to be the same on all devices.
    pub(super) fn seen_in_group(&mut self, msg_id: &str, by: Option<&UserId>, tips: &GroupTipsElem) -> StoreResult<()> {
        let group = GroupId::trusted(tips.group_id.as_str());
        let is_member = directory::group(self.db, &group)?.is_some_and(|known| known.role > GroupRole::None);
        if !is_member {
            return Ok(());
        }
        let mut tips = tips.clone();
        for member in std::iter::once(&mut tips.op_member).chain(&mut tips.member_list) {
            if !member.user_id.is_empty() {
                *member = self.member_info(Some(&UserId::trusted(member.user_id.as_str())))?;
            }
        }
        self.insert_seen(&ConversationId::group(&group), msg_id, by, tips)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, message, team, team_with};
    use crate::model::{Change, MessageBody, Status};
    use serde_json::{Value, json};

    fn member(user: &str) -> GroupMemberInfo {
        GroupMemberInfo {
            user_id: user.to_owned(),
            ..GroupMemberInfo::default()
        }
    }

    fn tips(what: GroupTipsType, members: &[&str]) -> GroupTipsElem {
        GroupTipsElem {
            group_id: "team".to_owned(),
            r#type: what as i64,
            op_member: member("bob"),
            member_list: members.iter().map(|user| member(user)).collect(),
            group_change_info_list: vec![GroupChangeInfo::text(crate::model::tips::GroupChangeType::Name, "Crew")],
            ..GroupTipsElem::default()
        }
    }

    fn tip(what: GroupTipsType, members: &[&str], seq: u64) -> Change {
        let mut said = message(&team(), "bob", seq);
        said.body = MessageBody {
            is_excluded_from_unread_count: true,
            ..MessageBody::of(Elem::GroupTips(Box::new(tips(what, members))))
        };
        Change::Message(said)
    }

    #[test]
    fn a_tip_is_the_last_message_moves_the_conversation_and_is_never_unread() {
        let fixture = Fixture::new();
        fixture.live(team_with(GroupRole::Member));
        let key = fixture.row(&team())["orderkey"].as_i64();
        fixture.live(tip(GroupTipsType::Join, &["carol"], 1));
        let row = fixture.row(&team());
        assert_eq!(
            (&row["lastMessage"]["elemType"], &row["unreadCount"]),
            (&9.into(), &0.into())
        );
        assert!(row["orderkey"].as_i64() > key);
    }

    #[test]
    fn a_tip_is_neither_recalled_nor_edited_nor_forwarded() {
        let fixture = Fixture::new();
        fixture.live(team_with(GroupRole::Owner));
        let Change::Message(mut own) = tip(GroupTipsType::Join, &["carol"], 1) else {
            panic!("no message")
        };
        own.sender = UserId::trusted("alice");
        fixture.live(Change::Message(own));
        let new = crate::model::NewContent {
            cloud_custom_data: Some("other".to_owned()),
            ..crate::model::NewContent::default()
        };
        let errors = [
            fixture.engine.revoke("m1").unwrap_err(),
            fixture.engine.modify("m1", &new).unwrap_err(),
            fixture.engine.forwarded("m1").unwrap_err(),
        ];
        assert!(
            errors.iter().all(|error| error.status == Status::InvalidParameters),
            "{errors:?}"
        );
        assert_eq!(fixture.row(&team())["lastMessage"]["elemType"], 9);
    }

    #[test]
    fn each_kind_of_tip_that_is_news_has_its_event() {
        let fixture = Fixture::new();
        fixture.live(team_with(GroupRole::Member));
        for (number, (what, event)) in [
            (GroupTipsType::Join, Event::MemberEnter),
            (GroupTipsType::Invite, Event::MemberInvited),
            (GroupTipsType::Quit, Event::MemberLeave),
            (GroupTipsType::Kicked, Event::MemberKicked),
            (GroupTipsType::SetAdmin, Event::GrantAdministrator),
            (GroupTipsType::CancelAdmin, Event::RevokeAdministrator),
            (GroupTipsType::GroupInfoChange, Event::GroupInfoChanged),
        ]
        .into_iter()
        .enumerate()
        {
            fixture.told();
            fixture.live(tip(what, &["carol"], number as u64 + 1));
            let told = fixture.told_of(event);
            assert_eq!(told["groupID"], "team", "{event:?}: {told}");
            let lists = ["memberList", "member", "groupChangeInfoList"];
            assert!(lists.iter().any(|key| !told[*key].is_null()), "{event:?}: {told}");
        }
        fixture.told();
        fixture.history(tip(GroupTipsType::Join, &["dave"], 99));
        assert!(fixture.told().iter().all(|(event, _)| *event != Event::MemberEnter));
    }

    #[test]
    fn the_end_of_a_membership_is_told_once_with_how_it_ended() {
        let bob = || Some(UserId::trusted("bob"));
        let op = |told: &Value| told["opUser"]["userID"].clone();
        for (end, event) in [
            (GroupEnd::Quit, Event::QuitFromGroup),
            (GroupEnd::Removed(bob()), Event::MemberKicked),
            (GroupEnd::Dismissed(bob()), Event::GroupDismissed),
        ] {
            let fixture = Fixture::new();
            fixture.live(team_with(GroupRole::Member));
            fixture.live(tip(GroupTipsType::Kicked, &["alice"], 1));
            fixture.told();
            let group_id = GroupId::trusted("team");
            for _ in 0..2 {
                fixture.live(Change::GroupEnded {
                    group_id: group_id.clone(),
                    end: end.clone(),
                });
                fixture.live(Change::GroupLeft {
                    group_id: group_id.clone(),
                });
            }
            let told: Vec<_> = fixture.told().into_iter().filter(|(told, _)| *told == event).collect();
            assert_eq!(told.len(), 1, "{end:?}");
            let payload = &told[0].1;
            match end {
                GroupEnd::Quit => assert_eq!(*payload, "team"),
                _ => assert_eq!(op(payload), "bob"),
            }
        }
    }

    #[test]
    fn what_only_this_device_saw_is_in_the_history_and_changes_nothing_in_the_list() {
        let fixture = Fixture::new();
        let seen = |what| Change::SeenInGroup {
            msg_id: "seen".to_owned(),
            by: Some(UserId::trusted("bob")),
            tips: Box::new(tips(what, &["carol"])),
        };
        fixture.live(seen(GroupTipsType::Kicked));
        assert!(fixture.list().is_empty(), "a group that is not ours tells nothing");
        fixture.live(team_with(GroupRole::Member));
        let before = fixture.row(&team());
        fixture.told();
        for _ in 0..2 {
            fixture.live(seen(GroupTipsType::Kicked));
        }
        assert_eq!(fixture.row(&team()), before);
        assert_eq!(fixture.messages(&team()).len(), 1);
        let told = fixture.told();
        let kicks = told.iter().filter(|(event, _)| *event == Event::MemberKicked);
        assert_eq!(kicks.count(), 1, "{told:?}");
    }

    #[test]
    fn a_group_that_is_made_is_told_and_one_that_is_joined_is_not() {
        let fixture = Fixture::new();
        fixture.live(team_with(GroupRole::Owner));
        assert_eq!(fixture.told_of(Event::GroupCreated), json!("team"));
        fixture.live(Change::GroupLeft {
            group_id: GroupId::trusted("team"),
        });
        fixture.live(team_with(GroupRole::Member));
        assert!(fixture.told().iter().all(|(event, _)| *event != Event::GroupCreated));
    }
}
