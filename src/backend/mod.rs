//! The trait between libim and a server.
//!
//! A backend turns a server into [`Inbound`] batches, takes [`Outbound`](crate::model::Outbound) commands from the
//! outbox, and answers requests. It knows servers and nothing of the list's rules; it reaches the account only
//! through [`Sink`].

mod backoff;
pub mod embedded;
mod requests;
pub(crate) mod thread;
#[cfg(feature = "xmpp")]
pub mod xmpp;

pub use requests::{
    ApplicationAnswer, FriendAdded, GroupApplicationAnswer, MemberOutcome, MemberResult, NewFriend, NewGroup,
};

use crate::model::sync::Arc;
use crate::model::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use crate::model::{
    AllowType, ConversationId, Error, Friend, FriendApplicationType, Group, GroupApplicationId, GroupEdit, GroupId,
    GroupMember, GroupRole, Inbound, Message, MessageFile, Micros, OutboxEntry, Outcome, Place, Profile, ReadPosition,
    Result, Status, StoredMessage, UnsentFiles, UserId, WaitingCommand,
};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A fact about a backend's connection, reported as it happens. What it means for the login, and which events the app
/// hears, is the account's to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Trying to reach the server.
    Connecting,
    /// The server knows the user: the account is usable. What was under way in an earlier session is over.
    Connected,
    /// The same after a lost connection, with the session as it was: a sync that was under way goes on.
    Resumed,
    /// The server could not be reached, or the connection was lost; the backend keeps trying. A sync that is under way
    /// is interrupted.
    Failed(Error),
    /// The server refused the login for good; the backend has stopped.
    Refused(Error),
    /// Another device took this session's place; the backend has stopped.
    KickedOffline,
    /// The credentials have expired; the backend has stopped.
    UserSigExpired,
    /// A sync begins.
    SyncStarted,
    /// The sync is complete: all its changes have been applied.
    SyncFinished,
    /// The sync is given up; another one starts later. Not needed before a fact that ends the connection.
    SyncFailed(Error),
}

