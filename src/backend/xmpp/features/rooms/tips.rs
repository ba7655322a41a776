//! What happens in a room while this device is in it, told as group tips. Rooms keep nothing of it, so each device has its own
//! of what no member says ([`super::said_tips`], docs/xmpp.md). Being there or not is none of it: a user is a member as long as the room has them on one of its lists.

use super::cards;
use super::said_tips::{member, on_seen};
use super::state::Rooms;
use crate::backend::xmpp::address;
use crate::backend::xmpp::stanza::muc::{self, Occupant, Privacy, role_of};
use crate::backend::xmpp::stanza::muc_acts::{Act, Actor, of_message};
use crate::model::tips::{
    GroupChangeInfo, GroupChangeType, GroupTipsElem, GroupTipsType, MUTED_FOR_GOOD, MemberChangeInfo,
};
use crate::model::{Group, GroupEnd, GroupId, GroupRole};
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::message::Message;

/// A user is there. `is_news`: that is told to those who are in already.
pub(super) fn on_there(
    rooms: &Rooms,
    room: &BareJid,
    user: &BareJid,
    occupant: &Occupant,
    (actor, is_news): (&Actor, bool),
) {
    let now = if occupant.is_affiliated {
        occupant.role
    } else {
        GroupRole::None
    };
    let before = note(rooms, room, user, now);
    // Who was not seen before may have been a member for long.
    if let Some(before) = before.filter(|_| is_news) {
        changed(rooms, room, user, (before, now), actor);
    }
}

/// Somebody who was there was put out.
pub(super) fn on_removed(rooms: &Rooms, room: &BareJid, act: &Act) {
    if let Some(user) = &act.user
        // To each of the user's devices it is told once.
        && note(rooms, room, user, GroupRole::None) != Some(GroupRole::None)
    {
        tell(rooms, room, GroupTipsType::Kicked, &act.actor, Some(user), Vec::new());
    }
}

/// A room tells the affiliation of somebody who is not there. False when the message is about something else.
pub(crate) fn on_affiliation(rooms: &Rooms, message: &Message) -> bool {
    let Some(from) = message.from.as_ref().filter(|from| from.resource().is_none()) else {
        return false;
    };
    let (room, act) = (from.to_bare(), of_message(message));
    let Some((act, user)) = act
        .and_then(|act| Some((act.user.clone()?, act)))
        .map(|(user, act)| (act, user))
    else {
        return false;
    };
    if !rooms.is_joined(&room) || user == rooms.session.me {
        return false;
    }
    let now = match act.affiliation.as_str() {
        "none" | "outcast" => GroupRole::None,
        affiliation => role_of(Some(affiliation)),
    };
    let before = note(rooms, &room, &user, now);
    match (before, now) {
        (Some(GroupRole::None), GroupRole::None) => {}
        (_, GroupRole::None) if act.affiliation == "outcast" => {
            tell(rooms, &room, GroupTipsType::Kicked, &act.actor, Some(&user), Vec::new());
        }
        // Those who leave are taken off the lists by an administrator who hears of it: nobody can do that alone.
        (_, GroupRole::None) => tell(rooms, &room, GroupTipsType::Quit, &by_self(&user), None, Vec::new()),
        (before, now) => {
            changed(
                rooms,
                &room,
                &user,
                (before.unwrap_or(GroupRole::None), now),
                &act.actor,
            );
        }
    }
    true
}

/// A user who was there before, or is new, has voice or has none. To each of the user's devices it is told once.
pub(super) fn on_voice(
    rooms: &Rooms,
    room: &BareJid,
    user: &BareJid,
    is_muted: bool,
    (actor, is_news): (&Actor, bool),
) {
    let changed = rooms.with(room, |room| {
        if is_muted {
            room.muted_told.insert(user.clone())
        } else {
            room.muted_told.remove(user)
        }
    });
    if changed == Some(true) && is_news {
        tell_changes(rooms, room, actor, mute(rooms, room, user, is_muted));
    }
}

pub(super) fn mute(rooms: &Rooms, room: &BareJid, user: &BareJid, is_muted: bool) -> MemberChangeInfo {
    MemberChangeInfo {
        user_id: address::user_id(user).to_string(),
        mute_time: if is_muted { MUTED_FOR_GOOD } else { 0 },
        name_card: cards::of(rooms, room, user),
    }
}

fn tell_changes(rooms: &Rooms, room: &BareJid, actor: &Actor, change: MemberChangeInfo) {
    let by = name_of(rooms, room, actor);
    let tips = GroupTipsElem {
        group_id: address::group_id(room).to_string(),
        r#type: GroupTipsType::MemberInfoChange as i64,
        op_member: by.as_ref().map(member).unwrap_or_default(),
        member_change_info_list: vec![change],
        ..GroupTipsElem::default()
    };
    on_seen(rooms, room, by.as_ref().map(address::user_id), tips, Vec::new());
}

/// Who is a member from the start of the room did not come later.
pub(super) fn note_founder(rooms: &Rooms, room: &BareJid, user: &BareJid, role: GroupRole) {
    note(rooms, room, user, role);
}

/// Notes what a user is in a room, and says what they were as far as that was known.
fn note(rooms: &Rooms, room: &BareJid, user: &BareJid, role: GroupRole) -> Option<GroupRole> {
    rooms
        .with(room, |room| room.roles_told.insert(user.clone(), role))
        .flatten()
}

