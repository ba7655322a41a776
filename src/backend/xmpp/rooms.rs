//! The rooms (XEP-0045) that the account is in during this session, and who is in them.

use super::hold::Hold;
use super::own_archive::Position;
use super::session::{Session, over};
use crate::model::{Error, GroupRole, Result};
use std::cell::RefCell;
use std::collections::HashMap;
use tokio::sync::oneshot;
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::Message;
use xmpp_parsers::minidom::Element;
use xmpp_parsers::ns;
use xmpp_parsers::presence::{Presence, Type};

/// Somebody in a room.
#[derive(Clone, Debug)]
pub(super) struct Occupant {
    /// Who it is, where the room says so.
    pub(super) jid: Option<BareJid>,
    pub(super) role: GroupRole,
}

/// What entering a room ended with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entered {
    /// The room was there.
    Joined,
    /// It was not, and was made.
    Created,
}

/// A room.
pub(super) struct Room {
    /// Our name in it.
    pub(super) nick: String,
    pub(super) is_joined: bool,
    /// What we are in it.
    pub(super) role: GroupRole,
    /// Whether the room has us on one of its lists.
    pub(super) is_affiliated: bool,
    pub(super) occupants: HashMap<String, Occupant>,
    /// Messages that arrive before what came earlier was read.
    pub(super) hold: Hold<Message>,
    /// How far its archive has been read.
    pub(super) position: Option<Position>,
    entering: Option<oneshot::Sender<std::result::Result<Entered, Error>>>,
    /// Messages of ours that have not come back from it yet.
    sending: HashMap<String, oneshot::Sender<Result<()>>>,
}

/// All of them.
#[derive(Default)]
pub(super) struct Rooms(pub(super) RefCell<HashMap<BareJid, Room>>);

impl Rooms {
    pub(super) fn contains(&self, jid: &BareJid) -> bool {
        self.0.borrow().contains_key(jid)
    }

    /// Whether the account is in a room at this moment.
    pub(super) fn is_joined(&self, jid: &BareJid) -> bool {
        self.0.borrow().get(jid).is_some_and(|room| room.is_joined)
    }

    /// Looks at a room, or changes it.
    pub(super) fn with<T>(&self, jid: &BareJid, look: impl FnOnce(&mut Room) -> T) -> Option<T> {
        self.0.borrow_mut().get_mut(jid).map(look)
    }

    /// The rooms that the account is in.
    pub(super) fn joined(&self) -> Vec<BareJid> {
        let rooms = self.0.borrow();
        let joined = rooms.iter().filter(|(_, room)| room.is_joined);
        joined.map(|(jid, _)| jid.clone()).collect()
    }

    /// Holds what the rooms send that are not being caught up with already. Says which these are.
    pub(super) fn hold_again(&self) -> Vec<BareJid> {
        let rooms = self.0.borrow();
        let joined = rooms
            .iter()
            .filter(|(_, room)| room.is_joined && room.position.is_some());
        joined
            .filter(|(_, room)| room.hold.restart())
            .map(|(jid, _)| jid.clone())
            .collect()
    }

    /// The session is over.
    pub(super) fn end(&self) {
        self.0.borrow_mut().clear();
    }

    /// A message of ours to a room came back. False when it was not sent to a room.
    pub(super) fn returned(&self, jid: &BareJid, msg_id: &str, reason: impl FnOnce() -> Error) -> bool {
        match self.with(jid, |room| room.sending.remove(msg_id)) {
            Some(Some(sending)) => {
                // Whoever waited may be gone.
                let _ = sending.send(Err(reason()));
                true
            }
            Some(None) => true,
            None => false,
        }
    }

    /// A message of ours was seen in a room.
    pub(super) fn seen(&self, jid: &BareJid, msg_id: &str) {
        if let Some(Some(sending)) = self.with(jid, |room| room.sending.remove(msg_id)) {
            let _ = sending.send(Ok(()));
        }
    }
}

/// The role that an affiliation gives to somebody who is in the room.
pub(super) fn role_of(affiliation: Option<&str>) -> GroupRole {
    match affiliation {
        Some("owner") => GroupRole::Owner,
        Some("admin") => GroupRole::Admin,
        _ => GroupRole::Member,
    }
}

impl Session {
    /// Enters a room. Messages that it sends from then on are held.
    pub(super) async fn enter_room(&self, room: &BareJid) -> Result<Entered> {
        let local = self.me.node().map_or("me", |node| node.as_str()).to_owned();
        match self.enter_as(room, &local).await? {
            Ok(entered) => Ok(entered),
            // Somebody else has the name: the account's own address is nobody else's.
            Err(error) if error.desc.contains("conflict") => {
                let whole = self.me.as_str().replace('@', "_at_");
                self.enter_as(room, &whole).await?
            }
            Err(error) => Err(error),
        }
    }

