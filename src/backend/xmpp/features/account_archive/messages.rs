//! A message between two users as changes of the account: what is said, a marker (XEP-0333), a recall (XEP-0424). And how far
//! the archive has been read: at its new end, and, while the first sync goes on, at its old end. The position is stored in
//! the transaction that stores the messages.

use crate::backend::xmpp::address;
use crate::backend::xmpp::error::XmppResult;
use crate::backend::xmpp::features::archive::edits::{edited, whole_after};
use crate::backend::xmpp::features::archive::reactions::reacted;
use crate::backend::xmpp::features::archive::{Archive, End, Found, Position, newer_than_stored, page_changes};
use crate::backend::xmpp::features::discovery::Discovery;
use crate::backend::xmpp::features::hold::{Arrived, Hold};
use crate::backend::xmpp::features::online_messages::take_out;
use crate::backend::xmpp::features::profiles::Profiles;
use crate::backend::xmpp::features::reads::Reads;
use crate::backend::xmpp::features::rooms::members::on_left;
use crate::backend::xmpp::features::rooms::private;
use crate::backend::xmpp::features::rooms::state::Rooms;
use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::stanza::archive::Page;
use crate::backend::xmpp::stanza::chat::{self, ChatEvent};
use crate::backend::xmpp::stanza::ids::{self, msg_id, own_id};
use crate::backend::xmpp::stanza::message as content;
use crate::backend::xmpp::stanza::private::is_between_occupants;
use crate::backend::xmpp::stanza::recall;
use crate::model::{
    Change, ConversationId, IdKind, Message as Said, MessageId, Recall, Target, UnnumberedMessage, UserId,
};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::{Message, MessageType};

/// The archive's name in the account.
const NAME: &str = "";

/// The account's own archive.
pub(crate) struct AccountArchive {
    pub(crate) session: Rc<Session>,
    pub(crate) archive: Rc<Archive>,
    pub(crate) discovery: Rc<Discovery>,
    pub(crate) rooms: Rc<Rooms>,
    pub(super) profiles: Rc<Profiles>,
    reads: Rc<Reads>,
    /// How far it has been read; `None` when never.
    position: RefCell<Option<Position>>,
    /// Whether the newest messages came ahead, and others between the position and them were not read yet.
    is_behind: Cell<bool>,
    /// Messages that arrive before what came earlier was read.
    pub(crate) hold: Hold<Arrived>,
    /// What the server kept and the archive may bring.
    late: RefCell<Vec<Arrived>>,
}

impl AccountArchive {
    pub(crate) fn new(
        session: &Rc<Session>,
        discovery: &Rc<Discovery>,
        archive: &Rc<Archive>,
        profiles: &Rc<Profiles>,
        rooms: &Rc<Rooms>,
        reads: &Rc<Reads>,
    ) -> XmppResult<Rc<Self>> {
        let position = Position::load(&*session.sink, NAME)?;
        Ok(Rc::new(Self {
            session: Rc::clone(session),
            archive: Rc::clone(archive),
            discovery: Rc::clone(discovery),
            rooms: Rc::clone(rooms),
            profiles: Rc::clone(profiles),
            reads: Rc::clone(reads),
            position: RefCell::new(position),
            is_behind: Cell::new(false),
            hold: Hold::holding(),
            late: RefCell::default(),
        }))
    }

    /// How far it has been read; `None` when never.
    pub(crate) fn position(&self) -> Option<Position> {
        self.position.borrow().clone()
    }

    /// Whether messages between the position and the newest were not read yet.
    pub(crate) fn is_behind(&self) -> bool {
        self.is_behind.get()
    }

    /// A message between two users has arrived. It is stored at once, or after what came before it.
    pub(crate) fn on_message(&self, message: Message) {
        let arrived = Arrived {
            time: ids::delay(&message, &self.session.me, None).unwrap_or_else(|| self.session.clock.now()),
            is_delayed: ids::is_delayed(&message, &self.session.me, None),
            message,
            sender: None,
        };
        let Some(mut arrived) = self.hold.keep(arrived) else {
            return;
        };
        if self.discovery.has_archive() {
            arrived = arrived.just_now(self.session.clock.now());
        }
        if let Err(error) = self.apply_live(&arrived) {
            log::warn!("a message could not be stored: {error}");
        }
    }

