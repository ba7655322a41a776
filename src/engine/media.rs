//! Pictures, sounds, videos and files: where they are.

use super::core::Engine;
use super::elements::Elements;
use super::json::{parse_body, shown_json};
use super::recall::unknown;
use super::render;
use super::view::MessageOnlineUrl;
use crate::model::id::quoted;
use crate::model::{Elem, Error, MessageStatus, Result};
use crate::store::{StoreResult, conversation, media, message};
use rusqlite::Connection;

impl Engine {
    /// `getMessageOnlineUrl`. 6017 when the message is not there, was recalled, or has no such element.
    pub fn online_url(&self, msg_id: &str) -> Result<String> {
        self.store.snapshot(|db| {
            let is_media =
                |elem: &Elem| matches!(elem, Elem::Image(_) | Elem::Sound(_) | Elem::Video(_) | Elem::File(_));
            let found = self.with_content(db, msg_id)?.filter(|(elem, _)| is_media(elem));
            let Some((mut elem, is_self)) = found else {
                let desc = format!("msgID {} has no picture, sound, video or file", quoted(msg_id));
                return Err(Error::invalid(desc).into());
            };
            if !is_self {
                elem = elem.of_another_sender();
            }
            elem.locate(|name, size| media::local(db, name, size));
            let elements = Elements::of(elem);
            shown_json(&MessageOnlineUrl {
                image_elem: elements.image,
                sound_elem: elements.sound,
                video_elem: elements.video,
                file_elem: elements.file,
            })
        })
    }

    /// What a message has, stored or in a merger that was read, and whether it is stored as the account's own. `None` when it
    /// was recalled; what a merger has of it stays. 6017 when there is none.
    pub(super) fn with_content(&self, db: &Connection, msg_id: &str) -> StoreResult<Option<(Elem, bool)>> {
        let stored = message::by_msg_id(db, msg_id)?;
        if let Some(row) = stored.as_ref().filter(|row| row.status != MessageStatus::Revoked) {
            return Ok(Some((parse_body(row)?.elem, row.is_self)));
        }
        match (stored, self.unfolded(db, msg_id)?) {
            (_, Some(unfolded)) => Ok(Some((unfolded.message.elem, false))),
            (Some(_), None) => Ok(None),
            (None, None) => Err(unknown(msg_id).into()),
        }
    }

    /// The same message, as it is shown, also when it was recalled meanwhile.
    pub(super) fn shown_with_content(&self, db: &Connection, msg_id: &str) -> StoreResult<String> {
        let stored = message::by_msg_id(db, msg_id)?;
        if stored.as_ref().is_none_or(|row| row.status == MessageStatus::Revoked)
            && let Some(unfolded) = self.unfolded(db, msg_id)?
        {
            return self.render_merged(db, &unfolded.message, &unfolded.conversation);
        }
        let row = stored.ok_or_else(|| unknown(msg_id))?;
        let conversation = conversation::by_number(db, row.conversation)?.ok_or_else(|| unknown(msg_id))?;
        render::message(db, &row, &conversation)
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, bob, from_bob, message};
    use crate::model::media::{FileElem, Image, ImageElem};
    use crate::model::web::name_of_address;
    use crate::model::{Change, Elem, FilePart, MessageBody, Target};
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
    #[test]
    fn a_small_picture_that_is_in_the_message_itself_is_there_without_a_server() {
        let fixture = Fixture::new();
        let mut picture = message(&bob(), "bob", 1);
        let url = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAACgAAAAeCAAAAAB7tgMBAAAAEklEQVR42mNgGAWjYBSMguEAAATOAAHtUfYIAAAAAElFTkSuQmCC";
        let thumb = Image {
            uuid: name_of_address(url),
            r#type: 1,
            url: url.to_owned(),
            ..Image::default()
        };
        picture.body = MessageBody::of(Elem::Image(ImageElem {
            path: String::new(),
            image_list: vec![thumb],
        }));
        fixture.live(Change::Message(picture));
        let part = FilePart {
            image_type: 1,
            is_snapshot: false,
        };
        let wanted = fixture.engine.wanted_file("m1", part).unwrap();
        let shown = fixture.engine.downloaded(&wanted).unwrap().unwrap();
        let shown: Value = serde_json::from_str(&shown).unwrap();
        let thumb = &shown["imageElem"]["imageList"][0];
        assert_eq!(std::fs::read(thumb["localUrl"].as_str().unwrap()).unwrap().len(), 75);
        assert_eq!((&thumb["size"], &thumb["width"]), (&75.into(), &40.into()));
    }
}
