//! What the app is told of a download.

use super::core::Engine;
use super::json::shown_json;
use super::wanted_file::WantedFile;
use crate::events::{Event, Progress};
use crate::model::{Error, Result};
use serde::Serialize;
use std::path::Path;

/// The payload of `onMessageDownloadProgressCallback`.
#[derive(Default, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimMessageDownloadProgress")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageDownloadProgress<'a> {
    /// Whether the file is there, at `path`. Nothing of this download follows.
    is_finish: bool,
    /// Whether the download has failed. Nothing of this download follows.
    is_error: bool,
    /// The message.
    #[serde(rename = "msgID")]
    msg_id: &'a str,
    /// How many bytes there are.
    current_size: u64,
    /// How many bytes the file has; 0 when unknown.
    total_size: u64,
    /// The form of a picture: 0 as it was sent, 1 a thumbnail, 2 a large one. 0 for everything else.
    r#type: i64,
    /// Whether it is the snapshot of a video.
    is_snapshot: bool,
    /// The file on this device; empty before the end.
    path: &'a str,
    /// A status code; 0 unless the download has failed.
    error_code: i32,
    /// Empty, or why the download has failed.
    error_desc: &'a str,
}

impl Engine {
    pub(super) fn tell_part(&self, wanted: &WantedFile, current_size: u64, total_size: u64) -> Result<()> {
        self.tell_download(
            wanted,
            MessageDownloadProgress {
                current_size,
                total_size,
                ..MessageDownloadProgress::default()
            },
        )
    }

    pub(super) fn tell_end(&self, wanted: &WantedFile, end: std::result::Result<(&Path, u64), &Error>) -> Result<()> {
        match end {
            Ok((path, size)) => self.tell_download(
                wanted,
                MessageDownloadProgress {
                    is_finish: true,
                    current_size: size,
                    total_size: size,
                    path: &path.to_string_lossy(),
                    ..MessageDownloadProgress::default()
                },
            ),
            Err(error) => self.tell_download(
                wanted,
                MessageDownloadProgress {
                    is_error: true,
                    error_code: error.status.code(),
                    error_desc: &error.desc,
                    ..MessageDownloadProgress::default()
                },
            ),
        }
    }

    fn tell_download(&self, wanted: &WantedFile, progress: MessageDownloadProgress<'_>) -> Result<()> {
        let progress = MessageDownloadProgress {
            msg_id: &wanted.msg_id,
            r#type: wanted.file.part.image_type,
            is_snapshot: wanted.file.part.is_snapshot,
            ..progress
        };
        let payload = shown_json(&progress).map_err(|error| error.into_error())?;
        self.tell_progress(Progress {
            event: Event::MessageDownloadProgress,
            key: wanted.key(),
            is_end: progress.is_finish || progress.is_error,
            payload,
        });
        Ok(())
    }
}
