/*
 * libim: the conversation list of an instant-messaging app.
 *
 * The rules, which hold for every function. docs/abi.md says more about each.
 *
 * - Strings that go in are NUL-terminated UTF-8 of at most 16 MiB and are only read during the call. A NULL request
 *   is `{}`. Requests are strict: an unknown field or a wrong type fails, and the error names the field. A call that
 *   fails has changed nothing; only of a method that waits for the server, and was cut short by a lost connection, the
 *   timeout or the close, the server may have done what was asked.
 * - A response is one JSON object, {"code":0,"desc":"","data":...}. On failure data is null and desc is one English
 *   sentence. Where a function has an out_response, *out_response is set to NULL first and to a response at the end,
 *   also on failure; it stays NULL only when there is no memory. The caller owns it and frees it with im_string_free.
 *   out_response may be NULL.
 * - The status that a function returns is the code of its response. 0 is success.
 * - Clients and listeners are numbers. A closed, unknown or zero client fails with IM_STATUS_NOT_INITIALIZED; closing
 *   twice, use after closing, and closing during a call of another thread are safe.
 * - Every function may be called on any thread. All callbacks of a client run on its one dispatcher thread, in order,
 *   one at a time, with no lock of libim held. Any function may be called inside them, except im_client_close on the
 *   same client and im_call of a method that waits for the server: these return IM_STATUS_CALLED_FROM_CALLBACK.
 * - Strings handed to a callback are borrowed until it returns: copy what is to be kept. No C++ exception may leave a
 *   callback.
 * - A slow listener holds up no call and loses no final state: changes that wait for it are merged for each
 *   conversation. Messages cannot be merged: of those that wait a few thousand are kept, and past that the oldest
 *   give way to one onMessagesMissed.
 * - After im_client_close has returned, no callback of the client runs, and every destroy has run.
 * - A fault inside libim ends the call with IM_STATUS_INTERNAL_ERROR, not the process.
 *
 * What a caller promises: pointers are NULL where that is allowed, or valid for the whole call; callbacks and
 * user_data are valid until the point that the function names.
 *
 * The words used below: a "conversation", "message" or "group" is V2TIM's object with the keys of its Flutter models; every
 * key is always present; every integer is below 2^53; an event that a method causes comes after its change is stored.
 */


#ifndef LIBIM_H
#define LIBIM_H

/* Made from src/ffi by cbindgen; scripts/refresh-header.sh makes it anew. */

#include <stddef.h>
#include <stdint.h>

/**
 * The version of the ABI that this header describes; `im_abi_version` tells the library's. They must be equal. It is
 * also the number at the end of the shared library's soname.
 */
#define IM_ABI_VERSION 0

/**
 * Success.
 */
#define IM_STATUS_OK 0

/**
 * The conversation is not one that this call can work on.
 */
#define IM_STATUS_INVALID_CONVERSATION 6004

/**
 * The client handle is unknown or closed.
 */
#define IM_STATUS_NOT_INITIALIZED 6013

/**
 * The call needs the server and nobody is logged in.
 */
#define IM_STATUS_NOT_LOGGED_IN 6014

/**
 * The same operation is already running.
 */
#define IM_STATUS_IN_PROGRESS 6015

/**
 * A parameter is missing, unknown, of the wrong type or out of range.
 */
#define IM_STATUS_INVALID_PARAMETERS 6017

/**
 * The local database failed.
 */
#define IM_STATUS_DATABASE_FAILED 6019

/**
 * Reading or writing a file failed (disk full, permission).
 */
#define IM_STATUS_IO_FAILED 6022

/**
 * The request is not JSON.
 */
#define IM_STATUS_INVALID_JSON 6027

/**
 * The user id is not valid.
 */
#define IM_STATUS_INVALID_USER_ID 7003

/**
 * The client was closed while the call was running.
 */
#define IM_STATUS_CANCELLED 7009

/**
 * A fault inside libim; please report it.
 */
#define IM_STATUS_INTERNAL_ERROR 7012

/**
 * This backend cannot do that.
 */
#define IM_STATUS_NOT_SUPPORTED 7013

/**
 * The group id is not valid.
 */
#define IM_STATUS_INVALID_GROUP_ID 8501

/**
 * The server cannot be reached now.
 */
#define IM_STATUS_DISCONNECTED 9508

/**
 * The server did not answer in time.
 */
#define IM_STATUS_TIMEOUT 9510

/**
 * The user may not do that.
 */
#define IM_STATUS_NO_PERMISSION 10007

/**
 * More than 100 conversations in one call.
 */
#define IM_STATUS_TOO_MANY_CONVERSATIONS 51006

/**
 * No such conversation group.
 */
#define IM_STATUS_NO_SUCH_CONVERSATION_GROUP 51009

/**
 * The conversation-group name is longer than 32 bytes.
 */
#define IM_STATUS_CONVERSATION_GROUP_NAME_TOO_LONG 51011

/**
 * Another client, here or in another process, has this account's cache open.
 */
#define IM_STATUS_ACCOUNT_IN_USE 90001

