//! A damaged index, and what is left of removed texts in the file.

use super::tests::{asked, fill, found, has_in_index, result};
use crate::engine::fixture::{Fixture, bob, c2c, from_bob, message};
use crate::model::{AllowType, Change, Inbound, Profile, UserId};
use crate::store::search_build;

#[test]
fn a_damaged_index_is_made_again_and_nothing_else_is_harmed() {
    let rows = [
        ("message_search_data", "block = x'ffffffffffffffffff'", "id > 10"),
        ("message_search_config", "v = -1", "true"),
        ("conversation_search_config", "v = -1", "true"),
    ];
    for (act, (table, rotten, of)) in ["search", "write"]
        .into_iter()
        .flat_map(|act| rows.map(|row| (act, row)))
    {
        let fixture = Fixture::new();
        let msg_id = fixture.send(&bob(), "tea");
        fill(&fixture);
        fixture.damage(table, rotten, of);
        let fixture = fixture.reopen();
        if act == "search" {
            let all = result(&fixture, &asked(&["tea"]));
            assert_eq!(all["isFinished"], !table.starts_with("message"), "{table} {rotten}");
            let keywords = ["bob".to_owned()];
            fixture.engine.search_conversations(&keywords, false, 10).unwrap();
        } else {
            fixture.send(&c2c("somebody new"), "tea");
            let _ = fixture.engine.delete_messages(&[fixture.send(&bob(), "other")]);
            fixture.engine.clear_history(&c2c("nobody")).unwrap();
        }
        while !fixture.engine.index_some().unwrap() {}
        assert_eq!(
            found(&fixture, &bob(), "tea"),
            std::slice::from_ref(&msg_id),
            "{act} {table}"
        );
        let fixture = fixture.reopen();
        assert_eq!(found(&fixture, &bob(), "tea"), [msg_id], "{act} {table}");
    }
}

/// Adds so many messages that what came before is in the index.
fn fill_at_once(fixture: &Fixture, from: u64) {
    let numbers = (0..search_build::ENOUGH).zip(from..);
    let changes = numbers.map(|(_, seq)| Change::Message(message(&c2c("nobody"), "nobody", seq)));
    let inbound = Inbound {
        live: true,
        changes: changes.collect(),
        ..Inbound::default()
    };
    fixture.engine.apply(inbound).unwrap();
    while !fixture.engine.index_some().unwrap() {}
}

#[test]
fn whatever_is_wrong_with_the_index_no_call_fails() {
    let mut damages: Vec<(String, String)> = Vec::new();
    for table in ["message_search", "conversation_search"] {
        for (part, rotten) in [
            ("config", "v = 77"),
            ("config", "v = 'x'"),
            ("config", "k = 'x' || k"),
            ("data", "block = x''"),
            ("data", "block = substr(block, 3)"),
            ("data", "block = CAST('text' AS TEXT)"),
            ("data", "id = id + 1000"),
            ("idx", "pgno = -1"),
            ("idx", "segid = 77"),
            ("idx", "term = 'x'"),
        ] {
            damages.push((format!("{table}_{part}"), rotten.to_owned()));
        }
    }
    for rotten in [
        "folding = 'x'",
        "message_floor = -1, message_top = 9007199254740991",
        "message_top = 3, conversation_floor = 77",
        "id = NULL",
    ] {
        damages.push(("search_index".to_owned(), rotten.to_owned()));
    }
    damages.push((
        "conversation_words".to_owned(),
        "words = CAST(x'ff00' AS TEXT)".to_owned(),
    ));
    for (table, rotten) in damages {
        let fixture = Fixture::new();
        let sent = fixture.send(&bob(), "tea");
        fill_at_once(&fixture, 1_000);
        // What the database does not take is no damage.
        let is_done =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| fixture.damage(&table, &rotten, "true")));
        if is_done.is_err() {
            continue;
        }
        let fixture = fixture.reopen();
        let keyword = ["bob".to_owned()];
        let context = format!("{table} {rotten}");
        fixture
            .engine
            .search_conversations(&keyword, false, 10)
            .expect(&context);
        fixture.engine.search_messages(&asked(&["tea"])).expect(&context);
        fixture.live(from_bob(1));
        fixture.engine.set_draft(&c2c("erin"), "later").expect(&context);
        let profile = Profile {
            user_id: UserId::trusted("bob"),
            nick_name: "Robert".to_owned(),
            face_url: String::new(),
            allow_type: AllowType::AllowAny,
        };
        fixture.live(Change::Profile(profile));
        fixture.engine.delete_messages(&[sent]).expect(&context);
        fill_at_once(&fixture, 2_000);
        fixture.engine.clear_history(&c2c("nobody")).expect(&context);
        fixture.engine.delete_conversation(&bob()).expect(&context);
        while !fixture.engine.index_some().expect(&context) {}
        fixture.engine.search_messages(&asked(&["tea"])).expect(&context);
    }
}

/// A row of `search_index` with other numbers than those that were written: what leaves is gone at once, and nothing is in the
/// index twice.
#[test]
fn an_index_that_does_not_know_what_it_has_keeps_no_words_and_is_made_again() {
    for rotten in [
        "message_top = 3",
        "message_top = 9007199254740991",
        "message_floor = 100",
        "message_floor = -7",
        "conversation_floor = 1",
        "folding = folding || 'x'",
        "seal = seal + 1",
        "seal = 0",
    ] {
        let fixture = Fixture::new();
        let sent = ["secret", "kept"].map(|text| fixture.send(&bob(), text));
        fill(&fixture);
        assert!(has_in_index(&fixture, "secret"), "{rotten}");
        fixture.damage("search_index", rotten, "true");
        fixture.engine.delete_messages(&sent[..1]).unwrap();
        assert!(!has_in_index(&fixture, "secret"), "{rotten}");
        assert_eq!(
            found(&fixture, &bob(), "kept"),
            Vec::<String>::new(),
            "not yet: {rotten}"
        );
        while !fixture.engine.index_some().unwrap() {}
        assert_eq!(found(&fixture, &bob(), "kept"), sent[1..], "{rotten}");
        assert_eq!(found(&fixture, &bob(), "secret"), Vec::<String>::new(), "{rotten}");
        fixture.engine.delete_messages(&sent[1..]).unwrap();
        assert!(!has_in_index(&fixture, "kept"), "{rotten}");
    }
}
