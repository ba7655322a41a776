//! Searching as one types, and what the search index costs those who write.

use crate::fixture::{apply, message};
use crate::support::{ME, Table, engine_with, in_turns, millis, quantile, raw_reader};
use im::engine::{Engine, MessageSearch, ViewQuery};
use im::events::EventQueue;
use im::model::{Change, Elem};
use rusqlite::Connection;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

const CONVERSATIONS: usize = 5_000;
/// Words that people use, some of them all the time.
const WORDS: usize = 20_000;
/// Messages of a transaction while the history is made.
const BATCH: usize = 1_000;
/// Messages that are written with an index and without.
const WRITTEN: usize = 60_000;
/// As many as a search looks at.
const MOST_FOUND: i64 = 3_000;

/// A word made of syllables, the same for a number each time.
fn word(number: usize) -> String {
    const SYLLABLES: [&str; 25] = [
        "ka", "lo", "mi", "sen", "tar", "ve", "ron", "du", "pli", "ga", "he", "bo", "ris", "tun", "fa", "no", "ze",
        "qui", "wal", "ju", "cor", "ep", "im", "os", "ay",
    ];
    let mut rest = number;
    let mut word = String::new();
    for _ in 0..4 {
        word += SYLLABLES[rest % 25];
        rest /= 25;
        if rest == 0 {
            break;
        }
    }
    word
}

/// A word as often as people use it: the hundredth a hundred times less than the first.
fn random_word(random: &mut fastrand::Rng) -> String {
    word((WORDS as f64).powf(random.f64()) as usize)
}

fn said(number: usize, seq: u64, random: &mut fastrand::Rng) -> Change {
    let Change::Message(mut change) = message(number, seq) else {
        unreachable!("a message")
    };
    let names = &mut fastrand::Rng::with_seed(number as u64);
    change.nick_name = format!("{} {}", word(names.usize(..WORDS)), word(names.usize(..WORDS)));
    let words: Vec<String> = (0..random.usize(4..16)).map(|_| random_word(random)).collect();
    let chinese = if random.u8(..4) == 0 {
        "，我们在北京大学见面"
    } else {
        ""
    };
    change.body.elem = Elem::Text {
        text: words.join(" ") + chinese,
    };
    Change::Message(change)
}

/// A history of so many messages, all of them in the index.
fn make(dir: &Path, messages: usize) -> Engine {
    let engine = engine_with(dir, EventQueue::new(), |options| options.search = true);
    let mut random = fastrand::Rng::with_seed(1);
    let mut batch = Vec::with_capacity(BATCH);
    for number in 0..messages {
        let (conversation, seq) = (number % CONVERSATIONS, (number / CONVERSATIONS + 1) as u64);
        batch.push(said(conversation, seq, &mut random));
        if batch.len() == BATCH {
            apply(&engine, std::mem::take(&mut batch));
        }
    }
    apply(&engine, batch);
    while !engine.index_some().expect("indexed") {}
    engine
}

/// What is typed: each beginning of some words, common and rare ones, a phrase, and characters.
fn keystrokes() -> Vec<String> {
    let texts = [
        word(3),
        word(40),
        word(1_234),
        word(15_000),
        format!("{} {}", word(2), word(7)),
        "北京大学".to_owned(),
    ];
    let mut typed = Vec::new();
    for text in texts {
        let ends = text.char_indices().map(|(start, c)| start + c.len_utf8());
        typed.extend(ends.map(|end| text[..end].to_owned()));
    }
    typed
}

/// The median and the worst of all keystrokes, each the median of some rounds.
fn typing(search: &dyn Fn(&str)) -> (Duration, Duration) {
    let each = keystrokes()
        .into_iter()
        .map(|text| in_turns(15, &mut [&mut || search(&text)])[0]);
    let each: Vec<Duration> = each.collect();
    (quantile(each.clone(), 0.5), quantile(each, 1.0))
}

