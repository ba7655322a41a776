//! Pictures, sounds, videos and files in requests: by a path, as data, or by the address at which the app has put them.

use super::file_source::{FileSource, Source, check_address};
use crate::client::Call;
use crate::model::media::{FileElem, Image, ImageElem, ImageType, SoundElem, VideoElem};
use crate::model::web::{file_name, name_in, name_of_address};
use crate::model::{Elem, Error, Result};
use serde::Deserialize;
use std::path::Path;

#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct NewImageElem {
    /// The address of the picture, `https:` or `http:`, up to 4,096 bytes, if the app has uploaded it. Exactly one of this, `path`
    /// and `dataBase64` must be given.
    #[serde(default)]
    url: String,
    /// The file of the picture, 1 byte to 1 GiB. It is copied before the call returns.
    #[serde(default)]
    path: String,
    /// The picture itself in Base64, up to 1 MiB of data.
    #[serde(default)]
    data_base64: String,
    /// The size in bytes; 0 when unknown. That of a file is its own.
    #[serde(default)]
    size: i64,
    /// The width in pixels; 0 when unknown. That of a JPEG, PNG, GIF or WebP file is read.
    #[serde(default)]
    width: i64,
    /// The height in pixels; 0 when unknown. That of a JPEG, PNG, GIF or WebP file is read.
    #[serde(default)]
    height: i64,
    /// The address of a small one for lists, only with `url`. Empty: the picture itself.
    #[serde(default)]
    thumb_url: String,
}

#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct NewSoundElem {
    /// The address of the sound, `https:` or `http:`, up to 4,096 bytes, if the app has uploaded it. Exactly one of this, `path`
    /// and `dataBase64` must be given.
    #[serde(default)]
    url: String,
    /// The file of the sound, 1 byte to 1 GiB. It is copied before the call returns.
    #[serde(default)]
    path: String,
    /// The sound itself in Base64, up to 1 MiB of data.
    #[serde(default)]
    data_base64: String,
    /// The size in bytes; 0 when unknown. That of a file is its own.
    #[serde(default)]
    data_size: i64,
    /// The duration in seconds; 0 when unknown.
    #[serde(default)]
    duration: i64,
}

#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct NewVideoElem {
    /// The address of the video, `https:` or `http:`, up to 4,096 bytes, if the app has uploaded it. Exactly one of this and
    /// `videoPath` must be given.
    #[serde(default)]
    video_url: String,
    /// The file of the video, 1 byte to 1 GiB. It is copied before the call returns.
    #[serde(default)]
    video_path: String,
    /// The size of the video in bytes; 0 when unknown. That of a file is its own.
    #[serde(default)]
    video_size: i64,
    /// The duration in seconds; 0 when unknown.
    #[serde(default)]
    duration: i64,
    /// The address of a picture from the video; empty when there is none.
    #[serde(default)]
    snapshot_url: String,
    /// The file of that picture, in place of its address.
    #[serde(default)]
    snapshot_path: String,
    /// That picture itself in Base64, up to 1 MiB of data, in place of its address.
    #[serde(default)]
    snapshot_base64: String,
    /// The width of that picture in pixels; 0 when unknown. That of a JPEG, PNG, GIF or WebP file is read.
    #[serde(default)]
    snapshot_width: i64,
    /// The height of that picture in pixels; 0 when unknown. That of a JPEG, PNG, GIF or WebP file is read.
    #[serde(default)]
    snapshot_height: i64,
}

#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct NewFileElem {
    /// The address of the file, `https:` or `http:`, up to 4,096 bytes, if the app has uploaded it. Exactly one of this, `path`
    /// and `dataBase64` must be given.
    #[serde(default)]
    url: String,
    /// The file, 1 byte to 1 GiB. It is copied before the call returns.
    #[serde(default)]
    path: String,
    /// The content of the file in Base64, up to 1 MiB of data.
    #[serde(default)]
    data_base64: String,
    /// The name of the file, without folders. Empty: the end of the address or of the path; of data "file", with an end that
    /// says what it is where that is known.
    #[serde(default)]
    file_name: String,
    /// The size in bytes; 0 when unknown. That of a file is its own.
    #[serde(default)]
    file_size: i64,
}

fn check_number(field: &str, number: i64, most: i64) -> Result<()> {
    if (0..=most).contains(&number) {
        return Ok(());
    }
    Err(Error::invalid(format!("{field} {number} is not between 0 and {most}")))
}

