//! Events of libim become calls of the app's callbacks.

use crate::callbacks::{Notice, Topic, is_heard, tell, tell_messages};
use crate::ids::Ids;
use crate::keys::{conversation, element, field, friend, list, message, number, receipt, text};
use crate::sdk::Session;
use im::events::{Event, Listener};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

/// `TIMConvEvent`.
const ADDED: i64 = 0;
const DELETED: i64 = 1;
const UPDATED: i64 = 2;
const SYNC_STARTED: i64 = 3;
const SYNC_FINISHED: i64 = 4;

/// `TIMNetworkStatus`.
const CONNECTED: i64 = 0;
const DISCONNECTED: i64 = 1;
const CONNECTING: i64 = 2;

/// The reason for which conversations leave a group: the user took them out.
const BY_USER: i64 = 0;

/// The listener of a session.
pub(crate) struct Hearing(Session);

impl Hearing {
    pub(crate) fn new(session: &Session) -> Self {
        Self(session.clone())
    }
}

impl Listener for Hearing {
    fn on_event(&self, event: Event, payload: &str) {
        if self.0.is_over.load(Ordering::Acquire) {
            return;
        }
        let payload: Value = serde_json::from_str(payload).unwrap_or_default();
        self.0.files.note(&payload);
        match event {
            Event::MessageStatusChanged => self.0.on_status(&payload),
            Event::ConversationDeleted => self.0.on_deleted(),
            Event::ConversationChanged => self.0.on_changed(&payload),
            Event::MessagesMissed => self.0.on_missed(),
            Event::MessageDownloadProgress => self.0.files.on_progress(&payload),
            _ => {}
        }
        on(event, &payload, &self.0);
        if let Some(report) = self.0.report(event, &payload) {
            tell_messages(&Notice::of([json!([report]).to_string()]));
        }
    }
}

fn on(event: Event, own: &Value, session: &Session) {
    let ids: &Ids = &session.ids;
    let conversations =
        |kind: i64, list: Value| tell(Topic::Conversations, &Notice::of([list.to_string()]).with([kind]));
    let sync = |kind: i64| tell(Topic::Conversations, &Notice::of([""]).with([kind]));
    let network = |status: i64| {
        let notice = Notice::of([text(own, "desc")]).with([status, number(own, "code")]);
        tell(Topic::Network, &notice);
    };
    let one = |topic: Topic, value: Value| tell(topic, &Notice::of([value.to_string()]));
    match event {
        Event::SyncServerStart => sync(SYNC_STARTED),
        // This API has no word for a sync that fails; an app that waits for its end would wait for ever.
        Event::SyncServerFinish | Event::SyncServerFailed => sync(SYNC_FINISHED),
        Event::NewConversation => conversations(ADDED, conversation::conversations(own, ids)),
        Event::ConversationChanged => conversations(UPDATED, conversation::conversations(own, ids)),
        Event::ConversationDeleted => conversations(DELETED, conversation::deleted(own, ids)),
        Event::TotalUnreadMessageCountChanged => {
            tell(Topic::TotalUnread, &Notice::default().with(own.as_i64()));
        }
        Event::UnreadMessageCountChangedByFilter => {
            let filter = conversation::their_filter(field(own, "filter"));
            let notice = Notice::of([filter.to_string()]).with([number(own, "totalUnreadCount")]);
            tell(Topic::UnreadByFilter, &notice);
        }
        Event::ConversationGroupCreated => group(Topic::GroupCreated, own, ids),
        Event::ConversationsAddedToGroup => group(Topic::AddedToGroup, own, ids),
        Event::ConversationsDeletedFromGroup => group(Topic::DeletedFromGroup, own, ids),
        Event::ConversationGroupDeleted => tell(Topic::GroupDeleted, &Notice::of(own.as_str())),
        Event::ConversationGroupNameChanged => {
            let names = [text(own, "oldName"), text(own, "newName")];
            tell(Topic::GroupNameChanged, &Notice::of(names));
        }
        Event::RecvNewMessage => new_message(own, ids),
        Event::RecvMessageModified => one(Topic::MessageUpdate, json!([message::message(own, ids)])),
        Event::RecvMessageRevokedWithInfo => {
            let found = session.read("findMessages", &json!({ "messageIDList": [field(own, "msgID")] }));
            let found = list(&found).first().unwrap_or(&Value::Null);
            one(Topic::MessageRevoke, json!([message::revocation(own, found, ids)]));
        }
        Event::RecvC2CReadReceipt | Event::RecvMessageReadReceipts => {
            one(Topic::ReadReceipt, receipt::receipts(own, ids));
        }
        Event::RecvMessageReactionsChanged => one(Topic::Reactions, receipt::reaction_changes(changes(own), ids)),
        Event::AllReceiveMessageOptChanged => one(Topic::AllReceiveOption, receipt::all_recv_opt(own, ids)),
        Event::SendMessageProgress => {
            let json = message::message(field(own, "message"), ids).to_string();
            let sizes = [0, number(own, "currentSize"), number(own, "totalSize")];
            tell(Topic::UploadProgress, &Notice::of([json]).with(sizes));
        }
        Event::Connecting => network(CONNECTING),
        Event::ConnectSuccess => network(CONNECTED),
        // libim goes on trying.
        Event::ConnectFailed => network(DISCONNECTED),
        Event::KickedOffline => tell(Topic::KickedOffline, &Notice::default()),
        Event::UserSigExpired => tell(Topic::UserSigExpired, &Notice::default()),
        Event::FriendListAdded => one(Topic::FriendAdded, friend::identifiers(own, ids)),
        Event::FriendListDeleted => one(Topic::FriendDeleted, friend::identifiers(own, ids)),
        Event::FriendInfoChanged => one(Topic::FriendUpdate, friend::updates(own, ids)),
        Event::FriendApplicationListAdded => {
            let incoming = friend::new_pendencies(own, ids);
            if !list(&incoming).is_empty() {
                one(Topic::FriendRequest, incoming);
            }
        }
        Event::FriendApplicationListDeleted => one(Topic::FriendRequestDeleted, friend::identifiers(own, ids)),
        Event::FriendApplicationListRead => tell(Topic::FriendRequestRead, &Notice::default()),
        // This API has no callbacks for the others. The groups' events come as messages: as tips, and as reports to the user.
        _ => {}
    }
}

/// The list of changed reactions, also where it is within an object.
fn changes(own: &Value) -> &Value {
    if own.is_array() { own } else { field(own, "changeInfos") }
}

fn group(topic: Topic, own: &Value, ids: &Ids) {
    let list = conversation::conversations(field(own, "conversationList"), ids);
    let notice = Notice::of([text(own, "groupName"), &list.to_string()]).with([BY_USER]);
    tell(topic, &notice);
}

fn new_message(own: &Value, ids: &Ids) {
    let theirs = message::message(own, ids);
    tell_messages(&Notice::of([json!([theirs]).to_string()]));
    if element::is_tips(own)
        && is_heard(Topic::GroupTips)
        && let Some(tips) = list(field(&theirs, "message_elem_array")).first()
    {
        tell(Topic::GroupTips, &Notice::of([tips.to_string()]));
    }
}
