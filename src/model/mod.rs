//! Plain data shared by every layer: ids, status codes, messages, conversations, people, groups, and the two vocabularies
//! between engine and backend ([`inbound`], [`outbound`]); and the one way to take a lock and to look at a file. Imports
//! nothing from the layers above.

pub mod all_recv_opt;
pub mod application;
pub(crate) mod bell;
pub(crate) mod blob;
pub mod conversation;
pub(crate) mod data_url;
pub mod elem;
mod elem_files;
pub(crate) mod exact;
pub(crate) mod file;
pub mod filter;
pub mod group;
mod group_application;
pub mod id;
pub(crate) mod image_size;
pub mod inbound;
pub mod language;
pub(crate) mod lock;
pub mod mark;
pub mod media;
pub mod message;
pub mod modification;
pub(crate) mod numbered;
pub mod order;
pub mod outbound;
pub(crate) mod path;
pub mod place;
pub mod reaction;
pub mod recall;
pub mod reply;
pub(crate) mod seq;
pub mod setting;
pub(crate) mod source;
pub mod stamp;
pub mod status;
pub mod strict;
pub(crate) mod sync;
pub(crate) mod thumbnail;
pub mod tip_facts;
pub mod tips;
pub mod user;
pub(crate) mod web;
pub(crate) mod words;

pub use all_recv_opt::AllRecvOpt;
pub use application::{AllowType, Applied, FriendApplication, FriendApplicationType, FriendResponseType, FriendType};
pub use conversation::{AtType, ReadPosition, RecvOpt};
pub use elem::{Elem, ElemType};
pub use elem_files::{FilePart, MessageFile};
pub use filter::{Facts, Filter, GroupFilter};
pub use group::{
    Group, GroupAddOpt, GroupEdit, GroupEnd, GroupMember, GroupMemberFilter, GroupRole, GroupType, OperationResult,
};
pub use group_application::{AppliedToGroup, GroupApplication, GroupApplicationId, GroupApplicationType};
pub use id::{ConversationId, ConversationType, GroupId, UserId};
pub use inbound::{Change, IdKind, Inbound, MessageId, StoredMessage, Target, UnnumberedMessage};
pub use mark::{GroupKey, GroupKeys, Mark, Marks};
pub use message::{
    GroupMessageReadMemberFilter, KeywordListMatchType, Message, MessageBody, MessageGetType, MessagePriority,
    MessageStatus,
};
pub use modification::{Alone, Modification, NewContent, NewCustom};
pub use order::{ConversationOrder, Micros, OrderKey};
pub use outbound::{Outbound, OutboxEntry, Outcome, UnsentFile, UnsentFiles, WaitingCommand};
pub use place::{Place, Span};
pub use reaction::{Reacted, Reaction};
pub use recall::Recall;
pub use setting::{Setting, SettingKind};
pub use stamp::{Stamp, StampedSetting};
pub use status::{Error, Result, Status};
pub use user::{Friend, LoginStatus, Profile};
