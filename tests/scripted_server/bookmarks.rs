//! Bookmarks that two devices of the user write at the same moment.

use crate::groups::{answer, groups, is_retraction};
use crate::support::app::App;
use crate::support::script::{Connection, ME, ROOM, Script};
use crate::support::temp_dir;
use crate::{CHAT, from_bob, login};
use serde_json::json;
use std::sync::{Arc, Mutex};

/// The node of the bookmarks, with one bookmark at most.
type Kept = Arc<Mutex<Option<String>>>;

/// A bookmark, of a membership with a name or of another client.
fn bookmark(membership: Option<&str>) -> String {
    let joined = membership.map(|id| {
        format!(
            "<extensions><joined xmlns='urn:libim:bookmark:0' stamp='2026-01-01T00:00:00Z' id='{id}'/></extensions>"
        )
    });
    format!(
        "<conference xmlns='urn:xmpp:bookmarks:1' autojoin='true' name='Team'>{}</conference>",
        joined.unwrap_or_default()
    )
}

fn item(bookmark: &str) -> String {
    format!("<item id='{ROOM}'>{bookmark}</item>")
}

/// What the server tells of the node.
fn told(item: &str) -> String {
    format!(
        "<message type='headline' from='{ME}' to='{ME}/phone'><event xmlns='http://jabber.org/protocol/pubsub#event'>\
         <items node='urn:xmpp:bookmarks:1'>{item}</items></event></message>"
    )
}

fn retracted() -> String {
    told(&format!("<retract id='{ROOM}'/>"))
}

fn conference(publish: &str) -> String {
    let (start, end) = (
        publish.find("<conference").unwrap(),
        publish.find("</conference>").unwrap(),
    );
    publish[start..end + "</conference>".len()].to_owned()
}

/// A server that keeps the bookmark. `publishing` says what it does with one that a device publishes.
fn start(kept: &Kept, publishing: impl Fn(&Kept, &mut Connection, &str, &str) + Send + Sync + 'static) -> Script {
    let kept = Arc::clone(kept);
    Script::start(false, move |server, xml| {
        if !xml.starts_with("<iq") || !xml.contains("urn:xmpp:bookmarks:1") {
            return false;
        }
        if xml.contains("<publish ") {
            publishing(&kept, server, xml, &conference(xml));
        } else if is_retraction(xml) {
            let was = kept.lock().unwrap().take();
            match was {
                Some(_) => server.say(&(retracted() + &answer(xml, ""))),
                None => server.refuse(xml, "item-not-found"),
            }
        } else if xml.contains("<items") {
            let items = kept.lock().unwrap().as_deref().map(item).unwrap_or_default();
            server.reply(
                xml,
                &format!(
                    "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'>{items}</items>\
                     </pubsub>"
                ),
            );
        } else {
            return false;
        }
        true
    })
}

/// All that the server has said has been acted upon.
fn heard_all(script: &Script, app: &App, id: &str) {
    script.say(&from_bob(id, &format!("<body>{id}</body>")));
    app.wait("all was heard", |app| {
        app.texts(CHAT).last().is_some_and(|text| text == id)
    });
}

fn entries(script: &Script) -> usize {
    let presences = script.heard(&["<presence", &format!("{ROOM}/alice")]);
    presences.iter().filter(|xml| !xml.contains("unavailable")).count()
}

#[test]
fn a_bookmark_that_is_changed_as_another_device_quits_does_not_bring_the_group_back() {
    // The server has taken the retraction first, and tells in these orders of it (r), of the change (c) and that the change was
    // published (a). The last ones are of servers that do so in several processes.
    for order in ["rca", "rac", "arc", "cra", "car", "acr", "ra", "ar"] {
        for membership in [Some("m1"), None] {
            let kept: Kept = Arc::new(Mutex::new(Some(bookmark(membership))));
            let script = start(&kept, move |kept, server, xml, conference| {
                *kept.lock().unwrap() = Some(conference.to_owned());
                let said = order.chars().map(|what| match what {
                    'r' => retracted(),
                    'c' => told(&item(conference)),
                    _ => answer(xml, ""),
                });
                server.say(&said.collect::<String>());
            });
            let dir = temp_dir();
            let app = App::open_with(&script.config(dir.path()));
            login(&app);
            assert_eq!(groups(&app), [ROOM]);
            app.ok(
                "pinConversation",
                json!({ "conversationID": format!("group_{ROOM}"), "isPinned": true }),
            );
            app.wait(order, |app| kept.lock().unwrap().is_none() && groups(app).is_empty());
            heard_all(&script, &app, order);
            assert_eq!(groups(&app), [""; 0], "{order}");
            assert_eq!(*kept.lock().unwrap(), None, "{order}");
            assert_eq!(entries(&script), 1, "{order}: the room is not entered again");
        }
    }
}

