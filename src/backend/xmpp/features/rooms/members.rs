//! The members of a room: its lists (XEP-0045, affiliations) and its occupants, inviting and removing.

use super::cards;
use super::config;
use super::join::{self, require_member};
use super::said_tips::Batch;
use super::state::Rooms;
use super::tips;
use crate::backend::MemberOutcome;
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::stanza::room_info::RoomInfo;
use crate::backend::xmpp::stanza::{chat, invitations, muc};
use crate::model::id::quoted;
use crate::model::tips::{GroupTipsType, MUTED_FOR_GOOD};
use crate::model::{GroupAddOpt, GroupId, GroupMember, GroupRole, Status, UserId};
use futures::future::join_all;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use xmpp_parsers::jid::{BareJid, Jid};

/// The outcome of a request for each user.
pub(crate) type Results = Vec<(UserId, XmppResult<MemberOutcome>)>;

fn denied(text: impl Into<String>) -> XmppError {
    XmppError::account(Status::NoPermission, text)
}

/// How many users are put on the lists of a new room at once.
const AT_ONCE: usize = 100;

/// Puts those on the lists of a new room who are in it from the start, before anybody else sees it. Gives those whom it took.
pub(crate) async fn found(rooms: &Rooms, room: &BareJid, members: &[(UserId, GroupRole)]) -> XmppResult<Vec<BareJid>> {
    let mut wanted = Vec::with_capacity(members.len());
    for (user, role) in members {
        let affiliation = if *role >= GroupRole::Admin { "admin" } else { "member" };
        tips::note_founder(rooms, room, &address::jid_of(user)?, (*role).max(GroupRole::Member));
        wanted.push((address::jid_of(user)?, affiliation));
    }
    let mut taken = Vec::with_capacity(wanted.len());
    for users in wanted.chunks(AT_ONCE) {
        // Each by itself: of several in one request Prosody takes the first.
        let adding = users.iter().map(async |(jid, affiliation)| {
            let added = set_affiliation(rooms, room, jid, affiliation).await;
            (jid, added)
        });
        for (jid, added) in join_all(adding).await {
            match added {
                Ok(()) => taken.push(jid.clone()),
                Err(error) if error.is_lost() => return Err(error),
                // The group is there, and is the answer: one who cannot be a member keeps nobody else out.
                Err(error) => log::warn!("a member of the new group {room} could not be added: {error}"),
            }
        }
    }
    Ok(taken)
}

/// Puts a user on a list of the room, and tells the user.
pub(crate) async fn add(rooms: &Rooms, room: &BareJid, user: &UserId, affiliation: &str) -> XmppResult<()> {
    let jid = address::jid_of(user)?;
    set_affiliation(rooms, room, &jid, affiliation).await?;
    announce(rooms, room, jid).await
}

/// Tells a user of a room whose lists have them.
pub(super) async fn announce(rooms: &Rooms, room: &BareJid, jid: BareJid) -> XmppResult<()> {
    // What was said before is not for the newcomer.
    let after = rooms
        .with(room, |room| room.position.as_ref()?.newest.clone())
        .flatten();
    // The server has to have it: an absent user learns of the room by this message only.
    let invitation = invitations::invite(jid, room, after.as_deref());
    rooms.session.deliver(invitation).await
}

/// Asks a room to invite a user, which may let its members do that.
async fn invite_through(rooms: &Rooms, room: &BareJid, user: &UserId, info: &RoomInfo) -> XmppResult<MemberOutcome> {
    // One for members only makes a member of who is invited, for the sake of those whom it has on its lists.
    if !info.is_open && rooms.with(room, |room| room.is_affiliated) != Some(true) {
        return Err(denied("only members whom the room has on its lists may invite"));
    }
    let jid = address::jid_of(user)?;
    let invitation = invitations::invite_through(room.clone(), &jid);
    let msg_id = invitation.id.as_ref().map(|id| id.0.clone()).unwrap_or_default();
    let mut returned = rooms.begin_sending(room, &msg_id);
    rooms.invited.has_asked(room, &jid);
    let asked = async {
        rooms.session.deliver(invitation).await?;
        // A room answers one after the other: what it refuses has come back when it answers this.
        config::info(rooms, room).await
    };
    let asked = asked.await;
    rooms.stop_sending(room, &msg_id);
    if let Ok(Err(error)) = returned.try_recv() {
        rooms.invited.take_asked(room, &jid);
        return Err(error);
    }
    asked?;
    Ok(if info.is_open {
        MemberOutcome::Pending
    } else {
        MemberOutcome::Done
    })
}

