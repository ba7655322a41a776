//! Elements that are files: pictures, sounds, videos and others. Plain data; nothing here opens a file.

use super::numbered::numbered;
use serde::{Deserialize, Serialize};

numbered! {
    /// The form of a picture.
    ImageType as "ImageType" {
        /// The picture as it was sent.
        Origin = 0,
        /// A small one for lists.
        Thumb = 1,
        /// A large one for the screen.
        Large = 2,
    }
}

/// The content of an image message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimImageElem")
)]
#[serde(rename_all = "camelCase")]
pub struct ImageElem {
    /// The file that was sent, on the device that sent it; else empty.
    pub path: String,
    /// The forms of the picture.
    pub image_list: Vec<Image>,
}

/// A form of a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "V2TimImage"))]
#[serde(rename_all = "camelCase")]
pub struct Image {
    /// Names the content: the same for the same bytes.
    pub uuid: String,
    /// The form: 0 as it was sent, 1 a thumbnail, 2 a large one.
    #[cfg_attr(feature = "schema", schemars(with = "ImageType"))]
    pub r#type: i64,
    /// The size in bytes; 0 when unknown.
    pub size: i64,
    /// The width in pixels; 0 when unknown.
    pub width: i64,
    /// The height in pixels; 0 when unknown.
    pub height: i64,
    /// The address; empty where there is none.
    pub url: String,
    /// The file on this device, as long as it exists; else empty.
    pub local_url: String,
}

/// The content of a sound message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimSoundElem")
)]
#[serde(rename_all = "camelCase")]
pub struct SoundElem {
    /// The file that was sent, on the device that sent it; else empty.
    pub path: String,
    /// Names the content: the same for the same bytes.
    #[serde(rename = "UUID")]
    pub uuid: String,
    /// The size in bytes; 0 when unknown.
    pub data_size: i64,
    /// The duration in seconds; 0 when unknown.
    pub duration: i64,
    /// The address; empty where there is none.
    pub url: String,
    /// The file on this device, as long as it exists; else empty.
    pub local_url: String,
}

/// The content of a video message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimVideoElem")
)]
#[serde(rename_all = "camelCase")]
pub struct VideoElem {
    /// The file that was sent, on the device that sent it; else empty.
    pub video_path: String,
    /// Names the content of the video: the same for the same bytes.
    #[serde(rename = "UUID")]
    pub uuid: String,
    /// The size of the video in bytes; 0 when unknown.
    pub video_size: i64,
    /// The duration in seconds; 0 when unknown.
    pub duration: i64,
    /// The file of the snapshot that was sent, on the device that sent it; else empty.
    pub snapshot_path: String,
    /// Names the content of the snapshot; empty when there is none.
    #[serde(rename = "snapshotUUID")]
    pub snapshot_uuid: String,
    /// The size of the snapshot in bytes; 0 when unknown.
    pub snapshot_size: i64,
    /// The width of the snapshot in pixels; 0 when unknown.
    pub snapshot_width: i64,
    /// The height of the snapshot in pixels; 0 when unknown.
    pub snapshot_height: i64,
    /// The address of the video; empty where there is none.
    pub video_url: String,
    /// The address of the snapshot; empty where there is none.
    pub snapshot_url: String,
    /// The video on this device, as long as it exists; else empty.
    pub local_video_url: String,
    /// The snapshot on this device, as long as it exists; else empty.
    pub local_snapshot_url: String,
}

/// The content of a file message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "V2TimFileElem"))]
#[serde(rename_all = "camelCase")]
pub struct FileElem {
    /// The file that was sent, on the device that sent it; else empty.
    pub path: String,
    /// The name that the sender gave the file. It comes from others: show it, and never use it as a path.
    pub file_name: String,
    /// Names the content: the same for the same bytes.
    #[serde(rename = "UUID")]
    pub uuid: String,
    /// The address; empty where there is none.
    pub url: String,
    /// The size in bytes; 0 when unknown.
    pub file_size: i64,
    /// The file on this device, as long as it exists; else empty.
    pub local_url: String,
}
