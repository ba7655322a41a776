//! Tests of being a member of a room.

use super::*;
use crate::backend::xmpp::connection::Outgoing;
use crate::backend::xmpp::features::all::Features;
use crate::backend::xmpp::features::rooms::config::group;
use crate::backend::xmpp::features::rooms::enter::{Attempt, try_to_enter};
use crate::backend::xmpp::features::rooms::presence::{RoomEvent, presence};
use crate::backend::xmpp::session::tests::{Account, run, session};
use crate::backend::xmpp::stanza::bookmark;
use crate::backend::xmpp::stanza::pubsub::Item;
use crate::backend::xmpp::stanza::room_info::RoomInfo;
use crate::model::{GroupAddOpt, GroupRole, GroupType};
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::{spawn_local, yield_now};
use tokio_xmpp::Stanza;
use xmpp_parsers::iq::Iq;
use xmpp_parsers::minidom::Element;
use xmpp_parsers::presence::{Presence, Type};
use xmpp_parsers::stanza_error::{DefinedCondition, ErrorType, StanzaError};

const OWN: &str = "<item affiliation='member' jid='alice@im.test/phone'/><status code='110'/>";

pub(crate) fn rooms() -> (Rc<Rooms>, Arc<Account>, UnboundedReceiver<Outgoing>, BareJid) {
    let (session, account, outgoing) = session();
    session.has_reached(Stage::Bookmarked);
    let rooms = Rc::clone(&Features::new(session).unwrap().rooms);
    let room = BareJid::new("team@rooms.im.test").unwrap();
    rooms.bookmarks.note(&room, None);
    (rooms, account, outgoing, room)
}

/// What is known of that room once the account is out of it.
pub(crate) fn team(room: &BareJid) -> Group {
    Group {
        group_id: address::group_id(room),
        group_type: GroupType::Public,
        group_name: "Team".to_owned(),
        face_url: String::new(),
        introduction: String::new(),
        notification: None,
        owner: None,
        create_time: 0,
        member_count: 0,
        role: GroupRole::None,
        is_all_muted: false,
        add_opt: GroupAddOpt::Any,
        approve_opt: GroupAddOpt::Forbid,
    }
}

/// The room says something of us.
fn told(rooms: &Rooms, room: &BareJid, type_: &str, children: &str) -> RoomEvent {
    told_of(rooms, room, "alice", type_, children)
}

/// The room says something of whoever has this name.
fn told_of(rooms: &Rooms, room: &BareJid, nick: &str, type_: &str, children: &str) -> RoomEvent {
    let xml = format!(
        "<presence xmlns='jabber:client' from='{room}/{nick}' {type_}>\
         <x xmlns='http://jabber.org/protocol/muc#user'>{children}</x></presence>"
    );
    presence(
        rooms,
        room,
        &Presence::try_from(xml.parse::<Element>().unwrap()).unwrap(),
    )
}

#[test]
fn a_room_is_asked_again_whenever_somebody_becomes_its_owner_or_ceases_to_be_one() {
    run(async {
        let (rooms, _, _outgoing, room) = rooms();
        let entering = {
            let (rooms, room) = (Rc::clone(&rooms), room.clone());
            spawn_local(async move { enter(&rooms, &room).await })
        };
        yield_now().await;
        let is = |nick: &str, affiliation: &str| {
            let item = format!("<item affiliation='{affiliation}' jid='{nick}@im.test/phone' role='participant'/>");
            told_of(&rooms, &room, nick, "", &item)
        };
        assert_eq!(is("bob", "owner"), RoomEvent::Nothing, "as it lists who is there");
        assert_eq!(told(&rooms, &room, "", OWN), RoomEvent::Nothing);
        entering.await.unwrap().unwrap();
        assert_eq!(is("carol", "member"), RoomEvent::MembersChanged, "she comes in");
        assert_eq!(is("carol", "admin"), RoomEvent::Nothing);
        assert_eq!(is("carol", "owner"), RoomEvent::MembersChanged);
        assert_eq!(is("carol", "owner"), RoomEvent::Nothing);
        assert_eq!(is("bob", "member"), RoomEvent::MembersChanged);
        assert_eq!(is("bob", "member"), RoomEvent::Nothing);
        let owner = group(&rooms, &room, &RoomInfo::named(String::new())).owner;
        assert_eq!(owner.unwrap().as_str(), "carol@im.test");
    });
}

fn presences(outgoing: &mut UnboundedReceiver<Outgoing>) -> usize {
    let sent = std::iter::from_fn(|| outgoing.try_recv().ok());
    sent.filter(|sent| matches!(sent.stanza, Stanza::Presence(_))).count()
}

