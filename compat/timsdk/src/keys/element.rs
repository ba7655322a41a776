//! The elements of messages.

use super::{Form, Key, field, inward, key, lacking, list, message, number, outward, text, tips};
use crate::ids::Ids;
use serde_json::{Value, json};

/// A kind of element: libim's number and key, this API's number, and the keys of both.
struct Kind {
    elem_type: i64,
    name: &'static str,
    theirs: i64,
    keys: &'static [Key],
}

const KINDS: &[Kind] = &[
    Kind {
        elem_type: 1,
        name: "textElem",
        theirs: TEXT,
        keys: &[key("text_elem_content", "text", Form::Text)],
    },
    Kind {
        elem_type: 2,
        name: "customElem",
        theirs: 3,
        keys: &[
            key("custom_elem_data", "data", Form::Text),
            key("custom_elem_desc", "desc", Form::Text),
            key("custom_elem_ext", "extension", Form::Text),
            lacking("custom_elem_sound", Form::Empty),
        ],
    },
    Kind {
        elem_type: 4,
        name: "soundElem",
        theirs: 2,
        keys: &[
            key("sound_elem_file_path", "path", Form::Text),
            key("sound_elem_file_size", "dataSize", Form::Number),
            key("sound_elem_file_time", "duration", Form::Number),
            key("sound_elem_file_id", "UUID", Form::Text),
            key("sound_elem_url", "url", Form::Text),
            lacking("sound_elem_business_id", Form::Zero),
            lacking("sound_elem_download_flag", Form::Zero),
            lacking("sound_elem_task_id", Form::Zero),
        ],
    },
    Kind {
        elem_type: 5,
        name: "videoElem",
        theirs: 9,
        keys: &[
            key("video_elem_video_path", "videoPath", Form::Text),
            key("video_elem_video_size", "videoSize", Form::Number),
            key("video_elem_video_duration", "duration", Form::Number),
            key("video_elem_video_id", "UUID", Form::Text),
            key("video_elem_video_url", "videoUrl", Form::Text),
            key("video_elem_image_path", "snapshotPath", Form::Text),
            key("video_elem_image_size", "snapshotSize", Form::Number),
            key("video_elem_image_width", "snapshotWidth", Form::Number),
            key("video_elem_image_height", "snapshotHeight", Form::Number),
            key("video_elem_image_id", "snapshotUUID", Form::Text),
            key("video_elem_image_url", "snapshotUrl", Form::Text),
            lacking("video_elem_video_type", Form::Empty),
            lacking("video_elem_image_type", Form::Empty),
            lacking("video_elem_business_id", Form::Zero),
            lacking("video_elem_task_id", Form::Zero),
        ],
    },
    Kind {
        elem_type: 6,
        name: "fileElem",
        theirs: 4,
        keys: &[
            key("file_elem_file_path", "path", Form::Text),
            key("file_elem_file_name", "fileName", Form::Text),
            key("file_elem_file_size", "fileSize", Form::Number),
            key("file_elem_file_id", "UUID", Form::Text),
            key("file_elem_url", "url", Form::Text),
            lacking("file_elem_business_id", Form::Zero),
            lacking("file_elem_download_flag", Form::Zero),
            lacking("file_elem_task_id", Form::Zero),
        ],
    },
    Kind {
        elem_type: 7,
        name: "locationElem",
        theirs: 7,
        keys: &[
            key("location_elem_desc", "desc", Form::Text),
            key("location_elem_longitude", "longitude", Form::Fraction),
            key("location_elem_latitude", "latitude", Form::Fraction),
        ],
    },
    Kind {
        elem_type: 8,
        name: "faceElem",
        theirs: 6,
        keys: &[
            key("face_elem_index", "index", Form::Number),
            key("face_elem_buf", "data", Form::Text),
        ],
    },
    Kind {
        elem_type: 10,
        name: "mergerElem",
        theirs: MERGER,
        keys: &[
            key("merge_elem_title", "title", Form::Text),
            key("merge_elem_abstract_array", "abstractList", Form::Texts),
            key("merge_elem_layer_over_limit", "isLayersOverLimit", Form::Flag),
            lacking("merge_elem_compatible_text", Form::Empty),
            // `TIMMsgDownloadMergerMessage` has them.
            lacking("merge_elem_message_array", Form::Nothing),
            lacking("merge_elem_relay_pb_key", Form::Empty),
            lacking("merge_elem_relay_json_key", Form::Empty),
            lacking("merge_elem_relay_buffer", Form::Empty),
        ],
    },
];

