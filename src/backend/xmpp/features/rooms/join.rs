//! Being a member of a room: joining, coming back, and no longer being one.

use super::catch_up::{self, Since};
use super::config;
use super::enter::{Entered, enter, explained, leave};
use super::private;
use super::said_tips;
use super::state::Rooms;
use crate::backend::backoff::Backoff;
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::features::settings::{Edit, Settings};
use crate::backend::xmpp::session::Stage;
use crate::backend::xmpp::stanza::room_info::RoomInfo;
use crate::model::id::quoted;
use crate::model::{Change, ConversationId, Group, GroupEnd, GroupId, GroupRole, Micros, Status};
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{sleep, timeout};
use xmpp_parsers::jid::BareJid;

/// How long a call waits for a room that is being entered, well within its own time.
const JOINING: Duration = Duration::from_secs(15);
/// The first and the longest wait before a room is entered again whose service went away.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(180);

/// Where the account stands with a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Membership {
    /// It is in it.
    Joined,
    /// It is a member, and the room cannot be entered at the moment.
    Outside,
    /// It is no member.
    None,
}

/// 8501: there is no such group.
pub(crate) fn no_such_group(id: &str) -> XmppError {
    XmppError::account(Status::InvalidGroupId, format!("groupID {} does not exist", quoted(id)))
}

/// 10007: the account is not in the group.
pub(crate) fn not_a_member(id: &str) -> XmppError {
    let text = format!("you are not a member of groupID {}", quoted(id));
    XmppError::account(Status::NoPermission, text)
}

/// Enters a room for good: its data and its messages reach the account from now on.
pub(crate) async fn join(rooms: &Rc<Rooms>, room: &BareJid, since: Since) -> XmppResult<Group> {
    // Asked first, because a presence to a room that does not exist would make it (XEP-0045).
    let Some(info) = config::info(rooms, room).await? else {
        return Err(no_such_group(room.as_str()));
    };
    // Another device may have quit while the room answered.
    if since != Since::Now && !rooms.bookmarks.is_member(room) {
        return Err(not_a_member(room.as_str()));
    }
    if enter(rooms, room).await? == Entered::New {
        // It went away between the two questions; nobody asked for a new one.
        let _ = config::destroy(rooms, room).await;
        leave(rooms, room);
        return Err(no_such_group(room.as_str()));
    }
    begin(rooms, room, &info, since).await
}

/// Tells the account of a room that was entered, and reads what it missed there.
pub(crate) async fn begin(rooms: &Rc<Rooms>, room: &BareJid, info: &RoomInfo, since: Since) -> XmppResult<Group> {
    let group = config::group(rooms, room, info);
    let (time, joined) = match since {
        Since::Time(time) => (time, Some(time)),
        Since::Now => (rooms.session.clock.now(), None),
        // Since some time that nobody has noted, it may be: its messages give it its place.
        Since::Known => (rooms.bookmarks.joined(room).unwrap_or(Micros(0)), None),
    };
    // To become a member is news; to come back into a room that the account is a member of is not.
    let is_live = since != Since::Known;
    if is_live {
        rooms.bookmarks.note(room, joined);
        // Whoever is in needs no invitation.
        rooms.invited.settle(room, rooms.session.clock.now())?;
    }
    let change = Change::Group {
        group: group.clone(),
        time,
    };
    let names = private::renamed(rooms, &group);
    rooms
        .session
        .apply(is_live, [change].into_iter().chain(names).collect())?;
    if is_live {
        // The room was asked before it was entered, and tells its changes only from then on. Whoever has just made it, or has
        // just let us in, may be giving it its name and picture in between. At a login, when there may be hundreds of rooms to
        // enter, each of them is asked once.
        config::refresh(rooms, room);
    }
    catch_up::catch_up(rooms, room, since).await?;
    said_tips::tell_left_over(rooms, room);
    Ok(group)
}

