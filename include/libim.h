/*
 * libim: the conversation list of an instant-messaging app.
 *
 * These rules apply to every function. docs/abi.md explains them in more detail.
 *
 * - Input strings are NUL-terminated UTF-8 of at most 16 MiB and are only read during the call. A NULL request means
 *   `{}`. Requests are strict: an unknown field or a wrong type fails, and the error names the field. A call that fails
 *   has changed nothing, with one exception: if a method that waits for the server is cut short by a lost connection,
 *   its timeout or the closing of the client, the server may already have carried it out.
 * - A response is a JSON object, {"code":0,"desc":"","data":...}. On failure, data is null and desc is one English
 *   sentence for developers. A function with an out_response sets *out_response to NULL first and to a response before
 *   it returns, on failure too; it stays NULL only if memory runs out. The caller owns the response and frees it with
 *   im_string_free. out_response may be NULL.
 * - The status that a function returns is the code of its response. 0 means success.
 * - Clients and listeners are numbers. A closed, unknown or zero client fails with IM_STATUS_NOT_INITIALIZED. Closing
 *   twice, use after closing, and closing during a call on another thread are safe.
 * - Every function may be called on any thread. All callbacks of a client run on its one dispatcher thread, in order,
 *   one at a time, with no lock of libim held. A callback may call any function except im_client_close on the same
 *   client and im_call of a method that waits for the server; these return IM_STATUS_CALLED_FROM_CALLBACK.
 * - Strings passed to a callback are borrowed until it returns: copy what you keep. No C++ exception may leave a
 *   callback.
 * - A slow listener delays no im_call and loses no final state: pending changes are merged for each conversation. Messages
 *   cannot be merged: a few thousand may be pending, and beyond that the oldest are replaced by one onMessagesMissed.
 * - After im_client_close has returned 0, no callback of the client runs, and every destroy has run.
 * - A child made by fork() must not use libim while its parent has clients open at the time of the fork: every function
 *   with a status returns IM_STATUS_NOT_INITIALIZED there, im_client_close included. Use exec, or fork before opening.
 * - A fault inside libim ends the call with IM_STATUS_INTERNAL_ERROR, not the process.
 *
 * The caller guarantees that pointers are NULL where that is allowed, or valid for the whole call, and that callbacks
 * and user_data stay valid until the point that the function documents.
 *
 * Below, a "conversation", "message" or "group" is V2TIM's object with the keys of its Flutter models. Every key is always
 * present, and every integer is below 2^53. An event caused by a method is delivered after its change has been stored.
 */


#ifndef LIBIM_H
#define LIBIM_H

/* Generated from src/ffi by `make generate`. */

#include <stddef.h>
#include <stdint.h>

/**
 * The version of the ABI that this header describes; `im_abi_version` returns the library's. They must be equal. It is
 * also the number at the end of the shared library's soname.
 */
#define IM_ABI_VERSION 0

/**
 * Success.
 */
#define IM_STATUS_OK 0

/**
 * The conversation is not in the list.
 *
 * Methods on several conversations return it as the result of such a one; the others are changed.
 */
#define IM_STATUS_INVALID_CONVERSATION 6004

/**
 * The server does not take a file of the message.
 *
 * Send it again later, or a smaller one.
 */
#define IM_STATUS_FILE_UPLOAD_FAILED 6008

/**
 * The file is not on the server, or what the server has is not the file that was sent.
 *
 * Show that the file is gone.
 */
#define IM_STATUS_FILE_DOWNLOAD_FAILED 6009

/**
 * The client handle is 0, unknown or closed, or belongs to the process that this one was forked from.
 *
 * Open the client first. While a client is being closed this is normal. Open clients after a fork, not before.
 */
#define IM_STATUS_NOT_INITIALIZED 6013

/**
 * The method needs the server, and nobody is logged in, the login is still in progress, or the server ended the
 * session. XMPP: the password is wrong or has expired, or the account does not exist.
 *
 * Call `login`, or wait for it to finish. To use another password, open the client again.
 */
#define IM_STATUS_NOT_LOGGED_IN 6014

/**
 * The same file of the same message is being fetched already.
 *
 * Wait for that call.
 */
#define IM_STATUS_IN_PROGRESS 6015

/**
 * A field of the request or of the config is missing, unknown, of the wrong type or out of range; a text is too long
 * or not UTF-8; a message, listener or cursor is unknown; or the service file is a file of another kind.
 *
 * Fix the call: it will fail again.
 */
#define IM_STATUS_INVALID_PARAMETERS 6017

/**
 * The local cache failed, or it or the service file was created by a newer libim.
 *
 * Read `desc`. If the file is damaged, close the client and open it again: the cache is then rebuilt.
 */
#define IM_STATUS_DATABASE_FAILED 6019

/**
 * A file or directory cannot be read or written: the disk is full, permission is missing, or it does not exist.
 *
 * Free space or grant access, then call again.
 */
#define IM_STATUS_IO_FAILED 6022

/**
 * The request or the config is not JSON.
 *
 * Fix the call.
 */
#define IM_STATUS_INVALID_JSON 6027

/**
 * A userID is empty, longer than 255 bytes, contains a control character, or begins or ends with white space. XMPP: it
 * is not a bare JID.
 *
 * Fix the id.
 */
#define IM_STATUS_INVALID_USER_ID 7003

/**
 * There is no file at the path.
 *
 * Fix the path, or let the user choose again.
 */
#define IM_STATUS_FILE_NOT_FOUND 7004

/**
 * The file has more than 1 GiB, or `dataBase64` has more than 1 MiB.
 *
 * Send a smaller file; send what is larger than 1 MiB by its `path`.
 */
#define IM_STATUS_FILE_TOO_LARGE 7005

/**
 * The file is empty.
 *
 * Do not send it.
 */
#define IM_STATUS_FILE_EMPTY 7006

/**
 * The file cannot be opened: permission is missing, or it is no file.
 *
 * Grant access, or let the user choose again.
 */
#define IM_STATUS_FILE_OPEN_FAILED 7007

/**
 * The client was closed, or logged out, before the call finished.
 *
 * Nothing: the app asked for it.
 */
#define IM_STATUS_CANCELLED 7009

/**
 * A fault inside libim. The client stays usable.
 *
 * Please report it, with `desc` and the log.
 */
#define IM_STATUS_INTERNAL_ERROR 7012

/**
 * The `elemType` cannot be sent; the backend is not in this build; the XMPP server lacks the feature; or
 * `im_set_logger` was called in a program whose Rust code has set a logger already.
 *
 * Send another kind of message; build with the feature `xmpp`; do without, or change the server; log through that
 * logger.
 */
#define IM_STATUS_NOT_SUPPORTED 7013

/**
 * More than 10 mergers lie in each other.
 *
 * Forward the messages themselves.
 */
#define IM_STATUS_MERGER_TOO_DEEP 8005

/**
 * There is no download of this file under way, or it has just ended; or the message is not being sent, or may be on
 * the server already.
 *
 * Show the message as it is.
 */
#define IM_STATUS_NOTHING_TO_CANCEL 8020

/**
 * The app has cancelled the download, or the sending of the message; or the message was recalled or deleted while its
 * file was downloaded.
 *
 * Nothing: the app asked for it, or there is no such file any more. Offer to send the message again.
 */
#define IM_STATUS_TRANSFER_CANCELLED 8021

/**
 * A groupID is not valid (the rules are those of a userID), or there is no such group.
 *
 * Fix the id.
 */
#define IM_STATUS_INVALID_GROUP_ID 8501

/**
 * The server is unreachable. Embedded service: the file is gone, replaced, or locked for long.
 *
 * Try again after `onConnectSuccess`. libim keeps trying to connect.
 */
#define IM_STATUS_DISCONNECTED 9508

/**
 * The server did not answer within `timeoutMs`.
 *
 * Try again, or allow more time.
 */
#define IM_STATUS_TIMEOUT 9510

/**
 * The user may not do that: not a member, not the owner, or not the sender of the message.
 *
 * Do not offer it.
 */
#define IM_STATUS_NO_PERMISSION 10007

/**
 * The sender is muted in the group: by `muteGroupMember`, or because all are (`isAllMuted`).
 *
 * Tell the user. `muteUntil` of `getGroupMembersInfo` says how long it lasts.
 */
#define IM_STATUS_MUTED 10017

/**
 * The message has 10 different reactions already.
 *
 * Offer those that it has.
 */
#define IM_STATUS_TOO_MANY_REACTIONS 23005

/**
 * 100 users have made this reaction to the message already.
 *
 * Show it as it is.
 */
#define IM_STATUS_TOO_MANY_REACTION_USERS 23006

/**
 * The current user has made this reaction to the message already.
 *
 * Nothing: it is there.
 */
#define IM_STATUS_ALREADY_REACTED 23007

/**
 * Nobody has made this reaction to the message.
 *
 * Nothing: it is not there.
 */
#define IM_STATUS_NO_SUCH_REACTION 23008

/**
 * Others have made this reaction to the message, and the current user has not.
 *
 * Do not offer it: users remove their own reactions only.
 */
#define IM_STATUS_NOT_OWN_REACTION 23009

/**
 * The user lets nobody add them as a friend (`allowType` 2).
 *
 * Tell the user.
 */
#define IM_STATUS_FRIEND_ADD_DENIED 30516

/**
 * The user has to accept the friend application first: it is on its way to them.
 *
 * Show it as sent; `onFriendListAdded` tells when they have accepted.
 */
#define IM_STATUS_FRIEND_ADD_NEEDS_CONFIRMATION 30539

/**
 * There is no such friend application: it was decided or removed, here or on another device.
 *
 * Read `getFriendApplicationList` again.
 */
#define IM_STATUS_NO_FRIEND_APPLICATION 30614

/**
 * The call names more than 100 conversations.
 *
 * Split it into several calls.
 */
#define IM_STATUS_TOO_MANY_CONVERSATIONS 51006

/**
 * There is no conversation group of that name.
 *
 * Read `getConversationGroupList` again: another device may have renamed or deleted it.
 */
#define IM_STATUS_NO_SUCH_CONVERSATION_GROUP 51009

/**
 * There are 100 conversation groups already.
 *
 * Delete one first.
 */
#define IM_STATUS_TOO_MANY_CONVERSATION_GROUPS 51010

/**
 * The name of the conversation group is longer than 128 bytes.
 *
 * Shorten it.
 */
#define IM_STATUS_CONVERSATION_GROUP_NAME_TOO_LONG 51011

/**
 * Another client, in this process or another, has this account open in this `dataDir`.
 *
 * Use that client, or close it, or use another `dataDir`, which is another device.
 */
#define IM_STATUS_ACCOUNT_IN_USE 90001

/**
 * The call would wait for the callback it is made from: closing the client, or a method that waits for the server, on
 * the same client; or any call from inside the logger.
 *
 * Use `im_call_async`, or another thread.
 */
#define IM_STATUS_CALLED_FROM_CALLBACK 90002

/**
 * `im_call` or `im_call_async` was given an unknown method.
 *
 * Fix the name. It is V2TIM's, such as `getConversationList`.
 */
#define IM_STATUS_UNKNOWN_METHOD 90003

/**
 * The server refused for another reason, such as a groupID that is taken. XMPP: also when the server's certificate is
 * not valid, or there is no secure way to log in.
 *
 * Read `desc`.
 */
#define IM_STATUS_REFUSED 90004

/**
 * Log level: something failed.
 */
#define IM_LOG_ERROR 1

/**
 * Log level: something went wrong and was handled.
 */
#define IM_LOG_WARN 2

/**
 * Log level: milestones, such as a login.
 */
#define IM_LOG_INFO 3

/**
 * Log level: details for debugging.
 */
#define IM_LOG_DEBUG 4

/**
 * Log level: everything.
 */
#define IM_LOG_TRACE 5

/**
 * `onSyncServerStart`: A sync with the server has started: after login, and after each reconnect unless the XMPP
 * server resumed the session (XEP-0198) and no sync was in progress. Exactly one `onSyncServerFinish` or
 * `onSyncServerFailed` follows.
 *
 * Payload: null.
 */
#define IM_EVENT_SYNC_SERVER_START 0

/**
 * `onSyncServerFinish`: The sync is complete. All its changes have been reported before this event.
 *
 * Payload: null.
 */
#define IM_EVENT_SYNC_SERVER_FINISH 1

/**
 * `onSyncServerFailed`: The sync was interrupted. Its changes so far stay; another sync starts later, unless the login
 * has ended.
 *
 * Payload: Failure: why, as `code` and `desc` of a response.
 */
#define IM_EVENT_SYNC_SERVER_FAILED 2

/**
 * `onNewConversation`: Conversations joined the list: never reported before, or deleted since.
 *
 * Payload: array of V2TimConversation.
 */
#define IM_EVENT_NEW_CONVERSATION 3

/**
 * `onConversationChanged`: Visible fields of conversations changed. Each conversation is complete, with its new
 * `orderkey`.
 *
 * Payload: array of V2TimConversation.
 */
#define IM_EVENT_CONVERSATION_CHANGED 4

/**
 * `onConversationDeleted`: Conversations left the list.
 *
 * Payload: array of strings: their conversationIDs.
 */
#define IM_EVENT_CONVERSATION_DELETED 5

/**
 * `onTotalUnreadMessageCountChanged`: The total of unread messages changed.
 *
 * Payload: integer: the new total.
 */
#define IM_EVENT_TOTAL_UNREAD_MESSAGE_COUNT_CHANGED 6

/**
 * `onRecvNewMessage`: A message arrived.
 *
 * Payload: V2TimMessage.
 */
#define IM_EVENT_RECV_NEW_MESSAGE 7

/**
 * `onRecvMessageModified`: Its author has edited a message, here or elsewhere; or the server refused such an edit, and
 * the message has its content back.
 *
 * Payload: V2TimMessage.
 */
#define IM_EVENT_RECV_MESSAGE_MODIFIED 8

/**
 * `onRecvMessageRevoked`: A message was recalled, by another user or on another device.
 *
 * Payload: string: its `msgID`.
 */
#define IM_EVENT_RECV_MESSAGE_REVOKED 9

/**
 * `onRecvC2CReadReceipt`: A peer has read messages of the current user.
 *
 * Payload: array of V2TimMessageReceipt.
 */
#define IM_EVENT_RECV_C2C_READ_RECEIPT 10

/**
 * `onMessageStatusChanged`: A message of the current user was sent (status 2), was refused (status 3), or its recall
 * was refused.
 *
 * Payload: V2TimMessage.
 */
#define IM_EVENT_MESSAGE_STATUS_CHANGED 11

/**
 * `onMessagesMissed`: Messages were stored that `onRecvNewMessage` did not report: a sync brought them, older history
 * was fetched, or a listener was too slow. Read the history of the conversations again.
 *
 * Payload: array of strings: their conversationIDs.
 */
#define IM_EVENT_MESSAGES_MISSED 12

/**
 * `onConnecting`: libim is connecting to the server.
 *
 * Payload: null.
 */
#define IM_EVENT_CONNECTING 13

/**
 * `onConnectSuccess`: The connection to the server is established and the user is logged in there.
 *
 * Payload: null.
 */
#define IM_EVENT_CONNECT_SUCCESS 14

/**
 * `onConnectFailed`: The connection failed or was lost. libim keeps trying, unless `getLoginStatus` is 3.
 *
 * Payload: Failure: why, as `code` and `desc` of a response.
 */
#define IM_EVENT_CONNECT_FAILED 15

/**
 * `onKickedOffline`: The server ended the session in favour of another one. The login has ended.
 *
 * Payload: null.
 */
#define IM_EVENT_KICKED_OFFLINE 16

/**
 * `onUserSigExpired`: The credentials have expired. The login has ended; open the client with new ones.
 *
 * Payload: null.
 */
#define IM_EVENT_USER_SIG_EXPIRED 17

/**
 * `onUnreadMessageCountChangedByFilter`: The count of a subscription by `subscribeUnreadMessageCountByFilter` changed.
 * At most one for each subscription and change, after the total.
 *
 * Payload: UnreadMessageCountByFilter.
 */
#define IM_EVENT_UNREAD_MESSAGE_COUNT_CHANGED_BY_FILTER 18

/**
 * `onConversationGroupCreated`: A conversation group was made, here or on another device. What is put into it later
 * follows with `onConversationsAddedToGroup`.
 *
 * Payload: ConversationGroupChange.
 */
#define IM_EVENT_CONVERSATION_GROUP_CREATED 19

/**
 * `onConversationGroupDeleted`: A conversation group was deleted, here or on another device. Its conversations stay.
 *
 * Payload: string: its name.
 */
#define IM_EVENT_CONVERSATION_GROUP_DELETED 20

/**
 * `onConversationGroupNameChanged`: A conversation group was renamed, here or on another device.
 *
 * Payload: ConversationGroupNameChange.
 */
#define IM_EVENT_CONVERSATION_GROUP_NAME_CHANGED 21

/**
 * `onConversationsAddedToGroup`: Conversations were added to a conversation group, here or on another device.
 *
 * Payload: ConversationGroupChange.
 */
#define IM_EVENT_CONVERSATIONS_ADDED_TO_GROUP 22

/**
 * `onConversationsDeletedFromGroup`: Conversations were taken out of a conversation group, here or on another device.
 *
 * Payload: ConversationGroupChange.
 */
#define IM_EVENT_CONVERSATIONS_DELETED_FROM_GROUP 23

/**
 * `onAllReceiveMessageOptChanged`: The receive option of all conversations together changed, here or on another
 * device.
 *
 * Payload: V2TimReceiveMessageOptInfo.
 */
#define IM_EVENT_ALL_RECEIVE_MESSAGE_OPT_CHANGED 24

