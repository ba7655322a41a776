//! Friend applications: requests to see when the user is there (RFC 6121, 3.1) that the user has not answered, and those that
//! the user has sent from this device.
//!
//! The server keeps a request and tells it at every login until it is answered, so what a login does not tell is decided. Of
//! one that was sent the roster says that it waits (`ask`); it says so of friends too whom nobody is to decide about, and so
//! only the device that has asked knows which of them is an application.

use super::profiles::Profiles;
use super::roster::Roster;
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::ns::{ADDED, DECIDED};
use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::stanza::applications;
use crate::backend::{ApplicationAnswer, FriendAdded, NewFriend};
use crate::model::FriendApplicationType::{ComeIn, SendOut};
use crate::model::id::quoted;
use crate::model::{Applied, Change, FriendApplicationType, Status, UserId};
use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::Message;
use xmpp_parsers::presence::{Presence, Type};

/// The longest text of an applicant that is kept, in characters.
const MAX_WORDING: usize = 500;

/// Who asks the account.
pub(crate) struct Applications {
    session: Rc<Session>,
    profiles: Rc<Profiles>,
    roster: Rc<Roster>,
    /// Those who have asked in this session, and were not answered.
    asking: RefCell<HashSet<BareJid>>,
    /// Whom the account has asked just now: the roster does not say so yet.
    asked_now: RefCell<HashSet<BareJid>>,
}

impl Applications {
    pub(crate) fn new(session: &Rc<Session>, profiles: &Rc<Profiles>, roster: &Rc<Roster>) -> Rc<Self> {
        Rc::new(Self {
            session: Rc::clone(session),
            profiles: Rc::clone(profiles),
            roster: Rc::clone(roster),
            asking: RefCell::default(),
            asked_now: RefCell::default(),
        })
    }

    /// Somebody asks, or does not ask any more. Says whether the user has to decide.
    pub(crate) fn on_presence(&self, from: &BareJid, presence: &Presence) -> bool {
        match presence.type_ {
            Type::Subscribe => self.on_subscribe(from, presence),
            Type::Unsubscribe => {
                self.decided(from);
                false
            }
            _ => false,
        }
    }

    /// Somebody wants to know when we are there: those whom we have as friends ourselves may. A client of
    /// libim's adds friends without asking for a decision.
    fn on_subscribe(&self, from: &BareJid, presence: &Presence) -> bool {
        if self.roster.is_friend(&address::user_id(from)).unwrap_or_default() {
            self.approve(from);
            return false;
        }
        self.asking.borrow_mut().insert(from.clone());
        if presence.payloads.iter().any(|payload| payload.is("added", ADDED)) {
            return false;
        }
        let wording = presence
            .statuses
            .values()
            .next()
            .map(String::as_str)
            .unwrap_or_default();
        self.change(from, ComeIn, Some(self.applied(wording)));
        true
    }

    /// The roster has changed for these. Who may see when we are there was accepted, by some device of the user's.
    pub(crate) fn on_roster(&self, users: &[(BareJid, bool)]) {
        for (user, may_see) in users {
            if *may_see {
                self.decided(user);
            }
            if let Err(error) = self.settle_sent(user) {
                log::warn!("a friend application could not be read: {error}");
            }
        }
    }

    /// Ends the application to a user when the roster does not wait for their answer any more, whatever it was.
    fn settle_sent(&self, user: &BareJid) -> XmppResult<()> {
        if self.roster.has_asked(user) {
            self.asked_now.borrow_mut().remove(user);
            return Ok(());
        }
        let is_open = self.session.sink.applicants(SendOut)?.contains(&address::user_id(user));
        if is_open && !self.asked_now.borrow().contains(user) {
            self.change(user, SendOut, None);
        }
        Ok(())
    }

    fn applied(&self, wording: &str) -> Applied {
        Applied {
            time: self.session.clock.now(),
            source: String::new(),
            wording: wording.chars().take(MAX_WORDING).collect(),
            is_read: false,
        }
    }

    /// Another device of the user's has refused somebody, of which the server tells nobody. False for any other message.
    pub(crate) fn on_message(&self, message: &Message) -> bool {
        let is_own = message
            .from
            .as_ref()
            .is_some_and(|from| from.to_bare() == self.session.me);
        let decided = message.payloads.iter().find(|payload| payload.is("decided", DECIDED));
        let Some(user) = decided.filter(|_| is_own) else {
            return false;
        };
        if let Some(user) = user.attr("jid").and_then(address::parse) {
            self.decided(&user);
        }
        true
    }

