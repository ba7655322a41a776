//! The C ABI: what `include/libim.h` declares. The only layer with unsafe code, and it knows no rules of the list.
//!
//! Every exported function runs on its caller's thread and does the same three things: turn pointers into values
//! ([`pointers`]), call the layer below inside the panic guard (`guard`), and turn the outcome into a status and,
//! where the function has one, a response string (`boundary`). In a forked child they all refuse (`process`). Handles are numbers looked up in `registry`; C callbacks become
//! Rust values in `callback`.
//!
//! The doc comments of the exported items are the text of the header, which cbindgen makes (`make generate`, see
//! xtask/src/header.rs). The functions in `methods` and the constants (`constants`, `event_constants`) are generated too. What a caller must promise (valid
//! pointers, NUL-terminated strings, callbacks that do not unwind) is the same for every function; it stands once, at
//! the top of the header, and the `SAFETY` comments refer to it as "the contract".

// The exported names are C names.
#![allow(non_camel_case_types)]
// The contract is stated once for all functions; see above.
#![allow(clippy::missing_safety_doc)]

mod boundary;
mod callback;
mod guard;
mod process;
mod registry;

pub mod call;
pub mod client;
pub mod constants;
pub mod event_constants;
pub mod info;
pub mod listener;
pub mod logger;
pub mod methods;
pub mod pointers;
pub mod stream;
pub mod types;
