//! Random operations, on the engine and on the model alike.

use crate::filters::Filters;
use crate::naive::{At, Command, Kind, ME, Naive, PENDING};
use crate::views::Views;
use crate::witness::{Witness, settle};
use im::engine::*;
use im::events::{Dispatcher, Event};
use im::model::conversation::AT_ALL;
use im::model::elem::FaceElem;
use im::model::media::FileElem;
use im::model::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const USERS: usize = 12;
pub const GROUPS: usize = 10;
const START: i64 = 1_700_000_000_000_000;

pub struct Driver {
    seed: u64,
    pub rng: fastrand::Rng,
    dir: tempfile::TempDir,
    clock: Arc<AtomicI64>,
    engine: Option<Engine>,
    pub dispatcher: Option<Dispatcher>,
    pub witness: Witness,
    pub model: Naive,
    filters: Filters,
    views: Views,
    /// The engine's number of the command in flight.
    in_flight: i64,
    /// That command.
    pub taken: Option<Outbound>,
    server_seq: BTreeMap<String, u64>,
    next_msg: u64,
    /// Messages that the server has told, to tell them again.
    told: Vec<Message>,
    log: Vec<String>,
}

impl Driver {
    pub fn new(seed: u64) -> Self {
        let mut driver = Self {
            seed,
            rng: fastrand::Rng::with_seed(seed),
            dir: tempfile::tempdir().unwrap(),
            clock: Arc::new(AtomicI64::new(START)),
            engine: None,
            dispatcher: None,
            witness: Witness::default(),
            model: Naive::default(),
            filters: Filters::new(seed),
            views: Views::new(seed),
            in_flight: 0,
            taken: None,
            server_seq: BTreeMap::new(),
            next_msg: 0,
            told: Vec::new(),
            log: Vec::new(),
        };
        driver.open();
        driver
    }

    fn open(&mut self) {
        let dispatcher = Dispatcher::start().unwrap();
        dispatcher.add_listener(0, Arc::new(self.witness.clone()));
        let clock = Arc::clone(&self.clock);
        let options = EngineOptions {
            dir: self.dir.path().join("account"),
            user_id: UserId::trusted(ME),
            order: ConversationOrder::OrderKey,
            conversation_limit: 5000,
            durability: Durability::Normal,
            media_cache_bytes: 1 << 30,
            search: true,
            changed_fields: false,
            clock: Arc::new(move || Micros(clock.load(Ordering::SeqCst))),
        };
        self.engine = Some(Engine::open(options, dispatcher.queue()).unwrap().0);
        self.dispatcher = Some(dispatcher);
        self.filters.subscribe(self.engine.as_ref().unwrap());
        self.views.open(self.engine.as_ref().unwrap(), &self.witness);
    }

    pub fn engine(&self) -> &Engine {
        self.engine.as_ref().unwrap()
    }

