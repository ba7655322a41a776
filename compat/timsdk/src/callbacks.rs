//! The callbacks that the app has set for events.

use crate::logic::Logic;
use crate::sdk::lock;
use std::collections::HashMap;
use std::sync::{Arc, Condvar, LazyLock, Mutex, PoisonError};

/// A topic of events: a `TIMSet…Callback` for which libim has events.
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

/// The place that a callback is set for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Topic(Topic),
    /// New messages, of which there may be several: its address.
    Messages(usize),
}

#[derive(Default)]
struct Callbacks {
    topics: HashMap<Topic, Arc<Registered>>,
    /// Those for new messages, by their addresses.
    messages: Vec<(usize, Arc<Registered>)>,
    /// Those of an SDK that is ending: they may be running still.
    ending: Vec<(Place, Arc<Registered>)>,
}

impl Callbacks {
    /// Those of a place that are ending.
    fn ending(&self, place: Place) -> Vec<Arc<Registered>> {
        let there = self.ending.iter().filter(|(other, _)| *other == place);
        there.map(|(_, handler)| Arc::clone(handler)).collect()
    }
}

static CALLBACKS: LazyLock<Mutex<Callbacks>> = LazyLock::new(Mutex::default);

/// Sets the callback of a topic, or takes it away.
pub(crate) fn set(topic: Topic, handler: Option<Handler>) {
    let handler = handler.map(Registered::new);
    let before = {
        let mut callbacks = lock(&CALLBACKS);
        let mut before = callbacks.ending(Place::Topic(topic));
        before.extend(match handler {
            Some(handler) => callbacks.topics.insert(topic, handler),
            None => callbacks.topics.remove(&topic),
        });
        before
    };
    before.iter().for_each(|before| before.end());
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
    let before = {
        let mut callbacks = lock(&CALLBACKS);
        let mut before = callbacks.ending(Place::Messages(address));
        let own = callbacks.messages.extract_if(.., |(other, _)| *other == address);
        before.extend(own.map(|(_, handler)| handler));
        callbacks.messages.extend(handler.map(|handler| (address, handler)));
        before
    };
    before.iter().for_each(|before| before.end());
}

/// Callbacks that are set no more, and may still be running.
pub(crate) struct Cleared(Vec<Arc<Registered>>);

/// Forgets all, at the end. Until then, taking one of them away waits for it as ever.
pub(crate) fn clear() -> Cleared {
    let mut callbacks = lock(&CALLBACKS);
    let topics = std::mem::take(&mut callbacks.topics).into_iter();
    let topics = topics.map(|(topic, handler)| (Place::Topic(topic), handler));
    let messages = std::mem::take(&mut callbacks.messages).into_iter();
    let messages = messages.map(|(address, handler)| (Place::Messages(address), handler));
    let all: Vec<_> = topics.chain(messages).collect();
    callbacks.ending.extend(all.iter().cloned());
    Cleared(all.into_iter().map(|(_, handler)| handler).collect())
}

impl Cleared {
    /// Waits for them, as taking away one by one would.
    pub(crate) fn end(&self) {
        self.0.iter().for_each(|handler| handler.end());
        lock(&CALLBACKS)
            .ending
            .retain(|(_, other)| !self.0.iter().any(|handler| Arc::ptr_eq(handler, other)));
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
