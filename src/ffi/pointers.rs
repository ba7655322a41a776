//! The one place where pointers from C become Rust values, and Rust text becomes strings for C.
//!
//! Strings that leave are allocated with `malloc`, so that `im_string_free` needs nothing but the pointer, even when
//! the app has written into the string.

use super::guard;
use super::types::IM_EVENT_NONE;
use crate::model::{Error, Result};
use std::ffi::{c_char, c_void};

/// The longest string that an app may hand in, in bytes, without its NUL.
pub(super) const MAX_INPUT_BYTES: usize = 16 * 1024 * 1024;

/// Reads a string of the app that may be NULL. `name` is the parameter's, for the error: 6017 when it is too long or
/// not UTF-8.
///
/// # Safety
/// `text` is NULL or points to a NUL-terminated string that nobody writes to while the result lives. At most
/// [`MAX_INPUT_BYTES`] + 1 bytes of it are looked at.
pub(super) unsafe fn optional_str<'a>(name: &str, text: *const c_char) -> Result<Option<&'a str>> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: `text` points to a NUL-terminated string, and strnlen stops at its NUL or at the limit.
    let len = unsafe { libc::strnlen(text, MAX_INPUT_BYTES + 1) };
    if len > MAX_INPUT_BYTES {
        return Err(Error::invalid(format!(
            "{name} is longer than 16 MiB ({MAX_INPUT_BYTES} bytes)"
        )));
    }
    // SAFETY: strnlen has just read these `len` bytes, and the caller keeps them unchanged.
    let bytes = unsafe { std::slice::from_raw_parts(text.cast::<u8>(), len) };
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(error) => Err(Error::invalid(format!(
            "{name} is not UTF-8: the byte at offset {} begins no character",
            error.valid_up_to()
        ))),
    }
}

/// Reads a string of the app that must be there: 6017 when it is NULL, too long or not UTF-8.
///
/// # Safety
/// As [`optional_str`].
pub(super) unsafe fn required_str<'a>(name: &str, text: *const c_char) -> Result<&'a str> {
    // SAFETY: the caller's promise is passed on.
    unsafe { optional_str(name, text) }?.ok_or_else(|| Error::invalid(format!("{name} is NULL")))
}

/// Where a number for the app goes; it holds 0 until it is set.
pub(super) struct OutNumber(*mut u64);

impl OutNumber {
    /// Writes 0 to `out`, which may be NULL.
    ///
    /// # Safety
    /// `out` is NULL or may be written to for as long as the result lives.
    pub(super) unsafe fn new(out: *mut u64) -> Self {
        if !out.is_null() {
            // SAFETY: it is not NULL, so it may be written to.
            unsafe { out.write(0) };
        }
        Self(out)
    }

    /// 6017 when the app gave no place for the number.
    pub(super) fn require(&self, name: &str) -> Result<()> {
        require(self.0, name)
    }

    /// Writes the number, if there is a place for it.
    pub(super) fn set(&mut self, value: u64) {
        if !self.0.is_null() {
            // SAFETY: it is not NULL, and `new` was promised that it may be written to.
            unsafe { self.0.write(value) };
        }
    }
}

/// Where the number of an event for the app goes; it holds [`IM_EVENT_NONE`] until it is set.
pub(super) struct OutEvent(*mut i32);

impl OutEvent {
    /// Writes [`IM_EVENT_NONE`] to `out`, which may be NULL.
    ///
    /// # Safety
    /// `out` is NULL or may be written to for as long as the result lives.
    pub(super) unsafe fn new(out: *mut i32) -> Self {
        if !out.is_null() {
            // SAFETY: it is not NULL, so it may be written to.
            unsafe { out.write(IM_EVENT_NONE) };
        }
        Self(out)
    }

    /// 6017 when the app gave no place for the number.
    pub(super) fn require(&self, name: &str) -> Result<()> {
        require(self.0, name)
    }

    /// Writes the number, if there is a place for it.
    pub(super) fn set(&mut self, value: i32) {
        if !self.0.is_null() {
            // SAFETY: it is not NULL, and `new` was promised that it may be written to.
            unsafe { self.0.write(value) };
        }
    }
}

/// 6017 when the app gave no place for something.
fn require<T>(out: *mut T, name: &str) -> Result<()> {
    if out.is_null() {
        return Err(Error::invalid(format!("{name} is NULL")));
    }
    Ok(())
}

/// Where a string for the app goes; it holds NULL until it is set.
pub(super) struct OutString(*mut *mut c_char);

impl OutString {
    /// Writes NULL to `out`, which may be NULL itself.
    ///
    /// # Safety
    /// `out` is NULL or may be written to for as long as the result lives.
    pub(super) unsafe fn new(out: *mut *mut c_char) -> Self {
        if !out.is_null() {
            // SAFETY: it is not NULL, so it may be written to.
            unsafe { out.write(std::ptr::null_mut()) };
        }
        Self(out)
    }

