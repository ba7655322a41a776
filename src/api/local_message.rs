//! What only this device has of messages: the app's own data about them, inserted messages, and sending once more.

use super::elem::check_size;
use super::method::{Method, Request, Topic};
use super::response::{Data, nothing};
use crate::client::Call;
use crate::engine::Message;
use crate::events::Event;
use crate::model::id::quoted;
use crate::model::{ConversationId, Elem, Error, MessageBody, Result, Status, UserId};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Stores the app's own text about a message, on this device only.
///
/// Every view of the message shows it as `localCustomData`. Nothing moves, and nothing is sent.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct SetLocalCustomData {
    /// The message's id.
    #[serde(rename = "msgID")]
    msg_id: String,
    /// The text, up to 64 KiB; empty removes it.
    #[serde(rename = "localCustomData")]
    local_custom_data: String,
}

impl Request for SetLocalCustomData {
    type Answer = ();
    const METHOD: Method = Method {
        name: "setLocalCustomData",
        c_name: "im_set_local_custom_data",
        topic: Topic::History,
        events: &[(Event::ConversationChanged, "if it is the last message")],
        errors: &[(Status::InvalidParameters, "no such message, or the text is too long")],
        example: r#"{"msgID":"0b1c4d8e-0000-4000-8000-000000000000","localCustomData":"translated: hello"}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        check_size("localCustomData", &self.local_custom_data)?;
        client
            .local(|engine| engine.set_local_custom_data(&self.msg_id, &self.local_custom_data))
            .map(nothing)
    }
}

/// Stores the app's own number about a message, on this device only; for example, that a voice message was played.
///
/// Every view of the message shows it as `localCustomInt`. Nothing moves, and nothing is sent.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct SetLocalCustomInt {
    /// The message's id.
    #[serde(rename = "msgID")]
    msg_id: String,
    /// The number, less than 2^53 from 0 on either side.
    #[serde(rename = "localCustomInt")]
    local_custom_int: i64,
}

impl Request for SetLocalCustomInt {
    type Answer = ();
    const METHOD: Method = Method {
        name: "setLocalCustomInt",
        c_name: "im_set_local_custom_int",
        topic: Topic::History,
        events: &[(Event::ConversationChanged, "if it is the last message")],
        errors: &[(
            Status::InvalidParameters,
            "no such message, or the number is out of range",
        )],
        example: r#"{"msgID":"0b1c4d8e-0000-4000-8000-000000000000","localCustomInt":1}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        // What JSON readers with floating-point numbers read exactly.
        const MOST: i64 = (1 << 53) - 1;
        if !(-MOST..=MOST).contains(&self.local_custom_int) {
            return Err(Error::invalid(format!(
                "localCustomInt {} is not between -{MOST} and {MOST}",
                self.local_custom_int
            )));
        }
        client
            .local(|engine| engine.set_local_custom_int(&self.msg_id, self.local_custom_int))
            .map(nothing)
    }
}

/// Inserts a message into the history with a user, on this device only: a note of the app's own.
///
/// The message has status 5. It is never sent, no other device shows it, and it counts as read. It becomes the last message
/// and moves the conversation up, unless `isExcludedFromLastMessage` says otherwise.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct InsertC2CMessageToLocalStorage {
    /// The user of the conversation.
    #[serde(rename = "userID")]
    user_id: String,
    /// The user who shows as the sender: the peer or the current user.
    sender: String,
    /// The data of the custom message, up to 64 KiB; empty with `createdMsgID`.
    data: String,
    /// A created message to insert in place of a custom one, by the id that `create…Message` gave, which is free then. Absent, null or
    /// empty: none. V2TIM's `insert…ToLocalStorageV2` has it.
    #[serde(rename = "createdMsgID", default)]
    created_msg_id: Option<String>,
    /// The app's own data beside the element, up to 64 KiB.
    #[serde(rename = "cloudCustomData", default)]
    cloud_custom_data: String,
    /// Whether the message neither becomes the last message nor moves the conversation.
    #[serde(rename = "isExcludedFromLastMessage", default)]
    is_excluded_from_last_message: bool,
}

impl Request for InsertC2CMessageToLocalStorage {
    type Answer = Message<'static>;
    const METHOD: Method = Method {
        name: "insertC2CMessageToLocalStorage",
        c_name: "im_insert_c2c_message_to_local_storage",
        topic: Topic::History,
        answer: "the message",
        events: &[
            (Event::ConversationChanged, ""),
            (Event::NewConversation, "if the conversation was not in the list"),
        ],
        errors: &[
            (Status::InvalidUserId, "`userID` or `sender`"),
            (
                Status::InvalidParameters,
                "`sender` takes no part, a text is too long, or there is no such created message",
            ),
        ],
        example: r#"{"userID":"bob","sender":"bob","data":"You are friends now"}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let peer = client.user("userID", self.user_id)?;
        let sender = client.user("sender", self.sender)?;
        if sender != peer && sender != *client.user_id() {
            return Err(Error::invalid(format!(
                "sender {} is neither userID {} nor the current user",
                quoted(sender.as_str()),
                quoted(peer.as_str())
            )));
        }
        let new = NewMessage {
            data: self.data,
            created: self.created_msg_id,
            cloud_custom_data: self.cloud_custom_data,
            is_excluded: self.is_excluded_from_last_message,
        };
        new.insert(client, &ConversationId::c2c(&peer), &sender)
    }
}

