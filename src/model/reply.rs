//! Replies, as TUIKit has them: what a message answers is the object `messageReply` in its `cloudCustomData`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The key of the object.
pub const MESSAGE_REPLY: &str = "messageReply";

/// What a message answers, by the word of a server that does not know `msgID`s.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reply {
    /// Whose name for the message it is: that of the sender, or that of the server's archive.
    pub kind: ReplyTo,
    /// The name.
    pub id: String,
    /// The user who sent it; empty when that is not said.
    pub author: String,
    /// What was quoted of it; empty when nothing was.
    pub quote: String,
}

/// The ids by which a reply names a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ReplyTo {
    /// The one that its sender gave it.
    Origin,
    /// The one that the archive of the group gave it.
    Server,
}

/// The object `messageReply` in an app's data.
pub fn message_reply(cloud_custom_data: &str) -> Option<Map<String, Value>> {
    // Most messages have none, and need not be parsed.
    if !cloud_custom_data.contains(MESSAGE_REPLY) {
        return None;
    }
    match serde_json::from_str::<Map<String, Value>>(cloud_custom_data)
        .ok()?
        .remove(MESSAGE_REPLY)?
    {
        Value::Object(reply) => Some(reply),
        _ => None,
    }
}

/// The message that an app's data says is answered, and what it quotes of that.
pub fn answered(cloud_custom_data: &str) -> Option<(String, String)> {
    let reply = message_reply(cloud_custom_data)?;
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let id = text(reply.get("messageID"));
    let quote = text(reply.get("messageAbstract"));
    // Some versions of TUIKit put an object into the text.
    let summary = serde_json::from_str::<Map<String, Value>>(&quote).ok();
    let summary = summary.map(|summary| text(summary.get("summary")));
    (!id.is_empty()).then(|| (id, summary.unwrap_or(quote)))
}

/// An app's data with these values in `messageReply`: those of `always` in place of its own, those of `missing` where it has
/// none. Whatever else is in it stays; data that is no object stays as it is.
pub fn with_message_reply(cloud_custom_data: &str, always: Map<String, Value>, missing: Map<String, Value>) -> String {
    let mut data = match cloud_custom_data {
        "" => Map::new(),
        data => match serde_json::from_str(data) {
            Ok(data) => data,
            Err(_) => return data.to_owned(),
        },
    };
    let mut reply = missing;
    if let Some(Value::Object(own)) = data.remove(MESSAGE_REPLY) {
        reply.extend(own);
    }
    reply.extend(always);
    data.insert(MESSAGE_REPLY.to_owned(), Value::Object(reply));
    Value::Object(data).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn an_answer_names_its_message_and_quotes_it_in_either_form() {
        let data = |quote: &str| json!({"messageReply": {"messageID": "m1", "messageAbstract": quote}}).to_string();
        assert_eq!(answered(&data("hi")), Some(("m1".to_owned(), "hi".to_owned())));
        let summary = json!({"summary": "hi", "elemType": 1}).to_string();
        assert_eq!(answered(&data(&summary)), Some(("m1".to_owned(), "hi".to_owned())));
        for none in [
            "",
            "no JSON",
            "{}",
            r#"{"messageReply":7}"#,
            r#"{"messageReply":{"messageID":""}}"#,
        ] {
            assert_eq!(answered(none), None, "{none}");
        }
    }

    #[test]
    fn what_else_is_in_the_data_stays() {
        let data = r#"{"messageFeature":{"needTyping":1},"messageReply":{"messageID":"x","mine":true}}"#;
        let always = object(json!({"messageID": "m1"}));
        let missing = object(json!({"version": 1, "mine": false}));
        let merged: Value = serde_json::from_str(&with_message_reply(data, always.clone(), missing.clone())).unwrap();
        assert_eq!(
            merged,
            json!({"messageFeature": {"needTyping": 1}, "messageReply": {"messageID": "m1", "mine": true, "version": 1}})
        );
        assert_eq!(with_message_reply("[1]", always.clone(), missing.clone()), "[1]");
        assert!(with_message_reply("", always, missing).contains("m1"));
    }
}
