//! Messages: what is stored, acknowledged and counted.

use crate::support::app::App;
use crate::support::script::{self, ME, ROOM, Script};
use crate::support::temp_dir;
use crate::{BOB, CHAT, from_bob, login};
use im::events::Event;
use std::sync::atomic::{AtomicUsize, Ordering};

#[test]
fn what_the_cache_cannot_store_is_never_acknowledged() {
    let script = Script::start(true, |_, _| false);
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    // A cache that cannot store this message, as on a disk that is full.
    let cache = rusqlite::Connection::open(dir.path().join("alice%40im%2etest/im.db")).unwrap();
    cache
        .execute_batch("CREATE TRIGGER full BEFORE INSERT ON message BEGIN SELECT RAISE(ABORT, 'full'); END")
        .unwrap();
    let before = script.heard(&["<a ", "urn:xmpp:sm:3"]).len();
    script.say("<r xmlns='urn:xmpp:sm:3'/>");
    app.wait("it acknowledges", |_| {
        script.heard(&["<a ", "urn:xmpp:sm:3"]).len() > before
    });
    let stored = script::attr(script.heard(&["<a ", "urn:xmpp:sm:3"]).last().unwrap(), "h");
    script.say(&from_bob("lost", "<body>hi</body>"));
    app.wait("the session is given up", |app| {
        app.heard.count(Event::ConnectFailed) > 0
    });
    app.wait("another one begins", |app| app.heard.count(Event::ConnectSuccess) == 2);
    let last = script.heard(&["<a ", "urn:xmpp:sm:3"]);
    let last = last.iter().map(|ack| script::attr(ack, "h")).next_back();
    assert_eq!(last, Some(stored), "the server is to deliver the message again");
    cache.execute_batch("DROP TRIGGER full").unwrap();
    script.say(&from_bob("lost", "<body>hi</body>"));
    app.wait("it is stored", |app| app.texts(CHAT) == ["hi"]);
}

#[test]
fn a_message_counts_whatever_a_peer_adds_to_it() {
    let script = Script::start(false, |_, _| false);
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let odd = [
        // Asks the servers not to copy it (XEP-0280, 8).
        "<private xmlns='urn:xmpp:carbons:2'/>",
        "<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='n'/></event>",
        "<event xmlns='http://jabber.org/protocol/pubsub#event'/>",
    ];
    for (number, element) in odd.iter().enumerate() {
        script.say(&from_bob(
            &format!("m{number}"),
            &format!("<body>{number}</body>{element}"),
        ));
    }
    app.wait("all are there", |app| app.texts(CHAT) == ["0", "1", "2"]);
    assert_eq!(app.conversation(CHAT)["unreadCount"], 3);
}

#[test]
fn news_of_a_node_without_a_sender_are_the_accounts_own() {
    let script = Script::start(false, |_, _| false);
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    script.say(&from_bob("m", "<body>hi</body>"));
    app.wait("it is unread", |app| app.conversation(CHAT)["unreadCount"] == 1);
    script.say(&format!(
        "<message type='headline' to='{ME}/phone'><event xmlns='http://jabber.org/protocol/pubsub#event'>\
         <items node='urn:xmpp:mds:displayed:0'><item id='{BOB}'><displayed xmlns='urn:xmpp:mds:displayed:0'>\
         <stanza-id xmlns='urn:xmpp:sid:0' by='{ME}' id='s1'/></displayed></item></items></event></message>"
    ));
    script.say(&from_bob(
        "n",
        &format!("<body>ho</body><stanza-id xmlns='urn:xmpp:sid:0' by='{ME}' id='s1'/>"),
    ));
    app.wait("another device has read all", |app| {
        app.texts(CHAT).len() == 2 && app.conversation(CHAT)["unreadCount"] == 0
    });
}

/// A server whose archives all hold one message of Bob's, from the first day of 2026, again and again.
fn with_one_message() -> Script {
    Script::start(false, |server, xml| {
        let asks = xml.contains("urn:xmpp:mam:2") && xml.contains("<set");
        if asks {
            let query = script::attr(xml, "queryid");
            let archive = match script::attr(xml, "to") {
                to if to.is_empty() => ME.to_owned(),
                to => to,
            };
            server.say(&format!(
                "<message from='{archive}' to='{ME}/phone'><result xmlns='urn:xmpp:mam:2' queryid='{query}' id='same'>\
                 <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>\
                 <message xmlns='jabber:client' type='chat' from='{BOB}/phone' to='{ME}' id='m'><body>hi</body></message>\
                 </forwarded></result></message>"
            ));
            server.reply(
                xml,
                "<fin xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><first>same</first>\
                 <last>same</last></set></fin>",
            );
        }
        asks
    })
}

#[test]
fn an_archive_that_goes_round_in_circles_is_read_once() {
    let script = with_one_message();
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    assert_eq!(app.texts(CHAT), ["hi"]);
}

/// The bookmark of the group is another client's, which does not note since when.
#[test]
fn a_group_in_which_nobody_spoke_does_not_come_before_old_messages() {
    let script = with_one_message();
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let ids = app.list().into_iter().map(|row| row["conversationID"].clone());
    assert_eq!(ids.collect::<Vec<_>>(), [CHAT, &format!("group_{ROOM}")]);
}

