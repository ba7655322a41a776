//! Deleting messages, histories and conversations: gone for one user on all devices, kept by the others.

use crate::support::*;
use im::model::*;

fn three(from: &Client, to: &str) -> Vec<Message> {
    ["1", "2", "3"].iter().map(|text| from.send(&c2c(to), text)).collect()
}

#[test]
fn deleted_messages_go_on_all_devices_of_one_user() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let tablet = Client::login(&path, "alice");
    let sent = three(&alice, "bob");
    let delete = Outbound::DeleteMessages {
        conversation: c2c("bob"),
        msg_ids: vec![sent[0].msg_id.clone(), sent[2].msg_id.clone(), "unknown".to_owned()],
    };
    alice.done(delete.clone());
    alice.done(delete);
    tablet.wait("the deletion", |record| {
        let deleted: Vec<&String> = record
            .changes()
            .filter_map(|change| match change {
                Change::MessagesDeleted { msg_ids, .. } => Some(msg_ids),
                _ => None,
            })
            .flatten()
            .collect();
        deleted.contains(&&sent[0].msg_id) && deleted.contains(&&sent[2].msg_id)
    });
    Client::login(&path, "alice").look(|record| assert_eq!(record.texts(&c2c("bob")), ["2"]));
    Client::login(&path, "bob").look(|record| assert_eq!(record.texts(&c2c("alice")), ["1", "2", "3"]));
}

#[test]
fn a_cleared_history_stays_cleared_and_keeps_the_settings() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let tablet = Client::login(&path, "alice");
    three(&alice, "bob");
    for command in [
        Outbound::Set {
            conversation: c2c("bob"),
            setting: now(Setting::Pinned(true)),
        },
        Outbound::ClearHistory {
            conversation: c2c("bob"),
            up_to: 2,
            last: None,
            apart: Vec::new(),
        },
    ] {
        alice.done(command);
    }
    let cleared = Change::HistoryCleared {
        conversation: c2c("bob"),
        up_to: Target::seq(2),
    };
    tablet.wait("the clearing", |record| {
        record.changes().any(|change| *change == cleared)
    });
    Client::login(&path, "alice").look(|record| {
        assert_eq!(record.texts(&c2c("bob")), ["3"]);
        assert!(record.settings(&c2c("bob")).unwrap().0, "still pinned");
    });
    Client::login(&path, "bob").look(|record| assert_eq!(record.messages(&c2c("alice")).len(), 3));
}

#[test]
fn a_deleted_conversation_is_unpinned_and_keeps_its_receive_option_and_read_position() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let tablet = Client::login(&path, "alice");
    let bob = Client::login(&path, "bob");
    three(&bob, "alice");
    for command in [
        Outbound::Set {
            conversation: c2c("bob"),
            setting: now(Setting::Pinned(true)),
        },
        Outbound::Set {
            conversation: c2c("bob"),
            setting: now(Setting::RecvOpt(RecvOpt::NotNotify)),
        },
        Outbound::Read {
            conversation: c2c("bob"),
            position: ReadPosition { seq: 3, timestamp: 1 },
            tells_peer: true,
        },
        // A sequence that does not exist yet must not swallow what comes.
        Outbound::DeleteConversation {
            conversation: c2c("bob"),
            up_to: 1000,
            last: None,
            apart: Vec::new(),
            stamp: stamp(),
        },
    ] {
        alice.done(command);
    }
    tablet.wait("the deletion and the unpinning", |record| {
        record.changes().any(|change| {
            matches!(
                change,
                Change::ConversationDeleted { conversation, up_to, .. }
                    if *conversation == c2c("bob") && *up_to == Target::seq(3)
            )
        }) && record.settings(&c2c("bob")) == Some((false, RecvOpt::NotNotify, 3))
    });
    bob.send(&c2c("alice"), "again");
    let later = Client::login(&path, "alice");
    later.look(|record| {
        assert_eq!(record.texts(&c2c("bob")), ["again"]);
        assert_eq!(record.settings(&c2c("bob")), Some((false, RecvOpt::NotNotify, 3)));
    });
}

#[test]
fn what_nobody_keeps_leaves_no_content_in_the_file() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let bob = Client::login(&path, "bob");
    let sent = alice.send(&c2c("bob"), "secret");
    let bodies = || -> i64 {
        let db = rusqlite::Connection::open(&path).unwrap();
        db.query_row("SELECT count(*) FROM message WHERE body LIKE '%secret%'", (), |row| {
            row.get(0)
        })
        .unwrap()
    };
    alice.done(Outbound::ClearHistory {
        conversation: c2c("bob"),
        up_to: 1,
        last: None,
        apart: Vec::new(),
    });
    assert_eq!(bodies(), 1);
    bob.done(Outbound::DeleteMessages {
        conversation: c2c("alice"),
        msg_ids: vec![sent.msg_id.clone()],
    });
    assert_eq!(bodies(), 0);
    // Its place is still remembered, for a device that sends it again.
    let again = alice.run(Outbound::Send(Box::new(sent.clone())));
    assert!(matches!(again, Outcome::Sent { seq: 1, .. }), "{again:?}");
}

#[test]
fn what_is_not_there_is_deleted_without_complaint() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    Client::login(&path, "bob").create(GroupType::Public, "g", &[]);
    for conversation in [c2c("nobody"), group("none"), group("g")] {
        alice.done(Outbound::DeleteConversation {
            conversation: conversation.clone(),
            up_to: 5,
            last: None,
            apart: Vec::new(),
            stamp: stamp(),
        });
        alice.done(Outbound::ClearHistory {
            conversation,
            up_to: 5,
            last: None,
            apart: Vec::new(),
        });
    }
}
