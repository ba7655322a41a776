//! The features of an XMPP session, one subject each. A feature owns its state and uses only itself and the features below it.
//! It returns events that concern those above, and `router`, `sync` or `outbox` acts on them.
//!
//! The order, from the bottom up, is that of the list here; tests/layers.rs holds it.

pub(crate) mod hold;

pub(crate) mod discovery;

pub(crate) mod uploads;

pub(crate) mod pep;

pub(crate) mod account;

pub(crate) mod archive;

pub(crate) mod profiles;

pub(crate) mod roster;

pub(crate) mod applications;

pub(crate) mod settings;

pub(crate) mod bookmarks;

pub(crate) mod mirror;

pub(crate) mod online_messages;

pub(crate) mod rooms;

pub(crate) mod typing;

pub(crate) mod reads;

pub(crate) mod account_archive;

pub(crate) mod all;
