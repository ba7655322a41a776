//! The rules of edits.

use super::*;
use crate::engine::fixture::{Fixture, bob, from_bob, message, refused, team, team_with, unnumbered};
use crate::model::{Change, Elem, GroupRole, IdKind, MessageId, Micros, Outbound, Outcome, Status};
use serde_json::Value;

fn text(text: &str) -> NewContent {
    NewContent {
        text: Some(text.to_owned()),
        ..NewContent::default()
    }
}

fn shown(fixture: &Fixture) -> String {
    let text = fixture.row(&bob())["lastMessage"]["textElem"]["text"].clone();
    text.as_str().unwrap_or_default().to_owned()
}

/// An edit by a client that is not ours, of the message with that id.
fn edit(id: &str, author: &str, new: &str, seconds: i64) -> Change {
    Change::Modified {
        conversation: bob(),
        message: Target::Id(MessageId {
            kind: IdKind::Origin,
            id: id.to_owned(),
            sender: Some(crate::model::UserId::trusted(author)),
            not_after: None,
        }),
        modification: Box::new(Modification {
            elem: Elem::Text { text: new.to_owned() },
            cloud_custom_data: None,
            stamp: Stamp {
                time: Micros(seconds * 1_000_000),
                device: String::new(),
            },
            time: Micros(seconds * 1_000_000),
            server_id: format!("s-{new}"),
            origin_id: format!("o-{new}"),
            older: false,
            rank: 0,
            alone: None,
        }),
    }
}

fn own(fixture: &Fixture) {
    fixture.live(Change::Message(message(&bob(), "alice", 1)));
    fixture.told();
}

#[test]
fn an_edit_is_shown_at_once_told_and_sent_and_moves_nothing() {
    let fixture = Fixture::new();
    own(&fixture);
    fixture.live(from_bob(2));
    let before = fixture.row(&bob());
    fixture.told();
    fixture.engine.modify("m1", &text("new")).unwrap();
    assert_eq!(fixture.told_of(Event::RecvMessageModified)["textElem"]["text"], "new");
    assert_eq!(fixture.row(&bob()), before, "it is not the last message");
    let Some(Outbound::Modify(sent)) = fixture.command() else {
        panic!()
    };
    assert_eq!(sent.body.elem, Elem::Text { text: "new".to_owned() });
    fixture.engine.modify("m1", &text("new")).unwrap();
    assert!(fixture.told().is_empty(), "it says that already");
}

#[test]
fn what_may_not_be_edited_says_so() {
    let fixture = Fixture::new();
    own(&fixture);
    fixture.live(team_with(GroupRole::Owner));
    fixture.live(Change::Message(message(&team(), "bob", 2)));
    let status = |msg_id: &str, new: &NewContent| fixture.engine.modify(msg_id, new).unwrap_err().status;
    assert_eq!(status("no", &text("x")), Status::InvalidParameters);
    assert_eq!(
        status("m2", &text("x")),
        Status::NoPermission,
        "also for the owner of the group"
    );
    assert_eq!(status("m1", &text(&"\u{1}".repeat(60_000))), Status::InvalidParameters);
    fixture.try_revoke("m1").unwrap();
    assert_eq!(status("m1", &text("x")), Status::InvalidParameters);
}

#[test]
fn a_refused_edit_is_undone_and_one_after_it_is_not() {
    let fixture = Fixture::new();
    own(&fixture);
    fixture.engine.modify("m1", &text("one")).unwrap();
    fixture.command();
    fixture.engine.modify("m1", &text("two")).unwrap();
    fixture.told();
    fixture.complete(refused());
    let told = fixture.told();
    assert!(matches!(told[..], [(Event::LocalChangeFailed, _)]), "{told:?}");
    assert_eq!(shown(&fixture), "two");
    fixture.complete(refused());
    assert_eq!(shown(&fixture), "hi");
    assert_eq!(fixture.told_of(Event::RecvMessageModified)["textElem"]["text"], "hi");
}

