//! Friends: the roster (RFC 6121). A friend's remark is the name of the roster's item.

use super::incoming::user_of;
use super::session::Session;
use crate::model::{Change, Error, Result, UserId};
use std::collections::HashSet;
use std::str::FromStr;
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::minidom::Element;
use xmpp_parsers::presence::{Presence, Type};
use xmpp_parsers::roster::{Item, Roster, Subscription};

fn change(item: &Item) -> Change {
    let is_friend = item.subscription != Subscription::Remove;
    Change::Friend {
        user_id: UserId::trusted(item.jid.as_str()),
        remark: is_friend.then(|| item.name.clone().unwrap_or_default()),
    }
}

fn no_such_user(user: &UserId) -> Error {
    Error::new(
        crate::model::Status::InvalidUserId,
        format!("userID {} is not a bare JID", crate::model::id::quoted(user.as_str())),
    )
}

/// The JID of a user.
pub(super) fn jid_of(user: &UserId) -> Result<BareJid> {
    BareJid::from_str(user.as_str()).map_err(|_| no_such_user(user))
}

impl Session {
    /// Reads the roster and hands it to the account. Says who is in it.
    pub(super) async fn load_roster(&self) -> Result<Vec<BareJid>> {
        let query = Roster {
            ver: None,
            items: Vec::new(),
        };
        let roster = self
            .iq_get(None, query)
            .await?
            .and_then(|roster| Roster::try_from(roster).ok());
        let items = roster.map(|roster| roster.items).unwrap_or_default();
        let known = self.sink.friends()?;
        let now: HashSet<&str> = items.iter().map(|item| item.jid.as_str()).collect();
        let mut changes: Vec<Change> = known
            .iter()
            .filter(|friend| !now.contains(friend.user_id.as_str()))
            .map(|friend| Change::Friend {
                user_id: friend.user_id.clone(),
                remark: None,
            })
            .collect();
        changes.extend(items.iter().map(change));
        self.note_groups(&items);
        self.apply(false, changes)?;
        Ok(items.into_iter().map(|item| item.jid).collect())
    }

    /// The own server says that the roster has changed.
    pub(super) fn roster_push(&self, payload: Element) {
        let Ok(roster) = Roster::try_from(payload) else { return };
        self.note_groups(&roster.items);
        if let Err(error) = self.apply(true, roster.items.iter().map(change).collect()) {
            log::warn!("a change of the roster could not be stored: {error}");
        }
    }

    fn note_groups(&self, items: &[Item]) {
        let groups = items.iter().map(|item| (item.jid.clone(), item.groups.clone()));
        self.roster_groups.borrow_mut().extend(groups);
    }

    async fn set_roster(&self, jid: BareJid, name: Option<&str>, subscription: Subscription) -> Result<()> {
        let item = Item {
            name: name.filter(|name| !name.is_empty()).map(str::to_owned),
            subscription,
            ask: xmpp_parsers::roster::Ask::None,
            // Other apps sort friends into groups; those stay.
            groups: self.roster_groups.borrow().get(&jid).cloned().unwrap_or_default(),
            approved: None,
            jid,
        };
        let told = change(&item);
        let query = Roster {
            ver: None,
            items: vec![item],
        };
        self.iq_set(None, query).await?;
        // The push may come later; what was asked for shows at once.
        self.apply(true, vec![told])
    }

    /// `addFriend`.
    pub(super) async fn add_friend(&self, user: &UserId, remark: &str) -> Result<()> {
        let jid = jid_of(user)?;
        if jid == self.me {
            return Err(Error::invalid("userID is your own; nobody is their own friend"));
        }
        self.set_roster(jid.clone(), Some(remark), Subscription::None).await?;
        self.send(Presence::subscribe().with_to(Jid::from(jid.clone())));
        self.watch(&jid).await;
        Ok(())
    }

    /// `setFriendInfo`.
    pub(super) async fn set_friend_remark(&self, user: &UserId, remark: &str) -> Result<()> {
        let jid = jid_of(user)?;
        self.require_friend(user)?;
        self.set_roster(jid, Some(remark), Subscription::None).await
    }

    /// `deleteFromFriendList`.
    pub(super) async fn delete_friend(&self, user: &UserId) -> Result<()> {
        let jid = jid_of(user)?;
        self.require_friend(user)?;
        self.set_roster(jid, None, Subscription::Remove).await
    }

    fn require_friend(&self, user: &UserId) -> Result<()> {
        if self.sink.friends()?.iter().any(|friend| friend.user_id == *user) {
            return Ok(());
        }
        Err(Error::invalid(format!(
            "userID {} is not a friend",
            crate::model::id::quoted(user.as_str())
        )))
    }

    /// Somebody wants to know when we are there: those whom we have as friends ourselves may.
    pub(super) fn handle_presence(&self, presence: Presence) {
        let Some(from) = presence.from.clone() else { return };
        if self.rooms.contains(&from.to_bare()) {
            return self.handle_room_presence(&from, &presence);
        }
        if presence.type_ == Type::Subscribe {
            let user = user_of(&from);
            let is_friend = self
                .sink
                .friends()
                .is_ok_and(|friends| friends.iter().any(|friend| friend.user_id == user));
            if is_friend {
                self.send(Presence::subscribed().with_to(Jid::from(from.to_bare())));
            }
        }
    }
}
