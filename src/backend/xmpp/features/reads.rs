//! How far conversations were read: between the account's own devices by XEP-0490, towards the peer of a C2C conversation
//! by XEP-0333.

use super::pep::{Pep, takes_nothing};
use super::rooms::state::Rooms;
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::ns::MDS;
use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::stanza::pubsub::{Access, Item};
use crate::backend::xmpp::stanza::{chat, read_mark};
use crate::model::{Change, ConversationId, IdKind, MessageId, Micros, ReadPosition, Target, UserId};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use xmpp_parsers::jid::{BareJid, Jid};

/// Of how many messages it is noted whether their senders want to be told.
const MAX_NOTED: usize = 10_000;

/// The account's read positions.
pub(crate) struct Reads {
    session: Rc<Session>,
    pep: Rc<Pep>,
    rooms: Rc<Rooms>,
    /// The messages that were seen in this session, by their senders' ids: whether the sender asked for a marker.
    markable: RefCell<HashMap<(UserId, String), bool>>,
    /// What was published last in this session: the archive's id of the message.
    published: RefCell<HashMap<ConversationId, String>>,
}

impl Reads {
    pub(crate) fn new(session: &Rc<Session>, pep: &Rc<Pep>, rooms: &Rc<Rooms>) -> Rc<Self> {
        Rc::new(Self {
            session: Rc::clone(session),
            pep: Rc::clone(pep),
            rooms: Rc::clone(rooms),
            markable: RefCell::default(),
            published: RefCell::default(),
        })
    }

    /// The read position that an item tells: the conversation, and the archive's id of the message read last.
    fn position(&self, item: &Item) -> Option<(ConversationId, String)> {
        let (jid, id) = read_mark::decode(item)?;
        // XEP-0490 names an address without saying what lives there.
        let is_room = self.rooms.is_room(&jid.to_bare());
        let conversation = if is_room && jid.resource().is_none() {
            address::group(&jid.to_bare())
        } else {
            address::c2c_with(&jid, is_room)
        };
        Some((conversation, id))
    }

    fn changes(&self, items: &[Item]) -> Vec<Change> {
        let positions = items.iter().filter_map(|item| self.position(item));
        positions
            .map(|(conversation, id)| Change::Read {
                conversation,
                up_to: Target::Id(MessageId {
                    kind: IdKind::Server,
                    id,
                    sender: None,
                    not_after: None,
                }),
            })
            .collect()
    }

    /// Hands all positions to the account. Says what they are.
    pub(crate) fn load(&self, items: &[Item]) -> XmppResult<HashMap<ConversationId, String>> {
        self.session.apply(false, self.changes(items))?;
        Ok(items.iter().filter_map(|item| self.position(item)).collect())
    }

    /// The items as the server has them now.
    pub(crate) async fn items(&self) -> XmppResult<Vec<Item>> {
        self.pep.items(None, MDS).await
    }

    /// The server has these items and no others: what this device knows of other conversations, it has lost, and is told again.
    pub(crate) fn restore(self: &Rc<Self>, items: &[Item]) -> XmppResult<()> {
        if !self.pep.is_wholly_read(MDS) {
            return Ok(());
        }
        // By the addresses themselves: whether one is a room's may not be known just now.
        let there: HashSet<BareJid> = items.iter().filter_map(|item| address::parse(&item.id)).collect();
        let is_there = |id: &ConversationId| address::jid_of_conversation(id).is_some_and(|jid| there.contains(&jid));
        let mut lost = Vec::new();
        for id in self.session.sink.stored_conversations()? {
            if !is_there(&id) && self.session.sink.read_position(&id)?.is_some() {
                lost.push(id);
            }
        }
        if lost.is_empty() {
            return Ok(());
        }
        let (own, count) = (Rc::clone(self), items.len());
        self.session.spawn(async move {
            let space = own.pep.space(MDS, count).await?;
            for id in lost.iter().take(space) {
                match own.share(id, own.last_read(id, ReadPosition::default())?).await {
                    Err(error) if takes_nothing(&error) => break,
                    Err(XmppError::Refused { .. }) => {}
                    shared => shared?,
                }
            }
            Ok(())
        });
        Ok(())
    }

