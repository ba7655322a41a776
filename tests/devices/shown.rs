//! What a device shows, in a form that is the same on all devices of its user.

use crate::device::Device;
use crate::service::Traits;
use serde_json::{Value, json};

/// A device's list with everything that belongs to it, a line for each fact.
pub fn shown(device: &Device, traits: Traits) -> Vec<String> {
    let app = device.app();
    let rows = app.list();
    let mut lines = vec![format!("total {}", app.ok("getTotalUnreadMessageCount", json!({})))];
    let id = |row: &Value| row["conversationID"].as_str().unwrap_or_default().to_owned();
    if traits.crossing_messages_have_one_order {
        let order: Vec<String> = rows.iter().map(id).collect();
        lines.push(format!("order {order:?}"));
    }
    let mut rows = rows;
    rows.sort_by_key(id);
    for row in &rows {
        let id = id(row);
        for key in ["showName", "faceUrl", "groupType", "isPinned", "recvOpt", "unreadCount"] {
            lines.push(format!("{id} {key} {}", row[key]));
        }
        let at: Vec<&Value> = row["groupAtInfoList"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|at| &at["atType"])
            .collect();
        lines.push(format!("{id} groupAtInfoList {at:?}"));
        let is_ordered = traits.crossing_messages_have_one_order || id.starts_with("group_");
        if is_ordered {
            lines.push(format!("{id} lastMessage {}", row["lastMessage"]["msgID"]));
        }
        let history = app.history(&id);
        // What was refused is known to the device that sent it, and to no other.
        let mut history: Vec<String> = history
            .iter()
            .filter(|message| message["status"] != 3)
            .map(|message| format!("{} {} {}", message["sender"], message["msgID"], message["status"]))
            .collect();
        if !is_ordered {
            // Of two users, each one's messages have an order.
            history.sort_by_key(|message| message.split(' ').next().map(str::to_owned));
        }
        lines.extend(history.iter().map(|message| format!("{id} message {message}")));
        lines.push(format!("{id} messages {}", history.len()));
    }
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
        lines.push(format!("! another order:\n{one:#?}\n{other:#?}"));
    }
    lines
}
