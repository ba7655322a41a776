//! The scenarios. Each makes its own users and groups, and waits for all that reaches somebody else.

mod messages;

use crate::stage::Stage;

/// A scenario.
type Scenario = fn(&Stage<'_>);

/// Lists functions under their own names.
macro_rules! scenarios {
    ($($topic:ident: $($name:ident)+;)+) => {
        /// Every scenario, with its name.
        pub const ALL: &[(&str, Scenario)] = &[$($((stringify!($name), $topic::$name),)+)+];
    };
}

scenarios! {
    messages:
        texts_go_both_ways
        a_custom_message_arrives_whole
        every_kind_of_text_arrives_unchanged
        flags_keep_a_message_out_of_unread_and_last
        quick_messages_keep_their_order_on_both_sides
        two_who_write_at_once_lose_nothing
        a_message_to_oneself_is_never_unread
        a_history_is_read_in_pages_from_both_ends
        a_message_to_nobody_ends
        a_recall_reaches_both_sides_and_the_other_device;
}
