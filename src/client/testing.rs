//! Alice's client over a scripted server, for the tests of what calls wait for: the server takes a command of the outbox
//! when the test says so, and keeps a record of the requests.

use super::config::RawConfig;
use super::{Call, Client};
use crate::backend::{
    ApplicationAnswer, Backend, Deadline, FriendAdded, GroupApplicationAnswer, LinkState, MemberResult, NewFriend,
    NewGroup, Sink,
};
use crate::model::{
    Error, FriendApplicationType, Group, GroupEdit, GroupId, GroupMember, GroupRole, Inbound, Message, MessageFile,
    Outbound, Outcome, Profile, Result, Status, UserId,
};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The server.
#[derive(Clone, Default)]
pub(crate) struct Script(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    sink: Option<Arc<dyn Sink>>,
    requests: Vec<&'static str>,
    /// Whether it cannot be reached.
    is_down: bool,
    /// Whether it does not answer.
    is_silent: bool,
    /// Its files by their names.
    files: HashMap<String, Vec<u8>>,
    /// Whether the backend is started.
    is_started: bool,
}

impl Script {
    /// Alice's client on this server, logged in.
    pub(crate) fn client(&self) -> (tempfile::TempDir, Arc<Client>) {
        let (dir, client) = self.open();
        Call::now(&client)
            .login(None, std::time::Duration::from_secs(30))
            .unwrap();
        (dir, client)
    }

    /// The same, but not logged in.
    pub(crate) fn open(&self) -> (tempfile::TempDir, Arc<Client>) {
        self.open_with(&serde_json::json!({}))
    }

    /// The same with more in its config.
    pub(crate) fn open_with(&self, more: &serde_json::Value) -> (tempfile::TempDir, Arc<Client>) {
        let dir = tempfile::tempdir().unwrap();
        let mut json = serde_json::json!({ "dataDir": dir.path(), "userID": "alice" });
        let fields = json.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        let config = serde_json::from_value::<RawConfig>(json).unwrap().check().unwrap();
        let (client, _) = Client::with_backend(&config, Box::new(self.clone())).unwrap();
        (dir, client)
    }

    /// Takes the server off the network.
    pub(crate) fn go_down(&self) {
        self.0.lock().unwrap().is_down = true;
    }

    /// Brings it back.
    pub(crate) fn come_back(&self) {
        self.0.lock().unwrap().is_down = false;
    }

    /// Keeps a file.
    pub(crate) fn keep_file(&self, name: &str, content: &[u8]) {
        self.0.lock().unwrap().files.insert(name.to_owned(), content.to_owned());
    }

    /// Has it leave all logins without an answer.
    pub(crate) fn stay_silent(&self) {
        self.0.lock().unwrap().is_silent = true;
    }

    /// Whether a login has started the backend and no logout has stopped it.
    pub(crate) fn is_started(&self) -> bool {
        self.0.lock().unwrap().is_started
    }

    pub(crate) fn sink(&self) -> Arc<dyn Sink> {
        Arc::clone(self.0.lock().unwrap().sink.as_ref().unwrap())
    }

    /// The requests that reached the server.
    pub(crate) fn requests(&self) -> Vec<&'static str> {
        self.0.lock().unwrap().requests.clone()
    }

    /// Ends the oldest command of the outbox; `None` when there is none.
    pub(crate) fn take_command(&self, outcome: &Outcome) -> Option<Outbound> {
        let sink = self.sink();
        let entry = sink.next_outbound().unwrap()?;
        sink.complete_outbound(entry.id, outcome.clone()).unwrap();
        Some(entry.command)
    }

    fn hear<T>(&self, request: &'static str, answer: T) -> Result<T> {
        self.0.lock().unwrap().requests.push(request);
        Ok(answer)
    }
}

