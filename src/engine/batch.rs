//! Methods on several conversations at once, with a result for each.

use super::core::Engine;
use super::transaction::{LoadedConversation, Transaction};
use crate::model::id::quoted;
use crate::model::{ConversationId, Error, Result, Status};
use crate::store::StoreResult;

/// Why it could not be done, for each conversation in the order of the call; `None`: done.
pub type Results = Vec<Option<Error>>;

impl Engine {
    /// Does the same to several conversations of the list, in one transaction. One that is not in the list is left as it is,
    /// and does not keep the others from being changed.
    pub(super) fn each_listed(
        &self,
        ids: &[ConversationId],
        mut work: impl FnMut(&mut Transaction<'_>, &mut LoadedConversation) -> StoreResult<()>,
    ) -> Result<Results> {
        self.write(true, |tx| tx.each_listed(ids, &mut work))
    }
}

impl Transaction<'_> {
    /// The same within a transaction.
    pub(super) fn each_listed(
        &mut self,
        ids: &[ConversationId],
        mut work: impl FnMut(&mut Self, &mut LoadedConversation) -> StoreResult<()>,
    ) -> StoreResult<Results> {
        let each = ids.iter().map(|id| {
            self.edit(id, |tx, loaded| {
                if !loaded.row.is_listed {
                    return Ok(Some(not_listed(id)));
                }
                work(tx, loaded)?;
                Ok(None)
            })
        });
        each.collect()
    }
}

fn not_listed(id: &ConversationId) -> Error {
    Error::new(
        Status::InvalidConversation,
        format!("conversation {} is not in the list", quoted(id.as_str())),
    )
}
