//! Elements of XML and plain data, turned into each other. Nothing here does I/O or knows a session.

pub(crate) mod xml;
