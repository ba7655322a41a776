//! Mergers: messages forwarded together. The messages lie in the merger itself, not in its conversation: they count as
//! nothing, and nobody vouches for them but the one who forwards them.

use super::core::Engine;
use super::json::{parse_body, to_json};
use super::memory::UnfoldedMessage;
use super::recall::unknown;
use super::render;
use crate::model::elem::{MAX_ABSTRACT_CHARS, MAX_ABSTRACTS, MAX_LAYERS, MAX_MERGED, Merged, Merger};
use crate::model::id::quoted;
use crate::model::lock::lock;
use crate::model::message::check_bytes;
use crate::model::{AtType, Elem, ElemType, Error, MessageBody, MessageStatus, Result, Status, UserId};
use crate::store::conversation::ConversationRow;
use crate::store::message::{self, MessageRow};
use crate::store::{StoreResult, conversation};
use rusqlite::Connection;

/// 6017, or what else keeps a stored message from being forwarded.
fn forwarded(db: &Connection, field: &str, msg_id: &str) -> StoreResult<(MessageRow, MessageBody)> {
    let row = message::by_msg_id(db, msg_id)?.ok_or_else(|| unknown(msg_id))?;
    let refused = |why: &str| Error::invalid(format!("{field} {} {why}", quoted(msg_id)));
    if row.elem_type == ElemType::GroupTips {
        return Err(refused("is a group tip, which cannot be forwarded").into());
    }
    if row.status != MessageStatus::Sent {
        return Err(refused("has not been sent, or was recalled").into());
    }
    let body = parse_body(&row)?;
    Ok((row, body))
}

impl Engine {
    /// The element of a stored message, to be sent again (`createForwardMessage`).
    pub fn forwarded(&self, msg_id: &str) -> Result<Elem> {
        self.store.snapshot(|db| {
            let (_, body) = forwarded(db, "msgID", msg_id)?;
            Ok(body.elem.of_another_sender())
        })
    }

    /// A merger of stored messages (`createMergerMessage`). 6017 for what cannot be forwarded, 8005 when mergers would lie
    /// in each other too deep.
    pub fn merge(
        &self,
        msg_ids: &[String],
        title: String,
        abstract_list: Vec<String>,
        compatible_text: String,
    ) -> Result<Merger> {
        check_count("msgIDList", msg_ids.len(), MAX_MERGED)?;
        if msg_ids.is_empty() {
            return Err(Error::invalid("msgIDList is empty"));
        }
        check_count("abstractList", abstract_list.len(), MAX_ABSTRACTS)?;
        for (place, line) in abstract_list.iter().enumerate() {
            let length = line.chars().count();
            if length > MAX_ABSTRACT_CHARS {
                return Err(Error::invalid(format!(
                    "abstractList[{place}] has {length} characters; the most is {MAX_ABSTRACT_CHARS}"
                )));
            }
        }
        self.store.snapshot(|db| {
            let mut messages = Vec::with_capacity(msg_ids.len());
            for (place, msg_id) in msg_ids.iter().enumerate() {
                let (row, body) = forwarded(db, &format!("msgIDList[{place}]"), msg_id)?;
                messages.push(Merged {
                    msg_id: row.msg_id,
                    sender: row.sender.as_str().to_owned(),
                    nick_name: row.nick_name,
                    face_url: row.face_url,
                    time: row.time,
                    cloud_custom_data: body.cloud_custom_data,
                    elem: body.elem.of_another_sender(),
                });
            }
            let merger = Merger {
                title,
                abstract_list,
                compatible_text,
                messages,
                is_layers_over_limit: false,
            };
            let layers = merger.layers();
            if layers > MAX_LAYERS {
                let desc = format!("the merger would have {layers} mergers in each other; the most is {MAX_LAYERS}");
                return Err(Error::new(Status::MergerTooDeep, desc).into());
            }
            check_bytes(to_json(&MessageBody::of(Elem::Merger(merger.clone())))?.len())?;
            Ok(merger)
        })
    }

