//! Reactions in the model: each user's newest set counts, and a refusal gives back what was there before.

use crate::driver::Driver;
use crate::naive::{At, Command, Kind, ME, Naive, at};
use crate::witness::settle;
use im::events::Event;
use im::model::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const IDS: [&str; 4] = ["\u{1f44d}", "\u{2764}\u{fe0f}", "[smile]", "x"];

/// A user's reactions to a message, and the stamp of the change that made them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Set {
    pub ids: Vec<String>,
    pub at: Option<At>,
}

/// What each user has reacted with to a message.
pub type Sets = BTreeMap<String, Set>;

/// A change of ours that waits.
#[derive(Clone, Debug, PartialEq)]
pub struct Reacting {
    pub value: Set,
    pub changed: Vec<(String, bool)>,
    pub undo: Set,
}

/// Whether a set counts where another one was before.
fn replaces(new: At, known: Option<At>) -> bool {
    let Some(known) = known else { return true };
    if new.1 == 0 || known.1 == 0 {
        return new.0.div_euclid(1_000_000) >= known.0.div_euclid(1_000_000);
    }
    new > known
}

fn with(changed: &[(String, bool)], ids: &[String]) -> Vec<String> {
    let mut ids = ids.to_vec();
    for (id, adds) in changed {
        ids.retain(|other| other != id);
        if *adds {
            ids.push(id.clone());
        }
    }
    ids
}

