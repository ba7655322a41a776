//! What other people's clients send, in the form in which they send it, and what libim makes of it.

mod beside_own;
mod chat;
mod clients;
mod room;

pub use beside_own::CHAT_BESIDE_OWN;
pub use chat::CHAT;
pub use clients::{CLIENTS, OWN_CLIENTS};
pub use room::{PRIVATE, ROOM};

/// Who sends a stanza.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Somebody else.
    Peer,
    /// Another client of the account.
    Own,
}

/// What a stanza does to a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// It is a message with this text, or with what stands in place of one: `place 1.5 2.5`, `image https://…`.
    Text(&'static str),
    /// It is a message that libim cannot read.
    Encrypted,
    /// It gives the message with this id this text.
    Edits(&'static str, &'static str),
    /// It makes these the sender's reactions to the message with this id, which may come later; a space is between two.
    Reacts(&'static str, &'static str),
    /// It recalls the message with this id.
    Recalls(&'static str),
    /// Everything of the peer's so far is read.
    Reads,
    /// Everything of the account's so far was read by the peer.
    PeerReads,
    Nothing,
}

/// A stanza.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub by: By,
    /// The id of the stanza, which others refer to.
    pub id: &'static str,
    /// Its `type`; empty for none.
    pub kind: &'static str,
    /// What is in it: `@mine@` is the id of a message that libim sent, `@sid:X@` the id that a room's archive gave to X.
    pub inner: &'static str,
    pub shows: Shows,
}

pub const fn peer(id: &'static str, inner: &'static str, shows: Shows) -> Row {
    row(By::Peer, id, "chat", inner, shows)
}

pub const fn own(id: &'static str, inner: &'static str, shows: Shows) -> Row {
    row(By::Own, id, "chat", inner, shows)
}

pub const fn row(by: By, id: &'static str, kind: &'static str, inner: &'static str, shows: Shows) -> Row {
    Row {
        by,
        id,
        kind,
        inner,
        shows,
    }
}

pub const fn said(id: &'static str, inner: &'static str, shows: Shows) -> Row {
    row(By::Peer, id, "groupchat", inner, shows)
}

pub const fn own_said(id: &'static str, inner: &'static str, shows: Shows) -> Row {
    row(By::Own, id, "groupchat", inner, shows)
}
