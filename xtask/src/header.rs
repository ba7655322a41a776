//! `include/libim.h`, by cbindgen from `src/ffi`.

use crate::Result;
use crate::ffi::method_files;
use crate::outputs::Outputs;
use std::fs;
use std::path::Path;

/// The files with exported items that are written by hand, in the order of the header. They follow the constants and come
/// before the methods.
const SOURCES: [&str; 8] = [
    "src/ffi/types.rs",
    "src/ffi/info.rs",
    "src/ffi/client.rs",
    "src/ffi/call.rs",
    "src/ffi/listener.rs",
    "src/ffi/stream.rs",
    "src/ffi/pointers.rs",
    "src/ffi/logger.rs",
];

/// Adds the header. The generated sources are read as they will be, not as they lie there.
pub fn generate(root: &Path, outputs: &mut Outputs) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml"))?;
    let mut builder = cbindgen::Builder::new().with_config(config);
    let methods = method_files();
    let all = ["src/ffi/constants.rs", "src/ffi/event_constants.rs"]
        .into_iter()
        .chain(SOURCES)
        .chain(methods.iter().map(String::as_str));
    for (number, path) in all.enumerate() {
        let place = folder.path().join(format!("{number}.rs"));
        fs::write(&place, outputs.current(path)?)?;
        // The files are named one by one: cbindgen then needs neither `cargo metadata` nor the network.
        builder = builder.with_src(place);
    }
    let mut text = Vec::new();
    builder.generate()?.write(&mut text);
    outputs.add("include/libim.h", String::from_utf8(text)?);
    Ok(())
}
