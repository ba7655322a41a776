//! Stored messages: reading, recalling and deleting them.

use super::message::target;
use super::method::{Method, Request, Topic};
use super::request::check_list;
use super::response::{Data, nothing};
use crate::client::Call;
use crate::engine::{Direction, HistoryQuery, Message};
use crate::events::Event;
use crate::model::id::quoted;
use crate::model::{ConversationId, ElemType, Error, MessageGetType, Micros, Result, Status};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// How many messages one call may delete or find.
const MAX_MESSAGES: usize = 500;
/// How many messages one call may name by their sequences.
const MAX_SEQS: usize = 100;

/// Reads the stored messages of a conversation, page by page.
///
/// A call that reaches the end of what is stored lets libim fetch older messages, if the server has any;
/// `onMessagesMissed` then reports the conversation.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct GetHistoryMessageList {
    /// The user of a C2C conversation. Exactly one of this, `groupID` and `conversationID` must be given.
    #[serde(rename = "userID", default)]
    user_id: String,
    /// The group, in place of `userID`.
    #[serde(rename = "groupID", default)]
    group_id: String,
    /// The conversation, in place of `userID` and `groupID`. libim's own: V2TIM has only those two.
    #[serde(rename = "conversationID", default)]
    conversation_id: String,
    /// The most messages to return.
    #[serde(default = "default_count")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    count: i64,
    /// The message to continue from, which is not returned. Absent, null or empty: from the newest message, or from the
    /// oldest when reading towards newer ones.
    #[serde(rename = "lastMsgID", default)]
    last_msg_id: Option<String>,
    /// The direction: 1 and 3 towards older messages, 2 and 4 towards newer ones.
    #[serde(default = "default_get_type")]
    #[cfg_attr(feature = "schema", schemars(with = "MessageGetType"))]
    get_type: i64,
    /// Groups only: the `seq` of the message to begin with, which is returned. Absent, null or -1: none. A `lastMsgID`
    /// takes its place.
    #[serde(default)]
    last_msg_seq: Option<i64>,
    /// Groups only: the `seq` of each message to return, up to 100, in place of a page: those of them that are stored, in the order
    /// of reading and of the kinds in `messageTypeList`. `count` and the window of time mean nothing then. Absent or empty: a page.
    #[serde(default)]
    message_seq_list: Vec<i64>,
    /// One end of a window of time, in seconds since 1970: the newest second when reading towards older messages, the
    /// oldest one when reading towards newer ones. 0: now if there is a `timePeriod`, else no window on that side.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("x-time" = "none is 0")))]
    time_begin: i64,
    /// How many seconds the window reaches from `timeBegin`, or from now if that is 0, in the direction of reading. Both ends
    /// belong to the window. 0: without end.
    #[serde(default)]
    time_period: i64,
    /// Only messages of these kinds, by `elemType`. Absent or empty: of all.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<ElemType>"))]
    message_type_list: Vec<i64>,
}

fn default_count() -> i64 {
    20
}

fn default_get_type() -> i64 {
    MessageGetType::LocalOlder as i64
}

impl Request for GetHistoryMessageList {
    type Answer = Vec<Message<'static>>;
    const METHOD: Method = Method {
        name: "getHistoryMessageList",
        c_name: "im_get_history_message_list",
        topic: Topic::History,
        answer: "the messages, newest first when reading towards older ones, else oldest first",
        events: &[(Event::MessagesMissed, "when older messages have been fetched")],
        errors: &[
            (
                Status::InvalidParameters,
                "not exactly one conversation, `lastMsgID` is not a message of it, or `count` is below 1",
            ),
            (Status::InvalidUserId, ""),
            (Status::InvalidGroupId, "not valid"),
        ],
        example: r#"{"userID":"bob","count":20}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = target(client, "userID", self.user_id, self.group_id, self.conversation_id)?;
        let direction = match MessageGetType::numbered(self.get_type) {
            Some(MessageGetType::CloudOlder | MessageGetType::LocalOlder) => Direction::Older,
            Some(MessageGetType::CloudNewer | MessageGetType::LocalNewer) => Direction::Newer,
            None => {
                let sentence = format!("getType {} is not 1, 2, 3 or 4", self.get_type);
                return Err(Error::invalid(sentence));
            }
        };
        let mut query = HistoryQuery::new(direction, self.count);
        for (place, number) in self.message_type_list.into_iter().enumerate() {
            let kind = ElemType::numbered(number).ok_or_else(|| {
                Error::invalid(format!(
                    "messageTypeList[{place}] {number} is not the number of an elemType"
                ))
            })?;
            query.kinds.push(kind);
        }
        if !self.message_seq_list.is_empty() {
            check_seqs(&id, &self.message_seq_list)?;
            return client.read(|engine| engine.messages_at(&id, &self.message_seq_list, &query));
        }
        query.from = self.last_msg_id.filter(|msg_id| !msg_id.is_empty());
        query.from_seq = match self.last_msg_seq.filter(|seq| *seq != -1) {
            Some(seq) if seq < 1 => return Err(Error::invalid(format!("lastMsgSeq {seq} is not 1 or more"))),
            Some(seq) if id.group_id().is_none() => {
                return Err(Error::invalid(format!(
                    "lastMsgSeq {seq} is given, but {} is no group",
                    quoted(id.as_str())
                )));
            }
            seq => seq,
        };
        (query.from_time, query.to_time) = window(direction, self.time_begin, self.time_period)?;
        let (list, is_end) = client.read(|engine| engine.history(&id, &query))?;
        if is_end {
            client.history_ended(&id)?;
        }
        Ok(list)
    }
}

