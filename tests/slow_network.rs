//! Networks on which every question takes long: how many there are before the app has what it waits for. The server is a
//! script that answers late, or counts; no time is looked at.

mod support;

use im::events::Event;
use serde_json::json;
use support::app::App;
use support::script::{Script, bookmarks};
use support::temp_dir;

fn login(app: &App) {
    app.ok("login", json!({}));
}

fn wait_for_sync(app: &App) {
    app.wait("the sync has ended", |app| app.heard.count(Event::SyncServerFinish) > 0);
}

/// A room costs three stanzas at a later login: what it is, coming in, and what was missed.
#[test]
fn a_later_login_costs_three_stanzas_a_room() {
    const ROOMS: usize = 20;
    let rooms: Vec<String> = (0..ROOMS)
        .map(|number| format!("room{number}@conference.im.test"))
        .collect();
    let listed = rooms.clone();
    let script = Script::start(false, move |server, xml| {
        if !xml.starts_with("<iq") {
            return false;
        }
        if xml.contains("<items") && xml.contains("urn:xmpp:bookmarks:1") {
            let names: Vec<&str> = listed.iter().map(String::as_str).collect();
            server.reply(xml, &bookmarks(&names));
            return true;
        }
        false
    });
    let dir = temp_dir();
    let sync = || {
        let app = App::open_with(&script.config(dir.path()));
        login(&app);
        wait_for_sync(&app);
        let groups = app.ok("getJoinedGroupList", json!({}));
        assert_eq!(groups.as_array().unwrap().len(), ROOMS);
    };
    let asked = || {
        let of_rooms = rooms
            .iter()
            .map(|room| script.heard(&[&format!("'{room}")]).len() + script.heard(&[&format!("\"{room}")]).len());
        of_rooms.sum::<usize>()
    };
    sync();
    let first = asked();
    assert!(first >= ROOMS, "{first}");
    sync();
    let second = asked();
    assert!(second - first <= 3 * ROOMS, "{first} {second}");
}
