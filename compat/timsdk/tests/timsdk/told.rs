//! Callbacks for every event of the library, and their arguments.

use super::tim::{Chars, Data, text};
use serde_json::{Value, json};
use std::ffi::c_int;
use std::sync::{Mutex, PoisonError};

/// A call of a callback: the function that has set it, and its arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub by: &'static str,
    pub arguments: Vec<Value>,
}

impl std::fmt::Display for Told {
    /// In one line, for a test that fails.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let arguments = Value::from(self.arguments.clone()).to_string();
        write!(f, "{} {}", self.by, arguments.chars().take(300).collect::<String>())
    }
}

static TOLD: Mutex<Vec<Told>> = Mutex::new(Vec::new());

/// All calls so far.
pub fn all() -> Vec<Told> {
    TOLD.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

pub fn forget() {
    TOLD.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

fn tell(by: &'static str, arguments: Vec<Value>) {
    let told = Told { by, arguments };
    TOLD.lock().unwrap_or_else(PoisonError::into_inner).push(told);
}

fn parsed(json: Chars) -> Value {
    match text(json).as_str() {
        "" => Value::Null,
        json => serde_json::from_str(json).unwrap(),
    }
}

macro_rules! c_type {
    (json) => {
        Chars
    };
    (text) => {
        Chars
    };
    (int) => {
        c_int
    };
    (unsigned) => {
        u32
    };
}

macro_rules! value {
    ($argument:ident json) => {
        parsed($argument)
    };
    ($argument:ident text) => {
        json!(text($argument))
    };
    ($argument:ident $number:ident) => {
        json!($argument)
    };
}

/// One function for each row, with the arguments of its callback.
macro_rules! callbacks {
    ($($name:ident($($argument:ident: $kind:ident),*);)*) => {
        unsafe extern "C" {
            $(fn $name(cb: Option<unsafe extern "C" fn($(c_type!($kind),)* Data)>, data: Data);)*
        }

        /// The functions.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];

        /// Sets all callbacks.
        pub fn listen() {
            $({
                unsafe extern "C" fn told($($argument: c_type!($kind),)* _: Data) {
                    tell(stringify!($name), vec![$(value!($argument $kind)),*]);
                }
                // SAFETY: the callback lives for ever.
                unsafe { $name(Some(told), std::ptr::null()) };
            })*
        }
    };
}

callbacks! {
    TIMAddRecvNewMsgCallback(messages: json);
    TIMSetConvEventCallback(event: int, conversations: json);
    TIMSetConvTotalUnreadMessageCountChangedCallback(total: int);
    TIMSetConvUnreadMessageCountChangedByFilterCallback(filter: json, total: int);
    TIMSetConvConversationGroupCreatedCallback(name: text, conversations: json);
    TIMSetConvConversationGroupDeletedCallback(name: text);
    TIMSetConvConversationGroupNameChangedCallback(old: text, new: text);
    TIMSetConvConversationsAddedToGroupCallback(name: text, conversations: json);
    TIMSetConvConversationsDeletedFromGroupCallback(name: text, conversations: json, reason: unsigned);
    TIMSetMsgUpdateCallback(messages: json);
    TIMSetMsgRevokeCallback(recalls: json);
    TIMSetMsgReadedReceiptCallback(receipts: json);
    TIMSetMsgElemUploadProgressCallback(message: json, index: unsigned, current: unsigned, total: unsigned);
    TIMSetMsgReactionsChangedCallback(changes: json);
    TIMSetMsgAllMessageReceiveOptionCallback(option: json);
    TIMSetNetworkStatusListenerCallback(status: int, code: int, desc: text);
    TIMSetKickedOfflineCallback();
    TIMSetUserSigExpiredCallback();
    TIMSetSelfInfoUpdatedCallback(profile: json);
    TIMSetGroupTipsEventCallback(tips: json);
    TIMSetOnAddFriendCallback(users: json);
    TIMSetOnDeleteFriendCallback(users: json);
    TIMSetUpdateFriendProfileCallback(updates: json);
    TIMSetFriendAddRequestCallback(requests: json);
    TIMSetFriendApplicationListDeletedCallback(users: json);
    TIMSetFriendApplicationListReadCallback();
}
