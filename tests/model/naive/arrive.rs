//! What comes from the server.

use super::elsewhere::{both, in_full};
use super::*;

impl Naive {
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
                if let Some(recall) = &incoming.revoked {
                    self.recalled(id, &incoming.msg_id, recall);
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
            self.conv(id).has_written |= incoming.sender.as_str() == ME;
            return false;
        }
        let conv = self.conv(id);
        if seq <= conv.cleared {
            conv.has_written |= incoming.sender.as_str() == ME;
            return false;
        }
        conv.max_seq = conv.max_seq.max(seq);
        if let Some(stamp) = incoming.body.modified.as_ref().filter(|_| incoming.revoked.is_none()) {
            self.last_stamp = self.last_stamp.max(stamp.time.0);
        }
        let comes_late = self.comes_late(time);
        self.take_in_seen(incoming);
        let conv = self.conv(id);
        conv.messages.push(Msg {
            born,
            msg_id: incoming.msg_id.clone(),
            position: seq,
            seq,
            time,
            status: if incoming.revoked.is_some() { 6 } else { 2 },
            sender: incoming.sender.as_str().to_owned(),
            nick_name: incoming.nick_name.clone(),
            face_url: incoming.face_url.clone(),
            edit: incoming
                .body
                .modified
                .as_ref()
                .filter(|_| incoming.revoked.is_none())
                .map(at),
            reactions: Sets::new(),
            body: incoming.body.clone(),
            local_data: String::new(),
            local_int: 0,
            readers: BTreeSet::new(),
            recall: incoming
                .revoked
                .as_ref()
                .map(|recall| in_full(recall, id, &incoming.sender))
                .unwrap_or_default(),
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
    pub(super) fn comes_late(&mut self, time: i64) -> bool {
        let comes_late = time < self.newest_known;
        self.newest_known = self.newest_known.max(time.min(self.now));
        comes_late
    }

    pub fn recalled(&mut self, id: &str, msg_id: &str, recall: &Recall) {
        let is_ours = self.is_pending_for(msg_id, |kind| matches!(kind, Kind::Revoke { .. }));
        let is_message = |message: &&mut Msg| !matches!(message.body.elem, Elem::GroupTips(_));
        let Some(message) = self.message(id, msg_id).filter(is_message) else {
            return;
        };
        let recall = in_full(recall, id, &UserId::trusted(&message.sender));
        message.recall = both(message.recall.clone(), recall, is_ours);
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

    pub fn apply(&mut self, change: &Change) -> bool {
        match change {
            Change::UnnumberedMessage(_)
            | Change::SendFailed { .. }
            | Change::CaughtUp { .. }
            | Change::HistoryWhole { .. }
            | Change::GroupOutside { .. }
            | Change::GroupNotification { .. }
            | Change::MemberRenamed { .. }
            | Change::Hidden { .. } => {
                unreachable!("this model's server numbers its messages and lets its members in")
            }
            Change::Message(message) => return self.receive(message),
            Change::Revoked {
                conversation,
                message,
                recall,
            } => match message {
                Target::MsgId(msg_id) => self.recalled(conversation.as_str(), msg_id, recall),
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
                    let conv = self.conv(conversation.as_str());
                    conv.remove(|message| message.msg_id == *msg_id);
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
            Change::WrittenTo(conversation) => self.conv(conversation.as_str()).has_written = true,
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
                user.has_profile = true;
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
            Change::SeenInGroup { .. } | Change::UnsaidInGroup { .. } => self.seen(change),
            Change::DoneInGroup { .. } => unreachable!("the driver does it, which hears the msgID"),
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

    pub(super) fn clear_up_to(&mut self, id: &str, up_to: i64) {
        let conv = self.conv(id);
        conv.cleared = conv.cleared.max(up_to);
        conv.max_seq = conv.max_seq.max(up_to);
        conv.remove(|message| message.position < up_to || (message.position == up_to && message.seq > 0));
    }

    pub(super) fn show_sender(&mut self, msg_id: &str, nick_name: &str, face_url: &str) {
        if let Some((id, _)) = self.find(msg_id) {
            let message = self.message(&id, msg_id).unwrap();
            (message.nick_name, message.face_url) = (nick_name.to_owned(), face_url.to_owned());
        }
    }

    /// The server has a message that was deleted here unsent.
    pub(super) fn delete_sent(&mut self, id: &str, msg_id: &str) {
        if self.unsent.remove(msg_id) {
            self.push(id, "", Kind::DeleteMessages(vec![msg_id.to_owned()]));
        }
    }

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
                    if matches!(message.body.elem, Elem::GroupTips(_)) {
                        message.status = 5;
                        message.body.is_excluded_from_last_message = true;
                    } else if message.status == 1 {
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
                    message.recall = Recall::default();
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
