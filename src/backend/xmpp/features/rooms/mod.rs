//! Groups: rooms (XEP-0045). [`state::Rooms`] is what is known of the rooms in this session; the other files are one subject
//! each, as functions over it, from the bottom up.

pub(crate) mod visit;

pub(crate) mod invited;

pub(crate) mod state;

mod said_tips;

pub(crate) mod tips;

pub(crate) mod private;

mod cards;

pub(crate) mod subject;

pub(crate) mod config;
pub(crate) mod presence;

mod senders;

pub(crate) mod messages;

pub(crate) mod catch_up;

pub(crate) mod enter;

pub(crate) mod join;

pub(crate) mod beginning;

pub(crate) mod nick;

pub(crate) mod follow;

pub(crate) mod self_ping;

pub(crate) mod sending;

pub(crate) mod members;

pub(crate) mod roles;

pub(crate) mod voice;

pub(crate) mod moderation;

pub(crate) mod infos;

pub(crate) mod groups;

pub(crate) mod invitations;