    async fn enter_as(&self, jid: &BareJid, nick: &str) -> Result<std::result::Result<Entered, Error>> {
        let Ok(address) = jid.with_resource_str(nick) else {
            return Err(Error::invalid(format!("the name {nick:?} cannot be used in a room")));
        };
        let (entering, entered) = oneshot::channel();
        let room = Room {
            nick: nick.to_owned(),
            is_joined: false,
            role: GroupRole::None,
            is_affiliated: false,
            occupants: HashMap::new(),
            hold: Hold::holding(),
            position: Position::load(&*self.sink, jid.as_str())?,
            entering: Some(entering),
            sending: HashMap::new(),
        };
        self.rooms.0.borrow_mut().insert(jid.clone(), room);
        // The archive has the history, and in a form that can be told apart.
        let history = super::stanza::xml::element("history", ns::MUC, &[("maxstanzas", "0")], Vec::new());
        let muc = super::stanza::xml::element("x", ns::MUC, &[], vec![history]);
        let mut presence = Presence::available().with_to(Jid::from(address));
        presence.payloads = vec![muc];
        self.send(presence);
        let answer = tokio::time::timeout(std::time::Duration::from_secs(60), entered).await;
        let outcome = match answer {
            Ok(answer) => answer.map_err(|_| over())?,
            Err(_) => Err(Error::new(
                crate::model::Status::Timeout,
                format!("the room {jid} did not answer"),
            )),
        };
        if outcome.is_err() {
            self.rooms.0.borrow_mut().remove(jid);
        }
        Ok(outcome)
    }

    /// Leaves a room, without a word about membership.
    pub(super) fn leave_room(&self, jid: &BareJid) {
        if let Some(room) = self.rooms.0.borrow_mut().remove(jid)
            && let Ok(address) = jid.with_resource_str(&room.nick)
        {
            self.send(Presence::unavailable().with_to(Jid::from(address)));
        }
    }

    /// Who is in a room. Only the room says so: the presence comes from its own address.
    pub(super) fn handle_room_presence(&self, from: &Jid, presence: &Presence) {
        let jid = from.to_bare();
        let user = presence.payloads.iter().find(|payload| payload.is("x", ns::MUC_USER));
        if presence.type_ == Type::Error {
            let error = presence
                .payloads
                .iter()
                .find(|payload| payload.is("error", ns::DEFAULT_NS))
                .and_then(|payload| xmpp_parsers::stanza_error::StanzaError::try_from(payload.clone()).ok());
            let error = error.map_or_else(
                || Error::new(crate::model::Status::Refused, "the room refused"),
                |error| super::iq::refusal(&error),
            );
            self.rooms.with(&jid, |room| {
                if let Some(entering) = room.entering.take() {
                    let _ = entering.send(Err(error));
                }
            });
            return;
        }
        let Some(nick) = from.resource().map(|nick| nick.as_str().to_owned()) else {
            return;
        };
        let has = |code: &str| user.is_some_and(|user| has_status(user, code));
        let item = user.and_then(|user| user.get_child("item", ns::MUC_USER));
        let own = self.rooms.with(&jid, |room| room.nick == nick).unwrap_or_default();
        let is_own = has("110") || own;
        if presence.type_ == Type::Unavailable {
            self.rooms.with(&jid, |room| room.occupants.remove(&nick));
            if is_own {
                self.put_out(&jid, user);
            } else if !has("303") {
                self.members_changed(&jid);
            }
            return;
        }
        let occupant = Occupant {
            jid: item
                .and_then(|item| item.attr("jid"))
                .and_then(|jid| jid.parse::<Jid>().ok())
                .map(|jid| jid.to_bare()),
            role: role_of(item.and_then(|item| item.attr("affiliation"))),
        };
        let is_affiliated =
            item.is_some_and(|item| matches!(item.attr("affiliation"), Some("owner" | "admin" | "member")));
        let before = self.rooms.with(&jid, |room| {
            let role = occupant.role;
            let is_news = room.occupants.insert(nick.clone(), occupant).is_none();
            if !is_own {
                return is_news && room.is_joined;
            }
            let has_changed = room.is_joined && room.role != role;
            (room.nick, room.role, room.is_joined) = (nick, role, true);
            room.is_affiliated = is_affiliated;
            if let Some(entering) = room.entering.take() {
                let entered = if has("201") { Entered::Created } else { Entered::Joined };
                let _ = entering.send(Ok(entered));
            }
            has_changed
        });
        if before == Some(true) {
            self.members_changed(&jid);
        }
    }

    /// Sends a message to a room and waits until the room shows it to everybody.
    pub(super) async fn send_to_room(&self, jid: &BareJid, msg_id: &str, message: Message) -> Result<()> {
        let (sending, sent) = oneshot::channel();
        let is_joined = self.rooms.with(jid, |room| {
            room.sending.insert(msg_id.to_owned(), sending);
            room.is_joined
        });
        if is_joined != Some(true) {
            return Err(Error::no_permission(format!(
                "you are not a member of groupID {:?}",
                jid.as_str()
            )));
        }
        self.send(message);
        match sent.await {
            Ok(sent) => sent,
            Err(_) if self.is_over() => Err(over()),
            Err(_) => Err(Error::no_permission(format!(
                "you ceased to be a member of groupID {:?}",
                jid.as_str()
            ))),
        }
    }
}

/// Whether a room's word about somebody has a status code.
pub(super) fn has_status(user: &Element, code: &str) -> bool {
    user.children()
        .any(|child| child.is("status", ns::MUC_USER) && child.attr("code") == Some(code))
}
