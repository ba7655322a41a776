//! Each stanza of other people's clients, on each way by which a device learns of it: live; kept while no device was there;
//! from the archive after a time away; from the archive, by a new device. All of them show the same list, counts and
//! histories.

use crate::client::Foreign;
use crate::servers::{self, Server};
use crate::stanzas::{By, CHAT, CLIENTS, OWN_CLIENTS, PRIVATE, ROOM, Row, Shows};
use crate::support::second::next_second;
use crate::{App, config, login};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant};

/// One of two accounts: what it is called where the two are compared, and its own other client.
struct Account {
    jid: String,
    tablet: Foreign,
    /// The id of a message that libim has sent to the peer.
    mine: String,
}

/// What a device is to show of a message: the sender, the text or `None`, the status, whether the peer has read it.
type Shown = (String, Option<String>, i64, bool);

/// The reactions to a message: of each the users.
type Reactions = BTreeMap<String, BTreeSet<String>>;

/// What a conversation is to show.
#[derive(Default)]
struct Expected {
    history: Vec<Shown>,
    /// For each of them its id and what it is.
    rows: Vec<(String, Shows)>,
    /// How many of them are read.
    read: usize,
    /// What each user has reacted with to the message of an id.
    reactions: BTreeMap<(&'static str, String), &'static str>,
    /// Those that an archive of [`Server::drops_retracted`] drops.
    dropped: Vec<usize>,
}

/// What a device knows only from the archive.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Archived {
    Nothing,
    /// Everything but what everybody has read.
    News,
    /// The same, but the server has kept for it what others have sent.
    OwnNews,
    All,
}

impl Expected {
    /// Something that everybody has read.
    fn begin(&mut self, sender: &str, text: &str) {
        self.history.push((sender.to_owned(), Some(text.to_owned()), 2, false));
        // Those of libim's.
        self.rows.push(("@mine@".to_owned(), Shows::Nothing));
        self.read = self.rows.len();
    }

    fn play(&mut self, row: &Row, me: &str, sender: &str) {
        let retracted = row
            .inner
            .split_once("urn:xmpp:message-retract:1' id='")
            .and_then(|(_, rest)| rest.split('\'').next());
        let retracted = retracted.map(|id| id.strip_prefix("@sid:").map_or(id, |id| id.trim_end_matches('@')));
        let place = self
            .rows
            .iter()
            .position(|(known, _)| Some(known.as_str()) == retracted);
        self.dropped.extend(place);
        let text = match row.shows {
            Shows::Text(text) => Some(text.to_owned()),
            Shows::Encrypted => None,
            Shows::Edits(id, text) => {
                let place = self.rows.iter().position(|(known, _)| known == id).unwrap();
                if self.history[place].2 != 6 {
                    self.history[place].1 = (!text.is_empty()).then(|| text.to_owned());
                }
                return;
            }
            Shows::Recalls(id) => {
                let place = self.rows.iter().position(|(known, _)| known == id).unwrap();
                self.history[place].1 = None;
                self.history[place].2 = 6;
                return;
            }
            Shows::Reacts(id, set) => {
                self.reactions.insert((id, sender.to_owned()), set);
                return;
            }
            Shows::Reads => {
                self.read = self.rows.len();
                return;
            }
            Shows::PeerReads => {
                for message in self.history.iter_mut().filter(|message| message.0 == me) {
                    message.3 = true;
                }
                return;
            }
            Shows::Nothing => return,
        };
        self.history.push((sender.to_owned(), text, 2, false));
        self.rows.push((row.id.to_owned(), row.shows));
    }

    fn reactions_to(&self, place: usize) -> Reactions {
        let (id, message) = (&self.rows[place].0, &self.history[place]);
        let mut reactions = Reactions::new();
        let is_first = self.rows.iter().position(|(known, _)| known == id) == Some(place);
        for ((of, user), set) in &self.reactions {
            if of == id && is_first && message.2 != 6 {
                for reaction in set.split(' ').filter(|reaction| !reaction.is_empty()) {
                    reactions.entry(reaction.to_owned()).or_default().insert(user.clone());
                }
            }
        }
        reactions
    }

