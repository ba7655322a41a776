//! Requests come after what the user did before in the same conversation.

use super::testing::Script;
use super::{Call, Client};
use crate::backend::{Backend, Deadline, LinkState};
use crate::model::{
    ConversationId, Elem, Error, GroupId, MessageBody, Micros, Outbound, Outcome, Result, Status, UserId,
};
use std::sync::mpsc;
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(20);

fn group() -> GroupId {
    GroupId::trusted("team")
}

fn team() -> ConversationId {
    ConversationId::group(&group())
}

/// Puts a command into the outbox: `number` tells them apart.
fn act(client: &Client, id: &ConversationId, number: u64) {
    let pinned = number % 2 == 1;
    client.local(|engine| engine.set_pinned(id, pinned)).unwrap();
}

fn quit(client: &Client, timeout: Duration) -> Result<()> {
    Call::now(client).request(
        "quitGroup",
        &[team()],
        timeout,
        |backend: &dyn Backend, deadline: &Deadline| backend.quit_group(&group(), deadline),
    )
}

/// Waits until a request is inside the client.
fn until_called(client: &Client) {
    let end = Instant::now() + LONG;
    while client.gate.calls() == 0 {
        assert!(Instant::now() < end, "no call came");
        std::thread::yield_now();
    }
}

#[test]
fn a_request_whose_time_ends_before_the_earlier_commands_did_does_nothing() {
    let server = Script::default();
    let (_dir, client) = server.client();
    act(&client, &team(), 1);
    let error = quit(&client, SHORT).unwrap_err();
    assert_eq!(error.status, Status::Timeout);
    assert!(error.desc.contains("group_team"), "{error}");
    assert!(server.requests().is_empty());
    assert!(server.take_command(&Outcome::Done).is_some());
    quit(&client, LONG).unwrap();
    assert_eq!(server.requests(), ["quitGroup"]);
}

