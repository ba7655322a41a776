//! Tests of what rooms tell.

use super::*;
use crate::backend::xmpp::features::archive::Position;
use crate::backend::xmpp::features::rooms::join::tests::{rooms, team};
use crate::backend::xmpp::features::rooms::presence::presence;
use crate::backend::xmpp::features::rooms::state::Room;
use crate::backend::xmpp::session::tests::{Account, run};
use crate::model::Change;
use xmpp_parsers::minidom::Element;
use xmpp_parsers::presence::Presence;

fn x(inner: &str) -> String {
    format!("<x xmlns='http://jabber.org/protocol/muc#user'>{inner}</x>")
}

/// A room says that somebody is there, or is not.
fn there(rooms: &Rooms, room: &BareJid, nick: &str, type_: &str, inner: &str) {
    let xml = format!(
        "<presence xmlns='jabber:client' from='{room}/{nick}' {type_}>{}</presence>",
        x(inner)
    );
    presence(
        rooms,
        room,
        &Presence::try_from(xml.parse::<Element>().unwrap()).unwrap(),
    );
}

fn listed(rooms: &Rooms, from: &str, item: &str) -> bool {
    let xml = format!("<message xmlns='jabber:client' from='{from}'>{}</message>", x(item));
    on_affiliation(rooms, &Message::try_from(xml.parse::<Element>().unwrap()).unwrap())
}

