//! Marks and custom data of conversations.

use super::batch::{OperationResult, each};
use super::method::{Method, Request, Topic};
use super::response::Data;
use crate::client::Call;
use crate::events::Event;
use crate::model::{Error, Marks, Result, Status};
use serde::Deserialize;

/// The longest custom data, in bytes.
const MAX_CUSTOM_DATA: usize = 256;

/// Marks conversations, or takes marks away, on all devices of the user.
///
/// A mark is one bit: 1 star, 2 unread, 4 fold, 8 hide, and 1<<32 to 1<<52 for the app's own meanings. libim stores and
/// filters marks and does nothing else with them: a mark changes neither the order nor any count, and `unread` is only a
/// mark. The change takes effect at once and reaches the server later; if the server refuses, it is undone.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct MarkConversation {
    /// The conversations, 1 to 100.
    #[serde(rename = "conversationIDList")]
    conversation_id_list: Vec<String>,
    /// The mark, or several added together.
    mark_type: u64,
    /// True to set the marks, false to take them away.
    enable_mark: bool,
}

impl Request for MarkConversation {
    type Answer = Vec<OperationResult>;
    const METHOD: Method = Method {
        name: "markConversation",
        c_name: "im_mark_conversation",
        topic: Topic::Label,
        answer: "one for each conversation, in the order requested",
        events: &[
            (
                Event::ConversationChanged,
                "if something changed, and again if the server refuses",
            ),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[
            (
                Status::InvalidParameters,
                "no conversationID, or `markType` is 0 or has a bit that is no mark",
            ),
            (Status::TooManyConversations, ""),
        ],
        example: r#"{"conversationIDList":["c2c_bob"],"markType":1,"enableMark":true}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let marks = Marks::parse("markType", self.mark_type)?;
        if marks.is_empty() {
            return Err(Error::invalid("markType 0 is no mark"));
        }
        each(client, self.conversation_id_list, false, |engine, ids| {
            engine.mark(ids, marks, self.enable_mark)
        })
    }
}

/// Stores a text of the app with conversations, on all devices of the user.
///
/// libim does nothing else with it: it is in `customData` of the conversation. The change takes effect at once and reaches
/// the server later; if the server refuses, it is undone.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SetConversationCustomData {
    /// The conversations, 1 to 100.
    #[serde(rename = "conversationIDList")]
    conversation_id_list: Vec<String>,
    /// The text, at most 256 bytes; empty to remove it.
    custom_data: String,
}

impl Request for SetConversationCustomData {
    type Answer = Vec<OperationResult>;
    const METHOD: Method = Method {
        name: "setConversationCustomData",
        c_name: "im_set_conversation_custom_data",
        topic: Topic::Label,
        answer: "one for each conversation, in the order requested",
        events: &[
            (
                Event::ConversationChanged,
                "if something changed, and again if the server refuses",
            ),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[
            (
                Status::InvalidParameters,
                "no conversationID, or `customData` is too long",
            ),
            (Status::TooManyConversations, ""),
        ],
        example: r#"{"conversationIDList":["c2c_bob"],"customData":"{\"color\":\"blue\"}"}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let data = self.custom_data;
        if data.len() > MAX_CUSTOM_DATA {
            return Err(Error::invalid(format!(
                "customData has {} bytes; the most is {MAX_CUSTOM_DATA}",
                data.len()
            )));
        }
        each(client, self.conversation_id_list, false, |engine, ids| {
            engine.set_custom_data(ids, &data)
        })
    }
}
