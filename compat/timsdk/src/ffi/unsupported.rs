//! The functions of the API that libim has nothing for. They are there, so that every program that uses them loads and runs:
//! a call fails with 7013, through its callback, and a callback for events is never called.

use super::handler::Callback;
use super::request;
use super::types::{Buffer, Data, Text};
use crate::call::Call;
use std::ffi::{c_int, c_void};

/// One function for each row, with its parameters before the callback.
macro_rules! unsupported {
    ($($name:ident($($parameter:ident: $type:ty),*);)*) => {$(
        #[unsafe(no_mangle)]
        pub extern "C" fn $name($($parameter: $type,)* cb: Callback, user_data: Data) -> c_int {
            $(let _ = $parameter;)*
            request(cb, user_data, |_| Ok(Call::unsupported()))
        }
    )*};
}

/// One function for each row.
macro_rules! never_told {
    ($($name:ident;)*) => {$(
        #[unsafe(no_mangle)]
        pub extern "C" fn $name(cb: *const c_void, user_data: Data) {
            let _ = (cb, user_data);
        }
    )*};
}

unsupported! {
    TIMCheckFollowType(json_user_id_list: Text);
    TIMCommunityAddCommunityMembersToPermissionGroup(group_id: Text, permission_group_id: Text, json_member_id_array: Text);
    TIMCommunityAddTopicPermissionToPermissionGroup(group_id: Text, permission_group_id: Text, json_topic_permission_map: Text);
    TIMCommunityCreate(json_group_create_param: Text);
    TIMCommunityCreatePermissionGroupInCommunity(json_permission_group_info: Text);
    TIMCommunityCreateTopicInCommunity(group_id: Text, json_topic_info: Text);
    TIMCommunityDeletePermissionGroupFromCommunity(group_id: Text, json_permission_group_id_array: Text);
    TIMCommunityDeleteTopicFromCommunity(group_id: Text, json_topic_id_array: Text);
    TIMCommunityDeleteTopicPermissionFromPermissionGroup(group_id: Text, permission_group_id: Text, json_topic_id_array: Text);
    TIMCommunityGetCommunityMemberListInPermissionGroup(group_id: Text, permission_group_id: Text, next_cursor: Text);
    TIMCommunityGetJoinedCommunityList();
    TIMCommunityGetJoinedPermissionGroupListInCommunity(group_id: Text);
    TIMCommunityGetPermissionGroupListInCommunity(group_id: Text, json_permission_group_id_array: Text);
    TIMCommunityGetTopicInfoList(group_id: Text, json_topic_id_array: Text);
    TIMCommunityGetTopicPermissionInPermissionGroup(group_id: Text, permission_group_id: Text, json_topic_id_array: Text);
    TIMCommunityModifyPermissionGroupInfoInCommunity(json_permission_group_info: Text);
    TIMCommunityModifyTopicPermissionInPermissionGroup(group_id: Text, permission_group_id: Text, json_topic_permission_map: Text);
    TIMCommunityRemoveCommunityMembersFromPermissionGroup(group_id: Text, permission_group_id: Text, json_member_id_array: Text);
    TIMCommunitySetTopicInfo(json_topic_info: Text);
    TIMFollowUser(json_user_id_list: Text);
    TIMFriendshipAddToBlackList(json_add_to_blacklist_param: Text);
    TIMFriendshipCheckFriendType(json_check_friend_list_param: Text);
    TIMFriendshipCreateFriendGroup(json_create_friend_group_param: Text);
    TIMFriendshipDeleteFriendGroup(json_delete_friend_group_param: Text);
    TIMFriendshipDeleteFromBlackList(json_delete_from_blacklist_param: Text);
    TIMFriendshipGetBlackList();
    TIMFriendshipGetFriendGroupList(json_get_friend_group_list_param: Text);
    TIMFriendshipModifyFriendGroup(json_modify_friend_group_param: Text);
    TIMFriendshipSearchFriends(json_search_friends_param: Text);
    TIMGetMutualFollowersList(next_cursor: Text);
    TIMGetMyFollowersList(next_cursor: Text);
    TIMGetMyFollowingList(next_cursor: Text);
    TIMGetOfficialAccountsInfo(json_official_account_id_list: Text);
    TIMGetPinnedGroupMessageList(group_id: Text);
    TIMGetSignalingInfo(json_msg: Text);
    TIMGetUserFollowInfo(json_user_id_list: Text);
    TIMGetUserStatus(json_identifier_array: Text);
    TIMGroupCreateTopicInCommunity(group_id: Text, json_topic_info: Text);
    TIMGroupDecreaseGroupCounter(group_id: Text, group_counter_key: Text, group_counter_value: i64);
    TIMGroupDeleteGroupAttributes(group_id: Text, json_keys: Text);
    TIMGroupDeleteTopicFromCommunity(group_id: Text, json_topic_id_array: Text);
    TIMGroupGetGroupAttributes(group_id: Text, json_keys: Text);
    TIMGroupGetGroupCounters(group_id: Text, json_group_counter_key_array: Text);
    TIMGroupGetJoinedCommunityList();
    TIMGroupGetOnlineMemberCount(group_id: Text);
    TIMGroupGetTopicInfoList(group_id: Text, json_topic_id_array: Text);
    TIMGroupIncreaseGroupCounter(group_id: Text, group_counter_key: Text, group_counter_value: i64);
    TIMGroupInitGroupAttributes(group_id: Text, json_group_attributes: Text);
    TIMGroupMarkGroupMemberList(group_id: Text, member_array: Text, mark_type: u32, enable_mark: u8);
    TIMGroupSearchGroupMembers(json_group_search_group_members_param: Text);
    TIMGroupSearchGroups(json_group_search_groups_param: Text);
    TIMGroupSetGroupAttributes(group_id: Text, json_group_attributes: Text);
    TIMGroupSetGroupCounters(group_id: Text, json_group_counter_array: Text);
    TIMGroupSetTopicInfo(json_topic_info: Text);
    TIMMsgBatchSend(json_batch_send_param: Text);
    TIMMsgConvertVoiceToText(url: Text, language: Text);
    TIMMsgDeleteMessageExtensions(json_msg: Text, json_extension_key_array: Text);
    TIMMsgDoBackground(unread_count: u32);
    TIMMsgDoForeground();
    TIMMsgFindByMsgLocatorList(conv_id: Text, conv_type: c_int, json_msg_locator_array: Text);
    TIMMsgGetMessageExtensions(json_msg: Text);
    TIMMsgImportMsgList(conv_id: Text, conv_type: c_int, json_msg_array: Text);
    TIMMsgSearchCloudMessages(json_search_message_param: Text);
    TIMMsgSetMessageExtensions(json_msg: Text, json_extension_array: Text);
    TIMMsgSetOfflinePushToken(json_token: Text);
    TIMMsgTranslateText(json_source_text_array: Text, source_language: Text, target_language: Text);
    TIMPinGroupMessage(group_id: Text, json_msg: Text, is_pinned: u8);
    TIMSetSelfStatus(json_current_user_status: Text);
    TIMSignalingAccept(invite_id: Text, data: Text);
    TIMSignalingCancel(invite_id: Text, data: Text);
    TIMSignalingInvite(invitee: Text, data: Text, online_user_only: u8, json_offline_push_info: Text, timeout: c_int, invite_id_buffer: Buffer);
    TIMSignalingInviteInGroup(group_id: Text, json_invitee_array: Text, data: Text, online_user_only: u8, timeout: c_int, invite_id_buffer: Buffer);
    TIMSignalingModifyInvitation(invite_id: Text, data: Text);
    TIMSignalingReject(invite_id: Text, data: Text);
    TIMSubscribeOfficialAccount(official_account_id: Text);
    TIMSubscribeUserInfo(json_user_id_list: Text);
    TIMSubscribeUserStatus(json_identifier_array: Text);
    TIMUnfollowUser(json_user_id_list: Text);
    TIMUnsubscribeOfficialAccount(unsubscribe_official_account_id: Text);
    TIMUnsubscribeUserInfo(json_user_id_list: Text);
    TIMUnsubscribeUserStatus(json_identifier_array: Text);
}