/// `TIMElemType`.
pub(super) const TEXT: i64 = 0;
const IMAGE: i64 = 1;
const GROUP_TIPS: i64 = 5;
const MERGER: i64 = 12;
/// libim's numbers of those that are no table.
const OWN_IMAGE: i64 = 3;
const OWN_GROUP_TIPS: i64 = 9;

/// The elements of a message of libim's: one, or none once it is recalled.
pub(super) fn elements(own: &Value, ids: &Ids) -> Value {
    let elem_type = number(own, "elemType");
    let element = match KINDS.iter().find(|kind| kind.elem_type == elem_type) {
        Some(kind) => field(own, kind.name)
            .as_object()
            .map(|_| typed(kind.theirs, outward(kind.keys, field(own, kind.name), ids))),
        None if elem_type == OWN_IMAGE => Some(typed(IMAGE, image(field(own, "imageElem")))),
        None if elem_type == OWN_GROUP_TIPS => {
            Some(typed(GROUP_TIPS, tips::tips(field(own, "groupTipsElem"), own, ids)))
        }
        None => None,
    };
    element.into_iter().collect()
}

fn typed(elem_type: i64, mut element: Value) -> Value {
    if let Some(fields) = element.as_object_mut() {
        fields.insert("elem_type".into(), elem_type.into());
    }
    element
}

/// The sizes of a picture: libim's number, and the word in the keys.
const SIZES: [(i64, &str); 3] = [(0, "orig"), (1, "thumb"), (2, "large")];

fn image(own: &Value) -> Value {
    let mut theirs = json!({
        "image_elem_orig_path": text(own, "path"),
        "image_elem_level": 0,
        "image_elem_format": 255,
        "image_elem_task_id": 0,
    });
    if let Some(fields) = theirs.as_object_mut() {
        for (number, word) in SIZES {
            let of_size = list(field(own, "imageList"))
                .iter()
                .find(|size| super::number(size, "type") == number);
            let size = of_size.unwrap_or(&Value::Null);
            let mut put = |key: &str, value: Value| fields.insert(format!("image_elem_{word}_{key}"), value);
            put("id", text(size, "uuid").into());
            put("url", text(size, "url").into());
            put("pic_size", super::number(size, "size").into());
            put("pic_width", super::number(size, "width").into());
            put("pic_height", super::number(size, "height").into());
        }
    }
    theirs
}

/// The fields of elements that `sendMessage` takes; libim finds out the rest by itself.
const SENDABLE: &[(&str, &[&str])] = &[
    ("textElem", &["text"]),
    ("customElem", &["data", "desc", "extension"]),
    ("soundElem", &["path", "url", "duration", "dataSize"]),
    (
        "videoElem",
        &[
            "videoPath",
            "videoUrl",
            "duration",
            "videoSize",
            "snapshotPath",
            "snapshotUrl",
            "snapshotWidth",
            "snapshotHeight",
        ],
    ),
    ("fileElem", &["path", "url", "fileName", "fileSize"]),
    ("locationElem", &["desc", "longitude", "latitude"]),
    ("faceElem", &["index", "data"]),
];

