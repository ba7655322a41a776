//! From a domain to a TCP connection: the configured host, or the domain's SRV records (RFC 6120, XEP-0368).

use super::super::config::{Tls, XmppConfig};
use super::error::ConnectError;
use super::srv::{self, Target};
use futures::StreamExt;
use futures::future::join_all;
use futures::stream::FuturesUnordered;
use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::{RData, Record};
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long a host may take to answer, with all its addresses.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long one of its addresses is waited for before the next is tried beside it (RFC 8305).
const HEAD_START: Duration = Duration::from_millis(250);

/// A place where the server may be.
pub(super) struct Place {
    host: String,
    port: u16,
    /// How a connection to it is to be protected.
    pub(super) tls: Tls,
}

/// Connects to a place.
pub(super) async fn connect(place: &Place) -> Result<TcpStream, ConnectError> {
    let Place { host, port, .. } = place;
    let attempt = async {
        let addresses = tokio::net::lookup_host((host.as_str(), *port))
            .await
            .map_err(|_| ConnectError::network(format!("the host {host:?} was not found")))?;
        connect_first(in_turns(addresses))
            .await
            .map_err(|error| ConnectError::network(format!("{host:?} port {port} cannot be reached: {error}")))
    };
    let stream = timeout(CONNECT_TIMEOUT, attempt)
        .await
        .map_err(|_| ConnectError::network(format!("{host:?} port {port} does not answer")))??;
    // A chat's packets are small and somebody waits for each.
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// The addresses of both families in turns, in the order of each: a network that has only one of them answers soon.
fn in_turns(addresses: impl Iterator<Item = SocketAddr>) -> VecDeque<SocketAddr> {
    let mut addresses = addresses.peekable();
    let is_v6 = addresses.peek().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) = addresses.partition(|address| address.is_ipv6() == is_v6);
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut turns = VecDeque::new();
    loop {
        let turn = [first.next(), second.next()];
        if turn == [None, None] {
            return turns;
        }
        turns.extend(turn.into_iter().flatten());
    }
}

/// Connects to the first address that answers. Those that do not answer, as an IPv6 address without a route may, must not
/// use up the time of the others.
async fn connect_first(mut addresses: VecDeque<SocketAddr>) -> io::Result<TcpStream> {
    let mut attempts = FuturesUnordered::new();
    let mut last = io::Error::new(io::ErrorKind::NotFound, "it has no address");
    loop {
        match addresses.pop_front() {
            Some(address) => attempts.push(TcpStream::connect(address)),
            None if attempts.is_empty() => return Err(last),
            None => {}
        }
        let patience = if addresses.is_empty() {
            CONNECT_TIMEOUT
        } else {
            HEAD_START
        };
        match timeout(patience, attempts.next()).await {
            Ok(Some(Ok(stream))) => return Ok(stream),
            Ok(Some(Err(error))) => last = error,
            Ok(None) | Err(_) => {}
        }
    }
}

/// The places where the server may be, in the order to try them. Never none.
pub(super) async fn places(config: &XmppConfig) -> Result<Vec<Place>, ConnectError> {
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
    // A domain may offer direct TLS only (XEP-0368).
    let services: &[_] = match config.tls {
        Tls::Direct => &[("_xmpps-client._tcp", Tls::Direct)],
        Tls::StartTls | Tls::Disabled => &[("_xmpp-client._tcp", config.tls), ("_xmpps-client._tcp", Tls::Direct)],
    };
    let targets = services.iter().map(|(service, tls)| targets(service, &ascii, *tls));
    let found = join_all(targets).await;
    // Without an answer the domain itself is tried (RFC 6120, 3.2.2).
    if found.iter().all(Vec::is_empty) {
        return Ok(vec![Place {
            host: ascii,
            port: default_port(config.tls),
            tls: config.tls,
        }]);
    }
    let mut rng = fastrand::Rng::new();
    let found = found.into_iter().flat_map(|targets| srv::in_order(targets, &mut rng));
    // A single record for "." means that there is none.
    let found: Vec<Place> = found.filter(|place| place.host != ".").collect();
    if found.is_empty() {
        return Err(ConnectError::refused(
            "the domain's SRV records say that it has no XMPP server",
        ));
    }
    Ok(found)
}

/// The targets of a domain's SRV records for a service; none where there is no answer.
async fn targets(service: &str, domain: &str, tls: Tls) -> Vec<Target<Place>> {
    let records = match TokioResolver::builder_tokio().and_then(|builder| builder.build()) {
        // The last dot keeps search domains out.
        Ok(resolver) => resolver.srv_lookup(format!("{service}.{domain}.")).await.ok(),
        Err(_) => None,
    };
    let answers = records.iter().flat_map(|lookup| lookup.answers());
    let target = |record: &Record| match &record.data {
        RData::SRV(srv) => Some(Target {
            priority: srv.priority,
            weight: srv.weight,
            place: Place {
                host: srv.target.to_ascii(),
                port: srv.port,
                tls,
            },
        }),
        _ => None,
    };
    answers.filter_map(target).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::{TcpListener, TcpSocket};

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_families_of_addresses_take_turns() {
        let given = ["[::1]:1", "[::2]:1", "[::3]:1", "127.0.0.1:1"].map(address);
        let expected = ["[::1]:1", "127.0.0.1:1", "[::2]:1", "[::3]:1"].map(address);
        assert_eq!(in_turns(given.into_iter()), expected);
        assert!(in_turns(std::iter::empty()).is_empty());
    }

    #[test]
    fn an_address_that_does_not_answer_keeps_no_other_from_being_tried() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(async {
            let silent = TcpSocket::new_v4().unwrap();
            silent.bind(address("127.0.0.1:0")).unwrap();
            let silent = silent.listen(1).unwrap();
            let silent_address = silent.local_addr().unwrap();
            // Nobody accepts: once its queue is full it answers nobody.
            let mut queue = Vec::new();
            while let Ok(queued) = timeout(HEAD_START, TcpStream::connect(silent_address)).await {
                queue.push(queued.unwrap());
            }
            let refusing = {
                let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
                closed.local_addr().unwrap()
            };
            let open = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let open = (open.local_addr().unwrap(), open);
            let stream = connect_first(VecDeque::from([silent_address, refusing, open.0])).await;
            assert_eq!(stream.unwrap().peer_addr().unwrap(), open.0);
            assert!(connect_first(VecDeque::from([refusing])).await.is_err());
            assert!(connect_first(VecDeque::new()).await.is_err());
        });
    }
}
