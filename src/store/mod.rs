//! The account's SQLite cache: files, schema and queries. Knows no rules.
//!
//! One [`Store`] holds the account's directory: its lock, the one writing connection and a few read-only ones. The
//! tables have a file each, with free functions over a [`rusqlite::Connection`]. All SQL of the cache is in this folder.

pub(crate) mod account;
mod account_lock;
pub(crate) mod archive;
mod aside;
pub(crate) mod awaited;
pub(crate) mod awaited_change;
mod cache;
mod checked;
mod columns;
mod connection;
pub(crate) mod conversation;
pub(crate) mod conversation_group;
mod damage;
pub(crate) mod deleted;
pub(crate) mod directory;
mod error;
mod files;
pub(crate) mod filter;
#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod friend_application;
pub(crate) mod gap;
pub(crate) mod group_application;
pub(crate) mod hidden;
pub(crate) mod history;
pub(crate) mod last_message;
pub(crate) mod list;
pub(crate) mod media;
pub(crate) mod message;
mod message_delete;
pub(crate) mod message_edit;
pub(crate) mod message_ids;
mod migrate;
mod migrations;
pub(crate) mod named;
pub(crate) mod outbox;
pub(crate) mod reaction;
pub(crate) mod read_receipt;
mod readers;
mod recover;
pub(crate) mod refused;
pub(crate) mod revocation;
mod salvage;
mod sealed;
pub(crate) mod search;
pub(crate) mod search_build;
pub(crate) mod search_names;
pub(crate) mod search_query;
mod search_reset;
pub(crate) mod search_state;
pub(crate) mod setting_stamp;
pub(crate) mod tag;
pub(crate) mod tip;
mod wal;

pub(crate) use cache::Store;
pub(crate) use error::{StoreError, StoreResult};
pub(crate) use recover::{CacheState, Opening, Rebuild};
pub(crate) use salvage::{Salvaged, SalvagedCommand, SalvagedDraft, SalvagedMessage};
