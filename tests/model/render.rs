//! The JSON that the contract promises, from the naive model.

use crate::naive::{Conv, ME, Msg, Naive, User};
use im::model::{Elem, MessageBody};
use serde_json::{Value, json};

impl Naive {
    /// What a conversation can be found by.
    pub fn names(&self, id: &str) -> Vec<String> {
        let mut names = vec![id.split_once('_').unwrap().1.to_owned()];
        if let Some(group) = id.strip_prefix("group_") {
            names.extend(self.groups.get(group).map(|group| group.group_name.clone()));
        } else if let Some(user) = self.users.get(&names[0]) {
            names.extend(user.remark.clone());
            names.push(user.nick_name.clone());
        }
        names
    }

    pub fn conversation_json(&self, id: &str, conv: &Conv) -> Value {
        let (is_group, target) = match id.strip_prefix("group_") {
            Some(group) => (true, group),
            None => (false, id.strip_prefix("c2c_").unwrap()),
        };
        let group = if is_group { self.groups.get(target) } else { None };
        let user: User = if is_group {
            User::default()
        } else {
            self.users.get(target).cloned().unwrap_or_default()
        };
        let names = match group {
            Some(group) => vec![group.group_name.clone()],
            None => vec![user.remark.clone().unwrap_or_default(), user.nick_name.clone()],
        };
        let name = names
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or(target.to_owned());
        // One that is not in the list shows no messages.
        let messages = if conv.is_listed { conv.sorted() } else { Vec::new() };
        let last = messages
            .iter()
            .rfind(|message| !message.body.is_excluded_from_last_message);
        let ats: Vec<Value> = messages
            .iter()
            .filter(|message| is_group && message.sender != ME && message.status != 6 && message.seq > conv.read_seq)
            .filter_map(|message| {
                at_type(&message.body).map(|kind| json!({ "seq": message.seq.to_string(), "atType": kind }))
            })
            .collect();
        json!({
            "conversationID": id,
            "type": if is_group { 2 } else { 1 },
            "userID": if is_group { None } else { Some(target) },
            "groupID": if is_group { Some(target) } else { None },
            "showName": name,
            "faceUrl": group.map_or(user.face_url.as_str(), |group| group.face_url.as_str()),
            "groupType": group.map(|group| group.group_type.as_str()),
            "unreadCount": if conv.is_listed { self.unread(id) } else { 0 },
            "lastMessage": last.map(|last| self.message_json(id, conv, last)),
            "draftText": if conv.draft.is_empty() { None } else { Some(&conv.draft) },
            "draftTimestamp": conv.draft_time,
            "isPinned": conv.is_pinned,
            "recvOpt": conv.recv_opt,
            "groupAtInfoList": ats,
            "orderkey": if conv.is_listed { conv.key() } else { 0 },
            "markList": conv.marks(),
            "customData": conv.custom_data(),
            "conversationGroupList": self.folders_of(conv),
            "c2cReadTimestamp": if is_group { 0 } else { conv.read_time },
            "groupReadSequence": if is_group { conv.read_seq } else { 0 },
        })
    }

