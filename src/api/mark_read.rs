//! V2TIM's older names for marking everything in conversations as read.

use super::method::{Method, Request, Topic};
use super::response::{Data, nothing};
use crate::client::Call;
use crate::engine::UnreadScope;
use crate::events::Event;
use crate::model::{ConversationId, Result, Status};
use serde::Deserialize;

/// What reading causes.
const EVENTS: &[(Event, &str)] = &[
    (Event::ConversationChanged, "if something changed"),
    (Event::TotalUnreadMessageCountChanged, "if the total changed"),
    (Event::LocalChangeFailed, "if the server refuses"),
];

/// Marks all messages of all conversations as read.
///
/// The same as `cleanConversationUnreadMessageCount` with an empty `conversationID`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct MarkAllMessageAsRead {}

impl Request for MarkAllMessageAsRead {
    type Answer = ();
    const METHOD: Method = Method {
        name: "markAllMessageAsRead",
        c_name: "im_mark_all_message_as_read",
        topic: Topic::Message,
        events: EVENTS,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        read(client, &UnreadScope::All)
    }
}

/// Marks all messages with a user as read.
///
/// The same as `cleanConversationUnreadMessageCount` for that conversation. The user gets `onRecvC2CReadReceipt`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct MarkC2CMessageAsRead {
    /// The user; empty for all.
    #[serde(rename = "userID")]
    user_id: String,
}

impl Request for MarkC2CMessageAsRead {
    type Answer = ();
    const METHOD: Method = Method {
        name: "markC2CMessageAsRead",
        c_name: "im_mark_c2c_message_as_read",
        topic: Topic::Message,
        events: EVENTS,
        errors: &[(Status::InvalidUserId, "not valid")],
        example: r#"{"userID":"bob"}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let scope = if self.user_id.is_empty() {
            UnreadScope::AllC2c
        } else {
            UnreadScope::One(ConversationId::c2c(&client.user("userID", self.user_id)?))
        };
        read(client, &scope)
    }
}

/// Marks all messages of a group as read.
///
/// The same as `cleanConversationUnreadMessageCount` for that conversation.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct MarkGroupMessageAsRead {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
}

impl Request for MarkGroupMessageAsRead {
    type Answer = ();
    const METHOD: Method = Method {
        name: "markGroupMessageAsRead",
        c_name: "im_mark_group_message_as_read",
        topic: Topic::Message,
        events: EVENTS,
        errors: &[(Status::InvalidGroupId, "not valid")],
        example: r#"{"groupID":"team"}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = ConversationId::group(&client.group("groupID", self.group_id)?);
        read(client, &UnreadScope::One(id))
    }
}

fn read(client: &Call<'_>, scope: &UnreadScope) -> Result<Data> {
    client.local(|engine| engine.clean_unread(scope, 0, 0)).map(nothing)
}
