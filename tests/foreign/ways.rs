//! Each stanza of other people's clients, on each way by which a device learns of it: live; kept while no device was there;
//! from the archive after a time away; from the archive, by a new device. All of them show the same list, counts and
//! histories.

use crate::client::Foreign;
use crate::expected::{Archived, Expected};
use crate::servers::{self, Server};
use crate::shown::{agree, settles};
use crate::stanzas::{By, CHAT, CHAT_BESIDE_OWN, CLIENTS, OWN_CLIENTS, PRIVATE, ROOM, Row};
use crate::support::second::next_second;
use crate::{App, config, login};
use serde_json::{Value, json};
use std::collections::HashMap;

/// One of two accounts: what it is called where the two are compared, and its own other client.
struct Account {
    jid: String,
    tablet: Foreign,
    /// The id of a message that libim has sent to the peer.
    mine: String,
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
    for row in CLIENTS.iter().chain(CHAT).chain(CHAT_BESIDE_OWN).chain(OWN_CLIENTS) {
        // What two clients send is in order only where the one has seen the end of the other's.
        if std::mem::replace(&mut last, row.by) != row.by {
            bob.flush();
            accounts.iter_mut().for_each(|account| account.tablet.flush());
        }
        // An edit of what nobody has lies by its time, and some archives count whole seconds.
        let lies_by_its_time = row.id == "lone-edit";
        if lies_by_its_time {
            bob.flush();
            next_second();
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
        if lies_by_its_time {
            bob.flush();
            next_second();
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
    agree(&live, &new, "a new device beside one that was there");
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
    agree(&kept, &archived, "what was kept and what the archive has");
    agree(&archived, &new, "a new device and one after a time away");
}

fn stanza(row: &Row, to: &str, inner: &str) -> String {
    let kind = if row.kind.is_empty() {
        String::new()
    } else {
        format!("type='{}'", row.kind)
    };
    format!("<message to='{to}' id='{}' {kind}>{inner}</message>", row.id)
}
