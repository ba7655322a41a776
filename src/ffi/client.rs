//! Opening and closing clients.

use super::pointers::{OutNumber, OutString, required_str};
use super::types::{im_client, im_status};
use super::{boundary, logger, process, registry};
use crate::api;
use crate::model::{Result, Status};
use std::ffi::c_char;

/// Opens a client: one account and its local cache. This needs neither a network nor a login; `im_login` connects to the
/// server and starts the sync.
///
/// `config` is a JSON object. A field that belongs to the other kind of backend is refused, as an unknown one is.
///
// generated: config
/// - `dataDir` (string, required): The directory for caches; each account has a directory of its own in it. Created if
///   missing. Relative to the working directory at the time of the call.
/// - `userID` (string or null, optional): The account's user: 1 to 255 bytes, no control characters, no white space at
///   either end. Required with `embedded`; with `xmpp` it is `backend.jid` and can be left out.
/// - `backend` (object, default {"kind":"embedded"}): The server.
///   - `kind` ("embedded" or "xmpp", default "embedded"): The kind of server: `embedded` is the service in one file,
///     `xmpp` an XMPP server. A build without the cargo feature `xmpp` refuses the latter with 7013.
///   - `path` (string or null, optional): `embedded`: the service's file, which the users who chat share. Relative to
///     the working directory at the time of the call. Absent or null: `service.db` in `dataDir`.
///   - `jid` (string or null, optional): `xmpp`: the account, `user@domain` without a resource. `xmpp` needs it.
///   - `password` (string or null, optional): `xmpp`: the password of the account. `xmpp` needs it. Kept in memory
///     only, never logged.
///   - `host` (string or null, optional): `xmpp`: the server's address. Absent or null: from the domain's SRV records,
///     or else the domain itself.
///   - `port` (integer or null, 0 to 65535, optional): `xmpp`: the server's port; only together with `host`. Absent or
///     null: 5222, or 5223 with `direct`.
///   - `tls` ("starttls", "direct" or "disabled", optional): `xmpp`: `direct` is TLS from the first byte (XEP-0368);
///     `disabled` is for loopback addresses only. Absent or null: `starttls`, or `direct` where the domain's SRV
///     records offer nothing else that answers.
///   - `caFile` (string or null, optional): `xmpp`: a file of certificates (PEM) to trust. Absent or null: the
///     system's.
///   - `resource` (string or null, optional): `xmpp`: the name of this device among the account's, different on each.
///     Absent or null: generated.
/// - `conversationLimit` (integer, default 5000): The number of conversations, from the top of the list, that can be
///   paged through; 0 for all.
/// - `conversationOrder` ("orderkey" or "lastMessageTimestamp", default "orderkey"): The sort key of the list.
///   `lastMessageTimestamp` gives the order of V2TIM's older SDKs.
/// - `durability` ("normal" or "full", default "normal"): The failures that a finished call survives: `normal` the
///   death of the process, `full` a power cut too. With `embedded` this holds for what the client writes to the service
///   file as well.
/// - `mediaCacheBytes` (integer, default 1073741824): How many bytes the files of messages may have together. When
///   there are more, those that were used longest ago go; those of messages that are not sent yet stay.
/// - `autoDownloadBytes` (integer, default 0): Files of messages (pictures and their thumbnails, sounds, videos and
///   their snapshots, other files) of at most this many bytes are downloaded before the app asks, those of the newest
///   message first; 0 turns this off. Each download has the events of `downloadMessage`. Only the newest hundred
///   messages with files that have arrived since the last time count, and only those in groups, from friends and from
///   users to whom the current user has written. The server that has a file learns the network address of this device.
/// - `language` (string or null, optional): The app's language, a BCP 47 tag such as `de` or `zh-Hant`. Some messages
///   of other clients come in several languages (`xml:lang`): the text that fits best is the message's, from the time
///   it arrives. Absent or null: the text in the language of the message. No effect with `embedded`, whose messages
///   have one text.
/// - `search` (boolean, default true): Whether `searchLocalMessages` and `searchConversations` work, for which the
///   cache keeps an index of the words of messages and names. With false they end with 7013, and an index that is there
///   is removed.
/// - `changedFields` (boolean, default false): Whether the entries of `onConversationChanged` name, in `changedFields`,
///   the keys that have changed.
// /generated
///
/// On success, `*out_client` is the handle; on failure it is 0. `out_client` must not be NULL. The data of the response:
///
// generated: opened
/// - `userID` (string): The account's user.
/// - `cache` (string): How the cache was found: `rebuilt` if it was damaged, moved aside, and replaced by a new one.
/// - `salvaged` (integer): The number of outbox commands that a rebuild has kept; otherwise 0.
// /generated
///
/// Errors: `IM_STATUS_INVALID_PARAMETERS` and `IM_STATUS_INVALID_JSON` (the config is wrong),
/// `IM_STATUS_INVALID_USER_ID` (also a `jid` that is not a bare JID), `IM_STATUS_ACCOUNT_IN_USE`,
/// `IM_STATUS_NOT_SUPPORTED` (`xmpp` in a build without it), `IM_STATUS_DATABASE_FAILED`, `IM_STATUS_IO_FAILED`.
///
/// Any thread, also inside callbacks. Reads and writes files; does not wait for the network.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_client_open(
    config: *const c_char,
    out_client: *mut im_client,
    out_response: *mut *mut c_char,
) -> im_status {
    // SAFETY: by the contract both are NULL or may be written to until this function returns.
    let (mut out_client, mut out_response) = unsafe { (OutNumber::new(out_client), OutString::new(out_response)) };
    boundary::response(&mut out_response, || {
        out_client.require("out_client")?;
        // SAFETY: by the contract it is NULL or a string that stays as it is until this function returns.
        let config = unsafe { required_str("config", config) }?;
        // Before the first file is opened: a child that is forked meanwhile has it open too.
        let in_use = process::Use::begin();
        let (client, response) = api::open(config);
        if let Some(client) = client {
            out_client.set(registry::insert(client, in_use));
        }
        Ok(response)
    })
}

