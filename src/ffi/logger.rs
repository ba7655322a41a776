//! The app's logger: one for the process, called on whichever thread logs.
//!
//! The `log` crate gets one static logger, `Bridge`, which passes libim's own records to the function of the app
//! that is set at the moment.

use super::callback::UserData;
use super::pointers::CText;
use super::types::{im_destroy, im_on_log, im_status};
use super::{guard, process};
use crate::model::lock::{lock, wait};
use crate::model::{Error, Result, Status};
use log::{Level, LevelFilter, Log, Metadata, Record};
use once_cell::sync::OnceCell;
use std::cell::Cell;
use std::ffi::{c_char, c_void};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

type OnLog = unsafe extern "C" fn(*mut c_void, i32, *const c_char, usize);

static BRIDGE: Bridge = Bridge {
    target: Mutex::new(None),
};
static INSTALLED: OnceCell<()> = OnceCell::new();

thread_local! {
    /// Whether this thread is inside a log callback.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Sets the function that receives libim's log, for the whole process and all clients.
///
/// `max_level` is the most verbose level to log, from `IM_LOG_ERROR` (1) to `IM_LOG_TRACE` (5). Only libim's own lines are
/// logged. They never contain message bodies or secrets. If `on_log` is NULL, which is also the initial state, nothing is
/// logged and the other parameters are ignored.
///
/// If this returns 0, libim owns `user_data`: `destroy`, which may be NULL, runs exactly once, after the logger was
/// replaced and its last callback has returned. If this returns anything else, `destroy` never runs and the previous logger
/// stays.
///
/// When this returns, the previous logger is not running any more and its `destroy` has run. It waits for running log
/// callbacks, so it must not be called while holding a lock that they need. Inside a log callback it returns at once, and
/// the previous logger's `destroy` runs when its last callback ends.
///
/// Fails with `IM_STATUS_INVALID_PARAMETERS` (`max_level` is not 1 to 5) and `IM_STATUS_NOT_SUPPORTED` (a Rust program
/// that uses libim as a crate has installed its own logger).
///
/// Any thread, also inside callbacks.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_set_logger(
    on_log: im_on_log,
    user_data: *mut c_void,
    destroy: im_destroy,
    max_level: i32,
) -> im_status {
    // Not `boundary::status`: this is the one function with an outcome that works inside a log callback.
    let outcome = guard::value(Err(Error::internal("libim panicked in im_set_logger")), || {
        process::refuse_in_child()?;
        let (filter, next) = match on_log {
            None => (LevelFilter::Off, None),
            Some(on_log) => {
                let filter = level_filter(max_level)?;
                install()?;
                (filter, Some(Arc::new(Target::new(on_log, user_data, destroy))))
            }
        };
        log::set_max_level(filter);
        BRIDGE.replace(next);
        Ok(())
    });
    match outcome {
        Ok(()) => 0,
        Err(error) => {
            log::warn!("im_set_logger failed: {error}");
            error.status.code()
        }
    }
}

/// Removes the logger, whose last callback has returned then.
pub(super) fn remove() {
    log::set_max_level(LevelFilter::Off);
    BRIDGE.replace(None);
}

/// 90002 inside a log callback: it may run under locks of libim, where a call could wait for ever.
pub(super) fn refuse_inside_log_callback() -> Result<()> {
    if inside_callback() {
        return Err(Error::new(
            Status::CalledFromCallback,
            "this function cannot be called inside a log callback",
        ));
    }
    Ok(())
}

fn inside_callback() -> bool {
    INSIDE.try_with(Cell::get).unwrap_or(false)
}

fn level_filter(max_level: i32) -> Result<LevelFilter> {
    match max_level {
        1 => Ok(LevelFilter::Error),
        2 => Ok(LevelFilter::Warn),
        3 => Ok(LevelFilter::Info),
        4 => Ok(LevelFilter::Debug),
        5 => Ok(LevelFilter::Trace),
        other => Err(Error::invalid(format!("max_level {other} is not 1 to 5"))),
    }
}

