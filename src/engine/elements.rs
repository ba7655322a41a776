//! The elements of a message as the app sees them: at most one of all the keys has a value.

use super::view::{CustomElem, MergerElem, TextElem};
use crate::model::Elem;
use crate::model::elem::{FaceElem, LocationElem, Merger};
use crate::model::media::{FileElem, ImageElem, SoundElem, VideoElem};
use crate::model::tips::GroupTipsElem;

/// The values of the keys.
#[derive(Default)]
pub(super) struct Elements {
    pub(super) text: Option<TextElem>,
    pub(super) custom: Option<CustomElem>,
    pub(super) image: Option<ImageElem>,
    pub(super) sound: Option<SoundElem>,
    pub(super) video: Option<Box<VideoElem>>,
    pub(super) file: Option<FileElem>,
    pub(super) location: Option<LocationElem>,
    pub(super) face: Option<FaceElem>,
    pub(super) group_tips: Option<Box<GroupTipsElem>>,
    pub(super) merger: Option<MergerElem>,
}

impl Elements {
    /// Those of a message with this element.
    pub(super) fn of(elem: Elem) -> Self {
        let mut all = Self::default();
        match elem {
            Elem::Text { text } => all.text = Some(TextElem { text }),
            Elem::Custom { data, desc, extension } => all.custom = Some(CustomElem { data, desc, extension }),
            Elem::Image(image) => all.image = Some(image),
            Elem::Sound(sound) => all.sound = Some(sound),
            Elem::Video(video) => all.video = Some(video),
            Elem::File(file) => all.file = Some(file),
            Elem::Location(location) => all.location = Some(location),
            Elem::Face(face) => all.face = Some(face),
            Elem::GroupTips(tips) => all.group_tips = Some(tips),
            Elem::Merger(merger) => all.merger = Some(MergerElem::of(merger)),
        }
        all
    }
}

impl MergerElem {
    fn of(merger: Merger) -> Self {
        Self {
            is_layers_over_limit: merger.is_layers_over_limit,
            title: merger.title,
            abstract_list: merger.abstract_list,
        }
    }
}
