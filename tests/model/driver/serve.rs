//! The outbox: what the engine hands out is the model's next command, and the server's answers.

use super::*;
use serde_json::json;

impl Driver {
    pub(super) fn serve(&mut self) {
        match self.model.in_flight.clone() {
            None => self.take(),
            Some(command) => self.complete(&command),
        }
    }

    pub(super) fn take(&mut self) {
        let taken = self.engine().next_outbound().unwrap();
        self.note(format!("take {taken:?}"));
        // A message that was deleted after it was handed out is deleted on the server instead.
        while let Some(place) = self
            .model
            .outbox
            .first()
            .filter(|command| {
                let is_gone = self.model.find(&command.msg_id).is_none();
                command.kind == Kind::Send || matches!(command.kind, Kind::React(_)) && is_gone
            })
            .map(|_| 0)
        {
            let command = self.model.outbox[place].clone();
            if command.kind != Kind::Send {
                self.model.outbox.remove(place);
                continue;
            }
            match self.model.find(&command.msg_id) {
                Some((id, message)) if message.seq == 0 || id.starts_with("c2c_") => {
                    self.model.sign(&command.msg_id);
                    break;
                }
                // The group has shown it, so it was sent.
                Some(_) => {
                    self.model.outbox.remove(place);
                    continue;
                }
                None => self.model.outbox.remove(place),
            };
            // Another device may have deleted it, and the server knows.
            if !self.model.unsent.remove(&command.msg_id) {
                continue;
            }
            let kind = Kind::DeleteMessages(vec![command.msg_id.clone()]);
            self.model.outbox.push(Command {
                msg_id: String::new(),
                kind,
                handed_out: false,
                ..command
            });
        }
        let Some(taken) = taken else {
            assert!(
                self.model.outbox.is_empty(),
                "the engine has nothing to do, the model {:?}",
                self.model.outbox[0]
            );
            return;
        };
        let first = self.model.outbox.first().map(|command| command.call);
        let place = self
            .model
            .outbox
            .iter()
            .position(|command| Some(command.call) == first && same(command, &taken.command, &self.model));
        let place = place.unwrap_or_else(|| {
            let first = self.model.outbox.first().unwrap();
            panic!("{taken:?} is not {first:?} of {:?}", self.model.find(&first.msg_id))
        });
        self.model.in_flight = Some(self.model.outbox.remove(place));
        self.in_flight = taken.id;
        self.taken = Some(taken.command);
    }

    pub(super) fn complete(&mut self, command: &Command) {
        let refused = || Outcome::Refused(Error::no_permission("no"));
        let outcome = match command.kind {
            _ if self.rng.u8(0..5) == 0 => refused(),
            Kind::Send => {
                let seq = self.next_seq(&command.conv);
                Outcome::Sent {
                    seq,
                    time: Micros(self.model.now + self.rng.i64(-2_000_000..2_000_000)),
                }
            }
            _ => Outcome::Done,
        };
        self.note(format!("complete {command:?} {outcome:?}"));
        self.engine()
            .complete_outbound(self.in_flight, outcome.clone())
            .unwrap();
        self.model.complete(&outcome);
        self.check_failed(command, matches!(outcome, Outcome::Refused(_)));
        self.place_history();
        self.check_edited();
        self.check_reacted();
    }
}

impl Driver {
    /// A refusal of anything but a message is told once, as what was refused.
    fn check_failed(&mut self, command: &Command, is_refused: bool) {
        settle(self.dispatcher.as_ref().unwrap());
        let mut heard = self.witness.0.lock().unwrap();
        let is_failure = |(event, _): &(Event, Value)| *event == Event::LocalChangeFailed;
        let told: Vec<Value> = heard
            .messages
            .extract_if(.., |heard| is_failure(heard))
            .map(|(_, failure)| json!([failure["conversationID"], failure["msgID"]]))
            .collect();
        let is_told = is_refused && !matches!(command.kind, Kind::Send | Kind::SubscribeProfile);
        let is_of_account = matches!(
            &command.kind,
            Kind::Label {
                value: (Setting::GroupName(..) | Setting::AllRecvOpt(_), _),
                ..
            }
        );
        let some = |text: &str, is_there: bool| if is_there { json!(text) } else { Value::Null };
        let expected = json!([
            some(&command.conv, !is_of_account),
            some(&command.msg_id, !command.msg_id.is_empty())
        ]);
        let expected = if is_told { vec![expected] } else { Vec::new() };
        assert_eq!(told, expected, "onLocalChangeFailed of {command:?}");
    }
}

