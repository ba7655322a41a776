//! The callbacks that the app has set for events.

use crate::sdk::lock;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

/// What can be told: a `TIMSet…Callback` that libim has something for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Topic {
    Conversations,
    TotalUnread,
    UnreadByFilter,
    GroupCreated,
    GroupDeleted,
    GroupNameChanged,
    AddedToGroup,
    DeletedFromGroup,
    MessageUpdate,
    MessageRevoke,
    ReadReceipt,
    UploadProgress,
    Reactions,
    AllReceiveOption,
    Network,
    KickedOffline,
    UserSigExpired,
    GroupTips,
    FriendAdded,
    FriendDeleted,
    FriendUpdate,
    FriendRequest,
    FriendRequestDeleted,
    FriendRequestRead,
    SelfInfo,
}

/// The arguments of a callback, in the order of their kinds.
#[derive(Debug, Default)]
pub(crate) struct Notice {
    pub(crate) texts: Vec<String>,
    pub(crate) numbers: Vec<i64>,
}

impl Notice {
    /// A notice with texts only.
    pub(crate) fn of<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self {
            texts: texts.into_iter().map(Into::into).collect(),
            numbers: Vec::new(),
        }
    }

    /// The same with numbers.
    pub(crate) fn with(mut self, numbers: impl IntoIterator<Item = i64>) -> Self {
        self.numbers.extend(numbers);
        self
    }

    pub(crate) fn text(&self, place: usize) -> &str {
        self.texts.get(place).map_or("", String::as_str)
    }

    pub(crate) fn number(&self, place: usize) -> i64 {
        self.numbers.get(place).copied().unwrap_or_default()
    }
}

/// A callback of the app's.
pub(crate) type Handler = Arc<dyn Fn(&Notice) + Send + Sync>;

#[derive(Default)]
struct Callbacks {
    topics: HashMap<Topic, Handler>,
    /// Those for new messages, of which there may be several, by their addresses.
    messages: Vec<(usize, Handler)>,
}

static CALLBACKS: LazyLock<Mutex<Callbacks>> = LazyLock::new(Mutex::default);

/// Sets the callback of a topic, or takes it away.
pub(crate) fn set(topic: Topic, handler: Option<Handler>) {
    let mut callbacks = lock(&CALLBACKS);
    match handler {
        Some(handler) => callbacks.topics.insert(topic, handler),
        None => callbacks.topics.remove(&topic),
    };
}

/// Adds a callback for new messages; the same one again has its new data.
pub(crate) fn add(address: usize, handler: Handler) {
    remove(address);
    lock(&CALLBACKS).messages.push((address, handler));
}

/// Takes one away.
pub(crate) fn remove(address: usize) {
    lock(&CALLBACKS).messages.retain(|(other, _)| *other != address);
}

/// Forgets all, at the end.
pub(crate) fn clear() {
    *lock(&CALLBACKS) = Callbacks::default();
}

/// Whether somebody hears of a topic.
pub(crate) fn is_heard(topic: Topic) -> bool {
    lock(&CALLBACKS).topics.contains_key(&topic)
}

/// Tells the app.
pub(crate) fn tell(topic: Topic, notice: &Notice) {
    // A callback may set callbacks.
    let handler = lock(&CALLBACKS).topics.get(&topic).cloned();
    if let Some(handler) = handler {
        handler(notice);
    }
}

/// Tells the app of new messages.
pub(crate) fn tell_messages(notice: &Notice) {
    let handlers: Vec<Handler> = lock(&CALLBACKS)
        .messages
        .iter()
        .map(|(_, handler)| handler.clone())
        .collect();
    for handler in handlers {
        handler(notice);
    }
}
