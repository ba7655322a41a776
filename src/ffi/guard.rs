//! The panic guard: the one `catch_unwind` of the C ABI. A panic is a fault of libim; it ends the call, never the app.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `body`; `None` after a panic.
pub(super) fn catch<T>(body: impl FnOnce() -> T) -> Option<T> {
    // Unwind safety: what a panic leaves behind is behind mutexes (whose poison is dealt with) and transactions
    // (which roll back).
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(value) => Some(value),
        Err(payload) => {
            // Dropping the payload could panic again, outside any guard; a fault may leak a few bytes.
            std::mem::forget(payload);
            None
        }
    }
}

/// Runs a body that cannot fail; `fallback` is the value after a panic.
pub(super) fn value<T>(fallback: T, body: impl FnOnce() -> T) -> T {
    catch(body).unwrap_or(fallback)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_the_fallback() {
        assert_eq!(value(7, || panic!("on purpose")), 7);
        assert_eq!(value(7, || 8), 8);
    }

    #[test]
    fn a_panic_whose_payload_panics_when_dropped_is_caught_too() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("dropped");
            }
        }
        assert_eq!(catch(|| std::panic::panic_any(Bomb)), None::<()>);
    }
}
