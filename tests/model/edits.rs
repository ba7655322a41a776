//! Edits in the model: the newest counts, and a refusal gives back what was there before.

use crate::driver::Driver;
use crate::naive::{At, Command, Kind, ME, Msg, Naive, at};
use crate::witness::settle;
use im::events::Event;
use im::model::*;
use serde_json::Value;

/// The content of a message that an edit changes, and the stamp of the edit that made it.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    pub elem: Elem,
    pub cloud_custom_data: String,
    pub at: Option<At>,
}

impl Content {
    fn of(message: &Msg) -> Self {
        Self {
            elem: message.body.elem.clone(),
            cloud_custom_data: message.body.cloud_custom_data.clone(),
            at: message.edit,
        }
    }

    pub fn is_of(&self, body: &MessageBody) -> bool {
        self.elem == body.elem && self.cloud_custom_data == body.cloud_custom_data
    }

    fn put_into(&self, message: &mut Msg) {
        message.body.elem = self.elem.clone();
        message.body.cloud_custom_data = self.cloud_custom_data.clone();
        message.edit = self.at;
    }

    fn edit(&mut self, modification: &Modification) {
        self.elem = modification.elem.clone();
        if let Some(data) = &modification.cloud_custom_data {
            self.cloud_custom_data = data.clone();
        }
        self.at = Some(at(&modification.stamp));
    }
}

/// Whether an edit counts where another one was before.
fn replaces(new: At, known: Option<At>) -> bool {
    let Some(known) = known else { return true };
    if new.1 == 0 || known.1 == 0 {
        // Without a device it is told by seconds, and the later one counts.
        return new.0.div_euclid(1_000_000) >= known.0.div_euclid(1_000_000);
    }
    new > known
}

