//! Tests of what members say that happened in a room.

use super::*;
use crate::backend::xmpp::features::archive::Position;
use crate::backend::xmpp::features::rooms::join::tests::rooms;
use crate::backend::xmpp::features::rooms::messages::on_message;
use crate::backend::xmpp::features::rooms::presence::presence;
use crate::backend::xmpp::features::rooms::state::Room;
use crate::backend::xmpp::features::rooms::tips::on_affiliation;
use crate::backend::xmpp::session::tests::{Account, run};
use crate::model::Micros;
use std::rc::Rc;
use xmpp_parsers::message::Message as Stanza;
use xmpp_parsers::minidom::Element;
use xmpp_parsers::presence::Presence;

/// A room with an archive, in which olga is the owner and bob a member.
fn in_room(rooms: &Rc<Rooms>, room: &BareJid) {
    let state = Room::entering("alice", Some(Position::default()));
    let _ = state.hold.release();
    rooms.insert(room, state);
    for (nick, affiliation, more) in [
        ("olga", "owner", ""),
        ("bob", "member", ""),
        ("alice", "member", "<status code='110'/>"),
    ] {
        let xml = format!(
            "<presence xmlns='jabber:client' from='{room}/{nick}'><x xmlns='http://jabber.org/protocol/muc#user'>\
             <item affiliation='{affiliation}' jid='{nick}@im.test/x'/>{more}</x></presence>"
        );
        presence(
            rooms,
            room,
            &Presence::try_from(xml.parse::<Element>().unwrap()).unwrap(),
        );
    }
}

/// The room tells the affiliation of somebody who is not there.
fn listed(rooms: &Rooms, room: &BareJid, who: &str, affiliation: &str) {
    let xml = format!(
        "<message xmlns='jabber:client' from='{room}'><x xmlns='http://jabber.org/protocol/muc#user'>\
         <item affiliation='{affiliation}' jid='{who}@im.test'/></x></message>"
    );
    assert!(on_affiliation(
        rooms,
        &Stanza::try_from(xml.parse::<Element>().unwrap()).unwrap()
    ));
}

/// A member says what happened.
fn says(rooms: &Rc<Rooms>, room: &BareJid, nick: &str, tips: &GroupTipsElem) {
    let said = Message {
        body: MessageBody::of(Elem::GroupTips(Box::new(tips.clone()))),
        msg_id: uuid::Uuid::new_v4().to_string(),
        conversation: address::group(room),
        sender: UserId::trusted("nobody"),
        nick_name: String::new(),
        face_url: String::new(),
        seq: 0,
        time: rooms.session.clock.now(),
        revoked: None,
    };
    let mut stanza = content::encode(&said, Some(room));
    stanza.from = Some(format!("{room}/{nick}").parse().unwrap());
    on_message(rooms, stanza);
}

fn tips(what: GroupTipsType, whom: &[&str]) -> GroupTipsElem {
    let named = |user: &&str| GroupMemberInfo {
        user_id: format!("{user}@im.test"),
        nick_name: "somebody else".to_owned(),
        ..GroupMemberInfo::default()
    };
    GroupTipsElem {
        group_id: "another@rooms.im.test".to_owned(),
        r#type: what as i64,
        op_member: named(&"olga"),
        member_list: whom.iter().map(named).collect(),
        member_count: 9,
        ..GroupTipsElem::default()
    }
}