    /// Another device of the account has read something.
    pub(crate) fn on_published(self: &Rc<Self>, items: &[Item]) {
        if let Err(error) = self.session.apply(true, self.changes(items)) {
            log::warn!("read positions of another device could not be stored: {error}");
            return;
        }
        for (conversation, id) in items.iter().filter_map(|item| self.position(item)) {
            match self.is_overtaken(&conversation, &id) {
                Ok(true) => self.publish_again(conversation),
                Ok(false) => {}
                Err(error) => log::warn!("the read position of {conversation} could not be compared: {error}"),
            }
        }
    }

    /// Whether another device has published, after us, a position before ours: it had not heard of ours yet.
    fn is_overtaken(&self, conversation: &ConversationId, id: &str) -> XmppResult<bool> {
        let mut published = self.published.borrow_mut();
        let Some(ours) = published.get(conversation).filter(|ours| *ours != id) else {
            return Ok(false);
        };
        // One that is not here yet may be a later one.
        let is_known = self.session.sink.was_archived(conversation, id, Micros(i64::MAX))?;
        let read = self.session.sink.read_position(conversation)?.unwrap_or_default();
        let last = self.session.sink.newest_received_id(conversation, read.seq)?;
        let is_overtaken = is_known && last.is_some_and(|last| last == *ours);
        // Once: should the other know another order of the two, both would go on for ever.
        published.remove(conversation);
        Ok(is_overtaken)
    }

    fn publish_again(self: &Rc<Self>, conversation: ConversationId) {
        let reads = Rc::clone(self);
        self.session.spawn(async move {
            let last = reads.last_read(&conversation, ReadPosition::default())?;
            reads.share(&conversation, last).await
        });
    }

    /// Tells the account's devices how far a conversation was read.
    pub(crate) async fn publish(&self, conversation: &ConversationId, position: ReadPosition) -> XmppResult<()> {
        let last = self.last_read(conversation, position)?;
        if let Some(id) = &last {
            // Before it is on its way: news of another device may come before the answer.
            self.published.borrow_mut().insert(conversation.clone(), id.clone());
        }
        self.share(conversation, last).await
    }

    /// The message read last, by its archive's id: up to a position, or further if another device has said so since.
    fn last_read(&self, conversation: &ConversationId, position: ReadPosition) -> XmppResult<Option<String>> {
        let known = self.session.sink.read_position(conversation)?.unwrap_or_default();
        // XEP-0490 knows a message by that id only.
        Ok(self
            .session
            .sink
            .newest_received_id(conversation, position.seq.max(known.seq))?)
    }

    /// Tells the account's devices which message was read last.
    async fn share(&self, conversation: &ConversationId, last: Option<String>) -> XmppResult<()> {
        let (user, room) = (conversation.user_id(), address::jid_of_conversation(conversation));
        let jid = match &user {
            Some(user) => address::peer_of(user).ok(),
            None => room.clone().map(Jid::from),
        };
        let (Some(id), Some(jid)) = (last, jid) else {
            return Ok(());
        };
        let archive = room
            .filter(|_| user.is_none())
            .unwrap_or_else(|| self.session.me.clone());
        let payload = read_mark::encode(&id, &archive);
        self.pep.publish(MDS, jid.as_str(), payload, Access::Private).await
    }

    /// Notes whether the sender of a message asked to be told when it is read.
    pub(crate) fn note(&self, peer: &UserId, origin_id: &str, is_markable: bool) {
        let mut markable = self.markable.borrow_mut();
        if markable.len() >= MAX_NOTED {
            markable.clear();
        }
        markable.insert((peer.clone(), origin_id.to_owned()), is_markable);
    }

    /// Tells the peer of a C2C conversation how far their messages were read, unless the sender of the last one did not ask
    /// for it. Of a message that was stored in an earlier session that is not known: they get a marker too.
    pub(crate) fn tell_peer(&self, conversation: &ConversationId, position: ReadPosition) -> XmppResult<()> {
        let me = address::user_id(&self.session.me);
        let Some(peer) = conversation.user_id().filter(|peer| *peer != me) else {
            return Ok(());
        };
        // XEP-0333 names a message, not a place, and by the id that its sender chose: they do not know our archive's.
        let last = self.session.sink.newest_received(conversation, position.seq)?;
        let Some(last) = last.filter(|last| !last.origin_id.is_empty()) else {
            return Ok(());
        };
        let asked = (peer.clone(), last.origin_id.clone());
        let is_markable = self.markable.borrow().get(&asked).copied().unwrap_or(true);
        if is_markable && let Ok(to) = address::peer_of(&peer) {
            self.session.send(chat::displayed(to, &last.origin_id));
        }
        Ok(())
    }
}
