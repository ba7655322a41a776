//! The naive model: plain lists, everything worked out from scratch. It knows the rules and nothing of how the engine
//! keeps them.

use crate::edits::Content;
use crate::reactions::{Reacting, Sets};
use im::model::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

pub const ME: &str = "me";
/// The position of messages that the server does not have.
pub const PENDING: i64 = i64::MAX;

#[derive(Clone, Debug)]
pub struct Msg {
    /// Local order of creation.
    pub born: u64,
    pub msg_id: String,
    pub position: i64,
    pub seq: i64,
    pub time: i64,
    pub status: i64,
    pub sender: String,
    pub nick_name: String,
    pub face_url: String,
    pub body: MessageBody,
    /// The stamp of its last edit.
    pub edit: Option<At>,
    /// What each user has reacted with.
    pub reactions: Sets,
    pub local_data: String,
    pub local_int: i64,
    /// Who has confirmed it: the others an own message, the user one of theirs.
    pub readers: BTreeSet<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Conv {
    pub is_listed: bool,
    pub is_deleted: bool,
    pub activation: i64,
    pub is_pinned: bool,
    pub recv_opt: i64,
    pub is_read_known: bool,
    pub read_seq: i64,
    pub read_time: i64,
    pub peer_read: i64,
    pub delivered: i64,
    pub cleared: i64,
    pub max_seq: i64,
    pub draft: String,
    pub draft_time: i64,
    pub messages: Vec<Msg>,
    pub pin_stamp: At,
    pub opt_stamp: At,
    pub delete_stamp: At,
    /// Marks, custom data, groups, and being out of the list, by the names of their kinds. For the user's own conversation also
    /// the names of groups.
    pub labels: BTreeMap<String, (Setting, At)>,
}

/// A stamp: its time, and whether an own change of the same time would be newer (0) or older (2); own ones are 1.
pub type At = (i64, u8);

/// The stamp of a change that another device made.
pub fn at(stamp: &Stamp) -> At {
    (stamp.time.0, if stamp.device.is_empty() { 0 } else { 2 })
}

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Send,
    Revoke { undo: i64 },
    Modify { value: Box<Content>, undo: Box<Content> },
    React(Box<Reacting>),
    DeleteMessages(Vec<String>),
    ClearHistory(i64),
    DeleteConversation(i64, At),
    Pin { value: (bool, At), undo: (bool, At) },
    RecvOpt { value: (i64, At), undo: (i64, At) },
    Read { seq: i64, timestamp: i64 },
    ReadReceipts(Vec<String>),
    SubscribeProfile,
    Label { value: (Setting, At), undo: (Setting, At) },
}

#[derive(Clone, Debug)]
pub struct Command {
    pub conv: String,
    pub msg_id: String,
    pub kind: Kind,
    /// Commands of one call have no order among themselves.
    pub call: u64,
    /// Handed out before a restart: the server may have it.
    pub handed_out: bool,
}

#[derive(Clone, Debug, Default)]
pub struct User {
    pub nick_name: String,
    pub face_url: String,
    pub remark: Option<String>,
}

/// What history wants of a conversation's place; the driver settles it with what the engine chose.
pub type Candidates = BTreeMap<String, i64>;

#[derive(Default)]
pub struct Naive {
    pub convs: BTreeMap<String, Conv>,
    pub users: BTreeMap<String, User>,
    pub groups: BTreeMap<String, Group>,
    pub buried: BTreeSet<String>,
    /// Those that were deleted without the server's being told.
    pub unsent: BTreeSet<String>,
    pub outbox: Vec<Command>,
    pub in_flight: Option<Command>,
    pub last_activation: i64,
    pub last_stamp: i64,
    /// The newest time that the server has told, since the start.
    pub newest_known: i64,
    pub first_sync: Option<i64>,
    pub now: i64,
    pub live: bool,
    pub born: u64,
    pub call: u64,
    pub candidates: Candidates,
    /// Conversations as they were when they were taken out of the list, by the stamps of that.
    pub lost: BTreeMap<At, Conv>,
    /// The list before the batch.
    pub listed_before: BTreeSet<String>,
    /// The messages that were edited since the last look, in that order.
    pub edited: Vec<String>,
    /// What is to be told of reactions since then: of each message the reactions and how many have made them.
    pub reacted: Vec<Value>,
}

