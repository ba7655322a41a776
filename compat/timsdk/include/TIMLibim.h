/* The functions of Tencent Cloud IM's C SDK that libImSDK exports, carried out by libim.
 *
 * Names, parameters and numbers are those of the SDK's public API (8.0), so that programs written for it compile and run. docs/migrate.md
 * says where the server is named and what is different. What libim does not have fails with 7013, through the callback; a callback for
 * events that libim does not have is never called.
 *
 * The caller's promises, for every function:
 *
 * - Texts are NUL-terminated UTF-8 and stay as they are until the function returns. A text that may be left out may be NULL.
 * - `message_id_buffer`, `user_id_buffer` and `invite_id_buffer` have room for 128 bytes.
 * - Callbacks do not unwind. Callbacks for events may be called until another one is set or `TIMUninit` returns; an answer's, until it
 *   has been called.
 *
 * The library's promises:
 *
 * - If a function with a callback returns TIM_SUCC, the callback is called exactly once; otherwise never. That of
 *   TIMMsgDownloadElemToPath is also told, before its answer, how far the download has come. A login that ends meanwhile ends calls
 *   with 7009.
 * - Callbacks are called one at a time, on a thread of the library's own, and may call every function. The texts that they are given
 *   are borrowed.
 * - A function that replaces a callback for events or takes it away returns when that callback is not running, and it is not
 *   called any more: hold no lock there that the callback needs. Inside a callback it does not wait.
 * - After `TIMUninit` has returned, no callback is called any more. Called inside a callback, it does not wait, and answers that are
 *   still outstanding are dropped.
 */

#ifndef TIM_LIBIM_H
#define TIM_LIBIM_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The values that functions return. */
typedef enum TIMResult {
    TIM_SUCC = 0,
    TIM_ERR_SDKUNINIT = -1,
    TIM_ERR_NOTLOGIN = -2,
    TIM_ERR_JSON = -3,
    TIM_ERR_PARAM = -4,
    TIM_ERR_CONV = -5,
    TIM_ERR_GROUP = -6
} TIMResult;

typedef enum TIMLoginStatus {
    kTIMLoginStatus_Logined = 1,
    kTIMLoginStatus_Logining = 2,
    kTIMLoginStatus_UnLogined = 3,
    kTIMLoginStatus_Logouting = 4
} TIMLoginStatus;

typedef enum TIMNetworkStatus {
    kTIMConnected,
    kTIMDisconnected,
    kTIMConnecting,
    kTIMConnectFailed
} TIMNetworkStatus;

typedef enum TIMLogLevel {
    kTIMLog_Off,
    kTIMLog_Test,
    kTIMLog_Verbose,
    kTIMLog_Debug,
    kTIMLog_Info,
    kTIMLog_Warn,
    kTIMLog_Error,
    kTIMLog_Assert
} TIMLogLevel;

typedef enum TIMConvType {
    kTIMConv_Invalid,
    kTIMConv_C2C,
    kTIMConv_Group,
    kTIMConv_System
} TIMConvType;

typedef enum TIMConvEvent {
    kTIMConvEvent_Add,
    kTIMConvEvent_Del,
    kTIMConvEvent_Update,
    kTIMConvEvent_Start,
    kTIMConvEvent_Finish
} TIMConvEvent;

typedef enum TIMReceiveMessageOpt {
    kTIMRecvMsgOpt_Receive,
    kTIMRecvMsgOpt_Not_Receive,
    kTIMRecvMsgOpt_Not_Notify,
    kTIMRecvMsgOpt_Not_Notify_Except_At
} TIMReceiveMessageOpt;

typedef enum TIMGroupMessageReadMembersFilter {
    TIM_GROUP_MESSAGE_READ_MEMBERS_FILTER_READ = 0,
    TIM_GROUP_MESSAGE_READ_MEMBERS_FILTER_UNREAD = 1
} TIMGroupMessageReadMembersFilter;

/* The answer of a call: `code` is 0, or says what went wrong; `json_params` is the result, or empty. */
typedef void (*TIMCommCallback)(int32_t code, const char *desc, const char *json_params, const void *user_data);

/* The SDK. */

typedef void (*TIMExperimentalNotifyCallback)(const char *key, const char *data, const void *user_data);
typedef void (*TIMKickedOfflineCallback)(const void *user_data);
typedef void (*TIMLogCallback)(TIMLogLevel level, const char *log, const void *user_data);
typedef void (*TIMNetworkStatusListenerCallback)(
    TIMNetworkStatus status, int32_t code, const char *desc, const void *user_data);
typedef void (*TIMUserSigExpiredCallback)(const void *user_data);

TIMLoginStatus TIMGetLoginStatus(void);
const char *TIMGetSDKVersion(void);
int TIMGetLoginUserID(char *user_id_buffer);
int TIMInit(uint64_t sdk_app_id, const char *json_sdk_config);
int TIMLogin(const char *user_id, const char *user_sig, TIMCommCallback cb, const void *user_data);
int TIMLogout(TIMCommCallback cb, const void *user_data);
int TIMSetConfig(const char *json_config, TIMCommCallback cb, const void *user_data);
int TIMUninit(void);
int callExperimentalAPI(const char *json_param, TIMCommCallback cb, const void *user_data);
uint64_t TIMGetServerTime(void);
void TIMSetExperimentalNotifyCallback(TIMExperimentalNotifyCallback cb, const void *user_data);
void TIMSetKickedOfflineCallback(TIMKickedOfflineCallback cb, const void *user_data);
void TIMSetLogCallback(TIMLogCallback cb, const void *user_data);
void TIMSetNetworkStatusListenerCallback(TIMNetworkStatusListenerCallback cb, const void *user_data);
void TIMSetUserSigExpiredCallback(TIMUserSigExpiredCallback cb, const void *user_data);

