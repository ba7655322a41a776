//! Where what an app shows has the keywords of a search.

use crate::model::{Elem, words};
use crate::store::search_query::Keywords;
use serde::{Deserialize, Serialize};

/// A place that has a keyword: so many characters of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchHighlight {
    /// The message; empty for a conversation.
    #[serde(rename = "msgID")]
    msg_id: String,
    /// The field: "showName", "userID" or "groupID" of a conversation; of a message "textElem.text", "customElem.desc",
    /// "fileElem.fileName", "locationElem.desc", "mergerElem.title" or "mergerElem.abstractList".
    field: &'static str,
    /// The place in `mergerElem.abstractList`, from 0; else 0.
    index: usize,
    /// Where it begins in the field's text, in UTF-16 code units, as texts of Dart, Java, JavaScript, Kotlin and NSString are
    /// counted.
    start: usize,
    /// How many UTF-16 code units it has.
    length: usize,
    /// Where it begins in code points, as texts of Python are counted.
    code_point_start: usize,
    /// How many code points it has.
    code_point_length: usize,
}

/// The places in a message.
pub(super) fn of_message(msg_id: &str, elem: &Elem, keywords: &Keywords) -> Vec<SearchHighlight> {
    let texts = words::texts(elem).into_iter();
    let places = texts.flat_map(|(field, index, text)| in_text(msg_id, field, index, text, keywords));
    places.collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Names {
    show_name: String,
    #[serde(rename = "userID")]
    user_id: Option<String>,
    #[serde(rename = "groupID")]
    group_id: Option<String>,
}

/// The places in a conversation, from its JSON.
pub(super) fn of_conversation(json: &str, keywords: &Keywords) -> Vec<SearchHighlight> {
    let Ok(names) = serde_json::from_str::<Names>(json) else {
        return Vec::new();
    };
    let fields = [
        ("showName", Some(names.show_name)),
        ("userID", names.user_id),
        ("groupID", names.group_id),
    ];
    let texts = fields.into_iter().filter_map(|(field, text)| Some((field, text?)));
    let places = texts.flat_map(|(field, text)| in_text("", field, 0, &text, keywords));
    places.collect()
}

fn in_text(msg_id: &str, field: &'static str, index: usize, text: &str, keywords: &Keywords) -> Vec<SearchHighlight> {
    let units = |from: usize, to: usize| {
        let part = text.get(from..to).unwrap_or_default();
        (part.encode_utf16().count(), part.chars().count())
    };
    let places = keywords.places(text).into_iter().map(|(from, to)| {
        let ((start, code_point_start), (length, code_point_length)) = (units(0, from), units(from, to));
        SearchHighlight {
            msg_id: msg_id.to_owned(),
            field,
            index,
            start,
            length,
            code_point_start,
            code_point_length,
        }
    });
    places.collect()
}