/**
 * `onSendMessageProgress`: The files of a message have come further on their way to the server; 100 is told once,
 * before `onMessageStatusChanged`.
 *
 * Payload: V2TimMessageSendProgress.
 */
#define IM_EVENT_SEND_MESSAGE_PROGRESS 25

/**
 * `onMessageDownloadProgressCallback`: A download has come further, or to its end: `isFinish` or `isError` is told
 * exactly once for each.
 *
 * Payload: V2TimMessageDownloadProgress.
 */
#define IM_EVENT_MESSAGE_DOWNLOAD_PROGRESS_CALLBACK 26

/**
 * `onRecvMessageReactionsChanged`: Users have changed what they have reacted with to messages, here or elsewhere; or
 * the server refused a reaction of the current user. The messages themselves do not change.
 *
 * Payload: array of V2TimMessageReactionChangeInfo.
 */
#define IM_EVENT_RECV_MESSAGE_REACTIONS_CHANGED 27

/**
 * `onRecvMessageReadReceipts`: Messages of the current user that ask for it (`needReadReceipt`) were read: by the
 * peer, or by another member of the group. The counts are those of now.
 *
 * Payload: array of V2TimMessageReceipt.
 */
#define IM_EVENT_RECV_MESSAGE_READ_RECEIPTS 28

/**
 * `onRecvC2CDeliveryReceipt`: A device of the peer has got messages of the current user: this one and all before it
 * (`isDelivered`). libim's own.
 *
 * Payload: array of V2TimMessageReceipt.
 */
#define IM_EVENT_RECV_C2C_DELIVERY_RECEIPT 29

/**
 * `onTypingStatusChanged`: The peer of a C2C conversation that is in the list has begun to type, or types no more:
 * they said so, sent a message, or have not said it again for six seconds. libim's own.
 *
 * Payload: TypingStatus.
 */
#define IM_EVENT_TYPING_STATUS_CHANGED 30

/**
 * `onMemberEnter`: Users have joined a group of the current user.
 *
 * Payload: GroupMembersEntered.
 */
#define IM_EVENT_MEMBER_ENTER 31

/**
 * `onMemberLeave`: A member has left a group of the current user.
 *
 * Payload: GroupMemberLeft.
 */
#define IM_EVENT_MEMBER_LEAVE 32

/**
 * `onMemberInvited`: Users were invited into a group of the current user, who may be one of them, and are members now.
 *
 * Payload: GroupMembersChanged.
 */
#define IM_EVENT_MEMBER_INVITED 33

/**
 * `onMemberKicked`: Members were removed from a group, the current user perhaps.
 *
 * Payload: GroupMembersChanged.
 */
#define IM_EVENT_MEMBER_KICKED 34

/**
 * `onGroupCreated`: The current user has made a group, here or on another device.
 *
 * Payload: string: its `groupID`.
 */
#define IM_EVENT_GROUP_CREATED 35

/**
 * `onGroupDismissed`: A group of the current user was dismissed.
 *
 * Payload: GroupDismissal.
 */
#define IM_EVENT_GROUP_DISMISSED 36

/**
 * `onGroupInfoChanged`: The data of a group of the current user changed: its name, picture, introduction, notification
 * or owner.
 *
 * Payload: GroupInfoChange.
 */
#define IM_EVENT_GROUP_INFO_CHANGED 37

/**
 * `onQuitFromGroup`: The current user has left a group, here or on another device.
 *
 * Payload: string: its `groupID`.
 */
#define IM_EVENT_QUIT_FROM_GROUP 38

/**
 * `onGrantAdministrator`: Members of a group of the current user were made administrators.
 *
 * Payload: GroupMembersChanged.
 */
#define IM_EVENT_GRANT_ADMINISTRATOR 39

/**
 * `onRevokeAdministrator`: Members of a group of the current user are no longer administrators.
 *
 * Payload: GroupMembersChanged.
 */
#define IM_EVENT_REVOKE_ADMINISTRATOR 40

/**
 * `onFriendListAdded`: Users are friends of the current user now, added here or on another device.
 *
 * Payload: array of V2TimFriendInfo.
 */
#define IM_EVENT_FRIEND_LIST_ADDED 41

/**
 * `onFriendListDeleted`: Users are no longer friends of the current user.
 *
 * Payload: array of strings: their userIDs.
 */
#define IM_EVENT_FRIEND_LIST_DELETED 42

/**
 * `onFriendInfoChanged`: The remark, nickname, picture or `allowType` of friends changed.
 *
 * Payload: array of V2TimFriendInfo.
 */
#define IM_EVENT_FRIEND_INFO_CHANGED 43

/**
 * `onMemberInfoChanged`: Members of a group of the current user have another name in it (`nameCard`), are muted or are
 * so no more (`muteTime`).
 *
 * Payload: GroupMemberInfoChange.
 */
#define IM_EVENT_MEMBER_INFO_CHANGED 44

/**
 * `onGroupEntryFailed`: A group of the current user does not let them in, and why: it wants a password, is for members
 * only, has banned them, or is gone. Its conversation stays; the next login tries again, and `quitGroup` gives the
 * group up. XMPP only; libim's own.
 *
 * Payload: GroupEntryFailure.
 */
#define IM_EVENT_GROUP_ENTRY_FAILED 45

/**
 * `onConversationViewChanged`: A view of the list changed (`openConversationView`): the steps from the rows that it
 * had to those that it has. What one transaction changed in a view comes in one event. libim's own.
 *
 * Payload: ConversationViewChange.
 */
#define IM_EVENT_CONVERSATION_VIEW_CHANGED 46

/**
 * `onFriendApplicationListAdded`: Friend applications are there that were not: somebody asks the current user, or the
 * current user has asked somebody, here or on another device; also those that a sync brings.
 *
 * Payload: array of V2TimFriendApplication.
 */
#define IM_EVENT_FRIEND_APPLICATION_LIST_ADDED 47

/**
 * `onFriendApplicationListDeleted`: Friend applications are there no more: they were accepted, refused or removed,
 * here or elsewhere.
 *
 * Payload: array of strings: the userIDs of the other users.
 */
#define IM_EVENT_FRIEND_APPLICATION_LIST_DELETED 48

/**
 * `onFriendApplicationListRead`: The friend applications were seen (`setFriendApplicationRead`), here or on another
 * device.
 *
 * Payload: null.
 */
#define IM_EVENT_FRIEND_APPLICATION_LIST_READ 49

/**
 * `onSearchIndexProgress`: The search index of a cache that has messages already is being made: at most once for each
 * percent, and once at the end (`isFinished`). Searches do not find everything until then. libim's own.
 *
 * Payload: IndexingProgress.
 */
#define IM_EVENT_SEARCH_INDEX_PROGRESS 50

/**
 * `onReceiveJoinApplication`: Somebody asks to join a group that the current user leads, or an invitation waits for
 * the current user's decision; also what a sync brings. `getGroupApplicationList` has it until it is decided.
 *
 * Payload: GroupJoinApplication.
 */
#define IM_EVENT_RECEIVE_JOIN_APPLICATION 51

/**
 * `onApplicationProcessed`: A request of the current user to join a group, or an invitation by them that somebody had
 * to decide, was accepted or refused just now. XMPP: an invitation by them was refused.
 *
 * Payload: GroupApplicationDecision.
 */
#define IM_EVENT_APPLICATION_PROCESSED 52

/**
 * `onGroupApplicationListChanged`: Group applications were decided or seen, here or elsewhere, or are for others to
 * decide now: read `getGroupApplicationList` again. libim's own.
 *
 * Payload: null.
 */
#define IM_EVENT_GROUP_APPLICATION_LIST_CHANGED 53

/**
 * `onRecvMessageRevokedWithInfo`: A message was recalled, by another user or on another device: who has recalled it,
 * as far as known, and where. Comes right after `onRecvMessageRevoked`.
 *
 * Payload: MessageRevocation.
 */
#define IM_EVENT_RECV_MESSAGE_REVOKED_WITH_INFO 54

/**
 * `onLocalChangeFailed`: A change whose call has returned 0 was refused later, and why: which method makes such a
 * change, and of what. Comes after the events of what was undone, and for deleting and reading, of which nothing is
 * undone here, alone. A message that is refused has `onMessageStatusChanged` instead. libim's own.
 *
 * Payload: LocalChangeFailure.
 */
#define IM_EVENT_LOCAL_CHANGE_FAILED 55

/**
 * The number of no event: `im_stream_next` has found none.
 */
#define IM_EVENT_NONE -1

/**
 * The outcome of a call: `IM_STATUS_OK` (0) or another `IM_STATUS_` code. It is the same number as `code` in the
 * response.
 */
typedef int32_t im_status;

/**
 * An open client. Handles are numbers that are never 0 and never reused within a process. A call on a closed or unknown
 * client fails with `IM_STATUS_NOT_INITIALIZED`.
 */
typedef uint64_t im_client;

/**
 * Receives the response of `im_call_async`.
 *
 * Runs exactly once, on the client's dispatcher thread, if `im_call_async` returned 0, and never otherwise. `status` is
 * the `code` of the response and `response` is the whole envelope: `len` bytes followed by a NUL, borrowed until the
 * function returns. Within it, `im_client_close` on the same client and `im_call` of a method that waits
 * for the server return `IM_STATUS_CALLED_FROM_CALLBACK`; every other function may be called. It must not unwind: no C++
 * exception may leave it.
 */
typedef void (*im_on_response)(void *user_data, im_status status, const char *response, size_t len);

/**
 * Receives an event of a client.
 *
 * Runs on the client's dispatcher thread, one event at a time, in the order in which the changes were committed, with no
 * lock of libim held. `event` is one of the `IM_EVENT_` numbers. `payload` is the event's argument as JSON (`null` if it
 * has none): `len` bytes followed by a NUL, borrowed until the function returns. The same calls are refused within it
 * as within `im_on_response`, and it must not unwind.
 */
typedef void (*im_on_event)(void *user_data, int32_t event, const char *payload, size_t len);

/**
 * Releases a `user_data` that libim no longer needs.
 *
 * Runs exactly once after a successful `im_listener_add`, `im_stream_open` or `im_set_logger`, and never after a failed one. It runs on the
 * thread that drops the last reference: the one that removes the listener, closes the client or replaces the logger, the
 * dispatcher thread, or, for a logger, a thread that logs. It may call whatever a callback may call, and must not unwind.
 * NULL if there is nothing to release.
 */
typedef void (*im_destroy)(void *user_data);

/**
 * A listener of a client. Handles are numbers that are never 0 and never reused within a process.
 */
typedef uint64_t im_listener;

/**
 * Hears that a stream has an event.
 *
 * Runs on the client's dispatcher thread with no lock of libim held. The same calls are refused within it as within
 * `im_on_response`, and it must not unwind.
 */
typedef void (*im_on_ready)(void *user_data);

/**
 * A stream of events of a client. Handles are numbers that are never 0 and never reused within a process.
 */
typedef uint64_t im_stream;

/**
 * Receives a line of the log.
 *
 * Runs on the thread that logs, so possibly on several threads at once and with locks of libim held: keep it short.
 * `level` is one of the `IM_LOG_` numbers. `message` is `len` bytes followed by a NUL, borrowed until the function
 * returns. Inside the function only `im_set_logger`, `im_string_free` and the functions that return versions and names
 * may be used; all others return `IM_STATUS_CALLED_FROM_CALLBACK`. Lines logged while it runs on the same thread are
 * dropped. It must not unwind.
 */
typedef void (*im_on_log)(void *user_data, int32_t level, const char *message, size_t len);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Returns the version of the library, for example `0.1.0`. Any thread. The string is static: do not free it.
 */
const char *im_version(void);

/**
 * Returns the ABI version of the library. An app must not use a library whose ABI version differs from the
 * `IM_ABI_VERSION` of its header. Any thread.
 */
uint32_t im_abi_version(void);

/**
 * Returns the name of a status code, for example `INVALID_PARAMETERS`, or `UNKNOWN` for any other number. Never NULL. Any
 * thread. The string is static: do not free it.
 */
const char *im_status_name(im_status status);

/**
 * Returns the V2TIM name of an event, for example `onNewConversation`, or `UNKNOWN` for any other number. Never NULL. Any
 * thread. The string is static: do not free it.
 */
const char *im_event_name(int32_t event);

/**
 * Opens a client: one account and its local cache. This needs neither a network nor a login; `im_login` connects to the
 * server and starts the sync.
 *
 * `config` is a JSON object. A field that belongs to the other kind of backend is refused, as an unknown one is.
 *
 * - `dataDir` (string, required): The directory for caches; each account has a directory of its own in it. Created if
 *   missing. Relative to the working directory at the time of the call.
 * - `userID` (string or null, optional): The account's user: 1 to 255 bytes, no control characters, no white space at
 *   either end. Required with `embedded`; with `xmpp` it is `backend.jid` and can be left out.
 * - `backend` (object, default {"kind":"embedded"}): The server.
 *   - `kind` ("embedded" or "xmpp", default "embedded"): The kind of server: `embedded` is the service in one file,
 *     `xmpp` an XMPP server. A build without the cargo feature `xmpp` refuses the latter with 7013.
 *   - `path` (string or null, optional): `embedded`: the service's file, which the users who chat share. Relative to
 *     the working directory at the time of the call. Absent or null: `service.db` in `dataDir`.
 *   - `jid` (string or null, optional): `xmpp`: the account, `user@domain` without a resource. `xmpp` needs it.
 *   - `password` (string or null, optional): `xmpp`: the password of the account. `xmpp` needs it. Kept in memory
 *     only, never logged.
 *   - `host` (string or null, optional): `xmpp`: the server's address. Absent or null: from the domain's SRV records,
 *     or else the domain itself.
 *   - `port` (integer or null, 0 to 65535, optional): `xmpp`: the server's port; only together with `host`. Absent or
 *     null: 5222, or 5223 with `direct`.
 *   - `tls` ("starttls", "direct" or "disabled", optional): `xmpp`: `direct` is TLS from the first byte (XEP-0368);
 *     `disabled` is for loopback addresses only. Absent or null: `starttls`, or `direct` where the domain's SRV
 *     records offer nothing else that answers.
 *   - `caFile` (string or null, optional): `xmpp`: a file of certificates (PEM) to trust. Absent or null: the
 *     system's.
 *   - `resource` (string or null, optional): `xmpp`: the name of this device among the account's, different on each.
 *     Absent or null: generated.
 * - `conversationLimit` (integer, default 5000): The number of conversations, from the top of the list, that can be
 *   paged through; 0 for all.
 * - `conversationOrder` ("orderkey" or "lastMessageTimestamp", default "orderkey"): The sort key of the list.
 *   `lastMessageTimestamp` gives the order of V2TIM's older SDKs.
 * - `durability` ("normal" or "full", default "normal"): The failures that a finished call survives: `normal` the
 *   death of the process, `full` a power cut too. With `embedded` this holds for what the client writes to the service
 *   file as well.
 * - `mediaCacheBytes` (integer, default 1073741824): How many bytes the files of messages may have together. When
 *   there are more, those that were used longest ago go; those of messages that are not sent yet stay.
 * - `autoDownloadBytes` (integer, default 0): Files of messages (pictures and their thumbnails, sounds, videos and
 *   their snapshots, other files) of at most this many bytes are downloaded before the app asks, those of the newest
 *   message first; 0 turns this off. Each download has the events of `downloadMessage`. Only the newest hundred
 *   messages with files that have arrived since the last time count, and only those in groups, from friends and from
 *   users to whom the current user has written. The server that has a file learns the network address of this device.
 * - `language` (string or null, optional): The app's language, a BCP 47 tag such as `de` or `zh-Hant`. Some messages
 *   of other clients come in several languages (`xml:lang`): the text that fits best is the message's, from the time
 *   it arrives. Absent or null: the text in the language of the message. No effect with `embedded`, whose messages
 *   have one text.
 * - `search` (boolean, default true): Whether `searchLocalMessages` and `searchConversations` work, for which the
 *   cache keeps an index of the words of messages and names. With false they end with 7013, and an index that is there
 *   is removed.
 * - `changedFields` (boolean, default false): Whether the entries of `onConversationChanged` name, in `changedFields`,
 *   the keys that have changed.
 *
 * On success, `*out_client` is the handle; on failure it is 0. `out_client` must not be NULL. The data of the response:
 *
 * - `userID` (string): The account's user.
 * - `cache` (string): How the cache was found: `rebuilt` if it was damaged, moved aside, and replaced by a new one.
 * - `salvaged` (integer): The number of outbox commands that a rebuild has kept; otherwise 0.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` and `IM_STATUS_INVALID_JSON` (the config is wrong),
 * `IM_STATUS_INVALID_USER_ID` (also a `jid` that is not a bare JID), `IM_STATUS_ACCOUNT_IN_USE`,
 * `IM_STATUS_NOT_SUPPORTED` (`xmpp` in a build without it), `IM_STATUS_DATABASE_FAILED`, `IM_STATUS_IO_FAILED`.
 *
 * Any thread, also inside callbacks. Reads and writes files; does not wait for the network.
 */
im_status im_client_open(const char *config, im_client *out_client, char **out_response);

/**
 * Closes a client.
 *
 * Calls on other threads that are waiting for the server end with `IM_STATUS_CANCELLED`; other calls are allowed to finish.
 * Outstanding asynchronous calls are completed, with `IM_STATUS_CANCELLED` if they have no answer yet. When this returns
 * 0, no callback of the client is running or will run, every `destroy` has run, and the files are closed. Unsent messages
 * and changes stay in the cache and are sent after the next login.
 *
 * Fails with `IM_STATUS_NOT_INITIALIZED` if the client is unknown, closed or being closed by another thread, and with
 * `IM_STATUS_CALLED_FROM_CALLBACK` inside a callback of the same client, which stays open.
 *
 * Any thread except the client's dispatcher thread. Two clients whose callbacks close each other deadlock.
 */
