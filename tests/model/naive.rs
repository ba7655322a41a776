//! The naive model: plain lists, everything worked out from scratch. It knows the rules and nothing of how the engine
//! keeps them.

mod acts;
mod arrive;
mod elsewhere;

use crate::edits::Content;
use crate::reactions::{Reacting, Sets};
use crate::tips::{GroupNews, Seen};
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
    /// Who has recalled it, and why.
    pub recall: Recall,
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
    /// Whether the user has written, in what was deleted since.
    pub has_written: bool,
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
    /// Whether the profile was told, in which anybody may add the user.
    pub has_profile: bool,
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
    /// What was seen in groups and waits.
    pub waiting: Vec<Seen>,
    /// What happened in groups since the last look.
    pub group_news: GroupNews,
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

    /// Deletes messages. What the user wrote and somebody got was written all the same.
    pub fn remove(&mut self, is_gone: impl Fn(&Msg) -> bool) {
        let gone: Vec<Msg> = self.messages.extract_if(.., |message| is_gone(message)).collect();
        self.has_written |= gone
            .iter()
            .any(|message| message.sender == ME && ![1, 3, 5].contains(&message.status));
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

    pub fn next_stamp(&mut self) -> At {
        self.last_stamp = self.now.max(self.last_stamp + 1);
        (self.last_stamp, 1)
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

    pub fn pending(&mut self, id: &str, is_kind: impl Fn(&Kind) -> bool) -> Option<&mut Kind> {
        self.in_flight
            .iter_mut()
            .chain(&mut self.outbox)
            .filter(|command| command.conv == id)
            .map(|command| &mut command.kind)
            .find(|kind| is_kind(kind))
    }
}
