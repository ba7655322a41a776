//! The files of an element: which there are, and where they are on this device.

use super::elem::Elem;
use super::media::ImageType;
use super::web::name_of_address;

/// Which file of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FilePart {
    /// The form of a picture; 0 for everything else.
    pub image_type: i64,
    /// Whether it is the snapshot of a video.
    pub is_snapshot: bool,
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageFile {
    /// Which one.
    pub part: FilePart,
    /// Names its content.
    pub uuid: String,
    /// Its address; empty when the account's server has it by its name.
    pub url: String,
    /// Its size as the sender says; 0 when unknown.
    pub size: i64,
}

impl Elem {
    /// The files of the element. Forms of a picture that are one file are several here.
    pub fn files(&self) -> Vec<MessageFile> {
        let file = |image_type, is_snapshot, uuid: &str, url: &str, size| MessageFile {
            part: FilePart {
                image_type,
                is_snapshot,
            },
            uuid: uuid.to_owned(),
            url: url.to_owned(),
            size,
        };
        let mut files = match self {
            Self::Image(image) => {
                let forms = image.image_list.iter();
                forms
                    .map(|form| file(form.r#type, false, &form.uuid, &form.url, form.size))
                    .collect()
            }
            Self::Sound(sound) => vec![file(0, false, &sound.uuid, &sound.url, sound.data_size)],
            Self::Video(video) => vec![
                file(0, false, &video.uuid, &video.video_url, video.video_size),
                file(0, true, &video.snapshot_uuid, &video.snapshot_url, video.snapshot_size),
            ],
            Self::File(other) => vec![file(0, false, &other.uuid, &other.url, other.file_size)],
            _ => Vec::new(),
        };
        files.retain(|file| !file.uuid.is_empty());
        files
    }

    /// What of a part this element has nothing for: only pictures have several forms, and only videos a snapshot.
    pub fn foreign_to(&self, part: FilePart) -> Option<String> {
        let FilePart {
            image_type,
            is_snapshot,
        } = part;
        if image_type != 0 && !matches!(self, Self::Image(_)) {
            return Some(format!("imageType {image_type} is for pictures only"));
        }
        let is_foreign = is_snapshot && !matches!(self, Self::Video(_));
        is_foreign.then(|| "isSnapshot true is for videos only".to_owned())
    }

    /// The file that `downloadMessage` means; a picture that has no such form is itself.
    pub fn file(&self, part: FilePart) -> Option<MessageFile> {
        let wanted = match self {
            Self::Image(_) => FilePart {
                is_snapshot: false,
                ..part
            },
            Self::Video(_) => FilePart { image_type: 0, ..part },
            _ => FilePart {
                image_type: 0,
                is_snapshot: false,
            },
        };
        let files = self.files();
        let origin = ImageType::Origin as i64;
        let is_image = matches!(self, Self::Image(_));
        files
            .iter()
            .find(|file| file.part == wanted)
            .or_else(|| files.iter().find(|file| is_image && file.part.image_type == origin))
            .map(|file| MessageFile {
                part: wanted,
                ..file.clone()
            })
    }

    /// The names of the files that the account's server is to have, each once.
    pub fn uploads(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for file in self.files() {
            if file.url.is_empty() && !names.contains(&file.uuid) {
                names.push(file.uuid);
            }
        }
        names
    }

    /// How many bytes its files of a device have, wherever they are by now; `None` when it has none. What has only an address is
    /// the app's, or another client's.
    pub fn device_bytes(&self) -> Option<u64> {
        let mut names: Vec<String> = Vec::new();
        let mut bytes = None;
        for file in self.files() {
            let is_of_device = file.url.is_empty() || file.uuid != name_of_address(&file.url);
            if is_of_device && !names.contains(&file.uuid) {
                let size = u64::try_from(file.size).unwrap_or_default();
                bytes = Some(bytes.unwrap_or(0_u64).saturating_add(size));
                names.push(file.uuid);
            }
        }
        bytes
    }

    /// A file is on the web by now.
    pub fn uploaded(&mut self, uuid: &str, at: &str) {
        let set = |name: &str, url: &mut String| {
            if name == uuid && url.is_empty() {
                at.clone_into(url);
            }
        };
        match self {
            Self::Image(image) => {
                for form in &mut image.image_list {
                    set(&form.uuid, &mut form.url);
                }
            }
            Self::Sound(sound) => set(&sound.uuid, &mut sound.url),
            Self::Video(video) => {
                set(&video.uuid, &mut video.video_url);
                set(&video.snapshot_uuid, &mut video.snapshot_url);
            }
            Self::File(file) => set(&file.uuid, &mut file.url),
            _ => {}
        }
    }

    /// A file was looked at here: its sizes are what it has, whatever the sender said of them. `picture` has width and height;
    /// zeros when it is none. Whether anything is different now.
    pub fn measured(&mut self, uuid: &str, size: i64, (width, height): (i64, i64)) -> bool {
        let mut is_different = false;
        let mut set = |name: &str, fields: &mut [(&mut i64, i64)]| {
            for (field, value) in fields.iter_mut().filter(|_| name == uuid) {
                is_different |= *value != 0 && **field != *value;
                if *value != 0 {
                    **field = *value;
                }
            }
        };
        match self {
            Self::Image(image) => {
                for form in &mut image.image_list {
                    let sizes = &mut [
                        (&mut form.size, size),
                        (&mut form.width, width),
                        (&mut form.height, height),
                    ];
                    set(&form.uuid, sizes);
                }
            }
            Self::Sound(sound) => set(&sound.uuid, &mut [(&mut sound.data_size, size)]),
            Self::Video(video) => {
                set(&video.uuid, &mut [(&mut video.video_size, size)]);
                let sizes = &mut [
                    (&mut video.snapshot_size, size),
                    (&mut video.snapshot_width, width),
                    (&mut video.snapshot_height, height),
                ];
                set(&video.snapshot_uuid, sizes);
            }
            Self::File(file) => set(&file.uuid, &mut [(&mut file.file_size, size)]),
            _ => {}
        }
        is_different
    }

    /// Says of each file where it is on this device: `find` gives the path of a name, or nothing; the size is what the file must
    /// have, 0 when that is unknown.
    pub fn locate(&mut self, find: impl Fn(&str, i64) -> String) {
        match self {
            Self::Image(image) => {
                for form in &mut image.image_list {
                    form.local_url = find(&form.uuid, form.size);
                }
            }
            Self::Sound(sound) => sound.local_url = find(&sound.uuid, sound.data_size),
            Self::Video(video) => {
                video.local_video_url = find(&video.uuid, video.video_size);
                video.local_snapshot_url = find(&video.snapshot_uuid, video.snapshot_size);
            }
            Self::File(file) => file.local_url = find(&file.uuid, file.file_size),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::media::{Image, ImageElem, VideoElem};

    fn part(image_type: i64, is_snapshot: bool) -> FilePart {
        FilePart {
            image_type,
            is_snapshot,
        }
    }

    #[test]
    fn a_part_is_that_file_and_what_makes_no_sense_for_the_kind_is_ignored() {
        let form = |kind: i64, uuid: &str| Image {
            uuid: uuid.to_owned(),
            r#type: kind,
            ..Image::default()
        };
        let image = Elem::Image(ImageElem {
            path: String::new(),
            image_list: vec![form(0, "a"), form(1, "b")],
        });
        let named = |elem: &Elem, part| elem.file(part).map(|file| file.uuid);
        assert_eq!(named(&image, part(1, true)).as_deref(), Some("b"));
        assert_eq!(
            named(&image, part(2, false)).as_deref(),
            Some("a"),
            "there is no large one"
        );
        let mut video = VideoElem {
            uuid: "v".to_owned(),
            ..VideoElem::default()
        };
        assert_eq!(named(&Elem::Video(Box::new(video.clone())), part(0, true)), None);
        video.snapshot_uuid = "s".to_owned();
        let video = Elem::Video(Box::new(video));
        assert_eq!(named(&video, part(2, true)).as_deref(), Some("s"));
        assert_eq!(named(&video, part(2, false)).as_deref(), Some("v"));
        assert_eq!(named(&Elem::Text { text: String::new() }, part(0, false)), None);
    }

    #[test]
    fn what_a_file_turns_out_to_be_counts_and_what_is_not_known_of_it_changes_nothing() {
        let mut image = Elem::Image(ImageElem {
            path: String::new(),
            image_list: vec![Image {
                uuid: "a".to_owned(),
                size: 3,
                width: 7,
                ..Image::default()
            }],
        });
        assert!(!image.measured("b", 9, (4, 5)), "another file");
        assert!(image.measured("a", 9, (0, 0)));
        assert!(image.measured("a", 9, (4, 5)) && !image.measured("a", 9, (4, 5)));
        let Elem::Image(image) = image else { unreachable!() };
        let form = &image.image_list[0];
        assert_eq!((form.size, form.width, form.height), (9, 4, 5));
    }

    #[test]
    fn only_what_has_no_address_is_uploaded_and_each_file_once() {
        let form = |kind: i64, url: &str, uuid: &str| Image {
            uuid: uuid.to_owned(),
            r#type: kind,
            url: url.to_owned(),
            ..Image::default()
        };
        let image = Elem::Image(ImageElem {
            path: String::new(),
            image_list: vec![form(0, "", "a"), form(1, "https://up.example/b", "b"), form(2, "", "a")],
        });
        assert_eq!(image.uploads(), ["a"]);
    }

    #[test]
    fn the_bytes_of_a_devices_files_count_once_and_the_same_when_the_server_has_them() {
        let form = |kind, uuid: &str, size| Image {
            uuid: uuid.to_owned(),
            r#type: kind,
            size,
            ..Image::default()
        };
        let mut image = Elem::Image(ImageElem {
            path: String::new(),
            image_list: vec![form(0, "a", 9), form(1, "b", 2), form(2, "a", 9)],
        });
        assert_eq!(image.device_bytes(), Some(11));
        image.uploaded("a", "https://up.example/a");
        assert_eq!(image.device_bytes(), Some(11));
        let url = "https://example.org/a".to_owned();
        let file = crate::model::media::FileElem {
            uuid: name_of_address(&url),
            url,
            file_size: 9,
            ..Default::default()
        };
        assert_eq!(Elem::File(file).device_bytes(), None);
    }
}
