//! (stand-in: replaced by the real api)
#![allow(clippy::indexing_slicing)]
#![allow(missing_docs)]
use crate::client::Client;
use crate::model::{Error, Result, Status};
use serde_json::{Value, json};
use std::sync::Arc;

pub struct Response {
    pub status: Status,
    pub json: String,
}
pub struct Method {
    pub name: &'static str,
    pub c_name: &'static str,
    pub needs_server: bool,
    pub summary: &'static str,
    pub example: &'static str,
}
macro_rules! methods { ($($n:literal $c:literal $s:literal,)*) => {
    pub static METHODS: &[Method] = &[$(Method{name:$n,c_name:$c,needs_server:$s,summary:"",example:""},)*];
} }
methods! {
"login" "im_login" true,
"logout" "im_logout" true,
"getLoginUser" "im_get_login_user" false,
"getLoginStatus" "im_get_login_status" false,
"setSelfInfo" "im_set_self_info" true,
"getUsersInfo" "im_get_users_info" true,
"getConversationList" "im_get_conversation_list" false,
"getConversation" "im_get_conversation" false,
"getConversationListByConversationIds" "im_get_conversation_list_by_conversation_ids" false,
"setConversationDraft" "im_set_conversation_draft" false,
"pinConversation" "im_pin_conversation" false,
"deleteConversation" "im_delete_conversation" false,
"getTotalUnreadMessageCount" "im_get_total_unread_message_count" false,
"cleanConversationUnreadMessageCount" "im_clean_conversation_unread_message_count" false,
"sendMessage" "im_send_message" false,
"getHistoryMessageList" "im_get_history_message_list" false,
"revokeMessage" "im_revoke_message" false,
"deleteMessages" "im_delete_messages" false,
"clearC2CHistoryMessage" "im_clear_c2c_history_message" false,
"clearGroupHistoryMessage" "im_clear_group_history_message" false,
"setC2CReceiveMessageOpt" "im_set_c2c_receive_message_opt" false,
"setGroupReceiveMessageOpt" "im_set_group_receive_message_opt" false,
"addFriend" "im_add_friend" true,
"deleteFromFriendList" "im_delete_from_friend_list" true,
"getFriendList" "im_get_friend_list" false,
"setFriendInfo" "im_set_friend_info" true,
"createGroup" "im_create_group" true,
"joinGroup" "im_join_group" true,
"quitGroup" "im_quit_group" true,
"dismissGroup" "im_dismiss_group" true,
"inviteUserToGroup" "im_invite_user_to_group" true,
"kickGroupMember" "im_kick_group_member" true,
"setGroupInfo" "im_set_group_info" true,
"getGroupsInfo" "im_get_groups_info" true,
"getJoinedGroupList" "im_get_joined_group_list" false,
"getGroupMemberList" "im_get_group_member_list" true,
}
fn ok(data: Value) -> Response {
    Response {
        status: Status::Ok,
        json: json!({"code":0,"desc":"","data":data}).to_string(),
    }
}
pub fn failure(error: &Error) -> Response {
    Response {
        status: error.status,
        json: json!({"code":error.status.code(),"desc":error.desc,"data":null}).to_string(),
    }
}
pub fn open(config: &str) -> (Option<Arc<Client>>, Response) {
    match serde_json::from_str::<Value>(config) {
        Ok(v) if v["userID"].is_string() => (Some(Client::open()), ok(Value::Null)),
        Ok(_) => (None, failure(&Error::invalid("userID is missing"))),
        Err(e) => (
            None,
            failure(&Error::new(Status::InvalidJson, format!("config is not JSON: {e}"))),
        ),
    }
}
fn run(client: &Arc<Client>, method: &str, request: &str) -> Result<Value> {
    client.check()?;
    let m = METHODS
        .iter()
        .find(|m| m.name == method)
        .ok_or_else(|| Error::new(Status::UnknownMethod, format!("no method {method}")))?;
    if m.needs_server && client.on_dispatcher() {
        return Err(Error::new(Status::CalledFromCallback, "would wait"));
    }
    let v: Value = serde_json::from_str(request)
        .map_err(|e| Error::new(Status::InvalidJson, format!("request is not JSON: {e}")))?;
    let o = v
        .as_object()
        .ok_or_else(|| Error::invalid("request is not an object"))?;
    for (k, v) in o {
        match k.as_str() {
            "conversationID" | "draftText" | "nextSeq" | "userID" | "groupID" | "groupType" if v.is_string() => {}
            "isPinned" if v.is_boolean() => {}
            "count" | "timeoutMs" if v.is_number() => {}
            "conversationID" | "draftText" | "nextSeq" | "isPinned" | "count" => {
                return Err(Error::invalid(format!("{k} has the wrong type")));
            }
            _ if method == "login" || m.needs_server => {}
            _ => return Err(Error::invalid(format!("unknown field {k}"))),
        }
    }
    match method {
        "setConversationDraft" => {
            let id = o["conversationID"].as_str().unwrap_or_default().to_string();
            let text = o
                .get("draftText")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_string();
            client
                .drafts
                .lock()
                .unwrap_or_else(|e| e.into_inner())
                .insert(id.clone(), text.clone());
            client.change(id.clone(), json!({"conversationID":id,"draftText":text}).to_string());
            Ok(Value::Null)
        }
        "getConversationList" => {
            let d = client.drafts.lock().unwrap_or_else(|e| e.into_inner());
            let l: Vec<Value> = d
                .iter()
                .map(|(k, t)| json!({"conversationID":k,"draftText":t}))
                .collect();
            Ok(json!({"nextSeq":"0","isFinished":true,"conversationList":l}))
        }
        "getConversation" => {
            let id = o["conversationID"].as_str().unwrap_or_default().to_string();
            Ok(
                json!({"conversationID":id,"draftText":client.drafts.lock().unwrap_or_else(|e| e.into_inner()).get(&id)}),
            )
        }
        "getTotalUnreadMessageCount" => Ok(json!(0)),
        _ => Ok(Value::Null),
    }
}
pub fn call(client: &Arc<Client>, method: &str, request: &str) -> Response {
    match run(client, method, request) {
        Ok(v) => ok(v),
        Err(e) => failure(&e),
    }
}
pub fn call_async(
    client: &Arc<Client>,
    method: &str,
    request: String,
    done: Box<dyn FnOnce(Response) + Send>,
) -> Result<()> {
    if !METHODS.iter().any(|m| m.name == method) {
        return Err(Error::new(Status::UnknownMethod, format!("no method {method}")));
    }
    let (c, m) = (client.clone(), method.to_string());
    client.job(Box::new(move || {
        let answer = match std::thread::spawn(move || call(&c, &m, &request)).join() {
            Ok(a) => a,
            Err(_) => return,
        };
        done(answer);
    }))
}
