//! The app's C callbacks as values of Rust.

use super::types::Data;
use crate::callbacks::{Handler, Notice};
use crate::logic::Logic;
use std::ffi::{CString, c_char, c_int};

type Chars = *const c_char;

/// `TIMCommCallback`.
pub(crate) type Callback = Option<unsafe extern "C" fn(i32, Chars, Chars, Data)>;
/// The callbacks for events, by their parameters before the app's pointer.
pub(crate) type OnNothing = Option<unsafe extern "C" fn(Data)>;
pub(crate) type OnText = Option<unsafe extern "C" fn(Chars, Data)>;
pub(crate) type OnTexts = Option<unsafe extern "C" fn(Chars, Chars, Data)>;
pub(crate) type OnTextsNumber = Option<unsafe extern "C" fn(Chars, Chars, u32, Data)>;
pub(crate) type OnNumber = Option<unsafe extern "C" fn(c_int, Data)>;
pub(crate) type OnNumberText = Option<unsafe extern "C" fn(c_int, Chars, Data)>;
pub(crate) type OnTextNumber = Option<unsafe extern "C" fn(Chars, c_int, Data)>;
pub(crate) type OnStatus = Option<unsafe extern "C" fn(c_int, i32, Chars, Data)>;
pub(crate) type OnProgress = Option<unsafe extern "C" fn(Chars, u32, u32, u32, Data)>;

/// A text for C. JSON escapes a NUL, and no name has one.
pub(crate) fn c_text(text: &str) -> CString {
    CString::new(text).unwrap_or_default()
}

fn int(number: i64) -> c_int {
    c_int::try_from(number).unwrap_or(c_int::MAX)
}

fn unsigned(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A handler; the texts of the notice live while it runs.
fn handler(call: impl Fn(&Notice, &[CString; 2]) + Send + Sync + 'static) -> Handler {
    Box::new(move |notice| {
        let texts = [c_text(notice.text(0)), c_text(notice.text(1))];
        Logic::call_back(|| call(notice, &texts));
    })
}

pub(crate) fn on_nothing(cb: OnNothing, data: Data) -> Option<Handler> {
    // SAFETY: by the contract the callback may be called on any thread until another is set or it is taken away. That waits
    // for a call that runs, and none begins afterwards (`Registered`).
    cb.map(|cb| handler(move |_, _| unsafe { cb(data) }))
}

pub(crate) fn on_text(cb: OnText, data: Data) -> Option<Handler> {
    // SAFETY: as above; the text is borrowed to the callback.
    cb.map(|cb| handler(move |_, [text, _]| unsafe { cb(text.as_ptr(), data) }))
}

pub(crate) fn on_texts(cb: OnTexts, data: Data) -> Option<Handler> {
    // SAFETY: as above.
    cb.map(|cb| handler(move |_, [first, second]| unsafe { cb(first.as_ptr(), second.as_ptr(), data) }))
}

pub(crate) fn on_texts_number(cb: OnTextsNumber, data: Data) -> Option<Handler> {
    cb.map(|cb| {
        handler(move |notice, [first, second]| {
            let number = unsigned(notice.number(0));
            // SAFETY: as above.
            unsafe { cb(first.as_ptr(), second.as_ptr(), number, data) }
        })
    })
}

pub(crate) fn on_number(cb: OnNumber, data: Data) -> Option<Handler> {
    // SAFETY: as above.
    cb.map(|cb| handler(move |notice, _| unsafe { cb(int(notice.number(0)), data) }))
}

pub(crate) fn on_number_text(cb: OnNumberText, data: Data) -> Option<Handler> {
    // SAFETY: as above.
    cb.map(|cb| handler(move |notice, [text, _]| unsafe { cb(int(notice.number(0)), text.as_ptr(), data) }))
}

pub(crate) fn on_text_number(cb: OnTextNumber, data: Data) -> Option<Handler> {
    // SAFETY: as above.
    cb.map(|cb| handler(move |notice, [text, _]| unsafe { cb(text.as_ptr(), int(notice.number(0)), data) }))
}

pub(crate) fn on_status(cb: OnStatus, data: Data) -> Option<Handler> {
    cb.map(|cb| {
        handler(move |notice, [text, _]| {
            let (status, code) = (int(notice.number(0)), int(notice.number(1)));
            // SAFETY: as above.
            unsafe { cb(status, code, text.as_ptr(), data) }
        })
    })
}

pub(crate) fn on_progress(cb: OnProgress, data: Data) -> Option<Handler> {
    cb.map(|cb| {
        handler(move |notice, [text, _]| {
            let [index, current, total] = [0, 1, 2].map(|place| unsigned(notice.number(place)));
            // SAFETY: as above.
            unsafe { cb(text.as_ptr(), index, current, total, data) }
        })
    })
}
