//! Carrying out the commands of the outbox, one after the other. A message counts as sent when the server has it.

use super::ns::{FASTEN, HINTS, RETRACT, RETRACT_OLD};
use super::roster::jid_of;
use super::session::{Session, now, over};
use super::settings::Edit;
use super::stanza::xml::element;
use super::wire;
use crate::model::{ConversationId, Error, Message, Outbound, Outcome, Result, Status};
use std::rc::Rc;
use xmpp_parsers::jid::Jid;
use xmpp_parsers::message::{Id, Lang, Message as Stanza, MessageType};

/// What a client that cannot recall shows.
const RECALL_TEXT: &str = "This message was recalled.";

impl Session {
    /// What was read so far makes sure that nothing is sent twice.
    pub(super) fn outbox_may_run(&self) {
        self.may_send.set(true);
        self.outbox.notify_one();
    }

    /// Empties the outbox whenever there is something in it, as long as the session lasts.
    pub(super) async fn drain(self: Rc<Self>) {
        loop {
            if self.is_over() {
                return;
            }
            if self.may_send.get() {
                while let Some(progress) = self.carry_out_next().await.transpose() {
                    if let Err(error) = progress {
                        if !self.is_over() {
                            self.fail(&error);
                        }
                        return;
                    }
                }
            }
            self.outbox.notified().await;
        }
    }

    /// `None` when there is nothing to do.
    async fn carry_out_next(&self) -> Result<Option<()>> {
        let Some(entry) = self.sink.next_outbound()? else {
            return Ok(None);
        };
        let outcome = match self.carry_out(&entry.command).await {
            Ok(outcome) => outcome,
            // Not the command's fault: it waits for the next connection.
            Err(error) if matches!(error.status, Status::Disconnected | Status::Timeout) => return Err(error),
            Err(error) => Outcome::Refused(error),
        };
        if self.is_over() {
            return Err(over());
        }
        self.sink.complete_outbound(entry.id, outcome)?;
        Ok(Some(()))
    }

    async fn carry_out(&self, command: &Outbound) -> Result<Outcome> {
        match command {
            Outbound::Send(message) => return self.send_message(message).await,
            Outbound::Revoke { conversation, msg_id } => self.recall(conversation, msg_id).await?,
            Outbound::DeleteMessages { conversation, msg_ids } => {
                self.share(conversation, Edit::Removed(msg_ids)).await?;
            }
            Outbound::ClearHistory { conversation, last, .. } => {
                if !last.is_empty() {
                    self.share(conversation, Edit::Cleared(last)).await?;
                }
            }
            Outbound::DeleteConversation { conversation, last, .. } => {
                self.share(conversation, Edit::Deleted(last)).await?;
            }
            Outbound::Pin { conversation, pinned } => self.share(conversation, Edit::Pin(*pinned)).await?,
            Outbound::RecvOpt { conversation, opt } => self.share(conversation, Edit::RecvOpt(*opt)).await?,
            Outbound::Read { conversation, position } => {
                let told = self.tell_read(conversation, *position).await;
                local_if_unsupported(told)?;
            }
            Outbound::Watch { conversation } => {
                if let Some(user) = conversation.user_id()
                    && let Ok(jid) = jid_of(&user)
                {
                    self.watch(&jid).await;
                }
            }
        }
        Ok(Outcome::Done)
    }

    /// A setting for all devices; on a server that cannot keep it, for this one.
    async fn share(&self, conversation: &ConversationId, edit: Edit<'_>) -> Result<()> {
        let shared = self.edit_setting(conversation, edit).await;
        local_if_unsupported(shared)
    }

    async fn send_message(&self, message: &Message) -> Result<Outcome> {
        if let Some(group) = message.conversation.group_id() {
            let room = self.require_member(&group).await?;
            let mut stanza = wire::write(message, Some(&room));
            stanza.to = Some(Jid::from(room.clone()));
            self.send_until_shown(&room, &message.msg_id, &stanza).await?;
            // The room has shown it, and so it has its place.
            return Ok(Outcome::Done);
        }
        let user = message.conversation.user_id().ok_or_else(over)?;
        let mut stanza = wire::write(message, None);
        stanza.to = Some(Jid::from(jid_of(&user)?));
        let time = now();
        self.sending.borrow_mut().insert(message.msg_id.clone(), None);
        let delivered = self.deliver(stanza).await;
        let returned = self.sending.borrow_mut().remove(&message.msg_id).flatten();
        delivered?;
        match returned {
            Some(error) => Err(error),
            None => Ok(Outcome::Accepted { time }),
        }
    }

    /// A message of ours to a user came back while it was being sent. False when none was.
    pub(super) fn own_return(&self, msg_id: &str, reason: impl FnOnce() -> Error) -> bool {
        match self.sending.borrow_mut().get_mut(msg_id) {
            Some(returned) => {
                *returned = Some(reason());
                true
            }
            None => false,
        }
    }

    async fn recall(&self, conversation: &ConversationId, msg_id: &str) -> Result<()> {
        let Some(stored) = self.sink.stored_message(msg_id)? else {
            return Ok(());
        };
        if stored.sender.as_str() != self.me.as_str() {
            return Err(Error::new(
                Status::NotSupported,
                "XMPP rooms let only the sender recall a message, unless they offer moderation (XEP-0425)",
            ));
        }
        let (to, kind, id) = match conversation.group_id() {
            Some(group) => {
                let room = self.require_member(&group).await?;
                if stored.server_id.is_empty() {
                    return Err(Error::new(
                        Status::NotSupported,
                        "the room has no archive, so its messages cannot be recalled",
                    ));
                }
                (room, MessageType::Groupchat, stored.server_id)
            }
            None => {
                let user = conversation.user_id().ok_or_else(over)?;
                (jid_of(&user)?, MessageType::Chat, msg_id.to_owned())
            }
        };
        let mut stanza = Stanza::new_with_type(kind.clone(), Some(Jid::from(to)));
        stanza.id = Some(Id(uuid::Uuid::new_v4().to_string()));
        stanza.bodies.insert(Lang::new(), RECALL_TEXT.to_owned());
        let attrs = [("id", id.as_str())];
        stanza.payloads = vec![
            element("retract", RETRACT, &attrs, Vec::new()),
            element("fallback", "urn:xmpp:fallback:0", &[("for", RETRACT)], Vec::new()),
            element("store", HINTS, &[], Vec::new()),
        ];
        if kind == MessageType::Chat {
            let old = element("retract", RETRACT_OLD, &[], Vec::new());
            stanza.payloads.push(element("apply-to", FASTEN, &attrs, vec![old]));
        }
        self.deliver(stanza).await
    }
}

/// A server that cannot keep something for the other devices is no reason to undo it on this one.
fn local_if_unsupported(result: Result<()>) -> Result<()> {
    match result {
        Err(error) if !matches!(error.status, Status::Disconnected | Status::Timeout) => {
            log::info!("the server does not share this between devices: {error}");
            Ok(())
        }
        other => other,
    }
}
