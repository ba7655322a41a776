//! Changes of views on their way to listeners.

use super::*;
use crate::events::{Diff, Reasons, ViewChange};
use serde_json::Value;

/// Row 0 of a view gets new content.
fn update(view: i64, content: usize) -> ChangeSet {
    let diffs = vec![Diff::Update(0, content.to_string().into(), Reasons::MESSAGE)];
    ChangeSet {
        views: vec![ViewChange::new(view, 1, diffs, 1, true)],
        ..ChangeSet::default()
    }
}

fn payloads(heard: &Heard) -> Vec<Value> {
    let heard = heard.lock().unwrap();
    let of_views = heard
        .iter()
        .filter(|(event, _)| *event == Event::ConversationViewChanged);
    of_views
        .map(|(_, payload)| serde_json::from_str(payload).unwrap())
        .collect()
}

#[test]
fn a_slow_listener_gets_the_steps_of_many_transactions_at_once() {
    let dispatcher = Dispatcher::start().unwrap();
    let (queue, heard) = (dispatcher.queue(), note(&dispatcher, 0));
    let block = Block::new(&queue);
    for content in 0..10_000 {
        queue.push_changes(update(1, content));
        queue.push_changes(update(2, content + 1));
        // What stands alone does not keep the changes of a view apart.
        if content % 100 == 0 {
            queue.push_event(Event::Connecting, "null".into());
        }
    }
    block.release(&queue);
    let told = payloads(&heard);
    assert_eq!(told.len(), 2, "one for each view");
    for (change, view) in told.iter().zip(1..) {
        assert_eq!(change["viewID"], view);
        let steps = change["diffs"].as_array().unwrap();
        assert!(steps.len() <= 256, "{} steps", steps.len());
        assert_eq!(steps.last().unwrap()["conversation"], 9_998 + view);
    }
}

#[test]
fn a_listener_hears_of_a_view_from_its_start_on() {
    let dispatcher = Dispatcher::start().unwrap();
    let (queue, first) = (dispatcher.queue(), note(&dispatcher, 0));
    let block = Block::new(&queue);
    queue.push_changes(update(1, 1));
    let second = note(&dispatcher, 0);
    queue.push_changes(update(1, 2));
    block.release(&queue);
    let contents = |heard| {
        let steps = |change: &Value| change["diffs"].as_array().unwrap().clone();
        let steps = payloads(heard).iter().flat_map(steps).collect::<Vec<_>>();
        steps
            .iter()
            .map(|step| step["conversation"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(contents(&first), [1, 2]);
    assert_eq!(contents(&second), [2]);
}
