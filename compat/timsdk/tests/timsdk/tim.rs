//! A user who goes through the C functions.

use super::told;
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
}

/// An answer: code, sentence, JSON.
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

/// A function with one parameter.
pub type OfParam = unsafe extern "C" fn(Chars, Callback, Data) -> c_int;
/// A function on a conversation, with one parameter.
pub type OfConversation = unsafe extern "C" fn(Chars, c_int, Chars, Callback, Data) -> c_int;

/// Calls a function with one parameter, a text or JSON.
pub fn ask(function: OfParam, param: &Value) -> Answer {
    let param = param.as_str().map_or_else(|| c(param), c);
    // SAFETY: the text lives during the call, and the callback takes the data.
    call(|cb, data| unsafe { function(param.as_ptr(), cb, data) })
}

/// Calls a function on a conversation.
pub fn ask_of(function: OfConversation, (id, kind): (&str, c_int), param: &Value) -> Answer {
    let (id, param) = (c(id), c(param));
    // SAFETY: as above.
    call(|cb, data| unsafe { function(id.as_ptr(), kind, param.as_ptr(), cb, data) })
}

/// The value that a function returns at once; a call of its callback fails the test.
pub fn refused(function: OfParam, param: &Value) -> c_int {
    let param = c(param);
    // SAFETY: as above.
    unsafe { function(param.as_ptr(), Some(never), std::ptr::null()) }
}

unsafe extern "C" fn never(code: i32, _: Chars, _: Chars, _: Data) {
    eprintln!("a call that was refused is answered with {code}");
    std::process::abort();
}

/// An event, by the name of its callback.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    Conversations(i32, Value),
    Total(i32),
    ByFilter(Value, i32),
    Messages(Value),
}

impl Heard {
    fn of(told: told::Told) -> Option<Self> {
        let mut arguments = told.arguments.into_iter();
        let mut next = || arguments.next().unwrap();
        let number = |value: Value| i32::try_from(value.as_i64().unwrap()).unwrap();
        Some(match told.by {
            "TIMSetConvEventCallback" => Self::Conversations(number(next()), next()),
            "TIMSetConvTotalUnreadMessageCountChangedCallback" => Self::Total(number(next())),
            "TIMSetConvUnreadMessageCountChangedByFilterCallback" => Self::ByFilter(next(), number(next())),
            "TIMAddRecvNewMsgCallback" => {
                let messages = next();
                let is_report = messages
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|message| message["message_conv_type"] == 3);
                return (!is_report).then_some(Self::Messages(messages));
            }
            _ => return None,
        })
    }
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
        let (tim, answer) = Self::log_in(config, user, sig);
        answer.ok();
        tim
    }

    /// The same for a login that may fail.
    pub fn log_in(config: &Value, user: &str, sig: &str) -> (Self, Answer) {
        static ONE: Mutex<()> = Mutex::new(());
        let one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        told::forget();
        // SAFETY: no text is given.
        assert_eq!(unsafe { TIMInit(1, std::ptr::null()) }, 0);
        told::listen();
        let config = c(json!({ "libim": config }));
        // SAFETY: the text lives during the call.
        call(|cb, data| unsafe { TIMSetConfig(config.as_ptr(), cb, data) }).ok();
        let tim = Self(one);
        let (user, sig) = (c(user), c(sig));
        // SAFETY: as above.
        let answer = call(|cb, data| unsafe { TIMLogin(user.as_ptr(), sig.as_ptr(), cb, data) });
        (tim, answer)
    }

    /// The events so far.
    pub fn heard(&self) -> Vec<Heard> {
        told::all().into_iter().filter_map(Heard::of).collect()
    }

    /// Waits until something is true.
    pub fn wait(&self, what: &str, is_true: impl Fn(&Self) -> bool) {
        let until = Instant::now() + PATIENCE;
        while !is_true(self) {
            assert!(
                Instant::now() < until,
                "waited in vain: {what}; told {:#?}",
                told::all().iter().map(ToString::to_string).collect::<Vec<_>>()
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

/// Waits until something is there.
pub fn wait_for<T>(tim: &Tim, what: &str, find: impl Fn() -> Option<T>) -> T {
    let found = std::cell::Cell::new(None);
    tim.wait(what, |_| {
        found.set(find());
        let one = found.take();
        let is_there = one.is_some();
        found.set(one);
        is_there
    });
    found.take().unwrap()
}
