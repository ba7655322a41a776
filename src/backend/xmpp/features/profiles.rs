//! Names and pictures of people: a vCard in a personal node (XEP-0292), and the nickname by itself (XEP-0172) for clients
//! that look there.

use super::pep::Pep;
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::XmppResult;
use crate::backend::xmpp::ns::{NICK, VCARD4_NODE};
use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::stanza::pubsub::{Access, Item};
use crate::backend::xmpp::stanza::{message, vcard, xml};
use crate::model::{Change, Micros, Profile, UserId};
use futures::{StreamExt, stream};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::time::Duration;
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::message::Message;
use xmpp_parsers::minidom::Element;
use xmpp_parsers::stanza_error::DefinedCondition;

/// How many profiles are asked for at once: each is two ways there and back.
const AT_ONCE: usize = 32;
/// How long a profile counts as known. Friends tell of changes by themselves, and messages show them; this is for the rest.
const FRESH: Duration = Duration::from_secs(24 * 60 * 60);

/// The profiles of this session.
pub(crate) struct Profiles {
    session: Rc<Session>,
    pep: Rc<Pep>,
    /// Those that were read.
    known: RefCell<HashMap<BareJid, Profile>>,
    /// Nicknames that stand by themselves (XEP-0172), for people whose cards have none.
    nicks: RefCell<HashMap<BareJid, String>>,
    /// The name and picture that the last message of somebody had, where they are not those of the profile.
    said: RefCell<HashMap<BareJid, (String, String)>>,
    queue: ProfileQueue,
}

/// The people whose profiles were requested in this session, so that nobody is asked for twice.
struct ProfileQueue {
    requested: RefCell<HashSet<BareJid>>,
    /// Those who are asked for at the end of the sync; `None` once it has ended.
    waiting: RefCell<Option<Vec<BareJid>>>,
}

impl ProfileQueue {
    /// Before the sync has ended.
    fn new() -> Self {
        Self {
            requested: RefCell::default(),
            waiting: RefCell::new(Some(Vec::new())),
        }
    }

    /// Notes a request. True when the profile is to be asked for now.
    fn add(&self, jid: &BareJid) -> bool {
        if !self.requested.borrow_mut().insert(jid.clone()) {
            return false;
        }
        match self.waiting.borrow_mut().as_mut() {
            Some(waiting) => {
                waiting.push(jid.clone());
                false
            }
            None => true,
        }
    }

    /// Whether it was requested.
    fn has(&self, jid: &BareJid) -> bool {
        self.requested.borrow().contains(jid)
    }

    /// Allows another request, unless the first one still waits.
    fn forget(&self, jid: &BareJid) {
        if self.waiting.borrow().is_none() {
            self.requested.borrow_mut().remove(jid);
        }
    }

    /// The sync has ended: who waits. From now on nobody does.
    fn finish(&self) -> Vec<BareJid> {
        self.waiting.borrow_mut().take().unwrap_or_default()
    }
}

/// Whether a message says of its sender what the profile does not. One that says nothing says nothing else.
fn differs(said: &(String, String), profile: &Profile) -> bool {
    let differs = |said: &str, known: &str| !said.is_empty() && said != known;
    differs(&said.0, &profile.nick_name) || differs(&said.1, &profile.face_url)
}

impl Profiles {
    pub(crate) fn new(session: &Rc<Session>, pep: &Rc<Pep>) -> Rc<Self> {
        Rc::new(Self {
            session: Rc::clone(session),
            pep: Rc::clone(pep),
            known: RefCell::default(),
            nicks: RefCell::default(),
            said: RefCell::default(),
            queue: ProfileQueue::new(),
        })
    }

    /// The profile of a user as far as it is known without a request.
    pub(crate) fn known(&self, jid: &BareJid) -> Profile {
        let known = self.known.borrow().get(jid).cloned();
        known
            .or_else(|| self.stored(jid).map(|(profile, _)| profile))
            .unwrap_or_else(|| vcard::empty(jid))
    }

    /// The profile of a user that an earlier session has stored, and when.
    fn stored(&self, jid: &BareJid) -> Option<(Profile, Micros)> {
        self.session.sink.stored_profile(&address::user_id(jid)).ok().flatten()
    }

    /// Whether a profile was told so lately that nobody has to be asked for it.
    fn is_fresh(&self, jid: &BareJid) -> bool {
        let stored = self.stored(jid);
        stored.is_some_and(|(_, time)| u128::from(Micros::now().0.abs_diff(time.0)) < FRESH.as_micros())
    }