im_status im_client_close(im_client client);

/**
 * Closes all clients of this process, as `im_client_close` does, and removes the logger: for the end of a program whose
 * callbacks must not run after it, such as an interpreter. In Python with `ctypes`: `atexit.register(lib.im_shutdown)`.
 *
 * When this returns 0, no callback of libim is running or will run, but for clients that another thread opens meanwhile.
 * Clients can be opened again afterwards. Unsent messages and changes stay in the caches.
 *
 * Fails with `IM_STATUS_CALLED_FROM_CALLBACK` inside a callback; that client stays open then, the others are closed.
 *
 * Any thread except a dispatcher thread. Waits for running callbacks, so it must not be called while holding a lock that
 * they need.
 */
im_status im_shutdown(void);

/**
 * Calls a method by its V2TIM name, for example `getConversationList`, and waits for the answer. Each method also has a
 * function of its own, which does the same and documents the method's request and answer.
 *
 * `request` is a JSON object with the method's parameters; NULL means `{}`. `*out_response` receives the envelope
 * `{"code","desc","data"}`, on failure too.
 *
 * Methods that read or write the local cache do not wait for the network. Methods that need the server wait for up to
 * `timeoutMs` milliseconds, a field of their request. Inside a callback of the same client they fail with
 * `IM_STATUS_CALLED_FROM_CALLBACK`: use `im_call_async` there, and on the thread of a user interface.
 *
 * Fails with `IM_STATUS_NOT_INITIALIZED` (unknown or closed client), `IM_STATUS_UNKNOWN_METHOD`,
 * `IM_STATUS_INVALID_JSON`, `IM_STATUS_INVALID_PARAMETERS` (`desc` names the field), and with the errors of the method.
 *
 * Any thread; runs on the calling thread.
 */
im_status im_call(im_client client, const char *method, const char *request, char **out_response);

/**
 * Calls a method by its V2TIM name without waiting for the answer.
 *
 * `method` and `request` are the same as for `im_call`, and are copied. If this returns 0, `on_response` runs exactly once
 * with the answer, on the client's dispatcher thread, in order with the events; if the client is closed before there is an
 * answer, the status is `IM_STATUS_CANCELLED`. If this returns anything else, `on_response` never runs, and the log says
 * why. `on_response` must not be NULL.
 *
 * A method of the cache is carried out at its place among the events, on the dispatcher thread, and answers at once: the
 * answer is never older than what was reported before it, and what is newer is reported after it. So an app with a listener
 * reads its list with this function and not with `im_call`, whose answer may be older than an event that was already
 * handled.
 *
 * Methods that wait for the server run independently of each other. They begin in the order of the calls, and their
 * `timeoutMs` counts from the call.
 *
 * Any thread, also inside callbacks.
 */
im_status im_call_async(im_client client,
                        const char *method,
                        const char *request,
                        im_on_response on_response,
                        void *user_data);

/**
 * Adds a listener for events of a client. A client can have any number of listeners; each receives every event in its
 * mask.
 *
 * Bit n of `event_mask` selects event n (`1 << IM_EVENT_NEW_CONVERSATION`); 0 selects all events, including those of later
 * versions. The listener receives the events of changes made from now on, not those still pending. `on_event` must not be
 * NULL; it may run before this function has returned.
 *
 * If this returns 0, libim owns `user_data`: `destroy`, which may be NULL, runs exactly once, after the listener was
 * removed or its client was closed and its last callback has returned. If this returns anything else, `destroy` never
 * runs. `out_listener` may be NULL for a listener that stays until the client is closed.
 *
 * Fails with `IM_STATUS_NOT_INITIALIZED` (unknown or closed client) and `IM_STATUS_INVALID_PARAMETERS` (`on_event` is
 * NULL, or the mask has a bit that belongs to no event).
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
 * On any thread other than the client's dispatcher thread, this returns when no callback of the listener is running or
 * will run and its `destroy` has run. It waits for a running callback, so it must not be called while holding a lock that
 * the callback needs. Inside a callback of the client, also the listener's own, it returns at once: the listener receives
 * no further event, and `destroy` runs before this returns, or, for the listener whose callback is running, right after
 * that callback.
 *
 * Fails with `IM_STATUS_NOT_INITIALIZED` (unknown or closed client) and `IM_STATUS_INVALID_PARAMETERS` (the client has no
 * such listener, or it was removed already).
 */
im_status im_listener_remove(im_client client,
                             im_listener listener);

/**
 * Opens a stream: events of a client that the app takes with `im_stream_next` when it wants them, on any thread, in place
 * of a listener that is called with them.
 *
 * `event_mask` is that of `im_listener_add`. The stream receives the events of changes made from now on. Those that the
 * app has not taken are merged as for a slow listener: it gets the newest state of each conversation instead of every
 * state in between, and of message events the newest few thousand, with one `onMessagesMissed` for the others. A slow
 * reader holds up neither listeners nor the answers of calls.
 *
 * `on_ready` runs when there is an event for the first time, and then when there is one after `im_stream_next` has said
 * that there is none. It is the place to wake whatever takes the events, and may run before this function has returned. It
 * must not be NULL.
 *
 * If this returns 0, libim owns `user_data`: `destroy`, which may be NULL, runs exactly once, after the stream or its client
 * was closed. If this returns anything else, `destroy` never runs. A stream must be closed with `im_stream_close`, also
 * after its client.
 *
 * Fails with `IM_STATUS_NOT_INITIALIZED` (unknown or closed client) and `IM_STATUS_INVALID_PARAMETERS` (`on_ready` or
 * `out_stream` is NULL, or the mask has a bit that belongs to no event).
 *
 * Any thread, also inside callbacks.
 */
im_status im_stream_open(im_client client,
                         uint64_t event_mask,
                         im_on_ready on_ready,
                         void *user_data,
                         im_destroy destroy,
                         im_stream *out_stream);

/**
 * Takes the oldest event of a stream.
 *
 * `*out_event` is its `IM_EVENT_` number and `*out_payload` its argument as JSON (`null` if it has none), to be freed with
 * `im_string_free`; or, if there is no event now, `IM_EVENT_NONE` and NULL. Neither may be NULL.
 *
 * Fails with `IM_STATUS_NOT_INITIALIZED` if the stream is unknown or closed, or if its client is closed and all events have
 * been taken.
 *
 * Any thread, also inside callbacks; one at a time for each stream, so that the events stay in order.
 */
im_status im_stream_next(im_stream stream,
                         int32_t *out_event,
                         char **out_payload);

/**
 * Closes a stream, which receives nothing more. Its events that were not taken are lost.
 *
 * On any thread other than the client's dispatcher thread, this returns when `on_ready` is not running and will not run
 * again and `destroy` has run, so it must not be called while holding a lock that `on_ready` needs. Inside a callback of the
 * client it returns at once.
 *
 * Fails with `IM_STATUS_NOT_INITIALIZED` (unknown or closed stream).
 */
im_status im_stream_close(im_stream stream);

/**
 * Frees a response. Does nothing if `string` is NULL. Only for strings received through an `out_response`; strings passed
 * to a callback belong to libim. Any thread.
 */
void im_string_free(char *string);

/**
 * Sets the function that receives libim's log, for the whole process and all clients.
 *
 * `max_level` is the most verbose level to log, from `IM_LOG_ERROR` (1) to `IM_LOG_TRACE` (5). Only libim's own lines are
 * logged. They never contain message bodies or secrets. If `on_log` is NULL, which is also the initial state, nothing is
 * logged and the other parameters are ignored.
 *
 * If this returns 0, libim owns `user_data`: `destroy`, which may be NULL, runs exactly once, after the logger was
 * replaced and its last callback has returned. If this returns anything else, `destroy` never runs and the previous logger
 * stays.
 *
 * When this returns, the previous logger is not running any more and its `destroy` has run. It waits for running log
 * callbacks, so it must not be called while holding a lock that they need. Inside a log callback it returns at once, and
 * the previous logger's `destroy` runs when its last callback ends.
 *
 * Fails with `IM_STATUS_INVALID_PARAMETERS` (`max_level` is not 1 to 5) and `IM_STATUS_NOT_SUPPORTED` (a Rust program
 * that uses libim as a crate has installed its own logger).
 *
 * Any thread, also inside callbacks.
 */
im_status im_set_logger(im_on_log on_log,
                        void *user_data,
                        im_destroy destroy,
                        int32_t max_level);

