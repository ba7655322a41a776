//! The table of methods.

use super::method::{Method, Request};
use super::{
    account, all_recv_opt, conversation, conversation_group, create, create_media, filter, friend, friend_application,
    group, group_application, group_info, history, live_view, local_message, mark, mark_read, member, member_list,
    message, modify, mute, reaction, receipt, recv_opt, role, search, typing,
};
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
    account::GetConnectionStatus::METHOD,
    account::NetworkChanged::METHOD,
    account::SetSelfInfo::METHOD,
    account::GetUsersInfo::METHOD,
    friend::AddFriend::METHOD,
    friend_application::GetFriendApplicationList::METHOD,
    friend_application::AcceptFriendApplication::METHOD,
    friend_application::RefuseFriendApplication::METHOD,
    friend_application::DeleteFriendApplication::METHOD,
    friend_application::SetFriendApplicationRead::METHOD,
    friend::SetFriendInfo::METHOD,
    friend::GetFriendList::METHOD,
    friend::DeleteFromFriendList::METHOD,
    group::CreateGroup::METHOD,
    group_info::SetGroupInfo::METHOD,
    member::InviteUserToGroup::METHOD,
    role::SetGroupMemberRole::METHOD,
    mute::MuteGroupMember::METHOD,
    group_application::GetGroupApplicationList::METHOD,
    group_application::AcceptGroupApplication::METHOD,
    group_application::RefuseGroupApplication::METHOD,
    group_application::SetGroupApplicationRead::METHOD,
    role::TransferGroupOwner::METHOD,
    member::KickGroupMember::METHOD,
    group_info::GetGroupsInfo::METHOD,
    group_info::GetJoinedGroupList::METHOD,
    member_list::GetGroupMemberList::METHOD,
    member_list::GetGroupMembersInfo::METHOD,
    member_list::SetGroupMemberInfo::METHOD,
    create::CreateTextMessage::METHOD,
    create::CreateTextAtMessage::METHOD,
    create::CreateCustomMessage::METHOD,
    create_media::CreateImageMessage::METHOD,
    create_media::CreateSoundMessage::METHOD,
    create_media::CreateVideoMessage::METHOD,
    create_media::CreateFileMessage::METHOD,
    create::CreateLocationMessage::METHOD,
    create::CreateFaceMessage::METHOD,
    create::CreateMergerMessage::METHOD,
    create::CreateForwardMessage::METHOD,
    message::SendMessage::METHOD,
    message::WaitUntilSent::METHOD,
    create::DownloadMergerMessage::METHOD,
    create_media::DownloadMessage::METHOD,
    create_media::CancelDownloadMessage::METHOD,
    create::GetMessageOnlineUrl::METHOD,
    history::GetHistoryMessageList::METHOD,
    history::FindMessages::METHOD,
    local_message::ReSendMessage::METHOD,
    local_message::CancelSendingMessage::METHOD,
    local_message::SetLocalCustomData::METHOD,
    local_message::SetLocalCustomInt::METHOD,
    local_message::InsertC2CMessageToLocalStorage::METHOD,
    local_message::InsertGroupMessageToLocalStorage::METHOD,
    typing::SendTypingStatus::METHOD,
    receipt::SendMessageReadReceipts::METHOD,
    receipt::GetMessageReadReceipts::METHOD,
    receipt::GetGroupMessageReadMemberList::METHOD,
    modify::ModifyMessage::METHOD,
    reaction::AddMessageReaction::METHOD,
    reaction::RemoveMessageReaction::METHOD,
    reaction::GetMessageReactions::METHOD,
    reaction::GetAllUserListOfMessageReaction::METHOD,
    history::RevokeMessage::METHOD,
    history::DeleteMessages::METHOD,
    recv_opt::SetC2CReceiveMessageOpt::METHOD,
    recv_opt::SetGroupReceiveMessageOpt::METHOD,
    recv_opt::GetC2CReceiveMessageOpt::METHOD,
    all_recv_opt::SetAllReceiveMessageOpt::METHOD,
    all_recv_opt::SetAllReceiveMessageOptWithTimestamp::METHOD,
    all_recv_opt::GetAllReceiveMessageOpt::METHOD,
    mark_read::MarkC2CMessageAsRead::METHOD,
    mark_read::MarkGroupMessageAsRead::METHOD,
    mark_read::MarkAllMessageAsRead::METHOD,
    conversation::GetConversationList::METHOD,
    conversation::GetConversation::METHOD,
    conversation::GetConversationListByConversationIds::METHOD,
    conversation::SetConversationDraft::METHOD,
    conversation::PinConversation::METHOD,
    mark::MarkConversation::METHOD,
    mark::SetConversationCustomData::METHOD,
    conversation_group::CreateConversationGroup::METHOD,
    conversation_group::GetConversationGroupList::METHOD,
    conversation_group::RenameConversationGroup::METHOD,
    conversation_group::AddConversationsToGroup::METHOD,
    conversation_group::DeleteConversationsFromGroup::METHOD,
    conversation_group::DeleteConversationGroup::METHOD,
    filter::GetConversationListByFilter::METHOD,
    filter::GetUnreadMessageCountByFilter::METHOD,
    filter::SubscribeUnreadMessageCountByFilter::METHOD,
    filter::UnsubscribeUnreadMessageCountByFilter::METHOD,
    search::SearchConversations::METHOD,
    search::SearchLocalMessages::METHOD,
    live_view::OpenConversationView::METHOD,
    live_view::GrowConversationView::METHOD,
    live_view::SetConversationView::METHOD,
    live_view::CloseConversationView::METHOD,
    conversation::GetTotalUnreadMessageCount::METHOD,
    conversation::CleanConversationUnreadMessageCount::METHOD,
    history::ClearC2CHistoryMessage::METHOD,
    history::ClearGroupHistoryMessage::METHOD,
    conversation::DeleteConversation::METHOD,
    conversation::DeleteConversationList::METHOD,
    group::JoinGroup::METHOD,
    group::QuitGroup::METHOD,
    group::DismissGroup::METHOD,
    account::Logout::METHOD,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Call;
    use crate::client::testing::Script;
    use crate::model::{ConversationId, GroupId, UserId};
    use serde_json::{Value, json};

    /// Those that change nothing of a conversation.
    const UNORDERED: &[&str] = &[
        "login",
        "logout",
        "setSelfInfo",
        "setFriendApplicationRead",
        "setGroupApplicationRead",
        "getUsersInfo",
        "getGroupsInfo",
        "getGroupMemberList",
        "getGroupMembersInfo",
        "getMessageReadReceipts",
        "getGroupMessageReadMemberList",
        "waitUntilSent",
        "downloadMessage",
    ];

    #[test]
    fn what_a_method_does_on_the_server_comes_after_what_was_done_in_the_conversation_before() {
        let server = Script::default();
        let (_dir, client) = server.client();
        // The server takes no command, so whatever comes after one has to wait.
        for id in [
            ConversationId::group(&GroupId::trusted("team")),
            ConversationId::c2c(&UserId::trusted("bob")),
        ] {
            client.local(|engine| engine.set_pinned(&id, true)).unwrap();
        }
        for method in METHODS.iter().filter(|method| method.needs_server) {
            if UNORDERED.contains(&method.name) {
                continue;
            }
            let mut request: Value = serde_json::from_str(method.example).unwrap();
            request["timeoutMs"] = json!(1);
            let outcome = method.run(&Call::now(&client), &request.to_string());
            let status = outcome.err().map(|error| error.status);
            assert_eq!(status, Some(Status::Timeout), "{}", method.name);
        }
        assert!(server.requests().is_empty());
    }
}
