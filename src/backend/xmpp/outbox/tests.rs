//! The delivery against a model of a server: connections break, sessions are resumed or lost, acknowledgements, answers of the
//! archive and refusals come when they like, and what an old connection has carried may be handled late. In the end every
//! message has arrived, first in its conversation's order, and has ended once, in that order.

use super::drain::drain;
use super::state::Outbox;
use crate::backend::xmpp::connection::Outgoing;
use crate::backend::xmpp::error::XmppError;
use crate::backend::xmpp::features::all::Features;
use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::session::tests::{run, session_of};
use crate::backend::{LinkState, Sink};
use crate::model::{
    Change, ConversationId, Elem, Inbound, Message, MessageBody, Micros, Outbound, OutboxEntry, Outcome, Result,
    Status, UserId, WaitingCommand,
};
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::{spawn_local, yield_now};
use tokio_xmpp::Stanza;

mod rooms;
mod service;

/// An account with an outbox and nothing else.
struct Account {
    user_id: UserId,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    waiting: Vec<Message>,
    begun: HashSet<String>,
    ended: Vec<(String, bool)>,
    positions: HashMap<String, String>,
}

impl Account {
    fn new() -> Self {
        Self {
            user_id: UserId::trusted("alice@im.test"),
            kept: Mutex::default(),
        }
    }
}

impl Kept {
    fn end(&mut self, id: i64, is_refused: bool) {
        let waiting = self.waiting.len();
        self.waiting.retain(|message| number(&message.msg_id) != id);
        // The account may have heard of it from the server.
        if self.waiting.len() < waiting {
            self.ended.push((id.to_string(), is_refused));
        }
    }
}

fn number(msg_id: &str) -> i64 {
    msg_id.parse().unwrap()
}

impl Sink for Account {
    fn user_id(&self) -> &UserId {
        &self.user_id
    }
    fn cursor(&self) -> Result<Option<String>> {
        Ok(None)
    }
    fn apply(&self, batch: Inbound) -> Result<()> {
        let mut kept = self.kept.lock().unwrap();
        kept.positions.extend(batch.positions);
        for change in batch.changes {
            if let Change::UnnumberedMessage(shown) = change {
                assert_eq!(shown.message.sender, self.user_id);
                kept.end(number(&shown.message.msg_id), false);
            }
        }
        Ok(())
    }
    fn archive_position(&self, archive: &str) -> Result<Option<String>> {
        Ok(self.kept.lock().unwrap().positions.get(archive).cloned())
    }
    fn next_outbound(&self) -> Result<Option<OutboxEntry>> {
        Ok(None)
    }
    fn waiting_outbound(&self, after: i64) -> Result<Option<WaitingCommand>> {
        let kept = self.kept.lock().unwrap();
        let next = kept.waiting.iter().find(|message| number(&message.msg_id) > after);
        Ok(next.map(|message| WaitingCommand {
            id: number(&message.msg_id),
            conversation: message.conversation.clone(),
            is_message: true,
            builds_on_others: false,
            is_aside: false,
        }))
    }
    fn begin_outbound(&self, id: i64) -> Result<Option<OutboxEntry>> {
        let mut kept = self.kept.lock().unwrap();
        let message = kept.waiting.iter().find(|message| number(&message.msg_id) == id);
        let Some(message) = message.cloned() else {
            return Ok(None);
        };
        let is_repeated = !kept.begun.insert(message.msg_id.clone());
        let command = Outbound::Send(Box::new(message));
        Ok(Some(OutboxEntry {
            id,
            command,
            is_repeated,
        }))
    }
    fn complete_outbound(&self, id: i64, outcome: Outcome) -> Result<()> {
        let is_refused = matches!(outcome, Outcome::Refused(_));
        self.kept.lock().unwrap().end(id, is_refused);
        Ok(())
    }
    fn report(&self, _: LinkState) {}
}

