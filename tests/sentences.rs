//! The sentences of errors: each names the field, and none repeats what may be the text of a message, a draft, custom data
//! or a password, of whatever type it came.

mod support;

use im::api;
use serde_json::{Value, json};
use std::sync::{Mutex, Once};
use support::app::App;
use support::temp_dir;

/// What must not be repeated, as a text and as a number.
const TEXT: &str = "S3CR3T words";
const NUMBER: &str = "48151623";

static LOG: Mutex<String> = Mutex::new(String::new());

struct Logger;

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        if record.target().starts_with("im") {
            *LOG.lock().unwrap() += &format!("{}\n", record.args());
        }
    }

    fn flush(&self) {}
}

fn check(what: &str, said: &str) {
    assert!(
        !said.contains("S3CR3T") && !said.contains(NUMBER),
        "{what} is answered with {said}"
    );
    assert!(said.len() < 1_000, "{said}");
    for word in ["u32", "i64", "`", "serde", "struct", "variant", "sequence"] {
        assert!(!said.contains(word), "{said}");
    }
}

/// A secret in every shape that JSON has.
fn shapes() -> Vec<String> {
    let long = format!("{TEXT} {}", "x".repeat(100_000));
    let text = json!(TEXT).to_string();
    vec![
        NUMBER.to_owned(),
        format!("-{NUMBER}.5"),
        format!("{NUMBER}e400"),
        text.clone(),
        json!(long).to_string(),
        format!("\"{TEXT}\\ud800\""),
        format!("\"{TEXT}\\u0000\""),
        format!("\"{TEXT}"),
        format!("[{text}]"),
        format!("[[{NUMBER}]]"),
        format!("{{{text}:1}}"),
        format!("{{\"text\":{{{text}:{text}}}}}"),
        format!("{{\"text\":{NUMBER}}}"),
        format!("{{\"text\":[{text}]}}"),
        format!("{{\"text\":\"ok\",{text}:{NUMBER}}}"),
        format!("{{\"text\":\"ok\",\"text\":{text}}}"),
        format!("{{\"data\":{NUMBER},\"desc\":{text}}}"),
        format!("{{\"data\":\"ok\",\"extension\":{{{text}:{text}}}}}"),
        format!("{text} {text}"),
    ]
}

fn keep_the_log() {
    static SET: Once = Once::new();
    SET.call_once(|| {
        log::set_logger(&Logger).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
    });
}

