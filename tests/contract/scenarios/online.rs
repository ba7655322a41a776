//! Messages for those who are online: told, and kept by nobody.

use crate::stage::{Device, Stage};
use im::events::Event;
use serde_json::{Value, json};

/// The codes of what a server cannot do.
const NOT_SUPPORTED: i64 = 7013;

fn request(to: &Device, text: &str) -> Value {
    json!({ "receiver": to.user.id, "textElem": { "text": text }, "onlineUserOnly": true })
}

/// The texts that a device was told live, in that order, with whether they are for those online only.
fn heard(device: &Device) -> Vec<(String, bool)> {
    let told = device.told(Event::RecvNewMessage);
    let told = told.iter().filter(|told| told["elemType"] == 1);
    told.map(|told| {
        let text = told["textElem"]["text"].as_str().unwrap().to_owned();
        (text, told["isOnlineOnly"] == true)
    })
    .collect()
}

fn said(texts: &[(&str, bool)]) -> Vec<(String, bool)> {
    texts
        .iter()
        .map(|(text, online)| ((*text).to_owned(), *online))
        .collect()
}

pub(super) fn what_is_for_those_online_is_told_and_kept_by_nobody(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let (own, tablet) = (stage.other(&alice, "own"), stage.other(&bob, "tablet"));
    let carol = stage.login("carol");
    let sent = alice.ok("sendMessage", request(&bob, "to who is there"));
    assert_eq!((&sent["status"], &sent["isOnlineOnly"]), (&json!(2), &json!(true)));
    let all = said(&[("to who is there", true)]);
    for device in [&bob, &tablet] {
        device.until("it is told", |device| heard(device) == all);
        let told = &device.told(Event::RecvNewMessage)[0];
        assert_eq!(
            (&told["msgID"], &told["userID"]),
            (&sent["msgID"], &json!(alice.user.id))
        );
        assert_eq!((device.ids(), device.total()), (Vec::<String>::new(), 0));
        assert_eq!(device.history(&alice.c2c()), [Value::Null; 0]);
    }
    assert_eq!((alice.ids(), alice.history(&bob.c2c())), (Vec::new(), Vec::new()));

    // A conversation with something in it stays as it is.
    alice.sent(&bob.c2c(), "one");
    for device in [&bob, &tablet] {
        device.until_texts(&alice.c2c(), &["one"]);
    }
    let shown = |device: &Device| (device.summary(), device.total());
    let before = shown(&bob);
    let custom = json!({ "receiver": bob.user.id, "customElem": { "data": "{}" }, "onlineUserOnly": true });
    alice.ok("sendMessage", custom);
    alice.ok("sendMessage", request(&bob, "two"));
    bob.until("it is told", |bob| {
        heard(bob) == said(&[("to who is there", true), ("one", false), ("two", true)])
    });
    assert_eq!((shown(&bob), bob.texts(&alice.c2c())), (before, vec!["one".to_owned()]));

    // Who comes later, or back, has nothing of it.
    bob.logout();
    alice.ok("sendMessage", request(&bob, "while bob's phone is away"));
    tablet.until("it is told", |tablet| heard(tablet).len() == 4);
    tablet.logout();
    alice.ok("sendMessage", request(&bob, "to nobody"));
    // They go out one after the other: it has been told to nobody by the time at which this one is heard.
    alice.ok("sendMessage", request(&carol, "to carol"));
    carol.until("it is told", |carol| heard(carol) == said(&[("to carol", true)]));
    alice.sent(&bob.c2c(), "three");
    bob.login();
    tablet.login();
    let later = stage.other(&bob, "later");
    for device in [&bob, &tablet, &later] {
        device.until_texts(&alice.c2c(), &["one", "three"]);
    }
    assert!(
        !heard(&bob)
            .iter()
            .chain(&heard(&later))
            .any(|(text, _)| text.contains("nobody") || text.contains("away"))
    );
    own.until_texts(&bob.c2c(), &["one", "three"]);
    assert!(heard(&own).iter().all(|(_, online)| !online));
    assert_eq!(alice.texts(&bob.c2c()), ["one", "three"]);

    let file = json!({
        "receiver": bob.user.id, "onlineUserOnly": true,
        "fileElem": { "dataBase64": "aGVsbG8=", "fileName": "a.txt" },
    });
    alice.refused(&[NOT_SUPPORTED], "sendMessage", &file);
    alice.logout();
    alice.refused(&[6014], "sendMessage", &request(&bob, "offline"));
    assert_eq!(alice.texts(&bob.c2c()), ["one", "three"]);
}

pub(super) fn in_a_group_it_is_told_where_the_service_keeps_no_archive_of_all(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let group = stage.group("Work", &[&alice, &bob]);
    let request = json!({ "groupID": group, "textElem": { "text": "now" }, "onlineUserOnly": true });
    if !stage.traits().online_messages_in_groups {
        return alice.refused(&[NOT_SUPPORTED], "sendMessage", &request);
    }
    alice.ok("sendMessage", request);
    bob.until("it is told", |bob| heard(bob) == said(&[("now", true)]));
    let id = format!("group_{group}");
    assert!(bob.texts(&id).is_empty() && alice.texts(&id).is_empty());
    assert_eq!(bob.total(), 0);
}
