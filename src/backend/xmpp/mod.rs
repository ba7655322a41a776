//! Any XMPP server: a Prosody on one box, a cluster of ejabberds. docs/xmpp.md says how libim maps to XMPP.
//!
//! [`XmppBackend`] is the face, and `worker` the thread that all the rest runs on. The rooms of this wing, from the bottom up:
//!
//! - `error`, `ns`, `address`, `time`: errors by kind, namespaces, ids and addresses, stamps.
//! - `stanza`: elements and plain data, turned into each other; `connection`: a stream of stanzas, which breaks and is resumed.
//! - `session`: who the account is, asking, sending, and handing changes to the account.
//! - `features`: a subject each, with its state. A feature knows those below it, in the order of `features/mod.rs`.
//! - `outbox`, `sync`, `router`: what goes out, catching up, and where each stanza goes that comes in. These three know
//!   several features, and act on what they return.

mod address;
mod config;
mod connection;
mod error;
mod features;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod hand_over;
mod iq;
mod ns;
mod online;
mod outbox;
mod router;
mod session;
mod signals;
mod stage;
mod stanza;
mod sync;
mod time;
mod web;
mod worker;

pub use config::{Tls, XmppConfig};

use super::thread::BackendThread;
use super::{
    ApplicationAnswer, Backend, Deadline, FriendAdded, GroupApplicationAnswer, MemberOutcome, MemberResult, NewFriend,
    NewGroup, Sink,
};
use crate::model::{
    ConversationId, Error, FriendApplicationType, Group, GroupEdit, GroupId, GroupMember, GroupRole, Message,
    MessageFile, Profile, Result, Status, UserId,
};
use crossbeam_channel::RecvTimeoutError;
use error::XmppResult;
use features::all::Features;
use features::rooms::{groups, infos, invitations, members, nick, roles, voice};
use features::{online_messages, typing};
use signals::Signal;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;
use tokio::sync::mpsc;
use web::Web;

/// How often a waiting call looks whether its client was closed.
const LOOK: Duration = Duration::from_millis(50);

/// An account's access to an XMPP server.
pub struct XmppBackend {
    config: Arc<XmppConfig>,
    thread: BackendThread<mpsc::UnboundedSender<Signal>>,
    clock: Arc<AtomicI64>,
    web: Arc<Web>,
}

impl XmppBackend {
    /// A backend for an account. Nothing is connected before [`Backend::start`].
    pub fn new(config: XmppConfig) -> Self {
        let config = Arc::new(config);
        Self {
            web: Web::new(Arc::clone(&config)),
            config,
            thread: BackendThread::new("libim-xmpp"),
            clock: Arc::default(),
        }
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        match self.thread.with(|signals| signals.send(signal)) {
            Some(Ok(())) => Ok(()),
            _ => Err(Error::disconnected("the connection to the server was not started")),
        }
    }

    /// Does something in the session, and waits for its end.
    fn ask<T, F>(&self, deadline: &Deadline, ask: impl FnOnce(Rc<Features>) -> F + Send + 'static) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = XmppResult<T>> + 'static,
    {
        let (sender, answer) = crossbeam_channel::bounded(1);
        self.signal(Signal::Work(Box::new(move |online| {
            let work = ask(Rc::clone(&online.features));
            tokio::task::spawn_local(async move {
                // The caller may have given up.
                let _ = sender.send(work.await.map_err(Error::from));
            });
        })))?;
        loop {
            match answer.recv_timeout(deadline.left()?.min(LOOK)) {
                Ok(result) => return result,
                Err(RecvTimeoutError::Timeout) => {}
                // The work was dropped: there was no session, or it has ended.
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Error::disconnected("the connection to the server was lost"));
                }
            }
        }
    }
}

impl Drop for XmppBackend {
    fn drop(&mut self) {
        self.stop(Duration::ZERO);
    }
}

impl Backend for XmppBackend {
    fn start(&self, sink: Arc<dyn Sink>) -> Result<()> {
        let (signals, receiver) = mpsc::unbounded_channel();
        let (config, account) = (Arc::clone(&self.config), Arc::clone(&sink));
        let clock = Arc::clone(&self.clock);
        self.thread
            .start(signals, sink, move || worker::run(config, account, receiver, clock))
    }

    fn stop(&self, patience: Duration) {
        self.thread.stop(|signals| {
            // A thread that has ended needs no signal.
            let _ = signals.send(Signal::Stop(patience));
        });
    }

    fn outbox_changed(&self) {
        // Without a thread there is nobody to tell; the outbox is read when one starts.
        let _ = self.signal(Signal::Outbox);
    }

