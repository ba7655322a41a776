//! The types that cross the boundary.

use crate::call::Refusal;
use std::ffi::{CStr, c_char, c_void};

/// A text of the app's: NUL-terminated UTF-8, or NULL. Only C can make one.
#[repr(transparent)]
pub struct Text(*const c_char);

impl Text {
    /// The text, which must be there.
    pub(crate) fn get(&self) -> Result<&str, Refusal> {
        if self.0.is_null() {
            return Err(Refusal::Parameter);
        }
        // SAFETY: by the contract it is a NUL-terminated string that stays as it is until the function returns, and this
        // value does not outlive that.
        let text = unsafe { CStr::from_ptr(self.0) };
        text.to_str().map_err(|_| Refusal::Parameter)
    }

    /// The text; NULL is the empty one.
    pub(crate) fn or_empty(&self) -> Result<&str, Refusal> {
        if self.0.is_null() { Ok("") } else { self.get() }
    }
}

/// The app's own pointer, which is handed back to it.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct Data(*const c_void);

// SAFETY: it is never followed here, and by the contract the app's callbacks may be given it on any thread.
unsafe impl Send for Data {}
// SAFETY: as above.
unsafe impl Sync for Data {}

/// The size of a buffer for ids, by the contract.
const BUFFER_BYTES: usize = 128;

/// A buffer of the app's, or NULL. Only C can make one.
#[repr(transparent)]
pub struct Buffer(*mut c_char);

impl Buffer {
    /// Writes a text into it, as much as has room.
    pub(crate) fn fill(&self, text: &str) {
        if self.0.is_null() {
            return;
        }
        let bytes = text.as_bytes();
        let length = bytes.len().min(BUFFER_BYTES - 1);
        // SAFETY: by the contract it has room for 128 bytes, and nobody else uses it until the function returns.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr().cast(), self.0, length);
            self.0.add(length).write(0);
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        self.0.is_null()
    }
}
