//! Asynchronous calls of both kinds, from two threads, against logins, a logout and the end of the client: each call that
//! was accepted has exactly one answer, on one thread, before the close returns; one that was not accepted has none.

use crate::client::{Call, Client};
use crate::model::lock::lock;
use crate::model::sync::{Arc, Mutex, thread};
use crate::model::{Error, GroupId, Result, Status};
use crate::server::{Faults, Mood, open};
use shuttle::rand::Rng as _;
use std::time::Duration;

const LONG: Duration = Duration::from_secs(3_600);

#[derive(Clone, Default)]
struct Ledger {
    accepted: Arc<Mutex<Vec<usize>>>,
    answered: Arc<Mutex<Vec<(usize, thread::ThreadId)>>>,
}

fn cancelled() -> Error {
    Error::new(Status::Cancelled, "the client was closed")
}

/// Makes call number `number`, in one of the ways there are.
fn call(client: &Arc<Client>, number: usize, ledger: &Ledger) {
    let answered = Arc::clone(&ledger.answered);
    let done = move |_: Result<()>| lock(&answered).push((number, thread::current().id()));
    let outcome = match number % 4 {
        0 => client.run_on_thread(|call| call.ok_or_else(cancelled)?.login(None, LONG), done),
        1 => client.run_in_place(
            |call| {
                call.ok_or_else(cancelled)?
                    .read(|engine| engine.total_unread())
                    .map(drop)
            },
            done,
        ),
        2 => client.run_on_thread(
            |call| {
                let group = GroupId::trusted("team");
                call.ok_or_else(cancelled)?
                    .request("quitGroup", &[], LONG, |backend, deadline| {
                        backend.quit_group(&group, deadline)
                    })
            },
            done,
        ),
        _ => client.run_on_thread(|call| call.ok_or_else(cancelled)?.logout(LONG), done),
    };
    if outcome.is_ok() {
        lock(&ledger.accepted).push(number);
    }
}

pub fn play() {
    let moods = [Mood::Kind, Mood::Moody, Mood::Silent];
    let (_dir, client, is_started) = open(moods[shuttle::rand::thread_rng().gen_range(0..moods.len())]);
    let (ledger, faults) = (Ledger::default(), Faults::default());
    let mut users: Vec<_> = [0..4, 4..7]
        .into_iter()
        .map(|numbers| {
            let (client, ledger) = (Arc::clone(&client), ledger.clone());
            thread::spawn(move || numbers.for_each(|number| call(&client, number, &ledger)))
        })
        .collect();
    // And one that waits for its own.
    let own = Arc::clone(&client);
    users.push(thread::spawn(move || drop(Call::now(&own).login(None, LONG))));
    client.close().unwrap();
    let answers = lock(&ledger.answered).len();
    faults.check(!is_started.get(), || "closed, and the backend runs".to_owned());
    users.into_iter().for_each(|user| user.join().unwrap());
    let (mut accepted, answered) = (lock(&ledger.accepted).clone(), lock(&ledger.answered).clone());
    faults.check(answered.len() == answers, || "an answer after the close".to_owned());
    accepted.sort_unstable();
    let mut numbers: Vec<usize> = answered.iter().map(|(number, _)| *number).collect();
    numbers.sort_unstable();
    faults.check(numbers == accepted, || {
        format!("{accepted:?} were accepted, {numbers:?} answered")
    });
    faults.check(answered.windows(2).all(|two| two[0].1 == two[1].1), || {
        "on two threads".to_owned()
    });
    faults.assert_none();
}
