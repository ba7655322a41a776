//! Alice's client over a server that answers in its own time: its thread logs in, syncs, loses its connection, gets it back,
//! or refuses the login, as the schedule says.

use crate::backend::thread::BackendThread;
use crate::backend::{
    ApplicationAnswer, Backend, Deadline, FriendAdded, GroupApplicationAnswer, LinkState, MemberResult, NewFriend,
    NewGroup, Sink,
};
use crate::client::{Client, RawConfig};
use crate::events::{Event, Listener};
use crate::model::lock::lock;
use crate::model::sync::atomic::{AtomicBool, Ordering};
use crate::model::sync::{Arc, Mutex};
use crate::model::{
    Error, FriendApplicationType, Group, GroupEdit, GroupId, GroupMember, GroupRole, Inbound, Profile, Result, Status,
    UserId,
};
use shuttle::rand::Rng as _;
use std::time::Duration;

/// What a test can be sure of after a schedule, noted by the threads: a panic in a callback would be caught.
#[derive(Clone, Default)]
pub struct Faults(Arc<Mutex<Vec<String>>>);

impl Faults {
    /// Notes what must not be.
    pub fn check(&self, is_right: bool, otherwise: impl FnOnce() -> String) {
        if !is_right {
            lock(&self.0).push(otherwise());
        }
    }

    /// At the end of a schedule.
    pub fn assert_none(&self) {
        let faults = lock(&self.0);
        assert!(faults.is_empty(), "{faults:#?}");
    }
}

/// How a server treats a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// It lets the user in and syncs.
    Kind,
    /// It may refuse the login, lose the connection, or end the session.
    Moody,
    /// It says nothing.
    Silent,
}

/// The server.
pub struct Server {
    thread: BackendThread<Arc<AtomicBool>>,
    mood: Mood,
    is_started: Arc<AtomicBool>,
}

/// Whether the backend is between a start and the stop after it.
#[derive(Clone)]
pub struct IsStarted(Arc<AtomicBool>);