    fn history_wanted(&self, conversation: &ConversationId) {
        let conversation = conversation.clone();
        // Without a connection there is nothing to be had.
        let _ = self.signal(Signal::Work(Box::new(move |online| {
            online.sync.fetch_history(conversation)
        })));
    }

    fn send_typing(&self, to: &UserId, is_typing: bool) {
        let to = to.clone();
        // Without a connection nobody hears it, and later it is not true any more.
        let _ = self.signal(Signal::Work(Box::new(move |online| {
            typing::tell(&online.session, &to, is_typing);
        })));
    }

    fn send_online(&self, message: &Message) -> Result<()> {
        let message = message.clone();
        let Some(to) = message.conversation.user_id() else {
            return self.signal(Signal::Work(Box::new(move |online| {
                let room = address::jid_of_conversation(&message.conversation);
                // While it is being entered it would only return the message.
                if let Some(room) = room.filter(|room| online.features.rooms.is_joined(room)) {
                    online_messages::send_to_room(&online.session, &room, &message);
                }
            })));
        };
        if address::occupant_of(to.as_str()).is_some() {
            let desc = "somebody who is known by the name in a group only gets no messages with onlineUserOnly";
            return Err(Error::new(Status::NotSupported, desc));
        }
        self.signal(Signal::Work(Box::new(move |online| {
            online_messages::send(&online.session, &to, &message);
        })))
    }

    fn prepared(&self, id: &str) -> Option<String> {
        // A name without an @ is a room's on the account's own service, or nobody's.
        let jid = address::parse_bare(id).filter(|jid| jid.node().is_some())?;
        (jid.as_str() != id).then(|| jid.as_str().to_owned())
    }

    fn occupant(&self, id: &str) -> Option<(UserId, GroupId)> {
        let occupant = address::occupant_of(id)?;
        Some((address::occupant_id(&occupant), address::group_id(&occupant.to_bare())))
    }

    fn is_user_id(&self, id: &str) -> bool {
        address::parse_bare(id).is_some()
    }

    fn clock_offset(&self) -> Arc<AtomicI64> {
        Arc::clone(&self.clock)
    }

    fn network_changed(&self) {
        let _ = self.signal(Signal::NetworkChanged);
    }

    fn fetch_file(
        &self,
        file: &MessageFile,
        deadline: &Deadline,
        take: &mut dyn FnMut(&[u8], u64) -> Result<()>,
    ) -> Result<()> {
        if file.url.is_empty() {
            let desc = "the message does not say where the file is";
            return Err(Error::new(Status::FileDownloadFailed, desc));
        }
        self.web.fetch(&file.url, deadline, take)
    }

    fn set_self_info(&self, nick_name: Option<&str>, face_url: Option<&str>, deadline: &Deadline) -> Result<()> {
        let (nick_name, face_url) = (nick_name.map(str::to_owned), face_url.map(str::to_owned));
        self.ask(deadline, |features| async move {
            let profiles = &features.profiles;
            profiles.set_self_info(nick_name.as_deref(), face_url.as_deref()).await
        })
    }

    fn users_info(&self, users: &[UserId], deadline: &Deadline) -> Result<Vec<Profile>> {
        let users = users.to_vec();
        self.ask(deadline, |features| async move {
            features.profiles.users_info(&users).await
        })
    }

    fn add_friend(&self, friend: &NewFriend, deadline: &Deadline) -> Result<FriendAdded> {
        let friend = friend.clone();
        self.ask(
            deadline,
            |features| async move { features.applications.add(&friend).await },
        )
    }

    fn answer_application(&self, user: &UserId, answer: ApplicationAnswer, deadline: &Deadline) -> Result<()> {
        let user = user.clone();
        self.ask(deadline, move |features| async move {
            features.applications.answer(&user, answer).await
        })
    }

    fn delete_application(&self, user: &UserId, kind: FriendApplicationType, deadline: &Deadline) -> Result<()> {
        let user = user.clone();
        self.ask(deadline, move |features| async move {
            features.applications.delete(&user, kind).await
        })
    }

    fn read_applications(&self, deadline: &Deadline) -> Result<()> {
        self.ask(deadline, |features| async move { features.applications.read_all() })
    }

    fn delete_friend(&self, user: &UserId, deadline: &Deadline) -> Result<()> {
        let user = user.clone();
        self.ask(deadline, |features| async move { features.roster.delete(&user).await })
    }

    fn set_friend_remark(&self, user: &UserId, remark: &str, deadline: &Deadline) -> Result<()> {
        let (user, remark) = (user.clone(), remark.to_owned());
        self.ask(deadline, |features| async move {
            features.roster.set_remark(&user, &remark).await
        })
    }

