//! Searching what has come from others.

use crate::stage::Stage;
use serde_json::{Value, json};

/// How many messages of a conversation have a keyword.
fn count(device: &crate::stage::Device, id: &str, keyword: &str) -> Value {
    let param = json!({ "keywordList": [keyword], "conversationID": id });
    device.ok("searchLocalMessages", json!({ "searchParam": param }))["totalCount"].clone()
}

pub fn what_others_have_said_is_found_until_they_recall_it(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let said = alice.sent(&bob.c2c(), "Über den Wolken 北京大学");
    bob.until_texts(&alice.c2c(), &["Über den Wolken 北京大学"]);
    for keyword in ["uber den wol", "WOLKEN", "京大"] {
        assert_eq!(count(&bob, &alice.c2c(), keyword), 1, "{keyword}");
        assert_eq!(count(&alice, &bob.c2c(), keyword), 1, "{keyword}");
    }
    assert_eq!(count(&bob, &alice.c2c(), "olken"), 0);
    alice.ok("revokeMessage", json!({ "msgID": said["msgID"] }));
    assert_eq!(count(&alice, &bob.c2c(), "wolken"), 0);
    bob.until("the recall", |bob| count(bob, &alice.c2c(), "wolken") == 0);
}
