//! Creating messages with files of this device, and downloading the files of messages.

use super::create::{create_of, creates};
use super::media::{NewFileElem, NewImageElem, NewSoundElem, NewVideoElem};
use super::method::{Method, Request, Topic};
use super::request::Timeout;
use super::response::{Data, nothing};
use crate::client::Call;
use crate::engine::{Message, MsgCreateInfoResult};
use crate::events::Event;
#[cfg(feature = "schema")]
use crate::model::media::ImageType;
use crate::model::{Error, FilePart, Result, Status};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// How taking in a file can fail.
const FILE_ERRORS: &[(Status, &str)] = &[
    (Status::FileNotFound, ""),
    (Status::FileTooLarge, ""),
    (Status::FileEmpty, ""),
    (Status::FileOpenFailed, ""),
    (Status::IoFailed, "the file cannot be copied"),
    (
        Status::InvalidParameters,
        "a number is out of range, or the name holds a folder",
    ),
];

/// Creates a message with a picture of this device, for `sendMessage` to send.
///
/// The file is copied before the call returns.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CreateImageMessage {
    /// The file of the picture.
    image_path: String,
}

impl Request for CreateImageMessage {
    type Answer = MsgCreateInfoResult<'static>;
    const METHOD: Method = Method {
        name: "createImageMessage",
        c_name: "im_create_image_message",
        errors: FILE_ERRORS,
        example: r#"{"imagePath":"/tmp/no-such-picture.jpg"}"#,
        example_status: Status::FileNotFound,
        ..creates::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let image = NewImageElem::at(self.image_path);
        create_of(client, image.elem(client, &["", "imagePath", ""])?)
    }
}

/// Creates a message with a sound of this device, for `sendMessage` to send.
///
/// The file is copied before the call returns.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CreateSoundMessage {
    /// The file of the sound.
    sound_path: String,
    /// The duration in seconds.
    duration: i64,
}

impl Request for CreateSoundMessage {
    type Answer = MsgCreateInfoResult<'static>;
    const METHOD: Method = Method {
        name: "createSoundMessage",
        c_name: "im_create_sound_message",
        errors: FILE_ERRORS,
        example: r#"{"soundPath":"/tmp/no-such-sound.m4a","duration":3}"#,
        example_status: Status::FileNotFound,
        ..creates::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let sound = NewSoundElem::at(self.sound_path, self.duration);
        create_of(client, sound.elem(client, &["", "soundPath", ""])?)
    }
}

/// Creates a message with a video of this device, for `sendMessage` to send.
///
/// The files are copied before the call returns.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CreateVideoMessage {
    /// The file of the video.
    video_file_path: String,
    /// The kind of the video, such as `mp4`. V2TIM has it; libim sends the file as it is.
    #[serde(default)]
    #[allow(dead_code)]
    r#type: String,
    /// The duration in seconds.
    duration: i64,
    /// The file of a picture from the video; empty when there is none.
    #[serde(default)]
    snapshot_path: String,
}

impl Request for CreateVideoMessage {
    type Answer = MsgCreateInfoResult<'static>;
    const METHOD: Method = Method {
        name: "createVideoMessage",
        c_name: "im_create_video_message",
        errors: FILE_ERRORS,
        example: r#"{"videoFilePath":"/tmp/no-such-video.mp4","type":"mp4","duration":3}"#,
        example_status: Status::FileNotFound,
        ..creates::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let video = NewVideoElem::at(self.video_file_path, self.snapshot_path, self.duration);
        create_of(
            client,
            video.elem(client, &["", "videoFilePath", ""], &["", "snapshotPath", ""])?,
        )
    }
}

/// Creates a message with a file of this device, for `sendMessage` to send.
///
/// The file is copied before the call returns.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CreateFileMessage {
    /// The file.
    file_path: String,
    /// The name to show, without folders. Empty: the end of the path.
    #[serde(default)]
    file_name: String,
}