    /// Stores a page of the archive, with how far that goes.
    pub(crate) fn apply_page(&self, page: &Page, end: End) -> XmppResult<()> {
        let mut position = self.position().unwrap_or_default();
        match end {
            End::Old => position.extend(page),
            End::New => position.read_on(page, self.session.clock.now()),
            End::Ahead => {}
        }
        let mut changes = page_changes(&page.entries, end, |entry, found| {
            take_out(self.read(&entry.message, found)).1
        });
        if end == End::Ahead {
            changes = newer_than_stored(&*self.session.sink, changes)?;
        }
        let is_caught_up = end == End::New && page.is_last;
        if is_caught_up {
            changes.push(Change::CaughtUp { group_id: None });
        }
        let is_ahead = end == End::Ahead || (self.is_behind() && !is_caught_up);
        if position.is_complete && !is_ahead {
            changes.push(Change::HistoryWhole { group_id: None });
        }
        self.session.apply_at(false, changes, position.stored(NAME))?;
        // After the commit: had it failed, the page would have to be read again.
        *self.position.borrow_mut() = Some(position);
        self.is_behind.set(match end {
            End::Ahead => true,
            End::New => self.is_behind.get() && !is_caught_up,
            End::Old => self.is_behind.get(),
        });
        Ok(())
    }

    /// Stores a page of one conversation, older than all that is stored of it or ahead. It is not part of what the position
    /// says.
    pub(crate) fn apply_page_of_conversation(&self, page: &Page, end: End) -> XmppResult<()> {
        let mut changes = page_changes(&page.entries, end, |entry, found| {
            take_out(self.read(&entry.message, found)).1
        });
        if end == End::Ahead {
            changes = newer_than_stored(&*self.session.sink, changes)?;
        }
        self.session.apply(false, changes)
    }

    /// Stores a message that arrived just now, or was held until now.
    pub(crate) fn apply_live(&self, arrived: &Arrived) -> XmppResult<()> {
        let message = &arrived.message;
        let me = &self.session.me;
        if recall::is_tombstone(message) {
            // Only archives have them. Said now, it is nothing.
            return Ok(());
        }
        // A server that knows nothing of stanza-ids passes on a forged one that bears the account's address.
        let server_id = if self.discovery.has_archive() {
            ids::stanza_id(message, me).unwrap_or_default()
        } else {
            String::new()
        };
        let is_delayed = arrived.is_delayed && !server_id.is_empty();
        let found = Found {
            time: arrived.time,
            server_id,
            older: false,
            is_ahead: self.is_behind(),
            is_late: is_delayed,
        };
        // A delayed message is in the archive too, in its place: while the archive is still being read, that brings it. Some
        // archives hold it no more, because it has expired or was retracted.
        if is_delayed && !self.is_whole() {
            self.late.borrow_mut().push(arrived.clone());
            return Ok(());
        }
        let (online, mut changes) = take_out(self.read(message, &found));
        if !self.discovery.has_archive() || self.is_whole() {
            changes.extend(whole_after(&changes, Change::HistoryWhole { group_id: None }));
        }
        // One that a server has kept is of a moment that is over.
        for message in online.into_iter().filter(|_| !arrived.is_delayed) {
            self.session.sink.online_message(message)?;
        }
        let mut positions = Vec::new();
        // Before the first page the archive has no position that this could continue.
        // While it is behind, the position stays where what was not read yet begins.
        if !found.server_id.is_empty()
            && !is_delayed
            && !self.is_behind()
            && let Some(position) = self.position.borrow_mut().as_mut()
        {
            position.arrived(&found.server_id, found.time);
            positions = position.stored(NAME);
        }
        self.session.apply_at(true, changes, positions)
    }

    /// Whether all of the archive has been read.
    fn is_whole(&self) -> bool {
        !self.is_behind() && self.position().is_some_and(|position| position.is_complete)
    }

    /// Stores what the server kept and the archive has not brought.
    pub(crate) fn apply_late(&self) -> XmppResult<()> {
        if !self.is_whole() {
            return Ok(());
        }
        let late = self.late.take();
        late.iter().try_for_each(|late| self.apply_live(late))
    }

