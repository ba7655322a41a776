//! Names the shared library.

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if let Ok("linux" | "android" | "freebsd" | "netbsd" | "openbsd" | "dragonfly") =
        env::var("CARGO_CFG_TARGET_OS").as_deref()
    {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libImSDK.so");
    }
}
