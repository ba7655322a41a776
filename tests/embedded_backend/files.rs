//! The file: made, missing, locked, replaced, foreign.

use crate::support::*;
use im::backend::LinkState::*;
use im::backend::{Backend, Deadline};
use im::model::*;
use rusqlite::Connection;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

fn refused(client: &Client) -> Status {
    client.wait("a refusal", |record| matches!(record.links.last(), Some(Refused(_))));
    client.look(|record| match record.links.last() {
        Some(Refused(error)) => error.status,
        other => panic!("{other:?}"),
    })
}

#[test]
fn a_login_is_told_in_order() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    alice.look(|record| {
        assert_eq!(record.links, [Connecting, Connected, SyncStarted, SyncFinished]);
        assert!(record.cursor.is_some(), "even an empty service is remembered");
    });
}

#[test]
fn places_where_no_service_can_be_are_refused() {
    let (dir, path) = place();
    assert_eq!(
        refused(&Client::start(&dir.path().join("none/service.db"), "alice")),
        Status::IoFailed
    );
    assert_eq!(refused(&Client::start(dir.path(), "alice")), Status::IoFailed);
    let text = "this is somebody's diary, ".repeat(100);
    fs::write(&path, &text).unwrap();
    assert_eq!(refused(&Client::start(&path, "alice")), Status::InvalidParameters);
    assert_eq!(fs::read_to_string(&path).unwrap(), text, "it was left alone");

    let other = dir.path().join("other.db");
    Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE diary (day TEXT)")
        .unwrap();
    let before = fs::read(&other).unwrap();
    assert_eq!(refused(&Client::start(&other, "alice")), Status::InvalidParameters);
    assert_eq!(fs::read(&other).unwrap(), before, "it was left alone");
}

#[test]
fn a_cache_of_another_backend_is_refused() {
    let (_dir, path) = place();
    let client = Client::start_from(&path, "alice", Some("mam 17".to_owned()));
    assert_eq!(refused(&client), Status::InvalidParameters);
    assert!(!path.exists());
}

#[test]
fn a_restart_reads_on_where_it_stopped() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let bob = Client::login(&path, "bob");
    bob.send(&c2c("alice"), "seen");
    alice.wait_text(&c2c("bob"), "seen");
    alice.stop();
    bob.send(&c2c("alice"), "missed");
    let cursor = alice.look(|record| record.cursor.clone());
    let again = Client::start_with(&path, "alice", Record::restarted(cursor, &c2c("bob")));
    again.wait_text(&c2c("bob"), "missed");
    again.look(|record| {
        assert_eq!(record.texts(&c2c("bob")), ["missed"]);
        assert!(
            record.batches.iter().all(|batch| !batch.live),
            "what was missed is history"
        );
    });
}

#[test]
fn a_file_that_was_moved_away_keeps_the_outbox_waiting() {
    let (dir, path) = place();
    let alice = Client::login(&path, "alice");
    let bob = Client::login(&path, "bob");
    alice.send(&c2c("bob"), "before");
    let away = dir.path().join("away.db");
    fs::rename(&path, &away).unwrap();
    for client in [&alice, &bob] {
        client.wait("the failure", Record::has_failed);
    }
    let pending = alice.push(Outbound::Send(Box::new(message("alice", &c2c("bob"), "during"))));
    let join = alice.backend.join_group(&GroupId::trusted("g"), "", None, &deadline());
    assert_eq!(join.unwrap_err().status, Status::Disconnected);
    assert!(!path.exists(), "nobody makes a new service in its place");
    alice.look(|record| assert!(!record.outcomes.contains_key(&pending)));

    fs::rename(&away, &path).unwrap();
    bob.wait_text(&c2c("alice"), "during");
    bob.look(|record| assert_eq!(record.texts(&c2c("alice")), ["before", "during"]));
    // Nothing that was only in the write-ahead log was lost.
    Client::login(&path, "bob").look(|record| assert_eq!(record.texts(&c2c("alice")), ["before", "during"]));
    alice.look(|record| {
        let back = record.links.iter().rposition(|state| *state == Connecting).unwrap();
        assert_eq!(record.links[back..back + 3], [Connecting, Connected, SyncStarted]);
    });
}

#[test]
fn a_locked_file_keeps_the_outbox_waiting() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let bob = Client::login(&path, "bob");
    let blocker = Connection::open(&path).unwrap();
    blocker.execute_batch("BEGIN EXCLUSIVE").unwrap();
    alice.push(Outbound::Send(Box::new(message("alice", &c2c("bob"), "waited"))));
    let short = Deadline::new(Duration::from_millis(300), Arc::default());
    let call = bob.backend.set_self_info(Some("Bob"), None, &short);
    assert_eq!(call.unwrap_err().status, Status::Timeout);
    alice.wait("the failure", Record::has_failed);
    blocker.execute_batch("COMMIT").unwrap();
    bob.wait_text(&c2c("alice"), "waited");
    bob.look(|record| assert_eq!(record.texts(&c2c("alice")).len(), 1));
}

#[test]
fn another_service_in_its_place_is_not_mixed_in() {
    let (dir, path) = place();
    let alice = Client::login(&path, "alice");
    alice.stop();
    let cursor = alice.look(|record| record.cursor.clone());
    let other = dir.path().join("other.db");
    Client::login(&other, "carol").send(&c2c("alice"), "from elsewhere");
    let moved = Client::start_from(&other, "alice", cursor.clone());
    moved.wait("the failure", Record::has_failed);
    moved.look(|record| assert!(record.batches.is_empty()));

    let missing = Client::start_from(&dir.path().join("missing.db"), "alice", cursor);
    missing.wait("the failure", Record::has_failed);
    assert!(!dir.path().join("missing.db").exists());
}