/// Those who keep the room's lists, as far as they are in the room.
pub(crate) fn keepers(rooms: &Rooms, room: &BareJid) -> Vec<BareJid> {
    let keepers = rooms.with(room, |room| {
        let occupants = room.occupants.values();
        let keepers = occupants.filter(|occupant| occupant.role >= GroupRole::Admin);
        keepers.filter_map(|occupant| occupant.jid.clone()).collect()
    });
    keepers.unwrap_or_default()
}

/// Tells them that we are a member no more: nobody can take themselves off.
pub(crate) fn announce_leave(rooms: &Rooms, room: &BareJid, keepers: Vec<BareJid>) {
    for keeper in keepers {
        rooms.session.send(chat::left(keeper, room));
    }
}

/// A user has left a room, as only that user can say: they are taken off its lists, if those are ours to keep.
pub(crate) fn on_left(rooms: &Rc<Rooms>, user: &BareJid, room: &BareJid) {
    // Every administrator who hears of it does this; taking a user off a list twice does no harm.
    if *user == rooms.session.me || rooms.role(room) < GroupRole::Admin {
        return;
    }
    let (own, user, room) = (Rc::clone(rooms), user.clone(), room.clone());
    rooms.session.spawn(async move {
        set_affiliation(&own, &room, &user, "none").await?;
        config::refresh(&own, &room);
        Ok(())
    });
}

pub(super) async fn set_affiliation(rooms: &Rooms, room: &BareJid, jid: &BareJid, affiliation: &str) -> XmppResult<()> {
    let query = muc::set_affiliation(jid, affiliation);
    rooms.session.set(Some(Jid::from(room.clone())), query).await.map(drop)
}

/// `inviteUserToGroup`.
pub(crate) async fn invite(rooms: &Rooms, group: &GroupId, users: &[UserId]) -> XmppResult<Results> {
    let room = require_member(rooms, group).await?;
    let is_ordinary = rooms.role(&room) < GroupRole::Admin;
    let info = config::info(rooms, &room).await?;
    let info = info.ok_or_else(|| join::no_such_group(group.as_str()))?;
    // Checked here, because an open room passes on invitations of any occupant (XEP-0045).
    if is_ordinary && info.approve_opt() != GroupAddOpt::Any {
        let id = quoted(group.as_str());
        return Err(denied(format!(
            "only the owner and administrators of groupID {id} may invite: its approveOpt is 0"
        )));
    }
    // Whoever is on a list keeps what they are: put on that of members, an administrator would be one no more. They are told
    // all the same: somebody who has left stays on it until it is noticed.
    let before: HashSet<UserId> = members(rooms, &room)
        .await?
        .into_iter()
        .map(|member| member.user_id)
        .collect();
    let mut invited = Batch::new(rooms, &room, GroupTipsType::Invite);
    let mut results = Vec::with_capacity(users.len());
    for user in users {
        let added = match is_listed(rooms, &room, user, &before) {
            true => announce(rooms, &room, address::jid_of(user)?).await,
            false => invited.next(add(rooms, &room, user, "member")).await?,
        };
        let added = match added {
            // A member without rights over the list.
            Err(error) if error.is_denied() => invite_through(rooms, &room, user, &info).await,
            added => added.map(|()| MemberOutcome::Done),
        };
        if matches!(added, Ok(MemberOutcome::Done)) && !before.contains(user) {
            invited.add(user)?;
        }
        results.push((user.clone(), added));
    }
    invited.say()?;
    Ok(results)
}

/// Whether one of the members is on a list: in an open room somebody may only be there.
fn is_listed(rooms: &Rooms, room: &BareJid, user: &UserId, members: &HashSet<UserId>) -> bool {
    if !members.contains(user) {
        return false;
    }
    let jid = address::jid_of(user).ok();
    let present = rooms.with(room, |room| {
        let mut occupants = room.occupants.values();
        let found = occupants.find(|occupant| occupant.jid.is_some() && occupant.jid == jid);
        found.is_none_or(|occupant| occupant.is_affiliated)
    });
    present.unwrap_or_default()
}

/// `kickGroupMember`.
pub(crate) async fn kick(rooms: &Rooms, group: &GroupId, users: &[UserId]) -> XmppResult<Results> {
    let room = require_member(rooms, group).await?;
    if rooms.role(&room) < GroupRole::Admin {
        let id = quoted(group.as_str());
        return Err(denied(format!(
            "you are neither owner nor administrator of groupID {id}"
        )));
    }
    let mut removed = Batch::new(rooms, &room, GroupTipsType::Kicked);
    let mut results = Vec::with_capacity(users.len());
    for user in users {
        let kicked = removed.next(kick_one(rooms, &room, user)).await?;
        if kicked.is_ok() {
            removed.add(user)?;
        }
        results.push((user.clone(), kicked.map(|()| MemberOutcome::Done)));
    }
    removed.say()?;
    Ok(results)
}

