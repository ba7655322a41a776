//! Conversations and messages as JSON: what stands under each key of their views, and where it comes from.

use super::elements::Elements;
use super::json::{shown_body, shown_json};
use super::view::{AtInfo, Conversation, Message, MessageChangeInfo};
use super::{receipts, reply, revoker};
use crate::model::{AtType, ConversationType, Group, Mark, MessageStatus};
use crate::store::StoreResult;
use crate::store::conversation::ConversationRow;
use crate::store::directory;
use crate::store::media;
use crate::store::message::{self, MessageRow};
use rusqlite::Connection;

/// What is shown of a conversation and is not in its row.
pub(super) struct Parts<'a> {
    pub(super) group: Option<&'a Group>,
    pub(super) last: Option<&'a MessageRow>,
    /// The unread messages that mention the user.
    pub(super) ats: Vec<(i64, AtType)>,
    /// The names of its conversation groups.
    pub(super) groups: Vec<String>,
}

/// The unread messages of a conversation that mention the user: sequence and type.
pub(super) fn ats(db: &Connection, row: &ConversationRow) -> StoreResult<Vec<(i64, AtType)>> {
    Ok(match row.conversation_id.kind() {
        ConversationType::Group => message::at_infos(db, row.id, row.read_seq)?,
        ConversationType::C2c => Vec::new(),
    })
}

/// A conversation as JSON.
pub(super) fn conversation(db: &Connection, row: &ConversationRow, parts: Parts<'_>) -> StoreResult<String> {
    let Parts {
        group,
        last,
        ats,
        groups,
    } = parts;
    let id = &row.conversation_id;
    let is_group = id.kind() == ConversationType::Group;
    let target = id.target();
    let user = match id.user_id() {
        Some(user) => directory::user(db, &user)?,
        None => None,
    };
    let (name, face_url) = match (&user, group) {
        (Some(user), _) => {
            let remark = user.remark.as_deref().unwrap_or_default();
            (
                if remark.is_empty() { &user.nick_name } else { remark },
                user.face_url.as_str(),
            )
        }
        (None, Some(group)) => (group.group_name.as_str(), group.face_url.as_str()),
        (None, None) => ("", ""),
    };
    shown_json(&Conversation {
        conversation_id: id.as_str(),
        r#type: id.kind() as i64,
        user_id: (!is_group).then_some(target),
        group_id: is_group.then_some(target),
        show_name: if name.is_empty() { target } else { name },
        face_url,
        group_type: group.map(|group| group.group_type),
        unread_count: row.unread_count,
        last_message: last.map(|last| view(db, last, row)).transpose()?,
        draft_text: (!row.draft_text.is_empty()).then_some(&row.draft_text),
        draft_timestamp: row.draft_timestamp,
        is_pinned: row.is_pinned,
        recv_opt: row.recv_opt.into(),
        group_at_info_list: ats
            .into_iter()
            .map(|(seq, at_type)| AtInfo {
                seq: seq.to_string(),
                at_type: at_type as i64,
            })
            .collect(),
        orderkey: row.orderkey().unwrap_or_default(),
        mark_list: row.marks.iter().map(Mark::value).collect(),
        custom_data: &row.custom_data,
        conversation_group_list: groups,
        c2c_read_timestamp: if is_group { 0 } else { row.read_time },
        group_read_sequence: if is_group { row.read_seq } else { 0 },
        changed_fields: None,
    })
}

/// A message as JSON.
pub(super) fn message(db: &Connection, message: &MessageRow, row: &ConversationRow) -> StoreResult<String> {
    shown_json(&view(db, message, row)?)
}

/// What an edit has made of a message, as JSON.
pub(super) fn change_info(db: &Connection, message: &MessageRow, row: &ConversationRow) -> StoreResult<String> {
    shown_json(&MessageChangeInfo {
        code: 0,
        desc: "",
        message: view(db, message, row)?,
    })
}

