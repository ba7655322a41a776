//! Setting callbacks for events: those that libim has something for. The others are in `unsupported`.

use super::handler::{
    OnNothing, OnNumber, OnNumberText, OnProgress, OnStatus, OnText, OnTextNumber, OnTexts, OnTextsNumber, on_nothing,
    on_number, on_number_text, on_progress, on_status, on_text, on_text_number, on_texts, on_texts_number,
};
use super::types::Data;
use crate::callbacks::{Topic, add, remove, set};

/// One function for each row: its name, its topic, and the kind of its callback.
macro_rules! setters {
    ($($name:ident($type:ty, $make:ident) => $topic:ident;)*) => {$(
        #[unsafe(no_mangle)]
        pub extern "C" fn $name(cb: $type, user_data: Data) {
            set(Topic::$topic, $make(cb, user_data));
        }
    )*};
}

setters! {
    TIMSetConvEventCallback(OnNumberText, on_number_text) => Conversations;
    TIMSetConvTotalUnreadMessageCountChangedCallback(OnNumber, on_number) => TotalUnread;
    TIMSetConvUnreadMessageCountChangedByFilterCallback(OnTextNumber, on_text_number) => UnreadByFilter;
    TIMSetConvConversationGroupCreatedCallback(OnTexts, on_texts) => GroupCreated;
    TIMSetConvConversationGroupDeletedCallback(OnText, on_text) => GroupDeleted;
    TIMSetConvConversationGroupNameChangedCallback(OnTexts, on_texts) => GroupNameChanged;
    TIMSetConvConversationsAddedToGroupCallback(OnTexts, on_texts) => AddedToGroup;
    TIMSetConvConversationsDeletedFromGroupCallback(OnTextsNumber, on_texts_number) => DeletedFromGroup;
    TIMSetMsgUpdateCallback(OnText, on_text) => MessageUpdate;
    TIMSetMsgRevokeCallback(OnText, on_text) => MessageRevoke;
    TIMSetMsgReadedReceiptCallback(OnText, on_text) => ReadReceipt;
    TIMSetMsgElemUploadProgressCallback(OnProgress, on_progress) => UploadProgress;
    TIMSetMsgReactionsChangedCallback(OnText, on_text) => Reactions;
    TIMSetMsgAllMessageReceiveOptionCallback(OnText, on_text) => AllReceiveOption;
    TIMSetNetworkStatusListenerCallback(OnStatus, on_status) => Network;
    TIMSetKickedOfflineCallback(OnNothing, on_nothing) => KickedOffline;
    TIMSetUserSigExpiredCallback(OnNothing, on_nothing) => UserSigExpired;
    TIMSetSelfInfoUpdatedCallback(OnText, on_text) => SelfInfo;
    TIMSetGroupTipsEventCallback(OnText, on_text) => GroupTips;
    TIMSetOnAddFriendCallback(OnText, on_text) => FriendAdded;
    TIMSetOnDeleteFriendCallback(OnText, on_text) => FriendDeleted;
    TIMSetUpdateFriendProfileCallback(OnText, on_text) => FriendUpdate;
    TIMSetFriendAddRequestCallback(OnText, on_text) => FriendRequest;
    TIMSetFriendApplicationListDeletedCallback(OnText, on_text) => FriendRequestDeleted;
    TIMSetFriendApplicationListReadCallback(OnNothing, on_nothing) => FriendRequestRead;
}

fn address(cb: OnText) -> usize {
    cb.map_or(0, |cb| cb as usize)
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMAddRecvNewMsgCallback(cb: OnText, user_data: Data) {
    if let Some(handler) = on_text(cb, user_data) {
        add(address(cb), handler);
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn TIMRemoveRecvNewMsgCallback(cb: OnText) {
    remove(address(cb));
}
