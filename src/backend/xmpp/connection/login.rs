//! From a TCP connection to a stream on which the account is logged in (RFC 6120): TLS, then SASL.

use super::super::config::{Tls, XmppConfig};
use super::dial::{Place, connect, places};
use super::error::ConnectError;
use super::guard::Guard;
use super::tls;
use futures::{SinkExt, StreamExt};
use sasl::common::{ChannelBinding, Credentials};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::io::BufStream;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_xmpp::connect::AsyncReadAndWrite;
use tokio_xmpp::xmlstream::{self, FallibleStreamElement, StreamHeader, Timeouts, XmlStream, XmppStreamElement};
use xmpp_parsers::minidom::Element;
use xmpp_parsers::ns;
use xmpp_parsers::sasl_cb::Type as BindingType;
use xmpp_parsers::starttls;
use xmpp_parsers::stream_features::StreamFeatures;

/// Silence after which the server is asked whether it is still there, and how long it may take to say so.
const TIMEOUTS: Timeouts = Timeouts {
    read_timeout: Duration::from_secs(60),
    response_timeout: Duration::from_secs(20),
};
/// How long the login at one place may take, and how long where there is another to try.
const LOGIN_TIMEOUT: Duration = Duration::from_secs(30);
const ONE_OF_SEVERAL: Duration = Duration::from_secs(15);

type Io = Box<dyn AsyncReadAndWrite>;
/// A stream of XMPP after the login. Its elements are read as elements first: the parsers' own types refuse too much.
pub(crate) type Stream = XmlStream<Io, Element>;

/// Connects and logs in. Nothing is bound yet.
pub(crate) async fn log_in(config: &XmppConfig) -> Result<(StreamFeatures, Stream), ConnectError> {
    first_that_works(places(config).await?, |place| attempt(config, place)).await
}

/// Tries places one after the other: one that takes connections and lets nobody in must not keep the next from being tried.
/// A server that refuses speaks for all of them.
async fn first_that_works<P, T>(
    places: Vec<P>,
    attempt: impl AsyncFn(P) -> Result<T, ConnectError>,
) -> Result<T, ConnectError> {
    let mut left = places.len();
    let mut last = ConnectError::network("the domain has no server");
    for place in places {
        left -= 1;
        let patience = if left > 0 { ONE_OF_SEVERAL } else { LOGIN_TIMEOUT };
        match timeout(patience, attempt(place)).await {
            Err(_) => last = ConnectError::network("the server did not answer the login in time"),
            Ok(Err(ConnectError::Retry(error))) => last = ConnectError::Retry(error),
            Ok(ended) => return ended,
        }
    }
    Err(last)
}

async fn attempt(config: &XmppConfig, place: Place) -> Result<(StreamFeatures, Stream), ConnectError> {
    let (tcp, protection) = (connect(&place).await?, place.tls);
    let domain = config.jid.domain().as_str();
    let own = config.jid.as_str();
    let ca_file = config.ca_file.as_deref();
    let (io, binding): (Io, _) = match protection {
        Tls::Disabled => (Box::new(BufStream::new(Guard::new(tcp, own))), ChannelBinding::None),
        Tls::Direct => {
            let (stream, binding) = tls::begin(tcp, domain, ca_file, true).await?;
            (Box::new(BufStream::new(Guard::new(stream, own))), binding)
        }
        Tls::StartTls => {
            let tcp = start_tls(tcp, domain).await?;
            let (stream, binding) = tls::begin(tcp, domain, ca_file, false).await?;
            (Box::new(BufStream::new(Guard::new(stream, own))), binding)
        }
    };
    let pending = xmlstream::initiate_stream(io, ns::JABBER_CLIENT, header(domain), TIMEOUTS).await?;
    let (features, stream): (StreamFeatures, XmlStream<Io, FallibleStreamElement>) =
        pending.recv_features().await.map_err(tokio_xmpp::Error::from)?;
    let binding = usable_binding(&features, binding);
    let mut mechanisms = features.sasl_mechanisms;
    let name = config.jid.node().map(|node| node.as_str()).unwrap_or_default();
    let name = if is_scram(&mechanisms, &binding) {
        scram_name(name)
    } else {
        name.to_owned()
    };
    let credentials = Credentials::default()
        .with_username(name)
        .with_password(config.password.as_str())
        .with_channel_binding(binding);
    // tokio-xmpp would take it as a last resort, and be logged in as somebody else.
    mechanisms.remove("ANONYMOUS");
    let stream = tokio_xmpp::client_login(stream, mechanisms, credentials).await?;
    let pending = stream.send_header(header(domain)).await?;
    Ok(pending.recv_features().await.map_err(tokio_xmpp::Error::from)?)
}

