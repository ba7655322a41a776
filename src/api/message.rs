//! Sending messages.

use super::elem::{CustomElem, Elems, FaceElem, LocationElem, NewMergerElem, TextElem, check_size};
use super::media::{NewFileElem, NewImageElem, NewSoundElem, NewVideoElem};
use super::method::{Method, Request, Topic};
use super::request::Timeout;
use super::response::{Data, to_data};
use crate::client::Call;
use crate::engine::Message;
use crate::events::Event;
#[cfg(feature = "schema")]
use crate::model::ElemType;
use crate::model::conversation::MAX_MENTIONS;
use crate::model::id::quoted;
use crate::model::message::check_bytes;
use crate::model::strict::Object;
use crate::model::{ConversationId, Error, MessageBody, MessagePriority, Result, Status};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Sends a message: stores it with status 1, shows it in the list and returns.
///
/// The outbox delivers the message, also after a restart. A text may have up to 64 KiB, the whole message up to 256 KiB
/// as JSON.
///
/// With `onlineUserOnly` it reaches only devices that are online, as `onRecvNewMessage` with `isOnlineOnly`, and nobody keeps
/// it: it is in no history and no list, counts nowhere as unread, and cannot be recalled, edited or confirmed. The call returns
/// it with status 2 once it is on its way, or fails without a connection: it never waits in the outbox. It cannot carry files
/// from this device, and over XMPP it cannot go to a group. The user's other devices do not get it.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SendMessage {
    /// The user to send to. Exactly one of this, `groupID` and `conversationID` must be given.
    #[serde(default)]
    receiver: String,
    /// The group to send to, in place of `receiver`.
    #[serde(rename = "groupID", default)]
    group_id: String,
    /// The conversation to send to, in place of `receiver` and `groupID`. libim's own: V2TIM has only those two.
    #[serde(rename = "conversationID", default)]
    conversation_id: String,
    /// A created message to send, by the id that `create…Message` gave. It has its element already; the fields below that
    /// are given complete it.
    #[serde(default)]
    id: Option<String>,
    /// The kind of element: 1 text, 2 custom, 3 image, 4 sound, 5 video, 6 file, 7 location, 8 face, 10
    /// merger. Absent or null: that of the element given.
    #[cfg_attr(feature = "schema", schemars(with = "Option<ElemType>"))]
    elem_type: Option<i64>,
    /// The text of a text message. Exactly one element or `id` must be given.
    text_elem: Option<Object<TextElem>>,
    /// The app's own data, for a custom message.
    custom_elem: Option<Object<CustomElem>>,
    /// The picture, for an image message.
    image_elem: Option<Object<NewImageElem>>,
    /// The sound, for a sound message.
    sound_elem: Option<Object<NewSoundElem>>,
    /// The video, for a video message.
    video_elem: Option<Object<NewVideoElem>>,
    /// The file, for a file message.
    file_elem: Option<Object<NewFileElem>>,
    /// The place, for a location message.
    location_elem: Option<Object<LocationElem>>,
    /// The face, for a face message.
    face_elem: Option<Object<FaceElem>>,
    /// The messages to forward together.
    merger_elem: Option<Object<NewMergerElem>>,
    /// The users to mention, in groups only: userIDs, and `__kImSDK_MesssageAtALL__` for everyone. At most 30; who is in it
    /// twice is mentioned once.
    #[serde(default)]
    group_at_user_list: Vec<String>,
    /// The app's own data beside the element.
    #[serde(default)]
    cloud_custom_data: String,
    /// The app's own text about the message, on this device only, up to 64 KiB.
    #[serde(default)]
    local_custom_data: String,
    /// Whether the message does not count as unread.
    #[serde(default)]
    is_excluded_from_unread_count: bool,
    /// Whether the message neither becomes the last message nor moves the conversation.
    #[serde(default)]
    is_excluded_from_last_message: bool,
    /// Whether those who get the message are to confirm that they have read it (`sendMessageReadReceipts`).
    #[serde(default)]
    need_read_receipt: bool,
    /// Whether the message is only for those who are online now: see above.
    #[serde(default)]
    online_user_only: bool,
    /// The priority: 0 default, 1 high, 2 normal, 3 low; carried for the app.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "MessagePriority"))]
    priority: i64,
    /// V2TIM's; see docs/json.md.
    #[serde(rename = "offlinePushInfo", default)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    _push: IgnoredAny,
    /// V2TIM's; see docs/json.md.
    #[serde(rename = "isSupportMessageExtension", default)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    _extension: IgnoredAny,
    /// V2TIM's; see docs/json.md.
    #[serde(rename = "isExcludedFromContentModeration", default)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    _moderation: IgnoredAny,
    /// V2TIM's; see docs/json.md.
    #[serde(rename = "isDisableCloudMessagePreHook", default)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    _pre_hook: IgnoredAny,
    /// V2TIM's; see docs/json.md.
    #[serde(rename = "isDisableCloudMessagePostHook", default)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    _post_hook: IgnoredAny,
}

