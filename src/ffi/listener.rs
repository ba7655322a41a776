//! Adding and removing listeners.

use super::callback::{CListener, Owned};
use super::pointers::OutNumber;
use super::types::{im_client, im_destroy, im_listener, im_on_event, im_status};
use super::{boundary, registry};
use crate::events::{Event, Listener};
use crate::model::{Error, Result};
use std::ffi::c_void;
use std::sync::Arc;

/// Adds a listener for events of a client. A client can have any number of listeners; each receives every event in its
/// mask.
///
/// Bit n of `event_mask` selects event n (`1 << IM_EVENT_NEW_CONVERSATION`); 0 selects all events, including those of later
/// versions. The listener receives the events of changes made from now on, not those still pending. `on_event` must not be
/// NULL; it may run before this function has returned.
///
/// If this returns 0, libim owns `user_data`: `destroy`, which may be NULL, runs exactly once, after the listener was
/// removed or its client was closed and its last callback has returned. If this returns anything else, `destroy` never
/// runs. `out_listener` may be NULL for a listener that stays until the client is closed.
///
/// Fails with `IM_STATUS_NOT_INITIALIZED` (unknown or closed client) and `IM_STATUS_INVALID_PARAMETERS` (`on_event` is
/// NULL, or the mask has a bit that belongs to no event).
///
/// Any thread, also inside callbacks.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_listener_add(
    client: im_client,
    event_mask: u64,
    on_event: im_on_event,
    user_data: *mut c_void,
    destroy: im_destroy,
    out_listener: *mut im_listener,
) -> im_status {
    // SAFETY: by the contract it is NULL or may be written to until this function returns.
    let mut out = unsafe { OutNumber::new(out_listener) };
    boundary::status("im_listener_add", || {
        let open = registry::get(client)?;
        let on_event = on_event.ok_or_else(|| Error::invalid("on_event is NULL"))?;
        check_mask(event_mask)?;
        // Lives longer than `kept`: a close waits until `kept` is gone.
        let _adding = open.begin_add();
        // A second reference, because only the outcome tells whether `user_data` goes back to the app.
        let kept = Arc::new(CListener::new(on_event, Owned::new(user_data, destroy)));
        let listener: Arc<dyn Listener> = kept.clone();
        let added = open.client.add_listener(event_mask, listener);
        if added.is_err() {
            kept.disarm();
        }
        // Let go before the app knows the number, so that a removal by number finds no second owner.
        drop(kept);
        out.set(added?);
        Ok(())
    })
}

/// Removes a listener.
///
/// On any thread other than the client's dispatcher thread, this returns when no callback of the listener is running or
/// will run and its `destroy` has run. It waits for a running callback, so it must not be called while holding a lock that
/// the callback needs. Inside a callback of the client, also the listener's own, it returns at once: the listener receives
/// no further event, and `destroy` runs before this returns, or, for the listener whose callback is running, right after
/// that callback.
///
/// Fails with `IM_STATUS_NOT_INITIALIZED` (unknown or closed client) and `IM_STATUS_INVALID_PARAMETERS` (the client has no
/// such listener, or it was removed already).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_listener_remove(client: im_client, listener: im_listener) -> im_status {
    boundary::status("im_listener_remove", || {
        registry::get(client)?.client.remove_listener(listener)
    })
}

/// Refuses a mask with a bit that stands for nothing: it would be an event's number where its bit was meant, or a
/// newer header with an older library.
pub(super) fn check_mask(mask: u64) -> Result<()> {
    let known = Event::ALL.iter().fold(0, |bits, event| bits | event.bit());
    match mask & !known {
        0 => Ok(()),
        unknown => Err(Error::invalid(format!(
            "event_mask {mask:#x} has bit {}, which is no event's",
            unknown.trailing_zeros()
        ))),
    }
}
