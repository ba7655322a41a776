//! The end of a dispatcher.

use super::super::shared::Phase;
use super::*;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

#[test]
fn closing_runs_completions_drops_events_and_listeners_and_may_be_repeated() {
    struct Counted(Arc<AtomicUsize>, Arc<AtomicUsize>);
    impl Listener for Counted {
        fn on_event(&self, _: Event, _: &str) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    impl Drop for Counted {
        fn drop(&mut self) {
            self.1.fetch_add(1, Ordering::SeqCst);
        }
    }
    let dispatcher = Arc::new(Dispatcher::start().unwrap());
    let queue = dispatcher.queue();
    let (heard, dropped, ran) = (Arc::default(), Arc::default(), Arc::new(AtomicUsize::new(0)));
    for _ in 0..2 {
        dispatcher.add_listener(0, Arc::new(Counted(Arc::clone(&heard), Arc::clone(&dropped))));
    }
    let block = Block::new(&queue);
    for n in 0..10 {
        queue.push_changes(new(n, "1"));
        let (ran, dispatcher, queue) = (ran.clone(), dispatcher.clone(), queue.clone());
        queue.clone().push_completion(Box::new(move || {
            assert!(dispatcher.is_current_thread());
            // One that is pushed by another one still runs, once, on the same thread.
            let then = ran.clone();
            queue.push_completion(Box::new(move || {
                assert_eq!(thread::current().name(), Some("libim-events"));
                then.fetch_add(100, Ordering::SeqCst);
            }));
            ran.fetch_add(1, Ordering::SeqCst);
        }));
    }
    let closers: Vec<_> = (0..2)
        .map(|_| {
            let (dispatcher, dropped) = (dispatcher.clone(), Arc::clone(&dropped));
            thread::spawn(move || {
                dispatcher.close();
                dropped.load(Ordering::SeqCst)
            })
        })
        .collect();
    wait_until("the close", || size(&queue).items == 10);
    drop(block);
    // Each of the two saw everything dropped when its call returned.
    assert_eq!(
        closers
            .into_iter()
            .map(|closer| closer.join().unwrap())
            .collect::<Vec<_>>(),
        [2, 2]
    );
    dispatcher.close();
    assert_eq!((heard.load(Ordering::SeqCst), ran.load(Ordering::SeqCst)), (0, 1010));
}

#[test]
fn a_callback_that_runs_is_the_last_one() {
    let dispatcher = Arc::new(Dispatcher::start().unwrap());
    let (entered, enters) = channel();
    let (release, released) = channel::<()>();
    let (released, ended) = (Mutex::new(released), Arc::new(AtomicBool::new(false)));
    let end = ended.clone();
    dispatcher.add_listener(
        0,
        Arc::new(Calls(move |_, _: &str| {
            entered.send(()).unwrap();
            let _ = released.lock().unwrap().recv();
            end.store(true, Ordering::SeqCst);
        })),
    );
    let other = note(&dispatcher, 0);
    dispatcher.queue().push_changes(new(1, "1"));
    enters.recv_timeout(DEADLINE).unwrap();
    let closing = dispatcher.clone();
    let closer = thread::spawn(move || {
        closing.close();
        ended.load(Ordering::SeqCst)
    });
    wait_until("the close", || {
        dispatcher.add_listener(0, Arc::new(Calls(|_, _: &str| {}))) == 0
    });
    drop(release);
    assert!(closer.join().unwrap(), "close returned while a callback ran");
    assert_eq!(lines(&other), [""; 0]);
}

#[test]
fn after_the_end_nothing_is_kept_and_completions_still_run_once() {
    let dispatcher = Dispatcher::start().unwrap();
    let queue = dispatcher.queue();
    dispatcher.close();
    queue.push_changes(new(1, "1"));
    queue.push_event(Event::Connecting, "null".into());
    assert_eq!(size(&queue).items, 0);
    let ran = Arc::new(AtomicUsize::new(0));
    let run = ran.clone();
    queue.push_completion(Box::new(move || {
        run.fetch_add(1, Ordering::SeqCst);
    }));
    assert_eq!(ran.load(Ordering::SeqCst), 1);

    let listener: Arc<dyn Listener> = Arc::new(Calls(|_, _: &str| {}));
    assert_eq!(dispatcher.add_listener(0, listener.clone()), 0);
    assert_eq!(Arc::strong_count(&listener), 1);
}

#[test]
fn a_callback_cannot_close_but_may_drop_the_last_owner() {
    let dispatcher = Arc::new(Dispatcher::start().unwrap());
    let queue = dispatcher.queue();
    let (own, slot) = (dispatcher.clone(), Arc::new(Mutex::new(None)));
    *slot.lock().unwrap() = Some(dispatcher);
    let (send, seen) = channel();
    queue.push_completion(Box::new(move || {
        own.close();
        // Not closed: a listener can be added.
        send.send(own.add_listener(0, Arc::new(Calls(|_, _: &str| {}))) != 0)
            .unwrap();
        slot.lock().unwrap().take();
    }));
    assert!(seen.recv_timeout(DEADLINE).unwrap());
    wait_until("the end", || queue.shared().lock().phase == Phase::Closed);
    wait_until("the drop of the listener", || {
        queue.shared().lock().listeners.is_empty()
    });
}

#[test]
fn closing_waits_for_a_listener_that_another_thread_removes() {
    struct SlowDrop(Sender<()>, Mutex<Receiver<()>>, Arc<AtomicBool>);
    impl Listener for SlowDrop {
        fn on_event(&self, _: Event, _: &str) {}
    }
    impl Drop for SlowDrop {
        fn drop(&mut self) {
            self.0.send(()).unwrap();
            let _ = self.1.lock().unwrap().recv();
            self.2.store(true, Ordering::SeqCst);
        }
    }
    let dispatcher = Arc::new(Dispatcher::start().unwrap());
    let (entered, enters) = channel();
    let (release, released) = channel::<()>();
    let dropped = Arc::new(AtomicBool::new(false));
    let listener = SlowDrop(entered, Mutex::new(released), dropped.clone());
    let id = dispatcher.add_listener(0, Arc::new(listener));
    let removing = dispatcher.clone();
    let remover = thread::spawn(move || removing.remove_listener(id));
    enters.recv_timeout(DEADLINE).unwrap();
    let closing = dispatcher.clone();
    let closer = thread::spawn(move || {
        closing.close();
        dropped.load(Ordering::SeqCst)
    });
    wait_until("the end of the thread", || {
        dispatcher.queue().shared().lock().phase == Phase::Closed
    });
    drop(release);
    assert!(
        closer.join().unwrap(),
        "close returned while a listener was being dropped"
    );
    assert!(remover.join().unwrap());
}

#[test]
fn completions_of_calls_that_closing_waits_for_run_on_the_dispatcher_thread() {
    let dispatcher = Dispatcher::start().unwrap();
    let queue = dispatcher.queue();
    let heard = note(&dispatcher, 0);
    let (send, seen) = channel();
    dispatcher.close_after(|| {
        queue.push_changes(new(1, "1"));
        settle(&queue);
        let send = send.clone();
        queue.push_completion(Box::new(move || {
            send.send(thread::current().name().map(str::to_owned)).unwrap();
        }));
    });
    assert_eq!(seen.try_recv().unwrap().as_deref(), Some("libim-events"));
    assert_eq!(lines(&heard), [""; 0]);
}
