//! What a listener that does not return costs: a bounded queue, and never the final state.

use super::super::pending::{MAX_GROUP_PAYLOAD, MAX_GROUPS, MAX_MESSAGES, MAX_SINGLES};
use super::super::segment::MAX_AT_ONCE;
use super::*;
use std::collections::BTreeMap;

fn start() -> (Dispatcher, EventQueue, Heard) {
    let dispatcher = Dispatcher::start().unwrap();
    let (queue, heard) = (dispatcher.queue(), note(&dispatcher, 0));
    (dispatcher, queue, heard)
}

fn told(heard: &Heard, event: Event) -> Vec<String> {
    let heard = heard.lock().unwrap();
    heard
        .iter()
        .filter(|(told, _)| *told == event)
        .map(|(_, payload)| payload.clone())
        .collect()
}

#[test]
fn ten_thousand_changes_of_fifty_conversations_pend_as_fifty() {
    let (_dispatcher, queue, heard) = start();
    let block = Block::new(&queue);
    let mut last = BTreeMap::new();
    for n in 0..10_000_usize {
        queue.push_changes(changed(n % 50, &n.to_string()));
        queue.push_changes(total(n as u64));
        last.insert(n % 50, n);
        assert!(
            size(&queue).conversations <= 50 && size(&queue).items == 1,
            "{:?}",
            size(&queue)
        );
    }
    block.release(&queue);
    let [payload] = &told(&heard, Event::ConversationChanged)[..] else {
        panic!("{heard:?}")
    };
    assert_eq!(
        serde_json::from_str::<Vec<usize>>(payload).unwrap(),
        last.into_values().collect::<Vec<_>>()
    );
    assert_eq!(told(&heard, Event::TotalUnreadMessageCountChanged), ["9999"]);
}

#[test]
fn conversations_that_come_and_go_pend_once_and_leave_nothing_behind() {
    let (_dispatcher, queue, heard) = start();
    let block = Block::new(&queue);
    for n in 0..10_000 {
        queue.push_changes(new(n % 50, "1"));
        queue.push_changes(deleted(n % 50));
        assert!(size(&queue).conversations <= 50 && size(&queue).items == 1);
    }
    block.release(&queue);
    assert!(queue.shared().lock().pending.is_index_empty());
    let [payload] = &told(&heard, Event::ConversationDeleted)[..] else {
        panic!("{heard:?}")
    };
    assert_eq!(serde_json::from_str::<Vec<String>>(payload).unwrap().len(), 50);
    assert_eq!(lines(&heard).len(), 1);
}

#[test]
fn of_too_many_events_about_groups_those_about_their_conversations_give_way_first() {
    let (_dispatcher, queue, heard) = start();
    let block = Block::new(&queue);
    queue.push_changes(group(Event::ConversationGroupCreated, "\"first\""));
    for n in 0..2 * MAX_GROUPS {
        queue.push_changes(group(Event::ConversationsAddedToGroup, n.to_string()));
        // An item of its own each.
        queue.push_completion(Box::new(|| ()));
    }
    queue.push_changes(group(Event::ConversationGroupDeleted, "\"first\""));
    block.release(&queue);
    let lines = lines(&heard);
    assert_eq!(lines.len(), MAX_GROUPS);
    assert_eq!(lines.first().unwrap(), "onConversationGroupCreated \"first\"");
    assert_eq!(lines.last().unwrap(), "onConversationGroupDeleted \"first\"");
    assert_eq!(lines[1], format!("onConversationsAddedToGroup {}", MAX_GROUPS + 2));

    heard.lock().unwrap().clear();
    let block = Block::new(&queue);
    for _ in 0..5 {
        queue.push_changes(group(
            Event::ConversationGroupCreated,
            "x".repeat(MAX_GROUP_PAYLOAD / 4),
        ));
    }
    block.release(&queue);
    assert_eq!(heard.lock().unwrap().len(), 4);
}