impl Conv {
    /// A delete is a change of the pin too, and of all labels.
    pub fn deleted_at(&mut self, stamp: At) {
        self.delete_stamp = self.delete_stamp.max(stamp);
        self.pin_stamp = self.pin_stamp.max(stamp);
        self.drop_labels(stamp);
    }

    pub fn key(&self) -> i64 {
        self.activation + if self.is_pinned { 1 << 52 } else { 0 }
    }

    pub fn sorted(&self) -> Vec<&Msg> {
        let mut messages: Vec<&Msg> = self.messages.iter().collect();
        messages.sort_by_key(|message| (message.position, message.born));
        messages
    }

    pub fn unlist(&mut self) {
        self.is_listed = false;
        self.is_deleted = true;
        self.is_pinned = false;
        self.activation = 0;
        self.draft.clear();
        self.draft_time = 0;
    }
}

impl Naive {
    pub fn conv(&mut self, id: &str) -> &mut Conv {
        self.convs.entry(id.to_owned()).or_default()
    }

    pub fn listed(&self) -> Vec<(&String, &Conv)> {
        let mut list: Vec<_> = self.convs.iter().filter(|(_, conv)| conv.is_listed).collect();
        list.sort_by_key(|(_, conv)| std::cmp::Reverse(conv.key()));
        list
    }

    pub fn unread(&self, id: &str) -> i64 {
        let conv = &self.convs[id];
        let group = id.strip_prefix("group_").and_then(|group| self.groups.get(group));
        if group.is_some_and(|group| group.group_type == GroupType::AVChatRoom) {
            return 0;
        }
        let counts = |message: &&Msg| {
            message.sender != ME
                && message.status != 6
                && !message.body.is_excluded_from_unread_count
                && message.seq > conv.read_seq
        };
        conv.messages.iter().filter(counts).count() as i64
    }

    pub fn total(&self) -> i64 {
        self.listed()
            .into_iter()
            .filter(|(_, conv)| conv.recv_opt == 0)
            .map(|(id, _)| self.unread(id))
            .sum()
    }

    pub fn find(&self, msg_id: &str) -> Option<(String, Msg)> {
        self.convs.iter().find_map(|(id, conv)| {
            conv.messages
                .iter()
                .find(|message| message.msg_id == msg_id)
                .map(|message| (id.clone(), message.clone()))
        })
    }

    pub fn message(&mut self, conv: &str, msg_id: &str) -> Option<&mut Msg> {
        self.conv(conv)
            .messages
            .iter_mut()
            .find(|message| message.msg_id == msg_id)
    }

    pub fn push(&mut self, conv: &str, msg_id: &str, kind: Kind) {
        let call = self.call;
        self.outbox.push(Command {
            conv: conv.to_owned(),
            msg_id: msg_id.to_owned(),
            kind,
            call,
            handed_out: false,
        });
    }

    pub fn activate(&mut self, id: &str, time: i64) {
        let (now, last, live) = (self.now, self.last_activation, self.live);
        let conv = self.conv(id);
        conv.is_listed = true;
        conv.is_deleted = false;
        if live {
            conv.activation = time.min(now).max(last + 1);
            self.last_activation = conv.activation;
        } else {
            let time = time.max(1);
            let candidate = self.candidates.entry(id.to_owned()).or_insert(time);
            *candidate = time.max(*candidate);
        }
    }

    pub fn list(&mut self, id: &str, time: i64) {
        if !self.conv(id).is_listed {
            self.conv(id).activation = 0;
            self.activate(id, time);
        }
    }

    pub fn watch(&mut self, id: &str, was_listed: bool) {
        let Some(user) = id.strip_prefix("c2c_") else { return };
        let waits = |command: &Command| command.conv == id && command.kind == Kind::SubscribeProfile;
        // One that was handed out has not ended yet.
        let is_asked = self.outbox.iter().chain(&self.in_flight).any(waits);
        if !was_listed && !self.users.contains_key(user) && !is_asked {
            self.push(id, "", Kind::SubscribeProfile);
        }
    }

    // --- the app's own calls ---

