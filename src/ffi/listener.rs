//! Adding and removing listeners.

use super::callback::{CListener, Owned};
use super::pointers::OutNumber;
use super::types::{im_client, im_destroy, im_listener, im_on_event, im_status};
use super::{guard, registry};
use crate::events::{Event, Listener};
use crate::model::{Error, Result};
use std::ffi::c_void;
use std::sync::Arc;

/// Adds a listener for events of a client. There may be many; each hears every event of its mask.
///
/// Bit n of `event_mask` asks for event n (`1 << IM_EVENT_NEW_CONVERSATION`); 0 asks for all, also for those of later
/// versions. `on_event` must not be NULL. It hears what is changed from now on, and nothing of what still waits to be
/// told; it may run before this function has returned.
///
/// If this returns 0, libim owns `user_data`: `destroy`, which may be NULL, runs exactly once, after the listener was
/// removed or its client closed, when no callback of it runs any more. If it returns anything else, `destroy` never
/// runs. `out_listener` may be NULL for a listener that stays until the client is closed.
///
/// Fails with `IM_STATUS_NOT_INITIALIZED` (unknown or closed client) and `IM_STATUS_INVALID_PARAMETERS` (`on_event`
/// is NULL, or the mask has a bit that is no event's).
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
    guard::status("im_listener_add", || {
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
/// On any thread but the dispatcher thread it returns when no callback of this listener is running or will run, and
/// its `destroy` has run; so it waits for a callback that is running, and must not be called under a lock which that
/// callback needs. Inside a callback of the client, also the listener's own, it returns at once: no further event
/// reaches the listener, and `destroy` runs when the dispatcher lets go of it.
///
/// Fails with `IM_STATUS_NOT_INITIALIZED` (unknown or closed client) and `IM_STATUS_INVALID_PARAMETERS` (no such
/// listener, or removed already).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_listener_remove(client: im_client, listener: im_listener) -> im_status {
    guard::status("im_listener_remove", || {
        registry::get(client)?.client.remove_listener(listener)
    })
}

/// Refuses a mask with a bit that stands for nothing: it would be an event's number where its bit was meant, or a
/// newer header with an older library.
fn check_mask(mask: u64) -> Result<()> {
    let known = Event::ALL.iter().fold(0, |bits, event| bits | event.bit());
    match mask & !known {
        0 => Ok(()),
        unknown => Err(Error::invalid(format!(
            "event_mask {mask:#x} has bit {}, which is no event's",
            unknown.trailing_zeros()
        ))),
    }
}
