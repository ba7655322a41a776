//! V2TIM's Flutter models against what libim gives: decodes conversations, pages and messages as the models' `fromJson` would,
//! key by key, with Dart's types and libim's rules about null.

mod support;

use Dart::{Bool, Double, Int, List, Map, Text};
use Null::{Absent, Always, Crashes, Never, Sometimes};
use im::events::Event;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeSet;
use support::app::App;
use support::temp_dir;

/// The type of a field of a Dart model.
#[derive(Clone, Copy)]
enum Dart {
    Text,
    Int,
    Double,
    Bool,
    /// A list of this.
    List(&'static Dart),
    /// An object that another model decodes.
    Map(Model),
}

/// What null means under a key.
#[derive(Clone, Copy, PartialEq)]
enum Null {
    /// The Dart field is not nullable: null or a missing key ends the app.
    Crashes,
    /// The Dart field is nullable, and libim never uses that.
    Never,
    /// The scenario must show it both null and not.
    Sometimes,
    /// What libim does not support yet.
    Always,
    /// The model has the key and libim leaves it out: Dart reads null.
    Absent,
}

/// The fields of a Dart class: key, type, null.
type Model = &'static [(&'static str, Dart, Null)];

const CONVERSATION_RESULT: Model = &[
    ("nextSeq", Text, Never),
    ("isFinished", Bool, Never),
    ("conversationList", List(&Map(CONVERSATION)), Never),
];

const CONVERSATION: Model = &[
    ("conversationID", Text, Crashes),
    ("type", Int, Never),
    ("userID", Text, Sometimes),
    ("groupID", Text, Sometimes),
    ("showName", Text, Never),
    ("faceUrl", Text, Never),
    ("groupType", Text, Sometimes),
    ("unreadCount", Int, Never),
    ("lastMessage", Map(MESSAGE), Sometimes),
    ("draftText", Text, Sometimes),
    ("draftTimestamp", Int, Never),
    ("isPinned", Bool, Never),
    ("recvOpt", Int, Never),
    ("groupAtInfoList", List(&Map(GROUP_AT_INFO)), Never),
    ("orderkey", Int, Never),
    ("markList", List(&Int), Never),
    ("customData", Text, Never),
    ("conversationGroupList", List(&Text), Never),
    ("c2cReadTimestamp", Int, Never),
    ("groupReadSequence", Int, Never),
];

const GROUP_AT_INFO: Model = &[("seq", Text, Crashes), ("atType", Int, Crashes)];

const MESSAGE: Model = &[
    ("msgID", Text, Never),
    ("timestamp", Int, Never),
    ("progress", Int, Absent),
    ("sender", Text, Never),
    ("nickName", Text, Never),
    ("friendRemark", Text, Never),
    ("faceUrl", Text, Never),
    ("nameCard", Text, Never),
    ("groupID", Text, Sometimes),
    ("userID", Text, Sometimes),
    ("status", Int, Never),
    ("elemType", Int, Crashes),
    ("textElem", Map(&[("text", Text, Never)]), Sometimes),
    ("customElem", Map(CUSTOM_ELEM), Sometimes),
    ("imageElem", Map(IMAGE_ELEM), Sometimes),
    ("soundElem", Map(SOUND_ELEM), Sometimes),
    ("videoElem", Map(VIDEO_ELEM), Sometimes),
    ("fileElem", Map(FILE_ELEM), Sometimes),
    ("locationElem", Map(LOCATION_ELEM), Sometimes),
    (
        "faceElem",
        Map(&[("index", Int, Never), ("data", Text, Never)]),
        Sometimes,
    ),
    ("groupTipsElem", Map(&[]), Always),
    ("mergerElem", Map(MERGER_ELEM), Sometimes),
    ("localCustomData", Text, Never),
    ("localCustomInt", Int, Never),
    ("cloudCustomData", Text, Never),
    ("isSelf", Bool, Never),
    ("isRead", Bool, Never),
    ("isPeerRead", Bool, Never),
    // libim's own.
    ("isDelivered", Bool, Never),
    ("errorCode", Int, Never),
    ("isEdited", Bool, Never),
    ("priority", Int, Never),
    ("offlinePushInfo", Map(&[]), Absent),
    ("groupAtUserList", List(&Text), Never),
    ("seq", Text, Never),
    ("random", Int, Never),
    ("isExcludedFromUnreadCount", Bool, Never),
    ("isExcludedFromLastMessage", Bool, Never),
    ("isSupportMessageExtension", Bool, Absent),
    ("messageFromWeb", Text, Absent),
    ("id", Text, Never),
    ("needReadReceipt", Bool, Never),
    // Of later versions of V2TIM.
    ("isOnlineOnly", Bool, Never),
];

