//! The thread that opens and closes clients, in the order in which the app logs in and out.

use crate::call::Answer;
use crate::events::Hearing;
use crate::sdk::{CANCELLED, Sdk, Session, lock, outcome};
use im::api;
use im::client::Client;
use std::cell::Cell;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

enum Job {
    Login {
        user: String,
        sig: String,
        answer: Answer,
    },
    Logout {
        answer: Answer,
    },
    /// Something has an answer already.
    Tell {
        answer: Answer,
        code: i32,
        json: String,
    },
    /// A login has failed for good.
    Drop {
        client: Arc<Client>,
    },
    End,
}

/// The thread.
pub(crate) struct Logic {
    jobs: Mutex<Sender<(Arc<Sdk>, Job)>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// A channel that closes when the newest thread ends, and the process of that thread: until then it holds the account
/// that the next one may want.
static NEWEST: Mutex<Option<(u32, Receiver<()>)>> = Mutex::new(None);

thread_local! {
    /// Whether a callback of the app is running on this thread.
    static IN_CALLBACK: Cell<bool> = const { Cell::new(false) };
}

impl Logic {
    pub(crate) fn start() -> Self {
        let (jobs, queue) = channel::<(Arc<Sdk>, Job)>();
        let (running, ended) = channel::<()>();
        let process = std::process::id();
        let before = lock(&NEWEST).replace((process, ended));
        let run = move || {
            // Dropped when the thread ends, also with a panic.
            let _running = running;
            match before {
                Some((of, ended)) if of == process => {
                    let _ = ended.recv();
                }
                // The parent's thread: a forked child does not have it.
                other => std::mem::forget(other),
            }
            for (sdk, job) in queue {
                let is_end = matches!(job, Job::End);
                sdk.carry_out(job);
                if is_end {
                    return;
                }
            }
        };
        // Without a thread, jobs are answered by nobody; the first one says so.
        let thread = std::thread::Builder::new().name("timsdk-logic".to_owned()).spawn(run);
        Self {
            jobs: Mutex::new(jobs),
            thread: Mutex::new(thread.ok()),
        }
    }

    /// Runs a callback of the app.
    pub(crate) fn call_back(run: impl FnOnce()) {
        let before = IN_CALLBACK.replace(true);
        run();
        IN_CALLBACK.set(before);
    }

    /// Whether this thread runs a callback of the app.
    pub(crate) fn is_callback() -> bool {
        IN_CALLBACK.get()
    }

    fn push(&self, sdk: Arc<Sdk>, job: Job) {
        let answer = match &job {
            Job::Login { answer, .. } | Job::Logout { answer } => Some(Arc::clone(answer)),
            Job::Tell { .. } | Job::Drop { .. } | Job::End => None,
        };
        // Nothing is locked while the app is called.
        let is_sent = lock(&self.jobs).send((sdk, job)).is_ok();
        if let Some(answer) = answer.filter(|_| !is_sent) {
            answer(CANCELLED, "the SDK has ended", "");
        }
    }

    pub(crate) fn login(&self, sdk: Arc<Sdk>, user: String, sig: String, answer: Answer) {
        self.push(sdk, Job::Login { user, sig, answer });
    }

    pub(crate) fn logout(&self, sdk: Arc<Sdk>, answer: Answer) {
        self.push(sdk, Job::Logout { answer });
    }

    pub(crate) fn tell(&self, sdk: Arc<Sdk>, answer: Answer, code: i32, json: String) {
        self.push(sdk, Job::Tell { answer, code, json });
    }

    /// Ends the thread, and waits for that unless a callback is running on this one.
    pub(crate) fn end(&self, sdk: Arc<Sdk>) {
        self.push(sdk, Job::End);
        // The callbacks that run until then may call everything: nothing is locked meanwhile.
        let thread = lock(&self.thread).take();
        if let Some(thread) = thread.filter(|_| !Self::is_callback()) {
            let _ = thread.join();
        }
    }
}

impl Sdk {
    fn carry_out(self: Arc<Self>, job: Job) {
        match job {
            Job::Login { user, sig, answer } => {
                self.log_in(&user, &sig, answer);
            }
            Job::Logout { answer } => {
                let session = self.state().session.take();
                if let Some(session) = session {
                    let _ = api::call(&session.client, "logout", "{}");
                    close(session);
                }
                self.state().logouts -= 1;
                answer(0, "", "");
            }
            Job::Tell { answer, code, json } => {
                let desc = if code == 0 { "" } else { "libim does not have this" };
                answer(code, desc, &json);
            }
            Job::Drop { client } => {
                let session = {
                    let mut state = self.state();
                    let is_alone = state.logins == 0;
                    // Meanwhile somebody may have logged in, also the same user again.
                    state
                        .session
                        .take_if(|session| is_alone && Arc::ptr_eq(&session.client, &client))
                };
                session.into_iter().for_each(close);
            }
            Job::End => {
                let session = self.state().session.take();
                session.into_iter().for_each(close);
            }
        }
    }

    fn log_in(self: Arc<Self>, user: &str, sig: &str, answer: Answer) {
        let opened = self.open(user, sig);
        self.state().logins -= 1;
        let session = match opened {
            Ok(session) => session,
            Err((code, desc)) => return answer(code, &desc, ""),
        };
        let (sdk, told, client) = (self, Arc::clone(&answer), Arc::clone(&session.client));
        let done = move |response: api::Response| match outcome(&response) {
            Ok(_) => answer(0, "", ""),
            Err((code, desc)) => {
                if !is_retried(code) {
                    sdk.logic().push(Arc::clone(&sdk), Job::Drop { client });
                }
                answer(code, &desc, "");
            }
        };
        if api::call_async(&session.client, "login", "{}".to_owned(), Box::new(done)).is_err() {
            told(CANCELLED, "logged out before this was done", "");
        }
    }

    /// The session of a user: the one that there is, or a new one in its place.
    fn open(&self, user: &str, sig: &str) -> Result<Session, (i32, String)> {
        let before = self.state().session.clone();
        if let Some(session) = before {
            if session.user == user && session.sig == sig {
                return Ok(session);
            }
            self.state().session = None;
            close(session);
        }
        let settings = self.state().settings.clone();
        let account = settings.account(user, sig)?;
        let (client, response) = api::open(&account.config.to_string());
        let client = match (client, outcome(&response)) {
            (Some(client), _) => client,
            (None, Err(error)) => return Err(error),
            (None, Ok(_)) => return Err((7012, "libim has opened nothing".to_owned())),
        };
        let session = Session {
            client,
            ids: Arc::new(account.ids),
            is_xmpp: account.is_xmpp,
            user: user.to_owned(),
            sig: sig.to_owned(),
            pending: Arc::default(),
            files: Arc::default(),
            asked: Arc::default(),
            copies: Arc::default(),
            is_over: Arc::clone(&self.is_over),
        };
        let hearing = Hearing::new(&session);
        session
            .client
            .add_listener(0, Arc::new(hearing))
            .map_err(|error| (error.status.code(), error.desc))?;
        self.state().session = Some(session.clone());
        Ok(session)
    }
}

/// Whether libim goes on trying to connect after a login that has ended so.
fn is_retried(code: i32) -> bool {
    matches!(code, 9508 | 9510)
}

fn close(session: Session) {
    // Fails only when it is closed already.
    let _ = session.client.close();
    session.copies.end();
    session.pending.cancel();
}
