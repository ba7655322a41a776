//! The settings that a user's devices share: what all of them do alike, and which rule each follows. The last change
//! wins; while one of our own is on its way, what the server has is only what a refusal goes back to.

use super::json::to_json;
use super::transaction::Transaction;
use crate::model::{ConversationId, Micros, Setting};
use crate::store::StoreResult;
use crate::store::outbox::{self, CommandKind};

impl Transaction<'_> {
    /// We changed a setting here: `before` is what a refusal goes back to.
    pub(super) fn share(&mut self, id: &ConversationId, setting: &Setting, before: &Setting) -> StoreResult<()> {
        self.append(CommandKind::Setting(setting.kind()), id, "", setting, before)
    }

    /// Another device changed a setting.
    pub(super) fn set_elsewhere(&mut self, id: &ConversationId, setting: &Setting, time: Micros) -> StoreResult<()> {
        if self.yields_to_pending(id, setting)? {
            return Ok(());
        }
        match setting {
            Setting::Pinned(pinned) => self.pinned_elsewhere(id, *pinned, time),
            Setting::RecvOpt(opt) => self.place_recv_opt(id, *opt),
        }
    }

    /// The server refused our own change: `setting` is what it has.
    pub(super) fn setting_refused(&mut self, id: &ConversationId, setting: &Setting) -> StoreResult<()> {
        if self.yields_to_pending(id, setting)? {
            return Ok(());
        }
        match setting {
            Setting::Pinned(pinned) => self.pin_refused(id, *pinned),
            Setting::RecvOpt(opt) => self.place_recv_opt(id, *opt),
        }
    }

    /// Our own change was saved from a damaged cache.
    pub(super) fn setting_restored(&mut self, id: &ConversationId, setting: &Setting) -> StoreResult<()> {
        match setting {
            Setting::Pinned(pinned) => self.place_pin(id, *pinned, self.now),
            Setting::RecvOpt(opt) => self.place_recv_opt(id, *opt),
        }
    }

    /// Whether a setting that comes from the server has to wait because our own newer one is on its way. What the
    /// server has is then what a refusal goes back to.
    fn yields_to_pending(&mut self, id: &ConversationId, setting: &Setting) -> StoreResult<bool> {
        let pending = outbox::of_kind(self.db, id, CommandKind::Setting(setting.kind()))?;
        let Some(oldest) = pending.first() else {
            return Ok(false);
        };
        // The oldest goes back to it when it is refused, and hands it on to the next that waits. When it is carried out,
        // the undo that the next one has already is right.
        outbox::set_undo(self.db, oldest.id, &to_json(setting)?)?;
        Ok(true)
    }
}
