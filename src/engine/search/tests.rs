use super::*;
use crate::engine::fixture::{Fixture, START, bob, body, c2c, from_bob, message, refused, team, team_with};
use crate::events::Event;
use crate::model::{AllowType, Change, Elem, GroupRole, MessageBody, NewContent, Outbound, Outcome, Profile};
use serde_json::{Value, json};

pub(super) fn asked(keywords: &[&str]) -> MessageSearch {
    MessageSearch {
        keywords: keywords.iter().map(|&keyword| keyword.to_owned()).collect(),
        ..MessageSearch::default()
    }
}

pub(super) fn result(fixture: &Fixture, search: &MessageSearch) -> Value {
    serde_json::from_str(&fixture.engine.search_messages(search).unwrap()).unwrap()
}

/// The messages of a conversation that have a keyword, newest first.
pub(super) fn found(fixture: &Fixture, id: &ConversationId, keyword: &str) -> Vec<String> {
    let search = MessageSearch {
        conversation: Some(id.clone()),
        ..asked(&[keyword])
    };
    let items = result(fixture, &search)["messageSearchResultItems"].take();
    let lists = items.as_array().unwrap().iter();
    let messages = lists.flat_map(|item| item["messageList"].as_array().unwrap());
    messages
        .map(|message| message["msgID"].as_str().unwrap().to_owned())
        .collect()
}

fn says(seq: u64, elem: Elem) -> Change {
    let mut message = message(&bob(), "bob", seq);
    message.body = MessageBody::of(elem);
    Change::Message(message)
}

fn text(seq: u64, text: &str) -> Change {
    says(seq, Elem::Text { text: text.to_owned() })
}

/// Adds so many messages that what came before is in the index.
pub(super) fn fill(fixture: &Fixture) {
    for number in 0..search_build::ENOUGH {
        fixture.send(&c2c("nobody"), &format!("filler {number}"));
    }
    while !fixture.engine.index_some().unwrap() {}
}

pub(super) fn has_in_index(fixture: &Fixture, word: &str) -> bool {
    fixture
        .engine
        .store
        .read(|db| Ok(crate::store::search::has_word(db, word)?))
        .unwrap()
}

#[test]
fn what_a_message_says_is_found_new_and_indexed() {
    let fixture = Fixture::new();
    let file = r#"{"file":{"path":"","fileName":"Übersicht.pdf","UUID":"","url":"","fileSize":0,"localUrl":""}}"#;
    let custom = r#"{"custom":{"data":"hidden","desc":"An order","extension":"hidden"}}"#;
    let place = r#"{"location":{"desc":"天安门广场","longitude":1.0,"latitude":1.0}}"#;
    let merger = r#"{"merger":{"title":"Notes","abstractList":["first line","second"],"messages":[]}}"#;
    fixture.live(text(1, "Crème brûlée for 5 👍🏽 people"));
    for (seq, elem) in (2..).zip([file, custom, place, merger]) {
        fixture.live(says(seq, serde_json::from_str(elem).unwrap()));
    }
    fixture.live(text(6, "شكرا שָׁלוֹם https://example.org/a_b?c=1"));
    for round in ["new", "indexed"] {
        for (keyword, seq) in [
            ("creme BRU", "m1"),
            ("👍", "m1"),
            ("ubersicht", "m2"),
            ("order", "m3"),
            ("安", "m4"),
            ("安门广", "m4"),
            ("second", "m5"),
            ("note", "m5"),
            ("שלום", "m6"),
            ("شكر", "m6"),
            ("example.org/a_b", "m6"),
        ] {
            assert_eq!(found(&fixture, &bob(), keyword), [seq], "{keyword}, {round}");
        }
        for keyword in ["hidden", "line second", "reme", "安广", "!", ""] {
            assert_eq!(
                found(&fixture, &bob(), keyword),
                Vec::<String>::new(),
                "{keyword}, {round}"
            );
        }
        fill(&fixture);
    }
    assert!(has_in_index(&fixture, "order"));
}

