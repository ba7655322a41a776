use crate::engine::fixture::{Fixture, START, at, bob, body, c2c, message, refused, team, team_with};
use crate::events::Event;
use crate::model::{
    Change, ConversationId, GroupMember, GroupRole, IdKind, MessageBody, MessageId, Micros, Outbound, Outcome, Target,
    UserId,
};
use serde_json::{Value, json};

/// Alice's message to a conversation that asks for receipts, confirmed by the server as that number.
fn asking(fixture: &Fixture, id: &ConversationId, seq: u64) -> String {
    let asks = MessageBody {
        need_read_receipt: true,
        ..body("read?")
    };
    let sent: Value = serde_json::from_str(&fixture.engine.send(id, asks).unwrap()).unwrap();
    loop {
        let is_send = matches!(fixture.command(), Some(Outbound::Send(_)));
        let time = Micros((START + i64::try_from(seq).unwrap()) * 1_000_000);
        fixture.complete(if is_send {
            Outcome::Sent { seq, time }
        } else {
            Outcome::Done
        });
        if is_send {
            return sent["msgID"].as_str().unwrap().to_owned();
        }
    }
}

/// A message of bob's, which asks for a receipt or not.
fn asked(fixture: &Fixture, id: &ConversationId, seq: u64, asks: bool) -> String {
    let mut message = message(id, "bob", seq);
    message.msg_id = format!("{id}-{seq}");
    message.body.need_read_receipt = asks;
    let msg_id = message.msg_id.clone();
    fixture.live(Change::Message(message));
    msg_id
}

fn read_by(id: &ConversationId, target: Target, reader: &str, reaches_back: bool) -> Change {
    Change::ReadReceipt {
        conversation: id.clone(),
        message: target,
        reader: UserId::trusted(reader),
        time: Micros((START + 50) * 1_000_000),
        reaches_back,
    }
}

fn named(msg_id: &str) -> Target {
    Target::MsgId(msg_id.to_owned())
}

fn receipts(fixture: &Fixture, ids: &[&str], members: &[&str]) -> Value {
    let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    let members: Vec<GroupMember> = members
        .iter()
        .map(|user| GroupMember {
            user_id: UserId::trusted(*user),
            role: GroupRole::Member,
            nick_name: String::new(),
            name_card: String::new(),
            face_url: String::new(),
            join_time: if *user == "late" { START + 40 } else { START },
            mute_until: 0,
        })
        .collect();
    serde_json::from_str(&fixture.engine.read_receipts(&ids, &members).unwrap()).unwrap()
}

#[test]
fn a_peers_receipt_shows_in_the_message_is_told_once_and_survives_a_restart() {
    let fixture = Fixture::new();
    let msg_id = asking(&fixture, &bob(), 1);
    let before = fixture.row(&bob());
    assert_eq!(receipts(&fixture, &[&msg_id], &[])[0]["isPeerRead"], false);
    fixture.told();
    for _ in 0..2 {
        fixture.live(read_by(&bob(), named(&msg_id), "bob", false));
    }
    let told = fixture.told();
    let told = |event| {
        told.iter()
            .filter(move |(told, _)| *told == event)
            .map(|(_, payload)| payload)
    };
    let receipt = json!({
        "userID": "bob", "timestamp": START + 50, "groupID": null, "msgID": msg_id,
        "readCount": 0, "unreadCount": 0, "isPeerRead": true,
    });
    let heard: Vec<_> = told(Event::RecvMessageReadReceipts).collect();
    assert_eq!(heard, [&json!([receipt])]);
    assert_eq!(told(Event::ConversationChanged).count(), 1);
    let fixture = fixture.reopen();
    assert_eq!(receipts(&fixture, &[&msg_id], &[]), json!([receipt]));
    let row = fixture.row(&bob());
    assert_eq!(
        (&row["lastMessage"]["isPeerRead"], &row["lastMessage"]["isDelivered"]),
        (&true.into(), &true.into())
    );
    for key in ["orderkey", "unreadCount"] {
        assert_eq!(row[key], before[key], "it moves nothing");
    }
}