#[test]
fn two_who_enter_a_room_at_once_send_one_presence() {
    run(async {
        let (rooms, _, mut outgoing, room) = rooms();
        let entering = [(), ()].map(|()| {
            let (rooms, room) = (Rc::clone(&rooms), room.clone());
            spawn_local(async move { enter(&rooms, &room).await })
        });
        yield_now().await;
        assert_eq!(presences(&mut outgoing), 1);
        told(&rooms, &room, "", &format!("{OWN}<status code='201'/>"));
        let [first, second] = entering;
        // The room is new for the one that has made it.
        assert_eq!(first.await.unwrap().unwrap(), Entered::New);
        assert_eq!(second.await.unwrap().unwrap(), Entered::Existing);
    });
}

#[test]
fn a_call_waits_until_the_room_is_joined_or_the_membership_ends() {
    run(async {
        let (rooms, account, _outgoing, room) = rooms();
        let group = address::group_id(&room);
        let waiting = |rooms: &Rc<Rooms>| {
            let (rooms, group) = (Rc::clone(rooms), group.clone());
            spawn_local(async move { require_member(&rooms, &group).await })
        };
        let call = waiting(&rooms);
        let entering = {
            let (rooms, room) = (Rc::clone(&rooms), room.clone());
            spawn_local(async move { enter(&rooms, &room).await })
        };
        yield_now().await;
        assert!(!call.is_finished());
        assert_eq!(told(&rooms, &room, "", OWN), RoomEvent::Nothing);
        assert_eq!(call.await.unwrap().unwrap(), room);
        entering.await.unwrap().unwrap();

        // The service shuts down: the account is out, and still a member.
        let shut_down = told(&rooms, &room, "type='unavailable'", "<status code='332'/>");
        assert_eq!(shut_down, RoomEvent::Dropped);
        let call = waiting(&rooms);
        yield_now().await;
        assert!(!call.is_finished());
        let kicked = told(&rooms, &room, "type='unavailable'", "<status code='307'/>");
        assert_eq!(kicked, RoomEvent::Removed(GroupEnd::Removed(None)));
        forget_membership(&rooms, &room, None);
        assert_eq!(
            Status::NoPermission,
            crate::model::Error::from(call.await.unwrap().unwrap_err()).status
        );
        let changes = account.changes.lock().unwrap();
        assert!(matches!(changes.last(), Some(Change::GroupLeft { group_id }) if *group_id == group));
    });
}

#[test]
fn a_room_that_does_not_answer_is_left() {
    run(async {
        let (rooms, _, mut outgoing, room) = rooms();
        let entered = try_to_enter(&rooms, &room, Attempt::within(Duration::from_millis(1))).await;
        assert!(matches!(entered, Err(XmppError::Timeout(_))), "{entered:?}");
        assert!(!rooms.contains(&room));
        let sent = std::iter::from_fn(|| outgoing.try_recv().ok()).filter_map(|sent| match sent.stanza {
            Stanza::Presence(presence) => Some(presence.type_),
            _ => None,
        });
        // Its answer may be on the way.
        assert_eq!(sent.collect::<Vec<_>>(), [Type::None, Type::Unavailable]);
    });
}

#[test]
fn a_room_that_refuses_is_not_entered() {
    run(async {
        let (rooms, _, _outgoing, room) = rooms();
        let entering = {
            let (rooms, room) = (Rc::clone(&rooms), room.clone());
            spawn_local(async move { enter(&rooms, &room).await })
        };
        yield_now().await;
        let xml = format!(
            "<presence xmlns='jabber:client' from='{room}/alice' type='error'><error type='auth'>\
             <forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>"
        );
        let refusal = Presence::try_from(xml.parse::<Element>().unwrap()).unwrap();
        presence(&rooms, &room, &refusal);
        assert!(entering.await.unwrap().unwrap_err().is_denied());
        assert!(!rooms.contains(&room));
    });
}

