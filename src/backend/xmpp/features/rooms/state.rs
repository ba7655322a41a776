//! The rooms that the account is in during this session: who is in them, and what waits for them.

use super::invited::Invited;
use super::visit::{Staying, Visit};
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::features::archive::{Archive, Position};
use crate::backend::xmpp::features::bookmarks::Bookmarks;
use crate::backend::xmpp::features::discovery::Discovery;
use crate::backend::xmpp::features::hold::{Arrived, Hold};
use crate::backend::xmpp::features::profiles::Profiles;
use crate::backend::xmpp::features::settings::Settings;
use crate::backend::xmpp::session::{Session, Stage};
use crate::backend::xmpp::stanza::muc::{Occupant, Privacy};
use crate::model::{GroupId, GroupRole, Micros};
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;
use xmpp_parsers::jid::{BareJid, FullJid};

/// How far entering a room has come.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    /// The room has not answered.
    Waiting,
    /// We are in it. `is_new`: it did not exist, and was made.
    Entered {
        is_new: bool,
    },
    Refused(XmppError),
}

/// A room that was entered, or is being entered. Entering it again makes another one of these.
pub(crate) struct Room {
    /// Our name in it.
    pub(crate) nick: String,
    pub(crate) entry: watch::Sender<Entry>,
    /// While the account is in it.
    pub(crate) staying: Option<Staying>,
    /// When the room has shown a message of the account's last.
    pub(crate) shown: Option<Instant>,
    /// The account's role in it.
    pub(crate) role: GroupRole,
    /// Whether the room has us on one of its lists.
    pub(crate) is_affiliated: bool,
    /// The room's own id of us; `None` where it gives none.
    pub(crate) own_id: Option<String>,
    pub(crate) occupants: HashMap<String, Occupant>,
    /// Why the room does not give us another name, until somebody has looked at it.
    pub(crate) nick_refused: Option<XmppError>,
    /// Its subject, as far as it has said it since the account is in it.
    pub(crate) subject: Option<String>,
    /// What users are in it by the room's lists, as far as it has told since we are in it.
    pub(crate) roles_told: HashMap<BareJid, GroupRole>,
    /// What it is by its own word since we are in it.
    pub(crate) privacy_told: HashMap<Privacy, bool>,
    /// Who is in it without voice.
    pub(crate) muted_told: HashSet<BareJid>,
    /// How much of what it has told waits for members to say it.
    pub(crate) untold: Rc<Cell<usize>>,
    /// Whether its archive has kept the last change of the subject.
    pub(crate) keeps_subjects: bool,
    /// Messages that arrive before what came earlier was read.
    pub(crate) hold: Hold<Arrived>,
    /// How far its archive has been read.
    pub(crate) position: Option<Position>,
    /// Whether the newest messages came ahead, and others between the position and them were not read yet.
    pub(crate) is_behind: bool,
    /// Whether only its newest messages were read, and nothing of it in earlier sessions.
    pub(crate) is_partial: bool,
    /// The archive's last message when the account became a member in this session; `None` when it did not or there is none.
    pub(crate) began_after: Option<String>,
    /// When this device saw that membership begin, and from which time on it counts, until another device has told of the same.
    pub(crate) began: Option<(Instant, Micros)>,
}

impl Room {
    /// A room that is being entered under this name.
    pub(crate) fn entering(nick: &str, position: Option<Position>) -> Self {
        Self {
            nick: nick.to_owned(),
            entry: watch::Sender::new(Entry::Waiting),
            staying: None,
            shown: None,
            role: GroupRole::None,
            is_affiliated: false,
            own_id: None,
            occupants: HashMap::new(),
            nick_refused: None,
            subject: None,
            roles_told: HashMap::new(),
            privacy_told: HashMap::new(),
            muted_told: HashSet::new(),
            untold: Rc::default(),
            keeps_subjects: false,
            hold: Hold::holding(),
            position,
            is_behind: false,
            is_partial: false,
            began_after: None,
            began: None,
        }
    }

    /// Whether the account is in it.
    pub(crate) fn is_joined(&self) -> bool {
        self.staying.is_some()
    }
}

