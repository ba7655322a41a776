//! The names of protocols and nodes that the parsers' crate has no constant for.

/// XEP-0333: displayed markers.
pub(crate) const MARKERS: &str = "urn:xmpp:chat-markers:0";
/// XEP-0424: message retraction.
pub(crate) const RETRACT: &str = "urn:xmpp:message-retract:1";
/// XEP-0424 as older clients write it, inside of [`FASTEN`].
pub(crate) const RETRACT_OLD: &str = "urn:xmpp:message-retract:0";
/// XEP-0422: message fastening.
pub(crate) const FASTEN: &str = "urn:xmpp:fasten:0";
/// XEP-0425: message moderation.
pub(crate) const MODERATE: &str = "urn:xmpp:message-moderate:1";
/// XEP-0334: message processing hints.
pub(crate) const HINTS: &str = "urn:xmpp:hints";
/// XEP-0372: references.
pub(crate) const REFERENCE: &str = "urn:xmpp:reference:0";
/// XEP-0335: JSON containers.
pub(crate) const JSON: &str = "urn:xmpp:json:0";
/// XEP-0249: direct invitations.
pub(crate) const DIRECT_INVITE: &str = "jabber:x:conference";
/// XEP-0292: the node of a vCard.
pub(crate) const VCARD4_NODE: &str = "urn:xmpp:vcard4";
/// RFC 6351: a vCard.
pub(crate) const VCARD4: &str = "urn:ietf:params:xml:ns:vcard-4.0";
/// The parts of a libim message that XMPP has no element for.
pub(crate) const META: &str = "urn:libim:message:0";
/// The node of the account's own settings of its conversations.
pub(crate) const SETTINGS: &str = "urn:libim:conversations:0";
/// The node that tells since when the account has been in use.
pub(crate) const ACCOUNT: &str = "urn:libim:account:0";
/// What libim keeps in a bookmark.
pub(crate) const BOOKMARK: &str = "urn:libim:bookmark:0";
/// What somebody who has left a room says to those who keep its lists.
pub(crate) const LEFT: &str = "urn:libim:left:0";
