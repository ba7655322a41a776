//! What a device shows, in a form that is the same on all devices of its user.

use crate::calm::ordered;
use crate::device::Device;
use crate::service::Traits;
use crate::state::{misplaced, peer_read, relations};
use crate::support::app::App;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What two devices need not have alike.
#[derive(Clone, Default)]
pub struct Uncomparable {
    /// Conversations whose places messages have changed that never reached the server.
    pub places: BTreeSet<String>,
    /// Those of them that only such messages have listed.
    pub rows: BTreeSet<String>,
    /// Groups that the user was out of at some time, on a service that gives what was said there to members only: a device
    /// that was away has not seen what it missed by then, and cannot any more (docs/xmpp.md).
    pub left: BTreeSet<String>,
    /// Conversations in which somebody asks to become a friend: a server tells each device so when it comes, until the answer,
    /// so one may have read it or come too late for it (docs/xmpp.md).
    pub asked: BTreeSet<String>,
    /// Conversations of which some device has deleted messages one by one: the one that the peer's marker names may be gone.
    pub thinned: BTreeSet<String>,
    /// Where messages that cross have no order: the conversations whose last message has one. What an account's archive and
    /// those of rooms have of one second has none either, and a device that is online has it as it came (docs/xmpp.md).
    pub calm: BTreeSet<String>,
}

fn is_request(message: &Value) -> bool {
    message["msgID"]
        .as_str()
        .is_some_and(|id| id.ends_with("/contact-request"))
}

impl Uncomparable {
    /// The same for two devices: only the device that wrote a message knows of it until the server has it.
    pub fn between(self, one: &Device, other: &Device) -> Self {
        let listed = |device: &Device| -> BTreeSet<String> { device.app().list().iter().map(id).collect() };
        let (in_one, in_other) = (listed(one), listed(other));
        let only_in_one = in_one.difference(&in_other).filter(|id| one.moved_here.contains(*id));
        let only_in_other = in_other.difference(&in_one).filter(|id| other.moved_here.contains(*id));
        let asks = |device: &Device, id: &str| device.app().history(id).iter().any(is_request);
        Self {
            places: one.moved_here.union(&other.moved_here).cloned().collect(),
            rows: only_in_one.chain(only_in_other).cloned().collect(),
            asked: in_one
                .union(&in_other)
                .filter(|id| asks(one, id) || asks(other, id))
                .cloned()
                .collect(),
            ..self
        }
    }
}

fn id(row: &Value) -> String {
    row["conversationID"].as_str().unwrap_or_default().to_owned()
}

/// The device that has written a text: all but its last word, which is a number.
fn writer(text: &str) -> Option<&str> {
    text.rsplit_once(' ').map(|(writer, _)| writer)
}

