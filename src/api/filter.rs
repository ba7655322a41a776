//! The filtered list and filtered unread counts.

use super::conversation::default_count;
use super::method::{Method, Request, Topic};
use super::request::NextSeq;
use super::response::{Data, nothing, to_data};
use crate::client::Call;
use crate::engine::{ConversationFilter, ConversationResult};
use crate::events::Event;
use crate::model::strict::Object;
use crate::model::{Result, Status};
use serde::Deserialize;

/// The status of a bad filter.
const BAD_FILTER: (Status, &str) = (
    Status::InvalidParameters,
    "a condition of `filter` is not valid, such as a `markType` with a bit that is no mark",
);

/// Reads a page of the conversations that a filter selects.
///
/// Pages are as those of `getConversationList`, with the same promises and the same limit: `conversationLimit` is one of the
/// whole list, of which the filter selects. A filtered page costs about as much as an unfiltered one, however few
/// conversations the filter selects.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct GetConversationListByFilter {
    /// Which conversations.
    filter: Object<ConversationFilter>,
    /// Where the page starts: the `nextSeq` of the page before with the same filter, or `"0"` for the first page.
    #[serde(default)]
    next_seq: NextSeq,
    /// The size of the page.
    #[serde(default = "default_count")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    count: i64,
}

impl Request for GetConversationListByFilter {
    type Answer = ConversationResult<'static>;
    const METHOD: Method = Method {
        name: "getConversationListByFilter",
        c_name: "im_get_conversation_list_by_filter",
        topic: Topic::Conversation,
        errors: &[(
            Status::InvalidParameters,
            "`nextSeq` is not a cursor, `count` is below 1, or a condition of `filter` is not valid",
        )],
        example: r#"{"filter":{"markType":1,"hasUnreadCount":true},"nextSeq":"0","count":100}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        self.filter.0.check()?;
        client.read(|engine| engine.filtered_page(&self.filter.0, &self.next_seq.0, self.count))
    }
}

/// Returns the number of unread messages in the conversations that a filter selects, without those with `recvOpt` 1, 2 or 3.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct GetUnreadMessageCountByFilter {
    /// Which conversations.
    filter: Object<ConversationFilter>,
}

impl Request for GetUnreadMessageCountByFilter {
    type Answer = i64;
    const METHOD: Method = Method {
        name: "getUnreadMessageCountByFilter",
        c_name: "im_get_unread_message_count_by_filter",
        topic: Topic::Conversation,
        errors: &[BAD_FILTER],
        example: r#"{"filter":{"conversationType":1}}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        self.filter.0.check()?;
        to_data(&client.read(|engine| engine.unread_by_filter(&self.filter.0))?)
    }
}

/// Reports from now on when the number of unread messages in the conversations that a filter selects changes.
///
/// The subscription lasts until it is ended or the client is closed. Subscribe first and then read the number with
/// `getUnreadMessageCountByFilter`: the event reports changes only. The same filter twice is one subscription.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct SubscribeUnreadMessageCountByFilter {
    /// Which conversations.
    filter: Object<ConversationFilter>,
}

impl Request for SubscribeUnreadMessageCountByFilter {
    type Answer = ();
    const METHOD: Method = Method {
        name: "subscribeUnreadMessageCountByFilter",
        c_name: "im_subscribe_unread_message_count_by_filter",
        topic: Topic::Conversation,
        events: &[(
            Event::UnreadMessageCountChangedByFilter,
            "from now on, when the number changes",
        )],
        errors: &[BAD_FILTER],
        example: r#"{"filter":{"markType":1}}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        self.filter.0.check()?;
        client
            .read(|engine| engine.subscribe_unread(self.filter.0))
            .map(nothing)
    }
}

/// Ends a subscription by `subscribeUnreadMessageCountByFilter`.
///
/// A filter that is not subscribed to is no error. An event that waits for a slow listener may still come.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct UnsubscribeUnreadMessageCountByFilter {
    /// The filter, with the same conditions as when it was subscribed to.
    filter: Object<ConversationFilter>,
}

impl Request for UnsubscribeUnreadMessageCountByFilter {
    type Answer = ();
    const METHOD: Method = Method {
        name: "unsubscribeUnreadMessageCountByFilter",
        c_name: "im_unsubscribe_unread_message_count_by_filter",
        topic: Topic::Conversation,
        errors: &[BAD_FILTER],
        example: r#"{"filter":{"markType":1}}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        self.filter.0.check()?;
        client
            .read(|engine| engine.unsubscribe_unread(&self.filter.0))
            .map(nothing)
    }
}