impl IsStarted {
    pub fn get(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// A client that is not logged in. The folder goes with the first value.
pub fn open(mood: Mood) -> (tempfile::TempDir, Arc<Client>, IsStarted) {
    // In memory where that can be had: nothing here is about the disk.
    let memory = std::path::Path::new("/dev/shm");
    let place = if memory.is_dir() {
        memory.to_owned()
    } else {
        std::env::temp_dir()
    };
    let dir = tempfile::tempdir_in(place).unwrap();
    let json = serde_json::json!({ "dataDir": dir.path(), "userID": "alice", "search": false });
    let config = serde_json::from_value::<RawConfig>(json).unwrap().check().unwrap();
    let is_started = Arc::new(AtomicBool::new(false));
    let server = Server {
        thread: BackendThread::new("server"),
        mood,
        is_started: Arc::clone(&is_started),
    };
    let (client, _) = Client::with_backend(&config, Box::new(server)).unwrap();
    (dir, client, IsStarted(is_started))
}

/// One login on the server's thread.
fn serve(sink: &dyn Sink, stop: &AtomicBool, mood: Mood) -> Result<()> {
    let choose = |of: usize| {
        if mood == Mood::Moody {
            shuttle::rand::thread_rng().gen_range(0..of)
        } else {
            usize::MAX
        }
    };
    let is_over = || stop.load(Ordering::SeqCst);
    sink.report(LinkState::Connecting);
    if mood == Mood::Silent {
        return Ok(());
    }
    if choose(4) == 0 {
        sink.report(LinkState::Refused(Error::new(Status::Refused, "not you")));
        return Ok(());
    }
    sink.report(LinkState::Connected);
    sink.report(LinkState::SyncStarted);
    sink.apply(Inbound {
        cursor: Some("1".to_owned()),
        ..Inbound::default()
    })?;
    if is_over() {
        return Ok(());
    }
    match choose(4) {
        0 => sink.report(LinkState::SyncFailed(Error::disconnected("the sync broke off"))),
        1 => {
            sink.report(LinkState::Failed(Error::disconnected("lost")));
            sink.report(LinkState::Connecting);
            sink.report(LinkState::Resumed);
            sink.report(LinkState::SyncFinished);
        }
        2 => {
            sink.report(LinkState::Failed(Error::disconnected("lost")));
            sink.report(LinkState::KickedOffline);
        }
        _ => sink.report(LinkState::SyncFinished),
    }
    Ok(())
}

impl Backend for Server {
    fn start(&self, sink: Arc<dyn Sink>) -> Result<()> {
        assert!(!self.is_started.swap(true, Ordering::SeqCst), "started twice");
        let (stop, own, mood) = (Arc::new(AtomicBool::new(false)), Arc::clone(&sink), self.mood);
        let stopped = Arc::clone(&stop);
        self.thread
            .start(stop, sink, move || serve(&*own, &stopped, mood).unwrap())
    }
    fn stop(&self, _: Duration) {
        self.thread.stop(|stop| stop.store(true, Ordering::SeqCst));
        self.is_started.store(false, Ordering::SeqCst);
    }
    fn outbox_changed(&self) {}
    fn set_self_info(&self, _: Option<&str>, _: Option<&str>, _: &Deadline) -> Result<()> {
        Ok(())
    }
    fn users_info(&self, _: &[UserId], _: &Deadline) -> Result<Vec<Profile>> {
        Ok(Vec::new())
    }
    fn add_friend(&self, _: &NewFriend, _: &Deadline) -> Result<FriendAdded> {
        Ok(FriendAdded::Now)
    }
    fn answer_application(&self, _: &UserId, _: ApplicationAnswer, _: &Deadline) -> Result<()> {
        Ok(())
    }
    fn delete_application(&self, _: &UserId, _: FriendApplicationType, _: &Deadline) -> Result<()> {
        Ok(())
    }
    fn read_applications(&self, _: &Deadline) -> Result<()> {
        Ok(())
    }
    fn delete_friend(&self, _: &UserId, _: &Deadline) -> Result<()> {
        Ok(())
    }
    fn set_friend_remark(&self, _: &UserId, _: &str, _: &Deadline) -> Result<()> {
        Ok(())
    }
    fn create_group(&self, group: NewGroup, _: &Deadline) -> Result<GroupId> {
        group.group_id.ok_or_else(|| Error::internal("no id"))
    }
    fn join_group(&self, _: &GroupId, _: &str, _: Option<&str>, _: &Deadline) -> Result<()> {
        Ok(())
    }
    fn answer_group_application(&self, _: &GroupApplicationAnswer, _: &Deadline) -> Result<()> {
        Ok(())
    }
    fn read_group_applications(&self, _: &Deadline) -> Result<()> {
        Ok(())
    }
    fn quit_group(&self, _: &GroupId, _: &Deadline) -> Result<()> {
        Ok(())
    }
    fn dismiss_group(&self, _: &GroupId, _: &Deadline) -> Result<()> {
        Ok(())
    }
    fn invite_to_group(&self, _: &GroupId, _: &[UserId], _: &Deadline) -> Result<Vec<MemberResult>> {
        Ok(Vec::new())
    }
    fn kick_from_group(&self, _: &GroupId, _: &[UserId], _: &Deadline) -> Result<Vec<MemberResult>> {
        Ok(Vec::new())
    }
    fn set_member_role(&self, _: &GroupId, _: &UserId, _: GroupRole, _: &Deadline) -> Result<()> {
        Ok(())
    }
    fn mute_member(&self, _: &GroupId, _: &UserId, _: i64, _: &Deadline) -> Result<()> {
        Ok(())
    }
    fn set_name_card(&self, _: &GroupId, _: &UserId, _: &str, _: &Deadline) -> Result<()> {
        Ok(())
    }
    fn transfer_group(&self, _: &GroupId, _: &UserId, _: &Deadline) -> Result<()> {
        Ok(())
    }
    fn set_group_info(&self, _: &GroupId, _: &GroupEdit, _: &Deadline) -> Result<()> {
        Ok(())
    }
    fn groups_info(&self, _: &[GroupId], _: &Deadline) -> Result<Vec<Result<Group>>> {
        Ok(Vec::new())
    }
    fn group_members(&self, _: &GroupId, _: &Deadline) -> Result<Vec<GroupMember>> {
        Ok(Vec::new())
    }
}

/// A listener made of a closure.
pub struct Calls<F>(pub F);

impl<F: Fn(Event, &str) + Send + Sync> Listener for Calls<F> {
    fn on_event(&self, event: Event, payload: &str) {
        (self.0)(event, payload);
    }
}
