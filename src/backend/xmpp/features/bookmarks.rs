//! Which rooms the account is a member of: its bookmarks (XEP-0402), the same for all its devices.

mod ended;

use super::pep::Pep;
use super::settings::Settings;
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::ns::BOOKMARKS2;
use crate::backend::xmpp::stanza::bookmark::{self, Bookmark};
use crate::backend::xmpp::stanza::pubsub::{Access, Item};
use crate::backend::xmpp::stanza::xml;
use crate::model::Micros;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::minidom::Element;
use xmpp_parsers::stanza_error::DefinedCondition;

/// The account's memberships.
pub(crate) struct Bookmarks {
    pep: Rc<Pep>,
    settings: Rc<Settings>,
    /// The bookmarks as they are on the server, also of rooms that are not to be entered: they are others' as much as ours.
    items: RefCell<HashMap<BareJid, Element>>,
    /// The rooms that the account is a member of, entered or not, and since when, where that is known.
    memberships: RefCell<HashMap<BareJid, Option<Micros>>>,
    /// The memberships that this device has seen end.
    ended: RefCell<HashSet<String>>,
    /// The memberships that this device begins, until the server tells of them.
    beginning: RefCell<HashMap<BareJid, String>>,
    /// The rooms whose bookmarks this device has written again.
    rewritten: RefCell<HashSet<BareJid>>,
}

/// The name of a membership that begins.
fn new_membership() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// An act of another device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BookmarkChange {
    Join(Bookmark),
    Leave(BareJid),
    /// The server may have a bookmark of a membership that has ended: somebody wrote it again who had not heard of that.
    Over(BareJid),
}

impl Bookmarks {
    pub(crate) fn new(pep: &Rc<Pep>, settings: &Rc<Settings>) -> Rc<Self> {
        Rc::new(Self {
            pep: Rc::clone(pep),
            settings: Rc::clone(settings),
            items: RefCell::default(),
            memberships: RefCell::default(),
            ended: RefCell::default(),
            beginning: RefCell::default(),
            rewritten: RefCell::default(),
        })
    }

    /// Reads the memberships.
    pub(crate) async fn load(&self) -> XmppResult<Vec<Bookmark>> {
        let mut items = self.items().await?;
        self.note_items(&items);
        items.retain(|item| !self.is_over(item));
        let bookmarks: Vec<Bookmark> = items.iter().filter_map(bookmark::decode).collect();
        let joined = |bookmark: &Bookmark| (bookmark.room.clone(), bookmark.joined);
        self.memberships.borrow_mut().extend(bookmarks.iter().map(joined));
        Ok(bookmarks)
    }

    /// The items as the server has them now.
    pub(crate) async fn items(&self) -> XmppResult<Vec<Item>> {
        self.pep.items(None, BOOKMARKS2).await
    }

    fn note_items(&self, items: &[Item]) {
        for item in items {
            let Some(room) = address::parse(&item.id) else { continue };
            if self.is_over(item) {
                if self.holds_ended(&room) {
                    self.items.borrow_mut().remove(&room);
                }
                continue;
            }
            match &item.payload {
                Some(payload) if bookmark::is_bookmark(payload) => {
                    self.note_begun(&room, payload);
                    self.items.borrow_mut().insert(room, payload.clone());
                }
                _ => {
                    self.note_ended(&room);
                    self.items.borrow_mut().remove(&room);
                }
            }
        }
    }

    /// The memberships that items begin and end.
    pub(crate) fn changes(&self, items: &[Item]) -> Vec<BookmarkChange> {
        let rooms = items.iter().filter_map(|item| address::parse(&item.id));
        let held: HashSet<BareJid> = rooms.filter(|room| self.holds_ended(room)).collect();
        self.note_items(items);
        let mut changes = Vec::new();
        for item in items {
            let Some(room) = address::parse(&item.id) else { continue };
            let is_over = self.is_over(item);
            match bookmark::decode(item).filter(|_| !is_over) {
                Some(bookmark) => changes.push(BookmarkChange::Join(bookmark)),
                // A newer one, that it has taken the place of or that begins just now, goes on.
                None if is_over && !held.contains(&room) => {}
                None => changes.push(BookmarkChange::Leave(room.clone())),
            }
            if is_over || self.may_be_back(item, &room) {
                changes.push(BookmarkChange::Over(room));
            }
        }
        changes
    }

    /// The memberships that all items begin and end, for somebody who has seen the bookmarks as they were.
    pub(crate) async fn changes_since(&self, known: &[Bookmark]) -> XmppResult<Vec<BookmarkChange>> {
        let items = self.items().await?;
        Ok(if self.are_all_known() {
            self.difference(known, &items)
        } else {
            self.changes(&items)
        })
    }

