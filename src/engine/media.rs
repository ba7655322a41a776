//! Pictures, sounds, videos and files: where they are.

use super::core::Engine;
use super::elements::Elements;
use super::json::{parse_body, to_json};
use super::recall::unknown;
use super::view::MessageOnlineUrl;
use crate::model::id::quoted;
use crate::model::{Elem, Error, MessageStatus, Result};
use crate::store::{media, message};

impl Engine {
    /// `getMessageOnlineUrl`. 6017 when the message is not there, was recalled, or has no such element.
    pub fn online_url(&self, msg_id: &str) -> Result<String> {
        self.store.snapshot(|db| {
            let row = message::by_msg_id(db, msg_id)?.ok_or_else(|| unknown(msg_id))?;
            let mut elem = parse_body(&row)?.elem;
            let is_media = matches!(elem, Elem::Image(_) | Elem::Sound(_) | Elem::Video(_) | Elem::File(_));
            if !is_media || row.status == MessageStatus::Revoked {
                let desc = format!("msgID {} has no picture, sound, video or file", quoted(msg_id));
                return Err(Error::invalid(desc).into());
            }
            if !row.is_self {
                elem = elem.of_another_sender();
            }
            elem.locate(|name| media::local(db, name));
            let elements = Elements::of(elem);
            to_json(&MessageOnlineUrl {
                image_elem: elements.image,
                sound_elem: elements.sound,
                video_elem: elements.video,
                file_elem: elements.file,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, bob, from_bob, message};
    use crate::model::media::FileElem;
    use crate::model::{Change, Elem, MessageBody, Target};
    use serde_json::Value;

    #[test]
    fn only_a_file_that_was_not_recalled_has_an_address() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        let mut file = message(&bob(), "bob", 2);
        file.body = MessageBody::of(Elem::File(FileElem {
            url: "https://up.example/a".to_owned(),
            ..FileElem::default()
        }));
        fixture.live(Change::Message(file));
        let found: Value = serde_json::from_str(&fixture.engine.online_url("m2").unwrap()).unwrap();
        assert_eq!(found["fileElem"]["url"], "https://up.example/a");
        assert_eq!(found["imageElem"], Value::Null);
        assert!(fixture.engine.online_url("m1").is_err() && fixture.engine.online_url("m3").is_err());
        fixture.live(Change::Revoked {
            conversation: bob(),
            message: Target::MsgId("m2".to_owned()),
            recall: crate::model::Recall::default(),
        });
        assert!(fixture.engine.online_url("m2").is_err());
    }
}