impl Naive {
    /// The edits of a message that are pending, oldest first.
    fn edits<'a>(&'a mut self, id: &'a str, msg_id: &'a str) -> impl Iterator<Item = &'a mut Command> {
        let pending = self.in_flight.iter_mut().chain(&mut self.outbox);
        pending.filter(move |command| {
            command.conv == id && command.msg_id == msg_id && matches!(command.kind, Kind::Modify { .. })
        })
    }

    pub fn drop_edits(&mut self, id: &str, msg_id: &str) {
        let is_edit = |command: &Command| {
            command.conv == id && command.msg_id == msg_id && matches!(command.kind, Kind::Modify { .. })
        };
        self.outbox.retain(|command| !is_edit(command));
        self.in_flight = self.in_flight.take().filter(|command| !is_edit(command));
    }

    /// What a message is sent with: its edits follow it.
    pub fn first_content(&self, msg_id: &str) -> Option<MessageBody> {
        let (_, mut message) = self.find(msg_id)?;
        let mut pending = self
            .in_flight
            .iter()
            .chain(&self.outbox)
            .filter(|command| command.msg_id == msg_id);
        let is_edit = |command: &&Command| matches!(command.kind, Kind::Modify { .. });
        if let Some(Kind::Modify { undo, .. }) = pending.find(is_edit).map(|command| &command.kind) {
            undo.put_into(&mut message);
        }
        message.body.modified = None;
        Some(message.body)
    }

    /// `None`: allowed; else the status it fails with.
    pub fn modify(&mut self, msg_id: &str, elem: Option<Elem>, data: Option<String>) -> Option<Status> {
        let Some((id, message)) = self.find(msg_id) else {
            return Some(Status::InvalidParameters);
        };
        if message.sender != ME {
            return Some(Status::NoPermission);
        }
        if message.status == 6 || matches!(message.body.elem, Elem::GroupTips(_)) {
            return Some(Status::InvalidParameters);
        }
        let before = Content::of(&message);
        let mut value = before.clone();
        value.elem = elem.unwrap_or(value.elem);
        value.cloud_custom_data = data.unwrap_or(value.cloud_custom_data);
        if value == before {
            return None;
        }
        self.edited.push(msg_id.to_owned());
        let is_send = |command: &&Command| command.kind == Kind::Send && command.msg_id == msg_id;
        let is_in_flight = self.in_flight.as_ref().filter(is_send).is_some();
        let is_on_its_way = is_in_flight || self.outbox.iter().filter(is_send).any(|command| command.handed_out);
        if message.seq > 0 || is_on_its_way {
            value.at = Some(self.next_stamp());
            let last = self
                .outbox
                .iter_mut()
                .filter(|command| command.conv == id && command.msg_id == msg_id)
                .filter(|command| matches!(command.kind, Kind::Modify { .. }))
                .last();
            match last {
                Some(Command {
                    kind: Kind::Modify { value: waiting, .. },
                    handed_out: false,
                    ..
                }) => **waiting = value.clone(),
                _ => self.push(
                    &id,
                    msg_id,
                    Kind::Modify {
                        value: Box::new(value.clone()),
                        undo: Box::new(before),
                    },
                ),
            }
        }
        value.put_into(self.message(&id, msg_id).unwrap());
        None
    }

    pub fn edited_elsewhere(&mut self, id: &str, msg_id: &str, modification: &Modification) {
        let is_message = |message: &&mut Msg| !matches!(message.body.elem, Elem::GroupTips(_));
        if self.message(id, msg_id).filter(is_message).is_none() {
            return;
        }
        self.last_stamp = self.last_stamp.max(modification.stamp.time.0);
        let stamp = match &modification.stamp {
            stamp if stamp.device.is_empty() || stamp.device == "~" => at(stamp),
            own => (own.time.0, 1),
        };
        let mut is_confirmed = false;
        for command in self.edits(id, msg_id) {
            if let Kind::Modify { value, undo } = &mut command.kind {
                if value.at == Some(stamp) {
                    is_confirmed = true;
                } else if replaces(stamp, undo.at) {
                    undo.edit(modification);
                    undo.at = Some(stamp);
                }
            }
        }
        if is_confirmed && id.starts_with("group_") {
            // Only the one in flight can be: this server tells of an own edit while it is on its way.
            self.in_flight = None;
        }
        let has_content = self.has_content(msg_id);
        let message = self.message(id, msg_id).unwrap();
        if has_content && replaces(stamp, message.edit) {
            let is_shown = message.status != 6;
            let before = Content::of(message);
            let mut now = before.clone();
            now.edit(modification);
            now.at = Some(stamp);
            let stamps = (before.at, now.at);
            now.put_into(message);
            if is_shown && (stamps.0 != stamps.1 || before != now) {
                self.edited.push(msg_id.to_owned());
            }
        }
    }

    /// Whether a message has its content: it is not recalled, or by the user, and the server has not agreed yet.
    fn has_content(&self, msg_id: &str) -> bool {
        let is_recalled = self.find(msg_id).is_some_and(|(_, message)| message.status == 6);
        !is_recalled || self.is_pending_for(msg_id, |kind| matches!(kind, Kind::Revoke { undo } if *undo != 6))
    }

    pub fn edit_refused(&mut self, id: &str, msg_id: &str, refused: &Content, before: &Content) {
        for command in self.edits(id, msg_id) {
            if let Kind::Modify { undo, .. } = &mut command.kind
                && undo.at == refused.at
            {
                **undo = before.clone();
            }
        }
        let has_content = self.has_content(msg_id);
        if let Some(message) = self.message(id, msg_id)
            && has_content
            && message.edit == refused.at
        {
            let is_shown = message.status != 6;
            before.put_into(message);
            if is_shown {
                self.edited.push(msg_id.to_owned());
            }
        }
    }
}

