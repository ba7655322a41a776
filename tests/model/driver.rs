//! Random operations, on the engine and on the model alike.

mod acts;
mod arrive;
mod check;
mod choose;
mod serve;

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

    fn step(&mut self) {
        let passed = self.rng.i64(0..3_000_000);
        self.set_clock(self.clock.load(Ordering::SeqCst) + passed);
        self.model.live = true;
        self.model.call += 1;
        match self.rng.u8(0..160) {
            155..=159 => self.done_in_group(),
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
}