/// Told when the room shows a message of the account's, or returns it.
type Sending = oneshot::Sender<XmppResult<()>>;

/// All of them.
pub(crate) struct Rooms {
    pub(crate) session: Rc<Session>,
    pub(crate) archive: Rc<Archive>,
    pub(crate) profiles: Rc<Profiles>,
    pub(crate) settings: Rc<Settings>,
    pub(crate) bookmarks: Rc<Bookmarks>,
    pub(crate) invited: Invited,
    /// The rooms that the user is quitting on this device.
    quitting: RefCell<HashSet<BareJid>>,
    discovery: Rc<Discovery>,
    rooms: RefCell<HashMap<BareJid, Room>>,
    /// Messages of ours that their room has not shown yet. They are not part of a [`Room`]: a room that has forgotten us
    /// and is entered again may still have got them, and if not they are sent again.
    sending: RefCell<HashMap<(BareJid, String), Sending>>,
    /// Who in rooms the account has conversations with; `None` before anybody has asked.
    pub(super) private: RefCell<Option<HashMap<BareJid, HashSet<FullJid>>>>,
    /// Told whenever the account comes into a room or ceases to be a member of one.
    changed: watch::Sender<()>,
}

/// Ends that a room is being quit.
pub(super) struct Quitting<'a>(&'a Rooms, BareJid);

impl Drop for Quitting<'_> {
    fn drop(&mut self) {
        self.0.quitting.borrow_mut().remove(&self.1);
    }
}

impl Rooms {
    pub(crate) fn new(
        session: &Rc<Session>,
        discovery: &Rc<Discovery>,
        archive: &Rc<Archive>,
        profiles: &Rc<Profiles>,
        settings: &Rc<Settings>,
        bookmarks: &Rc<Bookmarks>,
    ) -> Rc<Self> {
        Rc::new(Self {
            session: Rc::clone(session),
            discovery: Rc::clone(discovery),
            archive: Rc::clone(archive),
            profiles: Rc::clone(profiles),
            settings: Rc::clone(settings),
            bookmarks: Rc::clone(bookmarks),
            invited: Invited::new(session),
            quitting: RefCell::default(),
            rooms: RefCell::default(),
            sending: RefCell::default(),
            private: RefCell::default(),
            changed: watch::Sender::new(()),
        })
    }

    /// Whether the account is in a room or on its way in.
    pub(crate) fn contains(&self, jid: &BareJid) -> bool {
        self.rooms.borrow().contains_key(jid)
    }

    /// Whether a room's newest messages came ahead of others.
    pub(crate) fn is_behind(&self, jid: &BareJid) -> bool {
        self.with(jid, |room| room.is_behind).unwrap_or_default()
    }

    /// Whether the account is in a room at this moment.
    pub(crate) fn is_joined(&self, jid: &BareJid) -> bool {
        self.rooms.borrow().get(jid).is_some_and(Room::is_joined)
    }

