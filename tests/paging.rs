//! The paging promise, word by word, in both orders of the list.

mod support;

use im::engine::{ConversationOrder, Engine};
use im::model::*;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use support::engine::*;
use support::temp_dir;

/// A list of `count` conversations, the last one newest.
fn filled(options: &im::engine::EngineOptions, count: usize) -> Engine {
    let (engine, _) = open(options);
    for start in (0..count).step_by(500) {
        let until = (start + 500).min(count);
        apply(
            &engine,
            true,
            (start..until)
                .map(|number| message(&format!("u{number}"), 1, START))
                .collect(),
        );
    }
    engine
}

fn newest_first(count: usize) -> Vec<String> {
    (0..count).rev().map(|number| format!("c2c_u{number}")).collect()
}

#[test]
fn pages_of_any_size_give_every_conversation_once_and_end_exactly() {
    let dir = temp_dir();
    let engine = filled(&options(dir.path(), &Clock::default()), 300);
    for count in [1, 7, 100, 300, 301, i64::from(i32::MAX)] {
        assert_eq!(walk(&engine, count), newest_first(300), "by {count}");
    }
    // Exact: the page that holds the last row says so, and its cursor is the last key.
    let (rows, cursor, is_finished) = page(&engine, "0", 300);
    assert!(is_finished && rows.len() == 300 && cursor != "0");
    assert_eq!(
        page(&engine, &cursor, 10),
        (Vec::new(), cursor.clone(), true),
        "after the end"
    );
    let (rows, _, is_finished) = page(&engine, "0", 299);
    assert!(!is_finished && rows.len() == 299);
    // The cursor is the last row's order key, as text.
    let (_, cursor, _) = page(&engine, "0", 10);
    let row: serde_json::Value = serde_json::from_str(&engine.conversation(&c2c("u290")).unwrap()).unwrap();
    assert_eq!(cursor, row["orderkey"].to_string());
    // "0" and "" read the first page again.
    assert_eq!(page(&engine, "0", 10), page(&engine, "", 10));
}

#[test]
fn an_empty_list_is_one_empty_last_page() {
    let dir = temp_dir();
    for order in [ConversationOrder::OrderKey, ConversationOrder::LastMessageTimestamp] {
        let mut options = options(dir.path(), &Clock::default());
        options.order = order;
        let (engine, _) = open(&options);
        assert_eq!(page(&engine, "0", 100), (Vec::new(), "0".to_owned(), true));
        engine.close();
    }
}

#[test]
fn only_the_newest_conversations_within_the_limit_are_walked() {
    let dir = temp_dir();
    let mut options = options(dir.path(), &Clock::default());
    let engine = filled(&options, 5001);
    let newest: Vec<String> = newest_first(5001);
    for count in [100, 4999, 5000, 5001, 100_000] {
        assert_eq!(walk(&engine, count), newest[..5000], "by {count}");
    }
    engine.close();
    for order in [ConversationOrder::OrderKey, ConversationOrder::LastMessageTimestamp] {
        for (limit, expected) in [(0, 5001), (10, 10), (1, 1), (5001, 5001), (9999, 5001)] {
            (options.conversation_limit, options.order) = (limit, order);
            let (engine, _) = open(&options);
            assert_eq!(walk(&engine, 7).len(), expected, "limit {limit}");
            assert_eq!(walk(&engine, 10), newest[..expected], "limit {limit}");
            engine.close();
        }
    }
}

#[test]
fn what_is_no_cursor_or_no_count_is_refused_by_name_and_value() {
    let dir = temp_dir();
    let mut options = options(dir.path(), &Clock::default());
    for order in [ConversationOrder::OrderKey, ConversationOrder::LastMessageTimestamp] {
        options.order = order;
        let engine = filled(&options, 3);
        for cursor in [
            "abc",
            "-1",
            "1.5",
            "9999999999999999999999",
            " 1",
            "1 ",
            "+1",
            "007",
            "1:2:3",
            ":",
            "0x10",
            "٣",
        ] {
            let error = engine.conversation_page(cursor, 10).unwrap_err();
            assert_eq!(error.status, Status::InvalidParameters, "{cursor:?}");
            assert!(
                error.desc.contains("nextSeq") && error.desc.contains(cursor),
                "{}",
                error.desc
            );
        }
        for count in [0, -1, i64::MIN] {
            let error = engine.conversation_page("0", count).unwrap_err();
            assert_eq!(error.status, Status::InvalidParameters);
            assert!(
                error.desc.contains("count") && error.desc.contains(&count.to_string()),
                "{}",
                error.desc
            );
        }
        engine.close();
    }
}