/// What a session has on the client's side.
struct Phone {
    session: Rc<Session>,
    outbox: Rc<Outbox>,
    outgoing: UnboundedReceiver<Outgoing>,
    /// What was sent and the server has not acknowledged.
    unacked: VecDeque<Outgoing>,
}

/// A connection on the server's side.
#[derive(Default)]
struct Connection {
    /// What was written to it and is not handled.
    written: VecDeque<String>,
    /// How much was handled and is not acknowledged.
    handled: usize,
}

struct World {
    account: Arc<Account>,
    said: Vec<Message>,
    phone: Phone,
    connection: Connection,
    /// Broken ones that the server still reads.
    old: Vec<VecDeque<String>>,
    /// The messages in the order in which the server handled them.
    arrived: Vec<String>,
    is_late: bool,
}

fn msg_id(outgoing: &Outgoing) -> Option<String> {
    match &outgoing.stanza {
        Stanza::Message(message) => message.id.as_ref().map(|id| id.0.clone()),
        _ => None,
    }
}

impl World {
    fn new() -> Self {
        let account = Arc::new(Account::new());
        Self {
            phone: Phone::log_in(&account),
            account,
            said: Vec::new(),
            connection: Connection::default(),
            old: Vec::new(),
            arrived: Vec::new(),
            is_late: false,
        }
    }

    fn say(&mut self, peer: &str) {
        let message = Message {
            msg_id: (self.said.len() + 1).to_string(),
            conversation: ConversationId::trusted(format!("c2c_{peer}@im.test")),
            sender: self.account.user_id.clone(),
            nick_name: String::new(),
            face_url: String::new(),
            seq: 0,
            time: Micros(0),
            revoked: None,
            body: MessageBody::of(Elem::Text { text: "hi".to_owned() }),
        };
        self.said.push(message.clone());
        self.account.kept.lock().unwrap().waiting.push(message);
        self.phone.outbox.wake();
    }

    /// Lets the client do what it can, and writes what it sends to the connection.
    async fn work(&mut self) {
        for _ in 0..20 {
            yield_now().await;
            while let Ok(outgoing) = self.phone.outgoing.try_recv() {
                self.connection.written.extend(msg_id(&outgoing));
                if msg_id(&outgoing).is_some() {
                    self.phone.unacked.push_back(outgoing);
                }
            }
        }
    }

    /// The server handles the next stanza.
    fn handle(&mut self) {
        if let Some(next) = self.connection.written.pop_front() {
            self.arrived.push(next);
            self.connection.handled += 1;
        }
    }

    fn acknowledge(&mut self) {
        for _ in 0..std::mem::take(&mut self.connection.handled) {
            let acked = self.phone.unacked.pop_front().and_then(|outgoing| outgoing.acked);
            let _ = acked.unwrap().send(());
        }
    }

    /// The connection breaks, and the session goes on. What was not handled the server forgets, and gets again.
    fn resume(&mut self) {
        self.connection.written.clear();
        self.acknowledge();
        self.connection.written = self.phone.unacked.iter().filter_map(msg_id).collect();
        self.phone.outbox.open();
    }

    /// The connection breaks, and with it the session. What was written to it the server may handle at any time.
    fn lose(&mut self) {
        self.phone.session.end();
        self.phone = Phone::log_in(&self.account);
        let lost = std::mem::take(&mut self.connection);
        self.old.push(lost.written);
    }

    fn handle_late(&mut self, which: usize) {
        let next = self.old.get_mut(which).and_then(VecDeque::pop_front);
        self.is_late |= next.is_some();
        self.arrived.extend(next);
    }

    fn sent(&self) -> Vec<String> {
        self.connection.written.iter().cloned().collect()
    }

