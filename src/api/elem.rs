//! The elements of messages as requests have them.

use super::media::{NewFileElem, NewImageElem, NewSoundElem, NewVideoElem};
use crate::client::Call;
use crate::model::elem::{self, Degrees};
use crate::model::message::MAX_TEXT_BYTES;
use crate::model::strict::Object;
use crate::model::{Elem, ElemType, Error, Result, Status};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct TextElem {
    /// The text, 1 byte to 64 KiB.
    text: String,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct CustomElem {
    /// The app's own data.
    data: String,
    /// A description for lists and notifications.
    #[serde(default)]
    desc: String,
    /// A second field of the app's own.
    #[serde(default)]
    extension: String,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct LocationElem {
    /// A description of the place; may be empty.
    desc: String,
    /// The longitude in degrees, -180 to 180, east of Greenwich positive.
    longitude: f64,
    /// The latitude in degrees, -90 to 90, north of the equator positive.
    latitude: f64,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct FaceElem {
    /// The app's number of the face, or of its set.
    #[serde(default)]
    index: i64,
    /// The app's own data, such as the name of the face.
    #[serde(default)]
    data: String,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct NewMergerElem {
    /// The messages, 1 to 300, in the order in which they are to be shown.
    #[serde(rename = "msgIDList")]
    msg_id_list: Vec<String>,
    /// The title.
    title: String,
    /// The first messages in one line each: up to 5 of up to 100 characters.
    abstract_list: Vec<String>,
    /// The text for clients that know no mergers. Empty: title and lines.
    #[serde(default)]
    compatible_text: String,
}

/// The elements of a request, of which one is to be given.
pub(super) struct Elems {
    pub(super) text: Option<Object<TextElem>>,
    pub(super) custom: Option<Object<CustomElem>>,
    pub(super) image: Option<Object<NewImageElem>>,
    pub(super) sound: Option<Object<NewSoundElem>>,
    pub(super) video: Option<Object<NewVideoElem>>,
    pub(super) file: Option<Object<NewFileElem>>,
    pub(super) location: Option<Object<LocationElem>>,
    pub(super) face: Option<Object<FaceElem>>,
    pub(super) merger: Option<Object<NewMergerElem>>,
}

/// The elements that can be sent, in the order of their numbers.
const SENDABLE: &[(ElemType, &str)] = &[
    (ElemType::Text, "textElem"),
    (ElemType::Custom, "customElem"),
    (ElemType::Image, "imageElem"),
    (ElemType::Sound, "soundElem"),
    (ElemType::Video, "videoElem"),
    (ElemType::File, "fileElem"),
    (ElemType::Location, "locationElem"),
    (ElemType::Face, "faceElem"),
    (ElemType::Merger, "mergerElem"),
];

impl Elems {
    /// The names of those that are given.
    pub(super) fn given(&self) -> Vec<&'static str> {
        let given = [
            self.text.is_some(),
            self.custom.is_some(),
            self.image.is_some(),
            self.sound.is_some(),
            self.video.is_some(),
            self.file.is_some(),
            self.location.is_some(),
            self.face.is_some(),
            self.merger.is_some(),
        ];
        let given = SENDABLE.iter().zip(given).filter(|(_, is_given)| *is_given);
        given.map(|((_, name), _)| *name).collect()
    }

    /// The one that is given, checked; `elem_type` may say which that is.
    pub(super) fn one(self, elem_type: Option<i64>, client: &Call<'_>) -> Result<Elem> {
        let kind = |number: i64| SENDABLE.iter().find(|(kind, _)| *kind as i64 == number);
        if let Some(other) = elem_type.filter(|number| kind(*number).is_none()) {
            let all: Vec<String> = SENDABLE.iter().map(|(kind, _)| (*kind as i64).to_string()).collect();
            let desc = format!("elemType {other} cannot be sent; {} can", all.join(", "));
            return Err(Error::new(Status::NotSupported, desc));
        }
        let given = self.given();
        let number = match given.as_slice() {
            [one] => SENDABLE
                .iter()
                .find(|(_, name)| name == one)
                .map_or(0, |(kind, _)| *kind as i64),
            [] => {
                return Err(Error::invalid(match elem_type.and_then(kind) {
                    Some((_, name)) => format!("{name} is missing"),
                    None => {
                        let names: Vec<&str> = SENDABLE.iter().map(|(_, name)| *name).collect();
                        format!("none of {} is given", names.join(", "))
                    }
                }));
            }
            [one, other, ..] => {
                return Err(Error::invalid(format!("{one} and {other} are both given")));
            }
        };
        if let Some(elem_type) = elem_type.filter(|elem_type| *elem_type != number) {
            return Err(Error::invalid(format!(
                "elemType {elem_type} is not that of the element given, which is {number}"
            )));
        }
        if let Some(Object(text)) = self.text {
            return self::text("textElem.text", text.text);
        }
        if let Some(Object(CustomElem { data, desc, extension })) = self.custom {
            return Ok(Elem::Custom { data, desc, extension });
        }
        if let Some(Object(image)) = self.image {
            return image.elem(client, &["imageElem.url", "imageElem.path", "imageElem.dataBase64"]);
        }
        if let Some(Object(sound)) = self.sound {
            return sound.elem(client, &["soundElem.url", "soundElem.path", "soundElem.dataBase64"]);
        }
        if let Some(Object(video)) = self.video {
            let names = ["videoElem.videoUrl", "videoElem.videoPath", ""];
            let snapshot = [
                "videoElem.snapshotUrl",
                "videoElem.snapshotPath",
                "videoElem.snapshotBase64",
            ];
            return video.elem(client, &names, &snapshot);
        }
        if let Some(Object(file)) = self.file {
            let names = ["fileElem.url", "fileElem.path", "fileElem.dataBase64"];
            return file.elem(client, &names, "fileElem.fileName");
        }
        if let Some(Object(it)) = self.location {
            return location("locationElem.", it.desc, it.longitude, it.latitude);
        }
        if let Some(Object(FaceElem { index, data })) = self.face {
            return face("faceElem.", index, data);
        }
        match self.merger {
            Some(Object(it)) => merger(client, it.msg_id_list, it.title, it.abstract_list, it.compatible_text)
                .map_err(|error| within("mergerElem", error)),
            None => Err(Error::internal("an element that was given is gone")),
        }
    }
}

/// The sentence of an error with the object that its field is in.
fn within(object: &str, error: Error) -> Error {
    // Of a status that names no field, such as a fault of the disk, it stays as it is.
    if error.status == Status::InvalidParameters && !error.desc.starts_with("msgID ") {
        return Error::new(error.status, format!("{object}.{}", error.desc));
    }
    error
}

/// 6017 for a text that is too long.
pub(super) fn check_size(field: &str, text: &str) -> Result<()> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(Error::invalid(format!(
            "{field} has {} bytes; the most is {MAX_TEXT_BYTES}",
            text.len()
        )));
    }
    Ok(())
}

/// A text element.
pub(super) fn text(field: &str, text: String) -> Result<Elem> {
    check_size(field, &text)?;
    if text.is_empty() {
        return Err(Error::invalid(format!("{field} \"\" is empty")));
    }
    Ok(Elem::Text { text })
}

/// A location element; `object` stands before the names of its fields.
pub(super) fn location(object: &str, desc: String, longitude: f64, latitude: f64) -> Result<Elem> {
    let outside = |field: &str, value: f64, most: i64| {
        Error::invalid(format!("{object}{field} {value} is not between -{most} and {most}"))
    };
    Ok(Elem::Location(elem::LocationElem {
        desc,
        longitude: Degrees::longitude(longitude).ok_or_else(|| outside("longitude", longitude, 180))?,
        latitude: Degrees::latitude(latitude).ok_or_else(|| outside("latitude", latitude, 90))?,
    }))
}

/// A face element.
pub(super) fn face(object: &str, index: i64, data: String) -> Result<Elem> {
    // A double, which JavaScript has for numbers, holds no larger one.
    const MOST: i64 = (1 << 53) - 1;
    if !(-MOST..=MOST).contains(&index) {
        return Err(Error::invalid(format!(
            "{object}index {index} is not between -2^53 and 2^53"
        )));
    }
    Ok(Elem::Face(elem::FaceElem { index, data }))
}

/// A merger of stored messages.
pub(super) fn merger(
    client: &Call<'_>,
    msg_ids: Vec<String>,
    title: String,
    abstract_list: Vec<String>,
    compatible_text: String,
) -> Result<Elem> {
    let merger = client.read(|engine| engine.merge(&msg_ids, title, abstract_list, compatible_text))?;
    Ok(Elem::Merger(merger))
}
