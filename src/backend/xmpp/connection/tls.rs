//! TLS: the certificates that are trusted, and the data that binds a login to the connection (RFC 9266).

use super::error::ConnectError;
use crate::model::path::shown;
use sasl::common::ChannelBinding;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, ProtocolVersion, RootCertStore};

/// The protocol that a client requests with direct TLS (XEP-0368).
const ALPN: &[u8] = b"xmpp-client";

/// The trusted certificates: those of a file, or the system's.
fn roots(ca_file: Option<&Path>) -> Result<RootCertStore, ConnectError> {
    let mut store = RootCertStore::empty();
    let Some(path) = ca_file else {
        // One certificate that rustls refuses costs only itself here. In a file that the app names it is an error.
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        return Ok(store);
    };
    let unreadable = || {
        ConnectError::refused(format!(
            "backend.caFile {} holds no certificate that can be read",
            shown(path)
        ))
    };
    let certificates = CertificateDer::pem_file_iter(path).map_err(|_| unreadable())?;
    for certificate in certificates {
        store
            .add(certificate.map_err(|_| unreadable())?)
            .map_err(|_| unreadable())?;
    }
    if store.is_empty() {
        return Err(unreadable());
    }
    Ok(store)
}

/// Begins TLS with the server of `domain`, whose certificate has to be for that domain.
pub(crate) async fn begin(
    tcp: TcpStream,
    domain: &str,
    ca_file: Option<&Path>,
    direct: bool,
) -> Result<(TlsStream<TcpStream>, ChannelBinding), ConnectError> {
    let ascii = idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_owned());
    let name = ServerName::try_from(ascii)
        .map_err(|_| ConnectError::refused(format!("no certificate can be for the domain {domain:?}")))?;
    // Named, because a process-wide default is the app's to choose, and there may be none.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ConnectError::refused(format!("TLS cannot be used: {error}")))?
        .with_root_certificates(roots(ca_file)?)
        .with_no_client_auth();
    if direct {
        config.alpn_protocols = vec![ALPN.to_vec()];
    }
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, tcp)
        .await
        .map_err(|error| broken(domain, &error))?;
    let (_, connection) = stream.get_ref();
    let binding = match connection.protocol_version() {
        // Below TLS 1.3 the exporter is unique under conditions only (RFC 9266).
        Some(ProtocolVersion::TLSv1_3) => connection
            .export_keying_material(vec![0; 32], b"EXPORTER-Channel-Binding", None)
            .map_or(ChannelBinding::None, ChannelBinding::TlsExporter),
        _ => ChannelBinding::None,
    };
    Ok((stream, binding))
}

fn broken(domain: &str, error: &std::io::Error) -> ConnectError {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match tls {
        // A wrong certificate does not become right by trying again.
        Some(rustls::Error::InvalidCertificate(fault)) => ConnectError::refused(format!(
            "the server's certificate is not valid for {domain:?}: {fault:?}"
        )),
        _ => ConnectError::network(format!("TLS with the server of {domain:?} could not begin: {error}")),
    }
}