/**
 * Logs in: connects to the server, starts the sync, and delivers the outbox.
 *
 * Returns once the account is usable: immediately if the cache knows it from an earlier login, even offline; otherwise
 * when the server has accepted the user. The sync continues in the background.
 *
 * A call while another login is in progress joins it: there is one connection and one sync, and both calls end the
 * same way, each within its own `timeoutMs`. When the user is logged in already, it returns immediately.
 *
 * If the server cannot be reached in time (9508, 9510), libim keeps trying: `getLoginStatus` is 2 until
 * `onConnectSuccess`, and another `login` waits again. `logout` ends the attempts.
 *
 * Request:
 * - `userID` (string or null, optional): The client's user, as a check. Absent or null: no check.
 * - `userSig` (string or null, optional): Ignored: no backend reads it. The password of an XMPP account is
 *   `backend.password` in the config.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: null.
 *
 * Events: `onConnecting`, `onConnectSuccess`, `onConnectFailed`, `onSyncServerStart`, `onSyncServerFinish` (after the
 * events of its changes), `onSyncServerFailed`.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (`userID` is not the client's user, or `backend.path` is a file of another
 * kind), `IM_STATUS_IO_FAILED` (`backend.path` cannot be opened or created), `IM_STATUS_NOT_LOGGED_IN` (the password
 * is wrong, or the account is disabled), `IM_STATUS_REFUSED` (the server does not let the user in, or cannot be
 * trusted), `IM_STATUS_DATABASE_FAILED` (the cache cannot be read, or a newer libim has made the service file),
 * `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED` (the app has logged out or closed the client).
 *
 * V2TIM: `login`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_login(im_client client, const char *request, char **out_response);

/**
 * Returns the user who is logged in.
 *
 * Request: no fields.
 *
 * Data: string or null: the userID; null when nobody is logged in.
 *
 * V2TIM: `getLoginUser`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_login_user(im_client client, const char *request, char **out_response);

/**
 * Returns the state of the login.
 *
 * Request: no fields.
 *
 * Data: integer: 1 logged in, 2 logging in, 3 logged out.
 *
 * V2TIM: `getLoginStatus`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_login_status(im_client client, const char *request, char **out_response);

/**
 * Returns the state of the connection and of the sync: what the events about them have told so far.
 *
 * For apps that add a listener late, or draw a header. What is newer than the answer is told after it.
 *
 * Request: no fields.
 *
 * Data: ConnectionStatus: the state.
 *
 * libim's own: `getConnectionStatus`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_connection_status(im_client client, const char *request, char **out_response);

/**
 * Tells libim that the device's network may have changed: a new network, or the device woke up.
 *
 * If the server is unreachable, the next attempt to connect starts at once. An open connection is probed, and dropped
 * within seconds if the server does not answer. Calling this is optional: without it the same happens later. The
 * embedded service ignores it.
 *
 * Request: no fields.
 *
 * Data: null.
 *
 * libim's own: `networkChanged`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_network_changed(im_client client, const char *request, char **out_response);

/**
 * Sets the current user's nickname and picture, and who may add the user as a friend.
 *
 * At least one of them must be given. Peers receive `onConversationChanged` where the change is visible in their list.
 *
 * Request:
 * - `nickName` (string or null, optional): The nickname, at most 500 bytes. Absent or null: unchanged.
 * - `faceUrl` (string or null, optional): The address of the picture, at most 500 bytes. Absent or null: unchanged.
 * - `allowType` (integer or null, optional): Who may add the user as a friend: 0 anybody, as at first, 1 whoever the
 *   user accepts, 2 nobody. Absent or null: unchanged. XMPP: 7013, because such servers always ask.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: null.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (all are missing, one is too long, or `allowType` is unknown),
 * `IM_STATUS_NOT_SUPPORTED` (`allowType` over XMPP), `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`,
 * `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
 *
 * V2TIM: `setSelfInfo`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_set_self_info(im_client client, const char *request, char **out_response);

/**
 * Fetches the profiles of users from the server.
 *
 * Request:
 * - `userIDList` (array of strings, required): The users, 1 to 100.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: array of V2TimUserFullInfo: the profiles of those users who exist, in the order requested. An XMPP server does
 * not tell who exists; the profile of a user it does not know is empty.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no userID, or more than 100), `IM_STATUS_INVALID_USER_ID`,
 * `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `getUsersInfo`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_get_users_info(im_client client, const char *request, char **out_response);

/**
 * Sets the receive option of all conversations together, from a time of day on: a time without notifications.
 *
 * libim notifies of nothing itself, so this is a setting for the app to follow: it changes neither the conversations
 * nor the total of unread messages. It applies to all devices of the user. The change takes effect at once and reaches
 * the server later; if the server refuses, it is undone.
 *
 * Request:
 * - `opt` (integer, required): The option: 0 notify, 2 do not notify during that time.
 * - `startHour` (integer, 0 to 23, required): The hour, 0 to 23, in the user's time zone.
 * - `startMinute` (integer, 0 to 59, required): The minute, 0 to 59.
 * - `startSecond` (integer, 0 to 59, required): The second, 0 to 59.
 * - `duration` (integer, 0 to 86400, required): For how long, in seconds, 0 to 86,400. Less than 86,400: every day.
 *   86,400: from that time of today on, for good.
 *
 * Data: null.
 *
 * Events: `onAllReceiveMessageOptChanged` (if the option changed), `onLocalChangeFailed` (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (an option other than 0 and 2, or a number out of range).
 *
 * V2TIM: `setAllReceiveMessageOpt`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_set_all_receive_message_opt(im_client client, const char *request, char **out_response);

/**
 * Sets the receive option of all conversations together, from a moment on: a time without notifications that comes
 * once.
 *
 * This is V2TIM's other form of `setAllReceiveMessageOpt`, and all said there applies; of the two, the last call
 * counts.
 *
 * Request:
 * - `opt` (integer, required): The option: 0 notify, 2 do not notify during that time.
 * - `startTimeStamp` (integer, 1 to 4294967295, required): The moment, in seconds since 1970, UTC; after the start of
 *   1970 and before 2106.
 * - `duration` (integer, 0 to 4294967295, required): For how long, in seconds, 0 to 4,294,967,295.
 *
 * Data: null.
 *
 * Events: `onAllReceiveMessageOptChanged` (if the option changed), `onLocalChangeFailed` (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (an option other than 0 and 2, or a number out of range).
 *
 * V2TIM: `setAllReceiveMessageOptWithTimestamp`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_set_all_receive_message_opt_with_timestamp(im_client client, const char *request, char **out_response);

/**
 * Returns the receive option of all conversations together.
 *
 * Request: no fields.
 *
 * Data: V2TimReceiveMessageOptInfo: with the current user's `userID`.
 *
 * V2TIM: `getAllReceiveMessageOpt`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_all_receive_message_opt(im_client client, const char *request, char **out_response);

/**
 * Logs out: ends the connection.
 *
 * The cache stays readable and writable. The outbox is kept, and is delivered after the next login.
 *
 * Request:
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server to close the connection, in
 *   milliseconds, and 2 seconds at most. The account is logged out in any case.
 *
 * Data: null.
 *
 * Events: `onSyncServerFailed` (if a sync was in progress).
 *
 * V2TIM: `logout`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_logout(im_client client, const char *request, char **out_response);

/**
 * Reads a page of the list.
 *
 * The order is `conversationOrder` of the config: by default pinned conversations first, then the most recently
 * active.
 *
 * Every page but the last has `count` conversations, and `isFinished` is true on exactly the page that holds the last
 * one. If nothing is written while the app pages through, it gets each conversation once. If something is, no
 * conversation comes twice unless its key was lowered in between, as by unpinning it, and a conversation that moves up
 * past the cursor is reported by `onConversationChanged`. At most `conversationLimit` conversations of the config can
 * be paged through.
 *
 * Request:
 * - `nextSeq` (string or integer, default "0"): Where the page starts: the `nextSeq` of the page before, or `"0"` for
 *   the first page.
 * - `count` (integer, from 1, default 100): The size of the page.
 *
 * Data: V2TimConversationResult.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (`nextSeq` is not a cursor, or `count` is below 1).
 *
 * V2TIM: `getConversationList`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_conversation_list(im_client client, const char *request, char **out_response);

/**
 * Reads one conversation.
 *
 * A conversation that is not in the list is returned as a transient one, with the name and picture that are known and
 * an `orderkey` of 0. Nothing is stored.
 *
 * Request:
 * - `conversationID` (string, required): The conversation: `c2c_<userID>` or `group_<groupID>`.
 *
 * Data: V2TimConversation.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (`conversationID` is not valid).
 *
 * V2TIM: `getConversation`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_conversation(im_client client, const char *request, char **out_response);

/**
 * Reads several conversations.
 *
 * Request:
 * - `conversationIDList` (array of strings, required): The conversations, 1 to 100.
 *
 * Data: array of V2TimConversation: those that are in the list, in the order requested.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no conversationID, or one that is not valid),
 * `IM_STATUS_TOO_MANY_CONVERSATIONS`.
 *
 * V2TIM: `getConversationListByConversationIds`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_conversation_list_by_conversation_ids(im_client client, const char *request, char **out_response);

/**
 * Sets or cancels the draft of a conversation.
 *
 * A draft is local to this device. A new text moves the conversation up, and adds it to the list if it was not there;
 * setting the same text again, or cancelling, moves nothing.
 *
 * Request:
 * - `conversationID` (string, required): The conversation: `c2c_<userID>` or `group_<groupID>`.
 * - `draftText` (string or null, optional): The text, at most 64 KiB. Null or empty: the draft is cancelled.
 *
 * Data: null.
 *
 * Events: `onConversationChanged` (if something changed), `onNewConversation` (if the conversation was not in the
 * list).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (`conversationID` is not valid, or the text is too long).
 *
 * V2TIM: `setConversationDraft`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_set_conversation_draft(im_client client, const char *request, char **out_response);

/**
 * Pins or unpins a conversation.
 *
 * Pinned conversations come first and keep their order among each other. Pinning a conversation that is not in the
 * list adds it. The change takes effect at once and reaches the server later; if the server refuses, it is undone.
 *
 * Request:
 * - `conversationID` (string, required): The conversation: `c2c_<userID>` or `group_<groupID>`.
 * - `isPinned` (boolean, required): True to pin, false to unpin.
 *
 * Data: null.
 *
 * Events: `onConversationChanged` (if something changed, and again if the server refuses), `onNewConversation` (if the
 * conversation was not in the list), `onLocalChangeFailed` (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (`conversationID` is not valid).
 *
 * V2TIM: `pinConversation`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_pin_conversation(im_client client, const char *request, char **out_response);

/**
 * Reads a page of the conversations that a filter selects.
 *
 * Pages are as those of `getConversationList`, with the same promises and the same limit: `conversationLimit` is one
 * of the whole list, of which the filter selects. A filtered page costs about as much as an unfiltered one, however
 * few conversations the filter selects.
 *
 * Request:
 * - `filter` (object, required): Which conversations.
 *   - `conversationType` (integer or null, optional): The kind: 1 with a user (C2C), 2 with a group.
 *   - `conversationGroup` (string or null, optional): The name of a conversation group; empty for the conversations
 *     that are in none.
 *   - `markType` (integer or null, optional): Marks, as `markConversation` has them: conversations with any of these;
 *     0 for those without a mark.
 *   - `withoutMarkType` (integer or null, optional): Marks: conversations with none of these. Together with
 *     `markType`: one of those, and none of these. libim's own.
 *   - `hasUnreadCount` (boolean or null, optional): Whether there are unread messages.
 *   - `hasGroupAtInfo` (boolean or null, optional): Whether there are unread messages that mention the user.
 * - `nextSeq` (string or integer, default "0"): Where the page starts: the `nextSeq` of the page before with the same
 *   filter, or `"0"` for the first page.
 * - `count` (integer, from 1, default 100): The size of the page.
 *
 * Data: V2TimConversationResult.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (`nextSeq` is not a cursor, `count` is below 1, or a condition of `filter` is
 * not valid).
 *
 * V2TIM: `getConversationListByFilter`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_conversation_list_by_filter(im_client client, const char *request, char **out_response);

/**
 * Returns the number of unread messages in the conversations that a filter selects, without those with `recvOpt` 1, 2
 * or 3.
 *
 * Request:
 * - `filter` (object, required): Which conversations.
 *   - `conversationType` (integer or null, optional): The kind: 1 with a user (C2C), 2 with a group.
 *   - `conversationGroup` (string or null, optional): The name of a conversation group; empty for the conversations
 *     that are in none.
 *   - `markType` (integer or null, optional): Marks, as `markConversation` has them: conversations with any of these;
 *     0 for those without a mark.
 *   - `withoutMarkType` (integer or null, optional): Marks: conversations with none of these. Together with
 *     `markType`: one of those, and none of these. libim's own.
 *   - `hasUnreadCount` (boolean or null, optional): Whether there are unread messages.
 *   - `hasGroupAtInfo` (boolean or null, optional): Whether there are unread messages that mention the user.
 *
 * Data: integer.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (a condition of `filter` is not valid, such as a `markType` with a bit that
 * is no mark).
 *
 * V2TIM: `getUnreadMessageCountByFilter`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_unread_message_count_by_filter(im_client client, const char *request, char **out_response);

/**
 * Reports from now on when the number of unread messages in the conversations that a filter selects changes.
 *
 * The subscription lasts until it is ended or the client is closed. Subscribe first and then read the number with
 * `getUnreadMessageCountByFilter`: the event reports changes only. The same filter twice is one subscription.
 *
 * Request:
 * - `filter` (object, required): Which conversations.
 *   - `conversationType` (integer or null, optional): The kind: 1 with a user (C2C), 2 with a group.
 *   - `conversationGroup` (string or null, optional): The name of a conversation group; empty for the conversations
 *     that are in none.
 *   - `markType` (integer or null, optional): Marks, as `markConversation` has them: conversations with any of these;
 *     0 for those without a mark.
 *   - `withoutMarkType` (integer or null, optional): Marks: conversations with none of these. Together with
 *     `markType`: one of those, and none of these. libim's own.
 *   - `hasUnreadCount` (boolean or null, optional): Whether there are unread messages.
 *   - `hasGroupAtInfo` (boolean or null, optional): Whether there are unread messages that mention the user.
 *
 * Data: null.
 *
 * Events: `onUnreadMessageCountChangedByFilter` (from now on, when the number changes).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (a condition of `filter` is not valid, such as a `markType` with a bit that
 * is no mark).
 *
 * V2TIM: `subscribeUnreadMessageCountByFilter`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_subscribe_unread_message_count_by_filter(im_client client, const char *request, char **out_response);

/**
 * Ends a subscription by `subscribeUnreadMessageCountByFilter`.
 *
 * A filter that is not subscribed to is no error. An event that waits for a slow listener may still come.
 *
 * Request:
 * - `filter` (object, required): The filter, with the same conditions as when it was subscribed to.
 *   - `conversationType` (integer or null, optional): The kind: 1 with a user (C2C), 2 with a group.
 *   - `conversationGroup` (string or null, optional): The name of a conversation group; empty for the conversations
 *     that are in none.
 *   - `markType` (integer or null, optional): Marks, as `markConversation` has them: conversations with any of these;
 *     0 for those without a mark.
 *   - `withoutMarkType` (integer or null, optional): Marks: conversations with none of these. Together with
 *     `markType`: one of those, and none of these. libim's own.
 *   - `hasUnreadCount` (boolean or null, optional): Whether there are unread messages.
 *   - `hasGroupAtInfo` (boolean or null, optional): Whether there are unread messages that mention the user.
 *
 * Data: null.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (a condition of `filter` is not valid, such as a `markType` with a bit that
 * is no mark).
 *
 * V2TIM: `unsubscribeUnreadMessageCountByFilter`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_unsubscribe_unread_message_count_by_filter(im_client client, const char *request, char **out_response);

/**
 * Returns the number of unread messages in all conversations with `recvOpt` 0.
 *
 * Request: no fields.
 *
 * Data: integer.
 *
 * V2TIM: `getTotalUnreadMessageCount`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_total_unread_message_count(im_client client, const char *request, char **out_response);

/**
 * Marks messages as read, in one conversation or in many.
 *
 * Read positions only move forward. The change takes effect at once and reaches the server later, for the user's other
 * devices and the peer.
 *
 * Request:
 * - `conversationID` (string, default ""): One conversation, `"c2c"` for all with users, `"group"` for all groups, or
 *   `""` for all.
 * - `cleanTimestamp` (integer, default 0): C2C: the time of the last message to mark, in seconds since 1970; 0 for all
 *   messages.
 * - `cleanSequence` (integer, default 0): Groups: the sequence of the last message to mark; 0 for all messages.
 *
 * Data: null.
 *
 * Events: `onConversationChanged` (if something changed), `onTotalUnreadMessageCountChanged` (if the total changed),
 * `onLocalChangeFailed` (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (`conversationID` is not valid, or a bound is below 0).
 *
 * V2TIM: `cleanConversationUnreadMessageCount`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_clean_conversation_unread_message_count(im_client client, const char *request, char **out_response);

/**
 * Deletes a conversation with its messages, here and for this account on the server.
 *
 * A later message starts a new conversation. Deleting a conversation that is not in the list does nothing.
 *
 * Request:
 * - `conversationID` (string, required): The conversation: `c2c_<userID>` or `group_<groupID>`.
 *
 * Data: null.
 *
 * Events: `onConversationDeleted`, `onTotalUnreadMessageCountChanged` (if the total changed), `onLocalChangeFailed`
 * (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (`conversationID` is not valid).
 *
 * V2TIM: `deleteConversation`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_delete_conversation(im_client client, const char *request, char **out_response);

/**
 * Takes conversations out of the list, with their messages or without, here and on the user's other devices.
 *
 * With `clearMessage` true this is `deleteConversation` for each. With false the messages stay: the next message
 * brings the conversation back, with its history. Its draft, pin, marks, custom data and groups go in both cases.
 *
 * Request:
 * - `conversationIDList` (array of strings, required): The conversations, 1 to 100.
 * - `clearMessage` (boolean, required): Whether the messages are deleted too.
 *
 * Data: array of V2TimConversationOperationResult: one for each conversation, in the order requested.
 *
 * Events: `onConversationDeleted`, `onTotalUnreadMessageCountChanged` (if the total changed), `onLocalChangeFailed`
 * (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no conversationID), `IM_STATUS_TOO_MANY_CONVERSATIONS`.
 *
 * V2TIM: `deleteConversationList`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_delete_conversation_list(im_client client, const char *request, char **out_response);

/**
 * Opens a view of the list: its first `limit` conversations, or the first that a filter selects and a search finds,
 * kept up to date from now on.
 *
 * The answer has the rows of now, and `onConversationViewChanged` reports, for each transaction that changes them, the
 * steps from the rows before to the rows after it: an app that takes each step on the rows that it shows has the list.
 * Rows come in the order of `getConversationList`; `conversationLimit` does not bound them.
 *
 * Add a listener first. Called through `im_call_async`, the answer comes before the first change of the view; from
 * another thread than the callbacks', `im_call` may return after it. A view lasts until it is closed or the client is.
 *
 * Request:
 * - `filter` (object or null, optional): Which conversations; all by default.
 *   - `conversationType` (integer or null, optional): The kind: 1 with a user (C2C), 2 with a group.
 *   - `conversationGroup` (string or null, optional): The name of a conversation group; empty for the conversations
 *     that are in none.
 *   - `markType` (integer or null, optional): Marks, as `markConversation` has them: conversations with any of these;
 *     0 for those without a mark.
 *   - `withoutMarkType` (integer or null, optional): Marks: conversations with none of these. Together with
 *     `markType`: one of those, and none of these. libim's own.
 *   - `hasUnreadCount` (boolean or null, optional): Whether there are unread messages.
 *   - `hasGroupAtInfo` (boolean or null, optional): Whether there are unread messages that mention the user.
 * - `search` (string or null, optional): A text: of the conversations that the filter selects, only those whose names
 *   or id have it, as a keyword of `searchConversations`. At most 200 characters; none by default. One without a
 *   letter, digit or symbol finds nothing.
 * - `limit` (integer, from 1, default 100): How many rows at most.
 *
 * Data: ConversationView.
 *
 * Events: `onConversationViewChanged` (from now on, when the rows or their number change).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (`limit` is below 1, a condition of `filter` is not valid, or `search` is
 * empty or too long), `IM_STATUS_NOT_SUPPORTED` (with `search`, when the client was opened with `search` false).
 *
 * libim's own: `openConversationView`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_open_conversation_view(im_client client, const char *request, char **out_response);

/**
 * Lets a view show more rows, as when the app scrolls to its end. The rows come with `onConversationViewChanged`.
 *
 * Request:
 * - `viewID` (integer, required): The view.
 * - `count` (integer, from 1, default 100): How many rows more.
 *
 * Data: ConversationViewExtent: how much the view shows then.
 *
 * Events: `onConversationViewChanged` (with the rows that come in).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (`viewID` is not open, or `count` is below 1).
 *
 * libim's own: `growConversationView`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_grow_conversation_view(im_client client, const char *request, char **out_response);

/**
 * Gives a view another filter and another search. What changes by that comes with `onConversationViewChanged`.
 *
 * Request:
 * - `viewID` (integer, required): The view.
 * - `filter` (object or null, optional): Which conversations from now on; all by default.
 *   - `conversationType` (integer or null, optional): The kind: 1 with a user (C2C), 2 with a group.
 *   - `conversationGroup` (string or null, optional): The name of a conversation group; empty for the conversations
 *     that are in none.
 *   - `markType` (integer or null, optional): Marks, as `markConversation` has them: conversations with any of these;
 *     0 for those without a mark.
 *   - `withoutMarkType` (integer or null, optional): Marks: conversations with none of these. Together with
 *     `markType`: one of those, and none of these. libim's own.
 *   - `hasUnreadCount` (boolean or null, optional): Whether there are unread messages.
 *   - `hasGroupAtInfo` (boolean or null, optional): Whether there are unread messages that mention the user.
 * - `search` (string or null, optional): The text that names or ids must have from now on, as for
 *   `openConversationView`; none by default.
 *
 * Data: ConversationViewExtent: how much the view shows then.
 *
 * Events: `onConversationViewChanged` (with the steps to the other rows).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (`viewID` is not open, a condition of `filter` is not valid, or `search` is
 * empty or too long), `IM_STATUS_NOT_SUPPORTED` (with `search`, when the client was opened with `search` false).
 *
 * libim's own: `setConversationView`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_set_conversation_view(im_client client, const char *request, char **out_response);

/**
 * Closes a view. A change of it that waits for a slow listener may still come.
 *
 * Request:
 * - `viewID` (integer, required): The view.
 *
 * Data: null.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (`viewID` is not open).
 *
 * libim's own: `closeConversationView`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_close_conversation_view(im_client client, const char *request, char **out_response);

/**
 * Searches the list for conversations by their names: remark, nickname or name of the group, and id.
 *
 * A keyword is found where its words follow each other, whatever their case, width and diacritics; its last word may
 * go on, so that each keystroke can be a call. Chinese, Japanese, Korean and Thai characters are found wherever they
 * stand. Only the cache is searched.
 *
 * Request:
 * - `keywordList` (array of strings, required): The keywords: 1 to 5, each of at most 200 characters. One without a
 *   letter, digit or symbol finds nothing.
 * - `matchType` (integer, default 0): Whether a conversation must have one of the keywords (0) or all of them (1).
 * - `count` (integer, from 1, default 20): The most conversations to return.
 *
 * Data: ConversationSearchResult.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no keyword or too many, one that is too long, `matchType` is not 0 or 1, or
 * `count` is below 1), `IM_STATUS_NOT_SUPPORTED` (the client was opened with `search` false).
 *
 * libim's own: `searchConversations`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_search_conversations(im_client client, const char *request, char **out_response);

/**
 * Searches the stored messages by what they say: texts, descriptions of custom messages and places, names of files,
 * titles and abstracts of mergers.
 *
 * Keywords are found as by `searchConversations`. Messages that were recalled or deleted are not found. Where more
 * than some thousands are found, those that were stored last are. Only the cache is searched.
 *
 * Request:
 * - `searchParam` (object, required): What is searched for.
 *   - `keywordList` (array of strings, default []): The keywords: at most 5, each of at most 200 characters. Empty
 *     only where there is a `userIDList` or a `messageTypeList`. One without a letter, digit or symbol finds nothing.
 *   - `type` (integer, default 0): Whether a message must have one of the keywords (0) or all of them (1).
 *   - `conversationID` (string or null, optional): The conversation; null or empty: all.
 *   - `userIDList` (array of strings, default []): The senders, at most 5; empty: all.
 *   - `messageTypeList` (array of integers, default []): The kinds of messages, by `elemType`; empty: all. Faces and
 *     group tips cannot be searched.
 *   - `searchTimePosition` (integer, default 0): The end of the time that is searched, in seconds since 1970; 0: now.
 *   - `searchTimePeriod` (integer, default 0): How many seconds back from there are searched; 0: without end.
 *   - `pageSize` (integer, default 100): How many results a page has: messages of the conversation, or conversations.
 *     0: all.
 *   - `pageIndex` (integer, default 0): The number of the page, from 0.
 *   - `searchCount` (integer, default 10): For V2TIM's searchCloudMessages, which libim does not have; `pageSize`
 *     counts here.
 *   - `searchCursor` (string, default ""): The `searchCursor` of the page before, in place of `pageIndex`: then
 *     messages that come meanwhile do not move the pages.
 *
 * Data: V2TimMessageSearchResult.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (nothing to search for, too many or too long keywords, or a value that is out
 * of its range), `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NOT_SUPPORTED` (the client was opened with `search` false).
 *
 * V2TIM: `searchLocalMessages`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_search_local_messages(im_client client, const char *request, char **out_response);

/**
 * Sets the receive option of users: whether their messages arrive and notify.
 *
 * Only conversations with option 0 count towards the total of unread messages. The option applies to all devices of
 * the user. The change takes effect at once and reaches the server later; if the server refuses, it is undone.
 *
 * Request:
 * - `userIDList` (array of strings, required): The users, 1 to 100.
 * - `opt` (integer, required): The option: 0 receive and notify, 1 do not deliver, 2 receive silently, 3 receive and
 *   notify of mentions only.
 *
 * Data: null.
 *
 * Events: `onConversationChanged` (if something visible changed), `onTotalUnreadMessageCountChanged` (if the total
 * changed), `onLocalChangeFailed` (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no userID, more than 100, or an unknown option),
 * `IM_STATUS_INVALID_USER_ID`.
 *
 * V2TIM: `setC2CReceiveMessageOpt`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_set_c2c_receive_message_opt(im_client client, const char *request, char **out_response);

/**
 * Sets the receive option of a group: whether its messages arrive and notify.
 *
 * Only conversations with option 0 count towards the total of unread messages. The option applies to all devices of
 * the user. The change takes effect at once and reaches the server later; if the server refuses, it is undone.
 *
 * Request:
 * - `groupID` (string, required): The group.
 * - `opt` (integer, required): The option: 0 receive and notify, 1 do not deliver, 2 receive silently, 3 receive and
 *   notify of mentions only.
 *
 * Data: null.
 *
 * Events: `onConversationChanged` (if something visible changed), `onTotalUnreadMessageCountChanged` (if the total
 * changed), `onLocalChangeFailed` (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (an unknown option), `IM_STATUS_INVALID_GROUP_ID` (not valid).
 *
 * V2TIM: `setGroupReceiveMessageOpt`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_set_group_receive_message_opt(im_client client, const char *request, char **out_response);

/**
 * Returns the receive options of users, also of those without a conversation in the list, and beside each that of all
 * conversations together.
 *
 * Request:
 * - `userIDList` (array of strings, required): The users, 1 to 100.
 *
 * Data: array of V2TimReceiveMessageOptInfo: one for each user, in the order requested.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no userID, or more than 100), `IM_STATUS_INVALID_USER_ID`.
 *
 * V2TIM: `getC2CReceiveMessageOpt`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_c2c_receive_message_opt(im_client client, const char *request, char **out_response);

/**
 * Marks conversations, or takes marks away, on all devices of the user.
 *
 * A mark is one bit: 1 star, 2 unread, 4 fold, 8 hide, and 1<<32 to 1<<52 for the app's own meanings. libim stores and
 * filters marks and does nothing else with them: a mark changes neither the order nor any count, and `unread` is only
 * a mark. The change takes effect at once and reaches the server later; if the server refuses, it is undone.
 *
 * Request:
 * - `conversationIDList` (array of strings, required): The conversations, 1 to 100.
 * - `markType` (integer, required): The mark, or several added together.
 * - `enableMark` (boolean, required): True to set the marks, false to take them away.
 *
 * Data: array of V2TimConversationOperationResult: one for each conversation, in the order requested.
 *
 * Events: `onConversationChanged` (if something changed, and again if the server refuses), `onLocalChangeFailed` (if
 * the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no conversationID, or `markType` is 0 or has a bit that is no mark),
 * `IM_STATUS_TOO_MANY_CONVERSATIONS`.
 *
 * V2TIM: `markConversation`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_mark_conversation(im_client client, const char *request, char **out_response);

/**
 * Stores a text of the app with conversations, on all devices of the user.
 *
 * libim does nothing else with it: it is in `customData` of the conversation. The change takes effect at once and
 * reaches the server later; if the server refuses, it is undone.
 *
 * Request:
 * - `conversationIDList` (array of strings, required): The conversations, 1 to 100.
 * - `customData` (string, required): The text, at most 256 bytes; empty to remove it.
 *
 * Data: array of V2TimConversationOperationResult: one for each conversation, in the order requested.
 *
 * Events: `onConversationChanged` (if something changed, and again if the server refuses), `onLocalChangeFailed` (if
 * the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no conversationID, or `customData` is too long),
 * `IM_STATUS_TOO_MANY_CONVERSATIONS`.
 *
 * V2TIM: `setConversationCustomData`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_set_conversation_custom_data(im_client client, const char *request, char **out_response);

/**
 * Makes a conversation group: a folder for conversations, on all devices of the user.
 *
 * A conversation can be in several groups, and a group can be empty. There are at most 100. The change takes effect at
 * once and reaches the server later; if the server refuses, it is undone.
 *
 * Request:
 * - `groupName` (string, required): The name, 1 to 128 bytes.
 * - `conversationIDList` (array of strings, default []): The conversations to put into it, at most 100.
 *
 * Data: array of V2TimConversationOperationResult: one for each conversation, in the order requested.
 *
 * Events: `onConversationGroupCreated`, `onConversationChanged` (with the conversations that were put into it),
 * `onLocalChangeFailed` (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (`groupName` is empty, or there is a group of that name),
 * `IM_STATUS_CONVERSATION_GROUP_NAME_TOO_LONG`, `IM_STATUS_TOO_MANY_CONVERSATION_GROUPS`,
 * `IM_STATUS_TOO_MANY_CONVERSATIONS`.
 *
 * V2TIM: `createConversationGroup`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_create_conversation_group(im_client client, const char *request, char **out_response);

/**
 * Returns the names of the conversation groups, in the order in which they were made.
 *
 * Request: no fields.
 *
 * Data: array of strings: the names, in the order in which the groups were made.
 *
 * V2TIM: `getConversationGroupList`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_conversation_group_list(im_client client, const char *request, char **out_response);

/**
 * Renames a conversation group, on all devices of the user.
 *
 * Request:
 * - `oldName` (string, required): The name now.
 * - `newName` (string, required): The new name, 1 to 128 bytes.
 *
 * Data: null.
 *
 * Events: `onConversationGroupNameChanged` (if the names differ), `onConversationChanged` (with the conversations in
 * the group), `onLocalChangeFailed` (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (`newName` is empty, or the name of another group),
 * `IM_STATUS_NO_SUCH_CONVERSATION_GROUP`, `IM_STATUS_CONVERSATION_GROUP_NAME_TOO_LONG`.
 *
 * V2TIM: `renameConversationGroup`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_rename_conversation_group(im_client client, const char *request, char **out_response);

/**
 * Adds conversations to a conversation group, on all devices of the user.
 *
 * Request:
 * - `groupName` (string, required): The name of the group.
 * - `conversationIDList` (array of strings, required): The conversations, 1 to 100.
 *
 * Data: array of V2TimConversationOperationResult: one for each conversation, in the order requested.
 *
 * Events: `onConversationsAddedToGroup` (with those that were not in it), `onConversationChanged` (with the same),
 * `onLocalChangeFailed` (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no conversationID), `IM_STATUS_NO_SUCH_CONVERSATION_GROUP`,
 * `IM_STATUS_TOO_MANY_CONVERSATIONS`.
 *
 * V2TIM: `addConversationsToGroup`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_add_conversations_to_group(im_client client, const char *request, char **out_response);

/**
 * Takes conversations out of a conversation group, on all devices of the user. They stay in the list.
 *
 * Request:
 * - `groupName` (string, required): The name of the group.
 * - `conversationIDList` (array of strings, required): The conversations, 1 to 100.
 *
 * Data: array of V2TimConversationOperationResult: one for each conversation, in the order requested.
 *
 * Events: `onConversationsDeletedFromGroup` (with those that were in it), `onConversationChanged` (with the same),
 * `onLocalChangeFailed` (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no conversationID), `IM_STATUS_NO_SUCH_CONVERSATION_GROUP`,
 * `IM_STATUS_TOO_MANY_CONVERSATIONS`.
 *
 * V2TIM: `deleteConversationsFromGroup`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_delete_conversations_from_group(im_client client, const char *request, char **out_response);

/**
 * Deletes a conversation group, on all devices of the user. Its conversations stay in the list.
 *
 * Request:
 * - `groupName` (string, required): The name of the group.
 *
 * Data: null.
 *
 * Events: `onConversationGroupDeleted`, `onConversationChanged` (with the conversations that were in it),
 * `onLocalChangeFailed` (if the server refuses).
 *
 * Errors: `IM_STATUS_NO_SUCH_CONVERSATION_GROUP`.
 *
 * V2TIM: `deleteConversationGroup`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_delete_conversation_group(im_client client, const char *request, char **out_response);

/**
 * Creates a text message, for `sendMessage` to send.
 *
 * Nothing is stored and nothing is sent. The id is valid until the message is sent or the client closes; of more than
 * 1,000 created messages the oldest are forgotten.
 *
 * Request:
 * - `text` (string, required): The text, 1 byte to 64 KiB.
 *
 * Data: V2TimMsgCreateInfoResult.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (the text is empty or too long).
 *
 * V2TIM: `createTextMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_create_text_message(im_client client, const char *request, char **out_response);

/**
 * Creates a text message that mentions members of a group, for `sendMessage` to send.
 *
 * The text is not searched for names; it holds them as the app shows them.
 *
 * Request:
 * - `text` (string, required): The text, 1 byte to 64 KiB.
 * - `atUserList` (array of strings, required): The users to mention: userIDs, and `__kImSDK_MesssageAtALL__` for
 *   everyone. At most 30.
 *
 * Data: V2TimMsgCreateInfoResult.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (the text is empty or too long), `IM_STATUS_INVALID_USER_ID`.
 *
 * V2TIM: `createTextAtMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_create_text_at_message(im_client client, const char *request, char **out_response);

/**
 * Creates a message with the app's own data, for `sendMessage` to send.
 *
 * Request:
 * - `data` (string, required): The app's own data.
 * - `desc` (string, default ""): A description for lists and notifications.
 * - `extension` (string, default ""): A second field of the app's own.
 *
 * Data: V2TimMsgCreateInfoResult.
 *
 * V2TIM: `createCustomMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_create_custom_message(im_client client, const char *request, char **out_response);

/**
 * Creates a message with a picture of this device, for `sendMessage` to send.
 *
 * The file is copied before the call returns.
 *
 * Request:
 * - `imagePath` (string, required): The file of the picture.
 *
 * Data: V2TimMsgCreateInfoResult.
 *
 * Errors: `IM_STATUS_FILE_NOT_FOUND`, `IM_STATUS_FILE_TOO_LARGE`, `IM_STATUS_FILE_EMPTY`,
 * `IM_STATUS_FILE_OPEN_FAILED`, `IM_STATUS_IO_FAILED` (the file cannot be copied), `IM_STATUS_INVALID_PARAMETERS` (a
 * number is out of range, or the name holds a folder).
 *
 * V2TIM: `createImageMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_create_image_message(im_client client, const char *request, char **out_response);

/**
 * Creates a message with a sound of this device, for `sendMessage` to send.
 *
 * The file is copied before the call returns.
 *
 * Request:
 * - `soundPath` (string, required): The file of the sound.
 * - `duration` (integer, required): The duration in seconds.
 *
 * Data: V2TimMsgCreateInfoResult.
 *
 * Errors: `IM_STATUS_FILE_NOT_FOUND`, `IM_STATUS_FILE_TOO_LARGE`, `IM_STATUS_FILE_EMPTY`,
 * `IM_STATUS_FILE_OPEN_FAILED`, `IM_STATUS_IO_FAILED` (the file cannot be copied), `IM_STATUS_INVALID_PARAMETERS` (a
 * number is out of range, or the name holds a folder).
 *
 * V2TIM: `createSoundMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_create_sound_message(im_client client, const char *request, char **out_response);

/**
 * Creates a message with a video of this device, for `sendMessage` to send.
 *
 * The files are copied before the call returns.
 *
 * Request:
 * - `videoFilePath` (string, required): The file of the video.
 * - `duration` (integer, required): The duration in seconds.
 * - `type` (string, default ""): The kind of the video, such as `mp4`. V2TIM has it; libim sends the file as it is.
 * - `snapshotPath` (string, default ""): The file of a picture from the video; empty when there is none.
 *
 * Data: V2TimMsgCreateInfoResult.
 *
 * Errors: `IM_STATUS_FILE_NOT_FOUND`, `IM_STATUS_FILE_TOO_LARGE`, `IM_STATUS_FILE_EMPTY`,
 * `IM_STATUS_FILE_OPEN_FAILED`, `IM_STATUS_IO_FAILED` (the file cannot be copied), `IM_STATUS_INVALID_PARAMETERS` (a
 * number is out of range, or the name holds a folder).
 *
 * V2TIM: `createVideoMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_create_video_message(im_client client, const char *request, char **out_response);

/**
 * Creates a message with a file of this device, for `sendMessage` to send.
 *
 * The file is copied before the call returns.
 *
 * Request:
 * - `filePath` (string, required): The file.
 * - `fileName` (string, default ""): The name to show, without folders. Empty: the end of the path.
 *
 * Data: V2TimMsgCreateInfoResult.
 *
 * Errors: `IM_STATUS_FILE_NOT_FOUND`, `IM_STATUS_FILE_TOO_LARGE`, `IM_STATUS_FILE_EMPTY`,
 * `IM_STATUS_FILE_OPEN_FAILED`, `IM_STATUS_IO_FAILED` (the file cannot be copied), `IM_STATUS_INVALID_PARAMETERS` (a
 * number is out of range, or the name holds a folder).
 *
 * V2TIM: `createFileMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_create_file_message(im_client client, const char *request, char **out_response);

/**
 * Creates a message with a place, for `sendMessage` to send.
 *
 * Request:
 * - `desc` (string, required): A description of the place; may be empty.
 * - `longitude` (number, required): The longitude in degrees, -180 to 180, east of Greenwich positive.
 * - `latitude` (number, required): The latitude in degrees, -90 to 90, north of the equator positive.
 *
 * Data: V2TimMsgCreateInfoResult.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (a coordinate is out of range).
 *
 * V2TIM: `createLocationMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_create_location_message(im_client client, const char *request, char **out_response);

/**
 * Creates a message with a face, for `sendMessage` to send.
 *
 * Request:
 * - `index` (integer, default 0): The app's number of the face, or of its set.
 * - `data` (string, default ""): The app's own data, such as the name of the face.
 *
 * Data: V2TimMsgCreateInfoResult.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (`index` is beyond 2^53).
 *
 * V2TIM: `createFaceMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_create_face_message(im_client client, const char *request, char **out_response);

/**
 * Creates a message that forwards several messages together, for `sendMessage` to send.
 *
 * Request:
 * - `msgIDList` (array of strings, required): The messages, 1 to 300, in the order in which they are to be shown.
 * - `title` (string, required): The title.
 * - `abstractList` (array of strings, required): The first messages in one line each: up to 5 of up to 100 characters.
 * - `compatibleText` (string, default ""): The text for clients that know no mergers. Empty: title and lines.
 *
 * Data: V2TimMsgCreateInfoResult.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (a message does not exist, has not been sent, was recalled or is a group tip;
 * or there are too many, or lines are too long), `IM_STATUS_MERGER_TOO_DEEP`.
 *
 * V2TIM: `createMergerMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_create_merger_message(im_client client, const char *request, char **out_response);

/**
 * Creates a message with the content of another one, for `sendMessage` to send.
 *
 * Request:
 * - `msgID` (string, required): The message to forward. Its element is copied, its `cloudCustomData` is not.
 *
 * Data: V2TimMsgCreateInfoResult.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (the message does not exist, has not been sent, was recalled or is a group
 * tip).
 *
 * V2TIM: `createForwardMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_create_forward_message(im_client client, const char *request, char **out_response);

/**
 * Reads the messages of a merger.
 *
 * They are no messages of the conversation: they count as nothing, and only the one who forwarded them says that they
 * were sent. `userID` and `groupID` are those of the merger. A merger among them is read by its `msgID`, and a file is
 * fetched by that of its message (`downloadMessage`), after they were read here and as long as the client is open.
 *
 * Request:
 * - `msgID` (string, required): The message that is a merger.
 *
 * Data: array of V2TimMessage: the messages, in the order in which they were forwarded.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no such message, or it is not a merger), `IM_STATUS_MERGER_TOO_DEEP`.
 *
 * V2TIM: `downloadMergerMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_download_merger_message(im_client client, const char *request, char **out_response);

/**
 * Downloads a file of a message to this device, and returns the message then: `localUrl` says where the file is.
 *
 * A file that is here already is not fetched again. `localUrl` is there as long as the file is: the files that were
 * used longest ago go when there are more than `mediaCacheBytes` in the config. On the embedded service, files with an
 * address are the app's to fetch.
 *
 * Request:
 * - `msgID` (string, required): The message.
 * - `imageType` (integer, default 0): The form of a picture: 0 as it was sent, 1 a thumbnail, 2 a large one.
 * - `isSnapshot` (boolean, default false): Whether the snapshot of a video is meant.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: V2TimMessage: the message, with the `localUrl` of the file.
 *
 * Events: `onMessageDownloadProgressCallback` (with `isFinish` or `isError` exactly once for a download that has
 * begun), `onConversationChanged` (if a last message has the file).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no such message, or it has no such file), `IM_STATUS_IN_PROGRESS` (this file
 * of the message is being downloaded already), `IM_STATUS_IO_FAILED` (the file cannot be written),
 * `IM_STATUS_TRANSFER_CANCELLED` (the app has cancelled it, or the message was recalled or deleted meanwhile),
 * `IM_STATUS_FILE_DOWNLOAD_FAILED`, `IM_STATUS_NOT_SUPPORTED` (embedded service: the file has an address),
 * `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`.
 *
 * V2TIM: `downloadMessage`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_download_message(im_client client, const char *request, char **out_response);

/**
 * Cancels a `downloadMessage` that is under way, which then ends with 8021. What it has fetched so far goes.
 *
 * Request:
 * - `msgID` (string, required): The message.
 * - `imageType` (integer, default 0): The form of a picture: 0 as it was sent, 1 a thumbnail, 2 a large one.
 * - `isSnapshot` (boolean, default false): Whether the snapshot of a video is meant.
 *
 * Data: null.
 *
 * Events: `onMessageDownloadProgressCallback` (with `isError` and `errorCode` 8021, soon after this call).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no such message, or it has no such file), `IM_STATUS_NOTHING_TO_CANCEL`.
 *
 * libim's own: `cancelDownloadMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_cancel_download_message(im_client client, const char *request, char **out_response);

/**
 * Reads the addresses of a message with a picture, sound, video or file.
 *
 * The one key of its kind has the element; the others are null. libim does not ask whether something is there.
 *
 * Request:
 * - `msgID` (string, required): The message.
 *
 * Data: V2TimMessageOnlineUrl.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no such message, or it has no picture, sound, video or file).
 *
 * V2TIM: `getMessageOnlineUrl`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_message_online_url(im_client client, const char *request, char **out_response);

/**
 * Sends a message: stores it with status 1, shows it in the list and returns.
 *
 * The outbox delivers the message, also after a restart. A text may have up to 64 KiB, the whole message up to 256 KiB
 * as JSON.
 *
 * With `onlineUserOnly` it reaches only devices that are online, as `onRecvNewMessage` with `isOnlineOnly`, and nobody
 * keeps it: it is in no history and no list, counts nowhere as unread, and cannot be recalled, edited or confirmed.
 * The call returns it with status 2 once it is on its way, or fails without a connection: it never waits in the
 * outbox. It cannot carry files from this device, and over XMPP it cannot go to a group. The user's other devices do
 * not get it.
 *
 * Request:
 * - `receiver` (string, default ""): The user to send to. Exactly one of this, `groupID` and `conversationID` must be
 *   given.
 * - `groupID` (string, default ""): The group to send to, in place of `receiver`.
 * - `conversationID` (string, default ""): The conversation to send to, in place of `receiver` and `groupID`. libim's
 *   own: V2TIM has only those two.
 * - `id` (string or null, optional): A created message to send, by the id that `create…Message` gave. It has its
 *   element already; the fields below that are given complete it.
 * - `elemType` (integer or null, optional): The kind of element: 1 text, 2 custom, 3 image, 4 sound, 5 video, 6 file,
 *   7 location, 8 face, 10 merger. Absent or null: that of the element given.
 * - `textElem` (object or null, optional): The text of a text message. Exactly one element or `id` must be given.
 *   - `text` (string, required): The text, 1 byte to 64 KiB.
 * - `customElem` (object or null, optional): The app's own data, for a custom message.
 *   - `data` (string, required): The app's own data.
 *   - `desc` (string, default ""): A description for lists and notifications.
 *   - `extension` (string, default ""): A second field of the app's own.
 * - `imageElem` (object or null, optional): The picture, for an image message.
 *   - `url` (string, default ""): The address of the picture, `https:` or `http:`, up to 4,096 bytes, if the app has
 *     uploaded it. Exactly one of this, `path` and `dataBase64` must be given.
 *   - `path` (string, default ""): The file of the picture, 1 byte to 1 GiB. It is copied before the call returns.
 *   - `dataBase64` (string, default ""): The picture itself in Base64, up to 1 MiB of data.
 *   - `size` (integer, default 0): The size in bytes; 0 when unknown. That of a file is its own.
 *   - `width` (integer, default 0): The width in pixels; 0 when unknown. That of a JPEG, PNG, GIF or WebP file is
 *     read.
 *   - `height` (integer, default 0): The height in pixels; 0 when unknown. That of a JPEG, PNG, GIF or WebP file is
 *     read.
 *   - `thumbUrl` (string, default ""): The address of a small one for lists, only with `url`. Empty: the picture
 *     itself.
 * - `soundElem` (object or null, optional): The sound, for a sound message.
 *   - `url` (string, default ""): The address of the sound, `https:` or `http:`, up to 4,096 bytes, if the app has
 *     uploaded it. Exactly one of this, `path` and `dataBase64` must be given.
 *   - `path` (string, default ""): The file of the sound, 1 byte to 1 GiB. It is copied before the call returns.
 *   - `dataBase64` (string, default ""): The sound itself in Base64, up to 1 MiB of data.
 *   - `dataSize` (integer, default 0): The size in bytes; 0 when unknown. That of a file is its own.
 *   - `duration` (integer, default 0): The duration in seconds; 0 when unknown.
 * - `videoElem` (object or null, optional): The video, for a video message.
 *   - `videoUrl` (string, default ""): The address of the video, `https:` or `http:`, up to 4,096 bytes, if the app
 *     has uploaded it. Exactly one of this and `videoPath` must be given.
 *   - `videoPath` (string, default ""): The file of the video, 1 byte to 1 GiB. It is copied before the call returns.
 *   - `videoSize` (integer, default 0): The size of the video in bytes; 0 when unknown. That of a file is its own.
 *   - `duration` (integer, default 0): The duration in seconds; 0 when unknown.
 *   - `snapshotUrl` (string, default ""): The address of a picture from the video; empty when there is none.
 *   - `snapshotPath` (string, default ""): The file of that picture, in place of its address.
 *   - `snapshotBase64` (string, default ""): That picture itself in Base64, up to 1 MiB of data, in place of its
 *     address.
 *   - `snapshotWidth` (integer, default 0): The width of that picture in pixels; 0 when unknown. That of a JPEG, PNG,
 *     GIF or WebP file is read.
 *   - `snapshotHeight` (integer, default 0): The height of that picture in pixels; 0 when unknown. That of a JPEG,
 *     PNG, GIF or WebP file is read.
 * - `fileElem` (object or null, optional): The file, for a file message.
 *   - `url` (string, default ""): The address of the file, `https:` or `http:`, up to 4,096 bytes, if the app has
 *     uploaded it. Exactly one of this, `path` and `dataBase64` must be given.
 *   - `path` (string, default ""): The file, 1 byte to 1 GiB. It is copied before the call returns.
 *   - `dataBase64` (string, default ""): The content of the file in Base64, up to 1 MiB of data.
 *   - `fileName` (string, default ""): The name of the file, without folders. Empty: the end of the address or of the
 *     path; of data "file", with an end that says what it is where that is known.
 *   - `fileSize` (integer, default 0): The size in bytes; 0 when unknown. That of a file is its own.
 * - `locationElem` (object or null, optional): The place, for a location message.
 *   - `desc` (string, required): A description of the place; may be empty.
 *   - `longitude` (number, required): The longitude in degrees, -180 to 180, east of Greenwich positive.
 *   - `latitude` (number, required): The latitude in degrees, -90 to 90, north of the equator positive.
 * - `faceElem` (object or null, optional): The face, for a face message.
 *   - `index` (integer, default 0): The app's number of the face, or of its set.
 *   - `data` (string, default ""): The app's own data, such as the name of the face.
 * - `mergerElem` (object or null, optional): The messages to forward together.
 *   - `msgIDList` (array of strings, required): The messages, 1 to 300, in the order in which they are to be shown.
 *   - `title` (string, required): The title.
 *   - `abstractList` (array of strings, required): The first messages in one line each: up to 5 of up to 100
 *     characters.
 *   - `compatibleText` (string, default ""): The text for clients that know no mergers. Empty: title and lines.
 * - `groupAtUserList` (array of strings, default []): The users to mention, in groups only: userIDs, and
 *   `__kImSDK_MesssageAtALL__` for everyone. At most 30; who is in it twice is mentioned once.
 * - `cloudCustomData` (string, default ""): The app's own data beside the element.
 * - `localCustomData` (string, default ""): The app's own text about the message, on this device only, up to 64 KiB.
 * - `isExcludedFromUnreadCount` (boolean, default false): Whether the message does not count as unread.
 * - `isExcludedFromLastMessage` (boolean, default false): Whether the message neither becomes the last message nor
 *   moves the conversation.
 * - `needReadReceipt` (boolean, default false): Whether those who get the message are to confirm that they have read
 *   it (`sendMessageReadReceipts`).
 * - `onlineUserOnly` (boolean, default false): Whether the message is only for those who are online now: see above.
 * - `priority` (integer, default 0): The priority: 0 default, 1 high, 2 normal, 3 low; carried for the app.
 *
 * Data: V2TimMessage: the message, as it is stored.
 *
 * Events: `onConversationChanged`, `onNewConversation` (if the conversation was not in the list),
 * `onMessageStatusChanged` (later: the message has status 2 once sent, or 3 if refused), `onSendMessageProgress`
 * (before that, if it carries files from this device).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (a field is missing, excluded by another one, or too long),
 * `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_INVALID_GROUP_ID` (not valid), `IM_STATUS_NOT_SUPPORTED` (messages of that
 * `elemType`, or files from this device, cannot be sent, or not with `onlineUserOnly`), `IM_STATUS_NOT_LOGGED_IN`
 * (with `onlineUserOnly`), `IM_STATUS_DISCONNECTED` (there is no connection, with `onlineUserOnly`),
 * `IM_STATUS_NO_PERMISSION` (not a member of the group, with `onlineUserOnly`), `IM_STATUS_MERGER_TOO_DEEP`,
 * `IM_STATUS_FILE_NOT_FOUND`, `IM_STATUS_FILE_TOO_LARGE`, `IM_STATUS_FILE_EMPTY`, `IM_STATUS_FILE_OPEN_FAILED`,
 * `IM_STATUS_IO_FAILED` (the file cannot be copied).
 *
 * V2TIM: `sendMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_send_message(im_client client, const char *request, char **out_response);

/**
 * Waits until the server has a message of the current user, and returns the message then.
 *
 * If the server refuses the message, the call fails with `REFUSED`, and the message has status 3. The call also waits
 * while there is no connection. When its time is over, the message stays in the outbox: libim goes on trying, and
 * `onMessageStatusChanged` reports the end.
 *
 * Request:
 * - `msgID` (string, required): The `msgID` that `sendMessage` returned.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: V2TimMessage: the message, as the server has it: with status 2, or with 6 if it has been recalled.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no such message, or it was deleted meanwhile), `IM_STATUS_NOT_LOGGED_IN`,
 * `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED` (the server refused the message).
 *
 * libim's own: `waitUntilSent`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_wait_until_sent(im_client client, const char *request, char **out_response);

/**
 * Marks all messages with a user as read.
 *
 * The same as `cleanConversationUnreadMessageCount` for that conversation. The user gets `onRecvC2CReadReceipt`.
 *
 * Request:
 * - `userID` (string, required): The user; empty for all.
 *
 * Data: null.
 *
 * Events: `onConversationChanged` (if something changed), `onTotalUnreadMessageCountChanged` (if the total changed),
 * `onLocalChangeFailed` (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_USER_ID` (not valid).
 *
 * V2TIM: `markC2CMessageAsRead`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_mark_c2c_message_as_read(im_client client, const char *request, char **out_response);

/**
 * Marks all messages of a group as read.
 *
 * The same as `cleanConversationUnreadMessageCount` for that conversation.
 *
 * Request:
 * - `groupID` (string, required): The group.
 *
 * Data: null.
 *
 * Events: `onConversationChanged` (if something changed), `onTotalUnreadMessageCountChanged` (if the total changed),
 * `onLocalChangeFailed` (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_GROUP_ID` (not valid).
 *
 * V2TIM: `markGroupMessageAsRead`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_mark_group_message_as_read(im_client client, const char *request, char **out_response);

/**
 * Marks all messages of all conversations as read.
 *
 * The same as `cleanConversationUnreadMessageCount` with an empty `conversationID`.
 *
 * Request: no fields.
 *
 * Data: null.
 *
 * Events: `onConversationChanged` (if something changed), `onTotalUnreadMessageCountChanged` (if the total changed),
 * `onLocalChangeFailed` (if the server refuses).
 *
 * V2TIM: `markAllMessageAsRead`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_mark_all_message_as_read(im_client client, const char *request, char **out_response);

/**
 * Reads the stored messages of a conversation, page by page.
 *
 * A call that reaches the end of what is stored lets libim fetch older messages, if the server has any;
 * `onMessagesMissed` then reports the conversation.
 *
 * Request:
 * - `userID` (string, default ""): The user of a C2C conversation. Exactly one of this, `groupID` and `conversationID`
 *   must be given.
 * - `groupID` (string, default ""): The group, in place of `userID`.
 * - `conversationID` (string, default ""): The conversation, in place of `userID` and `groupID`. libim's own: V2TIM
 *   has only those two.
 * - `count` (integer, from 1, default 20): The most messages to return.
 * - `lastMsgID` (string or null, optional): The message to continue from, which is not returned. Absent, null or
 *   empty: from the newest message, or from the oldest when reading towards newer ones.
 * - `getType` (integer, default 3): The direction: 1 and 3 towards older messages, 2 and 4 towards newer ones.
 * - `lastMsgSeq` (integer or null, optional): Groups only: the `seq` of the message to begin with, which is returned.
 *   Absent, null or -1: none. A `lastMsgID` takes its place.
 * - `messageSeqList` (array of integers, default []): Groups only: the `seq` of each message to return, up to 100, in
 *   place of a page: those of them that are stored, in the order of reading and of the kinds in `messageTypeList`.
 *   `count` and the window of time mean nothing then. Absent or empty: a page.
 * - `timeBegin` (integer, default 0): One end of a window of time, in seconds since 1970: the newest second when
 *   reading towards older messages, the oldest one when reading towards newer ones. 0: now if there is a `timePeriod`,
 *   else no window on that side.
 * - `timePeriod` (integer, default 0): How many seconds the window reaches from `timeBegin`, or from now if that is 0,
 *   in the direction of reading. Both ends belong to the window. 0: without end.
 * - `messageTypeList` (array of integers, default []): Only messages of these kinds, by `elemType`. Absent or empty:
 *   of all.
 *
 * Data: array of V2TimMessage: the messages, newest first when reading towards older ones, else oldest first.
 *
 * Events: `onMessagesMissed` (when older messages have been fetched).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (not exactly one conversation, `lastMsgID` is not a message of it, or `count`
 * is below 1), `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_INVALID_GROUP_ID` (not valid).
 *
 * V2TIM: `getHistoryMessageList`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_history_message_list(im_client client, const char *request, char **out_response);

/**
 * Finds messages by their ids, in any conversation.
 *
 * The answer has those that are stored, in the order of the ids, recalled ones (status 6) among them. Others are left
 * out.
 *
 * Request:
 * - `messageIDList` (array of strings, required): The ids of the messages, 1 to 500.
 *
 * Data: array of V2TimMessage: the messages that are stored.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no id, or more than 500).
 *
 * V2TIM: `findMessages`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_find_messages(im_client client, const char *request, char **out_response);

/**
 * Sends a message once more that the server refused.
 *
 * The message keeps its id, has status 1 again and is the newest of its conversation, which moves up as by
 * `sendMessage`.
 *
 * Request:
 * - `msgID` (string, required): The message's id.
 *
 * Data: V2TimMessage: the message, as it is stored.
 *
 * Events: `onConversationChanged`, `onNewConversation` (if the conversation was not in the list),
 * `onMessageStatusChanged` (later: the message has status 2 once sent, or 3 if refused).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no such message, or its status is not 3).
 *
 * V2TIM: `reSendMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_re_send_message(im_client client, const char *request, char **out_response);

/**
 * Stops sending a message that is still waiting, most of all one whose files are being brought to the server.
 *
 * The message stays, with status 3 and `errorCode` 8021, and can be sent again with `reSendMessage`. What the server
 * has of its files then is not brought again. A message that the server may have already cannot be cancelled (8020):
 * recall it. To cancel a message for good, delete it.
 *
 * Request:
 * - `msgID` (string, required): The message's id.
 *
 * Data: null.
 *
 * Events: `onMessageStatusChanged` (the message has status 3, and `errorCode` 8021), `onConversationChanged`.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no such message), `IM_STATUS_NOTHING_TO_CANCEL` (it is not being sent, or
 * the server may have it already).
 *
 * libim's own: `cancelSendingMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_cancel_sending_message(im_client client, const char *request, char **out_response);

/**
 * Stores the app's own text about a message, on this device only.
 *
 * Every view of the message shows it as `localCustomData`. Nothing moves, and nothing is sent.
 *
 * Request:
 * - `msgID` (string, required): The message's id.
 * - `localCustomData` (string, required): The text, up to 64 KiB; empty removes it.
 *
 * Data: null.
 *
 * Events: `onConversationChanged` (if it is the last message).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no such message, or the text is too long).
 *
 * V2TIM: `setLocalCustomData`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_set_local_custom_data(im_client client, const char *request, char **out_response);

/**
 * Stores the app's own number about a message, on this device only; for example, that a voice message was played.
 *
 * Every view of the message shows it as `localCustomInt`. Nothing moves, and nothing is sent.
 *
 * Request:
 * - `msgID` (string, required): The message's id.
 * - `localCustomInt` (integer, required): The number, less than 2^53 from 0 on either side.
 *
 * Data: null.
 *
 * Events: `onConversationChanged` (if it is the last message).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no such message, or the number is out of range).
 *
 * V2TIM: `setLocalCustomInt`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_set_local_custom_int(im_client client, const char *request, char **out_response);

/**
 * Inserts a message into the history with a user, on this device only: a note of the app's own.
 *
 * The message has status 5. It is never sent, no other device shows it, and it counts as read. It becomes the last
 * message and moves the conversation up, unless `isExcludedFromLastMessage` says otherwise.
 *
 * Request:
 * - `userID` (string, required): The user of the conversation.
 * - `sender` (string, required): The user who shows as the sender: the peer or the current user.
 * - `data` (string, required): The data of the custom message, up to 64 KiB; empty with `createdMsgID`.
 * - `createdMsgID` (string or null, optional): A created message to insert in place of a custom one, by the id that
 *   `create…Message` gave, which is free then. Absent, null or empty: none. V2TIM's `insert…ToLocalStorageV2` has it.
 * - `cloudCustomData` (string, default ""): The app's own data beside the element, up to 64 KiB.
 * - `isExcludedFromLastMessage` (boolean, default false): Whether the message neither becomes the last message nor
 *   moves the conversation.
 *
 * Data: V2TimMessage: the message.
 *
 * Events: `onConversationChanged`, `onNewConversation` (if the conversation was not in the list).
 *
 * Errors: `IM_STATUS_INVALID_USER_ID` (`userID` or `sender`), `IM_STATUS_INVALID_PARAMETERS` (`sender` takes no part,
 * a text is too long, or there is no such created message).
 *
 * V2TIM: `insertC2CMessageToLocalStorage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_insert_c2c_message_to_local_storage(im_client client,
                                                 const char *request,
                                                 char **out_response);

/**
 * Inserts a message into the history of a group, on this device only: a note of the app's own.
 *
 * The message has status 5. It is never sent, no other device shows it, and it counts as read. It becomes the last
 * message and moves the conversation up, unless `isExcludedFromLastMessage` says otherwise.
 *
 * Request:
 * - `groupID` (string, required): The group.
 * - `sender` (string, required): The user who shows as the sender.
 * - `data` (string, required): The data of the custom message, up to 64 KiB; empty with `createdMsgID`.
 * - `createdMsgID` (string or null, optional): A created message to insert in place of a custom one, by the id that
 *   `create…Message` gave, which is free then. Absent, null or empty: none. V2TIM's `insert…ToLocalStorageV2` has it.
 * - `cloudCustomData` (string, default ""): The app's own data beside the element, up to 64 KiB.
 * - `isExcludedFromLastMessage` (boolean, default false): Whether the message neither becomes the last message nor
 *   moves the conversation.
 *
 * Data: V2TimMessage: the message.
 *
 * Events: `onConversationChanged`, `onNewConversation` (if the conversation was not in the list).
 *
 * Errors: `IM_STATUS_INVALID_GROUP_ID` (not valid), `IM_STATUS_INVALID_USER_ID` (`sender`),
 * `IM_STATUS_INVALID_PARAMETERS` (a text is too long, or there is no such created message).
 *
 * V2TIM: `insertGroupMessageToLocalStorage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_insert_group_message_to_local_storage(im_client client,
                                                   const char *request,
                                                   char **out_response);

/**
 * Gives a message of the current user another content, for everyone who has it.
 *
 * The message changes wherever it is shown, also as the last message of its conversation. It keeps its place and
 * counts as before. V2TIM leaves it to the app who may edit; with libim it is the author alone, because XMPP knows
 * nobody else. The outbox delivers the edit, also after a restart. If the server refuses it, `onRecvMessageModified`
 * reports the message with its former content. A request in V2TIM's form, `{"message": …}` with a message as it was
 * read and changed since, is understood as well; its fields that cannot be edited are not looked at.
 *
 * Request:
 * - `msgID` (string, default ""): The id of the message.
 * - `textElem` (object or null, optional): The new text, for text messages only. Absent or null: as it is.
 *   - `text` (string, required): The text, 1 byte to 64 KiB.
 * - `customElem` (object or null, optional): The app's new data, for custom messages only. Absent or null: as it is.
 *   - `data` (string or null, optional): The app's own data. Absent or null: as it is.
 *   - `desc` (string or null, optional): A description for lists and notifications. Absent or null: as it is.
 *   - `extension` (string or null, optional): A second field of the app's own. Absent or null: as it is.
 * - `cloudCustomData` (string or null, optional): The app's own data beside the element; empty for none. A message of
 *   any kind can get another one. Absent or null: as it is.
 *
 * Data: V2TimMessageChangeInfo: the message as it is now.
 *
 * Events: `onRecvMessageModified` (if the content is another), `onConversationChanged` (if the message is the last of
 * its conversation), `onLocalChangeFailed` (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no such message, it was recalled, it is of another kind, or its content is
 * too long), `IM_STATUS_NO_PERMISSION` (the message is another user's).
 *
 * V2TIM: `modifyMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_modify_message(im_client client, const char *request, char **out_response);

/**
 * Reacts to a message.
 *
 * A reaction is beside the message: neither the message changes nor its conversation. The outbox delivers it, also
 * after a restart; if the server refuses it, `onRecvMessageReactionsChanged` takes it back.
 *
 * Request:
 * - `msgID` (string, required): The id of the message.
 * - `reactionID` (string, required): The reaction, 1 to 64 characters: an emoji, or any text that the apps agree on.
 *   Other XMPP clients show emoji only.
 *
 * Data: null.
 *
 * Events: `onRecvMessageReactionsChanged`, `onLocalChangeFailed` (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no such message, it was recalled or never sent, or the reaction is empty or
 * too long), `IM_STATUS_TOO_MANY_REACTIONS`, `IM_STATUS_TOO_MANY_REACTION_USERS`, `IM_STATUS_ALREADY_REACTED`.
 *
 * V2TIM: `addMessageReaction`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_add_message_reaction(im_client client, const char *request, char **out_response);

/**
 * Takes back a reaction of the current user to a message.
 *
 * Request:
 * - `msgID` (string, required): The id of the message.
 * - `reactionID` (string, required): The reaction.
 *
 * Data: null.
 *
 * Events: `onRecvMessageReactionsChanged`, `onLocalChangeFailed` (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no such message, it was recalled or never sent, or the reaction is empty or
 * too long), `IM_STATUS_NO_SUCH_REACTION`, `IM_STATUS_NOT_OWN_REACTION`.
 *
 * V2TIM: `removeMessageReaction`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_remove_message_reaction(im_client client, const char *request, char **out_response);

/**
 * Reads the reactions to messages.
 *
 * V2TIM wants the messages to be of one conversation; libim does not. Messages do not carry their reactions: an app
 * asks for those of the messages that it shows, and follows `onRecvMessageReactionsChanged` from then on.
 *
 * Request:
 * - `msgIDList` (array of strings, required): The ids of the messages, 1 to 20.
 * - `maxUserCountPerReaction` (integer, 0 to 10, default 0): How many users to name for each reaction, 0 to 10.
 *
 * Data: array of V2TimMessageReactionResult: a result for each message, in the order of the ids; `resultCode` is 6017
 * where there is no such message.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no id, or more than 20, or `maxUserCountPerReaction` is not 0 to 10).
 *
 * V2TIM: `getMessageReactions`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_message_reactions(im_client client, const char *request, char **out_response);

/**
 * Reads the users who have made a reaction to a message, page by page.
 *
 * Request:
 * - `msgID` (string, required): The id of the message.
 * - `reactionID` (string, required): The reaction.
 * - `nextSeq` (integer, default 0): 0, or `nextSeq` of the page before.
 * - `count` (integer, 1 to 100, default 100): The most users to return, 1 to 100.
 *
 * Data: V2TimMessageReactionUserResult: the users, where the next page begins, and whether there is one.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no such message, `nextSeq` is below 0, or `count` is not 1 to 100).
 *
 * V2TIM: `getAllUserListOfMessageReaction`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_all_user_list_of_message_reaction(im_client client, const char *request, char **out_response);

/**
 * Recalls a message for everyone.
 *
 * Its content is removed, and the conversation's last message and unread count are recomputed; the conversation keeps
 * its place. Users recall their own messages. The owner and the administrators of a group also recall those of other
 * members where the server supports it: the embedded service does, and XMPP servers with message moderation
 * (XEP-0425). The change takes effect at once and reaches the server later; if the server refuses, it is undone:
 * `onMessageStatusChanged` reports the message, and `onLocalChangeFailed` why.
 *
 * Request:
 * - `msgID` (string, required): The message's id.
 *
 * Data: null.
 *
 * Events: `onConversationChanged` (if something visible changed), `onTotalUnreadMessageCountChanged` (if the total
 * changed), `onMessageStatusChanged` (if the server refuses), `onLocalChangeFailed` (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no such message, or it was never sent), `IM_STATUS_NO_PERMISSION` (neither
 * the sender nor the group's owner or administrator).
 *
 * V2TIM: `revokeMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_revoke_message(im_client client, const char *request, char **out_response);

/**
 * Deletes messages for the current user only: all of them or, on an error, none.
 *
 * Request:
 * - `msgIDs` (array of strings, required): The ids of the messages, 1 to 500.
 *
 * Data: null.
 *
 * Events: `onConversationChanged` (if something visible changed), `onTotalUnreadMessageCountChanged` (if the total
 * changed), `onLocalChangeFailed` (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no message, more than 500, or one that does not exist).
 *
 * V2TIM: `deleteMessages`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_delete_messages(im_client client, const char *request, char **out_response);

/**
 * Deletes the history with a user, for the current user only.
 *
 * The conversation keeps its place and has no last message.
 *
 * Request:
 * - `userID` (string, required): The user of the conversation.
 *
 * Data: null.
 *
 * Events: `onConversationChanged` (if something visible changed), `onTotalUnreadMessageCountChanged` (if the total
 * changed), `onLocalChangeFailed` (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_USER_ID`.
 *
 * V2TIM: `clearC2CHistoryMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_clear_c2c_history_message(im_client client, const char *request, char **out_response);

/**
 * Deletes the history of a group, for the current user only.
 *
 * The conversation keeps its place and has no last message.
 *
 * Request:
 * - `groupID` (string, required): The group.
 *
 * Data: null.
 *
 * Events: `onConversationChanged` (if something visible changed), `onTotalUnreadMessageCountChanged` (if the total
 * changed), `onLocalChangeFailed` (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_GROUP_ID` (not valid).
 *
 * V2TIM: `clearGroupHistoryMessage`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_clear_group_history_message(im_client client, const char *request, char **out_response);

/**
 * Tells the peer of a C2C conversation that the user is typing, or has stopped.
 *
 * Call it as often as you like, with each key for example: it is sent once in four seconds. The peer gets
 * `onTypingStatusChanged`, and another one when the user has stopped, has sent a message, or has not said it again for
 * six seconds. Nothing is stored or sent later: without a connection nothing happens. A stranger is told nothing:
 * somebody who is no friend and to whom the user has never written.
 *
 * Request:
 * - `userID` (string, required): The peer.
 * - `isTyping` (boolean, required): Whether the user is typing.
 *
 * Data: null.
 *
 * Events: `onTypingStatusChanged` (at the peer).
 *
 * Errors: `IM_STATUS_INVALID_USER_ID` (not valid).
 *
 * libim's own: `sendTypingStatus`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_send_typing_status(im_client client, const char *request, char **out_response);

/**
 * Confirms to their senders that messages of one conversation were read.
 *
 * Only messages that ask for it (`needReadReceipt`) are confirmed, each once; the others are left out. Unread counts
 * stay as they are. In a C2C conversation a stranger gets no confirmation: somebody who is no friend and to whom the
 * user has never written. The outbox delivers the confirmations, also after a restart.
 *
 * Request:
 * - `messageIDList` (array of strings, required): The ids of the messages, 1 to 30, of others and of one conversation.
 *
 * Data: null.
 *
 * Events: `onLocalChangeFailed` (if the server refuses).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no id or more than 30, no such message, one of the user's own, or one of
 * another conversation).
 *
 * V2TIM: `sendMessageReadReceipts`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_send_message_read_receipts(im_client client, const char *request, char **out_response);

/**
 * Tells who has read messages of the current user, all of one conversation and sent with `needReadReceipt`.
 *
 * For groups the server is asked for the members: those count as not having read a message who were members when it
 * was sent, as far as the server knows that, and have not confirmed it. For C2C conversations the call reads the
 * cache.
 *
 * Request:
 * - `messageIDList` (array of strings, required): The ids of the messages, 1 to 30.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: array of V2TimMessageReceipt: a receipt for each message, in the order requested.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no id or more than 30, no such message, one of another user, one that was
 * sent without `needReadReceipt`, or one of another conversation), `IM_STATUS_NO_PERMISSION` (not a member of the
 * group), `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `getMessageReadReceipts`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_get_message_read_receipts(im_client client, const char *request, char **out_response);

/**
 * Fetches the members of a group who have read a message of the current user, or those who have not, page by page.
 *
 * Request:
 * - `messageID` (string, required): The id of the message, which was sent to a group with `needReadReceipt`.
 * - `filter` (integer, default 0): The members wanted: 0 those who have read it, 1 those who have not.
 * - `nextSeq` (string or integer, default "0"): Where the page starts: the `nextSeq` of the page before, or `"0"` for
 *   the first page.
 * - `count` (integer, 1 to 100, default 100): The size of the page, 1 to 100.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: V2TimGroupMessageReadMemberList: the page.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (not a message of the user's to a group that was sent with `needReadReceipt`,
 * `filter` is unknown, `nextSeq` is not a cursor, or `count` is not 1 to 100), `IM_STATUS_NO_PERMISSION` (not a member
 * of the group), `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `getGroupMessageReadMemberList`. Any thread; waits for the server, so not inside callbacks (there:
 * `im_call_async`).
 */
