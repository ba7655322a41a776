//! The account's own settings of its conversations, shared between its devices: pin, receive option, what was deleted. One
//! item a conversation, in a private node; a message is named by its `msgID`, which is the same on all devices.

use super::ns::SETTINGS;
use super::pep::{Access, Item};
use super::session::Session;
use super::stanza::xml;
use crate::model::{Change, ConversationId, IdKind, MessageId, Micros, RecvOpt, Result, Target};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::HashMap;

/// How many deleted messages of a conversation are remembered one by one.
const MAX_REMOVED: usize = 1000;

/// One conversation's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Setting {
    /// One more with every change, so that news of an older state, this device's own too, are not taken for new.
    revision: u64,
    is_pinned: bool,
    /// When it was pinned or unpinned, µs.
    pin_time: i64,
    recv_opt: RecvOpt,
    /// The last message of the history that was cleared.
    cleared: String,
    /// The last message when the conversation was deleted.
    deleted: String,
    /// When it was deleted, µs: it may have had no message.
    delete_time: i64,
    /// Messages that were deleted one by one.
    removed: Vec<String>,
}

/// The settings as they are known.
#[derive(Default)]
pub(super) struct Settings(RefCell<HashMap<String, Setting>>);

/// A change to one conversation's settings.
pub(super) enum Edit<'a> {
    Pin(bool),
    RecvOpt(RecvOpt),
    Cleared(&'a str),
    Deleted(&'a str),
    Removed(&'a [String]),
}

impl Setting {
    fn edit(&mut self, edit: &Edit<'_>, now: Micros) {
        match edit {
            Edit::Pin(pinned) if *pinned != self.is_pinned => {
                self.is_pinned = *pinned;
                self.pin_time = now.0;
            }
            Edit::Pin(_) => {}
            Edit::RecvOpt(opt) => self.recv_opt = *opt,
            Edit::Cleared(last) => self.cleared = (*last).to_owned(),
            Edit::Deleted(last) => {
                self.deleted = (*last).to_owned();
                self.delete_time = now.0;
                self.is_pinned = false;
                self.pin_time = now.0;
            }
            Edit::Removed(msg_ids) => {
                for msg_id in *msg_ids {
                    if !self.removed.contains(msg_id) {
                        self.removed.push(msg_id.clone());
                    }
                }
                let excess = self.removed.len().saturating_sub(MAX_REMOVED);
                self.removed.drain(..excess);
            }
        }
    }

    /// What it says beyond what was known. Pins come by themselves: they place a conversation in the list.
    fn changes(&self, known: &Self, conversation: &ConversationId) -> Vec<Change> {
        let mut changes = Vec::new();
        let up_to = |msg_id: &String| {
            Target::Id(MessageId {
                kind: IdKind::MsgId,
                id: msg_id.clone(),
                sender: None,
            })
        };
        let removed: Vec<String> = self
            .removed
            .iter()
            .filter(|msg_id| !known.removed.contains(msg_id))
            .cloned()
            .collect();
        if !removed.is_empty() {
            changes.push(Change::MessagesDeleted {
                conversation: conversation.clone(),
                msg_ids: removed,
            });
        }
        if self.cleared != known.cleared && !self.cleared.is_empty() {
            changes.push(Change::HistoryCleared {
                conversation: conversation.clone(),
                up_to: up_to(&self.cleared),
            });
        }
        if self.delete_time != known.delete_time {
            changes.push(Change::ConversationDeleted {
                conversation: conversation.clone(),
                up_to: if self.deleted.is_empty() {
                    Target::seq(0)
                } else {
                    up_to(&self.deleted)
                },
            });
        }
        if self.recv_opt != known.recv_opt {
            changes.push(self.setting(conversation, None, Some(self.recv_opt)));
        }
        changes
    }

    fn setting(&self, conversation: &ConversationId, pinned: Option<bool>, recv_opt: Option<RecvOpt>) -> Change {
        Change::Settings {
            conversation: conversation.clone(),
            pinned,
            recv_opt,
            time: Micros(self.pin_time),
        }
    }
}

fn read(item: &Item) -> Option<(ConversationId, Setting)> {
    let id = ConversationId::parse("item", item.id.as_str()).ok()?;
    let payload = item
        .payload
        .as_ref()
        .filter(|payload| payload.is("conversation", SETTINGS))?;
    Some((id, serde_json::from_str(&payload.text()).ok()?))
}

impl Session {
    /// Reads all settings and hands them to the account, without the pins.
    pub(super) async fn load_settings(&self) -> Result<()> {
        let items = self.items(None, SETTINGS).await?;
        let mut changes = Vec::new();
        for (id, setting) in items.iter().filter_map(read) {
            // A receive option that went back to what it was at first is news too.
            changes.push(setting.setting(&id, None, Some(setting.recv_opt)));
            changes.extend(setting.changes(&Setting::default(), &id));
            self.settings.0.borrow_mut().insert(id.as_str().to_owned(), setting);
        }
        self.apply(false, changes)
    }

    /// Hands the pins to the account, once the messages have given the conversations their places.
    pub(super) fn apply_pins(&self) -> Result<()> {
        let settings = self.settings.0.borrow();
        let changes = settings
            .iter()
            .filter(|(_, setting)| setting.pin_time != 0)
            .map(|(id, setting)| setting.setting(&ConversationId::trusted(id.as_str()), Some(setting.is_pinned), None));
        let changes = changes.collect();
        drop(settings);
        self.apply(false, changes)
    }

    /// Another device of the account changed a conversation's settings.
    pub(super) fn settings_changed(&self, items: &[Item]) {
        for (id, setting) in items.iter().filter_map(read) {
            let known = self.settings.0.borrow().get(id.as_str()).cloned().unwrap_or_default();
            if setting.revision < known.revision {
                continue;
            }
            self.settings
                .0
                .borrow_mut()
                .insert(id.as_str().to_owned(), setting.clone());
            let mut changes = setting.changes(&known, &id);
            if setting.is_pinned != known.is_pinned {
                changes.push(setting.setting(&id, Some(setting.is_pinned), None));
            }
            if let Err(error) = self.apply(true, changes) {
                log::warn!("settings of another device could not be stored: {error}");
            }
        }
    }

    /// Changes a conversation's settings for all devices.
    pub(super) async fn edit_setting(&self, id: &ConversationId, edit: Edit<'_>) -> Result<()> {
        let mut setting = self.settings.0.borrow().get(id.as_str()).cloned().unwrap_or_default();
        let before = setting.clone();
        setting.edit(&edit, super::session::now());
        if setting == before {
            return Ok(());
        }
        setting.revision += 1;
        let json = serde_json::to_string(&setting).unwrap_or_default();
        let payload = xml::text("conversation", SETTINGS, json);
        // The news of it comes back to this device too, and is none then.
        self.settings.0.borrow_mut().insert(id.as_str().to_owned(), setting);
        let published = self.publish(SETTINGS, id.as_str(), payload, Access::Private).await;
        if published.is_err() {
            self.settings.0.borrow_mut().insert(id.as_str().to_owned(), before);
        }
        published
    }
}
