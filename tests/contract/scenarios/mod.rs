//! The scenarios. Each makes its own users and groups, and waits for all that reaches somebody else.

mod applications;
mod devices;
mod edits;
mod elements;
mod files;
mod filters;
mod group_applications;
mod group_tips;
mod groups;
mod invitations;
mod labels;
mod logins;
mod members;
mod messages;
mod mutes;
mod names;
mod offline;
mod online;
mod reactions;
mod receipts;
mod replies;
mod searches;
mod typing;
mod unread;

use crate::stage::Stage;

/// A scenario.
pub type Scenario = fn(&Stage<'_>);

/// Makes a test of each scenario on each service: `prosody::messages::texts_go_both_ways`.
macro_rules! scenarios {
    ($($topic:ident: $($name:ident)+;)+) => {
        scenarios!(@on embedded $($topic: $($name)+;)+);
        scenarios!(@on prosody $($topic: $($name)+;)+);
        scenarios!(@on ejabberd $($topic: $($name)+;)+);
    };
    (@on $service:ident $($topic:ident: $($name:ident)+;)+) => {
        mod $service {
            $(mod $topic {
                $(#[test]
                fn $name() {
                    crate::$service(super::super::$topic::$name);
                })+
            })+
        }
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
        a_part_of_a_history_is_chosen_by_place_kind_and_time
        a_message_to_nobody_ends
        a_recall_reaches_both_sides_and_the_other_device;
    edits:
        an_edit_is_seen_wherever_the_message_is
        an_edit_in_a_group_leaves_ats_and_unread_as_they_are
        custom_data_is_edited_field_by_field
        what_is_edited_logged_out_is_seen_later
        edits_of_two_devices_at_once_end_alike_everywhere
        a_recall_ends_all_edits;
    reactions:
        reactions_are_seen_by_everybody_and_move_nothing
        a_group_reacts
        what_is_reacted_with_logged_out_is_seen_later
        a_reaction_that_is_refused_later_is_undone_and_told
        reactions_of_two_devices_are_both_there
        a_recalled_message_has_no_reactions;
    replies:
        a_reply_names_its_message_and_shows_no_quote_in_its_text;
    receipts:
        whoever_was_written_to_is_no_stranger_after_the_history_was_cleared
        what_has_reached_the_peer_is_delivered
        a_receipt_is_of_one_message_and_leaves_what_is_unread
        receipts_that_cannot_be_are_refused
        what_is_confirmed_logged_out_is_told_later
        in_a_group_it_is_known_who_has_read;
    typing:
        who_types_is_told_and_nothing_is_kept
        of_who_is_blocked_no_typing_is_told;
    online:
        what_is_for_those_online_is_told_and_kept_by_nobody
        in_a_group_it_is_told_where_the_service_keeps_no_archive_of_all;
    elements:
        places_and_faces_arrive_whole
        files_by_their_address_arrive_whole
        a_merger_carries_its_messages_and_a_message_is_forwarded
        what_is_created_first_is_sent_by_its_id;
    files:
        files_of_a_device_arrive_whole
        a_file_in_a_merger_is_downloaded_by_whoever_got_the_merger
        a_large_picture_has_a_small_one_for_lists
        small_files_come_before_the_app_asks
        a_download_that_fails_ends_too
        a_file_that_the_service_does_not_take_ends_with_status_3_and_holds_nothing_up
        a_file_that_is_cancelled_stays_here_and_arrives_once_when_it_is_sent_again;
    unread:
        unread_is_cleaned_by_scope
        the_older_names_read_everything_too
        muted_conversations_do_not_count_in_the_total
        the_peer_learns_what_was_read
        nothing_arrives_from_who_is_blocked
        what_was_said_before_a_block_stays_on_all_devices
        what_was_never_read_at_a_first_sync;
    devices:
        own_messages_and_reads_reach_the_other_device
        a_burst_to_several_users_has_one_order_on_every_device
        pins_and_receive_options_reach_the_other_device
        the_receive_option_of_all_reaches_the_other_device
        deletes_reach_the_other_device
        a_device_that_was_offline_catches_up
        a_new_device_shows_the_same
        a_conversation_without_messages_stays_listed_on_every_device
        a_message_shows_the_name_its_sender_had_when_it_was_delivered;
    labels:
        labels_reach_the_other_device
        labels_of_two_devices_at_once_are_all_there
        a_conversation_leaves_the_list_and_keeps_its_messages
        a_deleted_conversation_loses_its_labels_on_every_device;
    searches:
        what_others_have_said_is_found_until_they_recall_it;
    filters:
        filters_and_subscriptions_follow_the_list;
    names:
        a_profile_is_shown_to_others
        a_remark_goes_before_the_nickname
        a_device_that_was_away_keeps_no_old_name
        names_that_xml_cannot_carry_stop_nothing;
    groups:
        groups_of_every_type_carry_messages
        a_refused_message_is_sent_again
        ats_are_listed_until_read
        a_group_changes_its_name_and_picture
        a_member_that_was_offline_gets_the_history
        a_recall_in_a_group_by_its_sender
        a_recall_in_a_group_by_an_administrator
        a_group_one_is_not_in_takes_nothing;
    members:
        members_have_roles
        only_open_groups_can_be_joined
        who_is_invited_comes_in
        who_is_invited_again_stays_what_they_are
        who_is_removed_is_out
        who_quits_keeps_the_history
        a_dismissed_group_ends_for_all
        the_last_words_come_before_the_leaving
        what_was_said_before_an_invitation_is_not_for_the_newcomer
        who_comes_back_goes_on_reading_where_they_stopped
        a_group_one_is_out_of_keeps_its_name;
    group_tips:
        what_the_service_refuses_is_no_tip
        the_first_members_are_no_news_on_another_device
        what_happens_in_a_group_is_told_and_kept
        a_tip_is_the_last_message_on_every_device
        what_happened_in_a_group_is_in_the_history_of_a_new_device
        what_a_new_group_is_made_with_is_no_change
        the_owner_gives_roles_and_gives_the_group_away
        an_introduction_and_a_notification_are_told_and_kept
        a_name_in_a_group_is_told_and_shown
        friends_are_told_as_they_come_change_and_go;
    mutes:
        a_muted_member_is_refused_until_somebody_ends_it
        a_muted_group_is_for_those_who_lead_it;
    group_applications:
        a_request_to_join_is_accepted_and_gone_on_all_devices
        a_request_to_join_is_refused_and_can_be_made_again;
    invitations:
        whom_members_may_bring_in_is_the_groups_to_say
        an_invitation_waits_for_whoever_has_to_decide
        an_invitation_is_refused_and_can_be_made_again;
    applications:
        an_application_is_accepted_and_gone_on_all_devices
        an_application_is_refused_and_gone_on_all_devices
        what_was_decided_meanwhile_is_seen_after_a_login
        an_own_application_is_taken_off_the_list
        adding_whoever_asks_accepts_them
        who_may_add_a_user_is_in_the_profile;
    logins:
        logins_at_the_same_time_are_one;
    offline:
        what_is_written_logged_out_is_delivered_later
        a_restart_keeps_everything
        what_was_missed_arrives_once
        what_changed_meanwhile_is_seen_after_a_login
        a_draft_stays_on_its_device;
}
