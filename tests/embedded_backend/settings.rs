//! Pins, receive options and read positions across devices.

use crate::support::*;
use im::model::*;

fn read(id: &ConversationId, seq: u64) -> Outbound {
    Outbound::Read {
        conversation: id.clone(),
        position: ReadPosition { seq, timestamp: 7 },
        tells_peer: true,
    }
}

#[test]
fn settings_reach_the_other_devices_and_a_later_one_before_any_message() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let tablet = Client::login(&path, "alice");
    let bob = Client::login(&path, "bob");
    for text in ["1", "2", "3"] {
        bob.send(&c2c("alice"), text);
    }
    bob.send(&c2c("carol"), "never read");
    alice.done(read(&c2c("bob"), 2));
    alice.done(Outbound::Set {
        conversation: c2c("bob"),
        setting: now(Setting::Pinned(true)),
    });
    alice.done(Outbound::Set {
        conversation: c2c("bob"),
        setting: now(Setting::RecvOpt(RecvOpt::NotNotify)),
    });
    let wanted = Some((true, RecvOpt::NotNotify, 2));
    tablet.wait("the settings", |record| record.settings(&c2c("bob")) == wanted);
    bob.catch_up();
    bob.look(|record| assert_eq!(record.settings(&c2c("alice")), Some((false, RecvOpt::Receive, 0))));

    // The sink of every client asserts that settings come before messages; here, that they are as they are now.
    let later = Client::login(&path, "alice");
    later.look(|record| {
        // It says which service the account is on, and nothing else.
        assert!(record.batches[0].changes.is_empty());
        let first = &record.batches[1];
        assert!(
            !first.live && first.cursor.is_none(),
            "a sync that breaks here starts over"
        );
        assert!(
            first
                .changes
                .iter()
                .all(|change| matches!(change, Change::Settings { .. } | Change::Read { .. }))
        );
        assert_eq!(record.settings(&c2c("bob")), wanted);
        assert_eq!(record.texts(&c2c("bob")), ["1", "2", "3"]);
    });
}

#[test]
fn reading_moves_forward_only_and_tells_the_peer() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let bob = Client::login(&path, "bob");
    for text in ["1", "2", "3"] {
        alice.send(&c2c("bob"), text);
    }
    bob.done(read(&c2c("alice"), 2));
    bob.done(read(&c2c("alice"), 1));
    // What is not there yet cannot have been read.
    bob.done(read(&c2c("alice"), 1000));
    alice.catch_up();
    bob.catch_up();
    bob.look(|record| assert_eq!(record.settings(&c2c("alice")).unwrap().2, 3));
    let told: Vec<u64> = alice.look(|record| {
        record
            .changes()
            .filter_map(|change| match change {
                Change::PeerRead {
                    conversation,
                    up_to: Target::Seq(position),
                } if *conversation == c2c("bob") => Some(position.seq),
                _ => None,
            })
            .collect()
    });
    assert_eq!(told.last(), Some(&3));
    assert!(told.is_sorted() && told.iter().all(|seq| *seq >= 2), "{told:?}");
    alice.look(|record| assert_eq!(record.settings(&c2c("bob")).unwrap().2, 0));
}

#[test]
fn a_group_one_was_never_in_has_no_settings() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let bob = Client::login(&path, "bob");
    alice.create(GroupType::Public, "g", &[]);
    let pin = |id: &str| Outbound::Set {
        conversation: group(id),
        setting: now(Setting::Pinned(true)),
    };
    assert_eq!(bob.refused(pin("g")), Status::NoPermission);
    assert_eq!(bob.refused(pin("none")), Status::NoPermission);
    alice.done(pin("g"));
}

#[test]
fn a_conversation_can_be_pinned_before_its_first_message() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    alice.done(Outbound::Set {
        conversation: c2c("bob"),
        setting: now(Setting::Pinned(true)),
    });
    let tablet = Client::login(&path, "alice");
    tablet.look(|record| assert_eq!(record.settings(&c2c("bob")), Some((true, RecvOpt::Receive, 0))));
    let bob = Client::login(&path, "bob");
    bob.look(|record| assert_eq!(record.settings(&c2c("alice")), None));
    // The peer's side begins with the first message.
    alice.send(&c2c("bob"), "hi");
    bob.wait_text(&c2c("alice"), "hi");
}
