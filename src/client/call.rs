//! A call of a method on its way into the client: when it was made, and its turn to begin. Runs on the thread of the call.

use super::call_threads::Turn;
use super::{Client, called_from_callback};
use crate::backend::{Backend, Deadline};
use crate::model::{ConversationId, FilePart, Result, Status, UserId};
use std::cell::Cell;
use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A call. Everything that needs neither time nor turn is the client's.
pub(crate) struct Call<'a> {
    client: &'a Client,
    made: Instant,
    /// Asynchronous calls begin one after the other, in the order in which they were made.
    turn: Cell<Option<Turn>>,
}

impl Deref for Call<'_> {
    type Target = Client;

    fn deref(&self) -> &Client {
        self.client
    }
}

impl<'a> Call<'a> {
    /// A call that is made now, on this thread.
    pub(crate) fn now(client: &'a Client) -> Self {
        Self::new(client, Instant::now(), None)
    }

    pub(super) fn new(client: &'a Client, made: Instant, turn: Option<Turn>) -> Self {
        let turn = Cell::new(turn);
        Self { client, made, turn }
    }

    /// What comes now takes long, and the next call need not wait for it.
    pub(super) fn has_begun(&self) {
        drop(self.turn.take());
    }

    pub(super) fn deadline(&self, timeout: Duration) -> Deadline {
        Deadline::since(self.made, timeout, Arc::clone(&self.client.cancelled))
    }

    /// Sends a request to the server, after everything that the user did before in the conversations that it changes
    /// something of; a request that only reads has none. 6014 if nobody is logged in, 90002 on the dispatcher thread.
    pub(crate) fn request<T>(
        &self,
        method: &str,
        conversations: &[ConversationId],
        timeout: Duration,
        work: impl FnOnce(&dyn Backend, &Deadline) -> Result<T>,
    ) -> Result<T> {
        let _inside = self.client.gate.enter()?;
        if self.client.dispatcher.is_current_thread() {
            return Err(called_from_callback(method));
        }
        self.has_begun();
        let deadline = self.deadline(timeout);
        let backend = self.client.login.backend_for(conversations, &deadline)?;
        match work(backend, &deadline) {
            // If the connection went because the client is being closed, that is the reason the caller should get.
            Err(error) if error.status == Status::Disconnected => Err(deadline.cancelled().unwrap_or(error)),
            outcome => outcome,
        }
    }

    /// `downloadMessage`. What is there already needs no server.
    pub(crate) fn download(&self, msg_id: &str, part: FilePart, timeout: Duration) -> Result<String> {
        let wanted = self.client.read(|engine| engine.wanted_file(msg_id, part))?;
        if let Some(message) = self.client.read(|engine| engine.downloaded(&wanted))? {
            return Ok(message);
        }
        self.request("downloadMessage", &[], timeout, |backend, deadline| {
            let engine = &self.client.engine;
            engine.download(&wanted, |file, is_cancelled, take| {
                backend.fetch_file(file, &deadline.unless(is_cancelled), take)
            })
        })
    }

    /// `login`: starts the sync. Returns at once when the cache knows the account, else when the server does.
    pub(crate) fn login(&self, user: Option<&UserId>, timeout: Duration) -> Result<()> {
        let _inside = self.client.gate.enter()?;
        if self.client.dispatcher.is_current_thread() {
            return Err(called_from_callback("login"));
        }
        let deadline = self.deadline(timeout);
        let begun = self.client.login.begin(user)?;
        self.has_begun();
        self.client.login.complete(begun, &deadline)
    }

    /// `logout`: ends the connection. The cache stays usable.
    pub(crate) fn logout(&self, timeout: Duration) -> Result<()> {
        let _inside = self.client.gate.enter()?;
        if self.client.dispatcher.is_current_thread() {
            return Err(called_from_callback("logout"));
        }
        // Without time left the account is logged out all the same; only the server is not waited for.
        let patience = self.deadline(timeout).left().unwrap_or_default();
        self.client.login.logout(patience);
        Ok(())
    }
}
