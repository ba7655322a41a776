//! Messages, histories and the receive option.

use super::account::user_ids;
use super::response::{Data, nothing};
use crate::client::Client;
use crate::engine::Direction;
use crate::model::message::{MAX_MESSAGE_BYTES, MAX_TEXT_BYTES};
use crate::model::strict::Object;
use crate::model::{ConversationId, Elem, Error, GroupId, MessageBody, RecvOpt, Result, Status, UserId};
use serde::Deserialize;

/// How many messages one call may delete.
const MAX_MESSAGES: usize = 500;

/// `sendMessage`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SendMessage {
    /// The user of a C2C conversation. Either this or `groupID` is given.
    #[serde(default)]
    receiver: String,
    /// The group. Either this or `receiver` is given.
    #[serde(rename = "groupID", default)]
    group_id: String,
    /// 1 text, 2 custom. May be left out: the element says it.
    elem_type: Option<i64>,
    /// The text, of a text message.
    text_elem: Option<Object<TextElem>>,
    /// The app's own data, of a custom message.
    custom_elem: Option<Object<CustomElem>>,
    /// Who is @ed, in a group: userIDs and `__kImSDK_MesssageAtALL__` for everyone.
    #[serde(default)]
    group_at_user_list: Vec<String>,
    /// Data of the app beside the element.
    #[serde(default)]
    cloud_custom_data: String,
    /// Does not count as unread.
    #[serde(default)]
    is_excluded_from_unread_count: bool,
    /// Does not become the last message, and does not move the conversation.
    #[serde(default)]
    is_excluded_from_last_message: bool,
    /// Whether the sender wants a receipt; carried for the app.
    #[serde(default)]
    need_read_receipt: bool,
    /// 0 default, 1 high, 2 normal, 3 low; carried for the app.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 3)))]
    priority: i64,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct TextElem {
    /// 1 byte to 64 KiB.
    text: String,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct CustomElem {
    /// The app's data.
    data: String,
    /// A description for lists and notifications.
    #[serde(default)]
    desc: String,
    /// A second field of the app's own.
    #[serde(default)]
    extension: String,
}

pub(super) fn send_message(client: &Client, request: SendMessage) -> Result<Data> {
    let id = target("receiver", request.receiver, request.group_id)?;
    let elem = elem(request.elem_type, request.text_elem, request.custom_elem)?;
    if id.group_id().is_none() && !request.group_at_user_list.is_empty() {
        return Err(Error::invalid(
            "groupAtUserList is given, but the message goes to a receiver and not to a group",
        ));
    }
    for (place, user) in request.group_at_user_list.iter().enumerate() {
        UserId::parse(&format!("groupAtUserList[{place}]"), user.as_str())?;
    }
    if !(0..=3).contains(&request.priority) {
        return Err(Error::invalid(format!(
            "priority {} is not 0, 1, 2 or 3",
            request.priority
        )));
    }
    let body = MessageBody {
        elem,
        cloud_custom_data: request.cloud_custom_data,
        group_at_user_list: request.group_at_user_list,
        is_excluded_from_unread_count: request.is_excluded_from_unread_count,
        is_excluded_from_last_message: request.is_excluded_from_last_message,
        need_read_receipt: request.need_read_receipt,
        priority: request.priority,
        random: 0,
    };
    let size = super::response::to_data(&body)?.len();
    if size > MAX_MESSAGE_BYTES {
        return Err(Error::invalid(format!(
            "the message has {size} bytes as JSON; the most is {MAX_MESSAGE_BYTES}"
        )));
    }
    client.local(|engine| engine.send(&id, body))
}

fn elem(elem_type: Option<i64>, text: Option<Object<TextElem>>, custom: Option<Object<CustomElem>>) -> Result<Elem> {
    let given = match (&text, &custom) {
        (Some(_), None) => 1,
        (None, Some(_)) => 2,
        (Some(_), Some(_)) => return Err(Error::invalid("textElem and customElem are both given")),
        (None, None) => match elem_type {
            Some(1) => return Err(Error::invalid("textElem is missing")),
            Some(2) => return Err(Error::invalid("customElem is missing")),
            None => return Err(Error::invalid("neither textElem nor customElem is given")),
            Some(other) => {
                let desc = format!("elemType {other} cannot be sent; 1 (text) and 2 (custom) can");
                return Err(Error::new(Status::NotSupported, desc));
            }
        },
    };
    if let Some(elem_type) = elem_type
        && elem_type != given
    {
        return Err(Error::invalid(format!(
            "elemType {elem_type} is not that of the element given, which is {given}"
        )));
    }
    match (text, custom) {
        (Some(Object(TextElem { text })), _) => {
            check_size("textElem.text", &text)?;
            if text.is_empty() {
                return Err(Error::invalid("textElem.text \"\" is empty"));
            }
            Ok(Elem::Text { text })
        }
        (_, Some(Object(CustomElem { data, desc, extension }))) => Ok(Elem::Custom { data, desc, extension }),
        (None, None) => Err(Error::internal("an element that was given is gone")),
    }
}

fn check_size(field: &str, text: &str) -> Result<()> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(Error::invalid(format!(
            "{field} has {} bytes; the most is {MAX_TEXT_BYTES}",
            text.len()
        )));
    }
    Ok(())
}

