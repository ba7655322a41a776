//! What a message carries: text, the app's own data, media, places, faces, other messages, and what happened in a group.
//!
//! A message inside of a merger proves nothing; it is shown as what somebody says was said.
//!
//! The structs are both what is stored and what the app sees, but for a merger, whose messages the app asks for. Their
//! comments are the documentation of the keys everywhere.

use super::media::{FileElem, ImageElem, SoundElem, VideoElem};
use super::numbered::numbered;
use super::order::Micros;
use super::tips::GroupTipsElem;
use super::web::file_name;
use serde::{Deserialize, Serialize};

numbered! {
    /// The kind of element of a message.
    ElemType as "ElemType" {
        /// Text.
        Text = 1,
        /// The app's own data.
        Custom = 2,
        /// A picture.
        Image = 3,
        /// A voice message or another sound.
        Sound = 4,
        /// A video.
        Video = 5,
        /// Any other file.
        File = 6,
        /// A place on the earth.
        Location = 7,
        /// A face or sticker of the app's own set.
        Face = 8,
        /// What happened in a group.
        GroupTips = 9,
        /// Other messages, forwarded together.
        Merger = 10,
    }
}

/// The element of a message: what it carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Elem {
    /// Text (elemType 1).
    Text {
        /// The text.
        text: String,
    },
    /// The app's own data (elemType 2).
    Custom {
        /// The data.
        data: String,
        /// A description for lists and notifications.
        desc: String,
        /// A second field of the app's own.
        extension: String,
    },
    /// A picture (elemType 3).
    Image(ImageElem),
    /// A sound (elemType 4).
    Sound(SoundElem),
    /// A video (elemType 5).
    Video(Box<VideoElem>),
    /// A file (elemType 6).
    File(FileElem),
    /// A place (elemType 7).
    Location(LocationElem),
    /// A face (elemType 8).
    Face(FaceElem),
    /// What happened in a group (elemType 9).
    GroupTips(Box<GroupTipsElem>),
    /// Other messages (elemType 10).
    Merger(Merger),
}

impl Elem {
    /// V2TIM's elemType.
    pub fn elem_type(&self) -> ElemType {
        match self {
            Self::Text { .. } => ElemType::Text,
            Self::Custom { .. } => ElemType::Custom,
            Self::Image(_) => ElemType::Image,
            Self::Sound(_) => ElemType::Sound,
            Self::Video(_) => ElemType::Video,
            Self::File(_) => ElemType::File,
            Self::Location(_) => ElemType::Location,
            Self::Face(_) => ElemType::Face,
            Self::GroupTips(_) => ElemType::GroupTips,
            Self::Merger(_) => ElemType::Merger,
        }
    }

    /// The element without what only its sender's device knows, and without what a name of a file must not have, whatever the
    /// sender's library lets through.
    pub fn of_another_sender(mut self) -> Self {
        match &mut self {
            Self::Image(image) => {
                image.path.clear();
                image.image_list.iter_mut().for_each(|form| form.local_url.clear());
            }
            Self::Sound(sound) => {
                sound.path.clear();
                sound.local_url.clear();
            }
            Self::Video(video) => {
                video.video_path.clear();
                video.snapshot_path.clear();
                video.local_video_url.clear();
                video.local_snapshot_url.clear();
            }
            Self::File(file) => {
                file.path.clear();
                file.local_url.clear();
                file.file_name = file_name(&file.file_name);
            }
            _ => {}
        }
        self
    }

    /// The rest of a recalled one: its kind, without its content.
    pub fn wiped(&self) -> Self {
        match self {
            Self::Text { .. } => Self::Text { text: String::new() },
            Self::Custom { .. } => Self::Custom {
                data: String::new(),
                desc: String::new(),
                extension: String::new(),
            },
            Self::Image(_) => Self::Image(ImageElem::default()),
            Self::Sound(_) => Self::Sound(SoundElem::default()),
            Self::Video(_) => Self::Video(Box::default()),
            Self::File(_) => Self::File(FileElem::default()),
            Self::Location(_) => Self::Location(LocationElem::default()),
            Self::Face(_) => Self::Face(FaceElem::default()),
            Self::GroupTips(_) => Self::GroupTips(Box::default()),
            Self::Merger(_) => Self::Merger(Merger::default()),
        }
    }
}