    /// Whether a message has shown another name or picture than the profile that is known, however lately that was told.
    fn is_outdated(&self, jid: &BareJid) -> bool {
        let said = self.said.borrow().get(jid).cloned();
        said.is_some_and(|said| differs(&said, &self.known(jid)))
    }

    /// The name and picture to show with a message: what the message says, or else what is known.
    pub(crate) fn of_sender(self: &Rc<Self>, message: &Message, sender: &BareJid) -> (String, String) {
        let said = message::sender_profile(message);
        let profile = self.known(sender);
        if self.is_news(sender, &said, &profile) {
            // The profile has changed. What it is now, its node says. One that is not known yet is on its way.
            if self.known.borrow().contains_key(sender) {
                self.queue.forget(sender);
            }
            self.request(sender);
        }
        let or = |said: String, known: String| if said.is_empty() { known } else { said };
        (or(said.0, profile.nick_name), or(said.1, profile.face_url))
    }

    /// Whether a message says of its sender what neither the profile nor the message before it did. There are clients that
    /// send a name only, and those whose name is not that of the profile.
    fn is_news(&self, sender: &BareJid, said: &(String, String), profile: &Profile) -> bool {
        if !differs(said, profile) {
            return false;
        }
        let before = self.said.borrow_mut().insert(sender.clone(), said.clone());
        before.as_ref() != Some(said)
    }

    /// A conversation with somebody appeared: their name and picture are wanted, unless they were told lately.
    pub(crate) fn request_profile(self: &Rc<Self>, jid: &BareJid) {
        if !self.queue.has(jid) && !self.is_fresh(jid) {
            self.request(jid);
        }
    }

    /// Asks for a profile, once a session.
    fn request(self: &Rc<Self>, jid: &BareJid) {
        // The sync reads the account's own.
        if *jid != self.session.me && self.queue.add(jid) {
            let (profiles, jid) = (Rc::clone(self), jid.clone());
            self.session.spawn(async move {
                profiles.subscribe_profile(&jid).await;
                Ok(())
            });
        }
    }

    /// Fetches the profiles of these users and of everybody requested during the sync.
    pub(crate) async fn fetch_profiles(self: &Rc<Self>, users: &[BareJid]) {
        for jid in users {
            self.request_profile(jid);
        }
        stream::iter(self.queue.finish())
            .for_each_concurrent(AT_ONCE, |jid| async move {
                // A friend's server tells by itself, perhaps since the request: whoever asks all the same learns nothing.
                if !self.session.is_over() && (self.is_outdated(&jid) || !self.is_fresh(&jid)) {
                    self.subscribe_profile(&jid).await;
                }
            })
            .await;
    }

    /// Learns a user's profile, and asks to be told when it changes.
    pub(crate) async fn subscribe_profile(&self, jid: &BareJid) {
        if *jid != self.session.me {
            // One who has never shown anything has no node yet, and refuses.
            let _ = self.pep.subscribe(jid, VCARD4_NODE).await;
        }
        // After the subscription, so that no change falls between the two.
        if let Ok(profile) = self.fetch(jid).await {
            let _ = self.session.apply(true, vec![Change::Profile(profile)]);
        }
    }

    /// A user's profile, as the user shows it now. One who shows nothing has an empty one.
    pub(crate) async fn fetch(&self, jid: &BareJid) -> XmppResult<Profile> {
        let card = match self.card(jid).await {
            // Nobody has said anything of the profile, which stays as it is known.
            Err(error) if error.is_transient() || error.is(&DefinedCondition::RemoteServerNotFound) => {
                return Err(error);
            }
            // One who may not be looked at shows nothing.
            card => card.ok().flatten(),
        };
        let profile = card.map_or_else(|| vcard::empty(jid), |card| vcard::decode(jid, &card));
        let profile = self.with_nick(profile, jid);
        self.known.borrow_mut().insert(jid.clone(), profile.clone());
        Ok(profile)
    }

    async fn card(&self, jid: &BareJid) -> XmppResult<Option<Element>> {
        let owner = (*jid != self.session.me).then_some(jid);
        let items = self.pep.items(owner, VCARD4_NODE).await?;
        let card = items.into_iter().filter_map(|item| item.payload).next_back();
        Ok(card.filter(vcard::is_card))
    }