#[test]
fn what_is_recalled_edited_deleted_or_cleared_leaves_the_index_with_it() {
    let fixture = Fixture::new();
    let sent = ["recalled", "refused", "deleted", "edited"].map(|text| fixture.send(&bob(), text));
    fixture.send(&c2c("carol"), "cleared");
    fixture.send(&c2c("dave"), "removed");
    for seq in 1..=6 {
        fixture.complete(Outcome::Sent {
            seq,
            time: Micros((START + 1) * 1_000_000),
        });
    }
    fill(&fixture);
    fixture.engine.revoke(&sent[0]).unwrap();
    fixture.engine.revoke(&sent[1]).unwrap();
    fixture.engine.delete_messages(&sent[2..3]).unwrap();
    let new = NewContent {
        text: Some("corrected".to_owned()),
        ..Default::default()
    };
    fixture.engine.modify(&sent[3], &new).unwrap();
    fixture.engine.clear_history(&c2c("carol")).unwrap();
    fixture.engine.delete_conversation(&c2c("dave")).unwrap();
    for word in ["recalled", "refused", "deleted", "edited", "cleared", "removed"] {
        assert!(!has_in_index(&fixture, word), "{word}");
    }
    assert_eq!(found(&fixture, &bob(), "corrected"), [sent[3].clone()]);
    // The server does not want to recall the second one.
    while let Some(entry) = fixture.engine.next_outbound().unwrap() {
        let is_second = matches!(&entry.command, Outbound::Revoke { msg_id, .. } if *msg_id == sent[1]);
        let outcome = if is_second { refused() } else { Outcome::Done };
        let _ = fixture.engine.complete_outbound(entry.id, outcome);
    }
    assert_eq!(found(&fixture, &bob(), "refused"), [sent[1].clone()]);
}

#[test]
fn without_a_conversation_each_conversation_counts_and_one_message_is_shown() {
    let fixture = Fixture::new();
    fixture.live(text(1, "tea"));
    fixture.live(text(2, "tea"));
    let only = fixture.send(&c2c("carol"), "a tea");
    let all = result(&fixture, &asked(&["tea"]));
    assert_eq!(all["totalCount"], 2);
    assert_eq!(all["isFinished"], true);
    assert_eq!(all["searchCursor"], "");
    let items = all["messageSearchResultItems"].as_array().unwrap();
    assert_eq!(items[0]["conversationID"], "c2c_bob");
    assert_eq!(
        (&items[0]["messageCount"], &items[0]["messageList"]),
        (&json!(2), &json!([]))
    );
    assert_eq!(items[1]["messageCount"], 1);
    assert_eq!(items[1]["messageList"][0]["msgID"], only);
    let place = json!({"msgID": only, "field": "textElem.text", "index": 0, "start": 2, "length": 3,
        "codePointStart": 2, "codePointLength": 3});
    assert_eq!(items[1]["highlightList"], json!([place]));
}

