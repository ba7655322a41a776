//! Streams: what the app has not taken is merged, and what it takes is what a listener would have heard.

use super::*;
use crate::events::Progress;
use crate::events::ViewChange;
use crate::events::{Next, Ready, Stream, StreamQueue};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts how often the app was woken.
#[derive(Clone, Default)]
struct Woken(Arc<AtomicUsize>);

impl Ready for Woken {
    fn ready(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Woken {
    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

struct Opened {
    events: Arc<StreamQueue>,
    woken: Woken,
    id: u64,
}

fn open(dispatcher: &Dispatcher, mask: u64) -> Opened {
    let (events, woken) = (StreamQueue::new(mask), Woken::default());
    let stream = Stream::new(Arc::clone(&events), woken.clone());
    let id = dispatcher.add_listener(mask, Arc::new(stream));
    Opened { events, woken, id }
}

impl Opened {
    /// Everything that is there, in short.
    fn take(&self) -> Vec<String> {
        let mut taken = Vec::new();
        while let Next::Event(event, payload) = self.events.next() {
            taken.push(format!("{} {payload}", event.name()));
        }
        taken
    }
}

#[test]
fn a_stream_that_is_not_read_keeps_the_newest_state_of_each_conversation_and_wakes_once() {
    let dispatcher = Dispatcher::start().unwrap();
    let (queue, stream) = (dispatcher.queue(), open(&dispatcher, 0));
    let heard = note(&dispatcher, 0);
    assert_eq!(stream.events.next(), Next::None);
    queue.push_changes(new(0, "0"));
    for version in 1..=3000 {
        queue.push_changes(changed(0, &version.to_string()));
        // Told one by one, so that a listener that is quick enough hears each.
        settle(&queue);
    }
    queue.push_changes(total(7));
    settle(&queue);
    assert!(heard.lock().unwrap().len() > 3000);
    assert_eq!(stream.woken.count(), 1);
    assert_eq!(
        stream.take(),
        ["onNewConversation [3000]", "onTotalUnreadMessageCountChanged 7"]
    );
    queue.push_changes(changed(0, "3001"));
    settle(&queue);
    assert_eq!(stream.woken.count(), 2);
    assert_eq!(stream.take(), ["onConversationChanged [3001]"]);
}

#[test]
fn message_events_that_are_not_taken_give_way_to_one_that_names_their_conversations() {
    let dispatcher = Dispatcher::start().unwrap();
    let (queue, stream) = (dispatcher.queue(), open(&dispatcher, 0));
    for number in 0..4100 {
        queue.push_changes(message(number % 2, number.to_string()));
    }
    queue.push_event(Event::ConnectSuccess, "null".to_owned());
    settle(&queue);
    let taken = stream.take();
    assert_eq!(taken[0], r#"onMessagesMissed ["c2c_0","c2c_1"]"#);
    assert_eq!(taken[1], "onRecvNewMessage 4");
    assert_eq!(taken.len(), 1 + 4096 + 1);
    assert_eq!(taken.last().unwrap(), "onConnectSuccess null");
}

#[test]
fn a_stream_has_the_events_of_its_mask_from_its_beginning_on() {
    let dispatcher = Dispatcher::start().unwrap();
    let queue = dispatcher.queue();
    let block = Block::new(&queue);
    let all = open(&dispatcher, 0);
    queue.push_changes(new(0, "1"));
    let totals = open(&dispatcher, Event::TotalUnreadMessageCountChanged.bit());
    queue.push_changes(changed(0, "2"));
    queue.push_changes(total(3));
    block.release(&queue);
    assert_eq!(
        all.take(),
        ["onNewConversation [2]", "onTotalUnreadMessageCountChanged 3"]
    );
    assert_eq!(totals.take(), ["onTotalUnreadMessageCountChanged 3"]);
    assert_eq!(totals.woken.count(), 1);
    let ends = open(&dispatcher, Event::ConversationDeleted.bit());
    queue.push_changes(changed(0, "3"));
    settle(&queue);
    assert_eq!((ends.woken.count(), ends.take()), (0, Vec::new()));
    queue.push_changes(deleted(0));
    settle(&queue);
    assert_eq!(
        (ends.woken.count(), ends.take()),
        (1, vec![r#"onConversationDeleted ["c2c_0"]"#.to_owned()])
    );
}

/// One of each kind that a transaction can tell.
fn everything() -> ChangeSet {
    ChangeSet {
        conversations: vec![
            (id(0), ConversationChange::New("0".into())),
            (id(1), ConversationChange::Changed("1".into(), None)),
            (id(2), ConversationChange::Deleted),
        ],
        groups: group(Event::ConversationGroupDeleted, r#""Work""#).groups,
        total_unread: Some(3),
        filtered_unread: vec![FilteredUnread {
            filter: "{}".into(),
            unread: 4,
        }],
        views: vec![ViewChange::new(9, 0, Vec::new(), 1, false)],
        all_recv_opt: Some("5".into()),
        missed: vec![id(6)],
        progress: vec![Progress {
            event: Event::SendMessageProgress,
            key: "m".into(),
            is_end: false,
            payload: "8".into(),
        }],
        messages: message(7, "7").messages,
    }
}

#[test]
fn whatever_a_listener_hears_a_stream_has_in_the_same_order() {
    let dispatcher = Dispatcher::start().unwrap();
    let (queue, all) = (dispatcher.queue(), open(&dispatcher, 0));
    let heard = note(&dispatcher, 0);
    let single: Vec<Opened> = Event::ALL.iter().map(|event| open(&dispatcher, event.bit())).collect();
    queue.push_changes(everything());
    settle(&queue);
    let heard: Vec<String> = heard
        .lock()
        .unwrap()
        .iter()
        .map(|(event, payload)| format!("{} {payload}", event.name()))
        .collect();
    assert_eq!(heard.len(), 11);
    assert_eq!(all.take(), heard);
    let mut apart: Vec<String> = single.iter().flat_map(Opened::take).collect();
    let mut together = heard;
    apart.sort();
    together.sort();
    assert_eq!(apart, together, "each by a stream of its own");
}

#[test]
fn a_stream_ends_with_its_removal_or_its_dispatcher_after_what_was_told_before() {
    let dispatcher = Dispatcher::start().unwrap();
    let (queue, removed, kept) = (dispatcher.queue(), open(&dispatcher, 0), open(&dispatcher, 0));
    queue.push_changes(new(0, "1"));
    settle(&queue);
    assert!(dispatcher.remove_listener(removed.id));
    queue.push_changes(new(1, "2"));
    settle(&queue);
    dispatcher.close();
    assert_eq!(removed.take(), ["onNewConversation [1]"]);
    assert_eq!(removed.events.next(), Next::End);
    assert_eq!(kept.take(), ["onNewConversation [1,2]"]);
    assert_eq!(kept.events.next(), Next::End);
}

/// A list that is rebuilt from what a stream gives, taken at random moments, ends as the list that was changed; also when
/// its app reads pages of the list between two events.
fn play(seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let dispatcher = Dispatcher::start().unwrap();
    let (queue, stream) = (dispatcher.queue(), open(&dispatcher, 0));
    let (mut list, mut rebuilt) = (BTreeMap::new(), BTreeMap::<usize, u64>::new());
    let mut woken = 0;
    for version in 0..400 {
        let n = random.usize(..8);
        let json = format!("[{n},{version}]");
        queue.push_changes(match list.contains_key(&n) {
            true if random.bool() => {
                list.remove(&n);
                deleted(n)
            }
            known => {
                list.insert(n, version);
                if known { changed(n, &json) } else { new(n, &json) }
            }
        });
        // What was taken before is in a page that is read now.
        for n in random.usize(..8)..random.usize(..9) {
            let (now, taken) = (list.get(&n), rebuilt.get(&n).copied());
            assert!(
                now.is_none() || taken.is_none_or(|taken| now >= Some(&taken)),
                "seed {seed}"
            );
            if let Some(now) = now {
                rebuilt.insert(n, *now);
            }
        }
        let is_last = version == 399;
        if is_last || random.u8(..20) == 0 {
            settle(&queue);
        }
        while is_last || random.u8(..4) > 0 {
            let (event, payload) = match stream.events.next() {
                Next::Event(event, payload) => (event, payload),
                Next::None => break,
                Next::End => panic!("seed {seed}: an end"),
            };
            if event == Event::ConversationDeleted {
                for id in serde_json::from_str::<Vec<ConversationId>>(&payload).unwrap() {
                    rebuilt.remove(&id.target().parse().unwrap());
                }
            } else {
                rebuilt.extend(serde_json::from_str::<Vec<(usize, u64)>>(&payload).unwrap());
            }
        }
        let count = stream.woken.count();
        assert!(count >= woken, "seed {seed}");
        woken = count;
    }
    assert_eq!(rebuilt, list, "seed {seed}");
}

#[test]
fn a_list_rebuilt_from_a_stream_is_the_list() {
    for seed in 0..50 {
        play(seed);
    }
}