/// Checks sequences of messages.
fn check_seqs(id: &ConversationId, seqs: &[i64]) -> Result<()> {
    if id.group_id().is_none() {
        let sentence = format!("messageSeqList is given, but {} is no group", quoted(id.as_str()));
        return Err(Error::invalid(sentence));
    }
    if seqs.len() > MAX_SEQS {
        let sentence = format!("messageSeqList has {} entries; the most is {MAX_SEQS}", seqs.len());
        return Err(Error::invalid(sentence));
    }
    match seqs.iter().enumerate().find(|(_, seq)| **seq < 1) {
        Some((place, seq)) => Err(Error::invalid(format!(
            "messageSeqList[{place}] {seq} is not 1 or more"
        ))),
        None => Ok(()),
    }
}

/// The first and the last second of a window of time.
fn window(direction: Direction, begin: i64, period: i64) -> Result<(Option<i64>, Option<i64>)> {
    for (field, value) in [("timeBegin", begin), ("timePeriod", period)] {
        if value < 0 {
            return Err(Error::invalid(format!("{field} {value} is not 0 or more")));
        }
    }
    let given = (begin > 0).then_some(begin);
    let Some(period) = (period > 0).then_some(period) else {
        return Ok(match direction {
            Direction::Older => (None, given),
            Direction::Newer => (given, None),
        });
    };
    let begin = given.unwrap_or_else(|| Micros::now().seconds());
    Ok(match direction {
        // What lies ahead of the clock is newest all the same.
        Direction::Older => (Some(begin.saturating_sub(period)), given),
        Direction::Newer => (Some(begin), Some(begin.saturating_add(period))),
    })
}

/// Finds messages by their ids, in any conversation.
///
/// The answer has those that are stored, in the order of the ids, recalled ones (status 6) among them. Others are left out.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct FindMessages {
    /// The ids of the messages, 1 to 500.
    #[serde(rename = "messageIDList")]
    message_id_list: Vec<String>,
}

impl Request for FindMessages {
    type Answer = Vec<Message<'static>>;
    const METHOD: Method = Method {
        name: "findMessages",
        c_name: "im_find_messages",
        topic: Topic::History,
        answer: "the messages that are stored",
        errors: &[(Status::InvalidParameters, "no id, or more than 500")],
        example: r#"{"messageIDList":["0b1c4d8e-0000-4000-8000-000000000000"]}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        check_list(
            "messageIDList",
            &self.message_id_list,
            MAX_MESSAGES,
            Status::InvalidParameters,
        )?;
        client.read(|engine| engine.find_messages(&self.message_id_list))
    }
}

/// Recalls a message for everyone.
///
/// Its content is removed, and the conversation's last message and unread count are recomputed; the conversation keeps
/// its place. Users recall their own messages. The owner and the administrators of a group also recall those of other
/// members where the server supports it: the embedded service does, and XMPP servers with message moderation (XEP-0425). The
/// change takes effect at once and reaches the server later; if the server refuses, it is undone: `onMessageStatusChanged`
/// reports the message, and `onLocalChangeFailed` why.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RevokeMessage {
    /// The message's id.
    #[serde(rename = "msgID")]
    msg_id: String,
    /// V2TIM's; see docs/json.md.
    #[serde(rename = "webMessageInstatnce", default)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    _web: IgnoredAny,
}