impl Request for SendMessage {
    type Answer = Message<'static>;
    const METHOD: Method = Method {
        name: "sendMessage",
        c_name: "im_send_message",
        topic: Topic::Message,
        answer: "the message, as it is stored",
        events: &[
            (Event::ConversationChanged, ""),
            (Event::NewConversation, "if the conversation was not in the list"),
            (
                Event::MessageStatusChanged,
                "later: the message has status 2 once sent, or 3 if refused",
            ),
            (
                Event::SendMessageProgress,
                "before that, if it carries files from this device",
            ),
        ],
        errors: &[
            (
                Status::InvalidParameters,
                "a field is missing, excluded by another one, or too long",
            ),
            (Status::InvalidUserId, ""),
            (Status::InvalidGroupId, "not valid"),
            (
                Status::NotSupported,
                "messages of that `elemType`, or files from this device, cannot be sent, or not with `onlineUserOnly`",
            ),
            (Status::NotLoggedIn, "with `onlineUserOnly`"),
            (Status::Disconnected, "there is no connection, with `onlineUserOnly`"),
            (Status::NoPermission, "not a member of the group, with `onlineUserOnly`"),
            (Status::MergerTooDeep, ""),
            (Status::FileNotFound, ""),
            (Status::FileTooLarge, ""),
            (Status::FileEmpty, ""),
            (Status::FileOpenFailed, ""),
            (Status::IoFailed, "the file cannot be copied"),
        ],
        example: r#"{"receiver":"bob","elemType":1,"textElem":{"text":"hi"}}"#,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = target(client, "receiver", self.receiver, self.group_id, self.conversation_id)?;
        let at_list = at_list(client, "groupAtUserList", self.group_at_user_list)?;
        if MessagePriority::numbered(self.priority).is_none() {
            return Err(Error::invalid(format!(
                "priority {} is not 0, 1, 2 or 3",
                self.priority
            )));
        }
        check_size("localCustomData", &self.local_custom_data)?;
        let elems = Elems {
            text: self.text_elem,
            custom: self.custom_elem,
            image: self.image_elem,
            sound: self.sound_elem,
            video: self.video_elem,
            file: self.file_elem,
            location: self.location_elem,
            face: self.face_elem,
            merger: self.merger_elem,
        };
        let complete = |created: MessageBody| {
            let body = MessageBody {
                cloud_custom_data: self.cloud_custom_data,
                group_at_user_list: if at_list.is_empty() {
                    created.group_at_user_list
                } else {
                    at_list
                },
                is_excluded_from_unread_count: self.is_excluded_from_unread_count,
                is_excluded_from_last_message: self.is_excluded_from_last_message,
                need_read_receipt: self.need_read_receipt,
                priority: self.priority,
                ..created
            };
            check(&id, body)
        };
        let (is_online, local) = (self.online_user_only, self.local_custom_data);
        let Some(created) = self.id else {
            let body = complete(MessageBody::of(elems.one(self.elem_type, client)?))?;
            // Before the message can go out: what was said of typing goes out before it or not at all.
            client.has_written(&id);
            if is_online {
                return client.send_online(|engine, send| {
                    let (message, json) = engine.compose_online(&id, body, local)?;
                    send(&message).map(|()| json)
                });
            }
            return client.local(|engine| engine.send_with(&id, body, local));
        };
        if let Some(elem) = elems.given().first() {
            return Err(Error::invalid(format!("id and {elem} are both given")));
        }
        client.has_written(&id);
        if is_online {
            return client.send_online(|engine, send| {
                engine.compose_created(&created, &id, local, complete, |message| send(&message))
            });
        }
        client.local(|engine| engine.send_created(&created, &id, local, complete))
    }
}