    /// Whether a room without a bookmark is one that the account is no member of.
    pub(crate) fn are_all_known(&self) -> bool {
        self.pep.is_wholly_read(BOOKMARKS2)
    }

    fn difference(&self, known: &[Bookmark], items: &[Item]) -> Vec<BookmarkChange> {
        let mut changes = self.changes(items);
        let named: HashSet<BareJid> = items.iter().filter_map(|item| address::parse(&item.id)).collect();
        let gone = known.iter().filter(|bookmark| !named.contains(&bookmark.room));
        changes.extend(gone.map(|bookmark| BookmarkChange::Leave(bookmark.room.clone())));
        changes
    }

    /// Remembers a membership that begins, for all devices.
    pub(crate) async fn publish(
        &self,
        room: &BareJid,
        name: &str,
        joined: Micros,
        after: Option<&str>,
    ) -> XmppResult<()> {
        self.publish_with(room, name, joined, after, None).await
    }

    /// The same, with what the room is entered with.
    pub(crate) async fn publish_with(
        &self,
        room: &BareJid,
        name: &str,
        joined: Micros,
        after: Option<&str>,
        password: Option<&str>,
    ) -> XmppResult<()> {
        let bookmark = bookmark::encode(self.items.borrow().get(room), name, joined, after);
        let bookmark = match password {
            Some(password) => bookmark::with_password(bookmark, password),
            None => bookmark,
        };
        self.begin(room, bookmark).await
    }

    /// Forgets a membership, for all devices: the user leaves.
    pub(crate) async fn end(&self, room: &BareJid) -> XmppResult<()> {
        let known = || self.items.borrow().get(room).cloned();
        let ended = known();
        match self.pep.retract(BOOKMARKS2, room.as_str()).await {
            // There is none, or another device was faster.
            Err(XmppError::Refused {
                condition:
                    DefinedCondition::ItemNotFound
                    | DefinedCondition::FeatureNotImplemented
                    | DefinedCondition::ServiceUnavailable,
                ..
            }) => {}
            ended => ended?,
        }
        if let Some(ended) = &ended {
            self.note_end_of(ended);
        }
        // Not before: if that fails, it is still there, and can be retracted later.
        let is_told = known().is_some_and(|now| Some(now) != ended);
        if is_told {
            // Another device has published it meanwhile, before it was retracted or after that.
            self.look_for(room).await;
        } else {
            self.items.borrow_mut().remove(room);
        }
        Ok(())
    }

    /// Asks the server whether there is a bookmark of a room. If it does not say so, what was told last holds.
    async fn look_for(&self, room: &BareJid) {
        let Ok(mut items) = self.items().await else { return };
        items.retain(|item| address::parse(&item.id).as_ref() == Some(room));
        if items.iter().any(|item| self.is_over(item)) {
            self.clear_away(room).await;
            // Not every server tells of that, and whoever has quit is not to enter again.
            if self.holds_ended(room) {
                self.items.borrow_mut().remove(room);
            }
            return;
        }
        if items.is_empty() && self.are_all_known() {
            self.items.borrow_mut().remove(room);
        }
        self.note_items(&items);
    }

    /// The same where nobody waits for it: if it fails, the next login finds the bookmark, and the room refuses again.
    pub(crate) async fn retract(&self, room: &BareJid) {
        if let Err(error) = self.end(room).await {
            log::info!("the bookmark of the room {room} could not be retracted: {error}");
        }
    }

    /// Whether the server has a bookmark that makes the account a member, in the room or not.
    pub(crate) fn is_kept(&self, room: &BareJid) -> bool {
        let payload = self.items.borrow().get(room).cloned();
        let id = room.as_str().to_owned();
        payload.is_some() && bookmark::decode(&Item { id, payload }).is_some()
    }

    /// The bookmark of a room, whether it is to be entered or not.
    pub(crate) fn of(&self, room: &BareJid) -> Option<Bookmark> {
        let mut payload = self.items.borrow().get(room).cloned()?;
        xml::attribute(&mut payload, "autojoin", "true");
        bookmark::decode(&Item {
            id: room.as_str().to_owned(),
            payload: Some(payload),
        })
    }

    /// The bookmark of a room that one makes the account a member of, as the server has it.
    pub(crate) fn of_member(&self, room: &BareJid) -> Option<Element> {
        let payload = self.items.borrow().get(room).cloned();
        self.is_kept(room).then_some(payload).flatten()
    }

    /// The rooms with such a bookmark.
    pub(crate) fn member_rooms(&self) -> Vec<BareJid> {
        let rooms: Vec<BareJid> = self.items.borrow().keys().cloned().collect();
        rooms.into_iter().filter(|room| self.is_kept(room)).collect()
    }