/// Undoes that the account has come in where the server does not keep that it is a member: no other device would know.
pub(super) fn unless_refused(rooms: &Rooms, room: &BareJid, published: XmppResult<()>) -> XmppResult<()> {
    // Of one whose answer was lost nobody knows: the next login does.
    if matches!(published, Err(XmppError::Refused { .. })) {
        leave(rooms, room);
        forget_membership(rooms, room, None);
    }
    published
}

/// The account is no member of a room any more, on this device.
/// `end` is how it ended, where that is news.
pub(crate) fn forget_membership(rooms: &Rooms, room: &BareJid, end: Option<GroupEnd>) {
    rooms.remove(room);
    rooms.bookmarks.forget(room);
    rooms.give_up_sending(room);
    rooms.has_changed();
    let group_id = address::group_id(room);
    let group = joined_group(rooms, &group_id);
    let positions = catch_up::left(rooms, room);
    let ended = end.map(|end| Change::GroupEnded {
        group_id: group_id.clone(),
        end,
    });
    let changes = ended.into_iter().chain([Change::GroupLeft { group_id }]);
    let _ = rooms.session.apply_at(true, changes.collect(), positions);
    if let Some(group) = group {
        let settings = Rc::clone(&rooms.settings);
        rooms
            .session
            .spawn(async move { remember_left(&settings, &group).await });
    }
}

/// The same where the user ends the membership. The other devices have been told when it returns: this one may be gone next,
/// and they need not have seen the group, nor do all servers tell them that a bookmark was retracted.
/// `known` is the group, and the name of the membership, as they were before: this device hears of its own act from the server, and
/// may have forgotten them.
pub(crate) async fn quit_membership(
    rooms: &Rooms,
    room: &BareJid,
    known: (Option<Group>, Option<String>),
    end: GroupEnd,
) {
    forget_membership(rooms, room, Some(end));
    let (Some(group), membership) = known else { return };
    let conversation = ConversationId::group(&group.group_id);
    let edit = Edit::Quit(&group, membership.as_deref());
    if let Err(error) = rooms.settings.edit(&conversation, edit).await {
        log::info!("the account's other devices could not be told what the room {room} was: {error}");
    }
}

/// A group of the account's, as this device knows it.
pub(crate) fn joined_group(rooms: &Rooms, id: &GroupId) -> Option<Group> {
    let joined = rooms.session.sink.joined_groups().unwrap_or_default();
    joined.into_iter().find(|group| group.group_id == *id)
}

/// Devices that come later show the group as it was, too.
async fn remember_left(settings: &Rc<Settings>, group: &Group) -> XmppResult<()> {
    let conversation = ConversationId::group(&group.group_id);
    settings.edit(&conversation, Edit::Left(group)).await
}

/// Whether a room that refuses like this will not let us in by itself: it wants a password, is for members only, has banned
/// us, or is gone.
fn is_shut_out(error: &XmppError) -> bool {
    error.is_denied() || matches!(error, XmppError::Account(error) if error.status == Status::InvalidGroupId)
}

/// The account is out of a room for now. The bookmark stays, because it is other clients' too, and the next login tries
/// again; so does the conversation. The app is told why.
async fn shut_out(rooms: &Rooms, room: &BareJid, error: &XmppError) {
    log::warn!("the room {room} could not be joined: {error}");
    let bookmark = rooms.bookmarks.of(room);
    let group_id = address::group_id(room);
    // As it was seen last, on this device or another; what it is now need not be for us.
    let known = joined_group(rooms, &group_id)
        .or_else(|| rooms.settings.left_group(&ConversationId::group(&group_id)))
        .map(|group| Group {
            role: GroupRole::None,
            ..group
        });
    forget_membership(rooms, room, None);
    let (name, since) = bookmark.map_or((String::new(), None), |bookmark| (bookmark.name, bookmark.joined));
    let group = match known {
        Some(group) => group,
        None => {
            let info = config::info(rooms, room).await.ok().flatten();
            config::group(rooms, room, &info.unwrap_or_else(|| RoomInfo::named(name)))
        }
    };
    let change = Change::GroupOutside {
        group,
        time: since.unwrap_or(Micros(0)),
        reason: explained(room, error.clone()).into(),
    };
    let _ = rooms.session.apply(false, vec![change]);
}