impl Request for RevokeMessage {
    type Answer = ();
    const METHOD: Method = Method {
        name: "revokeMessage",
        c_name: "im_revoke_message",
        topic: Topic::Change,
        events: &[
            (Event::ConversationChanged, "if something visible changed"),
            (Event::TotalUnreadMessageCountChanged, "if the total changed"),
            (Event::MessageStatusChanged, "if the server refuses"),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[
            (Status::InvalidParameters, "no such message, or it was never sent"),
            (
                Status::NoPermission,
                "neither the sender nor the group's owner or administrator",
            ),
        ],
        example: r#"{"msgID":"0b1c4d8e-0000-4000-8000-000000000000"}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        client.local(|engine| engine.revoke(&self.msg_id)).map(nothing)
    }
}

/// Deletes messages for the current user only: all of them or, on an error, none.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct DeleteMessages {
    /// The ids of the messages, 1 to 500.
    #[serde(rename = "msgIDs")]
    msg_ids: Vec<String>,
    /// V2TIM's; see docs/json.md.
    #[serde(rename = "webMessageInstanceList", default)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    _web: IgnoredAny,
}

impl Request for DeleteMessages {
    type Answer = ();
    const METHOD: Method = Method {
        name: "deleteMessages",
        c_name: "im_delete_messages",
        topic: Topic::Change,
        events: &[
            (Event::ConversationChanged, "if something visible changed"),
            (Event::TotalUnreadMessageCountChanged, "if the total changed"),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[(
            Status::InvalidParameters,
            "no message, more than 500, or one that does not exist",
        )],
        example: r#"{"msgIDs":["0b1c4d8e-0000-4000-8000-000000000000"]}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        check_list("msgIDs", &self.msg_ids, MAX_MESSAGES, Status::InvalidParameters)?;
        client
            .local(|engine| engine.delete_messages(&self.msg_ids))
            .map(nothing)
    }
}

/// Deletes the history with a user, for the current user only.
///
/// The conversation keeps its place and has no last message.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ClearC2CHistoryMessage {
    /// The user of the conversation.
    #[serde(rename = "userID")]
    user_id: String,
}

impl Request for ClearC2CHistoryMessage {
    type Answer = ();
    const METHOD: Method = Method {
        name: "clearC2CHistoryMessage",
        c_name: "im_clear_c2c_history_message",
        topic: Topic::Change,
        events: &[
            (Event::ConversationChanged, "if something visible changed"),
            (Event::TotalUnreadMessageCountChanged, "if the total changed"),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[(Status::InvalidUserId, "")],
        example: r#"{"userID":"bob"}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = ConversationId::c2c(&client.user("userID", self.user_id)?);
        client.local(|engine| engine.clear_history(&id)).map(nothing)
    }
}

/// Deletes the history of a group, for the current user only.
///
/// The conversation keeps its place and has no last message.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ClearGroupHistoryMessage {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
}

impl Request for ClearGroupHistoryMessage {
    type Answer = ();
    const METHOD: Method = Method {
        name: "clearGroupHistoryMessage",
        c_name: "im_clear_group_history_message",
        topic: Topic::Change,
        events: &[
            (Event::ConversationChanged, "if something visible changed"),
            (Event::TotalUnreadMessageCountChanged, "if the total changed"),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[(Status::InvalidGroupId, "not valid")],
        example: r#"{"groupID":"team"}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = ConversationId::group(&client.group("groupID", self.group_id)?);
        client.local(|engine| engine.clear_history(&id)).map(nothing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_of_time_begins_now_where_nothing_else_is_said() {
        let now = Micros::now().seconds();
        let (from, to) = window(Direction::Newer, 0, 9).unwrap();
        let from = from.unwrap();
        assert!(from >= now && to == Some(from + 9));
        let (from, to) = window(Direction::Older, 0, 9).unwrap();
        assert!(from.unwrap() >= now - 9 && to.is_none());
        for (direction, begin, period, expected) in [
            (Direction::Newer, 7, 0, (Some(7), None)),
            (Direction::Newer, 7, 2, (Some(7), Some(9))),
            (Direction::Older, 7, 0, (None, Some(7))),
            (Direction::Older, 7, 2, (Some(5), Some(7))),
        ] {
            assert_eq!(window(direction, begin, period).unwrap(), expected);
        }
        assert!(window(Direction::Newer, -1, 0).is_err() && window(Direction::Older, 0, -1).is_err());
    }
}
