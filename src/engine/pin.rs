//! Pins. Pinning sets the pin bit of the order key and leaves the activation alone, so that pinned conversations keep
//! their order among themselves.

use super::Engine;
use super::outbox::Kind;
use super::session::Session;
use crate::model::{ConversationId, Micros, Result};
use crate::store::Fallible;

impl Engine {
    /// `pinConversation`. Pinning a conversation that is not in the list lists it; unpinning it changes nothing.
    pub fn set_pinned(&self, id: &ConversationId, pinned: bool) -> Result<()> {
        self.write(true, |session| {
            session.edit(id, |session, touched| {
                if touched.row.is_pinned == pinned {
                    return Ok(());
                }
                touched.row.is_pinned = pinned;
                session.list(touched, session.now);
                session.append(Kind::Pin, id, "", &pinned, &!pinned)?;
                session.watch(touched)
            })
        })
    }
}

impl Session<'_> {
    /// Another device pinned or unpinned.
    pub(super) fn pinned_elsewhere(&mut self, id: &ConversationId, pinned: bool, time: Micros) -> Fallible<()> {
        // What the server had before it hears of our delete must not bring the conversation back.
        if self.yields_to_pending(Kind::Pin, id, &pinned)? || self.is_pending(Kind::DeleteConversation, id)? {
            return Ok(());
        }
        self.edit(id, |session, touched| {
            if touched.row.is_pinned != pinned {
                touched.row.is_pinned = pinned;
                if pinned {
                    session.list(touched, time);
                }
            }
            Ok(())
        })
    }

    /// The server refused our own change: `pinned` is what it has.
    pub(super) fn pin_refused(&mut self, id: &ConversationId, pinned: bool) -> Fallible<()> {
        if self.yields_to_pending(Kind::Pin, id, &pinned)? {
            return Ok(());
        }
        self.edit(id, |_, touched| {
            // One that was deleted meanwhile stays so.
            touched.row.is_pinned = pinned && touched.row.is_listed;
            Ok(())
        })
    }
}
