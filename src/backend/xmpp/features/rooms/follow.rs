//! Coming into rooms and out of them because another device of the user says so. `invitations` has those of others.

use super::beginning;
use super::catch_up::{Since, close_gap};
use super::enter::leave;
use super::join::{forget_membership, join, rejoin_with_backoff};
use super::nick;
use super::state::Rooms;
use crate::backend::xmpp::address;
use crate::backend::xmpp::features::bookmarks::BookmarkChange;
use crate::backend::xmpp::session::Stage;
use crate::backend::xmpp::stanza::pubsub::Item;
use crate::model::{Change, ConversationId, Group, GroupEnd, Micros};
use std::rc::Rc;
use xmpp_parsers::jid::BareJid;

/// Another device joined or left rooms, and this one does the same.
pub(crate) fn follow(rooms: &Rc<Rooms>, changes: Vec<BookmarkChange>) {
    for change in changes {
        match change {
            BookmarkChange::Join(bookmark) if !is_on_its_way(rooms, &bookmark.room) => {
                let own = Rc::clone(rooms);
                rooms.session.spawn(async move {
                    // What is told before the sync has read the bookmarks may be in them: the sync enters those rooms.
                    own.session.reach(Stage::Bookmarked).await?;
                    if is_on_its_way(&own, &bookmark.room) || !own.bookmarks.is_kept(&bookmark.room) {
                        return Ok(());
                    }
                    // Another client may not say since when: then what the room has is for the account.
                    let since = bookmark.joined.map_or(Since::Known, Since::Time);
                    own.bookmarks.note(&bookmark.room, bookmark.joined);
                    let joined = join(&own, &bookmark.room, since).await;
                    joined.inspect_err(|_| rejoin_with_backoff(&own, &bookmark.room))?;
                    close_gap(&own, &bookmark.room).await
                });
            }
            // This device's own bookmark comes back to it, and clients rename theirs.
            BookmarkChange::Join(bookmark) => {
                nick::follow(rooms, &bookmark.room, bookmark.nick.as_deref());
                let own = Rc::clone(rooms);
                rooms
                    .session
                    .spawn(async move { beginning::agree(&own, &bookmark.room, &bookmark).await.map(drop) });
            }
            // This device's own doing comes back to it.
            BookmarkChange::Leave(room) if rooms.is_quitting(&room) => {}
            BookmarkChange::Leave(room) => {
                // Wherever this device is on its way in. A member may be outside: the room is not to be tried again.
                if rooms.bookmarks.is_member(&room) {
                    leave(rooms, &room);
                    forget_membership(rooms, &room, Some(GroupEnd::Quit));
                }
                let id = ConversationId::group(&address::group_id(&room));
                show_left(rooms, rooms.settings.left_group(&id));
            }
            BookmarkChange::Over(room) => {
                let own = Rc::clone(rooms);
                rooms.session.spawn(async move {
                    own.bookmarks.clear_away(&room).await;
                    Ok(())
                });
            }
        }
    }
}

/// Another device says that the user has left groups. Not every server tells when a bookmark is retracted (ejabberd 23.01 does
/// not): where this device is still a member, it looks.
pub(crate) fn on_left(rooms: &Rc<Rooms>, left: Vec<Group>) {
    let doubtful: Vec<BareJid> = left
        .iter()
        .filter_map(|group| address::room_of(&group.group_id, None).ok())
        .filter(|room| is_held_for_member(rooms, room))
        .collect();
    show_left(rooms, left);
    if doubtful.is_empty() {
        return;
    }
    let own = Rc::clone(rooms);
    rooms.session.spawn(async move {
        let items = own.bookmarks.items().await?;
        let (over, items): (Vec<Item>, Vec<Item>) = items.into_iter().partition(|item| own.bookmarks.is_over(item));
        let has = |room: &BareJid| items.iter().any(|item| address::parse(&item.id).as_ref() == Some(room));
        if own.bookmarks.are_all_known() {
            let gone = doubtful
                .into_iter()
                .filter(|room| !has(room) && is_held_for_member(&own, room));
            let gone = gone.map(|room| Item {
                id: room.to_string(),
                payload: None,
            });
            let changes = own.bookmarks.changes(&gone.collect::<Vec<_>>());
            follow(&own, changes);
        }
        let over = own.bookmarks.changes(&over);
        follow(&own, over);
        Ok(())
    });
}

/// Whether this device believes that there is a bookmark, and that the account is a member by it. Who joins has none at first.
fn is_held_for_member(rooms: &Rooms, room: &BareJid) -> bool {
    rooms.bookmarks.is_member(room) && rooms.bookmarks.is_kept(room)
}

/// Groups that the user is out of are shown as they were seen last, also on a device that has never seen them, or was told of
/// the end before it could enter.
pub(crate) fn show_left(rooms: &Rooms, left: impl IntoIterator<Item = Group>) {
    let is_out = |group: &Group| {
        let room = address::room_of(&group.group_id, None);
        room.is_ok_and(|room| !is_on_its_way(rooms, &room))
    };
    let changes = left.into_iter().filter(is_out);
    let changes = changes.map(|group| Change::Group { group, time: Micros(0) });
    // A failure has ended the session.
    let _ = rooms.session.apply(false, changes.collect());
}

