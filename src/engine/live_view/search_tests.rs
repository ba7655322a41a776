//! Views that search: what comes in and goes, and an index that is not whole.

use super::ViewQuery;
use crate::engine::fixture::{Fixture, bob, c2c, from_bob, message};
use crate::events::Event;
use crate::model::{AllowType, Change, Profile, Status, UserId};
use serde_json::{Value, json};

fn called(user: &str, nick_name: &str) -> Change {
    Change::Profile(Profile {
        user_id: UserId::trusted(user),
        nick_name: nick_name.to_owned(),
        face_url: String::new(),
        allow_type: AllowType::AllowAny,
    })
}

fn remark(user: &str, remark: &str) -> Change {
    Change::Friend {
        user_id: UserId::trusted(user),
        remark: Some(remark.to_owned()),
    }
}

fn query(search: &str) -> ViewQuery {
    ViewQuery {
        search: Some(search.to_owned()),
        ..ViewQuery::default()
    }
}

fn ids(rows: &Value) -> Vec<&str> {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row["conversationID"].as_str().unwrap()).collect()
}

fn open(fixture: &Fixture, search: &str, limit: i64) -> Value {
    serde_json::from_str(&fixture.engine.open_view(&query(search), limit).unwrap()).unwrap()
}

/// The changes that were told, in short: of each the steps with their reasons, and the total.
fn told(fixture: &Fixture) -> Value {
    let told = fixture.told().into_iter();
    let changes = told.filter(|(event, _)| *event == Event::ConversationViewChanged);
    let short = changes.map(|(_, change)| {
        let steps = change["diffs"].as_array().unwrap().iter();
        let steps: Vec<Value> = steps.map(|step| json!([step["op"], step["reasons"]])).collect();
        json!([steps, change["total"]])
    });
    short.collect()
}

#[test]
fn a_view_follows_the_names_that_it_searches_for() {
    let fixture = Fixture::new();
    fixture.live(from_bob(1));
    fixture.live(Change::Message(message(&c2c("carol"), "carol", 2)));
    fixture.live(called("carol", "Bobby"));
    fixture.told();
    let opened = open(&fixture, "BOB", 1);
    assert_eq!(ids(&opened["conversationList"]), ["c2c_carol"]);
    assert_eq!((&opened["total"], &opened["isFinished"]), (&json!(2), &json!(false)));
    fixture.live(called("carol", "Carol"));
    assert_eq!(
        told(&fixture),
        json!([[[["remove", ["profile", "filter"]], ["insert", []]], 1]])
    );
    fixture.live(remark("carol", "bob's sister"));
    assert_eq!(
        told(&fixture),
        json!([[[["remove", []], ["insert", ["profile", "filter"]]], 2]])
    );
    fixture.live(from_bob(3));
    assert_eq!(told(&fixture), json!([[[["remove", []], ["insert", ["message"]]], 2]]));
    fixture.engine.delete_conversation(&bob()).unwrap();
    assert_eq!(told(&fixture), json!([[[["remove", ["delete"]], ["insert", []]], 1]]));
    fixture.engine.set_draft(&c2c("dave"), "hello").unwrap();
    assert_eq!(told(&fixture), json!([]), "not found, not told");
    fixture.engine.set_view(1, &query("dav")).unwrap();
    assert_eq!(told(&fixture), json!([[[["reset", ["filter"]]], 1]]));
}

#[test]
fn a_name_that_another_one_covers_is_followed_too() {
    let fixture = Fixture::new();
    fixture.live(from_bob(1));
    fixture.live(remark("bob", "Uncle"));
    open(&fixture, "robert", 5);
    fixture.told();
    fixture.live(called("bob", "Robert"));
    assert_eq!(told(&fixture), json!([[[["insert", ["profile", "filter"]]], 1]]));
    fixture.live(called("bob", "Rob"));
    assert_eq!(told(&fixture), json!([[[["remove", ["profile", "filter"]]], 0]]));
}

#[test]
fn a_text_without_words_finds_nothing_and_without_an_index_there_is_no_search() {
    let fixture = Fixture::new();
    fixture.live(from_bob(1));
    let opened = open(&fixture, "!", 5);
    assert_eq!((&opened["total"], &opened["isFinished"]), (&json!(0), &json!(true)));
    fixture.live(from_bob(2));
    assert_eq!(told(&fixture), json!([]));
    let fixture = fixture.reopen_with(|options| options.search = false);
    let error = fixture.engine.open_view(&query("bob"), 5).unwrap_err();
    assert_eq!(error.status, Status::NotSupported);
    fixture.engine.open_view(&ViewQuery::default(), 5).unwrap();
    assert!(fixture.engine.set_view(1, &query("bob")).is_err());
}

/// Many conversations, of which few are found: they are looked for in the index, and where that is damaged in the list.
#[test]
fn few_of_many_are_found_also_where_the_index_is_damaged() {
    let fixture = Fixture::new();
    for number in 0..600 {
        fixture.engine.set_draft(&c2c(&format!("user{number}")), "x").unwrap();
    }
    for number in [3, 200, 590] {
        fixture.live(called(&format!("user{number}"), "Zoë"));
    }
    let found = ["c2c_user590", "c2c_user200", "c2c_user3"];
    let opened = open(&fixture, "zoe", 2);
    assert_eq!(ids(&opened["conversationList"]), found[..2]);
    assert_eq!(opened["total"], 3);
    let fixture = fixture.reopen();
    open(&fixture, "zoe", 2);
    fixture.told();
    fixture.damage("conversation_search_data", "block = x'ffffffffffffffffff'", "id > 10");
    let fixture = fixture.reopen();
    // Its damage is met when the view is opened; until it is made again nothing is found, then all of them.
    let opened = open(&fixture, "zoe", 2);
    let mut rows: Vec<String> = ids(&opened["conversationList"])
        .into_iter()
        .map(str::to_owned)
        .collect();
    while !fixture.engine.index_some().unwrap() {}
    for (event, change) in fixture.told() {
        if event != Event::ConversationViewChanged {
            continue;
        }
        for step in change["diffs"].as_array().unwrap() {
            let row = || step["conversation"]["conversationID"].as_str().unwrap().to_owned();
            let index = usize::try_from(step["index"].as_u64().unwrap_or_default()).unwrap();
            match step["op"].as_str().unwrap() {
                "insert" => rows.insert(index, row()),
                "remove" => drop(rows.remove(index)),
                _ => rows = ids(&step["conversationList"]).into_iter().map(str::to_owned).collect(),
            }
        }
        assert!(change["total"].as_i64().unwrap() <= 3);
    }
    assert_eq!(rows, found[..2]);
    fixture.engine.delete_conversation(&c2c("user590")).unwrap();
    assert_eq!(told(&fixture), json!([[[["remove", ["delete"]], ["insert", []]], 2]]));
}
