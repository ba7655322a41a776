//! Elements of XML and plain data, turned into each other. Nothing here does I/O or knows a session.

pub(crate) mod archive;
pub(crate) mod bookmark;
pub(crate) mod bookmark_settings;
pub(crate) mod caps;
pub(crate) mod chat;
pub(crate) mod disco;
mod file_types;
mod files;
pub(crate) mod forms;
pub(crate) mod ids;
pub(crate) mod lenient;
mod merger;
pub(crate) mod message;
pub(crate) mod muc;
pub(crate) mod muc_acts;
mod notify;
mod place;
pub(crate) mod pubsub;
pub(crate) mod reactions;
pub(crate) mod read_mark;
pub(crate) mod reply;
pub(crate) mod room_info;
pub(crate) mod settings;
pub(crate) mod settings_listing;
pub(crate) mod settings_merge;
pub(crate) mod vcard;
pub(crate) mod xml;