    fn create_group(&self, group: NewGroup, deadline: &Deadline) -> Result<GroupId> {
        self.ask(deadline, |features| async move {
            groups::create(&features.rooms, group).await
        })
    }

    fn join_group(&self, group: &GroupId, _message: &str, password: Option<&str>, deadline: &Deadline) -> Result<()> {
        let (group, password) = (group.clone(), password.map(str::to_owned));
        self.ask(deadline, |features| async move {
            groups::join_group(&features.rooms, &group, password).await
        })
    }

    fn answer_group_application(&self, answer: &GroupApplicationAnswer, deadline: &Deadline) -> Result<()> {
        let answer = answer.clone();
        self.ask(deadline, |features| async move {
            invitations::answer(&features.rooms, &answer).await
        })
    }

    fn read_group_applications(&self, deadline: &Deadline) -> Result<()> {
        self.ask(
            deadline,
            |features| async move { invitations::read_all(&features.rooms) },
        )
    }

    fn quit_group(&self, group: &GroupId, deadline: &Deadline) -> Result<()> {
        let group = group.clone();
        self.ask(deadline, |features| async move {
            groups::quit(&features.rooms, &group).await
        })
    }

    fn dismiss_group(&self, group: &GroupId, deadline: &Deadline) -> Result<()> {
        let group = group.clone();
        self.ask(deadline, |features| async move {
            groups::dismiss(&features.rooms, &group).await
        })
    }

    fn invite_to_group(&self, group: &GroupId, users: &[UserId], deadline: &Deadline) -> Result<Vec<MemberResult>> {
        let (group, users) = (group.clone(), users.to_vec());
        let results = self.ask(deadline, |features| async move {
            members::invite(&features.rooms, &group, &users).await
        })?;
        Ok(member_results(results))
    }

    fn kick_from_group(&self, group: &GroupId, users: &[UserId], deadline: &Deadline) -> Result<Vec<MemberResult>> {
        let (group, users) = (group.clone(), users.to_vec());
        let results = self.ask(deadline, |features| async move {
            members::kick(&features.rooms, &group, &users).await
        })?;
        Ok(member_results(results))
    }

    fn set_group_info(&self, group: &GroupId, edit: &GroupEdit, deadline: &Deadline) -> Result<()> {
        let (group, edit) = (group.clone(), edit.clone());
        self.ask(deadline, |features| async move {
            groups::set_info(&features.rooms, &group, &edit).await
        })
    }

    fn set_member_role(&self, group: &GroupId, user: &UserId, role: GroupRole, deadline: &Deadline) -> Result<()> {
        let (group, user) = (group.clone(), user.clone());
        self.ask(deadline, move |features| async move {
            roles::set(&features.rooms, &group, &user, role).await
        })
    }

    fn mute_member(&self, group: &GroupId, user: &UserId, seconds: i64, deadline: &Deadline) -> Result<()> {
        let (group, user) = (group.clone(), user.clone());
        self.ask(deadline, move |features| async move {
            voice::set(&features.rooms, &group, &user, seconds > 0).await
        })
    }

    fn set_name_card(&self, group: &GroupId, user: &UserId, name_card: &str, deadline: &Deadline) -> Result<()> {
        let (group, user, name_card) = (group.clone(), user.clone(), name_card.to_owned());
        self.ask(deadline, move |features| async move {
            nick::set(&features.rooms, &group, &user, &name_card).await
        })
    }

    fn transfer_group(&self, group: &GroupId, user: &UserId, deadline: &Deadline) -> Result<()> {
        let (group, user) = (group.clone(), user.clone());
        self.ask(deadline, |features| async move {
            roles::transfer(&features.rooms, &group, &user).await
        })
    }

    fn groups_info(&self, groups: &[GroupId], deadline: &Deadline) -> Result<Vec<Result<Group>>> {
        let groups = groups.to_vec();
        let infos = self.ask(deadline, |features| async move {
            infos::infos(&features.rooms, &groups).await
        })?;
        Ok(infos.into_iter().map(|info| info.map_err(Error::from)).collect())
    }

    fn group_members(&self, group: &GroupId, deadline: &Deadline) -> Result<Vec<GroupMember>> {
        let group = group.clone();
        self.ask(deadline, |features| async move {
            members::of_group(&features.rooms, &group).await
        })
    }
}

fn member_results(results: members::Results) -> Vec<MemberResult> {
    let result = |(user_id, result): (UserId, XmppResult<MemberOutcome>)| MemberResult {
        user_id,
        result: result.map_err(Error::from),
    };
    results.into_iter().map(result).collect()
}