/// The conversation of a request that names either a user or a group.
fn target(user_field: &str, user: String, group: String) -> Result<ConversationId> {
    match (user.is_empty(), group.is_empty()) {
        (false, true) => Ok(ConversationId::c2c(&UserId::parse(user_field, user)?)),
        (true, false) => Ok(ConversationId::group(&GroupId::parse("groupID", group)?)),
        (true, true) => Err(Error::invalid(format!("neither {user_field} nor groupID is given"))),
        (false, false) => Err(Error::invalid(format!(
            "{user_field} {user:?} and groupID {group:?} are both given"
        ))),
    }
}

/// `getHistoryMessageList`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct HistoryMessageList {
    /// The user of a C2C conversation. Either this or `groupID` is given.
    #[serde(rename = "userID", default)]
    user_id: String,
    /// The group. Either this or `userID` is given.
    #[serde(rename = "groupID", default)]
    group_id: String,
    /// How many messages, from 1.
    #[serde(default = "default_count")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    count: i64,
    /// The message to go on from; it is not among the answer.
    #[serde(rename = "lastMsgID", default)]
    last_msg_id: Option<String>,
    /// V2TIM's: 1 and 3 older, 2 and 4 newer.
    #[serde(default = "default_get_type")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 4)))]
    get_type: i64,
}

fn default_count() -> i64 {
    20
}

fn default_get_type() -> i64 {
    3
}

pub(super) fn history_message_list(client: &Client, request: HistoryMessageList) -> Result<Data> {
    let id = target("userID", request.user_id, request.group_id)?;
    let direction = match request.get_type {
        1 | 3 => Direction::Older,
        2 | 4 => Direction::Newer,
        other => return Err(Error::invalid(format!("getType {other} is not 1, 2, 3 or 4"))),
    };
    let from = request.last_msg_id.filter(|msg_id| !msg_id.is_empty());
    let (list, is_end) = client.read(|engine| engine.history(&id, from.as_deref(), direction, request.count))?;
    if is_end {
        client.history_ended(&id)?;
    }
    Ok(list)
}

/// `revokeMessage`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RevokeMessage {
    /// The message.
    #[serde(rename = "msgID")]
    msg_id: String,
}

pub(super) fn revoke_message(client: &Client, request: RevokeMessage) -> Result<Data> {
    client.local(|engine| engine.revoke(&request.msg_id)).map(nothing)
}

/// `deleteMessages`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct DeleteMessages {
    /// 1 to 500 messages.
    #[serde(rename = "msgIDs")]
    msg_ids: Vec<String>,
}

pub(super) fn delete_messages(client: &Client, request: DeleteMessages) -> Result<Data> {
    super::request::check_list("msgIDs", &request.msg_ids, MAX_MESSAGES, Status::InvalidParameters)?;
    client
        .local(|engine| engine.delete_messages(&request.msg_ids))
        .map(nothing)
}

/// `clearC2CHistoryMessage`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ClearC2cHistory {
    /// The user of the conversation.
    #[serde(rename = "userID")]
    user_id: String,
}

pub(super) fn clear_c2c_history_message(client: &Client, request: ClearC2cHistory) -> Result<Data> {
    let id = ConversationId::c2c(&UserId::parse("userID", request.user_id)?);
    client.local(|engine| engine.clear_history(&id)).map(nothing)
}

/// `clearGroupHistoryMessage`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ClearGroupHistory {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
}

pub(super) fn clear_group_history_message(client: &Client, request: ClearGroupHistory) -> Result<Data> {
    let id = ConversationId::group(&GroupId::parse("groupID", request.group_id)?);
    client.local(|engine| engine.clear_history(&id)).map(nothing)
}

/// `setC2CReceiveMessageOpt`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct SetC2cReceiveMessageOpt {
    /// 1 to 100 users.
    #[serde(rename = "userIDList")]
    user_id_list: Vec<String>,
    /// 0 receive and notify, 1 not delivered, 2 receive silently, 3 receive, notify only for an @.
    opt: RecvOpt,
}

pub(super) fn set_c2c_receive_message_opt(client: &Client, request: SetC2cReceiveMessageOpt) -> Result<Data> {
    let users = user_ids("userIDList", request.user_id_list)?;
    let ids: Vec<ConversationId> = users.iter().map(ConversationId::c2c).collect();
    client
        .local(|engine| engine.set_recv_opt(&ids, request.opt))
        .map(nothing)
}

/// `setGroupReceiveMessageOpt`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct SetGroupReceiveMessageOpt {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// 0 receive and notify, 1 not delivered, 2 receive silently, 3 receive, notify only for an @.
    opt: RecvOpt,
}

pub(super) fn set_group_receive_message_opt(client: &Client, request: SetGroupReceiveMessageOpt) -> Result<Data> {
    let id = ConversationId::group(&GroupId::parse("groupID", request.group_id)?);
    client
        .local(|engine| engine.set_recv_opt(&[id], request.opt))
        .map(nothing)
}
