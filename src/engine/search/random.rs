//! Random searches against a look at all messages.

use super::tests::{asked, result};
use super::*;
use crate::engine::fixture::{Fixture, START, bob, c2c, refused};
use crate::engine::{Direction, HistoryQuery};
use crate::model::{NewContent, Outbound, Outcome};
use serde_json::Value;

/// A text of words and signs of many scripts.
fn random_text(random: &mut fastrand::Rng, most: usize) -> String {
    const PARTS: &[&str] = &[
        "tea",
        "Tea",
        "teapot",
        "té",
        "the",
        "Straße",
        "STRASSE",
        "北",
        "京",
        "北京",
        "大学",
        "กิน",
        "กิ",
        "ข้าว",
        "한글",
        "한",
        "か",
        "が",
        "👍",
        "👍🏽",
        "❤\u{fe0f}",
        "שלום",
        "שָׁלוֹם",
        "شكرا",
        "https://example.org/a?b=c",
        "example.org",
        "a_b",
        "x",
        "7",
        "77",
    ];
    let count = random.usize(1..=most);
    let parts = (0..count).map(|_| {
        let part = *random.choice(PARTS).unwrap();
        let between = *random.choice(&[" ", " ", "", ", ", "\u{200d}", "\n"]).unwrap();
        format!("{part}{between}")
    });
    parts.collect()
}

#[test]
fn random_searches_find_what_a_look_at_all_messages_finds() {
    for seed in 0..2 {
        let mut random = fastrand::Rng::with_seed(seed);
        let fixture = Fixture::new();
        let ids = [bob(), c2c("carol"), c2c("dave")];
        let mut sent: Vec<String> = Vec::new();
        for step in 0..900_u64 {
            let id = random.choice(&ids).unwrap().clone();
            let msg_id = random.choice(&sent).cloned();
            match (random.u8(..100), msg_id) {
                (0..=3, Some(msg_id)) => drop(fixture.engine.revoke(&msg_id)),
                (4..=6, Some(msg_id)) => drop(fixture.engine.delete_messages(&[msg_id])),
                (7..=11, Some(msg_id)) => {
                    let new = NewContent {
                        text: Some(random_text(&mut random, 5)),
                        ..Default::default()
                    };
                    drop(fixture.engine.modify(&msg_id, &new));
                }
                (12, _) => fixture.engine.clear_history(&id).unwrap(),
                (13, _) => fixture.engine.delete_conversation(&id).unwrap(),
                (14..=18, _) => drop(fixture.engine.index_some().unwrap()),
                (19..=24, _) => {
                    if let Some(entry) = fixture.engine.next_outbound().unwrap() {
                        let outcome = match entry.command {
                            Outbound::Send(_) => Outcome::Sent {
                                seq: step + 1,
                                time: Micros((START + i64::try_from(step).unwrap()) * 1_000_000),
                            },
                            _ if random.bool() => refused(),
                            _ => Outcome::Done,
                        };
                        let _ = fixture.engine.complete_outbound(entry.id, outcome);
                    }
                }
                _ => sent.push(fixture.send(&id, &random_text(&mut random, 8))),
            }
            if step % 30 == 29 {
                compare(&fixture, &ids, &mut random, seed);
            }
        }
    }
}

/// Some searches, against all messages as the app sees them.
fn compare(fixture: &Fixture, ids: &[ConversationId], random: &mut fastrand::Rng, seed: u64) {
    for _ in 0..6 {
        let keywords: Vec<String> = (0..random.usize(1..=3)).map(|_| random_text(random, 2)).collect();
        let is_all = random.bool();
        let naive = Keywords::new(&keywords, is_all);
        for id in ids {
            let query = HistoryQuery::new(Direction::Older, 100_000);
            let (history, _) = fixture.engine.history(id, &query).unwrap();
            let history: Vec<Value> = serde_json::from_str(&history).unwrap();
            let has = |message: &&Value| {
                let text = message["textElem"]["text"].as_str();
                text.zip(naive.as_ref())
                    .is_some_and(|(text, naive)| naive.are_in(&[text]))
            };
            let wanted = history
                .iter()
                .filter(has)
                .map(|message| message["msgID"].as_str().unwrap().to_owned());
            let wanted: Vec<String> = wanted.collect();
            let search = MessageSearch {
                conversation: Some(id.clone()),
                is_all,
                ..asked(&keywords.iter().map(String::as_str).collect::<Vec<_>>())
            };
            let all = result(fixture, &search);
            let list = all["messageSearchResultItems"][0]["messageList"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            let found = list.iter().map(|message| message["msgID"].as_str().unwrap().to_owned());
            assert_eq!(
                found.collect::<Vec<_>>(),
                wanted,
                "seed {seed}: {keywords:?} {is_all} in {id}"
            );
        }
    }
}