    /// The changes that a message between two users makes. Its origin was checked before.
    fn read(&self, message: &Message, found: &Found) -> Vec<Change> {
        let me = &self.session.me;
        match message.type_ {
            MessageType::Chat | MessageType::Normal => {}
            // So servers announce something (mod_announce).
            MessageType::Headline if is_own_server(message, me) => {}
            _ => return Vec::new(),
        }
        let sender = message.from.as_ref().map_or_else(|| me.clone(), Jid::to_bare);
        let receiver = message.to.as_ref().map_or_else(|| me.clone(), Jid::to_bare);
        let is_self = sender == *me;
        let other = if is_self {
            message.to.as_ref()
        } else {
            message.from.as_ref()
        };
        let peer = if is_self { receiver } else { sender.clone() };
        let occupant = other.and_then(|other| private::occupant(&self.rooms, other));
        // Rooms are nobody to talk to, nor are those in them whom nobody here knows.
        if occupant.is_none() && (self.rooms.is_room(&peer) || is_between_occupants(message)) {
            return Vec::new();
        }
        let (my_id, peer_id) = (
            address::user_id(me),
            match &occupant {
                Some(occupant) => address::occupant_id(occupant),
                None => address::user_id(&peer),
            },
        );
        let author = if is_self { &my_id } else { &peer_id };
        let conversation = ConversationId::c2c(&peer_id);
        let target = |id: String, by: &UserId| {
            Target::Id(MessageId {
                kind: IdKind::Origin,
                id,
                sender: Some(by.clone()),
                not_after: None,
            })
        };
        let completed = self.archive.announced.completed(message);
        let message = completed.as_ref().unwrap_or(message);
        let event = chat::read(message, None);
        if let ChatEvent::Left(room) = event {
            // Not from older history: the user may have joined again since. And one that came ahead comes again.
            if let Some(room) = room.filter(|_| !found.older && !found.is_ahead) {
                on_left(&self.rooms, &sender, &room);
            }
            return Vec::new();
        }
        // A server announces something now and then, and does nothing else.
        if peer.node().is_none() {
            if !matches!(event, ChatEvent::Said(_)) {
                return Vec::new();
            }
        } else if occupant.is_none() {
            self.profiles.request_profile(&peer);
        }
        let profile = || match &occupant {
            Some(occupant) if !is_self => private::sender_profile(message, occupant),
            _ => self.profiles.of_sender(message, &sender),
        };
        match event {
            ChatEvent::Said(body) => {
                let (origin_id, is_promised) = ids::origin_id(message);
                let is_named = is_promised && content::is_named_by_sender(message);
                // A room sends it to each device of the account, and archives have each of these.
                let is_origin_unique = is_promised || (occupant.is_some() && !origin_id.is_empty());
                if !is_self {
                    self.reads.note(&peer_id, &origin_id, content::is_markable(message));
                }
                let (nick_name, face_url) = profile();
                let own_id = own_id(&origin_id, &found.server_id, author.as_str());
                let everywhere = match &occupant {
                    Some(_) => ids::own_id(&origin_id, "", author.as_str()),
                    None => own_id.clone(),
                };
                let said = Change::UnnumberedMessage(Box::new(UnnumberedMessage {
                    message: Said {
                        // Ours needs no promise: its sender was checked, and is the account itself.
                        msg_id: msg_id(is_self || is_named, &origin_id, &everywhere),
                        conversation,
                        sender: author.clone(),
                        nick_name,
                        face_url,
                        seq: 0,
                        time: found.time,
                        revoked: recall::tombstone(message).map(|tombstone| by_author(tombstone.reason)),
                        body: *body,
                    },
                    own_id,
                    server_id: found.server_id.clone(),
                    origin_id,
                    is_origin_unique,
                    older: found.older,
                    is_ahead: found.is_ahead,
                    is_late: found.is_late,
                }));
                let name = occupant.and_then(|occupant| private::named(&self.rooms, &occupant));
                name.into_iter().chain([said]).collect()
            }
            ChatEvent::Edited(edit) => {
                vec![edited(conversation, *edit, author.clone(), (message, found), profile())]
            }
            ChatEvent::Reacted(reactions) => {
                let reactions = (IdKind::Origin, reactions);
                vec![reacted(conversation, reactions, author.clone(), profile(), found)]
            }
            // A sender recalls only what is their own.
            ChatEvent::Recalled(recall) => {
                let message = target(recall.id, author);
                vec![Change::Revoked {
                    conversation,
                    message,
                    recall: by_author(recall.reason),
                }]
            }
            // Of another client of the account, which may not know XEP-0490.
            ChatEvent::Displayed(id) if is_self => {
                let up_to = target(id, &peer_id);
                vec![Change::Read { conversation, up_to }]
            }
            // It counts for what we sent: a peer cannot mark their own messages as read by us.
            ChatEvent::Displayed(id) => {
                let up_to = target(id, &my_id);
                vec![Change::PeerRead { conversation, up_to }]
            }
            // What the account itself has got or read is not news, and what it has sent it has not confirmed.
            ChatEvent::Received(_) | ChatEvent::Confirmed(_) if is_self => Vec::new(),
            ChatEvent::Received(id) => {
                let up_to = target(id, &my_id);
                vec![Change::Delivered { conversation, up_to }]
            }
            ChatEvent::Confirmed(ids) => {
                let receipt = |id| Change::ReadReceipt {
                    conversation: conversation.clone(),
                    message: target(id, &my_id),
                    reader: author.clone(),
                    time: found.time,
                    reaches_back: false,
                };
                ids.into_iter().map(receipt).collect()
            }
            ChatEvent::Left(_) | ChatEvent::Nothing => Vec::new(),
        }
    }
}

/// Whether the account's own server says it, and nobody on it.
fn is_own_server(message: &Message, me: &BareJid) -> bool {
    let from = message.from.as_ref();
    from.is_some_and(|from| from.node().is_none() && from.domain() == me.domain())
}

/// Nobody else could: the engine knows whose it is.
fn by_author(reason: String) -> Recall {
    Recall { by: None, reason }
}
