//! Pictures, sounds, videos and files in requests: by the address at which the app has put them.

use crate::model::media::{FileElem, Image, ImageElem, ImageType, SoundElem, VideoElem};
use crate::model::web::{file_name, is_address, name_in, name_of_address};
use crate::model::{Elem, Error, Result};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct NewImageElem {
    /// The address of the picture, `https:` or `http:`, up to 4,096 bytes. The app has uploaded it.
    url: String,
    /// The size in bytes; 0 when unknown.
    #[serde(default)]
    size: i64,
    /// The width in pixels; 0 when unknown.
    #[serde(default)]
    width: i64,
    /// The height in pixels; 0 when unknown.
    #[serde(default)]
    height: i64,
    /// The address of a small one for lists. Empty: the picture itself.
    #[serde(default)]
    thumb_url: String,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct NewSoundElem {
    /// The address of the sound, `https:` or `http:`, up to 4,096 bytes. The app has uploaded it.
    url: String,
    /// The size in bytes; 0 when unknown.
    #[serde(default)]
    data_size: i64,
    /// The duration in seconds; 0 when unknown.
    #[serde(default)]
    duration: i64,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct NewVideoElem {
    /// The address of the video, `https:` or `http:`, up to 4,096 bytes. The app has uploaded it.
    video_url: String,
    /// The size of the video in bytes; 0 when unknown.
    #[serde(default)]
    video_size: i64,
    /// The duration in seconds; 0 when unknown.
    #[serde(default)]
    duration: i64,
    /// The address of a picture from the video; empty when there is none.
    #[serde(default)]
    snapshot_url: String,
    /// The width of that picture in pixels; 0 when unknown.
    #[serde(default)]
    snapshot_width: i64,
    /// The height of that picture in pixels; 0 when unknown.
    #[serde(default)]
    snapshot_height: i64,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct NewFileElem {
    /// The address of the file, `https:` or `http:`, up to 4,096 bytes. The app has uploaded it.
    url: String,
    /// The name of the file, without folders. Empty: the end of the address.
    #[serde(default)]
    file_name: String,
    /// The size in bytes; 0 when unknown.
    #[serde(default)]
    file_size: i64,
}

// The values are parts of a message: no sentence repeats an address.
fn check_address(field: &str, url: &str) -> Result<()> {
    if is_address(url) {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "{field} is not an address that begins with https:// or http:// and has at most 4096 bytes"
    )))
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

impl NewImageElem {
    pub(super) fn elem(self) -> Result<Elem> {
        check_address("imageElem.url", &self.url)?;
        check_number("imageElem.size", self.size, MAX_SIZE)?;
        check_number("imageElem.width", self.width, MAX_SIDE)?;
        check_number("imageElem.height", self.height, MAX_SIDE)?;
        let form = |kind: ImageType| Image {
            uuid: name_of_address(&self.url),
            r#type: kind as i64,
            size: self.size,
            width: self.width,
            height: self.height,
            url: self.url.clone(),
            local_url: String::new(),
        };
        let thumb = if self.thumb_url.is_empty() {
            form(ImageType::Thumb)
        } else {
            check_address("imageElem.thumbUrl", &self.thumb_url)?;
            Image {
                uuid: name_of_address(&self.thumb_url),
                r#type: ImageType::Thumb as i64,
                url: self.thumb_url.clone(),
                ..Image::default()
            }
        };
        Ok(Elem::Image(ImageElem {
            path: String::new(),
            image_list: vec![form(ImageType::Origin), thumb, form(ImageType::Large)],
        }))
    }
}

impl NewSoundElem {
    pub(super) fn elem(self) -> Result<Elem> {
        check_address("soundElem.url", &self.url)?;
        check_number("soundElem.dataSize", self.data_size, MAX_SIZE)?;
        check_number("soundElem.duration", self.duration, MAX_SECONDS)?;
        Ok(Elem::Sound(SoundElem {
            uuid: name_of_address(&self.url),
            data_size: self.data_size,
            duration: self.duration,
            url: self.url,
            ..SoundElem::default()
        }))
    }
}

impl NewVideoElem {
    pub(super) fn elem(self) -> Result<Elem> {
        check_address("videoElem.videoUrl", &self.video_url)?;
        check_number("videoElem.videoSize", self.video_size, MAX_SIZE)?;
        check_number("videoElem.duration", self.duration, MAX_SECONDS)?;
        check_number("videoElem.snapshotWidth", self.snapshot_width, MAX_SIDE)?;
        check_number("videoElem.snapshotHeight", self.snapshot_height, MAX_SIDE)?;
        let snapshot_uuid = if self.snapshot_url.is_empty() {
            String::new()
        } else {
            check_address("videoElem.snapshotUrl", &self.snapshot_url)?;
            name_of_address(&self.snapshot_url)
        };
        Ok(Elem::Video(Box::new(VideoElem {
            uuid: name_of_address(&self.video_url),
            video_size: self.video_size,
            duration: self.duration,
            snapshot_uuid,
            snapshot_width: self.snapshot_width,
            snapshot_height: self.snapshot_height,
            video_url: self.video_url,
            snapshot_url: self.snapshot_url,
            ..VideoElem::default()
        })))
    }
}

impl NewFileElem {
    pub(super) fn elem(self) -> Result<Elem> {
        check_address("fileElem.url", &self.url)?;
        check_number("fileElem.fileSize", self.file_size, MAX_SIZE)?;
        let name = if self.file_name.is_empty() {
            name_in(&self.url)
        } else {
            file_name(&self.file_name)
        };
        if !self.file_name.is_empty() && name != self.file_name {
            return Err(Error::invalid(
                "fileElem.fileName has a folder, a control character, white space at an end or more than 255 bytes",
            ));
        }
        Ok(Elem::File(FileElem {
            file_name: name,
            uuid: name_of_address(&self.url),
            file_size: self.file_size,
            url: self.url,
            ..FileElem::default()
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_cannot_be_right_is_refused_by_name_and_no_address_is_repeated() {
        let image = |field: &str, value: serde_json::Value| {
            let mut request = json!({ "url": "https://up.example/s3cret.jpg" });
            request[field] = value;
            serde_json::from_value::<NewImageElem>(request).unwrap().elem()
        };
        assert!(image("size", json!(0)).is_ok());
        for (field, value) in [
            ("url", json!("file:///s3cret")),
            ("url", json!("s3cret")),
            ("thumbUrl", json!("https://s3cret .example")),
            ("size", json!(-1)),
            ("width", json!(70_000)),
        ] {
            let error = image(field, value).unwrap_err();
            assert!(error.desc.starts_with(&format!("imageElem.{field} ")), "{error}");
            assert!(!error.desc.contains("s3cret"), "{error}");
        }
        for name in ["../a", "a/b", "a\u{0}", " a"] {
            let request = json!({ "url": "https://up.example/a", "fileName": name });
            assert!(serde_json::from_value::<NewFileElem>(request).unwrap().elem().is_err());
        }
    }
}
