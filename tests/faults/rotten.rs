//! Rows that have rotted under an app: whatever they hold, it is told JSON with exact numbers, what it asks of the account is
//! answered, and the outbox goes on.

use crate::full_day;
use crate::rig::Rounds;
use crate::support::app::App;
use crate::support::exact::parse;
use crate::{fast_dir, play, rot};
use im::client::Client;
use im::events::{Event, Listener};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What is wrong with payloads of events.
#[derive(Default)]
struct Checked(Mutex<Vec<String>>);

impl Listener for Checked {
    fn on_event(&self, event: Event, payload: &str) {
        if let Err(fault) = parse(event.name(), payload) {
            self.0.lock().unwrap().push(fault);
        }
    }
}

/// An app with a rotten cache.
struct Rotten(Arc<Client>);

impl Rotten {
    fn ask(&self, method: &str, request: &Value) -> Result<Value, String> {
        let response = im::api::call(&self.0, method, &request.to_string());
        parse(method, &response.json)
    }

    /// What must succeed whatever has rotted.
    fn ok(&self, method: &str, request: Value) -> Result<Value, String> {
        let mut answer = self.ask(method, &request)?;
        match answer["code"].as_i64() {
            Some(0) => Ok(answer["data"].take()),
            _ => Err(format!("{method} {request}: {answer}")),
        }
    }

    /// What is about a row that may have rotted: it fails by its own fault only.
    fn about(&self, method: &str, request: Value) -> Result<(), String> {
        let answer = self.ask(method, &request)?;
        match answer["code"].as_i64() {
            // It is the message itself that has rotted.
            Some(7012)
                if answer["desc"]
                    .as_str()
                    .is_some_and(|desc| desc.ends_with("cannot be read")) =>
            {
                Ok(())
            }
            Some(6019 | 6022 | 7012) | None => Err(format!("{method} {request}: {answer}")),
            Some(_) => Ok(()),
        }
    }

    /// Everything that can be read without naming a row; the ids of conversations and messages that it found.
    fn read(&self) -> Result<(Vec<Value>, Vec<Value>), String> {
        let mut conversations = Vec::new();
        let mut messages = Vec::new();
        let all = json!({ "count": 100 });
        for row in list(&self.ok("getConversationList", all.clone())?["conversationList"]) {
            conversations.push(row["conversationID"].clone());
            messages.extend(row["lastMessage"].get("msgID").cloned());
        }
        for (field, id) in [
            ("userID", "bob"),
            ("userID", "carol"),
            ("userID", "erin"),
            ("groupID", "team"),
        ] {
            let history = self.ok("getHistoryMessageList", json!({ field: id, "count": 100 }))?;
            messages.extend(list(&history).into_iter().map(|message| message["msgID"].clone()));
            let kinds = json!({ field: id, "count": 5, "getType": 4, "messageTypeList": [1, 6] });
            self.ok("getHistoryMessageList", kinds)?;
        }
        let nothing = [
            "getTotalUnreadMessageCount",
            "getFriendList",
            "getJoinedGroupList",
            "getFriendApplicationList",
            "getGroupApplicationList",
            "getConversationGroupList",
            "getAllReceiveMessageOpt",
            "getLoginUser",
        ];
        for method in nothing {
            self.ok(method, json!({}))?;
        }
        let filters = [
            json!({ "conversationType": 1, "hasUnreadCount": true }),
            json!({ "conversationType": 2, "hasGroupAtInfo": true }),
            json!({ "markType": 5 }),
            json!({ "markType": 0, "conversationGroup": "" }),
        ];
        for filter in filters {
            self.ok("getConversationListByFilter", json!({ "filter": filter, "count": 100 }))?;
            self.ok("getUnreadMessageCountByFilter", json!({ "filter": filter }))?;
            self.ok("subscribeUnreadMessageCountByFilter", json!({ "filter": filter }))?;
            let view = self.ok("openConversationView", json!({ "filter": filter, "limit": 2 }))?;
            self.ok("growConversationView", json!({ "viewID": view["viewID"] }))?;
            self.ok(
                "setConversationView",
                json!({ "viewID": view["viewID"], "search": "b" }),
            )?;
        }
        self.ok("openConversationView", json!({}))?;
        for words in [json!(["words"]), json!(["it", "waits"]), json!(["o"])] {
            self.ok("searchConversations", json!({ "keywordList": words }))?;
            let found = self.ok(
                "searchLocalMessages",
                json!({ "searchParam": { "keywordList": words } }),
            )?;
            messages.extend(list(&found["messageSearchResultItems"]).iter().flat_map(|item| {
                list(&item["messageList"])
                    .into_iter()
                    .map(|message| message["msgID"].clone())
            }));
        }
        Ok((conversations, messages))
    }

