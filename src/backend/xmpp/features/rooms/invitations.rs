//! Being invited to rooms (XEP-0045, 7.8, and XEP-0249). A room that has made the account a member is entered at once, as V2TIM's
//! groups are; whether the account comes into any other is for the user to decide.

use super::catch_up::{Since, close_gap};
use super::config;
use super::enter::{Entered, enter, leave};
use super::follow::is_on_its_way;
use super::groups;
use super::join::begin;
use super::state::Rooms;
use crate::backend::GroupApplicationAnswer;
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::session::Stage;
use crate::backend::xmpp::stanza::archive::Page;
use crate::backend::xmpp::stanza::invitations::{self, Invitation};
use crate::backend::xmpp::time::whole_second;
use crate::model::id::quoted;
use crate::model::{Change, ConversationId, GroupApplicationType, Micros, Status};
use std::rc::Rc;
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::Message;

/// What a room that somebody invites to turns out to be.
enum Seen {
    /// The account is in it, or on its way in.
    Member,
    /// Nothing to come into, or nobody to be heard.
    Nothing,
    /// A room that has not made the account a member, as far as can be seen.
    Undecided,
}

/// Somebody invites us, or did at `time`.
pub(crate) fn on_invitation(rooms: &Rc<Rooms>, invitation: Invitation, time: Micros) {
    let me = &rooms.session.me;
    // The account's archive has those too that the account has sent to others, or to a room for others. To a room that was
    // quit since, they are no way back.
    if invitation.sender.as_ref().is_none_or(|sender| sender == me) {
        return;
    }
    let (Some(room), Some(inviter)) = (invitation.room.clone(), invitation.inviter.clone()) else {
        return;
    };
    // The account's own address is no room.
    if room == *me || inviter == *me || is_on_its_way(rooms, &room) {
        return;
    }
    // A failure has ended the session.
    if rooms
        .invited
        .take_in(&room, &inviter, invitation, time)
        .unwrap_or_default()
    {
        look(rooms, room);
    }
}

/// What a page of the account's archive has of invitations and of decisions about them.
pub(crate) fn on_page(rooms: &Rc<Rooms>, page: &Page) {
    for entry in &page.entries {
        if let Some(invitation) = invitations::read(&entry.message) {
            on_invitation(rooms, invitation, entry.time);
        } else if is_own(rooms, &entry.message)
            && let Some(room) = invitations::decided(&entry.message)
        {
            let _ = rooms.invited.decide(&room, entry.time);
        }
    }
}

fn is_own(rooms: &Rooms, message: &Message) -> bool {
    message
        .from
        .as_ref()
        .is_some_and(|from| from.to_bare() == rooms.session.me)
}

/// What others decide: another device of the user about an invitation, or somebody whom the account has invited. False for any other
/// message.
pub(crate) fn on_message(rooms: &Rooms, message: &Message) -> bool {
    if is_own(rooms, message)
        && let Some(room) = invitations::decided(message)
    {
        let _ = rooms.invited.decide(&room, rooms.session.clock.now());
        return true;
    }
    // Only the room itself passes a refusal on, and only one that was asked for counts.
    let room = message
        .from
        .as_ref()
        .filter(|from| from.resource().is_none())
        .map(Jid::to_bare);
    let Some(room) = room.filter(|room| rooms.is_joined(room)) else {
        return false;
    };
    let Some((user, reason)) = invitations::declined(message) else {
        return false;
    };
    if rooms.invited.take_asked(&room, &user) {
        let refused = Change::GroupApplicationProcessed {
            group_id: address::group_id(&room),
            by: address::user_id(&user),
            is_agreed: false,
            reason,
        };
        let _ = rooms.session.apply(true, vec![refused]);
    }
    true
}

/// Looks at the rooms that earlier sessions have not looked at to the end.
pub(crate) fn resume(rooms: &Rc<Rooms>) -> XmppResult<()> {
    for room in rooms.invited.rooms()? {
        if rooms.bookmarks.is_member(&room) {
            rooms.invited.settle(&room, rooms.session.clock.now())?;
        }
    }
    look_at_others(rooms)
}

fn look_at_others(rooms: &Rc<Rooms>) -> XmppResult<()> {
    for room in rooms.invited.unlooked()? {
        look(rooms, room);
    }
    Ok(())
}

/// Looks at a room that somebody invites to, in the background. Until that is done, the app sees nothing.
fn look(rooms: &Rc<Rooms>, room: BareJid) {
    if !rooms.invited.begin_look(&room) {
        return;
    }
    let own = Rc::clone(rooms);
    rooms.session.spawn(async move {
        let seen = follow(&own, &room).await;
        own.invited.end_look(&room);
        match seen {
            Ok(Seen::Member) => own.invited.settle(&room, own.session.clock.now())?,
            Ok(Seen::Nothing) => own.invited.forget(&room)?,
            Ok(Seen::Undecided) => list(&own, &room)?,
            // The next session looks again.
            Err(error) if error.is_lost() => return Err(error),
            Err(error) => {
                log::info!("the room {room}, to which somebody invites, could not be looked at: {error}");
                list(&own, &room)?;
            }
        }
        // Those that have waited for their turn.
        look_at_others(&own)
    });
}

