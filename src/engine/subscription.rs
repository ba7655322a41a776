//! Subscriptions to filtered unread counts (V2TIM `subscribeUnreadMessageCountByFilter`). They live as long as the client.

use super::filter::ConversationFilter;
use super::group_names::GroupNames;
use super::json::to_json;
use crate::events::FilteredUnread;
use crate::model::{Filter, exact};
use crate::store::search_names::NameWords;
use crate::store::tag::Entry;
use crate::store::{StoreResult, filter};
use rusqlite::Connection;

/// A conversation that a transaction changed, as filters saw it and see it; `None`: not in the list.
pub(super) struct Moved {
    pub(super) before: Option<Entry>,
    pub(super) now: Option<Entry>,
    /// What it showed and shows; empty: not in the list.
    pub(super) json_before: String,
    pub(super) json: String,
    /// The words of its names, as searches have them.
    pub(super) names: NameWords,
}

/// The unread messages of the conversations that a filter selects.
#[cfg(feature = "schema")]
#[derive(schemars::JsonSchema)]
#[schemars(rename = "UnreadMessageCountByFilter", rename_all = "camelCase")]
#[allow(dead_code)] // a description only
pub(crate) struct UnreadByFilter {
    /// The filter, as it was subscribed to.
    filter: ConversationFilter,
    /// The unread messages of the conversations that it selects, without those with `recvOpt` 1, 2 or 3.
    total_unread_count: i64,
}

/// A subscription.
struct Subscription {
    filter: ConversationFilter,
    /// What the filter selects, with the groups as they are now.
    selection: Filter,
    unread: i64,
}

/// The subscriptions of a client.
#[derive(Default)]
pub(super) struct Subscriptions(Vec<Subscription>);

impl Subscriptions {
    /// What a committed transaction has changed: the counts to tell. With the groups, if they have changed too.
    pub(super) fn follow(
        &mut self,
        db: &Connection,
        moved: &[Moved],
        groups: Option<&GroupNames>,
    ) -> StoreResult<Vec<FilteredUnread>> {
        let mut changed = Vec::new();
        for subscription in &mut self.0 {
            let before = subscription.unread;
            match groups {
                // A name may stand for another group now: a change of conversations does not tell.
                Some(groups) => {
                    subscription.selection = subscription.filter.selection(groups);
                    subscription.unread = filter::unread(db, &subscription.selection)?;
                }
                None => {
                    let selected = |entry: &Option<Entry>| match entry {
                        Some(entry) if entry.is_selected(&subscription.selection) => entry.unread,
                        _ => 0,
                    };
                    let change: i64 = moved
                        .iter()
                        .map(|moved| selected(&moved.now) - selected(&moved.before))
                        .sum();
                    subscription.unread += change;
                }
            }
            if subscription.unread != before {
                changed.push(FilteredUnread {
                    filter: to_json(&subscription.filter)?,
                    unread: subscription.unread.clamp(0, exact::MAX),
                });
            }
        }
        Ok(changed)
    }

    /// Adds one. The same filter twice is one subscription.
    pub(super) fn add(&mut self, db: &Connection, filter: ConversationFilter) -> StoreResult<()> {
        if self.0.iter().any(|other| other.filter == filter) {
            return Ok(());
        }
        let selection = filter.selection(&GroupNames::load(db)?);
        self.0.push(Subscription {
            unread: filter::unread(db, &selection)?,
            selection,
            filter,
        });
        Ok(())
    }

    /// Ends one. A filter that is not subscribed to is no error.
    pub(super) fn remove(&mut self, filter: &ConversationFilter) {
        self.0.retain(|other| other.filter != *filter);
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