#[test]
fn edits_that_have_not_gone_out_go_out_as_one_and_with_an_unsent_message() {
    let fixture = Fixture::new();
    own(&fixture);
    let unsent = fixture.send(&bob(), "no");
    for new in ["one", "two"] {
        fixture.engine.modify("m1", &text(new)).unwrap();
        fixture.engine.modify(&unsent, &text(new)).unwrap();
    }
    let fixture = fixture.reopen();
    let Some(Outbound::Send(sent)) = fixture.command() else {
        panic!()
    };
    assert_eq!(sent.body.elem, Elem::Text { text: "two".to_owned() });
    // Now the server may have it.
    fixture.engine.modify(&unsent, &text("three")).unwrap();
    let Some(Outbound::Send(again)) = fixture.command() else {
        panic!()
    };
    assert_eq!(again.body, sent.body, "a copy must not differ");
    fixture.complete(Outcome::Sent {
        seq: 2,
        time: Micros(1),
    });
    let mut sent = Vec::new();
    while let Some(command) = fixture.command() {
        if let Outbound::Modify(edit) = command {
            sent.push(edit.body.elem);
        }
        fixture.complete(Outcome::Done);
    }
    let texts = ["two", "three"].map(|text| Elem::Text { text: text.to_owned() });
    assert_eq!(sent, texts);
}

#[test]
fn an_edit_waits_for_its_message_and_only_its_author_makes_it() {
    let fixture = Fixture::new();
    for (author, new) in [("mallory", "forged"), ("bob", "edited")] {
        fixture.live(edit("a", author, new, 5));
    }
    fixture.live(unnumbered("a", "bob", 1, false));
    assert_eq!(shown(&fixture), "edited");
    // A copy of the message as it was is the same one, and an edit that is told again is nothing new.
    fixture.told();
    fixture.live(unnumbered("a", "bob", 1, false));
    fixture.live(edit("a", "bob", "edited", 5));
    assert!(fixture.told().is_empty());
    assert_eq!(fixture.row(&bob())["unreadCount"], 1);
    // By the name of the edit before.
    fixture.live(edit("o-edited", "bob", "again", 6));
    assert_eq!(shown(&fixture), "again");
}

#[test]
fn whoever_names_an_edit_means_its_message() {
    let fixture = Fixture::new();
    for (id, seconds) in [("a", 1), ("b", 2)] {
        fixture.live(unnumbered(id, "bob", seconds, false));
    }
    let named = |id: &str| {
        Target::Id(MessageId {
            kind: IdKind::Origin,
            id: id.to_owned(),
            sender: None,
            not_after: None,
        })
    };
    let read = Change::Read {
        conversation: bob(),
        up_to: named("o-edited"),
    };
    fixture.live(read);
    assert_eq!(fixture.row(&bob())["unreadCount"], 2);
    let now = crate::engine::fixture::START + 9;
    fixture.live(edit("a", "bob", "edited", now));
    assert_eq!(
        fixture.row(&bob())["unreadCount"],
        0,
        "what was said before the edit was read"
    );
    fixture.live(Change::Revoked {
        conversation: bob(),
        message: named("o-edited"),
        recall: crate::model::Recall::default(),
    });
    assert_eq!(fixture.messages(&bob())[0], ("a".to_owned(), 6));
}

#[test]
fn a_message_says_that_it_is_edited_until_the_edit_is_undone_or_it_is_recalled() {
    let is_edited = |fixture: &Fixture| fixture.row(&bob())["lastMessage"]["isEdited"].clone();
    let fixture = Fixture::new();
    own(&fixture);
    assert_eq!(is_edited(&fixture), false);
    // Here, and a refusal gives it back.
    fixture.engine.modify("m1", &text("one")).unwrap();
    assert_eq!(fixture.told_of(Event::RecvMessageModified)["isEdited"], true);
    assert_eq!(is_edited(&fixture), true);
    fixture.command();
    fixture.complete(refused());
    assert_eq!(fixture.told_of(Event::RecvMessageModified)["isEdited"], false);
    assert_eq!(is_edited(&fixture), false);
    // By another device, and a recall takes it away while it is pending; so does its refusal give it back.
    fixture.live(edit("m1", "alice", "two", 5));
    assert_eq!(is_edited(&fixture), true);
    fixture.try_revoke("m1").unwrap();
    assert_eq!(is_edited(&fixture), false);
    fixture.complete(refused());
    assert_eq!(is_edited(&fixture), true);
    fixture.live(Change::Revoked {
        conversation: bob(),
        message: Target::MsgId("m1".to_owned()),
        recall: crate::model::Recall::default(),
    });
    assert_eq!(is_edited(&fixture), false);
}

