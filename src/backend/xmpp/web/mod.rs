//! Files on the web: brought to an address that the account's server gives, and fetched from one that a peer gives.
//!
//! Each transfer has a thread of its own, which holds a file or a connection and nothing of the client's: whoever has no
//! patience any more leaves it behind, and it ends when the other side is silent for too long. Memory does not grow with a file.

mod fetch;
mod pace;
mod places;
mod redirect;
mod upload;

use super::config::XmppConfig;
use crate::model::{Error, Result, Status};
use pace::Pace;
use places::Places;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::transport::DefaultConnector;

/// How long the other side may take to be reached, and to go on.
const PATIENCE: Duration = Duration::from_secs(60);
/// How much is handed on at once.
const CHUNK: usize = 64 << 10;

/// The way to the web.
pub(crate) struct Web {
    config: Arc<XmppConfig>,
    roots: OnceLock<RootCerts>,
}

impl Web {
    pub(crate) fn new(config: Arc<XmppConfig>) -> Arc<Self> {
        Arc::new(Self {
            config,
            roots: OnceLock::new(),
        })
    }

    /// A client that reaches these places only, and by itself goes on to no other address: it takes what leads to a `file:` for a
    /// place on the same server.
    fn agent(&self, places: Places) -> Agent {
        let tls = TlsConfig::builder()
            .root_certs(self.roots.get_or_init(|| roots(self.config.ca_file.as_deref())).clone())
            // Named, because a process-wide default is the app's to choose, and there may be none.
            .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            // A proxy of the environment would reach what may not be reached.
            .proxy(None)
            .user_agent("libim")
            .max_redirects(0)
            .max_idle_connections(0)
            .timeout_connect(Some(PATIENCE))
            .timeout_per_read(Some(PATIENCE))
            .timeout_per_write(Some(PATIENCE))
            .timeout_recv_response(Some(PATIENCE))
            .build();
        Agent::with_parts(config, DefaultConnector::new(), places)
    }

    fn places(&self, trusts_private: bool) -> Places {
        Places {
            // A server on this machine is one of a developer.
            has_loopback: self.config.is_on_loopback(),
            trusts_private,
            domain: self.config.jid.domain().as_str().to_owned(),
        }
    }
}

/// The system's certificates, and those of a file.
fn roots(ca_file: Option<&Path>) -> RootCerts {
    let mut all: Vec<Certificate<'static>> = Vec::new();
    let mut add = |found: &CertificateDer<'_>| all.push(Certificate::from_der(found).to_owned());
    rustls_native_certs::load_native_certs().certs.iter().for_each(&mut add);
    if let Some(found) = ca_file.and_then(|path| CertificateDer::pem_file_iter(path).ok()) {
        // One that cannot be read has kept the login from succeeding.
        found.flatten().for_each(|found| add(&found));
    }
    RootCerts::Specific(Arc::new(all))
}

/// What went wrong, without the address, which is a part of a message.
fn reason(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Io(error) => error.to_string(),
        ureq::Error::Timeout(_) => "it took too long".to_owned(),
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => "it cannot be reached".to_owned(),
        ureq::Error::Rustls(error) => error.to_string(),
        // The sentence is ours.
        ureq::Error::Other(error) => error.to_string(),
        _ => "it does not speak HTTP as it should".to_owned(),
    }
}

/// Starts a thread for a transfer.
fn start(name: &str, work: impl FnOnce() + Send + 'static) -> Result<()> {
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(work);
    let failed = |error| Error::new(Status::IoFailed, format!("a thread cannot be started: {error}"));
    thread.map(drop).map_err(failed)
}

#[cfg(test)]
mod tests;