/// Enters a room at the beginning of a session, and keeps trying when that does not work.
pub(crate) async fn join_known(rooms: &Rc<Rooms>, room: &BareJid) {
    match join(rooms, room, Since::Known).await {
        Ok(_) => {}
        Err(error) if is_shut_out(&error) => shut_out(rooms, room, &error).await,
        Err(error) => {
            log::warn!("the room {room} could not be joined, and is tried again: {error}");
            show_unreached(rooms, room, &error);
            rejoin_with_backoff(rooms, room);
        }
    }
}

/// The room of a membership cannot be reached for now. A device that has never seen it lists it as the bookmark has it: the
/// account's other devices show the group all the while.
fn show_unreached(rooms: &Rooms, room: &BareJid, error: &XmppError) {
    let is_known = joined_group(rooms, &address::group_id(room)).is_some();
    if is_known || error.is_lost() {
        return;
    }
    let (name, since) = (rooms.bookmarks.of(room)).map_or((String::new(), None), |mark| (mark.name, mark.joined));
    let change = Change::GroupOutside {
        group: config::group(rooms, room, &RoomInfo::named(name)),
        time: since.unwrap_or(Micros(0)),
        reason: explained(room, error.clone()).into(),
    };
    let _ = rooms.session.apply(false, vec![change]);
}

/// Enters a room that has forgotten us, and reads what was said meanwhile.
pub(crate) async fn rejoin(rooms: &Rc<Rooms>, room: &BareJid) -> XmppResult<()> {
    join(rooms, room, Since::Known).await?;
    catch_up::close_gap(rooms, room).await
}

/// Enters a room that we are out of without having left it, as often as it takes, in the background.
pub(crate) fn rejoin_with_backoff(rooms: &Rc<Rooms>, room: &BareJid) {
    let (own, room) = (Rc::clone(rooms), room.clone());
    rooms.session.spawn(async move {
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        loop {
            own.session.unless_over(sleep(backoff.next())).await?;
            // A call, a self-ping or another device may have settled it during the pause.
            if !own.bookmarks.is_member(&room) || own.is_joined(&room) {
                return Ok(());
            }
            match rejoin(&own, &room).await {
                Err(error) if is_shut_out(&error) => {
                    shut_out(&own, &room, &error).await;
                    return Ok(());
                }
                Err(error) => log::info!("the room {room} could not be rejoined, and is tried again: {error}"),
                Ok(()) => return Ok(()),
            }
        }
    });
}

/// Waits for a room that is being entered, for a while.
pub(crate) async fn membership(rooms: &Rooms, room: &BareJid) -> XmppResult<Membership> {
    // Subscribed before the first look, so that no change is missed between the two.
    let mut changes = rooms.changes();
    let known = async {
        loop {
            if rooms.is_joined(room) {
                return Membership::Joined;
            }
            if !rooms.bookmarks.is_member(room) || changes.changed().await.is_err() {
                return Membership::None;
            }
        }
    };
    match timeout(JOINING, rooms.session.unless_over(known)).await {
        Ok(known) => known,
        Err(_) => Ok(Membership::Outside),
    }
}

/// Waits until the account is in a room; an error when it is no member, or the room cannot be entered.
pub(crate) async fn require_joined(rooms: &Rooms, room: &BareJid) -> XmppResult<()> {
    match membership(rooms, room).await? {
        Membership::Joined => Ok(()),
        Membership::None => Err(not_a_member(room.as_str())),
        Membership::Outside => {
            let text = format!("groupID {} cannot be entered at the moment", quoted(room.as_str()));
            Err(XmppError::account(Status::Refused, text))
        }
    }
}

/// The room of a group that the account is in.
pub(crate) async fn require_member(rooms: &Rooms, group: &GroupId) -> XmppResult<BareJid> {
    let room = rooms.room_of(group).await?;
    // Before that a member would be told that they are none.
    rooms.session.reach(Stage::Bookmarked).await?;
    require_joined(rooms, &room).await?;
    Ok(room)
}

#[cfg(test)]
pub(crate) mod tests;
