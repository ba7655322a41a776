//! What a conversation loses when it is taken out of the list with its messages kept: a server that refuses that gives it back.

use super::transaction::{LoadedConversation, Transaction};
use crate::model::{ConversationId, GroupKeys, Marks, Micros, Setting, SettingKind, Stamp};
use crate::store::{StoreResult, setting_stamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// It, as the outbox keeps it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Lost {
    is_pinned: bool,
    marks: Marks,
    custom_data: String,
    group_keys: String,
    draft_text: String,
    draft_timestamp: i64,
    activation: i64,
    /// The delete before.
    deleted: Stamp,
}

impl Lost {
    /// What an undo of the outbox says of it.
    pub(super) fn of_undo(undo: &str) -> Option<Self> {
        let mut undo: Value = serde_json::from_str(undo).ok()?;
        serde_json::from_value(undo.get_mut("lost")?.take()).ok()
    }

    /// It had this instead.
    pub(super) fn had(&mut self, setting: &Setting) {
        match setting {
            Setting::Pinned(is_pinned) => self.is_pinned = *is_pinned,
            Setting::Marked(mark, is_set) => self.marks = self.marks.with(*mark, *is_set),
            Setting::CustomData(data) => self.custom_data.clone_from(data),
            Setting::InGroup(key, is_in) => {
                let mut keys = GroupKeys::from_stored(&self.group_keys);
                keys.set(*key, *is_in);
                self.group_keys = keys.to_stored();
            }
            // These do not go with the conversation.
            Setting::RecvOpt(_) | Setting::GroupName(..) | Setting::OutOfList(_) | Setting::AllRecvOpt(_) => {}
        }
    }
}

impl Transaction<'_> {
    /// What the conversation is about to lose.
    pub(super) fn about_to_lose(&self, loaded: &LoadedConversation) -> StoreResult<Lost> {
        let row = &loaded.row;
        Ok(Lost {
            is_pinned: row.is_pinned,
            marks: row.marks,
            custom_data: row.custom_data.clone(),
            group_keys: row.group_keys.to_stored(),
            draft_text: row.draft_text.clone(),
            draft_timestamp: row.draft_timestamp,
            activation: row.activation,
            deleted: setting_stamp::of(self.db, &row.conversation_id, setting_stamp::DELETED)?,
        })
    }

    /// The server refused to take the conversation out of the list: it is as it was, but for what was changed since.
    pub(super) fn put_back(&mut self, id: &ConversationId, lost: &Lost, refused: &Stamp) -> StoreResult<()> {
        if setting_stamp::of(self.db, id, setting_stamp::DELETED)? != *refused {
            // Deleted again since.
            return Ok(());
        }
        self.edit(id, |tx, loaded| {
            let is_as_it_was = |kind: SettingKind| {
                let stamp = setting_stamp::of(tx.db, id, &kind.name())?;
                Ok::<_, rusqlite::Error>(stamp <= *refused)
            };
            let row = &mut loaded.row;
            row.is_pinned |= lost.is_pinned && is_as_it_was(SettingKind::Pinned)?;
            for mark in lost.marks.iter() {
                if is_as_it_was(SettingKind::Marked(mark))? {
                    row.marks = row.marks.with(mark, true);
                }
            }
            if is_as_it_was(SettingKind::CustomData)? {
                row.custom_data.clone_from(&lost.custom_data);
            }
            for key in GroupKeys::from_stored(&lost.group_keys).iter() {
                if is_as_it_was(SettingKind::InGroup(key))? {
                    row.group_keys.set(key, true);
                }
            }
            if row.draft_text.is_empty() {
                row.draft_text.clone_from(&lost.draft_text);
                row.draft_timestamp = lost.draft_timestamp;
            }
            setting_stamp::save(tx.db, id, setting_stamp::DELETED, &lost.deleted)?;
            let place = Micros(lost.activation);
            if loaded.row.is_listed {
                tx.activate_at(loaded, place);
            } else {
                tx.list_at(loaded, place);
            }
            Ok(())
        })
    }
}
