//! Which groups the account is in: its bookmarks (XEP-0402), the same for all its devices.

use super::archive::{parse_stamp, stamp};
use super::membership::Since;
use super::ns::BOOKMARK;
use super::pep::{Access, Item};
use super::session::{Session, now};
use super::stanza::xml::element;
use crate::model::{GroupId, Micros, Result};
use std::str::FromStr;
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::minidom::Element;
use xmpp_parsers::ns;

/// A bookmark of a room that is to be entered.
#[derive(Clone, Debug)]
pub(super) struct Bookmark {
    pub(super) room: BareJid,
    /// When the account became a member, if that is known: what was said before is not for it.
    pub(super) joined: Option<Micros>,
}

fn read(item: &Item) -> Option<Bookmark> {
    let conference = item
        .payload
        .as_ref()
        .filter(|payload| payload.is("conference", ns::BOOKMARKS2))?;
    if !matches!(conference.attr("autojoin"), Some("true" | "1")) {
        return None;
    }
    let joined = conference
        .get_child("extensions", ns::BOOKMARKS2)
        .and_then(|extensions| extensions.get_child("joined", BOOKMARK))
        .and_then(|joined| parse_stamp(joined.attr("stamp")?));
    Some(Bookmark {
        room: BareJid::from_str(&item.id).ok()?,
        joined,
    })
}

fn conference(name: &str, joined: Micros) -> Element {
    let joined = element("joined", BOOKMARK, &[("stamp", &stamp(joined))], Vec::new());
    let extensions = element("extensions", ns::BOOKMARKS2, &[], vec![joined]);
    let attrs = [("autojoin", "true"), ("name", name)];
    element("conference", ns::BOOKMARKS2, &attrs, vec![extensions])
}

/// A room as the account knows it.
pub(super) fn group_id(room: &BareJid) -> GroupId {
    GroupId::trusted(room.as_str())
}

impl Session {
    /// The rooms that are to be entered.
    pub(super) async fn load_bookmarks(&self) -> Result<Vec<Bookmark>> {
        Ok(self
            .items(None, ns::BOOKMARKS2)
            .await?
            .iter()
            .filter_map(read)
            .collect())
    }

    /// Remembers a membership, for all devices.
    pub(super) async fn bookmark(&self, room: &BareJid, name: &str, joined: Micros) -> Result<()> {
        self.publish(ns::BOOKMARKS2, room.as_str(), conference(name, joined), Access::Private)
            .await
    }

    /// Forgets a membership, for all devices.
    pub(super) async fn forget_bookmark(&self, room: &BareJid) {
        if let Err(error) = self.retract(ns::BOOKMARKS2, room.as_str()).await {
            log::debug!("a bookmark could not be taken back: {error}");
        }
    }

    /// Another device joined or left rooms.
    pub(super) fn bookmarks_changed(&self, items: Vec<Item>) {
        for item in items {
            match read(&item) {
                Some(bookmark) if !self.rooms.contains(&bookmark.room) => {
                    let since = Since::Time(bookmark.joined.unwrap_or_else(now));
                    self.known_rooms
                        .borrow_mut()
                        .insert(bookmark.room.clone(), bookmark.joined);
                    self.spawn(move |session| async move {
                        let entered = session.take_part(&bookmark.room, since).await;
                        entered.map(drop).inspect_err(|_| session.come_back(&bookmark.room))
                    });
                }
                Some(_) => {}
                None => {
                    let Ok(room) = BareJid::from_str(&item.id) else {
                        continue;
                    };
                    if self.rooms.is_joined(&room) {
                        self.leave_room(&room);
                        self.not_a_member(&room);
                    }
                }
            }
        }
    }
}
