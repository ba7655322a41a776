//! The names of members in a room, which are their `nameCard` in the group. Members choose their own, and no others.

use super::enter::ENTERING;
use super::join::require_member;
use super::state::Rooms;
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::stanza::muc;
use crate::model::id::quoted;
use crate::model::{GroupId, Status, UserId};
use std::rc::Rc;
use xmpp_parsers::jid::BareJid;

/// `setGroupMemberInfo`.
pub(crate) async fn set(rooms: &Rc<Rooms>, group: &GroupId, user: &UserId, name_card: &str) -> XmppResult<()> {
    let me = &rooms.session.me;
    if address::jid_of(user)? != *me {
        let text = "over XMPP members choose their own nameCard, and nobody else's";
        return Err(XmppError::account(Status::NotSupported, text));
    }
    let room = require_member(rooms, group).await?;
    let nick = match name_card {
        "" => me.node().map_or("me", |node| node.as_str()),
        nick => nick,
    };
    change(rooms, &room, nick).await?;
    // For the next login and the other devices.
    rooms.bookmarks.rename(&room, nick).await
}

/// Another device of the account has taken another name in a room, and this one does the same.
pub(crate) fn follow(rooms: &Rc<Rooms>, room: &BareJid, nick: Option<&str>) {
    let Some(nick) = nick.filter(|nick| rooms.is_joined(room) && !has(rooms, room, nick)) else {
        return;
    };
    let (own, room, nick) = (Rc::clone(rooms), room.clone(), nick.to_owned());
    rooms.session.spawn(async move {
        match change(&own, &room, &nick).await {
            Err(XmppError::Refused { .. } | XmppError::Account(_)) => Ok(()),
            changed => changed,
        }
    });
}

fn has(rooms: &Rooms, room: &BareJid, nick: &str) -> bool {
    rooms.with(room, |room| room.nick == nick) == Some(true)
}

