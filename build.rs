//! Makes `libim.h` from `src/ffi` and names the shared library.
//!
//! The header goes to OUT_DIR, where `tests/header.rs` compares it with the committed `include/libim.h`. Users of the
//! crate need only the committed one, so trouble with cbindgen is a warning and not a failed build.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// The files with exported items, in the order of the header.
const SOURCES: &[&str] = &[
    "src/ffi/constants.rs",
    "src/ffi/types.rs",
    "src/ffi/info.rs",
    "src/ffi/client.rs",
    "src/ffi/call.rs",
    "src/ffi/listener.rs",
    "src/ffi/pointers.rs",
    "src/ffi/logger.rs",
    "src/ffi/methods/account.rs",
    "src/ffi/methods/conversation.rs",
    "src/ffi/methods/message.rs",
    "src/ffi/methods/friend.rs",
    "src/ffi/methods/group.rs",
];

/// What programs that link the shared library ask the loader for. Its number is `IM_ABI_VERSION`.
const SONAME: &str = "libim.so.0";
const INSTALL_NAME: &str = "@rpath/libim.0.dylib";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=cbindgen.toml");
    for source in SOURCES {
        println!("cargo:rerun-if-changed={source}");
    }
    match env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("linux" | "android" | "freebsd" | "netbsd" | "openbsd" | "dragonfly") => {
            println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,{SONAME}");
        }
        Ok("macos" | "ios") => println!("cargo:rustc-cdylib-link-arg=-Wl,-install_name,{INSTALL_NAME}"),
        _ => {}
    }

    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let header = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("libim.h");
    if let Err(error) = generate(&root, &header) {
        println!("cargo:warning=libim.h was not made anew: {error}");
        let _ = fs::copy(root.join("include/libim.h"), &header);
    }
}

fn generate(root: &Path, header: &Path) -> Result<(), String> {
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml"))?;
    // The files are named one by one: cbindgen then needs neither `cargo metadata` nor the network.
    let builder = SOURCES
        .iter()
        .fold(cbindgen::Builder::new().with_config(config), |builder, source| {
            builder.with_src(root.join(source))
        });
    let bindings = builder.generate().map_err(|error| error.to_string())?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    fs::write(header, text).map_err(|error| error.to_string())
}