async fn follow(rooms: &Rc<Rooms>, room: &BareJid) -> XmppResult<Seen> {
    rooms.session.reach(Stage::Bookmarked).await?;
    if is_on_its_way(rooms, room) {
        return Ok(Seen::Member);
    }
    let Some(invitation) = rooms.invited.newest(room)? else {
        return Ok(Seen::Nothing);
    };
    // The account's archive has all that there were. One to a group that was quit since is no way back, although the room may
    // still let the account in: nobody may have been there to take it off the list of members.
    let id = ConversationId::group(&address::group_id(room));
    if rooms
        .settings
        .quit_at(&id)
        .is_some_and(|quit| invitation.time() <= quit)
    {
        return Ok(Seen::Nothing);
    }
    // Asked first, because a presence to a room that does not exist would make it (XEP-0045).
    let Some(info) = config::info(rooms, room).await? else {
        return Ok(Seen::Nothing);
    };
    let inviter = invitation.inviter().filter(|inviter| inviter != room);
    // What comes from a user whom the account does not hear, the server keeps away; not what a room passes on.
    if invitation.is_mediated
        && let Some(inviter) = inviter
        && is_blocked(rooms, &inviter).await?
    {
        return Ok(Seen::Nothing);
    }
    if is_on_its_way(rooms, room) {
        return Ok(Seen::Member);
    }
    // A room shows what it has made of us only to an occupant.
    match enter(rooms, room).await {
        Ok(Entered::Existing) => {}
        Ok(Entered::New) => {
            // It went away between the two questions; nobody asked for a new one.
            let _ = config::destroy(rooms, room).await;
            leave(rooms, room);
            return Ok(Seen::Nothing);
        }
        Err(error) if error.is_lost() => return Err(error),
        // For members only, with a password, or whatever else keeps strangers out.
        Err(_) => return Ok(Seen::Undecided),
    }
    if rooms.with(room, |room| room.is_affiliated) != Some(true) {
        leave(rooms, room);
        return Ok(Seen::Undecided);
    }
    // Messages since the invitation are for the account; servers count time in seconds.
    let since = whole_second(invitation.time());
    // First the membership, for all devices and the next login; then what follows from it.
    let after = invitation.after.as_deref();
    rooms.bookmarks.publish(room, &info.name, since, after).await?;
    begin(rooms, room, &info, Since::Time(since)).await?;
    close_gap(rooms, room).await?;
    Ok(Seen::Member)
}

async fn is_blocked(rooms: &Rooms, user: &BareJid) -> XmppResult<bool> {
    match rooms.session.get(None, invitations::block_list()).await {
        Ok(list) => Ok(list.is_some_and(|list| invitations::is_blocked(&list, user))),
        Err(error) if error.is_lost() => Err(error),
        // A server without such a list blocks nobody.
        Err(_) => Ok(false),
    }
}

/// The user has to decide about what invites to a room. What the user has left since is past.
fn list(rooms: &Rooms, room: &BareJid) -> XmppResult<()> {
    let left = rooms.settings.left_at(&ConversationId::group(&address::group_id(room)));
    for inviter in rooms.invited.list(room, left)? {
        if !rooms.is_room(&inviter) {
            rooms.profiles.request_profile(&inviter);
        }
    }
    Ok(())
}

/// `acceptGroupApplication`, `refuseGroupApplication`.
pub(crate) async fn answer(rooms: &Rc<Rooms>, answer: &GroupApplicationAnswer) -> XmppResult<()> {
    let id = &answer.id;
    if id.kind != GroupApplicationType::InviteApprovedByInvitee {
        let text = "there are only invitations of yours to decide (type 1): XMPP rooms are open or for members only, and ask nobody";
        return Err(XmppError::account(Status::NotSupported, text));
    }
    let room = rooms.room_of(&id.group_id).await?;
    let inviter = address::parse(id.from_user.as_str());
    let invitation = match &inviter {
        Some(inviter) => rooms.invited.listed(&room, inviter)?,
        None => None,
    };
    let Some(invitation) = invitation else {
        let text = format!(
            "fromUser {} has not invited you to groupID {}, or it was decided",
            quoted(id.from_user.as_str()),
            quoted(id.group_id.as_str())
        );
        return Err(XmppError::account(Status::InvalidParameters, text));
    };
    if answer.is_agreed {
        groups::join_room(rooms, &room, invitation.password).await?;
    } else {
        // It is about the room: nobody else's invitation there waits any longer.
        for kept in rooms.invited.to(&room)?.into_iter().filter(|kept| kept.is_mediated) {
            if let Some(inviter) = kept.inviter() {
                let decline = invitations::decline(room.clone(), &inviter, &answer.reason);
                rooms.session.deliver(decline).await?;
            }
        }
    }
    rooms.invited.decide(&room, rooms.session.clock.now())?;
    let decided = invitations::decision(rooms.session.me.clone(), &room);
    rooms.session.deliver(decided).await
}

/// `setGroupApplicationRead`.
pub(crate) fn read_all(rooms: &Rooms) -> XmppResult<()> {
    let up_to = rooms.session.clock.now();
    rooms.session.apply(true, vec![Change::GroupApplicationsRead { up_to }])
}

#[cfg(test)]
mod tests;
