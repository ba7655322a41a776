//! What the app does.

use super::*;

impl Naive {
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
            recall: Recall::default(),
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
                let message = self.message(&id, msg_id).unwrap();
                message.status = 6;
                message.recall.by = Some(UserId::trusted(ME));
                None
            }
        }
    }

    pub(super) fn cancel_send(&mut self, msg_id: &str) {
        let in_flight = self.in_flight.as_ref().map(|command| command.msg_id.clone());
        if in_flight.as_deref() != Some(msg_id) {
            self.outbox
                .retain(|command| command.kind != Kind::Send || command.msg_id != msg_id || command.handed_out);
        }
    }

    pub fn delete_message(&mut self, msg_id: &str) {
        let (id, message) = self.find(msg_id).unwrap();
        self.buried.insert(msg_id.to_owned());
        self.conv(&id).remove(|message| message.msg_id == msg_id);
        if message.seq > 0 {
            self.push(&id, "", Kind::DeleteMessages(vec![msg_id.to_owned()]));
        } else {
            self.unsent.insert(msg_id.to_owned());
            self.cancel_send(msg_id);
        }
    }

    pub(super) fn clear(&mut self, id: &str) -> bool {
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
        conv.remove(|_| true);
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
}
