//! The calls on filtered unread counts: reading one, and subscribing to it.

use super::core::Engine;
use super::filter::ConversationFilter;
use super::group_names::GroupNames;
use crate::model::Result;
use crate::store::filter;

impl Engine {
    /// `getUnreadMessageCountByFilter`.
    pub fn unread_by_filter(&self, filter: &ConversationFilter) -> Result<i64> {
        self.store
            .snapshot(|db| filter::unread(db, &filter.selection(&GroupNames::load(db)?)))
    }

    /// `subscribeUnreadMessageCountByFilter`.
    pub fn subscribe_unread(&self, filter: ConversationFilter) -> Result<()> {
        // Under the writer's lock: a commit after the count and before the subscription would be missed.
        self.with_subscriptions(|db, subscriptions| subscriptions.add(db, filter))
    }

    /// `unsubscribeUnreadMessageCountByFilter`.
    pub fn unsubscribe_unread(&self, filter: &ConversationFilter) -> Result<()> {
        self.with_subscriptions(|_, subscriptions| {
            subscriptions.remove(filter);
            Ok(())
        })
    }
}
