//! V2TIM's first step of sending in two: creating a message, which `sendMessage` sends by its id; and what is inside of
//! messages: those of a merger, the addresses of files.

use super::elem;
use super::method::{Method, Request, Topic};
use super::response::Data;
use crate::client::Call;
use crate::engine::{Message, MessageOnlineUrl, MsgCreateInfoResult};
use crate::model::{Elem, MessageBody, Result, Status};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The base of these methods.
pub(super) const fn creates<R: Request>() -> Method {
    Method {
        topic: Topic::Create,
        ..Method::on_cache::<R>()
    }
}

fn create(client: &Call<'_>, body: MessageBody) -> Result<Data> {
    client.read(|engine| engine.create(body))
}

pub(super) fn create_of(client: &Call<'_>, elem: Elem) -> Result<Data> {
    create(client, MessageBody::of(elem))
}

/// Creates a text message, for `sendMessage` to send.
///
/// Nothing is stored and nothing is sent. The id is valid until the message is sent or the client closes; of more than
/// 1,000 created messages the oldest are forgotten.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct CreateTextMessage {
    /// The text, 1 byte to 64 KiB.
    text: String,
}

impl Request for CreateTextMessage {
    type Answer = MsgCreateInfoResult<'static>;
    const METHOD: Method = Method {
        name: "createTextMessage",
        c_name: "im_create_text_message",
        errors: &[(Status::InvalidParameters, "the text is empty or too long")],
        example: r#"{"text":"hi"}"#,
        ..creates::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        create_of(client, elem::text("text", self.text)?)
    }
}

/// Creates a text message that mentions members of a group, for `sendMessage` to send.
///
/// The text is not searched for names; it holds them as the app shows them.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CreateTextAtMessage {
    /// The text, 1 byte to 64 KiB.
    text: String,
    /// The users to mention: userIDs, and `__kImSDK_MesssageAtALL__` for everyone. At most 30.
    at_user_list: Vec<String>,
}

impl Request for CreateTextAtMessage {
    type Answer = MsgCreateInfoResult<'static>;
    const METHOD: Method = Method {
        name: "createTextAtMessage",
        c_name: "im_create_text_at_message",
        errors: &[
            (Status::InvalidParameters, "the text is empty or too long"),
            (Status::InvalidUserId, ""),
        ],
        example: r#"{"text":"@Bob hi","atUserList":["bob"]}"#,
        ..creates::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let elem = elem::text("text", self.text)?;
        let group_at_user_list = super::message::at_list(client, "atUserList", self.at_user_list)?;
        create(
            client,
            MessageBody {
                group_at_user_list,
                ..MessageBody::of(elem)
            },
        )
    }
}

/// Creates a message with the app's own data, for `sendMessage` to send.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct CreateCustomMessage {
    /// The app's own data.
    data: String,
    /// A description for lists and notifications.
    #[serde(default)]
    desc: String,
    /// A second field of the app's own.
    #[serde(default)]
    extension: String,
}

impl Request for CreateCustomMessage {
    type Answer = MsgCreateInfoResult<'static>;
    const METHOD: Method = Method {
        name: "createCustomMessage",
        c_name: "im_create_custom_message",
        example: r#"{"data":"{\"invite\":\"chess\"}","desc":"An invitation"}"#,
        ..creates::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let Self { data, desc, extension } = self;
        create_of(client, Elem::Custom { data, desc, extension })
    }
}

/// Creates a message with a place, for `sendMessage` to send.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct CreateLocationMessage {
    /// A description of the place; may be empty.
    desc: String,
    /// The longitude in degrees, -180 to 180, east of Greenwich positive.
    longitude: f64,
    /// The latitude in degrees, -90 to 90, north of the equator positive.
    latitude: f64,
}

impl Request for CreateLocationMessage {
    type Answer = MsgCreateInfoResult<'static>;
    const METHOD: Method = Method {
        name: "createLocationMessage",
        c_name: "im_create_location_message",
        errors: &[(Status::InvalidParameters, "a coordinate is out of range")],
        example: r#"{"desc":"The old town","longitude":13.4,"latitude":52.5}"#,
        ..creates::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        create_of(client, elem::location("", self.desc, self.longitude, self.latitude)?)
    }
}

/// Creates a message with a face, for `sendMessage` to send.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct CreateFaceMessage {
    /// The app's number of the face, or of its set.
    #[serde(default)]
    index: i64,
    /// The app's own data, such as the name of the face.
    #[serde(default)]
    data: String,
}

