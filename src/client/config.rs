//! The config of `im_client_open`: reading it, and checking what its types cannot.

use super::account_dir;
use super::backend_config::{BackendConfig, RawBackend, RawKind};
use super::config_path::{absolute, check_length};
use crate::engine::{ConversationOrder, Durability};
use crate::model::language::Language;
use crate::model::strict::{Object, Word};
use crate::model::{Result, UserId};
use serde::Deserialize;
use std::path::PathBuf;

/// How many of the newest conversations can be walked, unless told otherwise (V2TIM: 5,000).
const DEFAULT_LIMIT: u64 = 5000;

/// How many bytes the files of messages may have together, unless told otherwise.
const DEFAULT_MEDIA_CACHE: u64 = 1 << 30;

/// The longest name of a database in an account's directory, with the separator (`im.db.rebuilding`).
const LONGEST_NAME: usize = 17;

/// A checked config.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// Where the accounts' caches are, a directory for each.
    pub(crate) data_dir: PathBuf,
    /// The account's user.
    pub(crate) user_id: UserId,
    /// The server.
    pub(crate) backend: BackendConfig,
    /// How many of the newest conversations can be walked; 0 = all.
    pub(crate) conversation_limit: u64,
    /// What the list is sorted by.
    pub(crate) conversation_order: ConversationOrder,
    /// What a commit survives.
    pub(crate) durability: Durability,
    /// How many bytes the files of messages may have together.
    pub(crate) media_cache_bytes: u64,
    /// How large a file may be that is fetched before the app asks; 0 = none is.
    pub(crate) auto_download_bytes: u64,
    /// Whether there is a search index.
    pub(crate) search: bool,
    /// Whether the app is told which keys of a conversation have changed.
    pub(crate) changed_fields: bool,
}

/// The config as it is written.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct RawConfig {
    /// The directory for caches; each account has a directory of its own in it. Created if missing. Relative to the
    /// working directory at the time of the call.
    data_dir: String,
    /// The account's user: 1 to 255 bytes, no control characters, no white space at either end. Required with `embedded`;
    /// with `xmpp` it is `backend.jid` and can be left out.
    #[serde(rename = "userID", default)]
    user_id: Option<String>,
    /// The server.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("default" = { "kind": "embedded" })))]
    backend: Object<RawBackend>,
    /// The number of conversations, from the top of the list, that can be paged through; 0 for all.
    #[serde(default = "default_limit")]
    conversation_limit: u64,
    /// The sort key of the list. `lastMessageTimestamp` gives the order of V2TIM's older SDKs.
    #[serde(default)]
    conversation_order: Word<RawOrder>,
    /// The failures that a finished call survives: `normal` the death of the process, `full` a power cut too. With `embedded`
    /// this holds for what the client writes to the service file as well.
    #[serde(default)]
    durability: Word<RawDurability>,
    /// How many bytes the files of messages may have together. When there are more, those that were used longest ago go;
    /// those of messages that are not sent yet stay.
    #[serde(default = "default_media_cache")]
    media_cache_bytes: u64,
    /// Files of messages (pictures and their thumbnails, sounds, videos and their snapshots, other files) of at most this many
    /// bytes are downloaded before the app asks, those of the newest message first; 0 turns this off. Each download has the
    /// events of `downloadMessage`. Only the newest hundred messages with files that have arrived since the last time count,
    /// and only those in groups, from friends and from users to whom the current user has written. The server that has a file
    /// learns the network address of this device.
    #[serde(default)]
    auto_download_bytes: u64,
    /// The app's language, a BCP 47 tag such as `de` or `zh-Hant`. Some messages of other clients come in several languages
    /// (`xml:lang`): the text that fits best is the message's, from the time it arrives. Absent or null: the text in the
    /// language of the message. No effect with `embedded`, whose messages have one text.
    #[serde(default)]
    language: Option<String>,
    /// Whether `searchLocalMessages` and `searchConversations` work, for which the cache keeps an index of the words of messages
    /// and names. With false they end with 7013, and an index that is there is removed.
    #[serde(default = "default_search")]
    search: bool,
    /// Whether the entries of `onConversationChanged` name, in `changedFields`, the keys that have changed.
    #[serde(default)]
    changed_fields: bool,
}

