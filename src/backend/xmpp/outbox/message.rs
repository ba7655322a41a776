//! Sending a message. To a user it has arrived when the server has acknowledged it, to a room when the room has shown it.

use super::state::{Gate, Outbox};
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::features::rooms::join::require_member;
use crate::backend::xmpp::features::rooms::sending::{self, Shown};
use crate::backend::xmpp::stanza::message as content;
use crate::model::{ConversationId, Message, Outbound, OutboxEntry, Outcome, WaitingCommand};
use std::pin::Pin;
use xmpp_parsers::jid::{BareJid, Jid};

/// How often a message is sent to a room that does not show it.
const ATTEMPTS: usize = 3;

/// A message on its way.
pub(super) struct OnItsWay {
    /// The number of its command.
    pub(super) id: i64,
    message: Box<Message>,
    /// The room that it goes to, if it goes to one.
    room: Option<BareJid>,
    attempts: usize,
}

/// How an attempt to send a message ended.
pub(super) enum Attempt {
    Ended(XmppResult<Outcome>),
    /// It did not arrive, and is to be sent again.
    Failed(Failure),
}

/// Why a room did not show a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// It has forgotten that we are in it.
    Forgotten,
    /// It says nothing.
    Silent,
}

impl Outbox {
    /// Prepares a message. `None` when it is not to be sent.
    pub(super) async fn begin_message(&self, waiting: &WaitingCommand) -> XmppResult<Option<OnItsWay>> {
        let conversation = &waiting.conversation;
        let room = match self.way_to(conversation).await {
            Ok(room) => room,
            Err(error) => return self.complete(waiting.id, Err(error)).map(|()| None),
        };
        // Not before there is a way: a message that is deleted until then is not sent.
        let Some(mut entry) = self.begin_entry(waiting.id)? else {
            return Ok(None);
        };
        if entry.is_repeated {
            // The server may have it. Until the archive has said so, and what came before it, nothing goes out.
            self.settle(room.as_ref()).await?;
            match self.begin_entry(waiting.id)? {
                Some(again) => entry = again,
                None => return Ok(None),
            }
        }
        Ok(on_its_way(entry, room, 0))
    }

    /// Prepares a message that was on its way to a room and did not arrive. `None` when it is not to be sent any more: the
    /// archive has shown it meanwhile, or it was deleted.
    pub(super) fn begin_again(&self, message: OnItsWay) -> XmppResult<Option<OnItsWay>> {
        let OnItsWay { id, room, attempts, .. } = message;
        if attempts + 1 >= ATTEMPTS {
            let room = room.map(|room| room.to_string()).unwrap_or_default();
            let text = format!("the room {room} does not show what it is sent");
            return Err(XmppError::Timeout(text));
        }
        let entry = self.begin_entry(id)?;
        Ok(entry.and_then(|entry| on_its_way(entry, room, attempts + 1)))
    }

    fn begin_entry(&self, id: i64) -> XmppResult<Option<OutboxEntry>> {
        let entry = self.features.session.sink.begin_outbound(id)?;
        if entry.is_none() {
            self.left_lane();
        }
        Ok(entry)
    }

    /// Waits until messages to a conversation can be sent. Says which room they go to, if they go to one.
    async fn way_to(&self, conversation: &ConversationId) -> XmppResult<Option<BareJid>> {
        match conversation.group_id() {
            Some(group) => require_member(&self.features.rooms, &group).await.map(Some),
            None => Ok(None),
        }
    }

    /// Waits until it is known which messages an archive has: that of a room, or else the account's.
    async fn settle(&self, room: Option<&BareJid>) -> XmppResult<()> {
        match room {
            Some(room) => sending::caught_up(&self.features.rooms, room).await,
            None => self.reach(Gate::All).await,
        }
    }

    /// Puts a message on its way, in this moment. The future waits for how that ends.
    pub(super) fn send<'a>(&'a self, message: OnItsWay) -> Pin<Box<dyn Future<Output = (OnItsWay, Attempt)> + 'a>> {
        match message.room.clone() {
            Some(room) => Box::pin(self.send_to_room(message, room)),
            None => Box::pin(self.send_to_user(message)),
        }
    }

    fn send_to_room<'a>(
        &'a self,
        message: OnItsWay,
        room: BareJid,
    ) -> impl Future<Output = (OnItsWay, Attempt)> + use<'a> {
        let rooms = &self.features.rooms;
        let mut stanza = content::encode(&message.message, Some(&room));
        stanza.to = Some(Jid::from(room.clone()));
        let shown = self.features.session.check_size(&stanza.clone().into());
        let shown = shown.map(|()| sending::send(rooms, &room, &message.message.msg_id, stanza));
        async move {
            let shown = match shown {
                Ok(shown) => sending::shown(rooms, &room, shown).await,
                Err(error) => Err(error),
            };
            let attempt = match shown {
                // It has its place by that.
                Ok(Shown::Yes) => Attempt::Ended(Ok(Outcome::Done)),
                Ok(Shown::Forgotten) => Attempt::Failed(Failure::Forgotten),
                Ok(Shown::Silent) => Attempt::Failed(Failure::Silent),
                Err(error) => Attempt::Ended(Err(error)),
            };
            (message, attempt)
        }
    }

    fn send_to_user<'a>(&'a self, message: OnItsWay) -> impl Future<Output = (OnItsWay, Attempt)> + use<'a> {
        let session = &self.features.session;
        let (msg_id, time) = (message.message.msg_id.clone(), self.features.session.clock.now());
        let delivery = recipient(&message.message).and_then(|to| {
            let mut stanza = content::encode(&message.message, None);
            stanza.to = Some(to);
            session.check_size(&stanza.clone().into())?;
            self.sending.borrow_mut().insert(msg_id.clone(), None);
            Ok(session.begin_delivery(stanza))
        });
        async move {
            let ended = async {
                // Without an acknowledgement it is sent again, even if it is in the archive already: a node that stops can have
                // kept it without having passed it on.
                session.end_delivery(delivery?).await?;
                // Until then the archive brings what was said before it; given its place now, it would stand before that.
                self.reach(Gate::All).await?;
                // A server may refuse a message before it acknowledges it. A refusal after that goes through the router.
                match self.sending.borrow_mut().remove(&msg_id).flatten() {
                    Some(error) => Err(error),
                    None => Ok(Outcome::Accepted { time }),
                }
            };
            (message, Attempt::Ended(ended.await))
        }
    }

    /// Makes the way to a room good again after it did not show a message.
    pub(super) async fn recover(&self, conversation: &ConversationId, failure: Failure) -> XmppResult<()> {
        let Some(room) = self.way_to(conversation).await? else {
            return Ok(());
        };
        match failure {
            Failure::Forgotten => sending::rejoin(&self.features.rooms, &room).await?,
            Failure::Silent => sending::check_room(&self.features.rooms, &room).await?,
        }
        self.way_to(conversation).await?;
        // What the room has shown may be held until its archive was read: that is not to be sent again.
        self.settle(Some(&room)).await
    }
}

fn on_its_way(entry: OutboxEntry, room: Option<BareJid>, attempts: usize) -> Option<OnItsWay> {
    match entry.command {
        Outbound::Send(message) => Some(OnItsWay {
            id: entry.id,
            message,
            room,
            attempts,
        }),
        _ => None,
    }
}

fn recipient(message: &Message) -> XmppResult<Jid> {
    let user = message.conversation.user_id().ok_or(XmppError::Lost)?;
    address::jid_of(&user).map(Jid::from)
}
