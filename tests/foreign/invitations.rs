//! Invitations of another client into rooms that it has made: the user decides about them.

use crate::client::Foreign;
use crate::rooms::{noted, room};
use crate::servers::Server;
use crate::{App, config, login};
use im::events::Event;
use serde_json::{Value, json};

fn list(app: &App) -> Vec<Value> {
    let list = app.ok("getGroupApplicationList", json!({}));
    list["groupApplicationList"].as_array().unwrap().clone()
}

fn is_listed(app: &App, room: &str) -> bool {
    list(app).iter().any(|one| one["groupID"] == *room)
}

fn is_in(app: &App, room: &str) -> bool {
    let joined = app.ok("getJoinedGroupList", json!({}));
    joined.as_array().unwrap().iter().any(|group| group["groupID"] == *room)
}

fn through(client: &mut Foreign, room: &str, user: &str, reason: &str) {
    client.raw(&format!(
        "<message to='{room}'><x xmlns='http://jabber.org/protocol/muc#user'><invite to='{user}'>\
         <reason>{reason}</reason></invite></x></message>"
    ));
}

fn directly(client: &mut Foreign, room: &str, user: &str, more: &str) {
    client.raw(&format!(
        "<message to='{user}'><x xmlns='jabber:x:conference' jid='{room}' {more}/><store xmlns='urn:xmpp:hints'/></message>"
    ));
}

fn decide(app: &App, method: &str, room: &str, from: &str) -> i64 {
    let request = json!({ "groupID": room, "fromUser": from, "type": 1, "reason": "No time" });
    app.call(method, &request).0
}

pub fn are_for_the_user_to_decide(server: &dyn Server) {
    let (alice_id, olga_id) = (server.new_user("alice"), server.new_user("olga"));
    let name = alice_id.split('@').next().unwrap();
    let mut olga = Foreign::login(server, &olga_id);
    let secret = [("passwordprotectedroom", "1"), ("roomsecret", "sesame")];
    let open = room(&mut olga, &format!("open-{name}"), "Olga", &[]);
    let boring = room(&mut olga, &format!("boring-{name}"), "Olga", &[]);
    let locked = room(&mut olga, &format!("locked-{name}"), "Olga", &secret);
    let later = room(&mut olga, &format!("later-{name}"), "Olga", &[]);
    let (alice, dir) = login(server, &alice_id);

    through(&mut olga, &open, &alice_id, "Come in");
    alice.wait("the first invitation", |alice| is_listed(alice, &open));
    let first = &list(&alice)[0];
    assert_eq!(
        (&first["toUser"], &first["type"], &first["requestMsg"]),
        (&json!(alice_id), &json!(1), &json!("Come in"))
    );
    // Where a room hides who people are, it is the room that invites.
    let is_named = first["fromUser"] == *olga_id;
    assert!(is_named || first["fromUser"] == *open, "{first}");
    let inviter = |room: &str| if is_named { olga_id.clone() } else { room.to_owned() };
    alice.wait("it is told", |alice| {
        alice.heard.count(Event::ReceiveJoinApplication) == 1
    });
    assert!(!is_in(&alice, &open), "she has not decided");
    assert_eq!(decide(&alice, "acceptGroupApplication", &open, &alice_id), 6017);
    assert_eq!(decide(&alice, "acceptGroupApplication", &open, &inviter(&open)), 0);
    assert!(is_in(&alice, &open) && list(&alice).is_empty());

    // A refusal reaches who has invited.
    through(&mut olga, &boring, &alice_id, "Listen");
    alice.wait("the second invitation", |alice| is_listed(alice, &boring));
    assert_eq!(decide(&alice, "refuseGroupApplication", &boring, &inviter(&boring)), 0);
    if is_named {
        olga.until("is told of the refusal", |event| {
            event["is"] == "declined"
                && event["sender"] == *boring
                && event["by"] == *alice_id
                && event["reason"] == "No time"
        });
    }
    assert!(list(&alice).is_empty());

    // Offline she misses none, and each is there once: one directly with a password, one through a room.
    drop(alice);
    directly(&mut olga, &locked, &alice_id, "password='sesame' reason='Psst'");
    through(&mut olga, &later, &alice_id, "Later");
    olga.flush();
    let alice = App::open_with(&config(server, dir.path(), &alice_id));
    alice.ok("login", json!({}));
    alice.wait("both of later", |alice| {
        is_listed(alice, &locked) && is_listed(alice, &later)
    });
    alice.wait("the sync has ended", |alice| {
        alice.heard.count(Event::SyncServerFinish) > 0
    });
    assert_eq!(list(&alice).len(), 2);
    drop(alice);
    let alice = App::open_with(&config(server, dir.path(), &alice_id));
    assert_eq!(list(&alice).len(), 2);
    alice.ok("login", json!({}));
    assert_eq!(decide(&alice, "acceptGroupApplication", &locked, &olga_id), 0);
    assert!(is_in(&alice, &locked) && !is_listed(&alice, &locked));
    // Its password is where the other devices and the next session find it.
    let mut other = Foreign::login(server, &alice_id);
    let bookmark = noted(&mut other, &locked).expect("the room is bookmarked");
    assert!(bookmark.contains("sesame"), "the bookmark has no password");
    assert_eq!(
        alice.heard.count(Event::ReceiveJoinApplication),
        0,
        "nothing is told twice"
    );
    // A later device has what is to be decided, and nothing of what was.
    let (tablet, _tablet_dir) = login(server, &alice_id);
    tablet.wait("the last one", |tablet| is_listed(tablet, &later));
    assert_eq!(list(&tablet).len(), 1, "{:#?}", list(&tablet));
    tablet.ok("joinGroup", json!({ "groupID": later }));
    assert!(list(&tablet).is_empty());
    alice.wait("it is decided by joining", |alice| {
        list(alice).is_empty() && is_in(alice, &later)
    });
}