/**
 * Called from a callback, where it would deadlock.
 */
#define IM_STATUS_CALLED_FROM_CALLBACK 90002

/**
 * There is no method of that name.
 */
#define IM_STATUS_UNKNOWN_METHOD 90003

/**
 * The server refused the operation.
 */
#define IM_STATUS_REFUSED 90004

/**
 * onSyncServerStart: a sync with the server begins. Payload: `null`. Exactly one of the next two follows.
 */
#define IM_EVENT_SYNC_SERVER_START 0

/**
 * onSyncServerFinish: the sync is complete; what it changed was told before. Payload: `null`.
 */
#define IM_EVENT_SYNC_SERVER_FINISH 1

/**
 * onSyncServerFailed: the sync broke off; another one starts later. Payload: `{"code","desc"}`.
 */
#define IM_EVENT_SYNC_SERVER_FAILED 2

/**
 * onNewConversation: conversations that were never told before, or were deleted since. Payload: array of
 * conversations.
 */
#define IM_EVENT_NEW_CONVERSATION 3

/**
 * onConversationChanged: conversations with a visible change, whole, with their new `orderkey`. Payload: array of
 * conversations.
 */
#define IM_EVENT_CONVERSATION_CHANGED 4

/**
 * onConversationDeleted: conversations that are gone. Payload: array of conversationIDs.
 */
#define IM_EVENT_CONVERSATION_DELETED 5

/**
 * onTotalUnreadMessageCountChanged: the new total of unread messages. Payload: integer.
 */
#define IM_EVENT_TOTAL_UNREAD_MESSAGE_COUNT_CHANGED 6

/**
 * onRecvNewMessage: a message arrived. Payload: message.
 */
#define IM_EVENT_RECV_NEW_MESSAGE 7

/**
 * onRecvMessageModified: a message was modified. Payload: message.
 */
#define IM_EVENT_RECV_MESSAGE_MODIFIED 8

/**
 * onRecvMessageRevoked: a message was recalled. Payload: its `msgID` (string).
 */
#define IM_EVENT_RECV_MESSAGE_REVOKED 9

/**
 * onRecvC2CReadReceipt: a peer has read messages of ours. Payload: array of receipts.
 */
#define IM_EVENT_RECV_C2C_READ_RECEIPT 10

/**
 * onMessageStatusChanged: a message of ours was sent (status 2) or refused (status 3). Payload: message.
 */
#define IM_EVENT_MESSAGE_STATUS_CHANGED 11

/**
 * onMessagesMissed: more messages came than are kept for a slow listener: read the histories of these conversations.
 * Payload: array of conversationIDs.
 */
#define IM_EVENT_MESSAGES_MISSED 12

/**
 * onConnecting: the backend tries to reach the server. Payload: `null`.
 */
#define IM_EVENT_CONNECTING 13

/**
 * onConnectSuccess: the server is reached and the user is known there. Payload: `null`.
 */
#define IM_EVENT_CONNECT_SUCCESS 14

/**
 * onConnectFailed: the server cannot be reached now; the backend goes on trying. Payload: `{"code","desc"}`.
 */
#define IM_EVENT_CONNECT_FAILED 15

/**
 * onKickedOffline: another device took the place of this session. Payload: `null`.
 */
#define IM_EVENT_KICKED_OFFLINE 16

/**
 * onUserSigExpired: the credentials have expired. Payload: `null`.
 */
#define IM_EVENT_USER_SIG_EXPIRED 17

/**
 * Log level: something failed.
 */
#define IM_LOG_ERROR 1

/**
 * Log level: something is wrong and was dealt with.
 */
#define IM_LOG_WARN 2

/**
 * Log level: milestones, such as a login.
 */
#define IM_LOG_INFO 3

/**
 * Log level: for finding faults.
 */
#define IM_LOG_DEBUG 4

/**
 * Log level: everything.
 */
#define IM_LOG_TRACE 5

/**
 * The outcome of a call: `IM_STATUS_OK`, or one of the other `IM_STATUS_` codes. The same number as `code` in the
 * response.
 */
typedef int32_t im_status;

/**
 * An open client: a number, never 0 and never used twice in a process. A closed or unknown one is answered with
 * `IM_STATUS_NOT_INITIALIZED`.
 */
typedef uint64_t im_client;

/**
 * Takes the response of `im_call_async`.
 *
 * Runs exactly once, on the client's dispatcher thread, when `im_call_async` returned 0, and never otherwise.
 * `status` is the `code` of the response, `response` the whole envelope: `len` bytes and a NUL, borrowed until the
 * function returns. It may call any function of libim except `im_client_close` on the same client, and must not
 * unwind (no C++ exception may leave it).
 */
typedef void (*im_on_response)(void *user_data, im_status status, const char *response, size_t len);

/**
 * Takes an event of a client.
 *
 * Runs on the client's dispatcher thread, one event at a time, in the order the changes were committed, with no lock
 * of libim held. `event` is one of the `IM_EVENT_` numbers, `payload` its argument as JSON (`null` where it has
 * none): `len` bytes and a NUL, borrowed until the function returns. It may call any function of libim except
 * `im_client_close` on the same client, and must not unwind.
 */