/* Conversations. */

typedef void (*TIMConvConversationGroupCreatedCallback)(
    const char *group_name, const char *conversation_array, const void *user_data);
typedef void (*TIMConvConversationGroupDeletedCallback)(const char *group_name, const void *user_data);
typedef void (*TIMConvConversationGroupNameChangedCallback)(
    const char *old_name, const char *new_name, const void *user_data);
typedef void (*TIMConvConversationsAddedToGroupCallback)(
    const char *group_name, const char *conversation_array, const void *user_data);
typedef void (*TIMConvConversationsDeletedFromGroupCallback)(
    const char *group_name, const char *conversation_array, uint32_t reason, const void *user_data);
typedef void (*TIMConvEventCallback)(TIMConvEvent conv_event, const char *json_conv_array, const void *user_data);
typedef void (*TIMConvTotalUnreadMessageCountChangedCallback)(int total_unread_count, const void *user_data);
typedef void (*TIMConvTotalUnreadMessageCountChangedByFilterCallback)(
    const char *filter, int total_unread_count, const void *user_data);

int TIMConvAddConversationsToGroup(
    const char *group_name, const char *conversation_id_array, TIMCommCallback cb, const void *user_data);
int TIMConvCancelDraft(const char *conv_id, TIMConvType conv_type);
int TIMConvCleanConversationUnreadMessageCount(
    const char *conversation_id, uint64_t clean_timestamp, uint64_t clean_sequence, TIMCommCallback cb,
    const void *user_data);
int TIMConvCreate(const char *conv_id, TIMConvType conv_type, TIMCommCallback cb, const void *user_data);
int TIMConvCreateConversationGroup(
    const char *group_name, const char *conversation_id_array, TIMCommCallback cb, const void *user_data);
int TIMConvDelete(const char *conv_id, TIMConvType conv_type, TIMCommCallback cb, const void *user_data);
int TIMConvDeleteConversationGroup(const char *group_name, TIMCommCallback cb, const void *user_data);
int TIMConvDeleteConversationList(
    const char *conversation_id_array, bool clear_message, TIMCommCallback cb, const void *user_data);
int TIMConvDeleteConversationsFromGroup(
    const char *group_name, const char *conversation_id_array, TIMCommCallback cb, const void *user_data);
int TIMConvGetConvInfo(const char *json_get_conv_list_param, TIMCommCallback cb, const void *user_data);
int TIMConvGetConvList(TIMCommCallback cb, const void *user_data);
int TIMConvGetConversationGroupList(TIMCommCallback cb, const void *user_data);
int TIMConvGetConversationListByFilter(
    const char *filter, uint64_t next_seq, uint32_t count, TIMCommCallback cb, const void *user_data);
int TIMConvGetTotalUnreadMessageCount(TIMCommCallback cb, const void *user_data);
int TIMConvGetUnreadMessageCountByFilter(const char *filter, TIMCommCallback cb, const void *user_data);
int TIMConvMarkConversation(
    const char *conversation_id_array, uint64_t mark_type, bool enable_mark, TIMCommCallback cb,
    const void *user_data);
int TIMConvPinConversation(
    const char *conv_id, TIMConvType conv_type, bool is_pinned, TIMCommCallback cb, const void *user_data);
int TIMConvRenameConversationGroup(
    const char *old_name, const char *new_name, TIMCommCallback cb, const void *user_data);
int TIMConvSetConversationCustomData(
    const char *conversation_id_array, const char *custom_data, TIMCommCallback cb, const void *user_data);
int TIMConvSetDraft(const char *conv_id, TIMConvType conv_type, const char *json_draft_param);
int TIMConvSubscribeUnreadMessageCountByFilter(const char *filter);
int TIMConvUnsubscribeUnreadMessageCountByFilter(const char *filter);
void TIMSetConvConversationGroupCreatedCallback(TIMConvConversationGroupCreatedCallback cb, const void *user_data);
void TIMSetConvConversationGroupDeletedCallback(TIMConvConversationGroupDeletedCallback cb, const void *user_data);
void TIMSetConvConversationGroupNameChangedCallback(
    TIMConvConversationGroupNameChangedCallback cb, const void *user_data);
void TIMSetConvConversationsAddedToGroupCallback(TIMConvConversationsAddedToGroupCallback cb, const void *user_data);
void TIMSetConvConversationsDeletedFromGroupCallback(
    TIMConvConversationsDeletedFromGroupCallback cb, const void *user_data);
void TIMSetConvEventCallback(TIMConvEventCallback cb, const void *user_data);
void TIMSetConvTotalUnreadMessageCountChangedCallback(
    TIMConvTotalUnreadMessageCountChangedCallback cb, const void *user_data);
void TIMSetConvUnreadMessageCountChangedByFilterCallback(
    TIMConvTotalUnreadMessageCountChangedByFilterCallback cb, const void *user_data);

/* Messages. */

typedef void (*TIMMsgGroupMessageReadMemberListCallback)(
    const char *json_group_member_array, uint64_t next_seq, bool is_finished, const void *user_data);
typedef void (*TIMRecvNewMsgCallback)(const char *json_msg_array, const void *user_data);
typedef void (*TIMMsgAllMessageReceiveOptionCallback)(
    const char *json_receive_message_option_info, const void *user_data);
