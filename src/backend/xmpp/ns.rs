//! Every namespace and node, and the status codes of rooms, by name.

pub(crate) use xmpp_parsers::ns::{
    BOOKMARKS2, CAPS, CARBONS, DATA_FORMS, DEFAULT_NS, DELAY, DISCO_INFO, DISCO_ITEMS, FORWARD, MAM, MDS, MUC,
    MUC_USER, NICK, PING, PUBSUB, PUBSUB_CONFIGURE, PUBSUB_EVENT, PUBSUB_OWNER, ROSTER, SID,
};

/// XEP-0122: what values the fields of a form may have.
pub(crate) const VALIDATE: &str = "http://jabber.org/protocol/xdata-validate";
/// XEP-0333: displayed markers.
pub(crate) const MARKERS: &str = "urn:xmpp:chat-markers:0";
/// XEP-0085: whether somebody types.
pub(crate) const CHAT_STATES: &str = "http://jabber.org/protocol/chatstates";
/// XEP-0184: that a message has arrived.
pub(crate) const RECEIPTS: &str = "urn:xmpp:receipts";
/// XEP-0424: message retraction.
pub(crate) const RETRACT: &str = "urn:xmpp:message-retract:1";
/// XEP-0424 as older clients write it, inside of [`FASTEN`].
pub(crate) const RETRACT_OLD: &str = "urn:xmpp:message-retract:0";
/// XEP-0422: message fastening.
pub(crate) const FASTEN: &str = "urn:xmpp:fasten:0";
/// XEP-0425: message moderation.
pub(crate) const MODERATE: &str = "urn:xmpp:message-moderate:1";
/// XEP-0425 as older rooms write it, inside of [`FASTEN`].
pub(crate) const MODERATE_OLD: &str = "urn:xmpp:message-moderate:0";
/// XEP-0421: occupants of rooms by an id that hides who they are.
pub(crate) const OCCUPANT_ID: &str = "urn:xmpp:occupant-id:0";
/// XEP-0449: stickers.
pub(crate) const STICKERS: &str = "urn:xmpp:stickers:0";
/// XEP-0444: reactions.
pub(crate) const REACTIONS: &str = "urn:xmpp:reactions:0";
/// XEP-0461: a message that answers another.
pub(crate) const REPLY: &str = "urn:xmpp:reply:0";
/// XEP-0308: a message in the place of another.
pub(crate) const REPLACE: &str = "urn:xmpp:message-correct:0";
/// XEP-0384, in its three forms: encrypted messages.
pub(crate) const OMEMO: [&str; 3] = ["eu.siacs.conversations.axolotl", "urn:xmpp:omemo:1", "urn:xmpp:omemo:2"];
/// XEP-0380: how a message is encrypted, for clients that do not know it.
pub(crate) const EME: &str = "urn:xmpp:eme:0";
/// XEP-0364: encrypted texts.
pub(crate) const OTR: &str = "urn:xmpp:otr:0";
pub(crate) const PGP: &str = "jabber:x:encrypted";
pub(crate) const OPENPGP: &str = "urn:xmpp:openpgp:0";
/// XEP-0428: the body is for clients that do not understand the rest.
pub(crate) const FALLBACK: &str = "urn:xmpp:fallback:0";
/// XEP-0334: message processing hints.
pub(crate) const HINTS: &str = "urn:xmpp:hints";
/// XEP-0372: references.
pub(crate) const REFERENCE: &str = "urn:xmpp:reference:0";
/// XEP-0513: explicit mentions.
pub(crate) const MENTIONS: &str = "urn:xmpp:mentions:0";
/// XEP-0335: JSON containers.
pub(crate) const JSON: &str = "urn:xmpp:json:0";
/// XEP-0447: files, and XEP-0446: what is known of them.
pub(crate) const SFS: &str = "urn:xmpp:sfs:0";
pub(crate) const FILE_METADATA: &str = "urn:xmpp:file:metadata:0";
/// XEP-0103: addresses.
pub(crate) const URL_DATA: &str = "http://jabber.org/protocol/url-data";
/// XEP-0300: hashes.
pub(crate) const HASHES: &str = "urn:xmpp:hashes:2";
/// XEP-0264: small pictures of files.
pub(crate) const THUMBS: &str = "urn:xmpp:thumbs:1";
/// XEP-0066: a link beside the text.
pub(crate) const OOB: &str = "jabber:x:oob";
pub(crate) const UPLOAD: &str = "urn:xmpp:http:upload:0";
/// XEP-0385: files in the older form, with what is known of them (XEP-0234).
pub(crate) const SIMS: &str = "urn:xmpp:sims:1";
pub(crate) const JINGLE_FILE: &str = "urn:xmpp:jingle:apps:file-transfer:5";
/// XEP-0080: places.
pub(crate) const GEOLOC: &str = "http://jabber.org/protocol/geoloc";
/// XEP-0249: direct invitations.
pub(crate) const DIRECT_INVITE: &str = "jabber:x:conference";
/// XEP-0191: whom the account does not hear.
pub(crate) const BLOCKING: &str = "urn:xmpp:blocking";
/// XEP-0292: the node of a vCard.
pub(crate) const VCARD4_NODE: &str = "urn:xmpp:vcard4";
/// RFC 6351: a vCard.
pub(crate) const VCARD4: &str = "urn:ietf:params:xml:ns:vcard-4.0";
/// XEP-0469: a bookmark that is pinned.
pub(crate) const PINNED: &str = "urn:xmpp:bookmarks-pinning:0";
/// XEP-0492: of which messages of a chat clients notify.
pub(crate) const NOTIFY: &str = "urn:xmpp:notification-settings:1";
/// The first version of the same: a `client-type` instead of an identity.
pub(crate) const NOTIFY_0: &str = "urn:xmpp:notification-settings:0";
/// XEP-0060: options of a node that is published to.
pub(crate) const PUBLISH_OPTIONS: &str = "http://jabber.org/protocol/pubsub#publish-options";
/// XEP-0045: what admins do, what owners do, and the forms of a room.
pub(crate) const MUC_ADMIN: &str = "http://jabber.org/protocol/muc#admin";
pub(crate) const MUC_OWNER: &str = "http://jabber.org/protocol/muc#owner";
pub(crate) const MUC_ROOM_INFO: &str = "http://jabber.org/protocol/muc#roominfo";
pub(crate) const MUC_ROOM_CONFIG: &str = "http://jabber.org/protocol/muc#roomconfig";
/// The parts of a libim message that XMPP has no element for.
pub(crate) const META: &str = "urn:libim:message:0";
/// Which messages a marker confirms, one by one.
pub(crate) const READ: &str = "urn:libim:read:0";
/// The node of the account's own settings of its conversations.
pub(crate) const SETTINGS: &str = "urn:libim:conversations:0";
/// The node that tells since when the account has been in use.
pub(crate) const ACCOUNT: &str = "urn:libim:account:0";
/// libim's data in a bookmark.
pub(crate) const BOOKMARK: &str = "urn:libim:bookmark:0";
/// A request for somebody's presence that asks for no decision: libim's users add friends without asking.
pub(crate) const ADDED: &str = "urn:libim:added:0";
/// Tells the account's other devices that a friend application was decided.
pub(crate) const DECIDED: &str = "urn:libim:decided:0";
/// Tells the account's other devices that an invitation was decided.
pub(crate) const INVITATION: &str = "urn:libim:invitation:0";
/// The notification of leaving a room, for those who keep its lists.
pub(crate) const LEFT: &str = "urn:libim:left:0";
/// What a member has done in a room, as a message of its history.
pub(crate) const TIPS: &str = "urn:libim:tips:0";

