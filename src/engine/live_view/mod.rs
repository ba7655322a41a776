//! Views of the list that the app keeps open (`openConversationView`): the first rows of what a filter selects and a search finds, and after each
//! transaction the steps that bring the app's rows there. Views live as long as the client.

mod calls;
mod query;
mod reasons;
#[cfg(test)]
mod search_tests;
#[cfg(test)]
mod tests;
mod view;
mod views;

pub use query::ViewQuery;
pub(super) use views::Views;

/// A view as it was opened.
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "ConversationView", rename_all = "camelCase")
)]
#[allow(dead_code)] // a description only
pub(crate) struct OpenedView {
    /// The number of the view, for the other methods and the events of it.
    #[cfg_attr(feature = "schema", schemars(rename = "viewID"))]
    view_id: i64,
    /// Its rows, in the order of the list.
    conversation_list: Vec<super::Conversation<'static>>,
    /// Whether these are all that the filter selects and the search finds.
    is_finished: bool,
    /// How many conversations the filter selects and the search finds.
    total: i64,
}

/// How much a view shows of what its filter selects and its search finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "ConversationViewExtent")
)]
#[serde(rename_all = "camelCase")]
pub struct ViewExtent {
    /// Whether its rows are all of these.
    is_finished: bool,
    /// How many conversations the filter selects and the search finds.
    total: i64,
}

/// What has changed in a view: steps from the rows that it had to those that it has.
#[cfg(feature = "schema")]
#[derive(schemars::JsonSchema)]
#[schemars(rename_all = "camelCase")]
#[allow(dead_code)] // a description only: `events/view_change.rs` writes it
pub(crate) struct ConversationViewChange {
    /// The number of the view.
    #[schemars(rename = "viewID")]
    view_id: i64,
    /// The steps, to be taken in this order. None where only `total` or `isFinished` changed.
    diffs: Vec<ConversationViewDiff>,
    /// How many conversations the filter selects and the search finds.
    total: i64,
    /// Whether the rows are all that the filter selects.
    is_finished: bool,
}

/// A step. Its places are those in the rows as the steps before it have left them, from 0.
#[cfg(feature = "schema")]
#[derive(schemars::JsonSchema)]
#[schemars(rename_all = "camelCase")]
#[allow(dead_code)] // as above
pub(crate) struct ConversationViewDiff {
    /// `insert`, `update` or `remove` a row at `index`; `move` the row at `fromIndex`, with new content, to `index`; or `reset` all
    /// rows to `conversationList`.
    op: String,
    /// The place of the row; of a `move`, where it is put after it was taken out. Null for a `reset`.
    index: Option<i64>,
    /// Where the row of a `move` was; else null.
    from_index: Option<i64>,
    /// The row of `insert`, `update` and `move`; else null.
    conversation: Option<super::Conversation<'static>>,
    /// All rows of a `reset`; else empty.
    conversation_list: Vec<super::Conversation<'static>>,
    /// Why: "message", "recall", "edit", "read", "draft", "pin", "mark", "group", "profile", "recvOpt", "delete", "sync",
    /// "filter". Empty for a row that comes in or goes because others have moved.
    reasons: Vec<String>,
}