typedef void (*TIMMsgElemUploadProgressCallback)(
    const char *json_msg, uint32_t index, uint32_t cur_size, uint32_t total_size, const void *user_data);
typedef void (*TIMMsgExtensionsChangedCallback)(
    const char *message_id, const char *message_extension_array, const void *user_data);
typedef void (*TIMMsgExtensionsDeletedCallback)(
    const char *message_id, const char *message_extension_key_array, const void *user_data);
typedef void (*TIMMsgGroupPinnedMessageChangedCallback)(
    const char *group_id, const char *json_msg, bool is_pinned, const char *op_user, const void *user_data);
typedef void (*TIMMsgReactionsChangedCallback)(const char *message_reaction_change_info_array, const void *user_data);
typedef void (*TIMMsgReadedReceiptCallback)(const char *json_msg_read_receipt_array, const void *user_data);
typedef void (*TIMMsgRevokeCallback)(const char *json_msg_revoke_info_array, const void *user_data);
typedef void (*TIMMsgUpdateCallback)(const char *json_msg_array, const void *user_data);

int TIMGetPinnedGroupMessageList(const char *group_id, TIMCommCallback cb, const void *user_data);
int TIMMsgAddMessageReaction(
    const char *json_msg, const char *reaction_id, TIMCommCallback cb, const void *user_data);
int TIMMsgBatchSend(const char *json_batch_send_param, TIMCommCallback cb, const void *user_data);
int TIMMsgCancelSend(
    const char *conv_id, TIMConvType conv_type, const char *message_id, TIMCommCallback cb, const void *user_data);
int TIMMsgClearHistoryMessage(const char *conv_id, TIMConvType conv_type, TIMCommCallback cb, const void *user_data);
int TIMMsgConvertVoiceToText(const char *url, const char *language, TIMCommCallback cb, const void *user_data);
int TIMMsgDelete(
    const char *conv_id, TIMConvType conv_type, const char *json_msgdel_param, TIMCommCallback cb,
    const void *user_data);
int TIMMsgDeleteMessageExtensions(
    const char *json_msg, const char *json_extension_key_array, TIMCommCallback cb, const void *user_data);
int TIMMsgDoBackground(uint32_t unread_count, TIMCommCallback cb, const void *user_data);
int TIMMsgDoForeground(TIMCommCallback cb, const void *user_data);
int TIMMsgDownloadElemToPath(
    const char *json_download_elem_param, const char *path, TIMCommCallback cb, const void *user_data);
int TIMMsgDownloadMergerMessage(const char *json_single_msg, TIMCommCallback cb, const void *user_data);
int TIMMsgFindByMsgLocatorList(
    const char *conv_id, TIMConvType conv_type, const char *json_msg_Locator_array, TIMCommCallback cb,
    const void *user_data);
int TIMMsgFindMessages(const char *json_message_id_array, TIMCommCallback cb, const void *user_data);
int TIMMsgGetAllReceiveMessageOpt(TIMCommCallback cb, const void *user_data);
int TIMMsgGetAllUserListOfMessageReaction(
    const char *json_msg, const char *reaction_id, uint32_t next_seq, uint32_t count, TIMCommCallback cb,
    const void *user_data);
int TIMMsgGetC2CReceiveMessageOpt(const char *json_identifier_array, TIMCommCallback cb, const void *user_data);
int TIMMsgGetGroupMessageReadMemberList(
    const char *json_msg, TIMGroupMessageReadMembersFilter filter, uint64_t next_seq, uint32_t count,
    TIMMsgGroupMessageReadMemberListCallback cb, const void *user_data);
int TIMMsgGetMessageExtensions(const char *json_msg, TIMCommCallback cb, const void *user_data);
int TIMMsgGetMessageReactions(
    const char *json_msg_array, uint32_t max_user_count_per_reaction, TIMCommCallback cb, const void *user_data);
int TIMMsgGetMessageReadReceipts(const char *json_msg_array, TIMCommCallback cb, const void *user_data);
int TIMMsgGetMsgList(
    const char *conv_id, TIMConvType conv_type, const char *json_get_msg_param, TIMCommCallback cb,
    const void *user_data);
int TIMMsgImportMsgList(
    const char *conv_id, TIMConvType conv_type, const char *json_msg_array, TIMCommCallback cb,
    const void *user_data);
int TIMMsgListDelete(
    const char *conv_id, TIMConvType conv_type, const char *json_msg_array, TIMCommCallback cb,
    const void *user_data);
int TIMMsgMarkAllMessageAsRead(TIMCommCallback cb, const void *user_data);
int TIMMsgModifyMessage(const char *json_msg_param, TIMCommCallback cb, const void *user_data);
int TIMMsgRemoveMessageReaction(
    const char *json_msg, const char *reaction_id, TIMCommCallback cb, const void *user_data);
int TIMMsgReportReaded(
    const char *conv_id, TIMConvType conv_type, const char *json_msg_param, TIMCommCallback cb,
    const void *user_data);
int TIMMsgRevoke(
    const char *conv_id, TIMConvType conv_type, const char *json_msg_param, TIMCommCallback cb,
    const void *user_data);
int TIMMsgSaveMsg(
    const char *conv_id, TIMConvType conv_type, const char *json_msg_param, TIMCommCallback cb,
    const void *user_data);
int TIMMsgSearchCloudMessages(const char *json_search_message_param, TIMCommCallback cb, const void *user_data);
int TIMMsgSearchLocalMessages(const char *json_search_message_param, TIMCommCallback cb, const void *user_data);
int TIMMsgSendMessage(
    const char *conv_id, TIMConvType conv_type, const char *json_msg_param, char *message_id_buffer,
    TIMCommCallback cb, const void *user_data);