    /// All requests were told by now: those that were not are decided.
    pub(crate) fn settle(&self) -> XmppResult<()> {
        for user in self.session.sink.applicants(ComeIn)? {
            let is_asking = address::parse(user.as_str()).is_some_and(|jid| self.asking.borrow().contains(&jid));
            if !is_asking {
                self.session.apply(true, vec![gone(user, ComeIn)])?;
            }
        }
        for user in self.session.sink.applicants(SendOut)? {
            match address::parse(user.as_str()) {
                Some(jid) => self.settle_sent(&jid)?,
                None => self.session.apply(true, vec![gone(user, SendOut)])?,
            }
        }
        Ok(())
    }

    /// `addFriend`. Whoever asks is accepted by that.
    pub(crate) async fn add(&self, new: &NewFriend) -> XmppResult<FriendAdded> {
        let jid = address::jid_of(&new.user_id)?;
        self.roster.put(&jid, &new.remark).await?;
        let was_asking = self.asking.borrow().contains(&jid);
        if was_asking {
            self.approve(&jid);
            self.decided(&jid);
        }
        // Who has asked needs not be asked, nor who has said yes before.
        let asks = new.is_mutual && !was_asking && !self.roster.has_granted(&jid);
        let mut request = applications::subscribe(&jid, &new.wording);
        if !asks {
            request.payloads.push(applications::added());
        }
        self.session.send(request);
        if asks {
            if !self.roster.has_asked(&jid) {
                self.asked_now.borrow_mut().insert(jid.clone());
            }
            self.change(&jid, SendOut, Some(self.applied(&new.wording)));
        }
        self.profiles.subscribe_profile(&jid).await;
        Ok(if asks {
            FriendAdded::WhenConfirmed
        } else {
            FriendAdded::Now
        })
    }

    /// `acceptFriendApplication`, `refuseFriendApplication`.
    pub(crate) async fn answer(&self, user: &UserId, answer: ApplicationAnswer) -> XmppResult<()> {
        let jid = address::jid_of(user)?;
        if !self.session.sink.applicants(ComeIn)?.contains(user) {
            return Err(none(user));
        }
        match answer {
            ApplicationAnswer::Refuse => {
                self.session
                    .send(Presence::new(Type::Unsubscribed).with_to(Jid::from(jid.clone())));
                // Once the server has this, it has the answer too.
                let decided = applications::decided(self.session.me.clone(), &jid);
                self.session.deliver(decided).await?;
            }
            ApplicationAnswer::Agree => {
                let subscribed = Presence::subscribed().with_to(Jid::from(jid.clone()));
                self.session.deliver(subscribed).await?;
            }
            ApplicationAnswer::AgreeAndAdd => {
                self.asking.borrow_mut().insert(jid);
                return self.add(&NewFriend::of(user.clone(), "")).await.map(drop);
            }
        }
        self.decided(&jid);
        Ok(())
    }

    /// `deleteFriendApplication`: the server would tell one that came in again if it were not refused.
    pub(crate) async fn delete(&self, user: &UserId, kind: FriendApplicationType) -> XmppResult<()> {
        let has = |kind| XmppResult::Ok(self.session.sink.applicants(kind)?.contains(user));
        let was_sent = kind != ComeIn && has(SendOut)?;
        if was_sent {
            self.session.apply(true, vec![gone(user.clone(), SendOut)])?;
        }
        if kind == SendOut || (was_sent && !has(ComeIn)?) {
            return if was_sent { Ok(()) } else { Err(none(user)) };
        }
        self.answer(user, ApplicationAnswer::Refuse).await
    }

    /// `setFriendApplicationRead`.
    pub(crate) fn read_all(&self) -> XmppResult<()> {
        let up_to = self.session.clock.now();
        self.session.apply(true, vec![Change::FriendApplicationsRead { up_to }])
    }

    fn approve(&self, user: &BareJid) {
        let to = Jid::from(user.clone());
        self.session.send(Presence::subscribed().with_to(to));
    }

    fn decided(&self, user: &BareJid) {
        self.asking.borrow_mut().remove(user);
        self.change(user, ComeIn, None);
    }

    fn change(&self, user: &BareJid, kind: FriendApplicationType, application: Option<Applied>) {
        let change = Change::FriendApplication {
            user_id: address::user_id(user),
            kind,
            application,
        };
        if let Err(error) = self.session.apply(true, vec![change]) {
            log::warn!("a friend application could not be stored: {error}");
        }
    }
}

fn gone(user_id: UserId, kind: FriendApplicationType) -> Change {
    Change::FriendApplication {
        user_id,
        kind,
        application: None,
    }
}

/// 30614.
fn none(user: &UserId) -> XmppError {
    let desc = format!("there is no friend application of userID {}", quoted(user.as_str()));
    XmppError::account(Status::NoFriendApplication, desc)
}
