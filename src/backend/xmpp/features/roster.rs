//! Friends: the roster (RFC 6121). A friend's remark is the name of the roster's item.

use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::ns;
use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::stanza::{chat, private, xml};
use crate::model::id::quoted;
use crate::model::{Change, Status, UserId};
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::{Message, MessageType};
use xmpp_parsers::minidom::Element;
use xmpp_parsers::roster::{Ask, Group, Item, Roster as Query, Subscription};
use xmpp_parsers::stanza_error::DefinedCondition;

/// Changes of one friend that follow each other so closely may be of two devices and cross.
const MAY_CROSS: Duration = Duration::from_secs(5);
/// How long after such changes the roster is read again. What crosses is there by then.
const SETTLED: Duration = Duration::from_secs(1);

/// The account's friends.
pub(crate) struct Roster {
    session: Rc<Session>,
    /// When the roster was read, and when a friend was last changed since.
    loaded_at: Cell<Option<Instant>>,
    changed_at: RefCell<HashMap<BareJid, Instant>>,
    /// How often the server has told of changes.
    pushes: Cell<u64>,
    /// Whether it will be read again.
    is_in_doubt: Cell<bool>,
    /// Who lets the account see when they are there, and whether a request to do so waits for their answer.
    subscriptions: RefCell<HashMap<BareJid, (Subscription, Ask)>>,
    /// The groups that other apps have sorted friends into.
    groups: RefCell<HashMap<BareJid, Vec<Group>>>,
}

fn change(item: &Item) -> Change {
    let is_friend = item.subscription != Subscription::Remove;
    Change::Friend {
        user_id: address::user_id(&item.jid),
        remark: is_friend.then(|| item.name.clone().unwrap_or_default()),
    }
}

fn query(items: Vec<Item>) -> Query {
    Query { ver: None, items }
}

/// The items of a roster. What a server adds to one (XEP-0405 puts a channel into it) must not hide the others: whoever is
/// missing is taken for no friend.
fn items(roster: &Element) -> Vec<Item> {
    let known = |item: &Element| {
        let attrs = ["jid", "name", "subscription", "ask"].map(|name| Some((name, item.attr(name)?)));
        let attrs: Vec<_> = attrs.into_iter().flatten().collect();
        let groups = item.children().filter(|child| child.is("group", ns::ROSTER));
        Item::try_from(xml::element("item", ns::ROSTER, &attrs, groups.cloned().collect())).ok()
    };
    let items = roster.children().filter(|child| child.is("item", ns::ROSTER));
    items.filter_map(known).collect()
}

impl Roster {
    pub(crate) fn new(session: &Rc<Session>) -> Rc<Self> {
        Rc::new(Self {
            session: Rc::clone(session),
            loaded_at: Cell::default(),
            changed_at: RefCell::default(),
            pushes: Cell::default(),
            is_in_doubt: Cell::default(),
            subscriptions: RefCell::default(),
            groups: RefCell::default(),
        })
    }

    /// Reads the roster and hands it to the account. Says who is in it.
    pub(crate) async fn load(self: &Rc<Self>) -> XmppResult<Vec<BareJid>> {
        let pushes = self.pushes.get();
        let answer = self.session.get(None, query(Vec::new())).await?;
        if self.pushes.get() != pushes {
            // What was told meanwhile may be newer than the answer that comes after it.
            self.read_again();
        }
        let items = answer.as_ref().map(items).unwrap_or_default();
        let known = self.session.sink.friends()?;
        let now: HashSet<&str> = items.iter().map(|item| item.jid.as_str()).collect();
        // A whole roster does not name who was removed while this device was offline: whoever is missing is no friend.
        let gone = known.iter().filter(|friend| !now.contains(friend.user_id.as_str()));
        let mut changes: Vec<Change> = gone
            .map(|friend| Change::Friend {
                user_id: friend.user_id.clone(),
                remark: None,
            })
            .collect();
        changes.extend(items.iter().map(change));
        self.note(&items);
        self.session.apply(false, changes)?;
        // Of the first time: changes that come all the time are not to make it be read all the time.
        self.loaded_at.set(self.loaded_at.get().or(Some(Instant::now())));
        Ok(items.into_iter().map(|item| item.jid).collect())
    }

    /// The account's own server says that the roster has changed. Says of whom, and who of those may see when we are there.
    pub(crate) fn on_push(self: &Rc<Self>, payload: Element) -> Vec<(BareJid, bool)> {
        let items = items(&payload);
        self.pushes.set(self.pushes.get() + 1);
        self.note(&items);
        self.settle(&items);
        if let Err(error) = self.session.apply(true, items.iter().map(change).collect()) {
            log::warn!("a change of the roster could not be stored: {error}");
        }
        let may_see = |item: &Item| matches!(item.subscription, Subscription::From | Subscription::Both);
        items
            .into_iter()
            .map(|item| (item.jid.clone(), may_see(&item)))
            .collect()
    }

    /// Whether a request of the account to somebody waits for their answer.
    pub(crate) fn has_asked(&self, user: &BareJid) -> bool {
        let subscriptions = self.subscriptions.borrow();
        matches!(subscriptions.get(user), Some((_, Ask::Subscribe)))
    }

    /// Whether somebody has granted a request of the account.
    pub(crate) fn has_granted(&self, user: &BareJid) -> bool {
        let subscriptions = self.subscriptions.borrow();
        matches!(
            subscriptions.get(user),
            Some((Subscription::To | Subscription::Both, _))
        )
    }

