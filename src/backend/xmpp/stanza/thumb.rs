//! The thumbnail beside a file (XEP-0264). It has an address, or is in the message itself.

use super::file_types::{extension, media_type};
use super::xml;
use crate::backend::xmpp::ns::THUMBS;
use crate::model::blob::is_name;
use crate::model::data_url::picture_in;
use crate::model::media::{Image, ImageType};
use crate::model::web::{is_address, name_of_address};
use serde::{Deserialize, Serialize};
use xmpp_parsers::minidom::Element;

/// What XEP-0264 does not say, in libim's own element: whoever gets it knows the content by the same name, and holds against it what
/// the address has.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Thumb {
    uuid: String,
    size: i64,
}

/// The same of a thumbnail whose content is known.
pub(super) fn named(thumb: Image) -> Option<Thumb> {
    let is_content = is_name(&thumb.uuid) && thumb.uuid != name_of_address(&thumb.url);
    is_content.then_some(Thumb {
        uuid: thumb.uuid,
        size: thumb.size,
    })
}

/// Gives a thumbnail the name that the sender says. One that is in its address needs none.
pub(super) fn name(thumb: &mut Image, said: &Thumb) {
    if is_address(&thumb.url) && is_name(&said.uuid) {
        thumb.uuid.clone_from(&said.uuid);
        thumb.size = said.size.clamp(0, (1 << 53) - 1);
    }
}

pub(super) fn encode(thumb: &Image) -> Element {
    let [width, height] = [thumb.width, thumb.height].map(|side| side.to_string());
    let mut attrs = vec![("uri", thumb.url.as_str()), ("width", &width), ("height", &height)];
    attrs.extend(media_type(&extension(&thumb.url)).map(|media_type| ("media-type", media_type)));
    xml::element("thumbnail", THUMBS, &attrs, Vec::new())
}

/// The first thumbnail of a file that can be read.
pub(super) fn decode(file: &Element) -> Option<Image> {
    let thumbs = file.children().filter(|child| child.is("thumbnail", THUMBS));
    let is_readable = |uri: &str| is_address(uri) || picture_in(uri).is_some();
    let mut thumbs = thumbs.filter_map(|thumb| Some((thumb, thumb.attr("uri")?)));
    let (thumb, uri) = thumbs.find(|(_, uri)| is_readable(uri))?;
    let side = |name: &str| {
        let side = thumb.attr(name).and_then(|side| side.parse::<u16>().ok());
        side.unwrap_or_default().into()
    };
    Some(Image {
        uuid: name_of_address(uri),
        r#type: ImageType::Thumb as i64,
        size: 0,
        width: side("width"),
        height: side("height"),
        url: uri.to_owned(),
        local_url: String::new(),
    })
}