/// A coordinate in degrees: a finite number, so that it equals itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
#[serde(transparent)]
pub struct Degrees(f64);

impl Eq for Degrees {}

impl Degrees {
    /// The coordinate, if it lies between `-limit` and `limit`.
    pub fn within(limit: f64, value: f64) -> Option<Self> {
        // A comparison with what is no number is false.
        (value.abs() <= limit).then_some(Self(value))
    }

    /// A longitude.
    pub fn longitude(value: f64) -> Option<Self> {
        Self::within(180.0, value)
    }

    /// A latitude.
    pub fn latitude(value: f64) -> Option<Self> {
        Self::within(90.0, value)
    }

    /// The number.
    pub fn value(self) -> f64 {
        self.0
    }
}

/// The content of a location message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimLocationElem")
)]
pub struct LocationElem {
    /// A description of the place.
    pub desc: String,
    /// The longitude in degrees, -180 to 180, east of Greenwich positive.
    pub longitude: Degrees,
    /// The latitude in degrees, -90 to 90, north of the equator positive.
    pub latitude: Degrees,
}

/// The content of a face message, which libim carries and does not look into.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "V2TimFaceElem"))]
pub struct FaceElem {
    /// The app's number of the face, or of its set.
    pub index: i64,
    /// The app's own data, such as the name of the face.
    pub data: String,
}

/// The most messages of a merger.
pub const MAX_MERGED: usize = 300;
/// The most abstracts of a merger, and the most characters of each.
pub const MAX_ABSTRACTS: usize = 5;
/// See [`MAX_ABSTRACTS`].
pub const MAX_ABSTRACT_CHARS: usize = 100;
/// How deep mergers nest. V2TIM has 100; JSON and XML are read to a bounded depth, and nobody unfolds ten.
pub const MAX_LAYERS: usize = 10;

/// Messages that are forwarded together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Merger {
    /// The title.
    pub title: String,
    /// The first messages, one line each.
    pub abstract_list: Vec<String>,
    /// The text for clients that know no mergers; empty when there is none.
    #[serde(default)]
    pub compatible_text: String,
    /// The messages, oldest first as a rule.
    pub messages: Vec<Merged>,
    /// Mergers in mergers went on where they are not read any more.
    #[serde(default)]
    pub is_layers_over_limit: bool,
}

impl Merger {
    /// How many mergers lie in each other, this one included.
    pub fn layers(&self) -> usize {
        let inner = self.messages.iter().map(|message| match &message.elem {
            Elem::Merger(merger) => merger.layers(),
            _ => 0,
        });
        inner.max().unwrap_or_default() + 1
    }
}