    pub fn run(mut self, steps: usize) {
        for step in 0..steps {
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                self.step();
                self.check();
            }));
            if let Err(panic) = outcome {
                let tail = self.log.len().saturating_sub(12);
                eprintln!(
                    "seed {}, step {step}; the last operations:\n{}",
                    self.seed,
                    self.log[tail..].join("\n")
                );
                std::panic::resume_unwind(panic);
            }
        }
        let listed = self.model.listed().len();
        assert!(
            listed > 5,
            "the run must have made a list worth comparing, not one of {listed}"
        );
    }

    // --- choosing ---

    pub fn any_conv(&mut self) -> String {
        if self.rng.bool() {
            match self.rng.usize(0..USERS + 1) {
                0 => format!("c2c_{ME}"),
                user => format!("c2c_u{user}"),
            }
        } else {
            format!("group_g{}", self.rng.usize(0..GROUPS))
        }
    }

    pub fn any_user(&mut self) -> UserId {
        match self.rng.usize(0..USERS + 1) {
            0 => UserId::trusted(ME),
            user => UserId::trusted(format!("u{user}")),
        }
    }

    pub fn any_text(&mut self) -> String {
        ["", "a", "hello", "\u{1f980} \u{5d0}\u{5d1}", "\"quoted\" \\ \n"][self.rng.usize(0..5)].to_owned()
    }

    pub fn any_message(&mut self) -> Option<String> {
        let all: Vec<String> = self
            .model
            .convs
            .values()
            .flat_map(|conv| conv.messages.iter().map(|message| message.msg_id.clone()))
            .collect();
        if all.is_empty() {
            None
        } else {
            Some(all[self.rng.usize(0..all.len())].clone())
        }
    }

    /// An element that is no text; its number says which.
    fn other_elem(&mut self) -> Elem {
        let desc = self.any_text();
        let number = i64::try_from(self.next_msg).unwrap();
        match number % 4 {
            0 => Elem::Face(FaceElem {
                index: number,
                data: desc,
            }),
            1 => Elem::File(FileElem {
                file_name: desc,
                file_size: number,
                ..FileElem::default()
            }),
            2 => Elem::GroupTips(Box::new(self.any_tips())),
            _ => Elem::Custom {
                data: format!("data {number}"),
                desc,
                extension: String::new(),
            },
        }
    }

    pub fn body(&mut self, is_group: bool) -> MessageBody {
        let elem = if self.rng.u8(0..4) > 0 {
            Elem::Text {
                text: format!("text {}", self.next_msg),
            }
        } else {
            self.other_elem()
        };
        let mut at = Vec::new();
        if is_group && self.rng.u8(0..3) == 0 {
            for user in [ME, AT_ALL, "u1"] {
                if self.rng.bool() {
                    at.push(user.to_owned());
                }
            }
        }
        MessageBody {
            elem,
            cloud_custom_data: self.any_text(),
            group_at_user_list: at,
            is_excluded_from_unread_count: self.rng.u8(0..8) == 0,
            is_excluded_from_last_message: self.rng.u8(0..8) == 0,
            need_read_receipt: self.rng.bool(),
            is_online_only: false,
            priority: self.rng.i64(0..4),
            random: self.rng.u32(..),
            modified: None,
            reply: None,
            name_card: String::new(),
        }
    }

    fn any_settings(&mut self) -> Vec<StampedSetting> {
        let mut settings = Vec::new();
        if self.rng.bool() {
            settings.push(Setting::Pinned(self.rng.bool()));
        }
        if self.rng.bool() {
            settings.push(Setting::RecvOpt(RecvOpt::try_from(self.rng.i64(0..4)).unwrap()));
        }
        if self.rng.bool() {
            settings.push(self.any_label());
        }
        let stamped = |setting| StampedSetting {
            setting,
            stamp: self.any_stamp(),
        };
        settings.into_iter().map(stamped).collect()
    }

    pub fn any_stamp(&mut self) -> Stamp {
        // Of a device that loses, or one that wins, against an own change of the same time.
        let device = ["", "~"][self.rng.usize(0..2)].to_owned();
        let time = Micros(self.any_time());
        Stamp { time, device }
    }

    pub fn any_time(&mut self) -> i64 {
        let now = self.model.now;
        match self.rng.u8(0..6) {
            // Whole seconds, so that several have the same.
            0 | 1 => (now / 1_000_000 - self.rng.i64(0..40)) * 1_000_000,
            2 | 3 => now - self.rng.i64(0..100_000_000),
            4 => now + self.rng.i64(0..1_000_000_000),
            _ => now,
        }
    }

    // --- one step ---

    fn step(&mut self) {
        let passed = self.rng.i64(0..3_000_000);
        self.set_clock(self.clock.load(Ordering::SeqCst) + passed);
        self.model.live = true;
        self.model.call += 1;
        match self.rng.u8(0..155) {
            150..=154 => self.confirm_read(),
            140..=149 => self.react(),
            130..=139 => self.local(),
            100..=119 => self.label(),
            120..=129 => self.modify(),
            0..=11 => self.send(),
            12..=29 => self.serve(),
            30..=46 => self.inbound(true),
            47..=54 => self.inbound(false),
            55..=61 => self.draft(),
            62..=67 => self.pin(),
            68..=74 => self.clean(),
            75..=79 => self.revoke(),
            80..=83 => self.delete_messages(),
            84..=86 => self.clear_history(),
            87..=90 => self.delete_conversation(),
            91..=94 => self.recv_opt(),
            95..=97 => self.jump(),
            _ => self.restart(),
        }
    }

    pub fn note(&mut self, what: String) {
        self.log.push(what);
    }

    fn set_clock(&mut self, now: i64) {
        self.clock.store(now, Ordering::SeqCst);
        self.model.now = now;
    }

    fn send(&mut self) {
        let id = self.any_conv();
        self.next_msg += 1;
        let mut body = self.body(id.starts_with("group_"));
        let sent = self
            .engine()
            .send(&ConversationId::trusted(id.clone()), body.clone())
            .unwrap();
        let sent: Value = serde_json::from_str(&sent).unwrap();
        body.random = sent["random"].as_u64().unwrap() as u32;
        let msg_id = sent["msgID"].as_str().unwrap().to_owned();
        self.note(format!("send {id} {msg_id} {body:?}"));
        self.model.send(&id, &msg_id, body);
        let conv = &self.model.convs[&id];
        assert_eq!(sent, self.model.message_json(&id, conv, conv.messages.last().unwrap()));
    }

    fn serve(&mut self) {
        match self.model.in_flight.clone() {
            None => self.take(),
            Some(command) => self.complete(&command),
        }
    }

    fn take(&mut self) {
        let taken = self.engine().next_outbound().unwrap();
        self.note(format!("take {taken:?}"));
        // A message that was deleted after it was handed out is deleted on the server instead.
        while let Some(place) = self
            .model
            .outbox
            .first()
            .filter(|command| {
                let is_gone = self.model.find(&command.msg_id).is_none();
                command.kind == Kind::Send || matches!(command.kind, Kind::React(_)) && is_gone
            })
            .map(|_| 0)
        {
            let command = self.model.outbox[place].clone();
            if command.kind != Kind::Send {
                self.model.outbox.remove(place);
                continue;
            }
            match self.model.find(&command.msg_id) {
                Some((id, message)) if message.seq == 0 || id.starts_with("c2c_") => {
                    self.model.sign(&command.msg_id);
                    break;
                }
                // The group has shown it, so it was sent.
                Some(_) => {
                    self.model.outbox.remove(place);
                    continue;
                }
                None => self.model.outbox.remove(place),
            };
            // Another device may have deleted it, and the server knows.
            if !self.model.unsent.remove(&command.msg_id) {
                continue;
            }
            let kind = Kind::DeleteMessages(vec![command.msg_id.clone()]);
            self.model.outbox.push(Command {
                msg_id: String::new(),
                kind,
                handed_out: false,
                ..command
            });
        }
        let Some(taken) = taken else {
            assert!(
                self.model.outbox.is_empty(),
                "the engine has nothing to do, the model {:?}",
                self.model.outbox[0]
            );
            return;
        };
        let first = self.model.outbox.first().map(|command| command.call);
        let place = self
            .model
            .outbox
            .iter()
            .position(|command| Some(command.call) == first && same(command, &taken.command, &self.model));
        let place = place.unwrap_or_else(|| {
            let first = self.model.outbox.first().unwrap();
            panic!("{taken:?} is not {first:?} of {:?}", self.model.find(&first.msg_id))
        });
        self.model.in_flight = Some(self.model.outbox.remove(place));
        self.in_flight = taken.id;
        self.taken = Some(taken.command);
    }

    fn complete(&mut self, command: &Command) {
        let refused = || Outcome::Refused(Error::no_permission("no"));
        let outcome = match command.kind {
            _ if self.rng.u8(0..5) == 0 => refused(),
            Kind::Send => {
                let seq = self.next_seq(&command.conv);
                Outcome::Sent {
                    seq,
                    time: Micros(self.model.now + self.rng.i64(-2_000_000..2_000_000)),
                }
            }
            _ => Outcome::Done,
        };
        self.note(format!("complete {command:?} {outcome:?}"));
        self.engine()
            .complete_outbound(self.in_flight, outcome.clone())
            .unwrap();
        self.model.complete(&outcome);
        self.place_history();
        self.check_edited();
        self.check_reacted();
    }

    fn next_seq(&mut self, id: &str) -> u64 {
        let skipped = if self.rng.u8(0..10) == 0 { self.rng.u64(1..4) } else { 0 };
        let known = self.model.convs.get(id).map_or(0, |conv| conv.max_seq as u64);
        let seq = self.server_seq.entry(id.to_owned()).or_default();
        *seq = (*seq).max(known) + 1 + skipped;
        *seq
    }

    fn inbound(&mut self, live: bool) {
        let changes: Vec<Change> = (0..self.rng.usize(1..7)).map(|_| self.change(live)).collect();
        self.note(format!("apply live={live} {changes:?}"));
        let cursor = Some(self.next_msg.to_string());
        self.engine()
            .apply(Inbound {
                live,
                cursor: cursor.clone(),
                changes: changes.clone(),
                ..Inbound::default()
            })
            .unwrap();
        assert_eq!(self.engine().cursor().unwrap(), cursor);
        self.model.live = live;
        self.model.first_sync.get_or_insert(self.model.now);
        self.model.listed_before = self.model.listed().into_iter().map(|(id, _)| id.clone()).collect();
        let (mut fresh, mut missed) = (Vec::new(), Vec::new());
        for change in &changes {
            let is_new = self.model.apply(change);
            if is_new && let Change::SeenInGroup { msg_id, .. } = change {
                fresh.push(msg_id.clone());
            }
            if is_new && let Change::Message(message) = change {
                if !live && !missed.contains(&message.conversation) {
                    missed.push(message.conversation.clone());
                }
                if live && !message.revoked {
                    fresh.push(message.msg_id.clone());
                }
            }
        }
        self.place_history();
        self.check_message_events(&fresh, &missed);
    }

    /// Message events tell what is new now, and where to look for what a sync brought.
    fn check_message_events(&mut self, fresh: &[String], missed: &[ConversationId]) {
        self.check_edited();
        self.check_reacted();
        let heard = std::mem::take(&mut self.witness.0.lock().unwrap().messages);
        let received: Vec<&str> = heard
            .iter()
            .filter(|(event, _)| *event == Event::RecvNewMessage)
            .map(|(_, message)| message["msgID"].as_str().unwrap())
            .collect();
        assert_eq!(received, fresh, "onRecvNewMessage");
        self.check_tips(fresh, &heard);
        let told: Vec<&Value> = heard
            .iter()
            .filter(|(event, _)| *event == Event::MessagesMissed)
            .map(|(_, ids)| ids)
            .collect();
        let told: Vec<&str> = told
            .iter()
            .flat_map(|ids| ids.as_array().unwrap())
            .map(|id| id.as_str().unwrap())
            .collect();
        let mut missed: Vec<&str> = missed.iter().map(ConversationId::as_str).collect();
        let mut told = told;
        missed.sort_unstable();
        told.sort_unstable();
        assert_eq!(told, missed, "onMessagesMissed");
    }

    /// History is placed at its own time, or at the next place that is free: the engine chooses, the rule is checked.
    fn place_history(&mut self) {
        for (id, candidate) in std::mem::take(&mut self.model.candidates) {
            // The driver's clock is never a day behind.
            let candidate = candidate.min(self.model.now + 24 * 3600 * 1_000_000);
            let conv = &self.model.convs[&id];
            if conv.activation >= candidate {
                continue;
            }
            let shown = self
                .engine()
                .conversation(&ConversationId::trusted(id.clone()))
                .unwrap();
            let shown: Value = serde_json::from_str(&shown).unwrap();
            let key = shown["orderkey"].as_i64().unwrap();
            let activation = if conv.is_pinned { key - (1 << 52) } else { key };
            let room = self.model.convs.len() as i64;
            assert!(
                (candidate..candidate + room).contains(&activation),
                "{id}: {activation} for {candidate}"
            );
            self.model.last_activation = self.model.last_activation.max(activation);
            self.model.conv(&id).activation = activation;
        }
        let mut seen: Vec<i64> = self.model.listed().iter().map(|(_, conv)| conv.activation).collect();
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count, "activations are unique");
    }

    fn change(&mut self, live: bool) -> Change {
        let id = self.any_conv();
        let conversation = ConversationId::trusted(id.clone());
        let known_seq = self.server_seq.get(&id).copied().unwrap_or_default();
        let position = ReadPosition {
            seq: self.rng.u64(0..=known_seq),
            timestamp: self.model.now / 1_000_000,
        };
        match self.rng.u8(0..62) {
            54..=57 => self.read_elsewhere(),
            58 | 59 => Change::Delivered {
                conversation: ConversationId::c2c(&self.any_user()),
                up_to: Target::Seq(position),
            },
            50..=53 => self.reacted_elsewhere(),
            60 | 61 if live => self.any_seen(),
            42..=45 => self.account_elsewhere(),
            46..=49 => self.edited_elsewhere(),
            0..=19 => Change::Message(self.message(&id, live)),
            20 | 21 => match self.any_message() {
                Some(msg_id) => {
                    let (id, _) = self.model.find(&msg_id).unwrap();
                    Change::Revoked {
                        conversation: ConversationId::trusted(id),
                        message: Target::MsgId(msg_id),
                        recall: im::model::Recall::default(),
                    }
                }
                None => Change::Revoked {
                    conversation,
                    message: Target::MsgId("unknown".into()),
                    recall: im::model::Recall::default(),
                },
            },
            22 => match self.any_message() {
                Some(msg_id) => {
                    let (id, message) = self.model.find(&msg_id).unwrap();
                    let msg_id = if message.position == PENDING {
                        "unknown".to_owned()
                    } else {
                        msg_id
                    };
                    Change::MessagesDeleted {
                        conversation: ConversationId::trusted(id),
                        msg_ids: vec![msg_id],
                    }
                }
                None => Change::MessagesDeleted {
                    conversation,
                    msg_ids: vec!["unknown".into()],
                },
            },
            23 => Change::HistoryCleared {
                conversation,
                up_to: Target::seq(position.seq),
            },
            24 => Change::ConversationDeleted {
                conversation,
                up_to: Target::seq(position.seq),
                stamp: self.any_stamp(),
            },
            25 | 26 => Change::Read {
                conversation,
                up_to: Target::Seq(position),
            },
            27 | 28 => Change::Settings {
                conversation,
                settings: self.any_settings(),
            },
            29 | 30 => Change::PeerRead {
                conversation: ConversationId::c2c(&self.any_user()),
                up_to: Target::Seq(position),
            },
            31 | 32 => Change::Profile(Profile {
                user_id: self.any_user(),
                nick_name: self.any_text(),
                face_url: self.any_text(),
                allow_type: AllowType::AllowAny,
            }),
            33 | 34 => Change::Friend {
                user_id: self.any_user(),
                remark: self.rng.bool().then(|| self.any_text()),
            },
            35..=38 => {
                let number = self.rng.usize(0..GROUPS);
                Change::Group {
                    group: Group {
                        group_id: GroupId::trusted(format!("g{number}")),
                        group_type: GroupType::ALL[number % 5],
                        group_name: self.any_text(),
                        face_url: self.any_text(),
                        introduction: String::new(),
                        notification: None,
                        owner: None,
                        create_time: 0,
                        member_count: 1,
                        role: GroupRole::from_code([0, 200, 200, 300, 400][self.rng.usize(0..5)]),
                        is_all_muted: false,
                        add_opt: GroupAddOpt::Any,
                        approve_opt: GroupAddOpt::Forbid,
                    },
                    time: Micros(self.any_time()),
                }
            }
            39 | 40 => Change::Listed {
                conversation,
                time: Micros(self.any_time()),
            },
            _ => Change::GroupLeft {
                group_id: GroupId::trusted(format!("g{}", self.rng.usize(0..GROUPS))),
            },
        }
    }

    fn message(&mut self, id: &str, live: bool) -> Message {
        // The same again, as after a cut.
        if !self.told.is_empty() && self.rng.u8(0..8) == 0 {
            let mut again = self.told[self.rng.usize(0..self.told.len())].clone();
            again.revoked |= self.rng.u8(0..4) == 0;
            return again;
        }
        // Our own, coming back before the server's answer to the command.
        let in_flight = self
            .model
            .in_flight
            .clone()
            .filter(|command| command.kind == Kind::Send);
        if let Some(command) = in_flight
            && self.rng.bool()
            && let Some((id, own)) = self.model.find(&command.msg_id)
            && own.seq == 0
        {
            let seq = self.next_seq(&id);
            return Message {
                msg_id: own.msg_id,
                conversation: ConversationId::trusted(id),
                sender: UserId::trusted(ME),
                nick_name: self.any_text(),
                face_url: own.face_url,
                seq,
                time: Micros(self.model.now),
                revoked: false,
                body: self.model.first_content(&command.msg_id).unwrap(),
            };
        }
        self.next_msg += 1;
        let sender = match id.strip_prefix("c2c_") {
            Some(peer) if self.rng.u8(0..4) > 0 => UserId::trusted(peer),
            Some(_) => UserId::trusted(ME),
            None => self.any_user(),
        };
        let time = if live && self.rng.bool() {
            self.model.now
        } else {
            self.any_time()
        };
        let message = Message {
            msg_id: format!("m{}", self.next_msg),
            conversation: ConversationId::trusted(id),
            sender,
            nick_name: self.any_text(),
            face_url: String::new(),
            seq: self.next_seq(id),
            time: Micros(time),
            revoked: self.rng.u8(0..12) == 0,
            body: MessageBody {
                modified: (self.rng.u8(0..8) == 0).then(|| self.any_stamp()),
                ..self.body(id.starts_with("group_"))
            },
        };
        self.told.push(message.clone());
        message
    }

    fn draft(&mut self) {
        let (id, text) = (self.any_conv(), self.any_text());
        self.note(format!("draft {id} {text:?}"));
        self.engine()
            .set_draft(&ConversationId::trusted(id.clone()), &text)
            .unwrap();
        self.model.draft(&id, &text);
    }

    fn pin(&mut self) {
        let (id, pinned) = (self.any_conv(), self.rng.bool());
        self.note(format!("pin {id} {pinned}"));
        self.engine()
            .set_pinned(&ConversationId::trusted(id.clone()), pinned)
            .unwrap();
        self.model.pin(&id, pinned);
    }

    fn clean(&mut self) {
        let one = self.any_conv();
        let timestamp = if self.rng.bool() {
            0
        } else {
            self.any_time() / 1_000_000
        };
        let sequence = if self.rng.bool() { 0 } else { self.rng.u64(0..40) };
        let (scope, prefix) = match self.rng.u8(0..8) {
            0 => (UnreadScope::All, ""),
            1 => (UnreadScope::AllC2c, "c2c_"),
            2 => (UnreadScope::AllGroups, "group_"),
            _ => (UnreadScope::One(ConversationId::trusted(one.clone())), one.as_str()),
        };
        self.note(format!("clean {scope:?} {timestamp} {sequence}"));
        self.engine().clean_unread(&scope, timestamp, sequence).unwrap();
        let ids: Vec<String> = match scope {
            UnreadScope::One(_) => vec![one],
            _ => self
                .model
                .listed()
                .into_iter()
                .map(|(id, _)| id.clone())
                .filter(|id| id.starts_with(prefix))
                .collect(),
        };
        self.model.clean(&ids, timestamp, sequence as i64);
    }

    fn revoke(&mut self) {
        let msg_id = self.any_message().unwrap_or("unknown".into());
        self.note(format!("revoke {msg_id}"));
        let outcome = self.engine().revoke(&msg_id);
        assert_eq!(outcome.err().map(|error| error.status), self.model.revoke(&msg_id));
    }

    fn delete_messages(&mut self) {
        let mut msg_ids: Vec<String> = (0..self.rng.usize(1..4)).filter_map(|_| self.any_message()).collect();
        msg_ids.sort();
        msg_ids.dedup();
        let is_wrong = self.rng.u8(0..4) == 0;
        if is_wrong {
            msg_ids.push("unknown".into());
        }
        self.note(format!("delete {msg_ids:?}"));
        let outcome = self.engine().delete_messages(&msg_ids);
        assert_eq!(outcome.is_err(), is_wrong);
        if !is_wrong {
            msg_ids.iter().for_each(|msg_id| self.model.delete_message(msg_id));
        }
    }

    fn clear_history(&mut self) {
        let id = self.any_conv();
        self.note(format!("clear {id}"));
        self.engine()
            .clear_history(&ConversationId::trusted(id.clone()))
            .unwrap();
        self.model.clear_history(&id);
    }

    fn delete_conversation(&mut self) {
        let id = self.any_conv();
        self.note(format!("delete {id}"));
        self.engine()
            .delete_conversation(&ConversationId::trusted(id.clone()))
            .unwrap();
        self.model.delete_conversation(&id);
    }

    fn recv_opt(&mut self) {
        let (id, opt) = (self.any_conv(), self.rng.i64(0..4));
        self.note(format!("recvOpt {id} {opt}"));
        self.engine()
            .set_recv_opt(&[ConversationId::trusted(id.clone())], RecvOpt::try_from(opt).unwrap())
            .unwrap();
        self.model.set_recv_opt(&id, opt);
    }

    fn jump(&mut self) {
        let by = self.rng.i64(-3_600_000_000..3_600_000_000);
        self.note(format!("the clock jumps by {by}"));
        self.set_clock(self.model.now + by);
    }

    fn restart(&mut self) {
        self.note("restart".into());
        settle(self.dispatcher.as_ref().unwrap());
        self.engine.take().unwrap().close();
        self.dispatcher.take().unwrap().close();
        self.model.newest_known = 0;
        // What was handed out was not confirmed: it comes again.
        if let Some(command) = self.model.in_flight.take() {
            let command = Command {
                call: 0,
                handed_out: true,
                ..command
            };
            self.model.outbox.insert(0, command);
        }
        self.open();
    }

    // --- comparing ---

    fn check(&mut self) {
        let expected: Vec<Value> = self
            .model
            .listed()
            .into_iter()
            .map(|(id, conv)| self.model.conversation_json(id, conv))
            .collect();
        let count = self.rng.i64(1..12);
        let (mut read, mut cursor) = (Vec::new(), "0".to_owned());
        loop {
            let page: Value = serde_json::from_str(&self.engine().conversation_page(&cursor, count).unwrap()).unwrap();
            let rows = page["conversationList"].as_array().unwrap();
            let is_finished = page["isFinished"].as_bool().unwrap();
            assert!(is_finished || rows.len() as i64 == count, "a short page before the end");
            read.extend(rows.iter().cloned());
            cursor = page["nextSeq"].as_str().unwrap().to_owned();
            if is_finished {
                break;
            }
        }
        let order = |list: &[Value]| -> Vec<String> {
            list.iter()
                .map(|row| format!("{} {}", row["conversationID"], row["orderkey"]))
                .collect()
        };
        assert_eq!(order(&read), order(&expected), "the order of the list");
        for (read, expected) in read.iter().zip(&expected) {
            same_fields(read, expected);
        }
        assert_eq!(read.len(), expected.len());

        let total = self.model.total() as u64;
        assert_eq!(self.engine().total_unread().unwrap(), total);
        self.check_events(&read, total);
        self.filters.check(self.engine.as_ref().unwrap(), &read, &self.witness);
        self.views
            .check(self.engine.as_ref().unwrap(), &self.model, &read, &self.witness);
        self.check_one();
        self.check_reactions();
    }

    fn check_events(&mut self, read: &[Value], total: u64) {
        settle(self.dispatcher.as_ref().unwrap());
        let mut heard = self.witness.0.lock().unwrap();
        heard.messages.clear();
        assert_eq!(heard.objections, Vec::<String>::new());
        let mut list: Vec<&Value> = heard.list.values().collect();
        list.sort_by_key(|conversation| std::cmp::Reverse(conversation["orderkey"].as_i64().unwrap()));
        assert_eq!(list, read.iter().collect::<Vec<_>>(), "the list rebuilt from events");
        assert_eq!(heard.total.unwrap_or_default(), total, "the total told");
        let folders = self.engine().conversation_groups().unwrap();
        assert_eq!(folders, self.model.folder_names(), "the conversation groups");
        assert_eq!(
            heard.folders,
            folders.into_iter().collect(),
            "the groups rebuilt from events"
        );
        let opt = self.model.all_recv_opt();
        assert_eq!(self.engine().all_recv_opt().unwrap(), opt, "the option of all");
        assert_eq!(heard.all_recv_opt, (opt.parts().opt, opt.parts().duration), "as told");
    }

    fn check_one(&mut self) {
        let id = self.any_conv();
        let conversation = ConversationId::trusted(id.clone());
        let conv = self.model.convs.get(&id).cloned().unwrap_or_default();
        let shown: Value = serde_json::from_str(&self.engine().conversation(&conversation).unwrap()).unwrap();
        assert_eq!(shown, self.model.conversation_json(&id, &conv), "getConversation");
        let several = self
            .engine()
            .conversations(std::slice::from_ref(&conversation))
            .unwrap();
        let several: Value = serde_json::from_str(&several).unwrap();
        assert_eq!(several.as_array().unwrap().len(), usize::from(conv.is_listed));

        self.check_history(&id, &conv);
    }
}