async fn kick_one(rooms: &Rooms, room: &BareJid, user: &UserId) -> XmppResult<()> {
    let jid = address::jid_of(user)?;
    let nick = rooms.with(room, |room| {
        let mut occupants = room.occupants.iter();
        let found = occupants.find(|(_, occupant)| occupant.jid.as_ref() == Some(&jid));
        found.map(|(nick, _)| nick.clone())
    });
    let nick = nick.flatten();
    if nick.is_none() && !members(rooms, room).await?.iter().any(|member| member.user_id == *user) {
        let text = format!("userID {} is not a member", quoted(user.as_str()));
        return Err(XmppError::account(Status::InvalidParameters, text));
    }
    // A user would come back into an open room as if nothing had happened: that one is shut out.
    let is_open = config::info(rooms, room).await?.is_some_and(|info| info.is_open);
    let affiliation = if is_open { "outcast" } else { "none" };
    set_affiliation(rooms, room, &jid, affiliation).await?;
    let Some(nick) = nick else { return Ok(()) };
    let is_there = || rooms.with(room, |room| room.occupants.contains_key(&nick)) == Some(true);
    // In a room for members only that was enough; in an open one the user is still there.
    if is_there() {
        let kicked = rooms.session.set(Some(Jid::from(room.clone())), muc::kick(&nick)).await;
        match kicked {
            // The user has gone meanwhile.
            Err(XmppError::Refused { .. }) if !is_there() => {}
            kicked => drop(kicked?),
        }
    }
    // The room tells it later; it is known now.
    rooms.with(room, |room| room.occupants.remove(&nick));
    Ok(())
}

/// `getGroupMemberList`.
pub(crate) async fn of_group(rooms: &Rooms, group: &GroupId) -> XmppResult<Vec<GroupMember>> {
    let room = require_member(rooms, group).await?;
    members(rooms, &room).await
}

/// The users on the room's lists, and those who are in it.
pub(crate) async fn members(rooms: &Rooms, room: &BareJid) -> XmppResult<Vec<GroupMember>> {
    let mut roles: HashMap<BareJid, GroupRole> = HashMap::new();
    let mut order = Vec::new();
    let mut add = |jid: BareJid, role: GroupRole| {
        if roles.get(&jid).is_none_or(|known| *known < role) {
            if !roles.contains_key(&jid) {
                order.push(jid.clone());
            }
            roles.insert(jid, role);
        }
    };
    for affiliation in ["owner", "admin", "member"] {
        let query = muc::affiliated(affiliation);
        // Some rooms show their lists to some members only; those who are there are seen anyway.
        let answer = match rooms.session.get(Some(Jid::from(room.clone())), query).await {
            // Nobody has said that the list is not shown: without it the members would seem to be gone.
            Err(error) if error.is_transient() => return Err(error),
            answer => answer.ok().flatten(),
        };
        for (jid, affiliation) in answer.iter().flat_map(muc::affiliations) {
            add(jid, muc::role_of(Some(&affiliation)));
        }
    }
    let present = rooms.with(room, |room| {
        let occupants = room.occupants.values();
        let known = occupants.filter_map(|occupant| Some((occupant.jid.clone()?, occupant.role)));
        let mut named: HashMap<BareJid, String> = HashMap::new();
        for (nick, occupant) in &room.occupants {
            if let Some(jid) = &occupant.jid {
                // Devices of one user may have different names: the one that says something, and always the same.
                let card = cards::card(nick, jid);
                let known = named.entry(jid.clone()).or_default();
                *known = std::mem::take(known).max(card);
            }
        }
        (known.collect::<Vec<_>>(), named)
    });
    let (mut present, mut named) = present.unwrap_or_default();
    // The map has no order of its own, and the list must not change from call to call.
    present.sort_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
    for (jid, role) in present {
        add(jid, role);
    }
    let muted = rooms.with(room, |room| room.muted_told.clone()).unwrap_or_default();
    let members = order.into_iter().map(|jid| {
        let profile = rooms.profiles.known(&jid);
        GroupMember {
            user_id: address::user_id(&jid),
            role: roles.get(&jid).copied().unwrap_or(GroupRole::Member),
            nick_name: profile.nick_name,
            face_url: profile.face_url,
            // Of those who are away, rooms do not tell it.
            name_card: named.remove(&jid).unwrap_or_default(),
            // Rooms do not tell since when.
            join_time: 0,
            // Nor until when.
            mute_until: if muted.contains(&jid) { MUTED_FOR_GOOD } else { 0 },
        }
    });
    Ok(members.collect())
}