/// A message inside of a merger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Merged {
    /// Its id, as the one who forwards it knows it.
    #[serde(rename = "msgID")]
    pub msg_id: String,
    /// Its sender.
    pub sender: String,
    /// The sender's nickname; empty when unknown.
    #[serde(default)]
    pub nick_name: String,
    /// The sender's picture; empty when unknown.
    #[serde(default)]
    pub face_url: String,
    /// When it was sent.
    pub time: Micros,
    /// The app's own data beside the element.
    #[serde(default)]
    pub cloud_custom_data: String,
    /// What it carries.
    pub elem: Elem,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// One of each kind.
    fn each() -> Vec<Elem> {
        let full = r#"[
            {"text":{"text":"hi"}},
            {"custom":{"data":"d","desc":"e","extension":"f"}},
            {"image":{"path":"/p","imageList":[{"uuid":"u","type":0,"size":9,"width":3,"height":2,"url":"x","localUrl":""}]}},
            {"sound":{"path":"/p","UUID":"u","dataSize":9,"duration":2,"url":"x","localUrl":""}},
            {"video":{"videoPath":"/p","UUID":"u","videoSize":9,"duration":2,"snapshotPath":"/s","snapshotUUID":"s",
                "snapshotSize":4,"snapshotWidth":3,"snapshotHeight":2,"videoUrl":"x","snapshotUrl":"y",
                "localVideoUrl":"","localSnapshotUrl":""}},
            {"file":{"path":"/p","fileName":"n","UUID":"u","url":"x","fileSize":9,"localUrl":""}},
            {"location":{"desc":"here","longitude":116.0,"latitude":-0.5}},
            {"face":{"index":-1,"data":"smile"}},
            {"groupTips":{"groupID":"team","type":2,
                "opMember":{"userID":"bob","nickName":"Bob","nameCard":"","friendRemark":"","faceUrl":""},
                "memberList":[],"groupChangeInfoList":[{"type":1,"value":"n","key":"","boolValue":false,"intValue":0}],
                "memberChangeInfoList":[{"userID":"bob","muteTime":3}],"memberCount":7}},
            {"merger":{"title":"t","abstractList":["a"],"messages":[],"isLayersOverLimit":false}}
        ]"#;
        serde_json::from_str(full).unwrap()
    }

    #[test]
    fn each_kind_has_its_number_and_comes_back_from_its_json() {
        let all = each();
        let numbers: Vec<i64> = all.iter().map(|elem| elem.elem_type() as i64).collect();
        assert_eq!(numbers, Vec::from_iter(1..=10));
        for elem in all {
            let json = serde_json::to_string(&elem).unwrap();
            assert_eq!(serde_json::from_str::<Elem>(&json).unwrap(), elem, "{json}");
        }
    }

    fn is_blank(value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::Bool(value) => !value,
            Value::Number(number) => number.as_f64() == Some(0.0),
            Value::String(text) => text.is_empty(),
            Value::Array(list) => list.is_empty(),
            Value::Object(object) => object.values().all(is_blank),
        }
    }

    #[test]
    fn nothing_of_what_a_recalled_message_said_is_left_whatever_it_was() {
        for elem in each() {
            let wiped = elem.wiped();
            assert_eq!(wiped.elem_type(), elem.elem_type());
            assert!(is_blank(&serde_json::to_value(&wiped).unwrap()), "{wiped:?}");
            assert_eq!(wiped.wiped(), wiped);
        }
    }

    #[test]
    fn a_coordinate_is_a_number_within_its_range_and_is_written_with_a_point() {
        assert_eq!(serde_json::to_string(&Degrees::longitude(116.0)).unwrap(), "116.0");
        assert_eq!(serde_json::from_str::<Degrees>("116").unwrap().value(), 116.0);
        for value in [180.5, f64::NAN, f64::INFINITY, -181.0] {
            assert_eq!(Degrees::longitude(value), None);
        }
        assert_eq!(Degrees::latitude(-90.0).map(Degrees::value), Some(-90.0));
        assert_eq!(Degrees::latitude(90.1), None);
    }

    fn nested(layers: usize) -> Merger {
        let mut merger = Merger::default();
        for _ in 1..layers {
            let message = Merged {
                msg_id: "m".to_owned(),
                sender: "bob".to_owned(),
                nick_name: String::new(),
                face_url: String::new(),
                time: Micros(1),
                cloud_custom_data: String::new(),
                elem: Elem::Merger(merger),
            };
            merger = Merger {
                messages: vec![message],
                ..Merger::default()
            };
        }
        merger
    }

    #[test]
    fn layers_are_counted_and_as_many_as_may_be_can_be_read_from_json() {
        assert_eq!(nested(1).layers(), 1);
        let deepest = nested(MAX_LAYERS);
        assert_eq!(deepest.layers(), MAX_LAYERS);
        let json = serde_json::to_string(&deepest).unwrap();
        assert_eq!(serde_json::from_str::<Merger>(&json).unwrap(), deepest);
    }
}
