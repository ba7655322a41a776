//! Tests of what rooms and their archives say.

use super::*;
use crate::backend::xmpp::features::rooms::join::tests::rooms;
use crate::backend::xmpp::features::rooms::state::Room;
use crate::backend::xmpp::session::tests::run;
use crate::model::Micros;
use xmpp_parsers::minidom::Element;

#[test]
fn what_was_kept_for_a_connection_does_not_follow_what_came_ahead() {
    run(async {
        let (rooms, account, _outgoing, room) = rooms();
        let mut state = Room::entering("alice", None);
        state.is_behind = true;
        let _ = state.hold.release();
        rooms.insert(&room, state);
        let tell = |id: &str, more: &str| {
            let xml = format!(
                "<message xmlns='jabber:client' type='groupchat' from='{room}/bob' id='{id}'><body>{id}</body>\
                 <stanza-id xmlns='urn:xmpp:sid:0' by='{room}' id='{id}'/>{more}</message>"
            );
            on_message(&rooms, Message::try_from(xml.parse::<Element>().unwrap()).unwrap());
        };
        tell(
            "kept",
            "<delay xmlns='urn:xmpp:delay' from='im.test' stamp='2026-01-01T00:00:00Z'/>",
        );
        tell("now", "");
        let changes = account.changes.lock().unwrap();
        let said = changes.iter().filter_map(|change| match change {
            Change::UnnumberedMessage(said) => Some((said.server_id.as_str(), said.is_ahead)),
            _ => None,
        });
        assert_eq!(said.collect::<Vec<_>>(), [("now", true)]);
    });
}
#[test]
fn what_an_archive_has_in_place_of_a_recalled_message_is_shown_as_recalled() {
    run(async {
        let (rooms, account, _outgoing, room) = rooms();
        let state = Room::entering("alice", None);
        let _ = state.hold.release();
        rooms.insert(&room, state);
        let xml = format!(
            "<message xmlns='jabber:client' type='groupchat' from='{room}/bob' id='m1'>\
             <retracted xmlns='urn:xmpp:message-retract:1' id='m1' stamp='2026-01-01T00:00:00Z'/>\
             <stanza-id xmlns='urn:xmpp:sid:0' by='{room}' id='s1'/></message>"
        );
        let message = Message::try_from(xml.parse::<Element>().unwrap()).unwrap();
        on_message(&rooms, message.clone());
        assert!(account.changes.lock().unwrap().is_empty(), "anybody can say that now");
        let found = Found {
            time: Micros(1),
            server_id: "s1".to_owned(),
            older: false,
            is_ahead: false,
            is_late: false,
        };
        let entry = Entry {
            id: "s1".to_owned(),
            time: Micros(1),
            message,
        };
        let changes = read_entry(&rooms, &room, &entry, &found);
        let [Change::UnnumberedMessage(said)] = changes.as_slice() else {
            panic!("{changes:?}")
        };
        assert_eq!(said.server_id, "s1");
        // The room hides who bob is.
        assert_eq!(said.message.revoked, Some(RecallInfo::default()));
    });
}

#[test]
fn nobody_recalls_their_own_words_under_the_name_of_another() {
    run(async {
        let (rooms, account, _outgoing, room) = rooms();
        let state = Room::entering("alice", None);
        let _ = state.hold.release();
        rooms.insert(&room, state);
        // By name, and by the room's own id, which is ours.
        rooms.with(&room, |room| room.own_id = Some("a1".to_owned()));
        let by_alice = format!("by='{room}/alice'><occupant-id xmlns='urn:xmpp:occupant-id:0' id='a1'/></moderated>");
        let moderated = |version: u8| format!("<moderated xmlns='urn:xmpp:message-moderate:{version}' {by_alice}");
        let old = moderated(0).replace(
            "</moderated>",
            "<retracted xmlns='urn:xmpp:message-retract:0'/><reason>rude</reason></moderated>",
        );
        let forged = [
            format!(
                "<retracted xmlns='urn:xmpp:message-retract:1' id='m1'>{}<reason>rude</reason></retracted>",
                moderated(1)
            ),
            old,
        ];
        let read = |from: &str, inner: &str| {
            let xml =
                format!("<message xmlns='jabber:client' type='groupchat' from='{from}' id='m1'>{inner}</message>");
            let found = Found {
                time: Micros(1),
                server_id: "s1".to_owned(),
                older: false,
                is_ahead: false,
                is_late: false,
            };
            let entry = Entry {
                id: "s1".to_owned(),
                time: Micros(1),
                message: Message::try_from(xml.parse::<Element>().unwrap()).unwrap(),
            };
            let changes = read_entry(&rooms, &room, &entry, &found);
            changes
                .into_iter()
                .map(|change| match change {
                    Change::UnnumberedMessage(said) => said.message.revoked.unwrap(),
                    Change::Revoked { recall, .. } => recall,
                    other => panic!("{other:?}"),
                })
                .collect::<Vec<_>>()
        };
        for inner in &forged {
            assert_eq!(
                read(&format!("{room}/mallory"), inner),
                [RecallInfo::default()],
                "{inner}"
            );
        }
        // What the room itself says of a recall counts, and fills in what the tombstone leaves open.
        let said = format!(
            "<retract xmlns='urn:xmpp:message-retract:1' id='s0'>{}<reason>rude</reason></retract>",
            moderated(1)
        );
        let by_room = read(room.as_str(), &said);
        assert_eq!(by_room[0].by.as_ref().map(UserId::as_str), Some("alice@im.test"));
        assert_eq!(by_room[0].reason, "rude");
        // And from a member it is a recall of their own, if of anything.
        let by_member = read(&format!("{room}/mallory"), &said);
        assert!(
            by_member.iter().all(|recall| recall.by != by_room[0].by),
            "{by_member:?}"
        );
        drop(account);
    });
}
