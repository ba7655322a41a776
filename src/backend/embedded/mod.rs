//! The whole chat service in one SQLite file, shared by any number of clients in any number of processes. There is no
//! server: each client writes what it does into the file, with one small inbox row for everyone it concerns, and reads
//! its own inbox.
//!
//! [`EmbeddedBackend`] is the face; `session` and `worker` own the thread; `link` joins an account to the file; `service`
//! is the file; the other modules are the service's rules, one subject each. docs/service-schema.sql explains the tables.

mod change;
mod commands;
mod conversations;
mod fault;
mod friends;
mod groups;
mod inbox;
mod link;
mod membership;
mod messages;
mod removal;
mod service;
mod session;
mod settings;
mod users;
mod worker;

use super::{Backend, Deadline, LinkState, MemberResult, NewGroup, Sink};
use crate::model::{Error, Group, GroupId, GroupMember, Profile, Result, Status, UserId};
use session::Session;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// A client's access to the service in one file.
///
/// The first login makes the file; its directory has to be there. A client that has seen the service waits for that very
/// service when the file is missing, locked for long, or replaced by another: 9508, and its outbox waits too.
pub struct EmbeddedBackend {
    path: PathBuf,
    running: Mutex<Option<Running>>,
}

struct Running {
    session: Arc<Session>,
    thread: JoinHandle<()>,
}

impl EmbeddedBackend {
    /// A backend on the service file at `path`. Nothing is opened before [`Backend::start`].
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            running: Mutex::new(None),
        }
    }

    fn session(&self) -> Option<Arc<Session>> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.as_ref().map(|running| running.session.clone())
    }

    fn started(&self) -> Result<Arc<Session>> {
        self.session()
            .ok_or_else(|| Error::disconnected("the connection to the service was not started"))
    }
}

impl Drop for EmbeddedBackend {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Backend for EmbeddedBackend {
    fn start(&self, sink: Arc<dyn Sink>) -> Result<()> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.is_some() {
            return Err(Error::new(
                Status::InProgress,
                "the connection to the service was started before",
            ));
        }
        let session = Arc::new(Session::new(self.path.clone(), sink));
        let own = session.clone();
        let thread = std::thread::Builder::new()
            .name("libim-embedded".to_owned())
            .spawn(move || {
                if catch_unwind(AssertUnwindSafe(|| worker::run(own.clone()))).is_err() {
                    log::error!("the thread of the embedded service ended by a panic");
                    *own.link() = None;
                    own.sink.report(LinkState::Failed(Error::internal(
                        "the embedded service's thread failed",
                    )));
                }
            })
            .map_err(|error| Error::internal(format!("no thread could be started: {error}")))?;
        *running = Some(Running { session, thread });
        Ok(())
    }

    fn stop(&self) {
        let taken = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Running { session, thread }) = taken else {
            return;
        };
        session.stop();
        // Called by the account from inside one of its own callbacks, it cannot wait for itself.
        if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
            log::error!("the thread of the embedded service could not be joined");
        }
        // Waits for a request that still holds the link; the next one finds the session stopped.
        *session.link() = None;
    }

    fn outbox_changed(&self) {
        if let Some(session) = self.session() {
            session.outbox_changed();
        }
    }

    fn set_self_info(&self, nick_name: Option<&str>, face_url: Option<&str>, deadline: &Deadline) -> Result<()> {
        self.started()?
            .write(deadline, |tx, me| users::set_self_info(tx, me, nick_name, face_url))
    }

    fn users_info(&self, users: &[UserId], deadline: &Deadline) -> Result<Vec<Profile>> {
        self.started()?.read(deadline, |db, _| users::infos(db, users))
    }

    fn add_friend(&self, user: &UserId, remark: &str, deadline: &Deadline) -> Result<()> {
        self.started()?
            .write(deadline, |tx, me| friends::add(tx, me, user, remark))
    }

    fn delete_friend(&self, user: &UserId, deadline: &Deadline) -> Result<()> {
        self.started()?.write(deadline, |tx, me| friends::delete(tx, me, user))
    }

    fn set_friend_remark(&self, user: &UserId, remark: &str, deadline: &Deadline) -> Result<()> {
        self.started()?
            .write(deadline, |tx, me| friends::set_remark(tx, me, user, remark))
    }

    fn create_group(&self, group: NewGroup, deadline: &Deadline) -> Result<GroupId> {
        self.started()?.write(deadline, |tx, me| groups::create(tx, me, &group))
    }

    fn join_group(&self, group: &GroupId, deadline: &Deadline) -> Result<()> {
        self.started()?
            .write(deadline, |tx, me| membership::join(tx, me, group))
    }

    fn quit_group(&self, group: &GroupId, deadline: &Deadline) -> Result<()> {
        self.started()?
            .write(deadline, |tx, me| membership::quit(tx, me, group))
    }

    fn dismiss_group(&self, group: &GroupId, deadline: &Deadline) -> Result<()> {
        self.started()?.write(deadline, |tx, me| groups::dismiss(tx, me, group))
    }

    fn invite_to_group(&self, group: &GroupId, users: &[UserId], deadline: &Deadline) -> Result<Vec<MemberResult>> {
        self.started()?
            .write(deadline, |tx, me| membership::invite(tx, me, group, users))
    }

    fn kick_from_group(&self, group: &GroupId, users: &[UserId], deadline: &Deadline) -> Result<Vec<MemberResult>> {
        self.started()?
            .write(deadline, |tx, me| membership::kick(tx, me, group, users))
    }

    fn set_group_info(
        &self,
        group: &GroupId,
        name: Option<&str>,
        face_url: Option<&str>,
        deadline: &Deadline,
    ) -> Result<()> {
        self.started()?
            .write(deadline, |tx, me| groups::set_info(tx, me, group, name, face_url))
    }

    fn groups_info(&self, groups: &[GroupId], deadline: &Deadline) -> Result<Vec<Result<Group>>> {
        self.started()?.read(deadline, |db, me| groups::infos(db, me, groups))
    }

    fn group_members(&self, group: &GroupId, deadline: &Deadline) -> Result<Vec<GroupMember>> {
        self.started()?.read(deadline, |db, me| groups::members(db, me, group))
    }
}