#[test]
fn a_liars_receipt_changes_nothing() {
    let fixture = Fixture::new();
    let msg_id = asking(&fixture, &bob(), 1);
    let theirs = asked(&fixture, &bob(), 2, true);
    let plain = fixture.send(&bob(), "no receipt");
    let failed = fixture.send(&bob(), "refused");
    while let Some(command) = fixture.command() {
        let is_failed = matches!(&command, Outbound::Send(message) if message.msg_id == failed);
        fixture.complete(if is_failed { refused() } else { Outcome::Done });
    }
    let before = (fixture.row(&bob()), receipts(&fixture, &[&msg_id], &[]));
    fixture.told();
    let id = |id: &str, sender: &str| {
        Target::Id(MessageId {
            kind: IdKind::Origin,
            id: id.to_owned(),
            sender: Some(UserId::trusted(sender)),
            not_after: None,
        })
    };
    for lie in [
        // Somebody else, in another conversation or in this one; what is bob's own; and what asks for nothing.
        read_by(&c2c("mallory"), named(&msg_id), "mallory", false),
        read_by(&bob(), named(&msg_id), "mallory", false),
        read_by(&c2c("mallory"), id(&msg_id, "alice"), "mallory", true),
        read_by(&bob(), named(&theirs), "bob", false),
        read_by(&bob(), id(&theirs, "bob"), "bob", false),
        read_by(&bob(), named(&plain), "bob", false),
        read_by(&bob(), named(&failed), "bob", false),
        read_by(&bob(), named("unknown"), "bob", false),
        read_by(&bob(), at(9), "bob", true),
        read_by(&bob(), named(&msg_id), "alice", false),
    ] {
        fixture.live(lie);
    }
    assert_eq!((fixture.row(&bob()), receipts(&fixture, &[&msg_id], &[])), before);
    assert_eq!(fixture.told(), []);
}

#[test]
fn a_receipt_waits_for_its_message() {
    let fixture = Fixture::new();
    let early = Target::Id(MessageId {
        kind: IdKind::MsgId,
        id: "mine".to_owned(),
        sender: Some(UserId::trusted("alice")),
        not_after: None,
    });
    fixture.live(read_by(&bob(), early, "bob", false));
    let mut mine = message(&bob(), "alice", 1);
    mine.msg_id = "mine".to_owned();
    mine.body.need_read_receipt = true;
    fixture.history(Change::Message(mine));
    assert_eq!(receipts(&fixture, &["mine"], &[])[0]["isPeerRead"], true);
    assert_eq!(fixture.told_of(Event::RecvMessageReadReceipts), Value::Null, "old news");
}

#[test]
fn in_a_group_readers_are_counted_among_those_who_were_there() {
    let fixture = Fixture::new();
    fixture.live(team_with(GroupRole::Member));
    let first = asking(&fixture, &team(), 1);
    let second = asking(&fixture, &team(), 2);
    let theirs = asked(&fixture, &team(), 3, false);
    fixture.told();
    fixture.live(read_by(&team(), named(&first), "bob", false));
    let told = fixture.told_of(Event::RecvMessageReadReceipts);
    let counts =
        |receipt: &Value| ["userID", "groupID", "msgID", "readCount", "unreadCount"].map(|key| receipt[key].clone());
    assert_eq!(
        counts(&told[0]),
        ["".into(), "team".into(), first.as_str().into(), 1.into(), 0.into()] as [Value; 5]
    );
    // A marker of another client confirms what was said before it too, each message once.
    fixture.live(read_by(&team(), named(&theirs), "bob", true));
    let told = fixture.told_of(Event::RecvMessageReadReceipts);
    assert_eq!(
        (told.as_array().unwrap().len(), &told[0]["msgID"]),
        (1, &second.as_str().into())
    );
    fixture.live(read_by(&team(), named(&theirs), "carol", true));
    let told = fixture.told_of(Event::RecvMessageReadReceipts);
    let told: Vec<&Value> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|receipt| &receipt["msgID"])
        .collect();
    assert_eq!(told, [&Value::from(first.as_str()), &Value::from(second.as_str())]);
    fixture.live(read_by(&team(), named(&theirs), "carol", true));
    assert!(fixture.told().is_empty());
    let members = ["alice", "bob", "dave", "late"];
    let receipts = receipts(&fixture, &[&second, &first], &members);
    // Carol has left since, and has read it all the same.
    assert_eq!(
        (&receipts[0]["msgID"], &receipts[1]["msgID"]),
        (&second.as_str().into(), &first.as_str().into())
    );
    for receipt in receipts.as_array().unwrap() {
        assert_eq!(
            (&receipt["readCount"], &receipt["unreadCount"]),
            (&2.into(), &1.into()),
            "{receipt}"
        );
    }
    let readers = fixture.engine.readers(&first).unwrap();
    assert_eq!(readers.users, ["bob", "carol"].map(UserId::trusted));
}

#[test]
fn what_asks_is_confirmed_once_by_the_outbox_and_counts_stay() {
    let fixture = Fixture::new();
    fixture.send(&bob(), "hello");
    let (one, two) = (asked(&fixture, &bob(), 2, true), asked(&fixture, &bob(), 3, false));
    fixture.complete_all();
    let before = fixture.row(&bob());
    let ids = [one.clone(), two];
    for _ in 0..2 {
        fixture.engine.send_read_receipts(&ids).unwrap();
    }
    assert_eq!(fixture.row(&bob()), before);
    let fixture = fixture.reopen();
    let confirms = fixture.command();
    assert!(
        matches!(&confirms, Some(Outbound::ReadReceipts { conversation, msg_ids, .. })
            if *conversation == bob() && *msg_ids == [one.clone()]),
        "{confirms:?}"
    );
    fixture.complete(refused());
    fixture.engine.send_read_receipts(&ids).unwrap();
    assert_eq!(fixture.command(), None);
}