impl Request for CreateFaceMessage {
    type Answer = MsgCreateInfoResult<'static>;
    const METHOD: Method = Method {
        name: "createFaceMessage",
        c_name: "im_create_face_message",
        errors: &[(Status::InvalidParameters, "`index` is beyond 2^53")],
        example: r#"{"index":1,"data":"smile"}"#,
        ..creates::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        create_of(client, elem::face("", self.index, self.data)?)
    }
}

/// Creates a message that forwards several messages together, for `sendMessage` to send.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CreateMergerMessage {
    /// The messages, 1 to 300, in the order in which they are to be shown.
    #[serde(rename = "msgIDList")]
    msg_id_list: Vec<String>,
    /// The title.
    title: String,
    /// The first messages in one line each: up to 5 of up to 100 characters.
    abstract_list: Vec<String>,
    /// The text for clients that know no mergers. Empty: title and lines.
    #[serde(default)]
    compatible_text: String,
    /// V2TIM's; see docs/json.md.
    #[serde(rename = "webMessageInstanceList", default)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    _web: IgnoredAny,
}

impl Request for CreateMergerMessage {
    type Answer = MsgCreateInfoResult<'static>;
    const METHOD: Method = Method {
        name: "createMergerMessage",
        c_name: "im_create_merger_message",
        errors: &[
            (
                Status::InvalidParameters,
                "a message does not exist, has not been sent, was recalled or is a group tip; or there are too many, or lines \
                 are too long",
            ),
            (Status::MergerTooDeep, ""),
        ],
        example: r#"{"msgIDList":["0b1c4d8e-0000-4000-8000-000000000000"],"title":"Our talk","abstractList":["Bob: hi"]}"#,
        example_status: Status::InvalidParameters,
        ..creates::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let elem = elem::merger(
            client,
            self.msg_id_list,
            self.title,
            self.abstract_list,
            self.compatible_text,
        )?;
        create_of(client, elem)
    }
}

/// Creates a message with the content of another one, for `sendMessage` to send.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct CreateForwardMessage {
    /// The message to forward. Its element is copied, its `cloudCustomData` is not.
    #[serde(rename = "msgID")]
    msg_id: String,
    /// V2TIM's; see docs/json.md.
    #[serde(rename = "webMessageInstance", default)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    _web: IgnoredAny,
}

impl Request for CreateForwardMessage {
    type Answer = MsgCreateInfoResult<'static>;
    const METHOD: Method = Method {
        name: "createForwardMessage",
        c_name: "im_create_forward_message",
        errors: &[(
            Status::InvalidParameters,
            "the message does not exist, has not been sent, was recalled or is a group tip",
        )],
        example: r#"{"msgID":"0b1c4d8e-0000-4000-8000-000000000000"}"#,
        example_status: Status::InvalidParameters,
        ..creates::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        create_of(client, client.read(|engine| engine.forwarded(&self.msg_id))?)
    }
}

/// Reads the messages of a merger.
///
/// They are no messages of the conversation: they count as nothing, and only the one who forwarded them says that they were
/// sent. `userID` and `groupID` are those of the merger. A merger among them is read by its `msgID`, and a file is fetched by
/// that of its message (`downloadMessage`), after they were read here and as long as the client is open.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct DownloadMergerMessage {
    /// The message that is a merger.
    #[serde(rename = "msgID")]
    msg_id: String,
}

impl Request for DownloadMergerMessage {
    type Answer = Vec<Message<'static>>;
    const METHOD: Method = Method {
        name: "downloadMergerMessage",
        c_name: "im_download_merger_message",
        topic: Topic::Create,
        answer: "the messages, in the order in which they were forwarded",
        errors: &[
            (Status::InvalidParameters, "no such message, or it is not a merger"),
            (Status::MergerTooDeep, ""),
        ],
        example: r#"{"msgID":"0b1c4d8e-0000-4000-8000-000000000000"}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        client.read(|engine| engine.merged(&self.msg_id))
    }
}

/// Reads the addresses of a message with a picture, sound, video or file.
///
/// The one key of its kind has the element; the others are null. libim does not ask whether something is there.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct GetMessageOnlineUrl {
    /// The message.
    #[serde(rename = "msgID")]
    msg_id: String,
}

impl Request for GetMessageOnlineUrl {
    type Answer = MessageOnlineUrl;
    const METHOD: Method = Method {
        name: "getMessageOnlineUrl",
        c_name: "im_get_message_online_url",
        topic: Topic::Create,
        errors: &[(
            Status::InvalidParameters,
            "no such message, or it has no picture, sound, video or file",
        )],
        example: r#"{"msgID":"0b1c4d8e-0000-4000-8000-000000000000"}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        client.read(|engine| engine.online_url(&self.msg_id))
    }
}