/// Whether the account is in a room, or is a member, whom something else takes in. Who enters twice at once reads the archive
/// twice, and what was cleared in between would come back.
pub(super) fn is_on_its_way(rooms: &Rooms, room: &BareJid) -> bool {
    rooms.contains(room) || rooms.bookmarks.is_member(room)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::xmpp::features::rooms::enter::enter;
    use crate::backend::xmpp::features::rooms::join::tests::{rooms, team};
    use crate::backend::xmpp::session::tests::run;
    use crate::backend::xmpp::stanza::bookmark;
    use crate::backend::xmpp::stanza::settings::Shared;
    use tokio::task::{spawn_local, yield_now};
    use tokio_xmpp::Stanza;
    use xmpp_parsers::iq::Iq;

    #[test]
    fn another_device_that_quits_a_room_takes_this_one_along_wherever_it_is() {
        run(async {
            let (rooms, account, _outgoing, room) = rooms();
            let leave = || vec![BookmarkChange::Leave(room.clone())];
            let left = || {
                let changes = account.changes.lock().unwrap();
                changes
                    .iter()
                    .filter(|change| matches!(change, Change::GroupLeft { .. }))
                    .count()
            };
            // It cannot be entered at the moment.
            follow(&rooms, leave());
            assert_eq!((rooms.bookmarks.is_member(&room), left()), (false, 1));
            // It has not answered yet.
            rooms.bookmarks.note(&room, None);
            let entering = {
                let (rooms, room) = (Rc::clone(&rooms), room.clone());
                spawn_local(async move { enter(&rooms, &room).await })
            };
            yield_now().await;
            follow(&rooms, leave());
            assert!(entering.await.unwrap().is_err());
            assert_eq!((rooms.contains(&room), left()), (false, 2));
        });
    }

    #[test]
    fn a_device_that_hears_only_that_a_group_was_left_looks_whether_its_bookmark_is_gone() {
        run(async {
            let (rooms, _, mut outgoing, room) = rooms();
            let kept = Item {
                id: room.to_string(),
                payload: Some(bookmark::encode(None, "Team", Micros(1), None)),
            };
            rooms.bookmarks.changes(std::slice::from_ref(&kept));
            let group = team(&room);
            let item = format!("<item id='{room}'><conference xmlns='urn:xmpp:bookmarks:1' autojoin='true'/></item>");
            // It may be from before the user came back.
            for (items, is_member) in [(item.as_str(), true), ("", false)] {
                on_left(&rooms, vec![group.clone()]);
                yield_now().await;
                let id = std::iter::from_fn(|| outgoing.try_recv().ok()).find_map(|sent| match sent.stanza {
                    Stanza::Iq(Iq::Get { id, .. }) => Some(id),
                    _ => None,
                });
                let answer = format!(
                    "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'>{items}</items></pubsub>"
                );
                rooms
                    .session
                    .answered(None, &id.unwrap(), Ok(Some(answer.parse().unwrap())));
                yield_now().await;
                yield_now().await;
                assert_eq!(rooms.bookmarks.is_member(&room), is_member);
            }
        });
    }

    #[test]
    fn a_device_that_could_not_enter_before_another_quit_shows_the_group_as_that_one_saw_it() {
        run(async {
            let (rooms, account, _outgoing, room) = rooms();
            let group_id = address::group_id(&room);
            let group = team(&room);
            let id = ConversationId::group(&group_id);
            let item = Item {
                id: id.to_string(),
                payload: Some(Shared::default().left(&group, Micros(1)).encode()),
            };
            let shown = || {
                let changes = account.changes.lock().unwrap();
                let of_group = changes.iter().filter_map(|change| match change {
                    Change::Group { group, .. } => Some(group.clone()),
                    _ => None,
                });
                of_group.collect::<Vec<Group>>()
            };
            // Whichever is told first, the bookmark that is gone or the group as it was.
            show_left(&rooms, rooms.settings.on_published(std::slice::from_ref(&item)));
            assert_eq!(shown(), [], "this device takes it for a membership still");
            follow(&rooms, vec![BookmarkChange::Leave(room.clone())]);
            assert_eq!(shown(), std::slice::from_ref(&group));
            assert!(rooms.settings.on_published(&[item]).is_empty(), "nothing is new");

            let renamed = Group {
                group_name: "Us".to_owned(),
                ..group
            };
            let payload = Shared::default().left(&renamed, Micros(2)).encode();
            let item = Item {
                id: id.to_string(),
                payload: Some(payload),
            };
            show_left(&rooms, rooms.settings.on_published(&[item]));
            assert_eq!(shown().last(), Some(&renamed));
        });
    }
}