#[test]
fn a_stranger_learns_nothing_until_one_writes_or_befriends_them() {
    let befriend = |fixture: &Fixture| {
        fixture.live(Change::Friend {
            user_id: UserId::trusted("bob"),
            remark: Some(String::new()),
        });
    };
    let write = |fixture: &Fixture| drop(fixture.send(&bob(), "hello"));
    for known in [&befriend as &dyn Fn(&Fixture), &write] {
        let fixture = Fixture::new();
        let ids = [asked(&fixture, &bob(), 1, true)];
        fixture.complete_all();
        fixture.engine.send_read_receipts(&ids).unwrap();
        assert_eq!(fixture.command(), None);
        known(&fixture);
        fixture.complete_all();
        fixture.engine.send_read_receipts(&ids).unwrap();
        assert!(matches!(fixture.command(), Some(Outbound::ReadReceipts { .. })));
    }
}

#[test]
fn calls_name_the_message_that_is_wrong() {
    let fixture = Fixture::new();
    fixture.live(team_with(GroupRole::Member));
    let mine = asking(&fixture, &bob(), 1);
    let (theirs, other) = (asked(&fixture, &bob(), 2, true), asked(&fixture, &team(), 3, true));
    let plain = fixture.send(&bob(), "no receipt");
    let of = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    for (ids, wrong) in [
        (vec!["unknown"], "unknown"),
        (vec![&theirs, &mine], &mine),
        (vec![&theirs, &other], &other),
    ] {
        let error = fixture.engine.send_read_receipts(&of(&ids)).unwrap_err();
        assert!(error.desc.contains(wrong), "{error}");
    }
    for (ids, wrong) in [
        (vec!["unknown"], "unknown"),
        (vec![&mine, &theirs], &theirs),
        (vec![&plain], &plain),
    ] {
        let error = fixture.engine.receipts_conversation(&of(&ids)).unwrap_err();
        assert!(error.desc.contains(wrong), "{error}");
    }
    fixture.complete_all();
    assert_eq!(fixture.command(), None);
}

#[test]
fn what_has_arrived_is_told_by_its_last_message_and_never_goes_back() {
    let fixture = Fixture::new();
    let delivered = |seq| Change::Delivered {
        conversation: bob(),
        up_to: at(seq),
    };
    let sent: Vec<String> = (1..=3).map(|seq| asking(&fixture, &bob(), seq)).collect();
    let shown = || fixture.row(&bob())["lastMessage"]["isDelivered"] == true;
    fixture.told();
    fixture.live(delivered(2));
    let told = fixture.told_of(Event::RecvC2CDeliveryReceipt);
    assert_eq!(
        (&told[0]["msgID"], &told[0]["timestamp"], &told[0]["isPeerRead"]),
        (&sent[1].as_str().into(), &(START + 2).into(), &false.into())
    );
    assert!(!shown());
    fixture.live(delivered(3));
    assert!(shown());
    fixture.told();
    for again in [delivered(1), delivered(3)] {
        fixture.live(again);
    }
    assert!(fixture.told().is_empty() && shown());
    // What was read has arrived, and that is told as read.
    asking(&fixture, &bob(), 4);
    assert!(!shown());
    fixture.live(Change::PeerRead {
        conversation: bob(),
        up_to: at(4),
    });
    assert!(shown());
    fixture.told();
    fixture.live(delivered(4));
    assert!(fixture.told().is_empty());
}

#[test]
fn who_reads_the_conversation_has_read_the_messages_in_it() {
    let fixture = Fixture::new();
    let sent: Vec<String> = (1..=2).map(|seq| asking(&fixture, &bob(), seq)).collect();
    fixture.send(&bob(), "asks for nothing");
    fixture.told();
    fixture.live(Change::PeerRead {
        conversation: bob(),
        up_to: at(2),
    });
    let told = fixture.told_of(Event::RecvMessageReadReceipts);
    let ids: Vec<&Value> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|receipt| &receipt["msgID"])
        .collect();
    assert_eq!(ids, [&Value::from(sent[0].as_str()), &Value::from(sent[1].as_str())]);
    let all = receipts(&fixture, &[&sent[0], &sent[1]], &[]);
    assert!(
        all.as_array()
            .unwrap()
            .iter()
            .all(|receipt| receipt["isPeerRead"] == true)
    );
}
