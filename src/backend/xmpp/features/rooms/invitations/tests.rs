//! Invitations: which are followed, which the user decides about, and how many there can be.

use super::*;
use crate::backend::xmpp::connection::Outgoing;
use crate::backend::xmpp::features::all::Features;
use crate::backend::xmpp::features::rooms::join::tests::{rooms, team};
use crate::backend::xmpp::features::rooms::presence::presence;
use crate::backend::xmpp::session::tests::{Account, run, session_of};
use crate::backend::xmpp::stanza::pubsub::Item;
use crate::backend::xmpp::stanza::settings::Shared;
use crate::model::{AppliedToGroup, GroupApplicationId};
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::{spawn_local, yield_now};
use tokio_xmpp::Stanza;
use xmpp_parsers::iq::Iq;
use xmpp_parsers::minidom::Element;
use xmpp_parsers::presence::Presence;

const ROOM: &str =
    "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='conference' type='text'/></query>";

fn message(from: &str, inner: &str) -> Message {
    let xml = format!("<message xmlns='jabber:client' from='{from}'>{inner}</message>");
    Message::try_from(xml.parse::<Element>().unwrap()).unwrap()
}

fn direct(from: &str, room: &str) -> Invitation {
    let x = format!("<x xmlns='jabber:x:conference' jid='{room}' reason='Come' password='sesame'/>");
    invitations::read(&message(from, &x)).unwrap()
}

fn mediated(room: &str, from: &str) -> Invitation {
    let x = format!("<x xmlns='http://jabber.org/protocol/muc#user'><invite from='{from}'/></x>");
    invitations::read(&message(room, &x)).unwrap()
}

async fn settle() {
    for _ in 0..20 {
        yield_now().await;
    }
}

/// What the session sends next.
fn sent(outgoing: &mut UnboundedReceiver<Outgoing>) -> Option<Stanza> {
    outgoing.try_recv().ok().map(|sent| sent.stanza)
}

/// Answers the question that the session has asked.
async fn answer_with(rooms: &Rooms, outgoing: &mut UnboundedReceiver<Outgoing>, answer: &str) {
    let Some(Stanza::Iq(Iq::Get { to, id, .. })) = sent(outgoing) else {
        panic!("nobody has asked");
    };
    let answer = Ok(Some(answer.parse().unwrap()));
    rooms.session.answered(to.as_ref(), &id, answer);
    settle().await;
}

/// The room lets the account in, and says what it is there.
async fn let_in(rooms: &Rooms, room: &BareJid, affiliation: &str) {
    let xml = format!(
        "<presence xmlns='jabber:client' from='{room}/alice'><x xmlns='http://jabber.org/protocol/muc#user'>\
         <item affiliation='{affiliation}' role='participant' jid='alice@im.test/phone'/><status code='110'/></x></presence>"
    );
    presence(
        rooms,
        room,
        &Presence::try_from(xml.parse::<Element>().unwrap()).unwrap(),
    );
    settle().await;
}

/// The invitations that the app was told of, or the end of which.
fn told(account: &Account) -> Vec<(GroupApplicationId, Option<AppliedToGroup>)> {
    let mut changes = account.changes.lock().unwrap();
    let told = changes.drain(..).filter_map(|change| match change {
        Change::GroupApplication { id, application } => Some((id, application)),
        _ => None,
    });
    told.collect()
}

fn agreed(rooms: &Rooms, room: &BareJid, from: &str, is_agreed: bool) -> GroupApplicationAnswer {
    let me = address::user_id(&rooms.session.me);
    GroupApplicationAnswer {
        id: GroupApplicationId {
            group_id: address::group_id(room),
            kind: GroupApplicationType::InviteApprovedByInvitee,
            from_user: address::user_id(&BareJid::new(from).unwrap()),
            to_user: Some(me),
        },
        is_agreed,
        reason: "No time".to_owned(),
    }
}

