//! Names and pictures of people: a vCard in a personal node (XEP-0292), and the nickname by itself (XEP-0172) for clients
//! that look there.

use super::ns::{SETTINGS, VCARD4, VCARD4_NODE};
use super::pep::{Access, Item};
use super::roster::jid_of;
use super::session::Session;
use super::stanza::xml::{self, element};
use crate::model::{Change, Profile, Result, UserId};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::minidom::Element;
use xmpp_parsers::ns;

/// Profiles that were read in this session.
#[derive(Default)]
pub(super) struct Profiles(pub(super) RefCell<HashMap<BareJid, Profile>>);

/// People whose conversations appeared in this session.
#[derive(Default)]
pub(super) struct Met {
    all: RefCell<HashSet<BareJid>>,
    /// Those whose profiles are asked for at the end of the sync; `None` once it has ended.
    waiting: RefCell<Option<Vec<BareJid>>>,
}

impl Met {
    /// Before the sync has ended.
    pub(super) fn new() -> Self {
        Self {
            all: RefCell::default(),
            waiting: RefCell::new(Some(Vec::new())),
        }
    }

    fn is_waiting(&self) -> bool {
        self.waiting.borrow().is_some()
    }

    fn forget(&self, jid: &BareJid) {
        self.all.borrow_mut().remove(jid);
    }

    /// The sync has ended: who was met, and is asked for at once from now on.
    pub(super) fn finish(&self) -> Vec<BareJid> {
        self.waiting.borrow_mut().take().unwrap_or_default()
    }
}

fn empty(jid: &BareJid) -> Profile {
    Profile {
        user_id: UserId::trusted(jid.as_str()),
        nick_name: String::new(),
        face_url: String::new(),
    }
}

fn child_text(card: &Element, name: &str, inner: &str) -> String {
    card.get_child(name, VCARD4)
        .and_then(|child| child.get_child(inner, VCARD4))
        .map(Element::text)
        .unwrap_or_default()
}

/// A vCard's nickname, or else its formatted name, and its picture if that is an address.
fn read_card(jid: &BareJid, card: &Element) -> Profile {
    let nick_name = child_text(card, "nickname", "text");
    Profile {
        user_id: UserId::trusted(jid.as_str()),
        nick_name: if nick_name.is_empty() {
            child_text(card, "fn", "text")
        } else {
            nick_name
        },
        face_url: child_text(card, "photo", "uri"),
    }
}

impl Session {
    /// What is known of a user without asking.
    pub(super) fn profile_of(&self, jid: &BareJid) -> Profile {
        let profiles = self.profiles.0.borrow();
        profiles.get(jid).cloned().unwrap_or_else(|| empty(jid))
    }

    /// A user's profile, as the user shows it now. One who shows nothing has an empty one.
    pub(super) async fn fetch_profile(&self, jid: &BareJid) -> Result<Profile> {
        let owner = (*jid != self.me).then_some(jid);
        let card = match self.items(owner, VCARD4_NODE).await {
            Ok(items) => items.into_iter().filter_map(|item| item.payload).next_back(),
            Err(error) if error.status == crate::model::Status::Disconnected => return Err(error),
            // One who may not be looked at shows nothing.
            Err(_) => None,
        };
        let profile = card
            .filter(|card| card.is("vcard", VCARD4))
            .map_or_else(|| empty(jid), |card| read_card(jid, &card));
        self.profiles.0.borrow_mut().insert(jid.clone(), profile.clone());
        Ok(profile)
    }

    /// Somebody shows something else than is known.
    pub(super) fn meet_again(&self, jid: &BareJid) {
        if !self.met.is_waiting() {
            self.met.forget(jid);
        }
        self.meet(jid);
    }

    /// A conversation with somebody appeared: their name and picture are wanted, once a session.
    pub(super) fn meet(&self, jid: &BareJid) {
        if *jid == self.me || !self.met.all.borrow_mut().insert(jid.clone()) {
            return;
        }
        match self.met.waiting.borrow_mut().as_mut() {
            Some(waiting) => waiting.push(jid.clone()),
            None => {
                let jid = jid.clone();
                self.spawn(move |session| async move {
                    session.watch(&jid).await;
                    Ok(())
                });
            }
        }
    }

