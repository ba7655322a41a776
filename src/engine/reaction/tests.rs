use crate::engine::fixture::{Fixture, bob, c2c, from_bob, message, refused, team, team_with, unnumbered};
use crate::events::Event;
use crate::model::{
    Change, ConversationId, GroupRole, IdKind, MessageId, Micros, Outbound, Outcome, Reacted, Reaction, Stamp, Status,
    Target, UserId,
};
use serde_json::{Value, json};

const THUMB: &str = "\u{1f44d}";
const HEART: &str = "\u{2764}\u{fe0f}";

fn set(user: &str, reactions: &[&str], time: i64, device: &str) -> Reacted {
    Reacted {
        user: UserId::trusted(user),
        nick_name: String::new(),
        face_url: String::new(),
        reactions: reactions.iter().map(|id| (*id).to_owned()).collect(),
        stamp: Stamp {
            time: Micros(time),
            device: device.to_owned(),
        },
        older: false,
    }
}

fn reacted(conversation: &ConversationId, target: Target, reacted: Reacted) -> Change {
    Change::Reacted {
        conversation: conversation.clone(),
        message: target,
        reacted: Box::new(reacted),
    }
}

fn to_m1(of: Reacted) -> Change {
    reacted(&bob(), Target::MsgId("m1".to_owned()), of)
}

fn named(kind: IdKind, id: &str) -> Target {
    Target::Id(MessageId {
        kind,
        id: id.to_owned(),
        sender: None,
        not_after: None,
    })
}

/// The reactions to a message: of each the id and the users.
fn shown(fixture: &Fixture, msg_id: &str) -> Vec<(String, Vec<String>)> {
    let results = fixture.engine.reactions(&[msg_id.to_owned()], 10).unwrap();
    let results: Value = serde_json::from_str(&results).unwrap();
    let list = results[0]["reactionList"].as_array().unwrap();
    list.iter()
        .map(|reaction| {
            let users = reaction["partialUserList"].as_array().unwrap();
            assert_eq!(reaction["totalUserCount"], users.len());
            let users: Vec<String> = users
                .iter()
                .map(|user| user["userID"].as_str().unwrap().to_owned())
                .collect();
            assert_eq!(reaction["reactedByMyself"], users.contains(&"alice".to_owned()));
            (reaction["reactionID"].as_str().unwrap().to_owned(), users)
        })
        .collect()
}

fn of(reaction: &str, users: &[&str]) -> (String, Vec<String>) {
    (
        reaction.to_owned(),
        users.iter().map(|user| (*user).to_owned()).collect(),
    )
}

fn with_message() -> Fixture {
    let fixture = Fixture::new();
    fixture.live(from_bob(1));
    fixture.complete_all();
    fixture.told();
    fixture
}

fn react(fixture: &Fixture, reaction: &str, adds: bool) {
    fixture.engine.react("m1", reaction, adds).unwrap();
}