/// The account is invited to a room that it does not know, and has looked at it.
async fn undecided() -> (Rc<Rooms>, Arc<Account>, UnboundedReceiver<Outgoing>, BareJid) {
    let (rooms, account, mut outgoing, room) = rooms();
    rooms.bookmarks.forget(&room);
    on_invitation(&rooms, mediated(room.as_str(), "bob@im.test"), Micros(7_000_000));
    settle().await;
    answer_with(&rooms, &mut outgoing, ROOM).await;
    answer_with(&rooms, &mut outgoing, "<blocklist xmlns='urn:xmpp:blocking'/>").await;
    assert_eq!(
        told(&account),
        [],
        "it may be that the room has made the account a member"
    );
    let_in(&rooms, &room, "none").await;
    (rooms, account, outgoing, room)
}

#[test]
fn an_invitation_of_ones_own_or_to_what_is_no_room_is_not_followed() {
    run(async {
        let (rooms, account, mut outgoing, room) = rooms();
        rooms.bookmarks.forget(&room);
        // As the archive has what was asked of a room, and what was sent to others before the room was quit.
        on_invitation(&rooms, direct("alice@im.test", "alice@im.test"), Micros(0));
        on_invitation(&rooms, direct("alice@im.test", room.as_str()), Micros(0));
        settle().await;
        assert!(sent(&mut outgoing).is_none());

        on_invitation(&rooms, direct("mallory@im.test", "bob@im.test"), Micros(0));
        settle().await;
        let account_info = "<query xmlns='http://jabber.org/protocol/disco#info'>\
                            <identity category='account' type='registered'/></query>";
        answer_with(&rooms, &mut outgoing, account_info).await;
        assert!(sent(&mut outgoing).is_none());
        let bob = BareJid::new("bob@im.test").unwrap();
        assert!(!rooms.is_room(&bob), "his messages are taken for a room's");
        assert_eq!(told(&account), []);
        assert!(rooms.invited.rooms().unwrap().is_empty());
    });
}

#[test]
fn an_invitation_to_a_group_that_was_quit_since_is_no_way_back_and_one_after_that_is() {
    run(async {
        let (rooms, _account, mut outgoing, room) = rooms();
        rooms.bookmarks.forget(&room);
        rooms.session.has_reached(Stage::Bookmarked);
        let quit = Shared::default().quit(&team(&room), Some("first"), Micros(9_000_000));
        rooms.settings.on_published(&[Item {
            id: ConversationId::group(&address::group_id(&room)).to_string(),
            payload: Some(quit.encode()),
        }]);
        on_invitation(&rooms, mediated(room.as_str(), "bob@im.test"), Micros(8_000_000));
        settle().await;
        assert!(sent(&mut outgoing).is_none(), "the room is not even asked");
        assert!(rooms.invited.rooms().unwrap().is_empty());

        on_invitation(&rooms, mediated(room.as_str(), "bob@im.test"), Micros(10_000_000));
        settle().await;
        answer_with(&rooms, &mut outgoing, ROOM).await;
    });
}

#[test]
fn an_invitation_to_a_room_that_has_not_made_the_account_a_member_is_listed_once_and_stays() {
    run(async {
        let (rooms, account, _outgoing, room) = undecided().await;
        let listed = told(&account);
        let (id, application) = &listed[0];
        assert_eq!((listed.len(), id), (1, &agreed(&rooms, &room, "bob@im.test", true).id));
        assert_eq!(application.as_ref().unwrap().time, Micros(7_000_000));
        assert!(!rooms.contains(&room), "the account has left it again");
        // As the archive has it too, with its own time.
        on_invitation(&rooms, mediated(room.as_str(), "bob@im.test"), Micros(8_000_000));
        settle().await;
        assert_eq!(told(&account), []);
        // Another session knows it.
        let (session, mut outgoing) = session_of(account.clone());
        session.has_reached(Stage::Bookmarked);
        let later = Rc::clone(&Features::new(session).unwrap().rooms);
        on_invitation(&later, mediated(room.as_str(), "bob@im.test"), Micros(8_000_000));
        resume(&later).unwrap();
        settle().await;
        assert!(sent(&mut outgoing).is_none() && told(&account).is_empty());
        let bob = BareJid::new("bob@im.test").unwrap();
        assert!(later.invited.listed(&room, &bob).unwrap().is_some());
        // The room that another device has come into meanwhile needs no decision.
        later.bookmarks.note(&room, None);
        resume(&later).unwrap();
        assert_eq!(told(&account), [(id.clone(), None)]);
    });
}

