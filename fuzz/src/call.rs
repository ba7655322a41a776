//! `im_call` with any method and any request, on a client that is logged in: a documented status and an envelope, always.

use im::api::METHODS;
use im::client::Client;
use std::sync::{Arc, OnceLock};

/// The client of all inputs, on a service that lasts as long as the process.
pub(crate) fn client() -> &'static Arc<Client> {
    static CLIENT: OnceLock<(Arc<Client>, tempfile::TempDir)> = OnceLock::new();
    &CLIENT
        .get_or_init(|| {
            let dir = tempfile::tempdir().expect("there is a place for temporary files");
            (super::filled(dir.path()), dir)
        })
        .0
}

/// A method's name, a line break, the request.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (method, request) = text.split_once('\n').unwrap_or((&text, "{}"));
    // The client is wanted by the next input too.
    if method != "logout" {
        super::call_checked(client(), method, request);
    }
}

/// Each method with its example.
pub fn seeds() -> Vec<Vec<u8>> {
    METHODS
        .iter()
        .map(|method| format!("{}\n{}", method.name, method.example).into_bytes())
        .collect()
}