/// The element of a message that the app has made, by its name in `sendMessage`. `Err` says why libim cannot send it.
pub(super) fn own(theirs: &Value, ids: &Ids) -> Result<(&'static str, Value), &'static str> {
    let [element] = list(field(theirs, "message_elem_array")) else {
        return Err("libim sends messages of one element");
    };
    let elem_type = field(element, "elem_type").as_i64();
    match elem_type {
        Some(IMAGE) => return Ok(("imageElem", own_image(element))),
        Some(MERGER) => return Ok(("mergerElem", own_merger(element))),
        _ => {}
    }
    let kind = KINDS.iter().find(|kind| Some(kind.theirs) == elem_type);
    let kind = kind.ok_or("libim does not send elements of this kind")?;
    let mut own = inward(kind.keys, element, ids);
    let takes = SENDABLE.iter().find(|(name, _)| *name == kind.name);
    own.retain(|field, _| takes.is_some_and(|(_, fields)| fields.contains(&field.as_str())));
    one_source(&mut own, "path", "url", "dataSize");
    one_source(&mut own, "path", "url", "fileSize");
    one_source(&mut own, "videoPath", "videoUrl", "videoSize");
    one_source(&mut own, "snapshotPath", "snapshotUrl", "");
    Ok((kind.name, Value::Object(own)))
}

/// The method that creates a message with an element, and its request.
pub(crate) type Created = (&'static str, Value);

/// How libim creates a message with the element of one of the app's, which may be kept without being sent. `Err` says why it cannot.
pub(super) fn created(theirs: &Value, ids: &Ids) -> Result<Created, &'static str> {
    let (name, element) = own(theirs, ids)?;
    let path = |key: &str| match text(&element, key) {
        "" => Err("libim keeps pictures, sounds, videos and files that are on this device"),
        path => Ok(path.to_owned()),
    };
    let duration = number(&element, "duration");
    Ok(match name {
        "textElem" => ("createTextMessage", element),
        "customElem" => ("createCustomMessage", element),
        "locationElem" => ("createLocationMessage", element),
        "faceElem" => ("createFaceMessage", element),
        "mergerElem" => ("createMergerMessage", element),
        "imageElem" => ("createImageMessage", json!({ "imagePath": path("path")? })),
        "soundElem" => {
            let request = json!({ "soundPath": path("path")?, "duration": duration });
            ("createSoundMessage", request)
        }
        "videoElem" => {
            let snapshot = text(&element, "snapshotPath");
            let request = json!({
                "videoFilePath": path("videoPath")?, "duration": duration, "snapshotPath": snapshot,
            });
            ("createVideoMessage", request)
        }
        _ => {
            let request = json!({ "filePath": path("path")?, "fileName": text(&element, "fileName") });
            ("createFileMessage", request)
        }
    })
}

/// A file has a path or an address, and its size is read from it where there is a path.
fn one_source(own: &mut serde_json::Map<String, Value>, path: &str, url: &str, size: &str) {
    let is_empty = |own: &serde_json::Map<String, Value>, key: &str| own.get(key).is_none_or(|text| text == "");
    if is_empty(own, path) {
        own.remove(path);
    } else {
        own.remove(url);
        own.remove(size);
    }
    if is_empty(own, url) {
        own.remove(url);
    }
}

fn own_image(theirs: &Value) -> Value {
    match text(theirs, "image_elem_orig_path") {
        "" => json!({
            "url": text(theirs, "image_elem_orig_url"),
            "size": number(theirs, "image_elem_orig_pic_size"),
            "width": number(theirs, "image_elem_orig_pic_width"),
            "height": number(theirs, "image_elem_orig_pic_height"),
        }),
        path => json!({ "path": path }),
    }
}

fn own_merger(theirs: &Value) -> Value {
    json!({
        "msgIDList": message::msg_ids(field(theirs, "merge_elem_message_array")),
        "title": text(theirs, "merge_elem_title"),
        "abstractList": list(field(theirs, "merge_elem_abstract_array")),
        "compatibleText": text(theirs, "merge_elem_compatible_text"),
    })
}

/// libim's number of a kind of element.
fn own_type(theirs: i64) -> Option<i64> {
    match theirs {
        IMAGE => Some(OWN_IMAGE),
        GROUP_TIPS => Some(OWN_GROUP_TIPS),
        _ => KINDS
            .iter()
            .find(|kind| kind.theirs == theirs)
            .map(|kind| kind.elem_type),
    }
}

/// libim's numbers of the kinds in a list; none for one of only such kinds as libim does not have: nothing is of them.
pub(crate) fn own_types(theirs: &Value) -> Option<Vec<i64>> {
    let theirs = list(theirs);
    let own: Vec<i64> = theirs.iter().filter_map(|kind| own_type(kind.as_i64()?)).collect();
    (theirs.is_empty() || !own.is_empty()).then_some(own)
}

/// Whether a message of libim's says what happened in a group.
pub(crate) fn is_tips(own: &Value) -> bool {
    number(own, "elemType") == OWN_GROUP_TIPS
}
