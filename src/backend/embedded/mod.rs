//! The embedded backend: the whole service in one SQLite file, for any number of processes on one machine.
//!
//! There is no server process. Every client opens the file, writes what it sends into the inboxes of those it concerns,
//! and reads its own inbox. There is no authentication either: who may open the file may be anybody in it.

mod groups;
mod inbox;
mod messages;
mod people;
mod service;
mod session;
mod settings;
mod worker;

use crate::backend::{Backend, Deadline, MemberResult, NewGroup, Sink};
use crate::model::{Error, Group, GroupId, GroupMember, Profile, Result, Status, UserId};
use rusqlite::Connection;
use session::Session;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The schema of the service file.
pub const SERVICE_SCHEMA: &str = include_str!("schema.sql");

/// What the worker and the callers of requests share.
struct Shared {
    path: PathBuf,
    /// The connected account. Whoever holds the lock is the only one to hand changes on.
    session: Mutex<Option<Session>>,
    is_stopped: AtomicBool,
    /// Something to do before the next tick.
    bell: Mutex<bool>,
    rung: Condvar,
}

impl Shared {
    fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Acquire)
    }

    fn ring(&self) {
        *lock(&self.bell) = true;
        self.rung.notify_all();
    }

    /// Waits for the bell, at most this long.
    fn wait(&self, time: Duration) {
        let bell = lock(&self.bell);
        let (mut bell, _) = self
            .rung
            .wait_timeout_while(bell, time, |rung| !*rung)
            .unwrap_or_else(PoisonError::into_inner);
        *bell = false;
    }

    fn with_session<T>(&self, work: impl FnOnce(&mut Session) -> Result<T>) -> Result<T> {
        match lock(&self.session).as_mut() {
            Some(session) => work(session),
            None => Err(Error::disconnected("the service file cannot be reached now")),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The embedded service as one account's backend.
pub struct EmbeddedBackend {
    path: PathBuf,
    running: Mutex<Option<(Arc<Shared>, JoinHandle<()>)>>,
}

impl EmbeddedBackend {
    /// A backend over the service file at `path`, which is made when the first user logs in.
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            running: Mutex::new(None),
        }
    }

    /// Runs a request in one transaction of the service, then hands on what it changed.
    fn request<T>(&self, deadline: &Deadline, work: impl FnOnce(&Connection, i64) -> Result<T>) -> Result<T> {
        let shared = match lock(&self.running).as_ref() {
            Some((shared, _)) => Arc::clone(shared),
            None => return Err(Error::disconnected("the account is not connected")),
        };
        deadline.left()?;
        shared.with_session(|session| {
            if shared.is_stopped() {
                return Err(Error::new(Status::Cancelled, "the account was logged out"));
            }
            let user = session.user;
            let value = session.service.write(|| deadline.left().is_ok(), |db| work(db, user))?;
            session.pull()?;
            Ok(value)
        })
    }
}

impl Backend for EmbeddedBackend {
    fn start(&self, sink: Arc<dyn Sink>) -> Result<()> {
        let mut running = lock(&self.running);
        if running.is_some() {
            return Err(Error::new(Status::InProgress, "the backend is running"));
        }
        let shared = Arc::new(Shared {
            path: self.path.clone(),
            session: Mutex::new(None),
            is_stopped: AtomicBool::new(false),
            bell: Mutex::new(false),
            rung: Condvar::new(),
        });
        let its = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("libim-embedded".to_owned())
            .spawn(move || worker::run(&its, &sink))
            .map_err(|error| Error::internal(format!("cannot start the service thread: {error}")))?;
        *running = Some((shared, thread));
        Ok(())
    }

    fn stop(&self) {
        let Some((shared, thread)) = lock(&self.running).take() else {
            return;
        };
        shared.is_stopped.store(true, Ordering::Release);
        shared.ring();
        if thread.join().is_err() {
            log::error!("the service thread ended in a panic");
        }
        // A request that is still running holds this lock; after it nothing reaches the sink any more.
        lock(&shared.session).take();
    }

    fn outbox_changed(&self) {
        if let Some((shared, _)) = lock(&self.running).as_ref() {
            shared.ring();
        }
    }

    fn set_self_info(&self, nick_name: Option<&str>, face_url: Option<&str>, deadline: &Deadline) -> Result<()> {
        self.request(deadline, |db, user| people::set_profile(db, user, nick_name, face_url))
    }

    fn users_info(&self, users: &[UserId], deadline: &Deadline) -> Result<Vec<Profile>> {
        self.request(deadline, |db, _| {
            let mut profiles = Vec::with_capacity(users.len());
            for user in users {
                let found = people::find(db, user.as_str()).and_then(|found| match found {
                    Some(number) => people::profile(db, number),
                    None => Ok(None),
                });
                profiles.extend(found.map_err(|error| service::failed(&error))?);
            }
            Ok(profiles)
        })
    }

    fn add_friend(&self, user: &UserId, remark: &str, deadline: &Deadline) -> Result<()> {
        self.request(deadline, |db, me| people::add_friend(db, me, user, remark))
    }

    fn delete_friend(&self, user: &UserId, deadline: &Deadline) -> Result<()> {
        self.request(deadline, |db, me| people::delete_friend(db, me, user))
    }

    fn set_friend_remark(&self, user: &UserId, remark: &str, deadline: &Deadline) -> Result<()> {
        self.request(deadline, |db, me| people::set_remark(db, me, user, remark))
    }

    fn create_group(&self, group: NewGroup, deadline: &Deadline) -> Result<GroupId> {
        self.request(deadline, |db, me| groups::create(db, me, &group))
    }

    fn join_group(&self, group: &GroupId, deadline: &Deadline) -> Result<()> {
        self.request(deadline, |db, me| groups::join(db, me, group))
    }

    fn quit_group(&self, group: &GroupId, deadline: &Deadline) -> Result<()> {
        self.request(deadline, |db, me| groups::quit(db, me, group))
    }

    fn dismiss_group(&self, group: &GroupId, deadline: &Deadline) -> Result<()> {
        self.request(deadline, |db, me| groups::dismiss(db, me, group))
    }

    fn invite_to_group(&self, group: &GroupId, users: &[UserId], deadline: &Deadline) -> Result<Vec<MemberResult>> {
        self.request(deadline, |db, me| groups::invite(db, me, group, users))
    }

    fn kick_from_group(&self, group: &GroupId, users: &[UserId], deadline: &Deadline) -> Result<Vec<MemberResult>> {
        self.request(deadline, |db, me| groups::kick(db, me, group, users))
    }

    fn set_group_info(
        &self,
        group: &GroupId,
        name: Option<&str>,
        face_url: Option<&str>,
        deadline: &Deadline,
    ) -> Result<()> {
        self.request(deadline, |db, me| groups::set_info(db, me, group, name, face_url))
    }

    fn groups_info(&self, groups: &[GroupId], deadline: &Deadline) -> Result<Vec<Result<Group>>> {
        self.request(deadline, |db, me| {
            Ok(groups.iter().map(|group| groups::info(db, me, group)).collect())
        })
    }

    fn group_members(&self, group: &GroupId, deadline: &Deadline) -> Result<Vec<GroupMember>> {
        self.request(deadline, |db, me| groups::member_list(db, me, group))
    }
}