    /// The user quits a room on this device, until what is returned goes.
    pub(super) fn quit(&self, jid: &BareJid) -> Quitting<'_> {
        self.quitting.borrow_mut().insert(jid.clone());
        Quitting(self, jid.clone())
    }

    /// Whether the user is quitting a room on this device.
    pub(super) fn is_quitting(&self, jid: &BareJid) -> bool {
        self.quitting.borrow().contains(jid)
    }

    /// The visit during which the account is in a room.
    pub(crate) fn visit(&self, jid: &BareJid) -> Option<Visit> {
        let rooms = self.rooms.borrow();
        rooms.get(jid)?.staying.as_ref().map(Staying::visit)
    }

    /// The account is out of a room that has not said so. False when that is known.
    pub(crate) fn end_visit(&self, jid: &BareJid) -> bool {
        self.with(jid, |room| room.staying.take()).flatten().is_some()
    }

    /// Whether an address is that of a room, as far as that is known, and not of a user.
    pub(crate) fn is_room(&self, jid: &BareJid) -> bool {
        let is_own_service = || {
            // No user lives on a service for rooms, so an unknown address there is a room's.
            let service = self.discovery.room_service();
            service.is_some_and(|service| service.domain() == jid.domain())
        };
        self.contains(jid) || self.bookmarks.is_member(jid) || is_own_service()
    }

    /// Whether the account is in a room without voice.
    pub(crate) fn is_muted(&self, jid: &BareJid) -> bool {
        self.with(jid, |room| {
            room.occupants.get(&room.nick).is_some_and(|own| own.is_muted)
        })
        .unwrap_or_default()
    }

    /// Looks at a room, or changes it.
    pub(crate) fn with<T>(&self, jid: &BareJid, look: impl FnOnce(&mut Room) -> T) -> Option<T> {
        self.rooms.borrow_mut().get_mut(jid).map(look)
    }

    /// The account's role in a room; [`GroupRole::None`] when it is not in it.
    pub(crate) fn role(&self, jid: &BareJid) -> GroupRole {
        self.with(jid, |room| room.role).unwrap_or(GroupRole::None)
    }

    /// The rooms that the account is in.
    pub(crate) fn joined(&self) -> Vec<BareJid> {
        let rooms = self.rooms.borrow();
        let joined = rooms.iter().filter(|(_, room)| room.is_joined());
        // A copy, because callers wait between two rooms, and nothing may stay borrowed meanwhile.
        joined.map(|(jid, _)| jid.clone()).collect()
    }

    /// Puts a room in the place of the one that was there.
    pub(crate) fn insert(&self, jid: &BareJid, room: Room) {
        self.rooms.borrow_mut().insert(jid.clone(), room);
    }

    /// The account is not in a room any more. Its membership may go on.
    pub(crate) fn remove(&self, jid: &BareJid) -> Option<Room> {
        self.rooms.borrow_mut().remove(jid)
    }

    /// The account is no member any more: nobody waits for its messages to be shown.
    pub(crate) fn give_up_sending(&self, jid: &BareJid) {
        self.sending.borrow_mut().retain(|(room, _), _| room != jid);
    }

    /// Holds what the rooms send that are not being caught up with already. Says which these are.
    pub(crate) fn hold_again(&self) -> Vec<BareJid> {
        let rooms = self.rooms.borrow();
        let followed = rooms
            .iter()
            .filter(|(_, room)| room.hold.is_holding() || (room.is_joined() && room.position.is_some()));
        followed
            .filter(|(_, room)| room.hold.restart())
            .map(|(jid, _)| jid.clone())
            .collect()
    }

    /// A message of ours is sent: told once the room shows it or returns it.
    pub(crate) fn begin_sending(&self, jid: &BareJid, msg_id: &str) -> oneshot::Receiver<XmppResult<()>> {
        let (sending, shown) = oneshot::channel();
        let key = (jid.clone(), msg_id.to_owned());
        self.sending.borrow_mut().insert(key, sending);
        shown
    }

    /// A message of ours was shown by a room, or came back from it.
    pub(crate) fn end_sending(&self, jid: &BareJid, msg_id: &str, outcome: XmppResult<()>) {
        let key = (jid.clone(), msg_id.to_owned());
        let sending = self.sending.borrow_mut().remove(&key);
        if let Some(sending) = sending {
            self.with(jid, |room| room.shown = Some(Instant::now()));
            // The sender may have given up waiting.
            let _ = sending.send(outcome);
        }
    }

    /// Nobody waits any more for a message to be shown.
    pub(crate) fn stop_sending(&self, jid: &BareJid, msg_id: &str) {
        let key = (jid.clone(), msg_id.to_owned());
        self.sending.borrow_mut().remove(&key);
    }

    /// The account came into a room or ceased to be a member: whoever waits for that looks again.
    pub(crate) fn has_changed(&self) {
        // Not `send`, which changes nothing while nobody listens.
        self.changed.send_replace(());
    }

    /// Told whenever that happens.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// The room of a group, once it is known what the server has.
    pub(crate) async fn room_of(&self, group: &GroupId) -> XmppResult<BareJid> {
        if !address::has_service(group) {
            self.session.reach(Stage::Discovered).await?;
        }
        address::room_of(group, self.discovery.room_service().as_ref())
    }
}
