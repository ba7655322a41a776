//! Messages between two users.

use crate::stage::Stage;
use im::events::Event;
use serde_json::{Value, json};

pub(super) fn texts_go_both_ways(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let msg_id = alice.send(&bob.c2c(), "hi");
    // It is there at once, whatever the service does meanwhile.
    assert_eq!(alice.ids(), [bob.c2c()]);
    assert_eq!(alice.row(&bob.c2c())["lastMessage"]["msgID"], *msg_id);
    let sent = alice.until_sent(&bob.c2c(), &msg_id);
    assert!(sent["timestamp"].as_i64().unwrap() > 0 && sent["seq"] != "0", "{sent}");
    alice.until_told(Event::MessageStatusChanged, |message| {
        message["msgID"] == *msg_id && message["status"] == 2
    });
    bob.until_texts(&alice.c2c(), &["hi"]);
    let row = bob.row(&alice.c2c());
    assert_eq!((&row["unreadCount"], bob.total()), (&json!(1), 1));
    let last = &row["lastMessage"];
    for (key, value) in [
        ("msgID", json!(msg_id)),
        ("sender", json!(alice.user.id)),
        ("userID", json!(alice.user.id)),
        ("groupID", Value::Null),
        ("status", json!(2)),
        ("elemType", json!(1)),
        ("isSelf", json!(false)),
        ("isRead", json!(false)),
    ] {
        assert_eq!(last[key], value, "{key} of {last}");
    }

    let answer = bob.sent(&alice.c2c(), "hello");
    alice.until_texts(&bob.c2c(), &["hi", "hello"]);
    bob.until_texts(&alice.c2c(), &["hi", "hello"]);
    assert_eq!(alice.row(&bob.c2c())["lastMessage"]["msgID"], answer["msgID"]);
    assert_eq!((alice.unread(&bob.c2c()), alice.total()), (1, 1));
    // A third message comes after whatever the first two could still cause.
    alice.sent(&bob.c2c(), "bye");
    bob.until("all is told", |bob| bob.received(&alice.c2c()).len() >= 2);
    assert_eq!(bob.received(&alice.c2c()), ["hi", "bye"]);
    assert_eq!(bob.told(Event::NewConversation).len(), 1);
    alice.until("the answer is told", |alice| alice.received(&bob.c2c()) == ["hello"]);
}

pub(super) fn a_custom_message_arrives_whole(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let elem = json!({ "data": "{\"x\": [1, 2]}", "desc": "a <point>", "extension": "ext & \"more\"" });
    let sent = alice.ok(
        "sendMessage",
        json!({
            "receiver": bob.user.id, "elemType": 2, "customElem": elem, "cloudCustomData": "{\"reply\": \"to\"}",
            "priority": 1, "needReadReceipt": true,
        }),
    );
    bob.until("the message", |bob| bob.history(&alice.c2c()).len() == 1);
    let message = &bob.history(&alice.c2c())[0];
    for (key, value) in [
        ("msgID", sent["msgID"].clone()),
        ("random", sent["random"].clone()),
        ("elemType", json!(2)),
        ("customElem", elem),
        ("textElem", Value::Null),
        ("cloudCustomData", json!("{\"reply\": \"to\"}")),
        ("priority", json!(1)),
        ("needReadReceipt", json!(true)),
    ] {
        assert_eq!(message[key], value, "{key} of {message}");
    }
}

pub(super) fn every_kind_of_text_arrives_unchanged(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let long = "0123456789abcdef".repeat(64 * 1024 / 16);
    let wide = "€".repeat(64 * 1024 / 3);
    let texts = [
        "naïve Ωmega 你好 שלום مرحبا",
        "👩‍👩‍👧‍👦 🇪🇺 e\u{301} \u{202e}turned\u{202c} \u{feff}mark",
        "<body>&amp; \"quoted\" 'single' ]]> <!-- --> &#0;",
        "  both ends  ",
        "one\ntwo\n\n\tthree\n",
        " ",
        "{\"json\": \"\\u0041\\n\"}",
        &long,
        &wide,
    ];
    for text in texts {
        alice.send(&bob.c2c(), text);
    }
    bob.until("all texts", |bob| bob.history(&alice.c2c()).len() == texts.len());
    assert_eq!(bob.texts(&alice.c2c()), texts);
    assert_eq!(alice.texts(&bob.c2c()), texts);
    // A device that reads them from the history has the same.
    assert_eq!(stage.other(&alice, "tablet").texts(&bob.c2c()), texts);
    let too_long = json!({ "receiver": bob.user.id, "elemType": 1, "textElem": { "text": format!("{long}!") } });
    alice.refused(&[6017], "sendMessage", &too_long);
}