impl Backend for Script {
    fn start(&self, sink: Arc<dyn Sink>) -> Result<()> {
        let (is_down, is_silent) = {
            let mut state = self.0.lock().unwrap();
            state.sink = Some(Arc::clone(&sink));
            assert!(!std::mem::replace(&mut state.is_started, true), "started twice");
            (state.is_down, state.is_silent)
        };
        if is_silent {
            return Ok(());
        }
        if is_down {
            sink.report(LinkState::Failed(Error::disconnected("nobody is there")));
            return Ok(());
        }
        sink.apply(Inbound {
            cursor: Some("1".to_owned()),
            ..Inbound::default()
        })?;
        sink.report(LinkState::Connected);
        Ok(())
    }
    fn stop(&self, _: Duration) {
        self.0.lock().unwrap().is_started = false;
    }
    fn outbox_changed(&self) {}
    fn fetch_file(
        &self,
        file: &MessageFile,
        _: &Deadline,
        take: &mut dyn FnMut(&[u8], u64) -> Result<()>,
    ) -> Result<()> {
        let content = {
            let state = self.0.lock().unwrap();
            if state.is_down {
                return Err(Error::disconnected("nobody is there"));
            }
            state.files[&file.uuid].clone()
        };
        content.chunks(4).try_for_each(|part| take(part, 0))
    }
    fn send_typing(&self, _: &UserId, is_typing: bool) {
        let _ = self.hear(if is_typing { "types" } else { "rests" }, ());
    }
    fn send_online(&self, _: &Message) -> Result<()> {
        self.hear("sendMessage", ())
    }
    fn set_self_info(&self, _: Option<&str>, _: Option<&str>, _: &Deadline) -> Result<()> {
        self.hear("setSelfInfo", ())
    }
    fn users_info(&self, _: &[UserId], _: &Deadline) -> Result<Vec<Profile>> {
        self.hear("getUsersInfo", Vec::new())
    }
    fn add_friend(&self, _: &NewFriend, _: &Deadline) -> Result<FriendAdded> {
        self.hear("addFriend", FriendAdded::Now)
    }
    fn answer_application(&self, _: &UserId, _: ApplicationAnswer, _: &Deadline) -> Result<()> {
        self.hear("answerApplication", ())
    }
    fn delete_application(&self, _: &UserId, _: FriendApplicationType, _: &Deadline) -> Result<()> {
        self.hear("deleteFriendApplication", ())
    }
    fn read_applications(&self, _: &Deadline) -> Result<()> {
        self.hear("setFriendApplicationRead", ())
    }
    fn delete_friend(&self, _: &UserId, _: &Deadline) -> Result<()> {
        self.hear("deleteFromFriendList", ())
    }
    fn set_friend_remark(&self, _: &UserId, _: &str, _: &Deadline) -> Result<()> {
        self.hear("setFriendInfo", ())
    }
    fn create_group(&self, group: NewGroup, _: &Deadline) -> Result<GroupId> {
        let unnamed = Error::new(Status::Refused, "this server makes no ids");
        self.hear("createGroup", group.group_id)?.ok_or(unnamed)
    }
    fn join_group(&self, _: &GroupId, _: &str, _: Option<&str>, _: &Deadline) -> Result<()> {
        self.hear("joinGroup", ())
    }
    fn answer_group_application(&self, _: &GroupApplicationAnswer, _: &Deadline) -> Result<()> {
        self.hear("answerGroupApplication", ())
    }
    fn read_group_applications(&self, _: &Deadline) -> Result<()> {
        self.hear("setGroupApplicationRead", ())
    }
    fn quit_group(&self, _: &GroupId, _: &Deadline) -> Result<()> {
        self.hear("quitGroup", ())
    }
    fn set_member_role(&self, _: &GroupId, _: &UserId, _: GroupRole, _: &Deadline) -> Result<()> {
        self.hear("setGroupMemberRole", ())
    }
    fn mute_member(&self, _: &GroupId, _: &UserId, _: i64, _: &Deadline) -> Result<()> {
        self.hear("muteGroupMember", ())
    }
    fn set_name_card(&self, _: &GroupId, _: &UserId, _: &str, _: &Deadline) -> Result<()> {
        self.hear("setGroupMemberInfo", ())
    }
    fn transfer_group(&self, _: &GroupId, _: &UserId, _: &Deadline) -> Result<()> {
        self.hear("transferGroupOwner", ())
    }
    fn dismiss_group(&self, _: &GroupId, _: &Deadline) -> Result<()> {
        self.hear("dismissGroup", ())
    }
    fn invite_to_group(&self, _: &GroupId, _: &[UserId], _: &Deadline) -> Result<Vec<MemberResult>> {
        self.hear("inviteUserToGroup", Vec::new())
    }
    fn kick_from_group(&self, _: &GroupId, _: &[UserId], _: &Deadline) -> Result<Vec<MemberResult>> {
        self.hear("kickGroupMember", Vec::new())
    }
    fn set_group_info(&self, _: &GroupId, _: &GroupEdit, _: &Deadline) -> Result<()> {
        self.hear("setGroupInfo", ())
    }
    fn groups_info(&self, _: &[GroupId], _: &Deadline) -> Result<Vec<Result<Group>>> {
        self.hear("getGroupsInfo", Vec::new())
    }
    fn group_members(&self, _: &GroupId, _: &Deadline) -> Result<Vec<GroupMember>> {
        self.hear("getGroupMemberList", Vec::new())
    }
}
