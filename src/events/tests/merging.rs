//! What merged transactions look like to the app.

use super::*;
use crate::events::segment::MAX_PROGRESS;
use crate::events::{FilteredUnread, Progress};

/// Pushes all while the thread is busy and returns what is told then.
fn told(pushes: impl IntoIterator<Item = ChangeSet>) -> Vec<String> {
    let dispatcher = Dispatcher::start().unwrap();
    let (queue, heard) = (dispatcher.queue(), note(&dispatcher, 0));
    let block = Block::new(&queue);
    pushes.into_iter().for_each(|changes| queue.push_changes(changes));
    block.release(&queue);
    lines(&heard)
}

#[test]
fn two_changes_of_a_conversation_become_what_the_apps_list_needs() {
    let new_one = ["onNewConversation [2]"];
    let changed_one = ["onConversationChanged [2]"];
    let deleted_one = [r#"onConversationDeleted ["c2c_0"]"#];
    assert_eq!(told([new(0, "1"), changed(0, "2")]), new_one);
    assert_eq!(told([new(0, "1"), new(0, "2")]), new_one);
    assert_eq!(told([new(0, "1"), deleted(0)]), deleted_one);
    assert_eq!(told([changed(0, "1"), changed(0, "2")]), changed_one);
    assert_eq!(told([changed(0, "1"), new(0, "2")]), changed_one);
    assert_eq!(told([changed(0, "1"), deleted(0)]), deleted_one);
    assert_eq!(told([deleted(0), new(0, "2")]), new_one);
    assert_eq!(told([deleted(0), changed(0, "2")]), new_one);
    assert_eq!(told([deleted(0), deleted(0)]), deleted_one);
    assert_eq!(told([new(0, "1"), deleted(0), new(0, "2")]), new_one);
    assert_eq!(told([deleted(0), new(0, "1"), deleted(0)]), deleted_one);
    assert_eq!(told([changed(0, "1"), deleted(0), new(0, "2")]), new_one);
}

#[test]
fn a_segment_tells_conversations_then_the_total_then_messages() {
    let lines = told([
        message(1, r#""m1""#),
        total(1),
        deleted(3),
        changed(2, "{}"),
        new(1, r#"{"a":1}"#),
        message(2, r#""m2""#),
        total(7),
        changed(4, "4"),
    ]);
    assert_eq!(
        lines,
        [
            r#"onNewConversation [{"a":1}]"#,
            "onConversationChanged [{},4]",
            r#"onConversationDeleted ["c2c_3"]"#,
            "onTotalUnreadMessageCountChanged 7",
            r#"onRecvNewMessage "m1""#,
            r#"onRecvNewMessage "m2""#,
        ]
    );
}

#[test]
fn deleted_ids_are_json_strings() {
    let odd = ConversationId::trusted("c2c_\"\\é");
    let changes = ChangeSet {
        conversations: vec![(odd.clone(), ConversationChange::Deleted)],
        ..ChangeSet::default()
    };
    let dispatcher = Dispatcher::start().unwrap();
    let heard = note(&dispatcher, 0);
    dispatcher.queue().push_changes(changes);
    settle(&dispatcher.queue());
    let payload = heard.lock().unwrap()[0].1.clone();
    assert_eq!(serde_json::from_str::<Vec<String>>(&payload).unwrap(), [odd.as_str()]);
}

#[test]
fn what_a_sync_changed_is_told_before_its_finish_even_when_it_changes_again() {
    let dispatcher = Dispatcher::start().unwrap();
    let (queue, heard) = (dispatcher.queue(), note(&dispatcher, 0));
    let block = Block::new(&queue);
    queue.push_event(Event::SyncServerStart, "null".into());
    queue.push_changes(new(1, "1"));
    queue.push_changes(total(1));
    queue.push_event(Event::SyncServerFinish, "null".into());
    queue.push_changes(new(2, "2"));
    queue.push_changes(changed(1, "3"));
    queue.push_changes(total(2));
    block.release(&queue);
    assert_eq!(
        lines(&heard),
        [
            "onSyncServerStart null",
            "onNewConversation [3]",
            "onTotalUnreadMessageCountChanged 1",
            "onSyncServerFinish null",
            "onNewConversation [2]",
            "onTotalUnreadMessageCountChanged 2",
        ]
    );
}

#[test]
fn a_completion_runs_between_what_was_pushed_before_and_after_it() {
    let dispatcher = Dispatcher::start().unwrap();
    let (queue, heard) = (dispatcher.queue(), note(&dispatcher, 0));
    let block = Block::new(&queue);
    queue.push_changes(new(1, "1"));
    let before = heard.clone();
    let (send, seen) = channel();
    queue.push_completion(Box::new(move || send.send(lines(&before)).unwrap()));
    queue.push_changes(new(2, "2"));
    block.release(&queue);
    assert_eq!(seen.recv().unwrap(), ["onNewConversation [1]"]);
    assert_eq!(lines(&heard), ["onNewConversation [1]", "onNewConversation [2]"]);
}

#[test]
fn what_is_being_told_is_not_merged_into() {
    let dispatcher = Dispatcher::start().unwrap();
    let queue = dispatcher.queue();
    let heard = Heard::default();
    let (notes, pusher) = (heard.clone(), queue.clone());
    dispatcher.add_listener(
        0,
        Arc::new(Calls(move |event, payload: &str| {
            notes.lock().unwrap().push((event, payload.to_owned()));
            if event == Event::NewConversation {
                pusher.push_changes(changed(1, "2"));
                pusher.push_changes(deleted(1));
            }
        })),
    );
    queue.push_changes(new(1, "1"));
    // The first wait ends after the new one was told, the second after what it caused.
    settle(&queue);
    settle(&queue);
    assert_eq!(
        lines(&heard),
        ["onNewConversation [1]", r#"onConversationDeleted ["c2c_1"]"#]
    );
}

#[test]
fn groups_are_told_before_the_total_and_filtered_counts_after_it_once() {
    let count = |filter: &str, unread| ChangeSet {
        filtered_unread: vec![FilteredUnread {
            filter: filter.to_owned(),
            unread,
        }],
        ..ChangeSet::default()
    };
    let lines = told([
        message(1, r#""m1""#),
        count("{}", 1),
        total(1),
        group(Event::ConversationGroupCreated, r#""first""#),
        deleted(3),
        count("{}", 2),
        count(r#"{"markType":1}"#, 7),
        group(Event::ConversationGroupCreated, r#""second""#),
        total(2),
    ]);
    let counts: Vec<&String> = lines.iter().filter(|line| line.contains("ByFilter")).collect();
    assert_eq!(counts.len(), 2, "the last of each filter: {lines:?}");
    assert!(counts.iter().any(|line| line.contains('2')) && counts.iter().any(|line| line.contains('7')));
    let names: Vec<&str> = lines.iter().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(
        names,
        [
            "onConversationDeleted",
            "onConversationGroupCreated",
            "onConversationGroupCreated",
            "onTotalUnreadMessageCountChanged",
            "onUnreadMessageCountChangedByFilter",
            "onUnreadMessageCountChangedByFilter",
            "onRecvNewMessage",
        ]
    );
}

#[test]
fn of_several_options_of_all_conversations_the_last_is_told() {
    let opt = |payload: &str| ChangeSet {
        all_recv_opt: Some(payload.into()),
        ..ChangeSet::default()
    };
    let lines = told([opt("1"), message(1, r#""m1""#), opt("2")]);
    assert_eq!(lines, ["onAllReceiveMessageOptChanged 2", r#"onRecvNewMessage "m1""#]);
}

fn progress(key: &str, is_end: bool, payload: &str) -> ChangeSet {
    ChangeSet {
        progress: vec![Progress {
            event: Event::MessageDownloadProgress,
            key: key.to_owned(),
            is_end,
            payload: payload.to_owned(),
        }],
        ..ChangeSet::default()
    }
}

#[test]
fn of_a_progress_the_newest_is_told_and_every_end() {
    let lines = told([
        progress("a", false, "1"),
        progress("b", false, "2"),
        progress("a", false, "3"),
        progress("a", true, "4"),
        progress("a", false, "5"),
        progress("a", true, "6"),
        message(1, r#""m1""#),
    ]);
    let name = Event::MessageDownloadProgress.name();
    let expected = ["4", "2", "6"].map(|payload| format!("{name} {payload}"));
    assert_eq!(lines[..3], expected);
    assert_eq!(lines[3..], [r#"onRecvNewMessage "m1""#]);
}

#[test]
fn many_that_go_on_give_way_and_no_end_does() {
    let ends = (0..3).map(|number| progress(&format!("end {number}"), true, "end"));
    let others = (0..2 * MAX_PROGRESS).map(|number| progress(&number.to_string(), false, "on"));
    let lines = told(ends.chain(others));
    assert_eq!(lines.len(), MAX_PROGRESS);
    assert_eq!(lines.iter().filter(|line| line.ends_with(" end")).count(), 3);
}
