//! The SDK between `TIMInit` and `TIMUninit`: the session of the user who is logged in, and the requests to their client.
//!
//! A client of libim is opened by `TIMLogin` and closed by `TIMLogout`, both on a thread of the SDK's own (logic.rs), because
//! an app may call them from a callback. All callbacks run on the dispatcher thread of the client or, while there is none, on that
//! thread: one at a time, as the API has it.

use crate::account::Settings;
use crate::call::{Answer, Call, NOT_SUPPORTED, Refusal};
use crate::callbacks;
use crate::downloads::{Copies, Files};
use crate::ids::Ids;
use crate::logic::Logic;
use crate::reports::Asked;
use crate::sending::Pending;
use im::api::{self, Response};
use im::client::Client;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// `TIMLoginStatus`, which has libim's numbers and one more.
const LOGGING_IN: i32 = 2;
const LOGGED_OUT: i32 = 3;
const LOGGING_OUT: i32 = 4;

/// The session of the user who is logged in.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) client: Arc<Client>,
    pub(crate) ids: Arc<Ids>,
    /// Whether the server is one of XMPP.
    pub(crate) is_xmpp: bool,
    /// The user as the app calls them.
    pub(crate) user: String,
    pub(crate) sig: String,
    /// Messages that are on their way.
    pub(crate) pending: Arc<Pending>,
    /// The files of messages that the app has seen.
    pub(crate) files: Arc<Files>,
    /// The groups that the user has asked to join.
    pub(crate) asked: Arc<Asked>,
    /// Files that are being copied to where the app wants them.
    pub(crate) copies: Arc<Copies>,
    /// Nothing is told any more.
    pub(crate) is_over: Arc<AtomicBool>,
}

/// The state that changes.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) settings: Settings,
    pub(crate) session: Option<Session>,
    /// Logins and logouts that are waiting for their turn.
    pub(crate) logins: usize,
    pub(crate) logouts: usize,
}

/// The SDK.
pub(crate) struct Sdk {
    state: Mutex<State>,
    /// Nothing is told any more.
    pub(crate) is_over: Arc<AtomicBool>,
    logic: Logic,
    /// A forked child has no threads: there the SDK is not initialized.
    process: u32,
}

static SDK: Mutex<Option<Arc<Sdk>>> = Mutex::new(None);

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic leaves whole data behind: each change is one assignment.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins, once.
pub(crate) fn init(settings: Settings) {
    let mut sdk = lock(&SDK);
    if sdk.as_ref().is_none_or(|sdk| sdk.process != std::process::id()) {
        let state = State {
            settings,
            ..State::default()
        };
        let new = Arc::new(Sdk {
            state: Mutex::new(state),
            is_over: Arc::default(),
            logic: Logic::start(),
            process: std::process::id(),
        });
        // The parent's, in a forked child: its clients are not the child's to close.
        std::mem::forget(sdk.replace(new));
    }
}

/// Ends. Inside a callback it does not wait for that, but nothing is told any more.
pub(crate) fn uninit() -> Result<(), Refusal> {
    let (sdk, cleared) = {
        let mut sdk = lock(&SDK);
        let sdk = sdk
            .take_if(|sdk| sdk.process == std::process::id())
            .ok_or(Refusal::NotInitialized)?;
        // At once, because another thread may call `TIMInit` again and set its own.
        (sdk, callbacks::clear())
    };
    if Logic::is_callback() {
        sdk.is_over.store(true, Ordering::Release);
    }
    sdk.logic.end(Arc::clone(&sdk));
    sdk.is_over.store(true, Ordering::Release);
    cleared.end();
    Ok(())
}

/// The SDK, if it was initialized.
pub(crate) fn current() -> Result<Arc<Sdk>, Refusal> {
    let sdk = lock(&SDK).clone().ok_or(Refusal::NotInitialized)?;
    if sdk.process == std::process::id() {
        Ok(sdk)
    } else {
        Err(Refusal::NotInitialized)
    }
}

/// Asks something of libim; the answer comes through a callback.
pub(crate) fn put(answer: Answer, build: impl FnOnce(&Ids) -> Result<Call, Refusal>) -> Result<(), Refusal> {
    let session = current()?.session()?;
    let call = build(&session.ids)?;
    session.run(call, answer)
}

/// Asks something of the cache, and waits for the answer.
pub(crate) fn ask(method: &'static str, build: impl FnOnce(&Ids) -> Result<Value, Refusal>) -> Result<Value, Refusal> {
    let session = current()?.session()?;
    let request = build(&session.ids)?;
    match outcome(&api::call(&session.client, method, &request.to_string())) {
        Ok(data) => Ok(data),
        Err((6004, _)) => Err(Refusal::Conversation),
        Err((6013 | 6014, _)) => Err(Refusal::NotLoggedIn),
        Err(_) => Err(Refusal::Parameter),
    }
}

