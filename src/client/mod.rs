//! One account: its cache, its server, its listeners. Opened, logged in, logged out, closed.
//!
//! Calls run on the callers' threads. Beside them a client has its dispatcher thread, which also carries out the
//! asynchronous calls on the cache; the backend's threads while logged in; and a thread for each asynchronous call that
//! waits for the server.

mod account_dir;
mod account_sink;
mod auto_download;
mod backend_config;
mod call;
mod call_threads;
mod config;
mod config_path;
mod connection;
mod delivery;
mod gate;
mod indexer;
mod login;
mod online;
mod state;
mod sync_events;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod typing;

#[cfg(feature = "schema")]
pub(crate) use account_sink::TypingStatus;
use backend_config::BackendConfig;
pub(crate) use call::Call;
use config::Config;
pub(crate) use config::RawConfig;
#[cfg(feature = "schema")]
pub(crate) use config::add_sets;
pub(crate) use connection::ConnectionStatus;
#[cfg(feature = "schema")]
pub(crate) use connection::Failure;

use crate::backend::Backend;
use crate::backend::embedded::EmbeddedBackend;
#[cfg(feature = "xmpp")]
use crate::backend::xmpp::XmppBackend;
use crate::engine::{CacheReport, Durability, Engine, EngineOptions};
use crate::events::{Dispatcher, Listener, ListenerId};
use crate::model::id::quoted;
use crate::model::sync::Arc;
use crate::model::sync::atomic::{AtomicBool, Ordering};
use crate::model::{ConversationId, Error, GroupId, LoginStatus, Message, Micros, Result, Status, UserId};
use auto_download::AutoDownload;
use call_threads::{CallThreads, Turn};
use gate::Gate;
use indexer::Indexer;
use login::Login;
use std::time::Instant;

/// An open account. Every method may be called from any thread.
pub struct Client {
    engine: Arc<Engine>,
    dispatcher: Dispatcher,
    login: Arc<Login>,
    gate: Gate,
    call_threads: CallThreads,
    indexer: Indexer,
    auto_download: AutoDownload,
    /// Becomes true when the client is being closed; calls that wait for the server then give up.
    cancelled: Arc<AtomicBool>,
}

impl Client {
    /// Opens the account's cache, without logging in. Returns in which state the cache was found.
    pub(crate) fn open(config: Config) -> Result<(Arc<Self>, CacheReport)> {
        let backend: Box<dyn Backend> = match &config.backend {
            BackendConfig::Embedded { path } => Box::new(EmbeddedBackend::new(
                path.clone(),
                config.durability == Durability::Full,
            )),
            #[cfg(feature = "xmpp")]
            BackendConfig::Xmpp(config) => Box::new(XmppBackend::new(config.clone())),
        };
        Self::with_backend(&config, backend)
    }

    /// Opens the account over a given backend.
    pub(crate) fn with_backend(config: &Config, backend: Box<dyn Backend>) -> Result<(Arc<Self>, CacheReport)> {
        let dispatcher = Dispatcher::start()?;
        let options = EngineOptions {
            dir: config.data_dir.join(account_dir::name(&config.user_id)),
            user_id: config.user_id.clone(),
            order: config.conversation_order,
            conversation_limit: config.conversation_limit,
            durability: config.durability,
            media_cache_bytes: config.media_cache_bytes,
            search: config.search,
            changed_fields: config.changed_fields,
            clock: {
                let offset = backend.clock_offset();
                Arc::new(move || Micros(Micros::now().0 + offset.load(Ordering::Relaxed)))
            },
        };
        let (engine, report) = Engine::open(options, dispatcher.queue())?;
        let engine = Arc::new(engine);
        let indexer = Indexer::start(&engine, config.search)?;
        let cancelled = Arc::new(AtomicBool::new(false));
        let login = Arc::new(Login::new(
            config.user_id.clone(),
            Arc::clone(&engine),
            dispatcher.queue(),
            backend,
            Arc::clone(&cancelled),
        ));
        let auto_download = AutoDownload::start(&login, &cancelled, config.auto_download_bytes)?;
        Ok((
            Arc::new(Self {
                engine,
                dispatcher,
                login,
                gate: Gate::new(),
                call_threads: CallThreads::default(),
                indexer,
                auto_download,
                cancelled,
            }),
            report,
        ))
    }

