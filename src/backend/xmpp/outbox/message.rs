//! Sending a message, an edit of one, reactions to one, or the retraction of one in a room. To a user it has arrived when the server has acknowledged it, to a room when the room has shown it.

use super::state::{Gate, Outbox};
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::features::rooms::join::require_member;
use crate::backend::xmpp::features::rooms::sending::{self, Shown};
use crate::backend::xmpp::features::rooms::visit::{OneVisit, Visit};
use crate::backend::xmpp::stanza::{chat, message as content, reply};
use crate::model::id::quoted;
use crate::model::{ConversationId, Message, Outbound, OutboxEntry, Outcome, Status, WaitingCommand};
use std::future::ready;
use std::pin::Pin;
use std::time::Duration;
use tokio::time::sleep;
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::message::Message as Stanza;

/// How often a message is sent to a room that returns it, or does not show it.
const ATTEMPTS: usize = 3;

/// After which pauses, in seconds, a message is sent again to a room that takes none just now.
const PAUSES: [u64; 5] = [1, 2, 4, 8, 16];

/// A message on its way.
pub(super) struct OnItsWay {
    /// The number of its command.
    pub(super) id: i64,
    conversation: ConversationId,
    /// What is said, not addressed yet.
    stanza: Stanza,
    /// The id of the stanza.
    stanza_id: String,
    /// The room that it goes to, if it goes to one.
    room: Option<BareJid>,
    /// How often the room has returned it, or shown nothing of it.
    failures: usize,
}

impl OnItsWay {
    pub(super) fn stanza_id(&self) -> &str {
        &self.stanza_id
    }
}

/// How an attempt to send a message ended.
pub(super) enum Attempt {
    Ended(XmppResult<Outcome>),
    /// It did not arrive, and is to be sent again.
    Failed(Failure),
}

/// Why a room did not show a message, the clearest last.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    /// It says nothing.
    Silent,
    /// The visit during which it was sent is over.
    VisitOver,
    /// The room has returned it: it has forgotten that we are in it.
    Returned(XmppError),
    /// The room takes none just now.
    NotNow(XmppError),
}

impl Failure {
    /// How often a message is sent that fails like this.
    fn attempts(&self) -> usize {
        match self {
            Self::NotNow(_) => PAUSES.len() + 1,
            _ => ATTEMPTS,
        }
    }
}

/// A future of how an attempt ends.
pub(super) type Attempting<'a> = Pin<Box<dyn Future<Output = (OnItsWay, Attempt)> + 'a>>;