#[test]
fn a_damaged_row_keeps_nothing_else_from_arriving() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let bad = alice.send(&c2c("bob"), "bad");
    alice.send(&c2c("bob"), "good");
    let db = Connection::open(&path).unwrap();
    db.execute(
        "UPDATE message SET body = '{\"elem\":' WHERE msg_id = ?1",
        [&bad.msg_id],
    )
    .unwrap();
    let bob = Client::login(&path, "bob");
    bob.look(|record| assert_eq!(record.texts(&c2c("alice")), ["good"]));
}

#[test]
fn stop_waits_for_nothing_in_any_state() {
    let (dir, path) = place();
    let alice = Client::login(&path, "alice");
    let failing = Client::start_from(&dir.path().join("missing.db"), "alice", Some("x:1".to_owned()));
    failing.wait("the failure", Record::has_failed);
    let locked = Client::login(&path, "bob");
    let blocker = Connection::open(&path).unwrap();
    blocker.execute_batch("BEGIN EXCLUSIVE").unwrap();
    locked.push(Outbound::Send(Box::new(message("bob", &c2c("alice"), "x"))));
    locked.wait("the failure", Record::has_failed);
    // All of them return while the file is still locked.
    for client in [&alice, &failing, &locked] {
        client.stop();
        client.backend.stop(Duration::ZERO);
        let call = client.backend.join_group(&GroupId::trusted("g"), "", None, &deadline());
        assert!(call.is_err(), "there is no connection any more");
    }
}

#[test]
fn a_sync_that_breaks_off_is_told_and_starts_again() {
    let (dir, path) = place();
    let alice = Client::login(&path, "alice");
    for number in 0..1200 {
        alice.push(Outbound::Send(Box::new(message(
            "alice",
            &c2c("bob"),
            &number.to_string(),
        ))));
    }
    alice.wait("sending", |record| record.outbox.is_empty());
    let away = dir.path().join("away.db");
    let mut record = Record::default();
    record.moves = Some((path.clone(), away.clone()));
    let bob = Client::start_with(&path, "bob", record);
    bob.wait("the failure", Record::has_failed);
    bob.look(|record| {
        let [.., SyncStarted, Failed(_)] = record.links.as_slice() else {
            panic!("{:?}", record.links);
        };
        assert!(record.messages(&c2c("alice")).len() < 1200);
    });
    fs::rename(&away, &path).unwrap();
    bob.wait("the sync", |record| record.links.last() == Some(&SyncFinished));
    bob.look(|record| assert_eq!(record.texts(&c2c("alice")).len(), 1200, "all of them, none twice"));
}

#[test]
fn a_service_put_back_from_a_copy_is_read_from_the_start() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    alice.send(&c2c("bob"), "in the copy");
    let bob = Client::login(&path, "bob");
    let cursor = bob.look(|record| record.cursor.clone()).unwrap();
    let (service, _) = cursor.split_once(':').unwrap();
    let seen_more = Client::start_from(&path, "bob", Some(format!("{service}:1000000")));
    seen_more.wait("the sync", |record| record.links.last() == Some(&SyncFinished));
    seen_more.look(|record| assert_eq!(record.texts(&c2c("alice")), ["in the copy"]));
}

#[test]
fn a_number_from_a_lost_life_is_noticed_although_its_change_was_never_read_back() {
    let (dir, path) = place();
    let alice = Client::login(&path, "alice");
    alice.send(&c2c("bob"), "in the copy");
    let copy = dir.path().join("copy.db");
    let db = Connection::open(&path).unwrap();
    db.execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
    drop(db);
    let lost = alice.push(Outbound::Send(Box::new(message("alice", &c2c("bob"), "lost"))));
    alice.wait("the outcome", |record| record.cursors_at_outcomes.contains_key(&lost));
    alice.stop();
    // As if the process had died right after the outcome.
    let cursor = alice.look(|record| record.cursors_at_outcomes.get(&lost).cloned());
    fs::copy(&copy, &path).unwrap();
    let bob = Client::login(&path, "bob");
    for text in ["one", "two"] {
        bob.send(&c2c("alice"), text);
    }
    let again = Client::start_from(&path, "alice", cursor);
    again.wait("the sync", |record| record.links.last() == Some(&SyncFinished));
    again.look(|record| assert_eq!(record.texts(&c2c("bob")), ["in the copy", "one", "two"]));
}

#[test]
fn an_account_that_cannot_store_anything_hears_of_it_and_goes_on_later() {
    let (_dir, path) = place();
    let (alice, bob) = (Client::login(&path, "alice"), Client::login(&path, "bob"));
    alice.edit(|record| record.is_full = true);
    bob.send(&c2c("alice"), "one");
    alice.wait(
        "the failure",
        |record| matches!(record.links.last(), Some(SyncFailed(error)) if error.status == Status::IoFailed),
    );
    alice.edit(|record| record.is_full = false);
    alice.wait("the message", |record| {
        record.texts(&c2c("bob")) == ["one"] && record.links.last() == Some(&SyncFinished)
    });
    let syncs = |record: &Record| record.links.iter().filter(|link| **link == SyncStarted).count();
    assert_eq!(
        alice.look(syncs),
        3,
        "the first one, the failed one and the one that went on"
    );
}