    /// As [`shown`] has it.
    fn row(&self, conversation: &str, me: &str, archived: Archived) -> Value {
        let counts = |place: usize| self.history[place].2 != 6;
        let unread = (self.read..self.rows.len()).filter(|place| counts(*place) && self.history[*place].0 != me);
        let last = (0..self.rows.len()).rev().find(|place| counts(*place));
        let is_here = |place: usize| {
            let is_of_old = self.rows.get(place).is_some_and(|(_, shows)| *shows == Shows::Nothing);
            let is_archived = match archived {
                Archived::Nothing => false,
                Archived::News => !is_of_old,
                Archived::OwnNews => !is_of_old && self.history[place].0 == me,
                Archived::All => true,
            };
            !(is_archived && self.dropped.contains(&place))
        };
        let history: Vec<Value> = (0..self.rows.len())
            .filter(|place| is_here(*place))
            .map(|place| {
                let (sender, text, status, is_read) = &self.history[place];
                json!([sender, text, status, is_read, self.reactions_to(place)])
            })
            .collect();
        json!([
            conversation,
            unread.count(),
            last.map(|place| &self.history[place].1),
            history
        ])
    }
}

/// What a message says: its text, or what it has in place of one.
fn text(message: &Value) -> Value {
    let place = &message["locationElem"];
    if place.is_object() {
        return json!(format!("place {} {}", place["latitude"], place["longitude"]));
    }
    if let Some(face) = message["faceElem"]["data"].as_str() {
        return json!(format!("face {face}"));
    }
    let files = [
        ("image", &message["imageElem"]["imageList"][0]["url"]),
        ("sound", &message["soundElem"]["url"]),
        ("video", &message["videoElem"]["videoUrl"]),
        ("file", &message["fileElem"]["url"]),
    ];
    match files.into_iter().find(|(_, url)| url.is_string()) {
        Some((kind, url)) => json!(format!("{kind} {}", url.as_str().unwrap())),
        None => message["textElem"]["text"].clone(),
    }
}

fn reacted(result: &Value) -> Reactions {
    let list = result["reactionList"].as_array().into_iter().flatten();
    let of = |reaction: &Value| {
        let users = reaction["partialUserList"].as_array().into_iter().flatten();
        let users = users.filter_map(|user| user["userID"].as_str().map(str::to_owned));
        (reaction["reactionID"].as_str().unwrap().to_owned(), users.collect())
    };
    list.map(of).collect()
}

/// The same of what a device shows: every conversation, in the order of the list.
fn shown(app: &App) -> Value {
    let rows = app.list().into_iter().map(|row| {
        let id = row["conversationID"].as_str().unwrap().to_owned();
        let messages = app.history(&id);
        let mut reactions = Vec::new();
        for some in messages.chunks(20) {
            let ids: Vec<&Value> = some.iter().map(|message| &message["msgID"]).collect();
            let request = json!({ "msgIDList": ids, "maxUserCountPerReaction": 10 });
            let results = app.ok("getMessageReactions", request);
            reactions.extend(results.as_array().unwrap().iter().map(reacted));
        }
        let history: Vec<Value> = messages
            .iter()
            .zip(reactions)
            // Group tips of status 5: each device has those of what it has seen itself.
            .filter(|(message, _)| message["status"] != 5)
            .map(|(message, reactions)| {
                json!([
                    message["sender"],
                    text(message),
                    message["status"],
                    message["isPeerRead"],
                    reactions
                ])
            })
            .collect();
        json!([id, row["unreadCount"], text(&row["lastMessage"]), history])
    });
    rows.collect()
}

fn settles(app: &App, what: &str, expected: &Value) {
    let end = Instant::now() + Duration::from_secs(60);
    while shown(app) != *expected && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(20));
    }
    let now = shown(app);
    let lines = |value: &Value| {
        value
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|row| {
                let [id, unread, last, history] = row.as_array().unwrap().as_slice() else {
                    panic!("{row}")
                };
                let history = history.as_array().unwrap().iter().map(ToString::to_string);
                std::iter::once(format!("{id} unread {unread} last {last}"))
                    .chain(history)
                    .collect::<Vec<_>>()
            })
            .collect::<Vec<String>>()
    };
    let (now, expected) = (lines(&now), lines(expected));
    let place = |row: Value| {
        format!(
            "{} {} {}",
            row["conversationID"], row["orderkey"], row["lastMessage"]["timestamp"]
        )
    };
    let places: Vec<String> = app.list().into_iter().map(place).collect();
    for (now_line, expected_line) in now.iter().zip(&expected) {
        assert_eq!(
            now_line, expected_line,
            "{what}: {now:#?} instead of {expected:#?}, by {places:#?}"
        );
    }
    assert_eq!(now.len(), expected.len(), "{what}");
}

