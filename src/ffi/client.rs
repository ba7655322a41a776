//! Opening and closing clients.

use super::pointers::{OutNumber, OutString, required_str};
use super::types::{im_client, im_status};
use super::{guard, registry};
use crate::api;
use std::ffi::c_char;

/// Opens a client: one account with its local cache. Works without a network and without a login; `im_login` starts
/// the sync.
///
/// `config` is a JSON object:
///
/// - `dataDir` (string, required): the account's directory; made when missing, with mode 0700. One client at a time
///   may have it open.
/// - `userID` (string, required): the account's user.
/// - `backend` (object): the server. Default `{"kind":"embedded"}`. `kind` `"embedded"`: the service in one SQLite
///   file at `path` (string, default `service.db` in `dataDir`), which several users and processes may share.
/// - `conversationLimit` (integer, default 5000): how many of the most recent conversations can be walked; 0 = all.
/// - `conversationOrder` (`"orderkey"`, the default, or `"lastMessageTimestamp"`): what the list is sorted by.
/// - `durability` (`"normal"`, the default, or `"full"`): what a finished call survives: a killed process, or a power
///   cut too.
///
/// On success `*out_client` is the handle; on failure it is 0. `out_client` must not be NULL.
///
/// Fails with `IM_STATUS_ACCOUNT_IN_USE` when another client, in this process or another, has the directory open,
/// `IM_STATUS_INVALID_PARAMETERS` or `IM_STATUS_INVALID_JSON` for a bad config, `IM_STATUS_INVALID_USER_ID`,
/// `IM_STATUS_DATABASE_FAILED` and `IM_STATUS_IO_FAILED`.
///
/// Any thread, also inside callbacks. Reads and writes files, does not wait for the network.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_client_open(
    config: *const c_char,
    out_client: *mut im_client,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: by the contract both are NULL or may be written to until this function returns.
    let (mut out_client, mut out_response) = unsafe { (OutNumber::new(out_client), OutString::new(out_response)) };
    guard::response(&mut out_response, || {
        out_client.require("out_client")?;
        // SAFETY: by the contract it is NULL or a string that stays as it is until this function returns.
        let config = unsafe { required_str("config", config) }?;
        let (client, response) = api::open(config);
        if let Some(client) = client {
            out_client.set(registry::insert(client));
        }
        Ok(response)
    })
}

/// Closes a client.
///
/// Calls of other threads that wait for the server end with `IM_STATUS_CANCELLED`, others are waited for. Asynchronous
/// calls that are not finished are completed, with `IM_STATUS_CANCELLED` where they did not get their answer. When it
/// returns 0, no callback of the client runs or will run, every `destroy` has run, and the files are closed. What
/// waits to be sent stays in the cache and is sent after the next login.
///
/// Fails with `IM_STATUS_NOT_INITIALIZED` when the client is unknown, closed, or being closed by another thread, and
/// with `IM_STATUS_CALLED_FROM_CALLBACK` inside a callback of the same client; the client stays open then.
///
/// Any thread but the client's dispatcher thread. Two clients whose callbacks close each other would wait for ever.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_client_close(client: im_client) -> im_status {
    guard::status("im_client_close", || {
        let open = registry::get(client)?;
        open.client.close()?;
        registry::remove(client);
        open.wait_for_adds();
        Ok(())
    })
}
