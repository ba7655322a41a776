//! Nothing but a build script: it names the shared library of the crate that depends on this one.
//!
//! cargo hands the linker what a library's own build script says first, and then what those of its dependencies say, in the
//! order of their names; the linker takes the last name. So libim's build script would name `libImSDK` `libim.so.0`, and
//! a crate that comes after libim has the last word.