/// The account as a backend sees it. Every method may be called from the backend's own thread and from any thread
/// inside a request; none waits for the network.
pub trait Sink: Send + Sync {
    /// The account's user.
    fn user_id(&self) -> &UserId;
    /// The cursor stored with the last batch; `None` before the first.
    fn cursor(&self) -> Result<Option<String>>;
    /// Stores a batch in one transaction and reports the changes to the app.
    fn apply(&self, batch: Inbound) -> Result<()>;
    /// The oldest command still in the outbox. It counts as on its way from here on; a message whose files are to be brought first
    /// does from [`Self::begin_outbound`] on.
    fn next_outbound(&self) -> Result<Option<OutboxEntry>>;
    /// For a backend that has several commands on their way: the first one after a number, which stays where it is.
    fn waiting_outbound(&self, _after: i64) -> Result<Option<WaitingCommand>> {
        Ok(None)
    }
    /// The command of that number, which counts as on its way from here on. `None` when there is nothing to do for it.
    fn begin_outbound(&self, _id: i64) -> Result<Option<OutboxEntry>> {
        Ok(None)
    }
    /// Ends a command: removes it from the outbox and settles or undoes its local change.
    fn complete_outbound(&self, id: i64, outcome: Outcome) -> Result<()>;
    /// The same, and stores a cursor with it, for a backend whose cursor covers what it has written itself.
    fn complete_outbound_at(&self, id: i64, outcome: Outcome, _cursor: String) -> Result<()> {
        self.complete_outbound(id, outcome)
    }
    /// Whether the user still types to somebody. What is sent to them ends it, and typing must not be told behind that.
    fn types_to(&self, _user: &UserId) -> bool {
        true
    }
    /// Where a file that a message carries is on this device.
    fn local_file(&self, _uuid: &str) -> Option<PathBuf> {
        None
    }
    /// The files of a message that the server does not have; `None` when it has them all, or the message is not to be sent.
    fn unsent_files(&self, _id: i64) -> Result<Option<UnsentFiles>> {
        Ok(None)
    }
    /// The server has a file of a message, at an address.
    fn file_uploaded(&self, _msg_id: &str, _uuid: &str, _url: &str) -> Result<()> {
        Ok(())
    }
    /// How much of the files of a message the server has, in bytes.
    fn upload_progress(&self, _msg_id: &str, _done: u64, _total: u64) {}
    /// Reports a fact about the connection.
    fn report(&self, fact: LinkState);
    /// For servers with several archives: how far one has been read, as the last batch said.
    fn archive_position(&self, _archive: &str) -> Result<Option<String>> {
        Ok(None)
    }
    /// Since when the account has been in use; `None` before the first sync.
    fn in_use_since(&self) -> Result<Option<Micros>> {
        Ok(None)
    }
    /// A stored message.
    fn stored_message(&self, _msg_id: &str) -> Result<Option<StoredMessage>> {
        Ok(None)
    }
    /// The newest message that others sent to a conversation and the server has, up to a sequence.
    fn newest_received(&self, _conversation: &ConversationId, _up_to: u64) -> Result<Option<StoredMessage>> {
        Ok(None)
    }
    /// The server's id of the newest message that others sent to a conversation, up to a sequence.
    fn newest_received_id(&self, _conversation: &ConversationId, _up_to: u64) -> Result<Option<String>> {
        Ok(None)
    }
    /// How far a conversation was read, on whichever device; `None` when nobody has said.
    fn read_position(&self, _conversation: &ConversationId) -> Result<Option<ReadPosition>> {
        Ok(None)
    }
    /// Whether a user is a friend, or somebody to whom the current user has written.
    fn is_known_peer(&self, _peer: &UserId) -> Result<bool> {
        Ok(false)
    }
    /// The oldest stored message of a conversation that has reached the server.
    fn oldest_stored(&self, _conversation: &ConversationId) -> Result<Option<StoredMessage>> {
        Ok(None)
    }
    /// Where the stored history of a conversation ends.
    fn newest_place(&self, _conversation: &ConversationId) -> Result<Place> {
        Ok(Place::default())
    }
    /// The conversations that are stored, also those that only remember a setting.
    fn stored_conversations(&self) -> Result<Vec<ConversationId>> {
        Ok(Vec::new())
    }
    /// The newest stored message of a conversation with a number of its server below `below`: its number and `msgID`.
    fn numbered_message(&self, _conversation: &ConversationId, _below: u64) -> Result<Option<(u64, String)>> {
        Ok(None)
    }
    /// The place of a conversation in the list, as the time that gave it; `None` when it is not listed.
    fn listed_place(&self, _conversation: &ConversationId) -> Result<Option<Micros>> {
        Ok(None)
    }
    /// Whether a message was here before, by its id in the server's archive: it is stored, was deleted, or by its time was
    /// cleared.
    fn was_archived(&self, _conversation: &ConversationId, _server_id: &str, _time: Micros) -> Result<bool> {
        Ok(false)
    }
    /// The profile of a user and when it was told last; `None` when it never was.
    fn stored_profile(&self, _user: &UserId) -> Result<Option<(Profile, Micros)>> {
        Ok(None)
    }
    /// The conversations that were active last.
    fn recent_conversations(&self, _count: usize) -> Result<Vec<ConversationId>> {
        Ok(Vec::new())
    }
    /// A user types to the account, or types no more.
    fn typing(&self, _user: &UserId, _is_typing: bool) {}
    /// A message for those who are online has come: it is told, and not kept.
    fn online_message(&self, _message: Message) -> Result<()> {
        Ok(())
    }
    /// To be called now and then while somebody types: whoever has not said it again types no more.
    fn look_at_typing(&self) {}
    /// The friends as they are stored.
    fn friends(&self) -> Result<Vec<Friend>> {
        Ok(Vec::new())
    }
    /// The users of the stored friend applications of one kind.
    fn applicants(&self, _kind: FriendApplicationType) -> Result<Vec<UserId>> {
        Ok(Vec::new())
    }
    /// The stored group applications.
    fn group_applicants(&self) -> Result<Vec<GroupApplicationId>> {
        Ok(Vec::new())
    }
    /// The groups that are stored as joined.
    fn joined_groups(&self) -> Result<Vec<Group>> {
        Ok(Vec::new())
    }
}

/// How long a request may wait for the server, and whether its client was closed or what it does was cancelled meanwhile.
#[derive(Clone, Debug)]
pub struct Deadline {
    until: Instant,
    cancelled: Arc<AtomicBool>,
    /// The app does not want any more what this request does.
    is_unwanted: Arc<AtomicBool>,
}

