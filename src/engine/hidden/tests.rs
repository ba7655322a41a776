//! Tests of what the receive option 1 hides.

use super::*;
use crate::engine::fixture::{Fixture, START, bob, set_at, unnumbered};
use crate::model::{Change, Outcome, Setting, Stamp, Target};

fn place(id: &str, seconds: i64) -> Place {
    Place {
        time: Micros((START + seconds) * 1_000_000),
        id: id.to_owned(),
        ..Place::default()
    }
}

fn hidden(from: Place, to: Option<Place>) -> Change {
    Change::Hidden {
        conversation: bob(),
        spans: vec![Span { from, to }],
    }
}

fn ids(fixture: &Fixture) -> Vec<String> {
    fixture.messages(&bob()).into_iter().map(|(id, _)| id).collect()
}

#[test]
fn what_is_said_while_it_is_on_is_not_shown_nor_counted_and_one_hears_oneself() {
    let fixture = Fixture::new();
    fixture.live(unnumbered("m1", "bob", 1, false));
    fixture.live(hidden(place("m1", 1), None));
    fixture.told();
    let key = fixture.row(&bob())["orderkey"].clone();
    // All of one second: times could not tell them apart.
    fixture.live(unnumbered("m2", "bob", 1, false));
    assert!(fixture.told().is_empty());
    assert_eq!(fixture.row(&bob())["orderkey"], key);
    fixture.live(unnumbered("m3", "alice", 1, false));
    fixture.live(hidden(place("m1", 1), Some(place("m3", 1))));
    fixture.live(unnumbered("m4", "bob", 1, false));
    assert_eq!(ids(&fixture), ["m1", "m3", "m4"]);
    assert_eq!(fixture.row(&bob())["unreadCount"], 2);
    assert_eq!(ids(&fixture.reopen()), ["m1", "m3", "m4"]);
}

#[test]
fn a_device_that_comes_later_hides_the_same_whichever_way_it_reads_the_archive() {
    for older in [false, true] {
        let fixture = Fixture::new();
        fixture.history(hidden(place("m2", 1), Some(place("m4", 1))));
        let mut messages = vec!["m1", "m2", "m3", "m4", "m5"];
        if older {
            messages.reverse();
        }
        for id in messages {
            fixture.history(unnumbered(id, "bob", 1, older));
        }
        assert_eq!(ids(&fixture), ["m1", "m2", "m5"], "older {older}");
    }
}

#[test]
fn what_came_before_the_news_is_hidden_and_what_was_taken_back_is_shown_again() {
    let fixture = Fixture::new();
    fixture.set_clock(START + 10);
    for (id, seconds) in [("m1", 1), ("m2", 2), ("m3", 3)] {
        fixture.live(unnumbered(id, "bob", seconds, false));
    }
    fixture.live(hidden(place("m1", 1), None));
    assert_eq!(ids(&fixture), ["m1"]);
    assert_eq!(fixture.row(&bob())["unreadCount"], 1);
    assert_eq!(fixture.row(&bob())["orderkey"], (START + 1) * 1_000_000);
    fixture.live(hidden(place("m1", 1), Some(place("m2", 2))));
    assert_eq!(ids(&fixture), ["m1", "m3"]);
    fixture.live(Change::Hidden {
        conversation: bob(),
        spans: Vec::new(),
    });
    assert_eq!(ids(&fixture), ["m1", "m2", "m3"]);
}

#[test]
fn a_message_that_moves_nothing_keeps_the_conversation_when_the_others_are_hidden() {
    let fixture = Fixture::new();
    fixture.set_clock(START + 10);
    let Change::UnnumberedMessage(mut silent) = unnumbered("m1", "alice", 1, false) else {
        panic!()
    };
    silent.message.body.is_excluded_from_last_message = true;
    fixture.live(Change::UnnumberedMessage(silent));
    fixture.live(unnumbered("m2", "bob", 2, false));
    fixture.live(hidden(place("m1", 1), None));
    assert_eq!((ids(&fixture).len(), fixture.list().len()), (1, 1));
}

/// Before the option is on for all devices, a message lists a conversation that was deleted. Clearing keeps one that is listed.
#[test]
fn a_message_that_is_hidden_later_keeps_a_conversation_that_was_deleted_out_of_the_list_and_a_cleared_one_in_it() {
    for is_deleted in [true, false] {
        let fixture = Fixture::new();
        fixture.set_clock(START + 10);
        fixture.live(unnumbered("m1", "bob", 1, false));
        if is_deleted {
            fixture.engine.delete_conversation(&bob()).unwrap();
        }
        fixture.engine.clear_history(&bob()).unwrap();
        let fixture = fixture.reopen();
        fixture.live(unnumbered("m2", "bob", 2, false));
        assert_eq!((ids(&fixture).len(), fixture.list().len()), (1, 1));
        fixture.live(hidden(place("m1", 1), None));
        assert_eq!(
            (ids(&fixture).len(), fixture.list().len()),
            (0, usize::from(!is_deleted))
        );
    }
}

