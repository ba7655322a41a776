//! Conversation groups: folders for conversations.

use super::batch::{OperationResult, each};
use super::method::{Method, Request, Topic};
use super::response::{Data, nothing, to_data};
use crate::client::Call;
use crate::engine::{Engine, check_conversation_group_name as check_name};
use crate::events::Event;
use crate::model::{Result, Status};
use serde::Deserialize;

/// Makes a conversation group: a folder for conversations, on all devices of the user.
///
/// A conversation can be in several groups, and a group can be empty. There are at most 100. The change takes effect at once
/// and reaches the server later; if the server refuses, it is undone.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CreateConversationGroup {
    /// The name, 1 to 128 bytes.
    group_name: String,
    /// The conversations to put into it, at most 100.
    #[serde(rename = "conversationIDList", default)]
    conversation_id_list: Vec<String>,
}

impl Request for CreateConversationGroup {
    type Answer = Vec<OperationResult>;
    const METHOD: Method = Method {
        name: "createConversationGroup",
        c_name: "im_create_conversation_group",
        topic: Topic::Label,
        answer: "one for each conversation, in the order requested",
        events: &[
            (Event::ConversationGroupCreated, ""),
            (
                Event::ConversationChanged,
                "with the conversations that were put into it",
            ),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[
            (
                Status::InvalidParameters,
                "`groupName` is empty, or there is a group of that name",
            ),
            (Status::ConversationGroupNameTooLong, ""),
            (Status::TooManyConversationGroups, ""),
            (Status::TooManyConversations, ""),
        ],
        example: r#"{"groupName":"Work","conversationIDList":["c2c_bob"]}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        check_name("groupName", &self.group_name)?;
        each(client, self.conversation_id_list, true, |engine, ids| {
            engine.create_conversation_group(&self.group_name, ids)
        })
    }
}

/// Returns the names of the conversation groups, in the order in which they were made.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct GetConversationGroupList {}

impl Request for GetConversationGroupList {
    type Answer = Vec<String>;
    const METHOD: Method = Method {
        name: "getConversationGroupList",
        c_name: "im_get_conversation_group_list",
        topic: Topic::Label,
        answer: "the names, in the order in which the groups were made",
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        to_data(&client.read(Engine::conversation_groups)?)
    }
}

/// Renames a conversation group, on all devices of the user.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct RenameConversationGroup {
    /// The name now.
    old_name: String,
    /// The new name, 1 to 128 bytes.
    new_name: String,
}

impl Request for RenameConversationGroup {
    type Answer = ();
    const METHOD: Method = Method {
        name: "renameConversationGroup",
        c_name: "im_rename_conversation_group",
        topic: Topic::Label,
        events: &[
            (Event::ConversationGroupNameChanged, "if the names differ"),
            (Event::ConversationChanged, "with the conversations in the group"),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[
            (
                Status::InvalidParameters,
                "`newName` is empty, or the name of another group",
            ),
            (Status::NoSuchConversationGroup, ""),
            (Status::ConversationGroupNameTooLong, ""),
        ],
        example: r#"{"oldName":"Work","newName":"Office"}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        check_name("newName", &self.new_name)?;
        client
            .local(|engine| engine.rename_conversation_group(&self.old_name, &self.new_name))
            .map(nothing)
    }
}

/// Adds conversations to a conversation group, on all devices of the user.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct AddConversationsToGroup {
    /// The name of the group.
    group_name: String,
    /// The conversations, 1 to 100.
    #[serde(rename = "conversationIDList")]
    conversation_id_list: Vec<String>,
}

impl Request for AddConversationsToGroup {
    type Answer = Vec<OperationResult>;
    const METHOD: Method = Method {
        name: "addConversationsToGroup",
        c_name: "im_add_conversations_to_group",
        topic: Topic::Label,
        answer: "one for each conversation, in the order requested",
        events: &[
            (Event::ConversationsAddedToGroup, "with those that were not in it"),
            (Event::ConversationChanged, "with the same"),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[
            (Status::InvalidParameters, "no conversationID"),
            (Status::NoSuchConversationGroup, ""),
            (Status::TooManyConversations, ""),
        ],
        example: r#"{"groupName":"Office","conversationIDList":["group_team"]}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        each(client, self.conversation_id_list, false, |engine, ids| {
            engine.change_conversation_group(&self.group_name, ids, true)
        })
    }
}

/// Takes conversations out of a conversation group, on all devices of the user. They stay in the list.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct DeleteConversationsFromGroup {
    /// The name of the group.
    group_name: String,
    /// The conversations, 1 to 100.
    #[serde(rename = "conversationIDList")]
    conversation_id_list: Vec<String>,
}

impl Request for DeleteConversationsFromGroup {
    type Answer = Vec<OperationResult>;
    const METHOD: Method = Method {
        name: "deleteConversationsFromGroup",
        c_name: "im_delete_conversations_from_group",
        topic: Topic::Label,
        answer: "one for each conversation, in the order requested",
        events: &[
            (Event::ConversationsDeletedFromGroup, "with those that were in it"),
            (Event::ConversationChanged, "with the same"),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[
            (Status::InvalidParameters, "no conversationID"),
            (Status::NoSuchConversationGroup, ""),
            (Status::TooManyConversations, ""),
        ],
        example: r#"{"groupName":"Office","conversationIDList":["group_team"]}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        each(client, self.conversation_id_list, false, |engine, ids| {
            engine.change_conversation_group(&self.group_name, ids, false)
        })
    }
}

/// Deletes a conversation group, on all devices of the user. Its conversations stay in the list.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct DeleteConversationGroup {
    /// The name of the group.
    group_name: String,
}

impl Request for DeleteConversationGroup {
    type Answer = ();
    const METHOD: Method = Method {
        name: "deleteConversationGroup",
        c_name: "im_delete_conversation_group",
        topic: Topic::Label,
        events: &[
            (Event::ConversationGroupDeleted, ""),
            (Event::ConversationChanged, "with the conversations that were in it"),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[(Status::NoSuchConversationGroup, "")],
        example: r#"{"groupName":"Office"}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        client
            .local(|engine| engine.delete_conversation_group(&self.group_name))
            .map(nothing)
    }
}
