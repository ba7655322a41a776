//! Typing: of this moment, for those who know each other, and kept by nobody.

use crate::stage::{Device, Stage};
use im::events::Event;
use serde_json::{Value, json};

fn types(device: &Device, to: &Device, is_typing: bool) {
    device.ok(
        "sendTypingStatus",
        json!({ "userID": to.user.id, "isTyping": is_typing }),
    );
}

/// What a device has heard of a user, in that order.
fn heard(device: &Device, of: &Device) -> Vec<bool> {
    let told = device.told(Event::TypingStatusChanged);
    let told = told.iter().filter(|told| told["userID"] == *of.user.id);
    told.map(|told| {
        assert_eq!(told["conversationID"], of.c2c().as_str());
        told["isTyping"] == true
    })
    .collect()
}

/// Types, as with each key, until a device hears it.
fn types_until_heard(device: &Device, to: &Device, times: usize) {
    to.until("it hears typing", |to| {
        types(device, to, true);
        heard(to, device).len() >= times
    });
}

pub(super) fn who_types_is_told_and_nothing_is_kept(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&bob, "tablet");
    // Bob is told nothing of alice before she has written to him, also when he has written to her.
    types(&alice, &bob, true);
    bob.sent(&alice.c2c(), "hello");
    alice.until_texts(&bob.c2c(), &["hello"]);
    types(&alice, &bob, true);
    alice.sent(&bob.c2c(), "hi");
    bob.until_texts(&alice.c2c(), &["hello", "hi"]);
    assert_eq!(heard(&bob, &alice), [false; 0]);
    let shown = |device: &Device| (device.summary(), device.total());
    bob.read(&alice.c2c());
    tablet.until_like(&bob);
    let before = shown(&bob);
    types_until_heard(&alice, &bob, 1);
    types(&alice, &bob, false);
    for device in [&bob, &tablet] {
        device.until("it begins and ends", |device| heard(device, &alice) == [true, false]);
    }
    assert_eq!(shown(&bob), before);
    // A message ends it, and comes first.
    types_until_heard(&alice, &bob, 3);
    alice.sent(&bob.c2c(), "written");
    bob.until("the message has ended it", |bob| {
        heard(bob, &alice) == [true, false, true, false]
    });
    let all = bob.heard.all();
    let place = |is_it: &dyn Fn(&Event, &Value) -> bool| all.iter().rposition(|(event, it)| is_it(event, it));
    let said = place(&|event, it| *event == Event::RecvNewMessage && it["textElem"]["text"] == "written");
    assert!(
        said < place(&|event, _| *event == Event::TypingStatusChanged),
        "{all:?}"
    );
    // One who goes without a word types no more after a while.
    types_until_heard(&alice, &bob, 5);
    alice.logout();
    bob.until("it has ended", |bob| heard(bob, &alice).last() == Some(&false));
    let later = stage.other(&bob, "later");
    later.until_like(&bob);
    assert_eq!(heard(&later, &alice), [false; 0]);
    assert_eq!(heard(&alice, &bob), [false; 0]);
}

pub(super) fn of_who_is_blocked_no_typing_is_told(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    for (one, other) in [(&alice, &bob), (&bob, &alice)] {
        one.sent(&other.c2c(), "hello");
        other.until("it is there", |other| !other.texts(&one.c2c()).is_empty());
    }
    bob.ok(
        "setC2CReceiveMessageOpt",
        json!({ "userIDList": [alice.user.id], "opt": 1 }),
    );
    types(&alice, &bob, true);
    types(&bob, &alice, true);
    alice.until("bob types", |alice| heard(alice, &bob) == [true]);
    // What alice typed is on its way, and would count once she is heard again. It has arrived when what she has sent since
    // is with the service, and then what bob has. Two each: what is of this moment may go out behind the first.
    for (one, other) in [(&alice, &bob), (&bob, &alice)] {
        for text in ["since", "later"] {
            one.sent(&other.c2c(), text);
        }
    }
    bob.ok(
        "setC2CReceiveMessageOpt",
        json!({ "userIDList": [alice.user.id], "opt": 0 }),
    );
    assert_eq!(heard(&bob, &alice), [false; 0]);
}