never_told! {
    TIMSetCommunityAddMembersToPermissionGroupCallback;
    TIMSetCommunityAddTopicPermissionCallback;
    TIMSetCommunityChangePermissionGroupInfoCallback;
    TIMSetCommunityChangeTopicInfoCallback;
    TIMSetCommunityCreatePermissionGroupCallback;
    TIMSetCommunityCreateTopicCallback;
    TIMSetCommunityDeletePermissionGroupCallback;
    TIMSetCommunityDeleteTopicCallback;
    TIMSetCommunityDeleteTopicPermissionCallback;
    TIMSetCommunityModifyTopicPermissionCallback;
    TIMSetCommunityReceiveTopicRESTCustomDataCallback;
    TIMSetCommunityRemoveMembersFromPermissionGroupCallback;
    TIMSetExperimentalNotifyCallback;
    TIMSetFriendBlackListAddedCallback;
    TIMSetFriendBlackListDeletedCallback;
    TIMSetFriendGroupCreatedCallback;
    TIMSetFriendGroupDeletedCallback;
    TIMSetFriendGroupNameChangedCallback;
    TIMSetFriendsAddedToGroupCallback;
    TIMSetFriendsDeletedFromGroupCallback;
    TIMSetGroupAttributeChangedCallback;
    TIMSetGroupCounterChangedCallback;
    TIMSetGroupTopicChangedCallback;
    TIMSetGroupTopicCreatedCallback;
    TIMSetGroupTopicDeletedCallback;
    TIMSetLogCallback;
    TIMSetMsgExtensionsChangedCallback;
    TIMSetMsgExtensionsDeletedCallback;
    TIMSetMsgGroupPinnedMessageChangedCallback;
    TIMSetMutualFollowersListChangedCallback;
    TIMSetMyFollowersListChangedCallback;
    TIMSetMyFollowingListChangedCallback;
    TIMSetOfficialAccountDeletedCallback;
    TIMSetOfficialAccountInfoChangedCallback;
    TIMSetOfficialAccountSubscribedCallback;
    TIMSetOfficialAccountUnsubscribedCallback;
    TIMSetSignalingInvitationCancelledCallback;
    TIMSetSignalingInvitationModifiedCallback;
    TIMSetSignalingInvitationTimeoutCallback;
    TIMSetSignalingInviteeAcceptedCallback;
    TIMSetSignalingInviteeRejectedCallback;
    TIMSetSignalingReceiveNewInvitationCallback;
    TIMSetUserInfoChangedCallback;
    TIMSetUserStatusChangedCallback;
}
