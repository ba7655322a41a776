//! The JSON contract of conversations and messages: V2TIM's keys, every one present.
//!
//! Plain data. The comments of the keys are their documentation everywhere (`make generate`).

use crate::model::elem::{FaceElem, LocationElem};
use crate::model::media::{FileElem, ImageElem, SoundElem, VideoElem};
use crate::model::tips::GroupTipsElem;
#[cfg(feature = "schema")]
use crate::model::{AtType, ConversationType, ElemType, MessagePriority, MessageStatus, RecvOpt};
use crate::model::{ConversationId, GroupType, Profile};
use serde::Serialize;

/// A conversation.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimConversation")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Conversation<'a> {
    /// The id: `c2c_<userID>` or `group_<groupID>`.
    #[serde(rename = "conversationID")]
    pub(super) conversation_id: &'a str,
    /// The kind: 1 with a user (C2C), 2 with a group.
    #[cfg_attr(feature = "schema", schemars(with = "ConversationType"))]
    pub(super) r#type: i64,
    /// The user; null for groups.
    #[serde(rename = "userID")]
    pub(super) user_id: Option<&'a str>,
    /// The group; null for C2C.
    #[serde(rename = "groupID")]
    pub(super) group_id: Option<&'a str>,
    /// The name to show; never empty. C2C: remark, else nickname, else userID. Group: name, else groupID.
    pub(super) show_name: &'a str,
    /// The address of the picture; empty when there is none.
    pub(super) face_url: &'a str,
    /// The type of the group; null for C2C, and while the group is not known.
    pub(super) group_type: Option<GroupType>,
    /// The number of unread messages.
    pub(super) unread_count: i64,
    /// The newest message; null when there is none.
    pub(super) last_message: Option<Message<'a>>,
    /// The draft; null when there is none.
    pub(super) draft_text: Option<&'a str>,
    /// When the draft was set, in seconds since 1970; 0 without one.
    #[cfg_attr(feature = "schema", schemars(extend("x-time" = "none is 0")))]
    pub(super) draft_timestamp: i64,
    /// Whether it is pinned.
    pub(super) is_pinned: bool,
    /// The receive option: 0 receive and notify, 1 do not deliver, 2 receive silently, 3 receive and notify of mentions
    /// only.
    #[cfg_attr(feature = "schema", schemars(with = "RecvOpt"))]
    pub(super) recv_opt: i64,
    /// The unread messages that mention the current user, the newest 100 of them, oldest first. Empty for C2C.
    pub(super) group_at_info_list: Vec<AtInfo>,
    /// The sort key, descending. 0 for a transient conversation, which is not in the list.
    // V2TIM's JSON spells this one key in lower case.
    pub(super) orderkey: i64,
    /// The marks, each a single bit, ascending: 1 star, 2 unread, 4 fold, 8 hide, 1<<32 to 1<<52 the app's own.
    pub(super) mark_list: Vec<u64>,
    /// The app's own text; empty when there is none.
    pub(super) custom_data: &'a str,
    /// The names of the conversation groups that it is in, in the order in which they were made.
    pub(super) conversation_group_list: Vec<String>,
    /// C2C: the time of the last message read, in seconds since 1970; 0 when none was. Groups: 0.
    #[serde(rename = "c2cReadTimestamp")]
    #[cfg_attr(feature = "schema", schemars(extend("x-time" = "none is 0")))]
    pub(super) c2c_read_timestamp: i64,
    /// Groups: the sequence of the last message read; 0 when none was. C2C: 0.
    pub(super) group_read_sequence: i64,
    /// Only in `onConversationChanged`, and only with `changedFields` in the config: the names of the keys that have changed,
    /// in alphabetical order.
    // Written where the event is made (`events/segment.rs`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) changed_fields: Option<Vec<String>>,
}

/// A message that mentions the current user.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimGroupAtInfo")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AtInfo {
    /// The `seq` of the message.
    pub(super) seq: String,
    /// The mention: 1 of the user by name, 2 of everyone, 3 both.
    #[cfg_attr(feature = "schema", schemars(with = "AtType"))]
    pub(super) at_type: i64,
}