    /// `downloadMergerMessage`: the messages of a merger, as a JSON array. 6017 when there is no such merger, 8005 when
    /// it was too deep to be read.
    pub fn merged(&self, msg_id: &str) -> Result<String> {
        self.store.snapshot(|db| {
            let (merger, root, conversation) = match stored(db, msg_id)? {
                Some((merger, conversation)) => (merger, msg_id.to_owned(), conversation),
                None => match self.unfolded(db, msg_id)?.ok_or_else(|| unknown(msg_id))? {
                    UnfoldedMessage {
                        message:
                            Merged {
                                elem: Elem::Merger(merger),
                                ..
                            },
                        root,
                        conversation,
                    } => (merger, root, conversation),
                    _ => return Err(no_merger(msg_id).into()),
                },
            };
            if merger.is_layers_over_limit {
                let desc = format!("msgID {} has too many mergers in each other", quoted(msg_id));
                return Err(Error::new(Status::MergerTooDeep, desc).into());
            }
            let mut list = Vec::with_capacity(merger.messages.len());
            for merged in &merger.messages {
                list.push(self.render_merged(db, merged, &conversation)?);
            }
            let bytes = to_json(&merger.messages)?.len();
            lock(&self.unfolded).remember(msg_id, root, merger.messages, conversation, bytes);
            Ok(format!("[{}]", list.join(",")))
        })
    }

    /// A message of a merger that was read not long ago, by its own id; `None` once the merger was recalled or deleted.
    pub(super) fn unfolded(&self, db: &Connection, msg_id: &str) -> StoreResult<Option<UnfoldedMessage>> {
        let Some(found) = lock(&self.unfolded).find(msg_id) else {
            return Ok(None);
        };
        let root = message::by_msg_id(db, &found.root)?;
        let is_there = root.is_some_and(|root| root.status != MessageStatus::Revoked);
        Ok(is_there.then_some(found))
    }

    /// A message of a merger, as it is shown.
    pub(super) fn render_merged(
        &self,
        db: &Connection,
        merged: &Merged,
        conversation: &ConversationRow,
    ) -> StoreResult<String> {
        let mut merged = merged.clone();
        self.measure(&mut merged.elem);
        render::message(db, &self.row_of(&merged)?, conversation)
    }

    /// A message of a merger as if it were stored: sent, read and without a place.
    fn row_of(&self, merged: &Merged) -> StoreResult<MessageRow> {
        let body = MessageBody {
            cloud_custom_data: merged.cloud_custom_data.clone(),
            ..MessageBody::of(merged.elem.clone())
        };
        Ok(MessageRow {
            id: 0,
            conversation: 0,
            position: 0,
            seq: 0,
            time: merged.time,
            status: MessageStatus::Sent,
            is_self: merged.sender == self.options.user_id.as_str(),
            counts_unread: false,
            at_type: AtType::None,
            is_excluded_from_last_message: false,
            msg_id: merged.msg_id.clone(),
            sender: UserId::trusted(&merged.sender),
            nick_name: merged.nick_name.clone(),
            face_url: merged.face_url.clone(),
            elem_type: body.elem.elem_type(),
            body: to_json(&body)?,
            local_custom_data: String::new(),
            local_custom_int: 0,
            error_code: 0,
        })
    }
}

/// The merger of a stored message, and its conversation. 6017 when the message is none, or was recalled.
fn stored(db: &Connection, msg_id: &str) -> StoreResult<Option<(Merger, ConversationRow)>> {
    let Some(row) = message::by_msg_id(db, msg_id)? else {
        return Ok(None);
    };
    let Some(conversation) = conversation::by_number(db, row.conversation)? else {
        return Ok(None);
    };
    match parse_body(&row)?.elem {
        Elem::Merger(merger) if row.status != MessageStatus::Revoked => Ok(Some((merger, conversation))),
        _ => Err(no_merger(msg_id).into()),
    }
}

fn no_merger(msg_id: &str) -> Error {
    Error::invalid(format!("msgID {} is not a merger", quoted(msg_id)))
}