/// The sort key of the list.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(serde::Serialize, schemars::JsonSchema),
    schemars(rename = "ConversationOrder")
)]
enum RawOrder {
    /// `orderkey`.
    #[default]
    #[serde(rename = "orderkey")]
    OrderKey,
    /// The time of the last message, as in V2TIM's older SDKs.
    #[serde(rename = "lastMessageTimestamp")]
    LastMessageTimestamp,
}

/// The failures that a finished call survives.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(serde::Serialize, schemars::JsonSchema),
    schemars(rename = "Durability")
)]
#[serde(rename_all = "camelCase")]
enum RawDurability {
    /// The death of the process.
    #[default]
    Normal,
    /// A power cut too.
    Full,
}

fn default_media_cache() -> u64 {
    DEFAULT_MEDIA_CACHE
}

fn default_search() -> bool {
    true
}

fn default_limit() -> u64 {
    DEFAULT_LIMIT
}

/// Adds the closed sets of texts that the config takes to the named schemas.
#[cfg(feature = "schema")]
pub(crate) fn add_sets(generator: &mut schemars::SchemaGenerator) {
    generator.subschema_for::<super::backend_config::RawTls>();
    generator.subschema_for::<RawOrder>();
    generator.subschema_for::<RawDurability>();
}

impl RawConfig {
    /// Checks what the types cannot.
    pub(crate) fn check(self) -> Result<Config> {
        let data_dir = absolute("dataDir", &self.data_dir)?;
        let Object(backend) = self.backend;
        let language = self.language.map(|tag| Language::parse("language", &tag)).transpose()?;
        let (user_id, backend) = match backend.kind.0 {
            RawKind::Embedded => backend.embedded(&data_dir, self.user_id)?,
            RawKind::Xmpp => backend.xmpp(self.user_id, language)?,
        };
        check_length("dataDir", &data_dir.join(account_dir::name(&user_id)), LONGEST_NAME)?;
        Ok(Config {
            data_dir,
            user_id,
            backend,
            conversation_limit: self.conversation_limit,
            conversation_order: match self.conversation_order.0 {
                RawOrder::OrderKey => ConversationOrder::OrderKey,
                RawOrder::LastMessageTimestamp => ConversationOrder::LastMessageTimestamp,
            },
            durability: match self.durability.0 {
                RawDurability::Normal => Durability::Normal,
                RawDurability::Full => Durability::Full,
            },
            media_cache_bytes: self.media_cache_bytes,
            auto_download_bytes: self.auto_download_bytes,
            search: self.search,
            changed_fields: self.changed_fields,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Status;
    use serde_json::json;
    use std::path::Path;

    fn checked(data_dir: &str, path: Option<&str>) -> Result<Config> {
        let json = json!({ "dataDir": data_dir, "userID": "alice", "backend": { "path": path } });
        serde_json::from_value::<RawConfig>(json).unwrap().check()
    }

    fn paths(config: &Config) -> (&Path, &Path) {
        match &config.backend {
            BackendConfig::Embedded { path } => (&config.data_dir, path),
            #[cfg(feature = "xmpp")]
            BackendConfig::Xmpp(_) => panic!("not an XMPP account"),
        }
    }

    #[test]
    fn relative_paths_stay_where_the_process_was_and_a_name_is_no_address() {
        let here = std::env::current_dir().unwrap();
        let config = checked("data", Some("file:service.db?mode=memory")).unwrap();
        assert_eq!(
            paths(&config),
            (&*here.join("data"), &*here.join("file:service.db?mode=memory"))
        );
        let config = checked("./data", None).unwrap();
        assert_eq!(paths(&config).1, here.join("data/service.db"));
    }

    #[test]
    fn empty_paths_and_those_that_sqlite_cannot_open_are_refused_by_name() {
        let long = format!("/{}", "directory/".repeat(60));
        for (data_dir, path, part) in [
            ("", None, "dataDir"),
            ("/x", Some(""), "backend.path"),
            (long.as_str(), None, "dataDir"),
            ("/x", Some(long.as_str()), "backend.path"),
        ] {
            let error = checked(data_dir, path).unwrap_err();
            assert_eq!(error.status, Status::InvalidParameters);
            assert!(error.desc.starts_with(part) && error.desc.len() < 300, "{}", error.desc);
        }
    }
}
