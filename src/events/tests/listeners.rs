//! Adding and removing listeners, at any time and from anywhere.

use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{OnceLock, Weak};
use std::thread;

/// Counts its drops.
struct Dropped(Arc<AtomicUsize>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn a_mask_chooses_events_and_listeners_hear_in_the_order_of_adding() {
    let dispatcher = Dispatcher::start().unwrap();
    let order = Arc::new(Mutex::new(Vec::new()));
    for (name, mask) in [("all", 0), ("deleted", Event::ConversationDeleted.bit()), ("late", 0)] {
        let order = order.clone();
        dispatcher.add_listener(
            mask,
            Arc::new(Calls(move |event: Event, _: &str| {
                order.lock().unwrap().push((name, event))
            })),
        );
    }
    dispatcher.queue().push_changes(new(1, "1"));
    dispatcher.queue().push_changes(deleted(2));
    settle(&dispatcher.queue());
    let (joined, left) = (Event::NewConversation, Event::ConversationDeleted);
    let heard = order.lock().unwrap().clone();
    let of = |event| {
        heard
            .iter()
            .filter(|heard| heard.1 == event)
            .map(|heard| heard.0)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (of(joined), of(left)),
        (vec!["all", "late"], vec!["all", "deleted", "late"])
    );
}

#[test]
fn a_listener_hears_what_is_pushed_after_it_was_added_and_nothing_older() {
    let dispatcher = Dispatcher::start().unwrap();
    let queue = dispatcher.queue();
    let first = note(&dispatcher, 0);
    let block = Block::new(&queue);
    queue.push_changes(new(1, "1"));
    queue.push_changes(new(2, "1"));
    queue.push_changes(message(1, "1"));
    queue.push_event(Event::Connecting, "1".into());
    let late = note(&dispatcher, 0);
    queue.push_changes(changed(1, "2"));
    queue.push_changes(message(1, "2"));
    queue.push_event(Event::Connecting, "2".into());
    queue.push_changes(changed(1, "3"));
    block.release(&queue);
    assert_eq!(
        lines(&late),
        ["onConversationChanged [3]", "onRecvNewMessage 2", "onConnecting 2"]
    );
    assert_eq!(
        lines(&first),
        [
            "onNewConversation [1,1]",
            "onRecvNewMessage 1",
            "onConnecting 1",
            "onConversationChanged [3]",
            "onRecvNewMessage 2",
            "onConnecting 2",
        ]
    );
}

#[test]
fn a_late_listener_is_told_of_the_messages_that_it_misses() {
    let dispatcher = Dispatcher::start().unwrap();
    let queue = dispatcher.queue();
    let _first = note(&dispatcher, 0);
    let block = Block::new(&queue);
    queue.push_changes(message(1, "1"));
    let late = note(&dispatcher, Event::MessagesMissed.bit());
    (0..5000).for_each(|_| queue.push_changes(message(2, "2")));
    block.release(&queue);
    assert_eq!(lines(&late), [r#"onMessagesMissed ["c2c_2"]"#]);
}

#[test]
fn listeners_that_come_and_go_leave_the_queue_bounded() {
    let dispatcher = Dispatcher::start().unwrap();
    let queue = dispatcher.queue();
    let heard = note(&dispatcher, 0);
    let block = Block::new(&queue);
    for n in 1..=500 {
        let id = dispatcher.add_listener(0, Arc::new(Calls(|_, _: &str| {})));
        queue.push_changes(changed(1, &n.to_string()));
        queue.push_changes(total(n));
        assert!(dispatcher.remove_listener(id));
        assert_eq!((size(&queue).conversations, size(&queue).items), (1, 1));
    }
    block.release(&queue);
    assert_eq!(
        lines(&heard),
        ["onConversationChanged [500]", "onTotalUnreadMessageCountChanged 500"]
    );
}

#[test]
fn removing_from_another_thread_waits_for_the_callback_and_the_drop() {
    let dispatcher = Arc::new(Dispatcher::start().unwrap());
    let log = Arc::new(Mutex::new(Vec::new()));
    struct Slow {
        entered: Sender<()>,
        release: Mutex<Receiver<()>>,
        log: Arc<Mutex<Vec<&'static str>>>,
    }
    impl Listener for Slow {
        fn on_event(&self, _: Event, _: &str) {
            self.entered.send(()).unwrap();
            self.release.lock().unwrap().recv().unwrap();
            self.log.lock().unwrap().push("callback ends");
        }
    }
    impl Drop for Slow {
        fn drop(&mut self) {
            self.log.lock().unwrap().push("drop");
        }
    }
    let (entered, enters) = channel();
    let (release, released) = channel();
    let id = dispatcher.add_listener(
        0,
        Arc::new(Slow {
            entered,
            release: Mutex::new(released),
            log: log.clone(),
        }),
    );
    dispatcher.queue().push_changes(new(1, "1"));
    enters.recv_timeout(DEADLINE).unwrap();
    dispatcher.queue().push_changes(message(1, "never heard"));
    let removers: Vec<_> = (0..2)
        .map(|_| {
            let (dispatcher, log) = (dispatcher.clone(), log.clone());
            thread::spawn(move || {
                let found = dispatcher.remove_listener(id);
                log.lock().unwrap().push("removed");
                found
            })
        })
        .collect();
    wait_until("the removal", || dispatcher.queue().shared().removals() == 2);
    assert!(log.lock().unwrap().is_empty());
    release.send(()).unwrap();
    let found: Vec<bool> = removers.into_iter().map(|remover| remover.join().unwrap()).collect();
    assert_eq!(found.iter().filter(|found| **found).count(), 1);
    settle(&dispatcher.queue());
    let log = log.lock().unwrap();
    assert_eq!((log[0], log.len()), ("callback ends", 4), "{log:?}");
    assert_eq!(log.iter().filter(|line| **line == "drop").count(), 1, "{log:?}");
    assert_eq!(*log.last().unwrap(), "removed");
}

/// A listener that may use its own dispatcher.
fn with_dispatcher(act: impl Fn(&Dispatcher, Event) + Send + Sync + 'static) -> (Arc<Dispatcher>, u64) {
    let dispatcher = Arc::new(Dispatcher::start().unwrap());
    let weak: Weak<Dispatcher> = Arc::downgrade(&dispatcher);
    let listener = Calls(move |event, _: &str| act(&weak.upgrade().unwrap(), event));
    let id = dispatcher.add_listener(0, Arc::new(listener));
    (dispatcher, id)
}

#[test]
fn a_callback_may_remove_itself_and_others_which_hear_nothing_more() {
    let others: Arc<Mutex<Vec<u64>>> = Arc::default();
    let (calls, drops) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let me = Arc::new(OnceLock::new());
    let (victims, own, counted) = (others.clone(), me.clone(), calls.clone());
    let kept = Dropped(drops.clone());
    let (dispatcher, id) = with_dispatcher(move |dispatcher, _| {
        let drops = &kept.0;
        counted.fetch_add(1, Ordering::SeqCst);
        for (before, other) in victims.lock().unwrap().drain(..).enumerate() {
            assert_eq!(drops.load(Ordering::SeqCst), before);
            assert!(dispatcher.remove_listener(other));
        }
        assert!(dispatcher.remove_listener(*own.get().unwrap()));
        assert!(!dispatcher.remove_listener(*own.get().unwrap()));
        // The two others are gone; this one lives until it returns.
        assert_eq!(drops.load(Ordering::SeqCst), 2);
        counted.fetch_add(10, Ordering::SeqCst);
    });
    me.set(id).unwrap();
    for _ in 0..2 {
        let (heard, dropped) = (calls.clone(), Dropped(drops.clone()));
        let other = Calls(move |_, _: &str| {
            let _ = &dropped;
            heard.fetch_add(100, Ordering::SeqCst);
        });
        others.lock().unwrap().push(dispatcher.add_listener(0, Arc::new(other)));
    }
    dispatcher.queue().push_changes(new(1, "1"));
    settle(&dispatcher.queue());
    dispatcher.queue().push_changes(new(2, "1"));
    settle(&dispatcher.queue());
    assert_eq!((calls.load(Ordering::SeqCst), drops.load(Ordering::SeqCst)), (11, 3));
}

#[test]
fn a_callback_may_add_listeners_and_push() {
    let added: Arc<Mutex<Option<Heard>>> = Arc::default();
    let heard = added.clone();
    let (dispatcher, _) = with_dispatcher(move |dispatcher, event| {
        assert!(dispatcher.is_current_thread());
        if event == Event::NewConversation {
            *added.lock().unwrap() = Some(note(dispatcher, 0));
            dispatcher.queue().push_changes(changed(1, "2"));
        }
    });
    assert!(!dispatcher.is_current_thread());
    let mut both = new(1, "1");
    both.total_unread = Some(1);
    dispatcher.queue().push_changes(both);
    settle(&dispatcher.queue());
    settle(&dispatcher.queue());
    // Not the total, which was pushed before.
    assert_eq!(
        lines(heard.lock().unwrap().as_ref().unwrap()),
        ["onConversationChanged [2]"]
    );
}

#[test]
fn a_panic_of_a_listener_hurts_nobody_else() {
    let (dispatcher, _) = with_dispatcher(|_, _| panic!("the listener's own fault"));
    let heard = note(&dispatcher, 0);
    dispatcher.queue().push_changes(new(1, "1"));
    dispatcher
        .queue()
        .push_completion(Box::new(|| panic!("a completion's fault")));
    dispatcher.queue().push_changes(new(2, "1"));
    settle(&dispatcher.queue());
    assert_eq!(lines(&heard).len(), 2);
}

#[test]
fn the_drop_of_a_removed_listener_may_use_the_dispatcher() {
    struct Last(Weak<Dispatcher>, Sender<(bool, bool)>);
    impl Listener for Last {
        fn on_event(&self, _: Event, _: &str) {}
    }
    impl Drop for Last {
        fn drop(&mut self) {
            let dispatcher = self.0.upgrade().unwrap();
            let id = dispatcher.add_listener(0, Arc::new(Calls(|_, _: &str| {})));
            let removed = dispatcher.remove_listener(id);
            // It must not wait for itself.
            dispatcher.close();
            self.1.send((removed, dispatcher.is_current_thread())).unwrap();
        }
    }
    let dispatcher = Arc::new(Dispatcher::start().unwrap());
    let (send, seen) = channel();
    let id = dispatcher.add_listener(0, Arc::new(Last(Arc::downgrade(&dispatcher), send)));
    assert!(dispatcher.remove_listener(id));
    assert_eq!(seen.try_recv().unwrap(), (true, true));
    assert!(!dispatcher.is_current_thread());
    settle(&dispatcher.queue());
}

#[test]
fn each_event_goes_to_all_listeners_before_the_next() {
    let dispatcher = Dispatcher::start().unwrap();
    let queue = dispatcher.queue();
    let order = Arc::new(Mutex::new(Vec::new()));
    for name in ["first", "second"] {
        let order = order.clone();
        dispatcher.add_listener(
            0,
            Arc::new(Calls(move |event: Event, _: &str| {
                order.lock().unwrap().push(format!("{name} {}", event.name()));
            })),
        );
    }
    let block = Block::new(&queue);
    queue.push_changes(new(1, "1"));
    queue.push_changes(total(1));
    queue.push_event(Event::Connecting, "null".into());
    block.release(&queue);
    assert_eq!(
        *order.lock().unwrap(),
        [
            "first onNewConversation",
            "second onNewConversation",
            "first onTotalUnreadMessageCountChanged",
            "second onTotalUnreadMessageCountChanged",
            "first onConnecting",
            "second onConnecting",
        ]
    );
}

#[test]
fn a_listener_that_is_added_during_a_sync_hears_its_end_and_nothing_of_the_connection() {
    let dispatcher = Dispatcher::start().unwrap();
    let queue = dispatcher.queue();
    queue.push_event(Event::ConnectSuccess, "null".into());
    queue.push_event(Event::SyncServerStart, "null".into());
    settle(&queue);
    let late = note(&dispatcher, 0);
    queue.push_event(Event::SyncServerFinish, "null".into());
    settle(&queue);
    assert_eq!(lines(&late), ["onSyncServerFinish null"]);
}