    /// Asks about whatever was found, and changes it.
    fn touch(&self, conversations: &[Value], messages: &[Value]) -> Result<(), String> {
        let some: Vec<&Value> = conversations.iter().take(100).collect();
        self.about(
            "getConversationListByConversationIds",
            json!({ "conversationIDList": some }),
        )?;
        self.about("getC2CReceiveMessageOpt", json!({ "userIDList": ["bob", "erin"] }))?;
        let mark = json!({ "conversationIDList": some, "markType": 6, "enableMark": true });
        self.about("markConversation", mark)?;
        self.about(
            "setConversationCustomData",
            json!({ "conversationIDList": some, "customData": "new" }),
        )?;
        for group in ["work", "play"] {
            let add = json!({ "groupName": group, "conversationIDList": some });
            self.about("addConversationsToGroup", add)?;
        }
        for id in conversations {
            self.about("getConversation", json!({ "conversationID": id }))?;
            self.about("pinConversation", json!({ "conversationID": id, "isPinned": true }))?;
        }
        self.about("findMessages", json!({ "messageIDList": messages }))?;
        self.about(
            "getMessageReactions",
            json!({ "msgIDList": messages.iter().take(20).collect::<Vec<_>>() }),
        )?;
        for id in messages {
            self.about("setLocalCustomInt", json!({ "msgID": id, "localCustomInt": 1 }))?;
            self.about("addMessageReaction", json!({ "msgID": id, "reactionID": "new" }))?;
            let users = json!({ "msgID": id, "reactionID": "new" });
            self.about("getAllUserListOfMessageReaction", users)?;
            self.about("modifyMessage", json!({ "msgID": id, "cloudCustomData": "new" }))?;
        }
        Ok(())
    }

    /// With the service: what needs it, and what was sent last goes out behind all that has rotted.
    fn go_on(&self) -> Result<(), String> {
        for user in ["bob", "carol", "erin"] {
            let draft = json!({ "conversationID": format!("c2c_{user}"), "draftText": "new" });
            self.ok("setConversationDraft", draft)?;
        }
        self.ok("cleanConversationUnreadMessageCount", json!({ "conversationID": "" }))?;
        let text = json!({ "receiver": "frank", "textElem": { "text": "goes on" } });
        let sent = self.ok("sendMessage", text)?;
        self.ok("login", json!({}))?;
        let until = Instant::now() + Duration::from_secs(40);
        loop {
            let history = self.ok("getHistoryMessageList", json!({ "userID": "frank", "count": 9 }))?;
            let is_sent = |message: &Value| message["msgID"] == sent["msgID"] && message["status"] == 2;
            if list(&history).iter().any(is_sent) {
                break;
            }
            if Instant::now() > until {
                return Err(format!("the message is not sent: {history}"));
            }
            std::thread::park_timeout(Duration::from_millis(5));
        }
        self.ok("getUsersInfo", json!({ "userIDList": ["bob", "alice"] }))?;
        self.ok("setFriendApplicationRead", json!({}))?;
        self.ok("setGroupApplicationRead", json!({}))?;
        self.about("getGroupsInfo", json!({ "groupIDList": ["team"] }))?;
        self.about("getGroupMemberList", json!({ "groupID": "team" }))?;
        self.about(
            "acceptGroupApplication",
            json!({ "groupID": "team", "fromUser": "carol" }),
        )?;
        self.about("acceptFriendApplication", json!({ "userID": "dave" }))
    }
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

#[test]
fn rotten_rows_stop_nothing_else() {
    let full = fast_dir();
    full_day::make(full.path());
    let mut rounds = Rounds::new("rotten rows");
    let seeds: Vec<u64> = (0..if rounds.all { 3000 } else { 80 })
        .map(|_| rounds.random().u64(..))
        .collect();
    play("rotten rows", &seeds, |seed| {
        let dir = fast_dir();
        full_day::copy(full.path(), dir.path());
        let mut random = fastrand::Rng::with_seed(*seed);
        let database = dir.path().join("alice/alice/im.db");
        let context = format!("{seed}: {}", rot::rot(&database, &mut random));
        let (client, response) = im::api::open(&App::config(dir.path(), "alice", "alice").to_string());
        let Some(client) = client else {
            return Some(format!("{context}: {}", response.json));
        };
        let told = Arc::new(Checked::default());
        client.add_listener(0, Arc::clone(&told) as Arc<dyn Listener>).unwrap();
        let app = Rotten(client);
        let work = || -> Result<(), String> {
            let (conversations, messages) = app.read()?;
            app.touch(&conversations, &messages)?;
            app.go_on()?;
            app.read().map(|_| ())
        };
        let result = work();
        app.0.close().unwrap();
        let events = told.0.lock().unwrap().first().cloned();
        result.err().or(events).map(|error| format!("{context}: {error}"))
    });
}