#[test]
fn a_request_goes_on_when_the_earlier_commands_have_ended_however_they_end() {
    let server = Script::default();
    let (_dir, client) = server.client();
    let sent = Outcome::Sent {
        seq: 1,
        time: Micros(1),
    };
    for outcome in [Outcome::Done, Outcome::Refused(Error::internal("no")), sent] {
        act(&client, &team(), 1);
        act(&client, &team(), 2);
        std::thread::scope(|scope| {
            let quitting = scope.spawn(|| quit(&client, LONG));
            until_called(&client);
            while server.take_command(&outcome).is_some() {}
            quitting.join().unwrap().unwrap();
        });
    }
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn a_command_that_the_app_takes_back_is_not_waited_for() {
    let server = Script::default();
    let (_dir, client) = server.client();
    let text = MessageBody::of(Elem::Text { text: "bye".to_owned() });
    let sent = client.local(|engine| engine.send(&team(), text)).unwrap();
    let sent: serde_json::Value = serde_json::from_str(&sent).unwrap();
    let msg_id = sent["msgID"].as_str().unwrap().to_owned();
    std::thread::scope(|scope| {
        let quitting = scope.spawn(|| quit(&client, LONG));
        until_called(&client);
        client.local(|engine| engine.delete_messages(&[msg_id])).unwrap();
        quitting.join().unwrap().unwrap();
    });
}

#[test]
fn other_conversations_and_later_commands_hold_up_no_request() {
    let server = Script::default();
    let (_dir, client) = server.client();
    act(&client, &ConversationId::c2c(&UserId::trusted("bob")), 1);
    quit(&client, LONG).unwrap();
    while server.take_command(&Outcome::Done).is_some() {}

    act(&client, &team(), 1);
    std::thread::scope(|scope| {
        let quitting = scope.spawn(|| quit(&client, LONG));
        // The outbox never becomes empty: a command is added before each that ends.
        let mut number = 2;
        while !quitting.is_finished() {
            act(&client, &team(), number);
            number += 1;
            server.take_command(&Outcome::Done);
        }
        quitting.join().unwrap().unwrap();
    });
    assert!(matches!(
        server.take_command(&Outcome::Done),
        Some(Outbound::Set { .. })
    ));
}

#[test]
fn a_lost_connection_and_a_logout_end_a_request_that_waits() {
    let server = Script::default();
    let (_dir, client) = server.client();
    act(&client, &team(), 1);
    std::thread::scope(|scope| {
        let quitting = scope.spawn(|| quit(&client, LONG));
        until_called(&client);
        server.sink().report(LinkState::Failed(Error::disconnected("lost")));
        assert_eq!(quitting.join().unwrap().unwrap_err().status, Status::Disconnected);
    });
    server.sink().report(LinkState::Connected);
    std::thread::scope(|scope| {
        let quitting = scope.spawn(|| quit(&client, LONG));
        until_called(&client);
        Call::now(&client).logout(LONG).unwrap();
        let status = quitting.join().unwrap().unwrap_err().status;
        // The latter when the logout came before the request had looked.
        assert!(matches!(status, Status::Cancelled | Status::NotLoggedIn), "{status:?}");
    });
    assert!(server.requests().is_empty());
}

#[test]
fn closing_the_client_ends_a_request_that_waits() {
    let server = Script::default();
    let (_dir, client) = server.client();
    act(&client, &team(), 1);
    let (done, outcome) = mpsc::channel();
    let run = |call: Option<&Call<'_>>| call.map(|client| quit(client, LONG));
    client
        .run_on_thread(run, move |outcome| done.send(outcome).unwrap())
        .unwrap();
    until_called(&client);
    client.close().unwrap();
    let status = outcome.recv().unwrap().unwrap().unwrap_err().status;
    assert_eq!(status, Status::Cancelled);
    assert!(server.requests().is_empty());
}

#[test]
fn a_login_returns_at_once_when_the_cache_knows_the_account() {
    let server = Script::default();
    let (_dir, client) = server.client();
    Call::now(&client).logout(LONG).unwrap();
    server.go_down();
    Call::now(&client).login(None, Duration::ZERO).unwrap();
    assert!(server.is_started());
}

#[test]
fn an_asynchronous_request_finds_the_login_that_was_called_before_it_and_waits_for_it() {
    let server = Script::default();
    server.stay_silent();
    let (_dir, client) = server.open();
    let (done, outcomes) = mpsc::channel();
    let later = |name: &'static str, run: fn(&Call<'_>) -> Result<()>| {
        let done = done.clone();
        let run = move |call: Option<&Call<'_>>| run(call.unwrap());
        let answer = move |outcome: Result<()>| done.send((name, outcome.map_err(|error| error.status))).unwrap();
        client.run_on_thread(run, answer).unwrap();
    };
    later("login", |call| call.login(None, LONG));
    later("too short", |call| quit(call, SHORT));
    later("quitGroup", |call| quit(call, LONG));
    assert_eq!(outcomes.recv_timeout(LONG), Ok(("too short", Err(Status::Timeout))));
    assert!(server.requests().is_empty());
    server.sink().report(LinkState::Connected);
    let mut rest = [
        outcomes.recv_timeout(LONG).unwrap(),
        outcomes.recv_timeout(LONG).unwrap(),
    ];
    rest.sort_by_key(|(name, _)| *name);
    assert_eq!(rest, [("login", Ok(())), ("quitGroup", Ok(()))]);
}

#[test]
fn the_time_of_an_asynchronous_call_runs_from_the_call() {
    let server = Script::default();
    let (_dir, client) = server.client();
    let (done, left) = mpsc::channel();
    let (begin, may_begin) = mpsc::channel::<()>();
    // Keeps its turn, so that the next call does not begin before its time is over.
    let first = move |_: Option<&Call<'_>>| assert!(may_begin.recv().is_err());
    client.run_on_thread(first, |()| ()).unwrap();
    let second = |call: Option<&Call<'_>>| {
        call.unwrap()
            .request("getUsersInfo", &[], SHORT, |_, deadline| deadline.left())
    };
    client
        .run_on_thread(second, move |left| done.send(left).unwrap())
        .unwrap();
    let over = Instant::now() + SHORT;
    while Instant::now() <= over {
        std::thread::yield_now();
    }
    drop(begin);
    assert_eq!(left.recv_timeout(LONG).unwrap().unwrap_err().status, Status::Timeout);
}
