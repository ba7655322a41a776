// Made by `make generate` from the files in migrations/; do not edit.
//! The numbered migrations.

/// Each migration once, in order; a released one is never edited.
#[rustfmt::skip]
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_initial.sql"),
    include_str!("migrations/0002_archives.sql"),
    include_str!("migrations/0003_awaited.sql"),
    include_str!("migrations/0004_setting_stamps.sql"),
    include_str!("migrations/0005_deleted.sql"),
    include_str!("migrations/0006_handed_out.sql"),
    include_str!("migrations/0007_hidden.sql"),
    include_str!("migrations/0008_gaps.sql"),
    include_str!("migrations/0009_profile_time.sql"),
    include_str!("migrations/0010_unsent.sql"),
    include_str!("migrations/0011_facets.sql"),
    include_str!("migrations/0012_message_index.sql"),
    include_str!("migrations/0013_copies.sql"),
    include_str!("migrations/0014_all_recv_opt.sql"),
    include_str!("migrations/0015_tag_pairs.sql"),
    include_str!("migrations/0016_last_message.sql"),
    include_str!("migrations/0017_local_fields.sql"),
    include_str!("migrations/0018_edits.sql"),
    include_str!("migrations/0019_unsent_files.sql"),
    include_str!("migrations/0020_reactions.sql"),
    include_str!("migrations/0021_receipts.sql"),
    include_str!("migrations/0022_group_texts.sql"),
    include_str!("migrations/0023_out_apart.sql"),
    include_str!("migrations/0024_error_code.sql"),
    include_str!("migrations/0025_friend_applications.sql"),
    include_str!("migrations/0026_awaited_size.sql"),
    include_str!("migrations/0027_search.sql"),
    include_str!("migrations/0028_mutes.sql"),
    include_str!("migrations/0029_group_applications.sql"),
    include_str!("migrations/0030_search_seal.sql"),
    include_str!("migrations/0031_refused_changes.sql"),
    include_str!("migrations/0032_allow_types.sql"),
];
