//! Without a login: writing, restarting, catching up.

use crate::stage::{Stage, conversation_of};
use im::events::Event;
use serde_json::{Value, json};

pub(super) fn what_is_written_logged_out_is_delivered_later(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let group = format!("group_{}", stage.group("Work", &[&alice, &bob]));
    alice.logout();
    let texts: Vec<String> = (0..30).map(|number| number.to_string()).collect();
    for (number, text) in texts.iter().enumerate() {
        alice.send(&bob.c2c(), text);
        if number % 3 == 0 {
            alice.send(&group, text);
        }
    }
    let gone = alice.send(&bob.c2c(), "recalled before it was sent");
    alice.ok("revokeMessage", json!({ "msgID": gone }));
    let deleted = alice.send(&bob.c2c(), "deleted before it was sent");
    alice.ok("deleteMessages", json!({ "msgIDs": [deleted] }));
    assert_eq!(alice.message(&bob.c2c(), &gone)["status"], 6);
    assert_eq!(alice.history(&bob.c2c())[0]["status"], 1);

    // The app ends before it was ever online again.
    let alice = alice.restart();
    assert_eq!(alice.history(&bob.c2c()).len(), 31);
    assert_eq!(alice.history(&group).len(), 10);
    alice.login();
    alice.sent(&bob.c2c(), "the end");
    alice.sent(&group, "the end");
    bob.until("the end is told", |bob| {
        [alice.c2c(), group.clone()]
            .iter()
            .all(|id| bob.received(id).last().is_some_and(|text| text == "the end"))
    });
    let arrived = bob.texts(&alice.c2c());
    assert_eq!(arrived[..30], texts);
    assert_eq!(bob.texts(&group).len(), 11);
    assert!(
        !arrived.iter().any(|text| text.contains("before it was sent")),
        "{arrived:?}"
    );
    // Whether the recalled one is told first, before it is taken back, is not for the contract to say.
    let mut told = bob.received(&alice.c2c());
    told.retain(|text| !text.is_empty() && text != "recalled before it was sent");
    assert_eq!((&told[..30], told.len()), (&texts[..], 31), "each once");
}

pub(super) fn what_changed_meanwhile_is_seen_after_a_login(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let groups = [(); 3].map(|()| stage.group("Public", &[&alice, &bob]));
    let [renamed, left, ended] = groups.each_ref().map(|group| format!("group_{group}"));
    let recalled = [&bob.c2c(), &renamed].map(|id| {
        alice.sent(id, "kept");
        alice.sent(id, "a slip")["msgID"].as_str().unwrap().to_owned()
    });
    alice.sent(&left, "kept");
    bob.sent(&alice.c2c(), "have you read it?");
    bob.until("all is there", |bob| bob.total() == 5);
    bob.logout();

    for msg_id in &recalled {
        alice.ok("revokeMessage", json!({ "msgID": msg_id }));
    }
    alice.until("the question is there", |alice| alice.unread(&bob.c2c()) == 1);
    alice.read(&bob.c2c());
    alice.ok("setGroupInfo", json!({ "groupID": groups[0], "groupName": "Renamed" }));
    alice.ok(
        "kickGroupMember",
        json!({ "groupID": groups[1], "memberList": [bob.user.id] }),
    );
    alice.sent(&left, "not for bob");
    alice.ok("dismissGroup", json!({ "groupID": groups[2] }));
    // What comes last says that the service has all the rest.
    alice.sent(&bob.c2c(), "that was it");

    bob.login();
    bob.until("the last message is there", |bob| {
        bob.row(&alice.c2c())["lastMessage"]["textElem"]["text"] == "that was it"
    });
    bob.until("all changes are seen", |bob| {
        bob.row(&renamed)["showName"] == "Renamed" && !bob.is_in(&groups[1]) && !bob.is_in(&groups[2])
    });
    for (id, msg_id) in [&alice.c2c(), &renamed].into_iter().zip(&recalled) {
        bob.until("it is recalled", |bob| bob.message(id, msg_id)["status"] == 6);
    }
    assert!(bob.is_in(&groups[0]));
    bob.until("his message is read", |bob| {
        bob.history(&alice.c2c())[2]["isPeerRead"] == true
    });
    assert_eq!(
        bob.texts(&alice.c2c()),
        ["kept", "", "have you read it?", "that was it"]
    );
    assert_eq!(bob.texts(&left), ["kept"]);
    assert_eq!(
        [&alice.c2c(), &renamed, &left, &ended].map(|id| bob.unread(id)),
        [2, 1, 1, 0]
    );
    assert_eq!((bob.total(), bob.ids().len()), (4, 4));
}