/// Inserts a message into the history of a group, on this device only: a note of the app's own.
///
/// The message has status 5. It is never sent, no other device shows it, and it counts as read. It becomes the last message
/// and moves the conversation up, unless `isExcludedFromLastMessage` says otherwise.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct InsertGroupMessageToLocalStorage {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// The user who shows as the sender.
    sender: String,
    /// The data of the custom message, up to 64 KiB; empty with `createdMsgID`.
    data: String,
    /// A created message to insert in place of a custom one, by the id that `create…Message` gave, which is free then. Absent, null or
    /// empty: none. V2TIM's `insert…ToLocalStorageV2` has it.
    #[serde(rename = "createdMsgID", default)]
    created_msg_id: Option<String>,
    /// The app's own data beside the element, up to 64 KiB.
    #[serde(rename = "cloudCustomData", default)]
    cloud_custom_data: String,
    /// Whether the message neither becomes the last message nor moves the conversation.
    #[serde(rename = "isExcludedFromLastMessage", default)]
    is_excluded_from_last_message: bool,
}

impl Request for InsertGroupMessageToLocalStorage {
    type Answer = Message<'static>;
    const METHOD: Method = Method {
        name: "insertGroupMessageToLocalStorage",
        c_name: "im_insert_group_message_to_local_storage",
        topic: Topic::History,
        answer: "the message",
        events: &[
            (Event::ConversationChanged, ""),
            (Event::NewConversation, "if the conversation was not in the list"),
        ],
        errors: &[
            (Status::InvalidGroupId, "not valid"),
            (Status::InvalidUserId, "`sender`"),
            (
                Status::InvalidParameters,
                "a text is too long, or there is no such created message",
            ),
        ],
        example: r#"{"groupID":"team","sender":"bob","data":"Minutes of the meeting are online"}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = ConversationId::group(&client.group("groupID", self.group_id)?);
        let sender = client.user("sender", self.sender)?;
        let new = NewMessage {
            data: self.data,
            created: self.created_msg_id,
            cloud_custom_data: self.cloud_custom_data,
            is_excluded: self.is_excluded_from_last_message,
        };
        new.insert(client, &id, &sender)
    }
}

/// A message to insert.
struct NewMessage {
    data: String,
    created: Option<String>,
    cloud_custom_data: String,
    is_excluded: bool,
}

impl NewMessage {
    fn insert(self, client: &Call<'_>, id: &ConversationId, sender: &UserId) -> Result<Data> {
        check_size("data", &self.data)?;
        check_size("cloudCustomData", &self.cloud_custom_data)?;
        let finish = |body: MessageBody| MessageBody {
            cloud_custom_data: self.cloud_custom_data,
            is_excluded_from_last_message: self.is_excluded,
            ..body
        };
        let Some(created) = self.created.filter(|created| !created.is_empty()) else {
            let body = finish(MessageBody::of(Elem::Custom {
                data: self.data,
                desc: String::new(),
                extension: String::new(),
            }));
            return client.local(|engine| engine.insert_local(id, sender, &body));
        };
        if !self.data.is_empty() {
            return Err(Error::invalid("data and createdMsgID are both given"));
        }
        client.local(|engine| engine.insert_created(&created, id, sender, finish))
    }
}

/// Sends a message once more that the server refused.
///
/// The message keeps its id, has status 1 again and is the newest of its conversation, which moves up as by `sendMessage`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ReSendMessage {
    /// The message's id.
    #[serde(rename = "msgID")]
    msg_id: String,
    /// V2TIM's; see docs/json.md.
    #[serde(rename = "onlineUserOnly", default)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    _online: IgnoredAny,
    /// V2TIM's; see docs/json.md.
    #[serde(rename = "webMessageInstatnce", default)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    _web: IgnoredAny,
}

impl Request for ReSendMessage {
    type Answer = Message<'static>;
    const METHOD: Method = Method {
        name: "reSendMessage",
        c_name: "im_re_send_message",
        topic: Topic::History,
        answer: "the message, as it is stored",
        events: &[
            (Event::ConversationChanged, ""),
            (Event::NewConversation, "if the conversation was not in the list"),
            (
                Event::MessageStatusChanged,
                "later: the message has status 2 once sent, or 3 if refused",
            ),
        ],
        errors: &[(Status::InvalidParameters, "no such message, or its status is not 3")],
        example: r#"{"msgID":"0b1c4d8e-0000-4000-8000-000000000000"}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        client.local(|engine| engine.resend(&self.msg_id))
    }
}

/// Stops sending a message that is still waiting, most of all one whose files are being brought to the server.
///
/// The message stays, with status 3 and `errorCode` 8021, and can be sent again with `reSendMessage`. What the server has of its
/// files then is not brought again. A message that the server may have already cannot be cancelled (8020): recall it. To cancel a
/// message for good, delete it.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct CancelSendingMessage {
    /// The message's id.
    #[serde(rename = "msgID")]
    msg_id: String,
}

impl Request for CancelSendingMessage {
    type Answer = ();
    const METHOD: Method = Method {
        name: "cancelSendingMessage",
        c_name: "im_cancel_sending_message",
        topic: Topic::History,
        is_own: true,
        events: &[
            (
                Event::MessageStatusChanged,
                "the message has status 3, and `errorCode` 8021",
            ),
            (Event::ConversationChanged, ""),
        ],
        errors: &[
            (Status::InvalidParameters, "no such message"),
            (
                Status::NothingToCancel,
                "it is not being sent, or the server may have it already",
            ),
        ],
        example: r#"{"msgID":"0b1c4d8e-0000-4000-8000-000000000000"}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        client.local(|engine| engine.cancel_sending(&self.msg_id)).map(nothing)
    }
}
