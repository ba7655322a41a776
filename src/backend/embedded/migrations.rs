// Made by `make generate` from the files in migrations/; do not edit.
//! The numbered migrations.

/// Each migration once, in order; a released one is never edited.
#[rustfmt::skip]
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_initial.sql"),
    include_str!("migrations/0002_moments.sql"),
    include_str!("migrations/0003_listed.sql"),
    include_str!("migrations/0004_setting_stamps.sql"),
    include_str!("migrations/0005_gone.sql"),
    include_str!("migrations/0006_shared_settings.sql"),
    include_str!("migrations/0007_edits.sql"),
    include_str!("migrations/0008_reactions.sql"),
    include_str!("migrations/0009_receipts.sql"),
    include_str!("migrations/0010_removed_by.sql"),
    include_str!("migrations/0011_ephemeral.sql"),
    include_str!("migrations/0012_group_texts.sql"),
    include_str!("migrations/0013_files.sql"),
    include_str!("migrations/0014_name_cards.sql"),
    include_str!("migrations/0015_online_messages.sql"),
    include_str!("migrations/0016_friend_applications.sql"),
    include_str!("migrations/0017_mutes.sql"),
    include_str!("migrations/0018_group_applications.sql"),
    include_str!("migrations/0019_revoked_by.sql"),
    include_str!("migrations/0020_group_invitations.sql"),
];