    /// Closes the client: ends waiting calls with 7009, completes asynchronous ones, stops the backend and the
    /// dispatcher, closes the files. When it returns no callback runs. 90002 inside one of its callbacks, 6013 when it
    /// is closed already.
    pub fn close(&self) -> Result<()> {
        // Before anything is shut: a close that is refused leaves the client open.
        if self.dispatcher.is_current_thread() {
            return Err(called_from_callback("im_client_close"));
        }
        self.gate.shut()?;
        self.cancelled.store(true, Ordering::Release);
        self.login.cancel();
        // Pending jobs end with 7009 and the running ones finish, so that every completion is in the queue before the
        // dispatcher stops.
        self.call_threads.close();
        // The backend's threads write into the cache and the queue, so they end before both.
        self.login.logout(login::GOODBYE);
        self.indexer.end(&self.engine);
        self.auto_download.end(&self.login);
        // Calls of other threads, and those that a running callback makes, finish first.
        self.dispatcher.close_after(|| self.gate.wait_until_empty());
        // Last, because a callback may read the cache until it ends.
        self.engine.close();
        Ok(())
    }

    /// A userID that the app gave, checked, and as the account's kind of server writes it: one user has one id. 7003 when
    /// the server can have no such user.
    pub(crate) fn user(&self, field: &str, id: impl Into<String>) -> Result<UserId> {
        let id = UserId::parse(field, id)?;
        if !self.login.is_user_id(id.as_str()) {
            let desc = format!(
                "{field} {} is not an address, as alice@example.org is",
                quoted(id.as_str())
            );
            return Err(Error::new(Status::InvalidUserId, desc));
        }
        Ok(self.prepared(id.as_str()).map_or(id, UserId::trusted))
    }

    /// An id of a user as the server writes it; `None` when it is written so already. Somebody in a group is an address with a
    /// resource, which is no part of other ids.
    fn prepared(&self, id: &str) -> Option<String> {
        match self.login.occupant(id) {
            Some((occupant, group)) if self.engine.knows_occupant(&occupant, &group).unwrap_or_default() => {
                (occupant.as_str() != id).then(|| occupant.to_string())
            }
            _ => self.login.prepared(id),
        }
    }

    /// The same of a groupID.
    pub(crate) fn group(&self, field: &str, id: impl Into<String>) -> Result<GroupId> {
        let id = GroupId::parse(field, id)?;
        Ok(self.login.prepared(id.as_str()).map_or(id, GroupId::trusted))
    }

    /// The same of a conversationID.
    pub(crate) fn conversation(&self, field: &str, id: impl Into<String>) -> Result<ConversationId> {
        let id = ConversationId::parse(field, id)?;
        let prepared = match id.user_id() {
            Some(_) => self.prepared(id.target()),
            None => self.login.prepared(id.target()),
        };
        Ok(prepared.map_or(id.clone(), |target| id.with_target(&target)))
    }

    /// Adds a listener for the events in `mask` (bit n = event n; 0 = all). 6013 after close.
    pub fn add_listener(&self, mask: u64, listener: Arc<dyn Listener>) -> Result<ListenerId> {
        let _call = self.gate.enter()?;
        match self.dispatcher.add_listener(mask, listener) {
            // The call came in before the gate was shut, and the dispatcher has fallen silent since.
            0 => Err(gate::closed()),
            id => {
                self.engine.go_on_indexing();
                Ok(id)
            }
        }
    }

    /// Removes a listener; see [`Dispatcher::remove_listener`]. 6017 when there is no such listener.
    pub(crate) fn remove_listener(&self, id: ListenerId) -> Result<()> {
        // Not a call that close waits for: it may itself wait for a callback that has to end first.
        self.gate.check()?;
        if self.dispatcher.remove_listener(id) {
            Ok(())
        } else {
            Err(Error::invalid(format!("listener {id} is not one of this client's")))
        }
    }

    /// Works on the cache, and rings the backend in case something was added to the outbox.
    pub fn local<T>(&self, work: impl FnOnce(&Engine) -> Result<T>) -> Result<T> {
        let _call = self.gate.enter()?;
        let value = work(&self.engine)?;
        self.login.outbox_changed();
        Ok(value)
    }

    /// Reads the cache.
    pub fn read<T>(&self, work: impl FnOnce(&Engine) -> Result<T>) -> Result<T> {
        let _call = self.gate.enter()?;
        work(&self.engine)
    }

