//! The conversation list.

use super::batch::{MAX_CONVERSATIONS, OperationResult, each};
use super::method::{Method, Request, Topic};
use super::request::{NextSeq, check_list};
use super::response::{Data, nothing, to_data};
use crate::client::Call;
use crate::engine::{Conversation, ConversationResult, Engine, UnreadScope};
use crate::events::Event;
use crate::model::message::MAX_TEXT_BYTES;
use crate::model::{ConversationId, Error, Result, Status};
use serde::Deserialize;

/// Why a conversationID is refused.
const BAD_ID: (Status, &str) = (Status::InvalidParameters, "`conversationID` is not valid");

/// Reads a page of the list.
///
/// The order is `conversationOrder` of the config: by default pinned conversations first, then the most recently active.
///
/// Every page but the last has `count` conversations, and `isFinished` is true on exactly the page that holds the last
/// one. If nothing is written while the app pages through, it gets each conversation once. If something is, no
/// conversation comes twice unless its key was lowered in between, as by unpinning it, and a conversation that moves up
/// past the cursor is reported by `onConversationChanged`. At most `conversationLimit` conversations of the config can
/// be paged through.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct GetConversationList {
    /// Where the page starts: the `nextSeq` of the page before, or `"0"` for the first page.
    #[serde(default)]
    next_seq: NextSeq,
    /// The size of the page.
    #[serde(default = "default_count")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    count: i64,
}

pub(super) fn default_count() -> i64 {
    100
}

impl Request for GetConversationList {
    type Answer = ConversationResult<'static>;
    const METHOD: Method = Method {
        name: "getConversationList",
        c_name: "im_get_conversation_list",
        topic: Topic::Conversation,
        errors: &[(
            Status::InvalidParameters,
            "`nextSeq` is not a cursor, or `count` is below 1",
        )],
        example: r#"{"nextSeq":"0","count":100}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        client.read(|engine| engine.conversation_page(&self.next_seq.0, self.count))
    }
}

/// Reads one conversation.
///
/// A conversation that is not in the list is returned as a transient one, with the name and picture that are known and
/// an `orderkey` of 0. Nothing is stored.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct GetConversation {
    /// The conversation: `c2c_<userID>` or `group_<groupID>`.
    #[serde(rename = "conversationID")]
    conversation_id: String,
}

impl Request for GetConversation {
    type Answer = Conversation<'static>;
    const METHOD: Method = Method {
        name: "getConversation",
        c_name: "im_get_conversation",
        topic: Topic::Conversation,
        errors: &[BAD_ID],
        example: r#"{"conversationID":"c2c_bob"}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = client.conversation("conversationID", self.conversation_id)?;
        client.read(|engine| engine.conversation(&id))
    }
}

/// Deletes a conversation with its messages, here and for this account on the server.
///
/// A later message starts a new conversation. Deleting a conversation that is not in the list does nothing.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct DeleteConversation {
    /// The conversation: `c2c_<userID>` or `group_<groupID>`.
    #[serde(rename = "conversationID")]
    conversation_id: String,
}

impl Request for DeleteConversation {
    type Answer = ();
    const METHOD: Method = Method {
        name: "deleteConversation",
        c_name: "im_delete_conversation",
        topic: Topic::Conversation,
        events: &[
            (Event::ConversationDeleted, ""),
            (Event::TotalUnreadMessageCountChanged, "if the total changed"),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[BAD_ID],
        example: r#"{"conversationID":"c2c_bob"}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = client.conversation("conversationID", self.conversation_id)?;
        client.local(|engine| engine.delete_conversation(&id)).map(nothing)
    }
}

/// Takes conversations out of the list, with their messages or without, here and on the user's other devices.
///
/// With `clearMessage` true this is `deleteConversation` for each. With false the messages stay: the next message brings the
/// conversation back, with its history. Its draft, pin, marks, custom data and groups go in both cases.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct DeleteConversationList {
    /// The conversations, 1 to 100.
    #[serde(rename = "conversationIDList")]
    conversation_id_list: Vec<String>,
    /// Whether the messages are deleted too.
    clear_message: bool,
}

impl Request for DeleteConversationList {
    type Answer = Vec<OperationResult>;
    const METHOD: Method = Method {
        name: "deleteConversationList",
        c_name: "im_delete_conversation_list",
        topic: Topic::Conversation,
        answer: "one for each conversation, in the order requested",
        events: &[
            (Event::ConversationDeleted, ""),
            (Event::TotalUnreadMessageCountChanged, "if the total changed"),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[
            (Status::InvalidParameters, "no conversationID"),
            (Status::TooManyConversations, ""),
        ],
        example: r#"{"conversationIDList":["c2c_bob"],"clearMessage":false}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        each(client, self.conversation_id_list, false, |engine, ids| {
            engine.delete_conversations(ids, self.clear_message)
        })
    }
}

/// Reads several conversations.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct GetConversationListByConversationIds {
    /// The conversations, 1 to 100.
    #[serde(rename = "conversationIDList")]
    conversation_id_list: Vec<String>,
}