/// What was told since the last time: the kind, by whom, and to whom.
fn told(account: &Account) -> Vec<(i64, String, String)> {
    let changes = std::mem::take(&mut *account.changes.lock().unwrap());
    let tips = changes.into_iter().filter_map(|change| match change {
        Change::SeenInGroup { tips, .. } => Some(tips),
        _ => None,
    });
    let told = |tips: Box<GroupTipsElem>| {
        let member = tips.member_list.first().map(|member| member.user_id.clone());
        (tips.r#type, tips.op_member.user_id, member.unwrap_or_default())
    };
    tips.map(told).collect()
}

/// A room that alice has entered, in which olga is the owner and bob a member.
fn entered(rooms: &Rooms, room: &BareJid) {
    rooms.insert(room, Room::entering("alice", None));
    there(
        rooms,
        room,
        "olga",
        "",
        "<item affiliation='owner' jid='olga@im.test/x'/>",
    );
    there(
        rooms,
        room,
        "bob",
        "",
        "<item affiliation='member' jid='bob@im.test/x'/>",
    );
    there(
        rooms,
        room,
        "alice",
        "",
        "<item affiliation='member' jid='alice@im.test/x'/><status code='110'/>",
    );
}

const OLGA: &str = "olga@im.test";
const BOB: &str = "bob@im.test";
const CAROL: &str = "carol@im.test";

fn tip(what: GroupTipsType, by: &str, to: &str) -> (i64, String, String) {
    (what as i64, by.to_owned(), to.to_owned())
}

#[test]
fn who_comes_and_goes_is_no_news_and_who_is_put_on_a_list_is_once() {
    run(async {
        let (rooms, account, _outgoing, room) = rooms();
        entered(&rooms, &room);
        there(
            &rooms,
            &room,
            "dave",
            "",
            "<item affiliation='none' jid='dave@im.test/x'/>",
        );
        there(
            &rooms,
            &room,
            "bob",
            "type='unavailable'",
            "<item affiliation='member' jid='bob@im.test/x'/>",
        );
        there(
            &rooms,
            &room,
            "bob",
            "",
            "<item affiliation='member' jid='bob@im.test/y'/>",
        );
        assert_eq!(told(&account), []);
        for _ in 0..2 {
            assert!(listed(
                &rooms,
                room.as_str(),
                "<item affiliation='member' jid='carol@im.test'/>"
            ));
        }
        there(
            &rooms,
            &room,
            "carol",
            "",
            "<item affiliation='member' jid='carol@im.test/x'/>",
        );
        assert_eq!(told(&account), [tip(GroupTipsType::Join, CAROL, CAROL)]);
        let by = "<item affiliation='member' jid='dave@im.test/x'><actor nick='olga'/></item>";
        there(&rooms, &room, "dave", "", by);
        assert_eq!(told(&account), [tip(GroupTipsType::Invite, OLGA, "dave@im.test")]);
    });
}

#[test]
fn who_is_put_out_is_told_once_and_by_whom() {
    run(async {
        let (rooms, account, _outgoing, room) = rooms();
        entered(&rooms, &room);
        let out = "<item affiliation='none' jid='bob@im.test/x'><actor nick='olga'/></item><status code='321'/>";
        // To each of his devices.
        for _ in 0..2 {
            there(&rooms, &room, "bob", "type='unavailable'", out);
        }
        assert!(listed(
            &rooms,
            room.as_str(),
            "<item affiliation='none' jid='bob@im.test'/>"
        ));
        assert_eq!(told(&account), [tip(GroupTipsType::Kicked, OLGA, BOB)]);
        assert!(listed(
            &rooms,
            room.as_str(),
            "<item affiliation='none' jid='carol@im.test'/>"
        ));
        assert_eq!(told(&account), [tip(GroupTipsType::Quit, CAROL, "")]);
    });
}

#[test]
fn administrators_are_told_as_they_are_made_and_unmade() {
    run(async {
        let (rooms, account, _outgoing, room) = rooms();
        entered(&rooms, &room);
        for affiliation in ["admin", "admin", "member"] {
            let item = format!("<item affiliation='{affiliation}' jid='bob@im.test/x'/>");
            there(&rooms, &room, "bob", "", &item);
        }
        let own = "<item affiliation='admin'/><status code='110'/>";
        there(&rooms, &room, "alice", "", own);
        // Also one who is away at the moment.
        there(
            &rooms,
            &room,
            "bob",
            "type='unavailable'",
            "<item affiliation='member' jid='bob@im.test/x'/>",
        );
        for affiliation in ["admin", "member"] {
            let item = format!("<item affiliation='{affiliation}' jid='bob@im.test'/>");
            assert!(listed(&rooms, room.as_str(), &item));
        }
        let expected = [
            tip(GroupTipsType::SetAdmin, "", BOB),
            tip(GroupTipsType::CancelAdmin, "", BOB),
            tip(GroupTipsType::SetAdmin, "", "alice@im.test"),
            tip(GroupTipsType::SetAdmin, "", BOB),
            tip(GroupTipsType::CancelAdmin, "", BOB),
        ];
        assert_eq!(told(&account), expected);
    });
}

#[test]
fn nobody_but_the_room_says_what_happens_in_it() {
    run(async {
        let (rooms, account, _outgoing, room) = rooms();
        entered(&rooms, &room);
        for from in [
            format!("{room}/olga"),
            "mallory@evil.test/x".to_owned(),
            "mallory@evil.test".to_owned(),
            "other@rooms.im.test".to_owned(),
        ] {
            let item = "<item affiliation='outcast' jid='bob@im.test'/>";
            assert!(!listed(&rooms, &from, item), "{from}");
        }
        assert!(!listed(
            &rooms,
            room.as_str(),
            "<item affiliation='none' jid='alice@im.test'/>"
        ));
        assert_eq!(told(&account), []);
    });
}

/// The codes that clients have to show (XEP-0045, 10.2.1).
#[test]
fn a_room_whose_privacy_is_another_tells_it_and_its_occupants_cannot() {
    run(async {
        let (rooms, account, _outgoing, room) = rooms();
        entered(&rooms, &room);
        told(&account);
        let says = |from: &str, codes: &[&str]| {
            let codes: String = codes.iter().map(|code| format!("<status code='{code}'/>")).collect();
            let xml = format!(
                "<message xmlns='jabber:client' type='groupchat' from='{from}'>{}</message>",
                x(&codes)
            );
            let message = Message::try_from(xml.parse::<Element>().unwrap()).unwrap();
            on_privacy(&rooms, &room, &message);
            let changes = std::mem::take(&mut *account.changes.lock().unwrap());
            let tips = changes.into_iter().filter_map(|change| match change {
                Change::SeenInGroup { by: None, tips, .. } => Some(tips.group_change_info_list),
                _ => None,
            });
            let changes = tips
                .flatten()
                .map(|change| (change.r#type, change.key, change.bool_value));
            changes.collect::<Vec<_>>()
        };
        assert_eq!(says(room.as_str(), &["104", "170", "173"]), [], "it is being made");
        account.groups.lock().unwrap().push(team(&room));
        let (logged, visible) = ("libim.isLogged".to_owned(), "libim.areAddressesVisible".to_owned());
        assert_eq!(says(room.as_str(), &["104", "170", "173"]), [], "it says it each time");
        assert_eq!(says(room.as_str(), &["104", "171"]), [(6, logged.clone(), false)]);
        assert_eq!(says(room.as_str(), &["172"]), [(6, visible.clone(), true)]);
        assert_eq!(
            says(room.as_str(), &["170", "173"]),
            [(6, logged.clone(), true), (6, visible, false)]
        );
        // One with an archive is logged, by this code too, although nobody has said so to those who come in.
        let archived = Room::entering("alice", Some(Position::default()));
        rooms.insert(&room, archived);
        assert_eq!(says(room.as_str(), &["170"]), []);
        assert_eq!(says(room.as_str(), &["171"]), [(6, logged, false)]);
        assert_eq!(says(room.as_str(), &["104"]), []);
        assert_eq!(says(&format!("{room}/bob"), &["170"]), []);
    });
}