/// A device that has sent the message itself, and one to which it came.
#[test]
fn what_an_own_message_has_listed_that_is_deleted_is_listed_on_no_device_once_the_rest_is_hidden() {
    for is_sent_here in [true, false] {
        let fixture = Fixture::new();
        fixture.set_clock(START + 10);
        let own = if is_sent_here {
            let own = fixture.send(&bob(), "hi");
            let time = Micros((START + 1) * 1_000_000);
            fixture.complete(Outcome::Accepted { time });
            own
        } else {
            fixture.live(unnumbered("own", "alice", 1, false));
            "own".to_owned()
        };
        fixture.engine.delete_messages(std::slice::from_ref(&own)).unwrap();
        fixture.live(unnumbered("m2", "bob", 2, false));
        assert_eq!((ids(&fixture), fixture.list().len()), (vec!["m2".to_owned()], 1));
        fixture.live(hidden(place(&own, 1), None));
        assert!(fixture.list().is_empty(), "{is_sent_here}");
    }
}

/// Another device has deleted it up to a message before the one that is hidden later.
#[test]
fn what_another_device_has_deleted_is_not_kept_in_the_list_by_a_message_that_is_hidden_later() {
    let fixture = Fixture::new();
    fixture.set_clock(START + 10);
    fixture.live(unnumbered("m1", "bob", 1, false));
    fixture.live(unnumbered("m2", "bob", 2, false));
    fixture.live(Change::ConversationDeleted {
        conversation: bob(),
        up_to: Target::MsgId("m1".to_owned()),
        stamp: Stamp {
            time: Micros((START + 3) * 1_000_000),
            device: "other".to_owned(),
        },
    });
    assert_eq!((ids(&fixture), fixture.list().len()), (vec!["m2".to_owned()], 1));
    fixture.live(hidden(place("m1", 1), None));
    assert!(fixture.list().is_empty());
}

#[test]
fn what_was_taken_out_of_the_list_stays_out_when_hidden_messages_of_before_are_shown_again() {
    let fixture = Fixture::new();
    fixture.set_clock(START + 10);
    fixture.live(unnumbered("m1", "bob", 1, false));
    fixture.live(hidden(place("m1", 1), None));
    fixture.live(unnumbered("m2", "bob", 2, false));
    fixture.set_clock(START + 20);
    fixture.engine.delete_conversations(&[bob()], false).unwrap();
    fixture.live(Change::Hidden {
        conversation: bob(),
        spans: Vec::new(),
    });
    assert_eq!((ids(&fixture).len(), fixture.list().len()), (2, 0));
}

#[test]
fn what_is_hidden_keeps_no_conversation_in_the_list_that_was_taken_out_before_it_was_said() {
    let out = set_at(Setting::OutOfList(place("m1", 1)), (START + 1) * 1_000_000, "other");
    let news = [out, hidden(place("m1", 1), None), unnumbered("m2", "bob", 2, false)];
    // In whatever order this device hears of it.
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let fixture = Fixture::new();
        fixture.set_clock(START + 10);
        fixture.live(unnumbered("m1", "bob", 1, false));
        order.iter().for_each(|number| fixture.live(news[*number].clone()));
        assert!(fixture.list().is_empty(), "{order:?}");
        fixture.live(hidden(place("m1", 1), Some(place("m2", 2))));
        fixture.live(unnumbered("m3", "bob", 3, false));
        assert_eq!(fixture.list(), ["c2c_bob"], "{order:?}");
    }
}

#[test]
fn what_was_on_its_way_to_an_empty_history_is_hidden_on_every_device_whenever_it_arrives() {
    // It was said right before the second in which the option was set, and came to that device in that second.
    for arrives in [99, 100, 101] {
        let fixture = Fixture::new();
        fixture.set_clock(START + 200);
        fixture.live(unnumbered("before", "bob", 50, false));
        fixture.live(hidden(place("", 100), Some(place("m2", 150))));
        fixture.live(unnumbered("m1", "bob", arrives, false));
        fixture.live(unnumbered("m2", "bob", 150, false));
        fixture.live(unnumbered("m3", "bob", 151, false));
        assert_eq!(ids(&fixture), ["before", "m3"], "{arrives}");
    }
}

#[test]
fn a_stretch_that_ends_at_a_time_that_has_not_come_hides_nothing() {
    let fixture = Fixture::new();
    fixture.set_clock(1_800_000_000);
    let end = Place {
        time: Micros(i64::MAX),
        id: "never".to_owned(),
        ..Place::default()
    };
    fixture.live(hidden(place("m0", 0), Some(end)));
    fixture.live(unnumbered("m1", "bob", 1, false));
    assert_eq!(ids(&fixture), ["m1"]);
}

#[test]
fn a_place_that_a_deleted_message_names_holds() {
    let fixture = Fixture::new();
    for id in ["m1", "m2", "m3"] {
        fixture.live(unnumbered(id, "bob", 1, false));
    }
    fixture.engine.delete_messages(&["m2".to_owned()]).unwrap();
    fixture.live(hidden(place("m2", 1), None));
    assert_eq!(ids(&fixture), ["m1"]);
}
