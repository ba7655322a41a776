//! Why a row has changed, from what it showed and what it shows.

use crate::events::Reasons;
use serde_json::{Map, Value};

/// The reasons of a change; `live`: it happened now, and is no history that a sync brings. An empty text: not in the list.
pub(super) fn reasons(before: &str, now: &str, live: bool) -> Reasons {
    let message = if live { Reasons::MESSAGE } else { Reasons::SYNC };
    if now.is_empty() {
        return Reasons::DELETE;
    }
    let now = object(now);
    let (is_new, before) = (before.is_empty(), object(before));
    let differs = |key: &str| {
        let now = now.get(key).unwrap_or(&Value::Null);
        match before.get(key) {
            Some(before) => now != before,
            // Of a row that comes into the list, what it has that a row may lack.
            None => !is_empty(now),
        }
    };
    let mut reasons = Reasons::default();
    let mut note = |holds: bool, reason: Reasons| {
        if holds {
            reasons = reasons.and(reason);
        }
    };
    note(differs("draftText"), Reasons::DRAFT);
    note(differs("isPinned"), Reasons::PIN);
    note(differs("recvOpt"), Reasons::RECV_OPT);
    note(differs("markList") || differs("customData"), Reasons::MARK);
    note(differs("conversationGroupList"), Reasons::GROUP);
    // Every row has a name; one that has just come has no other before it.
    note(
        !is_new && ["showName", "faceUrl", "groupType"].into_iter().any(differs),
        Reasons::PROFILE,
    );
    let is_read = ["c2cReadTimestamp", "groupReadSequence"].into_iter().any(differs);
    note(!is_new && is_read, Reasons::READ);
    if differs("lastMessage") {
        note(
            true,
            of_last_message(before.get("lastMessage"), now.get("lastMessage"), message),
        );
    } else if !is_read && (differs("unreadCount") || differs("groupAtInfoList")) {
        // A message before the last one, or one that does not show: it counts all the same, or no more.
        note(true, message);
    }
    if reasons.is_empty() {
        reasons = message;
    }
    reasons
}

/// Why the last message is another, or shows something else.
fn of_last_message(before: Option<&Value>, now: Option<&Value>, message: Reasons) -> Reasons {
    let (Some(Value::Object(before)), Some(Value::Object(now))) = (before, now) else {
        // The first message, or none any more.
        return if matches!(now, Some(Value::Object(_))) {
            message
        } else {
            Reasons::DELETE
        };
    };
    let differs = |key: &str| before.get(key) != now.get(key);
    if differs("msgID") {
        let time = |of: &Map<String, Value>| of.get("timestamp").and_then(Value::as_i64);
        // An older one shows what is left.
        return if time(now) < time(before) {
            Reasons::DELETE
        } else {
            message
        };
    }
    const REVOKED: i64 = 6;
    if differs("status") && now.get("status").and_then(Value::as_i64) == Some(REVOKED) {
        return Reasons::RECALL;
    }
    let changed = || before.keys().filter(|key| differs(key.as_str()));
    let of = |keys: &[&str]| changed().any(|key| keys.contains(&key.as_str()));
    let mut reasons = Reasons::default();
    if of(&["isPeerRead", "isRead"]) {
        reasons = reasons.and(Reasons::READ);
    }
    if of(&["nickName", "friendRemark", "faceUrl", "nameCard"]) {
        reasons = reasons.and(Reasons::PROFILE);
    }
    // Its state, its place and what belongs to the device.
    const STATE: [&str; 8] = [
        "status",
        "seq",
        "timestamp",
        "random",
        "id",
        "isDelivered",
        "localCustomData",
        "localCustomInt",
    ];
    if of(&STATE) {
        reasons = reasons.and(message);
    } else if reasons.is_empty() {
        reasons = Reasons::EDIT;
    }
    reasons
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(is_set) => !is_set,
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(_) => false,
    }
}

fn object(json: &str) -> Map<String, Value> {
    match serde_json::from_str(json) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    }
}
