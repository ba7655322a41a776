//! Settings that the server has lost: a node that was dropped by a restart, an administrator or a disk. Each device has what it knew
//! of them and publishes that again, so that devices to come have it too. Nothing comes back that another device has taken back
//! since: items are merged, and no libim ever removes one.

use super::super::pep::takes_nothing;
use super::{Settings, name};
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::ns::SETTINGS;
use crate::backend::xmpp::stanza::pubsub::Item;
use crate::model::ConversationId;
use std::collections::HashSet;
use std::rc::Rc;

impl Settings {
    /// The server has these items and no others.
    pub(crate) fn restore(self: &Rc<Self>, items: &[Item]) -> XmppResult<()> {
        if !self.pep.is_wholly_read(SETTINGS) {
            return Ok(());
        }
        let there: HashSet<&str> = items.iter().map(|item| item.id.as_str()).collect();
        let mut lost = Vec::new();
        // In the item of the account itself are the names of groups of conversations, and what is set for all, also where there is no
        // such conversation.
        let own = ConversationId::c2c(&address::user_id(&self.session.me));
        let mut stored = self.session.sink.stored_conversations()?;
        if !stored.contains(&own) {
            stored.push(own);
        }
        for id in stored {
            if !there.contains(id.as_str()) && self.session.sink.archive_position(&name(&id))?.is_some() {
                lost.push(id);
            }
        }
        if !lost.is_empty() {
            let (own, count) = (Rc::clone(self), items.len());
            self.session.spawn(async move { own.publish_lost(&lost, count).await });
        }
        Ok(())
    }

    async fn publish_lost(&self, lost: &[ConversationId], count: usize) -> XmppResult<()> {
        // A small node has thrown out what is missing, and would throw out something else.
        let space = self.pep.space(SETTINGS, count).await?;
        for id in lost.iter().take(space) {
            let shared = self.of(id)?;
            match self.publish(id, &shared).await {
                Err(error @ XmppError::Refused { .. }) => {
                    log::info!("the server has lost settings of {id} and does not take them again: {error}");
                    if takes_nothing(&error) {
                        break;
                    }
                }
                published => published?,
            }
        }
        Ok(())
    }
}
