//! Any XMPP server: a Prosody on one box, a cluster of ejabberds. docs/xmpp.md says what becomes what.
//!
//! [`XmppBackend`] is the face. `worker` is the thread; `connection` makes its connection; `session` is what a login has on the server. `incoming` sorts what arrives: `chat` and `room_messages` turn messages
//! into changes of the account, `wire` reads and writes their content. `discovery`, `sync`, `archive` and `own_archive` catch up, and
//! `outbox` sends. The other modules are one subject each.

mod archive;
mod bookmarks;
mod caps;
mod chat;
mod config;
mod connection;
mod discovery;
mod hold;
mod incoming;
mod iq;
mod membership;
mod ns;
mod outbox;
mod own_archive;
mod pep;
mod profile;
mod reads;
mod room_config;
mod room_members;
mod room_messages;
mod room_presence;
mod rooms;
mod roster;
mod session;
mod settings;
mod stanza;
mod sync;
mod wire;
mod worker;

pub use config::{Tls, XmppConfig};

use super::thread::BackendThread;
use super::{Backend, Deadline, MemberResult, NewGroup, Sink};
use crate::model::{ConversationId, Error, Group, GroupId, GroupMember, Profile, Result, UserId};
use crossbeam_channel::RecvTimeoutError;
use session::Session;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use worker::Signal;

/// How often a waiting call looks whether its client was closed.
const LOOK: Duration = Duration::from_millis(50);

/// An account's access to an XMPP server.
pub struct XmppBackend {
    config: Arc<XmppConfig>,
    thread: BackendThread<mpsc::UnboundedSender<Signal>>,
}

impl XmppBackend {
    /// A backend for an account. Nothing is connected before [`Backend::start`].
    pub fn new(config: XmppConfig) -> Self {
        Self {
            config: Arc::new(config),
            thread: BackendThread::new("libim-xmpp"),
        }
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        match self.thread.with(|signals| signals.send(signal)) {
            Some(Ok(())) => Ok(()),
            _ => Err(Error::disconnected("the connection to the server was not started")),
        }
    }

    /// Does something in the session, and waits for what it ends with.
    fn ask<T, F>(&self, deadline: &Deadline, ask: impl FnOnce(Rc<Session>) -> F + Send + 'static) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + 'static,
    {
        let (sender, answer) = crossbeam_channel::bounded(1);
        self.signal(Signal::Work(Box::new(move |session| {
            let work = ask(session);
            tokio::task::spawn_local(async move {
                // Whoever asked may have given up.
                let _ = sender.send(work.await);
            });
        })))?;
        loop {
            match answer.recv_timeout(deadline.left()?.min(LOOK)) {
                Ok(result) => return result,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Error::disconnected("the connection to the server was lost"));
                }
            }
        }
    }
}

impl Drop for XmppBackend {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Backend for XmppBackend {
    fn start(&self, sink: Arc<dyn Sink>) -> Result<()> {
        let (signals, receiver) = mpsc::unbounded_channel();
        let (config, account) = (Arc::clone(&self.config), Arc::clone(&sink));
        self.thread
            .start(signals, sink, move || worker::run(config, account, receiver))
    }

    fn stop(&self) {
        self.thread.stop(|signals| {
            // A thread that has ended needs no signal.
            let _ = signals.send(Signal::Stop);
        });
    }

    fn outbox_changed(&self) {
        // Without a thread there is nobody to tell; the outbox is read when one starts.
        let _ = self.signal(Signal::Outbox);
    }

    fn history_wanted(&self, conversation: &ConversationId) {
        let conversation = conversation.clone();
        // Without a connection there is nothing to be had.
        let _ = self.signal(Signal::Work(Box::new(move |session| {
            session.spawn(move |session| async move { session.want_history(&conversation).await });
        })));
    }

    fn network_changed(&self) {
        let _ = self.signal(Signal::NetworkChanged);
    }

    fn set_self_info(&self, nick_name: Option<&str>, face_url: Option<&str>, deadline: &Deadline) -> Result<()> {
        let (nick_name, face_url) = (nick_name.map(str::to_owned), face_url.map(str::to_owned));
        self.ask(deadline, |session| async move {
            session.set_self_info(nick_name.as_deref(), face_url.as_deref()).await
        })
    }

    fn users_info(&self, users: &[UserId], deadline: &Deadline) -> Result<Vec<Profile>> {
        let users = users.to_vec();
        self.ask(deadline, |session| async move { session.users_info(&users).await })
    }

    fn add_friend(&self, user: &UserId, remark: &str, deadline: &Deadline) -> Result<()> {
        let (user, remark) = (user.clone(), remark.to_owned());
        self.ask(
            deadline,
            |session| async move { session.add_friend(&user, &remark).await },
        )
    }

    fn delete_friend(&self, user: &UserId, deadline: &Deadline) -> Result<()> {
        let user = user.clone();
        self.ask(deadline, |session| async move { session.delete_friend(&user).await })
    }

    fn set_friend_remark(&self, user: &UserId, remark: &str, deadline: &Deadline) -> Result<()> {
        let (user, remark) = (user.clone(), remark.to_owned());
        self.ask(deadline, |session| async move {
            session.set_friend_remark(&user, &remark).await
        })
    }

    fn create_group(&self, group: NewGroup, deadline: &Deadline) -> Result<GroupId> {
        self.ask(deadline, |session| async move { session.create_group(group).await })
    }

    fn join_group(&self, group: &GroupId, deadline: &Deadline) -> Result<()> {
        let group = group.clone();
        self.ask(deadline, |session| async move { session.join_group(&group).await })
    }

    fn quit_group(&self, group: &GroupId, deadline: &Deadline) -> Result<()> {
        let group = group.clone();
        self.ask(deadline, |session| async move { session.quit_group(&group).await })
    }

    fn dismiss_group(&self, group: &GroupId, deadline: &Deadline) -> Result<()> {
        let group = group.clone();
        self.ask(deadline, |session| async move { session.dismiss_group(&group).await })
    }

    fn invite_to_group(&self, group: &GroupId, users: &[UserId], deadline: &Deadline) -> Result<Vec<MemberResult>> {
        let (group, users) = (group.clone(), users.to_vec());
        self.ask(deadline, |session| async move { session.invite(&group, &users).await })
    }

    fn kick_from_group(&self, group: &GroupId, users: &[UserId], deadline: &Deadline) -> Result<Vec<MemberResult>> {
        let (group, users) = (group.clone(), users.to_vec());
        self.ask(deadline, |session| async move { session.kick(&group, &users).await })
    }

    fn set_group_info(
        &self,
        group: &GroupId,
        name: Option<&str>,
        face_url: Option<&str>,
        deadline: &Deadline,
    ) -> Result<()> {
        let (group, name) = (group.clone(), name.map(str::to_owned));
        let face_url = face_url.map(str::to_owned);
        self.ask(deadline, |session| async move {
            session
                .set_group_info(&group, name.as_deref(), face_url.as_deref())
                .await
        })
    }

    fn groups_info(&self, groups: &[GroupId], deadline: &Deadline) -> Result<Vec<Result<Group>>> {
        let groups = groups.to_vec();
        self.ask(deadline, |session| async move { session.groups_info(&groups).await })
    }

    fn group_members(&self, group: &GroupId, deadline: &Deadline) -> Result<Vec<GroupMember>> {
        let group = group.clone();
        self.ask(deadline, |session| async move { session.group_members(&group).await })
    }
}