impl Deadline {
    /// A deadline that also ends when `cancelled` becomes true.
    pub fn new(timeout: Duration, cancelled: Arc<AtomicBool>) -> Self {
        Self::since(Instant::now(), timeout, cancelled)
    }

    /// The same for a call that was made earlier.
    pub(crate) fn since(made: Instant, timeout: Duration, cancelled: Arc<AtomicBool>) -> Self {
        Self {
            until: made.checked_add(timeout).unwrap_or(made),
            cancelled,
            is_unwanted: Arc::default(),
        }
    }

    /// The same for something that the app can cancel: then it ends with 8021.
    pub(crate) fn unless(&self, is_unwanted: &Arc<AtomicBool>) -> Self {
        Self {
            is_unwanted: Arc::clone(is_unwanted),
            ..self.clone()
        }
    }

    /// 7009 when the client was closed meanwhile.
    pub(crate) fn cancelled(&self) -> Option<Error> {
        let is_cancelled = self.cancelled.load(Ordering::Acquire);
        is_cancelled.then(|| {
            Error::new(
                Status::Cancelled,
                "the client was closed while the call was waiting for the server",
            )
        })
    }

    /// The time that is left; an error (7009, 8021 or 9510) when there is none.
    pub fn left(&self) -> Result<Duration> {
        if let Some(error) = self.cancelled() {
            return Err(error);
        }
        if self.is_unwanted.load(Ordering::Acquire) {
            return Err(Error::new(Status::TransferCancelled, "the app has cancelled it"));
        }
        match self.until.checked_duration_since(Instant::now()) {
            Some(left) if !left.is_zero() => Ok(left),
            _ => Err(Error::new(
                Status::Timeout,
                "the server did not answer within timeoutMs",
            )),
        }
    }
}

/// A server. All methods can be called from any thread. A request returns once its effects on the account have been
/// handed to [`Sink::apply`], so that the list read next shows them.
pub trait Backend: Send + Sync {
    /// Starts connecting, syncing and draining the outbox on a thread of its own, and reports through `sink`.
    /// Called again only after [`Backend::stop`].
    fn start(&self, sink: Arc<dyn Sink>) -> Result<()>;
    /// Ends the connection and the thread; returns when no more call to the sink will come. A server that does not take
    /// its leave is waited for no longer than `patience`. Idempotent.
    fn stop(&self, patience: Duration);
    /// A command was added to the outbox.
    fn outbox_changed(&self);
    /// The app wants more of a conversation's history than is stored. For servers whose archives are read in parts.
    fn history_wanted(&self, _conversation: &ConversationId) {}
    /// Tells a user, if they are there, that the account's user types to them or does no more. Without a connection nothing is
    /// told, now or later.
    fn send_typing(&self, _to: &UserId, _is_typing: bool) {}
    /// Sends a message to those of its receivers who are online; nobody keeps it. Returns at once; 9508 without a
    /// connection, 7013 where the server cannot do it.
    fn send_online(&self, _message: &Message) -> Result<()> {
        let desc = "the server has no messages for those who are online";
        Err(Error::new(Status::NotSupported, desc))
    }
    /// The device's network may have changed: try again now, or check whether the connection still works.
    fn network_changed(&self) {}

    /// An id of a user or group as the server writes it, so that one has one id; `None` when it is written so already.
    fn prepared(&self, _id: &str) -> Option<String> {
        None
    }
    /// Where an id is that of somebody in a group, who is known by the name there only: the id as the server writes it, and
    /// the group's.
    fn occupant(&self, _id: &str) -> Option<(UserId, GroupId)> {
        None
    }
    /// Whether the server can know a user with that id.
    fn is_user_id(&self, _id: &str) -> bool {
        true
    }
    /// How far the server's clock is ahead of this device's, µs, as far as that is known.
    fn clock_offset(&self) -> Arc<AtomicI64> {
        Arc::default()
    }

    /// Reads a file that a message carries: `take` gets its parts in their order, each with the size of the whole.
    fn fetch_file(
        &self,
        _file: &MessageFile,
        _deadline: &Deadline,
        _take: &mut dyn FnMut(&[u8], u64) -> Result<()>,
    ) -> Result<()> {
        Err(Error::new(Status::NotSupported, "this backend has no files"))
    }