    /// 6017 when the app gave no place for the string.
    pub(super) fn require(&self, name: &str) -> Result<()> {
        require(self.0, name)
    }

    /// Hands the app a copy of `text` to own, if there is a place for it. NULL stays when there is no memory.
    pub(super) fn set(&mut self, text: &str) {
        if !self.0.is_null() {
            // SAFETY: it is not NULL, and `new` was promised that it may be written to.
            unsafe { self.0.write(owned_copy(text)) };
        }
    }
}

/// A NUL-terminated copy of `text` for `im_string_free`; NULL when there is no memory.
fn owned_copy(text: &str) -> *mut c_char {
    // A str is at most isize::MAX bytes, so the sum cannot overflow.
    // SAFETY: malloc may be called with any size.
    let copy = unsafe { libc::malloc(text.len() + 1) }.cast::<u8>();
    if !copy.is_null() {
        // SAFETY: `copy` is fresh memory of `len + 1` bytes, so it overlaps nothing and holds the text and its NUL.
        unsafe {
            copy.copy_from_nonoverlapping(text.as_ptr(), text.len());
            copy.add(text.len()).write(0);
        }
    }
    copy.cast()
}

/// Frees a response. Does nothing if `string` is NULL. Only for strings received through an `out_response`; strings passed
/// to a callback belong to libim. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_string_free(string: *mut c_char) {
    guard::value((), || {
        // SAFETY: by the contract the string is NULL or came from `owned_copy`, and is freed once.
        unsafe { libc::free(string.cast::<c_void>()) }
    });
}

/// `text` with the NUL that C wants behind it, for a callback to borrow. NULs inside, which JSON never has, are
/// shown as U+FFFD so that nothing is cut off.
pub(super) struct CText {
    bytes: Vec<u8>,
}

impl CText {
    /// Takes the text over; copies only when it has to grow.
    pub(super) fn new(text: String) -> Self {
        let mut bytes = if text.contains('\0') {
            text.replace('\0', "\u{FFFD}").into_bytes()
        } else {
            text.into_bytes()
        };
        bytes.push(0);
        Self { bytes }
    }

    /// The first byte; valid as long as `self`.
    pub(super) fn as_ptr(&self) -> *const c_char {
        self.bytes.as_ptr().cast()
    }

    /// The length in bytes, without the NUL.
    pub(super) fn len(&self) -> usize {
        self.bytes.len().saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CStr;

    #[test]
    fn a_string_of_exactly_the_limit_is_read_and_one_byte_more_is_refused() {
        let mut text = vec![b'x'; MAX_INPUT_BYTES];
        text.push(0);
        // SAFETY: NUL-terminated, and it lives until the end of the test.
        let read = unsafe { optional_str("request", text.as_ptr().cast()) };
        assert_eq!(read.unwrap().unwrap().len(), MAX_INPUT_BYTES);

        text[MAX_INPUT_BYTES] = b'x';
        text.push(0);
        // SAFETY: as above.
        let error = unsafe { optional_str("request", text.as_ptr().cast()) }.unwrap_err();
        assert!(
            error.desc.starts_with("request is longer than 16 MiB"),
            "{}",
            error.desc
        );
    }

    #[test]
    fn bad_utf8_is_told_with_its_place() {
        // SAFETY: a literal with a NUL.
        let error = unsafe { required_str("method", c"ab\xff".as_ptr()) }.unwrap_err();
        assert!(
            error.desc.contains("method") && error.desc.contains("offset 2"),
            "{}",
            error.desc
        );
    }

    #[test]
    fn a_string_that_leaves_is_equal_and_terminated() {
        let mut raw: *mut c_char = std::ptr::dangling_mut();
        // SAFETY: `raw` outlives the OutString.
        let mut out = unsafe { OutString::new(&mut raw) };
        assert!(raw.is_null());
        out.set("häß");
        // SAFETY: `set` wrote a NUL-terminated string.
        assert_eq!(unsafe { CStr::from_ptr(raw) }.to_str().unwrap(), "häß");
        // SAFETY: it came from `set` and is freed once.
        unsafe { im_string_free(raw) };
    }

    #[test]
    fn text_for_callbacks_has_one_nul_at_its_end() {
        let text = CText::new("a\0b".to_string());
        // SAFETY: CText ends with a NUL and lives on.
        let seen = unsafe { CStr::from_ptr(text.as_ptr()) };
        assert_eq!(seen.to_str().unwrap(), "a\u{FFFD}b");
        assert_eq!(seen.to_bytes().len(), text.len());
    }
}