    /// Tells the sender that a message has arrived (XEP-0184). Strangers learn of nobody whether they are there; and only what
    /// comes to this device itself is acknowledged, not copies and archives.
    pub(crate) fn acknowledge(&self, message: &Message) {
        let Some(receipt) = chat::receipt(message).filter(|_| !private::is_between_occupants(message)) else {
            return;
        };
        let from = receipt.to.as_ref().map(Jid::to_bare);
        let is_known = from.is_some_and(|from| {
            let knows = |user| self.session.sink.is_known_peer(&user).unwrap_or_default();
            from != self.session.me && knows(address::user_id(&from))
        });
        if is_known && matches!(message.type_, MessageType::Chat | MessageType::Normal) {
            self.session.send(receipt);
        }
    }

    /// A server may push the changes of two devices in one order to one session and in the other to the next (ejabberd pushes from
    /// the process of each device). Then only the roster itself says which was the last.
    fn settle(self: &Rc<Self>, items: &[Item]) {
        let known = self.session.sink.friends().unwrap_or_default();
        let is_news = |item: &&Item| {
            let user = address::user_id(&item.jid);
            let remark = known
                .iter()
                .find(|friend| friend.user_id == user)
                .map(|friend| &friend.friend_remark);
            let is_friend = item.subscription != Subscription::Remove;
            remark != is_friend.then(|| item.name.clone().unwrap_or_default()).as_ref()
        };
        let now = Instant::now();
        let is_recent = |at: &Instant| now.duration_since(*at) < MAY_CROSS;
        let mut changed_at = self.changed_at.borrow_mut();
        changed_at.retain(|_, at| is_recent(at));
        let mut may_cross = false;
        for item in items.iter().filter(is_news) {
            let before = changed_at.insert(item.jid.clone(), now).or(self.loaded_at.get());
            may_cross |= before.as_ref().is_some_and(is_recent);
        }
        if may_cross {
            self.read_again();
        }
    }

    /// Reads the roster soon, when what is known of it may not be what it says.
    fn read_again(self: &Rc<Self>) {
        if !self.is_in_doubt.replace(true) {
            let roster = Rc::clone(self);
            self.session.spawn(async move {
                sleep(SETTLED).await;
                roster.is_in_doubt.set(false);
                roster.load().await.map(drop)
            });
        }
    }

    fn note(&self, items: &[Item]) {
        let subscriptions = items
            .iter()
            .map(|item| (item.jid.clone(), (item.subscription.clone(), item.ask.clone())));
        self.subscriptions.borrow_mut().extend(subscriptions);
        let groups = items.iter().map(|item| (item.jid.clone(), item.groups.clone()));
        self.groups.borrow_mut().extend(groups);
    }

    async fn set(self: &Rc<Self>, jid: BareJid, name: Option<&str>, subscription: Subscription) -> XmppResult<()> {
        let item = Item {
            name: name.filter(|name| !name.is_empty()).map(str::to_owned),
            subscription,
            ask: Ask::None,
            // Other apps sort friends into groups; those stay.
            groups: self.groups.borrow().get(&jid).cloned().unwrap_or_default(),
            approved: None,
            jid,
        };
        let change = change(&item);
        self.session.set(None, query(vec![item.clone()])).await?;
        self.settle(&[item]);
        // The push may come later; what was asked for shows at once.
        self.session.apply(true, vec![change])
    }

    /// Puts a user into the roster; before the request to see them, which alone would make an item without the remark.
    pub(crate) async fn put(self: &Rc<Self>, jid: &BareJid, remark: &str) -> XmppResult<()> {
        if *jid == self.session.me {
            let user = address::user_id(jid);
            let text = format!(
                "userID {} is the current user, who cannot be their own friend",
                quoted(user.as_str())
            );
            return Err(XmppError::account(Status::InvalidParameters, text));
        }
        // In an item that is set, servers ignore `subscription` unless it is `remove` (RFC 6121, 2.1.2.5).
        self.set(jid.clone(), Some(remark), Subscription::None).await
    }

    /// `setFriendInfo`.
    pub(crate) async fn set_remark(self: &Rc<Self>, user: &UserId, remark: &str) -> XmppResult<()> {
        let jid = address::jid_of(user)?;
        self.require_friend(user)?;
        self.set(jid, Some(remark), Subscription::None).await
    }

    /// `deleteFromFriendList`.
    pub(crate) async fn delete(self: &Rc<Self>, user: &UserId) -> XmppResult<()> {
        let jid = address::jid_of(user)?;
        // As on the embedded service: what is wanted is so already.
        if !self.is_friend(user)? {
            return Ok(());
        }
        match self.set(jid, None, Subscription::Remove).await {
            // Another device was faster.
            Err(error) if error.is(&DefinedCondition::ItemNotFound) => Ok(()),
            deleted => deleted,
        }
    }

    /// Whether a user is a friend.
    pub(crate) fn is_friend(&self, user: &UserId) -> XmppResult<bool> {
        let friends = self.session.sink.friends()?;
        Ok(friends.iter().any(|friend| friend.user_id == *user))
    }

    fn require_friend(&self, user: &UserId) -> XmppResult<()> {
        if self.is_friend(user)? {
            return Ok(());
        }
        let text = format!("userID {} is not a friend", quoted(user.as_str()));
        Err(XmppError::account(Status::InvalidParameters, text))
    }
}
