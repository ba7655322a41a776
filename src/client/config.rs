//! What `im_client_open` is told.

use crate::engine::{ConversationOrder, Durability};
use crate::model::strict::Object;
use crate::model::{Error, Result, UserId};
use serde::Deserialize;
use std::path::PathBuf;

/// How many of the newest conversations can be walked, unless told otherwise (V2TIM: 5,000).
const DEFAULT_LIMIT: u64 = 5000;

/// A checked config.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the accounts' caches are, a directory for each.
    pub data_dir: PathBuf,
    /// The account's user.
    pub user_id: UserId,
    /// The server.
    pub backend: BackendConfig,
    /// How many of the newest conversations can be walked; 0 = all.
    pub conversation_limit: u64,
    /// What the list is sorted by.
    pub conversation_order: ConversationOrder,
    /// What a commit survives.
    pub durability: Durability,
}

/// Which server an account is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackendConfig {
    /// The service in one file.
    Embedded {
        /// The file.
        path: PathBuf,
    },
}

/// What `im_client_open` is told, as written.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RawConfig {
    /// Where the accounts' caches are kept, a directory for each; made when missing.
    data_dir: String,
    /// The account's user.
    #[serde(rename = "userID")]
    user_id: String,
    /// The server.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("default" = { "kind": "embedded" })))]
    backend: Object<RawBackend>,
    /// How many of the newest conversations can be walked; 0 = all.
    #[serde(default = "default_limit")]
    conversation_limit: u64,
    /// What the list is sorted by.
    #[serde(default)]
    conversation_order: RawOrder,
    /// What a commit survives: `normal` a killed process, `full` a power cut.
    #[serde(default)]
    durability: RawDurability,
}

#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct RawBackend {
    /// `embedded`: the service in one file.
    #[serde(default)]
    kind: RawKind,
    /// The service's file. Absent or null: `service.db` in `dataDir`.
    #[serde(default)]
    path: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(serde::Serialize, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
enum RawKind {
    #[default]
    Embedded,
}

#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(serde::Serialize, schemars::JsonSchema))]
enum RawOrder {
    #[default]
    #[serde(rename = "orderkey")]
    OrderKey,
    #[serde(rename = "lastMessageTimestamp")]
    LastMessageTimestamp,
}

#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(serde::Serialize, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
enum RawDurability {
    #[default]
    Normal,
    Full,
}

fn default_limit() -> u64 {
    DEFAULT_LIMIT
}

impl RawConfig {
    /// Checks what JSON alone cannot say.
    pub fn check(self) -> Result<Config> {
        if self.data_dir.is_empty() {
            return Err(Error::invalid("dataDir \"\" is empty"));
        }
        let data_dir = PathBuf::from(&self.data_dir);
        let Object(backend) = self.backend;
        let RawKind::Embedded = backend.kind;
        let path = match backend.path {
            Some(path) if path.is_empty() => return Err(Error::invalid("backend.path \"\" is empty")),
            Some(path) => PathBuf::from(path),
            None => data_dir.join("service.db"),
        };
        Ok(Config {
            data_dir,
            user_id: UserId::parse("userID", self.user_id)?,
            backend: BackendConfig::Embedded { path },
            conversation_limit: self.conversation_limit,
            conversation_order: match self.conversation_order {
                RawOrder::OrderKey => ConversationOrder::OrderKey,
                RawOrder::LastMessageTimestamp => ConversationOrder::LastMessageTimestamp,
            },
            durability: match self.durability {
                RawDurability::Normal => Durability::Normal,
                RawDurability::Full => Durability::Full,
            },
        })
    }
}