const REVOCATION: Model = &[
    ("msgID", Text, Never),
    // libim's own.
    ("conversationID", Text, Never),
    (
        "operateUser",
        Map(&[
            ("userID", Text, Never),
            ("nickName", Text, Never),
            ("faceUrl", Text, Never),
            ("allowType", Int, Never),
        ]),
        Never,
    ),
    ("reason", Text, Never),
];

const CUSTOM_ELEM: Model = &[("data", Text, Never), ("desc", Text, Never), ("extension", Text, Never)];

const IMAGE_ELEM: Model = &[("path", Text, Never), ("imageList", List(&Map(IMAGE)), Never)];

const IMAGE: Model = &[
    ("uuid", Text, Never),
    ("type", Int, Never),
    ("size", Int, Never),
    ("width", Int, Never),
    ("height", Int, Never),
    ("url", Text, Never),
    ("localUrl", Text, Never),
];

const SOUND_ELEM: Model = &[
    ("path", Text, Never),
    ("UUID", Text, Never),
    ("dataSize", Int, Never),
    ("duration", Int, Never),
    ("url", Text, Never),
    ("localUrl", Text, Never),
];

const VIDEO_ELEM: Model = &[
    ("videoPath", Text, Never),
    ("UUID", Text, Never),
    ("videoSize", Int, Never),
    ("duration", Int, Never),
    ("snapshotPath", Text, Never),
    ("snapshotUUID", Text, Never),
    ("snapshotSize", Int, Never),
    ("snapshotWidth", Int, Never),
    ("snapshotHeight", Int, Never),
    ("videoUrl", Text, Never),
    ("snapshotUrl", Text, Never),
    ("localVideoUrl", Text, Never),
    ("localSnapshotUrl", Text, Never),
];

const FILE_ELEM: Model = &[
    ("path", Text, Never),
    ("fileName", Text, Never),
    ("UUID", Text, Never),
    ("url", Text, Never),
    ("fileSize", Int, Never),
    ("localUrl", Text, Never),
];

const LOCATION_ELEM: Model = &[
    ("desc", Text, Never),
    ("longitude", Double, Never),
    ("latitude", Double, Never),
];

const MERGER_ELEM: Model = &[
    ("isLayersOverLimit", Bool, Never),
    ("title", Text, Never),
    ("abstractList", List(&Text), Crashes),
];

/// Decodes as the app would, and notes which keys were null and which were not.
#[derive(Default)]
struct Decoder {
    /// By the model's first key, the key, and whether it was null.
    seen: RefCell<BTreeSet<(&'static str, &'static str, bool)>>,
}

impl Decoder {
    fn model(&self, model: Model, value: &Value, path: &str) {
        let Value::Object(object) = value else {
            panic!("{path} is no map: {value}");
        };
        for (key, dart, null) in model {
            let path = format!("{path}.{key}");
            // What `json['key']` gives in Dart.
            let value = object.get(*key);
            assert_eq!(value.is_none(), *null == Absent, "{path}: whether the key is there");
            let Some(value) = value else {
                continue;
            };
            self.seen.borrow_mut().insert((model[0].0, *key, value.is_null()));
            if value.is_null() {
                assert!(matches!(null, Sometimes | Always), "{path} is null");
            } else {
                assert!(*null != Always, "{path} is {value}");
                self.value(*dart, value, &path);
            }
        }
        for key in object.keys() {
            assert!(
                model.iter().any(|(known, ..)| known == key),
                "{path}.{key} is not V2TIM's"
            );
        }
    }

    /// Dart checks types at run time: an `int` is no `double` and no `String`.
    fn value(&self, dart: Dart, value: &Value, path: &str) {
        match dart {
            Text => assert!(value.is_string(), "{path} is {value}, not a String"),
            Bool => assert!(value.is_boolean(), "{path} is {value}, not a bool"),
            // A plain assignment in Dart, which an int without a point fails.
            Double => assert!(value.is_f64(), "{path} is {value}, not a double"),
            Int => {
                let number = value.as_i64();
                let number = number.unwrap_or_else(|| panic!("{path} is {value}, not an int"));
                // On the web Dart's int is a double.
                assert!(number.abs() < 1 << 53, "{path} is {value}");
            }
            List(entry) => {
                let list = value.as_array();
                let list = list.unwrap_or_else(|| panic!("{path} is {value}, not a List"));
                for (at, value) in list.iter().enumerate() {
                    self.value(*entry, value, &format!("{path}[{at}]"));
                }
            }
            Map(model) => self.model(model, value, path),
        }
    }