/// The data of a response, or its code and sentence.
pub(crate) fn outcome(response: &Response) -> Result<Value, (i32, String)> {
    let envelope: Value = serde_json::from_str(&response.json).unwrap_or_default();
    match response.status.code() {
        0 => Ok(crate::keys::field(&envelope, "data").clone()),
        code => Err((code, crate::keys::text(&envelope, "desc").to_owned())),
    }
}

/// The code of a call that was begun and not finished.
pub(crate) const CANCELLED: i32 = 7009;

impl Session {
    /// Reads something of the cache at once; null where there is nothing.
    pub(crate) fn read(&self, method: &'static str, request: &Value) -> Value {
        outcome(&api::call(&self.client, method, &request.to_string())).unwrap_or_default()
    }

    /// Begins a call.
    pub(crate) fn run(&self, call: Call, answer: Answer) -> Result<(), Refusal> {
        self.step(call, Vec::new(), answer)
    }

    /// Takes the next step of a call. When this is refused, the answer never comes.
    fn step(&self, mut call: Call, mut answers: Vec<Value>, answer: Answer) -> Result<(), Refusal> {
        let step = call.steps.pop().ok_or(Refusal::Parameter)?;
        let request = (step.request)(&answers).to_string();
        let session = self.clone();
        let method = step.method;
        let done = move |response: Response| match outcome(&response) {
            Err((code, desc)) => {
                let done = call
                    .on_failure
                    .map(|make| make(&answers))
                    .filter(|done| !done.is_null());
                answer(code, &desc, &done.map(|done| done.to_string()).unwrap_or_default());
            }
            Ok(data) => {
                session.files.note(&data);
                // A message that was on its way and not the last one leaves without an event.
                if method.starts_with("delete") || method.starts_with("clear") {
                    session.on_deleted();
                }
                answers.push(data);
                session.go_on(call, answers, answer);
            }
        };
        // Refused by a client that is being closed.
        api::call_async(&self.client, method, request, Box::new(done)).map_err(|_| Refusal::NotLoggedIn)
    }

    fn go_on(&self, call: Call, answers: Vec<Value>, answer: Answer) {
        if !call.steps.is_empty() {
            let told = Arc::clone(&answer);
            if self.step(call, answers, answer).is_err() {
                told(CANCELLED, "logged out before this was done", "");
            }
            return;
        }
        match call.answer {
            Ok(make) => answer(0, "", &make(&answers, &self.ids)),
            Err((code, desc)) => answer(code, &desc, ""),
        }
    }
}

impl Sdk {
    pub(crate) fn logic(&self) -> &Logic {
        &self.logic
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// The session, if a user is logged in.
    pub(crate) fn session(&self) -> Result<Session, Refusal> {
        self.state().session.clone().ok_or(Refusal::NotLoggedIn)
    }

    /// `TIMLoginStatus`.
    pub(crate) fn login_status(&self) -> i32 {
        let session = {
            let state = self.state();
            if state.logouts > 0 {
                return LOGGING_OUT;
            }
            if state.logins > 0 {
                return LOGGING_IN;
            }
            state.session.clone()
        };
        let status = session.map(|session| api::call(&session.client, "getLoginStatus", &json!({}).to_string()));
        let status = status.and_then(|response| outcome(&response).ok());
        let status = status.and_then(|status| i32::try_from(status.as_i64()?).ok());
        status.unwrap_or(LOGGED_OUT)
    }

    /// The user who is logged in, as the app calls them; empty for nobody.
    pub(crate) fn login_user(&self) -> String {
        match self.login_status() {
            LOGGED_OUT => String::new(),
            _ => self.session().map(|session| session.user).unwrap_or_default(),
        }
    }

    /// Tells an answer at its place among all others.
    pub(crate) fn tell(self: Arc<Self>, answer: Answer, json: Value) -> Result<(), Refusal> {
        match self.session() {
            Ok(session) => session.run(
                Call::new("getLoginStatus", json!({})).answering(move |_, _| json),
                answer,
            ),
            Err(_) => {
                self.logic.tell(Arc::clone(&self), answer, 0, json.to_string());
                Ok(())
            }
        }
    }

    /// The same for something that libim does not have.
    pub(crate) fn refuse(self: Arc<Self>, answer: Answer) -> Result<(), Refusal> {
        match self.session() {
            Ok(session) => session.run(Call::unsupported(), answer),
            Err(_) => {
                self.logic.tell(Arc::clone(&self), answer, NOT_SUPPORTED, String::new());
                Ok(())
            }
        }
    }

    pub(crate) fn login(self: Arc<Self>, user: String, sig: String, answer: Answer) -> Result<(), Refusal> {
        self.state().logins += 1;
        self.logic.login(Arc::clone(&self), user, sig, answer);
        Ok(())
    }

    pub(crate) fn logout(self: Arc<Self>, answer: Answer) -> Result<(), Refusal> {
        let mut state = self.state();
        if state.session.is_none() && state.logins == 0 {
            return Err(Refusal::NotLoggedIn);
        }
        state.logouts += 1;
        drop(state);
        self.logic.logout(Arc::clone(&self), answer);
        Ok(())
    }
}
