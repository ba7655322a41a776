//! The event queue alone: listeners that come and go on several threads and inside callbacks, against events, completions
//! and the close. Each listener is let go of exactly once, none is called after that or after its removal has returned;
//! each completion runs exactly once; nothing runs after the close; and what a listener hears of a conversation never goes
//! back.

use crate::events::{ChangeSet, ConversationChange, Dispatcher, Event, EventQueue, Listener};
use crate::model::ConversationId;
use crate::model::lock::lock;
use crate::model::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use crate::model::sync::{Arc, Mutex, thread};
use crate::server::Faults;

struct Ear {
    faults: Faults,
    is_gone: Arc<AtomicBool>,
    is_closed: Arc<AtomicBool>,
    last: Mutex<usize>,
    drops: Arc<AtomicUsize>,
    /// Another listener, to be removed in the first callback.
    victim: Mutex<Option<(Arc<Dispatcher>, u64)>>,
}

impl Listener for Ear {
    fn on_event(&self, _: Event, payload: &str) {
        let is_over = || self.is_gone.load(Ordering::SeqCst) || self.is_closed.load(Ordering::SeqCst);
        self.faults.check(!is_over(), || "called after its end".to_owned());
        let version: usize = payload.trim_matches(['[', ']']).parse().unwrap();
        let before = std::mem::replace(&mut *lock(&self.last), version);
        self.faults
            .check(before < version, || format!("{version} after {before}"));
        let victim = lock(&self.victim).take();
        if let Some((dispatcher, id)) = victim {
            dispatcher.remove_listener(id);
        }
        thread::yield_now();
        self.faults
            .check(!is_over(), || "its end did not wait for its callback".to_owned());
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.drops.fetch_add(1, Ordering::SeqCst);
    }
}

/// Adds a listener; what becomes true when its removal has returned, and its number.
fn add(dispatcher: &Arc<Dispatcher>, base: &Base, victim: Option<u64>) -> (Arc<AtomicBool>, u64) {
    let is_gone = Arc::new(AtomicBool::new(false));
    let ear = Ear {
        faults: base.faults.clone(),
        is_gone: Arc::clone(&is_gone),
        is_closed: Arc::clone(&base.is_closed),
        last: Mutex::new(0),
        drops: Arc::clone(&base.drops),
        victim: Mutex::new(victim.map(|id| (Arc::clone(dispatcher), id))),
    };
    let id = dispatcher.add_listener(0, Arc::new(ear));
    base.added.fetch_add(1, Ordering::SeqCst);
    (is_gone, id)
}

#[derive(Clone, Default)]
struct Base {
    faults: Faults,
    is_closed: Arc<AtomicBool>,
    added: Arc<AtomicUsize>,
    drops: Arc<AtomicUsize>,
    pushed: Arc<AtomicUsize>,
    ran: Arc<AtomicUsize>,
}

/// Pushes the next state of the one conversation, as a transaction does, and a completion.
fn push(queue: &EventQueue, version: &Mutex<usize>, base: &Base) {
    {
        let mut version = lock(version);
        *version += 1;
        queue.push_changes(ChangeSet {
            conversations: vec![(
                ConversationId::trusted("c2c_bob"),
                ConversationChange::Changed(version.to_string(), None),
            )],
            ..ChangeSet::default()
        });
    }
    let own = base.clone();
    base.pushed.fetch_add(1, Ordering::SeqCst);
    queue.push_completion(Box::new(move || {
        own.ran.fetch_add(1, Ordering::SeqCst);
    }));
}

pub fn play() {
    let base = Base::default();
    let dispatcher = Arc::new(Dispatcher::start().unwrap());
    let (queue, version) = (dispatcher.queue(), Arc::new(Mutex::new(0)));
    let (victim_is_gone, victim) = add(&dispatcher, &base, None);
    add(&dispatcher, &base, Some(victim));
    let removals = Arc::new(AtomicUsize::new(0));
    let mut threads = Vec::new();
    for _ in 0..2 {
        let (dispatcher, base) = (Arc::clone(&dispatcher), base.clone());
        let (is_gone, removals) = (Arc::clone(&victim_is_gone), Arc::clone(&removals));
        threads.push(thread::spawn(move || {
            // Two and a callback remove the same one.
            if dispatcher.remove_listener(victim) {
                removals.fetch_add(1, Ordering::SeqCst);
                is_gone.store(true, Ordering::SeqCst);
            }
            let (is_gone, id) = add(&dispatcher, &base, None);
            if dispatcher.remove_listener(id) {
                is_gone.store(true, Ordering::SeqCst);
            }
        }));
    }
    for _ in 0..2 {
        let (queue, version, base) = (queue.clone(), Arc::clone(&version), base.clone());
        threads.push(thread::spawn(move || {
            (0..2).for_each(|_| push(&queue, &version, &base))
        }));
    }
    dispatcher.close();
    base.is_closed.store(true, Ordering::SeqCst);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let count = |counter: &AtomicUsize| counter.load(Ordering::SeqCst);
    base.faults
        .check(count(&removals) <= 1, || "two have removed one listener".to_owned());
    base.faults.check(count(&base.drops) == count(&base.added), || {
        "a listener was not let go of".to_owned()
    });
    base.faults.check(count(&base.ran) == count(&base.pushed), || {
        "a completion did not run once".to_owned()
    });
    base.faults.assert_none();
}
