//! Files. Most clients send a link that is the whole body (XEP-0066); what is known of the file stands beside it (XEP-0447
//! with XEP-0446), or in the older form (XEP-0385). libim sends all but the last in one stanza. Nothing is fetched here, and
//! nothing that a peer says of a file is believed: it is shown.

use super::file_types::{extension, media_type};
use super::ids::payload;
use super::thumb::{self, Thumb};
use super::xml;
use crate::backend::xmpp::ns::{
    FALLBACK, FILE_METADATA, HASHES, JINGLE_FILE, OOB, REFERENCE, SFS, SIMS, STICKERS, URL_DATA,
};
use crate::model::media::{FileElem, Image, ImageElem, ImageType, SoundElem, VideoElem};
use crate::model::web::{file_name, hex, is_address, name_in, name_of_address};
use crate::model::{Elem, ElemType};
use xmpp_parsers::hashes::{Algo, Hash};
use xmpp_parsers::message::Message;
use xmpp_parsers::minidom::Element;

/// How many files of a message are looked at.
const MAX_FILES: usize = 100;

/// A file that somebody offers.
#[derive(Debug, Default)]
struct File {
    url: String,
    media_type: String,
    name: String,
    size: i64,
    width: i64,
    height: i64,
    /// Milliseconds.
    length: i64,
    /// SHA-256, in hexadecimal.
    hash: String,
    thumb: Option<Image>,
    /// The sender wants it as a file, whatever it is.
    is_attachment: bool,
}

/// An element's thumbnail.
pub(super) fn thumb(elem: &Elem) -> Option<Image> {
    File::of(elem)?.thumb
}

/// The address of an element's file, which is the body, and the elements beside it. `None` for elements that have none.
pub(super) fn encode(elem: &Elem) -> Option<(String, Vec<Element>)> {
    let file = File::of(elem)?;
    let text = |name: &str, value: &str| xml::text(name, FILE_METADATA, xml::readable(value));
    let number = |name: &str, value: i64| (value > 0).then(|| text(name, &value.to_string()));
    let mut metadata = Vec::new();
    if !file.media_type.is_empty() {
        metadata.push(text("media-type", &file.media_type));
    }
    if !file.name.is_empty() {
        metadata.push(text("name", &file.name));
    }
    metadata.extend(number("size", file.size));
    metadata.extend(number("width", file.width));
    metadata.extend(number("height", file.height));
    metadata.extend(number("length", file.length));
    metadata.extend(hash_of(&file).map(Element::from));
    metadata.extend(file.thumb.as_ref().map(thumb::encode));
    let source = xml::element("url-data", URL_DATA, &[("target", &file.url)], Vec::new());
    let sharing = vec![
        xml::element("file", FILE_METADATA, &[], metadata),
        xml::element("sources", SFS, &[], vec![source]),
    ];
    let disposition = if file.is_attachment { "attachment" } else { "inline" };
    let elements = vec![
        xml::element("file-sharing", SFS, &[("disposition", disposition)], sharing),
        xml::element(
            "fallback",
            FALLBACK,
            &[("for", SFS)],
            vec![xml::element("body", FALLBACK, &[], Vec::new())],
        ),
        xml::element("x", OOB, &[], vec![xml::text("url", OOB, file.url.as_str())]),
    ];
    Some((file.url, elements))
}

/// The hash, where the name of the content is one of the content and not of the address.
fn hash_of(file: &File) -> Option<Hash> {
    if file.hash == name_of_address(&file.url) {
        return None;
    }
    let digits = file.hash.as_bytes().chunks(2);
    let bytes: Option<Vec<u8>> = digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    bytes
        .filter(|bytes| bytes.len() == 32)
        .map(|bytes| Hash::new(Algo::Sha_256, bytes))
}

/// The element of a message that offers a file and says nothing else; `said` is what libim's own element says: the kind, and
/// more of the thumbnail.
pub(super) fn decode(
    message: &Message,
    body: Option<&str>,
    (said, said_thumb): (Option<i64>, Option<&Thumb>),
) -> Option<Elem> {
    let shared = shared(message);
    let is_alone = shared.len() < 2;
    let mut file = shared
        .into_iter()
        .next()
        .or_else(|| older(message))
        .or_else(|| link(message, body))?;
    // A text beside it is what people wrote: it has the address too, and a file cannot show it. That of a sticker (XEP-0449) only
    // says what is to be seen.
    if !is_sticker(message) && body.is_some_and(|body| has_words(message, body, &file.url)) {
        return None;
    }
    if !is_alone {
        return None;
    }
    let kind = said.and_then(ElemType::numbered);
    if let (Some(thumb), Some(said)) = (&mut file.thumb, said_thumb) {
        thumb::name(thumb, said);
    }
    Some(file.elem(kind))
}