    /// `setSelfInfo`: `None` leaves a field as it is.
    fn set_self_info(&self, nick_name: Option<&str>, face_url: Option<&str>, deadline: &Deadline) -> Result<()>;
    /// `getUsersInfo`: those that exist, in the order asked.
    fn users_info(&self, users: &[UserId], deadline: &Deadline) -> Result<Vec<Profile>>;
    /// `addFriend`.
    fn add_friend(&self, friend: &NewFriend, deadline: &Deadline) -> Result<FriendAdded>;
    /// `acceptFriendApplication`, `refuseFriendApplication`; 30614 when the user does not ask.
    fn answer_application(&self, user: &UserId, answer: ApplicationAnswer, deadline: &Deadline) -> Result<()>;
    /// `deleteFriendApplication`; 30614 when there is none.
    fn delete_application(&self, user: &UserId, kind: FriendApplicationType, deadline: &Deadline) -> Result<()>;
    /// `setFriendApplicationRead`.
    fn read_applications(&self, deadline: &Deadline) -> Result<()>;
    /// `setSelfInfo`: who may add the user.
    fn set_allow_type(&self, _allow_type: AllowType, _deadline: &Deadline) -> Result<()> {
        let desc = "allowType cannot be set: an XMPP server always asks the user";
        Err(Error::new(Status::NotSupported, desc))
    }
    /// `deleteFromFriendList`.
    fn delete_friend(&self, user: &UserId, deadline: &Deadline) -> Result<()>;
    /// `setFriendInfo`.
    fn set_friend_remark(&self, user: &UserId, remark: &str, deadline: &Deadline) -> Result<()>;
    /// `createGroup`.
    fn create_group(&self, group: NewGroup, deadline: &Deadline) -> Result<GroupId>;
    /// `joinGroup`, with what to say to those who decide, and the password of a group that wants one.
    fn join_group(&self, group: &GroupId, message: &str, password: Option<&str>, deadline: &Deadline) -> Result<()>;
    /// `acceptGroupApplication`, `refuseGroupApplication`; 6017 when there is none.
    fn answer_group_application(&self, answer: &GroupApplicationAnswer, deadline: &Deadline) -> Result<()>;
    /// `setGroupApplicationRead`.
    fn read_group_applications(&self, deadline: &Deadline) -> Result<()>;
    /// `quitGroup`.
    fn quit_group(&self, group: &GroupId, deadline: &Deadline) -> Result<()>;
    /// `dismissGroup`.
    fn dismiss_group(&self, group: &GroupId, deadline: &Deadline) -> Result<()>;
    /// `inviteUserToGroup`.
    fn invite_to_group(&self, group: &GroupId, users: &[UserId], deadline: &Deadline) -> Result<Vec<MemberResult>>;
    /// `kickGroupMember`.
    fn kick_from_group(&self, group: &GroupId, users: &[UserId], deadline: &Deadline) -> Result<Vec<MemberResult>>;
    /// `setGroupInfo`.
    fn set_group_info(&self, group: &GroupId, edit: &GroupEdit, deadline: &Deadline) -> Result<()>;
    /// `setGroupMemberRole`: administrator or ordinary member.
    fn set_member_role(&self, group: &GroupId, user: &UserId, role: GroupRole, deadline: &Deadline) -> Result<()>;
    /// `muteGroupMember`: 0 seconds let the member speak again.
    fn mute_member(&self, group: &GroupId, user: &UserId, seconds: i64, deadline: &Deadline) -> Result<()>;
    /// `setGroupMemberInfo`: a member's name in a group; empty is none.
    fn set_name_card(&self, group: &GroupId, user: &UserId, name_card: &str, deadline: &Deadline) -> Result<()>;
    /// `transferGroupOwner`.
    fn transfer_group(&self, group: &GroupId, user: &UserId, deadline: &Deadline) -> Result<()>;
    /// `getGroupsInfo`: one result for each id, in the order asked.
    fn groups_info(&self, groups: &[GroupId], deadline: &Deadline) -> Result<Vec<Result<Group>>>;
    /// `getGroupMemberList`: members, in the order they joined where the server knows it, else in one that stays the same.
    fn group_members(&self, group: &GroupId, deadline: &Deadline) -> Result<Vec<GroupMember>>;
}
