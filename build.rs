//! Names the shared library.

use std::env;

/// What programs that link the shared library ask the loader for. Its number is `IM_ABI_VERSION`.
const SONAME: &str = "libim.so.0";
const INSTALL_NAME: &str = "@rpath/libim.0.dylib";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    match env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("linux" | "android" | "freebsd" | "netbsd" | "openbsd" | "dragonfly") => {
            println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,{SONAME}");
        }
        Ok("macos" | "ios") => println!("cargo:rustc-cdylib-link-arg=-Wl,-install_name,{INSTALL_NAME}"),
        _ => {}
    }
}