int TIMMsgSendMessageReadReceipts(const char *json_msg_array, TIMCommCallback cb, const void *user_data);
int TIMMsgSendNewMsg(
    const char *conv_id, TIMConvType conv_type, const char *json_msg_param, TIMCommCallback cb,
    const void *user_data);
int TIMMsgSendNewMsgEx(
    const char *conv_id, TIMConvType conv_type, const char *json_msg_param, TIMCommCallback msgid_cb,
    TIMCommCallback res_cb, const void *user_data);
int TIMMsgSetAllReceiveMessageOpt(
    TIMReceiveMessageOpt opt, int32_t start_hour, int32_t start_minute, int32_t start_second, uint32_t duration,
    TIMCommCallback cb, const void *user_data);
int TIMMsgSetAllReceiveMessageOpt2(
    TIMReceiveMessageOpt opt, uint32_t start_time_stamp, uint32_t duration, TIMCommCallback cb,
    const void *user_data);
int TIMMsgSetC2CReceiveMessageOpt(
    const char *json_identifier_array, TIMReceiveMessageOpt opt, TIMCommCallback cb, const void *user_data);
int TIMMsgSetGroupReceiveMessageOpt(
    const char *group_id, TIMReceiveMessageOpt opt, TIMCommCallback cb, const void *user_data);
int TIMMsgSetLocalCustomData(const char *json_msg_param, TIMCommCallback cb, const void *user_data);
int TIMMsgSetMessageExtensions(
    const char *json_msg, const char *json_extension_array, TIMCommCallback cb, const void *user_data);
int TIMMsgSetOfflinePushToken(const char *json_token, TIMCommCallback cb, const void *user_data);
int TIMMsgTranslateText(
    const char *json_source_text_array, const char *source_language, const char *target_language,
    TIMCommCallback cb, const void *user_data);
int TIMPinGroupMessage(
    const char *group_id, const char *json_msg, bool is_pinned, TIMCommCallback cb, const void *user_data);
void TIMAddRecvNewMsgCallback(TIMRecvNewMsgCallback cb, const void *user_data);
void TIMRemoveRecvNewMsgCallback(TIMRecvNewMsgCallback cb);
void TIMSetMsgAllMessageReceiveOptionCallback(TIMMsgAllMessageReceiveOptionCallback cb, const void *user_data);
void TIMSetMsgElemUploadProgressCallback(TIMMsgElemUploadProgressCallback cb, const void *user_data);
void TIMSetMsgExtensionsChangedCallback(TIMMsgExtensionsChangedCallback cb, const void *user_data);
void TIMSetMsgExtensionsDeletedCallback(TIMMsgExtensionsDeletedCallback cb, const void *user_data);
void TIMSetMsgGroupPinnedMessageChangedCallback(TIMMsgGroupPinnedMessageChangedCallback cb, const void *user_data);
void TIMSetMsgReactionsChangedCallback(TIMMsgReactionsChangedCallback cb, const void *user_data);
void TIMSetMsgReadedReceiptCallback(TIMMsgReadedReceiptCallback cb, const void *user_data);
void TIMSetMsgRevokeCallback(TIMMsgRevokeCallback cb, const void *user_data);
void TIMSetMsgUpdateCallback(TIMMsgUpdateCallback cb, const void *user_data);

/* Groups. */

typedef void (*TIMGroupAttributeChangedCallback)(
    const char *group_id, const char *json_group_attribute_array, const void *user_data);
typedef void (*TIMGroupCounterChangedCallback)(
    const char *group_id, const char *group_counter_key, int64_t group_counter_new_value, const void *user_data);
typedef void (*TIMGroupTipsEventCallback)(const char *json_group_tip, const void *user_data);
typedef void (*TIMGroupTopicChangedCallback)(const char *group_id, const char *topic_info, const void *user_data);
typedef void (*TIMGroupTopicCreatedCallback)(const char *group_id, const char *topic_id, const void *user_data);
typedef void (*TIMGroupTopicDeletedCallback)(const char *group_id, const char *topic_id_array, const void *user_data);

int TIMGroupCreate(const char *json_group_create_param, TIMCommCallback cb, const void *user_data);
int TIMGroupCreateTopicInCommunity(
    const char *group_id, const char *json_topic_info, TIMCommCallback cb, const void *user_data);
int TIMGroupDecreaseGroupCounter(
    const char *group_id, const char *group_counter_key, int64_t group_counter_value, TIMCommCallback cb,
    const void *user_data);
int TIMGroupDelete(const char *group_id, TIMCommCallback cb, const void *user_data);
int TIMGroupDeleteGroupAttributes(
    const char *group_id, const char *json_keys, TIMCommCallback cb, const void *user_data);
int TIMGroupDeleteMember(const char *json_group_delete_param, TIMCommCallback cb, const void *user_data);
int TIMGroupDeleteTopicFromCommunity(
    const char *group_id, const char *json_topic_id_array, TIMCommCallback cb, const void *user_data);
int TIMGroupGetGroupAttributes(
    const char *group_id, const char *json_keys, TIMCommCallback cb, const void *user_data);
int TIMGroupGetGroupCounters(
    const char *group_id, const char *json_group_counter_key_array, TIMCommCallback cb, const void *user_data);
