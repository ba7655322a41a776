//! Live views of the list: rows that the app shows without sorting, comparing or reading again.

use super::method::{Method, Request, Topic};
use super::response::{Data, nothing, to_data};
use super::search::{OFF, check_keyword};
use crate::client::Call;
use crate::engine::{ConversationFilter, OpenedView, ViewExtent, ViewQuery};
use crate::events::Event;
use crate::model::strict::Object;
use crate::model::{Result, Status};
use serde::Deserialize;

/// The statuses of a method on a view.
const NOT_OPEN: (Status, &str) = (Status::InvalidParameters, "`viewID` is not open");

const SEARCH_OFF: (Status, &str) = (OFF.0, "with `search`, when the client was opened with `search` false");

fn default_limit() -> i64 {
    100
}

/// What to show; all without a filter and a search.
fn checked(filter: Option<Object<ConversationFilter>>, search: Option<String>) -> Result<ViewQuery> {
    let filter = filter.map(|filter| filter.0).unwrap_or_default();
    filter.check()?;
    search.as_deref().map_or(Ok(()), |text| check_keyword("search", text))?;
    Ok(ViewQuery { filter, search })
}

/// Opens a view of the list: its first `limit` conversations, or the first that a filter selects and a search finds, kept up to
/// date from now on.
///
/// The answer has the rows of now, and `onConversationViewChanged` reports, for each transaction that changes them, the steps
/// from the rows before to the rows after it: an app that takes each step on the rows that it shows has the list. Rows come
/// in the order of `getConversationList`; `conversationLimit` does not bound them.
///
/// Add a listener first. Called through `im_call_async`, the answer comes before the first change of the view; from another
/// thread than the callbacks', `im_call` may return after it. A view lasts until it is closed or the client is.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct OpenConversationView {
    /// Which conversations; all by default.
    #[serde(default)]
    filter: Option<Object<ConversationFilter>>,
    /// A text: of the conversations that the filter selects, only those whose names or id have it, as a keyword of
    /// `searchConversations`. At most 200 characters; none by default. One without a letter, digit or symbol finds nothing.
    #[serde(default)]
    search: Option<String>,
    /// How many rows at most.
    #[serde(default = "default_limit")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    limit: i64,
}

impl Request for OpenConversationView {
    type Answer = OpenedView;
    const METHOD: Method = Method {
        name: "openConversationView",
        c_name: "im_open_conversation_view",
        topic: Topic::View,
        is_own: true,
        events: &[(
            Event::ConversationViewChanged,
            "from now on, when the rows or their number change",
        )],
        errors: &[
            (
                Status::InvalidParameters,
                "`limit` is below 1, a condition of `filter` is not valid, or `search` is empty or too long",
            ),
            SEARCH_OFF,
        ],
        example: r#"{"filter":{"conversationType":1},"search":"bo","limit":50}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let query = checked(self.filter, self.search)?;
        client.read(|engine| engine.open_view(&query, self.limit))
    }
}

/// Lets a view show more rows, as when the app scrolls to its end. The rows come with `onConversationViewChanged`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct GrowConversationView {
    /// The view.
    #[serde(rename = "viewID")]
    view_id: i64,
    /// How many rows more.
    #[serde(default = "default_limit")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    count: i64,
}

impl Request for GrowConversationView {
    type Answer = ViewExtent;
    const METHOD: Method = Method {
        name: "growConversationView",
        c_name: "im_grow_conversation_view",
        topic: Topic::View,
        is_own: true,
        answer: "how much the view shows then",
        events: &[(Event::ConversationViewChanged, "with the rows that come in")],
        errors: &[(Status::InvalidParameters, "`viewID` is not open, or `count` is below 1")],
        example: r#"{"viewID":1,"count":50}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        to_data(&client.read(|engine| engine.grow_view(self.view_id, self.count))?)
    }
}

/// Gives a view another filter and another search. What changes by that comes with `onConversationViewChanged`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct SetConversationView {
    /// The view.
    #[serde(rename = "viewID")]
    view_id: i64,
    /// Which conversations from now on; all by default.
    #[serde(default)]
    filter: Option<Object<ConversationFilter>>,
    /// The text that names or ids must have from now on, as for `openConversationView`; none by default.
    #[serde(default)]
    search: Option<String>,
}

impl Request for SetConversationView {
    type Answer = ViewExtent;
    const METHOD: Method = Method {
        name: "setConversationView",
        c_name: "im_set_conversation_view",
        topic: Topic::View,
        is_own: true,
        answer: "how much the view shows then",
        events: &[(Event::ConversationViewChanged, "with the steps to the other rows")],
        errors: &[
            (
                Status::InvalidParameters,
                "`viewID` is not open, a condition of `filter` is not valid, or `search` is empty or too long",
            ),
            SEARCH_OFF,
        ],
        example: r#"{"viewID":1,"filter":{"hasUnreadCount":true},"search":"bo"}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let query = checked(self.filter, self.search)?;
        to_data(&client.read(|engine| engine.set_view(self.view_id, &query))?)
    }
}

/// Closes a view. A change of it that waits for a slow listener may still come.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct CloseConversationView {
    /// The view.
    #[serde(rename = "viewID")]
    view_id: i64,
}

impl Request for CloseConversationView {
    type Answer = ();
    const METHOD: Method = Method {
        name: "closeConversationView",
        c_name: "im_close_conversation_view",
        topic: Topic::View,
        is_own: true,
        errors: &[NOT_OPEN],
        example: r#"{"viewID":1}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        client.read(|engine| engine.close_view(self.view_id)).map(nothing)
    }
}
