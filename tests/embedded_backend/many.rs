//! Many at once: thousands of messages each way, several devices, the file made by all at the same time.

use crate::support::*;
use im::backend::{Backend, LinkState};
use im::model::*;
use std::collections::HashSet;

const EACH: usize = 2000;

#[test]
fn thousands_of_messages_each_way_arrive_once_and_in_one_order() {
    let (_dir, path) = place();
    let clients = ["alice", "alice", "bob", "bob"].map(|name| Client::login(&path, name));
    let peer = |place: usize| if place < 2 { c2c("bob") } else { c2c("alice") };
    std::thread::scope(|scope| {
        for (place, client) in clients.iter().enumerate() {
            let peer = peer(place);
            scope.spawn(move || {
                for number in 0..EACH / 2 {
                    let name = if place < 2 { "alice" } else { "bob" };
                    let message = message(name, &peer, &format!("{place} {number}"));
                    client.push(Outbound::Send(Box::new(message)));
                }
            });
        }
    });
    for (place, client) in clients.iter().enumerate() {
        client.wait("all messages", |record| {
            record.batches.iter().map(|batch| batch.changes.len()).sum::<usize>() >= 2 * EACH
                && record.messages(&peer(place)).len() >= 2 * EACH
        });
        client.catch_up();
        client.look(|record| {
            assert!(record.outbox.is_empty());
            let messages = record.messages(&peer(place));
            let ids: HashSet<_> = messages.iter().map(|message| &message.msg_id).collect();
            assert_eq!(
                (messages.len(), ids.len()),
                (2 * EACH, 2 * EACH),
                "none lost, none twice"
            );
            let seqs: Vec<u64> = messages.iter().map(|message| message.seq).collect();
            assert_eq!(seqs, (1..=2 * EACH as u64).collect::<Vec<_>>());
            assert!(messages.is_sorted_by(|one, next| one.time < next.time));
            // What one device sent stays in the order it was written.
            for sender in 0..clients.len() {
                let texts = record.texts(&peer(place));
                let prefix = format!("{sender} ");
                let numbers = texts
                    .iter()
                    .filter_map(|text| text.strip_prefix(&prefix)?.parse::<usize>().ok());
                assert!(numbers.eq(0..EACH / 2));
            }
        });
    }
    let ids = |client: &Client, id: ConversationId| -> Vec<String> {
        client.look(|record| {
            record
                .messages(&id)
                .iter()
                .map(|message| message.msg_id.clone())
                .collect()
        })
    };
    assert_eq!(ids(&clients[0], c2c("bob")), ids(&clients[3], c2c("alice")));
}

#[test]
fn a_service_made_by_many_at_once_is_one() {
    for _ in 0..5 {
        let (_dir, path) = place();
        let clients: Vec<Client> = (0..8)
            .map(|number| Client::start(&path, &format!("user{number}")))
            .collect();
        for client in &clients {
            client.wait("the first sync", |record| {
                record.links.last() == Some(&LinkState::SyncFinished)
            });
            client.look(|record| {
                assert!(!record.links.iter().any(|state| matches!(state, LinkState::Refused(_))));
            });
        }
        let ids: HashSet<String> = clients
            .iter()
            .map(|client| client.look(|record| record.cursor.as_ref().unwrap().split(':').next().unwrap().to_owned()))
            .collect();
        assert_eq!(ids.len(), 1);
        clients[0].send(&c2c("user7"), "hi");
        clients[7].wait_text(&c2c("user0"), "hi");
    }
}

#[test]
fn a_long_history_comes_in_parts_that_a_restart_can_go_on_from() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    for number in 0..1200 {
        alice.push(Outbound::Send(Box::new(message(
            "alice",
            &c2c("bob"),
            &number.to_string(),
        ))));
    }
    alice.wait("sending", |record| record.outbox.is_empty());
    let bob = Client::login(&path, "bob");
    let (whole, cut) = bob.look(|record| {
        // The settings of a conversation are one row and two changes, of which one is the read position.
        let rows = |batch: &Inbound| {
            let changes = batch.changes.iter();
            changes.filter(|change| !matches!(change, Change::Read { .. })).count()
        };
        assert!(record.batches.iter().all(|batch| !batch.live && rows(batch) <= 500));
        let mut parts = record.batches.iter().filter(|batch| !batch.changes.is_empty());
        let cut = parts.find_map(|batch| batch.cursor.clone()).unwrap();
        (record.messages(&c2c("alice")).len(), cut)
    });
    assert_eq!(whole, 1200);
    let resumed = Client::start_with(&path, "bob", Record::restarted(Some(cut), &c2c("alice")));
    resumed.wait("the rest", |record| {
        record.links.last() == Some(&LinkState::SyncFinished)
    });
    resumed.look(|record| {
        let rest = record.messages(&c2c("alice"));
        assert!(!rest.is_empty() && rest.len() < 1200);
        assert_eq!(rest.last().unwrap().seq, 1200);
        assert_eq!(rest[0].seq as usize, 1200 - rest.len() + 1);
    });
}