fn sent(fixture: &Fixture) -> Reaction {
    match fixture.command() {
        Some(Outbound::React(reaction)) => reaction,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_reaction_is_told_and_changes_nothing_of_the_message_and_its_conversation() {
    let fixture = with_message();
    let before = (fixture.row(&bob()), fixture.messages(&bob()), fixture.list());
    react(&fixture, THUMB, true);
    fixture.live(to_m1(set("bob", &[HEART, THUMB], 9, "")));
    assert_eq!(
        shown(&fixture, "m1"),
        [of(THUMB, &["alice", "bob"]), of(HEART, &["bob"])]
    );
    assert_eq!((fixture.row(&bob()), fixture.messages(&bob()), fixture.list()), before);
    let told = fixture.told();
    assert!(
        told.iter()
            .all(|(event, _)| *event == Event::RecvMessageReactionsChanged),
        "{told:?}"
    );
    let user = |id: &str| json!({ "userID": id, "nickName": "", "faceUrl": "" });
    let thumb = |users: &[&str]| {
        let list: Vec<Value> = users.iter().map(|id| user(id)).collect();
        json!({ "reactionID": THUMB, "totalUserCount": users.len(), "partialUserList": list, "reactedByMyself": true })
    };
    let heart = json!({
        "reactionID": HEART, "totalUserCount": 1, "partialUserList": [user("bob")], "reactedByMyself": false,
    });
    let told: Vec<Value> = told.into_iter().map(|(_, payload)| payload).collect();
    assert_eq!(
        told,
        [
            json!([{ "messageID": "m1", "reactionList": [thumb(&["alice"])] }]),
            json!([{ "messageID": "m1", "reactionList": [heart, thumb(&["alice", "bob"])] }]),
        ]
    );
    fixture.live(to_m1(set("bob", &[THUMB], 10, "")));
    let gone = fixture.told_of(Event::RecvMessageReactionsChanged);
    assert_eq!(gone[0]["reactionList"][0]["totalUserCount"], 0);
    fixture.live(to_m1(set("bob", &[THUMB], 11, "")));
    assert!(fixture.told().is_empty(), "the same set is no change");
}

#[test]
fn what_may_not_be_done_says_why() {
    let fixture = with_message();
    let status = |msg_id: &str, reaction: &str, adds| {
        fixture
            .engine
            .react(msg_id, reaction, adds)
            .map_err(|error| error.status)
    };
    assert_eq!(status("m1", THUMB, true), Ok(()));
    assert_eq!(status("m1", THUMB, true), Err(Status::AlreadyReacted));
    assert_eq!(status("m1", HEART, false), Err(Status::NoSuchReaction));
    fixture.live(to_m1(set("bob", &[HEART], 9, "")));
    assert_eq!(status("m1", HEART, false), Err(Status::NotOwnReaction));
    assert_eq!(status("none", THUMB, true), Err(Status::InvalidParameters));
    for n in 2..10 {
        assert_eq!(status("m1", &n.to_string(), true), Ok(()));
    }
    assert_eq!(status("m1", "one more", true), Err(Status::TooManyReactions));
    assert_eq!(status("m1", HEART, true), Ok(()), "that is there already");
    let failed = fixture.send(&bob(), "hi");
    while !matches!(fixture.command(), Some(Outbound::Send(_))) {
        fixture.complete(Outcome::Done);
    }
    assert_eq!(status(&failed, THUMB, true), Ok(()), "it goes out after the message");
    fixture.complete(refused());
    assert!(shown(&fixture, &failed).is_empty());
    assert_eq!(status(&failed, THUMB, true), Err(Status::InvalidParameters));
    fixture.complete_all();
    fixture.live(Change::Revoked {
        conversation: bob(),
        message: Target::MsgId("m1".to_owned()),
        recall: crate::model::Recall::default(),
    });
    assert_eq!(status("m1", THUMB, false), Err(Status::InvalidParameters));
}

#[test]
fn as_many_users_as_there_may_be_have_made_a_reaction() {
    let fixture = Fixture::new();
    fixture.live(team_with(GroupRole::Member));
    fixture.live(Change::Message(message(&team(), "bob", 1)));
    for n in 0..100 {
        let by = set(&format!("u{n}"), &[THUMB], 1, "");
        fixture.live(reacted(&team(), Target::MsgId("m1".to_owned()), by));
    }
    let error = fixture.engine.react("m1", THUMB, true).unwrap_err();
    assert_eq!(error.status, Status::TooManyReactionUsers);
    let page = |after: i64, count: i64| -> Value {
        serde_json::from_str(&fixture.engine.reaction_users("m1", THUMB, after, count).unwrap()).unwrap()
    };
    let mut users = Vec::new();
    let mut next = 0;
    loop {
        let page = page(next, 33);
        for user in page["userInfoList"].as_array().unwrap() {
            users.push(user["userID"].as_str().unwrap().to_owned());
        }
        next = page["nextSeq"].as_i64().unwrap();
        if page["isFinished"] == true {
            break;
        }
    }
    assert_eq!(users, (0..100).map(|n| format!("u{n}")).collect::<Vec<_>>());
    assert_eq!(page(0, 100)["isFinished"], true);
    assert_eq!(
        page(next, 1),
        json!({ "userInfoList": [], "nextSeq": next, "isFinished": true })
    );
}

#[test]
fn the_newest_set_of_each_user_counts_whichever_comes_last() {
    for times in [[1, 2, 3], [3, 2, 1], [2, 3, 1], [3, 1, 2]] {
        let fixture = with_message();
        for time in times {
            fixture.live(to_m1(set("bob", &[["", "a", "b", "c"][time]], time as i64, "phone")));
            fixture.live(to_m1(set("carol", &["x"], 1, "phone")));
        }
        let mut shown = shown(&fixture, "m1");
        shown.sort();
        assert_eq!(shown, [of("c", &["bob"]), of("x", &["carol"])], "{times:?}");
    }
}

#[test]
fn of_two_sets_of_another_client_that_an_archive_gives_one_second_the_later_counts() {
    for user in ["bob", "alice"] {
        let fixture = with_message();
        for reactions in [&[THUMB][..], &[HEART], &[]] {
            fixture.history(to_m1(set(user, reactions, 7_000_000, "")));
        }
        assert!(shown(&fixture, "m1").is_empty(), "{user}");
    }
}

#[test]
fn what_waits_goes_out_as_one_set_and_ends_as_it_is() {
    let fixture = with_message();
    react(&fixture, THUMB, true);
    react(&fixture, HEART, true);
    react(&fixture, THUMB, false);
    assert_eq!(sent(&fixture).reactions, [HEART]);
    react(&fixture, THUMB, true);
    fixture.complete(Outcome::Done);
    assert_eq!(sent(&fixture).reactions, [HEART, THUMB]);
    let fixture = fixture.reopen();
    fixture.complete(Outcome::Done);
    assert_eq!(fixture.command(), None);
    assert_eq!(shown(&fixture, "m1"), [of(HEART, &["alice"]), of(THUMB, &["alice"])]);
}

#[test]
fn what_waits_is_done_again_on_top_of_what_another_device_did() {
    for (time, rest) in [(1, vec![HEART]), (i64::MAX / 4, vec![HEART])] {
        let fixture = with_message();
        react(&fixture, THUMB, true);
        fixture.live(to_m1(set("alice", &rest, time, "tablet")));
        let reaction = sent(&fixture);
        assert_eq!(reaction.reactions, [HEART, THUMB]);
        assert!(reaction.stamp.time > Micros(time));
        assert_eq!(shown(&fixture, "m1").len(), 2);
        // Once it is on its way, the newer counts as a whole.
        fixture.live(to_m1(set("alice", &["late"], i64::MAX / 2, "tablet")));
        assert_eq!(shown(&fixture, "m1"), [of("late", &["alice"])]);
    }
}

#[test]
fn a_refused_reaction_is_taken_back_and_what_was_done_since_is_not() {
    let fixture = with_message();
    react(&fixture, THUMB, true);
    fixture.complete(refused());
    assert!(shown(&fixture, "m1").is_empty());
    let told: Vec<Value> = fixture.told().into_iter().map(|(_, payload)| payload).collect();
    assert_eq!(told[1][0]["reactionList"][0]["totalUserCount"], 0, "{told:?}");
    react(&fixture, THUMB, true);
    let first = sent(&fixture);
    react(&fixture, HEART, true);
    fixture.complete(refused());
    assert_eq!(first.reactions, [THUMB]);
    assert_eq!(shown(&fixture, "m1"), [of(HEART, &["alice"])]);
    assert_eq!(sent(&fixture).reactions, [HEART]);
    fixture.complete(refused());
    assert!(shown(&fixture, "m1").is_empty());
    // What another device did meanwhile is what a refusal goes back to.
    react(&fixture, THUMB, true);
    sent(&fixture);
    fixture.live(to_m1(set("alice", &["x"], 1, "tablet")));
    fixture.complete(refused());
    assert_eq!(shown(&fixture, "m1"), [of("x", &["alice"])]);
}

#[test]
fn a_group_that_shows_a_reaction_has_it_although_the_answer_was_lost() {
    let fixture = Fixture::new();
    fixture.live(team_with(GroupRole::Member));
    fixture.live(Change::Message(message(&team(), "bob", 1)));
    fixture.complete_all();
    react(&fixture, THUMB, true);
    let Reaction { reactions, stamp, .. } = sent(&fixture);
    let echo = Reacted {
        reactions,
        stamp,
        ..set("alice", &[], 0, "")
    };
    fixture.live(reacted(&team(), Target::MsgId("m1".to_owned()), echo));
    assert_eq!(fixture.reopen().command(), None);
}

#[test]
fn a_reaction_waits_for_its_message_by_any_of_its_ids_and_only_the_newest_set_counts() {
    let names = [(IdKind::Origin, "a"), (IdKind::Server, "server-a")];
    for (kind, name) in names {
        for is_deleted in [false, true] {
            let fixture = Fixture::new();
            for (user, reaction, time) in [
                ("bob", "new", 9_000_000),
                ("bob", "old", 5_000_000),
                ("mallory", "x", 0),
            ] {
                fixture.live(reacted(&bob(), named(kind, name), set(user, &[reaction], time, "")));
            }
            assert!(
                fixture.list().is_empty() && fixture.told().is_empty(),
                "it makes no conversation"
            );
            if is_deleted {
                fixture.live(Change::MessagesDeleted {
                    conversation: bob(),
                    msg_ids: vec!["a".to_owned()],
                });
            }
            fixture.live(unnumbered("a", "bob", 1, false));
            let mut shown = shown(&fixture, "a");
            shown.sort();
            let expected = [of("new", &["bob"]), of("x", &["mallory"])];
            assert_eq!(shown, if is_deleted { &[][..] } else { &expected[..] });
        }
    }
}

#[test]
fn a_reaction_is_to_a_message_of_its_own_conversation() {
    let fixture = with_message();
    for target in [Target::MsgId("m1".to_owned()), named(IdKind::Origin, "m1")] {
        fixture.live(reacted(&c2c("mallory"), target, set("mallory", &[THUMB], 1, "")));
    }
    assert!(shown(&fixture, "m1").is_empty() && fixture.told().is_empty());
}

#[test]
fn a_recalled_message_has_no_reactions_until_the_recall_is_refused() {
    let fixture = Fixture::new();
    fixture.live(Change::Message(message(&bob(), "alice", 1)));
    fixture.live(to_m1(set("bob", &[THUMB], 1, "")));
    fixture.engine.revoke("m1").unwrap();
    assert!(shown(&fixture, "m1").is_empty());
    fixture.live(to_m1(set("bob", &[HEART], 2, "")));
    fixture.complete(refused());
    assert_eq!(shown(&fixture, "m1"), [of(HEART, &["bob"])]);
    fixture.engine.revoke("m1").unwrap();
    fixture.complete(Outcome::Done);
    fixture.live(to_m1(set("bob", &[THUMB], 3, "")));
    assert!(shown(&fixture, "m1").is_empty());
    assert_eq!(fixture.command(), None);
}

#[test]
fn a_damaged_command_takes_its_reaction_back() {
    let fixture = with_message();
    react(&fixture, THUMB, true);
    fixture.damage("outbox", "value = 'nonsense'", "msg_id = 'm1'");
    fixture.told();
    assert_eq!(fixture.command(), None);
    assert!(shown(&fixture, "m1").is_empty());
    let gone = fixture.told_of(Event::RecvMessageReactionsChanged);
    assert_eq!(gone[0]["reactionList"][0]["totalUserCount"], 0);
}

#[test]
fn the_result_of_an_unknown_message_says_so_beside_the_others() {
    let fixture = with_message();
    react(&fixture, THUMB, true);
    let results = fixture
        .engine
        .reactions(&["none".to_owned(), "m1".to_owned()], 0)
        .unwrap();
    let results: Value = serde_json::from_str(&results).unwrap();
    assert_eq!(
        (&results[0]["resultCode"], &results[0]["reactionList"]),
        (&json!(6017), &json!([]))
    );
    assert!(results[0]["resultInfo"].as_str().unwrap().contains("none"));
    let reaction = &results[1]["reactionList"][0];
    assert_eq!(
        (&results[1]["resultCode"], &results[1]["resultInfo"]),
        (&json!(0), &json!(""))
    );
    assert_eq!(
        (&reaction["totalUserCount"], &reaction["partialUserList"]),
        (&json!(1), &json!([]))
    );
}
