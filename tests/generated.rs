//! What `make generate` writes is what is committed: the C functions and the header, schema/openrpc.json, the bindings'
//! models, methods, events and codes, and the tables of the documents.

#[test]
fn the_generated_files_are_fresh() {
    if let Err(stale) = xtask::check() {
        panic!("{stale}");
    }
}
