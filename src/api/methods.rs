//! The table of methods.

use super::method::{Method, Request};
use super::{account, conversation, friend, group, group_info, history, member, message, recv_opt};
use crate::model::id::quoted;
use crate::model::{Error, Result, Status};

/// The method of that name; 90003 when there is none.
pub(super) fn find(name: &str) -> Result<&'static Method> {
    METHODS
        .iter()
        .find(|method| method.name == name)
        .ok_or_else(|| Error::new(Status::UnknownMethod, format!("there is no method {}", quoted(name))))
}

/// Every method. The examples run in this order, as alice, on a service where bob exists.
pub static METHODS: &[Method] = &[
    account::Login::METHOD,
    account::GetLoginUser::METHOD,
    account::GetLoginStatus::METHOD,
    account::NetworkChanged::METHOD,
    account::SetSelfInfo::METHOD,
    account::GetUsersInfo::METHOD,
    friend::AddFriend::METHOD,
    friend::SetFriendInfo::METHOD,
    friend::GetFriendList::METHOD,
    friend::DeleteFromFriendList::METHOD,
    group::CreateGroup::METHOD,
    group_info::SetGroupInfo::METHOD,
    member::InviteUserToGroup::METHOD,
    member::KickGroupMember::METHOD,
    group_info::GetGroupsInfo::METHOD,
    group_info::GetJoinedGroupList::METHOD,
    member::GetGroupMemberList::METHOD,
    message::SendMessage::METHOD,
    history::GetHistoryMessageList::METHOD,
    history::RevokeMessage::METHOD,
    history::DeleteMessages::METHOD,
    recv_opt::SetC2CReceiveMessageOpt::METHOD,
    recv_opt::SetGroupReceiveMessageOpt::METHOD,
    conversation::GetConversationList::METHOD,
    conversation::GetConversation::METHOD,
    conversation::GetConversationListByConversationIds::METHOD,
    conversation::SetConversationDraft::METHOD,
    conversation::PinConversation::METHOD,
    conversation::GetTotalUnreadMessageCount::METHOD,
    conversation::CleanConversationUnreadMessageCount::METHOD,
    history::ClearC2CHistoryMessage::METHOD,
    history::ClearGroupHistoryMessage::METHOD,
    conversation::DeleteConversation::METHOD,
    group::JoinGroup::METHOD,
    group::QuitGroup::METHOD,
    group::DismissGroup::METHOD,
    account::Logout::METHOD,
];
