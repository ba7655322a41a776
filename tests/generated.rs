//! What `make generate` writes is what is committed: the C functions and the header, schema/openrpc.json, the bindings'
//! models, methods, events and codes, and the tables of the documents. And it only adds to what the last release had.

#[test]
fn the_generated_files_are_fresh() {
    if let Err(stale) = xtask::check() {
        panic!("{stale}");
    }
}

/// docs/versions.md. Each kind of difference has its example in `xtask/src/compatible/tests.rs`.
#[test]
fn the_interface_only_adds_to_that_of_the_last_release() {
    if let Err(breaks) = xtask::compatible() {
        panic!("{breaks}");
    }
}