typedef void (*im_on_event)(void *user_data, int32_t event, const char *payload, size_t len);

/**
 * Releases a `user_data` that libim does not need any more. Runs exactly once for each add that succeeded and never
 * for one that failed, on the thread that lets go of it last: one that removes, closes or sets a logger, the
 * dispatcher thread, or for a logger one that logs. It may call what a callback may call, and must not unwind. NULL
 * where there is nothing to release.
 */
typedef void (*im_destroy)(void *user_data);

/**
 * A listener of a client: a number, never 0 and never used twice in a process.
 */
typedef uint64_t im_listener;

/**
 * Takes a line of the log.
 *
 * Runs on whichever thread logs, so on several at once, and possibly with locks of libim held: keep it short.
 * `level` is one of the `IM_LOG_` numbers, `message` is `len` bytes and a NUL, borrowed until the function returns.
 * Inside it only `im_set_logger`, `im_string_free` and the functions that tell versions and names do their work; the
 * others return `IM_STATUS_CALLED_FROM_CALLBACK`. What is logged inside it is not told. It must not unwind.
 */
typedef void (*im_on_log)(void *user_data, int32_t level, const char *message, size_t len);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the library, for example `0.1.0`. Any thread. The string lives for ever.
 */
const char *im_version(void);

/**
 * The version of the ABI that the library has. An app whose header says another `IM_ABI_VERSION` must not use it. Any
 * thread.
 */
uint32_t im_abi_version(void);

/**
 * The name of a status code, for example `INVALID_PARAMETERS`; `UNKNOWN` for a number that is none. Never NULL. Any
 * thread. The string lives for ever.
 */
const char *im_status_name(im_status status);

/**
 * The V2TIM name of an event, for example `onNewConversation`; `UNKNOWN` for a number that is none. Never NULL. Any
 * thread. The string lives for ever.
 */
const char *im_event_name(int32_t event);

/**
 * Opens a client: one account with its local cache. Works without a network and without a login; `im_login` starts
 * the sync.
 *
 * `config` is a JSON object:
 *
 * - `dataDir` (string, required): the directory in which each account has one for its cache; made when missing.
 * - `userID` (string, required): the account's user.
 * - `backend` (object): the server. Default `{"kind":"embedded"}`. `kind` `"embedded"`: the service in one SQLite
 *   file at `path` (string, default `service.db` in `dataDir`), which several users and processes may share.
 * - `conversationLimit` (integer, default 5000): how many of the most recent conversations can be walked; 0 = all.
 * - `conversationOrder` (`"orderkey"`, the default, or `"lastMessageTimestamp"`): what the list is sorted by.
 * - `durability` (`"normal"`, the default, or `"full"`): what a finished call survives: a killed process, or a power
 *   cut too.
 *
 * On success `*out_client` is the handle, and the data of the response is `{"userID","cache","salvaged"}`: `cache`
 * is `"created"`, `"opened"`, or `"rebuilt"` when it was damaged and was moved aside, and `salvaged` how many unsent
 * changes could be kept then. On failure `*out_client` is 0. `out_client` must not be NULL.
 *
 * Fails with `IM_STATUS_ACCOUNT_IN_USE` when another client, in this process or another, has the account open,
 * `IM_STATUS_INVALID_PARAMETERS` or `IM_STATUS_INVALID_JSON` for a bad config, `IM_STATUS_INVALID_USER_ID`,
 * `IM_STATUS_DATABASE_FAILED` and `IM_STATUS_IO_FAILED`.
 *
 * Any thread, also inside callbacks. Reads and writes files, does not wait for the network.
 */
im_status im_client_open(const char *config, im_client *out_client, char **out_response);

/**
 * Closes a client.
 *
 * Calls of other threads that wait for the server end with `IM_STATUS_CANCELLED`, others are waited for. Asynchronous
 * calls that are not finished are completed, with `IM_STATUS_CANCELLED` where they did not get their answer. When it
 * returns 0, no callback of the client runs or will run, every `destroy` has run, and the files are closed. What
 * waits to be sent stays in the cache and is sent after the next login.
 *
 * Fails with `IM_STATUS_NOT_INITIALIZED` when the client is unknown, closed, or being closed by another thread, and
 * with `IM_STATUS_CALLED_FROM_CALLBACK` inside a callback of the same client; the client stays open then.
 *
 * Any thread but the client's dispatcher thread. Two clients whose callbacks close each other would wait for ever.
 */
im_status im_client_close(im_client client);

