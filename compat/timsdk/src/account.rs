//! Where the server is, and how a userID and a userSig become an account on it.
//!
//! Tencent's SDK knows its server; libim has to be told. What says so is an object with `backend`, which is that of libim's
//! config and may have a `domain` in place of the `jid`, and with any other field of it. The first that is there counts:
//! the field `libim` of `TIMSetConfig`, the file that `LIBIM_TIMSDK_CONFIG` names, `libim.json` in the folder that `TIMInit` was given,
//! `libim.json` beside the program. Without any, the embedded service is in that folder.

use crate::ids::Ids;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

/// Where the config is found: a variable of the environment, and a file's name.
pub(crate) const VARIABLE: &str = "LIBIM_TIMSDK_CONFIG";
pub(crate) const FILE: &str = "libim.json";

/// The app's own settings of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// `sdk_config_config_file_path` of `TIMInit`.
    pub(crate) folder: Option<PathBuf>,
    /// `libim` of `TIMSetConfig`.
    pub(crate) given: Option<Map<String, Value>>,
}

/// An account, ready to be opened.
pub(crate) struct Account {
    /// libim's config.
    pub(crate) config: Value,
    /// How its users are called.
    pub(crate) ids: Ids,
    /// Whether the server is one of XMPP.
    pub(crate) is_xmpp: bool,
}

/// The code and the sentence of a config that is wrong, or that asks for something libim does not have.
type Refused = (i32, String);

fn wrong(desc: impl Into<String>) -> Refused {
    (6017, desc.into())
}

/// `backend.userSig`: the kind of secret that `TIMLogin` is given as the userSig. A server that takes tokens takes them where
/// others take passwords.
fn check_user_sig(given: Option<Value>) -> Result<(), Refused> {
    match given.as_ref().map(Value::as_str) {
        None | Some(Some("password" | "token")) => Ok(()),
        Some(_) => Err(wrong("backend.userSig is neither \"password\" nor \"token\"")),
    }
}

impl Settings {
    /// The account of a user; `Err` says what is wrong with the config.
    pub(crate) fn account(&self, user: &str, sig: &str) -> Result<Account, Refused> {
        let mut config = self.config()?;
        let mut backend = match config.remove("backend") {
            None => Map::new(),
            Some(Value::Object(backend)) => backend,
            Some(_) => return Err(wrong("backend is not an object")),
        };
        let domain = match backend.remove("domain") {
            None => None,
            Some(Value::String(domain)) if !domain.is_empty() => Some(domain),
            Some(_) => return Err(wrong("backend.domain is not a name")),
        };
        let ids = Ids { domain };
        let is_xmpp = backend.get("kind").and_then(Value::as_str) == Some("xmpp");
        if is_xmpp {
            check_user_sig(backend.remove("userSig"))?;
            backend.insert("jid".to_owned(), ids.inward(user).into());
            backend.insert("password".to_owned(), sig.into());
        } else {
            // The embedded service has users and no passwords.
            config.insert("userID".to_owned(), user.into());
        }
        config.insert("backend".to_owned(), Value::Object(backend));
        let folder = || self.folder.clone().unwrap_or_else(|| PathBuf::from(".")).join("libim");
        config
            .entry("dataDir")
            .or_insert_with(|| folder().to_string_lossy().into());
        // This API reads the whole list at once.
        config.entry("conversationLimit").or_insert(json!(0));
        let config = Value::Object(config);
        Ok(Account { config, ids, is_xmpp })
    }

    fn config(&self) -> Result<Map<String, Value>, Refused> {
        if let Some(given) = &self.given {
            return Ok(given.clone());
        }
        if let Some(file) = std::env::var_os(VARIABLE) {
            return read(Path::new(&file));
        }
        let program = std::env::current_exe().ok();
        let beside = program.as_deref().and_then(Path::parent);
        let folders = self.folder.as_deref().into_iter().chain(beside);
        let file = folders.map(|folder| folder.join(FILE)).find(|file| file.exists());
        file.map_or_else(|| Ok(Map::new()), |file| read(&file))
    }
}

fn read(file: &Path) -> Result<Map<String, Value>, Refused> {
    let text = std::fs::read_to_string(file);
    let text = text.map_err(|error| wrong(format!("{} cannot be read: {error}", file.display())))?;
    match serde_json::from_str(&text) {
        Ok(Value::Object(config)) => Ok(config),
        _ => Err(wrong(format!("{} is not a JSON object", file.display()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(given: Value, user: &str) -> Account {
        let settings = Settings {
            folder: Some("/data".into()),
            given: given.as_object().cloned(),
        };
        settings.account(user, "secret").unwrap()
    }

    #[test]
    fn the_embedded_service_takes_any_user_and_no_password() {
        let account = account(json!({}), "alice");
        assert_eq!(
            account.config,
            json!({ "backend": {}, "userID": "alice", "dataDir": "/data/libim", "conversationLimit": 0 })
        );
        assert_eq!(account.ids.inward("bob"), "bob");
    }

    #[test]
    fn an_xmpp_account_is_made_of_the_user_and_the_domain() {
        let given = json!({ "dataDir": "/d", "backend": { "kind": "xmpp", "domain": "example.org", "tls": "direct" } });
        let account = account(given, "alice");
        assert_eq!(
            account.config,
            json!({
                "backend": { "kind": "xmpp", "jid": "alice@example.org", "password": "secret", "tls": "direct" },
                "dataDir": "/d",
                "conversationLimit": 0,
            })
        );
        assert_eq!(account.ids.outward("bob@example.org"), "bob");
    }

    #[test]
    fn what_is_wrong_is_said() {
        for given in [json!({ "backend": 1 }), json!({ "backend": { "domain": "" } })] {
            let settings = Settings {
                folder: None,
                given: given.as_object().cloned(),
            };
            assert!(settings.account("alice", "").is_err(), "{given}");
        }
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE), "[]").unwrap();
        let settings = Settings {
            folder: Some(dir.path().to_owned()),
            given: None,
        };
        let (code, said) = settings.account("alice", "").err().unwrap();
        assert_eq!(code, 6017);
        assert!(said.ends_with("libim.json is not a JSON object"), "{said}");
    }

    #[test]
    fn a_password_or_a_token_is_the_user_sig() {
        let account = |user_sig: Value| {
            let backend = json!({ "kind": "xmpp", "domain": "example.org", "userSig": user_sig });
            let settings = Settings {
                folder: None,
                given: json!({ "backend": backend }).as_object().cloned(),
            };
            settings.account("alice", "secret").map(|account| account.config)
        };
        for kind in ["password", "token"] {
            let backend = account(json!(kind)).unwrap()["backend"].clone();
            let expected = json!({ "kind": "xmpp", "jid": "alice@example.org", "password": "secret" });
            assert_eq!(backend, expected);
        }
        assert_eq!(account(json!("cookie")).unwrap_err().0, 6017);
        assert_eq!(account(json!(1)).unwrap_err().0, 6017);
    }
}
