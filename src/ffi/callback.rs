//! The app's C functions with their `user_data`, as Rust values that can travel to the dispatcher thread.

use super::pointers::CText;
use super::types::{im_destroy, im_status};
use crate::api::Response;
use crate::events::{Event, Listener, Ready};
use std::ffi::{c_char, c_void};
use std::sync::atomic::{AtomicBool, Ordering};

/// A pointer of the app that libim passes back and never looks behind.
#[derive(Clone, Copy)]
pub(super) struct UserData(pub(super) *mut c_void);

// SAFETY: libim never dereferences it. By the contract the app accepts it back on the threads that the header names.
unsafe impl Send for UserData {}
// SAFETY: as above; a shared reference gives no more than the pointer's value.
unsafe impl Sync for UserData {}

/// `user_data` with the function that releases it, which runs when this is dropped.
pub(super) struct Owned {
    user_data: UserData,
    destroy: im_destroy,
    // A flag, because the listener is behind an `Arc` when an add fails: `destroy` cannot be taken out of it.
    disarmed: AtomicBool,
}

impl Owned {
    /// Takes `user_data` over.
    pub(super) fn new(user_data: *mut c_void, destroy: im_destroy) -> Self {
        Self {
            user_data: UserData(user_data),
            destroy,
            disarmed: AtomicBool::new(false),
        }
    }

    /// Gives `user_data` back to the app: the add has failed, and `destroy` must not run.
    pub(super) fn disarm(&self) {
        self.disarmed.store(true, Ordering::Release);
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        if self.disarmed.load(Ordering::Acquire) {
            return;
        }
        if let Some(destroy) = self.destroy {
            // SAFETY: by the contract `destroy` may be called once with `user_data`; a value is dropped once.
            unsafe { destroy(self.user_data.0) };
        }
    }
}

/// An event function of the app.
pub(super) type OnEvent = unsafe extern "C" fn(*mut c_void, i32, *const c_char, usize);

/// A listener of the app.
pub(super) struct CListener {
    on_event: OnEvent,
    owned: Owned,
}

impl CListener {
    /// A listener that owns its `user_data`.
    pub(super) fn new(on_event: OnEvent, owned: Owned) -> Self {
        Self { on_event, owned }
    }

    /// See [`Owned::disarm`].
    pub(super) fn disarm(&self) {
        self.owned.disarm();
    }
}

impl Listener for CListener {
    fn on_event(&self, event: Event, payload: &str) {
        let text = CText::new(payload.to_owned());
        // SAFETY: by the contract the function may be called on the dispatcher thread until `destroy` has run;
        // `text` outlives the call.
        unsafe { (self.on_event)(self.owned.user_data.0, event.code(), text.as_ptr(), text.len()) };
    }
}

/// A function of the app that hears of events in a stream.
pub(super) type OnReady = unsafe extern "C" fn(*mut c_void);

/// The app's end of a stream.
pub(super) struct CReady {
    on_ready: OnReady,
    owned: Owned,
}

impl CReady {
    /// One that owns its `user_data`.
    pub(super) fn new(on_ready: OnReady, owned: Owned) -> Self {
        Self { on_ready, owned }
    }

    /// See [`Owned::disarm`].
    pub(super) fn disarm(&self) {
        self.owned.disarm();
    }
}

impl Ready for CReady {
    fn ready(&self) {
        // SAFETY: by the contract the function may be called on the dispatcher thread until `destroy` has run.
        unsafe { (self.on_ready)(self.owned.user_data.0) };
    }
}

/// A response function of the app.
pub(super) type OnResponse = unsafe extern "C" fn(*mut c_void, im_status, *const c_char, usize);

/// The end of an asynchronous call. Dropped without running, it calls nothing.
pub(super) struct Completion {
    on_response: OnResponse,
    user_data: UserData,
}

impl Completion {
    /// The end of a call.
    pub(super) fn new(on_response: OnResponse, user_data: *mut c_void) -> Self {
        Self {
            on_response,
            user_data: UserData(user_data),
        }
    }

    /// Tells the app.
    pub(super) fn run(self, response: Response) {
        let status = response.status.code();
        let text = CText::new(response.json);
        // SAFETY: by the contract the function may be called once on the dispatcher thread; `text` outlives the
        // call.
        unsafe { (self.on_response)(self.user_data.0, status, text.as_ptr(), text.len()) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    unsafe extern "C" fn count(user_data: *mut c_void) {
        // SAFETY: the tests pass an AtomicUsize that outlives the call.
        unsafe { &*user_data.cast::<AtomicUsize>() }.fetch_add(1, Ordering::SeqCst);
    }

    #[test]
    fn user_data_is_released_once_and_not_when_it_was_given_back() {
        let released = AtomicUsize::new(0);
        let pointer = std::ptr::from_ref(&released).cast_mut().cast();
        drop(Owned::new(pointer, Some(count)));
        assert_eq!(released.load(Ordering::SeqCst), 1);

        let returned = Owned::new(pointer, Some(count));
        returned.disarm();
        drop(returned);
        assert_eq!(released.load(Ordering::SeqCst), 1);
    }
}
