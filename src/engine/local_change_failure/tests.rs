//! Each refused command is told once, with the method that gives it, after what was undone.

use crate::engine::fixture::{Fixture, bob, c2c, from_bob, message, refused, team, team_with};
use crate::events::Event;
use crate::model::{AllRecvOpt, Change, GroupRole, Marks, NewContent, Outbound, Outcome, RecvOpt, Status};
use serde_json::{Value, json};

/// What is told when the server refuses what an act of the app has put into the outbox.
fn failures(fixture: &Fixture, act: impl FnOnce(&Fixture)) -> Vec<(Event, Value)> {
    fixture.complete_all();
    act(fixture);
    fixture.told();
    while let Some(command) = fixture.command() {
        fixture.complete(match command {
            Outbound::SubscribeProfile { .. } => Outcome::Done,
            _ => refused(),
        });
    }
    fixture.told()
}

fn only_failures(told: Vec<(Event, Value)>) -> Vec<Value> {
    let failed = told.into_iter().filter(|(event, _)| *event == Event::LocalChangeFailed);
    failed.map(|(_, payload)| payload).collect()
}

fn with_messages() -> Fixture {
    let fixture = Fixture::new();
    fixture.live(from_bob(1));
    fixture.live(team_with(GroupRole::Owner));
    fixture.live(Change::Message(message(&team(), "bob", 2)));
    fixture.live(Change::Message(message(&bob(), "alice", 3)));
    fixture
}

