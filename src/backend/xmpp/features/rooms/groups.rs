//! V2TIM's operations on groups: creating, joining, quitting, dismissing, and changing their data.

use super::beginning;
use super::catch_up::Since;
use super::config;
use super::enter::{Entered, explained, leave, make};
use super::follow::follow;
use super::join::{self, Membership, begin, join, joined_group, not_a_member, quit_membership, require_member};
use super::members;
use super::private;
use super::said_tips;
use super::state::Rooms;
use super::tips;
use crate::backend::NewGroup;
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::features::bookmarks::BookmarkChange;
use crate::backend::xmpp::session::Stage;
use crate::backend::xmpp::stanza::room_info::{self, RoomInfo};
use crate::backend::xmpp::stanza::xml::is_faithful;
use crate::backend::xmpp::time::whole_second;
use crate::model::id::quoted;
use crate::model::tips::{GroupChangeInfo, GroupChangeType, GroupTipsType};
use crate::model::{Change, GroupEdit, GroupEnd, GroupId, GroupRole, GroupType, Status};
use std::rc::Rc;
use xmpp_parsers::jid::BareJid;

/// `createGroup`.
pub(crate) async fn create(rooms: &Rc<Rooms>, new: NewGroup) -> XmppResult<GroupId> {
    let id = new
        .group_id
        .clone()
        .unwrap_or_else(|| GroupId::trusted(uuid::Uuid::new_v4().simple().to_string()));
    let room = rooms.room_of(&id).await?;
    // A userID that cannot be invited is found before there is a room to take down again.
    for (user, _) in &new.members {
        address::jid_of(user)?;
    }
    config::check_approve_opt(new.approve_opt)?;
    let taken = || XmppError::account(Status::Refused, format!("groupID {} is taken", quoted(room.as_str())));
    if rooms.contains(&room) || config::info(rooms, &room).await?.is_some() {
        return Err(taken());
    }
    // Only entering decides: somebody may have made the room since the question, or it hides from strangers.
    if make(rooms, &room).await? != Entered::New {
        leave(rooms, &room);
        return Err(taken());
    }
    if let Err(error) = config::configure_new(rooms, &room, &new).await {
        // Left half made, the room would keep the name taken.
        let _ = config::destroy(rooms, &room).await;
        leave(rooms, &room);
        return Err(error);
    }
    let info = RoomInfo {
        face_url: new.face_url.clone(),
        group_type: new.group_type,
        member_count: 1 + i64::try_from(new.members.len()).unwrap_or_default(),
        is_open: new.group_type != GroupType::Work,
        members_invite: Some(room_info::members_may_invite(new.group_type, new.approve_opt)),
        ..RoomInfo::named(new.group_name.clone())
    };
    // All that is said in a new room is for the account, also on servers that count time in seconds.
    let time = whole_second(rooms.session.clock.now());
    // Before the user's other devices come in, which would take them for newcomers.
    let members = members::found(rooms, &room, &new.members).await?;
    // Then the bookmark: if the session ends here, the next login finds the room.
    rooms.bookmarks.publish(&room, &info.name, time, None).await?;
    begin(rooms, &room, &info, Since::Now).await?;
    for member in members {
        // The group is there, and is the answer: one who cannot be invited keeps nobody else out.
        if let Err(error) = members::announce(rooms, &room, member).await {
            log::warn!("a member of the new group {room} could not be invited: {error}");
        }
    }
    Ok(address::group_id(&room))
}

/// `joinGroup`.
pub(crate) async fn join_group(rooms: &Rc<Rooms>, group: &GroupId, password: Option<String>) -> XmppResult<()> {
    if password
        .as_ref()
        .is_some_and(|password| !password.chars().all(is_faithful))
    {
        let text = "password has a character that XML cannot carry";
        return Err(XmppError::account(Status::InvalidParameters, text));
    }
    let room = rooms.room_of(group).await?;
    join_room(rooms, &room, password).await
}

/// The same, with what the room is entered with: its bookmark keeps that once it has been right.
pub(crate) async fn join_room(rooms: &Rc<Rooms>, room: &BareJid, password: Option<String>) -> XmppResult<()> {
    rooms.invited.offer_password(room, password.clone());
    let joined = join_with(rooms, room, password.as_deref()).await;
    rooms.invited.offer_password(room, None);
    joined
}