#[test]
fn a_room_that_lets_nobody_in_says_why_and_stays_known() {
    run(async {
        for (condition, status, says) in [
            ("not-authorized", Status::NoPermission, "password"),
            ("registration-required", Status::NoPermission, "members only"),
            ("forbidden", Status::NoPermission, "banned"),
        ] {
            let (rooms, account, mut outgoing, room) = rooms();
            let error = format!(
                "<error xmlns='jabber:client' type='auth'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
            );
            let error = xmpp_parsers::stanza_error::StanzaError::try_from(error.parse::<Element>().unwrap()).unwrap();
            let (own, error) = (Rc::clone(&rooms), XmppError::from(error));
            let to = room.clone();
            let out = spawn_local(async move { shut_out(&own, &to, &error).await });
            yield_now().await;
            // What the room is called now, it says to those only whom it lets in.
            while let Ok(sent) = outgoing.try_recv() {
                if let Stanza::Iq(Iq::Get { to, id, .. }) = sent.stanza {
                    rooms.session.answered(to.as_ref(), &id, Ok(None));
                }
            }
            out.await.unwrap();
            let changes = account.changes.lock().unwrap();
            let Some(Change::GroupOutside { reason, .. }) = changes.last() else {
                panic!("{changes:?}");
            };
            assert_eq!(reason.status, status, "{condition}");
            assert!(
                reason.desc.contains(says) && reason.desc.contains(room.as_str()),
                "{reason:?}"
            );
        }
    });
}

/// Answers what has been asked of rooms: they are called like this.
fn answer_info(rooms: &Rooms, outgoing: &mut UnboundedReceiver<Outgoing>, name: &str) -> usize {
    let mut asked = 0;
    while let Ok(sent) = outgoing.try_recv() {
        if let Stanza::Iq(Iq::Get { to, id, payload, .. }) = sent.stanza
            && payload.is("query", "http://jabber.org/protocol/disco#info")
        {
            let info = format!(
                "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='conference' type='text' name='{name}'/>\
                 <feature var='http://jabber.org/protocol/muc'/></query>"
            );
            rooms
                .session
                .answered(to.as_ref(), &id, Ok(Some(info.parse().unwrap())));
            asked += 1;
        }
    }
    asked
}

#[test]
fn a_room_that_is_new_to_us_is_asked_again_for_what_changed_before_we_were_in() {
    run(async {
        let (rooms, account, mut outgoing, room) = rooms();
        let joining = {
            let (rooms, room) = (Rc::clone(&rooms), room.clone());
            spawn_local(async move { join(&rooms, &room, Since::Now).await })
        };
        yield_now().await;
        assert_eq!(answer_info(&rooms, &mut outgoing, "Before"), 1);
        yield_now().await;
        // Somebody gives it another name now, of which those in it are told.
        told(&rooms, &room, "", OWN);
        yield_now().await;
        yield_now().await;
        assert_eq!(answer_info(&rooms, &mut outgoing, "Since"), 1);
        for _ in 0..3 {
            yield_now().await;
        }
        let changes = account.changes.lock().unwrap();
        let mut names = changes.iter().filter_map(|change| match change {
            Change::Group { group, .. } => Some(group.group_name.as_str()),
            _ => None,
        });
        assert_eq!((names.next(), names.next_back()), (Some("Before"), Some("Since")));
        drop(changes);
        joining.abort();
    });
}

/// The rooms' service is away while a device comes that knows nothing yet.
#[test]
fn a_group_whose_room_cannot_be_reached_is_listed_by_its_bookmark_and_stays_a_membership() {
    run(async {
        for is_known in [false, true] {
            let (rooms, account, mut outgoing, room) = rooms();
            if is_known {
                account.groups.lock().unwrap().push(team(&room));
            }
            let item = Item {
                id: room.to_string(),
                payload: Some(bookmark::encode(None, "Team", Micros(7), None)),
            };
            rooms.bookmarks.changes(&[item]);
            let joining = {
                let (rooms, room) = (Rc::clone(&rooms), room.clone());
                spawn_local(async move { join_known(&rooms, &room).await })
            };
            yield_now().await;
            let Ok(Stanza::Iq(Iq::Get { to, id, .. })) = outgoing.try_recv().map(|sent| sent.stanza) else {
                panic!("the room is not asked");
            };
            let gone = DefinedCondition::ServiceUnavailable;
            let error = StanzaError::new(ErrorType::Cancel, gone, "en", "");
            rooms.session.answered(to.as_ref(), &id, Err(error.into()));
            joining.await.unwrap();
            let shown: Vec<(String, i64)> = account
                .changes
                .lock()
                .unwrap()
                .iter()
                .filter_map(|change| match change {
                    Change::GroupOutside { group, time, .. } => Some((group.group_name.clone(), time.0)),
                    _ => None,
                })
                .collect();
            let expected = if is_known { vec![] } else { vec![("Team".to_owned(), 7)] };
            assert_eq!(shown, expected);
            assert!(rooms.bookmarks.is_member(&room), "it is tried again");
        }
    });
}