im_status im_get_group_message_read_member_list(im_client client, const char *request, char **out_response);

/**
 * Adds a user to the friend list.
 *
 * The remark, or else the friend's nickname, becomes the name of the conversation. A user who wants to be asked
 * (`allowType` of `setSelfInfo`) gets a friend application instead; adding somebody who asks the current user accepts
 * them.
 *
 * XMPP: the user is in the friend list at once. With `addType` 2 they are asked, and their answer decides whether the
 * current user is in their list.
 *
 * Request:
 * - `userID` (string, required): The user.
 * - `remark` (string, default ""): The current user's own name for the friend, at most 500 bytes. Empty: none.
 * - `addWording` (string, default ""): What to say to a user who is asked, at most 500 bytes.
 * - `addSource` (string, default ""): Where the current user has found the user, for one who is asked, at most 500
 *   bytes. XMPP does not carry it.
 * - `addType` (integer, default 1): In whose friend list: 1 the user in the current user's, 2 each in the other's.
 *   Absent: 1.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: V2TimFriendOperationResult: the outcome; its `resultCode` is 30539 when the user is asked, 30516 when the user
 * lets nobody add them.
 *
 * Events: `onConversationChanged` (if there is a conversation and its name or picture changed), `onFriendListAdded`
 * (if the user was no friend), `onFriendApplicationListAdded` (if the user is asked; not over XMPP).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (a text is too long, or an unknown `addType`), `IM_STATUS_INVALID_USER_ID`,
 * `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `addFriend`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_add_friend(im_client client, const char *request, char **out_response);

/**
 * Reads the friend applications from the cache: who asks the current user, and whom the current user has asked.
 *
 * Request: no fields.
 *
 * Data: V2TimFriendApplicationResult.
 *
 * V2TIM: `getFriendApplicationList`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_friend_application_list(im_client client, const char *request, char **out_response);

/**
 * Accepts the friend application of somebody who asks the current user.
 *
 * Request:
 * - `userID` (string, required): Who asks.
 * - `responseType` (integer, default 1): Whose friend list changes: 0 the applicant's, 1 the current user's too. XMPP:
 *   the current user's in any case, because whoever may see when the user is there is in the user's roster. Absent: 1.
 * - `type` (integer, default 1): The direction of the application: 1, it came in. Absent: 1.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: V2TimFriendOperationResult: the outcome; its `resultCode` is 30614 when that user does not ask.
 *
 * Events: `onFriendApplicationListDeleted`, `onFriendListAdded` (if the user is in the current user's list then).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (an unknown `responseType`, or `type` is not 1), `IM_STATUS_INVALID_USER_ID`,
 * `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `acceptFriendApplication`. Any thread; waits for the server, so not inside callbacks (there:
 * `im_call_async`).
 */