pub(super) fn flags_keep_a_message_out_of_unread_and_last(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let first = alice.sent(&bob.c2c(), "first");
    let send = |text: &str, flag: &str| {
        let text = json!({ "text": text });
        alice.ok(
            "sendMessage",
            json!({ "receiver": bob.user.id, "elemType": 1, "textElem": text, flag: true }),
        )
    };
    let quiet = send("not counted", "isExcludedFromUnreadCount");
    let hidden = send("not last", "isExcludedFromLastMessage");
    bob.until_texts(&alice.c2c(), &["first", "not counted", "not last"]);
    let tablet = stage.other(&bob, "tablet");
    tablet.until_texts(&alice.c2c(), &["first", "not counted", "not last"]);
    for (device, peer) in [(&bob, &alice), (&alice, &bob), (&tablet, &alice)] {
        let last = &device.row(&peer.c2c())["lastMessage"];
        assert_eq!(last["msgID"], quiet["msgID"], "{}", device.user.id);
        assert_eq!(last["isExcludedFromUnreadCount"], true);
        let message = device.message(&peer.c2c(), hidden["msgID"].as_str().unwrap());
        assert_eq!(message["isExcludedFromLastMessage"], true);
    }
    assert_eq!((bob.unread(&alice.c2c()), bob.total()), (2, 2));
    assert_ne!(first["msgID"], quiet["msgID"]);
}