/// A user is another in a room now than before.
fn changed(rooms: &Rooms, room: &BareJid, user: &BareJid, (was, is): (GroupRole, GroupRole), actor: &Actor) {
    let what = match (was, is) {
        (GroupRole::None, GroupRole::None) => return,
        (GroupRole::None, GroupRole::Member) => {
            return match name_of(rooms, room, actor) {
                Some(by) if by != *user => tell(rooms, room, GroupTipsType::Invite, actor, Some(user), Vec::new()),
                _ => tell(rooms, room, GroupTipsType::Join, &by_self(user), Some(user), Vec::new()),
            };
        }
        (_, GroupRole::Owner) if was < is => {
            let owner = address::user_id(user);
            let changes = vec![GroupChangeInfo::text(GroupChangeType::Owner, owner.as_str())];
            return tell(rooms, room, GroupTipsType::GroupInfoChange, actor, None, changes);
        }
        // In an open room also one who was there and on no list.
        (GroupRole::None | GroupRole::Member, GroupRole::Admin) => GroupTipsType::SetAdmin,
        (GroupRole::Admin, GroupRole::Member) => GroupTipsType::CancelAdmin,
        // Somebody who stays in an open room, and an owner who has made another one.
        _ => return,
    };
    tell(rooms, room, what, actor, Some(user), Vec::new());
}

fn by_self(user: &BareJid) -> Actor {
    Actor {
        jid: Some(user.clone()),
        nick: None,
    }
}

/// Who an actor is.
fn name_of(rooms: &Rooms, room: &BareJid, actor: &Actor) -> Option<BareJid> {
    actor.jid.clone().or_else(|| {
        let nick = actor.nick.as_ref()?;
        rooms
            .with(room, |state| {
                let own = (state.nick == *nick).then(|| rooms.session.me.clone());
                state
                    .occupants
                    .get(nick)
                    .and_then(|occupant| occupant.jid.clone())
                    .or(own)
            })
            .flatten()
    })
}

fn tell(
    rooms: &Rooms,
    room: &BareJid,
    what: GroupTipsType,
    actor: &Actor,
    member_of: Option<&BareJid>,
    changes: Vec<GroupChangeInfo>,
) {
    let by = name_of(rooms, room, actor);
    let tips = GroupTipsElem {
        group_id: address::group_id(room).to_string(),
        r#type: what as i64,
        op_member: by.as_ref().map(member).unwrap_or_default(),
        member_list: member_of.into_iter().map(member).collect(),
        group_change_info_list: changes,
        // How many are there is not how many members there are.
        ..GroupTipsElem::default()
    };
    on_seen(rooms, room, by.as_ref().map(address::user_id), tips, Vec::new());
}

/// A room says what its privacy is: a change of that must not be missed (XEP-0045, 10.2.1). Who has made it, it does not say.
/// Prosody says it whenever anything of its configuration changes, so only what differs from before is one. A new room gets its
/// configuration before it is a group: that is no change.
pub(super) fn on_privacy(rooms: &Rooms, room: &BareJid, message: &Message) {
    let said = muc::privacy(message);
    let differs = rooms.with(room, |state| {
        let said = said.into_iter();
        said.filter(|(what, is_so)| {
            let before = state.privacy_told.insert(*what, *is_so);
            // Rooms need not say on entry that they are logged; those with an archive are.
            let unsaid = || *what == Privacy::Logging && state.position.is_some();
            before.unwrap_or_else(unsaid) != *is_so
        })
        .collect::<Vec<_>>()
    });
    let changes: Vec<_> = differs
        .unwrap_or_default()
        .into_iter()
        .map(|(what, is_so)| match what {
            Privacy::Logging => GroupChangeInfo::named("libim.isLogged", is_so),
            Privacy::Addresses => GroupChangeInfo::named("libim.areAddressesVisible", is_so),
        })
        .collect();
    if !changes.is_empty() && known_group(rooms, &address::group_id(room)).is_some() {
        let nobody = Actor { jid: None, nick: None };
        tell(rooms, room, GroupTipsType::GroupInfoChange, &nobody, None, changes);
    }
}

/// A group as it was stored last; `None` when it is none yet.
pub(super) fn known_group(rooms: &Rooms, id: &GroupId) -> Option<Group> {
    let joined = rooms.session.sink.joined_groups().unwrap_or_default();
    joined.into_iter().find(|known| known.group_id == *id)
}

/// What a room is otherwise by now than it was. Rooms do not say who has changed them.
pub(super) fn of_info(known: &Group, group: &Group) -> Option<GroupTipsElem> {
    let changes = [
        (GroupChangeType::Name, &known.group_name, &group.group_name),
        (GroupChangeType::Introduction, &known.introduction, &group.introduction),
        (GroupChangeType::FaceUrl, &known.face_url, &group.face_url),
    ];
    let changes = changes.into_iter().filter(|(_, before, now)| before != now);
    let changes = changes.map(|(what, _, now)| GroupChangeInfo::text(what, now));
    let approve_opt = (known.approve_opt != group.approve_opt)
        .then(|| GroupChangeInfo::number(GroupChangeType::GroupApproveOpt, group.approve_opt as i64));
    let changes: Vec<_> = changes.chain(approve_opt).collect();
    if changes.is_empty() {
        return None;
    }
    Some(GroupTipsElem {
        group_id: group.group_id.to_string(),
        r#type: GroupTipsType::GroupInfoChange as i64,
        group_change_info_list: changes,
        ..GroupTipsElem::default()
    })
}

/// How a room has ended our own membership.
pub(super) fn end(rooms: &Rooms, room: &BareJid, act: Option<&Act>) -> GroupEnd {
    let by = act.and_then(|act| name_of(rooms, room, &act.actor));
    let by = by.as_ref().map(address::user_id);
    match act {
        Some(act) if act.is_destroyed => GroupEnd::Dismissed(by),
        _ => GroupEnd::Removed(by),
    }
}

#[cfg(test)]
mod tests;