impl Outbox {
    /// Prepares a message. `None` when it is not to be sent.
    pub(super) async fn begin_message(&self, waiting: &WaitingCommand) -> XmppResult<Option<OnItsWay>> {
        let conversation = &waiting.conversation;
        let room = match self.way_to(conversation).await {
            Ok(room) => room,
            Err(error) => return self.complete(waiting.id, Err(error)).map(|()| None),
        };
        if let Err(error) = self.bring_files(waiting).await {
            return self.complete(waiting.id, Err(error)).map(|()| None);
        }
        if waiting.builds_on_others {
            self.settle(room.as_ref()).await?;
        }
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
        } else {
            self.tell_brought(&entry);
        }
        self.on_its_way(entry, room, 0)
    }

    /// Prepares a message that was on its way to a room and did not arrive. `None` when it is not to be sent any more: the
    /// archive has shown it meanwhile, or it was deleted.
    pub(super) fn begin_again(&self, message: OnItsWay, failure: &Failure) -> XmppResult<Option<OnItsWay>> {
        let OnItsWay { id, room, failures, .. } = message;
        // That another message was the first to find the room gone says nothing of this one.
        let failures = failures + usize::from(!matches!(failure, Failure::VisitOver));
        let entry = self.begin_entry(id)?;
        let message = match entry {
            Some(entry) => self.on_its_way(entry, room.clone(), failures)?,
            None => None,
        };
        if message.is_none() || failures < failure.attempts() {
            return Ok(message);
        }
        let refused = match failure {
            Failure::Returned(error) | Failure::NotNow(error) => error.clone(),
            // It has said each time that we are in it.
            _ => {
                let room = room.map(|room| room.to_string()).unwrap_or_default();
                let text = format!("groupID {} does not show the message", quoted(&room));
                XmppError::account(Status::Refused, text)
            }
        };
        self.complete(id, Err(refused)).map(|()| None)
    }

    pub(super) fn on_its_way(
        &self,
        entry: OutboxEntry,
        room: Option<BareJid>,
        failures: usize,
    ) -> XmppResult<Option<OnItsWay>> {
        let (conversation, stanza, stanza_id) = match entry.command {
            Outbound::Send(message) => {
                let mut stanza = content::encode(&message, room.as_ref());
                let to = message.conversation.user_id();
                let is_to_oneself = to.as_ref() == Some(self.features.session.sink.user_id());
                let is_occupant = to.is_some_and(|to| address::occupant_of(to.as_str()).is_some());
                if room.is_none() && !is_to_oneself && !is_occupant {
                    stanza.payloads.push(chat::receipt_request());
                }
                self.answer(&mut stanza, &message, room.as_ref())?;
                (message.conversation, stanza, message.msg_id)
            }
            Outbound::Modify(message) => {
                let stored = self.features.session.sink.stored_message(&message.msg_id)?;
                let named = stored.map(|stored| stored.origin_id).filter(|id| !id.is_empty());
                // Our own messages go out under their `msgID`.
                let original = named.unwrap_or_else(|| message.msg_id.clone());
                let stanza_id = match &message.body.modified {
                    Some(stamp) => stamp.edit_id(&message.msg_id),
                    None => message.msg_id.clone(),
                };
                let mut stanza = content::encode_edit(&message, room.as_ref(), &original, &stanza_id);
                self.answer(&mut stanza, &message, room.as_ref())?;
                (message.conversation, stanza, stanza_id)
            }
            Outbound::React(reaction) => {
                let stanza_id = reaction.stamp.reactions_id();
                let stanza = match self.reactions(&reaction, &stanza_id, room.as_ref()) {
                    Ok(stanza) => stanza,
                    Err(error) => return self.complete(entry.id, Err(error)).map(|()| None),
                };
                (reaction.conversation, stanza, stanza_id)
            }
            Outbound::Revoke { conversation, msg_id } => {
                let Some(to) = &room else { return Ok(None) };
                let stanza = match self.retraction_in(to, &msg_id) {
                    Ok(stanza) => stanza,
                    Err(error) => return self.complete(entry.id, Err(error)).map(|()| None),
                };
                let stanza_id = stanza.id.as_ref().map(|id| id.0.clone()).unwrap_or_default();
                (conversation, stanza, stanza_id)
            }
            _ => return Ok(None),
        };
        Ok(Some(OnItsWay {
            id: entry.id,
            conversation,
            stanza,
            stanza_id,
            room,
            failures,
        }))
    }

    fn answer(&self, stanza: &mut Stanza, message: &Message, room: Option<&BareJid>) -> XmppResult<()> {
        if let Some(answered) = self.answered(message, room)? {
            reply::attach(stanza, &answered);
        }
        Ok(())
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
            None => {
                // A room passes on what those who are in it say to each other.
                let user = conversation.user_id();
                if let Some(occupant) = user.and_then(|user| address::occupant_of(user.as_str())) {
                    require_member(&self.features.rooms, &address::group_id(&occupant.to_bare())).await?;
                }
                Ok(None)
            }
        }
    }

    /// Waits until it is known which messages an archive has: that of a room, or else the account's.
    async fn settle(&self, room: Option<&BareJid>) -> XmppResult<()> {
        match room {
            Some(room) => sending::caught_up(&self.features.rooms, room).await,
            None => self.reach(Gate::All).await,
        }
    }

    /// Puts a message on its way, in this moment. The future waits for how that ends. A message to a room goes out during the
    /// visit of those that are on their way already, or fails.
    pub(super) fn send<'a>(&'a self, message: OnItsWay, visit: &mut OneVisit) -> Attempting<'a> {
        match message.room.clone() {
            Some(room) => match visit.take(self.features.rooms.visit(&room)) {
                Some(visit) => Box::pin(self.send_to_room(message, room, visit)),
                None => Box::pin(ready((message, Attempt::Failed(Failure::VisitOver)))),
            },
            None => Box::pin(self.send_to_user(message)),
        }
    }

    fn send_to_room<'a>(
        &'a self,
        message: OnItsWay,
        room: BareJid,
        visit: Visit,
    ) -> impl Future<Output = (OnItsWay, Attempt)> + use<'a> {
        let rooms = &self.features.rooms;
        let mut stanza = message.stanza.clone();
        stanza.to = Some(Jid::from(room.clone()));
        let sent = self.features.session.check_size(&stanza.clone().into());
        let sent = sent.map(|()| sending::send(rooms, &room, visit, message.stanza_id(), stanza));
        async move {
            let shown = match sent {
                Ok(sent) => sending::shown(rooms, &room, message.stanza_id(), sent).await,
                Err(error) => Err(error),
            };
            let attempt = match shown {
                // It has its place by that.
                Ok(Shown::Yes) => Attempt::Ended(Ok(Outcome::Done)),
                Ok(Shown::Returned(error)) => Attempt::Failed(Failure::Returned(error)),
                Ok(Shown::NotNow(error)) => Attempt::Failed(Failure::NotNow(error)),
                Ok(Shown::VisitOver) => Attempt::Failed(Failure::VisitOver),
                Ok(Shown::Silent) => Attempt::Failed(Failure::Silent),
                Err(error) => Attempt::Ended(Err(error)),
            };
            (message, attempt)
        }
    }

    fn send_to_user<'a>(&'a self, message: OnItsWay) -> impl Future<Output = (OnItsWay, Attempt)> + use<'a> {
        let session = &self.features.session;
        let (stanza_id, time) = (message.stanza_id.clone(), self.features.session.clock.now());
        let delivery = recipient(&message.conversation).and_then(|to| {
            let mut stanza = message.stanza.clone();
            stanza.to = Some(to);
            session.check_size(&stanza.clone().into())?;
            let kept = stanza.clone();
            self.sending.borrow_mut().insert(stanza_id.clone(), None);
            Ok((session.begin_delivery(stanza), kept))
        });
        async move {
            let ended = async {
                // Without an acknowledgement it is sent again, even if it is in the archive already: a node that stops can have
                // kept it without having passed it on.
                let (delivery, kept) = delivery?;
                session.end_delivery(delivery).await?;
                // Until then the archive brings what was said before it; given its place now, it would stand before that.
                self.reach(Gate::All).await?;
                // A server may refuse a message before it acknowledges it. A refusal after that goes through the router.
                match self.sending.borrow_mut().remove(&stanza_id).flatten() {
                    Some(error) => Err(error),
                    None => {
                        self.note_taken(kept);
                        Ok(Outcome::Accepted { time })
                    }
                }
            };
            (message, Attempt::Ended(ended.await))
        }
    }

    /// Makes the way to a room good again after it did not show these messages.
    pub(super) async fn recover(
        &self,
        conversation: &ConversationId,
        failed: &[(OnItsWay, Failure)],
    ) -> XmppResult<()> {
        let Some(group) = conversation.group_id() else {
            return Ok(());
        };
        let rooms = &self.features.rooms;
        let room = rooms.room_of(&group).await?;
        let has = |is_it: fn(&Failure) -> bool| failed.iter().any(|(_, failure)| is_it(failure));
        let not_now = failed
            .iter()
            .filter(|(_, failure)| matches!(failure, Failure::NotNow(_)));
        let pause = not_now.filter_map(|(message, _)| PAUSES.get(message.failures)).max();
        if let Some(pause) = pause {
            let pause = sleep(Duration::from_secs(*pause));
            self.features.session.unless_over(pause).await?;
        }
        if has(|failure| matches!(failure, Failure::Returned(_))) {
            // The room is there: it answers. If it does not let us in yet, there are more attempts in the background.
            if !rooms.is_joined(&room)
                && let Err(error) = sending::rejoin(rooms, &room).await
            {
                log::info!("the room {room} could not be entered again: {error}");
            }
        } else if has(|failure| matches!(failure, Failure::Silent)) {
            sending::check_room(rooms, &room).await?;
        }
        self.way_to(conversation).await?;
        // What the room has shown may be held until its archive was read: that is not to be sent again.
        self.settle(Some(&room)).await?;
        if has(|failure| matches!(failure, Failure::Silent)) {
            let silent = failed.iter().filter(|(_, failure)| matches!(failure, Failure::Silent));
            sending::look_for(rooms, &room, &silent.map(|(message, _)| message.stanza_id()).collect()).await?;
        }
        Ok(())
    }
}

fn recipient(conversation: &ConversationId) -> XmppResult<Jid> {
    let user = conversation.user_id().ok_or(XmppError::Lost)?;
    address::peer_of(&user)
}