#[test]
fn the_oldest_message_events_give_way_to_one_missed() {
    let (_dispatcher, queue, heard) = start();
    let block = Block::new(&queue);
    for n in 0..10_000 {
        // The first thousand are of conversation 1, the next of conversation 2, …
        queue.push_changes(message(n / 1000, n.to_string()));
        assert!(size(&queue).messages <= MAX_MESSAGES);
    }
    queue.push_changes(total(1));
    block.release(&queue);
    let first_left = 10_000 - MAX_MESSAGES;
    let mut expected = vec![
        "onTotalUnreadMessageCountChanged 1".to_owned(),
        r#"onMessagesMissed ["c2c_0","c2c_1","c2c_2","c2c_3","c2c_4","c2c_5"]"#.to_owned(),
    ];
    expected.extend((first_left..10_000).map(|n| format!("onRecvNewMessage {n}")));
    assert_eq!(lines(&heard), expected);

    // The limit is on what is pending, not on what there ever was.
    heard.lock().unwrap().clear();
    queue.push_changes(message(1, "1"));
    settle(&queue);
    assert_eq!(lines(&heard), ["onRecvNewMessage 1"]);
}

#[test]
fn missed_messages_of_later_segments_are_told_in_the_place_of_the_first() {
    let (_dispatcher, queue, heard) = start();
    let block = Block::new(&queue);
    queue.push_changes(message(1, "1"));
    queue.push_event(Event::Connecting, "null".into());
    queue.push_changes(message(2, "2"));
    queue.push_event(Event::ConnectSuccess, "null".into());
    for _ in 0..MAX_MESSAGES {
        queue.push_changes(message(3, "3"));
    }
    block.release(&queue);
    assert_eq!(
        lines(&heard)[..4],
        [
            r#"onMessagesMissed ["c2c_1","c2c_2"]"#,
            "onConnecting null",
            "onConnectSuccess null",
            "onRecvNewMessage 3",
        ]
    );
    assert_eq!(told(&heard, Event::RecvNewMessage).len(), MAX_MESSAGES);
}

#[test]
fn large_messages_give_way_by_their_size() {
    let (_dispatcher, queue, heard) = start();
    let block = Block::new(&queue);
    let large = format!("\"{}\"", "x".repeat(1 << 20));
    for n in 0..100 {
        queue.push_changes(message(n, large.clone()));
        assert!(size(&queue).messages <= 32);
    }
    block.release(&queue);
    let left = told(&heard, Event::RecvNewMessage).len();
    let missed: Vec<String> = serde_json::from_str(&told(&heard, Event::MessagesMissed)[0]).unwrap();
    assert_eq!((left + missed.len(), left >= 31), (100, true));
}

#[test]
fn syncs_and_connections_that_come_and_go_are_thinned_in_pairs() {
    let (_dispatcher, queue, heard) = start();
    // A sync whose Start is told before the listener blocks…
    queue.push_event(Event::SyncServerStart, "0".into());
    settle(&queue);
    let block = Block::new(&queue);
    queue.push_event(Event::SyncServerFailed, "0".into());
    for n in 1..=3000_usize {
        queue.push_event(Event::Connecting, n.to_string());
        queue.push_event(Event::SyncServerStart, n.to_string());
        queue.push_changes(changed(n % 7, &n.to_string()));
        queue.push_changes(total(n as u64));
        queue.push_event(Event::SyncServerFinish, n.to_string());
        queue.push_event(Event::ConnectFailed, n.to_string());
        let size = size(&queue);
        assert!(
            size.singles <= MAX_SINGLES && size.items <= 2 * MAX_SINGLES + 1,
            "{size:?}"
        );
        assert!(size.conversations <= 7, "{size:?}");
    }
    // … and one that is not over when it goes on.
    queue.push_event(Event::SyncServerStart, "3001".into());
    block.release(&queue);

    let heard_syncs: Vec<(Event, String)> = heard
        .lock()
        .unwrap()
        .iter()
        .filter(|(event, _)| event.bit() < 8)
        .cloned()
        .collect();
    assert!(heard_syncs.len() > 4, "{heard_syncs:?}");
    for (at, (event, number)) in heard_syncs.iter().enumerate() {
        assert_eq!(*event == Event::SyncServerStart, at % 2 == 0, "{heard_syncs:?}");
        if at % 2 == 1 {
            assert_eq!(*number, heard_syncs[at - 1].1, "the end of another sync");
        }
    }
    assert_eq!(heard_syncs[1].0, Event::SyncServerFailed);
    assert_eq!(
        heard_syncs.last().unwrap(),
        &(Event::SyncServerStart, "3001".to_owned())
    );
    let connections: Vec<(Event, String)> = heard
        .lock()
        .unwrap()
        .iter()
        .filter(|(event, _)| event.bit() >= 1 << 13)
        .cloned()
        .collect();
    assert_eq!(connections.last().unwrap(), &(Event::ConnectFailed, "3000".to_owned()));
    assert_eq!(
        told(&heard, Event::TotalUnreadMessageCountChanged).last().unwrap(),
        "3000"
    );
}