/// Checks a whole message, whose parts are checked.
fn check(id: &ConversationId, body: MessageBody) -> Result<MessageBody> {
    if id.group_id().is_none() && !body.group_at_user_list.is_empty() {
        return Err(Error::invalid(
            "groupAtUserList is given, but the message goes to a receiver and not to a group",
        ));
    }
    // As JSON, because that is what the cache and the server store.
    check_bytes(to_data(&body)?.len())?;
    Ok(body)
}

/// The users that a message mentions, each once, checked.
pub(super) fn at_list(client: &Call<'_>, field: &str, users: Vec<String>) -> Result<Vec<String>> {
    let mut list: Vec<String> = Vec::new();
    for (place, user) in users.into_iter().enumerate() {
        let user = client.user(&format!("{field}[{place}]"), user)?;
        if !list.iter().any(|known| known == user.as_str()) {
            list.push(user.as_str().to_owned());
        }
        if list.len() > MAX_MENTIONS {
            return Err(Error::invalid(format!(
                "{field} has more than {MAX_MENTIONS} different entries"
            )));
        }
    }
    Ok(list)
}

/// Waits until the server has a message of the current user, and returns the message then.
///
/// If the server refuses the message, the call fails with `REFUSED`, and the message has status 3. The call also waits
/// while there is no connection. When its time is over, the message stays in the outbox: libim goes on trying, and
/// `onMessageStatusChanged` reports the end.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct WaitUntilSent {
    /// The `msgID` that `sendMessage` returned.
    #[serde(rename = "msgID")]
    msg_id: String,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for WaitUntilSent {
    type Answer = Message<'static>;
    const METHOD: Method = Method {
        name: "waitUntilSent",
        c_name: "im_wait_until_sent",
        topic: Topic::Message,
        is_own: true,
        answer: "the message, as the server has it: with status 2, or with 6 if it has been recalled",
        errors: &[(
            Status::InvalidParameters,
            "no such message, or it was deleted meanwhile",
        )],
        // Without a connection it waits for one.
        server_errors: &[
            (Status::NotLoggedIn, ""),
            (Status::Timeout, ""),
            (Status::Cancelled, ""),
            (Status::Refused, "the server refused the message"),
        ],
        example: r#"{"msgID":"0b1c4d8e-0000-4000-8000-000000000000"}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        client.wait_until_sent(&self.msg_id, self.timeout_ms.0)
    }
}

/// The conversation of a request that names a user, a group or a conversation.
pub(super) fn target(
    client: &Call<'_>,
    user_field: &str,
    user: String,
    group: String,
    conversation: String,
) -> Result<ConversationId> {
    match (user.is_empty(), group.is_empty(), conversation.is_empty()) {
        (false, true, true) => {
            if let Some(rest) = user.strip_prefix("c2c_") {
                let (user, rest) = (quoted(&user), quoted(rest));
                return Err(Error::invalid(format!(
                    "{user_field} {user} is a conversationID: give {user_field} {rest}, or conversationID {user}"
                )));
            }
            Ok(ConversationId::c2c(&client.user(user_field, user)?))
        }
        (true, false, true) => Ok(ConversationId::group(&client.group("groupID", group)?)),
        (true, true, false) => client.conversation("conversationID", conversation),
        (true, true, true) => Err(Error::invalid(format!(
            "none of {user_field}, groupID and conversationID is given"
        ))),
        _ => {
            let given = [(user_field, user), ("groupID", group), ("conversationID", conversation)];
            let given: Vec<String> = given
                .iter()
                .filter(|(_, id)| !id.is_empty())
                .map(|(field, id)| format!("{field} {}", quoted(id)))
                .collect();
            Err(Error::invalid(format!(
                "only one of these can be given: {}",
                given.join(", ")
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::api::call;
    use crate::client::testing::Script;
    use serde_json::{Value, json};

    #[test]
    fn a_message_mentions_each_user_once_and_not_more_than_thirty() {
        let (_dir, client) = Script::default().client();
        let create = |users: Vec<String>| -> Value {
            let request = json!({ "text": "@", "atUserList": users }).to_string();
            serde_json::from_str(&call(&client, "createTextAtMessage", &request).json).unwrap()
        };
        let users = |count: usize| (0..count).map(|number| format!("user{number}")).collect::<Vec<_>>();
        let many = create(users(30).into_iter().cycle().take(2_000).collect());
        assert_eq!(many["data"]["messageInfo"]["groupAtUserList"], json!(users(30)));
        let too_many = create(users(31));
        assert_eq!(too_many["code"], 6017);
        let desc = "atUserList has more than 30 different entries";
        assert_eq!(too_many["desc"], desc);
    }
}
