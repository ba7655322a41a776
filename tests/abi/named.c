/* Every named function is im_call with its method's name. tests/abi.rs demands that each method is here. */
#include "check.h"

static const struct {
    const char *method;
    im_status (*function)(im_client, const char *, char **);
} NAMED[] = {
    {"login", im_login},
    {"logout", im_logout},
    {"getLoginUser", im_get_login_user},
    {"getLoginStatus", im_get_login_status},
    {"getConnectionStatus", im_get_connection_status},
    {"networkChanged", im_network_changed},
    {"setSelfInfo", im_set_self_info},
    {"getUsersInfo", im_get_users_info},
    {"getConversationList", im_get_conversation_list},
    {"getConversation", im_get_conversation},
    {"getConversationListByConversationIds", im_get_conversation_list_by_conversation_ids},
    {"setConversationDraft", im_set_conversation_draft},
    {"pinConversation", im_pin_conversation},
    {"deleteConversation", im_delete_conversation},
    {"getTotalUnreadMessageCount", im_get_total_unread_message_count},
    {"cleanConversationUnreadMessageCount", im_clean_conversation_unread_message_count},
    {"sendMessage", im_send_message},
    {"waitUntilSent", im_wait_until_sent},
    {"getHistoryMessageList", im_get_history_message_list},
    {"createTextMessage", im_create_text_message},
    {"createTextAtMessage", im_create_text_at_message},
    {"createCustomMessage", im_create_custom_message},
    {"createLocationMessage", im_create_location_message},
    {"createFaceMessage", im_create_face_message},
    {"createMergerMessage", im_create_merger_message},
    {"createForwardMessage", im_create_forward_message},
    {"createImageMessage", im_create_image_message},
    {"createSoundMessage", im_create_sound_message},
    {"createVideoMessage", im_create_video_message},
    {"createFileMessage", im_create_file_message},
    {"downloadMessage", im_download_message},
    {"cancelDownloadMessage", im_cancel_download_message},
    {"downloadMergerMessage", im_download_merger_message},
    {"getMessageOnlineUrl", im_get_message_online_url},
    {"findMessages", im_find_messages},
    {"reSendMessage", im_re_send_message},
    {"cancelSendingMessage", im_cancel_sending_message},
    {"setLocalCustomData", im_set_local_custom_data},
    {"setLocalCustomInt", im_set_local_custom_int},
    {"insertC2CMessageToLocalStorage", im_insert_c2c_message_to_local_storage},
    {"insertGroupMessageToLocalStorage", im_insert_group_message_to_local_storage},
    {"sendTypingStatus", im_send_typing_status},
    {"sendMessageReadReceipts", im_send_message_read_receipts},
    {"getMessageReadReceipts", im_get_message_read_receipts},
    {"getGroupMessageReadMemberList", im_get_group_message_read_member_list},
    {"modifyMessage", im_modify_message},
    {"addMessageReaction", im_add_message_reaction},
    {"removeMessageReaction", im_remove_message_reaction},
    {"getMessageReactions", im_get_message_reactions},
    {"getAllUserListOfMessageReaction", im_get_all_user_list_of_message_reaction},
    {"revokeMessage", im_revoke_message},
    {"deleteMessages", im_delete_messages},
    {"clearC2CHistoryMessage", im_clear_c2c_history_message},
    {"clearGroupHistoryMessage", im_clear_group_history_message},
    {"setC2CReceiveMessageOpt", im_set_c2c_receive_message_opt},
    {"setGroupReceiveMessageOpt", im_set_group_receive_message_opt},
    {"getC2CReceiveMessageOpt", im_get_c2c_receive_message_opt},
    {"setAllReceiveMessageOpt", im_set_all_receive_message_opt},
    {"setAllReceiveMessageOptWithTimestamp", im_set_all_receive_message_opt_with_timestamp},
    {"getAllReceiveMessageOpt", im_get_all_receive_message_opt},
    {"markC2CMessageAsRead", im_mark_c2c_message_as_read},
    {"markGroupMessageAsRead", im_mark_group_message_as_read},
    {"markAllMessageAsRead", im_mark_all_message_as_read},
    {"markConversation", im_mark_conversation},
    {"setConversationCustomData", im_set_conversation_custom_data},
    {"createConversationGroup", im_create_conversation_group},
    {"getConversationGroupList", im_get_conversation_group_list},
    {"renameConversationGroup", im_rename_conversation_group},
    {"addConversationsToGroup", im_add_conversations_to_group},
    {"deleteConversationsFromGroup", im_delete_conversations_from_group},
    {"deleteConversationGroup", im_delete_conversation_group},
    {"getConversationListByFilter", im_get_conversation_list_by_filter},
    {"getUnreadMessageCountByFilter", im_get_unread_message_count_by_filter},
    {"subscribeUnreadMessageCountByFilter", im_subscribe_unread_message_count_by_filter},
    {"unsubscribeUnreadMessageCountByFilter", im_unsubscribe_unread_message_count_by_filter},
    {"openConversationView", im_open_conversation_view},
    {"growConversationView", im_grow_conversation_view},
    {"setConversationView", im_set_conversation_view},
    {"closeConversationView", im_close_conversation_view},
    {"searchConversations", im_search_conversations},
    {"searchLocalMessages", im_search_local_messages},
    {"deleteConversationList", im_delete_conversation_list},
    {"addFriend", im_add_friend},
    {"getFriendApplicationList", im_get_friend_application_list},
    {"acceptFriendApplication", im_accept_friend_application},
    {"refuseFriendApplication", im_refuse_friend_application},
    {"deleteFriendApplication", im_delete_friend_application},
    {"setFriendApplicationRead", im_set_friend_application_read},
    {"deleteFromFriendList", im_delete_from_friend_list},
    {"getFriendList", im_get_friend_list},
    {"setFriendInfo", im_set_friend_info},
    {"createGroup", im_create_group},
    {"joinGroup", im_join_group},
    {"quitGroup", im_quit_group},
    {"dismissGroup", im_dismiss_group},
    {"inviteUserToGroup", im_invite_user_to_group},
    {"kickGroupMember", im_kick_group_member},
    {"setGroupMemberRole", im_set_group_member_role},
    {"muteGroupMember", im_mute_group_member},
    {"getGroupApplicationList", im_get_group_application_list},
    {"acceptGroupApplication", im_accept_group_application},
    {"refuseGroupApplication", im_refuse_group_application},
    {"setGroupApplicationRead", im_set_group_application_read},
    {"transferGroupOwner", im_transfer_group_owner},
    {"getGroupMembersInfo", im_get_group_members_info},
    {"setGroupMemberInfo", im_set_group_member_info},
    {"setGroupInfo", im_set_group_info},
    {"getGroupsInfo", im_get_groups_info},
    {"getJoinedGroupList", im_get_joined_group_list},
    {"getGroupMemberList", im_get_group_member_list},
};