impl Driver {
    pub fn modify(&mut self) {
        let msg_id = self.any_message().unwrap_or("unknown".into());
        let mut new = NewContent::default();
        let mut elem = None;
        if let Some((id, message)) = self.model.find(&msg_id)
            && self.rng.u8(0..4) > 0
        {
            let other = self.body(id.starts_with("group_")).elem;
            // An edit makes no message of another kind.
            if other.elem_type() == message.body.elem.elem_type()
                && matches!(other, Elem::Text { .. } | Elem::Custom { .. })
            {
                match &other {
                    Elem::Text { text } => new.text = Some(format!("{text}, edited")),
                    Elem::Custom { data, desc, extension } => {
                        new.custom = Some(NewCustom {
                            data: Some(data.clone()),
                            desc: Some(desc.clone()),
                            extension: Some(extension.clone()),
                        });
                    }
                    _ => {}
                }
                elem = Some(new.of(&MessageBody::of(other)).unwrap().elem);
            }
        }
        new.cloud_custom_data = self.rng.bool().then(|| self.any_text());
        self.note(format!("modify {msg_id} {new:?}"));
        let outcome = self.engine().modify(&msg_id, &new);
        let expected = self.model.modify(&msg_id, elem, new.cloud_custom_data.clone());
        assert_eq!(outcome.as_ref().err().map(|error| error.status), expected);
        if let Ok(info) = outcome {
            let info: Value = serde_json::from_str(&info).unwrap();
            let (id, message) = self.model.find(&msg_id).unwrap();
            let conv = &self.model.convs[&id];
            assert_eq!(info["message"], self.model.message_json(&id, conv, &message));
        }
        self.check_edited();
    }

    /// An edit that the server tells of: of any message, or the own one that is on its way.
    pub fn edited_elsewhere(&mut self) -> Change {
        let in_flight = self.model.in_flight.clone();
        if let Some(command) = in_flight
            && let (Kind::Modify { .. }, Some(Outbound::Modify(message))) = (&command.kind, &self.taken)
            && self.rng.bool()
        {
            return Change::Modified {
                conversation: ConversationId::trusted(command.conv),
                message: Target::MsgId(command.msg_id),
                modification: Box::new(Modification::of(&message.body).unwrap()),
            };
        }
        let msg_id = self.any_message().unwrap_or("unknown".into());
        let id = self.model.find(&msg_id).map_or("c2c_u1".into(), |(id, _)| id);
        let body = MessageBody {
            modified: Some(self.any_stamp()),
            ..self.body(false)
        };
        let mut modification = Modification::of(&body).unwrap();
        if self.rng.bool() {
            modification.cloud_custom_data = None;
        }
        Change::Modified {
            conversation: ConversationId::trusted(id),
            message: Target::MsgId(msg_id),
            modification: Box::new(modification),
        }
    }

    /// Each edit is told once, with the message as it is by then.
    pub fn check_edited(&mut self) {
        settle(self.dispatcher.as_ref().unwrap());
        let heard = self.witness.0.lock().unwrap();
        let told: Vec<(String, Value)> = heard
            .messages
            .iter()
            .filter(|(event, _)| *event == Event::RecvMessageModified)
            .map(|(_, message)| (message["msgID"].as_str().unwrap().to_owned(), message.clone()))
            .collect();
        drop(heard);
        self.witness
            .0
            .lock()
            .unwrap()
            .messages
            .retain(|(event, _)| *event != Event::RecvMessageModified);
        let edited = std::mem::take(&mut self.model.edited);
        let ids: Vec<&String> = told.iter().map(|(id, _)| id).collect();
        assert_eq!(ids, edited.iter().collect::<Vec<_>>(), "onRecvMessageModified");
        // What the last one says of a message is what the message says.
        for (place, (msg_id, message)) in told.iter().enumerate() {
            let is_last = !told[place + 1..].iter().any(|(later, _)| later == msg_id);
            if let Some((_, now)) = self.model.find(msg_id)
                && is_last
                && now.status != 6
            {
                let text = match &now.body.elem {
                    Elem::Text { text } => &message["textElem"]["text"] == text,
                    Elem::Custom { data, .. } => &message["customElem"]["data"] == data,
                    other => message["elemType"] == other.elem_type() as i64,
                };
                assert!(text, "{message} of {now:?}");
            }
        }
    }
}