    /// Changes a bookmark that makes the account a member, where there is one. It is read right before that: what others have
    /// written stays, and a membership that has ended on another device does not begin again.
    pub(crate) async fn rewrite(
        &self,
        room: &BareJid,
        change: impl FnOnce(&Element) -> Option<Element>,
    ) -> XmppResult<()> {
        if !self.is_kept(room) {
            return Ok(());
        }
        let payload = match self.pep.item(BOOKMARKS2, room.as_str()).await {
            // It does not show single items, perhaps.
            Err(XmppError::Refused { .. }) => self.items.borrow().get(room).cloned(),
            payload => payload?,
        };
        let id = room.as_str().to_owned();
        let item = Item { id, payload };
        if bookmark::decode(&item).is_none() || self.is_over(&item) {
            return Ok(());
        }
        let Some(bookmark) = item.payload.as_ref().and_then(change) else {
            return Ok(());
        };
        // One that another client has made has no name to be known by afterwards.
        let bookmark = match bookmark::membership(&bookmark) {
            Some(_) => bookmark,
            None => bookmark::of_membership(bookmark, &new_membership()),
        };
        self.rewritten.borrow_mut().insert(room.clone());
        self.write(room, bookmark).await
    }

    async fn write(&self, room: &BareJid, bookmark: Element) -> XmppResult<()> {
        self.items.borrow_mut().insert(room.clone(), bookmark.clone());
        self.pep
            .publish(BOOKMARKS2, room.as_str(), bookmark, Access::Private)
            .await
    }

    /// The same membership, begun at another place.
    pub(crate) async fn begin_at(&self, room: &BareJid, joined: Micros, after: Option<&str>) -> XmppResult<()> {
        let change = |old: &Element| Some(bookmark::encode(Some(old), "", joined, after));
        self.rewrite(room, change).await
    }

    /// Remembers the account's name in a room, for all devices, where there is a bookmark.
    pub(crate) async fn rename(&self, room: &BareJid, nick: &str) -> XmppResult<()> {
        let change = |old: &Element| Some(bookmark::with_nick(old.clone(), nick));
        self.rewrite(room, change).await
    }

    /// Remembers what a room is entered with, for all devices, where there is a bookmark.
    pub(crate) async fn keep_password(&self, room: &BareJid, password: &str) -> XmppResult<()> {
        let change = |old: &Element| Some(bookmark::with_password(old.clone(), password));
        self.rewrite(room, change).await
    }

    /// Whether the account is a member of a room.
    pub(crate) fn is_member(&self, room: &BareJid) -> bool {
        self.memberships.borrow().contains_key(room)
    }

    /// When the account became a member, if that is known.
    pub(crate) fn joined(&self, room: &BareJid) -> Option<Micros> {
        self.memberships.borrow().get(room).copied().flatten()
    }

    /// The account is a member from now on, on this device.
    pub(crate) fn note(&self, room: &BareJid, joined: Option<Micros>) {
        self.memberships.borrow_mut().insert(room.clone(), joined);
    }

    /// The account is no member any more, on this device.
    pub(crate) fn forget(&self, room: &BareJid) {
        self.memberships.borrow_mut().remove(room);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::xmpp::session::tests::session;

    fn bookmarks() -> Rc<Bookmarks> {
        let (session, ..) = session();
        let pep = Pep::new(&session);
        Bookmarks::new(&pep, &Settings::new(&session, &pep))
    }

    #[test]
    fn items_say_who_joined_and_who_left() {
        let bookmarks = bookmarks();
        let room = BareJid::new("team@rooms.example").unwrap();
        let item = |payload| Item {
            id: room.as_str().to_owned(),
            payload,
        };
        let joined = item(Some(bookmark::encode(None, "Team", Micros(5), None)));
        let expected = bookmark::decode(&joined).unwrap();
        assert_eq!(bookmarks.changes(&[joined]), [BookmarkChange::Join(expected.clone())]);
        assert_eq!(bookmarks.of(&room), Some(expected));
        assert_eq!(bookmarks.changes(&[item(None)]), [BookmarkChange::Leave(room.clone())]);
        assert_eq!(bookmarks.of(&room), None);
    }

    #[test]
    fn a_bookmark_that_is_no_longer_there_was_left() {
        let [stays, goes] = ["stays@rooms.example", "goes@rooms.example"].map(|room| BareJid::new(room).unwrap());
        let known = [&stays, &goes].map(|room| Bookmark {
            room: room.clone(),
            name: "Team".to_owned(),
            after: None,
            joined: Some(Micros(5)),
            nick: None,
            password: None,
        });
        let items = [Item {
            id: stays.as_str().to_owned(),
            payload: Some(bookmark::encode(None, "Team", Micros(5), None)),
        }];
        let expected = [BookmarkChange::Join(known[0].clone()), BookmarkChange::Leave(goes)];
        let bookmarks = bookmarks();
        assert_eq!(bookmarks.difference(&known, &items), expected);
    }
}