async fn join_with(rooms: &Rc<Rooms>, room: &BareJid, password: Option<&str>) -> XmppResult<()> {
    // Before that a member would enter as somebody new, and the bookmark would forget since when they are one.
    rooms.session.reach(Stage::Bookmarked).await?;
    if rooms.is_joined(room) {
        return Ok(());
    }
    // From before entering: what is said meanwhile is for the account too. Servers count time in seconds.
    let time = whole_second(rooms.session.clock.now());
    // A member who is outside at the moment goes on reading.
    let is_member = rooms.bookmarks.is_member(room);
    let since = if is_member { Since::Known } else { Since::Now };
    let bookmark = rooms.bookmarks.of(room);
    let joined = join(rooms, room, since).await;
    let group = joined.map_err(|error| explained(room, error))?;
    if is_member {
        return match password {
            Some(password) => rooms.bookmarks.keep_password(room, password).await,
            None => Ok(()),
        };
    }
    beginning::note(rooms, room, time);
    // Another device has joined it at the same moment, and said so first.
    let theirs = rooms.bookmarks.of(room).filter(|_| rooms.bookmarks.is_kept(room));
    if let Some(theirs) = theirs.filter(|theirs| Some(theirs) != bookmark.as_ref())
        && beginning::agree(rooms, room, &theirs).await?
    {
        return Ok(());
    }
    let after = rooms.with(room, |room| room.began_after.clone()).flatten();
    let published = rooms
        .bookmarks
        .publish_with(room, &group.group_name, time, after.as_deref(), password);
    join::unless_refused(rooms, room, published.await)?;
    // Nobody else says so: in an open room one is no member by its lists. Not before the membership is there for all devices.
    if rooms.with(room, |room| room.is_affiliated) == Some(false) {
        said_tips::say_of(rooms, room, GroupTipsType::Join, &[address::user_id(&rooms.session.me)])?;
    }
    Ok(())
}

/// `quitGroup`. The owner of a group dismisses it instead, as in V2TIM.
pub(crate) async fn quit(rooms: &Rc<Rooms>, group: &GroupId) -> XmppResult<()> {
    let room = rooms.room_of(group).await?;
    rooms.session.reach(Stage::Bookmarked).await?;
    // A room whose server is gone for good can be quit too.
    if join::membership(rooms, &room).await? == Membership::None && !rooms.bookmarks.is_kept(&room) {
        return Err(not_a_member(room.as_str()));
    }
    if rooms.role(&room) == GroupRole::Owner {
        let text = format!("you own groupID {}: dismiss it instead", quoted(group.as_str()));
        return Err(XmppError::account(Status::NoPermission, text));
    }
    // First of all, because the room's occupants say who is to be told, and they are forgotten with the room.
    let keepers = members::keepers(rooms, &room);
    let known = (joined_group(rooms, group), rooms.bookmarks.membership(&room));
    // The bookmark is the membership: while it stays, so does the group, here and on the other devices. This device hears from the
    // server that it is gone, and stays until it has said so to those who stay.
    let quitting = rooms.quit(&room);
    let ended = rooms.bookmarks.end(&room).await;
    drop(quitting);
    if ended.is_err() && !rooms.bookmarks.is_kept(&room) {
        // Its answer was lost, but not that it was done.
        follow(rooms, vec![BookmarkChange::Leave(room.clone())]);
    }
    ended?;
    said_tips::say_goodbye(rooms, &room);
    members::announce_leave(rooms, &room, keepers);
    leave(rooms, &room);
    quit_membership(rooms, &room, known, GroupEnd::Quit).await;
    // Another device has joined it again meanwhile, which this one has taken for the membership that it was ending.
    let again = rooms.bookmarks.of(&room).filter(|_| rooms.bookmarks.is_kept(&room));
    follow(rooms, again.map(BookmarkChange::Join).into_iter().collect());
    Ok(())
}

