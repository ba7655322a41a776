//! Reactions to messages.

use super::method::{Method, Request, Topic};
use super::request::check_list;
use super::response::{Data, nothing};
use crate::client::Call;
use crate::engine::{MessageReactionResult, MessageReactionUserResult};
use crate::events::Event;
use crate::model::reaction::check_reaction_id;
use crate::model::{Error, Result, Status};
use serde::Deserialize;

/// How many messages one call may ask about.
const MAX_MESSAGES: usize = 20;
/// How many users of a reaction `getMessageReactions` names at most.
const MAX_NAMED: i64 = 10;
/// How many users a page has at most.
const MAX_USERS: i64 = 100;

/// Reacts to a message.
///
/// A reaction is beside the message: neither the message changes nor its conversation. The outbox delivers it, also after a
/// restart; if the server refuses it, `onRecvMessageReactionsChanged` takes it back.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct AddMessageReaction {
    /// The id of the message.
    #[serde(rename = "msgID")]
    msg_id: String,
    /// The reaction, 1 to 64 characters: an emoji, or any text that the apps agree on. Other XMPP clients show emoji only.
    #[serde(rename = "reactionID")]
    reaction_id: String,
}

impl Request for AddMessageReaction {
    type Answer = ();
    const METHOD: Method = Method {
        name: "addMessageReaction",
        c_name: "im_add_message_reaction",
        topic: Topic::Change,
        events: &[
            (Event::RecvMessageReactionsChanged, ""),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[
            (
                Status::InvalidParameters,
                "no such message, it was recalled or never sent, or the reaction is empty or too long",
            ),
            (Status::TooManyReactions, ""),
            (Status::TooManyReactionUsers, ""),
            (Status::AlreadyReacted, ""),
        ],
        example: r#"{"msgID":"0b1c4d8e-0000-4000-8000-000000000000","reactionID":"👍"}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        check_reaction_id(&self.reaction_id)?;
        client
            .local(|engine| engine.react(&self.msg_id, &self.reaction_id, true))
            .map(nothing)
    }
}

/// Takes back a reaction of the current user to a message.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RemoveMessageReaction {
    /// The id of the message.
    #[serde(rename = "msgID")]
    msg_id: String,
    /// The reaction.
    #[serde(rename = "reactionID")]
    reaction_id: String,
}

impl Request for RemoveMessageReaction {
    type Answer = ();
    const METHOD: Method = Method {
        name: "removeMessageReaction",
        c_name: "im_remove_message_reaction",
        topic: Topic::Change,
        events: &[
            (Event::RecvMessageReactionsChanged, ""),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[
            (
                Status::InvalidParameters,
                "no such message, it was recalled or never sent, or the reaction is empty or too long",
            ),
            (Status::NoSuchReaction, ""),
            (Status::NotOwnReaction, ""),
        ],
        example: r#"{"msgID":"0b1c4d8e-0000-4000-8000-000000000000","reactionID":"👍"}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        check_reaction_id(&self.reaction_id)?;
        client
            .local(|engine| engine.react(&self.msg_id, &self.reaction_id, false))
            .map(nothing)
    }
}

/// Reads the reactions to messages.
///
/// V2TIM wants the messages to be of one conversation; libim does not. Messages do not carry their reactions: an app asks for
/// those of the messages that it shows, and follows `onRecvMessageReactionsChanged` from then on.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct GetMessageReactions {
    /// The ids of the messages, 1 to 20.
    #[serde(rename = "msgIDList")]
    msg_id_list: Vec<String>,
    /// How many users to name for each reaction, 0 to 10.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 10)))]
    max_user_count_per_reaction: i64,
}

impl Request for GetMessageReactions {
    type Answer = Vec<MessageReactionResult<'static>>;
    const METHOD: Method = Method {
        name: "getMessageReactions",
        c_name: "im_get_message_reactions",
        topic: Topic::Change,
        answer: "a result for each message, in the order of the ids; `resultCode` is 6017 where there is no such message",
        errors: &[(
            Status::InvalidParameters,
            "no id, or more than 20, or `maxUserCountPerReaction` is not 0 to 10",
        )],
        example: r#"{"msgIDList":["0b1c4d8e-0000-4000-8000-000000000000"],"maxUserCountPerReaction":10}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        check_list("msgIDList", &self.msg_id_list, MAX_MESSAGES, Status::InvalidParameters)?;
        let named = self.max_user_count_per_reaction;
        if !(0..=MAX_NAMED).contains(&named) {
            let sentence = format!("maxUserCountPerReaction {named} is not 0 to {MAX_NAMED}");
            return Err(Error::invalid(sentence));
        }
        client.read(|engine| engine.reactions(&self.msg_id_list, named))
    }
}

/// Reads the users who have made a reaction to a message, page by page.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct GetAllUserListOfMessageReaction {
    /// The id of the message.
    #[serde(rename = "msgID")]
    msg_id: String,
    /// The reaction.
    #[serde(rename = "reactionID")]
    reaction_id: String,
    /// 0, or `nextSeq` of the page before.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(range(min = 0)))]
    next_seq: i64,
    /// The most users to return, 1 to 100.
    #[serde(default = "default_count")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 100)))]
    count: i64,
}

fn default_count() -> i64 {
    MAX_USERS
}

impl Request for GetAllUserListOfMessageReaction {
    type Answer = MessageReactionUserResult;
    const METHOD: Method = Method {
        name: "getAllUserListOfMessageReaction",
        c_name: "im_get_all_user_list_of_message_reaction",
        topic: Topic::Change,
        answer: "the users, where the next page begins, and whether there is one",
        errors: &[(
            Status::InvalidParameters,
            "no such message, `nextSeq` is below 0, or `count` is not 1 to 100",
        )],
        example: r#"{"msgID":"0b1c4d8e-0000-4000-8000-000000000000","reactionID":"👍","nextSeq":0,"count":100}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        if self.next_seq < 0 {
            return Err(Error::invalid(format!("nextSeq {} is not 0 or more", self.next_seq)));
        }
        if !(1..=MAX_USERS).contains(&self.count) {
            return Err(Error::invalid(format!("count {} is not 1 to {MAX_USERS}", self.count)));
        }
        client.read(|engine| engine.reaction_users(&self.msg_id, &self.reaction_id, self.next_seq, self.count))
    }
}