#[test]
fn the_log_names_damaged_rows_and_not_what_they_hold() {
    keep_the_log();
    let dir = temp_dir();
    let alice = App::open(dir.path(), "alice");
    alice.ok(
        "setConversationDraft",
        json!({ "conversationID": "c2c_bob", "draftText": TEXT }),
    );
    let msg_id = alice.send("c2c_carol", TEXT);
    alice.ok(
        "pinConversation",
        json!({ "conversationID": "c2c_carol", "isPinned": true }),
    );
    alice.client.close().unwrap();
    let account = std::fs::read_dir(dir.path().join("alice"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let db = rusqlite::Connection::open(account.join("im.db")).unwrap();
    for damage in [
        "UPDATE conversation SET json = '{' || json",
        "UPDATE message SET body = 'S3CR3T'",
        "UPDATE outbox SET kind = 'S3CR3T' WHERE kind = 'pin'",
    ] {
        assert!(db.execute(damage, ()).unwrap() > 0, "{damage}");
    }
    drop(db);
    let alice = App::open(dir.path(), "alice");
    let list = alice.list();
    assert_eq!((list.len(), &list[1]["draftText"]), (2, &json!(TEXT)), "{list:?}");
    alice.ok("login", json!({}));
    alice.wait("the message has failed", |alice| {
        alice.history("c2c_carol")[0]["status"] == 3
    });
    alice.client.close().unwrap();
    let log = LOG.lock().unwrap().clone();
    for named in ["of the list is damaged", &msg_id, "outbox command"] {
        assert!(log.contains(named), "no {named} in {log}");
    }
    assert!(!log.contains("S3CR3T"), "{log}");
}

#[test]
fn no_error_and_no_line_of_the_log_repeats_a_secret() {
    keep_the_log();
    let dir = temp_dir();
    let alice = App::login(dir.path(), "alice");
    let places = [
        ("sendMessage", r#"{"receiver":"bob","textElem":@}"#),
        ("sendMessage", r#"{"receiver":"bob","customElem":@}"#),
        (
            "sendMessage",
            r#"{"receiver":"bob","elemType":@,"textElem":{"text":"x"}}"#,
        ),
        ("sendMessage", r#"{"receiver":"bob","textElem":{"text":@}}"#),
        (
            "sendMessage",
            r#"{"receiver":"bob","textElem":{"text":"x"},"cloudCustomData":@}"#,
        ),
        (
            "sendMessage",
            r#"{"receiver":"bob","textElem":{"text":"x"},"priority":@}"#,
        ),
        (
            "sendMessage",
            r#"{"receiver":"bob","locationElem":{"desc":@,"longitude":1,"latitude":1}}"#,
        ),
        ("sendMessage", r#"{"receiver":"bob","faceElem":{"data":@}}"#),
        (
            "sendMessage",
            r#"{"receiver":"bob","mergerElem":{"msgIDList":["no"],"title":@,"abstractList":[@]}}"#,
        ),
        ("sendMessage", r#"{"receiver":"bob","imageElem":{"url":@}}"#),
        (
            "sendMessage",
            r#"{"receiver":"bob","fileElem":{"url":"https://up.example/a","fileName":@}}"#,
        ),
        ("createTextMessage", r#"{"text":@}"#),
        ("createCustomMessage", r#"{"data":@}"#),
        ("setConversationDraft", r#"{"conversationID":"c2c_bob","draftText":@}"#),
        ("setConversationDraft", r#"{"conversationID":"bob","draftText":@}"#),
        ("login", r#"{"userSig":@}"#),
        ("joinGroup", r#"{"groupID":"none","password":@}"#),
        ("sendMessage", "@"),
    ];
    let mut failures = 0;
    for (method, request) in places {
        for shape in shapes() {
            let request = request.replace('@', &shape);
            let response = api::call(&alice.client, method, &request);
            let response: Value = serde_json::from_str(&response.json).unwrap();
            if response["code"] != 0 {
                failures += 1;
                // A number where a number belongs is no secret.
                if !request.contains(&format!("priority\":{NUMBER}"))
                    && !request.contains(&format!("elemType\":{NUMBER}"))
                {
                    check(&format!("{method} {request:.200}"), response["desc"].as_str().unwrap());
                }
            }
        }
    }
    for shape in shapes() {
        for field in ["password", "path"] {
            let config = format!(r#"{{"dataDir":"/nonexistent","backend":{{"kind":"xmpp","{field}":{shape}}}}}"#);
            let (client, response) = api::open(&config);
            assert!(client.is_none(), "{config:.200}");
            let response: Value = serde_json::from_str(&response.json).unwrap();
            check(&format!("{config:.200}"), response["desc"].as_str().unwrap());
        }
    }
    assert!(failures > 100, "{failures}");
    let log = LOG.lock().unwrap();
    assert!(!log.contains("S3CR3T") && !log.contains(NUMBER), "{log}");
}

#[test]
fn a_word_of_the_config_that_is_none_is_named_with_its_value() {
    let open = |field: &str, value: &str| {
        let config = match field.strip_prefix("backend.") {
            Some(field) => format!(r#"{{"dataDir":"/nonexistent","userID":"a","backend":{{"{field}":{value}}}}}"#),
            None => format!(r#"{{"dataDir":"/nonexistent","userID":"a","{field}":{value}}}"#),
        };
        let (client, response) = api::open(&config);
        assert!(client.is_none(), "{config}");
        let response: Value = serde_json::from_str(&response.json).unwrap();
        assert_eq!(response["code"], 6017, "{config}: {response}");
        response["desc"].as_str().unwrap().to_owned()
    };
    for (value, shown) in [
        ("null", "null"),
        ("5", "5"),
        ("{}", "an object"),
        (r#"{"full":null}"#, "an object"),
        ("[]", "a list"),
        ("true", "true"),
        (r#""Full""#, "\"Full\""),
    ] {
        let said = open("durability", value);
        assert_eq!(said, format!("durability {shown} is not \"normal\" or \"full\""));
        let said = open("backend.kind", value);
        assert_eq!(said, format!("backend.kind {shown} is not \"embedded\" or \"xmpp\""));
        let said = open("conversationOrder", value);
        assert_eq!(
            said,
            format!("conversationOrder {shown} is not \"orderkey\" or \"lastMessageTimestamp\"")
        );
    }
    let said = open("backend.tls", "5");
    assert_eq!(
        said,
        "backend.tls 5 is not one of \"starttls\", \"direct\", \"disabled\""
    );
    let long = json!("x".repeat(1_000)).to_string();
    assert!(open("durability", &long).len() < 130);
}

#[test]
fn an_element_that_cannot_be_sent_is_not_supported_whatever_else_is_given() {
    let dir = temp_dir();
    let alice = App::open(dir.path(), "alice");
    for rest in [json!({}), json!({ "textElem": { "text": "x" } })] {
        let mut request = json!({ "receiver": "bob", "elemType": 9 });
        request
            .as_object_mut()
            .unwrap()
            .extend(rest.as_object().unwrap().clone());
        let (code, desc) = alice.call("sendMessage", &request);
        assert_eq!(code, 7013, "{request}: {desc}");
    }
}

/// The value with each of its texts replaced in turn.
fn with_text(value: &Value, text: &str, found: &mut Vec<Value>) {
    let children: Vec<(String, Value)> = match value {
        Value::Object(object) => object
            .iter()
            .map(|(key, value)| (format!("/{key}"), value.clone()))
            .collect(),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .map(|(at, value)| (format!("/{at}"), value.clone()))
            .collect(),
        Value::String(_) => return found.push(json!(text)),
        _ => return,
    };
    for (path, child) in children {
        let mut changed = Vec::new();
        with_text(&child, text, &mut changed);
        for child in changed {
            let mut whole = value.clone();
            *whole.pointer_mut(&path).unwrap() = child;
            found.push(whole);
        }
    }
}

#[test]
fn no_text_of_a_request_makes_a_sentence_long_or_puts_control_characters_into_it() {
    let dir = temp_dir();
    let alice = App::open(dir.path(), "alice");
    let mut refused = 0;
    for method in api::METHODS.iter().filter(|method| method.name != "login") {
        let example: Value = serde_json::from_str(method.example).unwrap();
        for text in ["\n\u{1b}[0m", &"\u{7}x".repeat(50_000)] {
            let mut requests = Vec::new();
            with_text(&example, text, &mut requests);
            for request in requests {
                let answer = api::call(&alice.client, method.name, &request.to_string()).json;
                let answer: Value = serde_json::from_str(&answer).unwrap();
                let desc = answer["desc"].as_str().unwrap();
                refused += usize::from(answer["code"] != 0);
                let what = format!("{} {:.200}", method.name, request.to_string());
                assert!(desc.len() < 1_000, "{what} is answered with {desc}");
                assert!(!desc.chars().any(char::is_control), "{what} is answered with {desc:?}");
            }
        }
    }
    assert!(refused > 200, "{refused}");
}