    pub fn send(&mut self, id: &str, msg_id: &str, body: MessageBody) {
        let was_listed = self.conv(id).is_listed;
        let me = self.users.get(ME).cloned().unwrap_or_default();
        self.born += 1;
        let (born, time) = (self.born, self.now);
        let is_excluded = body.is_excluded_from_last_message;
        self.conv(id).messages.push(Msg {
            born,
            msg_id: msg_id.to_owned(),
            position: PENDING,
            seq: 0,
            time,
            status: 1,
            sender: ME.to_owned(),
            nick_name: me.nick_name,
            face_url: me.face_url,
            body,
            edit: None,
            reactions: Sets::new(),
            local_data: String::new(),
            local_int: 0,
            readers: BTreeSet::new(),
        });
        if is_excluded {
            self.list(id, time)
        } else {
            self.activate(id, time)
        }
        self.push(id, msg_id, Kind::Send);
        self.watch(id, was_listed);
    }

    pub fn draft(&mut self, id: &str, text: &str) {
        let (now, conv) = (self.now, self.conv(id));
        if conv.draft == text {
            return;
        }
        let was_listed = conv.is_listed;
        conv.draft = text.to_owned();
        conv.draft_time = if text.is_empty() { 0 } else { now.div_euclid(1_000_000) };
        if !text.is_empty() {
            self.activate(id, now);
            self.watch(id, was_listed);
        }
    }

    pub fn pin(&mut self, id: &str, pinned: bool) {
        let (now, conv) = (self.now, self.conv(id));
        if conv.is_pinned == pinned {
            return;
        }
        let (was_listed, before) = (conv.is_listed, conv.pin_stamp);
        conv.is_pinned = pinned;
        if !was_listed {
            self.newest_known = self.newest_known.max(now);
        }
        self.list(id, now);
        let stamp = self.next_stamp();
        self.conv(id).pin_stamp = stamp;
        self.push(
            id,
            "",
            Kind::Pin {
                value: (pinned, stamp),
                undo: (!pinned, before),
            },
        );
        self.watch(id, was_listed);
    }

    pub fn next_stamp(&mut self) -> At {
        self.last_stamp = self.now.max(self.last_stamp + 1);
        (self.last_stamp, 1)
    }

    pub fn set_recv_opt(&mut self, id: &str, opt: i64) {
        let undo = std::mem::replace(&mut self.conv(id).recv_opt, opt);
        if undo != opt {
            let stamp = self.next_stamp();
            let before = std::mem::replace(&mut self.conv(id).opt_stamp, stamp);
            self.push(
                id,
                "",
                Kind::RecvOpt {
                    value: (opt, stamp),
                    undo: (undo, before),
                },
            );
        }
    }

    pub fn clean(&mut self, ids: &[String], timestamp: i64, sequence: i64) {
        for id in ids {
            let is_group = id.starts_with("group_");
            let within = |message: &&Msg| {
                let in_time = is_group || timestamp == 0 || message.time.div_euclid(1_000_000) <= timestamp;
                let in_sequence = !is_group || sequence == 0 || message.seq <= sequence;
                message.seq > 0 && in_time && in_sequence
            };
            let conv = self.conv(id);
            let Some(newest) = conv
                .messages
                .iter()
                .filter(within)
                .max_by_key(|message| message.seq)
                .cloned()
            else {
                continue;
            };
            if newest.seq > conv.read_seq {
                conv.read_seq = newest.seq;
                conv.read_time = newest.time.div_euclid(1_000_000);
                conv.is_read_known = true;
                let (seq, timestamp) = (conv.read_seq, conv.read_time);
                self.push(id, "", Kind::Read { seq, timestamp });
            }
        }
    }

    /// `None`: allowed; else the status it fails with.
    pub fn revoke(&mut self, msg_id: &str) -> Option<Status> {
        let Some((id, message)) = self.find(msg_id) else {
            return Some(Status::InvalidParameters);
        };
        let group = id.strip_prefix("group_").and_then(|group| self.groups.get(group));
        if message.sender != ME && group.is_none_or(|group| group.role < GroupRole::Admin) {
            return Some(Status::NoPermission);
        }
        match message.status {
            _ if matches!(message.body.elem, Elem::GroupTips(_)) => Some(Status::InvalidParameters),
            6 => None,
            3 | 5 => Some(Status::InvalidParameters),
            undo => {
                self.push(&id, msg_id, Kind::Revoke { undo });
                self.message(&id, msg_id).unwrap().status = 6;
                None
            }
        }
    }