#[test]
fn what_was_not_looked_at_to_the_end_is_looked_at_by_the_next_session() {
    run(async {
        let (rooms, account, mut outgoing, room) = rooms();
        rooms.bookmarks.forget(&room);
        on_invitation(&rooms, direct("bob@im.test", room.as_str()), Micros(7_000_000));
        settle().await;
        assert!(sent(&mut outgoing).is_some());
        rooms.session.end();
        settle().await;
        assert_eq!(told(&account), []);
        let (session, mut outgoing) = session_of(account.clone());
        session.has_reached(Stage::Bookmarked);
        let later = Rc::clone(&Features::new(session).unwrap().rooms);
        resume(&later).unwrap();
        settle().await;
        answer_with(&later, &mut outgoing, ROOM).await;
        let_in(&later, &room, "none").await;
        assert_eq!(told(&account).len(), 1);
    });
}

#[test]
fn a_refusal_goes_to_who_has_invited_through_the_room_and_ends_what_the_archive_brings_again() {
    run(async {
        let (rooms, account, mut outgoing, room) = undecided().await;
        told(&account);
        while sent(&mut outgoing).is_some() {}
        let refusing = {
            let (rooms, answer_) = (Rc::clone(&rooms), agreed(&rooms, &room, "bob@im.test", false));
            spawn_local(async move { answer(&rooms, &answer_).await })
        };
        let mut refused = Vec::new();
        while !refusing.is_finished() {
            settle().await;
            while let Ok(sent) = outgoing.try_recv() {
                if let Stanza::Message(message) = sent.stanza {
                    refused.push(message);
                }
                if let Some(acked) = sent.acked {
                    acked.send(()).unwrap();
                }
            }
        }
        refusing.await.unwrap().unwrap();
        assert_eq!(refused[0].to.as_ref().unwrap().to_bare(), room);
        let decline = refused[0].payloads[0]
            .get_child("decline", "http://jabber.org/protocol/muc#user")
            .unwrap();
        assert_eq!((decline.attr("to"), decline.text().as_str()), (Some("bob@im.test"), ""));
        assert_eq!(invitations::decided(&refused[1]), Some(room.clone()));
        let id = agreed(&rooms, &room, "bob@im.test", false).id;
        assert_eq!(told(&account), [(id, None)]);
        let again = answer(&rooms, &agreed(&rooms, &room, "bob@im.test", true)).await;
        assert!(matches!(again, Err(XmppError::Account(error)) if error.status == Status::InvalidParameters));
        // Older ones are past, a new one is not.
        on_invitation(&rooms, mediated(room.as_str(), "bob@im.test"), Micros(7_000_000));
        settle().await;
        assert!(sent(&mut outgoing).is_none());
        let later = Micros(rooms.session.clock.now().0 + 5_000_000);
        on_invitation(&rooms, mediated(room.as_str(), "bob@im.test"), later);
        settle().await;
        assert!(sent(&mut outgoing).is_some());
    });
}