/**
 * Calls a method by its V2TIM name, for example `getConversationList`, and waits for its answer. There is a named
 * function for each method, which does the same and says what the method takes and gives.
 *
 * `request` is a JSON object with the method's parameters; NULL is `{}`. `*out_response` is the envelope
 * `{"code","desc","data"}`, also on failure.
 *
 * Methods that read or write the local cache do not wait for the network. Methods that need the server wait for up
 * to the request's `timeoutMs`; inside a callback of the same client they fail with `IM_STATUS_CALLED_FROM_CALLBACK`
 * (use `im_call_async` there, and on the threads of a user interface).
 *
 * Fails with `IM_STATUS_NOT_INITIALIZED` (unknown or closed client), `IM_STATUS_UNKNOWN_METHOD`,
 * `IM_STATUS_INVALID_JSON`, `IM_STATUS_INVALID_PARAMETERS` (the sentence in `desc` names the field), and as the method
 * says.
 *
 * Any thread; runs on the caller's.
 */
im_status im_call(im_client client, const char *method, const char *request, char **out_response);

/**
 * Calls a method by its V2TIM name without waiting for its answer.
 *
 * `method` and `request` are as in `im_call`, and copied. If this returns 0, `on_response` runs exactly once with the
 * answer, on the client's dispatcher thread, in order with the events; on close at the latest, then with
 * `IM_STATUS_CANCELLED` where there is no answer. If it returns anything else, `on_response` never runs, and the log
 * says what was wrong. `on_response` must not be NULL.
 *
 * Any thread, also inside callbacks.
 */
im_status im_call_async(im_client client,
                        const char *method,
                        const char *request,
                        im_on_response on_response,
                        void *user_data);

/**
 * Adds a listener for events of a client. There may be many; each hears every event of its mask.
 *
 * Bit n of `event_mask` asks for event n (`1 << IM_EVENT_NEW_CONVERSATION`); 0 asks for all, also for those of later
 * versions. `on_event` must not be NULL. It hears what is changed from now on, and nothing of what still waits to be
 * told; it may run before this function has returned.
 *
 * If this returns 0, libim owns `user_data`: `destroy`, which may be NULL, runs exactly once, after the listener was
 * removed or its client closed, when no callback of it runs any more. If it returns anything else, `destroy` never
 * runs. `out_listener` may be NULL for a listener that stays until the client is closed.
 *
 * Fails with `IM_STATUS_NOT_INITIALIZED` (unknown or closed client) and `IM_STATUS_INVALID_PARAMETERS` (`on_event`
 * is NULL, or the mask has a bit that is no event's).
 *
 * Any thread, also inside callbacks.
 */
im_status im_listener_add(im_client client,
                          uint64_t event_mask,
                          im_on_event on_event,
                          void *user_data,
                          im_destroy destroy,
                          im_listener *out_listener);

/**
 * Removes a listener.
 *
 * On any thread but the dispatcher thread it returns when no callback of this listener is running or will run, and
 * its `destroy` has run; so it waits for a callback that is running, and must not be called under a lock which that
 * callback needs. Inside a callback of the client, also the listener's own, it returns at once: no further event
 * reaches the listener, and `destroy` runs when the dispatcher lets go of it.
 *
 * Fails with `IM_STATUS_NOT_INITIALIZED` (unknown or closed client) and `IM_STATUS_INVALID_PARAMETERS` (no such
 * listener, or removed already).
 */
im_status im_listener_remove(im_client client, im_listener listener);

/**
 * Frees a response. NULL does nothing. Only for strings that came through an `out_response`; those handed to a
 * callback are libim's own. Any thread.
 */
void im_string_free(char *string);

/**
 * Sets the function that takes the log of libim, for the whole process and all clients.
 *
 * `max_level` is the most talkative level that is wanted, from `IM_LOG_ERROR` (1) to `IM_LOG_TRACE` (5). Only
 * libim's own lines are told. They never hold message bodies or secrets. NULL for `on_log` switches logging off,
 * which is also the state at the start; the other parameters are ignored then.
 *
 * If this returns 0, libim owns `user_data`, and `destroy`, which may be NULL, runs exactly once when the logger was
 * replaced and no callback of it runs any more. If it returns anything else, `destroy` never runs and the logger
 * before stays.
 *
 * When it returns, the logger before is not running any more and its `destroy` has run; so it waits for log
 * callbacks that are running, and must not be called under a lock which these need. Inside a log callback it returns
 * at once, and the last running callback of the logger before runs its `destroy` when it ends.
 *
 * Fails with `IM_STATUS_INVALID_PARAMETERS` (`max_level` is not 1 to 5) and `IM_STATUS_NOT_SUPPORTED` (a Rust
 * program that uses libim as a crate has installed a logger of its own).
 *
 * Any thread, also inside callbacks.
 */
im_status im_set_logger(im_on_log on_log, void *user_data, im_destroy destroy, int32_t max_level);

