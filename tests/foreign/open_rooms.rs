//! Rooms that are open to everybody and that another client has made: libim joins them, stays in them and leaves them.

use crate::client::Foreign;
use crate::rooms::{noted, room};
use crate::servers::Server;
use crate::{App, login};
use im::events::Event;
use serde_json::json;
use std::path::Path;

fn is_in(app: &App, room: &str) -> bool {
    let joined = app.ok("getJoinedGroupList", json!({}));
    joined.as_array().unwrap().iter().any(|group| group["groupID"] == *room)
}

/// The app is started again on the same device.
fn start_again(server: &dyn Server, jid: &str, dir: &Path) -> App {
    let app = App::open_with(&json!({ "dataDir": dir, "backend": server.backend(jid) }));
    app.ok("login", json!({}));
    app.wait("the sync has ended", |app| app.heard.count(Event::SyncServerFinish) > 0);
    app
}

pub fn are_joined_kept_and_left(server: &dyn Server) {
    let (alice_id, olga_id) = (server.new_user("alice"), server.new_user("olga"));
    let name = alice_id.split('@').next().unwrap();
    let mut olga = Foreign::login(server, &olga_id);
    let fields = [("publicroom", "1"), ("membersonly", "0"), ("roomname", "Open house")];
    let room = room(&mut olga, &format!("house-{name}"), "Olga", &fields);
    let group = format!("group_{room}");
    let mut other = Foreign::login(server, &alice_id);
    let (alice, dir) = login(server, &alice_id);
    let (tablet, _tablet_dir) = login(server, &alice_id);

    alice.ok("joinGroup", json!({ "groupID": room }));
    for device in [&alice, &tablet] {
        device.wait("it is in", |device| {
            is_in(device, &room) && device.conversation(&group)["showName"] == "Open house"
        });
    }
    let bookmark = noted(&mut other, &room).expect("the room is bookmarked");
    assert!(bookmark.contains("autojoin=\"true\""), "{bookmark}");
    alice.send(&group, "hello");
    assert_eq!(olga.hears("hello")["type"], "groupchat");
    olga.say("groupchat", &room, "olga-1", "welcome");
    for device in [&alice, &tablet] {
        device.wait("both are heard", |device| device.texts(&group) == ["hello", "welcome"]);
    }
    let history = alice.history(&group);
    let own = history.iter().filter(|message| message["isSelf"] == true);
    let own: Vec<_> = own.map(|message| message["elemType"].clone()).collect();
    // Rooms hide who their occupants are unless they are told to show it: that she has come in is not said there.
    assert_eq!(own, [1], "{history:?}");

    // The app ends, and what is said meanwhile is there after the next start.
    drop(alice);
    olga.say("groupchat", &room, "olga-2", "still there?");
    olga.flush();
    let alice = start_again(server, &alice_id, dir.path());
    let texts = ["hello", "welcome", "still there?"];
    alice.wait("she has not left", |alice| {
        is_in(alice, &room) && alice.texts(&group) == texts
    });
    alice.ok("joinGroup", json!({ "groupID": room }));
    alice.send(&group, "yes");
    olga.hears("yes");

    alice.ok("quitGroup", json!({ "groupID": room }));
    assert!(!is_in(&alice, &room));
    assert_eq!(noted(&mut other, &room), None);
    tablet.wait("it is out too", |tablet| !is_in(tablet, &room));
    assert_eq!(alice.call("quitGroup", &json!({ "groupID": room })).0, 10007);
    drop(alice);
    let alice = start_again(server, &alice_id, dir.path());
    assert!(!is_in(&alice, &room), "left is left");
    assert_eq!(alice.conversation(&group)["showName"], "Open house");

    // It is open: whoever left may come back.
    alice.ok("joinGroup", json!({ "groupID": room }));
    olga.say("groupchat", &room, "olga-3", "welcome back");
    alice.wait("she is back", |alice| {
        is_in(alice, &room) && alice.texts(&group).last().is_some_and(|text| text == "welcome back")
    });
}
