//! Confirming that messages were read, and asking who has read one's own.

use super::conversation::default_count;
use super::method::{Method, Request, Topic};
use super::request::{NextSeq, Timeout, check_list};
use super::response::{Data, nothing, to_data};
use crate::client::Call;
use crate::engine::{Engine, Receipt};
use crate::events::Event;
use crate::model::id::quoted;
use crate::model::tips::GroupMemberInfo;
use crate::model::{ConversationId, Error, GroupId, GroupMember, GroupMessageReadMemberFilter, Result, Status, UserId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// How many messages a call may name.
const MAX_MESSAGES: usize = 30;
/// How many members a page may have.
const MAX_MEMBERS: i64 = 100;

/// Confirms to their senders that messages of one conversation were read.
///
/// Only messages that ask for it (`needReadReceipt`) are confirmed, each once; the others are left out. Unread counts stay as
/// they are. In a C2C conversation a stranger gets no confirmation: somebody who is no friend and to whom the user has never
/// written. The outbox delivers the confirmations, also after a restart.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct SendMessageReadReceipts {
    /// The ids of the messages, 1 to 30, of others and of one conversation.
    #[serde(rename = "messageIDList")]
    message_id_list: Vec<String>,
}

impl Request for SendMessageReadReceipts {
    type Answer = ();
    const METHOD: Method = Method {
        name: "sendMessageReadReceipts",
        c_name: "im_send_message_read_receipts",
        topic: Topic::Receipt,
        events: &[(Event::LocalChangeFailed, "if the server refuses")],
        errors: &[(
            Status::InvalidParameters,
            "no id or more than 30, no such message, one of the user's own, or one of another conversation",
        )],
        example: r#"{"messageIDList":["0b1c4d8e-0000-4000-8000-000000000000"]}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_cache::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        check_ids(&self.message_id_list)?;
        client
            .local(|engine| engine.send_read_receipts(&self.message_id_list))
            .map(nothing)
    }
}

/// Tells who has read messages of the current user, all of one conversation and sent with `needReadReceipt`.
///
/// For groups the server is asked for the members: those count as not having read a message who were members when it was
/// sent, as far as the server knows that, and have not confirmed it. For C2C conversations the call reads the cache.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct GetMessageReadReceipts {
    /// The ids of the messages, 1 to 30.
    #[serde(rename = "messageIDList")]
    message_id_list: Vec<String>,
    #[serde(rename = "timeoutMs", default)]
    timeout_ms: Timeout,
}

/// What the calls that ask can end with.
const NOT_ASKED: (Status, &str) = (
    Status::InvalidParameters,
    "no id or more than 30, no such message, one of another user, one that was sent without `needReadReceipt`, or one of \
     another conversation",
);

impl Request for GetMessageReadReceipts {
    type Answer = Vec<Receipt<'static>>;
    const METHOD: Method = Method {
        name: "getMessageReadReceipts",
        c_name: "im_get_message_read_receipts",
        topic: Topic::Receipt,
        answer: "a receipt for each message, in the order requested",
        errors: &[NOT_ASKED, (Status::NoPermission, "not a member of the group")],
        example: r#"{"messageIDList":["0b1c4d8e-0000-4000-8000-000000000000"]}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let ids = &self.message_id_list;
        check_ids(ids)?;
        let conversation = client.read(|engine| engine.receipts_conversation(ids))?;
        let members = members(client, Self::METHOD.name, &conversation, self.timeout_ms)?;
        client.read(|engine| engine.read_receipts(ids, &members))
    }
}

/// Fetches the members of a group who have read a message of the current user, or those who have not, page by page.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct GetGroupMessageReadMemberList {
    /// The id of the message, which was sent to a group with `needReadReceipt`.
    #[serde(rename = "messageID")]
    message_id: String,
    /// The members wanted: 0 those who have read it, 1 those who have not.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "GroupMessageReadMemberFilter"))]
    filter: i64,
    /// Where the page starts: the `nextSeq` of the page before, or `"0"` for the first page.
    #[serde(default)]
    next_seq: NextSeq,
    /// The size of the page, 1 to 100.
    #[serde(default = "default_count")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 100)))]
    count: i64,
    #[serde(default)]
    timeout_ms: Timeout,
}