pub(super) fn a_restart_keeps_everything(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let group = format!("group_{}", stage.group("Public", &[&bob, &alice]));
    alice.ok("addFriend", json!({ "userID": bob.user.id, "remark": "Bobby" }));
    bob.send(&alice.c2c(), "one");
    bob.send(&group, "two");
    alice.until("both are unread", |alice| alice.total() == 2);
    alice.sent(&bob.c2c(), "three");
    alice.ok("pinConversation", json!({ "conversationID": group, "isPinned": true }));
    alice.ok(
        "setConversationDraft",
        json!({ "conversationID": bob.c2c(), "draftText": "a draft" }),
    );
    // What the service has still to confirm would change the list later.
    stage
        .other(&alice, "witness")
        .until("the pin is known", |witness| witness.row(&group)["isPinned"] == true);
    let (list, total) = (alice.list(), alice.total());
    let histories = [bob.c2c(), group.clone()].map(|id| alice.history(&id));

    let alice = alice.restart();
    for _ in 0..2 {
        assert_eq!(alice.list(), list);
        assert_eq!(alice.total(), total);
        assert_eq!([bob.c2c(), group.clone()].map(|id| alice.history(&id)), histories);
        alice.login();
        alice.logout();
    }
    alice.login();
    assert!(alice.told(Event::NewConversation).is_empty());
    assert!(alice.told(Event::RecvNewMessage).is_empty());
    bob.sent(&alice.c2c(), "four");
    alice.until_texts(&bob.c2c(), &["one", "three", "four"]);
    alice.until("the live one is told", |alice| alice.received(&bob.c2c()) == ["four"]);
}

pub(super) fn what_was_missed_arrives_once(stage: &Stage<'_>) {
    let (alice, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let group = format!("group_{}", stage.group("Work", &[&bob, &alice]));
    bob.sent(&alice.c2c(), "0");
    alice.until("the message is told", |alice| alice.received(&bob.c2c()) == ["0"]);
    alice.read("");
    alice.until_last_told(Event::TotalUnreadMessageCountChanged, &json!(0));
    alice.logout();
    for number in 1..20 {
        bob.send(&alice.c2c(), &number.to_string());
        bob.send(&group, &number.to_string());
    }
    bob.sent(&alice.c2c(), "20");
    bob.sent(&group, "20");
    carol.sent(&alice.c2c(), "new");

    let before = alice.heard.all().len();
    alice.login();
    let heard = alice.heard.all().split_off(before);
    let numbers: Vec<String> = (0..=20).map(|number| number.to_string()).collect();
    assert_eq!(alice.texts(&bob.c2c()), numbers);
    assert_eq!(alice.texts(&group), numbers[1..]);
    assert_eq!(alice.texts(&carol.c2c()), ["new"]);
    assert_eq!(
        [&bob.c2c(), &group, &carol.c2c()].map(|id| alice.unread(id)),
        [20, 20, 1]
    );
    assert_eq!(alice.total(), 41);

    // All of it is told between the start and the end of the sync.
    let place = |event: Event| heard.iter().position(|(told, _)| *told == event);
    let (start, end) = (
        place(Event::SyncServerStart).unwrap(),
        place(Event::SyncServerFinish).unwrap(),
    );
    let mut missed: Vec<Value> = Vec::new();
    for (number, (event, payload)) in heard.iter().enumerate() {
        match event {
            Event::NewConversation | Event::ConversationChanged | Event::TotalUnreadMessageCountChanged => {
                assert!(start < number && number < end, "{heard:#?}");
            }
            Event::MessagesMissed => {
                assert!(start < number && number < end, "{heard:#?}");
                missed.extend(payload.as_array().unwrap().iter().cloned());
            }
            Event::RecvNewMessage => panic!("{} was told one by one", conversation_of(payload)),
            _ => {}
        }
    }
    for id in [bob.c2c(), group.clone(), carol.c2c()] {
        assert!(missed.contains(&json!(id)), "{id} in {missed:?}");
    }
    // And it goes on live, without anything coming again.
    bob.sent(&alice.c2c(), "21");
    alice.until("the live one is told", |alice| {
        alice.received(&bob.c2c()) == ["0", "21"]
    });
    assert_eq!(alice.history(&bob.c2c()).len(), 22);
    assert_eq!(alice.unread(&bob.c2c()), 21);
}

pub(super) fn a_draft_stays_on_its_device(stage: &Stage<'_>) {
    let (phone, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&phone, "tablet");
    phone.ok(
        "setConversationDraft",
        json!({ "conversationID": bob.c2c(), "draftText": "not yet <sent>" }),
    );
    assert_eq!(phone.row(&bob.c2c())["draftText"], "not yet <sent>");
    // The pin comes after the draft: when the tablet has it, a draft would be there too.
    phone.ok(
        "pinConversation",
        json!({ "conversationID": bob.c2c(), "isPinned": true }),
    );
    tablet.until("the pin is there", |tablet| tablet.row(&bob.c2c())["isPinned"] == true);
    assert_eq!(tablet.row(&bob.c2c())["draftText"], json!(null));
    bob.sent(&phone.c2c(), "hi");
    phone.until_texts(&bob.c2c(), &["hi"]);
    assert_eq!(phone.row(&bob.c2c())["draftText"], "not yet <sent>");
    phone.ok(
        "setConversationDraft",
        json!({ "conversationID": bob.c2c(), "draftText": null }),
    );
    assert_eq!(phone.row(&bob.c2c())["draftText"], json!(null));
}
