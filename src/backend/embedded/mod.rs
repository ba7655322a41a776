//! The whole service in one SQLite file (skeleton).
