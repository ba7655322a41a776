//! Files of messages for a backend that brings each to an address of its own: which are still to be brought, and which are there.

use super::core::Engine;
use super::file_kind;
use super::json::{parse_body, to_json};
use crate::model::media::FileElem;
use crate::model::{Elem, Result, UnsentFile, UnsentFiles};
use crate::store::message;
use crate::store::outbox::{self, CommandKind};
use std::path::Path;

impl Engine {
    /// The files of the message of a command that the server does not have; `None` when it has them all, or the command sends
    /// no message any more.
    pub fn unsent_files(&self, id: i64) -> Result<Option<UnsentFiles>> {
        let row = self.store.read(|db| {
            Ok(match outbox::by_id(db, id)? {
                Some(command) if command.kind == CommandKind::Send => message::by_msg_id(db, &command.msg_id)?,
                _ => None,
            })
        })?;
        // What cannot be read is given up where it is handed out.
        let Some((row, body)) = row.and_then(|row| parse_body(&row).ok().map(|body| (row, body))) else {
            return Ok(None);
        };
        let files: Vec<UnsentFile> = body
            .elem
            .uploads()
            .into_iter()
            .map(|uuid| {
                let found = self.files.find(&uuid);
                let path = found.as_ref().map(|(path, _)| path.clone());
                UnsentFile {
                    name: name(&body.elem, &uuid, path.as_deref()),
                    size: found.map(|(_, size)| size).unwrap_or_default(),
                    uuid,
                    path,
                }
            })
            .collect();
        Ok((!files.is_empty()).then_some(UnsentFiles {
            msg_id: row.msg_id,
            total: body.elem.device_bytes().unwrap_or_default(),
            files,
        }))
    }

    /// The server has a file of a message.
    pub fn file_uploaded(&self, msg_id: &str, uuid: &str, url: &str) -> Result<()> {
        self.write(true, |tx| {
            let Some(mut row) = message::by_msg_id(tx.db, msg_id)? else {
                // Deleted meanwhile.
                return Ok(());
            };
            let mut body = parse_body(&row)?;
            body.elem.uploaded(uuid, url);
            row.body = to_json(&body)?;
            message::update(tx.db, &row)?;
            let id = tx.conversation_of(msg_id)?;
            tx.refresh(&id)
        })
    }
}

impl Engine {
    /// The name of a file that was given as data: its other devices and its receivers find one in its address.
    pub(crate) fn name_of_data(&self, uuid: &str) -> String {
        let path = self.files.find(uuid).map(|(path, _)| path);
        name(&Elem::File(FileElem::default()), uuid, path.as_deref())
    }
}