pub fn all_ways_lead_to_the_same(server: &dyn Server) {
    let bob_id = server.new_user("bob");
    let mut bob = Foreign::login(server, &bob_id);
    let [live_id, away_id] = ["live", "away"].map(|name| server.new_user(name));
    let (live, _live_dir) = login(server, &live_id);
    let (kept, kept_dir) = login(server, &away_id);
    let (archived, archived_dir) = login(server, &away_id);
    let devices = [&live, &kept, &archived];

    // A room, and something that every device has read.
    let name = live_id.split('@').next().unwrap();
    let room = format!("ways-of-{name}@conference.{}", servers::DOMAIN);
    let members = [&away_id, &bob_id].map(|id| json!({ "userID": id }));
    live.ok(
        "createGroup",
        json!({ "groupType": "Work", "groupID": room, "groupName": "Team", "memberList": members }),
    );
    let (with_bob, group) = (format!("c2c_{bob_id}"), format!("group_{room}"));
    let is_listed = |app: &App| app.list().iter().any(|row| row["conversationID"] == *group);
    for device in devices {
        device.wait("it is in the room", is_listed);
    }
    bob.act(&json!({ "do": "join", "room": room, "nick": "bobby" }));
    let mut accounts = [(&live_id, &live), (&away_id, &kept)].map(|(jid, app)| {
        let mine = app.send_and_wait(&with_bob, &format!("from {jid}"));
        bob.hears(&format!("from {jid}"));
        Account {
            jid: jid.clone(),
            tablet: if *jid == live_id {
                Foreign::login(server, jid)
            } else {
                Foreign::login_silently(server, jid)
            },
            mine,
        }
    });
    let mut chats = [&live_id, &away_id].map(|jid| {
        let mut chat = Expected::default();
        chat.begin(jid, &format!("from {jid}"));
        chat.begin(&bob_id, "read");
        chat
    });
    let mut rooms = [0, 1].map(|_| {
        let mut room = Expected::default();
        room.begin(&bob_id, "read");
        room
    });
    for account in &accounts {
        bob.say("chat", &account.jid, &format!("read-{}", account.jid), "read");
    }
    bob.say("groupchat", &room, "r-read", "read");
    for device in [&live, &kept] {
        for id in [&with_bob, &group] {
            device.wait("it is there", |app| app.texts(id).contains(&"read".to_owned()));
            device.ok("cleanConversationUnreadMessageCount", json!({ "conversationID": id }));
        }
    }
    for device in devices {
        device.wait("all is read", |app| {
            let rows = app.list();
            rows.len() == 2
                && rows.iter().all(|row| row["unreadCount"] == 0)
                && app.texts(&with_bob).len() == 2
                && app.texts(&group).len() == 1
        });
    }
    drop((kept, archived));

    // Everything that other clients send.
    let mut last = By::Peer;
    for row in CLIENTS.iter().chain(CHAT).chain(OWN_CLIENTS) {
        // What two clients send is in order only where the one has seen the end of the other's.
        if std::mem::replace(&mut last, row.by) != row.by {
            bob.flush();
            accounts.iter_mut().for_each(|account| account.tablet.flush());
        }
        for (account, chat) in accounts.iter_mut().zip(&mut chats) {
            let inner = row.inner.replace("@mine@", &account.mine);
            let inner = inner.replace("@peer@", &bob_id).replace("@me@", &account.jid);
            let (sender, to, name) = match row.by {
                By::Peer => (&mut bob, &account.jid, &bob_id),
                By::Own => (&mut account.tablet, &bob_id, &account.jid),
            };
            sender.raw(&stanza(row, to, &inner));
            chat.play(row, &account.jid, name);
        }
    }
    bob.flush();
    next_second();
    for account in &mut accounts {
        let nick = format!("tablet of {}", account.jid);
        account.tablet.act(&json!({ "do": "join", "room": room, "nick": nick }));
    }
    let mut archive_ids: HashMap<&str, String> = HashMap::new();
    for (place, row) in ROOM.iter().enumerate() {
        let mut inner = row.inner.replace("@room@", &room);
        for (id, archived) in &archive_ids {
            inner = inner.replace(&format!("@sid:{id}@"), archived);
        }
        let (sender, name) = match row.by {
            By::Peer => (&mut bob, &bob_id),
            By::Own => (&mut accounts[0].tablet, &live_id),
        };
        sender.raw(&stanza(row, &room, &inner));
        // What another says next is to come behind it.
        let is_text = |row: &Row| row.inner.contains("<body>");
        let mut of_sender = ROOM.iter().skip(place + 1).take_while(|next| next.by == row.by);
        let is_last_text = is_text(row) && !of_sender.any(is_text);
        let is_named = ROOM
            .iter()
            .any(|other| other.inner.contains(&format!("@sid:{}@", row.id)));
        if is_named || is_last_text {
            let shown = sender.until("sees its own", |event| {
                event["is"] == "message" && event["id"] == row.id
            });
            archive_ids.insert(row.id, shown["stanzaIDs"][0].as_str().unwrap_or_default().to_owned());
        }
        for (account, expected) in accounts.iter().zip(&mut rooms) {
            expected.play(row, &account.jid, name);
        }
    }
    next_second();
    for inner in PRIVATE {
        for nick in accounts.iter().map(|account| account.jid.split('@').next().unwrap()) {
            bob.raw(&format!(
                "<message type='chat' to='{room}/{nick}' id='p'>{inner}</message>"
            ));
        }
    }
    bob.flush();
    next_second();
    // A note to oneself.
    for account in &mut accounts {
        let jid = account.jid.clone();
        account.tablet.raw(&format!(
            "<message type='chat' to='{jid}' id='note'><body>a note</body></message>"
        ));
    }

    let expected = |index: usize, archived: Archived| {
        let archived = if server.drops_retracted() {
            archived
        } else {
            Archived::Nothing
        };
        // Nobody keeps what a room says but its archive.
        let of_rooms = if archived == Archived::OwnNews {
            Archived::News
        } else {
            archived
        };
        let jid = &accounts[index].jid;
        let bobby = format!("{room}/bobby");
        let private = json!([
            format!("c2c_{bobby}"),
            1,
            "between us",
            [[bobby, "between us", 2, false, {}]]
        ]);
        let rows = [
            json!([format!("c2c_{jid}"), 0, "a note", [[jid, "a note", 2, false, {}]]]),
            private,
            rooms[index].row(&group, jid, of_rooms),
            chats[index].row(&with_bob, jid, archived),
        ];
        // A room sends what is for somebody to those who are there.
        let is_there = index == 0;
        let is_shown = |place: &usize| is_there || *place != 1;
        let rows = rows.into_iter().enumerate().filter(|(place, _)| is_shown(place));
        Value::Array(rows.map(|(_, row)| row).collect())
    };
    settles(&live, "live", &expected(0, Archived::Nothing));
    let (new, _new_dir) = login(server, &live_id);
    settles(
        &new,
        "a new device beside one that was there",
        &expected(0, Archived::All),
    );
    let again = |dir: &tempfile::TempDir| {
        let app = App::open_with(&config(server, dir.path(), &away_id));
        app.ok("login", json!({}));
        app
    };
    let kept = again(&kept_dir);
    settles(&kept, "kept while no device was there", &expected(1, Archived::OwnNews));
    let archived = again(&archived_dir);
    settles(
        &archived,
        "from the archive after a time away",
        &expected(1, Archived::News),
    );
    let (new, _new_dir) = login(server, &away_id);
    settles(&new, "a new device after a time away", &expected(1, Archived::All));
}

fn stanza(row: &Row, to: &str, inner: &str) -> String {
    let kind = if row.kind.is_empty() {
        String::new()
    } else {
        format!("type='{}'", row.kind)
    };
    format!("<message to='{to}' id='{}' {kind}>{inner}</message>", row.id)
}