/* The same request through the named function and through im_call must give the same answer. */
static void check_same(size_t i, im_client client, const char *request, im_status expected)
{
    char *named = (char *)"never written";
    im_status status = NAMED[i].function(client, request, &named);
    CHECK(status == expected, "%s gives %d: %s", NAMED[i].method, status, named);
    char *called = response_of(client, NAMED[i].method, request, expected);
    CHECK(strcmp(named, called) == 0, "%s: %s and %s", NAMED[i].method, named, called);
    im_string_free(named);
    im_string_free(called);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    im_client client = open_client(argv[1], "alice");
    STATUS(im_login(client, NULL, NULL), IM_STATUS_OK);
    for (size_t i = 0; i < sizeof NAMED / sizeof *NAMED; i++) {
        check_same(i, 0, NULL, IM_STATUS_NOT_INITIALIZED);
        check_same(i, client, "{\"noSuchField\":1}", IM_STATUS_INVALID_PARAMETERS);
        check_same(i, client, "{", IM_STATUS_INVALID_JSON);
        check_same(i, client, "\xff", IM_STATUS_INVALID_PARAMETERS);
    }

    /* And they do what they say: a draft that one sets, another reads. */
    STATUS(im_set_conversation_draft(client, "{\"conversationID\":\"c2c_bob\",\"draftText\":\"hi\"}", NULL), IM_STATUS_OK);
    char *page = NULL;
    STATUS(im_get_conversation_list(client, "{\"nextSeq\":\"0\",\"count\":100}", &page), IM_STATUS_OK);
    CHECK(strstr(page, "\"draftText\":\"hi\""), "%s", page);
    im_string_free(page);
    STATUS(im_client_close(client), IM_STATUS_OK);
    return 0;
}
