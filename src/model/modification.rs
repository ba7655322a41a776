//! Edits of messages: what V2TIM lets their author change, and which of two edits counts.

use super::elem::Elem;
use super::message::{MAX_TEXT_BYTES, MessageBody};
use super::order::Micros;
use super::reply::answered;
use super::stamp::Stamp;
use super::status::{Error, Result};
use serde::{Deserialize, Serialize};

/// What `modifyMessage` asks for. What is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewContent {
    /// The text of a text message.
    pub text: Option<String>,
    /// The fields of a custom message.
    pub custom: Option<NewCustom>,
    /// The app's own data beside the element.
    pub cloud_custom_data: Option<String>,
}

/// The fields of a custom message that are to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct NewCustom {
    pub data: Option<String>,
    pub desc: Option<String>,
    pub extension: Option<String>,
}

impl NewContent {
    /// A message with this content in place of its own. 6017 when it is a message of another kind.
    pub fn of(&self, before: &MessageBody) -> Result<MessageBody> {
        let mut body = before.clone();
        if let Some(text) = &self.text {
            let Elem::Text { text: now } = &mut body.elem else {
                return Err(other_kind("textElem", before));
            };
            if text.is_empty() || text.len() > MAX_TEXT_BYTES {
                return Err(Error::invalid(format!(
                    "textElem.text has {} bytes; it may have 1 to {MAX_TEXT_BYTES}",
                    text.len()
                )));
            }
            now.clone_from(text);
        }
        if let Some(custom) = &self.custom {
            let Elem::Custom { data, desc, extension } = &mut body.elem else {
                return Err(other_kind("customElem", before));
            };
            for (now, new) in [
                (data, &custom.data),
                (desc, &custom.desc),
                (extension, &custom.extension),
            ] {
                if let Some(new) = new {
                    now.clone_from(new);
                }
            }
        }
        if let Some(data) = &self.cloud_custom_data {
            body.cloud_custom_data.clone_from(data);
        }
        Ok(body)
    }
}

fn other_kind(field: &str, body: &MessageBody) -> Error {
    let elem_type = body.elem.elem_type() as i64;
    Error::invalid(format!("{field} is given, but the message has elemType {elem_type}"))
}

/// An edit of a message by its author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Modification {
    /// What takes the place of the element.
    pub elem: Elem,
    /// The app's own data beside it; `None`: as it is. Clients that know nothing of it must not remove it.
    pub cloud_custom_data: Option<String>,
    /// When and where it was made. Without a device where the author's client does not say so: then the time is the server's.
    pub stamp: Stamp,
    /// When the server got it.
    #[serde(default)]
    pub time: Micros,
    /// The id of the edit in the server's archive; empty when there is none.
    #[serde(default)]
    pub server_id: String,
    /// The id that the author gave the edit; empty when there is none.
    #[serde(default)]
    pub origin_id: String,
    /// Whether it comes from an archive that is read backwards, after what came later.
    #[serde(default)]
    pub older: bool,
    /// Its place in the order of the archive, as far as this device has read that: the higher, the later. 0 when unknown.
    #[serde(default)]
    pub rank: i64,
    /// What it is shown as where nobody has the message; `None`: as nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone: Option<Box<Alone>>,
}

/// What an edit is shown as of a message that is not there, nor in an archive: a message of its own, beside which it is an
/// edit still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alone {
    /// The `msgID`: the same for all edits of a message, and on all devices.
    pub msg_id: String,
    /// The author's name, as it came with it.
    pub nick_name: String,
    /// The author's picture, likewise.
    pub face_url: String,
    /// What a message has beside its element, which is that of the edit.
    pub body: MessageBody,
}

impl Modification {
    /// What a message has become by its last edit; `None` when it was never edited.
    pub fn of(body: &MessageBody) -> Option<Self> {
        Some(Self {
            elem: body.elem.clone(),
            cloud_custom_data: Some(body.cloud_custom_data.clone()),
            stamp: body.modified.clone()?,
            time: Micros(0),
            server_id: String::new(),
            origin_id: String::new(),
            older: false,
            rank: 0,
            alone: None,
        })
    }

    /// Whether it counts, where an edit with the stamp `known` was there before, which was told just now.
    pub fn replaces(&self, known: Option<&Stamp>) -> bool {
        self.stamp.counts_after(known, self.older)
    }