int TIMGroupGetGroupInfoList(const char *json_group_getinfo_param, TIMCommCallback cb, const void *user_data);
int TIMGroupGetJoinedCommunityList(TIMCommCallback cb, const void *user_data);
int TIMGroupGetJoinedGroupList(TIMCommCallback cb, const void *user_data);
int TIMGroupGetMemberInfoList(const char *json_group_getmeminfos_param, TIMCommCallback cb, const void *user_data);
int TIMGroupGetOnlineMemberCount(const char *group_id, TIMCommCallback cb, const void *user_data);
int TIMGroupGetPendencyList(const char *json_group_getpendency_list_param, TIMCommCallback cb, const void *user_data);
int TIMGroupGetTopicInfoList(
    const char *group_id, const char *json_topic_id_array, TIMCommCallback cb, const void *user_data);
int TIMGroupHandlePendency(const char *json_group_handle_pendency_param, TIMCommCallback cb, const void *user_data);
int TIMGroupIncreaseGroupCounter(
    const char *group_id, const char *group_counter_key, int64_t group_counter_value, TIMCommCallback cb,
    const void *user_data);
int TIMGroupInitGroupAttributes(
    const char *group_id, const char *json_group_attributes, TIMCommCallback cb, const void *user_data);
int TIMGroupInviteMember(const char *json_group_invite_param, TIMCommCallback cb, const void *user_data);
int TIMGroupJoin(const char *group_id, const char *hello_msg, TIMCommCallback cb, const void *user_data);
int TIMGroupMarkGroupMemberList(
    const char *group_id, const char *member_array, uint32_t mark_type, bool enable_mark, TIMCommCallback cb,
    const void *user_data);
int TIMGroupModifyGroupInfo(const char *json_group_modifyinfo_param, TIMCommCallback cb, const void *user_data);
int TIMGroupModifyMemberInfo(const char *json_group_modifymeminfo_param, TIMCommCallback cb, const void *user_data);
int TIMGroupQuit(const char *group_id, TIMCommCallback cb, const void *user_data);
int TIMGroupReportPendencyReaded(uint64_t time_stamp, TIMCommCallback cb, const void *user_data);
int TIMGroupSearchGroupMembers(
    const char *json_group_search_group_members_param, TIMCommCallback cb, const void *user_data);
int TIMGroupSearchGroups(const char *json_group_search_groups_param, TIMCommCallback cb, const void *user_data);
int TIMGroupSetGroupAttributes(
    const char *group_id, const char *json_group_attributes, TIMCommCallback cb, const void *user_data);
int TIMGroupSetGroupCounters(
    const char *group_id, const char *json_group_counter_array, TIMCommCallback cb, const void *user_data);
int TIMGroupSetTopicInfo(const char *json_topic_info, TIMCommCallback cb, const void *user_data);
void TIMSetGroupAttributeChangedCallback(TIMGroupAttributeChangedCallback cb, const void *user_data);
void TIMSetGroupCounterChangedCallback(TIMGroupCounterChangedCallback cb, const void *user_data);
void TIMSetGroupTipsEventCallback(TIMGroupTipsEventCallback cb, const void *user_data);
void TIMSetGroupTopicChangedCallback(TIMGroupTopicChangedCallback cb, const void *user_data);
void TIMSetGroupTopicCreatedCallback(TIMGroupTopicCreatedCallback cb, const void *user_data);
void TIMSetGroupTopicDeletedCallback(TIMGroupTopicDeletedCallback cb, const void *user_data);

/* Friends. */

typedef void (*TIMFriendAddRequestCallback)(
    const char *json_friend_add_request_pendency_array, const void *user_data);
typedef void (*TIMFriendApplicationListDeletedCallback)(const char *json_identifier_array, const void *user_data);
typedef void (*TIMFriendApplicationListReadCallback)(const void *user_data);
typedef void (*TIMFriendBlackListAddedCallback)(const char *json_friend_black_added_array, const void *user_data);
typedef void (*TIMFriendBlackListDeletedCallback)(const char *json_identifier_array, const void *user_data);
typedef void (*TIMFriendGroupCreatedCallback)(
    const char *group_name, const char *json_friend_info_array, const void *user_data);
typedef void (*TIMFriendGroupDeletedCallback)(const char *json_group_name_array, const void *user_data);
typedef void (*TIMFriendGroupNameChangedCallback)(
    const char *old_group_name, const char *new_group_name, const void *user_data);
typedef void (*TIMFriendsAddedToGroupCallback)(
    const char *group_name, const char *json_friend_info_array, const void *user_data);
typedef void (*TIMFriendsDeletedFromGroupCallback)(
    const char *group_name, const char *json_friend_id_array, const void *user_data);
typedef void (*TIMOnAddFriendCallback)(const char *json_identifier_array, const void *user_data);
typedef void (*TIMOnDeleteFriendCallback)(const char *json_identifier_array, const void *user_data);
typedef void (*TIMUpdateFriendProfileCallback)(const char *json_friend_profile_update_array, const void *user_data);

int TIMFriendshipAddFriend(const char *json_add_friend_param, TIMCommCallback cb, const void *user_data);
int TIMFriendshipAddToBlackList(const char *json_add_to_blacklist_param, TIMCommCallback cb, const void *user_data);
int TIMFriendshipCheckFriendType(const char *json_check_friend_list_param, TIMCommCallback cb, const void *user_data);
int TIMFriendshipCreateFriendGroup(
    const char *json_create_friend_group_param, TIMCommCallback cb, const void *user_data);
int TIMFriendshipDeleteFriend(const char *json_delete_friend_param, TIMCommCallback cb, const void *user_data);
int TIMFriendshipDeleteFriendGroup(
    const char *json_delete_friend_group_param, TIMCommCallback cb, const void *user_data);
