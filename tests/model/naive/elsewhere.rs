//! What other devices of the user have changed.

use super::*;

impl Naive {
    pub fn accept(&mut self, id: &str, msg_id: &str, seq: i64, time: i64) {
        self.comes_late(time);
        let conv = self.conv(id);
        conv.max_seq = conv.max_seq.max(seq);
        if seq <= conv.cleared {
            let written = conv.messages.iter().find(|message| message.msg_id == msg_id);
            let written = written.map_or(0, |message| message.time);
            conv.messages.retain(|message| message.msg_id != msg_id);
            conv.has_written = true;
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

    /// What the server has while an own change waits: the oldest goes back to it.
    pub(super) fn hand_on_pin(&mut self, id: &str, has: (bool, At)) {
        if let Some(Kind::Pin { undo, .. }) = self.pending(id, |kind| matches!(kind, Kind::Pin { .. })) {
            *undo = has;
        }
    }

    pub(super) fn pinned_elsewhere(&mut self, id: &str, (pinned, stamp): (bool, At), time: i64) {
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

    pub(super) fn hand_on_opt(&mut self, id: &str, has: (i64, At)) {
        if let Some(Kind::RecvOpt { undo, .. }) = self.pending(id, |kind| matches!(kind, Kind::RecvOpt { .. })) {
            *undo = has;
        }
    }

    pub(super) fn opt_elsewhere(&mut self, id: &str, (opt, stamp): (i64, At)) {
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

    pub(super) fn deleted_elsewhere(&mut self, id: &str, stamp: At, up_to: i64) {
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
}

/// A recall with who has made it: in C2C conversations the author.
pub(super) fn in_full(recall: &Recall, id: &str, author: &UserId) -> Recall {
    let author = id.starts_with("c2c_").then(|| author.clone());
    Recall {
        by: recall.by.clone().or(author),
        reason: recall.reason.clone(),
    }
}

/// What two recalls of one message say: the first one counts, unless that was only our wish.
pub(super) fn both(known: Recall, recall: Recall, is_wish: bool) -> Recall {
    let (first, second) = match recall.by {
        Some(_) if known.by.is_none() || is_wish => (recall, known),
        _ => (known, recall),
    };
    Recall {
        by: first.by.or(second.by),
        reason: if first.reason.is_empty() {
            second.reason
        } else {
            first.reason
        },
    }
}
