//! From a domain to a TCP connection: the configured host, or the domain's SRV records (RFC 6120, XEP-0368).

use super::super::config::{Tls, XmppConfig};
use super::error::ConnectError;
use super::srv::{self, Target};
use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::RData;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long a host may take to answer, with all its addresses.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A place where the server may be.
struct Place {
    host: String,
    port: u16,
    tls: Tls,
}

/// Connects. Says how that connection is to be protected.
pub(crate) async fn dial(config: &XmppConfig) -> Result<(TcpStream, Tls), ConnectError> {
    let mut last = None;
    for place in places(config).await? {
        match connect(&place).await {
            Ok(stream) => return Ok((stream, place.tls)),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| ConnectError::refused("the domain's SRV records say that it has no XMPP server")))
}

async fn connect(place: &Place) -> Result<TcpStream, ConnectError> {
    let Place { host, port, .. } = place;
    let attempt = async {
        let addresses: Vec<_> = tokio::net::lookup_host((host.as_str(), *port))
            .await
            .map_err(|_| ConnectError::network(format!("the host {host:?} was not found")))?
            .collect();
        let mut last = ConnectError::network(format!("the host {host:?} has no address"));
        for address in addresses {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => {
                    last = ConnectError::network(format!("{host:?} port {port} cannot be reached: {error}"));
                }
            }
        }
        Err(last)
    };
    let stream = timeout(CONNECT_TIMEOUT, attempt)
        .await
        .map_err(|_| ConnectError::network(format!("{host:?} port {port} does not answer")))??;
    // A chat's packets are small and somebody waits for each.
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn places(config: &XmppConfig) -> Result<Vec<Place>, ConnectError> {
    let default_port = |tls| if tls == Tls::Direct { 5223 } else { 5222 };
    if let Some(host) = &config.host {
        return Ok(vec![Place {
            host: host.clone(),
            port: config.port.unwrap_or_else(|| default_port(config.tls)),
            tls: config.tls,
        }]);
    }
    let domain = config.jid.domain().as_str();
    let ascii = idna::domain_to_ascii(domain)
        .map_err(|_| ConnectError::refused(format!("the domain {domain:?} cannot be looked up")))?;
    let service = match config.tls {
        Tls::Direct => "_xmpps-client._tcp",
        Tls::StartTls | Tls::Disabled => "_xmpp-client._tcp",
    };
    let records = match TokioResolver::builder_tokio().and_then(|builder| builder.build()) {
        // Without an answer the domain itself is tried (RFC 6120, 3.2.2). The last dot keeps search domains out.
        Ok(resolver) => resolver.srv_lookup(format!("{service}.{ascii}.")).await.ok(),
        Err(_) => None,
    };
    let mut found = Vec::new();
    for record in records.iter().flat_map(|lookup| lookup.answers()) {
        if let RData::SRV(srv) = &record.data {
            found.push(Target {
                priority: srv.priority,
                weight: srv.weight,
                place: Place {
                    host: srv.target.to_ascii(),
                    port: srv.port,
                    tls: config.tls,
                },
            });
        }
    }
    if found.is_empty() {
        return Ok(vec![Place {
            host: ascii,
            port: default_port(config.tls),
            tls: config.tls,
        }]);
    }
    let mut places = srv::in_order(found, &mut fastrand::Rng::new());
    // A single record for "." means that there is none.
    places.retain(|place| place.host != ".");
    Ok(places)
}