int TIMFriendshipDeleteFromBlackList(
    const char *json_delete_from_blacklist_param, TIMCommCallback cb, const void *user_data);
int TIMFriendshipDeletePendency(const char *json_delete_pendency_param, TIMCommCallback cb, const void *user_data);
int TIMFriendshipGetBlackList(TIMCommCallback cb, const void *user_data);
int TIMFriendshipGetFriendGroupList(
    const char *json_get_friend_group_list_param, TIMCommCallback cb, const void *user_data);
int TIMFriendshipGetFriendProfileList(TIMCommCallback cb, const void *user_data);
int TIMFriendshipGetFriendsInfo(const char *friend_id_list, TIMCommCallback cb, const void *user_data);
int TIMFriendshipGetPendencyList(const char *json_get_pendency_list_param, TIMCommCallback cb, const void *user_data);
int TIMFriendshipHandleFriendAddRequest(
    const char *json_handle_friend_add_param, TIMCommCallback cb, const void *user_data);
int TIMFriendshipModifyFriendGroup(
    const char *json_modify_friend_group_param, TIMCommCallback cb, const void *user_data);
int TIMFriendshipModifyFriendProfile(
    const char *json_modify_friend_info_param, TIMCommCallback cb, const void *user_data);
int TIMFriendshipReportPendencyReaded(uint64_t time_stamp, TIMCommCallback cb, const void *user_data);
int TIMFriendshipSearchFriends(const char *json_search_friends_param, TIMCommCallback cb, const void *user_data);
void TIMSetFriendAddRequestCallback(TIMFriendAddRequestCallback cb, const void *user_data);
void TIMSetFriendApplicationListDeletedCallback(TIMFriendApplicationListDeletedCallback cb, const void *user_data);
void TIMSetFriendApplicationListReadCallback(TIMFriendApplicationListReadCallback cb, const void *user_data);
void TIMSetFriendBlackListAddedCallback(TIMFriendBlackListAddedCallback cb, const void *user_data);
void TIMSetFriendBlackListDeletedCallback(TIMFriendBlackListDeletedCallback cb, const void *user_data);
void TIMSetFriendGroupCreatedCallback(TIMFriendGroupCreatedCallback cb, const void *user_data);
void TIMSetFriendGroupDeletedCallback(TIMFriendGroupDeletedCallback cb, const void *user_data);
void TIMSetFriendGroupNameChangedCallback(TIMFriendGroupNameChangedCallback cb, const void *user_data);
void TIMSetFriendsAddedToGroupCallback(TIMFriendsAddedToGroupCallback cb, const void *user_data);
void TIMSetFriendsDeletedFromGroupCallback(TIMFriendsDeletedFromGroupCallback cb, const void *user_data);
void TIMSetOnAddFriendCallback(TIMOnAddFriendCallback cb, const void *user_data);
void TIMSetOnDeleteFriendCallback(TIMOnDeleteFriendCallback cb, const void *user_data);
void TIMSetUpdateFriendProfileCallback(TIMUpdateFriendProfileCallback cb, const void *user_data);

/* Users. */

typedef void (*TIMSelfInfoUpdatedCallback)(const char *json_user_profile, const void *user_data);
typedef void (*TIMUserInfoChangedCallback)(const char *json_user_info_array, const void *user_data);
typedef void (*TIMUserStatusChangedCallback)(const char *json_user_status_array, const void *user_data);

int TIMGetUserStatus(const char *json_identifier_array, TIMCommCallback cb, const void *user_data);
int TIMProfileGetUserProfileList(
    const char *json_get_user_profile_list_param, TIMCommCallback cb, const void *user_data);
int TIMProfileModifySelfUserProfile(
    const char *json_modify_self_user_profile_param, TIMCommCallback cb, const void *user_data);
int TIMSetSelfStatus(const char *json_current_user_status, TIMCommCallback cb, const void *user_data);
int TIMSubscribeUserInfo(const char *json_user_id_list, TIMCommCallback cb, const void *user_data);
int TIMSubscribeUserStatus(const char *json_identifier_array, TIMCommCallback cb, const void *user_data);
int TIMUnsubscribeUserInfo(const char *json_user_id_list, TIMCommCallback cb, const void *user_data);
int TIMUnsubscribeUserStatus(const char *json_identifier_array, TIMCommCallback cb, const void *user_data);
void TIMSetSelfInfoUpdatedCallback(TIMSelfInfoUpdatedCallback cb, const void *user_data);
void TIMSetUserInfoChangedCallback(TIMUserInfoChangedCallback cb, const void *user_data);
void TIMSetUserStatusChangedCallback(TIMUserStatusChangedCallback cb, const void *user_data);

/* Communities, followers, official accounts and signalling: libim has none of these. */

typedef void (*TIMCommunityAddMembersToPermissionGroupCallback)(
    const char *group_id, const char *json_result, const void *user_data);
typedef void (*TIMCommunityAddTopicPermissionCallback)(
    const char *group_id, const char *json_result, const void *user_data);
typedef void (*TIMCommunityChangePermissionGroupInfoCallback)(
    const char *group_id, const char *permission_group_info, const void *user_data);
typedef void (*TIMCommunityChangeTopicInfoCallback)(
    const char *group_id, const char *topic_info, const void *user_data);
typedef void (*TIMCommunityCreatePermissionGroupCallback)(
    const char *group_id, const char *permission_group_info, const void *user_data);