/// Closes a client.
///
/// Calls on other threads that are waiting for the server end with `IM_STATUS_CANCELLED`; other calls are allowed to finish.
/// Outstanding asynchronous calls are completed, with `IM_STATUS_CANCELLED` if they have no answer yet. When this returns
/// 0, no callback of the client is running or will run, every `destroy` has run, and the files are closed. Unsent messages
/// and changes stay in the cache and are sent after the next login.
///
/// Fails with `IM_STATUS_NOT_INITIALIZED` if the client is unknown, closed or being closed by another thread, and with
/// `IM_STATUS_CALLED_FROM_CALLBACK` inside a callback of the same client, which stays open.
///
/// Any thread except the client's dispatcher thread. Two clients whose callbacks close each other deadlock.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_client_close(client: im_client) -> im_status {
    boundary::status("im_client_close", || close(client))
}

/// Closes all clients of this process, as `im_client_close` does, and removes the logger: for the end of a program whose
/// callbacks must not run after it, such as an interpreter. In Python with `ctypes`: `atexit.register(lib.im_shutdown)`.
///
/// When this returns 0, no callback of libim is running or will run, but for clients that another thread opens meanwhile.
/// Clients can be opened again afterwards. Unsent messages and changes stay in the caches.
///
/// Fails with `IM_STATUS_CALLED_FROM_CALLBACK` inside a callback; that client stays open then, the others are closed.
///
/// Any thread except a dispatcher thread. Waits for running callbacks, so it must not be called while holding a lock that
/// they need.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn im_shutdown() -> im_status {
    boundary::status("im_shutdown", || {
        let mut outcome = Ok(());
        for client in registry::handles() {
            match close(client) {
                // Another thread is closing it, or has.
                Err(error) if error.status == Status::NotInitialized => {}
                closed => outcome = outcome.and(closed),
            }
        }
        logger::remove();
        outcome
    })
}

fn close(client: im_client) -> Result<()> {
    let open = registry::get(client)?;
    open.client.close()?;
    // Only now: a close that is refused leaves the client open, and the client itself refuses calls made meanwhile.
    registry::remove(client);
    open.wait_for_adds();
    Ok(())
}
