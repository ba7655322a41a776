//! Editing messages.

use super::method::{Method, Request, Topic};
use super::response::Data;
use crate::client::Call;
use crate::engine::MessageChangeInfo;
use crate::events::Event;
use crate::model::id::quoted;
use crate::model::strict::Object;
use crate::model::{Error, NewContent, NewCustom, Result, Status};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Gives a message of the current user another content, for everyone who has it.
///
/// The message changes wherever it is shown, also as the last message of its conversation. It keeps its place and counts as
/// before. V2TIM leaves it to the app who may edit; with libim it is the author alone, because XMPP knows nobody else. The
/// outbox delivers the edit, also after a restart. If the server refuses it, `onRecvMessageModified` reports the message
/// with its former content. A request in V2TIM's form, `{"message": …}` with a message as it was read and changed since, is
/// understood as well; its fields that cannot be edited are not looked at.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ModifyMessage {
    /// The id of the message.
    #[serde(rename = "msgID", default)]
    #[cfg_attr(feature = "schema", schemars(required))]
    msg_id: String,
    /// The new text, for text messages only. Absent or null: as it is.
    text_elem: Option<Object<NewText>>,
    /// The app's new data, for custom messages only. Absent or null: as it is.
    custom_elem: Option<Object<NewData>>,
    /// The app's own data beside the element; empty for none. A message of any kind can get another one. Absent or null: as
    /// it is.
    cloud_custom_data: Option<String>,
    /// V2TIM's form.
    #[cfg_attr(feature = "schema", schemars(skip))]
    message: Option<Object<WholeMessage>>,
}

/// A message as it was read, with what is to change in it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WholeMessage {
    #[serde(rename = "msgID")]
    msg_id: String,
    text_elem: Option<Object<NewText>>,
    custom_elem: Option<Object<NewData>>,
    cloud_custom_data: Option<String>,
    /// The other fields of a message.
    #[serde(flatten)]
    others: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct NewText {
    /// The text, 1 byte to 64 KiB.
    text: String,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct NewData {
    /// The app's own data. Absent or null: as it is.
    data: Option<String>,
    /// A description for lists and notifications. Absent or null: as it is.
    desc: Option<String>,
    /// A second field of the app's own. Absent or null: as it is.
    extension: Option<String>,
}

/// The fields of a message that an edit cannot change.
const OTHERS: &[&str] = &[
    "elemType",
    "errorCode",
    "faceElem",
    "faceUrl",
    "fileElem",
    "friendRemark",
    "groupAtUserList",
    "groupID",
    "groupTipsElem",
    "id",
    "imageElem",
    "isDelivered",
    "isEdited",
    "isExcludedFromLastMessage",
    "isExcludedFromUnreadCount",
    "isOnlineOnly",
    "isPeerRead",
    "isRead",
    "isSelf",
    "localCustomData",
    "localCustomInt",
    "locationElem",
    "mergerElem",
    "nameCard",
    "needReadReceipt",
    "nickName",
    "priority",
    "random",
    "revokeReason",
    "revokerInfo",
    "sender",
    "seq",
    "soundElem",
    "status",
    "timestamp",
    "userID",
    "videoElem",
];

impl Request for ModifyMessage {
    type Answer = MessageChangeInfo<'static>;
    const METHOD: Method = Method {
        name: "modifyMessage",
        c_name: "im_modify_message",
        topic: Topic::Change,
        answer: "the message as it is now",
        events: &[
            (Event::RecvMessageModified, "if the content is another"),
            (
                Event::ConversationChanged,
                "if the message is the last of its conversation",
            ),
            (Event::LocalChangeFailed, "if the server refuses"),
        ],
        errors: &[
            (
                Status::InvalidParameters,
                "no such message, it was recalled, it is of another kind, or its content is too long",
            ),
            (Status::NoPermission, "the message is another user's"),
        ],
        example: r#"{"msgID":"0b1c4d8e-0000-4000-8000-000000000000","textElem":{"text":"hello"}}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let whole = match (self.message, self.msg_id.is_empty()) {
            (Some(Object(message)), true) => message,
            (Some(_), false) => return Err(Error::invalid("msgID and message are both given")),
            (None, true) => return Err(Error::invalid("neither msgID nor message is given")),
            (None, false) => WholeMessage {
                msg_id: self.msg_id,
                text_elem: self.text_elem,
                custom_elem: self.custom_elem,
                cloud_custom_data: self.cloud_custom_data,
                others: Map::new(),
            },
        };
        if let Some(other) = whole.others.keys().find(|key| !OTHERS.contains(&key.as_str())) {
            let sentence = format!("message has a field {}, which a message does not have", quoted(other));
            return Err(Error::invalid(sentence));
        }
        let new = NewContent {
            text: whole.text_elem.map(|Object(elem)| elem.text),
            custom: whole.custom_elem.map(|Object(elem)| NewCustom {
                data: elem.data,
                desc: elem.desc,
                extension: elem.extension,
            }),
            cloud_custom_data: whole.cloud_custom_data,
        };
        client.local(|engine| engine.modify(&whole.msg_id, &new))
    }
}

#[cfg(all(test, feature = "schema"))]
mod tests {
    use super::*;
    use crate::engine::Message;

    #[test]
    fn a_whole_message_is_taken_whatever_fields_it_has() {
        let schema = serde_json::to_value(schemars::schema_for!(Message<'static>)).unwrap();
        let editable = ["msgID", "textElem", "customElem", "cloudCustomData"];
        for key in schema["properties"].as_object().unwrap().keys() {
            assert!(
                OTHERS.contains(&key.as_str()) || editable.contains(&key.as_str()),
                "{key}"
            );
        }
    }
}