pub(super) fn quick_messages_keep_their_order_on_both_sides(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let texts: Vec<String> = (0..50).map(|number| format!("number {number}")).collect();
    for text in &texts {
        alice.send(&bob.c2c(), text);
    }
    bob.until("all 50", |bob| bob.received(&alice.c2c()).len() >= 50);
    assert_eq!(bob.received(&alice.c2c()), texts);
    assert_eq!(bob.texts(&alice.c2c()), texts);
    assert_eq!(bob.unread(&alice.c2c()), 50);
    alice.until("all are sent", |alice| {
        alice.history(&bob.c2c()).iter().all(|message| message["status"] == 2)
    });
    assert_eq!(alice.texts(&bob.c2c()), texts);
    let seqs: Vec<i64> = alice
        .history(&bob.c2c())
        .iter()
        .map(|message| message["seq"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(seqs[0] > 0 && seqs.windows(2).all(|pair| pair[0] < pair[1]), "{seqs:?}");
}

/// Whose message came first when both wrote at once is for each side's own archive to say; all devices of one user agree.
pub(super) fn two_who_write_at_once_lose_nothing(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&alice, "tablet");
    for number in 0..20 {
        alice.send(&bob.c2c(), &format!("a{number}"));
        bob.send(&alice.c2c(), &format!("b{number}"));
    }
    for (device, peer) in [(&alice, &bob), (&bob, &alice), (&tablet, &bob)] {
        device.until("all 40 are there and sent", |device| {
            let history = device.history(&peer.c2c());
            history.len() == 40 && history.iter().all(|message| message["status"] == 2)
        });
        let texts = device.texts(&peer.c2c());
        for side in ["a", "b"] {
            let of_side: Vec<&String> = texts.iter().filter(|text| text.starts_with(side)).collect();
            let expected: Vec<String> = (0..20).map(|number| format!("{side}{number}")).collect();
            assert!(of_side.iter().copied().eq(&expected), "{of_side:?}");
        }
    }
    if !stage.traits().crossing_messages_have_one_order {
        return;
    }
    let order = alice.texts(&bob.c2c());
    assert_eq!(tablet.texts(&bob.c2c()), order);
    assert_eq!(stage.other(&alice, "later").texts(&bob.c2c()), order);
}

pub(super) fn a_message_to_oneself_is_never_unread(stage: &Stage<'_>) {
    let phone = stage.login("alice");
    let tablet = stage.other(&phone, "tablet");
    phone.sent(&phone.c2c(), "a note");
    tablet.until_texts(&phone.c2c(), &["a note"]);
    tablet.sent(&phone.c2c(), "another");
    phone.until_texts(&phone.c2c(), &["a note", "another"]);
    for device in [&phone, &tablet] {
        assert_eq!(device.ids(), [phone.c2c()]);
        assert_eq!((device.unread(&phone.c2c()), device.total()), (0, 0));
        assert!(
            device
                .history(&phone.c2c())
                .iter()
                .all(|message| message["isSelf"] == true)
        );
    }
}

pub(super) fn a_history_is_read_in_pages_from_both_ends(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let texts: Vec<String> = (0..23).map(|number| number.to_string()).collect();
    for text in &texts {
        alice.send(&bob.c2c(), text);
    }
    bob.until("all", |bob| bob.history(&alice.c2c()).len() == texts.len());
    let tablet = stage.other(&bob, "tablet");
    tablet.until("all", |tablet| tablet.history(&alice.c2c()).len() == texts.len());
    for device in [&bob, &tablet] {
        for get_type in [3, 4] {
            let mut walked: Vec<Value> = Vec::new();
            loop {
                let from = walked.last().map_or(Value::Null, |message| message["msgID"].clone());
                let page = device.ok(
                    "getHistoryMessageList",
                    json!({ "userID": alice.user.id, "count": 10, "getType": get_type, "lastMsgID": from }),
                );
                let page = page.as_array().unwrap();
                walked.extend(page.iter().cloned());
                if page.len() < 10 {
                    break;
                }
            }
            if get_type == 3 {
                walked.reverse();
            }
            let walked: Vec<&str> = walked
                .iter()
                .map(|it| it["textElem"]["text"].as_str().unwrap())
                .collect();
            assert_eq!(walked, texts, "getType {get_type}");
        }
    }
}

pub(super) fn a_part_of_a_history_is_chosen_by_place_kind_and_time(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let group = stage.group("Work", &[&alice, &bob]);
    let conversation = format!("group_{group}");
    for text in ["one", "two", "three"] {
        alice.sent(&conversation, text);
    }
    let custom = json!({ "groupID": group, "elemType": 2, "customElem": { "data": "four" } });
    let four = bob.ok("sendMessage", custom)["msgID"].as_str().unwrap().to_owned();
    bob.until_sent(&conversation, &four);
    for device in [&alice, &stage.other(&bob, "tablet")] {
        let read = |rest: Value| {
            let mut request = json!({ "groupID": group, "getType": 4 });
            request
                .as_object_mut()
                .unwrap()
                .extend(rest.as_object().unwrap().clone());
            device.ok("getHistoryMessageList", request).as_array().unwrap().clone()
        };
        let shown = |list: &[Value]| -> Vec<String> {
            let text = |one: &Value| {
                one["textElem"]["text"]
                    .as_str()
                    .or(one["customElem"]["data"].as_str())
                    .map(str::to_owned)
            };
            list.iter().filter_map(text).collect()
        };
        device.until("all", |_| shown(&read(json!({}))) == ["one", "two", "three", "four"]);
        let all: Vec<Value> = read(json!({})).into_iter().filter(|one| one["elemType"] != 9).collect();
        let seq = |place: usize| -> i64 { all[place]["seq"].as_str().unwrap().parse().unwrap() };
        let time = |place: usize| all[place]["timestamp"].as_i64().unwrap();

        let from_two = read(json!({ "lastMsgSeq": seq(1), "count": 2 }));
        assert_eq!(shown(&from_two), ["two", "three"]);
        let up_to_two = read(json!({ "lastMsgSeq": seq(1), "getType": 1, "count": 2 }));
        assert_eq!(shown(&up_to_two), ["two", "one"]);
        assert_eq!(shown(&read(json!({ "messageTypeList": [2] }))), ["four"]);
        let named = read(json!({ "messageSeqList": [seq(3), seq(0)] }));
        assert_eq!(shown(&named), ["one", "four"]);
        let named = read(json!({ "messageSeqList": [seq(3), seq(0)], "messageTypeList": [2] }));
        assert_eq!(shown(&named), ["four"]);
        let window = json!({ "timeBegin": time(0), "timePeriod": time(3) - time(0) + 1, "messageTypeList": [1] });
        assert_eq!(shown(&read(window)), ["one", "two", "three"]);
        assert_eq!(shown(&read(json!({ "timeBegin": time(3) + 60 }))), [] as [&str; 0]);
    }
}

pub(super) fn a_message_to_nobody_ends(stage: &Stage<'_>) {
    let alice = stage.login("alice");
    let nobody = format!("c2c_{}", stage.unknown_user().id);
    let status = if stage.traits().unknown_users_are_mailboxes {
        2
    } else {
        3
    };
    let msg_id = alice.send(&nobody, "is anybody there?");
    alice.until_told(Event::MessageStatusChanged, |message| {
        message["msgID"] == *msg_id && message["status"] == status
    });
    assert_eq!(alice.row(&nobody)["lastMessage"]["status"], status);
    let name = nobody.strip_prefix("c2c_");
    let shown = if stage.traits().tells_who_exists {
        json!([])
    } else {
        json!([{ "userID": name, "nickName": "", "faceUrl": "", "allowType": 1 }])
    };
    assert_eq!(alice.ok("getUsersInfo", json!({ "userIDList": [name] })), shown);
    // The next message is not held up.
    let bob = stage.login("bob");
    alice.sent(&bob.c2c(), "at least you");
    bob.until_texts(&alice.c2c(), &["at least you"]);
    // Not after a restart either, with what the archive has.
    let alice = alice.restart();
    alice.login();
    alice.sent(&bob.c2c(), "still you");
    assert_eq!(alice.row(&nobody)["lastMessage"]["status"], status);
}

pub(super) fn a_recall_reaches_both_sides_and_the_other_device(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&alice, "tablet");
    let kept = alice.sent(&bob.c2c(), "kept");
    let slip = alice.sent(&bob.c2c(), "a slip");
    let slip = slip["msgID"].as_str().unwrap();
    bob.until("both are unread", |bob| bob.unread(&alice.c2c()) == 2);
    // A device that hears of the message and of its recall at once is told of neither.
    tablet.until_texts(&bob.c2c(), &["kept", "a slip"]);
    // Only its sender may.
    bob.refused(&[10007], "revokeMessage", &json!({ "msgID": slip }));
    alice.ok("revokeMessage", json!({ "msgID": slip }));
    for (device, peer) in [(&alice, &bob), (&bob, &alice), (&tablet, &bob)] {
        device.until("it is recalled", |device| {
            device.message(&peer.c2c(), slip)["status"] == 6
        });
        let last = &device.row(&peer.c2c())["lastMessage"];
        assert_eq!(
            (&last["msgID"], &last["status"], &last["textElem"]),
            (&json!(slip), &json!(6), &Value::Null)
        );
        assert_eq!(last["revokerInfo"]["userID"], alice.user.id);
        assert_eq!(device.history(&peer.c2c())[0]["textElem"], kept["textElem"]);
    }
    assert_eq!((bob.unread(&alice.c2c()), bob.total()), (1, 1));
    bob.until_told(Event::RecvMessageRevoked, |msg_id| msg_id == slip);
    tablet.until_told(Event::RecvMessageRevoked, |msg_id| msg_id == slip);
    for device in [&bob, &tablet] {
        device.until_told(Event::RecvMessageRevokedWithInfo, |info| {
            info["msgID"] == slip && info["operateUser"]["userID"] == alice.user.id && info["reason"] == ""
        });
    }
    // Nor does the content come back with the history.
    let later = stage.other(&bob, "later");
    later.until("the history", |later| later.history(&alice.c2c()).len() == 2);
    assert_eq!(later.message(&alice.c2c(), slip)["status"], 6);
    assert_eq!(later.message(&alice.c2c(), slip)["textElem"], Value::Null);
    assert_eq!(
        later.message(&alice.c2c(), slip)["revokerInfo"]["userID"],
        alice.user.id
    );
}