/// While others write, a conversation is never given twice unless its key was lowered, and one that does not move is
/// never left out.
#[test]
fn a_walk_under_writers_gives_nothing_twice_and_leaves_nothing_out() {
    let dir = temp_dir();
    let engine = Arc::new(filled(&options(dir.path(), &Clock::default()), 400));
    let stop = Arc::new(AtomicBool::new(false));
    // Even ones move up all the time, odd ones stay where they are.
    let writer = std::thread::spawn({
        let (engine, stop) = (Arc::clone(&engine), Arc::clone(&stop));
        move || {
            let mut rng = fastrand::Rng::with_seed(3);
            let mut seq = 1;
            while !stop.load(Ordering::SeqCst) {
                seq += 1;
                apply(
                    &engine,
                    true,
                    vec![message(&format!("u{}", rng.u32(0..200) * 2), seq, START)],
                );
            }
            seq
        }
    });
    for round in 0..200 {
        let all = walk(&engine, 1 + round % 40);
        let once: HashSet<&String> = all.iter().collect();
        assert_eq!(once.len(), all.len(), "a conversation came twice");
        for number in (1..400).step_by(2) {
            assert!(
                once.contains(&format!("c2c_u{number}")),
                "u{number} did not move and was left out"
            );
        }
    }
    stop.store(true, Ordering::SeqCst);
    assert!(writer.join().unwrap() > 10, "the writer must have written");
}

#[test]
fn the_older_order_is_by_the_last_messages_time() {
    let dir = temp_dir();
    let clock = Clock::default();
    let mut options = options(dir.path(), &clock);
    options.order = ConversationOrder::LastMessageTimestamp;
    let (engine, _) = open(&options);
    clock.set(START + 1000);
    // Three with equal times, told in this order; one older; two without a last message.
    for (user, seconds) in [("a", START + 5), ("b", START + 5), ("c", START + 5), ("old", START + 1)] {
        apply(&engine, true, vec![message(user, 1, seconds)]);
    }
    engine.set_draft(&c2c("draft1"), "x").unwrap();
    engine.set_draft(&c2c("draft2"), "x").unwrap();
    let ids = |names: &[&str]| names.iter().map(|name| format!("c2c_{name}")).collect::<Vec<_>>();
    for count in [1, 2, 3, 100] {
        assert_eq!(
            walk(&engine, count),
            ids(&["c", "b", "a", "old", "draft2", "draft1"]),
            "equal times by orderkey"
        );
    }
    // Pins do not lift a conversation over another time; they are part of the order key, which breaks ties.
    engine.set_pinned(&c2c("old"), true).unwrap();
    engine.set_pinned(&c2c("draft1"), true).unwrap();
    engine.set_pinned(&c2c("a"), true).unwrap();
    assert_eq!(walk(&engine, 2), ids(&["a", "c", "b", "old", "draft1", "draft2"]));
    // A draft does not count as a message; clearing a history takes the time away.
    engine.set_draft(&c2c("old"), "typing").unwrap();
    engine.clear_history(&c2c("c")).unwrap();
    assert_eq!(walk(&engine, 2), ids(&["a", "b", "old", "draft1", "draft2", "c"]));
    // The cursor carries time and key.
    let (_, cursor, _) = page(&engine, "0", 2);
    assert!(cursor.starts_with(&format!("{}:", START + 5)), "{cursor}");
}

#[test]
fn a_cursor_is_a_position_whoever_made_it_and_however_long_ago() {
    let dir = temp_dir();
    let options = options(dir.path(), &Clock::default());
    let engine = filled(&options, 30);
    let (_, cursor, _) = page(&engine, "0", 10);
    let rest = newest_first(30)[10..].to_vec();
    assert_eq!(page(&engine, &cursor, 100).0, rest);
    engine.close();
    let (engine, _) = open(&options);
    assert_eq!(page(&engine, &cursor, 100).0, rest, "after a restart");
    // The conversation that it came from goes.
    engine.delete_conversation(&c2c("u20")).unwrap();
    assert_eq!(page(&engine, &cursor, 100).0, rest, "of a conversation that is gone");
    // Any positive number is one.
    let just_below: i64 = cursor.parse::<i64>().unwrap() - 1;
    assert!(page(&engine, &just_below.to_string(), 100).0.len() >= rest.len() - 1);
    assert_eq!(page(&engine, "1", 100), (Vec::new(), "1".to_owned(), true));
    assert_eq!(page(&engine, &i64::MAX.to_string(), 100).0.len(), 29);
}

#[test]
fn the_orderkey_is_the_same_in_both_orders() {
    let dir = temp_dir();
    let mut options = options(dir.path(), &Clock::default());
    let keys = |engine: &Engine| -> Vec<serde_json::Value> {
        let rows = (0..20).map(|number| engine.conversation(&c2c(&format!("u{number}"))).unwrap());
        rows.map(|row| serde_json::from_str::<serde_json::Value>(&row).unwrap()["orderkey"].clone())
            .collect()
    };
    let engine = filled(&options, 20);
    engine.set_pinned(&c2c("u7"), true).unwrap();
    let before = keys(&engine);
    engine.close();
    options.order = ConversationOrder::LastMessageTimestamp;
    let (engine, _) = open(&options);
    assert_eq!(keys(&engine), before);
    engine.set_pinned(&c2c("u7"), false).unwrap();
    engine.set_draft(&c2c("u3"), "x").unwrap();
    let changed = keys(&engine);
    assert_ne!(changed, before);
    engine.close();
    options.order = ConversationOrder::OrderKey;
    assert_eq!(keys(&open(&options).0), changed);
}
