//! Where each stanza goes that comes in, by what it is and by who sends it. Nothing that anybody can send counts beyond what
//! its sender may say. This is the only place that knows it.

use super::address;
use super::error::XmppError;
use super::features::all::Features;
use super::features::rooms::presence::RoomEvent;
use super::features::rooms::sending::{puts_us_out, refusal};
use super::features::rooms::{config, follow, invitations, join, messages, presence, tips};
use super::features::typing;
use super::ns;
use super::outbox::state::Outbox;
use super::session::Session;
use super::stanza::invitations as invites;
use super::stanza::pubsub::{self, NodeEvent};
use super::stanza::{caps, ids, lenient};
use crate::model::{Change, Error, Status};
use tokio_xmpp::Stanza;
use xmpp_parsers::iq::Iq;
use xmpp_parsers::jid::Jid;
use xmpp_parsers::message::{Message, MessageType};
use xmpp_parsers::minidom::Element;
use xmpp_parsers::presence::Presence;
use xmpp_parsers::stanza_error::{DefinedCondition, ErrorType, StanzaError};

/// Handles a stanza.
pub(crate) fn handle(features: &Features, outbox: &Outbox, stanza: Stanza) {
    match stanza {
        Stanza::Iq(iq) => on_iq(features, iq),
        Stanza::Presence(presence) => on_presence(features, &presence),
        Stanza::Message(message) => {
            if let Some(message) = features.archive.take_result(message) {
                on_message(features, outbox, message);
            }
        }
    }
}

fn on_iq(features: &Features, iq: Iq) {
    let session = &*features.session;
    match iq {
        Iq::Result { from, id, payload, .. } => session.answered(from.as_ref(), &id, Ok(payload)),
        Iq::Error { from, id, error, .. } => session.answered(from.as_ref(), &id, Err(error.into())),
        Iq::Set { from, id, payload, .. } if payload.is("query", ns::ROSTER) => {
            // Only the account's own server says who is in the roster.
            if session.is_own(from.as_ref()) {
                features.applications.on_roster(&features.roster.on_push(payload));
                reply(session, from, id, Ok(None));
            } else {
                let from_text = from.as_ref().map(ToString::to_string).unwrap_or_default();
                log::warn!("ignored a roster push from {from_text}");
                reply_unavailable(session, from, id);
            }
        }
        // Servers ask this to learn of which nodes the device wants events (XEP-0115, XEP-0163).
        Iq::Get { from, id, payload, .. } if payload.is("query", ns::DISCO_INFO) => {
            let info = caps::disco_info(payload.attr("node"));
            reply(session, from, id, Ok(Some(info)));
        }
        Iq::Get { from, id, payload, .. } if payload.is("ping", ns::PING) => reply(session, from, id, Ok(None)),
        // Every request has to be answered, also one that nobody here knows (RFC 6120, 8.2.3).
        Iq::Get { from, id, .. } | Iq::Set { from, id, .. } => reply_unavailable(session, from, id),
    }
}

fn reply(session: &Session, to: Option<Jid>, id: String, answer: Result<Option<Element>, StanzaError>) {
    let from = None;
    session.send(match answer {
        Ok(payload) => Iq::Result { from, to, id, payload },
        Err(error) => Iq::Error {
            from,
            to,
            id,
            error,
            payload: None,
        },
    });
}

fn reply_unavailable(session: &Session, to: Option<Jid>, id: String) {
    let condition = DefinedCondition::ServiceUnavailable;
    let error = StanzaError::new(ErrorType::Cancel, condition, "en", "not supported");
    reply(session, to, id, Err(error));
}

fn on_presence(features: &Features, presence: &Presence) {
    let Some(from) = presence.from.as_ref().map(Jid::to_bare) else {
        return;
    };
    let rooms = &features.rooms;
    if rooms.contains(&from) {
        // Only a room says who is in it: its presences come from its own address.
        match presence::presence(rooms, &from, presence) {
            RoomEvent::Nothing => {}
            RoomEvent::MembersChanged => config::refresh(rooms, &from),
            RoomEvent::Removed(end) => join::forget_membership(rooms, &from, Some(end)),
            RoomEvent::Dropped => join::rejoin_with_backoff(rooms, &from),
        }
    } else if features.applications.on_presence(&from, presence) {
        features.account_archive.on_contact_request(&from);
    }
}

