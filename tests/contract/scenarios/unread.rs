//! Unread counts, read receipts, and the receive option.

use crate::stage::{Device, Stage};
use crate::support::second::next_second;
use im::events::Event;
use serde_json::json;

pub(super) fn unread_is_cleaned_by_scope(stage: &Stage<'_>) {
    let (alice, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let groups = [
        format!("group_{}", stage.group("Work", &[&bob, &alice])),
        format!("group_{}", stage.group("Public", &[&carol, &alice])),
    ];
    let expect = |unread: [i64; 4], total: i64| {
        alice.until(&format!("unread is {unread:?}"), |alice| {
            let ids = [&bob.c2c(), &carol.c2c(), &groups[0], &groups[1]];
            ids.map(|id| alice.unread(id)) == unread
        });
        assert_eq!(alice.total(), total);
        alice.until_last_told(Event::TotalUnreadMessageCountChanged, &json!(total));
    };
    let fill = |first: usize| {
        for number in first..first + 2 {
            bob.send(&alice.c2c(), &number.to_string());
            carol.send(&alice.c2c(), &number.to_string());
            bob.send(&groups[0], &number.to_string());
            carol.send(&groups[1], &number.to_string());
        }
    };
    fill(0);
    expect([2, 2, 2, 2], 8);
    alice.read(&bob.c2c());
    expect([0, 2, 2, 2], 6);
    alice.read("c2c");
    expect([0, 0, 2, 2], 4);
    let second = alice.history(&groups[0])[0]["seq"]
        .as_str()
        .unwrap()
        .parse::<i64>()
        .unwrap();
    alice.ok(
        "cleanConversationUnreadMessageCount",
        json!({ "conversationID": groups[0], "cleanTimestamp": 0, "cleanSequence": second }),
    );
    expect([0, 0, 1, 2], 3);
    alice.read("group");
    expect([0, 0, 0, 0], 0);
    fill(2);
    expect([2, 2, 2, 2], 8);
    alice.read("");
    expect([0, 0, 0, 0], 0);
    assert!(
        alice
            .history(&groups[0])
            .iter()
            .all(|message| message["isRead"] == true)
    );
}

pub(super) fn the_older_names_read_everything_too(stage: &Stage<'_>) {
    let (phone, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let tablet = stage.other(&phone, "tablet");
    let group = stage.group("Work", &[&bob, &phone]);
    let team = format!("group_{group}");
    let fill = || {
        for (peer, to) in [(&bob, &phone.c2c()), (&carol, &phone.c2c()), (&bob, &team)] {
            peer.sent(to, "hi");
        }
    };
    // Somebody whom alice does not know would learn nothing of her reading.
    phone.sent(&bob.c2c(), "hello");
    let expect = |unread: [i64; 3]| {
        for device in [&phone, &tablet] {
            device.until(&format!("unread is {unread:?}"), |device| {
                [&bob.c2c(), &carol.c2c(), &team].map(|id| device.unread(id)) == unread
            });
        }
    };
    fill();
    expect([1, 1, 1]);
    phone.ok("markC2CMessageAsRead", json!({ "userID": bob.user.id }));
    expect([0, 1, 1]);
    tablet.ok("markGroupMessageAsRead", json!({ "groupID": group }));
    expect([0, 1, 0]);
    fill();
    expect([1, 2, 1]);
    phone.ok("markAllMessageAsRead", json!({}));
    expect([0, 0, 0]);
    bob.until_told(Event::RecvC2CReadReceipt, |receipts| {
        receipts[0]["userID"] == phone.user.id.as_str()
    });
}

pub(super) fn muted_conversations_do_not_count_in_the_total(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let group = stage.group("Work", &[&bob, &alice]);
    let conversation = format!("group_{group}");
    bob.send(&alice.c2c(), "one");
    bob.send(&conversation, "two");
    alice.until("both count", |alice| alice.total() == 2);
    alice.ok(
        "setC2CReceiveMessageOpt",
        json!({ "userIDList": [bob.user.id], "opt": 2 }),
    );
    assert_eq!((alice.unread(&bob.c2c()), alice.total()), (1, 1));
    alice.ok("setGroupReceiveMessageOpt", json!({ "groupID": group, "opt": 3 }));
    assert_eq!((alice.unread(&conversation), alice.total()), (1, 0));
    bob.send(&alice.c2c(), "three");
    bob.send(&conversation, "four");
    alice.until("both arrive", |alice| {
        alice.unread(&bob.c2c()) == 2 && alice.unread(&conversation) == 2
    });
    assert_eq!(alice.total(), 0);
    alice.until_last_told(Event::TotalUnreadMessageCountChanged, &json!(0));
    alice.ok("setGroupReceiveMessageOpt", json!({ "groupID": group, "opt": 0 }));
    assert_eq!(alice.total(), 2);
    alice.until_last_told(Event::TotalUnreadMessageCountChanged, &json!(2));
}

pub(super) fn the_peer_learns_what_was_read(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&alice, "tablet");
    alice.sent(&bob.c2c(), "one");
    alice.sent(&bob.c2c(), "two");
    bob.until_texts(&alice.c2c(), &["one", "two"]);
    // A stranger who writes does not learn that somebody reads it.
    let carol = stage.login("carol");
    carol.sent(&bob.c2c(), "is anybody there?");
    bob.until("carol's message", |bob| bob.unread(&carol.c2c()) == 1);
    bob.read(&carol.c2c());
    bob.ok("addFriend", json!({ "userID": alice.user.id }));
    let is_peer_read = |device: &crate::stage::Device| -> Vec<bool> {
        device
            .history(&bob.c2c())
            .iter()
            .map(|message| message["isPeerRead"].as_bool().unwrap())
            .collect()
    };
    assert_eq!(is_peer_read(&alice), [false, false]);
    bob.read(&alice.c2c());
    for device in [&alice, &tablet] {
        device.until("both are read", |device| is_peer_read(device) == [true, true]);
        assert_eq!(device.row(&bob.c2c())["lastMessage"]["isPeerRead"], true);
        device.until_told(Event::RecvC2CReadReceipt, |receipts| {
            receipts
                .as_array()
                .unwrap()
                .iter()
                .any(|it| it["userID"] == *bob.user.id)
        });
    }
    alice.sent(&bob.c2c(), "three");
    bob.until("three", |bob| bob.unread(&alice.c2c()) == 1);
    assert_eq!(is_peer_read(&alice), [true, true, false]);
    // Who has read is not told of it, and what bob wrote alice has not read yet.
    bob.sent(&alice.c2c(), "four");
    assert!(bob.told(Event::RecvC2CReadReceipt).is_empty());
    assert_eq!(bob.row(&alice.c2c())["lastMessage"]["isPeerRead"], false);
    // What bob has read and said since is at the server, and so was what carol might have been told.
    bob.sent(&carol.c2c(), "who are you?");
    carol.until_texts(&bob.c2c(), &["is anybody there?", "who are you?"]);
    assert!(carol.told(Event::RecvC2CReadReceipt).is_empty());
    assert_eq!(carol.history(&bob.c2c())[0]["isPeerRead"], false);
    // Now she is somebody whom bob has written to.
    carol.sent(&bob.c2c(), "carol");
    bob.until("carol's answer", |bob| bob.unread(&carol.c2c()) == 1);
    bob.read(&carol.c2c());
    carol.until("she learns of it", |carol| {
        carol.history(&bob.c2c())[2]["isPeerRead"] == true
    });
}

pub(super) fn nothing_arrives_from_who_is_blocked(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&alice, "tablet");
    let set = |opt: i64| {
        alice.ok(
            "setC2CReceiveMessageOpt",
            json!({ "userIDList": [bob.user.id], "opt": opt }),
        );
        // When the other device knows it, the service does.
        tablet.until("the option is known", |tablet| {
            tablet.conversation(&bob.c2c())["recvOpt"] == opt
        });
    };
    bob.sent(&alice.c2c(), "before");
    alice.until_texts(&bob.c2c(), &["before"]);
    tablet.until_texts(&bob.c2c(), &["before"]);
    set(1);
    // Bob is not told that he is not heard.
    bob.sent(&alice.c2c(), "unheard");
    alice.sent(&bob.c2c(), "from here it goes on");
    tablet.until_texts(&bob.c2c(), &["before", "from here it goes on"]);
    bob.until("he still hears", |bob| bob.history(&alice.c2c()).len() == 3);
    set(0);
    bob.sent(&alice.c2c(), "heard");
    for device in [&alice, &tablet] {
        device.until_texts(&bob.c2c(), &["before", "from here it goes on", "heard"]);
        assert_eq!(
            device
                .received(&bob.c2c())
                .iter()
                .filter(|text| *text == "unheard")
                .count(),
            0
        );
    }
}