/// The largest size: larger ones are no integers in JavaScript.
const MAX_SIZE: i64 = (1 << 53) - 1;
/// The longest side of a picture, and the longest duration.
const MAX_SIDE: i64 = 65_535;
const MAX_SECONDS: i64 = 1 << 32;

/// What was read of a picture, or else what the app says of it.
fn sides(read: (i64, i64), width: i64, height: i64) -> (i64, i64) {
    if read == (0, 0) { (width, height) } else { read }
}

impl NewImageElem {
    /// A picture of this device.
    pub(super) fn at(path: String) -> Self {
        Self {
            path,
            ..Self::default()
        }
    }

    pub(super) fn elem(self, client: &Call<'_>, names: &[&str; 3]) -> Result<Elem> {
        check_number("imageElem.size", self.size, MAX_SIZE)?;
        check_number("imageElem.width", self.width, MAX_SIDE)?;
        check_number("imageElem.height", self.height, MAX_SIDE)?;
        if !self.thumb_url.is_empty() {
            check_address("imageElem.thumbUrl", &self.thumb_url)?;
            if self.url.is_empty() {
                return Err(Error::invalid("imageElem.thumbUrl is given, but imageElem.url is not"));
            }
        }
        let source = FileSource::one(names, self.url, self.path, self.data_base64)?;
        let Source { uuid, url, path, size } = source.take(client, self.size)?;
        let read = if url.is_empty() {
            client.read(|engine| Ok(engine.imported_image_size(&uuid)))?
        } else {
            (0, 0)
        };
        let (width, height) = sides(read, self.width, self.height);
        let form = |kind: ImageType| Image {
            uuid: uuid.clone(),
            r#type: kind as i64,
            size,
            width,
            height,
            url: url.clone(),
            local_url: String::new(),
        };
        let thumb = if !self.thumb_url.is_empty() {
            Some(Image {
                uuid: name_of_address(&self.thumb_url),
                r#type: ImageType::Thumb as i64,
                url: self.thumb_url.clone(),
                ..Image::default()
            })
        } else if url.is_empty() {
            client.read(|engine| Ok(engine.import_thumbnail(&uuid)))?
        } else {
            None
        };
        let thumb = thumb.unwrap_or_else(|| form(ImageType::Thumb));
        Ok(Elem::Image(ImageElem {
            path,
            image_list: vec![form(ImageType::Origin), thumb, form(ImageType::Large)],
        }))
    }
}

impl NewSoundElem {
    /// A sound of this device.
    pub(super) fn at(path: String, duration: i64) -> Self {
        Self {
            path,
            duration,
            ..Self::default()
        }
    }

    pub(super) fn elem(self, client: &Call<'_>, names: &[&str; 3]) -> Result<Elem> {
        check_number("soundElem.dataSize", self.data_size, MAX_SIZE)?;
        check_number("soundElem.duration", self.duration, MAX_SECONDS)?;
        let source = FileSource::one(names, self.url, self.path, self.data_base64)?;
        let source = source.take(client, self.data_size)?;
        Ok(Elem::Sound(SoundElem {
            path: source.path,
            uuid: source.uuid,
            data_size: source.size,
            duration: self.duration,
            url: source.url,
            local_url: String::new(),
        }))
    }
}

impl NewVideoElem {
    /// A video of this device.
    pub(super) fn at(video_path: String, snapshot_path: String, duration: i64) -> Self {
        Self {
            video_path,
            snapshot_path,
            duration,
            ..Self::default()
        }
    }

    pub(super) fn elem(self, client: &Call<'_>, names: &[&str; 3], snapshot: &[&str; 3]) -> Result<Elem> {
        check_number("videoElem.videoSize", self.video_size, MAX_SIZE)?;
        check_number("videoElem.duration", self.duration, MAX_SECONDS)?;
        check_number("videoElem.snapshotWidth", self.snapshot_width, MAX_SIDE)?;
        check_number("videoElem.snapshotHeight", self.snapshot_height, MAX_SIDE)?;
        let video = FileSource::one(names, self.video_url, self.video_path, String::new())?;
        let still = FileSource::at_most_one(snapshot, self.snapshot_url, self.snapshot_path, self.snapshot_base64)?;
        // The small one first: if it cannot be read, nothing large has been copied.
        let still = still
            .map(|still| still.take(client, 0))
            .transpose()?
            .unwrap_or_default();
        let read = if still.url.is_empty() && !still.uuid.is_empty() {
            client.read(|engine| Ok(engine.imported_image_size(&still.uuid)))?
        } else {
            (0, 0)
        };
        let (snapshot_width, snapshot_height) = sides(read, self.snapshot_width, self.snapshot_height);
        let video = video.take(client, self.video_size)?;
        Ok(Elem::Video(Box::new(VideoElem {
            video_path: video.path,
            uuid: video.uuid,
            video_size: video.size,
            duration: self.duration,
            snapshot_path: still.path,
            snapshot_uuid: still.uuid,
            snapshot_size: still.size,
            snapshot_width,
            snapshot_height,
            video_url: video.url,
            snapshot_url: still.url,
            local_video_url: String::new(),
            local_snapshot_url: String::new(),
        })))
    }
}

