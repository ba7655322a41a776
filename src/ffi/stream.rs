//! Streams: events that the app takes when it wants them.

use super::callback::{CReady, Owned};
use super::pointers::{OutEvent, OutNumber, OutString};
use super::types::{im_client, im_destroy, im_on_ready, im_status, im_stream};
use super::{boundary, registry};
use crate::events::{Listener, Next, Stream, StreamQueue};
use crate::model::lock::{read, write};
use crate::model::{Error, Result, Status};
use once_cell::sync::Lazy;
use std::collections::HashMap;
use std::ffi::{c_char, c_void};
use std::sync::{Arc, RwLock};

/// A stream that the app has not closed. It may outlive its client, so that what was told before is not lost.
struct OpenStream {
    client: im_client,
    queue: Arc<StreamQueue>,
}

static STREAMS: Lazy<RwLock<HashMap<im_stream, OpenStream>>> = Lazy::new(RwLock::default);

/// Opens a stream: events of a client that the app takes with `im_stream_next` when it wants them, on any thread, in place
/// of a listener that is called with them.
///
/// `event_mask` is that of `im_listener_add`. The stream receives the events of changes made from now on. Those that the
/// app has not taken are merged as for a slow listener: it gets the newest state of each conversation instead of every
/// state in between, and of message events the newest few thousand, with one `onMessagesMissed` for the others. A slow
/// reader holds up neither listeners nor the answers of calls.
///
/// `on_ready` runs when there is an event for the first time, and then when there is one after `im_stream_next` has said
/// that there is none. It is the place to wake whatever takes the events, and may run before this function has returned. It
/// must not be NULL.
///
/// If this returns 0, libim owns `user_data`: `destroy`, which may be NULL, runs exactly once, after the stream or its client
/// was closed. If this returns anything else, `destroy` never runs. A stream must be closed with `im_stream_close`, also
/// after its client.
///
/// Fails with `IM_STATUS_NOT_INITIALIZED` (unknown or closed client) and `IM_STATUS_INVALID_PARAMETERS` (`on_ready` or
/// `out_stream` is NULL, or the mask has a bit that belongs to no event).
///
/// Any thread, also inside callbacks.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_stream_open(
    client: im_client,
    event_mask: u64,
    on_ready: im_on_ready,
    user_data: *mut c_void,
    destroy: im_destroy,
    out_stream: *mut im_stream,
) -> im_status {
    // SAFETY: by the contract it is NULL or may be written to until this function returns.
    let mut out = unsafe { OutNumber::new(out_stream) };
    boundary::status("im_stream_open", || {
        let open = registry::get(client)?;
        let on_ready = on_ready.ok_or_else(|| Error::invalid("on_ready is NULL"))?;
        out.require("out_stream")?;
        super::listener::check_mask(event_mask)?;
        // As in `im_listener_add`.
        let _adding = open.begin_add();
        let queue = StreamQueue::new(event_mask);
        let ready = CReady::new(on_ready, Owned::new(user_data, destroy));
        let kept = Arc::new(Stream::new(Arc::clone(&queue), ready));
        let listener: Arc<dyn Listener> = kept.clone();
        let added = open.client.add_listener(event_mask, listener);
        if added.is_err() {
            kept.ready().disarm();
        }
        drop(kept);
        let stream = added?;
        write(&STREAMS).insert(stream, OpenStream { client, queue });
        out.set(stream);
        Ok(())
    })
}

/// Takes the oldest event of a stream.
///
/// `*out_event` is its `IM_EVENT_` number and `*out_payload` its argument as JSON (`null` if it has none), to be freed with
/// `im_string_free`; or, if there is no event now, `IM_EVENT_NONE` and NULL. Neither may be NULL.
///
/// Fails with `IM_STATUS_NOT_INITIALIZED` if the stream is unknown or closed, or if its client is closed and all events have
/// been taken.
///
/// Any thread, also inside callbacks; one at a time for each stream, so that the events stay in order.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_stream_next(
    stream: im_stream,
    out_event: *mut i32,
    out_payload: *mut *mut c_char,
) -> im_status {
    // SAFETY: by the contract both are NULL or may be written to until this function returns.
    let (mut out_event, mut out_payload) = unsafe { (OutEvent::new(out_event), OutString::new(out_payload)) };
    boundary::quiet_status(|| {
        out_event.require("out_event")?;
        out_payload.require("out_payload")?;
        let queue = read(&STREAMS)
            .get(&stream)
            .map(|open| Arc::clone(&open.queue))
            .ok_or_else(|| not_open(stream))?;
        match queue.next() {
            Next::Event(event, payload) => {
                out_payload.set(&payload);
                out_event.set(event.code());
                Ok(())
            }
            Next::None => Ok(()),
            Next::End => Err(not_open(stream)),
        }
    })
}

/// Closes a stream, which receives nothing more. Its events that were not taken are lost.
///
/// On any thread other than the client's dispatcher thread, this returns when `on_ready` is not running and will not run
/// again and `destroy` has run, so it must not be called while holding a lock that `on_ready` needs. Inside a callback of the
/// client it returns at once.
///
/// Fails with `IM_STATUS_NOT_INITIALIZED` (unknown or closed stream).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_stream_close(stream: im_stream) -> im_status {
    boundary::quiet_status(|| close(stream))
}

fn close(stream: im_stream) -> Result<()> {
    // Bound to a name so that the lock is released before the client is asked.
    let open = write(&STREAMS).remove(&stream);
    let open = open.ok_or_else(|| not_open(stream))?;
    let Ok(client) = registry::get(open.client) else {
        return Ok(());
    };
    match client.client.remove_listener(stream) {
        // The client is being closed, and has let go of it or is about to.
        Err(error) if matches!(error.status, Status::NotInitialized | Status::InvalidParameters) => Ok(()),
        outcome => outcome,
    }
}

fn not_open(stream: im_stream) -> Error {
    Error::new(Status::NotInitialized, format!("stream {stream} is not open"))
}