typedef void (*TIMCommunityCreateTopicCallback)(const char *group_id, const char *topic_id, const void *user_data);
typedef void (*TIMCommunityDeletePermissionGroupCallback)(
    const char *group_id, const char *permission_group_id_array, const void *user_data);
typedef void (*TIMCommunityDeleteTopicCallback)(
    const char *group_id, const char *topic_id_array, const void *user_data);
typedef void (*TIMCommunityDeleteTopicPermissionCallback)(
    const char *group_id, const char *json_result, const void *user_data);
typedef void (*TIMCommunityModifyTopicPermissionCallback)(
    const char *group_id, const char *json_result, const void *user_data);
typedef void (*TIMCommunityReceiveTopicRESTCustomDataCallback)(
    const char *topic_id, const char *custom_data, const void *user_data);
typedef void (*TIMCommunityRemoveMembersFromPermissionGroupCallback)(
    const char *group_id, const char *json_result, const void *user_data);
typedef void (*TIMMutualFollowersListChangedCallback)(
    const char *json_user_info_list, bool is_add, const void *user_data);
typedef void (*TIMMyFollowersListChangedCallback)(
    const char *json_user_info_list, bool is_add, const void *user_data);
typedef void (*TIMMyFollowingListChangedCallback)(
    const char *json_user_info_list, bool is_add, const void *user_data);
typedef void (*TIMOfficialAccountDeletedCallback)(const char *official_account_id, const void *user_data);
typedef void (*TIMOfficialAccountInfoChangedCallback)(const char *json_official_account_info, const void *user_data);
typedef void (*TIMOfficialAccountSubscribedCallback)(const char *json_official_account_info, const void *user_data);
typedef void (*TIMOfficialAccountUnsubscribedCallback)(const char *official_account_id, const void *user_data);
typedef void (*TIMSignalingInvitationCancelledCallback)(
    const char *invite_id, const char *inviter, const char *data, const void *user_data);
typedef void (*TIMSignalingInvitationModifiedCallback)(
    const char *invite_id, const char *data, const void *user_data);
typedef void (*TIMSignalingInvitationTimeoutCallback)(
    const char *invite_id, const char *json_invitee_list, const void *user_data);
typedef void (*TIMSignalingInviteeAcceptedCallback)(
    const char *invite_id, const char *invitee, const char *data, const void *user_data);
typedef void (*TIMSignalingInviteeRejectedCallback)(
    const char *invite_id, const char *invitee, const char *data, const void *user_data);
typedef void (*TIMSignalingReceiveNewInvitationCallback)(
    const char *invite_id, const char *inviter, const char *group_id, const char *json_invitee_list,
    const char *data, const void *user_data);

int TIMCheckFollowType(const char *json_user_id_list, TIMCommCallback cb, const void *user_data);
int TIMCommunityAddCommunityMembersToPermissionGroup(
    const char *group_id, const char *permission_group_id, const char *json_member_id_array, TIMCommCallback cb,
    const void *user_data);
int TIMCommunityAddTopicPermissionToPermissionGroup(
    const char *group_id, const char *permission_group_id, const char *json_topic_permission_map,
    TIMCommCallback cb, const void *user_data);
int TIMCommunityCreate(const char *json_group_create_param, TIMCommCallback cb, const void *user_data);
int TIMCommunityCreatePermissionGroupInCommunity(
    const char *json_permission_group_info, TIMCommCallback cb, const void *user_data);
int TIMCommunityCreateTopicInCommunity(
    const char *group_id, const char *json_topic_info, TIMCommCallback cb, const void *user_data);
int TIMCommunityDeletePermissionGroupFromCommunity(
    const char *group_id, const char *json_permission_group_id_array, TIMCommCallback cb, const void *user_data);
int TIMCommunityDeleteTopicFromCommunity(
    const char *group_id, const char *json_topic_id_array, TIMCommCallback cb, const void *user_data);
int TIMCommunityDeleteTopicPermissionFromPermissionGroup(
    const char *group_id, const char *permission_group_id, const char *json_topic_id_array, TIMCommCallback cb,
    const void *user_data);
int TIMCommunityGetCommunityMemberListInPermissionGroup(
    const char *group_id, const char *permission_group_id, const char *next_cursor, TIMCommCallback cb,
    const void *user_data);
int TIMCommunityGetJoinedCommunityList(TIMCommCallback cb, const void *user_data);
int TIMCommunityGetJoinedPermissionGroupListInCommunity(
    const char *group_id, TIMCommCallback cb, const void *user_data);
int TIMCommunityGetPermissionGroupListInCommunity(
    const char *group_id, const char *json_permission_group_id_array, TIMCommCallback cb, const void *user_data);
int TIMCommunityGetTopicInfoList(
    const char *group_id, const char *json_topic_id_array, TIMCommCallback cb, const void *user_data);
int TIMCommunityGetTopicPermissionInPermissionGroup(
    const char *group_id, const char *permission_group_id, const char *json_topic_id_array, TIMCommCallback cb,
    const void *user_data);
int TIMCommunityModifyPermissionGroupInfoInCommunity(
    const char *json_permission_group_info, TIMCommCallback cb, const void *user_data);
int TIMCommunityModifyTopicPermissionInPermissionGroup(
    const char *group_id, const char *permission_group_id, const char *json_topic_permission_map,
    TIMCommCallback cb, const void *user_data);
int TIMCommunityRemoveCommunityMembersFromPermissionGroup(
    const char *group_id, const char *permission_group_id, const char *json_member_id_array, TIMCommCallback cb,
    const void *user_data);