    fn list(&self, model: Model, list: &Value, path: &str) {
        for (at, value) in list.as_array().unwrap().iter().enumerate() {
            self.model(model, value, &format!("{path}[{at}]"));
        }
    }

    /// Fails when a key that may be null was not seen both ways.
    fn assert_has_seen_all(&self, model: Model) {
        for (key, _, null) in model {
            let seen = |is_null| self.seen.borrow().contains(&(model[0].0, *key, is_null));
            if *null == Sometimes {
                assert!(seen(true) && seen(false), "{key} was not seen both null and not");
            }
        }
    }
}

/// A list in which each kind of conversation stands, and histories with each kind of message.
fn fill(alice: &App, bob: &App) {
    let is_at = |app: &App, count: i64| {
        let row = app.conversation("group_team");
        row["unreadCount"] == count
    };
    bob.ok(
        "setSelfInfo",
        json!({ "nickName": "Bob \u{1f642}", "faceUrl": "https://example.org/bob.png" }),
    );
    bob.ok(
        "createGroup",
        json!({ "groupType": "Public", "groupID": "team", "groupName": "فريق", "memberList": [{ "userID": "alice" }] }),
    );
    alice.wait("the group", |app| {
        let groups = app.ok("getJoinedGroupList", json!({}));
        !groups.as_array().unwrap().is_empty()
    });
    for at in [vec![], vec!["alice"], vec!["__kImSDK_MesssageAtALL__"]] {
        bob.ok(
            "sendMessage",
            json!({ "groupID": "team", "textElem": { "text": "hi" }, "groupAtUserList": at }),
        );
    }
    alice.wait("the messages of the group", |app| is_at(app, 3));
    let recalled = bob.send("c2c_alice", "recalled");
    bob.ok(
        "sendMessage",
        json!({ "receiver": "alice", "elemType": 2, "customElem": { "data": "{}" }, "cloudCustomData": "x", "priority": 1 }),
    );
    alice.wait("both messages", |app| app.heard.count(Event::RecvNewMessage) == 5);
    let place = json!({ "desc": "", "longitude": 116, "latitude": -1 });
    bob.ok("sendMessage", json!({ "receiver": "alice", "locationElem": place }));
    bob.ok(
        "sendMessage",
        json!({ "receiver": "alice", "faceElem": { "index": 3 } }),
    );
    for (key, elem) in [
        ("imageElem", json!({ "url": "https://up.example/a" })),
        ("soundElem", json!({ "url": "https://up.example/a" })),
        ("videoElem", json!({ "videoUrl": "https://up.example/a" })),
        ("fileElem", json!({ "url": "https://up.example/a" })),
    ] {
        bob.ok("sendMessage", json!({ "receiver": "alice", key: elem }));
    }
    bob.wait("the recalled one is sent", |app| {
        app.history("c2c_alice").iter().all(|message| message["status"] == 2)
    });
    let merger = json!({ "msgIDList": [recalled], "title": "Forwarded", "abstractList": ["Bob: recalled"] });
    bob.ok("sendMessage", json!({ "receiver": "alice", "mergerElem": merger }));
    alice.wait("all kinds", |app| app.heard.count(Event::RecvNewMessage) == 12);
    bob.ok("revokeMessage", json!({ "msgID": recalled }));
    alice.wait("the recall", |app| app.heard.count(Event::RecvMessageRevoked) == 1);
    alice.ok(
        "cleanConversationUnreadMessageCount",
        json!({ "conversationID": "c2c_bob" }),
    );
    alice.ok(
        "pinConversation",
        json!({ "conversationID": "c2c_bob", "isPinned": true }),
    );
    alice.ok("setGroupReceiveMessageOpt", json!({ "groupID": "team", "opt": 2 }));
    // Refused by the server, as there is no such group.
    alice.send("group_nowhere", "hello?");
    alice.wait("the refusal", |app| {
        app.conversation("group_nowhere")["lastMessage"]["status"] == 3
    });
    // A conversation without a message.
    alice.ok(
        "setConversationDraft",
        json!({ "conversationID": "c2c_carol", "draftText": "Dear Carol" }),
    );
}

