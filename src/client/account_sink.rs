//! The account as its backend sees it: passes batches and commands to the engine, and facts to the state of the login.

use super::connection::Failure;
use super::state::LoginState;
use super::sync_events::Tell;
use super::typing::Typing;
use crate::backend::{LinkState, Sink};
use crate::engine::Engine;
use crate::events::{Event, EventQueue};
use crate::model::bell::Bell;
use crate::model::lock::{lock, wait_timeout};
use crate::model::sync::{Arc, Condvar, Mutex, MutexGuard};
use crate::model::{
    Change, ConversationId, Error, Friend, FriendApplicationType, Group, GroupApplicationId, Inbound, LoginStatus,
    Message, Micros, OutboxEntry, Outcome, Place, Profile, ReadPosition, Result, StoredMessage, UnsentFiles, UserId,
    WaitingCommand,
};
use serde::Serialize;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What the backend's thread and the callers share.
pub(super) struct AccountSink {
    user_id: UserId,
    engine: Arc<Engine>,
    queue: EventQueue,
    state: Mutex<LoginState>,
    changed: Condvar,
    pub(super) typing: Typing,
    /// There may be files to fetch, and a server that has them.
    pub(super) files_wanted: Bell,
}

/// The messages of a batch.
fn messages(batch: &Inbound) -> impl Iterator<Item = &Message> {
    batch.changes.iter().filter_map(|change| match change {
        Change::Message(message) => Some(message),
        Change::UnnumberedMessage(unnumbered) => Some(&unnumbered.message),
        _ => None,
    })
}

/// Whether a message of a batch has a file.
fn has_files(batch: &Inbound) -> bool {
    messages(batch).any(|message| !message.body.elem.files().is_empty())
}

/// Whether somebody is typing.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct TypingStatus<'a> {
    /// The conversation.
    #[serde(rename = "conversationID")]
    conversation_id: &'a str,
    /// Who types.
    #[serde(rename = "userID")]
    user_id: &'a str,
    /// Whether they type.
    #[serde(rename = "isTyping")]
    is_typing: bool,
}

impl AccountSink {
    pub(super) fn new(user_id: UserId, engine: Arc<Engine>, queue: EventQueue) -> Self {
        Self {
            user_id,
            engine,
            queue,
            state: Mutex::new(LoginState::new()),
            changed: Condvar::new(),
            typing: Typing::default(),
            files_wanted: Bell::default(),
        }
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(super) fn status(&self) -> LoginStatus {
        self.lock().status()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, LoginState> {
        lock(&self.state)
    }

    /// Waits, no longer than `at_most`, for a change of the state or for [`AccountSink::wake`].
    pub(super) fn wait<'a>(&self, state: MutexGuard<'a, LoginState>, at_most: Duration) -> MutexGuard<'a, LoginState> {
        wait_timeout(&self.changed, state, at_most)
    }

    /// Changes the state, tells the app what that means, and wakes those who wait.
    ///
    /// The events are pushed under the lock, so that their order is the order of the changes.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut LoginState, &mut Tell<'_>) -> T) -> T {
        let mut state = self.lock();
        let value = change(&mut state, &mut |event, why| self.tell(event, why));
        let has_ended = state.status() == LoginStatus::LoggedOut;
        // Before the notice: whoever wakes wants the lock.
        drop(state);
        if has_ended {
            self.engine.wake_deliveries();
        }
        self.changed.notify_all();
        value
    }

    /// Makes those who wait look again at what is not part of the state.
    pub(super) fn wake(&self) {
        // The lock makes sure that a waiter is either before its look or in its wait, where it is notified.
        drop(self.lock());
        self.changed.notify_all();
    }

    /// Nobody types any more, as far as one can know without a connection.
    pub(super) fn end_typing(&self) {
        self.tell_typing(&self.typing.all(Instant::now()), false);
    }

    fn tell_typing(&self, users: &[UserId], is_typing: bool) {
        for user in users {
            let conversation = ConversationId::c2c(user);
            let status = TypingStatus {
                conversation_id: conversation.as_str(),
                user_id: user.as_str(),
                is_typing,
            };
            if let Ok(payload) = serde_json::to_string(&status) {
                self.queue.push_event(Event::TypingStatusChanged, payload);
            }
        }
    }

    fn tell(&self, event: Event, why: Option<&Error>) {
        let payload = match why {
            Some(error) if matches!(event, Event::ConnectFailed | Event::SyncServerFailed) => {
                // Two plain fields always serialize; null is the least wrong payload should that ever change.
                serde_json::to_string(&Failure::from(error)).unwrap_or_else(|_| "null".into())
            }
            // V2TIM's callbacks for the other ends of a login have no argument.
            _ => "null".to_owned(),
        };
        self.queue.push_event(event, payload);
        if event == Event::ConnectSuccess {
            self.files_wanted.ring();
        }
    }
}

impl Sink for AccountSink {
    fn user_id(&self) -> &UserId {
        &self.user_id
    }

    fn cursor(&self) -> Result<Option<String>> {
        self.engine.cursor()
    }

    fn apply(&self, batch: Inbound) -> Result<()> {
        // Whoever has sent a message types no more: the message comes first.
        let writers = if batch.live && self.typing.is_anybody() {
            writers(&batch)
        } else {
            Vec::new()
        };
        let has_files = has_files(&batch);
        self.engine.apply(batch)?;
        if has_files {
            self.files_wanted.ring();
        }
        writers.iter().for_each(|writer| self.typing(writer, false));
        Ok(())
    }