/// A device's list with everything that belongs to it, a line for each fact. Some of it does not count.
pub fn shown(device: &Device, traits: Traits, apart: &Uncomparable) -> Vec<String> {
    let app = device.app();
    let mut rows = app.list();
    let is_apart = |id: &str| apart.left.contains(id) || apart.asked.contains(id);
    // One that only this device lists may have unread messages of before it was taken out.
    let counts_apart = |row: &&Value| (is_apart(&id(row)) || apart.rows.contains(&id(row))) && row["recvOpt"] == 0;
    let apart_count: i64 = rows
        .iter()
        .filter(counts_apart)
        .filter_map(|row| row["unreadCount"].as_i64())
        .sum();
    let total = app.ok("getTotalUnreadMessageCount", json!({})).as_i64();
    let mut lines = vec![
        format!("total {:?}", total.map(|total| total - apart_count)),
        format!("groups {}", app.ok("getConversationGroupList", json!({}))),
        format!("option of all {}", app.ok("getAllReceiveMessageOpt", json!({}))),
    ];
    lines.extend(relations(device));
    if traits.crossing_messages_have_one_order {
        let order: Vec<String> = rows.iter().map(id).filter(|id| !apart.places.contains(id)).collect();
        lines.push(format!("order {order:?}"));
    } else if !apart.calm.is_empty() {
        // Requests to become a friend are told to each device when it comes: that is when they move the conversation there.
        let here = rows.iter().map(id).filter(|id| {
            let is_moved = apart.rows.contains(id) || apart.places.contains(id);
            !apart.asked.contains(id) && (apart.calm.contains(id) || !is_moved)
        });
        lines.push(format!("order {:?}", ordered(here, &apart.calm)));
    }
    rows.retain(|row| !apart.rows.contains(&id(row)));
    rows.sort_by_key(id);
    for row in &rows {
        let id = id(row);
        let labels = ["markList", "customData", "conversationGroupList"];
        let keys = ["showName", "faceUrl", "groupType", "isPinned", "recvOpt"];
        for key in keys.into_iter().chain(labels) {
            lines.push(format!("{id} {key} {}", row[key]));
        }
        if apart.left.contains(&id) {
            continue;
        }
        if !is_apart(&id) {
            lines.push(format!("{id} unreadCount {}", row["unreadCount"]));
        }
        let at = row["groupAtInfoList"].as_array().into_iter().flatten();
        let at: Vec<&Value> = at.map(|at| &at["atType"]).collect();
        lines.push(format!("{id} groupAtInfoList {at:?}"));
        let is_ordered = traits.crossing_messages_have_one_order || id.starts_with("group_");
        let mut history = app.history(&id);
        // What a device alone has, it has inserted, or seen happen in a room.
        history.retain(|message| message["status"] != 3 && message["status"] != 5 && !is_request(message));
        let last = history
            .iter()
            .rfind(|message| message["isExcludedFromLastMessage"] == false);
        if is_ordered || (apart.calm.contains(&id) && !apart.asked.contains(&id)) {
            lines.push(format!("{id} last {:?}", last.map(|last| &last["msgID"])));
        }
        if row["lastMessage"]["status"] != 3 && !is_apart(&id) {
            let shown = row["lastMessage"]["msgID"].as_str();
            if shown != last.and_then(|last| last["msgID"].as_str()) {
                lines.push(format!("{id} shows {shown:?} of {}", device.name));
            }
        }
        if !is_apart(&id) {
            let wrong = misplaced(row, &history);
            lines.extend(wrong.iter().map(|wrong| format!("{id} {} {wrong}", device.name)));
            if !is_ordered && !apart.thinned.contains(&id) {
                lines.push(format!("{id} read by the peer up to {}", peer_read(&history)));
            }
        }
        if traits.crossing_messages_have_one_order {
            let places = ["c2cReadTimestamp", "groupReadSequence"].map(|key| &row[key]);
            lines.push(format!("{id} read up to {places:?}"));
        }
        if !is_ordered {
            // Only what one device has written has an order; what was recalled does not say who wrote it.
            history.sort_by_key(|message| match message["textElem"]["text"].as_str().and_then(writer) {
                Some(writer) => (writer.to_owned(), String::new()),
                None => (String::new(), message["msgID"].to_string()),
            });
        }
        let history: Vec<String> = history
            .iter()
            .map(|message| {
                let name = if traits.signs_messages {
                    &message["nickName"]
                } else {
                    &Value::Null
                };
                let read = (!is_apart(&id)).then(|| message["isRead"].to_string());
                let peer_read = is_ordered.then(|| message["isPeerRead"].to_string());
                format!(
                    "{} {} {} {name} {} {read:?} {peer_read:?}",
                    message["sender"], message["msgID"], message["status"], message["textElem"]
                )
            })
            .collect();
        lines.extend(reactions(app, &id));
        lines.extend(history.iter().map(|message| format!("{id} message {message}")));
        lines.push(format!("{id} messages {}", history.len()));
    }
    lines
}

/// The reactions to the messages of a conversation, a line for each.
fn reactions(app: &App, id: &str) -> Vec<String> {
    let mut history = app.history(id);
    history.retain(|message| message["status"] == 2);
    let mut lines = Vec::new();
    for some in history.chunks(20) {
        let ids: Vec<&Value> = some.iter().map(|message| &message["msgID"]).collect();
        let request = json!({ "msgIDList": ids, "maxUserCountPerReaction": 10 });
        let results = app.ok("getMessageReactions", request);
        for result in results.as_array().into_iter().flatten() {
            for reaction in result["reactionList"].as_array().into_iter().flatten() {
                let users = reaction["partialUserList"].as_array().into_iter().flatten();
                let mut users: Vec<String> = users.map(|user| user["userID"].to_string()).collect();
                users.sort();
                lines.push(format!(
                    "{id} reaction {} {} {users:?}",
                    result["messageID"], reaction["reactionID"]
                ));
            }
        }
    }
    lines.sort();
    lines
}

/// The lines that only one of two devices shows, and the conversations that they are about.
pub fn difference(one: &[String], other: &[String]) -> Vec<String> {
    let missing = |from: &[String], of: &[String], sign: char| -> Vec<String> {
        let missing = of.iter().filter(|line| !from.contains(line));
        missing.map(|line| format!("{sign} {line}")).collect()
    };
    let mut lines = missing(other, one, '-');
    lines.extend(missing(one, other, '+'));
    if lines.is_empty() && one != other {
        let pairs = one.iter().zip(other).filter(|(one, other)| one != other);
        lines.extend(pairs.map(|(one, other)| format!("! {one} in the place of {other}")));
    }
    lines
}
