//! The account's own settings of its conversations, shared between its devices: pin, receive option, what was deleted. One
//! item a conversation, in a private node; docs/decisions/settings-that-converge.md says how items of several devices become
//! one.
//!
//! What is known of each item is stored in the account together with its changes: a device that finds its own newer change
//! missing from what another published, now or after a restart, publishes both together.

mod changes;
mod lost;

use super::pep::Pep;
use crate::backend::xmpp::error::XmppResult;
use crate::backend::xmpp::ns::SETTINGS;
use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::stanza::pubsub::{Access, Item};
use crate::backend::xmpp::stanza::settings::{Shared, decode};
use crate::model::{Change, ConversationId, Group, Micros, Place, Setting, Stamp, StampedSetting, Target};
use changes::{changes, listed, pin};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// The settings as they are known.
pub(crate) struct Settings {
    session: Rc<Session>,
    pep: Rc<Pep>,
    known: RefCell<HashMap<ConversationId, Shared>>,
    /// Items that are about to be published because what the server has lacks something.
    healing: RefCell<HashSet<ConversationId>>,
}

/// A change to one conversation's settings.
#[derive(Clone, Copy)]
pub(crate) enum Edit<'a> {
    Set(&'a StampedSetting),
    /// Up to a place, and these messages.
    Cleared(Option<&'a Place>, &'a [String]),
    Deleted(Option<&'a Place>, &'a [String], &'a Stamp),
    Removed(&'a [String]),
    /// The user is out of this group.
    Left(&'a Group),
    /// The user has quit it, just now, and so ended this membership.
    Quit(&'a Group, Option<&'a str>),
}

/// When a change of another client is seen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// At a login, before the messages are read: pins come with the others.
    BeforeMessages,
    /// At its end.
    AfterMessages,
    /// As it happens.
    Happening,
}

/// The name under which the account stores what is known of an item.
fn name(id: &ConversationId) -> String {
    format!("settings:{id}")
}

impl Settings {
    pub(crate) fn new(session: &Rc<Session>, pep: &Rc<Pep>) -> Rc<Self> {
        Rc::new(Self {
            session: Rc::clone(session),
            pep: Rc::clone(pep),
            known: RefCell::default(),
            healing: RefCell::default(),
        })
    }

    /// Hands what is new to the account, without the pins.
    pub(crate) fn load(self: &Rc<Self>, items: &[Item]) -> XmppResult<()> {
        self.take(items, false).map(drop)
    }

    /// The items as the server has them now.
    pub(crate) async fn items(&self) -> XmppResult<Vec<Item>> {
        self.pep.items(None, SETTINGS).await
    }

    /// Hands the pins, and what is listed without a message, to the account, once the messages have given the conversations
    /// their places.
    pub(crate) fn apply_places(self: &Rc<Self>) -> XmppResult<()> {
        let known = self.known.borrow();
        let places = known
            .iter()
            .flat_map(|(id, shared)| pin(id, shared).into_iter().chain(listed(id, shared)));
        let places: Vec<Change> = places.collect();
        let ids: Vec<ConversationId> = known.keys().cloned().collect();
        drop(known);
        self.session.apply(false, places)?;
        ids.iter().try_for_each(|id| self.keep_left(id))
    }

    /// The account has taken a conversation out of the list, or deleted it, perhaps long ago: what has listed it since, on
    /// another device, counts from now on.
    pub(crate) fn tell_listed(&self, id: &ConversationId) -> XmppResult<()> {
        let listed = listed(id, &self.of(id)?);
        self.session.apply(true, listed.into_iter().collect())
    }

    /// A group that the user is out of shows its archive to nobody who comes later: that it is in the list has to be said by
    /// whoever has it there. The device that left it may not have had what lists it.
    fn keep_left(self: &Rc<Self>, id: &ConversationId) -> XmppResult<()> {
        let known = self.of(id)?;
        if known.left_group(id).is_some()
            && known.listed().is_none()
            && let Some(place) = self.session.sink.listed_place(id)?
        {
            let kept = known.merged(&known.keep(place));
            let position = (name(id), kept.encode().text());
            self.session.apply_at(false, Vec::new(), vec![position])?;
            self.known.borrow_mut().insert(id.clone(), kept);
            self.heal(id.clone());
        }
        Ok(())
    }

    /// A group that the user has been out of at some time, as it was seen last.
    pub(crate) fn left_group(&self, id: &ConversationId) -> Option<Group> {
        self.known.borrow().get(id)?.left_group(id)
    }

    /// When the user was out of a group last, as far as that is known.
    pub(crate) fn left_at(&self, id: &ConversationId) -> Option<Micros> {
        self.known.borrow().get(id)?.left_at()
    }

    /// When the user has quit a group last, on whichever device. To be removed from one is something else.
    pub(crate) fn quit_at(&self, id: &ConversationId) -> Option<Micros> {
        self.known.borrow().get(id)?.quit_at()
    }

    /// Whether the user has ended a membership of a group, on whichever device.
    pub(crate) fn has_ended(&self, id: &ConversationId, membership: &str) -> bool {
        self.of(id).is_ok_and(|known| known.has_ended(membership))
    }

    /// The groups that the user has been out of at some time, as they were seen last.
    pub(crate) fn left_groups(&self) -> Vec<Group> {
        let known = self.known.borrow();
        known.iter().filter_map(|(id, shared)| shared.left_group(id)).collect()
    }

    /// All that the archives have was read: a message up to which something was cleared or deleted and that was not among it
    /// will never come, but its time is known.
    pub(crate) fn settle(&self) -> XmppResult<()> {
        let known = self.known.borrow();
        let mut changes = Vec::new();
        for (id, shared) in known.iter() {
            let conversation = || id.clone();
            changes.extend(shared.cleared.iter().map(|place| Change::HistoryCleared {
                conversation: conversation(),
                up_to: Target::Place(place.clone()),
            }));
            changes.extend(shared.deleted.iter().map(|place| Change::ConversationDeleted {
                conversation: conversation(),
                up_to: Target::Place(place.clone()),
                stamp: shared.delete_stamp.clone(),
            }));
        }
        drop(known);
        self.session.apply(false, changes)
    }

    /// Another device of the account changed settings. Gives the groups that it was out of then, as it saw them last.
    pub(crate) fn on_published(self: &Rc<Self>, items: &[Item]) -> Vec<Group> {
        self.take(items, true).unwrap_or_else(|error| {
            log::warn!("settings of another device could not be stored: {error}");
            Vec::new()
        })
    }

    /// Merges what is published into what is known. Gives the groups that were left.
    fn take(self: &Rc<Self>, items: &[Item], live: bool) -> XmppResult<Vec<Group>> {
        let (mut all, mut positions, mut merged) = (Vec::new(), Vec::new(), Vec::new());
        let mut left = Vec::new();
        let mut lacking = Vec::new();
        for (id, published) in items.iter().filter_map(decode) {
            let known = self.of(&id)?;
            let mut now = known.merged(&published);
            now.begin_unplaced(|| self.session.sink.newest_place(&id).ok());
            if !published.covers(&now) {
                lacking.push(id.clone());
            }
            if now != known {
                left.extend(now.left_group(&id).filter(|_| now.has_left_since(&known)));
                all.extend(changes(&id, &known, &now));
                if live {
                    all.extend(pin(&id, &now));
                    all.extend(listed(&id, &now));
                }
                positions.push((name(&id), now.encode().text()));
            }
            merged.push((id, now));
        }
        self.session.apply_at(live, all, positions)?;
        let ids: Vec<ConversationId> = merged.iter().map(|(id, _)| id.clone()).collect();
        self.known.borrow_mut().extend(merged);
        lacking.into_iter().for_each(|id| self.heal(id));
        // At a login the messages that may list it are read only after this.
        if live {
            ids.iter().try_for_each(|id| self.keep_left(id))?;
        }
        Ok(left)
    }

    /// Another client has changed settings without a stamp. They are newer than all that is known here; than what a device
    /// has not told yet only if we have seen it happen.
    pub(crate) fn changed_elsewhere(
        self: &Rc<Self>,
        id: &ConversationId,
        settings: Vec<Setting>,
        seen: Seen,
    ) -> XmppResult<()> {
        let known = self.of(id)?;
        let is_news = |setting: &Setting| !known.in_effect().contains(setting);
        let live = seen == Seen::Happening;
        let since = if live { self.session.clock.now() } else { Micros(0) };
        let mut now = known.clone();
        for setting in settings.into_iter().filter(is_news) {
            let stamp = known.newer(setting.kind(), since);
            let at = self.session.sink.newest_place(id)?;
            now = now.merged(&Shared::set(&StampedSetting { setting, stamp }, at));
        }
        if now == known {
            return Ok(());
        }
        let mut all = changes(id, &known, &now);
        if seen != Seen::BeforeMessages {
            all.extend(pin(id, &now));
        }
        let positions = vec![(name(id), now.encode().text())];
        self.session.apply_at(live, all, positions)?;
        self.known.borrow_mut().insert(id.clone(), now);
        self.heal(id.clone());
        Ok(())
    }

    /// The pin and the receive option that a group has, as far as anybody has set them.
    pub(crate) fn of_group(&self, id: &ConversationId) -> XmppResult<Vec<Setting>> {
        Ok(self.of(id)?.in_effect())
    }

    /// Publishes what is known of an item, some time soon.
    fn heal(self: &Rc<Self>, id: ConversationId) {
        if !self.healing.borrow_mut().insert(id.clone()) {
            return;
        }
        let settings = Rc::clone(self);
        self.session.spawn(async move {
            // What comes while this is on its way needs to be published again.
            settings.healing.borrow_mut().remove(&id);
            let shared = settings.of(&id)?;
            settings.publish(&id, &shared).await
        });
    }

    async fn publish(&self, id: &ConversationId, shared: &Shared) -> XmppResult<()> {
        let payload = shared.encode();
        self.pep.publish(SETTINGS, id.as_str(), payload, Access::Private).await
    }

    /// Changes a conversation's settings for all devices. A change that is known already is published already.
    pub(crate) async fn edit(self: &Rc<Self>, id: &ConversationId, edit: Edit<'_>) -> XmppResult<()> {
        let edit = match edit {
            Edit::Set(change) => Shared::set(change, self.session.sink.newest_place(id)?),
            Edit::Cleared(up_to, apart) => Shared::clear(up_to.cloned()).merged(&Shared::remove(apart)),
            Edit::Deleted(up_to, apart, stamp) => Shared::delete(up_to.cloned(), stamp).merged(&Shared::remove(apart)),
            Edit::Removed(msg_ids) => Shared::remove(msg_ids),
            Edit::Left(group) => self.of(id)?.left(group, Micros::now()),
            Edit::Quit(group, membership) => self.of(id)?.quit(group, membership, Micros::now()),
        };
        let known = self.of(id)?;
        if known.covers(&edit) {
            return Ok(());
        }
        // A device that comes later may find nothing else that lists it.
        let place = self.session.sink.listed_place(id)?;
        let wanted = match place.map(|time| known.keep(time)) {
            Some(kept) => known.merged(&edit).merged(&kept),
            None => known.merged(&edit),
        };
        let published = self.publish(id, &wanted).await;
        if let Err(error) = &published
            && error.is_transient()
        {
            return published;
        }
        // Others may have published meanwhile, and what went out lacks their changes.
        let now = self.of(id)?.merged(&wanted);
        let positions = vec![(name(id), now.encode().text())];
        // The account has its own change already; what is hidden from here on is agreed on only now.
        let spans = now.spans();
        let mut changes = Vec::new();
        if spans != known.spans() {
            let conversation = id.clone();
            changes.push(Change::Hidden { conversation, spans });
            // It may be in the list for other reasons than what is hidden now.
            changes.extend(listed(id, &now));
        }
        self.session.apply_at(true, changes, positions)?;
        if published.is_ok() && !wanted.covers(&now) {
            self.heal(id.clone());
        }
        self.known.borrow_mut().insert(id.clone(), now);
        published
    }

    /// What is known of an item: in this session, or as the account has it from earlier ones.
    fn of(&self, id: &ConversationId) -> XmppResult<Shared> {
        if let Some(known) = self.known.borrow().get(id) {
            return Ok(known.clone());
        }
        let stored = self.session.sink.archive_position(&name(id))?;
        Ok(stored.and_then(|json| Shared::parse(&json)).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::xmpp::address;
    use crate::backend::xmpp::features::rooms::join::tests::{rooms, team};
    use crate::backend::xmpp::session::tests::run;
    use tokio::task::yield_now;

    #[test]
    fn a_group_that_was_left_elsewhere_and_is_in_the_list_here_stays_in_it_on_devices_to_come() {
        run(async {
            let (rooms, account, mut outgoing, room) = rooms();
            let group_id = address::group_id(&room);
            let id = ConversationId::group(&group_id);
            let group = team(&room);
            let left = |time| Item {
                id: id.to_string(),
                payload: Some(Shared::default().left(&group, Micros(time)).encode()),
            };
            let mut asks_the_server = async || {
                yield_now().await;
                std::iter::from_fn(|| outgoing.try_recv().ok()).count() > 0
            };
            rooms.settings.on_published(&[left(1)]);
            assert!(!asks_the_server().await, "it is not in this device's list");

            *account.listed.lock().unwrap() = Some(Micros(7));
            rooms.settings.on_published(&[left(2)]);
            assert!(asks_the_server().await, "it is about to be published");
            assert_eq!(rooms.settings.of(&id).unwrap().listed(), Some(Micros(7)));
            rooms.settings.on_published(&[left(3)]);
            assert!(!asks_the_server().await, "that is known now");
        });
    }

    /// The server had taken the delete, and this device did not hear of that: it asks again, after another one has pinned the
    /// conversation.
    #[test]
    fn what_has_listed_a_conversation_since_it_was_deleted_is_told_once_the_delete_has_ended() {
        run(async {
            let (rooms, account, _outgoing, _room) = rooms();
            let id = ConversationId::trusted("c2c_bob@im.test");
            let stamp = Stamp {
                time: Micros(5),
                device: "here".to_owned(),
            };
            let deleted = Shared::delete(None, &stamp);
            for (shared, is_told) in [
                (deleted.merged(&deleted.keep(Micros(7))), true),
                (deleted.clone(), false),
            ] {
                rooms.settings.known.borrow_mut().insert(id.clone(), shared);
                rooms
                    .settings
                    .edit(&id, Edit::Deleted(None, &[], &stamp))
                    .await
                    .unwrap();
                account.changes.lock().unwrap().clear();
                rooms.settings.tell_listed(&id).unwrap();
                let changes = account.changes.lock().unwrap();
                let is_listed = |change: &Change| matches!(change, Change::Listed { time: Micros(7), .. });
                assert_eq!(changes.iter().any(is_listed), is_told);
            }
        });
    }
}
