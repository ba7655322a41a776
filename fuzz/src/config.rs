//! `im_client_open` with any config: a client, or a documented status.

use im::api;
use serde_json::{Value, json};

/// A config as text. Where it names places in the file system, they are replaced by places of this input's own.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let dir = tempfile::tempdir().expect("there is a place for temporary files");
    let text = match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(mut config)) => {
            if config.get("dataDir").is_some_and(Value::is_string) {
                config.insert("dataDir".into(), json!(dir.path().join("data")));
            }
            if let Some(Value::Object(backend)) = config.get_mut("backend") {
                for key in ["path", "caFile"] {
                    if backend.get(key).is_some_and(Value::is_string) {
                        backend.insert(key.into(), json!(dir.path().join(key)));
                    }
                }
            }
            Value::Object(config).to_string()
        }
        // What is no object names no place.
        _ => text.to_owned(),
    };
    let (client, response) = api::open(&text);
    let (code, _) = super::checked(i64::from(response.status.code()), &response.json);
    assert_eq!(client.is_some(), code == 0);
    if let Some(client) = client {
        super::call_checked(&client, "getConversationList", "{}");
        client.close().expect("an open client can be closed");
    }
}

/// A config of each kind.
pub fn seeds() -> Vec<Vec<u8>> {
    [
        r#"{"dataDir":"d","userID":"alice"}"#,
        r#"{"dataDir":"d","userID":"alice","backend":{"kind":"embedded","path":"s.db"},"conversationLimit":10,"durability":"full"}"#,
        r#"{"dataDir":"d","conversationOrder":"lastMessageTimestamp","backend":{"kind":"xmpp","jid":"alice@im.test","password":"secret"}}"#,
        r#"{"dataDir":"d","backend":{"kind":"xmpp","jid":"a@im.test","password":"s","host":"127.0.0.1","port":5222,"tls":"disabled","resource":"r","caFile":"c"}}"#,
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}