    fn cancel_send(&mut self, msg_id: &str) {
        let in_flight = self.in_flight.as_ref().map(|command| command.msg_id.clone());
        if in_flight.as_deref() != Some(msg_id) {
            self.outbox
                .retain(|command| command.kind != Kind::Send || command.msg_id != msg_id || command.handed_out);
        }
    }

    pub fn delete_message(&mut self, msg_id: &str) {
        let (id, message) = self.find(msg_id).unwrap();
        self.buried.insert(msg_id.to_owned());
        self.conv(&id).messages.retain(|message| message.msg_id != msg_id);
        if message.seq > 0 {
            self.push(&id, "", Kind::DeleteMessages(vec![msg_id.to_owned()]));
        } else {
            self.unsent.insert(msg_id.to_owned());
            self.cancel_send(msg_id);
        }
    }

    fn clear(&mut self, id: &str) -> bool {
        let sends: Vec<String> = self
            .outbox
            .iter()
            .chain(&self.in_flight)
            .filter(|command| command.conv == id && command.kind == Kind::Send)
            .map(|command| command.msg_id.clone())
            .collect();
        for msg_id in sends {
            self.cancel_send(&msg_id);
            self.unsent.insert(msg_id.clone());
            self.buried.insert(msg_id);
        }
        let conv = self.conv(id);
        let did = conv.cleared < conv.max_seq || !conv.messages.is_empty();
        conv.cleared = conv.max_seq;
        conv.messages.clear();
        did
    }

    pub fn clear_history(&mut self, id: &str) {
        if self.clear(id) {
            let cleared = self.conv(id).cleared;
            self.push(id, "", Kind::ClearHistory(cleared));
        }
    }

    pub fn delete_conversation(&mut self, id: &str) {
        if self.conv(id).is_listed {
            self.clear(id);
            self.conv(id).unlist();
            let cleared = self.conv(id).cleared;
            let stamp = self.next_stamp();
            self.conv(id).deleted_at(stamp);
            self.push(id, "", Kind::DeleteConversation(cleared, stamp));
        }
    }

    // --- what the server says ---

    /// Whether the message is new.
    pub fn receive(&mut self, incoming: &Message) -> bool {
        let (id, seq, time) = (incoming.conversation.as_str(), incoming.seq as i64, incoming.time.0);
        if let Some((known_id, known)) = self.find(&incoming.msg_id) {
            if known_id == id && known.sender == incoming.sender.as_str() {
                if known.seq == 0 {
                    self.accept(id, &incoming.msg_id, seq, time);
                }
                if known.sender == ME {
                    self.show_sender(&incoming.msg_id, &incoming.nick_name, &incoming.face_url);
                }
                if incoming.revoked {
                    self.recalled(id, &incoming.msg_id);
                } else if let Some(modification) = Modification::of(&incoming.body) {
                    self.edited_elsewhere(id, &incoming.msg_id, &modification);
                }
            }
            return false;
        }
        let (first_sync, live) = (self.first_sync, self.live);
        self.born += 1;
        let born = self.born;
        if self.buried.contains(&incoming.msg_id) {
            self.delete_sent(id, &incoming.msg_id);
            return false;
        }
        let conv = self.conv(id);
        if seq <= conv.cleared {
            return false;
        }
        conv.max_seq = conv.max_seq.max(seq);
        if let Some(stamp) = incoming.body.modified.as_ref().filter(|_| !incoming.revoked) {
            self.last_stamp = self.last_stamp.max(stamp.time.0);
        }
        let comes_late = self.comes_late(time);
        let conv = self.conv(id);
        conv.messages.push(Msg {
            born,
            msg_id: incoming.msg_id.clone(),
            position: seq,
            seq,
            time,
            status: if incoming.revoked { 6 } else { 2 },
            sender: incoming.sender.as_str().to_owned(),
            nick_name: incoming.nick_name.clone(),
            face_url: incoming.face_url.clone(),
            edit: incoming.body.modified.as_ref().filter(|_| !incoming.revoked).map(at),
            reactions: Sets::new(),
            body: incoming.body.clone(),
            local_data: String::new(),
            local_int: 0,
            readers: BTreeSet::new(),
        });
        let is_archive = !live && first_sync.is_some_and(|first| time <= first);
        if is_archive && !conv.is_read_known && seq > conv.read_seq {
            conv.read_seq = seq;
            conv.read_time = time.div_euclid(1_000_000);
        }
        if !self.lists_message(id, live, &incoming.msg_id, (seq, time)) {
            // It is of before the conversation was taken out of the list.
        } else {
            match (incoming.body.is_excluded_from_last_message, comes_late) {
                (true, true) => self.list_at(id, time),
                (true, false) => self.list(id, time),
                (false, true) => {
                    let conv = self.conv(id);
                    (conv.is_listed, conv.is_deleted) = (true, false);
                    self.activate_at(id, time)
                }
                (false, false) => self.activate(id, time),
            }
        }
        true
    }