    pub fn message_json(&self, id: &str, conv: &Conv, message: &Msg) -> Value {
        let is_self = message.sender == ME;
        let is_gone = message.status == 6;
        let (elem_type, key, elem) = match &message.body.elem {
            Elem::Text { text } => (1, "textElem", json!({ "text": text })),
            Elem::Custom { data, desc, extension } => (
                2,
                "customElem",
                json!({ "data": data, "desc": desc, "extension": extension }),
            ),
            Elem::Image(it) => (3, "imageElem", json!(it)),
            Elem::Sound(it) => (4, "soundElem", json!(it)),
            Elem::Video(it) => (5, "videoElem", json!(it)),
            Elem::File(it) => (6, "fileElem", json!(it)),
            Elem::Location(it) => (7, "locationElem", json!(it)),
            Elem::Face(it) => (8, "faceElem", json!(it)),
            Elem::GroupTips(it) => (9, "groupTipsElem", json!(it)),
            Elem::Merger(it) => {
                let lines = json!({ "isLayersOverLimit": false, "title": it.title, "abstractList": it.abstract_list });
                (10, "mergerElem", lines)
            }
        };
        let elem = |of: &str| {
            if key == of && !is_gone {
                elem.clone()
            } else {
                Value::Null
            }
        };
        let is_ours = is_self && id.starts_with("c2c_") && message.seq > 0;
        let is_confirmed = || {
            message.body.need_read_receipt
                && id
                    .strip_prefix("c2c_")
                    .is_some_and(|peer| message.readers.contains(peer))
        };
        let is_peer_read = is_ours && message.seq <= conv.peer_read || is_self && is_confirmed();
        let remark = self.users.get(&message.sender).and_then(|user| user.remark.clone());
        json!({
            "msgID": message.msg_id,
            "timestamp": message.time.div_euclid(1_000_000),
            "sender": message.sender,
            "nickName": message.nick_name,
            "friendRemark": if is_self { String::new() } else { remark.unwrap_or_default() },
            "faceUrl": message.face_url,
            "nameCard": "",
            "groupID": id.strip_prefix("group_"),
            "userID": id.strip_prefix("c2c_"),
            "status": message.status,
            "errorCode": if message.status == 3 { 10007 } else { 0 },
            "elemType": elem_type,
            "textElem": elem("textElem"),
            "customElem": elem("customElem"),
            "imageElem": elem("imageElem"),
            "soundElem": elem("soundElem"),
            "videoElem": elem("videoElem"),
            "fileElem": elem("fileElem"),
            "locationElem": elem("locationElem"),
            "faceElem": elem("faceElem"),
            "groupTipsElem": elem("groupTipsElem"),
            "mergerElem": elem("mergerElem"),
            "localCustomData": message.local_data,
            "localCustomInt": message.local_int,
            "cloudCustomData": if is_gone { "" } else { &message.body.cloud_custom_data },
            "isSelf": is_self,
            "isRead": is_self || message.seq <= conv.read_seq,
            "isPeerRead": is_peer_read,
            "isDelivered": is_peer_read || is_ours && message.seq <= conv.delivered,
            "priority": message.body.priority,
            "groupAtUserList": if is_gone { vec![] } else { message.body.group_at_user_list.clone() },
            "seq": message.seq.to_string(),
            "random": message.body.random,
            "isExcludedFromUnreadCount": message.body.is_excluded_from_unread_count,
            "isExcludedFromLastMessage": message.body.is_excluded_from_last_message,
            "needReadReceipt": message.body.need_read_receipt,
            "isOnlineOnly": false,
            "id": message.msg_id,
            "isEdited": message.edit.is_some() && matches!(message.status, 1 | 2),
            "revokerInfo": if is_gone { self.revoker(message) } else { Value::Null },
            "revokeReason": if is_gone { message.recall.reason.clone() } else { String::new() },
        })
    }
}

impl Naive {
    fn revoker(&self, message: &Msg) -> Value {
        let Some(by) = &message.recall.by else {
            return Value::Null;
        };
        let known = self.users.get(by.as_str()).cloned().unwrap_or_default();
        let is_author = by.as_str() == message.sender;
        let or_signed = |known: String, signed: &String| match known {
            known if known.is_empty() && is_author => signed.clone(),
            known => known,
        };
        json!({
            "userID": by,
            "nickName": or_signed(known.nick_name, &message.nick_name),
            "faceUrl": or_signed(known.face_url, &message.face_url),
            "allowType": if known.has_profile { 0 } else { 1 },
        })
    }
}

fn at_type(body: &MessageBody) -> Option<i64> {
    let has = |user: &str| body.group_at_user_list.iter().any(|at| at == user);
    match (has(ME), has(im::model::conversation::AT_ALL)) {
        (true, true) => Some(3),
        (false, true) => Some(2),
        (true, false) => Some(1),
        (false, false) => None,
    }
}