/// Takes another name in a room, and waits until the room says so.
async fn change(rooms: &Rooms, room: &BareJid, nick: &str) -> XmppResult<()> {
    let Ok(address) = room.with_resource_str(nick) else {
        let text = format!("nameCard {} cannot be a name in a room", quoted(nick));
        return Err(XmppError::account(Status::InvalidParameters, text));
    };
    // As the room will write it.
    let nick = address.resource().as_str().to_owned();
    if has(rooms, room, &nick) {
        return Ok(());
    }
    let mut changes = rooms.changes();
    rooms.with(room, |room| room.nick_refused = None);
    rooms.session.send(muc::rename(address));
    let answered = async {
        loop {
            if has(rooms, room, &nick) {
                return Ok(());
            }
            match rooms.with(room, |room| room.nick_refused.take()) {
                Some(Some(error)) => return Err(error),
                Some(None) => {}
                None => return Err(super::join::not_a_member(room.as_str())),
            }
            if changes.changed().await.is_err() {
                return Err(XmppError::Lost);
            }
        }
    };
    // What it says later would be taken for the answer to another attempt.
    let answered = rooms
        .session
        .within(ENTERING, rooms.session.unless_over(answered))
        .await;
    answered.unwrap_or_else(|| {
        Err(XmppError::Timeout(
            "the room did not answer to another name in time".into(),
        ))
    })?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::xmpp::features::rooms::join::tests::rooms;
    use crate::backend::xmpp::features::rooms::presence::{RoomEvent, presence};
    use crate::backend::xmpp::features::rooms::state::Room;
    use crate::backend::xmpp::session::tests::{Account, run};
    use crate::model::Change;
    use tokio::task::{spawn_local, yield_now};
    use xmpp_parsers::minidom::Element;
    use xmpp_parsers::presence::Presence;

    fn tell(rooms: &Rooms, room: &BareJid, nick: &str, attributes: &str, children: &str) -> RoomEvent {
        let xml = format!("<presence xmlns='jabber:client' from='{room}/{nick}' {attributes}>{children}</presence>");
        presence(
            rooms,
            room,
            &Presence::try_from(xml.parse::<Element>().unwrap()).unwrap(),
        )
    }

    fn x(inner: &str) -> String {
        format!("<x xmlns='http://jabber.org/protocol/muc#user'>{inner}</x>")
    }

    const ME: &str = "jid='alice@im.test/x' affiliation='member'";
    const BOB: &str = "jid='bob@im.test/x' affiliation='member'";

    fn entered(rooms: &Rooms, room: &BareJid) {
        rooms.insert(room, Room::entering("alice", None));
        tell(rooms, room, "bob", "", &x(&format!("<item {BOB}/>")));
        tell(
            rooms,
            room,
            "alice",
            "",
            &x(&format!("<item {ME}/><status code='110'/>")),
        );
    }

    fn renamed(account: &Account) -> Vec<(String, String)> {
        let changes = std::mem::take(&mut *account.changes.lock().unwrap());
        let renamed = changes.into_iter().filter_map(|change| match change {
            Change::MemberRenamed { user_id, name_card, .. } => Some((user_id.to_string(), name_card)),
            _ => None,
        });
        renamed.collect()
    }

    #[test]
    fn a_new_name_is_told_and_is_no_coming_or_going() {
        run(async {
            let (rooms, account, _outgoing, room) = rooms();
            entered(&rooms, &room);
            let gone =
                |item: &str, codes: &str| x(&format!("<item {item} nick='Captain'/><status code='303'/>{codes}"));
            let event = tell(&rooms, &room, "bob", "type='unavailable'", &gone(BOB, ""));
            assert_eq!(event, RoomEvent::Nothing);
            tell(&rooms, &room, "Captain", "", &x(&format!("<item {BOB}/>")));
            let told = ("bob@im.test".to_owned(), "Captain".to_owned());
            assert_eq!(renamed(&account), [told]);

            // One device of two takes another name, and the other one follows: told once.
            tell(&rooms, &room, "Mate", "", &x(&format!("<item {BOB}/>")));
            tell(
                &rooms,
                &room,
                "Captain",
                "type='unavailable'",
                &x(&format!("<item {BOB}/>")),
            );
            tell(&rooms, &room, "Mate", "", &x(&format!("<item {BOB}/>")));
            assert_eq!(renamed(&account), [("bob@im.test".to_owned(), "Mate".to_owned())]);

            let setting = {
                let (rooms, group) = (Rc::clone(&rooms), address::group_id(&room));
                let me = address::user_id(&rooms.session.me);
                spawn_local(async move { set(&rooms, &group, &me, "Cook").await })
            };
            yield_now().await;
            let codes = "<status code='110'/>";
            let item = format!("{ME} nick='Cook'");
            let event = tell(
                &rooms,
                &room,
                "alice",
                "type='unavailable'",
                &x(&format!("<item {item}/><status code='303'/>{codes}")),
            );
            assert_eq!(event, RoomEvent::Nothing);
            assert!(rooms.is_joined(&room));
            tell(&rooms, &room, "Cook", "", &x(&format!("<item {ME}/>{codes}")));
            yield_now().await;
            assert!(has(&rooms, &room, "Cook"));
            assert_eq!(renamed(&account), [("alice@im.test".to_owned(), "Cook".to_owned())]);
            drop(setting);
        });
    }

    #[test]
    fn a_name_that_another_has_is_refused_and_the_own_stays() {
        run(async {
            let (rooms, _account, _outgoing, room) = rooms();
            entered(&rooms, &room);
            let group = address::group_id(&room);
            let setting = {
                let (rooms, group) = (Rc::clone(&rooms), group.clone());
                let me = address::user_id(&rooms.session.me);
                spawn_local(async move { set(&rooms, &group, &me, "bob").await })
            };
            yield_now().await;
            let error = "<error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
            tell(&rooms, &room, "bob", "type='error'", error);
            assert!(setting.await.unwrap().is_err());
            assert!(has(&rooms, &room, "alice") && rooms.is_joined(&room));
            let others = set(&rooms, &group, &UserId::trusted("bob@im.test"), "Cook").await;
            let error = crate::model::Error::from(others.unwrap_err());
            assert_eq!(error.status, Status::NotSupported);
        });
    }
}