#[test]
fn every_change_that_is_refused_is_told_with_its_method() {
    let bob_and = |msg_id: Value| (json!("c2c_bob"), msg_id);
    let (of_bob, of_team, of_account) = (
        bob_and(Value::Null),
        (json!(team().as_str()), Value::Null),
        (Value::Null, Value::Null),
    );
    let new = || NewContent {
        text: Some("new".to_owned()),
        ..NewContent::default()
    };
    let all = || AllRecvOpt::daily(RecvOpt::NotNotify, [22, 0, 0], 60).unwrap();
    let quiet = |fixture: &Fixture, id| fixture.engine.set_recv_opt(&[id], RecvOpt::NotNotify).unwrap();
    let star = |fixture: &Fixture| {
        let star = Marks::parse("markType", 1).unwrap();
        drop(fixture.engine.mark(&[bob()], star, true).unwrap());
    };
    let clear = |fixture: &Fixture, id| fixture.engine.clear_history(&id).unwrap();
    type Act<'a> = &'a dyn Fn(&Fixture);
    let acts: [(Act<'_>, &str, &(Value, Value)); 15] = [
        (
            &|it| it.engine.set_pinned(&bob(), true).unwrap(),
            "pinConversation",
            &of_bob,
        ),
        (&|it| quiet(it, bob()), "setC2CReceiveMessageOpt", &of_bob),
        (&|it| quiet(it, team()), "setGroupReceiveMessageOpt", &of_team),
        (&star, "markConversation", &of_bob),
        (
            &|it| drop(it.engine.set_custom_data(&[bob()], "x").unwrap()),
            "setConversationCustomData",
            &of_bob,
        ),
        (
            &|it| it.engine.set_all_recv_opt(all()).unwrap(),
            "setAllReceiveMessageOpt",
            &of_account,
        ),
        (
            &|it| drop(it.engine.create_conversation_group("Work", &[]).unwrap()),
            "createConversationGroup",
            &of_account,
        ),
        (
            &|it| it.engine.revoke("m3").unwrap(),
            "revokeMessage",
            &bob_and(json!("m3")),
        ),
        (
            &|it| drop(it.engine.modify("m3", &new()).unwrap()),
            "modifyMessage",
            &bob_and(json!("m3")),
        ),
        (
            &|it| it.engine.react("m1", "a", true).unwrap(),
            "addMessageReaction",
            &bob_and(json!("m1")),
        ),
        (
            &|it| it.engine.delete_messages(&["m1".to_owned()]).unwrap(),
            "deleteMessages",
            &of_bob,
        ),
        (&|it| clear(it, team()), "clearGroupHistoryMessage", &of_team),
        (&|it| clear(it, bob()), "clearC2CHistoryMessage", &of_bob),
        (
            &|it| it.engine.delete_conversation(&bob()).unwrap(),
            "deleteConversation",
            &of_bob,
        ),
        (
            &|it| drop(it.engine.delete_conversations(&[bob()], false).unwrap()),
            "deleteConversationList",
            &of_bob,
        ),
    ];
    for (act, method, (conversation, msg_id)) in acts {
        let fixture = with_messages();
        let failed = only_failures(failures(&fixture, act));
        let first = failed.first().unwrap_or_else(|| panic!("{method} is not told"));
        assert_eq!(
            *first,
            json!({ "method": method, "conversationID": conversation, "msgID": msg_id, "code": 10007, "desc": "no" })
        );
    }
}

#[test]
fn what_was_done_to_a_conversation_group_or_a_reaction_is_told_as_that() {
    let fixture = with_messages();
    fixture.engine.create_conversation_group("Work", &[bob()]).unwrap();
    fixture.engine.react("m1", "a", true).unwrap();
    fixture.complete_all();
    let methods = |act: &dyn Fn(&Fixture)| {
        let failed = only_failures(failures(&fixture, act));
        let methods = failed
            .iter()
            .map(|failure| failure["method"].as_str().unwrap().to_owned());
        methods.collect::<Vec<_>>()
    };
    let told = methods(&|fixture| {
        drop(
            fixture
                .engine
                .change_conversation_group("Work", &[team()], true)
                .unwrap(),
        )
    });
    assert_eq!(told, ["addConversationsToGroup"]);
    let told = methods(&|fixture| {
        drop(
            fixture
                .engine
                .change_conversation_group("Work", &[bob()], false)
                .unwrap(),
        )
    });
    assert_eq!(told, ["deleteConversationsFromGroup"]);
    let told = methods(&|fixture| fixture.engine.rename_conversation_group("Work", "Home").unwrap());
    assert_eq!(told, ["renameConversationGroup"]);
    let told = methods(&|fixture| fixture.engine.delete_conversation_group("Work").unwrap());
    assert_eq!(told.last().unwrap(), "deleteConversationGroup");
    let told = methods(&|fixture| fixture.engine.react("m1", "a", false).unwrap());
    assert_eq!(told, ["removeMessageReaction"]);
}

#[test]
fn a_failure_comes_after_what_was_undone_and_a_message_has_none() {
    let fixture = with_messages();
    let told = failures(&fixture, |fixture| fixture.engine.set_pinned(&bob(), true).unwrap());
    let events: Vec<Event> = told.iter().map(|(event, _)| *event).collect();
    assert_eq!(events, [Event::ConversationChanged, Event::LocalChangeFailed]);
    let told = failures(&fixture, |fixture| fixture.engine.revoke("m3").unwrap());
    let events: Vec<Event> = told.iter().map(|(event, _)| *event).collect();
    let last = [Event::MessageStatusChanged, Event::LocalChangeFailed];
    assert_eq!(events[events.len() - 2..], last);
    let told = failures(&fixture, |fixture| drop(fixture.send(&c2c("carol"), "secret")));
    assert!(told.iter().any(|(event, _)| *event == Event::MessageStatusChanged));
    assert_eq!(only_failures(told), [] as [Value; 0]);
}

#[test]
fn a_change_that_the_disk_has_damaged_is_told_too() {
    let fixture = with_messages();
    fixture.complete_all();
    fixture.engine.set_pinned(&bob(), true).unwrap();
    fixture.damage("outbox", "value = 'x'", "kind = 'pin'");
    fixture.told();
    assert_eq!(fixture.command(), None);
    let told = fixture.told_of(Event::LocalChangeFailed);
    assert_eq!(
        (&told["method"], &told["conversationID"]),
        (&json!("pinConversation"), &json!("c2c_bob"))
    );
    assert_eq!(told["code"], Status::DatabaseFailed.code());
}
