//! The JSON Schemas of what crosses the C boundary, from the types that requests are read into and answers are written
//! from. `schema/openrpc.json` is made from them; with the feature `schema` only.

use super::response::Data;
use super::{Opened, account, conversation, friend, group, member, message};
use crate::client::{Client, Failure, RawConfig};
use crate::engine::{Conversation, ConversationResult, Message, Receipt};
use crate::events::Event;
use crate::model::{Friend, Profile, Result};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value};

/// The schemas of one method.
pub struct MethodSchema {
    /// V2TIM's name.
    pub name: &'static str,
    /// The request: an object, without references.
    pub request: Schema,
    /// The data of the answer.
    pub data: Schema,
}

/// Every schema.
pub struct Schemas {
    /// The methods, in the order of [`super::METHODS`].
    pub methods: Vec<MethodSchema>,
    /// The payload of each event.
    pub events: Vec<(Event, Schema)>,
    /// The config of `im_client_open`, without references.
    pub config: Schema,
    /// The data of the answer of `im_client_open`.
    pub opened: Schema,
    /// What `#/components/schemas/…` in data and payloads stands for.
    pub models: Map<String, Value>,
}

/// Makes every schema, as JSON Schema draft 7, which is OpenRPC's.
pub fn schemas() -> Schemas {
    let mut generator = SchemaSettings::draft07()
        .for_serialize()
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .into_generator();
    let methods = methods(&mut generator);
    let events = Event::ALL
        .into_iter()
        .map(|event| (event, payload(event, &mut generator)))
        .collect();
    let opened = generator.subschema_for::<Opened<'static>>();
    Schemas {
        methods,
        events,
        config: whole::<RawConfig>(),
        opened,
        models: generator.take_definitions(true),
    }
}

/// The schema of something that is read, without references.
fn whole<T: JsonSchema>() -> Schema {
    SchemaSettings::draft07()
        .for_deserialize()
        .with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
        })
        .into_generator()
        .into_root_schema_for::<T>()
}

/// The request is what the handler takes.
fn method<Request: JsonSchema, Answer: JsonSchema>(
    name: &'static str,
    _: fn(&Client, Request) -> Result<Data>,
    generator: &mut SchemaGenerator,
) -> MethodSchema {
    MethodSchema {
        name,
        request: whole::<Request>(),
        data: generator.subschema_for::<Answer>(),
    }
}

fn methods(generator: &mut SchemaGenerator) -> Vec<MethodSchema> {
    /// `name: handler => what it answers`.
    macro_rules! methods {
        ($($name:literal: $handler:path => $answer:ty,)+) => {
            vec![$(method::<_, $answer>($name, $handler, generator),)+]
        };
    }
    methods! {
        "login": account::login => (),
        "getLoginUser": account::login_user => Option<String>,
        "getLoginStatus": account::login_status => i64,
        "networkChanged": account::network_changed => (),
        "setSelfInfo": account::set_self_info => (),
        "getUsersInfo": account::users_info => Vec<Profile>,
        "addFriend": friend::add_friend => friend::OperationResult<'static>,
        "setFriendInfo": friend::set_friend_info => (),
        "getFriendList": friend::friend_list => Vec<Friend>,
        "deleteFromFriendList": friend::delete_from_friend_list => Vec<friend::OperationResult<'static>>,
        "createGroup": group::create_group => String,
        "setGroupInfo": group::set_group_info => (),
        "inviteUserToGroup": member::invite_user_to_group => Vec<member::MemberOperationResult<'static>>,
        "kickGroupMember": member::kick_group_member => Vec<member::MemberOperationResult<'static>>,
        "getGroupsInfo": group::groups_info => Vec<group::GroupInfoResult<'static>>,
        "getJoinedGroupList": group::joined_group_list => Vec<group::GroupInfo<'static>>,
        "getGroupMemberList": member::group_member_list => member::MemberInfoResult<'static>,
        "sendMessage": message::send_message => Message<'static>,
        "getHistoryMessageList": message::history_message_list => Vec<Message<'static>>,
        "revokeMessage": message::revoke_message => (),
        "deleteMessages": message::delete_messages => (),
        "setC2CReceiveMessageOpt": message::set_c2c_receive_message_opt => (),
        "setGroupReceiveMessageOpt": message::set_group_receive_message_opt => (),
        "getConversationList": conversation::conversation_list => ConversationResult<'static>,
        "getConversation": conversation::conversation => Conversation<'static>,
        "getConversationListByConversationIds": conversation::conversation_list_by_ids => Vec<Conversation<'static>>,
        "setConversationDraft": conversation::set_draft => (),
        "pinConversation": conversation::pin => (),
        "getTotalUnreadMessageCount": conversation::total_unread => i64,
        "cleanConversationUnreadMessageCount": conversation::clean_unread => (),
        "clearC2CHistoryMessage": message::clear_c2c_history_message => (),
        "clearGroupHistoryMessage": message::clear_group_history_message => (),
        "deleteConversation": conversation::delete => (),
        "joinGroup": group::join_group => (),
        "quitGroup": group::quit_group => (),
        "dismissGroup": group::dismiss_group => (),
        "logout": account::logout => (),
    }
}

fn payload(event: Event, generator: &mut SchemaGenerator) -> Schema {
    match event {
        Event::SyncServerStart
        | Event::SyncServerFinish
        | Event::Connecting
        | Event::ConnectSuccess
        | Event::KickedOffline
        | Event::UserSigExpired => generator.subschema_for::<()>(),
        Event::SyncServerFailed | Event::ConnectFailed => generator.subschema_for::<Failure<'static>>(),
        Event::NewConversation | Event::ConversationChanged => generator.subschema_for::<Vec<Conversation<'static>>>(),
        Event::ConversationDeleted | Event::MessagesMissed => generator.subschema_for::<Vec<String>>(),
        Event::TotalUnreadMessageCountChanged => generator.subschema_for::<i64>(),
        Event::RecvNewMessage | Event::RecvMessageModified | Event::MessageStatusChanged => {
            generator.subschema_for::<Message<'static>>()
        }
        Event::RecvMessageRevoked => generator.subschema_for::<String>(),
        Event::RecvC2CReadReceipt => generator.subschema_for::<Vec<Receipt<'static>>>(),
    }
}
