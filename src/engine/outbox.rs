//! The outbox as the rules see it: what is appended, what is handed to the backend, and how a command ends.

use super::Engine;
use super::session::{Session, Touched, to_json};
use crate::model::{
    ConversationId, Error, Message, MessageStatus, Micros, Outbound, OutboxEntry, Outcome, RecvOpt, Result, UserId,
};
use crate::store::message::{self, MessageRow};
use crate::store::outbox::{self, OutboxRow};
use crate::store::{Fallible, Fault, directory};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::atomic::Ordering;

/// The kinds of commands, as the outbox table names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Send,
    Revoke,
    DeleteMessages,
    ClearHistory,
    DeleteConversation,
    Pin,
    RecvOpt,
    Read,
    Watch,
}

impl Kind {
    const ALL: [Self; 9] = [
        Self::Send,
        Self::Revoke,
        Self::DeleteMessages,
        Self::ClearHistory,
        Self::DeleteConversation,
        Self::Pin,
        Self::RecvOpt,
        Self::Read,
        Self::Watch,
    ];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Revoke => "revoke",
            Self::DeleteMessages => "deleteMessages",
            Self::ClearHistory => "clearHistory",
            Self::DeleteConversation => "deleteConversation",
            Self::Pin => "pin",
            Self::RecvOpt => "recvOpt",
            Self::Read => "read",
            Self::Watch => "watch",
        }
    }

    fn of(row: &OutboxRow) -> Fallible<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == row.kind)
            .ok_or_else(|| unreadable(row, "kind"))
    }
}

fn unreadable(row: &OutboxRow, field: &str) -> Fault {
    Error::internal(format!("the {field} of outbox command {} cannot be read", row.id)).into()
}

fn value<T: DeserializeOwned>(row: &OutboxRow) -> Fallible<T> {
    serde_json::from_str(&row.value).map_err(|_| unreadable(row, "value"))
}

fn undo<T: DeserializeOwned>(row: &OutboxRow) -> Fallible<T> {
    serde_json::from_str(&row.undo).map_err(|_| unreadable(row, "undo"))
}

impl Engine {
    /// The oldest command in the outbox.
    pub fn next_outbound(&self) -> Result<Option<OutboxEntry>> {
        // Backends ask often; an empty outbox should cost them no transaction.
        if self.store.read(|db| Ok(outbox::after(db, 0)?))?.is_none() {
            return Ok(None);
        }
        self.write(true, |session| {
            let mut after = 0;
            while let Some(row) = outbox::after(session.db, after)? {
                after = row.id;
                if let Some(command) = session.command(&row)? {
                    // From here on, with the lock still held, the server may have it.
                    session.in_flight.store(row.id, Ordering::Release);
                    return Ok(Some(OutboxEntry { id: row.id, command }));
                }
            }
            Ok(None)
        })
    }

    /// Ends a command: takes it off the outbox, and settles or undoes its local change.
    pub fn complete_outbound(&self, id: i64, outcome: Outcome) -> Result<()> {
        self.write(true, |session| match outbox::by_id(session.db, id)? {
            Some(row) => {
                outbox::remove(session.db, id)?;
                session.complete(&row, outcome)
            }
            None => Ok(()),
        })
    }
}