/// A message.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "V2TimMessage"))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message<'a> {
    /// The message's id, the same on all devices and for all users.
    #[serde(rename = "msgID")]
    pub(super) msg_id: &'a str,
    /// When the message was sent, in seconds since 1970; the server's time once the server has it.
    #[cfg_attr(feature = "schema", schemars(extend("x-time" = "always")))]
    pub(super) timestamp: i64,
    /// The userID of the sender.
    pub(super) sender: &'a str,
    /// The sender's nickname when the message was sent; empty when unknown.
    pub(super) nick_name: &'a str,
    /// The current user's remark for the sender, as it is now. Empty when there is none, and for the user's own messages.
    pub(super) friend_remark: String,
    /// The address of the sender's picture when the message was sent; empty when unknown.
    pub(super) face_url: &'a str,
    /// In a group, the sender's name there when the message was sent (`setGroupMemberInfo`); empty when there is none.
    pub(super) name_card: String,
    /// The group; null for C2C.
    #[serde(rename = "groupID")]
    pub(super) group_id: Option<&'a str>,
    /// The peer of the C2C conversation, whoever sent the message; null for groups.
    #[serde(rename = "userID")]
    pub(super) user_id: Option<&'a str>,
    /// The status: 1 being sent, 2 sent or received, 3 refused by the server, 5 inserted on this device, 6 recalled.
    #[cfg_attr(feature = "schema", schemars(with = "MessageStatus"))]
    pub(super) status: i64,
    /// Why a message has status 3, as a status code; otherwise 0. libim's own: in V2TIM it is the code of `sendMessage`, which
    /// returns before that here.
    pub(super) error_code: i64,
    /// The kind of element: 1 text, 2 custom, 3 image, 4 sound, 5 video, 6 file, 7 location, 8 face, 9 group tips, 10 merger.
    #[cfg_attr(feature = "schema", schemars(with = "ElemType"))]
    pub(super) elem_type: i64,
    /// The text; null when `elemType` is not 1, and once recalled.
    pub(super) text_elem: Option<TextElem>,
    /// The app's own data; null when `elemType` is not 2, and once recalled.
    pub(super) custom_elem: Option<CustomElem>,
    /// The picture; null when `elemType` is not 3, and once recalled.
    pub(super) image_elem: Option<ImageElem>,
    /// The sound; null when `elemType` is not 4, and once recalled.
    pub(super) sound_elem: Option<SoundElem>,
    /// The video; null when `elemType` is not 5, and once recalled.
    pub(super) video_elem: Option<Box<VideoElem>>,
    /// The file; null when `elemType` is not 6, and once recalled.
    pub(super) file_elem: Option<FileElem>,
    /// The place; null when `elemType` is not 7, and once recalled.
    pub(super) location_elem: Option<LocationElem>,
    /// The face; null when `elemType` is not 8, and once recalled.
    pub(super) face_elem: Option<FaceElem>,
    /// What happened in the group; null when `elemType` is not 9, and once recalled.
    pub(super) group_tips_elem: Option<Box<GroupTipsElem>>,
    /// The messages forwarded together; null when `elemType` is not 10, and once recalled.
    pub(super) merger_elem: Option<MergerElem>,
    /// The app's own text about the message, on this device only.
    pub(super) local_custom_data: &'a str,
    /// The app's own number about the message, on this device only.
    pub(super) local_custom_int: i64,
    /// The app's own data beside the element. Empty once recalled.
    pub(super) cloud_custom_data: String,
    /// Whether the current user sent it, on any device.
    pub(super) is_self: bool,
    /// Whether the current user has read it. True for their own messages.
    pub(super) is_read: bool,
    /// Whether the peer has read it: for the current user's own messages in C2C conversations, otherwise false.
    pub(super) is_peer_read: bool,
    /// Whether a device of the peer has got it, or a later one: for the current user's own messages in C2C conversations,
    /// otherwise false. libim's own: V2TIM does not tell this.
    pub(super) is_delivered: bool,
    /// The priority: 0 default, 1 high, 2 normal, 3 low; carried for the app.
    #[cfg_attr(feature = "schema", schemars(with = "MessagePriority"))]
    pub(super) priority: i64,
    /// The users mentioned: userIDs, and `__kImSDK_MesssageAtALL__` for everyone. Empty for C2C, and once recalled.
    pub(super) group_at_user_list: Vec<String>,
    /// The server's sequence in the conversation, rising in the server's order. `"0"` until the server has the message.
    /// XMPP servers have none: there each device numbers by time.
    pub(super) seq: String,
    /// A random number, chosen by the sender.
    pub(super) random: u32,
    /// Whether the message does not count as unread.
    pub(super) is_excluded_from_unread_count: bool,
    /// Whether the message neither becomes the last message nor moves the conversation.
    pub(super) is_excluded_from_last_message: bool,
    /// Whether the sender asks those who get it to confirm that they have read it.
    pub(super) need_read_receipt: bool,
    /// Whether the message reached only devices that were online (`onlineUserOnly`), and is kept by nobody.
    pub(super) is_online_only: bool,
    /// The same as `msgID`.
    pub(super) id: &'a str,
    /// Whether its author has edited it since it was sent (`modifyMessage`), on any device or in another client. False once
    /// recalled, and while `status` is 3. libim's own: V2TIM does not tell this.
    // This key and the two after it are the last ones, where migrations 0033 and 0035 have put them in what was rendered before.
    pub(super) is_edited: bool,
    /// Who has recalled the message, with their name and picture as they are now: its author, or the owner or an administrator
    /// of its group. Null unless it was recalled, and where that is not known: some XMPP servers do not tell it.
    pub(super) revoker_info: Option<Profile>,
    /// Why it was recalled, as an XMPP server may tell it; empty when nothing is said.
    pub(super) revoke_reason: String,
}