/// `dismissGroup`.
pub(crate) async fn dismiss(rooms: &Rc<Rooms>, group: &GroupId) -> XmppResult<()> {
    let room = require_member(rooms, group).await?;
    let known = (joined_group(rooms, group), rooms.bookmarks.membership(&room));
    config::destroy(rooms, &room).await?;
    let end = GroupEnd::Dismissed(Some(address::user_id(&rooms.session.me)));
    quit_membership(rooms, &room, known, end).await;
    rooms.bookmarks.retract(&room).await;
    Ok(())
}

/// `setGroupInfo`.
pub(crate) async fn set_info(rooms: &Rc<Rooms>, group: &GroupId, edit: &GroupEdit) -> XmppResult<()> {
    let room = require_member(rooms, group).await?;
    let subject = || rooms.with(&room, |room| room.subject.clone()).flatten();
    // The room announces the change, and what it is by now may be stored before this knows it.
    let (before, known) = (subject(), tips::known_group(rooms, group));
    config::set_info(rooms, &room, edit).await?;
    let mut changes = Vec::new();
    if edit.notification.is_some()
        && let Some(now) = subject().filter(|now| before.as_ref() != Some(now))
        // Else the archive has it as a message.
        && rooms.with(&room, |room| room.keeps_subjects) == Some(false)
    {
        changes.push(GroupChangeInfo::text(GroupChangeType::Notification, &now));
    }
    if let Some(info) = config::info(rooms, &room).await? {
        if edit.approve_opt.is_some_and(|wanted| wanted != info.approve_opt()) {
            let text = format!("the room {room} does not tell whether its members may invite");
            return Err(XmppError::account(Status::NotSupported, text));
        }
        let (group, time) = (config::group(rooms, &room, &info), rooms.session.clock.now());
        let tip = known.and_then(|known| tips::of_info(&known, &group));
        let names = private::renamed(rooms, &group);
        // The room announces the change too, but later: the caller finds it done.
        let known = [Change::Group { group, time }].into_iter().chain(names);
        rooms.session.apply(true, known.collect())?;
        changes.extend(tip.into_iter().flat_map(|tip| tip.group_change_info_list));
    }
    said_tips::say_changes(rooms, &room, changes)
}

#[cfg(test)]
mod tests {
    use super::super::join::tests::{rooms, team};
    use super::*;
    use crate::backend::xmpp::connection::Outgoing;
    use crate::backend::xmpp::features::all::Features;
    use crate::backend::xmpp::ns;
    use crate::backend::xmpp::session::tests::{run, session};
    use crate::backend::xmpp::stanza::bookmark;
    use crate::backend::xmpp::stanza::pubsub::Item;
    use crate::backend::xmpp::stanza::xml;
    use crate::model::{Group, Micros};
    use tokio::sync::mpsc;
    use tokio::task::{spawn_local, yield_now};
    use tokio_xmpp::Stanza;
    use xmpp_parsers::iq::Iq;

    #[test]
    fn whoever_joins_a_group_during_a_login_waits_until_it_is_known_whether_they_are_a_member() {
        run(async {
            let (session, _, mut outgoing) = session();
            let rooms = Rc::clone(&Features::new(session).unwrap().rooms);
            let (own, group) = (Rc::clone(&rooms), GroupId::trusted("team@rooms.im.test"));
            let joining = spawn_local(async move { join_group(&own, &group, None).await });
            let mut sent = async || {
                for _ in 0..10 {
                    yield_now().await;
                }
                std::iter::from_fn(|| outgoing.try_recv().ok()).count()
            };
            assert_eq!(sent().await, 0);
            rooms.session.has_reached(Stage::Bookmarked);
            assert!(sent().await > 0, "the room is asked");
            joining.abort();
        });
    }