fn on_message(features: &Features, outbox: &Outbox, message: Message) {
    // Before all others: an error may repeat what was sent, which must not be taken for something said.
    if message.type_ == MessageType::Error {
        return on_bounced(features, outbox, &message);
    }
    if let Some(events) = pubsub::events(&message, &features.session.me) {
        events.into_iter().for_each(|event| on_node_event(features, event));
        // What is said beside the news counts as well: anybody can add an event to a message.
        if message.bodies.is_empty() {
            return;
        }
    }
    // Not any element of that namespace: a peer asks for no copies by one (XEP-0280, 8).
    if message.payloads.iter().any(lenient::is_carbon) {
        return on_carbon(features, message);
    }
    if features.applications.on_message(&message) || invitations::on_message(&features.rooms, &message) {
        return;
    }
    if tips::on_affiliation(&features.rooms, &message) {
        if let Some(room) = message.from.as_ref().map(Jid::to_bare) {
            config::refresh(&features.rooms, &room);
        }
        return;
    }
    if message.type_ == MessageType::Groupchat {
        return messages::on_message(&features.rooms, message);
    }
    if let Some(invitation) = invites::read(&message) {
        let time = ids::delay(&message, &features.session.me, None).unwrap_or_else(|| features.session.clock.now());
        let is_from_room = invitation.is_mediated;
        invitations::on_invitation(&features.rooms, invitation, time);
        // An inviter may add words. A room's own are for clients that know no invitations.
        if is_from_room || message.bodies.is_empty() {
            return;
        }
    }
    features.roster.acknowledge(&message);
    on_chat(features, message);
}

/// A message between two, or a copy of one.
fn on_chat(features: &Features, message: Message) {
    let writer = typing::on_message(&features.session, &features.rooms, &message);
    features.account_archive.on_message(message);
    typing::has_written(&features.session, writer);
}

/// A copy of what another device sent or received (XEP-0280). Only the account's own server makes these.
fn on_carbon(features: &Features, message: Message) {
    if message.from.as_ref().is_none_or(|from| *from != features.session.me) {
        log::warn!("ignored a carbon copy that did not come from the account's own server");
        return;
    }
    for payload in message.payloads {
        if !lenient::is_carbon(&payload) {
            continue;
        }
        let Some((inner, _)) = lenient::forwarded(&payload) else {
            continue;
        };
        let is_of_others = matches!(inner.type_, MessageType::Groupchat | MessageType::Error);
        // An invitation reaches every device by itself.
        if !is_of_others && invites::read(&inner).is_none() {
            on_chat(features, inner);
        }
    }
}

/// A message of ours came back: it reached nobody.
fn on_bounced(features: &Features, outbox: &Outbox, message: &Message) {
    let (Some(from), Some(id)) = (&message.from, &message.id) else {
        return;
    };
    let (bare, msg_id) = (from.to_bare(), id.0.clone());
    let rooms = &features.rooms;
    let is_in_room = rooms.contains(&bare);
    // Others in a room can return only what was sent to them.
    if is_in_room && from.resource().is_none() {
        let reason = refusal(rooms, &bare, reason(message));
        let is_out = puts_us_out(&reason);
        rooms.end_sending(&bare, &msg_id, Err(reason));
        if is_out && rooms.end_visit(&bare) {
            join::rejoin_with_backoff(rooms, &bare);
        }
        return;
    }
    if !outbox.bounced(&msg_id, || reason(message)) && !outbox.send_again(&bare, &msg_id, &reason(message)) {
        // An edit or a reaction, too. Recalls and markers come back as well; nothing can be undone of them.
        let conversation = address::c2c_with(from, is_in_room);
        let change = Change::SendFailed {
            conversation,
            msg_id,
            reason: Error::from(reason(message)).status,
        };
        let _ = features.session.apply(true, vec![change]);
    }
}

/// The server has not taken a stanza of ours, and ended the connection over it: it is too large.
pub(crate) fn refused(features: &Features, outbox: &Outbox, stanza: &Stanza) {
    let reason = || XmppError::account(Status::Refused, "the server does not take a stanza of this size");
    match stanza {
        Stanza::Message(message) => {
            let (Some(to), Some(id)) = (&message.to, &message.id) else {
                return;
            };
            if !outbox.bounced(&id.0, reason) {
                features.rooms.end_sending(&to.to_bare(), &id.0, Err(reason()));
            }
        }
        Stanza::Iq(iq) => features.session.iqs.refused(iq.id(), reason()),
        Stanza::Presence(_) => {}
    }
}

/// Why a message came back.
fn reason(message: &Message) -> XmppError {
    let error = ids::payload(message, "error", ns::DEFAULT_NS);
    let error = error.and_then(|error| StanzaError::try_from(error.clone()).ok());
    error.map_or_else(
        || XmppError::account(Status::Refused, "the server returned the message"),
        XmppError::from,
    )
}

