//! Names the library, and hides the symbols of other crates.

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if let Ok("linux" | "android" | "freebsd" | "netbsd" | "openbsd" | "dragonfly") =
        env::var("CARGO_CFG_TARGET_OS").as_deref()
    {
        // Rust exports the C functions of every crate, so libim's as well. With `lto` there would be no archives whose
        // names could be hidden: the profile `timsdk` builds without.
        println!("cargo:rustc-cdylib-link-arg=-Wl,--exclude-libs,ALL");
        // The documented way, for a cargo that keeps libim's argument to libim; until then `soname` has the last word.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libImSDK.so");
    }
}
