//! Logins against logouts, while the server answers: the app hears of each sync's start one end, and nobody is logged in
//! with a backend that is stopped.

use crate::client::Call;
use crate::events::Event;
use crate::model::LoginStatus;
use crate::model::lock::lock;
use crate::model::sync::{Arc, Mutex, thread};
use crate::server::{Calls, Faults, Mood, open};
use shuttle::rand::Rng as _;
use std::time::Duration;

const LONG: Duration = Duration::from_secs(3_600);

pub fn play() {
    let mut random = shuttle::rand::thread_rng();
    let (is_moody, is_known): (bool, bool) = (random.r#gen(), random.r#gen());
    let (_dir, client, is_started) = open(if is_moody { Mood::Moody } else { Mood::Kind });
    if is_known {
        drop(Call::now(&client).login(None, LONG));
        Call::now(&client).logout(LONG).unwrap();
    }
    let faults = Faults::default();
    let is_syncing = Arc::new(Mutex::new(false));
    let (syncing, noted) = (Arc::clone(&is_syncing), faults.clone());
    let listener = Calls(move |event, _: &str| match event {
        Event::SyncServerStart => noted.check(!std::mem::replace(&mut *lock(&syncing), true), || {
            "a sync started before the one before had ended".to_owned()
        }),
        Event::SyncServerFinish | Event::SyncServerFailed => noted
            .check(std::mem::replace(&mut *lock(&syncing), false), || {
                format!("{event:?} of no sync")
            }),
        _ => {}
    });
    client.add_listener(0, Arc::new(listener)).unwrap();
    let users: Vec<_> = (0..random.gen_range(2..4))
        .map(|number| {
            let logs_in = number % 2 == 0;
            let client = Arc::clone(&client);
            thread::spawn(move || {
                if logs_in {
                    // Whatever came of it: it has ended.
                    drop(Call::now(&client).login(None, LONG));
                } else {
                    Call::now(&client).logout(LONG).unwrap();
                }
            })
        })
        .collect();
    users.into_iter().for_each(|user| user.join().unwrap());
    let is_in = client.login_status().unwrap() != LoginStatus::LoggedOut;
    // A server that has ended the login has left its thread to be joined.
    let agrees = if is_moody {
        !is_in || is_started.get()
    } else {
        is_in == is_started.get()
    };
    faults.check(agrees, || {
        format!("logged in: {is_in}; the backend runs: {}", is_started.get())
    });
    Call::now(&client).logout(LONG).unwrap();
    faults.check(!is_started.get(), || "logged out, and the backend runs".to_owned());
    // What was told before is heard before this is answered.
    let (answered, answer) = shuttle::sync::mpsc::channel();
    client
        .run_in_place(|_| (), move |()| answered.send(()).unwrap())
        .unwrap();
    answer.recv().unwrap();
    faults.check(!*lock(&is_syncing), || "a sync has no end".to_owned());
    client.close().unwrap();
    faults.check(client.close().is_err(), || "closed twice".to_owned());
    faults.assert_none();
}
