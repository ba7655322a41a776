//! Pins and notification settings in bookmarks (XEP-0469, XEP-0492), which libim and other clients of the user change in turn.

use crate::client::Foreign;
use crate::login;
use crate::rooms::{make_node, note, noted, room};
use crate::servers::Server;
use crate::support::app::App;
use im::events::Event;
use serde_json::json;
use std::cell::RefCell;

const PIN: &str = "<pinned xmlns='urn:xmpp:bookmarks-pinning:0'/>";

/// The same in the version that most clients have.
fn older(name: &str) -> String {
    format!("<notify xmlns='urn:xmpp:notification-settings:0'><{name}/></notify>")
}

fn notify(name: &str) -> String {
    format!("<notify xmlns='urn:xmpp:notification-settings:1'><{name}/></notify>")
}

/// Another client changes a bookmark as it is now: without what `drops` names, with what `adds` says; all else stays.
fn edit(client: &mut Foreign, room: &str, drops: &[&str], adds: &str) {
    let item = noted(client, room).unwrap();
    let (_, extensions) = item.split_once("<extensions").unwrap();
    let (extensions, _) = extensions.split_once("</extensions>").unwrap();
    let (_, inner) = extensions.split_once('>').unwrap();
    let mut inner = inner.to_owned();
    for name in drops {
        if let Some((before, rest)) = inner.clone().split_once(&format!("<{name} ")) {
            let (start, after) = rest.split_once('>').unwrap();
            let close = format!("</{name}>");
            let after = match start.ends_with('/') {
                true => after,
                false => after.split_once(&close).unwrap().1,
            };
            inner = format!("{before}{after}");
        }
    }
    let inner = format!("<nick>Al</nick><extensions>{inner}{adds}</extensions>");
    note(client, room, "autojoin='true' name='Team'", &inner);
}

fn shows(app: &App, group: &str, pinned: bool, opt: i64) -> bool {
    let row = app.conversation(group);
    row["isPinned"] == pinned && row["recvOpt"] == opt
}