#[test]
fn the_last_word_on_who_types_is_never_dropped() {
    let (_dispatcher, queue, heard) = start();
    let block = Block::new(&queue);
    let typing = |user: usize, is_typing: bool| {
        let payload = format!(r#"{{"conversationID":"c2c_{user}","userID":"{user}","isTyping":{is_typing}}}"#);
        queue.push_event(Event::TypingStatusChanged, payload);
    };
    // The first ends before many others begin and end.
    for user in 0..300 {
        typing(user, true);
        typing(user, false);
    }
    for is_typing in [true, false].repeat(300) {
        typing(300, is_typing);
    }
    block.release(&queue);
    let told = told(&heard, Event::TypingStatusChanged);
    assert!(told.len() < 900, "{}", told.len());
    for user in 0..=300 {
        let of_user = format!(r#""userID":"{user}""#);
        let last = told.iter().rfind(|payload| payload.contains(&of_user));
        assert!(last.is_some_and(|last| last.contains("false")), "{user}: {last:?}");
    }
}

#[test]
fn the_last_connection_event_stays_however_many_syncs_follow() {
    let (_dispatcher, queue, heard) = start();
    let block = Block::new(&queue);
    queue.push_event(Event::Connecting, "null".into());
    queue.push_event(Event::KickedOffline, "null".into());
    for _ in 0..MAX_SINGLES {
        queue.push_event(Event::SyncServerStart, "null".into());
        queue.push_event(Event::SyncServerFinish, "null".into());
    }
    block.release(&queue);
    let lines = lines(&heard);
    assert_eq!(lines[..2], ["onKickedOffline null", "onSyncServerStart null"]);
    assert!(lines.len() <= MAX_SINGLES, "{}", lines.len());
}

#[test]
fn missed_messages_are_told_again_when_it_happens_again() {
    let (_dispatcher, queue, heard) = start();
    for round in 1..=2 {
        heard.lock().unwrap().clear();
        let block = Block::new(&queue);
        queue.push_changes(new(round, "1"));
        (0..=MAX_MESSAGES).for_each(|_| queue.push_changes(message(round, "2")));
        block.release(&queue);
        assert_eq!(
            lines(&heard)[..3],
            [
                "onNewConversation [1]".to_owned(),
                format!(r#"onMessagesMissed ["c2c_{round}"]"#),
                "onRecvNewMessage 2".to_owned(),
            ]
        );
    }
}

#[test]
fn nothing_is_kept_for_nobody() {
    let dispatcher = Dispatcher::start().unwrap();
    let queue = dispatcher.queue();
    let block = Block::new(&queue);
    queue.push_changes(new(1, "1"));
    queue.push_event(Event::Connecting, "null".into());
    assert_eq!(size(&queue).items, 0);
    let id = dispatcher.add_listener(0, Arc::new(Calls(|_, _: &str| {})));
    queue.push_changes(new(2, "1"));
    queue.push_event(Event::Connecting, "null".into());
    assert_eq!(size(&queue).items, 2);
    assert!(dispatcher.remove_listener(id));
    assert_eq!(size(&queue).items, 0);
    block.release(&queue);
}

#[test]
fn many_conversations_come_in_several_callbacks_of_bounded_size() {
    let (_dispatcher, queue, heard) = start();
    let count = 2 * MAX_AT_ONCE + 1;
    let all = |change: fn(usize) -> ConversationChange| ChangeSet {
        conversations: (0..count).map(|n| (id(n), change(n))).collect(),
        total_unread: Some(7),
        ..ChangeSet::default()
    };
    queue.push_changes(all(|n| ConversationChange::Changed(n.to_string(), None)));
    settle(&queue);
    queue.push_changes(all(|_| ConversationChange::Deleted));
    settle(&queue);
    let parts: Vec<Vec<usize>> = told(&heard, Event::ConversationChanged)
        .iter()
        .map(|payload| serde_json::from_str(payload).unwrap())
        .collect();
    let sizes: Vec<usize> = parts.iter().map(Vec::len).collect();
    assert_eq!(sizes, [MAX_AT_ONCE, MAX_AT_ONCE, 1]);
    assert_eq!(parts.concat(), Vec::from_iter(0..count), "each once");
    assert_eq!(told(&heard, Event::ConversationDeleted).len(), 3);
    assert_eq!(
        heard.lock().unwrap()[3].0,
        Event::TotalUnreadMessageCountChanged,
        "after the last part"
    );
}
