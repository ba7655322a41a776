//! The part of the config that says which server an account is on.
//!
//! Its fields stand in one struct, not in an enum by serde's `tag`. serde would have to read the object into a
//! buffer before it knows the kind, and errors from a buffer have lost their path: `backend.tls` would be told as `backend`
//! only. A field that belongs to the other kind gets its own sentence for the same reason.

use super::config_path::{absolute, check_length};
#[cfg(feature = "xmpp")]
use crate::backend::xmpp::{Tls, XmppConfig};
#[cfg(feature = "xmpp")]
use crate::model::id::quoted;
use crate::model::language::Language;
use crate::model::strict::Word;
use crate::model::{Error, Result, UserId};
use serde::Deserialize;
use std::path::{Path, PathBuf};

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

#[derive(Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct RawBackend {
    /// The kind of server: `embedded` is the service in one file, `xmpp` an XMPP server. A build without the cargo feature
    /// `xmpp` refuses the latter with 7013.
    #[serde(default)]
    pub(super) kind: Word<RawKind>,
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
pub(super) enum RawTls {
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
pub(super) enum RawKind {
    #[default]
    Embedded,
    Xmpp,
}

impl RawBackend {
    /// Refuses the fields of the other kind: a password for a file is a mistake worth reporting.
    fn refuse(&self, kind: &str, fields: &[(&str, bool)]) -> Result<()> {
        match fields.iter().find(|(_, is_given)| *is_given) {
            Some((field, _)) => Err(Error::invalid(format!(
                "backend.{field} is not a field of backend.kind \"{kind}\""
            ))),
            None => Ok(()),
        }
    }

    pub(super) fn embedded(self, data_dir: &Path, user_id: Option<String>) -> Result<(UserId, BackendConfig)> {
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
    pub(super) fn xmpp(self, _: Option<String>, _: Option<Language>) -> Result<(UserId, BackendConfig)> {
        Err(Error::new(
            crate::model::Status::NotSupported,
            "backend.kind \"xmpp\" is not in this build of libim: it was made without the feature xmpp",
        ))
    }

    #[cfg(feature = "xmpp")]
    pub(super) fn xmpp(self, user_id: Option<String>, language: Option<Language>) -> Result<(UserId, BackendConfig)> {
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