#[test]
fn requests_get_through_while_the_outbox_is_full() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    for number in 0..20_000 {
        alice.push(Outbound::Send(Box::new(message(
            "alice",
            &c2c("bob"),
            &number.to_string(),
        ))));
    }
    alice.create(GroupType::Public, "g", &[]);
    alice.look(|record| {
        assert!(record.group(&GroupId::trusted("g")).unwrap().is_some());
        assert!(
            !record.outbox.is_empty(),
            "the request did not wait for all of the outbox"
        );
    });
    alice.stop();
    alice.look(|record| assert!(!record.outbox.is_empty()));
    let call = alice.backend.users_info(&[user("bob")], &deadline());
    assert_eq!(call.unwrap_err().status, Status::Disconnected);
}

#[test]
fn a_group_with_thousands_of_members_has_all_of_them() {
    let (_dir, path) = place();
    let owner = Client::login(&path, "owner");
    let names: Vec<String> = (0..4_500).map(|number| format!("u{number}")).collect();
    let members: Vec<&str> = names.iter().map(String::as_str).collect();
    let group = owner.create(GroupType::Public, "big", &members);
    let count = || owner.backend.group_members(&group, &deadline()).unwrap().len();
    assert_eq!(count(), members.len() + 1);
    let last = Client::login(&path, members[members.len() - 1]);
    last.wait(
        "the group",
        |record| matches!(record.group(&group), Some(Some(shown)) if shown.member_count as usize == members.len() + 1),
    );
    let users: Vec<UserId> = members.iter().map(|name| user(name)).collect();
    let kicked = owner.backend.kick_from_group(&group, &users, &deadline()).unwrap();
    assert!(kicked.iter().map(|one| &one.user_id).eq(&users));
    assert!(kicked.iter().all(|one| one.result.is_ok()));
    assert_eq!(count(), 1);
}

/// LIBIM_MARKED says how many: 20,000 take half a minute without optimization.
#[test]
fn many_marked_conversations_reach_a_new_device() {
    let marked = std::env::var("LIBIM_MARKED").ok();
    let count = marked.and_then(|text| text.parse().ok()).unwrap_or(2_000);
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let star = Mark::from_bit(0).unwrap();
    for number in 0..count {
        alice.push(Outbound::Set {
            conversation: c2c(&format!("u{number}")),
            setting: StampedSetting {
                setting: Setting::Marked(star, true),
                stamp: Stamp {
                    time: Micros(number as i64 + 1),
                    device: "phone".to_owned(),
                },
            },
        });
    }
    // A busy machine takes its time, as long as it goes on.
    for left in (0..count).step_by(500).rev() {
        alice.wait("more are marked", |record| record.outbox.len() <= left);
    }
    let new = Client::login(&path, "alice");
    new.look(|record| {
        let changes = record.batches.iter().flat_map(|batch| &batch.changes);
        let marked: Vec<&ConversationId> = changes
            .filter_map(|change| match change {
                Change::Settings { conversation, settings } => settings
                    .iter()
                    .any(|change| change.setting == Setting::Marked(star, true))
                    .then_some(conversation),
                _ => None,
            })
            .collect();
        // With the settings, before any message, and at their places among the changes: a mark that is told again is the same.
        assert_eq!(marked.iter().collect::<HashSet<_>>().len(), count);
    });
}

#[test]
fn what_is_written_during_a_sync_does_not_wait_for_its_end() {
    let (_dir, path) = place();
    let bob = Client::login(&path, "bob");
    for number in 0..3 * EACH {
        bob.push(Outbound::Send(Box::new(message(
            "bob",
            &c2c("alice"),
            &number.to_string(),
        ))));
    }
    bob.wait("the history", |record| record.outbox.is_empty());
    let mut record = Record::default();
    let ids = 1_000_000..1_000_003;
    for id in ids.clone() {
        let message = message("alice", &c2c("bob"), &format!("mine {id}"));
        record.outbox.push_back(OutboxEntry {
            id,
            command: Outbound::Send(Box::new(message)),
            is_repeated: false,
        });
    }
    let alice = Client::start_with(&path, "alice", record);
    alice.wait("the first sync", |record| {
        record.links.last() == Some(&LinkState::SyncFinished) && record.outbox.is_empty()
    });
    alice.catch_up();
    alice.look(|record| {
        let last = record.batches_at_outcomes[&ids.clone().last().unwrap()];
        let later = record.batches[last..].iter().flat_map(|batch| &batch.changes);
        let history =
            later.filter(|change| matches!(change, Change::Message(message) if message.sender == user("bob")));
        assert!(history.count() > EACH, "the history comes behind what was written");
        let seqs: Vec<u64> = record.messages(&c2c("bob")).iter().map(|message| message.seq).collect();
        assert_eq!(seqs, (1..=3 * EACH as u64 + 3).collect::<Vec<_>>(), "all of it, once");
    });
}
