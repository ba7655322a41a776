//! What a message answers, where the server's word for it is to be turned into the `messageReply` that an app reads.
//!
//! It is worked out whenever the message is shown: what it answers may come later, or be edited or recalled.

use super::json::shown_body;
use crate::model::reply::{Reply, ReplyTo, message_reply, with_message_reply};
use crate::model::{Elem, ElemType, MessageBody, MessageStatus};
use crate::store::message::{self, MessageRow};
use crate::store::{StoreResult, message_edit, message_ids};
use rusqlite::Connection;
use serde_json::{Map, Value, json};

/// The most characters of a message that an answer shows of it by itself, as in V2TIM.
const ABSTRACT: usize = 100;

/// The app's data of a message, with what the message answers.
pub(super) fn cloud_custom_data(db: &Connection, row: &MessageRow, body: &MessageBody) -> StoreResult<String> {
    let Some(reply) = &body.reply else {
        return Ok(body.cloud_custom_data.clone());
    };
    let answered = find(db, row.conversation, reply)?;
    let own = message_reply(&body.cloud_custom_data);
    // The app's own words are right, and stay as they are: numbers and all.
    if let (Some(answered), Some(own)) = (&answered, &own)
        && own.get("messageID").and_then(Value::as_str) == Some(answered.msg_id.as_str())
    {
        return Ok(body.cloud_custom_data.clone());
    }
    let mut always = Map::new();
    let missing = match &answered {
        Some(answered) => {
            // Whatever the sender calls it.
            always.insert("messageID".to_owned(), answered.msg_id.clone().into());
            let name = match answered.nick_name.as_str() {
                "" => answered.sender.as_str(),
                name => name,
            };
            let text = if reply.quote.is_empty() {
                text(answered)
            } else {
                reply.quote.clone()
            };
            json!({
                "messageAbstract": text, "messageSender": name, "messageType": elem_type(answered),
                "messageTime": answered.time.seconds(), "messageSequence": answered.seq, "version": 1,
            })
        }
        None => json!({
            "messageID": reply.id, "messageAbstract": reply.quote, "messageSender": reply.author,
            "messageType": ElemType::Text as i64, "version": 1,
        }),
    };
    let missing = match missing {
        // What the sender's app has said stays as it is, and needs no more.
        Value::Object(missing) if own.is_none() => missing,
        _ => Map::new(),
    };
    Ok(with_message_reply(&body.cloud_custom_data, always, missing))
}

fn elem_type(row: &MessageRow) -> i64 {
    shown_body(row).elem.elem_type() as i64
}

fn text(row: &MessageRow) -> String {
    match shown_body(row).elem {
        Elem::Text { text } if row.status != MessageStatus::Revoked => text.chars().take(ABSTRACT).collect(),
        _ => String::new(),
    }
}

fn find(db: &Connection, conversation: i64, reply: &Reply) -> StoreResult<Option<MessageRow>> {
    let id = reply.id.as_str();
    let msg_id = match reply.kind {
        ReplyTo::Server => match message_ids::by_server_id(db, conversation, id)? {
            Some(msg_id) => Some(msg_id),
            // Some clients name the edit that they show.
            None => message_edit::by_server_id(db, conversation, id)?.map(|edited| edited.msg_id),
        },
        ReplyTo::Origin => match message_ids::by_origin_id(db, conversation, id, None)? {
            Some(msg_id) => Some(msg_id),
            None => match message_edit::by_origin_id(db, conversation, id, None)? {
                Some(edited) => Some(edited.msg_id),
                // Our own messages go out under their `msgID`.
                None => Some(id.to_owned()),
            },
        },
    };
    let Some(msg_id) = msg_id else { return Ok(None) };
    let found = message::by_msg_id(db, &msg_id)?;
    Ok(found.filter(|found| found.conversation == conversation))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, bob, unnumbered};
    use crate::engine::{Direction, HistoryQuery};
    use crate::model::Change;

    /// Bob's message `b`, which answers `id`.
    fn answer(id: &str, data: &str) -> Change {
        match unnumbered("b", "bob", 9, false) {
            Change::UnnumberedMessage(mut message) => {
                message.message.body.cloud_custom_data = data.to_owned();
                message.message.body.reply = Some(Reply {
                    kind: ReplyTo::Origin,
                    id: id.to_owned(),
                    author: "alice".to_owned(),
                    quote: String::new(),
                });
                Change::UnnumberedMessage(message)
            }
            other => other,
        }
    }

    /// The data of the newest message, as the app reads it.
    fn data(fixture: &Fixture) -> String {
        let query = HistoryQuery::new(Direction::Older, 9);
        let (history, _) = fixture.engine.history(&bob(), &query).unwrap();
        let history: Value = serde_json::from_str(&history).unwrap();
        history[0]["cloudCustomData"].as_str().unwrap().to_owned()
    }

    fn shown(fixture: &Fixture) -> Value {
        serde_json::from_str(&data(fixture)).unwrap()
    }

    #[test]
    fn an_answer_names_the_message_as_it_is_known_here_also_when_that_comes_later() {
        let fixture = Fixture::new();
        fixture.live(answer("a", ""));
        let unknown = shown(&fixture)["messageReply"].clone();
        assert_eq!(
            (&unknown["messageID"], &unknown["messageSender"]),
            (&json!("a"), &json!("alice"))
        );
        fixture.history(unnumbered("a", "alice", 1, true));
        let known = shown(&fixture)["messageReply"].clone();
        assert_eq!(
            (&known["messageID"], &known["messageAbstract"]),
            (&json!("a"), &json!("hi"))
        );
        fixture.engine.revoke("a").unwrap();
        assert_eq!(shown(&fixture)["messageReply"]["messageAbstract"], "");
    }

    #[test]
    fn data_that_names_the_message_itself_is_shown_letter_by_letter() {
        let fixture = Fixture::new();
        fixture.live(unnumbered("a", "bob", 1, false));
        let data = r#"{"messageReply": {"messageID": "a"}, "n": 12345678901234567890123, "f": 1.50}"#;
        fixture.live(answer("a", data));
        assert_eq!(self::data(&fixture), data);
    }

    #[test]
    fn what_the_app_has_put_into_its_data_stays() {
        let fixture = Fixture::new();
        fixture.live(unnumbered("a", "bob", 1, false));
        let data = r#"{"other":1,"messageReply":{"messageID":"theirs","messageAbstract":"said","messageRootID":"r"}}"#;
        fixture.live(answer("a", data));
        let data = shown(&fixture);
        assert_eq!(data["other"], 1);
        let reply = &data["messageReply"];
        assert_eq!(
            (&reply["messageID"], &reply["messageAbstract"]),
            (&json!("a"), &json!("said"))
        );
        assert_eq!(reply["messageRootID"], "r");
    }
}