pub fn pins_and_notification_settings(server: &dyn Server) {
    let (alice_id, olga_id) = (server.new_user("alice"), server.new_user("olga"));
    let name = alice_id.split('@').next().unwrap();
    let mut olga = Foreign::login(server, &olga_id);
    let mut other = Foreign::login(server, &alice_id);
    let team = room(&mut olga, &format!("pins-{name}"), "Olga", &[]);
    let group = format!("group_{team}");
    make_node(&mut other);
    let unknown = "<x xmlns='other:app' y='z'/>";
    note(
        &mut other,
        &team,
        "autojoin='true' name='Team'",
        &format!(
            "<nick>Al</nick><extensions>{PIN}{}{unknown}</extensions>",
            notify("never")
        ),
    );

    // What was there before libim was.
    let (phone, _dir) = login(server, &alice_id);
    phone.wait("the pin of the other client", |app| shows(app, &group, true, 2));
    let (laptop, _laptop_dir) = login(server, &alice_id);
    laptop.wait("the same on a second device", |app| shows(app, &group, true, 2));
    let both = |what: &str, pinned: bool, opt: i64| {
        for app in [&phone, &laptop] {
            app.wait(what, |app| shows(app, &group, pinned, opt));
        }
    };
    let is_noted = |other: &mut Foreign, pinned: bool, name: &str| {
        let other = RefCell::new(other);
        let wanted = format!("the bookmark is pinned ({pinned}) and says {name}");
        phone.wait(&wanted, |_| {
            let item = noted(&mut other.borrow_mut(), &team).unwrap();
            assert!(item.contains("other:app") && item.contains(">Al</nick>"), "{item}");
            item.contains("bookmarks-pinning") == pinned && item.contains(&format!("<{name}"))
        });
    };
    is_noted(&mut other, true, "never");

    // What the other client changes, and then libim, each in turn.
    edit(&mut other, &team, &["pinned"], "");
    both("the other client has unpinned", false, 2);
    edit(&mut other, &team, &["notify"], &notify("on-mention"));
    both("only mentions", false, 3);
    phone.ok("pinConversation", json!({ "conversationID": group, "isPinned": true }));
    phone.ok("setGroupReceiveMessageOpt", json!({ "groupID": team, "opt": 2 }));
    both("the phone's pin", true, 2);
    is_noted(&mut other, true, "never");
    laptop.ok("pinConversation", json!({ "conversationID": group, "isPinned": false }));
    laptop.ok("setGroupReceiveMessageOpt", json!({ "groupID": team, "opt": 0 }));
    both("the laptop's", false, 0);
    is_noted(&mut other, false, "always");

    // A client with the first version of the notification settings, which is followed and answered in that version too.
    edit(&mut other, &team, &["notify"], &older("never"));
    both("a client of the first version", false, 2);
    laptop.ok("setGroupReceiveMessageOpt", json!({ "groupID": team, "opt": 0 }));
    both("the laptop's answer", false, 0);
    is_noted(&mut other, false, "always");
    let item = noted(&mut other, &team).unwrap();
    assert!(
        item.contains("notification-settings:0") && !item.contains("notification-settings:1"),
        "{item}"
    );

    // What is changed while no libim is there counts at the next login, and what libim changes meanwhile is written then.
    for app in [&phone, &laptop] {
        app.ok("logout", json!({}));
    }
    edit(&mut other, &team, &[], PIN);
    phone.ok("setGroupReceiveMessageOpt", json!({ "groupID": team, "opt": 3 }));
    for app in [&laptop, &phone] {
        let finished = app.heard.count(Event::SyncServerFinish);
        app.ok("login", json!({}));
        app.wait("the sync has ended", |app| {
            app.heard.count(Event::SyncServerFinish) > finished
        });
    }
    both("pinned by the other, the phone's option", true, 3);
    is_noted(&mut other, true, "on-mention");

    // Deleting unpins, for all clients.
    phone.ok("deleteConversation", json!({ "conversationID": group }));
    is_noted(&mut other, false, "on-mention");
    // At rest all is as it was, also on a new device.
    let (tablet, _tablet_dir) = login(server, &alice_id);
    for app in [&phone, &laptop, &tablet] {
        app.wait("no pin comes back", |app| shows(app, &group, false, 3));
    }
    is_noted(&mut other, false, "on-mention");
}

/// A client from before XEP-0402 keeps its rooms in one element in private XML (XEP-0049), which servers make bookmarks of.
pub fn of_a_client_that_knows_the_older_form_only(server: &dyn Server) {
    let (alice_id, olga_id) = (server.new_user("alice"), server.new_user("olga"));
    let name = alice_id.split('@').next().unwrap();
    let mut olga = Foreign::login(server, &olga_id);
    let mut other = Foreign::login(server, &alice_id);
    let features = other.ask(
        "get",
        Some(&alice_id),
        "<query xmlns='http://jabber.org/protocol/disco#info'/>",
    );
    if !features.contains("urn:xmpp:bookmarks:1#compat\"") {
        // docs/xmpp.md says so.
        assert!(server.kind() == "ejabberd", "{features}");
        return;
    }
    let old = room(&mut olga, &format!("old-{name}"), "Olga", &[]);
    let new = room(&mut olga, &format!("new-{name}"), "Olga", &[]);
    let storage = format!(
        "<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'><conference jid='{old}' name='Old' autojoin='true'>\
         <nick>Al</nick></conference></storage></query>"
    );
    other.ask("set", None, &storage);
    let (alice, _dir) = login(server, &alice_id);
    alice.wait("the room of the older client is joined", |alice| {
        alice.ok("getJoinedGroupList", json!({}))[0]["groupID"] == old
    });
    alice.ok("joinGroup", json!({ "groupID": new }));
    let other = RefCell::new(other);
    alice.wait("the older client knows the room that was joined here", |_| {
        let stored = "<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'/></query>";
        let stored = other.borrow_mut().ask("get", None, stored);
        stored.contains(&new) && stored.contains(&old)
    });
}
