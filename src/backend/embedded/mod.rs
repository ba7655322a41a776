//! The whole chat service in one SQLite file, shared by any number of clients in any number of processes. There is no
//! server: each client writes its actions to the file, with one small inbox row for each user concerned, and reads its own
//! inbox.
//!
//! [`EmbeddedBackend`] is the face; `running` is what there is while somebody is logged in, and `worker` its thread;
//! `mailbox` joins an account to the file; `service` is the file; the other modules are the service's rules, one subject
//! each. docs/service-schema.sql explains the tables.

mod applications;
mod bell;
mod cards;
mod change;
mod commands;
mod conversations;
mod ephemeral;
mod error;
mod file_fetch;
mod file_use;
mod files;
mod friend_list;
mod friends;
mod group_applications;
mod group_decisions;
mod groups;
mod in_use;
mod inbox;
mod invitations;
mod kept;
mod last_place;
mod listing;
mod mailbox;
mod membership;
mod messages;
mod migrations;
mod modify;
mod moment;
mod mutes;
mod newest;
mod place;
mod reactions;
mod receipts;
mod removal;
mod restored;
mod roles;
mod row;
mod running;
mod service;
mod settings;
mod stamps;
#[cfg(test)]
mod testing;
mod tips;
mod turns;
mod users;
mod worker;

use super::thread::BackendThread;
use super::{
    ApplicationAnswer, Backend, Deadline, FriendAdded, GroupApplicationAnswer, MemberResult, NewFriend, NewGroup, Sink,
};
use crate::model::{
    AllowType, Error, FriendApplicationType, Group, GroupEdit, GroupId, GroupMember, GroupRole, Message, MessageFile,
    Profile, Result, UserId,
};
use ephemeral::Fleeting;
use running::Running;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// A client's access to the service in one file.
///
/// The first login creates the file; its directory must exist. A client that has used a service waits for that service
/// when the file is missing, locked for long, or replaced by another: 9508, and its outbox waits too.
pub struct EmbeddedBackend {
    path: PathBuf,
    is_durable: bool,
    thread: BackendThread<Arc<Running>>,
}

impl EmbeddedBackend {
    /// A backend on the service file at `path`. With `is_durable` its commits outlive a power cut. Nothing is opened
    /// before [`Backend::start`].
    pub fn new(path: PathBuf, is_durable: bool) -> Self {
        Self {
            path,
            is_durable,
            thread: BackendThread::new("libim-embedded"),
        }
    }

    fn running(&self) -> Option<Arc<Running>> {
        self.thread.with(Arc::clone)
    }

    fn started(&self) -> Result<Arc<Running>> {
        self.running()
            .ok_or_else(|| Error::disconnected("the connection to the service has not been started"))
    }
}

/// How many members a transaction adds or removes: other clients of the service wait meanwhile.
const MEMBERS_AT_ONCE: usize = 2_000;

/// Carries something out for many users, some of them in each transaction. Once it has succeeded for some, the others' results
/// say why it failed for them.
fn in_portions(
    users: &[UserId],
    carry_out: impl Fn(&[UserId]) -> Result<Vec<MemberResult>>,
) -> Result<Vec<MemberResult>> {
    let (first, others) = users.split_at(users.len().min(MEMBERS_AT_ONCE));
    let mut results = carry_out(first)?;
    for portion in others.chunks(MEMBERS_AT_ONCE) {
        results.extend(carry_out(portion).unwrap_or_else(|error| {
            let refused = |user: &UserId| MemberResult {
                user_id: user.clone(),
                result: Err(error.clone()),
            };
            portion.iter().map(refused).collect()
        }));
    }
    Ok(results)
}

impl Drop for EmbeddedBackend {
    fn drop(&mut self) {
        self.stop(Duration::ZERO);
    }
}

impl Backend for EmbeddedBackend {
    fn start(&self, sink: Arc<dyn Sink>) -> Result<()> {
        let running = Arc::new(Running::new(self.path.clone(), self.is_durable, Arc::clone(&sink)));
        let own = Arc::clone(&running);
        self.thread.start(running, sink, move || worker::run(own))
    }

    fn stop(&self, _patience: Duration) {
        if let Some(running) = self.thread.stop(|running| running.stop()) {
            // Waits for a request that still holds the mailbox; the next one finds that all has stopped.
            running.close();
        }
    }

    fn outbox_changed(&self) {
        if let Some(running) = self.running() {
            running.outbox_changed();
        }
    }

    fn fetch_file(
        &self,
        file: &MessageFile,
        deadline: &Deadline,
        take: &mut dyn FnMut(&[u8], u64) -> Result<()>,
    ) -> Result<()> {
        self.started()?;
        file_fetch::fetch(&self.path, file, deadline, take)
    }

    fn send_typing(&self, to: &UserId, is_typing: bool) {
        if let Some(running) = self.running() {
            let user = to.clone();
            running.tell_online(Fleeting::Typing { user, is_typing });
        }
    }

    fn send_online(&self, message: &Message) -> Result<()> {
        if self
            .started()?
            .tell_online(Fleeting::Message(Box::new(message.clone())))
        {
            Ok(())
        } else {
            let desc = "too many messages for those who are online wait for the service";
            Err(Error::disconnected(desc))
        }
    }

    fn set_self_info(&self, nick_name: Option<&str>, face_url: Option<&str>, deadline: &Deadline) -> Result<()> {
        self.started()?
            .write(deadline, |tx, me| users::set_self_info(tx, me, nick_name, face_url))
    }

