//! The outbox as the rules see it: what is appended, what is handed to the backend, and how a command ends.

use super::core::Engine;
use super::hand_out::outgoing;
use super::json::to_json;
use super::lost::Lost;
use super::transaction::{LoadedConversation, Transaction};
use crate::model::{
    ConversationId, Error, MessageStatus, Micros, Outbound, Outcome, Place, Result, SettingKind, Stamp, StampedSetting,
};
use crate::store::message::{self, MessageRow};
use crate::store::outbox::{self, CommandKind, OutboxRow};
use crate::store::{StoreError, StoreResult, directory};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

fn unreadable(row: &OutboxRow, field: &str) -> StoreError {
    StoreError::Unreadable(Error::internal(format!(
        "the {field} of outbox command {} cannot be read",
        row.id
    )))
}

pub(super) fn value<T: DeserializeOwned>(row: &OutboxRow) -> StoreResult<T> {
    serde_json::from_str(&row.value).map_err(|_| unreadable(row, "value"))
}

/// The setting in a column of a command.
pub(super) fn setting(row: &OutboxRow, kind: SettingKind, field: &str, json: &str) -> StoreResult<StampedSetting> {
    StampedSetting::from_json(kind, json).map_err(|_| unreadable(row, field))
}

/// What a clearing or deleting command says.
pub(super) struct Removed {
    /// How far by number.
    pub(super) up_to: u64,
    /// How far by message.
    last: Option<Place>,
    pub(super) stamp: Option<Stamp>,
    /// Which messages go beside.
    apart: Vec<String>,
}

pub(super) fn removed(row: &OutboxRow) -> StoreResult<Removed> {
    let mut parts = value::<Vec<Value>>(row)?.into_iter();
    let mut next = || parts.next().unwrap_or_default();
    let Some(up_to) = next().as_u64() else {
        return Err(unreadable(row, "value"));
    };
    let last = match next() {
        // Versions before the stamps wrote its `msgID` alone.
        Value::String(id) => Some(id).filter(|id| !id.is_empty()).map(|id| Place {
            time: Micros::default(),
            id,
            ..Place::default()
        }),
        place => serde_json::from_value(place).map_err(|_| unreadable(row, "value"))?,
    };
    Ok(Removed {
        up_to,
        last,
        stamp: serde_json::from_value(next()).ok(),
        // Earlier versions wrote none.
        apart: serde_json::from_value(next()).unwrap_or_default(),
    })
}

pub(super) fn undo<T: DeserializeOwned>(row: &OutboxRow) -> StoreResult<T> {
    serde_json::from_str(&row.undo).map_err(|_| unreadable(row, "undo"))
}

impl Engine {
    /// The numbers of the first and the last command that wait for a conversation.
    pub fn pending_commands(&self, id: &ConversationId) -> Result<Option<(i64, i64)>> {
        self.store.read(|db| Ok(outbox::bounds(db, id)?))
    }

    /// Ends a command: takes it off the outbox, and settles or undoes its local change.
    pub fn complete_outbound(&self, id: i64, outcome: Outcome) -> Result<()> {
        self.complete_outbound_at(id, outcome, None)
    }

    /// The same, with the cursor that covers it.
    pub fn complete_outbound_at(&self, id: i64, outcome: Outcome, cursor: Option<String>) -> Result<()> {
        let is_accepted = matches!(outcome, Outcome::Accepted { .. });
        let ended = self.write(true, |tx| {
            if cursor.is_some() {
                tx.account.cursor = cursor;
            }
            match outbox::by_id(tx.db, id) {
                Ok(Some(row)) => {
                    // Before it is settled: undoing a setting looks at the commands that are still on their way.
                    outbox::remove(tx.db, id)?;
                    tx.complete(&row, outcome)?;
                    Ok(Some(row))
                }
                Ok(None) => Ok(None),
                Err(error) => {
                    let error = StoreError::from(error);
                    if error.is_unreadable() {
                        tx.give_up(id).map(|()| None)
                    } else {
                        Err(error)
                    }
                }
            }
        })?;
        // It may come back.
        ended
            .filter(|_| is_accepted)
            .into_iter()
            .for_each(|row| self.note_sent(row));
        Ok(())
    }
}