impl Naive {
    /// The changes of ours to a message's reactions that are pending, oldest first.
    fn reacting<'a>(&'a mut self, msg_id: &'a str) -> impl Iterator<Item = (&'a mut Reacting, bool)> {
        let in_flight = self.in_flight.iter_mut().map(|command| (command, true));
        let waiting = self.outbox.iter_mut().map(|command| {
            let handed_out = command.handed_out;
            (command, handed_out)
        });
        in_flight
            .chain(waiting)
            .filter_map(move |(command, handed_out)| match &mut command.kind {
                Kind::React(reacting) if command.msg_id == msg_id => Some((&mut **reacting, handed_out)),
                _ => None,
            })
    }

    pub fn drop_reactions(&mut self, msg_id: &str) {
        let is_one = |command: &Command| command.msg_id == msg_id && matches!(command.kind, Kind::React(_));
        self.outbox.retain(|command| !is_one(command));
        self.in_flight = self.in_flight.take().filter(|command| !is_one(command));
        if let Some((id, message)) = self.find(msg_id) {
            if message.status != 6 {
                self.set(&id, msg_id, ME, Set::default());
            }
            self.message(&id, msg_id).unwrap().reactions.clear();
        }
    }

    /// Gives a user a set, and notes what is told of that.
    fn set(&mut self, id: &str, msg_id: &str, user: &str, set: Set) {
        let message = self.message(id, msg_id).unwrap();
        let before = message.reactions.get(user).cloned().unwrap_or_default();
        let mut changed: Vec<String> = before.ids.iter().filter(|id| !set.ids.contains(id)).cloned().collect();
        changed.extend(set.ids.iter().filter(|id| !before.ids.contains(id)).cloned());
        if set.at.is_none() {
            message.reactions.remove(user);
        } else {
            message.reactions.insert(user.to_owned(), set);
        }
        if changed.is_empty() || message.status == 6 {
            return;
        }
        let told = changed.iter().map(|id| {
            let users = message.reactions.iter().filter(|(_, set)| set.ids.contains(id));
            json!([id, users.count()])
        });
        let told = json!([msg_id, told.collect::<Vec<_>>()]);
        self.reacted.push(told);
    }

    /// `None`: allowed; else the status it fails with.
    pub fn react(&mut self, msg_id: &str, reaction: &str, adds: bool) -> Option<Status> {
        let Some((id, message)) = self.find(msg_id) else {
            return Some(Status::InvalidParameters);
        };
        if !matches!(message.status, 1 | 2) || matches!(message.body.elem, Elem::GroupTips(_)) {
            return Some(Status::InvalidParameters);
        }
        let before = message.reactions.get(ME).cloned().unwrap_or_default();
        let is_there = message
            .reactions
            .values()
            .any(|set| set.ids.iter().any(|id| id == reaction));
        match (adds, before.ids.iter().any(|id| id == reaction)) {
            (true, true) => return Some(Status::AlreadyReacted),
            (false, false) if is_there => return Some(Status::NotOwnReaction),
            (false, false) => return Some(Status::NoSuchReaction),
            _ => {}
        }
        let change = (reaction.to_owned(), adds);
        let value = Set {
            ids: with(std::slice::from_ref(&change), &before.ids),
            at: Some(self.next_stamp()),
        };
        match self.reacting(msg_id).last() {
            Some((waiting, false)) => {
                waiting.changed.retain(|(other, _)| *other != change.0);
                waiting.changed.push(change);
                waiting.value = value.clone();
            }
            _ => self.push(
                &id,
                msg_id,
                Kind::React(Box::new(Reacting {
                    value: value.clone(),
                    changed: vec![change],
                    undo: before,
                })),
            ),
        }
        self.set(&id, msg_id, ME, value);
        None
    }

    pub fn reacted_elsewhere(&mut self, id: &str, msg_id: &str, reacted: &Reacted) {
        let Some(message) = self.message(id, msg_id).cloned() else {
            return;
        };
        let recall = |kind: &Kind| matches!(kind, Kind::Revoke { .. });
        if message.status == 6 && !self.is_pending_for(msg_id, recall) {
            return;
        }
        self.last_stamp = self.last_stamp.max(reacted.stamp.time.0);
        let user = reacted.user.as_str();
        let stamp = match &reacted.stamp {
            stamp if stamp.device.is_empty() || stamp.device == "~" => at(stamp),
            own => (own.time.0, 1),
        };
        let new = Set {
            ids: reacted.reactions.clone(),
            at: Some(stamp),
        };
        if user == ME {
            if self
                .reacting(msg_id)
                .any(|(reacting, _)| reacting.value.at == Some(stamp))
            {
                if id.starts_with("group_") {
                    // Only the one in flight can be.
                    self.in_flight = None;
                }
                return;
            }
            if let Some((_, false)) = self.reacting(msg_id).last() {
                let waiting = self
                    .reacting(msg_id)
                    .last()
                    .map(|(waiting, _)| waiting.clone())
                    .unwrap();
                if replaces(stamp, waiting.undo.at) {
                    let value = Set {
                        ids: with(&waiting.changed, &new.ids),
                        at: Some(self.next_stamp()),
                    };
                    let (waiting, _) = self.reacting(msg_id).last().unwrap();
                    waiting.value = value.clone();
                    waiting.undo = new;
                    self.set(id, msg_id, ME, value);
                }
                return;
            }
            if let Some((first, _)) = self.reacting(msg_id).next()
                && replaces(stamp, first.undo.at)
            {
                first.undo = new.clone();
            }
        }
        let known = message.reactions.get(user).and_then(|set| set.at);
        if known != Some(stamp) && replaces(stamp, known) {
            self.set(id, msg_id, user, new);
        }
    }

    pub fn reaction_refused(&mut self, id: &str, msg_id: &str, refused: &Reacting) {
        let was = refused.value.at;
        let mut before = refused.undo.clone();
        let mut now = was;
        for (later, handed_out) in self.reacting(msg_id) {
            if later.undo.at == was {
                later.undo = before.clone();
                if !handed_out {
                    later.value.ids = with(&later.changed, &before.ids);
                    now = later.value.at;
                    before = later.value.clone();
                }
            }
        }
        if let Some(message) = self.message(id, msg_id) {
            let known = message.reactions.get(ME).and_then(|set| set.at);
            if known == was || known == now {
                self.set(id, msg_id, ME, before);
            }
        }
    }

    pub fn is_pending_for(&self, msg_id: &str, is_kind: impl Fn(&Kind) -> bool) -> bool {
        let mut pending = self.in_flight.iter().chain(&self.outbox);
        pending.any(|command| command.msg_id == msg_id && is_kind(&command.kind))
    }
}