#[test]
fn a_bookmark_that_is_gone_is_not_changed() {
    let kept: Kept = Arc::new(Mutex::new(Some(bookmark(None))));
    let script = start(&kept, |_, server, xml, _| server.reply(xml, ""));
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    // Retracted, and this device is not told yet.
    *kept.lock().unwrap() = None;
    app.ok(
        "pinConversation",
        json!({ "conversationID": format!("group_{ROOM}"), "isPinned": true }),
    );
    app.wait("the pin is shared, and the bookmark was read", |_| {
        !script.heard(&["<publish ", "urn:libim:conversations:0"]).is_empty()
            && !script.heard(&["<items", "urn:xmpp:bookmarks:1", ROOM]).is_empty()
    });
    heard_all(&script, &app, "b");
    assert!(script.heard(&["<publish ", "urn:xmpp:bookmarks:1"]).is_empty());
}

#[test]
fn a_change_keeps_what_another_client_has_written_meanwhile() {
    let kept: Kept = Arc::new(Mutex::new(Some(bookmark(Some("m1")))));
    let script = start(&kept, |kept, server, xml, conference| {
        *kept.lock().unwrap() = Some(conference.to_owned());
        server.reply(xml, "");
    });
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let renamed = bookmark(Some("m1")).replace("<extensions>", "<nick>Captain</nick><extensions>");
    *kept.lock().unwrap() = Some(renamed);
    app.ok(
        "pinConversation",
        json!({ "conversationID": format!("group_{ROOM}"), "isPinned": true }),
    );
    app.wait("the bookmark says that it is pinned", |_| {
        let kept = kept.lock().unwrap();
        kept.as_ref()
            .is_some_and(|kept| kept.contains("pinned") && kept.contains("Captain"))
    });
}

/// Another device has quit the group, and this one has changed its bookmark at that moment, on a server that tells nobody of
/// retractions: the device that has quit it says which membership was ended.
#[test]
fn a_group_that_was_quit_is_left_where_the_server_does_not_tell_of_retractions() {
    let kept: Kept = Arc::new(Mutex::new(Some(bookmark(Some("m1")))));
    let script = start(&kept, |_, _, _, _| unreachable!("nothing is published"));
    let dir = temp_dir();
    let app = App::open_with(&script.config(dir.path()));
    login(&app);
    let field = |value: serde_json::Value| json!({ "value": value, "time": 1_800_000_000_000_000_u64, "device": "" });
    let ended = |membership: &str| {
        let group = field(json!({ "groupType": "Public", "groupName": "Team", "faceUrl": "" }));
        let json = json!({ "settings": { "group": group, "endedMembership": field(json!(membership)) } });
        format!(
            "<message type='headline' from='{ME}' to='{ME}/phone'><event xmlns='http://jabber.org/protocol/pubsub#event'>\
             <items node='urn:libim:conversations:0'><item id='group_{ROOM}'>\
             <conversation xmlns='urn:libim:conversations:0'>{json}</conversation></item></items></event></message>"
        )
    };
    script.say(&ended("m0").replace("1800000000000000", "1700000000000000"));
    heard_all(&script, &app, "a");
    app.wait("it has looked", |_| {
        script.heard(&["<items", "urn:xmpp:bookmarks:1"]).len() > 2
    });
    heard_all(&script, &app, "b");
    assert_eq!(groups(&app), [ROOM], "that was an earlier one");
    script.say(&ended("m1"));
    app.wait("the group is left", |app| {
        groups(app).is_empty() && kept.lock().unwrap().is_none()
    });
}

#[test]
fn whoever_joins_a_group_that_another_device_has_quit_before_is_in_it() {
    // The server has taken the retraction before the joining, and tells in these orders of it.
    for order in ["rca", "rac", "arc"] {
        let kept: Kept = Arc::default();
        let script = start(&kept, move |kept, server, xml, conference| {
            *kept.lock().unwrap() = Some(conference.to_owned());
            let said = order.chars().map(|what| match what {
                'r' => retracted(),
                'c' => told(&item(conference)),
                _ => answer(xml, ""),
            });
            server.say(&said.collect::<String>());
        });
        let dir = temp_dir();
        let app = App::open_with(&script.config(dir.path()));
        login(&app);
        assert_eq!(groups(&app), [""; 0]);
        app.ok("joinGroup", json!({ "groupID": ROOM, "message": "" }));
        heard_all(&script, &app, order);
        app.wait(order, |app| groups(app) == [ROOM]);
        heard_all(&script, &app, "b");
        assert_eq!(groups(&app), [ROOM], "{order}");
        assert!(kept.lock().unwrap().is_some(), "{order}");
    }
}
