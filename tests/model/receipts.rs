//! Receipts in the model: what has arrived and what was read, which moves and counts nothing.

use crate::driver::Driver;
use crate::naive::{Conv, Kind, ME, Msg, Naive};
use im::model::*;

/// How many messages one marker confirms.
const MOST: usize = 100;

/// The own messages with places in a range, the newest first.
fn own(conv: &mut Conv, range: std::ops::RangeInclusive<i64>) -> Vec<&mut Msg> {
    let mut own: Vec<&mut Msg> = conv
        .messages
        .iter_mut()
        .filter(|message| message.sender == ME && message.seq > 0 && range.contains(&message.seq))
        .collect();
    own.sort_by_key(|message| std::cmp::Reverse(message.seq));
    own.truncate(MOST);
    own
}

fn confirm(message: &mut Msg, reader: &str) {
    if message.sender == ME && matches!(message.status, 1 | 2) && message.body.need_read_receipt {
        message.readers.insert(reader.to_owned());
    }
}

impl Naive {
    pub fn peer_read(&mut self, id: &str, seq: i64) {
        let live = self.live;
        let conv = self.conv(id);
        let before = conv.peer_read;
        if seq <= before {
            return;
        }
        conv.peer_read = seq;
        if live && conv.is_listed {
            for message in own(conv, before + 1..=seq) {
                confirm(message, &id["c2c_".len()..]);
            }
        }
    }

    pub fn delivered(&mut self, id: &str, seq: i64) {
        let conv = self.conv(id);
        conv.delivered = conv.delivered.max(seq);
    }

    pub fn read_by(&mut self, id: &str, msg_id: &str, reader: &str, reaches_back: bool) {
        let is_peer = id.strip_prefix("c2c_").is_none_or(|peer| peer == reader);
        let Some(message) = self.message(id, msg_id).filter(|_| is_peer && reader != ME) else {
            return;
        };
        if !reaches_back {
            return confirm(message, reader);
        }
        let position = message.position;
        for message in own(self.conv(id), 1..=position) {
            if message.readers.contains(reader) {
                break;
            }
            confirm(message, reader);
        }
    }

    /// Whether the peer of a conversation is no stranger.
    pub fn is_known(&self, id: &str) -> bool {
        let Some(peer) = id.strip_prefix("c2c_") else {
            return true;
        };
        let Some(conv) = self.convs.get(id) else {
            return false;
        };
        let is_friend = self.users.get(peer).is_some_and(|user| user.remark.is_some());
        is_friend
            || conv.has_written
            || conv
                .messages
                .iter()
                .any(|message| message.sender == ME && ![3, 5].contains(&message.status))
    }

    /// `None`: allowed; else the status it fails with.
    fn confirm_read(&mut self, msg_ids: &[String]) -> Option<Status> {
        let found: Vec<(String, Msg)> = msg_ids.iter().filter_map(|msg_id| self.find(msg_id)).collect();
        let is_of_one = found.windows(2).all(|pair| pair[0].0 == pair[1].0);
        if found.len() < msg_ids.len() || !is_of_one || found.iter().any(|(_, message)| message.sender == ME) {
            return Some(Status::InvalidParameters);
        }
        let id = found[0].0.clone();
        if !self.is_known(&id) {
            return None;
        }
        let mut confirmed = Vec::new();
        for msg_id in msg_ids {
            let message = self.message(&id, msg_id).unwrap();
            let asks = message.status == 2 && message.seq > 0 && message.body.need_read_receipt;
            if asks && message.readers.insert(ME.to_owned()) {
                confirmed.push(msg_id.clone());
            }
        }
        if !confirmed.is_empty() {
            self.push(&id, "", Kind::ReadReceipts(confirmed));
        }
        None
    }
}

impl Driver {
    pub fn confirm_read(&mut self) {
        let first = self.any_message().unwrap_or("unknown".into());
        let mut msg_ids = vec![first];
        if let Some((id, _)) = self.model.find(&msg_ids[0]) {
            let others = self.model.convs[&id]
                .messages
                .iter()
                .filter(|message| message.sender != ME);
            msg_ids.extend(others.take(3).map(|message| message.msg_id.clone()));
        }
        if self.rng.u8(0..8) == 0 {
            msg_ids.extend(self.any_message());
        }
        self.note(format!("confirm {msg_ids:?}"));
        let outcome = self.engine().send_read_receipts(&msg_ids);
        let expected = self.model.confirm_read(&msg_ids);
        assert_eq!(outcome.err().map(|error| error.status), expected);
    }

    pub fn read_elsewhere(&mut self) -> Change {
        let msg_id = self.any_message().unwrap_or("unknown".into());
        let id = self.model.find(&msg_id).map_or("c2c_u1".into(), |(id, _)| id);
        let is_peer = self.rng.u8(0..4) > 0;
        let reader = match id.strip_prefix("c2c_") {
            Some(peer) if is_peer => UserId::trusted(peer),
            _ => self.any_user(),
        };
        Change::ReadReceipt {
            conversation: ConversationId::trusted(id),
            message: Target::MsgId(msg_id),
            reader,
            time: Micros(self.model.now),
            reaches_back: self.rng.bool(),
        }
    }
}
