//! What happened to a conversation group, as V2TIM's callbacks tell it.

use super::json::shown_json;
use crate::events::{Event, GroupEvent};
use crate::model::ConversationId;
use crate::store::{StoreResult, conversation};
use rusqlite::Connection;
use serde_json::json;

/// A change.
pub(super) enum GroupChange {
    /// A group of this name was made, with these conversations.
    Created(String, Vec<ConversationId>),
    /// The group of this name was deleted.
    Deleted(String),
    /// A group was renamed: the old name, the new one.
    NameChanged(String, String),
    /// Conversations were put into the group of this name (true) or taken out of it.
    Members(String, Vec<ConversationId>, bool),
}

impl GroupChange {
    /// The event, with the conversations as the database has them now.
    pub(super) fn event(&self, db: &Connection) -> StoreResult<GroupEvent> {
        Ok(match self {
            Self::Created(name, ids) => with_conversations(db, Event::ConversationGroupCreated, name, ids)?,
            Self::Deleted(name) => GroupEvent {
                event: Event::ConversationGroupDeleted,
                payload: shown_json(name)?,
            },
            Self::NameChanged(old, new) => GroupEvent {
                event: Event::ConversationGroupNameChanged,
                payload: shown_json(&json!({ "oldName": old, "newName": new }))?,
            },
            Self::Members(name, ids, true) => with_conversations(db, Event::ConversationsAddedToGroup, name, ids)?,
            Self::Members(name, ids, false) => with_conversations(db, Event::ConversationsDeletedFromGroup, name, ids)?,
        })
    }
}

fn with_conversations(db: &Connection, event: Event, name: &str, ids: &[ConversationId]) -> StoreResult<GroupEvent> {
    let mut rows = Vec::new();
    for id in ids {
        // What is rendered is copied, not parsed again.
        rows.extend(conversation::json(db, id)?.map(|(_, json)| json));
    }
    let payload = format!(
        r#"{{"groupName":{},"conversationList":[{}]}}"#,
        shown_json(&name)?,
        rows.join(",")
    );
    Ok(GroupEvent { event, payload })
}

/// The payloads as types, for the description of the interface.
#[cfg(feature = "schema")]
pub(crate) mod payload {
    use crate::engine::view::Conversation;

    /// A conversation group, and conversations of it.
    #[derive(schemars::JsonSchema)]
    #[schemars(rename = "ConversationGroupChange", rename_all = "camelCase")]
    #[allow(dead_code)] // a description only
    pub(crate) struct GroupConversations {
        /// The name of the group.
        group_name: String,
        /// The conversations that the event is about.
        conversation_list: Vec<Conversation<'static>>,
    }

    /// The names of a conversation group that was renamed.
    #[derive(schemars::JsonSchema)]
    #[schemars(rename = "ConversationGroupNameChange", rename_all = "camelCase")]
    #[allow(dead_code)] // a description only
    pub(crate) struct GroupNameChange {
        /// The name before.
        old_name: String,
        /// The name now.
        new_name: String,
    }
}
