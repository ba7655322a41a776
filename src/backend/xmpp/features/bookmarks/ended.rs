//! Memberships that have ended stay ended. A bookmark is replaced as a whole: a device that changes one at the moment at which the
//! user quits the group on another device puts it back. So each membership has a name in its bookmark: whoever changes the
//! bookmark leaves the name, and whoever joins gives it another one. A bookmark with the name of a membership that has ended makes
//! nobody a member, and the devices that see it take it away. Which have ended a device knows from retractions that it is told of,
//! and from the settings, where the device says so that has ended it.

use super::{Bookmarks, new_membership};
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::ns::BOOKMARKS2;
use crate::backend::xmpp::stanza::bookmark::{self, Bookmark};
use crate::backend::xmpp::stanza::pubsub::Item;
use std::collections::HashSet;
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::minidom::Element;

impl Bookmarks {
    /// The membership that the bookmark of a room is of, if that has a name.
    pub(crate) fn membership(&self, room: &BareJid) -> Option<String> {
        let items = self.items.borrow();
        bookmark::membership(items.get(room)?).map(str::to_owned)
    }

    /// Whether an item is of a membership that has ended.
    pub(crate) fn is_over(&self, item: &Item) -> bool {
        let (room, payload) = (address::parse(&item.id), &item.payload);
        let known = room.zip(payload.as_ref().filter(|payload| bookmark::is_bookmark(payload)));
        known.is_some_and(|(room, payload)| self.has_ended(&room, payload))
    }

    /// Whether the bookmark of a room, as this device knows it, is of a membership that has ended.
    pub(super) fn holds_ended(&self, room: &BareJid) -> bool {
        let items = self.items.borrow();
        items.get(room).is_some_and(|bookmark| self.has_ended(room, bookmark))
    }

    /// The rooms whose bookmarks, as this device knows them, are of memberships that have ended.
    pub(super) fn rooms_of_ended(&self) -> HashSet<BareJid> {
        let items = self.items.borrow();
        let ended = items.iter().filter(|(room, bookmark)| self.has_ended(room, bookmark));
        ended.map(|(room, _)| room.clone()).collect()
    }

    /// The settings are known now, which say what has ended: keeps what has not.
    pub(crate) fn retain_members(&self, bookmarks: &mut Vec<Bookmark>) {
        for room in self.rooms_of_ended() {
            self.items.borrow_mut().remove(&room);
            self.forget(&room);
            bookmarks.retain(|bookmark| bookmark.room != room);
        }
    }

    pub(super) fn has_ended(&self, room: &BareJid, bookmark: &Element) -> bool {
        bookmark::membership(bookmark).is_some_and(|membership| {
            self.ended.borrow().contains(membership) || self.settings.has_ended(&address::group(room), membership)
        })
    }

    /// Begins a membership.
    pub(super) async fn begin(&self, room: &BareJid, bookmark: Element) -> XmppResult<()> {
        let membership = new_membership();
        let bookmark = bookmark::of_membership(bookmark, &membership);
        self.beginning.borrow_mut().insert(room.clone(), membership);
        let before = self.items.borrow().get(room).cloned();
        let written = self.write(room, bookmark.clone()).await;
        // Unless another device has written one meanwhile.
        if matches!(written, Err(XmppError::Refused { .. })) && self.items.borrow().get(room) == Some(&bookmark) {
            let mut items = self.items.borrow_mut();
            match before {
                Some(before) => items.insert(room.clone(), before),
                None => items.remove(room),
            };
        }
        written
    }

    /// The server has told of a bookmark.
    pub(super) fn note_begun(&self, room: &BareJid, bookmark: &Element) {
        let mut beginning = self.beginning.borrow_mut();
        beginning.retain(|known, id| known != room || bookmark::membership(bookmark) != Some(id));
    }

    /// The server has told that there is no bookmark any more.
    pub(super) fn note_ended(&self, room: &BareJid) {
        let Some(membership) = self.membership(room) else {
            return;
        };
        // What this device begins is told before its end is: that was the end of an earlier one.
        if self.beginning.borrow().get(room) != Some(&membership) {
            self.ended.borrow_mut().insert(membership);
        }
    }

    /// This device has ended a membership, with this bookmark.
    pub(super) fn note_end_of(&self, bookmark: &Element) {
        let membership = bookmark::membership(bookmark).map(str::to_owned);
        self.ended.borrow_mut().extend(membership);
    }

    /// Whether what this device has written may stand where a bookmark was retracted: not every server tells in the order in
    /// which it acts.
    pub(super) fn may_be_back(&self, item: &Item, room: &BareJid) -> bool {
        item.payload.is_none() && self.rewritten.borrow_mut().remove(room)
    }

    /// Takes a bookmark of a membership that has ended away, or puts the one of a newer membership into its place.
    pub(crate) async fn clear_away(&self, room: &BareJid) {
        let cleared = async {
            let payload = self.pep.item(BOOKMARKS2, room.as_str()).await?;
            let id = room.as_str().to_owned();
            if !self.is_over(&Item { id, payload }) {
                return Ok(());
            }
            let newer = self.items.borrow().get(room).cloned();
            match newer.filter(|newer| !self.has_ended(room, newer)) {
                Some(newer) => self.write(room, newer).await,
                None => self.pep.retract(BOOKMARKS2, room.as_str()).await,
            }
        };
        if let Err(error) = cleared.await {
            log::info!("the bookmark of the room {room}, which the user has quit, could not be retracted: {error}");
        }
    }
}