/// A page of the members who have read a message, or have not.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "V2TimGroupMessageReadMemberList")
)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReadMemberList {
    /// The cursor of the next page; `"0"` on the last page.
    next_seq: String,
    /// Whether this page holds the end of the list.
    is_finished: bool,
    /// Those who have read it, in the order in which they did; or those who have not, in the order of the members. Of one who
    /// is a member no more only the id and the remark are known.
    member_info_list: Vec<GroupMemberInfo>,
}

impl Request for GetGroupMessageReadMemberList {
    type Answer = ReadMemberList;
    const METHOD: Method = Method {
        name: "getGroupMessageReadMemberList",
        c_name: "im_get_group_message_read_member_list",
        topic: Topic::Receipt,
        answer: "the page",
        errors: &[
            (
                Status::InvalidParameters,
                "not a message of the user's to a group that was sent with `needReadReceipt`, `filter` is unknown, `nextSeq` \
                 is not a cursor, or `count` is not 1 to 100",
            ),
            (Status::NoPermission, "not a member of the group"),
        ],
        example: r#"{"messageID":"0b1c4d8e-0000-4000-8000-000000000000","filter":0,"nextSeq":"0","count":100}"#,
        example_status: Status::InvalidParameters,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let Some(wanted) = GroupMessageReadMemberFilter::numbered(self.filter) else {
            return Err(Error::invalid(format!("filter {} is not 0 or 1", self.filter)));
        };
        let start: usize = match self.next_seq.0.as_str() {
            "" => 0,
            text => text
                .parse()
                .map_err(|_| Error::invalid(format!("nextSeq {} is not a cursor", quoted(text))))?,
        };
        if !(1..=MAX_MEMBERS).contains(&self.count) {
            let sentence = format!("count {} is not between 1 and {MAX_MEMBERS}", self.count);
            return Err(Error::invalid(sentence));
        }
        let count = usize::try_from(self.count).unwrap_or_default();
        let message = client.read(|engine| engine.readers(&self.message_id))?;
        if message.conversation.group_id().is_none() {
            let sentence = format!("messageID {} was not sent to a group", quoted(&self.message_id));
            return Err(Error::invalid(sentence));
        }
        let members = members(client, Self::METHOD.name, &message.conversation, self.timeout_ms)?;
        // Again, because somebody may have read it while the server was asked: nobody is in both lists.
        let readers = client.read(|engine| engine.readers(&self.message_id))?.users;
        let users: Vec<&UserId> = match wanted {
            GroupMessageReadMemberFilter::Read => readers.iter().collect(),
            GroupMessageReadMemberFilter::Unread => members
                .iter()
                .filter(|member| member.user_id != *client.user_id() && member.join_time <= message.sent)
                .map(|member| &member.user_id)
                .filter(|user| !readers.contains(user))
                .collect(),
        };
        let profiles: HashMap<&UserId, &GroupMember> = members.iter().map(|member| (&member.user_id, member)).collect();
        let friends = client.read(Engine::friends)?;
        let remarks: HashMap<&UserId, &str> = friends
            .iter()
            .map(|friend| (&friend.user_id, friend.friend_remark.as_str()))
            .collect();
        let end = start.saturating_add(count);
        let is_finished = end >= users.len();
        let page = users.into_iter().skip(start).take(count).map(|user| {
            let profile = profiles.get(user);
            GroupMemberInfo {
                user_id: user.to_string(),
                nick_name: profile.map_or_else(String::new, |member| member.nick_name.clone()),
                name_card: profile.map_or_else(String::new, |member| member.name_card.clone()),
                friend_remark: remarks.get(user).copied().unwrap_or_default().to_owned(),
                face_url: profile.map_or_else(String::new, |member| member.face_url.clone()),
            }
        });
        to_data(&ReadMemberList {
            next_seq: if is_finished { "0".to_owned() } else { end.to_string() },
            is_finished,
            member_info_list: page.collect(),
        })
    }
}

fn check_ids(ids: &[String]) -> Result<()> {
    check_list("messageIDList", ids, MAX_MESSAGES, Status::InvalidParameters)
}

/// The members of a group as the server has them; nobody for a C2C conversation.
fn members(
    client: &Call<'_>,
    method: &str,
    conversation: &ConversationId,
    timeout: Timeout,
) -> Result<Vec<GroupMember>> {
    let group: GroupId = match conversation.group_id() {
        Some(group) => group,
        None => return Ok(Vec::new()),
    };
    client.request(method, &[], timeout.0, |backend, deadline| {
        backend.group_members(&group, deadline)
    })
}
