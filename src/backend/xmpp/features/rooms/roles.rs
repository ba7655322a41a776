//! Roles in rooms, which are affiliations (XEP-0045): the owner makes administrators, and another owner.

use super::config;
use super::join::require_member;
use super::members::{members, set_affiliation};
use super::said_tips::{say, say_of};
use super::state::Rooms;
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::model::id::quoted;
use crate::model::tips::{GroupChangeInfo, GroupChangeType, GroupTipsElem, GroupTipsType};
use crate::model::{GroupId, GroupRole, Status, UserId};
use std::rc::Rc;
use xmpp_parsers::jid::BareJid;

/// `setGroupMemberRole`.
pub(crate) async fn set(rooms: &Rc<Rooms>, group: &GroupId, user: &UserId, role: GroupRole) -> XmppResult<()> {
    let (room, before) = of_owner(rooms, group, user).await?;
    if before == GroupRole::Owner {
        return Err(invalid(user, "is an owner"));
    }
    let affiliation = if role >= GroupRole::Admin { "admin" } else { "member" };
    if before != role {
        set_affiliation(rooms, &room, &address::jid_of(user)?, affiliation).await?;
        let what = match role >= GroupRole::Admin {
            true => GroupTipsType::SetAdmin,
            false => GroupTipsType::CancelAdmin,
        };
        say_of(rooms, &room, what, std::slice::from_ref(user))?;
    }
    Ok(())
}

/// `transferGroupOwner`.
pub(crate) async fn transfer(rooms: &Rc<Rooms>, group: &GroupId, user: &UserId) -> XmppResult<()> {
    let (room, _) = of_owner(rooms, group, user).await?;
    let (jid, me) = (address::jid_of(user)?, rooms.session.me.clone());
    if jid == me {
        return Ok(());
    }
    // In this order, because a room must not be without an owner at any moment.
    set_affiliation(rooms, &room, &jid, "owner").await?;
    set_affiliation(rooms, &room, &me, "member").await?;
    let tips = GroupTipsElem {
        r#type: GroupTipsType::GroupInfoChange as i64,
        group_change_info_list: vec![GroupChangeInfo::text(GroupChangeType::Owner, user.as_str())],
        ..GroupTipsElem::default()
    };
    say(rooms, &room, tips)?;
    config::refresh(rooms, &room);
    Ok(())
}

fn invalid(user: &UserId, what: &str) -> XmppError {
    XmppError::account(
        Status::InvalidParameters,
        format!("userID {} {what}", quoted(user.as_str())),
    )
}

/// The room of a group that the account owns, and the role of a member of it.
async fn of_owner(rooms: &Rooms, group: &GroupId, user: &UserId) -> XmppResult<(BareJid, GroupRole)> {
    let room = require_member(rooms, group).await?;
    if rooms.role(&room) < GroupRole::Owner {
        let text = format!("only the owner of groupID {} may change roles", quoted(group.as_str()));
        return Err(XmppError::account(Status::NoPermission, text));
    }
    let members = members(rooms, &room).await?;
    let member = members.into_iter().find(|member| member.user_id == *user);
    let member = member.ok_or_else(|| invalid(user, "is not a member"))?;
    Ok((room, member.role))
}