#[test]
fn a_device_of_the_account_decides_for_all_and_nobody_else_does() {
    run(async {
        let (rooms, account, _outgoing, room) = undecided().await;
        told(&account);
        let decided = format!("<decided xmlns='urn:libim:invitation:0' room='{room}'/>");
        assert!(!on_message(&rooms, &message("mallory@im.test", &decided)));
        assert_eq!(told(&account), []);
        assert!(on_message(&rooms, &message("alice@im.test/tablet", &decided)));
        assert_eq!(told(&account).len(), 1);
    });
}

#[test]
fn whom_the_account_does_not_hear_cannot_invite_through_a_room() {
    run(async {
        let (rooms, account, mut outgoing, room) = rooms();
        rooms.bookmarks.forget(&room);
        on_invitation(&rooms, mediated(room.as_str(), "mallory@im.test"), Micros(7_000_000));
        settle().await;
        answer_with(&rooms, &mut outgoing, ROOM).await;
        let blocked = "<blocklist xmlns='urn:xmpp:blocking'><item jid='mallory@im.test'/></blocklist>";
        answer_with(&rooms, &mut outgoing, blocked).await;
        assert!(sent(&mut outgoing).is_none(), "nobody enters the room");
        assert_eq!(told(&account), []);
        assert!(rooms.invited.rooms().unwrap().is_empty());
    });
}

#[test]
fn invitations_of_strangers_do_not_grow_without_bound() {
    run(async {
        let (rooms, account, mut outgoing, _) = rooms();
        let bob = BareJid::new("bob@im.test").unwrap();
        for number in 0..300 {
            on_invitation(
                &rooms,
                direct("bob@im.test", &format!("club{number}@rooms.im.test")),
                Micros(number),
            );
        }
        let last = "club299@rooms.im.test";
        assert_eq!(rooms.invited.rooms().unwrap().len(), 8);
        for number in 0..300 {
            let from = format!("bot{number}@evil.test");
            on_invitation(
                &rooms,
                direct(&from, &format!("trap{number}@rooms.evil.test")),
                Micros(number),
            );
        }
        assert_eq!(rooms.invited.rooms().unwrap().len(), 64);
        settle().await;
        let asked = std::iter::from_fn(|| sent(&mut outgoing)).count();
        assert!(asked <= 16, "{asked} rooms are looked at at once");
        assert!(account.positions.lock().unwrap()["urn:libim:invitations"].len() < 100_000);
        assert!(
            rooms
                .invited
                .listed(&BareJid::new(last).unwrap(), &bob)
                .unwrap()
                .is_none()
        );
        assert_eq!(told(&account), []);
    });
}

#[test]
fn a_refusal_of_ones_own_invitation_is_told_once_and_only_by_the_room() {
    run(async {
        let (rooms, account, _outgoing, room) = rooms();
        let carol = BareJid::new("carol@im.test").unwrap();
        let entering = {
            let (rooms, room) = (Rc::clone(&rooms), room.clone());
            spawn_local(async move { enter(&rooms, &room).await })
        };
        settle().await;
        let_in(&rooms, &room, "member").await;
        entering.await.unwrap().unwrap();
        let refusal = "<x xmlns='http://jabber.org/protocol/muc#user'>\
                       <decline from='carol@im.test/desk'><reason>No time</reason></decline></x>";
        let told = || {
            let mut changes = account.changes.lock().unwrap();
            let told = changes
                .drain(..)
                .filter(|change| matches!(change, Change::GroupApplicationProcessed { .. }));
            told.count()
        };
        assert!(on_message(&rooms, &message(room.as_str(), refusal)));
        assert_eq!(told(), 0, "nobody has asked her");
        rooms.invited.has_asked(&room, &carol);
        assert!(!on_message(&rooms, &message(&format!("{room}/mallory"), refusal)));
        assert!(!on_message(&rooms, &message("mallory@im.test", refusal)));
        assert_eq!(told(), 0);
        for expected in [1, 0] {
            assert!(on_message(&rooms, &message(room.as_str(), refusal)));
            assert_eq!(told(), expected);
        }
    });
}