/// What was told since the last time: how, the kind, by whom, and to whom.
fn told(account: &Account) -> Vec<(&'static str, i64, String, Vec<String>)> {
    let changes = std::mem::take(&mut *account.changes.lock().unwrap());
    let told = changes.into_iter().filter_map(|change| match change {
        Change::SeenInGroup { tips, waits, .. } => Some((if waits { "waits" } else { "seen" }, *tips)),
        Change::UnsaidInGroup { .. } => Some(("unsaid", GroupTipsElem::default())),
        Change::UnnumberedMessage(said) => match said.message.body.elem {
            Elem::GroupTips(tips) => Some(("said", *tips)),
            _ => None,
        },
        _ => None,
    });
    let shown = |(how, tips): (&'static str, GroupTipsElem)| {
        let members = tips.member_list.into_iter().map(|member| member.user_id);
        (how, tips.r#type, tips.op_member.user_id, members.collect())
    };
    told.map(shown).collect()
}

async fn a_moment_later() {
    tokio::time::sleep(PATIENCE + Duration::from_secs(1)).await;
}

#[test]
fn what_the_room_tells_waits_a_moment_for_the_member_and_not_where_there_is_much_of_it() {
    run(async {
        let (rooms, account, _outgoing, room) = rooms();
        tokio::time::pause();
        in_room(&rooms, &room);
        told(&account);
        let carol = vec!["carol@im.test".to_owned()];
        listed(&rooms, &room, "carol", "member");
        assert!(matches!(&told(&account)[..], [("waits", 1, _, members)] if *members == carol));
        a_moment_later().await;
        assert!(matches!(&told(&account)[..], [("unsaid", ..)]));
        for number in 0..=MAX_UNTOLD {
            listed(&rooms, &room, &format!("user{number}"), "member");
        }
        let how: Vec<_> = told(&account).into_iter().map(|(how, ..)| how).collect();
        let waiting = how.iter().filter(|how| **how == "waits").count();
        assert_eq!((waiting, how.last()), (MAX_UNTOLD, Some(&"seen")));
        a_moment_later().await;
        listed(&rooms, &room, "dave", "member");
        assert!(
            told(&account).iter().any(|(how, ..)| *how == "waits"),
            "there is room again"
        );
    });
}

#[test]
fn whoever_has_left_is_told_nothing_of_it() {
    run(async {
        let (rooms, account, _outgoing, room) = rooms();
        in_room(&rooms, &room);
        told(&account);
        for nick in ["alice", "bob"] {
            says(&rooms, &room, nick, &tips(GroupTipsType::Quit, &[]));
        }
        assert!(matches!(&told(&account)[..], [("said", 3, by, _)] if by == "bob@im.test"));
    });
}

#[test]
fn a_member_speaks_for_nobody_else() {
    run(async {
        let (rooms, account, _outgoing, room) = rooms();
        in_room(&rooms, &room);
        told(&account);
        says(&rooms, &room, "bob", &tips(GroupTipsType::Join, &["carol", "olga"]));
        says(&rooms, &room, "bob", &tips(GroupTipsType::Quit, &["carol"]));
        let bob = || "bob@im.test".to_owned();
        let [("said", 1, by, joined), ("said", 3, left, _)] = &told(&account)[..] else {
            panic!("it is told");
        };
        assert_eq!((by, joined, left), (&bob(), &vec![bob()], &bob()));
        // Nothing that can be, or not in this room.
        for what in [GroupTipsType::Invalid, GroupTipsType::PinnedMessageAdded] {
            says(&rooms, &room, "bob", &tips(what, &["carol"]));
        }
        says(&rooms, &room, "bob", &tips(GroupTipsType::Kicked, &[]));
        assert_eq!(told(&account), []);
    });
}

#[test]
fn what_a_member_says_belongs_to_the_room_and_shows_nobody_under_another_name() {
    run(async {
        let (rooms, account, _outgoing, room) = rooms();
        in_room(&rooms, &room);
        says(&rooms, &room, "olga", &tips(GroupTipsType::Invite, &["carol"]));
        let changes = std::mem::take(&mut *account.changes.lock().unwrap());
        let said = changes.into_iter().find_map(|change| match change {
            Change::UnnumberedMessage(said) => Some(said.message.body),
            _ => None,
        });
        let body = said.unwrap();
        assert!(body.is_excluded_from_unread_count && !body.is_excluded_from_last_message);
        let Elem::GroupTips(tips) = body.elem else {
            panic!("it is a tip");
        };
        assert_eq!((tips.group_id.as_str(), tips.member_count), (room.as_str(), 0));
        assert_ne!(tips.member_list[0].nick_name, "somebody else");
    });
}

#[test]
fn nothing_is_said_in_a_room_that_hides_who_its_occupants_are() {
    run(async {
        let (rooms, account, mut outgoing, room) = rooms();
        in_room(&rooms, &room);
        told(&account);
        while outgoing.try_recv().is_ok() {}
        let joined = [address::user_id(&rooms.session.me)];
        for is_shown in [false, true] {
            rooms.with(&room, |room| room.privacy_told.insert(Privacy::Addresses, is_shown));
            assert_eq!(say_of(&rooms, &room, GroupTipsType::Join, &joined).unwrap(), is_shown);
            let changes = std::mem::take(&mut *account.changes.lock().unwrap());
            let is_told = changes
                .iter()
                .any(|change| matches!(change, Change::DoneInGroup { .. }));
            assert_eq!(is_told, is_shown);
            say_goodbye(&rooms, &room);
            assert_eq!(outgoing.try_recv().is_ok(), is_shown);
        }
    });
}

#[test]
fn who_says_it_is_not_named_in_it() {
    let said = Message {
        body: MessageBody::of(Elem::GroupTips(Box::new(tips(GroupTipsType::Join, &["carol"])))),
        msg_id: "m1".to_owned(),
        conversation: crate::model::ConversationId::trusted("group_team@rooms.im.test"),
        sender: UserId::trusted("alice@im.test"),
        nick_name: String::new(),
        face_url: String::new(),
        seq: 0,
        time: Micros(0),
        revoked: None,
    };
    let room = BareJid::new("team@rooms.im.test").unwrap();
    let stanza = String::from(&Element::from(content::encode(&said, Some(&room))));
    assert!(stanza.contains("urn:libim:tips:0"), "{stanza}");
    assert!(
        !["olga@", "carol@", "somebody else"]
            .iter()
            .any(|name| stanza.contains(name)),
        "{stanza}"
    );
}
