//! The JSON Schemas of what crosses the C boundary, from the types that requests are read into and answers are written
//! from. `cargo xtask generate` makes `schema/openrpc.json` from them; with the feature `schema` only.

pub use super::method_schema::MethodSchema;
use super::method_schema::whole;
use super::{METHODS, Method, Opened};
use crate::client::{Failure, RawConfig, TypingStatus, add_sets};
use crate::engine::{
    ApplicationProcessed, Conversation, ConversationViewChange, Dismissed, EntryFailure, GroupConversations,
    GroupNameChange, IndexingProgress, InfoChanged, JoinApplication, LocalChangeFailure, MemberInfoChanged, MemberLeft,
    MembersChanged, MembersEntered, Message, MessageDownloadProgress, MessageReactionChangeInfo, MessageRevocation,
    Receipt, ReceiveMessageOptInfo, SendMessageProgress, UnreadByFilter,
};
use crate::events::Event;
use crate::model::{
    AllowType, Friend, FriendApplication, FriendResponseType, FriendType, GroupMemberFilter,
    GroupMessageReadMemberFilter, KeywordListMatchType, MessageGetType,
};
use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value};

/// Every schema.
pub struct Schemas {
    /// The methods, in the order of [`METHODS`].
    pub methods: Vec<(&'static Method, MethodSchema)>,
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
    let methods = METHODS
        .iter()
        .map(|method| (method, (method.schema)(&mut generator)))
        .collect();
    let events = Event::ALL
        .iter()
        .map(|event| (*event, payload(*event, &mut generator)))
        .collect();
    // Those that only requests and the config have, where no schema is named.
    generator.subschema_for::<AllowType>();
    generator.subschema_for::<FriendType>();
    generator.subschema_for::<FriendResponseType>();
    generator.subschema_for::<GroupMemberFilter>();
    generator.subschema_for::<MessageGetType>();
    generator.subschema_for::<KeywordListMatchType>();
    generator.subschema_for::<GroupMessageReadMemberFilter>();
    add_sets(&mut generator);
    let opened = generator.subschema_for::<Opened<'static>>();
    Schemas {
        methods,
        events,
        config: whole::<RawConfig>(),
        opened,
        models: generator.take_definitions(true),
    }
}

/// The payload of each event. What an event means is told in `events/event.rs`.
fn payload(event: Event, generator: &mut SchemaGenerator) -> Schema {
    match event {
        Event::SyncServerStart
        | Event::SyncServerFinish
        | Event::Connecting
        | Event::ConnectSuccess
        | Event::KickedOffline
        | Event::UserSigExpired
        | Event::FriendApplicationListRead
        | Event::GroupApplicationListChanged => generator.subschema_for::<()>(),
        Event::SyncServerFailed | Event::ConnectFailed => generator.subschema_for::<Failure>(),
        Event::NewConversation | Event::ConversationChanged => generator.subschema_for::<Vec<Conversation<'static>>>(),
        Event::ConversationDeleted | Event::MessagesMissed => generator.subschema_for::<Vec<String>>(),
        Event::TotalUnreadMessageCountChanged => generator.subschema_for::<i64>(),
        Event::RecvNewMessage | Event::RecvMessageModified | Event::MessageStatusChanged => {
            generator.subschema_for::<Message<'static>>()
        }
        Event::RecvMessageRevoked => generator.subschema_for::<String>(),
        Event::RecvMessageRevokedWithInfo => generator.subschema_for::<MessageRevocation<'static>>(),
        Event::LocalChangeFailed => generator.subschema_for::<LocalChangeFailure<'static>>(),
        Event::RecvC2CReadReceipt | Event::RecvMessageReadReceipts | Event::RecvC2CDeliveryReceipt => {
            generator.subschema_for::<Vec<Receipt<'static>>>()
        }
        Event::RecvMessageReactionsChanged => generator.subschema_for::<Vec<MessageReactionChangeInfo<'static>>>(),
        Event::TypingStatusChanged => generator.subschema_for::<TypingStatus<'static>>(),
        Event::SearchIndexProgress => generator.subschema_for::<IndexingProgress>(),
        Event::ConversationViewChanged => generator.subschema_for::<ConversationViewChange>(),
        Event::UnreadMessageCountChangedByFilter => generator.subschema_for::<UnreadByFilter>(),
        Event::AllReceiveMessageOptChanged => generator.subschema_for::<ReceiveMessageOptInfo>(),
        Event::SendMessageProgress => generator.subschema_for::<SendMessageProgress<'static>>(),
        Event::MessageDownloadProgress => generator.subschema_for::<MessageDownloadProgress<'static>>(),
        Event::ConversationGroupDeleted => generator.subschema_for::<String>(),
        Event::ConversationGroupNameChanged => generator.subschema_for::<GroupNameChange>(),
        Event::ConversationGroupCreated | Event::ConversationsAddedToGroup | Event::ConversationsDeletedFromGroup => {
            generator.subschema_for::<GroupConversations>()
        }
        Event::MemberEnter => generator.subschema_for::<MembersEntered<'static>>(),
        Event::MemberLeave => generator.subschema_for::<MemberLeft<'static>>(),
        Event::MemberInvited | Event::MemberKicked | Event::GrantAdministrator | Event::RevokeAdministrator => {
            generator.subschema_for::<MembersChanged<'static>>()
        }
        Event::GroupCreated | Event::QuitFromGroup => generator.subschema_for::<String>(),
        Event::GroupDismissed => generator.subschema_for::<Dismissed<'static>>(),
        Event::GroupInfoChanged => generator.subschema_for::<InfoChanged<'static>>(),
        Event::GroupEntryFailed => generator.subschema_for::<EntryFailure<'static>>(),
        Event::MemberInfoChanged => generator.subschema_for::<MemberInfoChanged<'static>>(),
        Event::FriendListAdded | Event::FriendInfoChanged => generator.subschema_for::<Vec<Friend>>(),
        Event::ReceiveJoinApplication => generator.subschema_for::<JoinApplication<'static>>(),
        Event::ApplicationProcessed => generator.subschema_for::<ApplicationProcessed<'static>>(),
        Event::FriendApplicationListAdded => generator.subschema_for::<Vec<FriendApplication>>(),
        Event::FriendListDeleted | Event::FriendApplicationListDeleted => generator.subschema_for::<Vec<String>>(),
    }
}
