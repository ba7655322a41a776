//! A user who goes through the C functions.

use serde_json::{Value, json};
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

// The library, whose functions are called by their C names.
use ImSDK as _;

/// How long a condition may take to come true.
const PATIENCE: Duration = Duration::from_secs(60);

pub type Chars = *const c_char;
pub type Data = *const c_void;
pub type Callback = Option<unsafe extern "C" fn(i32, Chars, Chars, Data)>;

unsafe extern "C" {
    fn TIMInit(app: u64, config: Chars) -> c_int;
    fn TIMUninit() -> c_int;
    fn TIMLogin(user: Chars, sig: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMSetConfig(config: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMSetConvEventCallback(cb: Option<unsafe extern "C" fn(c_int, Chars, Data)>, data: Data);
    fn TIMSetConvTotalUnreadMessageCountChangedCallback(cb: Option<unsafe extern "C" fn(c_int, Data)>, data: Data);
    fn TIMSetConvUnreadMessageCountChangedByFilterCallback(
        cb: Option<unsafe extern "C" fn(Chars, c_int, Data)>,
        data: Data,
    );
    fn TIMAddRecvNewMsgCallback(cb: Option<unsafe extern "C" fn(Chars, Data)>, data: Data);
}

/// What an answer brings: code, sentence, JSON.
#[derive(Debug)]
pub struct Answer {
    pub code: i32,
    pub desc: String,
    pub json: String,
}

impl Answer {
    /// The JSON of an answer that must be a good one.
    pub fn ok(&self) -> Value {
        assert_eq!(self.code, 0, "{}", self.desc);
        if self.json.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&self.json).unwrap()
        }
    }
}

/// A text of C.
pub fn text(text: Chars) -> String {
    // SAFETY: the library's texts are NUL-terminated and live while a callback runs.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap().to_owned()
}

/// A text for C.
pub fn c(text: impl ToString) -> CString {
    CString::new(text.to_string()).unwrap()
}

unsafe extern "C" fn answered(code: i32, desc: Chars, json: Chars, data: Data) {
    // SAFETY: the sender of one call, which is answered once.
    let sender = unsafe { Box::from_raw(data.cast_mut().cast::<Sender<Answer>>()) };
    let answer = Answer {
        code,
        desc: text(desc),
        json: text(json),
    };
    sender.send(answer).unwrap_or_default();
}

/// Calls a function with a callback: its answer later.
pub fn later(call: impl FnOnce(Callback, Data) -> c_int) -> Receiver<Answer> {
    let (sender, answer) = channel();
    let data = Box::into_raw(Box::new(sender));
    let returned = call(Some(answered), data.cast());
    assert_eq!(returned, 0);
    answer
}

/// Calls a function with a callback, and waits for its answer.
pub fn call(call: impl FnOnce(Callback, Data) -> c_int) -> Answer {
    wait(&later(call))
}

/// Waits for an answer.
pub fn wait(answer: &Receiver<Answer>) -> Answer {
    answer.recv_timeout(PATIENCE).expect("an answer")
}

/// An event, by the name of its callback.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    Conversations(i32, Value),
    Total(i32),
    ByFilter(Value, i32),
    Messages(Value),
}

static HEARD: Mutex<Vec<Heard>> = Mutex::new(Vec::new());

fn hear(heard: Heard) {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner).push(heard);
}

fn parsed(json: Chars) -> Value {
    let json = text(json);
    if json.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&json).unwrap()
    }
}

unsafe extern "C" fn on_conversations(event: c_int, json: Chars, _: Data) {
    hear(Heard::Conversations(event, parsed(json)));
}
unsafe extern "C" fn on_total(total: c_int, _: Data) {
    hear(Heard::Total(total));
}
unsafe extern "C" fn on_filter(filter: Chars, count: c_int, _: Data) {
    hear(Heard::ByFilter(parsed(filter), count));
}
unsafe extern "C" fn on_messages(json: Chars, _: Data) {
    hear(Heard::Messages(parsed(json)));
}

/// The one user of this process who is logged in through the library. The next test waits until they are out.
pub struct Tim(#[allow(dead_code)] MutexGuard<'static, ()>);

impl Tim {
    /// Logs a user in. Others on the same service are `App`s in `dir`.
    pub fn login(dir: &Path, user: &str) -> Self {
        let config = json!({
            "dataDir": dir.join(format!("tim-{user}")),
            "backend": { "path": dir.join("service.db") },
        });
        Self::login_with(&config, user, "")
    }

    /// The same with a config.
    pub fn login_with(config: &Value, user: &str, sig: &str) -> Self {
        static ONE: Mutex<()> = Mutex::new(());
        let one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        HEARD.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let data = std::ptr::null();
        // SAFETY: the texts live during the calls, and the callbacks for ever.
        unsafe {
            assert_eq!(TIMInit(1, std::ptr::null()), 0);
            TIMSetConvEventCallback(Some(on_conversations), data);
            TIMSetConvTotalUnreadMessageCountChangedCallback(Some(on_total), data);
            TIMSetConvUnreadMessageCountChangedByFilterCallback(Some(on_filter), data);
            TIMAddRecvNewMsgCallback(Some(on_messages), data);
        }
        let config = c(json!({ "libim": config }));
        // SAFETY: as above.
        call(|cb, data| unsafe { TIMSetConfig(config.as_ptr(), cb, data) }).ok();
        let tim = Self(one);
        let (user, sig) = (c(user), c(sig));
        // SAFETY: as above.
        call(|cb, data| unsafe { TIMLogin(user.as_ptr(), sig.as_ptr(), cb, data) }).ok();
        tim
    }

    /// What was told so far.
    pub fn heard(&self) -> Vec<Heard> {
        HEARD.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until something is true.
    pub fn wait(&self, what: &str, is_true: impl Fn(&Self) -> bool) {
        let until = Instant::now() + PATIENCE;
        while !is_true(self) {
            assert!(
                Instant::now() < until,
                "waited in vain: {what}; heard {:#?}",
                self.heard()
            );
            std::thread::park_timeout(Duration::from_millis(2));
        }
    }
}

impl Drop for Tim {
    fn drop(&mut self) {
        // SAFETY: it has no parameters.
        unsafe { TIMUninit() };
    }
}