/// Whether a command sets a setting, with the time of the stamp.
fn is_set(change: &StampedSetting, setting: Setting, at: At) -> bool {
    change.setting == setting && change.stamp.time.0 == at.0
}

/// Whether the engine's command is the model's.
fn same(command: &Command, taken: &Outbound, model: &Naive) -> bool {
    let is_conv = |conversation: &ConversationId| conversation.as_str() == command.conv;
    match (&command.kind, taken) {
        (Kind::Send, Outbound::Send(message)) => {
            let own = model.first_content(&command.msg_id);
            is_conv(&message.conversation) && message.msg_id == command.msg_id && Some(&message.body) == own.as_ref()
        }
        (Kind::Modify { value, .. }, Outbound::Modify(message)) => {
            let is_message = is_conv(&message.conversation) && message.msg_id == command.msg_id;
            let stamp = message.body.modified.as_ref().map(|stamp| stamp.time.0);
            is_message && value.is_of(&message.body) && stamp == value.at.map(|at| at.0)
        }
        (Kind::React(reacting), Outbound::React(reaction)) => {
            let is_message = is_conv(&reaction.conversation) && reaction.msg_id == command.msg_id;
            let stamp = Some(reaction.stamp.time.0);
            is_message && reacting.value.ids == reaction.reactions && stamp == reacting.value.at.map(|at| at.0)
        }
        (Kind::Revoke { .. }, Outbound::Revoke { conversation, msg_id }) => {
            is_conv(conversation) && *msg_id == command.msg_id
        }
        (Kind::DeleteMessages(ids), Outbound::DeleteMessages { conversation, msg_ids }) => {
            is_conv(conversation) && ids == msg_ids
        }
        (
            Kind::ClearHistory(cleared),
            Outbound::ClearHistory {
                conversation, up_to, ..
            },
        ) => is_conv(conversation) && *cleared as u64 == *up_to,
        (
            Kind::DeleteConversation(cleared, at),
            Outbound::DeleteConversation {
                conversation,
                up_to,
                stamp,
                ..
            },
        ) => is_conv(conversation) && *cleared as u64 == *up_to && at.0 == stamp.time.0,
        (Kind::Pin { value, .. }, Outbound::Set { conversation, setting }) => {
            is_conv(conversation) && is_set(setting, Setting::Pinned(value.0), value.1)
        }
        (Kind::RecvOpt { value, .. }, Outbound::Set { conversation, setting }) => {
            let opt = Setting::RecvOpt(RecvOpt::try_from(value.0).unwrap());
            is_conv(conversation) && is_set(setting, opt, value.1)
        }
        (Kind::Label { value, .. }, Outbound::Set { conversation, setting }) => {
            is_conv(conversation) && is_set(setting, value.0.clone(), value.1)
        }
        (
            Kind::Read { seq, timestamp },
            Outbound::Read {
                conversation,
                position,
                tells_peer,
            },
        ) => {
            let is_position = *seq as u64 == position.seq && *timestamp == position.timestamp;
            is_conv(conversation) && is_position && *tells_peer == model.is_known(&command.conv)
        }
        (
            Kind::ReadReceipts(ids),
            Outbound::ReadReceipts {
                conversation, msg_ids, ..
            },
        ) => is_conv(conversation) && ids == msg_ids,
        (Kind::SubscribeProfile, Outbound::SubscribeProfile { conversation }) => is_conv(conversation),
        _ => false,
    }
}