impl Transaction<'_> {
    /// Appends a command.
    pub(super) fn append(
        &mut self,
        kind: CommandKind,
        id: &ConversationId,
        msg_id: &str,
        value: &impl Serialize,
        undo: &impl Serialize,
    ) -> StoreResult<()> {
        let row = OutboxRow {
            id: 0,
            kind,
            conversation_id: id.clone(),
            msg_id: msg_id.to_owned(),
            value: to_json(value)?,
            undo: to_json(undo)?,
        };
        outbox::append(self.db, &row)?;
        Ok(())
    }

    /// Asks for the name and picture of a user whose conversation has just appeared here and who is not known yet.
    pub(super) fn subscribe_profile(&mut self, loaded: &LoadedConversation) -> StoreResult<()> {
        let id = loaded.row.conversation_id.clone();
        let Some(user) = id.user_id() else { return Ok(()) };
        // A server is not asked twice: a conversation that was listed has asked already.
        if loaded.was_listed() || directory::user(self.db, &user)?.is_some() {
            return Ok(());
        }
        if !self.is_pending(CommandKind::SubscribeProfile, &id)? {
            self.append(CommandKind::SubscribeProfile, &id, "", &(), &())?;
        }
        Ok(())
    }

    /// Whether a command of a kind waits for a conversation.
    pub(super) fn is_pending(&self, kind: CommandKind, id: &ConversationId) -> StoreResult<bool> {
        Ok(!outbox::of_kind(self.db, id, kind)?.is_empty())
    }

    /// The command with a number; `None` when there is nothing left to do, and the row is gone.
    pub(super) fn numbered(&mut self, id: i64) -> StoreResult<Option<Outbound>> {
        match outbox::by_id(self.db, id)? {
            Some(row) => self.command(&row),
            None => Ok(None),
        }
    }

    /// The command of a row; `None` when there is nothing left to do, and the row is gone.
    fn command(&mut self, row: &OutboxRow) -> StoreResult<Option<Outbound>> {
        let conversation = row.conversation_id.clone();
        Ok(Some(match row.kind {
            CommandKind::Send => match message::by_msg_id(self.db, &row.msg_id)? {
                // The group has shown it: only the answer was lost. In a C2C conversation the same says only that the server
                // has kept it for us, not that it has passed it on.
                Some(message) if message.seq > 0 && conversation.group_id().is_some() => {
                    outbox::remove(self.db, row.id)?;
                    return Ok(None);
                }
                Some(mut message) => {
                    self.sign(&mut message)?;
                    let body = self.body_to_send(row, &message)?;
                    Outbound::Send(Box::new(outgoing(conversation, message, body)))
                }
                None => {
                    // Deleted while the server may already have had it.
                    outbox::remove(self.db, row.id)?;
                    self.delete_sent(&conversation, &row.msg_id)?;
                    return Ok(None);
                }
            },
            CommandKind::Modify => Outbound::Modify(Box::new(self.modification_to_send(row)?)),
            CommandKind::React => return self.reaction_to_send(row),
            CommandKind::Revoke => Outbound::Revoke {
                conversation,
                msg_id: row.msg_id.clone(),
            },
            CommandKind::DeleteMessages => Outbound::DeleteMessages {
                conversation,
                msg_ids: value(row)?,
            },
            CommandKind::ClearHistory => {
                let Removed { up_to, last, apart, .. } = removed(row)?;
                Outbound::ClearHistory {
                    conversation,
                    up_to,
                    last,
                    apart,
                }
            }
            CommandKind::DeleteConversation => {
                let Removed {
                    up_to,
                    last,
                    apart,
                    stamp,
                } = removed(row)?;
                Outbound::DeleteConversation {
                    conversation,
                    up_to,
                    last,
                    apart,
                    stamp: stamp.unwrap_or_else(|| self.next_stamp()),
                }
            }
            CommandKind::Setting(kind) => {
                let mut setting = setting(row, kind, "value", &row.value)?;
                if setting.stamp == Stamp::default() {
                    setting.stamp = self.next_stamp();
                }
                Outbound::Set { conversation, setting }
            }
            CommandKind::Read => self.reading_to_send(conversation, value(row)?)?,
            CommandKind::ReadReceipts => value(row).map(|(msg_ids, time)| Outbound::ReadReceipts {
                conversation,
                msg_ids,
                time,
            })?,
            CommandKind::SubscribeProfile => Outbound::SubscribeProfile { conversation },
        }))
    }

    fn complete(&mut self, row: &OutboxRow, outcome: Outcome) -> StoreResult<()> {
        let Outcome::Refused(error) = outcome.clone() else {
            return self.settle(row, outcome);
        };
        self.settle(row, outcome)?;
        self.tell_failure(row, &error)
    }

    fn settle(&mut self, row: &OutboxRow, outcome: Outcome) -> StoreResult<()> {
        let id = row.conversation_id.clone();
        match (row.kind, outcome) {
            (CommandKind::Send, Outcome::Refused(error)) => match self.unsent(&row.msg_id)? {
                Some(message) => self.send_refused(&id, message, error.status),
                None => Ok(()),
            },
            (CommandKind::Send, outcome) => self.sent(&id, &row.msg_id, &outcome),
            (CommandKind::Modify, Outcome::Refused(_)) => self.modification_refused(&id, row),
            (CommandKind::React, Outcome::Refused(_)) => self.reactions_refused(&id, row),
            (CommandKind::Revoke, Outcome::Refused(_)) => match message::by_msg_id(self.db, &row.msg_id)? {
                Some(message) if message.status == MessageStatus::Revoked => {
                    // What is damaged was sent, as most messages were.
                    self.recall_refused(&id, message, undo(row).unwrap_or(MessageStatus::Sent))
                }
                _ => Ok(()),
            },
            // The content was kept for a refusal only.
            (CommandKind::Revoke, _) => match message::by_msg_id(self.db, &row.msg_id)? {
                Some(message) => self.wipe(message),
                None => Ok(()),
            },
            (CommandKind::Setting(kind), Outcome::Refused(_)) => {
                let refused = setting(row, kind, "value", &row.value);
                match (refused, setting(row, kind, "undo", &row.undo)) {
                    (Ok(refused), Ok(before)) => {
                        self.setting_refused(&id, &refused, &before)?;
                        match Lost::of_undo(&row.undo) {
                            Some(lost) => self.put_back(&id, &lost, &refused.stamp),
                            None => Ok(()),
                        }
                    }
                    // There is nothing to go back to.
                    _ => Ok(()),
                }
            }
            // Deleting and reading are never undone, whatever the server thinks of them.
            _ => Ok(()),
        }
    }

    /// A message of ours that the server has not confirmed.
    fn unsent(&self, msg_id: &str) -> StoreResult<Option<MessageRow>> {
        Ok(message::by_msg_id(self.db, msg_id)?.filter(|message| message.seq == 0))
    }

    fn sent(&mut self, id: &ConversationId, msg_id: &str, outcome: &Outcome) -> StoreResult<()> {
        if let Some(message) = self.unsent(msg_id)? {
            return match outcome {
                Outcome::Sent { seq, time } => {
                    let seq = i64::try_from(*seq).unwrap_or(message::PENDING_POSITION - 1);
                    self.edit(id, |tx, loaded| tx.accept(loaded, message, seq, *time))
                }
                Outcome::Accepted { time } => self.accept_unnumbered(id, message, *time),
                // The server has it and will tell its place later, when it comes back to us.
                _ => Ok(()),
            };
        }
        // Deleted here while it was on its way.
        self.delete_sent(id, msg_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::UnreadScope;
    use crate::engine::fixture::{Fixture, bob, c2c, from_bob, refused};
    use crate::events::Event;
    use crate::model::{AllowType, Change, Profile, RecvOpt, Setting, UserId};

    #[test]
    fn commands_are_handed_out_in_order_until_they_end_also_after_a_restart() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.engine.set_pinned(&bob(), true).unwrap();
        fixture.engine.set_recv_opt(&[bob()], RecvOpt::NotNotify).unwrap();
        let fixture = fixture.reopen();
        let commands: Vec<Outbound> = std::iter::from_fn(|| {
            let entry = fixture.engine.next_outbound().unwrap()?;
            fixture.engine.complete_outbound(entry.id, Outcome::Done).unwrap();
            Some(entry.command)
        })
        .collect();
        let place = |setting: Setting| {
            let is_it =
                |command: &Outbound| matches!(command, Outbound::Set { setting: set, .. } if set.setting == setting);
            commands.iter().position(is_it).unwrap()
        };
        assert!(place(Setting::Pinned(true)) < place(Setting::RecvOpt(RecvOpt::NotNotify)));
        assert_eq!(fixture.command(), None);
    }

    #[test]
    fn an_outcome_that_comes_twice_changes_nothing() {
        let fixture = Fixture::new();
        fixture.send(&bob(), "hi");
        let entry = fixture.engine.next_outbound().unwrap().unwrap();
        let sent = Outcome::Sent {
            seq: 1,
            time: crate::model::Micros(1),
        };
        fixture.engine.complete_outbound(entry.id, sent.clone()).unwrap();
        fixture.told();
        fixture.engine.complete_outbound(entry.id, sent).unwrap();
        assert!(fixture.told().is_empty());
    }

    #[test]
    fn the_profile_of_a_user_who_is_not_known_is_asked_for_once() {
        let fixture = Fixture::new();
        fixture.engine.set_draft(&bob(), "one").unwrap();
        fixture.engine.set_draft(&bob(), "two").unwrap();
        assert!(matches!(fixture.command(), Some(Outbound::SubscribeProfile { .. })));
        fixture.complete(Outcome::Done);
        assert_eq!(fixture.command(), None);
        fixture.live(Change::Profile(Profile {
            user_id: UserId::trusted("carol"),
            nick_name: "Carol".to_owned(),
            face_url: String::new(),
            allow_type: AllowType::AllowAny,
        }));
        fixture.engine.set_draft(&c2c("carol"), "one").unwrap();
        assert_eq!(fixture.command(), None, "she is known");
    }

    #[test]
    fn what_was_deleted_cleared_or_read_stays_so_although_the_server_refuses_it() {
        let fixture = Fixture::new();
        let acts: [&dyn Fn(); 4] = [
            &|| fixture.engine.clean_unread(&UnreadScope::All, 0, 0).unwrap(),
            &|| fixture.engine.delete_messages(&["m1".to_owned()]).unwrap(),
            &|| fixture.engine.clear_history(&bob()).unwrap(),
            &|| fixture.engine.delete_conversation(&bob()).unwrap(),
        ];
        (1..=3).for_each(|seq| fixture.live(from_bob(seq)));
        for act in acts {
            fixture.complete_all();
            act();
            let shown = || (fixture.row(&bob()), fixture.messages(&bob()), fixture.list());
            let before = shown();
            fixture.told();
            fixture.complete(refused());
            assert_eq!(shown(), before);
            assert!(matches!(fixture.told()[..], [(Event::LocalChangeFailed, _)]));
        }
        assert!(fixture.list().is_empty());
    }
}