#[test]
fn flutter_models_decode_what_libim_gives() {
    let dir = temp_dir();
    let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
    let dart = Decoder::default();

    let empty = alice.ok("getConversationList", json!({}));
    dart.model(CONVERSATION_RESULT, &empty, "empty");

    fill(&alice, &bob);
    let mut next = json!("0");
    let mut ids = Vec::new();
    loop {
        let page = alice.ok("getConversationList", json!({ "nextSeq": next, "count": 3 }));
        dart.model(CONVERSATION_RESULT, &page, "page");
        let rows = page["conversationList"].as_array().unwrap().iter();
        ids.extend(rows.map(|row| row["conversationID"].clone()));
        next = page["nextSeq"].clone();
        if page["isFinished"] == true {
            break;
        }
    }
    assert_eq!(ids, ["c2c_bob", "c2c_carol", "group_nowhere", "group_team"]);

    let several = alice.ok(
        "getConversationListByConversationIds",
        json!({ "conversationIDList": ids }),
    );
    assert_eq!(several.as_array().unwrap().len(), 4);
    dart.list(CONVERSATION, &several, "several");
    // Those that are not in the list are transient.
    for id in ["c2c_nobody", "group_nobody"] {
        dart.model(CONVERSATION, &alice.conversation(id), id);
    }
    for app in [&alice, &bob] {
        for row in app.list() {
            let id = row["conversationID"].as_str().unwrap();
            dart.list(MESSAGE, &json!(app.history(id)), id);
        }
    }
    dart.assert_has_seen_all(CONVERSATION);
    dart.assert_has_seen_all(MESSAGE);
}

#[test]
fn flutter_listeners_decode_what_is_told() {
    let dir = temp_dir();
    let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
    fill(&alice, &bob);
    let dart = Decoder::default();
    let mut decoded = BTreeSet::new();
    for (event, payload) in [&alice, &bob].into_iter().flat_map(|app| app.heard.all()) {
        match event {
            Event::NewConversation | Event::ConversationChanged => dart.list(CONVERSATION, &payload, event.name()),
            Event::RecvNewMessage | Event::MessageStatusChanged => dart.model(MESSAGE, &payload, event.name()),
            Event::ConversationDeleted => dart.value(List(&Text), &payload, event.name()),
            Event::TotalUnreadMessageCountChanged => dart.value(Int, &payload, event.name()),
            Event::RecvMessageRevoked => dart.value(Text, &payload, event.name()),
            Event::RecvMessageRevokedWithInfo => dart.model(REVOCATION, &payload, event.name()),
            _ => continue,
        }
        decoded.insert(event);
    }
    assert!(decoded.len() >= 7, "{decoded:?}");
}

/// What each value means to the app, beside its type.
#[test]
fn the_null_rules_are_those_of_the_two_kinds_of_conversations() {
    let dir = temp_dir();
    let (alice, bob) = (App::login(dir.path(), "alice"), App::login(dir.path(), "bob"));
    fill(&alice, &bob);
    let fields = |id: &str, fields: &[&str]| -> Vec<Value> {
        let row = alice.conversation(id);
        fields.iter().map(|field| row[field].clone()).collect()
    };
    let kind = ["type", "userID", "groupID", "groupType"];
    assert_eq!(
        fields("c2c_bob", &kind),
        [json!(1), json!("bob"), json!(null), json!(null)]
    );
    assert_eq!(
        fields("group_team", &kind),
        [json!(2), json!(null), json!("team"), json!("Public")]
    );
    // Of a group that is not known nobody can tell the type.
    assert_eq!(
        fields("group_nowhere", &kind),
        [json!(2), json!(null), json!("nowhere"), json!(null)]
    );

    let draft = ["draftText", "draftTimestamp", "lastMessage"];
    let [text, time, last] = fields("c2c_carol", &draft).try_into().unwrap();
    assert_eq!((text, last), (json!("Dear Carol"), json!(null)));
    assert!(time.as_i64().unwrap() > 1_600_000_000, "seconds: {time}");
    assert_eq!(fields("c2c_bob", &draft)[..2], [json!(null), json!(0)]);

    let at = alice.conversation("group_team")["groupAtInfoList"].clone();
    assert_eq!(at, json!([{ "seq": "2", "atType": 1 }, { "seq": "3", "atType": 2 }]));
    let pinned = alice.conversation("c2c_bob")["orderkey"].as_i64().unwrap();
    assert!((1 << 52..1 << 53).contains(&pinned), "{pinned}");
}
