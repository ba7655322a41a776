//! The config of `im_client_open`: reading it, and checking what its types cannot.
//!
//! The backend's fields stand in one struct, not in an enum by serde's `tag`. serde would have to read the object into a
//! buffer before it knows the kind, and errors from a buffer have lost their path: `backend.tls` would be told as `backend`
//! only. A field that belongs to the other kind gets its own sentence for the same reason.

use super::account_dir;
#[cfg(feature = "xmpp")]
use crate::backend::xmpp::{Tls, XmppConfig};
use crate::engine::{ConversationOrder, Durability};
use crate::model::id::quoted;
use crate::model::language::Language;
use crate::model::strict::{Object, Word};
use crate::model::{Error, Result, UserId};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// How many of the newest conversations can be walked, unless told otherwise (V2TIM: 5,000).
const DEFAULT_LIMIT: u64 = 5000;

/// How many bytes the files of messages may have together, unless told otherwise.
const DEFAULT_MEDIA_CACHE: u64 = 1 << 30;

/// The longest path of a database: SQLite takes 512 bytes, and adds up to 8 to it for the files beside it.
const MAX_PATH: usize = 504;
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

/// Which server an account is on.
#[derive(Clone, Debug)]
pub(crate) enum BackendConfig {
    /// The service in one file.
    Embedded {
        /// The file.
        path: PathBuf,
    },
    /// An XMPP server.
    #[cfg(feature = "xmpp")]
    Xmpp(XmppConfig),
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

#[derive(Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RawBackend {
    /// The kind of server: `embedded` is the service in one file, `xmpp` an XMPP server. A build without the cargo feature
    /// `xmpp` refuses the latter with 7013.
    #[serde(default)]
    kind: Word<RawKind>,
    /// `embedded`: the service's file, which the users who chat share. Relative to the working directory at the time of the
    /// call. Absent or null: `service.db` in `dataDir`.
    #[serde(default)]
    path: Option<String>,
    /// `xmpp`: the account, `user@domain` without a resource. `xmpp` needs it.
    #[serde(default)]
    jid: Option<String>,
    /// `xmpp`: the password of the account. `xmpp` needs it. Kept in memory only, never logged.
    #[serde(default)]
    password: Option<String>,
    /// `xmpp`: the server's address. Absent or null: from the domain's SRV records, or else the domain itself.
    #[serde(default)]
    host: Option<String>,
    /// `xmpp`: the server's port; only together with `host`. Absent or null: 5222, or 5223 with `direct`.
    #[serde(default)]
    port: Option<u16>,
    /// `xmpp`: `direct` is TLS from the first byte (XEP-0368); `disabled` is for loopback addresses only. Absent or null:
    /// `starttls`, or `direct` where the domain's SRV records offer nothing else that answers.
    #[serde(default)]
    tls: Option<Word<RawTls>>,
    /// `xmpp`: a file of certificates (PEM) to trust. Absent or null: the system's.
    #[serde(default)]
    ca_file: Option<String>,
    /// `xmpp`: the name of this device among the account's, different on each. Absent or null: generated.
    #[serde(default)]
    resource: Option<String>,
}

