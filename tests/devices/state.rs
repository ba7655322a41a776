//! What a device shows of its account beside the list, and of what is read, in a form that is the same on all devices.

use crate::device::Device;
use crate::support::app::App;
use serde_json::{Value, json};

/// The user's friends and the groups they are in, a line for each.
pub fn relations(device: &Device) -> Vec<String> {
    let app = device.app();
    let mut lines = lines(app, "getFriendList", "friend", &["userID", "friendRemark"]);
    let keys = ["groupID", "groupName", "groupType", "faceUrl", "introduction", "role"];
    lines.extend(self::lines(app, "getJoinedGroupList", "member of", &keys));
    lines
}

fn lines(app: &App, method: &str, what: &str, keys: &[&str]) -> Vec<String> {
    let rows = app.ok(method, json!({}));
    let rows = rows.as_array().into_iter().flatten();
    let mut lines: Vec<String> = rows
        .map(|row| {
            let facts: Vec<String> = keys.iter().map(|key| row[*key].to_string()).collect();
            format!("{what} {}", facts.join(" "))
        })
        .collect();
    lines.sort();
    lines
}

/// What contradicts how far a conversation is read, a line for each: a message of another that is read and lies behind, or one
/// that is not and lies before. Two devices need not have the same number for it: sequences are a device's own where the
/// server has none, the times of what arrived live its guess, and own messages are read without a word to anybody
/// (docs/xmpp.md). Which messages are read is compared one by one.
pub fn misplaced(row: &Value, history: &[Value]) -> Vec<String> {
    let number = |value: &Value| match value {
        Value::String(text) => text.parse().unwrap_or(0),
        other => other.as_i64().unwrap_or(0),
    };
    let (place, key) = if row["groupID"].is_null() {
        (&row["c2cReadTimestamp"], "timestamp")
    } else {
        (&row["groupReadSequence"], "seq")
    };
    let place = number(place);
    let at = |message: &Value| number(&message[key]);
    // What crosses is not in the order of its times: one that was written earlier may lie behind one that arrived later, and the
    // one up to which all is read is known by its time only.
    let lies_behind = |index: usize| history[index..].iter().all(|message| at(message) > place);
    let lies_before = |index: usize| history[..=index].iter().all(|message| at(message) < place);
    let others = history
        .iter()
        .enumerate()
        .filter(|(_, message)| message["isSelf"] == false);
    let wrong = others.filter(|(index, message)| {
        if message["isRead"] == true {
            lies_behind(*index)
        } else {
            lies_before(*index) || at(message) == place && key == "seq"
        }
    });
    wrong
        .map(|(_, message)| format!("read up to {place}, but {message}"))
        .collect()
}

/// The last message that the peer has read, where the messages have no order that is the same everywhere: a marker names it,
/// and those that crossed it may lie on either side.
pub fn peer_read(history: &[Value]) -> String {
    let last = history.iter().rfind(|message| message["isPeerRead"] == true);
    format!("{:?}", last.map(|last| last["msgID"].to_string()))
}