    /// Whether the server had something newer that is known already.
    fn comes_late(&mut self, time: i64) -> bool {
        let comes_late = time < self.newest_known;
        self.newest_known = self.newest_known.max(time.min(self.now));
        comes_late
    }

    pub fn accept(&mut self, id: &str, msg_id: &str, seq: i64, time: i64) {
        self.comes_late(time);
        let conv = self.conv(id);
        conv.max_seq = conv.max_seq.max(seq);
        if seq <= conv.cleared {
            let written = conv.messages.iter().find(|message| message.msg_id == msg_id);
            let written = written.map_or(0, |message| message.time);
            conv.messages.retain(|message| message.msg_id != msg_id);
            if conv.delete_stamp.0 > written && conv.pin_stamp <= conv.delete_stamp && conv.messages.is_empty() {
                conv.unlist();
                self.candidates.remove(id);
            }
            return;
        }
        let message = self.message(id, msg_id).unwrap();
        (message.position, message.seq, message.time) = (seq, seq, time);
        if message.status != 6 {
            message.status = 2;
        }
        let is_excluded = message.body.is_excluded_from_last_message;
        if !self.conv(id).is_listed && self.lists(id, false, time) {
            self.list_at(id, time);
        } else if self.conv(id).is_listed && !is_excluded {
            self.activate_at(id, time);
        }
    }

    pub fn activate_at(&mut self, id: &str, time: i64) {
        let time = time.max(1);
        let capped = time.min(self.now);
        if self.live && capped >= self.last_activation.max(self.conv(id).activation) {
            self.last_activation = capped.max(self.last_activation + 1);
            self.conv(id).activation = self.last_activation;
            return;
        }
        let candidate = self.candidates.entry(id.to_owned()).or_insert(time);
        *candidate = time.max(*candidate);
    }

    pub fn list_or_raise(&mut self, id: &str, time: i64) {
        match self.conv(id).is_listed {
            true => self.activate_at(id, time),
            false => self.list_at(id, time),
        }
    }

    /// Lists at the time at which another device did.
    pub fn list_at(&mut self, id: &str, time: i64) {
        if !self.conv(id).is_listed {
            let conv = self.conv(id);
            (conv.activation, conv.is_listed, conv.is_deleted) = (0, true, false);
            self.activate_at(id, time);
        }
    }

    pub fn recalled(&mut self, id: &str, msg_id: &str) {
        let Some(message) = self.message(id, msg_id) else {
            return;
        };
        message.status = 6;
        message.body = message.body.wiped();
        message.edit = None;
        self.drop_edits(id, msg_id);
        self.drop_reactions(msg_id);
        for command in self.outbox.iter_mut().chain(&mut self.in_flight) {
            if let Kind::Revoke { undo } = &mut command.kind
                && command.msg_id == msg_id
                && command.conv == id
            {
                *undo = 6;
            }
        }
    }

    pub fn pending(&mut self, id: &str, is_kind: impl Fn(&Kind) -> bool) -> Option<&mut Kind> {
        self.in_flight
            .iter_mut()
            .chain(&mut self.outbox)
            .filter(|command| command.conv == id)
            .map(|command| &mut command.kind)
            .find(|kind| is_kind(kind))
    }

    /// What the server has while an own change waits: the oldest goes back to it.
    fn hand_on_pin(&mut self, id: &str, has: (bool, At)) {
        if let Some(Kind::Pin { undo, .. }) = self.pending(id, |kind| matches!(kind, Kind::Pin { .. })) {
            *undo = has;
        }
    }