impl Session<'_> {
    /// Appends a command.
    pub(super) fn append(
        &mut self,
        kind: Kind,
        id: &ConversationId,
        msg_id: &str,
        value: &impl Serialize,
        undo: &impl Serialize,
    ) -> Fallible<()> {
        let row = OutboxRow {
            id: 0,
            kind: kind.as_str().to_owned(),
            conversation_id: id.as_str().to_owned(),
            msg_id: msg_id.to_owned(),
            value: to_json(value)?,
            undo: to_json(undo)?,
        };
        outbox::append(self.db, &row)?;
        Ok(())
    }

    /// Asks for the name and picture of a user whose conversation has just appeared here and who is not known yet.
    pub(super) fn watch(&mut self, touched: &Touched) -> Fallible<()> {
        let id = touched.row.conversation();
        let Some(user) = id.user_id() else { return Ok(()) };
        if touched.was_listed() || directory::user(self.db, user.as_str())?.is_some() {
            return Ok(());
        }
        if !self.is_pending(Kind::Watch, &id)? {
            self.append(Kind::Watch, &id, "", &(), &())?;
        }
        Ok(())
    }

    /// Whether a setting that comes from the server has to wait because our own newer one is on its way. What the
    /// server has is then what a refusal goes back to.
    pub(super) fn yields_to_pending(
        &mut self,
        kind: Kind,
        id: &ConversationId,
        value: &impl Serialize,
    ) -> Fallible<bool> {
        match outbox::of_kind(self.db, id.as_str(), kind.as_str())?.first() {
            Some(oldest) => {
                outbox::set_undo(self.db, oldest.id, &to_json(value)?)?;
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Whether a command of a kind waits for a conversation.
    pub(super) fn is_pending(&self, kind: Kind, id: &ConversationId) -> Fallible<bool> {
        Ok(!outbox::of_kind(self.db, id.as_str(), kind.as_str())?.is_empty())
    }

    /// The command of a row; `None` when there is nothing left to do, and the row is gone.
    fn command(&mut self, row: &OutboxRow) -> Fallible<Option<Outbound>> {
        let conversation = ConversationId::trusted(row.conversation_id.as_str());
        Ok(Some(match Kind::of(row)? {
            Kind::Send => match message::by_msg_id(self.db, &row.msg_id)? {
                // The group has shown it: only the answer was lost. In a C2C conversation the same says only that the server
                // has kept it for us, not that it has passed it on.
                Some(message) if message.seq > 0 && conversation.group_id().is_some() => {
                    outbox::remove(self.db, row.id)?;
                    return Ok(None);
                }
                Some(message) => Outbound::Send(Box::new(outgoing(conversation, message)?)),
                None => {
                    // Deleted while the server may already have had it.
                    outbox::remove(self.db, row.id)?;
                    self.append(Kind::DeleteMessages, &conversation, "", &[&row.msg_id], &())?;
                    return Ok(None);
                }
            },
            Kind::Revoke => Outbound::Revoke {
                conversation,
                msg_id: row.msg_id.clone(),
            },
            Kind::DeleteMessages => Outbound::DeleteMessages {
                conversation,
                msg_ids: value(row)?,
            },
            Kind::ClearHistory => {
                let (up_to, last) = value(row)?;
                Outbound::ClearHistory {
                    conversation,
                    up_to,
                    last,
                }
            }
            Kind::DeleteConversation => {
                let (up_to, last) = value(row)?;
                Outbound::DeleteConversation {
                    conversation,
                    up_to,
                    last,
                }
            }
            Kind::Pin => Outbound::Pin {
                conversation,
                pinned: value(row)?,
            },
            Kind::RecvOpt => Outbound::RecvOpt {
                conversation,
                opt: value(row)?,
            },
            Kind::Read => Outbound::Read {
                conversation,
                position: value(row)?,
            },
            Kind::Watch => Outbound::Watch { conversation },
        }))
    }

    fn complete(&mut self, row: &OutboxRow, outcome: Outcome) -> Fallible<()> {
        let id = ConversationId::trusted(row.conversation_id.as_str());
        let kind = Kind::of(row)?;
        if let Outcome::Refused(error) = &outcome {
            log::info!("the server refused {} ({})", row.kind, error.status.name());
        }
        match (kind, outcome) {
            (Kind::Send, Outcome::Refused(_)) => match self.unsent(&row.msg_id)? {
                Some(message) => self.send_refused(&id, message),
                None => Ok(()),
            },
            (Kind::Send, outcome) => self.sent(&id, &row.msg_id, &outcome),
            (Kind::Revoke, Outcome::Refused(_)) => match message::by_msg_id(self.db, &row.msg_id)? {
                Some(message) if message.status == MessageStatus::Revoked as i64 => {
                    self.recall_refused(&id, message, undo(row)?)
                }
                _ => Ok(()),
            },
            (Kind::Revoke, _) => match message::by_msg_id(self.db, &row.msg_id)? {
                Some(message) => self.wipe(message),
                None => Ok(()),
            },
            (Kind::Pin, Outcome::Refused(_)) => self.pin_refused(&id, undo(row)?),
            (Kind::RecvOpt, Outcome::Refused(_)) => {
                let opt: RecvOpt = undo(row)?;
                self.recv_opt_elsewhere(&id, opt)
            }
            // What was deleted or read here stays so, whatever the server thinks of it.
            _ => Ok(()),
        }
    }

    /// A message of ours that the server has not confirmed.
    fn unsent(&self, msg_id: &str) -> Fallible<Option<MessageRow>> {
        Ok(message::by_msg_id(self.db, msg_id)?.filter(|message| message.seq == 0))
    }

    fn sent(&mut self, id: &ConversationId, msg_id: &str, outcome: &Outcome) -> Fallible<()> {
        if let Some(message) = self.unsent(msg_id)? {
            return match outcome {
                Outcome::Sent { seq, time } => {
                    let seq = i64::try_from(*seq).unwrap_or(message::PENDING_POSITION - 1);
                    self.edit(id, |session, touched| session.accept(touched, message, seq, *time))
                }
                Outcome::Accepted { time } => self.accept_unnumbered(id, message, *time),
                // The server has it and will tell its place later, when it comes back to us.
                _ => Ok(()),
            };
        }
        if message::is_buried(self.db, msg_id)? {
            self.append(Kind::DeleteMessages, id, "", &[msg_id], &())?;
        }
        Ok(())
    }

    /// Puts back what was saved of a damaged cache's outbox. Says how much.
    pub(super) fn restore(&mut self, saved: crate::store::Salvaged) -> Fallible<bool> {
        let crate::store::Salvaged { entry, message } = saved;
        let Ok(id) = ConversationId::parse("conversationID", entry.conversation_id.as_str()) else {
            return Ok(false);
        };
        match (Kind::of(&entry)?, message) {
            (Kind::Send, Some(message)) if message.seq == 0 => self.edit(&id, |session, touched| {
                let conversation = session.stored(touched)?;
                session.store_pending(
                    touched,
                    &MessageRow {
                        conversation,
                        ..message
                    },
                )
            })?,
            (Kind::Send | Kind::Revoke, _) => return Ok(false),
            (Kind::Pin, _) => {
                let pinned: bool = value(&entry)?;
                outbox::append(self.db, &entry)?;
                self.edit(&id, |session, touched| {
                    touched.row.is_pinned = pinned;
                    if pinned {
                        session.list(touched, session.now);
                    }
                    Ok(())
                })?;
            }
            (Kind::RecvOpt, _) => {
                let opt: RecvOpt = value(&entry)?;
                outbox::append(self.db, &entry)?;
                self.edit(&id, |_, touched| {
                    touched.row.recv_opt = opt as i64;
                    Ok(())
                })?;
            }
            // Putting back the message has asked for it already.
            (Kind::Watch, _) if self.is_pending(Kind::Watch, &id)? => {}
            _ => {
                outbox::append(self.db, &entry)?;
            }
        }
        Ok(true)
    }
}

fn outgoing(conversation: ConversationId, row: MessageRow) -> Fallible<Message> {
    Ok(Message {
        body: super::render::parse_body(&row)?,
        msg_id: row.msg_id,
        conversation,
        sender: UserId::trusted(row.sender),
        nick_name: row.nick_name,
        face_url: row.face_url,
        seq: 0,
        time: Micros(row.time),
        revoked: false,
    })
}