#[test]
fn an_edit_that_comes_with_its_message_or_before_it_marks_it_too() {
    let is_edited = |fixture: &Fixture| fixture.row(&bob())["lastMessage"]["isEdited"].clone();
    // The embedded service has the message as it is by now.
    let fixture = Fixture::new();
    let mut whole = message(&bob(), "bob", 1);
    whole.body.modified = Some(Stamp {
        time: Micros(1),
        device: "other".to_owned(),
    });
    fixture.history(Change::Message(whole));
    assert_eq!(is_edited(&fixture), true);
    // An archive that is read backwards has the edit first.
    let fixture = Fixture::new();
    fixture.history(edit("a", "bob", "edited", 5));
    fixture.history(unnumbered("a", "bob", 1, true));
    assert_eq!((shown(&fixture).as_str(), is_edited(&fixture)), ("edited", true.into()));
}

#[test]
fn what_was_edited_before_the_server_had_it_is_not_edited() {
    let is_edited = |fixture: &Fixture| fixture.row(&bob())["lastMessage"]["isEdited"].clone();
    let fixture = Fixture::new();
    let msg_id = fixture.send(&bob(), "hi");
    fixture.engine.modify(&msg_id, &text("one")).unwrap();
    assert_eq!(is_edited(&fixture), false, "it goes out like this");
    fixture.command();
    fixture.engine.modify(&msg_id, &text("two")).unwrap();
    assert_eq!(is_edited(&fixture), true, "the server may have it");
    fixture.complete(refused());
    assert_eq!(is_edited(&fixture), false, "the server has not taken it");
    fixture.engine.resend(&msg_id).unwrap();
    assert_eq!((shown(&fixture).as_str(), is_edited(&fixture)), ("two", false.into()));
}

#[test]
fn an_edit_that_comes_while_a_recall_waits_is_what_is_shown_when_that_is_refused() {
    let fixture = Fixture::new();
    fixture.live(team_with(GroupRole::Owner));
    fixture.live(Change::Message(message(&team(), "bob", 1)));
    let edited = |new: &str, seconds| match edit("m1", "bob", new, seconds) {
        Change::Modified { modification, .. } => Change::Modified {
            conversation: team(),
            message: Target::MsgId("m1".to_owned()),
            modification,
        },
        other => other,
    };
    fixture.try_revoke("m1").unwrap();
    fixture.told();
    fixture.live(edited("new", 1));
    let is_told = |fixture: &Fixture| {
        let told = fixture.told();
        told.iter().any(|(event, _)| *event == Event::RecvMessageModified)
    };
    assert!(!is_told(&fixture), "it is recalled");
    let last = || fixture.row(&team())["lastMessage"].clone();
    assert_eq!((&last()["status"], &last()["textElem"]), (&6.into(), &Value::Null));
    fixture.complete(refused());
    assert_eq!(
        (&last()["status"], &last()["textElem"]["text"]),
        (&2.into(), &"new".into())
    );
    assert_eq!(last()["isEdited"], true);
    // Once the server has agreed, there is nothing that could be edited.
    fixture.try_revoke("m1").unwrap();
    fixture.complete(Outcome::Done);
    fixture.live(edited("newer", 2));
    assert_eq!((&last()["status"], &last()["textElem"]), (&6.into(), &Value::Null));
    assert!(!is_told(&fixture));
}

#[test]
fn an_edit_of_ours_that_is_refused_while_a_recall_waits_is_not_shown_when_that_is_refused_too() {
    let fixture = Fixture::new();
    own(&fixture);
    fixture.engine.modify("m1", &text("new")).unwrap();
    fixture.try_revoke("m1").unwrap();
    fixture.complete(refused());
    fixture.complete(refused());
    assert_eq!(shown(&fixture), "hi");
}