impl Driver {
    pub fn react(&mut self) {
        let msg_id = self.any_message().unwrap_or("unknown".into());
        let reaction = IDS[self.rng.usize(0..IDS.len())];
        let adds = self.rng.u8(0..3) > 0;
        self.note(format!("react {msg_id} {reaction} {adds}"));
        let outcome = self.engine().react(&msg_id, reaction, adds);
        let expected = self.model.react(&msg_id, reaction, adds);
        assert_eq!(outcome.err().map(|error| error.status), expected);
        self.check_reacted();
    }

    /// Reactions that the server tells of: anybody's, or the own ones that are on their way.
    pub fn reacted_elsewhere(&mut self) -> Change {
        if let Some(Outbound::React(reaction)) = &self.taken
            && self
                .model
                .in_flight
                .as_ref()
                .is_some_and(|command| matches!(command.kind, Kind::React(_)))
            && self.rng.bool()
        {
            return Change::Reacted {
                conversation: reaction.conversation.clone(),
                message: Target::MsgId(reaction.msg_id.clone()),
                reacted: Box::new(Reacted {
                    user: UserId::trusted(ME),
                    nick_name: String::new(),
                    face_url: String::new(),
                    reactions: reaction.reactions.clone(),
                    stamp: reaction.stamp.clone(),
                    older: false,
                }),
            };
        }
        let msg_id = self.any_message().unwrap_or("unknown".into());
        let id = self.model.find(&msg_id).map_or("c2c_u1".into(), |(id, _)| id);
        let mut reactions: Vec<String> = IDS.map(str::to_owned).into();
        reactions.retain(|_| self.rng.bool());
        Change::Reacted {
            conversation: ConversationId::trusted(id),
            message: Target::MsgId(msg_id),
            reacted: Box::new(Reacted {
                user: UserId::trusted([ME, "u1", "u2"][self.rng.usize(0..3)]),
                nick_name: String::new(),
                face_url: String::new(),
                reactions,
                stamp: self.any_stamp(),
                older: false,
            }),
        }
    }

    /// Each change of reactions is told once, with how many have made them by then.
    pub fn check_reacted(&mut self) {
        settle(self.dispatcher.as_ref().unwrap());
        let mut heard = self.witness.0.lock().unwrap();
        let told: Vec<Value> = heard
            .messages
            .iter()
            .filter(|(event, _)| *event == Event::RecvMessageReactionsChanged)
            .map(|(_, changes)| {
                let list = changes[0]["reactionList"].as_array().unwrap();
                let list = list.iter().map(|it| json!([it["reactionID"], it["totalUserCount"]]));
                json!([changes[0]["messageID"], list.collect::<Vec<_>>()])
            })
            .collect();
        heard
            .messages
            .retain(|(event, _)| *event != Event::RecvMessageReactionsChanged);
        drop(heard);
        assert_eq!(
            told,
            std::mem::take(&mut self.model.reacted),
            "onRecvMessageReactionsChanged"
        );
    }

    /// The reactions to some messages are those of the model.
    pub fn check_reactions(&mut self) {
        for _ in 0..3 {
            let Some(msg_id) = self.any_message() else { return };
            let (_, message) = self.model.find(&msg_id).unwrap();
            let results = self.engine().reactions(std::slice::from_ref(&msg_id), 10).unwrap();
            let results: Value = serde_json::from_str(&results).unwrap();
            let mut shown = BTreeMap::<String, Vec<String>>::new();
            for reaction in results[0]["reactionList"].as_array().unwrap() {
                let users = reaction["partialUserList"].as_array().unwrap();
                let mut users: Vec<String> = users
                    .iter()
                    .map(|user| user["userID"].as_str().unwrap().to_owned())
                    .collect();
                users.sort();
                assert_eq!(reaction["reactedByMyself"], users.iter().any(|user| user == ME));
                shown.insert(reaction["reactionID"].as_str().unwrap().to_owned(), users);
            }
            let mut expected = BTreeMap::<String, Vec<String>>::new();
            if message.status != 6 {
                for (user, set) in &message.reactions {
                    for id in &set.ids {
                        expected.entry(id.clone()).or_default().push(user.clone());
                    }
                }
            }
            assert_eq!(shown, expected, "{msg_id}");
        }
    }
}
