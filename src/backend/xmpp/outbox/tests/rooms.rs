//! The delivery to a room, against a model of one: it goes away and is there again, and has forgotten everybody; what the old one
//! had not looked at yet it archives late or never, shown or not; connections break, sessions are resumed or lost, answers
//! are lost, and what an old connection has carried is handled late. In the end the room has shown or archived every message,
//! for the first time in their order, and each has ended once.

use super::service::{Item, ROOM, Service};
use super::{Account, Phone, number};
use crate::backend::xmpp::connection::Outgoing;
use crate::backend::xmpp::features::rooms::catch_up::{self, Since};
use crate::backend::xmpp::features::rooms::join::join_known;
use crate::backend::xmpp::router;
use crate::backend::xmpp::session::Stage;
use crate::backend::xmpp::stanza::lenient;
use crate::model::{ConversationId, Elem, Message, MessageBody, Micros};
use std::collections::{HashSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{LocalSet, yield_now};
use tokio::time::advance;
use xmpp_parsers::jid::BareJid;

struct World {
    account: Arc<Account>,
    said: Vec<Message>,
    phone: Phone,
    /// What the connection carries, and how much of it was handled and is not acknowledged.
    written: VecDeque<Item>,
    handled: usize,
    /// What connections carry that are broken.
    old: VecDeque<VecDeque<Item>>,
    service: Service,
}

impl World {
    async fn new() -> Self {
        let account = Arc::new(Account::new());
        let mut world = Self {
            phone: Phone::log_in(&account),
            account,
            said: Vec::new(),
            written: VecDeque::new(),
            handled: 0,
            old: VecDeque::new(),
            service: Service::default(),
        };
        world.begin();
        world.work().await;
        world
    }

    /// A session begins: the account is a member of the room, and enters it.
    fn begin(&mut self) {
        let rooms = Rc::clone(&self.phone.outbox.features.rooms);
        let room = room();
        rooms.bookmarks.note(&room, None);
        self.phone.session.has_reached(Stage::Bookmarked);
        self.phone.outbox.open();
        self.phone.outbox.allow();
        let session = Rc::clone(&self.phone.session);
        session.spawn(async move {
            join_known(&rooms, &room).await;
            catch_up::close_gap(&rooms, &room).await
        });
    }

    fn say(&mut self) {
        let message = Message {
            msg_id: (self.said.len() + 1).to_string(),
            conversation: ConversationId::trusted(format!("group_{ROOM}")),
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
        for _ in 0..30 {
            yield_now().await;
            while let Ok(outgoing) = self.phone.outgoing.try_recv() {
                self.written.push_back(Item::from(&outgoing.stanza));
                self.phone.unacked.push_back(outgoing);
            }
        }
    }

    /// The server handles the next stanza of the connection.
    fn handle(&mut self) {
        if let Some(item) = self.written.pop_front() {
            self.handled += 1;
            self.service.room.queue.push_back(item);
        }
    }

    fn acknowledge(&mut self) {
        for _ in 0..std::mem::take(&mut self.handled) {
            if let Some(Outgoing { acked: Some(acked), .. }) = self.phone.unacked.pop_front() {
                let _ = acked.send(());
            }
        }
    }

    /// The client reads what comes next.
    fn deliver(&mut self) {
        if let Some(xml) = self.service.coming.pop_front() {
            let outbox = &self.phone.outbox;
            let stanza = lenient::stanza(xml.parse().unwrap()).unwrap();
            router::handle(&outbox.features, outbox, stanza);
        }
    }

    /// The connection breaks, and the session goes on. The server may have lost answers.
    fn resume(&mut self, mut loses: impl FnMut() -> bool) {
        self.acknowledge();
        self.written = self
            .phone
            .unacked
            .iter()
            .map(|outgoing| Item::from(&outgoing.stanza))
            .collect();
        self.service.coming.retain(|xml| !xml.contains("<fin") || !loses());
        self.phone.session.handed_over();
        let rooms = &self.phone.outbox.features.rooms;
        for room in rooms.hold_again() {
            let rooms = Rc::clone(rooms);
            let session = Rc::clone(&rooms.session);
            session.spawn(async move {
                catch_up::catch_up(&rooms, &room, Since::Known).await?;
                catch_up::close_gap(&rooms, &room).await
            });
        }
    }

    /// The connection breaks, and with it the session.
    fn lose(&mut self) {
        self.phone.session.end();
        self.phone = Phone::log_in(&self.account);
        let written = std::mem::take(&mut self.written);
        let is_leaving = self.service.room.queue.iter().any(|item| matches!(item, Item::Leave));
        if self.service.room.has_us && !is_leaving {
            self.old.push_back(written);
        }
        self.handled = 0;
        self.service.coming.clear();
        self.begin();
    }

    /// The server handles the rest of a broken connection, or a part of that. At once: what an old session says before and
    /// after the next one enters the room has no order.
    fn handle_late(&mut self, random: &mut fastrand::Rng) {
        let Some(mut old) = self.old.pop_front() else {
            return;
        };
        old.truncate(random.usize(..=old.len()));
        // The rest is not for the server any more, which has bound the resource for another session.
        self.service
            .room
            .queue
            .extend(old.into_iter().filter(|item| matches!(item, Item::Say(_))));
        self.put_out();
    }

    /// The end of an old session takes the account out of the room. What other old ones have said after that is lost: who
    /// says something in a room that somebody else enters for them has no order.
    fn put_out(&mut self) {
        self.service.room.queue.push_back(Item::Leave);
        self.old.clear();
    }

    async fn step(&mut self, random: &mut fastrand::Rng) {
        match random.u8(..64) {
            0..=13 => self.say(),
            14..=27 => self.handle(),
            28..=39 => self.service.look(),
            40..=51 => self.deliver(),
            52 | 53 => self.acknowledge(),
            54 => {
                self.old.clear();
                self.service.stop_room(random.bool());
            }
            55 | 56 => self.service.look_late(random.bool()),
            57 => self.resume(|| random.u8(..3) == 0),
            58 => self.lose(),
            59 | 60 => drop(self.service.dying.pop()),
            // What was shown does not come.
            61 => {
                if self
                    .service
                    .coming
                    .front()
                    .is_some_and(|xml| xml.contains("groupchat") && !xml.contains("<result"))
                {
                    self.service.coming.pop_front();
                }
            }
            _ => self.handle_late(random),
        }
        if random.bool() {
            self.work().await;
        }
    }

    /// Everything calms down.
    async fn settle(&mut self, random: &mut fastrand::Rng) {
        for _ in 0..200 {
            self.handle_late(random);
            self.service.look_late(true);
            for _ in 0..20 {
                self.work().await;
                while !self.written.is_empty() {
                    self.handle();
                }
                self.acknowledge();
                while !self.service.room.queue.is_empty() {
                    self.service.look();
                }
                while !self.service.coming.is_empty() {
                    self.deliver();
                }
            }
            if self.account.kept.lock().unwrap().waiting.is_empty()
                && self.phone.outbox.features.rooms.is_joined(&room())
            {
                return;
            }
            advance(Duration::from_millis(1_500)).await;
        }
    }

    fn check(&self) {
        let all: Vec<&str> = self.said.iter().map(|said| said.msg_id.as_str()).collect();
        let mut seen = HashSet::new();
        let first: Vec<&str> = self
            .service
            .archive
            .iter()
            .map(String::as_str)
            .filter(|id| seen.insert(*id))
            .collect();
        assert_eq!(first, all, "{:?}", self.service.archive);
        let kept = self.account.kept.lock().unwrap();
        let mut ended: Vec<i64> = kept.ended.iter().map(|(id, _)| number(id)).collect();
        assert!(kept.ended.iter().all(|(_, is_refused)| !is_refused), "{:?}", kept.ended);
        ended.sort_unstable();
        assert!(ended.iter().copied().eq(1..=all.len() as i64), "{ended:?}");
    }
}

fn room() -> BareJid {
    BareJid::new(ROOM).unwrap()
}

/// Runs a test on a thread as the backend's is, where time passes only when it is told to.
fn play(test: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().start_paused(true).build().unwrap();
    LocalSet::new().block_on(&runtime, test);
}

#[test]
fn messages_to_a_room_arrive_in_order_whatever_happens_to_it() {
    let seed = std::env::var("LIBIM_SEED").map_or(7, |seed| seed.parse().unwrap());
    let count: u64 = std::env::var("LIBIM_SEEDS").map_or(20, |count| count.parse().unwrap());
    for seed in seed..seed + count {
        println!("LIBIM_SEED={seed}");
        play(async move {
            let mut random = fastrand::Rng::with_seed(seed);
            let mut world = World::new().await;
            for _ in 0..400 {
                world.step(&mut random).await;
            }
            world.settle(&mut random).await;
            world.check();
        });
    }
}

#[test]
fn nothing_new_goes_to_a_room_that_has_forgotten_us_until_it_is_entered_again() {
    play(async {
        let mut random = fastrand::Rng::with_seed(1);
        let mut world = World::new().await;
        world.settle(&mut random).await;
        let said = |world: &World| world.written.iter().filter(|item| matches!(item, Item::Say(_))).count();
        (0..3).for_each(|_| world.say());
        world.work().await;
        assert_eq!(said(&world), 3, "nobody waits for the room to show the one before");
        world.service.stop_room(false);
        world.handle();
        world.service.look();
        while !world.service.coming.is_empty() {
            world.deliver();
        }
        world.say();
        world.work().await;
        assert_eq!(said(&world), 2, "the two of before, which the server has not handled");
        world.settle(&mut random).await;
        assert_eq!(world.service.archive, ["1", "2", "3", "4"]);
        world.check();
    });
}

#[test]
fn a_message_that_a_room_refuses_stops_none_after_it() {
    play(async {
        let mut random = fastrand::Rng::with_seed(1);
        let mut world = World::new().await;
        world.service.refused = Some("2");
        (0..3).for_each(|_| world.say());
        world.settle(&mut random).await;
        assert_eq!(world.service.archive, ["1", "3"], "none is sent twice");
        let mut ended = world.account.kept.lock().unwrap().ended.clone();
        // The account hears from the room of those that arrive, and from the outbox of those that do not.
        ended.sort();
        let of = |id: &str, is_refused| (id.to_owned(), is_refused);
        assert_eq!(ended, [of("1", false), of("2", true), of("3", false)]);
    });
}