/// What stands for several files, which no element shows: their addresses, a line each. `None` for fewer.
pub(super) fn several(message: &Message) -> Option<String> {
    let urls: Vec<String> = shared(message).into_iter().map(|file| file.url).collect();
    (urls.len() > 1).then(|| urls.join("\n"))
}

/// Whether a message is a sticker (XEP-0449).
pub(super) fn is_sticker(message: &Message) -> bool {
    payload(message, "sticker", STICKERS).is_some()
}

/// XEP-0447.
fn shared(message: &Message) -> Vec<File> {
    let shared = message
        .payloads
        .iter()
        .filter(|element| element.is("file-sharing", SFS));
    shared.filter_map(offered).take(MAX_FILES).collect()
}

fn offered(sharing: &Element) -> Option<File> {
    // Without an address it is announced only. The address comes in a message that is a link too.
    let sources = sharing.get_child("sources", SFS)?;
    let targets = sources.children().filter(|source| source.is("url-data", URL_DATA));
    // One client writes the attribute in the element's namespace.
    let target = |source: &Element| {
        source
            .attr("target")
            .or_else(|| source.attr_ns(URL_DATA, "target"))
            .map(str::to_owned)
    };
    let url = targets.filter_map(target).find(|url| is_address(url))?;
    let disposition = sharing
        .attr("disposition")
        .or_else(|| sharing.attr_ns(SFS, "disposition"));
    Some(File {
        url,
        is_attachment: disposition == Some("attachment"),
        ..metadata(sharing.get_child("file", FILE_METADATA), FILE_METADATA)
    })
}

/// XEP-0385.
fn older(message: &Message) -> Option<File> {
    let references = message
        .payloads
        .iter()
        .filter(|element| element.is("reference", REFERENCE));
    let sharing = references
        .filter_map(|reference| reference.get_child("media-sharing", SIMS))
        .next()?;
    let sources = sharing.get_child("sources", SIMS)?;
    let uris = sources.children().filter(|source| source.is("reference", REFERENCE));
    let url = uris
        .filter_map(|source| source.attr("uri"))
        .find(|url| is_address(url))?;
    Some(File {
        url: url.to_owned(),
        ..metadata(sharing.get_child("file", JINGLE_FILE), JINGLE_FILE)
    })
}

/// XEP-0066: a file only if the address is all that the message says.
fn link(message: &Message, body: Option<&str>) -> Option<File> {
    let url = payload(message, "x", OOB)?.get_child("url", OOB)?.text();
    let url = url.trim();
    (body.map(str::trim) == Some(url) && is_address(url)).then(|| File {
        url: url.to_owned(),
        ..File::default()
    })
}

fn metadata(file: Option<&Element>, namespace: &str) -> File {
    let Some(file) = file else {
        return File::default();
    };
    let child = |name: &str| file.get_child(name, namespace).map(Element::text);
    // Whatever stands there: a number of bytes or pixels that there cannot be is none.
    let number = |name: &str| {
        let number = child(name).and_then(|text| text.trim().parse::<i64>().ok());
        number
            .filter(|number| (0..1 << 53).contains(number))
            .unwrap_or_default()
    };
    let hashes = file.children().filter(|child| child.is("hash", HASHES));
    let mut hashes = hashes.filter_map(|hash| Hash::try_from(hash.clone()).ok());
    let hash = hashes.find(|hash| hash.algo == Algo::Sha_256 && hash.hash.len() == 32);
    File {
        media_type: child("media-type").unwrap_or_default().trim().to_ascii_lowercase(),
        name: file_name(&child("name").unwrap_or_default()),
        size: number("size"),
        width: number("width"),
        height: number("height"),
        length: number("length"),
        hash: hash.map(|hash| hex(&hash.hash)).unwrap_or_default(),
        thumb: thumb::decode(file),
        ..File::default()
    }
}