impl NewFileElem {
    /// A file of this device.
    pub(super) fn at(path: String, file_name: String) -> Self {
        Self {
            path,
            file_name,
            ..Self::default()
        }
    }

    pub(super) fn elem(self, client: &Call<'_>, names: &[&str; 3], name_field: &str) -> Result<Elem> {
        check_number("fileElem.fileSize", self.file_size, MAX_SIZE)?;
        let source = FileSource::one(names, self.url, self.path, self.data_base64)?;
        let name = if self.file_name.is_empty() {
            match &source {
                FileSource::Address(url) => name_in(url),
                FileSource::Path(_, path) => {
                    let last = Path::new(path).file_name().unwrap_or_default();
                    file_name(&last.to_string_lossy())
                }
                FileSource::Data(..) => String::new(),
            }
        } else {
            file_name(&self.file_name)
        };
        if !self.file_name.is_empty() && name != self.file_name {
            return Err(Error::invalid(format!(
                "{name_field} has a folder, a control character, white space at an end or more than 255 bytes"
            )));
        }
        let source = source.take(client, self.file_size)?;
        let name = if name.is_empty() && source.url.is_empty() {
            client.read(|engine| Ok(engine.name_of_data(&source.uuid)))?
        } else {
            name
        };
        Ok(Elem::File(FileElem {
            path: source.path,
            file_name: name,
            uuid: source.uuid,
            url: source.url,
            file_size: source.size,
            local_url: String::new(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use crate::api::call;
    use crate::client::testing::Script;
    use serde_json::{Value, json};

    fn refused(elem: &str, value: &Value) -> String {
        let (_dir, client) = Script::default().client();
        let request = json!({ "receiver": "bob", (elem): value }).to_string();
        let response: Value = serde_json::from_str(&call(&client, "sendMessage", &request).json).unwrap();
        assert_ne!(response["code"], 0, "{response}");
        response["desc"].as_str().unwrap().to_owned()
    }

    #[test]
    fn what_cannot_be_right_is_refused_by_name_and_no_address_is_repeated() {
        for (field, value) in [
            ("url", json!("file:///s3cret")),
            ("url", json!("s3cret")),
            ("url", json!("https://up.example/s3cret?b=<x>")),
            ("url", json!("https://up.example/s3cret\\a")),
            ("url", json!("https://up.example/s3cret\u{1}")),
            ("thumbUrl", json!("https://up.example/`s3cret`")),
            ("thumbUrl", json!("https://s3cret .example")),
            ("size", json!(-1)),
            ("width", json!(70_000)),
            ("path", json!("/tmp/both")),
        ] {
            let mut request = json!({ "url": "https://up.example/s3cret.jpg" });
            request[field] = value;
            let error = refused("imageElem", &request);
            assert!(error.contains(&format!("imageElem.{field} ")), "{error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
        for name in ["../a", "a/b", " a"] {
            let request = json!({ "url": "https://up.example/a", "fileName": name });
            assert!(refused("fileElem", &request).starts_with("fileElem.fileName "));
        }
        let (_dir, client) = Script::default().client();
        let of_data = |data: &str| {
            let request = json!({ "receiver": "bob", "fileElem": { "dataBase64": data } }).to_string();
            let response: Value = serde_json::from_str(&call(&client, "sendMessage", &request).json).unwrap();
            response["data"]["fileElem"]["fileName"].clone()
        };
        // As those who get it find it in its address.
        assert_eq!(of_data("aGVsbG8="), "file");
        assert_eq!(of_data("JVBERi0xLjc="), "file.pdf");
        assert!(refused("soundElem", &json!({})).contains("soundElem.path"));
        assert!(refused("soundElem", &json!({ "path": "/nowhere/x" })).contains("/nowhere/x"));
    }
}