/// How a connection to an XMPP server is protected.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Tls"))]
#[serde(rename_all = "lowercase")]
enum RawTls {
    /// The connection is upgraded.
    StartTls,
    /// TLS from the first byte (XEP-0368).
    Direct,
    /// Not at all; for loopback addresses only.
    Disabled,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(serde::Serialize, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
enum RawKind {
    #[default]
    Embedded,
    Xmpp,
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
    generator.subschema_for::<RawTls>();
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

/// A path as it is now: the process may change its working directory later, and a name such as `file:x` is an address to
/// SQLite.
fn absolute(field: &str, path: &str) -> Result<PathBuf> {
    if path.is_empty() {
        return Err(Error::invalid(format!("{field} \"\" is empty")));
    }
    std::path::absolute(path)
        .map_err(|error| Error::invalid(format!("{field} {} cannot be made absolute: {error}", quoted(path))))
}

/// Refuses a path that SQLite cannot open. `below` is the length of a name that is added to it.
fn check_length(field: &str, path: &Path, below: usize) -> Result<()> {
    let length = path.as_os_str().len() + below;
    if cfg!(unix) && length > MAX_PATH {
        return Err(Error::invalid(format!(
            "{field} {} leads to a path of {length} bytes; the most is {MAX_PATH}",
            quoted(&path.to_string_lossy())
        )));
    }
    Ok(())
}

impl RawBackend {
    /// Refuses the fields of the other kind: a password for a file is a mistake worth reporting.
    fn refuse(&self, kind: &str, fields: &[(&str, bool)]) -> Result<()> {
        match fields.iter().find(|(_, is_given)| *is_given) {
            Some((field, _)) => Err(Error::invalid(format!(
                "backend.{field} is not a field of backend.kind {kind:?}"
            ))),
            None => Ok(()),
        }
    }

    fn embedded(self, data_dir: &Path, user_id: Option<String>) -> Result<(UserId, BackendConfig)> {
        self.refuse(
            "embedded",
            &[
                ("jid", self.jid.is_some()),
                ("password", self.password.is_some()),
                ("host", self.host.is_some()),
                ("port", self.port.is_some()),
                ("tls", self.tls.is_some()),
                ("caFile", self.ca_file.is_some()),
                ("resource", self.resource.is_some()),
            ],
        )?;
        let user_id = user_id.ok_or_else(|| Error::invalid("userID is missing"))?;
        let path = match self.path {
            Some(path) => {
                let path = absolute("backend.path", &path)?;
                check_length("backend.path", &path, 0)?;
                path
            }
            // Not in the account's directory: the users of a `dataDir` share the service.
            None => data_dir.join("service.db"),
        };
        Ok((UserId::parse("userID", user_id)?, BackendConfig::Embedded { path }))
    }

    #[cfg(not(feature = "xmpp"))]
    fn xmpp(self, _: Option<String>, _: Option<Language>) -> Result<(UserId, BackendConfig)> {
        Err(Error::new(
            crate::model::Status::NotSupported,
            "backend.kind \"xmpp\" is not in this build of libim: it was made without the feature xmpp",
        ))
    }

    #[cfg(feature = "xmpp")]
    fn xmpp(self, user_id: Option<String>, language: Option<Language>) -> Result<(UserId, BackendConfig)> {
        self.refuse("xmpp", &[("path", self.path.is_some())])?;
        // Optional to serde, since the other kind does without them.
        let missing = |field: &str| Error::invalid(format!("backend.{field} is missing"));
        let jid = XmppConfig::parse_jid("backend.jid", &self.jid.ok_or_else(|| missing("jid"))?)?;
        let resource = self.resource.as_deref();
        let config = XmppConfig {
            password: self.password.ok_or_else(|| missing("password"))?,
            host: self.host,
            port: self.port,
            tls: match self.tls {
                None | Some(Word(RawTls::StartTls)) => Tls::StartTls,
                Some(Word(RawTls::Direct)) => Tls::Direct,
                Some(Word(RawTls::Disabled)) => Tls::Disabled,
            },
            ca_file: self.ca_file.map(|path| absolute("backend.caFile", &path)).transpose()?,
            resource: resource
                .map(|resource| XmppConfig::parse_resource("backend.resource", resource))
                .transpose()?,
            language,
            jid,
        }
        .check()?;
        let own = config.user_id();
        match user_id {
            Some(user_id) if !config.is_account(&user_id) => Err(Error::invalid(format!(
                "userID {} is not the account of backend.jid, {}; leave it out",
                quoted(&user_id),
                quoted(own.as_str())
            ))),
            _ => Ok((own, BackendConfig::Xmpp(config))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Status;
    use serde_json::json;

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
