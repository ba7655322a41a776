//! Sending, delivering, recalling.

use crate::support::*;
use im::backend::Backend;
use im::model::*;

#[test]
fn a_message_arrives_on_all_devices_of_both_sides_with_one_place() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let tablet = Client::login(&path, "alice");
    let bob = Client::login(&path, "bob");
    alice
        .backend
        .set_self_info(Some("Alice"), Some("face"), &deadline())
        .unwrap();
    let sent = alice.send(&c2c("bob"), "hi");
    let answer = bob.send(&c2c("alice"), "hello");

    for (client, id) in [(&alice, c2c("bob")), (&tablet, c2c("bob")), (&bob, c2c("alice"))] {
        client.wait_text(&id, "hello");
        client.look(|record| {
            let messages = record.messages(&id);
            assert_eq!(messages.len(), 2);
            let (first, second) = (messages[0], messages[1]);
            assert_eq!((&first.msg_id, first.seq, first.time), (&sent.msg_id, 1, sent.time));
            assert_eq!(
                (&second.msg_id, second.seq, second.time),
                (&answer.msg_id, 2, answer.time)
            );
            assert!(second.time > first.time);
            assert_eq!(first.sender, user("alice"));
            assert_eq!((first.nick_name.as_str(), first.face_url.as_str()), ("Alice", "face"));
            assert_eq!(first.body, sent.body);
        });
    }
}

#[test]
fn a_message_sent_again_is_there_once() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let bob = Client::login(&path, "bob");
    // The account could not note the end of the command, so it comes again: twice.
    alice.edit(|record| record.forget_outcomes = 2);
    let sent = alice.send(&c2c("bob"), "once");
    let again = alice.run(Outbound::Send(Box::new(sent.clone())));
    assert_eq!(
        again,
        Outcome::Sent {
            seq: sent.seq,
            time: sent.time
        }
    );
    alice.send(&c2c("bob"), "next");
    bob.wait_text(&c2c("alice"), "next");
    bob.look(|record| assert_eq!(record.texts(&c2c("alice")), ["once", "next"]));
    bob.look(|record| assert_eq!(record.messages(&c2c("alice"))[1].seq, 2));
}

#[test]
fn a_msg_id_of_somebody_else_is_refused() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let bob = Client::login(&path, "bob");
    let sent = alice.send(&c2c("bob"), "mine");
    let mut stolen = message("bob", &c2c("alice"), "stolen");
    stolen.msg_id = sent.msg_id.clone();
    assert_eq!(bob.refused(Outbound::Send(Box::new(stolen))), Status::InvalidParameters);
    let mut elsewhere = message("alice", &c2c("carol"), "elsewhere");
    elsewhere.msg_id = sent.msg_id;
    assert_eq!(
        alice.refused(Outbound::Send(Box::new(elsewhere))),
        Status::InvalidParameters
    );
}

#[test]
fn messages_wait_for_who_never_logged_in() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    alice.send(&c2c("bob"), "early");
    let bob = Client::login(&path, "bob");
    bob.look(|record| {
        assert_eq!(record.texts(&c2c("alice")), ["early"]);
        assert_eq!(record.settings(&c2c("alice")), Some((false, RecvOpt::Receive, 0)));
        assert!(
            record.batches.iter().all(|batch| !batch.live),
            "a first sync is history"
        );
    });
}

#[test]
fn a_chat_with_oneself_has_each_message_once_and_no_peer() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let tablet = Client::login(&path, "alice");
    alice.send(&c2c("alice"), "note");
    alice.done(Outbound::Read {
        conversation: c2c("alice"),
        position: ReadPosition { seq: 1, timestamp: 5 },
        tells_peer: true,
    });
    tablet.wait("the read position", |record| {
        record.settings(&c2c("alice")) == Some((false, RecvOpt::Receive, 1))
    });
    tablet.catch_up();
    tablet.look(|record| {
        assert_eq!(record.texts(&c2c("alice")), ["note"]);
        assert!(!record.changes().any(|change| matches!(change, Change::PeerRead { .. })));
    });
}

#[test]
fn recv_opt_1_delivers_nothing_but_own_messages() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let bob = Client::login(&path, "bob");
    alice.create(GroupType::Public, "g", &["bob"]);
    for (id, sent_to) in [(c2c("alice"), c2c("bob")), (group("g"), group("g"))] {
        bob.done(Outbound::Set {
            conversation: id.clone(),
            setting: now(Setting::RecvOpt(RecvOpt::NotReceive)),
        });
        alice.send(&sent_to, "unheard");
        bob.send(&id, "own");
        bob.done(Outbound::Set {
            conversation: id.clone(),
            setting: now(Setting::RecvOpt(RecvOpt::NotNotify)),
        });
        alice.send(&sent_to, "heard");
        bob.wait_text(&id, "heard");
        bob.look(|record| assert_eq!(record.texts(&id), ["own", "heard"]));
        alice.wait_text(&sent_to, "own");
    }
}

#[test]
fn a_recall_wipes_the_content_for_everyone_and_for_later_devices() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let bob = Client::login(&path, "bob");
    let sent = alice.send(&c2c("bob"), "regretted");
    let recall = |id: &str| Outbound::Revoke {
        conversation: c2c(id),
        msg_id: sent.msg_id.clone(),
    };
    assert_eq!(bob.refused(recall("alice")), Status::NoPermission);
    assert_eq!(
        alice.refused(Outbound::Revoke {
            conversation: c2c("bob"),
            msg_id: "unknown".to_owned()
        }),
        Status::InvalidParameters
    );
    alice.done(recall("bob"));
    alice.done(recall("bob"));
    bob.wait("the recall", |record| {
        record.changes().any(|change| {
            *change
                == Change::Revoked {
                    conversation: c2c("alice"),
                    message: Target::MsgId(sent.msg_id.clone()),
                    recall: Recall {
                        by: Some(UserId::trusted("alice")),
                        reason: String::new(),
                    },
                }
        })
    });
    let later = Client::login(&path, "bob");
    later.look(|record| {
        let messages = record.messages(&c2c("alice"));
        let by_alice = Recall {
            by: Some(UserId::trusted("alice")),
            reason: String::new(),
        };
        assert_eq!((messages.len(), &messages[0].revoked), (1, &Some(by_alice)));
        assert_eq!(messages[0].body.elem, Elem::Text { text: String::new() });
        assert_eq!(messages[0].body.cloud_custom_data, "");
    });
}

#[test]
fn who_runs_a_group_recalls_others_messages_there() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let bob = Client::login(&path, "bob");
    let carol = Client::login(&path, "carol");
    alice.create(GroupType::Public, "g", &["bob", "carol"]);
    let sent = bob.send(&group("g"), "spam");
    let recall = Outbound::Revoke {
        conversation: group("g"),
        msg_id: sent.msg_id.clone(),
    };
    assert_eq!(carol.refused(recall.clone()), Status::NoPermission);
    alice.done(recall.clone());
    carol.wait("the recall", |record| {
        record.changes().any(|change| {
            matches!(change, Change::Revoked { message, recall, .. }
                if *message == Target::MsgId(sent.msg_id.clone()) && recall.by == Some(UserId::trusted("alice")))
        })
    });
    let outsider = Client::login(&path, "dave");
    assert_eq!(outsider.refused(recall), Status::NoPermission);
}