    fn users_info(&self, users: &[UserId], deadline: &Deadline) -> Result<Vec<Profile>> {
        self.started()?.read(deadline, |db, _| users::infos(db, users))
    }

    fn add_friend(&self, friend: &NewFriend, deadline: &Deadline) -> Result<FriendAdded> {
        self.started()?.write(deadline, |tx, me| friends::add(tx, me, friend))
    }

    fn answer_application(&self, user: &UserId, answer: ApplicationAnswer, deadline: &Deadline) -> Result<()> {
        self.started()?
            .write(deadline, |tx, me| applications::answer(tx, me, user, answer))
    }

    fn delete_application(&self, user: &UserId, kind: FriendApplicationType, deadline: &Deadline) -> Result<()> {
        self.started()?
            .write(deadline, |tx, me| applications::delete(tx, me, user, kind))
    }

    fn read_applications(&self, deadline: &Deadline) -> Result<()> {
        self.started()?.write(deadline, applications::read_all)
    }

    fn set_allow_type(&self, allow_type: AllowType, deadline: &Deadline) -> Result<()> {
        self.started()?
            .write(deadline, |tx, me| applications::set_allow_type(tx, me, allow_type))
    }

    fn delete_friend(&self, user: &UserId, deadline: &Deadline) -> Result<()> {
        self.started()?.write(deadline, |tx, me| friends::delete(tx, me, user))
    }

    fn set_friend_remark(&self, user: &UserId, remark: &str, deadline: &Deadline) -> Result<()> {
        self.started()?
            .write(deadline, |tx, me| friends::set_remark(tx, me, user, remark))
    }

    fn create_group(&self, group: NewGroup, deadline: &Deadline) -> Result<GroupId> {
        let running = self.started()?;
        let (first, others) = group.members.split_at(group.members.len().min(MEMBERS_AT_ONCE));
        let id = running.write(deadline, |tx, me| groups::create(tx, me, &group, first))?;
        for members in others.chunks(MEMBERS_AT_ONCE) {
            running.write(deadline, |tx, me| groups::add_founders(tx, me, &id, members))?;
        }
        Ok(id)
    }

    fn join_group(&self, group: &GroupId, message: &str, _password: Option<&str>, deadline: &Deadline) -> Result<()> {
        self.started()?
            .write(deadline, |tx, me| membership::join(tx, me, group, message))
    }

    fn answer_group_application(&self, answer: &GroupApplicationAnswer, deadline: &Deadline) -> Result<()> {
        self.started()?
            .write(deadline, |tx, me| group_decisions::answer(tx, me, answer))
    }

    fn read_group_applications(&self, deadline: &Deadline) -> Result<()> {
        self.started()?.write(deadline, group_applications::read_all)
    }

    fn quit_group(&self, group: &GroupId, deadline: &Deadline) -> Result<()> {
        self.started()?
            .write(deadline, |tx, me| membership::quit(tx, me, group))
    }

    fn dismiss_group(&self, group: &GroupId, deadline: &Deadline) -> Result<()> {
        self.started()?.write(deadline, |tx, me| groups::dismiss(tx, me, group))
    }

    fn invite_to_group(&self, group: &GroupId, users: &[UserId], deadline: &Deadline) -> Result<Vec<MemberResult>> {
        let running = self.started()?;
        in_portions(users, |users| {
            running.write(deadline, |tx, me| invitations::invite(tx, me, group, users))
        })
    }

    fn kick_from_group(&self, group: &GroupId, users: &[UserId], deadline: &Deadline) -> Result<Vec<MemberResult>> {
        let running = self.started()?;
        in_portions(users, |users| {
            running.write(deadline, |tx, me| membership::kick(tx, me, group, users))
        })
    }

    fn set_group_info(&self, group: &GroupId, edit: &GroupEdit, deadline: &Deadline) -> Result<()> {
        self.started()?
            .write(deadline, |tx, me| groups::set_info(tx, me, group, edit))
    }

    fn set_member_role(&self, group: &GroupId, user: &UserId, role: GroupRole, deadline: &Deadline) -> Result<()> {
        self.started()?
            .write(deadline, |tx, me| roles::set(tx, me, group, user, role))
    }

    fn mute_member(&self, group: &GroupId, user: &UserId, seconds: i64, deadline: &Deadline) -> Result<()> {
        self.started()?
            .write(deadline, |tx, me| mutes::set(tx, me, group, user, seconds))
    }

    fn set_name_card(&self, group: &GroupId, user: &UserId, name_card: &str, deadline: &Deadline) -> Result<()> {
        self.started()?
            .write(deadline, |tx, me| cards::set(tx, me, group, user, name_card))
    }

    fn transfer_group(&self, group: &GroupId, user: &UserId, deadline: &Deadline) -> Result<()> {
        self.started()?
            .write(deadline, |tx, me| roles::transfer(tx, me, group, user))
    }

    fn groups_info(&self, groups: &[GroupId], deadline: &Deadline) -> Result<Vec<Result<Group>>> {
        self.started()?.read(deadline, |db, me| groups::infos(db, me, groups))
    }

    fn group_members(&self, group: &GroupId, deadline: &Deadline) -> Result<Vec<GroupMember>> {
        self.started()?.read(deadline, |db, me| groups::members(db, me, group))
    }
}