/// What `modifyMessage` has made of a message.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimMessageChangeInfo")
)]
pub(crate) struct MessageChangeInfo<'a> {
    /// Always 0. V2TIM tells here why an edit failed; with libim the call itself fails.
    pub(super) code: i64,
    /// Always empty.
    pub(super) desc: &'a str,
    /// The message as it is now.
    pub(super) message: Message<'a>,
}

/// The content of a text message.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "V2TimTextElem"))]
pub(crate) struct TextElem {
    /// The text.
    pub(super) text: String,
}

/// The content of a custom message.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimCustomElem")
)]
pub(crate) struct CustomElem {
    /// The app's own data.
    pub(super) data: String,
    /// A description for lists and notifications.
    pub(super) desc: String,
    /// A second field of the app's own.
    pub(super) extension: String,
}

/// The messages that were forwarded together, as a message shows them; `downloadMergerMessage` gives the messages.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimMergerElem")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MergerElem {
    /// Whether mergers lie in each other deeper than libim reads. Title and lines are empty then.
    pub(super) is_layers_over_limit: bool,
    /// The title.
    pub(super) title: String,
    /// The first messages, one line each.
    pub(super) abstract_list: Vec<String>,
}

/// A message that was created and not sent yet.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimMsgCreateInfoResult")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MsgCreateInfoResult<'a> {
    /// The id for `sendMessage`, which becomes the message's `msgID`.
    pub(super) id: &'a str,
    /// The message. It belongs to no conversation yet: `msgID` is empty, `userID` and `groupID` are null.
    pub(super) message_info: Message<'a>,
}

/// The addresses of a message with a picture, sound, video or file. Only the key of its kind is not null.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimMessageOnlineUrl")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageOnlineUrl {
    /// The picture.
    pub(super) image_elem: Option<ImageElem>,
    /// The sound.
    pub(super) sound_elem: Option<SoundElem>,
    /// The video.
    pub(super) video_elem: Option<Box<VideoElem>>,
    /// The file.
    pub(super) file_elem: Option<FileElem>,
}

/// A page of the list.
// A description only: a page's conversations are JSON already when it is put together.
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimConversationResult", rename_all = "camelCase")
)]
#[allow(dead_code)]
pub(crate) struct ConversationResult<'a> {
    /// The cursor of the next page; `"0"` if the list is empty.
    next_seq: String,
    /// Whether this page holds the end of the list.
    is_finished: bool,
    /// The page, in the order of the list.
    conversation_list: Vec<Conversation<'a>>,
}

/// That a message was read, or has arrived.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimMessageReceipt")
)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Receipt<'a> {
    /// The peer of a C2C conversation; empty for groups.
    #[serde(rename = "userID")]
    pub(super) user_id: &'a str,
    /// In seconds since 1970: when the peer has read the message, 0 when that is not known; without a `msgID` the time of the
    /// last message that the peer has read; of a message that has arrived, the time of the message. For groups, when it was
    /// read last, 0 when never.
    #[cfg_attr(feature = "schema", schemars(extend("x-time" = "none is 0")))]
    pub(super) timestamp: i64,
    /// The group; null for C2C.
    #[serde(rename = "groupID")]
    pub(super) group_id: Option<&'a str>,
    /// The message; null when the peer has read the conversation.
    #[serde(rename = "msgID")]
    pub(super) msg_id: Option<&'a str>,
    /// How many members have read the message; 0 for C2C.
    pub(super) read_count: i64,
    /// How many members have not, as far as the group's members are known; 0 for C2C.
    pub(super) unread_count: i64,
    /// Whether the peer has read the message; false for groups.
    pub(super) is_peer_read: bool,
}

impl<'a> Receipt<'a> {
    /// What the peer of a C2C conversation says, of a message or of all up to a time.
    pub(super) fn of_peer(id: &'a ConversationId, timestamp: i64, msg_id: Option<&'a str>, is_peer_read: bool) -> Self {
        Self {
            user_id: id.target(),
            timestamp,
            group_id: None,
            msg_id,
            read_count: 0,
            unread_count: 0,
            is_peer_read,
        }
    }
}
