//! A client whose account is a recorder: it keeps every batch, has an outbox that the test fills, and checks what has to
//! hold whatever the test does.

pub(crate) use crate::values::*;
use im::backend::embedded::EmbeddedBackend;
use im::backend::{Backend, Deadline, LinkState, NewGroup, Sink};
use im::model::*;
use std::collections::{HashMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// How long a test waits for something that has to happen.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Default)]
pub(crate) struct Record {
    pub(crate) cursor: Option<String>,
    pub(crate) batches: Vec<Inbound>,
    pub(crate) links: Vec<LinkState>,
    pub(crate) outbox: VecDeque<OutboxEntry>,
    pub(crate) outcomes: HashMap<i64, Outcome>,
    /// The cursor stored with each outcome.
    pub(crate) cursors_at_outcomes: HashMap<i64, String>,
    /// How many batches had come before each outcome.
    pub(crate) batches_at_outcomes: HashMap<i64, usize>,
    /// How many times the account says that it failed to note that a command has ended.
    pub(crate) forget_outcomes: usize,
    pub(crate) is_stopped: bool,
    /// Whether nothing can be stored.
    pub(crate) is_full: bool,
    /// The file moves from here to there while the next batch that has a message is stored.
    pub(crate) moves: Option<(PathBuf, PathBuf)>,
    last_id: i64,
    with_settings: HashSet<ConversationId>,
}

impl Record {
    pub(crate) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.batches.iter().flat_map(|batch| &batch.changes)
    }

    pub(crate) fn messages(&self, id: &ConversationId) -> Vec<&Message> {
        self.changes()
            .filter_map(|change| match change {
                Change::Message(message) if message.conversation == *id => Some(message),
                _ => None,
            })
            .collect()
    }

    /// What users have said; what has happened in a group is among the messages too.
    pub(crate) fn texts(&self, id: &ConversationId) -> Vec<&str> {
        self.messages(id)
            .into_iter()
            .filter_map(|message| match &message.body.elem {
                Elem::Text { text } => Some(text.as_str()),
                Elem::Custom { data, .. } => Some(data.as_str()),
                Elem::GroupTips(_) => None,
                other => panic!("{other:?}"),
            })
            .collect()
    }

    /// The last settings told of a conversation: pinned, receive option, read position. One of which no pin was told is not
    /// pinned.
    pub(crate) fn settings(&self, id: &ConversationId) -> Option<(bool, RecvOpt, u64)> {
        let (mut pinned, mut recv_opt, mut read_seq) = (false, None, 0);
        for change in self.changes() {
            match change {
                Change::Read {
                    conversation,
                    up_to: Target::Seq(position),
                } if conversation == id => read_seq = position.seq,
                Change::Settings { conversation, settings } if conversation == id => {
                    for change in settings {
                        match &change.setting {
                            Setting::Pinned(value) => pinned = *value,
                            Setting::RecvOpt(value) => recv_opt = Some(*value),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        recv_opt.map(|recv_opt| (pinned, recv_opt, read_seq))
    }

    /// The last thing told of a group: its data, or `None` for having left it.
    pub(crate) fn group(&self, group: &GroupId) -> Option<Option<&Group>> {
        self.changes()
            .filter_map(|change| match change {
                Change::Group { group: told, .. } if told.group_id == *group => Some(Some(told)),
                Change::GroupLeft { group_id } if group_id == group => Some(None),
                _ => None,
            })
            .last()
    }

    pub(crate) fn nick_name(&self, user: &str) -> Option<&str> {
        self.changes()
            .filter_map(|change| match change {
                Change::Profile(profile) if profile.user_id.as_str() == user => Some(profile.nick_name.as_str()),
                _ => None,
            })
            .last()
    }

    /// The record of a restarted device, which was told the settings of this conversation before.
    pub(crate) fn restarted(cursor: Option<String>, id: &ConversationId) -> Self {
        Self {
            cursor,
            with_settings: HashSet::from([id.clone()]),
            ..Self::default()
        }
    }

    pub(crate) fn has_failed(&self) -> bool {
        matches!(self.links.last(), Some(LinkState::Failed(error)) if error.status == Status::Disconnected)
    }
}

pub(crate) struct FakeSink {
    user: UserId,
    record: Mutex<Record>,
    changed: Condvar,
}

impl FakeSink {
    fn edit<T>(&self, edit: impl FnOnce(&mut Record) -> T) -> T {
        let mut record = self.record.lock().unwrap();
        assert!(!record.is_stopped, "the account was called after stop had returned");
        let value = edit(&mut record);
        self.changed.notify_all();
        value
    }
}

impl Sink for FakeSink {
    fn user_id(&self) -> &UserId {
        &self.user
    }

    fn cursor(&self) -> Result<Option<String>> {
        Ok(self.edit(|record| record.cursor.clone()))
    }

    fn apply(&self, batch: Inbound) -> Result<()> {
        self.edit(|record| {
            if record.is_full {
                return Err(Error::new(Status::IoFailed, "the disk is full"));
            }
            for change in &batch.changes {
                match change {
                    Change::Read { conversation, .. } => {
                        record.with_settings.insert(conversation.clone());
                    }
                    Change::Message(message) => assert!(
                        record.with_settings.contains(&message.conversation),
                        "{} was told before the read position of {}",
                        message.msg_id,
                        message.conversation
                    ),
                    _ => {}
                }
            }
            if batch.changes.iter().any(|change| matches!(change, Change::Message(_)))
                && let Some((from, to)) = record.moves.take()
            {
                std::fs::rename(from, to).unwrap();
            }
            if batch.cursor.is_some() {
                record.cursor.clone_from(&batch.cursor);
            }
            record.batches.push(batch);
            Ok(())
        })
    }

    fn next_outbound(&self) -> Result<Option<OutboxEntry>> {
        Ok(self.edit(|record| record.outbox.front().cloned()))
    }

    fn complete_outbound(&self, id: i64, outcome: Outcome) -> Result<()> {
        self.edit(|record| {
            if record.forget_outcomes > 0 {
                record.forget_outcomes -= 1;
                return Err(Error::new(Status::DatabaseFailed, "the disk is full"));
            }
            assert_eq!(record.outbox.pop_front().map(|entry| entry.id), Some(id));
            record.batches_at_outcomes.insert(id, record.batches.len());
            assert!(
                record.outcomes.insert(id, outcome).is_none(),
                "command {id} ended twice"
            );
            Ok(())
        })
    }

    fn complete_outbound_at(&self, id: i64, outcome: Outcome, cursor: String) -> Result<()> {
        self.complete_outbound(id, outcome)?;
        self.edit(|record| {
            record.cursors_at_outcomes.insert(id, cursor.clone());
            record.cursor = Some(cursor);
        });
        Ok(())
    }

    fn report(&self, state: LinkState) {
        self.edit(|record| record.links.push(state));
    }
}

pub(crate) struct Client {
    pub(crate) backend: EmbeddedBackend,
    pub(crate) sink: Arc<FakeSink>,
}

impl Client {
    /// A device with an empty cache that starts to connect.
    pub(crate) fn start(path: &Path, user: &str) -> Self {
        Self::start_with(path, user, Record::default())
    }

    /// A device whose cache has this cursor, as after a restart.
    pub(crate) fn start_from(path: &Path, user: &str, cursor: Option<String>) -> Self {
        let record = Record {
            cursor,
            ..Record::default()
        };
        Self::start_with(path, user, record)
    }

    pub(crate) fn start_with(path: &Path, user: &str, record: Record) -> Self {
        let sink = Arc::new(FakeSink {
            user: UserId::trusted(user),
            record: Mutex::new(record),
            changed: Condvar::new(),
        });
        let backend = EmbeddedBackend::new(PathBuf::from(path), false);
        backend.start(sink.clone()).unwrap();
        Self { backend, sink }
    }

    /// A device with an empty cache that has synced.
    pub(crate) fn login(path: &Path, user: &str) -> Self {
        let client = Self::start(path, user);
        client.wait("the first sync", |record| {
            record.links.last() == Some(&LinkState::SyncFinished)
        });
        client
    }

    /// Stops, and holds the backend to calling nobody from then on.
    pub(crate) fn stop(&self) {
        self.backend.stop(Duration::ZERO);
        self.sink.record.lock().unwrap().is_stopped = true;
    }

    pub(crate) fn look<T>(&self, look: impl FnOnce(&Record) -> T) -> T {
        look(&self.sink.record.lock().unwrap())
    }

    pub(crate) fn edit(&self, edit: impl FnOnce(&mut Record)) {
        edit(&mut self.sink.record.lock().unwrap());
    }

    pub(crate) fn wait(&self, what: &str, done: impl Fn(&Record) -> bool) {
        let until = Instant::now() + PATIENCE;
        let mut record = self.sink.record.lock().unwrap();
        while !done(&record) {
            let left = until.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "{} waited in vain for {what}: {:?}",
                self.sink.user,
                record.links
            );
            record = self.sink.changed.wait_timeout(record, left).unwrap().0;
        }
    }

    /// Waits until this device has been told of all that happened before: a mark travels the same way.
    pub(crate) fn catch_up(&self) {
        let mark = uuid();
        self.backend.set_self_info(None, Some(&mark), &deadline()).unwrap();
        self.wait("its own mark", |record| {
            record
                .changes()
                .any(|change| matches!(change, Change::Profile(profile) if profile.face_url == mark))
        });
    }

    /// Puts a command into the outbox.
    pub(crate) fn push(&self, command: Outbound) -> i64 {
        let mut id = 0;
        self.edit(|record| {
            record.last_id += 1;
            id = record.last_id;
            record.outbox.push_back(OutboxEntry {
                id,
                command,
                is_repeated: false,
            });
        });
        self.backend.outbox_changed();
        id
    }

    /// Has a command carried out.
    pub(crate) fn run(&self, command: Outbound) -> Outcome {
        let id = self.push(command);
        self.wait("an outcome", |record| record.outcomes.contains_key(&id));
        self.look(|record| record.outcomes[&id].clone())
    }

    /// Has a command carried out that must work.
    pub(crate) fn done(&self, command: Outbound) {
        assert_eq!(self.run(command), Outcome::Done);
    }

    /// Has a command refused, and tells how.
    pub(crate) fn refused(&self, command: Outbound) -> Status {
        match self.run(command) {
            Outcome::Refused(error) => error.status,
            other => panic!("{other:?} is no refusal"),
        }
    }

    /// Sends a text, and returns the message with its place.
    pub(crate) fn send(&self, id: &ConversationId, text: &str) -> Message {
        let mut message = message(self.sink.user.as_str(), id, text);
        match self.run(Outbound::Send(Box::new(message.clone()))) {
            Outcome::Sent { seq, time } => {
                message.seq = seq;
                message.time = time;
                message
            }
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn wait_text(&self, id: &ConversationId, text: &str) {
        self.wait(text, |record| record.texts(id).contains(&text));
    }

    pub(crate) fn create(&self, group_type: GroupType, id: &str, members: &[&str]) -> GroupId {
        let group = NewGroup {
            group_id: Some(GroupId::trusted(id)),
            group_type,
            group_name: String::new(),
            face_url: String::new(),
            members: members.iter().map(|member| (user(member), GroupRole::Member)).collect(),
            approve_opt: None,
        };
        self.backend.create_group(group, &deadline()).unwrap()
    }
}

pub(crate) fn deadline() -> Deadline {
    Deadline::new(PATIENCE, Arc::default())
}