/// Compares field by field, so that a failure names the field.
fn same_fields(read: &Value, expected: &Value) {
    let (read, expected) = (read.as_object().unwrap(), expected.as_object().unwrap());
    let keys = |object: &serde_json::Map<String, Value>| object.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(read), keys(expected), "the keys of {}", expected["conversationID"]);
    for (key, value) in expected {
        assert_eq!(&read[key], value, "{key} of {}", expected["conversationID"]);
    }
}

/// Whether a command sets a setting, with the time of the stamp.
fn is_set(change: &StampedSetting, setting: Setting, at: At) -> bool {
    change.setting == setting && change.stamp.time.0 == at.0
}

/// Whether the engine's command is the model's.
fn same(command: &Command, taken: &Outbound, model: &Naive) -> bool {
    let is_conv = |conversation: &ConversationId| conversation.as_str() == command.conv;
    match (&command.kind, taken) {
        (Kind::Send, Outbound::Send(message)) => {
            let own = model.first_content(&command.msg_id);
            is_conv(&message.conversation) && message.msg_id == command.msg_id && Some(&message.body) == own.as_ref()
        }
        (Kind::Modify { value, .. }, Outbound::Modify(message)) => {
            let is_message = is_conv(&message.conversation) && message.msg_id == command.msg_id;
            let stamp = message.body.modified.as_ref().map(|stamp| stamp.time.0);
            is_message && value.is_of(&message.body) && stamp == value.at.map(|at| at.0)
        }
        (Kind::React(reacting), Outbound::React(reaction)) => {
            let is_message = is_conv(&reaction.conversation) && reaction.msg_id == command.msg_id;
            let stamp = Some(reaction.stamp.time.0);
            is_message && reacting.value.ids == reaction.reactions && stamp == reacting.value.at.map(|at| at.0)
        }
        (Kind::Revoke { .. }, Outbound::Revoke { conversation, msg_id }) => {
            is_conv(conversation) && *msg_id == command.msg_id
        }
        (Kind::DeleteMessages(ids), Outbound::DeleteMessages { conversation, msg_ids }) => {
            is_conv(conversation) && ids == msg_ids
        }
        (
            Kind::ClearHistory(cleared),
            Outbound::ClearHistory {
                conversation, up_to, ..
            },
        ) => is_conv(conversation) && *cleared as u64 == *up_to,
        (
            Kind::DeleteConversation(cleared, at),
            Outbound::DeleteConversation {
                conversation,
                up_to,
                stamp,
                ..
            },
        ) => is_conv(conversation) && *cleared as u64 == *up_to && at.0 == stamp.time.0,
        (Kind::Pin { value, .. }, Outbound::Set { conversation, setting }) => {
            is_conv(conversation) && is_set(setting, Setting::Pinned(value.0), value.1)
        }
        (Kind::RecvOpt { value, .. }, Outbound::Set { conversation, setting }) => {
            let opt = Setting::RecvOpt(RecvOpt::try_from(value.0).unwrap());
            is_conv(conversation) && is_set(setting, opt, value.1)
        }
        (Kind::Label { value, .. }, Outbound::Set { conversation, setting }) => {
            is_conv(conversation) && is_set(setting, value.0.clone(), value.1)
        }
        (Kind::Read { seq, timestamp }, Outbound::Read { conversation, position }) => {
            is_conv(conversation) && *seq as u64 == position.seq && *timestamp == position.timestamp
        }
        (
            Kind::ReadReceipts(ids),
            Outbound::ReadReceipts {
                conversation, msg_ids, ..
            },
        ) => is_conv(conversation) && ids == msg_ids,
        (Kind::SubscribeProfile, Outbound::SubscribeProfile { conversation }) => is_conv(conversation),
        _ => false,
    }
}