/**
 * Logs in: starts the connection to the server, the sync, and the delivery of what waits in the outbox.
 *
 * Request: `userID` (string, default the client's own, and no other is allowed), `userSig` (string, default null; not
 * looked at: the password of an XMPP account stands in the config), `timeoutMs` (integer, ms, default 30000).
 *
 * Data: null.
 *
 * Returns when the account is usable: at once when the cache knows it from an earlier login, even offline; otherwise
 * when the server has let the user in. The sync goes on in the background.
 *
 * Events: `onConnecting`, `onConnectSuccess` or `onConnectFailed`, `onSyncServerStart`, what the sync changes,
 * `onSyncServerFinish` or `onSyncServerFailed`.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (not the client's user, or `backend.path` is a file that is no service),
 * `IM_STATUS_IO_FAILED` (`backend.path` cannot be opened or made), `IM_STATUS_IN_PROGRESS` (another login is under
 * way), `IM_STATUS_NOT_LOGGED_IN` (the password is wrong, or the account disabled), `IM_STATUS_REFUSED` (the server does
 * not let the user in, or is not to be trusted), `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`.
 *
 * V2TIM: `login`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_login(im_client client,
                   const char *request,
                   char **out_response);

/**
 * Logs out: ends the connection. The cache stays readable and writable; what waits in the outbox is sent after the
 * next login.
 *
 * Request: `timeoutMs` (integer, ms, default 30000).
 *
 * Data: null.
 *
 * Errors: only the general ones.
 *
 * V2TIM: `logout`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_logout(im_client client, const char *request, char **out_response);

/**
 * Tells who is logged in.
 *
 * Request: no fields.
 *
 * Data: the userID (string); null when nobody is logged in.
 *
 * V2TIM: `getLoginUser`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_login_user(im_client client, const char *request, char **out_response);

/**
 * Tells the state of the login.
 *
 * Request: no fields.
 *
 * Data: integer: 1 logged in, 2 logging in, 3 logged out.
 *
 * V2TIM: `getLoginStatus`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_login_status(im_client client, const char *request, char **out_response);

/**
 * Says that the device's network may have changed: a new network, or the device woke up.
 *
 * Request: no fields.
 *
 * Data: null.
 *
 * While the server cannot be reached, the next attempt to connect is made at once. A connection that is there is tried,
 * and given up within seconds when the server does not answer. Nobody has to call this: without it the same happens
 * later. The embedded service has no use for it.
 *
 * libim's own: `networkChanged`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_network_changed(im_client client, const char *request, char **out_response);

/**
 * Sets the own nickname and picture.
 *
 * Request: `nickName` (string), `faceUrl` (string), each of at most 500 bytes and at least one of them, `timeoutMs`
 * (integer, ms, default 30000). A field that is absent stays as it is.
 *
 * Data: null.
 *
 * Peers hear it as `onConversationChanged` where it changes what their list shows.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS`, `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`,
 * `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
 *
 * V2TIM: `setSelfInfo`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_set_self_info(im_client client, const char *request, char **out_response);

/**
 * Asks the server for profiles.
 *
 * Request: `userIDList` (array of 1 to 100 strings, required), `timeoutMs` (integer, ms, default 30000).
 *
 * Data: array of `{"userID","nickName","faceUrl"}`, those that exist, in the order asked.
 *
 * Errors: `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`,
 * `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
 *
 * V2TIM: `getUsersInfo`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_get_users_info(im_client client, const char *request, char **out_response);

/**
 * Reads a page of the list, in the order of the config: by default pinned conversations first, then the most
 * recently active.
 *
 * Request: `nextSeq` (string or integer, default `"0"`: the first page; then the `nextSeq` of the page before),
 * `count` (integer from 1, default 100).
 *
 * Data: `{"nextSeq": string, "isFinished": boolean, "conversationList": array of conversations}`.
 *
 * A page is never shorter than `count` before the end, and `isFinished` is true on the page that holds the last row.
 * A walk during which nothing is written gives each conversation once. Under writes none is given twice unless its
 * key was lowered in between (unpinned), and one that moves up past the cursor is told by `onConversationChanged`.
 * At most `conversationLimit` of the config can be walked.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no such cursor, `count` below 1).
 *
 * V2TIM: `getConversationList`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_conversation_list(im_client client, const char *request, char **out_response);

/**
 * Reads one conversation. Of one that is not in the list it gives a transient one, with the name and picture that
 * are known, and stores nothing.
 *
 * Request: `conversationID` (string, required: `c2c_<userID>` or `group_<groupID>`).
 *
 * Data: the conversation.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (not a conversationID).
 *
 * V2TIM: `getConversation`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_conversation(im_client client, const char *request, char **out_response);

/**
 * Reads several conversations.
 *
 * Request: `conversationIDList` (array of 1 to 100 strings, required).
 *
 * Data: array of those that are in the list, in the order asked.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (not a conversationID), `IM_STATUS_TOO_MANY_CONVERSATIONS`.
 *
 * V2TIM: `getConversationListByConversationIds`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_conversation_list_by_conversation_ids(im_client client, const char *request, char **out_response);

/**
 * Sets or cancels the draft of a conversation. A draft belongs to this device. A new text moves the conversation up,
 * and lists it if it was not in the list; the same text again, or none, moves nothing.
 *
 * Request: `conversationID` (string, required), `draftText` (string of at most 64 KiB, or null; default null; null
 * and `""` cancel).
 *
 * Data: null.
 *
 * Events: `onConversationChanged` or `onNewConversation`, when something changed.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (not a conversationID, text too long).
 *
 * V2TIM: `setConversationDraft`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_set_conversation_draft(im_client client, const char *request, char **out_response);

/**
 * Pins or unpins a conversation. Pinned ones come first and keep their order among each other. Pinning one that is
 * not in the list lists it.
 *
 * Request: `conversationID` (string, required), `isPinned` (boolean, required).
 *
 * Data: null.
 *
 * Done locally at once and delivered to the server later; if the server refuses, it is undone and told as changed.
 *
 * Events: `onConversationChanged` or `onNewConversation`, when something changed.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (not a conversationID).
 *
 * V2TIM: `pinConversation`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_pin_conversation(im_client client, const char *request, char **out_response);

/**
 * Deletes a conversation with its messages, here and for this account on the server. A later message makes a new
 * conversation. Of one that is not in the list nothing happens.
 *
 * Request: `conversationID` (string, required).
 *
 * Data: null.
 *
 * Events: `onConversationDeleted`; `onTotalUnreadMessageCountChanged` when the total changed.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (not a conversationID).
 *
 * V2TIM: `deleteConversation`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_delete_conversation(im_client client, const char *request, char **out_response);

/**
 * Reads the number of unread messages of all conversations with `recvOpt` 0.
 *
 * Request: no fields.
 *
 * Data: integer.
 *
 * V2TIM: `getTotalUnreadMessageCount`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_total_unread_message_count(im_client client, const char *request, char **out_response);

/**
 * Marks messages as read. Read positions only move forward.
 *
 * Request: `conversationID` (string: one conversation, `"c2c"` for all with users, `"group"` for all groups, `""`,
 * the default, for all), `cleanTimestamp` (integer, s, default 0: C2C messages up to this time), `cleanSequence`
 * (integer, default 0: group messages up to this sequence); 0 = all messages.
 *
 * Data: null.
 *
 * Done locally at once and delivered to the server later, for the other devices and the peer.
 *
 * Events: `onConversationChanged` and `onTotalUnreadMessageCountChanged`, when something changed.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (not a conversationID, a bound below 0).
 *
 * V2TIM: `cleanConversationUnreadMessageCount`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_clean_conversation_unread_message_count(im_client client, const char *request, char **out_response);

/**
 * Sends a message: stores it with status 1, shows it in the list and returns; the outbox delivers it, also after a
 * restart.
 *
 * Request: `receiver` (string: a userID) or `groupID` (string), exactly one of them; `textElem` `{"text": string}`
 * or `customElem` `{"data": string, "desc": string, "extension": string}` (the last two default to empty), exactly
 * one of them, and `elemType` (integer: 1 text, 2 custom; by default that of the element given); optional
 * `groupAtUserList` (array of userIDs and `__kImSDK_MesssageAtALL__`, for groups only), `cloudCustomData` (string),
 * `priority` (integer 0 to 3), `needReadReceipt`, `isExcludedFromUnreadCount`, `isExcludedFromLastMessage`
 * (booleans, default false).
 *
 * Data: the message.
 *
 * Text may have 64 KiB, the whole message 256 KiB as JSON.
 *
 * Events: `onConversationChanged` or `onNewConversation`; later `onMessageStatusChanged` with status 2 (sent) or 3
 * (refused).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (fields missing or too long), `IM_STATUS_INVALID_USER_ID`,
 * `IM_STATUS_INVALID_GROUP_ID`, `IM_STATUS_NOT_SUPPORTED` (another `elemType`).
 *
 * V2TIM: `sendMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_send_message(im_client client, const char *request, char **out_response);

/**
 * Reads stored messages of a conversation.
 *
 * Request: `userID` or `groupID` (string), exactly one of them; `count` (integer from 1, default 20); `lastMsgID`
 * (string, default null: start at the newest, or at the oldest when reading towards newer ones; the message itself
 * is not returned); `getType` (integer: 3 towards older messages, the default, 4 towards newer ones; 1 and 2 are
 * accepted as the same).
 *
 * Data: array of messages, in the direction asked.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no such `lastMsgID` in the conversation, `count` below 1).
 *
 * V2TIM: `getHistoryMessageList`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_history_message_list(im_client client, const char *request, char **out_response);

/**
 * Recalls a message of one's own for everyone. Its content goes, and the conversation's last message and unread
 * count are computed again; its place in the list stays.
 *
 * Request: `msgID` (string, required).
 *
 * Data: null.
 *
 * Done locally at once and delivered to the server later; if the server refuses, it is undone and told as changed.
 *
 * Events: `onConversationChanged`; for the others in the conversation also `onRecvMessageRevoked`.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no such message), `IM_STATUS_NO_PERMISSION`.
 *
 * V2TIM: `revokeMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_revoke_message(im_client client, const char *request, char **out_response);

/**
 * Deletes messages for this account only. All or none.
 *
 * Request: `msgIDs` (array of 1 to 500 strings, required).
 *
 * Data: null.
 *
 * Events: `onConversationChanged`, when something visible changed.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (a message does not exist; nothing is deleted).
 *
 * V2TIM: `deleteMessages`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_delete_messages(im_client client, const char *request, char **out_response);

/**
 * Deletes the history with a user for this account only. The conversation stays in its place, with no last message.
 *
 * Request: `userID` (string, required).
 *
 * Data: null.
 *
 * Events: `onConversationChanged`, when something visible changed.
 *
 * Errors: `IM_STATUS_INVALID_USER_ID`.
 *
 * V2TIM: `clearC2CHistoryMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_clear_c2c_history_message(im_client client, const char *request, char **out_response);

/**
 * Deletes the history of a group for this account only. The conversation stays in its place, with no last message.
 *
 * Request: `groupID` (string, required).
 *
 * Data: null.
 *
 * Events: `onConversationChanged`, when something visible changed.
 *
 * Errors: `IM_STATUS_INVALID_GROUP_ID`.
 *
 * V2TIM: `clearGroupHistoryMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_clear_group_history_message(im_client client, const char *request, char **out_response);

/**
 * Sets how messages of users are received.
 *
 * Request: `userIDList` (array of 1 to 100 strings, required), `opt` (integer, required: 0 receive and notify; 1 not
 * delivered, the list is not updated; 2 receive silently; 3 receive, notify only for an @).
 *
 * Data: null.
 *
 * Only conversations with option 0 count in the total of unread messages.
 *
 * Events: `onConversationChanged` and `onTotalUnreadMessageCountChanged`, when something changed.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS`, `IM_STATUS_INVALID_USER_ID`.
 *
 * V2TIM: `setC2CReceiveMessageOpt`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_set_c2c_receive_message_opt(im_client client, const char *request, char **out_response);

/**
 * Sets how messages of a group are received.
 *
 * Request: `groupID` (string, required), `opt` (integer, required, as for `im_set_c2c_receive_message_opt`).
 *
 * Data: null.
 *
 * Events: `onConversationChanged` and `onTotalUnreadMessageCountChanged`, when something changed.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS`, `IM_STATUS_INVALID_GROUP_ID`.
 *
 * V2TIM: `setGroupReceiveMessageOpt`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_set_group_receive_message_opt(im_client client, const char *request, char **out_response);

/**
 * Adds a friend.
 *
 * Request: `userID` (string, required), `remark` (string of at most 500 bytes, default empty: one's own name for the
 * friend), `timeoutMs` (integer, ms, default 30000).
 *
 * Data: `{"userID","resultCode","resultInfo"}`.
 *
 * The remark, or else the friend's nickname, is the name of the conversation.
 *
 * Events: `onConversationChanged`, when there is a conversation and its name or picture changed.
 *
 * Errors: `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`,
 * `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
 *
 * V2TIM: `addFriend`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_add_friend(im_client client, const char *request, char **out_response);

/**
 * Ends friendships. The conversations stay.
 *
 * Request: `userIDList` (array of 1 to 100 strings, required), `timeoutMs` (integer, ms, default 30000).
 *
 * Data: array of `{"userID","resultCode","resultInfo"}`, one for each user; `resultCode` is a status.
 *
 * Events: `onConversationChanged`, where a name changed.
 *
 * Errors: `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`,
 * `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
 *
 * V2TIM: `deleteFromFriendList`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_delete_from_friend_list(im_client client, const char *request, char **out_response);

/**
 * Reads the friends from the cache.
 *
 * Request: no fields.
 *
 * Data: array of `{"userID","friendRemark","userProfile":{"userID","nickName","faceUrl"}}`, by userID.
 *
 * V2TIM: `getFriendList`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_friend_list(im_client client, const char *request, char **out_response);

/**
 * Sets one's own name for a friend.
 *
 * Request: `userID` (string, required), `friendRemark` (string of at most 500 bytes, required; empty removes it),
 * `timeoutMs` (integer, ms, default 30000).
 *
 * Data: null.
 *
 * Events: `onConversationChanged`, when there is a conversation and its name changed.
 *
 * Errors: `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`,
 * `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
 *
 * V2TIM: `setFriendInfo`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_set_friend_info(im_client client, const char *request, char **out_response);

/**
 * Creates a group, with the own user as its owner.
 *
 * Request: `groupType` (string, required: `Work`, `Public`, `Meeting`, `AVChatRoom` or `Community`), `groupID`
 * (string, default null: the server chooses), `groupName` and `faceUrl` (strings of at most 500 bytes, default
 * empty), `memberList` (array of `{"userID": string, "role": integer}`, default `[]`; `role` is 200 member, the
 * default, or 300 administrator), `timeoutMs` (integer, ms, default 30000).
 *
 * Data: the groupID (string).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS`, `IM_STATUS_INVALID_GROUP_ID`, `IM_STATUS_INVALID_USER_ID`,
 * `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED` (also: the id is taken).
 *
 * V2TIM: `createGroup`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_create_group(im_client client, const char *request, char **out_response);

/**
 * Joins a group that is open to join (all but `Work`).
 *
 * Request: `groupID` (string, required), `message` (string, default empty; nobody has to be asked, so it is not
 * used), `timeoutMs` (integer, ms, default 30000).
 *
 * Data: null.
 *
 * Errors: `IM_STATUS_INVALID_GROUP_ID`, `IM_STATUS_NO_PERMISSION` (joined by invitation only),
 * `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `joinGroup`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_join_group(im_client client, const char *request, char **out_response);

/**
 * Leaves a group. The conversation stays, with its history.
 *
 * Request: `groupID` (string, required), `timeoutMs` (integer, ms, default 30000).
 *
 * Data: null.
 *
 * Errors: `IM_STATUS_INVALID_GROUP_ID`, `IM_STATUS_NO_PERMISSION` (not a member, or the owner),
 * `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `quitGroup`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_quit_group(im_client client, const char *request, char **out_response);

/**
 * Dissolves a group of one's own. The members' conversations stay.
 *
 * Request: `groupID` (string, required), `timeoutMs` (integer, ms, default 30000).
 *
 * Data: null.
 *
 * Errors: `IM_STATUS_INVALID_GROUP_ID`, `IM_STATUS_NO_PERMISSION` (not the owner), `IM_STATUS_NOT_LOGGED_IN`,
 * `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
 *
 * V2TIM: `dismissGroup`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_dismiss_group(im_client client, const char *request, char **out_response);

/**
 * Takes users into a group.
 *
 * Request: `groupID` (string, required), `userList` (array of 1 to 100 userIDs, required), `timeoutMs` (integer, ms,
 * default 30000).
 *
 * Data: array of `{"memberID": string, "result": integer, "resultInfo": string}`, one for each user; `result` is 1
 * when it was done, else 0.
 *
 * Errors: `IM_STATUS_INVALID_GROUP_ID`, `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NO_PERMISSION`,
 * `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `inviteUserToGroup`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_invite_user_to_group(im_client client, const char *request, char **out_response);

/**
 * Removes members from a group.
 *
 * Request: `groupID` (string, required), `memberList` (array of 1 to 100 userIDs, required), `reason` (string,
 * default empty; not used), `timeoutMs` (integer, ms, default 30000).
 *
 * Data: array of `{"memberID","result","resultInfo"}`, as for `im_invite_user_to_group`.
 *
 * Errors: `IM_STATUS_INVALID_GROUP_ID`, `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NO_PERMISSION`,
 * `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `kickGroupMember`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_kick_group_member(im_client client, const char *request, char **out_response);

/**
 * Sets the name and picture of a group.
 *
 * Request: `groupID` (string, required), `groupName` (string), `faceUrl` (string), each of at most 500 bytes and at
 * least one of them, `timeoutMs` (integer, ms, default 30000). A field that is absent stays as it is.
 *
 * Data: null.
 *
 * Events: `onConversationChanged` for every member who has the conversation.
 *
 * Errors: `IM_STATUS_INVALID_GROUP_ID`, `IM_STATUS_NO_PERMISSION`, `IM_STATUS_NOT_LOGGED_IN`,
 * `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
 *
 * V2TIM: `setGroupInfo`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_set_group_info(im_client client, const char *request, char **out_response);

/**
 * Asks the server about groups.
 *
 * Request: `groupIDList` (array of 1 to 100 strings, required), `timeoutMs` (integer, ms, default 30000).
 *
 * Data: array of `{"resultCode": status, "resultMessage": string, "groupInfo": group or null}`, one for each id, in
 * the order asked. A group is
 * `{"groupID","groupType","groupName","faceUrl","owner","createTime","memberCount","role"}`; `createTime` is in s,
 * `role` the own one: 0 none, 200 member, 300 administrator, 400 owner.
 *
 * Errors: `IM_STATUS_INVALID_GROUP_ID`, `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`,
 * `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
 *
 * V2TIM: `getGroupsInfo`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_get_groups_info(im_client client, const char *request, char **out_response);

/**
 * Reads the groups that the own user is in from the cache.
 *
 * Request: no fields.
 *
 * Data: array of groups, as for `im_get_groups_info`, by groupID.
 *
 * V2TIM: `getJoinedGroupList`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_joined_group_list(im_client client, const char *request, char **out_response);

/**
 * Asks the server for the members of a group.
 *
 * Request: `groupID` (string, required), `filter` (integer: 0 all, the default, 1 the owner, 2 administrators, 4
 * ordinary members), `nextSeq` (string or integer, default `"0"`: the first page), `count` (integer from 1, default
 * 100), `timeoutMs` (integer, ms, default 30000).
 *
 * Data: `{"nextSeq": string, "memberInfoList": array of members}`, in the order they joined; `nextSeq` is `"0"`
 * after the last page. A member is `{"userID","role","nickName","nameCard","friendRemark","faceUrl","joinTime"}`;
 * `joinTime` is in s.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS`, `IM_STATUS_INVALID_GROUP_ID`, `IM_STATUS_NO_PERMISSION` (not a member),
 * `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `getGroupMemberList`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_get_group_member_list(im_client client, const char *request, char **out_response);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* LIBIM_H */