    fn pinned_elsewhere(&mut self, id: &str, (pinned, stamp): (bool, At), time: i64) {
        let own = (self.conv(id).is_pinned, self.conv(id).pin_stamp);
        if stamp < own.1 {
            let undo = (pinned, stamp);
            if self.pending(id, |kind| matches!(kind, Kind::Pin { .. })).is_none() {
                return self.push(id, "", Kind::Pin { value: own, undo });
            }
            return self.hand_on_pin(id, undo);
        }
        let conv = self.conv(id);
        (conv.is_pinned, conv.pin_stamp) = (pinned, stamp);
        if pinned || stamp > conv.delete_stamp {
            self.list_at(id, time);
        }
    }

    fn hand_on_opt(&mut self, id: &str, has: (i64, At)) {
        if let Some(Kind::RecvOpt { undo, .. }) = self.pending(id, |kind| matches!(kind, Kind::RecvOpt { .. })) {
            *undo = has;
        }
    }

    fn opt_elsewhere(&mut self, id: &str, (opt, stamp): (i64, At)) {
        let own = (self.conv(id).recv_opt, self.conv(id).opt_stamp);
        if stamp < own.1 {
            let undo = (opt, stamp);
            if self.pending(id, |kind| matches!(kind, Kind::RecvOpt { .. })).is_none() {
                return self.push(id, "", Kind::RecvOpt { value: own, undo });
            }
            return self.hand_on_opt(id, undo);
        }
        let conv = self.conv(id);
        (conv.recv_opt, conv.opt_stamp) = (opt, stamp);
    }

    fn deleted_elsewhere(&mut self, id: &str, stamp: At, up_to: i64) {
        let is_news = stamp > self.conv(id).delete_stamp;
        let conv = self.conv(id);
        if is_news {
            conv.deleted_at(stamp);
        }
        let gone = conv
            .messages
            .iter()
            .filter(|message| message.seq > 0 && message.position <= up_to);
        let gone = gone.max_by_key(|message| message.position).map(|message| message.time);
        let reaches_further = up_to > conv.cleared;
        self.clear_up_to(id, up_to);
        let conv = self.conv(id);
        if conv.pin_stamp == stamp {
            conv.is_pinned = false;
        }
        if (is_news || reaches_further) && conv.pin_stamp <= conv.delete_stamp && conv.messages.is_empty() {
            conv.unlist();
            self.candidates.remove(id);
        }
        if let Some(gone) = gone
            && reaches_further
            && self.conv(id).is_listed
        {
            self.raise_to_first_after(id, up_to, gone);
        }
    }

