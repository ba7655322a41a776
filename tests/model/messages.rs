//! What only this device has of messages, sending once more, and histories read in parts: the naive rules, and the operations.

use crate::driver::Driver;
use crate::naive::{Conv, Kind, ME, Msg, Naive, PENDING};
use im::engine::{Direction, HistoryQuery};
use im::model::{ConversationId, ElemType, MessageBody, Recall, Status, UserId};
use serde_json::Value;

impl Naive {
    fn resend(&mut self, msg_id: &str) -> Option<Status> {
        let Some((id, message)) = self.find(msg_id) else {
            return Some(Status::InvalidParameters);
        };
        if message.status != 3 {
            return Some(Status::InvalidParameters);
        }
        let was_listed = self.conv(&id).is_listed;
        self.born += 1;
        let (born, now) = (self.born, self.now);
        let again = self.message(&id, msg_id).unwrap();
        (again.born, again.time, again.status, again.position) = (born, now, 1, PENDING);
        // Nobody knows of what it said before.
        again.edit = again.edit.filter(|_| again.seq > 0);
        let is_excluded = message.body.is_excluded_from_last_message;
        self.activate_or_list(&id, is_excluded);
        self.push(&id, msg_id, Kind::Send);
        self.watch(&id, was_listed);
        None
    }

    fn activate_or_list(&mut self, id: &str, is_excluded: bool) {
        let now = self.now;
        match is_excluded {
            true => self.list(id, now),
            false => self.activate(id, now),
        }
    }

    fn insert(&mut self, id: &str, msg_id: &str, sender: &str, body: MessageBody) {
        let was_listed = self.conv(id).is_listed;
        let user = self.users.get(sender).cloned().unwrap_or_default();
        self.born += 1;
        let (born, time) = (self.born, self.now);
        let is_excluded = body.is_excluded_from_last_message;
        let conv = self.conv(id);
        conv.messages.push(Msg {
            born,
            msg_id: msg_id.to_owned(),
            position: conv.max_seq,
            seq: 0,
            time,
            status: 5,
            sender: sender.to_owned(),
            nick_name: user.nick_name,
            face_url: user.face_url,
            body,
            local_data: String::new(),
            local_int: 0,
            readers: std::collections::BTreeSet::new(),
            recall: Recall::default(),
            edit: None,
            reactions: Default::default(),
        });
        self.activate_or_list(id, is_excluded);
        self.watch(id, was_listed);
    }
}

impl Driver {
    pub fn local(&mut self) {
        match self.rng.u8(0..6) {
            0 | 1 => self.resend(),
            2 => self.insert(),
            3 => self.set_local_data(),
            _ => self.set_local_int(),
        }
    }

    /// A message that was refused, if there is one: there are few.
    fn refused_message(&mut self) -> Option<String> {
        let messages = self.model.convs.values().flat_map(|conv| &conv.messages);
        let refused: Vec<String> = messages
            .filter(|message| message.status == 3)
            .map(|message| message.msg_id.clone())
            .collect();
        self.rng.choice(refused)
    }

    fn resend(&mut self) {
        let msg_id = match self.rng.u8(0..4) {
            0 => self.any_message(),
            _ => self.refused_message(),
        };
        let msg_id = msg_id.unwrap_or("unknown".into());
        self.note(format!("resend {msg_id}"));
        let outcome = self.engine().resend(&msg_id);
        let expected = self.model.resend(&msg_id);
        assert_eq!(outcome.as_ref().err().map(|error| error.status), expected);
        if let Ok(sent) = outcome {
            let (id, message) = self.model.find(&msg_id).unwrap();
            let sent: Value = serde_json::from_str(&sent).unwrap();
            assert_eq!(sent, self.model.message_json(&id, &self.model.convs[&id], &message));
        }
    }

    fn insert(&mut self) {
        let id = self.any_conv();
        // In a group anybody, else one of the two.
        let other = id.strip_prefix("c2c_").unwrap_or(["u1", "u2"][self.rng.usize(0..2)]);
        let sender = if self.rng.bool() { ME } else { other };
        let body = self.body(false);
        let conversation = ConversationId::trusted(id.clone());
        let inserted = self
            .engine()
            .insert_local(&conversation, &UserId::trusted(sender), &body);
        let inserted: Value = serde_json::from_str(&inserted.unwrap()).unwrap();
        let msg_id = inserted["msgID"].as_str().unwrap().to_owned();
        self.note(format!("insert {id} {msg_id} {body:?}"));
        self.model.insert(&id, &msg_id, sender, body);
        let conv = &self.model.convs[&id];
        assert_eq!(
            inserted,
            self.model.message_json(&id, conv, conv.messages.last().unwrap())
        );
    }

    fn set_local_data(&mut self) {
        let (msg_id, data) = (self.any_message().unwrap_or("unknown".into()), self.any_text());
        self.note(format!("local data {msg_id} {data:?}"));
        let outcome = self.engine().set_local_custom_data(&msg_id, &data);
        let found = self.model.find(&msg_id);
        assert_eq!(outcome.is_ok(), found.is_some());
        if let Some((id, _)) = found {
            self.model.message(&id, &msg_id).unwrap().local_data = data;
        }
    }

    fn set_local_int(&mut self) {
        let (msg_id, number) = (self.any_message().unwrap_or("unknown".into()), self.rng.i64(-2..3));
        self.note(format!("local int {msg_id} {number}"));
        let outcome = self.engine().set_local_custom_int(&msg_id, number);
        let found = self.model.find(&msg_id);
        assert_eq!(outcome.is_ok(), found.is_some());
        if let Some((id, _)) = found {
            self.model.message(&id, &msg_id).unwrap().local_int = number;
        }
    }

    /// Reads a history in pages, all of it or one kind.
    pub fn check_history(&mut self, id: &str, conv: &Conv) {
        let kinds = match self.rng.u8(0..4) {
            0 => vec![ElemType::Text],
            1 => vec![ElemType::Custom],
            _ => Vec::new(),
        };
        let mut expected: Vec<Value> = conv
            .sorted()
            .into_iter()
            .filter(|message| kinds.is_empty() || kinds.contains(&message.body.elem.elem_type()))
            .map(|message| self.model.message_json(id, conv, message))
            .collect();
        let is_older = self.rng.bool();
        if is_older {
            expected.reverse();
        }
        let direction = if is_older { Direction::Older } else { Direction::Newer };
        let mut query = HistoryQuery::new(direction, self.rng.i64(1..6));
        query.kinds = kinds;
        let mut read: Vec<Value> = Vec::new();
        loop {
            query.from = read.last().map(|message| message["msgID"].as_str().unwrap().to_owned());
            let conversation = ConversationId::trusted(id.to_owned());
            let (part, said_end) = self.engine().history(&conversation, &query).unwrap();
            let part: Vec<Value> = serde_json::from_str(&part).unwrap();
            let is_end = (part.len() as i64) < query.count;
            assert_eq!(said_end, is_end && is_older);
            read.extend(part);
            if is_end {
                break;
            }
        }
        let ids = |list: &[Value]| -> Vec<Value> { list.iter().map(|message| message["msgID"].clone()).collect() };
        assert_eq!(ids(&read), ids(&expected), "the history of {id}: {query:?}");
        for (read, expected) in read.iter().zip(&expected) {
            let name = &expected["msgID"];
            for (key, value) in expected.as_object().unwrap() {
                assert_eq!(&read[key], value, "{key} of {name}");
            }
        }
    }
}
