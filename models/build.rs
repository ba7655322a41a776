//! Has `src/model/sync.rs` take shuttle's locks and threads.

fn main() {
    println!("cargo::rustc-cfg=shuttle");
    println!("cargo::rerun-if-changed=build.rs");
}