    /// Quits a group; what happens before the server's answer to that is said. Asked for the bookmarks, it has what was told of
    /// them last, or none. Gives what this device has told the server.
    async fn quits(
        rooms: &Rc<Rooms>,
        room: &BareJid,
        outgoing: &mut mpsc::UnboundedReceiver<Outgoing>,
        meanwhile: impl Fn(),
        has_bookmark: bool,
    ) -> Vec<(String, String)> {
        let quitting = {
            let (rooms, group) = (Rc::clone(rooms), address::group_id(room));
            spawn_local(async move { quit(&rooms, &group).await })
        };
        let mut told = Vec::new();
        while !quitting.is_finished() {
            let Ok(sent) = outgoing.try_recv() else {
                // A room that cannot be entered is waited for.
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                continue;
            };
            let (id, payload) = match sent.stanza {
                Stanza::Iq(Iq::Set { id, payload, .. }) => (id, Some(payload)),
                Stanza::Iq(Iq::Get { id, payload, .. }) => {
                    let asks = String::from(&payload).contains(ns::BOOKMARKS2);
                    let bookmark = rooms.bookmarks.of_member(room).filter(|_| asks && has_bookmark);
                    let answer = bookmark.map(|bookmark| {
                        let item = xml::element("item", ns::PUBSUB, &[("id", room.as_str())], vec![bookmark]);
                        let items = xml::element("items", ns::PUBSUB, &[("node", ns::BOOKMARKS2)], vec![item]);
                        xml::element("pubsub", ns::PUBSUB, &[], vec![items])
                    });
                    rooms.session.answered(None, &id, Ok(answer));
                    yield_now().await;
                    continue;
                }
                _ => continue,
            };
            for act in payload.iter().flat_map(|payload| payload.children()) {
                told.push((act.name().to_owned(), act.attr("node").unwrap_or_default().to_owned()));
                if act.name() == "retract" {
                    // The server tells this device too, and answers then.
                    follow(rooms, vec![BookmarkChange::Leave(room.clone())]);
                    meanwhile();
                }
            }
            rooms.session.answered(None, &id, Ok(None));
            yield_now().await;
        }
        quitting.await.unwrap().unwrap();
        told
    }

    #[test]
    fn a_membership_that_another_device_begins_while_this_one_quits_stays() {
        run(async {
            let (rooms, _account, mut outgoing, room) = rooms();
            tokio::time::pause();
            let bookmarked = |name, joined| {
                let payload = Some(bookmark::encode(None, name, Micros(joined), None));
                let id = room.to_string();
                follow(&rooms, rooms.bookmarks.changes(&[Item { id, payload }]));
            };
            bookmarked("Team", 5_000_000);
            rooms.bookmarks.note(&room, Some(Micros(5_000_000)));
            // By joining again, or by a change of what it knew.
            for (name, joined) in [("Team", 9_000_000), ("Us", 9_000_000)] {
                quits(&rooms, &room, &mut outgoing, || bookmarked(name, joined), true).await;
                for _ in 0..10 {
                    yield_now().await;
                }
                assert!(rooms.bookmarks.is_kept(&room));
                assert_eq!(rooms.bookmarks.joined(&room), Some(Micros(joined)));
            }
            // What was told before the answer was done before the bookmark was retracted.
            let renames = || bookmarked("Them", 9_000_000);
            for meanwhile in [&renames as &dyn Fn(), &|| ()] {
                quits(&rooms, &room, &mut outgoing, meanwhile, false).await;
                assert!(!rooms.bookmarks.is_kept(&room) && !rooms.bookmarks.is_member(&room));
                bookmarked("Team", 9_000_000);
                rooms.bookmarks.note(&room, Some(Micros(9_000_000)));
            }
        });
    }

    #[test]
    fn the_other_devices_are_told_what_a_group_was_before_the_call_that_quits_it_ends() {
        run(async {
            let (rooms, account, mut outgoing, room) = rooms();
            tokio::time::pause();
            account.groups.lock().unwrap().push(Group {
                member_count: 2,
                role: GroupRole::Member,
                ..team(&room)
            });
            let told = quits(
                &rooms,
                &room,
                &mut outgoing,
                || account.groups.lock().unwrap().clear(),
                false,
            )
            .await;
            let at = |act: &str, node: &str| told.iter().position(|told| *told == (act.to_owned(), node.to_owned()));
            let (ended, noted) = (at("retract", ns::BOOKMARKS2), at("publish", ns::SETTINGS));
            // In this order: a device that is told looks whether the bookmark is gone.
            assert!(ended.is_some() && ended < noted, "{told:?}");
        });
    }
}