    /// The same, where the latest of those that are known has the place `latest` in the archive's order.
    pub fn replaces_at(&self, known: Option<&Stamp>, latest: Option<i64>) -> bool {
        let is_older = match latest {
            Some(latest) if self.rank != 0 => self.rank < latest,
            _ => self.older,
        };
        self.stamp.counts_after(known, is_older)
    }

    /// Gives a message its content.
    pub fn apply(&self, body: &mut MessageBody) {
        body.elem.clone_from(&self.elem);
        if let Some(data) = &self.cloud_custom_data {
            // The server's word is of the message that was answered before.
            let named = |data: &str| answered(data).map(|(id, _)| id);
            if named(data) != named(&body.cloud_custom_data) {
                body.reply = None;
            }
            body.cloud_custom_data.clone_from(data);
        }
        body.modified = Some(self.stamp.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Micros;
    use crate::model::reply::{Reply, ReplyTo};

    fn text(text: &str) -> MessageBody {
        MessageBody::of(Elem::Text { text: text.to_owned() })
    }

    #[test]
    fn an_edit_that_answers_another_message_or_none_takes_the_servers_word_away() {
        let reply = |id: &str| format!(r#"{{"messageReply":{{"messageID":"{id}"}}}}"#);
        for (data, stays) in [
            (Some(reply("a")), true),
            (None, true),
            (Some(reply("b")), false),
            (Some(String::new()), false),
            (Some("{}".to_owned()), false),
        ] {
            let mut body = MessageBody {
                cloud_custom_data: reply("a"),
                reply: Some(Reply {
                    kind: ReplyTo::Origin,
                    id: "a".to_owned(),
                    author: String::new(),
                    quote: String::new(),
                }),
                ..text("hi")
            };
            let edit = Modification {
                cloud_custom_data: data.clone(),
                ..Modification::of(&MessageBody {
                    modified: Some(Stamp::default()),
                    ..text("ho")
                })
                .unwrap()
            };
            edit.apply(&mut body);
            assert_eq!(body.reply.is_some(), stays, "{data:?}");
            assert_eq!(body.cloud_custom_data, data.unwrap_or_else(|| reply("a")));
        }
    }

    #[test]
    fn what_is_not_given_stays_and_an_empty_string_empties() {
        let before = MessageBody {
            cloud_custom_data: "{}".to_owned(),
            ..MessageBody::of(Elem::Custom {
                data: "data".to_owned(),
                desc: "desc".to_owned(),
                extension: "more".to_owned(),
            })
        };
        let new = NewContent {
            custom: Some(NewCustom {
                data: Some("new".to_owned()),
                desc: Some(String::new()),
                extension: None,
            }),
            ..NewContent::default()
        };
        let expected = MessageBody {
            elem: Elem::Custom {
                data: "new".to_owned(),
                desc: String::new(),
                extension: "more".to_owned(),
            },
            ..before.clone()
        };
        assert_eq!(new.of(&before).unwrap(), expected);
        assert_eq!(NewContent::default().of(&before).unwrap(), before);
        assert!(new.of(&text("hi")).unwrap_err().desc.contains("customElem"));
    }

    #[test]
    fn a_text_may_neither_become_empty_nor_too_long() {
        for wrong in [String::new(), "x".repeat(MAX_TEXT_BYTES + 1)] {
            let new = NewContent {
                text: Some(wrong),
                ..NewContent::default()
            };
            assert!(new.of(&text("hi")).unwrap_err().desc.contains("bytes"));
        }
    }

    #[test]
    fn of_two_stamped_edits_the_newer_counts_and_of_others_the_later_in_the_archive() {
        let edit = |time: i64, device: &str, older| Modification {
            stamp: Stamp {
                time: Micros(time),
                device: device.to_owned(),
            },
            older,
            ..Modification::of(&MessageBody {
                modified: Some(Stamp::default()),
                ..text("x")
            })
            .unwrap()
        };
        let replaces = |new: Modification, known: Modification| new.replaces(Some(&known.stamp));
        assert!(replaces(edit(5, "b", false), edit(5, "a", false)));
        assert!(!replaces(edit(5, "a", false), edit(5, "b", false)));
        assert!(!replaces(edit(5, "a", false), edit(5, "a", false)), "the same");
        assert!(replaces(edit(1_000_000, "", false), edit(1_700_000, "", false)));
        assert!(!replaces(edit(1_000_000, "", true), edit(1_700_000, "", false)));
        assert!(!replaces(edit(900_000, "", false), edit(1_700_000, "a", false)));
        assert!(edit(0, "", true).replaces(None));
    }
}