/// Something changed in somebody's node. The account's private nodes are the account's own: what others call the same does
/// not count.
fn on_node_event(features: &Features, event: NodeEvent) {
    let NodeEvent { owner, node, items } = event;
    let is_own = owner == features.session.me;
    match node.as_str() {
        ns::SETTINGS | ns::MDS | ns::BOOKMARKS2 if !is_own => {
            log::warn!("ignored an event of {owner} for {node}, a private node of the account");
        }
        ns::SETTINGS => follow::on_left(&features.rooms, features.settings.on_published(&items)),
        ns::MDS => features.reads.on_published(&items),
        ns::BOOKMARKS2 => {
            follow::follow(&features.rooms, features.bookmarks.changes(&items));
            features.mirror.on_published(&items);
        }
        ns::NICK => features.profiles.on_nick(&owner, &items),
        ns::VCARD4_NODE => features.profiles.on_published(&owner, items),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::xmpp::session::tests::{run, session};
    use std::rc::Rc;

    /// What a client understands, and addresses and ids that it may take for others'.
    const NAMES: &[(&str, &str)] = &[
        ("body", ns::DEFAULT_NS),
        ("error", ns::DEFAULT_NS),
        ("query", ns::ROSTER),
        ("item", ns::ROSTER),
        ("received", ns::CARBONS),
        ("sent", ns::CARBONS),
        ("forwarded", ns::FORWARD),
        ("message", ns::DEFAULT_NS),
        ("result", ns::MAM),
        ("delay", ns::DELAY),
        ("event", ns::PUBSUB_EVENT),
        ("items", ns::PUBSUB_EVENT),
        ("item", ns::PUBSUB_EVENT),
        ("conference", ns::BOOKMARKS2),
        ("displayed", ns::MDS),
        ("displayed", ns::MARKERS),
        ("retract", ns::RETRACT),
        ("apply-to", ns::FASTEN),
        ("replace", ns::REPLACE),
        ("reply", ns::REPLY),
        ("fallback", ns::FALLBACK),
        ("body", ns::FALLBACK),
        ("reactions", ns::REACTIONS),
        ("reaction", ns::REACTIONS),
        ("x", ns::MUC_USER),
        ("invite", ns::MUC_USER),
        ("status", ns::MUC_USER),
        ("x", ns::DIRECT_INVITE),
        ("stanza-id", ns::SID),
        ("origin-id", ns::SID),
        ("nick", ns::NICK),
        ("json", ns::JSON),
        ("meta", ns::META),
        ("reference", ns::REFERENCE),
        ("left", ns::LEFT),
        ("encrypted", ns::OMEMO[0]),
    ];
    const VALUES: &[&str] = &[
        "bob@im.test",
        "bob@im.test/x",
        "alice@im.test",
        "alice@im.test/phone",
        "team@rooms.im.test",
        "team@rooms.im.test/bob",
        "@",
        "",
        "1",
        "110",
        "307",
        "true",
        "remove",
        "xmpp:bob@im.test",
        "2026-01-01T00:00:00Z",
        ns::MDS,
        ns::SETTINGS,
        ns::VCARD4_NODE,
    ];

    fn element(random: &mut fastrand::Rng, depth: usize) -> String {
        let (name, namespace) = NAMES[random.usize(..NAMES.len())];
        let attributes: String = [
            "id",
            "by",
            "from",
            "to",
            "jid",
            "node",
            "stamp",
            "code",
            "type",
            "uri",
            "room",
            "autojoin",
            "subscription",
        ]
        .iter()
        .filter_map(|name| {
            let value = VALUES[random.usize(..VALUES.len())];
            (random.u8(..4) == 0).then(|| format!(" {name}='{value}'"))
        })
        .collect();
        let inner: String = match depth {
            0 => VALUES[random.usize(..VALUES.len())].to_owned(),
            _ => (0..random.usize(..3)).map(|_| element(random, depth - 1)).collect(),
        };
        format!("<{name} xmlns='{namespace}'{attributes}>{inner}</{name}>")
    }

    /// LIBIM_STANZAS says how many, LIBIM_SEED from where.
    #[test]
    fn no_stanza_ends_a_session_or_touches_what_is_others() {
        let number = |name: &str, usual: u64| {
            std::env::var(name)
                .ok()
                .and_then(|text| text.parse().ok())
                .unwrap_or(usual)
        };
        let (seed, count) = (number("LIBIM_SEED", 11), number("LIBIM_STANZAS", 3_000));
        println!("LIBIM_SEED={seed}");
        run(async {
            let (session, account, _outgoing) = session();
            let features = Features::new(Rc::clone(&session)).unwrap();
            let outbox = Outbox::new(&features);
            features.account_archive.hold.release();
            let mut random = fastrand::Rng::with_seed(seed);
            for _ in 0..count {
                let from = [
                    "mallory@evil.test/x",
                    "trap@rooms.evil.test",
                    "trap@rooms.evil.test/bob",
                ][random.usize(..3)];
                let kind = [
                    "",
                    "type='chat'",
                    "type='groupchat'",
                    "type='error'",
                    "type='headline'",
                    "type='set'",
                    "type='result'",
                ];
                let kind = kind[random.usize(..kind.len())];
                let name = ["message", "message", "presence", "iq"][random.usize(..4)];
                let inner: String = (0..random.usize(..4)).map(|_| element(&mut random, 3)).collect();
                let xml = format!(
                    "<{name} xmlns='jabber:client' from='{from}' to='alice@im.test' id='7' {kind}>{inner}</{name}>"
                );
                if let Some(stanza) = lenient::stanza(xml.parse().unwrap()) {
                    handle(&features, &outbox, stanza);
                }
                tokio::task::yield_now().await;
                assert!(!session.has_failed(), "{xml}");
                for change in account.changes.lock().unwrap().drain(..) {
                    let change = format!("{change:?}");
                    assert!(
                        !change.contains("c2c_bob@im.test") && !change.contains("group_team"),
                        "{xml}: {change}"
                    );
                }
            }
        });
    }
}