    /// Somebody has published a profile. Everybody may tell of themselves, and only of themselves.
    pub(crate) fn on_published(&self, owner: &BareJid, items: Vec<Item>) {
        let cards = items.into_iter().filter_map(|item| item.payload);
        for card in cards.filter(vcard::is_card) {
            let profile = self.with_nick(vcard::decode(owner, &card), owner);
            self.known.borrow_mut().insert(owner.clone(), profile.clone());
            // An account that cannot store it ends the session, which is where this error counts.
            let _ = self.session.apply(true, vec![Change::Profile(profile)]);
        }
    }

    /// Somebody has published a nickname by itself. The name of a card goes before it.
    pub(crate) fn on_nick(&self, owner: &BareJid, items: &[Item]) {
        let nicks = items.iter().filter_map(|item| item.payload.as_ref());
        let Some(nick) = nicks
            .filter(|nick| nick.is("nick", NICK))
            .map(Element::text)
            .next_back()
        else {
            return;
        };
        self.nicks.borrow_mut().insert(owner.clone(), nick);
        let known = self.known.borrow().get(owner).cloned();
        // Without a card that was read it is not known whether there is a better name.
        let profile = known.filter(|known| !known.nick_name.is_empty());
        if profile.is_none() {
            let profile = self.with_nick(self.known(owner), owner);
            self.known.borrow_mut().insert(owner.clone(), profile.clone());
            let _ = self.session.apply(true, vec![Change::Profile(profile)]);
        }
    }

    fn with_nick(&self, mut profile: Profile, jid: &BareJid) -> Profile {
        if profile.nick_name.is_empty()
            && let Some(nick) = self.nicks.borrow().get(jid)
        {
            profile.nick_name.clone_from(nick);
        }
        profile
    }

    /// `setSelfInfo`.
    pub(crate) async fn set_self_info(&self, nick_name: Option<&str>, face_url: Option<&str>) -> XmppResult<()> {
        let me = &self.session.me;
        // Read again, since other clients may have changed it: the new card keeps what libim does not know in it.
        let old = self.card(me).await?;
        let mut profile = old
            .as_ref()
            .map_or_else(|| vcard::empty(me), |card| vcard::decode(me, card));
        if let Some(nick_name) = nick_name {
            profile.nick_name = nick_name.to_owned();
        }
        if let Some(face_url) = face_url {
            profile.face_url = face_url.to_owned();
        }
        let card = vcard::encode(old.as_ref(), &profile);
        self.pep.publish(VCARD4_NODE, "current", card, Access::Open).await?;
        let nick = xml::text("nick", NICK, profile.nick_name.as_str());
        self.pep.publish(NICK, "current", nick, Access::Open).await?;
        self.known.borrow_mut().insert(me.clone(), profile.clone());
        self.session.apply(true, vec![Change::Profile(profile)])
    }

    /// `getUsersInfo`.
    pub(crate) async fn users_info(&self, users: &[UserId]) -> XmppResult<Vec<Profile>> {
        let mut profiles = Vec::with_capacity(users.len());
        let mut changes = Vec::new();
        for user in users {
            // Of somebody in a room nothing is known but what is shown there.
            if let Some((profile, _)) = self.session.sink.stored_profile(user)?
                && address::occupant_of(user.as_str()).is_some()
            {
                profiles.push(profile);
                continue;
            }
            let jid = address::jid_of(user)?;
            match self.fetch(&jid).await {
                Ok(profile) => {
                    changes.push(Change::Profile(profile.clone()));
                    profiles.push(profile);
                }
                Err(error) if error.is_lost() => return Err(error),
                Err(_) => profiles.push(self.known(&jid)),
            }
        }
        self.session.apply(true, changes)?;
        Ok(profiles)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_requested_once_and_after_the_sync() {
        let queue = ProfileQueue::new();
        let [bob, carol] = ["bob@example.org", "carol@example.org"].map(|jid| BareJid::new(jid).unwrap());
        assert!(!queue.add(&bob));
        queue.forget(&bob);
        assert!(!queue.add(&bob), "it still waits");
        assert_eq!(queue.finish(), std::slice::from_ref(&bob));
        assert!(!queue.add(&bob) && queue.add(&carol) && !queue.add(&carol));
        queue.forget(&bob);
        assert!(queue.add(&bob), "its profile has changed");
    }
}