impl Request for CreateFileMessage {
    type Answer = MsgCreateInfoResult<'static>;
    const METHOD: Method = Method {
        name: "createFileMessage",
        c_name: "im_create_file_message",
        errors: FILE_ERRORS,
        example: r#"{"filePath":"/tmp/no-such-file.pdf","fileName":"Menu.pdf"}"#,
        example_status: Status::FileNotFound,
        ..creates::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let file = NewFileElem::at(self.file_path, self.file_name);
        create_of(client, file.elem(client, &["", "filePath", ""], "fileName")?)
    }
}

/// Downloads a file of a message to this device, and returns the message then: `localUrl` says where the file is.
///
/// A file that is here already is not fetched again. `localUrl` is there as long as the file is: the files that were used
/// longest ago go when there are more than `mediaCacheBytes` in the config. On the embedded service, files with an address are
/// the app's to fetch.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct DownloadMessage {
    /// The message.
    #[serde(rename = "msgID")]
    msg_id: String,
    /// The form of a picture: 0 as it was sent, 1 a thumbnail, 2 a large one.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "ImageType"))]
    image_type: i64,
    /// Whether the snapshot of a video is meant.
    #[serde(default)]
    is_snapshot: bool,
    /// V2TIM's; see docs/json.md.
    #[serde(rename = "messageType", default)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    _kind: IgnoredAny,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for DownloadMessage {
    type Answer = Message<'static>;
    const METHOD: Method = Method {
        name: "downloadMessage",
        c_name: "im_download_message",
        topic: Topic::Create,
        answer: "the message, with the `localUrl` of the file",
        events: &[
            (
                Event::MessageDownloadProgress,
                "with `isFinish` or `isError` exactly once for a download that has begun",
            ),
            (Event::ConversationChanged, "if a last message has the file"),
        ],
        errors: &[
            (Status::InvalidParameters, "no such message, or it has no such file"),
            (
                Status::InProgress,
                "this file of the message is being downloaded already",
            ),
            (Status::IoFailed, "the file cannot be written"),
            (
                Status::TransferCancelled,
                "the app has cancelled it, or the message was recalled or deleted meanwhile",
            ),
        ],
        server_errors: &[
            (Status::FileDownloadFailed, ""),
            (Status::NotSupported, "embedded service: the file has an address"),
            (Status::NotLoggedIn, ""),
            (Status::Disconnected, ""),
            (Status::Timeout, ""),
            (Status::Cancelled, ""),
        ],
        example: r#"{"msgID":"0b1c4d8e-0000-4000-8000-000000000000","imageType":0,"isSnapshot":false}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let part = part(self.image_type, self.is_snapshot)?;
        client.download(&self.msg_id, part, self.timeout_ms.0)
    }
}

fn part(image_type: i64, is_snapshot: bool) -> Result<FilePart> {
    if !(0..=2).contains(&image_type) {
        return Err(Error::invalid(format!("imageType {image_type} is not 0, 1 or 2")));
    }
    Ok(FilePart {
        image_type,
        is_snapshot,
    })
}

/// Cancels a `downloadMessage` that is under way, which then ends with 8021. What it has fetched so far goes.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CancelDownloadMessage {
    /// The message.
    #[serde(rename = "msgID")]
    msg_id: String,
    /// The form of a picture: 0 as it was sent, 1 a thumbnail, 2 a large one.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "ImageType"))]
    image_type: i64,
    /// Whether the snapshot of a video is meant.
    #[serde(default)]
    is_snapshot: bool,
    /// V2TIM's; see docs/json.md.
    #[serde(rename = "messageType", default)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    _kind: IgnoredAny,
}

impl Request for CancelDownloadMessage {
    type Answer = ();
    const METHOD: Method = Method {
        name: "cancelDownloadMessage",
        c_name: "im_cancel_download_message",
        topic: Topic::Create,
        is_own: true,
        events: &[(
            Event::MessageDownloadProgress,
            "with `isError` and `errorCode` 8021, soon after this call",
        )],
        errors: &[
            (Status::InvalidParameters, "no such message, or it has no such file"),
            (Status::NothingToCancel, ""),
        ],
        example: r#"{"msgID":"0b1c4d8e-0000-4000-8000-000000000000","imageType":0,"isSnapshot":false}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let part = part(self.image_type, self.is_snapshot)?;
        client
            .read(|engine| engine.cancel_download(&self.msg_id, part))
            .map(nothing)
    }
}