impl File {
    /// The file of an element.
    fn of(elem: &Elem) -> Option<Self> {
        let file = match elem {
            Elem::Image(image) => {
                let of = |kind: ImageType| image.image_list.iter().find(|form| form.r#type == kind as i64);
                let origin = of(ImageType::Origin)?;
                Self {
                    url: origin.url.clone(),
                    size: origin.size,
                    width: origin.width,
                    height: origin.height,
                    hash: origin.uuid.clone(),
                    thumb: of(ImageType::Thumb).filter(|thumb| thumb.url != origin.url).cloned(),
                    ..Self::default()
                }
            }
            Elem::Sound(sound) => Self {
                url: sound.url.clone(),
                size: sound.data_size,
                length: sound.duration.saturating_mul(1000),
                hash: sound.uuid.clone(),
                ..Self::default()
            },
            Elem::Video(video) => Self {
                url: video.video_url.clone(),
                size: video.video_size,
                length: video.duration.saturating_mul(1000),
                hash: video.uuid.clone(),
                thumb: (!video.snapshot_url.is_empty()).then(|| Image {
                    uuid: video.snapshot_uuid.clone(),
                    size: video.snapshot_size,
                    width: video.snapshot_width,
                    height: video.snapshot_height,
                    url: video.snapshot_url.clone(),
                    ..Image::default()
                }),
                ..Self::default()
            },
            Elem::File(file) => Self {
                url: file.url.clone(),
                name: file.file_name.clone(),
                size: file.file_size,
                hash: file.uuid.clone(),
                is_attachment: true,
                ..Self::default()
            },
            _ => return None,
        };
        let media_type = media_type(&extension(&file.url)).unwrap_or_default();
        (!file.url.is_empty()).then(|| Self {
            media_type: media_type.to_owned(),
            ..file
        })
    }

    /// What kind of message it makes.
    fn kind(&self) -> ElemType {
        let media_type = match self.media_type.as_str() {
            "" | "application/octet-stream" => {
                let name = if self.name.is_empty() { &self.url } else { &self.name };
                media_type(&extension(name)).unwrap_or_default()
            }
            media_type => media_type,
        };
        match media_type.split('/').next() {
            _ if self.is_attachment => ElemType::File,
            // It can hold a program, and hardly any app draws it.
            Some("image") if media_type.contains("svg") => ElemType::File,
            Some("image") => ElemType::Image,
            Some("audio") => ElemType::Sound,
            Some("video") => ElemType::Video,
            _ => ElemType::File,
        }
    }

    fn elem(self, kind: Option<ElemType>) -> Elem {
        let kind = kind.unwrap_or_else(|| self.kind());
        let uuid = if self.hash.is_empty() {
            name_of_address(&self.url)
        } else {
            self.hash
        };
        let seconds = self.length / 1000 + i64::from(self.length % 1000 >= 500);
        match kind {
            ElemType::Image => {
                let form = |kind: ImageType| Image {
                    uuid: uuid.clone(),
                    r#type: kind as i64,
                    size: self.size,
                    width: self.width,
                    height: self.height,
                    url: self.url.clone(),
                    local_url: String::new(),
                };
                let thumb = self.thumb.clone().unwrap_or_else(|| form(ImageType::Thumb));
                Elem::Image(ImageElem {
                    path: String::new(),
                    image_list: vec![form(ImageType::Origin), thumb, form(ImageType::Large)],
                })
            }
            ElemType::Sound => Elem::Sound(SoundElem {
                uuid,
                data_size: self.size,
                duration: seconds,
                url: self.url,
                ..SoundElem::default()
            }),
            ElemType::Video => {
                let thumb = self.thumb.unwrap_or_default();
                Elem::Video(Box::new(VideoElem {
                    uuid,
                    video_size: self.size,
                    duration: seconds,
                    video_url: self.url,
                    snapshot_uuid: thumb.uuid,
                    snapshot_size: thumb.size,
                    snapshot_width: thumb.width,
                    snapshot_height: thumb.height,
                    snapshot_url: thumb.url,
                    ..VideoElem::default()
                }))
            }
            _ => Elem::File(FileElem {
                file_name: if self.name.is_empty() {
                    name_in(&self.url)
                } else {
                    self.name
                },
                uuid,
                file_size: self.size,
                url: self.url,
                ..FileElem::default()
            }),
        }
    }
}

/// Whether a body has words of its own beside an address, and what is marked as standing for the file (XEP-0428).
fn has_words(message: &Message, body: &str, url: &str) -> bool {
    let marks = message
        .payloads
        .iter()
        .filter(|element| element.is("fallback", FALLBACK));
    let marks = marks.filter(|mark| matches!(mark.attr("for"), Some(SFS | OOB)));
    let mut rest: Vec<char> = body.chars().collect();
    for mark in marks {
        let bodies: Vec<&Element> = mark.children().filter(|child| child.is("body", FALLBACK)).collect();
        if mark.children().next().is_none() {
            return false;
        }
        for part in bodies {
            // Code points; the end is not part of it.
            let place = |name: &str, none: usize| part.attr(name).map_or(Some(none), |place| place.parse().ok());
            if let (Some(start), Some(end)) = (place("start", 0), place("end", rest.len()))
                && let Some(part) = rest.get_mut(start..end)
            {
                part.fill(' ');
            }
        }
    }
    let rest = String::from_iter(rest);
    let rest = rest.trim();
    !rest.is_empty() && rest != url
}

#[cfg(test)]
mod tests;