int TIMCommunitySetTopicInfo(const char *json_topic_info, TIMCommCallback cb, const void *user_data);
int TIMFollowUser(const char *json_user_id_list, TIMCommCallback cb, const void *user_data);
int TIMGetMutualFollowersList(const char *next_cursor, TIMCommCallback cb, const void *user_data);
int TIMGetMyFollowersList(const char *next_cursor, TIMCommCallback cb, const void *user_data);
int TIMGetMyFollowingList(const char *next_cursor, TIMCommCallback cb, const void *user_data);
int TIMGetOfficialAccountsInfo(const char *json_official_account_id_list, TIMCommCallback cb, const void *user_data);
int TIMGetSignalingInfo(const char *json_msg, TIMCommCallback json_signaling_info_cb, const void *user_data);
int TIMGetUserFollowInfo(const char *json_user_id_list, TIMCommCallback cb, const void *user_data);
int TIMSignalingAccept(const char *invite_id, const char *data, TIMCommCallback cb, const void *user_data);
int TIMSignalingCancel(const char *invite_id, const char *data, TIMCommCallback cb, const void *user_data);
int TIMSignalingInvite(
    const char *invitee, const char *data, bool online_user_only, const char *json_offline_push_info, int timeout,
    char *invite_id_buffer, TIMCommCallback cb, const void *user_data);
int TIMSignalingInviteInGroup(
    const char *group_id, const char *json_invitee_array, const char *data, bool online_user_only, int timeout,
    char *invite_id_buffer, TIMCommCallback cb, const void *user_data);
int TIMSignalingModifyInvitation(const char *invite_id, const char *data, TIMCommCallback cb, const void *user_data);
int TIMSignalingReject(const char *invite_id, const char *data, TIMCommCallback cb, const void *user_data);
int TIMSubscribeOfficialAccount(const char *official_account_id, TIMCommCallback cb, const void *user_data);
int TIMUnfollowUser(const char *json_user_id_list, TIMCommCallback cb, const void *user_data);
int TIMUnsubscribeOfficialAccount(
    const char *unsubscribe_official_account_id, TIMCommCallback cb, const void *user_data);
void TIMSetCommunityAddMembersToPermissionGroupCallback(
    TIMCommunityAddMembersToPermissionGroupCallback cb, const void *user_data);
void TIMSetCommunityAddTopicPermissionCallback(TIMCommunityAddTopicPermissionCallback cb, const void *user_data);
void TIMSetCommunityChangePermissionGroupInfoCallback(
    TIMCommunityChangePermissionGroupInfoCallback cb, const void *user_data);
void TIMSetCommunityChangeTopicInfoCallback(TIMCommunityChangeTopicInfoCallback cb, const void *user_data);
void TIMSetCommunityCreatePermissionGroupCallback(
    TIMCommunityCreatePermissionGroupCallback cb, const void *user_data);
void TIMSetCommunityCreateTopicCallback(TIMCommunityCreateTopicCallback cb, const void *user_data);
void TIMSetCommunityDeletePermissionGroupCallback(
    TIMCommunityDeletePermissionGroupCallback cb, const void *user_data);
void TIMSetCommunityDeleteTopicCallback(TIMCommunityDeleteTopicCallback cb, const void *user_data);
void TIMSetCommunityDeleteTopicPermissionCallback(
    TIMCommunityDeleteTopicPermissionCallback cb, const void *user_data);
void TIMSetCommunityModifyTopicPermissionCallback(
    TIMCommunityModifyTopicPermissionCallback cb, const void *user_data);
void TIMSetCommunityReceiveTopicRESTCustomDataCallback(
    TIMCommunityReceiveTopicRESTCustomDataCallback cb, const void *user_data);
void TIMSetCommunityRemoveMembersFromPermissionGroupCallback(
    TIMCommunityRemoveMembersFromPermissionGroupCallback cb, const void *user_data);
void TIMSetMutualFollowersListChangedCallback(TIMMutualFollowersListChangedCallback cb, const void *user_data);
void TIMSetMyFollowersListChangedCallback(TIMMyFollowersListChangedCallback cb, const void *user_data);
void TIMSetMyFollowingListChangedCallback(TIMMyFollowingListChangedCallback cb, const void *user_data);
void TIMSetOfficialAccountDeletedCallback(TIMOfficialAccountDeletedCallback cb, const void *user_data);
void TIMSetOfficialAccountInfoChangedCallback(TIMOfficialAccountInfoChangedCallback cb, const void *user_data);
void TIMSetOfficialAccountSubscribedCallback(TIMOfficialAccountSubscribedCallback cb, const void *user_data);
void TIMSetOfficialAccountUnsubscribedCallback(TIMOfficialAccountUnsubscribedCallback cb, const void *user_data);
void TIMSetSignalingInvitationCancelledCallback(TIMSignalingInvitationCancelledCallback cb, const void *user_data);
void TIMSetSignalingInvitationModifiedCallback(TIMSignalingInvitationModifiedCallback cb, const void *user_data);
void TIMSetSignalingInvitationTimeoutCallback(TIMSignalingInvitationTimeoutCallback cb, const void *user_data);
void TIMSetSignalingInviteeAcceptedCallback(TIMSignalingInviteeAcceptedCallback cb, const void *user_data);
void TIMSetSignalingInviteeRejectedCallback(TIMSignalingInviteeRejectedCallback cb, const void *user_data);
void TIMSetSignalingReceiveNewInvitationCallback(TIMSignalingReceiveNewInvitationCallback cb, const void *user_data);

#ifdef __cplusplus
}
#endif

#endif
