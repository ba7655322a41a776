//! The account's SQLite cache.
