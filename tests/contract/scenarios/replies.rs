//! Replies: TUIKit's `messageReply` in the app's data.

use crate::stage::Stage;
use serde_json::{Value, json};

/// What a message answers, and what else is in its data.
fn data(message: &Value) -> Value {
    serde_json::from_str(message["cloudCustomData"].as_str().unwrap()).unwrap()
}

pub(super) fn a_reply_names_its_message_and_shows_no_quote_in_its_text(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let tablet = stage.other(&alice, "tablet");
    let group = stage.group("Work", &[&alice, &bob]);
    let id = format!("group_{group}");
    for (to, from, target) in [
        (bob.c2c(), alice.c2c(), json!({ "receiver": alice.user.id })),
        (id.clone(), id.clone(), json!({ "groupID": group })),
    ] {
        let question = alice.sent(&to, "two\nlines? 🎉")["msgID"].clone();
        bob.until_texts(&from, &["two\nlines? 🎉"]);
        let reply = json!({
            "messageFeature": { "needTyping": 1 },
            "messageReply": {
                "messageID": question, "messageAbstract": "two\nlines? 🎉", "messageSender": "Alice", "messageType": 1,
                "messageRootID": question, "version": 1,
            },
        });
        let mut request = json!({ "textElem": { "text": "🎉 yes" }, "cloudCustomData": reply.to_string() });
        request
            .as_object_mut()
            .unwrap()
            .extend(target.as_object().unwrap().clone());
        let answer = bob.ok("sendMessage", request)["msgID"].clone();
        bob.until_sent(&from, answer.as_str().unwrap());
        for device in [&alice, &tablet] {
            device.until_texts(&to, &["two\nlines? 🎉", "🎉 yes"]);
            let shown = device.message(&to, answer.as_str().unwrap());
            assert_eq!(data(&shown), reply);
        }
        // An edit leaves it an answer.
        bob.ok(
            "modifyMessage",
            json!({ "msgID": answer, "textElem": { "text": "no" } }),
        );
        alice.until_texts(&to, &["two\nlines? 🎉", "no"]);
        assert_eq!(data(&alice.message(&to, answer.as_str().unwrap())), reply);
        let later = stage.other(&alice, "later");
        later.until_texts(&to, &["two\nlines? 🎉", "no"]);
        assert_eq!(data(&later.message(&to, answer.as_str().unwrap())), reply);
    }
}