    fn typing(&self, user: &UserId, is_typing: bool) {
        let id = ConversationId::c2c(user);
        let is_shown = || self.engine.shows_typing(&id).unwrap_or_default();
        if (!is_typing || is_shown()) && self.typing.hear(user, is_typing, Instant::now()) {
            self.tell_typing(std::slice::from_ref(user), is_typing);
        }
    }

    fn types_to(&self, user: &UserId) -> bool {
        self.typing.types_to(user)
    }

    fn online_message(&self, message: Message) -> Result<()> {
        self.engine.receive_online(&message)?;
        if message.conversation.user_id().as_ref() == Some(&message.sender) {
            self.typing(&message.sender, false);
        }
        Ok(())
    }

    fn look_at_typing(&self) {
        if self.typing.is_anybody() {
            self.tell_typing(&self.typing.expired(Instant::now()), false);
        }
    }

    fn next_outbound(&self) -> Result<Option<OutboxEntry>> {
        let next = self.engine.next_outbound();
        // It may have taken commands off that have nothing left to do.
        self.wake();
        next
    }

    fn waiting_outbound(&self, after: i64) -> Result<Option<WaitingCommand>> {
        self.engine.waiting_outbound(after)
    }

    fn begin_outbound(&self, id: i64) -> Result<Option<OutboxEntry>> {
        self.engine.begin_outbound(id)
    }

    fn complete_outbound(&self, id: i64, outcome: Outcome) -> Result<()> {
        self.engine.complete_outbound(id, outcome)?;
        self.wake();
        Ok(())
    }

    fn complete_outbound_at(&self, id: i64, outcome: Outcome, cursor: String) -> Result<()> {
        self.engine.complete_outbound_at(id, outcome, Some(cursor))
    }

    fn archive_position(&self, archive: &str) -> Result<Option<String>> {
        self.engine.archive_position(archive)
    }

    fn in_use_since(&self) -> Result<Option<Micros>> {
        self.engine.in_use_since()
    }

    fn stored_message(&self, msg_id: &str) -> Result<Option<StoredMessage>> {
        self.engine.stored_message(msg_id)
    }

    fn newest_received(&self, conversation: &ConversationId, up_to: u64) -> Result<Option<StoredMessage>> {
        self.engine.newest_received(conversation, up_to)
    }

    fn is_known_peer(&self, peer: &UserId) -> Result<bool> {
        self.engine.is_known_peer(peer)
    }

    fn newest_received_id(&self, conversation: &ConversationId, up_to: u64) -> Result<Option<String>> {
        self.engine.newest_received_id(conversation, up_to)
    }

    fn read_position(&self, conversation: &ConversationId) -> Result<Option<ReadPosition>> {
        self.engine.read_position(conversation)
    }

    fn oldest_stored(&self, conversation: &ConversationId) -> Result<Option<StoredMessage>> {
        self.engine.oldest_stored(conversation)
    }

    fn newest_place(&self, conversation: &ConversationId) -> Result<Place> {
        self.engine.newest_place(conversation)
    }

    fn stored_conversations(&self) -> Result<Vec<ConversationId>> {
        self.engine.stored_conversations()
    }

    fn numbered_message(&self, conversation: &ConversationId, below: u64) -> Result<Option<(u64, String)>> {
        self.engine.numbered_message(conversation, below)
    }

    fn listed_place(&self, conversation: &ConversationId) -> Result<Option<Micros>> {
        self.engine.listed_place(conversation)
    }

    fn was_archived(&self, conversation: &ConversationId, server_id: &str, time: Micros) -> Result<bool> {
        self.engine.was_archived(conversation, server_id, time)
    }

    fn stored_profile(&self, user: &UserId) -> Result<Option<(Profile, Micros)>> {
        self.engine.stored_profile(user)
    }

    fn recent_conversations(&self, count: usize) -> Result<Vec<ConversationId>> {
        self.engine.recent_conversations(count)
    }

    fn friends(&self) -> Result<Vec<Friend>> {
        self.engine.friends()
    }

    fn applicants(&self, kind: FriendApplicationType) -> Result<Vec<UserId>> {
        self.engine.applicants(kind)
    }

    fn group_applicants(&self) -> Result<Vec<GroupApplicationId>> {
        self.engine.group_applicants()
    }

    fn joined_groups(&self) -> Result<Vec<Group>> {
        self.engine.joined_groups()
    }

    fn local_file(&self, uuid: &str) -> Option<PathBuf> {
        self.engine.local_file(uuid)
    }

    fn unsent_files(&self, id: i64) -> Result<Option<UnsentFiles>> {
        self.engine.unsent_files(id)
    }

    fn file_uploaded(&self, msg_id: &str, uuid: &str, url: &str) -> Result<()> {
        self.engine.file_uploaded(msg_id, uuid, url)
    }

    fn upload_progress(&self, msg_id: &str, done: u64, total: u64) {
        self.engine.upload_progress(msg_id, done, total);
    }

    fn report(&self, fact: LinkState) {
        let is_end = matches!(
            fact,
            LinkState::Failed(_) | LinkState::Refused(_) | LinkState::KickedOffline | LinkState::UserSigExpired
        );
        if is_end {
            self.end_typing();
        }
        self.change(|state, tell| state.take(fact, tell));
    }
}

/// Who has sent the messages of a batch to the account.
fn writers(batch: &Inbound) -> Vec<UserId> {
    let to_us = messages(batch).filter(|message| message.conversation.user_id().as_ref() == Some(&message.sender));
    to_us.map(|message| message.sender.clone()).collect()
}