fn raw_search(raw: &Connection, text: &str) {
    let words: String = text
        .chars()
        .map(|c| if c.is_ascii() { c.to_string() } else { format!("{c} ") })
        .collect();
    let mut found = raw
        .prepare_cached("SELECT rowid FROM message_search WHERE message_search MATCH ?1 ORDER BY rowid DESC LIMIT ?2")
        .expect("a statement");
    let rows = found.query_map((format!("\"{}\" *", words.trim()), MOST_FOUND), |row| {
        row.get::<_, i64>(0)
    });
    black_box(rows.expect("a search").map(|row| row.expect("a number")).sum::<i64>());
}

fn measure(table: &mut Table, dir: &Path, messages: usize, goal: u64) {
    let engine = make(dir, messages);
    let raw = raw_reader(dir);
    let of_messages = typing(&|text| {
        let search = MessageSearch {
            keywords: vec![text.to_owned()],
            page_size: 20,
            ..MessageSearch::default()
        };
        black_box(engine.search_messages(&search).expect("found"));
    });
    let of_raw = typing(&|text| raw_search(&raw, text));
    let of_conversations = typing(&|text| {
        black_box(
            engine
                .search_conversations(&[text.to_owned()], false, 20)
                .expect("found"),
        );
    });
    engine.open_view(&ViewQuery::default(), 100).expect("a view");
    let of_view = typing(&|text| {
        let query = ViewQuery {
            search: Some(text.to_owned()),
            ..ViewQuery::default()
        };
        black_box(engine.set_view(1, &query).expect("a view"));
    });
    let mut add = |what: &str, (median, worst): (Duration, Duration), raw: Option<(Duration, Duration)>| {
        let is_met = median <= Duration::from_millis(goal);
        table.push(
            &format!("A keystroke, {what}, of {messages} messages: median (the slowest)"),
            format!("{} ({})", millis(median), millis(worst)),
            raw.map_or_else(String::new, |(median, worst)| {
                format!("{} ({})", millis(median), millis(worst))
            }),
            raw.map_or_else(String::new, |raw| {
                format!("{:.1}", median.as_secs_f64() / raw.0.as_secs_f64())
            }),
            &format!("at most {goal} ms"),
            if is_met { "met" } else { "missed" },
        );
    };
    add("searchLocalMessages", of_messages, Some(of_raw));
    add("searchConversations", of_conversations, None);
    add("setConversationView", of_view, None);
    engine.close();
}

/// Messages a second, until all of them can be found.
fn written(dir: &Path, is_searched: bool) -> f64 {
    let engine = engine_with(dir, EventQueue::new(), |options| options.search = is_searched);
    let mut random = fastrand::Rng::with_seed(2);
    // The conversations are there already, and something is in the index.
    apply(&engine, (0..500).map(|number| said(number, 1, &mut random)).collect());
    let mut batches: Vec<Vec<Change>> = Vec::new();
    for number in 0..WRITTEN {
        if number % BATCH == 0 {
            batches.push(Vec::new());
        }
        let last = batches.last_mut().expect("a batch");
        last.push(said(number % 500, (number / 500 + 2) as u64, &mut random));
    }
    let start = Instant::now();
    for batch in batches {
        apply(&engine, batch);
        while is_searched && !engine.index_some().expect("indexed") {}
    }
    let elapsed = start.elapsed();
    engine.close();
    WRITTEN as f64 / elapsed.as_secs_f64()
}

pub fn run(table: &mut Table, dir: &Path, is_small: bool) {
    let mut rates = [Vec::new(), Vec::new()];
    for round in 0..3 {
        for (place, rates) in rates.iter_mut().enumerate() {
            let data_dir = dir.join(format!("written-{round}-{place}"));
            rates.push(written(&data_dir, place == 0));
            std::fs::remove_dir_all(data_dir.join(ME)).expect("removed");
        }
    }
    let [on, off] = rates.map(|mut rates| {
        rates.sort_unstable_by(f64::total_cmp);
        rates[rates.len() / 2]
    });
    table.compare(
        "Messages applied and indexed, 1,000 in a transaction, beside \"search\": false",
        format!("{on:.0}/s"),
        format!("{off:.0}/s"),
        on / off,
        "at least 0.6",
        on / off >= 0.6,
    );
    measure(table, &dir.join("search-small"), 200_000, 10);
    if !is_small {
        measure(table, &dir.join("search-large"), 2_000_000, 50);
    }
}
