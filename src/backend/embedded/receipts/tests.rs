use super::*;
use crate::backend::NewGroup;
use crate::backend::embedded::testing::{TestService, text};
use crate::backend::embedded::{groups, membership, messages};
use crate::model::{GroupId, GroupRole, GroupType, Message, Status};

fn asking(from: &Me, to: &str, msg_id: &str) -> Message {
    let mut message = text(from, to, msg_id);
    message.body.need_read_receipt = true;
    message
}

/// Who has read which message, as a user is told after a change.
fn told(service: &TestService, me: &Me, after: i64) -> Vec<(String, String)> {
    let receipts = service.told(me, after).into_iter().filter_map(|change| match change {
        Change::ReadReceipt {
            message: Target::MsgId(msg_id),
            reader,
            ..
        } => Some((msg_id, reader.to_string())),
        _ => None,
    });
    receipts.collect()
}

#[test]
fn what_a_device_has_fetched_is_told_once_to_those_who_wrote_it() {
    let mut service = TestService::new();
    let (alice, bob) = (service.user("alice"), service.user("bob"));
    service.write(|tx| messages::send(tx, &alice, &text(&alice, "bob", "m1")));
    service.write(|tx| messages::send(tx, &bob, &text(&bob, "alice", "m2")));
    let head = service.head();
    for _ in 0..2 {
        service.write(|tx| fetched(tx, &bob, head));
    }
    let delivered = Change::Delivered {
        conversation: ConversationId::c2c(&bob.user_id),
        up_to: Target::seq(1),
    };
    assert_eq!(service.told(&alice, head), [delivered]);
    assert_eq!(service.told(&bob, head), [], "alice has fetched nothing");
    service.write(|tx| tx.execute("UPDATE user SET fetched = 1 << 60", []));
    service.write(|tx| messages::send(tx, &alice, &text(&alice, "bob", "m3")));
    let head = service.head();
    service.write(|tx| fetched(tx, &bob, head));
    assert_eq!(
        service.told(&alice, head),
        [],
        "a number that was never given says that all is fetched"
    );
}

#[test]
fn a_stranger_is_not_told_what_a_device_has_fetched() {
    let mut service = TestService::new();
    let (alice, bob) = (service.user("alice"), service.user("bob"));
    let fetch = |service: &mut TestService, msg_id: &str| {
        service.write(|tx| messages::send(tx, &alice, &text(&alice, "bob", msg_id)));
        let head = service.head();
        service.write(|tx| fetched(tx, &bob, head));
        service.told(&alice, head).len()
    };
    assert_eq!(fetch(&mut service, "m1"), 0);
    service.write(|tx| {
        let sql = "INSERT INTO friend (user, friend, remark) VALUES (?1, ?2, '')";
        tx.execute(sql, (bob.id, alice.id))
    });
    assert_eq!(fetch(&mut service, "m2"), 1);
}

#[test]
fn only_who_has_a_message_that_asks_for_it_confirms_it_and_once() {
    let mut service = TestService::new();
    let (alice, bob, mallory) = (service.user("alice"), service.user("bob"), service.user("mallory"));
    service.write(|tx| messages::send(tx, &alice, &asking(&alice, "bob", "m1")));
    service.write(|tx| messages::send(tx, &alice, &text(&alice, "bob", "m2")));
    let head = service.head();
    let all = ["m1", "m2", "unknown"].map(str::to_owned);
    for (reader, peer) in [(&alice, &bob), (&mallory, &alice), (&mallory, &bob)] {
        let chat = ConversationId::c2c(&peer.user_id);
        service.write(|tx| confirm(tx, reader, &chat, &all, Micros(5)));
    }
    assert_eq!(service.head(), head, "nobody is told anything");
    let chat = ConversationId::c2c(&alice.user_id);
    for _ in 0..2 {
        service.write(|tx| confirm(tx, &bob, &chat, &all, Micros(5)));
    }
    assert_eq!(told(&service, &alice, head), [("m1".to_owned(), "bob".to_owned())]);
    assert_eq!(service.told(&bob, head), []);
}

#[test]
fn in_a_group_members_confirm_what_they_have_got() {
    let mut service = TestService::new();
    let (alice, bob, late) = (service.user("alice"), service.user("bob"), service.user("late"));
    let id = GroupId::trusted("team");
    let new = NewGroup {
        group_id: Some(id.clone()),
        group_type: GroupType::Public,
        group_name: String::new(),
        face_url: String::new(),
        members: vec![(bob.user_id.clone(), GroupRole::Member)],
        approve_opt: None,
    };
    service.write(|tx| groups::create(tx, &alice, &new, &new.members));
    let team = ConversationId::group(&id);
    let mut message = asking(&alice, "bob", "m1");
    message.conversation.clone_from(&team);
    service.write(|tx| messages::send(tx, &alice, &message));
    let ids = ["m1".to_owned()];
    let error = service.refused(|tx| confirm(tx, &late, &team, &ids, Micros(5)));
    assert_eq!(error.status, Status::NoPermission);
    service.write(|tx| membership::join(tx, &late, &id, ""));
    let head = service.head();
    for reader in [&late, &bob] {
        service.write(|tx| confirm(tx, reader, &team, &ids, Micros(5)));
    }
    assert_eq!(told(&service, &alice, head), [("m1".to_owned(), "bob".to_owned())]);
    let stored: i64 = service.read(|db| Ok(db.query_row("SELECT time FROM receipt", (), |row| row.get(0))?));
    assert_eq!(stored, 5);
}
