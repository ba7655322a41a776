//! What the app does.

use super::*;

impl Driver {
    pub(super) fn send(&mut self) {
        let id = self.any_conv();
        self.next_msg += 1;
        let mut body = self.body(id.starts_with("group_"));
        let sent = self
            .engine()
            .send(&ConversationId::trusted(id.clone()), body.clone())
            .unwrap();
        let sent: Value = serde_json::from_str(&sent).unwrap();
        body.random = sent["random"].as_u64().unwrap() as u32;
        let msg_id = sent["msgID"].as_str().unwrap().to_owned();
        self.note(format!("send {id} {msg_id} {body:?}"));
        self.model.send(&id, &msg_id, body);
        let conv = &self.model.convs[&id];
        assert_eq!(sent, self.model.message_json(&id, conv, conv.messages.last().unwrap()));
    }

    pub(super) fn draft(&mut self) {
        let (id, text) = (self.any_conv(), self.any_text());
        self.note(format!("draft {id} {text:?}"));
        self.engine()
            .set_draft(&ConversationId::trusted(id.clone()), &text)
            .unwrap();
        self.model.draft(&id, &text);
    }

    pub(super) fn pin(&mut self) {
        let (id, pinned) = (self.any_conv(), self.rng.bool());
        self.note(format!("pin {id} {pinned}"));
        self.engine()
            .set_pinned(&ConversationId::trusted(id.clone()), pinned)
            .unwrap();
        self.model.pin(&id, pinned);
    }

    pub(super) fn clean(&mut self) {
        let one = self.any_conv();
        let timestamp = if self.rng.bool() {
            0
        } else {
            self.any_time() / 1_000_000
        };
        let sequence = if self.rng.bool() { 0 } else { self.rng.u64(0..40) };
        let (scope, prefix) = match self.rng.u8(0..8) {
            0 => (UnreadScope::All, ""),
            1 => (UnreadScope::AllC2c, "c2c_"),
            2 => (UnreadScope::AllGroups, "group_"),
            _ => (UnreadScope::One(ConversationId::trusted(one.clone())), one.as_str()),
        };
        self.note(format!("clean {scope:?} {timestamp} {sequence}"));
        self.engine().clean_unread(&scope, timestamp, sequence).unwrap();
        let ids: Vec<String> = match scope {
            UnreadScope::One(_) => vec![one],
            _ => self
                .model
                .listed()
                .into_iter()
                .map(|(id, _)| id.clone())
                .filter(|id| id.starts_with(prefix))
                .collect(),
        };
        self.model.clean(&ids, timestamp, sequence as i64);
    }

    pub(super) fn revoke(&mut self) {
        let msg_id = self.any_message().unwrap_or("unknown".into());
        self.note(format!("revoke {msg_id}"));
        let outcome = self.engine().revoke(&msg_id);
        assert_eq!(outcome.err().map(|error| error.status), self.model.revoke(&msg_id));
    }

    pub(super) fn delete_messages(&mut self) {
        let mut msg_ids: Vec<String> = (0..self.rng.usize(1..4)).filter_map(|_| self.any_message()).collect();
        msg_ids.sort();
        msg_ids.dedup();
        let is_wrong = self.rng.u8(0..4) == 0;
        if is_wrong {
            msg_ids.push("unknown".into());
        }
        self.note(format!("delete {msg_ids:?}"));
        let outcome = self.engine().delete_messages(&msg_ids);
        assert_eq!(outcome.is_err(), is_wrong);
        if !is_wrong {
            msg_ids.iter().for_each(|msg_id| self.model.delete_message(msg_id));
        }
    }

    pub(super) fn clear_history(&mut self) {
        let id = self.any_conv();
        self.note(format!("clear {id}"));
        self.engine()
            .clear_history(&ConversationId::trusted(id.clone()))
            .unwrap();
        self.model.clear_history(&id);
    }

    pub(super) fn delete_conversation(&mut self) {
        let id = self.any_conv();
        self.note(format!("delete {id}"));
        self.engine()
            .delete_conversation(&ConversationId::trusted(id.clone()))
            .unwrap();
        self.model.delete_conversation(&id);
    }

    pub(super) fn recv_opt(&mut self) {
        let (id, opt) = (self.any_conv(), self.rng.i64(0..4));
        self.note(format!("recvOpt {id} {opt}"));
        self.engine()
            .set_recv_opt(&[ConversationId::trusted(id.clone())], RecvOpt::try_from(opt).unwrap())
            .unwrap();
        self.model.set_recv_opt(&id, opt);
    }
}