impl Request for GetConversationListByConversationIds {
    type Answer = Vec<Conversation<'static>>;
    const METHOD: Method = Method {
        name: "getConversationListByConversationIds",
        c_name: "im_get_conversation_list_by_conversation_ids",
        topic: Topic::Conversation,
        answer: "those that are in the list, in the order requested",
        errors: &[
            (Status::InvalidParameters, "no conversationID, or one that is not valid"),
            (Status::TooManyConversations, ""),
        ],
        example: r#"{"conversationIDList":["c2c_bob","group_team"]}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let list = self.conversation_id_list;
        check_list(
            "conversationIDList",
            &list,
            MAX_CONVERSATIONS,
            Status::TooManyConversations,
        )?;
        let ids: Vec<ConversationId> = list
            .into_iter()
            .enumerate()
            .map(|(place, id)| client.conversation(&format!("conversationIDList[{place}]"), id))
            .collect::<Result<_>>()?;
        client.read(|engine| engine.conversations(&ids))
    }
}

/// Sets or cancels the draft of a conversation.
///
/// A draft is local to this device. A new text moves the conversation up, and adds it to the list if it was not there;
/// setting the same text again, or cancelling, moves nothing.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SetConversationDraft {
    /// The conversation: `c2c_<userID>` or `group_<groupID>`.
    #[serde(rename = "conversationID")]
    conversation_id: String,
    /// The text, at most 64 KiB. Null or empty: the draft is cancelled.
    #[serde(default)]
    draft_text: Option<String>,
}

impl Request for SetConversationDraft {
    type Answer = ();
    const METHOD: Method = Method {
        name: "setConversationDraft",
        c_name: "im_set_conversation_draft",
        topic: Topic::Conversation,
        events: &[
            (Event::ConversationChanged, "if something changed"),
            (Event::NewConversation, "if the conversation was not in the list"),
        ],
        errors: &[(
            Status::InvalidParameters,
            "`conversationID` is not valid, or the text is too long",
        )],
        example: r#"{"conversationID":"c2c_bob","draftText":"see you"}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = client.conversation("conversationID", self.conversation_id)?;
        let text = self.draft_text.unwrap_or_default();
        if text.len() > MAX_TEXT_BYTES {
            return Err(Error::invalid(format!(
                "draftText has {} bytes; the most is {MAX_TEXT_BYTES}",
                text.len()
            )));
        }
        client.local(|engine| engine.set_draft(&id, &text)).map(nothing)
    }
}

/// Pins or unpins a conversation.
///
/// Pinned conversations come first and keep their order among each other. Pinning a conversation that is not in the
/// list adds it. The change takes effect at once and reaches the server later; if the server refuses, it is undone.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct PinConversation {
    /// The conversation: `c2c_<userID>` or `group_<groupID>`.
    #[serde(rename = "conversationID")]
    conversation_id: String,
    /// True to pin, false to unpin.
    is_pinned: bool,
}

impl Request for PinConversation {
    type Answer = ();
    const METHOD: Method = Method {
        name: "pinConversation",
        c_name: "im_pin_conversation",
        topic: Topic::Conversation,
        events: &[
            (
                Event::ConversationChanged,
                "if something changed, and again if the server refuses",
            ),
            (Event::NewConversation, "if the conversation was not in the list"),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[BAD_ID],
        example: r#"{"conversationID":"c2c_bob","isPinned":true}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = client.conversation("conversationID", self.conversation_id)?;
        client
            .local(|engine| engine.set_pinned(&id, self.is_pinned))
            .map(nothing)
    }
}

/// Returns the number of unread messages in all conversations with `recvOpt` 0.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct GetTotalUnreadMessageCount {}

impl Request for GetTotalUnreadMessageCount {
    type Answer = i64;
    const METHOD: Method = Method {
        name: "getTotalUnreadMessageCount",
        c_name: "im_get_total_unread_message_count",
        topic: Topic::Conversation,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        to_data(&client.read(Engine::total_unread)?)
    }
}

/// Marks messages as read, in one conversation or in many.
///
/// Read positions only move forward. The change takes effect at once and reaches the server later, for the user's other
/// devices and the peer.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CleanConversationUnreadMessageCount {
    /// One conversation, `"c2c"` for all with users, `"group"` for all groups, or `""` for all.
    #[serde(rename = "conversationID", default)]
    conversation_id: String,
    /// C2C: the time of the last message to mark, in seconds since 1970; 0 for all messages.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("x-time" = "none is 0")))]
    clean_timestamp: u64,
    /// Groups: the sequence of the last message to mark; 0 for all messages.
    #[serde(default)]
    clean_sequence: u64,
}

impl Request for CleanConversationUnreadMessageCount {
    type Answer = ();
    const METHOD: Method = Method {
        name: "cleanConversationUnreadMessageCount",
        c_name: "im_clean_conversation_unread_message_count",
        topic: Topic::Conversation,
        events: &[
            (Event::ConversationChanged, "if something changed"),
            (Event::TotalUnreadMessageCountChanged, "if the total changed"),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[(
            Status::InvalidParameters,
            "`conversationID` is not valid, or a bound is below 0",
        )],
        example: r#"{"conversationID":"c2c_bob","cleanTimestamp":0,"cleanSequence":0}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let scope = match self.conversation_id.as_str() {
            "" => UnreadScope::All,
            "c2c" => UnreadScope::AllC2c,
            "group" => UnreadScope::AllGroups,
            one => UnreadScope::One(client.conversation("conversationID", one)?),
        };
        let Ok(timestamp) = i64::try_from(self.clean_timestamp) else {
            return Err(Error::invalid(format!(
                "cleanTimestamp {} is no time in seconds",
                self.clean_timestamp
            )));
        };
        client
            .local(|engine| engine.clean_unread(&scope, timestamp, self.clean_sequence))
            .map(nothing)
    }
}
