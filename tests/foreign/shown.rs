//! What a device shows: every conversation with its history, in the order of the list.

use crate::App;
use crate::expected::Reactions;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What a message says: its text, or what it has in place of one.
fn text(message: &Value) -> Value {
    let place = &message["locationElem"];
    if place.is_object() {
        return json!(format!("place {} {}", place["latitude"], place["longitude"]));
    }
    if let Some(face) = message["faceElem"]["data"].as_str() {
        return json!(format!("face {face}"));
    }
    let files = [
        ("image", &message["imageElem"]["imageList"][0]["url"]),
        ("sound", &message["soundElem"]["url"]),
        ("video", &message["videoElem"]["videoUrl"]),
        ("file", &message["fileElem"]["url"]),
    ];
    match files.into_iter().find(|(_, url)| url.is_string()) {
        Some((kind, url)) => json!(format!("{kind} {}", url.as_str().unwrap())),
        None => message["textElem"]["text"].clone(),
    }
}

fn reacted(result: &Value) -> Reactions {
    let list = result["reactionList"].as_array().into_iter().flatten();
    let of = |reaction: &Value| {
        let users = reaction["partialUserList"].as_array().into_iter().flatten();
        let users = users.filter_map(|user| user["userID"].as_str().map(str::to_owned));
        (reaction["reactionID"].as_str().unwrap().to_owned(), users.collect())
    };
    list.map(of).collect()
}

/// The same of what a device shows: every conversation, in the order of the list.
fn shown(app: &App) -> Value {
    let rows = app.list().into_iter().map(|row| {
        let id = row["conversationID"].as_str().unwrap().to_owned();
        let messages = app.history(&id);
        let mut reactions = Vec::new();
        for some in messages.chunks(20) {
            let ids: Vec<&Value> = some.iter().map(|message| &message["msgID"]).collect();
            let request = json!({ "msgIDList": ids, "maxUserCountPerReaction": 10 });
            let results = app.ok("getMessageReactions", request);
            reactions.extend(results.as_array().unwrap().iter().map(reacted));
        }
        let history: Vec<Value> = messages
            .iter()
            .zip(reactions)
            // Group tips of status 5: each device has those of what it has seen itself.
            .filter(|(message, _)| message["status"] != 5)
            .map(|(message, reactions)| {
                json!([
                    message["sender"],
                    text(message),
                    message["status"],
                    message["isPeerRead"],
                    reactions
                ])
            })
            .collect();
        json!([id, row["unreadCount"], text(&row["lastMessage"]), history])
    });
    rows.collect()
}

pub fn settles(app: &App, what: &str, expected: &Value) {
    let end = Instant::now() + Duration::from_secs(60);
    while shown(app) != *expected && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(20));
    }
    let now = shown(app);
    let lines = |value: &Value| {
        value
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|row| {
                let [id, unread, last, history] = row.as_array().unwrap().as_slice() else {
                    panic!("{row}")
                };
                let history = history.as_array().unwrap().iter().map(ToString::to_string);
                std::iter::once(format!("{id} unread {unread} last {last}"))
                    .chain(history)
                    .collect::<Vec<_>>()
            })
            .collect::<Vec<String>>()
    };
    let (now, expected) = (lines(&now), lines(expected));
    let place = |row: Value| {
        format!(
            "{} {} {}",
            row["conversationID"], row["orderkey"], row["lastMessage"]["timestamp"]
        )
    };
    let places: Vec<String> = app.list().into_iter().map(place).collect();
    for (now_line, expected_line) in now.iter().zip(&expected) {
        assert_eq!(
            now_line, expected_line,
            "{what}: {now:#?} instead of {expected:#?}, by {places:#?}"
        );
    }
    assert_eq!(now.len(), expected.len(), "{what}");
}

/// What a device shows of its messages beside that, by their ids: what they answer, sizes, encryption, mentions, whether they are
/// edited, and who has recalled them.
fn details(app: &App) -> BTreeMap<String, Value> {
    let conversations = app.list();
    let ids = conversations.iter().map(|row| row["conversationID"].as_str().unwrap());
    let messages = ids.flat_map(|id| app.history(id));
    let told = messages.filter(|message| message["status"] != 5);
    told.map(|message| {
        let image = &message["imageElem"]["imageList"][0];
        let mut about: Value = serde_json::from_str(message["cloudCustomData"].as_str().unwrap()).unwrap_or_default();
        // Each device numbers for itself, and the one that has sent a message knows its second only once the server says it.
        if let Some(reply) = about["messageReply"].as_object_mut() {
            reply.remove("messageSequence");
            reply.remove("messageTime");
        }
        let details = json!({
            "status": message["status"],
            "elemType": message["elemType"],
            "answers": about,
            "isEdited": message["isEdited"],
            "custom": message["customElem"]["data"],
            "mentions": message["groupAtUserList"],
            "picture": [image["size"], image["width"], image["height"]],
            "sound": [message["soundElem"]["dataSize"], message["soundElem"]["duration"]],
            "video": [message["videoElem"]["videoSize"], message["videoElem"]["duration"]],
            "file": [message["fileElem"]["fileSize"], message["fileElem"]["fileName"]],
            "excluded": [message["isExcludedFromUnreadCount"], message["isExcludedFromLastMessage"]],
            "revoker": message["revokerInfo"]["userID"],
        });
        (message["msgID"].as_str().unwrap().to_owned(), details)
    })
    .collect()
}

/// Waits until two devices of one user show the same of each message that both have: an archive need not have all of them.
pub fn agree(one: &App, other: &App, what: &str) {
    let differing = || {
        let (one, other) = (details(one), details(other));
        let both = one.into_iter().filter_map(|(id, details)| {
            let other = other.get(&id)?;
            (details != *other).then(|| format!("{id}: {details} and {other}"))
        });
        (both.collect::<Vec<String>>(), other.len())
    };
    let end = Instant::now() + Duration::from_secs(60);
    while !differing().0.is_empty() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(20));
    }
    let (differing, count) = differing();
    assert!(count > 20, "{what}: {count} messages");
    assert!(differing.is_empty(), "{what}: {differing:#?}");
}