    /// `getLoginStatus`.
    pub(crate) fn login_status(&self) -> Result<LoginStatus> {
        let _call = self.gate.enter()?;
        Ok(self.login.status())
    }

    /// How the connection and the sync stand.
    pub(crate) fn connection_status(&self) -> Result<ConnectionStatus> {
        let _call = self.gate.enter()?;
        Ok(self.login.connection_status())
    }

    /// The app has read a conversation's history to the end of the stored part. The server may have more: it is fetched in
    /// the background, and `onMessagesMissed` reports it.
    pub(crate) fn history_ended(&self, conversation: &ConversationId) -> Result<()> {
        let _call = self.gate.enter()?;
        self.login.history_ended(conversation);
        Ok(())
    }

    /// `sendTypingStatus`.
    pub(crate) fn send_typing(&self, to: &UserId, is_typing: bool) -> Result<()> {
        let _call = self.gate.enter()?;
        self.login.send_typing(to, is_typing)
    }

    /// Sends a message to those who are online; see [`Login::send_online`].
    pub(crate) fn send_online<T>(
        &self,
        work: impl FnOnce(&Engine, &dyn Fn(&Message) -> Result<()>) -> Result<T>,
    ) -> Result<T> {
        let _call = self.gate.enter()?;
        work(&self.engine, &|message| self.login.send_online(message))
    }

    /// A message to a conversation ends the user's typing there.
    pub(crate) fn has_written(&self, to: &ConversationId) {
        self.login.has_written(to);
    }

    /// `networkChanged`: a lost connection is noticed, or replaced, sooner.
    pub(crate) fn network_changed(&self) -> Result<()> {
        let _call = self.gate.enter()?;
        self.login.network_changed();
        Ok(())
    }

    /// `getLoginUser`: `None` when nobody is logged in.
    pub(crate) fn login_user(&self) -> Result<Option<UserId>> {
        let _call = self.gate.enter()?;
        Ok((self.login.status() == LoginStatus::LoggedIn).then(|| self.login.user_id().clone()))
    }

    /// The account's user.
    pub fn user_id(&self) -> &UserId {
        self.login.user_id()
    }

    /// Runs a call on the cache at its place among the events, on the dispatcher thread, and its completion at once
    /// after it: the answer is never older than what was told before, and what is newer is told after it.
    ///
    /// `run` gets no call when the client was closed before. Returns an error, and runs neither, when the client is
    /// closed.
    pub(crate) fn run_in_place<T>(
        self: &Arc<Self>,
        run: impl FnOnce(Option<&Call<'_>>) -> T + Send + 'static,
        done: impl FnOnce(T) + Send + 'static,
    ) -> Result<()> {
        let _call = self.gate.enter()?;
        // What is queued must not keep a closed client alive for ever.
        let client = Arc::downgrade(self);
        self.dispatcher.queue().push_completion(Box::new(move || {
            let client = client.upgrade().filter(|client| !client.is_cancelled());
            done(run(client.as_deref().map(Call::now).as_ref()));
        }));
        Ok(())
    }

    /// Runs a call that waits for the server on a thread of its own, and its completion on the dispatcher thread; `run`
    /// and the error are as above. Its time runs from now on.
    pub(crate) fn run_on_thread<T: Send + 'static>(
        self: &Arc<Self>,
        run: impl FnOnce(Option<&Call<'_>>) -> T + Send + 'static,
        done: impl FnOnce(T) + Send + 'static,
    ) -> Result<()> {
        let _call = self.gate.enter()?;
        let made = Instant::now();
        let queue = self.dispatcher.queue();
        // As above; nor must the job be the one to drop the client.
        let client = Arc::downgrade(self);
        self.call_threads.push(Box::new(move |turn: Option<Turn>| {
            let client = client.upgrade().filter(|client| !client.is_cancelled());
            let call = match (&client, turn) {
                (Some(client), Some(turn)) => Some(Call::new(client, made, Some(turn))),
                _ => None,
            };
            let value = run(call.as_ref());
            queue.push_completion(Box::new(move || done(value)));
        }))
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Acquire)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // The C boundary closes before it lets go; this is for Rust tests that do not.
        if self.close().is_err() {
            log::debug!("the client was closed before");
        }
    }
}

/// 90002.
fn called_from_callback(what: &str) -> Error {
    Error::new(
        Status::CalledFromCallback,
        format!(
            "{what} waits, so it cannot be called inside a callback of the same client; use im_call_async for methods"
        ),
    )
}