/// What the server calls a file. What a camera has called a picture is nobody else's affair, as in its message.
fn name(elem: &Elem, uuid: &str, path: Option<&Path>) -> String {
    let kind = match elem {
        Elem::File(file) if !file.file_name.is_empty() => return file.file_name.clone(),
        Elem::Image(_) => "picture",
        Elem::Sound(_) => "sound",
        Elem::Video(video) if video.snapshot_uuid == uuid && video.uuid != uuid => "picture",
        Elem::Video(_) => "video",
        _ => "file",
    };
    match path.and_then(file_kind::extension) {
        Some("mp4") if kind == "sound" => "sound.m4a".to_owned(),
        Some(extension) => format!("{kind}.{extension}"),
        None => kind.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, bob, refused};
    use crate::model::media::{FileElem, Image, ImageElem, VideoElem};
    use crate::model::{Elem, MessageBody, Outbound};

    fn file(fixture: &Fixture, bytes: &[u8]) -> String {
        fixture.engine.import_bytes("data", bytes).unwrap().uuid
    }

    fn send(fixture: &Fixture, elem: Elem) -> String {
        let sent = fixture.engine.send(&bob(), MessageBody::of(elem)).unwrap();
        let sent: serde_json::Value = serde_json::from_str(&sent).unwrap();
        sent["msgID"].as_str().unwrap().to_owned()
    }

    fn names(fixture: &Fixture) -> Vec<String> {
        let mut names = Vec::new();
        let mut after = 0;
        while let Some(command) = fixture.engine.waiting_outbound(after).unwrap() {
            after = command.id;
            let unsent = fixture.engine.unsent_files(after).unwrap();
            names.extend(unsent.into_iter().flat_map(|unsent| unsent.files).map(|file| file.name));
        }
        names
    }

    #[test]
    fn each_file_is_brought_once_and_the_message_goes_out_with_the_addresses() {
        let fixture = Fixture::new();
        let (film, still) = (
            file(&fixture, b"\0\0\0\x18ftypmp42"),
            file(&fixture, b"\x89PNG\r\n\x1a\n"),
        );
        let msg_id = send(
            &fixture,
            Elem::Video(Box::new(VideoElem {
                video_path: "/home/alice/secret.mp4".to_owned(),
                uuid: film.clone(),
                snapshot_uuid: still.clone(),
                ..VideoElem::default()
            })),
        );
        assert_eq!(names(&fixture), ["video.mp4", "picture.png"]);
        fixture
            .engine
            .file_uploaded(&msg_id, &film, "https://up.example/film")
            .unwrap();
        // After a restart only the rest is brought.
        let fixture = fixture.reopen();
        assert_eq!(names(&fixture), ["picture.png"]);
        fixture
            .engine
            .file_uploaded(&msg_id, &still, "https://up.example/still")
            .unwrap();
        assert!(names(&fixture).is_empty());
        let Some(Outbound::Send(message)) = fixture.command() else {
            panic!("nothing is sent");
        };
        let Elem::Video(video) = &message.body.elem else {
            panic!("not a video");
        };
        assert_eq!(video.video_url, "https://up.example/film");
        assert_eq!(video.snapshot_url, "https://up.example/still");
        let shown = &fixture.row(&bob())["lastMessage"]["videoElem"];
        assert_eq!(shown["videoUrl"], "https://up.example/film");
        assert_ne!(shown["localVideoUrl"], "");
    }

    #[test]
    fn a_thumbnail_is_brought_beside_its_picture_and_a_restart_forgets_neither() {
        let fixture = Fixture::new();
        let mut photo = std::io::Cursor::new(Vec::new());
        let picture = image::DynamicImage::new_rgb8(800, 600);
        picture.write_to(&mut photo, image::ImageFormat::Png).unwrap();
        let photo = file(&fixture, &photo.into_inner());
        let small = fixture.engine.import_thumbnail(&photo).unwrap();
        assert_eq!((small.r#type, small.width, small.height), (1, 400, 300));
        let form = |kind: i64| Image {
            uuid: photo.clone(),
            r#type: kind,
            ..Image::default()
        };
        let image = ImageElem {
            path: String::new(),
            image_list: vec![form(0), small.clone(), form(2)],
        };
        let msg_id = send(&fixture, Elem::Image(image));
        assert_eq!(names(&fixture), ["picture.png", "picture.jpg"]);
        fixture
            .engine
            .file_uploaded(&msg_id, &photo, "https://up.example/photo")
            .unwrap();
        let fixture = fixture.reopen();
        assert_eq!(names(&fixture), ["picture.jpg"]);
        fixture
            .engine
            .file_uploaded(&msg_id, &small.uuid, "https://up.example/small")
            .unwrap();
        let shown = &fixture.row(&bob())["lastMessage"]["imageElem"]["imageList"];
        let urls: Vec<&serde_json::Value> = shown.as_array().unwrap().iter().map(|form| &form["url"]).collect();
        let [photo, small] = ["https://up.example/photo", "https://up.example/small"];
        assert_eq!(urls, [photo, small, photo]);
        assert_ne!(shown[1]["localUrl"], shown[0]["localUrl"]);
    }

    #[test]
    fn all_forms_of_a_picture_are_one_file_and_a_name_is_told_of_files_only() {
        let fixture = Fixture::new();
        let uuid = file(&fixture, b"GIF89a");
        let form = |kind| Image {
            uuid: uuid.clone(),
            r#type: kind,
            ..Image::default()
        };
        let msg_id = send(
            &fixture,
            Elem::Image(ImageElem {
                path: "/home/alice/holiday.gif".to_owned(),
                image_list: vec![form(0), form(1), form(2)],
            }),
        );
        assert_eq!(names(&fixture), ["picture.gif"]);
        fixture
            .engine
            .file_uploaded(&msg_id, &uuid, "https://up.example/a")
            .unwrap();
        let shown = &fixture.row(&bob())["lastMessage"]["imageElem"]["imageList"];
        assert!(
            shown
                .as_array()
                .unwrap()
                .iter()
                .all(|form| form["url"] == "https://up.example/a")
        );
        fixture.complete(refused());
        let other = Elem::File(FileElem {
            file_name: "Menu.pdf".to_owned(),
            uuid: file(&fixture, b"%PDF"),
            ..FileElem::default()
        });
        send(&fixture, other);
        assert_eq!(names(&fixture), ["Menu.pdf"]);
        fixture
            .engine
            .file_uploaded("gone", &uuid, "https://up.example/a")
            .unwrap();
    }
}