/// A message of a conversation as the app sees it.
pub(super) fn view<'a>(
    db: &Connection,
    row: &'a MessageRow,
    conversation: &'a ConversationRow,
) -> StoreResult<Message<'a>> {
    let target = conversation.conversation_id.target();
    let is_group = conversation.conversation_id.kind() == ConversationType::Group;
    let body = shown_body(row);
    let is_revoked = row.status == MessageStatus::Revoked;
    let cloud_custom_data = if is_revoked {
        String::new()
    } else {
        reply::cloud_custom_data(db, row, &body)?
    };
    let is_peer_read = receipts::is_peer_read(db, row, conversation, body.need_read_receipt)?;
    let elem_type = body.elem.elem_type() as i64;
    let mut elem = body.elem;
    if !row.is_self {
        // Their devices' places, as peers with other libraries may send them.
        elem = elem.of_another_sender();
    }
    elem.locate(|name, size| media::local(db, name, size));
    let shown = if is_revoked {
        // The row may hold the content still, for a refusal.
        Elements::default()
    } else {
        Elements::of(elem)
    };
    let (revoker_info, revoke_reason) = if is_revoked {
        revoker::of(db, row)?
    } else {
        Default::default()
    };
    let remark = if row.is_self {
        None
    } else {
        // As it is now, unlike the sender's name: a remark is ours and no part of the message.
        directory::user(db, &row.sender)?.and_then(|user| user.remark)
    };
    Ok(Message {
        msg_id: &row.msg_id,
        timestamp: row.time.seconds(),
        sender: row.sender.as_str(),
        nick_name: &row.nick_name,
        friend_remark: remark.unwrap_or_default(),
        face_url: &row.face_url,
        name_card: body.name_card,
        group_id: is_group.then_some(target),
        user_id: (!is_group).then_some(target),
        status: row.status as i64,
        error_code: match row.status {
            MessageStatus::Failed => row.error_code,
            _ => 0,
        },
        elem_type,
        text_elem: shown.text,
        custom_elem: shown.custom,
        image_elem: shown.image,
        sound_elem: shown.sound,
        video_elem: shown.video,
        file_elem: shown.file,
        location_elem: shown.location,
        face_elem: shown.face,
        group_tips_elem: shown.group_tips,
        merger_elem: shown.merger,
        local_custom_data: &row.local_custom_data,
        local_custom_int: row.local_custom_int,
        cloud_custom_data,
        is_self: row.is_self,
        // Only a message that its server has lost has no number although others sent it: it counts as read.
        is_read: row.is_self || row.seq <= conversation.read_seq,
        is_peer_read,
        is_delivered: is_peer_read || receipts::is_delivered(row, conversation),
        priority: body.priority,
        group_at_user_list: if is_revoked {
            Vec::new()
        } else {
            body.group_at_user_list
        },
        seq: row.seq.to_string(),
        random: body.random,
        is_excluded_from_unread_count: body.is_excluded_from_unread_count,
        is_excluded_from_last_message: body.is_excluded_from_last_message,
        need_read_receipt: body.need_read_receipt,
        is_online_only: body.is_online_only,
        id: &row.msg_id,
        // What the server has not taken goes out as it is by then.
        is_edited: body.modified.is_some() && matches!(row.status, MessageStatus::Sending | MessageStatus::Sent),
        revoker_info,
        revoke_reason,
    })
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, at, bob, from_bob, message, team, team_with};
    use crate::engine::{Direction, HistoryQuery};
    use crate::model::{Change, GroupRole};
    use serde_json::Value;

    #[test]
    fn the_other_types_keys_are_null_in_a_conversation() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.live(team_with(GroupRole::Member));
        let (c2c, group) = (fixture.row(&bob()), fixture.row(&team()));
        assert_eq!((&c2c["userID"], &c2c["groupID"]), (&"bob".into(), &Value::Null));
        assert_eq!((&group["userID"], &group["groupID"]), (&Value::Null, &"team".into()));
        assert_eq!((&c2c["groupType"], &group["groupType"]), (&Value::Null, &"Work".into()));
    }

    #[test]
    fn the_ats_after_the_read_position_are_listed_oldest_first() {
        let fixture = Fixture::new();
        for (seq, users) in [
            (1, vec!["alice"]),
            (2, vec![crate::model::conversation::AT_ALL]),
            (3, vec!["carol"]),
            (4, vec!["alice", crate::model::conversation::AT_ALL]),
        ] {
            let mut message = message(&team(), "bob", seq);
            message.body.group_at_user_list = users.into_iter().map(str::to_owned).collect();
            fixture.live(Change::Message(message));
        }
        fixture.live(Change::Read {
            conversation: team(),
            up_to: at(1),
        });
        assert_eq!(
            fixture.row(&team())["groupAtInfoList"],
            serde_json::json!([{ "seq": "2", "atType": 2 }, { "seq": "4", "atType": 3 }])
        );
    }

    #[test]
    fn a_message_is_read_up_to_ones_own_position_and_peer_read_up_to_the_peers() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        assert_eq!(fixture.row(&bob())["lastMessage"]["isRead"], false);
        fixture.live(Change::Read {
            conversation: bob(),
            up_to: at(1),
        });
        assert_eq!(fixture.row(&bob())["lastMessage"]["isRead"], true);
        fixture.live(Change::Message(message(&bob(), "alice", 2)));
        assert_eq!(fixture.row(&bob())["lastMessage"]["isPeerRead"], false);
        fixture.live(Change::PeerRead {
            conversation: bob(),
            up_to: at(2),
        });
        assert_eq!(fixture.row(&bob())["lastMessage"]["isPeerRead"], true);
    }

    #[test]
    fn a_message_that_cannot_be_read_is_shown_as_one_and_the_others_as_they_are() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.live(from_bob(2));
        fixture.damage("message", "body = 'a secret'", "msg_id = 'm2'");
        let (history, _) = fixture
            .engine
            .history(&bob(), &HistoryQuery::new(Direction::Newer, 9))
            .unwrap();
        let history: Value = serde_json::from_str(&history).unwrap();
        assert_eq!(history[0]["textElem"]["text"], "hi");
        assert_eq!(history[1]["customElem"]["data"], r#"{"type":"unreadable"}"#);
        fixture.live(from_bob(3));
        assert_eq!(fixture.row(&bob())["lastMessage"]["msgID"], "m3");
    }
}
