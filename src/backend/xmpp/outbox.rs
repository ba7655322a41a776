//! Carrying out the commands of the outbox, one after the other. A message counts as sent when the server has it.

use super::address;
use super::error::{XmppError, XmppResult};
use super::features::all::Features;
use super::features::rooms::join::require_member;
use super::features::rooms::sending::send_until_shown;
use super::features::settings::Edit;
use super::stanza::{chat, message as content};
use crate::model::{ConversationId, Message, Micros, Outbound, Outcome, Status};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use tokio::sync::Notify;
use xmpp_parsers::jid::Jid;

/// The delivery of the outbox.
pub(crate) struct Outbox {
    features: Rc<Features>,
    /// Something was added.
    changed: Notify,
    /// Whether what came before was read, so that nothing is sent twice.
    may_run: Cell<bool>,
    /// Messages of ours that are on their way to users, and why they came back.
    sending: RefCell<HashMap<String, Option<XmppError>>>,
}

impl Outbox {
    pub(crate) fn new(features: &Rc<Features>) -> Rc<Self> {
        Rc::new(Self {
            features: Rc::clone(features),
            changed: Notify::new(),
            may_run: Cell::new(false),
            sending: RefCell::default(),
        })
    }

    /// The archive has been caught up with, so nothing that was sent before is sent twice.
    pub(crate) fn allow(&self) {
        self.may_run.set(true);
        self.wake();
    }

    /// Something was added to it.
    pub(crate) fn wake(&self) {
        self.changed.notify_one();
    }

    /// Empties the outbox whenever there is something in it, as long as the session lasts.
    pub(crate) async fn drain(self: Rc<Self>) {
        let session = &self.features.session;
        while !session.is_over() {
            while self.may_run.get() {
                // One after the other: with several on their way, a server that loses one when a connection breaks
                // puts the rest before it.
                match self.carry_out_next().await {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => {
                        if !session.is_over() {
                            session.fail(&error);
                        }
                        return;
                    }
                }
            }
            if session.unless_over(self.changed.notified()).await.is_err() {
                return;
            }
        }
    }

    /// False when there is nothing to do.
    async fn carry_out_next(&self) -> XmppResult<bool> {
        let session = &self.features.session;
        let Some(entry) = session.sink.next_outbound()? else {
            return Ok(false);
        };
        let outcome = match self.carry_out(&entry.command).await {
            Ok(outcome) => outcome,
            // Not the command's fault: it waits for the next connection.
            Err(error) if error.is_transient() => return Err(error),
            Err(error) => Outcome::Refused(error.into()),
        };
        // What ended with the session is no outcome: the command comes again on the next connection.
        if session.is_over() {
            return Err(XmppError::Lost);
        }
        session.sink.complete_outbound(entry.id, outcome)?;
        Ok(true)
    }

    async fn carry_out(&self, command: &Outbound) -> XmppResult<Outcome> {
        match command {
            Outbound::Send(message) => return self.send_message(message).await,
            Outbound::Revoke { conversation, msg_id } => self.recall(conversation, msg_id).await?,
            Outbound::DeleteMessages { conversation, msg_ids } => {
                self.share(conversation, Edit::Removed(msg_ids)).await?;
            }
            Outbound::ClearHistory { conversation, last, .. } => {
                if let Some(last) = last {
                    self.share(conversation, Edit::Cleared(last)).await?;
                }
            }
            Outbound::DeleteConversation {
                conversation,
                last,
                stamp,
                ..
            } => {
                self.share(conversation, Edit::Deleted(last.as_ref(), stamp)).await?;
            }
            Outbound::Set { conversation, setting } => self.share(conversation, Edit::Set(setting)).await?,
            Outbound::Read { conversation, position } => {
                local_if_unsupported(self.features.reads.publish(conversation, *position).await)?;
            }
            Outbound::SubscribeProfile { conversation } => {
                if conversation.user_id().is_some()
                    && let Some(jid) = address::jid_of_conversation(conversation)
                {
                    self.features.profiles.subscribe_profile(&jid).await;
                }
            }
        }
        Ok(Outcome::Done)
    }

    /// A setting for all devices; on a server that cannot keep it, for this one.
    async fn share(&self, conversation: &ConversationId, edit: Edit<'_>) -> XmppResult<()> {
        local_if_unsupported(self.features.settings.edit(conversation, edit).await)
    }

    async fn send_message(&self, message: &Message) -> XmppResult<Outcome> {
        let rooms = &self.features.rooms;
        if let Some(group) = message.conversation.group_id() {
            let room = require_member(rooms, &group).await?;
            let mut stanza = content::encode(message, Some(&room));
            stanza.to = Some(Jid::from(room.clone()));
            self.features.session.check_size(&stanza.clone().into())?;
            send_until_shown(rooms, &room, &message.msg_id, &stanza).await?;
            // The room has shown it, and so it has its place.
            return Ok(Outcome::Done);
        }
        let user = message.conversation.user_id().ok_or(XmppError::Lost)?;
        let mut stanza = content::encode(message, None);
        stanza.to = Some(Jid::from(address::jid_of(&user)?));
        self.features.session.check_size(&stanza.clone().into())?;
        let time = Micros::now();
        self.sending.borrow_mut().insert(message.msg_id.clone(), None);
        // Without an acknowledgement it is sent again, even if it is in the archive already: a node that stops can have
        // archived a message that it never passed on. The receiver knows it by its id.
        let delivered = self.features.session.deliver(stanza).await;
        // A server may refuse a message before it acknowledges it. A refusal after that goes through the router.
        let bounced = self.sending.borrow_mut().remove(&message.msg_id).flatten();
        delivered?;
        match bounced {
            Some(error) => Err(error),
            None => Ok(Outcome::Accepted { time }),
        }
    }

    /// A message to a user came back. False when it is none that is being sent.
    pub(crate) fn bounced(&self, msg_id: &str, reason: impl FnOnce() -> XmppError) -> bool {
        match self.sending.borrow_mut().get_mut(msg_id) {
            Some(bounced) => {
                *bounced = Some(reason());
                true
            }
            None => false,
        }
    }

    async fn recall(&self, conversation: &ConversationId, msg_id: &str) -> XmppResult<()> {
        let session = &self.features.session;
        let not_supported = |text: &str| Err(XmppError::account(Status::NotSupported, text));
        let Some(stored) = session.sink.stored_message(msg_id)? else {
            return Ok(());
        };
        if stored.sender != address::user_id(&session.me) {
            return not_supported(
                "XMPP rooms let only the sender recall a message, unless they offer moderation (XEP-0425)",
            );
        }
        let retraction = match conversation.group_id() {
            Some(group) => {
                let room = require_member(&self.features.rooms, &group).await?;
                // A room knows a message by the id that it gave it (XEP-0424), and only with an archive it gives one.
                if stored.server_id.is_empty() {
                    return not_supported("the room has no archive, so its messages cannot be recalled");
                }
                chat::retraction(room, true, &stored.server_id)
            }
            None => {
                let user = conversation.user_id().ok_or(XmppError::Lost)?;
                chat::retraction(address::jid_of(&user)?, false, msg_id)
            }
        };
        session.deliver(retraction).await
    }
}

/// A server that cannot keep something for the other devices is no reason to undo it on this one.
fn local_if_unsupported(result: XmppResult<()>) -> XmppResult<()> {
    match result {
        Err(error) if !error.is_transient() => {
            log::info!("the server cannot share a setting, which stays on this device: {error}");
            Ok(())
        }
        other => other,
    }
}
