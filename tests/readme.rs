//! The program in README.md compiles without a warning and does what the README says; and the tables of the
//! documentation name what there is, all of it and nothing else.

mod support;

use serde_json::Value;
use support::app::App;
use support::document::{document, program, table};
use support::{command, link_shared, root, temp_dir};

#[test]
fn the_program_of_the_readme_prints_a_page() {
    let dir = temp_dir();
    let source = dir.path().join("first.c");
    std::fs::write(&source, program("README.md", "c")).unwrap();
    let binary = dir.path().join("first");
    command("gcc")
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-I"])
        .arg(root().join("include"))
        .arg(&source)
        .arg("-o")
        .arg(&binary)
        .args(link_shared(dir.path()))
        .output();

    // Its data lies in the directory it runs in.
    let output = command("env").arg("-C").arg(dir.path()).arg(&binary).output();

    let response: Value = serde_json::from_slice(&output).expect("it prints one response and nothing else");
    assert_eq!(response["code"], 0);
    let page = &response["data"];
    assert_eq!(page["isFinished"], true);
    let list = page["conversationList"].as_array().unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!(list[0]["conversationID"], "c2c_bob");
    assert_eq!(list[0]["lastMessage"]["textElem"]["text"], "Hello, Bob");
    assert_eq!(page["nextSeq"], list[0]["orderkey"].to_string());
}

#[test]
fn the_server_settings_are_those_that_the_tests_use() {
    for (language, config) in [
        ("lua", "tests/servers/prosody.cfg.lua"),
        ("yaml", "tests/servers/ejabberd.yml"),
    ] {
        let real = document(config);
        let mut rest = real.lines();
        for line in program("docs/xmpp.md", language).lines() {
            assert!(rest.any(|it| it == line), "{config} has no {line:?} in that place");
        }
    }
}

#[test]
fn every_field_of_the_config_is_documented() {
    let schema: Value = serde_json::from_str(&document("schema/openrpc.json")).unwrap();
    let config = &schema["components"]["schemas"]["Config"]["properties"];
    let keys = |object: &Value| -> Vec<String> { object.as_object().unwrap().keys().cloned().collect() };
    let backend = keys(&config["backend"]["properties"]);
    let mut real: Vec<String> = keys(config).into_iter().filter(|key| key != "backend").collect();
    real.extend(backend.iter().map(|key| format!("backend.{key}")));
    let names = |path: &str, heading: &str| -> Vec<String> {
        let rows = table(&document(path), heading);
        let mut names: Vec<String> = rows.iter().map(|row| row[0].trim_matches('`').to_owned()).collect();
        names.sort_unstable();
        names
    };
    real.sort_unstable();
    assert_eq!(names("README.md", "## The config"), real);
    // `path` belongs to the embedded service.
    let mut real: Vec<String> = backend.into_iter().filter(|key| key != "path").collect();
    real.sort_unstable();
    assert_eq!(names("docs/xmpp.md", "## The config"), real);
}

/// Fails unless the table after a heading of docs/json.md has exactly the keys of an object.
fn assert_keys(heading: &str, object: &Value) {
    let document = document("docs/json.md");
    let rows = table(&document, heading);
    let mut documented: Vec<&str> = rows
        .iter()
        .flat_map(|row| row[0].split(", "))
        .map(|key| key.trim_matches('`'))
        .collect();
    documented.sort_unstable();
    let mut real: Vec<&str> = object.as_object().expect(heading).keys().map(String::as_str).collect();
    real.sort_unstable();
    assert_eq!(documented, real, "{heading}");
}

#[test]
fn every_key_is_documented() {
    let dir = temp_dir();
    let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
    let call = |method: &str, request: &str| alice.ok(method, serde_json::from_str(request).unwrap());

    let group = r#"{"groupType":"Work","groupID":"team","memberList":[{"userID":"bob"}]}"#;
    call("createGroup", group);
    bob.wait("bob is in the group", |bob| bob.list().len() == 1);
    let at = r#"{"groupID":"team","textElem":{"text":"hi"},"groupAtUserList":["bob"]}"#;
    call("sendMessage", at);
    bob.wait("bob got the message", |bob| {
        bob.conversation("group_team")["unreadCount"] == 1
    });

    let page = bob.ok("getConversationList", serde_json::json!({}));
    let conversation = &page["conversationList"][0];
    assert_keys("## V2TimConversationResult", &page);
    assert_keys("## V2TimConversation\n", conversation);
    assert_keys("### V2TimGroupAtInfo", &conversation["groupAtInfoList"][0]);
    assert_keys("## V2TimMessage\n", &conversation["lastMessage"]);
    let added = call("addFriend", r#"{"userID":"bob"}"#);
    assert_keys("### V2TimFriendOperationResult", &added);
    let friends = call("getFriendList", "{}");
    assert_keys("### V2TimFriendInfo", &friends[0]);
    assert_keys("### V2TimUserFullInfo", &friends[0]["userProfile"]);
    let groups = call("getGroupsInfo", r#"{"groupIDList":["team"]}"#);
    assert_keys("### V2TimGroupInfoResult", &groups[0]);
    assert_keys("### V2TimGroupInfo\n", &groups[0]["groupInfo"]);
    let members = call("getGroupMemberList", r#"{"groupID":"team"}"#);
    assert_keys("### V2TimGroupMemberInfoResult", &members);
    assert_keys("A member (V2TimGroupMemberFullInfo)", &members["memberInfoList"][0]);
    let kicked = call("kickGroupMember", r#"{"groupID":"team","memberList":["bob"]}"#);
    assert_keys("### V2TimGroupMemberOperationResult", &kicked[0]);
}
