//! The account's own settings of its conversations, shared between its devices: pin, receive option, what was deleted. One
//! item a conversation, in a private node; a message is named by its `msgID`, which is the same on all devices.
//!
//! The whole item is the unit that converges, and the last device to publish wins; docs/decisions/settings-that-converge.md
//! says what that means.

use super::pep::Pep;
use crate::backend::xmpp::error::XmppResult;
use crate::backend::xmpp::ns::SETTINGS;
use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::stanza::pubsub::{Access, Item};
use crate::backend::xmpp::stanza::xml;
use crate::model::{Change, ConversationId, IdKind, MessageId, Micros, RecvOpt, Setting, Target};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// How many deleted messages of a conversation are remembered one by one.
const MAX_REMOVED: usize = 1000;

/// One conversation's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Shared {
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
pub(crate) struct Settings {
    session: Rc<Session>,
    pep: Rc<Pep>,
    known: RefCell<HashMap<ConversationId, Shared>>,
}

/// A change to one conversation's settings.
pub(crate) enum Edit<'a> {
    Set(&'a Setting),
    Cleared(&'a str),
    Deleted(&'a str),
    Removed(&'a [String]),
}

impl Shared {
    fn edit(&mut self, edit: &Edit<'_>, now: Micros) {
        match edit {
            Edit::Set(Setting::Pinned(pinned)) => {
                if *pinned != self.is_pinned {
                    self.is_pinned = *pinned;
                    self.pin_time = now.0;
                }
            }
            Edit::Set(Setting::RecvOpt(opt)) => self.recv_opt = *opt,
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

    /// The changes beyond what was known, without the pin: that places a conversation in the list, and has its own time.
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
        let mut settings = self.settings();
        let before = known.settings();
        settings.retain(|setting| !before.contains(setting));
        if !settings.is_empty() {
            changes.push(self.change(conversation, settings));
        }
        changes
    }

    /// The settings as they are, without the pin.
    fn settings(&self) -> Vec<Setting> {
        vec![Setting::RecvOpt(self.recv_opt)]
    }

    fn pin(&self) -> Setting {
        Setting::Pinned(self.is_pinned)
    }

    fn change(&self, conversation: &ConversationId, settings: Vec<Setting>) -> Change {
        Change::Settings {
            conversation: conversation.clone(),
            settings,
            time: Micros(self.pin_time),
        }
    }
}

fn decode(item: &Item) -> Option<(ConversationId, Shared)> {
    let id = ConversationId::parse("item", item.id.as_str()).ok()?;
    let payload = item
        .payload
        .as_ref()
        .filter(|payload| payload.is("conversation", SETTINGS))?;
    Some((id, serde_json::from_str(&payload.text()).ok()?))
}

impl Settings {
    pub(crate) fn new(session: &Rc<Session>, pep: &Rc<Pep>) -> Rc<Self> {
        Rc::new(Self {
            session: Rc::clone(session),
            pep: Rc::clone(pep),
            known: RefCell::default(),
        })
    }

    /// Reads all settings and hands them to the account, without the pins.
    pub(crate) async fn load(&self) -> XmppResult<()> {
        let items = self.items().await?;
        let mut changes = Vec::new();
        for (id, setting) in items.iter().filter_map(decode) {
            // A setting that went back to what it was at first is news too.
            changes.push(setting.change(&id, setting.settings()));
            changes.extend(setting.changes(&Shared::default(), &id));
            self.known.borrow_mut().insert(id, setting);
        }
        self.session.apply(false, changes)
    }

    /// The items as the server has them now.
    pub(crate) async fn items(&self) -> XmppResult<Vec<Item>> {
        self.pep.items(None, SETTINGS).await
    }

    /// Hands the pins to the account, once the messages have given the conversations their places.
    pub(crate) fn apply_pins(&self) -> XmppResult<()> {
        let known = self.known.borrow();
        let pins = known.iter().filter(|(_, setting)| setting.pin_time != 0);
        let changes = pins.map(|(id, setting)| setting.change(id, vec![setting.pin()]));
        let changes = changes.collect();
        drop(known);
        self.session.apply(false, changes)
    }

    /// Another device of the account changed settings.
    pub(crate) fn on_published(&self, items: &[Item]) {
        for (id, setting) in items.iter().filter_map(decode) {
            let known = self.of(&id);
            if setting.revision < known.revision {
                continue;
            }
            self.known.borrow_mut().insert(id.clone(), setting.clone());
            let mut changes = setting.changes(&known, &id);
            if setting.is_pinned != known.is_pinned {
                changes.push(setting.change(&id, vec![setting.pin()]));
            }
            if let Err(error) = self.session.apply(true, changes) {
                log::warn!("settings of another device could not be stored: {error}");
            }
        }
    }

    /// Changes a conversation's settings for all devices.
    pub(crate) async fn edit(&self, id: &ConversationId, edit: Edit<'_>) -> XmppResult<()> {
        let before = self.of(id);
        let mut setting = before.clone();
        setting.edit(&edit, Micros::now());
        if setting == before {
            return Ok(());
        }
        setting.revision += 1;
        let json = serde_json::to_string(&setting).unwrap_or_default();
        let payload = xml::text("conversation", SETTINGS, json);
        // The news of it comes back to this device too, and is none then.
        self.known.borrow_mut().insert(id.clone(), setting);
        let published = self.pep.publish(SETTINGS, id.as_str(), payload, Access::Private).await;
        if published.is_err() {
            self.known.borrow_mut().insert(id.clone(), before);
        }
        published
    }

    fn of(&self, id: &ConversationId) -> Shared {
        self.known.borrow().get(id).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conversation() -> ConversationId {
        ConversationId::trusted("c2c_bob@example.org")
    }

    fn edited(edits: &[Edit<'_>]) -> Shared {
        let mut setting = Shared::default();
        for edit in edits {
            setting.edit(edit, Micros(7));
        }
        setting
    }

    #[test]
    fn settings_are_read_as_they_were_written() {
        let removed = ["m1".to_owned()];
        let setting = edited(&[
            Edit::Set(&Setting::Pinned(true)),
            Edit::Set(&Setting::RecvOpt(RecvOpt::NotNotify)),
            Edit::Removed(&removed),
        ]);
        let json = serde_json::to_string(&setting).unwrap();
        let item = Item {
            id: conversation().as_str().to_owned(),
            payload: Some(xml::text("conversation", SETTINGS, json)),
        };
        assert_eq!(decode(&item), Some((conversation(), setting)));
        let other = Item {
            payload: Some(xml::text("conversation", "urn:other", "{}")),
            ..item
        };
        assert_eq!(decode(&other), None);
    }

    #[test]
    fn only_what_is_new_is_a_change() {
        let setting = edited(&[Edit::Cleared("m1")]);
        assert_eq!(setting.changes(&Shared::default(), &conversation()).len(), 1);
        assert!(setting.changes(&setting, &conversation()).is_empty());
    }

    #[test]
    fn deleting_a_conversation_unpins_it() {
        let setting = edited(&[Edit::Set(&Setting::Pinned(true)), Edit::Deleted("m1")]);
        assert!(!setting.is_pinned);
        assert_eq!((setting.deleted.as_str(), setting.delete_time), ("m1", 7));
    }

    #[test]
    fn the_oldest_of_too_many_deleted_messages_is_forgotten() {
        let ids: Vec<String> = (0..=MAX_REMOVED).map(|number| number.to_string()).collect();
        let setting = edited(&[Edit::Removed(&ids), Edit::Removed(&ids[..1])]);
        assert_eq!(setting.removed.len(), MAX_REMOVED);
        assert_eq!(setting.removed.last().unwrap(), "0");
    }
}
