//! The conversation list.

use super::request::{Empty, NextSeq, check_list};
use super::response::{Data, nothing, to_data};
use crate::client::Client;
use crate::engine::{Engine, UnreadScope};
use crate::model::message::MAX_TEXT_BYTES;
use crate::model::{ConversationId, Error, Result, Status};
use serde::Deserialize;

/// How many conversations one call may name (V2TIM: 51006 above).
const MAX_CONVERSATIONS: usize = 100;

/// `getConversationList`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ConversationList {
    /// Where the page starts: the `nextSeq` of the page before; `"0"` is the first page.
    #[serde(default)]
    next_seq: NextSeq,
    /// How many conversations, from 1.
    #[serde(default = "default_count")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    count: i64,
}

pub(super) fn default_count() -> i64 {
    100
}

pub(super) fn conversation_list(client: &Client, request: ConversationList) -> Result<Data> {
    client.read(|engine| engine.conversation_page(&request.next_seq.0, request.count))
}

/// The methods that take one conversation and nothing else.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct OneConversation {
    /// `c2c_<userID>` or `group_<groupID>`.
    #[serde(rename = "conversationID")]
    conversation_id: String,
}

pub(super) fn conversation(client: &Client, request: OneConversation) -> Result<Data> {
    let id = ConversationId::parse("conversationID", request.conversation_id)?;
    client.read(|engine| engine.conversation(&id))
}

pub(super) fn delete(client: &Client, request: OneConversation) -> Result<Data> {
    let id = ConversationId::parse("conversationID", request.conversation_id)?;
    client.local(|engine| engine.delete_conversation(&id)).map(nothing)
}

/// `getConversationListByConversationIds`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ConversationListByIds {
    /// 1 to 100 conversations.
    #[serde(rename = "conversationIDList")]
    conversation_id_list: Vec<String>,
}

pub(super) fn conversation_list_by_ids(client: &Client, request: ConversationListByIds) -> Result<Data> {
    let list = request.conversation_id_list;
    check_list(
        "conversationIDList",
        &list,
        MAX_CONVERSATIONS,
        Status::TooManyConversations,
    )?;
    let ids: Vec<ConversationId> = list
        .into_iter()
        .enumerate()
        .map(|(place, id)| ConversationId::parse(&format!("conversationIDList[{place}]"), id))
        .collect::<Result<_>>()?;
    client.read(|engine| engine.conversations(&ids))
}

/// `setConversationDraft`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SetDraft {
    /// `c2c_<userID>` or `group_<groupID>`.
    #[serde(rename = "conversationID")]
    conversation_id: String,
    /// At most 64 KiB. Null and empty cancel the draft.
    #[serde(default)]
    draft_text: Option<String>,
}

pub(super) fn set_draft(client: &Client, request: SetDraft) -> Result<Data> {
    let id = ConversationId::parse("conversationID", request.conversation_id)?;
    let text = request.draft_text.unwrap_or_default();
    if text.len() > MAX_TEXT_BYTES {
        return Err(Error::invalid(format!(
            "draftText has {} bytes; the most is {MAX_TEXT_BYTES}",
            text.len()
        )));
    }
    client.local(|engine| engine.set_draft(&id, &text)).map(nothing)
}

/// `pinConversation`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Pin {
    /// `c2c_<userID>` or `group_<groupID>`.
    #[serde(rename = "conversationID")]
    conversation_id: String,
    /// Whether it is to be pinned.
    is_pinned: bool,
}

pub(super) fn pin(client: &Client, request: Pin) -> Result<Data> {
    let id = ConversationId::parse("conversationID", request.conversation_id)?;
    client
        .local(|engine| engine.set_pinned(&id, request.is_pinned))
        .map(nothing)
}

pub(super) fn total_unread(client: &Client, _: Empty) -> Result<Data> {
    to_data(&client.read(Engine::total_unread)?)
}

/// `cleanConversationUnreadMessageCount`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CleanUnread {
    /// One conversation, `c2c` or `group` for all of a kind, or empty for all.
    #[serde(rename = "conversationID", default)]
    conversation_id: String,
    /// For C2C conversations: up to this time, in seconds; 0 = everything.
    #[serde(default)]
    clean_timestamp: u64,
    /// For groups: up to this sequence; 0 = everything.
    #[serde(default)]
    clean_sequence: u64,
}

pub(super) fn clean_unread(client: &Client, request: CleanUnread) -> Result<Data> {
    let scope = match request.conversation_id.as_str() {
        "" => UnreadScope::All,
        "c2c" => UnreadScope::AllC2c,
        "group" => UnreadScope::AllGroups,
        one => UnreadScope::One(ConversationId::parse("conversationID", one)?),
    };
    let Ok(timestamp) = i64::try_from(request.clean_timestamp) else {
        return Err(Error::invalid(format!(
            "cleanTimestamp {} is no time in seconds",
            request.clean_timestamp
        )));
    };
    client
        .local(|engine| engine.clean_unread(&scope, timestamp, request.clean_sequence))
        .map(nothing)
}
