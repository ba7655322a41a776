//! Small pictures of what the app sends, for the lists of all who get it. They are files like any other: stored, brought to the
//! server and downloaded as these are.

use super::core::Engine;
use crate::model::lock::lock;
use crate::model::media::{Image, ImageType};
use crate::model::thumbnail::thumbnail;
use std::fs::File;

impl Engine {
    /// A small one of a picture that was taken in; `None` when the picture itself is to be shown in lists, because it is small, or
    /// because none can be made of it.
    pub fn import_thumbnail(&self, uuid: &str) -> Option<Image> {
        let file = self.files.find(uuid).and_then(|(path, _)| File::open(path).ok())?;
        // One at a time: what it takes of memory is a few MiB, but not for each of many.
        let small = {
            let _one = lock(&self.thumbnails);
            thumbnail(file)?
        };
        match self.import_bytes("the thumbnail", &small.bytes) {
            Ok(file) => Some(Image {
                uuid: file.uuid,
                r#type: ImageType::Thumb as i64,
                size: file.size,
                width: small.width,
                height: small.height,
                ..Image::default()
            }),
            Err(error) => {
                // The picture is here; that is what the app wants to send.
                log::warn!("a thumbnail could not be kept: {}", error.desc);
                None
            }
        }
    }
}