    pub fn apply(&mut self, change: &Change) -> bool {
        match change {
            Change::UnnumberedMessage(_)
            | Change::SendFailed { .. }
            | Change::CaughtUp { .. }
            | Change::GroupOutside { .. }
            | Change::GroupNotification { .. }
            | Change::MemberRenamed { .. }
            | Change::Hidden { .. } => {
                unreachable!("this model's server numbers its messages and lets its members in")
            }
            Change::Message(message) => return self.receive(message),
            Change::Revoked {
                conversation, message, ..
            } => match message {
                Target::MsgId(msg_id) => self.recalled(conversation.as_str(), msg_id),
                _ => unreachable!("this model's server recalls by msgID"),
            },
            Change::Modified {
                conversation,
                message: Target::MsgId(msg_id),
                modification,
            } => self.edited_elsewhere(conversation.as_str(), msg_id, modification),
            Change::Reacted {
                conversation,
                message: Target::MsgId(msg_id),
                reacted,
            } => self.reacted_elsewhere(conversation.as_str(), msg_id, reacted),
            Change::Reacted { .. } => unreachable!("this model's server tells of reactions by msgID"),
            Change::Modified { .. } => unreachable!("this model's server edits by msgID"),
            Change::MessagesDeleted { conversation, msg_ids } => {
                for msg_id in msg_ids {
                    self.buried.insert(msg_id.clone());
                    self.conv(conversation.as_str())
                        .messages
                        .retain(|message| message.msg_id != *msg_id);
                }
            }
            Change::HistoryCleared { conversation, up_to } => {
                self.clear_up_to(conversation.as_str(), place(up_to).0);
            }
            Change::ConversationDeleted {
                conversation,
                up_to,
                stamp,
            } => {
                self.last_stamp = self.last_stamp.max(stamp.time.0);
                self.deleted_elsewhere(conversation.as_str(), at(stamp), place(up_to).0);
            }
            Change::Settings { conversation, settings } => {
                let id = conversation.as_str();
                for StampedSetting { setting, stamp } in settings {
                    self.last_stamp = self.last_stamp.max(stamp.time.0);
                    if let Setting::RecvOpt(opt) = setting {
                        self.opt_elsewhere(id, (*opt as i64, at(stamp)));
                    } else if let Setting::Pinned(pinned) = setting {
                        self.pinned_elsewhere(id, (*pinned, at(stamp)), stamp.time.0);
                    } else {
                        self.labelled_elsewhere(id, setting, at(stamp));
                    }
                }
            }
            Change::Read { conversation, up_to } => {
                let (seq, time) = place(up_to);
                let conv = self.conv(conversation.as_str());
                if seq > conv.read_seq || !conv.is_read_known {
                    (conv.read_seq, conv.read_time) = (seq, time);
                    conv.is_read_known = true;
                }
            }
            Change::PeerRead { conversation, up_to } => {
                self.peer_read(conversation.as_str(), place(up_to).0);
            }
            Change::Delivered { conversation, up_to } => self.delivered(conversation.as_str(), place(up_to).0),
            Change::ReadReceipt {
                conversation,
                message: Target::MsgId(msg_id),
                reader,
                reaches_back,
                ..
            } => self.read_by(conversation.as_str(), msg_id, reader.as_str(), *reaches_back),
            Change::ReadReceipt { .. } => {}
            Change::Listed { conversation, time } => {
                let id = conversation.as_str();
                let is_deleting = |kind: &Kind| match kind {
                    Kind::DeleteConversation(..) => true,
                    Kind::Label { value, .. } => value.0.kind() == SettingKind::OutOfList,
                    _ => false,
                };
                if self.pending(id, is_deleting).is_none() {
                    let was_listed = self.listed_before.contains(id);
                    self.list_or_raise(id, time.0);
                    self.watch(id, was_listed);
                }
            }
            Change::Profile(profile) => {
                let user = self.users.entry(profile.user_id.as_str().to_owned()).or_default();
                (user.nick_name, user.face_url) = (profile.nick_name.clone(), profile.face_url.clone());
            }
            Change::Friend { user_id, remark } => {
                self.users.entry(user_id.as_str().to_owned()).or_default().remark = remark.clone();
            }
            // Whoever asks to become a friend is none yet: the list shows nothing of it.
            Change::FriendApplication { .. }
            | Change::FriendApplicationsRead { .. }
            | Change::GroupApplication { .. }
            | Change::GroupApplicationsRead { .. }
            | Change::GroupApplicationProcessed { .. } => {}
            Change::Group { group, time } => {
                let known = self.groups.insert(group.group_id.as_str().to_owned(), group.clone());
                let was_member = known.as_ref().is_some_and(|known| known.role > GroupRole::None);
                let id = format!("group_{}", group.group_id);
                if group.role > GroupRole::None && !was_member {
                    let is_deleting = |kind: &Kind| matches!(kind, Kind::DeleteConversation(..));
                    let is_after_delete = match time.0 {
                        0 => known.is_some() && self.pending(&id, is_deleting).is_none(),
                        time => time > self.conv(&id).delete_stamp.0,
                    };
                    let is_back = is_after_delete || !self.conv(&id).is_deleted;
                    if is_back && self.lists(&id, self.live, time.0) {
                        self.list(&id, time.0);
                    }
                }
            }
            Change::SeenInGroup { msg_id, by, tips } => return self.seen(msg_id, by.as_ref(), tips),
            // It is told, and changes nothing.
            Change::GroupEnded { .. } => {}
            // The server of this model loses nothing; tests/embedded_backend/backups.rs has one that does.
            Change::Renumbered { .. } => {}
            Change::GroupLeft { group_id } => {
                if let Some(group) = self.groups.get_mut(group_id.as_str()) {
                    group.role = GroupRole::None;
                }
            }
        }
        false
    }

