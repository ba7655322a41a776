//! The receive option. It belongs to the user or group rather than to the list, so it is remembered for conversations
//! that are not listed.

use super::core::Engine;
use super::transaction::Transaction;
use crate::model::{ConversationId, RecvOpt, Result};
use crate::store::StoreResult;
use crate::store::outbox::CommandKind;

impl Engine {
    /// `setC2CReceiveMessageOpt`, `setGroupReceiveMessageOpt`.
    pub fn set_recv_opt(&self, ids: &[ConversationId], opt: RecvOpt) -> Result<()> {
        self.write(true, |tx| {
            for id in ids {
                tx.edit(id, |tx, loaded| {
                    let before = loaded.row.recv_opt;
                    if before == opt {
                        return Ok(());
                    }
                    loaded.row.recv_opt = opt;
                    tx.append(CommandKind::RecvOpt, id, "", &opt, &before)
                })?;
            }
            Ok(())
        })
    }
}

impl Transaction<'_> {
    /// Another device set the option, or the server refused our own change: `opt` is what the server has.
    pub(super) fn recv_opt_elsewhere(&mut self, id: &ConversationId, opt: RecvOpt) -> StoreResult<()> {
        if self.yields_to_pending(CommandKind::RecvOpt, id, &opt)? {
            return Ok(());
        }
        self.edit(id, |_, loaded| {
            loaded.row.recv_opt = opt;
            Ok(())
        })
    }
}
