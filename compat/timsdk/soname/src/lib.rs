//! Nothing but a build script: it names the shared library of the crate that depends on this one.
//!
//! The same line in that crate's own build script has no effect yet. cargo hands the linker the arguments of a crate's own build script
//! first, then those of its dependencies in the order of their names (rust-lang/cargo#9562), and the linker takes the last name: it would
//! be `libim.so.0`, from libim's build script. This crate comes after libim, so it has the last word. A test holds the name.