im_status im_accept_friend_application(im_client client, const char *request, char **out_response);

/**
 * Refuses the friend application of somebody who asks the current user.
 *
 * Request:
 * - `userID` (string, required): Who asks.
 * - `type` (integer, default 1): The direction of the application: 1, it came in. Absent: 1.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: V2TimFriendOperationResult: the outcome; its `resultCode` is 30614 when that user does not ask.
 *
 * Events: `onFriendApplicationListDeleted`.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (`type` is not 1), `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NOT_LOGGED_IN`,
 * `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
 *
 * V2TIM: `refuseFriendApplication`. Any thread; waits for the server, so not inside callbacks (there:
 * `im_call_async`).
 */
im_status im_refuse_friend_application(im_client client, const char *request, char **out_response);

/**
 * Removes a friend application from the current user's list. The other user is not told, and may still decide.
 *
 * XMPP: one that came in is refused by that, because the server tells of it again until it is answered.
 *
 * Request:
 * - `userID` (string, required): The other user.
 * - `type` (integer, default 1): The direction of the application: 1 it came in, 2 it was sent out, 3 either. Absent:
 *   1.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: null.
 *
 * Events: `onFriendApplicationListDeleted`.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (an unknown `type`), `IM_STATUS_INVALID_USER_ID`,
 * `IM_STATUS_NO_FRIEND_APPLICATION`, `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`,
 * `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
 *
 * V2TIM: `deleteFriendApplication`. Any thread; waits for the server, so not inside callbacks (there:
 * `im_call_async`).
 */
