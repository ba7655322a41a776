//! The receive option. It belongs to the user or group rather than to the list, so it is remembered for conversations
//! that are not listed.

use super::Engine;
use super::outbox::Kind;
use super::session::Session;
use crate::model::{ConversationId, RecvOpt, Result};
use crate::store::Fallible;

impl Engine {
    /// `setC2CReceiveMessageOpt`, `setGroupReceiveMessageOpt`.
    pub fn set_recv_opt(&self, ids: &[ConversationId], opt: RecvOpt) -> Result<()> {
        self.write(true, |session| {
            for id in ids {
                session.edit(id, |session, touched| {
                    let before = touched.row.recv_opt;
                    if before == opt as i64 {
                        return Ok(());
                    }
                    touched.row.recv_opt = opt as i64;
                    session.append(Kind::RecvOpt, id, "", &(opt as i64), &before)
                })?;
            }
            Ok(())
        })
    }
}

impl Session<'_> {
    /// Another device set the option, or the server refused our own change: `opt` is what the server has.
    pub(super) fn recv_opt_elsewhere(&mut self, id: &ConversationId, opt: RecvOpt) -> Fallible<()> {
        if self.yields_to_pending(Kind::RecvOpt, id, &(opt as i64))? {
            return Ok(());
        }
        self.edit(id, |_, touched| {
            touched.row.recv_opt = opt as i64;
            Ok(())
        })
    }
}
