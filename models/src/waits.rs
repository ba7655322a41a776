//! Logins and requests that wait for a server which does not answer, of both kinds of calls: a logout or the end of the
//! client wakes them, at whatever moment it comes.

use crate::client::Call;
use crate::model::lock::lock;
use crate::model::sync::{Arc, Mutex, thread};
use crate::model::{Error, GroupId, Result, Status};
use crate::server::{Mood, open};
use shuttle::rand::Rng as _;
use std::time::Duration;

const LONG: Duration = Duration::from_secs(3_600);

fn login(call: &Call<'_>) -> Result<()> {
    call.login(None, LONG)
}

fn quit(call: &Call<'_>) -> Result<()> {
    let group = GroupId::trusted("team");
    call.request("quitGroup", &[], LONG, |backend, deadline| {
        backend.quit_group(&group, deadline)
    })
}

pub fn play() {
    let (_dir, client, is_started) = open(Mood::Silent);
    let ended: Arc<Mutex<Vec<Status>>> = Arc::default();
    let mut random = shuttle::rand::thread_rng();
    let (mut threads, mut calls) = (Vec::new(), 0);
    for run in [login, quit] {
        let noted = Arc::clone(&ended);
        // An answer there is none: every one of them fails.
        let done = move |outcome: Result<()>| lock(&noted).push(outcome.unwrap_err().status);
        calls += 1;
        if random.r#gen() {
            let cancelled = || Error::new(Status::Cancelled, "the client was closed");
            let run = move |call: Option<&Call<'_>>| run(call.ok_or_else(cancelled)?);
            client.run_on_thread(run, done).unwrap();
        } else {
            let client = Arc::clone(&client);
            threads.push(thread::spawn(move || done(run(&Call::now(&client)))));
        }
    }
    if random.r#gen() {
        Call::now(&client).logout(LONG).unwrap();
    }
    client.close().unwrap();
    assert!(!is_started.get(), "closed, and the backend runs");
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let ended = lock(&ended);
    let expected = [Status::Cancelled, Status::NotLoggedIn, Status::NotInitialized];
    assert!(
        ended.len() == calls && ended.iter().all(|status| expected.contains(status)),
        "{ended:?}"
    );
}