fn check_count(field: &str, count: usize, most: usize) -> Result<()> {
    if count > most {
        return Err(Error::invalid(format!(
            "{field} has {count} entries; the most is {most}"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{Fixture, bob, from_bob, team};
    use crate::model::media::FileElem;
    use crate::model::web::hex;
    use crate::model::{Change, FilePart, Outcome, Target};
    use serde_json::Value;
    use sha2::{Digest, Sha256};

    fn merge(fixture: &Fixture, ids: &[&str]) -> Result<Merger> {
        let ids: Vec<String> = ids.iter().map(|&id| id.to_owned()).collect();
        let lines = vec!["bob: hi".to_owned()];
        fixture.engine.merge(&ids, "A talk".to_owned(), lines, "old".to_owned())
    }

    fn sent(fixture: &Fixture, merger: Merger) -> String {
        let sent = fixture
            .engine
            .send(&team(), MessageBody::of(Elem::Merger(merger)))
            .unwrap();
        fixture.complete(Outcome::Sent {
            seq: 9,
            time: crate::model::Micros(9),
        });
        let sent: Value = serde_json::from_str(&sent).unwrap();
        sent["msgID"].as_str().unwrap().to_owned()
    }

    fn merged(fixture: &Fixture, msg_id: &str) -> Vec<Value> {
        serde_json::from_str(&fixture.engine.merged(msg_id).unwrap()).unwrap()
    }

    #[test]
    fn a_merger_holds_the_messages_as_they_were_and_shows_only_its_title_and_lines() {
        let fixture = Fixture::new();
        (1..=2).for_each(|seq| fixture.live(from_bob(seq)));
        let msg_id = sent(&fixture, merge(&fixture, &["m2", "m1"]).unwrap());
        let shown = &fixture.row(&team())["lastMessage"]["mergerElem"];
        assert_eq!(
            *shown,
            serde_json::json!({ "isLayersOverLimit": false, "title": "A talk", "abstractList": ["bob: hi"] })
        );
        let inside = merged(&fixture, &msg_id);
        let ids: Vec<&Value> = inside.iter().map(|message| &message["msgID"]).collect();
        assert_eq!(ids, ["m2", "m1"], "in the order asked");
        assert_eq!(
            (&inside[0]["sender"], &inside[0]["textElem"]["text"]),
            (&"bob".into(), &"hi".into())
        );
        assert_eq!(
            (&inside[0]["status"], &inside[0]["groupID"]),
            (&2.into(), &"team".into())
        );
        assert_eq!(
            fixture.messages(&team()).len(),
            1,
            "they are no messages of the conversation"
        );
    }

    #[test]
    fn what_was_not_sent_or_is_no_more_is_not_forwarded() {
        let fixture = Fixture::new();
        let pending = fixture.send(&bob(), "on its way");
        fixture.live(from_bob(1));
        fixture.live(from_bob(2));
        fixture.live(Change::Revoked {
            conversation: bob(),
            message: Target::MsgId("m2".to_owned()),
            recall: crate::model::Recall::default(),
        });
        for id in ["m2", pending.as_str(), "none"] {
            let error = merge(&fixture, &["m1", id]).unwrap_err();
            assert_eq!(error.status, Status::InvalidParameters);
            assert!(error.desc.contains(id), "{error}");
        }
        assert!(fixture.engine.forwarded("m1").is_ok() && fixture.engine.forwarded("m2").is_err());
        let error = fixture.engine.merged("m1").unwrap_err();
        assert!(error.desc.contains("not a merger"), "{error}");
    }

    #[test]
    fn mergers_lie_in_each_other_to_a_limit_and_are_unfolded_one_by_one() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        let mut inner = "m1".to_owned();
        for _ in 0..MAX_LAYERS {
            inner = sent(&fixture, merge(&fixture, &[&inner]).unwrap());
        }
        let error = merge(&fixture, &[&inner]).unwrap_err();
        assert_eq!(error.status, Status::MergerTooDeep);
        // On a device that has only the outermost.
        let outer = fixture.engine.forwarded(&inner).unwrap();
        let other = Fixture::new();
        let mut message = crate::engine::fixture::message(&bob(), "bob", 1);
        message.body = MessageBody::of(outer);
        other.live(Change::Message(message));
        let mut layer = "m1".to_owned();
        let mut layers = 0;
        loop {
            let inside = merged(&other, &layer);
            layers += 1;
            if inside[0]["elemType"] != 10 {
                break;
            }
            layer = inside[0]["msgID"].as_str().unwrap().to_owned();
        }
        assert_eq!(layers, MAX_LAYERS);
    }

    #[test]
    fn a_merger_is_no_larger_than_any_message() {
        let fixture = Fixture::new();
        let id = fixture.send(&bob(), &"x".repeat(60_000));
        let (seq, time) = (1, crate::model::Micros(1));
        fixture.complete(Outcome::Sent { seq, time });
        assert!(merge(&fixture, &[id.as_str(); 4]).is_ok() && merge(&fixture, &[id.as_str(); 5]).is_err());
    }

    #[test]
    fn a_file_in_a_merger_is_fetched_by_the_id_that_the_merger_shows_until_the_merger_is_recalled() {
        const PART: FilePart = FilePart {
            image_type: 0,
            is_snapshot: false,
        };
        let fixture = Fixture::new();
        let file = Elem::File(FileElem {
            uuid: hex(&Sha256::digest(b"what bob has")),
            ..FileElem::default()
        });
        let mut message = crate::engine::fixture::message(&bob(), "bob", 1);
        message.body = MessageBody::of(Elem::Merger(Merger {
            messages: vec![Merged {
                msg_id: "inside".to_owned(),
                sender: "carol".to_owned(),
                nick_name: String::new(),
                face_url: String::new(),
                time: crate::model::Micros(1),
                cloud_custom_data: String::new(),
                elem: file,
            }],
            ..Merger::default()
        }));
        fixture.live(Change::Message(message));
        let engine = &fixture.engine;
        let error = engine.wanted_file("inside", PART).err().unwrap();
        assert_eq!(error.status, Status::InvalidParameters, "nobody has opened the merger");
        assert_eq!(merged(&fixture, "m1")[0]["fileElem"]["localUrl"], "");
        let wanted = engine.wanted_file("inside", PART).unwrap();
        let shown = engine
            .download(&wanted, |_, _, take| take(b"what bob has", 12))
            .unwrap();
        let shown: Value = serde_json::from_str(&shown).unwrap();
        let path = shown["fileElem"]["localUrl"].as_str().unwrap();
        assert_eq!(std::fs::read(path).unwrap(), b"what bob has");
        assert_eq!((&shown["msgID"], &shown["sender"]), (&"inside".into(), &"carol".into()));
        assert_eq!(merged(&fixture, "m1")[0], shown);
        let url: Value = serde_json::from_str(&engine.online_url("inside").unwrap()).unwrap();
        assert_eq!(url["fileElem"]["localUrl"], path);
        fixture.live(Change::Revoked {
            conversation: bob(),
            message: Target::MsgId("m1".to_owned()),
            recall: crate::model::Recall::default(),
        });
        assert!(engine.wanted_file("inside", PART).is_err() && engine.online_url("inside").is_err());
    }

    #[test]
    fn limits_are_refused_by_name() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        let engine = &fixture.engine;
        let many = vec!["m1".to_owned(); MAX_MERGED + 1];
        let lines = |count: usize, length: usize| vec!["x".repeat(length); count];
        for (ids, lines, part) in [
            (many.as_slice(), lines(1, 1), "msgIDList has 301"),
            (&[], lines(1, 1), "msgIDList is empty"),
            (&many[..1], lines(6, 1), "abstractList has 6"),
            (&many[..1], lines(2, 101), "abstractList[0] has 101"),
        ] {
            let error = engine.merge(ids, String::new(), lines, String::new()).unwrap_err();
            assert!(error.desc.starts_with(part), "{error}");
        }
        assert!(
            engine
                .merge(&many[..300], String::new(), lines(5, 100), String::new())
                .is_ok()
        );
    }
}
