//! The callbacks that the app has set for events.

use crate::logic::Logic;
use crate::sdk::lock;
use std::collections::HashMap;
use std::sync::{Arc, Condvar, LazyLock, Mutex, PoisonError};

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
pub(crate) type Handler = Box<dyn Fn(&Notice) + Send + Sync>;

/// One that is set.
struct Registered {
    handler: Handler,
    state: Mutex<Running>,
    returned: Condvar,
}

#[derive(Default)]
struct Running {
    count: usize,
    is_removed: bool,
}

impl Registered {
    fn new(handler: Handler) -> Arc<Self> {
        Arc::new(Self {
            handler,
            state: Mutex::default(),
            returned: Condvar::new(),
        })
    }

    /// Runs it, unless it was taken away meanwhile, also by one that ran before it.
    fn run(&self, notice: &Notice) {
        /// Notes the return.
        struct Return<'a>(&'a Registered);
        impl Drop for Return<'_> {
            fn drop(&mut self) {
                lock(&self.0.state).count -= 1;
                self.0.returned.notify_all();
            }
        }
        {
            let mut state = lock(&self.state);
            if state.is_removed {
                return;
            }
            state.count += 1;
        }
        let _return = Return(self);
        (self.handler)(notice);
    }

    /// From now on it is not called. Waits until it has returned, but not inside a callback, which may be this one: there
    /// is one at a time.
    fn end(&self) {
        let mut state = lock(&self.state);
        state.is_removed = true;
        while state.count > 0 && !Logic::is_callback() {
            state = self.returned.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[derive(Default)]
struct Callbacks {
    topics: HashMap<Topic, Arc<Registered>>,
    /// Those for new messages, of which there may be several, by their addresses.
    messages: Vec<(usize, Arc<Registered>)>,
}

static CALLBACKS: LazyLock<Mutex<Callbacks>> = LazyLock::new(Mutex::default);

/// Sets the callback of a topic, or takes it away.
pub(crate) fn set(topic: Topic, handler: Option<Handler>) {
    let handler = handler.map(Registered::new);
    let before = {
        let mut callbacks = lock(&CALLBACKS);
        match handler {
            Some(handler) => callbacks.topics.insert(topic, handler),
            None => callbacks.topics.remove(&topic),
        }
    };
    if let Some(before) = before {
        before.end();
    }
}

/// Adds a callback for new messages; the same one again has its new data.
pub(crate) fn add(address: usize, handler: Handler) {
    replace(address, Some(Registered::new(handler)));
}

/// Takes one away.
pub(crate) fn remove(address: usize) {
    replace(address, None);
}

fn replace(address: usize, handler: Option<Arc<Registered>>) {
    let before: Vec<_> = {
        let mut callbacks = lock(&CALLBACKS);
        let before = callbacks.messages.extract_if(.., |(other, _)| *other == address);
        let before = before.collect();
        callbacks.messages.extend(handler.map(|handler| (address, handler)));
        before
    };
    before.iter().for_each(|(_, before)| before.end());
}

/// Callbacks that are set no more, and may still be running.
pub(crate) struct Cleared(Callbacks);

/// Forgets all, at the end.
pub(crate) fn clear() -> Cleared {
    Cleared(std::mem::take(&mut *lock(&CALLBACKS)))
}

impl Cleared {
    /// Waits for them, as taking away one by one would.
    pub(crate) fn end(&self) {
        let messages = self.0.messages.iter().map(|(_, handler)| handler);
        self.0.topics.values().chain(messages).for_each(|handler| handler.end());
    }
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
        handler.run(notice);
    }
}

/// Tells the app of new messages.
pub(crate) fn tell_messages(notice: &Notice) {
    let handlers: Vec<_> = lock(&CALLBACKS)
        .messages
        .iter()
        .map(|(_, handler)| Arc::clone(handler))
        .collect();
    handlers.iter().for_each(|handler| handler.run(notice));
}