/// Makes the bridge the logger of the `log` crate, once.
fn install() -> Result<()> {
    INSTALLED
        .get_or_try_init(|| log::set_logger(&BRIDGE))
        .copied()
        .map_err(|_| Error::new(Status::NotSupported, "this program has installed a logger of its own"))
}

/// The logger that the `log` crate calls.
struct Bridge {
    target: Mutex<Option<Arc<Target>>>,
}

impl Bridge {
    fn target(&self) -> MutexGuard<'_, Option<Arc<Target>>> {
        lock(&self.target)
    }

    /// Puts the next target in place and waits for the end of the one before.
    fn replace(&self, next: Option<Arc<Target>>) {
        let before = std::mem::replace(&mut *self.target(), next);
        if let Some(before) = before {
            before.retire();
        }
    }
}

impl Log for Bridge {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Dependencies log too. libim cannot promise that their lines contain no messages or secrets.
        let target = metadata.target();
        metadata.level() <= log::max_level() && (target == "im" || target.starts_with("im::"))
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) || inside_callback() || process::is_child() {
            return;
        }
        let running = {
            let slot = self.target();
            // Entered under the slot's lock, so that a replaced target is never entered afterwards.
            slot.as_ref().map(|target| {
                target.state().running += 1;
                Arc::clone(target)
            })
        };
        if let Some(target) = running {
            // `leave` may run `destroy`, which is under the same locks as the callback and so under the same rule.
            let was_inside = INSIDE.try_with(|inside| inside.replace(true)).unwrap_or(false);
            target.tell(record.level(), format!("{}: {}", record.target(), record.args()));
            target.leave();
            let _ = INSIDE.try_with(|inside| inside.set(was_inside));
        }
    }

    fn flush(&self) {}
}

/// A log function of the app.
struct Target {
    on_log: OnLog,
    user_data: UserData,
    destroy: im_destroy,
    state: Mutex<TargetState>,
    ended: Condvar,
}

#[derive(Default)]
struct TargetState {
    running: usize,
    retired: bool,
    ended: bool,
}

impl Target {
    fn new(on_log: OnLog, user_data: *mut c_void, destroy: im_destroy) -> Self {
        Self {
            on_log,
            user_data: UserData(user_data),
            destroy,
            state: Mutex::default(),
            ended: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, TargetState> {
        lock(&self.state)
    }

    fn tell(&self, level: Level, message: String) {
        let text = CText::new(message);
        // SAFETY: by the contract the function may be called on any thread until `destroy` runs, which waits for
        // `leave`; `text` outlives the call.
        unsafe { (self.on_log)(self.user_data.0, level as i32, text.as_ptr(), text.len()) };
    }

    fn leave(&self) {
        let mut state = self.state();
        state.running = state.running.saturating_sub(1);
        self.end_if_idle(state);
    }

    /// No new callback can begin. Returns when `destroy` has run, inside a log callback at once.
    fn retire(&self) {
        let mut state = self.state();
        state.retired = true;
        self.end_if_idle(state);
        if inside_callback() {
            return;
        }
        let mut state = self.state();
        while !state.ended {
            state = wait(&self.ended, state);
        }
    }

    /// Runs `destroy` when the target is retired and the last callback has ended: true for one caller only.
    fn end_if_idle(&self, state: MutexGuard<'_, TargetState>) {
        let idle = state.retired && state.running == 0;
        drop(state);
        if !idle {
            return;
        }
        if let Some(destroy) = self.destroy {
            // SAFETY: by the contract `destroy` may be called once with `user_data`. Once retired, `running` only
            // falls, and one caller alone sees it become 0: the last `leave`, or `retire` when none was running.
            unsafe { destroy(self.user_data.0) };
        }
        self.state().ended = true;
        self.ended.notify_all();
    }
}