    fn clear_up_to(&mut self, id: &str, up_to: i64) {
        let conv = self.conv(id);
        conv.cleared = conv.cleared.max(up_to);
        conv.max_seq = conv.max_seq.max(up_to);
        conv.messages
            .retain(|message| message.position > up_to || (message.position == up_to && message.seq == 0));
    }

    fn show_sender(&mut self, msg_id: &str, nick_name: &str, face_url: &str) {
        if let Some((id, _)) = self.find(msg_id) {
            let message = self.message(&id, msg_id).unwrap();
            (message.nick_name, message.face_url) = (nick_name.to_owned(), face_url.to_owned());
        }
    }

    /// The server has a message that was deleted here unsent.
    fn delete_sent(&mut self, id: &str, msg_id: &str) {
        if self.unsent.remove(msg_id) {
            self.push(id, "", Kind::DeleteMessages(vec![msg_id.to_owned()]));
        }
    }

    // --- the outbox ---

    /// A message is handed out: from now on it shows its sender as they are.
    pub fn sign(&mut self, msg_id: &str) {
        if let Some(me) = self.users.get(ME).cloned() {
            self.show_sender(msg_id, &me.nick_name, &me.face_url);
        }
    }

    /// The command in flight ends. `sent` is the message's place.
    pub fn complete(&mut self, outcome: &Outcome) {
        let Some(command) = self.in_flight.take() else { return };
        let (id, msg_id) = (command.conv.as_str(), command.msg_id.as_str());
        let is_refused = matches!(outcome, Outcome::Refused(_));
        match (command.kind, outcome) {
            (Kind::Send, Outcome::Sent { seq, time }) => match self.message(id, msg_id) {
                Some(message) if message.seq == 0 => self.accept(id, msg_id, *seq as i64, time.0),
                Some(_) => {}
                None => self.delete_sent(id, msg_id),
            },
            (Kind::Send, _) => {
                let max_seq = self.conv(id).max_seq;
                self.born += 1;
                let born = self.born;
                if let Some(message) = self.message(id, msg_id)
                    && message.seq == 0
                {
                    message.readers.clear();
                    // After all that was there by then.
                    (message.position, message.born) = (max_seq, born);
                    if message.status == 1 {
                        message.status = 3;
                    }
                    self.drop_edits(id, msg_id);
                    self.drop_reactions(msg_id);
                }
            }
            (Kind::Modify { value, undo }, _) if is_refused => self.edit_refused(id, msg_id, &value, &undo),
            (Kind::React(reacting), _) if is_refused => self.reaction_refused(id, msg_id, &reacting),
            (Kind::Revoke { .. }, _) if !is_refused => {
                self.drop_edits(id, msg_id);
                self.drop_reactions(msg_id);
            }
            (Kind::Revoke { undo }, _) if undo != 6 => {
                if let Some(message) = self.message(id, msg_id)
                    && message.status == 6
                {
                    message.status = if message.seq == 0 { 3 } else { undo.max(2) };
                }
            }
            (Kind::Pin { value, undo }, _) if is_refused => {
                let group = id.strip_prefix("group_");
                let is_stranger = group.is_some_and(|group| !self.groups.contains_key(group));
                let conv = self.conv(id);
                if conv.pin_stamp == value.1 {
                    conv.pin_stamp = undo.1;
                    conv.is_pinned = undo.0 && conv.is_listed;
                    // Of a group that we never were in only the pin has made a conversation.
                    if is_stranger && conv.draft.is_empty() && conv.messages.is_empty() {
                        conv.is_listed = conv.is_pinned;
                    }
                } else {
                    self.hand_on_pin(id, undo);
                }
            }
            (Kind::RecvOpt { value, undo }, _) if is_refused => {
                let conv = self.conv(id);
                if conv.opt_stamp == value.1 {
                    (conv.recv_opt, conv.opt_stamp) = undo;
                } else {
                    self.hand_on_opt(id, undo);
                }
            }
            (Kind::Label { value, undo }, _) if is_refused => self.label_refused(id, &value, undo),
            _ => {}
        }
    }
}

/// The sequence and the time (s) of a target.
fn place(target: &Target) -> (i64, i64) {
    match target {
        Target::Seq(position) => (position.seq as i64, position.timestamp),
        _ => unreachable!("this model's server numbers its messages"),
    }
}