/// Whether the login is SCRAM: tokio-xmpp takes the first of these that the server offers.
fn is_scram(mechanisms: &BTreeSet<String>, binding: &ChannelBinding) -> bool {
    let is_bound = !matches!(binding, ChannelBinding::None | ChannelBinding::Unsupported);
    let suffix = if is_bound { "-PLUS" } else { "" };
    ["SCRAM-SHA-256", "SCRAM-SHA-1"]
        .iter()
        .any(|name| mechanisms.contains(&format!("{name}{suffix}")))
}

/// A user name as SCRAM writes it (RFC 5802, saslname). The sasl crate sends it as it is given.
fn scram_name(name: &str) -> String {
    name.replace('=', "=3D").replace(',', "=2C")
}

fn header(domain: &str) -> StreamHeader<'_> {
    StreamHeader {
        to: Some(Cow::Borrowed(domain)),
        from: None,
        id: None,
    }
}

/// Asks the server for TLS. What it says before is not protected, so nothing of it is kept.
async fn start_tls(tcp: TcpStream, domain: &str) -> Result<TcpStream, ConnectError> {
    let io = BufStream::new(Guard::new(tcp, ""));
    let pending = xmlstream::initiate_stream(io, ns::JABBER_CLIENT, header(domain), TIMEOUTS).await?;
    let (features, mut stream): (StreamFeatures, XmlStream<_, FallibleStreamElement>) =
        pending.recv_features().await.map_err(tokio_xmpp::Error::from)?;
    if !features.can_starttls() {
        return Err(ConnectError::refused("the server does not offer TLS"));
    }
    let request = XmppStreamElement::Starttls(starttls::Nonza::Request(starttls::Request));
    stream.send(&request).await?;
    match stream.next().await {
        Some(Ok(FallibleStreamElement::Ok(XmppStreamElement::Starttls(starttls::Nonza::Proceed(_))))) => {
            Ok(stream.into_inner().into_inner().into_inner())
        }
        Some(Err(error)) => Err(error.into()),
        _ => Err(ConnectError::network("the server did not begin TLS")),
    }
}

/// Binds the login to the TLS connection when the server can (RFC 5802): `y` tells a server that can, but whose offer was
/// cut out on the way, that somebody is in between.
fn usable_binding(features: &StreamFeatures, binding: ChannelBinding) -> ChannelBinding {
    let offers_plus = features.sasl_mechanisms.iter().any(|name| name.ends_with("-PLUS"));
    let offers_exporter = features
        .sasl_cb
        .as_ref()
        .is_some_and(|offer| offer.types.contains(&BindingType::TlsExporter));
    match binding {
        ChannelBinding::None => ChannelBinding::None,
        binding if offers_plus && offers_exporter => binding,
        // It offers other types only, so `y`, which says that it offers none, would be refused.
        _ if offers_plus => ChannelBinding::None,
        _ => ChannelBinding::Unsupported,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Error;
    use std::cell::RefCell;

    #[test]
    fn a_place_that_lets_nobody_in_gives_way_to_the_next() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(async {
            let tried = RefCell::new(Vec::new());
            let attempt = async |place: &'static str| {
                tried.borrow_mut().push(place);
                match place {
                    "good" => Ok(place),
                    "broken" => Err(ConnectError::Retry(Error::disconnected("broken".to_owned()))),
                    _ => Err(ConnectError::refused("the password is wrong")),
                }
            };
            let found = first_that_works(vec!["broken", "good", "never"], attempt).await;
            assert_eq!(found.unwrap(), "good");
            let refused = first_that_works(vec!["refusing", "good"], attempt).await;
            assert!(matches!(refused, Err(ConnectError::Refused(_))));
            let broken = first_that_works(vec!["broken", "broken"], attempt).await;
            assert!(matches!(broken, Err(ConnectError::Retry(_))));
            let expected = ["broken", "good", "refusing", "broken", "broken"];
            assert_eq!(*tried.borrow(), expected);
        });
    }
}