/// The status codes of rooms (XEP-0045, 15.6).
pub(crate) mod status {
    /// Everybody sees the addresses of all.
    pub(crate) const ADDRESSES_SHOWN: &str = "100";
    /// What is said there is logged for others, from now on or at all.
    pub(crate) const LOGGED: &str = "170";
    pub(crate) const NOT_LOGGED: &str = "171";
    /// Everybody sees the addresses of all from now on.
    pub(crate) const ADDRESSES_SHOWN_NOW: &str = "172";
    pub(crate) const ADDRESSES_HIDDEN_NOW: &str = "173";
    /// The presence is one's own.
    pub(crate) const SELF: &str = "110";
    /// The room was made by entering it.
    pub(crate) const CREATED: &str = "201";
    pub(crate) const BANNED: &str = "301";
    /// The occupant goes on under another name.
    pub(crate) const NICK_CHANGED: &str = "303";
    pub(crate) const KICKED: &str = "307";
    /// Out because of a change of affiliation.
    pub(crate) const NO_LONGER_AFFILIATED: &str = "321";
    /// Out because the room became one for members only.
    pub(crate) const MEMBERS_ONLY_NOW: &str = "322";
    pub(crate) const SERVICE_SHUTS_DOWN: &str = "332";
    /// Out because of a technical fault, such as a broken connection.
    pub(crate) const TECHNICAL: &str = "333";
}
