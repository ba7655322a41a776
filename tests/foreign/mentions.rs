//! Whom the messages of other clients mention: most write the name only, some say it beside the text.

use crate::client::Foreign;
use crate::servers::Server;
use crate::{App, login, servers};
use serde_json::{Value, json};

/// The texts of a group, each with whether it mentions the user.
fn mentions(app: &App, group: &str, user: &str) -> Vec<(String, bool)> {
    let is_of_user = |message: &Value| message["groupAtUserList"].as_array().unwrap().contains(&json!(user));
    let history = app.history(group);
    history
        .iter()
        .map(|message| {
            let text = message["textElem"]["text"].as_str().unwrap().to_owned();
            (text, is_of_user(message))
        })
        .collect()
}

pub fn by_name_and_beside_the_text(server: &dyn Server) {
    let (alice_id, bob_id) = (server.new_user("alice"), server.new_user("bob"));
    let (alice, _dir) = login(server, &alice_id);
    let name = alice_id.split('@').next().unwrap();
    let room = format!("mentions-of-{name}@conference.{}", servers::DOMAIN);
    let group = format!("group_{room}");
    alice.ok(
        "createGroup",
        json!({ "groupType": "Work", "groupID": room, "groupName": "Team", "memberList": [{ "userID": bob_id }] }),
    );
    let mut bob = Foreign::login(server, &bob_id);
    bob.act(&json!({ "do": "join", "room": room, "nick": "bobby" }));
    let said = [
        (format!("{}: where are you?", name.to_uppercase()), String::new(), true),
        (format!("nobody like {name}ette"), String::new(), false),
        (format!("> {name}: hi\nwho said that?"), String::new(), false),
        (
            "you there".to_owned(),
            format!("<mention xmlns='urn:xmpp:mentions:0' jid='{alice_id}' begin='0' end='3'/>"),
            true,
        ),
        (
            format!("bobby, tell {name}"),
            format!("<reference xmlns='urn:xmpp:reference:0' type='mention' uri='xmpp:{bob_id}' begin='0' end='5'/>"),
            false,
        ),
    ];
    for (number, (text, more, _)) in said.iter().enumerate() {
        let text = text.replace('>', "&gt;");
        bob.raw(&format!(
            "<message type='groupchat' to='{room}' id='mention-{number}'><body>{text}</body>{more}</message>"
        ));
    }
    let expected: Vec<(String, bool)> = said.iter().map(|(text, _, is)| (text.clone(), *is)).collect();
    alice.wait("who is mentioned", |app| mentions(app, &group, &alice_id) == expected);
    let row = alice.conversation(&group);
    let told: Vec<&Value> = row["groupAtInfoList"]
        .as_array()
        .unwrap()
        .iter()
        .map(|at| &at["atType"])
        .collect();
    assert_eq!(told, [1, 1], "{row}");
    let (tablet, _tablet_dir) = login(server, &alice_id);
    tablet.wait("the same on a new device", |app| {
        mentions(app, &group, &alice_id) == expected
    });
}