    fn check(&self) {
        let kept = self.account.kept.lock().unwrap();
        let first = |arrived: &mut dyn Iterator<Item = &String>| {
            let mut seen = HashSet::new();
            arrived.filter(|id| seen.insert(*id)).cloned().collect::<Vec<_>>()
        };
        let of = |conversation: &ConversationId, ids: &[String]| -> Vec<String> {
            let is_of = |id: &&String| {
                self.said
                    .iter()
                    .any(|said| said.msg_id == **id && said.conversation == *conversation)
            };
            ids.iter().filter(is_of).cloned().collect()
        };
        let forwards = first(&mut self.arrived.iter());
        let mut backwards = first(&mut self.arrived.iter().rev());
        backwards.reverse();
        let ended: Vec<String> = kept.ended.iter().map(|(id, _)| id.clone()).collect();
        let all: Vec<String> = self.said.iter().map(|said| said.msg_id.clone()).collect();
        for said in &self.said {
            let expected = of(&said.conversation, &all);
            assert_eq!(of(&said.conversation, &forwards), expected, "{:?}", self.arrived);
            assert_eq!(of(&said.conversation, &ended), expected);
            // Who reads an archive from its end takes the last of several.
            if !self.is_late {
                assert_eq!(of(&said.conversation, &backwards), expected, "{:?}", self.arrived);
            }
        }
    }
}

impl Phone {
    fn log_in(account: &Arc<Account>) -> Self {
        let sink: Arc<dyn Sink> = account.clone();
        let (session, outgoing) = session_of(sink);
        let features = Features::new(Rc::clone(&session)).unwrap();
        let outbox = Outbox::new(&features);
        spawn_local(drain(Rc::clone(&outbox)));
        Self {
            session,
            outbox,
            outgoing,
            unacked: VecDeque::new(),
        }
    }
}

#[test]
fn messages_arrive_in_order_however_connections_break() {
    let seed = std::env::var("LIBIM_SEED").map_or(7, |seed| seed.parse().unwrap());
    for seed in seed..seed + 60 {
        println!("LIBIM_SEED={seed}");
        run(async move {
            let mut random = fastrand::Rng::with_seed(seed);
            let mut world = World::new();
            for _ in 0..150 {
                match random.u8(..20) {
                    0..=5 => world.say(["bob", "carol", "dave"][random.usize(..3)]),
                    6..=10 => world.handle(),
                    11 | 12 => world.acknowledge(),
                    13 | 14 => world.phone.outbox.open(),
                    15 => world.phone.outbox.allow(),
                    16 => world.resume(),
                    17 => world.lose(),
                    _ => world.handle_late(random.usize(..4)),
                }
                if random.bool() {
                    world.work().await;
                }
            }
            world.phone.outbox.allow();
            for _ in 0..world.said.len() + 1 {
                world.work().await;
                while !world.connection.written.is_empty() {
                    world.handle();
                }
                world.acknowledge();
                for which in 0..world.old.len() {
                    world.handle_late(which);
                }
            }
            world.work().await;
            world.check();
        });
    }
}

#[test]
fn what_is_new_goes_out_at_once_unless_something_before_it_is_in_doubt() {
    run(async {
        let mut world = World::new();
        world.phone.outbox.open();
        world.say("bob");
        world.say("bob");
        world.work().await;
        assert_eq!(world.sent(), ["1", "2"], "nobody waits for an acknowledgement");
        world.lose();
        world.say("bob");
        world.say("carol");
        world.phone.outbox.open();
        world.work().await;
        assert_eq!(world.sent(), ["4"], "the server may have what was said to bob");
        world.phone.outbox.allow();
        world.work().await;
        assert_eq!(world.sent(), ["4", "1", "2", "3"]);
    });
}

#[test]
fn a_message_that_is_refused_stops_none_after_it() {
    run(async {
        let mut world = World::new();
        world.phone.outbox.allow();
        (0..3).for_each(|_| world.say("bob"));
        world.work().await;
        let refused = || XmppError::account(Status::Refused, "no");
        assert!(world.phone.outbox.bounced("2", refused));
        (0..3).for_each(|_| world.handle());
        world.acknowledge();
        world.work().await;
        let ended = world.account.kept.lock().unwrap().ended.clone();
        let of = |id: &str, is_refused| (id.to_owned(), is_refused);
        assert_eq!(ended, [of("1", false), of("2", true), of("3", false)]);
    });
}