im_status im_delete_friend_application(im_client client, const char *request, char **out_response);

/**
 * Marks all friend applications that came in as seen, on all devices of the user. XMPP: on this device.
 *
 * Request:
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: null.
 *
 * Events: `onFriendApplicationListRead` (if any was not seen before).
 *
 * Errors: `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `setFriendApplicationRead`. Any thread; waits for the server, so not inside callbacks (there:
 * `im_call_async`).
 */
im_status im_set_friend_application_read(im_client client, const char *request, char **out_response);

/**
 * Sets the current user's own name for a friend.
 *
 * Request:
 * - `userID` (string, required): The friend.
 * - `friendRemark` (string, required): The name, at most 500 bytes. Empty: the name is removed.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: null.
 *
 * Events: `onConversationChanged` (if there is a conversation and its name changed).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (the user is not a friend, or the name is too long),
 * `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`,
 * `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
 *
 * V2TIM: `setFriendInfo`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_set_friend_info(im_client client, const char *request, char **out_response);

/**
 * Reads the friend list from the cache.
 *
 * Request: no fields.
 *
 * Data: array of V2TimFriendInfo: the friends, sorted by userID.
 *
 * V2TIM: `getFriendList`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_friend_list(im_client client, const char *request, char **out_response);

/**
 * Removes users from the friend list. Their conversations stay.
 *
 * Request:
 * - `userIDList` (array of strings, required): The users, 1 to 100.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: array of V2TimFriendOperationResult: the outcome for each user, in the order requested.
 *
 * Events: `onConversationChanged` (where a name changed).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no userID, or more than 100), `IM_STATUS_INVALID_USER_ID`,
 * `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `deleteFromFriendList`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_delete_from_friend_list(im_client client, const char *request, char **out_response);

/**
 * Creates a group, owned by the current user.
 *
 * The server decides what each type of group allows; docs/embedded.md and docs/xmpp.md list it.
 *
 * Request:
 * - `groupType` ("Work", "Public", "Meeting", "AVChatRoom" or "Community", required): The type of the group: `Work`,
 *   `Public`, `Meeting`, `AVChatRoom` or `Community`.
 * - `groupID` (string or null, optional): The id of the group. Absent, null or empty: the server chooses one.
 * - `groupName` (string, default ""): The name, at most 500 bytes. Empty: none.
 * - `faceUrl` (string, default ""): The address of the picture, at most 500 bytes. Empty: none.
 * - `memberList` (array of objects, default []): The other members from the start.
 *   - `userID` (string, required): The user.
 *   - `role` (integer, default 200): The role: 200 member, 300 administrator.
 * - `approveOpt` (integer or null, optional): Whom ordinary members may bring in: 0 nobody, 1 whoever the owner or an
 *   administrator accepts, 2 anybody. Absent or null: 2 for `Work` and `Community`, else 0. Of an `AVChatRoom` it is
 *   0. XMPP: 1 is 7013.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: string: the groupID.
 *
 * Events: `onNewConversation`.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (the type, a role or `approveOpt` is unknown, `approveOpt` is not for that
 * type, or a text is too long), `IM_STATUS_INVALID_GROUP_ID`, `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NOT_SUPPORTED`
 * (`approveOpt` 1 over XMPP), `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`,
 * `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
 *
 * V2TIM: `createGroup`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_create_group(im_client client, const char *request, char **out_response);

/**
 * Sets the name, picture, introduction and notification of a group, whether all its members are muted, who may join
 * it, and whom its members may invite.
 *
 * At least one of them must be given.
 *
 * Request:
 * - `groupID` (string, required): The group.
 * - `groupName` (string or null, optional): The name, at most 500 bytes. Absent or null: unchanged.
 * - `faceUrl` (string or null, optional): The address of the picture, at most 500 bytes. Absent or null: unchanged.
 * - `introduction` (string or null, optional): What the group is about, at most 500 bytes. Absent or null: unchanged.
 * - `notification` (string or null, optional): The group's notice to its members, at most 500 bytes. Absent or null:
 *   unchanged.
 * - `isAllMuted` (boolean or null, optional): Whether only the owner and the administrators may send messages. Absent
 *   or null: unchanged. XMPP: 7013.
 * - `groupAddOpt` (integer or null, optional): Who may join by themselves: 0 nobody, 1 whoever the owner or an
 *   administrator accepts, 2 anybody, as at first. Absent or null: unchanged. Of a `Work` group it is 0. XMPP: 7013.
 * - `approveOpt` (integer or null, optional): Whom ordinary members may bring in: 0 nobody, 1 whoever the owner or an
 *   administrator accepts, 2 anybody. Absent or null: unchanged. Of an `AVChatRoom` it is 0. XMPP: 1 is 7013.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: null.
 *
 * Events: `onConversationChanged` (if the name or picture changed, for every member who has the conversation),
 * `onGroupInfoChanged` (if something changed, for all members).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (all are missing, one is too long, or `groupAddOpt` or `approveOpt` is
 * unknown or not for that type), `IM_STATUS_INVALID_GROUP_ID` (not valid, or there is no such group),
 * `IM_STATUS_NO_PERMISSION` (not a member, or not permitted), `IM_STATUS_NOT_SUPPORTED` (`isAllMuted`, `groupAddOpt`
 * and `approveOpt` 1 over XMPP), `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`,
 * `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
 *
 * V2TIM: `setGroupInfo`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_set_group_info(im_client client, const char *request, char **out_response);

/**
 * Fetches the data of groups from the server.
 *
 * Request:
 * - `groupIDList` (array of strings, required): The groups, 1 to 100.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: array of V2TimGroupInfoResult: the outcome for each group, in the order requested.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no groupID, or more than 100), `IM_STATUS_INVALID_GROUP_ID` (not valid),
 * `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `getGroupsInfo`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_get_groups_info(im_client client, const char *request, char **out_response);

/**
 * Reads from the cache the groups that the current user is a member of.
 *
 * Request: no fields.
 *
 * Data: array of V2TimGroupInfo: the groups, sorted by groupID.
 *
 * V2TIM: `getJoinedGroupList`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_joined_group_list(im_client client, const char *request, char **out_response);

/**
 * Joins a group, or asks to: `groupAddOpt` of the group says which. `Work` groups are joined by invitation only.
 *
 * Where the owner or an administrator has to accept the user first, the call ends with 0 once they are asked, and
 * `onApplicationProcessed` tells the decision.
 *
 * Request:
 * - `groupID` (string, required): The group.
 * - `message` (string, default ""): What to say to those who decide, at most 500 bytes.
 * - `password` (string or null, optional): The password of a room that wants one (XMPP), at most 500 bytes; kept in
 *   the room's bookmark, for the user's other devices and the next logins. Other groups ignore it. libim's own:
 *   V2TIM's groups have none.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: null.
 *
 * Events: `onNewConversation` (if the user is a member then and the conversation was not in the list),
 * `onReceiveJoinApplication` (for those who decide).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (the message or the password is too long), `IM_STATUS_INVALID_GROUP_ID` (not
 * valid, or there is no such group), `IM_STATUS_NO_PERMISSION` (joined by invitation only, or with another password),
 * `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `joinGroup`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_join_group(im_client client, const char *request, char **out_response);

/**
 * Leaves a group. Its conversation stays, with its history.
 *
 * Whether the owner can leave is up to the server: the embedded service lets the owner of a `Work` group leave, XMPP
 * servers let no owner leave. Other owners dismiss the group instead.
 *
 * Request:
 * - `groupID` (string, required): The group.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: null.
 *
 * Errors: `IM_STATUS_INVALID_GROUP_ID` (not valid, or there is no such group), `IM_STATUS_NO_PERMISSION` (not a
 * member, or the owner), `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`,
 * `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
 *
 * V2TIM: `quitGroup`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_quit_group(im_client client, const char *request, char **out_response);

/**
 * Dismisses a group that the current user owns. The members' conversations stay.
 *
 * Request:
 * - `groupID` (string, required): The group.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: null.
 *
 * Errors: `IM_STATUS_INVALID_GROUP_ID` (not valid, or there is no such group), `IM_STATUS_NO_PERMISSION` (not the
 * owner), `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `dismissGroup`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_dismiss_group(im_client client, const char *request, char **out_response);

/**
 * Adds users to a group, or invites them: `approveOpt` of the group says whom its ordinary members may bring in. The
 * owner and the administrators need no approval.
 *
 * A user whose `result` is 3 is no member yet. Embedded: the owner or an administrator decides, and
 * `onApplicationProcessed` tells it. XMPP: the user decides, where a member who may not change the members of the room
 * invites into one that anybody may enter.
 *
 * Request:
 * - `groupID` (string, required): The group.
 * - `userList` (array of strings, required): The users, 1 to 100.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: array of V2TimGroupMemberOperationResult: the outcome for each user, in the order requested.
 *
 * Events: `onMemberInvited` (for all members, if somebody came in), `onReceiveJoinApplication` (for those who decide,
 * if somebody has to).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no userID, or more than 100), `IM_STATUS_INVALID_GROUP_ID` (not valid, or
 * there is no such group), `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NO_PERMISSION` (not a member, or not permitted),
 * `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `inviteUserToGroup`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_invite_user_to_group(im_client client, const char *request, char **out_response);

/**
 * Makes a member of a group an administrator, or an administrator an ordinary member. The owner may.
 *
 * Request:
 * - `groupID` (string, required): The group.
 * - `userID` (string, required): The member.
 * - `role` (integer, required): The role: 200 member, 300 administrator. `transferGroupOwner` makes an owner.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: null.
 *
 * Events: `onGrantAdministrator` (for all members), `onRevokeAdministrator` (for all members).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (not a member, the owner, or the role is neither 200 nor 300),
 * `IM_STATUS_INVALID_GROUP_ID` (not valid, or there is no such group), `IM_STATUS_INVALID_USER_ID`,
 * `IM_STATUS_NO_PERMISSION` (not the owner), `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`,
 * `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
 *
 * V2TIM: `setGroupMemberRole`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_set_group_member_role(im_client client, const char *request, char **out_response);

/**
 * Mutes a member of a group: their messages are refused (10017) until the time is over, or somebody ends it with 0
 * seconds.
 *
 * The owner and the administrators may, with members of lower rank. To mute all: `isAllMuted` of `setGroupInfo`. XMPP:
 * the member loses voice in the room until somebody ends it or the member leaves the room, whatever the seconds; of
 * members who are not in the room it is refused.
 *
 * Request:
 * - `groupID` (string, required): The group.
 * - `userID` (string, required): The member.
 * - `seconds` (integer, 0 to 4294967295, required): For how long, in seconds; 0: the member is muted no more.
 *   4294967295: until somebody ends it.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: null.
 *
 * Events: `onMemberInfoChanged` (if something changed, for all members).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (not a member, or `seconds` is below 0 or above 4294967295),
 * `IM_STATUS_INVALID_GROUP_ID` (not valid, or there is no such group), `IM_STATUS_INVALID_USER_ID`,
 * `IM_STATUS_NO_PERMISSION` (neither owner nor administrator, or the member is not of lower rank),
 * `IM_STATUS_NOT_SUPPORTED` (XMPP: the member is not in the room, or the room lets everybody speak),
 * `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `muteGroupMember`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_mute_group_member(im_client client, const char *request, char **out_response);

/**
 * Reads the group applications from the cache: who asks to join the groups that the current user leads, and which
 * invitations wait for the current user's decision.
 *
 * Embedded: requests to join (0) and invitations by members (2), of the groups that the current user leads. XMPP:
 * invitations of the current user (1).
 *
 * Request: no fields.
 *
 * Data: V2TimGroupApplicationResult.
 *
 * V2TIM: `getGroupApplicationList`. Any thread, also inside callbacks; does not wait for the server.
 */