/// A server that acknowledges nothing before it has so many messages does not have to wait: they are sent without an answer
/// to each.
#[test]
fn a_hundred_messages_need_two_answers() {
    let (got, answered) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let script = Script::start(true, move |_, xml| {
        if xml.starts_with("<message") && xml.contains("<body>") {
            got.fetch_add(1, Ordering::Relaxed);
        }
        let got = got.load(Ordering::Relaxed);
        let wanted = [60, 100]
            .get(answered.load(Ordering::Relaxed))
            .copied()
            .unwrap_or_default();
        let is_early = xml.starts_with("<r ") && got > 0 && got < wanted;
        if xml.starts_with("<r ") && got > 0 && !is_early {
            answered.fetch_add(1, Ordering::Relaxed);
        }
        is_early
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    app.wait("the sync has ended", |app| app.heard.count(Event::SyncServerFinish) > 0);
    let texts: Vec<String> = (0..100).map(|number| format!("text {number}")).collect();
    texts.iter().for_each(|text| {
        app.send(CHAT, text);
    });
    app.wait("all are sent", |app| {
        app.history(CHAT).iter().all(|message| message["status"] == 2)
    });
    let arrived: Vec<String> = script.heard(&["<message", "<body>"]);
    let in_order = arrived
        .iter()
        .zip(&texts)
        .all(|(xml, text)| xml.contains(&format!(">{text}<")));
    assert!(arrived.len() == 100 && in_order, "each once, in their order");
    assert_eq!(app.texts(CHAT), texts);
}

#[test]
fn an_edit_or_a_reaction_that_comes_back_late_is_undone_and_stays_so() {
    let script = Script::start(true, |_, _| false);
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let cache = rusqlite::Connection::open(dir.path().join("alice%40im%2etest/im.db")).unwrap();
    let has_taken_all = || {
        app.wait("the server has taken it", |_| {
            let left = cache.query_row("SELECT count(*) FROM outbox", [], |row| row.get::<_, i64>(0));
            left.unwrap() == 0
        });
    };
    let msg_id = app.send_and_wait(CHAT, "hi");
    app.ok(
        "modifyMessage",
        serde_json::json!({ "message": { "msgID": msg_id, "textElem": { "text": "new" } } }),
    );
    has_taken_all();
    app.ok(
        "addMessageReaction",
        serde_json::json!({ "msgID": msg_id, "reactionID": "x" }),
    );
    has_taken_all();
    assert_eq!(app.texts(CHAT), ["new"]);
    let reactions = || {
        let results = app.ok(
            "getMessageReactions",
            serde_json::json!({ "msgIDList": [msg_id], "maxUserCountPerReaction": 10 }),
        );
        results[0]["reactionList"].as_array().unwrap().len()
    };
    assert_eq!(reactions(), 1);
    let sent: Vec<String> = ["urn:xmpp:message-correct:0", "urn:xmpp:reactions:0"]
        .iter()
        .map(|namespace| script.heard(&["<message", namespace]).pop().unwrap())
        .collect();
    for stanza in &sent {
        let id = script::attr(stanza, "id");
        for times in 1..=2 {
            app.wait("it goes out, once more", |_| script.heard(&[&id]).len() == times);
            script.say(&returned(&id, "service-unavailable"));
        }
    }
    app.wait("both are undone", |app| app.texts(CHAT) == ["hi"] && reactions() == 0);
    let is_told = |event: Event| app.heard.count(event) > 0;
    app.wait("the app is told", |_| {
        is_told(Event::RecvMessageModified) && is_told(Event::RecvMessageReactionsChanged)
    });
    // As from the account's archive, which has what the server was given.
    for stanza in &sent {
        let stanza = stanza.replacen("<message", &format!("<message from='{ME}/phone'"), 1);
        script.say(&format!(
            "<message from='{ME}' to='{ME}/phone'><sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>\
             {stanza}</forwarded></sent></message>"
        ));
    }
    script.say(&from_bob("last", "<body>last</body>"));
    app.wait("what came after is there", |app| {
        app.texts(CHAT).contains(&"last".to_owned())
    });
    assert!(app.texts(CHAT).contains(&"hi".to_owned()) && reactions() == 0);
}

/// Bob's server returns something of ours.
fn returned(id: &str, condition: &str) -> String {
    format!(
        "<message type='error' from='{BOB}' to='{ME}/phone' id='{id}'><error type='cancel'>\
         <{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"
    )
}

/// As Prosody does when a device of bob's goes that has not read it, although his others have.
#[test]
fn a_message_that_comes_back_from_a_session_that_ended_goes_out_once_more() {
    let script = Script::start(true, |_, _| false);
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let msg_id = app.send_and_wait(CHAT, "hi");
    let status = || app.history(CHAT)[0]["status"].clone();
    script.say(&returned(&msg_id, "recipient-unavailable"));
    app.wait("it goes out again", |_| {
        script.heard(&["<body>hi</body>", &msg_id]).len() == 2
    });
    assert_eq!(status(), 2);
    script.say(&returned(&msg_id, "recipient-unavailable"));
    app.wait("nobody can get it", |_| status() == 3);
    assert_eq!(script.heard(&["<body>hi</body>", &msg_id]).len(), 2);
}