pub(super) fn what_was_never_read_at_a_first_sync(stage: &Stage<'_>) {
    let bob = stage.login("bob");
    let alice = stage.user("alice");
    let id = format!("c2c_{}", alice.id);
    for text in ["one", "two", "three"] {
        bob.sent(&id, text);
    }
    next_second();
    let alice = stage.device(&alice, "phone");
    alice.login();
    alice.until_texts(&bob.c2c(), &["one", "two", "three"]);
    let expected = if stage.traits().knows_what_was_never_read { 3 } else { 0 };
    assert_eq!((alice.unread(&bob.c2c()), alice.total()), (expected, expected));
    assert!(alice.told(Event::RecvNewMessage).is_empty());
    bob.sent(&alice.c2c(), "four");
    alice.until("the live one counts", |alice| alice.unread(&bob.c2c()) == expected + 1);
}

pub(super) fn what_was_said_before_a_block_stays_on_all_devices(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&alice, "tablet");
    let chat = bob.c2c();
    let set = |device: &Device, opt: i64| {
        device.ok(
            "setC2CReceiveMessageOpt",
            json!({ "userIDList": [bob.user.id], "opt": opt }),
        );
    };
    alice.sent(&chat, "hello");
    bob.sent(&alice.c2c(), "before");
    tablet.until_texts(&chat, &["hello", "before"]);
    // The tablet blocks while it is offline, and has not seen everything that was said before.
    tablet.logout();
    bob.sent(&alice.c2c(), "also before");
    alice.until_texts(&chat, &["hello", "before", "also before"]);
    set(&tablet, 1);
    tablet.login();
    alice.until("the block is known", |alice| alice.conversation(&chat)["recvOpt"] == 1);
    bob.sent(&alice.c2c(), "unheard");
    alice.sent(&chat, "from here it goes on");
    let heard = ["hello", "before", "also before", "from here it goes on"];
    let during = stage.other(&alice, "during");
    for device in [&alice, &tablet, &during] {
        device.until_texts(&chat, &heard);
    }
    set(&alice, 0);
    for device in [&tablet, &during] {
        device.until("the block is over", |device| device.conversation(&chat)["recvOpt"] == 0);
    }
    bob.sent(&alice.c2c(), "after");
    let heard = ["hello", "before", "also before", "from here it goes on", "after"];
    let later = stage.other(&alice, "later");
    for device in [&alice, &tablet, &during, &later] {
        device.until_texts(&chat, &heard);
        assert_eq!(device.total(), alice.total());
    }
}