im_status im_get_group_application_list(im_client client, const char *request, char **out_response);

/**
 * Accepts a group application: a request to join or an invitation, whose user is a member then.
 *
 * Requests (0) and invitations by members (2) are decided by the owner and the administrators, invitations of the
 * current user (1) by that user.
 *
 * Request:
 * - `groupID` (string, required): The group.
 * - `fromUser` (string, required): Who asks, or invites: `fromUser` of the application.
 * - `toUser` (string, default ""): Who is invited: `toUser` of the application. Needed with `type` 2.
 * - `reason` (string, default ""): What to say to them, at most 500 bytes.
 * - `type` (integer, default 0): `type` of the application. Absent: 0, a request to join.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: null.
 *
 * Events: `onGroupApplicationListChanged` (for all who could decide), `onApplicationProcessed` (for who asked, or
 * invited), `onMemberInvited` (for all members).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (there is no such application, `type` is not 0, 1 or 2, `toUser` is missing,
 * or the reason is too long), `IM_STATUS_INVALID_GROUP_ID` (not valid, or there is no such group),
 * `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NO_PERMISSION` (neither owner nor administrator; XMPP: the room does not let
 * the user in), `IM_STATUS_NOT_SUPPORTED` (`type` 0 and 2 over XMPP), `IM_STATUS_NOT_LOGGED_IN`,
 * `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
 *
 * V2TIM: `acceptGroupApplication`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_accept_group_application(im_client client, const char *request, char **out_response);

/**
 * Refuses a group application: a request to join or an invitation.
 *
 * Requests (0) and invitations by members (2) are decided by the owner and the administrators, invitations of the
 * current user (1) by that user.
 *
 * Request:
 * - `groupID` (string, required): The group.
 * - `fromUser` (string, required): Who asks, or invites: `fromUser` of the application.
 * - `toUser` (string, default ""): Who is invited: `toUser` of the application. Needed with `type` 2.
 * - `reason` (string, default ""): What to say to them, at most 500 bytes.
 * - `type` (integer, default 0): `type` of the application. Absent: 0, a request to join.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: null.
 *
 * Events: `onGroupApplicationListChanged` (for all who could decide), `onApplicationProcessed` (for who asked, or
 * invited).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (there is no such application, `type` is not 0, 1 or 2, `toUser` is missing,
 * or the reason is too long), `IM_STATUS_INVALID_GROUP_ID` (not valid, or there is no such group),
 * `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NO_PERMISSION` (neither owner nor administrator; XMPP: the room does not let
 * the user in), `IM_STATUS_NOT_SUPPORTED` (`type` 0 and 2 over XMPP), `IM_STATUS_NOT_LOGGED_IN`,
 * `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
 *
 * V2TIM: `refuseGroupApplication`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_refuse_group_application(im_client client, const char *request, char **out_response);

/**
 * Marks all group applications as seen, on all devices of the user.
 *
 * Request:
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: null.
 *
 * Events: `onGroupApplicationListChanged` (if any was not seen before).
 *
 * Errors: `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `setGroupApplicationRead`. Any thread; waits for the server, so not inside callbacks (there:
 * `im_call_async`).
 */
im_status im_set_group_application_read(im_client client, const char *request, char **out_response);

/**
 * Makes another member the owner of a group. The owner may, and is an ordinary member then.
 *
 * Request:
 * - `groupID` (string, required): The group.
 * - `userID` (string, required): The member who becomes the owner.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: null.
 *
 * Events: `onGroupInfoChanged` (for all members).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (not a member), `IM_STATUS_INVALID_GROUP_ID` (not valid, or there is no such
 * group), `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NO_PERMISSION` (not the owner), `IM_STATUS_NOT_LOGGED_IN`,
 * `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`, `IM_STATUS_REFUSED`.
 *
 * V2TIM: `transferGroupOwner`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_transfer_group_owner(im_client client, const char *request, char **out_response);

/**
 * Removes members from a group.
 *
 * Request:
 * - `groupID` (string, required): The group.
 * - `memberList` (array of strings, required): The members' userIDs, 1 to 100.
 * - `reason` (string, default ""): Ignored: it is not passed on.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: array of V2TimGroupMemberOperationResult: the outcome for each member, in the order requested.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no userID, or more than 100), `IM_STATUS_INVALID_GROUP_ID` (not valid, or
 * there is no such group), `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NO_PERMISSION` (neither the owner nor an
 * administrator), `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `kickGroupMember`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_kick_group_member(im_client client, const char *request, char **out_response);

/**
 * Fetches the members of a group from the server, page by page.
 *
 * Request:
 * - `groupID` (string, required): The group.
 * - `filter` (integer, default 0): The members wanted: 0 all, 1 the owner, 2 the administrators, 4 ordinary members.
 * - `nextSeq` (string or integer, default "0"): Where the page starts: the `nextSeq` of the page before, or `"0"` for
 *   the first page.
 * - `count` (integer, from 1, default 100): The size of the page.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: V2TimGroupMemberInfoResult.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (`filter` is unknown, `nextSeq` is not a cursor, or `count` is below 1),
 * `IM_STATUS_INVALID_GROUP_ID` (not valid, or there is no such group), `IM_STATUS_NO_PERMISSION` (not a member),
 * `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `getGroupMemberList`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_get_group_member_list(im_client client, const char *request, char **out_response);

/**
 * Fetches members of a group from the server. Those who are no members are left out.
 *
 * Request:
 * - `groupID` (string, required): The group.
 * - `memberList` (array of strings, required): The members' userIDs, 1 to 100.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: array of V2TimGroupMemberFullInfo: the members, in the order requested.
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (no userID, or more than 100), `IM_STATUS_INVALID_GROUP_ID` (not valid, or
 * there is no such group), `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NO_PERMISSION` (not a member),
 * `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `getGroupMembersInfo`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_get_group_members_info(im_client client, const char *request, char **out_response);

/**
 * Sets the name of a member in a group: one's own, or that of another member where the server allows it.
 *
 * On the embedded service the owner and the administrators may change those of members of lower rank. Over XMPP it is
 * the name in the room, which members choose for themselves.
 *
 * Request:
 * - `groupID` (string, required): The group.
 * - `userID` (string, required): The member.
 * - `nameCard` (string, required): The name, at most 500 bytes. Empty: none.
 * - `timeoutMs` (integer, 1 to 600000, default 30000): How long to wait for the server, in milliseconds.
 *
 * Data: null.
 *
 * Events: `onMemberInfoChanged` (if the name changed, for all members).
 *
 * Errors: `IM_STATUS_INVALID_PARAMETERS` (not a member, or the name is too long), `IM_STATUS_INVALID_GROUP_ID` (not
 * valid, or there is no such group), `IM_STATUS_INVALID_USER_ID`, `IM_STATUS_NO_PERMISSION` (not a member, or not
 * permitted), `IM_STATUS_NOT_SUPPORTED` (XMPP: the name of another member), `IM_STATUS_REFUSED` (XMPP: another member
 * has the name), `IM_STATUS_NOT_LOGGED_IN`, `IM_STATUS_DISCONNECTED`, `IM_STATUS_TIMEOUT`, `IM_STATUS_CANCELLED`,
 * `IM_STATUS_REFUSED`.
 *
 * V2TIM: `setGroupMemberInfo`. Any thread; waits for the server, so not inside callbacks (there: `im_call_async`).
 */
im_status im_set_group_member_info(im_client client, const char *request, char **out_response);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* LIBIM_H */
