//! Which places on the web are reached. A peer's address must not lead into the network of whoever opens it: it is asked for
//! by https, at a public address. What is looked at is the address that is connected to, whatever the name says, and again
//! for each address that another one leads to.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// The places that may be reached.
#[derive(Debug)]
pub(super) struct Places {
    /// This machine, also without encryption.
    pub(super) has_loopback: bool,
    /// Private networks: the account's server has named the address.
    pub(super) trusts_private: bool,
    /// The domain of the account's server, which may lie in a private network.
    pub(super) domain: String,
}

impl Places {
    fn has(&self, uri: &Uri, address: &SocketAddr) -> bool {
        let ip = address.ip().to_canonical();
        if ip.is_loopback() {
            return self.has_loopback;
        }
        if uri.scheme_str() != Some("https") {
            return false;
        }
        let trusts_private = self.trusts_private || uri.host().is_some_and(|host| self.is_own(host));
        is_public(ip) || (trusts_private && is_private(ip))
    }

    /// Whether a host is the account's server, or below it.
    fn is_own(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let rest = host.strip_suffix(&self.domain.to_ascii_lowercase());
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }
}

impl Resolver for Places {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        let mut reached = self.empty();
        for address in found.iter().filter(|address| self.has(uri, address)) {
            reached.push(*address);
        }
        if reached.is_empty() {
            let sentence = "it is not at a public address that is asked for by https";
            return Err(ureq::Error::Other(sentence.into()));
        }
        Ok(reached)
    }
}

/// Networks of one's own.
fn is_private(ip: IpAddr) -> bool {
    match ip {
        // With the addresses that providers share.
        IpAddr::V4(ip) => ip.is_private() || within(ip, [100, 64, 0, 0], 10),
        IpAddr::V6(ip) => ip.is_unique_local(),
    }
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => match ip.segments() {
            // What holds an address of the other kind leads there: NAT64, as networks have it that know version 6 only; 6to4.
            [0x64, 0xff9b, 0, 0, 0, 0, high, low] => is_public_v4(joined(high, low)),
            [0x2002, high, low, ..] => is_public_v4(joined(high, low)),
            // Documentation, and what is reserved.
            [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
            [0x3fff, second, ..] if second < 0x1000 => false,
            [first, ..] => first & 0xe000 == 0x2000,
        },
    }
}

fn joined(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low))
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let special: [([u8; 4], u32); 15] = [
        ([0, 0, 0, 0], 8),
        ([10, 0, 0, 0], 8),
        ([100, 64, 0, 0], 10),
        ([127, 0, 0, 0], 8),
        ([169, 254, 0, 0], 16),
        ([172, 16, 0, 0], 12),
        ([192, 0, 0, 0], 24),
        ([192, 0, 2, 0], 24),
        ([192, 88, 99, 0], 24),
        ([192, 168, 0, 0], 16),
        ([198, 18, 0, 0], 15),
        ([198, 51, 100, 0], 24),
        ([203, 0, 113, 0], 24),
        ([224, 0, 0, 0], 4),
        ([240, 0, 0, 0], 4),
    ];
    !special.iter().any(|(network, bits)| within(ip, *network, *bits))
}

fn within(ip: Ipv4Addr, network: [u8; 4], bits: u32) -> bool {
    let mask = u32::MAX << (32 - bits);
    ip.to_bits() & mask == Ipv4Addr::from(network).to_bits() & mask
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(has_loopback: bool, trusts_private: bool) -> Places {
        Places {
            has_loopback,
            trusts_private,
            domain: "example.org".to_owned(),
        }
    }

    fn reached(places: &Places, uri: &str, ip: &str) -> bool {
        places.has(&uri.parse().unwrap(), &SocketAddr::new(ip.parse().unwrap(), 443))
    }

    #[test]
    fn a_peers_address_leads_into_no_network_of_ones_own() {
        let places = places(false, false);
        for ip in [
            "93.184.216.34",
            "2a00:1450:4001:81b::200e",
            "64:ff9b::5db8:d822",
            "::ffff:93.184.216.34",
        ] {
            assert!(reached(&places, "https://up.example/a", ip), "{ip}");
            assert!(!reached(&places, "http://up.example/a", ip), "{ip} in the clear");
        }
        for ip in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.1.2.3",
            "169.254.169.254",
            "172.31.0.1",
            "192.0.0.8",
            "192.168.1.1",
            "198.19.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b::7f00:1",
            "2002:a00:1::",
            "2001:db8::1",
            "2001::1",
            "fec0::1",
            "::7f00:1",
        ] {
            assert!(!reached(&places, "https://up.example/a", ip), "{ip}");
        }
    }

    #[test]
    fn the_own_server_may_be_in_a_private_network_and_this_machine_only_where_the_server_is_on_it() {
        let (own, other) = ("https://up.example.org/a", "https://upexample.org/a");
        let peers = places(false, false);
        assert!(reached(&peers, own, "10.0.0.1") && !reached(&peers, other, "10.0.0.1"));
        assert!(reached(&places(false, true), other, "10.0.0.1"));
        for uri in [own, "http://127.0.0.1/a", "http://localhost/a"] {
            assert!(!reached(&places(false, true), uri, "127.0.0.1"));
            assert!(reached(&places(true, false), uri, "127.0.0.1"));
        }
        // The provider of a machine in a cloud tells its secrets there.
        assert!(!reached(&places(true, true), own, "169.254.169.254"));
    }
}