    /// Learns a user's profile, and asks to be told when it changes.
    pub(super) async fn watch(&self, jid: &BareJid) {
        if *jid != self.me {
            let me = self.me.as_str();
            let attrs = [("node", VCARD4_NODE), ("jid", me)];
            let subscribe = element("subscribe", ns::PUBSUB, &attrs, Vec::new());
            let pubsub = element("pubsub", ns::PUBSUB, &[], vec![subscribe]);
            // One who has never shown anything has no node yet.
            let _ = self.iq_set_answer(Some(Jid::from(jid.clone())), pubsub).await;
        }
        if let Ok(profile) = self.fetch_profile(jid).await {
            let _ = self.apply(true, vec![Change::Profile(profile)]);
        }
    }

    /// `setSelfInfo`.
    pub(super) async fn set_self_info(&self, nick_name: Option<&str>, face_url: Option<&str>) -> Result<()> {
        let mut profile = self.fetch_profile(&self.me).await?;
        let items = self.items(None, VCARD4_NODE).await?;
        let card = items.into_iter().filter_map(|item| item.payload).next_back();
        if let Some(nick_name) = nick_name {
            profile.nick_name = nick_name.to_owned();
        }
        if let Some(face_url) = face_url {
            profile.face_url = face_url.to_owned();
        }
        // What other apps have put into it stays.
        let others = card.iter().flat_map(Element::children);
        let others = others.filter(|field| !field.is("nickname", VCARD4) && !field.is("photo", VCARD4));
        let mut fields: Vec<Element> = others.cloned().collect();
        if !profile.nick_name.is_empty() {
            let text = xml::text("text", VCARD4, profile.nick_name.as_str());
            fields.push(element("nickname", VCARD4, &[], vec![text]));
        }
        if !profile.face_url.is_empty() {
            let uri = xml::text("uri", VCARD4, profile.face_url.as_str());
            fields.push(element("photo", VCARD4, &[], vec![uri]));
        }
        let card = element("vcard", VCARD4, &[], fields);
        self.publish(VCARD4_NODE, "current", card, Access::Open).await?;
        let nick = xml::text("nick", ns::NICK, profile.nick_name.as_str());
        self.publish(ns::NICK, "current", nick, Access::Open).await?;
        self.profiles.0.borrow_mut().insert(self.me.clone(), profile.clone());
        self.apply(true, vec![Change::Profile(profile)])
    }

    /// `getUsersInfo`.
    pub(super) async fn users_info(&self, users: &[UserId]) -> Result<Vec<Profile>> {
        let mut profiles = Vec::with_capacity(users.len());
        for user in users {
            profiles.push(self.fetch_profile(&jid_of(user)?).await?);
        }
        let changes = profiles.iter().cloned().map(Change::Profile);
        self.apply(true, changes.collect())?;
        Ok(profiles)
    }

    /// News of somebody's node. Everybody may tell of themselves, and only of themselves.
    pub(super) fn heard_of(&self, owner: &BareJid, node: &str, items: Vec<Item>) {
        if *owner == self.me {
            match node {
                SETTINGS => return self.settings_changed(&items),
                ns::MDS => return self.reads_changed(&items),
                ns::BOOKMARKS2 => return self.bookmarks_changed(items),
                _ => {}
            }
        } else if matches!(node, SETTINGS | ns::MDS | ns::BOOKMARKS2) {
            log::warn!("news of {owner} about a node of the account's own were ignored");
            return;
        }
        let cards = items.into_iter().filter_map(|item| item.payload);
        for card in cards.filter(|card| node == VCARD4_NODE && card.is("vcard", VCARD4)) {
            let profile = read_card(owner, &card);
            self.profiles.0.borrow_mut().insert(owner.clone(), profile.clone());
            let _ = self.apply(true, vec![Change::Profile(profile)]);
        }
    }
}
