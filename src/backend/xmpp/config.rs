//! The config of a login to an XMPP server.

use crate::model::UserId;
use crate::model::language::Language;
use crate::model::{Error, Result, Status};
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use xmpp_parsers::jid::{BareJid, ResourcePart};

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Begins in the clear and is switched to TLS before anything else is said (RFC 6120).
    StartTls,
    /// TLS from the first byte (XEP-0368).
    Direct,
    /// None at all; only to a loopback address.
    Disabled,
}

/// A checked login.
#[derive(Clone)]
pub struct XmppConfig {
    /// The account.
    pub jid: BareJid,
    /// Its password: kept in memory only, never shown.
    pub password: String,
    /// Where the server is; without it the domain's SRV records say.
    pub host: Option<String>,
    /// Its port; only together with `host`.
    pub port: Option<u16>,
    /// How the connection is protected.
    pub tls: Tls,
    /// Certificates (PEM) to trust instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// The name of this device among the account's; one is made up when it is not given.
    pub resource: Option<ResourcePart>,
    /// The app's language, for messages that come in several.
    pub language: Option<Language>,
}

// Not derived, which would show the password.
impl fmt::Debug for XmppConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("XmppConfig")
            .field("jid", &self.jid)
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

impl XmppConfig {
    /// Checks an account's address, as `field` of the config.
    pub fn parse_jid(field: &str, jid: &str) -> Result<BareJid> {
        let fault = |fault: &str| {
            Error::new(
                Status::InvalidUserId,
                format!("{field} {} {fault}", crate::model::id::quoted(jid)),
            )
        };
        let parsed = BareJid::new(jid).map_err(|_| fault("is not a bare JID such as alice@example.org"))?;
        if parsed.node().is_none() {
            return Err(fault("has no local part before the @"));
        }
        Ok(parsed)
    }

    /// Checks the name of a device.
    pub fn parse_resource(field: &str, resource: &str) -> Result<ResourcePart> {
        ResourcePart::new(resource).map(|part| part.into_owned()).map_err(|_| {
            Error::invalid(format!(
                "{field} {} cannot be the resource of a JID",
                crate::model::id::quoted(resource)
            ))
        })
    }

    /// Checks what concerns several fields.
    pub fn check(self) -> Result<Self> {
        if self.port.is_some() && self.host.is_none() {
            return Err(Error::invalid(
                "backend.port requires backend.host; without a host the SRV records give both",
            ));
        }
        if self.tls == Tls::Disabled && !self.host.as_deref().is_some_and(is_loopback) {
            let host = self.host.as_deref().unwrap_or_default();
            return Err(Error::invalid(format!(
                "backend.tls \"disabled\" requires a loopback address as backend.host, not {}",
                crate::model::id::quoted(host)
            )));
        }
        Ok(self)
    }

    /// Whether the server is on this machine.
    pub(crate) fn is_on_loopback(&self) -> bool {
        self.host.as_deref().is_some_and(is_loopback)
    }

    /// Whether a userID is the account, however it is spelled.
    pub fn is_account(&self, user_id: &str) -> bool {
        BareJid::new(user_id).is_ok_and(|jid| jid == self.jid)
    }

    /// The account as the user that it is.
    pub fn user_id(&self) -> UserId {
        UserId::trusted(self.jid.as_str())
    }
}

/// Whether a host can only be this machine. A name can be made to point anywhere, except this one.
fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(host: Option<&str>, tls: Tls) -> XmppConfig {
        XmppConfig {
            jid: BareJid::new("alice@example.org").unwrap(),
            password: "s3cret".into(),
            host: host.map(str::to_owned),
            port: None,
            tls,
            ca_file: None,
            resource: None,
            language: None,
        }
    }

    #[test]
    fn the_account_is_itself_however_it_is_spelled() {
        let config = config(None, Tls::Direct);
        for (user, is_account) in [
            ("alice@example.org", true),
            ("Alice@Example.ORG", true),
            ("bob@example.org", false),
            ("alice@example.org/phone", false),
            ("alice", false),
        ] {
            assert_eq!(config.is_account(user), is_account, "{user}");
        }
    }

    #[test]
    fn plaintext_is_for_loopback_only() {
        for host in ["127.0.0.1", "::1", "localhost", "127.9.9.9"] {
            assert!(config(Some(host), Tls::Disabled).check().is_ok(), "{host}");
        }
        for host in [
            None,
            Some("example.org"),
            Some("10.0.0.1"),
            Some("localhost.example.org"),
        ] {
            let error = config(host, Tls::Disabled).check().unwrap_err();
            assert_eq!(error.status, Status::InvalidParameters);
            assert!(error.desc.contains("backend.tls"), "{}", error.desc);
        }
        assert!(config(None, Tls::StartTls).check().is_ok());
    }

    #[test]
    fn the_password_is_not_shown() {
        assert!(!format!("{:?}", config(None, Tls::Direct)).contains("s3cret"));
    }

    #[test]
    fn an_account_has_a_local_part_and_no_resource() {
        assert!(XmppConfig::parse_jid("backend.jid", "alice@example.org").is_ok());
        for jid in [
            "",
            "example.org",
            "alice@example.org/phone",
            "@example.org",
            "a b@example.org",
        ] {
            let error = XmppConfig::parse_jid("backend.jid", jid).unwrap_err();
            assert_eq!(error.status, Status::InvalidUserId, "{jid}");
            assert!(error.desc.starts_with("backend.jid"), "{}", error.desc);
        }
    }
}
