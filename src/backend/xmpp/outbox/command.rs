//! Carrying out the commands that send no message, and how every command ends.

use super::state::{Gate, Outbox};
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::features::rooms::join::require_member;
use crate::backend::xmpp::features::settings::Edit;
use crate::backend::xmpp::stanza::chat;
use crate::model::{ConversationId, Outbound, Outcome, WaitingCommand};
use std::time::Duration;
use tokio::time::sleep;
use xmpp_parsers::jid::Jid;
use xmpp_parsers::stanza_error::DefinedCondition;

/// How long a server that is too busy for a setting is left alone, s. Not longer: what comes next in the conversation waits too.
const PAUSES: [u64; 4] = [1, 2, 4, 8];

impl Outbox {
    /// Carries out a command that sends no message.
    pub(super) async fn carry_out(&self, waiting: &WaitingCommand) -> XmppResult<()> {
        // Settings are published whole, so what the server has of them is to be known; and it is known only then which
        // messages the account's archive has.
        self.reach(Gate::All).await?;
        match self.features.session.sink.begin_outbound(waiting.id)? {
            Some(entry) => {
                match self.retracts_in(&entry.command) {
                    Ok(Some(group)) => self.retract(entry, &group).await?,
                    Ok(None) => self.complete(entry.id, self.carry_out_command(&entry.command).await)?,
                    Err(error) => self.complete(entry.id, Err(error))?,
                }
                // The account has not believed that something lists it while it was to go.
                self.features.settings.tell_listed(&waiting.conversation)
            }
            None => {
                self.left_lane();
                Ok(())
            }
        }
    }

    /// A command has ended. What is not its fault is an error: it comes again on the next connection.
    pub(super) fn complete(&self, id: i64, ended: XmppResult<Outcome>) -> XmppResult<()> {
        let session = &self.features.session;
        let outcome = match ended {
            Ok(outcome) => outcome,
            Err(error) if error.is_transient() => return Err(error),
            // The server's own words might quote what was sent.
            Err(error) => Outcome::Refused(error.without_text().into()),
        };
        // What ended with the session is no outcome.
        if session.is_over() {
            return Err(XmppError::Lost);
        }
        session.sink.complete_outbound(id, outcome)?;
        self.left_lane();
        Ok(())
    }

    async fn carry_out_command(&self, command: &Outbound) -> XmppResult<Outcome> {
        match command {
            // They have their own way, in `message`.
            Outbound::Send(_) | Outbound::Modify(_) | Outbound::React(_) => {}
            Outbound::Revoke { conversation, msg_id } => self.recall(conversation, msg_id).await?,
            Outbound::DeleteMessages { conversation, msg_ids } => {
                self.share(conversation, Edit::Removed(msg_ids)).await?;
            }
            Outbound::ClearHistory {
                conversation,
                last,
                apart,
                ..
            } => {
                self.share(conversation, Edit::Cleared(last.as_ref(), apart)).await?;
            }
            Outbound::DeleteConversation {
                conversation,
                last,
                apart,
                stamp,
                ..
            } => {
                self.share(conversation, Edit::Deleted(last.as_ref(), apart, stamp))
                    .await?;
            }
            Outbound::Set { conversation, setting } => self.share(conversation, Edit::Set(setting)).await?,
            Outbound::Read {
                conversation,
                position,
                tells_peer,
            } => {
                if *tells_peer {
                    self.features.reads.tell_peer(conversation, *position)?;
                }
                self.share_if_supported(async || self.features.reads.publish(conversation, *position).await)
                    .await?;
            }
            Outbound::ReadReceipts {
                conversation, msg_ids, ..
            } => self.confirm_read(conversation, msg_ids).await?,
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
        self.share_if_supported(async || self.features.settings.edit(conversation, edit).await)
            .await?;
        self.features.mirror.show(conversation).await
    }

    /// A server that is too busy is asked again. One that cannot keep something for the other devices is no reason to undo it
    /// on this one.
    async fn share_if_supported(&self, share: impl AsyncFn() -> XmppResult<()>) -> XmppResult<()> {
        let session = &self.features.session;
        let mut shared = share().await;
        for pause in PAUSES {
            if !shared.as_ref().is_err_and(is_busy) {
                break;
            }
            session.unless_over(sleep(Duration::from_secs(pause))).await?;
            shared = share().await;
        }
        match shared {
            Err(error) if !error.is_transient() => {
                log::info!("the server cannot share a setting, which stays on this device: {error}");
                Ok(())
            }
            other => other,
        }
    }

    /// Tells the senders of messages that these were read.
    async fn confirm_read(&self, conversation: &ConversationId, msg_ids: &[String]) -> XmppResult<()> {
        let session = &self.features.session;
        let group = conversation.group_id();
        let mut named = Vec::new();
        for msg_id in msg_ids {
            let Some(stored) = session.sink.stored_message(msg_id)? else {
                continue;
            };
            // A room knows a message by the id that it gave it, a user by the own one.
            let id = if group.is_some() {
                stored.server_id
            } else {
                stored.origin_id
            };
            if !id.is_empty() {
                named.push((stored.time, id));
            }
        }
        let Some((_, newest)) = named.iter().max().cloned() else {
            return Ok(());
        };
        let ids: Vec<String> = named.into_iter().map(|(_, id)| id).collect();
        let to = match &group {
            Some(group) => Jid::from(require_member(&self.features.rooms, group).await?),
            None => address::peer_of(&conversation.user_id().ok_or(XmppError::Lost)?)?,
        };
        session
            .deliver(chat::confirmed(to, group.is_some(), &ids, &newest))
            .await
    }
}

/// Whether the same may work in a while.
fn is_busy(error: &XmppError) -> bool {
    let conditions = [
        DefinedCondition::ResourceConstraint,
        DefinedCondition::InternalServerError,
        DefinedCondition::PolicyViolation,
    ];
    conditions.iter().any(|condition| error.is(condition))
}