#[test]
fn pages_follow_each_other_by_number_and_by_cursor_whatever_comes_meanwhile() {
    let fixture = Fixture::new();
    (1..=5).for_each(|seq| fixture.live(text(seq, "tea")));
    let mut search = MessageSearch {
        conversation: Some(bob()),
        page_size: 2,
        ..asked(&["tea"])
    };
    let ids = |page: &Value| {
        let list = &page["messageSearchResultItems"][0]["messageList"];
        let ids = list.as_array().unwrap().iter();
        ids.map(|message| message["msgID"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let first = result(&fixture, &search);
    assert_eq!(
        (ids(&first), &first["totalCount"]),
        (vec!["m5".to_owned(), "m4".to_owned()], &json!(5))
    );
    fixture.live(text(6, "tea"));
    search.cursor = first["searchCursor"].as_str().unwrap().to_owned();
    let second = result(&fixture, &search);
    assert_eq!(ids(&second), ["m3", "m2"]);
    search.cursor = second["searchCursor"].as_str().unwrap().to_owned();
    let third = result(&fixture, &search);
    assert_eq!(
        (ids(&third), &third["searchCursor"]),
        (vec!["m1".to_owned()], &json!(""))
    );
    (search.cursor, search.page_index) = (String::new(), 1);
    assert_eq!(ids(&result(&fixture, &search)), ["m4", "m3"]);
    search.cursor = "nonsense".to_owned();
    let error = fixture.engine.search_messages(&search).unwrap_err();
    assert_eq!(error.status, Status::InvalidParameters);
}

#[test]
fn keywords_senders_kinds_and_times_select() {
    let fixture = Fixture::new();
    fixture.live(text(1, "green tea"));
    fixture.live(text(2, "black tea"));
    fixture.live(says(
        3,
        serde_json::from_str(r#"{"face":{"index":1,"data":"x"}}"#).unwrap(),
    ));
    fixture.live(team_with(GroupRole::Member));
    let mut said = message(&team(), "carol", 4);
    said.body = body("green coffee");
    fixture.live(Change::Message(said));
    let count = |edit: &dyn Fn(&mut MessageSearch)| {
        let mut search = asked(&["green", "tea"]);
        edit(&mut search);
        let items = result(&fixture, &search)["messageSearchResultItems"].take();
        let counts = items
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["messageCount"].as_i64().unwrap());
        counts.sum::<i64>()
    };
    assert_eq!(count(&|_| {}), 3);
    assert_eq!(count(&|search| search.is_all = true), 1);
    assert_eq!(count(&|search| search.senders = vec![UserId::trusted("carol")]), 1);
    assert_eq!(count(&|search| search.kinds = vec![ElemType::File]), 0);
    assert_eq!(count(&|search| search.from_time = Some(START + 2)), 2);
    assert_eq!(count(&|search| search.to_time = Some(START + 1)), 1);
    assert_eq!(
        count(&|search| {
            search.keywords.clear();
            search.senders = vec![UserId::trusted("bob")];
        }),
        2,
        "faces are not searched"
    );
    assert_eq!(
        count(&|search| search.keywords = vec!["?".to_owned(), "tea".to_owned()]),
        2
    );
    assert_eq!(
        count(&|search| {
            search.keywords = vec!["?".to_owned(), "tea".to_owned()];
            search.is_all = true;
        }),
        0
    );
}

fn names(fixture: &Fixture, keyword: &str) -> Vec<String> {
    let json = fixture
        .engine
        .search_conversations(&[keyword.to_owned()], false, 10)
        .unwrap();
    let found: Value = serde_json::from_str(&json).unwrap();
    let items = found["searchResultItems"].as_array().unwrap().iter();
    items
        .map(|item| item["conversation"]["conversationID"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn conversations_are_found_by_all_their_names_and_those_that_begin_so_come_first() {
    let fixture = Fixture::new();
    fixture.live(from_bob(1));
    fixture.send(&c2c("carol"), "hi");
    let profile = Profile {
        user_id: UserId::trusted("carol"),
        nick_name: "Émile Bob".to_owned(),
        face_url: String::new(),
        allow_type: AllowType::AllowAny,
    };
    fixture.live(Change::Profile(profile));
    assert_eq!(names(&fixture, "bo"), ["c2c_bob", "c2c_carol"]);
    assert_eq!(names(&fixture, "EMI"), ["c2c_carol"]);
    assert_eq!(names(&fixture, "carol"), ["c2c_carol"]);
    fixture.live(Change::Friend {
        user_id: UserId::trusted("carol"),
        remark: Some("老王".to_owned()),
    });
    assert_eq!(names(&fixture, "王"), ["c2c_carol"]);
    assert_eq!(
        names(&fixture, "emile"),
        ["c2c_carol"],
        "the name that the remark covers"
    );
    fixture.engine.delete_conversation(&c2c("carol")).unwrap();
    assert_eq!(names(&fixture, "王"), Vec::<String>::new());
    let json = fixture
        .engine
        .search_conversations(&["b".to_owned()], false, 10)
        .unwrap();
    let found: Value = serde_json::from_str(&json).unwrap();
    let places = found["searchResultItems"][0]["highlightList"].clone();
    let place = |field: &str| {
        json!({"msgID": "", "field": field, "index": 0, "start": 0, "length": 1,
        "codePointStart": 0, "codePointLength": 1})
    };
    assert_eq!(places, json!([place("showName"), place("userID")]));
    assert_eq!(found["totalCount"], 1);
}

#[test]
fn highlights_are_counted_in_utf_16_and_in_code_points_of_what_was_written() {
    let keywords = Keywords::new(&["creme".to_owned(), "京".to_owned()], false).unwrap();
    let elem = Elem::Text {
        text: "👍🏽 Cre\u{300}mes 京".to_owned(),
    };
    let places = serde_json::to_value(highlight::of_message("m", &elem, &keywords)).unwrap();
    let place = |at: [usize; 4]| {
        json!({"msgID": "m", "field": "textElem.text", "index": 0, "start": at[0], "length": at[1],
            "codePointStart": at[2], "codePointLength": at[3]})
    };
    assert_eq!(places, json!([place([5, 6, 3, 6]), place([13, 1, 11, 1])]));
}

#[test]
fn an_index_is_made_of_what_is_there_and_goes_on_after_a_restart() {
    let fixture = Fixture::with(|options| options.search = false);
    (1..=500).for_each(|seq| fixture.live(text(seq, &format!("tea {seq}"))));
    let off = fixture.engine.search_messages(&asked(&["tea"])).unwrap_err();
    assert_eq!(off.status, Status::NotSupported);
    let fixture = fixture.reopen_with(|options| options.search = true);
    assert_eq!(result(&fixture, &asked(&["tea"]))["isFinished"], false);
    assert!(!fixture.engine.index_some().unwrap(), "the names");
    assert!(!fixture.engine.index_some().unwrap(), "the newest");
    assert_eq!(found(&fixture, &bob(), "500"), ["m500"]);
    assert_eq!(found(&fixture, &bob(), "7"), Vec::<String>::new());
    let fixture = fixture.reopen();
    while !fixture.engine.index_some().unwrap() {}
    assert_eq!(found(&fixture, &bob(), "7").len(), 11);
    assert_eq!(result(&fixture, &asked(&["tea"]))["isFinished"], true);
    let told = fixture.told().into_iter();
    let told: Vec<Value> = told
        .filter_map(|(event, payload)| (event == Event::SearchIndexProgress).then_some(payload))
        .collect();
    assert_eq!(
        told.last(),
        Some(&json!({"indexedCount": 500, "totalCount": 500, "isFinished": true}))
    );
    assert!(
        told.windows(2)
            .all(|two| two[0]["indexedCount"].as_i64() <= two[1]["indexedCount"].as_i64())
    );
    let fixture = fixture.reopen_with(|options| options.search = false);
    assert!(!has_in_index(&fixture, "tea"));
}

#[test]
fn much_that_is_cleared_at_once_empties_the_index_which_is_made_again() {
    let fixture = Fixture::new();
    let kept = fixture.send(&bob(), "kept");
    let carol = c2c("carol");
    let many = (1..=2_300).map(|seq| {
        let mut message = message(&carol, "carol", seq);
        message.body = body("gone");
        Change::Message(message)
    });
    fixture
        .engine
        .apply(crate::model::Inbound {
            live: true,
            changes: many.collect(),
            ..Default::default()
        })
        .unwrap();
    while !fixture.engine.index_some().unwrap() {}
    fixture.engine.clear_history(&carol).unwrap();
    assert!(!has_in_index(&fixture, "gone"));
    while !fixture.engine.index_some().unwrap() {}
    assert_eq!(found(&fixture, &bob(), "kept"), [kept]);
}
